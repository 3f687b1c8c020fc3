//! What is told of a wallet that is used up by who pays as he goes, and filled again.

use aaa_engine::AccountingKind;
use serde_json::json;

use super::{Jane, STOP, after};
use crate::ground::{Ground, operator};
use crate::outbox_events::Ear;
use crate::wallets::change;

const INTERIM: AccountingKind = AccountingKind::Interim;

pub async fn a_wallet_that_is_used_up_and_filled_is_told_once_each(ground: &Ground) {
    // 50.00 are 2.5 GB.
    let mut jane = Jane::with(ground, "50").await;
    let (store, tenant) = (jane.store.clone(), jane.tenant);
    let mut ear = Ear::new(&store, tenant);
    let topics = ear.topics().await;
    assert!(!topics.iter().any(|topic| topic.starts_with("wallet.")), "{topics:?}");
    jane.says(1, 10, AccountingKind::Start, (0, 0)).await;
    jane.says(1, 20, INTERIM, (2_400, 2_400)).await;
    assert_eq!(ear.hears().await, [], "there is something left");
    // 100 MB beyond what there was are 2.00 that are not covered.
    let last = jane.said(1, 30, INTERIM, (2_600 * super::MB, 200 * super::MB)).await;
    jane.drain(30, [last.clone(), last.clone()]).await;
    jane.drain(40, [last]).await;
    let drained = Ear::only(ear.hears().await, "wallet.drained");
    let expected = json!({
        "subscriber": "jane", "by": "accounting", "service": "jane@home", "covered_octets": 0,
        "not_covered_minor": 200, "currency": "KES", "at": after(30).to_string(),
    });
    assert_eq!(drained, expected);
    // It goes on in quarantine, and is not told again.
    jane.says(1, 50, INTERIM, (2_700, 100)).await;
    assert_eq!(ear.hears().await, []);
    // What comes and pays no more than what was not covered opens nothing.
    jane.pays("3", 1).await;
    assert_eq!(ear.topics().await, ["payment.received"]);
    jane.pays("21", 2).await;
    let heard = ear.hears().await;
    let topics: Vec<_> = heard.iter().map(|(topic, _)| *topic).collect();
    assert_eq!(topics, ["payment.received", "wallet.covered"]);
    let covered = &heard[1].1;
    let said = (&covered["by"], &covered["covered_octets"], &covered["not_covered_minor"]);
    assert_eq!(said, (&json!("operator"), &json!(1_000 * super::MB), &json!(0)));
    // What somebody else takes out of the wallet ends it as well, and it is filled by hand.
    jane.says(1, 60, STOP, (2_700, 0)).await;
    assert_eq!(ear.hears().await, []);
    store.wallets(tenant).adjust(&operator(), &change("jane", "-20", None)).await.unwrap();
    assert_eq!(ear.topics().await, ["wallet.changed", "wallet.drained"]);
    store.wallets(tenant).adjust(&operator(), &change("jane", "20", None)).await.unwrap();
    assert_eq!(ear.topics().await, ["wallet.changed", "wallet.covered"]);
    store.close().await;
}
