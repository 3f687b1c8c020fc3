//! Many access servers in one process, for tests: each with an address of its own, sessions that are
//! dialled or only begin with a Start, usage that is reported on command, and the moment at which
//! each CoA- and Disconnect-Request arrives. A few threads serve them all.
//!
//! ```no_run
//! use std::time::Duration;
//! use nas_sim::coa::Manner;
//! use nas_sim::fleet::{Fleet, Routers};
//! use radius_proto::Secret;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = [127, 0, 0, 1].into();
//! let routers = Routers {
//!     count: 100,
//!     sessions: 100,
//!     manner: Manner::RouterOs,
//!     ..Routers::of(server, 1812, 1813, Secret::new("secret")?)
//! };
//! let fleet = Fleet::start(routers.settings()?, 2)?;
//! assert!(fleet.wait(Duration::from_secs(60), |seen| seen.started() == 10_000));
//! fleet.report(7, 3, 0, 5_000_000_000);
//! assert!(fleet.wait(Duration::from_secs(1), |seen| !seen.routers[7].arrivals.is_empty()));
//! let took = fleet.look(|seen| seen.routers[7].arrivals[0].at - seen.routers[7].interims[0].at);
//! # let _ = took;
//! # Ok(())
//! # }
//! ```

mod worker;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::os::unix::net::UnixDatagram;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use radius_proto::Secret;

use crate::coa::{self, Arrival, Manner, Trouble};
use crate::dial::session::Usage;
use crate::dial::{self, SessionReport, Summary};
use crate::line::Nas;
use crate::mac::Mac;
use crate::subscriber::Subscriber;
use crate::{Error, Target};

/// Routers that differ in their names, addresses and subscribers only.
#[derive(Clone, Debug)]
pub struct Routers {
    /// How many.
    pub count: u32,
    /// Sessions of each.
    pub sessions: u32,
    /// The address of the first, the others counted on from it: any of 127.0.0.0/8 will do on Linux.
    pub first_address: Ipv4Addr,
    /// The server.
    pub target: Target,
    /// The secret that all share with it.
    pub secret: Secret,
    /// Subscribers of router 7 are called `s007-001` and so on, with this in the place of `s`.
    pub login_prefix: String,
    /// The password of them all; `{login}` in it stands for the login.
    pub password: String,
    /// Whether the server is asked for a log-in; without, sessions begin with their Start.
    pub authenticates: bool,
    /// Whose manner the routers have.
    pub manner: Manner,
    /// Where they take CoA and Disconnect, each at its own address; with 0 the system chooses.
    pub coa_port: u16,
    /// What goes wrong on the way to each; the seed is counted on from router to router.
    pub trouble: Trouble,
    /// Over how long the sessions of each begin.
    pub ramp: Duration,
}

impl Routers {
    /// One router from 127.1.0.1 with one session.
    #[must_use]
    pub fn of(
        server: IpAddr,
        authentication_port: u16,
        accounting_port: u16,
        secret: Secret,
    ) -> Self {
        Self {
            count: 1,
            sessions: 1,
            first_address: Ipv4Addr::new(127, 1, 0, 1),
            target: Target::new(server, authentication_port, accounting_port),
            secret,
            login_prefix: "s".to_owned(),
            password: "pw-{login}".to_owned(),
            authenticates: false,
            manner: Manner::RouterOs,
            coa_port: 0,
            trouble: Trouble::default(),
            ramp: Duration::ZERO,
        }
    }

    /// The address of the router with this place.
    #[must_use]
    pub const fn address(&self, router: u32) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.first_address.to_bits().wrapping_add(router))
    }

    /// The name of the router with this place, its NAS-Identifier.
    #[must_use]
    pub fn name(&self, router: u32) -> String {
        format!("nas-{:03}", router + 1)
    }

    /// The login of a session.
    #[must_use]
    pub fn login(&self, router: u32, session: u32) -> String {
        let digits = self.sessions.to_string().len().max(3);
        format!("{}{:03}-{:0digits$}", self.login_prefix, router + 1, session + 1)
    }

    /// What each of them dials; to be changed for what is to differ, and started.
    ///
    /// # Errors
    /// When a login or password does not fit, or there is no session.
    pub fn settings(&self) -> Result<Vec<dial::Settings>, Error> {
        (0..self.count).map(|router| self.one(router)).collect()
    }

    fn one(&self, router: u32) -> Result<dial::Settings, Error> {
        let prefix = format!("{}{:03}-", self.login_prefix, router + 1);
        let subscribers = Subscriber::numbered(&prefix, self.sessions, &self.password)
            .map_err(|error| Error::Setting(error.to_string()))?;
        let address = self.address(router);
        let nas = Nas::new(self.name(router), address.into());
        let target = Target { source: address.into(), ..self.target };
        let first = router.wrapping_mul(self.sessions);
        let settings = dial::Settings::new(target, self.secret.clone(), nas, subscribers);
        let mut coa = coa::Settings::new(SocketAddr::from((address, self.coa_port)), self.manner);
        coa.trouble = self.trouble.clone();
        coa.trouble.seed = self.trouble.seed.wrapping_add(u64::from(router));
        Ok(dial::Settings {
            first_mac: Mac::numbered(first),
            pool_first: Ipv4Addr::from_bits(settings.pool_first.to_bits().wrapping_add(first)),
            authenticates: self.authenticates,
            ramp: self.ramp,
            coa: Some(coa),
            ..settings
        })
    }
}

