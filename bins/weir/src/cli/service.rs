//! `weir service`: the log-ins of subscribers.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use aaa_engine::auth::Credential;
use anyhow::bail;
use clap::{Args, Subcommand};
use entitlement::{
    FirstUse, Ipv6Prefix, NetworkError, Networks, Route, Standing, Timestamp, Validity,
};
use serde_json::json;
use storage::{NewService, ServiceEntry, ServiceUpdate, StoreError};

use super::extras::{self, Boost, Renew, TopUp};
use super::open::{self, Open};
use super::paid;
use super::share::{self, Group, Share, Unshare};
use super::used::Used;
use super::{Globals, attributes, import, line, print};
use crate::serve::words::Words;
use crate::table::{Column, Table};
use crate::units::{self, Setting};

/// What can be done with services.
#[derive(Debug, Subcommand)]
pub(super) enum ServiceCommand {
    /// Make a service.
    Add(ServiceAdd),
    /// List the services.
    List {
        /// Only those on this plan.
        #[arg(long, value_name = "NAME")]
        plan: Option<String>,
    },
    /// Show a service.
    Show {
        /// The name it logs in with.
        login: String,
    },
    /// Change a service.
    Set(ServiceSet),
    /// Grant it data beside its plan's quotas, or take back what was granted.
    TopUp(TopUp),
    /// Give it another speed for a while, or end that.
    Boost(Boost),
    /// Let it be valid until a later moment.
    Renew(Renew),
    /// Let it have the data of another service of its subscriber instead of its own.
    Share(Share),
    /// Let it have its own data again.
    Unshare(Unshare),
    /// Stop a service until it is resumed.
    Suspend {
        /// The name it logs in with.
        login: String,
    },
    /// Let a suspended service be used again.
    Resume {
        /// The name it logs in with.
        login: String,
    },
    /// Remove a service.
    Remove {
        /// The name it logs in with.
        login: String,
    },
    /// Make a service of each line of a CSV file, all of them or none.
    Import {
        /// The file; its first line names the columns: login, password, plan, and if need be
        /// subscriber, `valid_from`, `valid_until` and address.
        file: PathBuf,
        /// Leave services whose login exists as they are.
        #[arg(long)]
        if_missing: bool,
    },
}

/// What `weir service add` can be told.
#[derive(Debug, Args)]
pub(super) struct ServiceAdd {
    /// The name it logs in with.
    login: String,
    /// The plan it is on.
    #[arg(long, value_name = "NAME")]
    plan: String,
    /// Whose it is [default: a subscriber called like the login, made when there is none].
    #[arg(long, value_name = "NAME")]
    subscriber: Option<String>,
    #[command(flatten)]
    options: ServiceOptions,
    /// Leave a service of this login as it is.
    #[arg(long)]
    if_missing: bool,
}

/// What `weir service set` can be told.
#[derive(Debug, Args)]
pub(super) struct ServiceSet {
    /// The name it logs in with.
    login: String,
    /// The plan it is on.
    #[arg(long, value_name = "NAME")]
    plan: Option<String>,
    #[command(flatten)]
    options: ServiceOptions,
}

