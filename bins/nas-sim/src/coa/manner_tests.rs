//! What each make acknowledges, refuses and does not answer.

use proptest::prelude::*;
use radius_proto::{Code, Secret};

use super::rig::{Attribute, Heard, Rig, UNIX_S, number, request, text, vendor};
use super::{Manner, Settings, Statistics};
use crate::access::AccessKind;
use crate::attributes as attr;
use crate::rate_limit::Directions;
use crate::replay::capture;

fn rig(manner: Manner, kinds: &[AccessKind]) -> Rig {
    let mut rig = Rig::new(manner);
    kinds.iter().for_each(|kind| rig.online(*kind));
    rig
}

fn name(login: &str) -> Attribute {
    text(attr::USER_NAME, login)
}

fn address(last: u32) -> Attribute {
    number(attr::FRAMED_IP_ADDRESS, 0x0a00_0000 + last)
}

fn mikrotik(kind: u8, value: &str) -> Attribute {
    vendor(attr::MIKROTIK, kind, value)
}

fn limit(text: &str) -> Attribute {
    mikrotik(attr::MIKROTIK_RATE_LIMIT, text)
}

fn rate(upload: u64, download: u64) -> Option<Directions<u64>> {
    Some(Directions { upload, download })
}

const PPPOE: [AccessKind; 2] = [AccessKind::Pppoe; 2];

#[test]
fn routeros_finds_ppp_by_name_and_session_or_address() {
    let mut rig = rig(Manner::RouterOs, &PPPOE);
    let (first, second) = (rig.session_id(0), rig.session_id(1));
    for (named, heard) in [
        (vec![name("s1"), first.clone()], Heard::Ack),
        (vec![name("s1"), address(1)], Heard::Ack),
        (vec![name("s1"), first.clone(), address(1)], Heard::Ack),
        (vec![name("s1")], Heard::Nak(503)),
        (vec![first.clone()], Heard::Nak(503)),
        (vec![name("s1"), second], Heard::Nak(503)),
        (vec![name("s1"), first.clone(), address(2)], Heard::Nak(503)),
        (vec![name("s3"), first.clone()], Heard::Nak(503)),
        (vec![name("s1"), first.clone(), text(attr::NAS_IDENTIFIER, "core-1")], Heard::Ack),
        (vec![name("s1"), first.clone(), text(attr::NAS_IDENTIFIER, "core-2")], Heard::Nak(403)),
        (vec![name("s1"), first, number(attr::NAS_IP_ADDRESS, 1)], Heard::Nak(403)),
    ] {
        let asked = [&named[..], &[limit("1M/1M")]].concat();
        assert_eq!(rig.change(&asked), heard, "{named:?}");
    }
    assert_eq!((rig.sessions[0].changes, rig.sessions[1].changes), (4, 0));
}

#[test]
fn routeros_finds_a_hotspot_by_its_address_and_no_lease() {
    let kinds = [AccessKind::Hotspot, AccessKind::Dhcp];
    let mut rig = rig(Manner::RouterOs, &kinds);
    let (hotspot, lease) = (rig.session_id(0), rig.session_id(1));
    assert_eq!(rig.disconnect(&[name("s1"), hotspot.clone()]), Heard::Nak(503));
    assert_eq!(rig.disconnect(&[address(1)]), Heard::Nak(503));
    assert_eq!(rig.disconnect(&[name("s1"), hotspot, address(1)]), Heard::Ack);
    assert_eq!(rig.sessions[0].ended, Some(6), "Admin-Reset");
    assert_eq!(rig.disconnect(&[name("s2"), lease, address(2)]), Heard::Nak(503));
    // The one that is gone is not found again.
    assert_eq!(rig.disconnect(&[name("s1"), address(1)]), Heard::Nak(503));
}

