use std::hint::black_box;

use radius_proto::{Secret, ascend_secret, salted, user_password};

use crate::octets::Octets;

/// What is hidden is revealed, by each of the methods, and any octets are revealed or refused.
///
/// # Panics
/// When that does not hold.
pub fn hiding_round_trip(data: &[u8]) {
    let mut data = Octets::new(data);
    let authenticator: [u8; 16] = data.array();
    let salt: [u8; 2] = data.array();
    let secret_len = usize::from(data.octet() % 80);
    let Ok(secret) = Secret::new(data.take(secret_len)) else { return };
    let plain = data.take(300);

    let mut hidden = [0; 512];
    let mut out = [0; 512];
    // The zeros at the end of a password are padding, and cannot be told from its own.
    let padded = plain.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    match user_password::hide(plain, &mut hidden, &authenticator, &secret) {
        Ok(len) => {
            assert_eq!(len, user_password::hidden_len(plain.len()));
            let hidden = &hidden[..len];
            let revealed = user_password::reveal(hidden, &mut out, &authenticator, &secret);
            assert_eq!(revealed, Ok(&plain[..padded]));
        }
        Err(_) => assert!(plain.len() > user_password::PASSWORD_LEN_MAX),
    }
    match salted::hide(plain, salt, &mut hidden, &authenticator, &secret) {
        Ok(len) => {
            assert_eq!(len, salted::hidden_len(plain.len()));
            let revealed = salted::reveal(&hidden[..len], &mut out, &authenticator, &secret);
            assert_eq!(revealed, Ok(plain));
        }
        Err(_) => assert!(plain.len() > salted::PLAIN_LEN_MAX),
    }
    match ascend_secret::hide(plain, &authenticator, &secret) {
        Ok(hidden) => {
            let mut out = [0; ascend_secret::HIDDEN_LEN];
            let revealed = ascend_secret::reveal(&hidden, &mut out, &authenticator, &secret);
            assert_eq!(revealed, Ok(&plain[..padded]));
        }
        Err(_) => assert!(plain.len() > ascend_secret::PLAIN_LEN_MAX),
    }
    black_box(user_password::reveal(plain, &mut out, &authenticator, &secret).is_ok());
    black_box(user_password::reveal_padded(plain, &mut out, &authenticator, &secret).is_ok());
    black_box(salted::reveal(plain, &mut out, &authenticator, &secret).is_ok());
}
