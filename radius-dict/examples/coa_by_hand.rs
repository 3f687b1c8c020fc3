//! A CoA-Request that changes a subscriber's speed: built, shown, and sent where there is an
//! address to send it to.
//!
//! Run it with `cargo run --example coa_by_hand -p radius-dict -- [ADDRESS:3799 SECRET]`.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]
#![allow(clippy::disallowed_methods, reason = "a program of its own, with one clock")]

use std::error::Error;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use radius_dict::{Dictionary, ReadAttributes, WriteAttributes, attr, text};
use radius_proto::{Code, Packet, PacketWriter, Secret};

/// How long a NAS may take to answer.
const TIMEOUT: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let nas = arguments.next().map(|nas| nas.parse::<SocketAddr>()).transpose()?;
    let secret = match (nas, arguments.next()) {
        (Some(_), None) => return Err("which secret? Give it behind the address".into()),
        (_, secret) => Secret::new(secret.unwrap_or_else(|| "testing123".to_owned()))?,
    };

    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::COA_REQUEST, 1)?;
    // Which session: RFC 5176 §3. MikroTik looks for the name and the address.
    writer.put(attr::USER_NAME, "ana@example.net")?;
    writer.put(attr::FRAMED_IP_ADDRESS, [10, 64, 0, 7].into())?;
    // What is to change: upload and download, as the router sees them.
    writer.put(attr::MIKROTIK_RATE_LIMIT, "5M/20M")?;
    // A NAS that looks at it refuses a request that was recorded and sent again later.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    writer.put(attr::EVENT_TIMESTAMP, u32::try_from(now)?)?;
    let request = Packet::parse(writer.finish_request(&secret))?;
    println!("{}", request.code());
    print!("{}", text::packet(Dictionary::builtin(), request));

    if let Some(nas) = nas { send(nas, request, &secret) } else { Ok(()) }
}

fn send(nas: SocketAddr, request: Packet<'_>, secret: &Secret) -> Result<(), Box<dyn Error>> {
    let any = if nas.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any)?;
    socket.set_read_timeout(Some(TIMEOUT))?;
    socket.connect(nas)?;
    socket.send(request.as_bytes())?;
    let mut datagram = [0; 4096];
    let len =
        socket.recv(&mut datagram).map_err(|error| format!("no answer from {nas}: {error}"))?;
    let reply = Packet::parse(datagram.get(..len).unwrap_or_default())?;
    let is_answer = reply.identifier() == request.identifier()
        && reply.verify_response_authenticator(request.authenticator(), secret);
    if !is_answer {
        return Err("what came back is no answer to this request with this secret".into());
    }
    match (reply.code(), reply.get(attr::ERROR_CAUSE)) {
        (Code::COA_ACK, _) => println!("done"),
        (code, Some(cause)) => println!("{code}, Error-Cause {cause}"),
        (code, None) => println!("{code}"),
    }
    Ok(())
}
