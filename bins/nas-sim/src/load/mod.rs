//! Load: how many requests a second a server answers, with requests prepared beforehand and a
//! window of them kept under way; or how soon it answers them at a given rate.
//!
//! With a rate the loop is open: requests leave when they are due, not when a reply has come, and
//! their time counts from when they were due. A server that stops for a while then shows it in
//! every request that it kept waiting, those included that could not even be sent.

mod lane;
mod pace;
mod ring;

use std::num::NonZeroU32;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use radius_proto::Secret;

use self::lane::Lane;
use self::pace::Pace;
pub use self::ring::Kind;
use self::ring::Ring;
use crate::clock::Clock;
use crate::figures::{RoundTripFigures, RoundTrips};
use crate::lanes;
use crate::line::Nas;
use crate::subscriber::Subscriber;
use crate::{Error, Target};

/// Identifiers of one source port.
const IDENTIFIERS: u32 = 256;
/// How long the measuring loop sleeps at most when nothing comes.
const IDLE_WAIT: Duration = Duration::from_millis(20);

/// What to send, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The server.
    pub target: Target,
    /// The secret shared with it.
    pub secret: Secret,
    /// The router that is simulated.
    pub nas: Nas,
    /// Whose requests.
    pub subscribers: Vec<Subscriber>,
    /// Which requests.
    pub kind: Kind,
    /// How many requests wait for their replies at any time; with a rate at most so many.
    pub window: u32,
    /// Requests a second of an open loop; without it the next request leaves when a reply comes.
    pub rate_per_s: Option<NonZeroU32>,
    /// Over how long an open loop reaches its rate.
    pub ramp: Duration,
    /// How long to measure.
    pub duration: Duration,
    /// Source ports; 0 takes four times as many as the window needs, so that an identifier rests
    /// before it is used again.
    pub sockets: u32,
    /// Requests prepared beforehand. When all were sent they are sent again: a server with a
    /// long memory for duplicates then answers from it, so this should cover the run.
    pub prepared: u32,
    /// Every so many replies one is verified, with its round trip measured; 1 verifies all. An
    /// open loop measures every round trip.
    pub verify_every: u32,
    /// After this long without a reply a request is lost.
    pub reply_timeout: Duration,
}

impl Settings {
    /// A measurement of `duration` with 256 requests under way.
    #[must_use]
    pub fn new(
        target: Target,
        secret: Secret,
        nas: Nas,
        subscribers: Vec<Subscriber>,
        kind: Kind,
        duration: Duration,
    ) -> Self {
        Self {
            target,
            secret,
            nas,
            subscribers,
            kind,
            window: IDENTIFIERS,
            rate_per_s: None,
            ramp: Duration::ZERO,
            duration,
            sockets: 0,
            prepared: 1 << 18,
            verify_every: 64,
            reply_timeout: Duration::from_secs(1),
        }
    }

    fn lanes(&self) -> Result<u32, Error> {
        let needed = self.window.div_ceil(IDENTIFIERS);
        let lanes = if self.sockets == 0 { needed * 4 } else { self.sockets };
        if self.window == 0 || lanes > 1024 {
            return Err(Error::Setting(format!(
                "the window must be 1 to 65536 requests, over at most 1024 sockets, not {} over \
                 {lanes}",
                self.window
            )));
        }
        if lanes < needed {
            return Err(Error::Setting(format!(
                "a window of {} needs at least {needed} sockets, not {lanes}: a source port has \
                 {IDENTIFIERS} identifiers",
                self.window
            )));
        }
        if self.prepared < lanes * IDENTIFIERS {
            return Err(Error::Setting(format!(
                "{} prepared requests do not fill {lanes} sockets of {IDENTIFIERS} identifiers",
                self.prepared
            )));
        }
        Ok(lanes)
    }
}

