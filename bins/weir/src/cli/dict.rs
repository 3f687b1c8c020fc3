//! `weir dict`: attributes and packets as text.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use radius_dict::text::{self, Hiding, Pair};
use radius_dict::{AttributeDefinition, DataType, Dictionary, Encryption, VendorDefinition};
use radius_proto::{
    AttributeType, Authenticator, AuthenticatorKind, Code, MessageAuthenticator, PACKET_LEN_MAX,
    PACKET_LEN_MIN, Packet, PacketWriter, Secret,
};
use serde_json::json;

use super::{Globals, print};
use crate::serve::words;
use crate::table::{Column, Table};
use crate::{entropy, suggest};

/// What can be done with the dictionary.
#[derive(Debug, Subcommand)]
pub(super) enum DictCommand {
    /// Show an attribute with its values, or a vendor with its attributes.
    Show {
        /// What it is called, for example Framed-IP-Address or Mikrotik.
        name: String,
    },
    /// Say whether dictionary files can be read, after those that are built in.
    Check {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Show a packet, or attributes alone, as text.
    Decode {
        /// The octets in hexadecimal; blanks and colons between them are left out.
        #[arg(required = true)]
        hex: Vec<String>,
        /// The shared secret, to open hidden attributes and to check signatures.
        #[arg(long, value_name = "SECRET")]
        secret: Option<String>,
        /// The authenticator of the request that the packet answers, 32 hexadecimal digits.
        #[arg(long, value_name = "HEX", requires = "secret")]
        authenticator: Option<String>,
    },
    /// Show attributes as octets, in hexadecimal.
    Encode {
        /// The attributes, for example `User-Name = "bob", NAS-Port = 7`.
        text: String,
        /// The shared secret, for attributes that are hidden with it.
        #[arg(long, value_name = "SECRET")]
        secret: Option<String>,
        /// The authenticator of the request, 32 hexadecimal digits, for hidden attributes.
        #[arg(long, value_name = "HEX", requires = "secret")]
        authenticator: Option<String>,
    },
    /// List the vendors.
    List,
}

pub(super) fn run(command: DictCommand, globals: &Globals) -> anyhow::Result<ExitCode> {
    match command {
        DictCommand::Show { name } => show(&configured(globals)?, &name, globals.json)?,
        DictCommand::Check { files } => check(&files)?,
        DictCommand::Decode { hex, secret, authenticator } => {
            let dictionary = configured(globals)?;
            decode(&dictionary, &hex.concat(), secret.as_deref(), authenticator.as_deref())?;
        }
        DictCommand::Encode { text, secret, authenticator } => {
            encode(&configured(globals)?, &text, secret.as_deref(), authenticator.as_deref())?;
        }
        DictCommand::List => list(&configured(globals)?, globals.json)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The dictionary of this installation; without one, what is built in.
fn configured(globals: &Globals) -> anyhow::Result<Dictionary> {
    let is_named = globals.config.is_some();
    let exists = crate::config::DEFAULT_PATHS.iter().any(|path| Path::new(path).exists());
    if is_named || exists {
        return words::dictionary(&globals.load()?.config.dictionary.files);
    }
    Ok(Dictionary::builtin().clone())
}

fn show(dictionary: &Dictionary, name: &str, as_json: bool) -> anyhow::Result<()> {
    if let Some(attribute) = dictionary.attribute_by_name(name) {
        if as_json {
            return print::json(&attribute_value(dictionary, attribute));
        }
        return show_attribute(dictionary, attribute);
    }
    let Some(vendor) = dictionary.vendor_by_name(name) else {
        let attributes = dictionary.attributes().map(|attribute| &*attribute.name);
        let names: Vec<&str> =
            attributes.chain(dictionary.vendors().map(|vendor| &*vendor.name)).collect();
        let hint = suggest::hint(name, names.iter().copied());
        bail!("there is no attribute or vendor `{name}`; {hint}");
    };
    let of_vendor = attributes_of(dictionary, vendor);
    if as_json {
        let values = of_vendor.iter().map(|attribute| attribute_value(dictionary, attribute));
        return print::json(&values.collect::<Vec<_>>());
    }
    print::line(&format!("vendor  {} ({})", vendor.name, vendor.id.0))?;
    print::line("")?;
    let mut table =
        Table::new(&[Column::Right("NUMBER"), Column::Left("ATTRIBUTE"), Column::Left("TYPE")]);
    for attribute in of_vendor {
        table.row([number(attribute), attribute.name.to_string(), attribute.data_type.to_string()]);
    }
    print::block(&table.render())
}

fn attributes_of<'d>(
    dictionary: &'d Dictionary,
    vendor: &VendorDefinition,
) -> Vec<&'d AttributeDefinition> {
    dictionary.attributes().filter(|attribute| attribute.vendor == Some(vendor.id)).collect()
}

fn show_attribute(dictionary: &Dictionary, attribute: &AttributeDefinition) -> anyhow::Result<()> {
    let vendor = attribute.vendor.map_or_else(
        || "none, a standard attribute".to_owned(),
        |id| {
            let name = dictionary.vendor(id).map_or("unnamed", |vendor| &*vendor.name);
            format!("{name} ({})", id.0)
        },
    );
    for (name, value) in [
        ("attribute", attribute.name.to_string()),
        ("vendor", vendor),
        ("number", number(attribute)),
        ("type", attribute.data_type.to_string()),
    ] {
        print::line(&format!("{name:<11}{value}"))?;
    }
    for flag in flags(attribute) {
        print::line(&format!("{:<11}{flag}", "flag"))?;
    }
    let mut table = Table::new(&[Column::Right("VALUE"), Column::Left("NAME")]);
    for (number, name) in attribute.values() {
        table.row([number.to_string(), name.to_owned()]);
    }
    if !table.is_empty() {
        print::line("")?;
        print::block(&table.render())?;
    }
    Ok(())
}

fn number(attribute: &AttributeDefinition) -> String {
    let parts: Vec<String> = attribute.number.parts().iter().map(u32::to_string).collect();
    parts.join(".")
}

fn flags(attribute: &AttributeDefinition) -> Vec<&'static str> {
    let flags = attribute.flags;
    let encryption = flags.encryption.map(|encryption| match encryption {
        Encryption::UserPassword => "hidden as User-Password",
        Encryption::TunnelPassword => "hidden with a salt, as Tunnel-Password",
        Encryption::AscendSecret => "hidden as Ascend-Send-Secret",
    });
    let container = matches!(attribute.data_type, DataType::Tlv).then_some("holds attributes");
    let tag = flags.has_tag.then_some("may begin with a tag");
    let concat = flags.concat.then_some("a long value is spread over several");
    let wire = (!attribute.is_on_wire()).then_some("never in a packet");
    [encryption, container, tag, concat, wire].into_iter().flatten().collect()
}

