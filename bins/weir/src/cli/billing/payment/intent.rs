//! `weir payment intent`: what somebody is asked to pay, and what has become of it.

use anyhow::anyhow;
use billing_core::Money;
use billing_core::ledger::Provider;
use billing_core::payment::{IntentEvent, IntentId, IntentState, Purpose, ReceiptNumber};
use clap::{Args, Subcommand};
use entitlement::TimeZone;
use serde_json::json;
use storage::{IntentClaim, IntentEntry, IntentStep, NewIntent, NewReceipt, PaidFor};

use super::{Open, Table, moment, print, shown, taken_in};
use crate::table::Column;
use crate::{entropy, units};

/// What can be done with intents to pay.
#[derive(Debug, Subcommand)]
pub(in super::super::super) enum IntentCommand {
    /// Keep what somebody is to be asked to pay, once for each key.
    Create(IntentCreate),
    /// List the last ones.
    List {
        /// Those of this subscriber only.
        #[arg(long, value_name = "NAME")]
        subscriber: Option<String>,
        /// Those in this state only: created, prompted, unknown, applied.
        #[arg(long, value_name = "STATE", value_parser = state)]
        state: Option<IntentState>,
        /// Those whose provider is to be asked by now what has become of them, the most urgent first.
        #[arg(long, conflicts_with_all = ["subscriber", "state"])]
        due: bool,
        /// How many at most.
        #[arg(long, value_name = "COUNT", default_value_t = 50)]
        limit: u64,
    },
    /// Show one, with everything that has happened to it.
    Show {
        /// Its number.
        #[arg(value_parser = id)]
        id: IntentId,
    },
    /// The payer does not want to pay.
    Cancel {
        /// Its number.
        #[arg(value_parser = id)]
        id: IntentId,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Enter what the provider has said: prompt, fail, expire or lose-track.
    Enter {
        /// Its number.
        #[arg(value_parser = id)]
        id: IntentId,
        /// What has happened.
        #[arg(value_parser = event)]
        event: IntentEvent,
        /// What the provider calls it, letter for letter.
        #[arg(long, value_name = "TEXT")]
        reference: Option<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Say that its token is charged now, under a reference that is chosen here; `payment_intent.to_charge`.
    ///
    /// The answer is `charge` or `do not charge` with why: it is charged already, or is over, or the wallet that
    /// was to be topped up has enough by now, and then it is cancelled. One alone is told to charge; the same
    /// reference again has the same answer until it is known what has become of it. The exit code is 0 for both
    /// answers.
    Claim {
        /// Its number.
        #[arg(value_parser = id)]
        id: IntentId,
        /// Under which reference it is charged, letter for letter.
        #[arg(long, value_name = "TEXT")]
        reference: String,
    },
    /// Take in the payment that answers it: it is paid and applied with it.
    Paid {
        /// Its number.
        #[arg(value_parser = id)]
        id: IntentId,
        /// How much has come: "1740 KES".
        amount: Money,
        /// The number of the payment at its provider.
        #[arg(long, value_name = "NUMBER")]
        number: ReceiptNumber,
        /// When it was paid, on the tenant's clock [default: now].
        #[arg(long, value_name = "WHEN")]
        at: Option<String>,
    },
}

/// What `weir payment intent create` can be told.
#[derive(Debug, Args)]
pub(in super::super::super) struct IntentCreate {
    /// How much: "1500 KES".
    amount: Money,
    #[command(flatten)]
    paid_for: For,
    /// By whom it is to be taken in: a short name such as mpesa.
    #[arg(long, value_name = "NAME")]
    provider: Provider,
    /// What tells this wish from another one: the same again changes nothing [default: a new one].
    #[arg(long, value_name = "TEXT")]
    key: Option<String>,
    /// How long there is to pay.
    #[arg(long, value_name = "SPAN", default_value = "15m", value_parser = units::parse_span_s)]
    expires_in: u32,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct For {
    /// What this subscriber owes, the oldest first.
    #[arg(long, value_name = "NAME")]
    subscriber: Option<String>,
    /// The invoice of this number.
    #[arg(long, value_name = "NUMBER")]
    invoice: Option<String>,
    /// The next period of the service of this login.
    #[arg(long, value_name = "LOGIN")]
    renewal: Option<String>,
    /// The wallet of this subscriber.
    #[arg(long, value_name = "NAME")]
    top_up: Option<String>,
}

impl For {
    fn read(self) -> Option<PaidFor> {
        let open = self.subscriber.map(PaidFor::Open);
        let invoice = self.invoice.map(PaidFor::Invoice);
        open.or(invoice).or(self.renewal.map(PaidFor::Renewal)).or(self.top_up.map(PaidFor::TopUp))
    }
}

fn id(text: &str) -> Result<IntentId, String> {
    let id = text.parse().map(IntentId);
    id.map_err(|_| format!("`{text}` is no number of an intent; `weir payment intent list`"))
}

fn state(text: &str) -> Result<IntentState, String> {
    IntentState::from_code(text).ok_or_else(|| {
        let states = IntentState::ALL.map(IntentState::code).join(", ");
        format!("`{text}` is no state of an intent; there is {states}")
    })
}

fn event(text: &str) -> Result<IntentEvent, String> {
    let said =
        [IntentEvent::Prompt, IntentEvent::Fail, IntentEvent::Expire, IntentEvent::LoseTrack];
    said.into_iter().find(|event| event.code() == text).ok_or_else(|| {
        let events = said.map(IntentEvent::code).join(", ");
        format!("`{text}` is nothing that a provider says; there is {events}")
    })
}

pub(super) async fn run(
    command: IntentCommand,
    open: &Open,
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    let intents = open.store.payment_intents(open.tenant);
    match command {
        IntentCommand::Create(args) => create(args, open, as_json).await,
        IntentCommand::List { subscriber, state, due, limit } => {
            let all = match due {
                true => intents.to_poll(limit).await?,
                false => intents.list(subscriber.as_deref(), state, limit).await?,
            };
            list(&all, zone, as_json)
        }
        IntentCommand::Show { id } => {
            let (entry, steps) = (intents.find(id).await?, intents.steps(id).await?);
            show(&entry, &steps, zone, as_json)
        }
        IntentCommand::Cancel { id, note } => {
            let event = IntentEvent::Cancel;
            let entry = intents.enter(&open.actor, id, event, note.as_deref()).await?;
            open.done(&said(&entry))
        }
        IntentCommand::Enter { id, event: IntentEvent::Prompt, reference, note: _ } => {
            let entry = intents.prompted(&open.actor, id, reference.as_deref()).await?;
            open.done(&said(&entry))
        }
        IntentCommand::Claim { id, reference } => {
            claimed(&intents.claim(&open.actor, id, &reference).await?, as_json)
        }
        IntentCommand::Enter { id, event, reference, note } => {
            if reference.is_some() {
                return Err(anyhow!(
                    "--reference: what the provider calls it is said with `prompt`"
                ));
            }
            let entry = intents.enter(&open.actor, id, event, note.as_deref()).await?;
            open.done(&said(&entry))
        }
        IntentCommand::Paid { id, amount, number, at } => {
            let provider = intents.find(id).await?.provider;
            let at = moment(at.as_deref(), zone)?;
            let number = Some(number);
            let new = NewReceipt { provider, number, amount, at, reference: None };
            let payments = open.store.payments(open.tenant);
            let (number, outcome) = payments.receive_for(&open.actor, &new, id).await?;
            let entry = payments.find(&new.provider, &number).await?;
            taken_in(outcome, &entry, open)?;
            print::line(&said(&intents.find(id).await?))
        }
    }
}

fn claimed(claim: &IntentClaim, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        let value = match claim {
            IntentClaim::Charge(entry) => json!({ "charge": true, "intent": as_value(entry) }),
            IntentClaim::DoNot { why } => json!({ "charge": false, "why": why }),
        };
        return print::json(&value);
    }
    match claim {
        IntentClaim::Charge(entry) => print::line(&format!("charge: {}", said(entry))),
        IntentClaim::DoNot { why } => print::line(&format!("do not charge: {why}")),
    }
}

async fn create(args: IntentCreate, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let key = match args.key {
        Some(key) => key,
        None => format!("{:032x}", u128::from_be_bytes(entropy::random()?)),
    };
    let paid_for = args.paid_for.read().ok_or_else(|| anyhow!("nothing is to be paid"))?;
    let (provider, amount, lifetime_s) = (args.provider, args.amount, args.expires_in);
    let new = NewIntent { key, provider, amount, paid_for, lifetime_s };
    let (entry, is_new) = open.store.payment_intents(open.tenant).create(&open.actor, &new).await?;
    if as_json {
        return open.done_as_json(&as_value(&entry));
    }
    match is_new {
        true => open.done(&said(&entry)),
        false => print::line(&format!("known already: {}", said(&entry))),
    }
}

/// An intent in a sentence.
fn said(entry: &IntentEntry) -> String {
    let intent = &entry.intent;
    let (id, amount, state) = (intent.id(), intent.amount(), intent.state());
    let mut text =
        format!("intent {id}: {amount} of `{}` by {}", entry.subscriber_name, entry.provider);
    text.push_str(&format!(" for {}: {state}", paid_for(entry)));
    if let Some(receipt) = &entry.receipt {
        text.push_str(&format!(", answered by {receipt}"));
    }
    text
}

fn paid_for(entry: &IntentEntry) -> String {
    let of = entry.of.as_deref().unwrap_or("what is gone");
    match entry.intent.purpose() {
        Purpose::Open => "what is open".to_owned(),
        Purpose::TopUp => "the wallet".to_owned(),
        Purpose::Invoice(_) => of.to_owned(),
        Purpose::Renewal(_) => format!("the next period of {of}"),
    }
}

fn list(entries: &[IntentEntry], zone: &TimeZone, as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print::json(&entries.iter().map(as_value).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("NUMBER"),
        Column::Left("MADE"),
        Column::Left("BY"),
        Column::Right("AMOUNT"),
        Column::Left("OF"),
        Column::Left("FOR"),
        Column::Left("STATE"),
        Column::Left("ASK AT"),
    ]);
    for entry in entries {
        let intent = &entry.intent;
        table.row([
            intent.id().to_string(),
            shown(entry.created_at, zone),
            entry.provider.to_string(),
            intent.amount().to_string(),
            entry.subscriber_name.clone(),
            paid_for(entry),
            intent.state().to_string(),
            entry.poll_at.map(|at| shown(at, zone)).unwrap_or_default(),
        ]);
    }
    print::block(&table.render())
}

fn show(
    entry: &IntentEntry,
    steps: &[IntentStep],
    zone: &TimeZone,
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        let mut value = as_value(entry);
        let step = |step: &IntentStep| {
            json!({
                "at": units::rfc3339(step.at),
                "actor": step.actor,
                "event": step.event.code(),
                "state": step.state.code(),
                "note": step.note,
            })
        };
        value["steps"] = steps.iter().map(step).collect();
        return print::json(&value);
    }
    print::line(&said(entry))?;
    print::line(&format!("key        {}", entry.key))?;
    print::line(&format!("reference  {}", entry.reference.as_deref().unwrap_or("none")))?;
    print::line(&format!("made       {}", shown(entry.created_at, zone)))?;
    print::line(&format!("expires    {}", shown(entry.intent.expires_at(), zone)))?;
    for step in steps {
        let note = step.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
        let (at, event, state) = (shown(step.at, zone), step.event, step.state);
        print::line(&format!("{at}  {event}: {state}, by {}{note}", step.actor))?;
    }
    Ok(())
}

fn as_value(entry: &IntentEntry) -> serde_json::Value {
    let intent = &entry.intent;
    json!({
        "id": intent.id().0,
        "key": entry.key,
        "provider": entry.provider.to_string(),
        "reference": entry.reference,
        "subscriber": entry.subscriber_name,
        "purpose": intent.purpose().code(),
        "of": entry.of,
        "amount_minor": intent.amount().amount_minor(),
        "currency": intent.amount().currency().code(),
        "state": intent.state().code(),
        "created_at": units::rfc3339(entry.created_at),
        "expires_at": units::rfc3339(intent.expires_at()),
        "polls": entry.polls,
        "poll_at": entry.poll_at.map(units::rfc3339),
        "receipt": entry.receipt.as_ref().map(ReceiptNumber::as_str),
    })
}
