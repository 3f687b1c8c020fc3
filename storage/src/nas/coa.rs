//! How the sessions of a NAS are changed while they last, as the table of NASes has it.

use core::num::{NonZeroU16, NonZeroU32, NonZeroU64};
use std::net::IpAddr;

use aaa_engine::enforcement::CoaAbility;
use aaa_engine::ports::{Coa, CoaPace};
use entitlement::TenantId;
use radius_proto::Secret;
use serde_json::{Value, json};

use super::{SECRET_LEN_MAX, corrupt};
use crate::entity::nas;
use crate::error::{Kind, StoreError};
use crate::keys::{KeyRing, Purpose, Seal};

/// How the sessions of a NAS are changed while they last, as it is entered; `None` leaves what is
/// there, or for a new NAS what is usual.
#[derive(Debug, Clone, Default)]
pub struct CoaUpdate {
    /// What it can be asked for; usual is what its dialect says.
    pub ability: Option<CoaAbility>,
    /// The address that is asked; usual, or `Some(None)`, is the one it sends from.
    pub address: Option<Option<IpAddr>>,
    /// The port there; usual, or `Some(None)`, is that of its dialect.
    pub port: Option<Option<u16>>,
    /// The secret for this; usual, or `Some(None)`, is the one for everything else.
    pub secret: Option<Option<Secret>>,
    /// Requests that may wait for their answers at a time, up to [`IN_FLIGHT_MAX`]; usual, or
    /// `Some(None)`, is what the client takes for it.
    pub in_flight_max: Option<Option<NonZeroU16>>,
    /// Requests a second; likewise.
    pub requests_per_s_max: Option<Option<NonZeroU32>>,
}

/// One for each identifier that a request can have (RFC 2865 section 3).
pub const IN_FLIGHT_MAX: u16 = 256;

/// How the sessions of a NAS are changed while they last, as it is listed: without the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoaEntry {
    /// What it can be asked for.
    pub ability: CoaAbility,
    /// The address that is asked; `None`: the one it sends from.
    pub address: Option<IpAddr>,
    /// The port there; `None`: that of its dialect.
    pub port: Option<u16>,
    /// Whether it has a secret for this.
    pub has_secret: bool,
    /// How fast it can be asked.
    pub pace: CoaPace,
}

impl CoaUpdate {
    /// Whether it changes nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ability.is_none()
            && self.address.is_none()
            && self.port.is_none()
            && self.secret.is_none()
            && self.in_flight_max.is_none()
            && self.requests_per_s_max.is_none()
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        let invalid = |problem: String| Err(StoreError::Invalid { what: Kind::Nas, problem });
        match &self.secret {
            Some(Some(secret)) if secret.expose().len() > SECRET_LEN_MAX => {
                invalid(format!("the secret for CoA has more than {SECRET_LEN_MAX} octets"))
            }
            _ if self.port == Some(Some(0)) => {
                invalid("port 0 for CoA is no port; 3799 and 1700 are usual".to_owned())
            }
            _ => match self.in_flight_max.flatten() {
                Some(count) if count.get() > IN_FLIGHT_MAX => invalid(format!(
                    "{count} requests for CoA cannot be told apart at a time; at most \
                     {IN_FLIGHT_MAX} can"
                )),
                _ => Ok(()),
            },
        }
    }

    /// Puts it into a row whose number is known.
    pub(super) fn put(
        &self,
        tenant: TenantId,
        id: i64,
        keys: &KeyRing,
        row: &mut nas::ActiveModel,
    ) -> Result<(), StoreError> {
        use sea_orm::ActiveValue::Set;
        if let Some(ability) = self.ability {
            row.coa_ability = Set(code(ability).to_owned());
        }
        if let Some(address) = self.address {
            row.coa_address = Set(address.map(|address| address.to_canonical().to_string()));
        }
        if let Some(port) = self.port {
            row.coa_port = Set(port.map(i64::from));
        }
        if let Some(secret) = &self.secret {
            let sealed = secret.as_ref().map(|secret| keys.seal(seal(tenant, id), secret.expose()));
            row.coa_secret_sealed = Set(sealed.transpose()?);
        }
        if let Some(count) = self.in_flight_max {
            row.coa_in_flight_max = Set(count.map(|count| count.get().into()));
        }
        if let Some(count) = self.requests_per_s_max {
            row.coa_requests_per_s_max = Set(count.map(|count| count.get().into()));
        }
        Ok(())
    }
}

/// What the seal of a NAS's secret for CoA is bound to.
pub(crate) fn seal(tenant: TenantId, row: i64) -> Seal {
    Seal { purpose: Purpose::CoaSecret, tenant, row }
}

pub(super) fn entry_of(row: &nas::Model) -> Result<CoaEntry, StoreError> {
    let wrong = |what: &str| corrupt(row.id, format!("its {what} for CoA cannot be"));
    Ok(CoaEntry {
        ability: from_code(&row.coa_ability).ok_or_else(|| wrong("ability"))?,
        address: row
            .coa_address
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(|_| wrong("address"))?,
        port: row.coa_port.map(u16::try_from).transpose().map_err(|_| wrong("port"))?,
        has_secret: row.coa_secret_sealed.is_some(),
        pace: CoaPace {
            in_flight_max: count(row.coa_in_flight_max)
                .map_err(|()| wrong("number of requests at a time"))?,
            requests_per_s_max: count(row.coa_requests_per_s_max)
                .map_err(|()| wrong("number of requests a second"))?,
        },
    })
}

/// A number of a column that is none or more than 0.
fn count<N: TryFrom<NonZeroU64>>(column: Option<i64>) -> Result<Option<N>, ()> {
    let count = |number: i64| N::try_from(NonZeroU64::new(number.try_into().ok()?)?).ok();
    column.map(|number| count(number).ok_or(())).transpose()
}

/// As the directory has it, with its secret opened.
pub(super) fn opened(
    entry: CoaEntry,
    source: IpAddr,
    tenant: TenantId,
    row: i64,
    sealed: Option<&[u8]>,
    keys: &KeyRing,
) -> Result<Coa, StoreError> {
    let open = |sealed: &[u8]| {
        let secret = keys
            .open(seal(tenant, row), sealed)
            .map_err(|error| corrupt(row, format!("its secret for CoA does not open: {error}")))?;
        Secret::new(secret.as_slice()).map_err(|error| corrupt(row, error.to_string()))
    };
    Ok(Coa {
        address: entry.address.unwrap_or(source),
        port: entry.port,
        secret: sealed.map(open).transpose()?,
        ability: entry.ability,
        pace: entry.pace,
    })
}

pub(super) fn described(row: &nas::Model) -> Value {
    json!({
        "ability": row.coa_ability,
        "address": row.coa_address,
        "port": row.coa_port,
        "secret": row.coa_secret_sealed.is_some().then_some("set"),
        "in_flight_max": row.coa_in_flight_max,
        "requests_per_s_max": row.coa_requests_per_s_max,
    })
}

const fn code(ability: CoaAbility) -> &'static str {
    match ability {
        CoaAbility::Auto => "auto",
        CoaAbility::DisconnectOnly => "disconnect",
        CoaAbility::Off => "off",
    }
}

fn from_code(text: &str) -> Option<CoaAbility> {
    [CoaAbility::Auto, CoaAbility::DisconnectOnly, CoaAbility::Off]
        .into_iter()
        .find(|ability| code(*ability) == text)
}
