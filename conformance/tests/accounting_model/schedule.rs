//! What the simulated NASes do, decided before anything is sent: hours of sessions, with what
//! befalls each packet on its way.
//!
//! The counters here are the truth: they are the NAS's own, and nothing that the server says
//! changes them.

use std::net::Ipv4Addr;

use crate::random::Random;

/// How long the schedule is. The server remembers ended sessions for a day, so it is no longer.
pub const SPAN_MS: i64 = 16 * HOUR_MS;

const HOUR_MS: i64 = 3_600_000;
const SECOND_MS: u64 = 1_000;

/// Sessions that a line has in the span, on the average.
const SESSIONS_PER_LINE: u32 = 27;

/// A line rests for so long between two sessions.
const REST_MS: (u64, u64) = (65 * SECOND_MS, 900 * SECOND_MS);
/// And for no longer than this where our Class tells them apart.
const REST_WITH_CLASS_MS: (u64, u64) = (2 * SECOND_MS, 900 * SECOND_MS);
/// From the failure of a NAS to its Accounting-On.
const BOOT_MS: (u64, u64) = (60 * SECOND_MS, 180 * SECOND_MS);
/// Nothing happens so shortly before the end of a NAS: Acct-Delay-Time has whole seconds only, and
/// a datagram that is repeated octet for octet says nothing of its age.
const CALM_MS: i64 = 5_000;
/// The first sessions after the start of a NAS.
const FIRST_MS: (u64, u64) = (5 * SECOND_MS, 600 * SECOND_MS);

const INTERIM_INTERVALS_S: [u64; 3] = [300, 600, 900];

/// Of so many reports in a row one must arrive before any later one, or a wrap cannot be seen.
const SEEN_AMONG: u64 = 8;

/// Acct-Terminate-Cause of RFC 2866 section 5.10.
pub const LOST_SERVICE: u32 = 3;
pub const ADMIN_REBOOT: u32 = 7;
pub const NAS_REBOOT: u32 = 11;
const CAUSES: [u32; 4] = [1, 4, 5, 6];

/// One NAS with everything that it will do.
pub struct NasSchedule {
    pub name: String,
    pub address: Ipv4Addr,
    pub habits: Habits,
    pub sessions: Vec<Session>,
    /// In the order of their time.
    pub records: Vec<Record>,
}

/// In what NASes differ.
#[derive(Clone, Copy)]
pub struct Habits {
    /// It authenticates with us and repeats our Class; otherwise it has authenticated elsewhere.
    pub repeats_class: bool,
    /// It names sessions by their line, which it uses again soon; otherwise it counts them, from
    /// the beginning after every reboot.
    pub names_lines: bool,
    /// It sends Calling-Station-Id.
    pub tells_station: bool,
    /// It counts from the subscriber's side.
    pub counters_swapped: bool,
    /// How many bits its counters have; those of 32 begin again at 0.
    pub counter_bits: u32,
    /// It counts packets.
    pub tells_packets: bool,
}

const HABITS: [Habits; 6] = [
    Habits { repeats_class: true, names_lines: true, tells_station: true, ..PLAIN },
    Habits { names_lines: true, ..PLAIN },
    Habits { tells_station: true, counters_swapped: true, ..PLAIN },
    Habits { repeats_class: true, ..PLAIN },
    Habits { repeats_class: true, names_lines: true, counter_bits: 32, ..PLAIN },
    Habits { tells_station: true, counter_bits: 32, tells_packets: true, ..PLAIN },
];

const PLAIN: Habits = Habits {
    repeats_class: false,
    names_lines: false,
    tells_station: false,
    counters_swapped: false,
    counter_bits: 64,
    tells_packets: false,
};

