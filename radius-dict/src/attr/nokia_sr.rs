// Written by `cargo xtask dict` from dictionaries/dictionary.nokia-sr; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Hidden, Integer, Ipv4, Ipv6, Octets, TaggedInteger, TaggedText, Text};

const VENDOR: VendorId = VendorId(6527);

/// `Alc-Subsc-ID-Str` (11): The subscriber, to whom all its hosts belong; 32 to 64 characters by release; a key for CoA.
pub const ALC_SUBSC_ID_STR: Handle<Text> = Handle::of_vendor("Alc-Subsc-ID-Str", VENDOR, 11);

/// `Alc-Subsc-Prof-Str` (12): The subscriber profile, for all hosts of the subscriber; an unknown one is ignored.
pub const ALC_SUBSC_PROF_STR: Handle<Text> = Handle::of_vendor("Alc-Subsc-Prof-Str", VENDOR, 12);

/// `Alc-SLA-Prof-Str` (13): The SLA profile of the host: its queues, policers and filters; changed by CoA for a new speed.
pub const ALC_SLA_PROF_STR: Handle<Text> = Handle::of_vendor("Alc-SLA-Prof-Str", VENDOR, 13);

/// `Alc-Subscriber-QoS-Override` (126): Speeds beside the profile, kilobits a second: `e:r:rate=10000`, `i:q:1:pir=40000,cir=20000`.
pub const ALC_SUBSCRIBER_QOS_OVERRIDE: Handle<Text> =
    Handle::of_vendor("Alc-Subscriber-QoS-Override", VENDOR, 126);

/// `Alc-Remove-Override` (238): Which override of an earlier attribute to remove, by CoA.
pub const ALC_REMOVE_OVERRIDE: Handle<Text> = Handle::of_vendor("Alc-Remove-Override", VENDOR, 238);

/// `Alc-App-Prof-Str` (45): The application profile of the subscriber, for application assurance.
pub const ALC_APP_PROF_STR: Handle<Text> = Handle::of_vendor("Alc-App-Prof-Str", VENDOR, 45);

/// `Alc-Int-Dest-Id-Str` (28): The intermediate destination, such as the access node the subscriber is behind.
pub const ALC_INT_DEST_ID_STR: Handle<Text> = Handle::of_vendor("Alc-Int-Dest-Id-Str", VENDOR, 28);

/// `Alc-ANCP-Str` (16): The ANCP name of the access line of the subscriber.
pub const ALC_ANCP_STR: Handle<Text> = Handle::of_vendor("Alc-ANCP-Str", VENDOR, 16);

/// `Alc-Client-Hardware-Addr` (27): The MAC address of the host, as `00:51:00:dd:01:01`.
pub const ALC_CLIENT_HARDWARE_ADDR: Handle<Text> =
    Handle::of_vendor("Alc-Client-Hardware-Addr", VENDOR, 27);

/// `Alc-SAP-Session-Index` (180): The number of the session among those of its access point (SAP).
pub const ALC_SAP_SESSION_INDEX: Handle<Integer> =
    Handle::of_vendor("Alc-SAP-Session-Index", VENDOR, 180);

/// `Alc-BRG-Id` (225): The bridged residential gateway; a key for CoA.
pub const ALC_BRG_ID: Handle<Text> = Handle::of_vendor("Alc-BRG-Id", VENDOR, 225);

/// `Alc-Relative-Session-Timeout` (160): Seconds the session may last from now; 0 is no limit; not together with Session-Timeout.
pub const ALC_RELATIVE_SESSION_TIMEOUT: Handle<Integer> =
    Handle::of_vendor("Alc-Relative-Session-Timeout", VENDOR, 160);

/// `Alc-UPnP-Sub-Override-Policy` (217): The UPnP policy in place of that of the subscriber profile.
pub const ALC_UPNP_SUB_OVERRIDE_POLICY: Handle<Text> =
    Handle::of_vendor("Alc-UPnP-Sub-Override-Policy", VENDOR, 217);

/// `Alc-Radius-Py` (242): Anything, for a Python script on the router; SR OS itself ignores it.
pub const ALC_RADIUS_PY: Handle<Octets> = Handle::of_vendor("Alc-Radius-Py", VENDOR, 242);

/// `Alc-Force-Renew` (14): Makes a DHCPv4 client renew, and so authenticate again; the value does not matter.
pub const ALC_FORCE_RENEW: Handle<Text> = Handle::of_vendor("Alc-Force-Renew", VENDOR, 14);

/// `Alc-Force-Nak` (98): Ends a DHCPv4 session by refusing its renewal; the value does not matter.
pub const ALC_FORCE_NAK: Handle<Text> = Handle::of_vendor("Alc-Force-Nak", VENDOR, 98);

/// `Alc-Create-Host` (15): Creates an IPv4 host; needs Framed-IP-Address, NAS-Port-Id and Alc-Client-Hardware-Addr.
pub const ALC_CREATE_HOST: Handle<Text> = Handle::of_vendor("Alc-Create-Host", VENDOR, 15);

/// `Alc-Force-DHCP-Relay` (244): Turns a data-triggered host into one of DHCP relay: `relay-ipv4` or `relay-ipv6`; may be repeated.
pub const ALC_FORCE_DHCP_RELAY: Handle<Text> =
    Handle::of_vendor("Alc-Force-DHCP-Relay", VENDOR, 244);

/// `Alc-Trigger-Acct-Interim` (228): Asks for an interim record, which echoes this text.
pub const ALC_TRIGGER_ACCT_INTERIM: Handle<Text> =
    Handle::of_vendor("Alc-Trigger-Acct-Interim", VENDOR, 228);

/// `Alc-Serv-Id` (100): The service; with Framed-IP-Address a key for CoA.
pub const ALC_SERV_ID: Handle<Integer> = Handle::of_vendor("Alc-Serv-Id", VENDOR, 100);

/// `Alc-Interface` (101): The group interface of the session.
pub const ALC_INTERFACE: Handle<Text> = Handle::of_vendor("Alc-Interface", VENDOR, 101);

/// `Alc-Retail-Serv-Id` (17): The service of the retailer; CoA for a retail host without it gets Error-Cause 503.
pub const ALC_RETAIL_SERV_ID: Handle<Integer> = Handle::of_vendor("Alc-Retail-Serv-Id", VENDOR, 17);

/// `Alc-MSAP-Serv-Id` (31): The service the managed access point (MSAP) is made in.
pub const ALC_MSAP_SERV_ID: Handle<Integer> = Handle::of_vendor("Alc-MSAP-Serv-Id", VENDOR, 31);

/// `Alc-MSAP-Policy` (32): The policy the managed access point (MSAP) is made by.
pub const ALC_MSAP_POLICY: Handle<Text> = Handle::of_vendor("Alc-MSAP-Policy", VENDOR, 32);

/// `Alc-MSAP-Interface` (33): The group interface the managed access point (MSAP) is made on.
pub const ALC_MSAP_INTERFACE: Handle<Text> = Handle::of_vendor("Alc-MSAP-Interface", VENDOR, 33);

/// `Alc-ATM-Ingress-TD-Profile` (128): The ATM traffic descriptor for upload, 1 to 1000.
pub const ALC_ATM_INGRESS_TD_PROFILE: Handle<Integer> =
    Handle::of_vendor("Alc-ATM-Ingress-TD-Profile", VENDOR, 128);

