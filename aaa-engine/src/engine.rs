//! The engine: what is done with each request.

mod case;
mod refusal;
mod services;

use std::borrow::Cow;
use std::sync::Arc;

use entitlement::Timestamp;
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret};

use crate::activity::{self, Activity, ServiceActivity, Use};
use crate::attempt::{Attempt, Learned, Outcome};
use crate::auth::eap::{self, Circumstances, Turn};
use crate::auth::one_time::{Judge, Verdict};
use crate::auth::state::{STATE_LEN, StateSealer};
use crate::auth::{CodeStep, Presented, Proven};
use crate::chargeable::IdentitySealer;
use crate::class::{ClassSigner, ClassToken};
use crate::dialect::{Dialect, Dialects};
use crate::enforcement::Posture;
use crate::grant::{self, Grant};
use crate::identity::{self, AccessKind};
use crate::lend;
use crate::observation::{self, AccountingError, Observation};
use crate::pool::{Pool, PoolNotice};
use crate::ports::{CredentialError, Directory, Nas, Service};
use crate::reason::Reason;
use crate::reply::{self, Port, ReplyError};
use crate::reply_attributes::{Applying, AttributeName};
use crate::rules::{self, DeviceStanding, Place};
use crate::session::SessionId;
use crate::settings::EngineSettings;
use crate::text::printable_shared;
use case::{Answer, Case, Entropy};
pub(crate) use refusal::write_words;
pub(crate) use services::{PlanServices, session_services};

/// Decides requests and writes replies; holds no state between them. One serves every thread.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    dialects: Dialects,
    signer: ClassSigner,
    sealer: StateSealer,
    identities: IdentitySealer,
}

/// What decisions are based on beside the packet.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Who the services are.
    pub directory: &'a dyn Directory,
    /// What they are doing; every accounting packet of the installation is shown to it.
    pub activity: &'a Activity,
}

/// The answer to an Access-Request; its octets are at the front of the caller's buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and nearly all are decisions"
)]
pub enum AccessReply {
    /// An Access-Challenge: the log-in goes on with the next request, and nothing is to be
    /// remembered of this one.
    Challenge {
        /// The octets of the reply.
        reply_len: usize,
    },
    /// The end of a log-in.
    Decision(AccessDecision),
}

impl AccessReply {
    /// How many octets the reply has.
    #[must_use]
    pub const fn reply_len(&self) -> usize {
        match self {
            Self::Challenge { reply_len } => *reply_len,
            Self::Decision(decision) => decision.reply_len,
        }
    }
}

/// A decided Access-Request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDecision {
    /// The octets of the reply, at the front of the caller's buffer.
    pub reply_len: usize,
    /// What the authentication log is to remember.
    pub attempt: Attempt,
    /// The sessions in whose place this one was accepted, where the plan says so: their NASes
    /// should end them. They are several where the plan allows fewer than it did.
    pub replaced: Vec<SessionId>,
    /// Pools that have crossed their warning level by it.
    pub notices: Vec<PoolNotice>,
}

/// An acceptance with everything its reply needs.
struct Acceptance<'a> {
    service: &'a Service,
    dialect: &'a Dialect,
    proven: Proven,
    grant: Grant<'a>,
    services: Option<PlanServices>,
}

impl Acceptance<'_> {
    /// What the NAS is told of the session.
    fn told(&self, case: &Case<'_>) -> Posture {
        let Self { service, dialect, grant, services, .. } = self;
        let services =
            session_services(case.directory, dialect, service.tenant, grant, services.as_ref());
        let by_hand = Applying::of(service, case.nas);
        Posture::of(grant).but_by_hand(&by_hand, dialect, grant).saying(services.as_ref())
    }
}

/// What the credentials of a log-in have proved.
enum Proved<'e> {
    /// All that is asked of it; with the step of its one-time code where it has one.
    All(Proven, &'e Dialect, Option<CodeStep>),
    /// The password: the one-time code is still to be asked for, with this State.
    Password([u8; STATE_LEN]),
}

