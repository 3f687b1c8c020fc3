//! For whom a payment is that a provider has notified, and whether it may be credited.

use core::fmt;

use entitlement::SubscriberId;

use super::{Debt, Intent, IntentEvent, IntentId, InvoiceId, Policy, Purpose, Receipt};
use crate::{Currency, Money};

/// What was found by what a notification says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found<'f> {
    /// The receipt that has its provider and its number already.
    pub receipt: Option<&'f Receipt>,
    /// The intent that has its provider's reference.
    pub intent: Option<&'f Intent>,
    /// Whose account has the number that the payer has written.
    pub accounts: &'f [SubscriberId],
    /// The invoices that have it, with whom they are for and in what they are to be paid.
    pub invoices: &'f [(InvoiceId, SubscriberId, Currency)],
    /// Who has it as a telephone number.
    pub phones: &'f [SubscriberId],
}

/// What is to be done about a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Matched {
    /// What about the money.
    pub verdict: Verdict,
    /// The intent that is paid by it and is not yet said to be: it is to [pay](IntentEvent::Pay).
    pub pays: Option<IntentId>,
}

/// What is to be done about the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is this subscriber's: a new receipt, or one that is parked, is to be settled.
    Credit {
        /// Whose.
        subscriber: SubscriberId,
        /// By what that is known.
        by: MatchedBy,
    },
    /// It was credited before, or taken back since. Nothing is done.
    Repeated,
    /// Nobody knows for whom it is: it is parked, if it is not yet, until somebody assigns it.
    Unallocated(Unmatched),
    /// Something is wrong. Nothing is booked before somebody has looked.
    NeedsReview(Review),
}

/// By what it is known for whom a payment is; a later one is asked when those before it find nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// We have asked for it.
    Intent(Purpose),
    /// By the number of the account.
    Account,
    /// By the number of this invoice.
    Invoice(InvoiceId),
    /// By the telephone number that was written as the account's.
    Phone,
}

/// Why nobody is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unmatched {
    /// Nobody was found.
    Nobody,
    /// More than one was, and it is not guessed who is meant.
    Several,
    /// The invoice is to be paid in another currency, and so it is not guessed what is meant.
    OtherCurrency {
        /// In this one.
        currency: Currency,
    },
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Review {
    /// It is not what was asked for.
    NotAsAsked {
        /// What was asked for.
        asked: Money,
        /// What was notified.
        notified: Money,
    },
    /// A receipt of that number is of another amount.
    NotAsReceived {
        /// What was received.
        received: Money,
        /// What was notified.
        notified: Money,
    },
    /// The intent was paid by another receipt.
    PaidBefore,
    /// It was credited to somebody else.
    AnotherSubscriber {
        /// Who has it.
        credited: SubscriberId,
        /// For whom it is by this.
        notified: SubscriberId,
    },
    /// An amount that is none.
    NotPositive {
        /// As notified.
        notified: Money,
    },
}

/// Whose it is by what the payer has written, or why nobody knows.
type Owner = Result<(SubscriberId, MatchedBy), Unmatched>;

/// Judges a payment that a provider has notified, authentic as far as is known.
///
/// What we have asked for is matched by its intent alone, and only in the very amount; also when that was
/// over before the money came. What was paid without is matched by what the payer has written. A receipt is credited once, however often and in
/// whichever ways it is notified.
#[must_use]
pub fn judge(notified: Money, found: &Found<'_>) -> Matched {
    match try_judge(notified, found) {
        Ok(matched) => matched,
        Err(review) => Matched { verdict: Verdict::NeedsReview(review), pays: None },
    }
}

fn try_judge(notified: Money, found: &Found<'_>) -> Result<Matched, Review> {
    if notified.is_negative() || notified.is_zero() {
        return Err(Review::NotPositive { notified });
    }
    let received = found.receipt.map(|receipt| receipt.received().amount);
    if let Some(received) = received.filter(|received| *received != notified) {
        return Err(Review::NotAsReceived { received, notified });
    }
    let has_nothing_left =
        |receipt: &Receipt| receipt.left().is_ok_and(|left: Money| left.is_zero());
    if found.receipt.is_some_and(has_nothing_left) {
        // It was given back or taken back, and pays nothing any more.
        return Ok(Matched { verdict: Verdict::Repeated, pays: None });
    }
    let credited = found.receipt.and_then(Receipt::subscriber);
    let (owner, pays) = match found.intent {
        Some(intent) => {
            let pays = by_intent(intent, notified, credited)?;
            (Ok((intent.subscriber(), MatchedBy::Intent(intent.purpose()))), pays)
        }
        None => (by_reference(notified.currency(), found), None),
    };
    let verdict = match (credited, owner) {
        (Some(credited), Ok((notified, _))) if credited != notified => {
            return Err(Review::AnotherSubscriber { credited, notified });
        }
        (Some(_), _) => Verdict::Repeated,
        (None, Ok((subscriber, by))) => Verdict::Credit { subscriber, by },
        (None, Err(unmatched)) => Verdict::Unallocated(unmatched),
    };
    Ok(Matched { verdict, pays })
}

