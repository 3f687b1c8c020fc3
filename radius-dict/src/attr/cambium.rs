// Written by `cargo xtask dict` from dictionaries/dictionary.cambium; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Text, TlvSequence};

const VENDOR: VendorId = VendorId(17_713);

/// `Cambium-Traffic-Quota-Limit-Up` (151): Octets the client may upload in the session, low 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_UP: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Up", VENDOR, 151);

/// `Cambium-Traffic-Quota-Limit-Up-Gigwords` (153): Octets the client may upload in the session, high 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_UP_GIGWORDS: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Up-Gigwords", VENDOR, 153);

/// `Cambium-Traffic-Quota-Limit-Down` (152): Octets the client may download in the session, low 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_DOWN: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Down", VENDOR, 152);

/// `Cambium-Traffic-Quota-Limit-Down-Gigwords` (154): Octets the client may download in the session, high 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_DOWN_GIGWORDS: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Down-Gigwords", VENDOR, 154);

/// `Cambium-Traffic-Quota-Limit-Total` (155): Octets the client may upload and download together, low 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_TOTAL: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Total", VENDOR, 155);

/// `Cambium-Traffic-Quota-Limit-Total-Gigwords` (156): Octets the client may upload and download together, high 32 bits.
pub const CAMBIUM_TRAFFIC_QUOTA_LIMIT_TOTAL_GIGWORDS: Handle<Integer> =
    Handle::of_vendor("Cambium-Traffic-Quota-Limit-Total-Gigwords", VENDOR, 156);

/// `Cambium-Authorize-Classes` (158): One traffic class the client may use, and how much of it.
pub const CAMBIUM_AUTHORIZE_CLASSES: Handle<TlvSequence> =
    Handle::of_vendor("Cambium-Authorize-Classes", VENDOR, 158);

/// `Cambium-Traffic-Classes-Acct` (159): In accounting, the counters of one traffic class.
pub const CAMBIUM_TRAFFIC_CLASSES_ACCT: Handle<TlvSequence> =
    Handle::of_vendor("Cambium-Traffic-Classes-Acct", VENDOR, 159);

/// `Cambium-VLAN-Pool-Id` (157): The VLAN pool the client gets its VLAN from.
pub const CAMBIUM_VLAN_POOL_ID: Handle<Text> =
    Handle::of_vendor("Cambium-VLAN-Pool-Id", VENDOR, 157);

/// `Cambium-Walled-Garden-State` (160): Whether the client is kept in the walled garden.
pub const CAMBIUM_WALLED_GARDEN_STATE: Handle<Integer> =
    Handle::of_vendor("Cambium-Walled-Garden-State", VENDOR, 160);

/// `Cambium-ePMP-Max-Burst-Downlink-Rate` (27): The most download speed, kilobits a second.
pub const CAMBIUM_EPMP_MAX_BURST_DOWNLINK_RATE: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Max-Burst-Downlink-Rate", VENDOR, 27);

/// `Cambium-ePMP-Max-Burst-Uplink-Rate` (26): The most upload speed, kilobits a second.
pub const CAMBIUM_EPMP_MAX_BURST_UPLINK_RATE: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Max-Burst-Uplink-Rate", VENDOR, 26);

/// `Cambium-ePMP-SM-Priority` (51): The priority of the subscriber module among those of its access point.
pub const CAMBIUM_EPMP_SM_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-SM-Priority", VENDOR, 51);

/// `Cambium-ePMP-Data-VLAN-Id` (21): The VLAN of the subscriber's data.
pub const CAMBIUM_EPMP_DATA_VLAN_ID: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Data-VLAN-Id", VENDOR, 21);

/// `Cambium-ePMP-Data-VLAN-Priority` (54): The priority in the VLAN tag of the subscriber's data.
pub const CAMBIUM_EPMP_DATA_VLAN_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Data-VLAN-Priority", VENDOR, 54);

/// `Cambium-ePMP-Management-VLAN-Id` (22): The VLAN of the module's management.
pub const CAMBIUM_EPMP_MANAGEMENT_VLAN_ID: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Management-VLAN-Id", VENDOR, 22);

/// `Cambium-ePMP-Management-VLAN-Priority` (53): The priority in the VLAN tag of the module's management.
pub const CAMBIUM_EPMP_MANAGEMENT_VLAN_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Management-VLAN-Priority", VENDOR, 53);

/// `Cambium-ePMP-Separate-Management-VLAN-Id` (55): The VLAN of the module's separate management interface.
pub const CAMBIUM_EPMP_SEPARATE_MANAGEMENT_VLAN_ID: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Separate-Management-VLAN-Id", VENDOR, 55);

/// `Cambium-ePMP-Separate-Management-VLAN-Priority` (56): The priority in the VLAN tag of the separate management interface.
pub const CAMBIUM_EPMP_SEPARATE_MANAGEMENT_VLAN_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Separate-Management-VLAN-Priority", VENDOR, 56);

/// `Cambium-ePMP-Multicast-VLAN-Id` (57): The VLAN of multicast.
pub const CAMBIUM_EPMP_MULTICAST_VLAN_ID: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-Multicast-VLAN-Id", VENDOR, 57);

/// `Cambium-ePMP-VLAN-Membersip-Set` (52): A VLAN the module is a member of (Membersip is the established spelling).
pub const CAMBIUM_EPMP_VLAN_MEMBERSIP_SET: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-VLAN-Membersip-Set", VENDOR, 52);

/// `Cambium-ePMP-VLAN-Mapping` (58): A mapping of one VLAN to another.
pub const CAMBIUM_EPMP_VLAN_MAPPING: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-VLAN-Mapping", VENDOR, 58);

/// `Cambium-ePMP-UserLevel` (50): The level of an administrator of ePMP's web pages.
pub const CAMBIUM_EPMP_USERLEVEL: Handle<Integer> =
    Handle::of_vendor("Cambium-ePMP-UserLevel", VENDOR, 50);

/// `Cambium-Auth-Role` (1): The role of an administrator of a PTP bridge; an invalid role is not let in.
pub const CAMBIUM_AUTH_ROLE: Handle<Integer> = Handle::of_vendor("Cambium-Auth-Role", VENDOR, 1);

/// The values of `Cambium-ePMP-SM-Priority`.
pub mod cambium_epmp_sm_priority {
    /// `Normal`.
    pub const NORMAL: u32 = 0;

    /// `High`.
    pub const HIGH: u32 = 1;

    /// `Low`.
    pub const LOW: u32 = 2;
}

/// The values of `Cambium-ePMP-UserLevel`.
pub mod cambium_epmp_userlevel {
    /// `Install`.
    pub const INSTALL: u32 = 2;

    /// `Admin`.
    pub const ADMIN: u32 = 3;

    /// `User`.
    pub const USER: u32 = 4;

    /// `Read-Only`.
    pub const READ_ONLY: u32 = 5;
}

/// The values of `Cambium-Auth-Role`.
pub mod cambium_auth_role {
    /// `Invalid`.
    pub const INVALID: u32 = 0;

    /// `Read-Only`.
    pub const READ_ONLY: u32 = 1;

    /// `System-Admin`.
    pub const SYSTEM_ADMIN: u32 = 2;

    /// `Security-Officer`.
    pub const SECURITY_OFFICER: u32 = 3;

    /// `Deliberately-Bad`.
    pub const DELIBERATELY_BAD: u32 = 4;
}
