//! For tests: a router with sessions and no socket, asked by packets of the codec.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use radius_proto::{
    AttributeType, Code, MessageAuthenticator, PACKET_LEN_MAX, Packet, PacketWriter, Secret,
    VendorId,
};

use super::{Done, Given, Held, Incoming, Live, Manner, Responder, Settings};
use crate::access::AccessKind;
use crate::attributes as attr;
use crate::clock::{Clock, Moment};
use crate::line::{Line, Nas};
use crate::rate_limit::RateLimit;

pub(crate) const UNIX_S: u32 = 1_800_000_000;

/// A router and its sessions.
pub(crate) struct Rig {
    pub(crate) responder: Responder,
    pub(crate) nas: Nas,
    pub(crate) sessions: Vec<Session>,
    pub(crate) secret: Secret,
    pub(crate) now_ms: u64,
    identifier: u8,
}

pub(crate) struct Session {
    pub(crate) line: Line,
    pub(crate) address: Option<Ipv4Addr>,
    pub(crate) held: Held,
    pub(crate) ended: Option<u32>,
    /// How often it was changed.
    pub(crate) changes: u32,
}

/// An answer, its signatures checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Ack,
    Nak(u32),
    Nothing,
}

pub(crate) type Attribute = (Option<VendorId>, u8, Vec<u8>);

pub(crate) fn text(kind: AttributeType, text: &str) -> Attribute {
    (None, kind.0, text.as_bytes().to_vec())
}

pub(crate) fn number(kind: AttributeType, number: u32) -> Attribute {
    (None, kind.0, number.to_be_bytes().to_vec())
}

pub(crate) fn vendor(vendor: VendorId, number: u8, value: impl AsRef<[u8]>) -> Attribute {
    (Some(vendor), number, value.as_ref().to_vec())
}

/// A CoA- or Disconnect-Request as a server writes it.
pub(crate) fn request(
    code: Code,
    identifier: u8,
    signed: bool,
    attributes: &[Attribute],
    secret: &Secret,
) -> Vec<u8> {
    let mut buffer = [0; PACKET_LEN_MAX];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, identifier).unwrap();
    if signed {
        writer.message_authenticator().unwrap();
    }
    for (vendor, kind, value) in attributes {
        match vendor {
            Some(vendor) => writer.vendor_attribute(*vendor, *kind, value).unwrap(),
            None => writer.attribute(AttributeType(*kind), value).unwrap(),
        }
    }
    writer.finish_request(secret).to_vec()
}

impl Rig {
    pub(crate) fn new(manner: Manner) -> Self {
        Self::with(Settings::new("127.0.0.1:3799".parse().unwrap(), manner))
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self {
            responder: Responder::new(settings, Clock::start().started()),
            nas: Nas::new("core-1", [192, 0, 2, 1].into()),
            sessions: Vec::new(),
            secret: Secret::new("demo secret").unwrap(),
            now_ms: 0,
            identifier: 0,
        }
    }

    /// One more session, the `n`-th: its login is `s` and its number, its address 10.0.0.`n`.
    pub(crate) fn online(&mut self, kind: AccessKind) {
        let number = u32::try_from(self.sessions.len()).unwrap() + 1;
        let mut line = self.nas.line_of(
            kind,
            &format!("s{number}"),
            crate::mac::Mac::numbered(number),
            number,
            number,
        );
        line.user_name = format!("s{number}");
        let mut held = Held::default();
        held.set_rate_limit("2M/10M", &RateLimit::parse("2M/10M").unwrap());
        let address = Some(Ipv4Addr::from_bits(0x0a00_0000 + number));
        self.sessions.push(Session { line, address, held, ended: None, changes: 0 });
    }

    /// What an Access-Accept with these attributes gives the last session.
    pub(crate) fn begin(&mut self, attributes: &[Attribute]) {
        let given: Vec<Given<'_>> = attributes
            .iter()
            .map(|(vendor, number, value)| Given { vendor: *vendor, number: *number, value })
            .collect();
        let router = self.responder.router(&self.nas, moment(self.now_ms));
        let held = &mut self.sessions.last_mut().unwrap().held;
        self.responder.manner().begin(&given, held, &router);
    }

