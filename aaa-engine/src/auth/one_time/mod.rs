//! One-time codes by the clock (TOTP, RFC 6238), asked for behind a password that was right.

mod judge;

use core::fmt;

use entitlement::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub(crate) use judge::{Judge, Verdict, write_question};

/// How long one code is shown, seconds (RFC 6238 section 5.2).
pub const CODE_STEP_S: i64 = 30;

/// The shortest secret, octets. RFC 4226 section 4 asks for 16; many that are in use have 10.
pub const CODE_SECRET_LEN_MIN: usize = 10;

/// The longest secret, octets: one block of the hashes.
pub const CODE_SECRET_LEN_MAX: usize = 64;

/// How far the clock of a telephone may be off, steps to either side (RFC 6238 section 5.2).
const DRIFT_STEPS: i64 = 1;

/// The number of a step since 1970, for which there is one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeStep(pub i64);

/// The hash that codes are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CodeHash {
    /// What every authenticator knows.
    #[default]
    Sha1,
    /// Which some ignore, and then show other codes.
    Sha256,
}

/// How many digits a code has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CodeDigits {
    /// What every authenticator knows.
    #[default]
    Six,
    /// Which some ignore, and then show six.
    Eight,
}

/// What one-time codes are made of, opened for one request. It is wiped when dropped and never
/// printed.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeSecret {
    octets: Zeroizing<Vec<u8>>,
    /// The hash.
    pub hash: CodeHash,
    /// The length of a code.
    pub digits: CodeDigits,
}

/// A secret that is too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret has {len} octets; it needs {CODE_SECRET_LEN_MIN} to {CODE_SECRET_LEN_MAX}, best 20"
)]
pub struct CodeSecretError {
    /// How many octets there were.
    pub len: usize,
}

/// Why a code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CodeError {
    /// It belongs to no step about now.
    Wrong,
    /// It, or one after it, was accepted before.
    Used,
}

impl CodeStep {
    /// The step that `now` lies in.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(now.unix_ms().div_euclid(CODE_STEP_S * 1000))
    }

    /// When it begins.
    #[must_use]
    pub fn begins_at(self) -> Timestamp {
        Timestamp::from_unix_s(self.0.saturating_mul(CODE_STEP_S))
    }
}

impl CodeDigits {
    /// The number.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Six => 6,
            Self::Eight => 8,
        }
    }
}

impl CodeSecret {
    /// A secret of these octets, which should be random.
    ///
    /// # Errors
    /// When there are fewer than [`CODE_SECRET_LEN_MIN`] or more than [`CODE_SECRET_LEN_MAX`].
    pub fn new(
        octets: impl Into<Vec<u8>>,
        hash: CodeHash,
        digits: CodeDigits,
    ) -> Result<Self, CodeSecretError> {
        let octets = Zeroizing::new(octets.into());
        let len = octets.len();
        if !(CODE_SECRET_LEN_MIN..=CODE_SECRET_LEN_MAX).contains(&len) {
            return Err(CodeSecretError { len });
        }
        Ok(Self { octets, hash, digits })
    }

    /// The octets, to be sealed or shown to their owner.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.octets
    }

    /// The code of a step (RFC 6238 section 4, RFC 4226 section 5.3).
    #[must_use]
    pub fn code(&self, step: CodeStep) -> Zeroizing<String> {
        let counter = step.0.to_be_bytes();
        let number = match self.hash {
            CodeHash::Sha1 => {
                #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
                let keyed = Hmac::<Sha1>::new_from_slice(&self.octets).expect("any length");
                truncated(&keyed.chain_update(counter).finalize().into_bytes())
            }
            CodeHash::Sha256 => {
                #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
                let keyed = Hmac::<Sha256>::new_from_slice(&self.octets).expect("any length");
                truncated(&keyed.chain_update(counter).finalize().into_bytes())
            }
        };
        Zeroizing::new(match self.digits {
            CodeDigits::Six => format!("{:06}", number % 1_000_000),
            CodeDigits::Eight => format!("{:08}", number % 100_000_000),
        })
    }

    /// The step that `given` is the code of: one about `now`, and after `last`, the latest that was
    /// accepted.
    fn step_of(
        &self,
        given: &[u8],
        now: Timestamp,
        last: Option<CodeStep>,
    ) -> Result<CodeStep, CodeError> {
        let CodeStep(current) = CodeStep::at(now);
        let mut error = CodeError::Wrong;
        for step in (current - DRIFT_STEPS..=current + DRIFT_STEPS).map(CodeStep) {
            if bool::from(self.code(step).as_bytes().ct_eq(given)) {
                if last.is_none_or(|last| step > last) {
                    return Ok(step);
                }
                error = CodeError::Used;
            }
        }
        Err(error)
    }
}

