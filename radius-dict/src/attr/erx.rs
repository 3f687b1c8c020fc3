// Written by `cargo xtask dict` from dictionaries/dictionary.erx; not to be edited.

use radius_proto::VendorId;

use crate::handle::{
    Handle, Hidden, Integer, Ipv4, Ipv6, Ipv6Prefix, Octets, TaggedInteger, TaggedText, Text,
};

const VENDOR: VendorId = VendorId(4874);

/// `ERX-Service-Activate` (65): Starts a service: its name and parameters in the order of its template, `tiered(1280000, 5120000)`.
pub const ERX_SERVICE_ACTIVATE: Handle<TaggedText> =
    Handle::of_vendor("ERX-Service-Activate", VENDOR, 65);

/// `ERX-Service-Deactivate` (66): Ends a service: the very text it was activated with, parameters included; never tagged.
pub const ERX_SERVICE_DEACTIVATE: Handle<Text> =
    Handle::of_vendor("ERX-Service-Deactivate", VENDOR, 66);

/// `ERX-Update-Service` (180): Changes the parameters or the quota of a running service (MX only).
pub const ERX_UPDATE_SERVICE: Handle<TaggedText> =
    Handle::of_vendor("ERX-Update-Service", VENDOR, 180);

/// `ERX-Service-Activate-Type` (173): What ERX-Service-Activate starts (MX only).
pub const ERX_SERVICE_ACTIVATE_TYPE: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Activate-Type", VENDOR, 173);

/// `ERX-Service-Volume` (67): The quota of a service in megabytes; 0 is none, over 16777215 wraps; only download counts.
pub const ERX_SERVICE_VOLUME: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Volume", VENDOR, 67);

/// `ERX-Service-Volume-Gigawords` (179): The quota of a service beyond ERX-Service-Volume, in units of 4 GiB (MX only).
pub const ERX_SERVICE_VOLUME_GIGAWORDS: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Volume-Gigawords", VENDOR, 179);

/// `ERX-Service-Timeout` (68): Seconds until a service ends, give or take 30; 0 is never, over 16777215 wraps.
pub const ERX_SERVICE_TIMEOUT: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Timeout", VENDOR, 68);

/// `ERX-Service-Statistics` (69): What is counted for a service; volume needs statistics in its policy as well.
pub const ERX_SERVICE_STATISTICS: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Statistics", VENDOR, 69);

/// `ERX-Service-Acct-Interval` (140): Seconds between interim records of a service, 600 to 86400; 0 is none.
pub const ERX_SERVICE_ACCT_INTERVAL: Handle<TaggedInteger> =
    Handle::of_vendor("ERX-Service-Acct-Interval", VENDOR, 140);

/// `ERX-Service-Session` (83): The service an accounting record is about, parameters included.
pub const ERX_SERVICE_SESSION: Handle<Text> = Handle::of_vendor("ERX-Service-Session", VENDOR, 83);

/// `ERX-Service-Bundle` (31): The service bundle of the subscriber.
pub const ERX_SERVICE_BUNDLE: Handle<Text> = Handle::of_vendor("ERX-Service-Bundle", VENDOR, 31);

/// `ERX-Service-Description` (53): A description of the service of the subscriber.
pub const ERX_SERVICE_DESCRIPTION: Handle<Text> =
    Handle::of_vendor("ERX-Service-Description", VENDOR, 53);

/// `ERX-Client-Profile-Name` (174): The dynamic profile of the subscriber.
pub const ERX_CLIENT_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Client-Profile-Name", VENDOR, 174);

/// `ERX-Adv-Pcef-Profile-Name` (204): The profile for policy enforcement by application (PCEF).
pub const ERX_ADV_PCEF_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Adv-Pcef-Profile-Name", VENDOR, 204);

/// `ERX-Adv-Pcef-Rule-Name` (205): The rule for policy enforcement by application (PCEF).
pub const ERX_ADV_PCEF_RULE_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Adv-Pcef-Rule-Name", VENDOR, 205);

/// `Sdx-Service-Name` (49): The service as the SDX, the policy server for E-series routers, names it.
pub const SDX_SERVICE_NAME: Handle<Text> = Handle::of_vendor("Sdx-Service-Name", VENDOR, 49);

/// `Sdx-Session-Volume-Quota` (50): The volume quota of a session under the SDX.
pub const SDX_SESSION_VOLUME_QUOTA: Handle<Text> =
    Handle::of_vendor("Sdx-Session-Volume-Quota", VENDOR, 50);

/// `Sdx-Tunnel-Disconnect-Cause-Info` (51): Why a tunnelled session under the SDX ended.
pub const SDX_TUNNEL_DISCONNECT_CAUSE_INFO: Handle<Text> =
    Handle::of_vendor("Sdx-Tunnel-Disconnect-Cause-Info", VENDOR, 51);

/// `ERX-Bulk-CoA-Transaction-Id` (194): The transaction that this and other CoA requests belong to.
pub const ERX_BULK_COA_TRANSACTION_ID: Handle<Integer> =
    Handle::of_vendor("ERX-Bulk-CoA-Transaction-Id", VENDOR, 194);

/// `ERX-Bulk-CoA-Identifier` (195): Which CoA request of its transaction this one is.
pub const ERX_BULK_COA_IDENTIFIER: Handle<Integer> =
    Handle::of_vendor("ERX-Bulk-CoA-Identifier", VENDOR, 195);

/// `ERX-Action-Reason` (178): The reason for an action.
pub const ERX_ACTION_REASON: Handle<Text> = Handle::of_vendor("ERX-Action-Reason", VENDOR, 178);

/// `ERX-Re-Authentication-Catalyst` (206): What made the router authenticate the subscriber again.
pub const ERX_RE_AUTHENTICATION_CATALYST: Handle<Integer> =
    Handle::of_vendor("ERX-Re-Authentication-Catalyst", VENDOR, 206);

/// `ERX-Ingress-Policy-Name` (10): The IPv4 policy for upload; it must be configured on the router.
pub const ERX_INGRESS_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Ingress-Policy-Name", VENDOR, 10);

/// `ERX-Egress-Policy-Name` (11): The IPv4 policy for download; it must be configured on the router.
pub const ERX_EGRESS_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Egress-Policy-Name", VENDOR, 11);

/// `ERX-IPv6-Ingress-Policy-Name` (106): The IPv6 policy for upload; it must be configured on the router.
pub const ERX_IPV6_INGRESS_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Ingress-Policy-Name", VENDOR, 106);

/// `ERX-IPv6-Egress-Policy-Name` (107): The IPv6 policy for download; it must be configured on the router.
pub const ERX_IPV6_EGRESS_POLICY_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Egress-Policy-Name", VENDOR, 107);

/// `ERX-Ingress-Statistics` (12): Whether upload is counted.
pub const ERX_INGRESS_STATISTICS: Handle<Integer> =
    Handle::of_vendor("ERX-Ingress-Statistics", VENDOR, 12);

/// `ERX-Egress-Statistics` (13): Whether download is counted.
pub const ERX_EGRESS_STATISTICS: Handle<Integer> =
    Handle::of_vendor("ERX-Egress-Statistics", VENDOR, 13);

/// `ERX-Qos-Profile-Name` (26): The QoS profile to attach to the subscriber's interface.
pub const ERX_QOS_PROFILE_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Qos-Profile-Name", VENDOR, 26);

/// `ERX-Qos-Profile-Interface-Type` (29): The kind of interface the QoS profile is attached to.
pub const ERX_QOS_PROFILE_INTERFACE_TYPE: Handle<Integer> =
    Handle::of_vendor("ERX-Qos-Profile-Interface-Type", VENDOR, 29);

/// `ERX-Qos-Parameters` (82): A QoS parameter of the router and its value, `video-rate 6000000`; may be repeated.
pub const ERX_QOS_PARAMETERS: Handle<Text> = Handle::of_vendor("ERX-Qos-Parameters", VENDOR, 82);

