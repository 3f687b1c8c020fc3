//! What is paid, told of several times, given back and taken back.

use billing_core::payment::RefundTo;
use entitlement::TenantId;
use storage::{NewReceipt, PaymentOutcome, Store};

use super::shop::money;
use super::{World, moment, runs};
use crate::ground::operator;
use crate::judge::facts::Moved;
use crate::kills::Killed;

const PROVIDER: &str = "mpesa";
/// How often a receipt is told of at most.
const TOLD_MAX: i64 = 9;

impl World<'_> {
    /// Somebody pays, for an invoice or just so; and sometimes is billed in that moment.
    pub(super) async fn pay(&mut self, customer: usize) {
        let purse = &self.customers[customer].purses[0];
        let open = purse.open();
        let invoices: Vec<_> = purse.invoices().collect();
        let amount = match self.random.within(0..10) {
            0..4 if open > 0 => open,
            4..6 if open > 1 => self.random.within(1..open),
            6..8 => open + self.random.within(1..200_000),
            _ if open == 0 && self.random.percent(70) => return,
            _ => self.random.within(1..300_000),
        };
        let name = self.customers[customer].name.clone();
        let (mut reference, mut named) = (name.clone(), None);
        if !invoices.is_empty() && self.random.percent(30) {
            let (id, ..) = *self.random.one(&invoices);
            let all = self.store().invoices(self.tenant).list(Some(&name), 10_000).await.unwrap();
            reference = all.into_iter().find(|invoice| invoice.id == id).unwrap().label;
            named = Some(id);
        }
        let new = self.new_receipt(amount, Some(reference));
        let receipt = new.number.as_ref().unwrap().to_string();
        self.tell(customer, &format!("pays {amount} by {receipt}, named: {named:?}"));
        let workers = if self.random.percent(20) { self.some_workers() } else { Vec::new() };
        let killed = bill_and_receive(self, &new, &workers).await;
        self.has_run(self.now, killed).await;
        let paid = Moved::Paid { receipt, amount, named };
        self.collect(&[(customer, paid)]).await;
        self.cleared += amount;
    }

    /// Money comes, and nobody knows whose it is.
    pub(super) async fn pay_without_a_name(&mut self) {
        let amount = self.random.within(1..300_000);
        let reference = self.random.percent(50).then(|| "nobody".to_owned());
        let new = self.new_receipt(amount, reference);
        let killed = bill_and_receive(self, &new, &[]).await;
        self.counts.kills += killed;
        self.parked.insert(new.number.unwrap().to_string(), amount);
        self.cleared += amount;
    }

    /// Somebody says whose it is.
    pub(super) async fn assign(&mut self) {
        let receipts: Vec<String> = self.parked.keys().cloned().collect();
        if receipts.is_empty() {
            return;
        }
        let receipt = self.random.one(&receipts).clone();
        let customer = self.random.within(0..self.customers.len() as i64) as usize;
        let name = self.customers[customer].name.clone();
        let store = self.store();
        let payments = store.payments(self.tenant);
        let (by, provider, number) =
            (operator(), PROVIDER.parse().unwrap(), receipt.parse().unwrap());
        if self.random.percent(30) {
            let polls = self.random.within(0..30) as u32;
            let assign = payments.assign(&by, &provider, &number, &name);
            self.counts.kills += u64::from(Killed::after(polls, assign).await.is_none());
            self.raw.until_all_have_ended().await;
        }
        let assigned = payments.assign(&by, &provider, &number, &name).await;
        // Who was killed may have done it nevertheless; then it is said once.
        assert!(assigned.is_ok() || assigned.is_err_and(|it| it.to_string().contains("once")));
        self.counts.commands += 1;
        let amount = self.parked.remove(&receipt).unwrap();
        self.moved(customer, &[Moved::Paid { receipt, amount, named: None }]);
    }

    /// A refund, or a reversal by the provider.
    pub(super) async fn take_back(&mut self, customer: usize) {
        let [purse] = self.customers[customer].purses.as_slice() else { return };
        let receipts: Vec<String> = purse.receipts().cloned().collect();
        if receipts.is_empty() {
            return;
        }
        let receipt = self.random.one(&receipts).clone();
        let purse = &self.customers[customer].purses[0];
        let ([to_provider, to_wallet], left) =
            (purse.can_be_refunded(&receipt), purse.left(&receipt));
        let (kind, most) = *self.random.one(&[(0, to_provider), (1, to_wallet), (2, left)]);
        if most == 0 {
            return;
        }
        let amount = if self.random.percent(40) { most } else { self.random.within(1..most + 1) };
        self.receipts += 1;
        let reference = format!("B{}", self.receipts);
        let store = self.store();
        let payments = store.payments(self.tenant);
        let (by, provider, number) =
            (operator(), PROVIDER.parse().unwrap(), receipt.parse().unwrap());
        let times = self.random.within(1..4);
        let killed_after = self.random.within(0..40) as u32;
        let take = async || {
            let (which, reference) = ((&provider, &number), Some(reference.as_str()));
            let done = match kind {
                0 => {
                    payments.refund(&by, which, money(amount), RefundTo::Provider, reference).await
                }
                1 => payments.refund(&by, which, money(amount), RefundTo::Wallet, reference).await,
                _ => payments.reverse(&by, which, money(amount), reference).await,
            };
            done.unwrap()
        };
        self.counts.kills += u64::from(Killed::after(killed_after, take()).await.is_none());
        for _ in 0..times {
            take().await;
        }
        self.counts.commands += 1;
        self.counts.duplicates += times as u64;
        if kind != 1 {
            self.cleared -= amount;
        }
        let at = self.now;
        let moved = match kind {
            2 => Moved::Reversed { receipt, amount, at },
            _ => Moved::Refunded { receipt, amount, to_wallet: kind == 1 },
        };
        self.moved(customer, &[moved]);
    }

    fn new_receipt(&mut self, amount: i64, reference: Option<String>) -> NewReceipt {
        self.receipts += 1;
        NewReceipt {
            provider: PROVIDER.parse().unwrap(),
            number: Some(format!("R{}", self.receipts).parse().unwrap()),
            amount: money(amount),
            at: moment(self.now),
            reference,
        }
    }
}

