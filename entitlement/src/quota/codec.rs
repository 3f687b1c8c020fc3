//! The form in which a meter is kept, and what is noticed of it: a version, then its parts, numbers as LEB128.

use std::sync::Arc;

use super::count::{Charged, Count, SessionCount};
use super::meter::{Meter, SessionKey};
use super::shared::ShareCount;
use super::status::Notice;
use crate::{
    Amount, BitsPerSecond, GrantId, Measure, Octets, OnlineTime, ServiceId, Speed, TierAction,
    Timestamp, Window,
};

const VERSION: u8 = 1;
/// Of a meter behind which stands what the service has used of shared data.
const WITH_SHARE: u8 = 2;
/// The bit of a window's code that says that time online is counted in it.
const OF_TIME: u8 = 0x80;

/// Why octets are no meter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// A later version of Weir wrote it.
    #[error(
        "the meter is of version {found}; this program knows versions {} and {}",
        VERSION,
        WITH_SHARE
    )]
    Version {
        /// Its version.
        found: u8,
    },
    /// It ends too early.
    #[error("the meter is cut short")]
    CutShort,
    /// It holds what no meter holds.
    #[error("the meter is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
}

impl Meter {
    /// Appends the form in which it is kept.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(if self.share.is_some() { WITH_SHARE } else { VERSION });
        write_number(self.revision, out);
        write_number(self.counts.len() as u64, out);
        for count in &self.counts {
            write_count(count, out);
        }
        write_number(self.grants.len() as u64, out);
        for (grant, used) in &self.grants {
            out.extend_from_slice(&grant.0.to_le_bytes());
            write_number(*used, out);
        }
        if let Some(ShareCount { lead, count }) = &self.share {
            out.extend_from_slice(&lead.0.to_le_bytes());
            write_count(count, out);
        }
    }

    /// The meter that [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// Of octets that are none.
    pub fn decode(octets: &[u8]) -> Result<Self, MeterError> {
        let mut reader = Reader(octets);
        let has_share = match reader.octets::<1>()? {
            [VERSION] => false,
            [WITH_SHARE] => true,
            [found] => return Err(MeterError::Version { found }),
        };
        let revision = reader.number()?;
        let mut counts = Vec::new();
        // However many it claims to have, no more is read than there is.
        for _ in 0..reader.number()? {
            counts.push(reader.count()?);
        }
        let mut grants = Vec::new();
        for _ in 0..reader.number()? {
            grants.push((GrantId(i64::from_le_bytes(reader.octets()?)), reader.number()?));
        }
        let mut share = None;
        if has_share {
            let lead = ServiceId(i64::from_le_bytes(reader.octets()?));
            share = Some(ShareCount { lead, count: reader.count()? });
        }
        if !reader.0.is_empty() {
            return Err(MeterError::Damaged { what: "something follows its end" });
        }
        Ok(Self { revision, counts, grants, share })
    }
}

impl Notice {
    /// Appends the form in which several are kept.
    pub fn encode_all(notices: &[Self], out: &mut Vec<u8>) {
        out.push(VERSION);
        write_number(notices.len() as u64, out);
        for notice in notices {
            write_name(&notice.quota, out);
            out.push(window_code(notice.window) | measure_bit(notice.allowance.measure()));
            write_number(notice.allowance.units(), out);
            for moment in [notice.window_from, notice.resets_at] {
                out.push(moment.is_some().into());
                moment.into_iter().for_each(|at| out.extend(at.unix_ms().to_le_bytes()));
            }
            write_number(notice.percent.into(), out);
            match notice.action {
                TierAction::Notify => out.push(0),
                TierAction::Throttle(Speed { upload, download }) => {
                    out.push(1);
                    write_number(upload.0, out);
                    write_number(download.0, out);
                }
                TierAction::Quarantine => out.push(2),
            }
        }
    }

    /// Those that [`encode_all`](Self::encode_all) wrote.
    ///
    /// # Errors
    ///
    /// Of octets that are none.
    pub fn decode_all(octets: &[u8]) -> Result<Vec<Self>, MeterError> {
        let mut reader = Reader(octets);
        match reader.octets::<1>()? {
            [VERSION] => {}
            [found] => return Err(MeterError::Version { found }),
        }
        let mut notices = Vec::new();
        for _ in 0..reader.number()? {
            notices.push(reader.notice()?);
        }
        if !reader.0.is_empty() {
            return Err(MeterError::Damaged { what: "something follows its end" });
        }
        Ok(notices)
    }
}

fn write_name(name: &str, out: &mut Vec<u8>) {
    write_number(name.len() as u64, out);
    out.extend_from_slice(name.as_bytes());
}

