//! The authenticators of a packet that is written.

use super::{AUTHENTICATOR_AT, PacketWriter};
use crate::packet::NO_AUTHENTICATOR;
use crate::{Authenticator, Secret};

impl<'b> PacketWriter<'b> {
    /// Finishes an Access-Request or a Status-Server, whose authenticator is the caller's
    /// 16 unpredictable octets (RFC 2865 §3, RFC 5997 §3).
    ///
    /// The same octets hide a User-Password: see [`user_password`](crate::user_password).
    #[must_use]
    pub fn finish_access_request(
        mut self,
        authenticator: &Authenticator,
        secret: &Secret,
    ) -> &'b [u8] {
        self.seal_message_authenticator(authenticator, secret);
        self.into_packet()
    }

    /// Finishes an Accounting-, CoA- or Disconnect-Request: both authenticators are computed with
    /// zeros in the Authenticator field (RFC 2866 §3, RFC 5176 §2.3 and §3.4).
    #[must_use]
    pub fn finish_request(mut self, secret: &Secret) -> &'b [u8] {
        self.seal_message_authenticator(&NO_AUTHENTICATOR, secret);
        self.seal_authenticator(secret);
        self.into_packet()
    }

    /// Finishes a reply to the request that had this authenticator (RFC 2865 §3, RFC 3579 §3.2).
    #[must_use]
    pub fn finish_response(
        mut self,
        request_authenticator: &Authenticator,
        secret: &Secret,
    ) -> &'b [u8] {
        self.seal_message_authenticator(request_authenticator, secret);
        self.seal_authenticator(secret);
        self.into_packet()
    }

    /// Sets the Length and the Authenticator field, then signs the whole.
    fn seal_message_authenticator(&mut self, authenticator: &Authenticator, secret: &Secret) {
        self.set_header(authenticator);
        if let Some(at) = self.message_authenticator {
            let signature = secret.hmac(&[self.written()]);
            self.overwrite(at, &signature);
        }
    }

    /// Replaces the Authenticator field by the digest of the packet as it stands.
    fn seal_authenticator(&mut self, secret: &Secret) {
        let digest = secret.digest_after(&[self.written()]);
        self.overwrite(AUTHENTICATOR_AT, &digest);
    }

    #[inline]
    fn written(&self) -> &[u8] {
        // As in `into_packet`.
        self.buffer.get(..self.len).unwrap_or_default()
    }
}
