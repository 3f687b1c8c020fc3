//! A thread that serves its share of the routers.

use std::cell::RefCell;
use std::os::fd::{AsFd as _, AsRawFd as _, RawFd};
use std::os::unix::net::UnixDatagram;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};

use super::{Command, Interim, SeenRouter, Shared};
use crate::Error;
use crate::clock::Clock;
use crate::coa::{Answer, Arrival, Ask};
use crate::dial::driver::Driver;
use crate::dial::{self, Event, Summary};

/// At the latest the thread looks around after so long.
const LOOK: Duration = Duration::from_secs(1);

/// A router, and what was seen of it and not told yet.
struct Router<'s> {
    /// Its place among all routers.
    place: usize,
    /// Gone once it has summed up.
    driver: Option<Driver<'s>>,
    /// Something has come for it, or it has something to do.
    ready: bool,
}

/// What this thread has seen and not told yet, by the routers' places.
type News = RefCell<Vec<(usize, New)>>;

enum New {
    Listening(std::net::SocketAddr),
    Started,
    Stopped,
    Outside,
    Acknowledged,
    Interim(Interim),
    Arrived(Box<Arrival>),
}

/// Serves until everybody has hung up, or it is told to quit.
pub(super) fn run(
    share: &[(usize, dial::Settings)],
    shared: &Shared,
    commands: &Receiver<Command>,
    woken: &UnixDatagram,
    opened: Sender<bool>,
) -> Result<Vec<(usize, Summary)>, Error> {
    let news = News::default();
    let routers = open(share, &news);
    // Without anybody who waits for it, nobody needs to know.
    let _ = opened.send(routers.is_ok());
    drop(opened);
    let served = routers.and_then(|routers| serve(routers, &news, shared, commands, woken));
    if let Err(error) = &served {
        shared.lock().failed = Some(error.to_string());
        shared.changed.notify_all();
    }
    served
}

fn open<'s>(
    share: &'s [(usize, dial::Settings)],
    news: &'s News,
) -> Result<Vec<Router<'s>>, Error> {
    let mut routers = Vec::new();
    for (place, settings) in share {
        let place = *place;
        let tell = move |event: Event<'_>| {
            if let Some(new) = new(event) {
                news.borrow_mut().push((place, new));
            }
        };
        let mut driver = Driver::open(settings, Box::new(tell))?;
        driver.begin()?;
        routers.push(Router { place, driver: Some(driver), ready: true });
    }
    Ok(routers)
}

fn serve(
    mut routers: Vec<Router<'_>>,
    news: &News,
    shared: &Shared,
    commands: &Receiver<Command>,
    woken: &UnixDatagram,
) -> Result<Vec<(usize, Summary)>, Error> {
    let mut summaries = Vec::new();
    let mut hanging_up = false;
    let mut waiting = Waiting::new(routers.len(), woken)?;
    loop {
        for command in commands.try_iter() {
            match command {
                Command::HangUp => {
                    hanging_up = true;
                    routers.iter_mut().for_each(|router| router.ready = true);
                }
                Command::Quit => return Ok(summaries),
                command => obey(&mut routers, command),
            }
        }
        for (place, router) in routers.iter_mut().enumerate().filter(|(_, router)| router.ready) {
            let Some(driver) = &mut router.driver else { continue };
            driver.serve()?;
            let goes_on = driver.turn(hanging_up)?;
            if !goes_on
                && hanging_up
                && let Some(driver) = router.driver.take()
            {
                summaries.push((router.place, driver.finish()?));
            }
            waiting.note(place, router.driver.as_ref())?;
        }
        publish(news, shared);
        if routers.iter().all(|router| router.driver.is_none()) {
            return Ok(summaries);
        }
        waiting.wait(&mut routers, woken)?;
    }
}

