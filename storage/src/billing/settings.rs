//! How a tenant bills.

use billing_core::invoice::{NumberingError, Restarts, Series};
use billing_core::payment::CallingCode;
use billing_core::{Cadence, ChangePolicy, ComponentId, PausePolicy, Rounding};
use entitlement::{TenantId, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait as _, Statement, Value};
use serde_json::json;

use super::invoices::{self, InvoiceKind};
use super::{UnredeemedVouchers, codes, parties, taxes};
use crate::entity::billing_settings;
use crate::error::{During as _, Kind, RuleError, StoreError};
use crate::store::{Actor, Store};
use crate::tenants;
use crate::unit::{Record, Unit};

/// The longest time to pay, days.
pub(crate) const PAYMENT_DAYS_MAX: u16 = 365;

/// Reads and changes how a tenant bills.
#[derive(Debug)]
pub struct BillingSettings<'s> {
    pub(crate) store: &'s Store,
    pub(crate) tenant: TenantId,
}

/// How a tenant bills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How a part of a price becomes a whole number of minor units.
    pub rounding: Rounding,
    /// How long an invoice may remain unpaid, days.
    pub payment_days: u16,
    /// Until when the books are closed: nothing may be entered before it.
    pub closed_until: Option<Timestamp>,
    /// How invoices are numbered.
    pub invoices: Series,
    /// How credit notes are numbered.
    pub credit_notes: Series,
    /// How debit notes are numbered; the same for everybody.
    pub debit_notes: Series,
    /// How one offer takes the place of another.
    pub changes: ChangePolicy,
    /// How subscriptions can be paused.
    pub pauses: PausePolicy,
    /// How long before its end a termination must be said; `None`: not at all.
    pub notice: Option<Cadence>,
    /// Whether is billed, and who does not pay is dunned, by itself; otherwise by command only.
    pub is_automatic: bool,
    /// What the codes on printed vouchers hold, with `{code}` in the place of the code; `None`: the code.
    pub voucher_link: Option<String>,
    /// The calling code of the telephone numbers that payers write as their reference; `None`: whose a
    /// payment is says no telephone number.
    pub calling_code: Option<CallingCode>,
    /// What becomes of what was paid for vouchers that nobody has redeemed in time, when they expire by
    /// themselves; `None`: that is said by who lets them expire.
    pub unredeemed: Option<UnredeemedVouchers>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rounding: Rounding::HalfUp,
            payment_days: 14,
            closed_until: None,
            invoices: usual("INV-{year}-{number:06}"),
            credit_notes: usual("CN-{year}-{number:06}"),
            debit_notes: usual("DN-{year}-{number:06}"),
            changes: ChangePolicy::default(),
            pauses: PausePolicy { longest: None, per_year: None },
            notice: None,
            is_automatic: true,
            voucher_link: None,
            calling_code: None,
            unredeemed: None,
        }
    }
}

/// A pattern of our own with its year.
fn usual(pattern: &str) -> Series {
    let read = || Series::new(pattern.parse().ok()?, Restarts::Yearly).ok();
    // A test reads both.
    read().unwrap_or_else(|| unreachable!("the pattern {pattern} is a right one"))
}

