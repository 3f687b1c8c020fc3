//! What is taken off, and the coupons by which that is given.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::discount::{Coupon, CouponCode, Discount, DiscountId, Offer, On, Redemption};
use billing_core::{ComponentId, Currency, Money, PartOrAmount, Percentage};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

use super::agreed::Agreed;
use super::billing_days::alignment_at;
use super::events;
use super::subscriptions::{SubscriptionId, lock};
use super::{runs, settings};
use crate::among;
use crate::entity::{coupon, discount, invoice, subscription};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// Reads and gives the discounts of one tenant.
#[derive(Debug)]
pub struct Discounts<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// A discount that a subscription has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscountEntry {
    /// Which has it.
    pub subscription: SubscriptionId,
    /// What it is, from when until when.
    pub discount: Discount,
}

impl Discounts<'_> {
    /// Gives a discount to a subscription, from a moment until another or without end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Rule`] where it ends before it begins, is in another currency
    /// than what it is taken off, has periods that cannot begin as those of the subscription do, or is one
    /// too many, [`StoreError::Closed`] where it begins where the books are closed.
    pub async fn give(
        &self,
        by: &Actor,
        subscription: SubscriptionId,
        offer: &Offer,
        (from, until): (Timestamp, Option<Timestamp>),
    ) -> Result<DiscountEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "give the discount").await?;
        let of = self.locked(&unit, subscription).await?;
        let discount = Discount::new(DiscountId(0), offer.clone(), from, until)
            .map_err(|error| rule(Kind::Discount, offer.name(), RuleError::Discount(error)))?;
        Agreed::read(&unit, &of).await?.check_discount(&discount)?;
        check_open(&unit, "the beginning", from).await?;
        let row = self.insert(&mut unit, subscription, offer, (from, until), None, true).await?;
        unit.commit().await?;
        entry(&row)
    }

    /// Ends a discount at a moment: what begins then has it no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Rule`] where it would end before it begins,
    /// [`StoreError::Closed`] where it ends, or has ended, where the books are closed.
    pub async fn end(
        &self,
        by: &Actor,
        id: DiscountId,
        at: Timestamp,
    ) -> Result<DiscountEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "end the discount").await?;
        let found = discount::Entity::find_by_id(id.0)
            .filter(discount::Column::TenantId.eq(self.tenant.0))
            .one(&unit.txn);
        let found = found.await.during("find the discount")?;
        let found = found.ok_or_else(|| names::not_found(Kind::Discount, &id.to_string(), []))?;
        let subscription = SubscriptionId(found.subscription_id);
        self.locked(&unit, subscription).await?;
        let before = entry(&found)?.discount;
        Discount::new(id, before.offer().clone(), before.from(), Some(at)).map_err(|error| {
            rule(Kind::Discount, before.offer().name(), RuleError::Discount(error))
        })?;
        if let Some(ended) = before.until() {
            check_open(&unit, "the end that it had", ended).await?;
        }
        check_open(&unit, "the end", at).await?;
        let ended = discount::ActiveModel {
            id: Set(id.0),
            until_at: Set(Some(at.unix_ms())),
            ..Default::default()
        };
        let after = ended.update(&unit.txn).await.during("end the discount")?;
        let first = before.until().map_or(at, |until| until.min(at));
        look_again(&unit, subscription, first).await?;
        unit.record(Record {
            kind: Kind::Discount,
            row: id.0,
            name: &found.name,
            before: Some(described(&found)),
            after: Some(described(&after)),
        });
        unit.commit().await?;
        entry(&after)
    }

    /// Every discount of a subscription, in the order in which they were given.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where this tenant has no such subscription.
    pub async fn of(&self, subscription: SubscriptionId) -> Result<Vec<DiscountEntry>, StoreError> {
        let reader = &self.store.database().reader;
        self.store.subscriptions(self.tenant).existing(reader, subscription).await?;
        let all = of_subscriptions(reader, &[subscription.0]).await?;
        let all = all.into_values().flatten();
        Ok(all.map(|discount| DiscountEntry { subscription, discount }).collect())
    }

    /// Makes a coupon, or gives it other rules. Discounts that were given by it stay.
    ///
    /// # Errors
    /// [`StoreError::Rule`] for one that nobody could redeem.
    pub async fn set_coupon(&self, by: &Actor, new: &Coupon) -> Result<(), StoreError> {
        let code = new.code.to_string();
        new.check().map_err(|error| rule(Kind::Coupon, &code, RuleError::Coupon(error)))?;
        let mut unit = Unit::begin(self.store, self.tenant, by, "set the coupon").await?;
        let before = self.coupon_row(&unit.txn, &code, true).await?;
        let OfferColumns {
            name,
            off_millionths,
            off_minor,
            off_currency,
            on_products,
            per,
            periods,
        } = offer_columns(&new.offer)?;
        let columns = coupon::ActiveModel {
            name: Set(name),
            off_millionths: Set(off_millionths),
            off_minor: Set(off_minor),
            off_currency: Set(off_currency),
            on_products: Set(on_products),
            per: Set(per),
            periods: Set(periods),
            redeem_by: Set(new.redeem_by.map(Timestamp::unix_ms)),
            redemptions_max: Set(new.redemptions_max.map(i64::from)),
            redemptions_per_subscriber_max: Set(new.redemptions_per_subscriber_max.map(i64::from)),
            is_first_purchase_only: Set(new.is_first_purchase_only.into()),
            is_combinable: Set(new.is_combinable.into()),
            ..Default::default()
        };
        let row = match &before {
            Some(before) => coupon::ActiveModel { id: Set(before.id), ..columns }
                .update(&unit.txn)
                .await
                .during("set the coupon")?,
            None => {
                let row = coupon::ActiveModel {
                    tenant_id: Set(self.tenant.0),
                    code: Set(code.clone()),
                    created_at: Set(unit.now.unix_ms()),
                    ..columns
                };
                let added = coupon::Entity::insert(row).exec_with_returning(&unit.txn).await;
                unit.unique(added, Kind::Coupon, &code)?
            }
        };
        unit.record(Record {
            kind: Kind::Coupon,
            row: row.id,
            name: &code,
            before: before.as_ref().map(|row| json!({ "name": row.name })),
            after: Some(json!({ "name": row.name, "per": row.per, "periods": row.periods })),
        });
        unit.commit().await
    }

    /// Every coupon, by code, each with how often it was redeemed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn coupons(&self) -> Result<Vec<(Coupon, u64)>, StoreError> {
        let reader = &self.store.database().reader;
        let rows = coupon::Entity::find()
            .filter(coupon::Column::TenantId.eq(self.tenant.0))
            .order_by_asc(coupon::Column::Code)
            .all(reader);
        let mut all = Vec::new();
        for row in rows.await.during("list the coupons")? {
            let given = discount::Entity::find().filter(discount::Column::CouponId.eq(row.id));
            let count = given.count(reader).await.during("count redemptions")?;
            all.push((coupon_of(&row)?, count));
        }
        Ok(all)
    }

    /// Gives a subscription what a coupon is worth. Whoever redeems the same coupon at the same time waits,
    /// so that it is not redeemed more often than it can be.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Rule`] for the rule that is against it.
    pub async fn redeem(
        &self,
        by: &Actor,
        code: &CouponCode,
        subscription: SubscriptionId,
    ) -> Result<DiscountEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "redeem the coupon").await?;
        let of = self.locked(&unit, subscription).await?;
        let owner = of.subscriber_id;
        let agreed = Agreed::read(&unit, &of).await?;
        let code = code.to_string();
        let Some(row) = self.coupon_row(&unit.txn, &code, true).await? else {
            return Err(names::not_found(Kind::Coupon, &code, []));
        };
        let coupon = coupon_of(&row)?;
        let given = discount::Entity::find().filter(discount::Column::CouponId.eq(row.id));
        let redemptions = given.clone().count(&unit.txn).await.during("count redemptions")?;
        let own = subscriptions_of(&unit.txn, owner).await?;
        let of_subscriber = given.filter(discount::Column::SubscriptionId.is_in(own));
        let of_subscriber = of_subscriber.count(&unit.txn).await.during("count redemptions")?;
        let beside = beside(&unit, subscription).await?;
        let beside: Vec<_> = beside.iter().map(|(one, combinable)| (one, *combinable)).collect();
        let billed_in = currency(&unit, owner).await?;
        let redemption = Redemption {
            at: unit.now,
            id: DiscountId(0),
            currency: agreed.currency(unit.now).or(billed_in),
            redemptions: u32::try_from(redemptions).unwrap_or(u32::MAX),
            redemptions_of_subscriber: u32::try_from(of_subscriber).unwrap_or(u32::MAX),
            // Who was ever billed has bought something.
            has_purchased: billed_in.is_some(),
            beside: &beside,
        };
        let redeemed = coupon
            .redeem(&redemption)
            .map_err(|error| rule(Kind::Coupon, &code, RuleError::CouponRefused(error)))?;
        agreed.check_discount(&redeemed)?;
        let (from, until) = (redeemed.from(), redeemed.until());
        check_open(&unit, "the beginning", from).await?;
        let combinable = coupon.is_combinable;
        let offer = redeemed.offer();
        let row = self
            .insert(&mut unit, subscription, offer, (from, until), Some(row.id), combinable)
            .await?;
        unit.commit().await?;
        entry(&row)
    }

    async fn insert(
        &self,
        unit: &mut Unit<'_>,
        subscription: SubscriptionId,
        offer: &Offer,
        (from, until): (Timestamp, Option<Timestamp>),
        coupon: Option<i64>,
        is_combinable: bool,
    ) -> Result<discount::Model, StoreError> {
        let OfferColumns {
            name,
            off_millionths,
            off_minor,
            off_currency,
            on_products,
            per,
            periods,
        } = offer_columns(offer)?;
        let row = discount::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscription_id: Set(subscription.0),
            coupon_id: Set(coupon),
            name: Set(name),
            off_millionths: Set(off_millionths),
            off_minor: Set(off_minor),
            off_currency: Set(off_currency),
            on_products: Set(on_products),
            per: Set(per),
            periods: Set(periods),
            from_at: Set(from.unix_ms()),
            until_at: Set(until.map(Timestamp::unix_ms)),
            is_combinable: Set(is_combinable.into()),
            created_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = discount::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = added.during("give the discount")?;
        look_again(unit, subscription, from).await?;
        unit.record(Record {
            kind: Kind::Discount,
            row: added.id,
            name: &added.name,
            before: None,
            after: Some(described(&added)),
        });
        Ok(added)
    }

    /// Locks whose a subscription is.
    async fn locked(
        &self,
        unit: &Unit<'_>,
        subscription: SubscriptionId,
    ) -> Result<subscription::Model, StoreError> {
        let subscriptions = self.store.subscriptions(self.tenant);
        let found = subscriptions.existing(&unit.txn, subscription).await?;
        lock(&unit.txn, found.subscriber_id).await?;
        // Only now nobody else changes it.
        subscriptions.existing(&unit.txn, subscription).await
    }

    async fn coupon_row(
        &self,
        db: &impl ConnectionTrait,
        code: &str,
        is_locked: bool,
    ) -> Result<Option<coupon::Model>, StoreError> {
        let find = coupon::Entity::find()
            .filter(coupon::Column::TenantId.eq(self.tenant.0))
            .filter(coupon::Column::Code.eq(code));
        let find = if is_locked { find.lock_exclusive() } else { find };
        find.one(db).await.during("find the coupon")
    }
}

