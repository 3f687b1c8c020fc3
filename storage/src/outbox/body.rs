//! The bodies of events, as programs outside read them: amounts in minor units of a currency beside them,
//! moments in UTC as RFC 3339 writes them. A field is added at any time; one that changes its meaning raises
//! the version of its topic.

use std::collections::BTreeMap;

use billing_core::Money;
use billing_core::payment::{Allocation, Debt, RefundTo, TakeBack, TakenBack};
use billing_core::voucher::Grant;
use entitlement::{Amount, Measure, Notice, Timestamp};
use serde::{Serialize, Serializer};

use super::facts::{DocumentFact, Facts, Who};
use super::happened::{
    CarriedOverTold, CommissionOf, CommissionTold, CoverTold, Happened, IntentTold, PackageName,
    PackageTold, ReceiptName, Received, RedeemedTold, Reminder, Sale, Short, WalletChangedBy,
    WalletTold, What,
};

/// The body of an event: to whom it has happened, by whom, and what.
#[derive(Serialize)]
struct Body<'b, T> {
    subscriber: Option<&'b Who>,
    by: &'b str,
    #[serde(flatten)]
    what: T,
}

/// A moment.
#[derive(Clone, Copy)]
struct At(Timestamp);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A subscription has gone from one state to another, with effect from `at`.
#[derive(Serialize)]
struct EdgeBody<'b> {
    subscription: i64,
    service: Option<&'b str>,
    from: &'static str,
    to: &'static str,
    transition: &'static str,
    cause: &'static str,
    at: At,
}

/// A document became final. What is open is as it is at the end of the transaction, when the wallet has paid.
#[derive(Serialize)]
struct DocumentBody<'b> {
    invoice: i64,
    number: &'b str,
    kind: &'b str,
    issued_at: At,
    due_at: At,
    net_minor: i64,
    total_minor: i64,
    open_minor: i64,
    currency: &'b str,
}

/// An amount that is of an invoice: given up, or charged for paying it late.
#[derive(Serialize)]
struct OfInvoice<'b> {
    #[serde(skip_serializing_if = "Option::is_none")]
    late_fee: Option<i64>,
    invoice: i64,
    number: Option<&'b str>,
    amount_minor: i64,
    currency: &'static str,
    at: At,
}

#[derive(Serialize)]
struct ReminderBody<'b> {
    invoice: i64,
    number: Option<&'b str>,
    due_at: At,
    open_minor: i64,
    overdue_minor: i64,
    currency: &'static str,
    step: u8,
    days: Option<i16>,
    at: At,
}

#[derive(Serialize)]
struct SaleBody<'b> {
    sale: i64,
    kind: &'static str,
    item: &'b str,
    quantity: u64,
    net_minor: i64,
    total_minor: i64,
    currency: &'static str,
    paid_from: &'b str,
    at: At,
}

/// A debt that is paid, or open again, with what is open of it at the end of the transaction.
#[derive(Serialize)]
struct PaysBody<'b> {
    debt: &'static str,
    invoice: Option<i64>,
    number: Option<&'b str>,
    amount_minor: i64,
    open_minor: Option<i64>,
}

#[derive(Serialize)]
struct ReceiptBody<'b> {
    receipt: i64,
    provider: &'b str,
    number: &'b str,
    reference: Option<&'b str>,
    amount_minor: i64,
    currency: &'static str,
    received_at: At,
    pays: Vec<PaysBody<'b>>,
    to_wallet_minor: i64,
}

/// What was given back or taken back: of what the wallet had, of debts that are open again, and what is owed
/// as it was in the wallet and is not any more.
#[derive(Serialize)]
struct TakenBackBody<'b> {
    receipt: i64,
    provider: &'b str,
    number: &'b str,
    reference: Option<&'b str>,
    amount_minor: i64,
    currency: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    from_wallet_minor: i64,
    unallocated_minor: i64,
    owed_minor: i64,
    reopens: Vec<PaysBody<'b>>,
    at: At,
}

#[derive(Serialize)]
struct WalletPaidBody<'b> {
    amount_minor: i64,
    currency: &'static str,
    pays: Vec<PaysBody<'b>>,
    at: At,
}

