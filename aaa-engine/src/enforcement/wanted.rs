//! What a live session should have at a moment.

use entitlement::{Entitlement, SessionKey, Stance, TierAction, Timestamp};

use super::change::Why;
use super::limits::Moving;
use super::posture::Posture;
use super::request::Goal;
use super::services::WantedServices;
use crate::attempt::Outcome;
use crate::engine::{self, Engine, Known, PlanServices};
use crate::grant;
use crate::ports::Nas;
use crate::reason::Reason;
use crate::reply_attributes::Applying;
use crate::session::Session;

/// What a live session should have at a moment, and until when that holds by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it should have.
    pub goal: Goal,
    /// Why that may be another thing than before.
    pub why: Why,
    /// When time alone may make it another thing.
    pub changes_at: Option<Timestamp>,
    /// The services of its goal, with what the NAS must be told of them.
    pub services: Option<WantedServices>,
}

impl Engine {
    /// What `session` on `nas` should have now: the same as a log-in of its service would get, as
    /// far as a session can be changed. `None` for a session that is nobody's, and where the
    /// dialect of its NAS is not known: nothing is asked of it then.
    #[must_use]
    pub fn wanted(
        &self,
        known: Known<'_>,
        nas: &Nas,
        session: &Session,
        now: Timestamp,
    ) -> Option<Wanted> {
        let Known { directory, activity } = known;
        let id = session.service.filter(|_| session.activated.is_none())?;
        let dialect = self.dialects().named(&nas.dialect)?;
        let Some(service) = directory.service(session.tenant, id) else {
            let why = Why::Withheld(Reason::Terminated);
            return Some(Wanted { goal: Goal::End, why, changes_at: None, services: None });
        };
        let mut entitlement = service.entitlement;
        let lead = activity.lead_meter(&entitlement);
        let stance = activity.with(id, |activity| {
            if let Some(first_use) = &mut entitlement.first_use {
                first_use.at = first_use.at.into_iter().chain(activity.first_used_at()).min();
            }
            let running = activity.running(&entitlement, now);
            let session = Some(SessionKey(session.id.0));
            activity.stance(&entitlement, lead.as_deref(), &running, session, now)
        });
        let changes_at = stance.changes_at;
        let (own, of_plan) = (&service.reply_attributes, &service.plan_reply_attributes);
        let of_nas = nas.reply_attributes.as_ref();
        let by_hand = Applying([own.as_ref(), of_plan.as_ref(), of_nas]);
        let told = session.enforced.told.as_ref().map(|told| told.limits).unwrap_or_default();
        // What one was told when its NAS had shown it is moved on, though that may be forgotten since.
        let is_shown = told.are_of_each_way() || activity.moves_limits(nas.id);
        let moving = Moving { dialect, nas, by_hand: &by_hand, is_shown };
        let (goal, why, services) = match grant::live(&entitlement, &stance, now, &moving) {
            Ok(mut grant) => {
                let why = match grant.outcome {
                    Outcome::Accepted => why(&entitlement, &stance, now),
                    Outcome::Quarantined | Outcome::Rejected => Why::Withheld(grant.reason),
                };
                let terms = &entitlement.terms;
                let of = (session.tenant, &**terms);
                // Without the services of its plan it is left as it is: nothing better is known.
                let plan = PlanServices::of(directory, dialect, of, &mut grant).ok()?;
                let services = engine::session_services(
                    directory,
                    dialect,
                    session.tenant,
                    &grant,
                    plan.as_ref(),
                );
                let posture = Posture::of(&grant).but_by_hand(&by_hand, dialect, &grant);
                let mut posture = posture.saying(services.as_ref());
                let limits = posture.limits.behind(&session.counters);
                posture.limits = limits.or_told(told, &session.counters);
                (Goal::Have(activity.shared_posture(posture)), why, services)
            }
            Err(reason) => (Goal::End, Why::Withheld(reason), None),
        };
        Some(Wanted { goal, why, changes_at, services })
    }
}

/// What decides how fast a service in good standing is.
fn why(entitlement: &Entitlement, stance: &Stance, now: Timestamp) -> Why {
    let tier = stance.tier.as_ref().map(|in_force| in_force.tier.action);
    if entitlement.throttle_at(now).is_some() {
        Why::Operator
    } else if entitlement.grace().is_some() {
        Why::Grace
    } else if entitlement.is_boosted_at(now) {
        Why::Booster
    } else if matches!(tier, Some(TierAction::Throttle(_))) {
        Why::Quota
    } else {
        Why::Terms
    }
}