/// `Alc-ATM-Egress-TD-Profile` (129): The ATM traffic descriptor for download, 1 to 1000.
pub const ALC_ATM_EGRESS_TD_PROFILE: Handle<Integer> =
    Handle::of_vendor("Alc-ATM-Egress-TD-Profile", VENDOR, 129);

/// `Alc-Sub-Serv-Activate` (151): Starts a subscriber service: text for the script, such as `rate-limit;1000;8000`.
pub const ALC_SUB_SERV_ACTIVATE: Handle<TaggedText> =
    Handle::of_vendor("Alc-Sub-Serv-Activate", VENDOR, 151);

/// `Alc-Sub-Serv-Deactivate` (152): Ends a subscriber service: the text it was activated with.
pub const ALC_SUB_SERV_DEACTIVATE: Handle<TaggedText> =
    Handle::of_vendor("Alc-Sub-Serv-Deactivate", VENDOR, 152);

/// `Alc-Sub-Serv-Acct-Stats-Type` (153): What is counted for a subscriber service.
pub const ALC_SUB_SERV_ACCT_STATS_TYPE: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Sub-Serv-Acct-Stats-Type", VENDOR, 153);

/// `Alc-Sub-Serv-Acct-Interim-Ivl` (154): Seconds between interim records of a subscriber service, 300 to 15552000; 0 is none.
pub const ALC_SUB_SERV_ACCT_INTERIM_IVL: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Sub-Serv-Acct-Interim-Ivl", VENDOR, 154);

/// `Alc-Dyn-Serv-SAP-Id` (164): The access point of a dynamic data service; a wildcard takes that of the subscriber.
pub const ALC_DYN_SERV_SAP_ID: Handle<TaggedText> =
    Handle::of_vendor("Alc-Dyn-Serv-SAP-Id", VENDOR, 164);

/// `Alc-Dyn-Serv-Script-Params` (165): Parameters for the script of a dynamic data service; may run over several attributes.
pub const ALC_DYN_SERV_SCRIPT_PARAMS: Handle<TaggedText> =
    Handle::of_vendor("Alc-Dyn-Serv-Script-Params", VENDOR, 165);

/// `Alc-Dyn-Serv-Script-Action` (166): What the script does with a dynamic data service.
pub const ALC_DYN_SERV_SCRIPT_ACTION: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Dyn-Serv-Script-Action", VENDOR, 166);

/// `Alc-Primary-Dns` (9): The first DNS server.
pub const ALC_PRIMARY_DNS: Handle<Ipv4> = Handle::of_vendor("Alc-Primary-Dns", VENDOR, 9);

/// `Alc-Secondary-Dns` (10): The second DNS server.
pub const ALC_SECONDARY_DNS: Handle<Ipv4> = Handle::of_vendor("Alc-Secondary-Dns", VENDOR, 10);

/// `Alc-Ipv6-Primary-Dns` (105): The first DNS server by its IPv6 address.
pub const ALC_IPV6_PRIMARY_DNS: Handle<Ipv6> =
    Handle::of_vendor("Alc-Ipv6-Primary-Dns", VENDOR, 105);

/// `Alc-Ipv6-Secondary-Dns` (106): The second DNS server by its IPv6 address.
pub const ALC_IPV6_SECONDARY_DNS: Handle<Ipv6> =
    Handle::of_vendor("Alc-Ipv6-Secondary-Dns", VENDOR, 106);

/// `Alc-Primary-Nbns` (29): The first NetBIOS name server.
pub const ALC_PRIMARY_NBNS: Handle<Ipv4> = Handle::of_vendor("Alc-Primary-Nbns", VENDOR, 29);

/// `Alc-Secondary-Nbns` (30): The second NetBIOS name server.
pub const ALC_SECONDARY_NBNS: Handle<Ipv4> = Handle::of_vendor("Alc-Secondary-Nbns", VENDOR, 30);

/// `Alc-Default-Router` (18): The default gateway of a DHCPv4 host.
pub const ALC_DEFAULT_ROUTER: Handle<Ipv4> = Handle::of_vendor("Alc-Default-Router", VENDOR, 18);

/// `Alc-Ipv6-Address` (99): The address of the host by DHCPv6 (IA-NA).
pub const ALC_IPV6_ADDRESS: Handle<Ipv6> = Handle::of_vendor("Alc-Ipv6-Address", VENDOR, 99);

/// `Alc-Delegated-IPv6-Pool` (131): The pool to delegate an IPv6 prefix from.
pub const ALC_DELEGATED_IPV6_POOL: Handle<Text> =
    Handle::of_vendor("Alc-Delegated-IPv6-Pool", VENDOR, 131);

/// `Alc-Delegated-IPv6-Prefix-Length` (161): The length of a prefix from Alc-Delegated-IPv6-Pool, 48 to 64.
pub const ALC_DELEGATED_IPV6_PREFIX_LENGTH: Handle<Integer> =
    Handle::of_vendor("Alc-Delegated-IPv6-Prefix-Length", VENDOR, 161);

/// `Alc-SLAAC-IPv6-Pool` (181): The pool to take the prefix for SLAAC from; a name too long fails the host.
pub const ALC_SLAAC_IPV6_POOL: Handle<Text> = Handle::of_vendor("Alc-SLAAC-IPv6-Pool", VENDOR, 181);

/// `Alc-Lease-Time` (174): Seconds of a DHCPv4 lease by RADIUS proxy or Alc-Create-Host; elsewhere it fails the host.
pub const ALC_LEASE_TIME: Handle<Integer> = Handle::of_vendor("Alc-Lease-Time", VENDOR, 174);

/// `Alc-Dhcp6-Renew-Time` (202): Seconds until a DHCPv6 client renews (T1).
pub const ALC_DHCP6_RENEW_TIME: Handle<Integer> =
    Handle::of_vendor("Alc-Dhcp6-Renew-Time", VENDOR, 202);

/// `Alc-Dhcp6-Rebind-Time` (203): Seconds until a DHCPv6 client rebinds (T2).
pub const ALC_DHCP6_REBIND_TIME: Handle<Integer> =
    Handle::of_vendor("Alc-Dhcp6-Rebind-Time", VENDOR, 203);

/// `Alc-v6-Preferred-Lifetime` (200): Seconds an IPv6 address or prefix by DHCPv6 is preferred.
pub const ALC_V6_PREFERRED_LIFETIME: Handle<Integer> =
    Handle::of_vendor("Alc-v6-Preferred-Lifetime", VENDOR, 200);

/// `Alc-v6-Valid-Lifetime` (201): Seconds an IPv6 address or prefix by DHCPv6 is valid.
pub const ALC_V6_VALID_LIFETIME: Handle<Integer> =
    Handle::of_vendor("Alc-v6-Valid-Lifetime", VENDOR, 201);

/// `Alc-DHCP-Vendor-Class-Id` (36): DHCP option 60, the vendor class of the client.
pub const ALC_DHCP_VENDOR_CLASS_ID: Handle<Text> =
    Handle::of_vendor("Alc-DHCP-Vendor-Class-Id", VENDOR, 36);

/// `Alc-ToServer-Dhcp-Options` (102): DHCPv4 options from the client to the server.
pub const ALC_TOSERVER_DHCP_OPTIONS: Handle<Octets> =
    Handle::of_vendor("Alc-ToServer-Dhcp-Options", VENDOR, 102);