/// What is given and ended changes nothing where the books are closed.
async fn check_open(unit: &Unit<'_>, field: &'static str, at: Timestamp) -> Result<(), StoreError> {
    settings::read(&unit.txn, unit.tenant).await?.check_open(Kind::Discount, field, at)
}

/// The discounts of these subscriptions.
pub(super) async fn of_subscriptions(
    db: &impl ConnectionTrait,
    subscriptions: &[i64],
) -> Result<BTreeMap<i64, Vec<Discount>>, StoreError> {
    let rows = discount::Entity::find()
        .filter(among::numbers(
            db.get_database_backend(),
            "subscription_id",
            subscriptions.iter().copied(),
        ))
        .order_by_asc(discount::Column::Id)
        .all(db);
    let mut all: BTreeMap<i64, Vec<Discount>> = BTreeMap::new();
    for row in rows.await.during("read the discounts")? {
        all.entry(row.subscription_id).or_default().push(entry(&row)?.discount);
    }
    Ok(all)
}

/// Lets the next run look at a subscription from a moment on.
pub(super) async fn look_again(
    unit: &Unit<'_>,
    id: SubscriptionId,
    at: Timestamp,
) -> Result<(), StoreError> {
    runs::look_at(unit, id.0, at).await
}

async fn subscriptions_of(
    db: &impl ConnectionTrait,
    subscriber: i64,
) -> Result<BTreeSet<i64>, StoreError> {
    let rows = subscription::Entity::find()
        .filter(subscription::Column::SubscriberId.eq(subscriber))
        .all(db);
    Ok(rows.await.during("read the subscriptions")?.into_iter().map(|row| row.id).collect())
}