/// `ERX-Qos-Set-Name` (130): The QoS interface set to attach to the interface.
pub const ERX_QOS_SET_NAME: Handle<Text> = Handle::of_vendor("ERX-Qos-Set-Name", VENDOR, 130);

/// `ERX-CoS-Shaping-Pmt-Type` (108): A shaping parameter as type and value: `T02 50m` shapes at 50 Mbit/s (MX only); may be repeated.
pub const ERX_COS_SHAPING_PMT_TYPE: Handle<Text> =
    Handle::of_vendor("ERX-CoS-Shaping-Pmt-Type", VENDOR, 108);

/// `ERX-CoS-Scheduler-Pmt-Type` (146): A scheduler, alone or with type and value of a parameter: `be T01 12m` (MX only); may be repeated.
pub const ERX_COS_SCHEDULER_PMT_TYPE: Handle<Text> =
    Handle::of_vendor("ERX-CoS-Scheduler-Pmt-Type", VENDOR, 146);

/// `ERX-Cos-Shaping-Rate` (177): The rate that download is shaped at.
pub const ERX_COS_SHAPING_RATE: Handle<Text> =
    Handle::of_vendor("ERX-Cos-Shaping-Rate", VENDOR, 177);

/// `ERX-Interface-Set-Targeting-Weight` (213): The weight of an interface set when it is placed on a bundle's links.
pub const ERX_INTERFACE_SET_TARGETING_WEIGHT: Handle<Integer> =
    Handle::of_vendor("ERX-Interface-Set-Targeting-Weight", VENDOR, 213);

/// `ERX-Interface-Targeting-Weight` (214): The weight of an interface when it is placed on a bundle's links.
pub const ERX_INTERFACE_TARGETING_WEIGHT: Handle<Integer> =
    Handle::of_vendor("ERX-Interface-Targeting-Weight", VENDOR, 214);

/// `ERX-Atm-Service-Category` (14): The service category of the subscriber's ATM circuit.
pub const ERX_ATM_SERVICE_CATEGORY: Handle<Integer> =
    Handle::of_vendor("ERX-Atm-Service-Category", VENDOR, 14);

/// `ERX-Atm-PCR` (15): The peak cell rate of the subscriber's ATM circuit.
pub const ERX_ATM_PCR: Handle<Integer> = Handle::of_vendor("ERX-Atm-PCR", VENDOR, 15);

/// `ERX-Atm-SCR` (16): The sustained cell rate of the subscriber's ATM circuit.
pub const ERX_ATM_SCR: Handle<Integer> = Handle::of_vendor("ERX-Atm-SCR", VENDOR, 16);

/// `ERX-Atm-MBS` (17): The maximum burst size of the subscriber's ATM circuit.
pub const ERX_ATM_MBS: Handle<Integer> = Handle::of_vendor("ERX-Atm-MBS", VENDOR, 17);

/// `ERX-Input-Interface-Filter` (191): The filter for what the interface receives.
pub const ERX_INPUT_INTERFACE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-Input-Interface-Filter", VENDOR, 191);

/// `ERX-Output-Interface-Filter` (192): The filter for what the interface sends.
pub const ERX_OUTPUT_INTERFACE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-Output-Interface-Filter", VENDOR, 192);

/// `ERX-IPv4-Input-Service-Set` (196): The service set for IPv4 upload.
pub const ERX_IPV4_INPUT_SERVICE_SET: Handle<Text> =
    Handle::of_vendor("ERX-IPv4-Input-Service-Set", VENDOR, 196);

/// `ERX-IPv4-Output-Service-Set` (197): The service set for IPv4 download.
pub const ERX_IPV4_OUTPUT_SERVICE_SET: Handle<Text> =
    Handle::of_vendor("ERX-IPv4-Output-Service-Set", VENDOR, 197);

/// `ERX-IPv4-Input-Service-Filter` (198): The filter that says which IPv4 upload goes to the service set.
pub const ERX_IPV4_INPUT_SERVICE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-IPv4-Input-Service-Filter", VENDOR, 198);

/// `ERX-IPv4-Output-Service-Filter` (199): The filter that says which IPv4 download goes to the service set.
pub const ERX_IPV4_OUTPUT_SERVICE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-IPv4-Output-Service-Filter", VENDOR, 199);

/// `ERX-IPv6-Input-Service-Set` (200): The service set for IPv6 upload.
pub const ERX_IPV6_INPUT_SERVICE_SET: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Input-Service-Set", VENDOR, 200);

/// `ERX-IPv6-Output-Service-Set` (201): The service set for IPv6 download.
pub const ERX_IPV6_OUTPUT_SERVICE_SET: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Output-Service-Set", VENDOR, 201);

/// `ERX-IPv6-Input-Service-Filter` (202): The filter that says which IPv6 upload goes to the service set.
pub const ERX_IPV6_INPUT_SERVICE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Input-Service-Filter", VENDOR, 202);

/// `ERX-IPv6-Output-Service-Filter` (203): The filter that says which IPv6 download goes to the service set.
pub const ERX_IPV6_OUTPUT_SERVICE_FILTER: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Output-Service-Filter", VENDOR, 203);

/// `ERX-Sa-Validate` (22): Whether packets with a source address not of the subscriber are dropped.
pub const ERX_SA_VALIDATE: Handle<Integer> = Handle::of_vendor("ERX-Sa-Validate", VENDOR, 22);

/// `ERX-DF-Bit` (70): Whether the bit against fragmentation is heeded.
pub const ERX_DF_BIT: Handle<Integer> = Handle::of_vendor("ERX-DF-Bit", VENDOR, 70);

/// `ERX-Virtual-Router-Name` (1): The virtual router of the subscriber; on the MX `logical-system:routing-instance`.
pub const ERX_VIRTUAL_ROUTER_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Virtual-Router-Name", VENDOR, 1);

/// `ERX-IpV6-Virtual-Router` (45): The virtual router of the subscriber for IPv6.
pub const ERX_IPV6_VIRTUAL_ROUTER: Handle<Text> =
    Handle::of_vendor("ERX-IpV6-Virtual-Router", VENDOR, 45);

/// `ERX-Redirect-VR-Name` (25): The virtual router the authentication is redirected to.
pub const ERX_REDIRECT_VR_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Redirect-VR-Name", VENDOR, 25);

/// `ERX-Address-Pool-Name` (2): The pool to take the IPv4 address from.
pub const ERX_ADDRESS_POOL_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Address-Pool-Name", VENDOR, 2);

/// `ERX-Backup-Address-Pool` (147): The pool to take the IPv4 address from when the first has none.
pub const ERX_BACKUP_ADDRESS_POOL: Handle<Text> =
    Handle::of_vendor("ERX-Backup-Address-Pool", VENDOR, 147);

/// `ERX-IPv6-NdRa-Prefix` (129): The prefix in IPv6 router advertisements.
pub const ERX_IPV6_NDRA_PREFIX: Handle<Ipv6Prefix> =
    Handle::of_vendor("ERX-IPv6-NdRa-Prefix", VENDOR, 129);

/// `ERX-IPv6-NdRa-Pool-Name` (157): The pool to take the prefix in IPv6 router advertisements from.
pub const ERX_IPV6_NDRA_POOL_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-NdRa-Pool-Name", VENDOR, 157);

/// `ERX-IPv6-Delegated-Pool-Name` (161): The pool to delegate an IPv6 prefix from.
pub const ERX_IPV6_DELEGATED_POOL_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IPv6-Delegated-Pool-Name", VENDOR, 161);

/// `ERX-Local-Loopback-Interface` (3): The interface that gives the router's side its IPv4 address.
pub const ERX_LOCAL_LOOPBACK_INTERFACE: Handle<Text> =
    Handle::of_vendor("ERX-Local-Loopback-Interface", VENDOR, 3);

/// `ERX-IpV6-Local-Interface` (46): The interface that gives the router's side its IPv6 address.
pub const ERX_IPV6_LOCAL_INTERFACE: Handle<Text> =
    Handle::of_vendor("ERX-IpV6-Local-Interface", VENDOR, 46);

