//! The FreeRADIUS dictionary text format, version 3.
//!
//! One statement a line, `#` begins a comment:
//!
//! ```text
//! VENDOR       name number [format=type,length[,c]]
//! BEGIN-VENDOR name [format=Extended-Vendor-Specific-N | parent=attribute]
//! ATTRIBUTE    name number[.number…] type [flag,…]
//! BEGIN-TLV    attribute
//! END-TLV      attribute
//! VALUE        attribute name number
//! END-VENDOR   name
//! $INCLUDE     file
//! $INCLUDE-    file that may be missing
//! ```

mod error;
pub(crate) mod line;
mod loader;
mod source;

pub use error::{DictionaryError, DictionaryErrorKind};
pub use loader::{FILES_MAX, INCLUDE_DEPTH_MAX, NAME_LEN_MAX};

use std::io;
use std::path::Path;

use crate::Dictionary;
use loader::Loader;

impl Dictionary {
    /// Reads a dictionary from one text, which may not `$INCLUDE` others.
    ///
    /// `origin` stands for the file name in errors.
    ///
    /// # Errors
    /// The first statement that cannot be understood or that contradicts an earlier one.
    pub fn from_text(origin: &str, text: &str) -> Result<Self, DictionaryError> {
        let mut dictionary = Self::default();
        dictionary.extend_from_text(origin, text)?;
        Ok(dictionary)
    }

    /// Reads a dictionary from several texts, each with what stands for its file name in errors;
    /// they may not `$INCLUDE` others.
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text).
    pub fn from_texts<'t>(
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, DictionaryError> {
        let mut dictionary = Self::default();
        for (origin, text) in texts {
            dictionary = dictionary.with_text(origin, text)?;
        }
        Ok(dictionary)
    }

    /// Reads a dictionary file and what it includes.
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text), and a file that cannot be read, an inclusion of a file
    /// in itself, and more files than the limits allow.
    pub fn from_file(path: &Path) -> Result<Self, DictionaryError> {
        let mut dictionary = Self::default();
        dictionary.extend_from_file(path)?;
        Ok(dictionary)
    }

    /// Adds one text to this dictionary; on an error the dictionary stays as it was.
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text).
    pub fn extend_from_text(&mut self, origin: &str, text: &str) -> Result<(), DictionaryError> {
        *self = self.clone().with_text(origin, text)?;
        Ok(())
    }

    fn with_text(self, origin: &str, text: &str) -> Result<Self, DictionaryError> {
        let origin = Path::new(origin);
        let mut read = |path: &Path| {
            if path == origin {
                return Ok(text.as_bytes().to_vec());
            }
            Err(io::Error::new(io::ErrorKind::Unsupported, "a single text includes no files"))
        };
        let mut loader = Loader::new(self, &mut read);
        loader.load(origin)?;
        loader.finish()
    }

    /// Adds a dictionary file and what it includes; on an error the dictionary stays as it was.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn extend_from_file(&mut self, path: &Path) -> Result<(), DictionaryError> {
        self.extend_with(path, &mut source::read)
    }

    /// Adds the text that `read` gives for `path`, and those that it includes.
    ///
    /// `read` is called with `path` and with the paths of `$INCLUDE`, joined to the folder of the
    /// file that includes them. Octets that are not UTF-8 are let pass in comments. On an error
    /// the dictionary stays as it was.
    ///
    /// # Errors
    /// As [`from_file`](Self::from_file).
    pub fn extend_with(
        &mut self,
        path: &Path,
        read: &mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<(), DictionaryError> {
        let mut loader = Loader::new(self.clone(), read);
        loader.load(path)?;
        *self = loader.finish()?;
        Ok(())
    }
}
