//! Weir's worker: what is done by the clock, and neither by a packet nor by a command.
//!
//! A [`Worker`] makes rounds. In each it does, for every tenant, what is due: what was entered ahead
//! is carried out, who has something to be billed is billed, what is due about who does not pay is done, a
//! session that has fallen silent pays what was agreed for that, what is held and has expired is let go,
//! packages are renewed whose time is over or whose data is used up, and vouchers end whose time is over.
//! Each job has some batches of a round and goes on in the next one where it was, so that none waits until
//! another has done all it has. What that means is decided by `billing-core` and kept by `storage`; here is
//! when, and by whom.
//!
//! The work of a tenant is leased to one worker at a time, so that any number of programs can run one: when
//! a worker is killed, its leases lapse, and another goes on where it was. Nothing depends on that for its
//! being right. A batch is one transaction that finds by itself what is still to be done, and two workers
//! that both take themselves for the holder do nothing twice.
//!
//! ```
//! use std::time::Duration;
//!
//! use storage::{KeyRing, Store, StoreOptions};
//! use worker::Worker;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let keys = KeyRing::generate_file(&folder.path().join("weir.key"))?;
//! # let url = format!("sqlite:{}", folder.path().join("weir.db").display());
//! let store = Store::open(&url, keys, StoreOptions::default()).await?;
//! let running = Worker::new(store, "first of the house").start(Duration::from_secs(10));
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod job;
mod running;
mod said;
mod worker;

pub use running::RunningWorker;
pub use worker::{LEASE_S, Round, Worker};
