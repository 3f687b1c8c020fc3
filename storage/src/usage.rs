//! How much was used, by 5 minutes, hour and day, as far as the journal has been drained.

use entitlement::{ServiceId, TenantId, Timestamp};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};

use crate::error::{During as _, Kind, StoreError};
use crate::store::Store;

/// How many buckets are read at most: five weeks by 5 minutes, more than a year by hour.
pub const USAGE_BUCKETS_MAX: u64 = 10_080;

/// Stands for the service of users that nobody knows; real ones are counted from 1.
pub(crate) const UNKNOWN_SERVICE: i64 = 0;

/// How long one bucket is. All begin in UTC: days from midnight to midnight there, whatever the
/// clock of the tenant says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UsageSpan {
    /// Five minutes.
    FiveMinutes,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

/// Whose usage is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UsageOf {
    /// One service's.
    Service(ServiceId),
    /// That of all known services together.
    Services,
    /// That of users nobody knows, which is never billed.
    Unknown,
}

/// How much sessions have counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct UsageAmount {
    /// Octets sent by the subscriber.
    pub upload_octets: u64,
    /// Octets received by the subscriber.
    pub download_octets: u64,
    /// Packets sent by the subscriber.
    pub upload_packets: u64,
    /// Packets received by the subscriber.
    pub download_packets: u64,
    /// Seconds online; those of sessions at the same time add up.
    pub session_time_s: u64,
}

/// What was used in one bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageEntry {
    /// When the bucket begins.
    pub start: Timestamp,
    /// How much.
    pub amount: UsageAmount,
}

/// Reads the usage of one tenant.
#[derive(Debug)]
pub struct Usage<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

impl UsageSpan {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::FiveMinutes, Self::Hour, Self::Day];

    /// How long a bucket is, milliseconds.
    #[must_use]
    pub const fn length_ms(self) -> i64 {
        match self {
            Self::FiveMinutes => 5 * 60 * 1_000,
            Self::Hour => 60 * 60 * 1_000,
            Self::Day => 24 * 60 * 60 * 1_000,
        }
    }

    /// When the bucket begins that has the moment `at`.
    #[must_use]
    pub const fn bucket_start(self, at: Timestamp) -> Timestamp {
        let number = at.unix_ms().div_euclid(self.length_ms());
        // Saturates in the first bucket that the numbers have, 292 million years ago.
        Timestamp::from_unix_ms(number.saturating_mul(self.length_ms()))
    }

    pub(crate) const fn table(self) -> &'static str {
        match self {
            Self::FiveMinutes => "usage_5min",
            Self::Hour => "usage_hour",
            Self::Day => "usage_day",
        }
    }
}

impl UsageAmount {
    /// Both together; what is more than the numbers hold is the most they hold.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            upload_octets: self.upload_octets.saturating_add(other.upload_octets),
            download_octets: self.download_octets.saturating_add(other.download_octets),
            upload_packets: self.upload_packets.saturating_add(other.upload_packets),
            download_packets: self.download_packets.saturating_add(other.download_packets),
            session_time_s: self.session_time_s.saturating_add(other.session_time_s),
        }
    }
}

impl Usage<'_> {
    /// What was used in each bucket that has a moment from `from` until before `until`, the
    /// earliest first. Buckets without usage are left out.
    ///
    /// # Errors
    /// When there are no such moments, when they are in more than [`USAGE_BUCKETS_MAX`] buckets,
    /// or when the store cannot be read.
    pub async fn entries(
        &self,
        of: UsageOf,
        span: UsageSpan,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<UsageEntry>, StoreError> {
        let operation = "read the usage";
        let first = span.bucket_start(from).unix_ms();
        check_range(span, first, from, until)?;
        let database = self.store.database();
        let (sql, service) = match of {
            UsageOf::Services => (of_services(span), UNKNOWN_SERVICE),
            UsageOf::Service(service) => (of_service(span), service.0),
            UsageOf::Unknown => (of_service(span), UNKNOWN_SERVICE),
        };
        let parameters = [self.tenant.0, first, until.unix_ms(), service].map(Value::from);
        let statement = Statement::from_sql_and_values(database.backend(), sql, parameters);
        let rows = database.reader.query_all_raw(statement).await.during(operation)?;
        rows.iter().map(entry_of).collect()
    }
}

