//! Ascend's binary filters in words, the way FreeRADIUS reads and writes them.
//!
//! ```text
//! ip in forward srcip 10.0.0.0/8 tcp dstport = 80 est
//! ipx out drop srcipxnet 0x0001 srcipxnode 0x00005e005301 srcipxsock = 0x0451
//! generic in drop 12 ffff00000000 080600000000 == more
//! ```
//!
//! Letters of either case are the same. What stands behind the action of an `ip` filter, or behind
//! the value of a `generic` one, may stand in any order, each part once. Protocols and ports are
//! numbers, or the few names that FreeRADIUS has for them. A filter has 32 octets: its kind, action
//! and direction, a zero, what packets are compared with, and zeros again.

use std::str::FromStr;

use nom::bytes::complete::is_not;
use nom::character::complete::multispace0;
use nom::combinator::{cond, map_opt};
use nom::error::{ContextError, ErrorKind, ParseError, context};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// Octets of a filter.
pub(super) const FILTER_LEN: usize = 32;

/// What is wrong in the words of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilterError {
    /// Where it stands, in characters from 1.
    pub(super) column: usize,
    /// What would be right there.
    pub(super) expected: &'static str,
}

/// The octets of a filter written in Ascend's words.
pub(super) fn read(text: &str) -> Result<[u8; FILTER_LEN], FilterError> {
    let Unexpected { at, expected } = match filter(text) {
        Ok((_, octets)) => return Ok(octets),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => error,
        Err(nom::Err::Incomplete(_)) => Unexpected { at: "", expected: "the rest of the filter" },
    };
    let before = text.strip_suffix(at).unwrap_or(text);
    Err(FilterError { column: before.chars().count() + 1, expected })
}

/// The filter in words that FreeRADIUS, too, reads as these octets; `None` for octets that are no
/// filter, and where its own words for them leave something out or are refused by itself.
///
/// The words are those that FreeRADIUS 3.2.1 writes, but for two things that it reads and does not
/// write: `generic` filters, which it ends behind the action, and the numbers of protocols without
/// a name, for which it has `??`.
pub(super) fn show(octets: &[u8]) -> Option<String> {
    let octets = <&[u8; FILTER_LEN]>::try_from(octets).ok()?;
    let kind = Kind::of(octets);
    let parts: Vec<_> = kind.parts.iter().filter_map(|part| part.show(octets)).collect();
    if parts.len() > kind.parts_max {
        return None;
    }
    let start = [&HEAD, kind.start].into_iter().filter_map(|values| show_values(values, octets));
    let text = start.chain(parts).collect::<Vec<_>>().join(" ");
    // What has no words was left out, such as a port that nothing is compared with.
    (read(&text).as_ref() == Ok(octets)).then_some(text)
}

/// What differs between the kinds of filters.
struct Kind {
    /// What must stand behind the action.
    start: &'static [Value],
    /// What may stand behind that, in the order of FreeRADIUS.
    parts: &'static [Part],
    /// The parts, for who has written something else.
    expected: &'static str,
    /// How many parts of one filter FreeRADIUS can read.
    parts_max: usize,
}

impl Kind {
    const fn of(octets: &[u8; FILTER_LEN]) -> Self {
        match octets[0] {
            0 => Self {
                start: &GENERIC_START,
                parts: &GENERIC,
                expected: "==, != or more",
                parts_max: 2,
            },
            1 => Self { start: &[], parts: &IP, expected: IP_EXPECTED, parts_max: 6 },
            // FreeRADIUS writes both ends, but reads a filter with one only.
            _ => Self { start: &[], parts: &IPX, expected: IPX_EXPECTED, parts_max: 1 },
        }
    }
}

/// The word before a value, if any, the value, and its octets as the first of them and how many.
struct Value(&'static str, Form, &'static [(usize, usize)]);
/// Values that stand together, and what may follow only there.
struct Part(&'static [Value], &'static [Value]);

