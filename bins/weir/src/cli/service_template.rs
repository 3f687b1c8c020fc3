//! `weir service-template`: the services of NASes that plans may name.

use std::process::ExitCode;
use std::sync::Arc;

use aaa_engine::catalogue::{
    MutexGroup, Parameter, Profile, ProfileRole, ServiceLimits, ServiceTemplate, Statistics,
    TemplateDraft,
};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::json;

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with service templates.
#[derive(Debug, Subcommand)]
pub(super) enum ServiceTemplateCommand {
    /// Add a service that NASes activate within a session.
    ///
    /// Plans name it with an argument for each parameter: `weir plan set gold --service
    /// 'tiered({upload}, {download})'`. The NAS is told exactly that, with the numbers in their
    /// places.
    Add(TemplateOptions),
    /// Change one, to exactly what is given here; refused when a plan would be wrong.
    Set(TemplateOptions),
    /// List them.
    List,
    /// Show one, with the plans that name it.
    Show {
        /// What it is called.
        name: String,
    },
    /// Remove one that no plan names.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What a service template can be told.
#[derive(Debug, Args)]
pub(super) struct TemplateOptions {
    /// What the NAS calls the service: the name of its macro, dynamic profile or profile.
    name: String,
    /// What it takes, as NAME:KIND, in the order of the NAS; repeat it for more. Kinds: bps and kbps
    /// (rates), octets, seconds, number, ipv4, port and text.
    #[arg(long, value_name = "NAME:KIND", value_parser = parameter)]
    parameter: Vec<Parameter>,
    /// When the NAS ends it, for example 12h, at most 16777215s; 0s for never (Juniper).
    #[arg(long, value_name = "SPAN", value_parser = units::parse_span_s)]
    timeout: Option<u32>,
    /// After how many megabytes to the subscriber the NAS ends it, 0 for never; needs --statistics
    /// time-volume (Juniper).
    #[arg(long, value_name = "MB")]
    volume_mb: Option<u32>,
    /// Further units of 4 GiB of that volume (Juniper MX).
    #[arg(long, value_name = "NUMBER")]
    volume_gigawords: Option<u32>,
    /// What it counts: off, time or time-volume (Juniper).
    #[arg(long, value_name = "WHAT", value_parser = codes(Statistics::ALL.map(Statistics::code)))]
    statistics: Option<String>,
    /// How often it reports, 600s to 86400s, or 0s for not at all (Juniper).
    #[arg(long, value_name = "SPAN", value_parser = units::parse_span_s)]
    interim_interval: Option<u32>,
    /// The group of services of which one is active at a time.
    #[arg(long, value_name = "GROUP")]
    mutex_group: Option<String>,
    /// The router deactivates the active one of the group by itself (its macro names the group), so
    /// that it is not told to.
    #[arg(long, requires = "mutex_group")]
    router_deactivates: bool,
    /// It is a profile of the NAS: sla or subscriber (Nokia).
    #[arg(long, value_name = "WHICH", requires = "default_profile",
          value_parser = codes([ProfileRole::Sla, ProfileRole::Subscriber].map(ProfileRole::code)))]
    profile: Option<String>,
    /// The profile that is in force without it.
    #[arg(long, value_name = "NAME", requires = "profile")]
    default_profile: Option<String>,
}