fn check_range(
    span: UsageSpan,
    first_ms: i64,
    from: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    let refuse = |problem| Err(StoreError::Invalid { what: Kind::Usage, problem });
    if from >= until {
        return refuse("the end of the time asked for is not after its beginning".to_owned());
    }
    let buckets = until.unix_ms().abs_diff(first_ms).div_ceil(span.length_ms().unsigned_abs());
    if buckets > USAGE_BUCKETS_MAX {
        return refuse(format!(
            "the time asked for has {buckets} buckets, and at most {USAGE_BUCKETS_MAX} are read \
             at once; ask for a shorter time or for longer buckets"
        ));
    }
    Ok(())
}

/// Each counter in two halves: the sum of many 64-bit numbers may have more than 64 bits, for
/// which one database fails and the other turns to floating point; that of halves has not.
const HALVES: &str = "cast(sum(upload_octets >> 32) as bigint), \
     cast(sum(upload_octets & 4294967295) as bigint), \
     cast(sum(download_octets >> 32) as bigint), \
     cast(sum(download_octets & 4294967295) as bigint), \
     cast(sum(upload_packets >> 32) as bigint), \
     cast(sum(upload_packets & 4294967295) as bigint), \
     cast(sum(download_packets >> 32) as bigint), \
     cast(sum(download_packets & 4294967295) as bigint), \
     cast(sum(session_time_s >> 32) as bigint), \
     cast(sum(session_time_s & 4294967295) as bigint)";

/// The buckets are known beforehand, so that each is looked for by its whole key: a range of
/// moments alone leads through the rows of every service. With the range beside it, PostgreSQL
/// leaves out partitions when it plans.
fn of_service(span: UsageSpan) -> String {
    format!(
        "with recursive bucket (start) as (select cast($2 as bigint) \
         union all select start + {length_ms} from bucket where start + {length_ms} < $3) \
         select bucket_start, {HALVES} from bucket join {table} on bucket_start = start \
         where tenant_id = $1 and service_id = $4 \
         and bucket_start >= $2 and bucket_start < $3 \
         group by bucket_start order by bucket_start",
        length_ms = span.length_ms(),
        table = span.table(),
    )
}

fn of_services(span: UsageSpan) -> String {
    format!(
        "select bucket_start, {HALVES} from {table} \
         where tenant_id = $1 and service_id <> $4 and bucket_start >= $2 and bucket_start < $3 \
         group by bucket_start order by bucket_start",
        table = span.table(),
    )
}

fn entry_of(row: &QueryResult) -> Result<UsageEntry, StoreError> {
    let number = |column: usize| -> Result<i64, StoreError> {
        row.try_get_by_index(column).during("read the usage")
    };
    let start = number(0)?;
    let sum = |counter: usize| {
        let (high, low) = (number(1 + 2 * counter)?, number(2 + 2 * counter)?);
        let whole = (i128::from(high) << 32) + i128::from(low);
        u64::try_from(whole.min(u64::MAX.into())).map_err(|_| StoreError::Corrupt {
            what: Kind::Usage,
            row: start.to_string(),
            problem: "a sum is negative".to_owned(),
        })
    };
    Ok(UsageEntry {
        start: Timestamp::from_unix_ms(start),
        amount: UsageAmount {
            upload_octets: sum(0)?,
            download_octets: sum(1)?,
            upload_packets: sum(2)?,
            download_packets: sum(3)?,
            session_time_s: sum(4)?,
        },
    })
}
