// Written by `cargo xtask dict` from dictionaries/dictionary.cisco; not to be edited.

use radius_proto::VendorId;

use crate::handle::{Handle, Integer, Text};

const VENDOR: VendorId = VendorId(9);

/// `Cisco-AVPair` (1): A setting, `ip:sub-qos-policy-out=D10M`, or in CoA `subscriber:command=activate-service`; may be repeated.
pub const CISCO_AVPAIR: Handle<Text> = Handle::of_vendor("Cisco-AVPair", VENDOR, 1);

/// `Cisco-Account-Info` (250): In CoA the session, `S10.1.1.1`; else a service, `Aname` (started) or `Nname`, or a police, `QU;...;D;...`.
pub const CISCO_ACCOUNT_INFO: Handle<Text> = Handle::of_vendor("Cisco-Account-Info", VENDOR, 250);

/// `Cisco-Service-Info` (251): The service an accounting record is about, `Nname`; in an answer the police of a service, `QU;...;D;...`.
pub const CISCO_SERVICE_INFO: Handle<Text> = Handle::of_vendor("Cisco-Service-Info", VENDOR, 251);

/// `Cisco-Command-Code` (252): Older CoA command, octet and name: 1 logs on, 2 off, 4 status; 0x0b starts, 0x0c ends a service (unconfirmed).
pub const CISCO_COMMAND_CODE: Handle<Text> = Handle::of_vendor("Cisco-Command-Code", VENDOR, 252);

/// `Cisco-Control-Info` (253): Octets in records, `I0;57925`, `O0;198199`, gigawords first; a prepaid quota, `QVlow;gigawords` (unconfirmed).
pub const CISCO_CONTROL_INFO: Handle<Text> = Handle::of_vendor("Cisco-Control-Info", VENDOR, 253);

/// `Cisco-Subscriber-Password` (249): The password for `subscriber:command=account-logon`.
pub const CISCO_SUBSCRIBER_PASSWORD: Handle<Text> =
    Handle::of_vendor("Cisco-Subscriber-Password", VENDOR, 249);

/// `Cisco-Service-Name` (51): The name of the service.
pub const CISCO_SERVICE_NAME: Handle<Text> = Handle::of_vendor("Cisco-Service-Name", VENDOR, 51);

/// `Cisco-Parent-Session-Id` (52): The Acct-Session-Id of the session that a service's session belongs to.
pub const CISCO_PARENT_SESSION_ID: Handle<Text> =
    Handle::of_vendor("Cisco-Parent-Session-Id", VENDOR, 52);

/// `Cisco-Sub-Activate-Service` (60): Starts a service of the subscriber.
pub const CISCO_SUB_ACTIVATE_SERVICE: Handle<Text> =
    Handle::of_vendor("Cisco-Sub-Activate-Service", VENDOR, 60);

/// `Cisco-Sub-Deactivate-Service` (63): Ends a service of the subscriber.
pub const CISCO_SUB_DEACTIVATE_SERVICE: Handle<Text> =
    Handle::of_vendor("Cisco-Sub-Deactivate-Service", VENDOR, 63);

/// `Cisco-Sub-QoS-Pol-In` (55): The QoS policy for the subscriber's upload.
pub const CISCO_SUB_QOS_POL_IN: Handle<Text> =
    Handle::of_vendor("Cisco-Sub-QoS-Pol-In", VENDOR, 55);

/// `Cisco-Sub-QoS-Pol-Out` (56): The QoS policy for the subscriber's download.
pub const CISCO_SUB_QOS_POL_OUT: Handle<Text> =
    Handle::of_vendor("Cisco-Sub-QoS-Pol-Out", VENDOR, 56);

/// `Cisco-Policy-Up` (37): The policy for upload.
pub const CISCO_POLICY_UP: Handle<Text> = Handle::of_vendor("Cisco-Policy-Up", VENDOR, 37);

/// `Cisco-Policy-Down` (38): The policy for download.
pub const CISCO_POLICY_DOWN: Handle<Text> = Handle::of_vendor("Cisco-Policy-Down", VENDOR, 38);

