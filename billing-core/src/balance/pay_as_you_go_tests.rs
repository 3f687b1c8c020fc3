use super::super::reservation::{Charge, Decision, NoSlice, Phase, SessionAccounts};
use super::*;
use crate::ledger::{AccountId, Balance, Limit, TransferKind};
use std::collections::BTreeSet;

use crate::{Tax, TaxBase, Taxes};

const MB: u64 = 1_000_000;
const TAXES: [AccountId; 2] = [AccountId(2), AccountId(3)];
const ACCOUNTS: SessionAccounts =
    SessionAccounts { wallet: AccountId(1), credit: AccountId(2), tax: AccountId(3) };

fn price(text: &str) -> PayAsYouGo {
    match text.parse() {
        Ok(MeteredPrice::PayAsYouGo(price)) => price,
        other => panic!("{other:?}"),
    }
}

fn kes(minor: i64) -> Money {
    Money::new(minor, "KES".parse().unwrap())
}

fn agreement(text: &str) -> Agreement {
    taxed(text, &[], Pricing::TaxInclusive)
}

/// With taxes by their names and rates, each on those before it but for the first.
fn taxed(text: &str, taxes: &[(&str, &str)], pricing: Pricing) -> Agreement {
    let tax = |(place, (name, rate)): (usize, &(&str, &str))| Tax {
        name: (*name).to_owned(),
        rate: rate.parse().unwrap(),
        base: if place == 0 { TaxBase::Price } else { TaxBase::PriceAndTaxesBefore },
    };
    let taxes = Taxes::new(taxes.iter().enumerate().map(tax).collect()).unwrap();
    Agreement {
        price: price(text),
        rounding: Rounding::HalfUp,
        report_every_s: REPORT_EVERY_S,
        taxation: Taxation { taxes, pricing },
        owed_before: kes(0),
    }
}

/// A wallet that holds money as the ledger would.
struct Purse {
    account: Account,
    reservation: Reservation,
    /// What each tax has come to.
    taxes: Vec<Money>,
    /// What was put into sales, and what into taxes.
    sold: i64,
    tax: i64,
}

impl Purse {
    fn with(minor: i64) -> Self {
        // Nothing runs yet.
        let phase = Phase::Silent;
        let balance = Balance { credits_posted_minor: minor, ..Balance::default() };
        let account = Account {
            id: ACCOUNTS.wallet,
            currency: "KES".parse().unwrap(),
            limit: Limit::DebitsWithinCredits,
            balance,
        };
        let currency = "KES".parse().unwrap();
        let new = Reservation::new(7, ACCOUNTS, currency, Timestamp::from_unix_s(0));
        let reservation = Reservation { phase, ..new };
        Self { account, reservation, taxes: Vec::new(), sold: 0, tax: 0 }
    }

    fn counts(&mut self, agreement: &Agreement, octets: u64, sessions: u32) -> (Charge, Decision) {
        let at = Timestamp::from_unix_s(60);
        let counted = Counted { total_octets: octets, sessions, at };
        let step = agreement.step(&self.reservation, counted, &self.account).unwrap();
        let with_taxes = agreement.with_taxes(&self.reservation, step, &self.taxes, at);
        let (step, more) = with_taxes.unwrap();
        let mut before = self.taxes.clone();
        before.resize(more.len(), kes(0));
        let sum = before.iter().zip(&more).map(|(before, more)| before.plus(*more).unwrap());
        self.taxes = sum.collect();
        let ids: BTreeSet<_> = step.transfers.iter().map(|transfer| transfer.id).collect();
        assert_eq!(ids.len(), step.transfers.len());
        let held = self.reservation.hold().map_or(0, |hold| hold.amount.amount_minor());
        let balance = &mut self.account.balance;
        for transfer in &step.transfers {
            match transfer.kind {
                TransferKind::Hold { amount, .. } => {
                    balance.debits_pending_minor += amount.amount_minor();
                }
                TransferKind::PostHeld { amount, .. } => {
                    balance.debits_pending_minor -= held;
                    balance.debits_posted_minor += amount.amount_minor();
                    self.sold += amount.amount_minor();
                }
                TransferKind::VoidHeld { .. } => balance.debits_pending_minor -= held,
                TransferKind::Move { amount, debit, credit } if debit == ACCOUNTS.wallet => {
                    assert_eq!(credit, ACCOUNTS.credit);
                    balance.debits_posted_minor += amount.amount_minor();
                    self.sold += amount.amount_minor();
                }
                TransferKind::Move { amount, debit, credit } => {
                    let sign = if debit == ACCOUNTS.credit { 1 } else { -1 };
                    assert_eq!(BTreeSet::from([debit, credit]), TAXES.into());
                    self.sold -= sign * amount.amount_minor();
                    self.tax += sign * amount.amount_minor();
                }
                other => panic!("{other:?}"),
            }
        }
        self.reservation = step.next;
        (step.charge, step.decision)
    }

