//! Changes of sessions while they last.

use std::sync::Arc;

use aaa_engine::enforcement::{Change, Goal, Posture, RequestKind, Step, Why};
use aaa_engine::ports::NasId;
use aaa_engine::session::SessionId;
use entitlement::{ServiceId, TenantId, Timestamp};

use super::{
    AT, Fields, GOAL, KIND_CHANGE, LOGIN, NAS, RecordError, SERVICE, SESSION, STEP, TENANT,
    VERSION, WHY, put,
};

// What was done.
const AT_LOGIN: u8 = 1;
const ORDERED: u8 = 2;
const SENT: u8 = 3;
const CONFIRMED: u8 = 4;
const REFUSED: u8 = 5;
const UNANSWERED: u8 = 6;
const GIVEN_UP: u8 = 7;
const REPORTED: u8 = 8;

/// How it was asked, where it was.
const CHANGE: u8 = 1;
const DISCONNECT: u8 = 2;

/// What was done, how it was asked, the number of the try, whether there is an Error-Cause, which.
const STEP_LEN: usize = 1 + 1 + 2 + 1 + 4;

/// Writes a change behind what `out` holds.
pub(crate) fn encode(change: &Change, out: &mut Vec<u8>) {
    out.extend([VERSION, KIND_CHANGE]);
    put(out, TENANT, &change.tenant.0.to_le_bytes());
    put(out, NAS, &change.nas.0.to_le_bytes());
    put(out, AT, &change.at.unix_ms().to_le_bytes());
    put(out, LOGIN, change.login.as_bytes());
    if let Some(service) = change.service {
        put(out, SERVICE, &service.0.to_le_bytes());
    }
    put(out, SESSION, &change.session.0);
    put(out, WHY, change.why.code().as_bytes());
    if let Goal::Have(posture) = &change.goal {
        let mut octets = Vec::new();
        posture.encode(&mut octets);
        put(out, GOAL, &octets);
    }
    put(out, STEP, &step_octets(change.step));
}

fn step_octets(step: Step) -> [u8; STEP_LEN] {
    let (kind, request, attempt, error_cause) = match step {
        Step::AtLogin => (AT_LOGIN, None, 0, None),
        Step::Ordered => (ORDERED, None, 0, None),
        Step::Sent { request, attempt } => (SENT, Some(request), attempt, None),
        Step::Confirmed { request } => (CONFIRMED, Some(request), 0, None),
        Step::Refused { request, error_cause } => (REFUSED, Some(request), 0, error_cause),
        Step::Unanswered { request } => (UNANSWERED, Some(request), 0, None),
        Step::GivenUp => (GIVEN_UP, None, 0, None),
        Step::Reported => (REPORTED, None, 0, None),
    };
    let request = match request {
        None => 0,
        Some(RequestKind::Change) => CHANGE,
        Some(RequestKind::Disconnect) => DISCONNECT,
    };
    let [low, high] = attempt.to_le_bytes();
    let [a, b, c, d] = error_cause.unwrap_or(0).to_le_bytes();
    [kind, request, low, high, error_cause.is_some().into(), a, b, c, d]
}

fn step([kind, request, low, high, has_cause, cause @ ..]: [u8; STEP_LEN]) -> Option<Step> {
    let request = match request {
        0 => None,
        CHANGE => Some(RequestKind::Change),
        DISCONNECT => Some(RequestKind::Disconnect),
        _ => return None,
    };
    let attempt = u16::from_le_bytes([low, high]);
    let error_cause = match has_cause {
        0 => None,
        1 => Some(u32::from_le_bytes(cause)),
        _ => return None,
    };
    let step = match (kind, request) {
        (AT_LOGIN, None) => Step::AtLogin,
        (ORDERED, None) => Step::Ordered,
        (SENT, Some(request)) => Step::Sent { request, attempt },
        (CONFIRMED, Some(request)) => Step::Confirmed { request },
        (REFUSED, Some(request)) => Step::Refused { request, error_cause },
        (UNANSWERED, Some(request)) => Step::Unanswered { request },
        (GIVEN_UP, None) => Step::GivenUp,
        (REPORTED, None) => Step::Reported,
        _ => return None,
    };
    Some(step)
}

pub(super) fn read(fields: &Fields<'_>) -> Result<Change, RecordError> {
    let goal = match fields.octets(GOAL) {
        Err(RecordError::Missing(_)) => Goal::End,
        octets => {
            let posture = Posture::decode(octets?).map_err(|_| RecordError::Value(GOAL))?;
            Goal::Have(Arc::new(posture))
        }
    };
    Ok(Change {
        session: SessionId(fields.exactly(SESSION)?),
        tenant: TenantId(fields.number(TENANT)?),
        nas: NasId(fields.number(NAS)?),
        service: fields.optional(SERVICE)?.map(i64::from_le_bytes).map(ServiceId),
        login: fields.text(LOGIN)?,
        at: Timestamp::from_unix_ms(fields.number(AT)?),
        why: Why::from_code(&fields.text(WHY)?).ok_or(RecordError::Value(WHY))?,
        goal,
        step: step(fields.exactly(STEP)?).ok_or(RecordError::Value(STEP))?,
    })
}

#[cfg(test)]
mod tests {
    use aaa_engine::Reason;
    use aaa_engine::ports::Entry;
    use proptest::prelude::*;

    use super::*;
    use crate::record::decode;

    fn request() -> impl Strategy<Value = RequestKind> {
        proptest::sample::select(vec![RequestKind::Change, RequestKind::Disconnect])
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::AtLogin),
            Just(Step::Ordered),
            Just(Step::GivenUp),
            Just(Step::Reported),
            (request(), any::<u16>())
                .prop_map(|(request, attempt)| Step::Sent { request, attempt }),
            request().prop_map(|request| Step::Confirmed { request }),
            request().prop_map(|request| Step::Unanswered { request }),
            (request(), any::<Option<u32>>())
                .prop_map(|(request, error_cause)| Step::Refused { request, error_cause }),
        ]
    }

    prop_compose! {
        fn any_change()(
            session: [u8; 16], tenant: i64, nas: i64, at: i64, service: Option<i64>,
            login in ".{0,80}", ends: bool, list in proptest::option::of(".{0,60}"),
            why in prop_oneof![
                proptest::sample::select(vec![
                    Why::Terms, Why::Restored, Why::Quota, Why::Booster, Why::Replaced, Why::Operator,
                    Why::Grace,
                ]),
                proptest::sample::select(Reason::ALL).prop_map(Why::Withheld),
            ],
            step in any_step(),
        ) -> Change {
            let posture = Posture { address_list: list.map(Into::into), ..Posture::default() };
            Change {
                session: SessionId(session),
                tenant: TenantId(tenant),
                nas: NasId(nas),
                service: service.map(ServiceId),
                login: login.into(),
                at: Timestamp::from_unix_ms(at),
                why,
                goal: if ends { Goal::End } else { Goal::Have(Arc::new(posture)) },
                step,
            }
        }
    }

    proptest! {
        #[test]
        fn changes_are_read_back_as_they_were_written(change in any_change()) {
            let mut out = Vec::new();
            encode(&change, &mut out);
            prop_assert_eq!(decode(&out), Ok(Entry::Change(change)));
            for len in 0..out.len() {
                prop_assert!(decode(&out[..len]).is_err());
            }
        }
    }
}
