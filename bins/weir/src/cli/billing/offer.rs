//! What makes a product an offer, as `weir product set` is told it and `weir product show` tells it.

use core::num::NonZeroU32;

use anyhow::anyhow;
use billing_core::balance::Rollover;
use billing_core::{
    AccessKind, Cadence, CountedFrom, DataPackage, DeviceCapability, EarlyEnd, GrantedPer,
    MinimumTerm, OnlinePackage, Percentage, RenewalPolicy, Visibility,
};
use clap::Args;
use entitlement::{EXTRA_PRIORITY_DEFAULT, GrantKind, Octets, OnlineTime, TimeZone, Timestamp};
use serde_json::{Value, json};
use storage::{OfferChange, OfferTerms, Product, ProductAddOn, ProductTrial, SeenAs};

use super::{moment, shown};
use crate::units::{self, Setting};

/// What makes a product an offer.
#[derive(Debug, Args)]
#[command(next_help_heading = "What it is as an offer")]
pub(super) struct OfferArgs {
    /// What it is one way to have, by the product that stands for that, or none: a subscription has one
    /// of a family at a time, and moves between them.
    #[arg(long, value_name = "PRODUCT", value_parser = name)]
    family: Option<Setting<String>>,
    /// Its place in its family, higher ones being more, or none: its price says.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    rank: Option<Setting<u32>>,
    /// How long one of it lasts, where it is paid once: "1 month", "30 days", "90 minutes", or none.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    lasts: Option<Setting<Cadence>>,
    /// The data that is in it when it is bought: 10GB, or none.
    #[arg(long, value_name = "AMOUNT", value_parser = octets)]
    data: Option<Setting<Octets>>,
    /// For what the data is: for each period anew, or for all periods of a purchase: period, purchase
    /// [default: period].
    #[arg(long, value_name = "WHAT", requires = "data", value_parser = granted_per)]
    data_per: Option<GrantedPer>,
    /// The data of lower ones is used first; below 100 before the plan's allowance.
    #[arg(long, value_name = "NUMBER", requires = "data")]
    data_priority: Option<u8>,
    /// The data is given, and used before what is bought.
    #[arg(long, requires = "data")]
    data_bonus: bool,
    /// What is carried over of the data when its period ends and the package goes on: "at most 5GB", or
    /// "at most 5GB; at least 1GB; 2 times; for 30 days" [default: nothing at least; once; until the next
    /// period ends].
    #[arg(long, value_name = "RULE", requires = "data")]
    data_rollover: Option<Rollover>,
    /// The time online that is in it when it is bought: 20h, or none. With data, or time of its own, it is
    /// over with whichever ends first.
    #[arg(long, value_name = "TIME", value_parser = online)]
    online: Option<Setting<OnlineTime>>,
    /// For what the time online is: period, purchase [default: period].
    #[arg(long, value_name = "WHAT", requires = "online", value_parser = granted_per)]
    online_per: Option<GrantedPer>,
    /// The time online of lower ones is used first; below 100 before the plan's allowance.
    #[arg(long, value_name = "NUMBER", requires = "online")]
    online_priority: Option<u8>,
    /// The time online is given, and used before what is bought.
    #[arg(long, requires = "online")]
    online_bonus: bool,
    /// What is carried over of the time online when its period ends: "at most 5h; 2 times".
    #[arg(long, value_name = "RULE", requires = "online")]
    online_rollover: Option<Rollover>,
    /// From when a renewal counts: old-expiry, or now.
    #[arg(long, value_name = "MOMENT", value_parser = counted_from)]
    renew_from: Option<CountedFrom>,
    /// So long after the old expiry a renewal still counts from there: "3 days", or none.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    renew_grace: Option<Setting<Cadence>>,
    /// The product that is charged once when it is taken, or none.
    #[arg(long, value_name = "PRODUCT", value_parser = name)]
    setup_fee: Option<Setting<String>>,
    /// The product that it is charged as while it is tried, or none: it cannot be tried.
    #[arg(long, value_name = "PRODUCT", value_parser = name)]
    trial: Option<Setting<String>>,
    /// How long it can be tried: "14 days".
    #[arg(long, value_name = "PERIOD", requires = "trial")]
    trial_lasts: Option<Cadence>,
    /// The product that a trial becomes [default: this one].
    #[arg(long, value_name = "PRODUCT", requires = "trial")]
    trial_becomes: Option<String>,
    /// How many periods it must be had, or none.
    #[arg(long, value_name = "COUNT", value_parser = count)]
    minimum_term: Option<Setting<NonZeroU32>>,
    /// How long a period of the minimum term is [default: 1 month].
    #[arg(long, value_name = "PERIOD", requires = "minimum_term")]
    term_period: Option<Cadence>,
    /// What an end within the minimum term costs: term-end (there is none before), an amount, 50% of
    /// what remains, or "declining 5000 KES", less with each period [default: term-end].
    #[arg(long, value_name = "COST", requires = "minimum_term", value_parser = early_end)]
    early_end: Option<EarlyEnd>,
    /// What can be had beside it: PRODUCT, or PRODUCT=FEWEST-MOST. Repeat it for more.
    #[arg(long, value_name = "PRODUCT", value_parser = add_on)]
    add_on: Vec<ProductAddOn>,
    /// What can no longer be had beside it. Repeat it for more.
    #[arg(long, value_name = "PRODUCT")]
    no_add_on: Vec<String>,
    /// To whom it is offered, and who can take it: access=ppp,dhcp, category=business, device=ipv6,voice
    /// (all of it), zone=north, hours="mon-fri 08:00-18:00", from=2027-04-01, until=2027-05-01, on the
    /// tenant's clock. Repeat it for more, all of which must be so; access=all takes one away, all takes
    /// away each. Who has it keeps it, and what renews itself goes on.
    #[arg(long, value_name = "WHAT=WHICH")]
    visible_to: Vec<String>,
}

