// Written by `cargo xtask dict` from dictionaries/dictionary.huawei; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Ipv6, Ipv6Prefix, Octets, Text};

const VENDOR: VendorId = VendorId(2011);

/// `Huawei-Input-Burst-Size` (1): Octets of committed burst of the upload.
pub const HUAWEI_INPUT_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("Huawei-Input-Burst-Size", VENDOR, 1);

/// `Huawei-Input-Average-Rate` (2): Committed rate of the upload, in bits a second.
pub const HUAWEI_INPUT_AVERAGE_RATE: Handle<Integer> =
    Handle::of_vendor("Huawei-Input-Average-Rate", VENDOR, 2);

/// `Huawei-Input-Peak-Rate` (3): Peak rate of the upload, in bits a second; the average rate must come with it.
pub const HUAWEI_INPUT_PEAK_RATE: Handle<Integer> =
    Handle::of_vendor("Huawei-Input-Peak-Rate", VENDOR, 3);

/// `Huawei-Input-Peak-Burst-Size` (77): The peak burst of the upload.
pub const HUAWEI_INPUT_PEAK_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("Huawei-Input-Peak-Burst-Size", VENDOR, 77);

/// `Huawei-Output-Burst-Size` (4): Octets of committed burst of the download.
pub const HUAWEI_OUTPUT_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("Huawei-Output-Burst-Size", VENDOR, 4);

/// `Huawei-Output-Average-Rate` (5): Committed rate of the download, in bits a second.
pub const HUAWEI_OUTPUT_AVERAGE_RATE: Handle<Integer> =
    Handle::of_vendor("Huawei-Output-Average-Rate", VENDOR, 5);

/// `Huawei-Output-Peak-Rate` (6): Peak rate of the download, in bits a second; the average rate must come with it.
pub const HUAWEI_OUTPUT_PEAK_RATE: Handle<Integer> =
    Handle::of_vendor("Huawei-Output-Peak-Rate", VENDOR, 6);

/// `Huawei-Output-Peak-Burst-Size` (78): The peak burst of the download.
pub const HUAWEI_OUTPUT_PEAK_BURST_SIZE: Handle<Integer> =
    Handle::of_vendor("Huawei-Output-Peak-Burst-Size", VENDOR, 78);

/// `Huawei-Reduced-CIR` (79): The committed rate that holds once the speed is reduced.
pub const HUAWEI_REDUCED_CIR: Handle<Integer> = Handle::of_vendor("Huawei-Reduced-CIR", VENDOR, 79);

/// `Huawei-Reduced-PIR` (100): The peak rate that holds once the speed is reduced.
pub const HUAWEI_REDUCED_PIR: Handle<Integer> =
    Handle::of_vendor("Huawei-Reduced-PIR", VENDOR, 100);

/// `Huawei-Qos-Profile-Name` (31): A QoS profile of the router, lower-cased before the lookup; an unknown one drops the user by default.
pub const HUAWEI_QOS_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-Qos-Profile-Name", VENDOR, 31);

/// `Huawei-Down-QOS-Profile-Name` (182): A QoS profile of the router for the download alone.
pub const HUAWEI_DOWN_QOS_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-Down-QOS-Profile-Name", VENDOR, 182);

/// `Huawei-QoS-Profile-Type` (142): Which traffic the QoS profile is for.
pub const HUAWEI_QOS_PROFILE_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-QoS-Profile-Type", VENDOR, 142);

/// `Huawei-Subscriber-QoS-Profile` (17): The QoS profile for a whole home, over the services in it; number 17 in current manuals.
pub const HUAWEI_SUBSCRIBER_QOS_PROFILE: Handle<Text> =
    Handle::of_vendor("Huawei-Subscriber-QoS-Profile", VENDOR, 17);

/// `Huawei-Queue-Profile` (91): The queue profile for the user.
pub const HUAWEI_QUEUE_PROFILE: Handle<Text> =
    Handle::of_vendor("Huawei-Queue-Profile", VENDOR, 91);

/// `Huawei-Priority` (22): The priority of the user's service.
pub const HUAWEI_PRIORITY: Handle<Integer> = Handle::of_vendor("Huawei-Priority", VENDOR, 22);

/// `Huawei-Up-Priority` (61): The priority of the upload's packets.
pub const HUAWEI_UP_PRIORITY: Handle<Integer> = Handle::of_vendor("Huawei-Up-Priority", VENDOR, 61);

/// `Huawei-Down-Priority` (62): The priority of the download's packets.
pub const HUAWEI_DOWN_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Huawei-Down-Priority", VENDOR, 62);

/// `Huawei-User-Priority` (218): The class of the user, from common to gold.
pub const HUAWEI_USER_PRIORITY: Handle<Integer> =
    Handle::of_vendor("Huawei-User-Priority", VENDOR, 218);

/// `Huawei-Remanent-Volume` (15): The volume the user has left, in kilobytes.
pub const HUAWEI_REMANENT_VOLUME: Handle<Integer> =
    Handle::of_vendor("Huawei-Remanent-Volume", VENDOR, 15);

/// `Huawei-Remain-Time` (128): The time the user has left.
pub const HUAWEI_REMAIN_TIME: Handle<Integer> =
    Handle::of_vendor("Huawei-Remain-Time", VENDOR, 128);

/// `Huawei-Remain-Monney` (113): The money left on the account.
pub const HUAWEI_REMAIN_MONNEY: Handle<Integer> =
    Handle::of_vendor("Huawei-Remain-Monney", VENDOR, 113);

