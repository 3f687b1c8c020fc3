//! How a price of usage is read.

use core::num::NonZeroU64;
use core::str::FromStr;

use entitlement::Octets;

use super::{BandwidthPrice, Counted, Direction, MeteredPrice, PayAsYouGo, UnitsPrice};
use crate::rating::bandwidth::{Billable, Commitment, Missing};
use crate::rating::tariff::{Holidays, Measure, Rate, Tariff, TariffError, TariffTerms};
use crate::rating::{Model, Tier, Tiers, UnitPrice, UsagePrice};
use crate::{Money, Percentage};

/// The longest text of a price, octets.
const TEXT_LEN_MAX: usize = 16 * 1_024;

/// A text that is no price of usage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{clause}` cannot be in a price of usage: {problem}")]
pub struct MeteredPriceError {
    /// The clause that is wrong, or the whole text.
    pub clause: String,
    /// What is wrong with it.
    pub problem: String,
}

/// The clauses of a text: each a word and what follows it. Those that were asked for are taken out, so
/// that what is left is not known.
struct Clauses<'t> {
    text: &'t str,
    left: Vec<(&'t str, &'t str)>,
}

type Read<T> = Result<T, MeteredPriceError>;

fn wrong(clause: &str, problem: &(impl ToString + ?Sized)) -> MeteredPriceError {
    MeteredPriceError { clause: clause.to_owned(), problem: problem.to_string() }
}

impl FromStr for MeteredPrice {
    type Err = MeteredPriceError;

    fn from_str(text: &str) -> Read<Self> {
        if text.len() > TEXT_LEN_MAX {
            let shown: String = text.chars().take(40).collect();
            return Err(wrong(&shown, &format!("it has more than {TEXT_LEN_MAX} octets")));
        }
        let mut clauses = Clauses::of(text)?;
        let (kind, rest) = clauses.first();
        let price = match kind {
            "95th" => Self::Bandwidth(bandwidth(rest, &mut clauses)?),
            "each" | "package" | "graduated" | "volume" | "percentage" => {
                Self::Units(units(kind, rest, &mut clauses)?)
            }
            "time" => Self::Tariff(Box::new(tariff(Measure::Time, rest, &mut clauses)?)),
            "octets" => Self::Tariff(Box::new(tariff(Measure::Volume, rest, &mut clauses)?)),
            "pay-as-you-go" => Self::PayAsYouGo(pay_as_you_go(rest, &mut clauses)?),
            _ => {
                return Err(wrong(
                    text,
                    "it begins with `95th` for a bandwidth, with `each`, `package`, `graduated`, `volume` \
                     or `percentage` for units, with `time` or `octets` for a tariff by the hour, or with \
                     `pay-as-you-go` for what is paid from the wallet while it is used",
                ));
            }
        };
        clauses.end()?;
        Ok(price)
    }
}

impl<'t> Clauses<'t> {
    fn of(text: &'t str) -> Read<Self> {
        let mut left = Vec::new();
        for clause in text.split(';').map(str::trim) {
            if clause.is_empty() {
                return Err(wrong(
                    text,
                    "a clause of it is empty; clauses have one `;` between them",
                ));
            }
            let (word, rest) = clause.split_once(char::is_whitespace).unwrap_or((clause, ""));
            left.push((word, rest.trim()));
        }
        left.reverse();
        Ok(Self { text, left })
    }

    /// The first clause. There is one.
    fn first(&mut self) -> (&'t str, &'t str) {
        self.left.pop().unwrap_or_default()
    }

    /// Each clause of a word, in their order.
    fn all(&mut self, word: &str) -> Vec<&'t str> {
        let mut found: Vec<_> =
            self.left.extract_if(.., |(is, _)| *is == word).map(|(_, rest)| rest).collect();
        found.reverse();
        found
    }

    /// The clause of a word, of which there may be one.
    fn one(&mut self, word: &str) -> Read<Option<&'t str>> {
        match self.all(word).as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            [_, second, ..] => Err(wrong(&format!("{word} {second}"), "it is there twice")),
        }
    }

    fn needed(&mut self, word: &'static str, example: &str) -> Read<&'t str> {
        let found = self.one(word)?;
        found.ok_or_else(|| {
            wrong(self.text, &format!("the clause `{word}` is missing: `{example}`"))
        })
    }

    fn end(self) -> Read<()> {
        match self.left.last() {
            None => Ok(()),
            Some((word, rest)) => {
                let clause = format!("{word} {rest}");
                Err(wrong(clause.trim_end(), "such a price has no clause of this word"))
            }
        }
    }
}

