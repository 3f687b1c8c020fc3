// Written by `cargo xtask dict` from dictionaries/dictionary.microsoft; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Hidden, Integer, Ipv4, Ipv6, Octets, Text};

const VENDOR: VendorId = VendorId(311);

/// `MS-CHAP-Response` (1): The answer of an MS-CHAP version 1 peer: identifier, flags, LM response (24 octets), NT response (24 octets).
pub const MS_CHAP_RESPONSE: Handle<Octets> = Handle::of_vendor("MS-CHAP-Response", VENDOR, 1);

/// `MS-CHAP-Error` (2): Why MS-CHAP failed: one octet of identifier, then text such as `E=691 R=1`.
pub const MS_CHAP_ERROR: Handle<Text> = Handle::of_vendor("MS-CHAP-Error", VENDOR, 2);

/// `MS-CHAP-CPW-1` (3): Password change, version 1.
pub const MS_CHAP_CPW_1: Handle<Octets> = Handle::of_vendor("MS-CHAP-CPW-1", VENDOR, 3);

/// `MS-CHAP-CPW-2` (4): Password change, version 2: the hashes and the responses to the challenge.
pub const MS_CHAP_CPW_2: Handle<Octets> = Handle::of_vendor("MS-CHAP-CPW-2", VENDOR, 4);

/// `MS-CHAP-LM-Enc-PW` (5): One piece of the new password, encrypted with the old LM hash.
pub const MS_CHAP_LM_ENC_PW: Handle<Octets> = Handle::of_vendor("MS-CHAP-LM-Enc-PW", VENDOR, 5);

/// `MS-CHAP-NT-Enc-PW` (6): One piece of the new password, encrypted with the old NT hash.
pub const MS_CHAP_NT_ENC_PW: Handle<Octets> = Handle::of_vendor("MS-CHAP-NT-Enc-PW", VENDOR, 6);

/// `MS-CHAP-Domain` (10): The domain the user was found in: one octet of identifier, then its name.
pub const MS_CHAP_DOMAIN: Handle<Text> = Handle::of_vendor("MS-CHAP-Domain", VENDOR, 10);

/// `MS-CHAP-Challenge` (11): The challenge: 8 octets in version 1, 16 octets in version 2.
pub const MS_CHAP_CHALLENGE: Handle<Octets> = Handle::of_vendor("MS-CHAP-Challenge", VENDOR, 11);

/// `MS-CHAP2-Response` (25): The answer of an MS-CHAP version 2 peer: identifier, flags, peer challenge (16 octets), reserved (8 octets), response (24 octets).
pub const MS_CHAP2_RESPONSE: Handle<Octets> = Handle::of_vendor("MS-CHAP2-Response", VENDOR, 25);

/// `MS-CHAP2-Success` (26): The server's proof that it knows the password: one octet of identifier, then `S=` and 40 hexadecimal digits.
pub const MS_CHAP2_SUCCESS: Handle<Octets> = Handle::of_vendor("MS-CHAP2-Success", VENDOR, 26);

/// `MS-CHAP2-CPW` (27): Password change, version 3.
pub const MS_CHAP2_CPW: Handle<Octets> = Handle::of_vendor("MS-CHAP2-CPW", VENDOR, 27);

/// `MS-MPPE-Encryption-Policy` (7): Whether the session may or must be encrypted.
pub const MS_MPPE_ENCRYPTION_POLICY: Handle<Integer> =
    Handle::of_vendor("MS-MPPE-Encryption-Policy", VENDOR, 7);

/// `MS-MPPE-Encryption-Types` (8): The allowed key lengths as bits: 2 for 40 bits of key, 4 for 128, 8 for 56.
pub const MS_MPPE_ENCRYPTION_TYPES: Handle<Integer> =
    Handle::of_vendor("MS-MPPE-Encryption-Types", VENDOR, 8);

/// `MS-CHAP-MPPE-Keys` (12): The session keys of MS-CHAP version 1: LM key (8 octets), NT key (16 octets), 8 zeros; hidden as a User-Password.
pub const MS_CHAP_MPPE_KEYS: Handle<Hidden> = Handle::of_vendor("MS-CHAP-MPPE-Keys", VENDOR, 12);

/// `MS-MPPE-Send-Key` (16): The key by which the NAS encrypts what it sends; hidden with a salt.
pub const MS_MPPE_SEND_KEY: Handle<Hidden> = Handle::of_vendor("MS-MPPE-Send-Key", VENDOR, 16);

/// `MS-MPPE-Recv-Key` (17): The key by which the NAS decrypts what it receives; hidden with a salt.
pub const MS_MPPE_RECV_KEY: Handle<Hidden> = Handle::of_vendor("MS-MPPE-Recv-Key", VENDOR, 17);

