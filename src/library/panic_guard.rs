//! Catches panics of decoders. They are third-party code with untrusted input, so a panic means only that the file is
//! refused.
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether a panic of this thread will be caught.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; returns none when it panics.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(before);
    done
}

/// Stops panics that [`catch_panic`] catches from being printed to standard error, because people get a message of
/// their own.
pub fn silence_caught_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |what| {
        if !GUARDED.get() {
            tell(what);
        }
    }));
}