impl BillingSettings<'_> {
    /// How it bills now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(&self) -> Result<Settings, StoreError> {
        read(&self.store.database().reader, self.tenant).await
    }

    /// Changes how it bills. Whoever does so at the same time waits, and so does whoever bills: `change` is
    /// told what is so at that moment.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for more days than a year has, for books that would be opened again, and for
    /// those that would be closed until a moment that is still to come; [`StoreError::Rule`] with
    /// [`RuleError::Numbering`] for numbers that documents have already, and for another rounding while
    /// periods that are billed are open.
    pub async fn change(
        &self,
        by: &Actor,
        change: impl FnOnce(&mut Settings) + Send,
    ) -> Result<Settings, StoreError> {
        let change = |settings: &mut Settings| {
            change(settings);
            Ok::<_, StoreError>(())
        };
        self.try_change(by, change).await
    }

    /// As [`change`](Self::change), where the change itself can fail; nothing is changed then.
    ///
    /// # Errors
    /// As [`change`](Self::change), and with which `change` fails.
    pub async fn try_change<E: From<StoreError>>(
        &self,
        by: &Actor,
        change: impl FnOnce(&mut Settings) -> Result<(), E> + Send,
    ) -> Result<Settings, E> {
        let operation = "change how the tenant bills";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        // Before it is read: what somebody else changes meanwhile would be undone.
        tenants::lock_prices(&unit.txn, self.tenant).await?;
        let before = read(&unit.txn, self.tenant).await?;
        let mut after = before.clone();
        change(&mut after)?;
        check(&before, &after, unit.now)?;
        check_numbers(&unit, &before, &after).await?;
        if let Some(UnredeemedVouchers::Earned(names)) = &after.unredeemed {
            taxes::named(&unit.txn, self.tenant, Kind::BillingSettings, names).await?;
        }
        if after.rounding != before.rounding {
            check_periods(&unit.txn, self.tenant, after.closed_until, Kind::BillingSettings)
                .await?;
        }
        write(&mut unit, &before, &after).await?;
        unit.commit().await?;
        Ok(after)
    }
}

async fn write(unit: &mut Unit<'_>, before: &Settings, after: &Settings) -> Result<(), StoreError> {
    let row = billing_settings::ActiveModel {
        tenant_id: Set(unit.tenant.0),
        rounding: Set(after.rounding.code().to_owned()),
        payment_days: Set(after.payment_days.into()),
        closed_until: Set(after.closed_until.map(Timestamp::unix_ms)),
        invoice_format: Set(after.invoices.format().to_string()),
        invoice_restarts: Set(codes::restarts(after.invoices.restarts()).to_owned()),
        credit_note_format: Set(after.credit_notes.format().to_string()),
        credit_note_restarts: Set(codes::restarts(after.credit_notes.restarts()).to_owned()),
        upgrade: Set(codes::when(after.changes.upgrade).to_owned()),
        downgrade: Set(codes::when(after.changes.downgrade).to_owned()),
        change_fee_id: Set(after.changes.fee.map(|fee| fee.0)),
        pause_longest: Set(after.pauses.longest.map(|longest| longest.to_string())),
        pauses_per_year: Set(after.pauses.per_year.map(i64::from)),
        notice: Set(after.notice.map(|notice| notice.to_string())),
        automatic: Set(after.is_automatic.into()),
        voucher_link: Set(after.voucher_link.clone()),
        calling_code: Set(after.calling_code.as_ref().map(CallingCode::to_string)),
        unredeemed_vouchers: Set(after.unredeemed.as_ref().map(ToString::to_string)),
    };
    let on_conflict = OnConflict::column(billing_settings::Column::TenantId)
        .update_columns([
            billing_settings::Column::Rounding,
            billing_settings::Column::PaymentDays,
            billing_settings::Column::ClosedUntil,
            billing_settings::Column::InvoiceFormat,
            billing_settings::Column::InvoiceRestarts,
            billing_settings::Column::CreditNoteFormat,
            billing_settings::Column::CreditNoteRestarts,
            billing_settings::Column::Upgrade,
            billing_settings::Column::Downgrade,
            billing_settings::Column::ChangeFeeId,
            billing_settings::Column::PauseLongest,
            billing_settings::Column::PausesPerYear,
            billing_settings::Column::Notice,
            billing_settings::Column::Automatic,
            billing_settings::Column::VoucherLink,
            billing_settings::Column::CallingCode,
            billing_settings::Column::UnredeemedVouchers,
        ])
        .to_owned();
    let insert = billing_settings::Entity::insert(row).on_conflict(on_conflict);
    insert.exec_without_returning(&unit.txn).await.during("change how the tenant bills")?;
    unit.record(Record {
        kind: Kind::BillingSettings,
        row: unit.tenant.0,
        name: "billing",
        before: Some(described(before)),
        after: Some(described(after)),
    });
    Ok(())
}