/// `MS-BAP-Usage` (13): Whether bandwidth allocation may or must be used.
pub const MS_BAP_USAGE: Handle<Integer> = Handle::of_vendor("MS-BAP-Usage", VENDOR, 13);

/// `MS-Link-Utilization-Threshold` (14): Below how many percent of use a link is dropped.
pub const MS_LINK_UTILIZATION_THRESHOLD: Handle<Integer> =
    Handle::of_vendor("MS-Link-Utilization-Threshold", VENDOR, 14);

/// `MS-Link-Drop-Time-Limit` (15): For how many seconds the use must stay below the threshold.
pub const MS_LINK_DROP_TIME_LIMIT: Handle<Integer> =
    Handle::of_vendor("MS-Link-Drop-Time-Limit", VENDOR, 15);

/// `MS-Old-ARAP-Password` (19): The old password of an ARAP user.
pub const MS_OLD_ARAP_PASSWORD: Handle<Octets> =
    Handle::of_vendor("MS-Old-ARAP-Password", VENDOR, 19);

/// `MS-New-ARAP-Password` (20): The new password of an ARAP user.
pub const MS_NEW_ARAP_PASSWORD: Handle<Octets> =
    Handle::of_vendor("MS-New-ARAP-Password", VENDOR, 20);

/// `MS-ARAP-PW-Change-Reason` (21): Why the password is to be changed.
pub const MS_ARAP_PW_CHANGE_REASON: Handle<Integer> =
    Handle::of_vendor("MS-ARAP-PW-Change-Reason", VENDOR, 21);

/// `MS-ARAP-Challenge` (33): The challenge of an ARAP user.
pub const MS_ARAP_CHALLENGE: Handle<Octets> = Handle::of_vendor("MS-ARAP-Challenge", VENDOR, 33);

/// `MS-RAS-Vendor` (9): Who made the NAS, as a Private Enterprise Number.
pub const MS_RAS_VENDOR: Handle<Integer> = Handle::of_vendor("MS-RAS-Vendor", VENDOR, 9);

/// `MS-RAS-Version` (18): The software version of the NAS.
pub const MS_RAS_VERSION: Handle<Text> = Handle::of_vendor("MS-RAS-Version", VENDOR, 18);

/// `MS-Filter` (22): Traffic filters.
pub const MS_FILTER: Handle<Octets> = Handle::of_vendor("MS-Filter", VENDOR, 22);

/// `MS-Acct-Auth-Type` (23): By which method the user was authenticated.
pub const MS_ACCT_AUTH_TYPE: Handle<Integer> = Handle::of_vendor("MS-Acct-Auth-Type", VENDOR, 23);

/// `MS-Acct-EAP-Type` (24): By which EAP method the user was authenticated.
pub const MS_ACCT_EAP_TYPE: Handle<Integer> = Handle::of_vendor("MS-Acct-EAP-Type", VENDOR, 24);

/// `MS-Primary-DNS-Server` (28): The first name server of the user.
pub const MS_PRIMARY_DNS_SERVER: Handle<Ipv4> =
    Handle::of_vendor("MS-Primary-DNS-Server", VENDOR, 28);

/// `MS-Secondary-DNS-Server` (29): The second name server of the user.
pub const MS_SECONDARY_DNS_SERVER: Handle<Ipv4> =
    Handle::of_vendor("MS-Secondary-DNS-Server", VENDOR, 29);

/// `MS-Primary-NBNS-Server` (30): The first NetBIOS name server of the user.
pub const MS_PRIMARY_NBNS_SERVER: Handle<Ipv4> =
    Handle::of_vendor("MS-Primary-NBNS-Server", VENDOR, 30);

/// `MS-Secondary-NBNS-Server` (31): The second NetBIOS name server of the user.
pub const MS_SECONDARY_NBNS_SERVER: Handle<Ipv4> =
    Handle::of_vendor("MS-Secondary-NBNS-Server", VENDOR, 31);

/// `MS-Network-Access-Server-Type` (47): What kind of Microsoft server sends the request; other numbers are free tags for policies (MS-RNAP §2.2.1.11).
pub const MS_NETWORK_ACCESS_SERVER_TYPE: Handle<Integer> =
    Handle::of_vendor("MS-Network-Access-Server-Type", VENDOR, 47);

/// `MS-RAS-Client-Name` (34): The computer name the dial-in or VPN client gave; a zero octet ends it on the wire (MS-RNAP §2.2.1.1).
pub const MS_RAS_CLIENT_NAME: Handle<Text> = Handle::of_vendor("MS-RAS-Client-Name", VENDOR, 34);

