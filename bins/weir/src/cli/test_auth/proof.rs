//! Proves a password in the way of each method, and checks what the server proves in return.

use std::net::{IpAddr, SocketAddr};

use aaa_engine::auth::{chap_response, mschap};
use anyhow::bail;
use radius_dict::{ReadAttributes as _, WriteAttributes as _, attr};
use radius_proto::{
    AttributeType, Authenticator, Code, PACKET_LEN_MAX, Packet, PacketWriter, Secret, user_password,
};

use super::Method;
use crate::entropy;

/// What the server is told this NAS is called.
const NAS_IDENTIFIER: &[u8] = b"weir test-auth";

/// Octets between the peer's challenge and its response in MS-CHAP2-Response, always zero.
const MS_CHAP2_RESERVED: [u8; 8] = [0; 8];

/// Says that the NT response of MS-CHAP-Response is to be used, not the LM one.
const MS_CHAP_USE_NT: u8 = 1;

/// A log-in with everything random about it already drawn.
pub(super) struct Proof {
    method: Method,
    login: String,
    password: String,
    identifier: u8,
    authenticator: Authenticator,
    /// What the password is proved against.
    challenge: [u8; 16],
    /// What an MS-CHAPv2 server must prove itself against.
    peer_challenge: [u8; 16],
}

impl Proof {
    /// A log-in of `login` with `password`.
    pub(super) fn new(method: Method, login: &str, password: &str) -> anyhow::Result<Self> {
        let [identifier] = entropy::random()?;
        Ok(Self {
            method,
            login: login.to_owned(),
            password: password.to_owned(),
            identifier,
            authenticator: entropy::random()?,
            challenge: entropy::random()?,
            peer_challenge: entropy::random()?,
        })
    }

