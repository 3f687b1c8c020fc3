//! What is written, octet for octet.

use aaa_engine::catalogue::{
    Catalogue, Message, ProfileRole, ServiceChange, ServiceLimits, ServiceManner, ServiceTag,
    ServiceWriteError, Statistics,
};
use radius_dict::attr::{CLASS, USER_NAME};
use radius_dict::{Dictionary, WriteAttributes as _, text};
use radius_proto::{AttributeType, Code, Packet, PacketWriter, Secret, WriteError};

use super::{catalogue, draft, limited, profile, texts, wanted};

/// A packet with the services of this change alone.
pub(crate) fn written(
    manner: ServiceManner,
    message: Message,
    change: &ServiceChange,
    first: ServiceTag,
    catalogue: &Catalogue,
) -> Result<Vec<u8>, ServiceWriteError> {
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::COA_REQUEST, 1).unwrap();
    manner.write(message, change, first, catalogue, &mut writer)?;
    Ok(writer.finish_unsigned(&[0; 16]).to_vec())
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn tag(number: u8) -> ServiceTag {
    ServiceTag::new(number).unwrap()
}

fn activate(catalogue: &Catalogue, planned: &[&str]) -> ServiceChange {
    ServiceChange { activate: wanted(catalogue, planned), ..ServiceChange::default() }
}

/// The attributes as text, one in a line.
fn lines(octets: &[u8]) -> Vec<String> {
    let packet = Packet::parse(octets).unwrap();
    let shown = text::packet(Dictionary::builtin(), packet).to_string();
    shown.lines().map(|line| line.trim().to_owned()).filter(|line| line.contains(" = ")).collect()
}

#[test]
fn a_block_of_tag_6() {
    let limits = ServiceLimits {
        timeout_s: Some(18_000),
        volume_mb: Some(500),
        volume_gigawords: None,
        statistics: Some(Statistics::TimeVolume),
        interim_interval_s: Some(600),
    };
    let catalogue = Catalogue::new([limited("tiered(inputBW:bps, outputBW:bps)", limits)]).unwrap();
    let change = activate(&catalogue, &["tiered({upload}, {download})"]);
    let manner = ServiceManner::Juniper;
    let packet = written(manner, Message::CoaRequest, &change, tag(6), &catalogue).unwrap();
    let expected = [
        "1a210000130a411b0674696572656428313238303030302c203531323030303029",
        "1a0c0000130a440606004650",
        "1a0c0000130a450606000002",
        "1a0c0000130a8c0606000258",
        "1a0c0000130a4306060001f4",
    ];
    assert_eq!(hex(&packet[20..]), expected.concat());
}

/// Table 140 of the JunosE manual: the log-in of client1 with one service.
#[test]
fn a_login_record_with_a_service() {
    let catalogue = catalogue();
    let change = activate(&catalogue, &["tiered(1280000, 5120000)"]);
    let secret = Secret::new("radius").unwrap();
    let mut buffer = [0; 4096];
    let mut writer = PacketWriter::new(&mut buffer, Code::ACCESS_ACCEPT, 1).unwrap();
    writer.put(USER_NAME, "client1@isp1.com").unwrap();
    writer.put(CLASS, b"(binary data)").unwrap();
    let manner = ServiceManner::Juniper;
    manner.write(Message::AccessAccept, &change, tag(6), &catalogue, &mut writer).unwrap();
    let octets = writer.finish_response(&[7; 16], &secret).to_vec();
    let lines = lines(&octets);
    let expected = [
        "ERX-Service-Activate:6 = \"tiered(1280000, 5120000)\"",
        "ERX-Service-Timeout:6 = 18000",
        "ERX-Service-Statistics:6 = time-volume",
        "ERX-Service-Acct-Interval:6 = 600",
    ];
    assert_eq!(lines[lines.len() - 4..], expected);
}

