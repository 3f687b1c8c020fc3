//! A small network in memory: one operator, two NASes, and whatever services a test adds.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "test code")]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use aaa_engine::auth::{CodeSecret, Credential};
use aaa_engine::catalogue::Catalogue;
use aaa_engine::enforcement::CoaAbility;
use aaa_engine::ports::{
    Coa, CoaPace, CredentialError, Directory, ListenerName, Nas, NasId, OneTimeCodes,
    SealedCredential, Service,
};
use aaa_engine::{
    AccessDecision, AccessReply, Activity, ClassKey, Dialects, Engine, EngineSettings, Identifier,
    Known, Pool, PoolAddress,
};
use entitlement::{
    BitsPerSecond, Entitlement, PlanId, ServiceId, Speed, Standing, SubscriberId, TenantId, Terms,
    TimeZone, Timestamp, Validity,
};
use radius_proto::{
    AttributeType, Code, MessageAuthenticator, Packet, PacketWriter, Secret, user_password,
};

pub(crate) const TENANT: TenantId = TenantId(1);
pub(crate) const NOW: Timestamp = Timestamp::from_unix_s(1_800_000_000);
pub(crate) const REQUEST_AUTHENTICATOR: [u8; 16] = *b"request-authentr";

pub(crate) fn entropy() -> [u8; 32] {
    core::array::from_fn(|i| i as u8 + 1)
}

/// Services and their credentials, by login.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) services: HashMap<Vec<u8>, (Service, Result<Credential, CredentialError>)>,
    /// Logins by what else leads to them.
    pub(crate) identifiers: HashMap<Identifier, Vec<u8>>,
    /// The pools that are managed here.
    pub(crate) pools: Vec<Arc<Pool>>,
    /// What one-time codes are made of, for the services that have them.
    pub(crate) code_secret: Option<CodeSecret>,
    /// The services that plans may name.
    pub(crate) catalogue: Arc<Catalogue>,
}

impl Memory {
    pub(crate) fn with(login: &str, credential: Credential, entitlement: Entitlement) -> Self {
        let mut memory = Self::default();
        memory.add(7, login, Ok(credential), entitlement);
        memory
    }

    pub(crate) fn add(
        &mut self,
        id: i64,
        login: &str,
        credential: Result<Credential, CredentialError>,
        entitlement: Entitlement,
    ) {
        let service = Service {
            id: ServiceId(id),
            tenant: TENANT,
            subscriber: SubscriberId(1),
            plan: PlanId(1),
            plan_name: "home-10".into(),
            login: login.into(),
            credential: SealedCredential(Arc::from(*b"sealed")),
            one_time_codes: None,
            entitlement,
            devices: None,
            reply_attributes: None,
            plan_reply_attributes: None,
            shares: None,
            members: None,
        };
        self.services.insert(login.into(), (service, credential));
    }
}

impl Directory for Memory {
    fn nas(&self, _: &ListenerName, _: IpAddr) -> Option<Arc<Nas>> {
        Some(Arc::new(nas(1)))
    }

    fn service_by_login(&self, tenant: TenantId, login: &[u8]) -> Option<Service> {
        let (service, _) = self.services.get(login)?;
        (service.tenant == tenant).then(|| service.clone())
    }

    fn service(&self, tenant: TenantId, id: ServiceId) -> Option<Service> {
        let mut services = self.services.values().map(|(service, _)| service);
        services.find(|service| (service.tenant, service.id) == (tenant, id)).cloned()
    }

    fn service_by_identifier(&self, tenant: TenantId, identifier: &Identifier) -> Option<Service> {
        self.service_by_login(tenant, self.identifiers.get(identifier)?)
    }

    fn pool(&self, tenant: TenantId, name: &str) -> Option<Arc<Pool>> {
        let mut pools = self.pools.iter().filter(|pool| pool.tenant == tenant);
        pools.find(|pool| *pool.name == *name).cloned()
    }

    fn pools(&self) -> Vec<Arc<Pool>> {
        self.pools.clone()
    }

    fn pool_touched_by(
        &self,
        tenant: TenantId,
        address: PoolAddress,
    ) -> Option<(Arc<Pool>, PoolAddress)> {
        let mut pools = self.pools.iter().filter(|pool| pool.tenant == tenant);
        pools.find_map(|pool| Some((Arc::clone(pool), pool.space.touched_by(address)?)))
    }

    fn service_catalogue(&self, _: TenantId) -> Arc<Catalogue> {
        Arc::clone(&self.catalogue)
    }

    fn open_credential(&self, service: &Service) -> Result<Credential, CredentialError> {
        let (_, credential) = self.services.get(service.login.as_bytes()).unwrap();
        credential.clone()
    }

    fn open_code_secret(
        &self,
        _: &Service,
        _: &OneTimeCodes,
    ) -> Result<CodeSecret, CredentialError> {
        self.code_secret.clone().ok_or(CredentialError::UnknownKey { key_id: 9 })
    }
}

pub(crate) fn secret() -> Secret {
    Secret::new("testing123").unwrap()
}

