// Written by `cargo xtask dict` from dictionaries/dictionary.ruckus; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Octets, Text, TlvSequence};

const VENDOR: VendorId = VendorId(25_053);

/// `Ruckus-User-Groups` (1): The groups of the user, separated by commas; they choose the role on the controller.
pub const RUCKUS_USER_GROUPS: Handle<Text> = Handle::of_vendor("Ruckus-User-Groups", VENDOR, 1);

/// `Ruckus-Policy-Name` (115): The name of a policy on the controller for the client.
pub const RUCKUS_POLICY_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Policy-Name", VENDOR, 115);

/// `Ruckus-Utp-Id` (129): The identifier of the user traffic profile (UTP) for the client.
pub const RUCKUS_UTP_ID: Handle<Text> = Handle::of_vendor("Ruckus-Utp-Id", VENDOR, 129);

/// `Ruckus-Max-DL-UL-Quota` (144): The most the client may download and upload together.
pub const RUCKUS_MAX_DL_UL_QUOTA: Handle<Integer> =
    Handle::of_vendor("Ruckus-Max-DL-UL-Quota", VENDOR, 144);

/// `Ruckus-Grace-Period` (6): How long a client that left may come back without logging in again.
pub const RUCKUS_GRACE_PERIOD: Handle<Integer> =
    Handle::of_vendor("Ruckus-Grace-Period", VENDOR, 6);

/// `Ruckus-Wispr-Redirect-Policy` (132): The policy by which the hotspot redirects the client.
pub const RUCKUS_WISPR_REDIRECT_POLICY: Handle<Text> =
    Handle::of_vendor("Ruckus-Wispr-Redirect-Policy", VENDOR, 132);

/// `Ruckus-FlexAuth-AVP` (20): An attribute and value for the flexible authentication of an ICX switch's port.
pub const RUCKUS_FLEXAUTH_AVP: Handle<Text> = Handle::of_vendor("Ruckus-FlexAuth-AVP", VENDOR, 20);

/// `Ruckus-VLAN-ID` (9): The VLAN of the client.
pub const RUCKUS_VLAN_ID: Handle<Integer> = Handle::of_vendor("Ruckus-VLAN-ID", VENDOR, 9);

/// `Ruckus-Vlan-Name` (157): The name of the client's VLAN.
pub const RUCKUS_VLAN_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Vlan-Name", VENDOR, 157);

/// `Ruckus-Vlan-Pool` (141): The VLAN pool the client gets its VLAN from.
pub const RUCKUS_VLAN_POOL: Handle<Text> = Handle::of_vendor("Ruckus-Vlan-Pool", VENDOR, 141);

/// `Ruckus-Sta-SVlan-Id` (148): The outer (service) VLAN of the client.
pub const RUCKUS_STA_SVLAN_ID: Handle<Integer> =
    Handle::of_vendor("Ruckus-Sta-SVlan-Id", VENDOR, 148);

/// `Ruckus-Nat-Pool-Name` (147): The name of the NAT pool for the client.
pub const RUCKUS_NAT_POOL_NAME: Handle<Text> =
    Handle::of_vendor("Ruckus-Nat-Pool-Name", VENDOR, 147);

/// `Ruckus-Client-Local-IP` (116): The client's local address.
pub const RUCKUS_CLIENT_LOCAL_IP: Handle<Ipv4> =
    Handle::of_vendor("Ruckus-Client-Local-IP", VENDOR, 116);

/// `Ruckus-Traffic-Class-Attribute-Ids` (145): The identifiers of the traffic classes for the client.
pub const RUCKUS_TRAFFIC_CLASS_ATTRIBUTE_IDS: Handle<Text> =
    Handle::of_vendor("Ruckus-Traffic-Class-Attribute-Ids", VENDOR, 145);

/// `Ruckus-TC-Attr-Ids-With-Quota` (146): One traffic class for the client, and its quota.
pub const RUCKUS_TC_ATTR_IDS_WITH_QUOTA: Handle<TlvSequence> =
    Handle::of_vendor("Ruckus-TC-Attr-Ids-With-Quota", VENDOR, 146);