#[test]
fn routeros_changes_what_its_manual_lists_and_refuses_the_rest() {
    let mut rig = rig(Manner::RouterOs, &PPPOE);
    let named = [name("s1"), rig.session_id(0)];
    let mut ask = |more: &[Attribute]| rig.change(&[&named[..], more].concat());
    for (attribute, heard) in [
        (limit("4M/20M 8M/40M 3M/15M 10/10"), Heard::Ack),
        (limit("fast"), Heard::Nak(404)),
        (limit(""), Heard::Nak(404)),
        (number(attr::SESSION_TIMEOUT, 600), Heard::Ack),
        (text(attr::SESSION_TIMEOUT, "6"), Heard::Nak(404)),
        (number(attr::IDLE_TIMEOUT, 60), Heard::Ack),
        (number(attr::PORT_LIMIT, 2), Heard::Ack),
        (text(attr::FILTER_ID, "slow.in"), Heard::Ack),
        (mikrotik(attr::MIKROTIK_MARK_ID, "blue"), Heard::Ack),
        (mikrotik(attr::MIKROTIK_GROUP, "gold"), Heard::Ack),
        (vendor(attr::MIKROTIK, 1, [0, 0, 0, 9]), Heard::Ack),
        (mikrotik(attr::MIKROTIK_ADDRESS_LIST, "expired"), Heard::Nak(401)),
        (vendor(attr::MIKROTIK, 17, [0, 0, 0, 9]), Heard::Nak(401)),
        (text(attr::FRAMED_POOL, "expired"), Heard::Nak(401)),
        (text(radius_proto::AttributeType(22), "10.1.0.0/16"), Heard::Nak(401)),
        (number(attr::ACCT_INTERIM_INTERVAL, 60), Heard::Nak(401)),
        (text(attr::CLASS, "other"), Heard::Nak(401)),
        (number(attr::SERVICE_TYPE, 17), Heard::Nak(405)),
        (vendor(attr::ERX, attr::ERX_ACTIVATE_SERVICE, "\x01tiered(1, 2)"), Heard::Nak(401)),
    ] {
        assert_eq!(ask(std::slice::from_ref(&attribute)), heard, "{attribute:?}");
    }
    // All of a request or nothing of it.
    let both = [limit("1M/1M"), mikrotik(attr::MIKROTIK_ADDRESS_LIST, "expired")];
    assert_eq!(ask(&both), Heard::Nak(401));
    assert_eq!(ask(&[]), Heard::Ack);
    let held = rig.held(0);
    assert_eq!(held.rate_bps, rate(4_000_000, 20_000_000));
    assert_eq!(held.rate_limit.as_deref(), Some("4M/20M 8M/40M 3M/15M 10/10"));
    assert_eq!((held.session_timeout_s, held.idle_timeout_s), (Some(600), Some(60)));
    assert_eq!((held.group.as_deref(), held.mark_id.as_deref()), (Some("gold"), Some("blue")));
    assert_eq!((held.port_limit, &held.filter_ids[..]), (Some(2), &["slow.in".to_owned()][..]));
    assert!(held.address_lists.is_empty());
    assert_eq!(held.other["Mikrotik-Recv-Limit"], "9");
    assert_eq!(rig.sessions[0].changes, 8);
}

#[test]
fn routeros_takes_ascend_rates_only_without_a_rate_limit() {
    let mut rig = rig(Manner::RouterOs, &PPPOE);
    let named = [name("s1"), rig.session_id(0)];
    let ascend = |kind, bps: u32| vendor(attr::ASCEND, kind, bps.to_be_bytes());
    let rates =
        [ascend(attr::ASCEND_DATA_RATE, 5_000_000), ascend(attr::ASCEND_XMIT_RATE, 1_000_000)];
    assert_eq!(rig.change(&[&named[..], &rates].concat()), Heard::Ack);
    assert_eq!(rig.held(0).rate_bps, rate(1_000_000, 5_000_000));
    assert_eq!(rig.change(&[&named[..], &[limit("3M/6M")], &rates].concat()), Heard::Ack);
    assert_eq!(rig.held(0).rate_bps, rate(3_000_000, 6_000_000));
}

#[test]
fn routeros_that_accepts_nothing_is_silent() {
    let settings = Settings::new("127.0.0.1:3799".parse().unwrap(), Manner::RouterOs);
    let mut rig = Rig::with(Settings { accept: false, ..settings });
    rig.online(AccessKind::Pppoe);
    assert_eq!(rig.change(&[name("s1"), address(1), limit("1M/1M")]), Heard::Nothing);
    assert_eq!(rig.disconnect(&[name("s1"), address(1)]), Heard::Nothing);
    assert_eq!((rig.sessions[0].changes, rig.sessions[0].ended), (0, None));
}