/// `Cisco-In-ACL` (57): The access list for IPv4 upload.
pub const CISCO_IN_ACL: Handle<Text> = Handle::of_vendor("Cisco-In-ACL", VENDOR, 57);

/// `Cisco-Out-ACL` (58): The access list for IPv4 download.
pub const CISCO_OUT_ACL: Handle<Text> = Handle::of_vendor("Cisco-Out-ACL", VENDOR, 58);

/// `Cisco-IPv6-In-ACL` (61): The access list for IPv6 upload.
pub const CISCO_IPV6_IN_ACL: Handle<Text> = Handle::of_vendor("Cisco-IPv6-In-ACL", VENDOR, 61);

/// `Cisco-IPv6-Out-ACL` (62): The access list for IPv6 download.
pub const CISCO_IPV6_OUT_ACL: Handle<Text> = Handle::of_vendor("Cisco-IPv6-Out-ACL", VENDOR, 62);

/// `Cisco-Sub-PBR-Policy-In` (59): The policy that routes the subscriber's upload (policy-based routing).
pub const CISCO_SUB_PBR_POLICY_IN: Handle<Text> =
    Handle::of_vendor("Cisco-Sub-PBR-Policy-In", VENDOR, 59);

/// `Cisco-Data-Filter` (242): A filter for the packets of the session.
pub const CISCO_DATA_FILTER: Handle<Integer> = Handle::of_vendor("Cisco-Data-Filter", VENDOR, 242);

/// `Cisco-Call-Filter` (243): A filter for which packets place a call or keep it up.
pub const CISCO_CALL_FILTER: Handle<Integer> = Handle::of_vendor("Cisco-Call-Filter", VENDOR, 243);

/// `Cisco-IP-Direct` (209): The address, as a number, that all packets of the user are sent to instead of being routed.
pub const CISCO_IP_DIRECT: Handle<Integer> = Handle::of_vendor("Cisco-IP-Direct", VENDOR, 209);

/// `Cisco-Route-IP` (228): Whether IP is routed for the user.
pub const CISCO_ROUTE_IP: Handle<Integer> = Handle::of_vendor("Cisco-Route-IP", VENDOR, 228);

/// `Cisco-NAS-Port` (2): The port the user is on, by name.
pub const CISCO_NAS_PORT: Handle<Text> = Handle::of_vendor("Cisco-NAS-Port", VENDOR, 2);

/// `Cisco-Relay-Information-Option` (46): What the access node said of the line in DHCP option 82.
pub const CISCO_RELAY_INFORMATION_OPTION: Handle<Text> =
    Handle::of_vendor("Cisco-Relay-Information-Option", VENDOR, 46);

/// `Cisco-DHCP-User-Class` (47): The DHCP client's user class (option 77).
pub const CISCO_DHCP_USER_CLASS: Handle<Text> =
    Handle::of_vendor("Cisco-DHCP-User-Class", VENDOR, 47);

/// `Cisco-DHCP-Vendor-Class` (48): The DHCP client's vendor class (option 60).
pub const CISCO_DHCP_VENDOR_CLASS: Handle<Text> =
    Handle::of_vendor("Cisco-DHCP-Vendor-Class", VENDOR, 48);

/// `Cisco-DHCP-Relay-GiAddr` (50): The address of the DHCP relay (`giaddr`).
pub const CISCO_DHCP_RELAY_GIADDR: Handle<Text> =
    Handle::of_vendor("Cisco-DHCP-Relay-GiAddr", VENDOR, 50);

/// `Cisco-DHCP-Subscriber-Id` (65): The subscriber as the DHCP relay names it.
pub const CISCO_DHCP_SUBSCRIBER_ID: Handle<Text> =
    Handle::of_vendor("Cisco-DHCP-Subscriber-Id", VENDOR, 65);

/// `Cisco-DHCPv6-Link-Address` (66): The link the DHCPv6 client is on, as its relay says.
pub const CISCO_DHCPV6_LINK_ADDRESS: Handle<Text> =
    Handle::of_vendor("Cisco-DHCPv6-Link-Address", VENDOR, 66);

/// `Cisco-IP-Pool-Definition` (217): A pool of addresses for the router: its number, first address and count.
pub const CISCO_IP_POOL_DEFINITION: Handle<Text> =
    Handle::of_vendor("Cisco-IP-Pool-Definition", VENDOR, 217);

