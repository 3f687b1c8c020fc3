// Written by `cargo xtask dict` from dictionaries/dictionary.redback; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Integer64, Ipv4, Octets, TaggedInteger, TaggedText, Text};

const VENDOR: VendorId = VendorId(2352);

/// `Agent-Circuit-Id` (97): The subscriber's port on the access node, from PPPoE or DHCP; text by custom, but not always.
pub const AGENT_CIRCUIT_ID: Handle<Octets> = Handle::of_vendor("Agent-Circuit-Id", VENDOR, 97);

/// `Agent-Remote-Id` (96): The subscriber's line as the operator names it, from PPPoE or DHCP; text by custom, but not always.
pub const AGENT_REMOTE_ID: Handle<Octets> = Handle::of_vendor("Agent-Remote-Id", VENDOR, 96);

/// `Mac-Addr` (145): The MAC address of the subscriber.
pub const MAC_ADDR: Handle<Text> = Handle::of_vendor("Mac-Addr", VENDOR, 145);

/// `NAS-Real-Port` (62): The port of the router that the subscriber is on, in full: slot, port and circuit in one number.
pub const NAS_REAL_PORT: Handle<Integer> = Handle::of_vendor("NAS-Real-Port", VENDOR, 62);

/// `Medium-Type` (38): What the line is made of.
pub const MEDIUM_TYPE: Handle<Integer> = Handle::of_vendor("Medium-Type", VENDOR, 38);

/// `Remote-Port` (93): The port of the access node.
pub const REMOTE_PORT: Handle<Text> = Handle::of_vendor("Remote-Port", VENDOR, 93);

/// `Vlan-Source-Info` (146): The source of the subscriber's VLAN.
pub const VLAN_SOURCE_INFO: Handle<Text> = Handle::of_vendor("Vlan-Source-Info", VENDOR, 146);

/// `Platform-Type` (98): The model of the router.
pub const PLATFORM_TYPE: Handle<Integer> = Handle::of_vendor("Platform-Type", VENDOR, 98);

/// `OS-Version` (112): The software version of the router.
pub const OS_VERSION: Handle<Text> = Handle::of_vendor("OS-Version", VENDOR, 112);

/// `Cluster-Partition-ID` (209): The partition of a cluster.
pub const CLUSTER_PARTITION_ID: Handle<Text> =
    Handle::of_vendor("Cluster-Partition-ID", VENDOR, 209);

/// `Circuit-Group-Member` (210): The circuit group that the subscriber's circuit is a member of.
pub const CIRCUIT_GROUP_MEMBER: Handle<Text> =
    Handle::of_vendor("Circuit-Group-Member", VENDOR, 210);

/// `DSL-Actual-Rate-Up` (166): The upload rate the line trained at.
pub const DSL_ACTUAL_RATE_UP: Handle<Integer> =
    Handle::of_vendor("DSL-Actual-Rate-Up", VENDOR, 166);

/// `DSL-Actual-Rate-Down` (167): The download rate the line trained at.
pub const DSL_ACTUAL_RATE_DOWN: Handle<Integer> =
    Handle::of_vendor("DSL-Actual-Rate-Down", VENDOR, 167);

/// `DSL-Actual-Rate-Down-Factor` (185): The factor applied to the download rate the line trained at.
pub const DSL_ACTUAL_RATE_DOWN_FACTOR: Handle<Integer> =
    Handle::of_vendor("DSL-Actual-Rate-Down-Factor", VENDOR, 185);

/// `DSL-Min-Rate-Up` (168): The least upload rate the line is set to.
pub const DSL_MIN_RATE_UP: Handle<Integer> = Handle::of_vendor("DSL-Min-Rate-Up", VENDOR, 168);

/// `DSL-Min-Rate-Down` (169): The least download rate the line is set to.
pub const DSL_MIN_RATE_DOWN: Handle<Integer> = Handle::of_vendor("DSL-Min-Rate-Down", VENDOR, 169);

/// `DSL-Attainable-Rate-Up` (170): The upload rate the line could reach.
pub const DSL_ATTAINABLE_RATE_UP: Handle<Integer> =
    Handle::of_vendor("DSL-Attainable-Rate-Up", VENDOR, 170);

/// `DSL-Attainable-Rate-Down` (171): The download rate the line could reach.
pub const DSL_ATTAINABLE_RATE_DOWN: Handle<Integer> =
    Handle::of_vendor("DSL-Attainable-Rate-Down", VENDOR, 171);

/// `DSL-Max-Rate-Up` (172): The most upload rate the line is set to.
pub const DSL_MAX_RATE_UP: Handle<Integer> = Handle::of_vendor("DSL-Max-Rate-Up", VENDOR, 172);

/// `DSL-Max-Rate-Down` (173): The most download rate the line is set to.
pub const DSL_MAX_RATE_DOWN: Handle<Integer> = Handle::of_vendor("DSL-Max-Rate-Down", VENDOR, 173);

/// `DSL-Min-Low-Power-Rate-Up` (174): The least upload rate in the low power state.
pub const DSL_MIN_LOW_POWER_RATE_UP: Handle<Integer> =
    Handle::of_vendor("DSL-Min-Low-Power-Rate-Up", VENDOR, 174);

/// `DSL-Min-Low-Power-Rate-Down` (175): The least download rate in the low power state.
pub const DSL_MIN_LOW_POWER_RATE_DOWN: Handle<Integer> =
    Handle::of_vendor("DSL-Min-Low-Power-Rate-Down", VENDOR, 175);

/// `DSL-Max-Inter-Delay-Up` (176): The most upload delay by interleaving.
pub const DSL_MAX_INTER_DELAY_UP: Handle<Integer> =
    Handle::of_vendor("DSL-Max-Inter-Delay-Up", VENDOR, 176);

/// `DSL-Actual-Inter-Delay-Up` (177): The upload delay by interleaving.
pub const DSL_ACTUAL_INTER_DELAY_UP: Handle<Integer> =
    Handle::of_vendor("DSL-Actual-Inter-Delay-Up", VENDOR, 177);

/// `DSL-Max-Inter-Delay-Down` (178): The most download delay by interleaving.
pub const DSL_MAX_INTER_DELAY_DOWN: Handle<Integer> =
    Handle::of_vendor("DSL-Max-Inter-Delay-Down", VENDOR, 178);

/// `DSL-Actual-Inter-Delay-Down` (179): The download delay by interleaving.
pub const DSL_ACTUAL_INTER_DELAY_DOWN: Handle<Integer> =
    Handle::of_vendor("DSL-Actual-Inter-Delay-Down", VENDOR, 179);

/// `DSL-Line-State` (180): The state of the line.
pub const DSL_LINE_STATE: Handle<Integer> = Handle::of_vendor("DSL-Line-State", VENDOR, 180);

/// `DSL-L2-Encapsulation` (181): The layer 2 encapsulation of the line.
pub const DSL_L2_ENCAPSULATION: Handle<Integer> =
    Handle::of_vendor("DSL-L2-Encapsulation", VENDOR, 181);

/// `DSL-Transmission-System` (182): The kind of DSL.
pub const DSL_TRANSMISSION_SYSTEM: Handle<Integer> =
    Handle::of_vendor("DSL-Transmission-System", VENDOR, 182);

/// `DSL-PPPOA-PPPOE-Inter-Work-Flag` (183): Whether the access node turned PPPoA into PPPoE.
pub const DSL_PPPOA_PPPOE_INTER_WORK_FLAG: Handle<Integer> =
    Handle::of_vendor("DSL-PPPOA-PPPOE-Inter-Work-Flag", VENDOR, 183);

/// `DSL-Combined-Line-Info` (184): What is known of the line, in one text.
pub const DSL_COMBINED_LINE_INFO: Handle<Text> =
    Handle::of_vendor("DSL-Combined-Line-Info", VENDOR, 184);

/// `Context-Name` (4): The context (virtual router) of the subscriber.
pub const CONTEXT_NAME: Handle<Text> = Handle::of_vendor("Context-Name", VENDOR, 4);

/// `Subscriber-Profile-Name` (91): The subscriber profile of the router.
pub const SUBSCRIBER_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Subscriber-Profile-Name", VENDOR, 91);

/// `IP-Interface-Name` (104): The interface of the router to bind the subscriber to.
pub const IP_INTERFACE_NAME: Handle<Text> = Handle::of_vendor("IP-Interface-Name", VENDOR, 104);

/// `Source-Validation` (14): Whether packets with a source address not of the subscriber are dropped.
pub const SOURCE_VALIDATION: Handle<Integer> = Handle::of_vendor("Source-Validation", VENDOR, 14);

/// `Idle-Timeout-Threshold` (198): The threshold of the idle timeout.
pub const IDLE_TIMEOUT_THRESHOLD: Handle<Integer> =
    Handle::of_vendor("Idle-Timeout-Threshold", VENDOR, 198);

/// `Double-Authentication` (199): Concerns authenticating the subscriber twice.
pub const DOUBLE_AUTHENTICATION: Handle<Integer> =
    Handle::of_vendor("Double-Authentication", VENDOR, 199);

/// `Security-Service` (203): The security service of the subscriber.
pub const SECURITY_SERVICE: Handle<Text> = Handle::of_vendor("Security-Service", VENDOR, 203);

