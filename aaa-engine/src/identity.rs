//! Which service a request is about.

mod access_kind;
mod identify;
mod line;
mod mac;

pub use access_kind::AccessKind;
pub use identify::{Identify, IdentifyBy, IdentifyError};
pub use line::{Identifier, LINE_TEXT_LEN_MAX, LineIdentifier, LineKind};
pub use mac::MacAddress;

use std::net::Ipv4Addr;

use entitlement::TenantId;
use radius_proto::{AttributeType, Packet};

use crate::ports::{Directory, Nas, Service};

/// A service, and what it was found by.
pub(crate) struct Found {
    pub(crate) service: Service,
    pub(crate) by: IdentifyBy,
}

/// The service that `request` is about, as the NAS identifies subscribers: by the first of its
/// identifiers that leads to one.
pub(crate) fn find(
    directory: &dyn Directory,
    nas: &Nas,
    request: &Packet<'_>,
    kind: Option<AccessKind>,
    login: &[u8],
) -> Option<Found> {
    nas.identify.order(kind).iter().find_map(|by| {
        let service = match by {
            IdentifyBy::UserName => service(directory, nas.tenant, login),
            IdentifyBy::UserNameWithoutRealm => {
                service(directory, nas.tenant, without_realm(login))
            }
            IdentifyBy::Line(kind) => {
                let line = LineIdentifier::of_request(*kind, None, request)?;
                // What is known at this NAS only goes before what is known everywhere.
                [Some(nas.id), None].into_iter().find_map(|at| {
                    let line = Identifier::Line(line.clone().at(at));
                    directory.service_by_identifier(nas.tenant, &line)
                })
            }
            IdentifyBy::Address => {
                let address: [u8; 4] =
                    request.first(AttributeType::FRAMED_IP_ADDRESS)?.try_into().ok()?;
                let address = Identifier::Address(Ipv4Addr::from(address));
                directory.service_by_identifier(nas.tenant, &address)
            }
        };
        service.map(|service| Found { service, by: *by })
    })
}

/// The service of `tenant` that logs in as `login`: by exactly that name, or, where there is none
/// and the name is a MAC address in any vendor's way, the one whose login is the address as
/// [`MacAddress`] shows it.
pub(crate) fn service(
    directory: &dyn Directory,
    tenant: TenantId,
    login: &[u8],
) -> Option<Service> {
    if login.is_empty() {
        return None;
    }
    directory.service_by_login(tenant, login).or_else(|| {
        let address = MacAddress::parse(login)?;
        directory.service_by_login(tenant, address.to_string().as_bytes())
    })
}

/// The name in `DOMAIN\name@realm`.
fn without_realm(login: &[u8]) -> &[u8] {
    let start = login.iter().position(|octet| *octet == b'\\').map_or(0, |at| at + 1);
    let name = login.get(start..).unwrap_or_default();
    let end = name.iter().rposition(|octet| *octet == b'@').unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_is_what_stands_behind_the_last_at_sign() {
        for (login, name) in [
            ("alice", "alice"),
            ("alice@isp.example", "alice"),
            ("alice@home@isp.example", "alice@home"),
            ("ISP\\alice", "alice"),
            ("ISP\\alice@isp.example", "alice"),
            ("@isp.example", ""),
            ("alice\\", ""),
            ("", ""),
        ] {
            assert_eq!(without_realm(login.as_bytes()), name.as_bytes(), "{login}");
        }
    }
}
