//! What moves into wallets, between them and out of them.

use core::fmt;
use core::str::FromStr;

use entitlement::SubscriberId;

use crate::ledger::{Account, AccountName, Entry, Provider, TransferId};
use crate::{Money, MoneyError};

/// The longest reason of an adjustment, characters.
pub const ADJUSTMENT_REASON_CHARS_MAX: usize = 200;

/// What moves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// The amount moves nothing, or backwards.
    #[error("{amount} cannot be moved; an amount is more than 0")]
    NotPositive {
        /// As given.
        amount: Money,
    },
    /// From a wallet to itself.
    #[error("subscriber {subscriber} cannot transfer to the own wallet; it takes another's")]
    SameSubscriber {
        /// Whose.
        subscriber: SubscriberId,
    },
    /// There is too little.
    #[error("the wallet has {available}, and {amount} is needed; it must be topped up first")]
    TooLittle {
        /// What it has that is not held.
        available: Money,
        /// What is needed.
        amount: Money,
    },
    /// Amounts that cannot be reckoned together.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// How an invoice is paid from a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Payment {
    /// As a whole or not at all.
    Whole,
    /// As far as the wallet goes.
    AsFarAsItGoes,
}

/// On what an adjustment is booked beside the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CounterAccount {
    /// What we give is revenue that we forgo, and what we take is revenue: goodwill, or a balance that
    /// was forfeited.
    Sales,
    /// What we give was paid and not allocated, and what we take belongs to somebody else.
    Unallocated,
}

/// What the operator changes by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// What moves.
    pub entry: Entry,
    /// Why.
    pub reason: AdjustmentReason,
}

/// Why the operator changes a wallet: a line of text, kept beside the entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AdjustmentReason(String);

/// A text that is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a reason of {chars} characters is none; one is a line of 1 to {ADJUSTMENT_REASON_CHARS_MAX} \
     characters, which are not all blanks"
)]
pub struct AdjustmentReasonError {
    /// How long it is, without blanks around it.
    pub chars: usize,
}

/// What may be taken from an account: what was posted less what is held; never less than nothing.
///
/// # Errors
/// [`MoneyError::Overflow`], of sums that no [`post`](crate::ledger::post) makes.
pub fn available(account: &Account) -> Result<Money, MoneyError> {
    let held = Money::new(account.balance.debits_pending_minor, account.currency);
    let available = account.credit_balance()?.minus(held)?;
    Ok(if available.is_negative() { Money::zero(account.currency) } else { available })
}

/// Money that a provider of payments has taken comes into a wallet.
///
/// # Errors
/// When the amount is not more than 0.
pub fn top_up(
    id: TransferId,
    provider: Provider,
    subscriber: SubscriberId,
    amount: Money,
) -> Result<Entry, WalletError> {
    entry(id, AccountName::Clearing(provider), AccountName::Wallet(subscriber), amount)
}

/// A wallet pays what is open of an invoice of its subscriber; `None`: the wallet has nothing, and it
/// was to pay as far as it goes.
///
/// # Errors
/// When nothing is open, or too little there to pay the whole of it.
pub fn payment(
    id: TransferId,
    subscriber: SubscriberId,
    open: Money,
    available: Money,
    payment: Payment,
) -> Result<Option<Entry>, WalletError> {
    let amount = positive(open)?.least(available)?;
    match payment {
        Payment::Whole if amount != open => {
            return Err(WalletError::TooLittle { available, amount: open });
        }
        Payment::AsFarAsItGoes if amount.is_zero() || amount.is_negative() => return Ok(None),
        Payment::Whole | Payment::AsFarAsItGoes => {}
    }
    let (debit, credit) = (AccountName::Wallet(subscriber), AccountName::Receivable(subscriber));
    entry(id, debit, credit, amount).map(Some)
}

/// A subscriber gives of the own wallet to another.
///
/// # Errors
/// When both are the same, the amount is not more than 0, or the wallet has too little.
pub fn transfer(
    id: TransferId,
    from: SubscriberId,
    to: SubscriberId,
    amount: Money,
    available: Money,
) -> Result<Entry, WalletError> {
    if from == to {
        return Err(WalletError::SameSubscriber { subscriber: from });
    }
    if available.least(positive(amount)?)? != amount {
        return Err(WalletError::TooLittle { available, amount });
    }
    entry(id, AccountName::Wallet(from), AccountName::Wallet(to), amount)
}

/// The operator gives to a wallet, or takes from it where the change is negative. The ledger sees to
/// it that no more is taken than there is.
///
/// # Errors
/// When it changes nothing.
pub fn adjustment(
    id: TransferId,
    subscriber: SubscriberId,
    change: Money,
    counter: CounterAccount,
    reason: AdjustmentReason,
) -> Result<Adjustment, WalletError> {
    let wallet = AccountName::Wallet(subscriber);
    let counter = match counter {
        CounterAccount::Sales => AccountName::Sales,
        CounterAccount::Unallocated => AccountName::Unallocated,
    };
    let entry = if change.is_negative() {
        entry(id, wallet, counter, change.negated()?)
    } else {
        entry(id, counter, wallet, change)
    };
    Ok(Adjustment { entry: entry?, reason })
}

fn entry(
    id: TransferId,
    debit: AccountName,
    credit: AccountName,
    amount: Money,
) -> Result<Entry, WalletError> {
    Ok(Entry { id, debit, credit, amount: positive(amount)? })
}

const fn positive(amount: Money) -> Result<Money, WalletError> {
    if amount.is_negative() || amount.is_zero() {
        return Err(WalletError::NotPositive { amount });
    }
    Ok(amount)
}

impl FromStr for AdjustmentReason {
    type Err = AdjustmentReasonError;

