//! Requests as RouterOS sends them.

use std::net::Ipv4Addr;

use md5::{Digest, Md5};
use radius_proto::{
    AttributeType, Authenticator, Code, HidingError, PacketWriter, Secret, WriteError,
    user_password,
};

use crate::access::{AccessKind, DhcpOctets};
use crate::attributes as attr;
use crate::coa::Manner;
use crate::line::{Line, Nas, put_line, put_nas};
use crate::mschap::{self, StartKeys};
use crate::subscriber::{Method, Subscriber};

/// Average size of a packet of a subscriber's traffic, for the packet counters.
const OCTETS_PER_PACKET: u64 = 900;
/// RFC 2548 §2.1.3 and §2.3.2: identifier, flags, and two fields of 24 octets.
const MS_CHAP_RESPONSE_LEN: usize = 50;
/// Random octets that a request needs: authenticator, challenge and peer challenge.
pub(crate) const RANDOM_LEN: usize = 48;

/// Why a request cannot be written; a login, name or Class that is too long is the usual cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// An attribute does not fit.
    #[error("the request cannot be written: {0}")]
    Write(#[from] WriteError),
    /// The password cannot be hidden.
    #[error("the password cannot be hidden: {0}")]
    Hiding(#[from] HidingError),
}

/// A request that was written, and what its reply must prove.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    pub(crate) authenticator: Authenticator,
    pub(crate) proof: Proof,
}

/// What an Access-Accept must prove beyond its authenticators.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    None,
    MsChapV1 { nt_key: [u8; 16], lm_key: Option<[u8; 8]> },
    MsChapV2 { ident: u8, response: String, keys: StartKeys },
}

/// Who asks to be let in, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) nas: &'a Nas,
    pub(crate) line: &'a Line,
    pub(crate) subscriber: &'a Subscriber,
    pub(crate) method: Method,
    /// The address that the subscriber has already, or asks for.
    pub(crate) address: Option<Ipv4Addr>,
}

/// Writes an Access-Request, Message-Authenticator first; a router of before 7.15 has none.
pub(crate) fn access_request(
    asked: &Asked<'_>,
    identifier: u8,
    random: &[u8; RANDOM_LEN],
    secret: &Secret,
) -> Result<Written, RequestError> {
    let Asked { nas, line, subscriber, method, address } = *asked;
    let [authenticator, challenge, peer] = thirds(random);
    let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier)?;
    if nas.signs_access_requests {
        writer.message_authenticator()?;
    }
    put_line(&mut writer, nas, line, address)?;
    let proof = match method {
        Method::Pap => {
            put_pap(&mut writer, pap_password(line, subscriber), &authenticator, secret)?
        }
        Method::Chap => put_chap(&mut writer, subscriber, identifier, &challenge)?,
        Method::MsChapV1 => put_ms_chap_v1(&mut writer, subscriber, identifier, &challenge)?,
        Method::MsChapV2 => {
            let login = &line.user_name;
            put_ms_chap_v2(&mut writer, (login, subscriber), identifier, &challenge, &peer)?
        }
    };
    let bytes = writer.finish_access_request(&authenticator, secret).to_vec();
    Ok(Written { bytes, authenticator, proof })
}

/// One accounting record of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: RecordKind,
    /// When it happened, for Event-Timestamp.
    pub(crate) unix_s: u32,
    pub(crate) session_time_s: u32,
    /// From the subscriber.
    pub(crate) input_octets: u64,
    /// To the subscriber.
    pub(crate) output_octets: u64,
}

/// What a record says of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordKind {
    Start,
    Interim,
    Stop { terminate_cause: u32 },
}

impl RecordKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Interim => "interim",
            Self::Stop { .. } => "stop",
        }
    }
}

/// What the access server keeps of an Access-Accept for the session's accounting.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) class: Vec<Vec<u8>>,
    pub(crate) address: Option<Ipv4Addr>,
}

/// Everything that an Accounting-Request tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) nas: &'a Nas,
    pub(crate) line: &'a Line,
    pub(crate) kept: &'a Kept,
    pub(crate) record: &'a Record,
    /// Seconds since the event, for Acct-Delay-Time.
    pub(crate) delay_s: u32,
    /// The service that the record is about, where it is not about the whole session.
    pub(crate) service: Option<ServiceTold<'a>>,
}

