//! A session as a row of a snapshot, and back.

use std::sync::Arc;

use aaa_engine::enforcement::{Doubt, Enforced, Posture, Why};
use aaa_engine::ports::NasId;
use aaa_engine::session::{Ended, Session, SessionId};
use aaa_engine::{ActivatedService, Counters, Ipv6Counters, SessionIpv6};
use entitlement::{Ipv6Prefix, ServiceId, TenantId, Timestamp};

use super::error::SnapshotError;
use super::fields::{Fields, put_count, put_if, put_number, put_octets, wrong};

pub(super) fn put(out: &mut Vec<u8>, session: &Session) {
    let Session {
        id,
        tenant,
        nas,
        acct_session_id,
        login,
        calling_station_id,
        framed_ipv4,
        ipv6: SessionIpv6 { framed, delegated },
        service,
        activated,
        interim_interval_s,
        started_at,
        last_seen_at,
        ended,
        silent_since,
        counters,
        enforced,
    } = session;
    out.extend(id.0);
    put_number(out, tenant.0);
    put_number(out, nas.0);
    put_octets(out, acct_session_id);
    put_octets(out, login.as_bytes());
    put_octets(out, calling_station_id.as_bytes());
    put_if(out, *framed_ipv4, |out, address| out.extend(address.octets()));
    for prefix in [framed, delegated] {
        put_if(out, *prefix, |out, prefix: Ipv6Prefix| {
            put_octets(out, prefix.to_string().as_bytes());
        });
    }
    put_if(out, *service, |out, service| put_number(out, service.0));
    put_if(out, activated.as_deref(), |out, ActivatedService { parent, name }| {
        put_octets(out, parent);
        put_octets(out, name.as_bytes());
    });
    put_if(out, *interim_interval_s, |out, interval| put_number(out, interval.into()));
    put_number(out, started_at.unix_ms());
    put_number(out, last_seen_at.unix_ms());
    put_if(out, *ended, |out, Ended { at, terminate_cause }| {
        put_number(out, at.unix_ms());
        put_number(out, terminate_cause.into());
    });
    put_if(out, *silent_since, |out, at| put_number(out, at.unix_ms()));
    let Counters {
        upload_octets,
        download_octets,
        upload_packets,
        download_packets,
        session_time_s,
        ipv6,
    } = *counters;
    for count in [upload_octets, download_octets, upload_packets, download_packets] {
        put_count(out, count);
    }
    put_number(out, session_time_s.into());
    let Ipv6Counters { upload_octets, download_octets, upload_packets, download_packets } = ipv6;
    for count in [upload_octets, download_octets, upload_packets, download_packets] {
        put_count(out, count);
    }
    put_enforced(out, enforced);
}

fn put_enforced(out: &mut Vec<u8>, enforced: &Enforced) {
    let Enforced { told, in_doubt, end_ordered, disconnected_at, waits, activated_at } = enforced;
    put_if(out, told.as_deref(), |out, posture| {
        let mut octets = Vec::new();
        posture.encode(&mut octets);
        put_octets(out, &octets);
    });
    put_number(out, in_doubt.code());
    put_if(out, *end_ordered, |out, why| put_octets(out, why.code().as_bytes()));
    put_if(out, *disconnected_at, |out, at| put_number(out, at.unix_ms()));
    put_number(out, i64::from(*waits));
    put_if(out, *activated_at, |out, at| put_number(out, at.unix_ms()));
}

fn take_enforced(fields: &mut Fields<'_>) -> Result<Enforced, SnapshotError> {
    Ok(Enforced {
        told: fields.optional(|fields| {
            Posture::decode(fields.octets()?).map(Arc::new).map_err(|_| wrong())
        })?,
        in_doubt: Doubt::from_code(fields.number()?),
        end_ordered: fields.optional(|fields| Why::from_code(fields.text()?).ok_or_else(wrong))?,
        disconnected_at: fields.optional(moment)?,
        waits: fields.number()? != 0,
        activated_at: fields.optional(moment)?,
    })
}

fn moment(fields: &mut Fields<'_>) -> Result<Timestamp, SnapshotError> {
    fields.number().map(Timestamp::from_unix_ms)
}