/// `Huawei-Tariff-Switch-Interval` (16): Time until the next change of tariff, in seconds.
pub const HUAWEI_TARIFF_SWITCH_INTERVAL: Handle<Integer> =
    Handle::of_vendor("Huawei-Tariff-Switch-Interval", VENDOR, 16);

/// `Huawei-In-Kb-Before-T-Switch` (7): Kilobytes uploaded before the tariff changed; all of the interim period's if it did not.
pub const HUAWEI_IN_KB_BEFORE_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-In-Kb-Before-T-Switch", VENDOR, 7);

/// `Huawei-Out-Kb-Before-T-Switch` (8): Kilobytes downloaded before the tariff changed; all of the interim period's if it did not.
pub const HUAWEI_OUT_KB_BEFORE_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-Out-Kb-Before-T-Switch", VENDOR, 8);

/// `Huawei-In-Pkt-Before-T-Switch` (9): Packets uploaded before the tariff changed; all of the interim period's if it did not.
pub const HUAWEI_IN_PKT_BEFORE_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-In-Pkt-Before-T-Switch", VENDOR, 9);

/// `Huawei-Out-Pkt-Before-T-Switch` (10): Packets downloaded before the tariff changed; all of the interim period's if it did not.
pub const HUAWEI_OUT_PKT_BEFORE_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-Out-Pkt-Before-T-Switch", VENDOR, 10);

/// `Huawei-In-Kb-After-T-Switch` (11): Kilobytes uploaded after the tariff changed.
pub const HUAWEI_IN_KB_AFTER_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-In-Kb-After-T-Switch", VENDOR, 11);

/// `Huawei-Out-Kb-After-T-Switch` (12): Kilobytes downloaded after the tariff changed.
pub const HUAWEI_OUT_KB_AFTER_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-Out-Kb-After-T-Switch", VENDOR, 12);

/// `Huawei-In-Pkt-After-T-Switch` (13): Packets uploaded after the tariff changed.
pub const HUAWEI_IN_PKT_AFTER_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-In-Pkt-After-T-Switch", VENDOR, 13);

/// `Huawei-Out-Pkt-After-T-Switch` (14): Packets downloaded after the tariff changed.
pub const HUAWEI_OUT_PKT_AFTER_T_SWITCH: Handle<Integer> =
    Handle::of_vendor("Huawei-Out-Pkt-After-T-Switch", VENDOR, 14);

/// `Huawei-Destnation-IP-Addr` (39): The destination address, for volume counted by destination; misspelt by the vendor.
pub const HUAWEI_DESTNATION_IP_ADDR: Handle<Text> =
    Handle::of_vendor("Huawei-Destnation-IP-Addr", VENDOR, 39);

/// `Huawei-Destnation-Volume` (40): The volume to a destination; misspelt by the vendor.
pub const HUAWEI_DESTNATION_VOLUME: Handle<Text> =
    Handle::of_vendor("Huawei-Destnation-Volume", VENDOR, 40);

/// `Huawei-Accounting-Level` (84): The tariff level the traffic counts for.
pub const HUAWEI_ACCOUNTING_LEVEL: Handle<Integer> =
    Handle::of_vendor("Huawei-Accounting-Level", VENDOR, 84);

/// `Huawei-Acct-IPv6-Input-Octets` (144): Octets of IPv6 uploaded, low 32 bits.
pub const HUAWEI_ACCT_IPV6_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Input-Octets", VENDOR, 144);

/// `Huawei-Acct-IPv6-Input-Gigawords` (148): Octets of IPv6 uploaded, high 32 bits.
pub const HUAWEI_ACCT_IPV6_INPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Input-Gigawords", VENDOR, 148);

/// `Huawei-Acct-IPv6-Input-Packets` (146): Packets of IPv6 uploaded.
pub const HUAWEI_ACCT_IPV6_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Input-Packets", VENDOR, 146);

/// `Huawei-Acct-IPv6-Output-Octets` (145): Octets of IPv6 downloaded, low 32 bits.
pub const HUAWEI_ACCT_IPV6_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Output-Octets", VENDOR, 145);

/// `Huawei-Acct-IPv6-Output-Gigawords` (149): Octets of IPv6 downloaded, high 32 bits.
pub const HUAWEI_ACCT_IPV6_OUTPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Output-Gigawords", VENDOR, 149);

/// `Huawei-Acct-IPv6-Output-Packets` (147): Packets of IPv6 downloaded.
pub const HUAWEI_ACCT_IPV6_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-IPv6-Output-Packets", VENDOR, 147);

/// `Huawei-Connect-ID` (26): The router's index of the user's connection.
pub const HUAWEI_CONNECT_ID: Handle<Integer> = Handle::of_vendor("Huawei-Connect-ID", VENDOR, 26);

/// `Huawei-Startup-Stamp` (59): When the router started, in seconds since 1970.
pub const HUAWEI_STARTUP_STAMP: Handle<Integer> =
    Handle::of_vendor("Huawei-Startup-Stamp", VENDOR, 59);

/// `Huawei-Multi-Account-Mode` (90): How several accountings for one user are kept.
pub const HUAWEI_MULTI_ACCOUNT_MODE: Handle<Integer> =
    Handle::of_vendor("Huawei-Multi-Account-Mode", VENDOR, 90);

