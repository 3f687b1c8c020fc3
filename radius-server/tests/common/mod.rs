//! A server under test: a directory with a few NASes and one subscriber, a sink in memory that
//! can be away, and a client that speaks through `radius-proto` alone.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test may stop here")]
#![allow(clippy::disallowed_methods, reason = "a test waits no longer than it has patience")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use aaa_engine::auth::Credential;
use aaa_engine::enforcement::Change;
use aaa_engine::ports::*;
use aaa_engine::session::{Session, apply};
use aaa_engine::{
    AccountingEvent, Attempt, ClassKey, Dialects, Engine, EngineSettings, StoredLease, StoredMeter,
};
use entitlement::*;
use radius_proto::{
    AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, Secret, user_password,
};
use radius_server::{Listener, RadiusServer, RunningServer, ServerBuilder, Settings};

/// Long enough that only a reply that never comes can take it.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for what another thread does within moments, and nothing tells of.
pub fn eventually(mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !happened() {
        assert!(Instant::now() < deadline, "it did not happen within {PATIENCE:?}");
        std::thread::yield_now();
    }
}
/// How long a test listens to make sure that there is no reply.
pub const SILENCE: Duration = Duration::from_millis(300);

pub const SECRET: &str = "xyzzy5461";

pub fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// NAS 1 is 127.0.0.1 (Message-Authenticator optional), NAS 2 is 127.0.0.2 (required), NAS 3 is
/// 127.0.0.3 (auto); alice's password is wonderland.
pub struct TestDirectory;

impl Directory for TestDirectory {
    fn nas(&self, _: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        let (id, policy) = match source {
            IpAddr::V4(v4) if v4 == Ipv4Addr::LOCALHOST => {
                (1, MessageAuthenticatorPolicy::Optional)
            }
            IpAddr::V4(v4) if v4.octets() == [127, 0, 0, 2] => {
                (2, MessageAuthenticatorPolicy::Required)
            }
            IpAddr::V4(v4) if v4.octets() == [127, 0, 0, 3] => {
                (3, MessageAuthenticatorPolicy::Auto)
            }
            _ => return None,
        };
        Some(Arc::new(Nas {
            id: NasId(id),
            tenant: TenantId(1),
            name: format!("nas {id}").into(),
            secret: secret(),
            dialect: "mikrotik".into(),
            message_authenticator: policy,
            counters_swapped: false,
            counter_width: Default::default(),
            reply_attributes: None,
            identify: Default::default(),
            mac_auth_password: None,
            coa: None,
        }))
    }

    fn service_by_login(&self, _: TenantId, login: &[u8]) -> Option<Service> {
        (login == b"alice").then(|| Service {
            id: ServiceId(1),
            tenant: TenantId(1),
            subscriber: SubscriberId(1),
            plan: PlanId(1),
            plan_name: "home".into(),
            login: "alice".into(),
            credential: SealedCredential((*b"wonderland").into()),
            one_time_codes: None,
            entitlement: Entitlement {
                standing: Standing::Active,
                validity: Validity { from: None, until: None },
                fixed_ipv4: None,
                networks: None,
                first_use: None,
                time_zone: TimeZone::UTC,
                terms: Arc::new(Terms::default()),
                extras: None,
                shared: None,
            },
            devices: None,
            reply_attributes: None,
            plan_reply_attributes: None,
            shares: None,
            members: None,
        })
    }

    fn service(&self, tenant: TenantId, _: ServiceId) -> Option<Service> {
        self.service_by_login(tenant, b"alice")
    }

    fn service_by_identifier(&self, _: TenantId, _: &aaa_engine::Identifier) -> Option<Service> {
        None
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        Ok(Credential::clear_text(&*service.credential.0))
    }
}

/// Keeps everything, with the position, as a store would; survives the servers that fill it.
#[derive(Clone, Default)]
pub struct MemorySink(Arc<(Mutex<Kept>, Condvar)>);

#[derive(Default)]
struct Kept {
    entries: Vec<Entry>,
    changes: Vec<Change>,
    position: Option<JournalPosition>,
    /// How many entries there were, and the position, after each batch.
    batches: Vec<(usize, JournalPosition)>,
    /// What was said of the position last; what stands before it is not taken on top of a gap.
    confirmed: Option<JournalPosition>,
    away: bool,
    panics: bool,
    refused: u64,
}

impl MemorySink {
    pub fn set_away(&self, away: bool) {
        self.0.0.lock().unwrap().away = away;
        self.0.1.notify_all();
    }

    /// Lets every batch from now on panic.
    pub fn set_panics(&self, panics: bool) {
        self.0.0.lock().unwrap().panics = panics;
    }

    /// Loses what came after so many batches, as a store does that is set back to a copy.
    pub fn set_back(&self, batches: usize) {
        let mut kept = self.0.0.lock().unwrap();
        kept.batches.truncate(batches);
        let (entries, position) = kept.batches.last().copied().unwrap();
        kept.entries.truncate(entries);
        kept.position = Some(position);
    }

