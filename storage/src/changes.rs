//! What was done about live sessions, as far as the journal has been drained.

use std::sync::Arc;

use aaa_engine::enforcement::{Change, Doubt, Enforced, Goal, Posture, RequestKind, Step, Why};
use aaa_engine::ports::NasId;
use aaa_engine::session::SessionId;
use entitlement::{ServiceId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

use crate::entity::{nas, session_change, session_told};
use crate::error::{During as _, Kind, StoreError};
use crate::sink::hexadecimal;
use crate::store::Store;

/// Reads what was done about the live sessions of one tenant.
#[derive(Debug)]
pub struct SessionChanges<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// One step that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedChange {
    /// Its number; a later one has a greater one.
    pub id: i64,
    /// What was done.
    pub change: Change,
    /// The NAS's name; `None` when it was removed.
    pub nas_name: Option<String>,
}

impl SessionChanges<'_> {
    /// The last `limit` steps, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn latest(&self, limit: u64) -> Result<Vec<LoggedChange>, StoreError> {
        self.read(session_change::Entity::find(), limit).await
    }

    /// The last `limit` steps about sessions of `login`, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn by_login(&self, login: &str, limit: u64) -> Result<Vec<LoggedChange>, StoreError> {
        let of_login = session_change::Column::Login.eq(login);
        self.read(session_change::Entity::find().filter(of_login), limit).await
    }

    /// The last `limit` steps about a session, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of_session(
        &self,
        session: SessionId,
        limit: u64,
    ) -> Result<Vec<LoggedChange>, StoreError> {
        let of_session = session_change::Column::SessionId.eq(session.0.to_vec());
        self.read(session_change::Entity::find().filter(of_session), limit).await
    }

    async fn read(
        &self,
        select: Select<session_change::Entity>,
        limit: u64,
    ) -> Result<Vec<LoggedChange>, StoreError> {
        let reader = &self.store.database().reader;
        let operation = "read the changes of sessions";
        let rows = select
            .filter(session_change::Column::TenantId.eq(self.tenant.0))
            .order_by_desc(session_change::Column::Id)
            .limit(limit.min(i64::MAX.unsigned_abs()))
            .all(reader)
            .await
            .during(operation)?;
        let names = nas::Entity::find()
            .filter(nas::Column::TenantId.eq(self.tenant.0))
            .all(reader)
            .await
            .during(operation)?;
        let name = |id| names.iter().find(|nas| nas.id == id).map(|nas| nas.name.clone());
        let logged = |row: &session_change::Model| {
            Ok(LoggedChange { id: row.id, nas_name: name(row.nas_id), change: change_of(row)? })
        };
        rows.iter().rev().map(logged).collect()
    }
}

/// The octets of a posture.
pub(crate) fn encoded(posture: &Posture) -> Vec<u8> {
    let mut octets = Vec::new();
    posture.encode(&mut octets);
    octets
}

pub(crate) const fn step_code(step: Step) -> &'static str {
    match step {
        Step::AtLogin => "at_login",
        Step::Ordered => "ordered",
        Step::Sent { .. } => "sent",
        Step::Confirmed { .. } => "confirmed",
        Step::Refused { .. } => "refused",
        Step::Unanswered { .. } => "unanswered",
        Step::GivenUp => "given_up",
        Step::Reported => "reported",
    }
}

/// How it was asked, the number of the try, and the Error-Cause.
pub(crate) const fn step_numbers(step: Step) -> (Option<RequestKind>, Option<u16>, Option<u32>) {
    match step {
        Step::AtLogin | Step::Ordered | Step::GivenUp | Step::Reported => (None, None, None),
        Step::Sent { request, attempt } => (Some(request), Some(attempt), None),
        Step::Confirmed { request } | Step::Unanswered { request } => (Some(request), None, None),
        Step::Refused { request, error_cause } => (Some(request), None, error_cause),
    }
}

fn step_of(row: &session_change::Model) -> Option<Step> {
    let request = row.request.as_deref().and_then(RequestKind::from_code);
    let error_cause = row.error_cause.map(u32::try_from).transpose().ok()?;
    Some(match &*row.step {
        "at_login" => Step::AtLogin,
        "ordered" => Step::Ordered,
        "given_up" => Step::GivenUp,
        "reported" => Step::Reported,
        "sent" => Step::Sent { request: request?, attempt: u16::try_from(row.attempt?).ok()? },
        "confirmed" => Step::Confirmed { request: request? },
        "refused" => Step::Refused { request: request?, error_cause },
        "unanswered" => Step::Unanswered { request: request? },
        _ => return None,
    })
}

fn change_of(row: &session_change::Model) -> Result<Change, StoreError> {
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::Session,
        row: hexadecimal(&row.session_id),
        problem: problem.to_owned(),
    };
    let goal = match &row.goal {
        None => Goal::End,
        Some(octets) => {
            let posture = Posture::decode(octets).map_err(|error| corrupt(&error.to_string()))?;
            Goal::Have(Arc::new(posture))
        }
    };
    let session = row.session_id.as_slice().try_into();
    Ok(Change {
        session: SessionId(session.map_err(|_| corrupt("its id has not 16 octets"))?),
        tenant: TenantId(row.tenant_id),
        nas: NasId(row.nas_id),
        service: row.service_id.map(ServiceId),
        login: row.login.as_str().into(),
        at: Timestamp::from_unix_ms(row.at),
        why: Why::from_code(&row.why).ok_or_else(|| corrupt("nobody knows why it was changed"))?,
        goal,
        step: step_of(row).ok_or_else(|| corrupt("a step of its changes is none"))?,
    })
}

/// What a row says that a NAS was told.
pub(crate) fn enforced_of(row: &session_told::Model) -> Result<(SessionId, Enforced), StoreError> {
    let corrupt = |problem: &str| StoreError::Corrupt {
        what: Kind::Session,
        row: hexadecimal(&row.session_id),
        problem: problem.to_owned(),
    };
    let id = row.session_id.as_slice().try_into();
    let told = row.told.as_deref().map(Posture::decode).transpose();
    let why =
        |code: &str| Why::from_code(code).ok_or_else(|| corrupt("nobody knows why it was to end"));
    let enforced = Enforced {
        told: told.map_err(|error| corrupt(&error.to_string()))?.map(Arc::new),
        in_doubt: Doubt::from_code(row.in_doubt),
        end_ordered: row.end_ordered.as_deref().map(why).transpose()?,
        disconnected_at: row.disconnected_at.map(Timestamp::from_unix_ms),
        waits: row.waits != 0,
        activated_at: row.activated_at.map(Timestamp::from_unix_ms),
    };
    Ok((SessionId(id.map_err(|_| corrupt("its id has not 16 octets"))?), enforced))
}
