// Written by `cargo xtask dict` from dictionaries/dictionary.zte; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Ipv4, Text};

const VENDOR: VendorId = VendorId(3902);

/// `ZTE-Rate-Ctrl-SCR-Down` (83): The sustained download speed; bits or kilobits a second, by platform.
pub const ZTE_RATE_CTRL_SCR_DOWN: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-SCR-Down", VENDOR, 83);

/// `ZTE-Rate-Ctrl-SCR-Up` (89): The sustained upload speed; bits or kilobits a second, by platform.
pub const ZTE_RATE_CTRL_SCR_UP: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-SCR-Up", VENDOR, 89);

/// `ZTE-Rate-Ctrl-PCR` (86): The peak speed; bits or kilobits a second, by platform.
pub const ZTE_RATE_CTRL_PCR: Handle<Integer> = Handle::of_vendor("ZTE-Rate-Ctrl-PCR", VENDOR, 86);

/// `ZTE_Rate-Bust-DPIR` (191): The peak download speed in a burst (peak information rate).
pub const ZTE_RATE_BUST_DPIR: Handle<Integer> =
    Handle::of_vendor("ZTE_Rate-Bust-DPIR", VENDOR, 191);

/// `ZTE_Rate-Bust-UPIR` (192): The peak upload speed in a burst (peak information rate).
pub const ZTE_RATE_BUST_UPIR: Handle<Integer> =
    Handle::of_vendor("ZTE_Rate-Bust-UPIR", VENDOR, 192);

/// `ZTE-Rate-Ctrl-Burst-Down` (84): The burst allowed to the download.
pub const ZTE_RATE_CTRL_BURST_DOWN: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Down", VENDOR, 84);

/// `ZTE-Rate-Ctrl-Burst-Up` (91): The burst allowed to the upload.
pub const ZTE_RATE_CTRL_BURST_UP: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Up", VENDOR, 91);

/// `ZTE-Rate-Ctrl-Burst-Max-Down` (92): The most burst allowed to the download.
pub const ZTE_RATE_CTRL_BURST_MAX_DOWN: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Max-Down", VENDOR, 92);

/// `ZTE-Rate-Ctrl-Burst-Max-Up` (93): The most burst allowed to the upload.
pub const ZTE_RATE_CTRL_BURST_MAX_UP: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Max-Up", VENDOR, 93);

/// `ZTE-Rate-Ctrl-PBS-Down` (202): The peak burst size of the download.
pub const ZTE_RATE_CTRL_PBS_DOWN: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-PBS-Down", VENDOR, 202);

/// `ZTE-Rate-Ctrl-PBS-Up` (203): The peak burst size of the upload.
pub const ZTE_RATE_CTRL_PBS_UP: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-PBS-Up", VENDOR, 203);

/// `ZTE-QoS-Type` (81): The kind of quality of service for the subscriber.
pub const ZTE_QOS_TYPE: Handle<Integer> = Handle::of_vendor("ZTE-QoS-Type", VENDOR, 81);

/// `ZTE-QoS-Profile-Down` (82): The name of the QoS profile for the download, as configured on the gateway.
pub const ZTE_QOS_PROFILE_DOWN: Handle<Text> =
    Handle::of_vendor("ZTE-QoS-Profile-Down", VENDOR, 82);

/// `ZTE-QOS-Profile-Up` (94): The name of the QoS profile for the upload, as configured on the gateway.
pub const ZTE_QOS_PROFILE_UP: Handle<Text> = Handle::of_vendor("ZTE-QOS-Profile-Up", VENDOR, 94);

/// `ZTE-Priority-Level` (90): The priority of the subscriber's traffic.
pub const ZTE_PRIORITY_LEVEL: Handle<Integer> = Handle::of_vendor("ZTE-Priority-Level", VENDOR, 90);

/// `ZTE-Rate-Ctrl-SCR-Down-v6` (233): The sustained IPv6 download speed; bits or kilobits a second, by platform.
pub const ZTE_RATE_CTRL_SCR_DOWN_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-SCR-Down-v6", VENDOR, 233);

