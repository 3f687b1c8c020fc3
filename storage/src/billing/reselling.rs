//! What documents sell on the levels above: of each line, and of what is had for nothing.

use std::collections::BTreeMap;

use billing_core::ledger::Entry;
use billing_core::{ComponentId, Due, Money, Rounding};
use entitlement::Timestamp;

use super::books::About;
use super::matter::{Bill, Matter};
use super::resellers::{Cover, Levels, Sold};
use super::runs::{Ground, NotBilled};
use super::subscriptions::SubscriptionId;
use crate::error::{Kind, StoreError};
use crate::unit::Unit;

/// What is sold on the levels above with documents.
pub(super) struct Reselling<'g> {
    pub(super) levels: &'g Levels,
    pub(super) cover: Cover,
    /// What is sold, by name.
    pub(super) names: &'g BTreeMap<ComponentId, String>,
    /// What is had for nothing, beside.
    pub(super) free: Vec<(SubscriptionId, Due)>,
}

impl Reselling<'_> {
    /// Enters on every level what moves there, before anything else moves: accounts of several tenants are
    /// held in one order everywhere. `own` is what the documents move.
    pub(super) async fn enter(
        &self,
        unit: &mut Unit<'_>,
        (at, rounding): (Timestamp, Rounding),
        (ids, made): (&[i64], &[Bill]),
        own: &[(Entry, About)],
    ) -> Result<(), StoreError> {
        let name = |component: ComponentId| self.names.get(&component).map_or("", String::as_str);
        let mut sold = Vec::new();
        for (id, bill) in ids.iter().zip(made) {
            for (line, origin) in bill.draft().lines.iter().zip(&bill.origins) {
                // What is charged beside, as for an early end, is the seller's alone.
                if origin.charge.is_some() {
                    continue;
                }
                sold.push(Sold {
                    invoice: Some(*id),
                    item: name(line.line.key.component),
                    subscription: origin.subscription,
                    key: line.line.key,
                    due: line.line.due.as_ref(),
                    billed_before: line.line.billed_before,
                    amount: line.line.amount,
                    net: line.amount.net,
                    is_by_hand: origin.is_by_hand(),
                });
            }
        }
        for (subscription, due) in &self.free {
            let nothing = Money::zero(due.amount.currency());
            sold.push(Sold {
                invoice: None,
                item: name(due.key.component),
                subscription: *subscription,
                key: due.key,
                due: Some(due),
                billed_before: nothing,
                amount: nothing,
                net: nothing,
                is_by_hand: false,
            });
        }
        if sold.is_empty() {
            return Ok(());
        }
        let planned = self.levels.plan(unit, (at, rounding), &sold).await?;
        let mut whose: Vec<_> = made.iter().map(|bill| bill.subscriber).collect();
        whose.dedup();
        self.levels.enter(unit, at, planned, (self.cover, own, &whose)).await
    }
}

/// What is had for nothing, of those who could be billed: what of it has a price on a level above, and what has
/// moved for it before, is looked for there.
pub(super) fn free(
    matters: &[Matter],
    ground: &Ground,
    not_billed: &[NotBilled],
    at: Timestamp,
) -> Result<Vec<(SubscriptionId, Due)>, StoreError> {
    let mut all = Vec::new();
    for matter in matters {
        if not_billed.iter().any(|one| one.subscriber == matter.subscriber) {
            continue;
        }
        let free = matter.free(&ground.catalogue, at).map_err(|source| StoreError::Rule {
            what: Kind::Subscription,
            name: matter.id.to_string(),
            source,
        })?;
        all.extend(free.into_iter().map(|due| (matter.id, due)));
    }
    Ok(all)
}