fn attribute_value(dictionary: &Dictionary, attribute: &AttributeDefinition) -> serde_json::Value {
    let vendor = attribute.vendor.and_then(|id| dictionary.vendor(id));
    let values = attribute.values().map(|(number, name)| json!({"number": number, "name": name}));
    json!({
        "name": &*attribute.name,
        "vendor": vendor.map(|vendor| &*vendor.name),
        "vendor_id": attribute.vendor.map(|id| id.0),
        "number": number(attribute),
        "type": attribute.data_type.to_string(),
        "flags": flags(attribute),
        "values": values.collect::<Vec<_>>(),
    })
}

fn check(files: &[PathBuf]) -> anyhow::Result<()> {
    let builtin = Dictionary::builtin().counts();
    let mut dictionary = Dictionary::builtin().clone();
    for file in files {
        dictionary.extend_from_file(file)?;
    }
    let counts = dictionary.counts();
    print::line(&format!(
        "right: {} attributes, {} values and {} vendors beyond the built-in ones",
        counts.attributes.saturating_sub(builtin.attributes),
        counts.values.saturating_sub(builtin.values),
        counts.vendors.saturating_sub(builtin.vendors),
    ))
}

fn list(dictionary: &Dictionary, as_json: bool) -> anyhow::Result<()> {
    let vendors: Vec<_> = dictionary
        .vendors()
        .map(|vendor| (vendor, attributes_of(dictionary, vendor).len()))
        .collect();
    if as_json {
        let values = vendors.iter().map(|(vendor, attributes)| {
            json!({"name": &*vendor.name, "id": vendor.id.0, "attributes": attributes})
        });
        return print::json(&values.collect::<Vec<_>>());
    }
    let mut table =
        Table::new(&[Column::Left("VENDOR"), Column::Right("ID"), Column::Right("ATTRIBUTES")]);
    let standard = dictionary.attributes().filter(|attribute| attribute.vendor.is_none()).count();
    table.row(["(standard)".to_owned(), String::new(), standard.to_string()]);
    for (vendor, attributes) in vendors {
        table.row([vendor.name.to_string(), vendor.id.0.to_string(), attributes.to_string()]);
    }
    print::block(&table.render())
}

