//! Vouchers live as a clerk with a slate would keep them, who knows the rules and none of the code.

use proptest::prelude::*;

use super::*;
use crate::ledger::AccountName;

#[derive(Debug, Clone)]
enum Act {
    Sell(u32, bool),
    Redeem(u32, i64, u128),
    UseUp(u32),
    Expire(u8),
    Revoke(u32, u32, u8),
    Pass(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let serial = || 1..5_u32;
    prop_oneof![
        3 => (serial(), any::<bool>()).prop_map(|(serial, dealer)| Act::Sell(serial, dealer)),
        4 => (serial(), 5..7_i64, 1..3_u128).prop_map(|(serial, by, key)| Act::Redeem(serial, by, key)),
        1 => serial().prop_map(Act::UseUp),
        2 => (0..3_u8).prop_map(Act::Expire),
        1 => (serial(), serial(), 0..3_u8).prop_map(|(one, other, policy)| {
            Act::Revoke(one.min(other), one.max(other), policy)
        }),
        3 => (1..20_i64).prop_map(Act::Pass),
    ]
}

fn policy(number: u8) -> Unredeemed {
    match number {
        0 => Unredeemed::StillOwed,
        1 => Unredeemed::Earned(vat()),
        _ => Unredeemed::Refunded,
    }
}

/// What stands on the clerk's slate for one voucher.
#[derive(Debug, Clone, Default)]
struct Slate {
    /// `""` is new.
    state: &'static str,
    sold_on: i64,
    redeemed_on: i64,
    /// Who has redeemed it, and with which key.
    by: Option<(i64, u128)>,
    /// What of its price is still in `vouchers`, minor units.
    owed: i64,
    granted: u32,
}

struct Clerk {
    is_access: bool,
    today: i64,
    slates: [Slate; 4],
}

impl Clerk {
    /// A word for what comes of a wish to redeem.
    fn redeem(&mut self, serial: u32, wish: (i64, u128)) -> &'static str {
        let (is_access, today) = (self.is_access, self.today);
        let slate = &mut self.slates[serial as usize - 1];
        if slate.by == Some(wish) {
            return "again";
        }
        match slate.state {
            "" => "not sold",
            "sold" if today >= slate.sold_on + 30 => "expired",
            "sold" => {
                slate.state = if is_access { "active" } else { "used" };
                (slate.by, slate.redeemed_on, slate.owed) = (Some(wish), today, 0);
                slate.granted += 1;
                "granted"
            }
            "active" | "used" => "used",
            ended => ended,
        }
    }

    fn ends(&mut self, serial: usize, state: &'static str, policy: u8) {
        let slate = &mut self.slates[serial];
        slate.state = state;
        if policy != 0 {
            slate.owed = 0;
        }
    }

    fn expire(&mut self, policy: u8) {
        for serial in 0..4 {
            let slate = &self.slates[serial];
            let last = match slate.state {
                "" => 90,
                "sold" => slate.sold_on + 30,
                "active" => slate.redeemed_on + 7,
                _ => continue,
            };
            if last <= self.today {
                self.ends(serial, "expired", policy);
            }
        }
    }
}

fn word(outcome: &Result<Outcome, RedeemError>) -> &'static str {
    match outcome {
        Ok(Outcome::Redeemed(_)) => "granted",
        Ok(Outcome::Repeated { .. }) => "again",
        Err(RedeemError::NotSold) => "not sold",
        Err(RedeemError::AlreadyUsed { .. }) => "used",
        Err(RedeemError::Expired { .. }) => "expired",
        Err(RedeemError::Revoked { .. }) => "revoked",
        Err(_) => "something else",
    }
}

/// The vouchers and their books, as the code keeps them.
struct Kept {
    batch: Batch,
    vouchers: Vec<Voucher>,
    books: NamedBooks,
    sales: i64,
}

impl Kept {
    fn keep(&mut self, vouchers: Vec<Voucher>, entries: &[Entry]) {
        for voucher in vouchers {
            let place = voucher.serial.get() as usize - 1;
            self.vouchers[place] = voucher;
        }
        self.books.post(entries).unwrap();
    }

