//! What time or volume costs by the hour, the day of the week and the holiday, on a tenant's clock.
//!
//! A [`Tariff`] says which price holds when, and in which increments it is billed; a [`Usage`] what
//! was used in a stretch of time. A [`Rater`] goes through the usages of a session one by one: each
//! increment has the price of the moment at which it begins, and what has been used of it is carried
//! from one usage to the next in [`Progress`]. So a session costs the same however it is cut.

mod clock;
mod explain;
mod holidays;
mod increments;
mod rater;
mod schedule;
mod terms;
mod usage;
mod window;

pub use explain::{RatedUsage, TariffStep};
pub use holidays::{HOLIDAYS_MAX, Holidays, TooManyHolidays};
pub use increments::{INCREMENT_MAX, Increments, IncrementsError};
pub use rater::{Charge, Progress, Rater, RatingError};
pub use terms::{RATE_NAME_OCTETS_MAX, RATES_MAX, Rate, Tariff, TariffError, TariffTerms};
pub use usage::{Measure, USAGE_DAYS_MAX, USAGE_PERIODS_MAX, Usage, UsageError};
pub use window::{WINDOWS_MAX, Window, WindowError, Windows};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
