//! The thread that brings NASes to what live sessions should have.
//!
//! It looks at the sessions of a service when something about the service may be another thing: a
//! packet, a change in the directory, a moment that has come, an answer of a NAS. What to do is the
//! engine's matter; here it is made durable, and then sent.

mod attention;
mod queue;
mod sending;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use aaa_engine::enforcement::{
    Answer, Asked, Change, Goal, Next, Reconciler, Step, TimerKey, Timers, Why,
};
use aaa_engine::ports::{Nas, NasId};
use aaa_engine::session::{Session, SessionId};
use aaa_engine::{Activity, Known};
use coa_client::{ClientSettings, CoaClient};
use entitlement::{ServiceId, Timestamp};
use tokio::runtime::Builder;
use tokio::sync::mpsc;

pub(crate) use attention::Attention;
use queue::Queue;
use sending::{Request, Sender};

use crate::entropy::Entropy;
use crate::error::StartError;
use crate::journal::Group;
use crate::lane::Shared;
use crate::record::encode_change;
use crate::stats::Stats;

/// The longest that the thread sleeps: the wall clock may be set meanwhile, and moments are of it.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Services that are looked at before what they need is sent.
const SERVICES_A_ROUND: usize = 1_000;
/// Answers that wait to be taken in.
const ANSWERS_MAX: usize = 10_000;
/// How often it is looked whether sessions that are pursued are still open.
const FORGET_EVERY: Duration = Duration::from_secs(60);
/// Records of one append.
const RECORDS_A_GROUP: usize = 1_000;

/// What came of a request.
pub(crate) struct Answered {
    asked: Asked,
    answer: Answer,
}

/// What all threads see of the enforcement.
pub(crate) struct Enforcement {
    pub(crate) attention: Attention,
    reconciler: Mutex<Reconciler>,
    /// Asks NASes, and counts it.
    client: CoaClient,
}

impl Enforcement {
    pub(crate) fn new(settings: ClientSettings) -> Self {
        let client = CoaClient::new(settings);
        Self { attention: Attention::default(), reconciler: Mutex::default(), client }
    }

    /// Adds what has been asked and answered.
    pub(crate) fn add_to(&self, stats: &mut Stats) {
        let counters = self.client.counters();
        stats.coa_requests = counters.requests;
        stats.coa_acknowledged = counters.acknowledged;
        stats.coa_refused = counters.refused;
        stats.coa_unanswered = counters.timed_out;
        stats.coa_unauthentic = counters.unauthentic;
        stats.sessions_pursued = self.reconciler().pursued() as u64;
    }

    pub(crate) fn reconciler(&self) -> MutexGuard<'_, Reconciler> {
        self.reconciler.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread's own.
pub(crate) struct Enforcer {
    shared: Arc<Shared>,
    timers: Timers,
    /// Services that are still to be looked at.
    waiting: Queue,
    /// When the sessions that are over were last forgotten.
    forgot_at: Duration,
    /// What is to be made durable, and then sent.
    steps: Vec<(Change, Option<Asked>)>,
    records: Group,
    entropy: Entropy,
    /// What is durable, and to be sent.
    requests: Vec<Request>,
    answers: mpsc::Receiver<Answered>,
    sender: Sender,
}

impl Enforcer {
    fn new(shared: Arc<Shared>, sender: Sender, answers: mpsc::Receiver<Answered>) -> Self {
        Self {
            forgot_at: shared.clock.elapsed(),
            shared,
            timers: Timers::default(),
            waiting: Queue::default(),
            steps: Vec::new(),
            records: Group::default(),
            entropy: Entropy::new(),
            requests: Vec::new(),
            answers,
            sender,
        }
    }

    /// Starts the thread, which waits in the end for the one that sends.
    pub(crate) fn start(shared: Arc<Shared>) -> Result<JoinHandle<()>, StartError> {
        let failed = |source| StartError::Thread { source };
        let runtime = Builder::new_current_thread().enable_time().build().map_err(failed)?;
        let (answered, answers) = mpsc::channel(ANSWERS_MAX);
        let (sender, sending) = Sender::start(Arc::clone(&shared), answered)?;
        let thread = thread::Builder::new().name("weir-enforce".to_owned());
        let run = move || {
            runtime.block_on(Self::new(shared, sender, answers).run());
            if sending.join().is_err() {
                tracing::error!("the thread that asks NASes had panicked");
            }
        };
        thread.spawn(run).map_err(failed)
    }

    /// Goes on until the shutdown is requested. Everything that was going on is looked at first. A
    /// panic costs the look it happened in.
    async fn run(mut self) {
        self.shared.enforcement.attention.all();
        while !self.shared.shutdown.is_requested() {
            if catch_unwind(AssertUnwindSafe(|| self.round())).is_err() {
                tracing::error!("the enforcement panicked over some services, and goes on");
            }
            for request in self.requests.drain(..) {
                self.sender.send(request).await;
            }
            self.wait().await;
        }
    }