/// `RB-NPM-Service-Id` (106): A service as NetOp Policy Manager (NPM), the policy server for these routers, names it.
pub const RB_NPM_SERVICE_ID: Handle<Text> = Handle::of_vendor("RB-NPM-Service-Id", VENDOR, 106);

/// `SBC-Adjacency` (200): The adjacency of the session border controller (SBC).
pub const SBC_ADJACENCY: Handle<Text> = Handle::of_vendor("SBC-Adjacency", VENDOR, 200);

/// `Radius-Throttle-Watermark` (206): The mark at which the router throttles RADIUS requests.
pub const RADIUS_THROTTLE_WATERMARK: Handle<Integer> =
    Handle::of_vendor("Radius-Throttle-Watermark", VENDOR, 206);

/// `Client-DNS-Pri` (1): The first DNS server.
pub const CLIENT_DNS_PRI: Handle<Ipv4> = Handle::of_vendor("Client-DNS-Pri", VENDOR, 1);

/// `Client-DNS-Sec` (2): The second DNS server.
pub const CLIENT_DNS_SEC: Handle<Ipv4> = Handle::of_vendor("Client-DNS-Sec", VENDOR, 2);

/// `Client-NBNS-Pri` (99): The first NetBIOS name server (WINS).
pub const CLIENT_NBNS_PRI: Handle<Ipv4> = Handle::of_vendor("Client-NBNS-Pri", VENDOR, 99);

/// `Client-NBNS-Sec` (100): The second NetBIOS name server (WINS).
pub const CLIENT_NBNS_SEC: Handle<Ipv4> = Handle::of_vendor("Client-NBNS-Sec", VENDOR, 100);

/// `RB-IPV6-DNS` (207): The DNS servers by their IPv6 addresses.
pub const RB_IPV6_DNS: Handle<Text> = Handle::of_vendor("RB-IPV6-DNS", VENDOR, 207);

/// `RB-IPv6-Option` (208): An IPv6 option of the subscriber.
pub const RB_IPV6_OPTION: Handle<Text> = Handle::of_vendor("RB-IPv6-Option", VENDOR, 208);

/// `Ip-Address-Pool-Name` (36): The pool to take the IPv4 address from.
pub const IP_ADDRESS_POOL_NAME: Handle<Text> =
    Handle::of_vendor("Ip-Address-Pool-Name", VENDOR, 36);

/// `Ip-Host-Addr` (60): The address of a host of the subscriber.
pub const IP_HOST_ADDR: Handle<Text> = Handle::of_vendor("Ip-Host-Addr", VENDOR, 60);

/// `Assigned-IP-Address` (132): The address the subscriber got.
pub const ASSIGNED_IP_ADDRESS: Handle<Ipv4> = Handle::of_vendor("Assigned-IP-Address", VENDOR, 132);

/// `IPv4-Address-Release-Control` (213): When the IPv4 address of a dual-stack subscriber is given back.
pub const IPV4_ADDRESS_RELEASE_CONTROL: Handle<Text> =
    Handle::of_vendor("IPv4-Address-Release-Control", VENDOR, 213);

/// `Delegated-Max-Prefix` (212): The most IPv6 prefixes delegated to the subscriber.
pub const DELEGATED_MAX_PREFIX: Handle<Integer> =
    Handle::of_vendor("Delegated-Max-Prefix", VENDOR, 212);

/// `PPPoE-IP-Route-Add` (71): A route that the PPPoE client is told to add.
pub const PPPOE_IP_ROUTE_ADD: Handle<Text> = Handle::of_vendor("PPPoE-IP-Route-Add", VENDOR, 71);

/// `Route-Tag` (158): The tag of the subscriber's routes.
pub const ROUTE_TAG: Handle<Integer> = Handle::of_vendor("Route-Tag", VENDOR, 158);

/// `DHCP-Max-Leases` (3): The most addresses the subscriber's hosts may lease.
pub const DHCP_MAX_LEASES: Handle<Integer> = Handle::of_vendor("DHCP-Max-Leases", VENDOR, 3);

/// `DHCP-Vendor-Class-ID` (125): The DHCP client's vendor class (option 60).
pub const DHCP_VENDOR_CLASS_ID: Handle<Text> =
    Handle::of_vendor("DHCP-Vendor-Class-ID", VENDOR, 125);

/// `DHCP-Vendor-Encap-Option` (127): The DHCP client's vendor-specific options (option 43).
pub const DHCP_VENDOR_ENCAP_OPTION: Handle<Text> =
    Handle::of_vendor("DHCP-Vendor-Encap-Option", VENDOR, 127);

/// `DHCP-Field` (201): A field of the DHCP packet.
pub const DHCP_FIELD: Handle<Octets> = Handle::of_vendor("DHCP-Field", VENDOR, 201);

/// `DHCP-Option` (202): An option of the DHCP packet.
pub const DHCP_OPTION: Handle<Octets> = Handle::of_vendor("DHCP-Option", VENDOR, 202);

/// `QOS-Rate-Inbound` (156): The upload rate in place of that of the policing policy, kilobits a second.
pub const QOS_RATE_INBOUND: Handle<Text> = Handle::of_vendor("QOS-Rate-Inbound", VENDOR, 156);

/// `QOS-Rate-Outbound` (157): The download rate in place of that of the metering or queuing policy, kilobits a second.
pub const QOS_RATE_OUTBOUND: Handle<Text> = Handle::of_vendor("QOS-Rate-Outbound", VENDOR, 157);

/// `Qos-Rate` (126): A rate in place of that of the QoS policy.
pub const QOS_RATE: Handle<Text> = Handle::of_vendor("Qos-Rate", VENDOR, 126);

/// `Dynamic-QoS-Param` (196): A parameter in place of that of the QoS policy, `police-circuit-rate rate-absolute 1024`; may be repeated.
pub const DYNAMIC_QOS_PARAM: Handle<Text> = Handle::of_vendor("Dynamic-QoS-Param", VENDOR, 196);

/// `Qos-Policing-Profile-Name` (87): The QoS policy that polices upload.
pub const QOS_POLICING_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Qos-Policing-Profile-Name", VENDOR, 87);

/// `Qos-Metering-Profile-Name` (88): The QoS policy that meters download.
pub const QOS_METERING_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Qos-Metering-Profile-Name", VENDOR, 88);

/// `Qos-Policy-Queuing` (89): The QoS policy that queues download.
pub const QOS_POLICY_QUEUING: Handle<Text> = Handle::of_vendor("Qos-Policy-Queuing", VENDOR, 89);

/// `Qos-Profile-Overhead` (195): The QoS profile for the overhead of the line's framing.
pub const QOS_PROFILE_OVERHEAD: Handle<Text> =
    Handle::of_vendor("Qos-Profile-Overhead", VENDOR, 195);

/// `QOS-Reference` (114): The node of the QoS hierarchy the subscriber belongs to.
pub const QOS_REFERENCE: Handle<Text> = Handle::of_vendor("QOS-Reference", VENDOR, 114);

/// `Shaping-Profile-Name` (101): The profile that shapes the subscriber's ATM circuit.
pub const SHAPING_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("Shaping-Profile-Name", VENDOR, 101);

/// `Rate-Limit-Rate` (10): The rate of the subscriber's rate limit.
pub const RATE_LIMIT_RATE: Handle<Integer> = Handle::of_vendor("Rate-Limit-Rate", VENDOR, 10);

/// `Rate-Limit-Burst` (11): The burst of the subscriber's rate limit.
pub const RATE_LIMIT_BURST: Handle<Integer> = Handle::of_vendor("Rate-Limit-Burst", VENDOR, 11);

/// `Rate-Limit-Excess-Burst` (121): The excess burst of the subscriber's rate limit.
pub const RATE_LIMIT_EXCESS_BURST: Handle<Octets> =
    Handle::of_vendor("Rate-Limit-Excess-Burst", VENDOR, 121);

/// `Police-Rate` (12): The rate the subscriber is policed at.
pub const POLICE_RATE: Handle<Integer> = Handle::of_vendor("Police-Rate", VENDOR, 12);

/// `Police-Burst` (13): The burst the subscriber is policed at.
pub const POLICE_BURST: Handle<Integer> = Handle::of_vendor("Police-Burst", VENDOR, 13);

/// `Police-Excess-Burst` (122): The excess burst the subscriber is policed at.
pub const POLICE_EXCESS_BURST: Handle<Octets> =
    Handle::of_vendor("Police-Excess-Burst", VENDOR, 122);

/// `IP-TOS-Field` (61): The type of service to mark the subscriber's packets with.
pub const IP_TOS_FIELD: Handle<Integer> = Handle::of_vendor("IP-TOS-Field", VENDOR, 61);

/// `Flow-FAC-Profile` (189): The profile of flow admission control (FAC).
pub const FLOW_FAC_PROFILE: Handle<Text> = Handle::of_vendor("Flow-FAC-Profile", VENDOR, 189);

/// `Flow-IP-Profile` (205): The profile of IP flows.
pub const FLOW_IP_PROFILE: Handle<Text> = Handle::of_vendor("Flow-IP-Profile", VENDOR, 205);

/// `Forward-Policy` (92): The forward policy, which drops or redirects packets, and its direction: `in:REDIRECT`.
pub const FORWARD_POLICY: Handle<Text> = Handle::of_vendor("Forward-Policy", VENDOR, 92);