/// `Alc-ToClient-Dhcp-Options` (103): DHCPv4 options to add to what the client gets.
pub const ALC_TOCLIENT_DHCP_OPTIONS: Handle<Octets> =
    Handle::of_vendor("Alc-ToClient-Dhcp-Options", VENDOR, 103);

/// `Alc-ToServer-Dhcp6-Options` (191): DHCPv6 options from the client to the server.
pub const ALC_TOSERVER_DHCP6_OPTIONS: Handle<Octets> =
    Handle::of_vendor("Alc-ToServer-Dhcp6-Options", VENDOR, 191);

/// `Alc-ToClient-Dhcp6-Options` (192): DHCPv6 options to add to what the client gets.
pub const ALC_TOCLIENT_DHCP6_OPTIONS: Handle<Octets> =
    Handle::of_vendor("Alc-ToClient-Dhcp6-Options", VENDOR, 192);

/// `Alc-PPPoE-Service-Name` (35): The service name the PPPoE client asked for.
pub const ALC_PPPOE_SERVICE_NAME: Handle<Text> =
    Handle::of_vendor("Alc-PPPoE-Service-Name", VENDOR, 35);

/// `Alc-PPPoE-PADO-Delay` (34): The delay before a PADO, in tenths of a second.
pub const ALC_PPPOE_PADO_DELAY: Handle<Integer> =
    Handle::of_vendor("Alc-PPPoE-PADO-Delay", VENDOR, 34);

/// `Alc-PPP-Force-IPv6CP` (135): Not 0 starts IPv6CP even if no attribute is about IPv6.
pub const ALC_PPP_FORCE_IPV6CP: Handle<Integer> =
    Handle::of_vendor("Alc-PPP-Force-IPv6CP", VENDOR, 135);

/// `Alc-Access-Loop-Rate-Down` (132): The download rate of the line, in kilobits a second.
pub const ALC_ACCESS_LOOP_RATE_DOWN: Handle<Integer> =
    Handle::of_vendor("Alc-Access-Loop-Rate-Down", VENDOR, 132);

/// `Alc-Access-Loop-Encap-Offset` (133): How the line encapsulates, for shaping: 3 octets of data link, first and second encapsulation.
pub const ALC_ACCESS_LOOP_ENCAP_OFFSET: Handle<Octets> =
    Handle::of_vendor("Alc-Access-Loop-Encap-Offset", VENDOR, 133);

/// `Alc-DSL-Line-State` (175): The state of the DSL line, from ANCP.
pub const ALC_DSL_LINE_STATE: Handle<Integer> =
    Handle::of_vendor("Alc-DSL-Line-State", VENDOR, 175);

/// `Alc-DSL-Type` (176): The kind of DSL line, from ANCP.
pub const ALC_DSL_TYPE: Handle<Integer> = Handle::of_vendor("Alc-DSL-Type", VENDOR, 176);

/// `Alc-Subscriber-Filter` (134): Filters by number in place of those of the SLA profile: `Ingr-v4:20,Egr-v4:101`; 0 is none.
pub const ALC_SUBSCRIBER_FILTER: Handle<Text> =
    Handle::of_vendor("Alc-Subscriber-Filter", VENDOR, 134);

/// `Alc-Nas-Filter-Rule-Shared` (158): Filter rules shared by hosts, written as NAS-Filter-Rule; may run over several attributes.
pub const ALC_NAS_FILTER_RULE_SHARED: Handle<Text> =
    Handle::of_vendor("Alc-Nas-Filter-Rule-Shared", VENDOR, 158);

/// `Alc-Ascend-Data-Filter-Host-Spec` (159): Filter rules of this host alone, in Ascend's binary format.
pub const ALC_ASCEND_DATA_FILTER_HOST_SPEC: Handle<Octets> =
    Handle::of_vendor("Alc-Ascend-Data-Filter-Host-Spec", VENDOR, 159);

/// `Alc-Onetime-Http-Redirection-Filter-Id` (136): The filter that redirects the first HTTP request: `Ingr-v4:1000`; 0 removes it.
pub const ALC_ONETIME_HTTP_REDIRECTION_FILTER_ID: Handle<Text> =
    Handle::of_vendor("Alc-Onetime-Http-Redirection-Filter-Id", VENDOR, 136);

/// `Alc-Onetime-Http-Redirect-Reactivate` (185): Arms the redirection of the first HTTP request again.
pub const ALC_ONETIME_HTTP_REDIRECT_REACTIVATE: Handle<Text> =
    Handle::of_vendor("Alc-Onetime-Http-Redirect-Reactivate", VENDOR, 185);

/// `Alc-Portal-Url` (177): The URL that the IPv4 filter of the host redirects to.
pub const ALC_PORTAL_URL: Handle<Text> = Handle::of_vendor("Alc-Portal-Url", VENDOR, 177);

/// `Alc-Ipv6-Portal-Url` (178): The URL that the IPv6 filter of the host redirects to.
pub const ALC_IPV6_PORTAL_URL: Handle<Text> = Handle::of_vendor("Alc-Ipv6-Portal-Url", VENDOR, 178);

/// `Alc-WPP-ErrorCode` (183): The error code for a portal that speaks the web portal protocol (WPP).
pub const ALC_WPP_ERRORCODE: Handle<Integer> = Handle::of_vendor("Alc-WPP-ErrorCode", VENDOR, 183);

/// `Alc-Credit-Control-CategoryMap` (95): The category map that splits traffic by credit; CoA needs it beside Alc-Credit-Control-Quota.
pub const ALC_CREDIT_CONTROL_CATEGORYMAP: Handle<Text> =
    Handle::of_vendor("Alc-Credit-Control-CategoryMap", VENDOR, 95);

/// `Alc-Credit-Control-Quota` (96): Credit as `volume|time|category`: `10GB|0|internet`, `0|1d2h|voice`; may be repeated.
pub const ALC_CREDIT_CONTROL_QUOTA: Handle<Text> =
    Handle::of_vendor("Alc-Credit-Control-Quota", VENDOR, 96);

/// `Alc-Nat-Port-Range` (121): Public address, ports and router behind NAT: `203.0.113.7 37674-37723 router base`; to be logged.
pub const ALC_NAT_PORT_RANGE: Handle<Text> = Handle::of_vendor("Alc-Nat-Port-Range", VENDOR, 121);

/// `Alc-Nat-Outside-Serv-Id` (140): The service outside the NAT.
pub const ALC_NAT_OUTSIDE_SERV_ID: Handle<Integer> =
    Handle::of_vendor("Alc-Nat-Outside-Serv-Id", VENDOR, 140);

/// `Alc-Nat-Outside-Ip-Addr` (141): The public address outside the NAT.
pub const ALC_NAT_OUTSIDE_IP_ADDR: Handle<Ipv4> =
    Handle::of_vendor("Alc-Nat-Outside-Ip-Addr", VENDOR, 141);

/// `Alc-DNAT-Override` (234): Changes destination NAT: `none`, `disable` or an address, then perhaps a comma and a NAT policy.
pub const ALC_DNAT_OVERRIDE: Handle<Text> = Handle::of_vendor("Alc-DNAT-Override", VENDOR, 234);

