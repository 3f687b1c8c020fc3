//! The stretches of time that a quota counts in.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span, ToSpan as _};

use crate::{TimeZone, Timestamp};

/// How long a quota counts before it begins anew. All but a session's are read on the clock of the
/// tenant's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Window {
    /// Each session for itself.
    Session,
    /// From midnight to midnight.
    Day,
    /// From the midnight before Monday.
    Week,
    /// From the midnight before the first.
    Month,
    /// From the beginning of the billing cycle, and from the same day and time of each month after
    /// it: of a month without that day, from its last. Until it has begun, what was counted goes
    /// on. A service without a cycle counts from the first of the month.
    Cycle,
}

impl Window {
    /// Every window.
    pub const ALL: [Self; 5] = [Self::Session, Self::Day, Self::Week, Self::Month, Self::Cycle];

    /// The name that is stored and typed; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Cycle => "cycle",
        }
    }

    /// The window that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|window| window.code() == code)
    }

    /// The window that a moment lies in.
    pub(crate) fn around(
        self,
        at: Timestamp,
        zone: &TimeZone,
        cycle_from: Option<Timestamp>,
    ) -> WindowSpan {
        let (window, anchor) = match (self, cycle_from) {
            (Self::Session, _) => return WindowSpan::EVER,
            (Self::Cycle, Some(anchor)) if at < anchor => {
                return WindowSpan { from: WindowSpan::EVER.from, until: anchor };
            }
            (Self::Cycle, None) => (Self::Month, at),
            (window, anchor) => (window, anchor.unwrap_or(at)),
        };
        let (Some(now), Some(first)) = (zone.shown(at), zone.shown(anchor)) else {
            return WindowSpan::EVER;
        };
        let begins = |step| match window {
            Self::Cycle => cycle_start(anchor, first, now, step, zone),
            _ => window.calendar_start(now.date(), step, zone),
        };
        if let (Some(from), Some(until)) = (begins(0), begins(1))
            && from <= at
            && at < until
        {
            return WindowSpan { from, until };
        }
        // The clock may be put back over a midnight and show the day before once more, so that the
        // day it shows is not always the one that began last.
        let mut span = WindowSpan::EVER;
        for begins in (-1..=2).filter_map(begins) {
            if begins <= at {
                span.from = span.from.max(begins);
            } else {
                span.until = span.until.min(begins);
            }
        }
        span
    }

    /// The beginning of the window that many windows after that of the date.
    fn calendar_start(self, date: Date, step: i64, zone: &TimeZone) -> Option<Timestamp> {
        let date = match self {
            Self::Week => {
                let monday = date.checked_sub(days_since_monday(date).days()).ok()?;
                monday.checked_add((step * 7).days()).ok()?
            }
            Self::Month => date.first_of_month().checked_add(step.months()).ok()?,
            _ => date.checked_add(step.days()).ok()?,
        };
        zone.first_shown(date.at(0, 0, 0, 0))
    }
}

fn days_since_monday(date: Date) -> i64 {
    date.weekday().since(Weekday::Monday).into()
}

/// The beginning of the month of the cycle that many months after the one that `now` is in, if that
/// is not before the anchor.
fn cycle_start(
    anchor: Timestamp,
    first: DateTime,
    now: DateTime,
    step: i64,
    zone: &TimeZone,
) -> Option<Timestamp> {
    let months = |date: DateTime| i64::from(date.year()) * 12 + i64::from(date.month());
    match months(now) - months(first) + step {
        ..0 => None,
        0 => Some(anchor),
        since => {
            let begins = first.checked_add(Span::new().try_months(since).ok()?).ok()?;
            zone.first_shown(begins)
        }
    }
}

/// A window as moments: `from` belongs to it, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowSpan {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl WindowSpan {
    /// The one that neither begins nor ends.
    const EVER: Self =
        Self { from: Timestamp::from_unix_ms(i64::MIN), until: Timestamp::from_unix_ms(i64::MAX) };

    /// When it began, if it did.
    pub(crate) fn begins_at(self) -> Option<Timestamp> {
        (self.from != Self::EVER.from).then_some(self.from)
    }

    /// When it ends, if it does.
    pub(crate) fn ends_at(self) -> Option<Timestamp> {
        (self.until != Self::EVER.until).then_some(self.until)
    }
}
