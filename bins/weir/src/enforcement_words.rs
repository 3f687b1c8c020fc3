//! What sessions should have and were told, in words.

use aaa_engine::enforcement::{Goal, Posture, Step};
use entitlement::Speed;

use crate::units;

/// What a session should have.
pub(crate) fn goal(goal: &Goal) -> String {
    match goal {
        Goal::End => "end of the session".to_owned(),
        Goal::Have(posture) => self::posture(posture),
    }
}

fn posture(posture: &Posture) -> String {
    let mut words = Vec::new();
    if posture.is_quarantined {
        words.push("quarantine".to_owned());
    }
    match posture.speed {
        Some(speed) => words.push(self::speed(speed)),
        None if posture.services.say_terms => {}
        None => words.push("the NAS's own speed".to_owned()),
    }
    let names = [
        ("pool", &posture.quarantine_pool),
        ("list", &posture.address_list),
        ("group", &posture.group),
        ("mark", &posture.routing_mark),
    ];
    words.extend(
        names.iter().filter_map(|(what, name)| Some(format!("{what} {}", name.as_deref()?))),
    );
    let lists = [
        ("service", &posture.services.active),
        ("perhaps", &posture.services.doubtful),
        ("used up", &posture.services.used_up),
    ];
    for (what, texts) in lists {
        words.extend(texts.iter().map(|text| format!("{what} {text}")));
    }
    if words.is_empty() { "no services".to_owned() } else { words.join(", ") }
}

fn speed(speed: Speed) -> String {
    format!("{}/{}", units::rate(speed.upload), units::rate(speed.download))
}

/// What was done.
pub(crate) fn step(step: Step) -> String {
    match step {
        Step::AtLogin => "told at log-in".to_owned(),
        Step::Ordered => "ordered".to_owned(),
        Step::Sent { request, attempt } => format!("{} sent, try {attempt}", request.code()),
        Step::Confirmed { request } => format!("{} confirmed", request.code()),
        Step::Refused { request, error_cause: None } => format!("{} refused", request.code()),
        Step::Refused { request, error_cause: Some(cause) } => {
            let name = radius_dict::Dictionary::builtin()
                .attribute_by_name("Error-Cause")
                .and_then(|attribute| attribute.value_name(cause.into()));
            let name = name.map_or_else(|| cause.to_string(), |name| format!("{cause} {name}"));
            format!("{} refused: {name}", request.code())
        }
        Step::Unanswered { request } => format!("{} not answered", request.code()),
        Step::Reported => "reported by the NAS".to_owned(),
        Step::GivenUp => "given up".to_owned(),
    }
}