/// `Huawei-Acct-Packet-Type` (106): The kind of an accounting packet.
pub const HUAWEI_ACCT_PACKET_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-Packet-Type", VENDOR, 106);

/// `Huawei-Acct-Connection-Time` (110): How long the connection lasted.
pub const HUAWEI_ACCT_CONNECTION_TIME: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-Connection-Time", VENDOR, 110);

/// `Huawei-ONLY-Account-Type` (137): The kind of a session that is only accounted.
pub const HUAWEI_ONLY_ACCOUNT_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-ONLY-Account-Type", VENDOR, 137);

/// `Huawei-Acct-Update-Address` (159): Whether a change of address caused this accounting update.
pub const HUAWEI_ACCT_UPDATE_ADDRESS: Handle<Integer> =
    Handle::of_vendor("Huawei-Acct-Update-Address", VENDOR, 159);

/// `Huawei-Acct-Terminate-Subcause` (181): The number of the finer cause of a Stop; the router can be set to send it as text or as an integer.
pub const HUAWEI_ACCT_TERMINATE_SUBCAUSE: Handle<Text> =
    Handle::of_vendor("Huawei-Acct-Terminate-Subcause", VENDOR, 181);

/// `Huawei-L2TP-Terminate-Cause` (89): Why an L2TP session ended.
pub const HUAWEI_L2TP_TERMINATE_CAUSE: Handle<Text> =
    Handle::of_vendor("Huawei-L2TP-Terminate-Cause", VENDOR, 89);

/// `Huawei-Account-Info` (184): The services of the user, to be started at login or listed.
pub const HUAWEI_ACCOUNT_INFO: Handle<Text> = Handle::of_vendor("Huawei-Account-Info", VENDOR, 184);

/// `Huawei-Service-Info` (185): A value-added service of the user and what to do with it.
pub const HUAWEI_SERVICE_INFO: Handle<Text> = Handle::of_vendor("Huawei-Service-Info", VENDOR, 185);

/// `Huawei-AVpair` (188): A named setting as `name=value`: `service:service-group=NAME inbound priority 5`.
pub const HUAWEI_AVPAIR: Handle<Text> = Handle::of_vendor("Huawei-AVpair", VENDOR, 188);

/// `Huawei-Ext-Specific` (238): Further settings as text, each as `name=value`.
pub const HUAWEI_EXT_SPECIFIC: Handle<Text> = Handle::of_vendor("Huawei-Ext-Specific", VENDOR, 238);

/// `Huawei-Command-Mode` (34): A command in a CoA; its first character tells which (`A` and a user name: authenticate again).
pub const HUAWEI_COMMAND_MODE: Handle<Text> = Handle::of_vendor("Huawei-Command-Mode", VENDOR, 34);

/// `Huawei-User-Password` (33): The password for authenticating again, beside Huawei-Command-Mode.
pub const HUAWEI_USER_PASSWORD: Handle<Text> =
    Handle::of_vendor("Huawei-User-Password", VENDOR, 33);

/// `Huawei-Service-Chg-Cmd` (105): What to do to a service, in a change of service.
pub const HUAWEI_SERVICE_CHG_CMD: Handle<Integer> =
    Handle::of_vendor("Huawei-Service-Chg-Cmd", VENDOR, 105);

/// `Huawei-Policy-Name` (95): The policy of the router that holds for the user.
pub const HUAWEI_POLICY_NAME: Handle<Text> = Handle::of_vendor("Huawei-Policy-Name", VENDOR, 95);

/// `Huawei-Data-Filter` (82): A rule of an access list made on the fly, as text; may be repeated, `#` separates rules.
pub const HUAWEI_DATA_FILTER: Handle<Text> = Handle::of_vendor("Huawei-Data-Filter", VENDOR, 82);

/// `Huawei-DPI-Policy-Name` (86): The policy for inspecting the user's traffic.
pub const HUAWEI_DPI_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-DPI-Policy-Name", VENDOR, 86);

/// `Huawei-User-Group-Name` (251): The user group of the router to put the user in.
pub const HUAWEI_USER_GROUP_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-User-Group-Name", VENDOR, 251);

/// `Huawei-Layer4-Session-Limit` (92): How many transport connections the user may have open.
pub const HUAWEI_LAYER4_SESSION_LIMIT: Handle<Integer> =
    Handle::of_vendor("Huawei-Layer4-Session-Limit", VENDOR, 92);

/// `Huawei-Max-Users-Per-Logic-Port` (18): How many users may be on one logical port.
pub const HUAWEI_MAX_USERS_PER_LOGIC_PORT: Handle<Integer> =
    Handle::of_vendor("Huawei-Max-Users-Per-Logic-Port", VENDOR, 18);

/// `Huawei-Access-Service` (83): The access service of the user.
pub const HUAWEI_ACCESS_SERVICE: Handle<Text> =
    Handle::of_vendor("Huawei-Access-Service", VENDOR, 83);

/// `Huawei-User-Class` (66): The class of the user, as text.
pub const HUAWEI_USER_CLASS: Handle<Text> = Handle::of_vendor("Huawei-User-Class", VENDOR, 66);

/// `Huawei-User-Date` (65): A date of the user's, as text.
pub const HUAWEI_USER_DATE: Handle<Text> = Handle::of_vendor("Huawei-User-Date", VENDOR, 65);

/// `Huawei-Zone-Name` (81): The zone of the user.
pub const HUAWEI_ZONE_NAME: Handle<Text> = Handle::of_vendor("Huawei-Zone-Name", VENDOR, 81);

