//! Money for sessions that are paid as they go, kept between their reports.
//!
//! What a report means is decided by [`billing_core::balance`]; here its transfers and the state that it
//! leaves are kept in one transaction, under the lock of the subscriber whose wallet pays. So any number of
//! sessions may ask at once, and together they never hold more than there is.

mod list;
pub(super) mod rows;
mod usage_taxes;

use core::num::NonZeroU64;

use billing_core::balance::{
    Charge, Counted, Decision, Phase, Report, Reservation, ReservationError, STEPS_MAX,
    SessionAccounts, SessionTerms, SliceLimits, Step,
};
use billing_core::ledger::{Account, AccountName, TransferId};
use billing_core::rating::metered::{MeteredPrice, UnitsPrice};
use billing_core::{Money, MoneyError, Tax};
use entitlement::{ServiceId, SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use self::rows::{Agreed, after, agreed, currency, new_row, octets, reservation_of};
use self::usage_taxes::UsageTaxes;
use super::books;
use super::due::DoneEach;
use super::line_taxes;
use super::pay_as_you_go;
use super::settings;
use super::subscriptions::lock;
use crate::among;
use crate::entity::{reservation, reservation_row};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::unit::Unit;

/// The longest name of a session, octets.
const SESSION_LEN_MAX: usize = 253;
const OPERATION: &str = "keep the money of a session";

/// Holds money for the running sessions of one tenant, and takes what they have used.
#[derive(Debug)]
pub struct Reservations<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A session that begins, with what is agreed about its money. None of it changes while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReservation {
    /// What tells it from every other session of the tenant, ended ones too.
    pub session: String,
    /// Whose wallet pays.
    pub subscriber: String,
    /// What all of its units cost together, without taxes: it is paid to sales, and no invoice bills it.
    pub price: UnitsPrice,
    /// How its slices are cut, and what it pays when it falls silent.
    pub terms: SessionTerms,
}

/// What a session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionReport {
    /// Units since it began: a total, never an increase.
    pub total_units: u64,
    /// How many more it asks for; never more than a slice, which is also what is meant by `None`.
    pub asked_units: Option<NonZeroU64>,
    /// How many the plan's rules leave; `None`: any number.
    pub left_units: Option<u64>,
    /// When it was received. A report that is told again has the same moment, one that only says that the
    /// session is still there a later one. What lies ahead of the store's clock is taken as now.
    pub at: Timestamp,
}

/// What has come of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// What was paid by it.
    pub charge: Charge,
    /// Whether the session may go on. Of a report that is told again: what it was granted stands in `now`.
    pub decision: Decision,
    /// What is kept of the session then.
    pub now: ReservationEntry,
}

/// What is kept of the money of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationEntry {
    /// What tells the session from others.
    pub session: String,
    /// Whose wallet pays.
    pub subscriber_name: String,
    /// The service whose sessions it is of, all together; `None`: it is of one session.
    pub service: Option<ServiceId>,
    /// What its units cost.
    pub price: MeteredPrice,
    /// How its slices are cut.
    pub terms: SessionTerms,
    /// When it began.
    pub begins_at: Timestamp,
    /// When it was last heard of.
    pub heard_at: Timestamp,
    /// The most units that it has reported.
    pub reported_units: u64,
    /// What it has paid, less what it was paid back.
    pub committed: Money,
    /// What it has used beyond what the wallet had. The next money of its payer pays that of a service; of a
    /// session that is over nobody collects it.
    pub uncovered: Money,
    /// The taxes that are within what it has paid, of the sessions of a service.
    pub taxes: Vec<(Tax, Money)>,
    /// How many units more the wallet covers, of the sessions of a service; 0 where that is less than is
    /// worth granting, and of a session of its own.
    pub covered_units: u64,
    /// What has become of it, with what it was granted and what is held for it.
    pub phase: Phase,
}

/// Which sessions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReservationsOf {
    /// Those for which something is held.
    #[default]
    Held,
    /// All, ended ones too.
    All,
}

/// What a session is to do.
pub(super) enum Act {
    /// A service whose sessions have counted so much.
    Counted(Counted),
    /// A service with which something else is agreed from now on: what it has reported is paid.
    Cease,
    /// What has ceased so owes something, and there may be money.
    Collect,
    Report {
        total_units: u64,
        terms: SessionTerms,
        limits: SliceLimits,
    },
    End {
        total_units: u64,
    },
    FallSilent,
}