    /// Waits until the sink has refused a batch more often than `before`.
    pub fn wait_until_it_refused(&self) {
        let kept = self.0.0.lock().unwrap();
        let wait = self.0.1.wait_timeout_while(kept, PATIENCE, |kept| kept.refused == 0);
        assert!(!wait.unwrap().1.timed_out(), "the drain never tried");
    }

    /// Waits until there are `count` entries, and gives them.
    pub fn wait_for(&self, count: usize) -> Vec<Entry> {
        let kept = self.0.0.lock().unwrap();
        let few = |kept: &mut Kept| kept.entries.len() < count;
        let (kept, timeout) = self.0.1.wait_timeout_while(kept, PATIENCE, few).unwrap();
        assert!(!timeout.timed_out(), "only {} of {count} entries came", kept.entries.len());
        kept.entries.clone()
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.wait_for(0)
    }

    /// Has this entry since before any journal.
    pub fn keep(&self, entry: Entry) {
        self.0.0.lock().unwrap().entries.push(entry);
    }

    /// What was done about sessions.
    pub fn changes(&self) -> Vec<Change> {
        self.0.0.lock().unwrap().changes.clone()
    }

    pub fn attempts(&self) -> Vec<Attempt> {
        let entries = self.entries().into_iter();
        let attempt =
            |entry| if let Entry::Attempt(attempt) = entry { Some(attempt) } else { None };
        entries.filter_map(attempt).collect()
    }

    pub fn accounting(&self) -> Vec<AccountingEvent> {
        let entries = self.entries().into_iter();
        let event = |entry| if let Entry::Accounting(event) = entry { Some(event) } else { None };
        entries.filter_map(event).collect()
    }
}

fn away() -> SinkError {
    SinkError { reason: "the test says that the store is away".to_owned() }
}

impl Sink for MemorySink {
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        let mut kept = self.0.0.lock().unwrap();
        if kept.away {
            return Err(away());
        }
        kept.confirmed = kept.position;
        Ok(kept.position)
    }

    async fn apply(&self, batch: Batch) -> Result<(), SinkError> {
        let mut kept = self.0.0.lock().unwrap();
        if kept.panics {
            drop(kept);
            panic!("the test says that the sink panics");
        }
        if kept.away {
            kept.refused += 1;
            self.0.1.notify_all();
            return Err(away());
        }
        if kept.position < kept.confirmed {
            return Err(SinkError { reason: "the test has set the store back".to_owned() });
        }
        assert!(kept.position < Some(batch.position), "positions must only grow");
        for entry in batch.entries {
            match entry {
                // What NASes were told is a matter of few tests.
                Entry::Change(change) => kept.changes.push(change),
                entry => kept.entries.push(entry),
            }
        }
        kept.position = Some(batch.position);
        kept.confirmed = kept.position;
        let batch = (kept.entries.len(), batch.position);
        kept.batches.push(batch);
        self.0.1.notify_all();
        Ok(())
    }

    async fn recent_sessions(&self, _: Timestamp) -> Result<Vec<Session>, SinkError> {
        let mut sessions: Vec<Option<Session>> = Vec::new();
        for event in self.accounting() {
            let known = sessions
                .iter_mut()
                .find(|session| session.as_ref().is_some_and(|s| s.id == event.session));
            match known {
                Some(session) => *session = apply(&event, session.take()),
                None => sessions.push(apply(&event, None)),
            }
        }
        Ok(sessions.into_iter().flatten().collect())
    }

    async fn meters(&self) -> Result<Vec<StoredMeter>, SinkError> {
        let meters = self.accounting().into_iter();
        Ok(meters.flat_map(|event| event.meter.into_iter().chain(event.lead_meter)).collect())
    }

    async fn leases(&self) -> Result<Vec<StoredLease>, SinkError> {
        Ok(self.attempts().iter().flat_map(StoredLease::of).collect())
    }
}

pub fn engine_settings() -> EngineSettings {
    EngineSettings::new(ClassKey::new("a key of sixteen octets or more").unwrap())
}

pub fn engine() -> Engine {
    Engine::new(engine_settings(), Dialects::builtin())
}

pub fn listener(address: IpAddr) -> Listener {
    Listener {
        name: ListenerName("main".into()),
        authentication: (address, 0).into(),
        accounting: (address, 0).into(),
    }
}

/// Everything but the journal.
pub fn builder(sink: &MemorySink) -> ServerBuilder<MemorySink> {
    RadiusServer::builder()
        .listener(listener(Ipv4Addr::UNSPECIFIED.into()))
        .directory(Arc::new(TestDirectory))
        .engine(engine())
        .sink(sink.clone())
        .settings(Settings { lanes: 2, ..Settings::default() })
}

/// A NAS with a socket of its own.
pub struct Client {
    socket: UdpSocket,
}

