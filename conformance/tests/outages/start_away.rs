//! The server starts while the database is away.

use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use conformance::{
    Installation, Peer, Postgres, SECRET, Server, StoredSession, stored_sessions_on_postgres,
};

use crate::load::{now, wait_until};
use crate::store_away::{Hanging, Outage};
use crate::wire::{self, Attributes, Request};
use crate::{status, waiting_for_the_store};

const ACCESS_REJECT: u8 = 3;
const FRAMED_IP_ADDRESS: u8 = 8;
const START: u32 = 1;
const STOP: u32 = 2;
const INTERIM: u32 = 3;
/// "A few seconds": what the server waits for a database that does not answer, and its start.
const STARTED_WITHIN: Duration = Duration::from_secs(8);
const REPLY_WITHIN: Duration = Duration::from_secs(5);

#[test]
fn after_a_stop_in_order_the_server_starts_without_postgresql_and_catches_up_when_it_is_back() {
    starts_without_its_store(|server| server.stop().unwrap(), Outage::Crash);
}

#[test]
fn after_sigkill_the_server_starts_without_postgresql_and_catches_up_when_it_is_back() {
    starts_without_its_store(|server| server.kill().unwrap(), Outage::Crash);
}

#[test]
fn the_server_starts_while_postgresql_hangs_and_catches_up_when_it_goes_on() {
    starts_without_its_store(|server| server.kill().unwrap(), Outage::Hang);
}

#[allow(clippy::too_many_lines, reason = "one outage from its beginning to its end")]
fn starts_without_its_store(end: impl Fn(Server), outage: Outage) {
    if Peer::PostgreSql.find().is_none() {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.url("postgres");
    let weir = env!("CARGO_BIN_EXE_weir-under-test");
    let installation = Installation::create_on(weir, Some(&url)).unwrap();
    installation.weir(&["plan", "set", "home", "--sessions", "1"]).unwrap();
    for login in ["ann", "bob", "cid", "dan", "eve"] {
        installation.add_service(login, "opensesame").unwrap();
    }
    let nas = Nas::of(&installation);
    let server = installation.serve().unwrap();
    nas.account("ann-1", "ann", START, 0);
    wait_until("the snapshot is written", || !status(&installation, "snapshot").is_null());
    wait_until("the snapshot is whole", || {
        status(&installation, "snapshot")["octets"].as_u64().is_some()
    });
    // What the snapshot cannot have where the server is killed.
    nas.account("ann-1", "ann", INTERIM, 1_000);
    nas.account("bob-1", "bob", START, 0);
    nas.account("bob-2", "bob", START, 0);
    nas.account("bob-2", "bob", STOP, 77);
    end(server);
    let hanging = match outage {
        Outage::Crash => {
            crash(&mut postgres);
            None
        }
        Outage::Hang => Some(Hanging::server(postgres.process_id())),
    };

    let began = now();
    let server = installation.serve().unwrap();
    assert_eq!(nas.log_in("cid", "opensesame").0, wire::ACCESS_ACCEPT);
    let took = began.elapsed();
    assert!(took < STARTED_WITHIN, "{took:?} to start");
    assert_eq!(nas.log_in("cid", "wrong").0, ACCESS_REJECT);
    assert_eq!(nas.log_in("nobody", "opensesame").0, ACCESS_REJECT);
    assert_eq!(nas.log_in("ann", "opensesame").0, ACCESS_REJECT, "her one session is open");
    assert_eq!(online(&installation), ["ann-1", "bob-1"]);
    assert!(server.log().contains("THE STORE IS AWAY"), "{}", server.log());
    let words = installation.weir(&["status"]).unwrap();
    assert!(words.contains("AWAY since") && words.contains("running from the snapshot"), "{words}");
    assert!(status(&installation, "store")["away_since_unix_ms"].as_i64().is_some());
    let refused = installation.weir_output(&["plan", "list"]).unwrap();
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && words.contains("cannot be reached"), "{words}");
    nas.account("ann-1", "ann", STOP, 5_000);
    nas.account("bob-1", "bob", INTERIM, 2_000);
    assert_eq!(nas.log_in("ann", "opensesame").0, wire::ACCESS_ACCEPT, "her session has ended");
    let waiting = waiting_for_the_store(&installation);
    assert!(waiting >= 2, "{waiting} records wait");

    match outage {
        Outage::Crash => postgres.start_again(),
        Outage::Hang => drop(hanging),
    }
    wait_until("the store is back", || {
        status(&installation, "store")["away_since_unix_ms"].is_null()
    });
    wait_until("the backlog is drained", || {
        waiting_for_the_store(&installation) == 0
            && status(&installation, "drain_failure").is_null()
    });
    assert!(server.log().contains("the store is back"), "{}", server.log());
    let session = |upload_octets, ended| StoredSession { upload_octets, download_octets: 0, ended };
    let mut stored = stored_sessions_on_postgres(&url).unwrap();
    for (id, expected) in [
        ("ann-1", session(5_000, true)),
        ("bob-1", session(2_000, false)),
        ("bob-2", session(77, true)),
    ] {
        assert_eq!(stored.remove(id), Some(expected), "{id}");
    }
    assert!(stored.is_empty(), "{stored:?}");
    let before = nas.log_in("dan", "opensesame");
    installation.weir(&["plan", "set", "home", "--download", "33M"]).unwrap();
    let after = nas.log_in("eve", "opensesame");
    assert_eq!((before.0, after.0), (wire::ACCESS_ACCEPT, wire::ACCESS_ACCEPT));
    let says_33m = |reply: &[u8]| reply.windows(3).any(|part| part == b"33M");
    assert!(!says_33m(&before.1) && says_33m(&after.1), "{after:?}");
    eprintln!("started without its store in {took:?}");
    server.stop().unwrap();
}