/// `Huawei-New-User-Name` (133): The user name to go on with instead of the one that logged in.
pub const HUAWEI_NEW_USER_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-New-User-Name", VENDOR, 133);

/// `Huawei-Domain-Name` (138): The domain of the router that holds for the user.
pub const HUAWEI_DOMAIN_NAME: Handle<Text> = Handle::of_vendor("Huawei-Domain-Name", VENDOR, 138);

/// `Huawei-Flow-Info` (211): A description of a flow, as text.
pub const HUAWEI_FLOW_INFO: Handle<Text> = Handle::of_vendor("Huawei-Flow-Info", VENDOR, 211);

/// `Huawei-Flow-Id` (212): The number of a flow.
pub const HUAWEI_FLOW_ID: Handle<Integer> = Handle::of_vendor("Huawei-Flow-Id", VENDOR, 212);

/// `Huawei-Port-Mirror` (183): Whether the user's traffic is mirrored.
pub const HUAWEI_PORT_MIRROR: Handle<Integer> =
    Handle::of_vendor("Huawei-Port-Mirror", VENDOR, 183);

/// `Huawei-LI-ID` (101): The identifier of a lawful interception.
pub const HUAWEI_LI_ID: Handle<Text> = Handle::of_vendor("Huawei-LI-ID", VENDOR, 101);

/// `Huawei-LI-Md-Address` (102): The mediation device that the intercepted traffic goes to.
pub const HUAWEI_LI_MD_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-LI-Md-Address", VENDOR, 102);

/// `Huawei-LI-Md-Port` (103): The port of the mediation device.
pub const HUAWEI_LI_MD_PORT: Handle<Integer> = Handle::of_vendor("Huawei-LI-Md-Port", VENDOR, 103);

/// `Huawei-LI-Md-VpnInstance` (104): The VPN instance that the mediation device is in.
pub const HUAWEI_LI_MD_VPNINSTANCE: Handle<Text> =
    Handle::of_vendor("Huawei-LI-Md-VpnInstance", VENDOR, 104);

/// `Huawei-Command` (20): The operation on a session.
pub const HUAWEI_COMMAND: Handle<Integer> = Handle::of_vendor("Huawei-Command", VENDOR, 20);

/// `Huawei-Control-Identifier` (24): The number of a request for session control, the same in its retransmissions and the answer.
pub const HUAWEI_CONTROL_IDENTIFIER: Handle<Integer> =
    Handle::of_vendor("Huawei-Control-Identifier", VENDOR, 24);

/// `Huawei-Result-Code` (25): The outcome of an operation on a session; anything but 0 is a failure.
pub const HUAWEI_RESULT_CODE: Handle<Integer> = Handle::of_vendor("Huawei-Result-Code", VENDOR, 25);

/// `Huawei-Error-Reason` (112): The reason of an error.
pub const HUAWEI_ERROR_REASON: Handle<Integer> =
    Handle::of_vendor("Huawei-Error-Reason", VENDOR, 112);

/// `Huawei-PortalURL` (27): The page a user is sent to.
pub const HUAWEI_PORTALURL: Handle<Text> = Handle::of_vendor("Huawei-PortalURL", VENDOR, 27);

/// `Huawei-HTTP-Redirect-URL` (140): The page a user's web requests are redirected to.
pub const HUAWEI_HTTP_REDIRECT_URL: Handle<Text> =
    Handle::of_vendor("Huawei-HTTP-Redirect-URL", VENDOR, 140);

/// `Huawei-Web-URL` (253): The address of a web page for the user.
pub const HUAWEI_WEB_URL: Handle<Text> = Handle::of_vendor("Huawei-Web-URL", VENDOR, 253);

/// `Huawei-Portal-Mode` (85): How a user is brought to the portal.
pub const HUAWEI_PORTAL_MODE: Handle<Integer> = Handle::of_vendor("Huawei-Portal-Mode", VENDOR, 85);

/// `Huawei-Auth-Type` (180): The way the user was authenticated.
pub const HUAWEI_AUTH_TYPE: Handle<Integer> = Handle::of_vendor("Huawei-Auth-Type", VENDOR, 180);

/// `Huawei-IP-Address` (30): An IPv4 address, as one number.
pub const HUAWEI_IP_ADDRESS: Handle<Integer> = Handle::of_vendor("Huawei-IP-Address", VENDOR, 30);

/// `Huawei-IPHost-Addr` (60): The address and the MAC of the user, as `A.B.C.D hh:hh:hh:hh:hh:hh`.
pub const HUAWEI_IPHOST_ADDR: Handle<Text> = Handle::of_vendor("Huawei-IPHost-Addr", VENDOR, 60);

/// `Huawei-User-Mac` (153): The MAC address of the user.
pub const HUAWEI_USER_MAC: Handle<Text> = Handle::of_vendor("Huawei-User-Mac", VENDOR, 153);

/// `Huawei-Framed-Pool` (88): The pool to take an IPv4 address from.
pub const HUAWEI_FRAMED_POOL: Handle<Text> = Handle::of_vendor("Huawei-Framed-Pool", VENDOR, 88);

/// `Huawei-Framed-Pool-Group` (157): The group of pools to take an IPv4 address from.
pub const HUAWEI_FRAMED_POOL_GROUP: Handle<Text> =
    Handle::of_vendor("Huawei-Framed-Pool-Group", VENDOR, 157);