/// The intent, if it is to be paid by this.
fn by_intent(
    intent: &Intent,
    notified: Money,
    credited: Option<SubscriberId>,
) -> Result<Option<IntentId>, Review> {
    let (asked, state) = (intent.amount(), intent.state());
    if asked != notified {
        return Err(Review::NotAsAsked { asked, notified });
    }
    if state.after(IntentEvent::Pay).is_ok() {
        return Ok(Some(intent.id()));
    }
    // What was credited is judged no more: this is the notification of it once again.
    match credited {
        None if state.is_paid() => Err(Review::PaidBefore),
        // Money that comes late is money: it is his who was asked. The intent stays what it was.
        _ => Ok(None),
    }
}

fn by_reference(paid_in: Currency, found: &Found<'_>) -> Owner {
    let accounts = found.accounts.iter().map(|subscriber| (*subscriber, MatchedBy::Account));
    let phones = found.phones.iter().map(|subscriber| (*subscriber, MatchedBy::Phone));
    let rungs = [only(accounts), by_invoice(paid_in, found.invoices), only(phones)];
    rungs.into_iter().find(|rung| *rung != Err(Unmatched::Nobody)).unwrap_or(Err(Unmatched::Nobody))
}

fn by_invoice(paid_in: Currency, invoices: &[(InvoiceId, SubscriberId, Currency)]) -> Owner {
    let owner = only(invoices.iter().map(|(invoice, of, _)| (*of, MatchedBy::Invoice(*invoice))))?;
    match invoices.iter().find(|(_, _, currency)| *currency != paid_in) {
        Some((_, _, currency)) => Err(Unmatched::OtherCurrency { currency: *currency }),
        None => Ok(owner),
    }
}

/// The one who was found.
fn only(found: impl Iterator<Item = (SubscriberId, MatchedBy)>) -> Owner {
    let mut owner = Err(Unmatched::Nobody);
    for (subscriber, by) in found {
        owner = match owner {
            Err(Unmatched::Nobody) => Ok((subscriber, by)),
            Ok((first, first_by)) if first == subscriber && first_by == by => Ok((first, first_by)),
            _ => return Err(Unmatched::Several),
        };
    }
    owner
}

impl MatchedBy {
    /// What such a payment pays first, where nobody says otherwise. Of an invoice that is named, what
    /// is [open](super::OpenDebt) must be given also when that is nothing.
    #[must_use]
    pub fn policy(self) -> Policy {
        match self {
            Self::Invoice(invoice) | Self::Intent(Purpose::Invoice(invoice)) => {
                Policy::Named(vec![Debt::Invoice(invoice)])
            }
            Self::Intent(Purpose::TopUp) => Policy::Named(Vec::new()),
            Self::Intent(Purpose::Open | Purpose::Renewal(_)) | Self::Account | Self::Phone => {
                Policy::OldestFirst
            }
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody was found by what the payer has written"),
            Self::Several => f.write_str(
                "more than one was found by what the payer has written; say who is meant",
            ),
            Self::OtherCurrency { currency } => write!(
                f,
                "the invoice that the payer has written is to be paid in {currency}; say whose wallet is meant"
            ),
        }
    }
}

impl fmt::Display for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsAsked { asked, notified } => {
                write!(f, "{asked} was asked for, and {notified} notified; ask the provider")
            }
            Self::NotAsReceived { received, notified } => write!(
                f,
                "the receipt of this number is of {received}, and {notified} was notified; ask the provider"
            ),
            Self::PaidBefore => f.write_str(
                "the intent to pay was paid by another receipt; assign this one, or refund it",
            ),
            Self::AnotherSubscriber { credited, notified } => write!(
                f,
                "it was credited to subscriber {credited}, and is for subscriber {notified} by this"
            ),
            Self::NotPositive { notified } => {
                write!(f, "{notified} was notified; what is paid is more than 0")
            }
        }
    }
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
