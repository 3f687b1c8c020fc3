//! The NASes: routers, BNGs, access points, each found by listener and source address.

mod coa;

use std::net::IpAddr;
use std::sync::Arc;

use aaa_engine::ports::{CounterWidth, MessageAuthenticatorPolicy, Nas, NasId};
use aaa_engine::{Identify, IdentifyError, ReplyAttributes};
use entitlement::{TenantId, Timestamp};
use radius_proto::Secret;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};

use crate::entity::nas;
use crate::error::{During as _, Kind, StoreError};
use crate::keys::{KeyRing, Purpose, Seal};
use crate::names;
use crate::sink::hexadecimal;
use crate::store::{Actor, Store};
use crate::unit::{Record, Unit};

/// Longest shared secret, octets.
const SECRET_LEN_MAX: usize = 255;

pub(crate) use coa::seal as coa_secret_seal;
pub use coa::{CoaEntry, CoaUpdate, IN_FLIGHT_MAX as COA_IN_FLIGHT_MAX};

/// Reads and changes the NASes of one tenant.
#[derive(Debug)]
pub struct NasTable<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A NAS to be added.
#[derive(Debug, Clone)]
pub struct NewNas {
    /// What the operator calls it; unique for the tenant.
    pub name: String,
    /// The listener it sends to.
    pub listener: String,
    /// The address it sends from; unique for the listener in the whole installation.
    pub address: IpAddr,
    /// The shared secret.
    pub secret: Secret,
    /// The dialect it is spoken to in.
    pub dialect: String,
    /// Whether its Access-Requests must carry a Message-Authenticator.
    pub message_authenticator: MessageAuthenticatorPolicy,
    /// Whether it counts from the subscriber's side.
    pub counters_swapped: bool,
    /// How far its counters of octets count.
    pub counter_width: CounterWidth,
    /// What each Access-Accept through it carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// What its subscribers are identified by.
    pub identify: Identify,
    /// The password that its hotspots send with the log-in of a device.
    pub mac_auth_password: Option<Secret>,
    /// How its sessions are changed while they last.
    pub coa: CoaUpdate,
}

/// What to change about a NAS; `None` leaves a value as it is.
#[derive(Debug, Clone, Default)]
pub struct NasUpdate {
    /// The listener it sends to.
    pub listener: Option<String>,
    /// The address it sends from.
    pub address: Option<IpAddr>,
    /// The shared secret.
    pub secret: Option<Secret>,
    /// The dialect it is spoken to in.
    pub dialect: Option<String>,
    /// Whether its Access-Requests must carry a Message-Authenticator.
    pub message_authenticator: Option<MessageAuthenticatorPolicy>,
    /// Whether it counts from the subscriber's side.
    pub counters_swapped: Option<bool>,
    /// How far its counters of octets count.
    pub counter_width: Option<CounterWidth>,
    /// What each Access-Accept through it carries besides; `Some(None)` takes it away.
    pub reply_attributes: Option<Option<ReplyAttributes>>,
    /// What its subscribers are identified by.
    pub identify: Option<Identify>,
    /// The password that its hotspots send with the log-in of a device; `Some(None)`: none.
    pub mac_auth_password: Option<Option<Secret>>,
    /// How its sessions are changed while they last.
    pub coa: CoaUpdate,
}

/// A NAS as it is listed: everything but its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NasEntry {
    /// Its identity.
    pub id: NasId,
    /// What the operator calls it.
    pub name: String,
    /// The listener it sends to.
    pub listener: String,
    /// The address it sends from.
    pub address: IpAddr,
    /// The dialect it is spoken to in.
    pub dialect: String,
    /// Whether its Access-Requests must carry a Message-Authenticator.
    pub message_authenticator: MessageAuthenticatorPolicy,
    /// Whether it counts from the subscriber's side.
    pub counters_swapped: bool,
    /// How far its counters of octets count.
    pub counter_width: CounterWidth,
    /// What each Access-Accept through it carries besides.
    pub reply_attributes: Option<ReplyAttributes>,
    /// What its subscribers are identified by.
    pub identify: Identify,
    /// Whether its hotspots send a password with the log-in of a device.
    pub has_mac_auth_password: bool,
    /// How its sessions are changed while they last.
    pub coa: CoaEntry,
    /// When it was added.
    pub created_at: Timestamp,
}

