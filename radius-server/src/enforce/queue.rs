//! Services that wait to be looked at.

use std::collections::{HashSet, VecDeque};

use entitlement::ServiceId;

/// In the order in which they were called for, each once: it is never longer than there are
/// services, and none waits for ever behind those that are called for again and again.
#[derive(Default)]
pub(super) struct Queue {
    order: VecDeque<ServiceId>,
    waiting: HashSet<ServiceId>,
}

impl Queue {
    pub(super) fn push(&mut self, service: ServiceId) {
        if self.waiting.insert(service) {
            self.order.push_back(service);
        }
    }

    pub(super) fn extend(&mut self, services: impl IntoIterator<Item = ServiceId>) {
        services.into_iter().for_each(|service| self.push(service));
    }

    /// The one that has waited longest.
    pub(super) fn pop(&mut self) -> Option<ServiceId> {
        let service = self.order.pop_front()?;
        self.waiting.remove(&service);
        Some(service)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waits_once_and_the_first_comes_first() {
        let mut queue = Queue::default();
        queue.extend([3, 1, 3, 2, 1].map(ServiceId));
        assert_eq!(queue.pop(), Some(ServiceId(3)));
        queue.push(ServiceId(3));
        let rest: Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [1, 2, 3].map(ServiceId));
        assert!(queue.is_empty());
    }
}
