//! Octets from the network, made fit to be stored, logged and shown.

use std::borrow::Cow;
use std::sync::Arc;

/// The text of `octets`: UTF-8 and printable stays as it is, anything else is escaped (`\xff`,
/// `\n`, `\u{202e}`), so that nobody's name can paint on an operator's terminal. Where anything is
/// escaped backslashes are too: a backslash that was sent is not an escape that was written.
pub(crate) fn printable(octets: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = core::str::from_utf8(octets)
        && text.chars().all(stays)
    {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(octets.len() + 8);
    for chunk in octets.utf8_chunks() {
        for character in chunk.valid().chars() {
            if stays(character) && character != '\\' {
                escaped.push(character);
            } else {
                escaped.extend(character.escape_debug());
            }
        }
        for octet in chunk.invalid() {
            escaped.extend(core::ascii::escape_default(*octet).map(char::from));
        }
    }
    Cow::Owned(escaped)
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
    use super::*;

    #[test]
    fn printable_text_stays() {
        for text in ["alice", r"BIGCO\alice", "\"quoted\"", "søster", "", "a b"] {
            assert!(matches!(printable(text.as_bytes()), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn the_rest_is_escaped() {
        assert_eq!(printable(b"a\nb"), r"a\nb");
        assert_eq!(printable(b"a\xffb\x1b[31m"), r"a\xffb\u{1b}[31m");
        assert_eq!(printable("a\u{202e}b".as_bytes()), r"a\u{202e}b");
        assert_eq!(printable(b"\0"), r"\0");
    }

    #[test]
    fn backslashes_are_escaped_where_anything_is() {
        assert_eq!(printable(b"a\xff\\xff"), r"a\xff\\xff");
        assert_ne!(printable(b"a\xff\\xff"), printable(b"a\xff\xff"));
    }

    #[test]
    fn a_known_text_is_shared() {
        let known: Arc<str> = "alice".into();
        assert!(Arc::ptr_eq(&printable_shared(b"alice", Some(&known)), &known));
        assert_eq!(&*printable_shared(b"bob", Some(&known)), "bob");
    }
}