/// One use of a session's name.
pub struct Session {
    pub acct_session_id: String,
    pub login: String,
    /// The directory has a service with this login.
    pub known: bool,
    pub station: String,
    pub start_ms: i64,
    /// Records of this NAS that have to be over before its first: only for a NAS whose sessions
    /// nothing but time tells apart.
    pub after: Vec<usize>,
    /// The name has been used before.
    pub name_used: bool,
    /// Its own Start.
    pub start_record: usize,
    /// The number of the later session of the same name that shows it to be over if its Stop does
    /// not come.
    pub superseded_by: Option<usize>,
    /// The record of the On or Off that ends whatever has not ended.
    pub ended_with_nas: Option<usize>,
}

/// What a NAS has counted for the subscriber of a session.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Counters {
    pub upload_octets: u64,
    pub download_octets: u64,
}

impl Counters {
    /// A packet of a thousand octets; the last one is shorter.
    pub const fn packets(octets: u64) -> u64 {
        octets.div_ceil(1_000)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Start,
    Interim,
    Stop { cause: u32 },
}

/// One thing that happens on a NAS, in most cases a packet.
pub struct Record {
    pub at_ms: i64,
    pub kind: RecordKind,
    pub faults: Faults,
}

#[derive(Clone, Copy)]
pub enum RecordKind {
    Session {
        number: usize,
        what: What,
        counters: Counters,
    },
    /// The NAS fails. What it had not sent, or sent without an answer, is lost with its sessions,
    /// unless it fails in a quiet moment.
    Crash {
        quiet: bool,
    },
    On,
    Off,
}

/// What befalls a packet.
#[derive(Default)]
pub struct Faults {
    /// So many datagrams get lost before one arrives.
    pub lost: u8,
    /// So many replies get lost.
    pub unheard: u8,
    /// So many more copies of each datagram arrive.
    pub copies: u8,
    /// So many later datagrams overtake it.
    pub overtaken: u8,
    /// It arrives once more when it has been acknowledged.
    pub echoed: bool,
    /// The NAS repeats it under a new Identifier with a new Acct-Delay-Time, rather than octet for
    /// octet.
    pub rewritten: bool,
    /// The NAS gives it up when its first datagram is not answered.
    pub given_up: bool,
}

impl Faults {
    fn random(random: &mut Random, may_be_given_up: bool) -> Self {
        let few = |random: &mut Random, percent| {
            if random.happens(percent) { random.between(1, 4) as u8 } else { 0 }
        };
        Self {
            lost: few(random, 10),
            unheard: few(random, 10),
            copies: few(random, 8),
            overtaken: if random.happens(10) { random.between(1, 20) as u8 } else { 0 },
            echoed: random.happens(8),
            rewritten: random.happens(50),
            given_up: may_be_given_up && random.happens(3),
        }
    }
}

/// Logins of the directory that the sessions use.
pub fn known_logins() -> Vec<(String, String)> {
    (0..12).map(|n| (format!("subscriber{n}"), format!("password of subscriber {n}"))).collect()
}

/// The schedules of six NASes that differ in their habits, with about so many sessions in all.
pub fn schedules(seed: u64, sessions: u32) -> Vec<NasSchedule> {
    let of_each = sessions / u32::try_from(HABITS.len()).unwrap();
    (0..).zip(HABITS).map(|(number, habits)| schedule(seed, number, habits, of_each)).collect()
}

fn schedule(seed: u64, number: u8, habits: Habits, sessions: u32) -> NasSchedule {
    let random = Random::new(seed, u64::from(number) + 1);
    let mut writer = Writer { random, habits, sessions: Vec::new(), records: Vec::new() };
    let lines = sessions.div_ceil(SESSIONS_PER_LINE);
    let mut begin_ms = 0;
    let mut reboots: Vec<i64> = (0..writer.random.between(2, 4))
        .map(|_| writer.between(HOUR_MS as u64, (SPAN_MS - HOUR_MS) as u64))
        .collect();
    reboots.sort_unstable();
    // Too close together they would be one.
    reboots.dedup_by_key(|at| *at / HOUR_MS);
    for at_ms in reboots {
        begin_ms = writer.life(lines, begin_ms, at_ms, true);
    }
    writer.life(lines, begin_ms, SPAN_MS, false);
    let mut schedule = writer.finish();
    schedule.name = format!("model{number}");
    schedule.address = Ipv4Addr::new(127, 0, 1, number + 1);
    schedule
}

struct Writer {
    random: Random,
    habits: Habits,
    sessions: Vec<Drafted>,
    records: Vec<Record>,
}

/// A session of which the records are known, but not their order among those of others.
struct Drafted {
    session: Session,
    line: u32,
    life: i64,
}

impl Writer {
    fn between(&mut self, from: u64, below: u64) -> i64 {
        i64::try_from(self.random.between(from, below)).unwrap()
    }

