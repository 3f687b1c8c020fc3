//! What a billing run reads of the octets that the sessions of services have counted. It is summed up where
//! it is and not copied: by the hour, and by five minutes in the hours in which somebody's use begins or
//! ends to be billed.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::Interval;
use billing_core::rating::metered::AccountedOctets;
use entitlement::{TenantId, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::among;
use crate::billing::catalogue::Catalogue;
use crate::billing::matter::Matter;
use crate::error::{During as _, Kind, StoreError};
use crate::usage::UsageSpan;

const OPERATION: &str = "read the usage of services";

/// The octets that the sessions of services have counted, by the hour in which they were reported.
///
/// The hours are known beforehand, so that each is looked for by its whole key: a range of moments alone
/// leads through the rows of every service. So would a plan of SQLite that takes the hours last: it keeps the
/// order of a cross join.
const HOURS: &str = "with recursive hour (start) as (select cast($2 as bigint) \
     union all select start + 3600000 from hour where start + 3600000 < $3) \
     select service_id, bucket_start, upload_octets, download_octets from hour \
     cross join usage_hour where bucket_start = start and tenant_id = $1 and service_id {is_among} \
     order by service_id, bucket_start";

/// The same of single hours of single services, by five minutes.
const FIVE_MINUTES: &str = "with recursive edge (service, start) as ({edges}), \
     part (later) as (select cast(0 as bigint) \
     union all select later + 300000 from part where later + 300000 < 3600000) \
     select service_id, bucket_start, upload_octets, download_octets from edge cross join part \
     join usage_5min on tenant_id = $1 and bucket_start = start + later and service_id = service \
     order by service_id, bucket_start";

/// Of a service, by the moment at which each begins.
type Buckets = BTreeMap<i64, BTreeMap<i64, AccountedOctets>>;

/// By subscription.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    (tenant, since, now): (TenantId, Option<Timestamp>, Timestamp),
    catalogue: &Catalogue,
    matters: &[Matter],
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<AccountedOctets>>, StoreError> {
    let ids: BTreeSet<_> = ids.iter().copied().collect();
    let concerned = || matters.iter().filter(|matter| ids.contains(&matter.id.0));
    let services: BTreeSet<_> = concerned().filter_map(|matter| matter.service).collect();
    let began = concerned().filter_map(|matter| matter.timeline.began_at()).min();
    let (Some(began), false) = (began, services.is_empty()) else { return Ok(BTreeMap::new()) };
    let first = UsageSpan::Hour.bucket_start(since.unwrap_or(began).max(began));
    let hours = hours(db, tenant, (first, now), &services).await?;
    let mut split: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for matter in concerned() {
        let split_of = split_hours(matter, catalogue, now);
        split.insert(matter.id.0, split_of);
    }
    let edges = concerned().flat_map(|matter| {
        let hours = split.get(&matter.id.0).into_iter().flatten();
        matter
            .service
            .into_iter()
            .flat_map(move |service| hours.clone().map(move |it| (service, *it)))
    });
    let fine = five_minutes(db, tenant, edges.collect()).await?;
    let of = |matter: &Matter| {
        let (own, fine) = (hours.get(&matter.service?)?, fine.get(&matter.service?));
        let split = split.get(&matter.id.0)?;
        let buckets = own.iter().flat_map(|(start, hour)| {
            let fine = fine.filter(|_| split.contains(start));
            in_parts(*hour, fine).unwrap_or_else(|| vec![*hour])
        });
        Some((matter.id.0, buckets.collect()))
    };
    Ok(concerned().filter_map(of).collect())
}

/// The hours within which use begins or ends to be billed.
fn split_hours(matter: &Matter, catalogue: &Catalogue, now: Timestamp) -> BTreeSet<i64> {
    // What cannot be reckoned is said when it is billed.
    let edges = matter.terms.accounted_edges(&matter.timeline, &catalogue.prices, now);
    let edges = edges.unwrap_or_default().into_iter();
    let within = |edge: Timestamp| {
        let hour = UsageSpan::Hour.bucket_start(edge);
        (hour != edge).then_some(hour.unix_ms())
    };
    edges.filter_map(within).collect()
}

/// An hour by five minutes, if these are all that it has. Where they are not, as when they were dropped, the
/// hour counts as a whole.
fn in_parts(
    hour: AccountedOctets,
    fine: Option<&BTreeMap<i64, AccountedOctets>>,
) -> Option<Vec<AccountedOctets>> {
    let within = hour.within.from().unix_ms()..hour.within.until().unix_ms();
    let parts: Vec<_> = fine?.range(within).map(|(_, part)| *part).collect();
    let add = |all: (u64, u64), part: &AccountedOctets| {
        Some((all.0.checked_add(part.down)?, all.1.checked_add(part.up)?))
    };
    let all = parts.iter().try_fold((0, 0), add)?;
    (all == (hour.down, hour.up)).then_some(parts)
}

async fn hours(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    (first, now): (Timestamp, Timestamp),
    services: &BTreeSet<i64>,
) -> Result<Buckets, StoreError> {
    let backend = db.get_database_backend();
    let (is_among, services) = among::numbers_at(backend, "$4", services.iter().copied());
    let sql = HOURS.replace("{is_among}", &is_among);
    let (first, now) = (first.unix_ms(), now.unix_ms());
    let values = [tenant.0.into(), first.into(), now.into(), Value::from(services)];
    let statement = Statement::from_sql_and_values(backend, sql, values);
    buckets(db, statement, UsageSpan::Hour).await
}

async fn five_minutes(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    edges: BTreeSet<(i64, i64)>,
) -> Result<Buckets, StoreError> {
    if edges.is_empty() {
        return Ok(Buckets::new());
    }
    let backend = db.get_database_backend();
    let joined = |one: &dyn Fn(&(i64, i64)) -> String| -> String {
        edges.iter().map(one).collect::<Vec<_>>().join(",")
    };
    let (pairs, lists) = match backend {
        DbBackend::Postgres => {
            let services = format!("{{{}}}", joined(&|edge| edge.0.to_string()));
            let starts = format!("{{{}}}", joined(&|edge| edge.1.to_string()));
            ("select * from unnest($2::text::bigint[], $3::text::bigint[])", vec![services, starts])
        }
        _ => {
            let pairs = format!("[{}]", joined(&|edge| format!("[{},{}]", edge.0, edge.1)));
            let both = "select json_extract(value, '$[0]'), json_extract(value, '$[1]') from json_each($2)";
            (both, vec![pairs])
        }
    };
    let sql = FIVE_MINUTES.replace("{edges}", pairs);
    let values = core::iter::once(tenant.0.into()).chain(lists.into_iter().map(Value::from));
    let statement = Statement::from_sql_and_values(backend, sql, values);
    buckets(db, statement, UsageSpan::FiveMinutes).await
}

async fn buckets(
    db: &impl ConnectionTrait,
    statement: Statement,
    span: UsageSpan,
) -> Result<Buckets, StoreError> {
    let mut all = Buckets::new();
    for row in db.query_all_raw(statement).await.during(OPERATION)? {
        let number = |column: &str| row.try_get::<i64>("", column).during(OPERATION);
        let octets = |column: &str| {
            let octets = number(column)?;
            u64::try_from(octets).map_err(|_| corrupt(format!("{octets} octets were used")))
        };
        let start = number("bucket_start")?;
        let until = start.checked_add(span.length_ms());
        let moment = Timestamp::from_unix_ms;
        let within = until.and_then(|until| Interval::new(moment(start), moment(until)));
        let within = within.ok_or_else(|| corrupt(format!("it begins at {start} ms")))?;
        let (down, up) = (octets("download_octets")?, octets("upload_octets")?);
        let of_service = all.entry(number("service_id")?).or_default();
        of_service.insert(start, AccountedOctets { within, down, up });
    }
    Ok(all)
}

fn corrupt(problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Usage, row: "of a stretch of time".to_owned(), problem }
}
