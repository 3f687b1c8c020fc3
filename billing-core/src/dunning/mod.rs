//! What happens to who does not pay: reminders, late fees, grace, suspension, termination, write-off.
//!
//! [`due_steps`] is a function: a policy, what an account owes and what has been done about it go in,
//! and what is to be done by now comes out, each with the moment at which it should have happened. It
//! keeps nothing. What was done is read from what it did: a reminder from when the last was sent, a fee
//! from the fees of its invoice, a transition from the state of the subscription, a write-off from there
//! being nothing open. So to run it twice does nothing twice, and to run it once after three days of
//! standstill does what three daily runs would have done, in their order; only of reminders just the
//! latest is sent. What was paid meanwhile counts from when it was paid; who has paid all of an invoice is
//! charged nothing for it afterwards that was not charged before.
//!
//! Days are counted from the due date with which what is overdue came to the policy's minimum: without a
//! minimum, that of the earliest overdue invoice. Late fees, and reminders before the due date, are
//! counted from that of their own invoice.
//!
//! A [`Promise`] to pay holds up everything until its moment; what was held up happens then, in its order.
//! [`risks`] says why an account is one to look at, each reason with its figures.

mod account;
mod arrears;
mod due_steps;
mod entries;
mod give_up;
mod late_fees;
mod policy;
mod promise;
mod risk;
mod schedule;
mod text;
mod validate;
mod working_days;

pub use account::{
    Account, AccountError, ChargedFee, FEES_MAX, INVOICES_MAX, InvoiceId, OpenInvoice,
    PROMISES_MAX, PaidPart, SUBSCRIPTIONS_MAX, Subscription, SubscriptionId,
};
pub use due_steps::{Action, DunningError, Measure, due_steps};
pub use entries::{entries, waiver, write_off};
pub use give_up::{GiveUpError, given_up};
pub use policy::{DunningPolicy, LateFee, PromiseRules, Rules, Step, StepId, StepKind};
pub use promise::{Promise, PromiseError, PromiseStanding};
pub use risk::{History, PAID_MAX, PaidInvoice, Risk, RiskError, RiskLimits, risks};
pub use text::{StepTextError, WorkingDaysTextError};
pub use validate::{
    DAYS_BEFORE_MAX, DAYS_MAX, FEE_TIMES_MAX, PROMISE_DAYS_MAX, PolicyError, STEPS_MAX,
};
pub use working_days::{HOLIDAYS_MAX, WorkingDays, WorkingDaysError};

#[cfg(test)]
mod calendar_tests;
#[cfg(test)]
mod fee_tests;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod model;
#[cfg(test)]
mod promise_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod refused_tests;
#[cfg(test)]
mod risk_tests;
#[cfg(test)]
mod tests;
