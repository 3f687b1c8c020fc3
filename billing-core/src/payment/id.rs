//! Identities of what has to do with payments. The numbers are the store's row ids.

use core::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A wish to pay.
    IntentId
}
id! {
    /// A receipt of money.
    ReceiptId
}
id! {
    /// An invoice that has become final. What is printed on it is another number.
    InvoiceId
}
id! {
    /// Money that goes back to who paid it.
    RefundId
}
id! {
    /// A payment that the provider took back.
    ReversalId
}
id! {
    /// A late fee.
    LateFeeId
}
id! {
    /// One act of paying from a wallet.
    AllocationId
}
