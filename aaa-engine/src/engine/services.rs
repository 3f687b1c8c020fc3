//! The services of the NAS that a plan names, in the Access-Accept.

use std::sync::Arc;

use entitlement::{PlannedArgument, PlannedService, TenantId, Terms};
use radius_dict::ReadAttributes as _;
use radius_dict::attr::ERX_SERVICE_ACTIVATE;
use radius_proto::{Code, PACKET_LEN_MAX, Packet, PacketWriter, WriteError};

use crate::attempt::Outcome;
use crate::catalogue::{
    Catalogue, Message, SERVICE_TAG_MAX, ServiceChange, ServiceManner, ServiceTag,
    ServiceWriteError,
};
use crate::dialect::Dialect;
use crate::enforcement::WantedServices;
use crate::grant::Grant;
use crate::intent::{IntentKind, Intents};
use crate::ports::Directory;
use crate::reason::Reason;

/// What the session of an acceptance has from the plan's services.
pub(crate) struct PlanServices {
    manner: ServiceManner,
    change: ServiceChange,
    catalogue: Arc<Catalogue>,
    says_speed: bool,
}

/// The services that a session with this grant has: the plan's, and those by which the dialect says
/// the speed and the address list. `None` where the NAS knows no services.
pub(crate) fn session_services(
    directory: &dyn Directory,
    dialect: &Dialect,
    tenant: TenantId,
    grant: &Grant<'_>,
    plan: Option<&PlanServices>,
) -> Option<WantedServices> {
    let manner = dialect.service_manner()?;
    let catalogue = match plan {
        Some(plan) => Arc::clone(&plan.catalogue),
        None => directory.service_catalogue(tenant),
    };
    let of_plan = plan.map(|plan| plan.change.activate.clone());
    let mut activations = of_plan.unwrap_or_default();
    for text in dialect.services(&grant.intents) {
        if activations.iter().all(|activation| *activation.text() != text) {
            activations.push(catalogue.bare(text));
        }
    }
    let by_service = |kind| grant.intents.has(kind) && dialect.says_by_service(kind);
    let of_plan = plan.is_some_and(|plan| plan.says_speed);
    let say_speed = of_plan || by_service(IntentKind::Speed);
    let list = match by_service(IntentKind::AddressList) {
        true => {
            let address_list = grant.intents.address_list;
            dialect.services(&Intents { address_list, ..Intents::default() })
        }
        false => Vec::new(),
    };
    Some(WantedServices { manner, activations, catalogue, say_speed, list })
}

const fn leave_speed_out(grant: &mut Grant<'_>) {
    grant.intents.speed = None;
    grant.intents.burst = None;
    grant.intents.priority = None;
    grant.intents.minimum = None;
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
        dialect: &Dialect,
        (tenant, terms): (TenantId, &Terms),
        grant: &mut Grant<'_>,
    ) -> Result<Option<Self>, Reason> {
        let planned = &terms.services;
        if planned.is_empty() {
            return Ok(None);
        }
        let Some(manner) = dialect.service_manner() else { return Ok(None) };
        let says_speed = planned.iter().any(says_speed);
        if grant.outcome != Outcome::Accepted {
            // The dialect's own service for the speed is none that the plan has.
            if says_speed && dialect.says_by_service(IntentKind::Speed) {
                leave_speed_out(grant);
            }
            return Ok(None);
        }
        let catalogue = directory.service_catalogue(tenant);
        let activations = catalogue.activations(planned, grant.intents.speed);
        let activate = activations.map_err(|_| Reason::PlanServices)?;
        if says_speed {
            leave_speed_out(grant);
        }
        let change = ServiceChange { activate, ..ServiceChange::default() };
        Ok(Some(Self { manner, change, catalogue, says_speed }))
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
