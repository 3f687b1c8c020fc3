//! What was paid, and what it pays.

mod list;
mod reconciliation;
mod referred;
mod settle;

use billing_core::Money;
use billing_core::ledger::{AccountName, Provider};
use billing_core::payment::{
    Change, Debt, Found, IntentId, Receipt, ReceiptError, ReceiptId, ReceiptNumber, RefundId,
    RefundTo, ReversalId, Review, Unmatched, Verdict, judge,
};
use entitlement::{SubscriberId, TenantId, Timestamp};

pub(super) use self::list::not_assigned;
use self::referred::ReferredBy;
use self::settle::{insert, insert_take_back, keep, settle, wallet};
use super::resellers::{
    Earns, GivesBack, PaymentCommissionEntry, accounts_of, hold_prices_of_levels,
};
use super::subscriptions::lock;
use super::{auto_renewals, books, intents, settings};
use crate::entity::{payment_intent, receipt};
use crate::error::{Kind, RuleError, StoreError};
use crate::repeated::repeated;
use crate::store::{Actor, Store};
use crate::unit::Unit;

/// Reads and enters what was paid to one tenant.
#[derive(Debug)]
pub struct Payments<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// Money that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// Who took it: `cash`, `mpesa`.
    pub provider: Provider,
    /// Under which number; with the provider it is what makes the receipt one of its kind. `None`: the
    /// next one that we issue ourselves.
    pub number: Option<ReceiptNumber>,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// What the payer has written, or somebody who knows: the name of a subscriber, or the number of an
    /// invoice.
    pub reference: Option<String>,
}

/// What has come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentOutcome {
    /// It is this subscriber's, and has paid what is open.
    Credited(SubscriberId),
    /// It was told before, and is so once.
    Repeated,
    /// It is not known for whom it is, for this reason. It waits to be assigned.
    Unallocated(Unmatched),
}

/// A receipt, with what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptEntry {
    /// As it was received, with everything that has become of it.
    pub receipt: Receipt,
    /// What the payer has written.
    pub reference: Option<String>,
    /// Whose it is.
    pub subscriber_name: Option<String>,
    /// What it pays now.
    pub pays: Vec<PaidDebt>,
    /// What this tenant has earned with it at the tenant above. Of [`find`](Payments::find) alone.
    pub commission: Option<PaymentCommissionEntry>,
}

/// A debt that a receipt pays, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidDebt {
    /// Which.
    pub debt: Debt,
    /// Of an invoice, its number as it is printed.
    pub label: Option<String>,
    /// How much.
    pub amount: Money,
}

