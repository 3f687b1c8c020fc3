//! Stopping vouchers, and letting them expire.

use anyhow::bail;
use billing_core::Money;
use clap::{Args, ValueEnum};
use entitlement::TimeZone;
use serde_json::json;
use storage::{EndedVouchers, UnredeemedVouchers};

use super::super::super::open::Open;
use super::super::super::print;
use super::super::moment;
use super::{Range, range};

/// How many vouchers expire in one transaction.
const BATCH: u64 = 5_000;

/// What `weir voucher revoke` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherRevoke {
    /// The number of the batch.
    batch: i64,
    /// Which of it: 1-100, 17, or all.
    #[arg(value_parser = range)]
    which: Range,
    #[command(flatten)]
    unredeemed: UnredeemedArgs,
}

/// What `weir voucher expire` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherExpire {
    #[command(flatten)]
    unredeemed: UnredeemedArgs,
}

/// What becomes of what was paid, and when.
#[derive(Debug, Args)]
struct UnredeemedArgs {
    /// What becomes of what was paid for those that nobody has redeemed. The law of the country says
    /// which of it is right.
    #[arg(long, value_enum)]
    unredeemed: BecomesOf,
    /// A tax that is within what is earned. Repeat it for more, in their order.
    #[arg(long, value_name = "TAX", conflicts_with = "no_tax")]
    tax: Vec<String>,
    /// No tax is within what is earned.
    #[arg(long)]
    no_tax: bool,
    /// When, on the tenant's clock [default: now].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

/// What becomes of what was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum BecomesOf {
    /// It is owed further on.
    Owed,
    /// It is earned.
    Earned,
    /// Who has paid it gets it back.
    Refunded,
}

impl UnredeemedArgs {
    fn read(&self) -> anyhow::Result<UnredeemedVouchers> {
        let says_tax = self.no_tax || !self.tax.is_empty();
        Ok(match self.unredeemed {
            BecomesOf::Earned if says_tax => UnredeemedVouchers::Earned(self.tax.clone()),
            BecomesOf::Earned => {
                bail!("say which taxes are within what is earned: --tax or --no-tax")
            }
            _ if says_tax => bail!("taxes are within what is earned only: --unredeemed earned"),
            BecomesOf::Owed => UnredeemedVouchers::StillOwed,
            BecomesOf::Refunded => UnredeemedVouchers::Refunded,
        })
    }
}

pub(super) async fn revoke(
    args: VoucherRevoke,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let (unredeemed, at) = (args.unredeemed.read()?, moment(args.unredeemed.at.as_deref(), zone)?);
    let range = args.which.of(args.batch, open).await?;
    let vouchers = open.store.vouchers(open.tenant);
    let ended = vouchers.revoke(&open.actor, args.batch, Some(range), &unredeemed, at).await?;
    tell("revoked", &ended, open, as_json)?;
    if !ended.left.is_empty() {
        let left = ended.left.len();
        print::warning(&format!("{left} vouchers of the range had ended before or are used up"));
    }
    Ok(())
}

pub(super) async fn expire(
    args: VoucherExpire,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let (unredeemed, at) = (args.unredeemed.read()?, moment(args.unredeemed.at.as_deref(), zone)?);
    let mut all = EndedVouchers::default();
    loop {
        let vouchers = open.store.vouchers(open.tenant);
        let ended = vouchers.expire(&open.actor, &unredeemed, at, BATCH).await?;
        if ended.count == 0 {
            break;
        }
        all.count += ended.count;
        for moved in ended.moved {
            let same = |it: &&mut Money| it.currency() == moved.currency();
            match all.moved.iter_mut().find(same) {
                Some(sum) => *sum = sum.plus(moved)?,
                None => all.moved.push(moved),
            }
        }
    }
    tell("expired", &all, open, as_json)
}

fn tell(what: &str, ended: &EndedVouchers, open: &Open, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let money = |it: &Money| json!({ "amount_minor": it.amount_minor(), "currency": it.currency().code() });
        return print::json(&json!({
            "count": ended.count,
            "moved": ended.moved.iter().map(money).collect::<Vec<_>>(),
            "stopped": ended.stopped,
            "left": ended.left.len(),
        }));
    }
    let moved: Vec<_> = ended.moved.iter().map(|money| format!(", {money} moved")).collect();
    let stopped = match ended.stopped.as_slice() {
        [] => String::new(),
        logins => format!(", stopped: {}", logins.join(", ")),
    };
    open.done(&format!("{} vouchers {what}{}{stopped}", ended.count, moved.concat()))
}
