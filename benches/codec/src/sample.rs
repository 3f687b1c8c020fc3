//! The packet that everybody decodes.

use std::net::Ipv4Addr;

use radius_dict::{WriteAttributes, attr};
use radius_proto::{Code, PacketWriter, Secret};

/// Octets of the packet.
pub(crate) const LEN: usize = 281;
/// Attributes of the packet.
pub(crate) const ATTRIBUTES: usize = 20;

/// What a PPPoE server sends for a log-in by CHAP.
#[expect(clippy::expect_used, reason = "a constant, and the length is asserted")]
pub(crate) fn access_request() -> Vec<u8> {
    let secret = Secret::new("testing123").expect("not empty");
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_REQUEST, 7).expect("fits");
    let written = (|| {
        writer.put(attr::USER_NAME, "subscriber-00042@isp.example")?;
        writer.put(attr::CHAP_PASSWORD, b"\x01sixteen octets !")?;
        writer.put(attr::CHAP_CHALLENGE, b"a challenge here")?;
        writer.put(attr::NAS_IP_ADDRESS, Ipv4Addr::new(192, 0, 2, 1))?;
        writer.put(attr::NAS_IDENTIFIER, "bng-1.isp.example")?;
        writer.put(attr::NAS_PORT, 15_728_640)?;
        writer.put(attr::NAS_PORT_TYPE, attr::nas_port_type::ETHERNET)?;
        writer.put(attr::NAS_PORT_ID, "ge-0/0/1.100:4000-2001")?;
        writer.put(attr::SERVICE_TYPE, attr::service_type::FRAMED_USER)?;
        writer.put(attr::FRAMED_PROTOCOL, attr::framed_protocol::PPP)?;
        writer.put(attr::CALLING_STATION_ID, "02:00:5E:00:53:01")?;
        writer.put(attr::CALLED_STATION_ID, "pppoe-1")?;
        writer.put(attr::ACCT_SESSION_ID, "81a09556")?;
        writer.put(attr::FRAMED_MTU, 1480)?;
        writer.put(attr::EVENT_TIMESTAMP, 1_764_000_000)?;
        writer.put(attr::CONNECT_INFO, "1000000000/1000000")?;
        writer.put(attr::MIKROTIK_REALM, "isp1")?;
        writer.put(attr::ADSL_AGENT_CIRCUIT_ID, b"olt-1 xpon")?;
        writer.put(attr::PROXY_STATE, b"7")
    })();
    written.expect("the sample fits");
    let packet = writer.finish_access_request(b"sixteen octets !", &secret).to_vec();
    assert_eq!(packet.len(), LEN, "the figures in the README are for {LEN} octets");
    packet
}
