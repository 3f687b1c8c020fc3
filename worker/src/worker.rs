//! A worker and its rounds.

use core::fmt;
use std::collections::BTreeMap;

use entitlement::{SubscriberId, TenantId};
use storage::{
    Actor, JobLease, LookAt, NotBilled, NotDone, NotDunned, RunOrder, RunPlace, Store, StoreError,
    Tenant,
};
use tokio::sync::watch;

use crate::job::{Each, Job};
use crate::said::{Said, Saying};

/// For how long the work of a tenant is leased, seconds: so long it lies when a worker is killed.
pub const LEASE_S: u32 = 60;

/// How many rows, or subscribers, are dealt with at a time, unless it is said.
const BATCH: u64 = 500;
/// How many batches a job has of a round before it is the next one's turn: with millions of subscribers one
/// job has work for hours, and nobody else waits for that.
const BATCHES_PER_TURN: usize = 2;
/// How long events are kept that were delivered, seconds: 30 days.
const OUTBOX_KEPT_S: i64 = 30 * 86_400;
/// How often the same failure is told, seconds.
const FAILURE_AGAIN_S: i64 = 3_600;
/// How often it is told that somebody cannot be billed or dunned, seconds.
const LEFT_OUT_AGAIN_S: i64 = 86_400;

/// Does what is due, for every tenant.
#[derive(Debug)]
pub struct Worker {
    store: Store,
    holder: String,
    actor: Actor,
    leases: BTreeMap<TenantId, JobLease>,
    /// How far the jobs have come that were not done with their turn.
    places: BTreeMap<(TenantId, Job), Place>,
    batch: u64,
    said: Said,
    stop: watch::Sender<bool>,
}

/// What a round has done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// For how many tenants it was this worker's turn.
    pub tenants: usize,
    /// How many subscriptions have become what was entered ahead.
    pub carried_out: usize,
    /// How many packages have carried over what was left.
    pub carried_over: usize,
    /// How many grants of data were seen to be used up, and how many packages were looked at because something
    /// of them had ended.
    pub used_up: usize,
    /// How many packages were renewed by themselves.
    pub renewed: usize,
    /// How many wallets are to be topped up by themselves, by intents to pay that were made.
    pub to_top_up: usize,
    /// Of how many packages it was told that they are over.
    pub over: usize,
    /// How many invoices were made.
    pub invoices: usize,
    /// How many subscribers could not be billed.
    pub not_billed: usize,
    /// How many things were done about who does not pay.
    pub dunned: usize,
    /// About how many subscribers it cannot be said what is to be done.
    pub not_dunned: usize,
    /// How many sessions that are paid as they go have fallen silent.
    pub silent: usize,
    /// How many transfers were let go that had expired.
    pub expired: usize,
    /// How many intents to pay have ended because their time was over.
    pub intents_expired: usize,
    /// How many vouchers have ended because their time was over.
    pub vouchers_expired: usize,
    /// How many events of the outbox were removed that had been delivered.
    pub outbox_cleaned: usize,
    /// How often something has failed, a job or one of those that it has to do with. The next round tries it
    /// again.
    pub failed: usize,
    /// How many jobs have still more to do. The next round goes on with them, and begins at once.
    pub unfinished: usize,
}

/// How far a job has come.
#[derive(Debug, Clone, Copy)]
enum Place {
    Billed(RunPlace),
    Dunned(SubscriberId),
    /// So many were tried and are still due.
    Failed(u64),
}

impl Worker {
    /// A worker that holds its leases under this name, which no other one that runs has.
    #[must_use]
    pub fn new(store: Store, holder: &str) -> Self {
        Self {
            store,
            holder: holder.to_owned(),
            actor: Actor::new("worker"),
            leases: BTreeMap::new(),
            places: BTreeMap::new(),
            batch: BATCH,
            said: Said::default(),
            stop: watch::Sender::new(false),
        }
    }

