//! What attributes are called, for people to read.

use radius_proto::VendorId;

use crate::attributes as attr;

/// `Framed-Pool`, `Mikrotik-Group`; the numbers of one whose name this program does not know.
pub(crate) fn attribute(vendor: Option<VendorId>, number: u8) -> String {
    let names = match vendor {
        None => STANDARD,
        Some(attr::MIKROTIK) => MIKROTIK,
        Some(attr::MICROSOFT) => MICROSOFT,
        Some(_) => &[],
    };
    let named = names.iter().find(|(known, _)| *known == number);
    match (named, vendor) {
        (Some((_, name)), _) => (*name).to_owned(),
        (None, None) => format!("attribute {number}"),
        (None, Some(vendor)) => format!("attribute {number} of vendor {}", vendor.0),
    }
}

const STANDARD: &[(u8, &str)] = &[
    (1, "User-Name"),
    (2, "User-Password"),
    (3, "CHAP-Password"),
    (4, "NAS-IP-Address"),
    (5, "NAS-Port"),
    (6, "Service-Type"),
    (7, "Framed-Protocol"),
    (8, "Framed-IP-Address"),
    (9, "Framed-IP-Netmask"),
    (11, "Filter-Id"),
    (12, "Framed-MTU"),
    (13, "Framed-Compression"),
    (18, "Reply-Message"),
    (22, "Framed-Route"),
    (24, "State"),
    (25, "Class"),
    (27, "Session-Timeout"),
    (28, "Idle-Timeout"),
    (29, "Termination-Action"),
    (30, "Called-Station-Id"),
    (31, "Calling-Station-Id"),
    (32, "NAS-Identifier"),
    (33, "Proxy-State"),
    (40, "Acct-Status-Type"),
    (41, "Acct-Delay-Time"),
    (42, "Acct-Input-Octets"),
    (43, "Acct-Output-Octets"),
    (44, "Acct-Session-Id"),
    (45, "Acct-Authentic"),
    (46, "Acct-Session-Time"),
    (47, "Acct-Input-Packets"),
    (48, "Acct-Output-Packets"),
    (49, "Acct-Terminate-Cause"),
    (52, "Acct-Input-Gigawords"),
    (53, "Acct-Output-Gigawords"),
    (55, "Event-Timestamp"),
    (60, "CHAP-Challenge"),
    (61, "NAS-Port-Type"),
    (62, "Port-Limit"),
    (64, "Tunnel-Type"),
    (65, "Tunnel-Medium-Type"),
    (69, "Tunnel-Password"),
    (79, "EAP-Message"),
    (80, "Message-Authenticator"),
    (81, "Tunnel-Private-Group-Id"),
    (85, "Acct-Interim-Interval"),
    (87, "NAS-Port-Id"),
    (88, "Framed-Pool"),
    (95, "NAS-IPv6-Address"),
    (97, "Framed-IPv6-Prefix"),
    (99, "Framed-IPv6-Route"),
    (100, "Framed-IPv6-Pool"),
    (101, "Error-Cause"),
    (123, "Delegated-IPv6-Prefix"),
    (171, "Delegated-IPv6-Prefix-Pool"),
];

const MIKROTIK: &[(u8, &str)] = &[
    (1, "Mikrotik-Recv-Limit"),
    (2, "Mikrotik-Xmit-Limit"),
    (3, "Mikrotik-Group"),
    (8, "Mikrotik-Rate-Limit"),
    (9, "Mikrotik-Realm"),
    (10, "Mikrotik-Host-IP"),
    (11, "Mikrotik-Mark-Id"),
    (14, "Mikrotik-Recv-Limit-Gigawords"),
    (15, "Mikrotik-Xmit-Limit-Gigawords"),
    (17, "Mikrotik-Total-Limit"),
    (18, "Mikrotik-Total-Limit-Gigawords"),
    (19, "Mikrotik-Address-List"),
    (22, "Mikrotik-Delegated-IPv6-Pool"),
    (23, "Mikrotik-DHCP-Option-Set"),
    (30, "Mikrotik-Switching-Filter"),
];

const MICROSOFT: &[(u8, &str)] = &[
    (1, "MS-CHAP-Response"),
    (2, "MS-CHAP-Error"),
    (7, "MS-MPPE-Encryption-Policy"),
    (8, "MS-MPPE-Encryption-Types"),
    (11, "MS-CHAP-Challenge"),
    (12, "MS-CHAP-MPPE-Keys"),
    (16, "MS-MPPE-Send-Key"),
    (17, "MS-MPPE-Recv-Key"),
    (25, "MS-CHAP2-Response"),
    (26, "MS-CHAP2-Success"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_the_name_of_its_vendor_or_its_numbers() {
        assert_eq!(attribute(None, 88), "Framed-Pool");
        assert_eq!(attribute(Some(attr::MIKROTIK), 8), "Mikrotik-Rate-Limit");
        assert_eq!(attribute(None, 200), "attribute 200");
        assert_eq!(attribute(Some(VendorId(9)), 1), "attribute 1 of vendor 9");
    }
}
