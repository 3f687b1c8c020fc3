//! Putting a server together and starting it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use aaa_engine::enforcement::Posture;
use aaa_engine::ports::{Directory, ListenerName, Sink};
use aaa_engine::session::Session;
use aaa_engine::{Activity, Attempt, Engine, Port, StoredLease, StoredMeter};
use entitlement::Timestamp;
use socket2::Socket;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::drain::{Command, Drain, DrainError, DrainStatus, PanicWatch, Standing};
use crate::enforce::{Enforcement, Enforcer};
use crate::error::StartError;
use crate::journal::{Disk, Journal, JournalSettings, RealDisk};
use crate::lane::{Lane, Shared};
use crate::nas::{MessageAuthenticatorGuard, NasProblemsTable};
use crate::replay::{Remembered, Replayed, replay};
use crate::running::{Parts, RunningServer};
use crate::sessions::Sessions;
use crate::settings::{Listener, Settings};
use crate::shutdown::Shutdown;
use crate::stats::LaneCounters;
use crate::udp::bind_lanes;
use crate::unknown::UnknownNasTable;
use crate::watch::{Heard, Watch};

/// A RADIUS server for authentication and accounting over UDP, to be embedded in a program.
#[derive(Debug)]
pub struct RadiusServer;

impl RadiusServer {
    /// Begins to put a server together. It needs at least one [`listener`](ServerBuilder::listener),
    /// a [`directory`](ServerBuilder::directory), a [`sink`](ServerBuilder::sink), an
    /// [`engine`](ServerBuilder::engine) and a place for its
    /// [`journal`](ServerBuilder::journal_dir).
    #[must_use]
    pub fn builder() -> ServerBuilder<NoSink> {
        ServerBuilder {
            listeners: Vec::new(),
            directory: None,
            engine: None,
            sink: NoSink,
            settings: Settings::default(),
            journal: None,
            journal_settings: JournalSettings::default(),
            runtime: None,
            remembered: None,
            before_listening: None,
        }
    }
}

/// What is done once everything else is ready.
type BeforeListening = Box<dyn FnOnce() + Send>;

/// The place of a sink in a builder that has none yet; such a builder cannot start.
#[derive(Debug)]
pub struct NoSink;

/// A server that is being put together.
pub struct ServerBuilder<S> {
    listeners: Vec<Listener>,
    directory: Option<Arc<dyn Directory>>,
    engine: Option<Engine>,
    sink: S,
    settings: Settings,
    journal: Option<JournalPlace>,
    journal_settings: JournalSettings,
    runtime: Option<Handle>,
    remembered: Option<Remembered>,
    before_listening: Option<BeforeListening>,
}

enum JournalPlace {
    Directory(PathBuf),
    Disk(Arc<dyn Disk>),
}

