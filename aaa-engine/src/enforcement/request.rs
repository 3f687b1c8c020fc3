//! What a NAS is asked for.

use std::sync::Arc;

use super::posture::{Part, Posture};

/// What a session is to be brought to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// It goes on, with this.
    Have(Arc<Posture>),
    /// It ends.
    End,
}

impl Goal {
    /// Whether the two differ in how much the session may transfer, and in nothing else.
    pub(super) fn differs_in_limits_alone(&self, other: &Self) -> bool {
        let (Self::Have(one), Self::Have(other)) = (self, other) else { return false };
        one.differences(other).eq([Part::Limits])
    }
}

/// How a NAS is asked (RFC 5176 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// By a CoA-Request: the session goes on.
    Change,
    /// By a Disconnect-Request: the session ends, and a new log-in gets what is right.
    Disconnect,
}

impl RequestKind {
    /// The name that is stored: `coa` or `disconnect`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Change => "coa",
            Self::Disconnect => "disconnect",
        }
    }

    /// The kind that [`code`](Self::code) names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Change, Self::Disconnect].into_iter().find(|kind| kind.code() == code)
    }
}
