//! Worked tables of what is given back with its taxes, and that it is never more than was charged.

use std::collections::BTreeMap;

use entitlement::{TimeZone, Timestamp};
use proptest::prelude::*;

use super::super::document::tests::{currency, line};
use super::super::draft::{Draft, LineTaxes};
use super::*;
use crate::catalogue::{AppliesTo, Billing, Price, PriceList, PriceVersion, RecurringPrice};
use crate::{
    Alignment, BilledIn, BillingTerms, ComponentId, DueKey, Event, Line, Proration,
    SubscriptionState, Tax, TaxBase, Taxes, Timeline, Transition, What, difference_after_credits,
};

fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

fn minor(minor: i64) -> Money {
    Money::new(minor, currency())
}

fn taxation(pricing: Pricing, list: &[(&str, &str, TaxBase)]) -> Taxation {
    let tax = |(name, rate, base): &(&str, &str, TaxBase)| Tax {
        name: (*name).to_owned(),
        rate: rate.parse().unwrap(),
        base: *base,
    };
    Taxation { taxes: Taxes::new(list.iter().map(tax).collect()).unwrap(), pricing }
}

fn vat(rate: &str) -> Taxation {
    taxation(Pricing::TaxExclusive, &[("VAT", rate, TaxBase::Price)])
}

fn vat_within(rate: &str) -> Taxation {
    taxation(Pricing::TaxInclusive, &[("VAT", rate, TaxBase::Price)])
}

/// VAT on excise duty.
fn duty_and_vat(pricing: Pricing) -> Taxation {
    let vat = ("VAT", "16%", TaxBase::PriceAndTaxesBefore);
    taxation(pricing, &[("Excise duty", "15%", TaxBase::Price), vat])
}

/// What one invoice charges for these amounts, all taxed alike.
fn charged(taxation: &Taxation, amounts: &[&str]) -> Vec<ChargedLine> {
    let of = |amount: &&str| (line(1, kes(amount)), LineTaxes::Charged(taxation));
    let draft = Draft::taxed(currency(), amounts.iter().map(of).collect(), Rounding::HalfUp);
    let nothing = Credited::nothing(currency());
    draft.unwrap().lines.iter().map(|line| ChargedLine::of(line, nothing.clone())).collect()
}

/// What was charged for one item, the oldest first.
struct Charges(Vec<ChargedLine>);

impl Charges {
    fn of(charges: &[(&Taxation, &str)]) -> Self {
        let of = |(taxation, amount): &(&Taxation, &str)| charged(taxation, &[amount]);
        Self(charges.iter().flat_map(of).collect())
    }

    fn give_back(
        &mut self,
        amount: Money,
        rounding: Rounding,
    ) -> Result<Vec<CreditPart>, CreditError> {
        let parts = credit_newest_first(&self.0, amount, rounding)?;
        for CreditPart { place, stated, amount } in &parts {
            self.0[*place].credited.add(*stated, &amount.taxes, 0).unwrap();
        }
        Ok(parts)
    }

    /// Each part by the place of its charge, with its net amount, its taxes, and what they come to.
    fn shown(&mut self, amount: &str) -> Vec<String> {
        let shown = |CreditPart { place, amount: TaxedAmount { net, taxes, gross }, .. }| {
            let amounts: Vec<_> = core::iter::once(&net).chain(&taxes).map(plain).collect();
            format!("{place}: {} = {}", amounts.join(" + "), plain(&gross))
        };
        let parts = self.give_back(kes(amount), Rounding::HalfUp).unwrap();
        parts.into_iter().map(shown).collect()
    }

    /// Nothing of any of them is left, nor of any of their taxes.
    fn are_given_back(&self) -> bool {
        self.0.iter().all(|charge| {
            charge.left().unwrap().is_zero()
                && charge.taxes_left().unwrap().iter().all(|left| left.is_zero())
        })
    }
}

fn plain(amount: &Money) -> String {
    amount.to_string().replace(" KES", "")
}

