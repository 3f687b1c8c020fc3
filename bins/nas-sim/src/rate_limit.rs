//! Mikrotik-Rate-Limit, read as a router reads it: upload first.

/// A value for each direction, seen from the subscriber.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Directions<T> {
    /// From the subscriber: what the router receives (`rx`).
    pub upload: T,
    /// To the subscriber: what the router transmits (`tx`).
    pub download: T,
}

/// The queue that a router makes of a Mikrotik-Rate-Limit, every default filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The rate, bits a second; 0 is unlimited.
    pub rate_bps: Directions<u64>,
    /// The rate while bursting, bits a second; 0 is no burst.
    pub burst_bps: Directions<u64>,
    /// The average above which a burst ends, bits a second.
    pub threshold_bps: Directions<u64>,
    /// Over how long the average is taken, seconds.
    pub burst_time_s: Directions<u64>,
    /// 1 is served first, 8 last.
    pub priority: u8,
    /// What is guaranteed, bits a second.
    pub minimum_bps: Directions<u64>,
}

/// Why a text is not a rate limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateLimitError {
    /// The text is empty.
    #[error("a rate limit needs at least one rate")]
    Empty,
    /// A part is not what stands in its place.
    #[error("{part} cannot be {text:?}")]
    Part {
        /// Which part, in the words of the grammar.
        part: &'static str,
        /// What stood there.
        text: String,
    },
    /// There are more than six parts.
    #[error("nothing may follow the minimum rate, found {0:?}")]
    Trailing(String),
}

impl RateLimit {
    /// The priority where none is named.
    pub(crate) const PRIORITY_USUAL: u8 = 8;

    /// Reads `rx[/tx] [burst [threshold [time [priority [minimum]]]]]`.
    ///
    /// # Errors
    /// When a part is missing or is not a number with an optional unit.
    pub fn parse(text: &str) -> Result<Self, RateLimitError> {
        let mut parts = text.split_ascii_whitespace();
        let rate = parts.next().ok_or(RateLimitError::Empty)?;
        let rate_bps = pair(rate, "the rate", bits_per_second)?;
        let burst_bps = optional_pair(parts.next(), "the burst rate", bits_per_second)?
            .unwrap_or(Directions { upload: 0, download: 0 });
        let threshold_bps = optional_pair(parts.next(), "the burst threshold", bits_per_second)?
            .unwrap_or(rate_bps);
        let burst_time_s = optional_pair(parts.next(), "the burst time", seconds)?
            .unwrap_or(Directions { upload: 1, download: 1 });
        let priority = parts.next().map(priority).transpose()?.unwrap_or(Self::PRIORITY_USUAL);
        let minimum_bps =
            optional_pair(parts.next(), "the minimum rate", bits_per_second)?.unwrap_or(rate_bps);
        match parts.next() {
            Some(more) => Err(RateLimitError::Trailing(more.to_owned())),
            None => {
                Ok(Self { rate_bps, burst_bps, threshold_bps, burst_time_s, priority, minimum_bps })
            }
        }
    }
}

impl std::str::FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, RateLimitError> {
        Self::parse(text)
    }
}

type Number = fn(&str) -> Option<u64>;

fn optional_pair(
    text: Option<&str>,
    part: &'static str,
    number: Number,
) -> Result<Option<Directions<u64>>, RateLimitError> {
    text.map(|text| pair(text, part, number)).transpose()
}

/// One number for both directions, or two with a slash between.
fn pair(text: &str, part: &'static str, number: Number) -> Result<Directions<u64>, RateLimitError> {
    let (upload, download) = text.split_once('/').unwrap_or((text, text));
    match (number(upload), number(download)) {
        (Some(upload), Some(download)) => Ok(Directions { upload, download }),
        _ => Err(RateLimitError::Part { part, text: text.to_owned() }),
    }
}

