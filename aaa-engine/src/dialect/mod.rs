//! How a NAS is told what a session is to get: dialects, one text file for each vendor.
//!
//! # The files
//!
//! A dialect maps intents to attributes. Blank lines and what follows a `#` mean nothing; the
//! first other line names the dialect, each further one is one of these:
//!
//! ```text
//! dialect <name>
//! <intent> <attribute> "<template>" [unless <intent>…]
//! change <intent>…
//! change <intent> <attribute> "<template>" [unless <intent>…]
//! identify <attribute> "<template>" [optional]
//! coa port <number>
//! coa disconnect only
//! services <manner>
//! ```
//!
//! A rule puts one attribute into the Access-Accept when the session has the intent, and has none
//! of the intents after `unless`. Several rules may have the same intent. They are written in
//! the order of the file. Attributes are named as in the dictionary, by their names there.
//!
//! # Sessions that last
//!
//! What a NAS takes in a CoA-Request (RFC 5176) is said by `change`: with intents alone, their
//! rules hold in a CoA-Request too; with an attribute and a template, they are a rule for a
//! CoA-Request alone, of which there may be several for an intent. What no line of `change` says
//! cannot be changed: to get it, a session must begin anew. `speed`, `burst`, `priority` and
//! `minimum` are changed together.
//!
//! `identify` says what a session is named by in a CoA-Request and in a Disconnect-Request, in this
//! order. In its template stand `{acct_session_id}`, `{user_name}`, `{calling_station_id}`,
//! `{framed_ipv4}`, `{nas_ipv4}` and `{nas_identifier}`, octet for octet as the NAS sent them; a
//! line with one that the session does not have is left out. With `optional` it is also left out
//! when the NAS answers that it does not know such an attribute, the last of them first. Without
//! any such line a session is named by Acct-Session-Id and, optionally, User-Name.
//!
//! `coa port` is where NASes of this kind listen by default; without it that is 3799. `coa
//! disconnect only` says that they take a Disconnect-Request, and no CoA-Request.
//!
//! `services` says that NASes of this kind have services that a plan can name (the module
//! [`catalogue`](crate::catalogue)), and in what manner they are told of them: `juniper`,
//! `cisco-isg`, `nokia`, `huawei` or `huawei-service-info` ([`ServiceManner`]). Without it they
//! are told the plan's speed, and none of its services.
//!
//! # Templates
//!
//! In a template, `{placeholder}` or `{placeholder:unit}` stands for a value of the intent; `{{`
//! and `}}` stand for the braces themselves. The quotes may be left out around a template without
//! blanks and `#`.
//!
//! | intent | placeholders | what it is |
//! |---|---|---|
//! | `speed` | `{upload}`, `{download}`, `{peak_upload}`, `{peak_download}` | rates, seen from the subscriber; the peak is the burst's, where it is more than the speed |
//! | `burst` | those, `{burst_upload}`, `{burst_download}`, `{threshold_upload}`, `{threshold_download}`, `{burst_seconds}` | more for a while |
//! | `priority` | those, `{priority}` | from 1, the first, to 8 |
//! | `minimum` | those, `{minimum_upload}`, `{minimum_download}` | what is kept free (CIR) |
//! | `pool`, `ipv6_pool`, `delegated_ipv6_pool` | `{pool}` | the name of the pool on the NAS |
//! | `fixed_ipv4`, `fixed_ipv6` | `{address}` | the service's own address |
//! | `ipv6_prefix`, `delegated_ipv6_prefix` | `{prefix}` | its own prefixes, one attribute each |
//! | `route`, `ipv6_route` | `{route}` | what is routed to it, one attribute each |
//! | `session_timeout` | `{seconds}`, `{session_seconds}` | how long the session may last from now, and from its start: the same but in a CoA-Request |
//! | `idle_timeout` | `{seconds}` | how long it may be idle |
//! | `interim_interval` | `{seconds}` | how often usage is reported |
//! | `address_list` | `{list}` | the firewall list or filter the session is put on |
//! | `routing_mark` | `{mark}` | the routing mark or virtual router |
//! | `group` | `{group}` | the group or profile on the NAS |
//! | `total_limit`, `download_limit`, `upload_limit` | `{octets}` | how much the NAS lets through before it ends the session |
//!
//! A session with a minimum has a priority too, if need be 8; one with a priority has a burst, if
//! need be of zero: so a text that has all of them in order is a rule for each length of it, each
//! but the last `unless` the next.
//!
//! Units of a rate: `bps` (bits a second, the default), `kbps` (1,000 bits a second), `octets`
//! (octets a second, for bursts), both rounded down but at least 1, and `si`, the form of RouterOS:
//! `2M` for 2,000,000, `1500k` for 1,500,000, a plain number where neither is exact. A unit may be
//! multiplied: `{upload:octets*2}` is what two seconds bring.
//!
//! Units of a limit: `octets` (the default), `low32` and `gigawords` (its low and high 32 bits, for
//! a pair of attributes: write both, whatever the limit), and `kib` (1,024 octets, rounded down but
//! at least 1).
//!
//! Attributes may be of the types string, octets, integer, ipaddr, ipv6addr and ipv6prefix. The
//! template of an integer is one placeholder with a number (which is cut to 32 bits at the top:
//! 4294967295), a number, or the dictionary's name for one; that of an address is `{address}` or
//! an IPv4 address; that of a prefix is `{prefix}`. An attribute that
//! may carry a tag is a text and takes one behind its name, `ERX-Service-Activate:1`. Attributes
//! that are encrypted cannot be written by a dialect.