impl Settings {
    /// Checks that what is entered lies where the books are open.
    pub(super) fn check_open(
        &self,
        what: Kind,
        field: &'static str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        billing_core::check_open(field, at, self.closed_until)
            .map_err(|source| StoreError::Closed { what, source })
    }
}

fn check(before: &Settings, after: &Settings, now: Timestamp) -> Result<(), StoreError> {
    let invalid = |problem: String| StoreError::Invalid { what: Kind::BillingSettings, problem };
    if after.payment_days > PAYMENT_DAYS_MAX {
        return Err(invalid(format!(
            "an invoice cannot be due after {} days; 0 to {PAYMENT_DAYS_MAX} are possible",
            after.payment_days
        )));
    }
    if let Some(link) = &after.voucher_link {
        parties::check(Kind::BillingSettings, "link of vouchers", link, false)?;
        if !link.contains("{code}") {
            return Err(invalid(format!(
                "the link of vouchers, `{link}`, has no place for their code; write {{code}} there"
            )));
        }
    }
    if after.closed_until < before.closed_until {
        return Err(invalid(
            "books that were closed are not opened again; correct what is in them by a credit note \
             or a charge of today"
                .to_owned(),
        ));
    }
    let closed = after.closed_until.filter(|_| after.closed_until > before.closed_until);
    if let Some(closed) = closed.filter(|closed| *closed > now) {
        return Err(invalid(format!(
            "books cannot be closed until {closed}, which is still to come: nothing could be entered \
             before that any more, and they are not opened again; close them until now, {now}, at most"
        )));
    }
    Ok(())
}

/// Refuses series by which two documents would have the same number: what is paid finds its subscriber by
/// that.
async fn check_numbers(
    unit: &Unit<'_>,
    before: &Settings,
    after: &Settings,
) -> Result<(), StoreError> {
    let numbered = |settings: &Settings| (settings.invoices.clone(), settings.credit_notes.clone());
    if numbered(before) == numbered(after) {
        return Ok(());
    }
    let refused = |source: NumberingError| StoreError::Rule {
        what: Kind::BillingSettings,
        name: "numbers".to_owned(),
        source: source.into(),
    };
    Series::check_apart(&after.invoices, &after.credit_notes).map_err(refused)?;
    let zone = tenants::time_zone(&unit.txn, unit.tenant).await?;
    let changed = [
        (InvoiceKind::Invoice, &before.invoices, &after.invoices),
        (InvoiceKind::CreditNote, &before.credit_notes, &after.credit_notes),
    ];
    for (kind, before, after) in changed {
        if before != after
            && let Some(label) = invoices::next_taken(unit, kind, after, &zone).await?
        {
            return Err(refused(NumberingError::Taken { label }));
        }
    }
    Ok(())
}

/// No period that is billed is open: what changes all of them would have all of them billed anew.
async fn check_periods(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    closed_until: Option<Timestamp>,
    what: Kind,
) -> Result<(), StoreError> {
    let operation = "find periods that are billed and open";
    // What was billed last is the most likely to be open.
    let sql = "select period_until from invoice_line where tenant_id = $1 and period_until > $2 \
               order by id desc limit 1";
    let closed_until = closed_until.map_or(i64::MIN, Timestamp::unix_ms);
    let values = [tenant.0, closed_until].map(Value::from);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let Some(row) = db.query_one_raw(statement).await.during(operation)? else { return Ok(()) };
    let until = Timestamp::from_unix_ms(row.try_get("", "period_until").during(operation)?);
    let source = RuleError::PeriodsAreOpen { until };
    Err(StoreError::Rule { what, name: tenant.to_string(), source })
}