/// `Ruckus-TC-Acct-Ctrs` (149): In accounting, the counters of one traffic class.
pub const RUCKUS_TC_ACCT_CTRS: Handle<TlvSequence> =
    Handle::of_vendor("Ruckus-TC-Acct-Ctrs", VENDOR, 149);

/// `Ruckus-Dpsk` (142): The client's own pre-shared key: an octet 0, then the 32 octets derived from passphrase and SSID.
pub const RUCKUS_DPSK: Handle<Octets> = Handle::of_vendor("Ruckus-Dpsk", VENDOR, 142);

/// `Ruckus-DPSK-Params` (153): What the server needs to find the pre-shared key a client used.
pub const RUCKUS_DPSK_PARAMS: Handle<TlvSequence> =
    Handle::of_vendor("Ruckus-DPSK-Params", VENDOR, 153);

/// `Ruckus-SSID` (3): The SSID the client is connected to.
pub const RUCKUS_SSID: Handle<Text> = Handle::of_vendor("Ruckus-SSID", VENDOR, 3);

/// `Ruckus-BSSID` (14): The BSSID the client is connected to.
pub const RUCKUS_BSSID: Handle<Octets> = Handle::of_vendor("Ruckus-BSSID", VENDOR, 14);

/// `Ruckus-Wlan-Id` (4): The number of the WLAN.
pub const RUCKUS_WLAN_ID: Handle<Integer> = Handle::of_vendor("Ruckus-Wlan-Id", VENDOR, 4);

/// `Ruckus-Wlan-Name` (135): The name of the WLAN.
pub const RUCKUS_WLAN_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Wlan-Name", VENDOR, 135);

/// `Ruckus-Zone-Id` (127): The identifier of the access point's zone.
pub const RUCKUS_ZONE_ID: Handle<Text> = Handle::of_vendor("Ruckus-Zone-Id", VENDOR, 127);

/// `Ruckus-Zone-Name` (134): The name of the access point's zone.
pub const RUCKUS_ZONE_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Zone-Name", VENDOR, 134);

/// `Ruckus-Domain-Name` (155): The name of the access point's domain.
pub const RUCKUS_DOMAIN_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Domain-Name", VENDOR, 155);

/// `Ruckus-Cluster-Name` (154): The name of the controllers' cluster.
pub const RUCKUS_CLUSTER_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Cluster-Name", VENDOR, 154);

/// `Ruckus-Location` (5): The location configured for the access point.
pub const RUCKUS_LOCATION: Handle<Text> = Handle::of_vendor("Ruckus-Location", VENDOR, 5);

/// `Ruckus-Eth-Profile-Id` (133): The number of the Ethernet port profile.
pub const RUCKUS_ETH_PROFILE_ID: Handle<Integer> =
    Handle::of_vendor("Ruckus-Eth-Profile-Id", VENDOR, 133);

/// `Ruckus-AP-Roamed` (136): Whether the client came from another access point.
pub const RUCKUS_AP_ROAMED: Handle<Integer> = Handle::of_vendor("Ruckus-AP-Roamed", VENDOR, 136);

/// `Ruckus-Sta-RSSI` (2): The strength of the client's signal (RSSI).
pub const RUCKUS_STA_RSSI: Handle<Integer> = Handle::of_vendor("Ruckus-Sta-RSSI", VENDOR, 2);

/// `Ruckus-Sta-UUID` (11): The unique identifier (UUID) of the client.
pub const RUCKUS_STA_UUID: Handle<Text> = Handle::of_vendor("Ruckus-Sta-UUID", VENDOR, 11);

/// `Ruckus-Sta-Inner-Id` (13): The inner identity of the client's EAP method.
pub const RUCKUS_STA_INNER_ID: Handle<Text> = Handle::of_vendor("Ruckus-Sta-Inner-Id", VENDOR, 13);

/// `Ruckus-WSG-User` (10): The user of the wireless services gateway (WSG).
pub const RUCKUS_WSG_USER: Handle<Text> = Handle::of_vendor("Ruckus-WSG-User", VENDOR, 10);

/// `Ruckus-Client-Host-Name` (138): The host name of the client.
pub const RUCKUS_CLIENT_HOST_NAME: Handle<Text> =
    Handle::of_vendor("Ruckus-Client-Host-Name", VENDOR, 138);

