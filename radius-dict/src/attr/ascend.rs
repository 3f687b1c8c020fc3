// Written by `cargo xtask dict` from dictionaries/dictionary.ascend; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Hidden, Integer, Ipv4, Octets, Text};

const VENDOR: VendorId = VendorId(529);

/// `Ascend-Data-Rate` (197): Bits a second received. On MikroTik a limit: sent twice, download then upload; beside Ascend-Xmit-Rate, upload.
pub const ASCEND_DATA_RATE: Handle<Integer> = Handle::of_vendor("Ascend-Data-Rate", VENDOR, 197);

/// `Ascend-Xmit-Rate` (255): Bits a second sent. On MikroTik the download limit; ignored, as Ascend-Data-Rate is, beside Mikrotik-Rate-Limit.
pub const ASCEND_XMIT_RATE: Handle<Integer> = Handle::of_vendor("Ascend-Xmit-Rate", VENDOR, 255);

/// `Ascend-Dsl-Rate-Type` (92): The kind of modem that the DSL rates are for.
pub const ASCEND_DSL_RATE_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-Rate-Type", VENDOR, 92);

/// `Ascend-Dsl-Rate-Mode` (97): Whether the DSL modem trains at a rate of its choice or at one fixed.
pub const ASCEND_DSL_RATE_MODE: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-Rate-Mode", VENDOR, 97);

/// `Ascend-Dsl-Upstream-Limit` (98): The upload rate of the DSL modem; numbers in the value names are bits a second.
pub const ASCEND_DSL_UPSTREAM_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-Upstream-Limit", VENDOR, 98);

/// `Ascend-Dsl-Downstream-Limit` (99): The download rate of the DSL modem; numbers in the value names are bits a second.
pub const ASCEND_DSL_DOWNSTREAM_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-Downstream-Limit", VENDOR, 99);

/// `Ascend-Dsl-CIR-Recv-Limit` (100): The rate that upload over the DSL line is limited to.
pub const ASCEND_DSL_CIR_RECV_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-CIR-Recv-Limit", VENDOR, 100);

/// `Ascend-Dsl-CIR-Xmit-Limit` (101): The rate that download over the DSL line is limited to.
pub const ASCEND_DSL_CIR_XMIT_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Dsl-CIR-Xmit-Limit", VENDOR, 101);

/// `Ascend-Traffic-Shaper` (51): The number of the traffic shaper for the connection.
pub const ASCEND_TRAFFIC_SHAPER: Handle<Integer> =
    Handle::of_vendor("Ascend-Traffic-Shaper", VENDOR, 51);

/// `Ascend-QOS-Upstream` (59): The name of the QoS contract for upload.
pub const ASCEND_QOS_UPSTREAM: Handle<Text> = Handle::of_vendor("Ascend-QOS-Upstream", VENDOR, 59);

/// `Ascend-QOS-Downstream` (60): The name of the QoS contract for download.
pub const ASCEND_QOS_DOWNSTREAM: Handle<Text> =
    Handle::of_vendor("Ascend-QOS-Downstream", VENDOR, 60);

/// `Ascend-IP-TOS` (87): The type of service to mark the packets with.
pub const ASCEND_IP_TOS: Handle<Integer> = Handle::of_vendor("Ascend-IP-TOS", VENDOR, 87);

/// `Ascend-IP-TOS-Precedence` (88): The precedence to mark the packets with.
pub const ASCEND_IP_TOS_PRECEDENCE: Handle<Integer> =
    Handle::of_vendor("Ascend-IP-TOS-Precedence", VENDOR, 88);

/// `Ascend-IP-TOS-Apply-To` (89): Which direction of packets is marked with type of service and precedence.
pub const ASCEND_IP_TOS_APPLY_TO: Handle<Integer> =
    Handle::of_vendor("Ascend-IP-TOS-Apply-To", VENDOR, 89);

/// `Ascend-Client-Gateway` (132): The default gateway for the packets of this user.
pub const ASCEND_CLIENT_GATEWAY: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Client-Gateway", VENDOR, 132);

/// `Ascend-Client-Primary-DNS` (135): The first DNS server.
pub const ASCEND_CLIENT_PRIMARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Client-Primary-DNS", VENDOR, 135);

/// `Ascend-Client-Secondary-DNS` (136): The second DNS server.
pub const ASCEND_CLIENT_SECONDARY_DNS: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Client-Secondary-DNS", VENDOR, 136);

/// `Ascend-Client-Assign-DNS` (137): Whether the client is told of the DNS servers.
pub const ASCEND_CLIENT_ASSIGN_DNS: Handle<Integer> =
    Handle::of_vendor("Ascend-Client-Assign-DNS", VENDOR, 137);

/// `Ascend-Client-Primary-WINS` (78): The first WINS server.
pub const ASCEND_CLIENT_PRIMARY_WINS: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Client-Primary-WINS", VENDOR, 78);

/// `Ascend-Client-Secondary-WINS` (79): The second WINS server.
pub const ASCEND_CLIENT_SECONDARY_WINS: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Client-Secondary-WINS", VENDOR, 79);

/// `Ascend-Client-Assign-WINS` (80): Whether the client is told of the WINS servers.
pub const ASCEND_CLIENT_ASSIGN_WINS: Handle<Integer> =
    Handle::of_vendor("Ascend-Client-Assign-WINS", VENDOR, 80);

/// `Ascend-Assign-IP-Pool` (218): The number of the pool to take the address from; 0 is any.
pub const ASCEND_ASSIGN_IP_POOL: Handle<Integer> =
    Handle::of_vendor("Ascend-Assign-IP-Pool", VENDOR, 218);

/// `Ascend-IP-Pool-Definition` (217): A pool of addresses for the server: number, first address and count, `1 10.0.0.1 100`.
pub const ASCEND_IP_POOL_DEFINITION: Handle<Text> =
    Handle::of_vendor("Ascend-IP-Pool-Definition", VENDOR, 217);

/// `Ascend-IP-Pool-Chaining` (85): Whether all pools are used as one.
pub const ASCEND_IP_POOL_CHAINING: Handle<Integer> =
    Handle::of_vendor("Ascend-IP-Pool-Chaining", VENDOR, 85);

/// `Ascend-Assign-IP-Global-Pool` (146): The name of the pool shared by several servers to take the address from.
pub const ASCEND_ASSIGN_IP_GLOBAL_POOL: Handle<Text> =
    Handle::of_vendor("Ascend-Assign-IP-Global-Pool", VENDOR, 146);

/// `Ascend-Assign-IP-Client` (144): A server that takes addresses from the shared pools.
pub const ASCEND_ASSIGN_IP_CLIENT: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Assign-IP-Client", VENDOR, 144);

/// `Ascend-Assign-IP-Server` (145): The host that hands out addresses of the shared pools.
pub const ASCEND_ASSIGN_IP_SERVER: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Assign-IP-Server", VENDOR, 145);

/// `Ascend-DHCP-Reply` (147): Whether DHCP requests of the connection are answered.
pub const ASCEND_DHCP_REPLY: Handle<Integer> = Handle::of_vendor("Ascend-DHCP-Reply", VENDOR, 147);

/// `Ascend-DHCP-Pool-Number` (148): The number of the pool for DHCP.
pub const ASCEND_DHCP_POOL_NUMBER: Handle<Integer> =
    Handle::of_vendor("Ascend-DHCP-Pool-Number", VENDOR, 148);

/// `Ascend-DHCP-Maximum-Leases` (134): The most addresses leased by DHCP on the connection.
pub const ASCEND_DHCP_MAXIMUM_LEASES: Handle<Integer> =
    Handle::of_vendor("Ascend-DHCP-Maximum-Leases", VENDOR, 134);

/// `Ascend-PPP-Address` (253): The address the server gives as its own in PPP.
pub const ASCEND_PPP_ADDRESS: Handle<Ipv4> = Handle::of_vendor("Ascend-PPP-Address", VENDOR, 253);

/// `Ascend-IF-Netmask` (153): The netmask of the server's own address on the link.
pub const ASCEND_IF_NETMASK: Handle<Ipv4> = Handle::of_vendor("Ascend-IF-Netmask", VENDOR, 153);

/// `Ascend-Remote-Addr` (154): The address of the other end of a numbered link.
pub const ASCEND_REMOTE_ADDR: Handle<Ipv4> = Handle::of_vendor("Ascend-Remote-Addr", VENDOR, 154);

/// `Ascend-Route-IP` (228): Whether IP is routed on the connection.
pub const ASCEND_ROUTE_IP: Handle<Integer> = Handle::of_vendor("Ascend-Route-IP", VENDOR, 228);

/// `Ascend-IP-Direct` (209): The address that all packets of the user are sent to instead of being routed.
pub const ASCEND_IP_DIRECT: Handle<Ipv4> = Handle::of_vendor("Ascend-IP-Direct", VENDOR, 209);

/// `Ascend-Metric` (225): The metric of the route to the other end.
pub const ASCEND_METRIC: Handle<Integer> = Handle::of_vendor("Ascend-Metric", VENDOR, 225);

/// `Ascend-Temporary-Rtes` (126): Whether the routes of the connection are temporary.
pub const ASCEND_TEMPORARY_RTES: Handle<Integer> =
    Handle::of_vendor("Ascend-Temporary-Rtes", VENDOR, 126);

/// `Ascend-VRouter-Name` (102): The virtual router of the connection.
pub const ASCEND_VROUTER_NAME: Handle<Text> = Handle::of_vendor("Ascend-VRouter-Name", VENDOR, 102);

/// `Ascend-Tunnel-VRouter-Name` (31): The virtual router of the tunnel.
pub const ASCEND_TUNNEL_VROUTER_NAME: Handle<Text> =
    Handle::of_vendor("Ascend-Tunnel-VRouter-Name", VENDOR, 31);

/// `Ascend-Private-Route` (104): A route that is for this connection only.
pub const ASCEND_PRIVATE_ROUTE: Handle<Text> =
    Handle::of_vendor("Ascend-Private-Route", VENDOR, 104);

/// `Ascend-Private-Route-Table-ID` (54): The name of the table of private routes for the connection.
pub const ASCEND_PRIVATE_ROUTE_TABLE_ID: Handle<Text> =
    Handle::of_vendor("Ascend-Private-Route-Table-ID", VENDOR, 54);

/// `Ascend-Private-Route-Required` (55): Whether a connection without its table of private routes is refused.
pub const ASCEND_PRIVATE_ROUTE_REQUIRED: Handle<Integer> =
    Handle::of_vendor("Ascend-Private-Route-Required", VENDOR, 55);

/// `Ascend-Cache-Refresh` (56): Whether use renews the life of what is cached.
pub const ASCEND_CACHE_REFRESH: Handle<Integer> =
    Handle::of_vendor("Ascend-Cache-Refresh", VENDOR, 56);

/// `Ascend-Cache-Time` (57): How long what is cached lives.
pub const ASCEND_CACHE_TIME: Handle<Integer> = Handle::of_vendor("Ascend-Cache-Time", VENDOR, 57);

/// `Ascend-Source-IP-Check` (96): Whether packets with a source address not of the user are dropped.
pub const ASCEND_SOURCE_IP_CHECK: Handle<Integer> =
    Handle::of_vendor("Ascend-Source-IP-Check", VENDOR, 96);

/// `Ascend-First-Dest` (189): The destination of the first packet after authentication, in accounting.
pub const ASCEND_FIRST_DEST: Handle<Ipv4> = Handle::of_vendor("Ascend-First-Dest", VENDOR, 189);

/// `Ascend-MTU` (47): The largest packet on the link, in octets.
pub const ASCEND_MTU: Handle<Integer> = Handle::of_vendor("Ascend-MTU", VENDOR, 47);

/// `Ascend-Data-Filter` (242): A filter for the packets of the session, in Ascend's binary form; may be repeated.
pub const ASCEND_DATA_FILTER: Handle<Octets> = Handle::of_vendor("Ascend-Data-Filter", VENDOR, 242);

/// `Ascend-Call-Filter` (243): A filter for which packets place a call or keep it up, in Ascend's binary form; may be repeated.
pub const ASCEND_CALL_FILTER: Handle<Octets> = Handle::of_vendor("Ascend-Call-Filter", VENDOR, 243);

/// `Ascend-Filter` (90): A filter, in text.
pub const ASCEND_FILTER: Handle<Text> = Handle::of_vendor("Ascend-Filter", VENDOR, 90);

/// `Ascend-Filter-Required` (50): Whether a connection without its filter is refused.
pub const ASCEND_FILTER_REQUIRED: Handle<Integer> =
    Handle::of_vendor("Ascend-Filter-Required", VENDOR, 50);

/// `Ascend-Remote-FW` (110): The firewall of the connection.
pub const ASCEND_REMOTE_FW: Handle<Text> = Handle::of_vendor("Ascend-Remote-FW", VENDOR, 110);

/// `Ascend-Port-Redir-Protocol` (82): The protocol whose packets are redirected.
pub const ASCEND_PORT_REDIR_PROTOCOL: Handle<Integer> =
    Handle::of_vendor("Ascend-Port-Redir-Protocol", VENDOR, 82);

/// `Ascend-Port-Redir-Portnum` (83): The port whose packets are redirected.
pub const ASCEND_PORT_REDIR_PORTNUM: Handle<Integer> =
    Handle::of_vendor("Ascend-Port-Redir-Portnum", VENDOR, 83);

/// `Ascend-Port-Redir-Server` (84): The address that packets are redirected to.
pub const ASCEND_PORT_REDIR_SERVER: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Port-Redir-Server", VENDOR, 84);

/// `Ascend-IPSEC-Profile` (73): The name of the IPsec profile.
pub const ASCEND_IPSEC_PROFILE: Handle<Text> =
    Handle::of_vendor("Ascend-IPSEC-Profile", VENDOR, 73);

/// `Ascend-Access-Intercept-LEA` (52): The agency that intercepted traffic goes to (lawful interception).
pub const ASCEND_ACCESS_INTERCEPT_LEA: Handle<Text> =
    Handle::of_vendor("Ascend-Access-Intercept-LEA", VENDOR, 52);

/// `Ascend-Access-Intercept-Log` (53): The log of interception.
pub const ASCEND_ACCESS_INTERCEPT_LOG: Handle<Text> =
    Handle::of_vendor("Ascend-Access-Intercept-Log", VENDOR, 53);

/// `Ascend-Multicast-Client` (155): Whether the user is a multicast client.
pub const ASCEND_MULTICAST_CLIENT: Handle<Integer> =
    Handle::of_vendor("Ascend-Multicast-Client", VENDOR, 155);

/// `Ascend-Multicast-Rate-Limit` (152): Seconds until another multicast packet of the user is taken.
pub const ASCEND_MULTICAST_RATE_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Multicast-Rate-Limit", VENDOR, 152);

