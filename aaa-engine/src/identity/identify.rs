//! By what a NAS's subscribers are identified, for each kind of access.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use super::{AccessKind, LineKind};

/// One thing that a service can be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifyBy {
    /// User-Name, which is the service's login, with its password.
    UserName,
    /// The same without a domain before it and a realm behind it.
    UserNameWithoutRealm,
    /// What the access node or the NAS says of the line. It is the proof too: no password is asked.
    Line(LineKind),
    /// Framed-IP-Address, which is the service's fixed IPv4 address. It is the proof too.
    Address,
}

/// By what services are found, in which order: what is written `dhcp: circuit-id, user-name;
/// *: user-name`.
///
/// ```
/// use aaa_engine::{AccessKind, Identify, IdentifyBy, LineKind};
///
/// let identify: Identify = "dhcp: circuit-id, user-name".parse().unwrap();
/// let circuit_id = IdentifyBy::Line(LineKind::CircuitId);
/// assert_eq!(identify.order(Some(AccessKind::Dhcp)), [circuit_id, IdentifyBy::UserName]);
/// assert_eq!(identify.order(Some(AccessKind::Ppp)), [IdentifyBy::UserName]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identify(Arc<[Rule]>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// `None`: every kind that no other rule is for.
    kind: Option<AccessKind>,
    order: Vec<IdentifyBy>,
}

/// What cannot be read as an [`Identify`]. Each message says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifyError {
    /// A word that stands for no kind of access.
    #[error("`{word}` is no kind of access; there are {}", kinds())]
    UnknownKind {
        /// The word.
        word: String,
    },
    /// A word that stands for nothing that a service is found by.
    #[error("`{word}` is nothing that a service is found by; there are {}", identifiers())]
    UnknownIdentifier {
        /// The word.
        word: String,
    },
    /// A kind of access, or something that services are found by, stands there twice.
    #[error("`{word}` stands there twice")]
    Twice {
        /// The word.
        word: String,
    },
    /// What is no proof that somebody may administer the router.
    #[error(
        "`{word}` is no proof for a log-in to the router itself; for `login` there are user-name \
         and user-name-without-realm"
    )]
    NoProofForLogin {
        /// The word.
        word: String,
    },
}

impl IdentifyBy {
    /// Everything that a service can be found by, in the order of their declaration.
    pub const ALL: [Self; 6] = [
        Self::UserName,
        Self::UserNameWithoutRealm,
        Self::Line(LineKind::CircuitId),
        Self::Line(LineKind::RemoteId),
        Self::Line(LineKind::Port),
        Self::Address,
    ];

    /// The word for it in a NAS's setting.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UserName => "user-name",
            Self::UserNameWithoutRealm => "user-name-without-realm",
            Self::Line(kind) => kind.word(),
            Self::Address => "address",
        }
    }

    /// Whether who is found by it has proved who it is: the access node or the NAS says it, not
    /// the subscriber.
    #[must_use]
    pub const fn is_proof(self) -> bool {
        matches!(self, Self::Line(_) | Self::Address)
    }
}

impl Identify {
    /// What a service is found by that asks for this kind of access; first what counts first.
    #[must_use]
    pub fn order(&self, kind: Option<AccessKind>) -> &[IdentifyBy] {
        const BY_NAME: &[IdentifyBy] = &[IdentifyBy::UserName];
        let of = |kind: Option<AccessKind>| self.0.iter().find(|rule| rule.kind == kind);
        let found = match kind {
            Some(AccessKind::Login) => {
                // What is said of every kind holds for it as far as it proves anything there.
                let general = of(None).filter(|rule| !rule.order.iter().any(|by| by.is_proof()));
                of(kind).or(general)
            }
            kind => of(kind).or_else(|| of(None)),
        };
        found.map_or(BY_NAME, |rule| &rule.order)
    }

    /// Whether the fixed address of a service is among what it is found by.
    #[must_use]
    pub fn has_address(&self) -> bool {
        self.0.iter().any(|rule| rule.order.contains(&IdentifyBy::Address))
    }

    /// Whether this is what holds without a setting.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for Identify {
    type Err = IdentifyError;