/// `Cisco-Assign-IP-Pool` (218): The number of the pool to take the address from.
pub const CISCO_ASSIGN_IP_POOL: Handle<Integer> =
    Handle::of_vendor("Cisco-Assign-IP-Pool", VENDOR, 218);

/// `Cisco-Maximum-Time` (194): Seconds a session may last.
pub const CISCO_MAXIMUM_TIME: Handle<Integer> =
    Handle::of_vendor("Cisco-Maximum-Time", VENDOR, 194);

/// `Cisco-Idle-Limit` (244): Seconds a session may be idle.
pub const CISCO_IDLE_LIMIT: Handle<Integer> = Handle::of_vendor("Cisco-Idle-Limit", VENDOR, 244);

/// `Cisco-PW-Lifetime` (208): Days the password is valid.
pub const CISCO_PW_LIFETIME: Handle<Integer> = Handle::of_vendor("Cisco-PW-Lifetime", VENDOR, 208);

/// `Cisco-PPP-VJ-Slot-Comp` (210): Whether slot numbers are left uncompressed in Van Jacobson compression.
pub const CISCO_PPP_VJ_SLOT_COMP: Handle<Integer> =
    Handle::of_vendor("Cisco-PPP-VJ-Slot-Comp", VENDOR, 210);

/// `Cisco-PPP-Async-Map` (212): The control characters to escape on an asynchronous PPP link.
pub const CISCO_PPP_ASYNC_MAP: Handle<Integer> =
    Handle::of_vendor("Cisco-PPP-Async-Map", VENDOR, 212);

/// `Cisco-Link-Compression` (233): The compression of the link.
pub const CISCO_LINK_COMPRESSION: Handle<Integer> =
    Handle::of_vendor("Cisco-Link-Compression", VENDOR, 233);

/// `Cisco-Target-Util` (234): The utilization, in percent, above which a multilink bundle gains a channel.
pub const CISCO_TARGET_UTIL: Handle<Integer> = Handle::of_vendor("Cisco-Target-Util", VENDOR, 234);

/// `Cisco-Maximum-Channels` (235): The most channels of a multilink bundle.
pub const CISCO_MAXIMUM_CHANNELS: Handle<Integer> =
    Handle::of_vendor("Cisco-Maximum-Channels", VENDOR, 235);

/// `Cisco-Multilink-ID` (187): The multilink bundle the session was in when it ended.
pub const CISCO_MULTILINK_ID: Handle<Integer> =
    Handle::of_vendor("Cisco-Multilink-ID", VENDOR, 187);

/// `Cisco-Num-In-Multilink` (188): How many sessions were left in the multilink bundle when this one ended.
pub const CISCO_NUM_IN_MULTILINK: Handle<Integer> =
    Handle::of_vendor("Cisco-Num-In-Multilink", VENDOR, 188);

/// `Cisco-Pre-Input-Octets` (190): Octets received before the user was authenticated.
pub const CISCO_PRE_INPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Cisco-Pre-Input-Octets", VENDOR, 190);

/// `Cisco-Pre-Output-Octets` (191): Octets sent before the user was authenticated.
pub const CISCO_PRE_OUTPUT_OCTETS: Handle<Integer> =
    Handle::of_vendor("Cisco-Pre-Output-Octets", VENDOR, 191);

/// `Cisco-Pre-Input-Packets` (192): Packets received before the user was authenticated.
pub const CISCO_PRE_INPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Cisco-Pre-Input-Packets", VENDOR, 192);

/// `Cisco-Pre-Output-Packets` (193): Packets sent before the user was authenticated.
pub const CISCO_PRE_OUTPUT_PACKETS: Handle<Integer> =
    Handle::of_vendor("Cisco-Pre-Output-Packets", VENDOR, 193);

/// `Cisco-PreSession-Time` (198): Seconds from the start of the call until the user was authenticated.
pub const CISCO_PRESESSION_TIME: Handle<Integer> =
    Handle::of_vendor("Cisco-PreSession-Time", VENDOR, 198);

