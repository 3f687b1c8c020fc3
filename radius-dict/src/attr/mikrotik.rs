// Written by `cargo xtask dict` from dictionaries/dictionary.mikrotik; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Text};

const VENDOR: VendorId = VendorId(14_988);

/// `Mikrotik-Rate-Limit` (8): Speeds as `rx[/tx] [burst [threshold [time [priority [minimum]]]]]`, rx being the upload: `2M/10M`.
pub const MIKROTIK_RATE_LIMIT: Handle<Text> = Handle::of_vendor("Mikrotik-Rate-Limit", VENDOR, 8);

/// `Mikrotik-Recv-Limit` (1): Octets the subscriber may upload, low 32 bits.
pub const MIKROTIK_RECV_LIMIT: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Recv-Limit", VENDOR, 1);

/// `Mikrotik-Recv-Limit-Gigawords` (14): Octets the subscriber may upload, high 32 bits.
pub const MIKROTIK_RECV_LIMIT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Recv-Limit-Gigawords", VENDOR, 14);

/// `Mikrotik-Xmit-Limit` (2): Octets the subscriber may download, low 32 bits.
pub const MIKROTIK_XMIT_LIMIT: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Xmit-Limit", VENDOR, 2);

/// `Mikrotik-Xmit-Limit-Gigawords` (15): Octets the subscriber may download, high 32 bits.
pub const MIKROTIK_XMIT_LIMIT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Xmit-Limit-Gigawords", VENDOR, 15);

/// `Mikrotik-Total-Limit` (17): Octets the subscriber may upload and download together, low 32 bits.
pub const MIKROTIK_TOTAL_LIMIT: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Total-Limit", VENDOR, 17);

/// `Mikrotik-Total-Limit-Gigawords` (18): Octets the subscriber may upload and download together, high 32 bits.
pub const MIKROTIK_TOTAL_LIMIT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Total-Limit-Gigawords", VENDOR, 18);

/// `Mikrotik-Group` (3): The profile of a hotspot or PPP user, or the group of a router's administrator.
pub const MIKROTIK_GROUP: Handle<Text> = Handle::of_vendor("Mikrotik-Group", VENDOR, 3);

/// `Mikrotik-Realm` (9): The realm set for this server, or the MS-CHAP domain.
pub const MIKROTIK_REALM: Handle<Text> = Handle::of_vendor("Mikrotik-Realm", VENDOR, 9);

/// `Mikrotik-Host-IP` (10): A hotspot client's address before the hotspot translated it.
pub const MIKROTIK_HOST_IP: Handle<Ipv4> = Handle::of_vendor("Mikrotik-Host-IP", VENDOR, 10);

/// `Mikrotik-Mark-Id` (11): The mangle chain for a hotspot user's packets.
pub const MIKROTIK_MARK_ID: Handle<Text> = Handle::of_vendor("Mikrotik-Mark-Id", VENDOR, 11);

/// `Mikrotik-Advertise-URL` (12): A page shown to a hotspot user; may be repeated.
pub const MIKROTIK_ADVERTISE_URL: Handle<Text> =
    Handle::of_vendor("Mikrotik-Advertise-URL", VENDOR, 12);

/// `Mikrotik-Advertise-Interval` (13): Seconds between two advertisements; may be repeated.
pub const MIKROTIK_ADVERTISE_INTERVAL: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Advertise-Interval", VENDOR, 13);

/// `Mikrotik-Address-List` (19): The firewall address list to put the subscriber's address on.
pub const MIKROTIK_ADDRESS_LIST: Handle<Text> =
    Handle::of_vendor("Mikrotik-Address-List", VENDOR, 19);

/// `Mikrotik-Switching-Filter` (30): Switch rules for a port opened by 802.1X.
pub const MIKROTIK_SWITCHING_FILTER: Handle<Text> =
    Handle::of_vendor("Mikrotik-Switching-Filter", VENDOR, 30);

/// `Mikrotik-Delegated-IPv6-Pool` (22): The pool to delegate an IPv6 prefix from.
pub const MIKROTIK_DELEGATED_IPV6_POOL: Handle<Text> =
    Handle::of_vendor("Mikrotik-Delegated-IPv6-Pool", VENDOR, 22);

