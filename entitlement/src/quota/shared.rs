//! Data that services share: those of a group have the quotas and the grants of data of one of them, their
//! lead, and what each of them transfers is consumed in the lead's meter. Time online is not shared: each
//! service has its own.

use core::num::NonZeroU64;
use std::sync::Arc;

use super::count::Count;
use super::edges::share;
use super::meter::{Meter, RECORD_SPAN_MAX_S, UsageRecord};
use crate::{
    Access, Direction, Entitlement, Extras, Grant, Measure, Quota, ServiceId, Terms, Timestamp,
    Validity, Window, Withheld,
};

/// The data of another service that a service has instead of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Whose data it is.
    pub lead: ServiceId,
    /// How much of it this service may use in the [window](Entitlement::shared_window) that is shared;
    /// `None`: all there is.
    pub limit_octets: Option<NonZeroU64>,
    /// What the lead may do. It shares with nobody's data itself. `None`: there is no such service.
    pub of: Option<Entitlement>,
}

/// What one service of a group has used of its data. Only the service itself has it: so that a group
/// may be large, and its meter stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShareCount {
    pub(super) lead: ServiceId,
    pub(super) count: Count,
}

/// How much of the shared data one service has used, in the window that is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShareUsed {
    /// So many octets, of those that count.
    pub octets: u64,
    /// When the window began; `None` of a cycle before the first.
    pub from: Option<Timestamp>,
    /// When it begins anew, if it does so by itself.
    pub resets_at: Option<Timestamp>,
}

/// How a service stands with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LimitStatus {
    pub(super) left_octets: u64,
    pub(super) used: ShareUsed,
    /// Which octets are counted.
    pub(super) direction: Direction,
    /// Whether those of this moment are.
    pub(super) is_counting: bool,
}

impl Entitlement {
    /// The rights without what is shared: those of which the service's own meter counts.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { shared: None, ..self.clone() }
    }

    /// The quotas that apply to the service: those of its plan, and of one that shares the data of another
    /// service that service's instead, as far as they are of data.
    pub fn quotas_in_force(&self) -> impl Iterator<Item = &Quota> + Clone {
        let is_shared = self.shared.is_some();
        let of_lead = self.lead().into_iter().flat_map(|lead| &lead.terms.quotas);
        let of_lead = of_lead.filter(|quota| quota.measure() == Measure::Data);
        let own = self.terms.quotas.iter();
        let own = own.filter(move |quota| !is_shared || quota.measure() == Measure::Online);
        of_lead.chain(own)
    }

    /// The grants that the service has, likewise.
    pub(super) fn grants(&self) -> impl Iterator<Item = &Grant> + Clone {
        let is_shared = self.shared.is_some();
        let of_lead = self.lead().into_iter().flat_map(Self::own_grants);
        let of_lead = of_lead.filter(|grant| grant.amount.measure() == Measure::Data);
        let own = self.own_grants().iter();
        let own = own.filter(move |grant| !is_shared || grant.amount.measure() == Measure::Online);
        of_lead.chain(own)
    }

    fn own_grants(&self) -> &[Grant] {
        self.extras.as_deref().map_or(&[], |extras: &Extras| &extras.grants)
    }

    fn lead(&self) -> Option<&Self> {
        self.shared.as_ref()?.of.as_ref()
    }

    /// When the billing cycle began in which a measure is counted.
    pub(super) fn cycle_of(&self, measure: Measure) -> Option<Timestamp> {
        let whose = match measure {
            Measure::Data => self.lead().unwrap_or(self),
            Measure::Online => self,
        };
        whose.extras.as_deref()?.cycle_from
    }

    /// The quota in whose window it is counted how much each service of the group has used: the first of
    /// data that is not of a session. This is asked of the lead.
    #[must_use]
    pub fn shared_window(&self) -> Option<&Quota> {
        self.terms.quotas.iter().find(|quota| quota.is_shared())
    }

    /// Whether the data of its lead may be used: while the lead itself may be, by the operator's word and
    /// its dates. Its hours are those of its own plan. Of a lead whose time runs from its first use there is
    /// nothing before: it would never run out for the others.
    pub(super) fn lead_at(&self, now: Timestamp) -> Access {
        let Some(shared) = &self.shared else { return Access::Granted { ends_at: None } };
        let has_begun = |lead: &&Self| lead.first_use.is_none_or(|first| first.at.is_some());
        match shared.of.as_ref().filter(has_begun).map(|lead| lead.in_use_at(now)) {
            Some(granted @ Access::Granted { .. }) => granted,
            Some(Access::Withheld(_)) | None => Access::Withheld(Withheld::LeadWithheld),
        }
    }

    /// When [`lead_at`](Self::lead_at) may change by time alone.
    pub(super) fn lead_changes(&self, now: Timestamp) -> [Option<Timestamp>; 2] {
        let Some(lead) = self.lead() else { return [None; 2] };
        let ends_at = match self.lead_at(now) {
            Access::Granted { ends_at } => ends_at,
            Access::Withheld(_) => None,
        };
        [lead.validity.from, ends_at]
    }

    /// What the service has used of the data that it shares; `None` where it shares none, or nothing is
    /// counted.
    #[must_use]
    pub fn share_used(&self, meter: Option<&Meter>, now: Timestamp) -> Option<ShareUsed> {
        let shared = self.shared.as_ref()?;
        let nothing = Meter::default();
        meter.unwrap_or(&nothing).share_used(shared.lead, shared.of.as_ref()?, now)
    }

    pub(super) fn limit(&self, meter: &Meter, now: Timestamp) -> Option<LimitStatus> {
        let limit = self.shared.as_ref()?.limit_octets?;
        let used = self.share_used(Some(meter), now)?;
        let quota = self.lead()?.shared_window()?;
        Some(LimitStatus {
            left_octets: limit.get().saturating_sub(used.octets),
            used,
            direction: quota.direction().unwrap_or_default(),
            is_counting: quota.counts_at(self, now),
        })
    }

    /// The lead with nothing but the quota in whose window is counted what each service has used.
    fn counting_shares(&self) -> Option<Self> {
        let quota = self.shared_window()?.clone();
        let cycle_from = self.cycle_of(Measure::Data);
        Some(Self {
            terms: Arc::new(Terms { quotas: vec![quota], ..Terms::default() }),
            extras: Some(Arc::new(Extras { cycle_from, ..Extras::default() })),
            ..self.alone()
        })
    }
}