/// `Cisco-Data-Rate` (197): The rate of the connection, bits a second.
pub const CISCO_DATA_RATE: Handle<Integer> = Handle::of_vendor("Cisco-Data-Rate", VENDOR, 197);

/// `Cisco-Xmit-Rate` (255): The rate the router sends at, bits a second.
pub const CISCO_XMIT_RATE: Handle<Integer> = Handle::of_vendor("Cisco-Xmit-Rate", VENDOR, 255);

/// `Cisco-Disconnect-Cause` (195): Why the session ended; in AVPairs (`disc-cause`) the number is 1000 higher.
pub const CISCO_DISCONNECT_CAUSE: Handle<Integer> =
    Handle::of_vendor("Cisco-Disconnect-Cause", VENDOR, 195);

/// `h323-remote-address` (23): The address of the gateway at the other end.
pub const H323_REMOTE_ADDRESS: Handle<Text> = Handle::of_vendor("h323-remote-address", VENDOR, 23);

/// `h323-conf-id` (24): The call: the same in the records of all its legs and gateways.
pub const H323_CONF_ID: Handle<Text> = Handle::of_vendor("h323-conf-id", VENDOR, 24);

/// `h323-incoming-conf-id` (35): The call leg that came in, by its conference id.
pub const H323_INCOMING_CONF_ID: Handle<Text> =
    Handle::of_vendor("h323-incoming-conf-id", VENDOR, 35);

/// `h323-setup-time` (25): When the call was set up.
pub const H323_SETUP_TIME: Handle<Text> = Handle::of_vendor("h323-setup-time", VENDOR, 25);

/// `h323-connect-time` (28): When the call was answered.
pub const H323_CONNECT_TIME: Handle<Text> = Handle::of_vendor("h323-connect-time", VENDOR, 28);

/// `h323-disconnect-time` (29): When the call ended.
pub const H323_DISCONNECT_TIME: Handle<Text> =
    Handle::of_vendor("h323-disconnect-time", VENDOR, 29);

/// `h323-disconnect-cause` (30): Why the call ended, a Q.931 cause in hexadecimal.
pub const H323_DISCONNECT_CAUSE: Handle<Text> =
    Handle::of_vendor("h323-disconnect-cause", VENDOR, 30);

/// `h323-call-origin` (26): Which end of the call this leg is: `answer` or `originate`.
pub const H323_CALL_ORIGIN: Handle<Text> = Handle::of_vendor("h323-call-origin", VENDOR, 26);

/// `h323-call-type` (27): The kind of this leg: `Telephony` or `VoIP`.
pub const H323_CALL_TYPE: Handle<Text> = Handle::of_vendor("h323-call-type", VENDOR, 27);

/// `h323-voice-quality` (31): How much the quality of the call suffered, as impairment factor (ICPIF).
pub const H323_VOICE_QUALITY: Handle<Text> = Handle::of_vendor("h323-voice-quality", VENDOR, 31);

/// `h323-gw-id` (33): The name of the gateway.
pub const H323_GW_ID: Handle<Text> = Handle::of_vendor("h323-gw-id", VENDOR, 33);

/// `subscriber` (111): The kind of line the subscriber calls from.
pub const SUBSCRIBER: Handle<Text> = Handle::of_vendor("subscriber", VENDOR, 111);

/// `gw-rxd-cdn` (112): The called number as the gateway received it.
pub const GW_RXD_CDN: Handle<Text> = Handle::of_vendor("gw-rxd-cdn", VENDOR, 112);

/// `gw-final-xlated-cdn` (113): The called number as the gateway passed it on.
pub const GW_FINAL_XLATED_CDN: Handle<Text> = Handle::of_vendor("gw-final-xlated-cdn", VENDOR, 113);

/// `gw-rxd-cgn` (116): The calling number as the gateway received it.
pub const GW_RXD_CGN: Handle<Text> = Handle::of_vendor("gw-rxd-cgn", VENDOR, 116);

/// `gw-final-xlated-cgn` (117): The calling number as the gateway passed it on.
pub const GW_FINAL_XLATED_CGN: Handle<Text> = Handle::of_vendor("gw-final-xlated-cgn", VENDOR, 117);