/// The guided entrance of the JunosE manual: a log-in to a walled garden, and the change to what was
/// bought at its portal.
#[test]
fn the_guided_entrance() {
    let bought = ServiceLimits {
        timeout_s: Some(720),
        statistics: Some(Statistics::TimeVolume),
        ..ServiceLimits::default()
    };
    let catalogue = Catalogue::new([
        draft("http(portal:ipv4, port:port)").check().unwrap(),
        limited("tiered(inputBW:bps, outputBW:bps)", bought),
    ])
    .unwrap();
    let manner = ServiceManner::Juniper;
    let entrance = wanted(&catalogue, &["http(192.168.25.2, 80)"]);
    let change = ServiceChange::between(&[], &entrance, &catalogue).unwrap();
    let accept = written(manner, Message::AccessAccept, &change, ServiceTag::FIRST, &catalogue);
    let expected = "1a1f0000130a41190168747470283139322e3136382e32352e322c20383029";
    assert_eq!(hex(&accept.unwrap()[20..]), expected);

    let active: Vec<_> = entrance.iter().map(|entrance| entrance.text().clone()).collect();
    let paid = wanted(&catalogue, &["tiered({upload}, {download})"]);
    let change = ServiceChange::between(&active, &paid, &catalogue).unwrap();
    let packets = manner.packets(Message::CoaRequest, &change, tag(2), &catalogue);
    let [change] = packets.as_slice() else { panic!("{packets:?}") };
    let mut buffer = [0; 4096];
    let mut writer =
        PacketWriter::without_message_authenticator(&mut buffer, Code::COA_REQUEST, 1).unwrap();
    writer.put(USER_NAME, "client5@isp1.com").unwrap();
    let session = b"erx 2/0:100.7:0001048577";
    writer.attribute(AttributeType::ACCT_SESSION_ID, session).unwrap();
    manner.write(Message::CoaRequest, change, tag(2), &catalogue, &mut writer).unwrap();
    let coa = hex(writer.finish_request(&Secret::new("radius").unwrap()));
    let expected = [
        "2b010097f1c81f01cea3355c6a8704f2ed014079",
        "0112636c69656e743540697370312e636f6d",
        "2c1a65727820322f303a3130302e373a30303031303438353737",
        "1a210000130a411b0274696572656428313238303030302c203531323030303029",
        "1a1e0000130a421868747470283139322e3136382e32352e322c20383029",
        "1a0c0000130a4406020002d0",
        "1a0c0000130a450602000002",
    ];
    assert_eq!(coa, expected.concat());
}

/// Table 141: two services with a tag each, each with its own limits.
#[test]
fn two_services_have_two_tags() {
    let catalogue = catalogue();
    let change = activate(&catalogue, &["tiered(1280000, 5120000)", "voice(64)"]);
    let manner = ServiceManner::Juniper;
    let packet = written(manner, Message::AccessAccept, &change, tag(1), &catalogue).unwrap();
    let expected = [
        "ERX-Service-Activate:1 = \"tiered(1280000, 5120000)\"",
        "ERX-Service-Activate:2 = \"voice(64)\"",
        "ERX-Service-Timeout:1 = 18000",
        "ERX-Service-Statistics:1 = time-volume",
        "ERX-Service-Acct-Interval:1 = 600",
        "ERX-Service-Timeout:2 = 3600",
        "ERX-Service-Acct-Interval:2 = 1200",
    ];
    assert_eq!(lines(&packet), expected);
}

#[test]
fn a_volume_above_24_bits_of_megabytes_is_in_gigawords() {
    let limits = ServiceLimits {
        volume_mb: Some(16_777_215),
        volume_gigawords: Some(2),
        statistics: Some(Statistics::TimeVolume),
        ..ServiceLimits::default()
    };
    let catalogue = Catalogue::new([limited("bulk", limits)]).unwrap();
    let change = activate(&catalogue, &["bulk"]);
    let manner = ServiceManner::Juniper;
    let packet = written(manner, Message::AccessAccept, &change, tag(3), &catalogue).unwrap();
    let expected = [
        "1a0d0000130a41070362756c6b",
        "1a0c0000130a450603000002",
        "1a0c0000130a430603ffffff",
        "1a0c0000130ab30603000002",
    ];
    assert_eq!(hex(&packet[20..]), expected.concat());
}

#[test]
fn more_services_than_tags_are_refused_not_dropped() {
    let catalogue = catalogue();
    let change = activate(&catalogue, &["voice(64)", "red"]);
    let manner = ServiceManner::Juniper;
    let error = written(manner, Message::CoaRequest, &change, tag(8), &catalogue).unwrap_err();
    assert_eq!(error, ServiceWriteError::OutOfTags { count: 2, first: 8 });
}

