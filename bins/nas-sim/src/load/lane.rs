//! One source port: requests leave and replies come in batches, one system call for up to 64.

use std::io::{IoSlice, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg,
};
use radius_proto::{Code, Packet};

use super::ring::{Place, Ring};
use super::{IDENTIFIERS, Settings, Tally};
use crate::Error;
use crate::lanes::is_lost;

/// Datagrams of one system call.
const BATCH: usize = 64;
/// A reply to a prepared request is small; a longer one is cut off, and then fails to verify.
const REPLY_LEN_MAX: usize = 1024;
/// How long an identifier rests whose request was lost.
const REST: Duration = Duration::from_secs(5);

pub(super) struct Lane {
    socket: UdpSocket,
    places: Box<[Use; IDENTIFIERS as usize]>,
    outstanding: u32,
    batch: Vec<u32>,
    buffers: Vec<[u8; REPLY_LEN_MAX]>,
    incoming: MultiHeaders<SockaddrStorage>,
    outgoing: MultiHeaders<SockaddrStorage>,
    replies: u32,
}

/// What an identifier is in use for.
#[derive(Clone, Copy)]
enum Use {
    Free,
    Waiting {
        number: u32,
        /// When it should have left; its round trip counts from here.
        due_at: Duration,
        sent_at: Duration,
    },
    /// Given up; rests, because a late reply would look like a forged one to the next request.
    Lost {
        at: Duration,
    },
}

impl Lane {
    pub(super) fn open(source: IpAddr, target: SocketAddr) -> Result<Self, Error> {
        let bind = |error| Error::Bind { address: source, source: error };
        let socket = UdpSocket::bind((source, 0)).map_err(bind)?;
        socket.connect(target).map_err(|source| Error::Connect { address: target, source })?;
        socket
            .set_nonblocking(true)
            .map_err(|source| Error::Socket { what: "cannot set the mode of a socket", source })?;
        Ok(Self {
            socket,
            places: Box::new([Use::Free; IDENTIFIERS as usize]),
            outstanding: 0,
            batch: Vec::with_capacity(BATCH),
            buffers: vec![[0; REPLY_LEN_MAX]; BATCH],
            incoming: MultiHeaders::preallocate(BATCH, None),
            outgoing: MultiHeaders::preallocate(BATCH, None),
            replies: 0,
        })
    }

    pub(super) const fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    pub(super) const fn outstanding(&self) -> u32 {
        self.outstanding
    }

    /// Takes a request into the next batch, unless its identifier still waits for a reply.
    pub(super) fn enqueue(&mut self, place: Place, due_at: Duration, now: Duration) -> bool {
        let using = &mut self.places[usize::from(place.identifier)];
        if !matches!(using, Use::Free) {
            return false;
        }
        *using = Use::Waiting { number: place.number, due_at, sent_at: now };
        self.outstanding += 1;
        self.batch.push(place.number);
        true
    }

    pub(super) fn is_full(&self) -> bool {
        self.batch.len() == BATCH
    }

