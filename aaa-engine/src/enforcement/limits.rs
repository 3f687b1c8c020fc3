//! How much a session may transfer before its NAS ends it by itself.

use crate::accounting::Counters;
use crate::dialect::Dialect;
use crate::intent::{IntentKind, Intents};
use crate::ports::Nas;

use super::capability::CoaAbility;

/// A session is told a later limit when that leaves it more by this part of what it has left by the one that
/// it was told: what is free, and counted for no quota, moves the limit with every report.
const RAISED_BY_PART: u64 = 16;

/// It is told an earlier one when that leaves it less than this part: what sessions share, each uses.
const LOWERED_TO_PART: u64 = 2;

/// Octets of the whole session, from its beginning, after which its NAS ends it should it hear nothing more
/// from here; those of a NAS that moves them while a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Limits {
    /// Both ways together.
    pub total: Option<u64>,
    /// To the subscriber.
    pub download: Option<u64>,
    /// From the subscriber.
    pub upload: Option<u64>,
}

impl Limits {
    /// Whether there is none.
    #[must_use]
    pub fn are_none(self) -> bool {
        self == Self::default()
    }

    /// Those of a session that has transferred so much already, given what it has left.
    pub(crate) fn behind(self, counters: &Counters) -> Self {
        let [total, download, upload] = used(counters);
        let behind = |left: Option<u64>, used: u64| left.map(|left| left.saturating_add(used));
        Self {
            total: behind(self.total, total),
            download: behind(self.download, download),
            upload: behind(self.upload, upload),
        }
    }

    /// What the NAS should have that was told `told`: that, as long as it makes little difference. Without
    /// limits it keeps those that it has, as there are no words to take one away.
    pub(crate) fn or_told(self, told: Self, counters: &Counters) -> Self {
        let (left, told_left) = (self.left(counters), told.left(counters));
        let is_raised = |(left, told): (Option<u64>, Option<u64>)| match (left, told) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(left), Some(told)) => left.saturating_sub(told) > told / RAISED_BY_PART,
        };
        let is_raised = left.into_iter().zip(told_left).any(is_raised);
        // The session ends with whichever is reached first.
        let least = |left: [Option<u64>; 3]| left.into_iter().flatten().min();
        let is_lowered = match (least(left), least(told_left)) {
            (Some(left), Some(told)) => left < told / LOWERED_TO_PART,
            _ => false,
        };
        if !is_raised && !is_lowered {
            return told;
        }
        Self {
            total: self.total.or(told.total),
            download: self.download.or(told.download),
            upload: self.upload.or(told.upload),
        }
    }

    /// What a session has left by them that has transferred so much already.
    fn left(self, counters: &Counters) -> [Option<u64>; 3] {
        let [total, download, upload] = used(counters);
        let left = |limit: Option<u64>, used: u64| limit.map(|limit| limit.saturating_sub(used));
        [left(self.total, total), left(self.download, download), left(self.upload, upload)]
    }
}

const fn used(counters: &Counters) -> [u64; 3] {
    let (download, upload) = (counters.download_octets, counters.upload_octets);
    [download.saturating_add(upload), download, upload]
}

/// Makes a limit that a NAS cannot move while a session lasts one that it can: for both ways together it is
/// that of each way then, which ends a session somewhat later should nothing more be heard from here, and not
/// too early when more has been paid meanwhile. Gives those that can be moved.
pub(crate) fn movable(intents: &mut Intents<'_>, dialect: &Dialect, nas: &Nas) -> Limits {
    let is_asked = nas.coa.as_ref().is_some_and(|coa| coa.ability == CoaAbility::Auto);
    if !is_asked {
        return Limits::default();
    }
    let any = Some(0);
    let all = Intents {
        total_limit_octets: any,
        download_limit_octets: any,
        upload_limit_octets: any,
        ..Intents::default()
    };
    let can = |kind| dialect.says(kind) && dialect.can_change_to(&all, kind);
    let [total, download, upload] =
        [IntentKind::TotalLimit, IntentKind::DownloadLimit, IntentKind::UploadLimit].map(can);
    if let (false, true, true, Some(both)) = (total, download, upload, intents.total_limit_octets) {
        let least = |one: Option<u64>| Some(one.map_or(both, |one| one.min(both)));
        intents.total_limit_octets = None;
        intents.download_limit_octets = least(intents.download_limit_octets);
        intents.upload_limit_octets = least(intents.upload_limit_octets);
    }
    Limits {
        total: intents.total_limit_octets.filter(|_| total),
        download: intents.download_limit_octets.filter(|_| download),
        upload: intents.upload_limit_octets.filter(|_| upload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stays_what_was_told_while_that_makes_little_difference() {
        let counters = Counters { download_octets: 600, upload_octets: 400, ..Counters::default() };
        let total = |octets: u64| Limits { total: Some(octets), ..Limits::default() };
        // 1,600 are left by what was told.
        let told = total(2_600);
        for (left, expected) in [
            (1_600, 2_600),
            (1_700, 2_600),
            (1_701, 2_701),
            (16_000, 17_000),
            (800, 2_600),
            (799, 1_799),
            (0, 1_000),
        ] {
            let wanted = total(left).behind(&counters);
            assert_eq!(wanted.or_told(told, &counters), total(expected), "{left}");
        }
        // What it was told is reached: anything more is told at once.
        let used_up = total(1_000);
        assert_eq!(total(1).behind(&counters).or_told(used_up, &counters), total(1_001));
        assert_eq!(total(0).behind(&counters).or_told(used_up, &counters), used_up);
        // There are no words to take a limit away.
        assert_eq!(Limits::default().or_told(told, &counters), told);
        assert_eq!(total(5).behind(&counters).or_told(Limits::default(), &counters), total(1_005));
        let each = Limits { total: None, download: Some(100), upload: Some(100) }.behind(&counters);
        assert_eq!(each, Limits { total: None, download: Some(700), upload: Some(500) });
        // One direction is raised, and the other stays the first that is reached.
        let one = Limits { download: Some(701), ..each };
        assert_eq!(one.or_told(each, &counters), each);
        let one = Limits { download: Some(900), ..each };
        assert_eq!(one.or_told(each, &counters), one);
        // A session that only downloads is not told that it may upload less.
        let told = Limits { total: None, download: Some(1_000), upload: Some(1_000) };
        let counters = Counters { download_octets: 900, ..Counters::default() };
        let left = Limits { total: None, download: Some(100), upload: Some(100) };
        assert_eq!(left.behind(&counters).or_told(told, &counters), told);
    }
}