    /// Deals with so many rows, or subscribers, at a time, instead of 500.
    #[must_use]
    pub fn with_batch(self, batch: u64) -> Self {
        Self { batch, ..self }
    }

    /// Does what is due by the clock of the store, for every tenant whose work this worker has or can have.
    /// Each job has its turn, and what it does not do with it is for the next round. What fails is told in
    /// the log and stops nothing else.
    pub async fn round(&mut self) -> Round {
        let mut round = Round::default();
        let tenants = match self.store.tenants().list().await {
            Ok(tenants) => tenants,
            Err(error) => {
                self.tell("", "find the tenants", &error, &mut round);
                return round;
            }
        };
        for tenant in &tenants {
            match self.goes_on(tenant.id).await {
                Ok(false) => continue,
                Ok(true) => {}
                Err(error) => {
                    self.tell(&tenant.name, "hold a lease", &error, &mut round);
                    continue;
                }
            }
            round.tenants += 1;
            for job in Job::ALL {
                if let Err(error) = self.turn(job, tenant, &mut round).await {
                    self.places.remove(&(tenant.id, job));
                    self.tell(&tenant.name, job.name(), &error, &mut round);
                }
            }
        }
        round
    }

    /// Gives back what it holds, so that nobody has to wait for it.
    pub async fn release(mut self) {
        for lease in core::mem::take(&mut self.leases).into_values() {
            if let Err(error) = self.store.job_leases().release(&lease).await {
                tracing::debug!(%error, job = lease.job, "a lease is not given back and lapses");
            }
        }
    }

    pub(crate) fn stopper(&self) -> watch::Sender<bool> {
        self.stop.clone()
    }

    /// Does some batches of a job, behind those of its turn before.
    async fn turn(
        &mut self,
        job: Job,
        tenant: &Tenant,
        round: &mut Round,
    ) -> Result<(), StoreError> {
        let key = (tenant.id, job);
        for _ in 0..BATCHES_PER_TURN {
            if !self.goes_on(tenant.id).await? {
                return Ok(());
            }
            let place = self.places.remove(&key);
            match self.batch(job, tenant, place, round).await? {
                Some(place) => self.places.insert(key, place),
                None => return Ok(()),
            };
        }
        round.unfinished += 1;
        Ok(())
    }

    /// Does one batch, and gives how far that is; `None`: there is nothing more to do.
    async fn batch(
        &mut self,
        job: Job,
        tenant: &Tenant,
        place: Option<Place>,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        match job {
            Job::Each(each) => self.each(each, tenant, place, round).await,
            Job::Renew => self.renew(tenant, round).await,
            Job::LookAgain => {
                let runs = self.store.billing_runs(tenant.id);
                let count = runs.look_again(&self.actor, self.batch).await?;
                Ok((count > 0).then_some(Place::Failed(0)))
            }
            Job::Bill => self.bill(tenant, place, round).await,
            Job::Dun => self.dun(tenant, place, round).await,
            Job::CleanOutbox => self.clean_outbox(tenant, round).await,
        }
    }