/// `Ascend-Multicast-GLeave-Delay` (111): Seconds to wait before leaving a multicast group.
pub const ASCEND_MULTICAST_GLEAVE_DELAY: Handle<Integer> =
    Handle::of_vendor("Ascend-Multicast-GLeave-Delay", VENDOR, 111);

/// `Ascend-Maximum-Time` (194): Seconds a session may last.
pub const ASCEND_MAXIMUM_TIME: Handle<Integer> =
    Handle::of_vendor("Ascend-Maximum-Time", VENDOR, 194);

/// `Ascend-Idle-Limit` (244): Seconds a call may be idle.
pub const ASCEND_IDLE_LIMIT: Handle<Integer> = Handle::of_vendor("Ascend-Idle-Limit", VENDOR, 244);

/// `Ascend-TS-Idle-Limit` (169): Seconds a terminal server session may be idle.
pub const ASCEND_TS_IDLE_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-TS-Idle-Limit", VENDOR, 169);

/// `Ascend-TS-Idle-Mode` (170): Which direction keeps a terminal server session from being idle.
pub const ASCEND_TS_IDLE_MODE: Handle<Integer> =
    Handle::of_vendor("Ascend-TS-Idle-Mode", VENDOR, 170);

/// `Ascend-Preempt-Limit` (245): Seconds of idleness after which a channel may be taken for another call.
pub const ASCEND_PREEMPT_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Preempt-Limit", VENDOR, 245);

/// `Ascend-MPP-Idle-Percent` (254): The utilization, in percent, below which a multilink call (MP+) counts as idle.
pub const ASCEND_MPP_IDLE_PERCENT: Handle<Integer> =
    Handle::of_vendor("Ascend-MPP-Idle-Percent", VENDOR, 254);

/// `Ascend-Maximum-Call-Duration` (125): Minutes an incoming call may last.
pub const ASCEND_MAXIMUM_CALL_DURATION: Handle<Integer> =
    Handle::of_vendor("Ascend-Maximum-Call-Duration", VENDOR, 125);

/// `Ascend-Call-Attempt-Limit` (123): How many calls may fail until further ones are blocked.
pub const ASCEND_CALL_ATTEMPT_LIMIT: Handle<Integer> =
    Handle::of_vendor("Ascend-Call-Attempt-Limit", VENDOR, 123);

/// `Ascend-Call-Block-Duration` (124): Seconds for which calls are blocked after too many failed.
pub const ASCEND_CALL_BLOCK_DURATION: Handle<Integer> =
    Handle::of_vendor("Ascend-Call-Block-Duration", VENDOR, 124);

/// `Ascend-Max-Shared-Users` (2): The most users at once on a shared profile.
pub const ASCEND_MAX_SHARED_USERS: Handle<Integer> =
    Handle::of_vendor("Ascend-Max-Shared-Users", VENDOR, 2);

/// `Ascend-Shared-Profile-Enable` (128): Whether several users may share the profile at once.
pub const ASCEND_SHARED_PROFILE_ENABLE: Handle<Integer> =
    Handle::of_vendor("Ascend-Shared-Profile-Enable", VENDOR, 128);

/// `Ascend-Number-Sessions` (202): How many sessions of a user class there are: the class and the count.
pub const ASCEND_NUMBER_SESSIONS: Handle<Text> =
    Handle::of_vendor("Ascend-Number-Sessions", VENDOR, 202);

/// `Ascend-Auth-Type` (81): The PPP authentication of the connection.
pub const ASCEND_AUTH_TYPE: Handle<Integer> = Handle::of_vendor("Ascend-Auth-Type", VENDOR, 81);

/// `Ascend-Require-Auth` (201): Whether authentication is required once the calling or called number is known.
pub const ASCEND_REQUIRE_AUTH: Handle<Integer> =
    Handle::of_vendor("Ascend-Require-Auth", VENDOR, 201);

/// `Ascend-Bi-Directional-Auth` (46): Whether both ends authenticate each other.
pub const ASCEND_BI_DIRECTIONAL_AUTH: Handle<Integer> =
    Handle::of_vendor("Ascend-Bi-Directional-Auth", VENDOR, 46);

/// `Ascend-Recv-Name` (45): The name the other end must give.
pub const ASCEND_RECV_NAME: Handle<Text> = Handle::of_vendor("Ascend-Recv-Name", VENDOR, 45);

/// `Ascend-Receive-Secret` (215): The password the other end must give; hidden by Ascend's method.
pub const ASCEND_RECEIVE_SECRET: Handle<Hidden> =
    Handle::of_vendor("Ascend-Receive-Secret", VENDOR, 215);

/// `Ascend-Send-Auth` (231): The PPP authentication to offer the other end.
pub const ASCEND_SEND_AUTH: Handle<Integer> = Handle::of_vendor("Ascend-Send-Auth", VENDOR, 231);

/// `Ascend-Send-Secret` (214): The password to give the other end; hidden by Ascend's method.
pub const ASCEND_SEND_SECRET: Handle<Hidden> = Handle::of_vendor("Ascend-Send-Secret", VENDOR, 214);

/// `Ascend-Send-Passwd` (232): The password to give the other end, in clear.
pub const ASCEND_SEND_PASSWD: Handle<Text> = Handle::of_vendor("Ascend-Send-Passwd", VENDOR, 232);

/// `Ascend-Authen-Alias` (203): The name the server gives as its own when it authenticates itself.
pub const ASCEND_AUTHEN_ALIAS: Handle<Text> = Handle::of_vendor("Ascend-Authen-Alias", VENDOR, 203);

/// `Ascend-Third-Prompt` (213): What the user answered to the third prompt of a login.
pub const ASCEND_THIRD_PROMPT: Handle<Text> = Handle::of_vendor("Ascend-Third-Prompt", VENDOR, 213);

/// `Ascend-Token-Idle` (199): Minutes a cached token password may go unused.
pub const ASCEND_TOKEN_IDLE: Handle<Integer> = Handle::of_vendor("Ascend-Token-Idle", VENDOR, 199);

/// `Ascend-Token-Expiry` (204): Minutes a cached token password lives.
pub const ASCEND_TOKEN_EXPIRY: Handle<Integer> =
    Handle::of_vendor("Ascend-Token-Expiry", VENDOR, 204);

/// `Ascend-Token-Immediate` (200): Whether the password is passed to the token server at once, without a challenge.
pub const ASCEND_TOKEN_IMMEDIATE: Handle<Integer> =
    Handle::of_vendor("Ascend-Token-Immediate", VENDOR, 200);

/// `Ascend-PW-Lifetime` (208): Days the password is valid.
pub const ASCEND_PW_LIFETIME: Handle<Integer> =
    Handle::of_vendor("Ascend-PW-Lifetime", VENDOR, 208);

/// `Ascend-PW-Warntime` (207): Days before the password expires from which the user is warned.
pub const ASCEND_PW_WARNTIME: Handle<Integer> =
    Handle::of_vendor("Ascend-PW-Warntime", VENDOR, 207);

/// `Ascend-Ara-PW` (181): The password for AppleTalk Remote Access (ARA).
pub const ASCEND_ARA_PW: Handle<Text> = Handle::of_vendor("Ascend-Ara-PW", VENDOR, 181);

/// `Ascend-Session-Svr-Key` (151): The key by which a server names the session in its requests.
pub const ASCEND_SESSION_SVR_KEY: Handle<Text> =
    Handle::of_vendor("Ascend-Session-Svr-Key", VENDOR, 151);

/// `Ascend-Auth-Delay` (28): How long authentication took.
pub const ASCEND_AUTH_DELAY: Handle<Integer> = Handle::of_vendor("Ascend-Auth-Delay", VENDOR, 28);

/// `Ascend-Pre-Input-Octets` (190): Octets received before the user was authenticated.
pub const ASCEND_PRE_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Pre-Input-Octets", VENDOR, 190);

/// `Ascend-Pre-Output-Octets` (191): Octets sent before the user was authenticated.
pub const ASCEND_PRE_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Pre-Output-Octets", VENDOR, 191);

/// `Ascend-Pre-Input-Packets` (192): Packets received before the user was authenticated.
pub const ASCEND_PRE_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Pre-Input-Packets", VENDOR, 192);

/// `Ascend-Pre-Output-Packets` (193): Packets sent before the user was authenticated.
pub const ASCEND_PRE_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Pre-Output-Packets", VENDOR, 193);

/// `Ascend-PreSession-Time` (198): Seconds from the start of the call until the user was authenticated.
pub const ASCEND_PRESESSION_TIME: Handle<Integer> =
    Handle::of_vendor("Ascend-PreSession-Time", VENDOR, 198);

/// `Ascend-Connect-Progress` (196): How far the connection got.
pub const ASCEND_CONNECT_PROGRESS: Handle<Integer> =
    Handle::of_vendor("Ascend-Connect-Progress", VENDOR, 196);

/// `Ascend-Disconnect-Cause` (195): Why the connection ended.
pub const ASCEND_DISCONNECT_CAUSE: Handle<Integer> =
    Handle::of_vendor("Ascend-Disconnect-Cause", VENDOR, 195);

/// `Ascend-Event-Type` (150): What a record is about: a start of the server or an event of a session.
pub const ASCEND_EVENT_TYPE: Handle<Integer> = Handle::of_vendor("Ascend-Event-Type", VENDOR, 150);

/// `Ascend-User-Acct-Type` (138): Which accounting servers get the user's records: the usual ones, the user's own, or both.
pub const ASCEND_USER_ACCT_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-User-Acct-Type", VENDOR, 138);

/// `Ascend-User-Acct-Host` (139): The user's own accounting server.
pub const ASCEND_USER_ACCT_HOST: Handle<Ipv4> =
    Handle::of_vendor("Ascend-User-Acct-Host", VENDOR, 139);

/// `Ascend-User-Acct-Port` (140): The port of the user's own accounting server.
pub const ASCEND_USER_ACCT_PORT: Handle<Integer> =
    Handle::of_vendor("Ascend-User-Acct-Port", VENDOR, 140);

/// `Ascend-User-Acct-Key` (141): The secret of the user's own accounting server.
pub const ASCEND_USER_ACCT_KEY: Handle<Text> =
    Handle::of_vendor("Ascend-User-Acct-Key", VENDOR, 141);

/// `Ascend-User-Acct-Base` (142): Whether Acct-Session-Id is written in decimal or hexadecimal.
pub const ASCEND_USER_ACCT_BASE: Handle<Integer> =
    Handle::of_vendor("Ascend-User-Acct-Base", VENDOR, 142);

/// `Ascend-User-Acct-Time` (143): Seconds to wait for an answer of the user's own accounting server.
pub const ASCEND_USER_ACCT_TIME: Handle<Integer> =
    Handle::of_vendor("Ascend-User-Acct-Time", VENDOR, 143);

/// `Ascend-Service-Type` (49): The kind of service the session used.
pub const ASCEND_SERVICE_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-Service-Type", VENDOR, 49);

/// `Ascend-Session-Type` (18): The kind of session, by the codec of a voice call.
pub const ASCEND_SESSION_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-Session-Type", VENDOR, 18);

/// `Ascend-Dropped-Octets` (26): Octets dropped.
pub const ASCEND_DROPPED_OCTETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Dropped-Octets", VENDOR, 26);

/// `Ascend-Dropped-Packets` (27): Packets dropped.
pub const ASCEND_DROPPED_PACKETS: Handle<Integer> =
    Handle::of_vendor("Ascend-Dropped-Packets", VENDOR, 27);

/// `Ascend-Inter-Arrival-Jitter` (25): How unevenly packets arrived (jitter).
pub const ASCEND_INTER_ARRIVAL_JITTER: Handle<Integer> =
    Handle::of_vendor("Ascend-Inter-Arrival-Jitter", VENDOR, 25);

/// `Ascend-NAS-Port-Format` (13): How the bits of NAS-Port are laid out.
pub const ASCEND_NAS_PORT_FORMAT: Handle<Integer> =
    Handle::of_vendor("Ascend-NAS-Port-Format", VENDOR, 13);

/// `Ascend-Destination-Nas-Port` (11): The port the call goes to, numbered as NAS-Port is.
pub const ASCEND_DESTINATION_NAS_PORT: Handle<Integer> =
    Handle::of_vendor("Ascend-Destination-Nas-Port", VENDOR, 11);

/// `Ascend-Modem-PortNo` (120): The port of the modem.
pub const ASCEND_MODEM_PORTNO: Handle<Integer> =
    Handle::of_vendor("Ascend-Modem-PortNo", VENDOR, 120);

/// `Ascend-Modem-SlotNo` (121): The slot of the modem.
pub const ASCEND_MODEM_SLOTNO: Handle<Integer> =
    Handle::of_vendor("Ascend-Modem-SlotNo", VENDOR, 121);

/// `Ascend-Modem-ShelfNo` (122): The shelf of the modem.
pub const ASCEND_MODEM_SHELFNO: Handle<Integer> =
    Handle::of_vendor("Ascend-Modem-ShelfNo", VENDOR, 122);

/// `Ascend-PPPoE-Enable` (74): Whether PPPoE is allowed.
pub const ASCEND_PPPOE_ENABLE: Handle<Integer> =
    Handle::of_vendor("Ascend-PPPoE-Enable", VENDOR, 74);

/// `Ascend-Bridge-Non-PPPoE` (75): Whether packets other than PPPoE are bridged.
pub const ASCEND_BRIDGE_NON_PPPOE: Handle<Integer> =
    Handle::of_vendor("Ascend-Bridge-Non-PPPoE", VENDOR, 75);

/// `Ascend-Call-Type` (177): The kind of line a connection uses: leased (nailed), switched or both.
pub const ASCEND_CALL_TYPE: Handle<Integer> = Handle::of_vendor("Ascend-Call-Type", VENDOR, 177);

/// `Ascend-Data-Svc` (247): The kind and speed of the bearer of the call.
pub const ASCEND_DATA_SVC: Handle<Integer> = Handle::of_vendor("Ascend-Data-Svc", VENDOR, 247);

/// `Ascend-Force-56` (248): Whether the call is limited to 56 kilobits a second of a 64 kilobit channel.
pub const ASCEND_FORCE_56: Handle<Integer> = Handle::of_vendor("Ascend-Force-56", VENDOR, 248);

/// `Ascend-Call-Direction` (48): Whether the call came in or went out.
pub const ASCEND_CALL_DIRECTION: Handle<Integer> =
    Handle::of_vendor("Ascend-Call-Direction", VENDOR, 48);

/// `Ascend-Group` (178): The groups of leased channels.
pub const ASCEND_GROUP: Handle<Text> = Handle::of_vendor("Ascend-Group", VENDOR, 178);

/// `Ascend-Backup` (176): The profile to use when a leased connection is down.
pub const ASCEND_BACKUP: Handle<Text> = Handle::of_vendor("Ascend-Backup", VENDOR, 176);

