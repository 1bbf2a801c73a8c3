//! Catches panics in decoders, which are third-party code that reads untrusted files. After a panic the file is refused
//! and the program continues.
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

thread_local! {
    /// True while [`catch_panic`] runs on this thread.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` and returns its result; `None` when it panics.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    let was_guarded = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    IS_GUARDED.set(was_guarded);
    result
}

/// Keeps the panics that [`catch_panic`] catches off standard error, because the caller of
/// [`catch_panic`] reports the file.
pub fn silence_caught_panics() {
    let previous_hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !IS_GUARDED.get() {
            previous_hook(info);
        }
    }));
}
