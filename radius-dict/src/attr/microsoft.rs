// Written by `cargo xtask dict` from dictionaries/dictionary.microsoft; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Hidden, Integer, Ipv4, Octets, Text};

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
