//! `weir nas`: the routers and access points that ask.

use std::net::IpAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::process::ExitCode;

use aaa_engine::enforcement::CoaAbility;
use aaa_engine::ports::{CounterWidth, MessageAuthenticatorPolicy};
use aaa_engine::{Identify, IdentifyError};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use radius_proto::Secret;
use serde_json::json;
use storage::{COA_IN_FLIGHT_MAX, CoaUpdate, NasEntry, NasUpdate, NewNas, StoreError};

use super::open::{self, Open};
use super::{Globals, attributes, expressible, print, unknown};
use crate::config::DEFAULT_LISTENER;
use crate::serve::words::Words;
use crate::table::{Column, Table};
use crate::units::{self, Setting};
use crate::{entropy, suggest};

/// Secrets shorter than this can be guessed from one captured packet (RFC 2865 section 3 wants
/// 16 octets), and are warned of.
const SECRET_LEN_SAFE: usize = 12;

/// The dialect of a NAS unless it is said otherwise.
const DEFAULT_DIALECT: &str = "mikrotik";

/// What can be done with NASes.
#[derive(Debug, Subcommand)]
pub(super) enum NasCommand {
    /// Make a NAS known; without a secret, one is made and printed this once.
    Add(NasAdd),
    /// List the NASes.
    List,
    /// Change a NAS.
    Set(NasSet),
    /// Forget a NAS.
    Remove {
        /// What it is called.
        name: String,
    },
    /// List who sends without being known to the running server.
    Unknown,
}

/// What `weir nas add` can be told.
#[derive(Debug, Args)]
pub(super) struct NasAdd {
    /// What to call it.
    name: String,
    /// The address its packets come from.
    #[arg(long, value_name = "IP")]
    address: IpAddr,
    #[command(flatten)]
    options: NasOptions,
    /// Leave a NAS of this name as it is.
    #[arg(long)]
    if_missing: bool,
}

/// What `weir nas set` can be told.
#[derive(Debug, Args)]
pub(super) struct NasSet {
    /// What it is called.
    name: String,
    /// The address its packets come from.
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    #[command(flatten)]
    options: NasOptions,
}

/// What both can be told.
#[derive(Debug, Args)]
pub(super) struct NasOptions {
    /// The listener its packets come to, as weir.toml names it [default: default].
    #[arg(long, value_name = "NAME")]
    listener: Option<String>,
    /// How it is spoken to [default: mikrotik].
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// The shared secret; others on this machine can see it while the command runs.
    #[arg(long, value_name = "SECRET", conflicts_with = "secret_stdin")]
    secret: Option<String>,
    /// Read the shared secret from standard input.
    #[arg(long)]
    secret_stdin: bool,
    /// Whether its Access-Requests must carry a Message-Authenticator [default: auto].
    #[arg(long, value_name = "POLICY")]
    message_authenticator: Option<Policy>,
    /// Whether it counts input and output from the subscriber's side [default: false].
    #[arg(long, value_name = "BOOL")]
    counters_swapped: Option<bool>,
    /// How many bits its counters of octets have: 64, or 32 where it sends no gigawords and begins
    /// again at 0 after 4 GiB [default: 64].
    ///
    /// With 32, gigawords are not read, and less than 4 GiB must pass between two reports that
    /// arrive, or a wrap is missed: at 1 Gbit/s that is 34 s, at 100 Mbit/s 343 s, at 10 Mbit/s
    /// 57 min; half of that where it sends no Acct-Session-Time. Choose the interim interval so that
    /// one or two reports may get lost.
    #[arg(long, value_name = "BITS")]
    counter_bits: Option<CounterBits>,
    /// What its subscribers are identified by, in which order, for each kind of access, for example
    /// `dhcp: circuit-id, remote-id, user-name; *: user-name`, or none, which is `user-name`.
    ///
    /// Kinds are ppp, hotspot, dhcp, wireless, dot1x, login, and * for the others. There are
    /// user-name, user-name-without-realm, circuit-id, remote-id, port (NAS-Port-Id) and address
    /// (Framed-IP-Address). Whoever is found by one of the last four is asked for no password.
    #[arg(long, value_name = "TEXT", value_parser = identify_setting)]
    identify: Option<Setting<Identify>>,
    /// The password that its hotspots send with the log-in of a device by its MAC address, as
    /// `mac-auth-password` of a RouterOS profile, or none; others on this machine can see it while
    /// the command runs. Hotspots must then send it.
    #[arg(long, value_name = "PASSWORD", value_parser = secret_setting)]
    mac_auth_password: Option<Setting<Secret>>,
    #[command(flatten)]
    coa: CoaOptions,
    #[command(flatten)]
    attributes: attributes::Options,
}