/// The dynamic truncation of RFC 4226 section 5.3: 31 bits from a place that the last octet names.
fn truncated(tag: &[u8]) -> u32 {
    let at = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let number = tag.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
    u32::from_be_bytes(number) & 0x7fff_ffff
}

impl fmt::Debug for CodeSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeSecret({:?}, {:?}, ..)", self.hash, self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, with the secrets of its errata: 20 octets for SHA-1, 32 for SHA-256.
    #[test]
    fn rfc_6238_appendix_b() {
        let ascii = b"12345678901234567890123456789012";
        let sha1 = CodeSecret::new(&ascii[..20], CodeHash::Sha1, CodeDigits::Eight).unwrap();
        let sha256 = CodeSecret::new(&ascii[..], CodeHash::Sha256, CodeDigits::Eight).unwrap();
        for (unix_s, by_sha1, by_sha256) in [
            (59, "94287082", "46119246"),
            (1_111_111_109, "07081804", "68084774"),
            (1_111_111_111, "14050471", "67062674"),
            (1_234_567_890, "89005924", "91819424"),
            (2_000_000_000, "69279037", "90698825"),
            (20_000_000_000, "65353130", "77737706"),
        ] {
            let step = CodeStep::at(Timestamp::from_unix_s(unix_s));
            assert_eq!(*sha1.code(step), by_sha1, "{unix_s} s");
            assert_eq!(*sha256.code(step), by_sha256, "{unix_s} s");
        }
    }

    /// RFC 4226 appendix D, whose counters are our steps.
    #[test]
    fn rfc_4226_appendix_d() {
        let secret =
            CodeSecret::new(*b"12345678901234567890", CodeHash::Sha1, CodeDigits::Six).unwrap();
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in codes.into_iter().enumerate() {
            assert_eq!(*secret.code(CodeStep(step as i64)), code);
        }
    }

    #[test]
    fn a_code_is_right_a_step_before_and_after_its_own_and_once_only() {
        let secret = CodeSecret::new([7; 20], CodeHash::Sha1, CodeDigits::Six).unwrap();
        let at = |step: i64| CodeStep(step).begins_at();
        let code = secret.code(CodeStep(1000));
        let judge =
            |step, last: Option<i64>| secret.step_of(code.as_bytes(), at(step), last.map(CodeStep));
        for step in 999..=1001 {
            assert_eq!(judge(step, None), Ok(CodeStep(1000)));
            assert_eq!(judge(step, Some(999)), Ok(CodeStep(1000)));
            assert_eq!(judge(step, Some(1000)), Err(CodeError::Used));
            assert_eq!(judge(step, Some(1001)), Err(CodeError::Used));
        }
        assert_eq!(judge(998, None), Err(CodeError::Wrong));
        assert_eq!(judge(1002, None), Err(CodeError::Wrong));
        for wrong in [&b""[..], b"1", &code.as_bytes()[..5]] {
            assert_eq!(secret.step_of(wrong, at(1000), None), Err(CodeError::Wrong));
        }
    }

    #[test]
    fn a_secret_has_a_length_and_is_never_printed() {
        let of = |len: usize| CodeSecret::new(vec![b'q'; len], CodeHash::Sha1, CodeDigits::Six);
        assert_eq!(of(9), Err(CodeSecretError { len: 9 }));
        assert_eq!(of(65), Err(CodeSecretError { len: 65 }));
        assert!(!format!("{:?}", of(64).unwrap()).contains('q'));
    }
}