/// `Ruckus-Client-Device-Type` (156): The type of the client's device.
pub const RUCKUS_CLIENT_DEVICE_TYPE: Handle<Text> =
    Handle::of_vendor("Ruckus-Client-Device-Type", VENDOR, 156);

/// `Ruckus-Client-Os-Type` (139): The type of the client's operating system.
pub const RUCKUS_CLIENT_OS_TYPE: Handle<Text> =
    Handle::of_vendor("Ruckus-Client-Os-Type", VENDOR, 139);

/// `Ruckus-Client-Os-Class` (140): The class of the client's operating system.
pub const RUCKUS_CLIENT_OS_CLASS: Handle<Text> =
    Handle::of_vendor("Ruckus-Client-Os-Class", VENDOR, 140);

/// `Ruckus-NAS-Type` (109): Whether an SCG or another device is asking.
pub const RUCKUS_NAS_TYPE: Handle<Integer> = Handle::of_vendor("Ruckus-NAS-Type", VENDOR, 109);

/// `Ruckus-Session-Type` (125): How the client's traffic is forwarded.
pub const RUCKUS_SESSION_TYPE: Handle<Integer> =
    Handle::of_vendor("Ruckus-Session-Type", VENDOR, 125);

/// `Ruckus-Auth-Type` (112): How the client was authenticated.
pub const RUCKUS_AUTH_TYPE: Handle<Integer> = Handle::of_vendor("Ruckus-Auth-Type", VENDOR, 112);

/// `Ruckus-Status` (110): Success or failure.
pub const RUCKUS_STATUS: Handle<Integer> = Handle::of_vendor("Ruckus-Status", VENDOR, 110);

/// `Ruckus-Accounting-Status` (126): Whether accounting is on for the session.
pub const RUCKUS_ACCOUNTING_STATUS: Handle<Integer> =
    Handle::of_vendor("Ruckus-Accounting-Status", VENDOR, 126);

/// `Ruckus-Accept-Enhancement-Reason` (12): The reason for an enhancement of the Access-Accept.
pub const RUCKUS_ACCEPT_ENHANCEMENT_REASON: Handle<Integer> =
    Handle::of_vendor("Ruckus-Accept-Enhancement-Reason", VENDOR, 12);

/// `Ruckus-SCG-CBlade-IP` (7): The address of the SCG's control blade, as a 32-bit number.
pub const RUCKUS_SCG_CBLADE_IP: Handle<Integer> =
    Handle::of_vendor("Ruckus-SCG-CBlade-IP", VENDOR, 7);

/// `Ruckus-SCG-DBlade-IP` (8): The address of the SCG's data blade, as a 32-bit number.
pub const RUCKUS_SCG_DBLADE_IP: Handle<Integer> =
    Handle::of_vendor("Ruckus-SCG-DBlade-IP", VENDOR, 8);

/// `Ruckus-AAA-IP` (122): The address of the AAA server.
pub const RUCKUS_AAA_IP: Handle<Ipv4> = Handle::of_vendor("Ruckus-AAA-IP", VENDOR, 122);

/// `Ruckus-AAA-Id` (152): The identifier of the AAA server.
pub const RUCKUS_AAA_ID: Handle<Text> = Handle::of_vendor("Ruckus-AAA-Id", VENDOR, 152);

/// `Ruckus-Auth-Server-Id` (128): The identifier of the authentication server.
pub const RUCKUS_AUTH_SERVER_ID: Handle<Text> =
    Handle::of_vendor("Ruckus-Auth-Server-Id", VENDOR, 128);

/// `Ruckus-Brand-Code` (114): The code of the brand.
pub const RUCKUS_BRAND_CODE: Handle<Text> = Handle::of_vendor("Ruckus-Brand-Code", VENDOR, 114);

/// `Ruckus-CP-Token` (143): A token named CP by Ruckus.
pub const RUCKUS_CP_TOKEN: Handle<Text> = Handle::of_vendor("Ruckus-CP-Token", VENDOR, 143);

