//! A fleet against a scripted server that acknowledges everything, and asks for a change as soon as
//! a session has used enough.

use std::collections::{HashMap, HashSet};
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};

use radius_proto::{Code, Packet};

use super::*;
use crate::attributes as attr;
use crate::coa::rig::{Attribute, request, text, vendor};
use crate::dial::Outcome;
use crate::dial::session::Port;
use crate::scripted::{self, Grants, Scripted, answer};

const QUOTA: u64 = 5 << 30;
const SLOW: &str = "64k/128k";
/// Over so long the sessions cross it.
const SPREAD: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(120);

/// A session that has used enough: its router and what names it.
type Over = (Ipv4Addr, Vec<Attribute>);

/// A server that tells once of each session whose Interim-Update says at least the quota, however
/// often that comes.
fn server(over: Sender<Over>) -> Scripted {
    let mut told = HashSet::new();
    Scripted::start(move |port, octets| {
        let packet = Packet::parse(octets).unwrap();
        let of = |kind| packet.first(kind).map(<[u8]>::to_vec);
        let integer = |kind| of(kind).map(|it| u32::from_be_bytes(it.try_into().unwrap()));
        let (low, high) = (integer(attr::ACCT_OUTPUT_OCTETS), integer(attr::ACCT_OUTPUT_GIGAWORDS));
        let used = (u64::from(high.unwrap_or(0)) << 32) + u64::from(low.unwrap_or(0));
        let interim = integer(attr::ACCT_STATUS_TYPE) == Some(attr::STATUS_INTERIM);
        if port == Port::Accounting && interim && used >= QUOTA {
            let router = Ipv4Addr::from_bits(integer(attr::NAS_IP_ADDRESS).unwrap());
            let name = String::from_utf8(of(attr::USER_NAME).unwrap()).unwrap();
            let session = String::from_utf8(of(attr::ACCT_SESSION_ID).unwrap()).unwrap();
            let named = vec![text(attr::USER_NAME, &name), text(attr::ACCT_SESSION_ID, &session)];
            if told.insert((router, session)) {
                // After the test nobody takes it.
                let _ = over.send((router, named));
            }
        }
        vec![answer(octets, Grants::default())]
    })
}

/// The socket, the identifier before the next, and what waits for an answer.
type Asking = (UdpSocket, u8, HashMap<u8, Vec<u8>>);

/// Asks the routers for changes, again and again until each is answered.
struct Changer {
    addresses: HashMap<Ipv4Addr, SocketAddr>,
    /// By router, for 256 identifiers are few.
    sockets: HashMap<Ipv4Addr, Asking>,
    again: Duration,
    refused: usize,
}

impl Changer {
    /// For the routers of a fleet, each of which has its own address.
    fn of(fleet: &Fleet, again: Duration) -> Self {
        let addresses = fleet.look(|seen| {
            let of = |router: &SeenRouter| router.coa.unwrap();
            seen.routers.iter().map(of).map(|coa| (v4(coa), coa)).collect()
        });
        Self { addresses, sockets: HashMap::new(), again, refused: 0 }
    }

    /// Until it is done and everything is answered.
    fn run(mut self, over: &Receiver<Over>, change: &[Attribute], done: &AtomicBool) {
        let clock = crate::clock::Clock::start();
        let mut next = self.again;
        while !done.load(Ordering::Relaxed)
            || self.sockets.values().any(|(_, _, waiting)| !waiting.is_empty())
        {
            match over.recv_timeout(Duration::from_millis(1)) {
                Ok((router, named)) => self.ask(router, &[&named[..], change].concat()),
                Err(_) => self.hear(),
            }
            if clock.now().elapsed >= next {
                next = clock.now().elapsed + self.again;
                for (router, (socket, _, waiting)) in &self.sockets {
                    for octets in waiting.values() {
                        socket.send_to(octets, self.addresses[router]).unwrap();
                    }
                }
            }
        }
        assert_eq!(self.refused, 0);
    }

    fn ask(&mut self, router: Ipv4Addr, attributes: &[Attribute]) {
        let (socket, identifier, waiting) = self.sockets.entry(router).or_insert_with(|| {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_nonblocking(true).unwrap();
            (socket, 0, HashMap::new())
        });
        *identifier = identifier.wrapping_add(1);
        let code = Code::COA_REQUEST;
        let octets = request(code, *identifier, true, attributes, &scripted::secret());
        socket.send_to(&octets, self.addresses[&router]).unwrap();
        assert!(waiting.insert(*identifier, octets).is_none(), "more than 256 wait");
    }

