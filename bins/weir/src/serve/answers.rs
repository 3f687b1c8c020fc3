//! What the control socket answers, from the running server.

use std::sync::{Arc, Weak};
use std::time::Duration;

use aaa_engine::Question;
use aaa_engine::enforcement::PursuitView;
use aaa_engine::ports::{Directory as _, NasId};
use aaa_engine::session::{Session, SessionId, SessionIdError};
use entitlement::Timestamp;
use radius_proto::{PACKET_LEN_MAX, Packet};
use radius_server::{NasHealth, RunningServer};
use storage::{FollowerHandle, MemoryDirectory};
use tokio::time::timeout;

use super::link::StoreLink;
use super::snapshots::Snapshots;
use crate::base32;
use crate::cli::pool;
use crate::control::protocol::{
    DirectoryLine, ListenerLine, NasHealthLine, NasProblemLine, PursuitLine, Reply, Request,
    SessionLine, Status, UnknownNasLine,
};
use crate::control::server::Answers;
use crate::enforcement_words as words;
use crate::explanation::{self, View};

/// How long the store may take to bring the directory up to date.
const SYNC_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that an answer is made from.
pub(super) struct ServerAnswers {
    /// Not held, so that dropping the server ends it however many questions are open.
    pub server: Weak<RunningServer>,
    pub directory: Arc<MemoryDirectory>,
    pub follower: FollowerHandle,
    pub link: Arc<StoreLink>,
    pub snapshots: Option<Arc<Snapshots>>,
    pub listener_names: Vec<String>,
    pub started_at: Timestamp,
}

impl Answers for ServerAnswers {
    async fn answer(&self, request: Request) -> Result<Vec<Reply>, String> {
        let running = || self.server.upgrade().ok_or_else(|| "the server is stopping".to_owned());
        match request {
            Request::Status => Ok(vec![Reply::Status(Box::new(self.status(&*running()?)))]),
            Request::UnknownNas => Ok(unknown_nas(&*running()?)),
            Request::Sessions { tenant, login } => {
                let sessions = running()?.sessions();
                self.sessions(&sessions, &tenant, login.as_deref())
            }
            Request::Pools { tenant } => {
                let tenant = self.directory.tenant(&tenant).map_err(|error| error.to_string())?;
                let pools = running()?.pools().into_iter();
                let pools = pools.filter(|(pool, _)| pool.tenant == tenant);
                Ok(pools.map(|(pool, used)| Reply::Pool(pool::line(&pool, used))).collect())
            }
            Request::Explain { tenant, nas, request, at_unix_ms } => {
                let at = Timestamp::from_unix_ms(at_unix_ms);
                self.explain(&*running()?, &tenant, NasId(nas), &request, at)
            }
            Request::Pursuits { tenant } => self.pursuits(&*running()?, &tenant),
            Request::EndSession { tenant, session } => {
                let server = running()?;
                let id = self.session(&server, &tenant, &session)?;
                let is_ended = server.end_session(id);
                is_ended.then(Vec::new).ok_or_else(|| format!("session {session} is over"))
            }
            Request::RetrySession { tenant, session } => {
                let server = running()?;
                let id = self.session(&server, &tenant, &session)?;
                let is_pursued = server.retry(id);
                is_pursued
                    .then(Vec::new)
                    .ok_or_else(|| format!("session {session} has what it should have"))
            }
            Request::Sync => match timeout(SYNC_TIMEOUT, self.follower.sync()).await {
                Ok(Ok(())) => Ok(Vec::new()),
                Ok(Err(error)) => Err(error.to_string()),
                Err(_) => {
                    Err(format!("the store did not answer within {} s", SYNC_TIMEOUT.as_secs()))
                }
            },
        }
    }
}

