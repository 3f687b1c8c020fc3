//! The service's standing, dates, hours and quotas.

use std::sync::Arc;

use entitlement::{Access, Entitlement, Meter, Standing, Withheld};

use super::{Candidate, Refusal, Rule};
use crate::explain::Check;
use crate::reason::Reason;

/// The service may be used now (see [`Entitlement::stance`](entitlement::Entitlement::stance)).
pub(super) struct Rights;

impl Rule for Rights {
    fn judge(&self, candidate: &Candidate<'_>) -> Result<(), Refusal> {
        let entitlement = &candidate.service.entitlement;
        judge(entitlement, candidate.stance().access)
    }

    fn checks(&self, candidate: &Candidate<'_>) -> Vec<Check> {
        let entitlement = &candidate.service.entitlement;
        let mut checks = vec![Check::Standing(entitlement.standing)];
        if entitlement.standing != Standing::Active {
            return checks;
        }
        let withheld = match entitlement.at(candidate.now) {
            Access::Granted { .. } => None,
            Access::Withheld(withheld) => Some(withheld),
        };
        let opens_at = match withheld {
            Some(Withheld::OutsideHours { opens_at }) => Some(opens_at),
            _ => None,
        };
        let outside = withheld.filter(|_| opens_at.is_none());
        let (validity, first_use) = (entitlement.validity, entitlement.first_use);
        checks.push(Check::Validity { validity, first_use, outside });
        if let (None, Some(hours)) = (outside, &entitlement.terms.hours) {
            let (hours, time_zone) = (hours.clone(), entitlement.time_zone.clone());
            checks.push(Check::Hours { hours, time_zone, opens_at });
        }
        if withheld.is_none() {
            let used = candidate.used();
            checks.extend(share(candidate, &used));
            let quotas = entitlement.quotas(Some(&used), None, candidate.now);
            checks.extend(quotas.iter().map(Check::of_quota));
            checks.extend(candidate.stance().online_left.map(Check::OnlineLeft));
            checks.extend(candidate.activity.wallet(entitlement, candidate.lead, candidate.now));
            checks.extend(entitlement.throttle_at(candidate.now).map(Check::Throttled));
            checks.extend(entitlement.grace().map(Check::InGrace));
        }
        checks
    }
}

/// Whose data it shares, and how much of its limit it has used.
fn share(candidate: &Candidate<'_>, used: &Meter) -> Option<Check> {
    let entitlement = &candidate.service.entitlement;
    let shared = entitlement.shared.as_ref()?;
    let of = candidate.service.shares.as_ref();
    let used = entitlement.share_used(Some(used), candidate.now);
    let access = candidate.stance().access;
    Some(Check::Share {
        lead: of.map_or_else(|| shared.lead.to_string().into(), |of| Arc::clone(&of.login)),
        limit_octets: shared.limit_octets,
        used_octets: used.map(|used| used.octets),
        resets_at: used.and_then(|used| used.resets_at),
        is_withheld: access == Access::Withheld(Withheld::LeadWithheld),
    })
}

/// May a service be used whose rights have come to this?
pub(crate) fn judge(entitlement: &Entitlement, access: Access) -> Result<(), Refusal> {
    let withheld = match access {
        Access::Granted { .. } => return Ok(()),
        Access::Withheld(withheld) => withheld,
    };
    let over_at = match withheld {
        Withheld::NotYetValid => entitlement.validity.from,
        Withheld::OutsideHours { opens_at } => Some(opens_at),
        Withheld::QuotaExhausted { resets_at } => resets_at,
        Withheld::Expired
        | Withheld::Suspended
        | Withheld::Terminated
        | Withheld::WalletUsedUp
        | Withheld::LeadWithheld => None,
    };
    Err(Refusal { reason: reason_of(withheld), cause: withheld.cause(), over_at })
}

const fn reason_of(withheld: Withheld) -> Reason {
    match withheld {
        Withheld::NotYetValid => Reason::NotYetValid,
        Withheld::Expired => Reason::Expired,
        Withheld::Suspended => Reason::Suspended,
        Withheld::Terminated => Reason::Terminated,
        Withheld::OutsideHours { .. } => Reason::OutsideHours,
        Withheld::QuotaExhausted { .. } => Reason::QuotaExhausted,
        Withheld::WalletUsedUp => Reason::WalletUsedUp,
        Withheld::LeadWithheld => Reason::LeadWithheld,
    }
}
