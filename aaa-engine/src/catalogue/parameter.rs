//! What a service takes: typed parameters, in the order of the macro or profile on the router.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;
use std::sync::Arc;

use entitlement::{BitsPerSecond, PlannedArgument, Speed};

use super::error::CatalogueError;
use super::template::checked_name;

/// How many parameters a template may have.
pub const PARAMETERS_MAX: usize = 16;

/// One parameter of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// What it is called in the macro.
    pub name: Arc<str>,
    /// What it takes.
    pub kind: ParameterKind,
}

/// Declares the kinds of parameter with the names that are stored and typed.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $expected:literal;)*) => {
        /// What a parameter takes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ParameterKind {
            $($(#[$doc])* $name,)*
        }

        impl ParameterKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name that is stored and typed; it never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What it takes, in words.
            #[must_use]
            pub const fn expected(self) -> &'static str {
                match self {
                    $(Self::$name => $expected,)*
                }
            }
        }
    };
}

kinds! {
    /// A rate in bits a second: the plan's, or a number.
    RateBps = "bps", "a rate in bits a second as a whole number, `{upload}` or `{download}`";
    /// A rate in kilobits a second (1,000 bits a second): the plan's, rounded down but at least 1,
    /// or a number.
    RateKbps = "kbps", "a rate in kilobits a second as a whole number, `{upload}` or `{download}`";
    /// Octets.
    Octets = "octets", "octets as a whole number";
    /// Seconds, 32 bits wide.
    Seconds = "seconds", "seconds from 0 to 4294967295";
    /// A whole number.
    Number = "number", "a whole number";
    /// An IPv4 address.
    Ipv4 = "ipv4", "an IPv4 address";
    /// A TCP or UDP port.
    Port = "port", "a port from 1 to 65535";
    /// Text that cannot be mistaken for what stands around it.
    Text = "text", "printable ASCII without comma, parentheses, braces, quotes and backslash, and without blanks at its ends";
}

impl Parameter {
    /// What is written for `argument`, with the rates of `speed` in the places of placeholders.
    pub(super) fn render(
        &self,
        template: &str,
        argument: &PlannedArgument,
        speed: Option<Speed>,
    ) -> Result<String, CatalogueError> {
        let rate = |which: &'static str, of: fn(Speed) -> BitsPerSecond| {
            let no_speed = || CatalogueError::NoSpeed {
                template: template.to_owned(),
                parameter: self.name.to_string(),
                which,
            };
            let rate_bps = speed.map(of).ok_or_else(no_speed)?.0;
            self.kind.rate(rate_bps).ok_or_else(|| self.wrong_kind(template, argument))
        };
        match argument {
            PlannedArgument::Upload => rate("upload", |speed| speed.upload),
            PlannedArgument::Download => rate("download", |speed| speed.download),
            PlannedArgument::Literal(text) => {
                self.kind.canonical(text).ok_or_else(|| self.wrong_kind(template, argument))
            }
        }
    }

    /// Can `argument` stand here, whatever the speed is?
    pub(super) fn check(
        &self,
        template: &str,
        argument: &PlannedArgument,
    ) -> Result<(), CatalogueError> {
        self.render(template, argument, Some(Speed::default())).map(drop)
    }

    fn wrong_kind(&self, template: &str, argument: &PlannedArgument) -> CatalogueError {
        CatalogueError::WrongKind {
            template: template.to_owned(),
            parameter: self.name.to_string(),
            argument: argument.to_string(),
            expected: self.kind.expected(),
        }
    }
}

impl ParameterKind {
    /// The kind that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// A rate of the plan in this kind's unit, if it is one of rates.
    fn rate(self, rate_bps: u64) -> Option<String> {
        match self {
            Self::RateBps => Some(rate_bps.to_string()),
            Self::RateKbps => Some((rate_bps / 1_000).max(1).to_string()),
            _ => None,
        }
    }

