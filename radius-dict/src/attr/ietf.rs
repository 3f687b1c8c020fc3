// Written by `cargo xtask dict` from dictionaries/dictionary.ietf; not to be edited.

use crate::handle::{
    Date, Handle, Hidden, Ifid, Integer, Integer64, Ipv4, Ipv4Prefix, Ipv6, Ipv6Prefix, Octets,
    Short, TaggedInteger, TaggedText, Text, TlvSequence,
};

/// `User-Name` (1): Who wants in (RFC 2865 §5.1).
pub const USER_NAME: Handle<Text> = Handle::standard("User-Name", 1);

/// `User-Password` (2): The password, hidden (RFC 2865 §5.2).
pub const USER_PASSWORD: Handle<Hidden> = Handle::standard("User-Password", 2);

/// `CHAP-Password` (3): A CHAP answer: identifier, then 16 octets of response (RFC 2865 §5.3).
pub const CHAP_PASSWORD: Handle<Octets> = Handle::standard("CHAP-Password", 3);

/// `CHAP-Challenge` (60): The CHAP challenge, if it is not the Request Authenticator (RFC 2865 §5.40).
pub const CHAP_CHALLENGE: Handle<Octets> = Handle::standard("CHAP-Challenge", 60);

/// `NAS-IP-Address` (4): The NAS's address (RFC 2865 §5.4).
pub const NAS_IP_ADDRESS: Handle<Ipv4> = Handle::standard("NAS-IP-Address", 4);

/// `NAS-Identifier` (32): The NAS's name (RFC 2865 §5.32).
pub const NAS_IDENTIFIER: Handle<Text> = Handle::standard("NAS-Identifier", 32);

/// `NAS-Port` (5): The NAS's port of the user (RFC 2865 §5.5).
pub const NAS_PORT: Handle<Integer> = Handle::standard("NAS-Port", 5);

/// `NAS-Port-Type` (61): What kind of port the user is on (RFC 2865 §5.41).
pub const NAS_PORT_TYPE: Handle<Integer> = Handle::standard("NAS-Port-Type", 61);

/// `Called-Station-Id` (30): Whom the user called: a service, a hotspot, an access point (RFC 2865 §5.30).
pub const CALLED_STATION_ID: Handle<Text> = Handle::standard("Called-Station-Id", 30);

/// `Calling-Station-Id` (31): Where the user called from, by custom a MAC address (RFC 2865 §5.31).
pub const CALLING_STATION_ID: Handle<Text> = Handle::standard("Calling-Station-Id", 31);

/// `State` (24): What the server wants back in the next request (RFC 2865 §5.24).
pub const STATE: Handle<Octets> = Handle::standard("State", 24);

/// `Proxy-State` (33): What a proxy wants back in the reply (RFC 2865 §5.33).
pub const PROXY_STATE: Handle<Octets> = Handle::standard("Proxy-State", 33);

/// `Connect-Info` (77): How the user is connected, as the NAS puts it (RFC 2869 §5.11).
pub const CONNECT_INFO: Handle<Text> = Handle::standard("Connect-Info", 77);

/// `NAS-Port-Id` (87): The name of the NAS's port (RFC 2869 §5.17).
pub const NAS_PORT_ID: Handle<Text> = Handle::standard("NAS-Port-Id", 87);

/// `Originating-Line-Info` (94): The kind of line a call came from (RFC 7155 §4.2.8).
pub const ORIGINATING_LINE_INFO: Handle<Octets> = Handle::standard("Originating-Line-Info", 94);

/// `Service-Type` (6): What the user wants, or gets (RFC 2865 §5.6).
pub const SERVICE_TYPE: Handle<Integer> = Handle::standard("Service-Type", 6);

/// `Framed-Protocol` (7): The framing of the link (RFC 2865 §5.7).
pub const FRAMED_PROTOCOL: Handle<Integer> = Handle::standard("Framed-Protocol", 7);

/// `Framed-IP-Address` (8): The user's IPv4 address (RFC 2865 §5.8).
pub const FRAMED_IP_ADDRESS: Handle<Ipv4> = Handle::standard("Framed-IP-Address", 8);

/// `Framed-IP-Netmask` (9): The netmask of the user's network (RFC 2865 §5.9).
pub const FRAMED_IP_NETMASK: Handle<Ipv4> = Handle::standard("Framed-IP-Netmask", 9);

/// `Framed-Routing` (10): Which routing messages are exchanged with the user (RFC 2865 §5.10).
pub const FRAMED_ROUTING: Handle<Integer> = Handle::standard("Framed-Routing", 10);

/// `Filter-Id` (11): The NAS's filter for the user (RFC 2865 §5.11).
pub const FILTER_ID: Handle<Text> = Handle::standard("Filter-Id", 11);

/// `Framed-MTU` (12): The MTU of the user's link, octets (RFC 2865 §5.12).
pub const FRAMED_MTU: Handle<Integer> = Handle::standard("Framed-MTU", 12);

/// `Framed-Compression` (13): The compression of the link (RFC 2865 §5.13).
pub const FRAMED_COMPRESSION: Handle<Integer> = Handle::standard("Framed-Compression", 13);

/// `Login-IP-Host` (14): The host to log the user in to (RFC 2865 §5.14).
pub const LOGIN_IP_HOST: Handle<Ipv4> = Handle::standard("Login-IP-Host", 14);

/// `Login-Service` (15): The protocol to log the user in with (RFC 2865 §5.15).
pub const LOGIN_SERVICE: Handle<Integer> = Handle::standard("Login-Service", 15);

/// `Login-TCP-Port` (16): The TCP port to log the user in to (RFC 2865 §5.16).
pub const LOGIN_TCP_PORT: Handle<Integer> = Handle::standard("Login-TCP-Port", 16);

/// `Reply-Message` (18): What to show to the user (RFC 2865 §5.18).
pub const REPLY_MESSAGE: Handle<Text> = Handle::standard("Reply-Message", 18);

/// `Callback-Number` (19): The number to call the user back at (RFC 2865 §5.19).
pub const CALLBACK_NUMBER: Handle<Text> = Handle::standard("Callback-Number", 19);

/// `Callback-Id` (20): The place to call the user back at (RFC 2865 §5.20).
pub const CALLBACK_ID: Handle<Text> = Handle::standard("Callback-Id", 20);

/// `Framed-Route` (22): A route to the user's network: `prefix gateway metric` (RFC 2865 §5.22).
pub const FRAMED_ROUTE: Handle<Text> = Handle::standard("Framed-Route", 22);

/// `Framed-IPX-Network` (23): The IPX network of the user (RFC 2865 §5.23).
pub const FRAMED_IPX_NETWORK: Handle<Ipv4> = Handle::standard("Framed-IPX-Network", 23);

/// `Class` (25): What the server wants back in accounting (RFC 2865 §5.25).
pub const CLASS: Handle<Octets> = Handle::standard("Class", 25);

/// `Session-Timeout` (27): How long the session may last, seconds (RFC 2865 §5.27).
pub const SESSION_TIMEOUT: Handle<Integer> = Handle::standard("Session-Timeout", 27);

/// `Idle-Timeout` (28): How long the session may idle, seconds (RFC 2865 §5.28).
pub const IDLE_TIMEOUT: Handle<Integer> = Handle::standard("Idle-Timeout", 28);

/// `Termination-Action` (29): What the NAS does when the session ends (RFC 2865 §5.29).
pub const TERMINATION_ACTION: Handle<Integer> = Handle::standard("Termination-Action", 29);

/// `Login-LAT-Service` (34): The LAT system to connect the user to (RFC 2865 §5.34).
pub const LOGIN_LAT_SERVICE: Handle<Text> = Handle::standard("Login-LAT-Service", 34);

/// `Login-LAT-Node` (35): The LAT node to connect the user to (RFC 2865 §5.35).
pub const LOGIN_LAT_NODE: Handle<Text> = Handle::standard("Login-LAT-Node", 35);

/// `Login-LAT-Group` (36): The LAT groups of the user, 32 octets of bits (RFC 2865 §5.36).
pub const LOGIN_LAT_GROUP: Handle<Octets> = Handle::standard("Login-LAT-Group", 36);

/// `Framed-AppleTalk-Link` (37): The AppleTalk network of the link (RFC 2865 §5.37).
pub const FRAMED_APPLETALK_LINK: Handle<Integer> = Handle::standard("Framed-AppleTalk-Link", 37);