fn obey(routers: &mut [Router<'_>], command: Command) {
    let (Command::Report { router, .. }
    | Command::Leave { router, .. }
    | Command::Show { router, .. }) = &command
    else {
        return;
    };
    let Some(router) = routers.get_mut(*router) else { return };
    router.ready = true;
    let Some(driver) = &mut router.driver else { return };
    match command {
        Command::Report { session, usage, after, .. } => driver.report(session, usage, after),
        Command::Leave { lasts, .. } => driver.leave(lasts),
        Command::Show { to, .. } => {
            // Without anybody who waits for it, nobody needs to know.
            let _ = to.send(driver.sessions());
        }
        Command::HangUp | Command::Quit => {}
    }
}

/// The sockets of all routers, and when each router has something to do.
struct Waiting {
    epoll: Epoll,
    /// What is registered, by router.
    registered: Vec<Vec<RawFd>>,
    due: Vec<Option<Instant>>,
    clock: Clock,
}

impl Waiting {
    /// What stands for the socket that wakes the thread, where others have a router's place.
    const WOKEN: u64 = u64::MAX;

    fn new(routers: usize, woken: &UnixDatagram) -> Result<Self, Error> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).map_err(cannot_poll)?;
        let readable = EpollEvent::new(EpollFlags::EPOLLIN, Self::WOKEN);
        epoll.add(woken, readable).map_err(cannot_poll)?;
        let (registered, due) = (vec![Vec::new(); routers], vec![None; routers]);
        Ok(Self { epoll, registered, due, clock: Clock::start() })
    }

    /// A router has done what it had to do: it may have more sockets now, and is due another time.
    fn note(&mut self, place: usize, driver: Option<&Driver<'_>>) -> Result<(), Error> {
        let (Some(registered), Some(due)) =
            (self.registered.get_mut(place), self.due.get_mut(place))
        else {
            return Ok(());
        };
        *due = driver.and_then(Driver::due_at);
        let Some(driver) = driver else { return Ok(()) };
        if driver.sockets().count() == registered.len() {
            return Ok(());
        }
        for socket in driver.sockets() {
            let descriptor = socket.as_fd().as_raw_fd();
            if !registered.contains(&descriptor) {
                registered.push(descriptor);
                let readable = EpollEvent::new(EpollFlags::EPOLLIN, place as u64);
                self.epoll.add(socket, readable).map_err(cannot_poll)?;
            }
        }
        Ok(())
    }

    /// Waits until something has come for a router, or one has something to do; marks those.
    fn wait(&mut self, routers: &mut [Router<'_>], woken: &UnixDatagram) -> Result<(), Error> {
        let now = self.clock.instant();
        let next = self.due.iter().flatten().min();
        let wait = next.map_or(LOOK, |next| next.saturating_duration_since(now)).min(LOOK);
        // Up to a millisecond more than asked: what is nearly due would be waited for in turns.
        let wait_ms = u16::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(u16::MAX);
        let mut events = [EpollEvent::empty(); 64];
        let came = match self.epoll.wait(&mut events, wait_ms) {
            Ok(came) => came,
            Err(Errno::EINTR) => 0,
            Err(errno) => return Err(cannot_poll(errno)),
        };
        let now = self.clock.instant();
        for (router, due) in routers.iter_mut().zip(&self.due) {
            router.ready = due.is_some_and(|due| due <= now);
        }
        for event in events.get(..came).unwrap_or_default() {
            if event.data() == Self::WOKEN {
                let mut buffer = [0; 8];
                while woken.recv(&mut buffer).is_ok() {}
            } else if let Some(router) = routers.get_mut(event.data() as usize) {
                router.ready = true;
            }
        }
        Ok(())
    }
}

fn cannot_poll(errno: Errno) -> Error {
    Error::Socket { what: "cannot poll", source: errno.into() }
}

/// What is new by an event of a router, if anything.
fn new(event: Event<'_>) -> Option<New> {
    Some(match event {
        Event::Listening { address } => New::Listening(address),
        Event::Started { .. } => New::Started,
        Event::Offline { .. } => New::Stopped,
        Event::Rejected { .. } | Event::Unanswered { .. } => New::Outside,
        Event::Acknowledged { .. } => New::Acknowledged,
        Event::Interim { session, at, input_octets, output_octets, .. } => {
            New::Interim(Interim { session, at, input_octets, output_octets })
        }
        Event::Asked { arrival } => New::Arrived(Box::new(arrival.clone())),
        _ => return None,
    })
}

/// Tells everybody what this thread has seen.
fn publish(news: &News, shared: &Shared) {
    let news = news.take();
    if news.is_empty() {
        return;
    }
    let mut seen = shared.lock();
    for (place, new) in news {
        if let Some(router) = seen.routers.get_mut(place) {
            router.add(new);
        }
    }
    drop(seen);
    shared.changed.notify_all();
}

impl SeenRouter {
    fn add(&mut self, new: New) {
        match new {
            New::Listening(address) => self.coa = Some(address),
            New::Started => self.started += 1,
            New::Stopped => self.stopped += 1,
            New::Outside => self.outside += 1,
            New::Acknowledged => self.acknowledged += 1,
            New::Interim(interim) => self.interims.push(interim),
            New::Arrived(arrival) => {
                if arrival.answer == Answer::Acknowledged {
                    self.changes += u64::from(!arrival.changed.is_empty());
                    self.disconnects += u64::from(arrival.ask == Ask::Disconnect);
                }
                self.arrivals.push(*arrival);
            }
        }
    }
}
