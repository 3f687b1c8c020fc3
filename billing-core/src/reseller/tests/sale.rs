//! One sale on every level, in literal amounts.

use super::*;

fn enough() -> BTreeMap<TenantId, ResellerWallet> {
    wallets(&[(MIDDLE, "1000", "0"), (SHOP, "1000", "0")])
}

/// Who has what, and with how much credit.
type Balances = [(TenantId, &'static str, &'static str)];

fn margins(sale: &ResellerSale) -> Vec<String> {
    sale.margins.iter().map(|margin| format!("{}: {}", margin.tenant, margin.amount)).collect()
}

#[test]
fn a_sale_over_three_levels_is_a_sale_and_a_purchase_on_each_and_taxed_only_to_the_customer() {
    let sale = sell(&three_levels(), &order(), &enough()).unwrap();
    assert_eq!(
        written(&sale.postings),
        [
            "1: reseller:2 -> sales: 60.00 KES",
            "2: reseller:3 -> sales: 80.00 KES",
            "2: purchases -> supplier:1: 60.00 KES",
            "3: clearing:cash -> sales: 100.00 KES",
            "3: clearing:cash -> tax: 16.00 KES",
            "3: purchases -> supplier:2: 80.00 KES",
        ]
    );
    // With the 10 that the top has paid they are the 100 of the customer.
    assert_eq!(margins(&sale), ["1: 50.00 KES", "2: 20.00 KES", "3: 20.00 KES"]);
    assert_eq!((sale.paid.net, sale.paid.gross), (kes("100"), kes("116")));
}

#[test]
fn several_are_multiplied_before_they_are_taxed() {
    // 3 * 33.35 is 100.05, of which 16 % are 16.008; each alone would be 5.336, together 16.02.
    let quantity = NonZeroU32::new(3).unwrap();
    let pricing = Pricing::TaxExclusive;
    let order = SaleOrder { quantity, price: kes("33.35"), pricing, ..order() };
    let cheap = BTreeMap::from([(MIDDLE, kes("20.01")), (SHOP, kes("30.02"))]);
    let order = SaleOrder { buys_at: cheap, top_buys_at: kes("0"), ..order };
    let sale = sell(&three_levels(), &order, &enough()).unwrap();
    assert_eq!(
        written(&sale.postings),
        [
            "1: reseller:2 -> sales: 60.03 KES",
            "2: reseller:3 -> sales: 90.06 KES",
            "2: purchases -> supplier:1: 60.03 KES",
            "3: clearing:cash -> sales: 100.05 KES",
            "3: clearing:cash -> tax: 16.01 KES",
            "3: purchases -> supplier:2: 90.06 KES",
        ]
    );
    assert_eq!(margins(&sale), ["1: 60.03 KES", "2: 30.03 KES", "3: 9.99 KES"]);
}

#[test]
fn who_sells_in_the_middle_or_at_the_top_buys_only_from_those_above() {
    let middle = SaleOrder { seller: MIDDLE, ..order() };
    let sale = sell(&three_levels(), &middle, &enough()).unwrap();
    assert_eq!(
        written(&sale.postings),
        [
            "1: reseller:2 -> sales: 60.00 KES",
            "2: clearing:cash -> sales: 100.00 KES",
            "2: clearing:cash -> tax: 16.00 KES",
            "2: purchases -> supplier:1: 60.00 KES",
        ]
    );
    let paid_from = CustomerPays::FromWallet(SubscriberId(5));
    let top = SaleOrder { seller: TOP, taxes: Taxes::NONE, paid_from, ..order() };
    let sale = sell(&three_levels(), &top, &BTreeMap::new()).unwrap();
    assert_eq!(written(&sale.postings), ["1: wallet:5 -> sales: 116.00 KES"]);
    assert_eq!(margins(&sale), ["1: 106.00 KES"]);
}

#[test]
fn what_is_free_moves_nothing_and_what_is_sold_too_cheap_shows() {
    let buys_at = BTreeMap::from([(MIDDLE, kes("0")), (SHOP, kes("120"))]);
    let paid_from = CustomerPays::OnAccount(SubscriberId(5));
    let order = SaleOrder { buys_at, paid_from, ..order() };
    let wallets = wallets(&[(MIDDLE, "-1", "0"), (SHOP, "120", "0")]);
    let sale = sell(&three_levels(), &order, &wallets).unwrap();
    assert_eq!(
        written(&sale.postings),
        [
            "2: reseller:3 -> sales: 120.00 KES",
            "3: receivable:5 -> sales: 100.00 KES",
            "3: receivable:5 -> tax: 16.00 KES",
            "3: purchases -> supplier:2: 120.00 KES",
        ]
    );
    assert_eq!(margins(&sale), ["1: -10.00 KES", "2: 120.00 KES", "3: -20.00 KES"]);
}

