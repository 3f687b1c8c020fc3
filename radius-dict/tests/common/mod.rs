//! What several test files need: Debian's dictionaries, and values of every type.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test may stop here")]
#![allow(clippy::print_stdout, reason = "says what is not run")]

use std::path::Path;

use radius_dict::text::{Hiding, Pair};
use radius_dict::{AttributeDefinition, DataType, Dictionary, Encryption};
use radius_proto::{Authenticator, Code, PacketWriter, Secret, TAGGED_NUMBER_MAX};

/// Where Debian's freeradius-common puts its dictionaries.
pub const MASTER: &str = "/usr/share/freeradius/dictionary";
pub const SECRET: &str = "testing123";

pub fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// Whether these files of Debian's packages are there. In CI they must be.
pub fn are_installed(files: &[&str], packages: &str) -> bool {
    let Some(missing) = files.iter().find(|path| !Path::new(path).exists()) else { return true };
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!in_ci, "{missing} is missing: install {packages}");
    println!("not run: {missing} is missing, install {packages}");
    false
}

/// Debian's whole set, or `None` where it is not installed.
pub fn debian() -> Option<Dictionary> {
    if !are_installed(&[MASTER], "freeradius-common") {
        return None;
    }
    Some(Dictionary::from_file(Path::new(MASTER)).unwrap_or_else(|error| panic!("{error}")))
}

/// The octets of attributes that these pairs write into a packet whose request had this
/// authenticator.
pub fn written(pairs: &[Pair], authenticator: &Authenticator) -> Result<Vec<u8>, String> {
    let mut buffer = [0; 4096];
    let secret = secret();
    let mut hiding = Hiding::new(authenticator, &secret, [0x12, 0x34]);
    let code = Code::ACCESS_ACCEPT;
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 1).unwrap();
    for pair in pairs {
        pair.write(&mut writer, &mut hiding).map_err(|error| error.to_string())?;
    }
    Ok(writer.finish_response(authenticator, &secret)[20..].to_vec())
}

/// Numbers that look random and are the same in every run with the same seed.
pub struct Numbers(u64);

impl Numbers {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this one (splitmix64).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    pub fn octet(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    pub fn octets(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.octet()).collect()
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.octets(N).try_into().unwrap()
    }

    pub fn one_of<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// The filters that values of Ascend's type are made of.
pub const FILTERS: [&str; 5] = [
    "ip in forward",
    "ip out drop srcip 10.0.0.0/8 dstip 192.0.2.1/32",
    "ip in forward tcp dstport = 80 srcport > 1023 est",
    "ip in drop icmp",
    "ipx in drop srcipxnet 0x00000001 srcipxnode 0x010203040506 srcipxsock = 0x0451",
];

/// The octets of a value of the attribute's type, without tag and not hidden.
pub fn value(definition: &AttributeDefinition, numbers: &mut Numbers) -> Vec<u8> {
    let len = |numbers: &mut Numbers, max: u64| usize::try_from(1 + numbers.below(max)).unwrap();
    // What the hiding and the smallest container leave room for.
    let max = match definition.flags.encryption {
        Some(Encryption::AscendSecret) => 15,
        _ => 40,
    };
    match definition.data_type {
        DataType::String => {
            let len = len(numbers, max);
            text(numbers, len)
        }
        DataType::Octets => {
            let len = len(numbers, max);
            // Zeros at the end of a hidden value are padding.
            numbers.octets(len).into_iter().map(|octet| octet.max(1)).collect()
        }
        DataType::OctetsExact(len) => {
            let octets = numbers.octets(usize::from(len)).into_iter();
            octets.map(|octet| octet.max(1)).collect()
        }
        DataType::Integer if definition.flags.has_tag => {
            let number = named_or(definition, numbers, u64::from(TAGGED_NUMBER_MAX) + 1);
            number.to_be_bytes()[5..].to_vec()
        }
        DataType::Integer | DataType::Signed => {
            named_or(definition, numbers, 1 << 32).to_be_bytes()[4..].to_vec()
        }
        DataType::Byte => named_or(definition, numbers, 1 << 8).to_be_bytes()[7..].to_vec(),
        DataType::Short => named_or(definition, numbers, 1 << 16).to_be_bytes()[6..].to_vec(),
        DataType::Integer64 => numbers.below(u64::MAX).to_be_bytes().to_vec(),
        DataType::Date => numbers.below(1 << 31).to_be_bytes()[4..].to_vec(),
        DataType::Ipv4Address => numbers.octets(4),
        DataType::Ipv6Address => numbers.octets(16),
        DataType::ComboIp => {
            let len = *numbers.one_of(&[4, 16]);
            numbers.octets(len)
        }
        DataType::Ipv4Prefix => {
            let [a, b] = numbers.array();
            vec![0, 16, a.max(1), b, 0, 0]
        }
        DataType::Ipv6Prefix => {
            let prefix: [u8; 6] = numbers.array();
            [&[0, 48][..], &prefix, &[0; 10]].concat()
        }
        DataType::InterfaceId => numbers.octets(8),
        DataType::Ether => numbers.octets(6),
        DataType::AscendBinary => {
            let filter = numbers.one_of(&FILTERS);
            let one = Dictionary::from_text("t", "ATTRIBUTE Filter 1 abinary").unwrap();
            let pair =
                radius_dict::text::parse_pair(&one, &format!("Filter = \"{filter}\"")).unwrap();
            pair.octets().to_vec()
        }
        // Octets that are no sequence of attributes: those inside have their own turn.
        _ => vec![0xff],
    }
}

/// One of the named values now and then, else any number below the limit.
fn named_or(definition: &AttributeDefinition, numbers: &mut Numbers, limit: u64) -> u64 {
    let named: Vec<u64> =
        definition.values().map(|(number, _)| number).filter(|number| *number < limit).collect();
    if named.is_empty() || numbers.below(3) == 0 {
        return numbers.below(limit);
    }
    *numbers.one_of(&named)
}

fn text(numbers: &mut Numbers, len: usize) -> Vec<u8> {
    const SIGNS: &[u8] = b"abcXYZ019 -_.:/@#,;=\"'\\$%(){}\n\t~";
    (0..len).map(|_| *numbers.one_of(SIGNS)).collect()
}

/// The attribute with this value as text, by name and in octets.
pub fn as_octets(definition: &AttributeDefinition, value: &[u8]) -> String {
    let hex: String = value.iter().map(|octet| format!("{octet:02x}")).collect();
    let tag = if definition.flags.has_tag { ":1" } else { "" };
    format!("{}{tag} = 0x{hex}", definition.name)
}