/// `Mikrotik-DHCP-Option-Set` (23): The DHCP option set for this lease.
pub const MIKROTIK_DHCP_OPTION_SET: Handle<Text> =
    Handle::of_vendor("Mikrotik-DHCP-Option-Set", VENDOR, 23);

/// `Mikrotik-DHCP-Option-Param-STR1` (24): The first parameter of the DHCP option set.
pub const MIKROTIK_DHCP_OPTION_PARAM_STR1: Handle<Text> =
    Handle::of_vendor("Mikrotik-DHCP-Option-Param-STR1", VENDOR, 24);

/// `Mikrotik-DHCP-Option-Param-STR2` (25): The second parameter of the DHCP option set.
pub const MIKROTIK_DHCP_OPTION_PARAM_STR2: Handle<Text> =
    Handle::of_vendor("Mikrotik-DHCP-Option-Param-STR2", VENDOR, 25);

/// `Mikrotik-Wireless-Forward` (4): 0 keeps the client's frames from being forwarded to other clients.
pub const MIKROTIK_WIRELESS_FORWARD: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Wireless-Forward", VENDOR, 4);

/// `Mikrotik-Wireless-Skip-Dot1x` (5): Not 0 lets the client in without 802.1X.
pub const MIKROTIK_WIRELESS_SKIP_DOT1X: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Wireless-Skip-Dot1x", VENDOR, 5);

/// `Mikrotik-Wireless-Enc-Algo` (6): The cipher of a statically keyed client.
pub const MIKROTIK_WIRELESS_ENC_ALGO: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Wireless-Enc-Algo", VENDOR, 6);

/// `Mikrotik-Wireless-Enc-Key` (7): The key of a statically keyed client, in hexadecimal.
pub const MIKROTIK_WIRELESS_ENC_KEY: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-Enc-Key", VENDOR, 7);

/// `Mikrotik-Wireless-PSK` (16): The client's own pre-shared key.
pub const MIKROTIK_WIRELESS_PSK: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-PSK", VENDOR, 16);

/// `Mikrotik-Wireless-MPKey` (20): The client's key for management protection.
pub const MIKROTIK_WIRELESS_MPKEY: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-MPKey", VENDOR, 20);

/// `Mikrotik-Wireless-Comment` (21): A remark shown beside the client.
pub const MIKROTIK_WIRELESS_COMMENT: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-Comment", VENDOR, 21);

/// `Mikrotik-Wireless-VLANID` (26): The VLAN of the client.
pub const MIKROTIK_WIRELESS_VLANID: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Wireless-VLANID", VENDOR, 26);

/// `Mikrotik-Wireless-VLANID-Type` (27): How the client's VLAN is tagged.
pub const MIKROTIK_WIRELESS_VLANID_TYPE: Handle<Integer> =
    Handle::of_vendor("Mikrotik-Wireless-VLANID-Type", VENDOR, 27);

/// `Mikrotik-Wireless-Minsignal` (28): The weakest signal the client may have, in dBm.
pub const MIKROTIK_WIRELESS_MINSIGNAL: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-Minsignal", VENDOR, 28);

/// `Mikrotik-Wireless-Maxsignal` (29): The strongest signal the client may have, in dBm.
pub const MIKROTIK_WIRELESS_MAXSIGNAL: Handle<Text> =
    Handle::of_vendor("Mikrotik-Wireless-Maxsignal", VENDOR, 29);

/// The values of `Mikrotik-Wireless-Enc-Algo`.
pub mod mikrotik_wireless_enc_algo {
    /// `No-encryption`.
    pub const NO_ENCRYPTION: u32 = 0;

    /// `40-bit-WEP`.
    pub const _40_BIT_WEP: u32 = 1;

    /// `104-bit-WEP`.
    pub const _104_BIT_WEP: u32 = 2;

    /// `AES-CCM`.
    pub const AES_CCM: u32 = 3;

    /// `TKIP`.
    pub const TKIP: u32 = 4;
}

/// The values of `Mikrotik-Wireless-VLANID-Type`.
pub mod mikrotik_wireless_vlanid_type {
    /// `802.1q`.
    pub const _802_1Q: u32 = 0;

    /// `802.1ad`.
    pub const _802_1AD: u32 = 1;
}