/// `ERX-Primary-Dns` (4): The first DNS server.
pub const ERX_PRIMARY_DNS: Handle<Ipv4> = Handle::of_vendor("ERX-Primary-Dns", VENDOR, 4);

/// `ERX-Secondary-Dns` (5): The second DNS server.
pub const ERX_SECONDARY_DNS: Handle<Ipv4> = Handle::of_vendor("ERX-Secondary-Dns", VENDOR, 5);

/// `ERX-Ipv6-Primary-Dns` (47): The first DNS server by its IPv6 address.
pub const ERX_IPV6_PRIMARY_DNS: Handle<Ipv6> =
    Handle::of_vendor("ERX-Ipv6-Primary-Dns", VENDOR, 47);

/// `ERX-Ipv6-Secondary-Dns` (48): The second DNS server by its IPv6 address.
pub const ERX_IPV6_SECONDARY_DNS: Handle<Ipv6> =
    Handle::of_vendor("ERX-Ipv6-Secondary-Dns", VENDOR, 48);

/// `ERX-Primary-Wins` (6): The first WINS server.
pub const ERX_PRIMARY_WINS: Handle<Ipv4> = Handle::of_vendor("ERX-Primary-Wins", VENDOR, 6);

/// `ERX-Secondary-Wins` (7): The second WINS server.
pub const ERX_SECONDARY_WINS: Handle<Ipv4> = Handle::of_vendor("ERX-Secondary-Wins", VENDOR, 7);

/// `ERX-Framed-Ip-Route-Tag` (34): The tag of the routes to the subscriber's address.
pub const ERX_FRAMED_IP_ROUTE_TAG: Handle<Text> =
    Handle::of_vendor("ERX-Framed-Ip-Route-Tag", VENDOR, 34);

/// `ERX-Routing-Services` (212): Whether routing services are on for the subscriber.
pub const ERX_ROUTING_SERVICES: Handle<Integer> =
    Handle::of_vendor("ERX-Routing-Services", VENDOR, 212);

/// `ERX-Pim-Enable` (193): Whether PIM runs on the interface.
pub const ERX_PIM_ENABLE: Handle<Integer> = Handle::of_vendor("ERX-Pim-Enable", VENDOR, 193);

/// `ERX-Redirect-GW-Address` (175): The gateway to redirect to.
pub const ERX_REDIRECT_GW_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("ERX-Redirect-GW-Address", VENDOR, 175);

/// `ERX-APN-Name` (176): The access point name of a mobile session.
pub const ERX_APN_NAME: Handle<Text> = Handle::of_vendor("ERX-APN-Name", VENDOR, 176);

/// `ERX-Core-Facing-Interface` (185): The interface towards the core that a layer 2 service uses.
pub const ERX_CORE_FACING_INTERFACE: Handle<Text> =
    Handle::of_vendor("ERX-Core-Facing-Interface", VENDOR, 185);

/// `ERX-Dhcp-Options` (55): The DHCPv4 options of the client.
pub const ERX_DHCP_OPTIONS: Handle<Octets> = Handle::of_vendor("ERX-Dhcp-Options", VENDOR, 55);

/// `ERX-DHCPv6-Options` (207): The DHCPv6 options of the client.
pub const ERX_DHCPV6_OPTIONS: Handle<Octets> = Handle::of_vendor("ERX-DHCPv6-Options", VENDOR, 207);

/// `ERX-Dhcp-Option-82` (159): DHCP option 82, the relay agent information.
pub const ERX_DHCP_OPTION_82: Handle<Octets> = Handle::of_vendor("ERX-Dhcp-Option-82", VENDOR, 159);

/// `ERX-DHCP-Header` (208): The header of the DHCPv4 packet.
pub const ERX_DHCP_HEADER: Handle<Octets> = Handle::of_vendor("ERX-DHCP-Header", VENDOR, 208);

/// `ERX-DHCPv6-Header` (209): The header of the DHCPv6 packet.
pub const ERX_DHCPV6_HEADER: Handle<Octets> = Handle::of_vendor("ERX-DHCPv6-Header", VENDOR, 209);

/// `ERX-Dhcp-Mac-Addr` (56): The MAC address of the client, as `18c0.4d51.dee2`.
pub const ERX_DHCP_MAC_ADDR: Handle<Text> = Handle::of_vendor("ERX-Dhcp-Mac-Addr", VENDOR, 56);

/// `ERX-Dhcp-Gi-Address` (57): The address of the relay agent, giaddr.
pub const ERX_DHCP_GI_ADDRESS: Handle<Ipv4> = Handle::of_vendor("ERX-Dhcp-Gi-Address", VENDOR, 57);

/// `ERX-DHCP-Guided-Relay-Server` (109): The DHCPv4 server to relay the client to.
pub const ERX_DHCP_GUIDED_RELAY_SERVER: Handle<Ipv4> =
    Handle::of_vendor("ERX-DHCP-Guided-Relay-Server", VENDOR, 109);

/// `ERX-DHCPv6-Guided-Relay-Server` (181): The DHCPv6 server to relay the client to.
pub const ERX_DHCPV6_GUIDED_RELAY_SERVER: Handle<Ipv6> =
    Handle::of_vendor("ERX-DHCPv6-Guided-Relay-Server", VENDOR, 181);

/// `ERX-DHCP-First-Relay-IPv4-Address` (189): The IPv4 address of the first relay between client and server.
pub const ERX_DHCP_FIRST_RELAY_IPV4_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("ERX-DHCP-First-Relay-IPv4-Address", VENDOR, 189);

/// `ERX-DHCP-First-Relay-IPv6-Address` (190): The IPv6 address of the first relay between client and server.
pub const ERX_DHCP_FIRST_RELAY_IPV6_ADDRESS: Handle<Ipv6> =
    Handle::of_vendor("ERX-DHCP-First-Relay-IPv6-Address", VENDOR, 190);

/// `ERX-Pppoe-Description` (24): A description of the PPPoE client, with its MAC address.
pub const ERX_PPPOE_DESCRIPTION: Handle<Text> =
    Handle::of_vendor("ERX-Pppoe-Description", VENDOR, 24);

/// `ERX-Pppoe-Max-Sessions` (27): How many PPPoE sessions the interface may have.
pub const ERX_PPPOE_MAX_SESSIONS: Handle<Integer> =
    Handle::of_vendor("ERX-Pppoe-Max-Sessions", VENDOR, 27);

/// `ERX-Max-Clients-Per-Interface` (143): How many client sessions an interface may have.
pub const ERX_MAX_CLIENTS_PER_INTERFACE: Handle<Integer> =
    Handle::of_vendor("ERX-Max-Clients-Per-Interface", VENDOR, 143);

/// `ERX-Pppoe-Url` (28): A URL that is sent to the PPPoE client.
pub const ERX_PPPOE_URL: Handle<Text> = Handle::of_vendor("ERX-Pppoe-Url", VENDOR, 28);

/// `ERX-PppoE-Padn` (158): A route that is sent to the PPPoE client in a PADN message.
pub const ERX_PPPOE_PADN: Handle<Text> = Handle::of_vendor("ERX-PppoE-Padn", VENDOR, 158);

/// `ERX-MLPPP-Bundle-Name` (62): The multilink bundle of the session.
pub const ERX_MLPPP_BUNDLE_NAME: Handle<Text> =
    Handle::of_vendor("ERX-MLPPP-Bundle-Name", VENDOR, 62);

/// `ERX-PPP-Username` (36): The user name for PPP of a dial-out session.
pub const ERX_PPP_USERNAME: Handle<Text> = Handle::of_vendor("ERX-PPP-Username", VENDOR, 36);

/// `ERX-PPP-Password` (37): The password for PPP of a dial-out session, sent in clear.
pub const ERX_PPP_PASSWORD: Handle<Text> = Handle::of_vendor("ERX-PPP-Password", VENDOR, 37);

