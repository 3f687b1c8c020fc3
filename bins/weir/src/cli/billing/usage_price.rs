//! What the use of a product costs and what is promised about it, in `weir product set`.

use anyhow::bail;
use billing_core::rating::metered::{MeteredPrice, MeteredPriceError};
use billing_core::rating::sla::Sla;
use billing_core::{AppliesTo, Cadence, PromiseVersion, Proration, UsageTerms, UsageVersion};
use clap::Args;
use entitlement::{TimeZone, Timestamp};
use serde_json::json;
use storage::{Product, ProductChange};

use super::{moment, shown};
use crate::units::{self, Setting};

/// What is paid by use, and what is promised.
#[derive(Debug, Args)]
pub(super) struct UsageArgs {
    /// What its use costs, billed when a period of it is over: "95th; committed 100M at 50000 KES; above
    /// 600 KES per 1M", "graduated 100 at 20 KES, rest at 10 KES; unit 1G", "time 60; by 60/60; otherwise
    /// 5 KES" (the manual has all of it).
    #[arg(long, value_name = "PRICE", groups = ["versioned", "periodic"])]
    usage: Option<MeteredPrice>,
    /// What its use costs that is paid from the wallet while it is used: "20 KES per 1GB; slice
    /// 100MB" holds money for 100 MB of each session at a time, and needs as much in the wallet for a session
    /// to begin; with "; least 10MB" that is enough.
    #[arg(
        long, value_name = "PRICE", value_parser = pay_as_you_go, conflicts_with = "usage",
        group = "versioned"
    )]
    pay_as_you_go: Option<MeteredPrice>,
    /// How long the periods of its use are [default: 1 month].
    #[arg(long, value_name = "PERIOD", requires = "usage")]
    usage_every: Option<Cadence>,
    /// Which part of what a period costs is credited where it was available for less time than was
    /// promised: "5% below 99.9%, 20% below 99%", or none.
    #[arg(long, value_name = "STEPS", value_parser = sla, group = "versioned")]
    sla: Option<Setting<Sla>>,
}

fn sla(text: &str) -> Result<Setting<Sla>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|error: billing_core::rating::sla::ParseSlaError| error.to_string())
    })
}

fn pay_as_you_go(text: &str) -> Result<MeteredPrice, String> {
    format!("pay-as-you-go {text}").parse().map_err(|error: MeteredPriceError| error.to_string())
}

impl UsageArgs {
    /// Adds the versions that are asked for to a change of a product.
    pub(super) fn add_to(
        self,
        change: &mut ProductChange,
        before: Option<&Product>,
        (from, applies_to, proration): (Option<&str>, AppliesTo, Option<Proration>),
        zone: &TimeZone,
    ) -> anyhow::Result<()> {
        let from_when = |has_one: bool| match (from, has_one) {
            (None, false) => Ok(Timestamp::from_unix_ms(0)),
            (from, _) => moment(from, zone),
        };
        if let Some(price) = self.usage.or(self.pay_as_you_go) {
            let from = from_when(before.is_some_and(|it| it.prices.has_price()))?;
            let cadence = match self.usage_every {
                Some(cadence) => cadence,
                None => "1 month".parse()?,
            };
            let terms = UsageTerms { cadence, proration: proration.unwrap_or_default(), price };
            change.usage = Some(UsageVersion { from, applies_to, terms });
        }
        if let Some(sla) = self.sla {
            let had = before.is_some_and(|it| !it.prices.promises.is_empty());
            if !had && sla == Setting::None {
                bail!("nothing is promised about it, so there is nothing to take away");
            }
            let (from, sla) = (from_when(had)?, sla.into_option());
            change.promise = Some(PromiseVersion { from, applies_to, sla });
        }
        Ok(())
    }
}

/// What its use costs, in words.
pub(super) fn usage(terms: &UsageTerms) -> String {
    if matches!(terms.price, MeteredPrice::PayAsYouGo(_)) {
        return terms.price.to_string();
    }
    format!("use every {}, {}: {}", terms.cadence, terms.proration.code(), terms.price)
}

/// Since when each version is in force, for whom, and what it is.
pub(super) fn rows(product: &Product, zone: &TimeZone) -> Vec<[String; 3]> {
    let from = |from: Timestamp| match from.unix_ms() {
        0 => "always".to_owned(),
        _ => shown(from, zone),
    };
    let used = product.prices.usage.iter().map(|version| {
        let for_whom = super::product::for_whom(version.applies_to).to_owned();
        [from(version.from), for_whom, usage(&version.terms)]
    });
    let promised = product.prices.promises.iter().map(|version| {
        let for_whom = super::product::for_whom(version.applies_to).to_owned();
        let sla = version.sla.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        [from(version.from), for_whom, format!("promised: {sla}")]
    });
    used.chain(promised).collect()
}

pub(super) fn usage_as_value(product: &Product) -> serde_json::Value {
    let version = |version: &UsageVersion| {
        json!({
            "from": units::rfc3339(version.from),
            "for": super::product::for_whom(version.applies_to),
            "every": version.terms.cadence.to_string(),
            "proration": version.terms.proration.code(),
            "price": version.terms.price.to_string(),
        })
    };
    product.prices.usage.iter().map(version).collect()
}

pub(super) fn promises_as_value(product: &Product) -> serde_json::Value {
    let version = |version: &PromiseVersion| {
        json!({
            "from": units::rfc3339(version.from),
            "for": super::product::for_whom(version.applies_to),
            "sla": version.sla.as_ref().map(ToString::to_string),
        })
    };
    product.prices.promises.iter().map(version).collect()
}