/// `remote-media-address` (114): The address of the media at the other end.
pub const REMOTE_MEDIA_ADDRESS: Handle<Text> =
    Handle::of_vendor("remote-media-address", VENDOR, 114);

/// `release-source` (115): Who ended the call.
pub const RELEASE_SOURCE: Handle<Text> = Handle::of_vendor("release-source", VENDOR, 115);

/// `dsp-id` (151): The signal processor (DSP) that carried the call.
pub const DSP_ID: Handle<Text> = Handle::of_vendor("dsp-id", VENDOR, 151);

/// `h323-credit-amount` (101): The money left on the caller's account.
pub const H323_CREDIT_AMOUNT: Handle<Text> = Handle::of_vendor("h323-credit-amount", VENDOR, 101);

/// `h323-credit-time` (102): Seconds the call may last.
pub const H323_CREDIT_TIME: Handle<Text> = Handle::of_vendor("h323-credit-time", VENDOR, 102);

/// `h323-return-code` (103): What the gateway is to do next; 0 is to go on.
pub const H323_RETURN_CODE: Handle<Text> = Handle::of_vendor("h323-return-code", VENDOR, 103);

/// `h323-prompt-id` (104): The number of the announcement to play.
pub const H323_PROMPT_ID: Handle<Text> = Handle::of_vendor("h323-prompt-id", VENDOR, 104);

/// `h323-time-and-day` (105): The time of day to announce at the called place.
pub const H323_TIME_AND_DAY: Handle<Text> = Handle::of_vendor("h323-time-and-day", VENDOR, 105);

/// `h323-redirect-number` (106): The number to send the call on to.
pub const H323_REDIRECT_NUMBER: Handle<Text> =
    Handle::of_vendor("h323-redirect-number", VENDOR, 106);

/// `h323-redirect-ip-address` (108): The address to send the call on to.
pub const H323_REDIRECT_IP_ADDRESS: Handle<Text> =
    Handle::of_vendor("h323-redirect-ip-address", VENDOR, 108);

/// `h323-preferred-lang` (107): The language to talk to the caller in.
pub const H323_PREFERRED_LANG: Handle<Text> = Handle::of_vendor("h323-preferred-lang", VENDOR, 107);

/// `h323-billing-model` (109): How the call is billed; 0 is postpaid, 1 prepaid.
pub const H323_BILLING_MODEL: Handle<Text> = Handle::of_vendor("h323-billing-model", VENDOR, 109);

/// `h323-currency` (110): The currency of the amount.
pub const H323_CURRENCY: Handle<Text> = Handle::of_vendor("h323-currency", VENDOR, 110);

/// `sip-conf-id` (100): The call, as h323-conf-id, for SIP.
pub const SIP_CONF_ID: Handle<Text> = Handle::of_vendor("sip-conf-id", VENDOR, 100);

/// `call-id` (141): The SIP call (`Call-ID`).
pub const CALL_ID: Handle<Text> = Handle::of_vendor("call-id", VENDOR, 141);

/// `session-protocol` (142): The signalling protocol of the call, such as `sipv2`.
pub const SESSION_PROTOCOL: Handle<Text> = Handle::of_vendor("session-protocol", VENDOR, 142);

/// `method` (143): The SIP method of the request.
pub const METHOD: Handle<Text> = Handle::of_vendor("method", VENDOR, 143);

/// `prev-hop-via` (144): The hop the request came from, as its `Via` header says.
pub const PREV_HOP_VIA: Handle<Text> = Handle::of_vendor("prev-hop-via", VENDOR, 144);

/// `prev-hop-ip` (145): The address the request came from.
pub const PREV_HOP_IP: Handle<Text> = Handle::of_vendor("prev-hop-ip", VENDOR, 145);

/// `incoming-req-uri` (146): The SIP URI that was asked for.
pub const INCOMING_REQ_URI: Handle<Text> = Handle::of_vendor("incoming-req-uri", VENDOR, 146);

/// `outgoing-req-uri` (147): The SIP URI that the request went on to.
pub const OUTGOING_REQ_URI: Handle<Text> = Handle::of_vendor("outgoing-req-uri", VENDOR, 147);

/// `next-hop-ip` (148): The address the request went on to.
pub const NEXT_HOP_IP: Handle<Text> = Handle::of_vendor("next-hop-ip", VENDOR, 148);