const HEAD: [Value; 3] = [
    Value(
        "",
        Form::Name("ip, ipx or generic", &[("generic", 0), ("ip", 1), ("ipx", 2)]),
        &[(0, 1)],
    ),
    Value("", Form::Name("in or out", &[("out", 0), ("in", 1)]), &[(2, 1)]),
    Value("", Form::Name("forward or drop", &[("drop", 0), ("forward", 1)]), &[(1, 1)]),
];
const GENERIC_START: [Value; 3] = [
    Value("", Form::Offset, &[(4, 2)]),
    Value("", Form::Mask, &[(6, 2), (10, 6)]),
    Value("", Form::Masked, &[(16, 6)]),
];
const GENERIC: [Part; 2] = [
    Part(&[Value("", Form::Name("", &[("==", 0), ("!=", 1)]), &[(22, 1)])], &[]),
    Part(&[Value("", Form::Name("", &[("more", 1)]), &[(9, 1)])], &[]),
];
const IP_EXPECTED: &str =
    "srcip, dstip, srcport, dstport, est, or a protocol: icmp, tcp, udp, ospf or its number to 255";
const IP: [Part; 6] = [
    Part(&[Value("srcip", Form::Network, &[(4, 4), (12, 1)])], &[]),
    Part(&[Value("dstip", Form::Network, &[(8, 4), (13, 1)])], &[]),
    Part(&[Value("", Form::Protocol, &[(14, 1)])], &[]),
    Part(&[Value("srcport", COMPARISON, &[(20, 1)]), Value("", Form::Port, &[(16, 2)])], &[]),
    Part(&[Value("dstport", COMPARISON, &[(21, 1)]), Value("", Form::Port, &[(18, 2)])], &[]),
    Part(&[Value("", Form::Name("", &[("est", 1)]), &[(15, 1)])], &[]),
];
const AGAIN: &str = "a part that is not there yet";
const IPX_EXPECTED: &str = "srcipxnet or dstipxnet, or the socket of the one before";
const IPX: [Part; 2] = [
    Part(
        &[Value("srcipxnet", Form::Net, &[(4, 4)]), Value("srcipxnode", Form::Node, &[(8, 6)])],
        &[Value("srcipxsock", COMPARISON, &[(28, 1)]), Value("", Form::Socket, &[(14, 2)])],
    ),
    Part(
        &[Value("dstipxnet", Form::Net, &[(16, 4)]), Value("dstipxnode", Form::Node, &[(20, 6)])],
        &[Value("dstipxsock", COMPARISON, &[(29, 1)]), Value("", Form::Socket, &[(26, 2)])],
    ),
];
const COMPARISON: Form = Form::Name("<, =, > or !=", &[("<", 1), ("=", 2), (">", 3), ("!=", 4)]);
const PROTOCOLS: [(&str, u8); 4] = [("icmp", 1), ("tcp", 6), ("udp", 17), ("ospf", 89)];
/// The names that FreeRADIUS reads; it writes numbers. Not all are those of IANA.
const PORTS: [(&str, u16); 18] = [
    ("ftp-data", 20),
    ("ftp", 21),
    ("telnet", 23),
    ("smtp", 25),
    ("nameserver", 42),
    ("domain", 53),
    ("tftp", 69),
    ("gopher", 70),
    ("finger", 79),
    ("www", 80),
    ("kerberos", 88),
    ("hostname", 101),
    ("nntp", 119),
    ("ntp", 123),
    ("exec", 512),
    ("login", 513),
    ("cmd", 514),
    ("talk", 517),
];

