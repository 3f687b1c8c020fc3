//! What a tariff says.

use core::num::NonZeroU64;

use super::holidays::Holidays;
use super::increments::Increments;
use super::schedule::Schedule;
use super::usage::Measure;
use super::window::{WINDOWS_MAX, Windows};
use crate::rating::UnitPrice;
use crate::rating::unit_price::NANOS;
use crate::{Currency, Money};

/// The most rates of a tariff.
pub const RATES_MAX: usize = 32;
/// The longest name of a rate, octets.
pub const RATE_NAME_OCTETS_MAX: usize = 64;

/// What a tariff says, as it is entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffTerms {
    /// What is counted.
    pub measure: Measure,
    /// How many seconds or octets a price is for: 60 where it is one of a minute.
    pub unit: NonZeroU64,
    /// In which steps it is billed.
    pub increments: Increments,
    /// Prices of some hours. The first with a window that a moment lies in counts: that of holidays
    /// comes before that of weekdays.
    pub rates: Vec<Rate>,
    /// The price at all other times; `None`: then the tariff has none, and usage is an error.
    pub otherwise: Option<UnitPrice>,
    /// Paid once for a session, as soon as something was used in it.
    pub set_up: Option<Money>,
    /// The most that a session costs, with what is paid for its set-up.
    pub maximum: Option<Money>,
    /// The days that windows of holidays are on.
    pub holidays: Holidays,
}

/// A price of some hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// What it is called: `peak`.
    pub name: String,
    /// When it holds.
    pub windows: Windows,
    /// What a unit costs then.
    pub price: UnitPrice,
}

/// A tariff that can be rated by: what it says, and which rate holds when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    terms: TariffTerms,
    currency: Currency,
    schedule: Schedule,
    /// What the rates cost, and behind them what all other times do.
    prices: Vec<UnitPrice>,
}

/// Terms that make no tariff.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TariffError {
    /// Nothing has a price.
    #[error("the tariff has no price; give it a rate, or a price for all other times")]
    NoPrice,
    /// Too many rates.
    #[error("there are {count} rates; a tariff has {RATES_MAX} at most")]
    TooManyRates {
        /// How many there are.
        count: usize,
    },
    /// Too many windows.
    #[error("the rates have {count} windows; a tariff has {WINDOWS_MAX} at most")]
    TooManyWindows {
        /// How many there are, in all rates.
        count: usize,
    },
    /// A rate cannot be called so.
    #[error(
        "the name of rate {number} has {octets} octets; names have 1 to {RATE_NAME_OCTETS_MAX}, and none \
         that are not printed"
    )]
    Name {
        /// Which, from 1.
        number: usize,
        /// How long it is.
        octets: usize,
    },
    /// Two rates are called alike, so that it could not be said what was billed at which.
    #[error(
        "rate {number} is called `{name}` as one before it; give it another name, or the one before its \
         windows as well, with commas between"
    )]
    SameName {
        /// Which is the second of them, from 1.
        number: usize,
        /// What both are called.
        name: String,
    },
    /// Two currencies.
    #[error("the tariff has prices in {has} and in {given}; all are in one currency")]
    Currencies {
        /// The currency of the first.
        has: Currency,
        /// That of another.
        given: Currency,
    },
    /// It would pay those who use something.
    #[error("{amount} is less than nothing; what a session costs is 0 or more")]
    Negative {
        /// As given.
        amount: Money,
    },
}

impl Tariff {
    /// The tariff that says this.
    ///
    /// # Errors
    /// When it has no price, too many, some of one name, some below nothing or some of two currencies.
    pub fn new(terms: TariffTerms) -> Result<Self, TariffError> {
        let TariffTerms { rates, otherwise, set_up, maximum, holidays, .. } = &terms;
        check_rates(rates)?;
        let prices: Vec<_> = rates.iter().map(|rate| rate.price).chain(*otherwise).collect();
        let currency = prices.first().ok_or(TariffError::NoPrice)?.currency();
        let amounts = set_up.iter().chain(maximum);
        if let Some(amount) = amounts.clone().find(|amount| amount.is_negative()) {
            return Err(TariffError::Negative { amount: *amount });
        }
        let currencies = prices.iter().map(|price| price.currency());
        let mut currencies = currencies.chain(amounts.map(|amount| amount.currency()));
        if let Some(given) = currencies.find(|given| *given != currency) {
            return Err(TariffError::Currencies { has: currency, given });
        }
        let by_place = (0_u8..).zip(rates.iter().map(|rate| &rate.windows));
        let place_of_others = u8::try_from(rates.len()).ok().filter(|_| otherwise.is_some());
        let schedule = Schedule::new(by_place, place_of_others, holidays.clone());
        Ok(Self { currency, schedule, prices, terms })
    }

    /// What it says.
    #[must_use]
    pub const fn terms(&self) -> &TariffTerms {
        &self.terms
    }

    /// Of which currency its amounts are.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    pub(super) const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The price of the rate at a place.
    pub(super) fn price(&self, place: u8) -> Option<UnitPrice> {
        self.prices.get(usize::from(place)).copied()
    }

    /// What the rate at a place is called; `None` of the price of all other times.
    pub(super) fn name(&self, place: u8) -> Option<&str> {
        self.terms.rates.get(usize::from(place)).map(|rate| rate.name.as_str())
    }

    /// In how many parts of a minor unit the costs of a session are exact.
    pub(super) fn parts_per_minor(&self) -> i128 {
        // Below 2^30 and 2^64.
        NANOS * i128::from(self.terms.unit.get())
    }
}

fn check_rates(rates: &[Rate]) -> Result<(), TariffError> {
    let count = rates.len();
    if count > RATES_MAX {
        return Err(TariffError::TooManyRates { count });
    }
    let count = rates.iter().map(|rate| rate.windows.as_slice().len()).sum();
    if count > WINDOWS_MAX {
        return Err(TariffError::TooManyWindows { count });
    }
    for (number, Rate { name, .. }) in (1..).zip(rates) {
        let octets = name.len();
        if !(1..=RATE_NAME_OCTETS_MAX).contains(&octets) || name.chars().any(char::is_control) {
            return Err(TariffError::Name { number, octets });
        }
        if rates.iter().take(number - 1).any(|before| before.name == *name) {
            return Err(TariffError::SameName { number, name: name.clone() });
        }
    }
    Ok(())
}
