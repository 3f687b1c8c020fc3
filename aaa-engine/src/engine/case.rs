//! One Access-Request with all that belongs to it, and what comes of it.

use std::sync::Arc;

use entitlement::{Meter, Timestamp};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, WriteError};

use super::refusal::write_reject;
use super::{AccessDecision, AccessReply, unknown};
use crate::activity::{Activity, NONCE_OF_QUARANTINE, Recipient, ServiceActivity, Slot, Whence};
use crate::attempt::{Attempt, Learned, Outcome};
use crate::auth::one_time;
use crate::auth::state::STATE_LEN;
use crate::auth::{CodeStep, Conversation, Presented, eap};
use crate::enforcement::Posture;
use crate::identity::{AccessKind, MacAddress};
use crate::lend::Loan;
use crate::pool::PoolNotice;
use crate::ports::{Directory, Nas, OneTimeCodes, Service};
use crate::reason::Reason;
use crate::reply::{self, ReplyError};
use crate::rules::{Candidate, DeviceStanding};
use crate::session::SessionId;
use crate::settings::EngineSettings;
use crate::text::printable_shared;

/// One Access-Request with all that belongs to it.
pub(super) struct Case<'a> {
    pub(super) directory: &'a dyn Directory,
    pub(super) activity: &'a Activity,
    pub(super) nas: &'a Nas,
    pub(super) request: &'a Packet<'a>,
    pub(super) login: &'a [u8],
    /// Calling-Station-Id, escaped; empty when absent.
    pub(super) station: Arc<str>,
    /// From where at the NAS it comes.
    pub(super) origin: Arc<str>,
    pub(super) presented: Presented<'a>,
    /// What is asked for, where the request tells.
    pub(super) kind: Option<AccessKind>,
    pub(super) service: Option<Service>,
    /// What its lead has used, of a service that shares another one's data.
    pub(super) lead: Option<Arc<Meter>>,
    /// Whether the service was found by its line or address, which proves who it is.
    pub(super) is_proven: bool,
    pub(super) now: Timestamp,
    pub(super) entropy: Entropy,
}

/// The caller's random octets, each used for one thing.
#[derive(Clone, Copy)]
pub(super) struct Entropy {
    pub(super) class_nonce: [u8; 16],
    /// The challenge of EAP-MD5, or the new one of an MS-CHAP-Error; its first octets are the salt of
    /// MPPE keys, in the Access-Accept that is written instead.
    pub(super) challenge: [u8; 16],
}

/// Of a login without a limit of sessions that has more than so many uses, as one that a town
/// shares, what was told is not kept for each.
const UNLIMITED_USES_MAX: usize = 1_024;

/// How a request came out.
pub(super) struct Answer {
    pub(super) reply_len: usize,
    pub(super) outcome: Outcome,
    pub(super) reason: Reason,
    pub(super) learned: Learned,
    pub(super) replaced: Vec<SessionId>,
    pub(super) notices: Vec<PoolNotice>,
}

