//! The services of the NAS that a plan names, in the Access-Accept.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;

use std::sync::Arc;

use aaa_engine::auth::Credential;
use aaa_engine::catalogue::{Catalogue, ServiceLimits, Statistics, TemplateDraft};
use aaa_engine::ports::Nas;
use aaa_engine::{Activity, Dialects, Engine, Known, Outcome, Question, Reason, ReplyAttributes};
use common::*;
use entitlement::{Standing, Terms};
use radius_dict::{Dictionary, text};
use radius_proto::Packet;

fn catalogue() -> Catalogue {
    let draft = |name: &str, parameters: &[&str], limits| TemplateDraft {
        name: name.into(),
        parameters: parameters.iter().map(|parameter| parameter.parse().unwrap()).collect(),
        limits,
        ..TemplateDraft::default()
    };
    let tiered = ServiceLimits {
        timeout_s: Some(18_000),
        statistics: Some(Statistics::TimeVolume),
        ..ServiceLimits::default()
    };
    let none = ServiceLimits::default();
    let many = (1..=8).map(|number| draft(&format!("s{number}"), &[], none));
    let drafts = [
        draft("tiered", &["inputBW:bps", "outputBW:bps"], tiered),
        draft("voice", &["rate:kbps"], none),
    ];
    Catalogue::new(drafts.into_iter().chain(many).map(|draft| draft.check().unwrap())).unwrap()
}

fn network(services: &[&str], terms: Terms) -> Memory {
    let services = services.iter().map(|text| text.parse().unwrap()).collect();
    let terms = Terms { services, ..terms };
    let memory = Memory::with("alice", Credential::clear_text("x"), entitlement(terms));
    Memory { catalogue: Arc::new(catalogue()), ..memory }
}

fn of(dialect: &str) -> Nas {
    Nas { dialect: dialect.into(), ..nas(1) }
}

/// What is shown of an answer's packet, as lines.
fn lines(octets: &[u8]) -> Vec<String> {
    let packet = Packet::parse(octets).unwrap();
    let shown = text::packet(Dictionary::builtin(), packet).to_string();
    shown.lines().map(|line| line.trim().to_owned()).collect()
}

fn services(network: &Memory, nas: &Nas) -> Vec<String> {
    services_by(&engine(), network, nas)
}

fn services_by(engine: &Engine, network: &Memory, nas: &Nas) -> Vec<String> {
    let answered = answer(engine, network, nas, &pap("alice", "x"));
    assert_eq!(answered.decision.attempt.outcome, Outcome::Accepted);
    let of_services = |line: &String| {
        ["ERX-Service", "Cisco-Account-Info", "Mikrotik-Rate-Limit", "Huawei"]
            .iter()
            .any(|name| line.starts_with(name))
    };
    lines(&answered.octets).into_iter().filter(of_services).collect()
}

#[test]
fn juniper_is_told_of_the_plans_services_and_of_no_second_speed() {
    let network = network(&["tiered({upload}, {download})", "voice(64)"], terms());
    let expected = [
        "ERX-Service-Activate:1 = \"tiered(2000000, 10000000)\"",
        "ERX-Service-Activate:2 = \"voice(64)\"",
        "ERX-Service-Timeout:1 = 18000",
        "ERX-Service-Statistics:1 = time-volume",
    ];
    assert_eq!(services(&network, &of("juniper")), expected);
    // It is what is explained, too.
    let request = pap("alice", "x");
    let nas = of("juniper");
    let question = Question { nas: &nas, request: &Packet::parse(&request).unwrap(), at: NOW };
    let known = Known { directory: &network, activity: &Activity::new() };
    let mut reply = [0; 4096];
    let explained = engine().explain(known, &question, &mut reply).unwrap();
    let shown = lines(&reply[..explained.reply_len]);
    assert!(expected.iter().all(|line| shown.contains(&(*line).to_owned())), "{shown:?}");
}

