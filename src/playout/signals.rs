//! Signals that end a station in order: SIGTERM, SIGINT, and SIGHUP (the terminal was closed). A signal that is ignored
//! at the start stays ignored, for `nohup` and for background jobs of a shell.
use std::ffi::c_int;
use std::io;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::command::PlayoutCommand;
use super::loop_handle::LoopHandle;

/// Starts a thread that ends the station in order at a signal.
///
/// # Errors
/// An I/O error when the system refuses a handler or a thread.
pub(super) fn listen(to_loop: LoopHandle) -> io::Result<()> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored_signals(&status);
    let handled = [SIGTERM, SIGINT, SIGHUP].into_iter().filter(|signal| !contains_signal(ignored, *signal));
    let mut signals = Signals::new(handled)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            to_loop.send(PlayoutCommand::Shutdown { cause: "signal".to_owned() });
        }
    })?;
    Ok(())
}

/// Returns the signals that a process ignores, by its status in proc(5): signal 1 is the lowest bit; 0 when it is not
/// said.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

fn contains_signal(mask: u64, signal: c_int) -> bool {
    signal.checked_sub(1).and_then(|bit| mask.checked_shr(bit.cast_unsigned())).is_some_and(|rest| rest & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_system() {
        let mask = ignored_signals("Name:\tloa\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001003\nSigCgt:\t0\n");
        assert!(contains_signal(mask, SIGHUP) && contains_signal(mask, SIGINT) && !contains_signal(mask, SIGTERM));
        for nothing in ["", "SigIgn:\n", "SigIgn:\tnone\n"] {
            assert!(!contains_signal(ignored_signals(nothing), SIGHUP), "{nothing:?}");
        }
        // The test harness ignores none of these.
        let own = ignored_signals(&std::fs::read_to_string("/proc/self/status").expect("Linux"));
        assert!(!contains_signal(own, SIGTERM));
    }
}
