//! A client signs a request, a server checks it and signs its reply, the client checks that.
//!
//! Run it with `cargo run --example sign_and_verify -p radius-proto`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use radius_proto::{
    AttributeType, Authenticator, Code, MessageAuthenticator, Packet, PacketWriter, Secret,
    user_password,
};

fn main() -> Result<(), Box<dyn Error>> {
    let secret = Secret::new("a long shared secret")?;
    // A client draws these octets anew for each request: RFC 2865 §3.
    let authenticator = *b"sixteen random !";
    let mut buffer = [0; 4096];
    let request = signed_request(&mut buffer, &authenticator, &secret)?;

    let mut reply_buffer = [0; 4096];
    let reply = answer(request, &mut reply_buffer, &secret)?;

    let reply = Packet::parse(reply)?;
    let verdict = reply.verify_response_message_authenticator(&authenticator, &secret);
    assert!(reply.verify_response_authenticator(&authenticator, &secret));
    assert_eq!(verdict, MessageAuthenticator::Valid);
    println!("{} {}: both signatures are right", reply.code(), reply.identifier());

    // One bit of one attribute is enough to be noticed.
    let mut forged = reply.as_bytes().to_vec();
    if let Some(last) = forged.last_mut() {
        *last ^= 1;
    }
    let forged = Packet::parse(&forged)?;
    let verdict = forged.verify_response_message_authenticator(&authenticator, &secret);
    assert_eq!(verdict, MessageAuthenticator::Invalid);
    println!("the same with one bit changed: {verdict:?}");
    Ok(())
}

/// An Access-Request with a password. Its first attribute is the Message-Authenticator, which
/// `PacketWriter::new` has put there.
fn signed_request<'b>(
    buffer: &'b mut [u8],
    authenticator: &Authenticator,
    secret: &Secret,
) -> Result<&'b [u8], Box<dyn Error>> {
    let mut hidden = [0; user_password::PASSWORD_LEN_MAX];
    let len = user_password::hide(b"correct horse", &mut hidden, authenticator, secret)?;
    let mut writer = PacketWriter::new(buffer, Code::ACCESS_REQUEST, 7)?;
    writer.attribute(AttributeType::USER_NAME, b"ana@example.net")?;
    writer.attribute(AttributeType::USER_PASSWORD, hidden.get(..len).unwrap_or_default())?;
    Ok(writer.finish_access_request(authenticator, secret))
}

/// What a server does: no signature, no answer.
fn answer<'b>(
    datagram: &[u8],
    buffer: &'b mut [u8],
    secret: &Secret,
) -> Result<&'b [u8], Box<dyn Error>> {
    let request = Packet::parse(datagram)?;
    match request.verify_message_authenticator(secret) {
        MessageAuthenticator::Valid => {}
        other => return Err(format!("the request's signature is {other:?}").into()),
    }
    let hidden = request.first(AttributeType::USER_PASSWORD).ok_or("there is no password")?;
    let mut password = [0; user_password::PASSWORD_LEN_MAX];
    let password = user_password::reveal(hidden, &mut password, request.authenticator(), secret)?;
    let is_right = password == b"correct horse";
    let (code, message) = match is_right {
        true => (Code::ACCESS_ACCEPT, "welcome"),
        false => (Code::ACCESS_REJECT, "wrong password"),
    };
    let mut writer = PacketWriter::new(buffer, code, request.identifier())?;
    writer.attribute(AttributeType::REPLY_MESSAGE, message.as_bytes())?;
    Ok(writer.finish_response(request.authenticator(), secret))
}
