//! Huawei NE40E, ME60 and NetEngine (vendor 2011).

use radius_dict::WriteAttributes;
use radius_dict::attr::{HUAWEI_AVPAIR, HUAWEI_SERVICE_INFO};
use radius_proto::PacketWriter;

use super::{no_deactivation, only_one};
use crate::catalogue::{ServiceChange, ServiceWriteError};

/// As `service:service-group=NAME inbound priority 5`: the name, and the arguments behind it.
pub(super) fn write(
    change: &ServiceChange,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    only_one(change)?;
    no_deactivation(change, "deactivated by a service group")?;
    for activation in &change.activate {
        let mut value = format!("service:service-group={}", activation.template().name());
        let parts = activation.text().parts();
        for argument in parts.iter().flat_map(|parts| &parts.arguments) {
            value.push(' ');
            value.push_str(argument);
        }
        writer.put(HUAWEI_AVPAIR, &value)?;
    }
    Ok(())
}

/// As `Aname` and `Nname`.
pub(super) fn write_service_info(
    change: &ServiceChange,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    only_one(change)?;
    for activation in &change.activate {
        writer.put(HUAWEI_SERVICE_INFO, &format!("A{activation}"))?;
    }
    for text in &change.deactivate {
        writer.put(HUAWEI_SERVICE_INFO, &format!("N{text}"))?;
    }
    Ok(())
}