/// What the word of a value looks like.
#[derive(Clone, Copy)]
enum Form {
    /// One of these; what is expected otherwise comes first.
    Name(&'static str, &'static [(&'static str, u8)]),
    Protocol,
    Port,
    /// Where in a frame a mask is laid.
    Offset,
    /// Six octets in hexadecimal, which carry their number before them.
    Mask,
    /// Six octets that are compared with what the mask leaves.
    Masked,
    /// An IPv4 address and the length of its prefix.
    Network,
    Net,
    Node,
    Socket,
}

impl Form {
    fn read(self, word: &str) -> Option<Vec<u8>> {
        let without_0x = || word.strip_prefix("0x").or(word.strip_prefix("0X")).unwrap_or(word);
        match self {
            Self::Name(_, names) => Some(vec![number(names, word)?]),
            Self::Protocol => Some(vec![number(&PROTOCOLS, word).or_else(|| decimal(word))?]),
            Self::Port => {
                let port: u16 = number(&PORTS, word).or_else(|| decimal(word))?;
                Some(port.to_be_bytes().to_vec())
            }
            Self::Offset => Some(decimal::<u16>(word)?.to_be_bytes().to_vec()),
            Self::Mask => Some([vec![0, 6], six_octets(word)?].concat()),
            Self::Masked => six_octets(word),
            Self::Network => network(word),
            Self::Net => hexadecimal(without_0x(), 4),
            Self::Node => six_octets(without_0x()),
            Self::Socket => hexadecimal(without_0x(), 2),
        }
    }

    /// The word for octets that have one.
    fn show(self, octets: &[u8]) -> Option<String> {
        let number = octets.iter().fold(0, |number, octet| number << 8 | u64::from(*octet));
        let name_in = |names: &[(&str, u8)]| {
            names.iter().find(|name| u64::from(name.1) == number).map(|name| name.0.to_owned())
        };
        match (self, octets) {
            (Self::Name(_, names), _) => name_in(names),
            (Self::Protocol, _) => name_in(&PROTOCOLS).or_else(|| Some(number.to_string())),
            (Self::Port | Self::Offset, _) => Some(number.to_string()),
            (Self::Mask, [0, 6, mask @ ..]) => Self::Masked.show(mask),
            (Self::Masked, _) => Some(format!("{number:012x}")),
            (Self::Network, [a, b, c, d, len]) => Some(format!("{a}.{b}.{c}.{d}/{len}")),
            (Self::Net | Self::Socket, _) => Some(format!("0x{number:04x}")),
            (Self::Node, _) => Some(format!("0x{number:012x}")),
            (Self::Mask | Self::Network, _) => None,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Name(expected, _) => expected,
            Self::Protocol => IP_EXPECTED,
            Self::Port => "a port to 65535 or the name of one, such as www",
            Self::Offset => "an offset in octets, to 65535",
            Self::Mask => "a mask of 12 hexadecimal digits, without 0x",
            Self::Masked => "a value of 12 hexadecimal digits, without 0x",
            Self::Network => "an IPv4 address and the length of its prefix, such as 192.0.2.0/24",
            Self::Net => "an IPX network in hexadecimal, to ffffffff",
            Self::Node => "an IPX node of 12 hexadecimal digits",
            Self::Socket => "an IPX socket in hexadecimal, to ffff",
        }
    }
}

impl Value {
    fn begins(&self, text: &str) -> bool {
        let Self(before, form, _) = self;
        let value = || word("", |word| form.read(word)).parse(text).is_ok();
        if before.is_empty() { value() } else { keyword(before).parse(text).is_ok() }
    }

    fn read<'t>(&self, text: &'t str, octets: &mut [u8; FILTER_LEN]) -> Parsed<'t, ()> {
        let Self(before, form, places) = self;
        let value = word(form.expected(), |word| form.read(word));
        let (text, value) =
            preceded(cond(!before.is_empty(), keyword(before)), value).parse(text)?;
        let places = places.iter().flat_map(|&(first, len)| first..first + len);
        for (place, octet) in places.zip(value) {
            octets.get_mut(place).into_iter().for_each(|place| *place = octet);
        }
        Ok((text, ()))
    }

    fn octets(&self, octets: &[u8; FILTER_LEN]) -> Vec<u8> {
        let places = self.2.iter().flat_map(|&(first, len)| first..first + len);
        places.filter_map(|place| octets.get(place)).copied().collect()
    }

    fn show(&self, octets: &[u8; FILTER_LEN]) -> Option<String> {
        let value = self.1.show(&self.octets(octets))?;
        Some(if self.0.is_empty() { value } else { format!("{} {value}", self.0) })
    }
}

impl Part {
    fn begins(&self, text: &str) -> bool {
        self.0.first().is_some_and(|value| value.begins(text))
    }

    fn read<'t>(&self, text: &'t str, octets: &mut [u8; FILTER_LEN]) -> Parsed<'t, ()> {
        let (text, ()) = read_values(self.0, text, octets)?;
        match self.1.first() {
            Some(following) if following.begins(text) => read_values(self.1, text, octets),
            _ => Ok((text, ())),
        }
    }

    fn show(&self, octets: &[u8; FILTER_LEN]) -> Option<String> {
        let values = [self.0, self.1].into_iter().filter_map(|values| show_values(values, octets));
        let words = values.collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then_some(words)
    }
}

/// What is left of a text, or where something else was expected.
type Parsed<'t, T> = IResult<&'t str, T, Unexpected<'t>>;

/// The text from where something else was expected on.
#[derive(Debug)]
struct Unexpected<'t> {
    at: &'t str,
    expected: &'static str,
}