/// `ERX-PPP-Auth-Protocol` (38): How PPP of a dial-out session authenticates.
pub const ERX_PPP_AUTH_PROTOCOL: Handle<Integer> =
    Handle::of_vendor("ERX-PPP-Auth-Protocol", VENDOR, 38);

/// `ERX-PPP-Monitor-Ingress-Only` (144): Whether only upload keeps the idle timer from running out.
pub const ERX_PPP_MONITOR_INGRESS_ONLY: Handle<Integer> =
    Handle::of_vendor("ERX-PPP-Monitor-Ingress-Only", VENDOR, 144);

/// `ERX-Interface-Desc` (63): A description of the interface of the subscriber.
pub const ERX_INTERFACE_DESC: Handle<Text> = Handle::of_vendor("ERX-Interface-Desc", VENDOR, 63);

/// `ERX-Vlan-Map-Id` (160): The VLAN that the subscriber's VLAN is mapped to.
pub const ERX_VLAN_MAP_ID: Handle<Integer> = Handle::of_vendor("ERX-Vlan-Map-Id", VENDOR, 160);

/// `ERX-Inner-Vlan-Map-Id` (184): The inner VLAN that the subscriber's VLAN is mapped to.
pub const ERX_INNER_VLAN_MAP_ID: Handle<Integer> =
    Handle::of_vendor("ERX-Inner-Vlan-Map-Id", VENDOR, 184);

/// `ERX-Inner-Tag-Protocol-Id` (211): The tag protocol identifier (TPID) of the inner VLAN.
pub const ERX_INNER_TAG_PROTOCOL_ID: Handle<Text> =
    Handle::of_vendor("ERX-Inner-Tag-Protocol-Id", VENDOR, 211);

/// `ERX-ICR-Partition-Id` (150): The partition of the chassis redundancy (ICR) the subscriber is in.
pub const ERX_ICR_PARTITION_ID: Handle<Text> =
    Handle::of_vendor("ERX-ICR-Partition-Id", VENDOR, 150);

/// `ERX-Radius-Client-Address` (52): The address of the RADIUS client whose request is relayed.
pub const ERX_RADIUS_CLIENT_ADDRESS: Handle<Ipv4> =
    Handle::of_vendor("ERX-Radius-Client-Address", VENDOR, 52);

/// `ERX-Acc-Loop-Cir-Id` (110): The subscriber's port on the access node.
pub const ERX_ACC_LOOP_CIR_ID: Handle<Text> = Handle::of_vendor("ERX-Acc-Loop-Cir-Id", VENDOR, 110);

/// `ERX-Acc-Loop-Remote-Id` (182): The subscriber's line as the operator names it.
pub const ERX_ACC_LOOP_REMOTE_ID: Handle<Text> =
    Handle::of_vendor("ERX-Acc-Loop-Remote-Id", VENDOR, 182);

/// `ERX-Acc-Aggr-Cir-Id-Bin` (111): The aggregation circuit of the access node, in binary.
pub const ERX_ACC_AGGR_CIR_ID_BIN: Handle<Octets> =
    Handle::of_vendor("ERX-Acc-Aggr-Cir-Id-Bin", VENDOR, 111);

/// `ERX-Acc-Aggr-Cir-Id-Asc` (112): The aggregation circuit of the access node, as text.
pub const ERX_ACC_AGGR_CIR_ID_ASC: Handle<Text> =
    Handle::of_vendor("ERX-Acc-Aggr-Cir-Id-Asc", VENDOR, 112);

/// `ERX-Acc-Loop-Encap` (183): How the line encapsulates: data link, first and second encapsulation.
pub const ERX_ACC_LOOP_ENCAP: Handle<Octets> = Handle::of_vendor("ERX-Acc-Loop-Encap", VENDOR, 183);

/// `ERX-DSL-Line-State` (127): The state of the DSL line.
pub const ERX_DSL_LINE_STATE: Handle<Integer> =
    Handle::of_vendor("ERX-DSL-Line-State", VENDOR, 127);

/// `ERX-DSL-Type` (128): The kind of DSL line.
pub const ERX_DSL_TYPE: Handle<Integer> = Handle::of_vendor("ERX-DSL-Type", VENDOR, 128);

/// `ERX-Act-Data-Rate-Up` (113): The upload rate the line trained at.
pub const ERX_ACT_DATA_RATE_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Act-Data-Rate-Up", VENDOR, 113);

/// `ERX-Act-Data-Rate-Dn` (114): The download rate the line trained at.
pub const ERX_ACT_DATA_RATE_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Act-Data-Rate-Dn", VENDOR, 114);

/// `ERX-Min-Data-Rate-Up` (115): The least upload rate the line is set to.
pub const ERX_MIN_DATA_RATE_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Min-Data-Rate-Up", VENDOR, 115);

/// `ERX-Min-Data-Rate-Dn` (116): The least download rate the line is set to.
pub const ERX_MIN_DATA_RATE_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Min-Data-Rate-Dn", VENDOR, 116);

/// `ERX-Att-Data-Rate-Up` (117): The upload rate the line could reach.
pub const ERX_ATT_DATA_RATE_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Att-Data-Rate-Up", VENDOR, 117);

/// `ERX-Att-Data-Rate-Dn` (118): The download rate the line could reach.
pub const ERX_ATT_DATA_RATE_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Att-Data-Rate-Dn", VENDOR, 118);

/// `ERX-Max-Data-Rate-Up` (119): The most upload rate the line is set to.
pub const ERX_MAX_DATA_RATE_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Max-Data-Rate-Up", VENDOR, 119);

/// `ERX-Max-Data-Rate-Dn` (120): The most download rate the line is set to.
pub const ERX_MAX_DATA_RATE_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Max-Data-Rate-Dn", VENDOR, 120);

/// `ERX-Min-LP-Data-Rate-Up` (121): The least upload rate in the low power state.
pub const ERX_MIN_LP_DATA_RATE_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Min-LP-Data-Rate-Up", VENDOR, 121);

/// `ERX-Min-LP-Data-Rate-Dn` (122): The least download rate in the low power state.
pub const ERX_MIN_LP_DATA_RATE_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Min-LP-Data-Rate-Dn", VENDOR, 122);

/// `ERX-Max-Interlv-Delay-Up` (123): The most upload delay by interleaving.
pub const ERX_MAX_INTERLV_DELAY_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Max-Interlv-Delay-Up", VENDOR, 123);

/// `ERX-Act-Interlv-Delay-Up` (124): The upload delay by interleaving.
pub const ERX_ACT_INTERLV_DELAY_UP: Handle<Integer> =
    Handle::of_vendor("ERX-Act-Interlv-Delay-Up", VENDOR, 124);

/// `ERX-Max-Interlv-Delay-Dn` (125): The most download delay by interleaving.
pub const ERX_MAX_INTERLV_DELAY_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Max-Interlv-Delay-Dn", VENDOR, 125);

/// `ERX-Act-Interlv-Delay-Dn` (126): The download delay by interleaving.
pub const ERX_ACT_INTERLV_DELAY_DN: Handle<Integer> =
    Handle::of_vendor("ERX-Act-Interlv-Delay-Dn", VENDOR, 126);

/// `ERX-DownStream-Calc-Rate` (141): The download rate the router reckons for the line, in kilobits a second.
pub const ERX_DOWNSTREAM_CALC_RATE: Handle<Integer> =
    Handle::of_vendor("ERX-DownStream-Calc-Rate", VENDOR, 141);

/// `ERX-UpStream-Calc-Rate` (142): The upload rate the router reckons for the line, in kilobits a second.
pub const ERX_UPSTREAM_CALC_RATE: Handle<Integer> =
    Handle::of_vendor("ERX-UpStream-Calc-Rate", VENDOR, 142);

/// `ERX-Tx-Connect-Speed` (162): The download speed of the connection, in bits a second.
pub const ERX_TX_CONNECT_SPEED: Handle<Integer> =
    Handle::of_vendor("ERX-Tx-Connect-Speed", VENDOR, 162);