/// `Dynamic-Policy-Filter` (164): A rule for a policy's classes, in text.
pub const DYNAMIC_POLICY_FILTER: Handle<Text> =
    Handle::of_vendor("Dynamic-Policy-Filter", VENDOR, 164);

/// `ACL-Definition` (70): A rule of an access list, in text.
pub const ACL_DEFINITION: Handle<Text> = Handle::of_vendor("ACL-Definition", VENDOR, 70);

/// `HTTP-Redirect-Profile-Name` (107): The profile that redirects the subscriber's web pages.
pub const HTTP_REDIRECT_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("HTTP-Redirect-Profile-Name", VENDOR, 107);

/// `HTTP-Redirect-URL` (165): The page the subscriber is redirected to.
pub const HTTP_REDIRECT_URL: Handle<Text> = Handle::of_vendor("HTTP-Redirect-URL", VENDOR, 165);

/// `NAT-Policy-Name` (105): The NAT policy of the subscriber.
pub const NAT_POLICY_NAME: Handle<Text> = Handle::of_vendor("NAT-Policy-Name", VENDOR, 105);

/// `Service-Name` (190): Starts a service: its name in the router's service profile.
pub const SERVICE_NAME: Handle<TaggedText> = Handle::of_vendor("Service-Name", VENDOR, 190);

/// `Service-Action` (191): What to do with the service of Service-Name.
pub const SERVICE_ACTION: Handle<TaggedInteger> = Handle::of_vendor("Service-Action", VENDOR, 191);

/// `Service-Parameter` (192): Parameters of the service by name, `InRate=1024 OutRate=4096`.
pub const SERVICE_PARAMETER: Handle<TaggedText> =
    Handle::of_vendor("Service-Parameter", VENDOR, 192);

/// `Deactivate-Service-Name` (194): Ends a service, by its name.
pub const DEACTIVATE_SERVICE_NAME: Handle<TaggedText> =
    Handle::of_vendor("Deactivate-Service-Name", VENDOR, 194);

/// `Reauth-Service-Name` (204): The service to authorize again.
pub const REAUTH_SERVICE_NAME: Handle<TaggedText> =
    Handle::of_vendor("Reauth-Service-Name", VENDOR, 204);

/// `Service-Error-Cause` (193): Why a service could not be started or ended.
pub const SERVICE_ERROR_CAUSE: Handle<TaggedInteger> =
    Handle::of_vendor("Service-Error-Cause", VENDOR, 193);

/// `Session-Traffic-Limit` (113): The volume limit of the session.
pub const SESSION_TRAFFIC_LIMIT: Handle<Text> =
    Handle::of_vendor("Session-Traffic-Limit", VENDOR, 113);

/// `Class-Volume-limit` (186): The volume limit of a traffic class.
pub const CLASS_VOLUME_LIMIT: Handle<Text> = Handle::of_vendor("Class-Volume-limit", VENDOR, 186);

/// `Class-Volume-In-Counter` (187): The upload of a traffic class.
pub const CLASS_VOLUME_IN_COUNTER: Handle<Text> =
    Handle::of_vendor("Class-Volume-In-Counter", VENDOR, 187);

/// `Class-Volume-Out-Counter` (188): The download of a traffic class.
pub const CLASS_VOLUME_OUT_COUNTER: Handle<Text> =
    Handle::of_vendor("Class-Volume-Out-Counter", VENDOR, 188);

/// `Reauth` (94): What to authorize again, of a running session.
pub const REAUTH: Handle<Text> = Handle::of_vendor("Reauth", VENDOR, 94);

/// `Reauth-More` (95): Whether there is more to authorize again.
pub const REAUTH_MORE: Handle<Integer> = Handle::of_vendor("Reauth-More", VENDOR, 95);

/// `Reauth-Session-Id` (151): The session to authorize again.
pub const REAUTH_SESSION_ID: Handle<Text> = Handle::of_vendor("Reauth-Session-Id", VENDOR, 151);

/// `Acct-Update-Reason` (144): What made the router send the interim record.
pub const ACCT_UPDATE_REASON: Handle<Integer> =
    Handle::of_vendor("Acct-Update-Reason", VENDOR, 144);

/// `Acct-Alt-Session-ID` (197): A second id of the session.
pub const ACCT_ALT_SESSION_ID: Handle<Text> = Handle::of_vendor("Acct-Alt-Session-ID", VENDOR, 197);

/// `Acct-Dyn-Ac-Ent` (141): The dynamic access entry a record is about.
pub const ACCT_DYN_AC_ENT: Handle<Text> = Handle::of_vendor("Acct-Dyn-Ac-Ent", VENDOR, 141);

/// `Session-Error-Code` (142): The number of the error that ended the session.
pub const SESSION_ERROR_CODE: Handle<Integer> =
    Handle::of_vendor("Session-Error-Code", VENDOR, 142);

/// `Session-Error-Msg` (143): The error that ended the session, in words.
pub const SESSION_ERROR_MSG: Handle<Text> = Handle::of_vendor("Session-Error-Msg", VENDOR, 143);

/// `Redback-Reason` (86): The reason of an event, as a number.
pub const REDBACK_REASON: Handle<Integer> = Handle::of_vendor("Redback-Reason", VENDOR, 86);

/// `Acct-Input-Octets-64` (128): Octets the subscriber uploaded, all 64 bits.
pub const ACCT_INPUT_OCTETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Input-Octets-64", VENDOR, 128);

/// `Acct-Output-Octets-64` (129): Octets the subscriber downloaded, all 64 bits.
pub const ACCT_OUTPUT_OCTETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Output-Octets-64", VENDOR, 129);

/// `Acct-Input-Packets-64` (130): Packets the subscriber uploaded, all 64 bits.
pub const ACCT_INPUT_PACKETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Input-Packets-64", VENDOR, 130);

/// `Acct-Output-Packets-64` (131): Packets the subscriber downloaded, all 64 bits.
pub const ACCT_OUTPUT_PACKETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Output-Packets-64", VENDOR, 131);

/// `Acct-Mcast-In-Octets` (147): Multicast octets the subscriber uploaded, low 32 bits.
pub const ACCT_MCAST_IN_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Mcast-In-Octets", VENDOR, 147);

/// `Acct-Mcast-Out-Octets` (148): Multicast octets the subscriber downloaded, low 32 bits.
pub const ACCT_MCAST_OUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Mcast-Out-Octets", VENDOR, 148);

/// `Acct-Mcast-In-Packets` (149): Multicast packets the subscriber uploaded, low 32 bits.
pub const ACCT_MCAST_IN_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Mcast-In-Packets", VENDOR, 149);

/// `Acct-Mcast-Out-Packets` (150): Multicast packets the subscriber downloaded, low 32 bits.
pub const ACCT_MCAST_OUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Mcast-Out-Packets", VENDOR, 150);

/// `Acct-Mcast-In-Octets-64` (133): Multicast octets the subscriber uploaded, all 64 bits.
pub const ACCT_MCAST_IN_OCTETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Mcast-In-Octets-64", VENDOR, 133);

/// `Acct-Mcast-Out-Octets-64` (134): Multicast octets the subscriber downloaded, all 64 bits.
pub const ACCT_MCAST_OUT_OCTETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Mcast-Out-Octets-64", VENDOR, 134);

/// `Acct-Mcast-In-Packets-64` (135): Multicast packets the subscriber uploaded, all 64 bits.
pub const ACCT_MCAST_IN_PACKETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Mcast-In-Packets-64", VENDOR, 135);

/// `Acct-Mcast-Out-Packets-64` (136): Multicast packets the subscriber downloaded, all 64 bits.
pub const ACCT_MCAST_OUT_PACKETS_64: Handle<Integer64> =
    Handle::of_vendor("Acct-Mcast-Out-Packets-64", VENDOR, 136);

/// `Acct-Input-IPv4-Octets` (214): IPv4 octets the subscriber uploaded, low 32 bits.
pub const ACCT_INPUT_IPV4_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv4-Octets", VENDOR, 214);

/// `Acct-Input-IPv4-Gigawords` (218): IPv4 octets the subscriber uploaded, high 32 bits.
pub const ACCT_INPUT_IPV4_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv4-Gigawords", VENDOR, 218);

/// `Acct-Output-IPv4-Octets` (215): IPv4 octets the subscriber downloaded, low 32 bits.
pub const ACCT_OUTPUT_IPV4_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv4-Octets", VENDOR, 215);

/// `Acct-Output-IPv4-Gigawords` (219): IPv4 octets the subscriber downloaded, high 32 bits.
pub const ACCT_OUTPUT_IPV4_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv4-Gigawords", VENDOR, 219);

/// `Acct-Input-IPv4-Packets` (216): IPv4 packets the subscriber uploaded.
pub const ACCT_INPUT_IPV4_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv4-Packets", VENDOR, 216);

/// `Acct-Output-IPv4-Packets` (217): IPv4 packets the subscriber downloaded.
pub const ACCT_OUTPUT_IPV4_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv4-Packets", VENDOR, 217);

/// `Acct-Input-IPv6-Octets` (220): IPv6 octets the subscriber uploaded, low 32 bits.
pub const ACCT_INPUT_IPV6_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv6-Octets", VENDOR, 220);