/// `next-hop-dn` (149): The domain name the request went on to.
pub const NEXT_HOP_DN: Handle<Text> = Handle::of_vendor("next-hop-dn", VENDOR, 149);

/// `sip-hdr` (150): A header of the SIP message.
pub const SIP_HDR: Handle<Text> = Handle::of_vendor("sip-hdr", VENDOR, 150);

/// `Cisco-Fax-Account-Id-Origin` (3): Where the account of the fax comes from.
pub const CISCO_FAX_ACCOUNT_ID_ORIGIN: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Account-Id-Origin", VENDOR, 3);

/// `Cisco-Fax-Msg-Id` (4): The message, as the gateway numbered it.
pub const CISCO_FAX_MSG_ID: Handle<Text> = Handle::of_vendor("Cisco-Fax-Msg-Id", VENDOR, 4);

/// `Cisco-Fax-Pages` (5): Pages of the fax, cover pages included.
pub const CISCO_FAX_PAGES: Handle<Text> = Handle::of_vendor("Cisco-Fax-Pages", VENDOR, 5);

/// `Cisco-Fax-Coverpage-Flag` (6): Whether the gateway made a cover page.
pub const CISCO_FAX_COVERPAGE_FLAG: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Coverpage-Flag", VENDOR, 6);

/// `Cisco-Fax-Modem-Time` (7): Seconds the modem sent fax data, and seconds of the whole fax session.
pub const CISCO_FAX_MODEM_TIME: Handle<Text> = Handle::of_vendor("Cisco-Fax-Modem-Time", VENDOR, 7);

/// `Cisco-Fax-Connect-Speed` (8): The speed of the fax modem, bits a second.
pub const CISCO_FAX_CONNECT_SPEED: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Connect-Speed", VENDOR, 8);

/// `Cisco-Fax-Recipient-Count` (9): How many recipients the fax has.
pub const CISCO_FAX_RECIPIENT_COUNT: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Recipient-Count", VENDOR, 9);

/// `Cisco-Fax-Process-Abort-Flag` (10): Whether the fax was aborted.
pub const CISCO_FAX_PROCESS_ABORT_FLAG: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Process-Abort-Flag", VENDOR, 10);

/// `Cisco-Fax-Dsn-Address` (11): Where delivery status notices (DSN) go.
pub const CISCO_FAX_DSN_ADDRESS: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Dsn-Address", VENDOR, 11);

/// `Cisco-Fax-Dsn-Flag` (12): Whether a delivery status notice (DSN) was asked for.
pub const CISCO_FAX_DSN_FLAG: Handle<Text> = Handle::of_vendor("Cisco-Fax-Dsn-Flag", VENDOR, 12);

/// `Cisco-Fax-Mdn-Address` (13): Where message disposition notices (MDN) go.
pub const CISCO_FAX_MDN_ADDRESS: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Mdn-Address", VENDOR, 13);

/// `Cisco-Fax-Mdn-Flag` (14): Whether a message disposition notice (MDN) was asked for.
pub const CISCO_FAX_MDN_FLAG: Handle<Text> = Handle::of_vendor("Cisco-Fax-Mdn-Flag", VENDOR, 14);

/// `Cisco-Fax-Auth-Status` (15): How the authentication of the fax went.
pub const CISCO_FAX_AUTH_STATUS: Handle<Text> =
    Handle::of_vendor("Cisco-Fax-Auth-Status", VENDOR, 15);

/// `Cisco-Email-Server-Address` (16): The mail server that took the fax.
pub const CISCO_EMAIL_SERVER_ADDRESS: Handle<Text> =
    Handle::of_vendor("Cisco-Email-Server-Address", VENDOR, 16);

/// `Cisco-Email-Server-Ack-Flag` (17): Whether the mail server confirmed the fax.
pub const CISCO_EMAIL_SERVER_ACK_FLAG: Handle<Text> =
    Handle::of_vendor("Cisco-Email-Server-Ack-Flag", VENDOR, 17);

/// `Cisco-Gateway-Id` (18): The name of the gateway.
pub const CISCO_GATEWAY_ID: Handle<Text> = Handle::of_vendor("Cisco-Gateway-Id", VENDOR, 18);