impl Engine {
    /// An engine with these settings, which speaks these dialects.
    #[must_use]
    pub fn new(settings: EngineSettings, dialects: Dialects) -> Self {
        let signer = ClassSigner::new(&settings.class_key);
        let sealer = StateSealer::new(&settings.class_key);
        let identities = IdentitySealer::new(&settings.class_key);
        Self { settings, dialects, signer, sealer, identities }
    }

    /// The dialects it speaks.
    #[must_use]
    pub fn dialects(&self) -> &Dialects {
        &self.dialects
    }

    /// Decides an Access-Request and writes the reply into `reply`, of which
    /// [`PACKET_LEN_MAX`](radius_proto::PACKET_LEN_MAX) octets are always enough.
    ///
    /// The caller has found `nas` by the source address and verified the Message-Authenticator as
    /// its policy asks. A log-in that is accepted takes its session's place in the activity.
    /// `entropy` is 32 random octets, used for this request only. Equal arguments give an equal
    /// reply.
    ///
    /// An Access-Accept that does not fit becomes an Access-Reject with
    /// [`Reason::ReplyTooLong`].
    ///
    /// # Errors
    /// When the packet is not an Access-Request, or not even an Access-Reject fits into `reply`
    /// with the request's Proxy-States.
    pub fn access(
        &self,
        known: Known<'_>,
        nas: &Nas,
        request: &Packet<'_>,
        now: Timestamp,
        entropy: [u8; 32],
        reply: &mut [u8],
    ) -> Result<AccessReply, ReplyError> {
        reply::require(request, Code::ACCESS_REQUEST)?;
        let login = observation::login(request);
        let station = request.first(AttributeType::CALLING_STATION_ID).unwrap_or_default();
        let entropy = Entropy::of(entropy);
        let presented = match self.turn(nas, request, login, now, entropy) {
            None => Presented::of(request),
            Some(Turn::Judge(presented)) => presented,
            Some(Turn::Ask(question)) => {
                let identifier = request.identifier();
                let mut writer = PacketWriter::new(reply, Code::ACCESS_CHALLENGE, identifier)?;
                question.write(&mut writer)?;
                let reply_len = reply::finish(writer, request, &nas.secret)?;
                return Ok(AccessReply::Challenge { reply_len });
            }
        };
        let Known { directory, activity } = known;
        let station = printable_shared(station, None);
        let kind = AccessKind::of(request);
        let found = identity::find(directory, nas, request, kind, login);
        let case = Case {
            directory,
            activity,
            nas,
            request,
            login,
            origin: activity::origin(request, &station),
            station,
            presented,
            kind,
            is_proven: found.as_ref().is_some_and(|found| found.by.is_proof()),
            lead: found.as_ref().and_then(|found| activity.lead_meter(&found.service.entitlement)),
            service: found.map(|found| found.service),
            now,
            entropy,
        };
        self.decide(&case, reply)
    }

    /// Understands an Accounting-Request. A [`SessionTable`](crate::session::SessionTable) then
    /// says which session it belongs to.
    ///
    /// The caller has found `nas` by the source address and verified the Request Authenticator.
    ///
    /// # Errors
    /// When it lacks what RFC 2866 requires, or reports what is not kept here; see
    /// [`AccountingError`].
    pub fn accounting(
        &self,
        directory: &dyn Directory,
        nas: &Nas,
        request: &Packet<'_>,
        now: Timestamp,
    ) -> Result<Observation, AccountingError> {
        let ours = observation::Tokens { signer: &self.signer, identities: &self.identities };
        observation::observe(&ours, directory, nas, request, now)
    }

    /// Writes the Accounting-Response to a request that has been recorded, and gives its length.
    ///
    /// # Errors
    /// When the packet is not an Accounting-Request, or the reply does not fit.
    pub fn accounting_response(
        &self,
        request: &Packet<'_>,
        secret: &Secret,
        reply: &mut [u8],
    ) -> Result<usize, ReplyError> {
        reply::accounting_response(request, secret, reply)
    }

