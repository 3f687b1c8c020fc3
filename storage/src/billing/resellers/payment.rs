//! What resellers have earned for payments, and give back with what is taken back of them.

use std::collections::BTreeMap;

use billing_core::ledger::{AccountName, Provider};
use billing_core::payment::ReceiptNumber;
use billing_core::reseller::{
    CommissionBackId, CommissionId, CommissionOn, EarnedCommission, Earning, GivenBack,
    PaymentCommission, commissions, earned_on, give_back, given_back,
};
use billing_core::{Money, PartOrAmount};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, Statement, Value,
};
use serde_json::json;

use super::payment_rates::{agreements, read_rate, way_to};
use super::tree::{invalid, money, rule};
use super::{BothSides, Resellers, commission};
use crate::billing::books::About;
use crate::billing::settings;
use crate::entity::{payment_commission, receipt};
use crate::error::{During as _, Kind, StoreError};
use crate::outbox::{CommissionOf, ReceiptName, Topic};
use crate::unit::{Record, Unit};

/// A commission on a payment, as one of both sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentCommissionEntry {
    /// When the payment was received.
    pub at: Timestamp,
    /// Whose customer has paid, by name.
    pub seller: String,
    /// Who took the payment.
    pub provider: Provider,
    /// Under which number.
    pub number: ReceiptNumber,
    /// Of how much.
    pub paid: Money,
    /// By what that is earned.
    pub rate: PartOrAmount,
    /// Who gives it, by name.
    pub giver: String,
    /// Who earns it, by name.
    pub earner: String,
    /// Whether it is this tenant that earns it; it gives it otherwise.
    pub is_earned: bool,
    /// How much.
    pub amount: Money,
    /// What of it was given back.
    pub back: Money,
}

/// What is earned for a payment, before it is kept.
#[derive(Debug, Default)]
pub(in super::super) struct Earns {
    rows: Vec<(EarnedCommission, PartOrAmount)>,
    paid_minor: i64,
    /// What moves.
    pub(in super::super) sides: BothSides,
}

/// What is given back with what is taken back of a payment, before it is kept.
#[derive(Debug, Default)]
pub(in super::super) struct GivesBack {
    rows: Vec<(i64, GivenBack)>,
    /// What moves.
    pub(in super::super) sides: BothSides,
}

impl Resellers<'_> {
    /// What this tenant has earned and given for payments of its customers and of those below it, the last
    /// `limit`, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn payment_commissions(
        &self,
        limit: u64,
    ) -> Result<Vec<PaymentCommissionEntry>, StoreError> {
        let which = "c.tenant_id = $1 or c.reseller_id = $1 order by c.id desc limit $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        entries(&self.store.database().reader, self.tenant, (which, limit)).await
    }
}

/// What a tenant has earned for a receipt of its own.
pub(in super::super) async fn of_receipt(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    receipt: i64,
) -> Result<Option<PaymentCommissionEntry>, StoreError> {
    let which = "c.reseller_id = $1 and c.receipt_id = $2";
    Ok(entries(db, tenant, (which, receipt)).await?.pop())
}

async fn entries(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    (which, of): (&str, i64),
) -> Result<Vec<PaymentCommissionEntry>, StoreError> {
    let operation = "read what was earned for payments";
    let sql = format!(
        "select c.receipt_id, c.reseller_id, c.rate, c.paid_minor, c.amount_minor, c.back_minor, \
         c.currency, r.provider, r.number, r.received_at, s.name as seller, g.name as giver, \
         e.name as earner from payment_commission c join receipt r on r.id = c.receipt_id \
         join tenant s on s.id = r.tenant_id join tenant g on g.id = c.tenant_id \
         join tenant e on e.id = c.reseller_id where {which}"
    );
    let values = [tenant.0, of].map(Value::from);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = db.query_all_raw(statement).await.during(operation)?;
    let entry = |row: &sea_orm::QueryResult| {
        let number = |column| row.try_get::<i64>("", column).during(operation);
        let text = |column| row.try_get::<String>("", column).during(operation);
        let (receipt, currency) = (number("receipt_id")?, text("currency")?);
        let amount = |column| money(number(column)?, &currency, receipt);
        let wrong = |problem: String| StoreError::Corrupt {
            what: Kind::Payment,
            row: receipt.to_string(),
            problem,
        };
        Ok(PaymentCommissionEntry {
            at: Timestamp::from_unix_ms(number("received_at")?),
            seller: text("seller")?,
            provider: text("provider")?.parse().map_err(|_| wrong("its provider".to_owned()))?,
            number: text("number")?.parse().map_err(|_| wrong("its number".to_owned()))?,
            paid: amount("paid_minor")?,
            rate: read_rate(&text("rate")?, receipt)?,
            giver: text("giver")?,
            earner: text("earner")?,
            is_earned: number("reseller_id")? == tenant.0,
            amount: amount("amount_minor")?,
            back: amount("back_minor")?,
        })
    };
    rows.iter().map(entry).collect()
}

