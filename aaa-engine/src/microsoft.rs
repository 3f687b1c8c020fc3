//! The Microsoft attributes (vendor 311) that MS-CHAP lives in (RFC 2548).

/// MS-CHAP-Response, section 2.1.3.
pub(crate) const MS_CHAP_RESPONSE: u8 = 1;
/// MS-CHAP-Error, section 2.1.5.
pub(crate) const MS_CHAP_ERROR: u8 = 2;
/// MS-MPPE-Encryption-Policy, section 2.4.4.
pub(crate) const MS_MPPE_ENCRYPTION_POLICY: u8 = 7;
/// MS-MPPE-Encryption-Types, section 2.4.5.
pub(crate) const MS_MPPE_ENCRYPTION_TYPES: u8 = 8;
/// MS-CHAP-Challenge, section 2.1.2.
pub(crate) const MS_CHAP_CHALLENGE: u8 = 11;
/// MS-CHAP-MPPE-Keys, section 2.4.1.
pub(crate) const MS_CHAP_MPPE_KEYS: u8 = 12;
/// MS-MPPE-Send-Key, section 2.4.2.
pub(crate) const MS_MPPE_SEND_KEY: u8 = 16;
/// MS-MPPE-Recv-Key, section 2.4.3.
pub(crate) const MS_MPPE_RECV_KEY: u8 = 17;
/// MS-CHAP2-Response, section 2.3.2.
pub(crate) const MS_CHAP2_RESPONSE: u8 = 25;
/// MS-CHAP2-Success, section 2.3.3.
pub(crate) const MS_CHAP2_SUCCESS: u8 = 26;
