//! What a reply says, once everything that it must prove has been checked.

use std::net::{Ipv4Addr, Ipv6Addr};

use radius_proto::{
    AttributeType, Code, DecodeError, MessageAuthenticator, Packet, Secret, VendorId,
};

use crate::access::AccessKind;
use crate::attributes as attr;
use crate::coa::{Given, Manner};
use crate::mschap;
use crate::names;
use crate::packet::{Proof, Written};
use crate::rate_limit::{RateLimit, RateLimitError};

/// RFC 2865 §5.8: "let the access server choose", which RouterOS also takes for "let the user".
const ADDRESS_FROM_POOL: [Ipv4Addr; 2] =
    [Ipv4Addr::new(255, 255, 255, 254), Ipv4Addr::new(255, 255, 255, 255)];

/// How a reply differs from what a correct server would have sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The octets are not a RADIUS packet.
    #[error("the reply is not a RADIUS packet: {0}")]
    NotRadius(DecodeError),
    /// A code that does not answer the request.
    #[error("the reply is a {0}, which does not answer this request")]
    Code(Code),
    /// The identifier is the one of another request.
    #[error("the reply carries identifier {got}, the request had {expected}")]
    Identifier {
        /// Of the request.
        expected: u8,
        /// Of the reply.
        got: u8,
    },
    /// Signed with another secret, for another request, or changed on the way.
    #[error("the Response Authenticator is wrong: different secret, or a forged reply")]
    ResponseAuthenticator,
    /// Every reply to an Access-Request must carry one.
    #[error("the reply has no Message-Authenticator")]
    MessageAuthenticatorAbsent,
    /// It is there and does not verify.
    #[error("the Message-Authenticator is wrong")]
    MessageAuthenticator,
    /// Something stands before it, which CVE-2024-3596 makes use of.
    #[error("the Message-Authenticator is not the first attribute: type {0} is")]
    MessageAuthenticatorNotFirst(u8),
    /// RFC 2759 §5: the server did not prove that it knows the password.
    #[error("the Access-Accept has no MS-CHAP2-Success")]
    AuthenticatorResponseAbsent,
    /// The proof is not the one that follows from the password.
    #[error("MS-CHAP2-Success is {got:?}, the password gives {expected:?}")]
    AuthenticatorResponse {
        /// What this client computed.
        expected: String,
        /// What the server sent.
        got: String,
    },
    /// A key without which RouterOS cannot encrypt.
    #[error("the Access-Accept has no {0}")]
    MppeKeyAbsent(&'static str),
    /// A key that does not open, or opens to something else.
    #[error("{0} does not decrypt to the expected start key")]
    MppeKey(&'static str),
    /// A rate limit that RouterOS would refuse.
    #[error("Mikrotik-Rate-Limit {text:?}: {source}")]
    RateLimit {
        /// What the server sent.
        text: String,
        /// What is wrong with it.
        source: RateLimitError,
    },
    /// Without it nobody may do anything on the router.
    #[error("the Access-Accept has no Mikrotik-Group")]
    GroupAbsent,
    /// A prefix that is none (RFC 3162 §2.3).
    #[error("attribute {kind} is no IPv6 prefix")]
    Prefix {
        /// The attribute's number.
        kind: u8,
    },
    /// An attribute with a value of the wrong size.
    #[error("attribute {kind} has {len} octets, {expected} are needed")]
    Size {
        /// The attribute's number.
        kind: u8,
        /// Octets found.
        len: usize,
        /// Octets that its type has.
        expected: usize,
    },
}

impl Disagreement {
    /// Whether a client must discard the packet silently and go on waiting for the real one
    /// (RFC 2865 §3), as against a reply that is the server's and wrong.
    #[must_use]
    pub const fn is_discarded(&self) -> bool {
        matches!(
            self,
            Self::NotRadius(_)
                | Self::Code(_)
                | Self::Identifier { .. }
                | Self::ResponseAuthenticator
                | Self::MessageAuthenticatorAbsent
                | Self::MessageAuthenticator
        )
    }
}

/// What the server decided about an Access-Request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AccessReply {
    /// The subscriber may come in.
    Accept(Box<Grant>),
    /// The subscriber may not.
    Reject(Refusal),
}

