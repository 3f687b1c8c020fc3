//! The store of this installation, opened for one command.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use entitlement::TenantId;
use storage::{Actor, Store};

use super::{Globals, print};
use crate::config::Loaded;
use crate::control::client;
use crate::control::protocol::Request;
use crate::serve;

/// The longest password that is read from standard input, octets: longer than RADIUS can carry.
const STDIN_LEN_MAX: u64 = 4096;

/// What a command that works on the store needs.
pub(super) struct Open {
    pub loaded: Loaded,
    pub store: Store,
    pub tenant: TenantId,
    pub actor: Actor,
}

impl Open {
    /// Opens the store that the configuration names, for the tenant that is meant.
    pub(super) async fn new(globals: &Globals) -> anyhow::Result<Self> {
        let loaded = globals.load()?;
        let store = serve::open_store(&loaded.config).await?;
        let tenant = store.tenants().find(&globals.tenant).await?.id;
        Ok(Self { loaded, store, tenant, actor: actor() })
    }

    /// A text of the store with names for numbers and moments on the tenant's clock.
    pub(super) async fn in_words(&self, said: &str) -> anyhow::Result<String> {
        Ok(self.store.in_words(self.tenant, said).await?)
    }

    /// Says what was done, and asks a running server to see it before its next packet.
    pub(super) fn done(&self, what: &str) -> anyhow::Result<()> {
        done(&self.loaded, what)
    }

    /// As [`done`](Self::done), with what has come of it for machines.
    pub(super) fn done_as_json<T: serde::Serialize>(&self, what: &T) -> anyhow::Result<()> {
        if let Err(error) = client::ask(&self.loaded.config.control.socket, &Request::Sync) {
            print::warning(&format!(
                "a running server was not told and will see it in a moment: {error:#}"
            ));
        }
        print::json(what)
    }
}

/// As [`Open::done`], for what concerns no tenant in particular.
pub(super) fn done(loaded: &Loaded, what: &str) -> anyhow::Result<()> {
    match client::ask(&loaded.config.control.socket, &Request::Sync) {
        Ok(Some(_)) => print::line(&format!("{what} (the running server knows)")),
        Ok(None) => print::line(&format!("{what} (no server is running)")),
        Err(error) => {
            print::line(what)?;
            print::warning(&format!(
                "a running server was not told and will see it in a moment: {error:#}"
            ));
            Ok(())
        }
    }
}

/// Runs a command that works on the store.
pub(super) fn block_on<T>(command: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(command)
}

/// Who makes the changes of this process, for the audit.
pub(super) fn actor() -> Actor {
    let user = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "somebody".to_owned());
    Actor::new(&format!("{user} on the command line"))
}

/// A secret from standard input, without the end of its line.
pub(super) fn secret_from_stdin(what: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(STDIN_LEN_MAX + 1)
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read the {what} from standard input"))?;
    if text.len() as u64 > STDIN_LEN_MAX {
        bail!("the {what} on standard input is longer than {STDIN_LEN_MAX} octets");
    }
    let secret = text.strip_suffix('\n').unwrap_or(&text);
    let secret = secret.strip_suffix('\r').unwrap_or(secret);
    if secret.is_empty() {
        bail!("standard input holds no {what}");
    }
    Ok(secret.to_owned())
}
