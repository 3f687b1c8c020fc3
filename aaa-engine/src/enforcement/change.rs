//! What was done to bring a NAS to what a session should have: the facts that are journaled.

use core::fmt;
use std::sync::Arc;

use entitlement::{ServiceId, TenantId, Timestamp};

use super::doubt::Doubt;
use super::posture::{Part, Posture};
use super::request::{Goal, RequestKind};
use crate::accounting::AccountingEvent;
use crate::ports::NasId;
use crate::reason::Reason;
use crate::session::SessionId;

/// One step of the way to what a session should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose session it is about.
    pub session: SessionId,
    /// Whose NAS has it.
    pub tenant: TenantId,
    /// Which NAS has it.
    pub nas: NasId,
    /// The service that the session uses.
    pub service: Option<ServiceId>,
    /// Its User-Name, escaped.
    pub login: Arc<str>,
    /// When it was done.
    pub at: Timestamp,
    /// Why the session should have something else.
    pub why: Why,
    /// What it should have.
    pub goal: Goal,
    /// What was done.
    pub step: Step,
}

/// What was done, or came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The Access-Accept said it.
    AtLogin,
    /// The session is to end, whatever its service may do.
    Ordered,
    /// A request is about to be sent.
    Sent {
        /// How the NAS is asked.
        request: RequestKind,
        /// The how-manieth try it is, from 1.
        attempt: u16,
    },
    /// The NAS has done it.
    Confirmed {
        /// How it was asked.
        request: RequestKind,
    },
    /// The NAS will not do it.
    Refused {
        /// How it was asked.
        request: RequestKind,
        /// Error-Cause (RFC 5176 section 3.5), where it gave one.
        error_cause: Option<u32>,
    },
    /// Nothing came back.
    Unanswered {
        /// How it was asked.
        request: RequestKind,
    },
    /// Nothing was asked: its services are what the NAS reports.
    Reported,
    /// It is not tried any more, until what the session should have is something else, or somebody
    /// asks for it.
    GivenUp,
}

/// Why a session should have something else than it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// Its plan, or what is set for its service, was changed.
    Terms,
    /// The service may not be used any more.
    Withheld(Reason),
    /// The service may be used again.
    Restored,
    /// A tier of a quota slows it down, or does not any more.
    Quota,
    /// A booster began or ended.
    Booster,
    /// Another session took its place.
    Replaced,
    /// The operator said so.
    Operator,
    /// Something is overdue, and there is grace.
    Grace,
    /// How much it may use is another amount, as by a payment.
    Limit,
}

impl Why {
    /// The name that is stored, in snake case; of a service that is withheld the reason's.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Withheld(reason) => reason.code(),
            Self::Restored => "restored",
            Self::Quota => "quota",
            Self::Booster => "booster",
            Self::Replaced => "replaced",
            Self::Operator => "operator",
            Self::Grace => "grace",
            Self::Limit => "limit",
        }
    }

    /// What [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        const OWN: [Why; 8] = [
            Why::Terms,
            Why::Restored,
            Why::Quota,
            Why::Booster,
            Why::Replaced,
            Why::Operator,
            Why::Grace,
            Why::Limit,
        ];
        let own = OWN.into_iter().find(|why| why.code() == code);
        own.or_else(|| Reason::from_code(code).map(Self::Withheld))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Withheld(reason) => reason.fmt(f),
            Self::Terms => f.pad("its terms were changed"),
            Self::Restored => f.pad("the service may be used again"),
            Self::Quota => f.pad("a tier of its quota"),
            Self::Booster => f.pad("a booster"),
            Self::Replaced => f.pad("another session took its place"),
            Self::Operator => f.pad("by the operator"),
            Self::Grace => f.pad("something is overdue"),
            Self::Limit => f.pad("how much is left to use"),
        }
    }
}

