//! The client's side of MS-CHAP (RFC 2433), MS-CHAPv2 (RFC 2759) and the MPPE keys that follow
//! from them (RFC 2548, 3079), written independently of the server's.

use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use md4::Md4;
use md5::Md5;
use radius_proto::Secret;
use sha1::{Digest, Sha1};

/// RFC 2759 §8.7: what the server mixes into its authenticator response.
const SERVER_TO_CLIENT: &[u8] = b"Magic server to client signing constant";
const PAD_TO_ITERATE: &[u8] = b"Pad to make it do more than one iteration";

/// RFC 3079 §3.4.
const MASTER_KEY: &[u8] = b"This is the MPPE Master Key";
const CLIENT_SENDS: &[u8] = b"On the client side, this is the send key; \
on the server side, it is the receive key.";
const CLIENT_RECEIVES: &[u8] = b"On the client side, this is the receive key; \
on the server side, it is the send key.";
const PAD_1: [u8; 40] = [0x00; 40];
const PAD_2: [u8; 40] = [0xf2; 40];

/// RFC 2433 §A.4: what the LAN Manager hash encrypts.
const LM_CLEAR: [u8; 8] = *b"KGS!@#$%";

/// The MD4 digest of the password in UTF-16, little endian (RFC 2759 §8.3).
pub(crate) fn nt_hash(password: &str) -> [u8; 16] {
    let mut digest = Md4::new();
    for unit in password.encode_utf16() {
        digest.update(unit.to_le_bytes());
    }
    digest.finalize().into()
}

/// The hash of the hash (RFC 2759 §8.4).
pub(crate) fn nt_hash_hash(nt_hash: &[u8; 16]) -> [u8; 16] {
    Md4::digest(nt_hash).into()
}

/// The LAN Manager hash (RFC 2433 §A.4), or nothing for a password that has none: not ASCII, or
/// longer than 14 characters.
pub(crate) fn lm_hash(password: &str) -> Option<[u8; 16]> {
    if !password.is_ascii() || password.len() > 14 {
        return None;
    }
    let mut key = [0; 14];
    for (to, from) in key.iter_mut().zip(password.bytes()) {
        *to = from.to_ascii_uppercase();
    }
    let mut hash = [0; 16];
    encrypt_blocks(&key, &LM_CLEAR, &mut hash);
    Some(hash)
}

/// The eight octets that an MS-CHAPv2 client answers (RFC 2759 §8.2). A domain before the login
/// is not part of it.
pub(crate) fn challenge_hash(peer: &[u8; 16], server: &[u8; 16], login: &str) -> [u8; 8] {
    let name = login.rsplit('\\').next().unwrap_or(login);
    let digest: [u8; 20] = Sha1::new()
        .chain_update(peer)
        .chain_update(server)
        .chain_update(name.as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}

/// Encrypts `challenge` three times with thirds of the hash (RFC 2759 §8.5).
pub(crate) fn challenge_response(challenge: &[u8; 8], nt_hash: &[u8; 16]) -> [u8; 24] {
    let mut keys = [0; 21];
    for (to, from) in keys.iter_mut().zip(nt_hash) {
        *to = *from;
    }
    let mut response = [0; 24];
    encrypt_blocks(&keys, challenge, &mut response);
    response
}

/// The text `S=` and 40 hexadecimal digits by which the server shows that it knows the password
/// too (RFC 2759 §8.7).
pub(crate) fn authenticator_response(
    hash_hash: &[u8; 16],
    nt_response: &[u8; 24],
    challenge_hash: &[u8; 8],
) -> String {
    let inner = Sha1::new()
        .chain_update(hash_hash)
        .chain_update(nt_response)
        .chain_update(SERVER_TO_CLIENT)
        .finalize();
    let outer = Sha1::new()
        .chain_update(inner)
        .chain_update(challenge_hash)
        .chain_update(PAD_TO_ITERATE)
        .finalize();
    let digits: String = outer.iter().map(|octet| format!("{octet:02X}")).collect();
    format!("S={digits}")
}

/// The 128-bit start keys of an MS-CHAPv2 session (RFC 3079 §3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartKeys {
    /// With this key the access server encrypts what it sends: MS-MPPE-Send-Key.
    pub(crate) send: [u8; 16],
    /// With this key it opens what it receives: MS-MPPE-Recv-Key.
    pub(crate) receive: [u8; 16],
}

impl StartKeys {
    pub(crate) fn derive(hash_hash: &[u8; 16], nt_response: &[u8; 24]) -> Self {
        let master = master_key(hash_hash, nt_response);
        Self {
            send: start_key(&master, CLIENT_RECEIVES),
            receive: start_key(&master, CLIENT_SENDS),
        }
    }
}

fn master_key(hash_hash: &[u8; 16], nt_response: &[u8; 24]) -> [u8; 16] {
    first_sixteen(Sha1::new().chain_update(hash_hash).chain_update(nt_response), MASTER_KEY)
}

fn start_key(master: &[u8; 16], purpose: &[u8]) -> [u8; 16] {
    let digest = Sha1::new().chain_update(master).chain_update(PAD_1).chain_update(purpose);
    first_sixteen(digest, &PAD_2)
}

