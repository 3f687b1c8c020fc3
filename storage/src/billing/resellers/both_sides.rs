//! What moves in the books of several tenants at once.

use std::collections::BTreeMap;

use billing_core::ledger::Entry;
use billing_core::reseller::{TenantEntries, other_side};
use entitlement::{TenantId, Timestamp};
use sea_orm::DatabaseTransaction;

use crate::billing::books::{self, About};
use crate::error::StoreError;

/// Entries in the books of tenants, by the number of the tenant: the order in which accounts are locked.
#[derive(Debug, Default)]
pub(in super::super) struct BothSides(BTreeMap<TenantId, Vec<(Entry, About)>>);

impl BothSides {
    /// Entries of one tenant, and what the books of its resellers say of those that concern them.
    pub(in super::super) fn of_one(tenant: TenantId, entries: Vec<Entry>, about: &About) -> Self {
        let others: Vec<_> = entries.iter().filter_map(|entry| other_side(tenant, entry)).collect();
        let mut all = Self::default();
        all.add(TenantEntries { tenant, entries }, about);
        others.into_iter().for_each(|others| all.add(others, about));
        all
    }

    /// Entries that say both sides already.
    pub(super) fn of_all(postings: Vec<TenantEntries>, about: &About) -> Self {
        let mut all = Self::default();
        postings.into_iter().for_each(|postings| all.add(postings, about));
        all
    }

    fn add(&mut self, TenantEntries { tenant, entries }: TenantEntries, about: &About) {
        let entries = entries.into_iter().map(|entry| (entry, about.clone()));
        self.0.entry(tenant).or_default().extend(entries);
    }

    /// Locks every account in which something is to move, until the end of the transaction.
    pub(in super::super) async fn hold(&self, txn: &DatabaseTransaction) -> Result<(), StoreError> {
        for (tenant, entries) in &self.0 {
            books::hold(txn, *tenant, entries).await?;
        }
        Ok(())
    }

    /// Makes the entries, all of them or none.
    pub(in super::super) async fn enter(
        &self,
        txn: &DatabaseTransaction,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for (tenant, entries) in &self.0 {
            books::enter(txn, *tenant, at, entries).await?;
        }
        Ok(())
    }
}