    /// Sends the batch. What the kernel does not take is lost, as on a wire.
    pub(super) fn flush(&mut self, ring: &Ring, tally: &mut Tally) -> Result<(), Error> {
        const NO_CONTROL: [ControlMessage<'_>; 0] = [];
        const CONNECTED: [Option<SockaddrStorage>; BATCH] = [None; BATCH];
        let mut left = self.batch.as_slice();
        while !left.is_empty() {
            let slices: Vec<[IoSlice<'_>; 1]> =
                left.iter().map(|number| [IoSlice::new(ring.octets(*number))]).collect();
            let sent = sendmmsg(
                self.socket.as_raw_fd(),
                &mut self.outgoing,
                &slices,
                &CONNECTED[..slices.len()],
                NO_CONTROL,
                MsgFlags::empty(),
            );
            let taken = match sent {
                Ok(results) => results.count(),
                Err(Errno::ECONNREFUSED) => {
                    // The error of an earlier datagram; this batch is still to be sent.
                    tally.report.refused += 1;
                    0
                }
                Err(Errno::EINTR) => 0,
                Err(errno) if is_lost(&errno.into()) => left.len(),
                Err(errno) => {
                    return Err(Error::Socket { what: "cannot send", source: errno.into() });
                }
            };
            left = left.get(taken..).unwrap_or_default();
        }
        tally.report.sent += self.batch.len() as u64;
        self.batch.clear();
        Ok(())
    }

    /// Takes what has come; tells how many datagrams that were.
    pub(super) fn receive(
        &mut self,
        settings: &Settings,
        ring: &Ring,
        now: Duration,
        tally: &mut Tally,
    ) -> Result<u32, Error> {
        let mut taken = 0;
        loop {
            let came = self.receive_batch(settings, ring, now, tally)?;
            taken += came;
            if (came as usize) < BATCH {
                return Ok(taken);
            }
        }
    }

    fn receive_batch(
        &mut self,
        settings: &Settings,
        ring: &Ring,
        now: Duration,
        tally: &mut Tally,
    ) -> Result<u32, Error> {
        let Self { socket, buffers, incoming, places, outstanding, replies, .. } = self;
        let mut slices: Vec<[IoSliceMut<'_>; 1]> =
            buffers.iter_mut().map(|buffer| [IoSliceMut::new(buffer)]).collect();
        let flags = MsgFlags::MSG_DONTWAIT;
        let came = match recvmmsg(socket.as_raw_fd(), incoming, slices.iter_mut(), flags, None) {
            Ok(results) => results,
            Err(Errno::EAGAIN | Errno::EINTR) => return Ok(0),
            Err(Errno::ECONNREFUSED) => {
                tally.report.refused += 1;
                return Ok(0);
            }
            Err(errno) => {
                return Err(Error::Socket { what: "cannot receive", source: errno.into() });
            }
        };
        let mut count = 0;
        for message in came {
            count += 1;
            let datagram = message.iovs().next().unwrap_or_default();
            let identifier = usize::from(datagram.get(1).copied().unwrap_or_default());
            let Use::Waiting { number, due_at, .. } = places[identifier] else {
                tally.report.unexpected += 1;
                continue;
            };
            places[identifier] = Use::Free;
            *outstanding -= 1;
            *replies = replies.wrapping_add(1);
            tally.count(datagram);
            let verified = replies.is_multiple_of(settings.verify_every.max(1));
            if verified || settings.rate_per_s.is_some() {
                tally.round_trips.add(now.saturating_sub(due_at));
            }
            if verified {
                tally.verify(settings, datagram, ring.octets(number));
            }
        }
        Ok(count)
    }

    /// Gives up what has waited for `timeout`; tells how many requests that were.
    pub(super) fn expire(&mut self, now: Duration, timeout: Duration) -> u64 {
        let mut lost = 0;
        for using in self.places.iter_mut() {
            match *using {
                Use::Waiting { sent_at, .. } if now >= sent_at + timeout => {
                    *using = Use::Lost { at: now };
                    lost += 1;
                }
                Use::Lost { at } if now >= at + REST => *using = Use::Free,
                Use::Free | Use::Waiting { .. } | Use::Lost { .. } => {}
            }
        }
        self.outstanding -= lost;
        u64::from(lost)
    }
}

impl Tally {
    fn count(&mut self, reply: &[u8]) {
        self.report.replies += 1;
        match reply.first().copied().map(Code) {
            Some(Code::ACCESS_ACCEPT | Code::ACCOUNTING_RESPONSE) => self.report.accepted += 1,
            Some(Code::ACCESS_REJECT) => self.report.rejected += 1,
            _ => {}
        }
    }

    fn verify(&mut self, settings: &Settings, reply: &[u8], request: &[u8]) {
        self.report.verified += 1;
        let authenticator = request.get(4..20).and_then(|octets| octets.try_into().ok());
        let right = match (Packet::parse(reply), authenticator) {
            (Ok(packet), Some(authenticator)) => {
                packet.verify_response_authenticator(authenticator, &settings.secret)
            }
            _ => false,
        };
        self.report.forged += u64::from(!right);
    }
}