impl Earns {
    /// What is earned on every level with a receipt of which so much is its owner's: by what was agreed on
    /// when it was received.
    pub(in super::super) async fn of(
        unit: &Unit<'_>,
        receipt: &receipt::Model,
        paid: Money,
    ) -> Result<Self, StoreError> {
        if paid.is_zero() {
            // Whoever makes it its owner's says that nothing is left of it.
            return Ok(Self::default());
        }
        let path = way_to(&unit.txn, unit.tenant).await?;
        let at = Timestamp::from_unix_ms(receipt.received_at);
        let agreed = agreements(&unit.txn, &path, at, paid.currency()).await?;
        if agreed.is_empty() {
            return Ok(Self::default());
        }
        let rates: BTreeMap<_, _> = agreed.iter().map(|(who, (_, rate))| (*who, *rate)).collect();
        let agreed = agreed.into_iter().map(|(who, (agreement, _))| (who, agreement)).collect();
        let earning = Earning {
            id: CommissionId(receipt.id),
            on: CommissionOn::Payments,
            product: None,
            amount: paid,
            rounding: settings::read(&unit.txn, unit.tenant).await?.rounding,
        };
        let refused = |error: billing_core::reseller::CommissionError| {
            rule(&unit.tenant.to_string(), error.into())
        };
        let earned = earned_on(&path, &agreed, &earning).map_err(refused)?;
        let moved = commissions(&path, &agreed, &earning).map_err(refused)?;
        let sides = BothSides::of_all(moved, &about(receipt));
        let rate = |earned: EarnedCommission| Some((earned, *rates.get(&earned.earner)?));
        let rows = earned.into_iter().filter_map(rate).collect();
        Ok(Self { rows, paid_minor: paid.amount_minor(), sides })
    }

    /// Keeps it, and moves it in the books of everybody: at the moment, or at the first that is open there.
    pub(in super::super) async fn keep(
        self,
        unit: &mut Unit<'_>,
        receipt: &receipt::Model,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let operation = "keep what resellers earn for a payment";
        for (earned, rate) in &self.rows {
            let row = payment_commission::ActiveModel {
                tenant_id: Set(earned.giver.0),
                reseller_id: Set(earned.earner.0),
                receipt_id: Set(receipt.id),
                level: Set(earned.level.into()),
                rate: Set(rate.to_string()),
                paid_minor: Set(self.paid_minor),
                amount_minor: Set(earned.amount.amount_minor()),
                back_minor: Set(0),
                currency: Set(receipt.currency.clone()),
                ..Default::default()
            };
            let insert = payment_commission::Entity::insert(row);
            insert.exec_without_returning(&unit.txn).await.during(operation)?;
            audit(unit, receipt, earned, "commission_minor");
            tell(unit, Topic::CommissionEarned, receipt, earned);
        }
        self.sides.enter_when_open(unit, at).await
    }
}

