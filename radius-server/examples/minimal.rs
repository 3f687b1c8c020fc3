//! A RADIUS server with one NAS (127.0.0.1, secret `testing123`) and one subscriber (`alice`,
//! password `wonderland`), which prints what happens: `cargo run --example minimal`.
#![expect(clippy::print_stdout, reason = "a program that shows what it does")]

use std::net::IpAddr;
use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::ports::*;
use aaa_engine::session::Session;
use aaa_engine::{ClassKey, Dialects, Engine, EngineSettings};
use entitlement::*;
use radius_proto::Secret;
use radius_server::{Listener, RadiusServer, RunningServer};

struct OneOfEach(Arc<Nas>, Service);

impl Directory for OneOfEach {
    fn nas(&self, _: &ListenerName, source: IpAddr) -> Option<Arc<Nas>> {
        source.is_loopback().then(|| Arc::clone(&self.0))
    }
    fn service_by_login(&self, _: TenantId, login: &[u8]) -> Option<Service> {
        (login == self.1.login.as_bytes()).then(|| self.1.clone())
    }
    fn service(&self, _: TenantId, id: ServiceId) -> Option<Service> {
        (id == self.1.id).then(|| self.1.clone())
    }
    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        Ok(Credential::clear_text(&*service.credential.0)) // A real directory decrypts here.
    }
}

struct Printer;

impl Sink for Printer {
    async fn position(&self) -> Result<Option<JournalPosition>, SinkError> {
        Ok(None) // A real sink stores the position of each batch with it, and gives the last.
    }
    async fn apply(&self, batch: Batch) -> Result<(), SinkError> {
        batch.entries.iter().for_each(|entry| println!("{entry:?}"));
        Ok(())
    }
    async fn recent_sessions(&self, _: Timestamp) -> Result<Vec<Session>, SinkError> {
        Ok(Vec::new())
    }
}

/// Starts it on two ports, with its journal in `journal`.
pub fn start(
    auth: u16,
    acct: u16,
    journal: &std::path::Path,
) -> Result<RunningServer, Box<dyn std::error::Error>> {
    let nas = Nas {
        id: NasId(1),
        tenant: TenantId(1),
        name: "router".into(),
        secret: Secret::new("testing123")?,
        dialect: "mikrotik".into(),
        message_authenticator: MessageAuthenticatorPolicy::Auto,
        counters_swapped: false,
    };
    let alice = Service {
        id: ServiceId(1),
        tenant: TenantId(1),
        subscriber: SubscriberId(1),
        plan: PlanId(1),
        plan_name: "home".into(),
        login: "alice".into(),
        credential: SealedCredential((*b"wonderland").into()),
        entitlement: Entitlement {
            standing: Standing::Active,
            validity: Validity { from: None, until: None },
            fixed_ipv4: None,
            terms: Arc::new(Terms::default()),
        },
    };
    let listener = Listener {
        name: ListenerName("main".into()),
        authentication: ([127, 0, 0, 1], auth).into(),
        accounting: ([127, 0, 0, 1], acct).into(),
    };
    let settings = EngineSettings::new(ClassKey::new("a key of sixteen octets or more")?);
    Ok(RadiusServer::builder()
        .listener(listener)
        .directory(Arc::new(OneOfEach(Arc::new(nas), alice)))
        .sink(Printer)
        .engine(Engine::new(settings, Dialects::builtin()))
        .journal_dir(journal)
        .start()?)
}

#[allow(dead_code, reason = "a test calls `start` alone")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = start(1812, 1813, &std::env::temp_dir().join("radius-server-minimal"))?;
    println!("{server:?}; press Enter to stop");
    std::io::stdin().read_line(&mut String::new())?;
    println!("{:?}", server.stop());
    Ok(())
}
