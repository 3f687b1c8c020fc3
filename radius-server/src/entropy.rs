//! The one source of random octets of this crate.

/// Octets asked of the kernel at a time: enough for 32 requests.
const BUFFER: usize = 1024;

/// Random octets from the kernel, fetched for several requests at once; each is given out once
/// and wiped here.
pub(crate) struct Entropy {
    buffer: [u8; BUFFER],
    used: usize,
}

impl Entropy {
    pub(crate) fn new() -> Self {
        Self { buffer: [0; BUFFER], used: BUFFER }
    }

    /// 32 random octets.
    ///
    /// # Errors
    /// When the kernel has none to give.
    #[expect(clippy::disallowed_methods, reason = "the one source of random octets of this crate")]
    pub(crate) fn draw(&mut self) -> Result<[u8; 32], getrandom::Error> {
        if self.used >= BUFFER {
            getrandom::fill(&mut self.buffer)?;
            self.used = 0;
        }
        let rest = self.buffer.get_mut(self.used..).unwrap_or_default();
        let Some(next) = rest.first_chunk_mut::<32>() else {
            return Err(getrandom::Error::UNEXPECTED);
        };
        self.used += next.len();
        Ok(core::mem::take(next))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nothing_is_given_out_twice() {
        let mut entropy = Entropy::new();
        let drawn: HashSet<_> = (0..200).map(|_| entropy.draw().unwrap()).collect();
        assert_eq!(drawn.len(), 200);
        assert!(!drawn.contains(&[0; 32]));
    }
}
