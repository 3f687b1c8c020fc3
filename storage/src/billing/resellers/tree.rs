//! Who is below whom, with which credit and for which prices; and the money that resellers pay in.

use billing_core::ledger::{AccountName, Limit};
use billing_core::reseller::{
    ResellerSaleError, ResellerWallet, TopUp, TopUpId, Tree, WalletError, top_up,
};
use billing_core::{Currency, Money};
use entitlement::TenantId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Statement, Value,
};
use serde_json::json;

use super::{BothSides, NewTopUp, ResellerEntry, Resellers, check_key, commission, payment_rates};
use crate::among;
use crate::billing::books::{About, account_of};
use crate::billing::{codes, settings};
use crate::entity::{account, reseller, reseller_price, reseller_top_up, tenant};
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::names;
use crate::repeated::once_by_key;
use crate::store::Actor;
use crate::unit::{Record, Unit};

impl Resellers<'_> {
    /// Puts the tenant called `name` right below this one, with so much credit, 0 for one that pays ahead.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the tenant; [`StoreError::AlreadyExists`] when it is below one already;
    /// [`StoreError::Rule`] for a loop, too many levels, and credit that is none.
    pub async fn add(
        &self,
        by: &Actor,
        name: &str,
        credit_limit: Money,
    ) -> Result<ResellerEntry, StoreError> {
        let operation = "add the reseller";
        let below = self.store.tenants().find(name).await?.id;
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        hold_tree(&unit).await?;
        check_credit(name, credit_limit)?;
        let rows = reseller::Entity::find().all(&unit.txn).await.during(operation)?;
        if rows.iter().any(|row| row.reseller_id == below.0) {
            return Err(StoreError::AlreadyExists { what: Kind::Reseller, name: name.to_owned() });
        }
        let mut parents = parents(&unit.txn).await?;
        parents.retain(|(tenant, _)| *tenant != below);
        parents.push((below, Some(self.tenant)));
        Tree::new(parents).map_err(|error| rule(name, error.into()))?;
        let row = reseller::ActiveModel {
            reseller_id: Set(below.0),
            tenant_id: Set(self.tenant.0),
            currency: Set(credit_limit.currency().code().to_owned()),
            credit_limit_minor: Set(credit_limit.amount_minor()),
            created_at: Set(unit.now.unix_ms()),
        };
        reseller::Entity::insert(row).exec_without_returning(&unit.txn).await.during(operation)?;
        limit_account(&unit, below, credit_limit).await?;
        record(&mut unit, below, name, None, described(credit_limit));
        unit.commit().await?;
        self.find(name).await
    }

    /// Gives a reseller other credit. What it owes already stays, also where it is more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for credit that is none; [`StoreError::Invalid`] in
    /// another currency.
    pub async fn set_credit(
        &self,
        by: &Actor,
        name: &str,
        credit_limit: Money,
    ) -> Result<ResellerEntry, StoreError> {
        let operation = "change the reseller's credit";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = existing(&unit.txn, self.tenant, name).await?;
        check_credit(name, credit_limit)?;
        let before = credit_of(&found)?;
        if before.currency() != credit_limit.currency() {
            return Err(invalid(format!(
                "the wallet of `{name}` is in {}, and so is its credit",
                before.currency()
            )));
        }
        let changed = reseller::ActiveModel {
            reseller_id: Set(found.reseller_id),
            credit_limit_minor: Set(credit_limit.amount_minor()),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during(operation)?;
        let id = TenantId(found.reseller_id);
        limit_account(&unit, id, credit_limit).await?;
        record(&mut unit, id, name, Some(described(before)), described(credit_limit));
        unit.commit().await?;
        self.find(name).await
    }

    /// Says what a reseller pays for something, or, for the tenant's own name, what it costs the tenant
    /// itself.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the reseller; [`StoreError::Invalid`] for a price below nothing or in another
    /// currency than that of the reseller's wallet, and for the own name of a tenant that is a reseller itself.
    pub async fn set_price(
        &self,
        by: &Actor,
        name: &str,
        item: &str,
        price: Money,
    ) -> Result<(), StoreError> {
        let operation = "set the price";
        names::check(Kind::Reseller, item, names::NAME_LEN_MAX)?;
        if price.is_negative() {
            return Err(invalid(format!("a price cannot be {price}; it is 0 or more")));
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let own = tenant::Entity::find_by_id(self.tenant.0).one(&unit.txn).await;
        let is_own = own.during(operation)?.is_some_and(|own| own.name == name);
        let buyer = match is_own {
            true => {
                let below = reseller::Entity::find_by_id(self.tenant.0).one(&unit.txn).await;
                if below.during(operation)?.is_some() {
                    return Err(invalid(format!(
                        "`{name}` is a reseller itself, and the tenant above it says what it pays"
                    )));
                }
                self.tenant
            }
            false => {
                let found = existing(&unit.txn, self.tenant, name).await?;
                check_currency(&found, name, price)?;
                TenantId(found.reseller_id)
            }
        };
        let row = reseller_price::ActiveModel {
            tenant_id: Set(self.tenant.0),
            buyer_id: Set(buyer.0),
            item: Set(item.to_owned()),
            amount_minor: Set(price.amount_minor()),
            currency: Set(price.currency().code().to_owned()),
            changed_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let columns = [reseller_price::Column::BuyerId, reseller_price::Column::Item];
        let changed = [
            reseller_price::Column::TenantId,
            reseller_price::Column::AmountMinor,
            reseller_price::Column::Currency,
        ];
        // What is said again is said since it was said first.
        let since = Expr::cust(
            "case when (reseller_price.tenant_id, reseller_price.amount_minor, reseller_price.currency) = \
             (excluded.tenant_id, excluded.amount_minor, excluded.currency) \
             then reseller_price.changed_at else excluded.changed_at end",
        );
        let there = OnConflict::columns(columns)
            .update_columns(changed)
            .value(reseller_price::Column::ChangedAt, since)
            .to_owned();
        let insert = reseller_price::Entity::insert(row).on_conflict(there);
        insert.exec_without_returning(&unit.txn).await.during(operation)?;
        let after = json!({ "item": item, "price_minor": price.amount_minor() });
        record(&mut unit, buyer, name, Some(json!({ "item": item })), after);
        unit.commit().await
    }

    /// The resellers right below this tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list(&self) -> Result<Vec<ResellerEntry>, StoreError> {
        let operation = "list the resellers";
        let reader = &self.store.database().reader;
        let find = reseller::Entity::find().filter(reseller::Column::TenantId.eq(self.tenant.0));
        let mut entries = Vec::new();
        for row in find.all(reader).await.during(operation)? {
            let id = TenantId(row.reseller_id);
            let named = tenant::Entity::find_by_id(id.0).one(reader).await.during(operation)?;
            let prices = reseller_price::Entity::find()
                .filter(reseller_price::Column::TenantId.eq(self.tenant.0))
                .filter(reseller_price::Column::BuyerId.eq(id.0))
                .order_by_asc(reseller_price::Column::Item)
                .all(reader);
            let prices = prices.await.during(operation)?.into_iter().map(|row| {
                let price = money(row.amount_minor, &row.currency, row.id)?;
                Ok((row.item, price))
            });
            let rates = commission::rates(reader, &[id]).await?.remove(&id).unwrap_or_default();
            let (commission, commissions) = commission::usual_and_own(rates);
            entries.push(ResellerEntry {
                commission,
                commissions,
                payment_rates: payment_rates::of(reader, id).await?,
                id,
                name: named.map(|tenant| tenant.name).unwrap_or_default(),
                wallet: wallet(reader, &row).await?,
                prices: prices.collect::<Result<_, StoreError>>()?,
            });
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// The reseller of this name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn find(&self, name: &str) -> Result<ResellerEntry, StoreError> {
        let all = self.list().await?;
        let known: Vec<_> = all.iter().map(|entry| entry.name.clone()).collect();
        let found = all.into_iter().find(|entry| entry.name == name);
        found.ok_or_else(|| names::not_found(Kind::Reseller, name, known))
    }

    /// Takes money that a reseller pays in; it is in the books of both. Gives its number, and whether it is
    /// new: the same key again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] for nothing and less; [`StoreError::Invalid`] in
    /// another currency than its wallet, while the books are closed, and for another payment under a known
    /// key.
    pub async fn top_up(&self, by: &Actor, new: &NewTopUp) -> Result<(TopUpId, bool), StoreError> {
        check_key(new.key.as_deref())?;
        once_by_key(|| self.top_up_once(by, new)).await
    }

    async fn top_up_once(&self, by: &Actor, new: &NewTopUp) -> Result<(TopUpId, bool), StoreError> {
        let operation = "take the reseller's money";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = existing(&unit.txn, self.tenant, &new.reseller).await?;
        let reseller = TenantId(found.reseller_id);
        if let Some(known) = self.known_top_up(&unit, new, reseller).await? {
            return Ok((known, false));
        }
        if credit_of(&found)?.currency() != new.amount.currency() {
            return Err(invalid(format!(
                "the wallet of `{}` is in {}",
                new.reseller, found.currency
            )));
        }
        for tenant in [self.tenant, reseller] {
            settings::read_open(&unit.txn, tenant, (Kind::Reseller, "the top-up", new.at)).await?;
        }
        let row = reseller_top_up::ActiveModel {
            tenant_id: Set(self.tenant.0),
            reseller_id: Set(reseller.0),
            at: Set(new.at.unix_ms()),
            amount_minor: Set(new.amount.amount_minor()),
            currency: Set(new.amount.currency().code().to_owned()),
            received_with: Set(new.received_with.to_string()),
            paid_from: Set(new.paid_from.to_string()),
            created_at: Set(unit.now.unix_ms()),
            idempotency_key: Set(new.key.clone()),
            ..Default::default()
        };
        let added = reseller_top_up::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let id = TopUpId(added.during(operation)?.id);
        let postings = top_up(&TopUp {
            id,
            parent: self.tenant,
            reseller,
            amount: new.amount,
            received_with: new.received_with.clone(),
            paid_from: new.paid_from.clone(),
        });
        let postings = postings.map_err(|error| rule(&new.reseller, error.into()))?;
        let memo = Some(format!("top-up {} of `{}`", id.0, new.reseller));
        let books = BothSides::of_all(postings, &About { memo, ..Default::default() });
        books.enter(&unit, new.at).await?;
        renew_again(&unit, reseller).await?;
        let after = json!({ "top_up": id.0, "amount_minor": new.amount.amount_minor() });
        record(&mut unit, reseller, &new.reseller, Some(json!({})), after);
        unit.commit().await?;
        Ok((id, true))
    }

    /// The payment that was taken by this key before.
    async fn known_top_up(
        &self,
        unit: &Unit<'_>,
        new: &NewTopUp,
        reseller: TenantId,
    ) -> Result<Option<TopUpId>, StoreError> {
        let Some(key) = &new.key else { return Ok(None) };
        let known = reseller_top_up::Entity::find()
            .filter(reseller_top_up::Column::TenantId.eq(self.tenant.0))
            .filter(reseller_top_up::Column::IdempotencyKey.eq(key.as_str()))
            .one(&unit.txn);
        let Some(known) = known.await.during("look for the key")? else { return Ok(None) };
        let amount = money(known.amount_minor, &known.currency, known.id)?;
        let (with, from) = (new.received_with.to_string(), new.paid_from.to_string());
        let differs = if known.reseller_id != reseller.0 {
            format!("of another reseller than `{}`", new.reseller)
        } else if amount != new.amount {
            format!("of {amount}, and not of {}", new.amount)
        } else if (&known.received_with, &known.paid_from) != (&with, &from) {
            format!(
                "from {} to {}, and not from {from} to {with}",
                known.paid_from, known.received_with
            )
        } else {
            return Ok(Some(TopUpId(known.id)));
        };
        Err(invalid(format!(
            "the key `{key}` is that of top-up {}, which is {differs}; each has a key of its own",
            known.id
        )))
    }
}

/// The reseller called `name` right below a tenant.
pub(in super::super) async fn existing(
    db: &impl ConnectionTrait,
    parent: TenantId,
    name: &str,
) -> Result<reseller::Model, StoreError> {
    let operation = "find the reseller";
    let find = reseller::Entity::find().filter(reseller::Column::TenantId.eq(parent.0));
    let below = find.all(db).await.during(operation)?;
    let ids: Vec<_> = below.iter().map(|row| row.reseller_id).collect();
    let named = tenant::Entity::find().filter(tenant::Column::Id.is_in(ids));
    let named = named.all(db).await.during(operation)?;
    let id = named.iter().find(|tenant| tenant.name == name).map(|tenant| tenant.id);
    let found = below.into_iter().find(|row| Some(row.reseller_id) == id);
    found.ok_or_else(|| {
        names::not_found(Kind::Reseller, name, named.into_iter().map(|tenant| tenant.name))
    })
}

/// What a reseller pays to the tenant above it for an item, where that has said it.
pub(in super::super) async fn price_of(
    db: &impl ConnectionTrait,
    (parent, reseller): (TenantId, TenantId),
    item: &str,
) -> Result<Option<Money>, StoreError> {
    let row = reseller_price::Entity::find()
        .filter(reseller_price::Column::TenantId.eq(parent.0))
        .filter(reseller_price::Column::BuyerId.eq(reseller.0))
        .filter(reseller_price::Column::Item.eq(item))
        .one(db);
    let row = row.await.during("read the price of the reseller")?;
    row.map(|row| money(row.amount_minor, &row.currency, row.id)).transpose()
}

/// Has a reseller so much at the tenant above it? Its account there is locked.
pub(in super::super) async fn check_has(
    db: &impl ConnectionTrait,
    parent: TenantId,
    reseller: TenantId,
    amount: Money,
) -> Result<(), StoreError> {
    let row = reseller::Entity::find_by_id(reseller.0).one(db).await.during("find the reseller")?;
    let Some(row) = row else {
        return Err(names::not_found(Kind::Reseller, &reseller.to_string(), []));
    };
    let refused = |error: ResellerSaleError| rule(&reseller.to_string(), error.into());
    let money = |error: billing_core::MoneyError| refused(error.into());
    let available = wallet(db, &row).await?.available().map_err(money)?;
    if !amount.is_zero() && amount.least(available).map_err(money)? != amount {
        return Err(refused(ResellerSaleError::Insufficient {
            reseller,
            parent,
            available,
            amount,
        }));
    }
    Ok(())
}

/// What a reseller has at the tenant above it, and its credit.
pub(super) async fn wallet(
    db: &impl ConnectionTrait,
    row: &reseller::Model,
) -> Result<ResellerWallet, StoreError> {
    let credit = credit_of(row)?;
    let name = AccountName::Reseller(TenantId(row.reseller_id));
    let found = account::Entity::find()
        .filter(account::Column::TenantId.eq(row.tenant_id))
        .filter(account::Column::Name.eq(name.to_string()))
        .filter(account::Column::Currency.eq(row.currency.as_str()))
        .one(db);
    let refused = |error: WalletError| rule(&row.reseller_id.to_string(), RuleError::Wallet(error));
    let balance = match found.await.during("read what the reseller has")? {
        Some(found) => {
            account_of(&found)?.credit_balance().map_err(|error| refused(error.into()))?
        }
        None => Money::zero(credit.currency()),
    };
    ResellerWallet::new(balance, credit).map_err(refused)
}

/// Every tenant with the one above it.
pub(super) async fn parents(
    db: &impl ConnectionTrait,
) -> Result<Vec<(TenantId, Option<TenantId>)>, StoreError> {
    let operation = "read who is below whom";
    let rows = reseller::Entity::find().all(db).await.during(operation)?;
    let tenants = tenant::Entity::find().all(db).await.during(operation)?;
    let above = |id: i64| rows.iter().find(|row| row.reseller_id == id);
    let parent = |tenant: &tenant::Model| {
        (TenantId(tenant.id), above(tenant.id).map(|row| TenantId(row.tenant_id)))
    };
    Ok(tenants.iter().map(parent).collect())
}

/// Only one at a time changes who is below whom: two changes that are right each may be a loop together.
async fn hold_tree(unit: &Unit<'_>) -> Result<(), StoreError> {
    let first = tenant::Entity::find().order_by_asc(tenant::Column::Id).limit(1);
    // Rows that name the tenant are still added meanwhile.
    let first = first.lock(LockType::NoKeyUpdate);
    first.one(&unit.txn).await.during("hold the tree of tenants").map(|_| ())
}

/// Lets the ledger limit the account of a reseller without credit. One with credit the wallet limits.
async fn limit_account(
    unit: &Unit<'_>,
    reseller: TenantId,
    credit: Money,
) -> Result<(), StoreError> {
    let name = AccountName::Reseller(reseller);
    let limit = if credit.is_zero() { name.limit() } else { Limit::None };
    let row = account::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        name: Set(name.to_string()),
        currency: Set(credit.currency().code().to_owned()),
        may_not: Set(codes::limit(limit).to_owned()),
        debits_posted_minor: Set(0),
        credits_posted_minor: Set(0),
        debits_pending_minor: Set(0),
        credits_pending_minor: Set(0),
        ..Default::default()
    };
    let key = [account::Column::TenantId, account::Column::Name, account::Column::Currency];
    let there = OnConflict::columns(key).update_column(account::Column::MayNot).to_owned();
    let insert = account::Entity::insert(row).on_conflict(there);
    insert.exec_without_returning(&unit.txn).await.during("limit the reseller's account")?;
    Ok(())
}

fn check_currency(row: &reseller::Model, name: &str, price: Money) -> Result<(), StoreError> {
    let wallet = credit_of(row)?.currency();
    if price.currency() == wallet {
        return Ok(());
    }
    Err(invalid(format!("the wallet of `{name}` is in {wallet}, and so are its prices")))
}

/// Lets it be tried again at once to renew packages of customers of a reseller, and of those below it, that
/// could not be: it may be what the reseller did not have.
async fn renew_again(unit: &Unit<'_>, reseller: TenantId) -> Result<(), StoreError> {
    let tree = Tree::new(parents(&unit.txn).await?);
    let tree = tree.map_err(|error| rule(&reseller.to_string(), error.into()))?;
    let backend = unit.txn.get_database_backend();
    let (is_among, ids) =
        among::numbers_at(backend, "$1", tree.at_or_below(reseller).map(|it| it.0));
    let sql = format!(
        "update subscription_package set try_at = coalesce(bought_at, 0), tries = 0 \
         where auto_renew = 1 and tries > 0 and try_at is not null and tenant_id {is_among}"
    );
    let statement = Statement::from_sql_and_values(backend, sql, [Value::from(ids)]);
    let again = unit.txn.execute_raw(statement).await;
    again.during("renew packages with what has come").map(|_| ())
}

fn check_credit(name: &str, credit: Money) -> Result<(), StoreError> {
    let wallet = ResellerWallet::new(Money::zero(credit.currency()), credit);
    wallet.map(|_| ()).map_err(|error| rule(name, error.into()))
}

pub(super) fn credit_of(row: &reseller::Model) -> Result<Money, StoreError> {
    money(row.credit_limit_minor, &row.currency, row.reseller_id)
}

pub(super) fn money(minor: i64, currency: &str, row: i64) -> Result<Money, StoreError> {
    let currency = currency.parse::<Currency>().map_err(|_| StoreError::Corrupt {
        what: Kind::Reseller,
        row: row.to_string(),
        problem: format!("`{currency}` is no currency"),
    })?;
    Ok(Money::new(minor, currency))
}

fn described(credit: Money) -> serde_json::Value {
    json!({ "credit_minor": credit.amount_minor(), "currency": credit.currency().code() })
}

pub(super) fn record(
    unit: &mut Unit<'_>,
    reseller: TenantId,
    name: &str,
    before: Option<serde_json::Value>,
    after: serde_json::Value,
) {
    let (kind, after) = (Kind::Reseller, Some(after));
    unit.record(Record { kind, row: reseller.0, name, before, after });
}

pub(super) fn rule(name: &str, source: RuleError) -> StoreError {
    StoreError::Rule { what: Kind::Reseller, name: name.to_owned(), source }
}

pub(super) fn invalid(problem: String) -> StoreError {
    StoreError::Invalid { what: Kind::Reseller, problem }
}
