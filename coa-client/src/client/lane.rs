//! A socket with the task that drives it.

use core::future::poll_fn;
use core::net::SocketAddr;
use core::pin::pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use radius_proto::PACKET_LEN_MAX;
use socket2::SockRef;
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{sleep_until, timeout};

use super::clock::Clock;
use super::nas::Attributes;
use super::state::{Outgoing, State};
use super::{ClientSettings, CoaError};
use crate::{Counters, Destination, Reply, RequestKind};

/// How long the system may take to take a datagram.
const SEND_TIMEOUT: Duration = Duration::from_secs(1);
/// Datagrams that are taken from the socket before anything else is done.
const RECEIVE_BATCH: usize = 64;
/// How long the socket is left alone after it has failed to receive.
const RECEIVE_PAUSE: Duration = Duration::from_millis(100);

/// A socket and who is asked through it.
#[derive(Debug)]
pub(super) struct Lane {
    shared: Arc<Shared>,
    task: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    local: SocketAddr,
    clock: Clock,
    state: Mutex<State>,
    /// There is something to drive.
    changed: Notify,
}

impl Lane {
    /// Binds the socket and starts its task in this runtime.
    pub(super) fn open(local: SocketAddr, settings: ClientSettings) -> Result<Arc<Self>, CoaError> {
        let bound = || {
            let socket = std::net::UdpSocket::bind(local)?;
            socket.set_nonblocking(true)?;
            SockRef::from(&socket).set_recv_buffer_size(settings.receive_buffer_octets)?;
            let local = socket.local_addr()?;
            io::Result::Ok((UdpSocket::from_std(socket)?, local))
        };
        let (socket, bound) = bound().map_err(|source| CoaError::Bind { local, source })?;
        let shared = Arc::new(Shared {
            socket,
            local: bound,
            clock: Clock::start(),
            state: Mutex::new(State::new(settings)),
            changed: Notify::new(),
        });
        let task = tokio::spawn(run(CloseOnDrop(Arc::clone(&shared)))).abort_handle();
        Ok(Arc::new(Self { shared, task }))
    }

    /// Asks, and waits for the outcome. Dropped while it waits, it takes the request back.
    pub(super) async fn request(
        &self,
        destination: &Destination,
        kind: RequestKind,
        attributes: Attributes,
    ) -> Result<Reply, CoaError> {
        let now = self.shared.clock.now();
        let pushed = self.shared.state().push(destination, kind, attributes, now);
        let (ticket, answered) = pushed?;
        let shared = &*self.shared;
        let mut guard = Ticket { shared, address: destination.address, ticket, is_over: false };
        shared.changed.notify_one();
        let result = answered.await;
        guard.is_over = true;
        // The other end goes without a word when the lane is closed.
        result.unwrap_or(Err(CoaError::Closed))
    }

    pub(super) fn local(&self) -> SocketAddr {
        self.shared.local
    }

    pub(super) fn counters(&self) -> Counters {
        self.shared.state().counters()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.shared.state().is_closed()
    }

    pub(super) fn close(&self) {
        self.task.abort();
    }
}

/// A request whose caller waits.
struct Ticket<'a> {
    shared: &'a Shared,
    address: SocketAddr,
    ticket: u64,
    is_over: bool,
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let now = self.shared.clock.now();
            self.shared.state().cancel(self.address, self.ticket, now);
            // Another may have its turn now.
            self.shared.changed.notify_one();
        }
    }
}

/// However the task ends, nobody waits for it after that.
struct CloseOnDrop(Arc<Shared>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.state().close();
    }
}

/// Drives the state until the task is aborted.
async fn run(lane: CloseOnDrop) {
    let shared = &*lane.0;
    let mut outbox = Vec::new();
    let mut paused_until = None;
    loop {
        let now = shared.clock.now();
        let next = shared.state().drive(now, &mut outbox);
        for outgoing in outbox.drain(..) {
            if let Err(error) = shared.send(&outgoing).await {
                shared.state().note_unsent(&outgoing, error);
            }
        }
        if shared.wait(next, paused_until).await.is_err() {
            paused_until = Some(shared.clock.now().saturating_add(RECEIVE_PAUSE));
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, outgoing: &Outgoing) -> io::Result<()> {
        let Outgoing { datagram, destination, .. } = outgoing;
        // Nearly always there is room at once, and no timer is needed.
        match self.socket.try_send_to(datagram, *destination) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            sent => return sent.map(drop),
        }
        let sent = self.socket.send_to(datagram, *destination);
        timeout(SEND_TIMEOUT, sent).await.map_err(io::Error::from)?.map(drop)
    }

    /// Waits until something is to be done: at `next`, or when something came in or changed. What
    /// came in is taken, but not before `paused_until`.
    async fn wait(&self, next: Option<Duration>, paused_until: Option<Duration>) -> io::Result<()> {
        let is_paused = paused_until.filter(|until| *until > self.clock.now());
        let next = [next, is_paused].into_iter().flatten().min();
        let next = next.and_then(|due| self.clock.at(due));
        let mut timer = pin!(next.map(sleep_until));
        let mut changed = pin!(self.changed.notified());
        poll_fn(|context| {
            let mut is_over = changed.as_mut().poll(context).is_ready();
            if let Some(timer) = timer.as_mut().as_pin_mut() {
                is_over |= timer.poll(context).is_ready();
            }
            let received = match is_paused {
                Some(_) => Ok(0),
                None => self.receive(context),
            };
            match received {
                Ok(0) if !is_over => Poll::Pending,
                Ok(_) => Poll::Ready(Ok(())),
                Err(error) => Poll::Ready(Err(error)),
            }
        })
        .await
    }

    /// Takes what has come in; how much that was.
    fn receive(&self, context: &mut Context<'_>) -> io::Result<usize> {
        // One octet more than any packet, so that a longer datagram is not taken for one.
        let mut buffer = [0; PACKET_LEN_MAX + 1];
        for taken in 0..RECEIVE_BATCH {
            let mut datagram = ReadBuf::new(&mut buffer);
            match self.socket.poll_recv_from(context, &mut datagram) {
                Poll::Pending => return Ok(taken),
                Poll::Ready(Ok(source)) => {
                    let now = self.clock.now();
                    self.state().receive(source, datagram.filled(), now);
                }
                Poll::Ready(Err(error)) => return Err(error),
            }
        }
        Ok(RECEIVE_BATCH)
    }
}