    /// Answers a Status-Server (RFC 5997 section 4) and gives the length of the reply:
    /// Access-Accept on the authentication port, Accounting-Response on the accounting port.
    ///
    /// The caller has verified its Message-Authenticator.
    ///
    /// # Errors
    /// When the packet is not a Status-Server, or the reply does not fit.
    pub fn status(
        &self,
        request: &Packet<'_>,
        secret: &Secret,
        port: Port,
        reply: &mut [u8],
    ) -> Result<usize, ReplyError> {
        reply::status(request, secret, port, reply)
    }

    /// After how long without a packet a session is over that should report so often, seconds.
    #[must_use]
    pub fn silence_max_s(&self, interim_interval_s: Option<u32>) -> i64 {
        self.settings.silence_max_s(interim_interval_s)
    }

    pub(crate) const fn settings(&self) -> &EngineSettings {
        &self.settings
    }

    /// What the request's EAP packet asks for, if it carries one.
    fn turn<'p>(
        &self,
        nas: &Nas,
        request: &Packet<'p>,
        login: &[u8],
        now: Timestamp,
        entropy: Entropy,
    ) -> Option<Turn<'p>> {
        let Entropy { challenge, class_nonce: [first_identifier, ..] } = entropy;
        let circumstances = Circumstances {
            sealer: &self.sealer,
            methods: self.settings.methods,
            nas: nas.id,
            login,
            now,
            challenge,
            first_identifier,
        };
        Turn::of(request, &circumstances)
    }

    fn decide(&self, case: &Case<'_>, reply: &mut [u8]) -> Result<AccessReply, ReplyError> {
        let Some(service) = &case.service else {
            return Ok(case.decision(case.reject(case.unknown(), reply)?));
        };
        // A wrong password costs no other log-in of the service its time: the proof is judged
        // outside the lock, and what is counted within it.
        let locked_out = case.activity.with(service.id, |activity| {
            let candidate = case.candidate(&self.settings, service, activity);
            // Nobody guesses a line: passwords that others tried do not lock it.
            let rules = if case.is_proven { &[] } else { rules::BEFORE_PROOF };
            rules.iter().try_for_each(|rule| rule.judge(&candidate))
        });
        if let Err(refusal) = locked_out {
            return Ok(case.decision(case.reject(refusal.reason, reply)?));
        }
        let (proven, dialect, step) = match self.prove(case, service) {
            Ok(Proved::All(proven, dialect, step)) => (proven, dialect, step),
            Ok(Proved::Password(state)) => {
                let reply_len = case.ask_for_code(&state, reply)?;
                return Ok(AccessReply::Challenge { reply_len });
            }
            Err(reason) => {
                self.count_failure(case, service, reason);
                return Ok(case.decision(case.reject(reason, reply)?));
            }
        };
        let known = Known { directory: case.directory, activity: case.activity };
        let pools = lend::pools_of(known, service);
        let answer = case.activity.with(service.id, |activity| {
            // Of two requests with one code, the second finds it used.
            if let Some(step) = step
                && !activity.use_code(step)
            {
                return case.reject(Reason::CodeUsed, reply);
            }
            let proof = (proven, dialect);
            let mut answer = self.admit(case, service, &pools, activity, proof, reply)?;
            answer.learned.code_step = step;
            Ok(answer)
        })?;
        Ok(case.decision(answer))
    }

    /// Is the log-in by who it says?
    fn prove(&self, case: &Case<'_>, service: &Service) -> Result<Proved<'_>, Reason> {
        let proof = case.presented.proof.as_ref().map_err(|reason| *reason)?;
        let dialect = || self.dialects.named(&case.nas.dialect).ok_or(Reason::UnknownDialect);
        if case.is_proven && !proof.is_mutual() {
            return Ok(Proved::All(Proven::Plain, dialect()?, None));
        }
        let credential = case.directory.open_credential(service);
        let credential = credential.map_err(|error| credential_reason(&error))?;
        if !self.settings.methods.accept(case.presented.method) {
            return Err(Reason::MethodOff);
        }
        // A line is asked for no code, as it is asked for no password.
        if let Some(codes) = service.one_time_codes.as_ref().filter(|_| !case.is_proven) {
            let secret = case.directory.open_code_secret(service, codes);
            let secret = secret.map_err(|error| credential_reason(&error))?;
            let judge = Judge {
                sealer: &self.sealer,
                nas: case.nas.id,
                service: service.id,
                credential: &credential,
                secret: &secret,
                last: case.last_code(service, codes),
                state: case.request.first(AttributeType::STATE),
                now: case.now,
            };
            return match judge.judge(&case.presented, &case.conversation())? {
                Verdict::Ask => Ok(Proved::Password(judge.seal(case.login))),
                Verdict::Right(step) => Ok(Proved::All(Proven::Plain, dialect()?, Some(step))),
            };
        }
        let proven = proof.verify(&credential, &case.conversation())?;
        Ok(Proved::All(proven, dialect()?, None))
    }

    /// Who tries codes has the password, so that no stranger can lock the login with them: they are
    /// counted for themselves, whatever the operator has set for passwords (RFC 4226 section 7.3).
    fn count_failure(&self, case: &Case<'_>, service: &Service, reason: Reason) {
        let is_code = reason == Reason::WrongCode;
        let counts = is_code || reason == Reason::WrongPassword;
        let lock_out = self.settings.lock_out.filter(|_| counts);
        if lock_out.is_none() && !is_code {
            return;
        }
        case.activity.with(service.id, |activity| {
            if let Some(lock_out) = lock_out {
                activity.fail(case.now, lock_out);
            }
            if is_code {
                activity.fail_code(case.now);
            }
        });
    }

    /// Asks the rules and writes the answer; an acceptance changes the service's activity.
    fn admit(
        &self,
        case: &Case<'_>,
        service: &Service,
        pools: &[Arc<Pool>],
        activity: &mut ServiceActivity,
        (proven, dialect): (Proven, &Dialect),
        reply: &mut [u8],
    ) -> Result<Answer, ReplyError> {
        activity.succeed();
        let stored = service;
        let service = &match service.entitlement.first_use {
            None => Cow::Borrowed(service),
            Some(_) => Cow::Owned(with_first_use(service, activity)),
        };
        let candidate = case.candidate(&self.settings, service, activity);
        let mut grant = match grant::decide(&candidate, dialect) {
            Ok(grant) => grant,
            Err(reason) => return case.reject(reason, reply),
        };
        let of = (service.tenant, &*service.entitlement.terms);
        let planned = PlanServices::of(case.directory, dialect, of, &mut grant);
        let services = match planned {
            Ok(services) => services,
            Err(reason) => return case.reject(reason, reply),
        };
        let Ok(loan) = lend::lend(&candidate, case.directory, pools, &grant.intents, false) else {
            return case.reject(Reason::PoolExhausted, reply);
        };
        loan.apply(&mut grant.intents);
        let (device, place) = (DeviceStanding::of(&candidate), rules::place(&candidate));
        let (replaced, counting) = match place {
            Place::InsteadOf(count) => {
                let uses: Vec<_> = candidate.other_uses().cloned().collect();
                let (oldest, others) = uses.split_at(count.min(uses.len()));
                (oldest.iter().filter_map(Use::session).collect(), others.to_vec())
            }
            Place::Free | Place::None => (Vec::new(), Vec::new()),
        };
        let acceptance = Acceptance { service, dialect, proven, grant, services };
        let reply_len = match self.write_accept(case, &acceptance, reply) {
            Ok(reply_len) => reply_len,
            Err(reason) => {
                loan.give_back(service.id, case.now);
                return case.reject(reason, reply);
            }
        };
        let told = acceptance.told(case);
        let Grant { outcome, reason, .. } = acceptance.grant;
        let mut answer = Answer {
            reply_len,
            outcome,
            reason,
            learned: Learned::default(),
            replaced: Vec::new(),
            notices: loan.notices(),
        };
        if outcome == Outcome::Accepted {
            if matches!(place, Place::InsteadOf(_)) {
                answer.replaced = replaced;
                activity.replace_uses(counting);
            }
            answer.learned = case.enter(stored, device, activity);
        }
        case.reserve(stored, outcome, told, activity);
        answer.learned.leases = loan.to_be_recorded();
        case.keep(loan, outcome, activity);
        Ok(answer)
    }

    fn write_accept(
        &self,
        case: &Case<'_>,
        acceptance: &Acceptance<'_>,
        reply: &mut [u8],
    ) -> Result<usize, Reason> {
        let Acceptance { service, dialect, proven, grant, services } = acceptance;
        let identifier = case.request.identifier();
        let mut writer = PacketWriter::new(reply, Code::ACCESS_ACCEPT, identifier)?;
        let is_eap = case.write_eap_end(eap::SUCCESS, &mut writer)?;
        let services = services.as_ref();
        write_terms(case.nas, service, dialect, grant, services, is_eap, &mut writer)?;
        let salt = case.entropy.salt();
        proven.write_success(self.settings.mppe, salt, &case.conversation(), &mut writer)?;
        let token = ClassToken {
            tenant: service.tenant,
            service: service.id,
            nonce: case.entropy.nonce(grant.outcome),
        };
        writer.attribute(AttributeType::CLASS, &self.signer.seal(&token))?;
        // One without a value asks for it (RFC 4372 section 2.1).
        if case.request.first(AttributeType::CHARGEABLE_USER_IDENTITY).is_some() {
            let identity = self.identities.seal(service.tenant, service.id);
            writer.attribute(AttributeType::CHARGEABLE_USER_IDENTITY, &identity)?;
        }
        Ok(reply::finish(writer, case.request, &case.nas.secret)?)
    }
}