/// A wallet was changed by hand, for a reason, or gave to that of somebody else or was given something.
#[derive(Serialize)]
struct WalletChangedBody<'b> {
    adjustment: Option<i64>,
    transfer: Option<i64>,
    change_minor: i64,
    currency: &'static str,
    reason: Option<&'b str>,
    with: Option<&'b str>,
    at: At,
}

#[derive(Serialize)]
struct IntentBody<'b> {
    intent: i64,
    provider: &'b str,
    reference: Option<&'b str>,
    purpose: &'b str,
    invoice: Option<i64>,
    invoice_number: Option<&'b str>,
    service: Option<&'b str>,
    amount_minor: i64,
    currency: &'static str,
    state: &'static str,
    receipt_number: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<i64>,
    expires_at: At,
    at: At,
}

#[derive(Serialize)]
struct PackageBody<'b> {
    subscription: i64,
    service: Option<&'b str>,
    product: &'b str,
    paid_until: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begins: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead_of: Option<&'b str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given_back: Vec<PackageGivenBack<'b>>,
    data_octets: u64,
    online_s: u64,
    invoices: Vec<PackageInvoice<'b>>,
    at: At,
}

#[derive(Serialize)]
struct PackageGivenBack<'b> {
    product: &'b str,
    amount_minor: i64,
    currency: &'static str,
}

#[derive(Serialize)]
struct PackageInvoice<'b> {
    number: &'b str,
    total_minor: i64,
    open_minor: i64,
    currency: &'b str,
}

#[derive(Serialize)]
struct NotRenewedBody<'b> {
    subscription: i64,
    service: Option<&'b str>,
    product: &'b str,
    reason: &'b str,
    available_minor: Option<i64>,
    needed_minor: Option<i64>,
    missing_minor: Option<i64>,
    currency: Option<&'static str>,
}

#[derive(Serialize)]
struct OverBody<'b> {
    subscription: i64,
    service: Option<&'b str>,
    product: &'b str,
    paid_until: Option<At>,
}

/// What was left of one grant of a package, and goes on as another one.
#[derive(Serialize)]
struct CarriedOverBody<'b> {
    subscription: i64,
    service: Option<&'b str>,
    product: &'b str,
    from_grant: i64,
    grant: i64,
    data_octets: Option<u64>,
    online_s: Option<u64>,
    valid_until: Option<At>,
    times: u8,
    at: At,
}

/// A tier of a quota of a service, or of the lead of those that share its data.
#[derive(Serialize)]
struct QuotaBody<'b> {
    service: Option<&'b str>,
    quota: &'b str,
    window: &'static str,
    window_from: Option<At>,
    resets_at: Option<At>,
    percent: u32,
    action: &'static str,
    allowance_octets: Option<u64>,
    allowance_online_s: Option<u64>,
    at: At,
}

#[derive(Serialize)]
struct SharedBody<'b> {
    service: &'b str,
    lead: Option<&'b str>,
    limit_octets: Option<i64>,
    at: At,
}

#[derive(Serialize)]
struct CoverBody<'b> {
    service: Option<&'b str>,
    covered_octets: i64,
    not_covered_minor: i64,
    currency: &'static str,
    at: At,
}

/// A commission on a payment or on a sale.
#[derive(Serialize)]
struct CommissionBody<'b> {
    giver: Option<&'b str>,
    reseller: Option<&'b str>,
    receipt: Option<i64>,
    provider: Option<&'b str>,
    number: Option<&'b str>,
    sale: Option<i64>,
    item: Option<&'b str>,
    amount_minor: i64,
    currency: &'static str,
    at: At,
}

#[derive(Serialize)]
struct VoucherOverBody<'b> {
    batch: i64,
    serial: u32,
    service: Option<&'b str>,
    at: At,
}

#[derive(Serialize)]
struct RedeemedBody<'b> {
    batch: i64,
    serial: u32,
    #[serde(flatten)]
    grant: GrantBody<'b>,
    at: At,
}

