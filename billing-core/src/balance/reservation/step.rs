//! The steps of a reservation.

use entitlement::Timestamp;

use super::slice::{NoSlice, SessionTerms, Slice, SliceLimits};
use super::{Held, Open, Phase, Reservation, ReservationError, SessionAccounts};
use crate::balance::available;
use crate::ledger::{Account, Transfer, TransferId, TransferKind, TransferSource};
use crate::{Money, TAXES_MAX};

/// The greatest count that is ever covered: what can be kept as a signed number.
pub const UNITS_MAX: u64 = i64::MAX as u64;

/// Places of a row for the transfers of one step: those of a [`Place`], and one for each tax.
pub(super) const PLACES: u16 = Place::Tax as u16 + TAXES_MAX as u16;

/// What a transfer of a step is, by its place in it.
#[derive(Clone, Copy)]
enum Place {
    /// What becomes of what was held.
    End = 0,
    /// What is paid beyond it, or paid back.
    Beside = 1,
    /// What is held for the next slice.
    Hold = 2,
    /// The first tax that is within what is paid; the others follow.
    Tax = 3,
}

/// What a session has counted, as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Report {
    /// Units since it began: a total, never an increase, of 64 bits.
    pub total_units: u64,
    /// The moment.
    pub at: Timestamp,
}

/// A step of a reservation. All of it is kept, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What the ledger is to make, as one chain.
    pub transfers: Vec<Transfer>,
    /// The reservation then.
    pub next: Reservation,
    /// What was paid.
    pub charge: Charge,
    /// Whether the session may go on.
    pub decision: Decision,
}

/// What a step pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charge {
    /// From the wallet; negative: back to it.
    pub committed: Money,
    /// What the usage costs beyond what the wallet had. It stays due: the next step pays it first,
    /// and after the last it is owed.
    pub uncovered: Money,
}

/// Whether a session may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// With another slice.
    Granted(Slice),
    /// Not beyond what it has reported.
    Withheld(NoSlice),
    /// As before: it has said nothing new.
    Unchanged,
    /// It is over, or taken to be.
    Over,
}

/// The transfer that lets go what a hold holds, once it has expired. It has one identity, so that
/// whoever comes first, the session or who looks for what has expired, the other finds it made.
#[must_use]
pub const fn expiry(held: TransferId, at: Timestamp) -> Transfer {
    // What comes from a row has no number so great.
    let id = TransferId(held.0 | 1 << 127);
    Transfer { id, at, kind: TransferKind::ExpireHeld { held } }
}

