//! What was used, and when: the increases of the counters, each once.

mod model;

use aaa_engine::ports::Sink as _;
use aaa_engine::session::SessionId;
use aaa_engine::{AccountingEvent, AccountingKind, Counters};
use entitlement::{ServiceId, TenantId, Timestamp};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use storage::{
    Kind, Store, StoreError, USAGE_BUCKETS_MAX, UsageAmount, UsageEntry, UsageOf, UsageSpan,
};

pub use model::every_bucket_adds_up_to_what_the_sessions_counted;

use crate::ground::Ground;
use crate::sink::{TENANT, batch, event};

const ALICE: ServiceId = ServiceId(5);
const INTERIM: AccountingKind = AccountingKind::Interim;
const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };
const GIB: u64 = 1 << 30;

const NOW_S: &str = "select extract(epoch from now())::bigint::text";

/// 15 November 2023, midnight in UTC; seconds are counted from here.
const MIDNIGHT_S: i64 = 1_700_006_400;

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_s(MIDNIGHT_S + second)
}

/// A report that the subscriber received `octets` and sent a tenth of them.
fn report(session: u8, second: i64, kind: AccountingKind, octets: u64) -> AccountingEvent {
    AccountingEvent {
        happened_at: at(second),
        received_at: at(second),
        counters: Counters {
            upload_octets: octets / 10,
            download_octets: octets,
            upload_packets: octets / 100,
            download_packets: octets / 50,
            session_time_s: second as u32,
            ..Counters::default()
        },
        ..event(session, second, kind)
    }
}

/// The beginnings of the buckets, in seconds after midnight, and the octets received in each.
async fn received(store: &Store, of: UsageOf, span: UsageSpan) -> Vec<(i64, u64)> {
    let entries = store.usage(TENANT).entries(of, span, at(-86_400), at(2 * 86_400)).await.unwrap();
    let entry =
        |entry: &UsageEntry| (entry.start.unix_s() - MIDNIGHT_S, entry.amount.download_octets);
    entries.iter().map(entry).collect()
}

async fn by_5min(store: &Store) -> Vec<(i64, u64)> {
    received(store, UsageOf::Service(ALICE), UsageSpan::FiveMinutes).await
}

pub async fn an_increase_is_of_the_bucket_of_the_report_that_shows_it(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    sink.apply(batch(
        1,
        [
            report(1, 100, AccountingKind::Start, 0),
            report(1, 299, INTERIM, 1_000),
            report(1, 300, INTERIM, 1_500),
        ],
    ))
    .await
    .unwrap();
    sink.apply(batch(
        2,
        [
            report(1, 3_599, INTERIM, 2_500),
            report(2, 3_590, INTERIM, 100),
            report(1, 86_400, STOP, 10_000),
        ],
    ))
    .await
    .unwrap();

    let all = UsageOf::Service(ALICE);
    let five_minutes = [(0, 1_000), (300, 500), (3_300, 1_100), (86_400, 7_500)];
    assert_eq!(by_5min(&store).await, five_minutes);
    assert_eq!(received(&store, all, UsageSpan::Hour).await, [(0, 2_600), (86_400, 7_500)]);
    assert_eq!(received(&store, all, UsageSpan::Day).await, [(0, 2_600), (86_400, 7_500)]);
    let usage = store.usage(TENANT);
    let last = usage.entries(all, UsageSpan::Day, at(90_000), at(90_001)).await.unwrap();
    let amount = UsageAmount {
        upload_octets: 750,
        download_octets: 7_500,
        upload_packets: 75,
        download_packets: 150,
        session_time_s: 86_400 - 3_599,
    };
    assert_eq!(last, [UsageEntry { start: at(86_400), amount }]);
    // The end does not belong to what is asked for, the bucket of the beginning does, wholly.
    let some = usage.entries(all, UsageSpan::FiveMinutes, at(301), at(86_400)).await.unwrap();
    assert_eq!(some.iter().map(|entry| entry.start).collect::<Vec<_>>(), [at(300), at(3_300)]);
    let other = store.usage(TenantId(2)).entries(all, UsageSpan::Day, at(0), at(86_400)).await;
    assert_eq!(other.unwrap(), [], "tenants are apart");
}

