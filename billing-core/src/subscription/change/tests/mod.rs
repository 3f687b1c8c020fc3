//! Worked tables: each says the rule that it shows. Amounts are KES, and months begin on the 1st unless
//! it says otherwise.

mod metered;
mod orders;
mod paid_times;
mod pauses;
mod plans;
mod properties;
mod renewals;
mod terminations;

use core::num::NonZeroU32;
use std::collections::BTreeMap;

use entitlement::{GrantKind, Measure, Octets, PlanId, TimeZone, Timestamp};

use super::*;
use crate::catalogue::{
    AddOn, AppliesTo, Billing, DataPackage, EarlyEnd, GrantedPer, MinimumTerm, OfferId, Package,
    Price, PriceList, PriceVersion, RecurringPrice, Trial, UsageTerms, UsageVersion, Visibility,
};
use crate::{
    Alignment, BilledIn, Event, Line, Money, Proration, Rounding, Transition, TransitionError,
    What, difference,
};

const INTERNET: ProductId = ProductId(1);
const TELEPHONY: ProductId = ProductId(2);
const PREPAID: ProductId = ProductId(3);

// Each offer is charged as the component of its number.
const HOME: OfferId = OfferId(1);
const OFFICE: OfferId = OfferId(2);
const YEARLY: OfferId = OfferId(3);
const TRIED: OfferId = OfferId(4);
const PHONE: OfferId = OfferId(5);
const PACKAGE: OfferId = OfferId(6);
/// Paid by use alone.
const METERED: OfferId = OfferId(7);

const TRIAL: ComponentId = ComponentId(14);
const ADDRESS: ComponentId = ComponentId(20);
const TELEVISION: ComponentId = ComponentId(21);
const VISIT: ComponentId = ComponentId(22);
const SETUP: ComponentId = ComponentId(30);
const CHANGE_FEE: ComponentId = ComponentId(31);

fn zone() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

/// Midnight before a day, or a time of it.
fn at(text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    zone().first_shown(text.parse().unwrap()).unwrap()
}

/// The day, and the time where it is not midnight.
fn shown(at: Timestamp) -> String {
    let text = zone().shown(at).unwrap().to_string();
    text.strip_suffix("T00:00:00").map_or(text.clone(), str::to_owned)
}

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn recurring(amount: &str, cadence: &str) -> Price {
    Price::Recurring(RecurringPrice {
        amount: kes(amount),
        cadence: cadence.parse().unwrap(),
        billed: Billing::InAdvance,
        proration: Proration::ByDay,
    })
}

fn always(price: Price) -> PriceList {
    let version = PriceVersion { from: at("2020-01-01"), applies_to: AppliesTo::Everybody, price };
    PriceList { versions: vec![version], ..Default::default() }
}

/// What is paid by use alone, 2 KES for each unit.
fn by_use(cadence: &str) -> PriceList {
    let terms = UsageTerms {
        cadence: cadence.parse().unwrap(),
        proration: Proration::ByDay,
        price: "each 2 KES".parse().unwrap(),
    };
    let usage = UsageVersion { from: at("2020-01-01"), applies_to: AppliesTo::Everybody, terms };
    PriceList { usage: vec![usage], ..Default::default() }
}

