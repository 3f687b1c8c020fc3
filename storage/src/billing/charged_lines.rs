//! The lines by which something was charged, and what was given back of each since: what a credit is taken from.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::invoice::{ChargedLine, Credited};
use billing_core::{ChargeKind, ComponentId, Currency, DueKey, Money, TaxedAmount};
use entitlement::Timestamp;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};

use super::line_taxes;
use crate::among;
use crate::entity::invoice_line;
use crate::error::{During as _, Kind, StoreError};

/// Charges of subscriptions by their keys; of each key the oldest first.
#[derive(Default)]
pub(super) struct ChargedLines {
    of_key: BTreeMap<(i64, DueKey), Vec<Place>>,
    lines: BTreeMap<Place, ChargedLine>,
}

/// The row of an invoice, and the place of a line on it.
type Place = (i64, i64);

impl ChargedLines {
    /// What was charged for these keys of subscriptions, what is charged once left out.
    pub(super) async fn of_keys(
        db: &impl ConnectionTrait,
        keys: &BTreeSet<(i64, DueKey)>,
    ) -> Result<Self, StoreError> {
        let (mut all, backend) = (Self::default(), db.get_database_backend());
        let keys: Vec<_> = keys.iter().collect();
        for keys in keys.chunks(among::VALUES_MAX) {
            let of = keys.iter().map(|(subscription, _)| *subscription).collect::<BTreeSet<_>>();
            let begins = keys.iter().map(|(_, key)| key.begins.unix_ms()).collect::<BTreeSet<_>>();
            let rows = invoice_line::Entity::find()
                .filter(among::numbers(backend, "subscription_id", of))
                .filter(among::numbers(backend, "begins", begins))
                .filter(invoice_line::Column::Ordinal.gt(0))
                .order_by_asc(invoice_line::Column::Ordinal)
                .order_by_asc(invoice_line::Column::Id)
                .all(db);
            let mut rows = rows.await.during("read what was charged")?;
            let keys: BTreeSet<_> = keys.iter().copied().collect();
            rows.retain(|row| keys.contains(&(row.subscription_id, key_of(row))));
            for row in rows.iter().filter(|row| row.of_invoice_id.is_none()) {
                all.charge(row)?;
            }
            for row in rows.iter().filter(|row| row.of_invoice_id.is_some()) {
                all.give_back(row)?;
            }
        }
        Ok(all)
    }

    /// The charges of a key, the oldest first, each with the invoice and the place on it.
    pub(super) fn of(&self, subscription: i64, key: DueKey) -> Vec<(Place, &ChargedLine)> {
        let places = self.of_key.get(&(subscription, key)).into_iter().flatten();
        places.filter_map(|place| Some((*place, self.lines.get(place)?))).collect()
    }

    /// The invoices on which they are.
    pub(super) fn invoices(&self) -> BTreeSet<i64> {
        self.lines.keys().map(|(invoice, _)| *invoice).collect()
    }

    fn charge(&mut self, row: &invoice_line::Model) -> Result<(), StoreError> {
        if row.amount_minor <= 0 {
            return Ok(());
        }
        let (currency, place) = (currency(row)?, (row.invoice_id, row.place));
        let [net, gross] = [row.net_minor, row.gross_minor].map(|it| Money::new(it, currency));
        let (taxation, amount) = line_taxes::read(&row.taxation, currency, [net, gross])?;
        let credited = Credited::nothing(currency);
        self.lines.insert(place, ChargedLine { taxation, amount, credited });
        self.of_key.entry((row.subscription_id, key_of(row))).or_default().push(place);
        Ok(())
    }

    fn give_back(&mut self, row: &invoice_line::Model) -> Result<(), StoreError> {
        let of = row.of_invoice_id.zip(row.of_place);
        let charged = of.and_then(|place| self.lines.get_mut(&place));
        let charged =
            charged.ok_or_else(|| corrupt(row, "it gives back a line that is not there"))?;
        add(&mut charged.credited, row)
    }
}

/// Adds what a line gives back.
pub(super) fn add(credited: &mut Credited, row: &invoice_line::Model) -> Result<(), StoreError> {
    let currency = currency(row)?;
    let [net, gross] = [row.net_minor, row.gross_minor].map(|it| Money::new(it, currency));
    let (_, amount) = line_taxes::read(&row.taxation, currency, [net, gross])?;
    let out_of_range = |_| corrupt(row, "it is out of range");
    let TaxedAmount { taxes, .. } = amount.negated().map_err(out_of_range)?;
    let stated = Money::new(row.amount_minor, currency).negated().map_err(out_of_range)?;
    let quantity = u32::try_from(row.quantity).unwrap_or(u32::MAX);
    credited.add(stated, &taxes, quantity).map_err(out_of_range)
}

/// What a line is for.
pub(super) fn key_of(row: &invoice_line::Model) -> DueKey {
    DueKey {
        component: ComponentId(row.product_id),
        kind: if row.is_usage == 0 { ChargeKind::Price } else { ChargeKind::Usage },
        begins: Timestamp::from_unix_ms(row.begins),
    }
}

fn currency(row: &invoice_line::Model) -> Result<Currency, StoreError> {
    row.currency.parse().map_err(|_| corrupt(row, "its currency is none"))
}

fn corrupt(row: &invoice_line::Model, problem: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Invoice,
        row: row.invoice_id.to_string(),
        problem: format!("line {}: {problem}", row.place + 1),
    }
}