fn codes<const N: usize>(codes: [&'static str; N]) -> PossibleValuesParser {
    PossibleValuesParser::new(codes)
}

fn parameter(text: &str) -> Result<Parameter, String> {
    text.parse().map_err(|error: aaa_engine::catalogue::CatalogueError| error.to_string())
}

impl TemplateOptions {
    fn draft(self) -> TemplateDraft {
        let role = self.profile.as_deref().and_then(ProfileRole::from_code);
        let profile = role.zip(self.default_profile);
        TemplateDraft {
            name: self.name.into(),
            parameters: self.parameter,
            limits: ServiceLimits {
                timeout_s: self.timeout,
                volume_mb: self.volume_mb,
                volume_gigawords: self.volume_gigawords,
                statistics: self.statistics.as_deref().and_then(Statistics::from_code),
                interim_interval_s: self.interim_interval,
            },
            mutex: self.mutex_group.map(|name| MutexGroup {
                name: Arc::from(name),
                router_deactivates: self.router_deactivates,
            }),
            profile: profile.map(|(role, default)| Profile { role, default: default.into() }),
        }
    }
}

pub(super) fn run(command: ServiceTemplateCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let templates = open.store.service_templates(open.tenant);
        match command {
            ServiceTemplateCommand::Add(options) => {
                let template = templates.add(&open.actor, options.draft()).await?;
                open.done(&format!("service template `{template}` added"))
            }
            ServiceTemplateCommand::Set(options) => {
                let template = templates.update(&open.actor, options.draft()).await?;
                open.done(&format!("service template `{template}` changed"))
            }
            ServiceTemplateCommand::List => list(&open, globals).await,
            ServiceTemplateCommand::Show { name } => show(&name, &open, globals).await,
            ServiceTemplateCommand::Remove { name } => {
                templates.remove(&open.actor, &name).await?;
                open.done(&format!("service template `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn list(open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let templates = open.store.service_templates(open.tenant).list().await?;
    if globals.json {
        return print::json(&templates.iter().map(as_json).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("SERVICE"),
        Column::Left("LIMITS"),
        Column::Left("GROUP"),
        Column::Left("PROFILE"),
    ]);
    for template in &templates {
        let group = template.mutex().map(group_in_words);
        let profile = template.profile().map(profile_in_words);
        table.row([
            template.to_string(),
            limits_in_words(template.limits()),
            group.unwrap_or_default(),
            profile.unwrap_or_default(),
        ]);
    }
    print::block(&table.render())
}

async fn show(name: &str, open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let template = open.store.service_templates(open.tenant).find(name).await?;
    let plans = open.store.plans(open.tenant).list().await?;
    let named_by = plans.iter().flat_map(|plan| {
        let services = plan.terms.services.iter().filter(|of| *of.template == *name);
        services.map(|service| (plan.name.as_str(), service.to_string()))
    });
    if globals.json {
        let mut value = as_json(&template);
        let plans = named_by.map(|(plan, service)| json!({"plan": plan, "service": service}));
        if let Some(object) = value.as_object_mut() {
            object.insert("named_by".to_owned(), plans.collect());
        }
        return print::json(&value);
    }
    print::line(&format!("service {template}"))?;
    let limits = limits_in_words(template.limits());
    let group = template.mutex().map(group_in_words).unwrap_or_default();
    let profile = template.profile().map(profile_in_words).unwrap_or_default();
    for (what, value) in [("limits", limits), ("mutex group", group), ("profile", profile)] {
        if !value.is_empty() {
            print::line(&format!("{what}: {value}"))?;
        }
    }
    for (plan, service) in named_by {
        print::line(&format!("plan {plan}: {service}"))?;
    }
    Ok(())
}

fn limits_in_words(limits: &ServiceLimits) -> String {
    let ServiceLimits { timeout_s, volume_mb, volume_gigawords, statistics, interim_interval_s } =
        *limits;
    let words = [
        timeout_s.map(|timeout_s| format!("timeout {}", units::span(timeout_s))),
        volume_mb.map(|mb| format!("volume {mb} MB")),
        volume_gigawords.map(|gigawords| format!("and {gigawords} times 4 GiB")),
        statistics.map(|statistics| format!("statistics {}", statistics.code())),
        interim_interval_s.map(|interval_s| format!("reports every {}", units::span(interval_s))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn group_in_words(mutex: &MutexGroup) -> String {
    let who = if mutex.router_deactivates { ", the router deactivates" } else { "" };
    format!("{}{who}", mutex.name)
}

fn profile_in_words(profile: &Profile) -> String {
    format!("{}, else {}", profile.role.code(), profile.default)
}

fn as_json(template: &ServiceTemplate) -> serde_json::Value {
    let limits = template.limits();
    let parameters = template.parameters().iter();
    json!({
        "name": &**template.name(),
        "parameters": parameters
            .map(|of| json!({"name": &*of.name, "kind": of.kind.code()}))
            .collect::<Vec<_>>(),
        "timeout_s": limits.timeout_s,
        "volume_mb": limits.volume_mb,
        "volume_gigawords": limits.volume_gigawords,
        "statistics": limits.statistics.map(Statistics::code),
        "interim_interval_s": limits.interim_interval_s,
        "mutex_group": template.mutex().map(|mutex| &*mutex.name),
        "router_deactivates": template.mutex().is_some_and(|mutex| mutex.router_deactivates),
        "profile": template.profile().map(|profile| profile.role.code()),
        "default_profile": template.profile().map(|profile| &*profile.default),
    })
}
