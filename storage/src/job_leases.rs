//! Who does what is to be done by one at a time.
//!
//! A lease is held until a moment. Who has not renewed it by then may go on without noticing: so each
//! holder has a greater fence than the one before, by which the old one learns that it is not the holder
//! any more. The clocks of the machines that share a store are to agree within the length of a lease.

use entitlement::Timestamp;
use sea_orm::{ConnectionTrait as _, Statement, Value};

use crate::error::{During as _, StoreError};
use crate::store::Store;

/// Takes, renews and releases leases.
#[derive(Debug)]
pub struct JobLeases<'s> {
    pub(crate) store: &'s Store,
}

/// The right to do a job, until a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLease {
    /// Which job.
    pub job: String,
    /// Who has it.
    pub holder: String,
    /// Greater than that of everybody who had it before.
    pub fence: i64,
    /// Until when.
    pub until: Timestamp,
}

impl JobLeases<'_> {
    /// Takes the lease of a job for so many seconds; `None` while somebody else has it. Who is started
    /// again under its own name does not wait for itself.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn take(
        &self,
        job: &str,
        holder: &str,
        len_s: u32,
    ) -> Result<Option<JobLease>, StoreError> {
        let sql = "insert into job_lease (name, holder, fence, until) values ($1, $2, 1, $3) \
                   on conflict (name) do update set holder = excluded.holder, \
                   fence = job_lease.fence + 1, until = excluded.until \
                   where job_lease.until <= $4 or job_lease.holder = excluded.holder \
                   returning fence";
        let now = self.store.now();
        let until = now.plus_s(len_s.into());
        let values = [job.into(), holder.into(), until.unix_ms().into(), now.unix_ms().into()];
        let fence = self.fence(sql, values, "take a lease").await?;
        let lease =
            |fence| JobLease { job: job.to_owned(), holder: holder.to_owned(), fence, until };
        Ok(fence.map(lease))
    }

    /// Renews a lease, to so many seconds from now; `None` when somebody else has taken it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn renew(
        &self,
        lease: &JobLease,
        len_s: u32,
    ) -> Result<Option<JobLease>, StoreError> {
        let sql = "update job_lease set until = $3 where name = $1 and holder = $2 and fence = $4 \
                   returning fence";
        let until = self.store.now().plus_s(len_s.into());
        let JobLease { job, holder, fence, .. } = lease;
        let values =
            [job.as_str().into(), holder.as_str().into(), until.unix_ms().into(), (*fence).into()];
        let held = self.fence(sql, values, "renew a lease").await?;
        Ok(held.map(|_| JobLease { until, ..lease.clone() }))
    }

    /// Gives a lease back, so that nobody has to wait for its end. One that somebody else has taken
    /// stays as it is.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn release(&self, lease: &JobLease) -> Result<(), StoreError> {
        let sql = "update job_lease set until = $3 where name = $1 and holder = $2 and fence = $4 \
                   returning fence";
        let JobLease { job, holder, fence, .. } = lease;
        let now = self.store.now().unix_ms();
        let values = [job.as_str().into(), holder.as_str().into(), now.into(), (*fence).into()];
        self.fence(sql, values, "give a lease back").await.map(|_| ())
    }

    async fn fence(
        &self,
        sql: &str,
        values: [Value; 4],
        operation: &'static str,
    ) -> Result<Option<i64>, StoreError> {
        let database = self.store.database();
        let statement = Statement::from_sql_and_values(database.backend(), sql, values);
        let row = database.writer.query_one_raw(statement).await.during(operation)?;
        row.map(|row| row.try_get("", "fence").during(operation)).transpose()
    }
}
