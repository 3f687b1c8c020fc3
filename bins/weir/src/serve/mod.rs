//! The server that `weir serve` runs: store, directory, RADIUS and control socket, wired as
//! `weir.toml` says.
//!
//! [`start`] gives it to a program that wants it inside; [`run`] runs it until a signal.

mod answers;
pub(crate) mod class_key;
mod ground;
mod link;
mod node;
mod notice;
mod snapshots;
pub(crate) mod words;
mod working;

use core::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use aaa_engine::auth::Methods;
use aaa_engine::ports::ListenerName;
use aaa_engine::{Dialects, Engine, EngineSettings, LockOut, MISSED_INTERIMS, Mppe};
use anyhow::{Context as _, bail};
use radius_server::journal::Disk;
use radius_server::{JournalSettings, Listener, RadiusServer, RunningServer, Settings, Stopped};
use storage::{
    Follower, FollowerHandle, KeyRing, MemoryDirectory, Store, StoreOptions, TouchedServices,
};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use self::answers::ServerAnswers;
use self::ground::Ground;
use self::link::StoreLink;
use self::snapshots::Snapshots;
use self::words::Words;
use self::working::Working;
use crate::clock;
use crate::config::{Config, Loaded, MppeChoice, PolicySection, RadiusSection};
use crate::control::server::{self as control_server, ControlSocket};

/// How long the store may take to bring the directory up to date before the server listens.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(10);

/// A server that is answering.
///
/// [`stop`](Self::stop) drains the journal into the store; dropping it stops answering at once
/// and leaves the rest to the next start, as a crash would.
pub struct Serving {
    server: Arc<RunningServer>,
    follower: Follower,
    link: Arc<StoreLink>,
    snapshots: Option<Arc<Snapshots>>,
    control: ControlSocket,
    worker: Option<Working>,
    /// What goes on beside the answering.
    tasks: Vec<Task>,
}

/// A task that ends when this is dropped.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Serving {
    /// The RADIUS server inside: its addresses, counters and sessions.
    #[must_use]
    pub fn radius(&self) -> &Arc<RunningServer> {
        &self.server
    }

    /// The directory that it answers from.
    #[must_use]
    pub fn directory(&self) -> Arc<MemoryDirectory> {
        self.follower.directory()
    }

    /// The store; `None` while it is away since the start.
    #[must_use]
    pub fn store(&self) -> Option<&Store> {
        self.link.store()
    }

    /// Waits until the server sees every change that has been made in the store.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn sync(&self) -> Result<(), storage::StoreError> {
        self.follower.sync().await
    }

    /// Stops answering, and drains the journal into the store.
    ///
    /// # Errors
    /// When the thread that drains has failed.
    pub async fn stop(self) -> anyhow::Result<Stopped> {
        let Self { server, follower, link, snapshots, control, worker, tasks } = self;
        drop(tasks);
        if let Some(worker) = worker {
            worker.stop().await;
        }
        let stopping = Arc::clone(&server);
        let stopped = tokio::task::spawn_blocking(move || stopping.stop())
            .await
            .context("the server could not be stopped in order")?;
        if let Some(snapshots) = snapshots {
            snapshots.write(&server).await;
        }
        drop(server);
        drop(control);
        follower.stop().await;
        if let Some(store) = link.store() {
            store.close().await;
        }
        Ok(stopped)
    }
}

/// The engine that `config` describes: what `weir serve` decides with, and `weir explain` explains.
pub(crate) fn engine(config: &Config, dialects: Dialects) -> anyhow::Result<Engine> {
    let settings = EngineSettings {
        methods: methods(&config.radius),
        mppe: mppe(config.radius.mppe),
        lock_out: lock_out(&config.policy),
        missed_interims: NonZeroU16::new(config.policy.missed_interims).unwrap_or(MISSED_INTERIMS),
        silence_max_s: config.policy.silence_max_h.saturating_mul(3600),
        ..EngineSettings::new(class_key::load(&config.store.key_file)?)
    };
    Ok(Engine::new(settings, dialects))
}

fn lock_out(policy: &PolicySection) -> Option<LockOut> {
    let failures = NonZeroU16::new(policy.lock_out_failures)?;
    let (within_s, locked_s) = (policy.lock_out_within_s, policy.lock_out_s);
    Some(LockOut { failures, within_s, locked_s })
}

