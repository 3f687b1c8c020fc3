use crate::packet::NO_AUTHENTICATOR;
use crate::secret::equal;
use crate::{Authenticator, AuthenticatorKind, Packet, Secret};

/// What a packet's Message-Authenticator says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum MessageAuthenticator {
    /// The packet carries none.
    Absent,
    /// It was computed with this secret over exactly these octets.
    Valid,
    /// It was not: another secret, or changed octets. Such a packet is dropped (RFC 3579 §3.2).
    Invalid,
}

impl Packet<'_> {
    /// Whether the Request Authenticator of an Accounting-, CoA- or Disconnect-Request was made
    /// with this secret (RFC 2866 §3, RFC 5176 §2.3).
    ///
    /// `false` for every other code: the authenticator of an Access-Request is random and proves
    /// nothing, and a reply is checked by
    /// [`verify_response_authenticator`](Self::verify_response_authenticator).
    #[must_use]
    pub fn verify_request_authenticator(&self, secret: &Secret) -> bool {
        self.code().authenticator_kind() == AuthenticatorKind::Digest
            && self.digest_matches(&NO_AUTHENTICATOR, secret)
    }

    /// Whether the Response Authenticator of a reply was made with this secret for the request
    /// that had this authenticator (RFC 2865 §3). The code is not looked at.
    #[must_use]
    pub fn verify_response_authenticator(
        &self,
        request_authenticator: &Authenticator,
        secret: &Secret,
    ) -> bool {
        self.digest_matches(request_authenticator, secret)
    }

    /// Checks the Message-Authenticator of a request (RFC 3579 §3.2).
    ///
    /// The rule follows from the code: for Accounting-, CoA- and Disconnect-Request the
    /// Authenticator field counts as zeros (RFC 5176 §3.4), for Access-Request, Status-Server and
    /// Status-Client it counts as it stands. A reply is not a request: one that carries a
    /// Message-Authenticator is [`Invalid`](MessageAuthenticator::Invalid) here.
    pub fn verify_message_authenticator(&self, secret: &Secret) -> MessageAuthenticator {
        match self.code().authenticator_kind() {
            AuthenticatorKind::Random => {
                self.check_message_authenticator(self.authenticator(), secret)
            }
            AuthenticatorKind::Digest => {
                self.check_message_authenticator(&NO_AUTHENTICATOR, secret)
            }
            AuthenticatorKind::Response if self.message_authenticator.is_some() => {
                MessageAuthenticator::Invalid
            }
            AuthenticatorKind::Response => MessageAuthenticator::Absent,
        }
    }

    /// Checks the Message-Authenticator of a reply to the request that had this authenticator
    /// (RFC 3579 §3.2, RFC 5176 §3.4). The code is not looked at.
    pub fn verify_response_message_authenticator(
        &self,
        request_authenticator: &Authenticator,
        secret: &Secret,
    ) -> MessageAuthenticator {
        self.check_message_authenticator(request_authenticator, secret)
    }

    /// Compares the Authenticator field with the MD5 of the packet in which the field reads
    /// `authenticator`, followed by the secret.
    fn digest_matches(&self, authenticator: &Authenticator, secret: &Secret) -> bool {
        let Some((head, _, attributes)) = split_at_authenticator(self.as_bytes()) else {
            return false;
        };
        equal(&secret.digest_after(&[head, authenticator, attributes]), self.authenticator())
    }

    fn check_message_authenticator(
        &self,
        authenticator: &Authenticator,
        secret: &Secret,
    ) -> MessageAuthenticator {
        let Some(at) = self.message_authenticator else {
            return MessageAuthenticator::Absent;
        };
        match message_authenticator(self.as_bytes(), at, authenticator, secret) {
            Some((computed, found)) if equal(&computed, found) => MessageAuthenticator::Valid,
            _ => MessageAuthenticator::Invalid,
        }
    }
}

/// The Message-Authenticator that belongs at `at` when the Authenticator field reads
/// `authenticator`, and the one that stands there. `None` only when `at` is not inside the packet.
fn message_authenticator<'p>(
    packet: &'p [u8],
    at: usize,
    authenticator: &Authenticator,
    secret: &Secret,
) -> Option<(Authenticator, &'p Authenticator)> {
    let (before, rest) = packet.split_at_checked(at)?;
    let (found, after) = rest.split_first_chunk::<16>()?;
    let (head, _, attributes) = split_at_authenticator(before)?;
    let parts = [head, authenticator, attributes, &NO_AUTHENTICATOR, after];
    Some((secret.hmac(&parts), found))
}

/// Code, Identifier and Length; Authenticator; what follows.
#[inline]
fn split_at_authenticator(packet: &[u8]) -> Option<(&[u8], &Authenticator, &[u8])> {
    let (head, rest) = packet.split_at_checked(4)?;
    let (authenticator, rest) = rest.split_first_chunk::<16>()?;
    Some((head, authenticator, rest))
}
