//! What several test files need.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test may stop here")]

use radius_proto::{AttributeType, Code, PacketWriter, Secret};

/// Octets from a dump as the RFCs print them.
pub fn hex(dump: &str) -> Vec<u8> {
    let digits: Vec<u32> =
        dump.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_digit(16).unwrap()).collect();
    assert!(digits.len().is_multiple_of(2), "half an octet in {dump:?}");
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

pub fn secret() -> Secret {
    Secret::new("xyzzy5461").unwrap()
}

/// A packet with a right header and these octets as attributes, whatever they are.
pub fn raw(code: u8, attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(20 + attributes.len()).unwrap().to_be_bytes();
    let mut packet = vec![code, 1, length[0], length[1]];
    packet.extend([7; 16]);
    packet.extend(attributes);
    packet
}

/// A signed packet of each code that this crate can sign, with a Message-Authenticator.
pub fn signed(code: Code, request_authenticator: &[u8; 16]) -> Vec<u8> {
    let mut buffer = [0; 512];
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, 42).unwrap();
    writer.message_authenticator().unwrap();
    writer.attribute(AttributeType::USER_NAME, b"ana").unwrap();
    writer.attribute(AttributeType::PROXY_STATE, &[1, 2, 3]).unwrap();
    match code {
        Code::ACCESS_REQUEST | Code::STATUS_SERVER => {
            writer.finish_access_request(request_authenticator, &secret())
        }
        Code::ACCOUNTING_REQUEST | Code::COA_REQUEST | Code::DISCONNECT_REQUEST => {
            writer.finish_request(&secret())
        }
        _ => writer.finish_response(request_authenticator, &secret()),
    }
    .to_vec()
}
