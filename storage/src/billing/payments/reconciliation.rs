//! What a provider says to have moved, compared with receipts, the ledger and what was activated. However
//! long the statement is, it is a handful of queries.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::ledger::{AccountName, Provider, TransferId, TransferSource};
use billing_core::payment::{
    Booked, BookedKind, LineKind, Movement, Progress, ReceiptEvent, ReceiptNumber, Reconciled,
    RefundId, ReversalId, Scope, StatementLine, TakeBack, reconcile,
};
use billing_core::{Currency, Money};
use entitlement::Timestamp;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, Statement, Value,
};

use super::{Payments, corrupt};
use crate::among;
use crate::billing::{intents, receipt_words};
use crate::entity::{account, receipt, receipt_event, take_back};
use crate::error::{During as _, Kind, StoreError};
use crate::sink::hexadecimal;

const OPERATION: &str = "compare a provider's statement";

/// What the ledger has moved for a row, by its source, its number and its currency.
type Moved = BTreeMap<(TransferSource, i64, &'static str), Money>;

/// The numbers that a statement has, each with what it is about.
type Named<'l> = BTreeSet<(&'l str, Movement)>;

impl Payments<'_> {
    /// Compares a provider's statement with what was received by that provider and taken back, with what the
    /// ledger has moved for it, and with the renewals that were paid. What is under a number of the statement
    /// is looked at whenever it was booked.
    ///
    /// # Errors
    /// [`StoreError::Rule`] of too many lines; when the store cannot be read.
    pub async fn reconcile(
        &self,
        provider: &Provider,
        statement: &[StatementLine],
        scope: &Scope,
    ) -> Result<Reconciled, StoreError> {
        let booked = self.booked(provider, statement, scope).await?;
        reconcile(statement, &booked, scope).map_err(|error| StoreError::Rule {
            what: Kind::Payment,
            name: format!("of {provider}"),
            source: error.into(),
        })
    }

    /// Everything that was booked of a provider within the stretch, or under a number of the statement.
    async fn booked(
        &self,
        provider: &Provider,
        statement: &[StatementLine],
        scope: &Scope,
    ) -> Result<Vec<Booked>, StoreError> {
        let numbers: BTreeSet<&str> = statement.iter().map(|line| line.number.as_str()).collect();
        let receipts = self.receipts_of(provider, &numbers, scope).await?;
        let ids = || receipts.iter().map(|row| row.id);
        let taken = self.taken_of(ids()).await?;
        let waiting = intents::waiting(self.store, self.tenant, ids()).await?;
        let named: Named<'_> = statement
            .iter()
            .filter_map(|line| match line.kind {
                LineKind::Movement(movement) => Some((line.number.as_str(), movement)),
                LineKind::Fee => None,
            })
            .collect();
        let (mut booked, mut rows) = (Vec::new(), Vec::new());
        for row in &receipts {
            let taken = taken.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            let payment = booked_payment(row, taken, waiting.get(&row.id).copied())?;
            rows.push((TransferSource::Receipt, row.id));
            rows.extend(taken.iter().map(|it| (it.source(), it.id)));
            let taken: Vec<_> = taken.iter().map(|it| it.booked(&payment.number, &named)).collect();
            booked.push(payment);
            booked.extend(taken);
        }
        let moved = self.moved(provider, &rows).await?;
        for (ours, (source, row)) in booked.iter_mut().zip(rows) {
            let code = ours.amount.currency().code();
            if let Some(money) = moved.get(&(source, row, code)) {
                ours.moved = *money;
            }
        }
        Ok(booked)
    }

    /// The receipts within the stretch or under these numbers, and those of which something was taken back
    /// so.
    async fn receipts_of(
        &self,
        provider: &Provider,
        numbers: &BTreeSet<&str>,
        scope: &Scope,
    ) -> Result<Vec<receipt::Model>, StoreError> {
        let reader = &self.store.database().reader;
        let backend = reader.get_database_backend();
        let (from, until) = (scope.stretch.from().unix_ms(), scope.stretch.until().unix_ms());
        let among = |column| among::texts(backend, column, numbers.iter().copied());
        // As numbers are compared: in capital letters, without blanks.
        let reference = among("upper(replace(replace(reference, ' ', ''), '\t', ''))");
        let taken = Query::select()
            .column(take_back::Column::ReceiptId)
            .from(take_back::Entity)
            .and_where(Expr::col(take_back::Column::TenantId).eq(self.tenant.0))
            .cond_where(
                Condition::any()
                    .add(
                        Expr::col(take_back::Column::At)
                            .gte(from)
                            .and(Expr::col(take_back::Column::At).lt(until)),
                    )
                    .add(reference),
            )
            .to_owned();
        let wanted = Condition::any()
            .add(
                Condition::all()
                    .add(receipt::Column::ReceivedAt.gte(from))
                    .add(receipt::Column::ReceivedAt.lt(until)),
            )
            .add(among("number"))
            .add(receipt::Column::Id.in_subquery(taken));
        let rows = receipt::Entity::find()
            .filter(receipt::Column::TenantId.eq(self.tenant.0))
            .filter(receipt::Column::Provider.eq(provider.to_string()))
            .filter(wanted)
            .order_by_asc(receipt::Column::Id)
            .all(reader);
        rows.await.during(OPERATION)
    }

    /// What was taken back of these receipts and has left us, by receipt.
    async fn taken_of(
        &self,
        receipts: impl Iterator<Item = i64>,
    ) -> Result<BTreeMap<i64, Vec<Taken>>, StoreError> {
        let reader = &self.store.database().reader;
        let backend = reader.get_database_backend();
        let rows = take_back::Entity::find()
            .filter(take_back::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(backend, "receipt_id", receipts))
            .all(reader);
        let rows = rows.await.during(OPERATION)?;
        let by_id: BTreeMap<i64, &take_back::Model> =
            rows.iter().map(|row| (row.id, row)).collect();
        let currencies: BTreeMap<i64, &str> =
            rows.iter().map(|row| (row.receipt_id, row.currency.as_str())).collect();
        // How much it was is known by what has become of the receipts.
        let events = receipt_event::Entity::find()
            .filter(receipt_event::Column::TenantId.eq(self.tenant.0))
            .filter(among::numbers(backend, "receipt_id", currencies.keys().copied()))
            .order_by_asc(receipt_event::Column::Id)
            .all(reader);
        let mut taken: BTreeMap<i64, Vec<Taken>> = BTreeMap::new();
        for event in events.await.during(OPERATION)? {
            let wrong = || corrupt(event.receipt_id, "what has become of it");
            let currency = currencies.get(&event.receipt_id).and_then(|code| code.parse().ok());
            let currency = currency.ok_or_else(wrong)?;
            let read = receipt_words::read(&event.event, currency).ok_or_else(wrong)?;
            let ReceiptEvent::TakenBack(it) = read else { continue };
            let (TakeBack::Refund(RefundId(id), _) | TakeBack::Reversal(ReversalId(id))) = it.by;
            // What was entered since the rows were read is left to the next time.
            let Some(row) = by_id.get(&id).filter(|_| it.by.leaves_us()) else { continue };
            taken.entry(event.receipt_id).or_default().push(Taken {
                id,
                by: it.by,
                amount: it.amount().map_err(|_| wrong())?,
                reference: row.reference.clone(),
                at: Timestamp::from_unix_ms(row.at),
            });
        }
        Ok(taken)
    }

    /// What the ledger has moved for these rows between the provider and us.
    async fn moved(
        &self,
        provider: &Provider,
        rows: &[(TransferSource, i64)],
    ) -> Result<Moved, StoreError> {
        let mut moved = Moved::new();
        let reader = &self.store.database().reader;
        let accounts = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.eq(AccountName::Clearing(provider.clone()).to_string()))
            .all(reader);
        let accounts = accounts.await.during(OPERATION)?;
        let currencies: BTreeMap<i64, Currency> =
            accounts.iter().filter_map(|row| Some((row.id, row.currency.parse().ok()?))).collect();
        if rows.is_empty() || currencies.is_empty() {
            return Ok(moved);
        }
        let backend = reader.get_database_backend();
        let end = |place: u16| {
            let octets = rows.iter().map(|(source, row)| TransferId::of(*source, *row, place));
            octets.map(|id| id.0.to_be_bytes()).collect::<Vec<_>>()
        };
        let (lows, highs) = (end(u16::MIN), end(u16::MAX));
        let values = pairs(backend, &lows, &highs);
        let sql = match backend {
            DbBackend::Postgres => {
                "select t.id, t.debit_account_id, t.credit_account_id, t.amount_minor \
                 from unnest($2::text::bytea[], $3::text::bytea[]) as r (low, high) \
                 join transfer t on t.tenant_id = $1 and t.id between r.low and r.high \
                 where t.kind = 'move'"
            }
            _ => {
                "select t.id, t.debit_account_id, t.credit_account_id, t.amount_minor \
                 from json_each($2) r cross join transfer t on t.tenant_id = $1 \
                 and t.id between unhex(json_extract(r.value, '$[0]')) \
                 and unhex(json_extract(r.value, '$[1]')) where t.kind = 'move'"
            }
        };
        let mut parameters = vec![Value::from(self.tenant.0)];
        parameters.extend(values);
        let statement = Statement::from_sql_and_values(backend, sql, parameters);
        for row in reader.query_all_raw(statement).await.during(OPERATION)? {
            let id: Vec<u8> = row.try_get("", "id").during(OPERATION)?;
            let debit: Option<i64> = row.try_get("", "debit_account_id").during(OPERATION)?;
            let credit: Option<i64> = row.try_get("", "credit_account_id").during(OPERATION)?;
            let minor: i64 = row.try_get("", "amount_minor").during(OPERATION)?;
            let id = id.try_into().ok().map(u128::from_be_bytes).map(TransferId);
            let Some((source, row)) = id.and_then(TransferId::source) else { continue };
            // A receipt debits the account of its provider, and what is taken back credits it.
            let (ours, other) = match source {
                TransferSource::Receipt => (debit, credit),
                _ => (credit, debit),
            };
            let currency = |id: Option<i64>| id.and_then(|id| currencies.get(&id).copied());
            let (currency, minor) = match (currency(ours), currency(other)) {
                (Some(currency), _) => (currency, minor),
                (None, Some(currency)) => (currency, minor.saturating_neg()),
                (None, None) => continue,
            };
            let sum = moved
                .entry((source, row, currency.code()))
                .or_insert_with(|| Money::zero(currency));
            *sum = sum.plus(Money::new(minor, currency)).map_err(|error| StoreError::Rule {
                what: Kind::Payment,
                name: row.to_string(),
                source: error.into(),
            })?;
        }
        Ok(moved)
    }
}