#[test]
fn after_a_start_without_postgresql_everybody_has_the_address_they_had() {
    if Peer::PostgreSql.find().is_none() {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.url("postgres");
    let weir = env!("CARGO_BIN_EXE_weir-under-test");
    let installation = Installation::create_on(weir, Some(&url)).unwrap();
    installation.weir(&["pool", "set", "homes", "--range", "100.64.0.0/28"]).unwrap();
    installation.weir(&["plan", "set", "home", "--pool", "homes"]).unwrap();
    for login in ["ann", "bob", "cid", "dan", "eve", "fay"] {
        installation.add_service(login, "opensesame").unwrap();
    }
    let nas = Nas::of(&installation);
    let server = installation.serve().unwrap();
    // One who is offline, one whose session is open, and one who may be about to begin one.
    let (ann, bob, cid) =
        (nas.address("ann", "ann-1"), nas.address("bob", "bob-1"), nas.address("cid", "cid-1"));
    nas.account("ann-1", "ann", START, 0);
    nas.account("bob-1", "bob", START, 0);
    nas.account("ann-1", "ann", STOP, 10);
    server.stop().unwrap();
    crash(&mut postgres);

    let server = installation.serve().unwrap();
    let dan = nas.address("dan", "dan-1");
    let mut taken = vec![ann, bob, cid];
    assert!(!taken.contains(&dan), "{dan} is another's");
    taken.push(dan);
    let beside = nas.address("bob", "bob-2");
    assert!(!taken.contains(&beside), "his first session is open");
    taken.push(beside);
    // Killed while nothing that was recorded since has reached the store.
    server.kill().unwrap();
    let server = installation.serve().unwrap();
    let eve = nas.address("eve", "eve-1");
    assert!(!taken.contains(&eve), "{eve} is another's");
    taken.push(eve);
    assert_eq!(nas.address("ann", "ann-1"), ann);
    nas.account("bob-1", "bob", INTERIM, 20);
    assert_eq!(online(&installation), ["bob-1"]);

    postgres.start_again();
    wait_until("the store is back", || {
        status(&installation, "store")["away_since_unix_ms"].is_null()
    });
    wait_until("the backlog is drained", || waiting_for_the_store(&installation) == 0);
    let fay = nas.address("fay", "fay-1");
    assert!(!taken.contains(&fay), "{fay} is another's");
    assert_eq!(nas.address("ann", "ann-1"), ann);
    server.stop().unwrap();
    let stored = installation.weir(&["pool", "show", "homes"]).unwrap();
    for (login, address) in [("ann", ann), ("cid", cid), ("dan", dan), ("eve", eve), ("fay", fay)] {
        let line = stored.lines().find(|line| line.contains(&format!("{address} ")));
        assert!(line.is_some_and(|line| line.contains(login)), "{login} has {address}: {stored}");
    }
}

#[test]
fn without_a_snapshot_or_with_one_that_is_wrong_the_start_says_so() {
    if Peer::PostgreSql.find().is_none() {
        return;
    }
    let mut postgres = Postgres::start().unwrap();
    let url = postgres.url("postgres");
    let weir = env!("CARGO_BIN_EXE_weir-under-test");
    let installation = Installation::create_on(weir, Some(&url)).unwrap();
    let server = installation.serve().unwrap();
    server.stop().unwrap();
    let path = installation.path().join("journal/snapshot.weir");
    let whole = std::fs::read(&path).unwrap();
    // It answers with an error, so it is not away.
    let config = installation.path().join("weir.toml");
    let right = std::fs::read_to_string(&config).unwrap();
    let wrong = right.replace(&url, &postgres.url("nothing"));
    assert_ne!(right, wrong);
    std::fs::write(&config, wrong).unwrap();
    let error = installation.serve().unwrap_err().to_string();
    assert!(error.contains("does not let this server in"), "{error}");

    crash(&mut postgres);
    let error = installation.serve().unwrap_err().to_string();
    assert!(error.contains("is of the store") && error.contains("nothing"), "{error}");
    std::fs::write(&config, &right).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&path, damaged).unwrap();
    let error = installation.serve().unwrap_err().to_string();
    assert!(error.contains("it is damaged"), "{error}");
    std::fs::remove_file(&path).unwrap();
    let error = installation.serve().unwrap_err().to_string();
    assert!(
        error.contains("cannot be reached") && error.contains("there is no snapshot"),
        "{error}"
    );
    std::fs::write(&path, whole).unwrap();
    drop(installation.serve().unwrap());
}

