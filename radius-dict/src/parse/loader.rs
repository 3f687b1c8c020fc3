use std::io;
use std::path::{Path, PathBuf};

use radius_proto::VendorId;

use super::line::{AttributeLine, LineError, Number, Statement, Word, statement};
use super::{DictionaryError, DictionaryErrorKind as Kind};
use crate::Dictionary;
use crate::model::{Conflict, Contradicted, DataType, NewAttribute, Oid, Origin};

/// How deep files may include files.
pub const INCLUDE_DEPTH_MAX: usize = 16;
/// How many files one dictionary may have.
pub const FILES_MAX: usize = 4096;
/// Characters of the longest name.
pub const NAME_LEN_MAX: usize = 128;
/// The largest number in the standard space: 255 on the wire, more for internal attributes.
const STANDARD_NUMBER_MAX: u64 = u16::MAX as u64;

/// Builds a dictionary from texts that include one another.
pub(super) struct Loader<'r> {
    dictionary: Dictionary,
    read: &'r mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
    /// The files being read, outermost first.
    open: Vec<PathBuf>,
    files: usize,
    /// Values seen before their attribute.
    early_values: Vec<EarlyValue>,
}

/// A line with a `VALUE` whose attribute is not known yet.
struct EarlyValue {
    file: PathBuf,
    origin: Origin,
    text: String,
}

/// The blocks open at a line of one file.
#[derive(Default)]
struct Blocks {
    vendor: Option<VendorBlock>,
    tlvs: Vec<(String, Oid)>,
}

struct VendorBlock {
    name: String,
    id: VendorId,
    /// The container inside an extended attribute, with the vendor's number at its end.
    container: Option<Oid>,
}

impl<'r> Loader<'r> {
    pub(super) fn new(
        dictionary: Dictionary,
        read: &'r mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
    ) -> Self {
        Self { dictionary, read, open: Vec::new(), files: 0, early_values: Vec::new() }
    }

    /// Reads the outermost file.
    pub(super) fn load(&mut self, path: &Path) -> Result<(), DictionaryError> {
        self.file(path).map_err(|kind| DictionaryError {
            file: path.display().to_string(),
            line: 0,
            column: 0,
            width: 0,
            text: Box::default(),
            kind,
        })?
    }

