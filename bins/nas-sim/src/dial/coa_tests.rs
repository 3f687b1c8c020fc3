//! CoA and Disconnect while sessions are up, over real UDP: what the router does then, and what its
//! accounting tells.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsFd as _;
use std::sync::mpsc;

use radius_proto::{Code, Packet};

use super::session::Port;
use super::*;
use crate::attributes as attr;
use crate::coa::rig::{Attribute, number, request, text, vendor};
use crate::scripted::{self, Grants, Scripted, answer};

/// One record as the server got it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    status: u32,
    session_id: String,
    service: Option<String>,
    class: String,
    cause: Option<u32>,
    output_octets: Option<u32>,
}

fn told(octets: &[u8]) -> Told {
    let packet = Packet::parse(octets).unwrap();
    let text = |value: Option<&[u8]>| value.map(|it| String::from_utf8(it.to_vec()).unwrap());
    let integer =
        |kind| packet.first(kind).map(|it: &[u8]| u32::from_be_bytes(it.try_into().unwrap()));
    Told {
        status: integer(attr::ACCT_STATUS_TYPE).unwrap(),
        session_id: text(packet.first(attr::ACCT_SESSION_ID)).unwrap(),
        service: text(packet.first_vendor(attr::ERX, attr::ERX_SERVICE_SESSION))
            .or_else(|| text(packet.first_vendor(attr::CISCO, attr::CISCO_SERVICE_INFO))),
        class: text(packet.first(attr::CLASS)).unwrap_or_default(),
        cause: integer(attr::ACCT_TERMINATE_CAUSE),
        output_octets: integer(attr::ACCT_OUTPUT_OCTETS),
    }
}

/// What the test does when it sees something, and when it is enough.
enum Next {
    Wait,
    Ask(Code, Vec<Attribute>),
    HangUp,
}

/// Dials `count` subscribers. At each record that is told, and each Start that is acknowledged,
/// `next` says what to do; gives all records in their order.
fn dial(
    settings: Settings,
    records: &mpsc::Receiver<Told>,
    mut next: impl FnMut(&[Told]) -> Next,
) -> (Summary, Vec<Told>) {
    let (stop, running) = std::io::pipe().unwrap();
    let (address_known, address) = mpsc::channel();
    std::thread::scope(|scope| {
        let dialling = scope.spawn(move || {
            run(&settings, stop.as_fd(), &mut |event| {
                if let Event::Listening { address } = event {
                    address_known.send(address).unwrap();
                }
            })
            .unwrap()
        });
        let address: SocketAddr = address.recv().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (mut all, mut running, mut identifier) = (Vec::new(), Some(running), 0);
        // Each look lasts so long at most: a run that does not end fails after half a minute.
        for _ in 0..3_000 {
            if dialling.is_finished() {
                break;
            }
            let Ok(record) = records.recv_timeout(Duration::from_millis(10)) else { continue };
            all.push(record);
            match next(&all) {
                Next::Wait => {}
                Next::HangUp => running = None,
                Next::Ask(code, attributes) => {
                    identifier += 1;
                    let octets = request(code, identifier, true, &attributes, &scripted::secret());
                    socket.send_to(&octets, address).unwrap();
                }
            }
        }
        drop(running);
        let summary = dialling.join().unwrap();
        all.extend(records.try_iter());
        (summary, all)
    })
}

fn server(grants: Grants) -> (Scripted, mpsc::Receiver<Told>) {
    let (tell, records) = mpsc::channel();
    let server = Scripted::start(move |port, octets| {
        if port == Port::Accounting {
            // After the test nobody takes it.
            let _ = tell.send(told(octets));
        }
        vec![answer(octets, grants)]
    });
    (server, records)
}

fn settings(server: &Scripted, manner: Manner) -> Settings {
    let subscribers = Subscriber::numbered("s", 1, scripted::PASSWORD).unwrap();
    let nas = Nas::new("core-1", [127, 0, 0, 1].into());
    Settings {
        coa: Some(coa::Settings::new("127.0.0.1:0".parse().unwrap(), manner)),
        ..Settings::new(server.target, scripted::secret(), nas, subscribers)
    }
}

fn name() -> Attribute {
    text(attr::USER_NAME, "s001")
}

const LIMITED: Grants = Grants {
    rate_limit: Some("2M/10M"),
    session_timeout_s: None,
    interim_interval_s: None,
    address: None,
    service: None,
};