/// Ends the database at once, and waits until nobody answers any more.
fn crash(postgres: &mut Postgres) {
    postgres.crash();
    let socket = postgres.folder().join(".s.PGSQL.5432");
    wait_until("PostgreSQL is gone", || UnixStream::connect(&socket).is_err());
}

/// Acct-Session-Id of everybody who is online.
fn online(installation: &Installation) -> Vec<String> {
    let sessions = installation.weir_json(&["sessions"]).unwrap();
    let ids = sessions.as_array().unwrap().iter();
    let mut ids: Vec<_> =
        ids.map(|one| one["acct_session_id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

/// A NAS that waits for each of its answers.
struct Nas<'i> {
    socket: UdpSocket,
    installation: &'i Installation,
    number: std::cell::Cell<u8>,
}

impl<'i> Nas<'i> {
    fn of(installation: &'i Installation) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(REPLY_WITHIN)).unwrap();
        Self { socket, installation, number: 0.into() }
    }

    /// The code of the answer, and its attributes.
    fn log_in(&self, login: &str, password: &str) -> (u8, Vec<u8>) {
        let number = self.next();
        let request = Request::log_in(number, &[number; 16], (login, password), SECRET);
        self.ask(&request, self.installation.authentication())
    }

    /// The address in the Access-Accept for a log-in from the line of that session.
    fn address(&self, login: &str, session: &str) -> Ipv4Addr {
        let number = self.next();
        let mut beside = Attributes::default();
        beside.octets(wire::CALLING_STATION_ID, format!("line of {session}").as_bytes());
        let who = (login, "opensesame");
        let request = Request::log_in_with(number, &[number; 16], who, beside, SECRET);
        let (code, attributes) = self.ask(&request, self.installation.authentication());
        assert_eq!(code, wire::ACCESS_ACCEPT, "{login}");
        let address = wire::first(&attributes, FRAMED_IP_ADDRESS).expect("an address");
        <[u8; 4]>::try_from(address).unwrap().into()
    }

    /// Returns when it is acknowledged.
    fn account(&self, session: &str, login: &str, status: u32, upload_octets: u32) {
        let mut attributes = Attributes::default();
        attributes.octets(wire::ACCT_SESSION_ID, session.as_bytes());
        attributes.octets(wire::USER_NAME, login.as_bytes());
        attributes.octets(wire::CALLING_STATION_ID, format!("line of {session}").as_bytes());
        attributes.number(wire::ACCT_STATUS_TYPE, status);
        attributes.number(wire::ACCT_INPUT_OCTETS, upload_octets);
        attributes.number(wire::ACCT_OUTPUT_OCTETS, 0);
        attributes.number(wire::ACCT_SESSION_TIME, 1);
        let request = Request::accounting(self.next(), &attributes, SECRET);
        let (code, _) = self.ask(&request, self.installation.accounting());
        assert_eq!(code, wire::ACCOUNTING_RESPONSE);
    }

    fn next(&self) -> u8 {
        self.number.set(self.number.get() + 1);
        self.number.get()
    }

    fn ask(&self, request: &Request, to: std::net::SocketAddr) -> (u8, Vec<u8>) {
        self.socket.send_to(&request.octets, to).unwrap();
        let mut buffer = [0; 4_096];
        let len = self.socket.recv(&mut buffer).expect("an answer");
        let (code, attributes) = request.reply(&buffer[..len], SECRET).expect("of this request");
        (code, attributes.to_vec())
    }
}
