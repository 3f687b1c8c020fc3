//! What events are about.

use core::fmt;

macro_rules! topics {
    ($($(#[$doc:meta])* $topic:ident: $code:literal;)*) => {
        /// What an event is about. The names are stable: programs outside know them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Topic {
            $($(#[$doc])* $topic,)*
        }

        impl Topic {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$topic,)*];

            /// The name that is stored and shown; it never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$topic => $code,)*
                }
            }

            /// The topic that [`code`](Self::code) names.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$topic),)*
                    _ => None,
                }
            }
        }
    };
}

topics! {
    /// A subscription has begun.
    SubscriptionActivated: "subscription.activated";
    /// Something of it is overdue, and it is in grace.
    SubscriptionOverdue: "subscription.overdue";
    /// It is not served any more, for something is overdue.
    SubscriptionSuspended: "subscription.suspended";
    /// A promise to pay was accepted, and it is in grace.
    SubscriptionPromised: "subscription.promised";
    /// What was overdue is paid.
    SubscriptionSettled: "subscription.settled";
    /// The operator has stopped it.
    SubscriptionBlocked: "subscription.blocked";
    /// The operator lets it go on.
    SubscriptionUnblocked: "subscription.unblocked";
    /// The customer has stopped it for a while.
    SubscriptionPaused: "subscription.paused";
    /// The customer goes on with it.
    SubscriptionResumed: "subscription.resumed";
    /// It has ended.
    SubscriptionTerminated: "subscription.terminated";
    /// An invoice became final.
    InvoiceFinalised: "invoice.finalised";
    /// A credit note became final.
    CreditNoteFinalised: "credit_note.finalised";
    /// A debit note became final: a provider took back what is not there any more.
    DebitNoteFinalised: "debit_note.finalised";
    /// What is open of an invoice was given up.
    InvoiceWrittenOff: "invoice.written_off";
    /// It costs something that an invoice is paid late.
    LateFeeCharged: "late_fee.charged";
    /// A subscriber is to be reminded of an invoice.
    Reminder: "reminder";
    /// Something was sold and paid at once, so that no invoice was made.
    SalePaid: "sale.paid";
    /// A sale was taken back.
    SaleTakenBack: "sale.taken_back";
    /// Money has come.
    PaymentReceived: "payment.received";
    /// Money that had come before was assigned to whom it is from.
    PaymentAssigned: "payment.assigned";
    /// Money was given back.
    PaymentRefunded: "payment.refunded";
    /// A provider took money back.
    PaymentReversed: "payment.reversed";
    /// What was in a wallet has paid what was open.
    WalletPaid: "wallet.paid";
    /// A wallet was changed by hand, or has given to another one or been given something.
    WalletChanged: "wallet.changed";
    /// The token of a provider is to be charged, as a wallet has too little.
    IntentToCharge: "payment_intent.to_charge";
    /// What was asked for is paid and in the books.
    IntentApplied: "payment_intent.applied";
    /// What was asked for is paid, and what that was for is in force.
    IntentActivated: "payment_intent.activated";
    /// It is not to be paid any more.
    IntentCancelled: "payment_intent.cancelled";
    /// The provider says that it was not paid.
    IntentFailed: "payment_intent.failed";
    /// The time to pay it is over.
    IntentExpired: "payment_intent.expired";
    /// A package was bought for the first time.
    PackageBought: "package.bought";
    /// A package was bought once more.
    PackageRenewed: "package.renewed";
    /// A package that is renewed by itself could not be.
    PackageNotRenewed: "package.not_renewed";
    /// The time of a package is over, and it was not renewed.
    PackageExpired: "package.expired";
    /// The data or the time online of a package is used up.
    PackageUsedUp: "package.used_up";
    /// What was left of a package is carried over.
    PackageCarriedOver: "package.carried_over";
    /// A tier of a quota below 100 % came into force.
    QuotaWarning: "quota.warning";
    /// A tier of a quota from 100 % on came into force: its allowance is used up, and what was granted beside it.
    QuotaUsedUp: "quota.used_up";
    /// A service has the data of another one from now on.
    SharedDataJoined: "shared_data.joined";
    /// A service has its own data again.
    SharedDataLeft: "shared_data.left";
    /// The wallet covers nothing more of a service that is paid as it goes.
    WalletDrained: "wallet.drained";
    /// The wallet covers such a service again.
    WalletCovered: "wallet.covered";
    /// A reseller has earned a commission.
    CommissionEarned: "commission.earned";
    /// A reseller gives a commission back.
    CommissionTakenBack: "commission.taken_back";
    /// A voucher was redeemed.
    VoucherRedeemed: "voucher.redeemed";
    /// All access of a voucher is used, its data or its time online.
    VoucherUsedUp: "voucher.used_up";
    /// The time of the access of a voucher is over.
    VoucherExpired: "voucher.expired";
    /// Vouchers of a batch were revoked.
    VouchersRevoked: "voucher_batch.revoked";
    /// Vouchers of a batch have expired: their time was over.
    VouchersExpired: "voucher_batch.expired";
    /// A subscriber promised to pay.
    PromiseMade: "promise.made";
    /// What was promised was not paid.
    PromiseBroken: "promise.broken";
}

impl Topic {
    /// The version of what the body of such an event has; raised when that changes its meaning.
    #[must_use]
    pub const fn version(self) -> i64 {
        1
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The topic of an event that is stored: one that this program knows, or one of a newer program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicName(String);

impl TopicName {
    pub(super) const fn of_row(code: String) -> Self {
        Self(code)
    }

    /// The name as it is stored and shown.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// The topic; `None`: a newer program has written it.
    #[must_use]
    pub fn known(&self) -> Option<Topic> {
        Topic::from_code(&self.0)
    }
}

impl From<Topic> for TopicName {
    fn from(topic: Topic) -> Self {
        Self(topic.code().to_owned())
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_topic_has_a_name_of_its_own_by_which_it_is_found() {
        let codes: BTreeSet<_> = Topic::ALL.iter().map(|topic| topic.code()).collect();
        assert_eq!(codes.len(), Topic::ALL.len());
        for topic in Topic::ALL {
            assert_eq!(Topic::from_code(topic.code()), Some(*topic));
        }
        assert_eq!(Topic::from_code("subscription"), None);
    }
}
