//! What one offer gives, and of which components it consists.

use core::num::NonZeroU32;

use entitlement::{GrantKind, Octets, OnlineTime, PlanId, Speed, Timestamp, row_id};

use super::Visibility;
use crate::balance::Rollover;
use crate::{Cadence, ComponentId, Money, Percentage};

/// The most add-ons of one offer.
pub const ADD_ONS_MAX: usize = 64;
/// The most of one add-on that a subscription can have.
pub const QUANTITY_MAX: u32 = 10_000;
/// The most periods of a minimum term.
pub const TERM_PERIODS_MAX: u32 = 120;

row_id! {
    /// Something that can be taken, by its row in the store.
    OfferId
}

row_id! {
    /// What several offers are ways to have: access at home at 10, 20 or 50 Mbit/s. One takes the place of
    /// another, and a subscription has at most one of a product at a time. It may have several products.
    ProductId
}

/// What can be taken as a whole. What its components cost is in the [`Catalogue`](super::Catalogue).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which one it is.
    pub id: OfferId,
    /// What it is one way to have.
    pub product: ProductId,
    /// What it is charged as. With a recurring price it is had until it is given up; with a price that
    /// is paid once it is a prepaid package, which is bought again and again.
    pub component: ComponentId,
    /// The plan that it puts a service on; `None`: it changes nothing about how one is served.
    pub plan: Option<PlanId>,
    /// What it gives.
    pub package: Package,
    /// What can be had beside it. When it ends they end, unless what takes its place has them too.
    pub add_ons: Vec<AddOn>,
    /// What is charged once when it is taken as something new, not in place of another.
    pub setup_fee: Option<ComponentId>,
    /// How it can be tried.
    pub trial: Option<Trial>,
    /// How long it must be had.
    pub minimum_term: Option<MinimumTerm>,
    /// Its place among the offers of its product, higher ones being more; `None`: its price says.
    pub rank: Option<u32>,
    /// Who is offered it, and when.
    pub visibility: Visibility,
}

/// What an offer gives for its price. With more than one of time, data and time online it is a hybrid,
/// which is over with whichever ends first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Package {
    /// How long one of it lasts, from minutes to years; `None`: as long as it is had, or as what is in it.
    pub lasts: Option<Cadence>,
    /// The data that is in it; `None`: what the plan allows.
    pub data: Option<DataPackage>,
    /// The time online that is in it; `None`: what the plan allows.
    pub online: Option<OnlinePackage>,
    /// The rate that is promised; `None`: none is.
    pub committed: Option<CommittedRate>,
}

/// An amount of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DataPackage {
    /// How much; at least one octet.
    pub octets: Octets,
    /// For what.
    pub per: GrantedPer,
    /// Lower ones are used first, as of an [`entitlement::Grant`].
    pub priority: u8,
    /// Whether it is given or bought; what is given is used first.
    pub kind: GrantKind,
    /// What is carried over of it when its time is over and the package goes on; `None`: nothing.
    pub rollover: Option<Rollover>,
}

/// An amount of time online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OnlinePackage {
    /// How long; at least one second.
    pub time: OnlineTime,
    /// For what.
    pub per: GrantedPer,
    /// Lower ones are used first, as of an [`entitlement::Grant`].
    pub priority: u8,
    /// Whether it is given or bought; what is given is used first.
    pub kind: GrantKind,
    /// What is carried over of it when its time is over and the package goes on; `None`: nothing.
    pub rollover: Option<Rollover>,
}

/// For what an amount of data or of time online is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantedPer {
    /// For each period anew: what is left of it ends with the period.
    Period,
    /// For all periods that are bought together.
    Purchase,
}

/// What a customer with a service level agreement is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommittedRate {
    /// The committed information rate, which is always there.
    pub cir: Speed,
    /// The peak information rate, up to which there may be more; not below the committed one.
    pub pir: Speed,
    /// The percentile of the samples of a month by which what is above the committed rate is charged,
    /// from 1 to 100, usually 95; `None`: it is not.
    pub percentile: Option<u8>,
    /// The part of a month for which it works, at most 100 %; below it there is a credit. `None`:
    /// nothing is promised.
    pub availability: Option<Percentage>,
}

/// Something that can be had beside an offer: recurring or once, as its price says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddOn {
    /// What it is charged as.
    pub component: ComponentId,
    /// The fewest of it, if one has it at all.
    pub quantity_min: NonZeroU32,
    /// The most of it, at most [`QUANTITY_MAX`].
    pub quantity_max: NonZeroU32,
}

/// A time in which an offer is tried for nothing or for less. It becomes what it names by itself,
/// unless it is cancelled before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trial {
    /// What it is charged as: at a price of 0, or a reduced one.
    pub component: ComponentId,
    /// How long it lasts.
    pub lasts: Cadence,
    /// What it becomes: the component of this offer, or of another of its product.
    pub becomes: ComponentId,
}

/// How long something must be had, and what it costs to give it up sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MinimumTerm {
    /// How many periods, at most [`TERM_PERIODS_MAX`]; counted from when the product was taken.
    pub periods: NonZeroU32,
    /// How long one of them is.
    pub cadence: Cadence,
    /// What becomes of a termination within it.
    pub early: EarlyEnd,
}

/// What becomes of a termination within a minimum term. A period that has begun is not among those
/// that remain: it is billed as any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EarlyEnd {
    /// There is none: it ends with the term.
    AtTermEnd,
    /// It costs as much whenever it is.
    Fixed(Money),
    /// It costs a part of the price of each period that remains. The price must be for periods as long
    /// as those of the term.
    OfRemaining(Percentage),
    /// It costs this at first, and less by an equal part with each period that has begun.
    Declining(Money),
}

impl Package {
    /// When it is over, given when its time ends, and when its data and its time online were used up: with
    /// whichever comes first. `None`: not as far as is known.
    #[must_use]
    pub fn ends_at(
        &self,
        time_ends_at: Option<Timestamp>,
        data_used_up_at: Option<Timestamp>,
        online_used_up_at: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let time = time_ends_at.filter(|_| self.lasts.is_some());
        let data = data_used_up_at.filter(|_| self.data.is_some());
        let online = online_used_up_at.filter(|_| self.online.is_some());
        time.into_iter().chain(data).chain(online).min()
    }
}

impl Offer {
    /// The add-on that is charged as a component, if it has it.
    #[must_use]
    pub fn add_on(&self, component: ComponentId) -> Option<&AddOn> {
        self.add_ons.iter().find(|add_on| add_on.component == component)
    }
}
