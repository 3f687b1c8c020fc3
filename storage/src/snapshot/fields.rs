//! The fields of a record: numbers in 8 octets, little-endian; octets behind their length; what may
//! be absent behind an octet that says so.

use std::sync::Arc;

use super::error::SnapshotError;

const WRONG: SnapshotError = SnapshotError::Damaged("a record in it cannot be understood");

pub(crate) fn put_number(out: &mut Vec<u8>, number: i64) {
    out.extend(number.to_le_bytes());
}

pub(crate) fn put_count(out: &mut Vec<u8>, count: u64) {
    out.extend(count.to_le_bytes());
}

pub(crate) fn put_octets(out: &mut Vec<u8>, octets: &[u8]) {
    let len = u32::try_from(octets.len()).unwrap_or(u32::MAX);
    out.extend(len.to_le_bytes());
    out.extend(octets.iter().take(len as usize));
}

pub(crate) fn put_if<T>(out: &mut Vec<u8>, value: Option<T>, put: impl FnOnce(&mut Vec<u8>, T)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        put(out, value);
    }
}

/// What is left of a record.
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], SnapshotError> {
        let (value, rest) = self.0.split_first_chunk().ok_or(WRONG)?;
        self.0 = rest;
        Ok(*value)
    }

    pub(crate) fn number(&mut self) -> Result<i64, SnapshotError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn count(&mut self) -> Result<u64, SnapshotError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number that fits into fewer octets.
    pub(crate) fn small<T: TryFrom<i64>>(&mut self) -> Result<T, SnapshotError> {
        T::try_from(self.number()?).map_err(|_| WRONG)
    }

    pub(crate) fn flag(&mut self) -> Result<bool, SnapshotError> {
        match self.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(WRONG),
        }
    }

    pub(crate) fn octets(&mut self) -> Result<&'a [u8], SnapshotError> {
        let len = u32::from_le_bytes(self.array()?) as usize;
        let (value, rest) = self.0.split_at_checked(len).ok_or(WRONG)?;
        self.0 = rest;
        Ok(value)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str, SnapshotError> {
        core::str::from_utf8(self.octets()?).map_err(|_| WRONG)
    }

    pub(crate) fn shared_text(&mut self) -> Result<Arc<str>, SnapshotError> {
        self.text().map(Arc::from)
    }

    pub(crate) fn parsed<T: core::str::FromStr>(&mut self) -> Result<T, SnapshotError> {
        self.text()?.parse().map_err(|_| WRONG)
    }

    pub(crate) fn optional<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, SnapshotError>,
    ) -> Result<Option<T>, SnapshotError> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    pub(crate) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, SnapshotError>,
    ) -> Result<Vec<T>, SnapshotError> {
        let count: u32 = self.small()?;
        (0..count).map(|_| read(self)).collect()
    }

    /// Nothing may be left over.
    pub(crate) fn end<T>(self, value: T) -> Result<T, SnapshotError> {
        if self.0.is_empty() { Ok(value) } else { Err(WRONG) }
    }
}

pub(crate) fn put_list<T>(
    out: &mut Vec<u8>,
    list: impl ExactSizeIterator<Item = T>,
    mut put: impl FnMut(&mut Vec<u8>, T),
) {
    put_count(out, list.len() as u64);
    for value in list {
        put(out, value);
    }
}

pub(crate) const fn wrong() -> SnapshotError {
    WRONG
}