impl<'t> ParseError<&'t str> for Unexpected<'t> {
    fn from_error_kind(at: &'t str, _: ErrorKind) -> Self {
        Self { at, expected: "" }
    }

    fn append(_: &'t str, _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'t> ContextError<&'t str> for Unexpected<'t> {
    fn add_context(at: &'t str, expected: &'static str, _: Self) -> Self {
        Self { at, expected }
    }
}

fn filter(text: &str) -> Parsed<'_, [u8; FILTER_LEN]> {
    let mut octets = [0; FILTER_LEN];
    let (text, _) = multispace0(text)?;
    let (text, ()) = read_values(&HEAD, text, &mut octets)?;
    let kind = Kind::of(&octets);
    let (mut text, ()) = read_values(kind.start, text, &mut octets)?;
    let mut left: Vec<&Part> = kind.parts.iter().collect();
    while !text.is_empty() {
        let Some(index) = left.iter().position(|part| part.begins(text)) else {
            let is_again = kind.parts.iter().any(|part| part.begins(text));
            let expected = if is_again { AGAIN } else { kind.expected };
            return Err(nom::Err::Error(Unexpected { at: text, expected }));
        };
        (text, ()) = left.remove(index).read(text, &mut octets)?;
    }
    Ok((text, octets))
}

/// A word that means something, and the blanks behind it.
fn word<'t, T>(
    expected: &'static str,
    meaning: impl Fn(&'t str) -> Option<T>,
) -> impl Parser<&'t str, Output = T, Error = Unexpected<'t>> {
    context(expected, map_opt(terminated(is_not(" \t\r\n"), multispace0), meaning))
}

fn keyword<'t>(keyword: &'static str) -> impl Parser<&'t str, Output = (), Error = Unexpected<'t>> {
    word(keyword, move |word| {
        // The documentation of FreeRADIUS has `srcipxsoc`, its reader `srcipxsock`.
        let documented = keyword.strip_suffix('k').unwrap_or(keyword);
        [keyword, documented].iter().any(|own| own.eq_ignore_ascii_case(word)).then_some(())
    })
}

fn read_values<'t>(
    values: &[Value],
    mut text: &'t str,
    octets: &mut [u8; FILTER_LEN],
) -> Parsed<'t, ()> {
    for value in values {
        (text, ()) = value.read(text, octets)?;
    }
    Ok((text, ()))
}

fn show_values(values: &[Value], octets: &[u8; FILTER_LEN]) -> Option<String> {
    let first = values.first()?;
    // FreeRADIUS leaves out what has no address, no net or no comparison.
    if !first.0.is_empty() && first.octets(octets).iter().take(4).all(|octet| *octet == 0) {
        return None;
    }
    let words: Option<Vec<_>> = values.iter().map(|value| value.show(octets)).collect();
    Some(words?.join(" "))
}

fn number<T: Copy>(names: &[(&str, T)], word: &str) -> Option<T> {
    names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|&(_, number)| number)
}

fn decimal<T: FromStr>(digits: &str) -> Option<T> {
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// A number that fits into so many octets.
fn hexadecimal(digits: &str, len: usize) -> Option<Vec<u8>> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let octets = is_number.then(|| u64::from_str_radix(digits, 16).ok())??.to_be_bytes();
    let (high, low) = octets.split_at_checked(octets.len().checked_sub(len)?)?;
    high.iter().all(|octet| *octet == 0).then(|| low.to_vec())
}

fn six_octets(digits: &str) -> Option<Vec<u8>> {
    hexadecimal(digits, 6).filter(|_| digits.len() == 12)
}

