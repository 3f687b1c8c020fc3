//! `weir outbox deliver`: each event to a program.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use storage::{AfterFailure, Outbox, OutboxEvent, StoreError};

use super::super::open::Open;
use super::super::stop::Stop;
use super::super::{Globals, print};
use super::handed;
use super::program;
use crate::units;

/// What `weir outbox deliver` can be told.
#[derive(Debug, Args)]
pub(in super::super) struct DeliverArgs {
    /// What is run for each event, by the shell. It finds the topic in WEIR_TOPIC and the number in WEIR_EVENT.
    #[arg(long, value_name = "COMMAND")]
    to: String,
    /// How long it may take, as 30s or 5m. Then it is killed, with what it has started, and the event has
    /// failed.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = units::parse_span_s)]
    timeout: u32,
    /// End when there is nothing that is due; with exit code 1 where something has failed.
    #[arg(long)]
    until_empty: bool,
    /// As whom it takes events [default: this process].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

/// How long an event is taken beyond the time that its program has, seconds.
const LEASE_BEYOND_S: u32 = 60;
/// How long it waits when there is nothing that is due.
const PAUSE: Duration = Duration::from_secs(1);

/// What came of one event.
enum Came {
    Nothing,
    Delivered,
    Failed,
}

pub(super) async fn run(
    args: &DeliverArgs,
    open: &Open,
    globals: &Globals,
) -> anyhow::Result<ExitCode> {
    let mut stop = Stop::listen()?;
    let name = args.name.clone();
    let name = name.unwrap_or_else(|| format!("process {}", std::process::id()));
    let mut has_failed = false;
    loop {
        // One that has begun is finished: who is told to stop hands on nothing that is half done.
        let came = match one(args, &name, open, globals).await {
            Err(error) if is_away(&error) && !args.until_empty => {
                print::warning(&format!("{error:#}; it is tried again"));
                Came::Nothing
            }
            came => came?,
        };
        match came {
            Came::Delivered => {}
            Came::Failed => has_failed = true,
            Came::Nothing if args.until_empty => break,
            Came::Nothing => {
                tokio::select! {
                    () = stop.told() => break,
                    () = tokio::time::sleep(PAUSE) => continue,
                }
            }
        }
        let is_told = tokio::select! {
            biased;
            () = stop.told() => true,
            () = std::future::ready(()) => false,
        };
        if is_told {
            break;
        }
    }
    Ok(if args.until_empty && has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whether the store does not answer, and may come back by itself.
fn is_away(error: &anyhow::Error) -> bool {
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_away)
}

/// An event is delivered. While the store is away that is said again, as long as the event is ours. Gives
/// whether it was; `None`: the store has stayed away.
async fn acknowledge(outbox: &Outbox<'_>, event: &OutboxEvent) -> Result<Option<bool>, StoreError> {
    let again = async {
        loop {
            match outbox.acknowledge(event).await {
                Err(error) if error.is_away() => tokio::time::sleep(PAUSE).await,
                done => return done.map(Some),
            }
        }
    };
    let most = Duration::from_secs(LEASE_BEYOND_S.into());
    tokio::time::timeout(most, again).await.unwrap_or(Ok(None))
}

/// Hands the next event to the program.
async fn one(
    args: &DeliverArgs,
    name: &str,
    open: &Open,
    globals: &Globals,
) -> anyhow::Result<Came> {
    let outbox = open.store.outbox(open.tenant);
    let len_s = args.timeout.saturating_add(LEASE_BEYOND_S);
    let Some(event) = outbox.take(name, 1, len_s).await?.pop() else { return Ok(Came::Nothing) };
    let OutboxEvent { id, topic, .. } = &event;
    let line = format!("{}\n", handed(&event, globals));
    let environment = [("WEIR_TOPIC", topic.code().to_owned()), ("WEIR_EVENT", id.to_string())];
    let limit = Duration::from_secs(args.timeout.into());
    match program::run(&args.to, &environment, line, limit).await? {
        Ok(()) => match acknowledge(&outbox, &event).await? {
            Some(true) => {
                print::line(&format!("{id} {topic} delivered"))?;
                Ok(Came::Delivered)
            }
            Some(false) => {
                print::warning(&format!("event {id} took too long, and is somebody else's by now"));
                Ok(Came::Failed)
            }
            None => {
                print::warning(&format!(
                    "event {id} is delivered, but the store was away for {LEASE_BEYOND_S} s and does \
                     not know it: the event comes again"
                ));
                Ok(Came::Failed)
            }
        },
        Err(reason) => {
            let then = match outbox.fail(&event, &reason).await? {
                AfterFailure::Again { at } => format!("it comes again at {}", units::rfc3339(at)),
                AfterFailure::GivenUp => "it is given up".to_owned(),
                AfterFailure::NotYours => "it is somebody else's by now".to_owned(),
            };
            print::warning(&format!("event {id}, {topic}, is not delivered: {reason}; {then}"));
            Ok(Came::Failed)
        }
    }
}