/// What a record tells of a service within a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServiceTold<'a> {
    pub(crate) manner: Manner,
    /// The text that activated it.
    pub(crate) text: &'a str,
    /// Acct-Session-Id of the session.
    pub(crate) parent: &'a str,
    /// Whether octets are told, or time alone.
    pub(crate) counts: bool,
}

/// Writes an Accounting-Request.
pub(crate) fn accounting_request(
    told: &Told<'_>,
    identifier: u8,
    secret: &Secret,
) -> Result<Written, RequestError> {
    let Told { nas, line, kept, record, delay_s, service } = *told;
    let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCOUNTING_REQUEST, identifier)?;
    let status = match record.kind {
        RecordKind::Start => attr::STATUS_START,
        RecordKind::Interim => attr::STATUS_INTERIM,
        RecordKind::Stop { .. } => attr::STATUS_STOP,
    };
    put_number(&mut writer, attr::ACCT_STATUS_TYPE, status)?;
    put_line(&mut writer, nas, line, kept.address)?;
    if line.kind == AccessKind::Pppoe {
        put_number(&mut writer, attr::ACCT_AUTHENTIC, attr::ACCT_AUTHENTIC_RADIUS)?;
    }
    put_number(&mut writer, attr::EVENT_TIMESTAMP, record.unix_s)?;
    put_number(&mut writer, attr::ACCT_DELAY_TIME, delay_s)?;
    for class in &kept.class {
        writer.attribute(attr::CLASS, class)?;
    }
    if record.kind != RecordKind::Start {
        put_number(&mut writer, attr::ACCT_SESSION_TIME, record.session_time_s)?;
        if service.is_none_or(|service| service.counts) {
            put_counters(&mut writer, nas, line.kind, record)?;
        }
    }
    if let Some(service) = service {
        put_service(&mut writer, &service)?;
    }
    // 0 is none: some routers tell no cause of some ends.
    if let RecordKind::Stop { terminate_cause: terminate_cause @ 1.. } = record.kind {
        put_number(&mut writer, attr::ACCT_TERMINATE_CAUSE, terminate_cause)?;
    }
    Ok(signed(writer, secret))
}

/// Writes Accounting-On or -Off, which some routers send when they start and end.
pub(crate) fn router_record(
    nas: &Nas,
    status: u32,
    unix_s: u32,
    identifier: u8,
    secret: &Secret,
) -> Result<Written, RequestError> {
    let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCOUNTING_REQUEST, identifier)?;
    put_number(&mut writer, attr::ACCT_STATUS_TYPE, status)?;
    put_number(&mut writer, attr::EVENT_TIMESTAMP, unix_s)?;
    put_number(&mut writer, attr::ACCT_DELAY_TIME, 0)?;
    put_nas(&mut writer, nas)?;
    Ok(signed(writer, secret))
}

fn put_service(writer: &mut PacketWriter<'_>, told: &ServiceTold<'_>) -> Result<(), WriteError> {
    let ServiceTold { manner, text, parent, .. } = told;
    if *manner == Manner::Cisco {
        let named = format!("N{text}");
        writer.vendor_attribute(attr::CISCO, attr::CISCO_SERVICE_INFO, named.as_bytes())?;
        let parent = format!("parent-session-id={parent}");
        return writer.vendor_attribute(attr::CISCO, attr::CISCO_AVPAIR, parent.as_bytes());
    }
    writer.vendor_attribute(attr::ERX, attr::ERX_SERVICE_SESSION, text.as_bytes())
}

fn signed(writer: PacketWriter<'_>, secret: &Secret) -> Written {
    let bytes = writer.finish_request(secret).to_vec();
    let mut authenticator = [0; 16];
    authenticator.copy_from_slice(&bytes[4..20]);
    Written { bytes, authenticator, proof: Proof::None }
}