/// `Alc-Acct-Interim-Level` (232): Seconds between interim records, 300 to 15552000; 0 is none; a tag of 1 to 3 is needed.
pub const ALC_ACCT_INTERIM_LEVEL: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Acct-Interim-Level", VENDOR, 232);

/// `Alc-Acct-Triggered-Reason` (163): Why an interim record was sent.
pub const ALC_ACCT_TRIGGERED_REASON: Handle<Integer> =
    Handle::of_vendor("Alc-Acct-Triggered-Reason", VENDOR, 163);

/// `Alc-Error-Code` (226): Why the session ended, as a number that Alc-Error-Message explains.
pub const ALC_ERROR_CODE: Handle<Integer> = Handle::of_vendor("Alc-Error-Code", VENDOR, 226);

/// `Alc-Error-Message` (227): Why the session ended, in words.
pub const ALC_ERROR_MESSAGE: Handle<Text> = Handle::of_vendor("Alc-Error-Message", VENDOR, 227);

/// `Alc-IPv6-Acct-Input-Packets` (194): Packets of IPv6 the subscriber uploaded.
pub const ALC_IPV6_ACCT_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Input-Packets", VENDOR, 194);

/// `Alc-IPv6-Acct-Input-Octets` (195): Octets of IPv6 the subscriber uploaded, low 32 bits.
pub const ALC_IPV6_ACCT_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Input-Octets", VENDOR, 195);

/// `Alc-IPv6-Acct-Input-Gigawords` (196): Octets of IPv6 the subscriber uploaded, high 32 bits.
pub const ALC_IPV6_ACCT_INPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Input-Gigawords", VENDOR, 196);

/// `Alc-IPv6-Acct-Output-Packets` (197): Packets of IPv6 the subscriber downloaded.
pub const ALC_IPV6_ACCT_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Output-Packets", VENDOR, 197);

/// `Alc-IPv6-Acct-Output-Octets` (198): Octets of IPv6 the subscriber downloaded, low 32 bits.
pub const ALC_IPV6_ACCT_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Output-Octets", VENDOR, 198);

/// `Alc-IPv6-Acct-Output-Gigawords` (199): Octets of IPv6 the subscriber downloaded, high 32 bits.
pub const ALC_IPV6_ACCT_OUTPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("Alc-IPv6-Acct-Output-Gigawords", VENDOR, 199);

/// `Alc-Acct-I-Inprof-Octets-64` (19): Octets uploaded in profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_INPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Inprof-Octets-64", VENDOR, 19);

/// `Alc-Acct-I-Outprof-Octets-64` (20): Octets uploaded out of profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_OUTPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Outprof-Octets-64", VENDOR, 20);

/// `Alc-Acct-O-Inprof-Octets-64` (21): Octets downloaded in profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_INPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Inprof-Octets-64", VENDOR, 21);

/// `Alc-Acct-O-Outprof-Octets-64` (22): Octets downloaded out of profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_OUTPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Outprof-Octets-64", VENDOR, 22);

/// `Alc-Acct-I-Inprof-Pkts-64` (23): Packets uploaded in profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_INPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Inprof-Pkts-64", VENDOR, 23);

/// `Alc-Acct-I-Outprof-Pkts-64` (24): Packets uploaded out of profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_OUTPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Outprof-Pkts-64", VENDOR, 24);

/// `Alc-Acct-O-Inprof-Pkts-64` (25): Packets downloaded in profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_INPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Inprof-Pkts-64", VENDOR, 25);

/// `Alc-Acct-O-Outprof-Pkts-64` (26): Packets downloaded out of profile by queue or policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_OUTPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Outprof-Pkts-64", VENDOR, 26);

/// `Alc-Acct-I-statmode` (107): How a queue or policer counts upload: `0x8005 offered-priority-no-cir`.
pub const ALC_ACCT_I_STATMODE: Handle<Text> = Handle::of_vendor("Alc-Acct-I-statmode", VENDOR, 107);

/// `Alc-Acct-O-statmode` (127): How a queue or policer counts download: `0x8001 offered-limited-capped-cir`.
pub const ALC_ACCT_O_STATMODE: Handle<Text> = Handle::of_vendor("Alc-Acct-O-statmode", VENDOR, 127);

/// `Alc-Acct-I-Hiprio-Octets_64` (108): Octets uploaded with high priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_HIPRIO_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Hiprio-Octets_64", VENDOR, 108);

/// `Alc-Acct-I-Lowprio-Octets_64` (109): Octets uploaded with low priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_LOWPRIO_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Lowprio-Octets_64", VENDOR, 109);

/// `Alc-Acct-O-Hiprio-Octets_64` (110): Octets downloaded with high priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_HIPRIO_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Hiprio-Octets_64", VENDOR, 110);

/// `Alc-Acct-O-Lowprio-Octets_64` (111): Octets downloaded with low priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_LOWPRIO_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Lowprio-Octets_64", VENDOR, 111);

/// `Alc-Acct-I-Hiprio-Packets_64` (112): Packets uploaded with high priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_HIPRIO_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Hiprio-Packets_64", VENDOR, 112);

/// `Alc-Acct-I-Lowprio-Packets_64` (113): Packets uploaded with low priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_LOWPRIO_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Lowprio-Packets_64", VENDOR, 113);

/// `Alc-Acct-O-Hiprio-Packets_64` (114): Packets downloaded with high priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_HIPRIO_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Hiprio-Packets_64", VENDOR, 114);

/// `Alc-Acct-O-Lowprio-Packets_64` (115): Packets downloaded with low priority by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_LOWPRIO_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Lowprio-Packets_64", VENDOR, 115);

/// `Alc-Acct-I-All-Octets_64` (116): Octets uploaded by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_ALL_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-All-Octets_64", VENDOR, 116);

/// `Alc-Acct-O-All-Octets_64` (117): Octets downloaded by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_ALL_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-All-Octets_64", VENDOR, 117);

/// `Alc-Acct-I-All-Packets_64` (118): Packets uploaded by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_I_ALL_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-All-Packets_64", VENDOR, 118);

/// `Alc-Acct-O-All-Packets_64` (119): Packets downloaded by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_ALL_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-All-Packets_64", VENDOR, 119);

/// `Alc-Acct-O-Exprof-Octets_64` (230): Octets downloaded exceeding the profile by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_EXPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Exprof-Octets_64", VENDOR, 230);

/// `Alc-Acct-O-Exprof-Packets_64` (231): Packets downloaded exceeding the profile by policer, each a selector, a number and a 64-bit count.
pub const ALC_ACCT_O_EXPROF_PACKETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Exprof-Packets_64", VENDOR, 231);

/// `Alc-Acct-I-High-Octets-Drop_64` (69): Octets of upload of high priority dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_HIGH_OCTETS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-High-Octets-Drop_64", VENDOR, 69);

/// `Alc-Acct-I-Low-Octets-Drop_64` (70): Octets of upload of low priority dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_LOW_OCTETS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Low-Octets-Drop_64", VENDOR, 70);

/// `Alc-Acct-I-High-Pack-Drop_64` (71): Packets of upload of high priority dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_HIGH_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-High-Pack-Drop_64", VENDOR, 71);