impl Payments<'_> {
    /// Takes in money that has come: it pays what its subscriber owes, the oldest first or the invoice
    /// that it names, and the rest is put into the wallet. The same receipt again changes nothing, however
    /// many tell of it at once. Gives its number, which is a new one where none was given. What came when
    /// the books are closed by now is in the ledger at the first moment that is open; it is known by its own.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] where a receipt of that number is of another amount or another
    /// subscriber's, and for no amount.
    pub async fn receive(
        &self,
        by: &Actor,
        new: &NewReceipt,
    ) -> Result<(ReceiptNumber, PaymentOutcome), StoreError> {
        repeated(|| self.take_in(by, new, None)).await
    }

    /// Takes in money that was asked for: it is of whom was asked and of what that was for, and the intent is
    /// paid and applied in the same transaction. What comes when the intent was over is received as well, and
    /// the intent stays what it was. The service whose next period was asked for is renewed at once, in either
    /// case: but not a second time by a receipt that was told before, nor by money that comes late when it was
    /// renewed since it was asked for.
    ///
    /// # Errors
    /// As [`receive`](Self::receive); [`StoreError::NotFound`] for the intent; [`StoreError::Invalid`] where
    /// another amount was asked for, or it was paid by another receipt.
    pub async fn receive_for(
        &self,
        by: &Actor,
        new: &NewReceipt,
        intent: IntentId,
    ) -> Result<(ReceiptNumber, PaymentOutcome), StoreError> {
        repeated(|| self.take_in(by, new, Some(intent))).await
    }

    async fn take_in(
        &self,
        by: &Actor,
        new: &NewReceipt,
        intent: Option<IntentId>,
    ) -> Result<(ReceiptNumber, PaymentOutcome), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take in a payment").await?;
        // What waits for the money is billed with it.
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let intent = match intent {
            None => None,
            Some(id) => Some(intents::locked_for(&unit, id, &new.provider).await?),
        };
        let referred = match intent {
            Some(_) => ReferredBy::default(),
            None => self.referred(&unit, new.reference.as_deref()).await?,
        };
        // First the subscriber and then the receipt, as everywhere.
        if let Some((owner, _)) = referred.owner() {
            lock(&unit.txn, owner.0).await?;
        }
        let number = insert(&unit, new).await?;
        let settings = settings::read(&unit.txn, self.tenant).await?;
        // What has come is not lost because it is told of late.
        let posted_at = settings.closed_until.map_or(new.at, |closed| closed.max(new.at));
        let row = self.existing(&unit.txn, &new.provider, &number, true).await?;
        let before = self.replayed(&unit.txn, &row).await?;
        let is_new = before.left().ok() == Some(new.amount) && before.park().is_ok();
        let asked = intent.as_ref().map(intents::intent_of).transpose()?;
        let matched = {
            let receipt = (!is_new).then_some(&before);
            let ReferredBy { accounts, invoices, phones } = &referred;
            let intent = asked.as_ref();
            judge(new.amount, &Found { receipt, intent, accounts, invoices, phones })
        };
        let outcome = match matched.verdict {
            Verdict::Repeated if matched.pays.is_none() && !is_late(intent.as_ref(), &before) => {
                return Ok((number, PaymentOutcome::Repeated));
            }
            Verdict::Repeated => PaymentOutcome::Repeated,
            Verdict::NeedsReview(review) => {
                return Err(needs_review(&new.provider, &number, review));
            }
            Verdict::Unallocated(_) if !is_new => return Ok((number, PaymentOutcome::Repeated)),
            Verdict::Unallocated(why) => {
                let change = before.park();
                let change = change.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
                keep(&mut unit, &row, (&before, &change), posted_at).await?;
                PaymentOutcome::Unallocated(why)
            }
            Verdict::Credit { subscriber, by } => {
                let service = intent.as_ref().and_then(|intent| intent.service_id);
                let from = AccountName::Clearing(new.provider.clone());
                let whose = (subscriber, service);
                let earned = hold(&unit, &row, &before, whose, from).await?;
                settle(&mut unit, &row, &before, (subscriber, by), posted_at).await?;
                earned.keep(&mut unit, &row, posted_at).await?;
                PaymentOutcome::Credited(subscriber)
            }
        };
        if let Some(intent) = intent {
            let pays = matched.pays.is_some();
            self.answer(&mut unit, intent, &row, (pays, outcome)).await?;
        } else if let PaymentOutcome::Credited(owner) = outcome {
            auto_renewals::renew_waiting(&mut unit, owner, None).await?;
            intents::activate_served(&mut unit, owner).await?;
        }
        unit.commit().await?;
        Ok((number, outcome))
    }

    /// An intent is answered by a receipt that is in the books: it is applied, and what was asked for is
    /// renewed; unless the receipt was told before, and bought it then, or it answers too late, and it was
    /// bought meanwhile.
    async fn answer(
        &self,
        unit: &mut Unit<'_>,
        intent: payment_intent::Model,
        receipt: &receipt::Model,
        (pays, outcome): (bool, PaymentOutcome),
    ) -> Result<(), StoreError> {
        let owner = SubscriberId(intent.subscriber_id);
        let service = intents::is_renewal(&intent).then_some(intent.service_id).flatten();
        let since = match (pays, outcome) {
            (false, _) => Some(intent.created_at),
            (true, PaymentOutcome::Repeated) => Some(receipt.created_at),
            (true, _) => None,
        };
        intents::answer(unit, intent, receipt, pays).await?;
        let is_renewed = match (service, since.map(Timestamp::from_unix_ms)) {
            (Some(service), Some(since)) => {
                auto_renewals::is_bought_since(unit, owner, service, since).await?
            }
            _ => false,
        };
        if is_renewed {
            intents::activate(unit, service).await?;
        }
        let asked = service.filter(|_| !is_renewed);
        auto_renewals::renew_waiting(unit, owner, asked).await?;
        intents::activate_served(unit, owner).await
    }

    /// Says whose a receipt is that nobody knew the owner of; once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Rule`] where it is somebody's already.
    pub async fn assign(
        &self,
        by: &Actor,
        provider: &Provider,
        number: &ReceiptNumber,
        reference: &str,
    ) -> Result<ReceiptEntry, StoreError> {
        repeated(|| self.assign_once(by, provider, number, reference)).await
    }

    async fn assign_once(
        &self,
        by: &Actor,
        provider: &Provider,
        number: &ReceiptNumber,
        reference: &str,
    ) -> Result<ReceiptEntry, StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "assign a payment").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let referred = self.referred(&unit, Some(reference)).await?;
        let Some((owner, by)) = referred.owner() else {
            let subscribers = self.store.subscribers(self.tenant);
            return Err(subscribers.not_found(&unit.txn, reference).await?);
        };
        lock(&unit.txn, owner.0).await?;
        let row = self.existing(&unit.txn, provider, number, true).await?;
        let before = self.replayed(&unit.txn, &row).await?;
        let paid_in = before.received().amount.currency();
        referred.check_pays(paid_in).map_err(|error| rule(ReceiptId(row.id), error.into()))?;
        let now = unit.now;
        let earned = hold(&unit, &row, &before, (owner, None), AccountName::Unallocated).await?;
        settle(&mut unit, &row, &before, (owner, by), now).await?;
        earned.keep(&mut unit, &row, now).await?;
        auto_renewals::renew_waiting(&mut unit, owner, None).await?;
        intents::activate_served(&mut unit, owner).await?;
        unit.commit().await?;
        self.find(provider, number).await
    }

    /// Gives back some of a receipt, or all that is left of it. `reference` says which refund it is: the
    /// same again changes nothing, and is said not to be new. `None`: one more, by the least number that
    /// none of this receipt has.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for more than is left or can be had, and for another
    /// amount under a known reference.
    pub async fn refund(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        amount: Money,
        to: RefundTo,
        reference: Option<&str>,
    ) -> Result<(ReceiptEntry, bool), StoreError> {
        let take =
            |receipt: &Receipt, row, wallet| receipt.refund(RefundId(row), amount, to, wallet);
        let which = (provider, number);
        repeated(|| self.take_back(by, which, "refund", reference, take)).await
    }

    /// Enters that the provider took back some of a receipt, or all of it; `reference` is its number, as
    /// that of a [`refund`](Self::refund).
    ///
    /// # Errors
    /// As [`refund`](Self::refund).
    pub async fn reverse(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        amount: Money,
        reference: Option<&str>,
    ) -> Result<(ReceiptEntry, bool), StoreError> {
        let take =
            |receipt: &Receipt, row, wallet| receipt.reverse(ReversalId(row), amount, wallet);
        let which = (provider, number);
        repeated(|| self.take_back(by, which, "reversal", reference, take)).await
    }

    async fn take_back(
        &self,
        by: &Actor,
        (provider, number): (&Provider, &ReceiptNumber),
        kind: &'static str,
        reference: Option<&str>,
        take: impl Fn(&Receipt, i64, Money) -> Result<Change, ReceiptError> + Send + Sync,
    ) -> Result<(ReceiptEntry, bool), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, "take back a payment").await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let seen = self.existing(&unit.txn, provider, number, false).await?;
        if let Some(owner) = seen.subscriber_id {
            lock(&unit.txn, owner).await?;
        }
        let row = self.existing(&unit.txn, provider, number, true).await?;
        if row.subscriber_id != seen.subscriber_id {
            return Err(StoreError::Invalid {
                what: Kind::Payment,
                problem: format!("{number} was assigned a moment ago; try again"),
            });
        }
        let receipt = self.replayed(&unit.txn, &row).await?;
        let (id, is_new) = insert_take_back(&unit, &row, kind, reference).await?;
        let wallet = wallet(&unit, &row, receipt.received().amount).await?;
        let change = take(&receipt, id, wallet);
        let change = change.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
        // What was made before moves nothing again, and is not kept a second time.
        if is_new {
            let now = unit.now;
            let left = change.receipt.left();
            let left = left.map_err(|error| rule(ReceiptId(row.id), error.into()))?;
            let back = GivesBack::of(&unit, &row, id, left).await?;
            hold_taken(&unit, &row, &back, provider).await?;
            keep(&mut unit, &row, (&receipt, &change), now).await?;
            back.keep(&mut unit, &row, now).await?;
        }
        unit.commit().await?;
        Ok((self.find(provider, number).await?, is_new))
    }
}

