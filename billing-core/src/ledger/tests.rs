use core::convert::Infallible;
use std::collections::BTreeMap;

use entitlement::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{Currency, Money};

/// What a customer owes.
const OWED: AccountId = AccountId(1);
/// What a customer has paid ahead, and may not overdraw.
const WALLET: AccountId = AccountId(2);
const REVENUE: AccountId = AccountId(3);
const BANK: AccountId = AccountId(4);
/// Vouchers on stock, of which no more can be sold than there are.
const STOCK: AccountId = AccountId(5);
const ABROAD: AccountId = AccountId(6);

fn kes() -> Currency {
    "KES".parse().unwrap()
}

fn money(minor: i64) -> Money {
    Money::new(minor, kes())
}

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

/// Books in memory.
struct Memory {
    accounts: BTreeMap<AccountId, Account>,
    transfers: BTreeMap<TransferId, Kept>,
    next: u128,
    now_s: i64,
}

impl Books for Memory {
    type Error = Infallible;

    fn account(&self, id: AccountId) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&id).copied())
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Infallible> {
        Ok(self.transfers.get(&id).copied())
    }
}

impl Memory {
    fn new() -> Self {
        let account = |id, limit| (id, Account::new(id, kes(), limit));
        let abroad = Account::new(ABROAD, "UGX".parse().unwrap(), Limit::None);
        let accounts = BTreeMap::from([
            account(OWED, Limit::None),
            account(WALLET, Limit::DebitsWithinCredits),
            account(REVENUE, Limit::None),
            account(BANK, Limit::None),
            account(STOCK, Limit::CreditsWithinDebits),
            (ABROAD, abroad),
        ]);
        Self { accounts, transfers: BTreeMap::new(), next: 1, now_s: 0 }
    }

    fn id(&mut self) -> TransferId {
        self.next += 1;
        TransferId(self.next)
    }

    fn drafts(&mut self, kind: TransferKind) -> Transfer {
        Transfer { id: self.id(), at: at(self.now_s), kind }
    }

    /// Makes them, and keeps what came of it.
    fn post(&mut self, transfers: &[Transfer]) -> Result<Posted, PostError> {
        let Ok(posted) = post(self, transfers);
        let posted = posted?;
        self.accounts.extend(posted.accounts.iter().map(|account| (account.id, *account)));
        self.transfers.extend(posted.transfers.iter().map(|kept| (kept.transfer.id, *kept)));
        Ok(posted)
    }

    fn does(&mut self, kind: TransferKind) -> Result<TransferId, LedgerError> {
        let transfer = self.drafts(kind);
        self.post(&[transfer]).map(|_| transfer.id).map_err(|error| error.error)
    }

    fn moves(
        &mut self,
        debit: AccountId,
        credit: AccountId,
        minor: i64,
    ) -> Result<TransferId, LedgerError> {
        self.does(TransferKind::Move { debit, credit, amount: money(minor) })
    }

    fn holds(
        &mut self,
        minor: i64,
        expires_at: Option<Timestamp>,
    ) -> Result<TransferId, LedgerError> {
        let (debit, credit) = (WALLET, REVENUE);
        self.does(TransferKind::Hold { debit, credit, amount: money(minor), expires_at })
    }

    /// Debits and credits, posted and then pending.
    fn sums(&self, id: AccountId) -> [i64; 4] {
        let it = self.accounts[&id].balance;
        let posted = [it.debits_posted_minor, it.credits_posted_minor];
        [posted[0], posted[1], it.debits_pending_minor, it.credits_pending_minor]
    }

    fn trial_balance(&self) -> [i64; 2] {
        let sum = |of: fn(&Balance) -> i64| {
            self.accounts.values().map(|account| of(&account.balance)).sum()
        };
        [
            sum(|it| it.debits_posted_minor - it.credits_posted_minor),
            sum(|it| it.debits_pending_minor - it.credits_pending_minor),
        ]
    }
}