fn put_counters(
    writer: &mut PacketWriter<'_>,
    nas: &Nas,
    kind: AccessKind,
    record: &Record,
) -> Result<(), WriteError> {
    let (mut input, mut output) = (record.input_octets, record.output_octets);
    match nas.dhcp_octets {
        DhcpOctets::Absent if kind.is_leased() => return Ok(()),
        DhcpOctets::Zero if kind.is_leased() => (input, output) = (0, 0),
        _ if nas.directions_swapped => (input, output) = (output, input),
        _ => {}
    }
    put_number(writer, attr::ACCT_INPUT_OCTETS, low(input))?;
    put_number(writer, attr::ACCT_INPUT_GIGAWORDS, high(input))?;
    put_number(writer, attr::ACCT_INPUT_PACKETS, packets(input))?;
    put_number(writer, attr::ACCT_OUTPUT_OCTETS, low(output))?;
    put_number(writer, attr::ACCT_OUTPUT_GIGAWORDS, high(output))?;
    put_number(writer, attr::ACCT_OUTPUT_PACKETS, packets(output))
}

/// A device whose password is its name writes both in the router's way (`as-username-and-password`).
fn pap_password<'a>(line: &'a Line, subscriber: &'a Subscriber) -> &'a str {
    if line.kind.is_by_mac() && subscriber.password() == subscriber.login() {
        &line.user_name
    } else {
        subscriber.password()
    }
}

fn put_pap(
    writer: &mut PacketWriter<'_>,
    password: &str,
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<Proof, RequestError> {
    let mut hidden = [0; user_password::PASSWORD_LEN_MAX];
    let len = user_password::hide(password.as_bytes(), &mut hidden, authenticator, secret)?;
    writer.attribute(attr::USER_PASSWORD, &hidden[..len])?;
    Ok(Proof::None)
}

fn put_chap(
    writer: &mut PacketWriter<'_>,
    subscriber: &Subscriber,
    ident: u8,
    challenge: &[u8; 16],
) -> Result<Proof, WriteError> {
    let digest: [u8; 16] = Md5::new()
        .chain_update([ident])
        .chain_update(subscriber.password().as_bytes())
        .chain_update(challenge)
        .finalize()
        .into();
    let mut response = [ident; 17];
    response[1..].copy_from_slice(&digest);
    writer.attribute(attr::CHAP_CHALLENGE, challenge)?;
    writer.attribute(attr::CHAP_PASSWORD, &response)?;
    Ok(Proof::None)
}

fn put_ms_chap_v1(
    writer: &mut PacketWriter<'_>,
    subscriber: &Subscriber,
    ident: u8,
    challenge: &[u8; 16],
) -> Result<Proof, WriteError> {
    /// RFC 2548 §2.1.3: the NT response is the one to look at.
    const USE_NT_RESPONSE: u8 = 1;
    let mut eight = [0; 8];
    eight.copy_from_slice(&challenge[..8]);
    let nt_hash = mschap::nt_hash(subscriber.password());
    let nt_response = mschap::challenge_response(&eight, &nt_hash);

    let mut response = [0; MS_CHAP_RESPONSE_LEN];
    response[0] = ident;
    response[1] = USE_NT_RESPONSE;
    response[26..].copy_from_slice(&nt_response);
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP_CHALLENGE, &eight)?;
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP_RESPONSE, &response)?;

    let lm_key = mschap::lm_hash(subscriber.password()).map(|hash| {
        let [a, b, c, d, e, f, g, h, ..] = hash;
        [a, b, c, d, e, f, g, h]
    });
    Ok(Proof::MsChapV1 { nt_key: mschap::nt_hash_hash(&nt_hash), lm_key })
}

fn put_ms_chap_v2(
    writer: &mut PacketWriter<'_>,
    (login, subscriber): (&str, &Subscriber),
    ident: u8,
    challenge: &[u8; 16],
    peer: &[u8; 16],
) -> Result<Proof, WriteError> {
    let hash = mschap::nt_hash(subscriber.password());
    let eight = mschap::challenge_hash(peer, challenge, login);
    let nt_response = mschap::challenge_response(&eight, &hash);

    let mut response = [0; MS_CHAP_RESPONSE_LEN];
    response[0] = ident;
    response[2..18].copy_from_slice(peer);
    response[26..].copy_from_slice(&nt_response);
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP_CHALLENGE, challenge)?;
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP2_RESPONSE, &response)?;

    let hash_hash = mschap::nt_hash_hash(&hash);
    Ok(Proof::MsChapV2 {
        ident,
        response: mschap::authenticator_response(&hash_hash, &nt_response, &eight),
        keys: StartKeys::derive(&hash_hash, &nt_response),
    })
}

pub(crate) fn put_number(
    writer: &mut PacketWriter<'_>,
    kind: AttributeType,
    value: u32,
) -> Result<(), WriteError> {
    writer.attribute(kind, &value.to_be_bytes())
}

