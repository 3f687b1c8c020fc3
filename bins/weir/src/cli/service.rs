//! `weir service`: the log-ins of subscribers.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;

use aaa_engine::MacAddress;
use aaa_engine::auth::Credential;
use anyhow::bail;
use clap::{Args, Subcommand};
use entitlement::{Standing, Timestamp, Validity};
use serde_json::json;
use storage::{NewService, ServiceEntry, ServiceUpdate, StoreError};

use super::open::{self, Open};
use super::{Globals, import, print};
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
}

fn when_setting(text: &str) -> Result<Setting<Timestamp>, String> {
    units::parse_setting(text, units::parse_when)
}

fn address_setting(text: &str) -> Result<Setting<Ipv4Addr>, String> {
    units::parse_setting(text, |text| {
        text.parse().map_err(|_| format!("`{text}` is not an IPv4 address such as 10.0.0.7"))
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
    let login = login(&args.login, &credential)?;
    let options = args.options;
    let validity = Validity {
        from: options.valid_from.and_then(Setting::into_option),
        until: options.valid_until.and_then(Setting::into_option),
    };
    check_validity(validity)?;
    let new = NewService {
        login,
        plan: args.plan,
        subscriber: args.subscriber,
        credential,
        validity,
        fixed_ipv4: options.address.and_then(Setting::into_option),
    };
    let service = services.add(&open.actor, &new).await?;
    open.done(&format!(
        "service `{}` added: plan {}, subscriber {}",
        service.login, service.plan_name, service.subscriber_name
    ))
}

/// The login as it is stored: a MAC address in one way, whichever way it was typed.
fn login(typed: &str, credential: &Credential) -> anyhow::Result<String> {
    if *credential != Credential::MacAddress {
        return Ok(typed.to_owned());
    }
    match MacAddress::parse(typed.as_bytes()) {
        Some(address) => Ok(address.to_string()),
        None => bail!(
            "`{typed}` is no MAC address such as 00:E1:0C:38:C8:F8; with --by-mac the login is one"
        ),
    }
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
    if let Some(credential) = &credential
        && login(&args.login, credential)? != args.login
    {
        bail!("`{}` is stored as {}", args.login, login(&args.login, credential)?);
    }
    let options = args.options;
    let update = ServiceUpdate {
        plan: args.plan,
        credential,
        standing: None,
        valid_from: options.valid_from.map(Setting::into_option),
        valid_until: options.valid_until.map(Setting::into_option),
        fixed_ipv4: options.address.map(Setting::into_option),
    };
    let changes_nothing = update.plan.is_none()
        && update.credential.is_none()
        && update.valid_from.is_none()
        && update.valid_until.is_none()
        && update.fixed_ipv4.is_none();
    if changes_nothing {
        bail!(
            "nothing to set; name at least one option, for example --plan (see `weir service set --help`)"
        );
    }
    let current = services.find(&args.login).await?.validity;
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
        return print::json(&entries.iter().map(as_value).collect::<Vec<_>>());
    }
    print::block(&table(&entries).render())
}

async fn show(login: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let service = open.store.services(open.tenant).find(login).await?;
    if as_json {
        return print::json(&as_value(&service));
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
    Ok(())
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
pub(super) fn as_value(service: &ServiceEntry) -> serde_json::Value {
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
