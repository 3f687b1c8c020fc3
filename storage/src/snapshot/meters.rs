//! What a service has used as a row of a snapshot, and back.

use std::sync::Arc;

use aaa_engine::StoredMeter;
use entitlement::{Meter, ServiceId, TenantId};

use super::error::SnapshotError;
use super::fields::{Fields, put_number, put_octets, wrong};

pub(super) fn put(out: &mut Vec<u8>, stored: &StoredMeter) {
    // What was noticed is in the journal.
    let StoredMeter { tenant, service, meter, notices: _ } = stored;
    put_number(out, tenant.0);
    put_number(out, service.0);
    let mut octets = Vec::new();
    meter.encode(&mut octets);
    put_octets(out, &octets);
}

pub(super) fn take(row: &[u8]) -> Result<StoredMeter, SnapshotError> {
    let mut fields = Fields(row);
    let stored = StoredMeter {
        tenant: TenantId(fields.number()?),
        service: ServiceId(fields.number()?),
        meter: Meter::decode(fields.octets()?).map(Arc::new).map_err(|_| wrong())?,
        notices: Vec::new(),
    };
    fields.end(stored)
}
