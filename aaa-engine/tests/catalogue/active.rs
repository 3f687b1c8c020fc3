//! Which services a session has.

use std::collections::BTreeMap;
use std::sync::Arc;

use aaa_engine::catalogue::{
    ACTIVE_SERVICES_MAX, ActiveServices, Catalogue, ServiceChange, ServiceLimits, ServiceText,
    ToldBy,
};
use aaa_engine::ports::NasId;
use aaa_engine::session::SessionId;
use aaa_engine::{AccountingEvent, AccountingKind, ActivatedService, Counters, SessionIpv6};
use entitlement::{TenantId, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{catalogue, draft, limited, texts, wanted};

const fn at(moment: i64) -> Timestamp {
    Timestamp::from_unix_s(1_800_000_000 + moment)
}

const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 5 };

/// A record of the session itself, or of the `child` of it that has this name.
fn record(kind: AccountingKind, of: Option<(&str, u32)>, happened: i64) -> AccountingEvent {
    let parent: Arc<[u8]> = b"0001048577"[..].into();
    let acct_session_id: Arc<[u8]> = match of {
        None => Arc::clone(&parent),
        Some((_, child)) => format!("0001048577:{child}").into_bytes().into(),
    };
    let activated = of.map(|(name, _)| ActivatedService { parent, name: name.into() });
    AccountingEvent {
        session: SessionId([1; 16]),
        tenant: TenantId(1),
        nas: NasId(1),
        received_at: at(happened),
        happened_at: at(happened),
        kind,
        acct_session_id,
        login: "client1@isp1.com".into(),
        calling_station_id: Arc::default(),
        framed_ipv4: None,
        ipv6: SessionIpv6::default(),
        service: None,
        activated: activated.map(Arc::new),
        interim_interval_s: None,
        counters: Counters::default(),
        meter: None,
        lead_meter: None,
    }
}

fn shown(services: &ActiveServices) -> Vec<String> {
    services.active().iter().map(ToString::to_string).collect()
}

#[test]
fn a_login_tells_accounting_confirms_and_ends() {
    let told = texts(&["tiered(1, 2)", "voice(64)"]);
    // The NAS spaces what it reports as it likes; what is known stays what it was told.
    let mut services = ActiveServices::active_from(
        &told,
        at(0),
        &[record(AccountingKind::Start, Some(("tiered(1,2)", 1)), 1)],
    );
    assert_eq!(shown(&services), ["tiered(1, 2)", "voice(64)"]);
    let [tiered, voice] = services.all() else { panic!("{services:?}") };
    assert_eq!(tiered.reported_as.as_deref(), Some(&b"0001048577:1"[..]));
    assert_eq!((voice.told_by, &voice.reported_as), (ToldBy::Login, &None));

    services.reported(&record(STOP, Some(("tiered(1,2)", 1)), 720));
    assert_eq!(shown(&services), ["voice(64)"]);
    // A report that was late does not bring it back.
    services.reported(&record(AccountingKind::Interim, Some(("tiered(1,2)", 1)), 600));
    assert_eq!(shown(&services), ["voice(64)"]);
    services.reported(&record(AccountingKind::Interim, None, 800));
    assert_eq!(shown(&services), ["voice(64)"]);
    services.reported(&record(STOP, None, 900));
    assert_eq!(services, ActiveServices::default());
}

#[test]
fn all_are_gone_when_the_session_or_its_nas_is() {
    let ends = [STOP, AccountingKind::Silence, AccountingKind::On, AccountingKind::Off];
    for kind in ends {
        let mut services = ActiveServices::at_login(&texts(&["red"]), at(0));
        services.reported(&record(kind, None, 9));
        assert!(services.all().is_empty(), "{kind:?}");
    }
    for kind in [AccountingKind::Start, AccountingKind::Interim] {
        let mut services = ActiveServices::at_login(&texts(&["red"]), at(0));
        services.reported(&record(kind, None, 9));
        assert_eq!(shown(&services), ["red"], "{kind:?}");
    }
    // A service that reports nothing is not over.
    let mut services = ActiveServices::at_login(&texts(&["red"]), at(0));
    services.reported(&record(AccountingKind::Silence, Some(("red", 1)), 9));
    assert_eq!(shown(&services), ["red"]);
}

