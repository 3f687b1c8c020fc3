use thiserror::Error;

/// Why a value could not be hidden or revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum HidingError {
    /// The plain value is longer than the scheme can carry.
    #[error("the value to hide has {len} octets, the scheme carries at most {max}")]
    PlainTooLong {
        /// Octets of the plain value.
        len: usize,
        /// The most that can be hidden.
        max: usize,
    },
    /// The caller's output cannot hold the result.
    #[error("the output has {got} octets, {needed} are needed")]
    OutputTooSmall {
        /// Octets needed.
        needed: usize,
        /// Octets of the output.
        got: usize,
    },
    /// The hidden value has a length that the scheme never produces.
    #[error("a hidden value cannot have {len} octets")]
    HiddenLength {
        /// Octets of the hidden value.
        len: usize,
    },
    /// The length octet inside a salted value points outside of it: most likely another secret
    /// or another authenticator was used to hide it.
    #[error("the hidden length is {len}, the value has room for {max}: wrong secret?")]
    InnerLength {
        /// The length found inside.
        len: usize,
        /// Octets that follow it.
        max: usize,
    },
}

#[inline]
pub(crate) fn xor(block: &mut [u8], mask: &[u8]) {
    for (octet, mask) in block.iter_mut().zip(mask) {
        *octet ^= mask;
    }
}
