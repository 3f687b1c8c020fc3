//! What makes a product an offer: what it is one way to have, what it gives, with what it comes and how
//! long it must be had.

use std::collections::{BTreeMap, BTreeSet};

use billing_core::{
    AddOn, ComponentId, DataPackage, EarlyEnd, MinimumTerm, Money, Offer, OfferId, OnlinePackage,
    Package, Percentage, PriceList, ProductId, RenewalPolicy, Trial, Visibility,
};
use entitlement::{GrantKind, Octets, OnlineTime, PlanId, TenantId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

use super::{codes, visibility};
use crate::entity::{product, product_add_on, zone};
use crate::error::{During as _, Kind, StoreError};
use crate::unit::Unit;

/// What makes a product an offer. Products are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfferTerms {
    /// What it is one way to have, by the product that stands for that; `None`: a family of its own.
    pub family: Option<String>,
    /// What one of it gives. Its data comes with each purchase; of what is had for a price each month,
    /// the plan says what may be used.
    pub package: Package,
    /// What is charged once when it is taken.
    pub setup_fee: Option<String>,
    /// How it can be tried.
    pub trial: Option<ProductTrial>,
    /// How long it must be had.
    pub minimum_term: Option<MinimumTerm>,
    /// Its place in its family, higher ones being more; `None`: its price says.
    pub rank: Option<u32>,
    /// How a package is renewed.
    pub renewal: RenewalPolicy,
    /// What can be had beside it.
    pub add_ons: Vec<ProductAddOn>,
    /// To whom it is shown; who does not see it cannot take it.
    pub visibility: Visibility<String>,
}

/// How an offer can be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductTrial {
    /// What the trial is charged as.
    pub product: String,
    /// How long it lasts.
    pub lasts: billing_core::Cadence,
    /// What it becomes; `None`: the product that it is the trial of.
    pub becomes: Option<String>,
}

/// What can be had beside an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductAddOn {
    /// What it is charged as.
    pub product: String,
    /// The fewest of it, if one has it at all.
    pub quantity_min: u32,
    /// The most of it.
    pub quantity_max: u32,
}

/// What of an offer is to be set; `None` leaves it as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfferChange {
    /// What it is one way to have.
    pub family: Option<Option<String>>,
    /// How long one of it lasts.
    pub lasts: Option<Option<billing_core::Cadence>>,
    /// The data that is in it.
    pub data: Option<Option<DataPackage>>,
    /// The time online that is in it.
    pub online: Option<Option<OnlinePackage>>,
    /// What is charged once when it is taken.
    pub setup_fee: Option<Option<String>>,
    /// How it can be tried.
    pub trial: Option<Option<ProductTrial>>,
    /// How long it must be had.
    pub minimum_term: Option<Option<MinimumTerm>>,
    /// Its place in its family.
    pub rank: Option<Option<u32>>,
    /// How a package is renewed.
    pub renewal: Option<RenewalPolicy>,
    /// Add-ons that it has from now on, or that have other bounds.
    pub add_ons: Vec<ProductAddOn>,
    /// Add-ons that it no longer has.
    pub no_add_ons: Vec<String>,
    /// To whom it is shown.
    pub visibility: Option<Visibility<String>>,
}

