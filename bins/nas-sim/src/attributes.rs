//! Attribute numbers as a router knows them: written from the RFCs and the vendors' lists, not
//! taken from the server's dictionary, so that a wrong number there is noticed here.

use radius_proto::{AttributeType, VendorId};

pub(crate) const USER_NAME: AttributeType = AttributeType(1);
pub(crate) const USER_PASSWORD: AttributeType = AttributeType(2);
pub(crate) const CHAP_PASSWORD: AttributeType = AttributeType(3);
pub(crate) const NAS_IP_ADDRESS: AttributeType = AttributeType(4);
pub(crate) const NAS_PORT: AttributeType = AttributeType(5);
pub(crate) const SERVICE_TYPE: AttributeType = AttributeType(6);
pub(crate) const FRAMED_PROTOCOL: AttributeType = AttributeType(7);
pub(crate) const FRAMED_IP_ADDRESS: AttributeType = AttributeType(8);
pub(crate) const FILTER_ID: AttributeType = AttributeType(11);
pub(crate) const REPLY_MESSAGE: AttributeType = AttributeType(18);
pub(crate) const CLASS: AttributeType = AttributeType(25);
pub(crate) const SESSION_TIMEOUT: AttributeType = AttributeType(27);
pub(crate) const IDLE_TIMEOUT: AttributeType = AttributeType(28);
pub(crate) const CALLED_STATION_ID: AttributeType = AttributeType(30);
pub(crate) const CALLING_STATION_ID: AttributeType = AttributeType(31);
pub(crate) const NAS_IDENTIFIER: AttributeType = AttributeType(32);
pub(crate) const PROXY_STATE: AttributeType = AttributeType(33);
pub(crate) const ACCT_STATUS_TYPE: AttributeType = AttributeType(40);
pub(crate) const ACCT_DELAY_TIME: AttributeType = AttributeType(41);
pub(crate) const ACCT_INPUT_OCTETS: AttributeType = AttributeType(42);
pub(crate) const ACCT_OUTPUT_OCTETS: AttributeType = AttributeType(43);
pub(crate) const ACCT_SESSION_ID: AttributeType = AttributeType(44);
pub(crate) const ACCT_AUTHENTIC: AttributeType = AttributeType(45);
pub(crate) const ACCT_SESSION_TIME: AttributeType = AttributeType(46);
pub(crate) const ACCT_INPUT_PACKETS: AttributeType = AttributeType(47);
pub(crate) const ACCT_OUTPUT_PACKETS: AttributeType = AttributeType(48);
pub(crate) const ACCT_TERMINATE_CAUSE: AttributeType = AttributeType(49);
pub(crate) const ACCT_MULTI_SESSION_ID: AttributeType = AttributeType(50);
pub(crate) const ACCT_INPUT_GIGAWORDS: AttributeType = AttributeType(52);
pub(crate) const ACCT_OUTPUT_GIGAWORDS: AttributeType = AttributeType(53);
pub(crate) const EVENT_TIMESTAMP: AttributeType = AttributeType(55);
pub(crate) const CHAP_CHALLENGE: AttributeType = AttributeType(60);
pub(crate) const NAS_PORT_TYPE: AttributeType = AttributeType(61);
pub(crate) const PORT_LIMIT: AttributeType = AttributeType(62);
pub(crate) const MESSAGE_AUTHENTICATOR: AttributeType = AttributeType(80);
pub(crate) const ACCT_INTERIM_INTERVAL: AttributeType = AttributeType(85);
pub(crate) const NAS_PORT_ID: AttributeType = AttributeType(87);
pub(crate) const FRAMED_POOL: AttributeType = AttributeType(88);
pub(crate) const CHARGEABLE_USER_IDENTITY: AttributeType = AttributeType(89);
pub(crate) const NAS_IPV6_ADDRESS: AttributeType = AttributeType(95);
pub(crate) const FRAMED_IPV6_PREFIX: AttributeType = AttributeType(97);
pub(crate) const ERROR_CAUSE: AttributeType = AttributeType(101);
pub(crate) const DELEGATED_IPV6_PREFIX: AttributeType = AttributeType(123);