/// `Huawei-Subnet-Mask` (72): The mask of the user's subnet.
pub const HUAWEI_SUBNET_MASK: Handle<Ipv4> = Handle::of_vendor("Huawei-Subnet-Mask", VENDOR, 72);

/// `Huawei-Gateway-Address` (73): The gateway of the user's subnet.
pub const HUAWEI_GATEWAY_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Gateway-Address", VENDOR, 73);

/// `Huawei-Policy-Route` (87): The next hop for the user's IPv4 traffic, whatever the routing table says.
pub const HUAWEI_POLICY_ROUTE: Handle<Ipv4> = Handle::of_vendor("Huawei-Policy-Route", VENDOR, 87);

/// `Huawei-Primary-DNS` (135): The first name server of the user.
pub const HUAWEI_PRIMARY_DNS: Handle<Ipv4> = Handle::of_vendor("Huawei-Primary-DNS", VENDOR, 135);

/// `Huawei-Secondary-DNS` (136): The second name server of the user.
pub const HUAWEI_SECONDARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Secondary-DNS", VENDOR, 136);

/// `Huawei-Primary-WINS` (75): The first WINS server of the user.
pub const HUAWEI_PRIMARY_WINS: Handle<Ipv4> = Handle::of_vendor("Huawei-Primary-WINS", VENDOR, 75);

/// `Huawei-Secondary-WINS` (76): The second WINS server of the user.
pub const HUAWEI_SECONDARY_WINS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Secondary-WINS", VENDOR, 76);

/// `Huawei-Loopback-Address` (141): A loopback address, as text.
pub const HUAWEI_LOOPBACK_ADDRESS: Handle<Text> =
    Handle::of_vendor("Huawei-Loopback-Address", VENDOR, 141);

/// `Huawei-PPP-NCP-Type` (70): The network protocol of a PPP session.
pub const HUAWEI_PPP_NCP_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-PPP-NCP-Type", VENDOR, 70);

/// `Huawei-VT-Name` (64): The virtual template, by number.
pub const HUAWEI_VT_NAME: Handle<Integer> = Handle::of_vendor("Huawei-VT-Name", VENDOR, 64);

/// `Huawei-Framed-IPv6-Address` (158): The IPv6 address of the user.
pub const HUAWEI_FRAMED_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::of_vendor("Huawei-Framed-IPv6-Address", VENDOR, 158);

/// `Huawei-Delegated-IPv6-Prefix-Pool` (191): The pool to delegate an IPv6 prefix from.
pub const HUAWEI_DELEGATED_IPV6_PREFIX_POOL: Handle<Text> =
    Handle::of_vendor("Huawei-Delegated-IPv6-Prefix-Pool", VENDOR, 191);

/// `Huawei-DNS-Server-IPv6-address` (154): A name server of the user, by IPv6.
pub const HUAWEI_DNS_SERVER_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::of_vendor("Huawei-DNS-Server-IPv6-address", VENDOR, 154);

/// `Huawei-IPv6-Prefix-Lease` (192): The lease of an IPv6 prefix, as raw octets.
pub const HUAWEI_IPV6_PREFIX_LEASE: Handle<Octets> =
    Handle::of_vendor("Huawei-IPv6-Prefix-Lease", VENDOR, 192);

/// `Huawei-IPv6-Address-Lease` (193): The lease of an IPv6 address, as raw octets.
pub const HUAWEI_IPV6_ADDRESS_LEASE: Handle<Octets> =
    Handle::of_vendor("Huawei-IPv6-Address-Lease", VENDOR, 193);

/// `Huawei-IPv6-Policy-Route` (194): The next hop for the user's IPv6 traffic, whatever the routing table says.
pub const HUAWEI_IPV6_POLICY_ROUTE: Handle<Ipv6Prefix> =
    Handle::of_vendor("Huawei-IPv6-Policy-Route", VENDOR, 194);

/// `Huawei-MNG-IPv6` (196): Whether the user's equipment is managed over IPv6.
pub const HUAWEI_MNG_IPV6: Handle<Integer> = Handle::of_vendor("Huawei-MNG-IPv6", VENDOR, 196);

/// `Huawei-Lease-Time` (74): The lease of the user's address in seconds, 60 to 259200; 0 only in a CoA.
pub const HUAWEI_LEASE_TIME: Handle<Integer> = Handle::of_vendor("Huawei-Lease-Time", VENDOR, 74);

/// `Huawei-Renewal-Time` (35): When to renew the lease (T1), in seconds.
pub const HUAWEI_RENEWAL_TIME: Handle<Integer> =
    Handle::of_vendor("Huawei-Renewal-Time", VENDOR, 35);

/// `Huawei-Rebinding-Time` (36): When to rebind the lease (T2), in seconds.
pub const HUAWEI_REBINDING_TIME: Handle<Integer> =
    Handle::of_vendor("Huawei-Rebinding-Time", VENDOR, 36);

/// `Huawei-DHCP-Server-IP` (214): The DHCP server for the user.
pub const HUAWEI_DHCP_SERVER_IP: Handle<Ipv4> =
    Handle::of_vendor("Huawei-DHCP-Server-IP", VENDOR, 214);

/// `Huawei-DHCP-Option` (187): An option for the user's DHCP: its number in two octets, then its value; may be repeated.
pub const HUAWEI_DHCP_OPTION: Handle<Octets> = Handle::of_vendor("Huawei-DHCP-Option", VENDOR, 187);

