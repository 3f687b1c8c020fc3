//! Each kind of access with the packets that its NAS sends, from UDP to UDP through `weir serve`:
//! what is accepted, and what is not.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, missing_docs, dead_code, reason = "support is shared between tests")]

mod support;

use std::sync::atomic::{AtomicU8, Ordering};

use aaa_engine::auth::{chap_response, mschap};
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{
    AttributeType as A, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret, VendorId, user_password,
};
use support::{Installation, SECRET, Server, accounting_request, exchange};

const ADSL_FORUM: VendorId = VendorId(3561);
const MAC: &str = "00:0C:42:00:D4:64";
const OTHER_MAC: &str = "00:0C:42:00:D4:65";
const AUTHENTICATOR: [u8; 16] = *b"of this request.";

/// An Access-Request in the making.
#[derive(Clone, Default)]
struct Request(Vec<(A, Vec<u8>)>);

impl Request {
    fn with(mut self, kind: A, value: &[u8]) -> Self {
        self.0.push((kind, value.to_vec()));
        self
    }

    fn text(self, kind: A, text: &str) -> Self {
        self.with(kind, text.as_bytes())
    }

    fn number(self, kind: A, number: u32) -> Self {
        self.with(kind, &number.to_be_bytes())
    }

    fn vendor(self, vendor: VendorId, kind: u8, value: &[u8]) -> Self {
        let len = u8::try_from(value.len() + 2).unwrap();
        let value = [&vendor.0.to_be_bytes()[..], &[kind, len], value].concat();
        self.with(A::VENDOR_SPECIFIC, &value)
    }

    /// The empty password of RouterOS, hidden.
    fn password(self, password: &str) -> Self {
        let mut hidden = [0; 128];
        let secret = Secret::new(SECRET).unwrap();
        let len =
            user_password::hide(password.as_bytes(), &mut hidden, &AUTHENTICATOR, &secret).unwrap();
        self.with(A::USER_PASSWORD, &hidden[..len])
    }

    fn chap(self, password: &str, challenge: &[u8; 16]) -> Self {
        let response = chap_response(0x18, password.as_bytes(), challenge);
        let value = [&[0x18][..], &response].concat();
        self.with(A::CHAP_CHALLENGE, challenge).with(A::CHAP_PASSWORD, &value)
    }

    fn ms_chap_v2(self, login: &str, password: &str) -> Self {
        let (authenticator, peer) = ([1; 16], [2; 16]);
        let hash = mschap::nt_hash(password);
        let response = mschap::nt_response(&authenticator, &peer, login.as_bytes(), &hash);
        let value = [&[9, 0][..], &peer, &[0; 8], &response].concat();
        self.vendor(VendorId::MICROSOFT, 11, &authenticator).vendor(VendorId::MICROSOFT, 25, &value)
    }

    fn ask(&self, server: &Server) -> Reply {
        static NEXT: AtomicU8 = AtomicU8::new(0);
        let identifier = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut buffer = [0; PACKET_LEN_MAX];
        let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, identifier).unwrap();
        for (kind, value) in &self.0 {
            writer.attribute(*kind, value).unwrap();
        }
        writer.attribute(A::NAS_IDENTIFIER, b"RB433").unwrap();
        writer.attribute(A::NAS_IP_ADDRESS, &[192, 168, 1, 2]).unwrap();
        let secret = Secret::new(SECRET).unwrap();
        let octets = writer.finish_access_request(&AUTHENTICATOR, &secret);
        Reply(exchange(server.authentication, octets, SECRET).unwrap())
    }
}

struct Reply(Vec<u8>);

impl Reply {
    fn packet(&self) -> Packet<'_> {
        Packet::parse(&self.0).unwrap()
    }

    #[track_caller]
    fn accepted(&self) -> Packet<'_> {
        assert_eq!(self.packet().code(), Code::ACCESS_ACCEPT);
        self.packet()
    }

    #[track_caller]
    fn rejected(&self) -> Packet<'_> {
        assert_eq!(self.packet().code(), Code::ACCESS_REJECT);
        self.packet()
    }
}

fn account(server: &Server, attributes: &[(A, &[u8])]) {
    let start: &[(A, &[u8])] = &[(A::ACCT_STATUS_TYPE, &[0, 0, 0, 1])];
    let request = accounting_request(&[start, attributes].concat());
    let reply = exchange(server.accounting, &request, SECRET).unwrap();
    assert_eq!(reply[0], Code::ACCOUNTING_RESPONSE.0);
}