/// How its sessions are changed while they last.
#[derive(Debug, Args)]
pub(super) struct CoaOptions {
    /// What it can be asked for while a session lasts: auto is what its dialect says and its answers
    /// teach, disconnect only to end sessions, off nothing [default: auto].
    #[arg(long, value_name = "ABILITY")]
    coa: Option<Ability>,
    /// The port on which it takes CoA-Requests and Disconnect-Requests, or none, which is that of its
    /// dialect: 3799, or 1700 of cisco.
    #[arg(long, value_name = "PORT", value_parser = port_setting)]
    coa_port: Option<Setting<u16>>,
    /// The address on which it takes them, or none, which is the one its packets come from.
    #[arg(long, value_name = "IP", value_parser = address_setting)]
    coa_address: Option<Setting<IpAddr>>,
    /// The secret for them, or none, which is the shared secret; others on this machine can see it
    /// while the command runs.
    #[arg(long, value_name = "SECRET", value_parser = secret_setting)]
    coa_secret: Option<Setting<Secret>>,
    /// How many requests may wait for its answers at a time, from 1 to 256, or none, which is 32.
    #[arg(long, value_name = "COUNT", value_parser = in_flight_setting)]
    coa_in_flight: Option<Setting<NonZeroU16>>,
    /// How many requests a second it is sent at most, or none, which is 1000. What is beyond waits.
    #[arg(long, value_name = "COUNT", value_parser = rate_setting)]
    coa_rate: Option<Setting<NonZeroU32>>,
}

impl CoaOptions {
    fn into_update(self) -> CoaUpdate {
        CoaUpdate {
            ability: self.coa.map(Into::into),
            address: self.coa_address.map(Setting::into_option),
            port: self.coa_port.map(Setting::into_option),
            secret: self.coa_secret.map(Setting::into_option),
            in_flight_max: self.coa_in_flight.map(Setting::into_option),
            requests_per_s_max: self.coa_rate.map(Setting::into_option),
        }
    }
}

fn port_setting(text: &str) -> Result<Setting<u16>, String> {
    units::parse_setting(text, |text| match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err("a port is a number from 1 to 65535".to_owned()),
    })
}

fn in_flight_setting(text: &str) -> Result<Setting<NonZeroU16>, String> {
    units::parse_setting(text, |text| match text.parse::<NonZeroU16>() {
        Ok(count) if count.get() <= COA_IN_FLIGHT_MAX => Ok(count),
        _ => Err(format!("so many can be told apart at a time: from 1 to {COA_IN_FLIGHT_MAX}")),
    })
}

fn rate_setting(text: &str) -> Result<Setting<NonZeroU32>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("so many a second: from 1 to {}", u32::MAX))
    })
}

fn address_setting(text: &str) -> Result<Setting<IpAddr>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| "an address is IPv4 or IPv6, as 192.0.2.1".to_owned())
    })
}

/// How `--coa` is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Ability {
    /// What its dialect says, and what its answers teach.
    Auto,
    /// To end sessions alone.
    Disconnect,
    /// Nothing.
    Off,
}

impl From<Ability> for CoaAbility {
    fn from(ability: Ability) -> Self {
        match ability {
            Ability::Auto => Self::Auto,
            Ability::Disconnect => Self::DisconnectOnly,
            Ability::Off => Self::Off,
        }
    }
}

fn secret_setting(text: &str) -> Result<Setting<Secret>, String> {
    units::parse_setting(text, |text| Secret::new(text).map_err(|error| error.to_string()))
}

fn identify_setting(text: &str) -> Result<Setting<Identify>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|error: IdentifyError| error.to_string())
    })
}

/// How `--counter-bits` is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum CounterBits {
    #[value(name = "64")]
    Bits64,
    #[value(name = "32")]
    Bits32,
}

impl From<CounterBits> for CounterWidth {
    fn from(bits: CounterBits) -> Self {
        match bits {
            CounterBits::Bits64 => Self::Bits64,
            CounterBits::Bits32 => Self::Bits32,
        }
    }
}

/// How `--message-authenticator` is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Policy {
    /// Required from the first Access-Request on that carried a valid one.
    Auto,
    /// Always required.
    Required,
    /// Never required; one that is present must still be right.
    Optional,
}

impl From<Policy> for MessageAuthenticatorPolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Auto => Self::Auto,
            Policy::Required => Self::Required,
            Policy::Optional => Self::Optional,
        }
    }
}

