// Written by `cargo xtask dict` from dictionaries/dictionary.h3c; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Ipv6, Text};

const VENDOR: VendorId = VendorId(25_506);

/// `H3C-Input-Peak-Rate` (1): Peak rate of the upload, in bits a second.
pub const H3C_INPUT_PEAK_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Peak-Rate", VENDOR, 1);

/// `H3C-Input-Average-Rate` (2): Average rate of the upload, in bits a second.
pub const H3C_INPUT_AVERAGE_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Average-Rate", VENDOR, 2);

/// `H3C-Input-Basic-Rate` (3): Basic rate of the upload, in bits a second.
pub const H3C_INPUT_BASIC_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Basic-Rate", VENDOR, 3);

/// `H3C-Input-Committed-Burst-Size` (247): Committed burst of the upload in bits, for the average rate of the upload.
pub const H3C_INPUT_COMMITTED_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Committed-Burst-Size", VENDOR, 247);

/// `H3C-Output-Peak-Rate` (4): Peak rate of the download, in bits a second.
pub const H3C_OUTPUT_PEAK_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Peak-Rate", VENDOR, 4);

/// `H3C-Output-Average-Rate` (5): Average rate of the download, in bits a second.
pub const H3C_OUTPUT_AVERAGE_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Average-Rate", VENDOR, 5);

/// `H3C-Output-Basic-Rate` (6): Basic rate of the download, in bits a second.
pub const H3C_OUTPUT_BASIC_RATE: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Basic-Rate", VENDOR, 6);

/// `H3C-Output-Committed-Burst-Size` (248): Committed burst of the download in bits, for the average rate of the download.
pub const H3C_OUTPUT_COMMITTED_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Committed-Burst-Size", VENDOR, 248);

/// `H3C-Remanent-Volume` (15): The volume the user has left; the unit depends on the kind of server the NAS is set to.
pub const H3C_REMANENT_VOLUME: Handle<Integer> =
    Handle::of_vendor("H3C-Remanent-Volume", VENDOR, 15);

/// `H3C-Up-Priority` (106): The priority of the upload's packets.
pub const H3C_UP_PRIORITY: Handle<Integer> = Handle::of_vendor("H3C-Up-Priority", VENDOR, 106);

/// `H3C-Down-Priority` (107): The priority of the download's packets.
pub const H3C_DOWN_PRIORITY: Handle<Integer> = Handle::of_vendor("H3C-Down-Priority", VENDOR, 107);

/// `H3C-Subscriber-Profile` (252): The QoS policy for all users of one family plan.
pub const H3C_SUBSCRIBER_PROFILE: Handle<Text> =
    Handle::of_vendor("H3C-Subscriber-Profile", VENDOR, 252);

/// `H3C-Subscriber-ID` (251): The family plan the user belongs to.
pub const H3C_SUBSCRIBER_ID: Handle<Text> = Handle::of_vendor("H3C-Subscriber-ID", VENDOR, 251);

/// `H3C-Input-Interval-Octets` (201): Octets uploaded in this accounting interval, low 32 bits.
pub const H3C_INPUT_INTERVAL_OCTETS: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Interval-Octets", VENDOR, 201);

/// `H3C-Input-Interval-Gigawords` (205): Octets uploaded in this accounting interval, high 32 bits.
pub const H3C_INPUT_INTERVAL_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Interval-Gigawords", VENDOR, 205);

/// `H3C-Input-Interval-Packets` (203): Packets uploaded in this accounting interval; the NAS can be set to another unit.
pub const H3C_INPUT_INTERVAL_PACKETS: Handle<Integer> =
    Handle::of_vendor("H3C-Input-Interval-Packets", VENDOR, 203);

/// `H3C-Output-Interval-Octets` (202): Octets downloaded in this accounting interval, low 32 bits.
pub const H3C_OUTPUT_INTERVAL_OCTETS: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Interval-Octets", VENDOR, 202);

/// `H3C-Output-Interval-Gigawords` (206): Octets downloaded in this accounting interval, high 32 bits.
pub const H3C_OUTPUT_INTERVAL_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Interval-Gigawords", VENDOR, 206);

