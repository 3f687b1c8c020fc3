//! What a template and a plan may say.

use aaa_engine::catalogue::{
    ACTIVATION_TEXT_LEN_MAX, Catalogue, MutexGroup, Profile, ProfileRole, ServiceLimits,
    ServiceText, Statistics, TemplateDraft,
};
use entitlement::PlannedService;
use proptest::prelude::*;

use super::{catalogue, draft, in_group, profile, speed, wanted};

fn refused(limits: ServiceLimits) -> String {
    TemplateDraft { limits, ..draft("tiered") }.check().unwrap_err().to_string()
}

#[test]
fn numbers_that_the_router_would_wrap_are_refused_by_name() {
    const MOST: u32 = 16_777_215;
    let counted = Some(Statistics::TimeVolume);
    let fits = ServiceLimits {
        timeout_s: Some(MOST),
        volume_mb: Some(MOST),
        volume_gigawords: Some(MOST),
        statistics: counted,
        interim_interval_s: None,
    };
    TemplateDraft { limits: fits, ..draft("tiered") }.check().unwrap();
    let above = Some(MOST + 1);
    for (limits, field) in [
        (ServiceLimits { timeout_s: above, ..fits }, "the service timeout is 16777216"),
        (ServiceLimits { volume_mb: above, ..fits }, "the service volume is 16777216"),
        (ServiceLimits { volume_gigawords: above, ..fits }, "the gigawords of the service volume"),
    ] {
        let error = refused(limits);
        assert!(error.contains(field) && error.contains("from 0 to 16777215"), "{error}");
    }
}

#[test]
fn a_service_reports_every_ten_minutes_to_every_day_or_not_at_all() {
    let every =
        |interval| ServiceLimits { interim_interval_s: Some(interval), ..ServiceLimits::default() };
    for interval in [0, 600, 86_400] {
        TemplateDraft { limits: every(interval), ..draft("tiered") }.check().unwrap();
    }
    for interval in [1, 599, 86_401] {
        let error = refused(every(interval));
        assert!(error.contains(&format!("interim interval is {interval}")), "{error}");
        assert!(error.contains("0, or 600 to 86400"), "{error}");
    }
}

#[test]
fn a_volume_is_limited_only_where_it_is_counted() {
    let limit =
        |statistics| ServiceLimits { volume_mb: Some(500), statistics, ..ServiceLimits::default() };
    for statistics in [None, Some(Statistics::Off), Some(Statistics::Time)] {
        assert!(refused(limit(statistics)).contains("time-volume"));
    }
    let counted = limit(Some(Statistics::TimeVolume));
    TemplateDraft { limits: counted, ..draft("tiered") }.check().unwrap();
}

#[test]
fn names_cannot_break_what_they_stand_in() {
    for name in ["", "-a", "a b", "a,b", "a(b", "a\"", "søster", &"a".repeat(65)] {
        let error = TemplateDraft { name: name.into(), ..draft("x") }.check().unwrap_err();
        assert!(error.to_string().contains("the name of a service template"), "{error}");
    }
    let group = MutexGroup { name: "a b".into(), router_deactivates: false };
    let error = TemplateDraft { mutex: Some(group), ..draft("x") }.check().unwrap_err();
    assert!(error.to_string().contains("the name of a mutex group"), "{error}");
    let error = draft("x(a:bps, a:kbps)").check().unwrap_err().to_string();
    assert!(error.contains("two parameters `a`"), "{error}");
    let many: Vec<String> = (0..17).map(|number| format!("p{number}:number")).collect();
    let error = draft(&format!("x({})", many.join(", "))).check().unwrap_err().to_string();
    assert!(error.contains("17 parameters"), "{error}");
    let profile = Profile { role: ProfileRole::Sla, default: "plain".into() };
    let error = TemplateDraft { profile: Some(profile), ..draft("x(a:bps)") }.check().unwrap_err();
    assert!(error.to_string().contains("a profile is a name alone"), "{error}");
}

#[test]
fn a_catalogue_does_not_contradict_itself() {
    let twice = Catalogue::new([draft("x").check().unwrap(), draft("x").check().unwrap()]);
    assert!(twice.unwrap_err().to_string().contains("two service templates `x`"));
    let disagree = Catalogue::new([in_group("a", "g", true), in_group("b", "g", false)]);
    assert!(disagree.unwrap_err().to_string().contains("group `g` disagree"));
}

fn error(planned: &[&str]) -> String {
    let planned: Vec<PlannedService> = planned.iter().map(|text| text.parse().unwrap()).collect();
    catalogue().check(&planned).unwrap_err().to_string()
}

#[test]
fn what_a_plan_names_is_rendered_exactly() {
    let catalogue = catalogue();
    let planned =
        ["tiered({upload}, {download})", "voice({upload})", "http(192.168.25.2,80)", "red"];
    let wanted = wanted(&catalogue, &planned);
    let texts: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let expected = ["tiered(1280000, 5120000)", "voice(1280)", "http(192.168.25.2, 80)", "red"];
    assert_eq!(texts, expected);
}

