//! How the kinds of NAS are told of services.

mod cisco;
mod huawei;
mod juniper;
mod nokia;

use radius_proto::PacketWriter;

use super::change::ServiceChange;
use super::error::ServiceWriteError;
use super::{Catalogue, ServiceTag};

/// Declares the manners with the names that dialect files have for them.
macro_rules! manners {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// How a NAS is told of services.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ServiceManner {
            $($(#[$doc])* $variant,)*
        }

        impl ServiceManner {
            /// Every manner.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name that dialect files have for it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

manners! {
    /// Juniper's Service Manager: ERX-Service-Activate and its like, up to eight in a packet.
    Juniper = "juniper";
    /// Cisco's Intelligent Services Gateway: `subscriber:command=activate-service` in a CoA-Request,
    /// one in each; `Aname` in the Access-Accept.
    CiscoIsg = "cisco-isg";
    /// Nokia SR OS: a service is a profile, and the default takes its place.
    Nokia = "nokia";
    /// Huawei: `service:service-group=` in Huawei-AVpair. How a service is deactivated so is not
    /// known.
    Huawei = "huawei";
    /// Huawei: `Aname` and `Nname` in Huawei-Service-Info. No device has confirmed it yet.
    HuaweiServiceInfo = "huawei-service-info";
}

/// The packet that services are written into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Message {
    /// The answer to a log-in.
    AccessAccept,
    /// A change of a session that there is.
    CoaRequest,
}

impl ServiceManner {
    /// The manner of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|manner| manner.name() == name)
    }

    /// `change` as changes that each go into one packet, the first into `message` and the others
    /// each into a CoA-Request, in this order. Juniper's services have tags from `first` on.
    #[must_use]
    pub fn packets(
        self,
        message: Message,
        change: &ServiceChange,
        first: ServiceTag,
        catalogue: &Catalogue,
    ) -> Vec<ServiceChange> {
        match (self, message) {
            (Self::Juniper, _) => change.in_packets(first, catalogue),
            (Self::CiscoIsg, Message::CoaRequest) | (Self::Huawei | Self::HuaweiServiceInfo, _) => {
                one_at_a_time(change)
            }
            (Self::CiscoIsg, Message::AccessAccept) | (Self::Nokia, _) if change.is_empty() => {
                Vec::new()
            }
            (Self::CiscoIsg, Message::AccessAccept) | (Self::Nokia, _) => vec![change.clone()],
        }
    }

    /// Writes a change that goes into one packet.
    ///
    /// # Errors
    /// What there is no room for and what this kind of NAS cannot be told; the packet may then have
    /// a part of it, and is not to be sent.
    pub fn write(
        self,
        message: Message,
        change: &ServiceChange,
        first: ServiceTag,
        catalogue: &Catalogue,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), ServiceWriteError> {
        match (self, message) {
            (Self::Juniper, _) => juniper::write(change, first, writer),
            (Self::CiscoIsg, Message::AccessAccept) => cisco::write_accept(change, writer),
            (Self::CiscoIsg, Message::CoaRequest) => cisco::write_coa(change, writer),
            (Self::Nokia, _) => nokia::write(change, catalogue, writer),
            (Self::Huawei, _) => huawei::write(change, writer),
            (Self::HuaweiServiceInfo, _) => huawei::write_service_info(change, writer),
        }
    }
}

/// Activations first: until what takes its place is there, the old service holds.
fn one_at_a_time(change: &ServiceChange) -> Vec<ServiceChange> {
    let activations = change.activate.iter().map(|activation| ServiceChange {
        activate: vec![activation.clone()],
        ..ServiceChange::default()
    });
    // Of these nothing is known about mutex groups: what would be replaced is deactivated.
    let deactivations = change
        .deactivate
        .iter()
        .chain(&change.replaced)
        .map(|text| ServiceChange { deactivate: vec![text.clone()], ..ServiceChange::default() });
    activations.chain(deactivations).collect()
}

/// Refuses a change of more than one service.
fn only_one(change: &ServiceChange) -> Result<(), ServiceWriteError> {
    match change.activate.len() + change.deactivate.len() {
        count @ 2.. => Err(ServiceWriteError::OneAtATime { count }),
        _ => Ok(()),
    }
}

/// Refuses what cannot be deactivated.
fn no_deactivation(change: &ServiceChange, what: &'static str) -> Result<(), ServiceWriteError> {
    match change.deactivate.first() {
        Some(text) => Err(ServiceWriteError::Unsupported { service: text.to_string(), what }),
        None => Ok(()),
    }
}