/// The discounts of a subscription that are not over, each with whether there can be others beside it.
async fn beside(
    unit: &Unit<'_>,
    subscription: SubscriptionId,
) -> Result<Vec<(Discount, bool)>, StoreError> {
    let operation = "read the discounts";
    let found = subscription::Entity::find_by_id(subscription.0).one(&unit.txn).await;
    let Some(found) = found.during(operation)? else { return Ok(Vec::new()) };
    let happened = events::of(&unit.txn, subscription.0).await?;
    let began_at = events::timeline(subscription.0, happened)?.began_at().unwrap_or(unit.now);
    let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
    let rows = discount::Entity::find()
        .filter(discount::Column::SubscriptionId.eq(subscription.0))
        .all(&unit.txn);
    let mut lasting = Vec::new();
    for row in rows.await.during(operation)? {
        let discount = entry(&row)?.discount;
        let alignment = alignment_at(&found, discount.from())?;
        let ends_at = discount.ends_at(alignment, began_at, &zone);
        // One whose end cannot be said is taken to last.
        if ends_at.unwrap_or_default().is_none_or(|ends_at| ends_at > unit.now) {
            lasting.push((discount, row.is_combinable != 0));
        }
    }
    Ok(lasting)
}

/// In which currency a subscriber was billed last; `None`: never.
async fn currency(unit: &Unit<'_>, subscriber: i64) -> Result<Option<Currency>, StoreError> {
    let last = invoice::Entity::find()
        .filter(invoice::Column::SubscriberId.eq(subscriber))
        .order_by_desc(invoice::Column::Id)
        .one(&unit.txn);
    let last = last.await.during("read the last invoice")?;
    let read = |row: invoice::Model| {
        row.currency.parse().map_err(|_| corrupt(row.id, "the currency of an invoice"))
    };
    last.map(read).transpose()
}

