//! Why a log-in comes out as it does, for who asks before or after it happened.

use core::num::NonZeroU64;
use std::sync::Arc;

use entitlement::{
    Amount, FirstUse, Hours, OnlineTime, QuotaStatus, SessionLimit, Speed, Standing, Throttle,
    Tier, TierAction, TimeZone, Timestamp, Validity, WhenWithheld, Window, Withheld,
};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, WriteError};

use crate::activity::{self, LeaseOrigin};
use crate::attempt::Outcome;
use crate::auth::{CodeDigits, CodeHash, Credential, Method, Methods};
use crate::class::CLASS_TOKEN_LEN;
use crate::engine::{self, Engine, Known, PlanServices, credential_reason};
use crate::grant;
use crate::identity::{self, AccessKind, IdentifyBy, MacAddress};
use crate::intent::Intents;
use crate::lend;
use crate::observation;
use crate::pool::{Pool, PoolAddress};
use crate::ports::{Directory, Nas, Service};
use crate::reason::Reason;
use crate::rules::{self, Candidate, DeviceStanding};
use crate::text::printable_shared;

/// A log-in that nobody has made yet.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The NAS it would come from.
    pub nas: &'a Nas,
    /// The Access-Request that it would send: who logs in, from where, to what. A password in it is
    /// not looked at. Without a Calling-Station-Id, a service that logs in by its MAC address is
    /// taken to be at its own device.
    pub request: &'a Packet<'a>,
    /// When.
    pub at: Timestamp,
}

/// What [`Engine::explain`] found: the checks in the order in which a log-in meets them, up to the
/// one that decides, and what the NAS would be told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Explanation {
    /// The checks that were made.
    pub checks: Vec<Check>,
    /// What would come of the log-in, if its password is right.
    pub outcome: Outcome,
    /// Whether there is a password that has to be right.
    pub assumes_password: bool,
    /// Whether there is a one-time code that has to be right too.
    pub assumes_code: bool,
    /// Why.
    pub reason: Reason,
    /// Octets of the reply at the front of the caller's buffer. The Class of an Access-Accept is
    /// none of ours yet, and the keys of MS-CHAP are missing.
    pub reply_len: usize,
}

/// One check and what it found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Check {
    /// Whether a service of the NAS's tenant is found by what the NAS identifies by.
    Login {
        /// The service.
        service: Option<Service>,
        /// What it was found by; a line or an address is the proof, too.
        by: Option<IdentifyBy>,
        /// Why there is none.
        reason: Reason,
    },
    /// Whether a log-in by MAC address is for a connection, not for the router itself.
    ForDevices,
    /// Whether the stored password can be opened. It is not compared with anything here.
    Password {
        /// How it is stored, or why it cannot be opened.
        stored: Result<StoredAs, Reason>,
        /// The methods that are switched on and that it serves.
        methods: Vec<Method>,
    },
    /// Whether the one-time code can be judged that is asked for behind the password. It is compared
    /// with nothing here.
    OneTimeCode {
        /// What it is, or why its secret cannot be opened.
        secret: Result<(CodeHash, CodeDigits), Reason>,
        /// Whether PAP is switched on, which alone brings codes.
        is_possible: bool,
    },
    /// Whether the login is locked after wrong passwords.
    LockOut {
        /// Until when, if it is.
        until: Option<Timestamp>,
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
        /// The time that runs from the first use, if there is one.
        first_use: Option<FirstUse>,
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
    /// How far the wallet covers a service that is paid as it goes.
    Wallet {
        /// How many octets that are to be paid it has used since it is paid so.
        used_octets: u64,
        /// How many more are covered; 0: fewer than a slice.
        left_octets: u64,
        /// Whether the next one would have to be paid, and cannot be.
        is_used_up: bool,
    },
    /// Whose data it shares.
    Share {
        /// The login of the lead.
        lead: Arc<str>,
        /// How many octets it may use of it in the window that is shared; `None`: all there are.
        limit_octets: Option<NonZeroU64>,
        /// How many it has used, of those that count; `None`: nothing is counted, and the limit stops
        /// nothing.
        used_octets: Option<u64>,
        /// When that begins anew, if it does so by itself.
        resets_at: Option<Timestamp>,
        /// Whether the lead may not be used itself.
        is_withheld: bool,
    },
    /// How a quota of the plan stands.
    Quota {
        /// Its name.
        name: Arc<str>,
        /// What it counts in.
        window: Window,
        /// How much there is.
        allowance: Amount,
        /// What is charged to it in this window.
        charged: Amount,
        /// The tier in force that weighs most.
        tier: Option<Tier>,
        /// When it begins anew, if it does so by itself.
        resets_at: Option<Timestamp>,
    },
    /// How much time online is left until a quota stops the service, of all of its sessions together.
    OnlineLeft(OnlineTime),
    /// The operator's throttle is in force.
    Throttled(Throttle),
    /// Something is overdue, and while there is grace no more than this is left of the speed.
    InGrace(Speed),
    /// Whether the device is one from which the service may be used.
    Device {
        /// Its address, if the request says one.
        address: Option<MacAddress>,
        /// How it stands with the service.
        device: DeviceStanding,
    },
    /// Whether there is room for one more session.
    Sessions {
        /// The limit of the plan.
        limit: SessionLimit,
        /// The sessions that there are beside this one.
        others: usize,
    },
    /// Which address it would get from a pool that is managed here.
    Address {
        /// The pool.
        pool: Arc<str>,
        /// The address and why it is the one; nothing where none is left.
        address: Option<(PoolAddress, LeaseOrigin)>,
    },
    /// What becomes of a log-in that a rule has refused.
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
    /// As its NT hash, which serves PAP and MS-CHAP, not CHAP or EAP-MD5.
    NtHash,
    /// Not at all: the service logs in by its MAC address.
    Nothing,
}

