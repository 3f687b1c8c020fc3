//! What is charged to one quota, in its window or by its sessions.

use std::sync::Arc;

use super::meter::{SESSIONS_MAX, SessionKey, UsageRecord};
use super::window::WindowSpan;
use crate::{Measure, Quota, Timestamp, Window};

/// What is charged to one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) name: Arc<str>,
    pub(super) measure: Measure,
    pub(super) charged: Charged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Charged {
    /// In the window that began then.
    Window { window: Window, from: Timestamp, units: u64 },
    /// By each session.
    Sessions(Vec<SessionCount>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SessionCount {
    pub(super) session: SessionKey,
    /// The latest report.
    pub(super) reported_at: Timestamp,
    pub(super) units: u64,
}

impl Count {
    /// That of a quota of which nothing is used.
    pub(super) fn begin(quota: &Quota, span: WindowSpan) -> Self {
        let charged = match quota.window {
            Window::Session => Charged::Sessions(Vec::new()),
            window => Charged::Window { window, from: span.from, units: 0 },
        };
        Self { name: quota.name.clone(), measure: quota.measure(), charged }
    }

    /// Charges so much in a window, which begins anew if it is a later one.
    pub(super) fn charge(&mut self, span: WindowSpan, record: &UsageRecord, units: u64) {
        match &mut self.charged {
            Charged::Window { from, units: charged, .. } => {
                if span.from > *from {
                    (*from, *charged) = (span.from, 0);
                }
                *charged = charged.saturating_add(units);
            }
            Charged::Sessions(sessions) => charge_session(sessions, record, units),
        }
    }

    /// What is charged in a window; of a session, to it.
    pub(super) fn charged(&self, span: WindowSpan, session: Option<SessionKey>) -> u64 {
        match &self.charged {
            Charged::Window { from, .. } if span.from > *from => 0,
            Charged::Window { units, .. } => *units,
            Charged::Sessions(sessions) => {
                let of = sessions.iter().find(|of| Some(of.session) == session);
                of.map_or(0, |of| of.units)
            }
        }
    }

    pub(super) fn is_of(&self, quota: &Quota) -> bool {
        let window = match self.charged {
            Charged::Window { window, .. } => window,
            Charged::Sessions(_) => Window::Session,
        };
        let is_alike = (window, self.measure) == (quota.window, quota.measure());
        is_alike && self.name == quota.name
    }

    /// When the window began that is counted in.
    pub(super) fn window_from(&self) -> Option<Timestamp> {
        match self.charged {
            Charged::Window { from, .. } => Some(from),
            Charged::Sessions(_) => None,
        }
    }
}

fn charge_session(sessions: &mut Vec<SessionCount>, record: &UsageRecord, units: u64) {
    if let Some(of) = sessions.iter_mut().find(|of| of.session == record.session) {
        of.units = of.units.saturating_add(units);
        of.reported_at = of.reported_at.max(record.to);
        return;
    }
    if sessions.len() >= SESSIONS_MAX {
        let oldest = (0..).zip(&*sessions).min_by_key(|(_, of)| (of.reported_at, of.session));
        if let Some((index, _)) = oldest {
            sessions.swap_remove(index);
        }
    }
    sessions.push(SessionCount { session: record.session, reported_at: record.to, units });
}