/// `Framed-AppleTalk-Network` (38): The AppleTalk network of the user (RFC 2865 §5.38).
pub const FRAMED_APPLETALK_NETWORK: Handle<Integer> =
    Handle::standard("Framed-AppleTalk-Network", 38);

/// `Framed-AppleTalk-Zone` (39): The AppleTalk zone of the user (RFC 2865 §5.39).
pub const FRAMED_APPLETALK_ZONE: Handle<Text> = Handle::standard("Framed-AppleTalk-Zone", 39);

/// `Port-Limit` (62): How many ports or sessions the user may have (RFC 2865 §5.42).
pub const PORT_LIMIT: Handle<Integer> = Handle::standard("Port-Limit", 62);

/// `Login-LAT-Port` (63): The LAT port to connect the user to (RFC 2865 §5.43).
pub const LOGIN_LAT_PORT: Handle<Text> = Handle::standard("Login-LAT-Port", 63);

/// `Password-Retry` (75): How often the user may try (RFC 2869 §5.9).
pub const PASSWORD_RETRY: Handle<Integer> = Handle::standard("Password-Retry", 75);

/// `Prompt` (76): Whether the NAS shows what the user types (RFC 2869 §5.10).
pub const PROMPT: Handle<Integer> = Handle::standard("Prompt", 76);

/// `Configuration-Token` (78): A profile name between proxy and server (RFC 2869 §5.12).
pub const CONFIGURATION_TOKEN: Handle<Text> = Handle::standard("Configuration-Token", 78);

/// `Framed-Pool` (88): The pool to take the user's IPv4 address from (RFC 2869 §5.18).
pub const FRAMED_POOL: Handle<Text> = Handle::standard("Framed-Pool", 88);

/// `NAS-Filter-Rule` (92): Filter rules, one after another across the attributes (RFC 4849 §2).
pub const NAS_FILTER_RULE: Handle<Text> = Handle::standard("NAS-Filter-Rule", 92);

/// `Acct-Status-Type` (40): What an Accounting-Request reports (RFC 2866 §5.1).
pub const ACCT_STATUS_TYPE: Handle<Integer> = Handle::standard("Acct-Status-Type", 40);

/// `Acct-Delay-Time` (41): How long the NAS has been trying to report this, seconds (RFC 2866 §5.2).
pub const ACCT_DELAY_TIME: Handle<Integer> = Handle::standard("Acct-Delay-Time", 41);

/// `Acct-Input-Octets` (42): Octets received from the user, low 32 bits (RFC 2866 §5.3).
pub const ACCT_INPUT_OCTETS: Handle<Integer> = Handle::standard("Acct-Input-Octets", 42);

/// `Acct-Output-Octets` (43): Octets sent to the user, low 32 bits (RFC 2866 §5.4).
pub const ACCT_OUTPUT_OCTETS: Handle<Integer> = Handle::standard("Acct-Output-Octets", 43);

/// `Acct-Session-Id` (44): The NAS's name for the session (RFC 2866 §5.5).
pub const ACCT_SESSION_ID: Handle<Text> = Handle::standard("Acct-Session-Id", 44);

/// `Acct-Authentic` (45): By whom the user was authenticated (RFC 2866 §5.6).
pub const ACCT_AUTHENTIC: Handle<Integer> = Handle::standard("Acct-Authentic", 45);

/// `Acct-Session-Time` (46): How long the session has lasted, seconds (RFC 2866 §5.7).
pub const ACCT_SESSION_TIME: Handle<Integer> = Handle::standard("Acct-Session-Time", 46);

/// `Acct-Input-Packets` (47): Packets received from the user (RFC 2866 §5.8).
pub const ACCT_INPUT_PACKETS: Handle<Integer> = Handle::standard("Acct-Input-Packets", 47);

/// `Acct-Output-Packets` (48): Packets sent to the user (RFC 2866 §5.9).
pub const ACCT_OUTPUT_PACKETS: Handle<Integer> = Handle::standard("Acct-Output-Packets", 48);

/// `Acct-Terminate-Cause` (49): Why the session ended (RFC 2866 §5.10).
pub const ACCT_TERMINATE_CAUSE: Handle<Integer> = Handle::standard("Acct-Terminate-Cause", 49);

/// `Acct-Multi-Session-Id` (50): One name for sessions that belong together (RFC 2866 §5.11).
pub const ACCT_MULTI_SESSION_ID: Handle<Text> = Handle::standard("Acct-Multi-Session-Id", 50);

/// `Acct-Link-Count` (51): How many links a multilink session has (RFC 2866 §5.12).
pub const ACCT_LINK_COUNT: Handle<Integer> = Handle::standard("Acct-Link-Count", 51);

/// `Acct-Input-Gigawords` (52): Octets received from the user, high 32 bits (RFC 2869 §5.1).
pub const ACCT_INPUT_GIGAWORDS: Handle<Integer> = Handle::standard("Acct-Input-Gigawords", 52);

/// `Acct-Output-Gigawords` (53): Octets sent to the user, high 32 bits (RFC 2869 §5.2).
pub const ACCT_OUTPUT_GIGAWORDS: Handle<Integer> = Handle::standard("Acct-Output-Gigawords", 53);

/// `Event-Timestamp` (55): When it happened (RFC 2869 §5.3).
pub const EVENT_TIMESTAMP: Handle<Date> = Handle::standard("Event-Timestamp", 55);

/// `Acct-Interim-Interval` (85): Seconds between two reports of a session, 60 at least (RFC 2869 §5.16).
pub const ACCT_INTERIM_INTERVAL: Handle<Integer> = Handle::standard("Acct-Interim-Interval", 85);

/// `Chargeable-User-Identity` (89): Who pays, opaque to the NAS; one zero octet asks for it (RFC 4372 §2.2).
pub const CHARGEABLE_USER_IDENTITY: Handle<Octets> =
    Handle::standard("Chargeable-User-Identity", 89);

/// `Tunnel-Type` (64): The tunnel's protocol; VLAN puts the user into one (RFC 2868 §3.1, RFC 3580 §3.31).
pub const TUNNEL_TYPE: Handle<TaggedInteger> = Handle::standard("Tunnel-Type", 64);

/// `Tunnel-Medium-Type` (65): What the tunnel runs over (RFC 2868 §3.2).
pub const TUNNEL_MEDIUM_TYPE: Handle<TaggedInteger> = Handle::standard("Tunnel-Medium-Type", 65);

/// `Tunnel-Client-Endpoint` (66): The address of the tunnel's near end (RFC 2868 §3.3).
pub const TUNNEL_CLIENT_ENDPOINT: Handle<TaggedText> =
    Handle::standard("Tunnel-Client-Endpoint", 66);

/// `Tunnel-Server-Endpoint` (67): The address of the tunnel's far end (RFC 2868 §3.4).
pub const TUNNEL_SERVER_ENDPOINT: Handle<TaggedText> =
    Handle::standard("Tunnel-Server-Endpoint", 67);

/// `Acct-Tunnel-Connection` (68): The tunnel's name for the session (RFC 2867 §4.1).
pub const ACCT_TUNNEL_CONNECTION: Handle<Text> = Handle::standard("Acct-Tunnel-Connection", 68);

/// `Tunnel-Password` (69): The tunnel's password, hidden with a salt (RFC 2868 §3.5).
pub const TUNNEL_PASSWORD: Handle<Hidden> = Handle::standard("Tunnel-Password", 69);

/// `Tunnel-Private-Group-Id` (81): The group of the session: the VLAN, where the tunnel is one (RFC 2868 §3.6).
pub const TUNNEL_PRIVATE_GROUP_ID: Handle<TaggedText> =
    Handle::standard("Tunnel-Private-Group-Id", 81);

/// `Tunnel-Assignment-Id` (82): Which tunnel the session goes into (RFC 2868 §3.7).
pub const TUNNEL_ASSIGNMENT_ID: Handle<TaggedText> = Handle::standard("Tunnel-Assignment-Id", 82);

/// `Tunnel-Preference` (83): Which tunnel is tried first, the lowest number (RFC 2868 §3.8).
pub const TUNNEL_PREFERENCE: Handle<TaggedInteger> = Handle::standard("Tunnel-Preference", 83);

/// `Acct-Tunnel-Packets-Lost` (86): Packets lost on a tunnel link (RFC 2867 §4.2).
pub const ACCT_TUNNEL_PACKETS_LOST: Handle<Integer> =
    Handle::standard("Acct-Tunnel-Packets-Lost", 86);

