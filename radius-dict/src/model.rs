//! What a dictionary knows: vendors, attributes and the names of enumerated values.

mod dictionary;
mod numbers;
mod oid;

pub(crate) use dictionary::{Conflict, Contradicted, NewAttribute};
pub use dictionary::{Counts, Dictionary};
pub use oid::{OID_DEPTH_MAX, Oid};

use radius_proto::{VendorFormat, VendorId};

/// The type of an attribute's value, by the names of the FreeRADIUS dictionary format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// `string`: text, by custom UTF-8, 0 to 253 octets (RFC 8044 §3.4).
    String,
    /// `octets`: any octets (RFC 8044 §3.5).
    Octets,
    /// `octets[n]`: exactly this many octets.
    OctetsExact(u16),
    /// `integer`: 32 bits, unsigned (RFC 8044 §3.1).
    Integer,
    /// `signed`: 32 bits, two's complement.
    Signed,
    /// `integer64`: 64 bits, unsigned (RFC 8044 §3.12).
    Integer64,
    /// `byte`: 8 bits, unsigned.
    Byte,
    /// `short`: 16 bits, unsigned.
    Short,
    /// `date`: seconds since 1970-01-01 00:00 UTC in 32 bits (RFC 8044 §3.3).
    Date,
    /// `ipaddr`: an IPv4 address (RFC 8044 §3.8).
    Ipv4Address,
    /// `ipv6addr`: an IPv6 address (RFC 8044 §3.9).
    Ipv6Address,
    /// `ipv4prefix`: an IPv4 prefix in 6 octets (RFC 8044 §3.11).
    Ipv4Prefix,
    /// `ipv6prefix`: an IPv6 prefix in 2 to 18 octets (RFC 8044 §3.10).
    Ipv6Prefix,
    /// `combo-ip`: an IPv4 or an IPv6 address, told apart by length.
    ComboIp,
    /// `ifid`: an interface identifier in 8 octets (RFC 8044 §3.7).
    InterfaceId,
    /// `ether`: a MAC address in 6 octets.
    Ether,
    /// `abinary`: Ascend's binary filters; read and written as octets.
    AscendBinary,
    /// `tlv`: attributes inside the attribute (RFC 8044 §3.13).
    Tlv,
    /// `vsa`: the container of vendors' attributes (RFC 8044 §3.14).
    Vsa,
    /// `extended`: a container of RFC 6929 §2.1.
    Extended,
    /// `long-extended`: a container of RFC 6929 §2.2, whose values may span attributes.
    LongExtended,
    /// `evs`: the container of vendors' attributes inside an extended one (RFC 6929 §2.4).
    ExtendedVendorSpecific,
}

impl DataType {
    /// The largest number of a type that may have named values; `None` for the others.
    ///
    /// Dictionaries in use name numbers at the front of `octets` too. Such names are kept for who
    /// looks them up, and play no part in the text form of the value.
    #[must_use]
    pub const fn number_max(self) -> Option<u64> {
        match self {
            Self::Byte => Some(u8::MAX as u64),
            Self::Short => Some(u16::MAX as u64),
            Self::Integer | Self::Signed | Self::Date | Self::Octets => Some(u32::MAX as u64),
            Self::Integer64 => Some(u64::MAX),
            _ => None,
        }
    }

    /// Whether attributes of this type hold other attributes, each with a number of its own.
    #[must_use]
    pub const fn is_container(self) -> bool {
        matches!(
            self,
            Self::Tlv
                | Self::Vsa
                | Self::Extended
                | Self::LongExtended
                | Self::ExtendedVendorSpecific
        )
    }
}

/// The name used in dictionary files.
impl std::fmt::Display for DataType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Octets => "octets",
            Self::OctetsExact(len) => return write!(f, "octets[{len}]"),
            Self::Integer => "integer",
            Self::Signed => "signed",
            Self::Integer64 => "integer64",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Date => "date",
            Self::Ipv4Address => "ipaddr",
            Self::Ipv6Address => "ipv6addr",
            Self::Ipv4Prefix => "ipv4prefix",
            Self::Ipv6Prefix => "ipv6prefix",
            Self::ComboIp => "combo-ip",
            Self::InterfaceId => "ifid",
            Self::Ether => "ether",
            Self::AscendBinary => "abinary",
            Self::Tlv => "tlv",
            Self::Vsa => "vsa",
            Self::Extended => "extended",
            Self::LongExtended => "long-extended",
            Self::ExtendedVendorSpecific => "evs",
        })
    }
}

/// How an attribute's value is hidden on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// `encrypt=1`: as User-Password (RFC 2865 §5.2).
    UserPassword,
    /// `encrypt=2`: as Tunnel-Password, with a salt (RFC 2868 §3.5).
    TunnelPassword,
    /// `encrypt=3`: as Ascend-Send-Secret.
    AscendSecret,
}

