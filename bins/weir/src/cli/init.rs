//! `weir init`: everything a new installation needs.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Args;
use radius_server::journal::{Disk as _, RealDisk};
use storage::{KeyRing, Store, StoreOptions};

use super::{Globals, open, print};
use crate::config::{self, Config, Values};
use crate::serve::{self, class_key};

/// What `weir init` can be told.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The folder for the store, the key file, the journal and the control socket
    /// [default: the folder of the configuration].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Where Access-Requests are received [default: 0.0.0.0:1812].
    #[arg(long, value_name = "ADDR:PORT")]
    authentication: Option<SocketAddr>,
    /// Where Accounting-Requests are received [default: 0.0.0.0:1813].
    #[arg(long, value_name = "ADDR:PORT")]
    accounting: Option<SocketAddr>,
    /// Do nothing when there is an installation already.
    #[arg(long)]
    if_missing: bool,
}

/// The file of the configuration when only the folder is known.
const CONFIG_FILE: &str = "weir.toml";

/// Not for everybody to read: a store's URL may hold a password.
const CONFIG_MODE: u32 = 0o640;

pub(super) fn run(args: &InitArgs, globals: &Globals) -> anyhow::Result<ExitCode> {
    let (path, folder) = places(args, globals)?;
    if path.exists() {
        return already_there(args, globals, &path);
    }
    let config = new_config(args, &path, &folder)?;
    let text = config::render(&config, Values::DefaultsAsComments)
        .with_context(|| format!("the path {} is not UTF-8", folder.display()))?;
    let resolved = resolved(&config, &path)?;
    refuse_leftovers(&resolved)?;
    for needed in [folder.as_path(), path.parent().unwrap_or(&folder)] {
        std::fs::create_dir_all(needed)
            .with_context(|| format!("cannot make the folder {}", needed.display()))?;
    }
    let mut made = Made::default();
    make(&resolved, &path, &text, &mut made)?;
    made.keep();
    print::line(&format!("wrote the configuration  {}", path.display()))?;
    let key_file = resolved.store.key_file.display();
    print::line(&format!("wrote the key file       {key_file} (back it up apart from the store)"))?;
    print::line(&format!("created the store        {}", resolved.store.url))?;
    print::line("next: `weir nas add`, `weir plan add`, `weir service add`, then `weir serve`")?;
    Ok(ExitCode::SUCCESS)
}

/// The files that this run has made; removed again unless it comes to its end.
#[derive(Default)]
struct Made(Vec<PathBuf>);

impl Made {
    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            if let Err(error) = std::fs::remove_file(path)
                && error.kind() != ErrorKind::NotFound
            {
                print::warning(&format!("{} was made and is left: {error}", path.display()));
            }
        }
    }
}

/// Makes the files of an installation, the configuration last of all, so that it is the sign of
/// a complete one.
fn make(config: &Config, path: &Path, text: &str, made: &mut Made) -> anyhow::Result<()> {
    let key_file = &config.store.key_file;
    // Of two that begin at once, only one gets past here.
    let keys = KeyRing::generate_file(key_file)?;
    made.0.push(key_file.clone());
    made.0.extend(class_key::create(key_file)?);
    if let Some(file) = config.store.url.strip_prefix("sqlite:") {
        made.0.extend(["", "-wal", "-shm"].map(|suffix| format!("{file}{suffix}").into()));
    }
    open::block_on(async {
        let store = Store::open(&config.store.url, keys, StoreOptions::default()).await?;
        store.close().await;
        Ok(())
    })?;
    write_new(path, text, made)
}

/// The file of the configuration, and the folder of the data.
fn places(args: &InitArgs, globals: &Globals) -> anyhow::Result<(PathBuf, PathBuf)> {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .with_context(|| format!("cannot tell where {} is", path.display()))
    };
    let path = match (&globals.config, &args.data_dir) {
        (Some(path), _) => absolute(path)?,
        (None, Some(folder)) => absolute(folder)?.join(CONFIG_FILE),
        (None, None) => absolute(Path::new(CONFIG_FILE))?,
    };
    let folder = match &args.data_dir {
        Some(folder) => absolute(folder)?,
        None => path.parent().unwrap_or(Path::new("/")).to_path_buf(),
    };
    Ok((path, folder))
}

fn already_there(args: &InitArgs, globals: &Globals, path: &Path) -> anyhow::Result<ExitCode> {
    let path_shown = path.display();
    if !args.if_missing {
        bail!(
            "{path_shown} exists already and was left as it is; remove it first, or name another with --config"
        );
    }
    let existing = Globals { config: Some(path.to_path_buf()), ..globals.clone() };
    let loaded = existing.load()?;
    open::block_on(async {
        serve::open_store(&loaded.config).await?.close().await;
        Ok(())
    })?;
    print::line(&format!("{path_shown} exists already, and its store opens; nothing was changed"))?;
    Ok(ExitCode::SUCCESS)
}

/// A configuration whose paths are relative where the data lies beside it.
fn new_config(args: &InitArgs, path: &Path, folder: &Path) -> anyhow::Result<Config> {
    let mut config = Config::default();
    if path.parent() != Some(folder) {
        let shown =
            folder.to_str().with_context(|| format!("{} is not UTF-8", folder.display()))?;
        config.store.url = format!("sqlite:{shown}/weir.db");
        config.store.key_file = folder.join(&config.store.key_file);
        config.journal.directory = folder.join(&config.journal.directory);
        config.control.socket = folder.join(&config.control.socket);
    }
    for listener in &mut config.radius.listener {
        listener.authentication = args.authentication.unwrap_or(listener.authentication);
        listener.accounting = args.accounting.unwrap_or(listener.accounting);
    }
    Ok(config)
}

/// The configuration as it will be read back from `path`.
fn resolved(config: &Config, path: &Path) -> anyhow::Result<Config> {
    let text = config::render(config, Values::All)?;
    let mut config = config::parse(&text, path)?;
    config.resolve(path.parent().unwrap_or(Path::new("/")));
    Ok(config)
}

/// A key file, a store or a journal without their configuration are somebody's data; a journal
/// would besides be brought into the new store.
fn refuse_leftovers(config: &Config) -> anyhow::Result<()> {
    let store = config.store.url.strip_prefix("sqlite:").map(Path::new);
    let found: Vec<String> = [Some(config.store.key_file.as_path()), store]
        .into_iter()
        .flatten()
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if !found.is_empty() {
        bail!(
            "{} exists already, without a configuration beside it; move it away, or write the \
             configuration for it by hand (`weir config print --defaults`)",
            found.join(" and ")
        );
    }
    let journal = &config.journal.directory;
    let shown = journal.display();
    if journal.exists() {
        let disk = RealDisk::new(journal);
        let segments = disk
            .and_then(|disk| disk.segments())
            .with_context(|| format!("[journal] directory: cannot read {shown}"))?;
        if !segments.is_empty() {
            bail!(
                "[journal] directory: {shown} holds the journal of another store, {} segments; it \
                 would be brought into the new one; move it away, or name another --data-dir",
                segments.len()
            );
        }
    }
    Ok(())
}

fn write_new(path: &Path, text: &str, made: &mut Made) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(CONFIG_MODE)
        .open(path)
        .with_context(context)?;
    made.0.push(path.to_path_buf());
    file.write_all(text.as_bytes()).with_context(context)
}
