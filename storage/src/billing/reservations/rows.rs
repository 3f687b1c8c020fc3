//! Rows of reservations as the rules know them.

use billing_core::balance::{
    Agreement, Held, Open, Phase, Reservation, SessionAccounts, SessionTerms, SilenceCharge,
    SliceUnit, Step,
};
use billing_core::ledger::TransferId;
use billing_core::rating::metered::{MeteredPrice, UnitsPrice};
use billing_core::{Currency, Money, MoneyError, Rounding, Taxation};
use entitlement::Timestamp;

use super::NewReservation;
use crate::billing::line_taxes;
use crate::entity::reservation;
use crate::error::{Kind, StoreError};

/// What was agreed when a session began.
#[derive(Debug, Clone)]
pub(in super::super) struct Agreed {
    pub(super) price: MeteredPrice,
    pub(super) rounding: Rounding,
    pub(super) terms: SessionTerms,
    /// The taxes that are put into their account; of a session of its own none.
    pub(super) taxation: Taxation,
    /// How much of each was.
    pub(super) posted: Vec<Money>,
    pub(super) owed_before: Money,
}

impl Agreed {
    /// What is agreed with a service for all of its sessions.
    pub(in super::super) fn of_service(agreement: &Agreement) -> Self {
        let price = MeteredPrice::PayAsYouGo(agreement.price);
        let taxation = agreement.taxation.clone();
        let nothing = Money::zero(price.currency());
        Self {
            price,
            rounding: agreement.rounding,
            terms: agreement.terms(0),
            posted: vec![nothing; taxation.taxes.as_slice().len()],
            taxation,
            owed_before: agreement.owed_before,
        }
    }

    /// With a session of its own.
    fn with_session(price: MeteredPrice, rounding: Rounding, terms: SessionTerms) -> Self {
        let owed_before = Money::zero(price.currency());
        let taxation = Taxation::default();
        Self { price, rounding, terms, taxation, posted: Vec::new(), owed_before }
    }

    /// What so much of what is counted costs altogether. Begun units of a price by units are whole ones.
    pub(super) fn rate(&self, counted: u64) -> Result<Money, MoneyError> {
        match &self.price {
            MeteredPrice::Units(UnitsPrice { price, unit, .. }) => {
                price.amount(counted.div_ceil(unit.get()), self.rounding)
            }
            MeteredPrice::PayAsYouGo(_) => match self.with_service() {
                Some(agreement) => agreement.amount(counted),
                None => Err(MoneyError::Overflow),
            },
            // No session is agreed with by such a price.
            MeteredPrice::Bandwidth(_) | MeteredPrice::Tariff(_) => Err(MoneyError::Overflow),
        }
    }

    /// What was agreed with a service; `None`: it is a session of its own.
    pub(in super::super) fn with_service(&self) -> Option<Agreement> {
        match self.price {
            MeteredPrice::PayAsYouGo(price) => Some(Agreement {
                price,
                rounding: self.rounding,
                report_every_s: self.terms.interim_interval_s,
                taxation: self.taxation.clone(),
                owed_before: self.owed_before,
            }),
            _ => None,
        }
    }
}

/// The words that stand in the store.
mod word {
    pub(super) const OCTETS: &str = "octets";
    pub(super) const SECONDS: &str = "seconds";
    pub(super) const NOTHING: &str = "nothing";
    pub(super) const UNITS: &str = "units";
    pub(super) const GRANTED: &str = "granted";
    pub(super) const OPEN: &str = "open";
    pub(super) const SILENT: &str = "silent";
    pub(super) const ENDED: &str = "ended";
}

/// The row of a session that begins. Its number is given by the database.
pub(super) fn new_row(
    tenant_id: i64,
    subscriber_id: i64,
    row_id: i64,
    new: &NewReservation,
    rounding: Rounding,
    begins_at: Timestamp,
) -> Result<reservation::Model, StoreError> {
    let NewReservation { session, price, terms, .. } = new;
    let price = MeteredPrice::Units(price.clone());
    let of = (tenant_id, subscriber_id, row_id);
    row_of(of, session, &Agreed::with_session(price, rounding, *terms), begins_at)
}

/// The row of what begins, with what is agreed about it.
pub(in super::super) fn row_of(
    (tenant_id, subscriber_id, row_id): (i64, i64, i64),
    session: &str,
    agreed: &Agreed,
    begins_at: Timestamp,
) -> Result<reservation::Model, StoreError> {
    let Agreed { price, rounding, terms, taxation, posted, owed_before } = agreed;
    let (silence_charge, silence_units) = match terms.silence_charge {
        SilenceCharge::Nothing => (word::NOTHING, None),
        SilenceCharge::Units(units) => (word::UNITS, Some(number(units.get())?)),
        SilenceCharge::Granted => (word::GRANTED, None),
    };
    Ok(reservation::Model {
        id: 0,
        tenant_id,
        session_key: session.to_owned(),
        subscriber_id,
        row_id,
        price: price.to_string(),
        rounding: rounding.code().to_owned(),
        currency: price.currency().code().to_owned(),
        unit: match terms.unit {
            SliceUnit::Octets => word::OCTETS.to_owned(),
            SliceUnit::Seconds => word::SECONDS.to_owned(),
        },
        slice_units: number(terms.slice_units.get())?,
        least_units: number(terms.least_units.get())?,
        interim_interval_s: terms.interim_interval_s.get().into(),
        missed_interims: terms.missed_interims.get().into(),
        silence_charge: silence_charge.to_owned(),
        silence_units,
        begins_at: begins_at.unix_ms(),
        state: word::OPEN.to_owned(),
        steps: 0,
        reported_units: 0,
        heard_at: begins_at.unix_ms(),
        committed_minor: 0,
        uncovered_minor: owed_before.amount_minor(),
        granted_units: 0,
        hold_id: None,
        hold_minor: None,
        hold_expires_at: None,
        silent_at: Some(terms.silent_at(begins_at).unix_ms()),
        service_id: None,
        seen_octets: 0,
        covered_octets: 0,
        taxation: line_taxes::written_of(taxation, posted)?,
        owed_before_minor: owed_before.amount_minor(),
    })
}

