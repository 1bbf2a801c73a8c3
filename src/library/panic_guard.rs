//! Decoders are others' code and their input is hostile: one that panics has refused a file, no more.
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread is expected to be caught.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Does something; none when it panics.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(before);
    done
}

/// From now on what is caught by [`guarded`] is not also written to standard error: people are told in their own words.
pub fn silence_caught_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |what| {
        if !GUARDED.get() {
            tell(what);
        }
    }));
}