fn thirds(random: &[u8; RANDOM_LEN]) -> [[u8; 16]; 3] {
    let mut thirds = [[0; 16]; 3];
    for (third, bytes) in thirds.iter_mut().zip(random.chunks_exact(16)) {
        third.copy_from_slice(bytes);
    }
    thirds
}

const fn low(octets: u64) -> u32 {
    (octets & 0xffff_ffff) as u32
}

const fn high(octets: u64) -> u32 {
    (octets >> 32) as u32
}

/// The packet counters have no gigawords: they wrap.
const fn packets(octets: u64) -> u32 {
    low(octets.div_ceil(OCTETS_PER_PACKET))
}

#[cfg(test)]
mod tests {
    use super::*;
    use radius_proto::{MessageAuthenticator, Packet};

    fn nas() -> Nas {
        Nas { boot: 10, ..Nas::new("core-1", "192.0.2.1".parse().unwrap()) }
    }

    #[test]
    fn an_access_request_carries_what_the_manual_lists() {
        let secret = Secret::new("demo secret").unwrap();
        let subscriber = Subscriber::new("ann", "pw").unwrap();
        for method in Method::ALL {
            let (nas, mut line) = (nas(), nas().line(1, 1));
            line.user_name = "ann".to_owned();
            let asked =
                Asked { nas: &nas, line: &line, subscriber: &subscriber, method, address: None };
            let written = access_request(&asked, 7, &[9; 48], &secret).unwrap();
            let packet = Packet::parse(&written.bytes).unwrap();
            assert_eq!(packet.identifier(), 7);
            assert_eq!(packet.attributes().next().unwrap().kind, attr::MESSAGE_AUTHENTICATOR);
            assert_eq!(packet.verify_message_authenticator(&secret), MessageAuthenticator::Valid);
            for (kind, value) in [
                (attr::USER_NAME, b"ann".as_slice()),
                (attr::SERVICE_TYPE, &[0, 0, 0, 2]),
                (attr::FRAMED_PROTOCOL, &[0, 0, 0, 1]),
                (attr::NAS_PORT_TYPE, &[0, 0, 0, 15]),
                (attr::CALLED_STATION_ID, b"service1"),
                (attr::NAS_IDENTIFIER, b"core-1"),
                (attr::NAS_IP_ADDRESS, &[192, 0, 2, 1]),
                (attr::ACCT_SESSION_ID, b"81a00001"),
            ] {
                assert_eq!(packet.first(kind), Some(value), "{kind:?} with {method}");
            }
        }
    }

    #[test]
    fn a_stop_carries_gigawords_class_and_cause() {
        let secret = Secret::new("demo secret").unwrap();
        let kept = Kept { class: vec![b"token".to_vec()], address: Some([10, 0, 0, 1].into()) };
        let record = Record {
            kind: RecordKind::Stop { terminate_cause: 5 },
            unix_s: 1_000,
            session_time_s: 60,
            input_octets: 5,
            output_octets: (3 << 32) + 7,
        };
        let line = nas().line(1, 1);
        let nas = nas();
        let told = Told {
            nas: &nas,
            line: &line,
            kept: &kept,
            record: &record,
            delay_s: 4,
            service: None,
        };
        let written = accounting_request(&told, 9, &secret).unwrap();
        let packet = Packet::parse(&written.bytes).unwrap();
        assert!(packet.verify_request_authenticator(&secret));
        for (kind, value) in [
            (attr::ACCT_STATUS_TYPE, 2_u32),
            (attr::ACCT_OUTPUT_OCTETS, 7),
            (attr::ACCT_OUTPUT_GIGAWORDS, 3),
            (attr::ACCT_INPUT_OCTETS, 5),
            (attr::ACCT_TERMINATE_CAUSE, 5),
            (attr::ACCT_DELAY_TIME, 4),
            (attr::EVENT_TIMESTAMP, 1_000),
        ] {
            assert_eq!(packet.first(kind), Some(value.to_be_bytes().as_slice()), "{kind:?}");
        }
        assert_eq!(packet.first(attr::CLASS), Some(b"token".as_slice()));
        assert_eq!(packet.first(attr::FRAMED_IP_ADDRESS), Some([10, 0, 0, 1].as_slice()));
    }
}
