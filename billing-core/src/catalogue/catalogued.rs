//! Offers and prices that go together.

use std::collections::BTreeMap;

use entitlement::Measure;

use super::{
    ADD_ONS_MAX, AddOn, CatalogueError, CommittedRate, EarlyEnd, Offer, OfferId, Package, Price,
    PriceList, ProductId, QUANTITY_MAX, Role, TERM_PERIODS_MAX,
};
use crate::{ComponentId, Percentage};

/// The most offers of one catalogue.
pub const OFFERS_MAX: usize = 10_000;
/// The most components of one: that many offers with their trials and add-ons.
const COMPONENTS_MAX: usize = 100_000;

/// Everything that a tenant sells or has sold. Each offer of it has been checked, and each component
/// has one role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    prices: BTreeMap<ComponentId, PriceList>,
    offers: BTreeMap<OfferId, Offer>,
    roles: BTreeMap<ComponentId, Role>,
}

impl Catalogue {
    /// These offers at these prices. There may be components of which no offer consists, such as the
    /// fee for a change.
    ///
    /// # Errors
    /// What cannot be sold as it is described.
    pub fn new(
        prices: BTreeMap<ComponentId, PriceList>,
        offers: Vec<Offer>,
    ) -> Result<Self, CatalogueError> {
        let bounds =
            [("offers", offers.len(), OFFERS_MAX), ("components", prices.len(), COMPONENTS_MAX)];
        for (what, count, max) in bounds {
            if count > max {
                return Err(CatalogueError::TooMany { what, count, max });
            }
        }
        let mut all = Self { prices, offers: BTreeMap::new(), roles: BTreeMap::new() };
        for offer in offers {
            all.check(&offer)?;
            all.give_roles(&offer)?;
            if let Some(before) = all.offers.insert(offer.id, offer) {
                return Err(CatalogueError::TwoOffers { offer: before.id });
            }
        }
        for offer in all.offers.values() {
            all.check_trial(offer)?;
        }
        Ok(all)
    }

    /// What each component costs, as [`due`](crate::due) takes it.
    #[must_use]
    pub const fn prices(&self) -> &BTreeMap<ComponentId, PriceList> {
        &self.prices
    }

    /// The offer with this id.
    #[must_use]
    pub fn offer(&self, id: OfferId) -> Option<&Offer> {
        self.offers.get(&id)
    }

    /// Every offer, by its id.
    pub fn offers(&self) -> impl Iterator<Item = &Offer> {
        self.offers.values()
    }

    /// What a component is, if an offer consists of it.
    #[must_use]
    pub fn role(&self, component: ComponentId) -> Option<Role> {
        self.roles.get(&component).copied()
    }

    fn check(&self, offer: &Offer) -> Result<(), CatalogueError> {
        self.check_prices(offer)?;
        check_numbers(offer)?;
        let visibility = &offer.visibility;
        let nobody = [
            ("access", visibility.access.is_nobody()),
            ("category", visibility.categories.is_nobody()),
            ("zone", visibility.zones.is_nobody()),
        ];
        match nobody.into_iter().find(|(_, is_nobody)| *is_nobody) {
            Some((field, _)) => Err(CatalogueError::ForNobody { offer: offer.id, field }),
            None => Ok(()),
        }
    }

    fn check_prices(&self, offer: &Offer) -> Result<(), CatalogueError> {
        let id = offer.id;
        let is_once = |price: &Price| matches!(price, Price::Once(_));
        self.check_price(id, "the main component", offer.component, "", |_| true)?;
        for add_on in &offer.add_ons {
            self.check_price(id, "an add-on", add_on.component, "", |_| true)?;
        }
        if let Some(fee) = offer.setup_fee {
            self.check_price(id, "the set-up fee", fee, "paid once", is_once)?;
        }
        if let Some(trial) = offer.trial {
            self.check_price(id, "the trial", trial.component, "", |_| true)?;
        }
        let Some(term) = offer.minimum_term else { return Ok(()) };
        if matches!(term.early, EarlyEnd::OfRemaining(_)) {
            let is_of_term =
                |price: &Price| matches!(price, Price::Recurring(it) if it.cadence == term.cadence);
            let needed = format!("for {}, as the periods of its minimum term", term.cadence);
            self.check_price(id, "the main component", offer.component, &needed, is_of_term)?;
        }
        Ok(())
    }

