//! Juniper's Service Manager (vendor 4874): E-series and MX.

use radius_dict::WriteAttributes;
use radius_dict::attr::{
    ERX_SERVICE_ACCT_INTERVAL, ERX_SERVICE_ACTIVATE, ERX_SERVICE_DEACTIVATE,
    ERX_SERVICE_STATISTICS, ERX_SERVICE_TIMEOUT, ERX_SERVICE_VOLUME, ERX_SERVICE_VOLUME_GIGAWORDS,
    erx_service_statistics,
};
use radius_dict::value::Tagged;
use radius_proto::{PacketWriter, Tag, WriteError};

use crate::catalogue::{ServiceChange, ServiceLimits, ServiceTag, ServiceWriteError, Statistics};

/// The activations with their tags, the deactivations, then what limits each of the activated: the
/// order of the examples in Juniper's manuals.
pub(super) fn write(
    change: &ServiceChange,
    first: ServiceTag,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    let tags = first.onward();
    let count = change.activate.len();
    if count > tags.clone().count() {
        return Err(ServiceWriteError::OutOfTags { count, first: first.get() });
    }
    let tagged = || change.activate.iter().zip(tags.clone());
    for (activation, tag) in tagged() {
        let value = activation.text().as_str();
        writer.put(ERX_SERVICE_ACTIVATE, Tagged { tag: Some(tag), value })?;
    }
    for text in &change.deactivate {
        writer.put(ERX_SERVICE_DEACTIVATE, text.as_str())?;
    }
    for (activation, tag) in tagged() {
        write_limits(activation.template().limits(), tag, writer)?;
    }
    Ok(())
}

fn write_limits(
    limits: &ServiceLimits,
    tag: Tag,
    writer: &mut PacketWriter<'_>,
) -> Result<(), WriteError> {
    let statistics = limits.statistics.map(|statistics| match statistics {
        Statistics::Off => erx_service_statistics::DISABLED,
        Statistics::Time => erx_service_statistics::TIME,
        Statistics::TimeVolume => erx_service_statistics::TIME_VOLUME,
    });
    let numbers = [
        (ERX_SERVICE_TIMEOUT, limits.timeout_s),
        (ERX_SERVICE_STATISTICS, statistics),
        (ERX_SERVICE_ACCT_INTERVAL, limits.interim_interval_s),
        (ERX_SERVICE_VOLUME, limits.volume_mb),
        (ERX_SERVICE_VOLUME_GIGAWORDS, limits.volume_gigawords),
    ];
    for (handle, number) in numbers {
        if let Some(value) = number {
            writer.put(handle, Tagged { tag: Some(tag), value })?;
        }
    }
    Ok(())
}