/// Writes what the session gets: in the dialect of the NAS, and what was set by hand.
///
/// In quarantine only what is set for the NAS is written besides, and in place of nothing: no
/// attribute of a plan or service must lead out of it. No Reply-Message goes beside an EAP-Message
/// (RFC 3579 section 2.6.5).
pub(crate) fn write_terms(
    nas: &Nas,
    service: &Service,
    dialect: &Dialect,
    grant: &Grant<'_>,
    services: Option<&PlanServices>,
    is_eap: bool,
    writer: &mut PacketWriter<'_>,
) -> Result<(), Reason> {
    let of_nas = nas.reply_attributes.as_ref();
    let is_barred = |name| is_eap && name == AttributeName::Standard(AttributeType::REPLY_MESSAGE);
    if grant.outcome == Outcome::Accepted {
        let applying = Applying::of(service, nas);
        let write = |writer: &mut PacketWriter<'_>| {
            let is_left_out = |name| is_barred(name) || applying.replace(name);
            dialect.write(&grant.intents, is_left_out, writer)?;
            applying.write(is_barred, writer)
        };
        write(writer)?;
        return services.map_or(Ok(()), |services| services.write(write, writer));
    }
    dialect.write(&grant.intents, is_barred, writer)?;
    let applying = Applying([None, None, of_nas]);
    let is_left_out = |name| is_barred(name) || dialect.names(&grant.intents, name);
    Ok(applying.write(is_left_out, writer)?)
}

/// The service, with its first use if the directory does not know of it yet.
pub(crate) fn with_first_use(service: &Service, activity: &ServiceActivity) -> Service {
    let mut service = service.clone();
    if let Some(first_use) = &mut service.entitlement.first_use {
        first_use.at = match (first_use.at, activity.first_used_at()) {
            (Some(stored), Some(known)) => Some(stored.min(known)),
            (stored, known) => stored.or(known),
        };
    }
    service
}

pub(crate) const fn credential_reason(error: &CredentialError) -> Reason {
    match error {
        CredentialError::UnknownKey { .. } => Reason::CredentialKeyMissing,
        CredentialError::Damaged => Reason::CredentialDamaged,
    }
}

/// Why a NAS's log-in of this kind and login finds no service.
pub(crate) fn unknown(nas: &Nas, kind: Option<AccessKind>, login: &[u8]) -> Reason {
    if nas.identify.order(kind).iter().any(|by| by.is_proof()) {
        Reason::UnknownLine
    } else if login.is_empty() {
        Reason::NoUserName
    } else {
        Reason::UnknownLogin
    }
}
