//! The simulated RouterOS against Weir, by every kind of access; and captures of other makes,
//! replayed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::net::Ipv4Addr;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::Duration;

use conformance::{Installation, SECRET};
use nas_sim::replay::{self, Verdict};
use nas_sim::{AccessKind, Method, Nas, Subscriber, Target, dial};
use radius_proto::Secret;
use serde_json::Value;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");
/// The secret that all captures were made with.
const CAPTURED_SECRET: &str = "testing123";
const PASSWORD: &str = "correct horse";

/// Every kind with who comes in by it.
const LOGINS: [(AccessKind, &str); 11] = [
    (AccessKind::Pppoe, "ann"),
    (AccessKind::Hotspot, "7F3K-99QX"),
    (AccessKind::HotspotCookie, "7F3K-99QY"),
    (AccessKind::HotspotMac, "00:0C:42:00:D4:01"),
    (AccessKind::Trial, "00:0C:42:00:D4:02"),
    (AccessKind::Dhcp, "00:0C:42:00:D4:03"),
    (AccessKind::Dhcpv6, "00:0C:42:00:D4:04"),
    (AccessKind::WirelessMac, "00:0C:42:00:D4:05"),
    (AccessKind::Dot1x, "00:0C:42:00:D4:06"),
    (AccessKind::Ipoe, "00:0C:42:00:D4:07"),
    (AccessKind::Login, "root"),
];

fn installation() -> Installation {
    let installation = Installation::create(WEIR).unwrap();
    let weir = |arguments: &[&str]| installation.weir(arguments).unwrap();
    weir(&["plan", "add", "staff", "--group", "full"]);
    let identify = "dhcp: circuit-id, remote-id, user-name; *: user-name";
    weir(&["nas", "set", "loopback", "--identify", identify]);
    for (kind, login) in LOGINS {
        let add = ["service", "add", login, "--plan"];
        let further: &[&str] = match kind {
            AccessKind::Trial => continue,
            AccessKind::Login => &["staff", "--password", PASSWORD],
            AccessKind::Dhcp => &["home", "--by-mac", "--address", "10.0.0.7"],
            AccessKind::Dhcpv6 => &["home", "--by-mac", "--delegated-prefix", "2001:db8:1200::/56"],
            // By its line alone.
            AccessKind::Ipoe => &["home", "--password", "nobody types it"],
            _ if kind.is_by_mac() => &["home", "--by-mac"],
            _ => &["home", "--password", PASSWORD],
        };
        weir(&[&add[..], further].concat());
    }
    let line = LOGINS.iter().position(|(kind, _)| *kind == AccessKind::Ipoe).unwrap() + 1;
    weir(&[
        "line",
        "add",
        LOGINS[line - 1].1,
        "--circuit-id",
        &format!("access-1 eth 1/{line}:100"),
    ]);
    installation
}

fn settings(installation: &Installation, subscribers: Vec<Subscriber>) -> dial::Settings {
    let target = target(installation);
    let nas = Nas::new("RB433", target.source);
    dial::Settings {
        interim: Some(Duration::from_millis(200)),
        ..dial::Settings::new(target, Secret::new(SECRET).unwrap(), nas, subscribers)
    }
}

fn target(installation: &Installation) -> Target {
    Target {
        source: Ipv4Addr::LOCALHOST.into(),
        authentication: installation.authentication(),
        accounting: installation.accounting(),
    }
}

fn subscriber(kind: AccessKind, login: &str, password: &str) -> Subscriber {
    let subscriber = Subscriber::new(login, password).unwrap().with_kind(kind);
    match kind {
        AccessKind::Login => subscriber.with_method(Method::MsChapV2),
        _ => subscriber,
    }
}

fn subscribers(password: &str) -> Vec<Subscriber> {
    LOGINS
        .into_iter()
        .map(|(kind, login)| {
            let password = if kind.is_by_mac() { "" } else { password };
            subscriber(kind, login, password)
        })
        .collect()
}

fn open_sessions(installation: &Installation) -> Vec<Value> {
    installation.weir_json(&["sessions"]).unwrap().as_array().unwrap().clone()
}

/// Dials, and hangs up when `enough` says so of what the server shows; a deadline fails the test.
fn dial_until(
    installation: &Installation,
    settings: &dial::Settings,
    enough: impl Fn(&[Value]) -> bool,
) -> (dial::Summary, Vec<Value>) {
    let (stop, running) = std::io::pipe().unwrap();
    std::thread::scope(|scope| {
        let dialling = scope.spawn(|| dial::run(settings, stop.as_fd(), &mut |_| {}).unwrap());
        let mut shown = Vec::new();
        // Each look takes a while; so many last a minute at least.
        for _ in 0..600 {
            shown = open_sessions(installation);
            if enough(&shown) || dialling.is_finished() {
                break;
            }
        }
        drop(running);
        (dialling.join().unwrap(), shown)
    })
}

