//! Which service a request is about.

mod mac;

pub use mac::MacAddress;

use entitlement::TenantId;

use crate::ports::{Directory, Service};

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