/// `Cisco-Call-Type` (19): Whether the fax was received or sent.
pub const CISCO_CALL_TYPE: Handle<Text> = Handle::of_vendor("Cisco-Call-Type", VENDOR, 19);

/// `Cisco-Port-Used` (20): The slot and port of the gateway.
pub const CISCO_PORT_USED: Handle<Text> = Handle::of_vendor("Cisco-Port-Used", VENDOR, 20);

/// `Cisco-Abort-Cause` (21): What aborted the fax.
pub const CISCO_ABORT_CAUSE: Handle<Text> = Handle::of_vendor("Cisco-Abort-Cause", VENDOR, 21);

/// The values of `Cisco-Disconnect-Cause`.
pub mod cisco_disconnect_cause {
    /// `No-Reason`.
    pub const NO_REASON: u32 = 0;

    /// `No-Disconnect`.
    pub const NO_DISCONNECT: u32 = 1;

    /// `Unknown`.
    pub const UNKNOWN: u32 = 2;

    /// `Call-Disconnect`.
    pub const CALL_DISCONNECT: u32 = 3;

    /// `CLID-Authentication-Failure`.
    pub const CLID_AUTHENTICATION_FAILURE: u32 = 4;

    /// `No-Modem-Available`.
    pub const NO_MODEM_AVAILABLE: u32 = 9;

    /// `No-Carrier`.
    pub const NO_CARRIER: u32 = 10;

    /// `Lost-Carrier`.
    pub const LOST_CARRIER: u32 = 11;

    /// `No-Detected-Result-Codes`.
    pub const NO_DETECTED_RESULT_CODES: u32 = 12;

    /// `User-Ends-Session`.
    pub const USER_ENDS_SESSION: u32 = 20;

    /// `Idle-Timeout`.
    pub const IDLE_TIMEOUT: u32 = 21;

    /// `Exit-Telnet-Session`.
    pub const EXIT_TELNET_SESSION: u32 = 22;

    /// `No-Remote-IP-Addr`.
    pub const NO_REMOTE_IP_ADDR: u32 = 23;

    /// `Exit-Raw-TCP`.
    pub const EXIT_RAW_TCP: u32 = 24;

    /// `Password-Fail`.
    pub const PASSWORD_FAIL: u32 = 25;

    /// `Raw-TCP-Disabled`.
    pub const RAW_TCP_DISABLED: u32 = 26;

    /// `Control-C-Detected`.
    pub const CONTROL_C_DETECTED: u32 = 27;

    /// `EXEC-Program-Destroyed`.
    pub const EXEC_PROGRAM_DESTROYED: u32 = 28;

    /// `Close-Virtual-Connection`.
    pub const CLOSE_VIRTUAL_CONNECTION: u32 = 29;

    /// `End-Virtual-Connection`.
    pub const END_VIRTUAL_CONNECTION: u32 = 30;

    /// `Exit-Rlogin`.
    pub const EXIT_RLOGIN: u32 = 31;

    /// `Invalid-Rlogin-Option`.
    pub const INVALID_RLOGIN_OPTION: u32 = 32;

    /// `Insufficient-Resources`.
    pub const INSUFFICIENT_RESOURCES: u32 = 33;

    /// `Timeout-PPP-LCP`.
    pub const TIMEOUT_PPP_LCP: u32 = 40;

    /// `Failed-PPP-LCP-Negotiation`.
    pub const FAILED_PPP_LCP_NEGOTIATION: u32 = 41;

    /// `Failed-PPP-PAP-Auth-Fail`.
    pub const FAILED_PPP_PAP_AUTH_FAIL: u32 = 42;

    /// `Failed-PPP-CHAP-Auth`.
    pub const FAILED_PPP_CHAP_AUTH: u32 = 43;

    /// `Failed-PPP-Remote-Auth`.
    pub const FAILED_PPP_REMOTE_AUTH: u32 = 44;

    /// `PPP-Remote-Terminate`.
    pub const PPP_REMOTE_TERMINATE: u32 = 45;

    /// `PPP-Closed-Event`.
    pub const PPP_CLOSED_EVENT: u32 = 46;

