//! The engine: what is done with each request.

use entitlement::Timestamp;
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, WriteError};

use crate::attempt::{Attempt, Outcome};
use crate::auth::{Conversation, Presented, Proven};
use crate::class::{ClassSigner, ClassToken};
use crate::dialect::{Dialect, Dialects};
use crate::identity;
use crate::observation::{self, AccountingError, Observation};
use crate::policy::{self, Grant};
use crate::ports::{CredentialError, Directory, Nas, Service};
use crate::reason::Reason;
use crate::reply::{self, Port, ReplyError};
use crate::settings::EngineSettings;
use crate::text::printable_shared;

/// What a subscriber reads when the credentials are right but the service may not be used. The
/// other rejections say nothing, so that nobody learns which logins exist.
const WITHHELD_MESSAGE: &str = "The service is not active. Please contact your provider.";

/// What a subscriber reads at an hour at which the plan may not be used.
const OUTSIDE_HOURS_MESSAGE: &str = "The service may not be used at this hour.";

/// MS-CHAP-Error: authentication failed (RFC 2759 section 6).
const ERROR_AUTHENTICATION_FAILURE: u16 = 691;

/// MS-CHAP-Error: the account may not be used now (RFC 2759 section 6).
const ERROR_ACCT_DISABLED: u16 = 647;

/// Decides requests and writes replies; holds no state between them. One serves every thread.
#[derive(Debug)]
pub struct Engine {
    settings: EngineSettings,
    dialects: Dialects,
    signer: ClassSigner,
}

/// A decided Access-Request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessDecision {
    /// The octets of the reply, at the front of the caller's buffer.
    pub reply_len: usize,
    /// What the authentication log is to remember.
    pub attempt: Attempt,
}

/// One Access-Request with all that belongs to it.
struct Case<'a> {
    directory: &'a dyn Directory,
    nas: &'a Nas,
    request: &'a Packet<'a>,
    login: &'a [u8],
    presented: Presented<'a>,
    service: Option<Service>,
    now: Timestamp,
    entropy: Entropy,
}

/// The caller's random octets, each used for one thing.
#[derive(Clone, Copy)]
struct Entropy {
    class_nonce: [u8; 16],
    /// The new challenge of an MS-CHAP-Error; its first octets are the salt of MPPE keys, in the
    /// Access-Accept that is written instead.
    challenge: [u8; 16],
}

/// An acceptance with everything its reply needs.
struct Acceptance<'a> {
    service: &'a Service,
    dialect: &'a Dialect,
    proven: Proven,
    grant: Grant<'a>,
}

impl Engine {
    /// An engine with these settings, which speaks these dialects.
    #[must_use]
    pub fn new(settings: EngineSettings, dialects: Dialects) -> Self {
        let signer = ClassSigner::new(&settings.class_key);
        Self { settings, dialects, signer }
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
    /// its policy asks. `entropy` is 32 random octets, used for this request only. Equal
    /// arguments give an equal reply.
    ///
    /// An Access-Accept that does not fit becomes an Access-Reject with
    /// [`Reason::ReplyTooLong`].
    ///
    /// # Errors
    /// When the packet is not an Access-Request, or not even an Access-Reject fits into `reply`
    /// with the request's Proxy-States.
    pub fn access(
        &self,
        directory: &dyn Directory,
        nas: &Nas,
        request: &Packet<'_>,
        now: Timestamp,
        entropy: [u8; 32],
        reply: &mut [u8],
    ) -> Result<AccessDecision, ReplyError> {
        reply::require(request, Code::ACCESS_REQUEST)?;
        let login = observation::login(request);
        let service = identity::service(directory, nas.tenant, login);
        let presented = Presented::of(request);
        let entropy = Entropy::of(entropy);
        let case = Case { directory, nas, request, login, presented, service, now, entropy };
        let (reply_len, outcome, reason) = self.answer(&case, reply)?;
        Ok(AccessDecision { reply_len, attempt: case.attempt(outcome, reason) })
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
        observation::observe(&self.signer, directory, nas, request, now)
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

    fn answer(
        &self,
        case: &Case<'_>,
        reply: &mut [u8],
    ) -> Result<(usize, Outcome, Reason), ReplyError> {
        let reason = match self.judge(case) {
            Ok(acceptance) => match self.write_accept(case, &acceptance, reply) {
                Ok(len) => return Ok((len, acceptance.grant.outcome, acceptance.grant.reason)),
                Err(_) => Reason::ReplyTooLong,
            },
            Err(reason) => reason,
        };
        let len = write_reject(case, reason, reply)?;
        Ok((len, Outcome::Rejected, reason))
    }

    fn judge<'c>(&'c self, case: &'c Case<'_>) -> Result<Acceptance<'c>, Reason> {
        if case.login.is_empty() {
            return Err(Reason::NoUserName);
        }
        let proof = case.presented.proof.as_ref().map_err(|reason| *reason)?;
        if !self.settings.methods.accept(case.presented.method) {
            return Err(Reason::MethodOff);
        }
        let service = case.service.as_ref().ok_or(Reason::UnknownLogin)?;
        let credential = case.directory.open_credential(service);
        let credential = credential.map_err(|error| credential_reason(&error))?;
        let proven = proof.verify(&credential, &case.conversation())?;
        let dialect = self.dialects.named(&case.nas.dialect).ok_or(Reason::UnknownDialect)?;
        let grant = policy::decide(&service.entitlement, case.now, dialect)?;
        Ok(Acceptance { service, dialect, proven, grant })
    }