/// The fields in the order in which they were put.
pub(super) fn take(row: &[u8]) -> Result<Session, SnapshotError> {
    let mut fields = Fields(row);
    let session = Session {
        id: SessionId(fields.array()?),
        tenant: TenantId(fields.number()?),
        nas: NasId(fields.number()?),
        acct_session_id: fields.octets()?.into(),
        login: fields.shared_text()?,
        calling_station_id: fields.shared_text()?,
        framed_ipv4: fields.optional(Fields::array::<4>)?.map(Into::into),
        ipv6: SessionIpv6 {
            framed: fields.optional(Fields::parsed)?,
            delegated: fields.optional(Fields::parsed)?,
        },
        service: fields.optional(Fields::number)?.map(ServiceId),
        activated: fields.optional(activated)?.map(Arc::new),
        interim_interval_s: fields.optional(Fields::small)?,
        started_at: moment(&mut fields)?,
        last_seen_at: moment(&mut fields)?,
        ended: fields.optional(|fields| {
            Ok(Ended { at: moment(fields)?, terminate_cause: fields.small()? })
        })?,
        silent_since: fields.optional(moment)?,
        counters: Counters {
            upload_octets: fields.count()?,
            download_octets: fields.count()?,
            upload_packets: fields.count()?,
            download_packets: fields.count()?,
            session_time_s: fields.small()?,
            ipv6: Ipv6Counters {
                upload_octets: fields.count()?,
                download_octets: fields.count()?,
                upload_packets: fields.count()?,
                download_packets: fields.count()?,
            },
        },
        enforced: take_enforced(&mut fields)?,
    };
    fields.end(session)
}

fn activated(fields: &mut Fields<'_>) -> Result<ActivatedService, SnapshotError> {
    Ok(ActivatedService { parent: fields.octets()?.into(), name: fields.shared_text()? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        fn session()(
            id: [u8; 16], tenant: i64, nas: i64,
            acct_session_id in proptest::collection::vec(any::<u8>(), 0..253),
            login in ".{0,80}", calling_station_id in ".{0,40}", framed_ipv4: Option<[u8; 4]>,
            framed: Option<([u8; 16], u8)>, delegated: Option<([u8; 16], u8)>,
            service: Option<i64>, started_at: i64, last_seen_at: i64,
            ended: Option<(i64, u32)>, silent_since: Option<i64>,
            counters: (u64, u64, u64, u64, u32), of_ipv6: (u64, u64, u64, u64),
            activated: Option<(Vec<u8>, String)>, interim_interval_s: Option<u32>,
            list in proptest::option::of(".{0,30}"), in_doubt: (u16, u16), waits: bool,
        ) -> Session {
            let prefix = |parts: Option<([u8; 16], u8)>| {
                parts.and_then(|(address, bits)| Ipv6Prefix::of(address.into(), bits % 129))
            };
            Session {
                id: SessionId(id),
                tenant: TenantId(tenant),
                nas: NasId(nas),
                acct_session_id: acct_session_id.into(),
                login: login.into(),
                calling_station_id: calling_station_id.into(),
                framed_ipv4: framed_ipv4.map(Into::into),
                ipv6: SessionIpv6 { framed: prefix(framed), delegated: prefix(delegated) },
                service: service.map(ServiceId),
                activated: activated.map(|(parent, name)| {
                    Arc::new(ActivatedService { parent: parent.into(), name: name.into() })
                }),
                interim_interval_s,
                started_at: Timestamp::from_unix_ms(started_at),
                last_seen_at: Timestamp::from_unix_ms(last_seen_at),
                ended: ended.map(|(at, terminate_cause)| Ended {
                    at: Timestamp::from_unix_ms(at),
                    terminate_cause,
                }),
                silent_since: silent_since.map(Timestamp::from_unix_ms),
                counters: Counters {
                    upload_octets: counters.0,
                    download_octets: counters.1,
                    upload_packets: counters.2,
                    download_packets: counters.3,
                    session_time_s: counters.4,
                    ipv6: Ipv6Counters {
                        upload_octets: of_ipv6.0,
                        download_octets: of_ipv6.1,
                        upload_packets: of_ipv6.2,
                        download_packets: of_ipv6.3,
                    },
                },
                enforced: Enforced {
                    told: list.map(|list: String| {
                        let address_list = Some(list.into());
                        Arc::new(Posture { address_list, ..Posture::default() })
                    }),
                    in_doubt: Doubt::from_code(
                        i64::from(in_doubt.0) | i64::from(in_doubt.1) << 16,
                    ),
                    end_ordered: waits.then_some(Why::Operator),
                    disconnected_at: silent_since.map(Timestamp::from_unix_ms),
                    waits,
                    activated_at: ended.map(|(at, _)| Timestamp::from_unix_ms(at)),
                },
            }
        }
    }

    proptest! {
        #[test]
        fn a_session_comes_back_as_it_was_and_no_part_of_it_does(session in session()) {
            let mut row = Vec::new();
            put(&mut row, &session);
            prop_assert_eq!(take(&row).unwrap(), session);
            prop_assert!(take(&row[..row.len() - 1]).is_err());
            row.push(0);
            prop_assert!(take(&row).is_err());
        }
    }
}
