//! Who sells and who buys, as it stands on documents.
//!
//! Both are versions: to change one adds a row, and a document keeps the number of the one that was in force
//! when it became final. So nothing is copied for each document, and none changes afterwards.

use billing_core::invoice::Seller;
use entitlement::TenantId;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::{Value, json};

use super::invoices::{Invoice, Invoices};
use super::settings::BillingSettings;
use crate::entity::{buyer, invoice, seller, subscriber};
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::subscribers::Subscribers;
use crate::unit::{Record, Unit};

/// The longest text of a party, octets: an address or instructions of some lines.
const TEXT_LEN_MAX: usize = 2_000;

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// The name that is billed.
    pub name: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// By which the tax authority knows it.
    pub tax_number: Option<String>,
    /// Where documents are sent.
    pub email: Option<String>,
    /// What it orders by, where a subscription has no order of its own.
    pub purchase_order: Option<String>,
}

/// What of a buyer is to be set; `None` leaves it as it is, `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuyerChange {
    /// The name that is billed; cleared, it is the subscriber's full name or else its account's.
    pub name: Option<Option<String>>,
    /// The lines of the address.
    pub address: Option<Vec<String>>,
    /// By which the tax authority knows it.
    pub tax_number: Option<Option<String>>,
    /// Where documents are sent.
    pub email: Option<Option<String>>,
    /// What it orders by.
    pub purchase_order: Option<Option<String>>,
}

impl BillingSettings<'_> {
    /// Who sells, as it stands on documents from now on; `None`: nobody has said it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn seller(&self) -> Result<Option<Seller>, StoreError> {
        let found = last_seller(&self.store.database().reader, self.tenant).await?;
        Ok(found.map(Seller::from))
    }

    /// Says who sells. What is final keeps what was said before; what became final when nothing had been said
    /// gets the first that is.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for a text that is empty or too long.
    pub async fn set_seller(&self, by: &Actor, new: &Seller) -> Result<(), StoreError> {
        let operation = "say who sells";
        check(Kind::Seller, "name", &new.name, false)?;
        check_lines(Kind::Seller, &new.address)?;
        let texts = [("tax number", &new.tax_number, false), ("contact", &new.contact, false)];
        let blocks = [("payment", &new.payment_instructions, true), ("footer", &new.footer, true)];
        for (what, text, may_have_lines) in texts.into_iter().chain(blocks) {
            text.iter().try_for_each(|text| check(Kind::Seller, what, text, may_have_lines))?;
        }
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let before = last_seller(&unit.txn, self.tenant).await?.map(Seller::from);
        if before.as_ref() == Some(new) {
            return Ok(());
        }
        let row = seller::ActiveModel {
            tenant_id: Set(self.tenant.0),
            name: Set(new.name.clone()),
            address: Set(new.address.join("\n")),
            tax_number: Set(new.tax_number.clone()),
            contact: Set(new.contact.clone()),
            payment_instructions: Set(new.payment_instructions.clone()),
            footer: Set(new.footer.clone()),
            made_at: Set(unit.now.unix_ms()),
            ..Default::default()
        };
        let added = seller::Entity::insert(row).exec_with_returning(&unit.txn).await;
        let added = added.during(operation)?;
        unit.record(Record {
            kind: Kind::Seller,
            row: added.id,
            name: &new.name,
            before: before.as_ref().map(seller_described),
            after: Some(seller_described(new)),
        });
        unit.commit().await
    }
}

impl Subscribers<'_> {
    /// Who is billed for the subscriber called `name`, as it stands on documents from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn buyer(&self, name: &str) -> Result<Buyer, StoreError> {
        let reader = &self.store.database().reader;
        let row = self.existing(reader, name).await?;
        buyer_of(reader, &row).await
    }
}

impl Invoices<'_> {
    /// Who sold and who bought, as it was when the document became final; no seller, while nobody has ever
    /// said who it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn parties(&self, of: &Invoice) -> Result<(Option<Seller>, Buyer), StoreError> {
        let reader = &self.store.database().reader;
        let operation = "read who sold and who bought";
        let missing = || StoreError::NotFound {
            what: Kind::Invoice,
            name: of.label.clone(),
            similar: None,
            known: Vec::new(),
        };
        let found = invoice::Entity::find_by_id(of.id)
            .filter(invoice::Column::TenantId.eq(self.tenant.0))
            .one(reader);
        let row = found.await.during(operation)?.ok_or_else(missing)?;
        let sold_by = match row.seller_id {
            Some(id) => seller::Entity::find_by_id(id).one(reader).await,
            // What was said first is said of it as well, and of it alone it then stays said.
            None => {
                let all = seller::Entity::find()
                    .filter(seller::Column::TenantId.eq(self.tenant.0))
                    .order_by_asc(seller::Column::Id);
                all.one(reader).await
            }
        };
        let sold_by = sold_by.during(operation)?.map(Seller::from);
        if let Some(id) = row.buyer_id {
            let found = buyer::Entity::find_by_id(id).one(reader).await.during(operation)?;
            return Ok((sold_by, found.map(Buyer::from).ok_or_else(missing)?));
        }
        let found = subscriber::Entity::find_by_id(row.subscriber_id).one(reader).await;
        let owner = found.during(operation)?.ok_or_else(missing)?;
        Ok((sold_by, unsaid(&owner)))
    }
}