/// `Acct-Input-IPv6-Gigawords` (224): IPv6 octets the subscriber uploaded, high 32 bits.
pub const ACCT_INPUT_IPV6_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv6-Gigawords", VENDOR, 224);

/// `Acct-Output-IPv6-Octets` (221): IPv6 octets the subscriber downloaded, low 32 bits.
pub const ACCT_OUTPUT_IPV6_OCTETS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv6-Octets", VENDOR, 221);

/// `Acct-Output-IPv6-Gigawords` (225): IPv6 octets the subscriber downloaded, high 32 bits.
pub const ACCT_OUTPUT_IPV6_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv6-Gigawords", VENDOR, 225);

/// `Acct-Input-IPv6-Packets` (222): IPv6 packets the subscriber uploaded.
pub const ACCT_INPUT_IPV6_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Input-IPv6-Packets", VENDOR, 222);

/// `Acct-Output-IPv6-Packets` (223): IPv6 packets the subscriber downloaded.
pub const ACCT_OUTPUT_IPV6_PACKETS: Handle<Integer> =
    Handle::of_vendor("Acct-Output-IPv6-Packets", VENDOR, 223);

/// `Mcast-Send` (33): Whether the subscriber may send multicast.
pub const MCAST_SEND: Handle<Integer> = Handle::of_vendor("Mcast-Send", VENDOR, 33);

/// `Mcast-Receive` (34): Whether the subscriber may receive multicast.
pub const MCAST_RECEIVE: Handle<Integer> = Handle::of_vendor("Mcast-Receive", VENDOR, 34);

/// `Mcast-MaxGroups` (35): The most multicast groups the subscriber may be in at once.
pub const MCAST_MAXGROUPS: Handle<Integer> = Handle::of_vendor("Mcast-MaxGroups", VENDOR, 35);

/// `IGMP-Service-Profile-Name` (90): The IGMP service profile: which multicast groups the subscriber may join.
pub const IGMP_SERVICE_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("IGMP-Service-Profile-Name", VENDOR, 90);

/// `PPPOE-URL` (27): A page that the PPPoE client is told to open.
pub const PPPOE_URL: Handle<Text> = Handle::of_vendor("PPPOE-URL", VENDOR, 27);

/// `PPPOE-MOTM` (28): A message that the PPPoE client is told to show.
pub const PPPOE_MOTM: Handle<Text> = Handle::of_vendor("PPPOE-MOTM", VENDOR, 28);

/// `PPP-Compression` (84): The compression of PPP.
pub const PPP_COMPRESSION: Handle<Integer> = Handle::of_vendor("PPP-Compression", VENDOR, 84);

/// `Bind-Type` (42): How the circuit is bound.
pub const BIND_TYPE: Handle<Integer> = Handle::of_vendor("Bind-Type", VENDOR, 42);

/// `Bind-Auth-Protocol` (43): The PPP authentication a circuit's sessions may use.
pub const BIND_AUTH_PROTOCOL: Handle<Integer> = Handle::of_vendor("Bind-Auth-Protocol", VENDOR, 43);

/// `Bind-Auth-Max-Sessions` (44): The most sessions on the circuit.
pub const BIND_AUTH_MAX_SESSIONS: Handle<Integer> =
    Handle::of_vendor("Bind-Auth-Max-Sessions", VENDOR, 44);

/// `Bind-Auth-Context` (46): The context that authenticates the circuit's sessions.
pub const BIND_AUTH_CONTEXT: Handle<Text> = Handle::of_vendor("Bind-Auth-Context", VENDOR, 46);

/// `Bind-Auth-Service-Grp` (47): The service group of the circuit's sessions.
pub const BIND_AUTH_SERVICE_GRP: Handle<Text> =
    Handle::of_vendor("Bind-Auth-Service-Grp", VENDOR, 47);

/// `Bind-Bypass-Bypass` (45): The bypass the circuit is bound to.
pub const BIND_BYPASS_BYPASS: Handle<Text> = Handle::of_vendor("Bind-Bypass-Bypass", VENDOR, 45);

/// `Bind-Bypass-Context` (48): The context of the bypass.
pub const BIND_BYPASS_CONTEXT: Handle<Text> = Handle::of_vendor("Bind-Bypass-Context", VENDOR, 48);

/// `Bind-Int-Context` (49): The context of the interface.
pub const BIND_INT_CONTEXT: Handle<Text> = Handle::of_vendor("Bind-Int-Context", VENDOR, 49);

/// `Bind-Int-Interface-Name` (55): The interface the circuit is bound to.
pub const BIND_INT_INTERFACE_NAME: Handle<Text> =
    Handle::of_vendor("Bind-Int-Interface-Name", VENDOR, 55);

/// `Bind-Tun-Context` (50): The context of the tunnel.
pub const BIND_TUN_CONTEXT: Handle<Text> = Handle::of_vendor("Bind-Tun-Context", VENDOR, 50);

/// `Bind-Ses-Context` (51): The context of the session.
pub const BIND_SES_CONTEXT: Handle<Text> = Handle::of_vendor("Bind-Ses-Context", VENDOR, 51);

/// `Bind-Dot1q-Slot` (52): The slot of the 802.1Q circuit to bind to.
pub const BIND_DOT1Q_SLOT: Handle<Integer> = Handle::of_vendor("Bind-Dot1q-Slot", VENDOR, 52);

/// `Bind-Dot1q-Port` (53): The port of the 802.1Q circuit to bind to.
pub const BIND_DOT1Q_PORT: Handle<Integer> = Handle::of_vendor("Bind-Dot1q-Port", VENDOR, 53);

/// `Bind-Dot1q-Vlan-Tag-Id` (54): The VLAN of the 802.1Q circuit to bind to.
pub const BIND_DOT1Q_VLAN_TAG_ID: Handle<Integer> =
    Handle::of_vendor("Bind-Dot1q-Vlan-Tag-Id", VENDOR, 54);

/// `Bind-L2TP-Tunnel-Name` (56): The L2TP tunnel the circuit is bound to.
pub const BIND_L2TP_TUNNEL_NAME: Handle<Text> =
    Handle::of_vendor("Bind-L2TP-Tunnel-Name", VENDOR, 56);

/// `Bind-L2TP-Flow-Control` (57): Flow control of the L2TP tunnel the circuit is bound to.
pub const BIND_L2TP_FLOW_CONTROL: Handle<Integer> =
    Handle::of_vendor("Bind-L2TP-Flow-Control", VENDOR, 57);

/// `Bind-Sub-User-At-Context` (58): The subscriber the circuit is bound to, as `user@context`.
pub const BIND_SUB_USER_AT_CONTEXT: Handle<Text> =
    Handle::of_vendor("Bind-Sub-User-At-Context", VENDOR, 58);

/// `Bind-Sub-Password` (59): The password of the subscriber the circuit is bound to.
pub const BIND_SUB_PASSWORD: Handle<Text> = Handle::of_vendor("Bind-Sub-Password", VENDOR, 59);

/// `Bind-Auto-Sub-User` (108): The user name of subscribers that the router makes up by circuit (auto-subscriber).
pub const BIND_AUTO_SUB_USER: Handle<Text> = Handle::of_vendor("Bind-Auto-Sub-User", VENDOR, 108);

/// `Bind-Auto-Sub-Context` (109): The context of subscribers that the router makes up by circuit (auto-subscriber).
pub const BIND_AUTO_SUB_CONTEXT: Handle<Text> =
    Handle::of_vendor("Bind-Auto-Sub-Context", VENDOR, 109);

/// `Bind-Auto-Sub-Password` (110): The password of subscribers that the router makes up by circuit (auto-subscriber).
pub const BIND_AUTO_SUB_PASSWORD: Handle<Text> =
    Handle::of_vendor("Bind-Auto-Sub-Password", VENDOR, 110);

/// `PVC-Encapsulation-Type` (39): The encapsulation of the circuit.
pub const PVC_ENCAPSULATION_TYPE: Handle<Integer> =
    Handle::of_vendor("PVC-Encapsulation-Type", VENDOR, 39);

/// `PVC-Profile-Name` (40): The profile of the circuit.
pub const PVC_PROFILE_NAME: Handle<Text> = Handle::of_vendor("PVC-Profile-Name", VENDOR, 40);

/// `PVC-Circuit-Padding` (41): Whether short frames on the circuit are padded.
pub const PVC_CIRCUIT_PADDING: Handle<Integer> =
    Handle::of_vendor("PVC-Circuit-Padding", VENDOR, 41);

/// `Circuit-Protocol-Encap` (111): The encapsulation of a circuit within the circuit.
pub const CIRCUIT_PROTOCOL_ENCAP: Handle<Integer> =
    Handle::of_vendor("Circuit-Protocol-Encap", VENDOR, 111);

/// `Bridge-Group` (5): The bridge group of the subscriber.
pub const BRIDGE_GROUP: Handle<Text> = Handle::of_vendor("Bridge-Group", VENDOR, 5);

/// `BG-Aging-Time` (6): How long the bridge group remembers a MAC address.
pub const BG_AGING_TIME: Handle<Text> = Handle::of_vendor("BG-Aging-Time", VENDOR, 6);

/// `BG-Path-Cost` (7): The cost of the path in the bridge group's spanning tree.
pub const BG_PATH_COST: Handle<Text> = Handle::of_vendor("BG-Path-Cost", VENDOR, 7);