fn erx(kind: u8, value: impl AsRef<[u8]>) -> Attribute {
    vendor(attr::ERX, kind, value)
}

fn activate(tag: u8, service: &str) -> Attribute {
    erx(attr::ERX_ACTIVATE_SERVICE, [&[tag][..], service.as_bytes()].concat())
}

fn deactivate(service: &str) -> Attribute {
    erx(attr::ERX_DEACTIVATE_SERVICE, service)
}

fn tagged(kind: u8, tag: u8, number: u32) -> Attribute {
    let [_, rest @ ..] = number.to_be_bytes();
    erx(kind, [&[tag][..], &rest].concat())
}

#[test]
fn erx_enters_guided() {
    let mut rig = rig(Manner::Erx, &PPPOE[..1]);
    rig.begin(&[activate(1, "http(192.168.25.2, 80)")]);
    assert_eq!(rig.services(0), ["http(192.168.25.2, 80)"]);
    // Table 166 of the vendor's manual.
    let asked = [
        name("s1"),
        activate(2, "tiered(1280000, 5120000)"),
        deactivate("http(192.168.25.2, 80)"),
        tagged(attr::ERX_SERVICE_TIMEOUT, 2, 720),
        tagged(attr::ERX_SERVICE_STATISTICS, 2, 2),
    ];
    assert_eq!(rig.change(&asked), Heard::Ack);
    assert_eq!(rig.services(0), ["tiered(1280000, 5120000)"]);
    let held = rig.held(0);
    assert_eq!(held.rate_bps, rate(1_280_000, 5_120_000));
    let service = &held.services[0];
    assert_eq!((service.number, service.timeout_s), (2, 720));
    assert_eq!(service.statistics, Statistics::Volume);
    // Without the service its own speed is back.
    assert_eq!(rig.change(&[name("s1"), deactivate("tiered(1280000, 5120000)")]), Heard::Ack);
    assert_eq!(rig.held(0).rate_bps, rate(2_000_000, 10_000_000));
}

fn octets_of(text: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digits).collect()
}

#[test]
fn routeros_takes_a_worked_request() {
    let octets = octets_of(concat!(
        "2b07005cb60b9fe35a7977a34dd040859bc0a8fb0107616c6963652c0a383161303935353608066440004d1a",
        "3100003a8c082b324d2f31304d20344d2f32304d20313530306b2f373530306b2031302f31302035203531",
        "326b2f324d",
    ));
    let mut rig = rig(Manner::RouterOs, &PPPOE[..1]);
    rig.secret = Secret::new("testing123").unwrap();
    rig.sessions[0].line.user_name = "alice".to_owned();
    rig.sessions[0].line.session_id = "81a09556".to_owned();
    rig.sessions[0].address = Some([100, 64, 0, 77].into());
    rig.hand_in(&octets);
    let limit = "2M/10M 4M/20M 1500k/7500k 10/10 5 512k/2M";
    assert_eq!(rig.held(0).rate_limit.as_deref(), Some(limit));
    assert_eq!((rig.sessions[0].changes, rig.responder.figures.acknowledged), (1, 1));
}

#[test]
fn erx_takes_the_worked_request_of_the_manual() {
    let octets = concat!(
        "2b010097f1c81f01cea3355c6a8704f2ed0140790112636c69656e743540697370312e636f6d2c1a65727820",
        "322f303a3130302e373a303030313034383537371a210000130a411b0274696572656428313238303030302c",
        "2035313230303030291a1e0000130a421868747470283139322e3136382e32352e322c203830291a0c000013",
        "0a4406020002d01a0c0000130a450602000002",
    );
    let octets = octets_of(octets);
    let mut rig = rig(Manner::Erx, &PPPOE[..1]);
    rig.secret = Secret::new("radius").unwrap();
    rig.sessions[0].line.user_name = "client5@isp1.com".to_owned();
    rig.sessions[0].line.session_id = "erx 2/0:100.7:0001048577".to_owned();
    rig.begin(&[activate(1, "http(192.168.25.2, 80)")]);
    rig.hand_in(&octets);
    assert_eq!(rig.services(0), ["tiered(1280000, 5120000)"]);
    assert_eq!(rig.held(0).services[0].timeout_s, 720);
}

