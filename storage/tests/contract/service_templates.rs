//! The services of NASes that plans may name.

use aaa_engine::catalogue::{
    Catalogue, MutexGroup, Profile, ProfileRole, ServiceLimits, Statistics, TemplateDraft,
};
use aaa_engine::ports::Directory as _;
use entitlement::{BitsPerSecond, Speed, TenantId, Terms};
use storage::{Kind, Store, StoreError};

use crate::ground::{Ground, gold_and_alice, operator};

fn draft(name: &str, parameters: &[&str]) -> TemplateDraft {
    TemplateDraft {
        name: name.into(),
        parameters: parameters.iter().map(|parameter| parameter.parse().unwrap()).collect(),
        ..TemplateDraft::default()
    }
}

/// One with everything that a template can have.
fn full() -> TemplateDraft {
    let limits = ServiceLimits {
        timeout_s: Some(18_000),
        volume_mb: Some(16_777_215),
        volume_gigawords: Some(2),
        statistics: Some(Statistics::TimeVolume),
        interim_interval_s: Some(600),
    };
    let mutex = Some(MutexGroup { name: "speeds".into(), router_deactivates: true });
    TemplateDraft { limits, mutex, ..draft("tiered", &["inputBW:bps", "outputBW:bps"]) }
}

fn services(texts: &'static [&'static str]) -> impl FnOnce(&mut Terms) + Send {
    |terms| terms.services = texts.iter().map(|text| text.parse().unwrap()).collect()
}

async fn refused(store: &Store, tenant: TenantId, texts: &'static [&'static str]) -> String {
    let plans = store.plans(tenant);
    let error = plans.update(&operator(), "gold", services(texts), None).await.unwrap_err();
    assert!(matches!(error, StoreError::Invalid { what: Kind::Plan, .. }), "{error}");
    error.to_string()
}

pub async fn templates_round_trip_and_reach_the_directory(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let templates = store.service_templates(tenant);
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    assert_eq!(*directory.service_catalogue(tenant), Catalogue::default());
    let tiered = templates.add(&operator(), full()).await.unwrap();
    let profile = Profile { role: ProfileRole::Sla, default: "plain".into() };
    let gold = TemplateDraft { profile: Some(profile), ..draft("gold", &[]) };
    let gold = templates.add(&operator(), gold).await.unwrap();
    assert_eq!(tiered, full().check().unwrap());
    assert_eq!(templates.list().await.unwrap(), [gold.clone(), tiered.clone()]);
    assert_eq!(templates.find("tiered").await.unwrap(), tiered);
    let again = templates.add(&operator(), draft("tiered", &[])).await.unwrap_err();
    assert!(matches!(&again, StoreError::AlreadyExists { .. }), "{again}");
    follower.sync().await.unwrap();
    let known = |catalogue: &Catalogue| {
        catalogue.templates().map(|template| template.to_string()).collect::<Vec<_>>()
    };
    let both = ["gold", "tiered(inputBW:bps, outputBW:bps)"];
    assert_eq!(known(&directory.service_catalogue(tenant)), both);
    assert_eq!(**directory.service_catalogue(tenant).template("tiered").unwrap(), tiered);

    let changed = templates.update(&operator(), draft("tiered", &["rate:kbps"])).await.unwrap();
    templates.remove(&operator(), "gold").await.unwrap();
    follower.sync().await.unwrap();
    assert_eq!(known(&directory.service_catalogue(tenant)), ["tiered(rate:kbps)"]);
    assert_eq!(templates.find("tiered").await.unwrap(), changed);
    let slip = templates.find("teired").await.unwrap_err().to_string();
    assert_eq!(slip, "there is no service template called `teired`; did you mean `tiered`?");
    let audited = store.audit(tenant).latest(4).await.unwrap();
    let audited: Vec<_> =
        audited.iter().map(|entry| (entry.kind, entry.action.as_str(), &*entry.name)).collect();
    let of = |action, name| (Kind::ServiceTemplate, action, name);
    let expected =
        [of("add", "tiered"), of("add", "gold"), of("update", "tiered"), of("remove", "gold")];
    assert_eq!(audited, expected);
    // What is there already is there after loading too.
    follower.stop().await;
    let follower = store.follow().await.unwrap();
    let catalogue = follower.directory().service_catalogue(tenant);
    assert_eq!(known(&catalogue), ["tiered(rate:kbps)"]);
    follower.stop().await;
}