impl NasTable<'_> {
    /// Adds a NAS.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] for its name or its address, [`StoreError::Invalid`].
    pub async fn add(&self, by: &Actor, new: &NewNas) -> Result<NasEntry, StoreError> {
        names::check(Kind::Nas, &new.name, names::NAME_LEN_MAX)?;
        check_words(Some(&new.listener), Some(&new.dialect), Some(&new.secret))?;
        check_mac_auth_password(new.mac_auth_password.as_ref())?;
        new.coa.check()?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "add the NAS").await?;
        if self.by_name(&unit.txn, &new.name).await?.is_some() {
            return Err(StoreError::AlreadyExists { what: Kind::Nas, name: new.name.clone() });
        }
        let row = nas::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(new.name.clone()),
            listener: Set(new.listener.clone()),
            address: Set(new.address.to_canonical().to_string()),
            secret_sealed: Set(Vec::new()),
            dialect: Set(new.dialect.clone()),
            message_authenticator: Set(policy_code(new.message_authenticator).to_owned()),
            counters_swapped: Set(i64::from(new.counters_swapped)),
            counter_bits: Set(counter_bits(new.counter_width)),
            reply_attributes: Set(stored_attributes(new.reply_attributes.as_ref())),
            identify: Set(stored_identify(&new.identify)),
            coa_ability: Set("auto".to_owned()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let place = format!("{} on listener {}", new.address.to_canonical(), new.listener);
        let added = nas::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = unit.unique(added, Kind::NasAddress, &place)?;
        // The seal is bound to the row's number, which exists only now.
        let sealed = self.store.keys().seal(seal(self.tenant, added.id), new.secret.expose())?;
        let of_devices = self.sealed_for_devices(added.id, new.mac_auth_password.as_ref())?;
        let mut row = nas::ActiveModel {
            id: Set(added.id),
            secret_sealed: Set(sealed),
            mac_auth_password_sealed: Set(of_devices),
            ..Default::default()
        };
        new.coa.put(self.tenant, added.id, self.store.keys(), &mut row)?;
        let added = row.update(&unit.txn).await.during("seal the secret of the NAS")?;
        let after = Some(described(&added));
        let name = &new.name;
        unit.record(Record { kind: Kind::Nas, row: added.id, name, before: None, after });
        unit.commit().await?;
        added.try_into()
    }

    /// Every NAS of the tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<NasEntry>, StoreError> {
        let rows = nas::Entity::find()
            .filter(nas::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(nas::Column::Name)
            .all(&self.store.database().reader)
            .await
            .during("list the NASes")?;
        rows.into_iter().map(NasEntry::try_from).collect()
    }

    /// The NAS called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<NasEntry, StoreError> {
        self.existing(&self.store.database().reader, name).await?.try_into()
    }

    /// Changes the NAS called `name`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::AlreadyExists`] for its address,
    /// [`StoreError::Invalid`].
    pub async fn update(
        &self,
        by: &Actor,
        name: &str,
        update: &NasUpdate,
    ) -> Result<NasEntry, StoreError> {
        let (listener, dialect) = (update.listener.as_ref(), update.dialect.as_ref());
        check_words(listener, dialect, update.secret.as_ref())?;
        check_mac_auth_password(update.mac_auth_password.as_ref().and_then(Option::as_ref))?;
        update.coa.check()?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "change the NAS").await?;
        let before = self.existing(&unit.txn, name).await?;
        let mut row = nas::ActiveModel::from(before.clone());
        if let Some(listener) = listener {
            row.listener = Set(listener.clone());
        }
        if let Some(address) = update.address {
            row.address = Set(address.to_canonical().to_string());
        }
        if let Some(dialect) = dialect {
            row.dialect = Set(dialect.clone());
        }
        if let Some(policy) = update.message_authenticator {
            row.message_authenticator = Set(policy_code(policy).to_owned());
        }
        if let Some(swapped) = update.counters_swapped {
            row.counters_swapped = Set(i64::from(swapped));
        }
        if let Some(width) = update.counter_width {
            row.counter_bits = Set(counter_bits(width));
        }
        if let Some(attributes) = &update.reply_attributes {
            row.reply_attributes = Set(stored_attributes(attributes.as_ref()));
        }
        if let Some(identify) = &update.identify {
            row.identify = Set(stored_identify(identify));
        }
        if let Some(secret) = &update.secret {
            let sealed = self.store.keys().seal(seal(self.tenant, before.id), secret.expose())?;
            row.secret_sealed = Set(sealed);
        }
        if let Some(password) = &update.mac_auth_password {
            row.mac_auth_password_sealed =
                Set(self.sealed_for_devices(before.id, password.as_ref())?);
        }
        update.coa.put(self.tenant, before.id, self.store.keys(), &mut row)?;
        let place = format!("{} on listener {}", row.address.as_ref(), row.listener.as_ref());
        let after = row.update(&unit.txn).await;
        let after = unit.unique(after, Kind::NasAddress, &place)?;
        let mut described_after = described(&after);
        if update.secret.is_some() {
            described_after["secret"] = json!("replaced");
        }
        if let Some(Some(_)) = &update.mac_auth_password {
            described_after["mac_auth_password"] = json!("replaced");
        }
        if let Some(Some(_)) = &update.coa.secret {
            described_after["coa"]["secret"] = json!("replaced");
        }
        unit.record(Record {
            kind: Kind::Nas,
            row: before.id,
            name,
            before: Some(described(&before)),
            after: Some(described_after),
        });
        unit.commit().await?;
        after.try_into()
    }

    /// Removes the NAS called `name`; its sessions and log-ins stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove(&self, by: &Actor, name: &str) -> Result<(), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "remove the NAS").await?;
        let row = self.existing(&unit.txn, name).await?;
        nas::Entity::delete_by_id(row.id).exec(&unit.txn).await.during("remove the NAS")?;
        let before = Some(described(&row));
        unit.record(Record { kind: Kind::Nas, row: row.id, name, before, after: None });
        unit.commit().await
    }

    fn sealed_for_devices(
        &self,
        nas: i64,
        password: Option<&Secret>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let seal = mac_auth_password_seal(self.tenant, nas);
        let sealed = password.map(|password| self.store.keys().seal(seal, password.expose()));
        Ok(sealed.transpose()?)
    }

    async fn by_name(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<Option<nas::Model>, StoreError> {
        nas::Entity::find()
            .filter(nas::Column::TenantId.eq(self.tenant.0))
            .filter(nas::Column::Name.eq(name))
            .one(db)
            .await
            .during("find the NAS")
    }

    async fn existing(
        &self,
        db: &impl ConnectionTrait,
        name: &str,
    ) -> Result<nas::Model, StoreError> {
        match self.by_name(db, name).await? {
            Some(row) => Ok(row),
            None => {
                let existing = self.list().await?.into_iter().map(|nas| nas.name);
                Err(names::not_found(Kind::Nas, name, existing))
            }
        }
    }
}

