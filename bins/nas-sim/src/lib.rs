//! A simulated access server: it speaks RADIUS to a server as a MikroTik router does, and checks
//! every reply as strictly as a router and an RFC together would.
//!
//! It dials by every [kind of access](AccessKind) that such a router has.
//!
//! Of the family it shares only the packet codec with the server. Attribute numbers, MS-CHAP,
//! MPPE keys and the grammar of Mikrotik-Rate-Limit are written here a second time, so that a
//! mistake on one side shows as a disagreement instead of cancelling itself out. It does not
//! carry traffic.
//!
//! - [`dial`] dials subscribers in, keeps them online and hangs up.
//! - [`coa`] is how it takes CoA and Disconnect meanwhile, in the manner of several makes.
//! - [`fleet`] is many access servers in one process, for tests.
//! - [`replay`] asks again what a captured NAS asked, and compares the answers.
//! - [`load`] measures how many requests a second a server answers.
//! - [`storm`] sends accounting until every record is acknowledged, whatever happens to the
//!   server meanwhile, and writes down what was acknowledged.
//!
//! ```no_run
//! use nas_sim::{Nas, Subscriber, Target, dial};
//! use radius_proto::Secret;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let local = [127, 0, 0, 1].into();
//! let target = Target::new(local, 1812, 1813);
//! let nas = Nas::new("core-1", local);
//! let subscribers = Subscriber::numbered("demo", 50, "pw-{login}")?;
//! let mut settings = dial::Settings::new(target, Secret::new("secret")?, nas, subscribers);
//! settings.duration = Some(std::time::Duration::from_secs(10));
//! let (stop, _keeps_it_running) = std::io::pipe()?;
//! let summary = dial::run(&settings, std::os::fd::AsFd::as_fd(&stop), &mut |_| {})?;
//! assert!(summary.is_clean(), "{:?}", summary.disagreements);
//! # Ok(())
//! # }
//! ```

mod access;
mod attributes;
mod clock;
pub mod coa;
pub mod dial;
mod figures;
pub mod fleet;
mod lanes;
mod line;
pub mod load;
mod mac;
mod mschap;
mod names;
mod packet;
mod rate_limit;
pub mod replay;
mod reply;
#[cfg(test)]
mod scripted;
pub mod storm;
mod subscriber;

use std::net::{IpAddr, SocketAddr};

pub use access::{AccessKind, AccessKindError, DhcpOctets};
pub use figures::RoundTripFigures;
pub use line::Nas;
pub use mac::{Mac, MacError, MacFormat};
pub use packet::RequestError;
pub use rate_limit::{Directions, RateLimit, RateLimitError};
pub use reply::{Disagreement, Grant, Refusal};
pub use subscriber::{Method, Subscriber, SubscriberError};

/// The server's two ports, and the address that requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where Access-Requests go.
    pub authentication: SocketAddr,
    /// Where Accounting-Requests go.
    pub accounting: SocketAddr,
    /// The address to bind; the unspecified address lets the system choose.
    pub source: IpAddr,
}

impl Target {
    /// Both ports of one server, reached from whatever address the system chooses.
    #[must_use]
    pub fn new(server: IpAddr, authentication_port: u16, accounting_port: u16) -> Self {
        let source = match server {
            IpAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
        };
        Self {
            authentication: (server, authentication_port).into(),
            accounting: (server, accounting_port).into(),
            source,
        }
    }
}

/// Four random octets, for a router whose boot and session count nobody chose.
///
/// # Errors
/// When the operating system has none.
pub fn random_octets() -> Result<[u8; 4], Error> {
    clock::random()
}

/// Why a run could not go on. What the server does wrong is no error but part of the summary.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source address cannot be used.
    #[error("cannot send from {address}: {source}; is it an address of this machine?")]
    Bind {
        /// The address.
        address: IpAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The address for CoA and Disconnect cannot be used.
    #[error("cannot take CoA and Disconnect at {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The server's address cannot be reached at all.
    #[error("cannot reach {address}: {source}")]
    Connect {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A socket failed in use.
    #[error("{what}: {source}")]
    Socket {
        /// What was tried.
        what: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A login cannot be put into a request.
    #[error("{login}: {source}")]
    Request {
        /// Whose request.
        login: String,
        /// Why it cannot be written.
        source: RequestError,
    },
    /// A capture cannot be read.
    #[error(transparent)]
    Capture(#[from] replay::CaptureError),
    /// The list of acknowledged records cannot be written.
    #[error("cannot write the list of acknowledged records to {path}: {source}")]
    Acknowledged {
        /// The file.
        path: std::path::PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A setting that leads nowhere.
    #[error("{0}")]
    Setting(String),
    /// There is no subscriber.
    #[error("there is nobody to dial: the list of subscribers is empty")]
    NobodyToDial,
    /// The operating system has no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}