/// `Ascend-FT1-Caller` (175): Which end calls when a leased connection is joined by switched channels.
pub const ASCEND_FT1_CALLER: Handle<Integer> = Handle::of_vendor("Ascend-FT1-Caller", VENDOR, 175);

/// `Ascend-Dial-Number` (227): The number to dial.
pub const ASCEND_DIAL_NUMBER: Handle<Text> = Handle::of_vendor("Ascend-Dial-Number", VENDOR, 227);

/// `Ascend-Dialed-Number` (24): The number that was dialled.
pub const ASCEND_DIALED_NUMBER: Handle<Text> =
    Handle::of_vendor("Ascend-Dialed-Number", VENDOR, 24);

/// `Ascend-Redirect-Number` (93): The number a redirected call was first placed to.
pub const ASCEND_REDIRECT_NUMBER: Handle<Text> =
    Handle::of_vendor("Ascend-Redirect-Number", VENDOR, 93);

/// `Ascend-PRI-Number-Type` (226): The kind of number to dial.
pub const ASCEND_PRI_NUMBER_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-PRI-Number-Type", VENDOR, 226);

/// `Ascend-Numbering-Plan-ID` (105): The numbering plan of the number to dial.
pub const ASCEND_NUMBERING_PLAN_ID: Handle<Integer> =
    Handle::of_vendor("Ascend-Numbering-Plan-ID", VENDOR, 105);

/// `Ascend-Call-By-Call` (250): The service to ask of the carrier for the call.
pub const ASCEND_CALL_BY_CALL: Handle<Integer> =
    Handle::of_vendor("Ascend-Call-By-Call", VENDOR, 250);

/// `Ascend-Billing-Number` (249): The number the call is billed to.
pub const ASCEND_BILLING_NUMBER: Handle<Text> =
    Handle::of_vendor("Ascend-Billing-Number", VENDOR, 249);

/// `Ascend-Transit-Number` (251): The long distance carrier to use.
pub const ASCEND_TRANSIT_NUMBER: Handle<Text> =
    Handle::of_vendor("Ascend-Transit-Number", VENDOR, 251);

/// `Ascend-Calling-Subaddress` (107): The subaddress of the caller.
pub const ASCEND_CALLING_SUBADDRESS: Handle<Text> =
    Handle::of_vendor("Ascend-Calling-Subaddress", VENDOR, 107);

/// `Ascend-Calling-Id-Type-Of-Num` (66): The kind of the caller's number.
pub const ASCEND_CALLING_ID_TYPE_OF_NUM: Handle<Integer> =
    Handle::of_vendor("Ascend-Calling-Id-Type-Of-Num", VENDOR, 66);

/// `Ascend-Calling-Id-Number-Plan` (67): The numbering plan of the caller's number.
pub const ASCEND_CALLING_ID_NUMBER_PLAN: Handle<Integer> =
    Handle::of_vendor("Ascend-Calling-Id-Number-Plan", VENDOR, 67);

/// `Ascend-Calling-Id-Presentatn` (68): Whether the caller's number may be shown.
pub const ASCEND_CALLING_ID_PRESENTATN: Handle<Integer> =
    Handle::of_vendor("Ascend-Calling-Id-Presentatn", VENDOR, 68);

/// `Ascend-Calling-Id-Screening` (69): Who vouches for the caller's number.
pub const ASCEND_CALLING_ID_SCREENING: Handle<Integer> =
    Handle::of_vendor("Ascend-Calling-Id-Screening", VENDOR, 69);

/// `Ascend-UU-Info` (7): User-to-user information of the call.
pub const ASCEND_UU_INFO: Handle<Text> = Handle::of_vendor("Ascend-UU-Info", VENDOR, 7);

/// `Ascend-Global-Call-Id` (20): The call, by an id unique everywhere.
pub const ASCEND_GLOBAL_CALL_ID: Handle<Text> =
    Handle::of_vendor("Ascend-Global-Call-Id", VENDOR, 20);

/// `Ascend-Dialout-Allowed` (131): Whether the user may dial out by the server's modems.
pub const ASCEND_DIALOUT_ALLOWED: Handle<Integer> =
    Handle::of_vendor("Ascend-Dialout-Allowed", VENDOR, 131);

/// `Ascend-Callback` (246): Whether the server calls back.
pub const ASCEND_CALLBACK: Handle<Integer> = Handle::of_vendor("Ascend-Callback", VENDOR, 246);

/// `Ascend-Callback-Delay` (108): Seconds to wait before calling back.
pub const ASCEND_CALLBACK_DELAY: Handle<Integer> =
    Handle::of_vendor("Ascend-Callback-Delay", VENDOR, 108);

/// `Ascend-Expect-Callback` (149): Whether the server that dials expects to be called back.
pub const ASCEND_EXPECT_CALLBACK: Handle<Integer> =
    Handle::of_vendor("Ascend-Expect-Callback", VENDOR, 149);

/// `Ascend-CBCP-Enable` (112): Whether callback is negotiated in PPP (CBCP).
pub const ASCEND_CBCP_ENABLE: Handle<Integer> =
    Handle::of_vendor("Ascend-CBCP-Enable", VENDOR, 112);

/// `Ascend-CBCP-Mode` (113): The kind of callback negotiated.
pub const ASCEND_CBCP_MODE: Handle<Integer> = Handle::of_vendor("Ascend-CBCP-Mode", VENDOR, 113);

/// `Ascend-CBCP-Delay` (114): Seconds to wait before the negotiated callback.
pub const ASCEND_CBCP_DELAY: Handle<Integer> = Handle::of_vendor("Ascend-CBCP-Delay", VENDOR, 114);

/// `Ascend-CBCP-Trunk-Group` (115): The trunk group for the negotiated callback.
pub const ASCEND_CBCP_TRUNK_GROUP: Handle<Integer> =
    Handle::of_vendor("Ascend-CBCP-Trunk-Group", VENDOR, 115);

/// `Ascend-PPP-VJ-Slot-Comp` (210): Whether slot numbers are left uncompressed in Van Jacobson compression.
pub const ASCEND_PPP_VJ_SLOT_COMP: Handle<Integer> =
    Handle::of_vendor("Ascend-PPP-VJ-Slot-Comp", VENDOR, 210);

/// `Ascend-PPP-VJ-1172` (211): Makes Van Jacobson compression use the protocol number of RFC 1172.
pub const ASCEND_PPP_VJ_1172: Handle<Integer> =
    Handle::of_vendor("Ascend-PPP-VJ-1172", VENDOR, 211);

/// `Ascend-PPP-Async-Map` (212): The control characters to escape on an asynchronous PPP link.
pub const ASCEND_PPP_ASYNC_MAP: Handle<Integer> =
    Handle::of_vendor("Ascend-PPP-Async-Map", VENDOR, 212);

/// `Ascend-Link-Compression` (233): The compression of the link.
pub const ASCEND_LINK_COMPRESSION: Handle<Integer> =
    Handle::of_vendor("Ascend-Link-Compression", VENDOR, 233);

/// `Ascend-Endpoint-Disc` (109): The endpoint discriminator of multilink PPP.
pub const ASCEND_ENDPOINT_DISC: Handle<Text> =
    Handle::of_vendor("Ascend-Endpoint-Disc", VENDOR, 109);

/// `Ascend-BACP-Enable` (133): Whether bandwidth is negotiated by BACP.
pub const ASCEND_BACP_ENABLE: Handle<Integer> =
    Handle::of_vendor("Ascend-BACP-Enable", VENDOR, 133);

/// `Ascend-Multilink-ID` (187): The multilink bundle the session was in when it ended.
pub const ASCEND_MULTILINK_ID: Handle<Integer> =
    Handle::of_vendor("Ascend-Multilink-ID", VENDOR, 187);

/// `Ascend-Num-In-Multilink` (188): How many sessions were left in the multilink bundle when this one ended.
pub const ASCEND_NUM_IN_MULTILINK: Handle<Integer> =
    Handle::of_vendor("Ascend-Num-In-Multilink", VENDOR, 188);

/// `Ascend-Base-Channel-Count` (172): Channels a multilink bundle starts with.
pub const ASCEND_BASE_CHANNEL_COUNT: Handle<Integer> =
    Handle::of_vendor("Ascend-Base-Channel-Count", VENDOR, 172);

/// `Ascend-Minimum-Channels` (173): The least channels of a multilink bundle.
pub const ASCEND_MINIMUM_CHANNELS: Handle<Integer> =
    Handle::of_vendor("Ascend-Minimum-Channels", VENDOR, 173);

/// `Ascend-Maximum-Channels` (235): The most channels of a multilink bundle.
pub const ASCEND_MAXIMUM_CHANNELS: Handle<Integer> =
    Handle::of_vendor("Ascend-Maximum-Channels", VENDOR, 235);

/// `Ascend-Inc-Channel-Count` (236): Channels a multilink bundle gains at a time.
pub const ASCEND_INC_CHANNEL_COUNT: Handle<Integer> =
    Handle::of_vendor("Ascend-Inc-Channel-Count", VENDOR, 236);

/// `Ascend-Dec-Channel-Count` (237): Channels a multilink bundle loses at a time.
pub const ASCEND_DEC_CHANNEL_COUNT: Handle<Integer> =
    Handle::of_vendor("Ascend-Dec-Channel-Count", VENDOR, 237);

/// `Ascend-Target-Util` (234): The utilization, in percent, at which a multilink bundle gains or loses channels.
pub const ASCEND_TARGET_UTIL: Handle<Integer> =
    Handle::of_vendor("Ascend-Target-Util", VENDOR, 234);

/// `Ascend-DBA-Monitor` (171): Which direction is watched for the utilization of a multilink bundle.
pub const ASCEND_DBA_MONITOR: Handle<Integer> =
    Handle::of_vendor("Ascend-DBA-Monitor", VENDOR, 171);

/// `Ascend-Seconds-Of-History` (238): Seconds over which the utilization of a multilink bundle is averaged.
pub const ASCEND_SECONDS_OF_HISTORY: Handle<Integer> =
    Handle::of_vendor("Ascend-Seconds-Of-History", VENDOR, 238);

/// `Ascend-History-Weigh-Type` (239): How later seconds weigh in that average.
pub const ASCEND_HISTORY_WEIGH_TYPE: Handle<Integer> =
    Handle::of_vendor("Ascend-History-Weigh-Type", VENDOR, 239);

/// `Ascend-Add-Seconds` (240): Seconds the utilization must stay high before channels are added.
pub const ASCEND_ADD_SECONDS: Handle<Integer> =
    Handle::of_vendor("Ascend-Add-Seconds", VENDOR, 240);

/// `Ascend-Remove-Seconds` (241): Seconds the utilization must stay low before channels are removed.
pub const ASCEND_REMOVE_SECONDS: Handle<Integer> =
    Handle::of_vendor("Ascend-Remove-Seconds", VENDOR, 241);

/// `Ascend-Host-Info` (252): A host of the terminal server's menu.
pub const ASCEND_HOST_INFO: Handle<Text> = Handle::of_vendor("Ascend-Host-Info", VENDOR, 252);

/// `Ascend-Menu-Selector` (205): The prompt of the terminal server's menu.
pub const ASCEND_MENU_SELECTOR: Handle<Text> =
    Handle::of_vendor("Ascend-Menu-Selector", VENDOR, 205);

/// `Ascend-Menu-Item` (206): An entry of the terminal server's menu.
pub const ASCEND_MENU_ITEM: Handle<Text> = Handle::of_vendor("Ascend-Menu-Item", VENDOR, 206);

/// `Ascend-Telnet-Profile` (91): The profile for Telnet.
pub const ASCEND_TELNET_PROFILE: Handle<Text> =
    Handle::of_vendor("Ascend-Telnet-Profile", VENDOR, 91);

/// `Ascend-Bridge` (230): Whether the connection is bridged.
pub const ASCEND_BRIDGE: Handle<Integer> = Handle::of_vendor("Ascend-Bridge", VENDOR, 230);

/// `Ascend-Bridge-Address` (168): An entry of the bridging table.
pub const ASCEND_BRIDGE_ADDRESS: Handle<Text> =
    Handle::of_vendor("Ascend-Bridge-Address", VENDOR, 168);

/// `Ascend-BIR-Enable` (70): Whether bridged IP is routed (BIR).
pub const ASCEND_BIR_ENABLE: Handle<Integer> = Handle::of_vendor("Ascend-BIR-Enable", VENDOR, 70);

/// `Ascend-BIR-Proxy` (71): Whether ARP is answered for others on bridged IP that is routed (BIR).
pub const ASCEND_BIR_PROXY: Handle<Integer> = Handle::of_vendor("Ascend-BIR-Proxy", VENDOR, 71);

/// `Ascend-BIR-Bridge-Group` (72): The bridge group of bridged IP that is routed (BIR).
pub const ASCEND_BIR_BRIDGE_GROUP: Handle<Integer> =
    Handle::of_vendor("Ascend-BIR-Bridge-Group", VENDOR, 72);

/// `Ascend-Route-IPX` (229): Whether IPX is routed on the connection.
pub const ASCEND_ROUTE_IPX: Handle<Integer> = Handle::of_vendor("Ascend-Route-IPX", VENDOR, 229);

/// `Ascend-IPX-Route` (174): A static IPX route.
pub const ASCEND_IPX_ROUTE: Handle<Text> = Handle::of_vendor("Ascend-IPX-Route", VENDOR, 174);

/// `Ascend-IPX-Node-Addr` (182): The IPX node address of the user.
pub const ASCEND_IPX_NODE_ADDR: Handle<Text> =
    Handle::of_vendor("Ascend-IPX-Node-Addr", VENDOR, 182);

/// `Ascend-IPX-Peer-Mode` (216): Whether the other end is an IPX router or a dial-in client.
pub const ASCEND_IPX_PEER_MODE: Handle<Integer> =
    Handle::of_vendor("Ascend-IPX-Peer-Mode", VENDOR, 216);

/// `Ascend-IPX-Alias` (224): The IPX network number of the link.
pub const ASCEND_IPX_ALIAS: Handle<Integer> = Handle::of_vendor("Ascend-IPX-Alias", VENDOR, 224);

/// `Ascend-IPX-Header-Compression` (65): Whether IPX headers are compressed.
pub const ASCEND_IPX_HEADER_COMPRESSION: Handle<Integer> =
    Handle::of_vendor("Ascend-IPX-Header-Compression", VENDOR, 65);

/// `Ascend-Handle-IPX` (222): How IPX is treated on a bridged connection.
pub const ASCEND_HANDLE_IPX: Handle<Integer> = Handle::of_vendor("Ascend-Handle-IPX", VENDOR, 222);

/// `Ascend-Netware-timeout` (223): Minutes for which NetWare watchdog packets are answered for an idle client.
pub const ASCEND_NETWARE_TIMEOUT: Handle<Integer> =
    Handle::of_vendor("Ascend-Netware-timeout", VENDOR, 223);

