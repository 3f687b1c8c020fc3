//! What packets say that was used, counted against the quotas of the service, and against those of
//! another one where its data is shared.

use std::sync::Arc;

use entitlement::{Access, Entitlement, Meter, Notice, Stance, Timestamp, UsageRecord, Withheld};

use super::service::NONCE_OF_QUARANTINE;
use super::{Activity, Noticed, ServiceActivity};
use crate::accounting::StoredMeter;
use crate::ports::{Directory, Service, Share};
use crate::session::Observed;

/// What is counted of one packet.
#[derive(Clone, Copy)]
struct Counting {
    usage: UsageRecord,
    /// Whether a session of the service itself has used it, and not one of another that shares its data.
    is_own: bool,
    /// When the packet came.
    at: Timestamp,
    /// Whether its session does.
    goes_on: bool,
    is_quarantined: bool,
}

/// What has come of it for one service.
#[derive(Default)]
struct Counted {
    meter: Option<StoredMeter>,
    /// What its sessions should have may be another thing.
    has_crossed: bool,
    /// And what those of all that share its data should have.
    concerns_all: bool,
    notices: Vec<Notice>,
}

/// What of it is a service's own, and the data that is of whose data it shared then.
fn divided(usage: &UsageRecord, share: &Share) -> ([UsageRecord; 3], UsageRecord) {
    let [before, within, after] = usage.cut(share.validity);
    ([before, within.of_time(), after], within.of_data())
}

impl Counted {
    /// What is noticed of a service with its own data, which those that share it are concerned with too.
    fn noticed_of(self, service: &Service) -> Noticed {
        let Self { meter, has_crossed, concerns_all, notices } = self;
        let members = service.members.iter().filter(|_| concerns_all);
        let group = members.flat_map(|members| members.iter().copied()).collect();
        Noticed { meter, has_crossed, notices, group, ..Noticed::default() }
    }
}

fn has_octets(usage: &UsageRecord) -> bool {
    (usage.upload_octets, usage.download_octets) != (0, 0)
}

/// How a service stood before something was counted, or after it.
#[derive(PartialEq, Eq)]
struct Standpoint(Stance);

impl Standpoint {
    /// May its sessions be another thing now?
    fn differs(&self, other: &Self) -> bool {
        let Self(Stance { access, tier, changes_at, .. }) = self;
        (access, tier, changes_at) != (&other.0.access, &other.0.tier, &other.0.changes_at)
    }

    /// May those of others be that have the same quotas? When each has to be looked at again by time
    /// alone, it has found out itself.
    fn concerns_all(&self, other: &Self) -> bool {
        let withheld = |of: &Self| match of.0.access {
            Access::Granted { .. } => None,
            Access::Withheld(withheld) => Some(withheld),
        };
        self.0.notices != other.0.notices || withheld(self) != withheld(other)
    }
}

impl Activity {
    /// What the lead of a service has used by its last reports; `None`: nothing, or there is no lead.
    pub(crate) fn lead_meter(&self, entitlement: &Entitlement) -> Option<Arc<Meter>> {
        let lead = entitlement.shared.as_ref()?.lead;
        let services = self.services.pin();
        let activity = super::lock(services.get(&lead)?);
        activity.meter().map(|stored| Arc::clone(&stored.meter))
    }

