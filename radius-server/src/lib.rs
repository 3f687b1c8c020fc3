#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("radius-server needs Linux: recvmmsg, sendmmsg and the packet information of UDP");

mod clock;
mod delayed;
mod desk;
mod drain;
mod duplicates;
mod enforce;
mod entropy;
mod error;
pub mod journal;
mod lane;
mod nas;
mod record;
mod replay;
mod running;
mod server;
mod sessions;
mod settings;
mod shutdown;
mod stats;
mod udp;
mod unknown;
mod watch;

pub use drain::DrainStats;
pub use error::StartError;
pub use journal::{JournalSettings, JournalStats};
pub use nas::NasProblems;
pub use record::RecordError;
pub use replay::Remembered;
pub use running::{RunningServer, Stopped};
pub use server::{NoSink, RadiusServer, ServerBuilder};
pub use settings::{
    DUPLICATE_LIFETIME_MAX, DUPLICATE_LIFETIME_MIN, LANES_MAX, Listener, REJECT_DELAY_MAX,
    Settings, WATCH_INTERVAL_MIN,
};
pub use stats::Stats;
pub use unknown::{UNKNOWN_NAS_MAX, UnknownNas};
pub use watch::NasHealth;
