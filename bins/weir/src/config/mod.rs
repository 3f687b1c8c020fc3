//! `weir.toml`: every key, what it means and what it is unless the file says otherwise.
//!
//! The documentation of a key is written once, at its field: it is the rustdoc, the comment in
//! the file that `weir init` writes, and what `weir config print` shows.

mod check;
mod load;
mod template;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use load::{DEFAULT_PATHS, Loaded, PATH_VARIABLE, load, parse};
pub use template::{Values, render};

/// What one section of the file documents about itself.
#[derive(Debug, Clone, Copy)]
pub struct SectionDoc {
    /// The header as it stands in the file, `[store]`.
    pub header: &'static str,
    /// Its lines of documentation.
    pub doc: &'static [&'static str],
    /// Its keys, in the order they are shown.
    pub keys: &'static [KeyDoc],
}

/// What one key documents about itself.
#[derive(Debug, Clone, Copy)]
pub struct KeyDoc {
    /// The key.
    pub name: &'static str,
    /// Its lines of documentation.
    pub doc: &'static [&'static str],
}

/// Defines a section: the struct that is read, its defaults, and its documentation as data.
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])*
        $header:literal
        $name:ident {
            $( $(#[doc = $doc:literal])* $field:ident : $type:ty = $default:expr, )*
        }
        $( beside { $( $(#[$beside_meta:meta])* $beside:ident : $beside_type:ty = $beside_default:expr, )* } )?
    ) => {
        $(#[doc = $section_doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $type, )*
            $( $( $(#[$beside_meta])* pub $beside: $beside_type, )* )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $default, )*
                    $( $( $beside: $beside_default, )* )?
                }
            }
        }

        impl $name {
            /// The section's documentation, from the same source as this page.
            pub const DOC: SectionDoc = SectionDoc {
                header: $header,
                doc: &[$($section_doc),*],
                keys: &[$( KeyDoc { name: stringify!($field), doc: &[$($doc),*] } ),*],
            };
        }
    };
}

/// The whole of `weir.toml`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `[store]`
    pub store: StoreSection,
    /// `[journal]`
    pub journal: JournalSection,
    /// `[radius]`
    pub radius: RadiusSection,
    /// `[policy]`
    pub policy: PolicySection,
    /// `[worker]`
    pub worker: WorkerSection,
    /// `[control]`
    pub control: ControlSection,
    /// `[log]`
    pub log: LogSection,
    /// `[dictionary]`
    pub dictionary: DictionarySection,
    /// `[dialect]`
    pub dialect: DialectSection,
}

section! {
    /// Where subscribers, plans, NASes and sessions are kept.
    "[store]"
    StoreSection {
        /// `sqlite:FILE`, or `postgres://user:password@host/database`.
        url: String = "sqlite:weir.db".to_owned(),
        /// The keys that passwords and NAS secrets are encrypted with in the store. Back it up
        /// apart from the store: without it they cannot be read again.
        key_file: PathBuf = "weir.key".into(),
        /// How often, at most, a server on PostgreSQL writes what it answers from into an encrypted
        /// file in the journal's folder, seconds. From it `weir serve` starts while the database is
        /// away; 0 writes none, and the server then starts with its database only.
        snapshot_interval_s: u32 = 60,
    }
}

section! {
    /// The journal: accounting is written to it, and only then answered.
    "[journal]"
    JournalSection {
        /// The folder its segments are in. A local disk, never a network one.
        directory: PathBuf = "journal".into(),
        /// How large one segment grows before the next is begun, octets.
        segment_size_bytes: u64 = 64 * 1024 * 1024,
        /// How long a segment is kept after the store has taken all of it, hours.
        retention_h: u32 = 24,
    }
}

section! {
    /// How requests are answered.
    "[radius]"
    RadiusSection {
        /// How many threads receive on each socket, 1 to 64; 0 makes it one for each processor.
        lanes: u16 = 0,
        /// How long a reply is kept, to be sent again to a repeated request, seconds; RFC 5080
        /// section 2.2.2 asks for 5 to 30. Longer than a NAS waits before it repeats: one that
        /// waits 5 s repeats just after 5 s, which must find the reply still there.
        duplicate_lifetime_s: u32 = 15,
        /// Whether subscribers may log in with PAP.
        pap: bool = true,
        /// Whether subscribers may log in with CHAP.
        chap: bool = true,
        /// Whether subscribers may log in with MS-CHAP version 1, which anyone who sees the
        /// packets can break.
        mschapv1: bool = true,
        /// Whether subscribers may log in with MS-CHAP version 2.
        mschapv2: bool = true,
        /// Whether subscribers may log in with EAP-MD5, as switches and access points use it with
        /// IEEE 802.1X.
        eap_md5: bool = true,
        /// Whether links that log in with MS-CHAP may be encrypted with MPPE: `off`, `allowed`,
        /// or `required`, which has the NAS end those that are not.
        mppe: MppeChoice = MppeChoice::Allowed,
        /// How long an Access-Reject is held back, so that guessing passwords takes time,
        /// milliseconds, up to 5000. A NAS that waits for less takes the server for dead, and some
        /// wait for 100 ms only: raise their timeout first.
        reject_delay_ms: u32 = 0,
    }
    beside {
        /// `[[radius.listener]]`
        listener: Vec<ListenerSection> = vec![ListenerSection::default()],
    }
}

section! {
    /// What log-ins must fulfil beyond what their plans say.
    "[policy]"
    PolicySection {
        /// After so many wrong passwords in a row a login is locked for a while; 0 never locks one.
        /// Who knows a login can lock it, so it is meant for vouchers and log-ins to routers.
        lock_out_failures: u16 = 0,
        /// Within how long they must have been given, seconds.
        lock_out_within_s: u32 = 300,
        /// For how long the login is then locked, seconds.
        lock_out_s: u32 = 300,
        /// After so many Interim-Updates that did not come a session is taken to be over.
        missed_interims: u16 = 3,
        /// After so long without a packet that is so too where the plan asks for no
        /// Interim-Updates, hours.
        silence_max_h: u32 = 26,
    }
}

section! {
    /// A pair of sockets that RADIUS is received on. Repeat the section for more; a NAS is known
    /// by the name of its listener and its source address together.
    "[[radius.listener]]"
    ListenerSection {
        /// The name that `weir nas add --listener` refers to.
        name: String = DEFAULT_LISTENER.to_owned(),
        /// Where Access-Requests are received.
        authentication: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1812),
        /// Where Accounting-Requests are received.
        accounting: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1813),
    }
}

section! {
    /// What is done by the clock: what was entered ahead, billing, and dunning.
    "[worker]"
    WorkerSection {
        /// Whether this server does it. Of several that share a store, one does it for each tenant, and
        /// another takes over when that one is gone.
        enabled: bool = true,
        /// How long it waits between two rounds, seconds.
        interval_s: u32 = 10,
    }
}

section! {
    /// The socket that `weir sessions`, `weir status` and other commands reach the server by.
    "[control]"
    ControlSection {
        /// The file of the socket. Only the user that runs the server may open it.
        socket: PathBuf = "weir.sock".into(),
    }
}

section! {
    /// What the server says, on its standard error.
    "[log]"
    LogSection {
        /// `text` for people, `json` for machines: one object a line.
        format: LogFormat = LogFormat::Text,
        /// `error`, `warn`, `info`, `debug` or `trace`.
        level: LogLevel = LogLevel::Info,
    }
}

section! {
    /// Attributes beyond the built-in ones.
    "[dictionary]"
    DictionarySection {
        /// Dictionary files in the FreeRADIUS text format, read after the built-in ones.
        files: Vec<PathBuf> = Vec::new(),
    }
}

section! {
    /// How each kind of NAS is spoken to, beyond the built-in dialects.
    "[dialect]"
    DialectSection {
        /// Dialect files; one with the name of a built-in dialect takes its place.
        files: Vec<PathBuf> = Vec::new(),
    }
}

/// The name of the listener that a NAS is at unless it is said otherwise.
pub const DEFAULT_LISTENER: &str = "default";

/// Every section, in the order of the file.
pub const SECTIONS: [SectionDoc; 10] = [
    StoreSection::DOC,
    JournalSection::DOC,
    RadiusSection::DOC,
    ListenerSection::DOC,
    PolicySection::DOC,
    WorkerSection::DOC,
    ControlSection::DOC,
    LogSection::DOC,
    DictionarySection::DOC,
    DialectSection::DOC,
];

/// Whether links may be encrypted with MPPE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MppeChoice {
    /// They may not.
    Off,
    /// They may.
    Allowed,
    /// They must.
    Required,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

/// The least important lines that are still written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Something has failed.
    Error,
    /// Something needs a look.
    Warn,
    /// What an operator wants to know of a healthy server.
    Info,
    /// Every decision.
    Debug,
    /// Everything.
    Trace,
}