/// Decides what resellers earn with a receipt that is about to be its owner's, and holds the accounts in which
/// it moves with those in which the money does: tenant by tenant in the order of their numbers, as everybody
/// holds them.
async fn hold(
    unit: &Unit<'_>,
    row: &receipt::Model,
    receipt: &Receipt,
    (owner, service): (SubscriberId, Option<i64>),
    from: AccountName,
) -> Result<Earns, StoreError> {
    let paid = receipt.left().map_err(|error| rule(ReceiptId(row.id), error.into()))?;
    let earned = Earns::of(unit, row, paid).await?;
    let own = accounts_of(&earned.sides, unit.tenant);
    let from = (from, paid.currency());
    auto_renewals::hold_accounts(unit, owner, service, from, (own, &earned.sides)).await?;
    Ok(earned)
}

/// As [`hold`], of a receipt of which something is taken back, and of commissions that are given back with it.
async fn hold_taken(
    unit: &Unit<'_>,
    row: &receipt::Model,
    back: &GivesBack,
    provider: &Provider,
) -> Result<(), StoreError> {
    let mut own = accounts_of(&back.sides, unit.tenant);
    let (false, Some(owner)) = (own.is_empty(), row.subscriber_id.map(SubscriberId)) else {
        return Ok(());
    };
    let currency = row.currency.parse().map_err(|_| corrupt(row.id, "its currency"))?;
    own.extend([AccountName::Clearing(provider.clone()), AccountName::Receivable(owner)]);
    let if_there = [AccountName::Wallet(owner)];
    back.sides.hold_before(&unit.txn, unit.tenant).await?;
    books::hold_accounts(&unit.txn, unit.tenant, (&own, &if_there), currency).await?;
    back.sides.hold_behind(&unit.txn, unit.tenant).await
}