#[derive(Serialize)]
#[serde(tag = "worth", rename_all = "snake_case")]
enum GrantBody<'b> {
    Refill {
        amount_minor: i64,
        currency: &'static str,
    },
    Access {
        service: Option<&'b str>,
        plan: Option<&'b str>,
        valid_until: Option<At>,
        data_octets: Option<u64>,
        online_s: Option<u32>,
    },
}

#[derive(Serialize)]
struct EndedBody {
    batch: i64,
    first: u32,
    last: u32,
    count: usize,
    moved: Vec<AmountBody>,
    at: At,
}

#[derive(Serialize)]
struct AmountBody {
    amount_minor: i64,
    currency: &'static str,
}

impl From<&Money> for AmountBody {
    fn from(money: &Money) -> Self {
        Self { amount_minor: money.amount_minor(), currency: money.currency().code() }
    }
}

#[derive(Serialize)]
struct PromiseBody {
    promise: i64,
    amount_minor: i64,
    paid_minor: i64,
    currency: &'static str,
    made_at: At,
    until: At,
}

impl Happened {
    /// The body of its event, as JSON.
    pub(super) fn body(&self, facts: &Facts, by: &str) -> Result<String, serde_json::Error> {
        let subscriber = self.subscriber.and_then(|id| facts.subscribers.get(&id.0));
        let writer = Writer { subscriber, by };
        match &self.what {
            What::Edge { subscription, service, edge, cause } => writer.write(EdgeBody {
                subscription: *subscription,
                service: facts.service(*service),
                from: edge.from.code(),
                to: edge.to.code(),
                transition: edge.transition.code(),
                cause: cause.code(),
                at: At(edge.at),
            }),
            What::Document { invoice } => {
                writer.write(facts.document(*invoice).map(|it| document(*invoice, it)))
            }
            What::WrittenOff { invoice, amount, at } => {
                writer.write(facts.of_invoice((None, *invoice), *amount, *at))
            }
            What::LateFee { id, invoice, amount, at } => {
                writer.write(facts.of_invoice((Some(*id), *invoice), *amount, *at))
            }
            What::Reminder(reminder) => writer.write(facts.reminder(reminder)),
            What::Sale(it) => writer.write(sale(it)),
            What::Received(received) => writer.write(facts.received(received)),
            What::TakenBack { receipt, taken, amount, at } => {
                writer.write(facts.taken_back(receipt, taken, (*amount, *at)))
            }
            What::WalletPaid { amount, allocations, at } => {
                writer.write(facts.wallet_paid(*amount, allocations, *at))
            }
            What::WalletChanged(changed) => writer.write(facts.wallet_changed(changed)),
            What::Intent(intent) => writer.write(facts.intent(intent)),
            What::Package(package) => writer.write(facts.package(package)),
            What::NotRenewed { package, error, short } => {
                writer.write(facts.not_renewed(package, error, *short))
            }
            What::Over { package, paid_until } => writer.write(facts.over(package, *paid_until)),
            What::CarriedOver(carried) => writer.write(facts.carried_over(carried)),
            What::Quota { service, notice, at } => writer.write(facts.quota(*service, notice, *at)),
            What::Shared { service, lead, limit_octets, at } => writer.write(SharedBody {
                service,
                lead: facts.service(Some(*lead)),
                limit_octets: *limit_octets,
                at: At(*at),
            }),
            What::Cover(cover) => writer.write(facts.cover(cover)),
            What::Commission(commission) => writer.write(facts.commission(commission)),
            What::VoucherOver { batch, serial, service, at } => {
                writer.write(facts.voucher_over((*batch, *serial), *service, *at))
            }
            What::Redeemed(redeemed) => writer.write(facts.redeemed(redeemed)),
            What::Ended { batch, first, last, count, moved, at } => writer.write(EndedBody {
                batch: *batch,
                first: *first,
                last: *last,
                count: *count,
                moved: moved.iter().map(AmountBody::from).collect(),
                at: At(*at),
            }),
            What::Promise { id, amount, paid, made_at, until } => writer.write(PromiseBody {
                promise: *id,
                amount_minor: amount.amount_minor(),
                paid_minor: paid.amount_minor(),
                currency: amount.currency().code(),
                made_at: At(*made_at),
                until: At(*until),
            }),
        }
    }
}