/// What is known of somebody who is to be offered something.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who it is offered to")]
pub(super) struct SeenArgs {
    /// How they are connected, where it is offered to some only: ppp, hotspot, dhcp, wireless, dot1x,
    /// static.
    #[arg(long, value_name = "KIND", value_parser = access_kind)]
    access_kind: Option<AccessKind>,
    /// What their device can do: ipv6, 5ghz, gigabit-port, voice, multicast. Repeat it for more.
    #[arg(long, value_name = "ABILITY", value_parser = capability)]
    device: Vec<DeviceCapability>,
    /// Where they are [default: the zone of the subscriber].
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

impl SeenArgs {
    pub(super) fn seen(self) -> SeenAs {
        let Self { access_kind, device, zone } = self;
        SeenAs { access: access_kind, device: device.into_iter().collect(), zone }
    }
}

fn access_kind(text: &str) -> Result<AccessKind, String> {
    AccessKind::from_code(text).ok_or_else(|| {
        let known = AccessKind::ALL.map(AccessKind::code).join(", ");
        format!("`{text}` is no kind of access; there are {known}")
    })
}

fn capability(text: &str) -> Result<DeviceCapability, String> {
    DeviceCapability::from_code(text).ok_or_else(|| {
        let known = DeviceCapability::ALL.map(DeviceCapability::code).join(", ");
        format!("nothing is known of devices with `{text}`; there are {known}")
    })
}

impl OfferArgs {
    /// What is to be set, given what the product is.
    pub(super) fn change(
        &self,
        before: Option<&Product>,
        zone: &TimeZone,
    ) -> anyhow::Result<OfferChange> {
        let before = before.map(|product| product.offer.clone()).unwrap_or_default();
        let data = |octets: Octets| DataPackage {
            octets,
            per: self.data_per.unwrap_or(GrantedPer::Period),
            priority: self.data_priority.unwrap_or(EXTRA_PRIORITY_DEFAULT),
            kind: if self.data_bonus { GrantKind::Bonus } else { GrantKind::Purchased },
            rollover: self.data_rollover,
        };
        let online = |time: OnlineTime| OnlinePackage {
            time,
            per: self.online_per.unwrap_or(GrantedPer::Period),
            priority: self.online_priority.unwrap_or(EXTRA_PRIORITY_DEFAULT),
            kind: if self.online_bonus { GrantKind::Bonus } else { GrantKind::Purchased },
            rollover: self.online_rollover,
        };
        let term = |periods: NonZeroU32| -> anyhow::Result<MinimumTerm> {
            let month = || "1 month".parse::<Cadence>();
            Ok(MinimumTerm {
                periods,
                cadence: self.term_period.map_or_else(month, Ok)?,
                early: self.early_end.unwrap_or(EarlyEnd::AtTermEnd),
            })
        };
        let minimum_term = self.minimum_term.map(Setting::into_option);
        let policy = RenewalPolicy {
            counted_from: self.renew_from.unwrap_or(before.renewal.counted_from),
            grace: match self.renew_grace {
                Some(grace) => grace.into_option(),
                None => before.renewal.grace,
            },
        };
        Ok(OfferChange {
            family: self.family.clone().map(Setting::into_option),
            lasts: self.lasts.map(Setting::into_option),
            data: self.data.map(|setting| setting.into_option().map(data)),
            online: self.online.map(|setting| setting.into_option().map(online)),
            setup_fee: self.setup_fee.clone().map(Setting::into_option),
            trial: self.trial(&before)?,
            minimum_term: minimum_term.map(|it| it.map(term).transpose()).transpose()?,
            rank: self.rank.map(Setting::into_option),
            renewal: (policy != before.renewal).then_some(policy),
            add_ons: self.add_on.clone(),
            no_add_ons: self.no_add_on.clone(),
            visibility: self.visibility(&before, zone)?,
        })
    }

