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

/// What there is when these are entered at a moment: of what is later than that, and was not entered now,
/// what is not possible any more is gone. `None`: it is not possible.
pub fn entered(events: &[Event], new: &[Event], now: i64) -> Option<Vec<Event>> {
    let mut left: Vec<(Event, bool)> = events.iter().map(|it| (*it, false)).collect();
    left.extend(new.iter().map(|it| (*it, true)));
    left.sort_by_key(|(event, _)| event.at);
    let (mut kept, mut state) = (Vec::<(Event, bool)>::new(), "pending");
    for (event, is_new) in left {
        let next = match event.what {
            What::Is(word) => {
                let mut ways = WAYS.iter();
                ways.find(|(from, by, _)| *from == state && *by == word).map(|it| it.2)
            }
            What::Has(..) if state != "terminated" => Some(state),
            // Of what is over nothing changes; what came with the end, or was said before, does not matter.
            What::Has(..) => {
                let ended = kept.iter().rfind(|(it, _)| matches!(it.what, What::Is(_)));
                let with_end = ended.is_some_and(|(it, by_new)| *by_new && it.at == event.at);
                (with_end || !is_new && event.at <= now).then_some(state)
            }
        };
        match next {
            Some(next) => {
                state = next;
                kept.push((event, is_new));
            }
            None if !is_new && event.at > now => {}
            None => return None,
        }
    }
    // Those of before first, as they were.
    kept.sort_by_key(|(_, is_new)| *is_new);
    Some(kept.into_iter().map(|(event, _)| event).collect())
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

/// The plan of its service: that of the product which it took last, of those that it has and that have one.
pub fn plan<'p>(events: &[Event], products: &'p [Product], at: i64) -> Option<&'p str> {
    let with_plan = products.iter().filter(|product| product.plan.is_some());
    let taken = with_plan.filter_map(|product| Some((taken(events, product.id, at)?, product)));
    taken.max_by_key(|(taken, _)| *taken)?.1.plan.as_deref()
}

/// Behind how many others it has taken what it has now: it had none in the moment before.
fn taken(events: &[Event], product: i64, at: i64) -> Option<usize> {
    let events = in_order(events);
    let (mut had, mut taken) = (0, None);
    for (place, event) in events.iter().enumerate().filter(|(_, event)| event.at <= at) {
        let is_said_first = matches!(event.what, What::Has(of, _) if of == product)
            && !events[..place].iter().any(|before| {
                before.at == event.at && matches!(before.what, What::Has(of, _) if of == product)
            });
        if is_said_first {
            let has = quantity(&events, product, event.at);
            match (had > 0, has > 0) {
                (false, true) => taken = Some(place),
                (true, false) => taken = None,
                _ => {}
            }
            had = has;
        }
    }
    taken
}

pub fn standing(state: &str) -> &'static str {
    match state {
        "active" | "grace" => "active",
        "terminated" => "terminated",
        _ => "suspended",
    }
}
