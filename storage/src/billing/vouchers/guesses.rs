//! Who has typed codes that do not exist: counted for each subscriber and for each address beside, and kept,
//! so that a restart forgets nobody.

use core::net::IpAddr;
use std::collections::VecDeque;

use billing_core::voucher::{GuessLimit, Guesses};
use entitlement::{SubscriberId, TenantId, Timestamp};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseTransaction, DbBackend, EntityTrait as _,
    QueryFilter as _, QuerySelect as _, Statement, Value,
};

use super::Vouchers;
use super::redeem::RedeemRefusal;
use crate::entity::voucher_guess;
use crate::error::{During as _, Kind, StoreError};
use crate::store::Actor;
use crate::unit::{Record, Unit};
use crate::values;

/// How many wrong codes are too many.
const LIMIT: GuessLimit = GuessLimit::USUAL;

/// After so long nothing of a wrong code matters any more: twice the longest lockout of [`LIMIT`].
const FORGOTTEN_AFTER_S: i64 = 2 * 24 * 60 * 60;

const INSERT: &str =
    "insert into voucher_guess (tenant_id, who, wrong_at, lockouts, locked_until, changed_at)";

/// What those who type a code have typed before, held until the end of the transaction.
pub(super) struct Typed(Vec<(String, Guesses)>);

/// Who types, in an order that is the same for everybody.
fn who(subscriber: SubscriberId, source: Option<IpAddr>) -> Vec<String> {
    let source = source.map(|address| format!("source:{}", address.to_canonical()));
    source.into_iter().chain([of_subscriber(subscriber)]).collect()
}

fn of_subscriber(subscriber: SubscriberId) -> String {
    format!("subscriber:{subscriber}")
}

impl Typed {
    pub(super) async fn hold(
        txn: &DatabaseTransaction,
        tenant: TenantId,
        subscriber: SubscriberId,
        source: Option<IpAddr>,
        at: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut typed = Vec::new();
        for who in who(subscriber, source) {
            // There is a row to be held also where nobody has typed anything yet, or a thousand guesses
            // at once would all be the first.
            let row = row(tenant, &who, &Guesses::default(), at);
            let there = "on conflict (tenant_id, who) do nothing";
            values::insert(txn, INSERT, vec![row], there, "hold who types codes").await?;
            let found = voucher_guess::Entity::find_by_id((tenant.0, who.clone()))
                .lock_exclusive()
                .one(txn);
            let found = found.await.during("read who has typed wrong codes")?;
            typed.push((who, found.as_ref().map(guesses).transpose()?.unwrap_or_default()));
        }
        Ok(Self(typed))
    }

    /// May they have a code looked up?
    pub(super) fn check(&self, at: Timestamp) -> Result<(), RedeemRefusal> {
        self.0.iter().try_for_each(|(_, guesses)| Ok(guesses.check(at)?))
    }

    /// Counts a wrong code, and forgets those of long ago.
    pub(super) async fn count_wrong(
        self,
        txn: &DatabaseTransaction,
        tenant: TenantId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let rows = self.0.into_iter().map(|(who, guesses)| {
            let after = guesses.after_wrong(&LIMIT, at);
            row(tenant, &who, &after, at)
        });
        let tail = "on conflict (tenant_id, who) do update set wrong_at = excluded.wrong_at, \
                    lockouts = excluded.lockouts, locked_until = excluded.locked_until, \
                    changed_at = excluded.changed_at";
        values::insert(txn, INSERT, rows.collect(), tail, "count a wrong code").await?;
        // Who is typing now is not waited for: two who forget each other would wait for ever.
        let backend = txn.get_database_backend();
        let of_others = match backend {
            DbBackend::Postgres => "for update skip locked",
            _ => "",
        };
        let sql = format!(
            "delete from voucher_guess where tenant_id = $1 and who in (select who \
             from voucher_guess where tenant_id = $1 and changed_at < $2 {of_others})"
        );
        let before = at.minus_s(FORGOTTEN_AFTER_S).unix_ms();
        let values = [tenant.0, before].map(Value::from);
        let forget = Statement::from_sql_and_values(backend, sql, values);
        txn.execute_raw(forget).await.during("forget wrong codes of long ago")?;
        Ok(())
    }
}

impl Vouchers<'_> {
    /// Forgets the wrong codes of a subscriber, who may then redeem vouchers again at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for the subscriber.
    pub async fn forgive(&self, by: &Actor, subscriber: &str) -> Result<(), StoreError> {
        let operation = "forget wrong codes";
        let mut unit = Unit::begin(self.store, self.tenant, by, operation).await?;
        let found = self.store.subscribers(self.tenant).existing(&unit.txn, subscriber).await?;
        let who = of_subscriber(SubscriberId(found.id));
        voucher_guess::Entity::delete_many()
            .filter(voucher_guess::Column::TenantId.eq(self.tenant.0))
            .filter(voucher_guess::Column::Who.eq(who))
            .exec(&unit.txn)
            .await
            .during(operation)?;
        let said = |wrong: &str| Some(serde_json::json!({ "wrong_codes": wrong }));
        unit.record(Record {
            kind: Kind::Subscriber,
            row: found.id,
            name: subscriber,
            before: said("counted"),
            after: said("forgotten"),
        });
        unit.commit().await
    }
}

fn row(tenant: TenantId, who: &str, guesses: &Guesses, at: Timestamp) -> [Value; 6] {
    let wrong_at: Vec<_> = guesses.wrong_at.iter().map(|at| at.unix_ms().to_string()).collect();
    [
        tenant.0.into(),
        who.into(),
        wrong_at.join(",").into(),
        i64::from(guesses.lockouts).into(),
        guesses.locked_until.map(Timestamp::unix_ms).into(),
        at.unix_ms().into(),
    ]
}

fn guesses(row: &voucher_guess::Model) -> Result<Guesses, StoreError> {
    let read = || {
        let wrong_at = row.wrong_at.split(',').filter(|text| !text.is_empty());
        let wrong_at = wrong_at.map(|text| text.parse().ok().map(Timestamp::from_unix_ms));
        Some(Guesses {
            wrong_at: wrong_at.collect::<Option<VecDeque<_>>>()?,
            lockouts: row.lockouts.try_into().ok()?,
            locked_until: row.locked_until.map(Timestamp::from_unix_ms),
        })
    };
    read().ok_or_else(|| StoreError::Corrupt {
        what: Kind::Voucher,
        row: row.who.clone(),
        problem: "the wrong codes that were counted for it are none".to_owned(),
    })
}