    /// Counts what a packet says against the quotas of its service, with the time online or without.
    pub(super) fn meter(
        &self,
        directory: &dyn Directory,
        observed: &Observed,
        counts_online: bool,
        nonce: Option<&[u8; 16]>,
    ) -> Noticed {
        let event = &observed.event;
        let Some(id) = observed.service else { return Noticed::default() };
        let Some(usage) = observed.usage else {
            // It may be a packet that comes again since the journal did not take it: what it was
            // counted as is still to be recorded.
            let meter = self.with(id, |activity| activity.meter().cloned());
            let lead = meter.as_ref().and_then(|stored| stored.meter.lead());
            let lead = lead.filter(|lead| *lead != id);
            let lead_meter =
                lead.and_then(|lead| self.with(lead, |activity| activity.meter().cloned()));
            return Noticed { meter, lead_meter, ..Noticed::default() };
        };
        let Some(service) = directory.service(event.tenant, id) else { return Noticed::default() };
        let counting = Counting {
            usage: if counts_online { usage } else { usage.of_data() },
            is_own: true,
            at: event.received_at,
            goes_on: observed.is_open,
            is_quarantined: nonce.is_some_and(|nonce| nonce[0] & NONCE_OF_QUARANTINE != 0),
        };
        match service.shares.as_deref() {
            Some(share) if service.entitlement.shared.is_some() => {
                self.count_shared(directory, &service, share, &counting)
            }
            // It has its own again: what it used before that comes late.
            Some(share) if has_octets(&usage.cut(share.validity)[1]) => {
                self.count_late(directory, &service, share, &counting)
            }
            _ => self.count(&service, &counting, &[counting.usage], |_| ()).noticed_of(&service),
        }
    }

    /// Counts the parts of it that are the service's own against its quotas, which shares the data of no
    /// other one now; `work` is what else is done with its meter.
    fn count(
        &self,
        service: &Service,
        counting: &Counting,
        parts: &[UsageRecord],
        work: impl FnOnce(&mut Meter),
    ) -> Counted {
        let (entitlement, mut counted) = (&service.entitlement, Counted::default());
        let Counting { usage, at: now, goes_on, is_quarantined, is_own } = counting;
        self.with(service.id, |activity| {
            let stance = |activity: &ServiceActivity| {
                let session = Some(usage.session);
                let running = activity.running(entitlement, *now);
                let stance = activity.stance(entitlement, None, &running, session, *now);
                let reported = match running.is_empty() {
                    true => stance.notices.clone(),
                    false => activity.stance(entitlement, None, &[], session, *now).notices,
                };
                (Standpoint(stance), reported)
            };
            if !activity.is_metered(entitlement) {
                return;
            }
            // What is used to reach the page at which the wallet is filled is not taken out of it.
            let access = activity.stance(entitlement, None, &[], None, *now).access;
            if *is_quarantined && access == Access::Withheld(Withheld::WalletUsedUp) {
                counted.meter = activity.meter().cloned();
                return;
            }
            let ((before, _), told) = (stance(activity), activity.told_of(entitlement, usage));
            counted.meter = Some(activity.count(service, |meter| {
                work(meter);
                for part in parts {
                    meter.consume(entitlement, part);
                    if *is_own && service.members.is_some() {
                        meter.count_share(service.id, entitlement, part);
                    }
                }
                if !goes_on {
                    meter.end_session(usage.session);
                }
            }));
            activity.tell_of(*now);
            let (after, mut notices) = stance(activity);
            counted.has_crossed = after.differs(&before);
            counted.concerns_all = after.concerns_all(&before);
            notices.retain(|notice| !told.iter().any(|told| notice.is_told_by(told)));
            if !notices.is_empty() {
                activity.notice(&notices, &mut counted.meter);
            }
            counted.notices = notices;
        });
        counted
    }

