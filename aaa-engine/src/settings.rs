//! What an installation decides about the engine.

use core::fmt;
use core::num::NonZeroU16;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::auth::Methods;
use crate::grant::INTERIM_INTERVAL_MIN_S;

/// What an [`Engine`](crate::Engine) is made with.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// Signs the Class attribute by which accounting finds its service. Every node of an
    /// installation has the same; changing it makes the Class of running sessions foreign, and
    /// their accounting is then matched by login.
    pub class_key: ClassKey,
    /// Which methods of authentication are accepted.
    pub methods: Methods,
    /// Whether sessions authenticated by MS-CHAP get keys for MPPE.
    pub mppe: Mppe,
    /// When logins are locked after wrong passwords; `None`: never. Wrong one-time codes always lock
    /// (see [`LockOut::OF_CODES`]). Who knows a login can lock it,
    /// so it is for those that somebody would try to guess: vouchers, and log-ins to routers.
    pub lock_out: Option<LockOut>,
    /// After so many Interim-Updates that did not come, a session is over.
    pub missed_interims: NonZeroU16,
    /// After so long without a packet a session is over whose plan asks for no Interim-Updates,
    /// seconds.
    pub silence_max_s: u32,
}

/// [`EngineSettings::missed_interims`] unless told otherwise.
pub const MISSED_INTERIMS: NonZeroU16 = NonZeroU16::new(3).unwrap();

/// [`EngineSettings::silence_max_s`] unless told otherwise: a day and two hours, since some NASes
/// are told to report once a day.
pub const SILENCE_MAX_S: u32 = 26 * 3600;

/// How late an Interim-Update may be, seconds: NASes space them out, and repeat those that were
/// not acknowledged.
const INTERIM_LATE_S: i64 = 30;

/// When a login is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LockOut {
    /// After so many wrong passwords in a row,
    pub failures: NonZeroU16,
    /// that were given within so long, seconds,
    pub within_s: u32,
    /// for so long, seconds.
    pub locked_s: u32,
}

impl LockOut {
    /// What holds for one-time codes, whatever is set for passwords: of a million codes three are
    /// right at a time, so that guessing takes years.
    pub const OF_CODES: Self =
        Self { failures: NonZeroU16::new(10).unwrap(), within_s: 86_400, locked_s: 3_600 };
}

impl EngineSettings {
    /// The defaults: every method accepted, MPPE allowed, no login ever locked.
    #[must_use]
    pub fn new(class_key: ClassKey) -> Self {
        Self {
            class_key,
            methods: Methods::default(),
            mppe: Mppe::default(),
            lock_out: None,
            missed_interims: MISSED_INTERIMS,
            silence_max_s: SILENCE_MAX_S,
        }
    }

    /// After how long without a packet a session is over that should report so often, seconds.
    #[must_use]
    pub fn silence_max_s(&self, interim_interval_s: Option<u32>) -> i64 {
        match interim_interval_s {
            None => self.silence_max_s.into(),
            Some(interval_s) => {
                let interval_s = i64::from(interval_s.max(INTERIM_INTERVAL_MIN_S));
                interval_s * i64::from(self.missed_interims.get()) + INTERIM_LATE_S
            }
        }
    }
}

/// MPPE encrypts a PPP link with keys that MS-CHAP leaves behind (RFC 3078).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mppe {
    /// No keys are sent.
    Off,
    /// Keys are sent; NAS and subscriber may use them.
    #[default]
    Allowed,
    /// Keys are sent; the NAS is told to end links that do not use them.
    Required,
}

/// The key of the Class attribute. Never printed, wiped when the last copy is dropped.
#[derive(Clone)]
pub struct ClassKey(Arc<Zeroizing<Vec<u8>>>);

/// The shortest [`ClassKey`], octets.
pub const CLASS_KEY_LEN_MIN: usize = 16;

impl ClassKey {
    /// A key of these octets, which should be random.
    ///
    /// # Errors
    /// When there are fewer than [`CLASS_KEY_LEN_MIN`].
    pub fn new(octets: impl AsRef<[u8]>) -> Result<Self, ShortClassKey> {
        let octets = octets.as_ref();
        if octets.len() < CLASS_KEY_LEN_MIN {
            return Err(ShortClassKey { len: octets.len() });
        }
        Ok(Self(Arc::new(Zeroizing::new(octets.to_vec()))))
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ClassKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClassKey(..)")
    }
}

/// A key too short to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the class key has {len} octets; it needs at least {CLASS_KEY_LEN_MIN}")]
pub struct ShortClassKey {
    /// How many octets there were.
    pub len: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_refused_and_none_is_printed() {
        assert_eq!(ClassKey::new([1; 15]).unwrap_err(), ShortClassKey { len: 15 });
        assert_eq!(format!("{:?}", ClassKey::new([1; 16]).unwrap()), "ClassKey(..)");
    }
}
