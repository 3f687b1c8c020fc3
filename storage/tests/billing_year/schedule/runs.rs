//! Billing runs: by several workers at once, killed on their way, for earlier moments and later ones.

use entitlement::TenantId;
use storage::{RunOrder, Store};

use super::{DAY_MS, MINUTE_MS, World, moment};
use crate::compare::check_lines;
use crate::ground::operator;
use crate::judge::charges::{charges, open_from};
use crate::judge::facts::{Document, Moved};
use crate::kills::Killed;

/// A worker of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worker {
    /// How many subscribers are billed in a transaction.
    batch: u64,
    /// When it is killed: when one of its batches was asked so often whether it is done.
    killed_after: Option<u32>,
}

impl World<'_> {
    /// Some workers bill, for a moment around now.
    pub(super) async fn bill_somehow(&mut self) {
        let at = match self.random.within(0..20) {
            0 => self.now - self.random.within(0..5 * 1_440) * MINUTE_MS,
            1 => self.now + self.random.within(0..3 * 1_440) * MINUTE_MS,
            _ => self.now,
        };
        let workers = self.some_workers();
        let store = self.store();
        let (last, is_latest) = (self.last_document(), at >= self.latest.max(self.billed_at));
        let killed = bill(&store, self.tenant, at, &workers).await;
        self.has_run(at, killed).await;
        self.collect(&[]).await;
        if is_latest && at == self.now {
            self.see_lines(last).await;
            let lines = check_lines(self).await;
            self.agree(lines);
        }
    }

    pub(super) fn some_workers(&mut self) -> Vec<Worker> {
        let count = *self.random.one(&[1, 1, 1, 2, 4]);
        let mut worker = || Worker {
            batch: self.random.within(1..40) as u64,
            killed_after: self.random.percent(35).then(|| self.random.within(0..60) as u32),
        };
        (0..count).map(|_| worker()).collect()
    }

    pub(super) async fn has_run(&mut self, at: i64, killed: u64) {
        self.counts.runs += 1;
        self.counts.kills += killed;
        self.billed_at = self.billed_at.max(at);
        self.raw.until_all_have_ended().await;
    }

    /// Bills all that is due now.
    pub(super) async fn bill_everything(&mut self) {
        let last = self.last_document();
        let worker = Worker { batch: 100, killed_after: None };
        let store = self.store();
        bill(&store, self.tenant, self.now, &[worker]).await;
        self.has_run(self.now, 0).await;
        self.collect(&[]).await;
        self.see_lines(last).await;
    }

    fn last_document(&self) -> i64 {
        self.documents.iter().map(|document| document.id).max().unwrap_or(0)
    }

    /// Looks at the lines of the documents behind this one.
    async fn see_lines(&mut self, last: i64) {
        let lines = "select subscription_id, product_id, begins, amount_minor from invoice_line";
        let lines = format!("{lines} where invoice_id > {last}");
        let lines = self.raw.numbers::<4>(&lines).await;
        self.billed_last.clear();
        for [of, product, begins, amount] in lines {
            // What is given back of several charges has a line for each.
            *self.billed_last.entry((of, product, begins)).or_default() += amount;
        }
    }

    /// Closes the books until some weeks ago. What was over by then remains as it is.
    pub(super) async fn close_books(&mut self) {
        let closed_until = self.now - self.random.within(5..50) * DAY_MS;
        if closed_until <= self.closed_until {
            return;
        }
        let store = self.store();
        let settings = store.billing_settings(self.tenant);
        let close = |settings: &mut storage::Settings| {
            settings.closed_until = Some(moment(closed_until));
        };
        settings.change(&operator(), close).await.unwrap();
        self.counts.commands += 1;
        for subscription in &self.subscriptions {
            // Of what is closed already it is known.
            let open_from = open_from(&self.calendar, subscription, self.closed_until);
            let all = charges(&self.calendar, &self.products, subscription, self.now);
            for (key, charge) in all.into_iter().filter(|(_, it)| it.over_at > open_from) {
                self.closed.insert((subscription.id, key), charge.happened);
            }
        }
        self.closed_until = closed_until;
        for customer in 0..self.customers.len() {
            self.tell(customer, &format!("books are closed until {}", self.shown(closed_until)));
        }
    }

    /// Looks at what was billed since it was looked last. At the same time this has moved.
    pub(super) async fn collect(&mut self, beside: &[(usize, Moved)]) {
        let documents = "select id, subscriber_id, due_at from invoice \
                         where kind <> 'debit_note' order by id";
        let known: std::collections::BTreeSet<i64> =
            self.documents.iter().map(|document| document.id).collect();
        let mut new = self.raw.numbers::<3>(documents).await;
        new.retain(|[id, ..]| !known.contains(id));
        let ids: Vec<String> = new.iter().map(|[id, ..]| id.to_string()).collect();
        let lines = format!(
            "select invoice_id, product_id, amount_minor, subscription_id, begins from invoice_line \
             where invoice_id in ({}) order by invoice_id, place",
            ids.join(",")
        );
        let lines = if new.is_empty() { vec![] } else { self.raw.numbers::<5>(&lines).await };
        let mut moved: Vec<Vec<Moved>> = vec![Vec::new(); self.customers.len()];
        for [id, subscriber, due_at] in new {
            let customer = self.customers.iter().position(|it| it.id == subscriber).unwrap();
            let of = lines.iter().filter(|[of, ..]| *of == id);
            let line = |line: &[i64; 5]| ((line[3], line[1], line[4]), line[2]);
            let lines: Vec<_> = of.map(line).collect();
            let percent = if self.customers[customer].is_exempt { 0 } else { self.percent };
            let totals = self.charged.by(&lines, &self.products, percent);
            let document = Document { id, customer, lines, percent, totals };
            moved[customer].push(Moved::Billed { document: id, gross: totals.gross, due_at });
            self.tell(customer, &format!("document {document:?}"));
            self.documents.push(document);
        }
        for (customer, beside) in beside {
            moved[*customer].push(beside.clone());
        }
        for (customer, moved) in moved.iter().enumerate() {
            // Documents of one customer come in the order of their numbers.
            let is_ordered = moved.iter().all(|it| matches!(it, Moved::Billed { .. }));
            let together = if is_ordered { 1 } else { moved.len() };
            for moved in moved.chunks(together) {
                self.moved(customer, moved);
            }
        }
        self.counts.documents = self.documents.len();
    }
}

/// Lets these workers bill at once. Gives how many were killed.
pub(super) async fn bill(store: &Store, tenant: TenantId, at: i64, workers: &[Worker]) -> u64 {
    let work = workers.iter().map(async |worker| {
        let (by, order) = (operator(), RunOrder { at: moment(at), batch: worker.batch });
        let run = async {
            let mut after = None;
            loop {
                let runs = store.billing_runs(tenant);
                let batch = runs.batch(&by, order, after).await.unwrap();
                assert_eq!(batch.not_billed, []);
                after = match batch.last {
                    Some(last) => Some(last),
                    None => return,
                };
            }
        };
        match worker.killed_after {
            None => {
                run.await;
                0
            }
            Some(polls) => u64::from(Killed::after(polls, run).await.is_none()),
        }
    });
    futures_util::future::join_all(work).await.iter().sum()
}