impl StoredAs {
    const fn of(credential: &Credential) -> Self {
        match credential {
            Credential::ClearText(_) => Self::ClearText,
            Credential::NtHash(_) => Self::NtHash,
            Credential::MacAddress => Self::Nothing,
        }
    }

    /// The methods that it serves and that are switched on.
    fn methods(self, enabled: Methods) -> Vec<Method> {
        let serves = |method: &Method| match self {
            Self::ClearText => *method != Method::Absent,
            Self::NtHash => !matches!(method, Method::Absent | Method::Chap | Method::EapMd5),
            Self::Nothing => matches!(method, Method::Absent | Method::Pap | Method::Chap),
        };
        Method::ALL.into_iter().filter(serves).filter(|method| enabled.accept(*method)).collect()
    }
}

impl Check {
    pub(crate) fn of_quota(status: &QuotaStatus<'_>) -> Self {
        Self::Quota {
            name: Arc::clone(&status.quota.name),
            window: status.quota.window,
            allowance: status.quota.amount(),
            charged: status.charged,
            tier: status.tier(),
            // What allows nothing by itself begins anew with nothing.
            resets_at: status.resets_at.filter(|_| !status.quota.amount().is_nothing()),
        }
    }

    /// Whether the log-in goes on to the next check as if nothing were wrong.
    #[must_use]
    pub const fn is_passed(&self) -> bool {
        match self {
            Self::Login { service, .. } => service.is_some(),
            Self::ForDevices => false,
            Self::Password { stored, methods } => stored.is_ok() && !methods.is_empty(),
            Self::OneTimeCode { secret, is_possible } => secret.is_ok() && *is_possible,
            Self::LockOut { until } => until.is_none(),
            Self::Dialect { is_loaded, .. } => *is_loaded,
            Self::Standing(standing) => matches!(standing, Standing::Active),
            Self::Validity { outside, .. } => outside.is_none(),
            Self::Hours { opens_at, .. } => opens_at.is_none(),
            Self::Quota { tier, .. } => {
                !matches!(tier, Some(Tier { action: TierAction::Quarantine, .. }))
            }
            Self::Share { limit_octets, used_octets, is_withheld, .. } => {
                let is_used_up = match (limit_octets, used_octets) {
                    (Some(limit), Some(used)) => *used >= limit.get(),
                    _ => false,
                };
                !*is_withheld && !is_used_up
            }
            Self::OnlineLeft(left) => left.0 > 0,
            Self::Wallet { is_used_up, .. } => !*is_used_up,
            Self::Throttled(_) | Self::InGrace(_) => true,
            Self::Device { device, .. } => {
                matches!(device, DeviceStanding::Any | DeviceStanding::Listed | DeviceStanding::New)
            }
            Self::Sessions { limit, others } => {
                *others < limit.max.get() as usize
                    || matches!(limit.when_full, entitlement::WhenFull::ReplaceOldest)
            }
            Self::Address { address, .. } => address.is_some(),
            Self::WhenWithheld { is_possible, .. } => *is_possible,
        }
    }
}

