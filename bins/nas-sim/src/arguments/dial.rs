//! `nas-sim dial`.

use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use nas_sim::{AccessKind, DhcpOctets, Mac, MacFormat, Method, Nas, Subscriber, dial};

use super::coa::Coa;
use super::{Server, Who};

/// One for each kind of access.
pub(crate) const EXAMPLES: &str = "\
Examples, each with --secret SECRET --duration-s 60:
  nas-sim dial --login ann --password opensesame                       a PPPoE client
  nas-sim dial --kind hotspot --login 7F3K-99QX                        a voucher
  nas-sim dial --kind hotspot-mac --login 00:0C:42:00:D4:64            a device at the portal
  nas-sim dial --kind hotspot-cookie --login 7F3K-99QX                 a voucher that comes back
  nas-sim dial --kind trial --count 5                                  guests whom nobody asked about
  nas-sim dial --kind dhcp --login 00:0C:42:00:D4:64 --count 100       100 leases, addresses counted on
  nas-sim dial --kind dhcpv6 --login 00:0C:42:00:D4:64                 a delegated prefix
  nas-sim dial --kind wireless-mac --login 00:0C:42:00:D4:64 \\
      --password {login} --mac-format XX-XX-XX-XX-XX-XX                MAC address as name and password
  nas-sim dial --kind dot1x --login 00:0C:42:00:D4:64                  a port of a switch
  nas-sim dial --kind ipoe --count 24 --circuit-id 'olt-1 eth 1/{number}'  lines of an access node
  nas-sim dial --kind login --login root --password opensesame         who configures the router
  nas-sim dial --kind pppoe,dhcp,hotspot --count 300 --reboot-after-s 20   a power cut
  nas-sim dial --count 300 --coa 127.0.0.1:3799 --coa-loss 0.2         the server may change sessions
  nas-sim dial --login ann --coa 127.0.0.1:3799 --coa-manner erx \\
      --coa-service 'tiered(inputBW, outputBW)' --expect-changes 1     services of an E-series";