/// `Ascend-Route-Appletalk` (118): Whether AppleTalk is routed on the connection.
pub const ASCEND_ROUTE_APPLETALK: Handle<Integer> =
    Handle::of_vendor("Ascend-Route-Appletalk", VENDOR, 118);

/// `Ascend-Appletalk-Route` (116): A static AppleTalk route.
pub const ASCEND_APPLETALK_ROUTE: Handle<Text> =
    Handle::of_vendor("Ascend-Appletalk-Route", VENDOR, 116);

/// `Ascend-Appletalk-Peer-Mode` (117): Whether the other end is an AppleTalk router or a dial-in client.
pub const ASCEND_APPLETALK_PEER_MODE: Handle<Integer> =
    Handle::of_vendor("Ascend-Appletalk-Peer-Mode", VENDOR, 117);

/// `Ascend-Tunneling-Protocol` (127): The protocol of the tunnel.
pub const ASCEND_TUNNELING_PROTOCOL: Handle<Integer> =
    Handle::of_vendor("Ascend-Tunneling-Protocol", VENDOR, 127);

/// `Ascend-Primary-Home-Agent` (129): The first home agent to try.
pub const ASCEND_PRIMARY_HOME_AGENT: Handle<Text> =
    Handle::of_vendor("Ascend-Primary-Home-Agent", VENDOR, 129);

/// `Ascend-Secondary-Home-Agent` (130): The home agent to try next.
pub const ASCEND_SECONDARY_HOME_AGENT: Handle<Text> =
    Handle::of_vendor("Ascend-Secondary-Home-Agent", VENDOR, 130);

/// `Ascend-Home-Agent-IP-Addr` (183): The address of the home agent.
pub const ASCEND_HOME_AGENT_IP_ADDR: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Home-Agent-IP-Addr", VENDOR, 183);

/// `Ascend-Home-Agent-Password` (184): The password for the home agent.
pub const ASCEND_HOME_AGENT_PASSWORD: Handle<Text> =
    Handle::of_vendor("Ascend-Home-Agent-Password", VENDOR, 184);

/// `Ascend-Home-Agent-UDP-Port` (186): The UDP port of the home agent.
pub const ASCEND_HOME_AGENT_UDP_PORT: Handle<Integer> =
    Handle::of_vendor("Ascend-Home-Agent-UDP-Port", VENDOR, 186);

/// `Ascend-Home-Network-Name` (185): The home agent's connection to the home network, by name.
pub const ASCEND_HOME_NETWORK_NAME: Handle<Text> =
    Handle::of_vendor("Ascend-Home-Network-Name", VENDOR, 185);

/// `Ascend-FR-Profile-Name` (180): The frame relay profile of the connection.
pub const ASCEND_FR_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Ascend-FR-Profile-Name", VENDOR, 180);

/// `Ascend-FR-DLCI` (179): The circuit (DLCI) of the connection.
pub const ASCEND_FR_DLCI: Handle<Integer> = Handle::of_vendor("Ascend-FR-DLCI", VENDOR, 179);

/// `Ascend-FR-Circuit-Name` (156): The name of the circuit.
pub const ASCEND_FR_CIRCUIT_NAME: Handle<Text> =
    Handle::of_vendor("Ascend-FR-Circuit-Name", VENDOR, 156);

/// `Ascend-FR-Direct` (219): Whether packets are sent straight on to a frame relay circuit.
pub const ASCEND_FR_DIRECT: Handle<Integer> = Handle::of_vendor("Ascend-FR-Direct", VENDOR, 219);

/// `Ascend-FR-Direct-Profile` (220): The frame relay profile that packets are sent straight on to.
pub const ASCEND_FR_DIRECT_PROFILE: Handle<Text> =
    Handle::of_vendor("Ascend-FR-Direct-Profile", VENDOR, 220);

/// `Ascend-FR-Direct-DLCI` (221): The circuit (DLCI) that packets are sent straight on to.
pub const ASCEND_FR_DIRECT_DLCI: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-Direct-DLCI", VENDOR, 221);

/// `Ascend-FR-Type` (159): Which end of the frame relay link the server is.
pub const ASCEND_FR_TYPE: Handle<Integer> = Handle::of_vendor("Ascend-FR-Type", VENDOR, 159);

/// `Ascend-FR-Link-Mgt` (160): The link management protocol.
pub const ASCEND_FR_LINK_MGT: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-Link-Mgt", VENDOR, 160);

/// `Ascend-FR-Link-Status-DLCI` (106): The circuit (DLCI) that link management uses.
pub const ASCEND_FR_LINK_STATUS_DLCI: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-Link-Status-DLCI", VENDOR, 106);

/// `Ascend-FR-LinkUp` (157): Whether the link is up even without circuits.
pub const ASCEND_FR_LINKUP: Handle<Integer> = Handle::of_vendor("Ascend-FR-LinkUp", VENDOR, 157);

/// `Ascend-FR-Nailed-Grp` (158): The group of leased channels of the link.
pub const ASCEND_FR_NAILED_GRP: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-Nailed-Grp", VENDOR, 158);

/// `Ascend-FR-N391` (161): Polls of link management until the next full status enquiry.
pub const ASCEND_FR_N391: Handle<Integer> = Handle::of_vendor("Ascend-FR-N391", VENDOR, 161);

/// `Ascend-FR-DCE-N392` (162): Errors until the DCE end takes the link for down.
pub const ASCEND_FR_DCE_N392: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-DCE-N392", VENDOR, 162);

/// `Ascend-FR-DTE-N392` (163): Errors until the DTE end takes the link for down.
pub const ASCEND_FR_DTE_N392: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-DTE-N392", VENDOR, 163);

/// `Ascend-FR-DCE-N393` (164): Events that the DCE end counts errors in.
pub const ASCEND_FR_DCE_N393: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-DCE-N393", VENDOR, 164);

/// `Ascend-FR-DTE-N393` (165): Events that the DTE end counts errors in.
pub const ASCEND_FR_DTE_N393: Handle<Integer> =
    Handle::of_vendor("Ascend-FR-DTE-N393", VENDOR, 165);

/// `Ascend-FR-T391` (166): Seconds between two polls of link management.
pub const ASCEND_FR_T391: Handle<Integer> = Handle::of_vendor("Ascend-FR-T391", VENDOR, 166);

/// `Ascend-FR-T392` (167): Seconds within which a poll of link management must come.
pub const ASCEND_FR_T392: Handle<Integer> = Handle::of_vendor("Ascend-FR-T392", VENDOR, 167);

/// `Ascend-FR-SVC-Addr` (12): The address for switched circuits (SVC).
pub const ASCEND_FR_SVC_ADDR: Handle<Text> = Handle::of_vendor("Ascend-FR-SVC-Addr", VENDOR, 12);

/// `Ascend-FR-08-Mode` (10): The mode of interworking with ATM by FRF.8.
pub const ASCEND_FR_08_MODE: Handle<Integer> = Handle::of_vendor("Ascend-FR-08-Mode", VENDOR, 10);

/// `Ascend-CIR-Timer` (9): The timer of the committed rate (CIR).
pub const ASCEND_CIR_TIMER: Handle<Integer> = Handle::of_vendor("Ascend-CIR-Timer", VENDOR, 9);

/// `Ascend-ATM-Vpi` (94): The virtual path (VPI) of the connection.
pub const ASCEND_ATM_VPI: Handle<Integer> = Handle::of_vendor("Ascend-ATM-Vpi", VENDOR, 94);

/// `Ascend-ATM-Vci` (95): The virtual circuit (VCI) of the connection.
pub const ASCEND_ATM_VCI: Handle<Integer> = Handle::of_vendor("Ascend-ATM-Vci", VENDOR, 95);

/// `Ascend-ATM-Group` (64): The group of leased channels of the connection.
pub const ASCEND_ATM_GROUP: Handle<Integer> = Handle::of_vendor("Ascend-ATM-Group", VENDOR, 64);

/// `Ascend-ATM-Connect-Vpi` (61): The virtual path (VPI) to connect to.
pub const ASCEND_ATM_CONNECT_VPI: Handle<Integer> =
    Handle::of_vendor("Ascend-ATM-Connect-Vpi", VENDOR, 61);

/// `Ascend-ATM-Connect-Vci` (62): The virtual circuit (VCI) to connect to.
pub const ASCEND_ATM_CONNECT_VCI: Handle<Integer> =
    Handle::of_vendor("Ascend-ATM-Connect-Vci", VENDOR, 62);

/// `Ascend-ATM-Connect-Group` (63): The group of leased channels to connect to.
pub const ASCEND_ATM_CONNECT_GROUP: Handle<Integer> =
    Handle::of_vendor("Ascend-ATM-Connect-Group", VENDOR, 63);

/// `Ascend-ATM-Direct` (76): Whether packets are sent straight on to an ATM circuit.
pub const ASCEND_ATM_DIRECT: Handle<Integer> = Handle::of_vendor("Ascend-ATM-Direct", VENDOR, 76);

/// `Ascend-ATM-Direct-Profile` (77): The profile of the ATM circuit that packets are sent straight on to.
pub const ASCEND_ATM_DIRECT_PROFILE: Handle<Text> =
    Handle::of_vendor("Ascend-ATM-Direct-Profile", VENDOR, 77);

/// `Ascend-ATM-Fault-Management` (14): How the circuit is tested with loopback cells.
pub const ASCEND_ATM_FAULT_MANAGEMENT: Handle<Integer> =
    Handle::of_vendor("Ascend-ATM-Fault-Management", VENDOR, 14);

/// `Ascend-ATM-Loopback-Cell-Loss` (15): Lost loopback cells until the circuit is taken for down.
pub const ASCEND_ATM_LOOPBACK_CELL_LOSS: Handle<Integer> =
    Handle::of_vendor("Ascend-ATM-Loopback-Cell-Loss", VENDOR, 15);

/// `Ascend-Ckt-Type` (16): Whether the circuit is permanent or switched.
pub const ASCEND_CKT_TYPE: Handle<Integer> = Handle::of_vendor("Ascend-Ckt-Type", VENDOR, 16);

/// `Ascend-SVC-Enabled` (17): Whether switched circuits (SVC) are allowed.
pub const ASCEND_SVC_ENABLED: Handle<Integer> = Handle::of_vendor("Ascend-SVC-Enabled", VENDOR, 17);

/// `Ascend-H323-Gatekeeper` (19): The gatekeeper.
pub const ASCEND_H323_GATEKEEPER: Handle<Ipv4> =
    Handle::of_vendor("Ascend-H323-Gatekeeper", VENDOR, 19);

/// `Ascend-H323-Conference-Id` (21): The conference.
pub const ASCEND_H323_CONFERENCE_ID: Handle<Integer> =
    Handle::of_vendor("Ascend-H323-Conference-Id", VENDOR, 21);

/// `Ascend-H323-Fegw-Address` (22): The address of the far end gateway.
pub const ASCEND_H323_FEGW_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("Ascend-H323-Fegw-Address", VENDOR, 22);

/// `Ascend-H323-Dialed-Time` (23): The time of dialling.
pub const ASCEND_H323_DIALED_TIME: Handle<Integer> =
    Handle::of_vendor("Ascend-H323-Dialed-Time", VENDOR, 23);

/// `Ascend-X25-Profile-Name` (44): The X.25 profile of the connection.
pub const ASCEND_X25_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Profile-Name", VENDOR, 44);

/// `Ascend-X25-X121-Address` (39): The X.121 address.
pub const ASCEND_X25_X121_ADDRESS: Handle<Text> =
    Handle::of_vendor("Ascend-X25-X121-Address", VENDOR, 39);

/// `Ascend-X25-Nui` (40): The network user identification (NUI).
pub const ASCEND_X25_NUI: Handle<Text> = Handle::of_vendor("Ascend-X25-Nui", VENDOR, 40);

/// `Ascend-X25-Nui-Prompt` (33): The prompt for the network user identification (NUI).
pub const ASCEND_X25_NUI_PROMPT: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Nui-Prompt", VENDOR, 33);

/// `Ascend-X25-Nui-Password-Prompt` (34): The prompt for the password of the network user identification (NUI).
pub const ASCEND_X25_NUI_PASSWORD_PROMPT: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Nui-Password-Prompt", VENDOR, 34);

/// `Ascend-X25-Cug` (35): The closed user group (CUG).
pub const ASCEND_X25_CUG: Handle<Text> = Handle::of_vendor("Ascend-X25-Cug", VENDOR, 35);

/// `Ascend-X25-Rpoa` (41): The carrier to use (RPOA).
pub const ASCEND_X25_RPOA: Handle<Text> = Handle::of_vendor("Ascend-X25-Rpoa", VENDOR, 41);

/// `Ascend-X25-Reverse-Charging` (32): Whether the called end pays.
pub const ASCEND_X25_REVERSE_CHARGING: Handle<Integer> =
    Handle::of_vendor("Ascend-X25-Reverse-Charging", VENDOR, 32);

/// `Ascend-X25-Pad-X3-Profile` (29): The set of X.3 parameters of the PAD.
pub const ASCEND_X25_PAD_X3_PROFILE: Handle<Integer> =
    Handle::of_vendor("Ascend-X25-Pad-X3-Profile", VENDOR, 29);

/// `Ascend-X25-Pad-X3-Parameters` (30): X.3 parameters of the PAD, for a set of one's own.
pub const ASCEND_X25_PAD_X3_PARAMETERS: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-X3-Parameters", VENDOR, 30);

/// `Ascend-X25-Pad-Alias-1` (36): The first alias of the PAD.
pub const ASCEND_X25_PAD_ALIAS_1: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-Alias-1", VENDOR, 36);

/// `Ascend-X25-Pad-Alias-2` (37): The second alias of the PAD.
pub const ASCEND_X25_PAD_ALIAS_2: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-Alias-2", VENDOR, 37);

/// `Ascend-X25-Pad-Alias-3` (38): The third alias of the PAD.
pub const ASCEND_X25_PAD_ALIAS_3: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-Alias-3", VENDOR, 38);

/// `Ascend-X25-Pad-Prompt` (42): The prompt of the PAD.
pub const ASCEND_X25_PAD_PROMPT: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-Prompt", VENDOR, 42);

/// `Ascend-X25-Pad-Banner` (43): The banner of the PAD.
pub const ASCEND_X25_PAD_BANNER: Handle<Text> =
    Handle::of_vendor("Ascend-X25-Pad-Banner", VENDOR, 43);

/// `Ascend-Egress-Enabled` (58): Whether egress is enabled.
pub const ASCEND_EGRESS_ENABLED: Handle<Integer> =
    Handle::of_vendor("Ascend-Egress-Enabled", VENDOR, 58);

/// `Ascend-FCP-Parameter` (119): A parameter named FCP.
pub const ASCEND_FCP_PARAMETER: Handle<Text> =
    Handle::of_vendor("Ascend-FCP-Parameter", VENDOR, 119);

