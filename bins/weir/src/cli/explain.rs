//! `weir explain`: why a log-in comes out as it does, and what the NAS is told.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use aaa_engine::ports::{Directory as _, NasId};
use aaa_engine::{Activity, Check, Explanation, Known, Question};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use entitlement::{ServiceId, Timestamp};
use radius_proto::{
    AttributeType, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret, VendorId, WriteError,
};
use serde_json::json;
use storage::MemoryDirectory;

use super::open::{self, Open};
use super::{Globals, print};
use crate::control::client;
use crate::control::protocol::{ExplainedLine, Reply, Request};
use crate::explanation::{self, View};
use crate::serve::{self, words::Words};
use crate::{base32, clock, units};

/// Agent-Circuit-Id and Agent-Remote-Id of the ADSL-Forum (RFC 4679), as most NASes pass them on.
const ADSL_FORUM: VendorId = VendorId(3561);
const AGENT_CIRCUIT_ID: u8 = 1;
const AGENT_REMOTE_ID: u8 = 2;

/// What `weir explain` can be told.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The name the service logs in with; needless where the NAS identifies by something else.
    #[arg(required_unless_present_any = ["circuit_id", "remote_id", "nas_port_id", "address"])]
    login: Option<String>,
    /// The NAS it logs in at; needless where there is one only.
    #[arg(long, value_name = "NAME")]
    nas: Option<String>,
    /// The moment of the log-in, 2026-12-31 (UTC) or RFC 3339 [default: now].
    #[arg(long, value_name = "WHEN", value_parser = units::parse_when)]
    at: Option<Timestamp>,
    /// The device that logs in, its Calling-Station-Id as the NAS writes it.
    #[arg(long, visible_alias = "calling-station-id", value_name = "STATION")]
    station: Option<String>,
    /// The circuit-id that comes with it.
    #[arg(long, value_name = "ID")]
    circuit_id: Option<String>,
    /// The remote-id that comes with it.
    #[arg(long, value_name = "ID")]
    remote_id: Option<String>,
    /// Its NAS-Port-Id.
    #[arg(long, value_name = "ID")]
    nas_port_id: Option<String>,
    /// Its Framed-IP-Address, where the NAS knows it before.
    #[arg(long, value_name = "IPV4")]
    address: Option<Ipv4Addr>,
    /// What it asks for: a connection of this kind, or the router itself.
    #[arg(long, value_name = "KIND")]
    access: Option<Access>,
}

/// What can be asked for, in the words that most NASes have for it.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Access {
    /// PPPoE, L2TP, PPTP, SSTP, OpenVPN.
    Ppp,
    /// A captive portal.
    Hotspot,
    /// A lease, or IP over Ethernet.
    Dhcp,
    /// A station of an access point.
    Wireless,
    /// A port of a switch.
    Dot1x,
    /// The router's command line (Service-Type Login).
    Login,
    /// The router's command line, to administer it (Service-Type Administrative).
    Administrative,
}

impl Access {
    /// Service-Type, Framed-Protocol and NAS-Port-Type, as far as they tell it.
    const fn numbers(self) -> &'static [(AttributeType, u32)] {
        match self {
            Self::Ppp => &[(AttributeType::SERVICE_TYPE, 2), (AttributeType::FRAMED_PROTOCOL, 1)],
            Self::Hotspot => {
                &[(AttributeType::SERVICE_TYPE, 1), (AttributeType::NAS_PORT_TYPE, 19)]
            }
            Self::Dhcp => &[(AttributeType::NAS_PORT_TYPE, 15)],
            Self::Wireless => &[(AttributeType::NAS_PORT_TYPE, 19)],
            Self::Dot1x => &[(AttributeType::SERVICE_TYPE, 10), (AttributeType::NAS_PORT_TYPE, 15)],
            Self::Login => &[(AttributeType::SERVICE_TYPE, 1)],
            Self::Administrative => &[(AttributeType::SERVICE_TYPE, 6)],
        }
    }
}

impl ExplainArgs {
    /// The Access-Request that the NAS would send, without any password.
    fn request(&self) -> anyhow::Result<Vec<u8>> {
        let mut buffer = vec![0; PACKET_LEN_MAX];
        let written = self.write(&mut buffer);
        written.context("what was given does not fit into an Access-Request")
    }

