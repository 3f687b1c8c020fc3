//! What a session is told while it lasts: CoA-Request and Disconnect-Request (RFC 5176), as the
//! `change`, `identify` and `coa` lines of a dialect say.

use std::net::Ipv4Addr;

use radius_dict::{AttributeDefinition, DataType};
use radius_proto::{PacketWriter, WriteError};

use crate::dialect::template::{Piece, Value, pieces, too_long};
use crate::dialect::{Dialect, DialectProblem, Rule, Target};
use crate::intent::{IntentKind, Intents};
use crate::reply_attributes::AttributeName;

/// The port of a NAS for CoA and Disconnect, unless its dialect has another (RFC 5176 section 2.1).
pub(crate) const COA_PORT: u16 = 3799;

/// What the `change`, `identify` and `coa` lines of a dialect say.
#[derive(Debug, Clone)]
pub(super) struct Changes {
    /// The intents whose rules for the Access-Accept hold in a CoA-Request too.
    pub(super) as_accepted: Vec<IntentKind>,
    /// The rules that hold in a CoA-Request alone.
    pub(super) rules: Vec<Rule>,
    /// How a session is named, the most important first.
    pub(super) identity: Vec<IdentityLine>,
    pub(super) port: u16,
}

/// One line that names a session.
#[derive(Debug, Clone)]
pub(super) struct IdentityLine {
    pub(super) attribute: Target,
    pub(super) template: IdentityTemplate,
    /// Is it left out when the NAS does not know the attribute?
    pub(super) optional: bool,
}

/// What an identity line writes as its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IdentityTemplate {
    Text(Vec<Piece<IdentityPart>>),
    /// An attribute that is an address.
    Address(IdentityPart),
}

/// What an identity line can say of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdentityPart {
    AcctSessionId,
    UserName,
    CallingStationId,
    FramedIpv4,
    NasIpv4,
    NasIdentifier,
}

/// What a NAS knows a session by, octet for octet as it was sent in its accounting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionIdentity<'a> {
    /// Acct-Session-Id.
    pub acct_session_id: &'a [u8],
    /// User-Name; empty when there was none.
    pub user_name: &'a [u8],
    /// Calling-Station-Id; empty when there was none.
    pub calling_station_id: &'a [u8],
    /// Framed-IP-Address.
    pub framed_ipv4: Option<Ipv4Addr>,
    /// NAS-IP-Address.
    pub nas_ipv4: Option<Ipv4Addr>,
    /// NAS-Identifier.
    pub nas_identifier: Option<&'a [u8]>,
}

/// Why the name of a session could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// Nothing that the dialect names sessions by is known of this one. Without a name the
    /// request could hit any session, so there must be none.
    #[error("nothing is known of the session by which its NAS could tell it from others")]
    Nameless,
    /// There is no room for it.
    #[error(transparent)]
    DoesNotFit(#[from] WriteError),
}

impl Dialect {
    /// Does it say anything about intents of this kind when a session begins?
    pub(crate) fn says(&self, kind: IntentKind) -> bool {
        self.rules.iter().any(|rule| rule.depends_on(kind))
    }

    /// Would [`write_change`](Self::write_change) say anything about this kind, `intents` being
    /// what the session is to get from now on? What is taken away without anything in its place
    /// cannot be said: then the session must begin anew.
    pub(crate) fn can_change_to(&self, intents: &Intents<'_>, kind: IntentKind) -> bool {
        self.change_rules().any(|rule| rule.applies(intents) && rule.concerns(&|of| of == kind))
    }

    /// Writes what a session that lasts is to get from now on of the kinds that `only` picks,
    /// without the attributes that `omit` picks. The parts of shaping go together: where one is
    /// picked, all are written.
    pub(crate) fn write_change(
        &self,
        intents: &Intents<'_>,
        only: impl Fn(IntentKind) -> bool,
        omit: impl Fn(AttributeName) -> bool,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        let rules = self.change_rules().filter(|rule| rule.applies(intents));
        for rule in rules.filter(|rule| rule.concerns(&only) && !omit(rule.attribute.name())) {
            rule.write(intents, writer)?;
        }
        Ok(())
    }

    /// Writes what the session is named by, without the optional attributes that `omit` picks.
    pub(crate) fn write_identity(
        &self,
        session: &SessionIdentity<'_>,
        omit: impl Fn(AttributeName) -> bool,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), IdentityError> {
        let mut is_named = false;
        for line in &self.changes.identity {
            if line.template.is_known(session) && !(line.optional && omit(line.attribute.name())) {
                line.template.render(session, |value| line.attribute.write(value, writer))?;
                is_named |= line.template.tells_sessions_apart();
            }
        }
        if is_named { Ok(()) } else { Err(IdentityError::Nameless) }
    }

    /// What may be left out of the name of a session when its NAS refuses it, the least important
    /// first.
    pub(crate) fn optional_identity(&self) -> impl Iterator<Item = AttributeName> {
        let optional = self.changes.identity.iter().rev().filter(|line| line.optional);
        optional.map(|line| line.attribute.name())
    }