#[test]
fn cisco_is_commanded() {
    let catalogue = catalogue();
    let manner = ServiceManner::CiscoIsg;
    let written = |message, change: &ServiceChange| {
        written(manner, message, change, ServiceTag::FIRST, &catalogue).map(|packet| lines(&packet))
    };
    let change = activate(&catalogue, &["voice(64)", "red"]);
    let accept = written(Message::AccessAccept, &change).unwrap();
    assert_eq!(accept, ["Cisco-Account-Info = \"Avoice(64)\"", "Cisco-Account-Info = \"Ared\""]);
    let error = written(Message::CoaRequest, &change).unwrap_err();
    assert_eq!(error, ServiceWriteError::OneAtATime { count: 2 });
    let coa = written(Message::CoaRequest, &activate(&catalogue, &["red"])).unwrap();
    let expected = [
        "Cisco-AVPair = \"subscriber:command=activate-service\"",
        "Cisco-AVPair = \"subscriber:service-name=red\"",
    ];
    assert_eq!(coa, expected);
    let change = ServiceChange { deactivate: texts(&["red"]), ..ServiceChange::default() };
    let coa = written(Message::CoaRequest, &change).unwrap();
    assert_eq!(coa[0], "Cisco-AVPair = \"subscriber:command=deactivate-service\"");
    assert!(written(Message::AccessAccept, &change).is_err());
    let long = ServiceChange { deactivate: texts(&[&"x".repeat(240)]), ..change };
    let error = written(Message::CoaRequest, &long).unwrap_err();
    let too_long = WriteError::ValueTooLong { len: 264, max: 247 };
    assert_eq!(error, ServiceWriteError::Packet(too_long));
}

#[test]
fn nokia_has_another_profile() {
    let catalogue = Catalogue::new([
        profile("gold", ProfileRole::Sla, "plain"),
        profile("silver", ProfileRole::Sla, "plain"),
        profile("family", ProfileRole::Subscriber, "single"),
        draft("http").check().unwrap(),
    ])
    .unwrap();
    let written = |active: &[&str], planned: &[&str]| {
        let wanted = wanted(&catalogue, planned);
        let change = ServiceChange::between(&texts(active), &wanted, &catalogue).unwrap();
        let manner = ServiceManner::Nokia;
        written(manner, Message::CoaRequest, &change, ServiceTag::FIRST, &catalogue)
            .map(|packet| lines(&packet))
    };
    let both = ["Alc-SLA-Prof-Str = \"gold\"", "Alc-Subsc-Prof-Str = \"family\""];
    assert_eq!(written(&[], &["gold", "family"]).unwrap(), both);
    assert_eq!(written(&["silver"], &["gold"]).unwrap(), both[..1]);
    let defaults = ["Alc-SLA-Prof-Str = \"plain\"", "Alc-Subsc-Prof-Str = \"single\""];
    assert_eq!(written(&["gold", "family"], &[]).unwrap(), defaults);
    let error = ServiceWriteError::NoProfile { service: "http".into() };
    assert_eq!(written(&[], &["http"]).unwrap_err(), error);
    assert_eq!(written(&["http"], &[]).unwrap_err(), error);
}

#[test]
fn huawei_is_told_as_far_as_it_is_known() {
    let catalogue = Catalogue::new([draft("gold(rest:text)").check().unwrap()]).unwrap();
    let written = |manner, change: &ServiceChange| {
        written(manner, Message::CoaRequest, change, ServiceTag::FIRST, &catalogue)
            .map(|packet| lines(&packet))
    };
    let on = activate(&catalogue, &["gold(inbound priority 5)"]);
    let pair = "Huawei-AVpair = \"service:service-group=gold inbound priority 5\"";
    assert_eq!(written(ServiceManner::Huawei, &on).unwrap(), [pair]);
    let off = ServiceChange { deactivate: texts(&["gold(x)"]), ..ServiceChange::default() };
    let error = written(ServiceManner::Huawei, &off).unwrap_err().to_string();
    assert!(error.starts_with("`gold(x)` cannot be deactivated"), "{error}");
    let info = ServiceManner::HuaweiServiceInfo;
    assert_eq!(
        written(info, &on).unwrap(),
        ["Huawei-Service-Info = \"Agold(inbound priority 5)\""]
    );
    assert_eq!(written(info, &off).unwrap(), ["Huawei-Service-Info = \"Ngold(x)\""]);
}

#[test]
fn manners_have_the_names_of_dialect_files() {
    for manner in ServiceManner::ALL {
        assert_eq!(ServiceManner::named(manner.name()), Some(*manner));
    }
    assert_eq!(ServiceManner::named("juniper"), Some(ServiceManner::Juniper));
    assert_eq!(ServiceManner::named("Juniper"), None);
}
