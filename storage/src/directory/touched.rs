//! Which services may be other ones than before, for whoever acts on it.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use entitlement::{PlanId, ServiceId};
use tokio::sync::Notify;

use super::MemoryDirectory;
use crate::error::Kind;
use crate::feed::Change;

/// Above so many, everything is said to be touched.
const TOUCHED_MAX: usize = 1_000_000;

/// What has changed since somebody asked.
#[derive(Default)]
pub(super) struct Touched {
    state: Mutex<State>,
    notify: Notify,
}

#[derive(Default)]
struct State {
    services: BTreeSet<ServiceId>,
    plans: BTreeSet<PlanId>,
    all: bool,
}

/// The services that may be other ones than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TouchedServices {
    /// These.
    These(Vec<ServiceId>),
    /// Any of them.
    All,
}

impl Touched {
    pub(super) fn note(&self, changes: &[Change]) {
        let mut state = self.state();
        for change in changes {
            match change.kind {
                Kind::Service => {
                    state.services.insert(ServiceId(change.row));
                }
                Kind::Plan => {
                    state.plans.insert(PlanId(change.row));
                }
                // A zone, how a NAS is asked, what a service is on it: rare, and of all that it has.
                Kind::Tenant | Kind::Nas | Kind::ServiceTemplate => state.all = true,
                // Nothing that a session should have follows from it. Subscribers are many: a look
                // at a million services for each would never end.
                Kind::Subscriber
                | Kind::Pool
                | Kind::NasAddress
                | Kind::ServiceAddress
                | Kind::Device
                | Kind::Grant
                | Kind::Booster
                | Kind::Line
                | Kind::Session
                | Kind::Attempt
                | Kind::Usage
                | Kind::Tax
                | Kind::Product
                | Kind::Subscription
                | Kind::Invoice
                | Kind::BillingRun
                | Kind::BillingSettings
                | Kind::Seller
                | Kind::Account
                | Kind::Transfer
                | Kind::Payment
                | Kind::PaymentIntent
                | Kind::ProviderToken
                | Kind::Discount
                | Kind::Coupon
                | Kind::VoucherBatch
                | Kind::Voucher
                | Kind::Reseller
                | Kind::ResellerSale
                | Kind::DunningPolicy
                | Kind::LateFee
                | Kind::WriteOff
                | Kind::Promise
                | Kind::Metering
                | Kind::Outage
                | Kind::OutboxEvent
                | Kind::Zone
                | Kind::Reservation
                | Kind::Store => {}
            }
        }
        state.all |= state.services.len() > TOUCHED_MAX;
        drop(state);
        self.notify.notify_one();
    }

    pub(super) fn note_all(&self) {
        self.state().all = true;
        self.notify.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryDirectory {
    /// Waits until something has changed since this was asked last, and says which services may be
    /// other ones by it. One task asks.
    pub async fn touched(&self) -> TouchedServices {
        loop {
            let state = core::mem::take(&mut *self.touched.state());
            if state.all {
                return TouchedServices::All;
            }
            let mut services = state.services;
            if !state.plans.is_empty() {
                let rows = self.services.pin();
                let on_them = rows.values().filter(|row| state.plans.contains(&row.plan));
                services.extend(on_them.map(|row| row.id));
            }
            if !services.is_empty() {
                // What a lead may do is what all may that share its data.
                let rows = self.services.pin();
                let members = services.iter().filter_map(|id| rows.get(id)?.members.clone());
                let members: Vec<_> = members.collect();
                services.extend(members.iter().flat_map(|members| members.iter().copied()));
                return TouchedServices::These(services.into_iter().collect());
            }
            self.touched.notify.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use entitlement::TenantId;

    use super::*;

    #[test]
    fn a_subscriber_is_no_reason_to_look_at_all_sessions() {
        let touched = Touched::default();
        let change = |kind, row| Change { id: 1, tenant: TenantId(1), kind, row };
        touched.note(&[change(Kind::Subscriber, 7), change(Kind::Service, 8)]);
        let state = core::mem::take(&mut *touched.state());
        assert!(!state.all);
        assert_eq!(state.services, BTreeSet::from([ServiceId(8)]));
        touched.note(&[change(Kind::Nas, 1)]);
        assert!(touched.state().all);
    }
}
