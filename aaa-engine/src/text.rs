//! Octets from the network, made fit to be stored, logged and shown.

use std::borrow::Cow;
use std::sync::Arc;

/// The text of `octets`: UTF-8 and printable stays as it is, anything else is escaped (`\xff`,
/// `\u{a}`, `\u{202e}`), so that nobody's name can paint on an operator's terminal. Where anything
/// is escaped backslashes are too: a backslash that was sent is not an escape that was written.
/// [`unprintable`] takes it back.
pub(crate) fn printable(octets: &[u8]) -> Cow<'_, str> {
    let backslash = match core::str::from_utf8(octets) {
        Ok(text) if text.chars().all(stays) => {
            if unescaped(text).is_none() {
                return Cow::Borrowed(text);
            }
            // It only looks as if something were escaped; in this form something is.
            r"\u{5c}"
        }
        Ok(_) | Err(_) => r"\\",
    };
    let mut escaped = String::with_capacity(octets.len() + 8);
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => escaped.push_str(backslash),
                _ if stays(character) => escaped.push(character),
                _ => escaped.extend(character.escape_unicode()),
            }
        }
        for octet in chunk.invalid() {
            escaped.extend(core::ascii::escape_default(*octet).map(char::from));
        }
    }
    Cow::Owned(escaped)
}

/// The octets whose [`printable`] text this is. A text of any other origin stays as it is where
/// it holds no escape, or a backslash that begins none.
pub(crate) fn unprintable(text: &str) -> Cow<'_, [u8]> {
    unescaped(text).map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned)
}

/// The octets of a text in which something is escaped, other than backslashes alone.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    if !text.contains('\\') {
        return None;
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut is_escaped = false;
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        octets.extend_from_slice(before.as_bytes());
        if let Some(after) = after.strip_prefix('\\') {
            octets.push(b'\\');
            rest = after;
        } else if let Some(after) = after.strip_prefix('x') {
            // Only octets that are no UTF-8 are written so.
            let (digits, after) = after.split_at_checked(2)?;
            octets.push(u8::try_from(hexadecimal(digits)?).ok().filter(|octet| *octet >= 0x80)?);
            is_escaped = true;
            rest = after;
        } else {
            let (digits, after) = after.strip_prefix("u{")?.split_once('}')?;
            let character = char::from_u32(hexadecimal(digits)?)?;
            octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            is_escaped = true;
            rest = after;
        }
    }
    octets.extend_from_slice(rest.as_bytes());
    is_escaped.then_some(octets)
}

/// A number as escapes have them, in small letters.
fn hexadecimal(digits: &str) -> Option<u32> {
    let small = |octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f');
    u32::from_str_radix(digits, 16).ok().filter(|_| digits.bytes().all(small))
}

/// As [`printable`], sharing `known` when it is the same text.
pub(crate) fn printable_shared(octets: &[u8], known: Option<&Arc<str>>) -> Arc<str> {
    match (printable(octets), known) {
        (text, Some(known)) if *text == **known => Arc::clone(known),
        (text, _) if text.is_empty() => Arc::default(),
        (text, _) => text.into(),
    }
}

/// Quotes and backslashes are printable, whatever `escape_debug` does with them: a login such as
/// `DOMAIN\user` is shown as it is typed.
fn stays(character: char) -> bool {
    matches!(character, ' '..='~') || {
        let mut escaped = character.escape_debug();
        escaped.next() == Some(character) && escaped.next().is_none()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printable_text_stays() {
        for text in [
            "alice",
            r"BIGCO\alice",
            r"BIGCO\nancy",
            r"BIGCO\xavier",
            r"\\host\user",
            "\"quoted\"",
            "søster",
            "",
            "a b",
        ] {
            assert!(matches!(printable(text.as_bytes()), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn the_rest_is_escaped() {
        assert_eq!(printable(b"a\nb"), r"a\u{a}b");
        assert_eq!(printable(b"a\xffb\x1b[31m"), r"a\xffb\u{1b}[31m");
        assert_eq!(printable("a\u{202e}b".as_bytes()), r"a\u{202e}b");
        assert_eq!(printable(b"\0"), r"\u{0}");
    }

    #[test]
    fn backslashes_are_escaped_where_anything_is() {
        assert_eq!(printable(b"a\xff\\xff"), r"a\xff\\xff");
        assert_ne!(printable(b"a\xff\\xff"), printable(b"a\xff\xff"));
    }

    #[test]
    fn what_looks_like_an_escape_is_none() {
        for text in [r"a\xffb", r"\u{41}", r"\\xff \xff", r"\x41", r"\u{d800}", r"\xFF"] {
            assert_eq!(*unprintable(&printable(text.as_bytes())), *text.as_bytes(), "{text}");
        }
        assert_eq!(printable(br"a\xffb"), r"a\u{5c}xffb");
        assert_eq!(printable(br"\x41"), r"\x41");
        assert_eq!(*unprintable(r"a\xffb\u{1b}\\"), *b"a\xffb\x1b\\");
    }

    /// Octets that are likely to be mistaken for escapes, beside any others.
    fn octets() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop_oneof![
            any::<u8>().prop_map(|octet| vec![octet]),
            prop::sample::select(vec![
                r"\", r"\\", r"\x", r"\xff", r"\x0a", r"\u{", r"\u{5c}", r"\u{1b}", "}", "{", "ff",
                "a", r"\n", "\u{202e}", "ø",
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
        ];
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn what_was_made_printable_can_be_taken_back(octets in octets()) {
            let text = printable(&octets);
            prop_assert!(text.chars().all(stays));
            prop_assert_eq!(&*unprintable(&text), &*octets, "{}", text);
        }

        #[test]
        fn any_octets_can_be_taken_back(octets: Vec<u8>) {
            let text = printable(&octets);
            prop_assert_eq!(&*unprintable(&text), &*octets);
        }

        #[test]
        fn any_text_can_be_taken_back(text: String) {
            let printed = printable(text.as_bytes());
            prop_assert_eq!(&*unprintable(&printed), text.as_bytes());
        }
    }

    #[test]
    fn a_known_text_is_shared() {
        let known: Arc<str> = "alice".into();
        assert!(Arc::ptr_eq(&printable_shared(b"alice", Some(&known)), &known));
        assert_eq!(&*printable_shared(b"bob", Some(&known)), "bob");
    }
}