/// What was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// Seconds from the first request to the end of the measurement.
    pub seconds: f64,
    /// Requests sent.
    pub sent: u64,
    /// Replies that came, within the measurement.
    pub replies: u64,
    /// Of these: Access-Accept or Accounting-Response.
    pub accepted: u64,
    /// Of these: Access-Reject.
    pub rejected: u64,
    /// Requests without a reply.
    pub lost: u64,
    /// Replies that came for no request, late ones among them.
    pub unexpected: u64,
    /// Datagrams that came back because nobody listened.
    pub refused: u64,
    /// Replies whose Response Authenticator was verified.
    pub verified: u64,
    /// Of these: wrong ones.
    pub forged: u64,
    /// Requests that were due in an open loop and never sent, because the window was full.
    pub held_back: u64,
    /// How often the prepared requests were all sent and begun again.
    pub laps: u64,
    /// The measure: replies a second.
    pub replies_per_s: f64,
    /// Round trips of the verified ones; in an open loop of all, from when they were due.
    pub round_trips: RoundTripFigures,
}

/// One second of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// Which one, from 0.
    pub number: u64,
    /// Requests sent in it.
    pub sent: u64,
    /// Replies that came in it.
    pub replies: u64,
    /// Requests given up in it.
    pub lost: u64,
    /// Round trips that ended in it.
    pub round_trips: RoundTripFigures,
}

/// Counts of a measurement under way.
#[derive(Debug, Default)]
struct Tally {
    report: Report,
    round_trips: RoundTrips,
    /// Requests that have left or are about to.
    offered: u64,
    /// What had been counted when the second under way began, and which one that is.
    told: Report,
    trips_told: usize,
    second: u64,
}

impl Tally {
    /// Tells of every second that has ended.
    fn tell(&mut self, now: Duration, on_second: &mut dyn FnMut(Second)) {
        while self.second < now.as_secs() {
            on_second(Second {
                number: self.second,
                sent: self.report.sent - self.told.sent,
                replies: self.report.replies - self.told.replies,
                lost: self.report.lost - self.told.lost,
                round_trips: self.round_trips.figures_from(self.trips_told),
            });
            self.told = self.report;
            self.trips_told = self.round_trips.count();
            self.second += 1;
        }
    }
}

/// Measures for as long as the settings say, or until `stop` becomes readable or its other end is
/// closed. Each second is told as it ends.
///
/// # Errors
/// When a setting leads nowhere, a socket cannot be had or used, or a request cannot be written.
pub fn run(
    settings: &Settings,
    stop: BorrowedFd<'_>,
    on_second: &mut dyn FnMut(Second),
) -> Result<Report, Error> {
    if settings.subscribers.is_empty() {
        return Err(Error::NobodyToDial);
    }
    let count = settings.lanes()?;
    let target = match settings.kind {
        Kind::AuthPap => settings.target.authentication,
        Kind::Accounting => settings.target.accounting,
    };
    let mut lanes = (0..count)
        .map(|_| Lane::open(settings.target.source, target))
        .collect::<Result<Vec<_>, _>>()?;
    let mut ring = Ring::prepare(settings, count, Clock::start().now())?;
    let mut tally = Tally::default();
    measure(settings, &mut lanes, &mut ring, &mut tally, stop, on_second)?;
    let mut report = tally.report;
    report.laps = ring.laps();
    report.replies_per_s = report.replies as f64 / report.seconds;
    report.round_trips = tally.round_trips.figures();
    Ok(report)
}