fn decode(
    dictionary: &Dictionary,
    hex: &str,
    secret: Option<&str>,
    authenticator: Option<&str>,
) -> anyhow::Result<()> {
    let octets = octets(hex)?;
    let secret = secret.map(Secret::new).transpose()?;
    let answered = authenticator.map(self::authenticator).transpose()?;
    match Packet::parse(&octets) {
        Ok(packet) => {
            let authenticator = to_hex(packet.authenticator());
            print::line(&format!("{} {}", packet.code(), packet.identifier()))?;
            print::line(&format!("\tauthenticator {authenticator}"))?;
            if let Some(secret) = &secret {
                for line in signatures(packet, answered.as_ref(), secret) {
                    print::line(&format!("\t{line}"))?;
                }
            }
            show_packet(dictionary, packet, answered.as_ref(), secret.as_ref())
        }
        Err(error) => {
            let whole = attributes_as_packet(&octets);
            let Some(packet) = whole.as_ref().and_then(|whole| Packet::parse(whole).ok()) else {
                return Err(error)
                    .context("this is no RADIUS packet, and no sequence of attributes either");
            };
            show_packet(dictionary, packet, answered.as_ref(), secret.as_ref())
        }
    }
}

/// The attributes, opened where there is a secret, and for a reply the authenticator of its request.
fn show_packet(
    dictionary: &Dictionary,
    packet: Packet<'_>,
    answered: Option<&Authenticator>,
    secret: Option<&Secret>,
) -> anyhow::Result<()> {
    let shown = text::packet(dictionary, packet);
    let shown = secret.map_or(shown, |secret| shown.revealing(answered, secret));
    print::block(&shown.to_string())
}

/// What the secret says of a packet's signatures.
fn signatures(
    packet: Packet<'_>,
    answered: Option<&Authenticator>,
    secret: &Secret,
) -> Vec<String> {
    let of_authenticator = |right: bool| {
        let word = if right { "right" } else { "wrong for this secret" };
        format!("the authenticator is {word}")
    };
    let of_signature = |verdict| {
        let word = match verdict {
            MessageAuthenticator::Valid => "right",
            MessageAuthenticator::Invalid => "wrong for this secret",
            MessageAuthenticator::Absent => "absent",
        };
        format!("Message-Authenticator is {word}")
    };
    match (packet.code().authenticator_kind(), answered) {
        (AuthenticatorKind::Random, _) => {
            vec![of_signature(packet.verify_message_authenticator(secret))]
        }
        (AuthenticatorKind::Digest, _) => vec![
            of_authenticator(packet.verify_request_authenticator(secret)),
            of_signature(packet.verify_message_authenticator(secret)),
        ],
        (AuthenticatorKind::Response, Some(request)) => vec![
            of_authenticator(packet.verify_response_authenticator(request, secret)),
            of_signature(packet.verify_response_message_authenticator(request, secret)),
        ],
        (AuthenticatorKind::Response, None) => {
            vec!["not checked: a reply needs the --authenticator of its request".to_owned()]
        }
    }
}