/// `Huawei-DHCPv6-Option` (189): An option for the user's DHCPv6: its number in two octets, then its value; may be repeated.
pub const HUAWEI_DHCPV6_OPTION: Handle<Octets> =
    Handle::of_vendor("Huawei-DHCPv6-Option", VENDOR, 189);

/// `Huawei-DHCPv4-Option43` (156): Option 43 of the user's DHCP, the vendor's own settings.
pub const HUAWEI_DHCPV4_OPTION43: Handle<Text> =
    Handle::of_vendor("Huawei-DHCPv4-Option43", VENDOR, 156);

/// `Huawei-DHCPv4-Option121` (155): Routes for DHCP option 121, as `1.1.0.0/16 1.1.1.2;2.2.0.0/16 2.2.2.1`; may be repeated.
pub const HUAWEI_DHCPV4_OPTION121: Handle<Text> =
    Handle::of_vendor("Huawei-DHCPv4-Option121", VENDOR, 155);

/// `Huawei-DHCPv6-Option37` (150): Option 37 of the user's DHCPv6, the remote id.
pub const HUAWEI_DHCPV6_OPTION37: Handle<Text> =
    Handle::of_vendor("Huawei-DHCPv6-Option37", VENDOR, 150);

/// `Huawei-DHCPv6-Option38` (151): Option 38 of the user's DHCPv6, the subscriber id.
pub const HUAWEI_DHCPV6_OPTION38: Handle<Text> =
    Handle::of_vendor("Huawei-DHCPv6-Option38", VENDOR, 151);

/// `Huawei-NAT-Policy-Name` (160): The policy for translating the user's address.
pub const HUAWEI_NAT_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-NAT-Policy-Name", VENDOR, 160);

/// `Huawei-NAT-Public-Address` (161): The public address the user shares.
pub const HUAWEI_NAT_PUBLIC_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-NAT-Public-Address", VENDOR, 161);

/// `Huawei-NAT-Start-Port` (162): The first port of the public address that is the user's.
pub const HUAWEI_NAT_START_PORT: Handle<Integer> =
    Handle::of_vendor("Huawei-NAT-Start-Port", VENDOR, 162);

/// `Huawei-NAT-End-Port` (163): The last port of the public address that is the user's.
pub const HUAWEI_NAT_END_PORT: Handle<Integer> =
    Handle::of_vendor("Huawei-NAT-End-Port", VENDOR, 163);

/// `Huawei-NAT-Port-Range-Update` (165): What changed at the user's ports: 0 some added, 1 some removed, 3 the public address or range.
pub const HUAWEI_NAT_PORT_RANGE_UPDATE: Handle<Integer> =
    Handle::of_vendor("Huawei-NAT-Port-Range-Update", VENDOR, 165);

/// `Huawei-NAT-Port-Forwarding` (164): A forwarded port: `192.168.1.1;TCP;32768;1.1.1.1;50000`, user's side first (FreeRADIUS: integer).
pub const HUAWEI_NAT_PORT_FORWARDING: Handle<Text> =
    Handle::of_vendor("Huawei-NAT-Port-Forwarding", VENDOR, 164);

/// `Huawei-Public-IP-Addr-State` (168): How full the pool of public addresses is.
pub const HUAWEI_PUBLIC_IP_ADDR_STATE: Handle<Integer> =
    Handle::of_vendor("Huawei-Public-IP-Addr-State", VENDOR, 168);

/// `Huawei-DS-Lite-Tunnel-Name` (166): The DS-Lite tunnel of the user.
pub const HUAWEI_DS_LITE_TUNNEL_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-DS-Lite-Tunnel-Name", VENDOR, 166);

/// `Huawei-PCP-Server-Name` (167): The server for the port control protocol.
pub const HUAWEI_PCP_SERVER_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-PCP-Server-Name", VENDOR, 167);

/// `Huawei-VPN-Instance` (94): The VPN instance (routing table) the user is in.
pub const HUAWEI_VPN_INSTANCE: Handle<Text> = Handle::of_vendor("Huawei-VPN-Instance", VENDOR, 94);

/// `Huawei-VSI-Name` (71): The virtual switch instance the user is in.
pub const HUAWEI_VSI_NAME: Handle<Text> = Handle::of_vendor("Huawei-VSI-Name", VENDOR, 71);

/// `Huawei-Tunnel-VPN-Instance` (63): The VPN instance that the user's L2TP tunnel is in.
pub const HUAWEI_TUNNEL_VPN_INSTANCE: Handle<Text> =
    Handle::of_vendor("Huawei-Tunnel-VPN-Instance", VENDOR, 63);

/// `Huawei-Tunnel-Group-Name` (96): The L2TP group for the user's tunnel.
pub const HUAWEI_TUNNEL_GROUP_NAME: Handle<Text> =
    Handle::of_vendor("Huawei-Tunnel-Group-Name", VENDOR, 96);

/// `Huawei-Tunnel-Session-Limit` (80): How many sessions a tunnel may hold; 0 keeps the user from logging in.
pub const HUAWEI_TUNNEL_SESSION_LIMIT: Handle<Integer> =
    Handle::of_vendor("Huawei-Tunnel-Session-Limit", VENDOR, 80);

/// `Huawei-ANCP-Profile` (139): The profile for controlling the access node by ANCP.
pub const HUAWEI_ANCP_PROFILE: Handle<Text> = Handle::of_vendor("Huawei-ANCP-Profile", VENDOR, 139);