/// `ERX-Rx-Connect-Speed` (163): The upload speed of the connection, in bits a second.
pub const ERX_RX_CONNECT_SPEED: Handle<Integer> =
    Handle::of_vendor("ERX-Rx-Connect-Speed", VENDOR, 163);

/// `ERX-L2c-Information` (81): The access loop parameters by layer 2 control (ANCP), as binary TLVs.
pub const ERX_L2C_INFORMATION: Handle<Octets> =
    Handle::of_vendor("ERX-L2c-Information", VENDOR, 81);

/// `ERX-L2c-Up-Stream-Data` (92): The upload rate of the access loop by layer 2 control (ANCP), as text.
pub const ERX_L2C_UP_STREAM_DATA: Handle<Text> =
    Handle::of_vendor("ERX-L2c-Up-Stream-Data", VENDOR, 92);

/// `ERX-L2c-Down-Stream-Data` (93): The download rate of the access loop by layer 2 control (ANCP), as text.
pub const ERX_L2C_DOWN_STREAM_DATA: Handle<Text> =
    Handle::of_vendor("ERX-L2c-Down-Stream-Data", VENDOR, 93);

/// `ERX-Hybrid-Access-DSL-Downstream-Speed` (216): The download speed of the DSL half of a hybrid access.
pub const ERX_HYBRID_ACCESS_DSL_DOWNSTREAM_SPEED: Handle<Integer> =
    Handle::of_vendor("ERX-Hybrid-Access-DSL-Downstream-Speed", VENDOR, 216);

/// `ERX-Hybrid-Access-LTE-Downstream-Speed` (217): The download speed of the LTE half of a hybrid access.
pub const ERX_HYBRID_ACCESS_LTE_DOWNSTREAM_SPEED: Handle<Integer> =
    Handle::of_vendor("ERX-Hybrid-Access-LTE-Downstream-Speed", VENDOR, 217);

/// `ERX-Expected-Throughput-Upstream` (226): The upload the line is expected to carry.
pub const ERX_EXPECTED_THROUGHPUT_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Expected-Throughput-Upstream", VENDOR, 226);

/// `ERX-Expected-Throughput-Downstream` (227): The download the line is expected to carry.
pub const ERX_EXPECTED_THROUGHPUT_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Expected-Throughput-Downstream", VENDOR, 227);

/// `ERX-Attainable-Expected-Throughput-Upstream` (228): The most upload the line could be expected to carry.
pub const ERX_ATTAINABLE_EXPECTED_THROUGHPUT_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Attainable-Expected-Throughput-Upstream", VENDOR, 228);

/// `ERX-Attainable-Expected-Throughput-Downstream` (229): The most download the line could be expected to carry.
pub const ERX_ATTAINABLE_EXPECTED_THROUGHPUT_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Attainable-Expected-Throughput-Downstream", VENDOR, 229);

/// `ERX-Gamma-Data-Rate-Upstream` (230): The gamma data rate of the line for upload.
pub const ERX_GAMMA_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Gamma-Data-Rate-Upstream", VENDOR, 230);

/// `ERX-Gamma-Data-Rate-Downstream` (231): The gamma data rate of the line for download.
pub const ERX_GAMMA_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Gamma-Data-Rate-Downstream", VENDOR, 231);

/// `ERX-Attainable-Gamma-Data-Rate-Upstream` (232): The gamma data rate the line could reach for upload.
pub const ERX_ATTAINABLE_GAMMA_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Attainable-Gamma-Data-Rate-Upstream", VENDOR, 232);

/// `ERX-Attainable-Gamma-Data-Rate-Downstream` (233): The gamma data rate the line could reach for download.
pub const ERX_ATTAINABLE_GAMMA_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-Attainable-Gamma-Data-Rate-Downstream", VENDOR, 233);

/// `ERX-PON-Access-Type` (219): The kind of passive optical network.
pub const ERX_PON_ACCESS_TYPE: Handle<Integer> =
    Handle::of_vendor("ERX-PON-Access-Type", VENDOR, 219);

/// `ERX-ONT-ONU-Average-Data-Rate-Downstream` (220): The average download rate of the ONT.
pub const ERX_ONT_ONU_AVERAGE_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-ONT-ONU-Average-Data-Rate-Downstream", VENDOR, 220);

/// `ERX-ONT-ONU-Peak-Data-Rate-Downstream` (221): The peak download rate of the ONT.
pub const ERX_ONT_ONU_PEAK_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-ONT-ONU-Peak-Data-Rate-Downstream", VENDOR, 221);

/// `ERX-ONT-ONU-Maximum-Data-Rate-Upstream` (222): The most upload rate of the ONT.
pub const ERX_ONT_ONU_MAXIMUM_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-ONT-ONU-Maximum-Data-Rate-Upstream", VENDOR, 222);

/// `ERX-ONT-ONU-Assured-Data-Rate-Upstream` (223): The assured upload rate of the ONT.
pub const ERX_ONT_ONU_ASSURED_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-ONT-ONU-Assured-Data-Rate-Upstream", VENDOR, 223);

/// `ERX-PON-Tree-Maximum-Data-Rate-Upstream` (224): The most upload rate of the whole tree of the passive optical network.
pub const ERX_PON_TREE_MAXIMUM_DATA_RATE_UPSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-PON-Tree-Maximum-Data-Rate-Upstream", VENDOR, 224);

/// `ERX-PON-Tree-Maximum-Data-Rate-Downstream` (225): The most download rate of the whole tree of the passive optical network.
pub const ERX_PON_TREE_MAXIMUM_DATA_RATE_DOWNSTREAM: Handle<Integer> =
    Handle::of_vendor("ERX-PON-Tree-Maximum-Data-Rate-Downstream", VENDOR, 225);

/// `ERX-Acct-Request-Reason` (210): Why the router sent this accounting record, as a sum of bits.
pub const ERX_ACCT_REQUEST_REASON: Handle<Integer> =
    Handle::of_vendor("ERX-Acct-Request-Reason", VENDOR, 210);

/// `ERX-Input-Gigapkts` (42): How often Acct-Input-Packets wrapped at 32 bits.
pub const ERX_INPUT_GIGAPKTS: Handle<Integer> = Handle::of_vendor("ERX-Input-Gigapkts", VENDOR, 42);

/// `ERX-Output-Gigapkts` (43): How often Acct-Output-Packets wrapped at 32 bits.
pub const ERX_OUTPUT_GIGAPKTS: Handle<Integer> =
    Handle::of_vendor("ERX-Output-Gigapkts", VENDOR, 43);

/// `ERX-IPv6-Acct-Input-Octets` (151): Octets of IPv6 the subscriber uploaded, low 32 bits.
pub const ERX_IPV6_ACCT_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Input-Octets", VENDOR, 151);

/// `ERX-IPv6-Acct-Input-Gigawords` (155): Octets of IPv6 the subscriber uploaded, high 32 bits.
pub const ERX_IPV6_ACCT_INPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Input-Gigawords", VENDOR, 155);

/// `ERX-IPv6-Acct-Output-Octets` (152): Octets of IPv6 the subscriber downloaded, low 32 bits.
pub const ERX_IPV6_ACCT_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Output-Octets", VENDOR, 152);

/// `ERX-IPv6-Acct-Output-Gigawords` (156): Octets of IPv6 the subscriber downloaded, high 32 bits.
pub const ERX_IPV6_ACCT_OUTPUT_GIGAWORDS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Output-Gigawords", VENDOR, 156);

/// `ERX-IPv6-Acct-Input-Packets` (153): Packets of IPv6 the subscriber uploaded.
pub const ERX_IPV6_ACCT_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Input-Packets", VENDOR, 153);

/// `ERX-IPv6-Acct-Output-Packets` (154): Packets of IPv6 the subscriber downloaded.
pub const ERX_IPV6_ACCT_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Acct-Output-Packets", VENDOR, 154);

