//! Records of what was used.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::rating::metered::UsageRecord;
use entitlement::Timestamp;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, Value,
};

use super::check::{Checked, Held, check_open};
use super::{Metered, MeteringImported, NewMeasurement, OnKnown, Touched};
use crate::among;
use crate::entity::usage_record;
use crate::error::{During as _, Kind, StoreError};
use crate::names;
use crate::unit::Unit;
use crate::values;

/// Most records that are looked up at once.
const RECORDS_PER_READ: usize = 2_000;

const INSERT: &str = "insert into usage_record (tenant_id, source, record, subscription_id, \
     product_id, at, until_at, units, created_at)";
const ON_CONFLICT: &str = "on conflict (tenant_id, source, record) do update set \
     subscription_id = excluded.subscription_id, product_id = excluded.product_id, \
     at = excluded.at, until_at = excluded.until_at, units = excluded.units";

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Body {
    subscription: i64,
    product: i64,
    at: i64,
    until: Option<i64>,
    units: i64,
}

type Known<'n> = BTreeMap<(&'n str, &'n str), Body>;

pub(super) async fn keep(
    unit: &Unit<'_>,
    held: &Held<'_>,
    checked: &[Checked<'_>],
    on_known: OnKnown,
    outcome: &mut MeteringImported,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for it in checked {
        if let Metered::Record { source, record, at, until, units } = it.what {
            let body = Body {
                subscription: it.subscription,
                product: it.product,
                at: at.unix_ms(),
                until: until.map(Timestamp::unix_ms),
                // It was checked to fit.
                units: i64::try_from(*units).unwrap_or(i64::MAX),
            };
            all.push((it.index, (source.as_str(), record.as_str()), body));
        }
    }
    let mut known = read_known(unit, all.iter().map(|(_, key, _)| *key)).await?;
    let (mut new, mut corrected) = (Known::new(), Known::new());
    for (index, key, body) in all {
        match (known.get(&key), on_known) {
            (None, _) => outcome.added += 1,
            (Some(before), _) if *before == body => {
                outcome.known += 1;
                continue;
            }
            (Some(before), OnKnown::Refuse) => {
                outcome.refused.push((index, is_known(key, before, &body)));
                continue;
            }
            (Some(before), OnKnown::Correct) => {
                if let Err(problem) = check_movable(held, key, before) {
                    outcome.refused.push((index, problem));
                    continue;
                }
                outcome.corrected += 1;
                touch(touched, before);
            }
        }
        touch(touched, &body);
        // What is new and corrected by the same file is new.
        let of = if known.insert(key, body).is_none() || new.contains_key(&key) {
            &mut new
        } else {
            &mut corrected
        };
        of.insert(key, body);
    }
    let row = |((source, record), body): ((&str, &str), Body)| {
        [
            unit.tenant.0.into(),
            source.into(),
            record.into(),
            body.subscription.into(),
            body.product.into(),
            body.at.into(),
            Value::BigInt(body.until),
            body.units.into(),
            unit.now.unix_ms().into(),
        ]
    };
    let operation = "keep the records";
    // Should somebody else tell of one that is new here in the same moment, this fails instead of changing it.
    values::insert(&unit.txn, INSERT, new.into_iter().map(row).collect(), "", operation).await?;
    let corrected = corrected.into_iter().map(row).collect();
    values::insert(&unit.txn, INSERT, corrected, ON_CONFLICT, operation).await
}

fn touch(touched: &mut Touched, body: &Body) {
    let at = Timestamp::from_unix_ms(body.at);
    let earliest = touched.entry(body.subscription).or_insert(at);
    *earliest = at.min(*earliest);
}

/// What is known can be taken away from where it is: the books of its time are open, and its subscriber is
/// held.
fn check_movable(
    held: &Held<'_>,
    (source, record): (&str, &str),
    known: &Body,
) -> Result<(), String> {
    check_open(held.ground, Timestamp::from_unix_ms(known.at)).map_err(|problem| {
        format!("record `{record}` of `{source}` is known, and cannot be corrected: {problem}")
    })?;
    if held.subscriptions.contains_key(&known.subscription) {
        return Ok(());
    }
    Err(format!(
        "record `{record}` of `{source}` was moved to subscription {} in the same moment; correct it again \
         if it is to be this",
        known.subscription
    ))
}

/// Of which subscriptions those are known that are told of.
pub(super) async fn subscriptions(
    unit: &Unit<'_>,
    measurements: &[NewMeasurement],
) -> Result<BTreeSet<i64>, StoreError> {
    let keys = measurements.iter().filter_map(|new| match &new.what {
        Metered::Record { source, record, .. } => Some((source.as_str(), record.as_str())),
        Metered::Sample { .. } => None,
    });
    let known = read_known(unit, keys).await?;
    Ok(known.into_values().map(|body| body.subscription).collect())
}

fn is_known((source, record): (&str, &str), known: &Body, told: &Body) -> String {
    let mut differs = Vec::new();
    let of_other = known.subscription != told.subscription || known.product != told.product;
    if of_other {
        differs.push(format!("of subscription {}, product {}", known.subscription, known.product));
    }
    if (known.at, known.until) != (told.at, told.until) {
        differs.push("of another time".to_owned());
    }
    if known.units != told.units {
        differs.push(format!("of {} units instead of {}", known.units, told.units));
    }
    format!(
        "record `{record}` of `{source}` is known already, {}; correct it if it is to be this, or give it \
         a name of its own",
        differs.join(" and ")
    )
}

async fn read_known<'n>(
    unit: &Unit<'_>,
    keys: impl Iterator<Item = (&'n str, &'n str)>,
) -> Result<Known<'n>, StoreError> {
    let mut by_source: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (source, record) in keys {
        by_source.entry(source).or_default().push(record);
    }
    let backend = unit.txn.get_database_backend();
    let mut known = Known::new();
    for (source, mut names) in by_source {
        names.sort_unstable();
        names.dedup();
        for names in names.chunks(RECORDS_PER_READ) {
            let rows = usage_record::Entity::find()
                .filter(usage_record::Column::TenantId.eq(unit.tenant.0))
                .filter(usage_record::Column::Source.eq(source))
                .filter(among::texts(backend, "record", names.iter().copied()))
                .all(&unit.txn);
            for row in rows.await.during("read the records")? {
                // The name as it was given, which lives longer than the row.
                if let Ok(place) = names.binary_search(&row.record.as_str())
                    && let Some(name) = names.get(place)
                {
                    known.insert((source, *name), body(&row));
                }
            }
        }
    }
    Ok(known)
}

