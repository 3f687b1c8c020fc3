//! `weir pool`: the pools of addresses that are managed here.

use std::process::ExitCode;
use std::sync::Arc;

use aaa_engine::{Activity, AddressSpace, POOL_WARNING_PERCENT, Pool, PoolKind, PoolUse};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use storage::StoreError;

use super::open::{self, Open};
use super::{Globals, print};
use crate::control::client;
use crate::control::protocol::{PoolLine, Reply, Request};
use crate::table::{Column, Table};
use crate::{clock, units};

/// What takes every exclusion away.
const NONE: &str = "none";

/// What can be done with pools.
#[derive(Debug, Subcommand)]
pub(super) enum PoolCommand {
    /// Make a pool, or change one.
    ///
    /// Plans that name it then give its addresses instead of its name. A service gets the address
    /// that it had last, as long as the pool has it; a newcomer gets one that nobody has had, and
    /// when there is none the one that has been unused for the longest time. Every address of a
    /// network is given, its first and last too, unless it is excluded; addresses that are a
    /// service's own never are.
    Set(PoolSet),
    /// List the pools, and how much of each is taken.
    List,
    /// Show a pool and its leases.
    Show {
        /// What it is called.
        name: String,
    },
    /// Remove a pool that no plan names, with its leases.
    Remove {
        /// What it is called.
        name: String,
    },
}

/// What `weir pool set` can be told.
#[derive(Debug, Args)]
pub(super) struct PoolSet {
    /// What plans call it.
    name: String,
    /// IPv4 addresses: a network, 100.64.0.0/22, or the first and the last, 100.64.0.10-100.64.3.250.
    /// Repeat it for more; those given take the place of all that the pool had.
    #[arg(long, value_name = "RANGE")]
    range: Vec<String>,
    /// An IPv6 prefix that is divided into prefixes of --length bits, for Delegated-IPv6-Prefix, or,
    /// with 64, for Framed-IPv6-Prefix. Repeat it for more.
    #[arg(long, value_name = "PREFIX", conflicts_with = "range")]
    prefixes: Vec<String>,
    /// How many bits each prefix has that is given.
    #[arg(long, value_name = "BITS", conflicts_with = "range")]
    length: Option<u8>,
    /// Addresses that are not given: one, a range or a network; of IPv6 a prefix; or none, which
    /// takes all exclusions away. Repeat it for more.
    #[arg(long, value_name = "RANGE")]
    exclude: Vec<String>,
    /// The share in use from which the operator is warned, percent [default: 90].
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    warn_at: Option<u8>,
}

fn percent(text: &str) -> Result<u8, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim();
    number.parse().ok().filter(|percent| (1..=100).contains(percent)).ok_or_else(|| {
        format!("`{text}` is no share of a pool; 1 to 100 percent are possible, for example 90")
    })
}