/// The authentication log of a server that has ended.
fn auth_log(installation: &Installation, server: Server) -> String {
    let (code, log) = server.terminate();
    assert_eq!(code, Some(0), "{log}");
    installation.weir(&["auth-log"]).well().out
}

#[test]
fn pppoe_by_ms_chap_v2_and_by_chap() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let pppoe = || {
        Request::default()
            .number(A::SERVICE_TYPE, 2)
            .number(A::FRAMED_PROTOCOL, 1)
            // Above what fits into a signed number.
            .number(A::NAS_PORT, 2_210_398_265)
            .number(A::NAS_PORT_TYPE, 15)
            .text(A::USER_NAME, "ann")
            .text(A::CALLING_STATION_ID, MAC)
            .text(A::CALLED_STATION_ID, "internet")
            .text(A::NAS_PORT_ID, "ether5")
            .text(A::ACCT_SESSION_ID, "81a09556")
    };
    let reply = pppoe().ms_chap_v2("ann", "opensesame").ask(&server);
    let accept = reply.accepted();
    assert_eq!(accept.get(attr::MIKROTIK_RATE_LIMIT), Some("2M/10M"));
    let success = accept.first_vendor(VendorId::MICROSOFT, 26).unwrap();
    assert!(success.starts_with(b"\x09S="), "{success:?}");
    pppoe().chap("opensesame", &[3; 16]).ask(&server).accepted();

    let wrong = pppoe().ms_chap_v2("ann", "wrong").ask(&server);
    let error = wrong.rejected().first_vendor(VendorId::MICROSOFT, 2).unwrap().to_vec();
    assert!(error.starts_with(b"\x09E=691 "), "{error:?}");
}

/// What the captive portal of RouterOS sends of a client; it asks as for a log-in to the router.
fn hotspot(login: &str, station: &str) -> Request {
    Request::default()
        .number(A::NAS_PORT_TYPE, 19)
        .text(A::CALLING_STATION_ID, station)
        .text(A::CALLED_STATION_ID, "hotspot1")
        .text(A::NAS_PORT_ID, "bridge1")
        .text(A::USER_NAME, login)
        .number(A::NAS_PORT, 2_152_726_618)
        .text(A::ACCT_SESSION_ID, "8050005a")
        .with(A::FRAMED_IP_ADDRESS, &[10, 5, 50, 9])
        .vendor(VendorId::MIKROTIK, 10, &[10, 5, 50, 9])
        .number(A::SERVICE_TYPE, 1)
        .vendor(VendorId::WISPR, 3, b"http://10.5.50.1/logout")
}

#[test]
fn a_hotspot_by_chap_with_a_challenge_of_its_own() {
    let installation = Installation::with_subscriber();
    let voucher = ["service", "add", "7F3K-99QX", "--plan", "home", "--password", "7F3K-99QX"];
    installation.weir(&[&voucher[..], &["--lasts", "24h"]].concat()).well();
    let server = installation.serve();
    let challenge = *b"\xf1\xfb\x74\xcf\x86\xfc\xb8\xd3\xdd\x4b\xf3\x44\x51\xc2\xf9\x6c";
    let by_chap = |password| hotspot("7F3K-99QX", MAC).chap(password, &challenge).ask(&server);
    let reply = by_chap("7F3K-99QX");
    assert!(reply.accepted().get(attr::SESSION_TIMEOUT).is_some_and(|left_s| left_s <= 86_400));
    hotspot("7F3K-99QX", MAC).password("7F3K-99QX").ask(&server).accepted();
    by_chap("7F3K-99QY").rejected();
    // A guest whose time is up sees the portal's page, not a refusal.
    installation.weir(&["service", "suspend", "7F3K-99QX"]).well();
    let reply = by_chap("7F3K-99QX");
    let list = reply.accepted().get(attr::MIKROTIK_ADDRESS_LIST);
    assert_eq!(list, Some("weir-quarantine"));
}

#[test]
fn a_hotspot_by_mac_address() {
    let installation = Installation::with_subscriber();
    installation.weir(&["service", "add", MAC, "--plan", "home", "--by-mac"]).well();
    let server = installation.serve();
    hotspot(MAC, MAC).password("").ask(&server).accepted();
    hotspot("000c.4200.d464", MAC).password("").ask(&server).accepted();
    hotspot(MAC, OTHER_MAC).password("").ask(&server).rejected();
    let log = auth_log(&installation, server);
    assert!(log.contains("another MAC address than the login"), "{log}");
}

