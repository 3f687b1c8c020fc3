//! What can go wrong with a store, in words that say what to do.

pub(crate) mod away;

use core::fmt;
use std::path::PathBuf;

use aaa_engine::ports::JournalPosition;
use billing_core::balance::{CreditRefusal, ReservationError};
use billing_core::discount::{CouponError, CouponRefusal, DiscountError};
use billing_core::dunning::{DunningError, PolicyError, PromiseError, RiskError};
use billing_core::invoice::{CreditError, NumberingError, StatementError};
use billing_core::ledger::PostError;
use billing_core::payment::{
    AllocationError, IntentError, IntentStateError, ReceiptError, ReconcileError,
};
use billing_core::reseller::{CommissionError, ResellerSaleError, TreeError, WalletError};
use billing_core::voucher::{BatchOrderError, EndError, GenerateError, SellError, StockError};
use billing_core::{
    BillingError, CatalogueError, ChangeError, ClosedError, DraftError, Money, MoneyError,
    NotOffered, TaxesError, TimelineError,
};
use entitlement::Timestamp;
use sea_orm::{DbErr, SqlErr};

use crate::billing::RedeemRefusal;
use crate::keys::KeyError;
use crate::services::ShareRefusal;

/// Why the store did not do what it was asked. Each message is a sentence for the operator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The URL names no store.
    #[error(
        "`{url}` is not the URL of a store: {problem}; examples: sqlite:/var/lib/weir/weir.db, \
         postgres://weir@db.example.net/weir"
    )]
    Url {
        /// The URL as given, without a password.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The folder of the SQLite file is missing.
    #[error("the folder {} of the store does not exist; make it, or correct the store's path", path.display())]
    NoFolder {
        /// The missing folder.
        path: PathBuf,
    },
    /// The SQLite file, or its folder, cannot be written.
    #[error(
        "the store {} cannot be written ({problem}); give this user the right to write the file \
         and its folder",
        path.display()
    )]
    ReadOnly {
        /// The SQLite file.
        path: PathBuf,
        /// What forbids it.
        problem: String,
    },
    /// Another process has held the SQLite file for longer than this one waits.
    #[error("the store {} is locked by another process; try again when that is done", path.display())]
    Locked {
        /// The SQLite file.
        path: PathBuf,
    },
    /// The file or database holds something else.
    #[error("{place} is not a Weir store: {problem}; it was not changed")]
    NotAStore {
        /// Which file or database.
        place: String,
        /// What it holds instead.
        problem: String,
    },
    /// A newer Weir made or migrated the store.
    #[error(
        "the store {place} belongs to a newer version of Weir ({found}); it was not changed: \
         install that version, or use a copy made before it"
    )]
    Newer {
        /// Which file or database.
        place: String,
        /// What this version does not know.
        found: String,
    },
    /// Another store stands where one was expected.
    #[error(
        "another store answers at {place} than the one that this server knows; it was not changed, \
         and gets nothing: bring the right one back, or stop this server, take its snapshot and \
         its journal away, and start it with that store"
    )]
    Another {
        /// Which file or database.
        place: String,
    },
    /// The key file is not the one the store was made with.
    #[error(
        "the key file {} is not the one of the store {place}: {problem}; use the key file that \
         the store was made with",
        path.display()
    )]
    WrongKey {
        /// The key file.
        path: PathBuf,
        /// Which file or database.
        place: String,
        /// How that was noticed.
        problem: String,
    },
    /// The database server answers, but not to this user, or not for this database.
    #[error("the store {place} does not let this server in: {problem}")]
    Refused {
        /// The server and database, without a password.
        place: String,
        /// What it said.
        problem: String,
    },
    /// The database server does not answer, or is only starting.
    #[error("the store {place} cannot be reached: {problem}")]
    Unreachable {
        /// The server and database, without a password.
        place: String,
        /// What the driver said.
        problem: String,
    },
    /// The database has lost what it had confirmed.
    #[error(
        "the store {place} has lost accounting that it had already taken: it stands at {found} of \
         the journal and stood at {expected}, as after a fail-over to a copy that was behind; the \
         journal fills the gap where it reaches back so far"
    )]
    WentBack {
        /// Which file or database.
        place: String,
        /// The position of the journal that it has now, or `nothing`.
        found: String,
        /// The position that it had.
        expected: JournalPosition,
    },
    /// Something is wrong with the key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is nothing of that name.
    #[error("there is no {what} called `{name}`{}", instead(similar.as_deref(), known))]
    NotFound {
        /// What was looked for.
        what: Kind,
        /// By which name.
        name: String,
        /// A name that exists and looks like it.
        similar: Option<String>,
        /// All that there are, where they are few and none looks like it.
        known: Vec<String>,
    },
    /// The name is taken.
    #[error("{what} `{name}` already exists")]
    AlreadyExists {
        /// What was to be added.
        what: Kind,
        /// Its name.
        name: String,
    },
    /// Something else still needs it.
    #[error("{what} `{name}` is in use by {by}; move or remove that first")]
    InUse {
        /// What was to be removed.
        what: Kind,
        /// Its name.
        name: String,
        /// Who uses it.
        by: String,
    },
    /// A value that cannot be stored.
    #[error("{what}: {problem}")]
    Invalid {
        /// What it was meant for.
        what: Kind,
        /// What is wrong with it.
        problem: String,
    },
    /// One of many rows was refused, and so none was taken.
    #[error("row {}: {source}; nothing was imported", index + 1)]
    Row {
        /// Which one, counted from 0.
        index: usize,
        /// Why.
        source: Box<Self>,
    },
    /// A row holds what this version never writes.
    #[error("the store holds a {what} that cannot be understood (row {row}): {problem}")]
    Corrupt {
        /// What the row is.
        what: Kind,
        /// Its number.
        row: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A rule of billing forbids it. Nothing was written.
    #[error("{what} `{name}`: {source}")]
    Rule {
        /// What it concerns.
        what: Kind,
        /// Which.
        name: String,
        /// What forbids it.
        source: RuleError,
    },
    /// It would change books that are closed. Nothing was written.
    #[error("{what}: {source}")]
    Closed {
        /// What it was meant for.
        what: Kind,
        /// What was to be entered, and from when on it could be.
        source: ClosedError,
    },
    /// A voucher was not redeemed. Nothing of it was written; a code that does not exist was counted.
    #[error(transparent)]
    NotRedeemed(#[from] RedeemRefusal),
    /// Data is not shared. Nothing was written.
    #[error(transparent)]
    NotShared(#[from] ShareRefusal),
    /// The database refused or failed.
    #[error("could not {operation}: {source}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The task that follows changes has ended.
    #[error("the store is no longer being followed: the server is stopping")]
    Stopped,
}

/// A rule of billing that forbids something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// What a subscription costs cannot be said.
    #[error(transparent)]
    Billing(#[from] BillingError),
    /// No invoice can be made of it.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// It cannot be given back.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// It cannot have happened.
    #[error(transparent)]
    Timeline(#[from] TimelineError),
    /// Two documents would have the same number.
    #[error(transparent)]
    Numbering(#[from] NumberingError),
    /// Taxes cannot stand together.
    #[error(transparent)]
    Taxes(#[from] TaxesError),
    /// Money cannot move so.
    #[error(transparent)]
    Post(#[from] Box<PostError>),
    /// Amounts of two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// That cannot become of a receipt.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// Nobody can be asked to pay that.
    #[error(transparent)]
    Intent(#[from] IntentError),
    /// That cannot happen to an intent to pay.
    #[error(transparent)]
    IntentState(#[from] IntentStateError),
    /// A provider's statement cannot be compared.
    #[error(transparent)]
    Reconcile(#[from] ReconcileError),
    /// No statement can be made.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A discount that never holds.
    #[error(transparent)]
    Discount(#[from] DiscountError),
    /// A coupon that nobody could redeem.
    #[error(transparent)]
    Coupon(#[from] CouponError),
    /// Somebody cannot redeem a coupon.
    #[error(transparent)]
    CouponRefused(#[from] CouponRefusal),
    /// It cannot be sold as it is described.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A subscription cannot change so.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A wallet does not cover what is bought.
    #[error(
        "the wallet has {available} and {needed} is needed: {missing} is missing; top it up, or let it \
         be bought on credit"
    )]
    NotCovered {
        /// What is in the wallet and not held.
        available: Money,
        /// What is bought, with what is open besides.
        needed: Money,
        /// What must be topped up.
        missing: Money,
    },
    /// As [`NotCovered`](Self::NotCovered), of who may owe nothing.
    #[error(
        "the wallet has {available} and {needed} is needed: {missing} is missing; top it up, as the credit \
         limit allows nothing to be owed"
    )]
    NotCoveredNorOwed {
        /// What is in the wallet and not held.
        available: Money,
        /// What is bought, with what is open besides.
        needed: Money,
        /// What must be topped up.
        missing: Money,
    },
    /// It cannot be shared out.
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    /// No batch of vouchers can be made of an order.
    #[error(transparent)]
    BatchOrder(#[from] BatchOrderError),
    /// No codes can be drawn.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Vouchers are not what was asked for.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// Vouchers cannot be sold.
    #[error(transparent)]
    Sell(#[from] SellError),
    /// Vouchers cannot be ended.
    #[error(transparent)]
    End(#[from] EndError),
    /// Tenants make no tree.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// A reseller's wallet is none, or nothing can be paid into it.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// More would be owed than may be.
    #[error(transparent)]
    CreditLimit(#[from] CreditRefusal),
    /// A wallet cannot be changed so.
    #[error(transparent)]
    WalletChange(#[from] billing_core::balance::WalletError),
    /// It is not given up.
    #[error(transparent)]
    GiveUp(#[from] billing_core::dunning::GiveUpError),
    /// A sale cannot be made on all levels.
    #[error(transparent)]
    ResellerSale(#[from] ResellerSaleError),
    /// It is not offered to who wants it.
    #[error(transparent)]
    NotOffered(#[from] Box<NotOffered>),
    /// What a reseller is to earn cannot be agreed on.
    #[error(transparent)]
    Commission(#[from] CommissionError),
    /// It cannot be said what is to be done about who does not pay.
    #[error(transparent)]
    Dunning(#[from] DunningError),
    /// Rules that are no dunning policy.
    #[error(transparent)]
    DunningPolicy(#[from] Box<PolicyError>),
    /// A promise to pay that is not accepted.
    #[error(transparent)]
    Promise(#[from] Box<PromiseError>),
    /// A session cannot be paid so.
    #[error(transparent)]
    Reservation(#[from] Box<ReservationError<MoneyError>>),
    /// It cannot be said who is to be looked at.
    #[error(transparent)]
    Risk(#[from] RiskError),
    /// Everything that is billed and not closed would be taken back and billed anew.
    #[error(
        "what is billed lasts until {until}, and would be taken back and billed anew; close the books until \
         then when it has come (`weir billing settings --close-until`), before more is billed"
    )]
    PeriodsAreOpen {
        /// Until when the last period that is billed lasts.
        until: Timestamp,
    },
    /// A subscriber could not be billed for what no rule forbids, as when somebody else holds it on and on.
    #[error("{problem}")]
    NotBilled {
        /// Why not, in words.
        problem: String,
    },
    /// What is stored of somebody cannot be understood, or does not go together.
    #[error("{problem}")]
    Stored {
        /// What is wrong.
        problem: String,
    },
}

impl StoreError {
    /// The rule that stands in the way of one of many, so that the others go on without it.
    ///
    /// # Errors
    /// Itself, where the database has failed, or how the tenant bills is wrong: that concerns all of them.
    pub(crate) fn of_one(self) -> Result<RuleError, Self> {
        match self {
            Self::Database { .. } | Self::Rule { what: Kind::BillingSettings, .. } => Err(self),
            Self::Rule { source, .. } => Ok(source),
            other => Ok(RuleError::Stored { problem: other.to_string() }),
        }
    }

    /// Whether the store is away and may come back by itself, as it is when its server does not
    /// answer or is only starting. One that answers with an error is not away.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Database { source, .. } => away::is_away(&**source),
            _ => false,
        }
    }

    /// Whether a transaction was undone for the sake of others, and can be done once more.
    pub(crate) fn is_undone_for_others(&self) -> bool {
        match self {
            Self::Database { source, .. } => away::is_undone_for_others(&**source),
            _ => false,
        }
    }

    /// Whether there is already what may be there once.
    pub(crate) fn is_there_already(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        let error = source.downcast_ref::<DbErr>().and_then(DbErr::sql_err);
        matches!(error, Some(SqlErr::UniqueConstraintViolation(_)))
    }
}

/// Declares the kinds of rows: the word that stands for each in the store, and the one that people read.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $code:literal, $shown:literal;)*) => {
        /// What a row is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// The word that stands for it in the store.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            pub(crate) fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$kind),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for Kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$kind => $shown,)*
                })
            }
        }
    };
}

kinds! {
    /// An operator of the installation.
    Tenant: "tenant", "tenant";
    /// A network access server.
    Nas: "NAS", "NAS";
    /// The pair of listener and address that a NAS is found by.
    NasAddress: "nas_address", "NAS address";
    /// A plan.
    Plan: "plan", "plan";
    /// Who sells, as it stands on documents.
    Seller: "seller", "seller";
    /// A subscriber.
    Subscriber: "subscriber", "subscriber";
    /// A service.
    Service: "service", "service";
    /// The address that is a service's own.
    ServiceAddress: "service_address", "service with the address";
    /// A device of a service.
    Device: "device", "device";
    /// Data that a service has beside its plan.
    Grant: "grant", "grant";
    /// More speed for a while.
    Booster: "booster", "booster";
    /// The access line of a service.
    Line: "line", "line";
    /// A pool of addresses.
    Pool: "pool", "pool";
    /// A service that NASes activate within a session.
    ServiceTemplate: "service_template", "service template";
    /// A session.
    Session: "session", "session";
    /// An entry of the authentication log.
    Attempt: "attempt", "log-in";
    /// What was used in some time.
    Usage: "usage", "usage";
    /// The store as a whole.
    Store: "store", "store";
    /// A tax.
    Tax: "tax", "tax";
    /// What is sold.
    Product: "product", "product";
    /// What a subscriber has of it.
    Subscription: "subscription", "subscription";
    /// An invoice.
    Invoice: "invoice", "invoice";
    /// Invoices that were made at once.
    BillingRun: "billing_run", "billing run";
    /// How a tenant bills.
    BillingSettings: "billing_settings", "billing settings";
    /// An account of the ledger.
    Account: "account", "account";
    /// A transfer of the ledger.
    Transfer: "transfer", "transfer";
    /// Money that has come.
    Payment: "payment", "payment";
    /// Somebody's wish to pay.
    PaymentIntent: "payment_intent", "intent to pay";
    /// What a provider gives in the place of a card.
    ProviderToken: "provider_token", "token of a provider";
    /// Something that is taken off.
    Discount: "discount", "discount";
    /// A code that gives a discount.
    Coupon: "coupon", "coupon";
    /// Vouchers that were made at once.
    VoucherBatch: "voucher_batch", "batch of vouchers";
    /// A voucher, by the numbers of its batch and in it: `3-17`.
    Voucher: "voucher", "voucher";
    /// A tenant that sells for another one.
    Reseller: "reseller", "reseller";
    /// A sale through resellers.
    ResellerSale: "reseller_sale", "sale through resellers";
    /// What happens to who does not pay.
    DunningPolicy: "dunning_policy", "dunning policy";
    /// A part of the area that is served.
    Zone: "zone", "zone";
    /// What was charged for paying late.
    LateFee: "late_fee", "late fee";
    /// What was given up.
    WriteOff: "write_off", "write-off";
    /// A promise to pay.
    Promise: "promise", "promise to pay";
    /// The money of a session that is paid as it goes.
    Reservation: "reservation", "session with a reservation";
    /// What was measured of the use of a subscription.
    Metering: "metering", "measured use";
    /// Time in which something was not available.
    Outage: "outage", "outage";
    /// Something that has happened, for whoever is to hear of it.
    OutboxEvent: "outbox_event", "event of the outbox";
}

/// Says what was being done when the database failed.
pub(crate) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, StoreError>;
}

impl<T> During<T> for Result<T, DbErr> {
    fn during(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Database { operation, source: source.into() })
    }
}

impl<T> During<T> for Result<T, sqlx::Error> {
    fn during(self, operation: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Database { operation, source: source.into() })
    }
}
/// What is there in the place of what was not found.
fn instead(similar: Option<&str>, known: &[String]) -> String {
    match (similar, known) {
        (Some(similar), _) => format!("; did you mean `{similar}`?"),
        (None, []) => String::new(),
        (None, [only]) => format!("; there is `{only}`"),
        (None, [first @ .., last]) => format!("; there are `{}` and `{last}`", first.join("`, `")),
    }
}