fn measure(
    settings: &Settings,
    lanes: &mut [Lane],
    ring: &mut Ring,
    tally: &mut Tally,
    stop: BorrowedFd<'_>,
    on_second: &mut dyn FnMut(Second),
) -> Result<(), Error> {
    let pace = settings.rate_per_s.map(|rate| Pace::new(rate, settings.ramp));
    let clock = Clock::start();
    let mut expired_at = Duration::ZERO;
    loop {
        let now = clock.now().elapsed;
        tally.tell(now, on_second);
        if now >= settings.duration {
            break;
        }
        let mut received = 0;
        for lane in &mut *lanes {
            received += lane.receive(settings, ring, clock.now().elapsed, tally)?;
        }
        if now >= expired_at + IDLE_WAIT {
            expired_at = now;
            expire(settings, lanes, now, tally);
        }
        let sent = fill(settings, pace.as_ref(), lanes, ring, now, tally)?;
        if received == 0 && sent == 0 {
            let wait = pace.map_or(IDLE_WAIT, |pace| {
                let next = pace.due_at(tally.offered).saturating_sub(clock.now().elapsed);
                // With a full window only a reply can help.
                if next.is_zero() { IDLE_WAIT } else { next.min(IDLE_WAIT) }
            });
            let sockets = lanes.iter().map(Lane::socket);
            if lanes::wait_exactly(sockets, Some(stop), wait)? {
                break;
            }
        }
    }
    let end = clock.now().elapsed;
    tally.report.seconds = end.as_secs_f64();
    let due = pace.map_or(0, |pace| pace.due_by(end.min(settings.duration)));
    tally.report.held_back = due.saturating_sub(tally.offered);
    collect_late(settings, lanes, ring, &clock, tally)
}

/// Gives the last requests their time: what was under way at the end is not lost for that, and
/// does not count as a reply within the measurement either.
fn collect_late(
    settings: &Settings,
    lanes: &mut [Lane],
    ring: &Ring,
    clock: &Clock,
    tally: &mut Tally,
) -> Result<(), Error> {
    let within = tally.report;
    let end = clock.now().elapsed + settings.reply_timeout;
    while lanes.iter().any(|lane| lane.outstanding() > 0) {
        let now = clock.now().elapsed;
        if now >= end {
            break;
        }
        let sockets = lanes.iter().map(Lane::socket);
        lanes::wait_for(sockets, None, IDLE_WAIT)?;
        for lane in &mut *lanes {
            lane.receive(settings, ring, clock.now().elapsed, tally)?;
        }
    }
    let left: u64 = lanes.iter().map(|lane| u64::from(lane.outstanding())).sum();
    tally.report = Report {
        lost: within.lost + left,
        verified: tally.report.verified,
        forged: tally.report.forged,
        ..within
    };
    Ok(())
}

fn expire(settings: &Settings, lanes: &mut [Lane], now: Duration, tally: &mut Tally) {
    for lane in lanes {
        tally.report.lost += lane.expire(now, settings.reply_timeout);
    }
}

/// Sends until the window is full or nothing more is due; tells how many were sent.
fn fill(
    settings: &Settings,
    pace: Option<&Pace>,
    lanes: &mut [Lane],
    ring: &mut Ring,
    now: Duration,
    tally: &mut Tally,
) -> Result<u32, Error> {
    let under_way: u32 = lanes.iter().map(Lane::outstanding).sum();
    let mut free = settings.window.saturating_sub(under_way);
    if let Some(pace) = pace {
        let due = pace.due_by(now).saturating_sub(tally.offered);
        free = free.min(u32::try_from(due).unwrap_or(u32::MAX));
    }
    let mut sent = 0;
    // A place whose last request is still unanswered is passed over; after a whole round of
    // passing over there is no place at all.
    let mut passed_over = 0;
    while free > 0 && passed_over < ring.places() {
        let place = ring.next_place();
        let Some(lane) = lanes.get_mut(place.lane as usize) else { break };
        let due = pace.map_or(now, |pace| pace.due_at(tally.offered));
        if lane.enqueue(place, due, now) {
            tally.offered += 1;
            free -= 1;
            sent += 1;
            passed_over = 0;
            if lane.is_full() {
                lane.flush(ring, tally)?;
            }
        } else {
            passed_over += 1;
        }
    }
    for lane in lanes {
        lane.flush(ring, tally)?;
    }
    Ok(sent)
}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
