//! For tests: a server that answers as a correct one would, and a script that may spoil it.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use radius_proto::{Code, Packet, PacketWriter, Secret, salted, user_password};

use crate::attributes as attr;
use crate::mschap::{self, StartKeys};
use crate::{Target, dial::session::Port};

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) fn secret() -> Secret {
    Secret::new("demo secret").unwrap()
}

/// What an Access-Accept of these tests grants.
#[derive(Clone, Copy, Default)]
pub(crate) struct Grants {
    pub(crate) rate_limit: Option<&'static str>,
    pub(crate) session_timeout_s: Option<u32>,
    pub(crate) interim_interval_s: Option<u32>,
    pub(crate) address: Option<Ipv4Addr>,
    /// An ERX Activate-Service, tag 1, with statistics of volume.
    pub(crate) service: Option<&'static str>,
}

/// Answers any request as a correct server would. Everybody's password is [`PASSWORD`]; another
/// PAP password is rejected.
pub(crate) fn answer(request: &[u8], grants: Grants) -> Vec<u8> {
    let request = Packet::parse(request).unwrap();
    if request.code() == Code::ACCOUNTING_REQUEST {
        assert!(request.verify_request_authenticator(&secret()));
        return reply(&request, Code::ACCOUNTING_RESPONSE, |_| {});
    }
    if let Some(hidden) = request.first(attr::USER_PASSWORD) {
        let mut clear = [0; 128];
        let clear = user_password::reveal(hidden, &mut clear, request.authenticator(), &secret());
        if clear.unwrap() != PASSWORD.as_bytes() {
            return reply(&request, Code::ACCESS_REJECT, |writer| {
                writer.attribute(attr::REPLY_MESSAGE, b"Wrong password").unwrap();
            });
        }
    }
    reply(&request, Code::ACCESS_ACCEPT, |writer| {
        let class = [b"class of ", request.first(attr::USER_NAME).unwrap()].concat();
        writer.attribute(attr::CLASS, &class).unwrap();
        put_grants(writer, grants);
        put_proof(writer, &request);
    })
}

fn put_grants(writer: &mut PacketWriter<'_>, grants: Grants) {
    if let Some(limit) = grants.rate_limit {
        writer
            .vendor_attribute(attr::MIKROTIK, attr::MIKROTIK_RATE_LIMIT, limit.as_bytes())
            .unwrap();
    }
    if let Some(service) = grants.service {
        let tagged = [b"\x01", service.as_bytes()].concat();
        writer.vendor_attribute(attr::ERX, attr::ERX_ACTIVATE_SERVICE, &tagged).unwrap();
        let volume = [1, 0, 0, 2];
        writer.vendor_attribute(attr::ERX, attr::ERX_SERVICE_STATISTICS, &volume).unwrap();
    }
    for (kind, value) in [
        (attr::SESSION_TIMEOUT, grants.session_timeout_s),
        (attr::ACCT_INTERIM_INTERVAL, grants.interim_interval_s),
        (attr::FRAMED_IP_ADDRESS, grants.address.map(Ipv4Addr::to_bits)),
    ] {
        if let Some(value) = value {
            writer.attribute(kind, &value.to_be_bytes()).unwrap();
        }
    }
}

fn put_proof(writer: &mut PacketWriter<'_>, request: &Packet<'_>) {
    let hash = mschap::nt_hash(PASSWORD);
    let hash_hash = mschap::nt_hash_hash(&hash);
    let mut hidden = [0; 128];
    let authenticator = request.authenticator();
    if request.first_vendor(attr::MICROSOFT, attr::MS_CHAP_RESPONSE).is_some() {
        let keys = [&[0; 8], hash_hash.as_slice(), &[0; 8]].concat();
        let len = user_password::hide(&keys, &mut hidden, authenticator, &secret()).unwrap();
        writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP_MPPE_KEYS, &hidden[..len]).unwrap();
    }
    let Some(response) = request.first_vendor(attr::MICROSOFT, attr::MS_CHAP2_RESPONSE) else {
        return;
    };
    let challenge = request.first_vendor(attr::MICROSOFT, attr::MS_CHAP_CHALLENGE).unwrap();
    let login = std::str::from_utf8(request.first(attr::USER_NAME).unwrap()).unwrap();
    let peer = response[2..18].try_into().unwrap();
    let eight = mschap::challenge_hash(&peer, challenge.try_into().unwrap(), login);
    let nt_response = mschap::challenge_response(&eight, &hash);
    assert_eq!(nt_response, response[26..]);
    let proof = mschap::authenticator_response(&hash_hash, &nt_response, &eight);
    let success = [&response[..1], proof.as_bytes()].concat();
    writer.vendor_attribute(attr::MICROSOFT, attr::MS_CHAP2_SUCCESS, &success).unwrap();
    let keys = StartKeys::derive(&hash_hash, &nt_response);
    for (kind, key, salt) in [
        (attr::MS_MPPE_SEND_KEY, keys.send, [0x80, 1]),
        (attr::MS_MPPE_RECV_KEY, keys.receive, [0x80, 2]),
    ] {
        let len = salted::hide(&key, salt, &mut hidden, authenticator, &secret()).unwrap();
        writer.vendor_attribute(attr::MICROSOFT, kind, &hidden[..len]).unwrap();
    }
}

fn reply(request: &Packet<'_>, code: Code, put: impl FnOnce(&mut PacketWriter<'_>)) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, code, request.identifier())
            .unwrap();
    writer.message_authenticator().unwrap();
    put(&mut writer);
    writer.finish_response(request.authenticator(), &secret()).to_vec()
}

/// Two ports on loopback, served by a thread each until the value is dropped.
pub(crate) struct Scripted {
    pub(crate) target: Target,
    threads: Vec<(SocketAddr, JoinHandle<()>)>,
}

/// Gives the datagrams to send back for one that came.
type Script = dyn FnMut(Port, &[u8]) -> Vec<Vec<u8>> + Send;

impl Scripted {
    pub(crate) fn start(script: impl FnMut(Port, &[u8]) -> Vec<Vec<u8>> + Send + 'static) -> Self {
        let script: Arc<Mutex<Script>> = Arc::new(Mutex::new(script));
        let mut threads = Vec::new();
        for port in [Port::Authentication, Port::Accounting] {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let address = socket.local_addr().unwrap();
            let script = Arc::clone(&script);
            let thread = std::thread::spawn(move || serve(&socket, port, &script));
            threads.push((address, thread));
        }
        let mut target =
            Target::new([127, 0, 0, 1].into(), threads[0].0.port(), threads[1].0.port());
        target.source = [127, 0, 0, 1].into();
        Self { target, threads }
    }
}

fn serve(socket: &UdpSocket, port: Port, script: &Mutex<Script>) {
    let mut buffer = [0; 4096];
    loop {
        let (len, from) = socket.recv_from(&mut buffer).unwrap();
        // An empty datagram is the sign to end.
        if len == 0 {
            return;
        }
        let replies = (script.lock().unwrap())(port, &buffer[..len]);
        for reply in replies {
            socket.send_to(&reply, from).unwrap();
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for (address, thread) in self.threads.drain(..) {
            socket.send_to(&[], address).unwrap();
            // A thread that panicked has told so; the test itself then fails on its counts.
            let _ = thread.join();
        }
    }
}
