//! The taxes of what is paid while it is used: in the books, on the statement, and from when another rate holds.

use billing_core::Interval;
use billing_core::invoice::{MovementKind, Used};
use storage::TaxSpecial;

use super::*;

pub(super) const VAT: &[(&str, &str)] = &[("VAT", "16%")];
/// 1.16 KES for a megabyte, of which 0.16 KES are VAT.
const GROSS: &str = "pay-as-you-go 1.16 KES per 1MB; slice 10MB";

impl Jane {
    /// What is in the wallet, sales and taxes; all accounts come to nothing.
    pub(super) async fn taxed_books(&self) -> (i64, i64, i64) {
        let accounts = self.store.ledger(self.tenant).accounts(1_000).await.unwrap();
        let of = |name: AccountName| {
            let entry = accounts.iter().find(|entry| entry.name == name);
            let balance = entry.map(|entry| entry.account.balance).unwrap_or_default();
            balance.credits_posted_minor - balance.debits_posted_minor
        };
        let (wallet, _, sales) = self.books().await;
        (wallet, sales, of(AccountName::Tax))
    }

    /// What was paid for each use, without taxes and with them, and each tax; and the same altogether.
    async fn stated(&self) -> (Vec<(i64, i64, String)>, Option<Used>) {
        let currency = "KES".parse().unwrap();
        let period = Interval::new(after(-86_400), after(86_400)).unwrap();
        let ledger = self.store.ledger(self.tenant);
        let statement = ledger.statement(self.subscriber, currency, period).await.unwrap();
        let used = statement.used().unwrap();
        let movements = statement.lines.into_iter().map(|line| line.movement);
        let lines = movements.filter(|movement| movement.kind == MovementKind::Usage);
        let words = |movement: billing_core::invoice::Movement| {
            let tax = |tax: &billing_core::invoice::TaxWithin| {
                format!("{} {} {}", tax.name, tax.rate, tax.amount.amount_minor())
            };
            let taxes: Vec<_> = movement.taxes.iter().map(tax).collect();
            let net = movement.net().unwrap().amount_minor();
            (net, movement.amount.amount_minor(), taxes.join(", "))
        };
        (lines.map(words).collect(), used)
    }

    /// What each tax has come to since it is paid so.
    async fn taxes(&self) -> Vec<String> {
        let taxes = self.entry().await.unwrap().taxes;
        taxes.iter().map(|(tax, amount)| format!("{tax} {}", amount.amount_minor())).collect()
    }

    async fn vat(&self, rate: &str) {
        let (taxes, rate) = (self.store.taxes(self.tenant), rate.parse().unwrap());
        taxes.set_rate(&operator(), "VAT", rate, None).await.unwrap();
    }
}

pub async fn the_taxes_of_what_is_used_are_in_the_books_and_on_the_statement(ground: &Ground) {
    let mut jane = Jane::taxed(ground, "116", (GROSS, VAT, Pricing::TaxInclusive)).await;
    assert_eq!(jane.stands().await, (0, 0, 0, 0, 100));
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 60, INTERIM, (1, 1)).await;
    assert_eq!(jane.stands().await, (1, 116, 1_160, 0, 99));
    assert_eq!(jane.taxed_books().await, (11_484, 100, 16));
    // The same again, by the same batch and by another.
    let again = jane.said(1, 60, INTERIM, (MB, 0)).await;
    jane.offset -= 10;
    jane.drain(61, [again.clone()]).await;
    jane.drain(62, [again]).await;
    assert_eq!(jane.taxed_books().await, (11_484, 100, 16));
    jane.says(1, 120, INTERIM, (50, 49)).await;
    assert_eq!(jane.taxed_books().await, (5_800, 5_000, 800));
    // More than there is: what is not paid is not taxed, until it is paid.
    jane.says(1, 180, STOP, (110, 60)).await;
    assert_eq!(jane.stands().await, (110, 11_600, 0, 1_160, 0));
    assert_eq!(jane.taxed_books().await, (0, 10_000, 1_600));
    jane.clock.set(after(200));
    top_up(&jane.store, jane.tenant, "jane", "5.80").await;
    assert_eq!(jane.taxed_books().await, (0, 10_500, 1_680));
    top_up(&jane.store, jane.tenant, "jane", "11.60").await;
    assert_eq!(jane.stands().await, (110, 12_760, 0, 0, 0));
    assert_eq!(jane.taxed_books().await, (580, 11_000, 1_760));
    assert_eq!(jane.taxes().await, ["VAT 16% 1760"]);
    let (lines, used) = jane.stated().await;
    let line = |net, gross, tax: &str| (net, gross, format!("VAT 16% {tax}"));
    assert_eq!(
        lines,
        [
            line(100, 116, "16"),
            line(4_900, 5_684, "784"),
            line(5_000, 5_800, "800"),
            line(1_000, 1_160, "160"),
        ]
    );
    let used = used.unwrap();
    assert_eq!((used.net, used.gross), (kes("110"), kes("127.60")));
    assert_eq!(used.taxes.iter().map(|tax| tax.amount).collect::<Vec<_>>(), [kes("17.60")]);
    // What is in the account of taxes says which tax it is.
    let moved = jane.store.ledger(jane.tenant);
    let moved = moved.transfers(&AccountName::Tax, "KES".parse().unwrap(), 10).await.unwrap();
    let memos: Vec<_> = moved.iter().map(|entry| entry.memo.clone().unwrap_or_default()).collect();
    assert!(memos.iter().all(|memo| memo.starts_with("VAT 16%, pay as you go, ")), "{memos:?}");
    jane.store.close().await;
}