/// `Tunnel-Client-Auth-Id` (90): The near end's name (RFC 2868 §3.9).
pub const TUNNEL_CLIENT_AUTH_ID: Handle<TaggedText> = Handle::standard("Tunnel-Client-Auth-Id", 90);

/// `Tunnel-Server-Auth-Id` (91): The far end's name (RFC 2868 §3.10).
pub const TUNNEL_SERVER_AUTH_ID: Handle<TaggedText> = Handle::standard("Tunnel-Server-Auth-Id", 91);

/// `ARAP-Password` (70): The answer of an ARAP user (RFC 2869 §5.4).
pub const ARAP_PASSWORD: Handle<Octets> = Handle::standard("ARAP-Password", 70);

/// `ARAP-Features` (71): What an ARAP user is told of the password: whether it may be changed, how short it may be, its age (RFC 2869 §5.5).
pub const ARAP_FEATURES: Handle<Octets> = Handle::standard("ARAP-Features", 71);

/// `ARAP-Zone-Access` (72): How an ARAP user's zones are filtered (RFC 2869 §5.6).
pub const ARAP_ZONE_ACCESS: Handle<Integer> = Handle::standard("ARAP-Zone-Access", 72);

/// `ARAP-Security` (73): The ARAP security module (RFC 2869 §5.7).
pub const ARAP_SECURITY: Handle<Integer> = Handle::standard("ARAP-Security", 73);

/// `ARAP-Security-Data` (74): Data of the ARAP security module (RFC 2869 §5.8).
pub const ARAP_SECURITY_DATA: Handle<Text> = Handle::standard("ARAP-Security-Data", 74);

/// `EAP-Message` (79): A piece of an EAP packet (RFC 3579 §3.1).
pub const EAP_MESSAGE: Handle<Octets> = Handle::standard("EAP-Message", 79);

/// `Message-Authenticator` (80): The packet's signature, computed when the packet is finished (RFC 3579 §3.2).
pub const MESSAGE_AUTHENTICATOR: Handle<Octets> = Handle::standard("Message-Authenticator", 80);

/// `ARAP-Challenge-Response` (84): The answer to an ARAP user's challenge (RFC 2869 §5.15).
pub const ARAP_CHALLENGE_RESPONSE: Handle<Octets> = Handle::standard("ARAP-Challenge-Response", 84);

/// `EAP-Key-Name` (102): The name of an EAP session's key (RFC 4072 §4.1.4).
pub const EAP_KEY_NAME: Handle<Octets> = Handle::standard("EAP-Key-Name", 102);

/// `Egress-VLANID` (56): A VLAN of the port: 0x31 tagged or 0x32 untagged, 12 bits of zero, 12 bits of VLAN (RFC 4675 §2.1).
pub const EGRESS_VLANID: Handle<Integer> = Handle::standard("Egress-VLANID", 56);

/// `Ingress-Filters` (57): Whether frames of other VLANs are dropped (RFC 4675 §2.2).
pub const INGRESS_FILTERS: Handle<Integer> = Handle::standard("Ingress-Filters", 57);

/// `Egress-VLAN-Name` (58): A VLAN of the port: `1` tagged or `2` untagged, then its name (RFC 4675 §2.3).
pub const EGRESS_VLAN_NAME: Handle<Text> = Handle::standard("Egress-VLAN-Name", 58);

/// `User-Priority-Table` (59): The priority that each priority of received frames becomes (RFC 4675 §2.4).
pub const USER_PRIORITY_TABLE: Handle<Octets> = Handle::standard("User-Priority-Table", 59);

/// `NAS-IPv6-Address` (95): The NAS's address (RFC 3162 §2.1).
pub const NAS_IPV6_ADDRESS: Handle<Ipv6> = Handle::standard("NAS-IPv6-Address", 95);

/// `Framed-Interface-Id` (96): The low half of the user's address (RFC 3162 §2.2).
pub const FRAMED_INTERFACE_ID: Handle<Ifid> = Handle::standard("Framed-Interface-Id", 96);

/// `Framed-IPv6-Prefix` (97): The prefix of the user's link (RFC 3162 §2.3).
pub const FRAMED_IPV6_PREFIX: Handle<Ipv6Prefix> = Handle::standard("Framed-IPv6-Prefix", 97);

/// `Login-IPv6-Host` (98): The host to log the user in to (RFC 3162 §2.4).
pub const LOGIN_IPV6_HOST: Handle<Ipv6> = Handle::standard("Login-IPv6-Host", 98);

/// `Framed-IPv6-Route` (99): A route to the user's network (RFC 3162 §2.5).
pub const FRAMED_IPV6_ROUTE: Handle<Text> = Handle::standard("Framed-IPv6-Route", 99);

/// `Framed-IPv6-Pool` (100): The pool to take the link's prefix from (RFC 3162 §2.6).
pub const FRAMED_IPV6_POOL: Handle<Text> = Handle::standard("Framed-IPv6-Pool", 100);

/// `Delegated-IPv6-Prefix` (123): The prefix delegated to the user (RFC 4818 §3).
pub const DELEGATED_IPV6_PREFIX: Handle<Ipv6Prefix> =
    Handle::standard("Delegated-IPv6-Prefix", 123);

/// `DS-Lite-Tunnel-Name` (144): The name of the DS-Lite tunnel's far end (RFC 6519 §4.1).
pub const DS_LITE_TUNNEL_NAME: Handle<Text> = Handle::standard("DS-Lite-Tunnel-Name", 144);

/// `Framed-IPv6-Address` (168): The user's IPv6 address (RFC 6911 §3.1).
pub const FRAMED_IPV6_ADDRESS: Handle<Ipv6> = Handle::standard("Framed-IPv6-Address", 168);

/// `DNS-Server-IPv6-Address` (169): A name server of the user (RFC 6911 §3.2).
pub const DNS_SERVER_IPV6_ADDRESS: Handle<Ipv6> = Handle::standard("DNS-Server-IPv6-Address", 169);

/// `Route-IPv6-Information` (170): A route to announce to the user (RFC 6911 §3.3).
pub const ROUTE_IPV6_INFORMATION: Handle<Ipv6Prefix> =
    Handle::standard("Route-IPv6-Information", 170);

/// `Delegated-IPv6-Prefix-Pool` (171): The pool to delegate a prefix from (RFC 6911 §3.4).
pub const DELEGATED_IPV6_PREFIX_POOL: Handle<Text> =
    Handle::standard("Delegated-IPv6-Prefix-Pool", 171);

/// `Stateful-IPv6-Address-Pool` (172): The pool to take the user's IPv6 address from (RFC 6911 §3.5).
pub const STATEFUL_IPV6_ADDRESS_POOL: Handle<Text> =
    Handle::standard("Stateful-IPv6-Address-Pool", 172);

/// `Error-Cause` (101): Why a change was refused (RFC 5176 §3.5).
pub const ERROR_CAUSE: Handle<Integer> = Handle::standard("Error-Cause", 101);

/// `Framed-Management` (133): The management protocol of the session (RFC 5607 §6.1).
pub const FRAMED_MANAGEMENT: Handle<Integer> = Handle::standard("Framed-Management", 133);

/// `Management-Transport-Protection` (134): The least protection that the transport of the management session needs (RFC 5607 §6.2).
pub const MANAGEMENT_TRANSPORT_PROTECTION: Handle<Integer> =
    Handle::standard("Management-Transport-Protection", 134);

/// `Management-Policy-Id` (135): The policy of the management session (RFC 5607 §6.3).
pub const MANAGEMENT_POLICY_ID: Handle<Text> = Handle::standard("Management-Policy-Id", 135);

/// `Management-Privilege-Level` (136): The privilege level of the management session (RFC 5607 §6.4).
pub const MANAGEMENT_PRIVILEGE_LEVEL: Handle<Integer> =
    Handle::standard("Management-Privilege-Level", 136);

/// `Digest-Response` (103): The digest by which the user proves the password, in hexadecimal (RFC 5090 §3.1).
pub const DIGEST_RESPONSE: Handle<Text> = Handle::standard("Digest-Response", 103);

/// `Digest-Realm` (104): The realm the digest is for (RFC 5090 §3.2).
pub const DIGEST_REALM: Handle<Text> = Handle::standard("Digest-Realm", 104);

/// `Digest-Nonce` (105): The nonce the digest is made with (RFC 5090 §3.3).
pub const DIGEST_NONCE: Handle<Text> = Handle::standard("Digest-Nonce", 105);