pub(super) fn run(command: NasCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        match command {
            NasCommand::Add(args) => add(args, &Open::new(globals).await?).await,
            NasCommand::Set(args) => set(args, &Open::new(globals).await?).await,
            NasCommand::List => list(&Open::new(globals).await?, globals.json).await,
            NasCommand::Unknown => unknown::print(globals),
            NasCommand::Remove { name } => {
                let open = Open::new(globals).await?;
                open.store.nas(open.tenant).remove(&open.actor, &name).await?;
                open.done(&format!("NAS `{name}` removed"))
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: NasAdd, open: &Open) -> anyhow::Result<()> {
    let table = open.store.nas(open.tenant);
    if args.if_missing {
        match table.find(&args.name).await {
            Ok(_) => return print::line(&format!("NAS `{}` exists already", args.name)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let options = args.options;
    let reply_attributes = options.attributes.read(open)?.flatten();
    let given = options.secret()?;
    let (secret, generated) = match given {
        Some(secret) => (secret, false),
        None => (entropy::secret()?, true),
    };
    let nas = NewNas {
        name: args.name,
        listener: options.listener.unwrap_or_else(|| DEFAULT_LISTENER.to_owned()),
        address: args.address,
        secret: checked_secret(&secret)?,
        dialect: options.dialect.unwrap_or_else(|| DEFAULT_DIALECT.to_owned()),
        message_authenticator: options.message_authenticator.map(Into::into).unwrap_or_default(),
        counters_swapped: options.counters_swapped.unwrap_or(false),
        counter_width: options.counter_bits.map(Into::into).unwrap_or_default(),
        reply_attributes,
        identify: options.identify.and_then(Setting::into_option).unwrap_or_default(),
        mac_auth_password: options.mac_auth_password.and_then(Setting::into_option),
        coa: options.coa.into_update(),
    };
    warn_of_addresses(&nas.identify);
    check_names(open, Some(&nas.listener), Some(&nas.dialect)).await?;
    let entry = table.add(&open.actor, &nas).await?;
    if generated {
        print::line(&format!("secret: {secret}"))?;
    }
    open.done(&format!(
        "NAS `{}` added: {} at listener {}, dialect {}",
        entry.name, entry.address, entry.listener, entry.dialect
    ))
}

async fn set(args: NasSet, open: &Open) -> anyhow::Result<()> {
    let options = args.options;
    let reply_attributes = options.attributes.read(open)?;
    let secret = options.secret()?.map(|secret| checked_secret(&secret)).transpose()?;
    check_names(open, options.listener.as_deref(), options.dialect.as_deref()).await?;
    let update = NasUpdate {
        listener: options.listener,
        address: args.address,
        secret,
        dialect: options.dialect,
        message_authenticator: options.message_authenticator.map(Into::into),
        counters_swapped: options.counters_swapped,
        counter_width: options.counter_bits.map(Into::into),
        reply_attributes,
        identify: options.identify.map(|setting| setting.into_option().unwrap_or_default()),
        mac_auth_password: options.mac_auth_password.map(Setting::into_option),
        coa: options.coa.into_update(),
    };
    let changes_nothing = update.listener.is_none()
        && update.address.is_none()
        && update.secret.is_none()
        && update.dialect.is_none()
        && update.message_authenticator.is_none()
        && update.counters_swapped.is_none()
        && update.counter_width.is_none()
        && update.reply_attributes.is_none()
        && update.identify.is_none()
        && update.mac_auth_password.is_none()
        && update.coa.is_empty();
    if changes_nothing {
        bail!(
            "nothing to set; name at least one option, for example --address (see `weir nas set --help`)"
        );
    }
    if let Some(identify) = &update.identify {
        warn_of_addresses(identify);
    }
    open.store.nas(open.tenant).update(&open.actor, &args.name, &update).await?;
    open.done(&format!("NAS `{}` changed", args.name))
}

/// A DHCP server passes on what address the client wishes for.
fn warn_of_addresses(identify: &Identify) {
    if identify.has_address() {
        print::warning(
            "whoever comes with a service's own address is taken for that service and asked for no \
             password; use `address` only where the NAS knows the address, not where the device \
             may ask for one, as with DHCP",
        );
    }
}

impl NasOptions {
    fn secret(&self) -> anyhow::Result<Option<String>> {
        if self.secret_stdin {
            return open::secret_from_stdin("secret").map(Some);
        }
        Ok(self.secret.clone())
    }
}

fn checked_secret(secret: &str) -> anyhow::Result<Secret> {
    if secret.len() < SECRET_LEN_SAFE {
        print::warning(&format!(
            "the secret has {} octets; one shorter than {SECRET_LEN_SAFE} can be found from a \
             single captured packet (leave --secret out to have a strong one made)",
            secret.len()
        ));
    }
    Ok(Secret::new(secret)?)
}

/// A NAS at a listener or with a dialect that does not exist would never be answered, and one whose
/// dialect has no room for what a plan grants would be told less.
async fn check_names(
    open: &Open,
    listener: Option<&str>,
    dialect: Option<&str>,
) -> anyhow::Result<()> {
    let config = &open.loaded.config;
    let listeners = config.radius.listener.iter().map(|listener| listener.name.as_str());
    if let Some(name) = listener
        && !listeners.clone().any(|known| known == name)
    {
        bail!("weir.toml has no listener `{name}`; {}", suggest::hint(name, listeners));
    }
    if let Some(name) = dialect {
        let words = Words::load(config)?;
        let known = words.dialect_names();
        if !known.iter().any(|known| known == name) {
            let hint = suggest::hint(name, known.iter().map(String::as_str));
            bail!("there is no dialect `{name}`; {hint}");
        }
        expressible::for_every_plan(open, words.dialects(), name).await?;
    }
    Ok(())
}

async fn list(open: &Open, as_json: bool) -> anyhow::Result<()> {
    let entries = open.store.nas(open.tenant).list().await?;
    if as_json {
        let words = Words::load(&open.loaded.config)?;
        return print::json(&entries.iter().map(|nas| as_value(&words, nas)).collect::<Vec<_>>());
    }
    let mut table = Table::new(&[
        Column::Left("NAME"),
        Column::Left("ADDRESS"),
        Column::Left("LISTENER"),
        Column::Left("DIALECT"),
        Column::Left("SECRET"),
        Column::Left("MESSAGE-AUTHENTICATOR"),
        Column::Left("COUNTERS"),
        Column::Left("IDENTIFY"),
        Column::Left("COA"),
    ]);
    for nas in &entries {
        let swapped = if nas.counters_swapped { ", swapped" } else { "" };
        let counters = format!("{} bits{swapped}", counter_bits(nas.counter_width));
        table.row([
            nas.name.clone(),
            nas.address.to_string(),
            nas.listener.clone(),
            nas.dialect.clone(),
            "set".to_owned(),
            policy_name(nas.message_authenticator).to_owned(),
            counters,
            nas.identify.to_string(),
            coa_in_words(nas),
        ]);
    }
    print::block(&table.render())
}

fn as_value(words: &Words, nas: &NasEntry) -> serde_json::Value {
    json!({
        "id": nas.id.0,
        "name": nas.name,
        "address": nas.address,
        "listener": nas.listener,
        "dialect": nas.dialect,
        "secret": "set",
        "message_authenticator": policy_name(nas.message_authenticator),
        "counters_swapped": nas.counters_swapped,
        "counter_bits": counter_bits(nas.counter_width),
        "identify": nas.identify.to_string(),
        "mac_auth_password": nas.has_mac_auth_password.then_some("set"),
        "coa": {
            "ability": ability_name(nas.coa.ability),
            "address": nas.coa.address,
            "port": nas.coa.port,
            "secret": nas.coa.has_secret.then_some("set"),
            "in_flight_max": nas.coa.pace.in_flight_max,
            "requests_per_s_max": nas.coa.pace.requests_per_s_max,
        },
        "attributes": words.shown(nas.reply_attributes.as_ref()),
        "created_at": units::rfc3339(nas.created_at),
    })
}

/// What it can be asked for, and where that is not as usual.
fn coa_in_words(nas: &NasEntry) -> String {
    let mut words = ability_name(nas.coa.ability).to_owned();
    if let Some(address) = nas.coa.address {
        words = format!("{words} at {address}");
    }
    if let Some(port) = nas.coa.port {
        words = format!("{words} port {port}");
    }
    if let Some(count) = nas.coa.pace.in_flight_max {
        words = format!("{words}, {count} at a time");
    }
    if let Some(count) = nas.coa.pace.requests_per_s_max {
        words = format!("{words}, {count} a second");
    }
    words
}

const fn ability_name(ability: CoaAbility) -> &'static str {
    match ability {
        CoaAbility::Auto => "auto",
        CoaAbility::DisconnectOnly => "disconnect",
        CoaAbility::Off => "off",
    }
}

const fn counter_bits(width: CounterWidth) -> u8 {
    match width {
        CounterWidth::Bits64 => 64,
        CounterWidth::Bits32 => 32,
    }
}

fn policy_name(policy: MessageAuthenticatorPolicy) -> &'static str {
    match policy {
        MessageAuthenticatorPolicy::Auto => "auto",
        MessageAuthenticatorPolicy::Required => "required",
        MessageAuthenticatorPolicy::Optional => "optional",
    }
}
