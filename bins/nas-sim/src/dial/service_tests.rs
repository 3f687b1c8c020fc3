//! The life of a service within a session, told with a clock of its own.

use radius_proto::Packet;

use super::*;
use crate::attributes as attr;
use crate::line::Nas;
use crate::scripted::{self, Grants, answer};
use crate::subscriber::Subscriber;
use crate::{Target, coa};

fn at(ms: u64) -> Moment {
    Moment {
        elapsed: Duration::from_millis(ms),
        unix_s: 1_000_000 + u32::try_from(ms / 1000).unwrap(),
    }
}

fn settings() -> Settings {
    let local = [127, 0, 0, 1].into();
    let subscribers = vec![Subscriber::new("ann", scripted::PASSWORD).unwrap()];
    let target = Target::new(local, 1812, 1813);
    Settings {
        coa: Some(coa::Settings::new("127.0.0.1:0".parse().unwrap(), Manner::Erx)),
        ..Settings::new(target, scripted::secret(), Nas::new("core-1", local), subscribers)
    }
}

const fn used(output_octets: u64) -> Usage {
    Usage { input_octets: 7, output_octets }
}

fn active(settings: &Settings, service: &Service) -> Active {
    let session = Session::new(settings, 0, settings.subscribers[0].clone());
    let service = Service { number: 1, text: "tiered(1, 2)".to_owned(), ..service.clone() };
    Active::new(&session, 0, service, used(1_000), at(0), Manner::Erx)
}

/// Sends what is wanted, has it acknowledged, and gives its octets.
fn tell(active: &mut Active, settings: &Settings, ms: u64, usage: Usage) -> Vec<u8> {
    assert_eq!(active.wants(settings, at(ms)), Some(Wanted::Fresh));
    let request = active.fresh(settings, at(ms), 9, usage).unwrap().to_vec();
    let reply = answer(&request, Grants::default());
    assert!(matches!(active.hear(settings, &reply), Some(Ok(_))));
    request
}

fn number(request: &[u8], kind: radius_proto::AttributeType) -> u32 {
    let packet = Packet::parse(request).unwrap();
    u32::from_be_bytes(packet.first(kind).unwrap().try_into().unwrap())
}

#[test]
fn volume_is_looked_at_every_ten_seconds_and_only_to_the_subscriber() {
    let settings = settings();
    let mut active = active(&settings, &Service { volume_octets: 500, ..Service::default() });
    tell(&mut active, &settings, 0, used(1_000));
    assert_eq!(active.due(), Some(Duration::from_secs(10)));
    assert_eq!(active.expires(used(9_999), at(9_999)), None);
    // 499 octets of its own; the thousand before it are the session's.
    assert_eq!(active.expires(used(1_499), at(10_000)), None);
    assert_eq!(active.expires(used(9_999), at(15_000)), None);
    let end = Some((Duration::from_secs(20), SESSION_TIMEOUT));
    assert_eq!(active.expires(used(1_500), at(20_500)), end);
    active.end(Duration::from_secs(20), Some(SESSION_TIMEOUT), used(1_500));
    let stop = tell(&mut active, &settings, 20_500, used(3_000));
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 5);
    assert_eq!(number(&stop, attr::ACCT_SESSION_TIME), 20);
    assert_eq!((active.due(), active.expires(used(9_999), at(30_000))), (None, None));
}

#[test]
fn its_octets_are_those_since_it_began() {
    let settings = settings();
    let service = Service { statistics: Statistics::Volume, interim_s: 600, ..Service::default() };
    let mut active = active(&settings, &service);
    let start = tell(&mut active, &settings, 0, used(1_000));
    assert_eq!(Packet::parse(&start).unwrap().first(attr::ACCT_OUTPUT_OCTETS), None);
    assert_eq!(active.due(), Some(Duration::from_secs(600)));
    let interim = tell(&mut active, &settings, 600_000, used(5_000));
    assert_eq!(number(&interim, attr::ACCT_OUTPUT_OCTETS), 4_000);
    assert_eq!(number(&interim, attr::ACCT_SESSION_TIME), 600);
    assert_eq!(active.due(), Some(Duration::from_secs(1_200)), "intervals do not drift");
}

#[test]
fn an_interim_update_that_nobody_acknowledged_gives_way_to_the_stop() {
    let settings = settings();
    let mut active = active(&settings, &Service { interim_s: 10, ..Service::default() });
    tell(&mut active, &settings, 0, used(1_000));
    let interim = active.fresh(&settings, at(10_000), 1, used(1_000)).unwrap().to_vec();
    assert_eq!(active.wants(&settings, at(10_500)), None);
    assert_eq!(active.wants(&settings, at(11_100)), Some(Wanted::Again));
    assert_eq!(active.again(&settings, at(11_100)), interim);
    active.end(Duration::from_secs(12), None, used(1_000));
    let stop = tell(&mut active, &settings, 12_000, used(1_000));
    assert_eq!(number(&stop, attr::ACCT_STATUS_TYPE), attr::STATUS_STOP);
    assert_eq!(number(&stop, attr::ACCT_TERMINATE_CAUSE), 10);
}

#[test]
fn activated_again_its_time_and_volume_begin_anew_and_its_session_does_not() {
    let settings = settings();
    let service = Service { timeout_s: 30, volume_octets: 500, ..Service::default() };
    let mut active = active(&settings, &service);
    tell(&mut active, &settings, 0, used(1_000));
    let again = Service { since: Duration::from_secs(25), ..active.service.clone() };
    active.renew(again, used(1_400), at(25_000));
    assert_eq!(active.expires(used(1_600), at(35_000)), None);
    let end = Some((Duration::from_secs(55), SESSION_TIMEOUT));
    assert_eq!(active.expires(used(1_600), at(55_000)), end);
    active.end(Duration::from_secs(55), None, used(1_600));
    let stop = tell(&mut active, &settings, 55_000, used(1_600));
    assert_eq!(number(&stop, attr::ACCT_SESSION_TIME), 55);
}