/// `Ascend-Source-Auth` (103): Concerns authentication by source.
pub const ASCEND_SOURCE_AUTH: Handle<Text> = Handle::of_vendor("Ascend-Source-Auth", VENDOR, 103);

/// `Ascend-Owner-IP-Addr` (86): The address of the owner.
pub const ASCEND_OWNER_IP_ADDR: Handle<Ipv4> =
    Handle::of_vendor("Ascend-Owner-IP-Addr", VENDOR, 86);

/// The values of `Ascend-Dsl-Rate-Type`.
pub mod ascend_dsl_rate_type {
    /// `Rate-Type-Disabled`.
    pub const RATE_TYPE_DISABLED: u32 = 0;

    /// `Rate-Type-Sdsl`.
    pub const RATE_TYPE_SDSL: u32 = 1;

    /// `Rate-Type-AdslCap`.
    pub const RATE_TYPE_ADSLCAP: u32 = 2;

    /// `Rate-Type-AdslDmtCell`.
    pub const RATE_TYPE_ADSLDMTCELL: u32 = 3;

    /// `Rate-Type-AdslDmt`.
    pub const RATE_TYPE_ADSLDMT: u32 = 4;
}

/// The values of `Ascend-Dsl-Rate-Mode`.
pub mod ascend_dsl_rate_mode {
    /// `Rate-Mode-AutoBaud`.
    pub const RATE_MODE_AUTOBAUD: u32 = 1;

    /// `Rate-Mode-Single`.
    pub const RATE_MODE_SINGLE: u32 = 2;
}

/// The values of `Ascend-Dsl-Upstream-Limit`.
pub mod ascend_dsl_upstream_limit {
    /// `sdsl-144000`.
    pub const SDSL_144000: u32 = 0;

    /// `sdsl-272000`.
    pub const SDSL_272000: u32 = 1;

    /// `sdsl-400000`.
    pub const SDSL_400000: u32 = 2;

    /// `sdsl-528000`.
    pub const SDSL_528000: u32 = 3;

    /// `sdsl-784000`.
    pub const SDSL_784000: u32 = 4;

    /// `sdsl-1168000`.
    pub const SDSL_1168000: u32 = 5;

    /// `sdsl-1552000`.
    pub const SDSL_1552000: u32 = 6;

    /// `sdsl-2320000`.
    pub const SDSL_2320000: u32 = 7;

    /// `adslcap-up-1088000`.
    pub const ADSLCAP_UP_1088000: u32 = 50;

    /// `adslcap-up-952000`.
    pub const ADSLCAP_UP_952000: u32 = 51;

    /// `adslcap-up-816000`.
    pub const ADSLCAP_UP_816000: u32 = 52;

    /// `adslcap-up-680000`.
    pub const ADSLCAP_UP_680000: u32 = 53;

    /// `adslcap-up-544000`.
    pub const ADSLCAP_UP_544000: u32 = 54;

    /// `adslcap-up-408000`.
    pub const ADSLCAP_UP_408000: u32 = 55;

    /// `adslcap-up-272000`.
    pub const ADSLCAP_UP_272000: u32 = 56;

    /// `adsldmt-up-auto`.
    pub const ADSLDMT_UP_AUTO: u32 = 150;

    /// `adsldmt-up-1088000`.
    pub const ADSLDMT_UP_1088000: u32 = 151;

    /// `adsldmt-up-928000`.
    pub const ADSLDMT_UP_928000: u32 = 152;

    /// `adsldmt-up-896000`.
    pub const ADSLDMT_UP_896000: u32 = 153;

    /// `adsldmt-up-800000`.
    pub const ADSLDMT_UP_800000: u32 = 154;

    /// `adsldmt-up-768000`.
    pub const ADSLDMT_UP_768000: u32 = 155;

    /// `adsldmt-up-640000`.
    pub const ADSLDMT_UP_640000: u32 = 156;

    /// `adsldmt-up-512000`.
    pub const ADSLDMT_UP_512000: u32 = 157;

    /// `adsldmt-up-384000`.
    pub const ADSLDMT_UP_384000: u32 = 158;

    /// `adsldmt-up-256000`.
    pub const ADSLDMT_UP_256000: u32 = 159;

    /// `adsldmt-up-128000`.
    pub const ADSLDMT_UP_128000: u32 = 160;
}

/// The values of `Ascend-Dsl-Downstream-Limit`.
pub mod ascend_dsl_downstream_limit {
    /// `adslcap-dn-7168000`.
    pub const ADSLCAP_DN_7168000: u32 = 0;

    /// `adslcap-dn-6272000`.
    pub const ADSLCAP_DN_6272000: u32 = 1;

    /// `adslcap-dn-5120000`.
    pub const ADSLCAP_DN_5120000: u32 = 2;

    /// `adslcap-dn-4480000`.
    pub const ADSLCAP_DN_4480000: u32 = 3;

    /// `adslcap-dn-3200000`.
    pub const ADSLCAP_DN_3200000: u32 = 4;

    /// `adslcap-dn-2688000`.
    pub const ADSLCAP_DN_2688000: u32 = 5;

    /// `adslcap-dn-2560000`.
    pub const ADSLCAP_DN_2560000: u32 = 6;

    /// `adslcap-dn-2240000`.
    pub const ADSLCAP_DN_2240000: u32 = 7;

    /// `adslcap-dn-1920000`.
    pub const ADSLCAP_DN_1920000: u32 = 8;

    /// `adslcap-dn-1600000`.
    pub const ADSLCAP_DN_1600000: u32 = 9;

    /// `adslcap-dn-1280000`.
    pub const ADSLCAP_DN_1280000: u32 = 10;

    /// `adslcap-dn-960000`.
    pub const ADSLCAP_DN_960000: u32 = 11;

    /// `adslcap-dn-640000`.
    pub const ADSLCAP_DN_640000: u32 = 12;

    /// `adsldmt-dn-auto`.
    pub const ADSLDMT_DN_AUTO: u32 = 100;

    /// `adsldmt-dn-9504000`.
    pub const ADSLDMT_DN_9504000: u32 = 101;

    /// `adsldmt-dn-8960000`.
    pub const ADSLDMT_DN_8960000: u32 = 102;

    /// `adsldmt-dn-8000000`.
    pub const ADSLDMT_DN_8000000: u32 = 103;

    /// `adsldmt-dn-7168000`.
    pub const ADSLDMT_DN_7168000: u32 = 104;

    /// `adsldmt-dn-6272000`.
    pub const ADSLDMT_DN_6272000: u32 = 105;

    /// `adsldmt-dn-5120000`.
    pub const ADSLDMT_DN_5120000: u32 = 106;

    /// `adsldmt-dn-4480000`.
    pub const ADSLDMT_DN_4480000: u32 = 107;

    /// `adsldmt-dn-3200000`.
    pub const ADSLDMT_DN_3200000: u32 = 108;

    /// `adsldmt-dn-2688000`.
    pub const ADSLDMT_DN_2688000: u32 = 109;

    /// `adsldmt-dn-2560000`.
    pub const ADSLDMT_DN_2560000: u32 = 110;

    /// `adsldmt-dn-2240000`.
    pub const ADSLDMT_DN_2240000: u32 = 111;

    /// `adsldmt-dn-1920000`.
    pub const ADSLDMT_DN_1920000: u32 = 112;

    /// `adsldmt-dn-1600000`.
    pub const ADSLDMT_DN_1600000: u32 = 113;

    /// `adsldmt-dn-1280000`.
    pub const ADSLDMT_DN_1280000: u32 = 114;

    /// `adsldmt-dn-960000`.
    pub const ADSLDMT_DN_960000: u32 = 115;

    /// `adsldmt-dn-768000`.
    pub const ADSLDMT_DN_768000: u32 = 116;

    /// `adsldmt-dn-640000`.
    pub const ADSLDMT_DN_640000: u32 = 117;

    /// `adsldmt-dn-512000`.
    pub const ADSLDMT_DN_512000: u32 = 118;

    /// `adsldmt-dn-384000`.
    pub const ADSLDMT_DN_384000: u32 = 119;

    /// `adsldmt-dn-256000`.
    pub const ADSLDMT_DN_256000: u32 = 120;

    /// `adsldmt-dn-128000`.
    pub const ADSLDMT_DN_128000: u32 = 121;
}

/// The values of `Ascend-IP-TOS`.
pub mod ascend_ip_tos {
    /// `IP-TOS-Normal`.
    pub const IP_TOS_NORMAL: u32 = 0;

    /// `IP-TOS-Disabled`.
    pub const IP_TOS_DISABLED: u32 = 1;

    /// `IP-TOS-Cost`.
    pub const IP_TOS_COST: u32 = 2;

    /// `IP-TOS-Reliability`.
    pub const IP_TOS_RELIABILITY: u32 = 4;

    /// `IP-TOS-Throughput`.
    pub const IP_TOS_THROUGHPUT: u32 = 8;

    /// `IP-TOS-Latency`.
    pub const IP_TOS_LATENCY: u32 = 16;
}

/// The values of `Ascend-IP-TOS-Precedence`.
pub mod ascend_ip_tos_precedence {
    /// `IP-TOS-Precedence-Pri-Normal`.
    pub const IP_TOS_PRECEDENCE_PRI_NORMAL: u32 = 0;

    /// `IP-TOS-Precedence-Pri-One`.
    pub const IP_TOS_PRECEDENCE_PRI_ONE: u32 = 32;

    /// `IP-TOS-Precedence-Pri-Two`.
    pub const IP_TOS_PRECEDENCE_PRI_TWO: u32 = 64;

    /// `IP-TOS-Precedence-Pri-Three`.
    pub const IP_TOS_PRECEDENCE_PRI_THREE: u32 = 96;

    /// `IP-TOS-Precedence-Pri-Four`.
    pub const IP_TOS_PRECEDENCE_PRI_FOUR: u32 = 128;

    /// `IP-TOS-Precedence-Pri-Five`.
    pub const IP_TOS_PRECEDENCE_PRI_FIVE: u32 = 160;

    /// `IP-TOS-Precedence-Pri-Six`.
    pub const IP_TOS_PRECEDENCE_PRI_SIX: u32 = 192;

    /// `IP-TOS-Precedence-Pri-Seven`.
    pub const IP_TOS_PRECEDENCE_PRI_SEVEN: u32 = 224;
}

/// The values of `Ascend-IP-TOS-Apply-To`.
pub mod ascend_ip_tos_apply_to {
    /// `IP-TOS-Apply-To-Incoming`.
    pub const IP_TOS_APPLY_TO_INCOMING: u32 = 1024;

    /// `IP-TOS-Apply-To-Outgoing`.
    pub const IP_TOS_APPLY_TO_OUTGOING: u32 = 2048;

    /// `IP-TOS-Apply-To-Both`.
    pub const IP_TOS_APPLY_TO_BOTH: u32 = 3072;
}

/// The values of `Ascend-Client-Assign-DNS`.
pub mod ascend_client_assign_dns {
    /// `DNS-Assign-No`.
    pub const DNS_ASSIGN_NO: u32 = 0;

    /// `DNS-Assign-Yes`.
    pub const DNS_ASSIGN_YES: u32 = 1;
}

/// The values of `Ascend-Client-Assign-WINS`.
pub mod ascend_client_assign_wins {
    /// `WINS-Assign-No`.
    pub const WINS_ASSIGN_NO: u32 = 0;

    /// `WINS-Assign-Yes`.
    pub const WINS_ASSIGN_YES: u32 = 1;
}

/// The values of `Ascend-IP-Pool-Chaining`.
pub mod ascend_ip_pool_chaining {
    /// `IP-Pool-Chaining-No`.
    pub const IP_POOL_CHAINING_NO: u32 = 0;

    /// `IP-Pool-Chaining-Yes`.
    pub const IP_POOL_CHAINING_YES: u32 = 1;
}

/// The values of `Ascend-DHCP-Reply`.
pub mod ascend_dhcp_reply {
    /// `DHCP-Reply-No`.
    pub const DHCP_REPLY_NO: u32 = 0;

    /// `DHCP-Reply-Yes`.
    pub const DHCP_REPLY_YES: u32 = 1;
}

/// The values of `Ascend-Route-IP`.
pub mod ascend_route_ip {
    /// `Route-IP-No`.
    pub const ROUTE_IP_NO: u32 = 0;

    /// `Route-IP-Yes`.
    pub const ROUTE_IP_YES: u32 = 1;
}

/// The values of `Ascend-Temporary-Rtes`.
pub mod ascend_temporary_rtes {
    /// `Temp-Rtes-No`.
    pub const TEMP_RTES_NO: u32 = 0;

    /// `Temp-Rtes-Yes`.
    pub const TEMP_RTES_YES: u32 = 1;
}

/// The values of `Ascend-Private-Route-Required`.
pub mod ascend_private_route_required {
    /// `Required-No`.
    pub const REQUIRED_NO: u32 = 0;

    /// `Required-Yes`.
    pub const REQUIRED_YES: u32 = 1;
}

/// The values of `Ascend-Cache-Refresh`.
pub mod ascend_cache_refresh {
    /// `Refresh-No`.
    pub const REFRESH_NO: u32 = 0;

    /// `Refresh-Yes`.
    pub const REFRESH_YES: u32 = 1;
}

/// The values of `Ascend-Source-IP-Check`.
pub mod ascend_source_ip_check {
    /// `Source-IP-Check-No`.
    pub const SOURCE_IP_CHECK_NO: u32 = 0;

    /// `Source-IP-Check-Yes`.
    pub const SOURCE_IP_CHECK_YES: u32 = 1;
}

/// The values of `Ascend-Filter-Required`.
pub mod ascend_filter_required {
    /// `Required-No`.
    pub const REQUIRED_NO: u32 = 0;

    /// `Required-Yes`.
    pub const REQUIRED_YES: u32 = 1;
}

/// The values of `Ascend-Port-Redir-Protocol`.
pub mod ascend_port_redir_protocol {
    /// `Ascend-Proto-TCP`.
    pub const ASCEND_PROTO_TCP: u32 = 6;

    /// `Ascend-Proto-UDP`.
    pub const ASCEND_PROTO_UDP: u32 = 17;
}

/// The values of `Ascend-Multicast-Client`.
pub mod ascend_multicast_client {
    /// `Multicast-No`.
    pub const MULTICAST_NO: u32 = 0;

    /// `Multicast-Yes`.
    pub const MULTICAST_YES: u32 = 1;
}

/// The values of `Ascend-TS-Idle-Mode`.
pub mod ascend_ts_idle_mode {
    /// `TS-Idle-None`.
    pub const TS_IDLE_NONE: u32 = 0;

    /// `TS-Idle-Input`.
    pub const TS_IDLE_INPUT: u32 = 1;

    /// `TS-Idle-Input-Output`.
    pub const TS_IDLE_INPUT_OUTPUT: u32 = 2;
}

