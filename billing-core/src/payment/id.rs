//! Identities of what has to do with payments. The numbers are the store's row ids.

use entitlement::row_id;

row_id! {
    /// A wish to pay.
    IntentId
}
row_id! {
    /// A receipt of money.
    ReceiptId
}
row_id! {
    /// An invoice that has become final. What is printed on it is another number.
    InvoiceId
}
row_id! {
    /// Money that goes back to who paid it.
    RefundId
}
row_id! {
    /// A payment that the provider took back.
    ReversalId
}
row_id! {
    /// A late fee.
    LateFeeId
}
row_id! {
    /// One act of paying from a wallet.
    AllocationId
}