/// What is taken off, as its columns hold it.
struct OfferColumns {
    name: String,
    off_millionths: Option<i64>,
    off_minor: Option<i64>,
    off_currency: Option<String>,
    on_products: Option<String>,
    per: String,
    periods: Option<i64>,
}

/// The columns of a row that has them: a discount's or a coupon's.
macro_rules! columns_of {
    ($row:expr) => {
        OfferColumns {
            name: $row.name.clone(),
            off_millionths: $row.off_millionths,
            off_minor: $row.off_minor,
            off_currency: $row.off_currency.clone(),
            on_products: $row.on_products.clone(),
            per: $row.per.clone(),
            periods: $row.periods,
        }
    };
}

fn offer_columns(offer: &Offer) -> Result<OfferColumns, StoreError> {
    let (millionths, fixed) = match offer.off() {
        PartOrAmount::Percent(rate) => (Some(rate.millionths()), None),
        PartOrAmount::Fixed(amount) => (None, Some(amount)),
    };
    let millionths = millionths.map(i64::try_from).transpose();
    let on_products = match offer.on() {
        On::All => None,
        On::Components(components) => {
            let ids: Vec<_> = components.iter().map(|component| component.0.to_string()).collect();
            Some(ids.join(","))
        }
    };
    Ok(OfferColumns {
        name: offer.name().to_owned(),
        off_millionths: millionths.map_err(|_| corrupt(0, "the part that is taken off"))?,
        off_minor: fixed.map(Money::amount_minor),
        off_currency: fixed.map(|amount| amount.currency().code().to_owned()),
        on_products,
        per: offer.per().to_string(),
        periods: offer.periods().map(|periods| i64::from(periods.get())),
    })
}

