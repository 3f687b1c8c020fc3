use core::fmt;

use crate::{AttributeType, Attributes, OutputTooSmall};

/// A value that may be spread over several attributes, put together without being copied.
///
/// Equal to octets when its pieces in their order are.
#[derive(Clone)]
pub struct Joined<'a> {
    first: &'a [u8],
    /// Where the further pieces are looked for.
    rest: Attributes<'a>,
    kind: AttributeType,
    /// Octets before the value in each further piece.
    header_len: usize,
    further_count: usize,
    len: usize,
}

impl<'a> Joined<'a> {
    /// A value in one piece.
    #[inline]
    pub(crate) const fn whole(value: &'a [u8]) -> Self {
        let rest = Attributes::new(&[], 0);
        let kind = AttributeType(0);
        Self { first: value, rest, kind, header_len: 0, further_count: 0, len: value.len() }
    }

    /// A value whose further pieces stand behind `header_len` octets in the next attributes of
    /// this type in `rest`.
    #[inline]
    pub(crate) const fn new(
        first: &'a [u8],
        rest: Attributes<'a>,
        kind: AttributeType,
        header_len: usize,
    ) -> Self {
        Self { first, rest, kind, header_len, further_count: 0, len: first.len() }
    }

    /// Takes one more attribute of the type in, which adds this many octets.
    #[inline]
    pub(crate) const fn extend(&mut self, octets: usize) {
        self.further_count += 1;
        self.len += octets;
    }

    /// The same value without its first octets, which are all in the first piece.
    #[inline]
    pub(crate) fn skip<const N: usize>(&self) -> Option<(&'a [u8; N], Self)> {
        let (skipped, first) = self.first.split_first_chunk::<N>()?;
        Some((skipped, Self { first, len: self.len - N, ..self.clone() }))
    }

    /// Octets of the whole value.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the whole value has no octet.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value where it stands in one piece, which is by far the most common case.
    #[inline]
    #[must_use]
    pub const fn as_slice(&self) -> Option<&'a [u8]> {
        if self.further_count == 0 { Some(self.first) } else { None }
    }

    /// The pieces in the order of the wire; at least one, which may be empty.
    #[inline]
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        let (kind, header_len) = (self.kind, self.header_len);
        let further = self.rest.clone().filter(move |attribute| attribute.kind == kind);
        let further = further.take(self.further_count);
        let values = further.map(move |piece| piece.value.get(header_len..).unwrap_or_default());
        core::iter::once(self.first).chain(values)
    }

    /// The octets of the whole value.
    #[inline]
    pub fn octets(&self) -> impl Iterator<Item = u8> + Clone + use<'a> {
        self.pieces().flatten().copied()
    }

    /// Copies the whole value to the front of `out`; 4076 octets are always enough.
    ///
    /// # Errors
    /// [`OutputTooSmall`], and `out` is untouched.
    pub fn copy_to<'o>(&self, out: &'o mut [u8]) -> Result<&'o [u8], OutputTooSmall> {
        let too_small = OutputTooSmall { needed: self.len, got: out.len() };
        let out = out.get_mut(..self.len).ok_or(too_small)?;
        let mut rest = &mut *out;
        for piece in self.pieces() {
            // The pieces add up to `len`.
            let (here, after) = rest.split_at_mut_checked(piece.len()).ok_or(too_small)?;
            here.copy_from_slice(piece);
            rest = after;
        }
        Ok(out)
    }
}

/// A value in one piece.
impl<'a> From<&'a [u8]> for Joined<'a> {
    #[inline]
    fn from(value: &'a [u8]) -> Self {
        Self::whole(value)
    }
}

/// Only its size: the value may be secret.
impl fmt::Debug for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined")
            .field("len", &self.len)
            .field("pieces", &(self.further_count + 1))
            .finish_non_exhaustive()
    }
}

impl PartialEq<[u8]> for Joined<'_> {
    fn eq(&self, other: &[u8]) -> bool {
        self.len == other.len() && self.octets().eq(other.iter().copied())
    }
}

impl PartialEq for Joined<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len() && self.octets().eq(other.octets())
    }
}

impl Eq for Joined<'_> {}
