//! Whether an invoice is paid.

use core::fmt;

use crate::{Money, MoneyError};

/// What has become of an invoice. None of it is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvoiceAmounts {
    /// What was to be paid, with taxes.
    pub gross: Money,
    /// What credit notes have taken off it.
    pub credited: Money,
    /// What was allocated to it, less what was undone.
    pub allocated: Money,
    /// What was given up of it.
    pub written_off: Money,
}

/// Whether an invoice is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Nothing was paid.
    Open {
        /// What is to be paid.
        open: Money,
    },
    /// Some was paid.
    PartlyPaid {
        /// What is still to be paid.
        open: Money,
    },
    /// Nothing is to be paid.
    Paid,
    /// It was paid, and then credited: more was paid than was to be.
    Overpaid {
        /// What was paid in excess.
        excess: Money,
    },
}

/// Amounts that no invoice has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatusError {
    /// Two currencies, or out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// One of them is less than nothing.
    #[error("{what} of an invoice is {amount}; it is 0 or more")]
    Negative {
        /// Which.
        what: &'static str,
        /// As given.
        amount: Money,
    },
}

impl InvoiceAmounts {
    /// Whether it is paid. A credit is no payment: it makes less of what is to be paid.
    ///
    /// # Errors
    /// Of two currencies, out of range, or less than nothing.
    pub fn status(&self) -> Result<PaymentStatus, StatusError> {
        let Self { gross, credited, allocated, written_off } = *self;
        for (what, amount) in [
            ("the gross amount", gross),
            ("the credited amount", credited),
            ("the allocated amount", allocated),
            ("the amount written off", written_off),
        ] {
            if amount.is_negative() {
                return Err(StatusError::Negative { what, amount });
            }
        }
        let paid = allocated.plus(written_off)?;
        let open = gross.minus(credited)?.minus(paid)?;
        Ok(if open.is_negative() {
            PaymentStatus::Overpaid { excess: open.negated()? }
        } else if open.is_zero() {
            PaymentStatus::Paid
        } else if paid.is_zero() {
            PaymentStatus::Open { open }
        } else {
            PaymentStatus::PartlyPaid { open }
        })
    }
}

impl PaymentStatus {
    /// What is still to be paid; `None`: nothing.
    #[must_use]
    pub const fn open(self) -> Option<Money> {
        match self {
            Self::Open { open } | Self::PartlyPaid { open } => Some(open),
            Self::Paid | Self::Overpaid { .. } => None,
        }
    }

    /// The name that is stored and shown; it never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::PartlyPaid { .. } => "partly-paid",
            Self::Paid => "paid",
            Self::Overpaid { .. } => "overpaid",
        }
    }
}

impl fmt::Display for PaymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { open } => write!(f, "{open} open"),
            Self::PartlyPaid { open } => write!(f, "partly paid, {open} open"),
            Self::Paid => f.write_str("paid"),
            Self::Overpaid { excess } => write!(f, "overpaid by {excess}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(of: [&str; 4]) -> Result<PaymentStatus, StatusError> {
        let [gross, credited, allocated, written_off] = of.map(|text| text.parse().unwrap());
        InvoiceAmounts { gross, credited, allocated, written_off }.status()
    }

    #[test]
    fn an_invoice_is_as_paid_as_its_table_says() {
        // Gross, credited, allocated, written off.
        let table = [
            (["1740 KES", "0 KES", "0 KES", "0 KES"], "open", "1740.00 KES open"),
            (
                ["1740 KES", "0 KES", "0.01 KES", "0 KES"],
                "partly-paid",
                "partly paid, 1739.99 KES open",
            ),
            (["1740 KES", "0 KES", "1740 KES", "0 KES"], "paid", "paid"),
            (["1740 KES", "0 KES", "1739.50 KES", "0.50 KES"], "paid", "paid"),
            // A credit is no payment.
            (["1740 KES", "740 KES", "0 KES", "0 KES"], "open", "1000.00 KES open"),
            (["1740 KES", "740 KES", "1000 KES", "0 KES"], "paid", "paid"),
            (["1740 KES", "1740 KES", "0 KES", "0 KES"], "paid", "paid"),
            (["1740 KES", "740 KES", "1740 KES", "0 KES"], "overpaid", "overpaid by 740.00 KES"),
            // Nothing to pay is paid.
            (["0 KES", "0 KES", "0 KES", "0 KES"], "paid", "paid"),
        ];
        for (amounts, code, words) in table {
            let status = status(amounts).unwrap();
            assert_eq!((status.code(), status.to_string().as_str()), (code, words), "{amounts:?}");
            assert_eq!(status.open().is_some(), words.ends_with("open"));
        }
    }

    #[test]
    fn amounts_that_no_invoice_has_are_refused() {
        let error = status(["1 KES", "0 KES", "-1 KES", "0 KES"]).unwrap_err().to_string();
        assert_eq!(error, "the allocated amount of an invoice is -1.00 KES; it is 0 or more");
        let error = status(["1 KES", "0 KES", "1 UGX", "0 KES"]).unwrap_err();
        assert!(matches!(error, StatusError::Money(MoneyError::CurrencyMismatch { .. })));
    }
}
