//! `weir one-time-code`: the codes that a service is asked for behind its password.

use std::process::ExitCode;

use aaa_engine::auth::{CodeDigits, CodeHash, CodeSecret};
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use super::open::{self, Open};
use super::{Globals, print};
use crate::{base32, entropy, units};

/// The length of a secret that is made here, octets: that of the hash (RFC 4226 section 4).
const SECRET_LEN: usize = 20;

/// What can be done with one-time codes.
#[derive(Debug, Subcommand)]
pub(super) enum OneTimeCodeCommand {
    /// Ask a service for a one-time code behind its password, and print, once, the otpauth address
    /// that its authenticator is to be set up with.
    ///
    /// A log-in by PAP whose password is right is asked by an Access-Challenge; who cannot be asked
    /// types the code behind the password. CHAP, MS-CHAP and EAP bring no code and are refused.
    Enable(Box<EnableArgs>),
    /// Ask a service for its password alone.
    Disable {
        /// The name the service logs in with.
        login: String,
    },
    /// Show whether a service is asked for one-time codes.
    Show {
        /// The name the service logs in with.
        login: String,
    },
}

/// What `weir one-time-code enable` can be told.
#[derive(Debug, Args)]
pub(super) struct EnableArgs {
    /// The name the service logs in with.
    login: String,
    /// A secret that exists already, in base32; others on this machine can see it while the command
    /// runs [default: a new one].
    #[arg(long, value_name = "BASE32", conflicts_with = "secret_stdin")]
    secret: Option<String>,
    /// Read a secret that exists already from standard input, in base32.
    #[arg(long)]
    secret_stdin: bool,
    /// How many digits a code has; not every authenticator knows 8.
    #[arg(long, value_enum, default_value = "6")]
    digits: Digits,
    /// The hash that codes are made with; not every authenticator knows sha256.
    #[arg(long, value_enum, default_value = "sha1")]
    hash: Hash,
    /// Whose name the authenticator shows beside the login.
    #[arg(long, value_name = "NAME", default_value = "Weir")]
    issuer: String,
    /// Put it in place of the codes that the service has, which are worth nothing any more.
    #[arg(long)]
    replace: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Digits {
    #[value(name = "6")]
    Six,
    #[value(name = "8")]
    Eight,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Hash {
    Sha1,
    Sha256,
}

pub(super) fn run(command: OneTimeCodeCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    open::block_on(async {
        let open = Open::new(globals).await?;
        match command {
            OneTimeCodeCommand::Enable(args) => enable(&args, &open).await,
            OneTimeCodeCommand::Disable { login } => {
                let services = open.store.services(open.tenant);
                if services.one_time_codes(&login).await?.is_none() {
                    bail!("service `{login}` is asked for no one-time codes");
                }
                services.set_one_time_codes(&open.actor, &login, None).await?;
                open.done(&format!("service `{login}` is asked for no one-time codes any more"))
            }
            OneTimeCodeCommand::Show { login } => show(&login, &open, globals.json).await,
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn enable(args: &EnableArgs, open: &Open) -> anyhow::Result<()> {
    let secret = secret(args)?;
    let services = open.store.services(open.tenant);
    let login = services.find(&args.login).await?.login;
    if !args.replace && services.one_time_codes(&login).await?.is_some() {
        bail!("service `{login}` has one-time codes already; --replace makes them worth nothing");
    }
    services.set_one_time_codes(&open.actor, &login, Some(&secret)).await?;
    print::line(&uri(&args.issuer, &login, &secret))?;
    open.done(&format!("service `{login}` is asked for one-time codes made of this, shown once"))
}

fn secret(args: &EnableArgs) -> anyhow::Result<CodeSecret> {
    let hash = match args.hash {
        Hash::Sha1 => CodeHash::Sha1,
        Hash::Sha256 => CodeHash::Sha256,
    };
    let digits = match args.digits {
        Digits::Six => CodeDigits::Six,
        Digits::Eight => CodeDigits::Eight,
    };
    let given = if args.secret_stdin {
        Some(open::secret_from_stdin("secret")?)
    } else {
        args.secret.clone()
    };
    let octets = match given {
        Some(text) => base32::decode(&text)
            .context("the secret is no base32: the letters A to Z and the digits 2 to 7")?,
        None => entropy::random::<SECRET_LEN>()?.to_vec(),
    };
    Ok(CodeSecret::new(octets, hash, digits)?)
}

/// The address by which authenticators are set up: what the codes are made of, and whose they are.
fn uri(issuer: &str, login: &str, secret: &CodeSecret) -> String {
    let hash = match secret.hash {
        CodeHash::Sha1 => "SHA1",
        CodeHash::Sha256 => "SHA256",
    };
    let (issuer, login) = (escaped(issuer), escaped(login));
    format!(
        "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}&algorithm={hash}&digits={}\
         &period={}",
        base32::encode(secret.expose()),
        secret.digits.count(),
        aaa_engine::auth::CODE_STEP_S
    )
}

/// With everything escaped that has a meaning in an address (RFC 3986 section 2.3).
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            escaped.push(char::from(octet));
        } else {
            escaped.push_str(&format!("%{octet:02X}"));
        }
    }
    escaped
}

async fn show(login: &str, open: &Open, as_json: bool) -> anyhow::Result<()> {
    let codes = open.store.services(open.tenant).one_time_codes(login).await?;
    let last_used_at = codes.and_then(|codes| codes.last_step).map(|step| step.begins_at());
    let hash = |hash| match hash {
        CodeHash::Sha1 => "sha1",
        CodeHash::Sha256 => "sha256",
    };
    if as_json {
        return print::json(&json!({
            "login": login,
            "enabled": codes.is_some(),
            "digits": codes.map(|codes| codes.digits.count()),
            "hash": codes.map(|codes| hash(codes.hash)),
            "last_used_at": last_used_at.map(units::rfc3339),
        }));
    }
    let Some(codes) = codes else {
        return print::line(&format!("service `{login}` is asked for no one-time codes"));
    };
    let used = last_used_at.map_or_else(
        || "none was used yet".to_owned(),
        |at| format!("the latest that was used is of {}", units::when(at)),
    );
    print::line(&format!(
        "service `{login}` is asked for one-time codes of {} digits ({}); {used}",
        codes.digits.count(),
        hash(codes.hash)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_escapes_names_and_names_everything() {
        let secret =
            CodeSecret::new(*b"12345678901234567890", CodeHash::Sha1, CodeDigits::Six).unwrap();
        assert_eq!(
            uri("My ISP", "ann@home", &secret),
            "otpauth://totp/My%20ISP:ann%40home?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=My%20ISP&algorithm=SHA1&digits=6&period=30"
        );
    }
}