pub async fn another_tax_holds_from_then_on_and_what_stays_due_is_paid_first(ground: &Ground) {
    let taxes: &[(&str, &str)] = &[("Excise", "5%"), ("VAT", "16%")];
    let net = "pay-as-you-go 1 KES per 1MB; slice 10MB";
    let mut jane = Jane::taxed(ground, "121", (net, taxes, Pricing::TaxExclusive)).await;
    // Both on the price, on top of it.
    assert_eq!(jane.stands().await, (0, 0, 0, 0, 100));
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 60, INTERIM, (10, 10)).await;
    assert_eq!(jane.stands().await, (10, 1_210, 1_210, 0, 90));
    assert_eq!(jane.taxed_books().await, (10_890, 1_000, 210));
    // The rate is another one from now on, also for what is covered yet.
    jane.clock.set(after(90));
    jane.vat("20%").await;
    assert_eq!(jane.stands().await, (0, 0, 1_250, 0, 87));
    jane.says(1, 120, INTERIM, (20, 10)).await;
    assert_eq!(jane.stands().await, (10, 1_250, 1_250, 0, 77));
    assert_eq!(jane.taxed_books().await, (9_640, 2_000, 460));
    assert_eq!(jane.taxes().await, ["Excise 5% 50", "VAT 20% 200"]);
    // The same rate again changes nothing.
    jane.vat("20%").await;
    assert_eq!(jane.stands().await, (10, 1_250, 1_250, 0, 77));
    let (lines, used) = jane.stated().await;
    let expected = [
        (1_000, 1_210, "Excise 5% 50, VAT 16% 160".to_owned()),
        (1_000, 1_250, "Excise 5% 50, VAT 20% 200".to_owned()),
    ];
    assert_eq!(lines, expected);
    let tax = |tax: billing_core::invoice::TaxWithin| format!("{} {}", tax.rate, tax.amount);
    let used: Vec<_> = used.unwrap().taxes.into_iter().map(tax).collect();
    assert_eq!(used, ["5% 1.00 KES", "16% 1.60 KES", "20% 2.00 KES"]);
    // What is not paid yet is not forgiven by another rate, or another price.
    jane.says(1, 180, STOP, (107, 87)).await;
    assert_eq!(jane.stands().await, (97, 10_890, 0, 1_235, 0));
    jane.vat("16%").await;
    assert_eq!(jane.stands().await, (0, 0, 0, 1_235, 0));
    let dearer = used_price("pay-as-you-go 2 KES per 1MB; slice 10MB");
    jane.set_product("payg", dearer).await.unwrap();
    assert_eq!(jane.stands().await, (0, 0, 0, 1_235, 0));
    jane.clock.set(after(200));
    top_up(&jane.store, jane.tenant, "jane", "36.55").await;
    assert_eq!(jane.stands().await, (0, 1_235, 0, 0, 10));
    let (wallet, sales, tax) = jane.taxed_books().await;
    assert_eq!((wallet, sales + tax), (2_420, 12_100 + 1_235));
    jane.store.close().await;
}

fn used_price(price: &str) -> UsageVersion {
    used(price, after(180))
}

pub async fn who_is_exempt_or_has_another_rate_pays_so_from_then_on(ground: &Ground) {
    let mut jane = Jane::taxed(ground, "116", (GROSS, VAT, Pricing::TaxInclusive)).await;
    let special = async |jane: &Jane, special| {
        let subscribers = jane.store.subscribers(jane.tenant);
        subscribers.set_tax(&operator(), "jane", "VAT", special).await.unwrap();
    };
    jane.says(1, 0, START, (0, 0)).await;
    jane.says(1, 60, INTERIM, (10, 10)).await;
    assert_eq!(jane.taxed_books().await, (10_440, 1_000, 160));
    special(&jane, Some(TaxSpecial::Exempt)).await;
    jane.says(1, 120, INTERIM, (20, 10)).await;
    assert_eq!(jane.taxed_books().await, (9_280, 2_160, 160));
    special(&jane, Some(TaxSpecial::Rate("8%".parse().unwrap()))).await;
    jane.says(1, 180, INTERIM, (30, 10)).await;
    assert_eq!(jane.taxes().await, ["VAT 8% 86"]);
    assert_eq!(jane.taxed_books().await, (8_120, 3_234, 246));
    special(&jane, None).await;
    jane.says(1, 240, INTERIM, (40, 10)).await;
    assert_eq!(jane.taxed_books().await, (6_960, 4_234, 406));
    // Of a product of which nobody says any more how it is taxed; and of one of which nobody has said.
    let change = ProductChange { taxes: Some(Vec::new()), ..Default::default() };
    let (store, tenant) = (jane.store.clone(), jane.tenant);
    store.products(tenant).set(&operator(), "payg", &change, None).await.unwrap();
    jane.says(1, 300, STOP, (50, 10)).await;
    assert_eq!(jane.taxed_books().await, (5_800, 5_394, 406));
    let unsaid = ProductChange { usage: Some(used(GROSS, after(0))), ..Default::default() };
    let refused = store.products(tenant).set(&operator(), "other", &unsaid, None).await;
    let refused = refused.unwrap_err();
    assert!(refused.to_string().contains("nobody has said how"), "{refused}");
    jane.store.close().await;
}