    /// Does those of a batch, each by itself; which of them have failed is told.
    async fn each(
        &mut self,
        each: Each,
        tenant: &Tenant,
        place: Option<Place>,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        let skip = match place {
            Some(Place::Failed(count)) => count,
            _ => 0,
        };
        let (store, by, of, batch) = (&self.store, &self.actor, tenant.id, self.batch);
        let (tried, done) = match each {
            Each::CarryOut => {
                let tried = store.subscriptions(of).carry_out_each(by, batch, skip).await?;
                (tried, &mut round.carried_out)
            }
            Each::CarryOver => {
                let tried = store.subscriptions(of).carry_over_each(by, batch, skip).await?;
                (tried, &mut round.carried_over)
            }
            Each::NoticeUsedUp => {
                let tried = store.subscriptions(of).notice_used_up_each(by, batch, skip).await?;
                (tried, &mut round.used_up)
            }
            Each::NoticeLapsed => {
                let tried = store.subscriptions(of).notice_lapsed_each(by, batch, skip).await?;
                (tried, &mut round.used_up)
            }
            Each::TellOver => {
                let tried = store.subscriptions(of).tell_over_each(by, batch, skip).await?;
                (tried, &mut round.over)
            }
            Each::FallSilent => {
                let tried = store.reservations(of).fall_silent_each(by, batch, skip).await?;
                (tried, &mut round.silent)
            }
            Each::ExpireHolds => {
                let tried = store.ledger(of).expire_holds_each(by, batch, skip).await?;
                (tried, &mut round.expired)
            }
            Each::ExpireIntents => {
                let tried = store.payment_intents(of).expire_each(by, batch, skip).await?;
                (tried, &mut round.intents_expired)
            }
            Each::ExpireVouchers => {
                let tried = store.vouchers(of).expire_each(by, batch, skip).await?;
                (tried, &mut round.vouchers_expired)
            }
            Each::TopUp => {
                let tried = store.wallets(of).top_up_each(by, batch, skip).await?;
                (tried, &mut round.to_top_up)
            }
        };
        *done += tried.done;
        for NotDone { what, error } in &tried.failed {
            self.tell(&tenant.name, &format!("{} of {what}", each.name()), error, round);
        }
        let failed = u64::try_from(tried.failed.len()).unwrap_or(u64::MAX);
        let is_all = tried.tried < usize::try_from(batch).unwrap_or(usize::MAX);
        Ok((!is_all).then_some(Place::Failed(skip.saturating_add(failed))))
    }

    /// Who cannot be renewed is not due any more, for a while.
    async fn renew(
        &mut self,
        tenant: &Tenant,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        let subscriptions = self.store.subscriptions(tenant.id);
        let renewals = subscriptions.renew_due(&self.actor, self.store.now(), self.batch).await?;
        round.renewed += renewals.renewed.len();
        for not_renewed in &renewals.not_renewed {
            let (id, error) = (not_renewed.subscription, &not_renewed.error);
            let saying = format!("{}: {id}: {error}", tenant.name);
            if self.said.ask(&saying, self.store.now(), LEFT_OUT_AGAIN_S) == Saying::New {
                tracing::info!(tenant = tenant.name, subscription = %id, error, "not renewed");
            }
        }
        let is_all = renewals.tried < usize::try_from(self.batch).unwrap_or(usize::MAX);
        Ok((!is_all).then_some(Place::Failed(0)))
    }

    async fn bill(
        &mut self,
        tenant: &Tenant,
        place: Option<Place>,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        if !self.store.billing_settings(tenant.id).read().await?.is_automatic {
            return Ok(None);
        }
        let after = match place {
            Some(Place::Billed(last)) => Some(last),
            // It would first find all who are billed otherwise, which has its own turns.
            _ if self.places.contains_key(&(tenant.id, Job::LookAgain)) => return Ok(None),
            _ => None,
        };
        let order = RunOrder { at: self.store.now(), batch: self.batch };
        let batch = self.store.billing_runs(tenant.id).batch(&self.actor, order, after).await?;
        round.invoices += batch.invoices;
        round.not_billed += batch.not_billed.len();
        for one in &batch.not_billed {
            self.tell_not_billed(tenant, one).await;
        }
        Ok(batch.last.map(Place::Billed))
    }

    async fn dun(
        &mut self,
        tenant: &Tenant,
        place: Option<Place>,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        if !self.store.billing_settings(tenant.id).read().await?.is_automatic {
            return Ok(None);
        }
        let after = match place {
            Some(Place::Dunned(last)) => Some(last),
            _ => None,
        };
        let order = RunOrder { at: self.store.now(), batch: self.batch };
        let dunning = self.store.dunning(tenant.id);
        let batch = dunning.batch(&self.actor, order, LookAt::Due, after).await?;
        round.dunned += batch.dunned.iter().map(|one| one.actions.len()).sum::<usize>();
        round.not_dunned += batch.not_dunned.len();
        for one in &batch.not_dunned {
            self.tell_not_dunned(tenant, one).await;
        }
        Ok(batch.last.map(Place::Dunned))
    }

