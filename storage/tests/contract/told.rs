//! What NASes were told about sessions: kept as the steps say, in whatever batches they come, and
//! no longer than the sessions last.

use std::sync::Arc;

use aaa_engine::AccountingKind;
use aaa_engine::enforcement::{Change, Enforced, Goal, Posture, RequestKind, Step, Why};
use aaa_engine::ports::{Batch, Entry, Sink as _};
use aaa_engine::session::SessionId;

use crate::ground::Ground;
use crate::sink::{at, event, position};

const STOP: AccountingKind = AccountingKind::Stop { terminate_cause: 1 };
const CHANGE: RequestKind = RequestKind::Change;

fn start(session: u8) -> Entry {
    Entry::Accounting(event(session, 0, AccountingKind::Start))
}

fn posture(list: &str) -> Goal {
    Goal::Have(Arc::new(Posture { address_list: Some(list.into()), ..Posture::default() }))
}

fn change(session: u8, goal: Goal, step: Step) -> Change {
    let told = Change::at_login(&event(session, 0, AccountingKind::Start), Arc::default());
    Change { goal, step, why: Why::Terms, at: at(1), ..told }
}

fn after(changes: &[Change]) -> Enforced {
    let mut enforced = Enforced::default();
    changes.iter().for_each(|change| enforced.apply(change));
    enforced
}

pub async fn what_was_told_follows_the_steps_however_they_are_cut(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let sent = |attempt| Step::Sent { request: CHANGE, attempt };
    let steps = [
        change(1, posture("home"), Step::AtLogin),
        change(1, posture("slow"), sent(1)),
        change(1, posture("slow"), Step::Unanswered { request: CHANGE }),
        change(1, posture("slow"), sent(2)),
        change(1, posture("slow"), Step::Refused { request: CHANGE, error_cause: Some(506) }),
        change(1, posture("slow"), sent(3)),
        change(1, posture("slow"), Step::Confirmed { request: CHANGE }),
        change(1, Goal::End, Step::Ordered),
        change(1, Goal::End, Step::Sent { request: RequestKind::Disconnect, attempt: 1 }),
        change(1, Goal::End, Step::Confirmed { request: RequestKind::Disconnect }),
    ];
    // With its beginning in the same batch, alone, and with others'.
    let mut offset = 0;
    let mut apply = async |entries: Vec<Entry>| {
        offset += 10;
        sink.apply(Batch { entries, position: position(offset) }).await.unwrap();
    };
    let mut done = 0;
    for len in [3, 1, 1, 2, 1, 2] {
        let mut entries = if done == 0 { vec![start(1), start(2)] } else { Vec::new() };
        let of_batch = steps[done..done + len].iter().cloned();
        entries.extend(of_batch.map(Entry::Change));
        entries.push(Entry::Change(change(2, posture("home"), Step::AtLogin)));
        apply(entries).await;
        done += len;
        let recent = sink.recent_sessions(at(0)).await.unwrap();
        let found = recent.iter().find(|session| session.id == SessionId([1; 16])).unwrap();
        assert_eq!(found.enforced, after(&steps[..done]), "after {done} steps");
    }
    assert_eq!(done, steps.len());
}

pub async fn what_was_told_of_a_session_goes_with_it(ground: &Ground) {
    let store = ground.open().await;
    let sink = store.sink("node-1");
    let told = |session| Entry::Change(change(session, posture("home"), Step::AtLogin));
    let mut offset = 0;
    let mut apply = async |entries: Vec<Entry>| {
        offset += 10;
        sink.apply(Batch { entries, position: position(offset) }).await.unwrap();
    };
    let left = "select cast(count(*) as text) from session_told";
    apply((1..=4).flat_map(|session| [start(session), told(session)]).collect()).await;
    assert_eq!(ground.text(left).await, "4");
    apply(vec![Entry::Accounting(event(1, 60, STOP))]).await;
    assert_eq!(ground.text(left).await, "3");
    // The NAS's word that it has ended the session comes after the Stop.
    let disconnected = Step::Confirmed { request: RequestKind::Disconnect };
    apply(vec![Entry::Change(change(1, Goal::End, disconnected))]).await;
    assert_eq!(ground.text(left).await, "3");
    // One began after the NAS did.
    let late = Entry::Accounting(event(5, 200, AccountingKind::Start));
    let on = Entry::Accounting(event(0, 100, AccountingKind::On));
    apply(vec![late, told(5), on]).await;
    assert_eq!(ground.text(left).await, "1");
}