/// What an Access-Accept grants, as far as the kind of access honours it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// Every Class, to be echoed in accounting.
    pub class: Vec<Vec<u8>>,
    /// The address; nothing when the router is to take one from a pool.
    pub address: Option<Ipv4Addr>,
    /// Framed-Pool.
    pub pool: Option<String>,
    /// The queue.
    pub rate_limit: Option<RateLimit>,
    /// Every Mikrotik-Address-List.
    pub address_lists: Vec<String>,
    /// After how many seconds the session ends.
    pub session_timeout_s: Option<u32>,
    /// Seconds between Interim-Updates.
    pub interim_interval_s: Option<u32>,
    /// Mikrotik-Group: what somebody may do who logs in to the router; a PPP profile.
    pub group: Option<String>,
    /// Delegated-IPv6-Prefix.
    pub delegated_prefix: Option<String>,
    /// Framed-IPv6-Prefix.
    pub framed_prefix: Option<String>,
    /// What the Access-Accept says and a router makes nothing of for this kind of access.
    pub ignored: Vec<String>,
    /// Every attribute of the Access-Accept, those of vendors by their own numbers.
    said: Vec<Said>,
}

type Said = (Option<VendorId>, u8, Vec<u8>);

impl Grant {
    /// Every attribute of the Access-Accept, for what only some makes read.
    pub(crate) fn given(&self) -> Vec<Given<'_>> {
        self.said
            .iter()
            .map(|(vendor, number, value)| Given { vendor: *vendor, number: *number, value })
            .collect()
    }
}

/// What an Access-Reject tells the subscriber.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Reply-Message.
    pub message: Option<String>,
    /// MS-CHAP-Error without its identifier: `E=691 R=0 …`.
    pub ms_chap_error: Option<String>,
}

/// What a reply to an Access-Request may not leave out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demands {
    /// A Message-Authenticator, before every other attribute.
    pub(crate) message_authenticator: bool,
    /// MPPE keys after MS-CHAP, where PPP has use for them.
    pub(crate) mppe_keys: bool,
    /// A group for whoever logs in to the router.
    pub(crate) group: bool,
    /// What the reply is about.
    pub(crate) kind: AccessKind,
    /// Whose manner the router has.
    pub(crate) manner: Manner,
}

/// Checks the reply to an Access-Request and reads it.
pub(crate) fn read_access(
    datagram: &[u8],
    request: &Written,
    secret: &Secret,
    demands: Demands,
) -> Result<AccessReply, Disagreement> {
    let packet = read_signed(datagram, request, secret)?;
    let first = packet.attributes().next().map_or(0, |first| first.kind.0);
    match packet.verify_response_message_authenticator(&request.authenticator, secret) {
        MessageAuthenticator::Invalid => return Err(Disagreement::MessageAuthenticator),
        _ if !demands.message_authenticator => {}
        MessageAuthenticator::Absent => return Err(Disagreement::MessageAuthenticatorAbsent),
        MessageAuthenticator::Valid if first == attr::MESSAGE_AUTHENTICATOR.0 => {}
        MessageAuthenticator::Valid => {
            return Err(Disagreement::MessageAuthenticatorNotFirst(first));
        }
    }
    match packet.code() {
        Code::ACCESS_ACCEPT => {
            let mppe_required = demands.mppe_keys && demands.kind == AccessKind::Pppoe;
            check_proof(&packet, request, secret, mppe_required)?;
            let grant = read_grant(&packet, demands)?;
            if demands.group && demands.kind == AccessKind::Login && grant.group.is_none() {
                return Err(Disagreement::GroupAbsent);
            }
            Ok(AccessReply::Accept(Box::new(grant)))
        }
        Code::ACCESS_REJECT => Ok(AccessReply::Reject(Refusal {
            message: packet.first(attr::REPLY_MESSAGE).map(lossy),
            ms_chap_error: packet
                .first_vendor(attr::MICROSOFT, attr::MS_CHAP_ERROR)
                .and_then(|value| value.get(1..))
                .map(lossy),
        })),
        other => Err(Disagreement::Code(other)),
    }
}

/// Checks the reply to an Accounting-Request; a Message-Authenticator need not be in it, and must
/// be right when it is.
pub(crate) fn read_accounting(
    datagram: &[u8],
    request: &Written,
    secret: &Secret,
) -> Result<(), Disagreement> {
    let packet = read_signed(datagram, request, secret)?;
    if packet.code() != Code::ACCOUNTING_RESPONSE {
        return Err(Disagreement::Code(packet.code()));
    }
    match packet.verify_response_message_authenticator(&request.authenticator, secret) {
        MessageAuthenticator::Valid | MessageAuthenticator::Absent => Ok(()),
        MessageAuthenticator::Invalid => Err(Disagreement::MessageAuthenticator),
    }
}

