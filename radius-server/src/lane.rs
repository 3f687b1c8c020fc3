//! One thread with one socket: from datagrams to replies.

use core::panic::AssertUnwindSafe;
use std::io;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Duration;

use aaa_engine::ports::{Directory, ListenerName};
use aaa_engine::{Activity, Engine, Port};
use socket2::Socket;

use crate::clock::Clock;
use crate::desk::Desk;
use crate::enforce::Enforcement;
use crate::journal::Journal;
use crate::nas::{MessageAuthenticatorGuard, NasProblemsTable};
use crate::sessions::Sessions;
use crate::settings::Settings;
use crate::shutdown::Shutdown;
use crate::stats::LaneCounters;
use crate::udp::{Receiver, Sender};
use crate::unknown::UnknownNasTable;
use crate::watch::Heard;

/// How long a lane waits after a failed receive, so that a broken socket does not burn a core.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(100);

/// What all lanes share.
pub(crate) struct Shared {
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) engine: Engine,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) activity: Activity,
    pub(crate) journal: Journal,
    pub(crate) unknown: UnknownNasTable,
    pub(crate) problems: NasProblemsTable,
    pub(crate) heard: Heard,
    pub(crate) enforcement: Enforcement,
    pub(crate) guard: MessageAuthenticatorGuard,
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) shutdown: Shutdown,
}

/// A thread's work: receives batches from its socket, lets its desk handle them, sends replies.
pub(crate) struct Lane {
    socket: Socket,
    shared: Arc<Shared>,
    counters: Arc<LaneCounters>,
    desk: Desk,
}

impl Lane {
    pub(crate) fn new(
        socket: Socket,
        port: Port,
        listener: ListenerName,
        shared: Arc<Shared>,
        counters: Arc<LaneCounters>,
    ) -> Self {
        let desk = Desk::new(port, listener, Arc::clone(&shared), Arc::clone(&counters));
        Self { socket, shared, counters, desk }
    }

    /// Serves until the shutdown is requested. A panic costs the batch it happened in: those NASes
    /// get no answer and try again.
    pub(crate) fn run(mut self) {
        let mut receiver = Receiver::new();
        let mut sender = Sender::new();
        while !self.shared.shutdown.is_requested() {
            let serve = AssertUnwindSafe(|| self.serve(&mut receiver, &mut sender));
            if catch_unwind(serve).is_err() {
                tracing::error!(
                    "a lane panicked over a batch of packets and goes on with the next"
                );
                self.desk.abandon();
                sender = Sender::new();
            }
        }
        // Who was refused need not wait for a server that is gone.
        self.desk.release_held(&mut sender);
        self.counters.send_failures.add(sender.flush(&self.socket));
    }

    fn serve(&mut self, receiver: &mut Receiver, sender: &mut Sender) {
        while !self.shared.shutdown.is_requested() {
            match receiver.receive(&self.socket) {
                Ok(()) => {}
                Err(error) if is_timeout(&error) => {
                    self.desk.release_due(sender);
                    self.counters.send_failures.add(sender.flush(&self.socket));
                    continue;
                }
                Err(error) => {
                    self.counters.receive_failures.add(1);
                    tracing::warn!(%error, "a socket failed to receive");
                    self.shared.shutdown.pause(PAUSE_AFTER_FAILURE);
                    continue;
                }
            }
            self.desk.open();
            for datagram in receiver.datagrams() {
                self.desk.take(&datagram, sender);
            }
            self.desk.close(sender);
            self.desk.release_due(sender);
            self.counters.send_failures.add(sender.flush(&self.socket));
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}