impl Engine {
    /// Says what a log-in would come to, provided that its password is right, and why: the same
    /// rules as in [`access`](Self::access), one by one, with nothing changed by it. What the NAS
    /// would be told is written into `reply`.
    ///
    /// # Errors
    /// When not even an Access-Reject fits into `reply`.
    pub fn explain(
        &self,
        known: Known<'_>,
        question: &Question<'_>,
        reply: &mut [u8],
    ) -> Result<Explanation, WriteError> {
        let mut checks = Vec::new();
        let decided = self.check(known, question, &mut checks, reply);
        let (outcome, reason, reply_len) = match decided {
            Ok(decided) => decided,
            Err(reason) => (Outcome::Rejected, reason, rejection(question.nas, reason, reply)?),
        };
        let has_password = |check: &Check| matches!(check, Check::Password { stored: Ok(stored), .. } if *stored != StoredAs::Nothing);
        let assumes_password = outcome != Outcome::Rejected && checks.iter().any(has_password);
        let is_code = |check: &Check| matches!(check, Check::OneTimeCode { .. });
        let assumes_code = outcome != Outcome::Rejected && checks.iter().any(is_code);
        Ok(Explanation { checks, outcome, assumes_password, assumes_code, reason, reply_len })
    }

    fn check(
        &self,
        known: Known<'_>,
        question: &Question<'_>,
        checks: &mut Vec<Check>,
        reply: &mut [u8],
    ) -> Result<(Outcome, Reason, usize), Reason> {
        let Question { nas, request, at: now } = *question;
        let Known { directory, activity: activities } = known;
        let (login, kind) = (observation::login(request), AccessKind::of(request));
        let found = identity::find(directory, nas, request, kind, login);
        let by = found.as_ref().map(|found| found.by);
        let service = found.map(|found| found.service);
        let reason = engine::unknown(nas, kind, login);
        checks.push(Check::Login { service: service.clone(), by, reason });
        let service = service.ok_or(reason)?;
        let is_proven = by.is_some_and(IdentifyBy::is_proof);
        let pools = lend::pools_of(known, &service);
        let activity = activities.of(service.id);
        let lead = activities.lead_meter(&service.entitlement);
        let service = engine::with_first_use(&service, &activity);

        let stored = directory.open_credential(&service);
        let stored = stored.map(|credential| StoredAs::of(&credential));
        let at_own_device = (stored == Ok(StoredAs::Nothing)).then_some(login);
        let station = request.first(AttributeType::CALLING_STATION_ID).or(at_own_device);
        let station_text = printable_shared(station.unwrap_or_default(), None);
        let origin = activity::origin(request, &station_text);
        let candidate = Candidate {
            settings: self.settings(),
            nas,
            service: &service,
            activity: &activity,
            lead: lead.as_deref(),
            activities,
            station,
            station_text: &station_text,
            origin: &origin,
            wants_the_nas: kind == Some(AccessKind::Login),
            now,
        };
        // A line is asked for nothing, and not locked by what others have guessed.
        if !is_proven {
            for rule in rules::BEFORE_PROOF {
                checks.extend(rule.checks(&candidate));
                rule.judge(&candidate).map_err(|refusal| refusal.reason)?;
            }
            let stored = stored.map_err(|error| credential_reason(&error));
            self.check_credentials(directory, &candidate, login, stored, checks)?;
        }

        let dialect = self.dialects().named(&nas.dialect);
        checks
            .push(Check::Dialect { name: Arc::clone(&nas.dialect), is_loaded: dialect.is_some() });
        let dialect = dialect.ok_or(Reason::UnknownDialect)?;

        let granted = grant::decide(&candidate, dialect);
        checks.extend(of_rules(&candidate, granted.is_ok()));
        let mut grant = granted?;
        let of = (service.tenant, &*service.entitlement.terms);
        let services = PlanServices::of(directory, dialect, of, &mut grant)?;
        of_pools(&candidate, directory, &pools, &mut grant.intents, checks)?;
        let mut accept = || -> Result<usize, Reason> {
            let mut writer = PacketWriter::new(reply, Code::ACCESS_ACCEPT, 0)?;
            let services = services.as_ref();
            engine::write_terms(nas, &service, dialect, &grant, services, false, &mut writer)?;
            writer.attribute(AttributeType::CLASS, &[0; CLASS_TOKEN_LEN])?;
            Ok(writer.finish_response(&NO_REQUEST, &nas.secret).len())
        };
        let len = accept()?;
        Ok((grant.outcome, grant.reason, len))
    }

