//! Who does what is to be done by one at a time, and what is let go by the clock.

use entitlement::Timestamp;
use storage::JobLease;

use crate::billing::balances;
use crate::ground::{Ground, SetClock, default_tenant, operator};

fn at(s: i64) -> Timestamp {
    Timestamp::from_unix_s(s)
}

pub async fn a_lease_that_lapsed_goes_to_another_with_a_greater_fence(ground: &Ground) {
    let clock = SetClock::at(at(1_000));
    let store = ground.open_by(&clock).await;
    let leases = store.job_leases();
    let first = leases.take("billing", "a", 60).await.unwrap().unwrap();
    let expected =
        JobLease { job: "billing".into(), holder: "a".into(), fence: 1, until: at(1_060) };
    assert_eq!(first, expected);
    assert_eq!(leases.take("billing", "b", 60).await.unwrap(), None);
    assert_eq!(leases.take("dunning", "b", 60).await.unwrap().unwrap().fence, 1, "another job");

    clock.set(at(1_050));
    let first = leases.renew(&first, 60).await.unwrap().unwrap();
    assert_eq!((first.fence, first.until), (1, at(1_110)));
    clock.set(at(1_109));
    assert_eq!(leases.take("billing", "b", 60).await.unwrap(), None);
    clock.set(at(1_110));
    let second = leases.take("billing", "b", 60).await.unwrap().unwrap();
    assert_eq!((second.fence, second.until), (2, at(1_170)));
    // The old one learns of it, and what it gives back is not its own.
    assert_eq!(leases.renew(&first, 60).await.unwrap(), None);
    leases.release(&first).await.unwrap();
    assert_eq!(leases.take("billing", "a", 60).await.unwrap(), None);

    leases.release(&second).await.unwrap();
    let third = leases.take("billing", "a", 60).await.unwrap().unwrap();
    assert_eq!(third.fence, 3);
    // Started again under its own name it does not wait, and the one before it is out.
    let again = leases.take("billing", "a", 60).await.unwrap().unwrap();
    assert_eq!(again.fence, 4);
    assert_eq!(leases.renew(&third, 60).await.unwrap(), None);
    store.close().await;
}

pub async fn of_many_at_once_one_takes_a_lease(ground: &Ground) {
    let clock = SetClock::at(at(1_000));
    let store = ground.open_by(&clock).await;
    for round in 1..=5 {
        let names: Vec<_> = (0..16).map(|number| format!("worker {number}")).collect();
        let leases = store.job_leases();
        let all = names.iter().map(|name| leases.take("billing", name, 60));
        let taken = futures_util::future::join_all(all).await;
        let taken: Vec<_> = taken.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(taken.iter().map(|lease| lease.fence).collect::<Vec<_>>(), [round]);
        clock.set(taken[0].until);
    }
    store.close().await;
}

pub async fn what_is_held_and_has_expired_is_let_go_once(ground: &Ground) {
    let clock = SetClock::at(at(1_000));
    let store = ground.open_by(&clock).await;
    let tenant = default_tenant(&store).await;
    crate::billing::subscriber(&store, tenant, "jane").await;
    for account in [
        "(1, 1, 'wallet:1', 'KES', 'overdraw', 0, 500, 300, 0)",
        "(2, 1, 'sales', 'KES', 'none', 500, 0, 0, 300)",
    ] {
        let columns = "id, tenant_id, name, currency, may_not, debits_posted_minor, \
                       credits_posted_minor, debits_pending_minor, credits_pending_minor";
        ground.execute(&format!("insert into account ({columns}) values {account}")).await;
    }
    for (id, amount, expires_at) in [(1, 100, 2_000), (2, 200, 2_001)] {
        let octets = match ground.is_sqlite() {
            true => format!("x'{id:032x}'"),
            false => format!("decode('{id:032x}', 'hex')"),
        };
        let columns = "tenant_id, id, at, kind, debit_account_id, credit_account_id, amount_minor, \
                       currency, expires_at, pending, made_at";
        let values =
            format!("1, {octets}, 0, 'hold', 1, 2, {amount}, 'KES', {expires_at}000, 'held', 0");
        ground.execute(&format!("insert into transfer ({columns}) values ({values})")).await;
    }
    let pending = async || {
        let accounts = store.ledger(tenant).accounts(100_000).await.unwrap();
        let pending = |entry: &storage::AccountEntry| {
            let balance = entry.account.balance;
            (balance.debits_pending_minor, balance.credits_pending_minor)
        };
        accounts.iter().map(pending).collect::<Vec<_>>()
    };
    let expire = async || store.ledger(tenant).expire_holds(&operator(), 10).await.unwrap();
    assert_eq!(expire().await, 0);
    clock.set(at(2_000));
    let all = (0..8).map(|_| expire());
    let counts = futures_util::future::join_all(all).await;
    assert_eq!(counts.iter().sum::<usize>(), 1, "{counts:?}");
    assert_eq!(pending().await, [(0, 200), (200, 0)]);
    clock.set(at(3_000));
    assert_eq!((expire().await, expire().await), (1, 0));
    assert_eq!(pending().await, [(0, 0), (0, 0)]);
    // What was posted stands.
    assert_eq!(balances(&store, tenant).await, [("sales".into(), -500), ("wallet:1".into(), 500)]);
    store.close().await;
}
