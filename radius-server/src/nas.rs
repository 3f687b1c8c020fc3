//! What is remembered of known NASes: what they do wrong, and what they have shown they can.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aaa_engine::ports::{MessageAuthenticatorPolicy, Nas, NasId};
use entitlement::Timestamp;
use papaya::{HashSet, ResizeMode};
use radius_proto::{MessageAuthenticator, Packet};

/// What a known NAS does wrong, counted since the server started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NasProblems {
    /// Which NAS.
    pub nas: NasId,
    /// What the operator calls it.
    pub name: Arc<str>,
    /// Packets whose authenticator is wrong: most often another shared secret. They are not
    /// answered.
    pub bad_authenticators: u64,
    /// Access-Requests without the Message-Authenticator that is required of it. They are not
    /// answered.
    pub missing_message_authenticators: u64,
    /// Accounting-Requests that could not be understood, and so not recorded and not answered.
    pub accounting_not_understood: u64,
    /// When the last of these came.
    pub last_at: Timestamp,
}

/// One thing that a NAS does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    BadAuthenticator,
    MissingMessageAuthenticator,
    AccountingNotUnderstood,
}

/// The problems of every NAS that has any; as many entries as the installation has NASes at most.
#[derive(Default)]
pub(crate) struct NasProblemsTable {
    problems: Mutex<HashMap<NasId, NasProblems>>,
}

impl NasProblemsTable {
    /// Counts a problem and gives how often this NAS has had it, this time included.
    pub(crate) fn note(&self, nas: &Nas, problem: Problem, now: Timestamp) -> u64 {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = problems.entry(nas.id).or_insert_with(|| NasProblems {
            nas: nas.id,
            name: Arc::clone(&nas.name),
            bad_authenticators: 0,
            missing_message_authenticators: 0,
            accounting_not_understood: 0,
            last_at: now,
        });
        if entry.name != nas.name {
            entry.name = Arc::clone(&nas.name);
        }
        entry.last_at = now;
        let count = match problem {
            Problem::BadAuthenticator => &mut entry.bad_authenticators,
            Problem::MissingMessageAuthenticator => &mut entry.missing_message_authenticators,
            Problem::AccountingNotUnderstood => &mut entry.accounting_not_understood,
        };
        *count += 1;
        *count
    }

    /// All of them, by NAS.
    pub(crate) fn list(&self) -> Vec<NasProblems> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<_> = problems.values().cloned().collect();
        drop(problems);
        list.sort_by_key(|problems| problems.nas);
        list
    }
}

/// Whether Access-Requests carry the Message-Authenticator that protects their replies against
/// forgery (CVE-2024-3596).
pub(crate) struct MessageAuthenticatorGuard {
    /// NASes under [`MessageAuthenticatorPolicy::Auto`] that have sent a valid one since the
    /// server started.
    locked: HashSet<NasId>,
}

impl Default for MessageAuthenticatorGuard {
    fn default() -> Self {
        // As with `Heard`.
        Self { locked: HashSet::builder().resize_mode(ResizeMode::Blocking).build() }
    }
}

impl MessageAuthenticatorGuard {
    /// Checks an Access-Request.
    ///
    /// # Errors
    /// What is wrong with it; it is then dropped.
    pub(crate) fn admit(&self, nas: &Nas, request: &Packet<'_>) -> Result<(), Problem> {
        match request.verify_message_authenticator(&nas.secret) {
            MessageAuthenticator::Invalid => Err(Problem::BadAuthenticator),
            MessageAuthenticator::Valid => {
                self.lock(nas);
                Ok(())
            }
            MessageAuthenticator::Absent => {
                let required = match nas.message_authenticator {
                    MessageAuthenticatorPolicy::Required => true,
                    MessageAuthenticatorPolicy::Auto => self.locked.pin().contains(&nas.id),
                    MessageAuthenticatorPolicy::Optional => false,
                };
                if required { Err(Problem::MissingMessageAuthenticator) } else { Ok(()) }
            }
        }
    }

    fn lock(&self, nas: &Nas) {
        if nas.message_authenticator == MessageAuthenticatorPolicy::Auto {
            let locked = self.locked.pin();
            if !locked.contains(&nas.id) && locked.insert(nas.id) {
                tracing::info!(
                    nas = %nas.name,
                    "the NAS sends Message-Authenticator; it is required of it from now on"
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use entitlement::TenantId;
    use radius_proto::{Code, PacketWriter, Secret};

    use super::*;

    fn nas(message_authenticator: MessageAuthenticatorPolicy) -> Nas {
        Nas {
            id: NasId(1),
            tenant: TenantId(1),
            name: "core".into(),
            secret: Secret::new("right").unwrap(),
            dialect: "mikrotik".into(),
            message_authenticator,
            counters_swapped: false,
            counter_width: Default::default(),
            reply_attributes: None,
            identify: Default::default(),
            mac_auth_password: None,
            coa: None,
        }
    }

    fn request<'b>(buffer: &'b mut [u8], signed_with: Option<&str>) -> Packet<'b> {
        let mut writer =
            PacketWriter::without_message_authenticator(buffer, Code::ACCESS_REQUEST, 1).unwrap();
        if signed_with.is_some() {
            writer.message_authenticator().unwrap();
        }
        let secret = Secret::new(signed_with.unwrap_or("unused")).unwrap();
        Packet::parse(writer.finish_access_request(&[9; 16], &secret)).unwrap()
    }

    #[test]
    fn the_policy_decides_what_is_admitted() {
        use MessageAuthenticatorPolicy::{Auto, Optional, Required};
        let (mut a, mut b, mut c) = ([0; 100], [0; 100], [0; 100]);
        let unsigned = request(&mut a, None);
        let right = request(&mut b, Some("right"));
        let wrong = request(&mut c, Some("wrong"));
        let guard = MessageAuthenticatorGuard::default();
        for policy in [Auto, Optional, Required] {
            assert_eq!(guard.admit(&nas(policy), &wrong), Err(Problem::BadAuthenticator));
        }
        let missing = Err(Problem::MissingMessageAuthenticator);
        assert_eq!(guard.admit(&nas(Required), &unsigned), missing);
        assert_eq!(guard.admit(&nas(Required), &right), Ok(()));
        assert_eq!(guard.admit(&nas(Optional), &unsigned), Ok(()));
        assert_eq!(guard.admit(&nas(Optional), &right), Ok(()));
        // A wrong one has not locked it, and neither have those under other policies.
        assert_eq!(guard.admit(&nas(Auto), &unsigned), Ok(()));
        assert_eq!(guard.admit(&nas(Auto), &right), Ok(()));
        assert_eq!(guard.admit(&nas(Auto), &unsigned), missing);
        // The operator's word is stronger.
        assert_eq!(guard.admit(&nas(Optional), &unsigned), Ok(()));
    }

    #[test]
    fn problems_are_counted_by_kind() {
        let table = NasProblemsTable::default();
        let nas = nas(MessageAuthenticatorPolicy::Auto);
        let at = Timestamp::from_unix_s;
        assert_eq!(table.note(&nas, Problem::BadAuthenticator, at(1)), 1);
        assert_eq!(table.note(&nas, Problem::BadAuthenticator, at(2)), 2);
        assert_eq!(table.note(&nas, Problem::MissingMessageAuthenticator, at(3)), 1);
        let list = table.list();
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].bad_authenticators, list[0].last_at), (2, at(3)));
    }
}