const fn measure_bit(measure: Measure) -> u8 {
    match measure {
        Measure::Data => 0,
        Measure::Online => OF_TIME,
    }
}

fn write_count(count: &Count, out: &mut Vec<u8>) {
    write_name(&count.name, out);
    let measure = measure_bit(count.measure);
    match &count.charged {
        Charged::Window { window, from, units } => {
            out.push(window_code(*window) | measure);
            out.extend_from_slice(&from.unix_ms().to_le_bytes());
            write_number(*units, out);
        }
        Charged::Sessions(sessions) => {
            out.push(window_code(Window::Session) | measure);
            write_number(sessions.len() as u64, out);
            for of in sessions {
                out.extend_from_slice(&of.session.0);
                out.extend_from_slice(&of.reported_at.unix_ms().to_le_bytes());
                write_number(of.units, out);
            }
        }
    }
}

const fn window_code(window: Window) -> u8 {
    match window {
        Window::Session => 0,
        Window::Day => 1,
        Window::Week => 2,
        Window::Month => 3,
        Window::Cycle => 4,
    }
}

fn write_number(mut number: u64, out: &mut Vec<u8>) {
    loop {
        let [low, ..] = number.to_le_bytes();
        number >>= 7;
        if number == 0 {
            out.push(low & 0x7f);
            return;
        }
        out.push(low | 0x80);
    }
}

/// What is left to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn octets<const N: usize>(&mut self) -> Result<[u8; N], MeterError> {
        let (octets, rest) = self.0.split_first_chunk().ok_or(MeterError::CutShort)?;
        self.0 = rest;
        Ok(*octets)
    }

    fn number(&mut self) -> Result<u64, MeterError> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let [octet] = self.octets()?;
            let bits = u64::from(octet & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if octet & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(MeterError::Damaged { what: "a number has more than 64 bits" })
    }

    fn moment(&mut self) -> Result<Timestamp, MeterError> {
        Ok(Timestamp::from_unix_ms(i64::from_le_bytes(self.octets()?)))
    }

    fn name(&mut self) -> Result<Arc<str>, MeterError> {
        let length = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        let (name, rest) = self.0.split_at_checked(length).ok_or(MeterError::CutShort)?;
        self.0 = rest;
        let name = str::from_utf8(name);
        name.map(Arc::from).map_err(|_| MeterError::Damaged { what: "a quota's name is not UTF-8" })
    }

    fn measure_and_window(&mut self) -> Result<(Measure, Window), MeterError> {
        let [code] = self.octets()?;
        let measure = if code & OF_TIME == 0 { Measure::Data } else { Measure::Online };
        let code = code & !OF_TIME;
        let window = Window::ALL.into_iter().find(|window| window_code(*window) == code);
        Ok((measure, window.ok_or(MeterError::Damaged { what: "an unknown window" })?))
    }

    fn notice(&mut self) -> Result<Notice, MeterError> {
        let quota = self.name()?;
        let (measure, window) = self.measure_and_window()?;
        let units = self.number()?;
        let allowance = match measure {
            Measure::Data => Amount::Data(Octets(units)),
            Measure::Online => Amount::Online(OnlineTime(units)),
        };
        let mut moment = || match self.octets()? {
            [0] => Ok(None),
            [1] => self.moment().map(Some),
            _ => Err(MeterError::Damaged { what: "a moment is neither there nor missing" }),
        };
        let (window_from, resets_at) = (moment()?, moment()?);
        let percent = u32::try_from(self.number()?)
            .map_err(|_| MeterError::Damaged { what: "a tier has too many percent" })?;
        let action = match self.octets()? {
            [0] => TierAction::Notify,
            [1] => {
                let upload = BitsPerSecond(self.number()?);
                TierAction::Throttle(Speed { upload, download: BitsPerSecond(self.number()?) })
            }
            [2] => TierAction::Quarantine,
            _ => return Err(MeterError::Damaged { what: "a tier does what is not known" }),
        };
        Ok(Notice { quota, window, window_from, percent, action, allowance, resets_at })
    }

    fn count(&mut self) -> Result<Count, MeterError> {
        let name = self.name()?;
        let (measure, window) = self.measure_and_window()?;
        let charged = match window {
            Window::Session => {
                let mut sessions = Vec::new();
                for _ in 0..self.number()? {
                    sessions.push(SessionCount {
                        session: SessionKey(self.octets()?),
                        reported_at: self.moment()?,
                        units: self.number()?,
                    });
                }
                Charged::Sessions(sessions)
            }
            window => Charged::Window { window, from: self.moment()?, units: self.number()? },
        };
        Ok(Count { name, measure, charged })
    }
}