#[test]
fn what_a_plan_cannot_name_is_refused_with_what_would_be_right() {
    assert!(error(&["teired(1, 2)"]).contains("did you mean `tiered`?"));
    assert!(error(&["internet"]).ends_with("no service template `internet`"));
    let count = error(&["tiered(1)"]);
    assert!(count.contains("1 arguments") && count.contains("outputBW:bps"), "{count}");
    assert!(error(&["red(1)"]).contains("`red(1)` has 1 arguments; the template is `red`"));
    let kind = error(&["http(portal.example, 80)"]);
    assert!(kind.contains("`portal` of `http`") && kind.contains("an IPv4 address"), "{kind}");
    assert!(error(&["http(192.0.2.1, {upload})"]).contains("a port from 1 to 65535"));
    let group = error(&["day", "night(5)"]);
    assert!(group.contains("`day` and `night(5)`") && group.contains("`clock`"), "{group}");
    // Of one template with two rates too.
    assert!(error(&["night(5)", "night(6)"]).contains("exclude each other"));
    let planned = ["tiered({upload}, 1)".parse().unwrap()];
    let no_speed = catalogue().activations(&planned, None).unwrap_err().to_string();
    assert!(no_speed.contains("the plan's upload, and no speed is in force"), "{no_speed}");
}

#[test]
fn a_host_has_one_profile_of_a_kind() {
    let catalogue = Catalogue::new([
        profile("gold", ProfileRole::Sla, "plain"),
        profile("silver", ProfileRole::Sla, "plain"),
        profile("family", ProfileRole::Subscriber, "single"),
    ])
    .unwrap();
    let check = |planned: &[&str]| {
        let planned: Vec<_> = planned.iter().map(|text| text.parse().unwrap()).collect();
        catalogue.check(&planned)
    };
    check(&["gold", "family"]).unwrap();
    let error = check(&["gold", "silver"]).unwrap_err().to_string();
    assert!(error.contains("both are the sla profile"), "{error}");
}

#[test]
fn a_text_that_fits_is_let_through_and_one_octet_more_is_not() {
    let catalogue = Catalogue::new([draft("t(a:text)").check().unwrap()]).unwrap();
    let check = |len: usize| {
        let planned: PlannedService = format!("t({})", "x".repeat(len)).parse().unwrap();
        catalogue.check(&[planned])
    };
    let room = ACTIVATION_TEXT_LEN_MAX - "t()".len();
    check(room).unwrap();
    let error = check(room + 1).unwrap_err().to_string();
    assert_eq!(error, "the text of `t` has 247 octets; an attribute has room for 246");
}

#[test]
fn a_plans_text_has_room_at_any_speed() {
    // At the least rate it would fit.
    let long = "x".repeat(220);
    let catalogue = Catalogue::new([draft("t(a:text, b:bps, c:bps)").check().unwrap()]).unwrap();
    let planned: PlannedService = format!("t({long}, {{upload}}, {{download}})").parse().unwrap();
    catalogue.activations(core::slice::from_ref(&planned), speed()).unwrap();
    assert!(catalogue.check(&[planned]).unwrap_err().to_string().contains("has room for 246"));
}

/// A kind of parameter with an argument that it takes, and what is written for it.
fn argument() -> impl Strategy<Value = (&'static str, String, String)> {
    let same = |kind, text: String| (kind, text.clone(), text);
    prop_oneof![
        any::<u64>().prop_map(move |number| same("bps", number.to_string())),
        Just(("kbps", "{upload}".to_owned(), "1280".to_owned())),
        Just(("bps", "{download}".to_owned(), "5120000".to_owned())),
        any::<u32>().prop_map(move |number| ("seconds", format!("00{number}"), number.to_string())),
        any::<std::net::Ipv4Addr>().prop_map(move |address| same("ipv4", address.to_string())),
        (1_u16..).prop_map(move |port| same("port", port.to_string())),
        "[a-zA-Z0-9:/.=*#-]([a-zA-Z0-9:/.=*# -]{0,12}[a-zA-Z0-9])?"
            .prop_map(move |text| same("text", text)),
    ]
}

proptest! {
    /// What is told to the NAS leads back to the name and the arguments, and a plan's text to the
    /// same plan.
    #[test]
    fn a_rendered_service_is_understood_again(
        name in "[a-zA-Z0-9][a-zA-Z0-9._-]{0,20}",
        arguments in proptest::collection::vec(argument(), 0..6),
    ) {
        let parameters = arguments.iter().enumerate();
        let parameters: Vec<_> =
            parameters.map(|(place, (kind, ..))| format!("p{place}:{kind}")).collect();
        let template = draft(&format!("{name}({})", parameters.join(", "))).check().unwrap();
        let catalogue = Catalogue::new([template]).unwrap();
        let given: Vec<_> = arguments.iter().map(|(_, given, _)| given.as_str()).collect();
        let planned: PlannedService = format!("{name} ({})", given.join(",")).parse().unwrap();
        prop_assert_eq!(&planned.to_string().parse::<PlannedService>().unwrap(), &planned);
        catalogue.check(core::slice::from_ref(&planned)).unwrap();
        let wanted = catalogue.activations(&[planned], speed()).unwrap();
        let parts = wanted[0].text().parts().unwrap();
        prop_assert_eq!(parts.name, name.as_str());
        let written: Vec<_> = arguments.iter().map(|(.., written)| written.as_str()).collect();
        prop_assert_eq!(&parts.arguments, &written);
        if written.is_empty() {
            prop_assert_eq!(wanted[0].text().as_str(), name);
        }
    }

    /// Whatever a NAS or an operator writes is a service or an error.
    #[test]
    fn no_text_is_too_odd(text in any::<String>()) {
        let _planned = text.parse::<PlannedService>();
        if let Ok(service) = ServiceText::new(&text) {
            prop_assert_eq!(service.as_str(), &text);
            prop_assert!(service.is_the_service_of(&service));
            prop_assert!(text.contains(service.name()));
        }
    }
}
