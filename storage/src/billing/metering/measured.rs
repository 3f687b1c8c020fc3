//! What a billing run reads of what was measured. Who has nothing that is paid by use, and nothing about
//! which anything was promised, costs nothing here.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::rating::metered::{AccountedOctets, Measurement};
use billing_core::{ComponentId, Measured, Outage, PriceList};
use entitlement::{TenantId, Timestamp};
use sea_orm::{ConnectionTrait, Statement, Value};

use super::{records, samples};
use crate::among;
use crate::billing::catalogue::Catalogue;
use crate::billing::matter::Matter;
use crate::billing::outages;
use crate::error::{During as _, Kind, StoreError};

/// Which of the products that are sold are to be looked at, and for what.
#[derive(Default)]
struct Wanted {
    samples: BTreeSet<ComponentId>,
    records: BTreeSet<ComponentId>,
    accounting: BTreeSet<ComponentId>,
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
                    Measurement::Accounting(_) => {
                        wanted.accounting.insert(*component);
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
            has(&wanted.accounting, &mut counted),
            has(&wanted.promised, &mut promised),
        ];
        if any.contains(&true) {
            let since = matter.terms.measured_from(&matter.timeline, &catalogue.prices);
            // What cannot be reckoned is said when it is billed.
            from.insert(matter.id.0, since.unwrap_or(None));
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
    let mut all_octets = match counted.is_empty() {
        true => BTreeMap::new(),
        false => accounted(db, (tenant, since, now), matters, &counted).await?,
    };
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
        let told = (take(&mut all_samples, id), take(&mut all_records, id));
        matter.terms.measured = Measured::new(told.0, told.1, of(&outages))
            .with_accounted(all_octets.remove(&id).unwrap_or_default());
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
     join usage_hour on bucket_start = start and tenant_id = $1 and service_id {is_among} \
     order by service_id, bucket_start";
const HOUR_MS: i64 = 3_600_000;

/// By subscription.
async fn accounted(
    db: &impl ConnectionTrait,
    (tenant, since, now): (TenantId, Option<Timestamp>, Timestamp),
    matters: &[Matter],
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<AccountedOctets>>, StoreError> {
    let operation = "read the usage of services";
    let ids: BTreeSet<_> = ids.iter().copied().collect();
    let concerned = || matters.iter().filter(|matter| ids.contains(&matter.id.0));
    let services: BTreeSet<_> = concerned().filter_map(|matter| matter.service).collect();
    let began = concerned().filter_map(|matter| matter.timeline.began_at()).min();
    let (Some(began), false) = (began, services.is_empty()) else { return Ok(BTreeMap::new()) };
    let backend = db.get_database_backend();
    let first = since.unwrap_or(began).max(began).unix_ms();
    let first = first.div_euclid(HOUR_MS).saturating_mul(HOUR_MS);
    let (is_among, services) = among::numbers_at(backend, "$4", services);
    let sql = ACCOUNTED.replace("{is_among}", &is_among);
    let values = [tenant.0.into(), first.into(), now.unix_ms().into(), Value::from(services)];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut hours: BTreeMap<i64, Vec<AccountedOctets>> = BTreeMap::new();
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
        hours.entry(number("service_id")?).or_default().push(AccountedOctets {
            at: Timestamp::from_unix_ms(number("bucket_start")?),
            down: octets("download_octets")?,
            up: octets("upload_octets")?,
        });
    }
    let of = |matter: &Matter| Some((matter.id.0, hours.get(&matter.service?)?.clone()));
    Ok(concerned().filter_map(of).collect())
}