/// `MS-RAS-Client-Version` (35): The version of the dial-in or VPN client, as text such as `MSRASV5.20` (MS-RNAP §2.2.1.2).
pub const MS_RAS_CLIENT_VERSION: Handle<Text> =
    Handle::of_vendor("MS-RAS-Client-Version", VENDOR, 35);

/// `MS-Machine-Name` (50): The computer name of the connecting machine, in the code page of the Windows server (MS-RNAP §2.2.1.14).
pub const MS_MACHINE_NAME: Handle<Text> = Handle::of_vendor("MS-Machine-Name", VENDOR, 50);

/// `MS-User-Security-Identity` (40): The Windows security identifier (SID) of the user, in its binary form (MS-RNAP §2.2.1.5).
pub const MS_USER_SECURITY_IDENTITY: Handle<Octets> =
    Handle::of_vendor("MS-User-Security-Identity", VENDOR, 40);

/// `MS-Identity-Type` (41): Says that the request wants a health check of the machine rather than a login (MS-RNAP §2.2.1.6).
pub const MS_IDENTITY_TYPE: Handle<Integer> = Handle::of_vendor("MS-Identity-Type", VENDOR, 41);

/// `MS-Service-Class` (42): From a DHCP server: the group of scopes that would serve the client (MS-RNAP §2.2.1.7).
pub const MS_SERVICE_CLASS: Handle<Text> = Handle::of_vendor("MS-Service-Class", VENDOR, 42);

/// `MS-User-IPv4-Address` (61): The IPv4 address of the user's machine, as the NAS knows it (MS-RNAP §2.2.1.25).
pub const MS_USER_IPV4_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("MS-User-IPv4-Address", VENDOR, 61);

/// `MS-User-IPv6-Address` (62): The IPv6 address of the user's machine, as the NAS knows it (MS-RNAP §2.2.1.26).
pub const MS_USER_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::of_vendor("MS-User-IPv6-Address", VENDOR, 62);

/// `MS-RAS-Correlation` (56): An identifier to match log entries of NAS and server: a GUID as text in curly braces (MS-RNAP §2.2.1.20).
pub const MS_RAS_CORRELATION: Handle<Octets> = Handle::of_vendor("MS-RAS-Correlation", VENDOR, 56);

/// `MS-HCAP-User-Name` (60): The user's name as learnt over HCAP (MS-RNAP §2.2.1.24).
pub const MS_HCAP_USER_NAME: Handle<Text> = Handle::of_vendor("MS-HCAP-User-Name", VENDOR, 60);

/// `MS-HCAP-User-Groups` (58): The group the user belongs to, as learnt over HCAP (MS-RNAP §2.2.1.22).
pub const MS_HCAP_USER_GROUPS: Handle<Text> = Handle::of_vendor("MS-HCAP-User-Groups", VENDOR, 58);

/// `MS-HCAP-Location-Group-Name` (59): The location group, as learnt over HCAP (MS-RNAP §2.2.1.23).
pub const MS_HCAP_LOCATION_GROUP_NAME: Handle<Text> =
    Handle::of_vendor("MS-HCAP-Location-Group-Name", VENDOR, 59);

/// `MS-Quarantine-SOH` (55): The machine's statement of health in a request, the verdict on it in an accept (MS-RNAP §2.2.1.19).
pub const MS_QUARANTINE_SOH: Handle<Octets> = Handle::of_vendor("MS-Quarantine-SOH", VENDOR, 55);

/// `MS-RNAP-Not-Quarantine-Capable` (54): Whether the machine sent a statement of health (MS-RNAP §2.2.1.18).
pub const MS_RNAP_NOT_QUARANTINE_CAPABLE: Handle<Integer> =
    Handle::of_vendor("MS-RNAP-Not-Quarantine-Capable", VENDOR, 54);

/// `MS-Quarantine-State` (45): How much access the machine gets: all, a restricted part, or all for a limited time (MS-RNAP §2.2.1.9).
pub const MS_QUARANTINE_STATE: Handle<Integer> =
    Handle::of_vendor("MS-Quarantine-State", VENDOR, 45);

/// `MS-Extended-Quarantine-State` (57): Why access is restricted, beyond what MS-Quarantine-State says (MS-RNAP §2.2.1.21).
pub const MS_EXTENDED_QUARANTINE_STATE: Handle<Integer> =
    Handle::of_vendor("MS-Extended-Quarantine-State", VENDOR, 57);