#[test]
fn of_two_charges_at_two_rates_the_newest_is_given_back_first_each_at_its_own() {
    let (old, new) = (vat("16%"), vat("20%"));
    let charges = || Charges::of(&[(&old, "1000"), (&new, "500")]);
    let mut all = charges();
    assert_eq!(all.shown("1500"), ["1: 500.00 + 100.00 = 600.00", "0: 1000.00 + 160.00 = 1160.00"]);
    assert!(all.are_given_back());
    let mut bit_by_bit = charges();
    assert_eq!(bit_by_bit.shown("250"), ["1: 250.00 + 50.00 = 300.00"]);
    let both = ["1: 250.00 + 50.00 = 300.00", "0: 450.00 + 72.00 = 522.00"];
    assert_eq!(bit_by_bit.shown("700"), both);
    assert_eq!(bit_by_bit.shown("550"), ["0: 550.00 + 88.00 = 638.00"]);
    assert!(bit_by_bit.are_given_back());
    // What is charged in between is the newest then.
    let mut again = charges();
    assert_eq!(again.shown("500"), ["1: 500.00 + 100.00 = 600.00"]);
    again.0.extend(charged(&vat("8%"), &["100"]));
    let both = ["2: 100.00 + 8.00 = 108.00", "0: 200.00 + 32.00 = 232.00"];
    assert_eq!(again.shown("300"), both);
}

#[test]
fn what_was_rounded_together_is_given_back_to_the_last_unit() {
    let vat = vat("16%");
    // 16.01 of 100.05, of which one line has 5.33.
    let mut lines: Vec<_> = charged(&vat, &["33.35", "33.35", "33.35"]);
    let taxes: Vec<_> = lines.iter().map(|line| plain(&line.amount.taxes[0])).collect();
    assert_eq!(taxes, ["5.34", "5.34", "5.33"]);
    for (line, expected) in lines.drain(..).zip(["38.69", "38.69", "38.68"]) {
        let mut one = Charges(vec![line]);
        assert!(one.shown("33.35")[0].ends_with(expected));
        assert!(one.are_given_back());
    }
    // The same as one line, in three parts.
    let mut one = Charges::of(&[(&vat, "100.05")]);
    assert_eq!(one.shown("33.35"), ["0: 33.35 + 5.34 = 38.69"]);
    assert_eq!(one.shown("33.35"), ["0: 33.35 + 5.33 = 38.68"]);
    assert_eq!(one.shown("33.35"), ["0: 33.35 + 5.34 = 38.69"]);
    assert!(one.are_given_back());
}

#[test]
fn with_taxes_within_the_price_and_taxes_on_taxes_too() {
    // 116.00, of that 16.00.
    let mut within = Charges::of(&[(&vat_within("16%"), "116")]);
    assert_eq!(within.shown("38.67"), ["0: 33.34 + 5.33 = 38.67"]);
    assert_eq!(within.shown("38.67"), ["0: 33.33 + 5.34 = 38.67"]);
    assert_eq!(within.shown("38.66"), ["0: 33.33 + 5.33 = 38.66"]);
    assert!(within.are_given_back());
    // 100.00 with 15.00 duty, and 18.40 VAT on both.
    let mut on_taxes = Charges::of(&[(&duty_and_vat(Pricing::TaxExclusive), "100")]);
    assert_eq!(on_taxes.shown("33.33"), ["0: 33.33 + 5.00 + 6.13 = 44.46"]);
    assert_eq!(on_taxes.shown("33.33"), ["0: 33.33 + 5.00 + 6.14 = 44.47"]);
    assert_eq!(on_taxes.shown("33.34"), ["0: 33.34 + 5.00 + 6.13 = 44.47"]);
    assert!(on_taxes.are_given_back());
    let mut both = Charges::of(&[(&duty_and_vat(Pricing::TaxInclusive), "133.40")]);
    assert_eq!(both.shown("66.71"), ["0: 50.01 + 7.50 + 9.20 = 66.71"]);
    assert_eq!(both.shown("66.69"), ["0: 49.99 + 7.50 + 9.20 = 66.69"]);
    assert!(both.are_given_back());
}

