//! What a service has paid that is paid as it goes, what is held for it, and how far the wallet covers it.

use entitlement::Octets;
use serde_json::{Value, json};
use storage::ReservationEntry;

use crate::units;

/// As lines of a name and a value.
pub(super) fn in_words(entry: &ReservationEntry) -> Vec<(&'static str, String)> {
    let used = Octets(entry.reported_units);
    let mut lines = vec![
        ("price", entry.price.to_string()),
        ("paid", format!("{} for {used} since {}", entry.committed, units::when(entry.begins_at))),
    ];
    for (tax, amount) in &entry.taxes {
        lines.push(("of it", format!("{tax}: {amount}")));
    }
    if let Some(hold) = entry.phase.hold() {
        let until = units::when(hold.expires_at);
        lines.push(("held", format!("{} until {until}", hold.amount)));
    }
    if !entry.uncovered.is_zero() {
        lines.push(("not covered", format!("{} of it are still to be paid", entry.uncovered)));
    }
    let left = match entry.covered_units {
        0 => "the wallet is used up".to_owned(),
        more => format!("{} more are covered by the wallet", Octets(more)),
    };
    lines.push(("wallet", left));
    lines
}

/// For machines.
pub(super) fn as_value(entry: &ReservationEntry) -> Value {
    let hold = entry.phase.hold();
    json!({
        "price": entry.price.to_string(),
        "since": units::rfc3339(entry.begins_at),
        "currency": entry.committed.currency().code(),
        "used_octets": entry.reported_units,
        "paid_minor": entry.committed.amount_minor(),
        "taxes": entry.taxes.iter().map(|(tax, amount)| json!({
            "tax": tax.name,
            "rate": tax.rate.to_string(),
            "amount_minor": amount.amount_minor(),
        })).collect::<Vec<_>>(),
        "held_minor": hold.map_or(0, |hold| hold.amount.amount_minor()),
        "held_until": hold.map(|hold| units::rfc3339(hold.expires_at)),
        "uncovered_minor": entry.uncovered.amount_minor(),
        "covered_octets": entry.covered_units,
    })
}