/// `Huawei-IGMP-Enable` (37): Whether the user may use IGMP.
pub const HUAWEI_IGMP_ENABLE: Handle<Integer> = Handle::of_vendor("Huawei-IGMP-Enable", VENDOR, 37);

/// `Huawei-Multicast-Profile` (93): The multicast profile of the router for the user.
pub const HUAWEI_MULTICAST_PROFILE: Handle<Text> =
    Handle::of_vendor("Huawei-Multicast-Profile", VENDOR, 93);

/// `Huawei-Multicast-Source-Group` (97): A multicast group with its source, for the user.
pub const HUAWEI_MULTICAST_SOURCE_GROUP: Handle<Text> =
    Handle::of_vendor("Huawei-Multicast-Source-Group", VENDOR, 97);

/// `Huawei-Multicast-Receive-Group` (98): A multicast group that the user may receive.
pub const HUAWEI_MULTICAST_RECEIVE_GROUP: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Multicast-Receive-Group", VENDOR, 98);

/// `Huawei-User-Multicast-Type` (99): How multicast is handled for the user.
pub const HUAWEI_USER_MULTICAST_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-User-Multicast-Type", VENDOR, 99);

/// `Huawei-Max-List-Num` (143): The largest number of entries in a list.
pub const HUAWEI_MAX_LIST_NUM: Handle<Integer> =
    Handle::of_vendor("Huawei-Max-List-Num", VENDOR, 143);

/// `Huawei-Exec-Privilege` (29): The privilege level of an administrator.
pub const HUAWEI_EXEC_PRIVILEGE: Handle<Integer> =
    Handle::of_vendor("Huawei-Exec-Privilege", VENDOR, 29);

/// `Huawei-FTP-Directory` (28): The directory an FTP user begins in.
pub const HUAWEI_FTP_DIRECTORY: Handle<Text> =
    Handle::of_vendor("Huawei-FTP-Directory", VENDOR, 28);

/// `Huawei-Version` (254): The software version of the router.
pub const HUAWEI_VERSION: Handle<Text> = Handle::of_vendor("Huawei-Version", VENDOR, 254);

/// `Huawei-Product-ID` (255): The model of the router.
pub const HUAWEI_PRODUCT_ID: Handle<Text> = Handle::of_vendor("Huawei-Product-ID", VENDOR, 255);

/// `Huawei-Original_NAS-IP_Address` (217): The address of the NAS that the request first came from.
pub const HUAWEI_ORIGINAL_NAS_IP_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Original_NAS-IP_Address", VENDOR, 217);

/// `Huawei-SIP-Server` (32): The SIP server of the user.
pub const HUAWEI_SIP_SERVER: Handle<Text> = Handle::of_vendor("Huawei-SIP-Server", VENDOR, 32);

/// `Huawei-Call-Reference` (107): The reference of a call.
pub const HUAWEI_CALL_REFERENCE: Handle<Integer> =
    Handle::of_vendor("Huawei-Call-Reference", VENDOR, 107);

/// `Huawei-PSTN-Port` (108): The telephone network port of a call.
pub const HUAWEI_PSTN_PORT: Handle<Integer> = Handle::of_vendor("Huawei-PSTN-Port", VENDOR, 108);

/// `Huawei-Voip-Service-Type` (109): The kind of voice service of a call.
pub const HUAWEI_VOIP_SERVICE_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-Voip-Service-Type", VENDOR, 109);

/// `Huawei-Org-GK-ipaddr` (123): The gatekeeper on the originating side of a call.
pub const HUAWEI_ORG_GK_IPADDR: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Org-GK-ipaddr", VENDOR, 123);

/// `Huawei-Org-GW-ipaddr` (124): The gateway on the originating side of a call.
pub const HUAWEI_ORG_GW_IPADDR: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Org-GW-ipaddr", VENDOR, 124);

/// `Huawei-Dst-GK-ipaddr` (125): The gatekeeper on the destination side of a call.
pub const HUAWEI_DST_GK_IPADDR: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Dst-GK-ipaddr", VENDOR, 125);

/// `Huawei-Dst-GW-ipaddr` (126): The gateway on the destination side of a call.
pub const HUAWEI_DST_GW_IPADDR: Handle<Ipv4> =
    Handle::of_vendor("Huawei-Dst-GW-ipaddr", VENDOR, 126);

/// `Huawei-Access-Num` (127): The access number dialled.
pub const HUAWEI_ACCESS_NUM: Handle<Text> = Handle::of_vendor("Huawei-Access-Num", VENDOR, 127);

/// `Huawei-Codec-Type` (131): The codec of a call.
pub const HUAWEI_CODEC_TYPE: Handle<Integer> = Handle::of_vendor("Huawei-Codec-Type", VENDOR, 131);

/// `Huawei-Transfer-Num` (132): The number a call is transferred to.
pub const HUAWEI_TRANSFER_NUM: Handle<Text> = Handle::of_vendor("Huawei-Transfer-Num", VENDOR, 132);

/// `Huawei-Transfer-Station-Id` (134): The station that a call is transferred to.
pub const HUAWEI_TRANSFER_STATION_ID: Handle<Text> =
    Handle::of_vendor("Huawei-Transfer-Station-Id", VENDOR, 134);

/// `Huawei-Application-Type` (215): How mobile the subscriber's station is.
pub const HUAWEI_APPLICATION_TYPE: Handle<Integer> =
    Handle::of_vendor("Huawei-Application-Type", VENDOR, 215);

