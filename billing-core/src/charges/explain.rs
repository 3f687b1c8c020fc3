//! Why a line of an invoice is what it is, in words.

use core::fmt;

use entitlement::{TimeZone, Timestamp};

use super::{Deduction, DeductionReason, Due, Line, Piece};
use crate::Interval;

impl Line {
    /// How its amount comes about, with the moments on this clock: what it is for, which part of
    /// which price, and what was billed of it before.
    #[must_use]
    pub fn explain<'l>(&'l self, zone: &'l TimeZone) -> impl fmt::Display + 'l {
        Explanation { line: self, zone }
    }
}

struct Explanation<'l> {
    line: &'l Line,
    zone: &'l TimeZone,
}

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line { key, due, billed_before, amount } = self.line;
        match due {
            None => write!(f, "nothing from {} on", moment(key.begins, self.zone))?,
            Some(due) => self.due(due, f)?,
        }
        if !billed_before.is_zero() {
            write!(f, "; {billed_before} billed before")?;
        }
        let kind = if amount.is_negative() { "credit" } else { "charge" };
        write!(f, "; {kind} {amount}")
    }
}

impl Explanation<'_> {
    fn due(&self, due: &Due, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Due { key, period, price, measured, pieces, deductions, amount, .. } = due;
        if measured.is_some() {
            f.write_str("use of ")?;
        }
        for (place, Piece { interval, quantity, share }) in pieces.iter().enumerate() {
            if place > 0 {
                f.write_str(" and ")?;
            }
            match interval {
                Some(interval) => f.write_str(&days(*interval, self.zone))?,
                None => write!(f, "once, {}", moment(key.begins, self.zone))?,
            }
            if period.is_some() {
                write!(f, " ({share})")?;
            }
            if *quantity != 1 {
                write!(f, " × {quantity}")?;
            }
        }
        match measured {
            None => write!(f, " at {price}: {}", due.full().unwrap_or(*amount))?,
            Some(charge) => write!(f, ": {charge}: {}", due.full().unwrap_or(*amount))?,
        }
        for Deduction { reason, amount } in deductions {
            write!(f, ", less {amount} ({reason})")?;
        }
        if !deductions.is_empty() {
            write!(f, ", makes {amount}")?;
        }
        Ok(())
    }
}

impl fmt::Display for DeductionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discount { name, rate: Some(rate), .. } => write!(f, "{rate} off: {name}"),
            Self::Discount { name, rate: None, .. } => write!(f, "off: {name}"),
            Self::Maximum => f.write_str("above the maximum of the period"),
            Self::ChargedOtherwise => f.write_str("charged otherwise in the period"),
            Self::Availability(credit) => write!(f, "{}", credit.why()),
        }
    }
}

/// `2027-04-01 to 2027-04-10`, the last day being in it; with the time where that is no midnight.
fn days(interval: Interval, zone: &TimeZone) -> String {
    let from = moment(interval.from(), zone);
    let last = Timestamp::from_unix_ms(interval.until().unix_ms() - 1);
    match (zone.shown(interval.until()), zone.shown(last)) {
        (Some(until), Some(last)) if until.date() != last.date() => {
            format!("{from} to {}", last.date())
        }
        _ => format!("{from} to {}", moment(interval.until(), zone)),
    }
}

/// The day, and the time where it is not the first moment of it.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let before = Timestamp::from_unix_ms(at.unix_ms() - 1);
    match (zone.shown(at), zone.shown(before)) {
        (Some(at), Some(before)) if at.date() != before.date() => at.date().to_string(),
        (Some(at), _) => at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        (None, _) => at.to_string(),
    }
}