#[test]
fn every_kind_of_access_is_let_in_and_counted_once() {
    let installation = installation();
    let server = installation.serve().unwrap();
    let settings = settings(&installation, subscribers(PASSWORD));
    // Enough is an Interim-Update of each, which carries octets.
    let counted = |session: &Value| session["upload_octets"].as_u64().unwrap() > 0;
    let accounted = LOGINS.len() - 1;
    let (summary, shown) = dial_until(&installation, &settings, |shown| {
        shown.len() == accounted && shown.iter().all(counted)
    });
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!(shown.len(), accounted, "one session of each but the router's own: {shown:?}");
    assert!(shown.iter().all(counted), "{shown:?}");
    // Nobody was asked about the trial guest, and nothing follows the log-in to the router.
    assert_eq!(summary.accepted, LOGINS.len() as u64 - 1, "{summary:?}");
    assert_eq!((summary.starts, summary.stops), (accounted as u64, accounted as u64));
    for session in &summary.sessions {
        let outcome = match session.kind {
            AccessKind::Login => dial::Outcome::Admitted,
            _ => dial::Outcome::Closed,
        };
        assert_eq!(session.outcome, outcome, "{session:?}");
    }
    assert_eq!(open_sessions(&installation), [] as [Value; 0]);
    server.stop().unwrap();
    let used = |arguments: &[&str]| {
        let usage = installation.weir_json(&[&["usage"], arguments].concat()).unwrap();
        let octets = |name: &str| usage["total"][name].as_u64().unwrap();
        (octets("upload_octets"), octets("download_octets"))
    };
    for session in summary.sessions {
        let counted = (session.input_octets, session.output_octets);
        match session.kind {
            AccessKind::Login => assert_eq!(used(&[&session.login]), (0, 0)),
            AccessKind::Trial => assert_eq!(used(&["--unknown"]), counted, "{session:?}"),
            _ => assert_eq!(used(&[&session.login]), counted, "{session:?}"),
        }
    }
}

#[test]
fn each_is_granted_what_its_kind_has_use_for() {
    let installation = installation();
    let _server = installation.serve().unwrap();
    let settings =
        dial::Settings { group_required: true, ..settings(&installation, subscribers(PASSWORD)) };
    let (stop, running) = std::io::pipe().unwrap();
    let mut running = Some(running);
    let mut granted = Vec::new();
    let summary = dial::run(&settings, stop.as_fd(), &mut |event| match event {
        dial::Event::Online { kind, grant, .. } => {
            granted.push((kind, grant.clone()));
            if granted.len() == LOGINS.len() - 1 {
                running = None;
            }
        }
        // Whatever keeps one of them away ends the run, and fails below.
        dial::Event::Unanswered { .. }
        | dial::Event::Rejected { .. }
        | dial::Event::Disagreement { .. } => running = None,
        _ => {}
    })
    .unwrap();
    assert!(summary.disagreements.is_empty(), "{:?}", summary.disagreements);
    assert_eq!(granted.len(), LOGINS.len() - 1, "{summary:?}");
    for (kind, grant) in granted {
        let rate = grant.rate_limit.map(|limit| (limit.rate_bps.upload, limit.rate_bps.download));
        match kind {
            AccessKind::Login => {
                assert_eq!(grant.group.as_deref(), Some("full"));
                assert_eq!(rate, None);
            }
            AccessKind::Dot1x => assert_eq!(rate, None, "{grant:?}"),
            _ => assert_eq!(rate, Some((2_000_000, 10_000_000)), "{kind} {grant:?}"),
        }
        match kind {
            AccessKind::Dhcp => assert_eq!(grant.address, Some([10, 0, 0, 7].into())),
            AccessKind::Dhcpv6 => {
                assert_eq!(grant.delegated_prefix.as_deref(), Some("2001:db8:1200::/56"));
            }
            _ => {}
        }
    }
}

#[test]
fn each_kind_is_refused_and_says_so() {
    let installation = installation();
    let _server = installation.serve().unwrap();
    let strangers: Vec<Subscriber> = LOGINS
        .into_iter()
        .filter(|(kind, _)| *kind != AccessKind::Trial)
        .zip(0x10..)
        .map(|((kind, login), number)| {
            let stranger = format!("00:0C:42:00:D5:{number}");
            let login = if kind.is_by_mac() { &stranger } else { login };
            subscriber(kind, login, if kind.is_by_mac() { "" } else { "wrong" })
        })
        .collect();
    let count = strangers.len();
    let nas = Nas {
        circuit_id: Some("access-9 eth 1/1".to_owned()),
        ..Nas::new("RB433", Ipv4Addr::LOCALHOST.into())
    };
    let settings = dial::Settings { nas, ..settings(&installation, strangers) };
    let (stop, _running) = std::io::pipe().unwrap();
    let mut refused = Vec::new();
    let summary = dial::run(&settings, stop.as_fd(), &mut |event| {
        if let dial::Event::Rejected { login, refusal } = event {
            refused.push((login.to_owned(), refusal.clone()));
        }
    })
    .unwrap();
    assert!(summary.is_clean(), "a refusal is an answer: {summary:?}");
    assert_eq!((summary.rejected, summary.accepted, summary.starts), (count as u64, 0, 0));
    assert_eq!(refused.len(), count);
    assert!(summary.sessions.iter().all(|session| session.outcome == dial::Outcome::Rejected));
    let of_root = refused.iter().find(|(login, _)| login == "root").unwrap();
    let error = of_root.1.ms_chap_error.as_deref();
    assert!(error.is_some_and(|error| error.starts_with("E=691")), "{of_root:?}");
}