/// Sets what is said of a buyer within a unit of work, and what it was before.
pub(crate) async fn set_buyer(
    unit: &Unit<'_>,
    row: &subscriber::Model,
    change: &BuyerChange,
) -> Result<(), StoreError> {
    let before = buyer_of(&unit.txn, row).await?;
    let set = |change: &Option<Option<String>>, before: Option<String>| match change {
        Some(text) => text.clone(),
        None => before,
    };
    let after = Buyer {
        name: set(&change.name, Some(before.name.clone())).unwrap_or_else(|| unsaid(row).name),
        address: change.address.clone().unwrap_or_else(|| before.address.clone()),
        tax_number: set(&change.tax_number, before.tax_number.clone()),
        email: set(&change.email, before.email.clone()),
        purchase_order: set(&change.purchase_order, before.purchase_order.clone()),
    };
    check(Kind::Subscriber, "billing name", &after.name, false)?;
    check_lines(Kind::Subscriber, &after.address)?;
    let texts = [
        ("tax number", &after.tax_number),
        ("e-mail address", &after.email),
        ("purchase order", &after.purchase_order),
    ];
    for (what, text) in texts {
        text.iter().try_for_each(|text| check(Kind::Subscriber, what, text, false))?;
    }
    if after.email.as_ref().is_some_and(|email| !email.contains('@')) {
        return Err(StoreError::Invalid {
            what: Kind::Subscriber,
            problem: "the e-mail address has no `@`".to_owned(),
        });
    }
    if after == before {
        return Ok(());
    }
    let version = buyer::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        subscriber_id: Set(row.id),
        name: Set(after.name),
        address: Set(after.address.join("\n")),
        tax_number: Set(after.tax_number),
        email: Set(after.email),
        purchase_order: Set(after.purchase_order),
        made_at: Set(unit.now.unix_ms()),
        ..Default::default()
    };
    let added = buyer::Entity::insert(version).exec_without_returning(&unit.txn).await;
    added.during("say who is billed").map(|_| ())
}

/// Who is billed for a subscriber now.
pub(crate) async fn buyer_of(
    db: &impl ConnectionTrait,
    row: &subscriber::Model,
) -> Result<Buyer, StoreError> {
    let last = buyer::Entity::find()
        .filter(buyer::Column::SubscriberId.eq(row.id))
        .order_by_desc(buyer::Column::Id)
        .one(db);
    let last = last.await.during("read who is billed")?;
    Ok(last.map_or_else(|| unsaid(row), Buyer::from))
}

/// Forgets what was said of a buyer who has no document.
pub(crate) async fn forget_buyer(unit: &Unit<'_>, subscriber: i64) -> Result<(), StoreError> {
    let forgotten = buyer::Entity::delete_many()
        .filter(buyer::Column::SubscriberId.eq(subscriber))
        .exec(&unit.txn)
        .await;
    forgotten.during("forget who was billed").map(|_| ())
}

/// The number of the version of the seller that is in force.
pub(super) async fn seller_in_force(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<i64>, StoreError> {
    Ok(last_seller(db, tenant).await?.map(|row| row.id))
}

async fn last_seller(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<seller::Model>, StoreError> {
    let last = seller::Entity::find()
        .filter(seller::Column::TenantId.eq(tenant.0))
        .order_by_desc(seller::Column::Id)
        .one(db);
    last.await.during("read who sells")
}

/// A buyer of whom nothing was said. What a subscriber is called is never changed.
fn unsaid(row: &subscriber::Model) -> Buyer {
    Buyer {
        name: row.full_name.clone().unwrap_or_else(|| row.name.clone()),
        address: Vec::new(),
        tax_number: None,
        email: None,
        purchase_order: None,
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

impl From<seller::Model> for Seller {
    fn from(row: seller::Model) -> Self {
        Self {
            name: row.name,
            address: lines(&row.address),
            tax_number: row.tax_number,
            contact: row.contact,
            payment_instructions: row.payment_instructions,
            footer: row.footer,
        }
    }
}

impl From<buyer::Model> for Buyer {
    fn from(row: buyer::Model) -> Self {
        Self {
            name: row.name,
            address: lines(&row.address),
            tax_number: row.tax_number,
            email: row.email,
            purchase_order: row.purchase_order,
        }
    }
}

fn check_lines(kind: Kind, lines: &[String]) -> Result<(), StoreError> {
    lines.iter().try_for_each(|line| check(kind, "address", line, false))?;
    let whole = lines.join("\n");
    if whole.is_empty() { Ok(()) } else { check(kind, "address", &whole, true) }
}

/// Whether a text can stand on a document.
pub(super) fn check(
    kind: Kind,
    what: &str,
    text: &str,
    may_have_lines: bool,
) -> Result<(), StoreError> {
    let problem = if text.trim().is_empty() {
        format!("the {what} is empty")
    } else if text.len() > TEXT_LEN_MAX {
        format!("the {what} has {} octets, at most {TEXT_LEN_MAX} are possible", text.len())
    } else if text.chars().any(|c| c.is_control() && !(may_have_lines && c == '\n')) {
        format!("the {what} `{}` holds a control character", text.escape_debug())
    } else {
        return Ok(());
    };
    Err(StoreError::Invalid { what: kind, problem })
}

fn seller_described(seller: &Seller) -> Value {
    json!({
        "name": seller.name,
        "address": seller.address,
        "tax_number": seller.tax_number,
        "contact": seller.contact,
        "payment_instructions": seller.payment_instructions,
        "footer": seller.footer,
    })
}

/// For the audit.
pub(crate) fn buyer_described(buyer: &Buyer) -> Value {
    json!({
        "name": buyer.name,
        "address": buyer.address,
        "tax_number": buyer.tax_number,
        "email": buyer.email,
        "purchase_order": buyer.purchase_order,
    })
}