/// `ERX-Tunnel-Virtual-Router` (8): The virtual router the tunnel starts from.
pub const ERX_TUNNEL_VIRTUAL_ROUTER: Handle<TaggedText> =
    Handle::of_vendor("ERX-Tunnel-Virtual-Router", VENDOR, 8);

/// `ERX-Tunnel-Password` (9): The password of the tunnel, sent in clear; Tunnel-Password of RFC 2868 is the hidden one.
pub const ERX_TUNNEL_PASSWORD: Handle<TaggedText> =
    Handle::of_vendor("ERX-Tunnel-Password", VENDOR, 9);

/// `ERX-Tunnel-Group` (64): The tunnel group of the router to take all tunnel settings from.
pub const ERX_TUNNEL_GROUP: Handle<Text> = Handle::of_vendor("ERX-Tunnel-Group", VENDOR, 64);

/// `ERX-Tunnel-Interface-Id` (44): The interface of the tunnel.
pub const ERX_TUNNEL_INTERFACE_ID: Handle<Text> =
    Handle::of_vendor("ERX-Tunnel-Interface-Id", VENDOR, 44);

/// `ERX-Tunnel-Switch-Profile` (91): The profile that says how L2TP sessions are switched to another tunnel.
pub const ERX_TUNNEL_SWITCH_PROFILE: Handle<Text> =
    Handle::of_vendor("ERX-Tunnel-Switch-Profile", VENDOR, 91);

/// `ERX-Tunnel-Maximum-Sessions` (33): How many sessions the tunnel may have.
pub const ERX_TUNNEL_MAXIMUM_SESSIONS: Handle<Integer> =
    Handle::of_vendor("ERX-Tunnel-Maximum-Sessions", VENDOR, 33);

/// `ERX-Tunnel-Tos` (32): The type of service octet of the packets of the tunnel.
pub const ERX_TUNNEL_TOS: Handle<Integer> = Handle::of_vendor("ERX-Tunnel-Tos", VENDOR, 32);

/// `ERX-Tunnel-Nas-Port-Method` (30): Whether and how the LAC tells the LNS the subscriber's port.
pub const ERX_TUNNEL_NAS_PORT_METHOD: Handle<Integer> =
    Handle::of_vendor("ERX-Tunnel-Nas-Port-Method", VENDOR, 30);

/// `ERX-Tunnel-Tx-Speed-Method` (94): How the LAC reckons the transmit speed it tells the LNS.
pub const ERX_TUNNEL_TX_SPEED_METHOD: Handle<Integer> =
    Handle::of_vendor("ERX-Tunnel-Tx-Speed-Method", VENDOR, 94);

/// `ERX-L2tp-Recv-Window-Size` (54): The L2TP receive window, in control messages.
pub const ERX_L2TP_RECV_WINDOW_SIZE: Handle<Integer> =
    Handle::of_vendor("ERX-L2tp-Recv-Window-Size", VENDOR, 54);

/// `ERX-L2TP-Resynch-Method` (90): How L2TP peers get in step again after a failover.
pub const ERX_L2TP_RESYNCH_METHOD: Handle<Integer> =
    Handle::of_vendor("ERX-L2TP-Resynch-Method", VENDOR, 90);

/// `ERX-Dial-Out-Number` (35): The number to dial for an L2TP dial-out session.
pub const ERX_DIAL_OUT_NUMBER: Handle<Text> = Handle::of_vendor("ERX-Dial-Out-Number", VENDOR, 35);

/// `ERX-Minimum-BPS` (39): The least speed of an L2TP dial-out session, in bits a second.
pub const ERX_MINIMUM_BPS: Handle<Integer> = Handle::of_vendor("ERX-Minimum-BPS", VENDOR, 39);

/// `ERX-Maximum-BPS` (40): The most speed of an L2TP dial-out session, in bits a second.
pub const ERX_MAXIMUM_BPS: Handle<Integer> = Handle::of_vendor("ERX-Maximum-BPS", VENDOR, 40);

/// `ERX-Bearer-Type` (41): The bearer of an L2TP dial-out session.
pub const ERX_BEARER_TYPE: Handle<Integer> = Handle::of_vendor("ERX-Bearer-Type", VENDOR, 41);

/// `ERX-Igmp-Enable` (23): Whether IGMP runs on the interface.
pub const ERX_IGMP_ENABLE: Handle<Integer> = Handle::of_vendor("ERX-Igmp-Enable", VENDOR, 23);

/// `ERX-IGMP-Version` (78): The version of IGMP.
pub const ERX_IGMP_VERSION: Handle<Integer> = Handle::of_vendor("ERX-IGMP-Version", VENDOR, 78);

/// `ERX-IGMP-Access-Name` (71): The access list of IPv4 groups the subscriber may join.
pub const ERX_IGMP_ACCESS_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IGMP-Access-Name", VENDOR, 71);

/// `ERX-IGMP-Access-Src-Name` (72): The access list of IPv4 sources and groups the subscriber may join.
pub const ERX_IGMP_ACCESS_SRC_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IGMP-Access-Src-Name", VENDOR, 72);

/// `ERX-IGMP-OIF-Map-Name` (73): The map of IPv4 groups to outgoing interfaces.
pub const ERX_IGMP_OIF_MAP_NAME: Handle<Text> =
    Handle::of_vendor("ERX-IGMP-OIF-Map-Name", VENDOR, 73);

/// `ERX-IGMP-Query-Interval` (95): The interval between IGMP queries.
pub const ERX_IGMP_QUERY_INTERVAL: Handle<Integer> =
    Handle::of_vendor("ERX-IGMP-Query-Interval", VENDOR, 95);

/// `ERX-IGMP-Max-Resp-Time` (96): How long a host may take to answer an IGMP query.
pub const ERX_IGMP_MAX_RESP_TIME: Handle<Integer> =
    Handle::of_vendor("ERX-IGMP-Max-Resp-Time", VENDOR, 96);

/// `ERX-IGMP-Immediate-Leave` (97): Whether an IPv4 group is left at once, without a query.
pub const ERX_IGMP_IMMEDIATE_LEAVE: Handle<Integer> =
    Handle::of_vendor("ERX-IGMP-Immediate-Leave", VENDOR, 97);

/// `ERX-IGMP-Explicit-Tracking` (102): Whether the members of IPv4 groups are tracked one by one.
pub const ERX_IGMP_EXPLICIT_TRACKING: Handle<Integer> =
    Handle::of_vendor("ERX-IGMP-Explicit-Tracking", VENDOR, 102);

/// `ERX-IGMP-No-Tracking-V2-Grps` (103): Whether groups with IGMP version 2 members are left out of the tracking.
pub const ERX_IGMP_NO_TRACKING_V2_GRPS: Handle<Integer> =
    Handle::of_vendor("ERX-IGMP-No-Tracking-V2-Grps", VENDOR, 103);

/// `ERX-MLD-Version` (77): The version of MLD.
pub const ERX_MLD_VERSION: Handle<Integer> = Handle::of_vendor("ERX-MLD-Version", VENDOR, 77);

/// `ERX-MLD-Access-Name` (74): The access list of IPv6 groups the subscriber may join.
pub const ERX_MLD_ACCESS_NAME: Handle<Text> = Handle::of_vendor("ERX-MLD-Access-Name", VENDOR, 74);

/// `ERX-MLD-Access-Src-Name` (75): The access list of IPv6 sources and groups the subscriber may join.
pub const ERX_MLD_ACCESS_SRC_NAME: Handle<Text> =
    Handle::of_vendor("ERX-MLD-Access-Src-Name", VENDOR, 75);

/// `ERX-MLD-OIF-Map-Name` (76): The map of IPv6 groups to outgoing interfaces.
pub const ERX_MLD_OIF_MAP_NAME: Handle<Text> =
    Handle::of_vendor("ERX-MLD-OIF-Map-Name", VENDOR, 76);

/// `ERX-MLD-Query-Interval` (98): The interval between MLD queries.
pub const ERX_MLD_QUERY_INTERVAL: Handle<Integer> =
    Handle::of_vendor("ERX-MLD-Query-Interval", VENDOR, 98);

