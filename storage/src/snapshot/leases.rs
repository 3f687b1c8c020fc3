//! A lease as a row of a snapshot, and back.

use aaa_engine::{Lease, PoolAddress, PoolId, StoredLease};
use entitlement::{ServiceId, TenantId, Timestamp};

use super::error::SnapshotError;
use super::fields::{Fields, put_number, put_octets, wrong};

pub(super) fn put(out: &mut Vec<u8>, lease: &StoredLease) {
    let StoredLease {
        lease: Lease { pool, address },
        tenant,
        service,
        station,
        leased_at,
        is_recorded,
    } = lease;
    for number in [pool.0, tenant.0, service.0, leased_at.unix_ms()] {
        put_number(out, number);
    }
    put_octets(out, address.to_string().as_bytes());
    put_octets(out, station.as_bytes());
    out.push(u8::from(*is_recorded));
}

/// The fields in the order in which they were put.
pub(super) fn take(row: &[u8]) -> Result<StoredLease, SnapshotError> {
    let mut fields = Fields(row);
    let pool = PoolId(fields.number()?);
    let (tenant, service) = (TenantId(fields.number()?), ServiceId(fields.number()?));
    let leased_at = Timestamp::from_unix_ms(fields.number()?);
    let address = PoolAddress::parse(fields.text()?).ok_or_else(wrong)?;
    let lease = StoredLease {
        lease: Lease { pool, address },
        tenant,
        service,
        station: fields.shared_text()?,
        leased_at,
        is_recorded: fields.flag()?,
    };
    fields.end(lease)
}

#[cfg(test)]
mod tests {
    use entitlement::Ipv6Prefix;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_lease_comes_back_as_it_was_and_no_part_of_it_does(
            numbers: (i64, i64, i64, i64), ipv4: Option<[u8; 4]>, ipv6: [u8; 16], bits in 0..=128_u8,
            station in ".{0,40}", is_recorded: bool,
        ) {
            let address = match ipv4 {
                Some(ipv4) => PoolAddress::Ipv4(ipv4.into()),
                None => PoolAddress::Ipv6(Ipv6Prefix::of(ipv6.into(), bits).unwrap()),
            };
            let lease = StoredLease {
                lease: Lease { pool: PoolId(numbers.0), address },
                tenant: TenantId(numbers.1),
                service: ServiceId(numbers.2),
                station: station.into(),
                leased_at: Timestamp::from_unix_ms(numbers.3),
                is_recorded,
            };
            let mut row = Vec::new();
            put(&mut row, &lease);
            prop_assert_eq!(take(&row).unwrap(), lease);
            prop_assert!(take(&row[..row.len() - 1]).is_err());
            row.push(0);
            prop_assert!(take(&row).is_err());
        }
    }
}