    /// The conditions of before with what was said.
    fn visibility(
        &self,
        before: &OfferTerms,
        zone: &TimeZone,
    ) -> anyhow::Result<Option<Visibility<String>>> {
        if self.visible_to.is_empty() {
            return Ok(None);
        }
        let mut visibility = before.visibility.clone();
        for text in &self.visible_to {
            let when = |value: &str| match value {
                "all" => Ok(None),
                value => moment(Some(value), zone).map(Some),
            };
            match text.split_once('=') {
                Some(("from", value)) => visibility.dates.from = when(value)?,
                Some(("until", value)) => visibility.dates.until = when(value)?,
                None if text == "all" => visibility = Visibility::default(),
                _ => visibility.set(text, |name| Some(name.to_owned()))?,
            }
        }
        Ok(Some(visibility))
    }

    fn trial(&self, before: &OfferTerms) -> anyhow::Result<Option<Option<ProductTrial>>> {
        let product = match self.trial.clone() {
            None => return Ok(None),
            Some(Setting::None) => return Ok(Some(None)),
            Some(Setting::To(product)) => product,
        };
        let lasted = before.trial.as_ref().map(|trial| trial.lasts);
        let lasts = self.trial_lasts.or(lasted).ok_or_else(|| {
            anyhow!("a trial lasts a while; say how long, for example --trial-lasts \"14 days\"")
        })?;
        Ok(Some(Some(ProductTrial { product, lasts, becomes: self.trial_becomes.clone() })))
    }
}

fn name(text: &str) -> Result<Setting<String>, String> {
    units::parse_setting(text, |name| Ok(name.to_owned()))
}

fn number(text: &str) -> Result<Setting<u32>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` is no rank; 0 to {} are, or none", u32::MAX))
    })
}

fn count(text: &str) -> Result<Setting<NonZeroU32>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` periods are no term; 1 and more are, or none"))
    })
}

fn period(text: &str) -> Result<Setting<Cadence>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|it: billing_core::CadenceError| it.to_string())
    })
}

fn octets(text: &str) -> Result<Setting<Octets>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|it: entitlement::OctetsError| it.to_string())
    })
}

fn online(text: &str) -> Result<Setting<OnlineTime>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|it: entitlement::AmountError| it.to_string())
    })
}

fn granted_per(text: &str) -> Result<GrantedPer, String> {
    match text {
        "period" => Ok(GrantedPer::Period),
        "purchase" => Ok(GrantedPer::Purchase),
        _ => Err(format!("it cannot be for each `{text}`; it is for each period or purchase")),
    }
}

fn counted_from(text: &str) -> Result<CountedFrom, String> {
    match text {
        "old-expiry" => Ok(CountedFrom::OldExpiry),
        "now" => Ok(CountedFrom::Now),
        _ => Err(format!("no renewal counts from `{text}`; it counts from old-expiry or now")),
    }
}

fn early_end(text: &str) -> Result<EarlyEnd, String> {
    if text == "term-end" {
        return Ok(EarlyEnd::AtTermEnd);
    }
    if let Ok(part) = text.parse::<Percentage>() {
        return Ok(EarlyEnd::OfRemaining(part));
    }
    let (is_declining, amount) = match text.strip_prefix("declining ") {
        Some(amount) => (true, amount),
        None => (false, text),
    };
    let amount = amount.parse().map_err(|_| {
        format!(
            "`{text}` is nothing that an early end costs; term-end, \"5000 KES\", 50% and \"declining \
             5000 KES\" are"
        )
    })?;
    Ok(if is_declining { EarlyEnd::Declining(amount) } else { EarlyEnd::Fixed(amount) })
}

fn add_on(text: &str) -> Result<ProductAddOn, String> {
    let Some((name, bounds)) = text.rsplit_once('=') else {
        return Ok(ProductAddOn { product: text.to_owned(), quantity_min: 1, quantity_max: 1 });
    };
    let bounds = bounds.split_once('-').unwrap_or((bounds, bounds));
    let (Ok(quantity_min), Ok(quantity_max)) = (bounds.0.parse(), bounds.1.parse()) else {
        return Err(format!("`{text}` is no add-on; {name} and {name}=1-4 are"));
    };
    Ok(ProductAddOn { product: name.to_owned(), quantity_min, quantity_max })
}

