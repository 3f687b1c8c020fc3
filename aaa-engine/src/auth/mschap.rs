//! MS-CHAPv1 (RFC 2433) and MS-CHAPv2 (RFC 2759), as plain functions for both ends.

use des::Des;
use des::cipher::{BlockCipherEncrypt as _, KeyInit as _};
use md4::{Digest as _, Md4};
use sha1::Sha1;
use zeroize::Zeroizing;

/// The length of an NT-Response, octets.
pub const NT_RESPONSE_LEN: usize = 24;

/// The length of an authenticator response, octets: `S=` and 40 hexadecimal digits.
pub const AUTHENTICATOR_RESPONSE_LEN: usize = 42;

/// NtPasswordHash: MD4 of the password in UTF-16LE (RFC 2759 section 8.3).
#[must_use]
pub fn nt_hash(password: &str) -> [u8; 16] {
    let mut digest = Md4::new();
    for unit in password.encode_utf16() {
        digest.update(unit.to_le_bytes());
    }
    digest.finalize().into()
}

/// HashNtPasswordHash: MD4 of the NT hash (RFC 2759 section 8.4).
#[must_use]
pub fn nt_hash_hash(nt_hash: &[u8; 16]) -> [u8; 16] {
    Md4::digest(nt_hash).into()
}

/// ChallengeHash: the 8 octets that an MS-CHAPv2 client really answers (RFC 2759 section 8.2). A
/// domain before the user name (`DOMAIN\user`) is not part of it.
#[must_use]
pub fn challenge_hash(
    peer_challenge: &[u8; 16],
    authenticator_challenge: &[u8; 16],
    user_name: &[u8],
) -> [u8; 8] {
    let digest: [u8; 20] = Sha1::new()
        .chain_update(peer_challenge)
        .chain_update(authenticator_challenge)
        .chain_update(without_domain(user_name))
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}

/// ChallengeResponse: three DES encryptions of the challenge under parts of the NT hash (RFC 2759
/// section 8.5). This is the whole of an MS-CHAPv1 NT-Response.
#[must_use]
pub fn challenge_response(challenge: &[u8; 8], nt_hash: &[u8; 16]) -> [u8; NT_RESPONSE_LEN] {
    let mut padded = Zeroizing::new([0; 21]);
    let [hash @ .., _, _, _, _, _] = &mut *padded;
    *hash = *nt_hash;
    let mut response = [0; NT_RESPONSE_LEN];
    let (keys, _) = padded.as_chunks::<7>();
    for (part, key) in response.as_chunks_mut::<8>().0.iter_mut().zip(keys) {
        *part = des_encrypt(challenge, key);
    }
    response
}

/// GenerateNTResponse: the response of an MS-CHAPv2 client (RFC 2759 section 8.1).
#[must_use]
pub fn nt_response(
    authenticator_challenge: &[u8; 16],
    peer_challenge: &[u8; 16],
    user_name: &[u8],
    nt_hash: &[u8; 16],
) -> [u8; NT_RESPONSE_LEN] {
    let challenge = challenge_hash(peer_challenge, authenticator_challenge, user_name);
    challenge_response(&challenge, nt_hash)
}

/// GenerateAuthenticatorResponse: `S=` and 40 hexadecimal digits, by which the server proves to
/// an MS-CHAPv2 client that it knows the password too (RFC 2759 section 8.7).
#[must_use]
pub fn authenticator_response(
    nt_hash: &[u8; 16],
    nt_response: &[u8; NT_RESPONSE_LEN],
    peer_challenge: &[u8; 16],
    authenticator_challenge: &[u8; 16],
    user_name: &[u8],
) -> [u8; AUTHENTICATOR_RESPONSE_LEN] {
    const SIGNING: &[u8] = b"Magic server to client signing constant";
    const PADDING: &[u8] = b"Pad to make it do more than one iteration";
    let signed: [u8; 20] = Sha1::new()
        .chain_update(nt_hash_hash(nt_hash))
        .chain_update(nt_response)
        .chain_update(SIGNING)
        .finalize()
        .into();
    let digest: [u8; 20] = Sha1::new()
        .chain_update(signed)
        .chain_update(challenge_hash(peer_challenge, authenticator_challenge, user_name))
        .chain_update(PADDING)
        .finalize()
        .into();
    let mut text = [0; AUTHENTICATOR_RESPONSE_LEN];
    let [s, equals, digits @ ..] = &mut text;
    (*s, *equals) = (b'S', b'=');
    write_hex(&digest, digits);
    text
}