/// Vendor Microsoft, RFC 2548.
pub(crate) const MICROSOFT: VendorId = VendorId(311);
pub(crate) const MS_CHAP_RESPONSE: u8 = 1;
pub(crate) const MS_CHAP_ERROR: u8 = 2;
pub(crate) const MS_CHAP_CHALLENGE: u8 = 11;
pub(crate) const MS_CHAP_MPPE_KEYS: u8 = 12;
pub(crate) const MS_MPPE_SEND_KEY: u8 = 16;
pub(crate) const MS_MPPE_RECV_KEY: u8 = 17;
pub(crate) const MS_CHAP2_RESPONSE: u8 = 25;
pub(crate) const MS_CHAP2_SUCCESS: u8 = 26;

/// Vendor MikroTik.
pub(crate) const MIKROTIK: VendorId = VendorId(14988);
pub(crate) const MIKROTIK_GROUP: u8 = 3;
pub(crate) const MIKROTIK_RATE_LIMIT: u8 = 8;
pub(crate) const MIKROTIK_REALM: u8 = 9;
pub(crate) const MIKROTIK_HOST_IP: u8 = 10;
pub(crate) const MIKROTIK_MARK_ID: u8 = 11;
pub(crate) const MIKROTIK_ADDRESS_LIST: u8 = 19;

/// Vendor ADSL Forum, RFC 4679.
pub(crate) const ADSL_FORUM: VendorId = VendorId(3561);
pub(crate) const AGENT_CIRCUIT_ID: u8 = 1;
pub(crate) const AGENT_REMOTE_ID: u8 = 2;

/// Vendor WISPr.
pub(crate) const WISPR: VendorId = VendorId(14122);
pub(crate) const WISPR_LOGOFF_URL: u8 = 3;

/// Vendor Ascend.
pub(crate) const ASCEND: VendorId = VendorId(529);
pub(crate) const ASCEND_DATA_RATE: u8 = 197;
pub(crate) const ASCEND_XMIT_RATE: u8 = 255;

/// Vendor Juniper E-series, Unisphere before.
pub(crate) const ERX: VendorId = VendorId(4874);
pub(crate) const ERX_ACTIVATE_SERVICE: u8 = 65;
pub(crate) const ERX_DEACTIVATE_SERVICE: u8 = 66;
pub(crate) const ERX_SERVICE_VOLUME: u8 = 67;
pub(crate) const ERX_SERVICE_TIMEOUT: u8 = 68;
pub(crate) const ERX_SERVICE_STATISTICS: u8 = 69;
pub(crate) const ERX_SERVICE_SESSION: u8 = 83;
pub(crate) const ERX_SERVICE_INTERIM: u8 = 140;
pub(crate) const ERX_SERVICE_ACTIVATE_TYPE: u8 = 173;
pub(crate) const ERX_SERVICE_VOLUME_GIGAWORDS: u8 = 179;
pub(crate) const ERX_UPDATE_SERVICE: u8 = 180;

/// Vendor Cisco.
pub(crate) const CISCO: VendorId = VendorId(9);
pub(crate) const CISCO_AVPAIR: u8 = 1;
pub(crate) const CISCO_ACCOUNT_INFO: u8 = 250;
pub(crate) const CISCO_SERVICE_INFO: u8 = 251;

pub(crate) const SERVICE_TYPE_LOGIN: u32 = 1;
pub(crate) const SERVICE_TYPE_FRAMED: u32 = 2;
pub(crate) const SERVICE_TYPE_CALL_CHECK: u32 = 10;
pub(crate) const FRAMED_PROTOCOL_PPP: u32 = 1;
pub(crate) const NAS_PORT_TYPE_ETHERNET: u32 = 15;
pub(crate) const NAS_PORT_TYPE_WIRELESS: u32 = 19;
pub(crate) const ACCT_AUTHENTIC_RADIUS: u32 = 1;
pub(crate) const STATUS_START: u32 = 1;
pub(crate) const STATUS_STOP: u32 = 2;
pub(crate) const STATUS_INTERIM: u32 = 3;
pub(crate) const STATUS_ACCOUNTING_ON: u32 = 7;
pub(crate) const STATUS_ACCOUNTING_OFF: u32 = 8;
