//! `weir test-auth`: log in as a NAS would, and show the answer.

mod exchange;
mod proof;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use aaa_engine::ports::{Directory as _, ListenerName};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use radius_proto::{Code, Packet, Secret};
use serde_json::json;

use self::exchange::{Answer, Silence};
use self::proof::Proof;
use super::{Globals, open, print};
use crate::config::Config;
use crate::serve::{self, words::Words};
use crate::units;

/// The exit code when nobody answered.
const NO_ANSWER: u8 = 2;

/// What `weir test-auth` can be told.
#[derive(Debug, Args)]
pub(super) struct TestAuthArgs {
    /// The name to log in with.
    login: String,
    /// The password; others on this machine can see it while the command runs.
    #[arg(
        long,
        value_name = "PASSWORD",
        required_unless_present = "password_stdin",
        conflicts_with = "password_stdin"
    )]
    password: Option<String>,
    /// Read the password from standard input.
    #[arg(long)]
    password_stdin: bool,
    /// How to prove it.
    #[arg(long, value_name = "METHOD", default_value = "pap")]
    method: Method,
    /// The server [default: the first listener of the configuration].
    #[arg(long, value_name = "IP:PORT", requires = "shared_secret")]
    server: Option<SocketAddr>,
    /// The shared secret [default: the one of the NAS at this machine's loopback address].
    #[arg(long, value_name = "SECRET", group = "shared_secret")]
    secret: Option<String>,
    /// Read the shared secret from standard input.
    #[arg(long, group = "shared_secret", conflicts_with = "password_stdin")]
    secret_stdin: bool,
    /// How long to wait for the answer; the request is repeated each second.
    #[arg(long, value_name = "SPAN", default_value = "3s", value_parser = units::parse_span_s)]
    timeout: u32,
}

/// How `--method` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// User-Password.
    Pap,
    /// CHAP-Password.
    Chap,
    /// MS-CHAP-Response.
    Mschapv1,
    /// MS-CHAP2-Response.
    Mschapv2,
}

pub(super) fn run(args: &TestAuthArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let password = match &args.password {
        Some(password) => password.clone(),
        None => open::secret_from_stdin("password")?,
    };
    // Only `--server` with its secret can do without a configuration.
    let config = match args.server {
        Some(_) => globals.load().map(|loaded| loaded.config).unwrap_or_default(),
        None => globals.load()?.config,
    };
    let server = args.server.map_or_else(|| own_server(&config), Ok)?;
    let given = match &args.secret {
        None if args.secret_stdin => Some(open::secret_from_stdin("shared secret")?),
        given => given.clone(),
    };
    let secret = match &given {
        Some(secret) => Secret::new(secret)?,
        None => own_secret(&config, server.ip())?,
    };
    let proof = Proof::new(args.method, &args.login, &password)?;
    let request = proof.request(server, &secret)?;
    let timeout = Duration::from_secs(u64::from(args.timeout));
    match exchange::exchange(server, &request, &secret, timeout)? {
        Ok(answer) => report(&answer, &proof, &config, globals.json),
        Err(silence) => {
            print::error(&why_silent(server, &silence));
            Ok(ExitCode::from(NO_ANSWER))
        }
    }
}

/// The first listener of our own server, reached over the loopback where it listens everywhere.
fn own_server(config: &Config) -> anyhow::Result<SocketAddr> {
    let listener = config.radius.listener.first().context("the configuration has no listener")?;
    let mut address = listener.authentication;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    if address.port() == 0 {
        bail!("the first listener takes any free port; name the server with --server");
    }
    Ok(address)
}

/// The secret that our own server expects from this machine.
fn own_secret(config: &Config, source: IpAddr) -> anyhow::Result<Secret> {
    let listener = config.radius.listener.first().context("the configuration has no listener")?;
    let name = ListenerName(listener.name.as_str().into());
    open::block_on(async {
        let store = serve::open_store(config).await?;
        let follower = store.follow().await?;
        let nas = follower.directory().nas(&name, source);
        follower.stop().await;
        store.close().await;
        match nas {
            Some(nas) => Ok(nas.secret.clone()),
            None => bail!(
                "{source} is no NAS at listener `{name}`, so the server would not answer; add it \
                 with `weir nas add this-machine --address {source}`, or name another server \
                 with --server and --secret"
            ),
        }
    })
}

fn report(
    answer: &Answer,
    proof: &Proof,
    config: &Config,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let packet = Packet::parse(&answer.packet)?;
    let words = Words::load(config)?;
    let is_accept = packet.code() == Code::ACCESS_ACCEPT;
    let verdict = match packet.code() {
        Code::ACCESS_ACCEPT => "accepted",
        Code::ACCESS_REJECT => "rejected",
        _ => "neither accepted nor rejected",
    };
    let attributes = words.attributes_of(&packet);
    let problem = if is_accept { proof.check_accept(&packet).err() } else { None };
    let round_trip_us = u64::try_from(answer.round_trip.as_micros()).unwrap_or(u64::MAX);
    if as_json {
        print::json(&json!({
            "verdict": verdict,
            "code": packet.code().to_string(),
            "attributes": attributes,
            "round_trip_us": round_trip_us,
            "message_authenticator": answer.is_signed,
            "problem": problem.as_ref().map(ToString::to_string),
        }))?;
    } else {
        let milliseconds = format!("{}.{:03}", round_trip_us / 1_000, round_trip_us % 1_000);
        print::line(&format!("{verdict}: {} in {milliseconds} ms", packet.code()))?;
        for attribute in &attributes {
            print::line(&format!("  {attribute}"))?;
        }
    }
    if !answer.is_signed {
        print::warning(
            "the answer has no Message-Authenticator; somebody between could have forged it \
             (CVE-2024-3596)",
        );
    }
    match problem {
        Some(problem) => Err(problem),
        None if is_accept => Ok(ExitCode::SUCCESS),
        None => Ok(ExitCode::FAILURE),
    }
}

fn why_silent(server: SocketAddr, silence: &Silence) -> String {
    match silence {
        Silence::Refused => format!(
            "nobody receives on {server}: is the server running (`weir status`), and is this its \
             authentication address?"
        ),
        Silence::Forged { answers } => format!(
            "{server} answered {answers} times, but not with this secret: the shared secret here \
             differs from the server's"
        ),
        Silence::Nothing => format!(
            "no answer from {server}. A server says nothing to a NAS it does not know (`weir nas \
             unknown` lists them) and to one whose secret is wrong (`weir status` counts them)"
        ),
    }
}