/// `Alc-Acct-I-Low-Pack-Drop_64` (72): Packets of upload of low priority dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_LOW_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Low-Pack-Drop_64", VENDOR, 72);

/// `Alc-Acct-I-High-Octets-Offer_64` (73): Octets of upload of high priority offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_HIGH_OCTETS_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-High-Octets-Offer_64", VENDOR, 73);

/// `Alc-Acct-I-Low-Octets-Offer_64` (74): Octets of upload of low priority offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_LOW_OCTETS_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Low-Octets-Offer_64", VENDOR, 74);

/// `Alc-Acct-I-High-Pack-Offer_64` (75): Packets of upload of high priority offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_HIGH_PACK_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-High-Pack-Offer_64", VENDOR, 75);

/// `Alc-Acct-I-Low-Pack-Offer_64` (76): Packets of upload of low priority offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_LOW_PACK_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Low-Pack-Offer_64", VENDOR, 76);

/// `Alc-Acct-I-Unc-Octets-Offer_64` (77): Octets of upload without colour offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_UNC_OCTETS_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Unc-Octets-Offer_64", VENDOR, 77);

/// `Alc-Acct-I-Unc-Pack-Offer_64` (78): Packets of upload without colour offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_UNC_PACK_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-Unc-Pack-Offer_64", VENDOR, 78);

/// `Alc-Acct-I-All-Octets-Offer_64` (79): Octets of upload offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_ALL_OCTETS_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-All-Octets-Offer_64", VENDOR, 79);

/// `Alc-Acct-I-All-Pack-Offer_64` (80): Packets of upload offered by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_I_ALL_PACK_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-I-All-Pack-Offer_64", VENDOR, 80);

/// `Alc-Acct-O-Inprof-Pack-Drop_64` (81): Packets of download in profile dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_O_INPROF_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Inprof-Pack-Drop_64", VENDOR, 81);

/// `Alc-Acct-O-Outprof-Pack-Drop_64` (82): Packets of download out of profile dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_O_OUTPROF_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Outprof-Pack-Drop_64", VENDOR, 82);

/// `Alc-Acct-O-Inprof-Octs-Drop_64` (83): Octets of download in profile dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_O_INPROF_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Inprof-Octs-Drop_64", VENDOR, 83);

/// `Alc-Acct-O-Outprof-Octs-Drop_64` (84): Octets of download out of profile dropped by queue, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_O_OUTPROF_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-O-Outprof-Octs-Drop_64", VENDOR, 84);

/// `Alc-Acct-OC-I-Inprof-Octets-64` (37): Octets uploaded in profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_INPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Inprof-Octets-64", VENDOR, 37);

/// `Alc-Acct-OC-I-Outprof-Octets-64` (38): Octets uploaded out of profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_OUTPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Outprof-Octets-64", VENDOR, 38);

/// `Alc-Acct-OC-O-Inprof-Octets-64` (39): Octets downloaded in profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_INPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Inprof-Octets-64", VENDOR, 39);

/// `Alc-Acct-OC-O-Outprof-Octets-64` (40): Octets downloaded out of profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_OUTPROF_OCTETS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Outprof-Octets-64", VENDOR, 40);

/// `Alc-Acct-OC-I-Inprof-Pkts-64` (41): Packets uploaded in profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_INPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Inprof-Pkts-64", VENDOR, 41);

/// `Alc-Acct-OC-I-Outprof-Pkts-64` (42): Packets uploaded out of profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_OUTPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Outprof-Pkts-64", VENDOR, 42);

/// `Alc-Acct-OC-O-Inprof-Pkts-64` (43): Packets downloaded in profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_INPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Inprof-Pkts-64", VENDOR, 43);

/// `Alc-Acct-OC-O-Outprof-Pkts-64` (44): Packets downloaded out of profile by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_OUTPROF_PKTS_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Outprof-Pkts-64", VENDOR, 44);

/// `Alc-Acct-OC-I-All-Octs-Offer_64` (85): Octets of upload offered by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_ALL_OCTS_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-All-Octs-Offer_64", VENDOR, 85);

/// `Alc-Acct-OC-I-All-Pack-Offer_64` (86): Packets of upload offered by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_ALL_PACK_OFFER_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-All-Pack-Offer_64", VENDOR, 86);

/// `Alc-Acct-OC-I-Inpr-Octs-Drop_64` (87): Octets of upload in profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_INPR_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Inpr-Octs-Drop_64", VENDOR, 87);

/// `Alc-Acct-OC-I-Outpr-Octs-Drop_64` (88): Octets of upload out of profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_OUTPR_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Outpr-Octs-Drop_64", VENDOR, 88);

/// `Alc-Acct-OC-I-Inpr-Pack-Drop_64` (89): Packets of upload in profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_INPR_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Inpr-Pack-Drop_64", VENDOR, 89);

/// `Alc-Acct-OC-I-Outpr-Pack-Drop_64` (90): Packets of upload out of profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_I_OUTPR_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-I-Outpr-Pack-Drop_64", VENDOR, 90);

/// `Alc-Acct-OC-O-Inpr-Pack-Drop_64` (91): Packets of download in profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_INPR_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Inpr-Pack-Drop_64", VENDOR, 91);

/// `Alc-Acct-OC-O-Outpr-Pack-Drop_64` (92): Packets of download out of profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_OUTPR_PACK_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Outpr-Pack-Drop_64", VENDOR, 92);

/// `Alc-Acct-OC-O-Inpr-Octs-Drop_64` (93): Octets of download in profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_INPR_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Inpr-Octs-Drop_64", VENDOR, 93);

/// `Alc-Acct-OC-O-Outpr-Octs-Drop_64` (94): Octets of download out of profile dropped by override counter, each a 16-bit number and a 64-bit count.
pub const ALC_ACCT_OC_O_OUTPR_OCTS_DROP_64: Handle<Octets> =
    Handle::of_vendor("Alc-Acct-OC-O-Outpr-Octs-Drop_64", VENDOR, 94);

/// `Alc-AA-Transit-IP` (130): Makes, changes, ends or audits a transit subscriber, by CoA and Disconnect.
pub const ALC_AA_TRANSIT_IP: Handle<Integer> = Handle::of_vendor("Alc-AA-Transit-IP", VENDOR, 130);

/// `Alc-AA-Group-Partition-Isa-Id` (156): Group, partition and place of the ISA that reports: `2:4:3/2`.
pub const ALC_AA_GROUP_PARTITION_ISA_ID: Handle<Text> =
    Handle::of_vendor("Alc-AA-Group-Partition-Isa-Id", VENDOR, 156);

/// `Alc-AA-Peer-Identifier` (157): The RADIUS peer of application assurance.
pub const ALC_AA_PEER_IDENTIFIER: Handle<Text> =
    Handle::of_vendor("Alc-AA-Peer-Identifier", VENDOR, 157);

/// `Alc-Tunnel-Group` (46): The tunnel group of the router; it overrides all other tunnel attributes.
pub const ALC_TUNNEL_GROUP: Handle<Text> = Handle::of_vendor("Alc-Tunnel-Group", VENDOR, 46);

/// `Alc-Tunnel-Serv-Id` (104): The service the tunnel starts from; without it the base router.
pub const ALC_TUNNEL_SERV_ID: Handle<Integer> =
    Handle::of_vendor("Alc-Tunnel-Serv-Id", VENDOR, 104);