    fn from_str(text: &str) -> Result<Self, AdjustmentReasonError> {
        let text = text.trim();
        let chars = text.chars().count();
        let is_line = !text.chars().any(char::is_control);
        if !is_line || !(1..=ADJUSTMENT_REASON_CHARS_MAX).contains(&chars) {
            return Err(AdjustmentReasonError { chars });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for AdjustmentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{AccountId, Balance, Limit};

    const ID: TransferId = TransferId(7);
    const ANN: SubscriberId = SubscriberId(1);
    const BEN: SubscriberId = SubscriberId(2);

    fn kes(text: &str) -> Money {
        format!("{text} KES").parse().unwrap()
    }

    fn said(entry: &Entry) -> String {
        assert_eq!(entry.id, ID);
        format!("{} to {}: {}", entry.debit, entry.credit, entry.amount)
    }

    #[test]
    fn each_movement_has_its_accounts() {
        let mpesa: Provider = "mpesa".parse().unwrap();
        let entry = top_up(ID, mpesa.clone(), ANN, kes("500")).unwrap();
        assert_eq!(said(&entry), "clearing:mpesa to wallet:1: 500.00 KES");
        let entry = transfer(ID, ANN, BEN, kes("500"), kes("500")).unwrap();
        assert_eq!(said(&entry), "wallet:1 to wallet:2: 500.00 KES");
        for (change, counter, expected) in [
            ("20", CounterAccount::Sales, "sales to wallet:1: 20.00 KES"),
            ("-20", CounterAccount::Sales, "wallet:1 to sales: 20.00 KES"),
            ("20", CounterAccount::Unallocated, "unallocated to wallet:1: 20.00 KES"),
            ("-20", CounterAccount::Unallocated, "wallet:1 to unallocated: 20.00 KES"),
        ] {
            let reason: AdjustmentReason = " an outage of two days ".parse().unwrap();
            let adjustment = adjustment(ID, ANN, kes(change), counter, reason).unwrap();
            assert_eq!(said(&adjustment.entry), expected);
            assert_eq!(adjustment.reason.to_string(), "an outage of two days");
        }
        let nothing = WalletError::NotPositive { amount: kes("0") };
        assert_eq!(top_up(ID, mpesa.clone(), ANN, kes("0")), Err(nothing.clone()));
        assert!(top_up(ID, mpesa, ANN, kes("-1")).is_err());
        let reason = "x".parse().unwrap();
        let none = adjustment(ID, ANN, kes("0"), CounterAccount::Sales, reason);
        assert_eq!(none, Err(nothing));
    }

    #[test]
    fn an_invoice_is_paid_as_a_whole_or_as_far_as_the_wallet_goes() {
        let pays = |available, how| {
            payment(ID, ANN, kes("1500"), kes(available), how)
                .map(|entry| entry.as_ref().map_or("nothing".to_owned(), said))
                .map_err(|error| error.to_string())
        };
        let whole = Ok("wallet:1 to receivable:1: 1500.00 KES".to_owned());
        let too_little = "the wallet has 1499.99 KES, and 1500.00 KES is needed; it must be topped \
                          up first";
        let table = [
            ("2000", Payment::Whole, whole.clone()),
            ("1500", Payment::Whole, whole.clone()),
            ("1499.99", Payment::Whole, Err(too_little.to_owned())),
            ("2000", Payment::AsFarAsItGoes, whole),
            (
                "1499.99",
                Payment::AsFarAsItGoes,
                Ok("wallet:1 to receivable:1: 1499.99 KES".to_owned()),
            ),
            ("0", Payment::AsFarAsItGoes, Ok("nothing".to_owned())),
        ];
        for (available, how, expected) in table {
            assert_eq!(pays(available, how), expected, "{available} {how:?}");
        }
        let error = payment(ID, ANN, kes("0"), kes("5"), Payment::Whole).unwrap_err();
        assert_eq!(error.to_string(), "0.00 KES cannot be moved; an amount is more than 0");
        let dollars = "5 USD".parse().unwrap();
        assert!(payment(ID, ANN, kes("5"), dollars, Payment::Whole).is_err());
    }

    #[test]
    fn nobody_transfers_to_the_own_wallet_or_more_than_there_is() {
        let error = transfer(ID, ANN, ANN, kes("1"), kes("5")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "subscriber 1 cannot transfer to the own wallet; it takes another's"
        );
        let error = transfer(ID, ANN, BEN, kes("5.01"), kes("5")).unwrap_err();
        assert_eq!(error, WalletError::TooLittle { available: kes("5"), amount: kes("5.01") });
        assert!(transfer(ID, ANN, BEN, kes("0"), kes("5")).is_err());
    }

    #[test]
    fn what_is_held_is_not_available() {
        let mut wallet =
            Account::new(AccountId(1), kes("0").currency(), Limit::DebitsWithinCredits);
        wallet.balance = Balance {
            debits_posted_minor: 15_000,
            credits_posted_minor: 50_000,
            debits_pending_minor: 10_000,
            credits_pending_minor: 7_700,
        };
        assert_eq!(available(&wallet), Ok(kes("250")));
        wallet.balance.debits_pending_minor = 40_000;
        assert_eq!(available(&wallet), Ok(kes("0")));
    }

    #[test]
    fn a_reason_is_a_line() {
        let longest = "x".repeat(ADJUSTMENT_REASON_CHARS_MAX);
        assert!(longest.parse::<AdjustmentReason>().is_ok());
        for text in ["", "  ", "two\nlines", &format!("{longest}x")] {
            assert!(text.parse::<AdjustmentReason>().is_err(), "{text:?}");
        }
    }
}
