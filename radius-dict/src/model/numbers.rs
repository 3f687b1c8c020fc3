use std::collections::HashMap;

use radius_proto::VendorId;

use super::Oid;

/// Numbers that lead to a place by looking at an array; those above are looked up.
const DIRECT_COUNT: usize = 256;

/// Which attribute each number leads to.
///
/// Nearly every attribute of a packet is a plain number below 256 in the standard space or in a
/// vendor's, and is found without hashing.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    standard: Space,
    /// In the order of the vendors' numbers.
    vendors: Vec<(VendorId, Space)>,
    /// Numbers of several parts.
    nested: HashMap<(Option<VendorId>, Oid), usize>,
}

/// One space of plain numbers.
#[derive(Clone, Debug, Default)]
struct Space {
    direct: Vec<Option<usize>>,
    above: HashMap<u32, usize>,
}

impl Numbers {
    pub(super) fn get(&self, vendor: Option<VendorId>, number: Oid) -> Option<usize> {
        match *number.parts() {
            [number] => self.get_plain(vendor, number),
            _ => self.nested.get(&(vendor, number)).copied(),
        }
    }

    #[inline]
    pub(super) fn get_plain(&self, vendor: Option<VendorId>, number: u32) -> Option<usize> {
        match vendor {
            None => self.standard.get(number),
            Some(vendor) => {
                let at = self.vendors.binary_search_by_key(&vendor, |(vendor, _)| *vendor).ok()?;
                self.vendors.get(at)?.1.get(number)
            }
        }
    }

    pub(super) fn insert(&mut self, vendor: Option<VendorId>, number: Oid, index: usize) {
        let &[plain] = number.parts() else {
            self.nested.insert((vendor, number), index);
            return;
        };
        let Some(vendor) = vendor else { return self.standard.insert(plain, index) };
        let at = match self.vendors.binary_search_by_key(&vendor, |(vendor, _)| *vendor) {
            Ok(at) => at,
            Err(at) => {
                self.vendors.insert(at, (vendor, Space::default()));
                at
            }
        };
        if let Some((_, space)) = self.vendors.get_mut(at) {
            space.insert(plain, index);
        }
    }
}

impl Space {
    #[inline]
    fn get(&self, number: u32) -> Option<usize> {
        match usize::try_from(number) {
            Ok(number) if number < DIRECT_COUNT => self.direct.get(number).copied().flatten(),
            _ => self.above.get(&number).copied(),
        }
    }

    fn insert(&mut self, number: u32, index: usize) {
        match usize::try_from(number) {
            Ok(number) if number < DIRECT_COUNT => {
                if self.direct.len() <= number {
                    self.direct.resize(number + 1, None);
                }
                if let Some(place) = self.direct.get_mut(number) {
                    *place = Some(index);
                }
            }
            _ => {
                self.above.insert(number, index);
            }
        }
    }
}
