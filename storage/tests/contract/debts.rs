//! What is owed beside what is billed: sales on account, late fees, what was taken back; and who pays it how.

use billing_core::ledger::AccountName;
use billing_core::voucher::{BuyerPrice, SerialRange};
use entitlement::Standing;
use storage::{LookAt, NewBatch, NewBuyer, NewWorth, RedeemVoucher, RunOrder, SellVouchers};

use crate::dunning_shop::{Shop, USUAL, kes, on, rules};
use crate::ground::{Ground, operator};
use crate::vouchers::{range, refills, wish};

impl Shop<'_> {
    /// Ten vouchers, of which each costs 100.00 and refills that, and their codes.
    async fn vouchers(&self, refill: &str, price: &str) -> (i64, Vec<String>) {
        let new = NewBatch {
            quantity: 10,
            worth: NewWorth::Refill(kes(refill)),
            price: kes(price),
            at: self.clock.now(),
            ..refills()
        };
        let vouchers = self.store.vouchers(self.tenant);
        let batch = vouchers.generate(&operator(), &new).await.unwrap();
        let codes = vouchers.export(&operator(), batch.id).await.unwrap();
        (batch.id, codes.into_iter().map(|it| it.code.to_string()).collect())
    }

    async fn sell_vouchers(
        &self,
        batch: i64,
        which: SerialRange,
        buyer: NewBuyer,
    ) -> storage::VoucherSaleEntry {
        let at = self.clock.now();
        let order = SellVouchers { batch, range: which, buyer, price: BuyerPrice::List, at };
        self.store.vouchers(self.tenant).sell(&operator(), &order).await.unwrap()
    }

    async fn balance(&self, name: AccountName) -> i64 {
        let ledger = self.store.ledger(self.tenant);
        ledger.credit_balance(&name, kes("0").currency()).await.unwrap().amount_minor()
    }

    /// Each document with what it comes to and what was paid of it, in minor units.
    async fn documents(&self) -> Vec<(String, i64, i64)> {
        let all = self.store.invoices(self.tenant).list(None, 100).await.unwrap();
        let of = |it: storage::Invoice| (it.label, it.gross.amount_minor(), it.paid.amount_minor());
        all.into_iter().map(of).collect()
    }
}

pub async fn what_was_sold_on_account_is_an_invoice_that_is_paid_and_dunned(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, _) = shop.sell("jane").await;
    let (batch, _) = shop.vouchers("100", "100").await;
    let on_account = || NewBuyer::OnAccount("jane".to_owned());
    let sold = shop.sell_vouchers(batch, range(1, 3), on_account()).await;
    assert_eq!((sold.paid, sold.invoice.as_deref()), (kes("300"), Some("INV-2027-000001")));
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -30_000);
    let invoices = shop.store.invoices(shop.tenant);
    let (invoice, lines, taxes) = invoices.find("INV-2027-000001").await.unwrap();
    assert_eq!((invoice.gross, invoice.due_at), (kes("300"), on("2027-03-01T23:59")));
    let line = (lines[0].subscription, lines[0].product.as_str(), lines[0].gross);
    assert_eq!(line, (None, "vouchers 1 to 3 of batch 1", kes("300")));
    assert_eq!((lines.len(), taxes.len()), (1, 0));
    // It is not given back as what belongs to a subscription.
    let credit = storage::NewCredit {
        what: billing_core::invoice::ToCredit::Whole,
        reason: billing_core::invoice::CreditReason::Mistake,
        memo: "no".to_owned(),
        key: None,
    };
    let error = invoices.credit(&operator(), "INV-2027-000001", &credit).await.unwrap_err();
    assert!(error.to_string().contains("is of a sale on account"), "{error}");

    // 2 % of 300.00 are 6.00.
    let expected = [
        "2027-03-02 09:00 fall-due",
        "2027-03-04 09:00 remind",
        "2027-03-06 09:00 fee 6.00 KES",
        "2027-03-11 09:00 suspend",
    ];
    assert_eq!(shop.run("2027-03-12").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.pay("1", "jane", "1000").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 69_400);
    // The wallet pays the next one at once.
    let next = shop.sell_vouchers(batch, range(4, 5), on_account()).await;
    assert_eq!(next.invoice.as_deref(), Some("INV-2027-000002"));
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 49_400);
    // What is revoked is given back by a credit note.
    let vouchers = shop.store.vouchers(shop.tenant);
    let refund = storage::UnredeemedVouchers::Refunded;
    let at = shop.clock.now();
    vouchers.revoke(&operator(), batch, Some(range(4, 4)), &refund, at).await.unwrap();
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 59_400);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Vouchers).await, 40_000);
    let expected = [
        ("INV-2027-000001".to_owned(), 30_000, 30_000),
        ("INV-2027-000002".to_owned(), 20_000, 20_000),
        ("CN-2027-000001".to_owned(), -10_000, -10_000),
    ];
    assert_eq!(shop.documents().await, expected);
    let (note, ..) = invoices.find("CN-2027-000001").await.unwrap();
    assert_eq!(invoices.credits_of(&note).await.unwrap()[0].invoice, "INV-2027-000002");
    shop.balances().await;
    shop.store.close().await;
}

