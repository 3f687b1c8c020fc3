//! Why a snapshot is of no use, in words that say what would help.

use std::io;

use crate::keys::KeyError;

/// Why a snapshot could not be written or was not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// There is none.
    #[error("there is none; a server that has once been started with its store writes one")]
    Missing,
    /// It is not as it was written.
    #[error(
        "it is damaged: {0}; a server that is started while the store answers writes a new one"
    )]
    Damaged(&'static str),
    /// Another version of this program wrote it.
    #[error(
        "it has version {found}, and this program knows version {known}; start the program that \
         wrote it, or wait until the store answers"
    )]
    Version {
        /// The version in the file.
        found: u16,
        /// The one that is known.
        known: u16,
    },
    /// It was written for a store with other tables.
    #[error(
        "it was written for a store with other tables ({found}, and this program knows {known}); \
         start the program that wrote it, or wait until the store answers"
    )]
    Tables {
        /// What the snapshot says.
        found: String,
        /// What this program says.
        known: String,
    },
    /// The key it is sealed with is not in the key file.
    #[error(
        "it is sealed with key {key_id}, which the key file does not hold; use the key file that \
         it was written with"
    )]
    UnknownKey {
        /// The number of the missing key.
        key_id: u32,
    },
    /// No key opens it.
    #[error(
        "the key file does not open it: it is damaged, or was written with another key file; use \
         that one, or wait until the store answers"
    )]
    WrongKey,
    /// It is of something else than what was asked for.
    #[error(
        "it is of {what} {found}, and the configuration means {wanted}; mend the configuration, or \
         wait until the store answers"
    )]
    Other {
        /// The store, or the journal.
        what: &'static str,
        /// What the snapshot says.
        found: String,
        /// What it should say.
        wanted: String,
    },
    /// The disk refused.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Something is wrong with the key file.
    #[error(transparent)]
    Key(#[from] KeyError),
}