impl Client {
    pub fn at(source: [u8; 4]) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::from(source), 0)).unwrap();
        Self { socket }
    }

    pub fn send(&self, to: SocketAddr, packet: &[u8]) {
        self.socket.send_to(packet, to).unwrap();
    }

    /// The next reply, and where it came from.
    pub fn receive(&self) -> (Vec<u8>, SocketAddr) {
        self.socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut buffer = [0; 4096];
        let (len, from) = self.socket.recv_from(&mut buffer).expect("a reply");
        (buffer[..len].to_vec(), from)
    }

    /// The next reply, if one comes within `patience`.
    pub fn receive_within(&self, patience: Duration) -> Option<Vec<u8>> {
        self.socket.set_read_timeout(Some(patience)).unwrap();
        let mut buffer = [0; 4096];
        let (len, _) = self.socket.recv_from(&mut buffer).ok()?;
        Some(buffer[..len].to_vec())
    }

    pub fn ask(&self, to: SocketAddr, packet: &[u8]) -> Vec<u8> {
        self.send(to, packet);
        self.receive().0
    }

    /// Checks that nothing comes.
    pub fn hears_nothing(&self) {
        self.socket.set_read_timeout(Some(SILENCE)).unwrap();
        let error = self.socket.recv_from(&mut [0; 4096]).expect_err("no reply was expected");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    }
}

/// An address of the server as it is reached from here.
pub fn reach(address: SocketAddr, host: [u8; 4]) -> SocketAddr {
    (Ipv4Addr::from(host), address.port()).into()
}

pub fn auth(server: &RunningServer) -> SocketAddr {
    reach(server.authentication_addresses()[0], [127, 0, 0, 1])
}

pub fn acct(server: &RunningServer) -> SocketAddr {
    reach(server.accounting_addresses()[0], [127, 0, 0, 1])
}

/// What an Access-Request is signed with.
#[derive(Clone, Copy)]
pub enum Signed {
    No,
    With(&'static str),
}

pub fn access_request(identifier: u8, password: &str, signed: Signed) -> Vec<u8> {
    let authenticator = [identifier ^ 0x5a; 16];
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, identifier)
            .unwrap();
    let signer = match signed {
        Signed::No => secret(),
        Signed::With(signer) => {
            writer.message_authenticator().unwrap();
            Secret::new(signer).unwrap()
        }
    };
    let mut hidden = [0; 128];
    let len =
        user_password::hide(password.as_bytes(), &mut hidden, &authenticator, &secret()).unwrap();
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len]).unwrap();
    writer.attribute(AttributeType::NAS_IDENTIFIER, b"edge-7").unwrap();
    writer.attribute(AttributeType::CALLING_STATION_ID, b"00-11-22-33-44-55").unwrap();
    writer.finish_access_request(&authenticator, &signer).to_vec()
}

/// Acct-Status-Types.
pub const START: u32 = 1;
pub const STOP: u32 = 2;
pub const INTERIM: u32 = 3;

pub fn accounting_request(identifier: u8, session: &str, status: u32, octets: u32) -> Vec<u8> {
    accounting_request_signed(identifier, session, status, octets, SECRET)
}

pub fn accounting_request_signed(
    identifier: u8,
    session: &str,
    status: u32,
    octets: u32,
    signer: &str,
) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::without_message_authenticator(
        &mut buffer,
        Code::ACCOUNTING_REQUEST,
        identifier,
    )
    .unwrap();
    writer.attribute(AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes()).unwrap();
    if !session.is_empty() {
        writer.attribute(AttributeType::ACCT_SESSION_ID, session.as_bytes()).unwrap();
    }
    writer.attribute(AttributeType::USER_NAME, b"alice").unwrap();
    writer.attribute(AttributeType::ACCT_INPUT_OCTETS, &octets.to_be_bytes()).unwrap();
    writer.attribute(AttributeType::PROXY_STATE, b"hop 1").unwrap();
    writer.attribute(AttributeType::PROXY_STATE, b"hop 2").unwrap();
    writer.finish_request(&Secret::new(signer).unwrap()).to_vec()
}

pub fn status_server(identifier: u8, signer: &str) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::STATUS_SERVER, identifier)
            .unwrap();
    writer.message_authenticator().unwrap();
    writer.finish_access_request(&[identifier; 16], &Secret::new(signer).unwrap()).to_vec()
}

/// Checks that `reply` is this answer to `request`, made with the secret.
pub fn assert_reply(reply: &[u8], request: &[u8], code: Code) {
    let request = Packet::parse(request).unwrap();
    let reply = Packet::parse(reply).unwrap();
    assert_eq!((reply.code(), reply.identifier()), (code, request.identifier()));
    assert!(reply.verify_response_authenticator(request.authenticator(), &secret()));
    if request.code() == Code::ACCESS_REQUEST {
        let signature =
            reply.verify_response_message_authenticator(request.authenticator(), &secret());
        assert_eq!(signature, MessageAuthenticator::Valid);
        let first = reply.attributes().next().unwrap();
        assert_eq!(first.kind, AttributeType::MESSAGE_AUTHENTICATOR);
    }
    let proxies = |packet: &Packet<'_>| {
        packet.all(AttributeType::PROXY_STATE).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    assert_eq!(proxies(&reply), proxies(&request));
}
