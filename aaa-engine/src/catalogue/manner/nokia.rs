//! Nokia SR OS (vendor 6527): a service is the profile that a host or subscriber has.

use radius_dict::WriteAttributes;
use radius_dict::attr::{ALC_SLA_PROF_STR, ALC_SUBSC_PROF_STR};
use radius_proto::PacketWriter;

use crate::catalogue::{Catalogue, Profile, ProfileRole, ServiceChange, ServiceWriteError};

/// The profiles of the activated services, and the defaults in the places of those that are
/// deactivated.
pub(super) fn write(
    change: &ServiceChange,
    catalogue: &Catalogue,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    for activation in &change.activate {
        let template = activation.template();
        let profile = profile(template.profile(), activation.text())?;
        put(profile.role, template.name(), writer)?;
    }
    for text in &change.deactivate {
        let template = catalogue.template_of(text);
        let profile = profile(template.and_then(|template| template.profile()), text)?;
        put(profile.role, &profile.default, writer)?;
    }
    Ok(())
}

fn profile<'p>(
    profile: Option<&'p Profile>,
    service: &impl ToString,
) -> Result<&'p Profile, ServiceWriteError> {
    profile.ok_or_else(|| ServiceWriteError::NoProfile { service: service.to_string() })
}

fn put(
    role: ProfileRole,
    name: &str,
    writer: &mut PacketWriter<'_>,
) -> Result<(), ServiceWriteError> {
    let handle = match role {
        ProfileRole::Sla => ALC_SLA_PROF_STR,
        ProfileRole::Subscriber => ALC_SUBSC_PROF_STR,
    };
    Ok(writer.put(handle, name)?)
}