/// The columns by which a product is the offer that `change` says. `id_of` finds a product by its name,
/// and `zones` are all that there are.
pub(super) fn columns(
    mut columns: product::ActiveModel,
    change: &OfferChange,
    zones: &[zone::Model],
    id_of: impl Fn(&str) -> Result<product::Model, StoreError>,
) -> Result<product::ActiveModel, StoreError> {
    let named = |name: &Option<String>| name.as_deref().map(&id_of).transpose();
    if let Some(family) = &change.family {
        // The family of a family is the same one.
        columns.family_id = Set(named(family)?.map(|row| row.family_id.unwrap_or(row.id)));
    }
    if let Some(lasts) = change.lasts {
        columns.lasts = Set(lasts.map(|lasts| lasts.to_string()));
    }
    if let Some(data) = change.data {
        let octets = data.map(|data| stored("its data in octets", data.octets.0)).transpose()?;
        columns.data_octets = Set(octets);
        columns.data_per = Set(data.map(|data| codes::granted_per(data.per).to_owned()));
        columns.data_priority = Set(data.map(|data| data.priority.into()));
        columns.data_kind = Set(data.map(|data| data.kind.code().to_owned()));
        let rollover = data.and_then(|data| data.rollover);
        columns.data_rollover = Set(rollover.map(|rule| rule.to_string()));
    }
    if let Some(online) = change.online {
        let seconds = online.map(|online| stored("its time online in seconds", online.time.0));
        columns.online_s = Set(seconds.transpose()?);
        columns.online_per = Set(online.map(|online| codes::granted_per(online.per).to_owned()));
        columns.online_priority = Set(online.map(|online| online.priority.into()));
        columns.online_kind = Set(online.map(|online| online.kind.code().to_owned()));
        let rollover = online.and_then(|online| online.rollover);
        columns.online_rollover = Set(rollover.map(|rule| rule.to_string()));
    }
    if let Some(fee) = &change.setup_fee {
        columns.setup_fee_id = Set(named(fee)?.map(|row| row.id));
    }
    if let Some(trial) = &change.trial {
        let trial = trial.as_ref();
        let of = trial.map(|trial| id_of(&trial.product)).transpose()?;
        let becomes = trial.map(|trial| named(&trial.becomes)).transpose()?.flatten();
        columns.trial_id = Set(of.map(|row| row.id));
        columns.trial_lasts = Set(trial.map(|trial| trial.lasts.to_string()));
        columns.trial_becomes_id = Set(becomes.map(|row| row.id));
    }
    if let Some(term) = change.minimum_term {
        set_term(&mut columns, term)?;
    }
    if let Some(rank) = change.rank {
        columns.rank = Set(rank.map(i64::from));
    }
    if let Some(RenewalPolicy { counted_from, grace }) = change.renewal {
        columns.renew_from = Set(codes::counted_from(counted_from).to_owned());
        columns.renew_grace = Set(grace.map(|grace| grace.to_string()));
    }
    if let Some(wanted) = &change.visibility {
        visibility::set_columns(&mut columns, wanted, zones)?;
    }
    Ok(columns)
}

fn set_term(
    columns: &mut product::ActiveModel,
    term: Option<MinimumTerm>,
) -> Result<(), StoreError> {
    let (word, amount, part) = match term.map(|term| term.early) {
        None => (None, None, None),
        Some(EarlyEnd::AtTermEnd) => (Some("term_end"), None, None),
        Some(EarlyEnd::Fixed(amount)) => (Some("fixed"), Some(amount), None),
        Some(EarlyEnd::OfRemaining(part)) => (Some("remaining"), None, Some(part)),
        Some(EarlyEnd::Declining(first)) => (Some("declining"), Some(first), None),
    };
    if let Some(amount) = amount.filter(|amount| amount.is_negative()) {
        return Err(invalid(format!("an early end would cost {amount}; 0 and more are possible")));
    }
    let part =
        part.map(|part| stored("the part of what remains", part.millionths())).transpose()?;
    columns.term_periods = Set(term.map(|term| term.periods.get().into()));
    columns.term_cadence = Set(term.map(|term| term.cadence.to_string()));
    columns.early_end = Set(word.map(str::to_owned));
    columns.early_minor = Set(amount.map(Money::amount_minor));
    columns.early_currency = Set(amount.map(|amount| amount.currency().code().to_owned()));
    columns.early_millionths = Set(part);
    Ok(())
}

/// Gives a product the add-ons of `change`, and takes away those that it no longer has. Gives whether
/// that changed anything.
pub(super) async fn set_add_ons(
    unit: &Unit<'_>,
    product: i64,
    change: &OfferChange,
    id_of: impl Fn(&str) -> Result<product::Model, StoreError>,
) -> Result<(), StoreError> {
    let operation = "set the add-ons of the product";
    let gone = change.no_add_ons.iter().chain(change.add_ons.iter().map(|it| &it.product));
    let gone = gone.map(|name| id_of(name).map(|row| row.id)).collect::<Result<Vec<_>, _>>()?;
    if gone.is_empty() {
        return Ok(());
    }
    let delete = product_add_on::Entity::delete_many()
        .filter(product_add_on::Column::TenantId.eq(unit.tenant.0))
        .filter(product_add_on::Column::ProductId.eq(product))
        .filter(product_add_on::Column::AddOnId.is_in(gone));
    delete.exec(&unit.txn).await.during(operation)?;
    for add_on in &change.add_ons {
        if add_on.quantity_min == 0 || add_on.quantity_min > add_on.quantity_max {
            return Err(invalid(format!(
                "of the add-on `{}` there would be {} to {}; the fewest is 1 or more, and the most is \
                 not fewer",
                add_on.product, add_on.quantity_min, add_on.quantity_max
            )));
        }
        let row = product_add_on::ActiveModel {
            tenant_id: Set(unit.tenant.0),
            product_id: Set(product),
            add_on_id: Set(id_of(&add_on.product)?.id),
            quantity_min: Set(add_on.quantity_min.into()),
            quantity_max: Set(add_on.quantity_max.into()),
            ..Default::default()
        };
        row.insert(&unit.txn).await.during(operation)?;
    }
    Ok(())
}