/// The values of `Ascend-Shared-Profile-Enable`.
pub mod ascend_shared_profile_enable {
    /// `Shared-Profile-No`.
    pub const SHARED_PROFILE_NO: u32 = 0;

    /// `Shared-Profile-Yes`.
    pub const SHARED_PROFILE_YES: u32 = 1;
}

/// The values of `Ascend-Auth-Type`.
pub mod ascend_auth_type {
    /// `Auth-None`.
    pub const AUTH_NONE: u32 = 0;

    /// `Auth-Default`.
    pub const AUTH_DEFAULT: u32 = 1;

    /// `Auth-Any`.
    pub const AUTH_ANY: u32 = 2;

    /// `Auth-PAP`.
    pub const AUTH_PAP: u32 = 3;

    /// `Auth-CHAP`.
    pub const AUTH_CHAP: u32 = 4;

    /// `Auth-MS-CHAP`.
    pub const AUTH_MS_CHAP: u32 = 5;
}

/// The values of `Ascend-Require-Auth`.
pub mod ascend_require_auth {
    /// `Not-Require-Auth`.
    pub const NOT_REQUIRE_AUTH: u32 = 0;

    /// `Require-Auth`.
    pub const REQUIRE_AUTH: u32 = 1;
}

/// The values of `Ascend-Bi-Directional-Auth`.
pub mod ascend_bi_directional_auth {
    /// `Bi-Directional-Auth-None`.
    pub const BI_DIRECTIONAL_AUTH_NONE: u32 = 0;

    /// `Bi-Directional-Auth-Allowed`.
    pub const BI_DIRECTIONAL_AUTH_ALLOWED: u32 = 1;

    /// `Bi-Directional-Auth-Required`.
    pub const BI_DIRECTIONAL_AUTH_REQUIRED: u32 = 2;
}

/// The values of `Ascend-Send-Auth`.
pub mod ascend_send_auth {
    /// `Send-Auth-None`.
    pub const SEND_AUTH_NONE: u32 = 0;

    /// `Send-Auth-PAP`.
    pub const SEND_AUTH_PAP: u32 = 1;

    /// `Send-Auth-CHAP`.
    pub const SEND_AUTH_CHAP: u32 = 2;

    /// `Send-Auth-MS-CHAP`.
    pub const SEND_AUTH_MS_CHAP: u32 = 3;
}

/// The values of `Ascend-Token-Immediate`.
pub mod ascend_token_immediate {
    /// `Tok-Imm-No`.
    pub const TOK_IMM_NO: u32 = 0;

    /// `Tok-Imm-Yes`.
    pub const TOK_IMM_YES: u32 = 1;
}

/// The values of `Ascend-PW-Lifetime`.
pub mod ascend_pw_lifetime {
    /// `Lifetime-In-Days`.
    pub const LIFETIME_IN_DAYS: u32 = 0;
}

/// The values of `Ascend-PW-Warntime`.
pub mod ascend_pw_warntime {
    /// `Days-Of-Warning`.
    pub const DAYS_OF_WARNING: u32 = 0;
}

/// The values of `Ascend-Connect-Progress`.
pub mod ascend_connect_progress {
    /// `No-Progress`.
    pub const NO_PROGRESS: u32 = 0;

    /// `Call-Up`.
    pub const CALL_UP: u32 = 10;

    /// `Modem-Up`.
    pub const MODEM_UP: u32 = 30;

    /// `Modem-Awaiting-DCD`.
    pub const MODEM_AWAITING_DCD: u32 = 31;

    /// `Modem-Awaiting-Codes`.
    pub const MODEM_AWAITING_CODES: u32 = 32;

    /// `TermSrv-Started`.
    pub const TERMSRV_STARTED: u32 = 40;

    /// `TermSrv-Raw-TCP-Started`.
    pub const TERMSRV_RAW_TCP_STARTED: u32 = 41;

    /// `TermSrv-Telnet-Started`.
    pub const TERMSRV_TELNET_STARTED: u32 = 42;

    /// `TermSrv-Raw-TCP-Connected`.
    pub const TERMSRV_RAW_TCP_CONNECTED: u32 = 43;

    /// `TermSrv-Telnet-Connected`.
    pub const TERMSRV_TELNET_CONNECTED: u32 = 44;

    /// `TermSrv-Rlogin-Started`.
    pub const TERMSRV_RLOGIN_STARTED: u32 = 45;

    /// `TermSrv-Rlogin-Connected`.
    pub const TERMSRV_RLOGIN_CONNECTED: u32 = 46;

    /// `Modem-Outdial-Call-Up`.
    pub const MODEM_OUTDIAL_CALL_UP: u32 = 50;

    /// `LAN-Session-Up`.
    pub const LAN_SESSION_UP: u32 = 60;

    /// `LCP-Opening`.
    pub const LCP_OPENING: u32 = 61;

    /// `CCP-Opening`.
    pub const CCP_OPENING: u32 = 62;

    /// `IPNCP-Opening`.
    pub const IPNCP_OPENING: u32 = 63;

    /// `BNCP-Opening`.
    pub const BNCP_OPENING: u32 = 64;

    /// `LCP-Opened`.
    pub const LCP_OPENED: u32 = 65;

    /// `CCP-Opened`.
    pub const CCP_OPENED: u32 = 66;

    /// `IPNCP-Opened`.
    pub const IPNCP_OPENED: u32 = 67;

    /// `BNCP-Opened`.
    pub const BNCP_OPENED: u32 = 68;

    /// `LCP-State-Initial`.
    pub const LCP_STATE_INITIAL: u32 = 69;

    /// `LCP-State-Starting`.
    pub const LCP_STATE_STARTING: u32 = 70;

    /// `LCP-State-Closed`.
    pub const LCP_STATE_CLOSED: u32 = 71;

    /// `LCP-State-Stopped`.
    pub const LCP_STATE_STOPPED: u32 = 72;

    /// `LCP-State-Closing`.
    pub const LCP_STATE_CLOSING: u32 = 73;

    /// `LCP-State-Stopping`.
    pub const LCP_STATE_STOPPING: u32 = 74;

    /// `LCP-State-Request-Sent`.
    pub const LCP_STATE_REQUEST_SENT: u32 = 75;

    /// `LCP-State-Ack-Received`.
    pub const LCP_STATE_ACK_RECEIVED: u32 = 76;

    /// `LCP-State-Ack-Sent`.
    pub const LCP_STATE_ACK_SENT: u32 = 77;

    /// `IPXNCP-Opened`.
    pub const IPXNCP_OPENED: u32 = 80;

    /// `ATNCP-Opened`.
    pub const ATNCP_OPENED: u32 = 81;

    /// `BACP-Opening`.
    pub const BACP_OPENING: u32 = 82;

    /// `BACP-Opened`.
    pub const BACP_OPENED: u32 = 83;

    /// `V110-Up`.
    pub const V110_UP: u32 = 90;

    /// `V110-State-Opened`.
    pub const V110_STATE_OPENED: u32 = 91;

    /// `V110-State-Carrier`.
    pub const V110_STATE_CARRIER: u32 = 92;

    /// `V110-State-Reset`.
    pub const V110_STATE_RESET: u32 = 93;

    /// `V110-State-Closed`.
    pub const V110_STATE_CLOSED: u32 = 94;
}

/// The values of `Ascend-Disconnect-Cause`.
pub mod ascend_disconnect_cause {
    /// `No-Reason`.
    pub const NO_REASON: u32 = 0;

    /// `Not-Applicable`.
    pub const NOT_APPLICABLE: u32 = 1;

    /// `Unknown`.
    pub const UNKNOWN: u32 = 2;

    /// `Call-Disconnected`.
    pub const CALL_DISCONNECTED: u32 = 3;

    /// `CLID-Authentication-Failed`.
    pub const CLID_AUTHENTICATION_FAILED: u32 = 4;

    /// `CLID-RADIUS-Timeout`.
    pub const CLID_RADIUS_TIMEOUT: u32 = 5;

    /// `Modem-No-DCD`.
    pub const MODEM_NO_DCD: u32 = 10;

    /// `DCD-Detected-Then-Inactive`.
    pub const DCD_DETECTED_THEN_INACTIVE: u32 = 11;

    /// `Modem-Invalid-Result-Codes`.
    pub const MODEM_INVALID_RESULT_CODES: u32 = 12;

    /// `TermSrv-User-Quit`.
    pub const TERMSRV_USER_QUIT: u32 = 20;

    /// `TermSrv-Idle-Timeout`.
    pub const TERMSRV_IDLE_TIMEOUT: u32 = 21;

    /// `TermSrv-Exit-Telnet`.
    pub const TERMSRV_EXIT_TELNET: u32 = 22;

    /// `TermSrv-No-IPaddr`.
    pub const TERMSRV_NO_IPADDR: u32 = 23;

    /// `TermSrv-Exit-Raw-TCP`.
    pub const TERMSRV_EXIT_RAW_TCP: u32 = 24;

    /// `TermSrv-Exit-Login-Failed`.
    pub const TERMSRV_EXIT_LOGIN_FAILED: u32 = 25;

    /// `TermSrv-Exit-Raw-TCP-Disabled`.
    pub const TERMSRV_EXIT_RAW_TCP_DISABLED: u32 = 26;

    /// `TermSrv-CTRL-C-In-Login`.
    pub const TERMSRV_CTRL_C_IN_LOGIN: u32 = 27;

    /// `TermSrv-Destroyed`.
    pub const TERMSRV_DESTROYED: u32 = 28;

    /// `TermSrv-User-Closed-VCon`.
    pub const TERMSRV_USER_CLOSED_VCON: u32 = 29;

    /// `TermSrv-VCon-Destroyed`.
    pub const TERMSRV_VCON_DESTROYED: u32 = 30;

    /// `TermSrv-Exit-Rlogin`.
    pub const TERMSRV_EXIT_RLOGIN: u32 = 31;

    /// `TermSrv-Bad-Rlogin-Option`.
    pub const TERMSRV_BAD_RLOGIN_OPTION: u32 = 32;

    /// `TermSrv-Not-Enough-Resources`.
    pub const TERMSRV_NOT_ENOUGH_RESOURCES: u32 = 33;

    /// `MPP-No-NULL-Msg-Timeout`.
    pub const MPP_NO_NULL_MSG_TIMEOUT: u32 = 35;

    /// `PPP-LCP-Timeout`.
    pub const PPP_LCP_TIMEOUT: u32 = 40;

    /// `PPP-LCP-Negotion-Failed`.
    pub const PPP_LCP_NEGOTION_FAILED: u32 = 41;

    /// `PPP-PAP-Auth-Failed`.
    pub const PPP_PAP_AUTH_FAILED: u32 = 42;

    /// `PPP-CHAP-Auth-Failed`.
    pub const PPP_CHAP_AUTH_FAILED: u32 = 43;

    /// `PPP-Rmt-Auth-Failed`.
    pub const PPP_RMT_AUTH_FAILED: u32 = 44;

    /// `PPP-Rcv-Terminate-Req`.
    pub const PPP_RCV_TERMINATE_REQ: u32 = 45;

    /// `PPP-Rcv-Close-Event`.
    pub const PPP_RCV_CLOSE_EVENT: u32 = 46;

    /// `PPP-No-NCPs-Open`.
    pub const PPP_NO_NCPS_OPEN: u32 = 47;

    /// `PPP-MP-Bundle-Unknown`.
    pub const PPP_MP_BUNDLE_UNKNOWN: u32 = 48;

    /// `PPP-LCP-Close-MP-Add-Fail`.
    pub const PPP_LCP_CLOSE_MP_ADD_FAIL: u32 = 49;

    /// `Session-Table-Full`.
    pub const SESSION_TABLE_FULL: u32 = 50;

    /// `Out-Of-Resources`.
    pub const OUT_OF_RESOURCES: u32 = 51;

    /// `Invalid-IP-Address`.
    pub const INVALID_IP_ADDRESS: u32 = 52;

    /// `Hostname-Resolution-Failed`.
    pub const HOSTNAME_RESOLUTION_FAILED: u32 = 53;

    /// `Bad-Or-Missing-Port-Number`.
    pub const BAD_OR_MISSING_PORT_NUMBER: u32 = 54;

    /// `Host-Reset`.
    pub const HOST_RESET: u32 = 60;

    /// `Connection-Refused`.
    pub const CONNECTION_REFUSED: u32 = 61;

    /// `Connection-Timeout`.
    pub const CONNECTION_TIMEOUT: u32 = 62;

    /// `Connection-Closed`.
    pub const CONNECTION_CLOSED: u32 = 63;

    /// `Network-Unreachable`.
    pub const NETWORK_UNREACHABLE: u32 = 64;

    /// `Host-Unreachable`.
    pub const HOST_UNREACHABLE: u32 = 65;

    /// `Network-Unreachable-Admin`.
    pub const NETWORK_UNREACHABLE_ADMIN: u32 = 66;

    /// `Host-Unreachable-Admin`.
    pub const HOST_UNREACHABLE_ADMIN: u32 = 67;

    /// `Port-Unreachable`.
    pub const PORT_UNREACHABLE: u32 = 68;

    /// `Session-Timeout`.
    pub const SESSION_TIMEOUT: u32 = 100;

    /// `Invalid-Incoming-User`.
    pub const INVALID_INCOMING_USER: u32 = 101;

    /// `Disconnect-Due-To-Callback`.
    pub const DISCONNECT_DUE_TO_CALLBACK: u32 = 102;

    /// `Proto-Disabled-Or-Unsupported`.
    pub const PROTO_DISABLED_OR_UNSUPPORTED: u32 = 120;

    /// `Disconnect-Req-By-RADIUS`.
    pub const DISCONNECT_REQ_BY_RADIUS: u32 = 150;

    /// `Disconnect-Req-By-Local-Admin`.
    pub const DISCONNECT_REQ_BY_LOCAL_ADMIN: u32 = 151;

    /// `V110-Timeout-Sync-Retry-Exceed`.
    pub const V110_TIMEOUT_SYNC_RETRY_EXCEED: u32 = 160;

    /// `PPP-Auth-Timeout-Exceeded`.
    pub const PPP_AUTH_TIMEOUT_EXCEEDED: u32 = 170;

    /// `User-Executed-Do-Hangup`.
    pub const USER_EXECUTED_DO_HANGUP: u32 = 180;

    /// `Remote-End-Hung-Up`.
    pub const REMOTE_END_HUNG_UP: u32 = 185;

    /// `Resource-Has-Been-Quiesced`.
    pub const RESOURCE_HAS_BEEN_QUIESCED: u32 = 190;

    /// `Max-Call-Duration-Reached`.
    pub const MAX_CALL_DURATION_REACHED: u32 = 195;
}

/// The values of `Ascend-Event-Type`.
pub mod ascend_event_type {
    /// `Ascend-ColdStart`.
    pub const ASCEND_COLDSTART: u32 = 1;