/// `ZTE-Rate-Ctrl-SCR-Up-v6` (228): The sustained IPv6 upload speed; bits or kilobits a second, by platform.
pub const ZTE_RATE_CTRL_SCR_UP_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-SCR-Up-v6", VENDOR, 228);

/// `ZTE-Rate-Ctrl-Burst-Down-v6` (234): The burst allowed to the IPv6 download.
pub const ZTE_RATE_CTRL_BURST_DOWN_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Down-v6", VENDOR, 234);

/// `ZTE-Rate-Ctrl-Burst-Up-v6` (229): The burst allowed to the IPv6 upload.
pub const ZTE_RATE_CTRL_BURST_UP_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Up-v6", VENDOR, 229);

/// `ZTE-Rate-Ctrl-Burst-Max-Down-v6` (235): The most burst allowed to the IPv6 download.
pub const ZTE_RATE_CTRL_BURST_MAX_DOWN_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Max-Down-v6", VENDOR, 235);

/// `ZTE-Rate-Ctrl-Burst-Max-Up-v6` (230): The most burst allowed to the IPv6 upload.
pub const ZTE_RATE_CTRL_BURST_MAX_UP_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-Burst-Max-Up-v6", VENDOR, 230);

/// `ZTE-Rate-Ctrl-PBS-Down-v6` (236): The peak burst size of the IPv6 download.
pub const ZTE_RATE_CTRL_PBS_DOWN_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-PBS-Down-v6", VENDOR, 236);

/// `ZTE-Rate-Ctrl-PBS-Up-v6` (231): The peak burst size of the IPv6 upload.
pub const ZTE_RATE_CTRL_PBS_UP_V6: Handle<Integer> =
    Handle::of_vendor("ZTE-Rate-Ctrl-PBS-Up-v6", VENDOR, 231);

/// `ZTE-QoS-Profile-Down-v6` (237): The name of the QoS profile for the IPv6 download.
pub const ZTE_QOS_PROFILE_DOWN_V6: Handle<Text> =
    Handle::of_vendor("ZTE-QoS-Profile-Down-v6", VENDOR, 237);

/// `ZTE-QoS-Profile-Up-v6` (232): The name of the QoS profile for the IPv6 upload.
pub const ZTE_QOS_PROFILE_UP_V6: Handle<Text> =
    Handle::of_vendor("ZTE-QoS-Profile-Up-v6", VENDOR, 232);

/// `ZTE-Client-DNS-Pri` (1): The subscriber's first name server.
pub const ZTE_CLIENT_DNS_PRI: Handle<Ipv4> = Handle::of_vendor("ZTE-Client-DNS-Pri", VENDOR, 1);

/// `ZTE-Client-DNS-Sec` (2): The subscriber's second name server.
pub const ZTE_CLIENT_DNS_SEC: Handle<Ipv4> = Handle::of_vendor("ZTE-Client-DNS-Sec", VENDOR, 2);

/// `ZTE-Context-Name` (4): The context (virtual router) of the session, a number despite the name.
pub const ZTE_CONTEXT_NAME: Handle<Integer> = Handle::of_vendor("ZTE-Context-Name", VENDOR, 4);

/// `ZTE-VPN-ID` (190): The VPN instance the session is put into.
pub const ZTE_VPN_ID: Handle<Text> = Handle::of_vendor("ZTE-VPN-ID", VENDOR, 190);

/// `ZTE-Access-Domain` (151): The access domain of the session.
pub const ZTE_ACCESS_DOMAIN: Handle<Text> = Handle::of_vendor("ZTE-Access-Domain", VENDOR, 151);

/// `ZTE-Access-Type` (74): How the subscriber is connected, as a number of ZTE's.
pub const ZTE_ACCESS_TYPE: Handle<Integer> = Handle::of_vendor("ZTE-Access-Type", VENDOR, 74);

/// `ZTE-PPP-Sservice-Type` (101): The type of a PPP session's service (the double S is the established spelling).
pub const ZTE_PPP_SSERVICE_TYPE: Handle<Integer> =
    Handle::of_vendor("ZTE-PPP-Sservice-Type", VENDOR, 101);

