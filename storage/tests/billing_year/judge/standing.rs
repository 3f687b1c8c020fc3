//! What has become of a subscription.

use super::facts::{Event, Product, What};

/// Every way from one state to another.
const WAYS: [(&str, &str, &str); 20] = [
    ("pending", "activate", "active"),
    ("pending", "terminate", "terminated"),
    ("active", "fall-due", "grace"),
    ("active", "suspend", "suspended"),
    ("grace", "suspend", "suspended"),
    ("grace", "settle", "active"),
    ("suspended", "settle", "active"),
    ("suspended", "promise", "grace"),
    ("active", "pause", "paused"),
    ("paused", "resume", "active"),
    ("active", "block", "blocked"),
    ("grace", "block", "blocked"),
    ("suspended", "block", "blocked"),
    ("paused", "block", "blocked"),
    ("blocked", "unblock", "active"),
    ("active", "terminate", "terminated"),
    ("grace", "terminate", "terminated"),
    ("suspended", "terminate", "terminated"),
    ("paused", "terminate", "terminated"),
    ("blocked", "terminate", "terminated"),
];

pub fn in_order(events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    events.sort_by_key(|event| event.at);
    events
}

/// The state at a moment; `None`: something has happened that cannot.
pub fn state(events: &[Event], at: i64) -> Option<&'static str> {
    let mut state = "pending";
    for event in in_order(events).iter().filter(|event| event.at <= at) {
        if let What::Is(word) = event.what {
            let way = WAYS.iter().find(|(from, by, _)| *from == state && *by == word);
            state = way?.2;
        }
    }
    Some(state)
}

pub fn quantity(events: &[Event], product: i64, at: i64) -> u32 {
    let mut has = 0;
    for event in in_order(events).iter().filter(|event| event.at <= at) {
        if let What::Has(of, count) = event.what
            && of == product
        {
            has = count;
        }
    }
    has
}

/// The plan of its service: that of the last product it has which has one.
pub fn plan<'p>(events: &[Event], products: &'p [Product], at: i64) -> Option<&'p str> {
    let held = products.iter().filter(|product| quantity(events, product.id, at) > 0);
    let with_plan = held.filter(|product| product.plan.is_some());
    with_plan.max_by_key(|product| product.id)?.plan.as_deref()
}

pub fn standing(state: &str) -> &'static str {
    match state {
        "active" | "grace" => "active",
        "terminated" => "terminated",
        _ => "suspended",
    }
}