/// A packet of any code around attributes that came without one.
fn attributes_as_packet(attributes: &[u8]) -> Option<Vec<u8>> {
    let len = u16::try_from(PACKET_LEN_MIN + attributes.len()).ok()?;
    let mut packet = vec![Code::ACCESS_ACCEPT.0, 0];
    packet.extend_from_slice(&len.to_be_bytes());
    packet.resize(PACKET_LEN_MIN, 0);
    packet.extend_from_slice(attributes);
    Some(packet)
}

fn encode(
    dictionary: &Dictionary,
    text: &str,
    secret: Option<&str>,
    authenticator: Option<&str>,
) -> anyhow::Result<()> {
    let pairs = text::parse_pairs(dictionary, text)?;
    let authenticator = authenticator.map_or(Ok([0; 16]), self::authenticator)?;
    if secret.is_none()
        && let Some(hidden) = pairs.iter().find(|pair| is_hidden(dictionary, pair))
    {
        bail!("{} is hidden on the wire; give --secret and --authenticator", hidden.name());
    }
    if pairs.iter().any(is_signature) {
        bail!("Message-Authenticator is computed over a whole packet; leave it out");
    }
    // Without a secret no attribute of the text is hidden, so this one hides nothing.
    let secret = Secret::new(secret.unwrap_or("none"))?;
    let mut hiding = Hiding::new(&authenticator, &secret, entropy::random()?);
    let mut buffer = vec![0; PACKET_LEN_MAX];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 0)?;
    for pair in &pairs {
        pair.write(&mut writer, &mut hiding)?;
    }
    let packet = writer.finish_access_request(&authenticator, &secret);
    print::line(&to_hex(packet.get(PACKET_LEN_MIN..).unwrap_or_default()))
}

fn is_hidden(dictionary: &Dictionary, pair: &Pair) -> bool {
    let definition = dictionary.attribute_by_name(pair.name());
    definition.is_some_and(|definition| definition.flags.encryption.is_some())
}

fn is_signature(pair: &Pair) -> bool {
    let signature = u32::from(AttributeType::MESSAGE_AUTHENTICATOR.0);
    pair.vendor().is_none() && pair.number().parts() == [signature]
}

fn authenticator(hex: &str) -> anyhow::Result<Authenticator> {
    let octets = octets(hex)?;
    octets.try_into().map_err(|_| anyhow::anyhow!("an authenticator has 32 hexadecimal digits"))
}

/// The octets that `hex` stands for.
fn octets(hex: &str) -> anyhow::Result<Vec<u8>> {
    let hex = hex.strip_prefix("0x").unwrap_or(hex);
    let digits: Vec<u8> = hex
        .chars()
        .filter(|digit| !digit.is_whitespace() && *digit != ':')
        .map(|digit| {
            let value = digit.to_digit(16).and_then(|value| u8::try_from(value).ok());
            value.with_context(|| format!("`{}` is no hexadecimal digit", digit.escape_debug()))
        })
        .collect::<anyhow::Result<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        bail!("an odd number of hexadecimal digits: an octet has two");
    }
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn to_hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_with_what_stands_between() {
        assert_eq!(octets("0x01 ff:0A").unwrap(), [1, 255, 10]);
        assert!(octets("0g").unwrap_err().to_string().contains("`g`"));
        assert!(octets("012").unwrap_err().to_string().contains("odd"));
    }

    #[test]
    fn attributes_without_a_packet_are_read_too() {
        let whole = attributes_as_packet(&[1, 5, b'b', b'o', b'b']).unwrap();
        let packet = Packet::parse(&whole).unwrap();
        assert_eq!(packet.first(AttributeType::USER_NAME), Some(b"bob".as_slice()));
        assert!(attributes_as_packet(&vec![0; 70_000]).is_none());
    }
}