impl ServerAnswers {
    /// From memory alone: who is online can be told while the store is away.
    fn sessions(
        &self,
        sessions: &[Session],
        tenant: &str,
        login: Option<&str>,
    ) -> Result<Vec<Reply>, String> {
        let tenant = self.directory.tenant(tenant).map_err(|error| error.to_string())?;
        Ok(sessions
            .iter()
            .filter(|session| session.tenant == tenant)
            .filter(|session| login.is_none_or(|login| *session.login == *login))
            .map(|session| {
                let service = session.service.and_then(|id| self.directory.service(tenant, id));
                let plan = service.map(|service| service.plan_name.to_string());
                let nas = self.directory.nas_by_id(session.nas).map(|nas| nas.name.to_string());
                Reply::Session(Box::new(SessionLine::new(session, plan, nas)))
            })
            .collect())
    }

    fn pursuits(&self, server: &RunningServer, tenant: &str) -> Result<Vec<Reply>, String> {
        let tenant = self.directory.tenant(tenant).map_err(|error| error.to_string())?;
        let line = |view: PursuitView| {
            let session = server.session(view.session)?;
            let nas = self.directory.nas_by_id(view.nas);
            (session.tenant == tenant).then(|| {
                Reply::Pursuit(Box::new(PursuitLine {
                    session: view.session.to_string(),
                    login: session.login.to_string(),
                    nas: nas.map_or_else(|| format!("#{}", view.nas), |nas| nas.name.to_string()),
                    goal: words::goal(&view.goal),
                    why: view.why.code().to_owned(),
                    why_in_words: view.why.to_string(),
                    attempts: view.attempts,
                    next_at_unix_ms: view.next_at.map(Timestamp::unix_ms),
                    given_up_at_unix_ms: view.given_up_at.map(Timestamp::unix_ms),
                }))
            })
        };
        Ok(server.pursuits().into_iter().filter_map(line).collect())
    }

    /// The session of this id, if it is the tenant's.
    fn session(
        &self,
        server: &RunningServer,
        tenant: &str,
        session: &str,
    ) -> Result<SessionId, String> {
        let tenant = self.directory.tenant(tenant).map_err(|error| error.to_string())?;
        let id = session.parse().map_err(|error: SessionIdError| error.to_string())?;
        let found = server.session(id).filter(|found| found.tenant == tenant);
        found.map(|found| found.id).ok_or_else(|| format!("no session {session} is known"))
    }

    fn explain(
        &self,
        server: &RunningServer,
        tenant: &str,
        nas: NasId,
        request: &str,
        at: Timestamp,
    ) -> Result<Vec<Reply>, String> {
        let tenant = self.directory.tenant(tenant).map_err(|error| error.to_string())?;
        let nas = self.directory.nas_by_id(nas).filter(|nas| nas.tenant == tenant);
        let nas = nas.ok_or_else(|| "the server does not know this NAS".to_owned())?;
        let octets = base32::decode(request).unwrap_or_default();
        let request = Packet::parse(&octets).map_err(|error| error.to_string())?;
        let mut reply = vec![0; PACKET_LEN_MAX];
        let question = Question { nas: &nas, request: &request, at };
        let explanation =
            server.explain(&question, &mut reply).map_err(|error| error.to_string())?;
        let line = explanation::in_words(&explanation, &reply, View::Server);
        Ok(vec![Reply::Explained(Box::new(line))])
    }