    fn held(&self) -> i64 {
        self.reservation.hold().map_or(0, |hold| hold.amount.amount_minor())
    }
}

#[test]
fn it_is_written_as_it_is_read() {
    for text in [
        "pay-as-you-go 20 KES per 1GB; slice 100MB",
        "pay-as-you-go 0.5 KES per 1MiB; slice 10MiB; least 1MB",
    ] {
        assert_eq!(price(text).to_string(), text);
    }
    let other = "pay-as-you-go 20 KES per 1G; slice 100M; least 100M";
    assert_eq!(price(other).to_string(), "pay-as-you-go 20 KES per 1GB; slice 100MB");
    for (wrong, why) in [
        ("pay-as-you-go 20 KES per 1GB", "`slice` is missing"),
        ("pay-as-you-go 20 KES per 1GB; slice 100kB", "costs less than the least amount of KES"),
        ("pay-as-you-go 20 KES per 1GB; slice 1GB; least 2GB", "at least to be covered"),
        ("pay-as-you-go 20 KES; slice 1GB", "20 KES per 1GB"),
        ("pay-as-you-go 20 KES per 0B; slice 1GB", "1 octet or more"),
        ("pay-as-you-go 20 KES per 1GB; slice 1GB; unit 2", "no clause of this word"),
    ] {
        let error = wrong.parse::<MeteredPrice>().unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn octets_cost_their_part_and_are_rounded_once() {
    let price = price("pay-as-you-go 20 KES per 1GB; slice 100MB");
    let amount = |octets| price.amount(octets, Rounding::HalfUp).unwrap();
    assert_eq!(amount(0), kes(0));
    assert_eq!(amount(249_999), kes(0));
    assert_eq!(amount(250_000), kes(1));
    assert_eq!(amount(100 * MB), kes(200));
    assert_eq!(amount(2_500 * MB), kes(5_000));
    assert_eq!(price.amount(u64::MAX, Rounding::HalfUp).unwrap(), kes(36_893_488_147_419));
}

#[test]
fn fifty_shillings_are_two_and_a_half_gigabytes() {
    let agreement = agreement("pay-as-you-go 20 KES per 1GB; slice 100MB");
    let mut purse = Purse::with(5_000);
    let covered =
        |purse: &Purse| agreement.covered_until(&purse.reservation, &purse.account).unwrap() / MB;
    assert_eq!(covered(&purse), 2_500);
    // It begins: 2 KES are held, and for a second session as many.
    purse.counts(&agreement, 0, 1);
    assert_eq!((purse.held(), covered(&purse)), (200, 2_500));
    purse.counts(&agreement, 0, 2);
    assert_eq!((purse.held(), covered(&purse)), (400, 2_500));
    let (charge, _) = purse.counts(&agreement, 1_500 * MB, 2);
    assert_eq!((charge.committed, charge.uncovered), (kes(3_000), kes(0)));
    assert_eq!((purse.held(), covered(&purse)), (400, 2_500));
    // The same again pays nothing.
    let (charge, _) = purse.counts(&agreement, 1_500 * MB, 2);
    assert_eq!(charge.committed, kes(0));
    // The last of them is over: nothing is held, and all that is left may be used.
    let (charge, _) = purse.counts(&agreement, 1_600 * MB, 0);
    assert_eq!((charge.committed, purse.held()), (kes(200), 0));
    assert_eq!((purse.reservation.phase, covered(&purse)), (Phase::Silent, 2_500));
    // It goes on, and uses more than there is before it says so.
    purse.counts(&agreement, 1_600 * MB, 1);
    assert_eq!(purse.held(), 200);
    let (charge, decision) = purse.counts(&agreement, 2_600 * MB, 1);
    assert_eq!((charge.committed, charge.uncovered), (kes(1_800), kes(200)));
    assert_eq!(decision, Decision::Withheld(NoSlice::Money { available: kes(0) }));
    assert_eq!((purse.held(), covered(&purse)), (0, 2_600));
    // Of the next money that is paid first. Who has begun may use what is left; to begin takes a slice.
    purse.account.balance.credits_posted_minor += 399;
    assert_eq!(covered(&purse), 2_699);
    let (charge, _) = purse.counts(&agreement, 2_600 * MB, 0);
    assert_eq!((charge.committed, charge.uncovered), (kes(200), kes(0)));
    assert_eq!(covered(&purse), 2_600, "1.99 KES are no slice");
    purse.account.balance.credits_posted_minor += 1;
    assert_eq!(covered(&purse), 2_700);
}

#[test]
fn a_rest_below_a_slice_is_used_when_that_is_agreed() {
    let least = agreement("pay-as-you-go 20 KES per 1GB; slice 100MB; least 10MB");
    let whole = agreement("pay-as-you-go 20 KES per 1GB; slice 100MB");
    let purse = Purse::with(100);
    let covered = |agreement: &Agreement| {
        agreement.covered_until(&purse.reservation, &purse.account).unwrap() / MB
    };
    assert_eq!((covered(&least), covered(&whole)), (50, 0));
}

#[test]
fn what_is_paid_has_its_taxes_within_it_and_rounding_adds_up_nowhere() {
    let vat = [("VAT", "16%")];
    let agreement = taxed("pay-as-you-go 1.16 KES per 1MB; slice 1MB", &vat, Pricing::TaxInclusive);
    let mut purse = Purse::with(100_000);
    purse.counts(&agreement, 100 * MB, 1);
    assert_eq!((purse.sold, purse.tax), (10_000, 1_600));
    // A cent at a time, of which no tax could be taken alone: a hundred of them are 1 KES, 0.14 of it VAT.
    let mut purse = Purse::with(100_000);
    for step in 1..=100_u64 {
        purse.counts(&agreement, step * MB / 116, 1);
        assert_eq!(purse.sold + purse.tax, i64::try_from(step).unwrap());
    }
    assert_eq!((purse.sold, purse.tax), (86, 14));
    // On top of it: 50 KES are 43.10 KES without it.
    let on_top = taxed("pay-as-you-go 20 KES per 1GB; slice 100MB", &vat, Pricing::TaxExclusive);
    let mut purse = Purse::with(5_000);
    let covered = on_top.covered_until(&purse.reservation, &purse.account).unwrap();
    assert_eq!(covered, 2_155 * MB);
    let (charge, _) = purse.counts(&on_top, 1_000 * MB, 0);
    assert_eq!((charge.committed, purse.sold, purse.tax), (kes(2_320), 2_000, 320));
    // What the wallet did not have is taxed when it is paid.
    let (charge, _) = purse.counts(&on_top, 3_000 * MB, 0);
    assert_eq!((charge.committed, charge.uncovered), (kes(2_680), kes(1_960)));
    assert_eq!((purse.sold, purse.tax), (4_310, 690));
    purse.account.balance.credits_posted_minor += 1_960;
    purse.counts(&on_top, 3_000 * MB, 0);
    assert_eq!((purse.sold, purse.tax), (6_000, 960));
    // Two, the second on the first: 121.80 KES are 100 KES, 5 and 16.80 of them.
    let two = [("Excise", "5%"), ("VAT", "16%")];
    let two = taxed("pay-as-you-go 121.80 KES per 1GB; slice 100MB", &two, Pricing::TaxInclusive);
    let mut purse = Purse::with(100_000);
    for step in 1..=1_000 {
        purse.counts(&two, step * MB, 1);
    }
    assert_eq!((purse.sold, purse.tax), (10_000, 2_180));
    assert_eq!(purse.taxes, [kes(500), kes(1_680)]);
}

#[test]
fn what_stayed_due_before_is_paid_first() {
    let vat = [("VAT", "16%")];
    let new = taxed("pay-as-you-go 20 KES per 1GB; slice 100MB", &vat, Pricing::TaxInclusive);
    let new = Agreement { owed_before: kes(300), ..new };
    let mut purse = Purse::with(0);
    let (charge, _) = purse.counts(&new, 0, 0);
    assert_eq!((charge.committed, charge.uncovered), (kes(0), kes(300)));
    purse.account.balance.credits_posted_minor += 532;
    assert_eq!(new.covered_until(&purse.reservation, &purse.account).unwrap(), 116 * MB);
    purse.counts(&new, 0, 0);
    assert_eq!((purse.sold, purse.tax), (259, 41));
    purse.counts(&new, 116 * MB, 0);
    assert_eq!((purse.sold, purse.tax), (459, 73));
}

#[test]
fn nobody_sells_what_is_taxed_in_a_way_that_nobody_has_said() {
    let mut prices = PriceList::default();
    let text = "pay-as-you-go 20 KES per 1GB; slice 100MB";
    let now = Timestamp::from_unix_s(0);
    let terms = crate::UsageTerms {
        cadence: "1 month".parse().unwrap(),
        proration: crate::Proration::ByDay,
        price: text.parse().unwrap(),
    };
    let applies_to = crate::AppliesTo::Everybody;
    prices.usage.push(UsageVersion { from: now, applies_to, terms });
    assert_eq!(check_sold(&prices, None, now), Err(SoldError::TaxesUnsaid));
    for pricing in [Pricing::TaxExclusive, Pricing::TaxInclusive] {
        let taxation = taxed(text, &[("VAT", "16%")], pricing).taxation;
        assert_eq!(check_sold(&prices, Some(&taxation), now), Ok(()));
    }
}
