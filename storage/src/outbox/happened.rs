//! What has happened, as it is told by whoever did it: in numbers of rows. What they are called is read once
//! for all that a transaction tells.

use std::collections::BTreeSet;

use billing_core::dunning::StepId;
use billing_core::payment::{Allocation, Debt, TakenBack};
use billing_core::{Edge, Money, PackageGrant, Transition};
use entitlement::{SubscriberId, Timestamp};

use super::Topic;
use crate::billing::InvoiceKind;

/// Something that others are to hear of.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(super) topic: Topic,
    /// To whom.
    pub(super) subscriber: Option<SubscriberId>,
    pub(super) what: What,
}

/// Why the state of a subscription changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It was entered, for now or for a moment before.
    Entered,
    /// It was entered ahead, and its time has come.
    Planned,
    /// Something is overdue.
    Overdue,
    /// What was overdue is paid.
    Paid,
    /// A promise to pay was accepted.
    Promised,
}

impl Cause {
    /// By what dunning does.
    pub(crate) const fn of_dunning(transition: Transition) -> Self {
        match transition {
            Transition::Settle => Self::Paid,
            Transition::Promise => Self::Promised,
            _ => Self::Overdue,
        }
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Planned => "planned",
            Self::Overdue => "overdue",
            Self::Paid => "paid",
            Self::Promised => "promised",
        }
    }
}

/// What has happened.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Edge { subscription: i64, service: Option<i64>, edge: Edge, cause: Cause },
    Document { invoice: i64 },
    WrittenOff { invoice: i64, amount: Money, at: Timestamp },
    LateFee { id: i64, invoice: i64, amount: Money, at: Timestamp },
    Reminder(Reminder),
    Sale(Sale),
    Received(Received),
    TakenBack { receipt: ReceiptName, taken: TakenBack, amount: Money, at: Timestamp },
    WalletPaid { amount: Money, allocations: Vec<Allocation>, at: Timestamp },
    WalletChanged(WalletTold),
    Intent(IntentTold),
    Package(PackageTold),
    NotRenewed { package: PackageName, error: String, short: Option<Short> },
    Over { package: PackageName, paid_until: Option<Timestamp> },
    Redeemed(RedeemedTold),
    Ended { batch: i64, first: u32, last: u32, count: usize, moved: Vec<Money>, at: Timestamp },
    Promise { id: i64, amount: Money, paid: Money, made_at: Timestamp, until: Timestamp },
}

/// A reminder of an invoice.
#[derive(Debug, Clone)]
pub(crate) struct Reminder {
    pub(crate) invoice: i64,
    pub(crate) due_at: Timestamp,
    pub(crate) open: Money,
    pub(crate) overdue: Money,
    pub(crate) step: StepId,
    pub(crate) days: Option<i16>,
    pub(crate) at: Timestamp,
}

/// Something that was sold, and paid at once.
#[derive(Debug, Clone)]
pub(crate) struct Sale {
    /// What made it: `vouchers` or `reseller`.
    pub(crate) kind: &'static str,
    pub(crate) id: i64,
    pub(crate) item: String,
    pub(crate) quantity: u64,
    pub(crate) net: Money,
    pub(crate) total: Money,
    /// From which account of the ledger.
    pub(crate) paid_from: String,
    pub(crate) at: Timestamp,
}

/// What is known of a receipt.
#[derive(Debug, Clone)]
pub(crate) struct ReceiptName {
    pub(crate) id: i64,
    pub(crate) provider: String,
    pub(crate) number: String,
    pub(crate) reference: Option<String>,
}

/// Money that has come, with what it pays.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) receipt: ReceiptName,
    pub(crate) amount: Money,
    pub(crate) received_at: Timestamp,
    pub(crate) allocations: Vec<Allocation>,
    pub(crate) to_wallet: Money,
}

/// A wallet that was changed by hand, or by another one.
#[derive(Debug, Clone)]
pub(crate) struct WalletTold {
    /// The number of the adjustment or of the transfer.
    pub(crate) by: WalletChangedBy,
    /// How much; less than nothing was taken.
    pub(crate) change: Money,
    pub(crate) at: Timestamp,
}

/// What has changed a wallet.
#[derive(Debug, Clone)]
pub(crate) enum WalletChangedBy {
    Adjustment { id: i64, reason: String },
    Transfer { id: i64, other: i64 },
}

/// An intent to pay that has come to an end, or for which a token is to be charged.
#[derive(Debug, Clone)]
pub(crate) struct IntentTold {
    pub(crate) id: i64,
    pub(crate) provider: String,
    pub(crate) reference: Option<String>,
    pub(crate) purpose: String,
    pub(crate) invoice: Option<i64>,
    pub(crate) service: Option<i64>,
    pub(crate) receipt: Option<i64>,
    /// The token that is to be charged.
    pub(crate) token: Option<i64>,
    pub(crate) amount: Money,
    pub(crate) state: &'static str,
    pub(crate) at: Timestamp,
}

/// Which package of which subscription.
#[derive(Debug, Clone)]
pub(crate) struct PackageName {
    pub(crate) subscription: i64,
    pub(crate) service: Option<i64>,
    /// What the product is called.
    pub(crate) product: String,
}