    /// `Ascend-Session-Event`.
    pub const ASCEND_SESSION_EVENT: u32 = 2;
}

/// The values of `Ascend-User-Acct-Type`.
pub mod ascend_user_acct_type {
    /// `Ascend-User-Acct-None`.
    pub const ASCEND_USER_ACCT_NONE: u32 = 0;

    /// `Ascend-User-Acct-User`.
    pub const ASCEND_USER_ACCT_USER: u32 = 1;

    /// `Ascend-User-Acct-User-Default`.
    pub const ASCEND_USER_ACCT_USER_DEFAULT: u32 = 2;
}

/// The values of `Ascend-User-Acct-Base`.
pub mod ascend_user_acct_base {
    /// `Base-10`.
    pub const BASE_10: u32 = 0;

    /// `Base-16`.
    pub const BASE_16: u32 = 1;
}

/// The values of `Ascend-Service-Type`.
pub mod ascend_service_type {
    /// `Ascend-Service-Type-NotUsed`.
    pub const ASCEND_SERVICE_TYPE_NOTUSED: u32 = 0;

    /// `Ascend-Service-Type-None`.
    pub const ASCEND_SERVICE_TYPE_NONE: u32 = 1;

    /// `Ascend-Service-Type-Other`.
    pub const ASCEND_SERVICE_TYPE_OTHER: u32 = 2;

    /// `Ascend-Service-Type-PPP`.
    pub const ASCEND_SERVICE_TYPE_PPP: u32 = 3;

    /// `Ascend-Service-Type-Slip`.
    pub const ASCEND_SERVICE_TYPE_SLIP: u32 = 4;

    /// `Ascend-Service-Type-MPP`.
    pub const ASCEND_SERVICE_TYPE_MPP: u32 = 5;

    /// `Ascend-Service-Type-X25`.
    pub const ASCEND_SERVICE_TYPE_X25: u32 = 6;

    /// `Ascend-Service-Type-Combinet`.
    pub const ASCEND_SERVICE_TYPE_COMBINET: u32 = 7;

    /// `Ascend-Service-Type-FR`.
    pub const ASCEND_SERVICE_TYPE_FR: u32 = 8;

    /// `Ascend-Service-Type-EuRaw`.
    pub const ASCEND_SERVICE_TYPE_EURAW: u32 = 9;

    /// `Ascend-Service-Type-EuUi`.
    pub const ASCEND_SERVICE_TYPE_EUUI: u32 = 10;

    /// `Ascend-Service-Type-Telnet`.
    pub const ASCEND_SERVICE_TYPE_TELNET: u32 = 11;

    /// `Ascend-Service-Type-TelnetBin`.
    pub const ASCEND_SERVICE_TYPE_TELNETBIN: u32 = 12;

    /// `Ascend-Service-Type-RawTcp`.
    pub const ASCEND_SERVICE_TYPE_RAWTCP: u32 = 13;

    /// `Ascend-Service-Type-TermServer`.
    pub const ASCEND_SERVICE_TYPE_TERMSERVER: u32 = 14;

    /// `Ascend-Service-Type-MP`.
    pub const ASCEND_SERVICE_TYPE_MP: u32 = 15;

    /// `Ascend-Service-Type-VirtualConn`.
    pub const ASCEND_SERVICE_TYPE_VIRTUALCONN: u32 = 16;

    /// `Ascend-Service-Type-X25DChan`.
    pub const ASCEND_SERVICE_TYPE_X25DCHAN: u32 = 17;

    /// `Ascend-Service-Type-PseuTunPPP`.
    pub const ASCEND_SERVICE_TYPE_PSEUTUNPPP: u32 = 18;

    /// `Ascend-Service-Type-IpFax`.
    pub const ASCEND_SERVICE_TYPE_IPFAX: u32 = 19;

    /// `Ascend-Service-Type-ATM`.
    pub const ASCEND_SERVICE_TYPE_ATM: u32 = 20;

    /// `Ascend-Service-Type-HdlcNrm`.
    pub const ASCEND_SERVICE_TYPE_HDLCNRM: u32 = 21;

    /// `Ascend-Service-Type-VoIp`.
    pub const ASCEND_SERVICE_TYPE_VOIP: u32 = 22;

    /// `Ascend-Service-Type-Visa2`.
    pub const ASCEND_SERVICE_TYPE_VISA2: u32 = 23;

    /// `Ascend-Service-Type-NetToNet`.
    pub const ASCEND_SERVICE_TYPE_NETTONET: u32 = 25;
}

/// The values of `Ascend-Session-Type`.
pub mod ascend_session_type {
    /// `Ascend-Session-Unused`.
    pub const ASCEND_SESSION_UNUSED: u32 = 0;

    /// `Ascend-Session-Unknown`.
    pub const ASCEND_SESSION_UNKNOWN: u32 = 1;

    /// `Ascend-Session-G711-Ulaw`.
    pub const ASCEND_SESSION_G711_ULAW: u32 = 2;

    /// `Ascend-Session-G711-Alaw`.
    pub const ASCEND_SESSION_G711_ALAW: u32 = 3;

    /// `Ascend-Session-G723`.
    pub const ASCEND_SESSION_G723: u32 = 4;

    /// `Ascend-Session-G729`.
    pub const ASCEND_SESSION_G729: u32 = 5;

    /// `Ascend-Session-G723-64KPS`.
    pub const ASCEND_SESSION_G723_64KPS: u32 = 6;

    /// `Ascend-Session-G728`.
    pub const ASCEND_SESSION_G728: u32 = 7;

    /// `Ascend-Session-RT24`.
    pub const ASCEND_SESSION_RT24: u32 = 8;
}

/// The values of `Ascend-NAS-Port-Format`.
pub mod ascend_nas_port_format {
    /// `Unknown`.
    pub const UNKNOWN: u32 = 0;

    /// `2_4_6_4`.
    pub const _2_4_6_4: u32 = 1;

    /// `2_4_5_5`.
    pub const _2_4_5_5: u32 = 2;

    /// `1_2_2`.
    pub const _1_2_2: u32 = 3;
}

/// The values of `Ascend-PPPoE-Enable`.
pub mod ascend_pppoe_enable {
    /// `PPPoE-No`.
    pub const PPPOE_NO: u32 = 0;

    /// `PPPoE-Yes`.
    pub const PPPOE_YES: u32 = 1;
}

/// The values of `Ascend-Bridge-Non-PPPoE`.
pub mod ascend_bridge_non_pppoe {
    /// `Bridge-Non-PPPoE-No`.
    pub const BRIDGE_NON_PPPOE_NO: u32 = 0;

    /// `Bridge-Non-PPPoE-Yes`.
    pub const BRIDGE_NON_PPPOE_YES: u32 = 1;
}

/// The values of `Ascend-Call-Type`.
pub mod ascend_call_type {
    /// `Switched`.
    pub const SWITCHED: u32 = 0;

    /// `Nailed`.
    pub const NAILED: u32 = 1;

    /// `Nailed/Mpp`.
    pub const NAILED_MPP: u32 = 2;

    /// `Perm/Switched`.
    pub const PERM_SWITCHED: u32 = 3;

    /// `AO/DI`.
    pub const AO_DI: u32 = 6;

    /// `MegaMax`.
    pub const MEGAMAX: u32 = 7;
}

/// The values of `Ascend-Data-Svc`.
pub mod ascend_data_svc {
    /// `Switched-Voice-Bearer`.
    pub const SWITCHED_VOICE_BEARER: u32 = 0;

    /// `Nailed-56KR`.
    pub const NAILED_56KR: u32 = 1;

    /// `Nailed-64K`.
    pub const NAILED_64K: u32 = 2;

    /// `Switched-64KR`.
    pub const SWITCHED_64KR: u32 = 3;

    /// `Switched-56K`.
    pub const SWITCHED_56K: u32 = 4;

    /// `Switched-384KR`.
    pub const SWITCHED_384KR: u32 = 5;

    /// `Switched-384K`.
    pub const SWITCHED_384K: u32 = 6;

    /// `Switched-1536K`.
    pub const SWITCHED_1536K: u32 = 7;

    /// `Switched-1536KR`.
    pub const SWITCHED_1536KR: u32 = 8;

    /// `Switched-128K`.
    pub const SWITCHED_128K: u32 = 9;

    /// `Switched-192K`.
    pub const SWITCHED_192K: u32 = 10;

    /// `Switched-256K`.
    pub const SWITCHED_256K: u32 = 11;

    /// `Switched-320K`.
    pub const SWITCHED_320K: u32 = 12;

    /// `Switched-384K-MR`.
    pub const SWITCHED_384K_MR: u32 = 13;

    /// `Switched-448K`.
    pub const SWITCHED_448K: u32 = 14;

    /// `Switched-512K`.
    pub const SWITCHED_512K: u32 = 15;

    /// `Switched-576K`.
    pub const SWITCHED_576K: u32 = 16;

    /// `Switched-640K`.
    pub const SWITCHED_640K: u32 = 17;

    /// `Switched-704K`.
    pub const SWITCHED_704K: u32 = 18;

    /// `Switched-768K`.
    pub const SWITCHED_768K: u32 = 19;

    /// `Switched-832K`.
    pub const SWITCHED_832K: u32 = 20;

    /// `Switched-896K`.
    pub const SWITCHED_896K: u32 = 21;

    /// `Switched-960K`.
    pub const SWITCHED_960K: u32 = 22;

    /// `Switched-1024K`.
    pub const SWITCHED_1024K: u32 = 23;

    /// `Switched-1088K`.
    pub const SWITCHED_1088K: u32 = 24;

    /// `Switched-1152K`.
    pub const SWITCHED_1152K: u32 = 25;

    /// `Switched-1216K`.
    pub const SWITCHED_1216K: u32 = 26;

    /// `Switched-1280K`.
    pub const SWITCHED_1280K: u32 = 27;

    /// `Switched-1344K`.
    pub const SWITCHED_1344K: u32 = 28;

    /// `Switched-1408K`.
    pub const SWITCHED_1408K: u32 = 29;

    /// `Switched-1472K`.
    pub const SWITCHED_1472K: u32 = 30;

    /// `Switched-1600K`.
    pub const SWITCHED_1600K: u32 = 31;

    /// `Switched-1664K`.
    pub const SWITCHED_1664K: u32 = 32;

    /// `Switched-1728K`.
    pub const SWITCHED_1728K: u32 = 33;

    /// `Switched-1792K`.
    pub const SWITCHED_1792K: u32 = 34;

    /// `Switched-1856K`.
    pub const SWITCHED_1856K: u32 = 35;

    /// `Switched-1920K`.
    pub const SWITCHED_1920K: u32 = 36;

    /// `Switched-inherited`.
    pub const SWITCHED_INHERITED: u32 = 37;

    /// `Switched-restricted-bearer-x30`.
    pub const SWITCHED_RESTRICTED_BEARER_X30: u32 = 38;

    /// `Switched-clear-bearer-v110`.
    pub const SWITCHED_CLEAR_BEARER_V110: u32 = 39;

    /// `Switched-restricted-64-x30`.
    pub const SWITCHED_RESTRICTED_64_X30: u32 = 40;

    /// `Switched-clear-56-v110`.
    pub const SWITCHED_CLEAR_56_V110: u32 = 41;

    /// `Switched-modem`.
    pub const SWITCHED_MODEM: u32 = 42;

    /// `Switched-atmodem`.
    pub const SWITCHED_ATMODEM: u32 = 43;

    /// `Switched-V110-24-56`.
    pub const SWITCHED_V110_24_56: u32 = 45;

    /// `Switched-V110-48-56`.
    pub const SWITCHED_V110_48_56: u32 = 46;

    /// `Switched-V110-96-56`.
    pub const SWITCHED_V110_96_56: u32 = 47;

    /// `Switched-V110-192-56`.
    pub const SWITCHED_V110_192_56: u32 = 48;

    /// `Switched-V110-384-56`.
    pub const SWITCHED_V110_384_56: u32 = 49;

    /// `Switched-V110-24-56R`.
    pub const SWITCHED_V110_24_56R: u32 = 50;

    /// `Switched-V110-48-56R`.
    pub const SWITCHED_V110_48_56R: u32 = 51;

    /// `Switched-V110-96-56R`.
    pub const SWITCHED_V110_96_56R: u32 = 52;

    /// `Switched-V110-192-56R`.
    pub const SWITCHED_V110_192_56R: u32 = 53;

    /// `Switched-V110-384-56R`.
    pub const SWITCHED_V110_384_56R: u32 = 54;

    /// `Switched-V110-24-64`.
    pub const SWITCHED_V110_24_64: u32 = 55;

    /// `Switched-V110-48-64`.
    pub const SWITCHED_V110_48_64: u32 = 56;

    /// `Switched-V110-96-64`.
    pub const SWITCHED_V110_96_64: u32 = 57;

    /// `Switched-V110-192-64`.
    pub const SWITCHED_V110_192_64: u32 = 58;

    /// `Switched-V110-384-64`.
    pub const SWITCHED_V110_384_64: u32 = 59;

    /// `Switched-V110-24-64R`.
    pub const SWITCHED_V110_24_64R: u32 = 60;

    /// `Switched-V110-48-64R`.
    pub const SWITCHED_V110_48_64R: u32 = 61;

    /// `Switched-V110-96-64R`.
    pub const SWITCHED_V110_96_64R: u32 = 62;

    /// `Switched-V110-192-64R`.
    pub const SWITCHED_V110_192_64R: u32 = 63;

    /// `Switched-V110-384-64R`.
    pub const SWITCHED_V110_384_64R: u32 = 64;

    /// `Switched-Pots`.
    pub const SWITCHED_POTS: u32 = 68;

    /// `Switched-ATM`.
    pub const SWITCHED_ATM: u32 = 69;

    /// `Switched-FR`.
    pub const SWITCHED_FR: u32 = 70;
}

/// The values of `Ascend-Force-56`.
pub mod ascend_force_56 {
    /// `Force-56-No`.
    pub const FORCE_56_NO: u32 = 0;

    /// `Force-56-Yes`.
    pub const FORCE_56_YES: u32 = 1;
}

/// The values of `Ascend-Call-Direction`.
pub mod ascend_call_direction {
    /// `Ascend-Call-Direction-Incoming`.
    pub const ASCEND_CALL_DIRECTION_INCOMING: u32 = 0;

    /// `Ascend-Call-Direction-Outgoing`.
    pub const ASCEND_CALL_DIRECTION_OUTGOING: u32 = 1;
}

/// The values of `Ascend-FT1-Caller`.
pub mod ascend_ft1_caller {
    /// `FT1-No`.
    pub const FT1_NO: u32 = 0;

    /// `FT1-Yes`.
    pub const FT1_YES: u32 = 1;
}

/// The values of `Ascend-PRI-Number-Type`.
pub mod ascend_pri_number_type {
    /// `Unknown-Number`.
    pub const UNKNOWN_NUMBER: u32 = 0;

