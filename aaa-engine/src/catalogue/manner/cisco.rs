//! Cisco's Intelligent Services Gateway (vendor 9).

use radius_dict::WriteAttributes;
use radius_dict::attr::{CISCO_ACCOUNT_INFO, CISCO_AVPAIR};
use radius_proto::PacketWriter;

use super::{no_deactivation, only_one};
use crate::catalogue::{ServiceChange, ServiceWriteError};

/// Services that start with the session.
pub(super) fn write_accept(
    change: &ServiceChange,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    no_deactivation(change, "deactivated at a log-in")?;
    for activation in &change.activate {
        writer.put(CISCO_ACCOUNT_INFO, &format!("A{activation}"))?;
    }
    Ok(())
}

/// One command: IOS does one thing in a CoA-Request.
pub(super) fn write_coa(
    change: &ServiceChange,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    only_one(change)?;
    let activations = change.activate.iter().map(|activation| ("activate", activation.text()));
    let deactivations = change.deactivate.iter().map(|text| ("deactivate", text));
    for (command, text) in activations.chain(deactivations) {
        writer.put(CISCO_AVPAIR, &format!("subscriber:command={command}-service"))?;
        writer.put(CISCO_AVPAIR, &format!("subscriber:service-name={text}"))?;
    }
    Ok(())
}