    fn round(&mut self) {
        let calls = self.shared.enforcement.attention.take();
        for (session, why) in calls.ends {
            self.order_end(session, why);
        }
        if calls.all {
            self.waiting.extend(self.shared.activity.services());
            self.call_ordered();
        }
        self.waiting.extend(calls.services);
        let now = self.shared.clock.now();
        for session in calls.sessions {
            self.timers.set(TimerKey::Session(session), Some(now));
        }
        while let Ok(answered) = self.answers.try_recv() {
            self.take_answer(answered);
            if self.steps.len() >= RECORDS_A_GROUP {
                break;
            }
        }
        if self.shared.clock.elapsed().saturating_sub(self.forgot_at) >= FORGET_EVERY {
            self.forgot_at = self.shared.clock.elapsed();
            self.forget_ended();
        }
        let now = self.shared.clock.now();
        while let Some(key) = self.timers.next_due(now) {
            match key {
                TimerKey::Service(service) => self.waiting.push(service),
                TimerKey::Session(session) => self.look_at_session(session, now),
            }
        }
        for _ in 0..SERVICES_A_ROUND {
            let Some(service) = self.waiting.pop() else { break };
            self.look_at(service, now);
        }
        self.flush();
    }

    async fn wait(&mut self) {
        if !self.waiting.is_empty() {
            return;
        }
        let now = self.shared.clock.now();
        let until_next = self.timers.next_at().map_or(LOOK_EVERY, |at| {
            let ms = at.unix_ms().saturating_sub(now.unix_ms());
            Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(LOOK_EVERY)
        });
        tokio::select! {
            () = self.shared.enforcement.attention.called() => {}
            Some(answered) = self.answers.recv() => self.take_answer(answered),
            () = tokio::time::sleep(until_next) => {}
        }
    }

    /// Compares what each session of a service has with what it should have.
    fn look_at(&mut self, service: ServiceId, now: Timestamp) {
        let mut look_at = None;
        for id in self.shared.activity.sessions_of(service) {
            let Some(session) = self.shared.sessions.find(id) else {
                self.shared.enforcement.reconciler().forget(id);
                continue;
            };
            let next = self.consider(&session, now);
            look_at = look_at.into_iter().chain(next).min();
        }
        self.timers.set(TimerKey::Service(service), look_at);
    }

    /// The same for one session.
    fn look_at_session(&mut self, id: SessionId, now: Timestamp) {
        if let Some(session) = self.shared.sessions.find(id) {
            let next = self.consider(&session, now);
            self.timers.set(TimerKey::Session(id), next);
        }
    }

    /// Gives when it is to be looked at again.
    fn consider(&mut self, session: &Session, now: Timestamp) -> Option<Timestamp> {
        let Shared { directory, activity, engine, enforcement, sessions, .. } = &*self.shared;
        let Some(nas) = directory.nas_by_id(session.nas) else {
            enforcement.reconciler().forget(session.id);
            return None;
        };
        let known = Known { directory: &**directory, activity };
        let wanted = engine.wanted(known, &nas, session, now);
        if sessions.has_reported_since(session) {
            // What is left is by the report, and what was used before it: it would be told too little.
            return Some(now);
        }
        let ended = wanted
            .as_ref()
            .filter(|_| session.has_services())
            .and_then(|wanted| session.services_ended(&sessions.services_of(session), wanted, now));
        let mut changed = None;
        if let Some(change) = ended {
            sessions.take_change(&change);
            let session = changed.insert(session.clone());
            session.enforced.apply(&change);
            self.steps.push((change, None));
        }
        let session = changed.as_ref().unwrap_or(session);
        let mut reconciler = enforcement.reconciler();
        let Next { change, asked, look_at } =
            reconciler.consider(engine, &nas, session, wanted, now);
        if let Some(change) = change {
            learn_of(activity, &reconciler, nas.id);
            self.steps.push((change, asked));
        }
        look_at
    }

    fn take_answer(&mut self, answered: Answered) {
        let Answered { asked, answer } = answered;
        let random = self.random();
        let now = self.shared.clock.now();
        let Shared { directory, activity, engine, enforcement, sessions, .. } = &*self.shared;
        let found = sessions.find(asked.session).zip(directory.nas_by_id(asked.nas));
        let Some((session, nas)) = found else {
            return enforcement.reconciler().lost(&asked);
        };
        let times = (now, random);
        let mut reconciler = enforcement.reconciler();
        let change = reconciler.answered(engine, &nas, &session, &asked, answer, times);
        learn_of(activity, &reconciler, nas.id);
        drop(reconciler);
        tell(&nas, &change);
        self.done(&session, change);
    }

    /// A step that needs no request. What is decided next goes by it, and is recorded behind it.
    fn done(&mut self, session: &Session, change: Change) {
        self.shared.sessions.take_change(&change);
        self.call(session.id, session.service, &change.goal);
        self.steps.push((change, None));
    }