/// What was seen of all routers so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// By their places.
    pub routers: Vec<SeenRouter>,
    /// Why a thread had to end, and with it all of its routers.
    pub failed: Option<String>,
}

/// What was seen of one router so far.
#[derive(Clone, Debug, Default)]
pub struct SeenRouter {
    /// Where it takes CoA and Disconnect.
    pub coa: Option<SocketAddr>,
    /// Starts that were acknowledged.
    pub started: u64,
    /// Stops that were acknowledged.
    pub stopped: u64,
    /// Log-ins that were refused, not answered, or answered wrongly.
    pub outside: u64,
    /// Interim-Updates that were acknowledged.
    pub acknowledged: u64,
    /// Interim-Updates that were sent, each once however often it was sent again.
    pub interims: Vec<Interim>,
    /// CoA- and Disconnect-Requests that came, repeated ones too.
    pub arrivals: Vec<Arrival>,
    /// CoA-Requests that changed a session.
    pub changes: u64,
    /// Disconnect-Requests that ended a session.
    pub disconnects: u64,
}

/// An Interim-Update, as it is sent for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interim {
    /// The session's place in its router.
    pub session: u32,
    /// When it was sent.
    pub at: Instant,
    /// From the subscriber.
    pub input_octets: u64,
    /// To the subscriber.
    pub output_octets: u64,
}

impl Seen {
    fn sum(&self, of: impl Fn(&SeenRouter) -> u64) -> u64 {
        self.routers.iter().map(of).sum()
    }

    /// Starts that were acknowledged.
    #[must_use]
    pub fn started(&self) -> u64 {
        self.sum(|router| router.started)
    }

    /// Stops that were acknowledged.
    #[must_use]
    pub fn stopped(&self) -> u64 {
        self.sum(|router| router.stopped)
    }

    /// Interim-Updates that were acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> u64 {
        self.sum(|router| router.acknowledged)
    }

    /// CoA-Requests that changed a session, each once however often it came.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.sum(|router| router.changes)
    }

    /// Disconnect-Requests that ended a session.
    #[must_use]
    pub fn disconnects(&self) -> u64 {
        self.sum(|router| router.disconnects)
    }

    /// For each session that a CoA-Request changed, or a Disconnect-Request ended, how long after its
    /// first Interim-Update the first of them arrived; the shortest first.
    #[must_use]
    pub fn latencies(&self) -> Vec<Duration> {
        let mut latencies: Vec<Duration> =
            self.routers.iter().flat_map(SeenRouter::latencies).collect();
        latencies.sort_unstable();
        latencies
    }
}

impl SeenRouter {
    fn latencies(&self) -> Vec<Duration> {
        let mut first = std::collections::HashMap::new();
        for interim in &self.interims {
            first.entry(interim.session).or_insert(interim.at);
        }
        let mut latencies = Vec::new();
        for arrival in self.arrivals.iter().filter(|it| it.answer == coa::Answer::Acknowledged) {
            let asked = arrival.session.and_then(|session| first.remove(&session));
            latencies.extend(asked.map(|sent| arrival.at.saturating_duration_since(sent)));
        }
        latencies
    }
}

/// Routers that run.
#[derive(Debug)]
pub struct Fleet {
    shared: Arc<Shared>,
    workers: Vec<Worker>,
    /// Which thread has a router, and which of its own it is.
    places: Vec<(usize, usize)>,
}

/// How a thread ended: how it went with each of its routers, by their places.
type Ended = Result<Vec<(usize, Summary)>, Error>;

#[derive(Debug)]
struct Worker {
    commands: Sender<Command>,
    wake: UnixDatagram,
    thread: Option<JoinHandle<Ended>>,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

impl Shared {
    /// A thread that panicked while it looked has changed nothing halfway.
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread is told; routers by their places in it.
#[derive(Debug)]
enum Command {
    Report { router: usize, session: u32, usage: Usage, after: Duration },
    Leave { router: usize, lasts: Duration },
    Show { router: usize, to: Sender<Vec<SessionReport>> },
    HangUp,
    Quit,
}

impl Fleet {
    /// Starts the routers on so many threads.
    ///
    /// # Errors
    /// When an address or port cannot be used, or a router has nobody to dial.
    pub fn start(routers: Vec<dial::Settings>, threads: usize) -> Result<Self, Error> {
        let threads = threads.clamp(1, routers.len().max(1));
        let shared = Arc::new(Shared::default());
        shared.lock().routers.resize(routers.len(), SeenRouter::default());
        let mut shares: Vec<Vec<(usize, dial::Settings)>> = vec![Vec::new(); threads];
        let mut places = Vec::new();
        for (place, settings) in routers.into_iter().enumerate() {
            let thread = place % threads;
            if let Some(share) = shares.get_mut(thread) {
                places.push((thread, share.len()));
                share.push((place, settings));
            }
        }
        let mut fleet = Self { shared, workers: Vec::new(), places };
        let (opened, told) = mpsc::channel();
        for share in shares {
            fleet.workers.push(Worker::start(share, Arc::clone(&fleet.shared), opened.clone())?);
        }
        drop(opened);
        // Each thread tells once; one that has ended without a word is found when it is joined.
        if told.iter().any(|opened: bool| !opened) {
            return Err(fleet.finish().err().unwrap_or(Error::NobodyToDial));
        }
        Ok(fleet)
    }