/// Writes `octets` as upper-case hexadecimal digits, as far as `out` reaches.
pub(super) fn write_hex(octets: &[u8], out: &mut [u8]) {
    for (octet, pair) in octets.iter().zip(out.chunks_exact_mut(2)) {
        pair.copy_from_slice(&[hex_digit(octet >> 4), hex_digit(octet & 0x0f)]);
    }
}

const fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'A' + nibble - 10,
    }
}

/// The user name without the domain that Windows puts before it.
fn without_domain(user_name: &[u8]) -> &[u8] {
    let after = user_name.iter().position(|octet| *octet == b'\\').map_or(0, |at| at + 1);
    user_name.get(after..).unwrap_or(user_name)
}

/// DesEncrypt (RFC 2759 section 8.6): one block under a key of 56 bits.
fn des_encrypt(block: &[u8; 8], key: &[u8; 7]) -> [u8; 8] {
    let mut encrypted = (*block).into();
    Des::new(&des_key(key).into()).encrypt_block(&mut encrypted);
    encrypted.into()
}

/// Spreads 7 octets over 8, seven bits each; DES ignores the lowest bit, the parity.
fn des_key(key: &[u8; 7]) -> [u8; 8] {
    let [a, b, c, d, e, f, g] = *key;
    let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]);
    core::array::from_fn(|i| {
        let [.., seven_bits] = (bits >> (49 - 7 * i)).to_be_bytes();
        seven_bits << 1
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) const USER: &[u8] = b"User";
    pub(crate) const PASSWORD: &str = "clientPass";
    pub(crate) const AUTHENTICATOR_CHALLENGE: [u8; 16] = [
        0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e, 0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26,
        0x28,
    ];
    pub(crate) const PEER_CHALLENGE: [u8; 16] = [
        0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a, 0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c,
        0x7e,
    ];

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02X}")).collect()
    }

    #[test]
    fn rfc_2759_section_9_2() {
        let hash = nt_hash(PASSWORD);
        let response = nt_response(&AUTHENTICATOR_CHALLENGE, &PEER_CHALLENGE, USER, &hash);
        let challenge = challenge_hash(&PEER_CHALLENGE, &AUTHENTICATOR_CHALLENGE, USER);
        assert_eq!(hex(&challenge), "D02E4386BCE91226");
        assert_eq!(hex(&hash), "44EBBA8D5312B8D611474411F56989AE");
        assert_eq!(hex(&nt_hash_hash(&hash)), "41C00C584BD2D91C4017A2A12FA59F3F");
        assert_eq!(hex(&response), "82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
        let answer = authenticator_response(
            &hash,
            &response,
            &PEER_CHALLENGE,
            &AUTHENTICATOR_CHALLENGE,
            USER,
        );
        assert_eq!(&answer, b"S=407A5589115FD0D6209F510FE9C04566932CDA56");
    }

    #[test]
    fn a_domain_is_not_part_of_the_challenge() {
        let plain = challenge_hash(&PEER_CHALLENGE, &AUTHENTICATOR_CHALLENGE, USER);
        let with = challenge_hash(&PEER_CHALLENGE, &AUTHENTICATOR_CHALLENGE, br"BIGCO\User");
        assert_eq!(plain, with);
    }
}