/// `BG-Span-Dis` (8): Whether the spanning tree is disabled in the bridge group.
pub const BG_SPAN_DIS: Handle<Text> = Handle::of_vendor("BG-Span-Dis", VENDOR, 8);

/// `BG-Trans-BPDU` (9): Whether the bridge group passes spanning tree packets (BPDU) through.
pub const BG_TRANS_BPDU: Handle<Text> = Handle::of_vendor("BG-Trans-BPDU", VENDOR, 9);

/// `BG-Cct-Addr-Max` (103): The most MAC addresses learned on the circuit.
pub const BG_CCT_ADDR_MAX: Handle<Integer> = Handle::of_vendor("BG-Cct-Addr-Max", VENDOR, 103);

/// `Tunnel-Function` (18): Which end of the L2TP tunnel the router may be.
pub const TUNNEL_FUNCTION: Handle<Integer> = Handle::of_vendor("Tunnel-Function", VENDOR, 18);

/// `Tunnel-Domain` (15): Whether sessions choose the tunnel by the domain of their user name.
pub const TUNNEL_DOMAIN: Handle<Integer> = Handle::of_vendor("Tunnel-Domain", VENDOR, 15);

/// `Tunnel-Local-Name` (16): The name of this end of the tunnel.
pub const TUNNEL_LOCAL_NAME: Handle<Text> = Handle::of_vendor("Tunnel-Local-Name", VENDOR, 16);

/// `Tunnel-Remote-Name` (17): The name of the other end of the tunnel.
pub const TUNNEL_REMOTE_NAME: Handle<Text> = Handle::of_vendor("Tunnel-Remote-Name", VENDOR, 17);

/// `Tunnel-Context` (30): The context of the tunnel.
pub const TUNNEL_CONTEXT: Handle<Text> = Handle::of_vendor("Tunnel-Context", VENDOR, 30);

/// `Tunnel-Profile` (75): The profile of the tunnel.
pub const TUNNEL_PROFILE: Handle<Text> = Handle::of_vendor("Tunnel-Profile", VENDOR, 75);

/// `Tunnel-Group` (29): Whether the record is a group of tunnels.
pub const TUNNEL_GROUP: Handle<Integer> = Handle::of_vendor("Tunnel-Group", VENDOR, 29);

/// `Tunnel-Algorithm` (31): How sessions are spread over the tunnels of a group.
pub const TUNNEL_ALGORITHM: Handle<Integer> = Handle::of_vendor("Tunnel-Algorithm", VENDOR, 31);

/// `Tunnel-Deadtime` (32): How long a dead peer of the group is left alone.
pub const TUNNEL_DEADTIME: Handle<Integer> = Handle::of_vendor("Tunnel-Deadtime", VENDOR, 32);

/// `Tunnel-DNIS` (37): How the called number (DNIS) chooses the tunnel.
pub const TUNNEL_DNIS: Handle<Integer> = Handle::of_vendor("Tunnel-DNIS", VENDOR, 37);

/// `Tunnel-Max-Sessions` (21): The most sessions in the tunnel.
pub const TUNNEL_MAX_SESSIONS: Handle<Integer> =
    Handle::of_vendor("Tunnel-Max-Sessions", VENDOR, 21);

/// `Tunnel-Max-Tunnels` (22): The most tunnels to the peer.
pub const TUNNEL_MAX_TUNNELS: Handle<Integer> = Handle::of_vendor("Tunnel-Max-Tunnels", VENDOR, 22);

/// `Tunnel-Session-Auth` (23): The PPP authentication that sessions of the tunnel may use.
pub const TUNNEL_SESSION_AUTH: Handle<Integer> =
    Handle::of_vendor("Tunnel-Session-Auth", VENDOR, 23);

/// `Tunnel-Session-Auth-Ctx` (63): The context that authenticates sessions of the tunnel.
pub const TUNNEL_SESSION_AUTH_CTX: Handle<Text> =
    Handle::of_vendor("Tunnel-Session-Auth-Ctx", VENDOR, 63);

/// `Tunnel-Session-Auth-Service-Grp` (64): The service group of sessions of the tunnel.
pub const TUNNEL_SESSION_AUTH_SERVICE_GRP: Handle<Text> =
    Handle::of_vendor("Tunnel-Session-Auth-Service-Grp", VENDOR, 64);

/// `Tunnel-Window` (24): The receive window of the tunnel's control channel, in messages.
pub const TUNNEL_WINDOW: Handle<Integer> = Handle::of_vendor("Tunnel-Window", VENDOR, 24);

/// `Tunnel-Retransmit` (25): How many times a control message is sent again.
pub const TUNNEL_RETRANSMIT: Handle<Integer> = Handle::of_vendor("Tunnel-Retransmit", VENDOR, 25);

/// `Tunnel-Cmd-Timeout` (26): Seconds until a control message is sent again.
pub const TUNNEL_CMD_TIMEOUT: Handle<Integer> = Handle::of_vendor("Tunnel-Cmd-Timeout", VENDOR, 26);

/// `Tunnel-Hello-Timer` (85): Seconds between two keepalives of the tunnel.
pub const TUNNEL_HELLO_TIMER: Handle<TaggedInteger> =
    Handle::of_vendor("Tunnel-Hello-Timer", VENDOR, 85);

/// `Tunnel-Flow-Control` (19): Flow control of the tunnel.
pub const TUNNEL_FLOW_CONTROL: Handle<Integer> =
    Handle::of_vendor("Tunnel-Flow-Control", VENDOR, 19);

/// `Tunnel-Static` (20): Whether the tunnel is static.
pub const TUNNEL_STATIC: Handle<Integer> = Handle::of_vendor("Tunnel-Static", VENDOR, 20);

/// `Tunnel-Checksum` (74): Whether packets of the tunnel have a checksum.
pub const TUNNEL_CHECKSUM: Handle<Integer> = Handle::of_vendor("Tunnel-Checksum", VENDOR, 74);

/// `Tunnel-L2F-Second-Password` (69): The second password of an L2F tunnel.
pub const TUNNEL_L2F_SECOND_PASSWORD: Handle<Text> =
    Handle::of_vendor("Tunnel-L2F-Second-Password", VENDOR, 69);

/// `Tunnel-Rate-Limit-Rate` (65): The rate of the tunnel's rate limit.
pub const TUNNEL_RATE_LIMIT_RATE: Handle<Integer> =
    Handle::of_vendor("Tunnel-Rate-Limit-Rate", VENDOR, 65);

/// `Tunnel-Rate-Limit-Burst` (66): The burst of the tunnel's rate limit.
pub const TUNNEL_RATE_LIMIT_BURST: Handle<Integer> =
    Handle::of_vendor("Tunnel-Rate-Limit-Burst", VENDOR, 66);

/// `Tunnel-Rate-Limit-Excess-Burst` (123): The excess burst of the tunnel's rate limit.
pub const TUNNEL_RATE_LIMIT_EXCESS_BURST: Handle<Octets> =
    Handle::of_vendor("Tunnel-Rate-Limit-Excess-Burst", VENDOR, 123);

/// `Tunnel-Police-Rate` (67): The rate the tunnel is policed at.
pub const TUNNEL_POLICE_RATE: Handle<Integer> = Handle::of_vendor("Tunnel-Police-Rate", VENDOR, 67);

/// `Tunnel-Police-Burst` (68): The burst the tunnel is policed at.
pub const TUNNEL_POLICE_BURST: Handle<Integer> =
    Handle::of_vendor("Tunnel-Police-Burst", VENDOR, 68);

/// `Tunnel-Police-Excess-Burst` (124): The excess burst the tunnel is policed at.
pub const TUNNEL_POLICE_EXCESS_BURST: Handle<Octets> =
    Handle::of_vendor("Tunnel-Police-Excess-Burst", VENDOR, 124);

/// `Tunnel-Client-VPN` (78): The VPN at the tunnel's client end.
pub const TUNNEL_CLIENT_VPN: Handle<Text> = Handle::of_vendor("Tunnel-Client-VPN", VENDOR, 78);

/// `Tunnel-Server-VPN` (79): The VPN at the tunnel's server end.
pub const TUNNEL_SERVER_VPN: Handle<Text> = Handle::of_vendor("Tunnel-Server-VPN", VENDOR, 79);

/// `Tunnel-Client-Rhost` (80): The remote host at the tunnel's client end.
pub const TUNNEL_CLIENT_RHOST: Handle<Text> = Handle::of_vendor("Tunnel-Client-Rhost", VENDOR, 80);

/// `Tunnel-Server-Rhost` (81): The remote host at the tunnel's server end.
pub const TUNNEL_SERVER_RHOST: Handle<Text> = Handle::of_vendor("Tunnel-Server-Rhost", VENDOR, 81);

/// `Tunnel-Client-Int-Addr` (82): The interface address of the tunnel's client end.
pub const TUNNEL_CLIENT_INT_ADDR: Handle<Ipv4> =
    Handle::of_vendor("Tunnel-Client-Int-Addr", VENDOR, 82);

/// `Tunnel-Server-Int-Addr` (83): The interface address of the tunnel's server end.
pub const TUNNEL_SERVER_INT_ADDR: Handle<Ipv4> =
    Handle::of_vendor("Tunnel-Server-Int-Addr", VENDOR, 83);

