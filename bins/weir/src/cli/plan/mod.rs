//! `weir plan`: what is sold.

mod quotas;
mod show;
mod terms;

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use entitlement::Terms;
use storage::StoreError;

use super::open::{self, Open};
use super::{Globals, attributes, expressible, print};
pub(super) use quotas::{parse_amount, parse_online};
use show::summary;
use terms::{TermsOptions, applied};

/// What can be done with plans.
#[derive(Debug, Subcommand)]
pub(super) enum PlanCommand {
    /// Make a plan.
    Add(Box<PlanAdd>),
    /// List the plans.
    List,
    /// Show a plan, with its quotas.
    Show {
        /// What it is called.
        name: String,
    },
    /// Change a plan, for every service that is on it.
    Set(Box<PlanSet>),
    /// Remove a plan that no service is on.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What `weir plan add` can be told.
#[derive(Debug, Args)]
pub(super) struct PlanAdd {
    /// What to call it.
    name: String,
    #[command(flatten)]
    terms: TermsOptions,
    #[command(flatten)]
    attributes: attributes::Options,
    /// Leave a plan of this name as it is.
    #[arg(long)]
    if_missing: bool,
}

/// What `weir plan set` can be told.
#[derive(Debug, Args)]
pub(super) struct PlanSet {
    /// What it is called.
    name: String,
    #[command(flatten)]
    terms: TermsOptions,
    #[command(flatten)]
    attributes: attributes::Options,
}

pub(super) fn run(command: PlanCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            PlanCommand::Add(args) => add(*args, &open).await,
            PlanCommand::Set(args) => set(*args, &open).await,
            PlanCommand::List => show::list(&open, globals.json).await,
            PlanCommand::Show { name } => show::one(&name, &open, globals.json).await,
            PlanCommand::Remove { name } => {
                open.store.plans(open.tenant).remove(&open.actor, &name).await?;
                open.done(&format!("plan `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: PlanAdd, open: &Open) -> anyhow::Result<()> {
    let plans = open.store.plans(open.tenant);
    if args.if_missing {
        match plans.find(&args.name).await {
            Ok(_) => return print::line(&format!("plan `{}` exists already", args.name)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let terms = applied(args.terms, Terms::default())?;
    expressible::on_every_nas(open, &terms).await?;
    let attributes = args.attributes.read(open)?.flatten();
    let plan = plans.add(&open.actor, &args.name, &terms, attributes.as_ref()).await?;
    open.done(&format!("plan `{}` added: {}", plan.name, summary(&plan.terms)))
}

async fn set(args: PlanSet, open: &Open) -> anyhow::Result<()> {
    let attributes = args.attributes.read(open)?;
    if args.terms == TermsOptions::default() && attributes.is_none() {
        bail!(
            "nothing to set; name at least one option, for example --download (see `weir plan set --help`)"
        );
    }
    let plans = open.store.plans(open.tenant);
    let current = plans.find(&args.name).await?.terms;
    // Refuse what is wrong before the row is locked; then apply to what the row holds by then.
    expressible::on_every_nas(open, &applied(args.terms.clone(), current)?).await?;
    let change = args.terms;
    let plan = plans
        .update(
            &open.actor,
            &args.name,
            move |terms| {
                if let Ok(changed) = applied(change, terms.clone()) {
                    *terms = changed;
                }
            },
            attributes,
        )
        .await?;
    open.done(&format!("plan `{}` changed: {}", plan.name, summary(&plan.terms)))
}