    fn push(&mut self, at_ms: i64, kind: RecordKind) {
        let interim = matches!(kind, RecordKind::Session { what: What::Interim, .. });
        let faults = Faults::random(&mut self.random, interim);
        self.records.push(Record { at_ms, kind, faults });
    }

    /// What a NAS does from its start to its failure or good-bye; gives when it starts again.
    fn life(&mut self, lines: u32, begin_ms: i64, end_ms: i64, reboots: bool) -> i64 {
        let calm_ms = end_ms - CALM_MS;
        for line in 0..lines {
            let mut at_ms = begin_ms + self.between(FIRST_MS.0, FIRST_MS.1);
            while at_ms < calm_ms {
                at_ms = self.session(line, begin_ms, at_ms, calm_ms);
            }
        }
        if !reboots {
            return end_ms;
        }
        if self.random.happens(35) {
            self.push(end_ms, RecordKind::Off);
            self.push(end_ms + 1, RecordKind::Crash { quiet: true });
        } else {
            let quiet = self.random.happens(30);
            self.push(end_ms, RecordKind::Crash { quiet });
        }
        let on_ms = end_ms + self.between(BOOT_MS.0, BOOT_MS.1);
        self.push(on_ms, RecordKind::On);
        on_ms
    }

    /// One session; gives when its line may have the next.
    fn session(&mut self, line: u32, life: i64, start_ms: i64, life_end_ms: i64) -> i64 {
        let number = self.sessions.len();
        // Those who were authenticated elsewhere need not be ours.
        let known = self.habits.repeats_class || !self.random.happens(25);
        let who = self.random.between(0, if known { 12 } else { 3 });
        let login = if known { format!("subscriber{who}") } else { format!("stranger{who}") };
        let station = if self.habits.tells_station {
            format!("02-00-00-00-{:02X}-{who:02X}", u8::from(known))
        } else {
            String::new()
        };
        let session = Session {
            acct_session_id: String::new(),
            login,
            known,
            station,
            start_ms,
            after: Vec::new(),
            name_used: false,
            start_record: 0,
            superseded_by: None,
            ended_with_nas: None,
        };
        self.sessions.push(Drafted { session, line, life });

        let long = self.random.happens(50);
        let lasts_s = if long { (600, 5_400) } else { (60, 600) };
        let end_ms = start_ms + self.between(lasts_s.0 * SECOND_MS, lasts_s.1 * SECOND_MS);
        let interval_s = INTERIM_INTERVALS_S[self.random.between(0, 3) as usize];
        let mut counters = Counters::default();
        let mut reports = 0;
        self.push(start_ms, RecordKind::Session { number, what: What::Start, counters });
        let mut at_ms = start_ms;
        loop {
            let before_s = (at_ms - start_ms) / 1_000;
            at_ms += self.between((interval_s - 15) * SECOND_MS, (interval_s + 15) * SECOND_MS);
            let what = if at_ms < end_ms {
                What::Interim
            } else {
                at_ms = end_ms;
                What::Stop { cause: CAUSES[self.random.between(0, 4) as usize] }
            };
            if at_ms >= life_end_ms {
                return life_end_ms;
            }
            let same_second = (at_ms - start_ms) / 1_000 == before_s;
            self.count(&mut counters, reports, same_second);
            reports += 1;
            let stops = what != What::Interim;
            // A line that goes dead: the Stop never comes, the next session does.
            let dead = self.habits.repeats_class && self.random.happens(3);
            if !(stops && dead) {
                self.push(at_ms, RecordKind::Session { number, what, counters });
            }
            if stops {
                let rest_ms = if self.habits.repeats_class { REST_WITH_CLASS_MS } else { REST_MS };
                return end_ms + self.between(rest_ms.0, rest_ms.1);
            }
        }
    }

