//! Cards: the vouchers of a batch, to be cut from sheets or torn from a roll.

use anyhow::bail;
use billing_core::voucher::VoucherState;
use clap::{Args, ValueEnum};
use documents::{Card, CardLayout, Cards};
use entitlement::TimeZone;
use storage::{BatchEntry, PrintedVoucher};

use super::super::super::open::Open;
use super::super::paper::{self, PaperArgs};
use super::super::printed;
use super::super::shown;
use super::{Range, range, worth};

/// What `weir voucher print` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct VoucherPrint {
    /// The number of the batch.
    batch: i64,
    /// What they are printed on.
    #[arg(long, value_name = "LAYOUT", default_value = "a4")]
    layout: Layout,
    /// How wide the paper of a thermal printer is, mm.
    #[arg(long, value_name = "MM", default_value_t = 58, value_parser = clap::value_parser!(u16).range(40..=210))]
    paper_width: u16,
    /// Which of them: 1-100, 17, or all that are not used yet.
    #[arg(long, value_name = "RANGE", default_value = "all", value_parser = range)]
    range: Range,
    #[command(flatten)]
    paper: PaperArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// Sheets of A4, 24 cards on each, with lines to cut along.
    A4,
    /// A roll, one card behind the other.
    Thermal,
}

pub(super) async fn print(args: &VoucherPrint, open: &Open, zone: &TimeZone) -> anyhow::Result<()> {
    let settings = open.store.billing_settings(open.tenant);
    let seller = printed::seller(settings.seller().await?)?;
    let link = settings.read().await?.voucher_link;
    let vouchers = open.store.vouchers(open.tenant);
    let entry = vouchers.batch(args.batch).await?;
    let serials = args.range.of(args.batch, open).await?;
    let card = |it: PrintedVoucher| {
        let is_unused = matches!(it.state, VoucherState::New | VoucherState::Sold);
        let is_meant = serials.contains(it.serial);
        (is_unused && is_meant).then(|| Card {
            serial: it.serial.get(),
            code: it.code.to_string(),
            link: held(link.as_deref(), &it.code),
        })
    };
    let all = vouchers.export(&open.actor, args.batch).await?;
    let cards: Vec<_> = all.into_iter().filter_map(card).collect();
    if cards.is_empty() {
        bail!("no voucher of these in batch {} can still be used; print others", args.batch);
    }
    let order = entry.batch.order();
    let document = Cards {
        seller: seller.name,
        worth: worth(&entry),
        price: order.price,
        note: note(&entry, zone),
        at: order.ordered_at,
        batch: entry.id,
        cards,
    };
    let layout = match args.layout {
        Layout::A4 => CardLayout::A4,
        Layout::Thermal => CardLayout::Thermal { paper_mm: args.paper_width },
    };
    let name = format!("vouchers-{}", entry.id);
    paper::write(&args.paper, &name, |fonts| document.to_pdf(fonts, layout))
}

/// What the code of a voucher holds.
fn held(link: Option<&str>, code: &billing_core::voucher::VoucherCode) -> String {
    match link {
        // No letter of a code means anything else in an address.
        Some(link) => link.replace("{code}", code.as_str()),
        None => code.as_str().to_owned(),
    }
}

fn note(entry: &BatchEntry, zone: &TimeZone) -> Option<String> {
    let order = entry.batch.order();
    match (order.redeem_within, order.sell_by) {
        (Some(within), _) => Some(format!("use within {within} after its sale")),
        (None, Some(by)) => Some(format!("sold until {}", shown(by, zone))),
        (None, None) => None,
    }
}