fn read_signed<'a>(
    datagram: &'a [u8],
    request: &Written,
    secret: &Secret,
) -> Result<Packet<'a>, Disagreement> {
    let packet = Packet::parse(datagram).map_err(Disagreement::NotRadius)?;
    let expected = request.bytes.get(1).copied().unwrap_or_default();
    if packet.identifier() != expected {
        return Err(Disagreement::Identifier { expected, got: packet.identifier() });
    }
    if packet.verify_response_authenticator(&request.authenticator, secret) {
        Ok(packet)
    } else {
        Err(Disagreement::ResponseAuthenticator)
    }
}

fn check_proof(
    packet: &Packet<'_>,
    request: &Written,
    secret: &Secret,
    mppe_required: bool,
) -> Result<(), Disagreement> {
    match &request.proof {
        Proof::None => Ok(()),
        Proof::MsChapV1 { nt_key, lm_key } => {
            let Some(hidden) = packet.first_vendor(attr::MICROSOFT, attr::MS_CHAP_MPPE_KEYS) else {
                return absent_key(mppe_required, "MS-CHAP-MPPE-Keys");
            };
            let clear = mschap::unhide(hidden, &[], &request.authenticator, secret);
            check_v1_keys(clear.as_deref(), nt_key, *lm_key)
        }
        Proof::MsChapV2 { ident, response, keys } => {
            check_success(packet, *ident, response)?;
            for (kind, name, key) in [
                (attr::MS_MPPE_SEND_KEY, "MS-MPPE-Send-Key", &keys.send),
                (attr::MS_MPPE_RECV_KEY, "MS-MPPE-Recv-Key", &keys.receive),
            ] {
                match packet.first_vendor(attr::MICROSOFT, kind) {
                    None => absent_key(mppe_required, name)?,
                    Some(value) if opens_to(value, key, request, secret) => {}
                    Some(_) => return Err(Disagreement::MppeKey(name)),
                }
            }
            Ok(())
        }
    }
}

fn absent_key(required: bool, name: &'static str) -> Result<(), Disagreement> {
    if required { Err(Disagreement::MppeKeyAbsent(name)) } else { Ok(()) }
}

/// RFC 2548 §2.3.3: the identifier of the response, then the proof.
fn check_success(packet: &Packet<'_>, ident: u8, response: &str) -> Result<(), Disagreement> {
    let success = packet
        .first_vendor(attr::MICROSOFT, attr::MS_CHAP2_SUCCESS)
        .ok_or(Disagreement::AuthenticatorResponseAbsent)?;
    let mut expected = vec![ident];
    expected.extend_from_slice(response.as_bytes());
    if success == expected {
        Ok(())
    } else {
        let shown = |octets: &[u8]| octets.escape_ascii().to_string();
        Err(Disagreement::AuthenticatorResponse { expected: shown(&expected), got: shown(success) })
    }
}

/// RFC 2548 §2.4.1: LM key, NT key, eight octets of padding. A server that knows only the NT hash
/// leaves the LM key zero.
fn check_v1_keys(
    clear: Option<&[u8]>,
    nt_key: &[u8; 16],
    lm_key: Option<[u8; 8]>,
) -> Result<(), Disagreement> {
    let wrong = Err(Disagreement::MppeKey("MS-CHAP-MPPE-Keys"));
    let Some((lm, rest)) = clear.and_then(|clear| clear.split_at_checked(8)) else {
        return wrong;
    };
    let Some((nt, padding)) = rest.split_at_checked(16) else { return wrong };
    let lm_fits = lm == [0; 8] || lm_key.is_some_and(|key| lm == key);
    if lm_fits && nt == nt_key && padding == [0; 8] { Ok(()) } else { wrong }
}

/// RFC 2548 §2.4.2: a salt with its top bit set, then the hidden length, key and padding.
fn opens_to(value: &[u8], key: &[u8; 16], request: &Written, secret: &Secret) -> bool {
    let Some((salt, hidden)) = value.split_at_checked(2) else { return false };
    if salt.first().is_none_or(|first| first & 0x80 == 0) {
        return false;
    }
    let Some(clear) = mschap::unhide(hidden, salt, &request.authenticator, secret) else {
        return false;
    };
    match clear.split_first() {
        Some((16, rest)) => {
            rest.starts_with(key) && rest[key.len()..].iter().all(|padding| *padding == 0)
        }
        _ => false,
    }
}

