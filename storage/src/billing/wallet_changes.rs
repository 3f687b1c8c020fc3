//! Wallets that are changed by hand, and that give to one another.

use billing_core::balance::{self, CounterAccount, WalletError, available};
use billing_core::ledger::{AccountName, Entry, TransferId, TransferSource};
use billing_core::{Currency, Money};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;

use super::auto_top_ups::{self, WalletAutoTopUp};
use super::books::{self, About};
use super::resellers::{BothSides, hold_prices_of_levels};
use super::subscriptions::lock;
use super::{auto_renewals, credit_limits, intents, payments, sale_invoices, settings};
use crate::entity::{account, subscriber, wallet_adjustment, wallet_transfer};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::outbox::{Happened, Topic, WalletChangedBy, WalletTold, What};
use crate::repeated::once_by_key;
use crate::store::{Actor, Store};
use crate::subscribers::names_of;
use crate::unit::{Record, Unit};

const ADJUST: &str = "adjust the wallet";
const TRANSFER: &str = "transfer between wallets";

/// Reads and changes the wallets of the subscribers of one tenant.
#[derive(Debug)]
pub struct Wallets<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// What an operator gives to a wallet, or takes from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdjustment {
    /// Whose.
    pub subscriber: String,
    /// How much; less than nothing is taken.
    pub change: Money,
    /// On what it is booked beside the wallet.
    pub counter: CounterAccount,
    /// Why: a line.
    pub reason: String,
    /// By which the same is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// What one wallet gives to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWalletTransfer {
    /// Whose wallet gives.
    pub from: String,
    /// Whose has it then.
    pub to: String,
    /// How much; more than nothing.
    pub amount: Money,
    /// By which the same is known again; `None`: each is another one.
    pub key: Option<String>,
}

/// What is in a wallet, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletBalance {
    /// All that is in it.
    pub balance: Money,
    /// What of it can be spent: what is not held.
    pub available: Money,
}

/// A wallet, with what its owner may owe and what was changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletEntry {
    /// What is in it, of each currency in which there is an account.
    pub balances: Vec<WalletBalance>,
    /// How much its owner may owe, and what is left of that; `None`: nobody has said it.
    pub credit: Option<(Money, Money)>,
    /// By which rule it is topped up by itself, if it is.
    pub auto_top_up: Option<WalletAutoTopUp>,
    /// The last changes, the newest first.
    pub changes: Vec<WalletChange>,
}

/// A change of a wallet by hand, or by another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletChange {
    /// When.
    pub at: Timestamp,
    /// How much; less than nothing was taken.
    pub change: Money,
    /// Why, or to or from whom.
    pub what: String,
}