#[test]
fn a_service_without_the_plans_rates_leaves_the_speed_to_the_dialect() {
    let terms = Terms { address_list: Some("paid".into()), ..terms() };
    let network = network(&["voice(64)"], terms);
    let expected = [
        "ERX-Service-Activate:1 = \"tiered(2000000, 10000000)\"",
        "ERX-Service-Activate:2 = \"paid\"",
        "ERX-Service-Activate:3 = \"voice(64)\"",
    ];
    assert_eq!(services(&network, &of("juniper")), expected);
}

#[test]
fn what_is_set_by_hand_has_its_own_tag() {
    let mut network = network(&["s1"], Terms::default());
    let by_hand = "ERX-Service-Activate:4 = \"by-hand\"";
    let list = ReplyAttributes::parse(by_hand, Dictionary::builtin()).unwrap();
    let (service, _) = network.services.get_mut(&b"alice"[..]).unwrap();
    service.reply_attributes = Some(list);
    assert_eq!(services(&network, &of("juniper")), [by_hand, "ERX-Service-Activate:5 = \"s1\""]);
}

#[test]
fn others_are_told_in_their_manner_or_not_at_all() {
    let network = network(&["tiered({upload}, {download})", "voice(64)"], terms());
    let cisco = [
        "Cisco-Account-Info = \"Atiered(2000000, 10000000)\"",
        "Cisco-Account-Info = \"Avoice(64)\"",
    ];
    assert_eq!(services(&network, &of("cisco")), cisco);
    let mikrotik = ["Mikrotik-Rate-Limit = \"2M/10M\""];
    assert_eq!(services(&network, &of("mikrotik")), mikrotik);
}

#[test]
fn a_dialect_of_ones_own_says_in_whose_manner() {
    let network = network(&["tiered({upload}, {download})"], terms());
    let mut dialects = Dialects::builtin();
    let text = "dialect acme\nspeed Huawei-Input-Average-Rate {upload:bps}";
    let services =
        |dialects| services_by(&Engine::new(settings(), dialects), &network, &of("acme"));
    dialects.add("acme.dialect", text, Dictionary::builtin()).unwrap();
    assert_eq!(services(dialects.clone()), ["Huawei-Input-Average-Rate = 2000000"]);
    let text = format!("{text}\nservices huawei-service-info");
    dialects.add("acme.dialect", &text, Dictionary::builtin()).unwrap();
    let told = ["Huawei-Service-Info = \"Atiered(2000000, 10000000)\""];
    assert_eq!(services(dialects), told);
}

fn reason(network: &Memory, nas: &Nas) -> (Outcome, Reason) {
    let answered = answer(&engine(), network, nas, &pap("alice", "x"));
    (answered.decision.attempt.outcome, answered.decision.attempt.reason)
}

#[test]
fn what_cannot_be_told_is_a_rejection_with_its_reason() {
    let refused = (Outcome::Rejected, Reason::PlanServices);
    for planned in [&["gone"][..], &["tiered(1)"], &["tiered(x, 2)"]] {
        assert_eq!(reason(&network(planned, terms()), &of("juniper")), refused, "{planned:?}");
    }
    let no_speed = network(&["tiered({upload}, {download})"], Terms::default());
    assert_eq!(reason(&no_speed, &of("juniper")), refused);
    // Eight have room, but not beside the dialect's own speed.
    let eight = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8"];
    assert_eq!(services(&network(&eight, Terms::default()), &of("juniper")).len(), 8);
    assert_eq!(reason(&network(&eight, terms()), &of("juniper")), refused);
    // Nokia knows profiles only.
    assert_eq!(reason(&network(&["voice(64)"], terms()), &of("nokia")), refused);
}

#[test]
fn quarantine_has_no_services() {
    let mut network = network(&["voice(64)", "gone"], terms());
    let (service, _) = network.services.get_mut(&b"alice"[..]).unwrap();
    service.entitlement.standing = Standing::Suspended;
    let answered = answer(&engine(), &network, &of("juniper"), &pap("alice", "x"));
    assert_eq!(answered.decision.attempt.outcome, Outcome::Quarantined);
    let shown = lines(&answered.octets);
    assert!(!shown.iter().any(|line| line.contains("voice")), "{shown:?}");
}
