//! Addresses of pools at NASes that send no Calling-Station-Id: a session is known by its port.

use std::net::Ipv4Addr;
use std::sync::Arc;

use aaa_engine::session::SessionTable;
use aaa_engine::{Activity, AddressSpace, Engine, Pool, PoolId, Reason};
use entitlement::Timestamp;
use radius_dict::{ReadAttributes as _, attr};
use radius_proto::{AttributeType, Packet};

use crate::common::*;

struct World {
    engine: Engine,
    directory: Memory,
    activity: Activity,
    table: SessionTable,
    now: Timestamp,
}

impl World {
    /// Two services on a pool of these addresses.
    fn new(range: &str) -> Self {
        let space = AddressSpace::ipv4(&[range], &[""; 0]).unwrap();
        let (id, name) = (PoolId(1), "pppoe".into());
        let pool = Pool { id, tenant: TENANT, name, space, warning_percent: 90 };
        let mut directory = Memory { pools: vec![Arc::new(pool)], ..Memory::default() };
        for (id, login) in [(1, "ann"), (2, "bob")] {
            let credential = Ok(aaa_engine::auth::Credential::clear_text("secret"));
            directory.add(id, login, credential, entitlement(terms()));
        }
        let (activity, table) = (Activity::new(), SessionTable::default());
        Self { engine: engine(), directory, activity, table, now: NOW }
    }

    fn dial(&mut self, login: &str, port: u32) -> Result<Ipv4Addr, Reason> {
        self.now = Timestamp::from_unix_ms(self.now.unix_ms() + 1);
        let port = port.to_be_bytes();
        let request = pap_with(login, "secret", &[(AttributeType::NAS_PORT, &port)]);
        let (directory, activity) = (&self.directory, &self.activity);
        let answered = answer_at(&self.engine, directory, activity, &nas(1), &request, self.now);
        answered.packet().get(attr::FRAMED_IP_ADDRESS).ok_or(answered.decision.attempt.reason)
    }

    /// Accounting without Class and without an address.
    fn account(&mut self, status: u32, login: &str, port: u32, id: &str) {
        let request = accounting_request(|writer| {
            let mut write = |kind, value: &[u8]| writer.attribute(kind, value).unwrap();
            write(AttributeType::ACCT_STATUS_TYPE, &status.to_be_bytes());
            write(AttributeType::ACCT_SESSION_ID, id.as_bytes());
            write(AttributeType::USER_NAME, login.as_bytes());
            write(AttributeType::NAS_PORT, &port.to_be_bytes());
        });
        let packet = Packet::parse(&request).unwrap();
        let observation =
            self.engine.accounting(&self.directory, &nas(1), &packet, self.now).unwrap();
        let observed = self.table.observe(&observation);
        self.activity.observe(&self.directory, &observation, &observed);
    }
}

const START: u32 = 1;
const STOP: u32 = 2;

#[test]
fn a_session_has_what_was_kept_for_its_port() {
    let mut world = World::new("10.0.0.0/32");
    let address = world.dial("ann", 7).unwrap();
    world.account(START, "ann", 7, "s1");
    world.now = world.now.plus_s(100);
    assert_eq!(world.dial("bob", 8), Err(Reason::PoolExhausted), "it is in use");
    world.account(STOP, "ann", 7, "s1");
    assert_eq!(world.dial("bob", 8), Ok(address));
}

#[test]
fn a_retry_and_a_new_dial_in_get_the_address_of_their_port() {
    let mut world = World::new("10.0.0.0/30");
    let address = world.dial("ann", 7);
    assert_eq!(world.dial("ann", 7), address, "a retry");
    let other = world.dial("ann", 8);
    assert_ne!(other, address);
    world.account(START, "ann", 7, "s1");
    world.now = world.now.plus_s(10);
    // Its Stop was lost.
    assert_eq!(world.dial("ann", 7), address);
    world.account(START, "ann", 7, "s2");
    world.now = world.now.plus_s(100);
    let pool = &world.directory.pools[0];
    assert_eq!(world.activity.pool_use(pool, world.now).in_use, 1);
}
