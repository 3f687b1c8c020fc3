//! The directory as the rows of a snapshot, and back.
//!
//! Whoever adds something to the directory adds it here: the compiler asks for every field that is
//! left out, and `storage/tests/contract/snapshot.rs` compares what comes back with what the loader gave.

use core::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aaa_engine::auth::CodeStep;
use aaa_engine::ports::{Device, Devices, OneTimeCodes, SealedCredential};
use aaa_engine::{LineIdentifier, LineKind, MacAddress, ReplyAttributes};
use entitlement::{
    Amount, BitsPerSecond, Booster, BoosterId, Extras, FirstUse, Grant, GrantId, GrantKind,
    Networks, Octets, OnlineTime, PlanId, ServiceId, Speed, SubscriberId, TenantId, Throttle,
    Timestamp, Validity,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{MemoryDirectory, PlanRow, ServiceRow, ShareRow};
use crate::keys::KeyRing;
use crate::services::{standing_code, standing_from_code};
use crate::snapshot::SnapshotError;
use crate::snapshot::fields::{Fields, put_count, put_if, put_list, put_number, put_octets, wrong};

/// What a row is.
const TENANT: u8 = 2;
const PLAN: u8 = 3;
const NAS: u8 = 4;
const SERVICE: u8 = 5;
const POOL: u8 = 6;
const SERVICE_TEMPLATE: u8 = 12;

/// Takes a row: its kind, and what writes it.
type Put<'p> = &'p mut dyn FnMut(u8, &dyn Fn(&mut Vec<u8>)) -> Result<(), SnapshotError>;

impl MemoryDirectory {
    /// One that holds nothing yet.
    pub(crate) fn to_be_filled(keys: KeyRing) -> Self {
        Self::empty(keys)
    }

    /// Hands every row to `put`, with its kind. What changes meanwhile may be among them or not;
    /// each row is whole, and a plan that a service was on is there.
    pub(crate) fn each_row(
        &self,
        mut put: impl FnMut(u8, &dyn Fn(&mut Vec<u8>)) -> Result<(), SnapshotError>,
    ) -> Result<(), SnapshotError> {
        // What is left out here follows from the rest.
        let Self {
            keys: _,
            tenants: _,
            time_zones: _,
            nas_by_address: _,
            nas_places: _,
            logins: _,
            identifiers: _,
            changes: _,
            touched: _,
            pools,
            templates,
            tenant_rows,
            nas_rows,
            plans,
            services,
        } = self;
        for row in tenant_rows.pin().values() {
            put(TENANT, &|out| put_json(out, &**row))?;
        }
        for row in pools.rows() {
            put(POOL, &|out| put_json(out, &*row))?;
        }
        for row in templates.rows() {
            put(SERVICE_TEMPLATE, &|out| put_json(out, &*row))?;
        }
        for row in nas_rows.pin().values() {
            put(NAS, &|out| put_json(out, &**row))?;
        }
        // Before the services and after them: a plan may go while they are being written.
        let each_plan = |put: Put<'_>| {
            for plan in plans.pin().values() {
                let PlanRow { tenant: _, name: _, terms: _, reply_attributes: _, row } = &**plan;
                put(PLAN, &|out| put_json(out, row))?;
            }
            Ok(())
        };
        each_plan(&mut put)?;
        for row in services.pin().values() {
            put(SERVICE, &|out| put_service(out, row))?;
        }
        each_plan(&mut put)
    }

    /// Takes a row that [`each_row`](Self::each_row) gave; false when it is of another kind.
    pub(crate) fn take_row(&self, kind: u8, row: &[u8]) -> Result<bool, SnapshotError> {
        match kind {
            TENANT => self.put_tenants(vec![json(row)?]),
            POOL => self.put_pools(&[json(row)?]),
            SERVICE_TEMPLATE => self.templates.put(vec![json(row)?]),
            NAS => self.put_nases(vec![json(row)?]),
            PLAN => self.put_plans(vec![json(row)?]),
            SERVICE => self.put_service(service(row)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How often the directory has changed, for whoever keeps a copy of it.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}

fn put_json(out: &mut Vec<u8>, row: &impl Serialize) {
    // A row of numbers and texts always has a form in JSON, and a vector takes all of it.
    let _ = serde_json::to_writer(out, row);
}

fn json<T: DeserializeOwned>(row: &[u8]) -> Result<T, SnapshotError> {
    serde_json::from_slice(row).map_err(|_| wrong())
}

fn put_moment(out: &mut Vec<u8>, at: Timestamp) {
    put_number(out, at.unix_ms());
}

fn put_service(out: &mut Vec<u8>, row: &ServiceRow) {
    let ServiceRow {
        id,
        tenant,
        subscriber,
        plan,
        login,
        credential: SealedCredential(credential),
        standing,
        validity: Validity { from, until },
        fixed_ipv4,
        networks,
        first_use,
        devices,
        lines,
        reply_attributes,
        one_time_codes,
        extras,
        share,
        members,
    } = row;
    for number in [id.0, tenant.0, subscriber.0, plan.0] {
        put_number(out, number);
    }
    put_octets(out, login.as_bytes());
    put_octets(out, credential);
    put_octets(out, standing_code(*standing).as_bytes());
    put_if(out, *from, put_moment);
    put_if(out, *until, put_moment);
    put_if(out, *fixed_ipv4, |out, address| out.extend(address.octets()));
    put_if(out, networks.as_deref(), put_networks);
    put_if(out, *first_use, |out, FirstUse { lasts_s, at }| {
        put_number(out, lasts_s.into());
        put_if(out, at, put_moment);
    });
    put_if(out, devices.as_deref(), |out, Devices { list, reset_at }| {
        put_list(out, list.iter(), |out, Device { address, is_allowed }| {
            out.extend(address.0);
            out.push(u8::from(*is_allowed));
        });
        put_if(out, *reset_at, put_moment);
    });
    put_list(out, lines.iter(), |out, line| {
        put_octets(out, line.kind.code().as_bytes());
        put_if(out, line.nas, |out, nas| put_number(out, nas.0));
        put_octets(out, line.text().as_bytes());
    });
    put_if(out, reply_attributes.as_ref(), |out, list| put_octets(out, list.as_octets()));
    put_if(out, one_time_codes.as_deref(), |out, OneTimeCodes { secret, last_step }| {
        put_octets(out, &secret.0);
        put_if(out, *last_step, |out, CodeStep(step)| put_number(out, step));
    });
    put_if(out, extras.as_deref(), put_extras);
    put_if(out, share.as_deref(), |out, ShareRow { lead, limit_octets, validity }| {
        put_number(out, lead.0);
        put_if(out, limit_octets.map(NonZeroU64::get), put_count);
        put_if(out, validity.from, put_moment);
        put_if(out, validity.until, put_moment);
    });
    put_list(out, members.as_deref().unwrap_or_default().iter(), |out, member| {
        put_number(out, member.0);
    });
}

fn put_extras(out: &mut Vec<u8>, extras: &Extras) {
    let Extras { cycle_from, grants, boosters, throttle, grace } = extras;
    let put_validity = |out: &mut Vec<u8>, Validity { from, until }: Validity| {
        put_if(out, from, put_moment);
        put_if(out, until, put_moment);
    };
    put_if(out, *cycle_from, put_moment);
    put_list(out, grants.iter(), |out, grant| {
        let Grant { id, amount, validity, priority, kind, granted_at } = *grant;
        put_number(out, id.0);
        out.push(matches!(amount, Amount::Online(_)).into());
        put_count(out, amount.units());
        put_validity(out, validity);
        out.push(priority);
        put_octets(out, kind.code().as_bytes());
        put_moment(out, granted_at);
    });
    put_list(out, boosters.iter(), |out, booster| {
        let Booster { id, validity, speed: Speed { download, upload } } = *booster;
        put_number(out, id.0);
        put_validity(out, validity);
        put_count(out, download.0);
        put_count(out, upload.0);
    });
    put_if(out, *throttle, |out, Throttle { speed: Speed { download, upload }, until }| {
        put_count(out, download.0);
        put_count(out, upload.0);
        put_if(out, until, put_moment);
    });
    put_if(out, *grace, |out, Speed { download, upload }| {
        put_count(out, download.0);
        put_count(out, upload.0);
    });
}

fn put_networks(out: &mut Vec<u8>, networks: &Networks) {
    let Networks { ipv6, ipv6_prefixes, delegated_ipv6_prefixes, routes } = networks;
    put_if(out, *ipv6, |out, address| out.extend(address.octets()));
    for prefixes in [ipv6_prefixes, delegated_ipv6_prefixes] {
        put_list(out, prefixes.iter(), |out, prefix| {
            put_octets(out, prefix.to_string().as_bytes());
        });
    }
    put_list(out, routes.iter(), |out, route| put_octets(out, route.to_string().as_bytes()));
}

fn moment(fields: &mut Fields<'_>) -> Result<Timestamp, SnapshotError> {
    fields.number().map(Timestamp::from_unix_ms)
}

/// The fields in the order in which they were put.
fn service(row: &[u8]) -> Result<ServiceRow, SnapshotError> {
    let mut fields = Fields(row);
    let id = fields.number()?;
    let row = ServiceRow {
        id: ServiceId(id),
        tenant: TenantId(fields.number()?),
        subscriber: SubscriberId(fields.number()?),
        plan: PlanId(fields.number()?),
        login: fields.shared_text()?,
        credential: SealedCredential(fields.octets()?.into()),
        standing: standing_from_code(id, fields.text()?).map_err(|_| wrong())?,
        validity: validity(&mut fields)?,
        fixed_ipv4: fields.optional(Fields::array::<4>)?.map(Into::into),
        networks: fields.optional(networks)?.map(Arc::new),
        first_use: fields.optional(|fields| {
            Ok(FirstUse { lasts_s: fields.small()?, at: fields.optional(moment)? })
        })?,
        devices: fields.optional(devices)?.map(Arc::new),
        lines: fields.list(line)?.into(),
        reply_attributes: fields.optional(|fields| {
            ReplyAttributes::from_octets(fields.octets()?).map_err(|_| wrong())
        })?,
        one_time_codes: fields.optional(one_time_codes)?.map(Arc::new),
        extras: fields.optional(extras)?.map(Arc::new),
        share: fields.optional(share)?.map(Box::new),
        members: Some(fields.list(|fields| fields.number().map(ServiceId))?)
            .filter(|members| !members.is_empty())
            .map(Into::into),
    };
    fields.end(row)
}

fn share(fields: &mut Fields<'_>) -> Result<ShareRow, SnapshotError> {
    Ok(ShareRow {
        lead: ServiceId(fields.number()?),
        limit_octets: fields.optional(Fields::count)?.and_then(NonZeroU64::new),
        validity: validity(fields)?,
    })
}

fn validity(fields: &mut Fields<'_>) -> Result<Validity, SnapshotError> {
    Ok(Validity { from: fields.optional(moment)?, until: fields.optional(moment)? })
}

fn amount(fields: &mut Fields<'_>) -> Result<Amount, SnapshotError> {
    match fields.array()? {
        [0] => Ok(Amount::Data(Octets(fields.count()?))),
        [1] => Ok(Amount::Online(OnlineTime(fields.count()?))),
        [_] => Err(wrong()),
    }
}

fn extras(fields: &mut Fields<'_>) -> Result<Extras, SnapshotError> {
    Ok(Extras {
        cycle_from: fields.optional(moment)?,
        grants: fields.list(|fields| {
            Ok(Grant {
                id: GrantId(fields.number()?),
                amount: amount(fields)?,
                validity: validity(fields)?,
                priority: u8::from_le_bytes(fields.array()?),
                kind: GrantKind::from_code(fields.text()?).ok_or_else(wrong)?,
                granted_at: moment(fields)?,
            })
        })?,
        boosters: fields.list(|fields| {
            Ok(Booster {
                id: BoosterId(fields.number()?),
                validity: validity(fields)?,
                speed: Speed {
                    download: BitsPerSecond(fields.count()?),
                    upload: BitsPerSecond(fields.count()?),
                },
            })
        })?,
        throttle: fields.optional(|fields| {
            let download = BitsPerSecond(fields.count()?);
            let speed = Speed { download, upload: BitsPerSecond(fields.count()?) };
            Ok(Throttle { speed, until: fields.optional(moment)? })
        })?,
        grace: fields.optional(|fields| {
            let download = BitsPerSecond(fields.count()?);
            Ok(Speed { download, upload: BitsPerSecond(fields.count()?) })
        })?,
    })
}

fn networks(fields: &mut Fields<'_>) -> Result<Networks, SnapshotError> {
    Ok(Networks {
        ipv6: fields.optional(Fields::array::<16>)?.map(Into::into),
        ipv6_prefixes: fields.list(Fields::parsed)?,
        delegated_ipv6_prefixes: fields.list(Fields::parsed)?,
        routes: fields.list(Fields::parsed)?,
    })
}

fn devices(fields: &mut Fields<'_>) -> Result<Devices, SnapshotError> {
    Ok(Devices {
        list: fields.list(|fields| {
            Ok(Device { address: MacAddress(fields.array()?), is_allowed: fields.flag()? })
        })?,
        reset_at: fields.optional(moment)?,
    })
}

fn one_time_codes(fields: &mut Fields<'_>) -> Result<OneTimeCodes, SnapshotError> {
    Ok(OneTimeCodes {
        secret: SealedCredential(fields.octets()?.into()),
        last_step: fields.optional(Fields::number)?.map(CodeStep),
    })
}

fn line(fields: &mut Fields<'_>) -> Result<LineIdentifier, SnapshotError> {
    let kind = LineKind::from_code(fields.text()?).ok_or_else(wrong)?;
    let nas = fields.optional(Fields::number)?.map(aaa_engine::ports::NasId);
    LineIdentifier::new(kind, nas, fields.octets()?).ok_or_else(wrong)
}
