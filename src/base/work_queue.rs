//! A queue of items that several threads work through.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Items that several threads take in order. Each item goes to exactly one thread.
pub struct WorkQueue<'a, T> {
    items: &'a [T],
    next_index: AtomicUsize,
}

impl<'a, T> WorkQueue<'a, T> {
    /// Returns a queue of these items.
    #[must_use]
    pub fn new(items: &'a [T]) -> Self {
        Self { items, next_index: AtomicUsize::new(0) }
    }

    /// Takes the next item and its index; `None` when all items are taken.
    pub fn take(&self) -> Option<(usize, &'a T)> {
        let index = self.next_index.fetch_add(1, Ordering::Relaxed);
        self.items.get(index).map(|item| (index, item))
    }
}

impl<T: Sync> WorkQueue<'_, T> {
    /// Calls `work` with the index and value of every item, on `thread_count` threads including the caller's. Returns
    /// when all calls have returned.
    ///
    /// # Panics
    /// If `work` panics, after the other threads have ended.
    pub fn run(&self, thread_count: usize, work: impl Fn(usize, &T) + Sync) {
        let take_all = || {
            while let Some((index, item)) = self.take() {
                work(index, item);
            }
        };
        thread::scope(|scope| {
            for _ in 1..thread_count {
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
        WorkQueue::new(&items).run(4, |index, item| {
            assert_eq!(index, *item);
            sum.fetch_add(*item, Ordering::Relaxed);
        });
        assert_eq!(sum.into_inner(), 4950);
    }
}
