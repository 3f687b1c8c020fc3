//! One pair of every attribute, in its dictionary's order.

use radius_dict::text::{Pair, parse_pair};
use radius_dict::{AttributeDefinition, Dictionary, Encryption};
use radius_proto::VendorId;

use crate::common::{Numbers, as_octets, value};

/// Any number does; it is printed with every failure.
pub const SEED: u64 = 2865;

/// An attribute with a value of its type.
pub struct Sample {
    /// As a person would write it.
    pub text: String,
    pub pair: Pair,
    encryption: Option<Encryption>,
}

impl Sample {
    pub fn new(dictionary: &Dictionary, text: String) -> Self {
        let pair = parse_pair(dictionary, &text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let definition = dictionary.attribute(pair.vendor(), pair.number());
        let encryption = definition.and_then(|definition| definition.flags.encryption);
        Self { text, pair, encryption }
    }

    /// Whether the value crosses the network in another form than its own.
    pub const fn is_hidden(&self) -> bool {
        self.encryption.is_some()
    }

    /// Whether it is hidden with a salt, so that the same value gives other octets each time.
    pub fn is_salted(&self) -> bool {
        self.encryption == Some(Encryption::TunnelPassword)
    }

    /// Whether a peer's pair says the same, by whatever name. Tag 0 is what FreeRADIUS prints where
    /// there is none.
    pub fn is_the_same(&self, theirs: &Pair) -> bool {
        let said = |pair: &Pair| {
            (pair.vendor(), pair.number(), pair.tag().unwrap_or(0), pair.octets().to_vec())
        };
        said(&self.pair) == said(theirs)
    }
}

/// A pair of each attribute that goes over the wire by itself, except those whose value is the
/// client's or the server's own to compute.
pub fn samples(dictionary: &Dictionary) -> Vec<Sample> {
    let mut numbers = Numbers::new(SEED);
    let definitions = dictionary.attributes().filter(|definition| {
        let leads_here = dictionary.attribute(definition.vendor, definition.number);
        let is_older_name = leads_here.is_none_or(|newer| newer.name != definition.name);
        !definition.data_type.is_container() && !is_virtual(definition) && !is_older_name
    });
    definitions
        .filter(|definition| !COMPUTED.contains(&&*definition.name))
        .map(|definition| {
            loop {
                let octets = as_octets(definition, &value(definition, &mut numbers));
                let text = parse_pair(dictionary, &octets).unwrap().text(dictionary).to_string();
                // FreeRADIUS would read an expression, or a tag at the beginning of a value.
                if !text.contains("%{") && !text.contains(" = \":") {
                    break Sample::new(dictionary, text);
                }
            }
        })
        .collect()
}

/// Attributes of servers only, which no packet holds.
fn is_virtual(definition: &AttributeDefinition) -> bool {
    definition.flags.is_virtual || (definition.vendor.is_none() && definition.number.first() > 255)
}

/// What a client computes from the packet or from another attribute.
const COMPUTED: &[&str] = &[
    "User-Password",
    "CHAP-Password",
    "EAP-Message",
    "Message-Authenticator",
    "Digest-Response",
    "Digest-Attributes",
    "Proxy-State",
];

/// What FreeRADIUS leaves out of a packet: TLVs in an attribute of RFC 2865's own layout.
pub const NOT_WRITTEN: [&str; 3] =
    ["IPv6-6rd-IPv4MaskLen", "IPv6-6rd-Prefix", "IPv6-6rd-BR-IPv4-Address"];

/// How many vendors these are of.
pub fn vendors(samples: &[Sample]) -> usize {
    let mut vendors: Vec<VendorId> =
        samples.iter().filter_map(|sample| sample.pair.vendor()).collect();
    vendors.sort_unstable();
    vendors.dedup();
    vendors.len()
}