/// In what the router differs from others of its make.
#[derive(Args, Debug)]
struct Router {
    /// The device of the first subscriber, the others counted on from it; a login that is a MAC
    /// address comes before it.
    #[arg(long)]
    mac: Option<Mac>,
    /// How a login by MAC address is written; x is a digit, X a capital one.
    #[arg(long, value_name = "FORMAT", default_value = "XX:XX:XX:XX:XX:XX")]
    mac_format: MacFormat,
    /// Called-Station-Id, in the place of what is usual: the name of the PPPoE service, hotspot or
    /// DHCP server, or the access point's address and network.
    #[arg(long, value_name = "TEXT")]
    called_station_id: Option<String>,
    /// NAS-Port-Id, in the place of what is usual: the interface; {number} in it is the number of
    /// the line, for a router that says the circuit-id there.
    #[arg(long, value_name = "TEXT")]
    nas_port_id: Option<String>,
    /// Agent-Circuit-Id; {number} in it is the number of the line. ipoe has one always.
    #[arg(long, value_name = "TEXT")]
    circuit_id: Option<String>,
    /// Agent-Remote-Id, in the same way.
    #[arg(long, value_name = "TEXT")]
    remote_id: Option<String>,
    /// Mikrotik-Realm, where the router has one.
    #[arg(long, value_name = "REALM")]
    realm: Option<String>,
    /// Send no Message-Authenticator in Access-Requests, as RouterOS before 7.15.
    #[arg(long)]
    no_message_authenticator: bool,
    /// Count what goes to the subscriber as Acct-Input-Octets: the manual says both.
    #[arg(long)]
    swap_directions: bool,
    /// What accounting of dhcp, dhcpv6 and ipoe counts; versions without queues count nothing.
    #[arg(long, default_value = "counted")]
    dhcp_octets: Octets,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Octets {
    /// Octets and packets.
    Counted,
    /// Counters that say 0.
    Zero,
    /// No counters.
    Absent,
}

impl Router {
    fn configure(&self, nas: Nas) -> Nas {
        Nas {
            service: self.called_station_id.clone(),
            interface: self.nas_port_id.clone(),
            realm: self.realm.clone(),
            mac_format: self.mac_format.clone(),
            circuit_id: self.circuit_id.clone(),
            remote_id: self.remote_id.clone(),
            signs_access_requests: !self.no_message_authenticator,
            directions_swapped: self.swap_directions,
            dhcp_octets: match self.dhcp_octets {
                Octets::Counted => DhcpOctets::Counted,
                Octets::Zero => DhcpOctets::Zero,
                Octets::Absent => DhcpOctets::Absent,
            },
            ..nas
        }
    }
}

pub(super) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

#[derive(Args, Debug)]
pub(crate) struct Dial {
    #[command(flatten)]
    server: Server,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    router: Router,
    /// How subscribers come in, several with commas to take turns: pppoe, hotspot, hotspot-mac,
    /// hotspot-cookie, trial, dhcp, dhcpv6, wireless-mac, dot1x, ipoe, login.
    ///
    /// hotspot is the portal's page, by CHAP with its challenge. hotspot-cookie asks as hotspot
    /// does, by PAP with what the router remembers (not confirmed; a router that lets a cookie in
    /// by itself is trial). trial asks nobody, and is accounted as T- and the MAC address. dhcp
    /// takes Session-Timeout for the lease, and asks again at half of it; ipoe is dhcp with
    /// option 82 of an access node. login is somebody who configures the router, without
    /// accounting.
    #[arg(long, value_name = "KIND", default_value = "pppoe", verbatim_doc_comment)]
    kind: String,
    /// pap, chap, mschapv1, mschapv2, several with commas to take turns, or mix for all that the
    /// kind of access can; a hotspot can pap and chap, a login pap and mschapv2, a device pap.
    #[arg(long, default_value = "mix")]
    method: String,
    /// Over how many milliseconds the dials are spread.
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    ramp_ms: u64,
    /// Seconds between Interim-Updates; 0 takes what the server asks for.
    #[arg(long, value_name = "S", default_value_t = 0)]
    interim_s: u64,
    /// Hang up after this many seconds.
    #[arg(long, value_name = "S", conflicts_with = "until_signal")]
    duration_s: Option<u64>,
    /// Hang up on SIGINT or SIGTERM only, which is also what happens without --duration-s.
    #[arg(long)]
    until_signal: bool,
    /// How long the last Stops may take to be acknowledged.
    #[arg(long, value_name = "S", default_value_t = 30)]
    drain_s: u64,
    /// How much of its rate a subscriber uses; above 100 reaches large counters sooner.
    #[arg(long, value_name = "PERCENT", default_value_t = 100)]
    activity_percent: u32,
    /// Dial again this many seconds after a session has ended or a login was refused.
    #[arg(long, value_name = "S")]
    redial_s: Option<u64>,
    /// Do not insist on MPPE keys after MS-CHAP.
    #[arg(long)]
    mppe_optional: bool,
    /// Do not insist on a Message-Authenticator, first of all attributes, in replies to logins.
    #[arg(long)]
    message_authenticator_optional: bool,
    /// Insist on a Mikrotik-Group for who logs in to the router, rather than take its default.
    #[arg(long)]
    group_required: bool,
    /// Whether accounting follows a log-in, where that is not as usual for the kind of access.
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    accounting: Option<bool>,
    /// Tell when the router starts and ends (Accounting-On and -Off); RouterOS does not reliably.
    #[arg(long)]
    accounting_on: bool,
    /// Lose the power after so many seconds: sessions vanish without a Stop and dial again, with the
    /// next boot's digit in their Acct-Session-Id.
    #[arg(long, value_name = "S")]
    reboot_after_s: Option<u64>,
    /// How many milliseconds the router waits for a reply; 300 or 100 in older versions.
    #[arg(long, value_name = "MS", default_value_t = 1100)]
    timeout_ms: u64,
    /// How often the same octets are sent; the number of RouterOS is small and not confirmed. A
    /// record that nobody acknowledged then goes on with a new identifier and Acct-Delay-Time.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    tries: u32,
    /// Print the summary, with every session, as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Do not tell of each login; disagreements are always told.
    #[arg(long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) coa: Coa,
}

impl Dial {
    pub(crate) fn settings(&self) -> anyhow::Result<dial::Settings> {
        let methods = Method::list(&self.method).context("--method")?;
        let kinds = AccessKind::list(&self.kind).context("--kind")?;
        let first_mac = self.router.mac.unwrap_or_default();
        let subscribers = self.who.subscribers(&kinds, first_mac)?;
        if self.method != "mix" {
            for kind in subscribers.iter().map(Subscriber::kind) {
                if !methods.iter().any(|method| kind.methods().contains(method)) {
                    anyhow::bail!("--method {}: {kind} does not speak it", self.method);
                }
            }
        }
        let [boot, a, b, c] = nas_sim::random_octets()?;
        let nas = self.router.configure(self.server.nas(boot & 0xf));
        let settings =
            dial::Settings::new(self.server.target()?, self.server.secret()?, nas, subscribers);
        let seconds = Duration::from_secs;
        Ok(dial::Settings {
            first_session: u32::from_be_bytes([0, a, b, c]) & 0xf_ffff,
            methods,
            ramp: Duration::from_millis(self.ramp_ms),
            interim: Some(seconds(self.interim_s)).filter(|interval| !interval.is_zero()),
            duration: self.duration_s.map(seconds),
            drain: seconds(self.drain_s),
            activity_percent: self.activity_percent,
            redial: self.redial_s.map(seconds),
            message_authenticator_required: !self.message_authenticator_optional,
            mppe_required: !self.mppe_optional,
            group_required: self.group_required,
            first_mac,
            accounted: self.accounting,
            accounting_on: self.accounting_on,
            reboot_after: self.reboot_after_s.map(seconds),
            timeout: Duration::from_millis(self.timeout_ms),
            tries: self.tries,
            coa: self.coa.settings(),
            ..settings
        })
    }
}
