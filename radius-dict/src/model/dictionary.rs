use std::collections::HashMap;

use radius_proto::{VendorFormat, VendorId};

use super::numbers::Numbers;
use super::{AttributeDefinition, DataType, Flags, Oid, Origin, Values, VendorDefinition};
use crate::NAME_LEN_MAX;

/// Vendors, attributes and value names, by name and by number.
///
/// Names are looked up without regard to ASCII case. Of several attributes with one number (old
/// names kept for old files) the number leads to the one defined last, and every name to its own.
///
/// [`Dictionary::builtin`] is always there; [`Dictionary::from_file`] reads an operator's set and
/// [`Dictionary::extend_from_file`] adds to one.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    vendors: Vec<VendorDefinition>,
    vendors_by_name: HashMap<Box<str>, usize>,
    vendors_by_id: HashMap<VendorId, usize>,
    attributes: Vec<AttributeDefinition>,
    attributes_by_name: HashMap<Box<str>, usize>,
    numbers: Numbers,
    /// The files that definitions come from.
    files: Vec<Box<str>>,
    pub(crate) counts: Counts,
}

/// How many statements went into a dictionary, repetitions included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Texts read: the first and those of `$INCLUDE`.
    pub files: usize,
    /// `VENDOR` statements.
    pub vendors: usize,
    /// `ATTRIBUTE` statements.
    pub attributes: usize,
    /// `VALUE` statements.
    pub values: usize,
}

/// A definition that is contradicted: the number it gave, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) with: Contradicted,
    pub(crate) origin: Origin,
}

/// What a name stood for so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contradicted {
    Vendor(VendorId),
    Attribute { vendor: Option<VendorId>, number: Oid },
    Value(u64),
}

/// An `ATTRIBUTE` to be added.
pub(crate) struct NewAttribute<'a> {
    pub(crate) name: &'a str,
    pub(crate) vendor: Option<VendorId>,
    pub(crate) number: Oid,
    pub(crate) data_type: DataType,
    pub(crate) flags: Flags,
    pub(crate) origin: Origin,
}

impl Dictionary {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute_by_name(&self, name: &str) -> Option<&AttributeDefinition> {
        self.attributes.get(self.attribute_index(name)?)
    }

    /// The attribute of this number, in a vendor's space or in the standard one.
    #[must_use]
    pub fn attribute(
        &self,
        vendor: Option<VendorId>,
        number: impl Into<Oid>,
    ) -> Option<&AttributeDefinition> {
        self.attributes.get(self.numbers.get(vendor, number.into())?)
    }

    /// As [`attribute`](Self::attribute), for a number in no other.
    #[inline]
    pub(crate) fn plain_attribute(
        &self,
        vendor: Option<VendorId>,
        number: u32,
    ) -> Option<&AttributeDefinition> {
        self.attributes.get(self.numbers.get_plain(vendor, number)?)
    }

    /// The vendor of this name.
    #[must_use]
    pub fn vendor_by_name(&self, name: &str) -> Option<&VendorDefinition> {
        self.vendors.get(ignoring_case(&self.vendors_by_name, name)?)
    }

    /// The vendor of this number.
    #[must_use]
    pub fn vendor(&self, id: VendorId) -> Option<&VendorDefinition> {
        self.vendors.get(*self.vendors_by_id.get(&id)?)
    }

    /// How this vendor lays out its sub-attributes; the standard format for an unknown vendor.
    #[must_use]
    pub fn vendor_format(&self, id: VendorId) -> VendorFormat {
        self.vendor(id).map_or(VendorFormat::STANDARD, |vendor| vendor.format)
    }

    /// All vendors in the order of their definition.
    pub fn vendors(&self) -> impl Iterator<Item = &VendorDefinition> {
        self.vendors.iter()
    }

    /// All attributes in the order of their definition.
    pub fn attributes(&self) -> impl Iterator<Item = &AttributeDefinition> {
        self.attributes.iter()
    }