    fn status(&self, server: &RunningServer) -> Status {
        let stats = server.stats();
        let counts = self.directory.counts();
        let counters = [
            ("packets received", stats.packets_received),
            ("access accepts", stats.access_accepts),
            ("  into quarantine", stats.access_quarantines),
            ("access rejects", stats.access_rejects),
            ("access challenges", stats.access_challenges),
            ("accounting responses", stats.accounting_responses),
            ("status responses", stats.status_responses),
            ("duplicates answered again", stats.duplicates),
            ("duplicates in progress", stats.duplicates_in_progress),
            ("unknown NAS", stats.unknown_nas),
            ("malformed", stats.malformed),
            ("bad authenticators", stats.bad_authenticators),
            ("missing Message-Authenticators", stats.missing_message_authenticators),
            ("unexpected codes", stats.unexpected_codes),
            ("not answerable", stats.not_answerable),
            ("interims shed under load", stats.interims_shed),
            ("accounting not understood", stats.accounting_not_understood),
            ("accounting not recorded", stats.accounting_not_recorded),
            ("attempts not recorded", stats.attempts_not_recorded),
            ("send failures", stats.send_failures),
            ("receive failures", stats.receive_failures),
            ("CoA and Disconnect requests", stats.coa_requests),
            ("  done", stats.coa_acknowledged),
            ("  refused", stats.coa_refused),
            ("  not answered", stats.coa_unanswered),
            ("  answers with a wrong authenticator", stats.coa_unauthentic),
            ("sessions not as they should be", stats.sessions_pursued),
            ("sessions open", stats.sessions_open),
            ("journal records appended", stats.journal.appended),
            ("journal records synced", stats.journal.synced),
            ("journal syncs", stats.journal.syncs),
            ("records drained to the store", stats.drain.applied),
            ("records waiting for the store", stats.drain.lag_records),
            ("drain failures", stats.drain.failures),
        ];
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            process_id: std::process::id(),
            started_at_unix_ms: self.started_at.unix_ms(),
            listeners: self.listeners(server),
            store: self.link.line(),
            snapshot: self.snapshots.as_ref().map(|snapshots| snapshots.line()),
            directory: DirectoryLine {
                nas: counts.nas,
                plans: counts.plans,
                services: counts.services,
            },
            counters: counters.map(|(name, count)| (name.to_owned(), count)).to_vec(),
            malformed_by_kind: stats
                .malformed_by_kind
                .iter()
                .map(|(kind, count)| ((*kind).to_owned(), *count))
                .collect(),
            journal_failure: stats.journal.poisoned.or(stats.journal.disk_full),
            drain_failure: stats.drain.last_error,
            nas_problems: nas_problems(server),
            nas_health: self.nas_health(server),
            pools: server.pools().iter().map(|(pool, used)| pool::line(pool, *used)).collect(),
        }
    }

    fn nas_health(&self, server: &RunningServer) -> Vec<NasHealthLine> {
        let line = |health: NasHealth| {
            Some(NasHealthLine {
                name: self.directory.nas_by_id(health.nas)?.name.to_string(),
                last_heard_unix_ms: health.last_heard_at.unix_ms(),
                sessions_open: health.sessions_open,
                interims_expected_per_hour: health.interims_expected_per_hour,
                is_silent: health.is_silent,
            })
        };
        server.nas_health().into_iter().filter_map(line).collect()
    }

    fn listeners(&self, server: &RunningServer) -> Vec<ListenerLine> {
        let authentication = server.authentication_addresses();
        let accounting = server.accounting_addresses();
        self.listener_names
            .iter()
            .zip(authentication.iter().zip(&accounting))
            .map(|(name, (authentication, accounting))| ListenerLine {
                name: name.clone(),
                authentication: authentication.to_string(),
                accounting: accounting.to_string(),
            })
            .collect()
    }
}

fn unknown_nas(server: &RunningServer) -> Vec<Reply> {
    server
        .unknown_nas()
        .into_iter()
        .map(|unknown| {
            Reply::UnknownNas(UnknownNasLine {
                source: unknown.source,
                listener: unknown.listener.to_string(),
                nas_identifier: unknown.nas_identifier.map(|name| name.to_string()),
                packets: unknown.packets,
                first_seen_unix_ms: unknown.first_seen.unix_ms(),
                last_seen_unix_ms: unknown.last_seen.unix_ms(),
            })
        })
        .collect()
}

fn nas_problems(server: &RunningServer) -> Vec<NasProblemLine> {
    server
        .nas_problems()
        .into_iter()
        .map(|problems| NasProblemLine {
            name: problems.name.to_string(),
            bad_authenticators: problems.bad_authenticators,
            missing_message_authenticators: problems.missing_message_authenticators,
            accounting_not_understood: problems.accounting_not_understood,
            last_at_unix_ms: problems.last_at.unix_ms(),
        })
        .collect()
}