/// What the seal of a NAS's secret is bound to.
pub(crate) fn seal(tenant: TenantId, row: i64) -> Seal {
    Seal { purpose: Purpose::NasSecret, tenant, row }
}

/// What the seal of a NAS's password for devices is bound to.
pub(crate) fn mac_auth_password_seal(tenant: TenantId, row: i64) -> Seal {
    Seal { purpose: Purpose::MacAuthPassword, tenant, row }
}

/// The NAS as the directory has it: with its secrets opened.
pub(crate) fn opened(row: nas::Model, keys: &KeyRing) -> Result<Nas, StoreError> {
    let entry_id = row.id;
    let tenant = TenantId(row.tenant_id);
    let corrupt = |problem: String| corrupt(entry_id, problem);
    let secret = keys
        .open(seal(tenant, row.id), &row.secret_sealed)
        .map_err(|error| corrupt(format!("its secret does not open: {error}")))?;
    let secret = Secret::new(secret.as_slice()).map_err(|error| corrupt(error.to_string()))?;
    let of_devices = row.mac_auth_password_sealed.as_deref().map(|sealed| {
        let opened = keys
            .open(mac_auth_password_seal(tenant, entry_id), sealed)
            .map_err(|error| corrupt(format!("its password for devices does not open: {error}")))?;
        Secret::new(opened.as_slice()).map_err(|error| corrupt(error.to_string()))
    });
    let mac_auth_password = of_devices.transpose()?;
    let coa_secret = row.coa_secret_sealed.clone();
    let entry = NasEntry::try_from(row)?;
    let coa = coa::opened(entry.coa, entry.address, tenant, entry_id, coa_secret.as_deref(), keys)?;
    Ok(Nas {
        id: entry.id,
        tenant,
        name: entry.name.into(),
        secret,
        dialect: Arc::from(entry.dialect),
        message_authenticator: entry.message_authenticator,
        counters_swapped: entry.counters_swapped,
        counter_width: entry.counter_width,
        reply_attributes: entry.reply_attributes,
        identify: entry.identify,
        mac_auth_password,
        coa: Some(coa),
    })
}

impl TryFrom<nas::Model> for NasEntry {
    type Error = StoreError;

