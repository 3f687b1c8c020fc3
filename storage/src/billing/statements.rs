//! What a subscriber was charged and has paid.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::invoice::{Movement, MovementKind, Statement, TaxWithin};
use billing_core::ledger::{AccountId, TransferId, TransferKind, TransferSource};
use billing_core::{Currency, Interval, Money, Percentage};
use entitlement::{SubscriberId, Timestamp};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::books::kept_of;
use super::ledger::Ledger;
use crate::entity::{invoice, transfer, usage_tax};
use crate::error::{During as _, Kind, RuleError, StoreError};

impl Ledger<'_> {
    /// What a subscriber was charged and has paid within a period: what is owed less what the wallet
    /// has, before it, behind each movement, and at its end.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for more movements than a statement has.
    pub async fn statement(
        &self,
        subscriber: SubscriberId,
        currency: Currency,
        period: Interval,
    ) -> Result<Statement, StoreError> {
        let movements = self.movements(subscriber, currency).await?;
        let rule = |error: billing_core::invoice::StatementError| StoreError::Rule {
            what: Kind::Subscriber,
            name: subscriber.to_string(),
            source: RuleError::Statement(error),
        };
        let nothing = Money::zero(currency);
        let first = Timestamp::from_unix_ms(i64::MIN);
        let before = match Interval::new(first, period.from()) {
            Some(before) => Statement::new(before, nothing, movements.iter().cloned()),
            None => Statement::new(period, nothing, []),
        };
        let opening = before.map_err(rule)?.closing;
        Statement::new(period, opening, movements).map_err(rule)
    }

    /// Everything that has moved between a subscriber's accounts and others; the parts of one document
    /// or receipt are one.
    async fn movements(
        &self,
        subscriber: SubscriberId,
        currency: Currency,
    ) -> Result<Vec<Movement>, StoreError> {
        let accounts = self.accounts_of(subscriber).await?;
        let own = accounts.iter().filter(|entry| entry.account.currency == currency);
        let own: Vec<_> = own.map(|entry| entry.account.id.0).collect();
        let of_own = Condition::any()
            .add(transfer::Column::DebitAccountId.is_in(own.iter().copied()))
            .add(transfer::Column::CreditAccountId.is_in(own.iter().copied()));
        let rows = transfer::Entity::find()
            .filter(transfer::Column::TenantId.eq(self.tenant.0))
            .filter(of_own)
            .order_by_asc(transfer::Column::At)
            .order_by_asc(transfer::Column::Id)
            .all(&self.store.database().reader);
        let rows = rows.await.during("read what has moved")?;
        let others = rows.iter().flat_map(|row| [row.debit_account_id, row.credit_account_id]);
        let others: BTreeSet<_> = others.flatten().collect();
        let named = self.names(others.into_iter().map(AccountId)).await?;
        let labels = self.labels(subscriber).await?;
        let mut merged: BTreeMap<Merged, Movement> = BTreeMap::new();
        for (number, row) in (0..).zip(&rows) {
            let kept = kept_of(row)?;
            let moved = match kept.transfer.kind {
                TransferKind::Move { debit, credit, amount } => Some((debit, credit, amount)),
                // It moves between the accounts of what was held.
                TransferKind::PostHeld { amount, .. } => {
                    let accounts = row.debit_account_id.zip(row.credit_account_id);
                    accounts.map(|(debit, credit)| (AccountId(debit), AccountId(credit), amount))
                }
                // What is only held, and what is let go, moves nothing.
                _ => None,
            };
            let Some((debit, credit, amount)) = moved.filter(|(.., amount)| !amount.is_zero())
            else {
                continue;
            };
            let is_charge = own.contains(&debit.0);
            // Between what is owed and the wallet nothing changes what both are together.
            if is_charge && own.contains(&credit.0) {
                continue;
            }
            let other = if is_charge { credit } else { debit };
            let Some(other) = named.get(&other) else { continue };
            let source = kept.transfer.id.source();
            let kind = MovementKind::of(source.map(|(source, _)| source), other, is_charge);
            let reference = match (&row.memo, row.invoice_id.and_then(|id| labels.get(&id))) {
                (_, Some(label)) => label.clone(),
                (Some(memo), None) => memo.clone(),
                (None, None) => other.to_string(),
            };
            let of = source.unwrap_or((TransferSource::Allocation, number));
            let key = Merged { of, kind, at: kept.transfer.at };
            let number = number.unsigned_abs();
            let movement = Movement {
                at: kept.transfer.at,
                number,
                kind,
                reference,
                amount: Money::zero(currency),
                taxes: Vec::new(),
            };
            let movement = merged.entry(key).or_insert(movement);
            movement.amount = movement.amount.plus(amount).map_err(|error| StoreError::Rule {
                what: Kind::Subscriber,
                name: subscriber.to_string(),
                source: error.into(),
            })?;
        }
        self.tax(subscriber, currency, &mut merged).await?;
        Ok(merged.into_values().collect())
    }

    /// Says which taxes are within what was paid for use.
    async fn tax(
        &self,
        subscriber: SubscriberId,
        currency: Currency,
        movements: &mut BTreeMap<Merged, Movement>,
    ) -> Result<(), StoreError> {
        let rows = usage_tax::Entity::find()
            .filter(usage_tax::Column::TenantId.eq(self.tenant.0))
            .filter(usage_tax::Column::SubscriberId.eq(subscriber.0))
            .filter(usage_tax::Column::Currency.eq(currency.code()))
            .order_by_asc(usage_tax::Column::Id)
            .all(&self.store.database().reader);
        for row in rows.await.during("read the taxes of what was used")? {
            let read = || {
                let id =
                    TransferId(u128::from_be_bytes(row.transfer_id.as_slice().try_into().ok()?));
                let rate = u64::try_from(row.rate_millionths).ok()?;
                Some((id.source()?, Percentage::from_millionths(rate)?))
            };
            let (of, rate) = read().ok_or_else(|| StoreError::Corrupt {
                what: Kind::Transfer,
                row: row.id.to_string(),
                problem: "the tax of what was used cannot be understood".to_owned(),
            })?;
            let at = Timestamp::from_unix_ms(row.at);
            let Some(movement) = movements.get_mut(&Merged { of, kind: MovementKind::Usage, at })
            else {
                continue;
            };
            let amount = Money::new(row.amount_minor, currency);
            let is_it = |tax: &&mut TaxWithin| tax.name == row.name && tax.rate == rate;
            match movement.taxes.iter_mut().find(is_it) {
                Some(found) => {
                    let sum = found.amount.plus(amount);
                    found.amount = sum.map_err(|error| StoreError::Rule {
                        what: Kind::Subscriber,
                        name: subscriber.to_string(),
                        source: error.into(),
                    })?;
                }
                None => movement.taxes.push(TaxWithin { name: row.name, rate, amount }),
            }
        }
        Ok(())
    }

    /// The numbers of a subscriber's documents as they are printed, by row.
    async fn labels(&self, subscriber: SubscriberId) -> Result<BTreeMap<i64, String>, StoreError> {
        let rows = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::SubscriberId.eq(subscriber.0))
            .all(&self.store.database().reader);
        let rows = rows.await.during("read the invoices")?;
        Ok(rows.into_iter().map(|row| (row.id, row.label)).collect())
    }
}

/// What makes transfers one movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Merged {
    of: (TransferSource, i64),
    kind: MovementKind,
    at: Timestamp,
}