pub(crate) fn nas(id: i64) -> Nas {
    Nas {
        id: NasId(id),
        tenant: TENANT,
        name: format!("bng-{id}").into(),
        secret: secret(),
        dialect: "mikrotik".into(),
        message_authenticator: Default::default(),
        counters_swapped: false,
        counter_width: Default::default(),
        reply_attributes: None,
        identify: Default::default(),
        mac_auth_password: None,
        coa: Some(Coa {
            address: [192, 0, 2, 1].into(),
            port: None,
            secret: None,
            ability: CoaAbility::Auto,
            pace: CoaPace::default(),
        }),
    }
}

pub(crate) fn terms() -> Terms {
    Terms {
        speed: Some(Speed {
            upload: BitsPerSecond(2_000_000),
            download: BitsPerSecond(10_000_000),
        }),
        pool: Some("pppoe".into()),
        session_timeout_s: Some(86_400),
        idle_timeout_s: Some(600),
        interim_interval_s: Some(300),
        ..Terms::default()
    }
}

pub(crate) fn entitlement(terms: Terms) -> Entitlement {
    Entitlement {
        standing: Standing::Active,
        validity: Validity::default(),
        fixed_ipv4: None,
        networks: None,
        first_use: None,
        time_zone: TimeZone::UTC,
        terms: Arc::new(terms),
        extras: None,
        shared: None,
    }
}

pub(crate) fn settings() -> EngineSettings {
    EngineSettings::new(ClassKey::new([42; 16]).unwrap())
}

pub(crate) fn engine() -> Engine {
    Engine::new(settings(), Dialects::builtin())
}

/// The octets of an Access-Request.
pub(crate) fn access_request(write: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 77).unwrap();
    writer.message_authenticator().unwrap();
    write(&mut writer);
    writer.finish_access_request(&REQUEST_AUTHENTICATOR, &secret()).to_vec()
}

/// The octets of an Accounting-Request.
pub(crate) fn accounting_request(write: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCOUNTING_REQUEST, 78)
            .unwrap();
    write(&mut writer);
    writer.finish_request(&secret()).to_vec()
}

pub(crate) fn pap(login: &str, password: &str) -> Vec<u8> {
    pap_with(login, password, &[])
}

/// As [`pap`], with more attributes.
pub(crate) fn pap_with(
    login: &str,
    password: &str,
    attributes: &[(AttributeType, &[u8])],
) -> Vec<u8> {
    access_request(|writer| {
        writer.attribute(AttributeType::USER_NAME, login.as_bytes()).unwrap();
        let mut hidden = [0; 128];
        let len = user_password::hide(
            password.as_bytes(),
            &mut hidden,
            &REQUEST_AUTHENTICATOR,
            &secret(),
        );
        writer.attribute(AttributeType::USER_PASSWORD, &hidden[..len.unwrap()]).unwrap();
        for (kind, value) in attributes {
            writer.attribute(*kind, value).unwrap();
        }
    })
}

/// A decision and the octets of its reply, which have been verified as a NAS would.
pub(crate) struct Answered {
    pub(crate) decision: AccessDecision,
    pub(crate) octets: Vec<u8>,
}

impl Answered {
    pub(crate) fn packet(&self) -> Packet<'_> {
        Packet::parse(&self.octets).unwrap()
    }
}

pub(crate) fn answer(engine: &Engine, directory: &Memory, nas: &Nas, request: &[u8]) -> Answered {
    answer_at(engine, directory, &Activity::new(), nas, request, NOW)
}

/// As [`answer`], while other things are going on, at another time.
pub(crate) fn answer_at(
    engine: &Engine,
    directory: &Memory,
    activity: &Activity,
    nas: &Nas,
    request: &[u8],
    now: Timestamp,
) -> Answered {
    let (reply, octets) = reply_at(engine, directory, activity, nas, request, now);
    match reply {
        AccessReply::Decision(decision) => Answered { decision, octets },
        AccessReply::Challenge { .. } => panic!("a challenge, where the log-in should end"),
    }
}

/// As [`answer_at`], whether the log-in ends with it or not: the reply and its octets.
pub(crate) fn reply_at(
    engine: &Engine,
    directory: &Memory,
    activity: &Activity,
    nas: &Nas,
    request: &[u8],
    now: Timestamp,
) -> (AccessReply, Vec<u8>) {
    let request = Packet::parse(request).unwrap();
    let mut reply = [0; 4096];
    let mut entropy = entropy();
    // Each request has random octets of its own.
    entropy[8..16]
        .iter_mut()
        .zip((now.unix_ms() - NOW.unix_ms()).to_be_bytes())
        .for_each(|(octet, of_now)| *octet ^= of_now);
    let answer = engine
        .access(Known { directory, activity }, nas, &request, now, entropy, &mut reply)
        .expect("a reply");
    let octets = reply[..answer.reply_len()].to_vec();
    let packet = Packet::parse(&octets).unwrap();
    assert_eq!(packet.identifier(), request.identifier());
    assert!(packet.verify_response_authenticator(request.authenticator(), &nas.secret));
    assert_eq!(
        packet.verify_response_message_authenticator(request.authenticator(), &nas.secret),
        MessageAuthenticator::Valid
    );
    let first = packet.attributes().next().unwrap();
    assert_eq!(first.kind, AttributeType::MESSAGE_AUTHENTICATOR);
    (answer, octets)
}