    /// How many statements were read.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes a file in that definitions will come from, and gives its number.
    pub(crate) fn add_file(&mut self, name: String) -> u32 {
        self.files.push(name.into_boxed_str());
        self.counts.files += 1;
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// A place in words, `file:line`.
    pub(crate) fn place(&self, origin: Origin) -> String {
        let file = usize::try_from(origin.file).ok().and_then(|index| self.files.get(index));
        format!("{}:{}", file.map_or("?", AsRef::as_ref), origin.line)
    }

    /// Where the attribute of this name stands, for [`add_value`](Self::add_value).
    pub(crate) fn attribute_index(&self, name: &str) -> Option<usize> {
        ignoring_case(&self.attributes_by_name, name)
    }

    /// The attribute that stands there.
    pub(crate) fn attribute_at(&self, index: usize) -> Option<&AttributeDefinition> {
        self.attributes.get(index)
    }

    /// Adds a vendor; saying it again is fine, and may change the format.
    pub(crate) fn add_vendor(
        &mut self,
        name: &str,
        id: VendorId,
        format: VendorFormat,
        origin: Origin,
    ) -> Result<(), Conflict> {
        let key = lookup_key(name);
        let index = match self.vendors_by_name.get(&key) {
            Some(&index) => {
                if let Some(known) = self.vendors.get_mut(index) {
                    if known.id != id {
                        let with = Contradicted::Vendor(known.id);
                        return Err(Conflict { with, origin: known.origin });
                    }
                    known.format = format;
                }
                index
            }
            None => {
                self.vendors.push(VendorDefinition { name: name.into(), id, format, origin });
                self.vendors.len() - 1
            }
        };
        self.vendors_by_name.insert(key, index);
        self.vendors_by_id.insert(id, index);
        self.counts.vendors += 1;
        Ok(())
    }

    /// Adds an attribute. A name may be defined again for the same number: the type and the flags
    /// are then the new ones, and the values stay.
    pub(crate) fn add_attribute(&mut self, new: &NewAttribute<'_>) -> Result<(), Conflict> {
        let NewAttribute { name, vendor, number, data_type, flags, origin } = *new;
        let key = lookup_key(name);
        let index = match self.attributes_by_name.get(&key) {
            Some(&index) => {
                if let Some(known) = self.attributes.get_mut(index) {
                    if (known.vendor, known.number) != (vendor, number) {
                        let (vendor, number) = (known.vendor, known.number);
                        let with = Contradicted::Attribute { vendor, number };
                        return Err(Conflict { with, origin: known.origin });
                    }
                    known.data_type = data_type;
                    known.flags = flags;
                }
                index
            }
            None => {
                let is_readable = is_readable(name);
                let name = name.into();
                let values = Values::default();
                self.attributes.push(AttributeDefinition {
                    name,
                    vendor,
                    number,
                    data_type,
                    flags,
                    origin,
                    is_readable,
                    values,
                });
                self.attributes.len() - 1
            }
        };
        self.attributes_by_name.insert(key, index);
        self.numbers.insert(vendor, number, index);
        self.counts.attributes += 1;
        Ok(())
    }

    /// Names a value of the attribute that stands there.
    pub(crate) fn add_value(
        &mut self,
        index: usize,
        name: &str,
        number: u64,
        origin: Origin,
    ) -> Result<(), Conflict> {
        if let Some(definition) = self.attributes.get_mut(index) {
            definition.values.add(name, number, origin)?;
            self.counts.values += 1;
        }
        Ok(())
    }
}

/// Whether the text of attributes reads this as one name.
fn is_readable(name: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | ':' | ',' | '"' | '\'' | '#');
    !name.contains(ends) && !name.contains("+=")
}

/// What a name leads to in a map whose keys are in small letters.
fn ignoring_case(map: &HashMap<Box<str>, usize>, name: &str) -> Option<usize> {
    // Names are looked up for each line of a file and each pair of a text: not for an allocation.
    let mut buffer = [0; NAME_LEN_MAX];
    let Some(lower) = buffer.get_mut(..name.len()) else {
        // The limit counts characters: a long name that is not ASCII has more octets.
        return map.get(&lookup_key(name)).copied();
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    map.get(str::from_utf8(lower).ok()?).copied()
}

fn lookup_key(name: &str) -> Box<str> {
    name.to_ascii_lowercase().into_boxed_str()
}