/// A number of bits a second, with an optional unit.
pub(crate) fn bits_per_second(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(|last: char| last.is_ascii_alphabetic()) {
        None => (text, 1),
        Some(digits) => match text.bytes().last()?.to_ascii_lowercase() {
            b'k' => (digits, 1_000),
            b'm' => (digits, 1_000_000),
            b'g' => (digits, 1_000_000_000),
            _ => return None,
        },
    };
    seconds(digits)?.checked_mul(unit)
}

/// A plain number; `str::parse` alone would also take a sign.
fn seconds(text: &str) -> Option<u64> {
    if text.bytes().all(|digit| digit.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// One number, or the `n/n` that queues print; the upload's counts.
fn priority(text: &str) -> Result<u8, RateLimitError> {
    let wrong = || RateLimitError::Part { part: "the priority", text: text.to_owned() };
    let both = pair(text, "the priority", seconds)?;
    match (u8::try_from(both.upload), both.download) {
        (Ok(priority @ 1..=8), 1..=8) => Ok(priority),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(value: u64) -> Directions<u64> {
        Directions { upload: value, download: value }
    }

    fn limit(text: &str) -> RateLimit {
        RateLimit::parse(text).unwrap()
    }

    #[test]
    fn manual_one_rate_for_both() {
        let read = limit("128k");
        assert_eq!(read.rate_bps, both(128_000));
        assert_eq!(read.burst_bps, both(0));
        assert_eq!((read.priority, read.minimum_bps), (8, both(128_000)));
    }

    #[test]
    fn manual_upload_first() {
        let read = limit("64k/128M");
        assert_eq!(read.rate_bps, Directions { upload: 64_000, download: 128_000_000 });
    }

    #[test]
    fn manual_burst_with_default_threshold_and_time() {
        let read = limit("64k 256k");
        assert_eq!(read.rate_bps, both(64_000));
        assert_eq!(read.burst_bps, both(256_000));
        assert_eq!(read.threshold_bps, both(64_000));
        assert_eq!(read.burst_time_s, both(1));
    }

    #[test]
    fn manual_everything_of_a_burst() {
        let read = limit("64k/64k 256k/256k 128k/128k 10/10");
        assert_eq!(read.rate_bps, both(64_000));
        assert_eq!(read.burst_bps, both(256_000));
        assert_eq!(read.threshold_bps, both(128_000));
        assert_eq!(read.burst_time_s, both(10));
    }

    #[test]
    fn priority_and_minimum_as_seen_in_the_field() {
        let read = limit("440m/880m 0k/0k 0k/0k 0/0 8 60m/60m");
        assert_eq!(read.rate_bps, Directions { upload: 440_000_000, download: 880_000_000 });
        assert_eq!(read.minimum_bps, both(60_000_000));
        assert_eq!(limit("1M/1M 0/0 0/0 0/0 5/5").priority, 5);
    }

    #[test]
    fn refusals_name_the_part() {
        let wrong = |text: &str| RateLimit::parse(text).unwrap_err().to_string();
        assert_eq!(wrong("  "), "a rate limit needs at least one rate");
        assert_eq!(wrong("fast"), "the rate cannot be \"fast\"");
        assert_eq!(wrong("1M/"), "the rate cannot be \"1M/\"");
        assert_eq!(wrong("+1M"), "the rate cannot be \"+1M\"");
        assert_eq!(wrong("1M 2M 1M ten"), "the burst time cannot be \"ten\"");
        assert_eq!(wrong("1M 2M 1M 8 9"), "the priority cannot be \"9\"");
        assert_eq!(
            wrong("1M 2M 1M 8 8 1M 1M"),
            "nothing may follow the minimum rate, found \"1M\""
        );
        assert_eq!(wrong("99999999999999999999G"), "the rate cannot be \"99999999999999999999G\"");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,80}") {
            let _ = RateLimit::parse(&text);
        }

        #[test]
        fn what_is_written_is_read(upload in 0_u64..1 << 40, download in 0_u64..1 << 40) {
            let read = RateLimit::parse(&format!("{upload}/{download}")).unwrap();
            prop_assert_eq!(read.rate_bps, Directions { upload, download });
        }
    }
}