    /// The port of the NAS for CoA and Disconnect, where the NAS itself has none set.
    pub(crate) const fn coa_port(&self) -> u16 {
        self.changes.port
    }

    /// The rules for a CoA-Request, in the order of the file.
    fn change_rules(&self) -> impl Iterator<Item = &Rule> {
        let changes = &self.changes;
        let accepted = self.rules.iter();
        let accepted = accepted.filter(|rule| changes.as_accepted.contains(&rule.intent));
        accepted.chain(&changes.rules)
    }
}

impl IdentityPart {
    const ALL: [(&'static str, Self); 6] = [
        ("acct_session_id", Self::AcctSessionId),
        ("user_name", Self::UserName),
        ("calling_station_id", Self::CallingStationId),
        ("framed_ipv4", Self::FramedIpv4),
        ("nas_ipv4", Self::NasIpv4),
        ("nas_identifier", Self::NasIdentifier),
    ];

    fn named(name: &str) -> Result<Self, DialectProblem> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, part)| *part).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
            let (placeholder, known) = (name.to_owned(), known.join(", "));
            DialectProblem::UnknownIdentity { placeholder, known }
        })
    }

    /// Is it of the session, and not of the whole NAS?
    const fn is_of_session(self) -> bool {
        !matches!(self, Self::NasIpv4 | Self::NasIdentifier)
    }

    const fn address(self, session: &SessionIdentity<'_>) -> Option<Ipv4Addr> {
        match self {
            Self::FramedIpv4 => session.framed_ipv4,
            Self::NasIpv4 => session.nas_ipv4,
            Self::AcctSessionId | Self::UserName | Self::CallingStationId | Self::NasIdentifier => {
                None
            }
        }
    }

    /// The octets as they were sent; of those that are an address there are none.
    fn octets<'a>(self, session: &SessionIdentity<'a>) -> &'a [u8] {
        match self {
            Self::AcctSessionId => session.acct_session_id,
            Self::UserName => session.user_name,
            Self::CallingStationId => session.calling_station_id,
            Self::NasIdentifier => session.nas_identifier.unwrap_or_default(),
            Self::FramedIpv4 | Self::NasIpv4 => &[],
        }
    }

    fn is_known(self, session: &SessionIdentity<'_>) -> bool {
        self.address(session).is_some() || !self.octets(session).is_empty()
    }
}

impl IdentityTemplate {
    /// Compiles the text of a line whose value has the type of `attribute` and room for `room`
    /// octets.
    pub(super) fn compile(
        text: &str,
        attribute: &AttributeDefinition,
        room: usize,
    ) -> Result<Self, DialectProblem> {
        let name = || attribute.name.to_string();
        let pieces = pieces(text, IdentityPart::named)?;
        match (attribute.data_type, &*pieces) {
            (DataType::String | DataType::Octets, _) => {
                let len = pieces.iter().map(Piece::literal_len).sum();
                if len > room {
                    return Err(DialectProblem::ValueTooLong { attribute: name(), len, max: room });
                }
                Ok(Self::Text(pieces))
            }
            (
                DataType::Ipv4Address,
                [Piece::Value(part @ (IdentityPart::FramedIpv4 | IdentityPart::NasIpv4))],
            ) => Ok(Self::Address(*part)),
            (DataType::Ipv4Address, _) => {
                Err(DialectProblem::NotAnIdentityAddress { attribute: name() })
            }
            _ => Err(DialectProblem::UnsupportedAttribute {
                attribute: name(),
                why: "its type is none of string, octets and ipaddr, as sessions are named by",
            }),
        }
    }

    fn parts(&self) -> impl Iterator<Item = IdentityPart> {
        let (pieces, address) = match self {
            Self::Text(pieces) => (&**pieces, None),
            Self::Address(part) => (&[][..], Some(*part)),
        };
        let of_text = pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Value(part) => Some(*part),
        });
        of_text.chain(address)
    }

    fn is_known(&self, session: &SessionIdentity<'_>) -> bool {
        self.parts().all(|part| part.is_known(session))
    }

    fn tells_sessions_apart(&self) -> bool {
        self.parts().any(IdentityPart::is_of_session)
    }

    fn render(
        &self,
        session: &SessionIdentity<'_>,
        write: impl FnOnce(&[u8]) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        use core::fmt::Write as _;
        let pieces = match self {
            Self::Address(part) => {
                return part.address(session).map_or(Ok(()), |address| write(&address.octets()));
            }
            Self::Text(pieces) => pieces,
        };
        let mut value = Value::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => value.push(text.as_bytes()),
                Piece::Value(part) => match part.address(session) {
                    Some(address) => write!(value, "{address}"),
                    None => value.push(part.octets(session)),
                },
            }
            .map_err(too_long)?;
        }
        write(value.as_bytes())
    }
}