/// `H3C-Output-Interval-Packets` (204): Packets downloaded in this accounting interval; the NAS can be set to another unit.
pub const H3C_OUTPUT_INTERVAL_PACKETS: Handle<Integer> =
    Handle::of_vendor("H3C-Output-Interval-Packets", VENDOR, 204);

/// `H3C-Acct-IPv6-Input-Octets` (144): Volume of IPv6 uploaded, low 32 bits; octets unless the NAS is set to another unit.
pub const H3C_ACCT_IPV6_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Input-Octets", VENDOR, 144);

/// `H3C-Acct-IPv6-Input-Gigawords` (148): Octets of IPv6 uploaded, high 32 bits; 148 by the manuals (FreeRADIUS: 146, the packets' number).
pub const H3C_ACCT_IPV6_INPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Input-Gigawords", VENDOR, 148);

/// `H3C-Acct-IPv6-Input-Packets` (146): Packets of IPv6 uploaded; the NAS can be set to another unit.
pub const H3C_ACCT_IPV6_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Input-Packets", VENDOR, 146);

/// `H3C-Acct-IPv6-Output-Octets` (145): Volume of IPv6 downloaded, low 32 bits; octets unless the NAS is set to another unit.
pub const H3C_ACCT_IPV6_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Output-Octets", VENDOR, 145);

/// `H3C-Acct-IPv6-Output-Gigawords` (149): Octets of IPv6 downloaded, high 32 bits; 149 by the manuals (FreeRADIUS: 147, the packets' number).
pub const H3C_ACCT_IPV6_OUTPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Output-Gigawords", VENDOR, 149);

/// `H3C-Acct-IPv6-Output-Packets` (147): Packets of IPv6 downloaded; the NAS can be set to another unit.
pub const H3C_ACCT_IPV6_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("H3C-Acct-IPv6-Output-Packets", VENDOR, 147);

/// `H3C-Accounting-Level` (215): The traffic level, 1 to 8, when volume is counted by destination.
pub const H3C_ACCOUNTING_LEVEL: Handle<Integer> =
    Handle::of_vendor("H3C-Accounting-Level", VENDOR, 215);

/// `H3C-Ita-Policy` (216): The policy for counting volume by destination.
pub const H3C_ITA_POLICY: Handle<Text> = Handle::of_vendor("H3C-Ita-Policy", VENDOR, 216);

/// `H3C-Connect_Id` (26): The NAS's index of the user's connection.
pub const H3C_CONNECT_ID: Handle<Integer> = Handle::of_vendor("H3C-Connect_Id", VENDOR, 26);

/// `H3C-NAS-Startup-Timestamp` (59): When the NAS started, in seconds since 1970.
pub const H3C_NAS_STARTUP_TIMESTAMP: Handle<Integer> =
    Handle::of_vendor("H3C-NAS-Startup-Timestamp", VENDOR, 59);

/// `H3C-Command` (20): The operation on a session.
pub const H3C_COMMAND: Handle<Integer> = Handle::of_vendor("H3C-Command", VENDOR, 20);

/// `H3C-Control-Identifier` (24): The number of a request for session control, the same in its retransmissions and the answer.
pub const H3C_CONTROL_IDENTIFIER: Handle<Integer> =
    Handle::of_vendor("H3C-Control-Identifier", VENDOR, 24);

/// `H3C-Result-Code` (25): The outcome of an operation on a session; 0 is success, all else failure.
pub const H3C_RESULT_CODE: Handle<Integer> = Handle::of_vendor("H3C-Result-Code", VENDOR, 25);

/// `H3C-Authentication-Type` (249): What access is asked for: 1 the intranet, 2 the internet; without it, plain authentication.
pub const H3C_AUTHENTICATION_TYPE: Handle<Integer> =
    Handle::of_vendor("H3C-Authentication-Type", VENDOR, 249);

