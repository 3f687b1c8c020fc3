//! Why a log-in comes out as it does, for who asks before or after it happened.

use std::sync::Arc;

use entitlement::{Access, Hours, Standing, TimeZone, Timestamp, Validity, WhenWithheld, Withheld};
use radius_proto::{Code, PacketWriter, WriteError};

use crate::attempt::Outcome;
use crate::auth::Credential;
use crate::engine::{Engine, credential_reason};
use crate::identity;
use crate::policy;
use crate::ports::{Directory, Nas, Service};
use crate::reason::Reason;

/// What [`Engine::explain`] found: the checks in the order in which a log-in meets them, up to the
/// one that decides, and what the NAS would be told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Explanation {
    /// The checks that were made.
    pub checks: Vec<Check>,
    /// What would come of the log-in, if its password is right.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// Octets of the reply at the front of the caller's buffer. An Access-Accept gets a Class of ours
    /// beside what is in it, and the keys of MS-CHAP.
    pub reply_len: usize,
}

/// One check and what it found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Check {
    /// Whether a service of the NAS's tenant has this login.
    Login {
        /// The service.
        service: Option<Service>,
    },
    /// Whether the stored password can be opened. It is not compared with anything here.
    Password {
        /// How it is stored, or why it cannot be opened.
        stored: Result<StoredAs, Reason>,
    },
    /// Whether the dialect of the NAS is loaded.
    Dialect {
        /// Its name.
        name: Arc<str>,
        /// Whether it is.
        is_loaded: bool,
    },
    /// What the operator decided about the service.
    Standing(Standing),
    /// Whether the moment lies in the service's validity.
    Validity {
        /// From when until when.
        validity: Validity,
        /// On which side of it the moment lies, if not in it.
        outside: Option<Withheld>,
    },
    /// Whether it is an hour at which the plan may be used.
    Hours {
        /// The hours of the plan.
        hours: Hours,
        /// The zone of the clock they are read on.
        time_zone: TimeZone,
        /// When the next window begins, if it is none of them.
        opens_at: Option<Timestamp>,
    },
    /// What becomes of a service that may not be used now.
    WhenWithheld {
        /// What the plan says.
        policy: WhenWithheld,
        /// Whether the dialect can say it.
        is_possible: bool,
    },
}

/// How a password is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredAs {
    /// As it is, which serves every method.
    ClearText,
    /// As its NT hash, which serves PAP and MS-CHAP, not CHAP.
    NtHash,
    /// Not at all: the service logs in by its MAC address.
    Nothing,
}

impl Check {
    /// Whether the log-in goes on to the next check as if nothing were wrong.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        match self {
            Self::Login { service } => service.is_some(),
            Self::Password { stored } => stored.is_ok(),
            Self::Dialect { is_loaded, .. } => *is_loaded,
            Self::Standing(standing) => matches!(standing, Standing::Active),
            Self::Validity { outside, .. } => outside.is_none(),
            Self::Hours { opens_at, .. } => opens_at.is_none(),
            Self::WhenWithheld { is_possible, .. } => *is_possible,
        }
    }
}

impl Engine {
    /// Says what a log-in of this name at this NAS would come to at `now`, provided that its
    /// password is right, and why: the same rules as in [`access`](Self::access), one by one. What
    /// the NAS would be told is written into `reply`.
    ///
    /// # Errors
    /// When not even an Access-Reject fits into `reply`.
    pub fn explain(
        &self,
        directory: &dyn Directory,
        nas: &Nas,
        login: &[u8],
        now: Timestamp,
        reply: &mut [u8],
    ) -> Result<Explanation, WriteError> {
        let mut checks = Vec::new();
        let decided = self.check(directory, nas, login, now, &mut checks, reply);
        let (outcome, reason, reply_len) = match decided {
            Ok(decided) => decided,
            Err(reason) => (Outcome::Rejected, reason, rejection(nas, reason, reply)?),
        };
        Ok(Explanation { checks, outcome, reason, reply_len })
    }

    fn check(
        &self,
        directory: &dyn Directory,
        nas: &Nas,
        login: &[u8],
        now: Timestamp,
        checks: &mut Vec<Check>,
        reply: &mut [u8],
    ) -> Result<(Outcome, Reason, usize), Reason> {
        if login.is_empty() {
            return Err(Reason::NoUserName);
        }
        let service = identity::service(directory, nas.tenant, login);
        checks.push(Check::Login { service: service.clone() });
        let service = service.ok_or(Reason::UnknownLogin)?;

        let stored = directory.open_credential(&service).map(|credential| match credential {
            Credential::ClearText(_) => StoredAs::ClearText,
            Credential::NtHash(_) => StoredAs::NtHash,
            Credential::MacAddress => StoredAs::Nothing,
        });
        let stored = stored.map_err(|error| credential_reason(&error));
        checks.push(Check::Password { stored });
        stored?;

        let dialect = self.dialects().named(&nas.dialect);
        checks
            .push(Check::Dialect { name: Arc::clone(&nas.dialect), is_loaded: dialect.is_some() });
        let dialect = dialect.ok_or(Reason::UnknownDialect)?;

        let granted = policy::decide(&service.entitlement, now, dialect);
        checks.extend(of_entitlement(&service, now, granted.is_ok()));
        let grant = granted?;
        let mut accept = || {
            let mut writer = PacketWriter::new(reply, Code::ACCESS_ACCEPT, 0)?;
            dialect.write(&grant.intents, &mut writer)?;
            Ok(writer.finish_response(&NO_REQUEST, &nas.secret).len())
        };
        let len = accept().map_err(|_: WriteError| Reason::ReplyTooLong)?;
        Ok((grant.outcome, grant.reason, len))
    }
}

/// No request was made: its authenticator is made up.
const NO_REQUEST: [u8; 16] = [0; 16];

/// The checks of a service's rights.
fn of_entitlement(service: &Service, now: Timestamp, is_granted: bool) -> Vec<Check> {
    let entitlement = &service.entitlement;
    let mut checks = vec![Check::Standing(entitlement.standing)];
    let withheld = match entitlement.at(now) {
        Access::Granted { .. } => None,
        Access::Withheld(withheld) => Some(withheld),
    };
    let opens_at = match withheld {
        Some(Withheld::OutsideHours { opens_at }) => Some(opens_at),
        _ => None,
    };
    if entitlement.standing == Standing::Active {
        let validity = entitlement.validity;
        let outside = withheld.filter(|_| opens_at.is_none());
        checks.push(Check::Validity { validity, outside });
        if let (None, Some(hours)) = (outside, &entitlement.terms.hours) {
            let (hours, time_zone) = (hours.clone(), entitlement.time_zone.clone());
            checks.push(Check::Hours { hours, time_zone, opens_at });
        }
    }
    if withheld.is_some() {
        let policy = entitlement.terms.when_withheld.clone();
        let is_possible = is_granted || policy == WhenWithheld::Reject;
        checks.push(Check::WhenWithheld { policy, is_possible });
    }
    checks
}

fn rejection(nas: &Nas, reason: Reason, reply: &mut [u8]) -> Result<usize, WriteError> {
    let mut writer = PacketWriter::new(reply, Code::ACCESS_REJECT, 0)?;
    crate::engine::write_words(reason, &mut writer)?;
    Ok(writer.finish_response(&NO_REQUEST, &nas.secret).len())
}
