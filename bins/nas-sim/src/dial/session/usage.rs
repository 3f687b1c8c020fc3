//! What a session has used.

use std::time::Duration;

use super::super::Settings;
use super::{Online, Session, State};

/// What a subscriber without a rate limit makes use of.
const UNSHAPED_UPLOAD_BPS: u64 = 5_000_000;
const UNSHAPED_DOWNLOAD_BPS: u64 = 20_000_000;

/// Octets of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// From the subscriber.
    pub(crate) input_octets: u64,
    /// To the subscriber.
    pub(crate) output_octets: u64,
}

impl Usage {
    pub(crate) const fn since(self, earlier: Self) -> Self {
        Self {
            input_octets: self.input_octets.saturating_sub(earlier.input_octets),
            output_octets: self.output_octets.saturating_sub(earlier.output_octets),
        }
    }
}

impl Session {
    /// Says what the session has used so far, in the place of what would flow at its speed, and
    /// has an Interim-Update tell it at this moment, or as soon as the record before it is
    /// acknowledged.
    pub(crate) fn report(&mut self, usage: Usage, at: Duration) {
        self.usage = Some(usage);
        self.interim_wanted = Some(at);
        if let State::Online(_) = self.state {
            self.due = self.due.min(at);
        }
    }

    /// What the session has used by now, and whether it is online at all.
    pub(crate) fn usage(&self, settings: &Settings, at: Duration) -> Option<Usage> {
        Some(self.usage_at(settings, *self.online_now()?, at))
    }

    /// What it has used until a moment: what flows at its speed, unless somebody else says it.
    pub(super) fn usage_at(&self, settings: &Settings, online: Online, at: Duration) -> Usage {
        if let Some(usage) = self.usage {
            return usage;
        }
        let lasted = at.saturating_sub(online.counted_until);
        let rate = self.held.rate_bps.unwrap_or_default();
        let octets = |bps, unshaped| {
            let bps = if bps == 0 { unshaped } else { bps };
            octets_in(bps, lasted, settings.activity_percent)
        };
        let Usage { input_octets, output_octets } = online.counted;
        Usage {
            input_octets: input_octets.saturating_add(octets(rate.upload, UNSHAPED_UPLOAD_BPS)),
            output_octets: output_octets
                .saturating_add(octets(rate.download, UNSHAPED_DOWNLOAD_BPS)),
        }
    }
}

/// Octets that flow at this rate in this time.
pub(super) fn octets_in(bps: u64, lasted: Duration, activity_percent: u32) -> u64 {
    let bit_ms = u128::from(bps) * lasted.as_millis() * u128::from(activity_percent) / 100;
    u64::try_from(bit_ms / 8_000).unwrap_or(u64::MAX)
}
