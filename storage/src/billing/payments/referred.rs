//! Whom a payer means by what he has written.

use billing_core::payment::{AccountReference, InvoiceId, MatchedBy};
use billing_core::{Currency, MoneyError};
use entitlement::SubscriberId;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    Statement, Value,
};

use super::Payments;
use crate::billing::settings;
use crate::entity::{invoice, subscriber};
use crate::error::{During as _, Kind, StoreError};
use crate::unit::Unit;

/// The most subscribers of one telephone number that are looked at.
const PHONES_MAX: u64 = 10;

/// Whom a reference means, by what it is: one at most.
#[derive(Default)]
pub(super) struct ReferredBy {
    pub(super) accounts: Vec<SubscriberId>,
    /// With what they are to be paid in.
    pub(super) invoices: Vec<(InvoiceId, SubscriberId, Currency)>,
    pub(super) phones: Vec<SubscriberId>,
}

impl ReferredBy {
    fn account(owner: SubscriberId) -> Self {
        Self { accounts: vec![owner], ..Self::default() }
    }

    fn invoice(row: &invoice::Model) -> Result<Self, StoreError> {
        let currency = row.currency.parse().map_err(|_| StoreError::Corrupt {
            what: Kind::Invoice,
            row: row.id.to_string(),
            problem: format!("`{}` is no currency", row.currency),
        })?;
        let invoice = (InvoiceId(row.id), SubscriberId(row.subscriber_id), currency);
        Ok(Self { invoices: vec![invoice], ..Self::default() })
    }

    /// Whom.
    pub(super) fn owner(&self) -> Option<(SubscriberId, MatchedBy)> {
        let accounts = self.accounts.iter().map(|owner| (*owner, MatchedBy::Account));
        let invoices = self.invoices.iter();
        let invoices = invoices.map(|(invoice, of, _)| (*of, MatchedBy::Invoice(*invoice)));
        let phones = self.phones.iter().map(|owner| (*owner, MatchedBy::Phone));
        accounts.chain(invoices).chain(phones).next()
    }

    /// Refuses an invoice of which money pays nothing.
    pub(super) fn check_pays(&self, paid_in: Currency) -> Result<(), MoneyError> {
        match self.invoices.iter().find(|(_, _, currency)| *currency != paid_in) {
            Some((_, _, currency)) => {
                Err(MoneyError::CurrencyMismatch { left: paid_in, right: *currency })
            }
            None => Ok(()),
        }
    }
}

impl Payments<'_> {
    /// Whom a text means, and which invoice.
    pub(super) async fn referred(
        &self,
        unit: &Unit<'_>,
        reference: Option<&str>,
    ) -> Result<ReferredBy, StoreError> {
        let Some(reference) = reference.map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(ReferredBy::default());
        };
        let owner = subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::Name.eq(reference))
            .one(&unit.txn);
        if let Some(owner) = owner.await.during("find who has paid")? {
            return Ok(ReferredBy::account(SubscriberId(owner.id)));
        }
        let invoice = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Label.eq(reference))
            .one(&unit.txn);
        let invoice = invoice.await.during("find what was paid")?;
        match invoice {
            Some(row) => ReferredBy::invoice(&row),
            None => self.referred_otherwise(unit, reference).await,
        }
    }

    /// Whom a text means as payers type: in capital or small letters, with blanks. A name that two
    /// subscribers have so means nobody.
    async fn referred_otherwise(
        &self,
        unit: &Unit<'_>,
        reference: &str,
    ) -> Result<ReferredBy, StoreError> {
        let Ok(reference) = reference.parse::<AccountReference>() else {
            return Ok(ReferredBy::default());
        };
        let backend = unit.txn.get_database_backend();
        let sql = "select id from subscriber where tenant_id = $1 and lower(name) = $2 limit 2";
        let values = [Value::from(self.tenant.0), reference.as_str().to_lowercase().into()];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let operation = "find who has paid";
        let found = unit.txn.query_all_raw(statement).await.during(operation)?;
        match found.as_slice() {
            [only] => {
                let owner = SubscriberId(only.try_get("", "id").during(operation)?);
                return Ok(ReferredBy::account(owner));
            }
            [_, _, ..] => return Ok(ReferredBy::default()),
            [] => {}
        }
        let invoice = invoice::Entity::find()
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .filter(invoice::Column::Label.eq(reference.as_str()))
            .one(&unit.txn);
        let invoice = invoice.await.during("find what was paid")?;
        match invoice {
            Some(row) => ReferredBy::invoice(&row),
            None => self.referred_by_phone(unit, &reference).await,
        }
    }

    /// Whose telephone number a text is, where the tenant looks those up. One that two subscribers have means
    /// nobody.
    async fn referred_by_phone(
        &self,
        unit: &Unit<'_>,
        reference: &AccountReference,
    ) -> Result<ReferredBy, StoreError> {
        let Some(home) = settings::read(&unit.txn, self.tenant).await?.calling_code else {
            return Ok(ReferredBy::default());
        };
        let Some(phone) = reference.phone(&home) else { return Ok(ReferredBy::default()) };
        let rows = subscriber::Entity::find()
            .filter(subscriber::Column::TenantId.eq(self.tenant.0))
            .filter(subscriber::Column::PhoneDigits.is_in(home.written(&phone)))
            .limit(PHONES_MAX)
            .all(&unit.txn);
        let rows = rows.await.during("find whose telephone number it is")?;
        // What is written alike may be another number: `254` without a sign before it may be of a town.
        let is_it = |row: &&subscriber::Model| {
            let written = row.phone.as_deref().and_then(|text| text.parse().ok());
            let number = written.and_then(|written: AccountReference| written.phone(&home));
            number.as_ref() == Some(&phone)
        };
        let whose: Vec<_> = rows.iter().filter(is_it).collect();
        let phones = match whose.as_slice() {
            [only] => vec![SubscriberId(only.id)],
            _ => Vec::new(),
        };
        Ok(ReferredBy { phones, ..ReferredBy::default() })
    }
}