    fn check_price(
        &self,
        offer: OfferId,
        field: &'static str,
        component: ComponentId,
        needed: &str,
        is_right: impl Fn(&Price) -> bool,
    ) -> Result<(), CatalogueError> {
        let prices = self.prices.get(&component).filter(|prices| prices.has_price());
        let prices = prices.ok_or(CatalogueError::NoPrice { offer, field, component })?;
        let any = needed.is_empty() || !prices.versions.is_empty();
        if any && prices.versions.iter().all(|version| is_right(&version.price)) {
            return Ok(());
        }
        Err(CatalogueError::WrongPrice { offer, field, component, needed: needed.to_owned() })
    }

    fn give_roles(&mut self, offer: &Offer) -> Result<(), CatalogueError> {
        self.give_role(offer.component, Role::Main(offer.id))?;
        if let Some(trial) = offer.trial {
            self.give_role(trial.component, Role::Trial(offer.id))?;
        }
        for add_on in &offer.add_ons {
            self.give_role(add_on.component, Role::AddOn(offer.product))?;
        }
        offer.setup_fee.map_or(Ok(()), |fee| self.give_role(fee, Role::SetupFee))
    }

    fn give_role(&mut self, component: ComponentId, role: Role) -> Result<(), CatalogueError> {
        let first = *self.roles.entry(component).or_insert(role);
        // What is not of one offer alone may be met again.
        if first == role {
            return Ok(());
        }
        Err(CatalogueError::TwoRoles { component, first, second: role })
    }

    fn check_trial(&self, offer: &Offer) -> Result<(), CatalogueError> {
        let Some(trial) = offer.trial else { return Ok(()) };
        let (component, product) = (trial.becomes, offer.product);
        if self.product_sold_as(component) == Some(product) {
            return Ok(());
        }
        Err(CatalogueError::TrialBecomes { offer: offer.id, component, product })
    }

    /// The product of the offer that is charged as a component.
    fn product_sold_as(&self, component: ComponentId) -> Option<ProductId> {
        match self.role(component)? {
            Role::Main(offer) => self.offer(offer).map(|offer| offer.product),
            Role::Trial(_) | Role::AddOn(_) | Role::SetupFee => None,
        }
    }
}

/// What is carried over is of what there is, and of what ends.
fn check_rollover(offer: &Offer) -> Result<(), CatalogueError> {
    let Package { lasts, data, online, .. } = offer.package;
    let rules = [
        (Measure::Data, data.and_then(|data| data.rollover)),
        (Measure::Online, online.and_then(|online| online.rollover)),
    ];
    for (measure, rule) in rules {
        let Some(rule) = rule else { continue };
        if rule.measure() != measure {
            return Err(CatalogueError::CarriesOther { offer: offer.id, rule });
        }
        if lasts.is_none() {
            return Err(CatalogueError::CarriesEndless { offer: offer.id });
        }
    }
    Ok(())
}

fn check_numbers(offer: &Offer) -> Result<(), CatalogueError> {
    let id = offer.id;
    let in_range = |field, value: u64, min: u64, max: u64| {
        let out_of_range = CatalogueError::OutOfRange { offer: id, field, value, min, max };
        if (min..=max).contains(&value) { Ok(()) } else { Err(out_of_range) }
    };
    let count = offer.add_ons.len();
    if count > ADD_ONS_MAX {
        return Err(CatalogueError::TooManyAddOns { offer: id, count });
    }
    for AddOn { quantity_min, quantity_max, .. } in &offer.add_ons {
        let min = quantity_min.get().into();
        in_range(
            "the greatest quantity of an add-on",
            quantity_max.get().into(),
            min,
            QUANTITY_MAX.into(),
        )?;
    }
    if let Some(data) = offer.package.data {
        in_range("the data in octets", data.octets.0, 1, u64::MAX)?;
    }
    if let Some(online) = offer.package.online {
        in_range("the time online in seconds", online.time.0, 1, u64::MAX)?;
    }
    check_rollover(offer)?;
    if let Some(term) = offer.minimum_term {
        in_range(
            "the minimum term in periods",
            term.periods.get().into(),
            1,
            TERM_PERIODS_MAX.into(),
        )?;
    }
    let Some(CommittedRate { cir, pir, percentile, availability }) = offer.package.committed else {
        return Ok(());
    };
    if cir.exceeds(pir) {
        return Err(CatalogueError::CommittedAbovePeak { offer: id });
    }
    if let Some(percentile) = percentile {
        in_range("the percentile", percentile.into(), 1, 100)?;
    }
    let whole = Percentage::WHOLE_MILLIONTHS;
    availability.map_or(Ok(()), |part| {
        in_range("the availability in millionths", part.millionths(), 0, whole)
    })
}
