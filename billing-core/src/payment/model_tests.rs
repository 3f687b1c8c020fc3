//! Receipts, refunds and reversals in any order, in a ledger and against a clerk with single pennies.

use core::convert::Infallible;
use std::collections::BTreeMap;

use entitlement::{SubscriberId, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::ledger::{
    Account, AccountId, AccountName, Books, Entry, Kept, PostError, Transfer, TransferId,
    TransferSource, post,
};
use crate::{Currency, Money};

const SUBSCRIBER: SubscriberId = SubscriberId(7);
/// Invoices that are open at first.
const INVOICES: usize = 4;

fn kes() -> Currency {
    "KES".parse().unwrap()
}

fn money(minor: i64) -> Money {
    Money::new(minor, kes())
}

/// A ledger in memory, with accounts by name, and the store of receipts and debts.
#[derive(Default)]
struct Office {
    numbers: BTreeMap<AccountName, AccountId>,
    accounts: BTreeMap<AccountId, Account>,
    transfers: BTreeMap<TransferId, Kept>,
    receipts: BTreeMap<ReceiptNumber, Receipt>,
    /// What was kept of each.
    events: BTreeMap<ReceiptNumber, Vec<ReceiptEvent>>,
    /// What is open of each debt, in the order in which they were due.
    open: BTreeMap<(i64, Debt), i64>,
    /// What was written off when the wallet paid, which is never undone.
    written_off_minor: i64,
}

impl Books for Office {
    type Error = Infallible;

    fn account(&self, id: AccountId) -> Result<Option<Account>, Infallible> {
        Ok(self.accounts.get(&id).copied())
    }

    fn transfer(&self, id: TransferId) -> Result<Option<Kept>, Infallible> {
        Ok(self.transfers.get(&id).copied())
    }
}

impl Office {
    fn new(invoices: &[i64]) -> Self {
        let mut office = Self::default();
        for (number, open) in (1..).zip(invoices) {
            office.open.insert((number, Debt::Invoice(InvoiceId(number))), *open);
            if *open > 0 {
                office
                    .post(&[Entry {
                        id: TransferId::of(TransferSource::Invoice, number, 0),
                        debit: AccountName::Receivable(SUBSCRIBER),
                        credit: AccountName::Sales,
                        amount: money(*open),
                    }])
                    .unwrap();
            }
        }
        office
    }

    fn account_of(&mut self, name: &AccountName) -> AccountId {
        let next = AccountId(i64::try_from(self.numbers.len()).unwrap());
        let id = *self.numbers.entry(name.clone()).or_insert(next);
        self.accounts.entry(id).or_insert_with(|| Account::new(id, kes(), name.limit()));
        id
    }

    fn post(&mut self, entries: &[Entry]) -> Result<(), PostError> {
        let mut transfers: Vec<Transfer> = Vec::new();
        for entry in entries {
            let (debit, credit) = (self.account_of(&entry.debit), self.account_of(&entry.credit));
            transfers.push(entry.transfer(Timestamp::from_unix_s(0), debit, credit));
        }
        let Ok(posted) = post(self, &transfers);
        let posted = posted?;
        self.accounts.extend(posted.accounts.iter().map(|account| (account.id, *account)));
        self.transfers.extend(posted.transfers.iter().map(|kept| (kept.transfer.id, *kept)));
        Ok(())
    }

    /// What was credited to an account less what was debited.
    fn balance(&self, name: &AccountName) -> i64 {
        let account = self.numbers.get(name).map(|id| self.accounts[id]);
        account.map_or(0, |account| account.credit_balance().unwrap().amount_minor())
    }

    fn wallet(&self) -> i64 {
        self.balance(&AccountName::Wallet(SUBSCRIBER))
    }

    fn debts(&self) -> Vec<OpenDebt> {
        let of = |((due_s, debt), open): (&(i64, Debt), &i64)| OpenDebt {
            debt: *debt,
            due_at: Timestamp::from_unix_s(*due_s),
            open: money(*open),
        };
        self.open.iter().map(of).collect()
    }

    fn change_open(&mut self, allocations: &[Allocation], sign: i64) {
        for Allocation { debt, amount, written_off } in allocations {
            let covered = amount.amount_minor() + written_off.amount_minor();
            let (_, open) = self.open.iter_mut().find(|((_, of), _)| of == debt).unwrap();
            *open += sign * covered;
            assert!(*open >= 0, "{debt} is paid with more than is open");
        }
    }

    /// Keeps a change; one that was made before changes nothing.
    fn keep(&mut self, change: Change, was: Option<&Receipt>) {
        self.post(&change.entries).unwrap();
        if was == Some(&change.receipt) {
            return;
        }
        match &change.event {
            ReceiptEvent::Parked => {}
            ReceiptEvent::Settled(settlement) => self.change_open(&settlement.allocations, -1),
            ReceiptEvent::TakenBack(taken) => {
                self.change_open(&taken.allocations, 1);
                if let TakeBack::Reversal(id) = taken.by
                    && !taken.owed.is_zero()
                {
                    let key = (1_000 + id.0, Debt::Reversal(id));
                    self.open.insert(key, taken.owed.amount_minor());
                }
            }
        }
        let number = change.receipt.received().number.clone();
        self.events.entry(number.clone()).or_default().push(change.event);
        self.receipts.insert(number, change.receipt);
    }

    /// Books what was notified, whose it is being said by the payer or not.
    fn notified(&mut self, row: u32, minor: i64, is_known: bool, terms: (&Policy, Option<Money>)) {
        let received = Received {
            id: ReceiptId(row.into()),
            provider: "mpesa".parse().unwrap(),
            number: ReceiptNumber::own(row),
            amount: money(minor),
            at: Timestamp::from_unix_s(0),
        };
        let known = self.receipts.get(&received.number).cloned();
        let accounts: &[_] = if is_known { &[SUBSCRIBER] } else { &[] };
        let found = Found { receipt: known.as_ref(), accounts, ..Found::default() };
        let receipt = known.clone().unwrap_or_else(|| Receipt::new(received).unwrap());
        match judge(money(minor), &found).verdict {
            Verdict::Credit { subscriber, .. } => {
                let (policy, tolerance) = terms;
                let left = receipt.left().unwrap();
                let shared = allocate(left, &self.debts(), policy, tolerance).unwrap();
                let change = receipt.settle(subscriber, shared).unwrap();
                self.keep(change, known.as_ref());
            }
            Verdict::Unallocated(_) if known.is_none() => {
                let change = receipt.park().unwrap();
                self.keep(change, None);
            }
            Verdict::Unallocated(_) | Verdict::Repeated | Verdict::NeedsReview(_) => {}
        }
    }

    /// Everything that must hold at every moment.
    fn audit(&self) {
        let balances = self.accounts.values().map(|it| it.credit_balance().unwrap().amount_minor());
        assert_eq!(balances.sum::<i64>(), 0, "the trial balance");
        let open: i64 = self.open.values().sum();
        assert_eq!(-self.balance(&AccountName::Receivable(SUBSCRIBER)), open, "what is owed");
        assert!(self.wallet() >= 0);
        for (number, receipt) in &self.receipts {
            let events = self.events[number].clone();
            let replayed = Receipt::replay(receipt.received().clone(), events);
            assert_eq!(replayed.as_ref(), Ok(receipt), "what was kept");
        }
        let left = |is_parked: bool| -> i64 {
            let of = self.receipts.values().filter(|it| it.subscriber().is_none() == is_parked);
            of.map(|it| it.left().unwrap().amount_minor()).sum()
        };
        assert_eq!(self.balance(&AccountName::Unallocated), left(true), "what nobody owns");
        let settlements = self.receipts.values().filter_map(Receipt::settlement);
        let off: i64 = settlements.map(|it| written_off(&it.allocations)).sum();
        let given_up = off + self.written_off_minor;
        assert_eq!(-self.balance(&AccountName::WrittenOff), given_up, "what was given up");
        let clearing = AccountName::Clearing("mpesa".parse().unwrap());
        assert_eq!(-self.balance(&clearing), left(true) + left(false), "what the provider has");
    }
}

fn written_off(allocations: &[Allocation]) -> i64 {
    allocations.iter().map(|it| it.written_off.amount_minor()).sum()
}

#[derive(Debug, Clone)]
enum Act {
    /// A notification of this receipt, which may have come before; whether it says whose it is.
    Notify(u32, bool),
    /// A refund of this receipt, by its number, which may have been made before.
    Refund(u32, i64, i64, bool),
    /// A reversal likewise.
    Reverse(u32, i64, i64),
    /// The wallet pays what is open, as far as it can.
    PayFromWallet,
    /// Something else is bought from the wallet.
    Spend(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let row = || 1..5_u32;
    prop_oneof![
        6 => (row(), any::<bool>()).prop_map(|(row, known)| Act::Notify(row, known)),
        3 => (row(), 1..5_i64, 1..60_i64, any::<bool>())
            .prop_map(|(row, id, minor, to_wallet)| Act::Refund(row, id, minor, to_wallet)),
        3 => (row(), 1..5_i64, 1..60_i64).prop_map(|(row, id, minor)| Act::Reverse(row, id, minor)),
        1 => Just(Act::PayFromWallet),
        1 => (1..30_i64).prop_map(Act::Spend),
    ]
}

/// Refunds and reversals of different receipts have different numbers.
fn number_of(row: u32, id: i64) -> i64 {
    i64::from(row) * 10 + id
}

/// Does it in the office, if it can be done.
fn perform(office: &mut Office, place: i64, act: &Act, terms: (&Policy, Option<Money>)) {
    let receipt = |row: u32| office.receipts.get(&ReceiptNumber::own(row)).cloned();
    let wallet = money(office.wallet());
    let taken = |row: u32, take: &dyn Fn(&Receipt) -> Result<Change, ReceiptError>| {
        let receipt = receipt(row)?;
        Some((take(&receipt).ok()?, receipt))
    };
    let taken = match *act {
        Act::Notify(row, known) => {
            office.notified(row, 30 * i64::from(row), known, terms);
            return;
        }
        Act::Refund(row, id, minor, to_wallet) => {
            let to = if to_wallet { RefundTo::Wallet } else { RefundTo::Provider };
            let id = RefundId(number_of(row, id));
            taken(row, &|receipt| receipt.refund(id, money(minor), to, wallet))
        }
        Act::Reverse(row, id, minor) => {
            let id = ReversalId(number_of(row, id));
            taken(row, &|receipt| receipt.reverse(id, money(minor), wallet))
        }
        Act::PayFromWallet => {
            let shared = allocate(wallet, &office.debts(), terms.0, terms.1).unwrap();
            let id = AllocationId(place);
            office.post(&shared.entries_from_wallet(id, SUBSCRIBER).unwrap()).unwrap();
            office.change_open(&shared.allocations, -1);
            office.written_off_minor += written_off(&shared.allocations);
            return;
        }
        Act::Spend(minor) => {
            let id = TransferId::of(TransferSource::Session, place, 0);
            let (debit, credit) = (AccountName::Wallet(SUBSCRIBER), AccountName::Sales);
            // Refused by the ledger when there is not so much.
            let _ = office.post(&[Entry { id, debit, credit, amount: money(minor) }]);
            return;
        }
    };
    if let Some((change, receipt)) = taken {
        office.keep(change, Some(&receipt));
    }
}

/// Where a penny of a receipt lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Penny {
    Parked,
    /// It has paid the invoice of this place, from 0.
    Invoice(usize),
    /// It has paid what a reversal left owed.
    Reversal(i64),
    Wallet,
}

/// A clerk who moves every penny of a receipt by itself, always the one on top of its pile.
struct Clerk {
    invoices: [i64; INVOICES],
    owed: BTreeMap<i64, i64>,
    wallet: i64,
    piles: BTreeMap<u32, Vec<Penny>>,
    /// The refunds and reversals that were made.
    made: Vec<(bool, i64)>,
}

impl Clerk {
    /// The first debt of which a penny is open.
    fn next_debt(&mut self) -> Penny {
        if let Some(place) = self.invoices.iter().position(|open| *open > 0) {
            self.invoices[place] -= 1;
            return Penny::Invoice(place);
        }
        match self.owed.iter_mut().find(|(_, open)| **open > 0) {
            Some((id, open)) => {
                *open -= 1;
                Penny::Reversal(*id)
            }
            None => Penny::Wallet,
        }
    }

    fn reopen(&mut self, penny: Penny) {
        match penny {
            Penny::Invoice(place) => self.invoices[place] += 1,
            Penny::Reversal(id) => *self.owed.get_mut(&id).unwrap() += 1,
            Penny::Parked | Penny::Wallet => {}
        }
    }

    fn notify(&mut self, row: u32, known: bool) {
        let count = 30 * usize::try_from(row).unwrap();
        let new = vec![Penny::Parked; count];
        let pile = self.piles.get(&row).cloned().unwrap_or(new);
        let is_parked = pile.iter().all(|penny| *penny == Penny::Parked);
        let pile = if known && is_parked {
            let pile: Vec<_> = pile.iter().map(|_| self.next_debt()).collect();
            self.wallet += pile.iter().filter(|penny| **penny == Penny::Wallet).count() as i64;
            pile
        } else {
            pile
        };
        self.piles.insert(row, pile);
    }

    fn refund(&mut self, row: u32, id: i64, minor: i64, to_wallet: bool) {
        let Some(mut pile) = self.piles.get(&row).cloned() else { return };
        if self.made.contains(&(false, id)) {
            return;
        }
        let (invoices, owed, wallet) = (self.invoices, self.owed.clone(), self.wallet);
        for _ in 0..minor {
            let in_wallet = !to_wallet && self.wallet > 0;
            let top = pile.iter().rposition(|penny| match penny {
                Penny::Wallet => in_wallet,
                Penny::Parked => !to_wallet,
                Penny::Invoice(_) | Penny::Reversal(_) => true,
            });
            let Some(top) = top else {
                // There is not so much: nothing is done.
                (self.invoices, self.owed, self.wallet) = (invoices, owed, wallet);
                return;
            };
            let penny = pile.remove(top);
            self.reopen(penny);
            if penny == Penny::Wallet {
                self.wallet -= 1;
            }
            if to_wallet {
                self.wallet += 1;
                pile.push(Penny::Wallet);
            }
        }
        self.made.push((false, id));
        self.piles.insert(row, pile);
    }

    fn reverse(&mut self, row: u32, id: i64, minor: i64) {
        let Some(pile) = self.piles.get(&row).cloned() else { return };
        let minor = usize::try_from(minor).unwrap();
        if self.made.contains(&(true, id)) || pile.len() < minor {
            return;
        }
        let (rest, taken) = pile.split_at(pile.len() - minor);
        for penny in taken {
            match penny {
                Penny::Wallet if self.wallet > 0 => self.wallet -= 1,
                Penny::Wallet => *self.owed.entry(id).or_default() += 1,
                penny => self.reopen(*penny),
            }
        }
        self.made.push((true, id));
        self.piles.insert(row, rest.to_vec());
    }

    fn pay_from_wallet(&mut self) {
        while self.wallet > 0 && self.next_debt() != Penny::Wallet {
            self.wallet -= 1;
        }
    }
}

fn invoices() -> impl Strategy<Value = [i64; INVOICES]> {
    proptest::array::uniform4(prop_oneof![0..40_i64, 0..200_i64])
}

proptest! {
    #[test]
    fn it_comes_to_what_a_clerk_moves_penny_by_penny(
        invoices in invoices(), acts in proptest::collection::vec(act(), 0..40),
    ) {
        let mut office = Office::new(&invoices);
        let (wallet, owed, piles, made) = (0, BTreeMap::new(), BTreeMap::new(), Vec::new());
        let mut clerk = Clerk { invoices, owed, wallet, piles, made };
        for (place, act) in (0..).zip(&acts) {
            perform(&mut office, place, act, (&Policy::OldestFirst, None));
            match *act {
                Act::Notify(row, known) => clerk.notify(row, known),
                Act::Refund(row, id, minor, to_wallet) => {
                    clerk.refund(row, number_of(row, id), minor, to_wallet);
                }
                Act::Reverse(row, id, minor) => clerk.reverse(row, number_of(row, id), minor),
                Act::PayFromWallet => clerk.pay_from_wallet(),
                Act::Spend(minor) => if minor <= clerk.wallet { clerk.wallet -= minor },
            }
            office.audit();
            prop_assert_eq!(office.wallet(), clerk.wallet, "{:?}", act);
            for ((_, debt), open) in &office.open {
                let by_hand = match debt {
                    Debt::Invoice(InvoiceId(number)) => {
                        clerk.invoices[usize::try_from(number - 1).unwrap()]
                    }
                    Debt::Reversal(ReversalId(id)) => clerk.owed[id],
                    Debt::LateFee(fee) => panic!("nobody was charged {fee}"),
                };
                prop_assert_eq!(*open, by_hand, "{} after {:?}", debt, act);
            }
            for (row, pile) in &clerk.piles {
                let left = office.receipts[&ReceiptNumber::own(*row)].left().unwrap();
                prop_assert_eq!(left, money(i64::try_from(pile.len()).unwrap()));
            }
        }
    }

    #[test]
    fn the_books_are_right_by_every_policy_and_with_a_tolerance(
        invoices in invoices(),
        acts in proptest::collection::vec(act(), 0..40),
        is_proportional in any::<bool>(),
        tolerance in 0..20_i64,
    ) {
        let mut office = Office::new(&invoices);
        let policy = if is_proportional { Policy::Proportional } else { Policy::OldestFirst };
        for (place, act) in (0..).zip(&acts) {
            perform(&mut office, place, act, (&policy, Some(money(tolerance))));
            office.audit();
        }
    }

    #[test]
    fn in_whichever_order_and_however_often_notified_it_comes_to_the_same(
        invoices in invoices(),
        (notified, other) in proptest::collection::vec((1..8_u32, any::<bool>()), 0..20)
            .prop_flat_map(|notified| (Just(notified.clone()), Just(notified).prop_shuffle())),
    ) {
        let after = |notified: &[(u32, bool)]| {
            let mut office = Office::new(&invoices);
            for (row, known) in notified {
                office.notified(*row, 30 * i64::from(*row), *known, (&Policy::OldestFirst, None));
                office.audit();
            }
            let unallocated = office.balance(&AccountName::Unallocated);
            (office.open.clone(), office.wallet(), unallocated)
        };
        let once = after(&notified);
        prop_assert_eq!(&after(&other), &once);
        let twice: Vec<_> = notified.iter().chain(&other).copied().collect();
        prop_assert_eq!(&after(&twice), &once);
    }
}