/// `Digest-Response-Auth` (106): The digest by which the server proves itself to the user (RFC 5090 §3.4).
pub const DIGEST_RESPONSE_AUTH: Handle<Text> = Handle::standard("Digest-Response-Auth", 106);

/// `Digest-Nextnonce` (107): The nonce for the next request (RFC 5090 §3.5).
pub const DIGEST_NEXTNONCE: Handle<Text> = Handle::standard("Digest-Nextnonce", 107);

/// `Digest-Method` (108): The method of the SIP or HTTP request, such as REGISTER (RFC 5090 §3.6).
pub const DIGEST_METHOD: Handle<Text> = Handle::standard("Digest-Method", 108);

/// `Digest-URI` (109): The URI of the SIP or HTTP request (RFC 5090 §3.7).
pub const DIGEST_URI: Handle<Text> = Handle::standard("Digest-URI", 109);

/// `Digest-Qop` (110): The quality of protection, `auth` or `auth-int` (RFC 5090 §3.8).
pub const DIGEST_QOP: Handle<Text> = Handle::standard("Digest-Qop", 110);

/// `Digest-Algorithm` (111): The algorithm of the digest, such as `MD5` or `MD5-sess` (RFC 5090 §3.9).
pub const DIGEST_ALGORITHM: Handle<Text> = Handle::standard("Digest-Algorithm", 111);

/// `Digest-Entity-Body-Hash` (112): The hash of the body of the request, for `auth-int` (RFC 5090 §3.10).
pub const DIGEST_ENTITY_BODY_HASH: Handle<Text> = Handle::standard("Digest-Entity-Body-Hash", 112);

/// `Digest-CNonce` (113): The client's nonce (RFC 5090 §3.11).
pub const DIGEST_CNONCE: Handle<Text> = Handle::standard("Digest-CNonce", 113);

/// `Digest-Nonce-Count` (114): How often the nonce was used, in hexadecimal (RFC 5090 §3.12).
pub const DIGEST_NONCE_COUNT: Handle<Text> = Handle::standard("Digest-Nonce-Count", 114);

/// `Digest-Username` (115): The user name the digest is made with (RFC 5090 §3.13).
pub const DIGEST_USERNAME: Handle<Text> = Handle::standard("Digest-Username", 115);

/// `Digest-Opaque` (116): What the server wants back from the client of the digest (RFC 5090 §3.14).
pub const DIGEST_OPAQUE: Handle<Text> = Handle::standard("Digest-Opaque", 116);

/// `Digest-Auth-Param` (117): A parameter of the digest that has no attribute of its own (RFC 5090 §3.15).
pub const DIGEST_AUTH_PARAM: Handle<Text> = Handle::standard("Digest-Auth-Param", 117);

/// `Digest-AKA-Auts` (118): The resynchronization value of a digest by AKA (RFC 5090 §3.16).
pub const DIGEST_AKA_AUTS: Handle<Text> = Handle::standard("Digest-AKA-Auts", 118);

/// `Digest-Domain` (119): A URI that the digest protects too (RFC 5090 §3.17).
pub const DIGEST_DOMAIN: Handle<Text> = Handle::standard("Digest-Domain", 119);

/// `Digest-Stale` (120): `true` if only the nonce was too old (RFC 5090 §3.18).
pub const DIGEST_STALE: Handle<Text> = Handle::standard("Digest-Stale", 120);

/// `Digest-HA1` (121): The hash of name, realm and password, for `-sess` algorithms with the nonces, in hexadecimal, for the NAS to compute the server's digest (RFC 5090 §3.19).
pub const DIGEST_HA1: Handle<Text> = Handle::standard("Digest-HA1", 121);

/// `SIP-AOR` (122): The SIP or tel URI that the user wants to act as (RFC 5090 §3.20).
pub const SIP_AOR: Handle<Text> = Handle::standard("SIP-AOR", 122);

/// `Operator-Name` (126): Who runs the access network: a character for the kind of name, `1` a realm, then it (RFC 5580 §4.1).
pub const OPERATOR_NAME: Handle<Text> = Handle::standard("Operator-Name", 126);

/// `Location-Information` (127): Whose location it is, how it was found and when (RFC 5580 §4.2).
pub const LOCATION_INFORMATION: Handle<Octets> = Handle::standard("Location-Information", 127);

/// `Location-Data` (128): The location, civic or geospatial (RFC 5580 §4.3).
pub const LOCATION_DATA: Handle<Octets> = Handle::standard("Location-Data", 128);

/// `Basic-Location-Policy-Rules` (129): How long the location may be kept and whether it may be passed on (RFC 5580 §4.4).
pub const BASIC_LOCATION_POLICY_RULES: Handle<Octets> =
    Handle::standard("Basic-Location-Policy-Rules", 129);

/// `Extended-Location-Policy-Rules` (130): Where the full rules for the location are to be found (RFC 5580 §4.5).
pub const EXTENDED_LOCATION_POLICY_RULES: Handle<Text> =
    Handle::standard("Extended-Location-Policy-Rules", 130);

/// `Location-Capable` (131): Which locations the NAS can report, a sum of the values (RFC 5580 §4.6).
pub const LOCATION_CAPABLE: Handle<Integer> = Handle::standard("Location-Capable", 131);

/// `Requested-Location-Info` (132): Which locations the server wants, a sum of the values (RFC 5580 §4.7).
pub const REQUESTED_LOCATION_INFO: Handle<Integer> =
    Handle::standard("Requested-Location-Info", 132);

/// `PKM-SS-Cert` (137): A piece of the subscriber station's certificate (RFC 5904 §3.1).
pub const PKM_SS_CERT: Handle<Octets> = Handle::standard("PKM-SS-Cert", 137);

/// `PKM-CA-Cert` (138): A piece of the certificate of the authority that signed the station's (RFC 5904 §3.2).
pub const PKM_CA_CERT: Handle<Octets> = Handle::standard("PKM-CA-Cert", 138);

/// `PKM-Config-Settings` (139): Seven timeouts of the key exchange, four octets each (RFC 5904 §3.3).
pub const PKM_CONFIG_SETTINGS: Handle<Octets> = Handle::standard("PKM-Config-Settings", 139);

/// `PKM-Cryptosuite-List` (140): The cryptographic suites that the station can do (RFC 5904 §3.4).
pub const PKM_CRYPTOSUITE_LIST: Handle<Octets> = Handle::standard("PKM-Cryptosuite-List", 140);

/// `PKM-SAID` (141): The number of a security association (RFC 5904 §3.5).
pub const PKM_SAID: Handle<Short> = Handle::standard("PKM-SAID", 141);

/// `PKM-SA-Descriptor` (142): A security association: two octets of number, one of type, three of suite (RFC 5904 §3.6).
pub const PKM_SA_DESCRIPTOR: Handle<Octets> = Handle::standard("PKM-SA-Descriptor", 142);

/// `PKM-Auth-Key` (143): The key: four octets of lifetime in seconds, one of sequence, then it, encrypted (RFC 5904 §3.7).
pub const PKM_AUTH_KEY: Handle<Octets> = Handle::standard("PKM-Auth-Key", 143);

/// `MIP6-Feature-Vector` (124): Which mobility features are supported, a bit each (RFC 5447 §4.2.5, RFC 6572 §4.1).
pub const MIP6_FEATURE_VECTOR: Handle<Integer64> = Handle::standard("MIP6-Feature-Vector", 124);

/// `MIP6-Home-Link-Prefix` (125): The prefix of the home link: an octet of length, then 16 of address (RFC 5447 §4.2.4).
pub const MIP6_HOME_LINK_PREFIX: Handle<Octets> = Handle::standard("MIP6-Home-Link-Prefix", 125);

/// `Mobile-Node-Identifier` (145): The mobile node's name in Proxy Mobile IPv6, a network access identifier (RFC 6572 §4.2).
pub const MOBILE_NODE_IDENTIFIER: Handle<Octets> = Handle::standard("Mobile-Node-Identifier", 145);

/// `Service-Selection` (146): The service or outer network that the mobile node is connected to (RFC 6572 §4.3).
pub const SERVICE_SELECTION: Handle<Text> = Handle::standard("Service-Selection", 146);

/// `PMIP6-Home-LMA-IPv6-Address` (147): The IPv6 address of the mobility anchor in the home network (RFC 6572 §4.4).
pub const PMIP6_HOME_LMA_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::standard("PMIP6-Home-LMA-IPv6-Address", 147);