pub(super) fn run(command: PoolCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            PoolCommand::Set(args) => set(args, &open).await,
            PoolCommand::List => list(&open, globals).await,
            PoolCommand::Show { name } => show(&name, &open, globals).await,
            PoolCommand::Remove { name } => {
                open.store.pools(open.tenant).remove(&open.actor, &name).await?;
                open.done(&format!("pool `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn set(args: PoolSet, open: &Open) -> anyhow::Result<()> {
    let pools = open.store.pools(open.tenant);
    let before = match pools.find(&args.name).await {
        Ok(pool) => Some(pool),
        Err(StoreError::NotFound { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let space = space(&args, before.as_ref().map(|pool| &pool.space))?;
    let level_before = before.map_or(POOL_WARNING_PERCENT, |pool| pool.warning_percent);
    let warn_at = args.warn_at.unwrap_or(level_before);
    let pool = pools.set(&open.actor, &args.name, &space, warn_at).await?;
    let what = match pool.space.kind() {
        PoolKind::Ipv4 => "addresses".to_owned(),
        PoolKind::Ipv6 { len_bits } => format!("prefixes of {len_bits} bits"),
    };
    open.done(&format!("pool `{}` has {} {what}", pool.name, pool.space.size()))
}

/// The addresses that are meant: what is not given stays as it was.
fn space(args: &PoolSet, before: Option<&AddressSpace>) -> anyhow::Result<AddressSpace> {
    let PoolSet { name, range, prefixes, length, exclude, warn_at } = args;
    let owned = |texts: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        texts.map(str::to_owned).collect()
    };
    let has_new = !range.is_empty() || !prefixes.is_empty();
    let excluded = match (exclude.as_slice(), before) {
        ([one], _) if one == NONE => Vec::new(),
        // New ranges come with their own exclusions.
        ([], Some(before)) if !has_new => owned(&mut before.excluded()),
        (given, _) => given.to_vec(),
    };
    let kind_before = before.map(AddressSpace::kind);
    if !range.is_empty() {
        return Ok(AddressSpace::ipv4(range, &excluded)?);
    }
    let length = length.or(match kind_before {
        Some(PoolKind::Ipv6 { len_bits }) => Some(len_bits),
        _ => None,
    });
    if !prefixes.is_empty() {
        let length = length.context(
            "--length is missing: how many bits each prefix has that is given, for example 56",
        )?;
        return Ok(AddressSpace::ipv6(prefixes, length, &excluded)?);
    }
    let Some(before) = before else {
        bail!(
            "there is no pool `{name}` yet; give it addresses with --range 100.64.0.0/22, or \
             prefixes with --prefixes 2001:db8::/40 --length 56"
        );
    };
    if exclude.is_empty() && args.length.is_none() && warn_at.is_none() {
        bail!(
            "nothing to set; name at least one option, for example --range (see `weir pool set --help`)"
        );
    }
    let ranges = owned(&mut before.ranges());
    Ok(match (before.kind(), args.length) {
        (PoolKind::Ipv4, None) => AddressSpace::ipv4(&ranges, &excluded)?,
        (PoolKind::Ipv4, Some(_)) => bail!("--length: pool `{name}` has IPv4 addresses"),
        (PoolKind::Ipv6 { len_bits }, length) => {
            AddressSpace::ipv6(&ranges, length.unwrap_or(len_bits), &excluded)?
        }
    })
}

/// What is going on with the pools of the tenant, as far as the store knows.
pub(super) async fn stored_activity(
    open: &Open,
    directory: &storage::MemoryDirectory,
) -> anyhow::Result<Activity> {
    let activity = Activity::new();
    let leases = open.store.pools(open.tenant).all_leases().await?;
    let leases = leases.into_iter().map(|entry| entry.lease).collect();
    activity.restore_leases(directory, leases, clock::now());
    for entry in open.store.sessions(open.tenant).open().await? {
        activity.restore(directory, &entry.session);
    }
    Ok(activity)
}

/// Each pool with how much of it is taken, and whether the running server says so.
async fn taken(open: &Open, globals: &Globals) -> anyhow::Result<(Vec<(Pool, PoolUse)>, bool)> {
    let pools = open.store.pools(open.tenant).list().await?;
    let request = Request::Pools { tenant: globals.tenant.clone() };
    if let Ok(Some(replies)) = client::ask(&open.loaded.config.control.socket, &request) {
        let lines: Vec<PoolLine> = replies
            .into_iter()
            .filter_map(|reply| match reply {
                Reply::Pool(line) => Some(line),
                _ => None,
            })
            .collect();
        let used = |pool: &Pool| {
            let line = lines.iter().find(|line| *line.name == *pool.name);
            let size = pool.space.size();
            line.map_or(PoolUse { size, ..PoolUse::default() }, |line| PoolUse {
                size,
                in_use: line.in_use,
                leased: line.leased,
            })
        };
        let all = pools.into_iter().map(|pool| (pool.clone(), used(&pool))).collect();
        return Ok((all, true));
    }
    let follower = open.store.follow().await?;
    let activity = stored_activity(open, &follower.directory()).await?;
    let now = clock::now();
    let all = pools.into_iter().map(|pool| (pool.clone(), activity.pool_use(&pool, now)));
    let all = all.collect();
    follower.stop().await;
    Ok((all, false))
}

async fn list(open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let (pools, is_live) = taken(open, globals).await?;
    if globals.json {
        let lines: Vec<_> = pools.iter().map(|(pool, used)| as_json(pool, *used)).collect();
        return print::json(&lines);
    }
    let mut table = Table::new(&[
        Column::Left("POOL"),
        Column::Right("SIZE"),
        Column::Right("IN USE"),
        Column::Right("LEASED"),
        Column::Right("PERCENT"),
        Column::Left(""),
        Column::Left("ADDRESSES"),
    ]);
    for (pool, used) in &pools {
        table.row([
            pool.name.to_string(),
            used.size.to_string(),
            used.in_use.to_string(),
            used.leased.to_string(),
            format!("{} %", used.percent()),
            warning(pool, *used).to_owned(),
            addresses(&pool.space),
        ]);
    }
    print::block(&table.render())?;
    if is_live {
        return Ok(());
    }
    print::line("no server is running: this is what the store knows")
}

/// What is to be said of a pool that runs out.
pub(super) const fn warning(pool: &Pool, used: PoolUse) -> &'static str {
    if used.in_use >= used.size {
        "EXHAUSTED"
    } else if used.percent() >= pool.warning_percent as u64 {
        "RUNNING OUT"
    } else {
        ""
    }
}

fn addresses(space: &AddressSpace) -> String {
    let mut text = space.ranges().collect::<Vec<_>>().join(" ");
    if let PoolKind::Ipv6 { len_bits } = space.kind() {
        text = format!("{text} by /{len_bits}");
    }
    let excluded: Vec<_> = space.excluded().collect();
    if !excluded.is_empty() {
        text = format!("{text} without {}", excluded.join(" "));
    }
    text
}

fn as_json(pool: &Pool, used: PoolUse) -> serde_json::Value {
    json!({
        "name": &*pool.name,
        "ranges": pool.space.ranges().collect::<Vec<_>>(),
        "excluded": pool.space.excluded().collect::<Vec<_>>(),
        "length": match pool.space.kind() {
            PoolKind::Ipv4 => None,
            PoolKind::Ipv6 { len_bits } => Some(len_bits),
        },
        "size": used.size,
        "in_use": used.in_use,
        "leased": used.leased,
        "percent": used.percent(),
        "warn_at": pool.warning_percent,
        "warning": warning(pool, used),
    })
}

async fn show(name: &str, open: &Open, globals: &Globals) -> anyhow::Result<()> {
    let leases = open.store.pools(open.tenant).leases(name).await?;
    let (pools, _) = taken(open, globals).await?;
    let (pool, used) = pools
        .into_iter()
        .find(|(pool, _)| *pool.name == *name)
        .with_context(|| format!("pool `{name}` was removed just now"))?;
    if globals.json {
        let mut value = as_json(&pool, used);
        let leases = leases.iter().map(|entry| {
            json!({
                "address": entry.lease.lease.address.to_string(),
                "login": entry.login,
                "station": &*entry.lease.station,
                "leased_at": units::rfc3339(entry.lease.leased_at),
            })
        });
        if let Some(object) = value.as_object_mut() {
            object.insert("leases".to_owned(), leases.collect());
        }
        return print::json(&value);
    }
    let PoolUse { size, in_use, leased } = used;
    print::line(&format!("pool {name}: {}", addresses(&pool.space)))?;
    print::line(&format!(
        "{in_use} of {size} in use ({} %, warned of from {} %), {leased} leased {}",
        used.percent(),
        pool.warning_percent,
        warning(&pool, used)
    ))?;
    let mut table = Table::new(&[
        Column::Left("ADDRESS"),
        Column::Left("LOGIN"),
        Column::Left("STATION"),
        Column::Left("SINCE"),
    ]);
    for entry in &leases {
        table.row([
            entry.lease.lease.address.to_string(),
            entry.login.clone().unwrap_or_else(|| "(removed)".to_owned()),
            entry.lease.station.to_string(),
            units::when(entry.lease.leased_at),
        ]);
    }
    print::block(&table.render())
}

/// A pool as the control socket tells of it.
pub(crate) fn line(pool: &Arc<Pool>, used: PoolUse) -> PoolLine {
    PoolLine {
        name: pool.name.to_string(),
        size: used.size,
        in_use: used.in_use,
        leased: used.leased,
        warn_at: pool.warning_percent,
        warning: warning(pool, used).to_owned(),
    }
}
