//! The socket for CoA and Disconnect, and what its requests do to the sessions.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use super::driver::Driver;
use super::{Event, Settings};
use crate::Error;
use crate::clock::Clock;
use crate::coa::{Done, Effect, Incoming, Live, Responder};
use crate::lanes;

/// Where the router is asked.
pub(super) struct Coa {
    pub(super) socket: UdpSocket,
    pub(super) responder: Responder,
}

impl Coa {
    pub(super) fn open(settings: &Settings, clock: Clock) -> Result<Option<Self>, Error> {
        let Some(coa) = &settings.coa else { return Ok(None) };
        let bind = |source| Error::Listen { address: coa.listen, source };
        let socket = UdpSocket::bind(coa.listen).map_err(bind)?;
        socket.set_nonblocking(true).map_err(bind)?;
        Ok(Some(Self { socket, responder: Responder::new(coa.clone(), clock.started()) }))
    }

    pub(super) fn address(&self) -> Result<SocketAddr, Error> {
        let what = "cannot tell the address of a socket";
        self.socket.local_addr().map_err(|source| Error::Socket { what, source })
    }

    /// One datagram that has come.
    fn take(&self, buffer: &mut [u8]) -> Result<Option<(usize, SocketAddr)>, Error> {
        loop {
            match self.socket.recv_from(buffer) {
                Ok(taken) => return Ok(Some(taken)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if lanes::is_lost(&error) => {}
                Err(source) => return Err(Error::Socket { what: "cannot receive", source }),
            }
        }
    }
}

impl Driver<'_> {
    /// Takes the requests that have come, and sends the answers that are due.
    pub(super) fn serve_asked(&mut self) -> Result<(), Error> {
        let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
        loop {
            self.send_answers()?;
            let Some(coa) = &mut self.coa else { return Ok(()) };
            let Some((len, from)) = coa.take(&mut buffer)? else { return Ok(()) };
            let now = self.clock.now();
            let settings = &*self.settings;
            let sessions: Vec<Live<'_>> =
                self.sessions.iter().filter_map(|it| it.session.live(settings)).collect();
            let before = coa.responder.arrivals.len();
            let effect = coa.responder.receive(&Incoming {
                datagram: buffer.get(..len).unwrap_or_default(),
                from,
                now,
                secret: &settings.secret,
                nas: &settings.nas,
                sessions: &sessions,
            });
            for arrival in coa.responder.arrivals.get(before..).unwrap_or_default() {
                (self.on_event)(Event::Asked { arrival });
            }
            if let Some(Effect { session, what }) = effect {
                self.apply(session, what);
            }
        }
    }

    fn apply(&mut self, number: u32, what: Done) {
        let now = self.clock.now();
        let Some(dialled) = self.sessions.get_mut(number as usize) else { return };
        match what {
            Done::Changed(change) => {
                dialled.session.change(&self.settings, *change, now);
                self.settle_services(number, now);
            }
            Done::Ended { at, terminate_cause } => dialled.session.disconnect(at, terminate_cause),
        }
        self.settle(number, now);
    }

    fn send_answers(&mut self) -> Result<(), Error> {
        let now = self.clock.now().elapsed;
        let Some(coa) = &mut self.coa else { return Ok(()) };
        while let Some((to, octets)) = coa.responder.next_reply(now) {
            match coa.socket.send_to(&octets, to) {
                Ok(_) => {}
                Err(error) if lanes::is_lost(&error) => {}
                Err(source) => return Err(Error::Socket { what: "cannot send", source }),
            }
        }
        Ok(())
    }

    /// When the next answer goes out.
    pub(super) fn answer_due(&self) -> Option<Duration> {
        self.coa.as_ref().and_then(|coa| coa.responder.due())
    }
}