    fn try_from(row: nas::Model) -> Result<Self, StoreError> {
        let address = row.address.parse().map_err(|_| {
            corrupt(row.id, format!("its address is `{}`", row.address.escape_debug()))
        })?;
        let message_authenticator =
            policy_from_code(&row.message_authenticator).ok_or_else(|| {
                corrupt(row.id, format!("its policy is `{}`", row.message_authenticator))
            })?;
        let counter_width = counter_width(row.counter_bits).ok_or_else(|| {
            corrupt(row.id, format!("its counters have {} bits", row.counter_bits))
        })?;
        let reply_attributes = read_attributes(row.reply_attributes.as_deref())
            .map_err(|problem| corrupt(row.id, problem.to_owned()))?;
        let identify = row.identify.as_deref().map(str::parse).transpose();
        let identify =
            identify.map_err(|error: IdentifyError| corrupt(row.id, error.to_string()))?;
        let coa = coa::entry_of(&row)?;
        Ok(Self {
            id: NasId(row.id),
            name: row.name,
            listener: row.listener,
            address,
            dialect: row.dialect,
            message_authenticator,
            counters_swapped: row.counters_swapped != 0,
            counter_width,
            reply_attributes,
            identify: identify.unwrap_or_default(),
            has_mac_auth_password: row.mac_auth_password_sealed.is_some(),
            coa,
            created_at: Timestamp::from_unix_ms(row.created_at),
        })
    }
}

fn check_words(
    listener: Option<&String>,
    dialect: Option<&String>,
    secret: Option<&Secret>,
) -> Result<(), StoreError> {
    for word in listener.into_iter().chain(dialect) {
        names::check(Kind::Nas, word, names::NAME_LEN_MAX)?;
    }
    match secret {
        Some(secret) if secret.expose().len() > SECRET_LEN_MAX => Err(StoreError::Invalid {
            what: Kind::Nas,
            problem: format!("the secret has more than {SECRET_LEN_MAX} octets"),
        }),
        _ => Ok(()),
    }
}

/// Refuses what no NAS could send in a User-Password (RFC 2865 section 5.2).
fn check_mac_auth_password(password: Option<&Secret>) -> Result<(), StoreError> {
    const LEN_MAX: usize = 128;
    match password {
        Some(password) if password.expose().len() > LEN_MAX => Err(StoreError::Invalid {
            what: Kind::Nas,
            problem: format!("the password for devices has more than {LEN_MAX} octets"),
        }),
        _ => Ok(()),
    }
}

fn described(row: &nas::Model) -> Value {
    json!({
        "name": row.name,
        "listener": row.listener,
        "address": row.address,
        "dialect": row.dialect,
        "message_authenticator": row.message_authenticator,
        "counters_swapped": row.counters_swapped != 0,
        "counter_bits": row.counter_bits,
        "reply_attributes": row.reply_attributes.as_deref().map(hexadecimal),
        "identify": row.identify,
        "mac_auth_password": row.mac_auth_password_sealed.is_some().then_some("set"),
        "coa": coa::described(row),
    })
}

/// The default is no text, so that it may become another one.
fn stored_identify(identify: &Identify) -> Option<String> {
    (!identify.is_default()).then(|| identify.to_string())
}

/// Attributes as a column holds them.
pub(crate) fn stored_attributes(attributes: Option<&ReplyAttributes>) -> Option<Vec<u8>> {
    attributes.map(|attributes| attributes.as_octets().to_vec())
}

/// Attributes as a column has held them.
pub(crate) fn read_attributes(
    octets: Option<&[u8]>,
) -> Result<Option<ReplyAttributes>, &'static str> {
    octets.map(ReplyAttributes::from_octets).transpose().map_err(|_| "its attributes are none")
}

const fn counter_bits(width: CounterWidth) -> i64 {
    match width {
        CounterWidth::Bits64 => 64,
        CounterWidth::Bits32 => 32,
    }
}

fn counter_width(bits: i64) -> Option<CounterWidth> {
    [CounterWidth::Bits64, CounterWidth::Bits32]
        .into_iter()
        .find(|width| counter_bits(*width) == bits)
}

fn policy_code(policy: MessageAuthenticatorPolicy) -> &'static str {
    match policy {
        MessageAuthenticatorPolicy::Auto => "auto",
        MessageAuthenticatorPolicy::Required => "required",
        MessageAuthenticatorPolicy::Optional => "optional",
    }
}

fn policy_from_code(code: &str) -> Option<MessageAuthenticatorPolicy> {
    [
        MessageAuthenticatorPolicy::Auto,
        MessageAuthenticatorPolicy::Required,
        MessageAuthenticatorPolicy::Optional,
    ]
    .into_iter()
    .find(|policy| policy_code(*policy) == code)
}

fn corrupt(row: i64, problem: String) -> StoreError {
    StoreError::Corrupt { what: Kind::Nas, row: row.to_string(), problem }
}