/// What both can be told.
#[derive(Debug, Args)]
pub(super) struct ServiceOptions {
    /// The password; others on this machine can see it while the command runs.
    #[arg(long, value_name = "PASSWORD", group = "proof")]
    password: Option<String>,
    /// Read the password from standard input.
    #[arg(long, group = "proof")]
    password_stdin: bool,
    /// The NT hash of the password, 32 hexadecimal digits; CHAP cannot be used with it.
    #[arg(long, value_name = "HEX", group = "proof", value_parser = parse_nt_hash)]
    nt_hash: Option<[u8; 16]>,
    /// It has no password and logs in with its MAC address, which is the login.
    #[arg(long, group = "proof")]
    by_mac: bool,
    /// When it begins to be valid: 2026-12-31 (UTC) or RFC 3339, or none.
    #[arg(long, value_name = "WHEN", value_parser = when_setting)]
    valid_from: Option<Setting<Timestamp>>,
    /// When it ceases to be valid: 2026-12-31 (UTC) or RFC 3339, or none.
    #[arg(long, value_name = "WHEN", value_parser = when_setting)]
    valid_until: Option<Setting<Timestamp>>,
    /// The address that is always its own, or none.
    #[arg(long, value_name = "IPV4", value_parser = address_setting)]
    address: Option<Setting<Ipv4Addr>>,
    /// The IPv6 address that is always its own, or none.
    #[arg(long, value_name = "IPV6", value_parser = ipv6_setting)]
    ipv6_address: Option<Setting<Ipv6Addr>>,
    /// An IPv6 prefix of its link, for example 2001:db8:0:7::/64; all of them, once each, or none.
    #[arg(long, value_name = "PREFIX", value_parser = prefix_setting)]
    ipv6_prefix: Vec<Setting<Ipv6Prefix>>,
    /// An IPv6 prefix for the network behind it; all of them, once each, or none.
    #[arg(long, value_name = "PREFIX", value_parser = prefix_setting)]
    delegated_prefix: Vec<Setting<Ipv6Prefix>>,
    /// What is routed to it, for example 198.51.100.0/29; all of them, once each, or none.
    #[arg(long, value_name = "NETWORK", value_parser = route_setting)]
    route: Vec<Setting<Route>>,
    /// How long it lasts from its first log-in, as a voucher does, for example 24h, or none.
    #[arg(long, value_name = "SPAN", value_parser = span_setting)]
    lasts: Option<Setting<u32>>,
    #[command(flatten)]
    attributes: attributes::Options,
}

fn when_setting(text: &str) -> Result<Setting<Timestamp>, String> {
    units::parse_setting(text, units::parse_when)
}

fn address_setting(text: &str) -> Result<Setting<Ipv4Addr>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` is not an IPv4 address such as 10.0.0.7"))
    })
}

fn ipv6_setting(text: &str) -> Result<Setting<Ipv6Addr>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` is not an IPv6 address such as 2001:db8::7"))
    })
}

fn prefix_setting(text: &str) -> Result<Setting<Ipv6Prefix>, String> {
    units::parse_setting(text, |text| text.parse().map_err(|error: NetworkError| error.to_string()))
}

fn route_setting(text: &str) -> Result<Setting<Route>, String> {
    units::parse_setting(text, |text| text.parse().map_err(|error: NetworkError| error.to_string()))
}

fn span_setting(text: &str) -> Result<Setting<u32>, String> {
    units::parse_setting(text, |text| match units::parse_span_s(text)? {
        0 => Err("a service that lasts 0 s would be over at once".to_owned()),
        span_s => Ok(span_s),
    })
}