#[test]
fn erx_refuses_what_it_does_not_know() {
    let mut rig = rig(Manner::Erx, &PPPOE);
    rig.begin(&[activate(1, "voice(1, 2)")]);
    let (mine, tiered) = (rig.session_id(0), activate(1, "tiered(1, 2)"));
    for (asked, heard) in [
        (vec![tiered.clone()], Heard::Nak(402)),
        (vec![name("s3"), tiered.clone()], Heard::Nak(503)),
        (vec![mine.clone(), activate(1, "unknown(1, 2)")], Heard::Nak(404)),
        (vec![mine.clone(), activate(1, "tiered(1)")], Heard::Nak(404)),
        (vec![mine.clone(), activate(1, "tiered(1, 2")], Heard::Nak(404)),
        // Active in the other session only, and with another spacing.
        (vec![mine.clone(), deactivate("voice(1, 2)")], Heard::Nak(503)),
        (vec![rig.session_id(1), deactivate("voice(1,2)")], Heard::Nak(503)),
        // A tag above the last, a tag twice, a number without its service.
        (vec![mine.clone(), activate(9, "tiered(1, 2)")], Heard::Nak(404)),
        (vec![mine.clone(), tiered.clone(), activate(1, "voice(1, 2)")], Heard::Nak(404)),
        (vec![mine.clone(), tagged(attr::ERX_SERVICE_TIMEOUT, 1, 60)], Heard::Nak(404)),
        (vec![mine.clone(), tiered, tagged(attr::ERX_SERVICE_STATISTICS, 1, 3)], Heard::Nak(404)),
        (vec![mine.clone(), limit("1M/1M")], Heard::Nak(401)),
        (vec![mine, number(attr::SESSION_TIMEOUT, 60)], Heard::Ack),
    ] {
        assert_eq!(rig.change(&asked), heard, "{asked:?}");
    }
    assert_eq!(rig.services(0), Vec::<&str>::new());
    assert_eq!(rig.services(1), ["voice(1, 2)"]);
}

#[test]
fn erx_takes_eight_services_and_wraps_their_numbers_at_24_bits() {
    let mut rig = rig(Manner::Erx, &PPPOE[..1]);
    let mut asked = vec![name("s1")];
    asked.extend((1..=8).map(|tag| activate(tag, &format!("tiered({tag}, 2)"))));
    // 16777218 seconds are 2 of the tag that stands in the highest octet.
    asked.push(erx(attr::ERX_SERVICE_TIMEOUT, 16_777_218_u32.to_be_bytes()));
    asked.push(tagged(attr::ERX_SERVICE_VOLUME, 8, 500));
    asked.push(tagged(attr::ERX_SERVICE_VOLUME_GIGAWORDS, 8, 1));
    asked.push(tagged(attr::ERX_SERVICE_INTERIM, 8, 600));
    assert_eq!(rig.change(&asked), Heard::Ack);
    let services = &rig.held(0).services;
    assert_eq!(services.len(), 8);
    assert_eq!((services[0].timeout_s, services[1].timeout_s), (2, 0));
    assert_eq!(services[7].volume_octets, (1 << 32) + 500 * (1 << 20));
    assert_eq!(services[7].interim_s, 600);
    assert_eq!(rig.held(0).rate_bps, rate(8, 2), "that of the last");
}