impl Quota {
    /// Whether what services have used of it together means anything: not of time online, which each has for
    /// itself, nor of sessions.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.measure() == Measure::Data && self.window != Window::Session
    }
}

impl Meter {
    /// What a service has used by its own meter, which this is, and that of its lead: of data what the
    /// group has, and of time online what the service itself has.
    #[must_use]
    pub fn with_data_of(&self, lead: &Self) -> Self {
        let counts = |of: &Self, measure| {
            let counts = of.counts.iter().filter(move |count| count.measure == measure);
            counts.cloned().collect::<Vec<_>>()
        };
        let mut grants = lead.grants.clone();
        // The numbers of grants are those of rows, and no two are alike, but for the wallet's.
        let is_known = |id| id == crate::GrantId::WALLET || lead.used_of(id) > 0;
        grants.extend(self.grants.iter().filter(|(id, _)| !is_known(*id)));
        Self {
            revision: self.revision.max(lead.revision),
            counts: [counts(lead, Measure::Data), counts(self, Measure::Online)].concat(),
            grants,
            share: self.share.clone(),
        }
    }

    /// Counts what the service has used of the data of `lead`, which may do `rules`: that with which the
    /// quota of the [shared window](Entitlement::shared_window) would be charged if there were nothing
    /// else. It consumes nothing: the lead's meter does. What was counted of another lead is forgotten.
    pub fn count_share(&mut self, lead: ServiceId, rules: &Entitlement, record: &UsageRecord) {
        if (record.download_octets, record.upload_octets) == (0, 0) {
            return;
        }
        let Some(rules) = rules.counting_shares() else { return };
        let known = self.share.take().filter(|share| share.lead == lead);
        let counts = known.into_iter().map(|share| share.count).collect();
        let mut alone = Self { counts, ..Self::default() };
        alone.consume(&rules, &UsageRecord { online_s: 0, ..*record });
        self.share = alone.counts.pop().map(|count| ShareCount { lead, count });
        self.change();
    }

    /// Whose data the service has shared when it last used some; the lead itself has shared its own.
    #[must_use]
    pub fn lead(&self) -> Option<ServiceId> {
        self.share.as_ref().map(|share| share.lead)
    }

    /// How much of the data of `lead`, which may do `rules`, the service has used in the window of a
    /// moment; `None` where no window is shared.
    #[must_use]
    pub fn share_used(
        &self,
        lead: ServiceId,
        rules: &Entitlement,
        now: Timestamp,
    ) -> Option<ShareUsed> {
        let quota = rules.shared_window()?;
        let span = rules.window_of(quota, now);
        let known = self.share.as_ref().filter(|share| share.lead == lead);
        let count = known.map(|share| &share.count).filter(|count| count.is_of(quota));
        let octets = count.map_or(0, |count| count.charged(span, None));
        Some(ShareUsed { octets, from: span.begins_at(), resets_at: span.ends_at() })
    }
}

impl UsageRecord {
    /// The parts of the record before a stretch of time, in it, and after it. It is spread evenly, in whole
    /// units; the parts are together exactly the whole.
    #[must_use]
    pub fn cut(&self, stretch: Validity) -> [Self; 3] {
        let first = self.from.max(self.to.minus_s(RECORD_SPAN_MAX_S)).min(self.to);
        // Without length it is used at its end, and all of it on one side of an edge.
        let (first, to) = if first < self.to {
            (first, self.to)
        } else {
            (self.to, Timestamp::from_unix_ms(self.to.unix_ms().saturating_add(1)))
        };
        let enters = stretch.from.map_or(first, |from| from.max(first).min(to));
        let leaves = stretch.until.map_or(to, |until| until.min(to).max(enters));
        let until = |at, units| share(units, first, at, to);
        let part = |from: Timestamp, at: Timestamp| {
            let of = |units| until(at, units) - until(from, units);
            Self {
                session: self.session,
                from: from.min(self.to),
                to: at.min(self.to),
                upload_octets: of(self.upload_octets),
                download_octets: of(self.download_octets),
                online_s: of(self.online_s),
            }
        };
        [part(first, enters), part(enters, leaves), part(leaves, to)]
    }

    /// The record without the octets.
    #[must_use]
    pub const fn of_time(self) -> Self {
        Self { upload_octets: 0, download_octets: 0, ..self }
    }

    /// The record without the time online.
    #[must_use]
    pub const fn of_data(self) -> Self {
        Self { online_s: 0, ..self }
    }
}
