//! `weir outbox`: what has happened, and handing it to programs.

mod deliver;
mod program;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use entitlement::{TimeZone, Timestamp};
use serde_json::{Value, json};
use storage::{OutboxEvent, OutboxFilter, OutboxStanding, Topic};

use super::open::{self, Open};
use super::{Globals, print};
use crate::table::{Column, Table};
use crate::units;

/// What can be done with the outbox.
#[derive(Debug, Subcommand)]
pub(super) enum OutboxCommand {
    /// List the last events.
    List(OutboxList),
    /// Show an event with what it tells.
    Show {
        /// Its number.
        id: i64,
    },
    /// Hand each event to a program, one after the other, until it is told to stop.
    ///
    /// The program gets the event as one line of JSON on its standard input. Where it ends with exit code 0
    /// the event is delivered. Otherwise it comes again, each time later, and is given up after 16 times. An
    /// event may come more than once; those of a subscriber come in their order.
    Deliver(deliver::DeliverArgs),
    /// Try an event anew, at once: one that was given up, or one that waits until it is tried again.
    Retry {
        /// Its number.
        id: i64,
    },
    /// Remove events that were delivered. The worker does it after 30 days.
    Clean {
        /// Delivered before then, on the tenant's clock.
        #[arg(long, value_name = "WHEN")]
        before: String,
    },
}

/// What `weir outbox list` can be told.
#[derive(Debug, Args)]
pub(super) struct OutboxList {
    /// Those of this topic only: payment.received.
    #[arg(long, value_name = "TOPIC", value_parser = topic)]
    topic: Option<Topic>,
    /// Those of this subscriber only.
    #[arg(long, value_name = "NAME")]
    subscriber: Option<String>,
    /// Those only that were given up.
    #[arg(long)]
    failed: bool,
    /// How many at most.
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: u64,
}

/// How many events are removed in one transaction.
const CLEANED_AT_ONCE: u64 = 5_000;

fn topic(text: &str) -> Result<Topic, String> {
    Topic::from_code(text).ok_or_else(|| {
        let all: Vec<_> = Topic::ALL.iter().map(|topic| topic.code()).collect();
        format!("there is no topic `{text}`; there are {}", all.join(", "))
    })
}

pub(super) fn run(command: OutboxCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        let zone = open.store.tenants().find(&globals.tenant).await?.time_zone;
        let outbox = open.store.outbox(open.tenant);
        match command {
            OutboxCommand::List(OutboxList { topic, subscriber, failed, limit }) => {
                let filter = OutboxFilter { topic, subscriber, is_failed: failed };
                let events = outbox.list(&filter, limit).await?;
                list(&events, &zone, globals)?;
            }
            OutboxCommand::Show { id } => show(&outbox.find(id).await?, &zone, globals)?,
            OutboxCommand::Deliver(args) => return deliver::run(&args, &open, globals).await,
            OutboxCommand::Retry { id } => {
                let event = outbox.retry(&open.actor, id).await?;
                print::line(&format!("event {id}, {}, is tried anew", event.topic))?;
            }
            OutboxCommand::Clean { before } => {
                let before = units::parse_when_on(&before, &zone);
                let before = before.map_err(|problem| anyhow::anyhow!(problem))?;
                let mut count = 0;
                loop {
                    let removed = outbox.clean(before, CLEANED_AT_ONCE).await?;
                    count += removed;
                    if removed < CLEANED_AT_ONCE {
                        break;
                    }
                }
                print::line(&format!("{count} events were removed"))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn list(events: &[OutboxEvent], zone: &TimeZone, globals: &Globals) -> anyhow::Result<()> {
    if globals.json {
        return print::json(&events.iter().map(|it| listed(it, globals)).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Right("NUMBER"),
        Column::Left("WRITTEN"),
        Column::Left("TOPIC"),
        Column::Left("SUBSCRIBER"),
        Column::Right("TRIED"),
        Column::Left("STANDING"),
    ]);
    for event in events {
        table.row([
            event.id.to_string(),
            units::when_on(event.created_at, zone),
            event.topic.to_string(),
            body(event)["subscriber"]["name"].as_str().unwrap_or_default().to_owned(),
            event.attempts.to_string(),
            standing(event, zone),
        ]);
    }
    print::block(&table.render())
}

fn show(event: &OutboxEvent, zone: &TimeZone, globals: &Globals) -> anyhow::Result<()> {
    if globals.json {
        return print::json(&listed(event, globals));
    }
    print::line(&format!("event      {}", event.id))?;
    print::line(&format!("topic      {}", event.topic))?;
    print::line(&format!("written    {}", units::when_on(event.created_at, zone)))?;
    print::line(&format!("tried      {}", event.attempts))?;
    print::line(&format!("standing   {}", standing(event, zone)))?;
    if let Some(error) = &event.error {
        print::line(&format!("last error {error}"))?;
    }
    print::line("")?;
    print::json(&body(event))
}

fn standing(event: &OutboxEvent, zone: &TimeZone) -> String {
    let shown = |at: &Timestamp| units::when_on(*at, zone);
    match &event.standing {
        OutboxStanding::Waiting { .. } if event.attempts == 0 => "waits".to_owned(),
        OutboxStanding::Waiting { due_at } => format!("comes again {}", shown(due_at)),
        OutboxStanding::Taken { by, until } => format!("with {by} until {}", shown(until)),
        OutboxStanding::Delivered { at } => format!("delivered {}", shown(at)),
        OutboxStanding::Failed { at } => format!("given up {}", shown(at)),
    }
}

fn body(event: &OutboxEvent) -> Value {
    serde_json::from_str(&event.body).unwrap_or(Value::Null)
}

/// An event as programs are given it.
fn handed(event: &OutboxEvent, globals: &Globals) -> Value {
    json!({
        "id": event.id,
        "topic": event.topic.code(),
        "version": event.version,
        "tenant": globals.tenant,
        "created_at": units::rfc3339(event.created_at),
        "attempt": event.attempts,
        "body": body(event),
    })
}

/// An event with what has become of it.
fn listed(event: &OutboxEvent, globals: &Globals) -> Value {
    let mut value = handed(event, globals);
    let (word, at, by) = match &event.standing {
        OutboxStanding::Waiting { due_at } => ("waiting", due_at, None),
        OutboxStanding::Taken { by, until } => ("taken", until, Some(by)),
        OutboxStanding::Delivered { at } => ("delivered", at, None),
        OutboxStanding::Failed { at } => ("failed", at, None),
    };
    value["standing"] = json!({ "is": word, "at": units::rfc3339(*at), "by": by });
    value["error"] = json!(event.error);
    value
}