fn bandwidth(rest: &str, clauses: &mut Clauses<'_>) -> Read<BandwidthPrice> {
    if !rest.is_empty() {
        return Err(wrong(&format!("95th {rest}"), "nothing follows `95th` but other clauses"));
    }
    let committed = clauses.needed("committed", "committed 100M at 50000 KES")?;
    let (committed_bps, price) =
        pair(committed, " at ", "a rate and its price, 100M at 50000 KES")?;
    let above = clauses.needed("above", "above 600 KES per 1M")?;
    let (burst, unit) = pair(above, " per ", "a price and a rate, 600 KES per 1M")?;
    let peak_bps = clauses.one("peak")?.map(scaled).transpose()?;
    let commitment = Commitment::new(
        scaled(committed_bps)?,
        money(price)?,
        unit_price(burst)?,
        at_least_one(unit)?,
        peak_bps,
    );
    let billable = clauses.one("counted")?.map(|code| {
        let known = Billable::ALL.map(Billable::code).join(", ");
        Billable::from_code(code).ok_or_else(|| wrong(code, &format!("counted are {known}")))
    });
    let missing = clauses.one("missing")?.map(|code| {
        let known = Missing::ALL.map(Missing::code).join(" or ");
        Missing::from_code(code).ok_or_else(|| wrong(code, &format!("missing samples are {known}")))
    });
    Ok(BandwidthPrice {
        commitment: commitment.map_err(|error| wrong(clauses.text, &error))?,
        billable: billable.transpose()?.unwrap_or_default(),
        missing: missing.transpose()?,
    })
}

fn units(kind: &str, rest: &str, clauses: &mut Clauses<'_>) -> Read<UnitsPrice> {
    let model = match kind {
        "each" => Model::PerUnit(unit_price(rest)?),
        "package" => {
            let (size, price) =
                pair(rest, " at ", "units and their price, package 100 at 250 KES")?;
            Model::Package { size: at_least_one(size)?, price: not_negative(price)? }
        }
        "graduated" => Model::Graduated(tiers(rest)?),
        "volume" => Model::Volume(tiers(rest)?),
        _ => {
            let (rate, currency) =
                pair(rest, " of ", "a part and a currency, percentage 2.5% of KES")?;
            Model::Percentage {
                rate: rate.parse::<Percentage>().map_err(|error| wrong(rest, &error))?,
                currency: currency.parse().map_err(|error| wrong(rest, &error))?,
            }
        }
    };
    let free_units = clauses.one("free")?.map(scaled).transpose()?.unwrap_or(0);
    let minimum = clauses.one("minimum")?.map(not_negative).transpose()?;
    if let Some(minimum) = minimum.filter(|it| it.currency() != model.currency()) {
        let problem = format!("its other prices are in {}", model.currency());
        return Err(wrong(&format!("minimum {minimum}"), &problem));
    }
    let unit = clauses.one("unit")?.map(at_least_one).transpose()?.unwrap_or(NonZeroU64::MIN);
    let counted = match clauses.one("accounting")? {
        None => Counted::Records,
        Some(code) => {
            let found = Direction::ALL.into_iter().find(|direction| direction.code() == code);
            let problem = "of the accounting of a service are counted down, up or both";
            Counted::Accounting(found.ok_or_else(|| wrong(&format!("accounting {code}"), problem))?)
        }
    };
    Ok(UnitsPrice { price: UsagePrice { free_units, model, minimum }, unit, counted })
}

fn pay_as_you_go(rest: &str, clauses: &mut Clauses<'_>) -> Read<PayAsYouGo> {
    let (price, per) = pair(rest, " per ", "a price and octets, 20 KES per 1GB")?;
    let slice = octets(clauses.needed("slice", "slice 100MB")?)?;
    let least = clauses.one("least")?.map(octets).transpose()?;
    PayAsYouGo::new(unit_price(price)?, octets(per)?, slice, least)
        .map_err(|error| wrong(clauses.text, &error))
}

/// `100MB`, `1GiB`, or a number of octets like others.
fn octets(text: &str) -> Read<NonZeroU64> {
    if !text.ends_with('B') {
        return at_least_one(text);
    }
    let octets: Octets = text.parse().map_err(|error| wrong(text, &error))?;
    NonZeroU64::new(octets.0).ok_or_else(|| wrong(text, "it is 1 octet or more"))
}

/// `100 at 20 KES, 500 at 15 KES + 50 KES, rest at 10 KES`.
fn tiers(text: &str) -> Read<Tiers> {
    let example = "tiers are written `100 at 20 KES, 500 at 15 KES + 50 KES, rest at 10 KES`";
    let tier = |text: &str| {
        let (up_to, price) = text.split_once(" at ").ok_or_else(|| wrong(text, example))?;
        let (unit, flat) = match price.split_once('+') {
            Some((unit, flat)) => (unit_price(unit.trim())?, Some(money(flat.trim())?)),
            None => (unit_price(price)?, None),
        };
        let up_to = match up_to.trim() {
            "rest" => None,
            number => Some(scaled(number)?),
        };
        let flat = flat.unwrap_or(Money::zero(unit.currency()));
        Ok(Tier { up_to, unit, flat })
    };
    let tiers = text.split(',').map(|text| tier(text.trim())).collect::<Read<_>>()?;
    Tiers::new(tiers).map_err(|error| wrong(text, &error))
}