impl Reservations<'_> {
    /// A session begins, or is told to again: its first slice is granted and held, or the wallet has too
    /// little and the [`Decision`] says so. One that is known goes on as by [`update`](Self::update).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber; [`StoreError::Invalid`] where the session is known with
    /// another subscriber, price or terms, and in closed books; [`StoreError::Rule`] for what the core
    /// refuses.
    pub async fn reserve(
        &self,
        by: &Actor,
        new: &NewReservation,
        report: &SessionReport,
    ) -> Result<Reserved, StoreError> {
        names::check(Kind::Reservation, &new.session, SESSION_LEN_MAX)?;
        let unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let owner =
            self.store.subscribers(self.tenant).existing(&unit.txn, &new.subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        let (row, is_new) = match self.by_key(&unit, &new.session).await? {
            Some(row) => (row, false),
            None => (self.begin(&unit, SubscriberId(owner.id), new, report).await?, true),
        };
        if !is_new {
            check_is_the_same(&row, owner.id, new)?;
        }
        self.report(unit, row, report, is_new).await
    }

    /// A session says what it has counted: it pays what it has used, and is granted the next slice. The same
    /// report again changes nothing, and an older one neither. One of as much at a later moment pays nothing
    /// and holds what is held for longer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the session; [`StoreError::Rule`] for what the core refuses, as more units
    /// than it ended with; [`StoreError::Invalid`] in closed books.
    pub async fn update(
        &self,
        by: &Actor,
        session: &str,
        report: &SessionReport,
    ) -> Result<Reserved, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let row = self.locked(&unit, session).await?;
        self.report(unit, row, report, false).await
    }

    /// A session is over with this count, or what it has reported before if that is more: it pays what it has
    /// used, and nothing is held for it any more. The end again changes nothing.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub async fn end(
        &self,
        by: &Actor,
        session: &str,
        total_units: u64,
        at: Timestamp,
    ) -> Result<Reserved, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let row = self.locked(&unit, session).await?;
        self.act(unit, row, at, Act::End { total_units }).await
    }

    /// As [`fall_silent_each`](Self::fall_silent_each) of the first `limit`. Gives how many there were.
    ///
    /// # Errors
    /// When the store is away; the first of those that could not be charged, when all have had their turn.
    pub async fn fall_silent(&self, by: &Actor, limit: u64) -> Result<usize, StoreError> {
        self.fall_silent_each(by, limit, 0).await?.all()
    }

    /// Sessions of which nothing was heard for too long by now pay what was agreed for that, and nothing is
    /// held for them any more; `limit` at most behind the first `skip`, which are those that could not be
    /// charged. Each is a transaction of its own.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn fall_silent_each(
        &self,
        by: &Actor,
        limit: u64,
        skip: u64,
    ) -> Result<DoneEach, StoreError> {
        let due = reservation::Entity::find()
            .filter(reservation::Column::TenantId.eq(self.tenant.0))
            .filter(reservation::Column::SilentAt.lte(self.store.now().unix_ms()))
            .order_by_asc(reservation::Column::SilentAt)
            .order_by_asc(reservation::Column::Id)
            .offset(skip)
            .limit(limit)
            .all(&self.store.database().reader);
        let mut each = DoneEach::default();
        for row in due.await.during("find sessions that are silent")? {
            each.note(&row.session_key, self.fall_silent_one(by, &row.session_key).await)?;
        }
        Ok(each)
    }

    async fn fall_silent_one(&self, by: &Actor, session: &str) -> Result<bool, StoreError> {
        let unit = Unit::begin(self.store, self.tenant, by, OPERATION).await?;
        let row = self.locked(&unit, session).await?;
        // It may have been heard of meanwhile.
        if row.silent_at.is_none_or(|silent_at| silent_at > unit.now.unix_ms()) {
            return Ok(false);
        }
        let now = unit.now;
        self.act(unit, row, now, Act::FallSilent).await.map(|_| true)
    }

    async fn report(
        &self,
        unit: Unit<'_>,
        row: reservation::Model,
        report: &SessionReport,
        is_new: bool,
    ) -> Result<Reserved, StoreError> {
        let SessionReport { total_units, asked_units, left_units, at } = *report;
        let terms = agreed(&row)?.terms;
        let reported_units = u64::try_from(row.reported_units).unwrap_or_default();
        let is_known = total_units == reported_units && at.unix_ms() <= row.heard_at;
        if !is_new && is_known {
            unit.commit().await?;
            let nothing = Money::zero(currency(&row)?);
            return Ok(Reserved {
                charge: Charge { committed: nothing, uncovered: nothing },
                decision: Decision::Unchanged,
                now: self.entry(row).await?,
            });
        }
        let slice_units = asked_units.unwrap_or(terms.slice_units).min(terms.slice_units);
        let terms = SessionTerms { slice_units, ..terms };
        let limits = SliceLimits { left_units, tariff_boundary: None };
        self.act(unit, row, at, Act::Report { total_units, terms, limits }).await
    }

    /// Takes a step, keeps it and commits.
    async fn act(
        &self,
        unit: Unit<'_>,
        row: reservation::Model,
        at: Timestamp,
        act: Act,
    ) -> Result<Reserved, StoreError> {
        let (row, Step { charge, decision, .. }) = take(&unit, row, at, &act).await?;
        unit.commit().await?;
        Ok(Reserved { charge, decision, now: self.entry(row).await? })
    }

    async fn begin(
        &self,
        unit: &Unit<'_>,
        subscriber: SubscriberId,
        new: &NewReservation,
        report: &SessionReport,
    ) -> Result<reservation::Model, StoreError> {
        let at = report.at.min(unit.now);
        let rounding = settings::read(&unit.txn, self.tenant).await?.rounding;
        let row = take_row(unit).await?;
        let row = new_row(self.tenant.0, subscriber.0, row, new, rounding, at)?;
        let mut row = row.into_active_model().reset_all();
        row.id = NotSet;
        unit.unique(row.insert(&unit.txn).await, Kind::Reservation, &new.session)
    }

    /// A session of which nothing changes until the end of the transaction: whoever changes it holds its
    /// subscriber.
    async fn locked(
        &self,
        unit: &Unit<'_>,
        session: &str,
    ) -> Result<reservation::Model, StoreError> {
        let not_found = || names::not_found(Kind::Reservation, session, []);
        let seen = self.by_key(unit, session).await?.ok_or_else(not_found)?;
        lock(&unit.txn, seen.subscriber_id).await?;
        self.by_key(unit, session).await?.ok_or_else(not_found)
    }

    async fn by_key(
        &self,
        unit: &Unit<'_>,
        session: &str,
    ) -> Result<Option<reservation::Model>, StoreError> {
        let row = reservation::Entity::find()
            .filter(reservation::Column::TenantId.eq(self.tenant.0))
            .filter(reservation::Column::SessionKey.eq(session))
            .one(&unit.txn);
        row.await.during(OPERATION)
    }
}