fn parse_nt_hash(text: &str) -> Result<[u8; 16], String> {
    // What was given may be a password by mistake, so it is not repeated.
    let wrong = || "an NT hash is 32 hexadecimal digits".to_owned();
    let mut hash = [0; 16];
    if text.len() != 2 * hash.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    for (octet, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = str::from_utf8(digits).map_err(|_| wrong())?;
        *octet = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}

impl ServiceOptions {
    /// The networks after what was given is changed in them; `None` when nothing was.
    fn networks(&self, mut networks: Networks) -> Option<Networks> {
        fn all<T: Copy>(settings: &[Setting<T>]) -> Option<Vec<T>> {
            let given = settings.iter().filter_map(|setting| setting.into_option()).collect();
            (!settings.is_empty()).then_some(given)
        }
        let before = networks.clone();
        let (prefixes, delegated) = (all(&self.ipv6_prefix), all(&self.delegated_prefix));
        networks.ipv6 = self.ipv6_address.map_or(networks.ipv6, Setting::into_option);
        networks.ipv6_prefixes = prefixes.unwrap_or(networks.ipv6_prefixes);
        networks.delegated_ipv6_prefixes = delegated.unwrap_or(networks.delegated_ipv6_prefixes);
        networks.routes = all(&self.route).unwrap_or(networks.routes);
        (networks != before).then_some(networks)
    }

    fn credential(&self) -> anyhow::Result<Option<Credential>> {
        if self.password_stdin {
            let password = open::secret_from_stdin("password")?;
            return Ok(Some(Credential::clear_text(password)));
        }
        if let Some(hash) = self.nt_hash {
            return Ok(Some(Credential::NtHash(hash)));
        }
        if self.by_mac {
            return Ok(Some(Credential::MacAddress));
        }
        match self.password.as_deref() {
            Some("") => bail!("an empty password would never be accepted; give one"),
            Some(password) => Ok(Some(Credential::clear_text(password))),
            None => Ok(None),
        }
    }
}

pub(super) fn run(command: ServiceCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            ServiceCommand::Add(args) => add(args, &open).await,
            ServiceCommand::Set(args) => set(args, &open).await,
            ServiceCommand::TopUp(args) => extras::top_up(args, &open).await,
            ServiceCommand::Boost(args) => extras::boost(args, &open).await,
            ServiceCommand::Renew(args) => extras::renew(args, &open).await,
            ServiceCommand::Share(args) => share::share(args, &open).await,
            ServiceCommand::Unshare(args) => share::unshare(args, &open).await,
            ServiceCommand::List { plan } => list(plan.as_deref(), &open, globals.json).await,
            ServiceCommand::Show { login } => show(&login, &open, globals.json).await,
            ServiceCommand::Suspend { login } => {
                stand(&login, Standing::Suspended, "suspended", &open).await
            }
            ServiceCommand::Resume { login } => {
                stand(&login, Standing::Active, "resumed", &open).await
            }
            ServiceCommand::Remove { login } => {
                open.store.services(open.tenant).remove(&open.actor, &login).await?;
                open.done(&format!("service `{login}` removed"))
            }
            ServiceCommand::Import { file, if_missing } => {
                import::run(&file, if_missing, &open).await
            }
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn add(args: ServiceAdd, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    if args.if_missing {
        match services.find(&args.login).await {
            Ok(_) => return print::line(&format!("service `{}` exists already", args.login)),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let Some(credential) = args.options.credential()? else {
        bail!("a service needs a password: --password, --password-stdin or --nt-hash; or --by-mac");
    };
    let options = args.options;
    let reply_attributes = options.attributes.read(open)?.flatten();
    let networks = options.networks(Networks::default()).unwrap_or_default();
    let validity = Validity {
        from: options.valid_from.and_then(Setting::into_option),
        until: options.valid_until.and_then(Setting::into_option),
    };
    check_validity(validity)?;
    let new = NewService {
        login: args.login,
        plan: args.plan,
        subscriber: args.subscriber,
        credential,
        validity,
        fixed_ipv4: options.address.and_then(Setting::into_option),
        networks,
        lasts_from_first_use_s: options.lasts.and_then(Setting::into_option),
        reply_attributes,
    };
    let service = services.add(&open.actor, &new).await?;
    open.done(&format!(
        "service `{}` added: plan {}, subscriber {}",
        service.login, service.plan_name, service.subscriber_name
    ))
}

/// A service that is valid never is a slip.
pub(super) fn check_validity(validity: Validity) -> anyhow::Result<()> {
    if let Validity { from: Some(from), until: Some(until) } = validity
        && from >= until
    {
        bail!(
            "the service would never be valid: it begins at {} and ends at {}",
            units::when(from),
            units::when(until)
        );
    }
    Ok(())
}

async fn set(args: ServiceSet, open: &Open) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let credential = args.options.credential()?;
    let options = args.options;
    let reply_attributes = options.attributes.read(open)?;
    let current = services.find(&args.login).await?;
    let update = ServiceUpdate {
        plan: args.plan,
        credential,
        standing: None,
        valid_from: options.valid_from.map(Setting::into_option),
        valid_until: options.valid_until.map(Setting::into_option),
        fixed_ipv4: options.address.map(Setting::into_option),
        networks: options.networks(current.networks),
        lasts_from_first_use_s: options.lasts.map(Setting::into_option),
        reply_attributes,
    };
    let changes_nothing = update.plan.is_none()
        && update.credential.is_none()
        && update.valid_from.is_none()
        && update.valid_until.is_none()
        && update.fixed_ipv4.is_none()
        && update.networks.is_none()
        && update.lasts_from_first_use_s.is_none()
        && update.reply_attributes.is_none();
    if changes_nothing {
        bail!(
            "nothing to set; name at least one option and a new value, for example --plan (see `weir service set --help`)"
        );
    }
    let current = current.validity;
    check_validity(Validity {
        from: update.valid_from.unwrap_or(current.from),
        until: update.valid_until.unwrap_or(current.until),
    })?;
    services.update(&open.actor, &args.login, &update).await?;
    open.done(&format!("service `{}` changed", args.login))
}

async fn stand(login: &str, standing: Standing, word: &str, open: &Open) -> anyhow::Result<()> {
    let update = ServiceUpdate { standing: Some(standing), ..ServiceUpdate::default() };
    open.store.services(open.tenant).update(&open.actor, login, &update).await?;
    open.done(&format!("service `{login}` {word}"))
}

async fn list(plan: Option<&str>, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let entries = match plan {
        Some(plan) => services.list_on_plan(plan).await?,
        None => services.list().await?,
    };
    if as_json {
        let words = Words::load(&open.loaded.config)?;
        let values = entries.iter().map(|service| as_value(Some(&words), service));
        return print::json(&values.collect::<Vec<_>>());
    }
    print::block(&table(&entries).render())
}

async fn show(login: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let services = open.store.services(open.tenant);
    let service = services.find(login).await?;
    let lines = services.lines(&service.login).await?;
    let beside = services.extras(&service.login).await?;
    let carried = services.carried_over(service.id).await?;
    let group = Group::of(&service, open).await?;
    let used = Used::read(&service, group.as_ref(), open).await?;
    let paid = open.store.reservations(open.tenant).of_service(service.id).await?;
    let nases = open.store.nas(open.tenant).list().await?;
    let words = Words::load(&open.loaded.config)?;
    if as_json {
        let mut value = as_value(Some(&words), &service);
        value["lines"] = line::as_values(&lines, &nases).into();
        for (name, of_extras) in extras::as_values(&beside, &carried) {
            value[name] = of_extras;
        }
        for grant in value["grants"].as_array_mut().into_iter().flatten() {
            let of = if grant["online_s"].is_null() { "used_octets" } else { "used_online_s" };
            grant[of] = json!(grant["id"].as_i64().map(|id| used.of_grant(id)));
        }
        value["online_left_s"] = json!(used.online_left().map(|left| left.0));
        value["quotas"] = used.as_values();
        value["group"] = group.as_ref().map_or(serde_json::Value::Null, Group::as_value);
        value["pays_as_it_goes"] = paid.as_ref().map_or(serde_json::Value::Null, paid::as_value);
        return print::json(&value);
    }
    let when = |moment: Option<Timestamp>, never: &str| {
        moment.map_or_else(|| never.to_owned(), units::when)
    };
    let address = service.fixed_ipv4.map_or_else(|| "from the pool".to_owned(), |a| a.to_string());
    for (name, value) in [
        ("service", service.login.clone()),
        ("subscriber", service.subscriber_name.clone()),
        ("plan", service.plan_name.clone()),
        ("state", standing_name(service.standing).to_owned()),
        ("password", "set".to_owned()),
        ("valid from", when(service.validity.from, "ever")),
        ("valid until", when(service.validity.until, "ever")),
        ("address", address),
        ("since", units::when(service.created_at)),
    ] {
        print::line(&format!("{name:<12}{value}"))?;
    }
    let Networks { ipv6, ipv6_prefixes, delegated_ipv6_prefixes, routes } = &service.networks;
    let own = [
        ("ipv6", ipv6.iter().map(ToString::to_string).collect()),
        ("prefix", ipv6_prefixes.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ("delegated", delegated_ipv6_prefixes.iter().map(ToString::to_string).collect()),
        ("route", routes.iter().map(ToString::to_string).collect()),
        ("lasts", service.first_use.map(lasts_in_words).into_iter().collect()),
        ("line", lines.iter().map(|listed| line::in_words(&listed.line, &nases)).collect()),
        ("attribute", words.shown(service.reply_attributes.as_ref())),
    ];
    for (name, values) in own {
        for value in values {
            print::line(&format!("{name:<12}{value}"))?;
        }
    }
    let paid = paid.iter().flat_map(paid::in_words);
    let shared = group.iter().flat_map(|group| group.in_words(service.id));
    let beside = extras::in_words(&beside, &carried).into_iter().chain(used.in_words());
    for (name, value) in beside.chain(shared).chain(paid) {
        print::line(&format!("{name:<12}{value}"))?;
    }
    Ok(())
}

fn lasts_in_words(first_use: FirstUse) -> String {
    let lasts = units::span(first_use.lasts_s);
    match first_use.at {
        None => format!("{lasts} from the first log-in"),
        Some(at) => format!("{lasts} from {}", units::when(at)),
    }
}

/// The services as a table.
pub(super) fn table(services: &[ServiceEntry]) -> Table {
    let mut table = Table::new(&[
        Column::Left("LOGIN"),
        Column::Left("SUBSCRIBER"),
        Column::Left("PLAN"),
        Column::Left("STATE"),
        Column::Left("VALID FROM"),
        Column::Left("VALID UNTIL"),
        Column::Left("ADDRESS"),
    ]);
    for service in services {
        let when = |moment: Option<Timestamp>| moment.map(units::when).unwrap_or_default();
        table.row([
            service.login.clone(),
            service.subscriber_name.clone(),
            service.plan_name.clone(),
            standing_name(service.standing).to_owned(),
            when(service.validity.from),
            when(service.validity.until),
            service.fixed_ipv4.map(|address| address.to_string()).unwrap_or_default(),
        ]);
    }
    table
}

/// A service for machines.
pub(super) fn as_value(words: Option<&Words>, service: &ServiceEntry) -> serde_json::Value {
    let networks = &service.networks;
    let texts = |all: &[Ipv6Prefix]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let first_use = service.first_use.map(|first_use| {
        json!({"lasts_s": first_use.lasts_s, "first_used_at": first_use.at.map(units::rfc3339)})
    });
    let attributes = words.map(|words| words.shown(service.reply_attributes.as_ref()));
    json!({
        "id": service.id.0,
        "login": service.login,
        "subscriber": service.subscriber_name,
        "plan": service.plan_name,
        "state": standing_name(service.standing),
        "password": "set",
        "valid_from": service.validity.from.map(units::rfc3339),
        "valid_until": service.validity.until.map(units::rfc3339),
        "address": service.fixed_ipv4,
        "ipv6_address": networks.ipv6,
        "ipv6_prefixes": texts(&networks.ipv6_prefixes),
        "delegated_ipv6_prefixes": texts(&networks.delegated_ipv6_prefixes),
        "routes": networks.routes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "first_use": first_use,
        "attributes": attributes,
        "created_at": units::rfc3339(service.created_at),
    })
}

fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Active => "active",
        Standing::Suspended => "suspended",
        Standing::Terminated => "terminated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nt_hash_is_read_and_a_password_in_its_place_not_repeated() {
        let hash = parse_nt_hash("44ebba8d5312b8d611474411f56989ae").unwrap();
        assert_eq!((hash[0], hash[15]), (0x44, 0xae));
        for wrong in ["hunter2", "44ebba8d5312b8d611474411f56989a", "é", &"+1".repeat(16)] {
            let message = parse_nt_hash(wrong).unwrap_err();
            assert!(!message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn a_validity_that_ends_before_it_begins_is_refused() {
        let at = |s| Some(Timestamp::from_unix_s(s));
        assert!(check_validity(Validity { from: at(5), until: at(5) }).is_err());
        assert!(check_validity(Validity { from: at(5), until: at(6) }).is_ok());
        assert!(check_validity(Validity { from: None, until: at(6) }).is_ok());
    }
}
