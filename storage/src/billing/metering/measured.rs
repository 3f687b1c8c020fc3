//! What a billing run reads of what was measured. Who has nothing that is paid by use, and nothing about
//! which anything was promised, costs nothing here.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::rating::metered::{Direction, Measurement, UsageRecord};
use billing_core::{ComponentId, Measured, Outage, PriceList};
use entitlement::{TenantId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::{records, samples};
use crate::billing::catalogue::Catalogue;
use crate::billing::matter::Matter;
use crate::billing::outages;
use crate::error::{During as _, Kind, StoreError};

/// Which of the products that are sold are to be looked at, and for what.
#[derive(Default)]
struct Wanted {
    samples: BTreeSet<ComponentId>,
    records: BTreeSet<ComponentId>,
    accounting: BTreeMap<ComponentId, Direction>,
    promised: BTreeSet<ComponentId>,
}

impl Wanted {
    fn of(catalogue: &Catalogue) -> Self {
        let mut wanted = Self::default();
        let is_special = |list: &PriceList| !list.usage.is_empty() || !list.promises.is_empty();
        for (component, list) in catalogue.prices.iter().filter(|(_, list)| is_special(list)) {
            for version in &list.usage {
                match version.terms.price.measurement() {
                    Measurement::Samples => {
                        wanted.samples.insert(*component);
                    }
                    Measurement::Units | Measurement::Time | Measurement::Volume => {
                        wanted.records.insert(*component);
                    }
                    Measurement::Accounting(direction) => {
                        wanted.accounting.insert(*component, direction);
                    }
                }
            }
            if !list.promises.is_empty() {
                wanted.promised.insert(*component);
            }
        }
        wanted
    }

    fn is_nothing(&self) -> bool {
        self.samples.is_empty()
            && self.records.is_empty()
            && self.accounting.is_empty()
            && self.promised.is_empty()
    }
}

/// Adds to what is known of subscriptions what was measured of them, as far as their books are open.
pub(in super::super) async fn attach(
    db: &impl ConnectionTrait,
    (tenant, now): (TenantId, Timestamp),
    catalogue: &Catalogue,
    matters: &mut [Matter],
) -> Result<(), StoreError> {
    let wanted = Wanted::of(catalogue);
    if wanted.is_nothing() {
        return Ok(());
    }
    // Of each subscription that has something of it, since when.
    let mut from: BTreeMap<i64, Option<Timestamp>> = BTreeMap::new();
    let (mut sampled, mut recorded) = (Vec::new(), Vec::new());
    let (mut counted, mut promised) = (Vec::new(), Vec::new());
    let accounting = wanted.accounting.keys().copied().collect();
    for matter in matters.iter() {
        let has = |all: &BTreeSet<ComponentId>, of: &mut Vec<i64>| {
            let has = matter.timeline.components().iter().any(|it| all.contains(it));
            if has {
                of.push(matter.id.0);
            }
            has
        };
        let any = [
            has(&wanted.samples, &mut sampled),
            has(&wanted.records, &mut recorded),
            has(&accounting, &mut counted),
            has(&wanted.promised, &mut promised),
        ];
        if any.contains(&true) {
            // What cannot be reckoned is said when it is billed.
            from.insert(matter.id.0, matter.terms.open_from(&matter.timeline).unwrap_or(None));
        }
    }
    if from.is_empty() {
        return Ok(());
    }
    // The earliest of all; without a moment it is everything.
    let since = from.values().copied().min().flatten();
    let mut all_samples = match sampled.is_empty() {
        true => BTreeMap::new(),
        false => samples::since(db, &sampled, since).await?,
    };
    let mut all_records = match recorded.is_empty() {
        true => BTreeMap::new(),
        false => records::since(db, &recorded, since).await?,
    };
    if !counted.is_empty() {
        let octets =
            accounted(db, (tenant, since, now), matters, &counted, &wanted.accounting).await?;
        for (key, records) in octets {
            all_records.entry(key).or_default().extend(records);
        }
    }
    let outages = match promised.is_empty() {
        true => Vec::new(),
        false => outages::since(db, tenant, &promised, since).await?,
    };
    for matter in matters.iter_mut().filter(|matter| from.contains_key(&matter.id.0)) {
        let id = matter.id.0;
        let of = |all: &[(Option<i64>, Outage)]| -> Vec<Outage> {
            let concerned = all.iter().filter(|(whose, _)| whose.is_none_or(|whose| whose == id));
            concerned.map(|(_, outage)| *outage).collect()
        };
        matter.terms.measured =
            Measured::new(take(&mut all_samples, id), take(&mut all_records, id), of(&outages));
    }
    Ok(())
}

/// What is one subscription's, by component.
fn take<T>(all: &mut BTreeMap<(i64, i64), Vec<T>>, id: i64) -> BTreeMap<ComponentId, Vec<T>> {
    let own = all.extract_if((id, i64::MIN)..=(id, i64::MAX), |_, _| true);
    own.map(|((_, product), of)| (ComponentId(product), of)).collect()
}

/// The octets that the sessions of services have counted, by the hour in which they were reported.
///
/// The hours are known beforehand, so that each is looked for by its whole key: a range of moments alone
/// leads through the rows of every service.
const ACCOUNTED: &str = "with recursive hour (start) as (select cast($2 as bigint) \
     union all select start + 3600000 from hour where start + 3600000 < $3) \
     select service_id, bucket_start, upload_octets, download_octets from hour \
     join usage_hour on bucket_start = start and tenant_id = $1 and service_id {condition} \
     order by service_id, bucket_start";
const HOUR_MS: i64 = 3_600_000;

async fn accounted(
    db: &impl ConnectionTrait,
    (tenant, since, now): (TenantId, Option<Timestamp>, Timestamp),
    matters: &[Matter],
    ids: &[i64],
    wanted: &BTreeMap<ComponentId, Direction>,
) -> Result<BTreeMap<(i64, i64), Vec<UsageRecord>>, StoreError> {
    let operation = "read the usage of services";
    let concerned = || matters.iter().filter(|matter| ids.contains(&matter.id.0));
    let services = concerned().filter_map(|matter| matter.service);
    let services = services.map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let began = concerned().filter_map(|matter| matter.timeline.began_at()).min();
    let (Some(began), false) = (began, services.is_empty()) else { return Ok(BTreeMap::new()) };
    let backend = db.get_database_backend();
    let first = since.unwrap_or(began).max(began).unix_ms();
    let first = first.div_euclid(HOUR_MS).saturating_mul(HOUR_MS);
    let last = now.unix_ms();
    let (condition, services) = match backend {
        DbBackend::Postgres => ("= any($4::text::bigint[])", format!("{{{services}}}")),
        _ => ("in (select value from json_each($4))", format!("[{services}]")),
    };
    let sql = ACCOUNTED.replace("{condition}", condition);
    let values = [tenant.0.into(), first.into(), last.into(), Value::from(services)];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut hours: BTreeMap<i64, Vec<(Timestamp, u64, u64)>> = BTreeMap::new();
    for row in db.query_all_raw(statement).await.during(operation)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(operation);
        let octets = |column: &str| {
            let octets = number(column)?;
            u64::try_from(octets).map_err(|_| StoreError::Corrupt {
                what: Kind::Usage,
                row: "of an hour".to_owned(),
                problem: format!("{octets} octets were used"),
            })
        };
        let at = Timestamp::from_unix_ms(number("bucket_start")?);
        let hour = (at, octets("upload_octets")?, octets("download_octets")?);
        hours.entry(number("service_id")?).or_default().push(hour);
    }
    let mut all = BTreeMap::new();
    for matter in concerned() {
        let Some(of) = matter.service.and_then(|service| hours.get(&service)) else { continue };
        for component in matter.timeline.components() {
            let Some(direction) = wanted.get(&component) else { continue };
            let record = |(at, up, down): &(Timestamp, u64, u64)| UsageRecord {
                at: *at,
                until: None,
                units: match direction {
                    Direction::Up => *up,
                    Direction::Down => *down,
                    Direction::Both => up.saturating_add(*down),
                },
            };
            all.insert((matter.id.0, component.0), of.iter().map(record).collect());
        }
    }
    Ok(all)
}
