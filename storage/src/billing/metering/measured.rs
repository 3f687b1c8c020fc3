//! What a billing run reads of what was measured. Who has nothing that is paid by use, and nothing about
//! which anything was promised, costs nothing here.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::rating::metered::Measurement;
use billing_core::{ComponentId, Measured, Outage, PriceList};
use entitlement::{TenantId, Timestamp};
use sea_orm::ConnectionTrait;

use super::{accounted, records, samples};
use crate::billing::catalogue::Catalogue;
use crate::billing::matter::Matter;
use crate::billing::outages;
use crate::error::StoreError;

/// Which of the products that are sold are to be looked at, and for what.
#[derive(Default)]
struct Wanted {
    samples: BTreeSet<ComponentId>,
    records: BTreeSet<ComponentId>,
    accounting: BTreeSet<ComponentId>,
    promised: BTreeSet<ComponentId>,
}

impl Wanted {
    fn of(catalogue: &Catalogue) -> Self {
        let mut wanted = Self::default();
        let is_special = |list: &PriceList| !list.usage.is_empty() || !list.promises.is_empty();
        for (component, list) in catalogue.prices.iter().filter(|(_, list)| is_special(list)) {
            for version in &list.usage {
                match version.terms.price.measurement() {
                    Measurement::Samples => {
                        wanted.samples.insert(*component);
                    }
                    Measurement::Units | Measurement::Time | Measurement::Volume => {
                        wanted.records.insert(*component);
                    }
                    Measurement::Accounting(_) => {
                        wanted.accounting.insert(*component);
                    }
                    Measurement::Wallet => {}
                }
            }
            if !list.promises.is_empty() {
                wanted.promised.insert(*component);
            }
        }
        wanted
    }

    fn is_nothing(&self) -> bool {
        self.samples.is_empty()
            && self.records.is_empty()
            && self.accounting.is_empty()
            && self.promised.is_empty()
    }
}

/// Adds to what is known of subscriptions what was measured of them, as far as their books are open.
pub(in super::super) async fn attach(
    db: &impl ConnectionTrait,
    (tenant, now): (TenantId, Timestamp),
    catalogue: &Catalogue,
    matters: &mut [Matter],
) -> Result<(), StoreError> {
    let wanted = Wanted::of(catalogue);
    if wanted.is_nothing() {
        return Ok(());
    }
    // Of each subscription that has something of it, since when.
    let mut from: BTreeMap<i64, Option<Timestamp>> = BTreeMap::new();
    let (mut sampled, mut recorded) = (Vec::new(), Vec::new());
    let (mut counted, mut promised) = (Vec::new(), Vec::new());
    for matter in matters.iter() {
        let has = |all: &BTreeSet<ComponentId>, of: &mut Vec<i64>| {
            let has = matter.timeline.components().iter().any(|it| all.contains(it));
            if has {
                of.push(matter.id.0);
            }
            has
        };
        let any = [
            has(&wanted.samples, &mut sampled),
            has(&wanted.records, &mut recorded),
            has(&wanted.accounting, &mut counted),
            has(&wanted.promised, &mut promised),
        ];
        if any.contains(&true) {
            let since = matter.terms.measured_from(&matter.timeline, &catalogue.prices);
            // What cannot be reckoned is said when it is billed.
            from.insert(matter.id.0, since.unwrap_or(None));
        }
    }
    if from.is_empty() {
        return Ok(());
    }
    // The earliest of all; without a moment it is everything.
    let since = from.values().copied().min().flatten();
    let mut all_samples = match sampled.is_empty() {
        true => BTreeMap::new(),
        false => samples::since(db, &sampled, since).await?,
    };
    let mut all_records = match recorded.is_empty() {
        true => BTreeMap::new(),
        false => records::since(db, &recorded, since).await?,
    };
    let mut all_octets = match counted.is_empty() {
        true => BTreeMap::new(),
        false => accounted::read(db, (tenant, since, now), catalogue, matters, &counted).await?,
    };
    let outages = match promised.is_empty() {
        true => Vec::new(),
        false => outages::since(db, tenant, &promised, since).await?,
    };
    for matter in matters.iter_mut().filter(|matter| from.contains_key(&matter.id.0)) {
        let id = matter.id.0;
        let of = |all: &[(Option<i64>, Outage)]| -> Vec<Outage> {
            let concerned = all.iter().filter(|(whose, _)| whose.is_none_or(|whose| whose == id));
            concerned.map(|(_, outage)| *outage).collect()
        };
        let told = (take(&mut all_samples, id), take(&mut all_records, id));
        matter.terms.measured = Measured::new(told.0, told.1, of(&outages))
            .with_accounted(all_octets.remove(&id).unwrap_or_default());
    }
    Ok(())
}

/// What is one subscription's, by component.
fn take<T>(all: &mut BTreeMap<(i64, i64), Vec<T>>, id: i64) -> BTreeMap<ComponentId, Vec<T>> {
    let own = all.extract_if((id, i64::MIN)..=(id, i64::MAX), |_, _| true);
    own.map(|((_, product), of)| (ComponentId(product), of)).collect()
}
