//! Steps and working days as they are written.

use core::num::NonZeroU16;

use entitlement::{Speed, WEEKDAYS};
use jiff::civil::{Date, Time};

use super::policy::{LateFee, Step, StepId, StepKind};
use super::working_days::{WorkingDays, WorkingDaysError};
use crate::PartOrAmount;

/// When a step happens of which no time is said.
const USUAL_TIME: Time = Time::constant(9, 0, 0, 0);

/// A text that is no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no step: {problem}; steps are written `remind -3d`, `grace 1d`, `grace 1d at 512k/1M`, \
     `fee 2% 5d every 7d`, `fee 100 KES 5d`, `suspend 10d 09:00 working`, `terminate 60d`, \
     `write-off 90d`", text.escape_debug()
)]
pub struct StepTextError {
    /// As written.
    pub text: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A text that says no working days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkingDaysTextError {
    /// A day of the week that is none.
    #[error("`{}` is no day of the week; there are mon, tue, wed, thu, fri, sat and sun", text.escape_debug())]
    Weekday {
        /// As written.
        text: String,
    },
    /// A date that is none.
    #[error("`{}` is no date; dates are written 2027-12-25", text.escape_debug())]
    Date {
        /// As written.
        text: String,
    },
    /// They cannot be together.
    #[error(transparent)]
    Days(#[from] WorkingDaysError),
}

impl Step {
    /// The step that a text says: what is done, how many days after the due date, and if it says so at
    /// which time (nine o'clock otherwise), how often, and that it waits for a working day.
    ///
    /// # Errors
    /// When the text is no step. Whether it can stand in a policy is said by that.
    pub fn read(id: StepId, text: &str) -> Result<Self, StepTextError> {
        read_step(id, text)
            .map_err(|problem| StepTextError { text: text.to_owned(), problem: problem.into() })
    }

    /// The step as [`read`](Self::read) takes it, without its number: `suspend 10d 09:00 working`.
    #[must_use]
    pub fn written(&self) -> String {
        let (kind, every) = match self.kind {
            StepKind::LateFee(LateFee { fee, every_days }) => {
                let every = every_days.map(|days| format!(" every {days}d")).unwrap_or_default();
                (format!("fee {fee}"), every)
            }
            StepKind::Grace { throttle: Some(speed) } => {
                ("grace".to_owned(), format!(" at {speed}"))
            }
            kind => (kind.code().to_owned(), String::new()),
        };
        let time = self.at.strftime("%H:%M");
        let working = if self.on_working_days { " working" } else { "" };
        format!("{kind} {}d {time}{every}{working}", self.days)
    }
}

fn read_step(id: StepId, text: &str) -> Result<Step, &'static str> {
    let mut words = text.split_whitespace();
    let kind = words.next().ok_or("it says nothing")?;
    let fee = match kind {
        "fee" => {
            let amount = words.next().ok_or("a fee is an amount or a part of what is open")?;
            Some(if amount.ends_with('%') {
                amount.parse::<PartOrAmount>().map_err(|_| "its fee is no percentage")?
            } else {
                let currency = words.next().ok_or("its fee has no currency")?;
                let amount = format!("{amount} {currency}");
                PartOrAmount::Fixed(amount.parse().map_err(|_| "its fee is no amount")?)
            })
        }
        _ => None,
    };
    let days = words.next().and_then(|word| word.strip_suffix('d')?.parse().ok());
    let days = days.ok_or("it does not say on which day")?;
    let (mut at, mut every_days, mut on_working_days) = (None, None, false);
    let mut throttle = None;
    while let Some(word) = words.next() {
        match word {
            "working" if !on_working_days => on_working_days = true,
            "every" if fee.is_some() && every_days.is_none() => {
                let days = words.next().and_then(|word| word.strip_suffix('d')?.parse().ok());
                let days: NonZeroU16 =
                    days.ok_or("`every` is followed by days, as in `every 7d`")?;
                every_days = Some(days);
            }
            "at" if kind == "grace" && throttle.is_none() => {
                let speed: Option<Speed> = words.next().and_then(|word| word.parse().ok());
                let speed = speed.ok_or("`at` is followed by a speed, as in `at 512k/1M`")?;
                if speed.download.0 == 0 || speed.upload.0 == 0 {
                    return Err("its speed would stop the service, as `suspend` does");
                }
                throttle = Some(speed);
            }
            time if at.is_none() => {
                at = Some(read_time(time).ok_or("it has a word that is not understood")?);
            }
            _ => return Err("it has a word that is not understood"),
        }
    }
    let kind = match (kind, fee) {
        (_, Some(fee)) => StepKind::LateFee(LateFee { fee, every_days }),
        ("remind", _) => StepKind::Remind,
        ("grace", _) => StepKind::Grace { throttle },
        ("suspend", _) => StepKind::Suspend,
        ("terminate", _) => StepKind::Terminate,
        ("write-off", _) => StepKind::WriteOff,
        _ => return Err("nothing of that name is done"),
    };
    Ok(Step { id, days, at: at.unwrap_or(USUAL_TIME), on_working_days, kind })
}

fn read_time(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}

impl WorkingDays {
    /// The days of two lists with commas between: `sat,sun`, and `2027-12-25,2027-12-26`. Either can be
    /// empty.
    ///
    /// # Errors
    /// When something in them is no day, or no day is left to work on.
    pub fn read(weekend: &str, holidays: &str) -> Result<Self, WorkingDaysTextError> {
        let words = |text: &'_ str| {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            words.map(str::to_owned).collect::<Vec<_>>()
        };
        let weekday = |text: String| {
            let found = WEEKDAYS.iter().find(|(word, _)| *word == text);
            found.map(|(_, day)| *day).ok_or(WorkingDaysTextError::Weekday { text })
        };
        let date = |text: String| {
            let date: Option<Date> = text.parse().ok().filter(|_| text.len() == "2027-12-25".len());
            date.ok_or(WorkingDaysTextError::Date { text })
        };
        let weekend = words(weekend).into_iter().map(weekday).collect::<Result<Vec<_>, _>>()?;
        let holidays = words(holidays).into_iter().map(date).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(&weekend, holidays)?)
    }

    /// Both lists, as [`read`](Self::read) takes them.
    #[must_use]
    pub fn written(&self) -> [String; 2] {
        let weekend = WEEKDAYS.iter().zip(self.weekend()).filter(|(_, is_weekend)| **is_weekend);
        let weekend: Vec<_> = weekend.map(|((word, _), _)| *word).collect();
        let holidays: Vec<_> = self.holidays().iter().map(Date::to_string).collect();
        [weekend.join(","), holidays.join(",")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let id = StepId::new(1).unwrap();
        let step = Step::read(id, text).map_err(|error| error.problem)?;
        assert_eq!(Step::read(id, &step.written()), Ok(step), "read as it is written");
        Ok(step.written())
    }

    #[test]
    fn steps_are_read_as_they_are_written() {
        let table = [
            ("remind -3d 09:00", "remind -3d 09:00"),
            ("remind 1d", "remind 1d 09:00"),
            ("grace 0d", "grace 0d 09:00"),
            ("grace 1d at 512k/1000k 08:30", "grace 1d 08:30 at 512k/1M"),
            ("grace 1d 08:30 at 2M/10M working", "grace 1d 08:30 at 2M/10M working"),
            ("fee 5% 7d every 7d", "fee 5% 7d 09:00 every 7d"),
            ("fee 100 KES 5d", "fee 100.00 KES 5d 09:00"),
            ("  suspend   10d working 10:00 ", "suspend 10d 10:00 working"),
            ("terminate 60d 23:59", "terminate 60d 23:59"),
            ("write-off 90d", "write-off 90d 09:00"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_step_says_why() {
        let table = [
            ("", "it says nothing"),
            ("remind", "it does not say on which day"),
            ("remind 3", "it does not say on which day"),
            ("remind 99999d", "it does not say on which day"),
            ("forgive 3d", "nothing of that name is done"),
            ("fee 7d", "its fee has no currency"),
            ("fee x% 7d", "its fee is no percentage"),
            ("fee 1.234 KES 7d", "its fee is no amount"),
            ("fee 5% 7d every", "`every` is followed by days, as in `every 7d`"),
            ("fee 5% 7d every 0d", "`every` is followed by days, as in `every 7d`"),
            ("grace 1d at", "`at` is followed by a speed, as in `at 512k/1M`"),
            ("grace 1d at 1M", "`at` is followed by a speed, as in `at 512k/1M`"),
            ("grace 1d at 1M/+1M", "`at` is followed by a speed, as in `at 512k/1M`"),
            ("grace 1d at 1M/0", "its speed would stop the service, as `suspend` does"),
            ("grace 1d at 1M/1M at 2M/2M", "it has a word that is not understood"),
            ("suspend 1d at 1M/1M", "it has a word that is not understood"),
            ("remind 3d every 7d", "it has a word that is not understood"),
            ("remind 3d 9:00", "it has a word that is not understood"),
            ("remind 3d 24:00", "it has a word that is not understood"),
            ("remind 3d 09:00 10:00", "it has a word that is not understood"),
            ("remind 3d working working", "it has a word that is not understood"),
        ];
        for (text, problem) in table {
            assert_eq!(read(text), Err(problem.to_owned()), "{text}");
        }
        let error = Step::read(StepId::new(1).unwrap(), "forgive 3d").unwrap_err().to_string();
        assert!(
            error.starts_with("`forgive 3d` is no step: nothing of that name is done; "),
            "{error}"
        );
    }

    #[test]
    fn working_days_are_read_as_they_are_written() {
        let days = WorkingDays::read("sun, sat", "2027-12-26,2027-12-25").unwrap();
        assert_eq!(days.written(), ["sat,sun", "2027-12-25,2027-12-26"]);
        assert_eq!(WorkingDays::read("sat,sun", "2027-12-25,2027-12-26"), Ok(days));
        assert_eq!(WorkingDays::read("", "").unwrap().written(), ["", ""]);
        let said =
            |weekend, holidays| WorkingDays::read(weekend, holidays).unwrap_err().to_string();
        assert!(said("sunday", "").starts_with("`sunday` is no day of the week"));
        assert!(said("", "2027-02-29").starts_with("`2027-02-29` is no date"));
        assert!(said("mon,tue,wed,thu,fri,sat,sun", "").starts_with("all seven days are weekend"));
    }
}