    /// Rules with `;` between, each a kind of access or `*`, a colon, and what counts first, second
    /// and so on with commas between. Without a kind and colon a rule is for every kind.
    fn from_str(text: &str) -> Result<Self, IdentifyError> {
        let mut rules: Vec<Rule> = Vec::new();
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let (word, list) = part.split_once(':').unwrap_or(("*", part));
            let word = word.trim();
            let kind = match word {
                "*" => None,
                word => Some(
                    AccessKind::ALL
                        .into_iter()
                        .find(|kind| kind.word() == word)
                        .ok_or_else(|| IdentifyError::UnknownKind { word: word.to_owned() })?,
                ),
            };
            if rules.iter().any(|rule| rule.kind == kind) {
                return Err(IdentifyError::Twice { word: word.to_owned() });
            }
            rules.push(Rule { kind, order: order(kind, list)? });
        }
        if rules.is_empty() {
            return Err(IdentifyError::UnknownIdentifier { word: text.trim().to_owned() });
        }
        Ok(Self(rules.into()))
    }
}

fn order(kind: Option<AccessKind>, list: &str) -> Result<Vec<IdentifyBy>, IdentifyError> {
    let mut order = Vec::new();
    for word in list.split(',').map(str::trim) {
        let by = IdentifyBy::ALL
            .into_iter()
            .find(|by| by.word() == word)
            .ok_or_else(|| IdentifyError::UnknownIdentifier { word: word.to_owned() })?;
        if order.contains(&by) {
            return Err(IdentifyError::Twice { word: word.to_owned() });
        }
        if kind == Some(AccessKind::Login) && by.is_proof() {
            return Err(IdentifyError::NoProofForLogin { word: word.to_owned() });
        }
        order.push(by);
    }
    Ok(order)
}

impl fmt::Display for Identify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_default() {
            return f.write_str(IdentifyBy::UserName.word());
        }
        for (index, rule) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            let kind = rule.kind.map_or("*", AccessKind::word);
            write!(f, "{separator}{kind}: {}", joined(rule.order.iter().map(|by| by.word())))?;
        }
        Ok(())
    }
}

fn kinds() -> String {
    joined(AccessKind::ALL.into_iter().map(AccessKind::word).chain(["*"]))
}

fn identifiers() -> String {
    joined(IdentifyBy::ALL.into_iter().map(IdentifyBy::word))
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CIRCUIT_ID: IdentifyBy = IdentifyBy::Line(LineKind::CircuitId);

    fn read(text: &str) -> Identify {
        text.parse().unwrap()
    }

    #[test]
    fn the_rule_of_the_kind_goes_before_the_general_one() {
        let identify = read("dhcp: circuit-id, remote-id ; *: user-name-without-realm");
        let dhcp = [CIRCUIT_ID, IdentifyBy::Line(LineKind::RemoteId)];
        assert_eq!(identify.order(Some(AccessKind::Dhcp)), dhcp);
        for other in [None, Some(AccessKind::Ppp), Some(AccessKind::Login)] {
            assert_eq!(identify.order(other), [IdentifyBy::UserNameWithoutRealm]);
        }
        assert_eq!(Identify::default().order(None), [IdentifyBy::UserName]);
        assert_eq!(read("port").order(Some(AccessKind::Dot1x)), [IdentifyBy::Line(LineKind::Port)]);
        assert_eq!(identify.to_string(), read(&identify.to_string()).to_string());
    }

    #[test]
    fn nobody_administers_a_router_because_of_a_line() {
        assert_eq!(read("circuit-id").order(Some(AccessKind::Login)), [IdentifyBy::UserName]);
        let refused = "login: port".parse::<Identify>().unwrap_err();
        assert_eq!(refused, IdentifyError::NoProofForLogin { word: "port".to_owned() });
    }

    #[test]
    fn what_is_wrong_is_told_with_what_would_be_right() {
        for (text, words) in [
            ("pppoe: user-name", "`pppoe` is no kind of access; there are ppp, hotspot, dhcp"),
            ("circuit", "`circuit` is nothing that a service is found by; there are user-name,"),
            ("", "`` is nothing"),
            ("dhcp:", "`` is nothing"),
            ("dhcp: port; dhcp: address", "`dhcp` stands there twice"),
            ("port, port", "`port` stands there twice"),
        ] {
            let error = text.parse::<Identify>().unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(
            kinds in proptest::sample::subsequence(AccessKind::ALL.to_vec(), 1..5),
            order in proptest::sample::subsequence(IdentifyBy::ALL.to_vec(), 1..6),
        ) {
            let kinds = kinds.into_iter().filter(|kind| *kind != AccessKind::Login).map(Some);
            let rules: Vec<_> =
                kinds.chain([None]).map(|kind| Rule { kind, order: order.clone() }).collect();
            let identify = Identify(rules.into());
            prop_assert_eq!(identify.to_string().parse::<Identify>().unwrap(), identify);
        }
    }
}