#[test]
fn erx_renews_updates_and_keeps_one_of_a_group() {
    let settings = Settings::new("127.0.0.1:3799".parse().unwrap(), Manner::Erx);
    let templates = ["day(inputBW, outputBW)#1", "night(inputBW, outputBW)#1", "voice"];
    let templates = templates.map(|text| text.parse().unwrap()).to_vec();
    let mut rig = Rig::with(Settings { templates, ..settings });
    rig.online(AccessKind::Pppoe);
    let mut ask = |more: Attribute| rig.change(&[name("s1"), more]);
    assert_eq!(ask(activate(1, "voice")), Heard::Ack);
    assert_eq!(ask(activate(1, "day(1M, 2M)")), Heard::Ack);
    assert_eq!(ask(activate(1, "night(3M, 4M)")), Heard::Ack);
    assert_eq!(ask(activate(1, "tiered(1, 2)")), Heard::Nak(404), "not one of these templates");
    assert_eq!(rig.services(0), ["voice", "night(3M, 4M)"]);
    // The same text again is the same service, and its time begins anew.
    rig.now_ms = 5_000;
    assert_eq!(rig.change(&[name("s1"), activate(1, "voice")]), Heard::Ack);
    let voice = &rig.held(0).services[0];
    assert_eq!((voice.number, voice.since.as_secs()), (1, 5));
    let update = erx(attr::ERX_UPDATE_SERVICE, "\x01night(5M, 6M)");
    assert_eq!(rig.change(&[name("s1"), update.clone()]), Heard::Ack);
    assert_eq!(rig.services(0), ["voice", "night(5M, 6M)"]);
    assert_eq!(
        (rig.held(0).services[1].number, rig.held(0).rate_bps),
        (3, rate(5_000_000, 6_000_000))
    );
    assert_eq!(rig.change(&[name("s1"), deactivate("night(5M, 6M)")]), Heard::Ack);
    assert_eq!(rig.change(&[name("s1"), update]), Heard::Nak(503));
}

fn pair(text: &str) -> Attribute {
    vendor(attr::CISCO, attr::CISCO_AVPAIR, text)
}

fn info(text: &str) -> Attribute {
    vendor(attr::CISCO, attr::CISCO_ACCOUNT_INFO, text)
}

fn command(command: &str, service: &str) -> [Attribute; 2] {
    [
        pair(&format!("subscriber:command={command}")),
        pair(&format!("subscriber:service-name={service}")),
    ]
}

#[test]
fn cisco_takes_one_command_for_a_session_of_any_name() {
    let mut rig = rig(Manner::Cisco, &PPPOE);
    let on = command("activate-service", "GOLD");
    for named in [info("S10.0.0.1"), info("S10.0.0.1:vrf-id=X"), rig.session_id(0), name("s1")] {
        assert_eq!(rig.change(&[&[named][..], &on].concat()), Heard::Ack);
    }
    assert_eq!(rig.services(0), ["GOLD"]);
    assert_eq!(rig.services(1), Vec::<&str>::new());
    let mut ask = |more: &[Attribute]| rig.change(&[&[info("S10.0.0.1")][..], more].concat());
    assert_eq!(ask(&command("deactivate-service", "GOLD")), Heard::Ack);
    assert_eq!(ask(&command("deactivate-service", "GOLD")), Heard::Nak(503));
    assert_eq!(ask(&on[..1]), Heard::Nak(402));
    assert_eq!(ask(&[&on[..], &command("deactivate-service", "A")[..1]].concat()), Heard::Nak(404));
    assert_eq!(ask(&command("reauthenticate", "A")[..1]), Heard::Nak(406));
    assert_eq!(ask(&[text(attr::FRAMED_POOL, "x")]), Heard::Nak(401));
    assert_eq!(ask(&command("activate-service", "A")), Heard::Ack);
    let replace = pair("subscriber:activation-mode=replace-all");
    assert_eq!(ask(&[&command("activate-service", "B")[..], &[replace]].concat()), Heard::Ack);
    assert_eq!(rig.services(0), ["B"]);
    assert_eq!(rig.change(&on), Heard::Nak(402));
    assert_eq!(rig.change(&[&[info("S10.0.0.9")][..], &on].concat()), Heard::Nak(503));
    let query = pair("subscriber:command=session-query");
    assert_eq!(rig.change(&[info("S10.0.0.1"), query]), Heard::Ack);
    let logoff = pair("subscriber:command=account-logoff");
    assert_eq!(rig.change(&[info("S10.0.0.1"), logoff]), Heard::Ack);
    assert_eq!((rig.sessions[0].ended, rig.sessions[1].ended), (Some(6), None));
}