    async fn clean_outbox(
        &self,
        tenant: &Tenant,
        round: &mut Round,
    ) -> Result<Option<Place>, StoreError> {
        let before = self.store.now().plus_s(-OUTBOX_KEPT_S);
        let count = self.store.outbox(tenant.id).clean(before, self.batch).await?;
        round.outbox_cleaned += usize::try_from(count).unwrap_or(usize::MAX);
        Ok((count >= self.batch).then_some(Place::Failed(0)))
    }

    /// Whether the work of a tenant is this worker's, and nobody has told it to stop. A lease is renewed
    /// when half of it is over.
    async fn goes_on(&mut self, tenant: TenantId) -> Result<bool, StoreError> {
        if *self.stop.borrow() {
            return Ok(false);
        }
        let leases = self.store.job_leases();
        let Some(lease) = self.leases.get(&tenant) else {
            let job = format!("work for tenant {tenant}");
            let taken = leases.take(&job, &self.holder, LEASE_S).await?;
            let is_taken = taken.is_some();
            self.leases.extend(taken.map(|lease| (tenant, lease)));
            return Ok(is_taken);
        };
        if self.store.now().seconds_until(lease.until) > u64::from(LEASE_S) / 2 {
            return Ok(true);
        }
        match leases.renew(lease, LEASE_S).await? {
            Some(renewed) => {
                self.leases.insert(tenant, renewed);
                Ok(true)
            }
            None => {
                let job = &lease.job;
                tracing::warn!(job, "another worker has taken over: this one was too slow");
                self.leases.remove(&tenant);
                // It comes further than this one was.
                self.places.retain(|(of, _), _| *of != tenant);
                Ok(false)
            }
        }
    }

    fn tell(&mut self, tenant: &str, job: &str, error: &StoreError, round: &mut Round) {
        round.failed += 1;
        let saying = format!("{tenant}: {job}: {error}");
        match self.said.ask(&saying, self.store.now(), FAILURE_AGAIN_S) {
            Saying::New => tracing::error!(tenant, job, %error, "the worker tries again"),
            Saying::Known | Saying::TooMuch => {}
        }
    }

    /// With the names of what it tells of by number.
    async fn in_words(&self, of: TenantId, error: &impl fmt::Display) -> String {
        let said = error.to_string();
        self.store.in_words(of, &said).await.unwrap_or(said)
    }

    async fn tell_not_billed(&mut self, tenant: &Tenant, one: &NotBilled) {
        let NotBilled { subscriber, subscription, error } = one;
        let (id, tenant) = (tenant.id, &tenant.name);
        let saying = format!("{tenant}: {subscriber}: {error}");
        let subscription = subscription.map(|id| id.0);
        match self.said.ask(&saying, self.store.now(), LEFT_OUT_AGAIN_S) {
            Saying::New => {
                let error = self.in_words(id, error).await;
                tracing::warn!(tenant, %subscriber, subscription, %error, "a subscriber is not billed");
            }
            Saying::TooMuch => {
                tracing::warn!(
                    tenant,
                    "more subscribers are not billed; `weir billing run` lists them"
                );
            }
            Saying::Known => {}
        }
    }

    async fn tell_not_dunned(
        &mut self,
        tenant: &Tenant,
        NotDunned { subscriber, error }: &NotDunned,
    ) {
        let (id, tenant) = (tenant.id, &tenant.name);
        let saying = format!("{tenant}: {subscriber}: {error}");
        match self.said.ask(&saying, self.store.now(), LEFT_OUT_AGAIN_S) {
            Saying::New => {
                let error = self.in_words(id, error).await;
                tracing::warn!(tenant, %subscriber, %error, "a subscriber is not dunned");
            }
            Saying::TooMuch => {
                tracing::warn!(
                    tenant,
                    "more subscribers are not dunned; `weir dunning run` lists them"
                );
            }
            Saying::Known => {}
        }
    }
}