/// `LAC-Port` (137): The port of the LAC that a session of the tunnel comes from.
pub const LAC_PORT: Handle<Integer> = Handle::of_vendor("LAC-Port", VENDOR, 137);

/// `LAC-Real-Port` (138): The port of the LAC that a session of the tunnel comes from, in full.
pub const LAC_REAL_PORT: Handle<Integer> = Handle::of_vendor("LAC-Real-Port", VENDOR, 138);

/// `LAC-Port-Type` (139): The kind of LAC-Port.
pub const LAC_PORT_TYPE: Handle<Integer> = Handle::of_vendor("LAC-Port-Type", VENDOR, 139);

/// `LAC-Real-Port-Type` (140): The kind of LAC-Real-Port.
pub const LAC_REAL_PORT_TYPE: Handle<Integer> =
    Handle::of_vendor("LAC-Real-Port-Type", VENDOR, 140);

/// `LI-Id` (159): The number of the interception.
pub const LI_ID: Handle<Integer> = Handle::of_vendor("LI-Id", VENDOR, 159);

/// `LI-Md-Address` (160): The address of the mediation device.
pub const LI_MD_ADDRESS: Handle<Ipv4> = Handle::of_vendor("LI-Md-Address", VENDOR, 160);

/// `LI-Md-Port` (161): The port of the mediation device.
pub const LI_MD_PORT: Handle<Integer> = Handle::of_vendor("LI-Md-Port", VENDOR, 161);

/// `LI-Action` (162): What to do about the interception.
pub const LI_ACTION: Handle<Integer> = Handle::of_vendor("LI-Action", VENDOR, 162);

/// `LI-Profile` (163): The profile of the interception.
pub const LI_PROFILE: Handle<Text> = Handle::of_vendor("LI-Profile", VENDOR, 163);

/// `TTY-Level-Max` (72): The most privilege the administrator may get.
pub const TTY_LEVEL_MAX: Handle<Integer> = Handle::of_vendor("TTY-Level-Max", VENDOR, 72);

/// `TTY-Level-Start` (73): The privilege the administrator starts with.
pub const TTY_LEVEL_START: Handle<Integer> = Handle::of_vendor("TTY-Level-Start", VENDOR, 73);

/// The values of `Medium-Type`.
pub mod medium_type {
    /// `DSL`.
    pub const DSL: u32 = 11;

    /// `Cable`.
    pub const CABLE: u32 = 12;

    /// `Wireless`.
    pub const WIRELESS: u32 = 13;

    /// `Satellite`.
    pub const SATELLITE: u32 = 14;
}

/// The values of `Platform-Type`.
pub mod platform_type {
    /// `SMS`.
    pub const SMS: u32 = 1;

    /// `SmartEdge-800`.
    pub const SMARTEDGE_800: u32 = 2;

    /// `SE-400`.
    pub const SE_400: u32 = 3;

    /// `SE-100`.
    pub const SE_100: u32 = 4;
}

/// The values of `DSL-Line-State`.
pub mod dsl_line_state {
    /// `Showtime`.
    pub const SHOWTIME: u32 = 1;

    /// `Idle`.
    pub const IDLE: u32 = 2;

    /// `Silent`.
    pub const SILENT: u32 = 3;
}

/// The values of `DSL-Transmission-System`.
pub mod dsl_transmission_system {
    /// `ADSL1`.
    pub const ADSL1: u32 = 1;

    /// `ADSL2`.
    pub const ADSL2: u32 = 2;

    /// `ADSL2+`.
    pub const ADSL2_: u32 = 3;

    /// `VDSL1`.
    pub const VDSL1: u32 = 4;

    /// `VDSL2`.
    pub const VDSL2: u32 = 5;

    /// `SDSL`.
    pub const SDSL: u32 = 6;

    /// `UNKNOWN`.
    pub const UNKNOWN: u32 = 7;
}

/// The values of `Source-Validation`.
pub mod source_validation {
    /// `Enabled`.
    pub const ENABLED: u32 = 1;

    /// `Disabled`.
    pub const DISABLED: u32 = 2;
}

/// The values of `IP-TOS-Field`.
pub mod ip_tos_field {
    /// `normal`.
    pub const NORMAL: u32 = 0;

    /// `min-cost-only`.
    pub const MIN_COST_ONLY: u32 = 1;

    /// `max-reliability-only`.
    pub const MAX_RELIABILITY_ONLY: u32 = 2;

    /// `max-reliability-plus-min-cost`.
    pub const MAX_RELIABILITY_PLUS_MIN_COST: u32 = 3;

    /// `max-throughput-only`.
    pub const MAX_THROUGHPUT_ONLY: u32 = 4;

    /// `max-throughput-plus-min-cost`.
    pub const MAX_THROUGHPUT_PLUS_MIN_COST: u32 = 5;

    /// `max-throughput-plus-max-reliability`.
    pub const MAX_THROUGHPUT_PLUS_MAX_RELIABILITY: u32 = 6;

    /// `max-throughput-plus-max-reliability-plus-min-cost`.
    pub const MAX_THROUGHPUT_PLUS_MAX_RELIABILITY_PLUS_MIN_COST: u32 = 7;

    /// `min-delay-only`.
    pub const MIN_DELAY_ONLY: u32 = 8;

    /// `min-delay-plus-min-cost`.
    pub const MIN_DELAY_PLUS_MIN_COST: u32 = 9;

    /// `min-delay-plus-max-reliability`.
    pub const MIN_DELAY_PLUS_MAX_RELIABILITY: u32 = 10;

    /// `min-delay-plus-max-reliability-plus-min-cost`.
    pub const MIN_DELAY_PLUS_MAX_RELIABILITY_PLUS_MIN_COST: u32 = 11;

    /// `min-delay-plus-max-throughput`.
    pub const MIN_DELAY_PLUS_MAX_THROUGHPUT: u32 = 12;

    /// `min-delay-plus-max-throughput-plus-min-cost`.
    pub const MIN_DELAY_PLUS_MAX_THROUGHPUT_PLUS_MIN_COST: u32 = 13;

    /// `min-delay-plus-max-throughput-plus-max-reliability`.
    pub const MIN_DELAY_PLUS_MAX_THROUGHPUT_PLUS_MAX_RELIABILITY: u32 = 14;

    /// `min-delay-plus-max-throughput-plus-max-reliability-plus-min-cost`.
    pub const MIN_DELAY_PLUS_MAX_THROUGHPUT_PLUS_MAX_RELIABILITY_PLUS_MIN_COST: u32 = 15;
}

/// The values of `Service-Action`.
pub mod service_action {
    /// `DE-ACTIVATE`.
    pub const DE_ACTIVATE: u32 = 0;

    /// `ACTIVATE-WITH-ACCT`.
    pub const ACTIVATE_WITH_ACCT: u32 = 1;

    /// `ACTIVATE-WITHOUT-ACCT`.
    pub const ACTIVATE_WITHOUT_ACCT: u32 = 2;
}

/// The values of `Service-Error-Cause`.
pub mod service_error_cause {
    /// `Service-success`.
    pub const SERVICE_SUCCESS: u32 = 0;

    /// `Unsupported-attribute`.
    pub const UNSUPPORTED_ATTRIBUTE: u32 = 401;

    /// `Missing-attribute`.
    pub const MISSING_ATTRIBUTE: u32 = 402;

    /// `Invalid-request`.
    pub const INVALID_REQUEST: u32 = 404;

    /// `Resource-unavailable`.
    pub const RESOURCE_UNAVAILABLE: u32 = 506;

    /// `Generic-service-error`.
    pub const GENERIC_SERVICE_ERROR: u32 = 550;

    /// `Service-not-found`.
    pub const SERVICE_NOT_FOUND: u32 = 551;

    /// `Service-already-active`.
    pub const SERVICE_ALREADY_ACTIVE: u32 = 552;

    /// `Service-accounting-disabled`.
    pub const SERVICE_ACCOUNTING_DISABLED: u32 = 553;

    /// `Service-duplicate-parameter`.
    pub const SERVICE_DUPLICATE_PARAMETER: u32 = 554;
}

/// The values of `Acct-Update-Reason`.
pub mod acct_update_reason {
    /// `AAA-LOAD-ACCT-SESSION-UP`.
    pub const AAA_LOAD_ACCT_SESSION_UP: u32 = 1;

    /// `AAA-LOAD-ACCT-SESSION-DOWN`.
    pub const AAA_LOAD_ACCT_SESSION_DOWN: u32 = 2;

    /// `AAA-LOAD-ACCT-PERIODIC`.
    pub const AAA_LOAD_ACCT_PERIODIC: u32 = 3;

    /// `AAA-LOAD-ACCT-DYN-AC-ENT-START`.
    pub const AAA_LOAD_ACCT_DYN_AC_ENT_START: u32 = 4;

    /// `AAA-LOAD-ACCT-DYN-AC-ENT-STOP`.
    pub const AAA_LOAD_ACCT_DYN_AC_ENT_STOP: u32 = 5;

    /// `AAA-LOAD-ACCT-DYN-AC-ENT-TIMEOUT`.
    pub const AAA_LOAD_ACCT_DYN_AC_ENT_TIMEOUT: u32 = 6;