#[test]
fn cisco_takes_rates_and_policies() {
    let mut rig = rig(Manner::Cisco, &PPPOE[..1]);
    rig.begin(&[info("QU;1000000;125000;250000;D;4000000;500000;1000000"), info("AGOLD")]);
    assert_eq!(rig.held(0).rate_bps, rate(1_000_000, 4_000_000));
    assert_eq!(rig.services(0), ["GOLD"]);
    let asked = [
        rig.session_id(0),
        info("QU;2000000;250000;500000;D;10000000;1250000;2500000"),
        pair("ip:sub-qos-policy-in=U2M"),
        pair("subscriber:sub-qos-policy-out=D10M"),
    ];
    assert_eq!(rig.change(&asked), Heard::Ack);
    let held = rig.held(0);
    assert_eq!(held.rate_bps, rate(2_000_000, 10_000_000));
    assert_eq!(held.policies.upload.as_deref(), Some("U2M"));
    assert_eq!(held.policies.download.as_deref(), Some("D10M"));
    for wrong in ["QU;fast;D;1", "QU;1", "QX;1;D;1", "Q", "QU;1;a;D;1", "nonsense"] {
        assert_eq!(rig.change(&[rig.session_id(0), info(wrong)]), Heard::Nak(404), "{wrong}");
    }
}

#[test]
fn accel_ppp_answers_octet_for_octet_as_it_was_captured() {
    let file = include_bytes!(
        "../../../../conformance/fixtures/own_accelppp_mikrotik_ratelimit_coa_dm.pcap"
    );
    let mut rig = rig(Manner::AccelPpp, &PPPOE[..1]);
    rig.secret = Secret::new("testing123").unwrap();
    rig.nas = crate::line::Nas::new("accel-uml", [127, 0, 0, 1].into());
    let session = &mut rig.sessions[0];
    session.line.user_name = "alice".to_owned();
    session.line.session_id = "9B2BB9BEFD4D4730".to_owned();
    session.address = Some([100, 64, 0, 77].into());
    let mut states = Vec::new();
    let mut answered = 0;
    for datagram in capture::parse(file).unwrap() {
        if datagram.destination.port() == 3799 {
            rig.hand_in(&datagram.payload);
            let held = rig.held(0);
            states.push((held.rate_bps, held.session_timeout_s, held.class.clone()));
        } else if datagram.source.port() == 3799 {
            assert_eq!(rig.outgoing(), Some(datagram.payload));
            answered += 1;
        }
    }
    assert_eq!((answered, states.len(), rig.sessions[0].ended), (8, 8, Some(6)));
    // Only the first pair counts, what the subscriber sends first.
    assert_eq!(states[0].0, rate(1_000_000, 4_000_000));
    assert_eq!(states[1].0, rate(512_000, 2_000_000));
    assert_eq!((states[2].1, &states[3].2), (Some(900), &vec![b"cls-2".to_vec()]));
    assert_eq!(rig.sessions[0].changes, 4);
}

#[test]
fn accel_ppp_has_its_quirks() {
    let mut rig = rig(Manner::AccelPpp, &PPPOE);
    // Everything given must fit, and anything will do.
    for (named, heard) in [
        (vec![address(1)], Heard::Ack),
        (vec![number(attr::NAS_PORT, rig.sessions[0].line.port())], Heard::Ack),
        (vec![text(attr::NAS_PORT_ID, "bridge-pppoe")], Heard::Ack),
        (vec![name("s1"), address(2)], Heard::Nak(503)),
        (vec![], Heard::Nak(503)),
        (vec![name("s1"), number(attr::NAS_IP_ADDRESS, 1)], Heard::Nak(403)),
        // What it does not know it passes over.
        (vec![name("s1"), text(attr::FRAMED_POOL, "x")], Heard::Ack),
    ] {
        assert_eq!(rig.change(&named), heard, "{named:?}");
    }
    let timeout = number(attr::SESSION_TIMEOUT, 900);
    let class = text(attr::CLASS, "cls-2");
    assert_eq!(rig.change(&[name("s1"), timeout.clone(), class]), Heard::Ack);
    let held = rig.held(0);
    assert_eq!((held.session_timeout_s, &held.class[0][..]), (None, &b"cls-2"[..]));
    assert_eq!(rig.change(&[name("s1"), timeout]), Heard::Ack);
    assert_eq!(rig.held(0).session_timeout_s, Some(900));
    for (filter, got) in [
        ("10000/2000", rate(2_000_000, 10_000_000)),
        ("5000", rate(5_000_000, 5_000_000)),
        ("fast", rate(5_000_000, 5_000_000)),
        ("1,100/100", rate(5_000_000, 5_000_000)),
    ] {
        assert_eq!(rig.change(&[name("s1"), text(attr::FILTER_ID, filter)]), Heard::Ack);
        assert_eq!(rig.held(0).rate_bps, got, "{filter}");
    }
}

