//! What the tables have in common. Amounts are KES where no other currency is said.

use core::num::NonZeroU16;

use entitlement::{TimeZone, Timestamp};
use jiff::civil::Time;

use super::*;
use crate::{Money, PartOrAmount, Rounding, SubscriptionState};

pub(super) fn nairobi() -> TimeZone {
    TimeZone::named("Africa/Nairobi").unwrap()
}

pub(super) fn berlin() -> TimeZone {
    TimeZone::named("Europe/Berlin").unwrap()
}

/// Midnight before a day, or a time of it.
pub(super) fn at(zone: &TimeZone, text: &str) -> Timestamp {
    let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00") };
    zone.first_shown(text.parse().unwrap()).unwrap()
}

pub(super) fn kes(text: &str) -> Money {
    format!("{text} KES").parse().unwrap()
}

pub(super) fn time(text: &str) -> Time {
    text.parse().unwrap()
}

/// A step at nine o'clock on whatever day.
pub(super) fn step(id: u8, days: i16, kind: StepKind) -> Step {
    let id = StepId::new(id).unwrap();
    Step { id, days, at: time("09:00"), on_working_days: false, kind }
}

pub(super) fn fee(fee: PartOrAmount, every_days: u16) -> StepKind {
    StepKind::LateFee(LateFee { fee, every_days: NonZeroU16::new(every_days) })
}

pub(super) fn percent(text: &str) -> PartOrAmount {
    PartOrAmount::Percent(text.parse().unwrap())
}

pub(super) fn rules(steps: Vec<Step>) -> Rules {
    Rules {
        currency: kes("0").currency(),
        steps,
        minimum_overdue: kes("0"),
        fee_cap: None,
        rounding: Rounding::HalfUp,
        working_days: WorkingDays::default(),
        reminders_stale_after_days: None,
        promises: PromiseRules { count_max: 2, within_days: 90, len_max_days: 14 },
    }
}

pub(super) fn policy(steps: Vec<Step>) -> DunningPolicy {
    DunningPolicy::new(rules(steps)).unwrap()
}

/// Reminders around the due date, a fee of 2 % from day 5 each week, grace, suspension on day 10,
/// termination on day 30 and write-off on day 45.
pub(super) fn usual() -> Rules {
    let mut rules = rules(vec![
        step(1, -3, StepKind::Remind),
        step(2, 0, StepKind::Remind),
        step(3, 3, StepKind::Remind),
        step(4, 1, StepKind::Grace { throttle: None }),
        step(5, 5, fee(percent("2%"), 7)),
        step(6, 10, StepKind::Suspend),
        step(7, 30, StepKind::Terminate),
        step(8, 45, StepKind::WriteOff),
    ]);
    rules.fee_cap = Some(PartOrAmount::Percent("5%".parse().unwrap()));
    rules
}

pub(super) fn invoice(id: i64, due_at: Timestamp, open: Money) -> OpenInvoice {
    let (paid, fees) = (Vec::new(), Vec::new());
    OpenInvoice { id: InvoiceId(id), due_at, total: open, open, paid, fees, write_offs: 0 }
}

pub(super) fn active(id: i64, since: Timestamp) -> Subscription {
    Subscription { id: SubscriptionId(id), state: SubscriptionState::Active, since }
}

pub(super) fn promise(zone: &TimeZone, made: &str, until: &str) -> Promise {
    let (made_at, until) = (at(zone, made), at(zone, until));
    Promise { made_at, until, amount: kes("1"), paid: kes("0") }
}

/// Does what is to be done, as whoever keeps the account would.
pub(super) fn apply(account: &mut Account, actions: &[Action]) {
    for Action { at, measure } in actions {
        let open = |account: &mut Account, id: InvoiceId| {
            account.invoices.iter().position(|it| it.id == id).unwrap()
        };
        match *measure {
            Measure::Remind { .. } => account.reminded_at = Some(*at),
            Measure::LateFee { step, invoice, number, amount } => {
                let place = open(account, invoice);
                let fee = ChargedFee { step, number, at: *at, amount, open: amount };
                account.invoices[place].fees.push(fee);
            }
            Measure::Transition { subscription, transition, .. } => {
                let mut all = account.subscriptions.iter_mut();
                let it = all.find(|it| it.id == subscription).unwrap();
                assert!(it.since <= *at, "a transition before the last one");
                (it.state, it.since) = (it.state.after(transition).unwrap(), *at);
            }
            Measure::WriteOff { invoice, amount, .. } => {
                let place = open(account, invoice);
                let written_off = account.invoices.remove(place);
                let fees = written_off.fees.iter().map(|fee| fee.open);
                let rest = Money::sum(amount.currency(), fees.chain([written_off.open])).unwrap();
                assert_eq!(amount, rest);
                account.paid_at = Some(*at);
            }
        }
    }
}

/// `2027-03-05T09:00 fee 5/0 of invoice 1: 60.00 KES`.
pub(super) fn said(zone: &TimeZone, action: &Action) -> String {
    let shown = zone.shown(action.at).unwrap().strftime("%Y-%m-%dT%H:%M");
    let what = match action.measure {
        Measure::Remind { step, invoice } => format!("remind {step} of invoice {invoice}"),
        Measure::LateFee { step, invoice, number, amount } => {
            format!("fee {step}/{number} of invoice {invoice}: {amount}")
        }
        Measure::Transition { subscription, transition, .. } => {
            format!("{transition} subscription {subscription}")
        }
        Measure::WriteOff { invoice, amount, .. } => {
            format!("write off invoice {invoice}: {amount}")
        }
    };
    format!("{shown} {what}")
}

pub(super) fn run(
    policy: &DunningPolicy,
    account: &Account,
    now: &str,
    zone: &TimeZone,
) -> Vec<String> {
    let actions = due_steps(policy, account, at(zone, "2020-01-01"), at(zone, now), zone).unwrap();
    actions.iter().map(|action| said(zone, action)).collect()
}

/// One invoice of 3000 due at the end of 1 March 2027, a Monday, and one subscription.
pub(super) fn of_march() -> Account {
    let zone = nairobi();
    Account {
        invoices: vec![invoice(1, at(&zone, "2027-03-01T23:59"), kes("3000"))],
        subscriptions: vec![active(1, at(&zone, "2026-03-01"))],
        ..Account::default()
    }
}

pub(super) fn charged(step: u8, number: u16, day: &str, amount: &str) -> ChargedFee {
    let step = StepId::new(step).unwrap();
    let at = at(&nairobi(), day);
    ChargedFee { step, number, at, amount: kes(amount), open: kes(amount) }
}

/// What becomes of the account of March, day by day.
pub(super) const LADDER: [&str; 10] = [
    "2027-02-26T09:00 remind 1 of invoice 1",
    "2027-03-01T09:00 remind 2 of invoice 1",
    "2027-03-02T09:00 fall-due subscription 1",
    "2027-03-04T09:00 remind 3 of invoice 1",
    "2027-03-06T09:00 fee 5/0 of invoice 1: 60.00 KES",
    "2027-03-11T09:00 suspend subscription 1",
    "2027-03-13T09:00 fee 5/1 of invoice 1: 60.00 KES",
    // The cap is 5 % of 3000, and 120 were charged.
    "2027-03-20T09:00 fee 5/2 of invoice 1: 30.00 KES",
    "2027-03-31T09:00 terminate subscription 1",
    "2027-04-15T09:00 write off invoice 1: 3150.00 KES",
];
