//! Who is in grace is served, and no faster than the policy says.

use aaa_engine::ports::Directory as _;
use entitlement::{BitsPerSecond, Speed};

use billing_core::SubscriptionState;
use entitlement::Standing;
use storage::{LookAt, RunOrder};

use crate::dunning_shop::{Shop, kes, on, rules};
use crate::ground::{Ground, operator};

const SLOW: [&str; 3] = ["grace 1d at 512k/1M", "suspend 10d", "terminate 30d"];

fn speed(text: &str) -> Option<Speed> {
    Some(text.parse().unwrap())
}

impl Shop<'_> {
    /// The most that is left of the speed of a service, as a running server knows it.
    async fn slowed(&self, name: &str) -> Option<Speed> {
        let extras = self.store.services(self.tenant).extras(name).await.unwrap();
        let follower = self.store.follow().await.unwrap();
        let found = follower.directory().service_by_login(self.tenant, name.as_bytes()).unwrap();
        let seen = found.entitlement.extras.as_ref().and_then(|extras| extras.grace);
        assert_eq!(seen, extras.grace, "{name}");
        follower.stop().await;
        seen
    }

    /// How many changes whoever follows was told of.
    async fn told(&self) -> i64 {
        self.number("select count(*) from change where kind = 'service'").await
    }
}

pub async fn who_is_in_grace_is_slow_until_it_is_paid(ground: &Ground) {
    let shop = Shop::open(ground, &SLOW).await;
    let (_, janes) = shop.sell("jane").await;
    let (_, joes) = shop.sell("joe").await;
    shop.bill().await;
    assert_eq!(shop.run("2027-03-02T08:59").await, [""; 0]);
    assert_eq!(shop.slowed("jane").await, None);
    let told = shop.told().await;
    assert_eq!(shop.run("2027-03-02T09:00").await, ["2027-03-02 09:00 fall-due"; 2]);
    assert_eq!(
        (shop.state(janes).await, shop.standing("jane").await),
        (SubscriptionState::Grace, Standing::Active)
    );
    let (upload, download) = (BitsPerSecond(512_000), BitsPerSecond(1_000_000));
    assert_eq!(shop.slowed("jane").await, Some(Speed { download, upload }));
    assert_eq!(shop.told().await, told + 2);
    // Looked at again, nothing is told.
    assert_eq!(shop.run("2027-03-03").await, [""; 0]);
    assert_eq!(shop.told().await, told + 2);

    // A part is not enough; the whole of it is, in the transaction of the payment.
    shop.pay("1", "jane", "2999.99").await;
    assert_eq!(shop.slowed("jane").await, speed("512k/1M"));
    shop.pay("2", "jane", "0.01").await;
    assert_eq!(
        (shop.state(janes).await, shop.slowed("jane").await),
        (SubscriptionState::Active, None)
    );

    // Who does not pay is stopped, and by a promise he is served again, as slow as in grace.
    assert_eq!(shop.run("2027-03-11T09:00").await, ["2027-03-11 09:00 suspend"]);
    assert_eq!((shop.standing("joe").await, shop.slowed("joe").await), (Standing::Suspended, None));
    let until = on("2027-03-18T12:00");
    let dunning = shop.store.dunning(shop.tenant);
    dunning.promise(&operator(), "joe", kes("3000"), until).await.unwrap();
    assert_eq!(
        (shop.standing("joe").await, shop.slowed("joe").await),
        (Standing::Active, speed("512k/1M"))
    );
    shop.pay("3", "joe", "3000").await;
    assert_eq!(
        (shop.state(joes).await, shop.slowed("joe").await),
        (SubscriptionState::Active, None)
    );
    shop.store.close().await;
}

pub async fn who_is_in_grace_follows_its_policy_and_no_other_throttle_is_touched(ground: &Ground) {
    let shop = Shop::open(ground, &["grace 1d", "suspend 10d"]).await;
    shop.sell("jane").await;
    shop.bill().await;
    shop.run("2027-03-02T09:00").await;
    assert_eq!(shop.slowed("jane").await, None);
    let services = shop.store.services(shop.tenant);
    let throttle = entitlement::Throttle { speed: "1M/2M".parse().unwrap(), until: None };
    services.throttle(&operator(), "jane", throttle).await.unwrap();
    // Who is in grace is slowed down with the policy, and let go with it.
    let dunning = shop.store.dunning(shop.tenant);
    for (steps, expected) in [
        (&["grace 1d at 512k/1M", "suspend 10d"], speed("512k/1M")),
        (&["grace 1d at 2M/4M", "suspend 10d"], speed("2M/4M")),
        (&["grace 1d", "suspend 10d"], None),
        (&["grace 1d at 64k/64k", "suspend 10d"], speed("64k/64k")),
    ] {
        dunning.set(&operator(), rules(steps)).await.unwrap();
        assert_eq!(shop.slowed("jane").await, expected);
        let policy = dunning.policy().await.unwrap().unwrap();
        assert_eq!(policy.grace_throttle(), expected);
    }
    dunning.remove(&operator()).await.unwrap();
    assert_eq!(shop.slowed("jane").await, None);
    dunning.set(&operator(), rules(&SLOW)).await.unwrap();
    assert_eq!(shop.slowed("jane").await, speed("512k/1M"));
    shop.pay("1", "jane", "3000").await;
    assert_eq!(shop.slowed("jane").await, None);
    let extras = services.extras("jane").await.unwrap();
    assert_eq!(extras.throttle, Some(throttle));
    shop.store.close().await;
}

pub async fn a_policy_that_is_set_while_others_fall_due_holds_for_all(ground: &Ground) {
    const SUBSCRIBERS: usize = 12;
    let shop = Shop::open(ground, &SLOW).await;
    for number in 0..SUBSCRIBERS {
        shop.sell(&format!("jane{number}")).await;
    }
    shop.bill().await;
    shop.clock.set(on("2027-03-02T09:00"));
    let runs = (0..3).map(|_| {
        let (store, tenant, now) = (shop.store.clone(), shop.tenant, shop.clock.now());
        tokio::spawn(async move {
            let order = RunOrder { at: now, batch: 2 };
            let mut after = None;
            loop {
                let dunning = store.dunning(tenant);
                let batch = dunning.batch(&operator(), order, LookAt::Everybody, after).await;
                after = batch.unwrap().last;
                if after.is_none() {
                    break;
                }
            }
        })
    });
    let policies = (1..=4).map(|number| {
        let (store, tenant) = (shop.store.clone(), shop.tenant);
        tokio::spawn(async move {
            let grace = format!("grace 1d at {number}M/{number}M");
            let rules = rules(&[grace.as_str(), "suspend 10d"]);
            store.dunning(tenant).set(&operator(), rules).await.unwrap();
        })
    });
    for task in runs.chain(policies).collect::<Vec<_>>() {
        task.await.unwrap();
    }
    shop.batch(LookAt::Everybody, 1_000, None).await;
    let policy = shop.store.dunning(shop.tenant).policy().await.unwrap().unwrap();
    for number in 0..SUBSCRIBERS {
        assert_eq!(shop.slowed(&format!("jane{number}")).await, policy.grace_throttle());
    }
    shop.store.close().await;
}
