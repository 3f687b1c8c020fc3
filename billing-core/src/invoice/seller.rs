//! Who sells, as it stands on documents.

/// Who sells, as it was when a document became final.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seller {
    /// The legal name.
    pub name: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// By which the tax authority knows it.
    pub tax_number: Option<String>,
    /// Where to ask: an e-mail address, a number to call.
    pub contact: Option<String>,
    /// How to pay: a bank account, a paybill number. Its lines stay lines.
    pub payment_instructions: Option<String>,
    /// What stands at the foot of each page. Its lines stay lines.
    pub footer: Option<String>,
}