    fn does(&mut self, act: &Act, clerk: &mut Clerk) -> Result<(), TestCaseError> {
        let at = day(clerk.today);
        match *act {
            Act::Pass(days) => clerk.today += days,
            Act::Sell(serial, to_dealer) => {
                let discount = BuyerPrice::Discount("10%".parse().unwrap());
                let (buyer, price) = match to_dealer {
                    true => (Buyer::Reseller(DEALER), discount),
                    false => (till(), BuyerPrice::List),
                };
                self.sales += 1;
                let id = VoucherSaleId(self.sales);
                let sale = VoucherSale { id, at, ..sale_to(buyer, price) };
                let range = SerialRange::new(serial, serial).unwrap();
                let made = sell(&self.batch, &self.vouchers, range, &sale);
                let slate = &mut clerk.slates[serial as usize - 1];
                prop_assert_eq!(made.is_ok(), slate.state.is_empty() && clerk.today < 90);
                if let Ok(made) = made {
                    (slate.state, slate.sold_on, slate.owed) = ("sold", clerk.today, 10_000);
                    self.keep(made.vouchers, &made.entries);
                }
            }
            Act::Redeem(serial, by, key) => {
                let found = Some((&self.batch, &self.vouchers[serial as usize - 1]));
                let outcome = redeem(found, &request(by, key, at), &terms());
                prop_assert_eq!(word(&outcome), clerk.redeem(serial, (by, key)));
                if let Ok(Outcome::Redeemed(redeemed)) = outcome {
                    self.keep(vec![redeemed.voucher], &redeemed.entries);
                }
            }
            Act::UseUp(serial) => {
                let slate = &mut clerk.slates[serial as usize - 1];
                let voucher = &mut self.vouchers[serial as usize - 1];
                let stage = voucher.stage.use_up();
                prop_assert_eq!(stage.is_ok(), slate.state == "active");
                if let Ok(stage) = stage {
                    (voucher.stage, slate.state) = (stage, "used");
                }
            }
            Act::Expire(number) => {
                let ended =
                    expire(&self.batch, &self.vouchers, &policy(number), at, Rounding::HalfUp);
                let ended = ended.unwrap();
                clerk.expire(number);
                self.keep(ended.vouchers, &ended.entries);
            }
            Act::Revoke(first, last, number) => {
                let range = SerialRange::new(first, last).unwrap();
                let ended = revoke(&self.vouchers, range, &policy(number), at, Rounding::HalfUp);
                let ended = ended.unwrap();
                for serial in first as usize - 1..last as usize {
                    if matches!(clerk.slates[serial].state, "" | "sold" | "active") {
                        clerk.ends(serial, "revoked", number);
                    }
                }
                self.keep(ended.vouchers, &ended.entries);
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn vouchers_live_as_on_a_slate_and_vouchers_is_what_is_owed_for_them(
        is_access in any::<bool>(),
        acts in proptest::collection::vec(act(), 0..60),
    ) {
        let worth = if is_access { Worth::Access(access()) } else { Worth::Refill(kes("100")) };
        let batch = batch(worth);
        let vouchers = fresh(&batch);
        let dealer = AccountName::Reseller(DEALER);
        let books = NamedBooks::new(kes("0").currency(), vec![dealer]);
        let mut kept = Kept { batch, vouchers, books, sales: 0 };
        let mut clerk = Clerk { is_access, today: 1, slates: Default::default() };
        for act in &acts {
            kept.does(act, &mut clerk)?;
            for (voucher, slate) in kept.vouchers.iter().zip(&clerk.slates) {
                let state = if slate.state.is_empty() { "new" } else { slate.state };
                prop_assert_eq!(voucher.stage.state().code(), state);
                prop_assert!(slate.granted <= 1);
            }
            let owed: i64 = clerk.slates.iter().map(|slate| slate.owed).sum();
            prop_assert_eq!(kept.books.credit("vouchers"), owed);
            prop_assert_eq!(kept.books.trial_balance(), 0);
            let granted: i64 = clerk.slates.iter().map(|slate| i64::from(slate.granted)).sum();
            let in_wallets = kept.books.credit("wallet:5") + kept.books.credit("wallet:6");
            prop_assert_eq!(in_wallets, if is_access { 0 } else { granted * 10_000 });
        }
    }
}