fn network(word: &str) -> Option<Vec<u8>> {
    let (address, len) = word.split_once('/').unwrap_or((word, "0"));
    let mut octets: Vec<u8> = address.split('.').map(decimal).collect::<Option<_>>()?;
    // Without a length, or with 0, FreeRADIUS takes the length of the address's class.
    let len = match (decimal(len)?, &octets[..]) {
        (0, [0, 0, 0, 0]) => 0,
        (0, [..=127, _, _, _]) => 8,
        (0, [..=191, _, _, _]) => 16,
        (0, [..=223, _, _, _]) => 24,
        (0, [_, _, _, _]) => 32,
        (len @ 1..=32, [_, _, _, _]) => len,
        _ => return None,
    };
    octets.push(len);
    Some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Filters, the octets that radclient 3.2.1 sends for them without the zeros at the end, and
    /// the words in which they are shown, "" where they have none.
    const FILTERS: [(&str, &str, &str); 17] = [
        ("ip in forward", "010101", "ip in forward 0"),
        (" IP\tOut Drop  ICMP ", "010000000000000000000000000001", "ip out drop icmp"),
        (
            "ip in forward tcp dstport = 80",
            "01010100000000000000000000000600000000500002",
            "ip in forward tcp dstport = 80",
        ),
        (
            "ip in drop udp srcport > 1023 dstport != domain",
            "0100010000000000000000000000110003ff00350304",
            "ip in drop udp srcport > 1023 dstport != 53",
        ),
        (
            "ip in forward dstip 192.0.2.0/24 srcip 198.51.100.7/32 tcp est",
            "01010100c6336407c000020020180601",
            "ip in forward srcip 198.51.100.7/32 dstip 192.0.2.0/24 tcp est",
        ),
        (
            "IP In FORWARD est  dstport < WWW tcp srcip 10.1.2.3",
            "010101000a0102030000000008000601000000500001",
            "ip in forward srcip 10.1.2.3/8 tcp dstport < 80 est",
        ),
        (
            "ip out forward dstip 172.16.0.1 srcip 224.0.0.5/0 89",
            "01010000e0000005ac100001201059",
            "ip out forward srcip 224.0.0.5/32 dstip 172.16.0.1/16 ospf",
        ),
        ("ip in drop 47", "01000100000000000000000000002f", "ip in drop 47"),
        (
            "ip in forward 0 srcport = talk dstport > ftp-data",
            "01010100000000000000000000000000020500140203",
            "ip in forward 0 srcport = 517 dstport > 20",
        ),
        ("ip in drop dstip 0.0.0.0/8 tcp", "010001000000000000000000000806", ""),
        ("ipx in drop", "020001", "ipx in drop"),
        (
            "ipx out drop srcipxnet 1 srcipxnode 0x00005e005301 srcipxsock = 451",
            "020000000000000100005e005301045100000000000000000000000002",
            "ipx out drop srcipxnet 0x0001 srcipxnode 0x00005e005301 srcipxsock = 0x0451",
        ),
        (
            "ipx in forward dstipxnet 0xc0a80101 dstipxnode FFFFFFFFFFFF",
            "02010100000000000000000000000000c0a80101ffffffffffff",
            "ipx in forward dstipxnet 0xc0a80101 dstipxnode 0xffffffffffff",
        ),
        ("ipx in drop srcipxnet 0 srcipxnode 00005e005301", "020001000000000000005e005301", ""),
        (
            "generic in drop 12 ffff00000000 080600000000",
            "00000100000c00060000ffff000000000806",
            "generic in drop 12 ffff00000000 080600000000 ==",
        ),
        (
            "generic out forward 65535 000000fffff0 00000012AB30 != more",
            "00010000ffff00060001000000fffff000000012ab3001",
            "generic out forward 65535 000000fffff0 00000012ab30 != more",
        ),
        (
            "generic in drop 0 ffffffffffff 00005e005301 more ==",
            "00000100000000060001ffffffffffff00005e005301",
            "generic in drop 0 ffffffffffff 00005e005301 == more",
        ),
    ];

    fn octets(digits: &str) -> [u8; FILTER_LEN] {
        let mut octets = [0; FILTER_LEN];
        for (index, octet) in octets.iter_mut().take(digits.len() / 2).enumerate() {
            *octet = u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).unwrap();
        }
        octets
    }

    #[test]
    fn filters_of_radclient() {
        for (text, digits, shown) in FILTERS {
            assert_eq!(read(text), Ok(octets(digits)), "{text}");
            assert_eq!(show(&octets(digits)).unwrap_or_default(), shown, "{text}");
        }
    }

    #[test]
    fn ports_of_radclient() {
        for (name, port) in PORTS {
            let [high, low] = port.to_be_bytes();
            let read = read(&format!("ip in drop srcport = {name}")).unwrap();
            assert_eq!(read[16..21], [high, low, 0, 0, 2], "{name}");
        }
    }

    #[test]
    fn round_trips() {
        let parts = ["srcip 198.51.100.7/32", "dstip 192.0.2.0/24", "srcport > 1023", "est"];
        for (protocol, subset) in (0..=255).flat_map(|protocol| (0..16).map(move |s| (protocol, s)))
        {
            let part = |index: usize| (subset >> index & 1 == 1).then_some(parts[index]);
            let protocol = PROTOCOLS
                .iter()
                .find(|named| named.1 == protocol)
                .map_or_else(|| protocol.to_string(), |named| named.0.to_owned());
            let words = [Some("ip out drop"), part(0), part(1), Some(&protocol), part(2), part(3)];
            let text = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
            assert_eq!(show(&read(&text).unwrap()).as_ref(), Some(&text));
        }
        for (_, digits, _) in FILTERS {
            for bit in 0..FILTER_LEN * 8 {
                let mut octets = octets(digits);
                octets[bit / 8] ^= 1 << (bit % 8);
                if let Some(text) = show(&octets) {
                    assert_eq!(read(&text), Ok(octets), "{text}");
                }
            }
        }
    }

    #[test]
    fn both_ends_of_ipx_are_read_but_not_shown() {
        let text = "ipx in drop srcipxnet 0x0001 srcipxnode 0x010203040506 srcipxsoc = 0x0451 \
                    dstipxnet 0x0002 dstipxnode 0x010203040506 dstipxsock < 0x0452";
        let octets = octets("020001000000000101020304050604510000000201020304050604520201");
        assert_eq!(read(text), Ok(octets));
        assert_eq!(show(&octets), None);
    }

    #[test]
    fn octets_without_words() {
        for digits in [
            "03",                                             // no kind of filter
            "010201",                                         // an action that is none
            "01010101",                                       // something where nothing belongs
            "010101000a01020300000000000006",                 // an address without length
            "010101000a01020300000000210006",                 // a length of 33
            "01010100000000000000000000000602",               // established, but otherwise
            "0101010000000000000000000000060000000050",       // a port, and no comparison
            "0101010000000000000000000000060000000050000500", // a comparison that is none
            "0000010000000005",                               // a mask of five octets
            "000001",                                         // no mask
            "00000100000000060100",                           // more, but otherwise
        ] {
            assert_eq!(show(&octets(digits)), None, "{digits}");
        }
        assert_eq!(show(&[1, 1, 1]), None);
        assert_eq!(show(&[0; FILTER_LEN + 1]), None);
    }

    #[test]
    fn refusals() {
        for (text, column, expected) in [
            ("", 1, "ip, ipx or generic"),
            ("ipv6 in drop", 1, "ip, ipx or generic"),
            ("ip ", 4, "in or out"),
            ("ip in accept", 7, "forward or drop"),
            ("ip in drop gre", 12, IP_EXPECTED),
            ("ip in drop 256", 12, IP_EXPECTED),
            ("ip in drop tcp udp", 16, AGAIN),
            ("ip in drop est tcp est", 20, AGAIN),
            ("ip in drop srcip", 17, Form::Network.expected()),
            ("ip in drop srcip 10.0.0.0/33", 18, Form::Network.expected()),
            ("ip in drop srcip 10/8", 18, Form::Network.expected()),
            ("ip in drop dstip 10.0.0.256/8", 18, Form::Network.expected()),
            ("ip in drop tcp dstport == 80", 24, "<, =, > or !="),
            ("ip in drop tcp dstport = 65536", 26, Form::Port.expected()),
            ("ip in drop tcp dstport = \u{fc}\u{fc} est", 26, Form::Port.expected()),
            ("ip in drop tcp \u{fc}\u{fc} est", 16, IP_EXPECTED),
            ("\u{a0}ip in drop", 1, "ip, ipx or generic"),
            ("ipx in drop srcipxsock = 4", 13, IPX_EXPECTED),
            ("ipx in drop srcipxnet 100000000", 23, Form::Net.expected()),
            ("ipx in drop srcipxnet 1 dstipxnode 010203040506", 25, "srcipxnode"),
            ("ipx in drop srcipxnet 1 srcipxnode 0102", 36, Form::Node.expected()),
            ("generic in drop", 16, Form::Offset.expected()),
            ("generic in drop 65536 ffffffffffff 000000000001", 17, Form::Offset.expected()),
            ("generic in drop 1 0xffffffffff 000000000001", 19, Form::Mask.expected()),
            ("generic in drop 1 ffffffffffff 01", 32, Form::Masked.expected()),
            ("generic in drop 1 ffffffffffff 000000000001 = more", 45, "==, != or more"),
            ("generic in drop 1 ffffffffffff 000000000001 == !=", 48, AGAIN),
        ] {
            assert_eq!(read(text), Err(FilterError { column, expected }), "{text}");
        }
    }
}