#[test]
fn trial_users_are_accounted_apart_and_never_logged_in() {
    let installation = Installation::with_subscriber();
    installation.weir(&["service", "add", MAC, "--plan", "home", "--by-mac"]).well();
    let server = installation.serve();
    let trial = format!("T-{MAC}");
    account(
        &server,
        &[
            (A::ACCT_SESSION_ID, b"80a00001"),
            (A::USER_NAME, trial.as_bytes()),
            (A::CALLING_STATION_ID, MAC.as_bytes()),
            (A::NAS_PORT_TYPE, &[0, 0, 0, 19]),
        ],
    );
    let sessions = installation.weir(&["sessions", "--json"]).well().out;
    let sessions: serde_json::Value = serde_json::from_str(&sessions).unwrap();
    let text = sessions.to_string();
    assert!(text.contains(&trial) && !text.contains("home"), "it is nobody's: {text}");
    hotspot(&trial, MAC).password("").ask(&server).rejected();
}

/// What the DHCP server of RouterOS sends: no Service-Type, and a client identifier.
fn dhcp(name: &str, client: &str) -> Request {
    Request::default()
        .number(A::NAS_PORT_TYPE, 15)
        .number(A::NAS_PORT, 2_214_592_513)
        .text(A::CALLING_STATION_ID, client)
        .text(A::CALLED_STATION_ID, "dhcp1")
        .text(A::USER_NAME, name)
        .password("")
}

#[test]
fn dhcp_with_an_empty_password_and_the_lease_of_the_plan() {
    let installation = Installation::with_subscriber();
    for command in [
        ["plan", "add", "lease", "--session-timeout", "30m"].as_slice(),
        &["service", "add", MAC, "--plan", "lease", "--by-mac", "--address", "10.0.0.7"],
    ] {
        installation.weir(command).well();
    }
    let server = installation.serve();
    let reply = dhcp(MAC, "1:0:c:42:0:d4:64").ask(&server);
    let accept = reply.accepted();
    assert_eq!(accept.get(attr::SESSION_TIMEOUT), Some(1_800));
    assert_eq!(accept.get(attr::FRAMED_IP_ADDRESS), Some([10, 0, 0, 7].into()));
    dhcp(OTHER_MAC, "1:0:c:42:0:d4:65").ask(&server).rejected();
    dhcp(MAC, "1:0:c:42:0:d4:65").ask(&server).rejected();
}

#[test]
fn dhcpv6_with_a_prefix_of_its_own() {
    let installation = Installation::with_subscriber();
    let add = ["service", "add", MAC, "--plan", "home", "--by-mac"];
    let prefix = ["--delegated-prefix", "2001:db8:1200::/56"];
    installation.weir(&[&add[..], &prefix].concat()).well();
    let server = installation.serve();
    let reply = dhcp("000c4200d464", "000c4200d464").ask(&server);
    let delegated = reply.accepted().first(A(123)).unwrap().to_vec();
    assert_eq!(delegated[..6], [0, 56, 0x20, 0x01, 0x0d, 0xb8]);
    dhcp("000c4200d465", "000c4200d465").ask(&server).rejected();
}

#[test]
fn wireless_and_dot1x_by_mac_address() {
    let installation = Installation::with_subscriber();
    installation.weir(&["service", "add", MAC, "--plan", "home", "--by-mac"]).well();
    let server = installation.serve();
    let wireless = |name: &str, station: &str| {
        Request::default()
            .number(A::SERVICE_TYPE, 2)
            .number(A::NAS_PORT_TYPE, 19)
            .text(A::CALLED_STATION_ID, "64-D1-54-00-00-01:home")
            .text(A::CALLING_STATION_ID, station)
            .text(A::USER_NAME, name)
            .text(A::ACCT_SESSION_ID, "82000003")
    };
    wireless("00-0c-42-00-d4-64", "00-0C-42-00-D4-64").password("").ask(&server).accepted();
    // `as-username-and-password`.
    let both = "000c4200d464";
    wireless(both, MAC).password(both).ask(&server).accepted();
    wireless(MAC, OTHER_MAC).password("").ask(&server).rejected();
    wireless(MAC, MAC).password("guess").ask(&server).rejected();

    let dot1x = |name: &str| {
        Request::default()
            .number(A::SERVICE_TYPE, 10)
            .number(A::NAS_PORT_TYPE, 15)
            .text(A::NAS_PORT_ID, "ether3")
            .text(A::CALLING_STATION_ID, name)
            .text(A::USER_NAME, name)
            .text(A::ACCT_SESSION_ID, "86b00006")
            .password("")
    };
    dot1x(MAC).ask(&server).accepted();
    dot1x(OTHER_MAC).ask(&server).rejected();
}