#[test]
fn accel_ppp_drops_a_second_request_while_one_is_pending() {
    let settings = Settings::new("127.0.0.1:3799".parse().unwrap(), Manner::AccelPpp);
    let delay = std::time::Duration::from_millis(5);
    let trouble = super::Trouble { delay, ..Default::default() };
    let mut rig = Rig::with(Settings { trouble, ..settings });
    PPPOE.iter().for_each(|kind| rig.online(*kind));
    let asked = |rig: &mut Rig, login| {
        let limit = limit("1M/1M");
        rig.written(Code::COA_REQUEST, &[name(login), limit])
    };
    let (first, second) = (asked(&mut rig, "s1"), asked(&mut rig, "s1"));
    let other = asked(&mut rig, "s2");
    for octets in [&first, &second, &other] {
        rig.hand_in(octets);
    }
    rig.now_ms = 5;
    assert_eq!(rig.answer_to(&first), Heard::Ack);
    assert_eq!(rig.answer_to(&other), Heard::Ack, "another session does not wait");
    assert_eq!((rig.outgoing(), rig.sessions[0].changes), (None, 1));
    // Sent again later it is taken.
    rig.hand_in(&second);
    rig.now_ms = 10;
    assert_eq!(rig.answer_to(&second), Heard::Ack);
    assert_eq!(rig.sessions[0].changes, 2);
}

#[test]
fn hostapd_wants_a_fresh_timestamp_and_nothing_more() {
    let mut rig = rig(Manner::Hostapd, &[AccessKind::Dot1x; 2]);
    let at = |s| number(attr::EVENT_TIMESTAMP, s);
    let mine = rig.session_id(0);
    let mac = text(attr::CALLING_STATION_ID, &rig.sessions[0].line.calling_station_id);
    for (asked, heard) in [
        (vec![mine.clone()], Heard::Nothing),
        (vec![mine.clone(), at(UNIX_S - 301)], Heard::Nothing),
        (vec![mine.clone(), at(UNIX_S + 301)], Heard::Nothing),
        (vec![mine.clone(), at(UNIX_S), address(1)], Heard::Nak(401)),
        (vec![mine.clone(), at(UNIX_S), number(attr::NAS_PORT, 1)], Heard::Nak(401)),
        (vec![mine.clone(), at(UNIX_S), text(attr::NAS_IDENTIFIER, "x")], Heard::Nak(403)),
        (vec![text(attr::ACCT_SESSION_ID, "none"), at(UNIX_S)], Heard::Nak(503)),
        (vec![name("s2"), mac, at(UNIX_S)], Heard::Nak(503)),
        (vec![at(UNIX_S)], Heard::Nak(503)),
        (vec![mine, at(UNIX_S - 300)], Heard::Ack),
    ] {
        assert_eq!(rig.disconnect(&asked), heard, "{asked:?}");
    }
    assert_eq!(rig.sessions[0].ended, Some(0), "no cause is told");
    let timeout = number(attr::SESSION_TIMEOUT, 60);
    assert_eq!(rig.change(&[rig.session_id(1), at(UNIX_S), timeout]), Heard::Nak(401));
    assert_eq!(rig.change(&[rig.session_id(1)]), Heard::Nothing);
}

#[test]
fn an_unsigned_request_gets_an_unsigned_answer_and_its_proxy_states() {
    let mut rig = rig(Manner::RouterOs, &PPPOE[..1]);
    let states = [text(attr::PROXY_STATE, "one"), text(attr::PROXY_STATE, "two")];
    let asked = [&[name("s1"), address(1)][..], &states].concat();
    let octets = request(Code::COA_REQUEST, 7, false, &asked, &rig.secret);
    rig.hand_in(&octets);
    let reply = rig.outgoing().unwrap();
    let reply = radius_proto::Packet::parse(&reply).unwrap();
    assert!(!reply.has_message_authenticator());
    let back: Vec<&[u8]> = reply.all(attr::PROXY_STATE).collect();
    assert_eq!(back, [b"one", b"two"]);
}

