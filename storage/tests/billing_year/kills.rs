//! Work that is stopped somewhere on its way, as a process that is killed.

use core::pin::Pin;
use core::task::{Context, Poll};

/// A future that is dropped when it was asked so often without being done.
pub struct Killed<F> {
    future: Option<Pin<Box<F>>>,
    polls_left: u32,
}

impl<F: Future> Killed<F> {
    pub fn after(polls: u32, future: F) -> Self {
        Self { future: Some(Box::pin(future)), polls_left: polls }
    }
}

impl<F: Future> Future for Killed<F> {
    /// `None`: it was killed.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else { return Poll::Ready(None) };
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if self.polls_left == 0 {
            self.future = None;
            return Poll::Ready(None);
        }
        self.polls_left -= 1;
        Poll::Pending
    }
}
