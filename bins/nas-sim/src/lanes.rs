//! Sockets and their identifiers: RFC 2865 §3 leaves 256 outstanding requests to each source port,
//! so a further port is opened when one is used up.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags};
use nix::sys::time::TimeSpec;

use crate::Error;

/// Identifiers of one source port.
const IDENTIFIERS: usize = 256;
/// More ports than this are a sign that nothing is answered; requests wait instead.
const LANES_MAX: usize = 256;
/// How long an identifier rests for which a reply may still come: given to another request too
/// soon, that late reply would look like a forged one.
const REST: Duration = Duration::from_secs(5);

/// Where an outstanding request waits for its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    lane: usize,
    pub(crate) identifier: u8,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Datagram<'b> {
    /// Who waits for a reply with its identifier.
    pub(crate) owner: Option<u32>,
    pub(crate) octets: &'b [u8],
}

/// The sockets towards one port of the server.
#[derive(Debug)]
pub(crate) struct Lanes {
    source: IpAddr,
    target: SocketAddr,
    lanes: Vec<Lane>,
    /// Datagrams that came back as "port unreachable".
    pub(crate) refused: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Free,
    Taken(u32),
    Resting { until: Duration },
}

#[derive(Debug)]
struct Lane {
    socket: UdpSocket,
    places: Box<[Place; IDENTIFIERS]>,
    next: u8,
    busy: usize,
}

impl Lanes {
    pub(crate) fn open(source: IpAddr, target: SocketAddr) -> Result<Self, Error> {
        let lanes = vec![Lane::open(source, target)?];
        Ok(Self { source, target, lanes, refused: 0 })
    }

    /// Takes an identifier for `owner`, as long unused as possible; nothing when all are taken.
    pub(crate) fn take(&mut self, owner: u32, now: Duration) -> Result<Option<Slot>, Error> {
        for (number, lane) in self.lanes.iter_mut().enumerate() {
            if let Some(identifier) = lane.take(owner, now) {
                return Ok(Some(Slot { lane: number, identifier }));
            }
        }
        if self.lanes.len() == LANES_MAX {
            return Ok(None);
        }
        let mut lane = Lane::open(self.source, self.target)?;
        let taken = lane.take(owner, now);
        self.lanes.push(lane);
        let lane = self.lanes.len() - 1;
        Ok(taken.map(|identifier| Slot { lane, identifier }))
    }

    /// Gives back an identifier whose one reply has come.
    pub(crate) fn release(&mut self, slot: Slot) {
        self.vacate(slot, Place::Free);
    }

    /// Gives back an identifier for which a reply, or another one, may still come.
    pub(crate) fn abandon(&mut self, slot: Slot, now: Duration) {
        self.vacate(slot, Place::Resting { until: now + REST });
    }

    fn vacate(&mut self, slot: Slot, left_as: Place) {
        let Some(lane) = self.lanes.get_mut(slot.lane) else { return };
        let place = &mut lane.places[usize::from(slot.identifier)];
        if matches!(place, Place::Taken(_)) {
            *place = left_as;
            lane.busy -= 1;
        }
    }

    /// Sends, or loses, the datagram: whatever the network does with it, the sender's timer is
    /// what finds out.
    pub(crate) fn send(&mut self, slot: Slot, datagram: &[u8]) -> Result<(), Error> {
        let Some(lane) = self.lanes.get(slot.lane) else { return Ok(()) };
        match lane.socket.send(datagram) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                // The error belongs to an earlier datagram and is gone now: this one may go out.
                self.refused += 1;
                let _ = lane.socket.send(datagram);
                Ok(())
            }
            Err(error) if is_lost(&error) => Ok(()),
            Err(source) => Err(Error::Socket { what: "cannot send", source }),
        }
    }

    /// Takes one datagram that has come, from any of the sockets.
    pub(crate) fn receive<'b>(
        &mut self,
        buffer: &'b mut [u8],
    ) -> Result<Option<Datagram<'b>>, Error> {
        for lane in &self.lanes {
            loop {
                match lane.socket.recv(buffer) {
                    Ok(len) => {
                        let octets = buffer.get(..len).unwrap_or_default();
                        let owner = octets.get(1).and_then(|identifier| lane.owner(*identifier));
                        return Ok(Some(Datagram { owner, octets }));
                    }
                    Err(error) if error.kind() == ErrorKind::ConnectionRefused => self.refused += 1,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(source) => return Err(Error::Socket { what: "cannot receive", source }),
                }
            }
        }
        Ok(None)
    }

    /// Where replies come.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = &UdpSocket> {
        self.lanes.iter().map(|lane| &lane.socket)
    }

    /// Requests that wait for a reply.
    pub(crate) fn outstanding(&self) -> usize {
        self.lanes.iter().map(|lane| lane.busy).sum()
    }
}