    /// Counts it against the quotas of the lead, as far as it is data and was used while that is shared;
    /// the rest against the service's own.
    fn count_shared(
        &self,
        directory: &dyn Directory,
        service: &Service,
        share: &Share,
        counting: &Counting,
    ) -> Noticed {
        let (own, data) = divided(&counting.usage, share);
        let lead = directory.service(service.tenant, share.lead).filter(|_| has_octets(&data));
        let known = self.lead_meter(&service.entitlement);
        let of_lead = lead.as_ref().map(|lead| (lead, self.count_for(lead, data, counting)));
        let mut counted = self.count_own(service, counting, known.as_deref(), |meter, alone| {
            own.iter().for_each(|usage| meter.consume(alone, usage));
            if let Some(lead) = &lead {
                meter.count_share(lead.id, &lead.entitlement, &data);
            }
        });
        let mut noticed = Noticed::default();
        if let Some((lead, of_lead)) = of_lead {
            if of_lead.has_crossed || counted.concerns_all {
                noticed.group.push(lead.id);
            }
            if of_lead.concerns_all || counted.concerns_all {
                noticed.group.extend(lead.members.iter().flat_map(|all| all.iter().copied()));
            }
            noticed.lead_meter = of_lead.meter;
            counted.notices.extend(of_lead.notices);
        }
        let Counted { meter, has_crossed, notices, .. } = counted;
        Noticed { meter, has_crossed, notices, ..noticed }
    }

    /// Counts what was used while the data of a lead was shared, by a service that has its own again,
    /// against the quotas of that lead; the rest against its own.
    fn count_late(
        &self,
        directory: &dyn Directory,
        service: &Service,
        share: &Share,
        counting: &Counting,
    ) -> Noticed {
        let (own, data) = divided(&counting.usage, share);
        let lead = directory.service(service.tenant, share.lead);
        let of_lead = lead.as_ref().map(|lead| self.count_for(lead, data, counting));
        let counted = self.count(service, counting, &own, |meter| {
            if let Some(lead) = &lead {
                meter.count_share(lead.id, &lead.entitlement, &data);
            }
        });
        let mut noticed = counted.noticed_of(service);
        if let Some((lead, of_lead)) = lead.as_ref().zip(of_lead) {
            if of_lead.has_crossed {
                noticed.group.push(lead.id);
            }
            let of_lead = of_lead.noticed_of(lead);
            noticed.group.extend(of_lead.group);
            noticed.notices.extend(of_lead.notices);
            noticed.lead_meter = of_lead.meter;
        }
        noticed
    }

    /// Counts in the meter of the lead what another service has used of its data.
    fn count_for(&self, lead: &Service, data: UsageRecord, counting: &Counting) -> Counted {
        let counting = Counting { usage: data, is_own: false, ..*counting };
        self.count(lead, &counting, &[data], |_| ())
    }

    /// Counts in the own meter of a service that shares another one's data, of whose meter `known` is
    /// what was in it before.
    fn count_own(
        &self,
        service: &Service,
        counting: &Counting,
        known: Option<&Meter>,
        work: impl FnOnce(&mut Meter, &Entitlement),
    ) -> Counted {
        let (entitlement, alone) = (&service.entitlement, service.entitlement.alone());
        let Counting { usage, at: now, goes_on, .. } = *counting;
        let lead = self.lead_meter(entitlement);
        let mut counted = Counted::default();
        self.with(service.id, |activity| {
            if !activity.is_metered(entitlement) && !activity.is_metered(&alone) {
                return;
            }
            let session = Some(usage.session);
            let running = activity.running(entitlement, now);
            let stance = |activity: &ServiceActivity, lead: Option<&Meter>| {
                Standpoint(activity.stance(entitlement, lead, &running, session, now))
            };
            let (before, told) = (stance(activity, known), activity.told_of(&alone, &usage));
            counted.meter = Some(activity.count(service, |meter| {
                work(meter, &alone);
                if !goes_on {
                    meter.end_session(usage.session);
                }
            }));
            activity.tell_of(now);
            let after = stance(activity, lead.as_deref());
            counted.has_crossed = after.differs(&before);
            counted.concerns_all = after.concerns_all(&before);
            // Of what is shared the lead's count tells.
            let mut notices = activity.stance(&alone, None, &[], session, now).notices;
            notices.retain(|notice| !told.iter().any(|told| notice.is_told_by(told)));
            if !notices.is_empty() {
                activity.notice(&notices, &mut counted.meter);
            }
            counted.notices = notices;
        });
        counted
    }
}