/// Whether a receipt that was told before, and is not given back, is the first that answers an intent which
/// is over.
fn is_late(intent: Option<&payment_intent::Model>, receipt: &Receipt) -> bool {
    let is_there = receipt.left().is_ok_and(|left| !left.is_zero());
    is_there && intent.is_some_and(|intent| intent.receipt_id.is_none())
}

fn needs_review(provider: &Provider, number: &ReceiptNumber, review: Review) -> StoreError {
    let problem = match review {
        Review::NotAsReceived { received, notified } => format!(
            "{provider} {number} was received as {received} and is {notified} now; ask the provider \
             which is right"
        ),
        Review::AnotherSubscriber { credited, notified } => format!(
            "{provider} {number} was credited to subscriber {credited} and is to be credited to \
             {notified} now; refund it first"
        ),
        Review::NotAsAsked { asked, notified } => format!(
            "{asked} was asked for, and {provider} {number} is of {notified}; ask the provider, and take it \
             in without the intent"
        ),
        Review::PaidBefore => format!(
            "the intent to pay was paid by another receipt than {provider} {number}; take this one in \
             without it"
        ),
        Review::NotPositive { notified } => {
            format!("{notified} is no amount to receive; it is more than 0")
        }
        _ => format!("{provider} {number} is not what was asked for; look at it"),
    };
    StoreError::Invalid { what: Kind::Payment, problem }
}

pub(super) fn rule(id: ReceiptId, source: RuleError) -> StoreError {
    StoreError::Rule { what: Kind::Payment, name: id.to_string(), source }
}

pub(super) fn corrupt(row: i64, what: &str) -> StoreError {
    StoreError::Corrupt {
        what: Kind::Payment,
        row: row.to_string(),
        problem: format!("{what} cannot be understood"),
    }
}