#[test]
fn ip_over_ethernet_by_the_circuit_id_where_the_nas_is_told() {
    let installation = Installation::with_subscriber();
    let weir = |arguments: &[&str]| installation.weir(arguments);
    weir(&["nas", "set", "edge", "--dialect", "juniper"]).well();
    weir(&["service", "set", "ann", "--address", "10.0.0.7"]).well();
    let circuit = ["line", "add", "ann", "--circuit-id", "0x0004008B000C"];
    weir(&circuit).well();
    weir(&circuit).refused(1, &["circuit-id 0x0004008b000c", "already exists"]);
    weir(&["line", "add", "ann", "--remote-id", "485754431A2B3C4D"]).well();
    let shown = weir(&["service", "show", "ann"]).well().out;
    assert!(shown.contains("circuit-id 0x0004008b000c"), "{shown}");
    assert!(shown.contains("remote-id HWTC1A2B3C4D"), "{shown}");
    let server = installation.serve();
    let ipoe = |kind, value: &[u8]| {
        Request::default()
            .number(A::SERVICE_TYPE, 2)
            .number(A::NAS_PORT_TYPE, 15)
            .text(A::NAS_PORT_ID, "ae0.demux0.3221225472:100-139")
            .text(A::USER_NAME, "18c0.4d51.dee2-ae0:139-0004008B000C-0006286ED47B1CA4")
            .password("")
            .vendor(ADSL_FORUM, kind, value)
            .ask(&server)
    };
    let circuit_id = b"\x00\x04\x00\x8b\x00\x0c";
    // Until the NAS is told to look for it, a line opens nothing.
    ipoe(1, circuit_id).rejected();
    let wrong = ["nas", "set", "edge", "--identify", "dhcp: circuit"];
    weir(&wrong).refused(2, &["`circuit` is nothing", "circuit-id, remote-id, port"]);
    let identify = ["nas", "set", "edge", "--identify", "dhcp: circuit-id, remote-id, user-name"];
    weir(&identify).well();
    let reply = ipoe(1, circuit_id);
    assert_eq!(reply.accepted().get(attr::FRAMED_IP_ADDRESS), Some([10, 0, 0, 7].into()));
    ipoe(2, b"HWTC1A2B3C4D").accepted();
    ipoe(1, b"\x00\x04\x00\x8b\x00\x0d").rejected();

    // Accounting without a Class of ours finds the same service.
    let vendor = [&ADSL_FORUM.0.to_be_bytes()[..], &[1, 8], circuit_id].concat();
    let session: &[(A, &[u8])] = &[
        (A::ACCT_SESSION_ID, b"4711"),
        (A::USER_NAME, b"18c0.4d51.dee2-ae0:139"),
        (A::NAS_PORT_TYPE, &[0, 0, 0, 15]),
        (A::VENDOR_SPECIFIC, &vendor),
    ];
    account(&server, session);
    let sessions = weir(&["sessions"]).well().out;
    assert!(sessions.contains("18c0.4d51.dee2-ae0:139") && sessions.contains("home"), "{sessions}");

    weir(&["line", "remove", "ann", "--circuit-id", "0x0004008b000c"]).well();
    ipoe(1, circuit_id).rejected();
    weir(&["nas", "set", "edge", "--identify", "none"]).well();
    ipoe(2, b"HWTC1A2B3C4D").rejected();
    let log = auth_log(&installation, server);
    assert!(log.contains("no service has this line, port or address"), "{log}");
}

#[test]
fn a_port_of_a_router_and_a_realm() {
    let installation = Installation::with_subscriber();
    let weir = |arguments: &[&str]| installation.weir(arguments);
    weir(&["line", "add", "ann", "--port", "ether5"]).refused(2, &["--nas"]);
    weir(&["line", "add", "ann", "--port", "ether5", "--nas", "edge"]).well();
    let listed = weir(&["line", "list", "ann"]).well().out;
    assert!(listed.contains("ether5") && listed.contains("edge"), "{listed}");
    let identify = "dhcp: port; *: user-name, user-name-without-realm";
    weir(&["nas", "set", "edge", "--identify", identify]).well();
    assert!(weir(&["nas", "list"]).well().out.contains(identify));
    let server = installation.serve();
    let port = |name| dhcp(MAC, MAC).text(A::NAS_PORT_ID, name).ask(&server);
    port("ether5").accepted();
    port("ether6").rejected();
    let code = |login, password| server.log_in(login, password).code();
    assert_eq!(code("ann@isp.example", "opensesame"), Code::ACCESS_ACCEPT);
    assert_eq!(code("ann@isp.example", "wrong"), Code::ACCESS_REJECT);
    // A line is one service's.
    weir(&["service", "add", "bob", "--plan", "home", "--password", "x-y-z"]).well();
    let taken = ["line", "add", "bob", "--port", "ether5", "--nas", "edge"];
    weir(&taken).refused(1, &["port ether5", "service `ann`"]);
}