/// `ERX-MLD-Max-Resp-Time` (99): How long a host may take to answer an MLD query.
pub const ERX_MLD_MAX_RESP_TIME: Handle<Integer> =
    Handle::of_vendor("ERX-MLD-Max-Resp-Time", VENDOR, 99);

/// `ERX-MLD-Immediate-Leave` (100): Whether an IPv6 group is left at once, without a query.
pub const ERX_MLD_IMMEDIATE_LEAVE: Handle<Integer> =
    Handle::of_vendor("ERX-MLD-Immediate-Leave", VENDOR, 100);

/// `ERX-MLD-Explicit-Tracking` (104): Whether the members of IPv6 groups are tracked one by one.
pub const ERX_MLD_EXPLICIT_TRACKING: Handle<Integer> =
    Handle::of_vendor("ERX-MLD-Explicit-Tracking", VENDOR, 104);

/// `ERX-MLD-No-Tracking-V1-Grps` (105): Whether groups with MLD version 1 members are left out of the tracking.
pub const ERX_MLD_NO_TRACKING_V1_GRPS: Handle<Integer> =
    Handle::of_vendor("ERX-MLD-No-Tracking-V1-Grps", VENDOR, 105);

/// `ERX-IP-Mcast-Adm-Bw-Limit` (79): The most IPv4 multicast the interface admits, in kilobits a second.
pub const ERX_IP_MCAST_ADM_BW_LIMIT: Handle<Integer> =
    Handle::of_vendor("ERX-IP-Mcast-Adm-Bw-Limit", VENDOR, 79);

/// `ERX-IPv6-Mcast-Adm-Bw-Limit` (80): The most IPv6 multicast the interface admits, in kilobits a second.
pub const ERX_IPV6_MCAST_ADM_BW_LIMIT: Handle<Integer> =
    Handle::of_vendor("ERX-IPv6-Mcast-Adm-Bw-Limit", VENDOR, 80);

/// `ERX-IP-Block-Multicast` (101): Whether multicast from the subscriber is blocked.
pub const ERX_IP_BLOCK_MULTICAST: Handle<Integer> =
    Handle::of_vendor("ERX-IP-Block-Multicast", VENDOR, 101);

/// `ERX-Mobile-IP-Algorithm` (84): How Mobile IP registrations are authenticated.
pub const ERX_MOBILE_IP_ALGORITHM: Handle<Integer> =
    Handle::of_vendor("ERX-Mobile-IP-Algorithm", VENDOR, 84);

/// `ERX-Mobile-IP-SPI` (85): The security parameter index for Mobile IP registrations.
pub const ERX_MOBILE_IP_SPI: Handle<Integer> = Handle::of_vendor("ERX-Mobile-IP-SPI", VENDOR, 85);

/// `ERX-Mobile-IP-Key` (86): The key for Mobile IP registrations.
pub const ERX_MOBILE_IP_KEY: Handle<Text> = Handle::of_vendor("ERX-Mobile-IP-Key", VENDOR, 86);

/// `ERX-Mobile-IP-Replay` (87): How Mobile IP registrations are guarded against replay.
pub const ERX_MOBILE_IP_REPLAY: Handle<Integer> =
    Handle::of_vendor("ERX-Mobile-IP-Replay", VENDOR, 87);

/// `ERX-Mobile-IP-Access-Control` (88): The access list for Mobile IP registrations.
pub const ERX_MOBILE_IP_ACCESS_CONTROL: Handle<Text> =
    Handle::of_vendor("ERX-Mobile-IP-Access-Control", VENDOR, 88);

/// `ERX-Mobile-IP-Lifetime` (89): How long a Mobile IP registration lasts.
pub const ERX_MOBILE_IP_LIFETIME: Handle<Integer> =
    Handle::of_vendor("ERX-Mobile-IP-Lifetime", VENDOR, 89);

/// `ERX-Cli-Initial-Access-Level` (18): The privilege level an administrator starts at.
pub const ERX_CLI_INITIAL_ACCESS_LEVEL: Handle<Text> =
    Handle::of_vendor("ERX-Cli-Initial-Access-Level", VENDOR, 18);

/// `ERX-Alternate-Cli-Access-Level` (20): Another privilege level the administrator may go to.
pub const ERX_ALTERNATE_CLI_ACCESS_LEVEL: Handle<Text> =
    Handle::of_vendor("ERX-Alternate-Cli-Access-Level", VENDOR, 20);

/// `ERX-Cli-Allow-All-VR-Access` (19): Whether the administrator may go to all virtual routers.
pub const ERX_CLI_ALLOW_ALL_VR_ACCESS: Handle<Integer> =
    Handle::of_vendor("ERX-Cli-Allow-All-VR-Access", VENDOR, 19);

/// `ERX-Alternate-Cli-Vrouter-Name` (21): Another virtual router the administrator may go to.
pub const ERX_ALTERNATE_CLI_VROUTER_NAME: Handle<Text> =
    Handle::of_vendor("ERX-Alternate-Cli-Vrouter-Name", VENDOR, 21);

/// `ERX-LI-Action` (58): Whether the subscriber's traffic is mirrored; hidden with a salt.
pub const ERX_LI_ACTION: Handle<Hidden> = Handle::of_vendor("ERX-LI-Action", VENDOR, 58);

/// `ERX-Med-Dev-Handle` (59): What marks mirrored traffic for the mediation device; hidden with a salt.
pub const ERX_MED_DEV_HANDLE: Handle<Hidden> = Handle::of_vendor("ERX-Med-Dev-Handle", VENDOR, 59);

/// `ERX-Med-Ip-Address` (60): The address of the mediation device; hidden with a salt.
pub const ERX_MED_IP_ADDRESS: Handle<Hidden> = Handle::of_vendor("ERX-Med-Ip-Address", VENDOR, 60);

/// `ERX-Med-Port-Number` (61): The UDP port of the mediation device; hidden with a salt.
pub const ERX_MED_PORT_NUMBER: Handle<Hidden> =
    Handle::of_vendor("ERX-Med-Port-Number", VENDOR, 61);

/// The values of `ERX-Service-Activate-Type`.
pub mod erx_service_activate_type {
    /// `dynamic`.
    pub const DYNAMIC: u32 = 1;

    /// `opscript`.
    pub const OPSCRIPT: u32 = 2;
}

/// The values of `ERX-Service-Statistics`.
pub mod erx_service_statistics {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `time`.
    pub const TIME: u32 = 1;

    /// `time-volume`.
    pub const TIME_VOLUME: u32 = 2;
}

/// The values of `ERX-Re-Authentication-Catalyst`.
pub mod erx_re_authentication_catalyst {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `client-renew`.
    pub const CLIENT_RENEW: u32 = 1;
}

/// The values of `ERX-Ingress-Statistics`.
pub mod erx_ingress_statistics {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `enable`.
    pub const ENABLE: u32 = 1;
}

/// The values of `ERX-Egress-Statistics`.
pub mod erx_egress_statistics {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `enable`.
    pub const ENABLE: u32 = 1;
}

/// The values of `ERX-Qos-Profile-Interface-Type`.
pub mod erx_qos_profile_interface_type {
    /// `IP`.
    pub const IP: u32 = 1;

    /// `ATM`.
    pub const ATM: u32 = 2;

    /// `HDLC`.
    pub const HDLC: u32 = 3;

    /// `ETHERNET`.
    pub const ETHERNET: u32 = 4;

    /// `SERVER-PORT`.
    pub const SERVER_PORT: u32 = 5;

    /// `ATM-1483`.
    pub const ATM_1483: u32 = 6;

    /// `FRAME-RELAY`.
    pub const FRAME_RELAY: u32 = 7;

    /// `MPLS-MINOR`.
    pub const MPLS_MINOR: u32 = 8;

    /// `CBF`.
    pub const CBF: u32 = 9;

    /// `IP-TUNNEL`.
    pub const IP_TUNNEL: u32 = 10;

