//! The codes of a batch.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::code::{VOUCHER_RANDOM_OCTETS, VoucherCode};

/// How often a code is drawn before the source of random octets is blamed. Of a batch as large as can be
/// with the shortest codes about one code in 8 million is drawn twice.
pub const DRAWS_MAX: u32 = 32;

/// Codes that could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The source has given nothing.
    #[error("there are no random octets for code {number}; none of the batch was made")]
    NoRandom {
        /// Of the how-manieth code, from 1.
        number: usize,
    },
    /// The source gives the same again and again, or nothing that can be used.
    #[error(
        "code {number} was drawn {DRAWS_MAX} times and none could be used; the random octets are none"
    )]
    NotRandom {
        /// Of the how-manieth code, from 1.
        number: usize,
    },
}

impl Batch {
    /// Its codes, in the order of their serial numbers, each another one: all of them or none.
    ///
    /// `random` draws octets that nobody can foretell, and gives `None` where it cannot. `is_taken` says
    /// which codes there are already; whoever keeps codes still has to keep each of them once.
    ///
    /// # Errors
    /// When there are no random octets, or they are not random.
    pub fn generate(
        &self,
        mut random: impl FnMut() -> Option<[u8; VOUCHER_RANDOM_OCTETS]>,
        mut is_taken: impl FnMut(&VoucherCode) -> bool,
    ) -> Result<Vec<VoucherCode>, GenerateError> {
        let order = self.order();
        let mut drawn = BTreeSet::new();
        let mut codes = Vec::new();
        let mut draw = |number| {
            for _ in 0..DRAWS_MAX {
                let octets = random().ok_or(GenerateError::NoRandom { number })?;
                let code = VoucherCode::draw_behind(order.prefix.as_ref(), order.code_len, &octets);
                let code = code.filter(|code| !is_taken(code) && !drawn.contains(code));
                if let Some(code) = code {
                    drawn.insert(code.clone());
                    return Ok(code);
                }
            }
            Err(GenerateError::NotRandom { number })
        };
        for (number, _) in (1..).zip(self.serials()) {
            codes.push(draw(number)?);
        }
        Ok(codes)
    }
}