#[test]
fn an_exemption_between_the_charge_and_its_credit_changes_neither() {
    // Exempt when the first was charged, not with the second, and from the duty alone with the third.
    let (none, all) = (vat("16%"), duty_and_vat(Pricing::TaxExclusive));
    let none = Taxation { taxes: none.taxes.of_customer(&["VAT".to_owned()], &[]), ..none };
    let duty = ["Excise duty".to_owned()];
    let without_duty = Taxation { taxes: all.taxes.of_customer(&duty, &[]), pricing: all.pricing };
    let mut charges = Charges::of(&[(&none, "100"), (&all, "100"), (&without_duty, "100")]);
    let expected =
        ["2: 100.00 + 16.00 = 116.00", "1: 100.00 + 15.00 + 18.40 = 133.40", "0: 100.00 = 100.00"];
    assert_eq!(charges.shown("300"), expected);
    assert!(charges.are_given_back());
}

#[test]
fn whatever_is_rounded_no_part_is_less_than_nothing_or_more_than_is_left() {
    // 0.12, of that three taxes of 0.03: the half of a unit of each is more than is given back.
    let equal = ("A", "100%", TaxBase::Price);
    let three = [equal, ("B", "100%", TaxBase::Price), ("C", "100%", TaxBase::Price)];
    let mut within = Charges::of(&[(&taxation(Pricing::TaxInclusive, &three), "0.12")]);
    assert_eq!(within.shown("0.02"), ["0: 0.00 + 0.01 + 0.01 + 0.00 = 0.02"]);
    assert_eq!(within.shown("0.10"), ["0: 0.03 + 0.02 + 0.02 + 0.03 = 0.10"]);
    assert!(within.are_given_back());
    // Another way to round holds from the second credit on: the unit that was given back is not taken again.
    let mut rounded = Charges::of(&[(&vat("10%"), "0.10")]);
    let taxes = [("0.05", Rounding::HalfUp), ("0.04", Rounding::Down), ("0.01", Rounding::Down)]
        .map(|(amount, rounding)| {
            plain(&rounded.give_back(kes(amount), rounding).unwrap()[0].amount.taxes[0])
        });
    assert_eq!(taxes, ["0.01", "0.00", "0.00"]);
    assert!(rounded.are_given_back());
}

#[test]
fn more_than_was_charged_is_refused_and_never_taxed_anew() {
    let vat = vat("16%");
    let mut charges = Charges::of(&[(&vat, "100"), (&vat, "50")]);
    assert_eq!(charges.shown("60"), ["1: 50.00 + 8.00 = 58.00", "0: 10.00 + 1.60 = 11.60"]);
    let error = charges.give_back(kes("90.01"), Rounding::HalfUp).unwrap_err();
    let said = "90.01 KES cannot be given back; 90.00 KES are left of what was charged";
    assert_eq!(error.to_string(), said);
    for amount in ["0.01", "-1"] {
        let error = Charges(Vec::new()).give_back(kes(amount), Rounding::HalfUp);
        assert!(matches!(error, Err(CreditError::MoreThanCharged { .. })), "{amount}: {error:?}");
    }
}

#[test]
fn how_it_was_taxed_is_said_in_words() {
    let shown = |taxation: &Taxation| taxation.to_string();
    assert_eq!(shown(&vat("16%")), "with VAT 16%");
    assert_eq!(shown(&vat_within("16%")), "with VAT 16% within the price");
    let both = duty_and_vat(Pricing::TaxExclusive);
    assert_eq!(shown(&both), "with Excise duty 15% and VAT 16%");
    assert_eq!(shown(&Taxation::default()), "without taxes");
}