/// `Alc-Tunnel-Algorithm` (47): How sessions are spread over tunnels.
pub const ALC_TUNNEL_ALGORITHM: Handle<Integer> =
    Handle::of_vendor("Alc-Tunnel-Algorithm", VENDOR, 47);

/// `Alc-Tunnel-Max-Sessions` (48): How many sessions the tunnel may have, with tag 0 the tunnel group.
pub const ALC_TUNNEL_MAX_SESSIONS: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Max-Sessions", VENDOR, 48);

/// `Alc-Tunnel-Idle-Timeout` (49): Seconds a tunnel without sessions stays up; 16777215 is for ever.
pub const ALC_TUNNEL_IDLE_TIMEOUT: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Idle-Timeout", VENDOR, 49);

/// `Alc-Tunnel-Hello-Interval` (50): Seconds between two Hello messages; 16777215 is none.
pub const ALC_TUNNEL_HELLO_INTERVAL: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Hello-Interval", VENDOR, 50);

/// `Alc-Tunnel-Destruct-Timeout` (51): Seconds the data of a tunnel is kept after it went down.
pub const ALC_TUNNEL_DESTRUCT_TIMEOUT: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Destruct-Timeout", VENDOR, 51);

/// `Alc-Tunnel-Max-Retries-Estab` (52): How often an established tunnel retries before it goes down.
pub const ALC_TUNNEL_MAX_RETRIES_ESTAB: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Max-Retries-Estab", VENDOR, 52);

/// `Alc-Tunnel-Max-Retries-Not-Estab` (53): How often a tunnel being established retries before it goes down.
pub const ALC_TUNNEL_MAX_RETRIES_NOT_ESTAB: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Max-Retries-Not-Estab", VENDOR, 53);

/// `Alc-Tunnel-AVP-Hiding` (54): Which AVPs are hidden; needs a tunnel password.
pub const ALC_TUNNEL_AVP_HIDING: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-AVP-Hiding", VENDOR, 54);

/// `Alc-Tunnel-Challenge` (97): Whether the peer of the tunnel is challenged.
pub const ALC_TUNNEL_CHALLENGE: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Challenge", VENDOR, 97);

/// `Alc-Tunnel-Rx-Window-Size` (120): The receive window offered, in control messages.
pub const ALC_TUNNEL_RX_WINDOW_SIZE: Handle<TaggedInteger> =
    Handle::of_vendor("Alc-Tunnel-Rx-Window-Size", VENDOR, 120);

/// `Alc-Tunnel-Acct-Policy` (144): The policy for accounting of the tunnel.
pub const ALC_TUNNEL_ACCT_POLICY: Handle<TaggedText> =
    Handle::of_vendor("Alc-Tunnel-Acct-Policy", VENDOR, 144);

/// `Alc-BGP-Policy` (55): The peering policy of the router; without it there is no peering.
pub const ALC_BGP_POLICY: Handle<Text> = Handle::of_vendor("Alc-BGP-Policy", VENDOR, 55);

/// `Alc-BGP-PeerAS` (60): The autonomous system of the peer.
pub const ALC_BGP_PEERAS: Handle<Integer> = Handle::of_vendor("Alc-BGP-PeerAS", VENDOR, 60);

/// `Alc-BGP-Auth-Key` (57): The MD5 key of the peering, sent in clear.
pub const ALC_BGP_AUTH_KEY: Handle<Octets> = Handle::of_vendor("Alc-BGP-Auth-Key", VENDOR, 57);

/// `Alc-BGP-Auth-Keychain` (56): The keychain of the router for the peering, instead of Alc-BGP-Auth-Key.
pub const ALC_BGP_AUTH_KEYCHAIN: Handle<Text> =
    Handle::of_vendor("Alc-BGP-Auth-Keychain", VENDOR, 56);

/// `Alc-BGP-Import-Policy` (59): A policy for routes from the peer, beside those of the peering policy.
pub const ALC_BGP_IMPORT_POLICY: Handle<Text> =
    Handle::of_vendor("Alc-BGP-Import-Policy", VENDOR, 59);

/// `Alc-BGP-Export-Policy` (58): A policy for routes to the peer, beside those of the peering policy.
pub const ALC_BGP_EXPORT_POLICY: Handle<Text> =
    Handle::of_vendor("Alc-BGP-Export-Policy", VENDOR, 58);

/// `Alc-IPsec-Serv-Id` (61): The private service of the IPsec tunnel.
pub const ALC_IPSEC_SERV_ID: Handle<Integer> = Handle::of_vendor("Alc-IPsec-Serv-Id", VENDOR, 61);

/// `Alc-IPsec-Interface` (62): The private interface of the IPsec tunnel.
pub const ALC_IPSEC_INTERFACE: Handle<Text> = Handle::of_vendor("Alc-IPsec-Interface", VENDOR, 62);

/// `Alc-IPsec-Tunnel-Template-Id` (63): The template of the IPsec tunnel.
pub const ALC_IPSEC_TUNNEL_TEMPLATE_ID: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-Tunnel-Template-Id", VENDOR, 63);

/// `Alc-IPsec-SA-Lifetime` (64): The lifetime of the security association, in seconds.
pub const ALC_IPSEC_SA_LIFETIME: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-SA-Lifetime", VENDOR, 64);

/// `Alc-IPsec-SA-PFS-Group` (65): The Diffie-Hellman group for perfect forward secrecy.
pub const ALC_IPSEC_SA_PFS_GROUP: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-SA-PFS-Group", VENDOR, 65);

/// `Alc-IPsec-SA-Encr-Algorithm` (66): The cipher of the security association.
pub const ALC_IPSEC_SA_ENCR_ALGORITHM: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-SA-Encr-Algorithm", VENDOR, 66);

/// `Alc-IPsec-SA-Auth-Algorithm` (67): The authentication of the security association.
pub const ALC_IPSEC_SA_AUTH_ALGORITHM: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-SA-Auth-Algorithm", VENDOR, 67);

/// `Alc-IPsec-SA-Replay-Window` (68): The window against replay, in packets.
pub const ALC_IPSEC_SA_REPLAY_WINDOW: Handle<Integer> =
    Handle::of_vendor("Alc-IPsec-SA-Replay-Window", VENDOR, 68);

/// `Alc-Wlan-SSID-VLAN` (206): The VLAN of the client behind the access point, as text; often one for each SSID.
pub const ALC_WLAN_SSID_VLAN: Handle<Text> = Handle::of_vendor("Alc-Wlan-SSID-VLAN", VENDOR, 206);

/// `Alc-Wlan-Portal-Redirect` (172): The redirection policy for a migrant host that has yet to pass the portal.
pub const ALC_WLAN_PORTAL_REDIRECT: Handle<Text> =
    Handle::of_vendor("Alc-Wlan-Portal-Redirect", VENDOR, 172);

/// `Alc-Wlan-Portal-Url` (173): The URL a migrant host is redirected to.
pub const ALC_WLAN_PORTAL_URL: Handle<Text> = Handle::of_vendor("Alc-Wlan-Portal-Url", VENDOR, 173);

/// `Alc-RSSI` (148): The signal strength the access point sees.
pub const ALC_RSSI: Handle<Integer> = Handle::of_vendor("Alc-RSSI", VENDOR, 148);