pub(in super::super) fn agreed(row: &reservation::Model) -> Result<Agreed, StoreError> {
    let (taxation, posted) = line_taxes::taxation_of(&row.taxation)?;
    let read = || {
        let price: MeteredPrice = row.price.parse().ok()?;
        if !matches!(price, MeteredPrice::Units(_) | MeteredPrice::PayAsYouGo(_)) {
            return None;
        }
        let silence_charge = match (row.silence_charge.as_str(), row.silence_units) {
            (word::NOTHING, None) => SilenceCharge::Nothing,
            (word::UNITS, Some(units)) => SilenceCharge::Units(count(units)?.try_into().ok()?),
            (word::GRANTED, None) => SilenceCharge::Granted,
            _ => return None,
        };
        let terms = SessionTerms {
            unit: match row.unit.as_str() {
                word::OCTETS => SliceUnit::Octets,
                word::SECONDS => SliceUnit::Seconds,
                _ => return None,
            },
            slice_units: count(row.slice_units)?.try_into().ok()?,
            least_units: count(row.least_units)?.try_into().ok()?,
            interim_interval_s: u32::try_from(row.interim_interval_s).ok()?.try_into().ok()?,
            missed_interims: u8::try_from(row.missed_interims).ok()?.try_into().ok()?,
            silence_charge,
        };
        let currency = price.currency();
        Some(Agreed {
            price,
            rounding: Rounding::from_code(&row.rounding)?,
            terms,
            taxation,
            posted: posted.into_iter().map(|minor| Money::new(minor, currency)).collect(),
            owed_before: Money::new(row.owed_before_minor, currency),
        })
    };
    read().ok_or_else(|| corrupt(row, "what was agreed about it"))
}

pub(in super::super) fn reservation_of(
    row: &reservation::Model,
    accounts: SessionAccounts,
) -> Result<Reservation, StoreError> {
    let read = || {
        Some(Reservation {
            row: row.row_id,
            steps: row.steps.try_into().ok()?,
            accounts,
            reported_units: count(row.reported_units)?,
            heard_at: Timestamp::from_unix_ms(row.heard_at),
            committed: Money::new(row.committed_minor, row.currency.parse().ok()?),
            phase: read_phase(row)?,
        })
    };
    read().ok_or_else(|| corrupt(row, "what has become of it"))
}

pub(super) fn phase(row: &reservation::Model) -> Result<Phase, StoreError> {
    read_phase(row).ok_or_else(|| corrupt(row, "what has become of it"))
}

pub(in super::super) fn currency(row: &reservation::Model) -> Result<Currency, StoreError> {
    row.currency.parse().map_err(|_| corrupt(row, "its currency"))
}

fn read_phase(row: &reservation::Model) -> Option<Phase> {
    let hold = match (row.hold_id.as_deref(), row.hold_minor, row.hold_expires_at) {
        (None, None, None) => None,
        (Some(id), Some(minor), Some(expires_at)) => Some(Held {
            id: TransferId(u128::from_be_bytes(id.try_into().ok()?)),
            amount: Money::new(minor, row.currency.parse().ok()?),
            expires_at: Timestamp::from_unix_ms(expires_at),
        }),
        _ => return None,
    };
    match row.state.as_str() {
        word::OPEN => Some(Phase::Open(Open { granted_units: count(row.granted_units)?, hold })),
        word::SILENT => Some(Phase::Silent),
        word::ENDED => Some(Phase::Ended),
        _ => None,
    }
}

/// The row as it is after a step.
pub(super) fn after(
    row: reservation::Model,
    step: &Step,
    terms: &SessionTerms,
) -> Result<reservation::Model, StoreError> {
    let next = step.next;
    let (state, granted_units) = match next.phase {
        Phase::Open(open) => (word::OPEN, open.granted_units),
        Phase::Silent => (word::SILENT, 0),
        Phase::Ended => (word::ENDED, 0),
    };
    let hold = next.hold();
    Ok(reservation::Model {
        row_id: next.row,
        state: state.to_owned(),
        steps: next.steps.into(),
        reported_units: number(next.reported_units)?,
        heard_at: next.heard_at.unix_ms(),
        committed_minor: next.committed.amount_minor(),
        granted_units: number(granted_units)?,
        hold_id: hold.map(|hold| octets(hold.id)),
        hold_minor: hold.map(|hold| hold.amount.amount_minor()),
        hold_expires_at: hold.map(|hold| hold.expires_at.unix_ms()),
        silent_at: (state == word::OPEN).then(|| terms.silent_at(next.heard_at).unix_ms()),
        ..row
    })
}

pub(super) fn octets(id: TransferId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

fn count(number: i64) -> Option<u64> {
    number.try_into().ok()
}

fn number(count: u64) -> Result<i64, StoreError> {
    let problem = || format!("{count} units are more than can be kept, {}", i64::MAX);
    let number = i64::try_from(count);
    number.map_err(|_| StoreError::Invalid { what: Kind::Reservation, problem: problem() })
}

fn corrupt(row: &reservation::Model, what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Reservation,
        row: row.id.to_string(),
        problem: format!("{what} cannot be understood"),
    }
}