fn offer_of(row: i64, columns: &OfferColumns) -> Result<Offer, StoreError> {
    let read = || {
        let off = match (columns.off_millionths, columns.off_minor, &columns.off_currency) {
            (Some(millionths), None, None) => {
                PartOrAmount::Percent(Percentage::from_millionths(millionths.try_into().ok()?)?)
            }
            (None, Some(minor), Some(currency)) => {
                PartOrAmount::Fixed(Money::new(minor, currency.parse().ok()?))
            }
            _ => return None,
        };
        let on = match &columns.on_products {
            None => On::All,
            Some(ids) => {
                let ids = ids.split(',').map(|id| id.parse().ok().map(ComponentId));
                On::Components(ids.collect::<Option<_>>()?)
            }
        };
        let offer = Offer::new(columns.name.clone(), off, on, columns.per.parse().ok()?).ok()?;
        match columns.periods {
            None => Some(offer),
            Some(periods) => {
                let periods = u32::try_from(periods).ok().and_then(core::num::NonZeroU32::new);
                Some(offer.for_periods(periods?))
            }
        }
    };
    read().ok_or_else(|| corrupt(row, "what is taken off"))
}

fn entry(row: &discount::Model) -> Result<DiscountEntry, StoreError> {
    let columns = columns_of!(row);
    let offer = offer_of(row.id, &columns)?;
    let (from, until) =
        (Timestamp::from_unix_ms(row.from_at), row.until_at.map(Timestamp::from_unix_ms));
    let discount = Discount::new(DiscountId(row.id), offer, from, until);
    let discount = discount.map_err(|_| corrupt(row.id, "its end"))?;
    Ok(DiscountEntry { subscription: SubscriptionId(row.subscription_id), discount })
}

fn coupon_of(row: &coupon::Model) -> Result<Coupon, StoreError> {
    let columns = columns_of!(row);
    let count = |count: Option<i64>| {
        let count = count.map(u32::try_from).transpose();
        count.map_err(|_| corrupt(row.id, "how often it can be redeemed"))
    };
    Ok(Coupon {
        code: row.code.parse().map_err(|_| corrupt(row.id, "its code"))?,
        offer: offer_of(row.id, &columns)?,
        redeem_by: row.redeem_by.map(Timestamp::from_unix_ms),
        redemptions_max: count(row.redemptions_max)?,
        redemptions_per_subscriber_max: count(row.redemptions_per_subscriber_max)?,
        is_first_purchase_only: row.is_first_purchase_only != 0,
        is_combinable: row.is_combinable != 0,
    })
}

fn described(row: &discount::Model) -> serde_json::Value {
    json!({
        "subscription": row.subscription_id,
        "name": row.name,
        "off_millionths": row.off_millionths,
        "off_minor": row.off_minor,
        "from": row.from_at,
        "until": row.until_at,
    })
}

fn rule(what: Kind, name: &str, source: RuleError) -> StoreError {
    StoreError::Rule { what, name: name.to_owned(), source }
}

fn corrupt(row: i64, what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Discount,
        row: row.to_string(),
        problem: format!("{what} cannot be understood"),
    }
}