/// `Alc-Num-Attached-UEs` (149): How many clients are attached.
pub const ALC_NUM_ATTACHED_UES: Handle<Integer> =
    Handle::of_vendor("Alc-Num-Attached-UEs", VENDOR, 149);

/// `Alc-BRG-Num-Active-Sessions` (239): How many sessions are behind the bridged residential gateway.
pub const ALC_BRG_NUM_ACTIVE_SESSIONS: Handle<Integer> =
    Handle::of_vendor("Alc-BRG-Num-Active-Sessions", VENDOR, 239);

/// `Alc-Wlan-APN-Name` (146): The access point name (APN) of the GTP session, as `name.mnc004.mcc204.gprs`.
pub const ALC_WLAN_APN_NAME: Handle<Text> = Handle::of_vendor("Alc-Wlan-APN-Name", VENDOR, 146);

/// `Alc-MsIsdn` (147): The telephone number of the client, 9 to 15 digits.
pub const ALC_MSISDN: Handle<Text> = Handle::of_vendor("Alc-MsIsdn", VENDOR, 147);

/// `Alc-Mgw-Interface-Type` (145): The interface to the mobile gateway.
pub const ALC_MGW_INTERFACE_TYPE: Handle<Integer> =
    Handle::of_vendor("Alc-Mgw-Interface-Type", VENDOR, 145);

/// `Alc-GTP-Local-Breakout` (179): Whether a part of the traffic may leave without the mobile gateway.
pub const ALC_GTP_LOCAL_BREAKOUT: Handle<Integer> =
    Handle::of_vendor("Alc-GTP-Local-Breakout", VENDOR, 179);

/// `Alc-GTP-Default-Bearer-Id` (205): The bearer of the GTP connection, 5 to 15.
pub const ALC_GTP_DEFAULT_BEARER_ID: Handle<Integer> =
    Handle::of_vendor("Alc-GTP-Default-Bearer-Id", VENDOR, 205);

/// `Alc-Egress-Report-Rate-Subtract` (219): What is taken off the download rate reported to the mobile gateway, in kilobits a second.
pub const ALC_EGRESS_REPORT_RATE_SUBTRACT: Handle<Integer> =
    Handle::of_vendor("Alc-Egress-Report-Rate-Subtract", VENDOR, 219);

/// `Alc-APN-Name` (143): The access point name (APN) for the session.
pub const ALC_APN_NAME: Handle<Text> = Handle::of_vendor("Alc-APN-Name", VENDOR, 143);

/// `Alc-APN-Password` (142): The password for the next access request of the APN; hidden with a salt.
pub const ALC_APN_PASSWORD: Handle<Hidden> = Handle::of_vendor("Alc-APN-Password", VENDOR, 142);

/// `Alc-Charging-Prof-ID` (150): The charging profile of the session.
pub const ALC_CHARGING_PROF_ID: Handle<Integer> =
    Handle::of_vendor("Alc-Charging-Prof-ID", VENDOR, 150);

/// `Timetra-Access` (1): How the administrator may come in.
pub const TIMETRA_ACCESS: Handle<Integer> = Handle::of_vendor("Timetra-Access", VENDOR, 1);

/// `Timetra-Profile` (4): The user profile of the administrator; may be repeated.
pub const TIMETRA_PROFILE: Handle<Text> = Handle::of_vendor("Timetra-Profile", VENDOR, 4);

/// `Timetra-Default-Action` (5): What happens to commands that nothing matches.
pub const TIMETRA_DEFAULT_ACTION: Handle<Integer> =
    Handle::of_vendor("Timetra-Default-Action", VENDOR, 5);

/// `Timetra-Cmd` (6): Commands, separated by semicolons, for the Timetra-Action that follows; may be repeated.
pub const TIMETRA_CMD: Handle<Text> = Handle::of_vendor("Timetra-Cmd", VENDOR, 6);

/// `Timetra-Action` (7): Whether the commands of the preceding Timetra-Cmd are allowed; without it they are denied.
pub const TIMETRA_ACTION: Handle<Integer> = Handle::of_vendor("Timetra-Action", VENDOR, 7);

/// `Timetra-Home-Directory` (2): The home directory of the administrator.
pub const TIMETRA_HOME_DIRECTORY: Handle<Text> =
    Handle::of_vendor("Timetra-Home-Directory", VENDOR, 2);

/// `Timetra-Restrict-To-Home` (3): Whether the administrator is kept in the home directory.
pub const TIMETRA_RESTRICT_TO_HOME: Handle<Integer> =
    Handle::of_vendor("Timetra-Restrict-To-Home", VENDOR, 3);

/// `Timetra-Exec-File` (8): The file of commands that runs at login.
pub const TIMETRA_EXEC_FILE: Handle<Text> = Handle::of_vendor("Timetra-Exec-File", VENDOR, 8);

/// `Alc-LI-Action` (122): Whether the host's traffic is mirrored; hidden with a salt.
pub const ALC_LI_ACTION: Handle<Hidden> = Handle::of_vendor("Alc-LI-Action", VENDOR, 122);

/// `Alc-LI-Destination` (123): The service that takes mirrored traffic, by number; hidden with a salt.
pub const ALC_LI_DESTINATION: Handle<Hidden> = Handle::of_vendor("Alc-LI-Destination", VENDOR, 123);

/// `Alc-LI-FC` (124): A forwarding class to mirror, without it all; may be repeated; hidden with a salt.
pub const ALC_LI_FC: Handle<Hidden> = Handle::of_vendor("Alc-LI-FC", VENDOR, 124);

/// `Alc-LI-Direction` (125): The direction to mirror, without it both; hidden with a salt.
pub const ALC_LI_DIRECTION: Handle<Hidden> = Handle::of_vendor("Alc-LI-Direction", VENDOR, 125);

/// `Alc-LI-Intercept-Id` (138): The intercept number in the header of mirrored packets; hidden with a salt.
pub const ALC_LI_INTERCEPT_ID: Handle<Hidden> =
    Handle::of_vendor("Alc-LI-Intercept-Id", VENDOR, 138);

/// `Alc-LI-Session-Id` (139): The session number in the header of mirrored packets; hidden with a salt.
pub const ALC_LI_SESSION_ID: Handle<Hidden> = Handle::of_vendor("Alc-LI-Session-Id", VENDOR, 139);

/// `Alc-Authentication-Policy-Name` (137): The policy that authenticates the CoA which clears a mirror destination.
pub const ALC_AUTHENTICATION_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("Alc-Authentication-Policy-Name", VENDOR, 137);

/// The values of `Alc-Sub-Serv-Acct-Stats-Type`.
pub mod alc_sub_serv_acct_stats_type {
    /// `off`.
    pub const OFF: u32 = 1;

    /// `volume-time`.
    pub const VOLUME_TIME: u32 = 2;

    /// `time`.
    pub const TIME: u32 = 3;
}

/// The values of `Alc-Dyn-Serv-Script-Action`.
pub mod alc_dyn_serv_script_action {
    /// `setup`.
    pub const SETUP: u32 = 1;

    /// `modify`.
    pub const MODIFY: u32 = 2;

    /// `teardown`.
    pub const TEARDOWN: u32 = 3;
}

/// The values of `Alc-DSL-Line-State`.
pub mod alc_dsl_line_state {
    /// `SHOWTIME`.
    pub const SHOWTIME: u32 = 1;