#[test]
fn a_sale_that_one_level_cannot_pay_is_refused_and_the_level_is_named() {
    let refused = |balances: &Balances| {
        let sale = sell(&three_levels(), &order(), &wallets(balances));
        sale.map_or_else(|error| error.to_string(), |_| "sold".to_owned())
    };
    let rows: [(&Balances, &str); 6] = [
        (&[(MIDDLE, "60", "0"), (SHOP, "80", "0")], "sold"),
        (
            &[(MIDDLE, "59.99", "0"), (SHOP, "80", "0")],
            "reseller 2 has 59.99 KES left at tenant 1, its credit included, and 60.00 KES is needed",
        ),
        (
            &[(MIDDLE, "0", "0"), (SHOP, "79.99", "0")],
            "reseller 3 has 79.99 KES left at tenant 2, its credit included, and 80.00 KES is needed",
        ),
        // Credit counts as if it were there, up to its limit.
        (&[(MIDDLE, "-40", "100"), (SHOP, "0", "80")], "sold"),
        (
            &[(MIDDLE, "-40.01", "100"), (SHOP, "0", "80")],
            "reseller 2 has 59.99 KES left at tenant 1, its credit included, and 60.00 KES is needed",
        ),
        (
            &[(SHOP, "80", "0")],
            "reseller 2 has no wallet at tenant 1; give it one, also if it is empty",
        ),
    ];
    for (balances, said) in rows {
        assert_eq!(refused(balances), said);
    }
}

#[test]
fn what_cannot_be_sold_says_why() {
    let said = |order: SaleOrder| sell(&three_levels(), &order, &enough()).unwrap_err().to_string();
    let buys_at = |middle, shop| {
        let prices = BTreeMap::from([(MIDDLE, middle), (SHOP, shop)]);
        SaleOrder { buys_at: prices, ..order() }
    };
    assert_eq!(
        said(SaleOrder { buys_at: BTreeMap::from([(SHOP, kes("80"))]), ..order() }),
        "it is not known what reseller 2 pays to tenant 1; say a price, 0 if it is free"
    );
    assert_eq!(
        said(buys_at(kes("-1"), kes("80"))),
        "tenant 1 cannot sell for -1.00 KES; a price is 0 or more"
    );
    assert_eq!(
        said(SaleOrder { price: kes("-1"), ..order() }),
        "tenant 3 cannot sell for -1.00 KES; a price is 0 or more"
    );
    assert_eq!(
        said(SaleOrder { seller: TenantId(8), ..order() }),
        "there is no tenant 8 in the tree"
    );
    let ugx: Money = "80 UGX".parse().unwrap();
    for order in [
        buys_at(kes("60"), ugx),
        SaleOrder { price: ugx, ..order() },
        SaleOrder { top_buys_at: ugx, ..order() },
    ] {
        assert!(said(order).contains("cannot be reckoned together"));
    }
    let quantity = NonZeroU32::new(2).unwrap();
    let price = kes("92233720368547758.07");
    assert!(said(SaleOrder { quantity, price, ..order() }).contains("out of range"));
}

#[test]
fn a_refund_is_the_sale_the_other_way_on_every_level() {
    let sale = sell(&three_levels(), &order(), &enough()).unwrap();
    let mut moved = sale.postings.iter().flat_map(|it| &it.entries).map(|it| it.id);
    let known = transfers_of(order().id);
    assert!(moved.all(|id| known.contains(&id)));
    let back = refund(&sale.postings);
    assert_eq!(
        written(&back),
        [
            "3: supplier:2 -> purchases: 80.00 KES",
            "3: tax -> clearing:cash: 16.00 KES",
            "3: sales -> clearing:cash: 100.00 KES",
            "2: supplier:1 -> purchases: 60.00 KES",
            "2: sales -> reseller:3: 80.00 KES",
            "1: sales -> reseller:2: 60.00 KES",
        ]
    );
    // In one table for all tenants, too, each of them is another transfer, and always the same.
    let made = sale.postings.iter().chain(&back);
    let mut ids: Vec<_> = made.flat_map(|it| &it.entries).map(|entry| entry.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 12);
    assert_eq!(refund(&sale.postings), back);
}

#[test]
fn what_a_reseller_pays_in_is_in_its_wallet_and_at_its_supplier() {
    let paid_in = TopUp {
        id: TopUpId(4),
        parent: MIDDLE,
        reseller: SHOP,
        amount: kes("500"),
        received_with: "mpesa".parse().unwrap(),
        paid_from: "bank".parse().unwrap(),
    };
    let postings = top_up(&paid_in).unwrap();
    assert_eq!(
        written(&postings),
        [
            "2: clearing:mpesa -> reseller:3: 500.00 KES",
            "3: supplier:2 -> clearing:bank: 500.00 KES",
        ]
    );
    assert_ne!(postings[0].entries[0].id, postings[1].entries[0].id);
    let nothing = TopUp { amount: kes("0"), ..paid_in };
    assert_eq!(
        top_up(&nothing).unwrap_err().to_string(),
        "0.00 KES cannot be paid in; it is more than 0"
    );
    assert_eq!(
        ResellerWallet::new(kes("1"), kes("-0.01")).unwrap_err().to_string(),
        "a credit limit cannot be -0.01 KES; it is 0 or more, 0 for a reseller that pays ahead"
    );
    assert!(ResellerWallet::new(kes("1"), "1 UGX".parse().unwrap()).is_err());
}