#[test]
fn a_change_shows_in_what_follows_and_a_disconnect_ends_with_admin_reset() {
    let (server, records) = server(LIMITED);
    let settings = Settings {
        interim: Some(Duration::from_millis(100)),
        ..settings(&server, Manner::AccelPpp)
    };
    let (summary, all) = dial(settings, &records, |all| match all {
        [_] => Next::Ask(
            Code::COA_REQUEST,
            vec![name(), text(attr::FILTER_ID, "64/32"), text(attr::CLASS, "slow")],
        ),
        [.., last] if last.class == "slow" && last.status == attr::STATUS_INTERIM => {
            Next::Ask(Code::DISCONNECT_REQUEST, vec![name()])
        }
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    let stop = all.last().unwrap();
    assert_eq!((stop.status, stop.cause), (attr::STATUS_STOP, Some(6)));
    assert_eq!((stop.class.as_str(), &all[0].class[..]), ("slow", "class of s001"));
    let session = &summary.sessions[0];
    assert_eq!((session.changes, session.differences, session.disconnects), (1, 1, 1));
    let rate = session.has.rate_bps.unwrap();
    assert_eq!((rate.upload, rate.download), (32_000, 64_000));
    assert_eq!(session.outcome, Outcome::Closed);
    assert_eq!((summary.coa.changes, summary.coa.disconnects), (1, 1));
    assert!(summary.arrivals[0].changed.iter().any(|it| it == "Filter-Id 64/32"));
}

#[test]
fn who_is_disconnected_dials_again() {
    let (server, records) = server(LIMITED);
    let settings =
        Settings { redial: Some(Duration::from_millis(20)), ..settings(&server, Manner::RouterOs) };
    let (summary, all) = dial(settings, &records, |all| match all {
        [start] => {
            let id = text(attr::ACCT_SESSION_ID, &start.session_id);
            Next::Ask(Code::DISCONNECT_REQUEST, vec![name(), id])
        }
        [_, _, again] if again.status == attr::STATUS_START => Next::HangUp,
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!((summary.accepted, summary.starts, summary.stops), (2, 2, 2));
    assert_ne!(all[0].session_id, all[2].session_id);
    assert_eq!((all[1].cause, all[3].cause), (Some(6), Some(1)));
    // The new session is unchanged, and the subscriber's sessions were ended once.
    assert_eq!((summary.sessions[0].changes, summary.sessions[0].disconnects), (0, 1));
}

#[test]
fn hostapd_tells_no_cause_of_a_disconnect() {
    let (server, records) = server(Grants::default());
    let now = crate::clock::Clock::start().now().unix_s;
    let (summary, all) = dial(settings(&server, Manner::Hostapd), &records, |all| match all {
        [start] => Next::Ask(
            Code::DISCONNECT_REQUEST,
            vec![
                text(attr::ACCT_SESSION_ID, &start.session_id),
                number(attr::EVENT_TIMESTAMP, now),
            ],
        ),
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!((all.len(), all[1].status, all[1].cause), (2, attr::STATUS_STOP, None));
}

#[test]
fn a_session_timeout_counts_from_the_change() {
    let (server, records) = server(LIMITED);
    let settings =
        Settings { duration: Some(Duration::from_secs(30)), ..settings(&server, Manner::AccelPpp) };
    let (summary, all) = dial(settings, &records, |all| match all {
        [_] => Next::Ask(Code::COA_REQUEST, vec![name(), number(attr::SESSION_TIMEOUT, 1)]),
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    assert_eq!((all.len(), all[1].cause), (2, Some(5)));
    assert_eq!(summary.sessions[0].session_time_s, 1);
}

fn activate(tag: u8, service: &str) -> Attribute {
    let value = [&[tag][..], service.as_bytes()].concat();
    vendor(attr::ERX, attr::ERX_ACTIVATE_SERVICE, value)
}

fn tagged(kind: u8, tag: u8, number: u8) -> Attribute {
    vendor(attr::ERX, kind, [tag, 0, 0, number])
}

/// The records by what they are about, in the words `start`, `interim`, `stop` and their causes.
fn by_service(all: &[Told]) -> BTreeMap<String, Vec<String>> {
    let mut by_service: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for told in all {
        let word = match told.status {
            attr::STATUS_START => "start".to_owned(),
            attr::STATUS_STOP => format!("stop {}", told.cause.unwrap_or_default()),
            _ => "interim".to_owned(),
        };
        let about = told.service.clone().unwrap_or_default();
        let words = by_service.entry(about).or_default();
        // One Interim-Update or many: how many there were is the machine's matter.
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    by_service
}

#[test]
fn services_have_records_of_their_own_and_end_before_their_session() {
    let (server, records) = server(LIMITED);
    let asked = vec![
        name(),
        activate(1, "tiered(1M, 4M)"),
        tagged(attr::ERX_SERVICE_STATISTICS, 1, 2),
        tagged(attr::ERX_SERVICE_INTERIM, 1, 1),
        activate(2, "voice(1M, 1M)"),
        tagged(attr::ERX_SERVICE_TIMEOUT, 2, 1),
        activate(3, "ipoe-parking"),
    ];
    let deactivate = vendor(attr::ERX, attr::ERX_DEACTIVATE_SERVICE, "ipoe-parking");
    let mut deactivated = false;
    let (summary, all) = dial(settings(&server, Manner::Erx), &records, |all| {
        let about = |service: &str, status| {
            all.iter().any(|it| it.service.as_deref() == Some(service) && it.status == status)
        };
        if all.len() == 1 {
            Next::Ask(Code::COA_REQUEST, asked.clone())
        } else if about("ipoe-parking", attr::STATUS_START) && !deactivated {
            deactivated = true;
            Next::Ask(Code::COA_REQUEST, vec![name(), deactivate.clone()])
        } else if about("tiered(1M, 4M)", attr::STATUS_INTERIM)
            && about("voice(1M, 1M)", attr::STATUS_STOP)
            && about("ipoe-parking", attr::STATUS_STOP)
        {
            Next::HangUp
        } else {
            Next::Wait
        }
    });
    assert!(summary.is_clean(), "{summary:?}");
    let words = by_service(&all);
    // Its own time, its own end, and with the session; NAS-Request is what the router chose.
    assert_eq!(words["voice(1M, 1M)"], ["start", "stop 5"]);
    assert_eq!(words["ipoe-parking"], ["start", "stop 10"]);
    assert_eq!(words["tiered(1M, 4M)"], ["start", "interim", "stop 1"]);
    assert_eq!(words[""], ["start", "stop 1"]);
    // The session's Stop is the last of all.
    let last = all.last().unwrap();
    assert_eq!((last.status, &last.service), (attr::STATUS_STOP, &None));
    let parent = &all[0].session_id;
    for told in all.iter().filter(|it| it.service.is_some()) {
        let (of, number) = told.session_id.split_once(':').unwrap();
        assert!(of == parent && (1..=3).contains(&number.parse().unwrap()), "{told:?}");
        // Octets only with statistics of volume.
        let counted = told.service.as_deref() == Some("tiered(1M, 4M)");
        assert_eq!(told.output_octets.is_some(), counted && told.status != 1, "{told:?}");
    }
    assert_eq!((summary.service_starts, summary.service_stops), (3, 3));
    // A service that has ended by itself is gone from the session too.
    let active: Vec<&str> =
        summary.sessions[0].has.services.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(active, ["tiered(1M, 4M)"]);
}

#[test]
fn a_service_of_the_acceptance_is_active_from_the_start() {
    let grants = Grants { service: Some("http(192.168.25.2, 80)"), ..LIMITED };
    let (server, records) = server(grants);
    let (summary, all) = dial(settings(&server, Manner::Erx), &records, |all| match all {
        [_, _] => Next::HangUp,
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    let words = by_service(&all);
    assert_eq!(words["http(192.168.25.2, 80)"], ["start", "stop 1"]);
    assert_eq!(summary.sessions[0].has.services[0].statistics, coa::Statistics::Volume);

    // To another make it means nothing, and it says so.
    let (server, records) = self::server(grants);
    let mut settings = settings(&server, Manner::RouterOs);
    settings.duration = Some(Duration::from_millis(100));
    let (summary, all) = dial(settings, &records, |_| Next::Wait);
    assert_eq!((all.len(), summary.sessions[0].has.services.len()), (2, 0));
}

#[test]
fn a_disconnect_stops_services_first_with_the_same_cause() {
    let (server, records) = server(LIMITED);
    let command = [
        vendor(attr::CISCO, attr::CISCO_AVPAIR, "subscriber:command=activate-service"),
        vendor(attr::CISCO, attr::CISCO_AVPAIR, "subscriber:service-name=GOLD"),
    ];
    let (summary, all) = dial(settings(&server, Manner::Cisco), &records, |all| match all {
        [_] => Next::Ask(Code::COA_REQUEST, [&[name()][..], &command].concat()),
        [_, _] => Next::Ask(Code::DISCONNECT_REQUEST, vec![name()]),
        _ => Next::Wait,
    });
    assert!(summary.is_clean(), "{summary:?}");
    let words: Vec<(u32, Option<&str>, Option<u32>)> =
        all.iter().map(|it| (it.status, it.service.as_deref(), it.cause)).collect();
    let gold = Some("NGOLD");
    assert_eq!(words, [(1, None, None), (1, gold, None), (2, gold, Some(6)), (2, None, Some(6))]);
    assert_ne!(all[1].session_id, all[0].session_id);
}
