//! Where the periods of a subscription begin, and from when on elsewhere.

use billing_core::{
    Alignment, BilledIn, BillingError, BillingTerms, Realignment, Rounding, next_due,
};
use entitlement::{TimeZone, Timestamp};
use sea_orm::ActiveModelTrait as _;
use sea_orm::ActiveValue::Set;
use serde_json::json;

use super::catalogue::Catalogue;
use super::matter::terms;
use super::subscriptions::{
    SubscriptionEntry, SubscriptionId, Subscriptions, alignment, corrupt, invalid,
};
use super::{events, runs, settings};
use crate::entity::subscription;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::tenants;
use crate::unit::Record;

/// How often the billing day of one subscription can change.
const CHANGES_MAX: usize = 100;

impl Subscriptions<'_> {
    /// From a moment on, or from now on, the periods of a subscription begin elsewhere. The period in which
    /// that is ends then; it and what is left until the next one begins are prorated as any other part.
    /// Said of a moment of which it was said before, the last holds.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Rule`] where what it has has no periods that begin so;
    /// [`StoreError::Invalid`] for a moment at which the books are closed, and for too many changes.
    pub async fn change_day(
        &self,
        by: &Actor,
        id: SubscriptionId,
        to: Alignment,
        at: Option<Timestamp>,
    ) -> Result<SubscriptionEntry, StoreError> {
        let operation = "change the billing day";
        let (mut unit, row) = self.locked(by, id, operation).await?;
        let since = at.unwrap_or(unit.now);
        let settings = settings::read_open(
            &unit.txn,
            self.tenant,
            (Kind::Subscription, "the other billing day", since),
        )
        .await?;
        let mut realigned = realigned(&row)?;
        realigned.retain(|change| change.since != since);
        realigned.push(Realignment { since, alignment: to });
        if realigned.len() > CHANGES_MAX {
            return Err(invalid(&format!(
                "its billing day would change {} times; {CHANGES_MAX} times are possible",
                realigned.len()
            )));
        }
        let zone = tenants::time_zone(&unit.txn, self.tenant).await?;
        let terms = BillingTerms { realigned, ..terms(&row, &zone, &settings)? };
        let catalogue = Catalogue::read(&unit.txn, self.tenant).await?;
        let timeline = events::timeline(row.id, events::of(&unit.txn, row.id).await?)?;
        let due = next_due(&timeline, &catalogue.prices, &terms, since);
        // What else is wrong with it is said when it is billed.
        if let Err(error @ (BillingError::Alignment { .. } | BillingError::AlignmentOf { .. })) =
            due
        {
            let (what, name) = (Kind::Subscription, row.id.to_string());
            return Err(StoreError::Rule { what, name, source: error.into() });
        }
        let changed = subscription::ActiveModel {
            id: Set(row.id),
            realigned: Set(Some(written(&terms.realigned))),
            ..Default::default()
        };
        changed.update(&unit.txn).await.during(operation)?;
        runs::look_at(&unit, row.id, since).await?;
        unit.record(Record {
            kind: Kind::Subscription,
            row: row.id,
            name: &row.id.to_string(),
            before: Some(json!({ "alignment": row.alignment, "realigned": row.realigned })),
            after: Some(json!({ "alignment": to.to_string(), "since": since.unix_ms() })),
        });
        unit.commit().await?;
        self.find(id).await
    }
}

/// From when on its periods begin elsewhere.
pub(super) fn realigned(row: &subscription::Model) -> Result<Vec<Realignment>, StoreError> {
    let change = |line: &str| {
        let (since, alignment) = line.split_once(' ')?;
        let since = Timestamp::from_unix_ms(since.parse().ok()?);
        Some(Realignment { since, alignment: alignment.parse().ok()? })
    };
    let lines = row.realigned.iter().flat_map(|text| text.lines());
    let changes = lines.map(change).collect::<Option<_>>();
    changes.ok_or_else(|| corrupt(row.id, "its periods come to begin nowhere"))
}

/// Where its periods begin at a moment.
pub(super) fn alignment_at(
    row: &subscription::Model,
    at: Timestamp,
) -> Result<Alignment, StoreError> {
    let (first, rounding) = (alignment(row)?, Rounding::default());
    let terms = BillingTerms::new(first, TimeZone::UTC, BilledIn::default(), rounding);
    Ok(BillingTerms { realigned: realigned(row)?, ..terms }.alignment_at(at))
}

/// One a line: the moment, and where periods begin then.
fn written(changes: &[Realignment]) -> String {
    let line = |change: &Realignment| format!("{} {}", change.since.unix_ms(), change.alignment);
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}