#[test]
fn what_an_acknowledged_change_replaces_is_gone_on_either_method() {
    let catalogue = catalogue();
    for (first, second) in [("day", "night(5)"), ("red", "blue")] {
        let mut services = ActiveServices::at_login(&texts(&[first]), at(0));
        let wanted = wanted(&catalogue, &[second]);
        let change = ServiceChange::between(&services.active(), &wanted, &catalogue).unwrap();
        services.acknowledged(&change, at(5));
        assert_eq!(shown(&services), [second]);
        assert_eq!(services.all().last().map(|service| service.told_by), Some(ToldBy::Coa));
        // The record of the end of what was replaced comes later.
        services.reported(&record(STOP, Some((first, 1)), 5));
        assert_eq!(shown(&services), [second]);
    }
}

#[test]
fn a_service_that_nobody_told_of_is_deactivated_as_it_is_reported() {
    let odd = "http( 192.168.25.2 ,80)";
    let start = record(AccountingKind::Start, Some((odd, 1)), 1);
    let services = ActiveServices::active_from(&[], at(0), &[start]);
    assert_eq!(services.all()[0].told_by, ToldBy::Nobody);
    let change = ServiceChange::between(&services.active(), &[], &catalogue()).unwrap();
    assert_eq!(change.deactivate, texts(&[odd]));
}

#[test]
fn a_used_up_service_is_not_given_anew() {
    let hour = ServiceLimits { timeout_s: Some(3_600), ..ServiceLimits::default() };
    let templates = [limited("turbo", hour), draft("red").check().unwrap()];
    let catalogue = Catalogue::new(templates).unwrap();
    let wanted = wanted(&catalogue, &["turbo", "red"]);
    let left = |services: &ActiveServices| {
        services.not_used_up(&wanted).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let mut services = ActiveServices::at_login(&texts(&["turbo", "red"]), at(0));
    assert_eq!(left(&services), ["turbo", "red"]);
    for (name, child) in [("turbo", 1), ("red", 2)] {
        services.reported(&record(STOP, Some((name, child)), 3_600));
    }
    assert!(services.active().is_empty());
    // Red has no limit: whoever cleared it on the router did not end it for good.
    assert_eq!(left(&services), ["red"]);
    // What was deactivated is not used up, when its end is reported at last.
    let off = ServiceChange { deactivate: texts(&["turbo"]), ..ServiceChange::default() };
    let mut services = ActiveServices::at_login(&texts(&["turbo"]), at(0));
    services.acknowledged(&off, at(5));
    services.reported(&record(STOP, Some(("turbo", 1)), 5));
    assert_eq!(left(&services), ["turbo", "red"]);
}

#[test]
fn a_session_has_room_for_so_many_services() {
    let mut services = ActiveServices::default();
    let start = |number: u32| {
        record(AccountingKind::Start, Some((&format!("s{number}"), number)), i64::from(number))
    };
    let most = u32::try_from(ACTIVE_SERVICES_MAX).unwrap();
    (0..=most).for_each(|number| services.reported(&start(number)));
    assert_eq!(services.all().len(), ACTIVE_SERVICES_MAX);
    assert!(!shown(&services).contains(&format!("s{most}")));
    services.reported(&record(STOP, Some(("s3", 3)), 99));
    services.reported(&start(most));
    assert!(shown(&services).contains(&format!("s{most}")));
    assert_eq!(services.all().len(), ACTIVE_SERVICES_MAX);
}

/// What can happen to a session.
#[derive(Debug, Clone)]
enum Step {
    /// Of the services in the model, those of these bits are wanted, and the NAS is told.
    Want(u8),
    /// The acknowledgement arrives.
    Acknowledge,
    /// A service ends on the NAS, or is activated there by hand.
    Toggle(usize),
    /// Those that are active report.
    Interim,
    /// One of the records on their way arrives, and may be sent again.
    Deliver(Index, bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0_u8..16).prop_map(Step::Want),
        2 => Just(Step::Acknowledge),
        2 => (0_usize..4).prop_map(Step::Toggle),
        1 => Just(Step::Interim),
        4 => (any::<Index>(), any::<bool>()).prop_map(|(which, again)| Step::Deliver(which, again)),
    ]
}

const MODEL: [&str; 4] = ["tiered(1, 2)", "voice(64)", "red", "blue"];