/// `H3C-Auth-Detail-Result` (246): Why the user gets in only in part: 1 the charge is overdue, 2 the lease has run out.
pub const H3C_AUTH_DETAIL_RESULT: Handle<Integer> =
    Handle::of_vendor("H3C-Auth-Detail-Result", VENDOR, 246);

/// `H3C-WEB-URL` (250): The page for a user who gets in only in part.
pub const H3C_WEB_URL: Handle<Text> = Handle::of_vendor("H3C-WEB-URL", VENDOR, 250);

/// `H3C-Portal-URL` (27): The page a PPPoE user is sent to.
pub const H3C_PORTAL_URL: Handle<Text> = Handle::of_vendor("H3C-Portal-URL", VENDOR, 27);

/// `H3C-User-Notify` (61): A message of the server, passed on to the client unchanged.
pub const H3C_USER_NOTIFY: Handle<Text> = Handle::of_vendor("H3C-User-Notify", VENDOR, 61);

/// `H3C-User-HeartBeat` (62): A hash the NAS checks the handshakes of an 802.1X client with.
pub const H3C_USER_HEARTBEAT: Handle<Text> = Handle::of_vendor("H3C-User-HeartBeat", VENDOR, 62);

/// `H3C-ISP-ID` (17): The domain of the NAS that authorises the user.
pub const H3C_ISP_ID: Handle<Text> = Handle::of_vendor("H3C-ISP-ID", VENDOR, 17);

/// `H3C-User-Group` (140): The groups of the user of an SSL VPN, separated by semicolons.
pub const H3C_USER_GROUP: Handle<Text> = Handle::of_vendor("H3C-User-Group", VENDOR, 140);

/// `H3C-Security-Level` (141): The security level of the user of an SSL VPN.
pub const H3C_SECURITY_LEVEL: Handle<Integer> =
    Handle::of_vendor("H3C-Security-Level", VENDOR, 141);

/// `H3C-Av-Pair` (210): A named setting as `name=value`: `shell:role=NAME`, `url-redirect=URL`.
pub const H3C_AV_PAIR: Handle<Text> = Handle::of_vendor("H3C-Av-Pair", VENDOR, 210);

/// `H3C-Ip-Host-Addr` (60): The address and the MAC of the user, as `A.B.C.D hh:hh:hh:hh:hh:hh`.
pub const H3C_IP_HOST_ADDR: Handle<Text> = Handle::of_vendor("H3C-Ip-Host-Addr", VENDOR, 60);

/// `H3C-Client-Primary-DNS` (135): The first name server of the user.
pub const H3C_CLIENT_PRIMARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("H3C-Client-Primary-DNS", VENDOR, 135);

/// `H3C-Client-Secondary-DNS` (136): The second name server of the user.
pub const H3C_CLIENT_SECONDARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("H3C-Client-Secondary-DNS", VENDOR, 136);

/// `H3C-NAT-IP-Address` (32): The public address the user shares.
pub const H3C_NAT_IP_ADDRESS: Handle<Ipv4> = Handle::of_vendor("H3C-NAT-IP-Address", VENDOR, 32);

/// `H3C-NAT-Start-Port` (33): The first port of the public address that is the user's.
pub const H3C_NAT_START_PORT: Handle<Integer> = Handle::of_vendor("H3C-NAT-Start-Port", VENDOR, 33);

/// `H3C-NAT-End-Port` (34): The last port of the public address that is the user's.
pub const H3C_NAT_END_PORT: Handle<Integer> = Handle::of_vendor("H3C-NAT-End-Port", VENDOR, 34);

/// `H3C-VPN-Instance` (104): The VPN instance (routing table) the user is in.
pub const H3C_VPN_INSTANCE: Handle<Text> = Handle::of_vendor("H3C-VPN-Instance", VENDOR, 104);

/// `H3C-L2TP-Local-Name` (102): The name of the local end of the user's L2TP tunnel.
pub const H3C_L2TP_LOCAL_NAME: Handle<Text> = Handle::of_vendor("H3C-L2TP-Local-Name", VENDOR, 102);