    fn write(&self, buffer: &mut [u8]) -> Result<Vec<u8>, WriteError> {
        let mut writer = PacketWriter::new(buffer, Code::ACCESS_REQUEST, 0)?;
        for (kind, text) in [
            (AttributeType::USER_NAME, &self.login),
            (AttributeType::CALLING_STATION_ID, &self.station),
            (AttributeType::NAS_PORT_ID, &self.nas_port_id),
        ] {
            // One without a value says nothing.
            if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
                writer.attribute(kind, text.as_bytes())?;
            }
        }
        for (kind, text) in
            [(AGENT_CIRCUIT_ID, &self.circuit_id), (AGENT_REMOTE_ID, &self.remote_id)]
        {
            if let Some(text) = text.as_ref().filter(|text| !text.is_empty()) {
                writer.vendor_attribute(ADSL_FORUM, kind, text.as_bytes())?;
            }
        }
        if let Some(address) = self.address {
            writer.attribute(AttributeType::FRAMED_IP_ADDRESS, &address.octets())?;
        }
        for (kind, number) in self.access.map(Access::numbers).unwrap_or_default() {
            writer.attribute(*kind, &number.to_be_bytes())?;
        }
        // Nobody sends it, so nobody checks its signature.
        match Secret::new("explained") {
            Ok(secret) => Ok(writer.finish_access_request(&[0; 16], &secret).to_vec()),
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// An explanation with all that is shown.
struct Explained {
    nas: String,
    at: Timestamp,
    line: ExplainedLine,
    attributes: Vec<String>,
    view: View,
}

pub(super) fn run(args: &ExplainArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let explained = open::block_on(explain(args, globals))?;
    if globals.json {
        print::json(&as_json(&explained))?;
    } else {
        show(&explained)?;
    }
    let is_rejected = explained.line.outcome == "rejected";
    Ok(if is_rejected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn explain(args: &ExplainArgs, globals: &Globals) -> anyhow::Result<Explained> {
    let open = Open::new(globals).await?;
    let words = Words::load(&open.loaded.config)?;
    let (id, name) = nas(&open, args.nas.as_deref()).await?;
    let at = args.at.unwrap_or_else(clock::now);
    let octets = args.request()?;
    let (line, view) = match of_server(&open, globals, id, &octets, at) {
        Some(line) => (line, View::Server),
        None => (of_store(&open, &words, id, &octets, at).await?, View::Store),
    };
    let reply = base32::decode(&line.reply).unwrap_or_default();
    let attributes = words.attributes_of(&Packet::parse(&reply)?);
    // Both are other ones in each packet.
    let ours = |line: &String| {
        ["Message-Authenticator", "Class "].iter().any(|name| line.starts_with(name))
    };
    let attributes = attributes.into_iter().filter(|line| !ours(line)).collect();
    open.store.close().await;
    Ok(Explained { nas: name, at, line, attributes, view })
}

/// What the running server says; `None` when there is none, or it cannot say.
fn of_server(
    open: &Open,
    globals: &Globals,
    nas: NasId,
    octets: &[u8],
    at: Timestamp,
) -> Option<ExplainedLine> {
    let socket = &open.loaded.config.control.socket;
    let request = Request::Explain {
        tenant: globals.tenant.clone(),
        nas: nas.0,
        request: base32::encode(octets),
        at_unix_ms: at.unix_ms(),
    };
    let asked = client::ask(socket, &Request::Sync)
        .and_then(|synced| if synced.is_some() { client::ask(socket, &request) } else { Ok(None) });
    match asked {
        Ok(replies) => replies?.into_iter().find_map(|reply| match reply {
            Reply::Explained(line) => Some(*line),
            _ => None,
        }),
        Err(error) => {
            print::warning(&format!(
                "the running server was not asked, so that this is what the store says: {error:#}"
            ));
            None
        }
    }
}

/// What the store says.
async fn of_store(
    open: &Open,
    words: &Words,
    nas: NasId,
    octets: &[u8],
    at: Timestamp,
) -> anyhow::Result<ExplainedLine> {
    let follower = open.store.follow().await?;
    let directory = follower.directory();
    let nas = directory.nas_by_id(nas).context("the NAS was removed just now")?;
    let engine = serve::engine(&open.loaded.config, words.dialects().clone())?;
    let request = Packet::parse(octets)?;
    let mut reply = vec![0; PACKET_LEN_MAX];
    let question = Question { nas: &nas, request: &request, at };
    let known = |activity| Known { directory: &*directory, activity };
    // Which service it is, and then with what it is doing.
    let nothing = Activity::new();
    let mut explanation = engine.explain(known(&nothing), &question, &mut reply)?;
    if let Some(service) = service_of(&explanation) {
        let activity = activity_of(service, open, &directory).await?;
        explanation = engine.explain(known(&activity), &question, &mut reply)?;
    }
    let line = explanation::in_words(&explanation, &reply, View::Store);
    follower.stop().await;
    Ok(line)
}

fn service_of(explanation: &Explanation) -> Option<ServiceId> {
    explanation.checks.iter().find_map(|check| match check {
        Check::Login { service: Some(service), .. } => Some(service.id),
        _ => None,
    })
}

/// What the service is doing, as far as the store knows; where an address may have to be chosen for
/// it, what all are doing.
async fn activity_of(
    service: ServiceId,
    open: &Open,
    directory: &MemoryDirectory,
) -> anyhow::Result<Activity> {
    let activity = Activity::new();
    let sessions = open.store.sessions(open.tenant).open_of(service).await?;
    activity.restore_meters(open.store.meters(open.tenant).of_service(service).await?);
    let shares = directory.service(open.tenant, service).and_then(|found| found.shares);
    if let Some(share) = shares {
        activity.restore_meters(open.store.meters(open.tenant).of_service(share.lead).await?);
    }
    if directory.pools().iter().any(|pool| pool.tenant == open.tenant) {
        let leases = open.store.pools(open.tenant).leases_of(service).await?;
        if leases.len() <= sessions.len() {
            let all = super::pool::stored_activity(open, directory).await?;
            all.restore_meters(activity.meters());
            return Ok(all);
        }
        let leases = leases.into_iter().map(|entry| entry.lease).collect();
        activity.restore_leases(directory, leases, clock::now());
    }
    for entry in sessions {
        activity.restore(directory, &entry.session);
    }
    Ok(activity)
}

async fn nas(open: &Open, name: Option<&str>) -> anyhow::Result<(NasId, String)> {
    let all = open.store.nas(open.tenant);
    if let Some(name) = name {
        let found = all.find(name).await?;
        return Ok((found.id, found.name));
    }
    match all.list().await?.as_slice() {
        [only] => Ok((only.id, only.name.clone())),
        [] => bail!("there is no NAS yet; add one with `weir nas add`"),
        several => {
            let names: Vec<_> = several.iter().map(|nas| nas.name.as_str()).collect();
            bail!("at which NAS? Name it with --nas: {}", names.join(", "))
        }
    }
}

fn show(explained: &Explained) -> anyhow::Result<()> {
    let Explained { nas, at, line, attributes, view } = explained;
    let by = match view {
        View::Server => "as the running server sees it",
        View::Store => "as the store has it, with no server running",
    };
    print::line(&format!("at NAS {nas}, {}, {by}", units::when(*at)))?;
    for check in &line.checks {
        let mark = if check.passed { "ok" } else { "NO" };
        print::line(&format!("  {mark}  {:<10}{}", check.rule, check.finding))?;
    }
    let proviso = match (line.assumes_password, line.assumes_one_time_code) {
        (_, true) => ", if the password and the one-time code are right",
        (true, false) => ", if the password is right",
        (false, false) => "",
    };
    print::line(&format!("{}{proviso}: {}", line.outcome, line.words))?;
    for attribute in attributes {
        print::line(&format!("  {attribute}"))?;
    }
    Ok(())
}

fn as_json(explained: &Explained) -> serde_json::Value {
    let Explained { nas, at, line, attributes, view } = explained;
    json!({
        "nas": nas,
        "at": units::rfc3339(*at),
        "is_of_running_server": *view == View::Server,
        "checks": line.checks,
        "outcome": line.outcome,
        "assumes_password": line.assumes_password,
        "assumes_one_time_code": line.assumes_one_time_code,
        "reason": line.reason,
        "words": line.words,
        "attributes": attributes,
    })
}
