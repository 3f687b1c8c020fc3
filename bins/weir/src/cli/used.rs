//! What a service has used of its quotas and grants, as far as the store has it.

use std::sync::Arc;

use entitlement::{
    Allowance, Direction, Entitlement, Meter, OnlineTime, QuotaStatus, SessionKey, Shared,
    TimeZone, Timestamp, Window,
};
use serde_json::{Value, json};
use storage::ServiceEntry;

use super::open::Open;
use super::share::Group;
use crate::{clock, quotas, units};

/// What a service may do by itself.
pub(super) async fn rights(service: &ServiceEntry, open: &Open) -> anyhow::Result<Entitlement> {
    let (store, tenant) = (&open.store, open.tenant);
    let plan = store.plans(tenant).find(&service.plan_name).await?;
    let extras = store.services(tenant).extras(&service.login).await?;
    let time_zone = store.tenants().list().await?.into_iter().find(|of| of.id == tenant);
    Ok(Entitlement {
        standing: service.standing,
        validity: service.validity,
        fixed_ipv4: service.fixed_ipv4,
        networks: None,
        first_use: service.first_use,
        time_zone: time_zone.map_or(TimeZone::UTC, |tenant| tenant.time_zone),
        terms: Arc::new(plan.terms),
        extras: Some(Arc::new(extras)),
        shared: None,
    })
}

/// A service's rights, what it has used of them, and its open sessions.
pub(super) struct Used {
    entitlement: Entitlement,
    meter: Meter,
    sessions: Vec<(SessionKey, String)>,
    now: Timestamp,
}

impl Used {
    /// Of a service that is in a group, the data that all have.
    pub(super) async fn read(
        service: &ServiceEntry,
        group: Option<&Group>,
        open: &Open,
    ) -> anyhow::Result<Self> {
        let (store, tenant) = (&open.store, open.tenant);
        let mut entitlement = rights(service, open).await?;
        let meter_of = async |id| {
            let meter = store.meters(tenant).of_service(id).await?;
            anyhow::Ok(meter.map(|stored| Arc::unwrap_or_clone(stored.meter)).unwrap_or_default())
        };
        let mut meter = meter_of(service.id).await?;
        if let Some(group) = group.filter(|group| group.lead.id != service.id) {
            let own = group.services.iter().find(|part| part.service == service.id);
            entitlement.shared = Some(Arc::new(Shared {
                lead: group.lead.id,
                limit_octets: own.and_then(|part| part.limit_octets),
                of: Some(group.rules.clone()),
            }));
            meter = meter.with_data_of(&meter_of(group.lead.id).await?);
        }
        let sessions = store.sessions(tenant).open_of(service.id).await?.into_iter();
        let named = |id: aaa_engine::session::SessionId| (SessionKey(id.0), id.to_string());
        Ok(Self {
            entitlement,
            meter,
            sessions: sessions.map(|entry| named(entry.session.id)).collect(),
            now: clock::now(),
        })
    }

    /// Each quota; one of sessions for each that is open.
    fn quotas(&self) -> impl Iterator<Item = (Option<&str>, QuotaStatus<'_>)> {
        let of = move |session| self.entitlement.quotas(Some(&self.meter), session, self.now);
        let is_of_sessions = |status: &QuotaStatus<'_>| status.quota.window == Window::Session;
        let plain = of(None).into_iter().filter(move |status| !is_of_sessions(status));
        let of_sessions = self.sessions.iter().flat_map(move |(key, name)| {
            let quotas = of(Some(*key)).into_iter().filter(is_of_sessions);
            quotas.map(|status| (Some(name.as_str()), status))
        });
        plain.map(|status| (None, status)).chain(of_sessions)
    }

    /// As lines of a name and a value.
    pub(super) fn in_words(&self) -> Vec<(&'static str, String)> {
        let quota = |(session, status): (Option<&str>, QuotaStatus<'_>)| {
            let name = &status.quota.name;
            let used = quotas::used_in_words(status.charged, status.quota.amount());
            let of = session.map(|session| format!(" in session {session}"));
            let tier = quotas::tier_in_words(status.tier());
            let resets_at = status.resets_at.filter(|_| !status.quota.amount().is_nothing());
            let anew = resets_at.map(|at| format!("; anew {}", units::when(at)));
            let (of, anew) = (of.unwrap_or_default(), anew.unwrap_or_default());
            ("quota", format!("{name}: {used}{of}{tier}{anew}"))
        };
        let grants = self.entitlement.extras.iter().flat_map(|extras| &extras.grants);
        let grants = grants.filter(|grant| !grant.is_wallet()).map(|grant| {
            let used = grant.amount.with_units(self.meter.used_of(grant.id));
            let used = quotas::used_in_words(used, grant.amount);
            ("used", format!("grant {}: {used}", grant.id.0))
        });
        let left = self.online_left().map(|left| {
            let words = format!("{left} online with all grants, as far as sessions have reported");
            ("time left", words)
        });
        self.quotas().map(quota).chain(grants).chain(left).collect()
    }

    /// How much time online is left until a quota stops the service.
    pub(super) fn online_left(&self) -> Option<OnlineTime> {
        self.entitlement.stance(Some(&self.meter), &[], None, self.now).online_left
    }

    /// The quotas, for machines.
    pub(super) fn as_values(&self) -> Value {
        let value = |(session, status): (Option<&str>, QuotaStatus<'_>)| {
            let tier = status.tier().map(|tier| {
                json!({"percent": tier.percent, "action": tier.action.code(), "speed": match tier.action {
                    entitlement::TierAction::Throttle(speed) => Some(speed.to_string()),
                    _ => None,
                }})
            });
            let (octets, direction, online_s) = match status.quota.allowance {
                Allowance::Data { octets, direction } => (Some(octets.0), Some(direction), None),
                Allowance::Online(time) => (None, None, Some(time.0)),
            };
            let charged = status.charged.units();
            json!({
                "name": &*status.quota.name,
                "window": status.quota.window.code(),
                "direction": direction.map(Direction::code),
                "allowance_octets": octets,
                "used_octets": octets.map(|_| charged),
                "allowance_online_s": online_s,
                "used_online_s": online_s.map(|_| charged),
                "percent": status.percent(),
                "session": session,
                "from": status.from.map(units::rfc3339),
                "resets_at": status.resets_at.map(units::rfc3339),
                "tier": tier,
            })
        };
        self.quotas().map(value).collect()
    }

    /// How much of a grant is used, octets or seconds.
    pub(super) fn of_grant(&self, id: i64) -> u64 {
        self.meter.used_of(entitlement::GrantId(id))
    }
}