    /// What passes between two reports: mostly megabytes, sometimes nothing, sometimes more than
    /// 32 bits hold.
    ///
    /// With counters that wrap there are gigabytes from time to time, but so much less in between
    /// that no more than 4 GiB pass while [`SEEN_AMONG`] reports arrive after a later one or not at
    /// all, and none between two of the same second.
    fn count(&mut self, counters: &mut Counters, reports: u64, same_second: bool) {
        for counter in [&mut counters.upload_octets, &mut counters.download_octets] {
            *counter += match (self.habits.counter_bits, self.random.between(0, 10)) {
                (_, 0) => 0,
                (32, _) if reports.is_multiple_of(SEEN_AMONG) && !same_second => {
                    self.random.between(2_000_000_000, 3_000_000_000)
                }
                (32, _) => self.random.between(0, 180_000_000),
                (_, 1) => self.random.between(0, 12_000_000_000),
                _ => self.random.between(0, 200_000_000),
            };
        }
    }

    /// Puts the records in the order of their time, names the sessions, and says what each of
    /// them waits for and what ends it.
    fn finish(self) -> NasSchedule {
        let Self { habits, sessions: mut drafted, mut records, .. } = self;
        records.sort_by_key(|record| record.at_ms);
        name(habits, &mut drafted, &records);
        let mut stops: Vec<Option<usize>> = vec![None; drafted.len()];
        let mut on = None;
        let mut begun: Vec<usize> = Vec::new();
        for (place, record) in records.iter().enumerate() {
            match record.kind {
                RecordKind::Session { number, what: What::Start, .. } => {
                    let (name, login, station) = {
                        let session = &drafted[number].session;
                        (
                            session.acct_session_id.clone(),
                            session.login.clone(),
                            session.station.clone(),
                        )
                    };
                    let of_this_life = drafted[number].life;
                    let mut after: Vec<usize> = Vec::new();
                    let mut name_used = false;
                    for &earlier in &begun {
                        let Drafted { session, life, .. } = &mut drafted[earlier];
                        if session.acct_session_id != name {
                            continue;
                        }
                        name_used = true;
                        after.extend(stops[earlier]);
                        let alike = session.login == login && session.station == station;
                        if *life == of_this_life && alike && session.superseded_by.is_none() {
                            session.superseded_by = Some(number);
                        }
                    }
                    begun.push(number);
                    let session = &mut drafted[number].session;
                    session.start_record = place;
                    session.name_used = name_used;
                    if !habits.repeats_class {
                        session.after = after;
                        session.after.extend(on);
                    }
                }
                RecordKind::Session { number, what: What::Stop { .. }, .. } => {
                    stops[number] = Some(place);
                }
                RecordKind::On | RecordKind::Off => {
                    if matches!(record.kind, RecordKind::On) {
                        on = Some(place);
                    }
                    for number in begun.iter().copied() {
                        drafted[number].session.ended_with_nas.get_or_insert(place);
                    }
                }
                RecordKind::Session { .. } | RecordKind::Crash { .. } => {}
            }
        }
        let sessions = drafted.into_iter().map(|drafted| drafted.session).collect();
        NasSchedule { name: String::new(), address: Ipv4Addr::LOCALHOST, habits, sessions, records }
    }
}

/// Gives each session the name that its NAS would.
fn name(habits: Habits, drafted: &mut [Drafted], records: &[Record]) {
    let mut counted = 0;
    for record in records {
        match record.kind {
            RecordKind::Session { number, what: What::Start, .. } => {
                let line = drafted[number].line;
                drafted[number].session.acct_session_id = if habits.names_lines {
                    format!("line-{line}")
                } else {
                    counted += 1;
                    format!("8{counted:07x}")
                };
            }
            RecordKind::On => counted = 0,
            _ => {}
        }
    }
}
