//! The keys that MS-CHAP leaves behind for MPPE (RFC 3079), and how RADIUS carries them (RFC 2548
//! section 2.4).

use core::fmt;

use sha1::{Digest as _, Sha1};
use zeroize::Zeroize as _;

use crate::auth::mschap::NT_RESPONSE_LEN;

/// The pair of start keys of an MS-CHAPv2 session, as the NAS uses them: they travel as
/// MS-MPPE-Send-Key and MS-MPPE-Recv-Key. Wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct StartKeys {
    /// What the NAS encrypts with.
    pub send: [u8; 16],
    /// What the NAS decrypts with.
    pub receive: [u8; 16],
}

impl StartKeys {
    /// The 128-bit start keys of a session (RFC 3079 sections 3.2 and 3.3), from the NAS's side;
    /// the subscriber's are the same pair the other way round.
    #[must_use]
    pub fn of_ms_chap_v2(nt_hash_hash: &[u8; 16], nt_response: &[u8; NT_RESPONSE_LEN]) -> Self {
        const SERVER_RECEIVES: &[u8] =
            b"On the client side, this is the send key; on the server side, it is the receive key.";
        const SERVER_SENDS: &[u8] =
            b"On the client side, this is the receive key; on the server side, it is the send key.";
        let mut master = master_key(nt_hash_hash, nt_response);
        let keys = Self {
            send: start_key(&master, SERVER_SENDS),
            receive: start_key(&master, SERVER_RECEIVES),
        };
        master.zeroize();
        keys
    }
}

impl Drop for StartKeys {
    fn drop(&mut self) {
        self.send.zeroize();
        self.receive.zeroize();
    }
}

impl fmt::Debug for StartKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StartKeys(..)")
    }
}

/// GetMasterKey (RFC 3079 section 3.4).
#[must_use]
pub fn master_key(nt_hash_hash: &[u8; 16], nt_response: &[u8; NT_RESPONSE_LEN]) -> [u8; 16] {
    let digest = Sha1::new()
        .chain_update(nt_hash_hash)
        .chain_update(nt_response)
        .chain_update(b"This is the MPPE Master Key")
        .finalize();
    first_16(digest.into())
}

/// GetAsymmetricStartKey (RFC 3079 section 3.4) for keys of 128 bits.
fn start_key(master_key: &[u8; 16], direction: &[u8]) -> [u8; 16] {
    let digest = Sha1::new()
        .chain_update(master_key)
        .chain_update([0x00; 40])
        .chain_update(direction)
        .chain_update([0xf2; 40])
        .finalize();
    first_16(digest.into())
}

fn first_16(digest: [u8; 20]) -> [u8; 16] {
    core::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::mschap::tests::{AUTHENTICATOR_CHALLENGE, PASSWORD, PEER_CHALLENGE, USER};
    use crate::auth::mschap::{nt_hash, nt_hash_hash, nt_response};

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02X}")).collect()
    }

    #[test]
    fn rfc_3079_section_3_5_3() {
        let hash = nt_hash(PASSWORD);
        let response = nt_response(&AUTHENTICATOR_CHALLENGE, &PEER_CHALLENGE, USER, &hash);
        let hash_hash = nt_hash_hash(&hash);
        let master = master_key(&hash_hash, &response);
        assert_eq!(hex(&master), "FDECE3717A8C838CB388E527AE3CDD31");
        let keys = StartKeys::of_ms_chap_v2(&hash_hash, &response);
        assert_eq!(hex(&keys.send), "8B7CDC149B993A1BA118CB153F56DCCB");
        assert_ne!(keys.send, keys.receive);
    }

    /// What both ends of an MS-CHAPv1 session derive from the double hash that travels in
    /// MS-CHAP-MPPE-Keys (RFC 3079 section 2.4).
    fn ms_chap_v1_start_key(nt_hash_hash: &[u8; 16], challenge: &[u8; 8]) -> [u8; 16] {
        let digest = Sha1::new()
            .chain_update(nt_hash_hash)
            .chain_update(nt_hash_hash)
            .chain_update(challenge)
            .finalize();
        first_16(digest.into())
    }

    /// The RFC prints octet 8 once as `c1` and once as `ca`; SHA-1 says `c1`.
    #[test]
    fn rfc_3079_section_2_5_3() {
        let hash_hash = nt_hash_hash(&nt_hash(PASSWORD));
        let challenge = [0x10, 0x2d, 0xb5, 0xdf, 0x08, 0x5d, 0x30, 0x41];
        let key = ms_chap_v1_start_key(&hash_hash, &challenge);
        assert_eq!(hex(&key), "A8947850CFC0ACC1D1789FB62DDCDDB0");
    }

    #[test]
    fn keys_are_never_printed() {
        let keys = StartKeys { send: [1; 16], receive: [2; 16] };
        assert_eq!(format!("{keys:?}"), "StartKeys(..)");
    }
}