/// Starts the server that `config` describes; its journal is on `disk` when one is given, and
/// otherwise in the folder that `config` names. While the store is away, it starts from its
/// snapshot. Needs a multi-thread tokio runtime.
///
/// # Errors
/// When anything it needs is missing, taken or wrong; each says what, where, and what would be
/// right.
pub async fn start(config: &Config, disk: Option<Arc<dyn Disk>>) -> anyhow::Result<Serving> {
    let mut ground = Ground::find(config).await?;
    let engine = engine(config, Words::load(config)?.into_dialects())?;
    let control = control_server::bind(&config.control.socket)?;
    let snapshots = snapshots(config, &ground).await?;
    let server = start_radius(config, engine, &mut ground, disk).await?;
    if let Some(position) = ground.head.as_ref().and_then(|head| head.position) {
        server.keep_journal_from(position);
    }
    let Ground { node, link, follower, arriving, .. } = ground;
    let worker = config.worker.enabled.then(|| {
        let pause = Duration::from_secs(config.worker.interval_s.into());
        Working::start(Arc::clone(&link), node, pause)
    });
    let answers = ServerAnswers {
        server: Arc::downgrade(&server),
        directory: follower.directory(),
        follower: follower.handle(),
        link: Arc::clone(&link),
        snapshots: snapshots.clone(),
        listener_names: config.radius.listener.iter().map(|one| one.name.clone()).collect(),
        started_at: clock::now(),
    };
    let control = control.serve(answers);
    let mut tasks = vec![Task(tokio::spawn(notice::watch(Arc::downgrade(&server))))];
    let changing = enforce_changes(follower.directory(), Arc::downgrade(&server));
    tasks.push(Task(tokio::spawn(changing)));
    if let Some(arriving) = arriving {
        tasks.push(Task(tokio::spawn(arriving.wait())));
    }
    if let Some(snapshots) = &snapshots {
        let interval = Duration::from_secs(config.store.snapshot_interval_s.max(1).into());
        let keeping = Arc::clone(snapshots).keep(Arc::downgrade(&server), interval);
        tasks.push(Task(tokio::spawn(keeping)));
    }
    Ok(Serving { server, follower, link, snapshots, control, worker, tasks })
}

/// Has the server look at the sessions of services that the directory says something new of.
async fn enforce_changes(directory: Arc<MemoryDirectory>, server: Weak<RunningServer>) {
    loop {
        let touched = directory.touched().await;
        let Some(server) = server.upgrade() else { return };
        match touched {
            TouchedServices::These(services) => server.reconsider(services),
            TouchedServices::All => server.reconsider_all(),
        }
    }
}

/// Opens the store of `config`, but does not create one that `weir init` has not.
pub(crate) async fn open_store(config: &Config) -> anyhow::Result<Store> {
    open_store_with(config, StoreOptions::default()).await
}

async fn open_store_with(config: &Config, options: StoreOptions) -> anyhow::Result<Store> {
    let keys = KeyRing::from_file(&config.store.key_file)?;
    if let Some(file) = config.store.url.strip_prefix("sqlite:")
        && !file.starts_with(':')
        && !Path::new(file).exists()
    {
        bail!("there is no store at {file}; `weir init` creates it");
    }
    Ok(Store::open(&config.store.url, keys, options).await?)
}

/// What writes the snapshot, where one is wanted.
async fn snapshots(config: &Config, ground: &Ground) -> anyhow::Result<Option<Arc<Snapshots>>> {
    let Some(path) = ground::snapshot_path(config) else { return Ok(None) };
    let store = match (&ground.head, ground.link.store()) {
        (Some(head), _) => head.store,
        (None, Some(store)) => store.identity().await?,
        (None, None) => return Ok(None),
    };
    let of = (ground.link.place(), store);
    let from = (ground.follower.directory(), ground.follower.handle());
    Ok(Some(Arc::new(Snapshots::new(path, &ground.node, of, from, ground.head.as_ref()))))
}

