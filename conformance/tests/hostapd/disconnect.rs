//! hostapd as a server of RFC 5176, asked by `coa-client`.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use coa_client::{
    ClientSettings, CoaClient, CoaError, Destination, ErrorCause, Reply, RequestKind,
    Retransmission, Settings,
};
use conformance::{Installation, free_udp_ports};
use radius_proto::{AttributeType, Code, PacketWriter, Secret, WriteError};

use crate::port::Port;
use crate::{PASSWORD, installation, wait_until};

const SECRET: &str = "of RFC 5176";

#[test]
fn a_session_is_ended_by_who_has_the_secret_and_only_then() {
    let Some(port) = Port::open() else { return };
    let installation = installation();
    let _server = installation.serve().unwrap();
    let [das, _] = free_udp_ports().unwrap();
    let port_of_das = das.port();
    let besides = format!(
        "radius_das_port={port_of_das}\nradius_das_client=127.0.0.1 {SECRET}\n\
        radius_das_require_event_timestamp=1\nradius_das_require_message_authenticator=1\n"
    );
    let hostapd = port.hostapd(&installation, &besides);
    hostapd.wait_for("AP-ENABLED");
    let supplicant = port.supplicant(installation.path(), PASSWORD);
    supplicant.wait_for("CTRL-EVENT-EAP-SUCCESS");
    let started = wait_until("the Start in the store", || sessions(&installation).pop());
    let id = started["acct_session_id"].as_str().unwrap().to_owned();
    let asker = Asker::new(das);
    let session = |writer: &mut PacketWriter<'_>| {
        writer.attribute(AttributeType::ACCT_SESSION_ID, id.as_bytes())
    };

    // Silence, and nothing has happened: to a stranger, and to a request that may be an old one.
    let stranger = asker.ask(RequestKind::Disconnect, "guessed", quick(), session);
    assert_silence(&stranger);
    let undated = Settings { event_timestamp: false, ..quick() };
    assert_silence(&asker.ask(RequestKind::Disconnect, SECRET, undated, session));
    let stale = |writer: &mut PacketWriter<'_>| {
        session(writer)?;
        writer.attribute(AttributeType::EVENT_TIMESTAMP, &before_the_window().to_be_bytes())
    };
    assert_silence(&asker.ask(RequestKind::Disconnect, SECRET, undated, stale));
    let unsigned = Settings { message_authenticator: false, ..quick() };
    assert_silence(&asker.ask(RequestKind::Disconnect, SECRET, unsigned, session));

    let refusal = |kind, attributes: &dyn Fn(&mut PacketWriter<'_>) -> Result<(), WriteError>| {
        let reply = asker.ask(kind, SECRET, Settings::default(), attributes).unwrap();
        assert!(!reply.is_acknowledged(), "{reply}");
        (reply.code(), reply.error_cause().unwrap())
    };
    let unknown = refusal(RequestKind::Disconnect, &|writer| {
        writer.attribute(AttributeType::ACCT_SESSION_ID, b"0123456789ABCDEF")
    });
    assert_eq!(unknown, (Code::DISCONNECT_NAK, ErrorCause::SessionContextNotFound));
    let with_port = refusal(RequestKind::Disconnect, &|writer| {
        session(writer)?;
        writer.attribute(AttributeType::NAS_PORT, &1_u32.to_be_bytes())
    });
    assert_eq!(with_port, (Code::DISCONNECT_NAK, ErrorCause::UnsupportedAttribute));
    let of_another = refusal(RequestKind::Disconnect, &|writer| {
        session(writer)?;
        writer.attribute(AttributeType::NAS_IDENTIFIER, b"another-port")
    });
    assert_eq!(of_another, (Code::DISCONNECT_NAK, ErrorCause::NasIdentificationMismatch));
    let timeout = refusal(RequestKind::Change, &|writer| {
        session(writer)?;
        writer.attribute(AttributeType::SESSION_TIMEOUT, &600_u32.to_be_bytes())
    });
    assert_eq!(timeout, (Code::COA_NAK, ErrorCause::UnsupportedAttribute));
    assert!(the(&started, &installation)["ended_at_unix_ms"].is_null(), "it still runs");

    let reply = asker.ask(RequestKind::Disconnect, SECRET, Settings::default(), session).unwrap();
    assert_eq!(reply.acknowledged().unwrap().code(), Code::DISCONNECT_ACK);
    let ended = wait_until("the Stop in the store", || {
        Some(the(&started, &installation)).filter(|now| !now["ended_at_unix_ms"].is_null())
    });
    assert_eq!(ended["acct_session_id"], id.as_str(), "{ended}");

    let counters = asker.client.counters();
    assert_eq!((counters.acknowledged, counters.refused, counters.timed_out), (1, 4, 4));
    assert_eq!((counters.unauthentic, counters.malformed, counters.stray), (0, 0, 0));
}

/// Asks hostapd, and waits for what comes of it.
struct Asker {
    runtime: tokio::runtime::Runtime,
    client: CoaClient,
    address: SocketAddr,
}

impl Asker {
    fn new(address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = CoaClient::new(ClientSettings::default());
        Self { runtime, client, address }
    }

    fn ask(
        &self,
        kind: RequestKind,
        secret: &str,
        settings: Settings,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Reply, CoaError> {
        let destination = Destination::new(self.address, Secret::new(secret).unwrap())
            .from_local(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .with_settings(settings);
        self.runtime.block_on(self.client.request(&destination, kind, attributes))
    }
}

/// For requests that nobody will answer.
fn quick() -> Settings {
    let retransmission = Retransmission {
        initial: Duration::from_millis(200),
        transmissions_max: 3,
        ..Retransmission::default()
    };
    Settings { retransmission, ..Settings::default() }
}

/// Unix time of six minutes ago: hostapd looks back for five.
fn before_the_window() -> u32 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    u32::try_from(now).unwrap() - 360
}

fn assert_silence(result: &Result<Reply, CoaError>) {
    let silence = matches!(
        result,
        Err(CoaError::TimedOut { transmissions: 3, unauthentic: 0, unsent: None, .. })
    );
    assert!(silence, "{result:?}");
}

pub(crate) fn sessions(installation: &Installation) -> Vec<serde_json::Value> {
    let sessions = installation.weir_json(&["sessions", "--all"]).unwrap();
    sessions.as_array().unwrap().clone()
}

/// The session as it is now; the supplicant may have begun another since.
pub(crate) fn the(session: &serde_json::Value, installation: &Installation) -> serde_json::Value {
    let found = sessions(installation).into_iter().find(|now| now["id"] == session["id"]);
    found.expect("a session does not go")
}