#[test]
fn a_lease_is_extended_and_a_power_cut_ends_the_sessions_before() {
    let installation = installation();
    let weir = |arguments: &[&str]| installation.weir(arguments).unwrap();
    weir(&["plan", "add", "lease", "--session-timeout", "4s"]);
    weir(&["service", "add", "00:0C:42:00:D6:01", "--plan", "lease", "--by-mac"]);
    let server = installation.serve().unwrap();
    let device = Subscriber::new("00:0C:42:00:D6:01", "").unwrap().with_kind(AccessKind::Dhcp);
    let ann = Subscriber::new("ann", PASSWORD).unwrap().with_method(Method::MsChapV2);
    let settings = dial::Settings {
        accounting_on: true,
        reboot_after: Some(Duration::from_secs(3)),
        duration: Some(Duration::from_secs(6)),
        ..settings(&installation, vec![device, ann])
    };
    let (stop, _running) = std::io::pipe().unwrap();
    let mut reboots = 0;
    let summary = dial::run(&settings, stop.as_fd(), &mut |event| {
        reboots += u32::from(matches!(event, dial::Event::Rebooted));
    })
    .unwrap();
    assert!(summary.is_clean(), "{summary:?}");
    assert!(summary.renewed >= 2, "{summary:?}");
    // On at the start and after the power cut, Off at the end.
    assert_eq!((reboots, summary.announced, summary.unannounced), (1, 3, 0));
    assert_eq!((summary.starts, summary.stops), (4, 2), "{summary:?}");
    // What the power cut left open was ended by the Accounting-On.
    assert_eq!(open_sessions(&installation), [] as [Value; 0]);
    server.stop().unwrap();
}

/// Replays a capture to a Weir that knows who is in it.
fn replay_to_weir(name: &str, passwords: &[(&str, &str)]) -> replay::Summary {
    let installation = Installation::create(WEIR).unwrap();
    installation.add_service("alice", "secret").unwrap();
    let device = "CE-EF-CA-A0-59-04";
    installation.weir(&["service", "add", device, "--plan", "home", "--by-mac"]).unwrap();
    let server = installation.serve().unwrap();
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let own = |(login, password): &(&str, &str)| ((*login).to_owned(), (*password).to_owned());
    let settings = replay::Settings {
        captured_secret: Secret::new(CAPTURED_SECRET).unwrap(),
        passwords: passwords.iter().map(own).collect(),
        // On a busy machine an answer takes its time.
        timeout: Duration::from_secs(10),
        ..replay::Settings::new(target(&installation), Secret::new(SECRET).unwrap(), fixture)
    };
    let (stop, _running) = std::io::pipe().unwrap();
    let summary = replay::run(&settings, stop.as_fd(), &mut |_| {}).unwrap();
    assert_eq!(open_sessions(&installation).len(), usize::from(name.contains("coova")));
    server.stop().unwrap();
    summary
}

#[test]
fn captures_of_other_makes_are_accepted_as_they_were() {
    const ACCEL_PPP: &str = "own_accelppp_mikrotik_ratelimit_coa_dm.pcap";
    for (name, passwords, requests) in [
        ("own_pppd249_radius_chap_session.pcap", &[][..], 3),
        ("own_coovachilli_macauth_dm.pcap", &[], 3),
        // Its client had no password, which only a device may have here.
        (ACCEL_PPP, &[("alice", "secret")], 9),
    ] {
        let summary = replay_to_weir(name, passwords);
        assert!(summary.is_clean(), "{name}: {summary:?}");
        assert_eq!((summary.requests, summary.agreed), (requests, requests), "{name}");
        assert_eq!(summary.captured_forged, 0, "{name}");
    }
    let summary = replay_to_weir(ACCEL_PPP, &[]);
    assert_eq!((summary.agreed, summary.disagreed), (8, 1));
    let refused = &summary.exchanges[0];
    assert_eq!(refused.verdict, Verdict::Disagreed);
    assert_eq!(refused.answered.as_deref(), Some("Access-Reject"));
}