#[test]
fn a_log_in_to_the_router_gets_its_group_and_no_quarantine() {
    let installation = Installation::with_subscriber();
    for command in [
        ["plan", "add", "staff", "--group", "full"].as_slice(),
        &["service", "add", "root", "--plan", "staff", "--password", "opensesame"],
    ] {
        installation.weir(command).well();
    }
    let server = installation.serve();
    let log_in = |password| {
        Request::default()
            .number(A::SERVICE_TYPE, 1)
            .text(A::USER_NAME, "root")
            .text(A::CALLING_STATION_ID, "192.168.1.10")
            .ms_chap_v2("root", password)
            .ask(&server)
    };
    assert_eq!(log_in("opensesame").accepted().get(attr::MIKROTIK_GROUP), Some("full"));
    log_in("wrong").rejected();
    installation.weir(&["service", "suspend", "root"]).well();
    log_in("opensesame").rejected();
}

#[test]
fn a_password_of_no_octets_is_for_devices_only() {
    let installation = Installation::with_subscriber();
    installation.weir(&["service", "add", MAC, "--plan", "home", "--by-mac"]).well();
    let server = installation.serve();
    let without = |login: &str| {
        Request::default()
            .number(A::NAS_PORT_TYPE, 15)
            .text(A::CALLING_STATION_ID, MAC)
            .text(A::USER_NAME, login)
            .with(A::USER_PASSWORD, b"")
            .ask(&server)
    };
    without(MAC).accepted();
    without("ann").rejected();
}

#[test]
fn a_name_of_nuls_is_no_name() {
    let installation = Installation::with_subscriber();
    let server = installation.serve();
    let nuls = [0; 4];
    account(
        &server,
        &[
            (A::ACCT_SESSION_ID, b"55a40a7600000001"),
            (A::USER_NAME, &nuls),
            (A::CALLING_STATION_ID, b"00-0C-42-00-D4-64"),
            (A::NAS_PORT_TYPE, &[0, 0, 0, 19]),
        ],
    );
    let sessions = installation.weir(&["sessions"]).well().out;
    assert!(sessions.contains("1 online"), "{sessions}");
    assert!(!sessions.contains('\0') && !sessions.contains("\\0"), "{sessions}");
    Request::default().with(A::USER_NAME, &nuls).password("opensesame").ask(&server).rejected();
    let log = auth_log(&installation, server);
    assert!(log.contains("carried no User-Name"), "{log}");
}

#[test]
fn a_hotspot_sends_the_password_for_devices_that_its_nas_is_given() {
    const DEVICE: &str = "00:00:5E:00:53:0A";
    const PASSWORD: &str = "of all devices";
    let installation = Installation::with_subscriber();
    installation.weir(&["service", "add", DEVICE, "--plan", "home", "--by-mac"]).well();
    let said = installation.weir(&["nas", "set", "edge", "--mac-auth-password", PASSWORD]).well();
    let listed = installation.weir(&["nas", "list", "--json"]).well();
    assert!(listed.out.contains("\"mac_auth_password\": \"set\""), "{listed:?}");
    for output in [said, listed] {
        assert!(!output.out.contains(PASSWORD) && !output.err.contains(PASSWORD), "{output:?}");
    }
    let server = installation.serve();
    let hotspot = |password: &str| {
        let request = support::access_request_with(
            DEVICE,
            password,
            SECRET,
            &[
                (A::CALLING_STATION_ID, DEVICE.as_bytes()),
                (A::SERVICE_TYPE, &1_u32.to_be_bytes()),
                (A::NAS_PORT_TYPE, &19_u32.to_be_bytes()),
                (A::FRAMED_IP_ADDRESS, &[10, 5, 50, 9]),
            ],
        );
        let reply = exchange(server.authentication, &request, SECRET).unwrap();
        Packet::parse(&reply).unwrap().code()
    };
    assert_eq!(hotspot(PASSWORD), Code::ACCESS_ACCEPT);
    assert_eq!(hotspot("another"), Code::ACCESS_REJECT);
    assert_eq!(hotspot(""), Code::ACCESS_REJECT);
    installation.weir(&["nas", "set", "edge", "--mac-auth-password", "none"]).well();
    assert_eq!(hotspot(""), Code::ACCESS_ACCEPT);
    assert_eq!(hotspot(PASSWORD), Code::ACCESS_REJECT);
}