    /// `VLAN-SUB`.
    pub const VLAN_SUB: u32 = 11;

    /// `PPPOE-SUB`.
    pub const PPPOE_SUB: u32 = 12;
}

/// The values of `ERX-Atm-Service-Category`.
pub mod erx_atm_service_category {
    /// `UBR`.
    pub const UBR: u32 = 1;

    /// `UBRPCR`.
    pub const UBRPCR: u32 = 2;

    /// `nrtVBR`.
    pub const NRTVBR: u32 = 3;

    /// `CBR`.
    pub const CBR: u32 = 4;

    /// `rtVBR`.
    pub const RTVBR: u32 = 5;
}

/// The values of `ERX-Sa-Validate`.
pub mod erx_sa_validate {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `enable`.
    pub const ENABLE: u32 = 1;
}

/// The values of `ERX-DF-Bit`.
pub mod erx_df_bit {
    /// `dont-ignore-df-bit`.
    pub const DONT_IGNORE_DF_BIT: u32 = 0;

    /// `ignore-df-bit`.
    pub const IGNORE_DF_BIT: u32 = 1;
}

/// The values of `ERX-Routing-Services`.
pub mod erx_routing_services {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-Pim-Enable`.
pub mod erx_pim_enable {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-PPP-Auth-Protocol`.
pub mod erx_ppp_auth_protocol {
    /// `None`.
    pub const NONE: u32 = 0;

    /// `PAP`.
    pub const PAP: u32 = 1;

    /// `CHAP`.
    pub const CHAP: u32 = 2;

    /// `PAP-CHAP`.
    pub const PAP_CHAP: u32 = 3;

    /// `CHAP-PAP`.
    pub const CHAP_PAP: u32 = 4;
}

/// The values of `ERX-PPP-Monitor-Ingress-Only`.
pub mod erx_ppp_monitor_ingress_only {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-DSL-Line-State`.
pub mod erx_dsl_line_state {
    /// `SHOWTIME`.
    pub const SHOWTIME: u32 = 1;

    /// `IDLE`.
    pub const IDLE: u32 = 2;

    /// `SILENT`.
    pub const SILENT: u32 = 3;
}

/// The values of `ERX-DSL-Type`.
pub mod erx_dsl_type {
    /// `ADSL1`.
    pub const ADSL1: u32 = 1;

    /// `ADSL2`.
    pub const ADSL2: u32 = 2;

    /// `ADSL2PLUS`.
    pub const ADSL2PLUS: u32 = 3;

    /// `VDSL1`.
    pub const VDSL1: u32 = 4;

    /// `VDSL2`.
    pub const VDSL2: u32 = 5;

    /// `SDSL`.
    pub const SDSL: u32 = 6;

    /// `UNKNOWN`.
    pub const UNKNOWN: u32 = 7;
}

/// The values of `ERX-PON-Access-Type`.
pub mod erx_pon_access_type {
    /// `Other`.
    pub const OTHER: u32 = 0;

    /// `GPON`.
    pub const GPON: u32 = 1;

    /// `XG-PON1`.
    pub const XG_PON1: u32 = 2;

    /// `TWDM-PON`.
    pub const TWDM_PON: u32 = 3;

    /// `XGS-PON`.
    pub const XGS_PON: u32 = 4;

    /// `WDM-PON`.
    pub const WDM_PON: u32 = 5;

    /// `UNKNOWN`.
    pub const UNKNOWN: u32 = 7;
}

/// The values of `ERX-Acct-Request-Reason`.
pub mod erx_acct_request_reason {
    /// `Acct-Start-Ack`.
    pub const ACCT_START_ACK: u32 = 1;

    /// `Periodic`.
    pub const PERIODIC: u32 = 2;

    /// `IP-Active`.
    pub const IP_ACTIVE: u32 = 4;

    /// `IP-Inactive`.
    pub const IP_INACTIVE: u32 = 8;

    /// `IPv6-Active`.
    pub const IPV6_ACTIVE: u32 = 16;

    /// `IPv6-Inactive`.
    pub const IPV6_INACTIVE: u32 = 32;

    /// `Session-Active`.
    pub const SESSION_ACTIVE: u32 = 64;

    /// `Session-Inactive`.
    pub const SESSION_INACTIVE: u32 = 128;

    /// `Line-Speed-Change`.
    pub const LINE_SPEED_CHANGE: u32 = 256;

    /// `Address-Assignment-Change`.
    pub const ADDRESS_ASSIGNMENT_CHANGE: u32 = 512;

    /// `CoA-Complete`.
    pub const COA_COMPLETE: u32 = 1024;
}

/// The values of `ERX-Tunnel-Nas-Port-Method`.
pub mod erx_tunnel_nas_port_method {
    /// `None`.
    pub const NONE: u32 = 0;

    /// `CISCO-CLID`.
    pub const CISCO_CLID: u32 = 1;
}

/// The values of `ERX-Tunnel-Tx-Speed-Method`.
pub mod erx_tunnel_tx_speed_method {
    /// `static-layer2`.
    pub const STATIC_LAYER2: u32 = 1;

    /// `dynamic-layer2`.
    pub const DYNAMIC_LAYER2: u32 = 2;

    /// `qos`.
    pub const QOS: u32 = 3;

    /// `actual`.
    pub const ACTUAL: u32 = 4;
}

/// The values of `ERX-L2TP-Resynch-Method`.
pub mod erx_l2tp_resynch_method {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `failover`.
    pub const FAILOVER: u32 = 1;

    /// `silent-failover`.
    pub const SILENT_FAILOVER: u32 = 2;

    /// `failover-with-silent-backup`.
    pub const FAILOVER_WITH_SILENT_BACKUP: u32 = 3;
}

/// The values of `ERX-Bearer-Type`.
pub mod erx_bearer_type {
    /// `None`.
    pub const NONE: u32 = 0;

    /// `Analog`.
    pub const ANALOG: u32 = 1;

    /// `Digital`.
    pub const DIGITAL: u32 = 2;
}

/// The values of `ERX-Igmp-Enable`.
pub mod erx_igmp_enable {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `enable`.
    pub const ENABLE: u32 = 1;
}

/// The values of `ERX-IGMP-Version`.
pub mod erx_igmp_version {
    /// `v1`.
    pub const V1: u32 = 1;

    /// `v2`.
    pub const V2: u32 = 2;

    /// `v3`.
    pub const V3: u32 = 3;
}

/// The values of `ERX-IGMP-Immediate-Leave`.
pub mod erx_igmp_immediate_leave {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-IGMP-Explicit-Tracking`.
pub mod erx_igmp_explicit_tracking {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-IGMP-No-Tracking-V2-Grps`.
pub mod erx_igmp_no_tracking_v2_grps {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-MLD-Version`.
pub mod erx_mld_version {
    /// `v1`.
    pub const V1: u32 = 1;

    /// `v2`.
    pub const V2: u32 = 2;
}

/// The values of `ERX-MLD-Immediate-Leave`.
pub mod erx_mld_immediate_leave {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-MLD-Explicit-Tracking`.
pub mod erx_mld_explicit_tracking {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-MLD-No-Tracking-V1-Grps`.
pub mod erx_mld_no_tracking_v1_grps {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-IP-Block-Multicast`.
pub mod erx_ip_block_multicast {
    /// `disabled`.
    pub const DISABLED: u32 = 0;

    /// `enabled`.
    pub const ENABLED: u32 = 1;
}

/// The values of `ERX-Cli-Allow-All-VR-Access`.
pub mod erx_cli_allow_all_vr_access {
    /// `disable`.
    pub const DISABLE: u32 = 0;

    /// `enable`.
    pub const ENABLE: u32 = 1;
}

/// The values of `ERX-LI-Action`.
pub mod erx_li_action {
    /// `off`.
    pub const OFF: u32 = 0;

    /// `on`.
    pub const ON: u32 = 1;

    /// `noop`.
    pub const NOOP: u32 = 2;
}
