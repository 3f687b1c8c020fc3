// Written by `cargo xtask dict` from dictionaries/dictionary.juniper; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Text};

const VENDOR: VendorId = VendorId(2636);

/// `Juniper-Local-User-Name` (1): The local user whose settings the administrator gets, in an Access-Accept.
pub const JUNIPER_LOCAL_USER_NAME: Handle<Text> =
    Handle::of_vendor("Juniper-Local-User-Name", VENDOR, 1);

/// `Juniper-User-Permissions` (10): What the administrator may do: Junos permission flags separated by spaces.
pub const JUNIPER_USER_PERMISSIONS: Handle<Text> =
    Handle::of_vendor("Juniper-User-Permissions", VENDOR, 10);

/// `Juniper-Allow-Commands` (2): A regular expression of commands allowed beyond those of the login class.
pub const JUNIPER_ALLOW_COMMANDS: Handle<Text> =
    Handle::of_vendor("Juniper-Allow-Commands", VENDOR, 2);

/// `Juniper-Deny-Commands` (3): A regular expression of commands denied although the login class allows them.
pub const JUNIPER_DENY_COMMANDS: Handle<Text> =
    Handle::of_vendor("Juniper-Deny-Commands", VENDOR, 3);

/// `Juniper-Allow-Configuration` (4): A regular expression of configuration allowed beyond that of the login class.
pub const JUNIPER_ALLOW_CONFIGURATION: Handle<Text> =
    Handle::of_vendor("Juniper-Allow-Configuration", VENDOR, 4);

/// `Juniper-Deny-Configuration` (5): A regular expression of configuration denied although the login class allows it.
pub const JUNIPER_DENY_CONFIGURATION: Handle<Text> =
    Handle::of_vendor("Juniper-Deny-Configuration", VENDOR, 5);

/// `Juniper-Interactive-Command` (8): The command the administrator typed, in accounting.
pub const JUNIPER_INTERACTIVE_COMMAND: Handle<Text> =
    Handle::of_vendor("Juniper-Interactive-Command", VENDOR, 8);

/// `Juniper-Configuration-Change` (9): The change the administrator made to the configuration, in accounting.
pub const JUNIPER_CONFIGURATION_CHANGE: Handle<Text> =
    Handle::of_vendor("Juniper-Configuration-Change", VENDOR, 9);

/// `Juniper-Junosspace-Profiles` (11): The profiles of an administrator of Junos Space.
pub const JUNIPER_JUNOSSPACE_PROFILES: Handle<Text> =
    Handle::of_vendor("Juniper-Junosspace-Profiles", VENDOR, 11);

/// `Juniper-CTP-Group` (21): The group of an administrator on a CTP device.
pub const JUNIPER_CTP_GROUP: Handle<Integer> = Handle::of_vendor("Juniper-CTP-Group", VENDOR, 21);

/// `Juniper-CTPView-APP-Group` (22): The group of an administrator in the CTPView application.
pub const JUNIPER_CTPVIEW_APP_GROUP: Handle<Integer> =
    Handle::of_vendor("Juniper-CTPView-APP-Group", VENDOR, 22);

/// `Juniper-CTPView-OS-Group` (23): The group of an administrator on the system CTPView runs on.
pub const JUNIPER_CTPVIEW_OS_GROUP: Handle<Integer> =
    Handle::of_vendor("Juniper-CTPView-OS-Group", VENDOR, 23);

/// `Juniper-Ip-Pool-Name` (36): The pool to take the address from.
pub const JUNIPER_IP_POOL_NAME: Handle<Text> =
    Handle::of_vendor("Juniper-Ip-Pool-Name", VENDOR, 36);

/// `Juniper-Primary-Dns` (31): The first DNS server.
pub const JUNIPER_PRIMARY_DNS: Handle<Ipv4> = Handle::of_vendor("Juniper-Primary-Dns", VENDOR, 31);

/// `Juniper-Secondary-Dns` (33): The second DNS server.
pub const JUNIPER_SECONDARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("Juniper-Secondary-Dns", VENDOR, 33);

/// `Juniper-Primary-Wins` (32): The first WINS server.
pub const JUNIPER_PRIMARY_WINS: Handle<Ipv4> =
    Handle::of_vendor("Juniper-Primary-Wins", VENDOR, 32);

/// `Juniper-Secondary-Wins` (34): The second WINS server.
pub const JUNIPER_SECONDARY_WINS: Handle<Ipv4> =
    Handle::of_vendor("Juniper-Secondary-Wins", VENDOR, 34);

/// `Juniper-Interface-id` (35): The identifier of the interface.
pub const JUNIPER_INTERFACE_ID: Handle<Text> =
    Handle::of_vendor("Juniper-Interface-id", VENDOR, 35);

/// `Juniper-Local-Interface` (47): The local interface.
pub const JUNIPER_LOCAL_INTERFACE: Handle<Text> =
    Handle::of_vendor("Juniper-Local-Interface", VENDOR, 47);

