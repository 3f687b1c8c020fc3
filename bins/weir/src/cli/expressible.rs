//! Whether the NASes of a tenant can be told what its plans grant, asked before either changes.

use std::collections::BTreeMap;

use aaa_engine::Dialects;
use anyhow::bail;
use entitlement::Terms;

use super::open::Open;
use crate::serve::words::Words;

/// Refuses terms that the dialect of a NAS of the tenant has no room for.
pub(super) async fn on_every_nas(open: &Open, terms: &Terms) -> anyhow::Result<()> {
    // One NAS stands for all of its dialect.
    let nas_by_dialect: BTreeMap<_, _> = open
        .store
        .nas(open.tenant)
        .list()
        .await?
        .into_iter()
        .map(|nas| (nas.dialect, nas.name))
        .collect();
    let words = Words::load(&open.loaded.config)?;
    for (dialect, nas) in nas_by_dialect {
        if let Err(problem) = words.dialects().check(&dialect, terms) {
            bail!("NAS `{nas}` cannot be told what the plan grants: {problem}");
        }
    }
    Ok(())
}

/// Refuses a dialect that has no room for the terms of a plan of the tenant.
pub(super) async fn for_every_plan(
    open: &Open,
    dialects: &Dialects,
    dialect: &str,
) -> anyhow::Result<()> {
    for plan in open.store.plans(open.tenant).list().await? {
        if let Err(problem) = dialects.check(dialect, &plan.terms) {
            bail!("the NAS cannot be told what plan `{}` grants: {problem}", plan.name);
        }
    }
    Ok(())
}