/// Takes a step and keeps it.
pub(super) async fn take(
    unit: &Unit<'_>,
    mut row: reservation::Model,
    at: Timestamp,
    act: &Act,
) -> Result<(reservation::Model, Step), StoreError> {
    // Clocks differ a little, and what comes late does not shorten what was held later.
    let at = at.min(unit.now).max(Timestamp::from_unix_ms(row.heard_at));
    settings::read_open(&unit.txn, unit.tenant, (Kind::Account, "what is used", at)).await?;
    let agreed = agreed(&row)?;
    let accounts = accounts(unit, &row).await?;
    let lapsed = reservation_of(&row, numbers(&accounts))?.lapse(at);
    let accounts = match &lapsed {
        None => accounts,
        Some(step) => {
            row = keep(unit, row, accounts, step, (&agreed.terms, &UsageTaxes::default())).await?;
            self::accounts(unit, &row).await?
        }
    };
    let mut reservation = reservation_of(&row, numbers(&accounts))?;
    if reservation.steps >= STEPS_MAX {
        reservation = reservation.on_row(take_row(unit).await?);
    }
    let step = step(&reservation, &accounts[0], &agreed, at, act);
    let step = step.map_err(|error| rule(&row, error))?;
    if step.decision == Decision::Unchanged {
        return Ok((row, step));
    }
    row.uncovered_minor = step.charge.uncovered.amount_minor();
    let (step, taxes) = match agreed.with_service() {
        Some(agreement) => {
            let with_taxes = agreement.with_taxes(&reservation, step, &agreed.posted, at);
            let (step, more) = with_taxes.map_err(|error| rule(&row, error))?;
            row.taxation = line_taxes::written_of(
                &agreed.taxation,
                &usage_taxes::posted(&agreed.posted, &more).map_err(|error| rule(&row, error))?,
            )?;
            let taxes = UsageTaxes { taxation: agreed.taxation, more };
            (step, taxes)
        }
        None => (step, UsageTaxes::default()),
    };
    let row = keep(unit, row, accounts, &step, (&agreed.terms, &taxes)).await?;
    Ok((row, step))
}

