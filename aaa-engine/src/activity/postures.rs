//! Equal postures of sessions, each kept once.

use std::sync::Arc;

use super::{Activity, Table, table};
use crate::enforcement::Posture;

/// How many are kept before those that nobody uses any more are dropped.
const SWEPT_AT: usize = 4_096;

/// Postures that are in use: nearly all sessions of a plan share one.
#[derive(Debug)]
pub(super) struct Postures(Table<Arc<Posture>, ()>);

impl Postures {
    pub(super) fn new() -> Self {
        Self(table())
    }

    fn shared(&self, posture: Posture) -> Arc<Posture> {
        let known = self.0.pin();
        if let Some((found, ())) = known.get_key_value(&posture) {
            return Arc::clone(found);
        }
        if known.len() >= SWEPT_AT && known.len().is_power_of_two() {
            known.retain(|posture, ()| Arc::strong_count(posture) > 1);
        }
        let posture = Arc::new(posture);
        known.insert(Arc::clone(&posture), ());
        posture
    }
}

impl Activity {
    /// The posture that all who have an equal one share.
    #[must_use]
    pub fn shared_posture(&self, posture: Posture) -> Arc<Posture> {
        self.postures.shared(posture)
    }
}