    /// Puts the early values in and gives the dictionary.
    pub(super) fn finish(mut self) -> Result<Dictionary, DictionaryError> {
        for early in std::mem::take(&mut self.early_values) {
            let added = match statement(&early.text) {
                Ok(Some(Statement::Value { attribute, name, number })) => {
                    self.value(attribute, name, number, early.origin).and_then(|known| {
                        if known { Ok(()) } else { Err(attribute.wrong(Kind::UnknownAttribute)) }
                    })
                }
                // It has been read as a value before.
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            added.map_err(|error| located(&early.file, early.origin, &early.text, error))?;
        }
        Ok(self.dictionary)
    }

    /// Reads one file: the outer error concerns the line that asked for it, the inner one a line
    /// of the file itself.
    fn file(&mut self, path: &Path) -> Result<Result<(), DictionaryError>, Kind> {
        self.file_if_there(path, false)
    }

    /// As [`file`](Self::file); with `optional` a file that does not exist is none.
    fn file_if_there(
        &mut self,
        path: &Path,
        optional: bool,
    ) -> Result<Result<(), DictionaryError>, Kind> {
        if self.open.iter().any(|open| open == path) {
            return Err(Kind::IncludeCycle(path.display().to_string()));
        }
        if self.open.len() >= INCLUDE_DEPTH_MAX {
            return Err(Kind::IncludeTooDeep(INCLUDE_DEPTH_MAX));
        }
        if self.files >= FILES_MAX {
            return Err(Kind::TooManyFiles(FILES_MAX));
        }
        let octets = match (self.read)(path) {
            Ok(octets) => octets,
            Err(error) if optional && error.kind() == io::ErrorKind::NotFound => return Ok(Ok(())),
            Err(error) => {
                let (path, reason) = (path.display().to_string(), error.to_string());
                return Err(Kind::Unreadable { path, reason });
            }
        };
        self.files += 1;
        let file = self.dictionary.add_file(path.display().to_string());
        self.open.push(path.to_owned());
        // Looking for mistakes first is several times as fast as replacing what is none.
        let text = str::from_utf8(&octets)
            .map_or_else(|_| String::from_utf8_lossy(&octets), std::borrow::Cow::Borrowed);
        let outcome = self.lines(path, file, &text);
        self.open.pop();
        Ok(outcome)
    }

    fn lines(&mut self, path: &Path, file: u32, text: &str) -> Result<(), DictionaryError> {
        let mut blocks = Blocks::default();
        let mut last = (Origin { file, line: 0 }, "");
        for (line, text) in (1..).zip(text.lines()) {
            let origin = Origin { file, line };
            last = (origin, text);
            let here = |error| located(path, origin, text, error);
            let Some(statement) = statement(text).map_err(here)? else { continue };
            match statement {
                Statement::Include { file, optional } => {
                    self.include(path, file, optional, &here)?;
                }
                Statement::Value { attribute, name, number } => {
                    if !self.value(attribute, name, number, origin).map_err(here)? {
                        let (file, text) = (path.to_owned(), text.to_owned());
                        self.early_values.push(EarlyValue { file, origin, text });
                    }
                }
                statement => self.definition(&mut blocks, statement, origin).map_err(here)?,
            }
        }
        let unclosed = blocks.tlvs.pop().map(|(name, _)| name);
        match unclosed.or(blocks.vendor.map(|vendor| vendor.name)) {
            Some(name) => {
                let (origin, text) = last;
                let error = LineError { at: 0, len: text.len(), kind: Kind::Unclosed(name) };
                Err(located(path, origin, text, error))
            }
            None => Ok(()),
        }
    }

    fn include(
        &mut self,
        from: &Path,
        name: Word<'_>,
        optional: bool,
        here: &dyn Fn(LineError) -> DictionaryError,
    ) -> Result<(), DictionaryError> {
        let included = from.parent().unwrap_or(Path::new("")).join(name.text);
        self.file_if_there(&included, optional).map_err(|kind| here(name.wrong(|_| kind)))?
    }

    /// Handles the statements that open, close and fill blocks.
    fn definition(
        &mut self,
        blocks: &mut Blocks,
        statement: Statement<'_>,
        origin: Origin,
    ) -> Result<(), LineError> {
        match statement {
            Statement::Vendor { name, id, format } => {
                check_name(name)?;
                self.dictionary
                    .add_vendor(name.text, id, format, origin)
                    .map_err(|conflict| self.redefined(name, conflict))
            }
            Statement::BeginVendor { name, container } => {
                if let Some(open) = &blocks.vendor {
                    return Err(name.wrong(|_| Kind::NestedVendor(open.name.clone())));
                }
                blocks.vendor = Some(self.begin_vendor(name, container)?);
                Ok(())
            }
            Statement::EndVendor(name) => {
                let open = blocks.vendor.as_ref().map(|vendor| vendor.name.as_str());
                check_end(name, open, "vendor")?;
                blocks.vendor = None;
                Ok(())
            }
            Statement::BeginTlv(name) => {
                let oid = self.tlv(name)?;
                blocks.tlvs.push((name.text.to_owned(), oid));
                Ok(())
            }
            Statement::EndTlv(name) => {
                check_end(name, blocks.tlvs.last().map(|(open, _)| open.as_str()), "tlv")?;
                blocks.tlvs.pop();
                Ok(())
            }
            Statement::Attribute(line) => self.attribute(blocks, &line, origin),
            // Both are handled where their file is known.
            Statement::Include { .. } | Statement::Value { .. } => Ok(()),
        }
    }

    fn begin_vendor(
        &self,
        name: Word<'_>,
        container: Option<Word<'_>>,
    ) -> Result<VendorBlock, LineError> {
        let vendor = self
            .dictionary
            .vendor_by_name(name.text)
            .ok_or_else(|| name.wrong(Kind::UnknownVendor))?;
        let container = container
            .map(|path| {
                self.evs(path.text)
                    .and_then(|evs| evs.child(vendor.id.0))
                    .ok_or_else(|| path.wrong(Kind::VendorParent))
            })
            .transpose()?;
        Ok(VendorBlock { name: name.text.to_owned(), id: vendor.id, container })
    }

    /// The attribute of type evs that `Extended-Vendor-Specific-5` or a path such as
    /// `.Extended-Attribute-5.Vendor-Specific` leads to.
    fn evs(&self, path: &str) -> Option<Oid> {
        let last = path.rsplit('.').next()?;
        let dictionary = &self.dictionary;
        let mut named = dictionary.attribute_by_name(last)?;
        if named.data_type == DataType::Vsa {
            let container = path.trim_start_matches('.').split('.').next()?;
            let outer = dictionary.attribute_by_name(container)?;
            named = dictionary.attribute(None, outer.number.child(named.number.first())?)?;
        }
        (named.data_type == DataType::ExtendedVendorSpecific).then_some(named.number)
    }

    fn tlv(&self, name: Word<'_>) -> Result<Oid, LineError> {
        let attribute = self
            .dictionary
            .attribute_by_name(name.text)
            .ok_or_else(|| name.wrong(Kind::UnknownAttribute))?;
        if attribute.data_type != DataType::Tlv {
            let data_type = attribute.data_type.to_string();
            return Err(name.wrong(|name| Kind::NotATlv { name, data_type }));
        }
        Ok(attribute.number)
    }

    fn attribute(
        &mut self,
        blocks: &Blocks,
        line: &AttributeLine<'_>,
        origin: Origin,
    ) -> Result<(), LineError> {
        check_name(line.name)?;
        let (mut vendor, container) = match &blocks.vendor {
            None => (None, None),
            Some(block) if block.container.is_some() => (None, block.container),
            Some(block) => (Some(block.id), None),
        };
        if let Some(word) = line.vendor {
            let named = self.dictionary.vendor_by_name(word.text);
            vendor = Some(named.ok_or_else(|| word.wrong(Kind::UnknownFlag))?.id);
        }
        let outer = blocks.tlvs.last().map(|(_, oid)| *oid).or(container);
        let number = match outer {
            None => Some(line.oid),
            Some(outer) => line.oid.parts().iter().try_fold(outer, |oid, &part| oid.child(part)),
        };
        let number = number.ok_or_else(|| line.number.wrong(Kind::NotAnOid))?;
        self.check_number(vendor, number, line.number)?;
        let (data_type, flags) = (line.data_type, line.flags);
        let name = line.name.text;
        let new = NewAttribute { name, vendor, number, data_type, flags, origin };
        self.dictionary.add_attribute(&new).map_err(|conflict| self.redefined(line.name, conflict))
    }

    /// Whether each part fits its place on the wire and the containers are known.
    fn check_number(
        &self,
        vendor: Option<VendorId>,
        number: Oid,
        word: Word<'_>,
    ) -> Result<(), LineError> {
        let parent = number.parent();
        let in_evs = |oid: Oid| {
            let outer = oid.parent().and_then(|outer| self.dictionary.attribute(vendor, outer));
            outer.is_some_and(|outer| outer.data_type == DataType::ExtendedVendorSpecific)
        };
        let known = match parent {
            None => true,
            Some(parent) => {
                let container = self.dictionary.attribute(vendor, parent);
                container.is_some_and(|container| container.data_type.is_container())
                    || in_evs(parent)
            }
        };
        if !known {
            return Err(word.wrong(|_| Kind::UnknownParent(number.to_string())));
        }
        let max = match (parent, vendor) {
            (Some(_), _) => u64::from(u8::MAX),
            (None, Some(vendor)) => u64::from(self.dictionary.vendor_format(vendor).kind_max()),
            (None, None) => STANDARD_NUMBER_MAX,
        };
        let last = number.parts().last().copied().map_or(0, u64::from);
        if last > max {
            return Err(word.wrong(|_| Kind::OutOfRange { number: last, max }));
        }
        Ok(())
    }

    /// Adds a value; false when its attribute is not known.
    fn value(
        &mut self,
        attribute: Word<'_>,
        name: Word<'_>,
        number: Number<'_>,
        origin: Origin,
    ) -> Result<bool, LineError> {
        check_name(name)?;
        let Some(index) = self.dictionary.attribute_index(attribute.text) else {
            return Ok(false);
        };
        let Some(definition) = self.dictionary.attribute_at(index) else { return Ok(false) };
        let Some(max) = definition.data_type.number_max() else {
            let data_type = definition.data_type.to_string();
            return Err(attribute.wrong(|name| Kind::NotEnumerable { name, data_type }));
        };
        let value = number.value;
        if value > max {
            return Err(number.word.wrong(|_| Kind::OutOfRange { number: value, max }));
        }
        self.dictionary
            .add_value(index, name.text, value, origin)
            .map_err(|conflict| self.redefined(name, conflict))?;
        Ok(true)
    }

    fn redefined(&self, name: Word<'_>, conflict: Conflict) -> LineError {
        let number = match conflict.with {
            Contradicted::Vendor(id) => id.to_string(),
            Contradicted::Attribute { vendor: None, number } => number.to_string(),
            Contradicted::Attribute { vendor: Some(vendor), number } => {
                format!("{number} of vendor {vendor}")
            }
            Contradicted::Value(number) => number.to_string(),
        };
        let place = self.dictionary.place(conflict.origin);
        name.wrong(|name| Kind::Redefined {
            name: name.into(),
            number: number.into(),
            place: place.into(),
        })
    }
}

fn located(path: &Path, origin: Origin, text: &str, error: LineError) -> DictionaryError {
    let LineError { at, len, kind } = error;
    let chars = |range: std::ops::Range<usize>| {
        text.get(range).map_or(0, |characters| characters.chars().count())
    };
    DictionaryError {
        file: path.display().to_string(),
        line: usize::try_from(origin.line).unwrap_or(usize::MAX),
        column: chars(0..at) + 1,
        width: chars(at..at + len).max(1),
        text: text.into(),
        kind,
    }
}

fn check_name(name: Word<'_>) -> Result<(), LineError> {
    let len = name.text.chars().count();
    if len <= NAME_LEN_MAX {
        return Ok(());
    }
    Err(name.wrong(|_| Kind::NameTooLong { len, max: NAME_LEN_MAX }))
}

fn check_end(name: Word<'_>, open: Option<&str>, block: &str) -> Result<(), LineError> {
    match open {
        Some(open) if open.eq_ignore_ascii_case(name.text) => Ok(()),
        Some(open) => {
            Err(name.wrong(|found| Kind::WrongEnd { found, open: format!("\"{open}\" is open") }))
        }
        None => {
            Err(name.wrong(|found| Kind::WrongEnd { found, open: format!("no {block} is open") }))
        }
    }
}
