//! What a NAS can be asked for.

use crate::dialect::Dialect;
use crate::enforcement::posture::Part;
use crate::reply_attributes::AttributeName;

/// What the operator says a NAS can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CoaAbility {
    /// What its dialect says, and what its answers teach.
    #[default]
    Auto,
    /// Disconnect-Requests alone.
    DisconnectOnly,
    /// Nothing: sessions are left alone until they end by themselves.
    Off,
}

/// What a NAS has taught by its refusals; forgotten with a restart, and taught again by the next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capability {
    /// It will not have these attributes.
    pub(crate) omitted: Vec<AttributeName>,
    /// It changes no session while that lasts.
    pub(crate) is_disconnect_only: bool,
}

impl Capability {
    /// Whether a CoA-Request can say a part.
    pub(crate) fn can_change(&self, ability: CoaAbility, dialect: &Dialect, part: Part) -> bool {
        ability == CoaAbility::Auto
            && !self.is_disconnect_only
            && part != Part::Place
            && part.kinds().iter().any(|kind| dialect.can_change(*kind))
    }

    /// Whether it takes CoA-Requests at all.
    pub(crate) fn can_say(&self, ability: CoaAbility) -> bool {
        ability == CoaAbility::Auto && !self.is_disconnect_only
    }

    /// Leaves one more attribute out that the dialect can do without; false when there is none left.
    pub(crate) fn omit_next(&mut self, dialect: &Dialect) -> bool {
        let next = dialect.optional_identity().find(|name| !self.omitted.contains(name));
        self.omitted.extend(next);
        next.is_some()
    }
}