/// `PMIP6-Visited-LMA-IPv6-Address` (148): The IPv6 address of the mobility anchor in the visited network (RFC 6572 §4.5).
pub const PMIP6_VISITED_LMA_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::standard("PMIP6-Visited-LMA-IPv6-Address", 148);

/// `PMIP6-Home-LMA-IPv4-Address` (149): The IPv4 address of the mobility anchor in the home network (RFC 6572 §4.6).
pub const PMIP6_HOME_LMA_IPV4_ADDRESS: Handle<Ipv4> =
    Handle::standard("PMIP6-Home-LMA-IPv4-Address", 149);

/// `PMIP6-Visited-LMA-IPv4-Address` (150): The IPv4 address of the mobility anchor in the visited network (RFC 6572 §4.7).
pub const PMIP6_VISITED_LMA_IPV4_ADDRESS: Handle<Ipv4> =
    Handle::standard("PMIP6-Visited-LMA-IPv4-Address", 150);

/// `PMIP6-Home-HN-Prefix` (151): The mobile node's prefix, of the home network (RFC 6572 §4.8).
pub const PMIP6_HOME_HN_PREFIX: Handle<Ipv6Prefix> = Handle::standard("PMIP6-Home-HN-Prefix", 151);

/// `PMIP6-Visited-HN-Prefix` (152): The mobile node's prefix, of the visited network (RFC 6572 §4.9).
pub const PMIP6_VISITED_HN_PREFIX: Handle<Ipv6Prefix> =
    Handle::standard("PMIP6-Visited-HN-Prefix", 152);

/// `PMIP6-Home-Interface-ID` (153): The low half of the mobile node's address, in the home network (RFC 6572 §4.10).
pub const PMIP6_HOME_INTERFACE_ID: Handle<Ifid> = Handle::standard("PMIP6-Home-Interface-ID", 153);

/// `PMIP6-Visited-Interface-ID` (154): The low half of the mobile node's address, in the visited network (RFC 6572 §4.11).
pub const PMIP6_VISITED_INTERFACE_ID: Handle<Ifid> =
    Handle::standard("PMIP6-Visited-Interface-ID", 154);

/// `PMIP6-Home-IPv4-HoA` (155): The mobile node's IPv4 home address, of the home network (RFC 6572 §4.12).
pub const PMIP6_HOME_IPV4_HOA: Handle<Ipv4Prefix> = Handle::standard("PMIP6-Home-IPv4-HoA", 155);

/// `PMIP6-Visited-IPv4-HoA` (156): The mobile node's IPv4 home address, of the visited network (RFC 6572 §4.13).
pub const PMIP6_VISITED_IPV4_HOA: Handle<Ipv4Prefix> =
    Handle::standard("PMIP6-Visited-IPv4-HoA", 156);

/// `PMIP6-Home-DHCP4-Server-Address` (157): The DHCPv4 server in the home network (RFC 6572 §4.14).
pub const PMIP6_HOME_DHCP4_SERVER_ADDRESS: Handle<Ipv4> =
    Handle::standard("PMIP6-Home-DHCP4-Server-Address", 157);

/// `PMIP6-Visited-DHCP4-Server-Address` (158): The DHCPv4 server in the visited network (RFC 6572 §4.15).
pub const PMIP6_VISITED_DHCP4_SERVER_ADDRESS: Handle<Ipv4> =
    Handle::standard("PMIP6-Visited-DHCP4-Server-Address", 158);

/// `PMIP6-Home-DHCP6-Server-Address` (159): The DHCPv6 server in the home network (RFC 6572 §4.16).
pub const PMIP6_HOME_DHCP6_SERVER_ADDRESS: Handle<Ipv6> =
    Handle::standard("PMIP6-Home-DHCP6-Server-Address", 159);

/// `PMIP6-Visited-DHCP6-Server-Address` (160): The DHCPv6 server in the visited network (RFC 6572 §4.17).
pub const PMIP6_VISITED_DHCP6_SERVER_ADDRESS: Handle<Ipv6> =
    Handle::standard("PMIP6-Visited-DHCP6-Server-Address", 160);

/// `PMIP6-Home-IPv4-Gateway` (161): The mobile node's IPv4 default router, in the home network (RFC 6572 §4.20).
pub const PMIP6_HOME_IPV4_GATEWAY: Handle<Ipv4> = Handle::standard("PMIP6-Home-IPv4-Gateway", 161);

/// `PMIP6-Visited-IPv4-Gateway` (162): The mobile node's IPv4 default router, in the visited network (RFC 6572 §4.21).
pub const PMIP6_VISITED_IPV4_GATEWAY: Handle<Ipv4> =
    Handle::standard("PMIP6-Visited-IPv4-Gateway", 162);

/// `EAP-Lower-Layer` (163): What EAP runs over; 2 and 3 are IEEE 802.11, whatever other dictionaries name them (RFC 6677 §7.2).
pub const EAP_LOWER_LAYER: Handle<Integer> = Handle::standard("EAP-Lower-Layer", 163);

/// `GSS-Acceptor-Service-Name` (164): The service that the user authenticates to by GSS-API (RFC 7055 §3.4).
pub const GSS_ACCEPTOR_SERVICE_NAME: Handle<Text> =
    Handle::standard("GSS-Acceptor-Service-Name", 164);

/// `GSS-Acceptor-Host-Name` (165): The host of that service (RFC 7055 §3.4).
pub const GSS_ACCEPTOR_HOST_NAME: Handle<Text> = Handle::standard("GSS-Acceptor-Host-Name", 165);

/// `GSS-Acceptor-Service-Specifics` (166): Further parts of the name of that service, with `/` between them (RFC 7055 §3.4).
pub const GSS_ACCEPTOR_SERVICE_SPECIFICS: Handle<Text> =
    Handle::standard("GSS-Acceptor-Service-Specifics", 166);

/// `GSS-Acceptor-Realm-Name` (167): The realm of that service (RFC 7055 §3.4).
pub const GSS_ACCEPTOR_REALM_NAME: Handle<Text> = Handle::standard("GSS-Acceptor-Realm-Name", 167);

/// `IPv6-6rd-Configuration` (173): The 6rd settings of the user's router (RFC 6930 §4.1).
pub const IPV6_6RD_CONFIGURATION: Handle<TlvSequence> =
    Handle::standard("IPv6-6rd-Configuration", 173);

/// `Allowed-Called-Station-Id` (174): Where the user may connect: an access point and network, as in Called-Station-Id (RFC 7268 §2.1).
pub const ALLOWED_CALLED_STATION_ID: Handle<Text> =
    Handle::standard("Allowed-Called-Station-Id", 174);

/// `EAP-Peer-Id` (175): A name of the EAP method's peer (RFC 7268 §2.3).
pub const EAP_PEER_ID: Handle<Octets> = Handle::standard("EAP-Peer-Id", 175);

/// `EAP-Server-Id` (176): A name of the EAP method's server (RFC 7268 §2.4).
pub const EAP_SERVER_ID: Handle<Octets> = Handle::standard("EAP-Server-Id", 176);

/// `Mobility-Domain-Id` (177): The mobility domain of the access point, in the low 16 bits (RFC 7268 §2.5).
pub const MOBILITY_DOMAIN_ID: Handle<Integer> = Handle::standard("Mobility-Domain-Id", 177);

/// `Preauth-Timeout` (178): How long the NAS keeps an unused pre-authentication, seconds (RFC 7268 §2.6).
pub const PREAUTH_TIMEOUT: Handle<Integer> = Handle::standard("Preauth-Timeout", 178);

/// `Network-Id-Name` (179): The name of the IEEE 802.1X network, not an SSID (RFC 7268 §2.7).
pub const NETWORK_ID_NAME: Handle<Octets> = Handle::standard("Network-Id-Name", 179);

/// `EAPoL-Announcement` (180): A piece of EAPoL announcements of IEEE 802.1X (RFC 7268 §2.8).
pub const EAPOL_ANNOUNCEMENT: Handle<Octets> = Handle::standard("EAPoL-Announcement", 180);

/// `WLAN-HESSID` (181): The MAC address that names a set of access points of one network (RFC 7268 §2.9).
pub const WLAN_HESSID: Handle<Text> = Handle::standard("WLAN-HESSID", 181);

/// `WLAN-Venue-Info` (182): What kind of place it is: 16 bits of zero, 8 of group, 8 of type (RFC 7268 §2.10).
pub const WLAN_VENUE_INFO: Handle<Integer> = Handle::standard("WLAN-Venue-Info", 182);

