//! `weir service share` and `unshare`: data that several services of a subscriber have together, and who
//! has used how much of it.

use core::num::NonZeroU64;

use clap::Args;
use entitlement::{Amount, Entitlement, Octets, ServiceId, ShareUsed, Timestamp};
use serde_json::{Value, json};
use storage::ServiceEntry;

use super::open::Open;
use super::plan::parse_amount;
use super::used;
use crate::{clock, quotas, units};

/// What `weir service share` can be told.
#[derive(Debug, Args)]
pub(super) struct Share {
    /// The name the service logs in with.
    login: String,
    /// The service of the same subscriber whose data it has from now on.
    #[arg(long, value_name = "LOGIN")]
    with: String,
    /// How much of it, in the window of the plan's first quota of data [default: all there is].
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount)]
    limit: Option<NonZeroU64>,
}

/// What `weir service unshare` can be told.
#[derive(Debug, Args)]
pub(super) struct Unshare {
    /// The name the service logs in with.
    login: String,
}

/// `weir service share`.
pub(super) async fn share(args: Share, open: &Open) -> anyhow::Result<()> {
    let Share { login, with, limit } = args;
    let services = open.store.services(open.tenant);
    let shared = services.share(&open.actor, &login, &with, limit).await?;
    let limit = shared.limit_octets.map(|limit| format!(", {} of it", Octets(limit.get())));
    let (login, lead, limit) = (shared.login, shared.lead_login, limit.unwrap_or_default());
    open.done(&format!("service `{login}` shares the data of `{lead}`{limit}"))
}

/// `weir service unshare`.
pub(super) async fn unshare(args: Unshare, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let ended = services.unshare(&open.actor, &args.login).await?;
    let (login, lead) = (ended.login, ended.lead_login);
    open.done(&format!("service `{login}` shares the data of `{lead}` no more and has its own"))
}

/// Services that have the data of one of them.
pub(super) struct Group {
    /// Whose it is.
    pub(super) lead: ServiceEntry,
    /// What the lead may do.
    pub(super) rules: Entitlement,
    /// All of them, the lead first.
    pub(super) services: Vec<Part>,
}

/// What one of them has used.
pub(super) struct Part {
    pub(super) service: ServiceId,
    pub(super) login: String,
    pub(super) limit_octets: Option<NonZeroU64>,
    /// `None` of the lead.
    pub(super) since: Option<Timestamp>,
    /// As far as the store has it; `None`: no window is shared.
    used: Option<ShareUsed>,
}

impl Group {
    /// That of a service; `None`: it shares no data, and nobody shares its own.
    pub(super) async fn of(service: &ServiceEntry, open: &Open) -> anyhow::Result<Option<Self>> {
        let services = open.store.services(open.tenant);
        let lead = match services.shares(&service.login).await? {
            Some(share) => services.find(&share.lead_login).await?,
            None => service.clone(),
        };
        let members = services.members(&lead.login).await?;
        if members.is_empty() {
            return Ok(None);
        }
        let (rules, now) = (used::rights(&lead, open).await?, clock::now());
        let ids = members.iter().map(|member| member.service).chain([lead.id]).collect::<Vec<_>>();
        let meters = open.store.meters(open.tenant).of_services(&ids).await?;
        let used = |service| match meters.get(&service) {
            Some(stored) => stored.meter.share_used(lead.id, &rules, now),
            None => entitlement::Meter::default().share_used(lead.id, &rules, now),
        };
        let first = Part {
            service: lead.id,
            login: lead.login.clone(),
            limit_octets: None,
            since: None,
            used: used(lead.id),
        };
        let members = members.into_iter().map(|member| Part {
            service: member.service,
            limit_octets: member.limit_octets,
            since: Some(member.since),
            used: used(member.service),
            login: member.login,
        });
        let services = [first].into_iter().chain(members).collect();
        Ok(Some(Self { lead, rules, services }))
    }

    /// What one service has of it, and for the lead each of the others, as lines of a name and a value.
    pub(super) fn in_words(&self, service: ServiceId) -> Vec<(&'static str, String)> {
        if service == self.lead.id {
            let part = |part: &Part| {
                let name = if part.since.is_some() { "shared with" } else { "used itself" };
                (name, format!("{}: {}", part.login, part.in_words()))
            };
            return self.services.iter().map(part).collect();
        }
        let own = self.services.iter().filter(|part| part.service == service);
        let own = own.map(|part| {
            let since = part.since.map(|since| format!(" since {}", units::when(since)));
            let (lead, since) = (&self.lead.login, since.unwrap_or_default());
            ("shares", format!("the data of {lead}{since}: {}", part.in_words()))
        });
        own.collect()
    }

    /// For machines.
    pub(super) fn as_value(&self) -> Value {
        let services = self.services.iter().map(|part| {
            json!({
                "login": part.login,
                "limit_octets": part.limit_octets,
                "since": part.since.map(units::rfc3339),
                "used_octets": part.used.map(|used| used.octets),
            })
        });
        let window = self.services.first().and_then(|part| part.used);
        json!({
            "lead": self.lead.login,
            "from": window.and_then(|window| window.from).map(units::rfc3339),
            "resets_at": window.and_then(|window| window.resets_at).map(units::rfc3339),
            "services": services.collect::<Vec<_>>(),
        })
    }
}

impl Part {
    /// How much it has used, of how much it may.
    pub(super) fn in_words(&self) -> String {
        let data = |octets| Amount::Data(Octets(octets));
        let used = self.used.map_or(0, |used| used.octets);
        match self.limit_octets {
            Some(limit) => quotas::used_in_words(data(used), data(limit.get())),
            None => format!("{} used", quotas::rounded(used)),
        }
    }

    pub(super) fn used_octets(&self) -> u64 {
        self.used.map_or(0, |used| used.octets)
    }
}