    /// `IDLE`.
    pub const IDLE: u32 = 2;

    /// `SILENT`.
    pub const SILENT: u32 = 3;
}

/// The values of `Alc-Acct-Triggered-Reason`.
pub mod alc_acct_triggered_reason {
    /// `regular`.
    pub const REGULAR: u32 = 1;

    /// `sla-start`.
    pub const SLA_START: u32 = 2;

    /// `sla-stop`.
    pub const SLA_STOP: u32 = 3;

    /// `Framed-IP-Address-up`.
    pub const FRAMED_IP_ADDRESS_UP: u32 = 4;

    /// `Framed-IP-Address-down`.
    pub const FRAMED_IP_ADDRESS_DOWN: u32 = 5;

    /// `Alc-Ipv6-Address-up`.
    pub const ALC_IPV6_ADDRESS_UP: u32 = 6;

    /// `Alc-Ipv6-Address-down`.
    pub const ALC_IPV6_ADDRESS_DOWN: u32 = 7;

    /// `Delegated-IPv6-Prefix-up`.
    pub const DELEGATED_IPV6_PREFIX_UP: u32 = 8;

    /// `Delegated-IPv6-Prefix-down`.
    pub const DELEGATED_IPV6_PREFIX_DOWN: u32 = 9;

    /// `Framed-IPv6-Prefix-up`.
    pub const FRAMED_IPV6_PREFIX_UP: u32 = 10;

    /// `Framed-IPv6-Prefix-down`.
    pub const FRAMED_IPV6_PREFIX_DOWN: u32 = 11;

    /// `DSL-Line-Attributes-Changed`.
    pub const DSL_LINE_ATTRIBUTES_CHANGED: u32 = 13;

    /// `Wlan-Mobility-Event`.
    pub const WLAN_MOBILITY_EVENT: u32 = 14;

    /// `Persistence-Recover`.
    pub const PERSISTENCE_RECOVER: u32 = 15;

    /// `SRRP-Switchover`.
    pub const SRRP_SWITCHOVER: u32 = 16;

    /// `Nat-Port-Range-Event`.
    pub const NAT_PORT_RANGE_EVENT: u32 = 17;
}

/// The values of `Alc-AA-Transit-IP`.
pub mod alc_aa_transit_ip {
    /// `host`.
    pub const HOST: u32 = 1;

    /// `audit-start`.
    pub const AUDIT_START: u32 = 2;

    /// `audit-end`.
    pub const AUDIT_END: u32 = 3;
}

/// The values of `Alc-Tunnel-Algorithm`.
pub mod alc_tunnel_algorithm {
    /// `weighted-access`.
    pub const WEIGHTED_ACCESS: u32 = 1;

    /// `existing-first`.
    pub const EXISTING_FIRST: u32 = 2;
}

/// The values of `Alc-Tunnel-AVP-Hiding`.
pub mod alc_tunnel_avp_hiding {
    /// `nothing`.
    pub const NOTHING: u32 = 1;

    /// `sensitive-only`.
    pub const SENSITIVE_ONLY: u32 = 2;

    /// `all`.
    pub const ALL: u32 = 3;
}

/// The values of `Alc-Tunnel-Challenge`.
pub mod alc_tunnel_challenge {
    /// `never`.
    pub const NEVER: u32 = 1;

    /// `always`.
    pub const ALWAYS: u32 = 2;
}

/// The values of `Alc-IPsec-SA-PFS-Group`.
pub mod alc_ipsec_sa_pfs_group {
    /// `group1`.
    pub const GROUP1: u32 = 1;

    /// `group2`.
    pub const GROUP2: u32 = 2;

    /// `group5`.
    pub const GROUP5: u32 = 5;
}

/// The values of `Alc-IPsec-SA-Encr-Algorithm`.
pub mod alc_ipsec_sa_encr_algorithm {
    /// `null`.
    pub const NULL: u32 = 1;

    /// `des`.
    pub const DES: u32 = 2;

    /// `des3`.
    pub const DES3: u32 = 3;

    /// `aes128`.
    pub const AES128: u32 = 4;

    /// `aes192`.
    pub const AES192: u32 = 5;

    /// `aes256`.
    pub const AES256: u32 = 6;
}

/// The values of `Alc-IPsec-SA-Auth-Algorithm`.
pub mod alc_ipsec_sa_auth_algorithm {
    /// `null`.
    pub const NULL: u32 = 1;

    /// `md5`.
    pub const MD5: u32 = 2;

    /// `sha1`.
    pub const SHA1: u32 = 3;
}

/// The values of `Alc-Mgw-Interface-Type`.
pub mod alc_mgw_interface_type {
    /// `gn`.
    pub const GN: u32 = 1;

    /// `s2a`.
    pub const S2A: u32 = 2;

    /// `s2b`.
    pub const S2B: u32 = 3;
}

/// The values of `Alc-GTP-Local-Breakout`.
pub mod alc_gtp_local_breakout {
    /// `not-allowed`.
    pub const NOT_ALLOWED: u32 = 0;

    /// `allowed`.
    pub const ALLOWED: u32 = 1;
}

/// The values of `Timetra-Access`.
pub mod timetra_access {
    /// `ftp`.
    pub const FTP: u32 = 1;

    /// `console`.
    pub const CONSOLE: u32 = 2;

    /// `both`.
    pub const BOTH: u32 = 3;
}

/// The values of `Timetra-Default-Action`.
pub mod timetra_default_action {
    /// `permit-all`.
    pub const PERMIT_ALL: u32 = 1;

    /// `deny-all`.
    pub const DENY_ALL: u32 = 2;

    /// `none`.
    pub const NONE: u32 = 3;
}

/// The values of `Timetra-Action`.
pub mod timetra_action {
    /// `permit`.
    pub const PERMIT: u32 = 1;

    /// `deny`.
    pub const DENY: u32 = 2;
}

/// The values of `Timetra-Restrict-To-Home`.
pub mod timetra_restrict_to_home {
    /// `true`.
    pub const TRUE: u32 = 1;

    /// `false`.
    pub const FALSE: u32 = 2;
}

/// The values of `Alc-LI-Action`.
pub mod alc_li_action {
    /// `no-action`.
    pub const NO_ACTION: u32 = 1;

    /// `enable`.
    pub const ENABLE: u32 = 2;

    /// `disable`.
    pub const DISABLE: u32 = 3;

    /// `clear-dest-service`.
    pub const CLEAR_DEST_SERVICE: u32 = 4;
}

/// The values of `Alc-LI-FC`.
pub mod alc_li_fc {
    /// `be`.
    pub const BE: u32 = 0;

    /// `l2`.
    pub const L2: u32 = 1;

    /// `af`.
    pub const AF: u32 = 2;

    /// `l1`.
    pub const L1: u32 = 3;

    /// `h2`.
    pub const H2: u32 = 4;

    /// `ef`.
    pub const EF: u32 = 5;

    /// `h1`.
    pub const H1: u32 = 6;

    /// `nc`.
    pub const NC: u32 = 7;
}

/// The values of `Alc-LI-Direction`.
pub mod alc_li_direction {
    /// `ingress`.
    pub const INGRESS: u32 = 1;

    /// `egress`.
    pub const EGRESS: u32 = 2;
}