async fn start_radius(
    config: &Config,
    engine: Engine,
    ground: &mut Ground,
    disk: Option<Arc<dyn Disk>>,
) -> anyhow::Result<Arc<RunningServer>> {
    let journal = JournalSettings {
        segment_octets: config.journal.segment_size_bytes,
        retention: Duration::from_secs(3_600 * u64::from(config.journal.retention_h)),
        ..JournalSettings::default()
    };
    let mut settings = Settings {
        duplicate_lifetime: Duration::from_secs(config.radius.duplicate_lifetime_s.into()),
        reject_delay: Duration::from_millis(config.radius.reject_delay_ms.into()),
        ..Settings::default()
    };
    if config.radius.lanes != 0 {
        settings.lanes = config.radius.lanes.into();
    }
    let runtime = tokio::runtime::Handle::current();
    let mut builder = RadiusServer::builder()
        .directory(ground.follower.directory())
        .sink(ground.sink.clone())
        .engine(engine)
        .settings(settings)
        .journal_settings(journal)
        .runtime(runtime.clone());
    builder = match ground.remembered.take() {
        Some(remembered) => builder.without_sink(remembered),
        None => {
            let follower = ground.follower.handle();
            builder.before_listening(move || runtime.block_on(catch_up(&follower)))
        }
    };
    builder = match disk {
        Some(disk) => builder.journal_disk(disk),
        None => builder.journal_dir(config.journal.directory.clone()),
    };
    for listener in &config.radius.listener {
        builder = builder.listener(Listener {
            name: ListenerName(listener.name.as_str().into()),
            authentication: listener.authentication,
            accounting: listener.accounting,
        });
    }
    // It reads the tail of the journal and waits for the store.
    let started = tokio::task::spawn_blocking(move || builder.start()).await;
    Ok(Arc::new(started.context("the server's start was interrupted")??))
}

/// Brings the directory to what the end of the journal has taught the store, and to what was changed
/// while it was being loaded.
async fn catch_up(follower: &FollowerHandle) {
    let caught_up = tokio::time::timeout(CATCH_UP_TIMEOUT, follower.sync()).await;
    match caught_up {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "the directory is as it was a moment ago; it catches up");
        }
        Err(_) => tracing::warn!("the store is slow; the directory is as it was a moment ago"),
    }
}

const fn methods(radius: &RadiusSection) -> Methods {
    Methods {
        pap: radius.pap,
        chap: radius.chap,
        ms_chap_v1: radius.mschapv1,
        ms_chap_v2: radius.mschapv2,
        eap_md5: radius.eap_md5,
    }
}

const fn mppe(choice: MppeChoice) -> Mppe {
    match choice {
        MppeChoice::Off => Mppe::Off,
        MppeChoice::Allowed => Mppe::Allowed,
        MppeChoice::Required => Mppe::Required,
    }
}

/// Runs the server that `loaded` describes until SIGTERM or SIGINT, then drains and returns.
///
/// # Errors
/// Those of [`start`] and [`Serving::stop`].
pub fn run(loaded: &Loaded, disk: Option<Arc<dyn Disk>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ended = runtime.block_on(serve_until_told(loaded, disk));
    // A start that was given up may still be waiting for the store, on a thread of its own.
    runtime.shutdown_background();
    ended
}

async fn serve_until_told(loaded: &Loaded, disk: Option<Arc<dyn Disk>>) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    tracing::info!(config = %loaded.path.display(), "weir starting");
    let serving = tokio::select! {
        serving = start(&loaded.config, disk) => serving?,
        signal = signals.next() => {
            tracing::info!(signal, "weir stopped before it was ready");
            return Ok(());
        }
    };
    log_ready(&serving, &loaded.config);
    let signal = signals.next().await;
    tracing::info!(signal, "weir stopping: draining the journal into the store");
    let stopped = serving.stop().await?;
    if stopped.records_left > 0 {
        tracing::warn!(
            records = stopped.records_left,
            "the store did not take every record in time; they are in the journal and are \
             applied at the next start"
        );
    }
    tracing::info!("weir stopped");
    Ok(())
}

/// The signals that end the server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The name of the next one.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

fn log_ready(serving: &Serving, config: &Config) {
    let counts = serving.directory().counts();
    tracing::info!(
        store = %serving.link.place(),
        nas = counts.nas,
        plans = counts.plans,
        services = counts.services,
        "answering from"
    );
    let authentication = serving.radius().authentication_addresses();
    let accounting = serving.radius().accounting_addresses();
    let addresses = authentication.iter().zip(&accounting);
    for (listener, (authentication, accounting)) in config.radius.listener.iter().zip(addresses) {
        tracing::info!(
            listener = %listener.name,
            %authentication,
            %accounting,
            control = %config.control.socket.display(),
            "weir ready"
        );
    }
}