struct Writer<'b> {
    subscriber: Option<&'b Who>,
    by: &'b str,
}

impl Writer<'_> {
    fn write<T: Serialize>(&self, what: T) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Body { subscriber: self.subscriber, by: self.by, what })
    }
}

fn document(invoice: i64, it: &DocumentFact) -> DocumentBody<'_> {
    DocumentBody {
        invoice,
        number: &it.label,
        kind: &it.kind,
        issued_at: At(it.issued_at),
        due_at: At(it.due_at),
        net_minor: it.net_minor,
        total_minor: it.gross_minor,
        open_minor: it.gross_minor.saturating_sub(it.paid_minor),
        currency: &it.currency,
    }
}

fn sale(it: &Sale) -> SaleBody<'_> {
    SaleBody {
        sale: it.id,
        kind: it.kind,
        item: &it.item,
        quantity: it.quantity,
        net_minor: it.net.amount_minor(),
        total_minor: it.total.amount_minor(),
        currency: it.total.currency().code(),
        paid_from: &it.paid_from,
        at: At(it.at),
    }
}

impl Facts {
    fn service(&self, id: Option<i64>) -> Option<&str> {
        id.and_then(|id| self.services.get(&id)).map(String::as_str)
    }

    fn document(&self, id: i64) -> Option<&DocumentFact> {
        self.documents.get(&id)
    }

    fn number(&self, id: i64) -> Option<&str> {
        self.document(id).map(|it| it.label.as_str())
    }