impl GivesBack {
    /// What is given back on every level when so much is left of a receipt, by that number of what was taken
    /// back.
    pub(in super::super) async fn of(
        unit: &Unit<'_>,
        receipt: &receipt::Model,
        taken_back: i64,
        left: Money,
    ) -> Result<Self, StoreError> {
        let rows = payment_commission::Entity::find()
            .filter(payment_commission::Column::ReceiptId.eq(receipt.id))
            .order_by_asc(payment_commission::Column::Level)
            .all(&unit.txn);
        let rows = rows.await.during("read what resellers have earned for a payment")?;
        let earned = rows.iter().map(commission_of).collect::<Result<Vec<_>, _>>()?;
        let back = give_back(&earned, left);
        let back = back.map_err(|error| rule(&unit.tenant.to_string(), error.into()))?;
        let sides = given_back(CommissionBackId(taken_back), &back);
        let sides = BothSides::of_all(sides, &about(receipt));
        let row = |back: GivenBack| {
            let level = i64::from(back.of.level);
            rows.iter().find(|row| row.level == level).map(|row| (row.id, back))
        };
        Ok(Self { rows: back.into_iter().filter_map(row).collect(), sides })
    }

    /// Keeps it, and moves it in the books of everybody. Whoever has spent it owes it.
    pub(in super::super) async fn keep(
        self,
        unit: &mut Unit<'_>,
        receipt: &receipt::Model,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for (id, back) in &self.rows {
            let changed = payment_commission::ActiveModel {
                id: Set(*id),
                back_minor: Set(back.back.amount_minor()),
                ..Default::default()
            };
            changed.update(&unit.txn).await.during("keep what resellers give back")?;
            audit(unit, receipt, &back.of, "given_back_minor");
            tell(unit, Topic::CommissionTakenBack, receipt, &back.of);
        }
        self.sides.enter_owed(unit, at).await
    }
}

/// The names of the accounts of a tenant in which something moves.
pub(in super::super) fn accounts_of(sides: &BothSides, tenant: TenantId) -> Vec<AccountName> {
    let entries = sides.of_tenant(tenant);
    entries.flat_map(|entry| [entry.debit.clone(), entry.credit.clone()]).collect()
}

fn about(receipt: &receipt::Model) -> About {
    let memo = format!(
        "{} {} of a customer of tenant {}",
        receipt.provider, receipt.number, receipt.tenant_id
    );
    About { invoice: None, memo: Some(memo) }
}

fn commission_of(row: &payment_commission::Model) -> Result<PaymentCommission, StoreError> {
    let amount = |minor| money(minor, &row.currency, row.id);
    let level = u16::try_from(row.level);
    let level = level.map_err(|_| invalid(format!("commission {} is on no level", row.id)))?;
    let (giver, earner) = (TenantId(row.tenant_id), TenantId(row.reseller_id));
    let earned = EarnedCommission { level, giver, earner, amount: amount(row.amount_minor)? };
    Ok(PaymentCommission { earned, paid: amount(row.paid_minor)?, back: amount(row.back_minor)? })
}

/// Who gives it and who earns it hear of it.
fn tell(unit: &mut Unit<'_>, topic: Topic, receipt: &receipt::Model, earned: &EarnedCommission) {
    let on = CommissionOf::Payment(ReceiptName {
        id: receipt.id,
        provider: receipt.provider.clone(),
        number: receipt.number.clone(),
        reference: None,
    });
    let (giver, earner) = (earned.giver, earned.earner);
    commission::tell(unit, topic, (giver, earner), (on, earned.amount));
}

/// It is in the audit of who gives it and of who earns it.
fn audit(
    unit: &mut Unit<'_>,
    receipt: &receipt::Model,
    earned: &EarnedCommission,
    field: &'static str,
) {
    let own = unit.tenant;
    let name = format!("{} {}", receipt.provider, receipt.number);
    for tenant in [earned.giver, earned.earner] {
        unit.tenant = tenant;
        unit.record(Record {
            kind: Kind::Payment,
            row: receipt.id,
            name: &name,
            before: Some(json!({ "seller": receipt.tenant_id })),
            after: Some(
                json!({ "reseller": earned.earner.0, field: earned.amount.amount_minor() }),
            ),
        });
    }
    unit.tenant = own;
}
