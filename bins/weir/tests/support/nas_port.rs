//! The port of a NAS for CoA, written here: it says what it is asked.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use radius_proto::{AttributeType, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret, VendorId};

use super::{Installation, SECRET, Server, accounting_request, exchange};

const MIKROTIK: VendorId = VendorId(14_988);
const RATE_LIMIT: u8 = 8;
const RECV_LIMIT: u8 = 1;
const RECV_LIMIT_GIGAWORDS: u8 = 14;
const XMIT_LIMIT: u8 = 2;
const XMIT_LIMIT_GIGAWORDS: u8 = 15;
const TOTAL_LIMIT: u8 = 17;
const TOTAL_LIMIT_GIGAWORDS: u8 = 18;

/// Long enough for whatever should happen, however busy the machine is.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a NAS was asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    pub code: Code,
    pub session: String,
    pub rate_limit: Option<String>,
}

/// A NAS on loopback that does as it is asked.
pub struct NasPort(UdpSocket);

impl NasPort {
    /// That of the NAS `edge`.
    pub fn new(installation: &Installation) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port().to_string();
        installation.weir(&["nas", "set", "edge", "--coa-port", &port]).well();
        Self(socket)
    }

    /// The next request, which it does; nothing when none came.
    pub fn answer(&self, patience: Duration) -> Option<Vec<u8>> {
        let (request, from) = self.receive(patience)?;
        let code = match Code(request[0]) {
            Code::COA_REQUEST => Code::COA_ACK,
            _ => Code::DISCONNECT_ACK,
        };
        self.0.send_to(&reply(&request, code), from).unwrap();
        Some(request)
    }

    /// What the next request is, which it does.
    pub fn obeys(&self) -> Asked {
        asked(&self.answer(PATIENCE).expect("a request"))
    }

    /// Does a change for a session of somebody else, begun and ended for that: from then on a log-in is told
    /// limits that can be moved.
    pub fn does_a_change(&self, installation: &Installation, server: &Server) {
        for command in [
            ["plan", "add", "probe", "--download", "10M", "--upload", "2M"].as_slice(),
            &["service", "add", "probe", "--plan", "probe", "--password", "opensesame"],
        ] {
            installation.weir(command).well();
        }
        let answer = server.log_in("probe", "opensesame");
        assert_eq!(answer.code(), Code::ACCESS_ACCEPT);
        let class = answer.packet().first(AttributeType::CLASS).unwrap().to_vec();
        let report = |status: u8| {
            let status = [0, 0, 0, status];
            let attributes: [(AttributeType, &[u8]); 4] = [
                (AttributeType::ACCT_STATUS_TYPE, &status),
                (AttributeType::ACCT_SESSION_ID, b"81aprobe"),
                (AttributeType::USER_NAME, b"probe"),
                (AttributeType::CLASS, &class),
            ];
            let request = accounting_request(&attributes);
            let reply = exchange(server.accounting, &request, SECRET).unwrap();
            assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
        };
        report(1);
        installation.weir(&["session", "throttle", "probe", "--speed", "1M/1M"]).well();
        let Asked { code, session, rate_limit } = self.obeys();
        let asked = (code, session.as_str(), rate_limit.as_deref());
        assert_eq!(asked, (Code::COA_REQUEST, "81aprobe", Some("1M/1M")));
        // It was taken in when nothing is asked any more.
        self.is_left_alone();
        report(2);
    }

    /// The session that the next request tells nothing but its limits, and how much it may download and
    /// upload then, octets.
    pub fn is_told_limits(&self) -> (String, u64, u64) {
        let request = self.answer(PATIENCE).expect("a request");
        let Asked { code, session, rate_limit } = asked(&request);
        assert_eq!((code, rate_limit), (Code::COA_REQUEST, None), "{session}");
        let packet = Packet::parse(&request).unwrap();
        let [download, upload] = limits(&packet).unwrap_or_else(|| panic!("{session}"));
        (session, download, upload)
    }

    /// Insists that nothing is asked for a while.
    pub fn is_left_alone(&self) {
        let request = self.receive(Duration::from_millis(1_500));
        assert_eq!(request.map(|(request, _)| asked(&request)), None);
    }

    /// The next request, which it leaves unanswered, and whence it came.
    pub fn receive(&self, patience: Duration) -> Option<(Vec<u8>, SocketAddr)> {
        self.0.set_read_timeout(Some(patience)).unwrap();
        let mut buffer = vec![0; PACKET_LEN_MAX];
        let (len, from) = self.0.recv_from(&mut buffer).ok()?;
        buffer.truncate(len);
        let packet = Packet::parse(&buffer).unwrap();
        assert!(packet.verify_request_authenticator(&Secret::new(SECRET).unwrap()));
        Some((buffer, from))
    }
}

/// How much RouterOS lets be downloaded and uploaded in a session, octets.
pub fn limits(packet: &Packet<'_>) -> Option<[u64; 2]> {
    let number = |kind| {
        let value = packet.first_vendor(MIKROTIK, kind)?;
        Some(u64::from(u32::from_be_bytes(value.try_into().unwrap())))
    };
    let limit = |(low, gigawords)| Some(number(gigawords)? << 32 | number(low)?);
    Some([limit((XMIT_LIMIT, XMIT_LIMIT_GIGAWORDS))?, limit((RECV_LIMIT, RECV_LIMIT_GIGAWORDS))?])
}

/// And both ways together.
pub fn total_limit(packet: &Packet<'_>) -> Option<u64> {
    let number = |kind| {
        let value = packet.first_vendor(MIKROTIK, kind)?;
        Some(u64::from(u32::from_be_bytes(value.try_into().unwrap())))
    };
    Some(number(TOTAL_LIMIT_GIGAWORDS)? << 32 | number(TOTAL_LIMIT)?)
}

fn asked(request: &[u8]) -> Asked {
    let packet = Packet::parse(request).unwrap();
    let text = |octets: &[u8]| String::from_utf8(octets.to_vec()).unwrap();
    Asked {
        code: packet.code(),
        session: packet.first(AttributeType::ACCT_SESSION_ID).map(text).unwrap_or_default(),
        rate_limit: packet.first_vendor(MIKROTIK, RATE_LIMIT).map(text),
    }
}

fn reply(request: &[u8], code: Code) -> Vec<u8> {
    let packet = Packet::parse(request).unwrap();
    let mut buffer = [0; PACKET_LEN_MAX];
    let identifier = packet.identifier();
    let writer = PacketWriter::without_message_authenticator(&mut buffer, code, identifier);
    let secret = Secret::new(SECRET).unwrap();
    writer.unwrap().finish_response(packet.authenticator(), &secret).to_vec()
}