    fn of_invoice(
        &self,
        (late_fee, invoice): (Option<i64>, i64),
        amount: Money,
        at: Timestamp,
    ) -> OfInvoice<'_> {
        OfInvoice {
            late_fee,
            invoice,
            number: self.number(invoice),
            amount_minor: amount.amount_minor(),
            currency: amount.currency().code(),
            at: At(at),
        }
    }

    fn reminder(&self, it: &Reminder) -> ReminderBody<'_> {
        ReminderBody {
            invoice: it.invoice,
            number: self.number(it.invoice),
            due_at: At(it.due_at),
            open_minor: it.open.amount_minor(),
            overdue_minor: it.overdue.amount_minor(),
            currency: it.open.currency().code(),
            step: it.step.number(),
            days: it.days,
            at: At(it.at),
        }
    }

    fn pays(&self, allocations: &[Allocation]) -> Vec<PaysBody<'_>> {
        allocations.iter().map(|allocation| self.pays_one(allocation)).collect()
    }

    fn pays_one(&self, allocation: &Allocation) -> PaysBody<'_> {
        let amount_minor = allocation.amount.amount_minor();
        let (debt, invoice, open_minor) = match allocation.debt {
            Debt::Invoice(id) => {
                let found = self.document(id.0);
                let open = found.map(|it| it.gross_minor.saturating_sub(it.paid_minor));
                (found.map_or("invoice", kind_of), Some(id.0), open)
            }
            Debt::LateFee(id) => {
                let fee = self.late_fees.get(&id.0);
                ("late_fee", fee.map(|fee| fee.invoice), fee.map(|fee| fee.open_minor))
            }
            Debt::Reversal(_) => ("reversal", None, None),
        };
        let number = invoice.and_then(|id| self.number(id));
        PaysBody { debt, invoice, number, amount_minor, open_minor }
    }

    fn received<'b>(&'b self, it: &'b Received) -> ReceiptBody<'b> {
        ReceiptBody {
            receipt: it.receipt.id,
            provider: &it.receipt.provider,
            number: &it.receipt.number,
            reference: it.receipt.reference.as_deref(),
            amount_minor: it.amount.amount_minor(),
            currency: it.amount.currency().code(),
            received_at: At(it.received_at),
            pays: self.pays(&it.allocations),
            to_wallet_minor: it.to_wallet.amount_minor(),
        }
    }

    fn taken_back<'b>(
        &'b self,
        receipt: &'b ReceiptName,
        taken: &TakenBack,
        (amount, at): (Money, Timestamp),
    ) -> TakenBackBody<'b> {
        TakenBackBody {
            receipt: receipt.id,
            provider: &receipt.provider,
            number: &receipt.number,
            reference: receipt.reference.as_deref(),
            amount_minor: amount.amount_minor(),
            currency: amount.currency().code(),
            to: match taken.by {
                TakeBack::Refund(_, RefundTo::Provider) => Some("provider"),
                TakeBack::Refund(_, RefundTo::Wallet) => Some("wallet"),
                TakeBack::Reversal(_) => None,
            },
            from_wallet_minor: taken.wallet.amount_minor(),
            unallocated_minor: taken.unallocated.amount_minor(),
            owed_minor: taken.owed.amount_minor(),
            reopens: self.pays(&taken.allocations),
            at: At(at),
        }
    }

    fn wallet_changed<'b>(&'b self, it: &'b WalletTold) -> WalletChangedBody<'b> {
        let (adjustment, transfer, reason, with) = match &it.by {
            WalletChangedBy::Adjustment { id, reason } => (Some(*id), None, Some(reason), None),
            WalletChangedBy::Transfer { id, other } => {
                (None, Some(*id), None, self.subscribers.get(other))
            }
        };
        WalletChangedBody {
            adjustment,
            transfer,
            change_minor: it.change.amount_minor(),
            currency: it.change.currency().code(),
            reason: reason.map(String::as_str),
            with: with.map(Who::name),
            at: At(it.at),
        }
    }

    fn intent<'b>(&'b self, it: &'b IntentTold) -> IntentBody<'b> {
        IntentBody {
            intent: it.id,
            provider: &it.provider,
            reference: it.reference.as_deref(),
            purpose: &it.purpose,
            invoice: it.invoice,
            invoice_number: it.invoice.and_then(|id| self.number(id)),
            service: self.service(it.service),
            amount_minor: it.amount.amount_minor(),
            currency: it.amount.currency().code(),
            state: it.state,
            receipt_number: it.receipt.and_then(|id| self.receipts.get(&id)).map(String::as_str),
            token: it.token,
            expires_at: At(it.expires_at),
            at: At(it.at),
        }
    }

    fn package<'b>(&'b self, it: &'b PackageTold) -> PackageBody<'b> {
        let mut granted: BTreeMap<Measure, u64> = BTreeMap::new();
        for grant in &it.grants {
            let units = granted.entry(grant.amount.measure()).or_default();
            *units = units.saturating_add(grant.amount.units());
        }
        let of = |measure| granted.get(&measure).copied().unwrap_or_default();
        let given_back = |it: &'b crate::GivenBack| PackageGivenBack {
            product: &it.product,
            amount_minor: it.amount.amount_minor(),
            currency: it.amount.currency().code(),
        };
        let invoice = |it: &'b DocumentFact| PackageInvoice {
            number: &it.label,
            total_minor: it.gross_minor,
            open_minor: it.gross_minor.saturating_sub(it.paid_minor),
            currency: &it.currency,
        };
        PackageBody {
            subscription: it.package.subscription,
            service: self.service(it.package.service),
            product: &it.package.product,
            paid_until: it.paid_until.map(At),
            begins: it.begins.map(At),
            instead_of: it.instead_of.as_deref(),
            given_back: it.given_back.iter().map(given_back).collect(),
            data_octets: of(Measure::Data),
            online_s: of(Measure::Online),
            invoices: it.invoices.iter().filter_map(|id| self.document(*id)).map(invoice).collect(),
            at: At(it.at),
        }
    }

    fn not_renewed<'b>(
        &'b self,
        package: &'b PackageName,
        reason: &'b str,
        short: Option<Short>,
    ) -> NotRenewedBody<'b> {
        NotRenewedBody {
            subscription: package.subscription,
            service: self.service(package.service),
            product: &package.product,
            reason,
            available_minor: short.map(|short| short.available.amount_minor()),
            needed_minor: short.map(|short| short.needed.amount_minor()),
            missing_minor: short.map(|short| short.missing.amount_minor()),
            currency: short.map(|short| short.missing.currency().code()),
        }
    }

    fn wallet_paid(
        &self,
        amount: Money,
        allocations: &[Allocation],
        at: Timestamp,
    ) -> WalletPaidBody<'_> {
        WalletPaidBody {
            amount_minor: amount.amount_minor(),
            currency: amount.currency().code(),
            pays: self.pays(allocations),
            at: At(at),
        }
    }

    fn over<'b>(&'b self, package: &'b PackageName, paid_until: Option<Timestamp>) -> OverBody<'b> {
        OverBody {
            subscription: package.subscription,
            service: self.service(package.service),
            product: &package.product,
            paid_until: paid_until.map(At),
        }
    }

    fn cover(&self, it: &CoverTold) -> CoverBody<'_> {
        CoverBody {
            service: self.service(Some(it.service)),
            covered_octets: it.covered_octets,
            not_covered_minor: it.not_covered.amount_minor(),
            currency: it.not_covered.currency().code(),
            at: At(it.at),
        }
    }

    fn voucher_over(
        &self,
        (batch, serial): (i64, u32),
        service: Option<i64>,
        at: Timestamp,
    ) -> VoucherOverBody<'_> {
        VoucherOverBody { batch, serial, service: self.service(service), at: At(at) }
    }

    fn carried_over<'b>(&'b self, it: &'b CarriedOverTold) -> CarriedOverBody<'b> {
        CarriedOverBody {
            subscription: it.package.subscription,
            service: self.service(it.package.service),
            product: &it.package.product,
            from_grant: it.from,
            grant: it.grant,
            data_octets: units_of(it.amount, Measure::Data),
            online_s: units_of(it.amount, Measure::Online),
            valid_until: it.valid_until.map(At),
            times: it.times,
            at: At(it.at),
        }
    }

    fn quota<'b>(&'b self, service: i64, it: &'b Notice, at: Timestamp) -> QuotaBody<'b> {
        QuotaBody {
            service: self.service(Some(service)),
            quota: &it.quota,
            window: it.window.code(),
            window_from: it.window_from.map(At),
            resets_at: it.resets_at.map(At),
            percent: it.percent,
            action: it.action.code(),
            allowance_octets: units_of(it.allowance, Measure::Data),
            allowance_online_s: units_of(it.allowance, Measure::Online),
            at: At(at),
        }
    }

    fn commission<'b>(&'b self, it: &'b CommissionTold) -> CommissionBody<'b> {
        let tenant = |id| self.tenants.get(&id).map(String::as_str);
        let (receipt, sale) = match &it.on {
            CommissionOf::Payment(receipt) => (Some(receipt), None),
            CommissionOf::Sale { id, item } => (None, Some((*id, item.as_str()))),
        };
        CommissionBody {
            giver: tenant(it.giver),
            reseller: tenant(it.earner),
            receipt: receipt.map(|receipt| receipt.id),
            provider: receipt.map(|receipt| receipt.provider.as_str()),
            number: receipt.map(|receipt| receipt.number.as_str()),
            sale: sale.map(|(id, _)| id),
            item: sale.map(|(_, item)| item),
            amount_minor: it.amount.amount_minor(),
            currency: it.amount.currency().code(),
            at: At(it.at),
        }
    }

    fn redeemed<'b>(&'b self, it: &'b RedeemedTold) -> RedeemedBody<'b> {
        let grant = match it.grant {
            Grant::Refill(amount) => GrantBody::Refill {
                amount_minor: amount.amount_minor(),
                currency: amount.currency().code(),
            },
            Grant::Access { plan, valid_until, online_s, octets } => GrantBody::Access {
                service: it.service.as_deref(),
                plan: self.plans.get(&plan.0).map(String::as_str),
                valid_until: valid_until.map(At),
                data_octets: octets.map(core::num::NonZeroU64::get),
                online_s: online_s.map(core::num::NonZeroU32::get),
            },
        };
        RedeemedBody { batch: it.batch, serial: it.serial, grant, at: At(it.at) }
    }
}

/// How much it is, where it is of that measure.
fn units_of(amount: Amount, measure: Measure) -> Option<u64> {
    (amount.measure() == measure).then_some(amount.units())
}

/// What a document is as a debt.
fn kind_of(it: &DocumentFact) -> &'static str {
    match it.kind.as_str() {
        "debit_note" => "debit_note",
        _ => "invoice",
    }
}