/// `Ruckus-Read-Preference` (137): A preference for reading.
pub const RUCKUS_READ_PREFERENCE: Handle<Octets> =
    Handle::of_vendor("Ruckus-Read-Preference", VENDOR, 137);

/// `Ruckus-Start-Time` (108): The time of the start.
pub const RUCKUS_START_TIME: Handle<Octets> = Handle::of_vendor("Ruckus-Start-Time", VENDOR, 108);

/// `Ruckus-IMSI` (102): The number of the SIM card (IMSI).
pub const RUCKUS_IMSI: Handle<Octets> = Handle::of_vendor("Ruckus-IMSI", VENDOR, 102);

/// `Ruckus-MSISDN` (103): The telephone number of the subscriber (MSISDN).
pub const RUCKUS_MSISDN: Handle<Octets> = Handle::of_vendor("Ruckus-MSISDN", VENDOR, 103);

/// `Ruckus-Triplets` (101): Authentication triplets of the SIM card.
pub const RUCKUS_TRIPLETS: Handle<Octets> = Handle::of_vendor("Ruckus-Triplets", VENDOR, 101);

/// `Ruckus-Gn-User-Name` (113): The user name on the Gn interface.
pub const RUCKUS_GN_USER_NAME: Handle<Text> = Handle::of_vendor("Ruckus-Gn-User-Name", VENDOR, 113);

/// `Ruckus-APN-NI` (104): The network identifier of the access point name (APN).
pub const RUCKUS_APN_NI: Handle<Text> = Handle::of_vendor("Ruckus-APN-NI", VENDOR, 104);

/// `Ruckus-APN-OI` (111): The operator identifier of the access point name (APN).
pub const RUCKUS_APN_OI: Handle<Text> = Handle::of_vendor("Ruckus-APN-OI", VENDOR, 111);

/// `Ruckus-APN-Resolution-Req` (107): Whether the access point name is to be resolved.
pub const RUCKUS_APN_RESOLUTION_REQ: Handle<Integer> =
    Handle::of_vendor("Ruckus-APN-Resolution-Req", VENDOR, 107);

/// `Ruckus-Selection-Mode` (106): Who chose the access point name.
pub const RUCKUS_SELECTION_MODE: Handle<Integer> =
    Handle::of_vendor("Ruckus-Selection-Mode", VENDOR, 106);

/// `Ruckus-QoS` (105): The quality of service of the PDP context, encoded as in the 3G core.
pub const RUCKUS_QOS: Handle<Octets> = Handle::of_vendor("Ruckus-QoS", VENDOR, 105);

/// `Ruckus-PDP-Type` (119): The type of the PDP context.
pub const RUCKUS_PDP_TYPE: Handle<Octets> = Handle::of_vendor("Ruckus-PDP-Type", VENDOR, 119);

/// `Ruckus-Dynamic-Address-Flag` (120): Whether the address of the PDP context is dynamic.
pub const RUCKUS_DYNAMIC_ADDRESS_FLAG: Handle<Octets> =
    Handle::of_vendor("Ruckus-Dynamic-Address-Flag", VENDOR, 120);

/// `Ruckus-Charging-Charac` (118): The charging characteristics.
pub const RUCKUS_CHARGING_CHARAC: Handle<Octets> =
    Handle::of_vendor("Ruckus-Charging-Charac", VENDOR, 118);

/// `Ruckus-ChCh-Selection-Mode` (121): How the charging characteristics were chosen.
pub const RUCKUS_CHCH_SELECTION_MODE: Handle<Octets> =
    Handle::of_vendor("Ruckus-ChCh-Selection-Mode", VENDOR, 121);

/// `Ruckus-CDR-TYPE` (123): The type of the charging data record (CDR).
pub const RUCKUS_CDR_TYPE: Handle<Integer> = Handle::of_vendor("Ruckus-CDR-TYPE", VENDOR, 123);

/// `Ruckus-SGSN-IP` (117): The address of the SGSN.
pub const RUCKUS_SGSN_IP: Handle<Ipv4> = Handle::of_vendor("Ruckus-SGSN-IP", VENDOR, 117);