/// What is known of what the NAS has been told about a session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enforced {
    /// What it confirmed last; `None`: that is not known.
    pub told: Option<Arc<Posture>>,
    /// What was sent since, of which nobody knows whether it was done.
    pub in_doubt: Doubt,
    /// It is to end, whatever its service may do.
    pub end_ordered: Option<Why>,
    /// When the NAS confirmed that it ends it.
    pub disconnected_at: Option<Timestamp>,
    /// It is looked at again when something is heard of it.
    pub waits: bool,
    /// When a service was activated last, by a CoA-Request.
    pub activated_at: Option<Timestamp>,
}

impl Enforced {
    /// Takes a step in. Repeating the steps from an earlier one on leads to the same.
    pub fn apply(&mut self, change: &Change) {
        let told = match &change.goal {
            Goal::Have(posture) => Some(Arc::clone(posture)),
            Goal::End => None,
        };
        // What is reported ends no wait for the NAS.
        self.waits &= change.step == Step::Reported;
        match change.step {
            Step::AtLogin | Step::Confirmed { request: RequestKind::Change } => {
                self.told = told.or_else(|| self.told.take());
                self.in_doubt = match (change.step, &self.told) {
                    (Step::Confirmed { .. }, Some(told)) => self.in_doubt.but_what_it_says(told),
                    _ => Doubt::default(),
                };
            }
            Step::Ordered => self.end_ordered = Some(change.why),
            Step::Reported => self.told = told.or_else(|| self.told.take()),
            Step::Sent { request: RequestKind::Change, .. } => {
                let nothing = Arc::default();
                let before = self.told.as_ref().unwrap_or(&nothing);
                let sent = told.as_ref().map(|sent| before.differences(sent));
                // Of services each has its own doubt, in what was told; also of one that is the place.
                let goal = told.as_ref();
                let by_service = before.is_held_by_service()
                    || goal.is_some_and(|goal| goal.is_held_by_service());
                let parts = sent.into_iter().flatten().filter(|part| {
                    *part != Part::Services && !(by_service && *part == Part::Place)
                });
                self.in_doubt = self.in_doubt.and(parts);
                self.ask(told.as_deref(), change.at);
            }
            Step::Sent { request: RequestKind::Disconnect, .. } => self.disconnected_at = None,
            Step::Confirmed { request: RequestKind::Disconnect } => {
                self.disconnected_at = Some(change.at);
                self.waits = true;
            }
            // What was refused was not done (RFC 5176 section 2.2), but what was sent before it may
            // have been.
            Step::Refused { request: RequestKind::Change, .. } => {
                self.in_doubt = self.in_doubt.but_the_latest();
                self.waits = true;
            }
            Step::Refused { .. } | Step::GivenUp => self.waits = true,
            Step::Unanswered { .. } => {}
        }
    }
}

impl Enforced {
    /// A request is sent that should lead to this: until it is answered, nobody knows of the
    /// services that it changes.
    fn ask(&mut self, goal: Option<&Posture>, at: Timestamp) {
        let Some(goal) = goal else { return };
        let nothing = Posture::default();
        let told = self.told.as_deref().unwrap_or(&nothing);
        if !told.services.differ(&goal.services) {
            return;
        }
        if goal.services.active.iter().any(|text| !told.services.active.contains(text)) {
            self.activated_at = Some(at);
        }
        let services = told.services.asked(&goal.services);
        self.told = Some(Arc::new(Posture { services, ..told.clone() }));
    }
}

impl Change {
    /// What the log-in of a session told its NAS, known with its first packet.
    #[must_use]
    pub fn at_login(event: &AccountingEvent, told: Arc<Posture>) -> Self {
        Self {
            session: event.session,
            tenant: event.tenant,
            nas: event.nas,
            service: event.service,
            login: Arc::clone(&event.login),
            at: event.received_at,
            why: Why::Terms,
            goal: Goal::Have(told),
            step: Step::AtLogin,
        }
    }

    /// Whether it is kept as a line for the operator: what a log-in said is in the authentication log
    /// already.
    #[must_use]
    pub const fn is_shown(&self) -> bool {
        !matches!(self.step, Step::AtLogin)
    }
}