    /// It is looked at again in the next round. One that is to end may be none of its service's any
    /// more, since another one has its place.
    fn call(&mut self, session: SessionId, service: Option<ServiceId>, goal: &Goal) {
        self.waiting.extend(service);
        if service.is_none() || *goal == Goal::End {
            self.timers.set(TimerKey::Session(session), Some(self.shared.clock.now()));
        }
    }

    /// Sessions that are to end, whosever they are.
    fn call_ordered(&mut self) {
        let mut ordered = Vec::new();
        self.shared.sessions.each_shard(|shard| {
            let to_end = shard.open().filter(|session| session.enforced.end_ordered.is_some());
            ordered.extend(to_end.map(|session| session.id));
        });
        let now = self.shared.clock.now();
        for session in ordered {
            self.timers.set(TimerKey::Session(session), Some(now));
        }
    }

    /// What is tried for sessions that are over is tried no more.
    fn forget_ended(&self) {
        let Shared { enforcement, sessions, .. } = &*self.shared;
        let is_open =
            |id: SessionId| sessions.find(id).is_some_and(|session| session.end().is_none());
        enforcement.reconciler().forget_ended(is_open);
    }

    fn order_end(&mut self, id: SessionId, why: Why) {
        let found = self.shared.sessions.find(id).filter(|session| session.end().is_none());
        let Some(session) = found else { return };
        let change = Change {
            session: id,
            tenant: session.tenant,
            nas: session.nas,
            service: session.service,
            login: Arc::clone(&session.login),
            at: self.shared.clock.now(),
            why,
            goal: Goal::End,
            step: Step::Ordered,
        };
        self.done(&session, change);
    }

    /// Makes the steps durable, applies them to their sessions, and sends the requests among them.
    fn flush(&mut self) {
        let steps = core::mem::take(&mut self.steps);
        let mut steps = steps.into_iter().peekable();
        while steps.peek().is_some() {
            let group: Vec<_> = steps.by_ref().take(RECORDS_A_GROUP).collect();
            for (change, _) in &group {
                self.records.record(|out| encode_change(change, out));
            }
            let timeout = self.shared.settings.append_timeout;
            let is_durable = self.shared.journal.append(&mut self.records, timeout).is_ok();
            for (change, asked) in group {
                match asked {
                    // What nobody would remember is not sent; it is tried again later.
                    Some(asked) if !is_durable => self.not_sent(&asked, &change),
                    Some(asked) => {
                        self.shared.sessions.take_change(&change);
                        self.request(asked);
                    }
                    None => self.shared.sessions.take_change(&change),
                }
            }
        }
    }

    fn not_sent(&mut self, asked: &Asked, change: &Change) {
        let random = self.random();
        let now = self.shared.clock.now();
        self.shared.enforcement.reconciler().not_sent(asked, now, random);
        self.call(asked.session, change.service, &change.goal);
    }

    fn request(&mut self, asked: Asked) {
        let Shared { directory, sessions, .. } = &*self.shared;
        match sessions.find(asked.session).zip(directory.nas_by_id(asked.nas)) {
            Some((session, nas)) => self.requests.push(Request { asked, session, nas }),
            None => self.shared.enforcement.reconciler().lost(&asked),
        }
    }

    fn random(&mut self) -> u64 {
        let drawn = self.entropy.draw().ok();
        drawn.and_then(|octets| octets.first_chunk().copied()).map_or(0, u64::from_le_bytes)
    }
}

/// What the next log-ins through a NAS are told goes by what it has shown.
fn learn_of(activity: &Activity, reconciler: &Reconciler, nas: NasId) {
    if let Some(moves_limits) = reconciler.moves_limits(nas) {
        activity.learn_of_nas(nas, moves_limits);
    }
}

/// Says what an operator should hear of.
fn tell(nas: &Nas, change: &Change) {
    let (login, session, why) = (&change.login, change.session, change.why);
    match change.step {
        Step::Confirmed { request } => {
            tracing::debug!(nas = %nas.name, %login, %session, request = request.code(), %why, "a NAS has done as asked");
        }
        Step::Refused { request, error_cause } => {
            tracing::info!(nas = %nas.name, %login, %session, request = request.code(), ?error_cause, %why, "a NAS refuses a change; see `weir coa list`");
        }
        Step::Unanswered { request } => {
            tracing::debug!(nas = %nas.name, %login, %session, request = request.code(), %why, "a NAS does not answer");
        }
        Step::GivenUp => {
            tracing::warn!(nas = %nas.name, %login, %session, %why, "a change is given up; see `weir coa list`");
        }
        Step::Reported => {
            tracing::debug!(nas = %nas.name, %login, %session, "a service has ended");
        }
        Step::AtLogin | Step::Ordered | Step::Sent { .. } => {}
    }
}
