//! MAC addresses, and the ways in which a router writes them.

use std::fmt;
use std::str::FromStr;

/// Twelve hexadecimal digits.
const DIGITS: usize = 12;

/// The address of a subscriber's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac([u8; 6]);

/// A text that is no MAC address, or no way of writing one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MacError {
    /// Not twelve hexadecimal digits.
    #[error("{0:?} is no MAC address: it has 12 hexadecimal digits")]
    Address(String),
    /// Not twelve places for them.
    #[error(
        "{0:?} is no way of writing a MAC address: it has 12 times x or X, such as XX-XX-XX-XX-XX-XX"
    )]
    Format(String),
}

/// The first of a router's subscribers.
impl Default for Mac {
    fn default() -> Self {
        Self::numbered(0)
    }
}

impl Mac {
    /// What a device has whose line has this number.
    pub(crate) const fn numbered(number: u32) -> Self {
        let [_, a, b, c] = number.to_be_bytes();
        Self([0x4c, 0x5e, 0x0c, a, b, c])
    }

    /// The address so many after this one; the vendor's half stays.
    pub(crate) fn plus(self, number: u32) -> Self {
        let [x, y, z, a, b, c] = self.0;
        let [_, a, b, c] = u32::from_be_bytes([0, a, b, c]).wrapping_add(number).to_be_bytes();
        Self([x, y, z, a, b, c])
    }

    /// As DHCP clients identify themselves: the type of hardware, then each octet in hexadecimal
    /// without leading zeros, `1:0:e1:c:38:c8:f8`.
    pub(crate) fn client_identifier(self) -> String {
        self.0.iter().fold("1".to_owned(), |text, octet| format!("{text}:{octet:x}"))
    }

    /// `000c4200d464`.
    pub(crate) fn bare(self) -> String {
        self.0.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    pub(crate) fn written(self, format: &MacFormat) -> String {
        let bare = self.bare();
        let mut digits = bare.chars();
        let place = |place| match place {
            'x' => digits.next(),
            'X' => digits.next().map(|digit| digit.to_ascii_uppercase()),
            separator => Some(separator),
        };
        format.0.chars().filter_map(place).collect()
    }
}

/// With colons and in capitals, as RouterOS writes it unless told otherwise.
impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, x, y, z] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{x:02X}:{y:02X}:{z:02X}")
    }
}

impl FromStr for Mac {
    type Err = MacError;

    /// Reads twelve digits with any of `:`, `-` and `.` between them.
    fn from_str(text: &str) -> Result<Self, MacError> {
        let wrong = || MacError::Address(text.to_owned());
        let digits: String = text.chars().filter(|it| !matches!(it, ':' | '-' | '.')).collect();
        if digits.len() != DIGITS || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let number = u64::from_str_radix(&digits, 16).map_err(|_| wrong())?;
        let [_, _, a, b, c, x, y, z] = number.to_be_bytes();
        Ok(Self([a, b, c, x, y, z]))
    }
}

/// RouterOS's `radius-mac-format`: `x` stands for a digit, `X` for a capital one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MacFormat(String);

impl Default for MacFormat {
    fn default() -> Self {
        Self("XX:XX:XX:XX:XX:XX".to_owned())
    }
}

impl FromStr for MacFormat {
    type Err = MacError;

    fn from_str(text: &str) -> Result<Self, MacError> {
        let places = text.chars().filter(|it| it.eq_ignore_ascii_case(&'x')).count();
        let between = |it: char| it.eq_ignore_ascii_case(&'x') || matches!(it, ':' | '-' | '.');
        if places == DIGITS && text.chars().all(between) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MacError::Format(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_is_read_and_written() {
        let mac: Mac = "00:0C:42:00:D4:64".parse().unwrap();
        for format in ["XX:XX:XX:XX:XX:XX", "xx-xx-xx-xx-xx-xx", "xxxx.xxxx.xxxx", "XXXXXX-XXXXXX"]
        {
            let written = mac.written(&format.parse().unwrap());
            assert_eq!(written.len(), format.len());
            assert_eq!(written.parse::<Mac>().unwrap(), mac, "{written}");
        }
        assert_eq!(mac.written(&MacFormat::default()), mac.to_string());
        assert_eq!(mac.written(&"xxxx.xxxx.xxxx".parse().unwrap()), "000c.4200.d464");
        assert_eq!(mac.client_identifier(), "1:0:c:42:0:d4:64");
        assert_eq!(mac.bare(), "000c4200d464");
    }

    #[test]
    fn what_is_none_is_said() {
        for text in ["", "ann", "00:0C:42:00:D4", "00:0C:42:00:D4:64:11", "+0:0C:42:00:D4:64"] {
            assert!(text.parse::<Mac>().is_err(), "{text}");
        }
        for format in ["", "XX:XX", "XX:XX:XX:XX:XX:XY", "XX XX XX XX XX XX"] {
            assert!(format.parse::<MacFormat>().is_err(), "{format}");
        }
    }

    #[test]
    fn stations_count_on_within_the_vendors_half() {
        let last: Mac = "4C:5E:0C:FF:FF:FF".parse().unwrap();
        assert_eq!(last.plus(1).to_string(), "4C:5E:0C:00:00:00");
        assert_eq!(Mac::numbered(0x01_0203), Mac::numbered(0).plus(0x01_0203));
    }
}