    /// What a log-in has to prove that no line proves.
    fn check_credentials(
        &self,
        directory: &dyn Directory,
        candidate: &Candidate<'_>,
        login: &[u8],
        stored: Result<StoredAs, Reason>,
        checks: &mut Vec<Check>,
    ) -> Result<(), Reason> {
        let service = candidate.service;
        let methods =
            stored.map(|stored| stored.methods(self.settings().methods)).unwrap_or_default();
        let any_method = !methods.is_empty();
        checks.push(Check::Password { stored, methods });
        stored?;
        if !any_method {
            return Err(Reason::MethodOff);
        }

        if let Some(codes) = &service.one_time_codes {
            let secret = directory.open_code_secret(service, codes);
            let secret = secret.map(|secret| (secret.hash, secret.digits));
            let secret = secret.map_err(|error| credential_reason(&error));
            let is_possible = self.settings().methods.accept(Method::Pap);
            checks.push(Check::OneTimeCode { secret, is_possible });
            secret?;
            if !is_possible {
                return Err(Reason::CodeMissing);
            }
        }

        if stored == Ok(StoredAs::Nothing) {
            if candidate.wants_the_nas {
                checks.push(Check::ForDevices);
                return Err(Reason::NotForDevices);
            }
            let address = candidate.station.and_then(MacAddress::of_station);
            if address != MacAddress::parse(login) {
                checks.push(Check::Device { address, device: DeviceStanding::Unknown });
                return Err(Reason::OtherStation);
            }
        }
        Ok(())
    }
}

/// No request was made: its authenticator is made up.
const NO_REQUEST: [u8; 16] = [0; 16];

/// What the rules found, up to the one that refuses, and what the plan has for whom it refuses.
fn of_rules(candidate: &Candidate<'_>, is_granted: bool) -> Vec<Check> {
    let mut checks = Vec::new();
    for rule in rules::AFTER_PROOF {
        checks.extend(rule.checks(candidate));
        let Err(refusal) = rule.judge(candidate) else { continue };
        if let Some(cause) = refusal.cause {
            let policy = candidate.service.entitlement.terms.when_withheld_for(cause).clone();
            let is_possible = is_granted || policy == WhenWithheld::Reject;
            checks.push(Check::WhenWithheld { policy, is_possible });
        }
        break;
    }
    checks
}

/// Which addresses would be given, and that in the place of the pools' names.
fn of_pools(
    candidate: &Candidate<'_>,
    directory: &dyn Directory,
    pools: &[Arc<Pool>],
    intents: &mut Intents<'_>,
    checks: &mut Vec<Check>,
) -> Result<(), Reason> {
    match lend::lend(candidate, directory, pools, intents, true) {
        Ok(loan) => {
            checks.extend(loan.explained().map(|(pool, address, origin)| Check::Address {
                pool: Arc::clone(&pool.name),
                address: Some((address, origin)),
            }));
            loan.apply(intents);
            Ok(())
        }
        Err(lend::Exhausted { pool }) => {
            checks.push(Check::Address { pool: Arc::clone(&pool.name), address: None });
            Err(Reason::PoolExhausted)
        }
    }
}

fn rejection(nas: &Nas, reason: Reason, reply: &mut [u8]) -> Result<usize, WriteError> {
    let mut writer = PacketWriter::new(reply, Code::ACCESS_REJECT, 0)?;
    engine::write_words(reason, &mut writer)?;
    Ok(writer.finish_response(&NO_REQUEST, &nas.secret).len())
}
