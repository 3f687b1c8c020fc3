//! What a NAS can be asked for.

use entitlement::Timestamp;

use crate::dialect::Dialect;
use crate::enforcement::posture::{Part, Posture};
use crate::enforcement::request::RequestKind;
use crate::intent::IntentKind;
use crate::reply_attributes::AttributeName;

/// When a session is looked at again whose NAS has as many requests under way as it may, milliseconds.
const ROOM_EXPECTED_MS: i64 = 250;

/// How far two of them are apart, milliseconds: a hundred thousand that wait for one NAS must not be
/// looked at several times a second.
const LOOKS_APART_MS: i64 = 1;

/// Over which time they are spread at most, milliseconds, however many there are.
const LOOKS_SPREAD_MAX_MS: i64 = 60_000;

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
    /// It changes no limits while a session lasts.
    pub(crate) refuses_limits: bool,
    /// Whether it does changes while a session lasts: it has done one, or one was given up since for want of
    /// an answer, or it refuses them. `None`: neither since the start.
    pub(crate) does_changes: Option<bool>,
    /// Requests to it whose answers are awaited.
    pub(crate) under_way: u32,
    /// When the last of the sessions is looked at again that wait for one of these to be answered.
    pub(crate) last_look_at: Option<Timestamp>,
    /// When it last answered anything, be it a refusal.
    pub(crate) answered_at: Option<Timestamp>,
}

impl Capability {
    /// The same without what its refusals have taught.
    pub(crate) fn untaught(&self) -> Self {
        let Self { does_changes, under_way, last_look_at, answered_at, .. } = *self;
        Self { does_changes, under_way, last_look_at, answered_at, ..Self::default() }
    }

    /// When a session is to be looked at again for which there is no room now.
    pub(crate) fn room_expected_at(&mut self, now: Timestamp) -> Timestamp {
        let now = now.unix_ms();
        let earliest = now.saturating_add(ROOM_EXPECTED_MS);
        let behind_last =
            self.last_look_at.map_or(0, |at| at.unix_ms().saturating_add(LOOKS_APART_MS));
        let latest = earliest.saturating_add(LOOKS_SPREAD_MAX_MS);
        let at = Timestamp::from_unix_ms(behind_last.clamp(earliest, latest));
        self.last_look_at = Some(at);
        at
    }

    /// Whether a CoA-Request can say what a session should have of a part.
    pub(crate) fn can_change(
        &self,
        ability: CoaAbility,
        dialect: &Dialect,
        wanted: &Posture,
        part: Part,
    ) -> bool {
        let says = |kind: &IntentKind| dialect.can_change_to(&wanted.intents(), *kind);
        ability == CoaAbility::Auto
            && !self.is_disconnect_only
            && part != Part::Place
            && !(part == Part::Limits && self.refuses_limits)
            && part.kinds().iter().any(says)
    }

    /// Whether it takes CoA-Requests at all.
    pub(crate) fn can_say(&self, ability: CoaAbility) -> bool {
        ability == CoaAbility::Auto && !self.is_disconnect_only
    }

    /// Whether it moves the limits of sessions that last, as far as it has shown.
    pub(crate) const fn moves_limits(&self) -> Option<bool> {
        if self.refuses_limits { Some(false) } else { self.does_changes }
    }

    /// A request is given up for want of an answer.
    pub(crate) fn give_up(&mut self, request: RequestKind) {
        if request == RequestKind::Change {
            self.does_changes = Some(false);
        }
    }

    /// Leaves one more attribute out that the dialect can do without; false when there is none left. What
    /// was left out before has not helped.
    pub(crate) fn omit_next(&mut self, dialect: &Dialect) -> bool {
        let next = dialect.optional_identity().find(|name| !self.omitted.contains(name));
        self.omitted.extend(next);
        self.refuses_limits &= next.is_none();
        next.is_some()
    }
}