#[test]
fn an_invoice_and_its_payment_come_to_nothing_owed() {
    let mut books = Memory::new();
    books.moves(OWED, REVENUE, 150_000).unwrap();
    books.moves(BANK, OWED, 150_000).unwrap();
    assert_eq!(books.sums(OWED), [150_000, 150_000, 0, 0]);
    assert_eq!(books.accounts[&OWED].credit_balance(), Ok(money(0)));
    assert_eq!(books.accounts[&REVENUE].credit_balance(), Ok(money(150_000)));
    assert_eq!(books.accounts[&BANK].credit_balance(), Ok(money(-150_000)));
    assert_eq!(books.trial_balance(), [0, 0]);
}

#[test]
fn a_wallet_is_not_overdrawn_and_no_more_is_sold_than_there_is() {
    let mut books = Memory::new();
    books.moves(BANK, WALLET, 500).unwrap();
    books.holds(300, None).unwrap();
    let error = books.moves(WALLET, REVENUE, 201).unwrap_err();
    assert_eq!(error.to_string(), "account 2 has 2.00 KES left for it, and 2.01 KES is needed");
    books.moves(WALLET, REVENUE, 200).unwrap();
    assert_eq!(books.sums(WALLET), [200, 500, 300, 0]);
    books.moves(STOCK, BANK, 10).unwrap();
    books.moves(REVENUE, STOCK, 10).unwrap();
    let error = books.moves(REVENUE, STOCK, 1).unwrap_err();
    assert_eq!(error.to_string(), "account 5 has 0.00 KES left for it, and 0.01 KES is needed");
}

#[test]
fn what_is_held_is_posted_voided_or_expires_once() {
    let mut books = Memory::new();
    books.moves(BANK, WALLET, 1_000).unwrap();
    let held = books.holds(400, None).unwrap();
    let post = |held, minor| TransferKind::PostHeld { held, amount: money(minor) };
    let error = books.does(post(held, 401)).unwrap_err().to_string();
    assert_eq!(error, format!("{held} holds 4.00 KES, and 4.01 KES was to be posted"));
    books.does(post(held, 150)).unwrap();
    assert_eq!(books.sums(WALLET), [150, 1_000, 0, 0]);
    assert_eq!(books.sums(REVENUE), [0, 150, 0, 0]);
    assert_eq!(books.does(post(held, 1)), Err(LedgerError::AlreadyPosted { held }));
    let void = TransferKind::VoidHeld { held };
    assert_eq!(books.does(void), Err(LedgerError::AlreadyPosted { held }));

    let held = books.holds(850, None).unwrap();
    books.does(TransferKind::VoidHeld { held }).unwrap();
    assert_eq!(books.does(post(held, 1)), Err(LedgerError::AlreadyVoided { held }));
    let expire = TransferKind::ExpireHeld { held };
    assert_eq!(books.does(expire), Err(LedgerError::AlreadyVoided { held }));
    let held = books.holds(850, None).unwrap();
    let expire = TransferKind::ExpireHeld { held };
    assert_eq!(books.does(expire), Err(LedgerError::NeverExpires { held }));
    books.does(post(held, 0)).unwrap();

    let held = books.holds(850, Some(at(10))).unwrap();
    let expire = TransferKind::ExpireHeld { held };
    let expires_at = at(10);
    assert_eq!(books.does(expire), Err(LedgerError::NotExpired { held, expires_at }));
    books.now_s = 10;
    // It has expired although nobody has come to let it go.
    assert_eq!(books.does(post(held, 1)), Err(LedgerError::Expired { held }));
    assert_eq!(books.does(TransferKind::VoidHeld { held }), Err(LedgerError::Expired { held }));
    books.does(expire).unwrap();
    assert_eq!(books.does(expire), Err(LedgerError::Expired { held }));
    assert_eq!(books.sums(WALLET), [150, 1_000, 0, 0]);
    let held = TransferId(9_999);
    assert_eq!(books.does(post(held, 1)), Err(LedgerError::NothingHeld { held }));
}