/// What was held for sessions was let go by whoever looks for what has expired, who holds their subscribers.
pub(super) async fn let_go(unit: &Unit<'_>, held: &[TransferId]) -> Result<(), StoreError> {
    let held: Vec<_> = held.iter().map(|id| octets(*id)).collect();
    let held = held.iter().map(Vec::as_slice);
    let rows = reservation::Entity::find()
        .filter(reservation::Column::TenantId.eq(unit.tenant.0))
        .filter(among::octets(unit.txn.get_database_backend(), "hold_id", held))
        .all(&unit.txn);
    for row in rows.await.during(OPERATION)? {
        let accounts = accounts(unit, &row).await?;
        if let Some(step) = reservation_of(&row, numbers(&accounts))?.lapse(unit.now) {
            let terms = agreed(&row)?.terms;
            // The transfer is made already, which changes nothing.
            keep(unit, row, accounts, &step, (&terms, &UsageTaxes::default())).await?;
        }
    }
    Ok(())
}

fn step(
    reservation: &Reservation,
    wallet: &Account,
    agreed: &Agreed,
    at: Timestamp,
    act: &Act,
) -> Result<Step, ReservationError<MoneyError>> {
    let rate = |units| agreed.rate(units);
    match act {
        Act::Report { total_units, terms, limits } => {
            let report = Report { total_units: *total_units, at };
            reservation.report(report, wallet, terms, limits, rate)
        }
        Act::Counted(counted) => match agreed.with_service() {
            Some(agreement) => agreement.step(reservation, Counted { at, ..*counted }, wallet),
            None => Err(ReservationError::NotOpen),
        },
        Act::Cease => {
            let report = Report { total_units: reservation.reported_units, at };
            reservation.end(report, wallet, rate)
        }
        Act::Collect => reservation.collect(at, wallet, rate),
        Act::End { total_units } => {
            reservation.end(Report { total_units: *total_units, at }, wallet, rate)
        }
        Act::FallSilent => reservation.fall_silent(at, wallet, &agreed.terms, rate),
    }
}

/// The wallet, locked to the end of the transaction, the account that is paid, and that of taxes.
pub(super) async fn accounts(
    unit: &Unit<'_>,
    row: &reservation::Model,
) -> Result<[Account; 3], StoreError> {
    let wallet = AccountName::Wallet(SubscriberId(row.subscriber_id));
    let names = [&wallet, &AccountName::Sales, &AccountName::Tax];
    books::these(&unit.txn, unit.tenant, names, currency(row)?).await
}

pub(super) const fn numbers([wallet, credit, tax]: &[Account; 3]) -> SessionAccounts {
    SessionAccounts { wallet: wallet.id, credit: credit.id, tax: tax.id }
}

/// Keeps the transfers of a step with the state that it leaves.
async fn keep(
    unit: &Unit<'_>,
    row: reservation::Model,
    accounts: [Account; 3],
    step: &Step,
    (terms, taxes): (&SessionTerms, &UsageTaxes),
) -> Result<reservation::Model, StoreError> {
    let memo = match row.service_id {
        None => format!("session {}", row.session_key),
        Some(_) => format!("pay as you go, {}", row.session_key),
    };
    let moved = taxes.moved(step);
    let memo = |id| match moved.iter().find(|moved| moved.transfer == id) {
        Some(moved) => format!("{}, {memo}", moved.tax),
        None => memo.clone(),
    };
    let chain = books::chain(&unit.txn, unit.tenant, unit.now, accounts, &step.transfers, memo);
    let chain = chain.await?;
    usage_taxes::keep(unit, row.subscriber_id, &moved).await?;
    let row = after(row, step, terms)?;
    let row = row.into_active_model().reset_all().update(&unit.txn).await.during(OPERATION)?;
    // Sales are everybody's, and so they come last.
    chain.change_balances(&unit.txn).await?;
    pay_as_you_go::cover(unit, unit.tenant, &[row.subscriber_id]).await?;
    Ok(row)
}

/// A row for transfers to be named after, which is no other session's.
pub(super) async fn take_row(unit: &Unit<'_>) -> Result<i64, StoreError> {
    let row = reservation_row::ActiveModel { tenant_id: Set(unit.tenant.0), ..Default::default() };
    Ok(row.insert(&unit.txn).await.during(OPERATION)?.id)
}

fn check_is_the_same(
    row: &reservation::Model,
    owner: i64,
    new: &NewReservation,
) -> Result<(), StoreError> {
    let Agreed { price, terms, .. } = agreed(row)?;
    let is_price = matches!(&price, MeteredPrice::Units(price) if *price == new.price);
    if row.subscriber_id == owner && is_price && terms == new.terms {
        return Ok(());
    }
    let problem = format!(
        "session `{}` has begun with another subscriber, price or terms; another session needs another \
         name",
        new.session
    );
    Err(StoreError::Invalid { what: Kind::Reservation, problem })
}

fn rule(row: &reservation::Model, error: ReservationError<MoneyError>) -> StoreError {
    let source = RuleError::Reservation(Box::new(error));
    StoreError::Rule { what: Kind::Reservation, name: row.session_key.clone(), source }
}