/// `WLAN-Venue-Language` (183): The language of the place's name: ISO 639, two letters and a zero octet or three (RFC 7268 §2.11).
pub const WLAN_VENUE_LANGUAGE: Handle<Octets> = Handle::standard("WLAN-Venue-Language", 183);

/// `WLAN-Venue-Name` (184): The place's name (RFC 7268 §2.12).
pub const WLAN_VENUE_NAME: Handle<Text> = Handle::standard("WLAN-Venue-Name", 184);

/// `WLAN-Reason-Code` (185): Why the station was refused or cut off, a reason code of IEEE 802.11 (RFC 7268 §2.13).
pub const WLAN_REASON_CODE: Handle<Integer> = Handle::standard("WLAN-Reason-Code", 185);

/// `WLAN-Pairwise-Cipher` (186): The cipher of unicast frames: 24 bits of OUI, 8 of suite type (RFC 7268 §2.14).
pub const WLAN_PAIRWISE_CIPHER: Handle<Integer> = Handle::standard("WLAN-Pairwise-Cipher", 186);

/// `WLAN-Group-Cipher` (187): The cipher of broadcast frames: 24 bits of OUI, 8 of suite type (RFC 7268 §2.15).
pub const WLAN_GROUP_CIPHER: Handle<Integer> = Handle::standard("WLAN-Group-Cipher", 187);

/// `WLAN-AKM-Suite` (188): How the station authenticates: 24 bits of OUI, 8 of suite type (RFC 7268 §2.16).
pub const WLAN_AKM_SUITE: Handle<Integer> = Handle::standard("WLAN-AKM-Suite", 188);

/// `WLAN-Group-Mgmt-Cipher` (189): The cipher of broadcast management frames: 24 bits of OUI, 8 of suite type (RFC 7268 §2.17).
pub const WLAN_GROUP_MGMT_CIPHER: Handle<Integer> = Handle::standard("WLAN-Group-Mgmt-Cipher", 189);

/// `WLAN-RF-Band` (190): The radio band, a Band ID of IEEE 802.11 in the low 8 bits (RFC 7268 §2.18).
pub const WLAN_RF_BAND: Handle<Integer> = Handle::standard("WLAN-RF-Band", 190);

/// `Frag-Status` (241.1): Where a fragmented authorization stands (RFC 7499 §10.1).
pub const FRAG_STATUS: Handle<Integer> = Handle::extended("Frag-Status", 241, 1);

/// `Proxy-State-Length` (241.2): The octets of Proxy-State that came with the request, to make room for (RFC 7499 §10.2).
pub const PROXY_STATE_LENGTH: Handle<Integer> = Handle::extended("Proxy-State-Length", 241, 2);

/// `Response-Length` (241.3): In a request, the longest response the client takes; in a response, the longest request the server takes; octets, 4096 to 65535 (RFC 7930 §6).
pub const RESPONSE_LENGTH: Handle<Integer> = Handle::extended("Response-Length", 241, 3);

/// `Original-Packet-Code` (241.4): The code of the request that a Protocol-Error answers (RFC 7930 §4).
pub const ORIGINAL_PACKET_CODE: Handle<Integer> = Handle::extended("Original-Packet-Code", 241, 4);

/// `IP-Port-Limit-Info` (241.5): How many ports the user may have (RFC 8045 §3.1.1).
pub const IP_PORT_LIMIT_INFO: Handle<TlvSequence> = Handle::extended("IP-Port-Limit-Info", 241, 5);

/// `IP-Port-Range` (241.6): A range of ports that the user was given or gave back (RFC 8045 §3.1.2).
pub const IP_PORT_RANGE: Handle<TlvSequence> = Handle::extended("IP-Port-Range", 241, 6);

/// `IP-Port-Forwarding-Map` (241.7): A port that is forwarded to the user (RFC 8045 §3.1.3).
pub const IP_PORT_FORWARDING_MAP: Handle<TlvSequence> =
    Handle::extended("IP-Port-Forwarding-Map", 241, 7);

/// `Operator-NAS-Identifier` (241.8): The visited operator's opaque name of the NAS, to find it again by (RFC 8559 §3.4).
pub const OPERATOR_NAS_IDENTIFIER: Handle<Octets> =
    Handle::extended("Operator-NAS-Identifier", 241, 8);

/// `SAML-Assertion` (245.1): A SAML assertion about the user (RFC 7833 §3.1).
pub const SAML_ASSERTION: Handle<Octets> = Handle::extended("SAML-Assertion", 245, 1);

/// `SAML-Protocol` (245.2): A SAML protocol message (RFC 7833 §3.2).
pub const SAML_PROTOCOL: Handle<Octets> = Handle::extended("SAML-Protocol", 245, 2);

/// `DHCPv6-Options` (245.3): DHCPv6 options for the user's host, as on the wire (RFC 9445 §3.1).
pub const DHCPV6_OPTIONS: Handle<Octets> = Handle::extended("DHCPv6-Options", 245, 3);

/// `DHCPv4-Options` (245.4): DHCPv4 options for the user's host, as on the wire (RFC 9445 §3.2).
pub const DHCPV4_OPTIONS: Handle<Octets> = Handle::extended("DHCPv4-Options", 245, 4);

/// The values of `NAS-Port-Type`.
pub mod nas_port_type {
    /// `Async`.
    pub const ASYNC: u32 = 0;

    /// `Sync`.
    pub const SYNC: u32 = 1;

    /// `ISDN`.
    pub const ISDN: u32 = 2;

    /// `ISDN-V120`.
    pub const ISDN_V120: u32 = 3;

    /// `ISDN-V110`.
    pub const ISDN_V110: u32 = 4;

    /// `Virtual`.
    pub const VIRTUAL: u32 = 5;

    /// `PIAFS`.
    pub const PIAFS: u32 = 6;

    /// `HDLC-Clear-Channel`.
    pub const HDLC_CLEAR_CHANNEL: u32 = 7;

    /// `X.25`.
    pub const X_25: u32 = 8;

    /// `X.75`.
    pub const X_75: u32 = 9;

    /// `G.3-Fax`.
    pub const G_3_FAX: u32 = 10;

    /// `SDSL`.
    pub const SDSL: u32 = 11;

    /// `ADSL-CAP`.
    pub const ADSL_CAP: u32 = 12;

    /// `ADSL-DMT`.
    pub const ADSL_DMT: u32 = 13;

    /// `IDSL`.
    pub const IDSL: u32 = 14;

    /// `Ethernet`.
    pub const ETHERNET: u32 = 15;

    /// `xDSL`.
    pub const XDSL: u32 = 16;

    /// `Cable`.
    pub const CABLE: u32 = 17;

    /// `Wireless-Other`.
    pub const WIRELESS_OTHER: u32 = 18;

    /// `Wireless-802.11`.
    pub const WIRELESS_802_11: u32 = 19;

    /// `Token-Ring`.
    pub const TOKEN_RING: u32 = 20;

    /// `FDDI`.
    pub const FDDI: u32 = 21;

    /// `Wireless-CDMA2000`.
    pub const WIRELESS_CDMA2000: u32 = 22;

    /// `Wireless-UMTS`.
    pub const WIRELESS_UMTS: u32 = 23;

    /// `Wireless-1X-EV`.
    pub const WIRELESS_1X_EV: u32 = 24;

    /// `IAPP`.
    pub const IAPP: u32 = 25;

    /// `FTTP`.
    pub const FTTP: u32 = 26;

    /// `Wireless-802.16`.
    pub const WIRELESS_802_16: u32 = 27;

    /// `Wireless-802.20`.
    pub const WIRELESS_802_20: u32 = 28;

    /// `Wireless-802.22`.
    pub const WIRELESS_802_22: u32 = 29;

    /// `PPPoA`.
    pub const PPPOA: u32 = 30;

    /// `PPPoEoA`.
    pub const PPPOEOA: u32 = 31;

    /// `PPPoEoE`.
    pub const PPPOEOE: u32 = 32;

    /// `PPPoEoVLAN`.
    pub const PPPOEOVLAN: u32 = 33;

    /// `PPPoEoQinQ`.
    pub const PPPOEOQINQ: u32 = 34;

    /// `xPON`.
    pub const XPON: u32 = 35;

    /// `Wireless-XGP`.
    pub const WIRELESS_XGP: u32 = 36;
}

/// The values of `Service-Type`.
pub mod service_type {
    /// `Login-User`.
    pub const LOGIN_USER: u32 = 1;

    /// `Framed-User`.
    pub const FRAMED_USER: u32 = 2;

