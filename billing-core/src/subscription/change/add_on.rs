//! How many of an add-on there are.

use super::{Change, ChangeError, Draft, Subscription};
use crate::ComponentId;
use crate::catalogue::{AddOn, Offer, QUANTITY_MAX};

impl Subscription<'_> {
    /// From now on it has so many of an add-on; of one that is paid once, so many more are charged.
    ///
    /// # Errors
    /// [`ChangeError::NotServed`], [`ChangeError::NoAddOn`], and [`ChangeError::Quantity`] for less than
    /// the fewest that can be had, which is at least 1: what is not wanted is
    /// [given up](Self::remove_add_on).
    pub fn set_add_on(&self, component: ComponentId, quantity: i64) -> Result<Change, ChangeError> {
        self.check_is_served("an add-on")?;
        let offers: Vec<&Offer> = self.all_held(self.now).map(|held| held.offer).collect();
        let quantity = self.add_on_quantity(&offers, component, quantity)?;
        let mut draft = Draft::new(self);
        self.take(&mut draft, component, quantity, self.now)?;
        if !self.paid(component, self.now, self.now)?.is_once() {
            self.give_up_with_a_planned_change(&mut draft, component);
        }
        draft.finish()
    }

    /// From now on it has none of an add-on.
    ///
    /// # Errors
    /// [`ChangeError::NotServed`]; [`ChangeError::NoAddOn`] when it has none of it, or it is none.
    pub fn remove_add_on(&self, component: ComponentId) -> Result<Change, ChangeError> {
        self.check_is_served("an add-on")?;
        let offers: Vec<&Offer> = self.all_held(self.now).map(|held| held.offer).collect();
        self.add_on(&offers, component)?;
        if self.timeline.quantity_at(component, self.now) == 0 {
            return Err(no_add_on(&offers, component));
        }
        let mut draft = Draft::new(self);
        draft.quantity(component, 0, self.now);
        draft.finish()
    }

    /// How many of an add-on of one of these offers are wanted, if there can be so many.
    pub(super) fn add_on_quantity(
        &self,
        offers: &[&Offer],
        component: ComponentId,
        quantity: i64,
    ) -> Result<u32, ChangeError> {
        let add_on = self.add_on(offers, component)?;
        let (min, max) = (add_on.quantity_min.get(), add_on.quantity_max.get().min(QUANTITY_MAX));
        let in_range = u32::try_from(quantity).ok().filter(|it| (min..=max).contains(it));
        in_range.ok_or(ChangeError::Quantity { component, quantity, min, max })
    }

    fn add_on<'o>(
        &self,
        offers: &[&'o Offer],
        component: ComponentId,
    ) -> Result<&'o AddOn, ChangeError> {
        if !self.catalogue.prices().contains_key(&component) {
            return Err(ChangeError::UnknownComponent { component });
        }
        let mut found = offers.iter().filter_map(|offer| offer.add_on(component));
        found.next().ok_or_else(|| no_add_on(offers, component))
    }

    /// What the offer that is planned has not is given up when it takes the place of the present one.
    fn give_up_with_a_planned_change(&self, draft: &mut Draft, component: ComponentId) {
        for held in self.all_held(self.now) {
            let Some(at) = self.planned_end(held.component) else { continue };
            let planned = self.held(held.offer.product, at);
            let goes_on = planned.is_some_and(|next| next.offer.add_on(component).is_some());
            // What there was when the change was planned is given up with it already.
            let is_new = self.timeline.quantity_at(component, self.now) == 0;
            if is_new && !goes_on && held.offer.add_on(component).is_some() {
                draft.quantity(component, 0, at);
            }
        }
    }
}

fn no_add_on(offers: &[&Offer], component: ComponentId) -> ChangeError {
    ChangeError::NoAddOn { component, offers: offers.iter().map(|offer| offer.id).collect() }
}
