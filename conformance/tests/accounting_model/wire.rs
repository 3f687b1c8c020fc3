//! RADIUS as octets, written anew from RFC 2865 and RFC 2866, so that it can disagree with the
//! server.

use md5::{Digest as _, Md5};

const ACCESS_REQUEST: u8 = 1;
const ACCOUNTING_REQUEST: u8 = 4;
const HEADER_LEN: usize = 20;

pub const USER_NAME: u8 = 1;
const USER_PASSWORD: u8 = 2;
pub const CLASS: u8 = 25;
pub const CALLING_STATION_ID: u8 = 31;
pub const ACCT_STATUS_TYPE: u8 = 40;
pub const ACCT_DELAY_TIME: u8 = 41;
pub const ACCT_INPUT_OCTETS: u8 = 42;
pub const ACCT_OUTPUT_OCTETS: u8 = 43;
pub const ACCT_SESSION_ID: u8 = 44;
pub const ACCT_SESSION_TIME: u8 = 46;
pub const ACCT_INPUT_PACKETS: u8 = 47;
pub const ACCT_OUTPUT_PACKETS: u8 = 48;
pub const ACCT_TERMINATE_CAUSE: u8 = 49;
pub const ACCT_INPUT_GIGAWORDS: u8 = 52;
pub const ACCT_OUTPUT_GIGAWORDS: u8 = 53;

/// Codes of replies.
pub const ACCESS_ACCEPT: u8 = 2;
pub const ACCOUNTING_RESPONSE: u8 = 5;

/// The attributes of a packet, in their order.
#[derive(Default)]
pub struct Attributes(Vec<u8>);

impl Attributes {
    pub fn octets(&mut self, kind: u8, value: &[u8]) {
        self.0.extend([kind, u8::try_from(value.len() + 2).unwrap()]);
        self.0.extend(value);
    }

    pub fn number(&mut self, kind: u8, value: u32) {
        self.octets(kind, &value.to_be_bytes());
    }
}

/// A request as it is sent.
#[derive(Clone)]
pub struct Request {
    pub octets: Vec<u8>,
}

impl Request {
    /// An Accounting-Request with its Request Authenticator (RFC 2866 section 3).
    pub fn accounting(identifier: u8, attributes: &Attributes, secret: &str) -> Self {
        let mut octets = packet(ACCOUNTING_REQUEST, identifier, &[0; 16], attributes);
        let authenticator = md5(&[&octets, secret.as_bytes()]);
        octets[4..HEADER_LEN].copy_from_slice(&authenticator);
        Self { octets }
    }

    /// A PAP log-in (RFC 2865 section 5.2).
    pub fn log_in(
        identifier: u8,
        authenticator: &[u8; 16],
        who: (&str, &str),
        secret: &str,
    ) -> Self {
        Self::log_in_with(identifier, authenticator, who, Attributes::default(), secret)
    }

    /// One with attributes beside the login and the password.
    pub fn log_in_with(
        identifier: u8,
        authenticator: &[u8; 16],
        (login, password): (&str, &str),
        mut attributes: Attributes,
        secret: &str,
    ) -> Self {
        attributes.octets(USER_NAME, login.as_bytes());
        attributes.octets(USER_PASSWORD, &hidden(password, authenticator, secret));
        Self { octets: packet(ACCESS_REQUEST, identifier, authenticator, &attributes) }
    }

    /// The code and the attributes of `datagram`, if it is the reply to this request: the same
    /// identifier, and a Response Authenticator that only the holder of the secret can have made.
    pub fn reply<'d>(&self, datagram: &'d [u8], secret: &str) -> Option<(u8, &'d [u8])> {
        let (header, attributes) = datagram.split_at_checked(HEADER_LEN)?;
        let len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let expected =
            md5(&[&header[..4], &self.octets[4..HEADER_LEN], attributes, secret.as_bytes()]);
        let is_reply =
            len == datagram.len() && header[1] == self.octets[1] && header[4..] == expected;
        is_reply.then_some((header[0], attributes))
    }
}

/// The value of the first attribute of this type.
pub fn first(mut attributes: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [kind, len, ..] = *attributes {
        let (attribute, rest) = attributes.split_at_checked(usize::from(len))?;
        if kind == wanted {
            return attribute.get(2..);
        }
        attributes = rest;
    }
    None
}

fn packet(code: u8, identifier: u8, authenticator: &[u8; 16], attributes: &Attributes) -> Vec<u8> {
    let len = u16::try_from(HEADER_LEN + attributes.0.len()).unwrap();
    let mut octets = vec![code, identifier];
    octets.extend(len.to_be_bytes());
    octets.extend(authenticator);
    octets.extend(&attributes.0);
    octets
}

fn hidden(password: &str, authenticator: &[u8; 16], secret: &str) -> Vec<u8> {
    let mut plain = password.as_bytes().to_vec();
    plain.resize(plain.len().max(1).next_multiple_of(16), 0);
    let mut hidden: Vec<u8> = Vec::new();
    let mut before = *authenticator;
    for block in plain.chunks(16) {
        let mask = md5(&[secret.as_bytes(), &before]);
        before = std::array::from_fn(|i| block[i] ^ mask[i]);
        hidden.extend(before);
    }
    hidden
}

fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut digest = Md5::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().into()
}

/// The packets of RFC 2865 section 7.1: the password of a log-in as the RFC prints it.
#[test]
fn the_log_in_of_rfc_2865() {
    let authenticator = [
        0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57, 0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22,
        0x7a,
    ];
    let printed = [
        0x0d, 0xbe, 0x70, 0x8d, 0x93, 0xd4, 0x13, 0xce, 0x31, 0x96, 0xe4, 0x3f, 0x78, 0x2a, 0x0a,
        0xee,
    ];
    assert_eq!(hidden("arctangent", &authenticator, "xyzzy5461"), printed);
}