/// `Juniper-Keep-Alive` (37): The keepalive setting of the connection.
pub const JUNIPER_KEEP_ALIVE: Handle<Integer> = Handle::of_vendor("Juniper-Keep-Alive", VENDOR, 37);

/// `Juniper-CoS-Traffic-Control-Profile` (38): The traffic control profile.
pub const JUNIPER_COS_TRAFFIC_CONTROL_PROFILE: Handle<Text> =
    Handle::of_vendor("Juniper-CoS-Traffic-Control-Profile", VENDOR, 38);

/// `Juniper-CoS-Parameter` (39): A parameter of the class of service.
pub const JUNIPER_COS_PARAMETER: Handle<Text> =
    Handle::of_vendor("Juniper-CoS-Parameter", VENDOR, 39);

/// `Juniper-Policer-Parameter` (45): A parameter of the policer.
pub const JUNIPER_POLICER_PARAMETER: Handle<Text> =
    Handle::of_vendor("Juniper-Policer-Parameter", VENDOR, 45);

/// `Juniper-encapsulation-overhead` (40): The overhead of the encapsulation.
pub const JUNIPER_ENCAPSULATION_OVERHEAD: Handle<Integer> =
    Handle::of_vendor("Juniper-encapsulation-overhead", VENDOR, 40);

/// `Juniper-cell-overhead` (41): The overhead of cells.
pub const JUNIPER_CELL_OVERHEAD: Handle<Integer> =
    Handle::of_vendor("Juniper-cell-overhead", VENDOR, 41);

/// `Juniper-tx-connect-speed` (42): The transmit speed of the connection.
pub const JUNIPER_TX_CONNECT_SPEED: Handle<Integer> =
    Handle::of_vendor("Juniper-tx-connect-speed", VENDOR, 42);

/// `Juniper-rx-connect-speed` (43): The receive speed of the connection.
pub const JUNIPER_RX_CONNECT_SPEED: Handle<Integer> =
    Handle::of_vendor("Juniper-rx-connect-speed", VENDOR, 43);

/// `Juniper-Firewall-filter-name` (44): The firewall filter to apply; it must be configured on the device.
pub const JUNIPER_FIREWALL_FILTER_NAME: Handle<Text> =
    Handle::of_vendor("Juniper-Firewall-filter-name", VENDOR, 44);

/// `Juniper-Switching-Filter` (48): Match conditions and an action for a port opened by 802.1X, without a filter on the switch.
pub const JUNIPER_SWITCHING_FILTER: Handle<Text> =
    Handle::of_vendor("Juniper-Switching-Filter", VENDOR, 48);

/// `Juniper-VoIP-Vlan` (49): The VLAN for voice on a port opened by 802.1X.
pub const JUNIPER_VOIP_VLAN: Handle<Text> = Handle::of_vendor("Juniper-VoIP-Vlan", VENDOR, 49);

/// `Juniper-CWA-Redirect` (50): The URL a client is redirected to for central web authentication.
pub const JUNIPER_CWA_REDIRECT: Handle<Text> =
    Handle::of_vendor("Juniper-CWA-Redirect", VENDOR, 50);

/// `Juniper-Local-Group-Name` (46): The name of a local group.
pub const JUNIPER_LOCAL_GROUP_NAME: Handle<Text> =
    Handle::of_vendor("Juniper-Local-Group-Name", VENDOR, 46);

/// `Juniper-AV-Pair` (52): A name and a value that have no attribute of their own.
pub const JUNIPER_AV_PAIR: Handle<Text> = Handle::of_vendor("Juniper-AV-Pair", VENDOR, 52);

/// The values of `Juniper-CTP-Group`.
pub mod juniper_ctp_group {
    /// `Read_Only`.
    pub const READ_ONLY: u32 = 1;

    /// `Admin`.
    pub const ADMIN: u32 = 2;

    /// `Privileged_Admin`.
    pub const PRIVILEGED_ADMIN: u32 = 3;

    /// `Auditor`.
    pub const AUDITOR: u32 = 4;
}

/// The values of `Juniper-CTPView-APP-Group`.
pub mod juniper_ctpview_app_group {
    /// `Net_View`.
    pub const NET_VIEW: u32 = 1;

    /// `Net_Admin`.
    pub const NET_ADMIN: u32 = 2;

    /// `Global_Admin`.
    pub const GLOBAL_ADMIN: u32 = 3;
}

/// The values of `Juniper-CTPView-OS-Group`.
pub mod juniper_ctpview_os_group {
    /// `Web_Manager`.
    pub const WEB_MANAGER: u32 = 1;

    /// `System_Admin`.
    pub const SYSTEM_ADMIN: u32 = 2;

    /// `Auditor`.
    pub const AUDITOR: u32 = 3;
}
