//! A directory with one NAS and one service, and a sink that prints.

use std::net::IpAddr;
use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::ports::*;
use aaa_engine::session::Session;
use aaa_engine::{StoredLease, StoredMeter};
use entitlement::*;
use radius_proto::Secret;

/// The NAS, and the service that may log in on it.
pub(crate) struct OneOfEach(Arc<Nas>, Service);

impl OneOfEach {
    pub(crate) fn new(secret: Secret, login: &str, password: &str) -> Self {
        let tenant = TenantId(1);
        let nas = Nas {
            id: NasId(1),
            tenant,
            name: "router".into(),
            secret,
            dialect: "mikrotik".into(),
            message_authenticator: MessageAuthenticatorPolicy::Auto,
            counters_swapped: false,
            counter_width: Default::default(),
            reply_attributes: None,
            identify: aaa_engine::Identify::default(),
            mac_auth_password: None,
            coa: None,
        };
        let service = Service {
            id: ServiceId(1),
            tenant,
            subscriber: SubscriberId(1),
            plan: PlanId(1),
            plan_name: "home".into(),
            login: login.into(),
            credential: SealedCredential(password.as_bytes().into()),
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
        };
        Self(Arc::new(nas), service)
    }
}

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

    fn service_by_identifier(&self, _: TenantId, _: &aaa_engine::Identifier) -> Option<Service> {
        None // It is found by its login alone.
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        Ok(Credential::clear_text(&*service.credential.0)) // A real directory decrypts here.
    }
}

/// Prints what happens.
pub(crate) struct Printer;

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

    async fn meters(&self) -> Result<Vec<StoredMeter>, SinkError> {
        Ok(Vec::new()) // No plan has a quota.
    }

    async fn leases(&self) -> Result<Vec<StoredLease>, SinkError> {
        Ok(Vec::new()) // The directory has no pools.
    }
}
