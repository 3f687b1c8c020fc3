//! The services of the NAS that a plan names, in the Access-Accept.

use std::sync::Arc;

use entitlement::{PlannedArgument, PlannedService};
use radius_dict::ReadAttributes as _;
use radius_dict::attr::ERX_SERVICE_ACTIVATE;
use radius_proto::{Code, PACKET_LEN_MAX, Packet, PacketWriter, WriteError};

use crate::attempt::Outcome;
use crate::catalogue::{
    Catalogue, Message, SERVICE_TAG_MAX, ServiceChange, ServiceManner, ServiceTag,
    ServiceWriteError,
};
use crate::grant::Grant;
use crate::ports::{Directory, Nas, Service};
use crate::reason::Reason;

/// What the session of an acceptance has from the plan's services.
pub(crate) struct PlanServices {
    manner: ServiceManner,
    change: ServiceChange,
    catalogue: Arc<Catalogue>,
}

impl PlanServices {
    /// The services of the plan, at the speed of the grant; `None` when it names none, when the NAS
    /// knows no services, and in quarantine, which has nothing of what was sold.
    ///
    /// A service that takes the plan's rates says the speed, and nothing else does: two limits in
    /// one place would be one too many.
    ///
    /// # Errors
    /// [`Reason::PlanServices`] when the catalogue does not have them, or not so.
    pub(crate) fn of(
        directory: &dyn Directory,
        nas: &Nas,
        service: &Service,
        grant: &mut Grant<'_>,
    ) -> Result<Option<Self>, Reason> {
        let planned = &service.entitlement.terms.services;
        if planned.is_empty() || grant.outcome != Outcome::Accepted {
            return Ok(None);
        }
        let Some(manner) = ServiceManner::of_dialect(&nas.dialect) else { return Ok(None) };
        let catalogue = directory.service_catalogue(service.tenant);
        let activations = catalogue.activations(planned, grant.intents.speed);
        let activate = activations.map_err(|_| Reason::PlanServices)?;
        if planned.iter().any(says_speed) {
            grant.intents.speed = None;
            grant.intents.burst = None;
            grant.intents.priority = None;
            grant.intents.minimum = None;
        }
        let change = ServiceChange { activate, ..ServiceChange::default() };
        Ok(Some(Self { manner, change, catalogue }))
    }

    /// Writes them behind the attributes that `others` writes.
    pub(crate) fn write(
        &self,
        others: impl Fn(&mut PacketWriter<'_>) -> Result<(), WriteError>,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), Reason> {
        let first = match self.manner {
            ServiceManner::Juniper => first_free_tag(others)?.ok_or(Reason::PlanServices)?,
            _ => ServiceTag::FIRST,
        };
        let message = Message::AccessAccept;
        let written = self.manner.write(message, &self.change, first, &self.catalogue, writer);
        written.map_err(|error| match error {
            ServiceWriteError::Packet(error) => error.into(),
            _ => Reason::PlanServices,
        })
    }
}

fn says_speed(service: &PlannedService) -> bool {
    service.arguments.iter().any(|argument| !matches!(argument, PlannedArgument::Literal(_)))
}

/// The tag behind those of the services that `others` activates, by the dialect or by hand.
fn first_free_tag(
    others: impl Fn(&mut PacketWriter<'_>) -> Result<(), WriteError>,
) -> Result<Option<ServiceTag>, WriteError> {
    let mut scratch = [0; PACKET_LEN_MAX];
    let code = Code::ACCESS_ACCEPT;
    let mut writer = PacketWriter::without_message_authenticator(&mut scratch, code, 0)?;
    others(&mut writer)?;
    let octets = writer.finish_unsigned(&[0; 16]);
    let Ok(packet) = Packet::parse(octets) else { return Ok(None) };
    let tags = packet.get_all(ERX_SERVICE_ACTIVATE).filter_map(|activated| activated.tag);
    let last = tags.map(|tag| tag.get()).filter(|tag| *tag <= SERVICE_TAG_MAX).max();
    Ok(ServiceTag::new(last.unwrap_or_default() + 1))
}
