//! A queue of items that several threads work through.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Items that wait for a thread. Each goes to one thread, in order.
pub struct WorkQueue<'a, T> {
    items: &'a [T],
    next: AtomicUsize,
}

impl<'a, T> WorkQueue<'a, T> {
    /// Returns a queue of these items.
    #[must_use]
    pub fn new(items: &'a [T]) -> Self {
        Self { items, next: AtomicUsize::new(0) }
    }

    /// Takes the next item, with its index; none when all are taken.
    pub fn take(&self) -> Option<(usize, &'a T)> {
        let at = self.next.fetch_add(1, Ordering::Relaxed);
        self.items.get(at).map(|item| (at, item))
    }
}

impl<T: Sync> WorkQueue<'_, T> {
    /// Works through all items on this many threads, the caller's included, and returns when all are done.
    ///
    /// # Panics
    /// When `work` panics, after the other threads have ended.
    pub fn run(&self, threads: usize, work: impl Fn(usize, &T) + Sync) {
        let take_all = || {
            while let Some((at, item)) = self.take() {
                work(at, item);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(take_all);
            }
            take_all();
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::WorkQueue;

    #[test]
    fn each_item_is_taken_once() {
        let items: Vec<usize> = (0..100).collect();
        let sum = AtomicUsize::new(0);
        WorkQueue::new(&items).run(4, |at, item| {
            assert_eq!(at, *item);
            sum.fetch_add(*item, Ordering::Relaxed);
        });
        assert_eq!(sum.into_inner(), 4950);
    }
}