#[test]
fn a_repeated_transfer_changes_nothing_and_another_one_of_its_id_says_in_what_it_differs() {
    let mut books = Memory::new();
    let kind = TransferKind::Move { debit: BANK, credit: WALLET, amount: money(5) };
    let first = books.drafts(kind);
    books.post(&[first]).unwrap();
    // Its moment may be that of the repetition.
    let again = Transfer { at: at(99), ..first };
    assert_eq!(books.post(&[again]), Ok(Posted::default()));
    assert_eq!(books.sums(WALLET), [0, 5, 0, 0]);
    let (debit, credit, amount) = (BANK, WALLET, money(5));
    let held = TransferId(7);
    for (kind, field) in [
        (TransferKind::Move { debit: OWED, credit, amount }, TransferField::Debit),
        (TransferKind::Move { debit, credit: OWED, amount }, TransferField::Credit),
        (TransferKind::Move { debit, credit, amount: money(6) }, TransferField::Amount),
        (TransferKind::Hold { debit, credit, amount, expires_at: None }, TransferField::Kind),
        (TransferKind::VoidHeld { held }, TransferField::Kind),
    ] {
        let error = books.post(&[Transfer { kind, ..first }]).unwrap_err();
        assert_eq!(error.error, LedgerError::ExistsOtherwise { field });
    }
}

#[test]
fn of_a_chain_all_are_made_or_none() {
    let mut books = Memory::new();
    let into = books.drafts(TransferKind::Move { debit: BANK, credit: WALLET, amount: money(5) });
    let out = books.drafts(TransferKind::Move { debit: WALLET, credit: REVENUE, amount: money(6) });
    let error = books.post(&[into, out]).unwrap_err();
    assert_eq!((error.place, error.id), (1, out.id));
    assert!(
        error.to_string().ends_with("account 2 has 0.05 KES left for it, and 0.06 KES is needed")
    );
    assert_eq!((books.sums(WALLET), books.transfers.len()), ([0; 4], 0));
    // What the first brings, the second may take.
    let out = books.drafts(TransferKind::Move { debit: WALLET, credit: REVENUE, amount: money(5) });
    books.post(&[into, out]).unwrap();
    assert_eq!(books.sums(WALLET), [5, 5, 0, 0]);
    // Held and posted in one chain.
    books.moves(BANK, WALLET, 9).unwrap();
    let (debit, credit, amount) = (WALLET, REVENUE, money(9));
    let hold = books.drafts(TransferKind::Hold { debit, credit, amount, expires_at: None });
    let post = books.drafts(TransferKind::PostHeld { held: hold.id, amount: money(4) });
    books.post(&[hold, post]).unwrap();
    assert_eq!(books.sums(WALLET), [9, 14, 0, 0]);
}

#[test]
fn what_cannot_be_moved_says_why() {
    let mut books = Memory::new();
    let said = |error: LedgerError| error.to_string();
    assert_eq!(
        said(books.moves(BANK, BANK, 1).unwrap_err()),
        "account 4 cannot be debited and credited at once"
    );
    for minor in [0, -5] {
        let error = said(books.moves(BANK, WALLET, minor).unwrap_err());
        assert!(error.contains("cannot be moved; an amount is more than 0"), "{error}");
    }
    assert_eq!(said(books.moves(BANK, AccountId(77), 1).unwrap_err()), "there is no account 77");
    assert_eq!(
        said(books.moves(BANK, ABROAD, 1).unwrap_err()),
        "account 6 is in UGX, and the amount in KES"
    );
    books.moves(BANK, REVENUE, i64::MAX).unwrap();
    let error = books.moves(BANK, OWED, 1).unwrap_err();
    assert_eq!(error, LedgerError::Overflow { account: BANK });
}

