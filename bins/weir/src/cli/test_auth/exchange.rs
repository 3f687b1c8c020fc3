//! Sends a request over UDP and waits for the answer that is signed for it.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use radius_proto::{MessageAuthenticator, PACKET_LEN_MAX, Packet, Secret};

use crate::clock;

/// How long to wait before the request is sent again, octet for octet the same.
const REPEAT_AFTER: Duration = Duration::from_secs(1);

/// The answer to a request; its signatures have been checked.
pub(super) struct Answer {
    /// The packet.
    pub packet: Vec<u8>,
    /// From the first sending to the answer.
    pub round_trip: Duration,
    /// Whether it carries a Message-Authenticator.
    pub is_signed: bool,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// The system there says that nobody receives on the port.
    Refused,
    /// Answers came, but none signed with our secret.
    Forged {
        /// How many.
        answers: u32,
    },
    /// Nothing came.
    Nothing,
}

/// Sends `request` to `server` until it answers or `timeout` has passed.
///
/// # Errors
/// When there is no socket to send from.
pub(super) fn exchange(
    server: SocketAddr,
    request: &[u8],
    secret: &Secret,
    timeout: Duration,
) -> anyhow::Result<Result<Answer, Silence>> {
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).context("cannot open a UDP socket")?;
    socket.connect(server).with_context(|| format!("there is no way to {server}"))?;
    let began = clock::monotonic();
    let mut forged = 0;
    let mut is_refused = false;
    while began.elapsed() < timeout {
        let repeat_at = clock::monotonic() + REPEAT_AFTER.min(timeout);
        if let Err(error) = socket.send(request) {
            is_refused |= error.kind() == ErrorKind::ConnectionRefused;
        }
        while let Some(received) = receive(&socket, repeat_at)? {
            match received {
                Received::Refused => is_refused = true,
                Received::Packet(packet) => match check(packet, request, secret) {
                    Checked::Answer { packet, is_signed } => {
                        return Ok(Ok(Answer { packet, round_trip: began.elapsed(), is_signed }));
                    }
                    Checked::Forged => forged += 1,
                    Checked::Unrelated => {}
                },
            }
        }
    }
    Ok(Err(match (forged, is_refused) {
        (0, true) => Silence::Refused,
        (0, false) => Silence::Nothing,
        (answers, _) => Silence::Forged { answers },
    }))
}

enum Received {
    Packet(Vec<u8>),
    Refused,
}

/// The next packet before `deadline`, or nothing.
fn receive(socket: &UdpSocket, deadline: Instant) -> anyhow::Result<Option<Received>> {
    let left = deadline.saturating_duration_since(clock::monotonic());
    if left.is_zero() {
        return Ok(None);
    }
    socket.set_read_timeout(Some(left))?;
    let mut buffer = vec![0; PACKET_LEN_MAX];
    match socket.recv(&mut buffer) {
        Ok(len) => {
            buffer.truncate(len);
            Ok(Some(Received::Packet(buffer)))
        }
        Err(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(None),
            ErrorKind::ConnectionRefused => Ok(Some(Received::Refused)),
            ErrorKind::Interrupted => Ok(Some(Received::Packet(Vec::new()))),
            _ => Err(error).context("cannot receive"),
        },
    }
}

enum Checked {
    Answer { packet: Vec<u8>, is_signed: bool },
    Forged,
    Unrelated,
}

/// Whether `octets` answer `request`.
fn check(octets: Vec<u8>, request: &[u8], secret: &Secret) -> Checked {
    let (Ok(answer), Ok(request)) = (Packet::parse(&octets), Packet::parse(request)) else {
        return Checked::Unrelated;
    };
    if answer.identifier() != request.identifier() {
        return Checked::Unrelated;
    }
    let authenticator = request.authenticator();
    if !answer.verify_response_authenticator(authenticator, secret) {
        return Checked::Forged;
    }
    match answer.verify_response_message_authenticator(authenticator, secret) {
        MessageAuthenticator::Invalid => Checked::Forged,
        MessageAuthenticator::Valid => Checked::Answer { packet: octets, is_signed: true },
        MessageAuthenticator::Absent => Checked::Answer { packet: octets, is_signed: false },
    }
}

#[cfg(test)]
mod tests {
    use radius_proto::{Code, PacketWriter};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(30);

    fn secret(text: &str) -> Secret {
        Secret::new(text).unwrap()
    }

    fn request() -> Vec<u8> {
        let mut buffer = [0; PACKET_LEN_MAX];
        let mut writer =
            PacketWriter::without_message_authenticator(&mut buffer, Code::ACCESS_REQUEST, 7)
                .unwrap();
        writer.message_authenticator().unwrap();
        writer.finish_access_request(&[9; 16], &secret("right")).to_vec()
    }

    /// Answers the first request with one packet for each of `secrets`.
    fn server(secrets: &'static [&'static str]) -> (SocketAddr, std::thread::JoinHandle<()>) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; PACKET_LEN_MAX];
            let (len, client) = socket.recv_from(&mut buffer).unwrap();
            let request = Packet::parse(&buffer[..len]).unwrap();
            for text in secrets {
                let mut buffer = [0; PACKET_LEN_MAX];
                let mut writer = PacketWriter::without_message_authenticator(
                    &mut buffer,
                    Code::ACCESS_ACCEPT,
                    request.identifier(),
                )
                .unwrap();
                writer.message_authenticator().unwrap();
                let answer = writer.finish_response(request.authenticator(), &secret(text));
                socket.send_to(answer, client).unwrap();
            }
        });
        (address, thread)
    }

    #[test]
    fn a_forged_answer_is_passed_over_for_the_right_one() {
        let (address, thread) = server(&["wrong", "right"]);
        let answer =
            exchange(address, &request(), &secret("right"), TIMEOUT).unwrap().ok().unwrap();
        assert!(answer.is_signed);
        assert_eq!(Packet::parse(&answer.packet).unwrap().code(), Code::ACCESS_ACCEPT);
        thread.join().unwrap();
    }

    #[test]
    fn answers_with_another_secret_are_told() {
        let (address, thread) = server(&["wrong"]);
        let timeout = Duration::from_millis(300);
        let silence = exchange(address, &request(), &secret("right"), timeout).unwrap().err();
        assert_eq!(silence, Some(Silence::Forged { answers: 1 }));
        thread.join().unwrap();
    }

    #[test]
    fn a_port_that_nobody_receives_on_is_told() {
        let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let timeout = Duration::from_millis(200);
        let silence = exchange(address, &request(), &secret("right"), timeout).unwrap().err();
        assert_eq!(silence, Some(Silence::Refused));
    }
}