    fn hear(&mut self) {
        let mut buffer = [0; 4096];
        for (socket, _, waiting) in self.sockets.values_mut() {
            while let Ok(len) = socket.recv(&mut buffer) {
                let reply = Packet::parse(&buffer[..len]).unwrap();
                // An answer may come twice when the request went out twice.
                if waiting.remove(&reply.identifier()).is_some() {
                    self.refused += usize::from(reply.code() != Code::COA_ACK);
                }
            }
        }
    }
}

fn v4(address: SocketAddr) -> Ipv4Addr {
    match address.ip() {
        IpAddr::V4(address) => address,
        IpAddr::V6(_) => panic!("{address}"),
    }
}

fn routers(server: &Scripted, count: u32, sessions: u32, first: [u8; 4]) -> Routers {
    Routers {
        count,
        sessions,
        first_address: first.into(),
        password: scripted::PASSWORD.to_owned(),
        target: server.target,
        ..Routers::of([127, 0, 0, 1].into(), 0, 0, scripted::secret())
    }
}

fn slow() -> Attribute {
    vendor(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT, SLOW)
}

/// All sessions of the fleet cross the quota; each is slowed down.
fn all_cross(routers: &Routers, fleet: &Fleet, over: Receiver<Over>, again: Duration) {
    let sessions = u64::from(routers.count * routers.sessions);
    assert!(fleet.wait(LONG, |seen| seen.started() == sessions), "{}", fleet.look(Seen::started));
    let done = AtomicBool::new(false);
    let slowed = std::thread::scope(|scope| {
        let changer = Changer::of(fleet, again);
        let done = &done;
        scope.spawn(move || changer.run(&over, &[slow()], done));
        let each = SPREAD / routers.sessions / routers.count;
        for (turn, session) in (0..).zip(0..routers.sessions) {
            for router in 0..fleet.len() {
                let after = each * (turn * routers.count + u32::try_from(router).unwrap());
                fleet.report_after(after, router, session, [7, QUOTA]);
            }
        }
        let slowed = fleet.wait(LONG, |seen| seen.changes() == sessions);
        done.store(true, Ordering::Relaxed);
        slowed
    });
    assert!(slowed, "{}", fleet.look(Seen::changes));
}

/// Gives how many records had to be sent again.
fn assert_slowed_down_once(fleet: Fleet, sessions: usize) -> u64 {
    let summaries = fleet.finish().unwrap();
    let reports: Vec<&SessionReport> = summaries.iter().flat_map(|it| &it.sessions).collect();
    assert_eq!(reports.len(), sessions);
    for report in reports {
        assert_eq!((report.changes, report.differences), (1, 1), "{report:?}");
        assert_eq!(report.has.rate_limit.as_deref(), Some(SLOW));
        assert_eq!((report.outcome, report.output_octets), (Outcome::Closed, QUOTA));
    }
    summaries.iter().map(|it| it.retransmissions).sum()
}

#[test]
fn sessions_that_cross_a_quota_are_slowed_down_and_the_moments_are_known() {
    let (over, crossed) = mpsc::channel();
    let server = server(over);
    let delay = Duration::from_millis(5);
    let routers = Routers {
        trouble: Trouble { delay, ..Trouble::default() },
        ..routers(&server, 10, 20, [127, 1, 0, 1])
    };
    let fleet = Fleet::start(routers.settings().unwrap(), 2).unwrap();
    all_cross(&routers, &fleet, crossed, LONG);
    let (latencies, interims) = fleet.look(|seen| {
        let interims = seen.routers.iter().map(|it| it.interims.len()).sum::<usize>();
        (seen.latencies(), interims)
    });
    assert_eq!((latencies.len(), interims), (200, 200));
    assert!(latencies[0] > Duration::ZERO && latencies.is_sorted());
    let shown = fleet.sessions(3);
    assert_eq!((shown.len(), shown[0].login.as_str()), (20, routers.login(3, 0).as_str()));
    assert_eq!(shown[0].address, Some(Ipv4Addr::new(100, 64, 0, 62)));
    assert_slowed_down_once(fleet, 200);
}

