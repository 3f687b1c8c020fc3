//! The taxes that are within what was paid for use.

use billing_core::balance::{ReservationError, Step};
use billing_core::ledger::TransferId;
use billing_core::{Money, MoneyError, Tax, Taxation};
use entitlement::Timestamp;
use sea_orm::{EntityTrait as _, Set};

use super::rows::octets;
use crate::entity::usage_tax;
use crate::error::{During as _, StoreError};
use crate::unit::Unit;

/// How much more of each tax a step has put into its account.
#[derive(Debug, Default)]
pub(super) struct UsageTaxes {
    pub(super) taxation: Taxation,
    pub(super) more: Vec<Money>,
}

/// A transfer of a tax.
pub(super) struct Moved<'t> {
    pub(super) transfer: TransferId,
    pub(super) tax: &'t Tax,
    at: Timestamp,
    amount: Money,
}

impl UsageTaxes {
    /// The transfers of the step that are theirs: its last ones.
    pub(super) fn moved(&self, step: &Step) -> Vec<Moved<'_>> {
        let taxes = self.taxation.taxes.as_slice().iter().zip(&self.more);
        let moved: Vec<_> = taxes.filter(|(_, more)| !more.is_zero()).collect();
        let others = step.transfers.len().saturating_sub(moved.len());
        let transfers = step.transfers.iter().skip(others).zip(moved);
        transfers
            .map(|(transfer, (tax, amount))| Moved {
                transfer: transfer.id,
                tax,
                at: transfer.at,
                amount: *amount,
            })
            .collect()
    }
}

/// What each tax comes to with what is more of it.
pub(super) fn posted(
    before: &[Money],
    more: &[Money],
) -> Result<Vec<Money>, ReservationError<MoneyError>> {
    let sum = before.iter().zip(more).map(|(before, more)| before.plus(*more));
    Ok(sum.collect::<Result<_, _>>()?)
}

/// Keeps what was moved, by the names and rates of the taxes.
pub(super) async fn keep(
    unit: &Unit<'_>,
    subscriber: i64,
    moved: &[Moved<'_>],
) -> Result<(), StoreError> {
    if moved.is_empty() {
        return Ok(());
    }
    let row = |moved: &Moved<'_>| usage_tax::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        subscriber_id: Set(subscriber),
        transfer_id: Set(octets(moved.transfer)),
        at: Set(moved.at.unix_ms()),
        name: Set(moved.tax.name.clone()),
        // No rate is so great.
        rate_millionths: Set(i64::try_from(moved.tax.rate.millionths()).unwrap_or(i64::MAX)),
        amount_minor: Set(moved.amount.amount_minor()),
        currency: Set(moved.amount.currency().code().to_owned()),
        ..Default::default()
    };
    let insert = usage_tax::Entity::insert_many(moved.iter().map(row));
    insert
        .exec_without_returning(&unit.txn)
        .await
        .during("keep the taxes of what was used")
        .map(|_| ())
}