/// Attributes that some make looks at, with values that mean something or nothing.
fn anything() -> impl Strategy<Value = Attribute> {
    let kinds = prop::sample::select(vec![
        (None, 1),
        (None, 8),
        (None, 11),
        (None, 27),
        (None, 44),
        (None, 55),
        (Some(attr::MIKROTIK), attr::MIKROTIK_RATE_LIMIT),
        (Some(attr::ERX), attr::ERX_ACTIVATE_SERVICE),
        (Some(attr::ERX), attr::ERX_DEACTIVATE_SERVICE),
        (Some(attr::ERX), attr::ERX_SERVICE_TIMEOUT),
        (Some(attr::ERX), attr::ERX_UPDATE_SERVICE),
        (Some(attr::CISCO), attr::CISCO_AVPAIR),
        (Some(attr::CISCO), attr::CISCO_ACCOUNT_INFO),
    ]);
    let texts = prop::sample::select(vec![
        "s1",
        "64k/128M",
        "\x01tiered(1, 2)",
        "tiered(1, 2)",
        "QU;1;2;3;D;4;5;6",
        "S10.0.0.1",
        "subscriber:command=activate-service",
        "subscriber:service-name=GOLD",
        "10000/2000",
    ]);
    let values = prop_oneof![
        texts.prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
        (0_u32..3).prop_map(|last| (0x0a00_0000 + last).to_be_bytes().to_vec()),
    ];
    (kinds, values).prop_map(|((vendor, number), value)| (vendor, number, value))
}

proptest! {
    /// Whatever is asked, a make answers once or not at all; a NAK changes nothing, and neither does
    /// silence.
    #[test]
    fn an_answer_and_what_was_done_agree(
        asked in prop::collection::vec(anything(), 0..8),
        by_name in any::<bool>(),
        disconnects in any::<bool>(),
    ) {
        for manner in Manner::ALL {
            let mut rig = rig(manner, &PPPOE);
            let before = rig.held(0).clone();
            let named = if by_name { vec![name("s1"), rig.session_id(0)] } else { Vec::new() };
            let asked = [&named[..], &asked].concat();
            let code = if disconnects { Code::DISCONNECT_REQUEST } else { Code::COA_REQUEST };
            let octets = rig.written(code, &asked);
            rig.hand_in(&octets);
            let answer = rig.answer_to(&octets);
            prop_assert_eq!(rig.outgoing(), None);
            if answer != Heard::Ack {
                prop_assert_eq!(rig.held(0), &before);
                prop_assert!(rig.sessions.iter().all(|it| it.ended.is_none() && it.changes == 0));
            }
            let figures = &rig.responder.figures;
            prop_assert_eq!(figures.acknowledged + figures.refused + figures.silent, 1);
        }
    }

    /// accel-ppp reads of Mikrotik-Rate-Limit what RouterOS reads of its first pair.
    #[test]
    fn two_makes_read_a_first_pair_alike(
        upload in 1_u32..100_000,
        download in 1_u32..100_000,
        unit in prop::sample::select(vec!["k", "M"]),
        burst in prop::sample::select(vec!["", " 9M/9M", " 9M/9M 8M/8M 10/10"]),
    ) {
        let text = format!("{upload}{unit}/{download}{unit}{burst}");
        let read = |manner| {
            let mut rig = rig(manner, &PPPOE[..1]);
            assert_eq!(rig.change(&[name("s1"), address(1), limit(&text)]), Heard::Ack);
            rig.held(0).rate_bps
        };
        prop_assert_eq!(read(Manner::AccelPpp), read(Manner::RouterOs));
    }

    /// Cisco's rates are those that were written, with bursts and without.
    #[test]
    fn cisco_reads_the_rates_that_were_written(
        upload in any::<u32>(),
        download in any::<u32>(),
        bursts in 0_usize..3,
    ) {
        let more = ";1".repeat(bursts);
        let text = format!("QU;{upload}{more};D;{download}{more}");
        let mut rig = rig(Manner::Cisco, &PPPOE[..1]);
        prop_assert_eq!(rig.change(&[name("s1"), info(&text)]), Heard::Ack);
        prop_assert_eq!(rig.held(0).rate_bps, rate(upload.into(), download.into()));
    }
}
