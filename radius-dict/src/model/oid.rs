use std::fmt;

/// How deep attributes may be nested: `245.26.<vendor>.<n>` and four levels of TLV below.
pub const OID_DEPTH_MAX: usize = 8;

/// The number of an attribute: one number, or several when it stands inside others (`241.5.3`).
///
/// Holds 1 to [`OID_DEPTH_MAX`] numbers in place, so it is cheap to copy and to hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    numbers: [u32; OID_DEPTH_MAX],
    len: u8,
}

impl Oid {
    /// The number of an attribute that stands in no other.
    #[must_use]
    pub const fn single(number: u32) -> Self {
        let mut numbers = [0; OID_DEPTH_MAX];
        numbers[0] = number;
        Self { numbers, len: 1 }
    }

    /// A number by its parts, outermost first; `None` for no parts and for more than
    /// [`OID_DEPTH_MAX`].
    #[must_use]
    pub fn new(parts: &[u32]) -> Option<Self> {
        let (&first, rest) = parts.split_first()?;
        rest.iter().try_fold(Self::single(first), |oid, &part| oid.child(part))
    }

    /// The number of an attribute inside this one; `None` beyond [`OID_DEPTH_MAX`].
    #[must_use]
    pub fn child(mut self, number: u32) -> Option<Self> {
        *self.numbers.get_mut(usize::from(self.len))? = number;
        self.len += 1;
        Some(self)
    }

    /// The number of the attribute that this one is in.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, outer) = self.parts().split_last()?;
        Self::new(outer)
    }

    /// The parts, outermost first; at least one.
    #[must_use]
    pub fn parts(&self) -> &[u32] {
        self.numbers.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The outermost part.
    #[must_use]
    pub const fn first(&self) -> u32 {
        self.numbers[0]
    }
}

impl From<u32> for Oid {
    fn from(number: u32) -> Self {
        Self::single(number)
    }
}

impl From<u8> for Oid {
    fn from(number: u8) -> Self {
        Self::single(u32::from(number))
    }
}

/// The parts with dots between them.
impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts().iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_and_parents_are_inverse_up_to_the_depth_limit() {
        let mut oid = Oid::single(241);
        for part in 1..u32::try_from(OID_DEPTH_MAX).unwrap() {
            let child = oid.child(part).unwrap();
            assert_eq!(child.parent(), Some(oid));
            oid = child;
        }
        assert_eq!(oid.to_string(), "241.1.2.3.4.5.6.7");
        assert_eq!(oid.child(8), None);
        assert_eq!(Oid::single(1).parent(), None);
        assert_eq!(Oid::new(&[]), None);
    }
}
