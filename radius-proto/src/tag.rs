use core::fmt;
use core::num::NonZeroU8;

/// The largest tag (RFC 2868 §3.1).
pub const TAG_MAX: u8 = 0x1f;
/// The largest number behind a tag: three octets (RFC 2868 §3.1).
pub const TAGGED_NUMBER_MAX: u32 = 0x00ff_ffff;

/// The tag of RFC 2868 §3.1, 1 to 31, by which the attributes of one tunnel or of one service
/// belong together.
///
/// No tag is `None`: the octet 0 of a tagged number, or a first octet above 31 that is already the
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(NonZeroU8);

impl Tag {
    /// A tag by its number; `None` for 0 and above 31.
    #[inline]
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        match NonZeroU8::new(number) {
            Some(number) if number.get() <= TAG_MAX => Some(Self(number)),
            _ => None,
        }
    }

    /// The number of the tag, 1 to 31.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0.get()
    }

    /// The octet that stands for a tag, or for none, where there always is one.
    #[inline]
    #[must_use]
    pub const fn octet(tag: Option<Self>) -> u8 {
        match tag {
            Some(tag) => tag.get(),
            None => 0,
        }
    }

    /// Splits a text of RFC 2868 §3.3 into its tag and the text: a first octet above 31 is text
    /// already, and 0 is a tag octet that says nothing.
    #[inline]
    #[must_use]
    pub fn split_text(value: &[u8]) -> (Option<Self>, &[u8]) {
        match value.split_first() {
            Some((&first, text)) if first <= TAG_MAX => (Self::new(first), text),
            _ => (None, value),
        }
    }

    /// Splits a number of RFC 2868 §3.1 into its tag and its 24 bits; a tag octet above 31 is no
    /// tag. `None` unless the value has four octets.
    #[inline]
    #[must_use]
    pub fn split_number(value: &[u8]) -> Option<(Option<Self>, u32)> {
        let &[tag, high, middle, low] = value else { return None };
        Some((Self::new(tag), u32::from_be_bytes([0, high, middle, low])))
    }

    /// The four octets of a tagged number; `None` above 24 bits, which no tag leaves room for.
    #[inline]
    #[must_use]
    pub const fn join_number(tag: Option<Self>, number: u32) -> Option<[u8; 4]> {
        match number.to_be_bytes() {
            [0, high, middle, low] => Some([Self::octet(tag), high, middle, low]),
            _ => None,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_1_to_31() {
        assert_eq!(Tag::new(0), None);
        assert_eq!(Tag::new(1).map(Tag::get), Some(1));
        assert_eq!(Tag::new(31).map(Tag::get), Some(31));
        assert_eq!(Tag::new(32), None);
    }

    #[test]
    fn text_and_numbers_split() {
        assert_eq!(Tag::split_text(b"\x0112"), (Tag::new(1), &b"12"[..]));
        assert_eq!(Tag::split_text(b"\x0012"), (None, &b"12"[..]));
        assert_eq!(Tag::split_text(b"12"), (None, &b"12"[..]));
        assert_eq!(Tag::split_text(b""), (None, &b""[..]));
        assert_eq!(Tag::split_number(&[6, 0, 1, 0xf4]), Some((Tag::new(6), 500)));
        assert_eq!(Tag::split_number(&[32, 0, 1, 0xf4]), Some((None, 500)));
        assert_eq!(Tag::split_number(&[0, 1, 0xf4]), None);
        assert_eq!(Tag::join_number(Tag::new(6), 500), Some([6, 0, 1, 0xf4]));
        assert_eq!(Tag::join_number(None, TAGGED_NUMBER_MAX), Some([0, 0xff, 0xff, 0xff]));
        assert_eq!(Tag::join_number(None, TAGGED_NUMBER_MAX + 1), None);
    }
}