pub async fn what_plans_name_is_checked_both_ways(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let (templates, plans) = (store.service_templates(tenant), store.plans(tenant));
    let wrapped = ServiceLimits { timeout_s: Some(16_777_216), ..ServiceLimits::default() };
    let wrapped = TemplateDraft { limits: wrapped, ..draft("tiered", &[]) };
    let error = templates.add(&operator(), wrapped).await.unwrap_err().to_string();
    assert!(error.contains("the service timeout is 16777216"), "{error}");
    templates.add(&operator(), full()).await.unwrap();
    let mutex = |router_deactivates| Some(MutexGroup { name: "speeds".into(), router_deactivates });
    let slow = |deactivates| TemplateDraft { mutex: mutex(deactivates), ..draft("slow", &[]) };
    let error = templates.add(&operator(), slow(false)).await.unwrap_err().to_string();
    assert!(error.contains("group `speeds` disagree"), "{error}");
    templates.add(&operator(), slow(true)).await.unwrap();

    assert!(refused(&store, tenant, &["teired(1, 2)"]).await.contains("did you mean `tiered`?"));
    assert!(refused(&store, tenant, &["tiered(1)"]).await.contains("has 1 arguments"));
    assert!(refused(&store, tenant, &["tiered(1, 2M)"]).await.contains("a whole number"));
    assert!(refused(&store, tenant, &["tiered(1, 2)", "slow"]).await.contains("`speeds`"));
    let no_speed = refused(&store, tenant, &["tiered({upload}, {download})"]).await;
    assert!(no_speed.contains("the plan has none"), "{no_speed}");

    let speed = Speed { download: BitsPerSecond(5_120_000), upload: BitsPerSecond(1_280_000) };
    let with_speed = move |terms: &mut Terms| {
        terms.speed = Some(speed);
        services(&["tiered({upload}, {download})"])(terms);
    };
    let plan = plans.update(&operator(), "gold", with_speed, None).await.unwrap();
    assert_eq!(plans.find("gold").await.unwrap(), plan);
    assert_eq!(plan.terms.services[0].to_string(), "tiered({upload}, {download})");
    let error = plans.update(&operator(), "gold", |terms| terms.speed = None, None).await;
    assert!(error.unwrap_err().to_string().contains("the plan has none"));
    // The template cannot go, nor change under the plan.
    let in_use = templates.remove(&operator(), "tiered").await.unwrap_err();
    assert!(matches!(&in_use, StoreError::InUse { .. }), "{in_use}");
    let error = templates.update(&operator(), draft("tiered", &["rate:bps"])).await.unwrap_err();
    assert!(error.to_string().contains("plan `gold` would be wrong"), "{error}");
    plans.update(&operator(), "gold", services(&[]), None).await.unwrap();
    templates.remove(&operator(), "tiered").await.unwrap();
}

pub async fn templates_of_tenants_are_apart(ground: &Ground) {
    let store = ground.open().await;
    let tenant = gold_and_alice(&store).await;
    let other = store.tenants().add(&operator(), "other").await.unwrap().id;
    store.service_templates(other).add(&operator(), draft("voice", &[])).await.unwrap();
    assert!(store.service_templates(tenant).find("voice").await.is_err());
    assert!(store.service_templates(tenant).remove(&operator(), "voice").await.is_err());
    assert!(refused(&store, tenant, &["voice"]).await.contains("no service template `voice`"));
    let follower = store.follow().await.unwrap();
    let directory = follower.directory();
    assert_eq!(directory.service_catalogue(tenant).templates().count(), 0);
    assert_eq!(directory.service_catalogue(other).templates().count(), 1);
    follower.stop().await;
}