    /// `AAA-LOAD-ACCT-SUBSCRIBER-REAUTHOR`.
    pub const AAA_LOAD_ACCT_SUBSCRIBER_REAUTHOR: u32 = 7;

    /// `AAA-LOAD-ACCT-PPP-IPCP-UP`.
    pub const AAA_LOAD_ACCT_PPP_IPCP_UP: u32 = 8;

    /// `AAA-LOAD-ACCT-PPP-MP-LINK-UP`.
    pub const AAA_LOAD_ACCT_PPP_MP_LINK_UP: u32 = 9;

    /// `AAA-LOAD-ACCT-DHCP-IP-ADDR-GRANTED`.
    pub const AAA_LOAD_ACCT_DHCP_IP_ADDR_GRANTED: u32 = 10;

    /// `AAA-LOAD-ACCT-DHCP-IP-ADDR-RELEASED`.
    pub const AAA_LOAD_ACCT_DHCP_IP_ADDR_RELEASED: u32 = 11;

    /// `AAA-LOAD-ACCT-ACL-TIMERED-ACTION`.
    pub const AAA_LOAD_ACCT_ACL_TIMERED_ACTION: u32 = 12;

    /// `AAA-LOAD-ACCT-ACL-ACTION`.
    pub const AAA_LOAD_ACCT_ACL_ACTION: u32 = 13;

    /// `AAA-LOAD-ACCT-CMD`.
    pub const AAA_LOAD_ACCT_CMD: u32 = 14;

    /// `AAA-LOAD-ACCT-TEST`.
    pub const AAA_LOAD_ACCT_TEST: u32 = 15;
}

/// The values of `Mcast-Send`.
pub mod mcast_send {
    /// `NO-SEND`.
    pub const NO_SEND: u32 = 1;

    /// `SEND`.
    pub const SEND: u32 = 2;

    /// `UNSOLICITED-SEND`.
    pub const UNSOLICITED_SEND: u32 = 3;
}

/// The values of `Mcast-Receive`.
pub mod mcast_receive {
    /// `NO-RECEIVE`.
    pub const NO_RECEIVE: u32 = 1;

    /// `RECEIVE`.
    pub const RECEIVE: u32 = 2;
}

/// The values of `Bind-Type`.
pub mod bind_type {
    /// `AAA-AUTH-BIND`.
    pub const AAA_AUTH_BIND: u32 = 1;

    /// `AAA-BYPASS-BIND`.
    pub const AAA_BYPASS_BIND: u32 = 2;

    /// `AAA-INTERFACE-BIND`.
    pub const AAA_INTERFACE_BIND: u32 = 3;

    /// `AAA-SUBSCRIBE-BIND`.
    pub const AAA_SUBSCRIBE_BIND: u32 = 4;

    /// `AAA-TUNNEL-BIND`.
    pub const AAA_TUNNEL_BIND: u32 = 5;

    /// `AAA-SESSION-BIND`.
    pub const AAA_SESSION_BIND: u32 = 6;

    /// `AAA-Q8021-BIND`.
    pub const AAA_Q8021_BIND: u32 = 7;

    /// `AAA-MULTI-BIND`.
    pub const AAA_MULTI_BIND: u32 = 8;

    /// `AAA-DHCP-BIND`.
    pub const AAA_DHCP_BIND: u32 = 9;

    /// `AAA-MULTI-BIND-SUB`.
    pub const AAA_MULTI_BIND_SUB: u32 = 10;

    /// `AAA-BRIDGE-GROUP-BIND`.
    pub const AAA_BRIDGE_GROUP_BIND: u32 = 11;

    /// `AAA-VLAN-BIND`.
    pub const AAA_VLAN_BIND: u32 = 12;

    /// `AAA-VLAN-GROUP-BIND`.
    pub const AAA_VLAN_GROUP_BIND: u32 = 13;

    /// `AAA-AUTO-SUBSCRIBER-BIND`.
    pub const AAA_AUTO_SUBSCRIBER_BIND: u32 = 14;
}

/// The values of `Bind-Auth-Protocol`.
pub mod bind_auth_protocol {
    /// `AAA-PPP-PAP`.
    pub const AAA_PPP_PAP: u32 = 1;

    /// `AAA-PPP-CHAP`.
    pub const AAA_PPP_CHAP: u32 = 2;

    /// `AAA-PPP-CHAP-WAIT`.
    pub const AAA_PPP_CHAP_WAIT: u32 = 3;

    /// `AAA-PPP-CHAP-PAP`.
    pub const AAA_PPP_CHAP_PAP: u32 = 4;

    /// `AAA-PPP-CHAP-WAIT-PAP`.
    pub const AAA_PPP_CHAP_WAIT_PAP: u32 = 5;

    /// `AAA-PPP-EAP`.
    pub const AAA_PPP_EAP: u32 = 6;

    /// `AAA-PPP-PAP-CHAP`.
    pub const AAA_PPP_PAP_CHAP: u32 = 7;

    /// `AAA-PPP-PAP-CHAP-WAIT`.
    pub const AAA_PPP_PAP_CHAP_WAIT: u32 = 8;
}

/// The values of `PVC-Encapsulation-Type`.
pub mod pvc_encapsulation_type {
    /// `AAA-ENCAPS-ATM-RAW`.
    pub const AAA_ENCAPS_ATM_RAW: u32 = 1;

    /// `AAA-ENCAPS-ATM-ROUTE1483`.
    pub const AAA_ENCAPS_ATM_ROUTE1483: u32 = 2;

    /// `AAA-ENCAPS-ATM-AUTO1483`.
    pub const AAA_ENCAPS_ATM_AUTO1483: u32 = 3;

    /// `AAA-ENCAPS-ATM-MULTI`.
    pub const AAA_ENCAPS_ATM_MULTI: u32 = 4;

    /// `AAA-ENCAPS-ATM-BRIDGE1483`.
    pub const AAA_ENCAPS_ATM_BRIDGE1483: u32 = 5;

    /// `AAA-ENCAPS-ATM-PPP`.
    pub const AAA_ENCAPS_ATM_PPP: u32 = 6;

    /// `AAA-ENCAPS-ATM-PPP-SERIAL`.
    pub const AAA_ENCAPS_ATM_PPP_SERIAL: u32 = 7;

    /// `AAA-ENCAPS-ATM-PPP-NLPID`.
    pub const AAA_ENCAPS_ATM_PPP_NLPID: u32 = 8;

    /// `AAA-ENCAPS-ATM-PPP-AUTO`.
    pub const AAA_ENCAPS_ATM_PPP_AUTO: u32 = 9;

    /// `AAA-ENCAPS-ATM-PPPOE`.
    pub const AAA_ENCAPS_ATM_PPPOE: u32 = 10;

    /// `AAA-ENCAPS-ATM-L2TP`.
    pub const AAA_ENCAPS_ATM_L2TP: u32 = 11;

    /// `AAA-ENCAPS-ATM-PPP-LLC`.
    pub const AAA_ENCAPS_ATM_PPP_LLC: u32 = 12;

    /// `AAA-ENCAPS-FRAME-AUTO1490`.
    pub const AAA_ENCAPS_FRAME_AUTO1490: u32 = 13;

    /// `AAA-ENCAPS-FRAME-MULTI`.
    pub const AAA_ENCAPS_FRAME_MULTI: u32 = 14;

    /// `AAA-ENCAPS-FRAME-BRIDGE1490`.
    pub const AAA_ENCAPS_FRAME_BRIDGE1490: u32 = 15;

    /// `AAA-ENCAPS-FRAME-PPP`.
    pub const AAA_ENCAPS_FRAME_PPP: u32 = 16;

    /// `AAA-ENCAPS-FRAME-PPP-AUTO`.
    pub const AAA_ENCAPS_FRAME_PPP_AUTO: u32 = 17;

    /// `AAA-ENCAPS-FRAME-PPPOE`.
    pub const AAA_ENCAPS_FRAME_PPPOE: u32 = 18;

    /// `AAA-ENCAPS-FRAME-ROUTE1490`.
    pub const AAA_ENCAPS_FRAME_ROUTE1490: u32 = 19;

    /// `AAA-ENCAPS-FRAME-L2TP`.
    pub const AAA_ENCAPS_FRAME_L2TP: u32 = 20;

    /// `AAA-ENCAPS-L2TP-VC-MUXED`.
    pub const AAA_ENCAPS_L2TP_VC_MUXED: u32 = 21;

    /// `AAA-ENCAPS-ETH`.
    pub const AAA_ENCAPS_ETH: u32 = 22;

    /// `AAA-ENCAPS-ETH-PPPOE`.
    pub const AAA_ENCAPS_ETH_PPPOE: u32 = 23;

    /// `AAA-ENCAPS-ETH-MULTI`.
    pub const AAA_ENCAPS_ETH_MULTI: u32 = 24;

    /// `AAA-ENCAPS-ETH-DOT1Q`.
    pub const AAA_ENCAPS_ETH_DOT1Q: u32 = 25;

    /// `AAA-ENCAPS-ETH-DOT1Q-PPPOE`.
    pub const AAA_ENCAPS_ETH_DOT1Q_PPPOE: u32 = 26;

    /// `AAA-ENCAPS-ATM-MULTI-PPPOE`.
    pub const AAA_ENCAPS_ATM_MULTI_PPPOE: u32 = 27;

