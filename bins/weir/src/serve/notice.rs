//! Says in the log what an operator should know and no packet can say aloud: NASes that are not
//! known, packets that are not believed. A journal that fails, and a store that goes away and comes
//! back, are told by `radius-server` itself.

use std::sync::Weak;
use std::time::Duration;

use radius_server::{RunningServer, Stats};

/// How often the counters are looked at.
const INTERVAL: Duration = Duration::from_secs(5);

/// Looks at the counters until the server or the task is ended.
pub(super) async fn watch(server: Weak<RunningServer>) {
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut before = Stats::default();
    loop {
        ticks.tick().await;
        let Some(now) = server.upgrade().map(|server| server.stats()) else { return };
        for notice in notices(&before, &now) {
            notice.log();
        }
        before = now;
    }
}

/// One thing that has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Notice {
    what: &'static str,
    count: u64,
}

impl Notice {
    fn log(&self) {
        let Self { what, count } = self;
        tracing::warn!(count, "{what}");
    }
}

/// What is worth a line between two looks.
fn notices(before: &Stats, now: &Stats) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (what, before, now) in [
        ("packets from unknown NASes; see `weir nas unknown`", before.unknown_nas, now.unknown_nas),
        (
            "packets with a wrong authenticator; see `weir status`",
            before.bad_authenticators,
            now.bad_authenticators,
        ),
        (
            "Access-Requests without a required Message-Authenticator; see `weir status`",
            before.missing_message_authenticators,
            now.missing_message_authenticators,
        ),
        (
            "accounting packets could not be recorded and were not answered",
            before.accounting_not_recorded,
            now.accounting_not_recorded,
        ),
        (
            "Interim-Updates were dropped: more arrives than can be recorded",
            before.interims_shed,
            now.interims_shed,
        ),
        ("log-ins could not be recorded", before.attempts_not_recorded, now.attempts_not_recorded),
    ] {
        if now > before {
            notices.push(Notice { what, count: now - before });
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_new_is_worth_no_line() {
        let stats = Stats { unknown_nas: 5, ..Stats::default() };
        assert_eq!(notices(&stats, &stats), []);
    }

    #[test]
    fn what_has_grown_is_told_by_how_much() {
        let before = Stats { unknown_nas: 5, ..Stats::default() };
        let now = Stats { unknown_nas: 7, ..Stats::default() };
        let [Notice { what, count: 2 }] = notices(&before, &now)[..] else { panic!() };
        assert!(what.contains("weir nas unknown"));
    }
}