    pub(crate) fn session_id(&self, place: usize) -> Attribute {
        text(attr::ACCT_SESSION_ID, &self.sessions[place].line.session_id)
    }

    pub(crate) fn held(&self, place: usize) -> &Held {
        &self.sessions[place].held
    }

    /// The texts of the active services.
    pub(crate) fn services(&self, place: usize) -> Vec<&str> {
        self.held(place).services.iter().map(|service| service.text.as_str()).collect()
    }

    pub(crate) fn change(&mut self, attributes: &[Attribute]) -> Heard {
        self.ask(Code::COA_REQUEST, attributes)
    }

    pub(crate) fn disconnect(&mut self, attributes: &[Attribute]) -> Heard {
        self.ask(Code::DISCONNECT_REQUEST, attributes)
    }

    fn ask(&mut self, code: Code, attributes: &[Attribute]) -> Heard {
        let octets = self.written(code, attributes);
        self.hand_in(&octets);
        self.answer_to(&octets)
    }

    /// A request with an identifier that no other had, and a Message-Authenticator.
    pub(crate) fn written(&mut self, code: Code, attributes: &[Attribute]) -> Vec<u8> {
        self.identifier = self.identifier.wrapping_add(1);
        request(code, self.identifier, true, attributes, &self.secret)
    }

    /// Hands octets in and does what they ask for.
    pub(crate) fn hand_in(&mut self, datagram: &[u8]) {
        let lives: Vec<Live<'_>> = (0_u32..)
            .zip(&self.sessions)
            .filter(|(_, session)| session.ended.is_none())
            .map(|(number, Session { line, address, held, .. })| Live {
                number,
                nas: &self.nas,
                line,
                address: *address,
                held,
            })
            .collect();
        let from: SocketAddr = "127.0.0.1:40000".parse().unwrap();
        let effect = self.responder.receive(&Incoming {
            datagram,
            from,
            now: moment(self.now_ms),
            secret: &self.secret,
            nas: &self.nas,
            sessions: &lives,
        });
        let Some(effect) = effect else { return };
        let session = &mut self.sessions[effect.session as usize];
        match effect.what {
            Done::Changed(change) => {
                session.held = change.held;
                session.changes += 1;
            }
            Done::Ended { terminate_cause, .. } => session.ended = Some(terminate_cause),
        }
    }

    /// The octets that go out now.
    pub(crate) fn outgoing(&mut self) -> Option<Vec<u8>> {
        let now = Duration::from_millis(self.now_ms);
        self.responder.next_reply(now).map(|(_, octets)| octets)
    }

    /// What goes out now, which must be the answer to this request.
    pub(crate) fn answer_to(&mut self, request: &[u8]) -> Heard {
        let Some(octets) = self.outgoing() else { return Heard::Nothing };
        let (request, reply) = (Packet::parse(request).unwrap(), Packet::parse(&octets).unwrap());
        assert_eq!(request.identifier(), reply.identifier());
        assert!(reply.verify_response_authenticator(request.authenticator(), &self.secret));
        let signed =
            reply.verify_response_message_authenticator(request.authenticator(), &self.secret);
        assert_ne!(signed, MessageAuthenticator::Invalid);
        let unsigned = self.responder.manner() == Manner::AccelPpp;
        assert_eq!(signed == MessageAuthenticator::Absent, unsigned, "{octets:?}");
        let cause = reply.first(attr::ERROR_CAUSE).map(|it| it.try_into().unwrap());
        match (request.code(), reply.code(), cause.map(u32::from_be_bytes)) {
            (Code::COA_REQUEST, Code::COA_ACK, None)
            | (Code::DISCONNECT_REQUEST, Code::DISCONNECT_ACK, None) => Heard::Ack,
            (Code::COA_REQUEST, Code::COA_NAK, Some(cause))
            | (Code::DISCONNECT_REQUEST, Code::DISCONNECT_NAK, Some(cause)) => Heard::Nak(cause),
            other => panic!("{other:?}"),
        }
    }
}

fn moment(ms: u64) -> Moment {
    Moment {
        elapsed: Duration::from_millis(ms),
        unix_s: UNIX_S + u32::try_from(ms / 1_000).unwrap(),
    }
}