/// As the NAS of the model reports them.
const REPORTED: [&str; 4] = ["tiered(1,2)", "voice(64)", "red", "blue"];

/// A NAS that does as it is told, and its accounting on a network that delays and repeats.
#[derive(Default)]
struct Model {
    clock: i64,
    active: BTreeMap<usize, u32>,
    children: u32,
    underway: Vec<AccountingEvent>,
    unacknowledged: Option<(ServiceChange, i64)>,
}

impl Model {
    fn report(&mut self, kind: AccountingKind, service: usize, child: u32) {
        self.underway.push(record(kind, Some((REPORTED[service], child)), self.clock));
    }

    fn activate(&mut self, service: usize) {
        // Red and blue are of one group.
        if service >= 2 {
            self.deactivate(5 - service);
        }
        if !self.active.contains_key(&service) {
            self.children += 1;
            self.active.insert(service, self.children);
            self.report(AccountingKind::Start, service, self.children);
        }
    }

    fn deactivate(&mut self, service: usize) {
        if let Some(child) = self.active.remove(&service) {
            self.report(STOP, service, child);
        }
    }

    fn obey(&mut self, change: ServiceChange) {
        let number = |text: &ServiceText| {
            let known = [MODEL, REPORTED].concat();
            known.iter().position(|name| *name == text.as_str()).map(|place| place % MODEL.len())
        };
        change.deactivate.iter().filter_map(number).for_each(|service| self.deactivate(service));
        for activation in &change.activate {
            self.activate(number(activation.text()).unwrap());
        }
        self.unacknowledged = Some((change, self.clock));
    }

    fn step(&mut self, step: &Step, services: &mut ActiveServices, catalogue: &Catalogue) {
        self.clock += 1;
        match step {
            Step::Want(bits) => {
                self.acknowledge(services);
                // Not red and blue both.
                let bits = if bits & 12 == 12 { bits & 7 } else { *bits };
                let names = MODEL.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
                let names: Vec<&str> = names.map(|(_, name)| *name).collect();
                let wanted = wanted(catalogue, &names);
                let active = services.active();
                self.obey(ServiceChange::between(&active, &wanted, catalogue).unwrap());
            }
            Step::Acknowledge => self.acknowledge(services),
            Step::Toggle(service) if self.active.contains_key(service) => self.deactivate(*service),
            Step::Toggle(service) => self.activate(*service),
            Step::Interim => {
                for (service, child) in self.active.clone() {
                    self.report(AccountingKind::Interim, service, child);
                }
            }
            Step::Deliver(which, again) if !self.underway.is_empty() => {
                let place = which.index(self.underway.len());
                services.reported(&self.underway[place]);
                if !again {
                    self.underway.remove(place);
                }
            }
            Step::Deliver(..) => {}
        }
    }

    fn acknowledge(&mut self, services: &mut ActiveServices) {
        if let Some((change, sent)) = self.unacknowledged.take() {
            services.acknowledged(&change, at(sent));
        }
    }
}

proptest! {
    /// However records and acknowledgements overtake each other, when all have arrived it is known
    /// what is active on the NAS; and the end of the session ends all.
    #[test]
    fn what_is_known_becomes_what_is(
        steps in proptest::collection::vec(step(), 0..60),
        order in any::<u64>(),
    ) {
        let catalogue = catalogue();
        let (mut model, mut services) = (Model::default(), ActiveServices::default());
        for step in &steps {
            model.step(step, &mut services, &catalogue);
        }
        model.acknowledge(&mut services);
        let mut order = order;
        while !model.underway.is_empty() {
            let count = model.underway.len() as u64;
            let event = model.underway.remove(usize::try_from(order % count).unwrap());
            order = (order / count) ^ order.rotate_left(17);
            services.reported(&event);
            services.reported(&event);
        }
        let mut known: Vec<String> = services.active().iter().map(|text| text.to_string().replace(", ", ",")).collect();
        known.sort();
        let mut actual: Vec<String> =
            model.active.keys().map(|service| REPORTED[*service].to_owned()).collect();
        actual.sort();
        prop_assert_eq!(known, actual);
        services.reported(&record(STOP, None, model.clock + 1));
        prop_assert!(services.all().is_empty());
    }
}