mod change;
mod check;
mod error;
mod parse;
mod placeholder;
mod services;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

use radius_dict::Dictionary;
use radius_proto::{
    ATTRIBUTE_VALUE_LEN_MAX, AttributeType, PacketWriter, Tag, VendorFormat, VendorId, WriteError,
};

use crate::catalogue::ServiceManner;
use crate::intent::{IntentKind, Intents};
use crate::reply_attributes::AttributeName;
use change::Changes;
use template::Template;

pub use change::{IdentityError, SessionIdentity};
pub use check::Inexpressible;
pub use error::{DialectError, DialectProblem};

/// The longest dialect file, octets.
pub const DIALECT_LEN_MAX: usize = 64 * 1024;

/// The dialects an engine speaks, by name.
#[derive(Debug, Clone, Default)]
pub struct Dialects {
    by_name: BTreeMap<Arc<str>, Dialect>,
}

/// One dialect, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    name: Arc<str>,
    rules: Vec<Rule>,
    changes: Changes,
    services: Option<ServiceManner>,
}

/// One line of a dialect: an attribute for an intent.
#[derive(Debug, Clone)]
struct Rule {
    intent: IntentKind,
    unless: Vec<IntentKind>,
    attribute: Target,
    /// What the dictionary calls the attribute.
    attribute_name: Arc<str>,
    template: Template,
}

/// Where in a packet an attribute goes, and with which tag.
#[derive(Debug, Clone, Copy)]
struct Target {
    place: Place,
    tag: Option<Tag>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Standard(AttributeType),
    Vendor { format: VendorFormat, vendor: VendorId, kind: u32 },
}

/// The files that are built in: name of the file, text.
const BUILTIN: [(&str, &str); 8] = [
    ("accel-ppp.dialect", include_str!("../../dialects/accel-ppp.dialect")),
    ("cisco.dialect", include_str!("../../dialects/cisco.dialect")),
    ("generic.dialect", include_str!("../../dialects/generic.dialect")),
    ("huawei.dialect", include_str!("../../dialects/huawei.dialect")),
    ("juniper.dialect", include_str!("../../dialects/juniper.dialect")),
    ("mikrotik.dialect", include_str!("../../dialects/mikrotik.dialect")),
    ("nokia.dialect", include_str!("../../dialects/nokia.dialect")),
    ("wispr.dialect", include_str!("../../dialects/wispr.dialect")),
];

impl Dialects {
    /// The built-in dialects: `accel-ppp`, `cisco`, `generic`, `huawei`, `juniper`, `mikrotik`,
    /// `nokia` and `wispr`.
    #[must_use]
    pub fn builtin() -> Self {
        let mut dialects = Self::default();
        for (file, text) in BUILTIN {
            #[expect(
                clippy::expect_used,
                reason = "the texts are constants, and a test adds them"
            )]
            dialects.add(file, text, Dictionary::builtin()).expect("built-in dialect");
        }
        dialects
    }

    /// Adds the dialect in `text`, whose attributes are looked up in `dictionary`, and replaces
    /// the one of the same name. `file` says where the text is from, for error messages.
    ///
    /// # Errors
    /// At the first line that is wrong, saying what would be right.
    pub fn add(
        &mut self,
        file: &str,
        text: &str,
        dictionary: &Dictionary,
    ) -> Result<(), DialectError> {
        let dialect = parse::dialect(file, text, dictionary)?;
        self.by_name.insert(Arc::clone(&dialect.name), dialect);
        Ok(())
    }

    /// The names of the dialects, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(AsRef::as_ref)
    }

    /// Is there a dialect of this name?
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Dialect> {
        self.by_name.get(name)
    }
}