/// `Huawei-Application-Scene` (221): The scene the service is used in, as raw octets.
pub const HUAWEI_APPLICATION_SCENE: Handle<Octets> =
    Handle::of_vendor("Huawei-Application-Scene", VENDOR, 221);

/// `Huawei-Indication-Flag` (216): Flags with an indication, as raw octets.
pub const HUAWEI_INDICATION_FLAG: Handle<Octets> =
    Handle::of_vendor("Huawei-Indication-Flag", VENDOR, 216);

/// `Huawei-MS-Maximum-MAC-Study-Number` (222): How many MAC addresses may be learnt behind a mobile station, as raw octets.
pub const HUAWEI_MS_MAXIMUM_MAC_STUDY_NUMBER: Handle<Octets> =
    Handle::of_vendor("Huawei-MS-Maximum-MAC-Study-Number", VENDOR, 222);

/// `Huawei-ACS-Url` (219): The address of the server that configures the customer's equipment.
pub const HUAWEI_ACS_URL: Handle<Text> = Handle::of_vendor("Huawei-ACS-Url", VENDOR, 219);

/// `Huawei-Provision-Code` (220): The provisioning code of the customer's equipment.
pub const HUAWEI_PROVISION_CODE: Handle<Text> =
    Handle::of_vendor("Huawei-Provision-Code", VENDOR, 220);

/// `Huawei-GGSN-Vendor` (232): The vendor of the mobile gateway.
pub const HUAWEI_GGSN_VENDOR: Handle<Text> = Handle::of_vendor("Huawei-GGSN-Vendor", VENDOR, 232);

/// `Huawei-GGSN-Version` (233): The version of the mobile gateway.
pub const HUAWEI_GGSN_VERSION: Handle<Text> = Handle::of_vendor("Huawei-GGSN-Version", VENDOR, 233);

/// The values of `Huawei-QoS-Profile-Type`.
pub mod huawei_qos_profile_type {
    /// `Original`.
    pub const ORIGINAL: u32 = 0;

    /// `L2TP-Inbound`.
    pub const L2TP_INBOUND: u32 = 1;

    /// `L2TP-Outbound`.
    pub const L2TP_OUTBOUND: u32 = 2;

    /// `L2TP`.
    pub const L2TP: u32 = 3;
}

/// The values of `Huawei-User-Priority`.
pub mod huawei_user_priority {
    /// `Common`.
    pub const COMMON: u32 = 0;

    /// `Copper`.
    pub const COPPER: u32 = 1;

    /// `Silver`.
    pub const SILVER: u32 = 2;

    /// `Gold`.
    pub const GOLD: u32 = 3;
}

/// The values of `Huawei-Port-Mirror`.
pub mod huawei_port_mirror {
    /// `Disable`.
    pub const DISABLE: u32 = 0;

    /// `Uplink-Enable`.
    pub const UPLINK_ENABLE: u32 = 1;

    /// `Downlink-Enable`.
    pub const DOWNLINK_ENABLE: u32 = 2;

    /// `Enable`.
    pub const ENABLE: u32 = 3;
}

/// The values of `Huawei-Result-Code`.
pub mod huawei_result_code {
    /// `Succeeded`.
    pub const SUCCEEDED: u32 = 0;
}

/// The values of `Huawei-Portal-Mode`.
pub mod huawei_portal_mode {
    /// `PADM`.
    pub const PADM: u32 = 0;

    /// `Redirectional`.
    pub const REDIRECTIONAL: u32 = 1;

    /// `Non-captive`.
    pub const NON_CAPTIVE: u32 = 2;
}

/// The values of `Huawei-Auth-Type`.
pub mod huawei_auth_type {
    /// `PPP`.
    pub const PPP: u32 = 1;

    /// `Web`.
    pub const WEB: u32 = 2;

    /// `Dot1x`.
    pub const DOT1X: u32 = 3;

    /// `Fast`.
    pub const FAST: u32 = 4;

    /// `Bind`.
    pub const BIND: u32 = 5;

    /// `WLAN`.
    pub const WLAN: u32 = 6;

    /// `Administrative`.
    pub const ADMINISTRATIVE: u32 = 7;

    /// `Tunnel`.
    pub const TUNNEL: u32 = 8;

    /// `MIP`.
    pub const MIP: u32 = 9;

    /// `None`.
    pub const NONE: u32 = 10;
}

/// The values of `Huawei-MNG-IPv6`.
pub mod huawei_mng_ipv6 {
    /// `Unsupported`.
    pub const UNSUPPORTED: u32 = 0;

    /// `Supported`.
    pub const SUPPORTED: u32 = 1;
}

/// The values of `Huawei-Public-IP-Addr-State`.
pub mod huawei_public_ip_addr_state {
    /// `Safe`.
    pub const SAFE: u32 = 0;

    /// `Warning`.
    pub const WARNING: u32 = 1;

    /// `Danger`.
    pub const DANGER: u32 = 2;
}

/// The values of `Huawei-Application-Type`.
pub mod huawei_application_type {
    /// `Fixed`.
    pub const FIXED: u32 = 1;

    /// `Nomadic`.
    pub const NOMADIC: u32 = 2;

    /// `Portable`.
    pub const PORTABLE: u32 = 3;

    /// `Simple-Mobile`.
    pub const SIMPLE_MOBILE: u32 = 4;

    /// `Full-Mobile`.
    pub const FULL_MOBILE: u32 = 5;
}
