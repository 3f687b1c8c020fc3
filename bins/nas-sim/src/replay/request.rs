//! A captured request, written anew for another secret.

use md5::{Digest, Md5};
use radius_proto::{Attribute, Authenticator, Code, Packet, PacketWriter, Secret, user_password};

use crate::attributes as attr;
use crate::packet::RequestError;

/// What a request was hidden and signed with, and what it shall be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys<'a> {
    pub(super) captured: &'a Secret,
    pub(super) secret: &'a Secret,
    pub(super) passwords: &'a [(String, String)],
    /// Access-Requests without a Message-Authenticator get one.
    pub(super) sign: bool,
}

/// Writes the request with its attributes in their order: User-Password hidden anew, the
/// Message-Authenticator where it was, the Request Authenticator fresh. Where CHAP's challenge is
/// the Request Authenticator (RFC 2865 §5.40), that one stays, or the response would be wrong.
pub(super) fn rewrite(
    request: &Packet<'_>,
    keys: &Keys<'_>,
    random: &Authenticator,
) -> Result<Vec<u8>, RequestError> {
    let implied_challenge = request.first(attr::CHAP_PASSWORD).is_some()
        && request.first(attr::CHAP_CHALLENGE).is_none();
    let authenticator = if implied_challenge { request.authenticator() } else { random };
    let mut buffer = [0; radius_proto::PACKET_LEN_MAX];
    let mut writer = PacketWriter::without_message_authenticator(
        &mut buffer,
        request.code(),
        request.identifier(),
    )?;
    let asks = request.code() == Code::ACCESS_REQUEST;
    if asks && keys.sign && !request.has_message_authenticator() {
        writer.message_authenticator()?;
    }
    for attribute in request.attributes() {
        put(&mut writer, request, &attribute, keys, authenticator)?;
    }
    Ok(if asks {
        writer.finish_access_request(authenticator, keys.secret).to_vec()
    } else {
        writer.finish_request(keys.secret).to_vec()
    })
}

fn put(
    writer: &mut PacketWriter<'_>,
    request: &Packet<'_>,
    attribute: &Attribute<'_>,
    keys: &Keys<'_>,
    authenticator: &Authenticator,
) -> Result<(), RequestError> {
    let login = request.first(attr::USER_NAME).unwrap_or_default();
    let password = keys.passwords.iter().find(|(whose, _)| whose.as_bytes() == login);
    let password = password.map(|(_, password)| password.as_bytes());
    match attribute.kind {
        attr::MESSAGE_AUTHENTICATOR => writer.append_message_authenticator()?,
        attr::USER_PASSWORD => {
            let mut clear = [0; user_password::PASSWORD_LEN_MAX];
            let mut hidden = [0; user_password::PASSWORD_LEN_MAX];
            let captured = user_password::reveal(
                attribute.value,
                &mut clear,
                request.authenticator(),
                keys.captured,
            );
            let hidden: &[u8] = match (password, captured) {
                // Some NASes send the empty password as no octets at all, and so does this.
                (None, Ok(_)) if attribute.value.is_empty() => &[],
                (None, Err(_)) => attribute.value,
                (Some(password), _) | (None, Ok(password)) => {
                    let len =
                        user_password::hide(password, &mut hidden, authenticator, keys.secret)?;
                    hidden.get(..len).unwrap_or_default()
                }
            };
            writer.attribute(attribute.kind, hidden)?;
        }
        attr::CHAP_PASSWORD => match (password, attribute.value.first()) {
            (Some(password), Some(ident)) => {
                let challenge =
                    request.first(attr::CHAP_CHALLENGE).unwrap_or(request.authenticator());
                let digest = Md5::new()
                    .chain_update([*ident])
                    .chain_update(password)
                    .chain_update(challenge)
                    .finalize();
                writer.attribute(attribute.kind, &[&[*ident], digest.as_slice()].concat())?;
            }
            _ => writer.attribute(attribute.kind, attribute.value)?,
        },
        kind => writer.attribute(kind, attribute.value)?,
    }
    Ok(())
}