/// Everything by which something can be taxed here.
fn taxations() -> Vec<Taxation> {
    let (on_top, within) = (Pricing::TaxExclusive, Pricing::TaxInclusive);
    let price = TaxBase::Price;
    vec![
        vat("16%"),
        vat("20%"),
        vat_within("16%"),
        vat_within("8.875%"),
        duty_and_vat(on_top),
        duty_and_vat(within),
        taxation(within, &[("A", "100%", price), ("B", "100%", price), ("C", "33.3333%", price)]),
        Taxation::default(),
    ]
}

/// What is promised of each charge at every moment.
fn check(charges: &[ChargedLine]) -> Result<(), TestCaseError> {
    for charge in charges {
        let ChargedLine { amount, credited, .. } = charge;
        prop_assert!(!charge.left().unwrap().is_negative(), "{charge:?}");
        let (mut net, lefts) = (charge.left().unwrap(), charge.taxes_left().unwrap());
        for (tax, left) in amount.taxes.iter().zip(&lefts) {
            prop_assert!(
                !left.is_negative() && !tax.minus(*left).unwrap().is_negative(),
                "{charge:?}"
            );
        }
        if charge.taxation.pricing == Pricing::TaxInclusive {
            net = net.minus(Money::sum(currency(), lefts.iter().copied()).unwrap()).unwrap();
        }
        prop_assert!(
            !net.is_negative() && !amount.net.minus(net).unwrap().is_negative(),
            "{charge:?}"
        );
        if charge.left().unwrap().is_zero() {
            prop_assert!(lefts.iter().all(|left| left.is_zero()), "{charge:?}: {credited:?}");
        }
    }
    Ok(())
}

const ZONE: &str = "Africa/Nairobi";
const DAY_S: i64 = 86_400;

fn monthly(amount_minor: i64, proration: Proration) -> PriceList {
    let price = Price::Recurring(RecurringPrice {
        amount: minor(amount_minor),
        cadence: "1 month".parse().unwrap(),
        billed: Billing::InAdvance,
        proration,
    });
    let (from, applies_to) = (Timestamp::from_unix_s(0), AppliesTo::Everybody);
    PriceList { versions: vec![PriceVersion { from, applies_to, price }], ..Default::default() }
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Has(i64, u32),
    Is(usize),
    /// A component is taxed in another way from now on.
    Taxed(i64, usize),
    /// A part of what is left of some charge is given back by hand.
    ByHand(usize, u64),
    Run,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1..4_i64, 0..4_u32).prop_map(|(of, count)| Act::Has(of, count)),
        3 => (0..Transition::ALL.len()).prop_map(Act::Is),
        2 => (1..4_i64, 0..8_usize).prop_map(|(of, way)| Act::Taxed(of, way)),
        1 => (0..50_usize, 1..101_u64).prop_map(|(which, part)| Act::ByHand(which, part)),
        6 => Just(Act::Run),
    ]
}

/// Subscriptions of one subscriber, and what they were billed.
struct Shop {
    terms: BillingTerms,
    prices: BTreeMap<ComponentId, PriceList>,
    taxed: BTreeMap<ComponentId, Taxation>,
    events: Vec<Event>,
    state: SubscriptionState,
    billed: Vec<Line>,
    by_hand: BTreeMap<DueKey, Money>,
    charges: BTreeMap<DueKey, Vec<ChargedLine>>,
    /// What all documents come to: without taxes, and the taxes.
    sums: [Money; 2],
}

impl Shop {
    fn new(proration: Proration) -> Self {
        let zone = TimeZone::named(ZONE).unwrap();
        let day = Alignment::DayOfMonth(1);
        let prices = [(1, 100_000), (2, 33_35), (3, 99_99)];
        let prices = prices.map(|(of, amount)| (ComponentId(of), monthly(amount, proration)));
        Self {
            terms: BillingTerms::new(day, zone, BilledIn::default(), Rounding::HalfUp),
            prices: prices.into(),
            taxed: (1..4).zip(taxations()).map(|(of, way)| (ComponentId(of), way)).collect(),
            events: Vec::new(),
            state: SubscriptionState::Pending,
            billed: Vec::new(),
            by_hand: BTreeMap::new(),
            charges: BTreeMap::new(),
            sums: [minor(0); 2],
        }
    }

