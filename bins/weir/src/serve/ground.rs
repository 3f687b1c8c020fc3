//! What the server starts from: its store, or while that is away, its snapshot.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use radius_server::Remembered;
use storage::{
    Arrival, Follower, KeyRing, LateSink, Snapshot, SnapshotError, SnapshotHead, Store, StoreError,
    StoreIdentity, StoreOptions, shown_url,
};

use super::link::StoreLink;
use super::node;
use crate::clock;
use crate::config::Config;

/// The snapshot's file, in the journal's folder: the two belong together.
const FILE_NAME: &str = "snapshot.weir";
/// How long a store that does not answer is waited for where there is a snapshot to start from.
const PATIENCE_MS: u64 = 2_000;
/// How long to wait before asking again for a store that is away.
const BACKOFF_FIRST: Duration = Duration::from_millis(250);
const BACKOFF_MAX: Duration = Duration::from_secs(5);

/// What the server starts from.
pub(super) struct Ground {
    pub node: String,
    pub link: Arc<StoreLink>,
    pub follower: Follower,
    pub sink: LateSink,
    /// What was going on, where the store cannot tell.
    pub remembered: Option<Remembered>,
    /// Of the snapshot it starts from.
    pub head: Option<SnapshotHead>,
    /// Waits for the store, where that is away.
    pub arriving: Option<Arriving>,
}

/// Waits for the store.
pub(super) struct Arriving {
    config: Config,
    node: String,
    store: StoreIdentity,
    link: Arc<StoreLink>,
    arrival: Arrival,
    sink: LateSink,
}

/// Where the snapshot of this configuration stands; `None` when it writes none. An SQLite file is
/// never away: it is there, or it is lost.
pub(super) fn snapshot_path(config: &Config) -> Option<PathBuf> {
    let is_wanted =
        config.store.snapshot_interval_s > 0 && !config.store.url.starts_with("sqlite:");
    is_wanted.then(|| config.journal.directory.join(FILE_NAME))
}

impl Ground {
    /// Opens the store of `config` and loads the directory, or reads the snapshot.
    pub(super) async fn find(config: &Config) -> anyhow::Result<Self> {
        let path = snapshot_path(config);
        let patience_ms = match &path {
            Some(path) if path.exists() => PATIENCE_MS,
            _ => StoreOptions::default().connect_patience_ms,
        };
        let options = StoreOptions { connect_patience_ms: patience_ms, ..StoreOptions::default() };
        let error = match Self::of_the_store(config, options).await {
            Ok(ground) => return Ok(ground),
            Err(error) => error,
        };
        let is_away = error.downcast_ref::<StoreError>().is_some_and(StoreError::is_away);
        match path {
            Some(path) if is_away => Self::of_the_snapshot(config, path, &error).await,
            None if is_away => Err(error.context(
                "[store] snapshot_interval_s is 0, so that the server starts with its store only",
            )),
            _ => Err(error),
        }
    }

    async fn of_the_store(config: &Config, options: StoreOptions) -> anyhow::Result<Self> {
        let store = super::open_store_with(config, options).await?;
        let follower = store.follow().await?;
        let node = node::identity(&config.journal.directory)?;
        Ok(Self {
            sink: store.sink(&node).into(),
            node,
            link: Arc::new(StoreLink::here(store)),
            follower,
            remembered: None,
            head: None,
            arriving: None,
        })
    }

    async fn of_the_snapshot(
        config: &Config,
        path: PathBuf,
        problem: &anyhow::Error,
    ) -> anyhow::Result<Self> {
        let keys = KeyRing::from_file(&config.store.key_file)?;
        let node = node::identity(&config.journal.directory)?;
        let place = shown_url(&config.store.url);
        let shown = path.display().to_string();
        let (wanted_place, wanted_node) = (place.clone(), node.clone());
        let read = move || Snapshot::read(&path, &keys, &wanted_place, &wanted_node);
        let read = tokio::task::spawn_blocking(read).await.context("the snapshot was not read")?;
        let Snapshot { head, directory, sessions, leases, meters } =
            read.map_err(|error| match error {
                SnapshotError::Missing => {
                    anyhow::anyhow!(
                        "{problem:#}; there is no snapshot to start from at {shown} either"
                    )
                }
                error => {
                    anyhow::anyhow!(
                        "{problem:#}; the snapshot {shown} is of no use either: {error}"
                    )
                }
            })?;
        let problem = problem.to_string();
        let age = crate::units::elapsed(head.age_s());
        tracing::warn!(
            %problem,
            snapshot = %shown,
            of = %crate::units::when(head.current_at),
            "THE STORE IS AWAY: starting from a snapshot that is {age} old; what was changed in \
             the store since is not known here until it answers"
        );
        let link = StoreLink::away(&place, clock::now(), head.current_at, &problem);
        let link = Arc::new(link);
        let (follower, arrival) = Follower::away(directory, &place);
        let sink = LateSink::away();
        let arriving = Arriving {
            config: config.clone(),
            node: node.clone(),
            store: head.store,
            link: Arc::clone(&link),
            arrival,
            sink: sink.clone(),
        };
        Ok(Self {
            node,
            link,
            follower,
            sink,
            remembered: Some(Remembered { sessions, leases, meters, position: head.position }),
            head: Some(head),
            arriving: Some(arriving),
        })
    }
}

impl Arriving {
    /// Asks for the store until it is there and everything follows it.
    pub(super) async fn wait(self) {
        let mut backoff = BACKOFF_FIRST;
        loop {
            tokio::time::sleep(backoff).await;
            match self.try_once().await {
                Ok(()) => {
                    tracing::warn!(
                        store = %self.link.place(),
                        "the store is back: the directory is current again, and the store gets \
                         what the journal has kept for it"
                    );
                    return;
                }
                Err(error) => {
                    let problem = format!("{error:#}");
                    if self.link.note(&problem) {
                        tracing::warn!(%problem, "the store is still away");
                    } else {
                        tracing::debug!(%problem, "the store is still away");
                    }
                }
            }
            backoff = (backoff * 2).min(BACKOFF_MAX);
        }
    }

    async fn try_once(&self) -> anyhow::Result<()> {
        let options = StoreOptions {
            connect_patience_ms: PATIENCE_MS,
            only: Some(self.store),
            ..StoreOptions::default()
        };
        let store: Store = super::open_store_with(&self.config, options).await?;
        if let Err(error) = self.arrival.follow(store.clone()).await {
            store.close().await;
            return Err(error.into());
        }
        self.sink.arrive(store.sink(&self.node));
        self.link.arrive(store);
        Ok(())
    }
}