    /// `text` as it is written to the NAS, if it is of this kind.
    fn canonical(self, text: &str) -> Option<String> {
        match self {
            Self::RateBps | Self::RateKbps | Self::Octets | Self::Number => {
                whole_number(text).map(|number| number.to_string())
            }
            Self::Seconds => {
                let seconds = whole_number(text).and_then(|number| u32::try_from(number).ok())?;
                Some(seconds.to_string())
            }
            Self::Port => {
                let port = whole_number(text).and_then(|number| u16::try_from(number).ok())?;
                (port != 0).then(|| port.to_string())
            }
            Self::Ipv4 => text.parse::<Ipv4Addr>().ok().map(|address| address.to_string()),
            Self::Text => is_safe(text).then(|| text.to_owned()),
        }
    }
}

/// Digits alone: `u64::from_str` takes a sign too.
fn whole_number(text: &str) -> Option<u64> {
    if text.bytes().all(|octet| octet.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn is_safe(text: &str) -> bool {
    let safe = |octet: u8| {
        matches!(octet, b' '..=b'~')
            && !matches!(octet, b',' | b'(' | b')' | b'{' | b'}' | b'"' | b'\'' | b'`' | b'\\')
    };
    !text.is_empty() && text.bytes().all(safe) && text.trim() == text
}

impl FromStr for Parameter {
    type Err = CatalogueError;

    /// Reads `name:kind`.
    fn from_str(text: &str) -> Result<Self, CatalogueError> {
        let parts = text.split_once(':');
        let known = parts.and_then(|(name, kind)| Some((name, ParameterKind::from_code(kind)?)));
        let (name, kind) = known.ok_or_else(|| {
            let codes: Vec<&str> = ParameterKind::ALL.iter().map(|kind| kind.code()).collect();
            CatalogueError::BadParameter { text: text.to_owned(), kinds: codes.join(", ") }
        })?;
        Ok(Self { name: checked_name("parameter", name)?, kind })
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.kind.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_takes_its_own() {
        let taken = |kind: &str, text: &str| ParameterKind::from_code(kind)?.canonical(text);
        for (kind, text, written) in [
            ("bps", "1280000", "1280000"),
            ("bps", "10000000000", "10000000000"),
            ("number", "007", "7"),
            ("seconds", "4294967295", "4294967295"),
            ("port", "65535", "65535"),
            ("ipv4", "192.168.25.2", "192.168.25.2"),
            ("text", "http://172.16.13.11", "http://172.16.13.11"),
            ("text", "inbound priority 5", "inbound priority 5"),
        ] {
            assert_eq!(taken(kind, text).as_deref(), Some(written), "{kind} {text}");
        }
        for (kind, text) in [
            ("bps", "10M"),
            ("bps", "+5"),
            ("octets", "-1"),
            ("number", ""),
            ("seconds", "4294967296"),
            ("port", "0"),
            ("port", "65536"),
            ("ipv4", "192.168.25"),
            ("ipv4", "2001:db8::1"),
            ("text", ""),
            ("text", " a"),
            ("text", "a\nb"),
            ("text", "søster"),
        ] {
            assert_eq!(taken(kind, text), None, "{kind} {text}");
        }
        for bad in [',', '(', ')', '{', '}', '"', '\'', '`', '\\', '\x7f'] {
            assert_eq!(taken("text", &format!("a{bad}b")), None, "{bad}");
        }
    }

    #[test]
    fn parameters_are_read_as_they_are_written() {
        for kind in ParameterKind::ALL {
            let text = format!("upload:{}", kind.code());
            assert_eq!(text.parse::<Parameter>().unwrap().to_string(), text);
        }
        let error = "upload:Mbps".parse::<Parameter>().unwrap_err().to_string();
        assert!(error.contains("bps, kbps, octets"), "{error}");
        assert!("up load:bps".parse::<Parameter>().is_err());
    }
}