/// `ZTE-PPPOE-URL` (27): The web address pushed to a PPPoE client.
pub const ZTE_PPPOE_URL: Handle<Text> = Handle::of_vendor("ZTE-PPPOE-URL", VENDOR, 27);

/// `ZTE-PPPOE-MOTM` (28): The message pushed to a PPPoE client.
pub const ZTE_PPPOE_MOTM: Handle<Text> = Handle::of_vendor("ZTE-PPPOE-MOTM", VENDOR, 28);

/// `ZTE-TCP-Syn-Rate` (88): The rate of TCP connection attempts (SYN) allowed to the subscriber.
pub const ZTE_TCP_SYN_RATE: Handle<Integer> = Handle::of_vendor("ZTE-TCP-Syn-Rate", VENDOR, 88);

/// `ZTE-TCP-Limit-Num` (95): The number of TCP connections allowed to the subscriber.
pub const ZTE_TCP_LIMIT_NUM: Handle<Integer> = Handle::of_vendor("ZTE-TCP-Limit-Num", VENDOR, 95);

/// `ZTE-TCP-Limit-Mode` (96): How TCP connections are limited.
pub const ZTE_TCP_LIMIT_MODE: Handle<Integer> = Handle::of_vendor("ZTE-TCP-Limit-Mode", VENDOR, 96);

/// `ZTE-Mcast-Send` (33): Whether the subscriber may send multicast.
pub const ZTE_MCAST_SEND: Handle<Integer> = Handle::of_vendor("ZTE-Mcast-Send", VENDOR, 33);

/// `ZTE-Mcast-Receive` (34): Whether the subscriber may receive multicast.
pub const ZTE_MCAST_RECEIVE: Handle<Integer> = Handle::of_vendor("ZTE-Mcast-Receive", VENDOR, 34);

/// `ZTE-Mcast-MaxGroups` (35): The number of multicast groups the subscriber may join at a time.
pub const ZTE_MCAST_MAXGROUPS: Handle<Integer> =
    Handle::of_vendor("ZTE-Mcast-MaxGroups", VENDOR, 35);

/// `ZTE-IGMP-Service-Profile-Num` (97): The number of the IGMP service profile for the subscriber.
pub const ZTE_IGMP_SERVICE_PROFILE_NUM: Handle<Integer> =
    Handle::of_vendor("ZTE-IGMP-Service-Profile-Num", VENDOR, 97);

/// `ZTE-Tunnel-Max-Sessions` (21): The most sessions in a tunnel.
pub const ZTE_TUNNEL_MAX_SESSIONS: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Max-Sessions", VENDOR, 21);

/// `ZTE-Tunnel-Max-Tunnels` (22): The most tunnels to a peer.
pub const ZTE_TUNNEL_MAX_TUNNELS: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Max-Tunnels", VENDOR, 22);

/// `ZTE-Tunnel-Window` (24): The receive window of a tunnel's control messages.
pub const ZTE_TUNNEL_WINDOW: Handle<Integer> = Handle::of_vendor("ZTE-Tunnel-Window", VENDOR, 24);

/// `ZTE-Tunnel-Retransmit` (25): How often a tunnel's control message is sent again.
pub const ZTE_TUNNEL_RETRANSMIT: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Retransmit", VENDOR, 25);

/// `ZTE-Tunnel-Cmd-Timeout` (26): How long an answer to a tunnel's control message is awaited.
pub const ZTE_TUNNEL_CMD_TIMEOUT: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Cmd-Timeout", VENDOR, 26);

/// `ZTE-Tunnel-Algorithm` (31): The algorithm by which sessions are spread over tunnels.
pub const ZTE_TUNNEL_ALGORITHM: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Algorithm", VENDOR, 31);

/// `ZTE-Tunnel-Deadtime` (32): How long a peer that did not answer is left alone.
pub const ZTE_TUNNEL_DEADTIME: Handle<Integer> =
    Handle::of_vendor("ZTE-Tunnel-Deadtime", VENDOR, 32);

/// `ZTE-SW-Privilege` (104): The privilege level of an administrator, from 0 (lowest) to 15 (highest).
pub const ZTE_SW_PRIVILEGE: Handle<Integer> = Handle::of_vendor("ZTE-SW-Privilege", VENDOR, 104);