/// Tells of a receipt several times at once, while workers bill. Gives how many were killed.
async fn bill_and_receive(
    world: &mut World<'_>,
    new: &NewReceipt,
    workers: &[runs::Worker],
) -> u64 {
    let times = world.random.within(1..TOLD_MAX);
    let mut polls = || world.random.percent(15).then(|| world.random.within(0..40) as u32);
    // The last one lives.
    let mut told: Vec<Option<u32>> = (1..times).map(|_| polls()).collect();
    told.push(None);
    let (one, other, tenant, at) = (world.store(), world.store(), world.tenant, world.now);
    let stores = [&one, &other].into_iter().cycle();
    let receive = told.iter().zip(stores).map(|(polls, store)| receive(store, tenant, new, *polls));
    let receive = futures_util::future::join_all(receive);
    let billing = runs::bill(&other, tenant, at, workers);
    let (outcomes, killed) = futures_util::future::join(receive, billing).await;
    let done: Vec<PaymentOutcome> = outcomes.iter().flatten().copied().collect();
    let killed_tellers = outcomes.len() - done.len();
    let first = done.iter().filter(|it| **it != PaymentOutcome::Repeated).count();
    // Who was killed may have done it nevertheless.
    assert!(first == 1 || (first == 0 && killed_tellers > 0), "{outcomes:?}");
    world.counts.commands += 1;
    world.counts.duplicates += outcomes.len() as u64 - 1;
    killed + killed_tellers as u64
}

async fn receive(
    store: &Store,
    tenant: TenantId,
    new: &NewReceipt,
    killed_after: Option<u32>,
) -> Option<PaymentOutcome> {
    let (by, payments) = (operator(), store.payments(tenant));
    let receive = async { payments.receive(&by, new).await.unwrap().1 };
    match killed_after {
        None => Some(receive.await),
        Some(polls) => Killed::after(polls, receive).await,
    }
}
