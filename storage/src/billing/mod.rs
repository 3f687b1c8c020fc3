//! What is sold, to whom, what was billed for it, and what has moved between accounts.
//!
//! The rules are in [`billing_core`]; here is what they are asked about and what they said, in one
//! transaction. Whoever changes something of a subscriber's holds the lock of its row, so that a billing
//! run and a command never see half of each other.

mod books;
mod catalogue;
mod codes;
mod debts;
mod dunning;
mod invoices;
mod ledger;
mod matter;
mod payments;
mod products;
mod receipt_words;
mod runs;
mod settings;
mod statements;
mod subscriptions;
mod taxes;
mod wallets;

pub use dunning::{Dunned, Dunning, DunningAccount, DunningBatch, LookAt, NotDunned, Risks};
pub use invoices::{Invoice, InvoiceKind, InvoiceLine, InvoiceTax, Invoices};
pub use ledger::{AccountEntry, Ledger, TransferEntry};
pub use payments::{NewReceipt, PaidDebt, PaymentOutcome, Payments, ReceiptEntry};
pub use products::{Product, ProductChange, Products};
pub use runs::{BillingBatch, BillingRuns, NotBilled, Preview, RunOrder};
pub use settings::{BillingSettings, Settings};
pub use subscriptions::{
    NewSubscription, SubscriptionEntry, SubscriptionEvent, SubscriptionId, Subscriptions,
};
pub use taxes::{TaxEntry, Taxes};
