//! The catalogue of services: templates, changes, what is written, and what is known to be active.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod active;
mod changes;
mod templates;
mod wire;

use aaa_engine::catalogue::{
    Activation, Catalogue, MutexGroup, Profile, ProfileRole, ServiceLimits, ServiceTemplate,
    ServiceText, Statistics, TemplateDraft,
};
use entitlement::{BitsPerSecond, Speed};

/// A template as `tiered(upload:bps, download:bps)`.
pub(crate) fn draft(text: &str) -> TemplateDraft {
    let (name, rest) = text.split_once('(').unwrap_or((text, ""));
    let parameters =
        rest.trim_end_matches(')').split(", ").filter(|parameter| !parameter.is_empty());
    TemplateDraft {
        name: name.into(),
        parameters: parameters.map(|parameter| parameter.parse().unwrap()).collect(),
        ..TemplateDraft::default()
    }
}

pub(crate) fn limited(text: &str, limits: ServiceLimits) -> ServiceTemplate {
    TemplateDraft { limits, ..draft(text) }.check().unwrap()
}

pub(crate) fn in_group(text: &str, group: &str, router_deactivates: bool) -> ServiceTemplate {
    let mutex = Some(MutexGroup { name: group.into(), router_deactivates });
    TemplateDraft { mutex, ..draft(text) }.check().unwrap()
}

pub(crate) fn profile(name: &str, role: ProfileRole, default: &str) -> ServiceTemplate {
    let profile = Some(Profile { role, default: default.into() });
    TemplateDraft { profile, ..draft(name) }.check().unwrap()
}

/// The services of the examples in Juniper's manuals.
pub(crate) fn catalogue() -> Catalogue {
    let tiered = ServiceLimits {
        timeout_s: Some(18_000),
        statistics: Some(Statistics::TimeVolume),
        interim_interval_s: Some(600),
        ..ServiceLimits::default()
    };
    let voice = ServiceLimits {
        timeout_s: Some(3_600),
        interim_interval_s: Some(1_200),
        ..ServiceLimits::default()
    };
    Catalogue::new([
        limited("tiered(inputBW:bps, outputBW:bps)", tiered),
        limited("voice(rate:kbps)", voice),
        draft("http(portal:ipv4, port:port)").check().unwrap(),
        in_group("day", "clock", false),
        in_group("night(rate:bps)", "clock", false),
        in_group("red", "colour", true),
        in_group("blue", "colour", true),
    ])
    .unwrap()
}

pub(crate) fn speed() -> Option<Speed> {
    Some(Speed { upload: BitsPerSecond(1_280_000), download: BitsPerSecond(5_120_000) })
}

/// The services of these plan texts.
pub(crate) fn wanted(catalogue: &Catalogue, planned: &[&str]) -> Vec<Activation> {
    let planned: Vec<_> = planned.iter().map(|text| text.parse().unwrap()).collect();
    catalogue.activations(&planned, speed()).unwrap()
}

pub(crate) fn texts(texts: &[&str]) -> Vec<ServiceText> {
    texts.iter().map(|text| ServiceText::new(text).unwrap()).collect()
}