impl<S> ServerBuilder<S> {
    /// Adds a pair of addresses to listen on.
    #[must_use]
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listeners.push(listener);
        self
    }

    /// Who the NASes and the services are.
    #[must_use]
    pub fn directory(mut self, directory: Arc<dyn Directory>) -> Self {
        self.directory = Some(directory);
        self
    }

    /// Where accounting and log-ins end up.
    #[must_use]
    pub fn sink<T: Sink>(self, sink: T) -> ServerBuilder<T> {
        let Self { listeners, directory, engine, settings, journal, .. } = self;
        let (journal_settings, runtime) = (self.journal_settings, self.runtime);
        let (remembered, before_listening) = (self.remembered, self.before_listening);
        ServerBuilder {
            listeners,
            directory,
            engine,
            sink,
            settings,
            journal,
            journal_settings,
            runtime,
            remembered,
            before_listening,
        }
    }

    /// What decides requests.
    #[must_use]
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// How the server uses the machine.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Where the journal is kept; the directory is created when it is missing. One server has it
    /// for itself, on a disk that keeps what it has synced.
    #[must_use]
    pub fn journal_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.journal = Some(JournalPlace::Directory(directory.into()));
        self
    }

    /// Keeps the journal on this disk instead of in a directory; for tests that lose power.
    #[must_use]
    pub fn journal_disk(mut self, disk: Arc<dyn Disk>) -> Self {
        self.journal = Some(JournalPlace::Disk(disk));
        self
    }

    /// How the journal uses its disk.
    #[must_use]
    pub fn journal_settings(mut self, settings: JournalSettings) -> Self {
        self.journal_settings = settings;
        self
    }

    /// The tokio runtime that the sink lives on, with time and IO enabled. A sink with database
    /// connections that were opened on a runtime needs that one; it must be a multi-threaded one
    /// and live until the server has stopped. Without it the sink is polled on a small runtime of
    /// the server's own.
    #[must_use]
    pub fn runtime(mut self, runtime: Handle) -> Self {
        self.runtime = Some(runtime);
        self
    }

    /// Starts without asking the sink, which is away: from what is remembered and what the journal
    /// tells since. When the sink answers, it is given the journal from where it stands.
    #[must_use]
    pub fn without_sink(mut self, remembered: Remembered) -> Self {
        self.remembered = Some(remembered);
        self
    }

    /// Does this when the sink has all that the journal held, before the first packet is received;
    /// for a directory that follows what the sink writes. It may block.
    #[must_use]
    pub fn before_listening(mut self, work: impl FnOnce() + Send + 'static) -> Self {
        self.before_listening = Some(Box::new(work));
        self
    }
}

impl<S: Sink> ServerBuilder<S> {
    /// Starts the server: opens the journal, hands what the sink does not have yet to it, takes
    /// the recent sessions back from it (or all that [from elsewhere](Self::without_sink)), and then
    /// listens.
    ///
    /// Blocks until it listens; from asynchronous code call it where blocking is allowed.
    ///
    /// # Errors
    /// See [`StartError`]; nothing listens then.
    pub fn start(self) -> Result<RunningServer, StartError> {
        let missing = |what| StartError::Missing { what };
        let directory = self.directory.ok_or(missing("directory"))?;
        let engine = self.engine.ok_or(missing("engine"))?;
        let place = self.journal.ok_or(missing("journal directory"))?;
        if self.listeners.is_empty() {
            return Err(missing("listener"));
        }
        let wrong = |(setting, reason)| StartError::Setting { setting, reason };
        self.settings.check().map_err(wrong)?;

        let clock = Clock::start();
        let status = Arc::new(DrainStatus::default());
        let (command, commands) = watch::channel(Command::Run);
        let (done, drained) = mpsc::channel();
        let (ready, prepared) = mpsc::channel();
        let start = DrainStart {
            sink: self.sink,
            disk: open_place(place)?,
            journal_settings: self.journal_settings,
            settings: self.settings.clone(),
            clock,
            status: Arc::clone(&status),
            remembered: self.remembered,
        };
        let runtime = DrainRuntime::new(self.runtime)?;
        let drain = thread::Builder::new()
            .name("weir-drain".to_owned())
            .spawn(move || {
                let _watch = PanicWatch(Arc::clone(&start.status));
                runtime.block_on(start.run(commands, ready));
                // Nobody may be waiting for it.
                let _ = done.send(());
            })
            .map_err(|source| StartError::Thread { source })?;
        let prepared = prepared.recv().map_err(|_| StartError::DrainEnded).flatten()?;
        let Restored { journal, sessions, activity } = prepared.restore(&*directory, clock.now());
        let enforcement = Enforcement::new(self.settings.coa);
        let shared = Arc::new(Shared {
            directory,
            engine,
            sessions,
            activity,
            journal,
            unknown: UnknownNasTable::default(),
            problems: NasProblemsTable::default(),
            heard: Heard::default(),
            enforcement,
            guard: MessageAuthenticatorGuard::default(),
            settings: self.settings,
            clock,
            shutdown: Shutdown::default(),
        });
        // From here on dropping it ends the drain.
        let mut server = RunningServer::new(Parts { shared, status, command, drain, drained });
        if let Some(work) = self.before_listening {
            work();
        }
        listen(&mut server, self.listeners)?;
        let watch = Watch::new(Arc::clone(server.shared()));
        let thread = thread::Builder::new()
            .name("weir-watch".to_owned())
            .spawn(move || watch.run())
            .map_err(|source| StartError::Thread { source })?;
        server.add_watch(thread);
        let enforcer = Enforcer::start(Arc::clone(server.shared()))?;
        server.add_watch(enforcer);
        Ok(server)
    }
}