impl Lane {
    fn open(source: IpAddr, target: SocketAddr) -> Result<Self, Error> {
        let bind = |source_error| Error::Bind { address: source, source: source_error };
        let socket = UdpSocket::bind((source, 0)).map_err(bind)?;
        socket.connect(target).map_err(|source| Error::Connect { address: target, source })?;
        socket
            .set_nonblocking(true)
            .map_err(|source| Error::Socket { what: "cannot set the mode of a socket", source })?;
        Ok(Self { socket, places: Box::new([Place::Free; IDENTIFIERS]), next: 0, busy: 0 })
    }

    fn owner(&self, identifier: u8) -> Option<u32> {
        match self.places[usize::from(identifier)] {
            Place::Taken(owner) => Some(owner),
            Place::Free | Place::Resting { .. } => None,
        }
    }

    fn take(&mut self, owner: u32, now: Duration) -> Option<u8> {
        if self.busy == IDENTIFIERS {
            return None;
        }
        for _ in 0..IDENTIFIERS {
            let identifier = self.next;
            self.next = self.next.wrapping_add(1);
            let place = &mut self.places[usize::from(identifier)];
            let vacant = match *place {
                Place::Free => true,
                Place::Taken(_) => false,
                Place::Resting { until } => until <= now,
            };
            if vacant {
                *place = Place::Taken(owner);
                self.busy += 1;
                return Some(identifier);
            }
        }
        None
    }
}

/// Waits until a datagram may have come, `stop` is ready, or `wait` is over; tells whether `stop`
/// is ready.
pub(crate) fn wait(
    lanes: &[&Lanes],
    stop: Option<BorrowedFd<'_>>,
    wait: Duration,
) -> Result<bool, Error> {
    wait_for(lanes.iter().flat_map(|lanes| lanes.sockets()), stop, wait)
}

/// The same for plain sockets.
pub(crate) fn wait_for<'s>(
    sockets: impl Iterator<Item = &'s UdpSocket>,
    stop: Option<BorrowedFd<'s>>,
    wait: Duration,
) -> Result<bool, Error> {
    // A millisecond more than asked: a timer that is nearly over would be waited for in turns.
    wait_exactly(sockets, stop, wait.saturating_add(Duration::from_millis(1)))
}

/// The same to the microsecond, for who has to send then.
pub(crate) fn wait_exactly<'s>(
    sockets: impl Iterator<Item = &'s UdpSocket>,
    stop: Option<BorrowedFd<'s>>,
    wait: Duration,
) -> Result<bool, Error> {
    let mut polled: Vec<PollFd<'_>> =
        sockets.map(|socket| PollFd::new(socket.as_fd(), PollFlags::POLLIN)).collect();
    polled.extend(stop.map(|stop| PollFd::new(stop, PollFlags::POLLIN)));
    match nix::poll::ppoll(&mut polled, Some(TimeSpec::from_duration(wait)), None) {
        Ok(_) => {}
        Err(Errno::EINTR) => return Ok(false),
        Err(errno) => return Err(Error::Socket { what: "cannot poll", source: errno.into() }),
    }
    let told = polled.last().filter(|_| stop.is_some()).and_then(PollFd::any);
    Ok(told.unwrap_or(false))
}

/// Whether the datagram simply did not arrive, as far as the sender is concerned.
pub(crate) fn is_lost(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::WouldBlock | ErrorKind::Interrupted
    ) || error.raw_os_error() == Some(Errno::ENOBUFS as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1);

    #[test]
    fn a_second_port_is_opened_for_the_257th_request() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut lanes = Lanes::open([127, 0, 0, 1].into(), server.local_addr().unwrap()).unwrap();
        let slots: Vec<Slot> =
            (0..257).map(|owner| lanes.take(owner, NOW).unwrap().unwrap()).collect();
        assert_eq!(lanes.outstanding(), 257);
        assert_eq!((slots[255].lane, slots[256].lane), (0, 1));
        for slot in &slots {
            lanes.release(*slot);
            lanes.release(*slot);
        }
        assert_eq!(lanes.outstanding(), 0);
    }

    #[test]
    fn an_identifier_rests_before_it_is_used_again() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut lanes = Lanes::open([127, 0, 0, 1].into(), server.local_addr().unwrap()).unwrap();
        let first = lanes.take(1, NOW).unwrap().unwrap();
        lanes.release(first);
        assert_ne!(lanes.take(1, NOW).unwrap().unwrap().identifier, first.identifier);
    }

    #[test]
    fn an_abandoned_identifier_rests_until_no_reply_can_come() {
        let server = UdpSocket::bind("127.0.0.1:0").unwrap();
        let mut lanes = Lanes::open([127, 0, 0, 1].into(), server.local_addr().unwrap()).unwrap();
        let abandoned = lanes.take(1, NOW).unwrap().unwrap();
        lanes.abandon(abandoned, NOW);
        let mut next = |now| {
            let slots: Vec<Slot> = (0..256).map(|_| lanes.take(2, now).unwrap().unwrap()).collect();
            slots.iter().for_each(|slot| lanes.release(*slot));
            slots.contains(&abandoned)
        };
        assert!(!next(NOW + REST - Duration::from_millis(1)));
        assert!(next(NOW + REST));
    }
}
