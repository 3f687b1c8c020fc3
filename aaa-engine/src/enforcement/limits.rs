//! How much a session may transfer before its NAS ends it by itself.

use crate::accounting::Counters;
use crate::dialect::Dialect;
use crate::intent::{IntentKind, Intents};
use crate::ports::Nas;
use crate::reply_attributes::Applying;

use super::capability::CoaAbility;
use super::posture::Part;

/// A session is told a later limit when that leaves it more by this part of what it has left by the one that
/// it was told: what is free, and counted for no quota, moves the limit with every report.
const RAISED_BY_PART: u64 = 16;

/// It is told an earlier one when that leaves it less than this part: what sessions share, each uses.
const LOWERED_TO_PART: u64 = 2;

/// Octets of the whole session, from its beginning, after which its NAS ends it should it hear nothing more
/// from here; of a NAS that can be asked for something while a session lasts.
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

    /// Whether they are of both ways together, as a NAS is told at a log-in that has shown that it moves limits.
    pub(crate) fn show_that_they_are_moved(self) -> bool {
        self.are_of_each_way() && self.download == self.upload
    }

    /// Whether they are of each way, as a NAS was told that had shown that it moves them.
    pub(crate) const fn are_of_each_way(self) -> bool {
        self.total.is_none() && self.download.is_some() && self.upload.is_some()
    }

    /// What the NAS should have that was told `told`: that, as long as it makes little difference. Without
    /// limits it keeps those that it has, as there are no words to take one away.
    pub(crate) fn or_told(self, told: Self, counters: &Counters) -> Self {
        let (mut left, mut told_left) = (self.left(counters), told.left(counters));
        if let ([None, ..], [Some(total), ..]) = (left, told_left) {
            // The session ends at it, whatever is told of each way.
            for way in left.iter_mut().skip(1) {
                *way = way.map(|way| way.min(total));
            }
            for way in told_left.iter_mut().skip(1) {
                *way = Some(way.map_or(total, |way| way.min(total)));
            }
        }
        let is_raised = |(left, told): (Option<u64>, Option<u64>)| match (left, told) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(left), Some(told)) => left.saturating_sub(told) > told / RAISED_BY_PART,
        };
        let is_less = |left: u64, told: u64| left < told / LOWERED_TO_PART;
        let is_lowered = match left {
            // Of both ways together: what the session itself transfers the one way it has less for the
            // other, and that alone is no news. It ends with whichever is reached first.
            [None, Some(download), Some(upload)] if download == upload => {
                told_left.into_iter().flatten().min().is_some_and(|told| is_less(download, told))
            }
            _ => left.into_iter().zip(told_left).any(|of| match of {
                (Some(left), Some(told)) => is_less(left, told),
                _ => false,
            }),
        };
        if !left.into_iter().zip(told_left).any(is_raised) && !is_lowered {
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

/// By what it is decided what a NAS is told of limits, and which of them it can be told anew.
pub(crate) struct Moving<'a> {
    pub(crate) dialect: &'a Dialect,
    pub(crate) nas: &'a Nas,
    /// What is set by hand of what a log-in is told.
    pub(crate) by_hand: &'a Applying<'a>,
    /// Whether it has shown that it moves limits.
    pub(crate) is_shown: bool,
}