fn first_sixteen(digest: Sha1, last: &[u8]) -> [u8; 16] {
    let whole: [u8; 20] = digest.chain_update(last).finalize().into();
    let mut key = [0; 16];
    key.copy_from_slice(&whole[..16]);
    key
}

/// Opens an attribute that is hidden with an MD5 chain (RFC 2548 §2.4.1 without a salt, §2.4.2
/// with one): the clear text with its padding, or nothing when it is not whole blocks.
pub(crate) fn unhide(
    hidden: &[u8],
    salt: &[u8],
    request_authenticator: &[u8; 16],
    secret: &Secret,
) -> Option<Vec<u8>> {
    if hidden.is_empty() || !hidden.len().is_multiple_of(16) {
        return None;
    }
    let mut clear = Vec::with_capacity(hidden.len());
    let mut before: Vec<u8> = [request_authenticator.as_slice(), salt].concat();
    for block in hidden.chunks_exact(16) {
        let pad = Md5::new().chain_update(secret.expose()).chain_update(&before).finalize();
        clear.extend(block.iter().zip(pad).map(|(hidden, pad)| hidden ^ pad));
        before = block.to_vec();
    }
    Some(clear)
}

/// Encrypts `clear` once with every seven octets of `keys`, one block of `out` each.
fn encrypt_blocks(keys: &[u8], clear: &[u8; 8], out: &mut [u8]) {
    for (key, out) in keys.chunks_exact(7).zip(out.chunks_exact_mut(8)) {
        let mut block = (*clear).into();
        Des::new(&spread(key).into()).encrypt_block(&mut block);
        out.copy_from_slice(&block);
    }
}

/// Seven octets of key spread over the eight that DES takes, seven bits in each.
fn spread(key: &[u8]) -> [u8; 8] {
    let bits = key.iter().fold(0_u64, |bits, octet| (bits << 8) | u64::from(*octet));
    let mut spread = [0; 8];
    for (position, octet) in spread.iter_mut().enumerate() {
        let seven = (bits >> (49 - 7 * position)) & 0x7f;
        *octet = (seven as u8) << 1;
    }
    spread
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let octets: Vec<u8> = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        octets.try_into().unwrap()
    }

    /// RFC 2759 §9.2.
    #[test]
    fn ms_chap_v2_agrees_with_the_rfc() {
        let server = hex("5B5D7C7D7B3F2F3E3C2C602132262628");
        let peer = hex("21402324255E262A28295F2B3A337C7E");
        let challenge = challenge_hash(&peer, &server, "User");
        assert_eq!(challenge, hex("D02E4386BCE91226"));
        assert_eq!(challenge_hash(&peer, &server, "DOMAIN\\User"), challenge);

        let hash = nt_hash("clientPass");
        assert_eq!(hash, hex("44EBBA8D5312B8D611474411F56989AE"));
        let response = challenge_response(&challenge, &hash);
        assert_eq!(response, hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF"));

        let hash_hash = nt_hash_hash(&hash);
        assert_eq!(hash_hash, hex("41C00C584BD2D91C4017A2A12FA59F3F"));
        assert_eq!(
            authenticator_response(&hash_hash, &response, &challenge),
            "S=407A5589115FD0D6209F510FE9C04566932CDA56"
        );
    }

    /// RFC 3079 §3.5.3; the key printed there is the one that the server sends with.
    #[test]
    fn mppe_keys_agree_with_the_rfc() {
        let hash_hash = hex("41C00C584BD2D91C4017A2A12FA59F3F");
        let response = hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
        assert_eq!(master_key(&hash_hash, &response), hex("FDECE3717A8C838CB388E527AE3CDD31"));
        let keys = StartKeys::derive(&hash_hash, &response);
        assert_eq!(keys.send, hex("8B7CDC149B993A1BA118CB153F56DCCB"));
        assert_ne!(keys.send, keys.receive);
    }

    /// RFC 2433 has no complete vector; these are the published hashes of "password".
    #[test]
    fn both_hashes_of_a_well_known_password() {
        assert_eq!(nt_hash("password"), hex("8846F7EAEE8FB117AD06BDD830B7586C"));
        assert_eq!(lm_hash("password"), Some(hex("E52CAC67419A9A224A3B108F3FA6CB6D")));
        assert_eq!(lm_hash("longer than fourteen"), None);
        assert_eq!(lm_hash("naïve"), None);
    }

    #[test]
    fn unhiding_reverses_the_chain_of_rfc_2865() {
        // RFC 2865 §7.1: "arctangent" hidden with the secret "xyzzy5461".
        let secret = Secret::new("xyzzy5461").unwrap();
        let authenticator = hex("0f403f9473978057bd83d5cb98f4227a");
        let hidden: [u8; 16] = hex("0dbe708d93d413ce3196e43f782a0aee");
        let clear = unhide(&hidden, &[], &authenticator, &secret).unwrap();
        assert_eq!(clear, b"arctangent\0\0\0\0\0\0");
        assert_eq!(unhide(&hidden[..15], &[], &authenticator, &secret), None);
        assert_eq!(unhide(&[], &[], &authenticator, &secret), None);
    }
}