impl Wallets<'_> {
    /// Gives to a wallet, or takes from it what is in it and not held. What is given pays what is open, as a
    /// payment. Gives its number, and whether it is new: the same key again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for nothing, and for more than there is to be taken;
    /// [`StoreError::Invalid`] without a reason, while the books are closed, for another change under a known
    /// key, and for more of what is not assigned than is of no receipt.
    pub async fn adjust(&self, by: &Actor, new: &NewAdjustment) -> Result<(i64, bool), StoreError> {
        check_key(new.key.as_deref())?;
        once_by_key(|| self.adjust_once(by, new)).await
    }

    async fn adjust_once(
        &self,
        by: &Actor,
        new: &NewAdjustment,
    ) -> Result<(i64, bool), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, ADJUST).await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let subscribers = self.store.subscribers(self.tenant);
        let owner = subscribers.existing(&unit.txn, &new.subscriber).await?;
        lock(&unit.txn, owner.id).await?;
        if let Some(known) = self.known_adjustment(&unit, new, owner.id).await? {
            return Ok((known, false));
        }
        let at = unit.now;
        settings::read_open(&unit.txn, self.tenant, (Kind::Account, "the adjustment", at)).await?;
        let reason = new.reason.parse::<balance::AdjustmentReason>();
        let reason = reason.map_err(|error| invalid(error.to_string()))?;
        let row = wallet_adjustment::ActiveModel {
            tenant_id: Set(self.tenant.0),
            subscriber_id: Set(owner.id),
            at: Set(at.unix_ms()),
            amount_minor: Set(new.change.amount_minor()),
            currency: Set(new.change.currency().code().to_owned()),
            counter: Set(counter_word(new.counter).to_owned()),
            reason: Set(reason.to_string()),
            idempotency_key: Set(new.key.clone()),
            ..Default::default()
        };
        let added = wallet_adjustment::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let row = added.during(ADJUST)?;
        let whose = SubscriberId(owner.id);
        let id = TransferId::of(TransferSource::WalletAdjustment, row.id, 0);
        let adjustment = balance::adjustment(id, whose, new.change, new.counter, reason);
        let adjustment = adjustment.map_err(|error| rule(&owner.name, error))?;
        let entry = adjustment.entry;
        if new.change.is_negative() {
            self.hold(&unit, &entry).await?;
            self.check_has(&unit, &owner, entry.amount).await?;
        } else {
            let from = (entry.debit.clone(), entry.amount.currency());
            let others = (vec![entry.credit.clone()], &BothSides::default());
            auto_renewals::hold_accounts(&unit, whose, None, from, others).await?;
            if new.counter == CounterAccount::Unallocated {
                self.check_is_nobodys(&unit, entry.amount).await?;
            }
        }
        let memo = format!("adjustment {}: {}", row.id, adjustment.reason);
        self.enter(&unit, at, entry, memo).await?;
        let by = WalletChangedBy::Adjustment { id: row.id, reason: row.reason.clone() };
        tell(&mut unit, whose, WalletTold { by, change: new.change, at });
        record(
            &mut unit,
            &owner,
            json!({
                "adjustment": row.id,
                "amount_minor": new.change.amount_minor(),
                "currency": row.currency,
                "counter": row.counter,
                "reason": row.reason,
            }),
        );
        if !new.change.is_negative() {
            self.has_come(&mut unit, at, whose).await?;
        }
        unit.commit().await?;
        Ok((row.id, true))
    }

    /// Gives from one wallet to another, as one transfer: both change, or neither. What is given pays what the
    /// other one owes, as a payment. Gives its number, and whether it is new: the same key again changes
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for nothing, for more than there is and is not held, and
    /// to the same; [`StoreError::Invalid`] while the books are closed, and for another one under a known key.
    pub async fn transfer(
        &self,
        by: &Actor,
        new: &NewWalletTransfer,
    ) -> Result<(i64, bool), StoreError> {
        check_key(new.key.as_deref())?;
        once_by_key(|| self.transfer_once(by, new)).await
    }

    async fn transfer_once(
        &self,
        by: &Actor,
        new: &NewWalletTransfer,
    ) -> Result<(i64, bool), StoreError> {
        let mut unit = Unit::begin(self.store, self.tenant, by, TRANSFER).await?;
        hold_prices_of_levels(&unit.txn, self.tenant).await?;
        let subscribers = self.store.subscribers(self.tenant);
        let from = subscribers.existing(&unit.txn, &new.from).await?;
        let to = subscribers.existing(&unit.txn, &new.to).await?;
        // In the order of their numbers, as everywhere.
        for id in [from.id.min(to.id), from.id.max(to.id)] {
            lock(&unit.txn, id).await?;
        }
        if let Some(known) = self.known_transfer(&unit, new, (from.id, to.id)).await? {
            return Ok((known, false));
        }
        let at = unit.now;
        settings::read_open(&unit.txn, self.tenant, (Kind::Account, "the transfer", at)).await?;
        let row = wallet_transfer::ActiveModel {
            tenant_id: Set(self.tenant.0),
            from_id: Set(from.id),
            to_id: Set(to.id),
            at: Set(at.unix_ms()),
            amount_minor: Set(new.amount.amount_minor()),
            currency: Set(new.amount.currency().code().to_owned()),
            idempotency_key: Set(new.key.clone()),
            ..Default::default()
        };
        let added = wallet_transfer::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let row = added.during(TRANSFER)?;
        let [giver, taker] = [from.id, to.id].map(SubscriberId);
        let currency = new.amount.currency();
        let wallets = vec![AccountName::Wallet(giver), AccountName::Wallet(taker)];
        let source = (AccountName::Wallet(giver), currency);
        let others = (wallets, &BothSides::default());
        auto_renewals::hold_accounts(&unit, taker, None, source, others).await?;
        let id = TransferId::of(TransferSource::WalletTransfer, row.id, 0);
        let has = self.available(&unit, giver, currency).await?;
        let entry = balance::transfer(id, giver, taker, new.amount, has);
        let entry = entry.map_err(|error| rule(&from.name, error))?;
        let memo = format!("transfer {} from {} to {}", row.id, from.name, to.name);
        self.enter(&unit, at, entry, memo).await?;
        for (owner, other, minor) in
            [(&from, &to, -row.amount_minor), (&to, &from, row.amount_minor)]
        {
            let after = json!({
                "transfer": row.id,
                "with": other.name,
                "amount_minor": minor,
                "currency": row.currency,
            });
            record(&mut unit, owner, after);
            let by = WalletChangedBy::Transfer { id: row.id, other: other.id };
            let change = Money::new(minor, currency);
            tell(&mut unit, SubscriberId(owner.id), WalletTold { by, change, at });
        }
        self.has_come(&mut unit, at, taker).await?;
        unit.commit().await?;
        Ok((row.id, true))
    }

    /// What is in the wallet of a subscriber, what may be owed, and the last `limit` changes by hand.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, subscriber: &str, limit: u64) -> Result<WalletEntry, StoreError> {
        let reader = &self.store.database().reader;
        let owner = self.store.subscribers(self.tenant).existing(reader, subscriber).await?;
        let whose = SubscriberId(owner.id);
        let accounts = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.eq(AccountName::Wallet(whose).to_string()))
            .order_by_asc(account::Column::Currency)
            .all(reader);
        let mut balances = Vec::new();
        for row in accounts.await.during("look into the wallet")? {
            let account = books::account_of(&row)?;
            let money = |error| rule(&owner.name, WalletError::Money(error));
            let balance = account.credit_balance().map_err(money)?;
            balances
                .push(WalletBalance { balance, available: available(&account).map_err(money)? });
        }
        let credit = match credit_limits::of_row(&owner)? {
            None => None,
            Some(limit) => {
                let left = credit_limits::left(reader, self.tenant, whose, limit).await?;
                Some((limit, left))
            }
        };
        let auto_top_up = auto_top_ups::of(reader, owner.id).await?;
        let changes = self.changes(owner.id, limit).await?;
        Ok(WalletEntry { balances, credit, auto_top_up, changes })
    }

    async fn changes(&self, owner: i64, limit: u64) -> Result<Vec<WalletChange>, StoreError> {
        let operation = "read what was changed of the wallet";
        let reader = &self.store.database().reader;
        let adjusted = wallet_adjustment::Entity::find()
            .filter(wallet_adjustment::Column::SubscriberId.eq(owner))
            .order_by_desc(wallet_adjustment::Column::Id)
            .limit(limit)
            .all(reader);
        let mut changes = Vec::new();
        for row in adjusted.await.during(operation)? {
            changes.push(WalletChange {
                at: Timestamp::from_unix_ms(row.at),
                change: Money::new(row.amount_minor, currency(&row.currency)?),
                what: row.reason,
            });
        }
        let is_own = Condition::any()
            .add(wallet_transfer::Column::FromId.eq(owner))
            .add(wallet_transfer::Column::ToId.eq(owner));
        let given = wallet_transfer::Entity::find()
            .filter(wallet_transfer::Column::TenantId.eq(self.tenant.0))
            .filter(is_own)
            .order_by_desc(wallet_transfer::Column::Id)
            .limit(limit)
            .all(reader);
        let given = given.await.during(operation)?;
        let named = names_of(reader, given.iter().flat_map(|row| [row.from_id, row.to_id])).await?;
        for row in given {
            let (other, minor, way) = match row.from_id == owner {
                true => (row.to_id, -row.amount_minor, "to"),
                false => (row.from_id, row.amount_minor, "from"),
            };
            let other = named.get(&other).cloned().unwrap_or_default();
            changes.push(WalletChange {
                at: Timestamp::from_unix_ms(row.at),
                change: Money::new(minor, currency(&row.currency)?),
                what: format!("{way} {other}"),
            });
        }
        changes.sort_by_key(|change| core::cmp::Reverse(change.at));
        changes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(changes)
    }

    /// As a payment: what is open is paid, and what waits for money is served again, with the same commit.
    async fn has_come(
        &self,
        unit: &mut Unit<'_>,
        at: Timestamp,
        whose: SubscriberId,
    ) -> Result<(), StoreError> {
        sale_invoices::pay_open(unit, at, whose, None).await?;
        auto_renewals::renew_waiting(unit, whose, None).await?;
        intents::activate_served(unit, whose).await
    }

    async fn hold(&self, unit: &Unit<'_>, entry: &Entry) -> Result<(), StoreError> {
        let about = About::default();
        books::hold(&unit.txn, self.tenant, &[(entry.clone(), about)]).await
    }

    async fn enter(
        &self,
        unit: &Unit<'_>,
        at: Timestamp,
        entry: Entry,
        memo: String,
    ) -> Result<(), StoreError> {
        let about = About { invoice: None, memo: Some(memo) };
        books::enter(unit, self.tenant, at, &[(entry, about)]).await
    }

    /// Refuses more than is not assigned, whose account is held, and not of a receipt either: what is left of
    /// those may be assigned later, and would be given twice.
    async fn check_is_nobodys(&self, unit: &Unit<'_>, amount: Money) -> Result<(), StoreError> {
        let (operation, currency) = ("read what is not assigned", amount.currency());
        let found = account::Entity::find()
            .filter(account::Column::TenantId.eq(self.tenant.0))
            .filter(account::Column::Name.eq(AccountName::Unallocated.to_string()))
            .filter(account::Column::Currency.eq(currency.code()))
            .one(&unit.txn);
        let money = |error| rule(&AccountName::Unallocated.to_string(), WalletError::Money(error));
        let all = match found.await.during(operation)? {
            Some(row) => books::account_of(&row)?.credit_balance().map_err(money)?,
            None => Money::zero(currency),
        };
        let receipts = payments::not_assigned(&unit.txn, self.tenant, currency).await?;
        let free = all.minus(receipts).map_err(money)?;
        if amount.amount_minor() <= free.amount_minor() {
            return Ok(());
        }
        Err(invalid(format!(
            "{amount} cannot be given of {all} that is not assigned: {receipts} of what is not assigned is of \
             receipts; `weir payment assign` gives it"
        )))
    }

    /// Has a wallet, whose account is held, so much that can be taken?
    async fn check_has(
        &self,
        unit: &Unit<'_>,
        owner: &subscriber::Model,
        amount: Money,
    ) -> Result<(), StoreError> {
        let available = self.available(unit, SubscriberId(owner.id), amount.currency()).await?;
        if available.amount_minor() < amount.amount_minor() {
            return Err(rule(&owner.name, WalletError::TooLittle { available, amount }));
        }
        Ok(())
    }

    pub(super) async fn available(
        &self,
        unit: &Unit<'_>,
        whose: SubscriberId,
        currency: Currency,
    ) -> Result<Money, StoreError> {
        let all = super::wallets::all_available(unit, whose).await?;
        let of = all.into_iter().find(|money| money.currency() == currency);
        Ok(of.unwrap_or_else(|| Money::zero(currency)))
    }

    async fn known_adjustment(
        &self,
        unit: &Unit<'_>,
        new: &NewAdjustment,
        owner: i64,
    ) -> Result<Option<i64>, StoreError> {
        let Some(key) = &new.key else { return Ok(None) };
        let known = wallet_adjustment::Entity::find()
            .filter(wallet_adjustment::Column::TenantId.eq(self.tenant.0))
            .filter(wallet_adjustment::Column::IdempotencyKey.eq(key.as_str()))
            .one(&unit.txn);
        let Some(known) = known.await.during("look for the key")? else { return Ok(None) };
        let amount = Money::new(known.amount_minor, currency(&known.currency)?);
        let is_same = known.subscriber_id == owner
            && amount == new.change
            && known.counter == counter_word(new.counter)
            && known.reason == new.reason.trim();
        if is_same {
            return Ok(Some(known.id));
        }
        let whose = names_of(&unit.txn, [known.subscriber_id]).await?;
        let whose = whose.into_values().next().unwrap_or_default();
        Err(invalid(format!(
            "the key `{key}` is that of adjustment {}, which is of {amount} for `{whose}` ({}); each has a \
             key of its own",
            known.id, known.reason
        )))
    }

    async fn known_transfer(
        &self,
        unit: &Unit<'_>,
        new: &NewWalletTransfer,
        between: (i64, i64),
    ) -> Result<Option<i64>, StoreError> {
        let Some(key) = &new.key else { return Ok(None) };
        let known = wallet_transfer::Entity::find()
            .filter(wallet_transfer::Column::TenantId.eq(self.tenant.0))
            .filter(wallet_transfer::Column::IdempotencyKey.eq(key.as_str()))
            .one(&unit.txn);
        let Some(known) = known.await.during("look for the key")? else { return Ok(None) };
        let amount = Money::new(known.amount_minor, currency(&known.currency)?);
        if (known.from_id, known.to_id) == between && amount == new.amount {
            return Ok(Some(known.id));
        }
        let named = names_of(&unit.txn, [known.from_id, known.to_id]).await?;
        let named = |id: i64| named.get(&id).cloned().unwrap_or_default();
        Err(invalid(format!(
            "the key `{key}` is that of transfer {}, which is of {amount} from `{}` to `{}`; each has a key \
             of its own",
            known.id,
            named(known.from_id),
            named(known.to_id)
        )))
    }
}