    /// `NCP-Closed-PPP`.
    pub const NCP_CLOSED_PPP: u32 = 47;

    /// `MP-Error-PPP`.
    pub const MP_ERROR_PPP: u32 = 48;

    /// `PPP-Maximum-Channels`.
    pub const PPP_MAXIMUM_CHANNELS: u32 = 49;

    /// `Tables-Full`.
    pub const TABLES_FULL: u32 = 50;

    /// `Resources-Full`.
    pub const RESOURCES_FULL: u32 = 51;

    /// `Invalid-IP-Address`.
    pub const INVALID_IP_ADDRESS: u32 = 52;

    /// `Bad-Hostname`.
    pub const BAD_HOSTNAME: u32 = 53;

    /// `Bad-Port`.
    pub const BAD_PORT: u32 = 54;

    /// `Reset-TCP`.
    pub const RESET_TCP: u32 = 60;

    /// `TCP-Connection-Refused`.
    pub const TCP_CONNECTION_REFUSED: u32 = 61;

    /// `Timeout-TCP`.
    pub const TIMEOUT_TCP: u32 = 62;

    /// `Foreign-Host-Close-TCP`.
    pub const FOREIGN_HOST_CLOSE_TCP: u32 = 63;

    /// `TCP-Network-Unreachable`.
    pub const TCP_NETWORK_UNREACHABLE: u32 = 64;

    /// `TCP-Host-Unreachable`.
    pub const TCP_HOST_UNREACHABLE: u32 = 65;

    /// `TCP-Network-Admin-Unreachable`.
    pub const TCP_NETWORK_ADMIN_UNREACHABLE: u32 = 66;

    /// `TCP-Port-Unreachable`.
    pub const TCP_PORT_UNREACHABLE: u32 = 67;

    /// `Session-Timeout`.
    pub const SESSION_TIMEOUT: u32 = 100;

    /// `Session-Failed-Security`.
    pub const SESSION_FAILED_SECURITY: u32 = 101;

    /// `Session-End-Callback`.
    pub const SESSION_END_CALLBACK: u32 = 102;

    /// `Invalid-Protocol`.
    pub const INVALID_PROTOCOL: u32 = 120;

    /// `RADIUS-Disconnect`.
    pub const RADIUS_DISCONNECT: u32 = 150;

    /// `Local-Admin-Disconnect`.
    pub const LOCAL_ADMIN_DISCONNECT: u32 = 151;

    /// `SNMP-Disconnect`.
    pub const SNMP_DISCONNECT: u32 = 152;

    /// `V110-Retries`.
    pub const V110_RETRIES: u32 = 160;

    /// `PPP-Authentication-Timeout`.
    pub const PPP_AUTHENTICATION_TIMEOUT: u32 = 170;

    /// `Local-Hangup`.
    pub const LOCAL_HANGUP: u32 = 180;

    /// `Remote-Hangup`.
    pub const REMOTE_HANGUP: u32 = 185;

    /// `T1-Quiesced`.
    pub const T1_QUIESCED: u32 = 190;

    /// `Call-Duration`.
    pub const CALL_DURATION: u32 = 195;

    /// `VPN-User-Disconnect`.
    pub const VPN_USER_DISCONNECT: u32 = 600;

    /// `VPN-Carrier-Loss`.
    pub const VPN_CARRIER_LOSS: u32 = 601;

    /// `VPN-No-Resources`.
    pub const VPN_NO_RESOURCES: u32 = 602;

    /// `VPN-Bad-Control-Packet`.
    pub const VPN_BAD_CONTROL_PACKET: u32 = 603;

    /// `VPN-Admin-Disconnect`.
    pub const VPN_ADMIN_DISCONNECT: u32 = 604;

    /// `VPN-Tunnel-Shut`.
    pub const VPN_TUNNEL_SHUT: u32 = 605;

    /// `VPN-Local-Disconnect`.
    pub const VPN_LOCAL_DISCONNECT: u32 = 606;

    /// `VPN-Session-Limit`.
    pub const VPN_SESSION_LIMIT: u32 = 607;

    /// `VPN-Call-Redirect`.
    pub const VPN_CALL_REDIRECT: u32 = 608;
}