/// A package that was bought.
#[derive(Debug, Clone)]
pub(crate) struct PackageTold {
    pub(crate) package: PackageName,
    pub(crate) paid_until: Option<Timestamp>,
    /// When its time begins, where another one is paid until then.
    pub(crate) begins: Option<Timestamp>,
    /// Which one it comes in the place of.
    pub(crate) instead_of: Option<String>,
    pub(crate) given_back: Vec<crate::GivenBack>,
    pub(crate) grants: Vec<PackageGrant>,
    pub(crate) invoices: Vec<i64>,
    pub(crate) at: Timestamp,
}

/// What the wallet lacks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Short {
    pub(crate) available: Money,
    pub(crate) needed: Money,
    pub(crate) missing: Money,
}

/// A voucher that was redeemed. Its code is told to nobody.
#[derive(Debug, Clone)]
pub(crate) struct RedeemedTold {
    pub(crate) batch: i64,
    pub(crate) serial: u32,
    pub(crate) grant: billing_core::voucher::Grant,
    /// The login of the service that got the access.
    pub(crate) service: Option<String>,
    pub(crate) at: Timestamp,
}

impl Happened {
    pub(crate) const fn new(topic: Topic, subscriber: Option<SubscriberId>, what: What) -> Self {
        Self { topic, subscriber, what }
    }

    /// A subscription has gone from one state to another.
    pub(crate) const fn edge(
        subscriber: SubscriberId,
        (subscription, service): (i64, Option<i64>),
        edge: Edge,
        cause: Cause,
    ) -> Self {
        let topic = match edge.transition {
            Transition::Activate => Topic::SubscriptionActivated,
            Transition::FallDue => Topic::SubscriptionOverdue,
            Transition::Suspend => Topic::SubscriptionSuspended,
            Transition::Promise => Topic::SubscriptionPromised,
            Transition::Settle => Topic::SubscriptionSettled,
            Transition::Block => Topic::SubscriptionBlocked,
            Transition::Unblock => Topic::SubscriptionUnblocked,
            Transition::Pause => Topic::SubscriptionPaused,
            Transition::Resume => Topic::SubscriptionResumed,
            Transition::Terminate => Topic::SubscriptionTerminated,
        };
        Self::new(topic, Some(subscriber), What::Edge { subscription, service, edge, cause })
    }

    /// A document became final.
    pub(crate) const fn document(
        subscriber: SubscriberId,
        invoice: i64,
        kind: InvoiceKind,
    ) -> Self {
        let topic = match kind {
            InvoiceKind::Invoice => Topic::InvoiceFinalised,
            InvoiceKind::CreditNote => Topic::CreditNoteFinalised,
            InvoiceKind::DebitNote => Topic::DebitNoteFinalised,
        };
        Self::new(topic, Some(subscriber), What::Document { invoice })
    }

    /// Adds what has to be known to tell it.
    pub(super) fn add_needed(&self, needed: &mut Needed) {
        needed.subscribers.extend(self.subscriber.map(|subscriber| subscriber.0));
        match &self.what {
            What::Edge { service, .. } => needed.services.extend(service),
            What::Document { invoice }
            | What::WrittenOff { invoice, .. }
            | What::LateFee { invoice, .. }
            | What::Reminder(Reminder { invoice, .. }) => {
                needed.invoices.insert(*invoice);
            }
            What::Received(Received { allocations, .. })
            | What::WalletPaid { allocations, .. }
            | What::TakenBack { taken: TakenBack { allocations, .. }, .. } => {
                needed.add_debts(allocations);
            }
            What::WalletChanged(WalletTold { by, .. }) => {
                if let WalletChangedBy::Transfer { other, .. } = by {
                    needed.subscribers.insert(*other);
                }
            }
            What::Intent(intent) => {
                needed.invoices.extend(intent.invoice);
                needed.services.extend(intent.service);
                needed.receipts.extend(intent.receipt);
            }
            What::Package(PackageTold { package, invoices, .. }) => {
                needed.services.extend(package.service);
                needed.invoices.extend(invoices);
            }
            What::NotRenewed { package, .. } | What::Over { package, .. } => {
                needed.services.extend(package.service);
            }
            What::Redeemed(RedeemedTold { grant, .. }) => {
                if let billing_core::voucher::Grant::Access { plan, .. } = grant {
                    needed.plans.insert(plan.0);
                }
            }
            What::Sale(_) | What::Ended { .. } | What::Promise { .. } => {}
        }
    }
}

/// The numbers of rows of which has to be known what they are called.
#[derive(Debug, Default)]
pub(super) struct Needed {
    pub(super) subscribers: BTreeSet<i64>,
    pub(super) services: BTreeSet<i64>,
    pub(super) plans: BTreeSet<i64>,
    pub(super) invoices: BTreeSet<i64>,
    pub(super) late_fees: BTreeSet<i64>,
    pub(super) receipts: BTreeSet<i64>,
}

impl Needed {
    fn add_debts(&mut self, allocations: &[Allocation]) {
        for allocation in allocations {
            match allocation.debt {
                Debt::Invoice(id) => self.invoices.insert(id.0),
                Debt::LateFee(id) => self.late_fees.insert(id.0),
                Debt::Reversal(_) => false,
            };
        }
    }
}