pub async fn what_comes_again_or_late_is_counted_once(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let reports = [
        report(1, 10, INTERIM, 1_000),
        report(1, 310, INTERIM, 4_000),
        report(1, 310, INTERIM, 4_000),
        report(1, 10, INTERIM, 1_000),
    ];
    sink.apply(batch(1, reports.clone())).await.unwrap();
    let expected = [(0, 1_000), (300, 3_000)];
    assert_eq!(by_5min(&store).await, expected);
    // The same batch, the same packets in another, and those in the journal of another node.
    sink.apply(batch(1, reports.clone())).await.unwrap();
    sink.apply(batch(2, reports.clone())).await.unwrap();
    store.sink("node-2").apply(batch(1, reports)).await.unwrap();
    assert_eq!(by_5min(&store).await, expected);

    // What comes before an earlier report takes its increase along; the sum stays.
    sink.apply(batch(3, [report(2, 620, INTERIM, 900)])).await.unwrap();
    sink.apply(batch(4, [report(2, 320, INTERIM, 500)])).await.unwrap();
    assert_eq!(by_5min(&store).await, [(0, 1_000), (300, 3_000), (600, 900)]);
    // After the end it is the greatest counters that the session has, and so does the usage.
    sink.apply(batch(5, [report(2, 700, STOP, 1_000)])).await.unwrap();
    sink.apply(batch(6, [report(2, 690, INTERIM, 1_250)])).await.unwrap();
    assert_eq!(by_5min(&store).await, [(0, 1_000), (300, 3_000), (600, 1_250)]);
}

pub async fn a_batch_that_fails_leaves_no_usage(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let mut bad = batch(2, [report(1, 10, INTERIM, 1_000)]);
    bad.position.segment = u64::MAX;
    sink.apply(bad).await.unwrap_err();
    assert_eq!(by_5min(&store).await, []);
    sink.apply(batch(2, [report(1, 10, INTERIM, 1_000)])).await.unwrap();
    assert_eq!(by_5min(&store).await, [(0, 1_000)]);
}

pub async fn the_start_of_a_nas_amid_a_batch_changes_no_usage(ground: &Ground) {
    let store = ground.open().await;
    let reports = [
        report(1, 10, INTERIM, 1_000),
        report(0, 20, AccountingKind::On, 0),
        report(1, 310, INTERIM, 1_500),
        report(0, 320, AccountingKind::Off, 0),
    ];
    store.sink("node-1").apply(batch(1, reports)).await.unwrap();
    assert_eq!(by_5min(&store).await, [(0, 1_000), (300, 500)]);
}

pub async fn counters_beyond_4_gib_keep_every_octet(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    sink.apply(batch(1, [report(1, 10, INTERIM, 4 * GIB - 1)])).await.unwrap();
    sink.apply(batch(2, [report(1, 310, INTERIM, 4 * GIB + 1)])).await.unwrap();
    sink.apply(batch(3, [report(1, 610, INTERIM, 5_000 * GIB + 3)])).await.unwrap();
    let expected = [(0, 4 * GIB - 1), (300, 2), (600, 4_996 * GIB + 2)];
    assert_eq!(by_5min(&store).await, expected);

    // More than the numbers hold neither stops the journal nor becomes less.
    let boundless = [2, 3, 4].map(|session| AccountingEvent {
        service: Some(ServiceId(i64::from(session / 3))),
        ..report(session, 10, INTERIM, u64::MAX)
    });
    sink.apply(batch(4, boundless.clone())).await.unwrap();
    let again = boundless.map(|report| AccountingEvent { session: SessionId([9; 16]), ..report });
    sink.apply(batch(5, again)).await.unwrap();
    let most = i64::MAX as u64;
    let of = |service| UsageOf::Service(ServiceId(service));
    assert_eq!(received(&store, of(1), UsageSpan::Day).await, [(0, most)]);
    let all = received(&store, UsageOf::Services, UsageSpan::Day).await;
    assert_eq!(all, [(0, most + 5_000 * GIB + 3)]);
}

pub async fn traffic_of_unknown_users_is_apart(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let unknown = |session, second, octets| AccountingEvent {
        service: None,
        ..report(session, second, INTERIM, octets)
    };
    let bob = AccountingEvent { service: Some(ServiceId(6)), ..report(3, 15, INTERIM, 7) };
    sink.apply(batch(1, [report(1, 10, INTERIM, 1_000), unknown(2, 20, 30), bob])).await.unwrap();
    let day = UsageSpan::Day;
    assert_eq!(received(&store, UsageOf::Service(ALICE), day).await, [(0, 1_000)]);
    assert_eq!(received(&store, UsageOf::Services, day).await, [(0, 1_007)]);
    assert_eq!(received(&store, UsageOf::Unknown, day).await, [(0, 30)]);
    // What passed while nobody knew whose it was stays unknown; the rest is the service's, whether
    // a packet names it or not.
    let known = report(2, 320, INTERIM, 50);
    sink.apply(batch(2, [unknown(2, 310, 40), known, unknown(2, 330, 60)])).await.unwrap();
    sink.apply(batch(3, [unknown(2, 340, 65)])).await.unwrap();
    assert_eq!(received(&store, UsageOf::Unknown, day).await, [(0, 40)]);
    assert_eq!(received(&store, UsageOf::Service(ALICE), day).await, [(0, 1_025)]);
}

