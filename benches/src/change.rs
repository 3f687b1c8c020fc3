//! How soon the next packet sees a change.

use std::net::UdpSocket;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use conformance::{Installation, SECRET};
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, user_password};

use crate::generator::PASSWORD;
use crate::machine::now;

const USER_NAME: AttributeType = AttributeType(1);
const USER_PASSWORD: AttributeType = AttributeType(2);
const PATIENCE: Duration = Duration::from_secs(10);

/// Changes the plan `home` so many times; tells the longest time from when `weir plan set` had
/// returned to the first log-in of `login` that got the new speed, milliseconds.
///
/// # Errors
/// When the server does not answer, or a change is not seen in ten seconds.
pub fn longest_ms(weir: &Installation, login: &str, times: u32) -> anyhow::Result<f64> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(weir.authentication())?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut longest = Duration::ZERO;
    let mut attempt = 0_u32;
    for turn in 1..=times {
        let download_mbps = 10 + turn;
        weir.weir(&["plan", "set", "home", "--download", &format!("{download_mbps}M")])?;
        let returned = now();
        loop {
            attempt += 1;
            let came = speed(&socket, login, attempt)?;
            if came == format!("2M/{download_mbps}M") {
                longest = longest.max(returned.elapsed());
                break;
            }
            ensure!(returned.elapsed() < PATIENCE, "the change was not seen: {came}");
        }
    }
    Ok(longest.as_secs_f64() * 1000.0)
}

fn speed(socket: &UdpSocket, login: &str, attempt: u32) -> anyhow::Result<String> {
    let secret = Secret::new(SECRET)?;
    let identifier = attempt as u8;
    // Never the same twice, so that no reply is one from before.
    let mut authenticator = [identifier; 16];
    authenticator[..4].copy_from_slice(&attempt.to_be_bytes());
    let mut hidden = [0; 128];
    let len = user_password::hide(PASSWORD.as_bytes(), &mut hidden, &authenticator, &secret)?;
    let hidden = hidden.get(..len).context("the password's length")?;
    let mut buffer = [0; 4096];
    let code = Code::ACCESS_REQUEST;
    let mut writer = PacketWriter::without_message_authenticator(&mut buffer, code, identifier)?;
    writer.message_authenticator()?;
    writer.attribute(USER_NAME, login.as_bytes())?;
    writer.attribute(USER_PASSWORD, hidden)?;
    socket.send(writer.finish_access_request(&authenticator, &secret))?;
    let mut reply = [0; 4096];
    let len = socket.recv(&mut reply).context("no reply to a log-in")?;
    let reply = Packet::parse(reply.get(..len).unwrap_or_default())?;
    ensure!(reply.verify_response_authenticator(&authenticator, &secret), "a forged reply");
    ensure!(reply.code() == Code::ACCESS_ACCEPT, "{login} was not let in");
    Ok(reply.get(attr::MIKROTIK_RATE_LIMIT).context("no Mikrotik-Rate-Limit")?.to_owned())
}