/// As lines of a name and a value; what is not there is left out.
pub(super) fn in_words(offer: &OfferTerms, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let per = |per: GrantedPer| match per {
        GrantedPer::Period => "period",
        GrantedPer::Purchase => "purchase",
    };
    let data = offer.package.data;
    let carried = |rule: Option<Rollover>| {
        rule.map_or_else(String::new, |rule| format!(", carried over {rule}"))
    };
    let data =
        data.map(|it| format!("{} for each {}{}", it.octets, per(it.per), carried(it.rollover)));
    let online = offer.package.online;
    let online =
        online.map(|it| format!("{} for each {}{}", it.time, per(it.per), carried(it.rollover)));
    let trial = offer.trial.as_ref().map(|ProductTrial { product, lasts, becomes }| {
        let becomes = becomes.as_ref().map(|name| format!(", becomes {name}")).unwrap_or_default();
        format!("{product} for {lasts}{becomes}")
    });
    let term = offer.minimum_term.map(|MinimumTerm { periods, cadence, early }| {
        format!("{periods} × {cadence}, {}", early_in_words(early))
    });
    let add_on =
        |it: &ProductAddOn| format!("{} ({} to {})", it.product, it.quantity_min, it.quantity_max);
    let add_ons: Vec<_> = offer.add_ons.iter().map(add_on).collect();
    let add_ons = (!add_ons.is_empty()).then(|| add_ons.join(", "));
    let lasts = offer.package.lasts;
    let shown_to = conditions(&offer.visibility, |at| shown(at, zone));
    let shown_to = (!shown_to.is_empty()).then(|| shown_to.join("; "));
    [
        ("family", offer.family.clone()),
        ("rank", offer.rank.map(|rank| rank.to_string())),
        ("lasts", lasts.map(|lasts| lasts.to_string())),
        ("data", data),
        ("online", online),
        ("renewal", lasts.map(|_| renewal_in_words(offer.renewal))),
        ("set-up", offer.setup_fee.clone()),
        ("trial", trial),
        ("term", term),
        ("add-ons", add_ons),
        ("for", shown_to),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| (name, value)))
    .collect()
}

/// To whom it is offered, as `--visible-to` takes it.
fn conditions(visibility: &Visibility<String>, when: impl Fn(Timestamp) -> String) -> Vec<String> {
    let mut conditions = visibility.conditions(String::clone);
    conditions.extend(visibility.dates.from.map(|from| format!("from={}", when(from))));
    conditions.extend(visibility.dates.until.map(|until| format!("until={}", when(until))));
    conditions
}

fn early_in_words(early: EarlyEnd) -> String {
    match early {
        EarlyEnd::AtTermEnd => "no end before".to_owned(),
        EarlyEnd::Fixed(amount) => format!("an end before costs {amount}"),
        EarlyEnd::OfRemaining(part) => format!("an end before costs {part} of what remains"),
        EarlyEnd::Declining(first) => format!("an end before costs {first}, less with each period"),
    }
}

fn renewal_in_words(RenewalPolicy { counted_from, grace }: RenewalPolicy) -> String {
    let from = match counted_from {
        CountedFrom::OldExpiry => "from the old expiry",
        CountedFrom::Now => "from when it is bought",
    };
    let grace = grace.map(|grace| format!(", until {grace} after it")).unwrap_or_default();
    format!("{from}{grace}")
}

/// For machines.
pub(super) fn as_value(offer: &OfferTerms) -> Value {
    json!({
        "family": offer.family,
        "rank": offer.rank,
        "lasts": offer.package.lasts.map(|lasts| lasts.to_string()),
        "data_octets": offer.package.data.map(|data| data.octets.0),
        "data_rollover":
            offer.package.data.and_then(|data| data.rollover).map(|rule| rule.to_string()),
        "online_rollover":
            offer.package.online.and_then(|online| online.rollover).map(|rule| rule.to_string()),
        "online_s": offer.package.online.map(|online| online.time.0),
        "online_per_purchase":
            offer.package.online.map(|online| online.per == GrantedPer::Purchase),
        "data_per_purchase": offer.package.data.map(|data| data.per == GrantedPer::Purchase),
        "renewed_from_now": offer.renewal.counted_from == CountedFrom::Now,
        "renewal_grace": offer.renewal.grace.map(|grace| grace.to_string()),
        "setup_fee": offer.setup_fee,
        "trial": offer.trial.as_ref().map(|trial| json!({
            "product": trial.product,
            "lasts": trial.lasts.to_string(),
            "becomes": trial.becomes,
        })),
        "minimum_term": offer.minimum_term.map(|term| json!({
            "periods": term.periods.get(),
            "period": term.cadence.to_string(),
            "early_end": early_in_words(term.early),
        })),
        "visible_to": conditions(&offer.visibility, units::rfc3339),
        "add_ons": offer.add_ons.iter().map(|it| json!({
            "product": it.product,
            "quantity_min": it.quantity_min,
            "quantity_max": it.quantity_max,
        })).collect::<Vec<_>>(),
    })
}