/// `MS-Quarantine-Grace-Time` (46): Until when a machine on probation keeps full access, in seconds since 1970 UTC (MS-RNAP §2.2.1.10).
pub const MS_QUARANTINE_GRACE_TIME: Handle<Integer> =
    Handle::of_vendor("MS-Quarantine-Grace-Time", VENDOR, 46);

/// `MS-Quarantine-Session-Timeout` (37): Seconds a VPN connection may stay restricted before it is cut (MS-RNAP §2.2.1.4).
pub const MS_QUARANTINE_SESSION_TIMEOUT: Handle<Integer> =
    Handle::of_vendor("MS-Quarantine-Session-Timeout", VENDOR, 37);

/// `MS-Quarantine-User-Class` (44): For a DHCP server: the user class to give the restricted client (MS-RNAP §2.2.1.8).
pub const MS_QUARANTINE_USER_CLASS: Handle<Text> =
    Handle::of_vendor("MS-Quarantine-User-Class", VENDOR, 44);

/// `MS-IPv4-Remediation-Servers` (52): Where a restricted machine may go to mend itself: a zero octet, then IPv4 addresses (MS-RNAP §2.2.1.16).
pub const MS_IPV4_REMEDIATION_SERVERS: Handle<Octets> =
    Handle::of_vendor("MS-IPv4-Remediation-Servers", VENDOR, 52);

/// `MS-IPv6-Remediation-Servers` (53): Where a restricted machine may go to mend itself: a zero octet, then IPv6 addresses (MS-RNAP §2.2.1.17).
pub const MS_IPV6_REMEDIATION_SERVERS: Handle<Octets> =
    Handle::of_vendor("MS-IPv6-Remediation-Servers", VENDOR, 53);

/// `MS-AFW-Zone` (48): A hint which IPsec policy the machine should take (MS-RNAP §2.2.1.12).
pub const MS_AFW_ZONE: Handle<Integer> = Handle::of_vendor("MS-AFW-Zone", VENDOR, 48);

/// `MS-AFW-Protection-Level` (49): What the health certificate may be used for: signing, or signing and encryption (MS-RNAP §2.2.1.13).
pub const MS_AFW_PROTECTION_LEVEL: Handle<Integer> =
    Handle::of_vendor("MS-AFW-Protection-Level", VENDOR, 49);

/// `MS-Quarantine-IPFilter` (36): IPv4 filters for a restricted connection, built as MS-Filter is (MS-RNAP §2.2.1.3).
pub const MS_QUARANTINE_IPFILTER: Handle<Octets> =
    Handle::of_vendor("MS-Quarantine-IPFilter", VENDOR, 36);

/// `MS-IPv6-Filter` (51): IPv6 filters for the connection; MS-Filter is the one for IPv4 (MS-RNAP §2.2.1.15).
pub const MS_IPV6_FILTER: Handle<Octets> = Handle::of_vendor("MS-IPv6-Filter", VENDOR, 51);

/// `MS-TSG-Device-Redirection` (63): Remote desktop devices, as bits: 0 to 4 each bar one kind, 29 bars all, 30 allows all (MS-RNAP §2.2.1.27).
pub const MS_TSG_DEVICE_REDIRECTION: Handle<Integer> =
    Handle::of_vendor("MS-TSG-Device-Redirection", VENDOR, 63);

/// `MS-Azure-Policy-ID` (65): Which user group policy of an Azure point-to-site VPN gateway applies (MS-RNAS §2.2.1.11).
pub const MS_AZURE_POLICY_ID: Handle<Octets> = Handle::of_vendor("MS-Azure-Policy-ID", VENDOR, 65);

/// The values of `MS-MPPE-Encryption-Policy`.
pub mod ms_mppe_encryption_policy {
    /// `Encryption-Allowed`.
    pub const ENCRYPTION_ALLOWED: u32 = 1;

    /// `Encryption-Required`.
    pub const ENCRYPTION_REQUIRED: u32 = 2;
}

/// The values of `MS-MPPE-Encryption-Types`.
pub mod ms_mppe_encryption_types {
    /// `RC4-40bit-Allowed`.
    pub const RC4_40BIT_ALLOWED: u32 = 2;

    /// `RC4-128bit-Allowed`.
    pub const RC4_128BIT_ALLOWED: u32 = 4;

    /// `RC4-40or128-bit-Allowed`.
    pub const RC4_40OR128_BIT_ALLOWED: u32 = 6;
}

/// The values of `MS-BAP-Usage`.
pub mod ms_bap_usage {
    /// `Not-Allowed`.
    pub const NOT_ALLOWED: u32 = 0;

    /// `Allowed`.
    pub const ALLOWED: u32 = 1;

    /// `Required`.
    pub const REQUIRED: u32 = 2;
}