fn read_grant(packet: &Packet<'_>, demands: Demands) -> Result<Grant, Disagreement> {
    let kind = demands.kind;
    let address = number(packet, attr::FRAMED_IP_ADDRESS)?.map(Ipv4Addr::from_bits);
    let mut grant = Grant {
        class: packet.all(attr::CLASS).map(<[u8]>::to_vec).collect(),
        address: address.filter(|address| !ADDRESS_FROM_POOL.contains(address)),
        pool: packet.first(attr::FRAMED_POOL).map(lossy),
        rate_limit: None,
        address_lists: packet
            .all_vendor(attr::MIKROTIK, attr::MIKROTIK_ADDRESS_LIST)
            .map(lossy)
            .collect(),
        session_timeout_s: number(packet, attr::SESSION_TIMEOUT)?,
        interim_interval_s: number(packet, attr::ACCT_INTERIM_INTERVAL)?,
        group: packet.first_vendor(attr::MIKROTIK, attr::MIKROTIK_GROUP).map(lossy),
        delegated_prefix: prefix(packet, attr::DELEGATED_IPV6_PREFIX)?,
        framed_prefix: prefix(packet, attr::FRAMED_IPV6_PREFIX)?,
        ignored: ignored(packet, demands),
        said: Given::all(packet)
            .into_iter()
            .map(|given| (given.vendor, given.number, given.value.to_vec()))
            .collect(),
    };
    if kind.understands(Some(attr::MIKROTIK), attr::MIKROTIK_RATE_LIMIT) {
        grant.rate_limit = read_rate_limit(packet)?;
    }
    let beyond_bursts = |limit: &RateLimit| {
        limit.priority != RateLimit::PRIORITY_USUAL || limit.minimum_bps != limit.rate_bps
    };
    if kind.is_leased() && grant.rate_limit.as_ref().is_some_and(beyond_bursts) {
        grant.ignored.push("priority and minimum of Mikrotik-Rate-Limit".to_owned());
    }
    Ok(grant)
}

/// What the kind of access does nothing with.
fn ignored(packet: &Packet<'_>, demands: Demands) -> Vec<String> {
    let standard = packet
        .attributes()
        .filter(|attribute| attribute.vendor().is_none())
        .map(|attribute| (None, attribute.kind.0));
    let of_vendors = packet
        .vendor_attributes()
        .filter_map(|attribute| Some((Some(attribute.vendor), u8::try_from(attribute.kind).ok()?)));
    let mut ignored = Vec::new();
    for (vendor, number) in standard.chain(of_vendors) {
        let name = names::attribute(vendor, number);
        let understood =
            demands.kind.understands(vendor, number) || demands.manner.understands(vendor, number);
        if !understood && !ignored.contains(&name) {
            ignored.push(name);
        }
    }
    ignored
}

/// RFC 3162 §2.3: a zero, the length, and as many octets as it takes.
fn prefix(packet: &Packet<'_>, kind: AttributeType) -> Result<Option<String>, Disagreement> {
    let Some(value) = packet.first(kind) else { return Ok(None) };
    let wrong = Disagreement::Prefix { kind: kind.0 };
    let [0, len @ 0..=128, octets @ ..] = value else { return Err(wrong) };
    let mut address = [0; 16];
    match address.get_mut(..octets.len()) {
        Some(place) if octets.len() * 8 >= usize::from(*len) => place.copy_from_slice(octets),
        _ => return Err(wrong),
    }
    Ok(Some(format!("{}/{len}", Ipv6Addr::from(address))))
}

fn read_rate_limit(packet: &Packet<'_>) -> Result<Option<RateLimit>, Disagreement> {
    let Some(value) = packet.first_vendor(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT) else {
        return Ok(None);
    };
    let text = lossy(value);
    match RateLimit::parse(&text) {
        Ok(limit) => Ok(Some(limit)),
        Err(source) => Err(Disagreement::RateLimit { text, source }),
    }
}

fn number(packet: &Packet<'_>, kind: AttributeType) -> Result<Option<u32>, Disagreement> {
    let Some(value) = packet.first(kind) else { return Ok(None) };
    let octets = <[u8; 4]>::try_from(value).map_err(|_| Disagreement::Size {
        kind: kind.0,
        len: value.len(),
        expected: 4,
    })?;
    Ok(Some(u32::from_be_bytes(octets)))
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
