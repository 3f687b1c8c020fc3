//! Records on their way to the journal.

use super::segment::RECORD_LEN_MAX;

/// Records that belong together: appended in order, durable together or not acknowledged at all.
#[derive(Debug, Default)]
pub(crate) struct Group {
    octets: Vec<u8>,
    /// Where each record ends in `octets`.
    ends: Vec<usize>,
}

impl Group {
    /// Adds the record that `encode` writes. False, and nothing added, when it wrote nothing or
    /// more than [`RECORD_LEN_MAX`] octets.
    pub(crate) fn record(&mut self, encode: impl FnOnce(&mut Vec<u8>)) -> bool {
        let start = self.octets.len();
        encode(&mut self.octets);
        let len = self.octets.len().saturating_sub(start);
        if len == 0 || len > RECORD_LEN_MAX {
            self.octets.truncate(start);
            return false;
        }
        self.ends.push(self.octets.len());
        true
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many octets the records have together.
    pub(crate) fn octets(&self) -> usize {
        self.octets.len()
    }

    /// Forgets the records and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.octets.clear();
        self.ends.clear();
    }

    /// Moves all of `other` behind what is here.
    pub(crate) fn take_all(&mut self, other: &mut Self) {
        let start = self.octets.len();
        self.octets.extend_from_slice(&other.octets);
        self.ends.extend(other.ends.iter().map(|end| start + end));
        other.clear();
    }

    /// The records in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = &[u8]> {
        let starts = core::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, &end)| self.octets.get(start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_join_in_order_and_refuse_records_of_no_or_too_much_length() {
        let mut one = Group::default();
        assert!(one.record(|out| out.extend_from_slice(b"a")));
        assert!(!one.record(|_| {}));
        assert!(!one.record(|out| out.resize(out.len() + RECORD_LEN_MAX + 1, 7)));
        assert!(one.record(|out| out.extend_from_slice(b"bc")));
        let mut all = Group::default();
        assert!(all.record(|out| out.extend_from_slice(b"0")));
        all.take_all(&mut one);
        assert!(one.is_empty());
        assert_eq!(all.records().collect::<Vec<_>>(), [&b"0"[..], b"a", b"bc"]);
        assert_eq!((all.len(), all.octets()), (3, 4));
    }
}