fn open_place(place: JournalPlace) -> Result<Arc<dyn Disk>, StartError> {
    match place {
        JournalPlace::Disk(disk) => Ok(disk),
        JournalPlace::Directory(directory) => {
            let name = directory.display().to_string();
            let disk = RealDisk::new(directory)
                .map_err(|source| StartError::JournalDirectory { directory: name, source })?;
            Ok(Arc::new(disk))
        }
    }
}

/// Binds every address, and starts the lanes once all of them are bound: while sockets are still
/// being added to an address, the kernel would deal its packets out anew with each.
fn listen(server: &mut RunningServer, listeners: Vec<Listener>) -> Result<(), StartError> {
    let mut bound: Vec<(Socket, Port, ListenerName)> = Vec::new();
    for listener in listeners {
        let Listener { name, authentication, accounting } = listener;
        let authentication = bind(server, authentication, Port::Authentication, &name, &mut bound)?;
        let accounting = bind(server, accounting, Port::Accounting, &name, &mut bound)?;
        tracing::info!(listener = %name, %authentication, %accounting, "listening");
        server.add_addresses(authentication, accounting);
    }
    for (number, (socket, port, listener)) in bound.into_iter().enumerate() {
        let counters = Arc::new(LaneCounters::default());
        let shared = Arc::clone(server.shared());
        let lane = Lane::new(socket, port, listener, shared, Arc::clone(&counters));
        let kind = match port {
            Port::Authentication => "auth",
            Port::Accounting => "acct",
        };
        let thread = thread::Builder::new()
            .name(format!("weir-{kind}-{number}"))
            .spawn(move || lane.run())
            .map_err(|source| StartError::Thread { source })?;
        server.add_lane(thread, counters);
    }
    Ok(())
}

fn bind(
    server: &RunningServer,
    address: SocketAddr,
    port: Port,
    name: &ListenerName,
    bound: &mut Vec<(Socket, Port, ListenerName)>,
) -> Result<SocketAddr, StartError> {
    let Settings { lanes, receive_buffer_octets, .. } = server.shared().settings;
    let (sockets, address) = bind_lanes(address, lanes, receive_buffer_octets)
        .map_err(|source| StartError::from_bind(address, source))?;
    bound.extend(sockets.into_iter().map(|socket| (socket, port, name.clone())));
    Ok(address)
}

/// Where the sink is polled.
enum DrainRuntime {
    Own(Runtime),
    Given(Handle),
}

impl DrainRuntime {
    fn new(given: Option<Handle>) -> Result<Self, StartError> {
        if let Some(handle) = given {
            return Ok(Self::Given(handle));
        }
        let own = Builder::new_current_thread().enable_all().build();
        own.map(Self::Own).map_err(|source| StartError::Thread { source })
    }

    fn block_on(&self, work: impl Future<Output = ()>) {
        match self {
            Self::Own(runtime) => runtime.block_on(work),
            Self::Given(handle) => handle.block_on(work),
        }
    }
}

/// What the drain thread begins with.
struct DrainStart<S> {
    sink: S,
    disk: Arc<dyn Disk>,
    journal_settings: JournalSettings,
    settings: Settings,
    clock: Clock,
    status: Arc<DrainStatus>,
    remembered: Option<Remembered>,
}

/// What it gives to the lanes.
struct Prepared {
    journal: Journal,
    sessions: Vec<Session>,
    /// The log-ins that taught something which the directory may not have.
    learned: Vec<Attempt>,
    leases: Vec<StoredLease>,
    meters: Vec<StoredMeter>,
}