impl Reservation {
    /// The session says what it has counted: it pays what it has used and is granted the next slice.
    /// One that has fallen silent goes on. A report of less than another before it changes nothing;
    /// one of as much says that the session is still there.
    ///
    /// `wallet` is the account as the ledger has it in the same transaction. `rate` says what so many
    /// units of the session cost altogether. More of them must not cost less, or a slice may turn out
    /// to cost more on the way than what is held for it; what they do not cost in the end is paid back.
    ///
    /// # Errors
    /// When the usage cannot be rated, what is held has expired ([`lapse`](Self::lapse) comes first),
    /// the session has ended with less, or the arguments do not fit together.
    pub fn report<E>(
        &self,
        report: Report,
        wallet: &Account,
        terms: &SessionTerms,
        limits: &SliceLimits,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Step, ReservationError<E>> {
        let Report { total_units, at } = report;
        if self.is_over(total_units)? || total_units < self.reported_units {
            return Ok(self.unchanged());
        }
        let Settled { mut transfers, mut next, charge, free } =
            self.settle(report, wallet, &rate)?;
        let cost = |units| next.cost_beyond(total_units, units, &rate);
        let granted = (total_units, self.granted_units());
        let slice = terms.slice(granted, at, limits, free, cost)?;
        let mut open = Open { granted_units: total_units, hold: None };
        if let Ok(slice) = slice {
            open.granted_units = slice.until_units;
            if !slice.amount.is_zero() {
                let (amount, expires_at) = (slice.amount, terms.expires_at(at));
                let id = self.id(Place::Hold)?;
                let (debit, credit) = (self.accounts.wallet, self.accounts.credit);
                let expires = Some(expires_at);
                let kind = TransferKind::Hold { debit, credit, amount, expires_at: expires };
                transfers.push(Transfer { id, at, kind });
                open.hold = Some(Held { id, amount, expires_at });
            }
        }
        next.phase = Phase::Open(open);
        next.heard_at = self.heard_at.max(at);
        let decision = slice.map_or_else(Decision::Withheld, Decision::Granted);
        Ok(self.step(transfers, next, charge, decision))
    }

    /// The session is over, with this count or with what it has reported before, if that is more: it
    /// pays what it has used, or is paid back what was too much, and nothing is held any more. The
    /// end again changes nothing.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn end<E>(
        &self,
        report: Report,
        wallet: &Account,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Step, ReservationError<E>> {
        if self.is_over(report.total_units)? {
            return Ok(self.unchanged());
        }
        // Counters do not go back; some are put to 0 when a session ends.
        let total_units = report.total_units.max(self.reported_units);
        let report = Report { total_units, ..report };
        let Settled { transfers, mut next, charge, .. } = self.settle(report, wallet, rate)?;
        next.phase = Phase::Ended;
        next.heard_at = self.heard_at.max(report.at);
        Ok(self.step(transfers, next, charge, Decision::Over))
    }

    /// Nothing of it runs for now, though it may go on: it pays what it has used with this count, and what
    /// is held is let go.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn rest<E>(
        &self,
        report: Report,
        wallet: &Account,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Step, ReservationError<E>> {
        if self.is_over(report.total_units)? || report.total_units < self.reported_units {
            return Ok(self.unchanged());
        }
        let Settled { transfers, mut next, charge, .. } = self.settle(report, wallet, rate)?;
        next.phase = Phase::Silent;
        next.heard_at = self.heard_at.max(report.at);
        Ok(self.step(transfers, next, charge, Decision::Over))
    }

    /// Until which count the wallet covers it, with what is held for it and what is free: as far as its
    /// last report where that is less than is worth granting, and never beyond [`UNITS_MAX`]. What is beyond
    /// the next slice is covered only where it costs no more than there is by `rate_up`, which is to round up
    /// what `rate` rounds.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn covered_until<E>(
        &self,
        wallet: &Account,
        terms: &SessionTerms,
        rate: impl Fn(u64) -> Result<Money, E>,
        rate_up: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<u64, ReservationError<E>> {
        let (total, nothing) = (self.reported_units, Money::zero(self.committed.currency()));
        let held = self.hold().map_or(nothing, |hold| hold.amount);
        let free = available(wallet)?.plus(held)?;
        let cost = |units| self.cost_beyond(total, units, &rate);
        let limits = SliceLimits::default();
        let slice =
            terms.slice((total, self.granted_units()), self.heard_at, &limits, free, cost)?;
        let Ok(Slice { units, .. }) = slice else { return Ok(total) };
        // What is too much to be reckoned is too much to be paid.
        let fits = |units| {
            let cost = self.cost_beyond(total, units, &rate_up);
            cost.is_ok_and(|cost| cost.amount_minor() <= free.amount_minor())
        };
        let most = UNITS_MAX.saturating_sub(total);
        let (mut within, mut beyond) = (0, units.clamp(1, most.max(1)));
        while fits(beyond) {
            within = beyond;
            if beyond >= most {
                break;
            }
            beyond = beyond.saturating_mul(2).min(most);
        }
        // None always fits as far as the search goes: the first that does not is between both.
        while beyond.saturating_sub(within) > 1 {
            let middle = within + (beyond - within) / 2;
            if fits(middle) {
                within = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(total.saturating_add(within.max(units).min(most)))
    }

    /// It is over and the wallet had too little for it: money may have come since, and pays what is due as far
    /// as it goes. Of what runs, or owes nothing, nothing changes.
    ///
    /// # Errors
    /// As [`report`](Self::report).
    pub fn collect<E>(
        &self,
        at: Timestamp,
        wallet: &Account,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Step, ReservationError<E>> {
        if self.phase != Phase::Ended {
            return Ok(self.unchanged());
        }
        let report = Report { total_units: self.reported_units, at };
        let Settled { transfers, mut next, charge, .. } = self.settle(report, wallet, rate)?;
        if transfers.is_empty() {
            return Ok(self.unchanged());
        }
        (next.phase, next.heard_at) = (Phase::Ended, self.heard_at.max(at));
        Ok(self.step(transfers, next, charge, Decision::Over))
    }

    /// Until which count it was granted units.
    const fn granted_units(&self) -> u64 {
        match self.phase {
            Phase::Open(Open { granted_units, .. }) => granted_units,
            Phase::Silent | Phase::Ended => 0,
        }
    }

    /// What so many units more cost than was paid.
    fn cost_beyond<E>(
        &self,
        total_units: u64,
        units: u64,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Money, ReservationError<E>> {
        let cost = rated(&rate, total_units.saturating_add(units))?.minus(self.committed)?;
        Ok(if cost.is_negative() { Money::zero(cost.currency()) } else { cost })
    }

    /// Nothing was heard of the session for too long: it pays what was agreed for that, and nothing is
    /// held any more. What it has reported stays what it is, so that a later report, or its end, pays
    /// the difference or is paid it back.
    ///
    /// # Errors
    /// As [`report`](Self::report), when it does not run, and when it is too early.
    pub fn fall_silent<E>(
        &self,
        at: Timestamp,
        wallet: &Account,
        terms: &SessionTerms,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Step, ReservationError<E>> {
        let Phase::Open(Open { granted_units, .. }) = self.phase else {
            return Err(ReservationError::NotOpen);
        };
        let silent_at = terms.silent_at(self.heard_at);
        if at < silent_at {
            return Err(ReservationError::NotSilent { silent_at, at });
        }
        let total_units = terms.units_in_silence(self.reported_units, granted_units);
        let report = Report { total_units, at };
        let Settled { transfers, mut next, charge, .. } = self.settle(report, wallet, rate)?;
        next.reported_units = self.reported_units;
        next.phase = Phase::Silent;
        Ok(self.step(transfers, next, charge, Decision::Over))
    }

    /// Lets go what is held and has expired; `None`: nothing has. The session may still use what it
    /// was granted, and pays it like anything else from what the wallet then has.
    #[must_use]
    pub fn lapse(&self, at: Timestamp) -> Option<Step> {
        let Phase::Open(Open { granted_units, hold: Some(hold) }) = self.phase else { return None };
        if at < hold.expires_at {
            return None;
        }
        let phase = Phase::Open(Open { granted_units, hold: None });
        let transfers = vec![expiry(hold.id, at)];
        Some(Step { transfers, next: Self { phase, ..*self }, ..self.unchanged() })
    }

    /// Whether it is over, given what comes after that.
    const fn is_over<E>(&self, total_units: u64) -> Result<bool, ReservationError<E>> {
        match self.phase {
            Phase::Open(_) | Phase::Silent => Ok(false),
            Phase::Ended if total_units <= self.reported_units => Ok(true),
            Phase::Ended => {
                let final_units = self.reported_units;
                Err(ReservationError::AfterEnd { total_units, final_units })
            }
        }
    }

    const fn unchanged(&self) -> Step {
        let nothing = Money::zero(self.committed.currency());
        let charge = Charge { committed: nothing, uncovered: nothing };
        let decision = Decision::Unchanged;
        Step { transfers: Vec::new(), next: *self, charge, decision }
    }

    fn step(
        &self,
        transfers: Vec<Transfer>,
        mut next: Self,
        charge: Charge,
        decision: Decision,
    ) -> Step {
        next.steps = self.steps.saturating_add(u16::from(!transfers.is_empty()));
        Step { transfers, next, charge, decision }
    }

    /// Pays what so many units cost and was not paid: from what is held first, then from what is free.
    fn settle<E>(
        &self,
        report: Report,
        wallet: &Account,
        rate: impl Fn(u64) -> Result<Money, E>,
    ) -> Result<Settled, ReservationError<E>> {
        let Report { total_units, at } = report;
        let Means { hold, free } = self.means(wallet, at)?;
        let nothing = Money::zero(self.committed.currency());
        let held = hold.map_or(nothing, |hold| hold.amount);
        let due = rated(rate, total_units)?.minus(self.committed)?;
        let to_pay = if due.is_negative() { nothing } else { due };
        let from_held = to_pay.least(held)?;
        let beyond = to_pay.minus(from_held)?;
        let from_free = beyond.least(free)?;
        let back = if due.is_negative() { due.negated()? } else { nothing };

        let mut transfers = Vec::with_capacity(usize::from(PLACES));
        if let Some(Held { id: held, .. }) = hold {
            let kind = if from_held.is_zero() {
                TransferKind::VoidHeld { held }
            } else {
                TransferKind::PostHeld { held, amount: from_held }
            };
            transfers.push(Transfer { id: self.id(Place::End)?, at, kind });
        }
        let (wallet, credit) = (self.accounts.wallet, self.accounts.credit);
        for (debit, credit, amount) in [(wallet, credit, from_free), (credit, wallet, back)] {
            if !amount.is_zero() {
                let kind = TransferKind::Move { debit, credit, amount };
                transfers.push(Transfer { id: self.id(Place::Beside)?, at, kind });
            }
        }
        let paid = from_held.plus(from_free)?;
        let committed = paid.minus(back)?;
        let uncovered = to_pay.minus(paid)?;
        let free = free.plus(held)?.minus(committed)?;
        let next = Self {
            reported_units: total_units,
            committed: self.committed.plus(committed)?,
            ..*self
        };
        Ok(Settled { transfers, next, charge: Charge { committed, uncovered }, free })
    }

    /// What there is to pay from, when the arguments fit together.
    fn means<E>(&self, wallet: &Account, at: Timestamp) -> Result<Means, ReservationError<E>> {
        if wallet.id != self.accounts.wallet {
            let (given, wallet) = (wallet.id, self.accounts.wallet);
            return Err(ReservationError::WrongWallet { given, wallet });
        }
        if self.steps >= super::STEPS_MAX {
            return Err(ReservationError::RowUsedUp { row: self.row });
        }
        let hold = self.hold();
        if let Some(Held { id: held, expires_at, .. }) = hold.filter(|hold| hold.expires_at <= at) {
            return Err(ReservationError::Lapsed { held, expires_at });
        }
        Ok(Means { hold, free: available(wallet)? })
    }

    /// Puts taxes within what a step has paid into their account, each so much more than before; less than
    /// nothing: back. `self` is what it was before the step.
    pub(in crate::balance) fn put_taxes<E>(
        &self,
        mut step: Step,
        taxes: &[Money],
        at: Timestamp,
    ) -> Result<Step, ReservationError<E>> {
        let SessionAccounts { credit, tax, .. } = self.accounts;
        for (number, more) in (0..).zip(taxes).filter(|(_, more)| !more.is_zero()) {
            let id = self.id_at(Place::Tax as u16 + number)?;
            let kind = if more.is_negative() {
                TransferKind::Move { debit: tax, credit, amount: more.negated()? }
            } else {
                TransferKind::Move { debit: credit, credit: tax, amount: *more }
            };
            step.transfers.push(Transfer { id, at, kind });
        }
        step.next.steps = self.steps.saturating_add(u16::from(!step.transfers.is_empty()));
        Ok(step)
    }

    fn id<E>(&self, place: Place) -> Result<TransferId, ReservationError<E>> {
        self.id_at(place as u16)
    }

    fn id_at<E>(&self, place: u16) -> Result<TransferId, ReservationError<E>> {
        let first = self.steps.checked_mul(PLACES);
        let place = first.and_then(|first| first.checked_add(place));
        let place = place.ok_or(ReservationError::RowUsedUp { row: self.row })?;
        Ok(TransferId::of(TransferSource::Session, self.row, place))
    }
}

/// What there is to pay from.
struct Means {
    hold: Option<Held>,
    free: Money,
}

/// What was used is paid.
struct Settled {
    transfers: Vec<Transfer>,
    next: Reservation,
    charge: Charge,
    /// What the wallet has then.
    free: Money,
}

fn rated<E>(
    rate: impl Fn(u64) -> Result<Money, E>,
    units: u64,
) -> Result<Money, ReservationError<E>> {
    let amount = rate(units).map_err(ReservationError::Rate)?;
    if amount.is_negative() {
        return Err(ReservationError::Negative { units, amount });
    }
    Ok(amount)
}
