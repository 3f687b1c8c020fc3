use super::super::reservation::{Charge, Decision, NoSlice, Phase, SessionAccounts};
use super::*;
use crate::ledger::{AccountId, Balance, Limit, TransferKind};

const MB: u64 = 1_000_000;
const ACCOUNTS: SessionAccounts = SessionAccounts { wallet: AccountId(1), credit: AccountId(2) };

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
    let (price, report_every_s) = (price(text), REPORT_EVERY_S);
    Agreement { price, rounding: Rounding::HalfUp, report_every_s }
}

/// A wallet that holds money as the ledger would.
struct Purse {
    account: Account,
    reservation: Reservation,
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
        Self { account, reservation }
    }

    fn counts(&mut self, agreement: &Agreement, octets: u64, sessions: u32) -> (Charge, Decision) {
        let at = Timestamp::from_unix_s(60);
        let counted = Counted { total_octets: octets, sessions, at };
        let step = agreement.step(&self.reservation, counted, &self.account).unwrap();
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
                }
                TransferKind::VoidHeld { .. } => balance.debits_pending_minor -= held,
                TransferKind::Move { amount, debit, .. } => {
                    assert_eq!(debit, ACCOUNTS.wallet);
                    balance.debits_posted_minor += amount.amount_minor();
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
