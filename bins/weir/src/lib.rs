//! Weir in one process: the RADIUS server with its store, and the operator's command line.
//!
//! It wires and shows; it decides nothing. What a packet means is for `aaa-engine`, what is kept
//! for `storage`, what is received and sent for `radius-server`.
//!
//! The modules that matter: [`config`] (every key of `weir.toml`), [`serve`] (the server that
//! `weir serve` runs, for programs that want it inside) and [`cli`] (the command line).
//!
//! ```
//! use std::path::Path;
//!
//! let text = "[radius]\nduplicate_lifetime_s = 10\n";
//! let config = weir::config::parse(text, Path::new("weir.toml"))?;
//! assert_eq!(config.radius.duplicate_lifetime_s, 10);
//! assert_eq!(config.store.url, "sqlite:weir.db");
//! # Ok::<(), anyhow::Error>(())
//! ```

pub mod cli;
pub mod config;
pub mod control;
pub mod log;
pub mod serve;
pub mod table;
pub mod units;

mod base32;
mod clock;
mod enforcement_words;
mod entropy;
mod explanation;
mod quotas;
mod suggest;
