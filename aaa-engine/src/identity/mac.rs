use core::fmt;

/// The address of a subscriber's device, in whatever way a NAS writes it.
///
/// `Display` is the way of RouterOS, `00:E1:0C:38:C8:F8`, under which a service logs in that is known
/// by its address.
///
/// ```
/// use aaa_engine::MacAddress;
///
/// let address = MacAddress::parse(b"1:0:e1:c:38:c8:f8").unwrap();
/// assert_eq!(address.to_string(), "00:E1:0C:38:C8:F8");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MacAddress(pub [u8; 6]);

/// What a client identifier of DHCP begins with when a MAC address follows (RFC 2132 §9.14, and
/// IANA's number of Ethernet).
const DHCP_ETHERNET: u8 = 1;

impl MacAddress {
    /// Octets of the longest text in use: a DHCP client identifier, `01:00:e1:0c:38:c8:f8`.
    const TEXT_LEN_MAX: usize = 20;

    /// Reads an address in one of the ways that NASes write it, `None` for everything else:
    ///
    /// | text | who |
    /// |---|---|
    /// | `00:E1:0C:38:C8:F8`, `00-e1-0c-38-c8-f8` | RouterOS, accel-ppp, most access points |
    /// | `00e1.0c38.c8f8` | Cisco, Juniper |
    /// | `00e1-0c38-c8f8` | Huawei, H3C |
    /// | `00e10c38c8f8` | access points |
    /// | `1:0:e1:c:38:c8:f8` | the DHCP server of RouterOS: a client identifier, without leading zeros |
    /// | `0100.e10c.38c8.f8` | the DHCP server of Cisco IOS, likewise |
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > Self::TEXT_LEN_MAX {
            return None;
        }
        let groups = Groups::of(text)?;
        let (octets, lengths) = (groups.octets(), groups.lengths());
        match (groups.separator, lengths) {
            (None, [12]) | (Some(b'-' | b'.'), [4, 4, 4]) => octets.address(0),
            (Some(b'.'), [4, 4, 4, 2]) => octets.address_of_dhcp(),
            (Some(b':' | b'-'), [1..=2, ..]) if lengths.iter().all(|len| (1..=2).contains(len)) => {
                match lengths.len() {
                    6 => octets.address(0),
                    7 => octets.address_of_dhcp(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The address that a Calling-Station-Id begins with: access points put the name of the network
    /// behind it (RFC 3580 section 3.21), Juniper the interface.
    #[must_use]
    pub fn of_station(station: &[u8]) -> Option<Self> {
        const LENGTHS: [usize; 3] = ["00:e1:0c:38:c8:f8".len(), "00e1.0c38.c8f8".len(), 12];
        Self::parse(station).or_else(|| {
            let before_suffix = |len: &usize| {
                let (address, suffix) = station.split_at_checked(*len)?;
                let ends = matches!(suffix.first(), Some(b':' | b'-' | b',' | b'@' | b'#' | b' '));
                if ends { Self::parse(address) } else { None }
            };
            LENGTHS.iter().find_map(before_suffix)
        })
    }

    /// Is it an address that the device made up, as telephones do for each network? It may be
    /// another one tomorrow.
    #[must_use]
    pub const fn is_locally_administered(self) -> bool {
        let [first, ..] = self.0;
        first & 0x02 != 0
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, last] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{last:02X}")
    }
}

/// Groups of hexadecimal digits with one separator between them, read in one pass: this is done for
/// every packet.
struct Groups {
    separator: Option<u8>,
    digits: [u8; MacAddress::TEXT_LEN_MAX],
    lengths: [usize; Self::MAX],
    count: usize,
}

/// What groups say, octet by octet.
struct Octets {
    values: [u8; Self::MAX],
    len: usize,
}

impl Groups {
    /// Of a DHCP client identifier.
    const MAX: usize = 7;

    /// `None` when there is anything but digits and one kind of separator, or too many groups.
    fn of(text: &[u8]) -> Option<Self> {
        let mut groups = Self {
            separator: None,
            digits: [0; MacAddress::TEXT_LEN_MAX],
            lengths: [0; Self::MAX],
            count: 1,
        };
        let mut digits = groups.digits.iter_mut();
        for octet in text {
            if let Some(digit) = char::from(*octet).to_digit(16) {
                // A digit is less than 16.
                *digits.next()? = digit as u8;
                *groups.lengths.get_mut(groups.count - 1)? += 1;
                continue;
            }
            if !matches!(octet, b':' | b'-' | b'.')
                || *groups.separator.get_or_insert(*octet) != *octet
                || groups.count == Self::MAX
            {
                return None;
            }
            groups.count += 1;
        }
        Some(groups)
    }

    fn lengths(&self) -> &[usize] {
        self.lengths.get(..self.count).unwrap_or_default()
    }

    /// Two digits are an octet, and one is where a group has no second.
    fn octets(&self) -> Octets {
        let mut octets = Octets { values: [0; Octets::MAX], len: 0 };
        let mut digits = self.digits.iter();
        for len in self.lengths() {
            for at in (0..*len).step_by(2) {
                let mut value = digits.next().copied().unwrap_or(0);
                if at + 1 < *len {
                    value = value << 4 | digits.next().copied().unwrap_or(0);
                }
                if let Some(place) = octets.values.get_mut(octets.len) {
                    *place = value;
                }
                octets.len += 1;
            }
        }
        octets
    }
}

impl Octets {
    /// An address, and what a DHCP client identifier has before it.
    const MAX: usize = 7;

    /// The six octets from here on, if those are all.
    fn address(&self, from: usize) -> Option<MacAddress> {
        let octets = self.values.get(from..self.len)?;
        octets.try_into().ok().map(MacAddress)
    }

    fn address_of_dhcp(&self) -> Option<MacAddress> {
        let [kind, ..] = self.values;
        if kind == DHCP_ETHERNET { self.address(1) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_vendors_way_is_one_address() {
        for text in [
            "00:E1:0C:38:C8:F8",
            "00:e1:0c:38:c8:f8",
            "00-E1-0C-38-C8-F8",
            "00e1.0c38.c8f8",
            "00E1-0C38-C8F8",
            "00e10c38c8f8",
            "1:0:e1:c:38:c8:f8",
            "1:00:E1:0C:38:C8:F8",
            "0:e1:c:38:c8:f8",
            "0100.e10c.38c8.f8",
        ] {
            let address = MacAddress::parse(text.as_bytes()).map(|address| address.to_string());
            assert_eq!(address.as_deref(), Some("00:E1:0C:38:C8:F8"), "{text}");
        }
    }

    #[test]
    fn everything_else_is_none() {
        for text in [
            "",
            "alice",
            "00:E1:0C:38:C8",
            "00:E1:0C:38:C8:F8:",
            ":00:E1:0C:38:C8:F8",
            "00:E1-0C:38:C8:F8",
            "00:E1:0C:38:C8:F",
            "00:E1:0C:38:C8:G8",
            "00:E1:0C:38:C8:0F8",
            "+0:E1:0C:38:C8:F8",
            "00e1.0c38.c8f",
            "00e10c38c8f",
            "00e10c38c8f80",
            "2:0:e1:c:38:c8:f8",
            "0200.e10c.38c8.f8",
            "0100.e10c.38.c8f8",
            "0.e10c.38c8.f8",
            "00e1:0c38:c8f8",
            "äe10c38c8f8",
        ] {
            let is_short = text == "00:E1:0C:38:C8:F";
            assert_eq!(MacAddress::parse(text.as_bytes()).is_some(), is_short, "{text}");
        }
    }

    #[test]
    fn a_station_may_have_more_behind_its_address() {
        for station in [
            "00-E1-0C-38-C8-F8:Guests",
            "00e1.0c38.c8f8-ae0:139",
            "00e10c38c8f8:Guests",
            "00:E1:0C:38:C8:F8",
        ] {
            let address = MacAddress::of_station(station.as_bytes()).map(|found| found.to_string());
            assert_eq!(address.as_deref(), Some("00:E1:0C:38:C8:F8"), "{station}");
        }
        for station in ["203.0.113.7", "00e10c38c8f8Guests", "Guests:00e10c38c8f8", ""] {
            assert_eq!(MacAddress::of_station(station.as_bytes()), None, "{station}");
        }
    }

    #[test]
    fn made_up_addresses_are_known_by_a_bit() {
        let made_up = |text: &str| MacAddress::parse(text.as_bytes()).unwrap();
        assert!(made_up("DA:A1:19:00:00:01").is_locally_administered());
        assert!(!made_up("00:E1:0C:38:C8:F8").is_locally_administered());
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read(octets: [u8; 6]) {
            let text = MacAddress(octets).to_string();
            prop_assert_eq!(MacAddress::parse(text.as_bytes()), Some(MacAddress(octets)));
        }

        #[test]
        fn no_octets_make_it_panic(octets in proptest::collection::vec(any::<u8>(), 0..24)) {
            let _ = MacAddress::parse(&octets);
            let _ = MacAddress::of_station(&octets);
        }
    }
}