#[test]
fn with_loss_and_a_router_away_each_is_still_changed_once() {
    let (over, crossed) = mpsc::channel();
    let server = server(over);
    let trouble = Trouble { loss: 0.2, seed: 42, ..Trouble::default() };
    let routers = Routers { trouble, ..routers(&server, 5, 20, [127, 2, 0, 1]) };
    let fleet = Fleet::start(routers.settings().unwrap(), 2).unwrap();
    assert!(fleet.wait(LONG, |seen| seen.started() == 100));
    // Longer than it takes all of them to cross.
    fleet.leave(0, 2 * SPREAD);
    all_cross(&routers, &fleet, crossed, Duration::from_millis(50));
    let late = fleet.look(|seen| seen.routers[0].latencies()[0]);
    assert!(late > Duration::from_millis(100), "{late:?}");
    let summaries = fleet.finish().unwrap();
    let lost: u64 = summaries.iter().map(|it| it.coa.lost_requests + it.coa.lost_replies).sum();
    assert!(lost > 10 && summaries[0].coa.away > 0, "{lost} lost");
    assert_eq!(summaries.iter().map(|it| it.coa.changes).sum::<u64>(), 100);
    let once = |report: &SessionReport| (report.changes, report.differences) == (1, 1);
    assert!(summaries.iter().flat_map(|it| &it.sessions).all(once));
}

#[test]
fn a_fleet_dials_and_each_router_is_asked_by_itself() {
    let (over, _crossed) = mpsc::channel();
    let server = server(over);
    let routers = Routers {
        authenticates: true,
        manner: Manner::AccelPpp,
        ..routers(&server, 3, 2, [127, 3, 0, 1])
    };
    let fleet = Fleet::start(routers.settings().unwrap(), 8).unwrap();
    assert!(fleet.wait(LONG, |seen| seen.started() == 6));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let coa = fleet.look(|seen| seen.routers[1].coa.unwrap());
    assert_eq!(coa.ip(), IpAddr::from([127, 3, 0, 2]));
    for (at, login) in [(1, routers.login(1, 1)), (2, routers.login(0, 0))] {
        let code = Code::DISCONNECT_REQUEST;
        let named = [text(attr::USER_NAME, &login)];
        socket.send_to(&request(code, at, false, &named, &scripted::secret()), coa).unwrap();
    }
    assert!(fleet.wait(LONG, |seen| seen.routers[1].arrivals.len() == 2 && seen.stopped() == 1));
    assert_eq!(fleet.look(Seen::disconnects), 1);
    let summaries = fleet.finish().unwrap();
    assert_eq!(summaries.iter().map(|it| it.accepted).collect::<Vec<u64>>(), [2, 2, 2]);
    assert_eq!(summaries[1].coa.refused_for[&503], 1);
    let ended: Vec<u32> = summaries[1].sessions.iter().map(|it| it.disconnects).collect();
    assert_eq!(ended, [0, 1]);
}

#[test]
fn a_fleet_that_cannot_listen_says_so() {
    let (over, _crossed) = mpsc::channel();
    let server = server(over);
    let mut settings = routers(&server, 2, 1, [127, 4, 0, 1]).settings().unwrap();
    // An address of documentation, which no machine has.
    settings[1].coa.as_mut().unwrap().listen = "192.0.2.1:3799".parse().unwrap();
    let error = Fleet::start(settings, 1).unwrap_err().to_string();
    assert!(error.contains("192.0.2.1:3799"), "{error}");
}

/// The size of the proof that is asked of a server; this server does nothing, so that what is
/// measured is the fleet.
#[test]
#[ignore = "soak: 10,000 sessions on 100 routers"]
fn ten_thousand_sessions_on_a_hundred_routers() {
    let (over, crossed) = mpsc::channel();
    let server = server(over);
    let delay = Duration::from_millis(5);
    let routers = Routers {
        trouble: Trouble { delay, ..Trouble::default() },
        ramp: Duration::from_secs(5),
        ..routers(&server, 100, 100, [127, 5, 0, 1])
    };
    let fleet = Fleet::start(routers.settings().unwrap(), 2).unwrap();
    all_cross(&routers, &fleet, crossed, Duration::from_millis(500));
    let latencies = fleet.look(Seen::latencies);
    let at = |part: usize| latencies[latencies.len() * part / 100];
    println!("p50 {:?}, p99 {:?}, {} of them", at(50), at(99), latencies.len());
    let again = assert_slowed_down_once(fleet, 10_000);
    println!("{again} records sent again");
}