    fn write_accept(
        &self,
        case: &Case<'_>,
        acceptance: &Acceptance<'_>,
        reply: &mut [u8],
    ) -> Result<usize, WriteError> {
        let Acceptance { service, dialect, proven, grant } = acceptance;
        let identifier = case.request.identifier();
        let mut writer = PacketWriter::new(reply, Code::ACCESS_ACCEPT, identifier)?;
        dialect.write(&grant.intents, &mut writer)?;
        let salt = case.entropy.salt();
        proven.write_success(self.settings.mppe, salt, &case.conversation(), &mut writer)?;
        let token = ClassToken {
            tenant: service.tenant,
            service: service.id,
            nonce: case.entropy.class_nonce,
        };
        writer.attribute(AttributeType::CLASS, &self.signer.seal(&token))?;
        reply::finish(writer, case.request, &case.nas.secret)
    }
}

fn write_reject(case: &Case<'_>, reason: Reason, reply: &mut [u8]) -> Result<usize, WriteError> {
    let identifier = case.request.identifier();
    let mut writer = PacketWriter::new(reply, Code::ACCESS_REJECT, identifier)?;
    write_words(reason, &mut writer)?;
    if let Ok(proof) = &case.presented.proof {
        let error =
            if is_withheld(reason) { ERROR_ACCT_DISABLED } else { ERROR_AUTHENTICATION_FAILURE };
        proof.write_error(error, &case.entropy.challenge, &mut writer)?;
    }
    reply::finish(writer, case.request, &case.nas.secret)
}

/// What a rejected subscriber reads.
pub(crate) fn write_words(reason: Reason, writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
    if !is_withheld(reason) {
        return Ok(());
    }
    let message = match reason {
        Reason::OutsideHours => OUTSIDE_HOURS_MESSAGE,
        _ => WITHHELD_MESSAGE,
    };
    writer.attribute(AttributeType::REPLY_MESSAGE, message.as_bytes())
}

/// Whether the credentials are right and the service may not be used now.
const fn is_withheld(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::NotYetValid
            | Reason::Expired
            | Reason::Suspended
            | Reason::Terminated
            | Reason::OutsideHours
    )
}

pub(crate) const fn credential_reason(error: &CredentialError) -> Reason {
    match error {
        CredentialError::UnknownKey { .. } => Reason::CredentialKeyMissing,
        CredentialError::Damaged => Reason::CredentialDamaged,
    }
}

impl Case<'_> {
    fn conversation(&self) -> Conversation<'_> {
        Conversation {
            user_name: self.login,
            calling_station_id: self.request.first(AttributeType::CALLING_STATION_ID),
            authenticator: self.request.authenticator(),
            secret: &self.nas.secret,
        }
    }

    fn attempt(&self, outcome: Outcome, reason: Reason) -> Attempt {
        let station = self.request.first(AttributeType::CALLING_STATION_ID).unwrap_or_default();
        let known_login = self.service.as_ref().map(|service| &service.login);
        Attempt {
            at: self.now,
            tenant: self.nas.tenant,
            nas: self.nas.id,
            login: printable_shared(self.login, known_login),
            calling_station_id: printable_shared(station, None),
            method: self.presented.method,
            outcome,
            reason,
            service: self.service.as_ref().map(|service| service.id),
        }
    }
}

impl Entropy {
    fn of(octets: [u8; 32]) -> Self {
        Self {
            class_nonce: core::array::from_fn(|i| octets[i]),
            challenge: core::array::from_fn(|i| octets[16 + i]),
        }
    }

    fn salt(&self) -> [u8; 2] {
        let [high, low, ..] = self.challenge;
        [high, low]
    }
}
