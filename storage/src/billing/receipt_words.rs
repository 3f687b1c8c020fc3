//! What has become of a receipt, as it stands in the store: JSON of whole numbers and words.

use billing_core::payment::{
    Allocation, ReceiptEvent, RefundId, RefundTo, ReversalId, Settlement, TakeBack, TakenBack,
};
use billing_core::{Currency, Money};
use entitlement::SubscriberId;
use serde::{Deserialize, Serialize};

use super::debts;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    Parked,
    Settled { subscriber: i64, wallet: i64, allocations: Vec<Part> },
    Refunded { id: i64, to_wallet: bool, parts: Taken },
    Reversed { id: i64, parts: Taken },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    unallocated: i64,
    wallet: i64,
    owed: i64,
    allocations: Vec<Part>,
}

/// A debt, what is paid of it, and what is written off.
#[derive(Serialize, Deserialize)]
struct Part(String, i64, i64, i64);

pub(super) fn write(event: &ReceiptEvent) -> Result<String, serde_json::Error> {
    serde_json::to_string(&match event {
        ReceiptEvent::Parked => Event::Parked,
        ReceiptEvent::Settled(Settlement { subscriber, allocations, to_wallet }) => {
            Event::Settled {
                subscriber: subscriber.0,
                wallet: to_wallet.amount_minor(),
                allocations: parts(allocations),
            }
        }
        ReceiptEvent::TakenBack(taken) => {
            let parts = Taken {
                unallocated: taken.unallocated.amount_minor(),
                wallet: taken.wallet.amount_minor(),
                owed: taken.owed.amount_minor(),
                allocations: parts(&taken.allocations),
            };
            match taken.by {
                TakeBack::Refund(id, to) => {
                    Event::Refunded { id: id.0, to_wallet: to == RefundTo::Wallet, parts }
                }
                TakeBack::Reversal(id) => Event::Reversed { id: id.0, parts },
            }
        }
    })
}

/// `None` of what was not written here.
pub(super) fn read(text: &str, currency: Currency) -> Option<ReceiptEvent> {
    let money = |minor| Money::new(minor, currency);
    let allocations = |parts: Vec<Part>| {
        let allocation = |Part(kind, id, amount, written_off)| {
            let debt = debts::debt(&kind, id)?;
            Some(Allocation { debt, amount: money(amount), written_off: money(written_off) })
        };
        parts.into_iter().map(allocation).collect::<Option<Vec<_>>>()
    };
    let taken = |by, parts: Taken| {
        Some(ReceiptEvent::TakenBack(TakenBack {
            by,
            unallocated: money(parts.unallocated),
            wallet: money(parts.wallet),
            owed: money(parts.owed),
            allocations: allocations(parts.allocations)?,
        }))
    };
    match serde_json::from_str(text).ok()? {
        Event::Parked => Some(ReceiptEvent::Parked),
        Event::Settled { subscriber, wallet, allocations: parts } => {
            Some(ReceiptEvent::Settled(Settlement {
                subscriber: SubscriberId(subscriber),
                allocations: allocations(parts)?,
                to_wallet: money(wallet),
            }))
        }
        Event::Refunded { id, to_wallet, parts } => {
            let to = if to_wallet { RefundTo::Wallet } else { RefundTo::Provider };
            taken(TakeBack::Refund(RefundId(id), to), parts)
        }
        Event::Reversed { id, parts } => taken(TakeBack::Reversal(ReversalId(id)), parts),
    }
}

fn parts(allocations: &[Allocation]) -> Vec<Part> {
    let part = |it: &Allocation| {
        let (kind, id) = debts::words(it.debt);
        Part(kind.to_owned(), id, it.amount.amount_minor(), it.written_off.amount_minor())
    };
    allocations.iter().map(part).collect()
}