impl Moving<'_> {
    /// Makes a limit that the NAS cannot move while a session lasts one that it can: for both ways together it
    /// is that of each way then, which ends a session somewhat later should nothing more be heard from here,
    /// and not too early when more has been paid meanwhile. Only of a NAS that has shown that it moves them: of
    /// one that takes no requests the limit of both ways is what ends the session. What is set by hand stands
    /// as it is. Gives what a log-in is told of it.
    pub(crate) fn told(&self, intents: &mut Intents<'_>) -> Limits {
        let Some([total, download, upload]) = self.movable() else { return Limits::default() };
        if let (true, false, true, true, Some(both)) =
            (self.is_shown, total, download, upload, intents.total_limit_octets)
        {
            let least = |one: Option<u64>| Some(one.map_or(both, |one| one.min(both)));
            intents.total_limit_octets = None;
            intents.download_limit_octets = least(intents.download_limit_octets);
            intents.upload_limit_octets = least(intents.upload_limit_octets);
        }
        let says = |kind| self.dialect.says(kind);
        Limits {
            total: intents.total_limit_octets.filter(|_| says(IntentKind::TotalLimit)),
            download: intents.download_limit_octets.filter(|_| download),
            upload: intents.upload_limit_octets.filter(|_| upload),
        }
    }

    /// Likewise; gives what it can be told while the session lasts.
    pub(crate) fn wanted(&self, intents: &mut Intents<'_>) -> Limits {
        let told = self.told(intents);
        let [total, ..] = self.movable().unwrap_or_default();
        Limits { total: told.total.filter(|_| total), ..told }
    }

    /// Which can be moved, of both ways together, to the subscriber and from it; `None` where none is to be.
    fn movable(&self) -> Option<[bool; 3]> {
        let any = Some(0);
        let all = Intents {
            total_limit_octets: any,
            download_limit_octets: any,
            upload_limit_octets: any,
            ..Intents::default()
        };
        let kinds = Part::Limits.kinds();
        let is_asked = self.nas.coa.as_ref().is_some_and(|coa| coa.ability == CoaAbility::Auto);
        let is_by_hand =
            || self.dialect.is_replaced(&all, kinds, |name| self.by_hand.replace(name));
        if !is_asked || is_by_hand() {
            return None;
        }
        let can = |kind| self.dialect.says(kind) && self.dialect.can_change_to(&all, kind);
        Some([IntentKind::TotalLimit, IntentKind::DownloadLimit, IntentKind::UploadLimit].map(can))
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
    #[test]
    fn what_is_left_of_each_way_is_compared_with_what_was_told_of_it() {
        // 10 GB down and 1 GB up, each by a quota of its own; another session uses 9.4 GB of the first.
        let gb = 1_000_000_000;
        let ways = |download, upload| Limits {
            total: None,
            download: Some(download),
            upload: Some(upload),
        };
        let (told, counters) = (ways(10 * gb, gb), Counters::default());
        let left = ways(600_000_000, gb);
        assert_eq!(left.or_told(told, &counters), left);
        assert_eq!(ways(5 * gb, gb).or_told(told, &counters), told, "half of it is left");
        let left = ways(10 * gb, 499_999_999);
        assert_eq!(left.or_told(told, &counters), left);
        // What the session itself has used of it is no news.
        let counters = Counters { download_octets: 9_400_000_000, ..counters };
        assert_eq!(ways(600_000_000, gb).behind(&counters).or_told(told, &counters), told);
        // Of both ways together the other session has used 0.4 GB of 1.
        let (told, counters) = (ways(gb, gb), Counters { download_octets: 800, ..counters });
        let left = |octets| ways(octets, octets).behind(&counters);
        assert_eq!(left(600_000_000).or_told(told, &counters), told);
        let less = left(499_999_599);
        assert_eq!(less.or_told(told, &counters), less);
    }

    #[test]
    fn a_session_that_was_told_the_total_is_told_of_each_way_only_what_is_less() {
        let counters = Counters { download_octets: 600, upload_octets: 400, ..Counters::default() };
        let told = Limits { total: Some(11_000), ..Limits::default() };
        let ways = |octets| Limits { total: None, download: Some(octets), upload: Some(octets) };
        for octets in [5_000, 10_000, 50_000] {
            assert_eq!(ways(octets).behind(&counters).or_told(told, &counters), told, "{octets}");
        }
        let less = Limits { total: Some(11_000), download: Some(5_599), upload: Some(5_399) };
        assert_eq!(ways(4_999).behind(&counters).or_told(told, &counters), less);
        // Up to the total it may be more again.
        let more = Limits { total: Some(11_000), download: Some(9_600), upload: Some(9_400) };
        assert_eq!(ways(9_000).behind(&counters).or_told(less, &counters), more);
        assert_eq!(ways(90_000).behind(&counters).or_told(more, &counters).total, Some(11_000));
    }
}