#[derive(Debug, Clone)]
enum Act {
    Move(i64, i64, i64),
    Hold(i64, i64, i64, Option<i64>),
    /// Of the how-manieth that was held.
    Post(usize, i64),
    Void(usize),
    Expire(usize),
    Repeat(usize),
    Pass(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let account = || 1..6_i64;
    prop_oneof![
        4 => (account(), account(), 1..500_i64).prop_map(|(a, b, m)| Act::Move(a, b, m)),
        4 => (account(), account(), 1..500_i64, proptest::option::of(1..40_i64))
            .prop_map(|(a, b, m, after)| Act::Hold(a, b, m, after)),
        3 => (0..8_usize, 0..500_i64).prop_map(|(which, m)| Act::Post(which, m)),
        1 => (0..8_usize).prop_map(Act::Void),
        1 => (0..8_usize).prop_map(Act::Expire),
        2 => (0..20_usize).prop_map(Act::Repeat),
        2 => (1..20_i64).prop_map(Act::Pass),
    ]
}

/// The sums of every account, added up from the transfers that were made, as a clerk would.
fn by_hand(made: &[Transfer]) -> BTreeMap<AccountId, [i64; 4]> {
    let mut sums: BTreeMap<AccountId, [i64; 4]> = BTreeMap::new();
    let mut add = |id: AccountId, sum: usize, minor: i64| sums.entry(id).or_default()[sum] += minor;
    for transfer in made {
        match transfer.kind {
            TransferKind::Move { debit, credit, amount } => {
                add(debit, 0, amount.amount_minor());
                add(credit, 1, amount.amount_minor());
            }
            TransferKind::Hold { debit, credit, amount, .. } => {
                let end = made.iter().find_map(|end| match end.kind {
                    TransferKind::PostHeld { held, amount } if held == transfer.id => {
                        Some(amount.amount_minor())
                    }
                    TransferKind::VoidHeld { held } | TransferKind::ExpireHeld { held }
                        if held == transfer.id =>
                    {
                        Some(0)
                    }
                    _ => None,
                });
                let pending = if end.is_some() { 0 } else { amount.amount_minor() };
                add(debit, 0, end.unwrap_or(0));
                add(credit, 1, end.unwrap_or(0));
                add(debit, 2, pending);
                add(credit, 3, pending);
            }
            _ => {}
        }
    }
    sums
}

proptest! {
    #[test]
    fn it_comes_to_what_a_clerk_adds_up(acts in proptest::collection::vec(act(), 0..60)) {
        let mut books = Memory::new();
        let (mut made, mut held): (Vec<Transfer>, Vec<TransferId>) = (Vec::new(), Vec::new());
        for act in acts {
            let of = |which: usize| held.get(which).copied().unwrap_or(TransferId(0));
            let kind = match act {
                Act::Pass(seconds) => {
                    books.now_s += seconds;
                    continue;
                }
                Act::Repeat(which) => {
                    let Some(transfer) = made.get(which).copied() else { continue };
                    prop_assert_eq!(books.post(&[transfer]), Ok(Posted::default()));
                    continue;
                }
                Act::Move(debit, credit, minor) => TransferKind::Move {
                    debit: AccountId(debit),
                    credit: AccountId(credit),
                    amount: money(minor),
                },
                Act::Hold(debit, credit, minor, after) => TransferKind::Hold {
                    debit: AccountId(debit),
                    credit: AccountId(credit),
                    amount: money(minor),
                    expires_at: after.map(|after| at(books.now_s + after)),
                },
                Act::Post(which, minor) => {
                    TransferKind::PostHeld { held: of(which), amount: money(minor) }
                }
                Act::Void(which) => TransferKind::VoidHeld { held: of(which) },
                Act::Expire(which) => TransferKind::ExpireHeld { held: of(which) },
            };
            let transfer = books.drafts(kind);
            if books.post(&[transfer]).is_ok() {
                made.push(transfer);
                if matches!(kind, TransferKind::Hold { .. }) {
                    held.push(transfer.id);
                }
            }
            prop_assert_eq!(books.trial_balance(), [0, 0]);
            let by_hand = by_hand(&made);
            for (id, account) in &books.accounts {
                prop_assert_eq!(books.sums(*id), by_hand.get(id).copied().unwrap_or_default());
                let [debits, credits, debits_pending, credits_pending] = books.sums(*id);
                let is_kept = match account.limit {
                    Limit::None => true,
                    Limit::DebitsWithinCredits => debits + debits_pending <= credits,
                    Limit::CreditsWithinDebits => credits + credits_pending <= debits,
                };
                prop_assert!(is_kept, "{account:?}");
            }
        }
    }
}