    /// How many routers there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Looks at what was seen so far.
    pub fn look<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.shared.lock())
    }

    /// Waits until what was seen is `enough`; tells whether it came to that in time. It is asked each
    /// time that something was seen, and the routers wait for it: it had better be quick.
    pub fn wait(&self, deadline: Duration, enough: impl Fn(&Seen) -> bool) -> bool {
        let waiting = |seen: &mut Seen| seen.failed.is_none() && !enough(seen);
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), deadline, waiting);
        let (seen, _) = waited.unwrap_or_else(PoisonError::into_inner);
        enough(&seen)
    }

    /// Says what a session that is online has used so far, and has its router send an Interim-Update at once; octets
    /// from the subscriber first.
    pub fn report(&self, router: usize, session: u32, input_octets: u64, output_octets: u64) {
        self.report_after(Duration::ZERO, router, session, [input_octets, output_octets]);
    }

    /// The same once some time has passed, so that many are spread over it.
    pub fn report_after(&self, after: Duration, router: usize, session: u32, octets: [u64; 2]) {
        let [input_octets, output_octets] = octets;
        let usage = Usage { input_octets, output_octets };
        self.tell(router, |router| Command::Report { router, session, usage, after });
    }

    /// From now on the router hears no CoA and no Disconnect for so long.
    pub fn leave(&self, router: usize, lasts: Duration) {
        self.tell(router, |router| Command::Leave { router, lasts });
    }

    /// What the sessions of a router have now; nothing when its thread has ended.
    #[must_use]
    pub fn sessions(&self, router: usize) -> Vec<SessionReport> {
        let (to, told) = mpsc::channel();
        self.tell(router, |router| Command::Show { router, to });
        told.recv().unwrap_or_default()
    }

    /// Hangs everybody up, and gives how it went with each router, once all Stops are acknowledged or
    /// the drain is over.
    ///
    /// # Errors
    /// When a thread had to end before.
    pub fn finish(mut self) -> Result<Vec<Summary>, Error> {
        self.tell_all(|| Command::HangUp);
        let mut summaries = Vec::new();
        for worker in &mut self.workers {
            summaries.extend(worker.join()?);
        }
        summaries.sort_by_key(|(place, _)| *place);
        Ok(summaries.into_iter().map(|(_, summary)| summary).collect())
    }

    fn tell(&self, router: usize, command: impl FnOnce(usize) -> Command) {
        let Some((thread, place)) = self.places.get(router) else { return };
        if let Some(worker) = self.workers.get(*thread) {
            worker.tell(command(*place));
        }
    }

    fn tell_all(&self, command: impl Fn() -> Command) {
        self.workers.iter().for_each(|worker| worker.tell(command()));
    }
}

/// The routers are gone at once, and nobody is told of their sessions.
impl Drop for Fleet {
    fn drop(&mut self) {
        self.tell_all(|| Command::Quit);
        for worker in &mut self.workers {
            // Whoever wants to know how it went asks before.
            let _ = worker.join();
        }
    }
}

impl Worker {
    fn start(
        share: Vec<(usize, dial::Settings)>,
        shared: Arc<Shared>,
        opened: Sender<bool>,
    ) -> Result<Self, Error> {
        let cannot = |what| move |source| Error::Socket { what, source };
        let (wake, woken) =
            UnixDatagram::pair().map_err(cannot("cannot make a pair of sockets"))?;
        for socket in [&wake, &woken] {
            socket.set_nonblocking(true).map_err(cannot("cannot set the mode of a socket"))?;
        }
        let (commands, receiver): (Sender<Command>, Receiver<Command>) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("fleet".to_owned())
            .spawn(move || worker::run(&share, &shared, &receiver, &woken, opened))
            .map_err(cannot("cannot start a thread"))?;
        Ok(Self { commands, wake, thread: Some(thread) })
    }

    fn tell(&self, command: Command) {
        // A thread that has ended takes no more; and one that is full of wakes is awake.
        if self.commands.send(command).is_ok() {
            let _ = self.wake.send(&[1]);
        }
    }

    fn join(&mut self) -> Ended {
        let Some(thread) = self.thread.take() else { return Ok(Vec::new()) };
        thread
            .join()
            .unwrap_or_else(|_| Err(Error::Setting("a thread of routers panicked".to_owned())))
    }
}

#[cfg(test)]
#[path = "fleet_tests.rs"]
mod tests;
