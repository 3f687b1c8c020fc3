//! A lease as a row of a snapshot, and back.

use aaa_engine::{Lease, PoolAddress, PoolId, StoredLease};
use entitlement::{ServiceId, TenantId, Timestamp};

use super::error::SnapshotError;
use super::fields::{Fields, put_number, put_octets, wrong};

pub(super) fn put(out: &mut Vec<u8>, lease: &StoredLease) {
    let StoredLease { lease: Lease { pool, address }, tenant, service, station, leased_at } = lease;
    for number in [pool.0, tenant.0, service.0, leased_at.unix_ms()] {
        put_number(out, number);
    }
    put_octets(out, address.to_string().as_bytes());
    put_octets(out, station.as_bytes());
}

/// The fields in the order in which they were put.
pub(super) fn take(row: &[u8]) -> Result<StoredLease, SnapshotError> {
    let mut fields = Fields(row);
    let pool = PoolId(fields.number()?);
    let (tenant, service) = (TenantId(fields.number()?), ServiceId(fields.number()?));
    let leased_at = Timestamp::from_unix_ms(fields.number()?);
    let address = PoolAddress::parse(fields.text()?).ok_or_else(wrong)?;
    let (lease, station) = (Lease { pool, address }, fields.shared_text()?);
    fields.end(StoredLease { lease, tenant, service, station, leased_at })
}
