//! [`CoaClient`]: requesters with sockets, timers and queues.

mod clock;
mod error;
mod lane;
mod nas;
mod state;

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use radius_proto::{PacketWriter, WriteError};

use crate::{Counters, Destination, Reply, RequestKind};
pub use error::CoaError;
use lane::Lane;
use nas::Attributes;

/// Asks NASes over UDP, on tokio.
///
/// Cloning is cheap: clones share sockets, queues and limits. There is one socket for each address
/// that requests are sent from, opened when it is first used, with a task that drives it; they go
/// with the last clone. How many requests a NAS is asked at a time, and how many a second, is in
/// the [`Settings`](crate::Settings) of its [`Destination`]; what is beyond waits in a queue of its
/// own, in order. The secret and the settings that were given last for an address hold for all that
/// waits.
///
/// Every request ends: answered, timed out, or with the error that it had to wait too long. One
/// whose future is dropped is forgotten at once; what of it was sent stays sent.
#[derive(Clone, Debug)]
pub struct CoaClient(Arc<Inner>);

/// The bounds of a [`CoaClient`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// Requests that wait until their NAS may be asked, for each NAS.
    pub waiting_max: usize,
    /// How long a request waits for that. Its retransmissions come after it.
    pub wait_max: Duration,
    /// NASes that have something in flight, waiting or resting, for each local address.
    pub destinations_max: usize,
    /// Local addresses.
    pub sockets_max: usize,
    /// Room for replies that have come and are not looked at yet, for each socket; the system may
    /// give less. A reply that finds none is lost, and the request is sent again, seconds later.
    pub receive_buffer_octets: usize,
}

/// 1024 requests of a NAS wait a minute at most; 16384 NASes, 64 local addresses, 4 MiB for replies:
/// some 5,000 of them on Linux, which counts more than their octets.
impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            waiting_max: 1024,
            wait_max: Duration::from_secs(60),
            destinations_max: 16_384,
            sockets_max: 64,
            receive_buffer_octets: 4 << 20,
        }
    }
}

#[derive(Debug)]
struct Inner {
    settings: ClientSettings,
    lanes: Mutex<HashMap<SocketAddr, Arc<Lane>>>,
}

impl CoaClient {
    /// A client that has asked nothing and has no socket yet.
    #[must_use]
    pub fn new(settings: ClientSettings) -> Self {
        Self(Arc::new(Inner { settings, lanes: Mutex::default() }))
    }

    /// Asks the NAS to end the session that these attributes identify.
    ///
    /// A refusal is a reply: see [`Reply::acknowledged`].
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn disconnect(
        &self,
        destination: &Destination,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Reply, CoaError> {
        self.request(destination, RequestKind::Disconnect, attributes).await
    }

    /// Asks the NAS to change the session that some of these attributes identify to what the others
    /// say.
    ///
    /// A refusal is a reply: see [`Reply::acknowledged`].
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub async fn change(
        &self,
        destination: &Destination,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Reply, CoaError> {
        self.request(destination, RequestKind::Change, attributes).await
    }

    /// Asks, retransmits, and gives the NAS's reply.
    ///
    /// # Errors
    /// [`CoaError`]: no reply, no socket, a full queue, attributes that do not fit.
    ///
    /// # Panics
    /// Outside of a tokio runtime whose IO and time are enabled.
    pub async fn request(
        &self,
        destination: &Destination,
        kind: RequestKind,
        attributes: impl FnOnce(&mut PacketWriter<'_>) -> Result<(), WriteError>,
    ) -> Result<Reply, CoaError> {
        let attributes = Attributes::collect(kind, &destination.settings, attributes)?;
        let lane = self.lane(destination.local)?;
        lane.request(destination, kind, attributes).await
    }

    /// Opens the socket of this local address, so that a mistake shows before the first request;
    /// says which address and port it has.
    ///
    /// # Errors
    /// [`CoaError::Bind`] and [`CoaError::TooManySockets`].
    ///
    /// # Panics
    /// As [`request`](Self::request).
    pub fn bind(&self, local: SocketAddr) -> Result<SocketAddr, CoaError> {
        Ok(self.lane(local)?.local())
    }

    /// How often what has happened, of all NASes together.
    #[must_use]
    pub fn counters(&self) -> Counters {
        let lanes: Vec<_> = self.lanes().values().cloned().collect();
        lanes.iter().fold(Counters::default(), |sum, lane| sum.plus(lane.counters()))
    }

    fn lane(&self, local: SocketAddr) -> Result<Arc<Lane>, CoaError> {
        let mut lanes = self.lanes();
        // The runtime that drove a lane may have gone, and the lane with it.
        if let Some(lane) = lanes.get(&local)
            && !lane.is_closed()
        {
            return Ok(Arc::clone(lane));
        }
        lanes.remove(&local);
        let max = self.0.settings.sockets_max;
        if lanes.len() >= max {
            return Err(CoaError::TooManySockets { max });
        }
        let lane = Lane::open(local, self.0.settings)?;
        lanes.insert(local, Arc::clone(&lane));
        Ok(lane)
    }

    fn lanes(&self) -> MutexGuard<'_, HashMap<SocketAddr, Arc<Lane>>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let lanes = self.lanes.get_mut().unwrap_or_else(PoisonError::into_inner);
        lanes.values().for_each(|lane| lane.close());
    }
}