impl Case<'_> {
    /// Why there is no service to ask about.
    pub(super) fn unknown(&self) -> Reason {
        match &self.presented.proof {
            Err(reason) if !self.login.is_empty() => *reason,
            _ => unknown(self.nas, self.kind, self.login),
        }
    }

    pub(super) fn reject(&self, reason: Reason, reply: &mut [u8]) -> Result<Answer, ReplyError> {
        let reply_len = write_reject(self, reason, reply)?;
        Ok(Answer {
            reply_len,
            outcome: Outcome::Rejected,
            reason,
            learned: Learned::default(),
            replaced: Vec::new(),
            notices: Vec::new(),
        })
    }

    pub(super) fn decision(&self, answer: Answer) -> AccessReply {
        let attempt = self.attempt(&answer);
        let Answer { reply_len, replaced, notices, .. } = answer;
        AccessReply::Decision(AccessDecision { reply_len, attempt, replaced, notices })
    }

    /// Writes the Access-Challenge that asks for a one-time code.
    pub(super) fn ask_for_code(
        &self,
        state: &[u8; STATE_LEN],
        reply: &mut [u8],
    ) -> Result<usize, WriteError> {
        let identifier = self.request.identifier();
        let mut writer = PacketWriter::new(reply, Code::ACCESS_CHALLENGE, identifier)?;
        one_time::write_question(state, &mut writer)?;
        reply::finish(writer, self.request, &self.nas.secret)
    }

    /// Writes the end of an EAP conversation; whether this is one.
    pub(super) fn write_eap_end(
        &self,
        code: u8,
        writer: &mut PacketWriter<'_>,
    ) -> Result<bool, WriteError> {
        let Some(identifier) = self.presented.eap_identifier else { return Ok(false) };
        eap::write_end(code, identifier, writer)?;
        Ok(true)
    }

    pub(super) fn candidate<'s>(
        &'s self,
        settings: &'s EngineSettings,
        service: &'s Service,
        activity: &'s ServiceActivity,
    ) -> Candidate<'s> {
        Candidate {
            settings,
            nas: self.nas,
            service,
            activity,
            lead: self.lead.as_deref(),
            activities: self.activity,
            station: self.request.first(AttributeType::CALLING_STATION_ID),
            station_text: &self.station,
            origin: &self.origin,
            wants_the_nas: self.wants_the_nas(),
            now: self.now,
        }
    }

    /// An accepted session takes its place; what it says about its service is learnt, and told with
    /// each acceptance until the directory says it too, so that no lost record loses it.
    pub(super) fn enter(
        &self,
        stored: &Service,
        device: DeviceStanding,
        activity: &mut ServiceActivity,
    ) -> Learned {
        let mut learned = Learned::default();
        let devices = stored.devices.as_deref();
        let is_listed = |known| devices.and_then(|all| all.allows(known)).is_some();
        let station = self.request.first(AttributeType::CALLING_STATION_ID);
        let address = station.and_then(MacAddress::of_station);
        if matches!(device, DeviceStanding::New | DeviceStanding::Listed)
            && let Some(address) = address.filter(|address| !is_listed(*address))
        {
            let reset_at = devices.and_then(|devices| devices.reset_at);
            activity.learn(address, self.now, is_listed, reset_at);
            learned.device = Some(address);
        }
        match stored.entitlement.first_use.map(|first_use| first_use.at) {
            Some(None) => learned.first_used_at = Some(activity.use_first(self.now)),
            // The store has it.
            Some(Some(_)) | None => activity.forget_first_use(),
        }
        learned
    }

    /// Keeps the place of the session that should follow, and what its NAS is told of it.
    pub(super) fn reserve(
        &self,
        service: &Service,
        outcome: Outcome,
        told: Posture,
        activity: &mut ServiceActivity,
    ) {
        let is_limited = service.entitlement.terms.session_limit.is_some();
        if is_limited || (!self.wants_the_nas() && activity.uses().len() < UNLIMITED_USES_MAX) {
            activity.reserve(Slot {
                nonce: self.entropy.nonce(outcome),
                nas: self.nas.id,
                origin: Arc::clone(&self.origin),
                at: self.now,
                told: self.activity.shared_posture(told),
            });
        }
    }

    /// The addresses of a log-in that was accepted are its session's.
    pub(super) fn keep(&self, loan: Loan, outcome: Outcome, activity: &mut ServiceActivity) {
        let Some(service) = self.service.as_ref().filter(|_| !loan.lent.is_empty()) else { return };
        let recipient = Recipient {
            service: service.id,
            nonce: self.entropy.nonce(outcome),
            from: Whence { nas: self.nas.id, station: &self.station, origin: &self.origin },
            now: self.now,
        };
        activity.addresses.keep(loan.lent, &recipient);
    }

    /// The step of the latest code that was accepted, as the directory or the activity knows it.
    pub(super) fn last_code(&self, service: &Service, codes: &OneTimeCodes) -> Option<CodeStep> {
        let known = self.activity.with(service.id, |activity| activity.last_code());
        codes.last_step.max(known)
    }

    /// Does the request ask for the NAS itself rather than for a connection through it?
    pub(super) fn wants_the_nas(&self) -> bool {
        self.kind == Some(AccessKind::Login)
    }

    pub(super) fn conversation(&self) -> Conversation<'_> {
        Conversation {
            user_name: self.login,
            calling_station_id: self.request.first(AttributeType::CALLING_STATION_ID),
            kind: self.kind,
            mac_auth_password: self.nas.mac_auth_password.as_ref(),
            authenticator: self.request.authenticator(),
            secret: &self.nas.secret,
        }
    }

    pub(super) fn attempt(&self, answer: &Answer) -> Attempt {
        let known_login = self.service.as_ref().map(|service| &service.login);
        Attempt {
            at: self.now,
            tenant: self.nas.tenant,
            nas: self.nas.id,
            login: printable_shared(self.login, known_login),
            calling_station_id: Arc::clone(&self.station),
            method: self.presented.method,
            outcome: answer.outcome,
            reason: answer.reason,
            service: self.service.as_ref().map(|service| service.id),
            learned: answer.learned,
        }
    }
}

impl Entropy {
    pub(super) fn of(octets: [u8; 32]) -> Self {
        Self {
            class_nonce: core::array::from_fn(|i| octets[i]),
            challenge: core::array::from_fn(|i| octets[16 + i]),
        }
    }

    /// The nonce of the Class token, of which one bit says whether the session is in quarantine.
    pub(super) fn nonce(&self, outcome: Outcome) -> [u8; 16] {
        let mut nonce = self.class_nonce;
        nonce[0] = nonce[0] & !NONCE_OF_QUARANTINE
            | if outcome == Outcome::Quarantined { NONCE_OF_QUARANTINE } else { 0 };
        nonce
    }

    pub(super) fn salt(&self) -> [u8; 2] {
        let [high, low, ..] = self.challenge;
        [high, low]
    }
}
