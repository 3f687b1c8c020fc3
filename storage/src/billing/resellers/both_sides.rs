//! What moves in the books of several tenants at once.

use core::ops::Bound::{Excluded, Unbounded};
use std::collections::BTreeMap;

use billing_core::ledger::{AccountName, Entry};
use billing_core::reseller::{TenantEntries, other_side};
use entitlement::{TenantId, Timestamp};
use sea_orm::DatabaseTransaction;

use crate::billing::books::{self, About, NamedIn};
use crate::billing::settings;
use crate::error::StoreError;
use crate::unit::Unit;

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
    pub(in super::super) fn of_all(postings: Vec<TenantEntries>, about: &About) -> Self {
        let mut all = Self::default();
        postings.into_iter().for_each(|postings| all.add(postings, about));
        all
    }

    pub(super) fn add(&mut self, TenantEntries { tenant, entries }: TenantEntries, about: &About) {
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

    /// As [`hold`](Self::hold), of the tenants before this one in their order: those of its own are held
    /// with others of it.
    pub(in super::super) async fn hold_before(
        &self,
        txn: &DatabaseTransaction,
        own: TenantId,
    ) -> Result<(), StoreError> {
        for (tenant, entries) in self.0.range(..own) {
            books::hold(txn, *tenant, entries).await?;
        }
        Ok(())
    }

    /// As [`hold_before`](Self::hold_before), of the tenants behind this one.
    pub(in super::super) async fn hold_behind(
        &self,
        txn: &DatabaseTransaction,
        own: TenantId,
    ) -> Result<(), StoreError> {
        for (tenant, entries) in self.0.range((Excluded(own), Unbounded)) {
            books::hold(txn, *tenant, entries).await?;
        }
        Ok(())
    }

    /// The accounts in which something moves, by tenant.
    pub(in super::super) fn accounts(&self) -> BTreeMap<TenantId, NamedIn> {
        let named = |entries: &[(Entry, About)]| books::named(entries.iter().map(|(it, _)| it));
        self.0.iter().map(|(tenant, entries)| (*tenant, named(entries))).collect()
    }

    /// What moves in the books of a tenant.
    pub(super) fn of_tenant(&self, tenant: TenantId) -> impl Iterator<Item = &Entry> {
        self.0.get(&tenant).into_iter().flatten().map(|(entry, _)| entry)
    }

    /// What moves in the books of a tenant, and what for.
    pub(super) fn entries_of(&self, tenant: TenantId) -> &[(Entry, About)] {
        self.0.get(&tenant).map(Vec::as_slice).unwrap_or_default()
    }

    /// As [`enter`](Self::enter), in the books of each at the moment, or at the first that is open there:
    /// what a customer has paid is not refused because the books of a level above are closed.
    pub(in super::super) async fn enter_when_open(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for (tenant, entries) in &self.0 {
            let closed_until = settings::read(&unit.txn, *tenant).await?.closed_until;
            let at = closed_until.map_or(at, |closed| closed.max(at));
            books::enter(unit, *tenant, at, entries).await?;
        }
        Ok(())
    }

    /// As [`enter_when_open`](Self::enter_when_open), of what resellers owe whatever they have: their
    /// accounts may come below nothing by it, and by nothing else. They are held.
    pub(in super::super) async fn enter_owed(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let is_resellers = |(entry, _): &(Entry, About)| match entry.debit {
            AccountName::Reseller(_) => Some(entry.debit.to_string()),
            _ => None,
        };
        let mut limited = Vec::new();
        for (tenant, entries) in &self.0 {
            let names: Vec<_> = entries.iter().filter_map(is_resellers).collect();
            limited.extend(books::unlimit(&unit.txn, *tenant, &names).await?);
        }
        self.enter_when_open(unit, at).await?;
        books::limit_again(&unit.txn, &limited).await
    }

    /// As [`enter`](Self::enter), of what is taken back: the account of a reseller to whom no less comes than
    /// goes by all of it together may be below nothing meanwhile, and before. The accounts are held.
    pub(super) async fn enter_together(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut limited = Vec::new();
        for (tenant, entries) in &self.0 {
            let mut nets: BTreeMap<String, i128> = BTreeMap::new();
            for (entry, _) in entries {
                let minor = i128::from(entry.amount.amount_minor());
                for (name, change) in [(&entry.credit, minor), (&entry.debit, -minor)] {
                    if matches!(name, AccountName::Reseller(_)) {
                        *nets.entry(name.to_string()).or_default() += change;
                    }
                }
            }
            let covered = nets.into_iter().filter(|(_, net)| *net >= 0);
            let names: Vec<_> = covered.map(|(name, _)| name).collect();
            limited.extend(books::unlimit(&unit.txn, *tenant, &names).await?);
        }
        self.enter(unit, at).await?;
        books::limit_again(&unit.txn, &limited).await
    }

    /// Makes the entries, all of them or none.
    pub(in super::super) async fn enter(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for (tenant, entries) in &self.0 {
            books::enter(unit, *tenant, at, entries).await?;
        }
        Ok(())
    }
}