/// The flags of an `ATTRIBUTE` line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flags {
    /// `has_tag`: the value may begin with a tag of RFC 2868 §3.1.
    pub has_tag: bool,
    /// `encrypt=N`.
    pub encryption: Option<Encryption>,
    /// `concat`: a value longer than 253 octets is spread over several attributes, which are
    /// read as one.
    pub concat: bool,
    /// `array`: the value is a sequence of values (DHCP only).
    pub array: bool,
    /// `secret`: the value is not to be shown.
    pub secret: bool,
    /// `virtual`: a property of the packet, never an attribute in it.
    pub is_virtual: bool,
}

/// One `ATTRIBUTE`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttributeDefinition {
    /// The name as written; lookups ignore ASCII case.
    pub name: Box<str>,
    /// The vendor in whose number space [`number`](Self::number) is; `None` for the standard
    /// space, which includes vendors' attributes inside extended ones (`245.26.<vendor>.<n>`).
    pub vendor: Option<VendorId>,
    /// The type number, with the numbers of the enclosing containers before it.
    pub number: Oid,
    /// How the value is laid out.
    pub data_type: DataType,
    /// What else the line said.
    pub flags: Flags,
    pub(crate) origin: Origin,
    /// Whether text gives the name back as it is: it holds no sign that would end it.
    pub(crate) is_readable: bool,
    values: Values,
}

/// Where a definition stands: the number of its file, and its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) file: u32,
    pub(crate) line: u32,
}

/// The `VALUE`s of one attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Values {
    /// In the order of their definition.
    named: Vec<NamedValue>,
    /// The numbers in ascending order, and which of `named` each leads to.
    by_number: Vec<(u64, usize)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NamedValue {
    name: Box<str>,
    number: u64,
    origin: Origin,
}

impl Values {
    fn named(&self, name: &str) -> Option<&NamedValue> {
        self.named.iter().find(|value| value.name.eq_ignore_ascii_case(name))
    }

    /// Adds a name; a number then leads to the name added last. A name that has this number already
    /// is spelt anew.
    ///
    /// # Errors
    /// That the name has another number.
    fn add(&mut self, name: &str, number: u64, origin: Origin) -> Result<(), Conflict> {
        let known = self.named.iter().position(|value| value.name.eq_ignore_ascii_case(name));
        let index = known.unwrap_or(self.named.len());
        let value = NamedValue { name: name.into(), number, origin };
        match self.named.get_mut(index) {
            Some(known) if known.number != number => {
                return Err(Conflict {
                    with: Contradicted::Value(known.number),
                    origin: known.origin,
                });
            }
            Some(known) => *known = value,
            None => self.named.push(value),
        }
        match self.by_number.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(at) => {
                if let Some(found) = self.by_number.get_mut(at) {
                    found.1 = index;
                }
            }
            Err(at) => self.by_number.insert(at, (number, index)),
        }
        Ok(())
    }
}

impl AttributeDefinition {
    /// The name of a value. Of several names for one number it is the one defined last.
    #[must_use]
    pub fn value_name(&self, number: u64) -> Option<&str> {
        let by_number = &self.values.by_number;
        let at = by_number.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        let (_, index) = by_number.get(at)?;
        self.values.named.get(*index).map(|value| value.name.as_ref())
    }

    /// The number of a named value; ASCII case is ignored.
    #[must_use]
    pub fn value_number(&self, name: &str) -> Option<u64> {
        self.values.named(name).map(|value| value.number)
    }

    /// The named values in the order of their numbers, one name each.
    pub fn values(&self) -> impl Iterator<Item = (u64, &str)> {
        let name = |index: usize| self.values.named.get(index).map(|value| value.name.as_ref());
        self.values
            .by_number
            .iter()
            .filter_map(move |(number, index)| Some((*number, name(*index)?)))
    }

    /// Whether the attribute can stand in a packet: a number of at most 255 in the standard
    /// space, and no property of the packet itself. FreeRADIUS numbers its internal attributes
    /// from 256 on.
    #[must_use]
    pub fn is_on_wire(&self) -> bool {
        let standard_max = u32::from(u8::MAX);
        !self.flags.is_virtual
            && (self.vendor.is_some() || (1..=standard_max).contains(&self.number.first()))
    }
}

/// One `VENDOR`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VendorDefinition {
    /// The name as written; lookups ignore ASCII case.
    pub name: Box<str>,
    /// The Private Enterprise Number.
    pub id: VendorId,
    /// How the vendor's sub-attributes are laid out.
    pub format: VendorFormat,
    pub(crate) origin: Origin,
}