pub async fn any_moment_has_its_bucket(ground: &Ground) {
    let store = ground.open().await;
    let moments = [
        Timestamp::from_unix_ms(i64::MIN),
        Timestamp::from_unix_s(-1),
        Timestamp::from_unix_s(0),
        Timestamp::from_unix_s(4_102_444_800 + 301), // 1 January 2100
        Timestamp::from_unix_ms(i64::MAX),
    ];
    let reports = (1..).zip(moments).map(|(session, happened_at)| AccountingEvent {
        happened_at,
        ..report(session, 0, INTERIM, 100)
    });
    store.sink("node-1").apply(batch(1, reports)).await.unwrap();
    let usage = store.usage(TENANT);
    let starts = async |from: i64, until: i64| {
        let (from, until) = (Timestamp::from_unix_s(from), Timestamp::from_unix_s(until));
        let of = UsageOf::Service(ALICE);
        let found = usage.entries(of, UsageSpan::FiveMinutes, from, until).await.unwrap();
        found.iter().map(|entry| entry.start.unix_s()).collect::<Vec<_>>()
    };
    assert_eq!(starts(-1_000, 1_000).await, [-300, 0]);
    assert_eq!(starts(4_102_444_800, 4_102_448_400).await, [4_102_445_100]);
    let number = "cast(count(*) as text)";
    for table in ["usage_5min", "usage_hour", "usage_day"] {
        // The second and the third are two buckets, whatever their length.
        assert_eq!(ground.text(&format!("select {number} from {table}")).await, "5");
    }
}

pub async fn too_much_at_once_is_refused(ground: &Ground) {
    let store = ground.open().await;
    let read = async |span, from, until| {
        let result = store.usage(TENANT).entries(UsageOf::Services, span, from, until).await;
        result.map_err(|error| match error {
            StoreError::Invalid { what: Kind::Usage, problem } => problem,
            other => other.to_string(),
        })
    };
    let most_s = 300 * USAGE_BUCKETS_MAX as i64;
    assert_eq!(read(UsageSpan::FiveMinutes, at(0), at(most_s)).await, Ok(Vec::new()));
    let problem = read(UsageSpan::FiveMinutes, at(-1), at(most_s)).await.unwrap_err();
    assert!(problem.contains("10081 buckets, and at most 10080"), "{problem}");
    assert_eq!(read(UsageSpan::Hour, at(-1), at(most_s)).await, Ok(Vec::new()));
    let problem = read(UsageSpan::Day, at(5), at(5)).await.unwrap_err();
    assert!(problem.contains("not after its beginning"), "{problem}");
    let (first, last) = (i64::MIN, i64::MAX);
    let forever = (Timestamp::from_unix_ms(first), Timestamp::from_unix_ms(last));
    read(UsageSpan::Day, forever.0, forever.1).await.unwrap_err();
}

/// Three nodes, the same sessions: their NAS changes from one to another, or tells them all. They
/// begin each batch together, since one that lags behind has nothing to add.
pub async fn nodes_at_the_same_time_count_once(ground: &Ground) {
    const BATCHES: u64 = 20;
    let store = ground.open().await;
    let one = ground.open().await.sink("node-1");
    let two = ground.open().await.sink("node-2");
    let three = ground.open().await.sink("node-3");
    for number in 1..=BATCHES {
        let reports =
            (1..=9).map(|session| report(session, number as i64 * 100, INTERIM, number * 1_000));
        let batch = batch(number, reports);
        let applied =
            tokio::join!(one.apply(batch.clone()), two.apply(batch.clone()), three.apply(batch));
        applied.0.and(applied.1).and(applied.2).unwrap();
    }
    let day = received(&store, UsageOf::Service(ALICE), UsageSpan::Day).await;
    assert_eq!(day, [(0, 9 * BATCHES * 1_000)]);
}