const fn body(row: &usage_record::Model) -> Body {
    Body {
        subscription: row.subscription_id,
        product: row.product_id,
        at: row.at,
        until: row.until_at,
        units: row.units,
    }
}

/// The record of this name.
pub(super) async fn find(
    unit: &Unit<'_>,
    source: &str,
    record: &str,
) -> Result<usage_record::Model, StoreError> {
    let found = usage_record::Entity::find()
        .filter(usage_record::Column::TenantId.eq(unit.tenant.0))
        .filter(usage_record::Column::Source.eq(source))
        .filter(usage_record::Column::Record.eq(record))
        .one(&unit.txn);
    let name = format!("{source}/{record}");
    found
        .await
        .during("find the record")?
        .ok_or_else(|| names::not_found(Kind::Metering, &name, []))
}

pub(super) async fn delete(unit: &Unit<'_>, id: i64) -> Result<(), StoreError> {
    let delete = usage_record::Entity::delete_by_id(id).exec(&unit.txn).await;
    delete.during("take back the record").map(|_| ())
}

/// The records of these subscriptions since a moment, by subscription and product.
pub(super) async fn since(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
    from: Option<Timestamp>,
) -> Result<BTreeMap<(i64, i64), Vec<UsageRecord>>, StoreError> {
    let backend = db.get_database_backend();
    let rows = usage_record::Entity::find()
        .filter(among::numbers(backend, "subscription_id", subscriptions.iter().copied()))
        .filter(usage_record::Column::At.gte(from.map_or(i64::MIN, Timestamp::unix_ms)))
        .order_by_asc(usage_record::Column::At)
        .all(db);
    let mut all: BTreeMap<(i64, i64), Vec<UsageRecord>> = BTreeMap::new();
    for row in rows.await.during("read the records")? {
        let units = u64::try_from(row.units).map_err(|_| StoreError::Corrupt {
            what: Kind::Metering,
            row: row.id.to_string(),
            problem: format!("it is of {} units", row.units),
        })?;
        all.entry((row.subscription_id, row.product_id)).or_default().push(UsageRecord {
            at: Timestamp::from_unix_ms(row.at),
            until: row.until_at.map(Timestamp::from_unix_ms),
            units,
        });
    }
    Ok(all)
}