/// `Ruckus-SGSN-Number` (124): The number of the SGSN.
pub const RUCKUS_SGSN_NUMBER: Handle<Octets> = Handle::of_vendor("Ruckus-SGSN-Number", VENDOR, 124);

/// `Ruckus-Area-Code` (130): The area code of the location.
pub const RUCKUS_AREA_CODE: Handle<Octets> = Handle::of_vendor("Ruckus-Area-Code", VENDOR, 130);

/// `Ruckus-Cell-Identifier` (131): The identifier of the cell.
pub const RUCKUS_CELL_IDENTIFIER: Handle<Octets> =
    Handle::of_vendor("Ruckus-Cell-Identifier", VENDOR, 131);

/// `Ruckus-SCI-Role` (200): The role of a user of SmartCell Insight.
pub const RUCKUS_SCI_ROLE: Handle<Text> = Handle::of_vendor("Ruckus-SCI-Role", VENDOR, 200);

/// `Ruckus-SCI-Resource-Group` (201): The resource group of a user of SmartCell Insight.
pub const RUCKUS_SCI_RESOURCE_GROUP: Handle<Text> =
    Handle::of_vendor("Ruckus-SCI-Resource-Group", VENDOR, 201);

/// The values of `Ruckus-NAS-Type`.
pub mod ruckus_nas_type {
    /// `SCG`.
    pub const SCG: u32 = 1;

    /// `Others`.
    pub const OTHERS: u32 = 2;
}

/// The values of `Ruckus-Session-Type`.
pub mod ruckus_session_type {
    /// `TTG`.
    pub const TTG: u32 = 2;

    /// `Local-Breakout`.
    pub const LOCAL_BREAKOUT: u32 = 3;

    /// `Local-Breakout-AP`.
    pub const LOCAL_BREAKOUT_AP: u32 = 4;

    /// `L3GRE`.
    pub const L3GRE: u32 = 5;

    /// `L2GRE`.
    pub const L2GRE: u32 = 6;

    /// `QinQL3`.
    pub const QINQL3: u32 = 7;

    /// `PMIP`.
    pub const PMIP: u32 = 8;
}

/// The values of `Ruckus-Auth-Type`.
pub mod ruckus_auth_type {
    /// `PPP-SIM`.
    pub const PPP_SIM: u32 = 1;

    /// `DummyIMSI`.
    pub const DUMMYIMSI: u32 = 2;

    /// `SoftSIM`.
    pub const SOFTSIM: u32 = 3;

    /// `RadiusSIM`.
    pub const RADIUSSIM: u32 = 4;

    /// `Postpaid`.
    pub const POSTPAID: u32 = 5;

    /// `Prepaid`.
    pub const PREPAID: u32 = 6;

    /// `LocalRadius`.
    pub const LOCALRADIUS: u32 = 7;

    /// `ProxyRadius`.
    pub const PROXYRADIUS: u32 = 8;

    /// `Voucher`.
    pub const VOUCHER: u32 = 9;

    /// `EAP-SIM`.
    pub const EAP_SIM: u32 = 10;
}

/// The values of `Ruckus-Status`.
pub mod ruckus_status {
    /// `Success`.
    pub const SUCCESS: u32 = 0;

    /// `Failure`.
    pub const FAILURE: u32 = 1;
}

/// The values of `Ruckus-Accounting-Status`.
pub mod ruckus_accounting_status {
    /// `Accounting-Off`.
    pub const ACCOUNTING_OFF: u32 = 0;

    /// `Accounting-On`.
    pub const ACCOUNTING_ON: u32 = 1;
}

/// The values of `Ruckus-APN-Resolution-Req`.
pub mod ruckus_apn_resolution_req {
    /// `NotRequired`.
    pub const NOTREQUIRED: u32 = 0;

    /// `Required`.
    pub const REQUIRED: u32 = 1;
}

/// The values of `Ruckus-Selection-Mode`.
pub mod ruckus_selection_mode {
    /// `Subscribed`.
    pub const SUBSCRIBED: u32 = 0;

    /// `SentByMS`.
    pub const SENTBYMS: u32 = 1;

    /// `ChosenBySGSN`.
    pub const CHOSENBYSGSN: u32 = 2;
}