/// On SQLite there are none.
pub async fn weeks_have_partitions_that_queries_leave_out(ground: &Ground) {
    if ground.is_sqlite() {
        return;
    }
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let now_s: i64 = ground.text(NOW_S).await.parse().unwrap();
    let monday = |weeks: i64| {
        format!(
            "select to_char(date_trunc('week', now() at time zone 'UTC') \
             + interval '{weeks} weeks', 'YYYYMMDD')"
        )
    };
    let name = async |weeks| format!("usage_5min_{}", ground.text(&monday(weeks)).await);
    let (back, this, next) = (name(-3).await, name(0).await, name(1).await);
    // Rows that came before their partition move to it when it is made.
    let bucket_ms = now_s / 300 * 300_000;
    let (tenant, service) = (TENANT.0, ALICE.0);
    ground
        .execute(&format!(
            "insert into usage_5min values ({tenant}, {bucket_ms}, {service}, 1, 2, 3, 4, 5)"
        ))
        .await;
    assert_eq!(partition_of(ground, bucket_ms).await, "usage_5min_default");
    let mut reports = Vec::new();
    for (session, days) in [(1, 0), (2, -21), (3, -20_000), (4, 400)] {
        let happened_at = Timestamp::from_unix_s(now_s + days * 86_400);
        reports.push(AccountingEvent { happened_at, ..report(session, 0, INTERIM, 100) });
    }
    sink.apply(batch(1, reports.clone())).await.unwrap();

    let partitions = "select string_agg(inhrelid::regclass::text, ' ' \
                      order by inhrelid::regclass::text collate \"C\") \
                      from pg_inherits where inhparent = 'usage_5min'::regclass";
    let expected = format!("{back} {this} {next} usage_5min_default");
    assert_eq!(ground.text(partitions).await, expected);
    assert_eq!(partition_of(ground, bucket_ms).await, this);
    assert_eq!(ground.text("select count(*)::text from usage_5min_default").await, "2");
    // Another node finds them made; a later batch of this one adds to them.
    reports[0].counters.download_octets += 50;
    ground.open().await.sink("node-2").apply(batch(1, reports)).await.unwrap();
    let usage = store.usage(TENANT);
    let from = Timestamp::from_unix_ms(bucket_ms);
    let until = from.plus_s(300);
    for of in [UsageOf::Service(ALICE), UsageOf::Services] {
        let now = usage.entries(of, UsageSpan::FiveMinutes, from, until).await.unwrap();
        assert_eq!(now[0].amount.download_octets, 152);
    }

    let explained = explain(ground, bucket_ms, bucket_ms + 300_000).await;
    assert!(explained.contains(&this), "{explained}");
    for other in [&back, &next, "usage_5min_default"] {
        assert!(!explained.contains(other), "{other} is read: {explained}");
    }
}

/// As a backup does; on SQLite nothing has to wait.
pub async fn a_long_reader_does_not_stop_the_journal(ground: &Ground) {
    if ground.is_sqlite() {
        return;
    }
    let store = ground.open().await;
    let now_s: i64 = ground.text(NOW_S).await.parse().unwrap();
    let happened_at = Timestamp::from_unix_s(now_s);
    let reports = [AccountingEvent { happened_at, ..report(1, 0, INTERIM, 100) }];
    let bucket_ms = UsageSpan::FiveMinutes.bucket_start(happened_at).unix_ms();
    let mut backup = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let mut transaction = backup.begin().await.unwrap();
    sqlx::query("select * from usage_5min").fetch_all(&mut *transaction).await.unwrap();
    store.sink("node-1").apply(batch(1, reports.clone())).await.unwrap();
    assert_eq!(partition_of(ground, bucket_ms).await, "usage_5min_default");
    transaction.rollback().await.unwrap();
    store.sink("node-1").apply(batch(2, reports)).await.unwrap();
    assert_ne!(partition_of(ground, bucket_ms).await, "usage_5min_default");
    assert_eq!(ground.text("select count(*)::text from usage_5min").await, "1");
}

async fn partition_of(ground: &Ground, bucket_ms: i64) -> String {
    let sql = "select tableoid::regclass::text from usage_5min where bucket_start =";
    ground.text(&format!("{sql} {bucket_ms}")).await
}

async fn explain(ground: &Ground, from_ms: i64, until_ms: i64) -> String {
    let sql = format!(
        "explain select sum(upload_octets) from usage_5min where tenant_id = 1 \
         and service_id <> 0 and bucket_start >= {from_ms} and bucket_start < {until_ms}"
    );
    let mut connection = sqlx::PgConnection::connect(&ground.url).await.unwrap();
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0) + "\n").collect()
}
