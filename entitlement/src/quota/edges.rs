//! Where a record is cut, and how what is in it is shared among the parts.

use crate::hours::Now;
use crate::{Entitlement, Quota, Timestamp};

/// How much of what was used from `from` to `to` was used until `at`.
pub(super) fn share(units: u64, from: Timestamp, at: Timestamp, to: Timestamp) -> u64 {
    let since = |later: Timestamp| u128::try_from(later.unix_ms() - from.unix_ms()).unwrap_or(0);
    let (part, whole) = (since(at), since(to).max(1));
    u64::try_from(u128::from(units) * part / whole).unwrap_or(units)
}

/// Finds the first of some moments that lie after one.
pub(super) struct Edges {
    pub(super) after: Timestamp,
    pub(super) next: Option<Timestamp>,
}

impl Edges {
    pub(super) const fn after(after: Timestamp) -> Self {
        Self { after, next: None }
    }

    pub(super) fn add(&mut self, edge: Option<Timestamp>) {
        let Some(edge) = edge.filter(|edge| *edge > self.after) else { return };
        self.next = Some(self.next.map_or(edge, |next| next.min(edge)));
    }
}

impl Quota {
    /// Whether what is used at a moment counts.
    pub(super) fn counts_at(&self, entitlement: &Entitlement, at: Timestamp) -> bool {
        let is_free = self
            .free
            .as_ref()
            .is_some_and(|free| matches!(free.at(at, &entitlement.time_zone), Now::Open { .. }));
        !is_free && !self.zero_rated.iter().any(|stretch| stretch.contains(at))
    }

    /// Adds the edges of what does not count.
    pub(super) fn add_uncounted(&self, entitlement: &Entitlement, edges: &mut Edges) {
        if let Some(free) = &self.free {
            edges.add(match free.at(edges.after, &entitlement.time_zone) {
                Now::Open { until } => until,
                Now::Closed { opens_at } => Some(opens_at),
            });
        }
        for stretch in &self.zero_rated {
            edges.add(Some(stretch.from));
            edges.add(Some(stretch.until));
        }
    }
}