    /// The Access-Request, as it is sent to `server`.
    pub(super) fn request(&self, server: SocketAddr, secret: &Secret) -> anyhow::Result<Vec<u8>> {
        let mut buffer = vec![0; PACKET_LEN_MAX];
        let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, self.identifier)?;
        writer.attribute(AttributeType::USER_NAME, self.login.as_bytes())?;
        self.write_password(&mut writer, secret)?;
        writer.attribute(AttributeType::NAS_IDENTIFIER, NAS_IDENTIFIER)?;
        if let IpAddr::V4(address) = server.ip()
            && address.is_loopback()
        {
            writer.attribute(AttributeType::NAS_IP_ADDRESS, &address.octets())?;
        }
        Ok(writer.finish_access_request(&self.authenticator, secret).to_vec())
    }

    fn write_password(&self, writer: &mut PacketWriter<'_>, secret: &Secret) -> anyhow::Result<()> {
        let password = self.password.as_bytes();
        match self.method {
            Method::Pap => {
                let mut hidden = [0; user_password::PASSWORD_LEN_MAX];
                let len = user_password::hide(password, &mut hidden, &self.authenticator, secret)?;
                writer.attribute(AttributeType::USER_PASSWORD, hidden.get(..len).unwrap_or(&[]))?;
            }
            Method::Chap => {
                let response = chap_response(self.identifier, password, &self.challenge);
                let value = [&[self.identifier], response.as_slice()].concat();
                writer.attribute(AttributeType::CHAP_PASSWORD, &value)?;
                writer.attribute(AttributeType::CHAP_CHALLENGE, &self.challenge)?;
            }
            Method::Mschapv1 => {
                let challenge = self.short_challenge();
                let nt_hash = mschap::nt_hash(&self.password);
                let response = mschap::challenge_response(&challenge, &nt_hash);
                let no_lm_response = [0; mschap::NT_RESPONSE_LEN];
                let head = [self.identifier, MS_CHAP_USE_NT];
                let value = [head.as_slice(), &no_lm_response, &response].concat();
                writer.put(attr::MS_CHAP_CHALLENGE, &challenge)?;
                writer.put(attr::MS_CHAP_RESPONSE, &value)?;
            }
            Method::Mschapv2 => {
                let head = [self.identifier, 0];
                let parts: [&[u8]; 4] =
                    [&head, &self.peer_challenge, &MS_CHAP2_RESERVED, &self.nt_response()];
                writer.put(attr::MS_CHAP_CHALLENGE, &self.challenge)?;
                writer.put(attr::MS_CHAP2_RESPONSE, &parts.concat())?;
            }
        }
        Ok(())
    }

    /// MS-CHAPv1 challenges have 8 octets.
    fn short_challenge(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.challenge;
        [a, b, c, d, e, f, g, h]
    }

    fn nt_response(&self) -> [u8; mschap::NT_RESPONSE_LEN] {
        let nt_hash = mschap::nt_hash(&self.password);
        let login = self.login.as_bytes();
        mschap::nt_response(&self.challenge, &self.peer_challenge, login, &nt_hash)
    }

    /// Checks what an Access-Accept must prove: with MS-CHAPv2, that the server knows the
    /// password too (RFC 2759 section 8.8).
    pub(super) fn check_accept(&self, packet: &Packet<'_>) -> anyhow::Result<()> {
        if self.method != Method::Mschapv2 {
            return Ok(());
        }
        let Some(success) = packet.octets(attr::MS_CHAP2_SUCCESS) else {
            bail!("accepted, but without the MS-CHAP2-Success that every client insists on");
        };
        let expected = mschap::authenticator_response(
            &mschap::nt_hash(&self.password),
            &self.nt_response(),
            &self.peer_challenge,
            &self.challenge,
            self.login.as_bytes(),
        );
        match success.split_first() {
            Some((identifier, response))
                if *identifier == self.identifier && response.starts_with(&expected) =>
            {
                Ok(())
            }
            _ => bail!(
                "accepted, but MS-CHAP2-Success is wrong: the server does not know the password"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("testing123").unwrap()
    }

    fn request(method: Method) -> (Proof, Vec<u8>) {
        let proof = Proof::new(method, "ann", "opensesame").unwrap();
        let server = "127.0.0.1:1812".parse().unwrap();
        let request = proof.request(server, &secret()).unwrap();
        (proof, request)
    }

    #[test]
    fn every_request_is_signed_and_carries_its_proof() {
        for (method, needed) in [
            (Method::Pap, AttributeType::USER_PASSWORD),
            (Method::Chap, AttributeType::CHAP_PASSWORD),
            (Method::Mschapv1, AttributeType::VENDOR_SPECIFIC),
            (Method::Mschapv2, AttributeType::VENDOR_SPECIFIC),
        ] {
            let (_, request) = request(method);
            let packet = Packet::parse(&request).unwrap();
            let signature = packet.verify_message_authenticator(&secret());
            assert_eq!(signature, radius_proto::MessageAuthenticator::Valid, "{method:?}");
            assert!(packet.first(needed).is_some(), "{method:?}");
            assert!(!request.windows(10).any(|octets| octets == b"opensesame"), "{method:?}");
        }
    }

    #[test]
    fn a_server_that_does_not_know_the_password_is_found_out() {
        let (proof, _) = request(Method::Mschapv2);
        let accept = |success: Option<&[u8]>| {
            let mut buffer = [0; PACKET_LEN_MAX];
            let mut writer = PacketWriter::without_message_authenticator(
                &mut buffer,
                Code::ACCESS_ACCEPT,
                proof.identifier,
            )
            .unwrap();
            if let Some(success) = success {
                writer.put(attr::MS_CHAP2_SUCCESS, success).unwrap();
            }
            writer.finish_response(&proof.authenticator, &secret()).to_vec()
        };
        let check = |octets: Vec<u8>| proof.check_accept(&Packet::parse(&octets).unwrap());
        let response = mschap::authenticator_response(
            &mschap::nt_hash("opensesame"),
            &proof.nt_response(),
            &proof.peer_challenge,
            &proof.challenge,
            b"ann",
        );
        let right = [&[proof.identifier], response.as_slice()].concat();
        assert!(check(accept(Some(&right))).is_ok());
        let mut wrong = right;
        wrong[5] ^= 1;
        assert!(check(accept(Some(&wrong))).is_err());
        assert!(check(accept(None)).is_err());
    }
}
