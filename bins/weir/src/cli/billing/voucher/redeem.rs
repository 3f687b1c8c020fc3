//! Redeeming a voucher.

use anyhow::anyhow;
use billing_core::voucher::{Grant, LockedOut, RedeemError, RedemptionKey};
use clap::Args;
use entitlement::{Octets, TimeZone};
use serde_json::json;
use storage::{RedeemRefusal, RedeemVoucher, RedeemedVoucher, StoreError};

use super::super::super::open::Open;
use super::super::super::print;
use super::super::shown;
use super::online;
use crate::{clock, entropy, units};

/// What `weir voucher redeem` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherRedeem {
    /// Its code, with or without hyphens.
    code: String,
    /// Who redeems it.
    #[arg(long, value_name = "NAME")]
    subscriber: String,
    /// The login of the service that gets the access [default: the only one of the subscriber].
    #[arg(long, value_name = "LOGIN")]
    service: Option<String>,
    /// The access takes the place of what the service still has.
    #[arg(long)]
    replace: bool,
    /// A hexadecimal number for this wish: the same again changes nothing [default: another each time].
    #[arg(long, value_name = "NUMBER", value_parser = key)]
    key: Option<RedemptionKey>,
}

fn key(text: &str) -> Result<RedemptionKey, String> {
    u128::from_str_radix(text, 16).map(RedemptionKey).map_err(|_| {
        format!("`{text}` is no key; a key has 1 to 32 hexadecimal digits, for example 5eed01")
    })
}

pub(super) async fn redeem(
    args: VoucherRedeem,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let key = match args.key {
        Some(key) => key,
        None => RedemptionKey(u128::from_be_bytes(entropy::random()?)),
    };
    let wish = RedeemVoucher {
        code: args.code,
        subscriber: args.subscriber,
        service: args.service,
        key,
        source: None,
        replace: args.replace,
        at: clock::now(),
    };
    let redeemed = open.store.vouchers(open.tenant).redeem(&open.actor, &wish).await;
    let redeemed = redeemed.map_err(|error| match error {
        StoreError::NotRedeemed(refusal) => anyhow!(in_words(&refusal, zone)),
        error => error.into(),
    })?;
    if as_json {
        return print::json(&as_value(&redeemed, key));
    }
    let (batch, serial) = (redeemed.batch, redeemed.serial);
    let what = match redeemed.grant {
        Grant::Refill(money) => format!("{money} in the wallet of `{}`", wish.subscriber),
        Grant::Access { valid_until, octets, online_s, .. } => {
            let service = redeemed.service.as_deref().unwrap_or_default();
            let until = valid_until.map(|until| format!(" until {}", shown(until, zone)));
            let data = octets.map(|octets| format!(" with {}", Octets(octets.get())));
            let and = if data.is_some() { " and" } else { " with" };
            let time = online_s.map(|seconds| online(seconds, and));
            let parts = [data, time, until];
            format!("service `{service}`{}", parts.into_iter().flatten().collect::<String>())
        }
    };
    let said = if redeemed.is_repeated { "was redeemed before" } else { "redeemed" };
    open.done(&format!("voucher {batch}-{serial} {said}: {what}"))
}

/// Why it was not redeemed, with the moments on the tenant's clock.
fn in_words(refusal: &RedeemRefusal, zone: &TimeZone) -> String {
    match refusal {
        RedeemRefusal::LockedOut(LockedOut { until }) => format!(
            "too many codes were wrong; no voucher is looked up before {} (`weir voucher forgive`)",
            shown(*until, zone)
        ),
        RedeemRefusal::Voucher(RedeemError::AlreadyUsed { at, is_own, .. }) => {
            let who = if *is_own { "the same subscriber" } else { "somebody else" };
            format!("the voucher was redeemed at {} already, by {who}", shown(*at, zone))
        }
        RedeemRefusal::Voucher(RedeemError::Expired { at }) => {
            format!("the voucher has expired: its time was over at {}", shown(*at, zone))
        }
        RedeemRefusal::Voucher(RedeemError::Revoked { at }) => {
            format!("the voucher was revoked at {}", shown(*at, zone))
        }
        RedeemRefusal::WouldBeLost { login, plan, until } => {
            let until = until.map(|until| format!(" until {}", shown(until, zone)));
            let until = until.unwrap_or_default();
            format!(
                "service `{login}` is in use on plan `{plan}`{until}: that would be lost; redeem it when \
                 that is over, or with --replace"
            )
        }
        refusal => refusal.to_string(),
    }
}

fn as_value(redeemed: &RedeemedVoucher, key: RedemptionKey) -> serde_json::Value {
    let (refill, octets, online_s) = match redeemed.grant {
        Grant::Refill(money) => (Some(money), None, None),
        Grant::Access { octets, online_s, .. } => (None, octets, online_s),
    };
    json!({
        "batch": redeemed.batch,
        "serial": redeemed.serial.get(),
        "redeemed_at": units::rfc3339(redeemed.redemption.at),
        "key": format!("{:032x}", key.0),
        "refill_minor": refill.map(|money| money.amount_minor()),
        "currency": refill.map(|money| money.currency().code()),
        "service": redeemed.service,
        "valid_until": redeemed.redemption.valid_until.map(units::rfc3339),
        "octets": octets,
        "online_s": online_s,
        "is_repeated": redeemed.is_repeated,
    })
}
