//! Our client code against FreeRADIUS: what `nas-sim` holds against Weir is right by somebody
//! else's word too, MS-CHAPv2's answer of the server and the MPPE keys included.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::os::fd::AsFd;
use std::time::Duration;

use conformance::{FREERADIUS_SECRET, FreeRadius, Installation, SECRET};
use nas_sim::{Method, Nas, Subscriber, Target, dial};
use radius_proto::Secret;

const WEIR: &str = env!("CARGO_BIN_EXE_weir-under-test");

fn dial_all(target: Target, secret: &str, message_authenticator_required: bool) -> dial::Summary {
    let nas = Nas::new("router-1", target.source);
    let subscribers = Method::ALL
        .into_iter()
        .map(|method| {
            Subscriber::new(format!("{method:?}").to_lowercase(), "correct horse")
                .unwrap()
                .with_method(method)
        })
        .collect();
    let settings = dial::Settings {
        duration: Some(Duration::from_secs(1)),
        message_authenticator_required,
        ..dial::Settings::new(target, Secret::new(secret).unwrap(), nas, subscribers)
    };
    let (never, _open) = std::io::pipe().unwrap();
    dial::run(&settings, never.as_fd(), &mut |_| {}).unwrap()
}

fn assert_all_online(summary: &dial::Summary) {
    assert!(summary.is_clean(), "{:?}", summary.disagreements);
    assert_eq!((summary.accepted, summary.starts, summary.stops), (4, 4, 4), "{summary:?}");
}

#[test]
fn freeradius_and_our_client_agree_on_every_method_and_key() {
    let users: Vec<_> = Method::ALL
        .into_iter()
        .map(|method| (format!("{method:?}").to_lowercase(), "correct horse".to_owned()))
        .collect();
    let Some(server) = FreeRadius::start(&users).unwrap() else { return };
    let target = Target {
        source: server.authentication().ip(),
        authentication: server.authentication(),
        accounting: server.accounting(),
    };
    // FreeRADIUS 3.2.1 signs no replies with a Message-Authenticator.
    assert_all_online(&dial_all(target, FREERADIUS_SECRET, false));
}

#[test]
fn weir_and_the_same_client_agree_too() {
    let installation = Installation::create(WEIR).unwrap();
    for method in Method::ALL {
        let login = format!("{method:?}").to_lowercase();
        installation.add_service(&login, "correct horse").unwrap();
    }
    let server = installation.serve().unwrap();
    let target = Target {
        source: installation.authentication().ip(),
        authentication: installation.authentication(),
        accounting: installation.accounting(),
    };
    assert_all_online(&dial_all(target, SECRET, true));
    server.stop().unwrap();
}
