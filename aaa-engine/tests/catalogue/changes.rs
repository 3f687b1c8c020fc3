//! What makes the wanted services active.

use aaa_engine::catalogue::{
    CHANGE_LEN_MAX, Catalogue, Message, ServiceChange, ServiceManner, ServiceTag, ServiceText,
};
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::{catalogue, draft, texts, wanted};

fn change(active: &[&str], planned: &[&str]) -> ServiceChange {
    let catalogue = catalogue();
    ServiceChange::between(&texts(active), &wanted(&catalogue, planned), &catalogue).unwrap()
}

fn shown<T: ToString>(services: &[T]) -> Vec<String> {
    services.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_active_and_wanted_is_left_alone() {
    let change = change(&["voice(64)", "red"], &["red", "voice(64)"]);
    assert_eq!(change, ServiceChange::default());
    assert!(change.is_empty());
}

#[test]
fn another_argument_is_another_service() {
    let change = change(&["voice(64)"], &["voice(128)"]);
    assert_eq!(shown(&change.activate), ["voice(128)"]);
    assert_eq!(shown(&change.deactivate), ["voice(64)"]);
}

#[test]
fn a_service_is_deactivated_exactly_as_it_was_told() {
    let odd = "http( 192.168.25.2 ,80)";
    let change = change(&[odd, "of another system"], &["http(192.168.25.2, 80)"]);
    assert_eq!(shown(&change.deactivate), [odd, "of another system"]);
    assert_eq!(shown(&change.activate), ["http(192.168.25.2, 80)"]);
}

#[test]
fn a_group_whose_router_does_nothing_is_told_of_both() {
    let change = change(&["day"], &["night(5)"]);
    assert_eq!(shown(&change.activate), ["night(5)"]);
    assert_eq!(shown(&change.deactivate), ["day"]);
    assert!(change.replaced.is_empty());
}

#[test]
fn a_group_whose_router_deactivates_is_told_of_the_new_one_only() {
    let replacing = change(&["red"], &["blue"]);
    assert_eq!(shown(&replacing.activate), ["blue"]);
    assert!(replacing.deactivate.is_empty());
    assert_eq!(shown(&replacing.replaced), ["red"]);
    // The router does so when another is activated, and not else.
    let ending = change(&["red"], &[]);
    assert_eq!(shown(&ending.deactivate), ["red"]);
    let stale = change(&["red", "blue"], &["blue"]);
    assert_eq!(shown(&stale.deactivate), ["red"]);
}

#[test]
fn nine_services_take_two_packets() {
    let catalogue =
        Catalogue::new((1..=9).map(|n| draft(&format!("s{n}(rate:bps)")).check().unwrap()))
            .unwrap();
    let planned: Vec<String> = (1..=9).map(|n| format!("s{n}(2)")).collect();
    let planned: Vec<&str> = planned.iter().map(String::as_str).collect();
    let active = texts(&["s9(1)", "s1(1)", "other"]);
    let change =
        ServiceChange::between(&active, &wanted(&catalogue, &planned), &catalogue).unwrap();
    let packets = |first| {
        let first = ServiceTag::new(first).unwrap();
        ServiceManner::Juniper.packets(Message::CoaRequest, &change, first, &catalogue)
    };
    let shown: Vec<_> = packets(1)
        .iter()
        .map(|packet| (packet.activate.len(), shown(&packet.deactivate)))
        .collect();
    // Each deactivation is with what it makes way for.
    assert_eq!(shown, [(8, vec!["s1(1)".to_owned()]), (1, vec!["s9(1)".into(), "other".into()])]);
    let counts =
        |first| packets(first).iter().map(|packet| packet.activate.len()).collect::<Vec<_>>();
    assert_eq!(counts(6), [3, 3, 3]);
    assert_eq!(counts(8), [1; 9]);
}

#[test]
fn others_are_told_one_thing_at_a_time() {
    let catalogue = catalogue();
    let change = change(&["red", "of another system"], &["blue", "day"]);
    let packets = |manner: ServiceManner, message| {
        let packets = manner.packets(message, &change, ServiceTag::FIRST, &catalogue);
        let shown = packets.iter().map(|packet| {
            [shown(&packet.activate).join("+"), shown(&packet.deactivate).join("-")].join("|")
        });
        shown.collect::<Vec<_>>()
    };
    let singly = ["blue|", "day|", "|of another system", "|red"];
    assert_eq!(packets(ServiceManner::CiscoIsg, Message::CoaRequest), singly);
    assert_eq!(packets(ServiceManner::Huawei, Message::CoaRequest), singly);
    let together = ["blue+day|of another system"];
    assert_eq!(packets(ServiceManner::CiscoIsg, Message::AccessAccept), together);
    assert_eq!(packets(ServiceManner::Nokia, Message::CoaRequest), together);
}

const PLANNED: [&str; 9] = [
    "tiered(1, 2)",
    "tiered(3, 4)",
    "voice(64)",
    "day",
    "night(5)",
    "night(6)",
    "red",
    "blue",
    "http(192.0.2.1, 80)",
];

const ACTIVE: [&str; 12] = [
    "tiered(1, 2)",
    "tiered(1,2)",
    "voice(64)",
    "day",
    "night(5)",
    "night(6)",
    "red",
    "blue",
    "http(192.0.2.1, 80)",
    "other",
    "broken(",
    "day()",
];

proptest! {
    /// What a change leaves is what is wanted, and what it wants changed is said once, in packets.
    #[test]
    fn the_wanted_are_active_after_any_change(
        active in subsequence(&ACTIVE[..], 0..=ACTIVE.len()),
        planned in subsequence(&PLANNED[..], 0..=PLANNED.len()).prop_shuffle(),
        first in 1_u8..=8,
    ) {
        let catalogue = catalogue();
        let planned: Vec<_> = planned.iter().map(|text| text.parse().unwrap()).collect();
        // Two of a group are refused; that is another test.
        let Ok(wanted) = catalogue.activations(&planned, None) else { return Ok(()) };
        let active = texts(&active);
        let change = ServiceChange::between(&active, &wanted, &catalogue).unwrap();
        let mut then = active;
        then.retain(|text| !change.deactivate.contains(text) && !change.replaced.contains(text));
        then.extend(change.activate.iter().map(|activation| activation.text().clone()));
        let mut expected: Vec<_> = wanted.iter().map(|wanted| wanted.text().clone()).collect();
        then.sort();
        expected.sort();
        prop_assert_eq!(&then, &expected);
        let again = ServiceChange::between(&then, &wanted, &catalogue).unwrap();
        prop_assert!(again.is_empty() && again.replaced.is_empty());

        let first = ServiceTag::new(first).unwrap();
        let packets =
            ServiceManner::Juniper.packets(Message::CoaRequest, &change, first, &catalogue);
        let mut whole = ServiceChange::default();
        for packet in packets {
            prop_assert!(packet.activate.len() <= usize::from(9 - first.get()));
            whole.activate.extend(packet.activate);
            whole.deactivate.extend(packet.deactivate);
            whole.replaced.extend(packet.replaced);
        }
        prop_assert_eq!(&whole.activate, &change.activate);
        for (mut one, mut other) in
            [(whole.deactivate, change.deactivate), (whole.replaced, change.replaced)]
        {
            one.sort();
            other.sort();
            prop_assert_eq!(one, other);
        }
    }

    /// However long the texts are, each packet has room for its services.
    #[test]
    fn long_services_are_spread_over_packets(
        wanted_lens in proptest::collection::vec(1_usize..=242, 0..20),
        active_lens in proptest::collection::vec(1_usize..=240, 0..40),
    ) {
        let catalogue = Catalogue::new([draft("t(a:text)").check().unwrap()]).unwrap();
        let planned = wanted_lens.iter().enumerate().map(|(number, len)| {
            format!("t({number}{})", "x".repeat(len.saturating_sub(2))).parse().unwrap()
        });
        let planned: Vec<_> = planned.collect();
        let wanted = catalogue.activations(&planned, None).unwrap();
        let active: Vec<ServiceText> = active_lens.iter().enumerate().map(|(number, len)| {
            ServiceText::new(&format!("t(y{number}{})", "y".repeat(len - 1))).unwrap()
        }).collect();
        let change = ServiceChange::between(&active, &wanted, &catalogue).unwrap();
        let manner = ServiceManner::Juniper;
        let packets = manner.packets(Message::CoaRequest, &change, ServiceTag::FIRST, &catalogue);
        let mut deactivated = 0;
        for packet in packets {
            deactivated += packet.deactivate.len();
            let written = super::wire::written(manner, Message::CoaRequest, &packet, ServiceTag::FIRST, &catalogue).unwrap();
            let most = CHANGE_LEN_MAX + 20;
            prop_assert!(written.len() <= most, "{} octets", written.len());
        }
        prop_assert_eq!(deactivated, change.deactivate.len());
    }
}