/// As [`check_periods`], by how the tenant bills now, for whoever changes its clock.
pub(crate) async fn check_no_open_periods(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<(), StoreError> {
    let closed_until = read(db, tenant).await?.closed_until;
    check_periods(db, tenant, closed_until, Kind::Tenant).await
}

fn described(settings: &Settings) -> serde_json::Value {
    json!({
        "rounding": settings.rounding.code(),
        "payment_days": settings.payment_days,
        "closed_until": settings.closed_until.map(Timestamp::unix_ms),
        "invoices": settings.invoices.format().to_string(),
        "invoices_restart": codes::restarts(settings.invoices.restarts()),
        "credit_notes": settings.credit_notes.format().to_string(),
        "credit_notes_restart": codes::restarts(settings.credit_notes.restarts()),
        "upgrade": codes::when(settings.changes.upgrade),
        "downgrade": codes::when(settings.changes.downgrade),
        "change_fee": settings.changes.fee.map(|fee| fee.0),
        "pause_longest": settings.pauses.longest.map(|longest| longest.to_string()),
        "pauses_per_year": settings.pauses.per_year,
        "notice": settings.notice.map(|notice| notice.to_string()),
        "automatic": settings.is_automatic,
        "voucher_link": settings.voucher_link,
        "calling_code": settings.calling_code.as_ref().map(CallingCode::to_string),
        "unredeemed_vouchers": settings.unredeemed.as_ref().map(ToString::to_string),
    })
}

/// How the tenant bills, where its books are open at the moment of what is to be entered: of which kind it is, and
/// what it is called.
pub(super) async fn read_open(
    db: &impl ConnectionTrait,
    tenant: TenantId,
    (what, field, at): (Kind, &'static str, Timestamp),
) -> Result<Settings, StoreError> {
    let settings = read(db, tenant).await?;
    settings.check_open(what, field, at)?;
    Ok(settings)
}

pub(super) async fn read(
    db: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Settings, StoreError> {
    let found = billing_settings::Entity::find_by_id(tenant.0).one(db).await;
    let Some(row) = found.during("read how the tenant bills")? else {
        return Ok(Settings::default());
    };
    let series = |format: &str, restarts: &str| {
        Series::new(format.parse().ok()?, codes::read_restarts(restarts)?).ok()
    };
    let read = || {
        Some(Settings {
            rounding: Rounding::from_code(&row.rounding)?,
            payment_days: row.payment_days.try_into().ok()?,
            closed_until: row.closed_until.map(Timestamp::from_unix_ms),
            invoices: series(&row.invoice_format, &row.invoice_restarts)?,
            credit_notes: series(&row.credit_note_format, &row.credit_note_restarts)?,
            debit_notes: Settings::default().debit_notes,
            changes: ChangePolicy {
                upgrade: codes::read_when(&row.upgrade)?,
                downgrade: codes::read_when(&row.downgrade)?,
                fee: row.change_fee_id.map(ComponentId),
            },
            pauses: PausePolicy {
                longest: row.pause_longest.as_deref().map(str::parse).transpose().ok()?,
                per_year: row.pauses_per_year.map(u32::try_from).transpose().ok()?,
            },
            notice: row.notice.as_deref().map(str::parse).transpose().ok()?,
            is_automatic: row.automatic != 0,
            voucher_link: row.voucher_link.clone(),
            calling_code: row.calling_code.as_deref().map(str::parse).transpose().ok()?,
            unredeemed: row.unredeemed_vouchers.as_deref().map(str::parse).transpose().ok()?,
        })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::BillingSettings,
        row: tenant.to_string(),
        problem: "it rounds, gives time to pay, numbers or changes in a way that is not known"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_numbers_can_be_written() {
        let Settings { invoices, credit_notes, debit_notes, .. } = Settings::default();
        assert_eq!(debit_notes.format().to_string(), "DN-{year}-{number:06}");
        assert_eq!(invoices.format().to_string(), "INV-{year}-{number:06}");
        assert_eq!(credit_notes.format().to_string(), "CN-{year}-{number:06}");
    }
}
