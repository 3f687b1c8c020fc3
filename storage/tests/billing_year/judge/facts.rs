//! What has happened, as simply as it can be said. The schedule writes it down; the judge knows nothing else.
//!
//! Moments are milliseconds since 1970, amounts whole minor units of one currency, and what has a number has
//! the one that the store gave it.

use super::calendar::{Align, Every};
use super::documents::{Item, Totals};

#[derive(Debug, Clone)]
pub struct Product {
    pub id: i64,
    pub name: String,
    /// The plan that its service is put on.
    pub plan: Option<String>,
    /// How often it is charged; `None`: once.
    pub every: Option<Every>,
    pub in_arrears: bool,
    /// Whether a part of a period is measured in milliseconds, and not in days.
    pub by_second: bool,
    pub taxes: Taxed,
    /// In the order in which they were entered.
    pub prices: Vec<Price>,
}

/// How the prices of a product are taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taxed {
    OnTop,
    Within,
    Not,
}

#[derive(Debug, Clone, Copy)]
pub struct Price {
    pub from: i64,
    /// Only for who takes the product then or later.
    pub new_only: bool,
    pub amount: i64,
}

#[derive(Debug, Clone)]
pub struct Subscription {
    pub id: i64,
    pub customer: usize,
    pub align: Align,
    /// The login of the service that it pays for.
    pub service: String,
    /// Whether it is charged while it is suspended, blocked, paused.
    pub charged_in: [bool; 3],
    /// In the order in which they were entered.
    pub events: Vec<Event>,
    /// In the order in which they were given.
    pub discounts: Vec<Discount>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub at: i64,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// So many of a product from now on.
    Has(i64, u32),
    /// By its word: `pause`.
    Is(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub struct Discount {
    pub from: i64,
    pub until: Option<i64>,
    /// For so many whole months of the subscription, and what is left of the one in which it begins.
    pub months: Option<usize>,
    pub off: Off,
    /// Off which product; `None`: all.
    pub product: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
pub enum Off {
    PerCent(i64),
    /// So much of what is charged in a month.
    Amount(i64),
}

/// An invoice or a credit note that was seen, with its lines, by how many per cent it was taxed, and what it should
/// come to.
#[derive(Debug, Clone)]
pub struct Document {
    pub id: i64,
    pub customer: usize,
    pub lines: Vec<(Item, i64)>,
    pub percent: i64,
    pub totals: Totals,
}

/// Money of one customer that moved, in the order in which it did.
#[derive(Debug, Clone)]
pub enum Moved {
    /// It was billed, or credited.
    Billed { document: i64, gross: i64, due_at: i64 },
    /// It came, or was found to be this customer's.
    Paid { receipt: String, amount: i64, named: Option<i64> },
    /// A card has put it into the wallet.
    Refilled { amount: i64 },
    /// It was given back to who had paid, or into the wallet.
    Refunded { receipt: String, amount: i64, to_wallet: bool },
    /// The provider took it back.
    Reversed { receipt: String, amount: i64, at: i64 },
}
