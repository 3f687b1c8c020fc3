//! The pieces of a line of pairs, each with its place.

use nom::bytes::complete::{tag, take_till, take_while, take_while_m_n};
use nom::character::complete::char;
use nom::combinator::{map_res, not, peek, recognize};
use nom::error::Error;
use nom::sequence::{preceded, terminated};
use nom::{Input, Parser};

use super::{Operator, TextError, TextErrorKind as Kind};

/// A value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal<'t> {
    /// A word without quotes.
    Bare(&'t str),
    /// What stood in quotes, escapes resolved.
    Quoted(Vec<u8>),
    /// What stood after `0x`.
    Hexadecimal(Vec<u8>),
}

/// Takes pieces off the front of a text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Lexer<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, rest: text }
    }

    /// Where the next piece begins, in octets.
    pub(super) const fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The error at a place in octets.
    pub(super) fn error(&self, at: usize, kind: Kind) -> TextError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        TextError { line, column, kind }
    }

    /// Blanks within a line.
    pub(super) fn blanks(&mut self) {
        self.take(take_while(|c| matches!(c, ' ' | '\t' | '\r')));
    }

    /// Commas, line ends, comments and the blanks around them; false when there was none and more
    /// text follows.
    pub(super) fn separators(&mut self) -> bool {
        let mut found = false;
        loop {
            self.blanks();
            if self.take(char(',')).is_some() || self.take(char('\n')).is_some() {
                found = true;
            } else if self.take(recognize(preceded(char('#'), take_till(|c| c == '\n')))).is_some()
            {
                // The line end behind it is the separator, or the end of the text.
            } else {
                return found || self.is_at_end();
            }
        }
    }

    /// A name up to a blank, a tag or an operator; may be empty.
    pub(super) fn name(&mut self) -> &'t str {
        let ends = |(at, c): &(usize, char)| {
            let after = self.rest.get(*at..).unwrap_or_default();
            c.is_whitespace()
                || matches!(c, '=' | ':' | ',' | '"' | '\'' | '#')
                || after.starts_with("+=")
        };
        let len = self.rest.char_indices().find(ends).map_or(self.rest.len(), |(at, _)| at);
        let (rest, name) = self.rest.take_split(len);
        self.rest = rest;
        name
    }

    /// A colon and digits, if that is next.
    pub(super) fn tag(&mut self) -> Option<&'t str> {
        let digit = peek(take_while_m_n(1, 1, |c: char| c.is_ascii_digit()));
        self.take(preceded(char(':'), preceded(digit, take_while(|c: char| c.is_ascii_digit()))))
    }

    pub(super) fn operator(&mut self) -> Option<Operator> {
        let assign = tag(":=").map(|_| Operator::Assign);
        let append = tag("+=").map(|_| Operator::Append);
        let set = tag("=").map(|_| Operator::Set);
        // `==` and the like compare, and have no place here.
        self.take(terminated(assign.or(append).or(set), not(char('='))))
    }

    /// A value; `None` when there is none.
    pub(super) fn literal(&mut self) -> Result<Option<Literal<'t>>, TextError> {
        for quote in ['"', '\''] {
            let at = self.at();
            if self.take(char(quote)).is_some() {
                return self.quoted(at, quote).map(|octets| Some(Literal::Quoted(octets)));
            }
        }
        let at = self.at();
        let word: &str =
            self.take(take_till(|c: char| c == ',' || c.is_whitespace())).unwrap_or_default();
        if word.is_empty() || word.starts_with('#') {
            return Ok(None);
        }
        match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            None => Ok(Some(Literal::Bare(word))),
            Some(digits) => hexadecimal(digits)
                .map(|octets| Some(Literal::Hexadecimal(octets)))
                .ok_or_else(|| self.error(at, Kind::BadHexadecimal(word.to_owned()))),
        }
    }

    /// The rest of a text after its opening quote, which stood at `start`.
    fn quoted(&mut self, start: usize, quote: char) -> Result<Vec<u8>, TextError> {
        let mut octets = Vec::new();
        loop {
            let plain: &str =
                self.take(take_till(|c| c == quote || c == '\\' || c == '\n')).unwrap_or_default();
            octets.extend_from_slice(plain.as_bytes());
            if self.take(char(quote)).is_some() {
                return Ok(octets);
            }
            let at = self.at();
            if self.take(char('\\')).is_none() {
                return Err(self.error(start, Kind::Unclosed(quote)));
            }
            match self.escape(quote) {
                Some(octet) => octets.push(octet),
                None => {
                    let next = self.rest.chars().next().filter(|c| *c != '\n');
                    let kind = match next {
                        Some(next) => Kind::UnknownEscape(next.to_string()),
                        None => Kind::Unclosed(quote),
                    };
                    return Err(self.error(if next.is_some() { at } else { start }, kind));
                }
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, quote: char) -> Option<u8> {
        for (escape, octet) in [('\\', b'\\'), ('"', b'"'), ('\'', b'\'')] {
            let allowed = escape == '\\' || escape == quote || quote == '"';
            if allowed && self.take(char(escape)).is_some() {
                return Some(octet);
            }
        }
        if quote == '\'' {
            return None;
        }
        for (escape, octet) in [('n', b'\n'), ('r', b'\r'), ('t', b'\t')] {
            if self.take(char(escape)).is_some() {
                return Some(octet);
            }
        }
        let octal = take_while_m_n(3, 3, |c: char| c.is_digit(8));
        let hexadecimal =
            preceded(char('x'), take_while_m_n(2, 2, |c: char| c.is_ascii_hexdigit()));
        let octal = map_res(octal, |digits| u8::from_str_radix(digits, 8));
        let hexadecimal = map_res(hexadecimal, |digits| u8::from_str_radix(digits, 16));
        self.take(octal.or(hexadecimal))
    }

    fn take<O>(
        &mut self,
        mut piece: impl Parser<&'t str, Output = O, Error = Error<&'t str>>,
    ) -> Option<O> {
        let (rest, output) = piece.parse(self.rest).ok()?;
        self.rest = rest;
        Some(output)
    }
}

/// Octets from an even number of hexadecimal digits.
fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    pairs.iter().map(|&[high, low]| Some(value(high)? << 4 | value(low)?)).collect()
}