/// The add-ons of everything that a tenant sells.
pub(super) async fn add_ons(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<product_add_on::Model>, StoreError> {
    let of_tenant =
        product_add_on::Entity::find().filter(product_add_on::Column::TenantId.eq(tenant.0));
    let rows = of_tenant.order_by_asc(product_add_on::Column::Id).all(db).await;
    rows.during("read the add-ons of the products")
}

/// What can be taken as a whole: every product that has a price and is not the add-on, the fee or the
/// trial of another one.
pub(super) fn offers(
    rows: &[product::Model],
    add_ons: &[product_add_on::Model],
    prices: &BTreeMap<ComponentId, PriceList>,
) -> Result<Vec<Offer>, StoreError> {
    // What names itself stays an offer, and is refused as two things at once.
    let of_add_ons = add_ons.iter().map(|row| (row.product_id, Some(row.add_on_id)));
    let of_rows = rows.iter().flat_map(|row| [(row.id, row.setup_fee_id), (row.id, row.trial_id)]);
    let parts = of_add_ons.chain(of_rows).filter(|(of, part)| Some(*of) != *part);
    let parts: BTreeSet<i64> = parts.filter_map(|(_, part)| part).collect();
    let has_price =
        |row: &&product::Model| prices.get(&ComponentId(row.id)).is_some_and(PriceList::has_price);
    let whole = rows.iter().filter(|row| !parts.contains(&row.id)).filter(has_price);
    whole.map(|row| offer(row, add_ons)).collect()
}

fn offer(row: &product::Model, add_ons: &[product_add_on::Model]) -> Result<Offer, StoreError> {
    let trial = match (row.trial_id, trial_lasts(row)?) {
        (Some(trial), Some(lasts)) => Some(Trial {
            component: ComponentId(trial),
            lasts,
            becomes: ComponentId(row.trial_becomes_id.unwrap_or(row.id)),
        }),
        _ => None,
    };
    let of_row = add_ons.iter().filter(|add_on| add_on.product_id == row.id);
    let add_on = |add_on: &product_add_on::Model| {
        let quantity = |count: i64| u32::try_from(count).ok().and_then(core::num::NonZeroU32::new);
        let bounds = quantity(add_on.quantity_min).zip(quantity(add_on.quantity_max));
        let (quantity_min, quantity_max) =
            bounds.ok_or_else(|| corrupt(row, "the bounds of an add-on are none"))?;
        Ok(AddOn { component: ComponentId(add_on.add_on_id), quantity_min, quantity_max })
    };
    Ok(Offer {
        id: OfferId(row.id),
        product: ProductId(row.family_id.unwrap_or(row.id)),
        component: ComponentId(row.id),
        plan: row.plan_id.map(PlanId),
        package: package(row)?,
        add_ons: of_row.map(add_on).collect::<Result<_, StoreError>>()?,
        setup_fee: row.setup_fee_id.map(ComponentId),
        trial,
        minimum_term: minimum_term(row)?,
        rank: rank(row)?,
        visibility: visibility::of(row)?,
    })
}

/// What makes a product an offer, by names.
pub(super) fn terms(
    row: &product::Model,
    all: &[product::Model],
    add_ons: &[product_add_on::Model],
    zones: &[zone::Model],
) -> Result<OfferTerms, StoreError> {
    let name = |id: i64| {
        let found = all.iter().find(|other| other.id == id);
        found.map_or_else(String::new, |other| other.name.clone())
    };
    let trial = match (row.trial_id, trial_lasts(row)?) {
        (Some(trial), Some(lasts)) => {
            let becomes = row.trial_becomes_id.map(name);
            Some(ProductTrial { product: name(trial), lasts, becomes })
        }
        _ => None,
    };
    let of_row = add_ons.iter().filter(|add_on| add_on.product_id == row.id);
    let add_on = |add_on: &product_add_on::Model| {
        let quantity = |count: i64| {
            u32::try_from(count).map_err(|_| corrupt(row, "the bounds of an add-on are none"))
        };
        Ok(ProductAddOn {
            product: name(add_on.add_on_id),
            quantity_min: quantity(add_on.quantity_min)?,
            quantity_max: quantity(add_on.quantity_max)?,
        })
    };
    Ok(OfferTerms {
        family: row.family_id.filter(|family| *family != row.id).map(name),
        package: package(row)?,
        setup_fee: row.setup_fee_id.map(name),
        trial,
        minimum_term: minimum_term(row)?,
        rank: rank(row)?,
        renewal: renewal(row)?,
        add_ons: of_row.map(add_on).collect::<Result<_, StoreError>>()?,
        visibility: visibility::named(row, zones)?,
    })
}

fn package(row: &product::Model) -> Result<Package, StoreError> {
    let read = || {
        let lasts = row.lasts.as_deref().map(str::parse).transpose().ok()?;
        let data = match (row.data_octets, &row.data_per, row.data_priority, &row.data_kind) {
            (None, None, None, None) => None,
            (Some(octets), Some(per), Some(priority), Some(kind)) => Some(DataPackage {
                octets: Octets(octets.try_into().ok()?),
                per: codes::read_granted_per(per)?,
                priority: priority.try_into().ok()?,
                kind: GrantKind::from_code(kind)?,
                rollover: row.data_rollover.as_deref().map(str::parse).transpose().ok()?,
            }),
            _ => return None,
        };
        let online = match (row.online_s, &row.online_per, row.online_priority, &row.online_kind) {
            (None, None, None, None) => None,
            (Some(seconds), Some(per), Some(priority), Some(kind)) => Some(OnlinePackage {
                time: OnlineTime(seconds.try_into().ok()?),
                per: codes::read_granted_per(per)?,
                priority: priority.try_into().ok()?,
                kind: GrantKind::from_code(kind)?,
                rollover: row.online_rollover.as_deref().map(str::parse).transpose().ok()?,
            }),
            _ => return None,
        };
        Some(Package { lasts, data, online, committed: None })
    };
    read().ok_or_else(|| corrupt(row, "what it gives is not known"))
}

fn trial_lasts(row: &product::Model) -> Result<Option<billing_core::Cadence>, StoreError> {
    let lasts = row.trial_lasts.as_deref().map(str::parse).transpose();
    lasts.map_err(|_| corrupt(row, "its trial lasts no time"))
}

fn minimum_term(row: &product::Model) -> Result<Option<MinimumTerm>, StoreError> {
    let Some(periods) = row.term_periods else { return Ok(None) };
    let read = || {
        let amount =
            || Some(Money::new(row.early_minor?, row.early_currency.as_deref()?.parse().ok()?));
        let early = match row.early_end.as_deref()? {
            "term_end" => EarlyEnd::AtTermEnd,
            "fixed" => EarlyEnd::Fixed(amount()?),
            "declining" => EarlyEnd::Declining(amount()?),
            "remaining" => {
                let millionths = u64::try_from(row.early_millionths?).ok()?;
                EarlyEnd::OfRemaining(Percentage::from_millionths(millionths)?)
            }
            _ => return None,
        };
        Some(MinimumTerm {
            periods: core::num::NonZeroU32::new(periods.try_into().ok()?)?,
            cadence: row.term_cadence.as_deref()?.parse().ok()?,
            early,
        })
    };
    read().map(Some).ok_or_else(|| corrupt(row, "its minimum term is none"))
}

fn rank(row: &product::Model) -> Result<Option<u32>, StoreError> {
    let rank = row.rank.map(u32::try_from).transpose();
    rank.map_err(|_| corrupt(row, "its rank is out of range"))
}

/// How a package is renewed.
pub(super) fn renewal(row: &product::Model) -> Result<RenewalPolicy, StoreError> {
    let read = || {
        let grace = row.renew_grace.as_deref().map(str::parse).transpose().ok()?;
        Some(RenewalPolicy { counted_from: codes::read_counted_from(&row.renew_from)?, grace })
    };
    read().ok_or_else(|| corrupt(row, "how it is renewed is not known"))
}

fn stored(field: &str, number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| {
        invalid(format!("{field} would be {number}; at most {} can be stored", i64::MAX))
    })
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Product, problem }
}

fn corrupt(row: &product::Model, problem: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Product,
        row: row.id.to_string(),
        problem: problem.to_owned(),
    }
}