impl Dialect {
    /// Does it say the intent of this kind that is among `intents`?
    pub(crate) fn expresses(&self, kind: IntentKind, intents: &Intents<'_>) -> bool {
        self.rules.iter().any(|rule| rule.intent == kind && rule.applies(intents))
    }

    /// Does it write the attribute of this name to say `intents`?
    pub(crate) fn names(&self, intents: &Intents<'_>, name: AttributeName) -> bool {
        self.rules.iter().any(|rule| rule.applies(intents) && rule.attribute.name() == name)
    }

    /// Is an attribute that it would write to say one of these kinds of `intents` left out, because
    /// others are written in its place?
    pub(crate) fn is_replaced(
        &self,
        intents: &Intents<'_>,
        kinds: &[IntentKind],
        replaced: impl Fn(AttributeName) -> bool,
    ) -> bool {
        let rules = self.rules.iter().filter(|rule| kinds.contains(&rule.intent));
        rules.filter(|rule| rule.applies(intents)).any(|rule| replaced(rule.attribute.name()))
    }

    /// Writes the attributes that say `intents`, but those in whose place others are written.
    pub(crate) fn write(
        &self,
        intents: &Intents<'_>,
        replaced: impl Fn(AttributeName) -> bool,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        let rules = self.rules.iter().filter(|rule| rule.applies(intents));
        for rule in rules.filter(|rule| !replaced(rule.attribute.name())) {
            rule.write(intents, writer)?;
        }
        Ok(())
    }
}

impl Rule {
    fn applies(&self, intents: &Intents<'_>) -> bool {
        intents.has(self.intent) && !self.unless.iter().any(|kind| intents.has(*kind))
    }

    /// Does it say, or write as part of what it says, intents of this kind?
    fn depends_on(&self, kind: IntentKind) -> bool {
        self.intent == kind || self.template.shows(kind)
    }

    /// Can what it says change when an intent does that `changed` picks?
    fn concerns(&self, changed: &impl Fn(IntentKind) -> bool) -> bool {
        let own = || core::iter::once(&self.intent).chain(&self.unless);
        own().any(|kind| changed(*kind))
            || (own().any(|kind| IntentKind::SHAPING.contains(kind))
                && IntentKind::SHAPING.iter().any(|kind| changed(*kind)))
    }

    fn write(
        &self,
        intents: &Intents<'_>,
        writer: &mut PacketWriter<'_>,
    ) -> Result<(), WriteError> {
        for number in 0..intents.count(self.intent) {
            let write = |value: &[u8]| self.attribute.write(value, writer);
            self.template.render(intents, number, write)?;
        }
        Ok(())
    }
}

impl Target {
    /// The longest value it can take, octets.
    fn room(self) -> usize {
        let room = match self.place {
            Place::Standard(_) => ATTRIBUTE_VALUE_LEN_MAX,
            // In pieces it could be longer still, but one rule renders one attribute's worth.
            Place::Vendor { format, .. } if format.continuation() => ATTRIBUTE_VALUE_LEN_MAX,
            Place::Vendor { format, .. } => {
                let header = 4 + format.type_octets() + format.length_octets();
                ATTRIBUTE_VALUE_LEN_MAX.saturating_sub(usize::from(header))
            }
        };
        room - usize::from(self.tag.is_some())
    }

    fn name(self) -> AttributeName {
        match self.place {
            Place::Standard(kind) => AttributeName::Standard(kind),
            Place::Vendor { vendor, kind, .. } => AttributeName::Vendor(vendor, kind),
        }
    }

    fn write(self, value: &[u8], writer: &mut PacketWriter<'_>) -> Result<(), WriteError> {
        let mut tagged = [0; ATTRIBUTE_VALUE_LEN_MAX + 1];
        let value = match self.tag {
            None => value,
            Some(tag) => {
                let (first, rest) = tagged.split_at_mut(1);
                first.fill(tag.get());
                let max = self.room();
                let too_long = WriteError::ValueTooLong { len: value.len(), max };
                rest.get_mut(..value.len()).ok_or(too_long)?.copy_from_slice(value);
                tagged.get(..=value.len()).unwrap_or_default()
            }
        };
        match self.place {
            Place::Standard(kind) => writer.attribute(kind, value),
            Place::Vendor { format, vendor, kind } => {
                writer.vendor_attribute_in(format, vendor, kind, value)
            }
        }
    }
}

#[cfg(test)]
mod tests;