    /// `AAA-ENCAPS-ATM-MULTI-IPV6OE`.
    pub const AAA_ENCAPS_ATM_MULTI_IPV6OE: u32 = 28;

    /// `AAA-ENCAPS-ATM-MULTI-PPPOE-N-IPV6OE`.
    pub const AAA_ENCAPS_ATM_MULTI_PPPOE_N_IPV6OE: u32 = 29;

    /// `AAA-ENCAPS-ETH-DOT1Q-TUNNEL`.
    pub const AAA_ENCAPS_ETH_DOT1Q_TUNNEL: u32 = 30;

    /// `AAA-ENCAPS-ETH-DOT1Q-TUNNEL-PPPOE`.
    pub const AAA_ENCAPS_ETH_DOT1Q_TUNNEL_PPPOE: u32 = 31;
}

/// The values of `PVC-Circuit-Padding`.
pub mod pvc_circuit_padding {
    /// `AAA-CIRCUIT-PADDING`.
    pub const AAA_CIRCUIT_PADDING: u32 = 1;

    /// `AAA-CIRCUIT-NO-PADDING`.
    pub const AAA_CIRCUIT_NO_PADDING: u32 = 2;
}

/// The values of `Circuit-Protocol-Encap`.
pub mod circuit_protocol_encap {
    /// `ENCAPS-PPPOE`.
    pub const ENCAPS_PPPOE: u32 = 27;
}

/// The values of `Tunnel-Function`.
pub mod tunnel_function {
    /// `LAC-Only`.
    pub const LAC_ONLY: u32 = 1;

    /// `LNS-Only`.
    pub const LNS_ONLY: u32 = 2;

    /// `LAC-LNS`.
    pub const LAC_LNS: u32 = 3;
}

/// The values of `Tunnel-Domain`.
pub mod tunnel_domain {
    /// `Enabled`.
    pub const ENABLED: u32 = 1;

    /// `Disabled`.
    pub const DISABLED: u32 = 2;
}

/// The values of `Tunnel-Group`.
pub mod tunnel_group {
    /// `Enabled`.
    pub const ENABLED: u32 = 1;

    /// `Disabled`.
    pub const DISABLED: u32 = 2;
}

/// The values of `Tunnel-Algorithm`.
pub mod tunnel_algorithm {
    /// `First`.
    pub const FIRST: u32 = 1;

    /// `Load-Balance`.
    pub const LOAD_BALANCE: u32 = 2;

    /// `WRR`.
    pub const WRR: u32 = 3;
}

/// The values of `Tunnel-DNIS`.
pub mod tunnel_dnis {
    /// `DNIS`.
    pub const DNIS: u32 = 1;

    /// `DNIS-Only`.
    pub const DNIS_ONLY: u32 = 2;

    /// `DNIS-Generate`.
    pub const DNIS_GENERATE: u32 = 4;
}

/// The values of `Tunnel-Session-Auth`.
pub mod tunnel_session_auth {
    /// `CHAP`.
    pub const CHAP: u32 = 1;

    /// `PAP`.
    pub const PAP: u32 = 2;

    /// `CHAP-PAP`.
    pub const CHAP_PAP: u32 = 3;
}

/// The values of `LAC-Port-Type`.
pub mod lac_port_type {
    /// `NAS-PORT-TYPE-10BT`.
    pub const NAS_PORT_TYPE_10BT: u32 = 40;

    /// `NAS-PORT-TYPE-100BT`.
    pub const NAS_PORT_TYPE_100BT: u32 = 41;

    /// `NAS-PORT-TYPE-DS3-FR`.
    pub const NAS_PORT_TYPE_DS3_FR: u32 = 42;

    /// `NAS-PORT-TYPE-DS3-ATM`.
    pub const NAS_PORT_TYPE_DS3_ATM: u32 = 43;

    /// `NAS-PORT-TYPE-OC3`.
    pub const NAS_PORT_TYPE_OC3: u32 = 44;

    /// `NAS-PORT-TYPE-HSSI`.
    pub const NAS_PORT_TYPE_HSSI: u32 = 45;

    /// `NAS-PORT-TYPE-EIA530`.
    pub const NAS_PORT_TYPE_EIA530: u32 = 46;

    /// `NAS-PORT-TYPE-T1`.
    pub const NAS_PORT_TYPE_T1: u32 = 47;

    /// `NAS-PORT-TYPE-CHAN-T3`.
    pub const NAS_PORT_TYPE_CHAN_T3: u32 = 48;

    /// `NAS-PORT-TYPE-DS1-FR`.
    pub const NAS_PORT_TYPE_DS1_FR: u32 = 49;

    /// `NAS-PORT-TYPE-E3-ATM`.
    pub const NAS_PORT_TYPE_E3_ATM: u32 = 50;

    /// `NAS-PORT-TYPE-IMA-ATM`.
    pub const NAS_PORT_TYPE_IMA_ATM: u32 = 51;

    /// `NAS-PORT-TYPE-DS3-ATM-2`.
    pub const NAS_PORT_TYPE_DS3_ATM_2: u32 = 52;

    /// `NAS-PORT-TYPE-OC3-ATM-2`.
    pub const NAS_PORT_TYPE_OC3_ATM_2: u32 = 53;

    /// `NAS-PORT-TYPE-1000BSX`.
    pub const NAS_PORT_TYPE_1000BSX: u32 = 54;

    /// `NAS-PORT-TYPE-E1-FR`.
    pub const NAS_PORT_TYPE_E1_FR: u32 = 55;

    /// `NAS-PORT-TYPE-E1-ATM`.
    pub const NAS_PORT_TYPE_E1_ATM: u32 = 56;

    /// `NAS-PORT-TYPE-E3-FR`.
    pub const NAS_PORT_TYPE_E3_FR: u32 = 57;

    /// `NAS-PORT-TYPE-OC3-POS`.
    pub const NAS_PORT_TYPE_OC3_POS: u32 = 58;

    /// `NAS-PORT-TYPE-OC12-POS`.
    pub const NAS_PORT_TYPE_OC12_POS: u32 = 59;

    /// `NAS-PORT-TYPE-PPPOE`.
    pub const NAS_PORT_TYPE_PPPOE: u32 = 60;
}

/// The values of `LAC-Real-Port-Type`.
pub mod lac_real_port_type {
    /// `NAS-PORT-TYPE-10BT`.
    pub const NAS_PORT_TYPE_10BT: u32 = 40;

    /// `NAS-PORT-TYPE-100BT`.
    pub const NAS_PORT_TYPE_100BT: u32 = 41;

    /// `NAS-PORT-TYPE-DS3-FR`.
    pub const NAS_PORT_TYPE_DS3_FR: u32 = 42;

    /// `NAS-PORT-TYPE-DS3-ATM`.
    pub const NAS_PORT_TYPE_DS3_ATM: u32 = 43;

    /// `NAS-PORT-TYPE-OC3`.
    pub const NAS_PORT_TYPE_OC3: u32 = 44;

    /// `NAS-PORT-TYPE-HSSI`.
    pub const NAS_PORT_TYPE_HSSI: u32 = 45;

    /// `NAS-PORT-TYPE-EIA530`.
    pub const NAS_PORT_TYPE_EIA530: u32 = 46;

    /// `NAS-PORT-TYPE-T1`.
    pub const NAS_PORT_TYPE_T1: u32 = 47;

    /// `NAS-PORT-TYPE-CHAN-T3`.
    pub const NAS_PORT_TYPE_CHAN_T3: u32 = 48;

    /// `NAS-PORT-TYPE-DS1-FR`.
    pub const NAS_PORT_TYPE_DS1_FR: u32 = 49;

    /// `NAS-PORT-TYPE-E3-ATM`.
    pub const NAS_PORT_TYPE_E3_ATM: u32 = 50;

    /// `NAS-PORT-TYPE-IMA-ATM`.
    pub const NAS_PORT_TYPE_IMA_ATM: u32 = 51;

    /// `NAS-PORT-TYPE-DS3-ATM-2`.
    pub const NAS_PORT_TYPE_DS3_ATM_2: u32 = 52;

    /// `NAS-PORT-TYPE-OC3-ATM-2`.
    pub const NAS_PORT_TYPE_OC3_ATM_2: u32 = 53;

    /// `NAS-PORT-TYPE-1000BSX`.
    pub const NAS_PORT_TYPE_1000BSX: u32 = 54;

    /// `NAS-PORT-TYPE-E1-FR`.
    pub const NAS_PORT_TYPE_E1_FR: u32 = 55;

    /// `NAS-PORT-TYPE-E1-ATM`.
    pub const NAS_PORT_TYPE_E1_ATM: u32 = 56;

    /// `NAS-PORT-TYPE-E3-FR`.
    pub const NAS_PORT_TYPE_E3_FR: u32 = 57;

    /// `NAS-PORT-TYPE-OC3-POS`.
    pub const NAS_PORT_TYPE_OC3_POS: u32 = 58;

    /// `NAS-PORT-TYPE-OC12-POS`.
    pub const NAS_PORT_TYPE_OC12_POS: u32 = 59;

    /// `NAS-PORT-TYPE-PPPOE`.
    pub const NAS_PORT_TYPE_PPPOE: u32 = 60;
}