    /// `Callback-Login-User`.
    pub const CALLBACK_LOGIN_USER: u32 = 3;

    /// `Callback-Framed-User`.
    pub const CALLBACK_FRAMED_USER: u32 = 4;

    /// `Outbound-User`.
    pub const OUTBOUND_USER: u32 = 5;

    /// `Administrative-User`.
    pub const ADMINISTRATIVE_USER: u32 = 6;

    /// `NAS-Prompt-User`.
    pub const NAS_PROMPT_USER: u32 = 7;

    /// `Authenticate-Only`.
    pub const AUTHENTICATE_ONLY: u32 = 8;

    /// `Callback-NAS-Prompt`.
    pub const CALLBACK_NAS_PROMPT: u32 = 9;

    /// `Call-Check`.
    pub const CALL_CHECK: u32 = 10;

    /// `Callback-Administrative`.
    pub const CALLBACK_ADMINISTRATIVE: u32 = 11;

    /// `Voice`.
    pub const VOICE: u32 = 12;

    /// `Fax`.
    pub const FAX: u32 = 13;

    /// `Modem-Relay`.
    pub const MODEM_RELAY: u32 = 14;

    /// `IAPP-Register`.
    pub const IAPP_REGISTER: u32 = 15;

    /// `IAPP-AP-Check`.
    pub const IAPP_AP_CHECK: u32 = 16;

    /// `Authorize-Only`.
    pub const AUTHORIZE_ONLY: u32 = 17;

    /// `Framed-Management`.
    pub const FRAMED_MANAGEMENT: u32 = 18;

    /// `Additional-Authorization`.
    pub const ADDITIONAL_AUTHORIZATION: u32 = 19;
}

/// The values of `Framed-Protocol`.
pub mod framed_protocol {
    /// `PPP`.
    pub const PPP: u32 = 1;

    /// `SLIP`.
    pub const SLIP: u32 = 2;

    /// `ARAP`.
    pub const ARAP: u32 = 3;

    /// `Gandalf-SLML`.
    pub const GANDALF_SLML: u32 = 4;

    /// `Xylogics-IPX-SLIP`.
    pub const XYLOGICS_IPX_SLIP: u32 = 5;

    /// `X.75-Synchronous`.
    pub const X_75_SYNCHRONOUS: u32 = 6;

    /// `GPRS-PDP-Context`.
    pub const GPRS_PDP_CONTEXT: u32 = 7;
}

/// The values of `Framed-Routing`.
pub mod framed_routing {
    /// `None`.
    pub const NONE: u32 = 0;

    /// `Broadcast`.
    pub const BROADCAST: u32 = 1;

    /// `Listen`.
    pub const LISTEN: u32 = 2;

    /// `Broadcast-Listen`.
    pub const BROADCAST_LISTEN: u32 = 3;
}

/// The values of `Framed-Compression`.
pub mod framed_compression {
    /// `None`.
    pub const NONE: u32 = 0;

    /// `Van-Jacobson-TCP-IP`.
    pub const VAN_JACOBSON_TCP_IP: u32 = 1;

    /// `IPX-Header-Compression`.
    pub const IPX_HEADER_COMPRESSION: u32 = 2;

    /// `Stac-LZS`.
    pub const STAC_LZS: u32 = 3;
}

/// The values of `Login-Service`.
pub mod login_service {
    /// `Telnet`.
    pub const TELNET: u32 = 0;

    /// `Rlogin`.
    pub const RLOGIN: u32 = 1;

    /// `TCP-Clear`.
    pub const TCP_CLEAR: u32 = 2;

    /// `PortMaster`.
    pub const PORTMASTER: u32 = 3;

    /// `LAT`.
    pub const LAT: u32 = 4;

    /// `X25-PAD`.
    pub const X25_PAD: u32 = 5;

    /// `X25-T3POS`.
    pub const X25_T3POS: u32 = 6;

    /// `TCP-Clear-Quiet`.
    pub const TCP_CLEAR_QUIET: u32 = 8;
}

/// The values of `Termination-Action`.
pub mod termination_action {
    /// `Default`.
    pub const DEFAULT: u32 = 0;

    /// `RADIUS-Request`.
    pub const RADIUS_REQUEST: u32 = 1;
}

/// The values of `Prompt`.
pub mod prompt {
    /// `No-Echo`.
    pub const NO_ECHO: u32 = 0;

    /// `Echo`.
    pub const ECHO: u32 = 1;
}

/// The values of `Acct-Status-Type`.
pub mod acct_status_type {
    /// `Start`.
    pub const START: u32 = 1;

    /// `Stop`.
    pub const STOP: u32 = 2;

    /// `Interim-Update`.
    pub const INTERIM_UPDATE: u32 = 3;

    /// `Accounting-On`.
    pub const ACCOUNTING_ON: u32 = 7;

    /// `Accounting-Off`.
    pub const ACCOUNTING_OFF: u32 = 8;

    /// `Tunnel-Start`.
    pub const TUNNEL_START: u32 = 9;

    /// `Tunnel-Stop`.
    pub const TUNNEL_STOP: u32 = 10;

    /// `Tunnel-Reject`.
    pub const TUNNEL_REJECT: u32 = 11;

    /// `Tunnel-Link-Start`.
    pub const TUNNEL_LINK_START: u32 = 12;

    /// `Tunnel-Link-Stop`.
    pub const TUNNEL_LINK_STOP: u32 = 13;

    /// `Tunnel-Link-Reject`.
    pub const TUNNEL_LINK_REJECT: u32 = 14;

    /// `Failed`.
    pub const FAILED: u32 = 15;

    /// `Subsystem-On`.
    pub const SUBSYSTEM_ON: u32 = 18;

    /// `Subsystem-Off`.
    pub const SUBSYSTEM_OFF: u32 = 19;
}

/// The values of `Acct-Authentic`.
pub mod acct_authentic {
    /// `RADIUS`.
    pub const RADIUS: u32 = 1;

    /// `Local`.
    pub const LOCAL: u32 = 2;

    /// `Remote`.
    pub const REMOTE: u32 = 3;

    /// `Diameter`.
    pub const DIAMETER: u32 = 4;
}

/// The values of `Acct-Terminate-Cause`.
pub mod acct_terminate_cause {
    /// `User-Request`.
    pub const USER_REQUEST: u32 = 1;

    /// `Lost-Carrier`.
    pub const LOST_CARRIER: u32 = 2;

    /// `Lost-Service`.
    pub const LOST_SERVICE: u32 = 3;

    /// `Idle-Timeout`.
    pub const IDLE_TIMEOUT: u32 = 4;

    /// `Session-Timeout`.
    pub const SESSION_TIMEOUT: u32 = 5;

    /// `Admin-Reset`.
    pub const ADMIN_RESET: u32 = 6;

    /// `Admin-Reboot`.
    pub const ADMIN_REBOOT: u32 = 7;

    /// `Port-Error`.
    pub const PORT_ERROR: u32 = 8;

    /// `NAS-Error`.
    pub const NAS_ERROR: u32 = 9;

    /// `NAS-Request`.
    pub const NAS_REQUEST: u32 = 10;

    /// `NAS-Reboot`.
    pub const NAS_REBOOT: u32 = 11;

    /// `Port-Unneeded`.
    pub const PORT_UNNEEDED: u32 = 12;

    /// `Port-Preempted`.
    pub const PORT_PREEMPTED: u32 = 13;

    /// `Port-Suspended`.
    pub const PORT_SUSPENDED: u32 = 14;

    /// `Service-Unavailable`.
    pub const SERVICE_UNAVAILABLE: u32 = 15;

    /// `Callback`.
    pub const CALLBACK: u32 = 16;

    /// `User-Error`.
    pub const USER_ERROR: u32 = 17;

    /// `Host-Request`.
    pub const HOST_REQUEST: u32 = 18;

    /// `Supplicant-Restart`.
    pub const SUPPLICANT_RESTART: u32 = 19;

    /// `Reauthentication-Failure`.
    pub const REAUTHENTICATION_FAILURE: u32 = 20;

    /// `Port-Reinit`.
    pub const PORT_REINIT: u32 = 21;

    /// `Port-Disabled`.
    pub const PORT_DISABLED: u32 = 22;

    /// `Lost-Power`.
    pub const LOST_POWER: u32 = 23;
}

/// The values of `Tunnel-Type`.
pub mod tunnel_type {
    /// `PPTP`.
    pub const PPTP: u32 = 1;