fn some(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

fn add_on(component: ComponentId, quantity_max: u32) -> AddOn {
    AddOn { component, quantity_min: some(1), quantity_max: some(quantity_max) }
}

fn offer(id: OfferId, product: ProductId) -> Offer {
    Offer {
        id,
        product,
        component: ComponentId(id.0),
        plan: Some(PlanId(id.0)),
        package: Package::default(),
        add_ons: Vec::new(),
        setup_fee: None,
        trial: None,
        minimum_term: None,
        rank: None,
        visibility: Visibility::default(),
    }
}

fn prices() -> BTreeMap<ComponentId, PriceList> {
    let prices = [
        (1, recurring("3000", "1 month")),
        (2, recurring("6000", "1 month")),
        (3, recurring("30000", "1 year")),
        (4, recurring("4500", "1 month")),
        (5, recurring("900", "3 months")),
        (6, Price::Once(kes("1500"))),
        (14, recurring("0", "1 month")),
        (20, recurring("500", "1 month")),
        (21, recurring("800", "1 month")),
        (22, Price::Once(kes("1000"))),
        (30, Price::Once(kes("2500"))),
        (31, Price::Once(kes("200"))),
    ];
    let mut prices: BTreeMap<_, _> =
        prices.into_iter().map(|(id, price)| (ComponentId(id), always(price))).collect();
    prices.insert(ComponentId(METERED.0), by_use("1 month"));
    prices
}

fn offers() -> Vec<Offer> {
    let data = DataPackage {
        octets: Octets(10_000_000_000),
        per: GrantedPer::Period,
        priority: 100,
        kind: GrantKind::Purchased,
        rollover: None,
    };
    let add_ons = |all: &[ComponentId]| all.iter().map(|it| add_on(*it, 8)).collect();
    let trial = Trial {
        component: TRIAL,
        lasts: "14 days".parse().unwrap(),
        becomes: ComponentId(TRIED.0),
    };
    let package =
        Package { lasts: Some("1 month".parse().unwrap()), data: Some(data), ..Package::default() };
    vec![
        Offer {
            add_ons: add_ons(&[ADDRESS, TELEVISION, VISIT]),
            setup_fee: Some(SETUP),
            ..offer(HOME, INTERNET)
        },
        Offer {
            add_ons: add_ons(&[ADDRESS, VISIT]),
            setup_fee: Some(SETUP),
            ..offer(OFFICE, INTERNET)
        },
        offer(YEARLY, INTERNET),
        Offer { trial: Some(trial), add_ons: add_ons(&[ADDRESS]), ..offer(TRIED, INTERNET) },
        offer(PHONE, TELEPHONY),
        Offer { package, ..offer(PACKAGE, PREPAID) },
        offer(METERED, INTERNET),
    ]
}

/// A subscription with what it was billed so far.
struct Account {
    timeline: Timeline,
    catalogue: Catalogue,
    terms: BillingTerms,
    billed: Vec<Line>,
    now: Timestamp,
}

impl Account {
    fn new(offers: Vec<Offer>) -> Self {
        let alignment = Alignment::DayOfMonth(1);
        let terms = BillingTerms::new(alignment, zone(), BilledIn::default(), Rounding::HalfUp);
        Self {
            timeline: Timeline::new([]).unwrap(),
            catalogue: Catalogue::new(prices(), offers).unwrap(),
            terms,
            billed: Vec::new(),
            now: at("2027-01-01"),
        }
    }

    /// One that has had an offer since a moment.
    fn with(offer: OfferId, when: &str) -> Self {
        let mut account = Self::new(offers());
        account.order(offer, when);
        account
    }

    fn order(&mut self, offer: OfferId, when: &str) {
        let order = Order { offer, begins: at(when), with_trial: false, add_ons: &[] };
        self.does(when, |it| it.subscribe(&order)).unwrap();
    }

    fn subscription(&self) -> Subscription<'_> {
        let Self { timeline, catalogue, terms, now, .. } = self;
        Subscription { timeline, catalogue, terms, now: *now }
    }

    /// Gives a command at a moment, and keeps what it changes.
    fn does(
        &mut self,
        when: &str,
        command: impl FnOnce(&Subscription<'_>) -> Result<Change, ChangeError>,
    ) -> Result<Change, ChangeError> {
        self.now = at(when);
        let change = command(&self.subscription())?;
        self.timeline = change.of(&self.timeline).unwrap();
        Ok(change)
    }

    fn changes(&mut self, when: &str, to: OfferId) {
        self.does(when, |it| it.change_plan(to, &ChangePolicy::default())).unwrap();
    }

    /// What cannot be done, in words.
    fn refuses(
        &mut self,
        when: &str,
        command: impl FnOnce(&Subscription<'_>) -> Result<Change, ChangeError>,
    ) -> String {
        self.does(when, command).unwrap_err().to_string()
    }

    /// Bills what is due; the lines as component, day on which the period begins, and amount.
    fn bill(&mut self, when: &str) -> Vec<String> {
        let Self { timeline, catalogue, terms, billed, .. } = &*self;
        let lines = difference(timeline, catalogue.prices(), terms, billed, at(when)).unwrap();
        let line = |line: &Line| {
            let begins = zone().shown(line.key.begins).unwrap().date();
            format!("{} {begins} {}", line.key.component, line.amount)
        };
        let lines_shown = lines.iter().map(line).collect();
        self.billed.extend(lines);
        lines_shown
    }

    /// What it has of the product Internet at a moment.
    fn has(&self, when: &str) -> Option<OfferId> {
        self.subscription().held(INTERNET, at(when)).map(|held| held.offer.id)
    }

    fn state(&self, when: &str) -> &'static str {
        self.timeline.state_at(at(when)).code()
    }
}

/// Events as moment and what happens.
fn events(events: &[Event]) -> Vec<String> {
    let event = |event: &Event| match event.what {
        What::Transition(transition) => format!("{} {transition}", shown(event.at)),
        What::Quantity { component, quantity } => {
            format!("{} {component} × {quantity}", shown(event.at))
        }
    };
    events.iter().map(event).collect()
}