/// `H3C-ANCP-Profile` (105): The profile for controlling the access node by ANCP.
pub const H3C_ANCP_PROFILE: Handle<Text> = Handle::of_vendor("H3C-ANCP-Profile", VENDOR, 105);

/// `H3C-IPv4-Multicast-Receive-Group` (98): An IPv4 multicast group that the user receives; may be repeated.
pub const H3C_IPV4_MULTICAST_RECEIVE_GROUP: Handle<Ipv4> =
    Handle::of_vendor("H3C-IPv4-Multicast-Receive-Group", VENDOR, 98);

/// `H3C-IPv6-Multicast-Receive-Group` (100): An IPv6 multicast group that the user receives; may be repeated.
pub const H3C_IPV6_MULTICAST_RECEIVE_GROUP: Handle<Ipv6> =
    Handle::of_vendor("H3C-IPv6-Multicast-Receive-Group", VENDOR, 100);

/// `H3C-IGMP-Access-Limit` (103): How many IPv4 multicast groups the user may be in at once.
pub const H3C_IGMP_ACCESS_LIMIT: Handle<Integer> =
    Handle::of_vendor("H3C-IGMP-Access-Limit", VENDOR, 103);

/// `H3C-MLD-Access-Limit` (101): How many IPv6 multicast groups the user may be in at once.
pub const H3C_MLD_ACCESS_LIMIT: Handle<Integer> =
    Handle::of_vendor("H3C-MLD-Access-Limit", VENDOR, 101);

/// `H3C-Exec-Privilege` (29): The privilege level of an administrator.
pub const H3C_EXEC_PRIVILEGE: Handle<Integer> = Handle::of_vendor("H3C-Exec-Privilege", VENDOR, 29);

/// `H3C-User-Role` (155): The roles of an administrator, separated by spaces.
pub const H3C_USER_ROLE: Handle<Text> = Handle::of_vendor("H3C-User-Role", VENDOR, 155);

/// `H3C-Ftp-Directory` (28): The directory an FTP, SFTP or SCP user begins in.
pub const H3C_FTP_DIRECTORY: Handle<Text> = Handle::of_vendor("H3C-Ftp-Directory", VENDOR, 28);

/// `H3C-NAS-Port-Name` (230): The interface of the NAS that the user is on.
pub const H3C_NAS_PORT_NAME: Handle<Text> = Handle::of_vendor("H3C-NAS-Port-Name", VENDOR, 230);

/// `H3C-Backup-NAS-IP` (207): The other address the NAS may send its RADIUS packets from.
pub const H3C_BACKUP_NAS_IP: Handle<Ipv4> = Handle::of_vendor("H3C-Backup-NAS-IP", VENDOR, 207);

/// `H3C-Longitude-Latitude` (111): The longitude and the latitude of the NAS.
pub const H3C_LONGITUDE_LATITUDE: Handle<Text> =
    Handle::of_vendor("H3C-Longitude-Latitude", VENDOR, 111);

/// `H3C-Product-ID` (255): The model of the NAS.
pub const H3C_PRODUCT_ID: Handle<Text> = Handle::of_vendor("H3C-Product-ID", VENDOR, 255);

/// The values of `H3C-Command`.
pub mod h3c_command {
    /// `Trigger-Request`.
    pub const TRIGGER_REQUEST: u32 = 1;

    /// `Terminate-Request`.
    pub const TERMINATE_REQUEST: u32 = 2;

    /// `SetPolicy`.
    pub const SETPOLICY: u32 = 3;

    /// `Result`.
    pub const RESULT: u32 = 4;

    /// `PortalClear`.
    pub const PORTALCLEAR: u32 = 5;
}

/// The values of `H3C-Exec-Privilege`.
pub mod h3c_exec_privilege {
    /// `Visit`.
    pub const VISIT: u32 = 0;

    /// `Monitor`.
    pub const MONITOR: u32 = 1;

    /// `System`.
    pub const SYSTEM: u32 = 2;

    /// `Manage`.
    pub const MANAGE: u32 = 3;
}
