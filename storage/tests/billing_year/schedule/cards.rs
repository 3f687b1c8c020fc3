//! Cards that refill a wallet: each once, whoever comes at once and however often it is told of.

use billing_core::voucher::{BuyerPrice, CodeLen, RedemptionKey};
use entitlement::TenantId;
use storage::{
    NewBatch, NewBuyer, NewWorth, RedeemRefusal, RedeemVoucher, SellVouchers, Store, StoreError,
};

use super::shop::money;
use super::{World, moment, runs};
use crate::ground::operator;
use crate::judge::facts::Moved;
use crate::kills::Killed;

/// What a card costs, and refills.
const CARD: i64 = 75_001;
/// How many there are for each customer.
const CARDS_EACH: u32 = 12;

impl World<'_> {
    /// Prints cards and sells all of them at the counter.
    pub(super) async fn print_cards(&mut self, customers: usize) {
        let (store, at) = (self.store(), moment(self.now));
        let vouchers = store.vouchers(self.tenant);
        let new = NewBatch {
            quantity: CARDS_EACH * u32::try_from(customers).unwrap(),
            prefix: None,
            code_len: CodeLen::USUAL,
            worth: NewWorth::Refill(money(CARD)),
            price: money(CARD),
            sell_by: None,
            redeem_within: None,
            owner: None,
            at,
        };
        let batch = vouchers.generate(&operator(), &new).await.unwrap();
        let buyer = NewBuyer::Till("cash".parse().unwrap());
        let (range, price) = (batch.batch.serials(), BuyerPrice::List);
        let sale = SellVouchers { batch: batch.id, range, buyer, price, at };
        vouchers.sell(&operator(), &sale).await.unwrap();
        let codes = vouchers.export(&operator(), batch.id).await.unwrap();
        self.cards = codes.into_iter().map(|it| it.code.to_string()).collect();
        self.paid_for_cards = CARD * i64::from(new.quantity);
        self.cards_left = self.paid_for_cards;
    }

    /// Somebody redeems a card, which is told of several times; somebody else comes with the same one; and
    /// sometimes it is billed in that moment.
    pub(super) async fn refill(&mut self, customer: usize) {
        let Some(code) = self.cards.pop() else { return };
        let name = self.customers[customer].name.clone();
        self.tell(customer, &format!("refills by card {}", self.cards.len()));
        let wish = RedeemVoucher {
            key: RedemptionKey(self.cards.len() as u128),
            at: moment(self.now),
            subscriber: name,
            replace: true,
            service: None,
            source: None,
            code,
        };
        let times = self.random.within(1..5) as u64;
        let mut polls = || self.random.percent(25).then(|| self.random.within(0..40) as u32);
        // The last one lives.
        let told: Vec<Option<u32>> = (1..times).map(|_| polls()).chain([None]).collect();
        let workers = if self.random.percent(20) { self.some_workers() } else { Vec::new() };
        let (one, other, tenant) = (self.store(), self.store(), self.tenant);
        let stores = [&one, &other].into_iter().cycle();
        let telling = told.iter().zip(stores).map(|(polls, store)| {
            let redeem = redeem(store, tenant, &wish);
            async { Killed::after(polls.unwrap_or(u32::MAX), redeem).await }
        });
        let telling = futures_util::future::join_all(telling);
        let billing = runs::bill(&other, tenant, self.now, &workers);
        let (redeemed, killed) = futures_util::future::join(telling, billing).await;
        let killed_tellers = redeemed.iter().filter(|it| it.is_none()).count() as u64;
        assert!(redeemed.iter().flatten().all(Result::is_ok), "{redeemed:?}");
        self.has_run(self.now, killed + killed_tellers).await;
        let refilled = Moved::Refilled { amount: CARD };
        self.collect(&[(customer, refilled)]).await;
        let thief = self.customers[(customer + 1) % self.customers.len()].name.clone();
        let again = RedeemVoucher { subscriber: thief, key: RedemptionKey(u128::MAX), ..wish };
        let refused = redeem(&one, tenant, &again).await;
        assert!(matches!(refused, Err(StoreError::NotRedeemed(RedeemRefusal::Voucher(_)))));
        self.counts.commands += 2;
        self.counts.duplicates += times - 1;
        self.cards_left -= CARD;
    }
}

async fn redeem(store: &Store, tenant: TenantId, wish: &RedeemVoucher) -> Result<(), StoreError> {
    store.vouchers(tenant).redeem(&operator(), wish).await.map(|_| ())
}
