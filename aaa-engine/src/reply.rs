//! Replies that need no decision, and what every reply has in common.

use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, WriteError};

/// Which of a listener's two ports a packet came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Port {
    /// 1812 by custom: Access-Requests.
    Authentication,
    /// 1813 by custom: Accounting-Requests.
    Accounting,
}

/// Why a reply could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The request is not of the kind that is answered here.
    #[error("{code} is not answered here")]
    UnexpectedCode {
        /// What it is.
        code: Code,
    },
    /// The reply does not fit, with the request's Proxy-States in it.
    #[error("the reply does not fit: {0}")]
    DoesNotFit(#[from] WriteError),
}

/// Answers a Status-Server: Access-Accept on the authentication port, Accounting-Response on the
/// accounting port (RFC 5997 section 4). The caller has verified its Message-Authenticator.
pub(crate) fn status(
    request: &Packet<'_>,
    secret: &Secret,
    port: Port,
    reply: &mut [u8],
) -> Result<usize, ReplyError> {
    require(request, Code::STATUS_SERVER)?;
    let code = match port {
        Port::Authentication => Code::ACCESS_ACCEPT,
        Port::Accounting => Code::ACCOUNTING_RESPONSE,
    };
    let mut writer = PacketWriter::new(reply, code, request.identifier())?;
    writer.message_authenticator()?;
    Ok(finish(writer, request, secret)?)
}

/// Acknowledges an Accounting-Request, with a Message-Authenticator when it had one.
pub(crate) fn accounting_response(
    request: &Packet<'_>,
    secret: &Secret,
    reply: &mut [u8],
) -> Result<usize, ReplyError> {
    require(request, Code::ACCOUNTING_REQUEST)?;
    let mut writer = PacketWriter::new(reply, Code::ACCOUNTING_RESPONSE, request.identifier())?;
    if request.first(AttributeType::MESSAGE_AUTHENTICATOR).is_some() {
        writer.message_authenticator()?;
    }
    Ok(finish(writer, request, secret)?)
}

/// Echoes the Proxy-States, all of them unmodified and in order (RFC 2865 section 5.33), and
/// signs; gives the length of the reply.
pub(crate) fn finish(
    mut writer: PacketWriter<'_>,
    request: &Packet<'_>,
    secret: &Secret,
) -> Result<usize, WriteError> {
    for state in request.all(AttributeType::PROXY_STATE) {
        writer.attribute(AttributeType::PROXY_STATE, state)?;
    }
    Ok(writer.finish_response(request.authenticator(), secret).len())
}

pub(crate) fn require(request: &Packet<'_>, code: Code) -> Result<(), ReplyError> {
    if request.code() == code {
        Ok(())
    } else {
        Err(ReplyError::UnexpectedCode { code: request.code() })
    }
}