fn tariff(measure: Measure, rest: &str, clauses: &mut Clauses<'_>) -> Read<Tariff> {
    let increments = clauses.needed("by", "by 60/60")?;
    let amount = |text: Option<&str>| text.map(money).transpose();
    let days = |text: &str| {
        let days = text.split(',').map(|day| {
            let problem = "holidays are dates, 2027-12-25, with commas between";
            day.trim().parse().map_err(|_| wrong(day, problem))
        });
        let days = days.collect::<Read<Vec<_>>>()?;
        Holidays::new(days).map_err(|error| wrong("holidays", &error))
    };
    let rates = clauses.all("rate");
    let terms = TariffTerms {
        measure,
        unit: at_least_one(rest)?,
        increments: increments.parse().map_err(|error| wrong(increments, &error))?,
        rates: rates.iter().copied().map(rate).collect::<Read<_>>()?,
        otherwise: clauses.one("otherwise")?.map(unit_price).transpose()?,
        set_up: amount(clauses.one("set-up")?)?,
        maximum: amount(clauses.one("maximum")?)?,
        holidays: clauses.one("holidays")?.map(days).transpose()?.unwrap_or_default(),
    };
    Tariff::new(terms).map_err(|error| match &error {
        TariffError::SameName { number, .. } | TariffError::Name { number, .. } => {
            let clause = number.checked_sub(1).and_then(|place| rates.get(place));
            let clause = clause.map(|rate| format!("rate {rate}"));
            wrong(clause.as_deref().unwrap_or(clauses.text), &error)
        }
        _ => wrong(clauses.text, &error),
    })
}

/// `peak 10 KES mon-fri 08:00-20:00, sat 08:00-12:00`.
fn rate(text: &str) -> Read<Rate> {
    let mut words = text.splitn(4, char::is_whitespace);
    let (Some(name), Some(number), Some(currency), Some(windows)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        let problem = "a rate is written `rate peak 10 KES mon-fri 08:00-20:00`";
        return Err(wrong(&format!("rate {text}"), problem));
    };
    Ok(Rate {
        name: name.to_owned(),
        price: unit_price(&format!("{number} {currency}"))?,
        windows: windows.parse().map_err(|error| wrong(&format!("rate {text}"), &error))?,
    })
}

fn pair<'t>(text: &'t str, between: &str, example: &str) -> Read<(&'t str, &'t str)> {
    let found = text.split_once(between).map(|(left, right)| (left.trim(), right.trim()));
    found.ok_or_else(|| wrong(text, &format!("it takes {example}")))
}

fn money(text: &str) -> Read<Money> {
    text.parse().map_err(|error| wrong(text, &error))
}

fn not_negative(text: &str) -> Read<Money> {
    let amount = money(text)?;
    if amount.is_negative() {
        return Err(wrong(text, "it is 0 or more"));
    }
    Ok(amount)
}

fn unit_price(text: &str) -> Read<UnitPrice> {
    text.parse().map_err(|error| wrong(text, &error))
}

fn at_least_one(text: &str) -> Read<NonZeroU64> {
    NonZeroU64::new(scaled(text)?).ok_or_else(|| wrong(text, "it is 1 or more"))
}

/// `100M`, `2.5G`, `50`: thousands, millions, thousand millions of ten.
fn scaled(text: &str) -> Read<u64> {
    let read = || {
        let scale: u64 = match text.as_bytes().last()? {
            b'k' | b'K' => 1_000,
            b'm' | b'M' => 1_000_000,
            b'g' | b'G' => 1_000_000_000,
            b't' | b'T' => 1_000_000_000_000,
            _ => 1,
        };
        let number = if scale == 1 { text } else { text.get(..text.len() - 1)? };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let is_number = |digits: &str| digits.bytes().all(|octet| octet.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) || number.ends_with('.') {
            return None;
        }
        let mut all = whole.parse::<u64>().ok()?.checked_mul(scale)?;
        let mut place = scale;
        for digit in part.bytes() {
            if !place.is_multiple_of(10) {
                return None;
            }
            place /= 10;
            all = all.checked_add(u64::from(digit - b'0') * place)?;
        }
        Some(all)
    };
    read().ok_or_else(|| wrong(text, "it is no number; such are written 50, 100M or 2.5G"))
}