/// What the lanes begin with.
struct Restored {
    journal: Journal,
    sessions: Arc<Sessions>,
    activity: Activity,
}

impl Prepared {
    /// Goes on with what was going on.
    fn restore(mut self, directory: &dyn Directory, now: Timestamp) -> Restored {
        let sessions = Arc::new(Sessions::new());
        let open = Arc::clone(&sessions);
        let activity = Activity::with_open_sessions(move |show| {
            open.each_shard(|shard| shard.open().for_each(&mut *show));
        });
        activity.forbid_takeover(now);
        activity.restore_leases(directory, self.leases, now);
        activity.restore_meters(self.meters);
        for session in &mut self.sessions {
            // Thousands were told the same.
            if let Some(told) = &mut session.enforced.told {
                *told = activity.shared_posture(Posture::clone(told));
            }
            activity.restore(directory, session);
        }
        for attempt in &self.learned {
            activity.restore_learned(attempt);
        }
        sessions.restore(self.sessions);
        Restored { journal: self.journal, sessions, activity }
    }
}

impl<S: Sink> DrainStart<S> {
    async fn run(
        self,
        commands: watch::Receiver<Command>,
        ready: mpsc::Sender<Result<Prepared, StartError>>,
    ) {
        match self.prepare().await {
            Ok((drain, prepared)) => {
                if ready.send(Ok(prepared)).is_ok() {
                    drop(ready);
                    drain.run(commands).await;
                }
            }
            // Nobody may be waiting for it.
            Err(error) => drop(ready.send(Err(error))),
        }
    }

    async fn prepare(mut self) -> Result<(Drain<S>, Prepared), StartError> {
        if let Some(remembered) = self.remembered.take() {
            return self.prepare_without_sink(remembered);
        }
        let ended_since = self.ended_since();
        let applied = self.sink.position().await?;
        let (journal, reader) = Journal::open(self.disk, &self.journal_settings, applied)?;
        let (durable, standing) = (journal.durable(), Standing::At(applied));
        let settings = (self.settings.drain_batch_entries, self.clock);
        let mut drain = Drain::new(self.sink, reader, standing, durable, settings, self.status);
        let learned = drain.catch_up().await.map_err(|error| match error {
            DrainError::Journal(error) => StartError::Journal(error),
            DrainError::Record { position, error } => {
                StartError::Record { position, source: error }
            }
            DrainError::Sink(error) => StartError::Sink(error),
        })?;
        let sessions = drain.sink().recent_sessions(ended_since).await?;
        let leases = drain.sink().leases().await?;
        let meters = drain.sink().meters().await?;
        Ok((drain, Prepared { journal, sessions, learned, leases, meters }))
    }

    fn prepare_without_sink(
        self,
        remembered: Remembered,
    ) -> Result<(Drain<S>, Prepared), StartError> {
        let ended_since = self.ended_since();
        let Remembered { sessions, mut leases, mut meters, position } = remembered;
        let (journal, mut reader) = Journal::open(self.disk, &self.journal_settings, position)?;
        let durable = journal.durable();
        let end = *durable.borrow();
        let remembered_before = reader.next_seq();
        let Replayed { sessions, learned, meters: since } =
            replay(&mut reader, end, sessions, ended_since)?;
        leases.extend(learned.iter().flat_map(StoredLease::of));
        meters.extend(since);
        let standing = Standing::Unknown { at_most: end.position };
        let settings = (self.settings.drain_batch_entries, self.clock);
        let drain = Drain::new(self.sink, reader, standing, durable, settings, self.status)
            .expecting_from(remembered_before);
        Ok((drain, Prepared { journal, sessions, learned, leases, meters }))
    }

    /// Sessions that ended earlier are of no interest any more.
    fn ended_since(&self) -> Timestamp {
        let remembered = self.settings.ended_sessions_remembered.as_secs();
        self.clock.now().minus_s(i64::try_from(remembered).unwrap_or(i64::MAX))
    }
}