    /// `L2F`.
    pub const L2F: u32 = 2;

    /// `L2TP`.
    pub const L2TP: u32 = 3;

    /// `ATMP`.
    pub const ATMP: u32 = 4;

    /// `VTP`.
    pub const VTP: u32 = 5;

    /// `AH`.
    pub const AH: u32 = 6;

    /// `IP`.
    pub const IP: u32 = 7;

    /// `MIN-IP`.
    pub const MIN_IP: u32 = 8;

    /// `ESP`.
    pub const ESP: u32 = 9;

    /// `GRE`.
    pub const GRE: u32 = 10;

    /// `DVS`.
    pub const DVS: u32 = 11;

    /// `IP-in-IP`.
    pub const IP_IN_IP: u32 = 12;

    /// `VLAN`.
    pub const VLAN: u32 = 13;
}

/// The values of `Tunnel-Medium-Type`.
pub mod tunnel_medium_type {
    /// `IPv4`.
    pub const IPV4: u32 = 1;

    /// `IPv6`.
    pub const IPV6: u32 = 2;

    /// `NSAP`.
    pub const NSAP: u32 = 3;

    /// `HDLC`.
    pub const HDLC: u32 = 4;

    /// `BBN-1822`.
    pub const BBN_1822: u32 = 5;

    /// `IEEE-802`.
    pub const IEEE_802: u32 = 6;

    /// `E.163`.
    pub const E_163: u32 = 7;

    /// `E.164`.
    pub const E_164: u32 = 8;

    /// `F.69`.
    pub const F_69: u32 = 9;

    /// `X.121`.
    pub const X_121: u32 = 10;

    /// `IPX`.
    pub const IPX: u32 = 11;

    /// `Appletalk`.
    pub const APPLETALK: u32 = 12;

    /// `DecNet-IV`.
    pub const DECNET_IV: u32 = 13;

    /// `Banyan-Vines`.
    pub const BANYAN_VINES: u32 = 14;

    /// `E.164-NSAP`.
    pub const E_164_NSAP: u32 = 15;
}

/// The values of `ARAP-Zone-Access`.
pub mod arap_zone_access {
    /// `Default-Zone`.
    pub const DEFAULT_ZONE: u32 = 1;

    /// `Zone-Filter-Inclusive`.
    pub const ZONE_FILTER_INCLUSIVE: u32 = 2;

    /// `Zone-Filter-Exclusive`.
    pub const ZONE_FILTER_EXCLUSIVE: u32 = 4;
}

/// The values of `Ingress-Filters`.
pub mod ingress_filters {
    /// `Enabled`.
    pub const ENABLED: u32 = 1;

    /// `Disabled`.
    pub const DISABLED: u32 = 2;
}

/// The values of `Error-Cause`.
pub mod error_cause {
    /// `Residual-Context-Removed`.
    pub const RESIDUAL_CONTEXT_REMOVED: u32 = 201;

    /// `Invalid-EAP-Packet`.
    pub const INVALID_EAP_PACKET: u32 = 202;

    /// `Unsupported-Attribute`.
    pub const UNSUPPORTED_ATTRIBUTE: u32 = 401;

    /// `Missing-Attribute`.
    pub const MISSING_ATTRIBUTE: u32 = 402;

    /// `NAS-Identification-Mismatch`.
    pub const NAS_IDENTIFICATION_MISMATCH: u32 = 403;

    /// `Invalid-Request`.
    pub const INVALID_REQUEST: u32 = 404;

    /// `Unsupported-Service`.
    pub const UNSUPPORTED_SERVICE: u32 = 405;

    /// `Unsupported-Extension`.
    pub const UNSUPPORTED_EXTENSION: u32 = 406;

    /// `Invalid-Attribute-Value`.
    pub const INVALID_ATTRIBUTE_VALUE: u32 = 407;

    /// `Administratively-Prohibited`.
    pub const ADMINISTRATIVELY_PROHIBITED: u32 = 501;

    /// `Proxy-Request-Not-Routable`.
    pub const PROXY_REQUEST_NOT_ROUTABLE: u32 = 502;

    /// `Session-Context-Not-Found`.
    pub const SESSION_CONTEXT_NOT_FOUND: u32 = 503;

    /// `Session-Context-Not-Removable`.
    pub const SESSION_CONTEXT_NOT_REMOVABLE: u32 = 504;

    /// `Proxy-Processing-Error`.
    pub const PROXY_PROCESSING_ERROR: u32 = 505;

    /// `Resources-Unavailable`.
    pub const RESOURCES_UNAVAILABLE: u32 = 506;

    /// `Request-Initiated`.
    pub const REQUEST_INITIATED: u32 = 507;

    /// `Multiple-Session-Selection-Unsupported`.
    pub const MULTIPLE_SESSION_SELECTION_UNSUPPORTED: u32 = 508;

    /// `Location-Info-Required`.
    pub const LOCATION_INFO_REQUIRED: u32 = 509;

    /// `Response-Too-Big`.
    pub const RESPONSE_TOO_BIG: u32 = 601;
}

/// The values of `Framed-Management`.
pub mod framed_management {
    /// `SNMP`.
    pub const SNMP: u32 = 1;

    /// `Web-Based`.
    pub const WEB_BASED: u32 = 2;

    /// `NETCONF`.
    pub const NETCONF: u32 = 3;

    /// `FTP`.
    pub const FTP: u32 = 4;

    /// `TFTP`.
    pub const TFTP: u32 = 5;

    /// `SFTP`.
    pub const SFTP: u32 = 6;

    /// `RCP`.
    pub const RCP: u32 = 7;

    /// `SCP`.
    pub const SCP: u32 = 8;
}

/// The values of `Management-Transport-Protection`.
pub mod management_transport_protection {
    /// `No-Protection`.
    pub const NO_PROTECTION: u32 = 1;

    /// `Integrity-Protection`.
    pub const INTEGRITY_PROTECTION: u32 = 2;

    /// `Integrity-Confidentiality-Protection`.
    pub const INTEGRITY_CONFIDENTIALITY_PROTECTION: u32 = 3;
}

/// The values of `Location-Capable`.
pub mod location_capable {
    /// `Civic-Location`.
    pub const CIVIC_LOCATION: u32 = 1;

    /// `Geo-Location`.
    pub const GEO_LOCATION: u32 = 2;

    /// `Users-Location`.
    pub const USERS_LOCATION: u32 = 4;

    /// `NAS-Location`.
    pub const NAS_LOCATION: u32 = 8;
}

/// The values of `Requested-Location-Info`.
pub mod requested_location_info {
    /// `Civic-Location`.
    pub const CIVIC_LOCATION: u32 = 1;

    /// `Geo-Location`.
    pub const GEO_LOCATION: u32 = 2;

    /// `Users-Location`.
    pub const USERS_LOCATION: u32 = 4;

    /// `NAS-Location`.
    pub const NAS_LOCATION: u32 = 8;

    /// `Future-Requests`.
    pub const FUTURE_REQUESTS: u32 = 16;

    /// `None`.
    pub const NONE: u32 = 32;
}

/// The values of `EAP-Lower-Layer`.
pub mod eap_lower_layer {
    /// `Wired-IEEE-802.1X`.
    pub const WIRED_IEEE_802_1X: u32 = 1;

    /// `IEEE-802.11-No-Preauth`.
    pub const IEEE_802_11_NO_PREAUTH: u32 = 2;

    /// `IEEE-802.11-Preauth`.
    pub const IEEE_802_11_PREAUTH: u32 = 3;

    /// `IEEE-802.16e`.
    pub const IEEE_802_16E: u32 = 4;

    /// `IKEv2`.
    pub const IKEV2: u32 = 5;

    /// `PPP`.
    pub const PPP: u32 = 6;

    /// `PANA-No-Preauth`.
    pub const PANA_NO_PREAUTH: u32 = 7;

    /// `GSS-API`.
    pub const GSS_API: u32 = 8;

    /// `PANA-Preauth`.
    pub const PANA_PREAUTH: u32 = 9;
}

/// The values of `Frag-Status`.
pub mod frag_status {
    /// `Reserved`.
    pub const RESERVED: u32 = 0;

    /// `Fragmentation-Supported`.
    pub const FRAGMENTATION_SUPPORTED: u32 = 1;

    /// `More-Data-Pending`.
    pub const MORE_DATA_PENDING: u32 = 2;

    /// `More-Data-Request`.
    pub const MORE_DATA_REQUEST: u32 = 3;
}