    /// `Intl-Number`.
    pub const INTL_NUMBER: u32 = 1;

    /// `National-Number`.
    pub const NATIONAL_NUMBER: u32 = 2;

    /// `Net-Specific-Number`.
    pub const NET_SPECIFIC_NUMBER: u32 = 3;

    /// `Local-Number`.
    pub const LOCAL_NUMBER: u32 = 4;

    /// `Abbrev-Number`.
    pub const ABBREV_NUMBER: u32 = 5;
}

/// The values of `Ascend-Numbering-Plan-ID`.
pub mod ascend_numbering_plan_id {
    /// `Unknown-Numbering-Plan`.
    pub const UNKNOWN_NUMBERING_PLAN: u32 = 0;

    /// `ISDN-Numbering-Plan`.
    pub const ISDN_NUMBERING_PLAN: u32 = 1;

    /// `Private-Numbering-Plan`.
    pub const PRIVATE_NUMBERING_PLAN: u32 = 9;
}

/// The values of `Ascend-Calling-Id-Type-Of-Num`.
pub mod ascend_calling_id_type_of_num {
    /// `Unknown`.
    pub const UNKNOWN: u32 = 0;

    /// `International-Number`.
    pub const INTERNATIONAL_NUMBER: u32 = 1;

    /// `National-Number`.
    pub const NATIONAL_NUMBER: u32 = 2;

    /// `Network-Specific`.
    pub const NETWORK_SPECIFIC: u32 = 3;

    /// `Subscriber-Number`.
    pub const SUBSCRIBER_NUMBER: u32 = 4;

    /// `Abbreviated-Number`.
    pub const ABBREVIATED_NUMBER: u32 = 6;
}

/// The values of `Ascend-Calling-Id-Number-Plan`.
pub mod ascend_calling_id_number_plan {
    /// `Unknown`.
    pub const UNKNOWN: u32 = 0;

    /// `ISDN-Telephony`.
    pub const ISDN_TELEPHONY: u32 = 1;

    /// `Data`.
    pub const DATA: u32 = 3;

    /// `Telex`.
    pub const TELEX: u32 = 4;

    /// `National`.
    pub const NATIONAL: u32 = 8;

    /// `Private`.
    pub const PRIVATE: u32 = 9;
}

/// The values of `Ascend-Calling-Id-Presentatn`.
pub mod ascend_calling_id_presentatn {
    /// `Allowed`.
    pub const ALLOWED: u32 = 0;

    /// `Restricted`.
    pub const RESTRICTED: u32 = 1;

    /// `Number-Not-Available`.
    pub const NUMBER_NOT_AVAILABLE: u32 = 2;
}

/// The values of `Ascend-Calling-Id-Screening`.
pub mod ascend_calling_id_screening {
    /// `User-Not-Screened`.
    pub const USER_NOT_SCREENED: u32 = 0;

    /// `User-Provided-Passed`.
    pub const USER_PROVIDED_PASSED: u32 = 1;

    /// `User-Provided-Failed`.
    pub const USER_PROVIDED_FAILED: u32 = 2;

    /// `Network-Provided`.
    pub const NETWORK_PROVIDED: u32 = 3;
}

/// The values of `Ascend-Dialout-Allowed`.
pub mod ascend_dialout_allowed {
    /// `Dialout-Not-Allowed`.
    pub const DIALOUT_NOT_ALLOWED: u32 = 0;

    /// `Dialout-Allowed`.
    pub const DIALOUT_ALLOWED: u32 = 1;
}

/// The values of `Ascend-Callback`.
pub mod ascend_callback {
    /// `Callback-No`.
    pub const CALLBACK_NO: u32 = 0;

    /// `Callback-Yes`.
    pub const CALLBACK_YES: u32 = 1;
}

/// The values of `Ascend-Expect-Callback`.
pub mod ascend_expect_callback {
    /// `Expect-Callback-No`.
    pub const EXPECT_CALLBACK_NO: u32 = 0;

    /// `Expect-Callback-Yes`.
    pub const EXPECT_CALLBACK_YES: u32 = 1;
}

/// The values of `Ascend-CBCP-Enable`.
pub mod ascend_cbcp_enable {
    /// `CBCP-Not-Enabled`.
    pub const CBCP_NOT_ENABLED: u32 = 0;

    /// `CBCP-Enabled`.
    pub const CBCP_ENABLED: u32 = 1;
}

/// The values of `Ascend-CBCP-Mode`.
pub mod ascend_cbcp_mode {
    /// `CBCP-No-Callback`.
    pub const CBCP_NO_CALLBACK: u32 = 1;

    /// `CBCP-User-Callback`.
    pub const CBCP_USER_CALLBACK: u32 = 2;

    /// `CBCP-Profile-Callback`.
    pub const CBCP_PROFILE_CALLBACK: u32 = 3;

    /// `CBCP-Any-Or-No`.
    pub const CBCP_ANY_OR_NO: u32 = 7;

    /// `CBCP-Off`.
    pub const CBCP_OFF: u32 = 8;
}

/// The values of `Ascend-PPP-VJ-Slot-Comp`.
pub mod ascend_ppp_vj_slot_comp {
    /// `VJ-Slot-Comp-No`.
    pub const VJ_SLOT_COMP_NO: u32 = 1;
}

/// The values of `Ascend-PPP-VJ-1172`.
pub mod ascend_ppp_vj_1172 {
    /// `PPP-VJ-1172`.
    pub const PPP_VJ_1172: u32 = 1;
}

/// The values of `Ascend-Link-Compression`.
pub mod ascend_link_compression {
    /// `Link-Comp-None`.
    pub const LINK_COMP_NONE: u32 = 0;

    /// `Link-Comp-Stac`.
    pub const LINK_COMP_STAC: u32 = 1;

    /// `Link-Comp-Stac-Draft-9`.
    pub const LINK_COMP_STAC_DRAFT_9: u32 = 2;

    /// `Link-Comp-MS-Stac`.
    pub const LINK_COMP_MS_STAC: u32 = 3;
}

/// The values of `Ascend-BACP-Enable`.
pub mod ascend_bacp_enable {
    /// `BACP-No`.
    pub const BACP_NO: u32 = 0;

    /// `BACP-Yes`.
    pub const BACP_YES: u32 = 1;
}

/// The values of `Ascend-DBA-Monitor`.
pub mod ascend_dba_monitor {
    /// `DBA-Transmit`.
    pub const DBA_TRANSMIT: u32 = 0;

    /// `DBA-Transmit-Recv`.
    pub const DBA_TRANSMIT_RECV: u32 = 1;

    /// `DBA-None`.
    pub const DBA_NONE: u32 = 2;
}

/// The values of `Ascend-History-Weigh-Type`.
pub mod ascend_history_weigh_type {
    /// `History-Constant`.
    pub const HISTORY_CONSTANT: u32 = 0;

    /// `History-Linear`.
    pub const HISTORY_LINEAR: u32 = 1;

    /// `History-Quadratic`.
    pub const HISTORY_QUADRATIC: u32 = 2;
}

/// The values of `Ascend-Bridge`.
pub mod ascend_bridge {
    /// `Bridge-No`.
    pub const BRIDGE_NO: u32 = 0;

    /// `Bridge-Yes`.
    pub const BRIDGE_YES: u32 = 1;
}

/// The values of `Ascend-BIR-Enable`.
pub mod ascend_bir_enable {
    /// `BIR-Enable-No`.
    pub const BIR_ENABLE_NO: u32 = 0;

    /// `BIR-Enable-Yes`.
    pub const BIR_ENABLE_YES: u32 = 1;
}

/// The values of `Ascend-BIR-Proxy`.
pub mod ascend_bir_proxy {
    /// `BIR-Proxy-No`.
    pub const BIR_PROXY_NO: u32 = 0;

    /// `BIR-Proxy-Yes`.
    pub const BIR_PROXY_YES: u32 = 1;
}

/// The values of `Ascend-Route-IPX`.
pub mod ascend_route_ipx {
    /// `Route-IPX-No`.
    pub const ROUTE_IPX_NO: u32 = 0;

    /// `Route-IPX-Yes`.
    pub const ROUTE_IPX_YES: u32 = 1;
}

/// The values of `Ascend-IPX-Peer-Mode`.
pub mod ascend_ipx_peer_mode {
    /// `IPX-Peer-Router`.
    pub const IPX_PEER_ROUTER: u32 = 0;

    /// `IPX-Peer-Dialin`.
    pub const IPX_PEER_DIALIN: u32 = 1;
}

/// The values of `Ascend-IPX-Header-Compression`.
pub mod ascend_ipx_header_compression {
    /// `IPX-Header-Compression-No`.
    pub const IPX_HEADER_COMPRESSION_NO: u32 = 0;

    /// `IPX-Header-Compression-Yes`.
    pub const IPX_HEADER_COMPRESSION_YES: u32 = 1;
}

/// The values of `Ascend-Handle-IPX`.
pub mod ascend_handle_ipx {
    /// `Handle-IPX-None`.
    pub const HANDLE_IPX_NONE: u32 = 0;

    /// `Handle-IPX-Client`.
    pub const HANDLE_IPX_CLIENT: u32 = 1;

    /// `Handle-IPX-Server`.
    pub const HANDLE_IPX_SERVER: u32 = 2;
}

/// The values of `Ascend-Route-Appletalk`.
pub mod ascend_route_appletalk {
    /// `Route-Appletalk-No`.
    pub const ROUTE_APPLETALK_NO: u32 = 0;

    /// `Route-Appletalk-Yes`.
    pub const ROUTE_APPLETALK_YES: u32 = 1;
}

/// The values of `Ascend-Appletalk-Peer-Mode`.
pub mod ascend_appletalk_peer_mode {
    /// `Appletalk-Peer-Router`.
    pub const APPLETALK_PEER_ROUTER: u32 = 0;

    /// `Appletalk-Peer-Dialin`.
    pub const APPLETALK_PEER_DIALIN: u32 = 1;
}

/// The values of `Ascend-Tunneling-Protocol`.
pub mod ascend_tunneling_protocol {
    /// `ATMP-Tunnel`.
    pub const ATMP_TUNNEL: u32 = 0;

    /// `VTP-Tunnel`.
    pub const VTP_TUNNEL: u32 = 1;
}

/// The values of `Ascend-FR-Direct`.
pub mod ascend_fr_direct {
    /// `FR-Direct-No`.
    pub const FR_DIRECT_NO: u32 = 0;

    /// `FR-Direct-Yes`.
    pub const FR_DIRECT_YES: u32 = 1;
}

/// The values of `Ascend-FR-Type`.
pub mod ascend_fr_type {
    /// `Ascend-FR-DTE`.
    pub const ASCEND_FR_DTE: u32 = 0;

    /// `Ascend-FR-DCE`.
    pub const ASCEND_FR_DCE: u32 = 1;

    /// `Ascend-FR-NNI`.
    pub const ASCEND_FR_NNI: u32 = 2;
}

/// The values of `Ascend-FR-Link-Mgt`.
pub mod ascend_fr_link_mgt {
    /// `Ascend-FR-No-Link-Mgt`.
    pub const ASCEND_FR_NO_LINK_MGT: u32 = 0;

    /// `Ascend-FR-T1-617D`.
    pub const ASCEND_FR_T1_617D: u32 = 1;

    /// `Ascend-FR-Q-933A`.
    pub const ASCEND_FR_Q_933A: u32 = 2;
}

/// The values of `Ascend-FR-Link-Status-DLCI`.
pub mod ascend_fr_link_status_dlci {
    /// `Ascend-FR-LMI-Dlci-0`.
    pub const ASCEND_FR_LMI_DLCI_0: u32 = 0;

    /// `Ascend-FR-LMI-Dlci-1023`.
    pub const ASCEND_FR_LMI_DLCI_1023: u32 = 1023;
}

/// The values of `Ascend-FR-LinkUp`.
pub mod ascend_fr_linkup {
    /// `Ascend-LinkUp-Default`.
    pub const ASCEND_LINKUP_DEFAULT: u32 = 0;

    /// `Ascend-LinkUp-AlwaysUp`.
    pub const ASCEND_LINKUP_ALWAYSUP: u32 = 1;
}

/// The values of `Ascend-ATM-Direct`.
pub mod ascend_atm_direct {
    /// `ATM-Direct-No`.
    pub const ATM_DIRECT_NO: u32 = 0;

    /// `ATM-Direct-Yes`.
    pub const ATM_DIRECT_YES: u32 = 1;
}

/// The values of `Ascend-ATM-Fault-Management`.
pub mod ascend_atm_fault_management {
    /// `VC-No-Loopback`.
    pub const VC_NO_LOOPBACK: u32 = 0;

    /// `VC-Segment-Loopback`.
    pub const VC_SEGMENT_LOOPBACK: u32 = 1;

    /// `VC-End-To-End-Loopback`.
    pub const VC_END_TO_END_LOOPBACK: u32 = 2;
}

/// The values of `Ascend-Ckt-Type`.
pub mod ascend_ckt_type {
    /// `Ascend-PVC`.
    pub const ASCEND_PVC: u32 = 0;

    /// `Ascend-SVC`.
    pub const ASCEND_SVC: u32 = 1;
}

/// The values of `Ascend-SVC-Enabled`.
pub mod ascend_svc_enabled {
    /// `Ascend-SVC-Enabled-No`.
    pub const ASCEND_SVC_ENABLED_NO: u32 = 0;

    /// `Ascend-SVC-Enabled-Yes`.
    pub const ASCEND_SVC_ENABLED_YES: u32 = 1;
}

/// The values of `Ascend-X25-Reverse-Charging`.
pub mod ascend_x25_reverse_charging {
    /// `Reverse-Charging-No`.
    pub const REVERSE_CHARGING_NO: u32 = 0;

    /// `Reverse-Charging-Yes`.
    pub const REVERSE_CHARGING_YES: u32 = 1;
}

/// The values of `Ascend-X25-Pad-X3-Profile`.
pub mod ascend_x25_pad_x3_profile {
    /// `CRT`.
    pub const CRT: u32 = 0;

    /// `INFONET`.
    pub const INFONET: u32 = 1;

    /// `DEFAULT`.
    pub const DEFAULT: u32 = 2;

    /// `SCEN`.
    pub const SCEN: u32 = 3;

    /// `CC_SSP`.
    pub const CC_SSP: u32 = 4;

    /// `CC_TSP`.
    pub const CC_TSP: u32 = 5;

    /// `HARDCOPY`.
    pub const HARDCOPY: u32 = 6;

    /// `HDX`.
    pub const HDX: u32 = 7;

    /// `SHARK`.
    pub const SHARK: u32 = 8;

    /// `POS`.
    pub const POS: u32 = 9;

    /// `NULL`.
    pub const NULL: u32 = 10;

    /// `CUSTOM`.
    pub const CUSTOM: u32 = 11;
}