const fn counter_word(counter: CounterAccount) -> &'static str {
    match counter {
        CounterAccount::Sales => "sales",
        CounterAccount::Unallocated => "unallocated",
    }
}

fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|_| StoreError::Corrupt {
        what: Kind::Subscriber,
        row: code.to_owned(),
        problem: "a wallet was changed in what is no currency".to_owned(),
    })
}

fn check_key(key: Option<&str>) -> Result<(), StoreError> {
    key.map_or(Ok(()), |key| names::check(Kind::Subscriber, key, names::LOGIN_LEN_MAX))
}

fn tell(unit: &mut Unit<'_>, whose: SubscriberId, told: WalletTold) {
    unit.tell(Happened::new(Topic::WalletChanged, Some(whose), What::WalletChanged(told)));
}

fn record(unit: &mut Unit<'_>, owner: &subscriber::Model, after: serde_json::Value) {
    unit.record(Record {
        kind: Kind::Subscriber,
        row: owner.id,
        name: &owner.name,
        before: Some(json!({})),
        after: Some(after),
    });
}

fn rule(name: &str, error: WalletError) -> StoreError {
    let source = RuleError::WalletChange(error);
    StoreError::Rule { what: Kind::Subscriber, name: name.to_owned(), source }
}

fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Subscriber, problem }
}