    fn happens(&mut self, at: Timestamp, what: What) {
        let number = self.events.len() as u64;
        self.events.push(Event { at, number, what });
    }

    fn act(&mut self, at: Timestamp, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Has(of, quantity) => {
                self.happens(at, What::Quantity { component: ComponentId(of), quantity });
            }
            Act::Is(place) => {
                let transition = Transition::ALL[place];
                if let Ok(next) = self.state.after(transition) {
                    self.state = next;
                    self.happens(at, What::Transition(transition));
                }
            }
            Act::Taxed(of, way) => {
                self.taxed.insert(ComponentId(of), taxations()[way].clone());
            }
            Act::ByHand(which, part) => self.credit_by_hand(which, part),
            Act::Run => self.run(at)?,
        }
        Ok(())
    }

    fn credit_by_hand(&mut self, which: usize, part: u64) {
        let mut all: Vec<_> = self
            .charges
            .iter_mut()
            .flat_map(|(key, all)| all.iter_mut().map(move |charge| (*key, charge)))
            .collect();
        let count = all.len().max(1);
        let Some((key, charge)) = all.get_mut(which % count) else { return };
        let ratio = Ratio::new(part, 100).unwrap();
        let stated = charge.left().unwrap().part(ratio, Rounding::HalfUp).unwrap();
        if stated.is_zero() {
            return;
        }
        let amount = charge.part(stated, Rounding::HalfUp).unwrap();
        charge.credited.add(stated, &amount.taxes, 0).unwrap();
        let of_key = self.by_hand.entry(*key).or_insert(minor(0));
        *of_key = of_key.plus(stated).unwrap();
        self.add(&amount.negated().unwrap());
    }

    fn add(&mut self, amount: &TaxedAmount) {
        self.sums[0] = self.sums[0].plus(amount.net).unwrap();
        self.sums[1] = self.sums[1].plus(amount.gross.minus(amount.net).unwrap()).unwrap();
    }

    fn run(&mut self, at: Timestamp) -> Result<(), TestCaseError> {
        let timeline = Timeline::new(self.events.iter().copied()).unwrap();
        let lines = difference_after_credits(
            &timeline,
            &self.prices,
            &self.terms,
            &self.billed,
            &self.by_hand,
            at,
        );
        let (mut taxed, mut given_back) = (Vec::new(), Vec::new());
        for line in lines.unwrap() {
            self.billed.push(line.clone());
            if !line.amount.is_negative() {
                taxed.push((line.clone(), LineTaxes::Charged(&self.taxed[&line.key.component])));
                continue;
            }
            let charges = self.charges.get(&line.key).map(Vec::as_slice).unwrap_or_default();
            let amount = line.amount.negated().unwrap();
            for part in credit_newest_first(charges, amount, Rounding::HalfUp).unwrap() {
                let taxes = LineTaxes::GivenBack(
                    &charges[part.place].taxation,
                    part.amount.negated().unwrap(),
                );
                taxed
                    .push((Line { amount: part.stated.negated().unwrap(), ..line.clone() }, taxes));
                given_back.push((line.key, part));
            }
        }
        let draft = Draft::taxed(currency(), taxed, Rounding::HalfUp).unwrap();
        let taxes = Money::sum(currency(), draft.taxes.iter().map(|tax| tax.amount)).unwrap();
        prop_assert_eq!(draft.net.plus(taxes).unwrap(), draft.gross);
        for (key, CreditPart { place, stated, amount }) in given_back {
            let charge = &mut self.charges.get_mut(&key).unwrap()[place];
            charge.credited.add(stated, &amount.taxes, 0).unwrap();
        }
        for line in draft.lines {
            self.add(&line.amount);
            if !line.line.amount.is_negative() {
                let charge = ChargedLine::of(&line, Credited::nothing(currency()));
                self.charges.entry(line.line.key).or_default().push(charge);
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TestCaseError> {
        for (key, charges) in &self.charges {
            check(charges)?;
            let of_key = self.billed.iter().filter(|line| line.key == *key).map(|line| line.amount);
            let billed = Money::sum(currency(), of_key).unwrap();
            let by_hand = self.by_hand.get(key).copied().unwrap_or(minor(0));
            let lefts = charges.iter().map(|charge| charge.left().unwrap());
            // What the runs know of a key is what its charges say.
            let left = Money::sum(currency(), lefts).unwrap();
            prop_assert_eq!(left, billed.minus(by_hand).unwrap());
        }
        // No account is ever below nothing.
        prop_assert!(self.sums.iter().all(|sum| !sum.is_negative()), "{:?}", self.sums);
        Ok(())
    }
}

proptest! {
    #[test]
    fn bit_by_bit_no_more_is_given_back_than_was_charged_of_any_tax(
        charges in proptest::collection::vec((0..8_usize, 1..100_000_i64), 1..5),
        credits in proptest::collection::vec(1..60_000_i64, 0..20),
    ) {
        let all = taxations();
        let amounts: Vec<_> = charges.iter().map(|(_, amount)| plain(&minor(*amount))).collect();
        let of: Vec<_> = charges.iter().zip(&amounts).map(|((way, _), it)| (&all[*way], it.as_str())).collect();
        let mut charges = Charges::of(&of);
        for credit in credits {
            let lefts: Vec<_> = charges.0.iter().map(|charge| charge.left().unwrap()).collect();
            let parts = charges.give_back(minor(credit), Rounding::HalfUp);
            let left = Money::sum(currency(), lefts.iter().copied()).unwrap();
            prop_assert_eq!(parts.is_ok(), left.amount_minor() >= credit);
            for part in parts.iter().flatten() {
                // Nothing of an older one before all of the newer ones.
                let newer = charges.0.get(part.place + 1..).unwrap_or_default();
                prop_assert!(newer.iter().all(|charge| charge.left().unwrap().is_zero()));
                let TaxedAmount { net, taxes, gross } = &part.amount;
                prop_assert!(!net.is_negative() && taxes.iter().all(|tax| !tax.is_negative()));
                let sum = Money::sum(currency(), taxes.iter().copied()).unwrap();
                prop_assert_eq!(net.plus(sum).unwrap(), *gross);
            }
            check(&charges.0)?;
        }
        let lefts = charges.0.iter().map(|charge| charge.left().unwrap());
        let left = Money::sum(currency(), lefts).unwrap();
        if !left.is_zero() {
            charges.give_back(left, Rounding::HalfUp).unwrap();
        }
        check(&charges.0)?;
        prop_assert!(charges.are_given_back());
    }

    #[test]
    fn over_any_schedule_credits_are_no_more_than_charges_of_each_item_and_tax(
        acts in proptest::collection::vec((0..200_i64, act()), 1..40),
        proration in proptest::sample::select(Proration::ALL.to_vec()),
        takes_back_all in any::<bool>(),
    ) {
        let mut shop = Shop::new(proration);
        let first = Timestamp::from_unix_s(1_798_750_800);
        shop.happens(first, What::Quantity { component: ComponentId(1), quantity: 1 });
        shop.act(first, Act::Is(0))?;
        let mut acts = acts;
        acts.sort_by_key(|(day, _)| *day);
        for (day, act) in acts {
            shop.act(first.plus_s(day * DAY_S), act)?;
            shop.check()?;
        }
        shop.run(first.plus_s(200 * DAY_S))?;
        shop.check()?;
        if takes_back_all {
            // As though nothing had ever happened: all of it comes back, to the last unit of each tax.
            shop.events.retain(|event| matches!(event.what, What::Transition(_)));
            shop.run(first.plus_s(200 * DAY_S))?;
            shop.check()?;
            prop_assert_eq!(shop.sums, [minor(0); 2]);
        }
    }
}