/// Two lists of equal length as parameters of one statement.
fn pairs(backend: DbBackend, lows: &[[u8; 16]], highs: &[[u8; 16]]) -> Vec<Value> {
    if backend == DbBackend::Postgres {
        let array = |all: &[[u8; 16]]| {
            let mut array = among::Array::default();
            all.iter().for_each(|octets| array.octets(octets));
            Value::from(array.finish())
        };
        return vec![array(lows), array(highs)];
    }
    let pairs = lows.iter().zip(highs).map(|(low, high)| [hexadecimal(low), hexadecimal(high)]);
    let pairs: Vec<_> = pairs.map(|pair| serde_json::Value::from(pair.to_vec())).collect();
    vec![serde_json::Value::from(pairs).to_string().into()]
}

/// Something that was taken back and has left us.
struct Taken {
    id: i64,
    by: TakeBack,
    amount: Money,
    reference: String,
    at: Timestamp,
}

impl Taken {
    const fn source(&self) -> TransferSource {
        match self.by {
            TakeBack::Refund(..) => TransferSource::Refund,
            TakeBack::Reversal(_) => TransferSource::Reversal,
        }
    }

    /// As it is compared, under its own number, if the statement has that, and otherwise under that of the
    /// payment.
    fn booked(&self, payment: &ReceiptNumber, named: &Named<'_>) -> Booked {
        let kind = match self.by {
            TakeBack::Refund(..) => BookedKind::Refund,
            TakeBack::Reversal(_) => BookedKind::Reversal,
        };
        let own = self.reference.parse::<ReceiptNumber>().ok();
        let is_named = |number: &ReceiptNumber| named.contains(&(number.as_str(), kind.movement()));
        Booked {
            number: own.filter(is_named).unwrap_or_else(|| payment.clone()),
            kind,
            amount: self.amount,
            moved: Money::zero(self.amount.currency()),
            at: self.at,
        }
    }
}

/// A receipt as it is compared; `waiting`: since when what was bought with it waits to be activated.
fn booked_payment(
    row: &receipt::Model,
    taken: &[Taken],
    waiting: Option<Timestamp>,
) -> Result<Booked, StoreError> {
    let currency = row.currency.parse().map_err(|_| corrupt(row.id, "its currency"))?;
    let amount = Money::new(row.amount_minor, currency);
    let gone = Money::sum(currency, taken.iter().map(|it| it.amount));
    let progress = match waiting {
        // Nobody waits for what was given back.
        _ if gone.is_ok_and(|gone| gone == amount) => Progress::Complete,
        _ if row.subscriber_id.is_none() => Progress::Paid,
        Some(at) => Progress::Applied { at },
        None => Progress::Complete,
    };
    Ok(Booked {
        number: row.number.parse().map_err(|_| corrupt(row.id, "its number"))?,
        kind: BookedKind::Payment(progress),
        amount,
        moved: Money::zero(currency),
        at: Timestamp::from_unix_ms(row.received_at),
    })
}