/// The values of `MS-ARAP-PW-Change-Reason`.
pub mod ms_arap_pw_change_reason {
    /// `Just-Change-Password`.
    pub const JUST_CHANGE_PASSWORD: u32 = 1;

    /// `Expired-Password`.
    pub const EXPIRED_PASSWORD: u32 = 2;

    /// `Admin-Requires-Password-Change`.
    pub const ADMIN_REQUIRES_PASSWORD_CHANGE: u32 = 3;

    /// `Password-Too-Short`.
    pub const PASSWORD_TOO_SHORT: u32 = 4;
}

/// The values of `MS-Acct-Auth-Type`.
pub mod ms_acct_auth_type {
    /// `PAP`.
    pub const PAP: u32 = 1;

    /// `CHAP`.
    pub const CHAP: u32 = 2;

    /// `MS-CHAP-1`.
    pub const MS_CHAP_1: u32 = 3;

    /// `MS-CHAP-2`.
    pub const MS_CHAP_2: u32 = 4;

    /// `EAP`.
    pub const EAP: u32 = 5;
}

/// The values of `MS-Acct-EAP-Type`.
pub mod ms_acct_eap_type {
    /// `MD5`.
    pub const MD5: u32 = 4;

    /// `OTP`.
    pub const OTP: u32 = 5;

    /// `Generic-Token-Card`.
    pub const GENERIC_TOKEN_CARD: u32 = 6;

    /// `TLS`.
    pub const TLS: u32 = 13;
}

/// The values of `MS-Network-Access-Server-Type`.
pub mod ms_network_access_server_type {
    /// `Unspecified`.
    pub const UNSPECIFIED: u32 = 0;

    /// `Terminal-Server-Gateway`.
    pub const TERMINAL_SERVER_GATEWAY: u32 = 1;

    /// `Remote-Access-Server`.
    pub const REMOTE_ACCESS_SERVER: u32 = 2;

    /// `DHCP-Server`.
    pub const DHCP_SERVER: u32 = 3;

    /// `Wireless-Access-Point`.
    pub const WIRELESS_ACCESS_POINT: u32 = 4;

    /// `HRA`.
    pub const HRA: u32 = 5;

    /// `HCAP-Server`.
    pub const HCAP_SERVER: u32 = 6;
}

/// The values of `MS-Identity-Type`.
pub mod ms_identity_type {
    /// `Machine-Health-Check`.
    pub const MACHINE_HEALTH_CHECK: u32 = 1;

    /// `Ignore-User-Lookup-Failure`.
    pub const IGNORE_USER_LOOKUP_FAILURE: u32 = 2;
}

/// The values of `MS-RNAP-Not-Quarantine-Capable`.
pub mod ms_rnap_not_quarantine_capable {
    /// `SoH-Sent`.
    pub const SOH_SENT: u32 = 0;

    /// `SoH-Not-Sent`.
    pub const SOH_NOT_SENT: u32 = 1;
}

/// The values of `MS-Quarantine-State`.
pub mod ms_quarantine_state {
    /// `Full-Access`.
    pub const FULL_ACCESS: u32 = 0;

    /// `Quarantine`.
    pub const QUARANTINE: u32 = 1;

    /// `Probation`.
    pub const PROBATION: u32 = 2;
}

/// The values of `MS-Extended-Quarantine-State`.
pub mod ms_extended_quarantine_state {
    /// `No-Data`.
    pub const NO_DATA: u32 = 0;

    /// `Transition`.
    pub const TRANSITION: u32 = 1;

    /// `Infected`.
    pub const INFECTED: u32 = 2;

    /// `Unknown`.
    pub const UNKNOWN: u32 = 3;
}

/// The values of `MS-AFW-Zone`.
pub mod ms_afw_zone {
    /// `MS-AFW-Zone-Boundary-Policy`.
    pub const MS_AFW_ZONE_BOUNDARY_POLICY: u32 = 1;

    /// `MS-AFW-Zone-Unprotected-Policy`.
    pub const MS_AFW_ZONE_UNPROTECTED_POLICY: u32 = 2;

    /// `MS-AFW-Zone-Protected-Policy`.
    pub const MS_AFW_ZONE_PROTECTED_POLICY: u32 = 3;
}

/// The values of `MS-AFW-Protection-Level`.
pub mod ms_afw_protection_level {
    /// `HECP-Response-Sign-Only`.
    pub const HECP_RESPONSE_SIGN_ONLY: u32 = 1;

    /// `HECP-Response-Sign-And-Encrypt`.
    pub const HECP_RESPONSE_SIGN_AND_ENCRYPT: u32 = 2;
}