pub async fn a_payment_is_taken_in_however_much_is_owed(ground: &Ground) {
    let fees = [1, 2, 3, 4, 5].map(|day| format!("fee 1 KES {day}d every 1d"));
    let fees = fees.each_ref().map(String::as_str);
    let shop = Shop::open(ground, &fees).await;
    let mut rules = rules(&fees);
    rules.fee_cap = None;
    shop.store.dunning(shop.tenant).set(&operator(), rules).await.unwrap();
    let (jane, _) = shop.sell("jane").await;
    shop.bill().await;
    // Fees of 1.00 on 242, 241, 240, 239 and 238 days.
    assert_eq!(shop.run("2027-10-29T12:00").await.len(), 1_200);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -420_000);
    // 3000.00 and 999 fees by the receipt, and one fee by the wallet; and 200 are left.
    shop.pay("1", "jane", "4000").await;
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -20_000);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 0);
    assert_eq!(shop.number("select sum(paid_minor) from late_fee").await, 100_000);
    shop.pay("2", "jane", "300").await;
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 10_000);
    shop.balances().await;
    shop.store.close().await;
}

pub async fn somebody_of_whom_nothing_can_be_read_stops_no_run(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (_, broken) = shop.sell("john").await;
    shop.sell("jane").await;
    let john = shop.store.subscribers(shop.tenant).find("john").await.unwrap().id;
    let broken = broken.0;
    let event =
        format!("update subscription_event set what = 'dance' where subscription_id = {broken}");
    let order = RunOrder { at: on("2027-02-15T23:59"), batch: 1_000 };
    shop.ground.execute(&event).await;
    let billed =
        shop.store.billing_runs(shop.tenant).batch(&operator(), order, None).await.unwrap();
    assert_eq!((billed.invoices, billed.gross), (1, vec![kes("3000")]));
    let left_out: Vec<_> = billed.not_billed.iter().map(|it| it.subscriber).collect();
    assert_eq!(left_out, [john]);
    // He owes something, too.
    let invoice = format!(
        "insert into invoice (tenant_id, subscriber_id, currency, kind, scope, number, label, made_at, \
         issued_at, due_at, net_minor, gross_minor, paid_minor) \
         select tenant_id, {}, currency, kind, scope, 99, 'X', made_at, issued_at, due_at, net_minor, \
         gross_minor, 0 from invoice",
        john.0
    );
    shop.ground.execute(&invoice).await;
    shop.clock.set(on("2027-03-12"));
    let batch = shop.batch(LookAt::Due, 1_000, None).await;
    let left_out: Vec<_> = batch.not_dunned.iter().map(|it| it.subscriber).collect();
    assert_eq!((left_out, batch.dunned.len()), (vec![john], 1));
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.store.close().await;
}

pub async fn who_redeems_what_he_owes_is_served_again(ground: &Ground) {
    let shop = Shop::open(ground, &["grace 1d", "suspend 10d"]).await;
    let (jane, _) = shop.sell("jane").await;
    let (batch, codes) = shop.vouchers("3000", "3000").await;
    shop.sell_vouchers(batch, range(1, 10), NewBuyer::Till("cash".parse().unwrap())).await;
    shop.bill().await;
    let expected = ["2027-03-02 09:00 fall-due", "2027-03-11 09:00 suspend"];
    assert_eq!(shop.run("2027-03-12").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    let wish = RedeemVoucher { at: shop.clock.now(), ..wish(&codes[0], "jane", 1) };
    shop.store.vouchers(shop.tenant).redeem(&operator(), &wish).await.unwrap();
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Wallet(jane)).await, 0);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    assert_eq!(shop.documents().await, [("INV-2027-000001".to_owned(), 300_000, 300_000)]);
    shop.balances().await;
    shop.store.close().await;
}

pub async fn what_a_provider_took_back_is_dunned(ground: &Ground) {
    let shop = Shop::open(ground, &USUAL).await;
    let (jane, _) = shop.sell("jane").await;
    shop.pay("1", "jane", "3000").await;
    shop.bill().await;
    assert_eq!(shop.documents().await, [("INV-2027-000001".to_owned(), 300_000, 300_000)]);
    // The wallet has paid the invoice, and has nothing left.
    shop.clock.set(on("2027-02-20T08:00"));
    let payments = shop.store.payments(shop.tenant);
    let receipt = ("cash".parse().unwrap(), "1".parse().unwrap());
    for _ in 0..2 {
        let receipt = (&receipt.0, &receipt.1);
        payments.reverse(&operator(), receipt, kes("3000"), Some("CB-1")).await.unwrap();
    }
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, -300_000);
    let expected = [
        ("INV-2027-000001".to_owned(), 300_000, 300_000),
        ("DN-2027-000001".to_owned(), 300_000, 0),
    ];
    assert_eq!(shop.documents().await, expected);
    let expected = [
        "2027-02-21 09:00 fall-due",
        "2027-02-23 09:00 remind",
        "2027-02-25 09:00 fee 60.00 KES",
        "2027-03-02 09:00 suspend",
        "2027-03-04 09:00 fee 60.00 KES",
    ];
    assert_eq!(shop.run("2027-03-05T12:00").await, expected);
    assert_eq!(shop.standing("jane").await, Standing::Suspended);
    shop.pay("2", "DN-2027-000001", "3120").await;
    assert_eq!(shop.standing("jane").await, Standing::Active);
    assert_eq!(shop.balance(AccountName::Receivable(jane)).await, 0);
    shop.balances().await;
    shop.store.close().await;
}
