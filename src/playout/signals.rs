//! The signals that shut a station down: SIGTERM, SIGINT, and SIGHUP (the terminal was closed). A signal that is
//! ignored when loa starts stays ignored, for `nohup` and for background jobs of a shell.
use std::ffi::c_int;
use std::io;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::command::PlayoutCommand;
use super::loop_handle::LoopHandle;

/// Starts a thread that sends [`PlayoutCommand::Shutdown`] at each signal.
///
/// # Errors
/// If the system refuses a handler or a thread.
pub(super) fn listen(loop_handle: LoopHandle) -> io::Result<()> {
    let mut signals = Signals::new(unignored_shutdown_signals())?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for _ in signals.forever() {
            loop_handle.send(PlayoutCommand::Shutdown { cause: "signal".to_owned() });
        }
    })?;
    Ok(())
}

/// Returns the signals that shut the program down and that this process does not ignore.
pub(crate) fn unignored_shutdown_signals() -> Vec<c_int> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored_mask = ignored_signals(&status);
    [SIGTERM, SIGINT, SIGHUP].into_iter().filter(|signal| !contains_signal(ignored_mask, *signal)).collect()
}

/// Returns the mask of the signals that a process ignores, from its status file (see proc(5)). Signal 1 is the lowest
/// bit. The mask is 0 if the status does not contain it.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

fn contains_signal(mask: u64, signal: c_int) -> bool {
    signal.checked_sub(1).and_then(|bit| mask.checked_shr(bit.cast_unsigned())).is_some_and(|shifted| shifted & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_the_status_of_a_process() {
        let mask = ignored_signals("Name:\tloa\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001003\nSigCgt:\t0\n");
        assert!(contains_signal(mask, SIGHUP) && contains_signal(mask, SIGINT) && !contains_signal(mask, SIGTERM));
        for status in ["", "SigIgn:\n", "SigIgn:\tnone\n"] {
            assert!(!contains_signal(ignored_signals(status), SIGHUP), "{status:?}");
        }
        // The test harness does not ignore SIGTERM.
        let own_mask = ignored_signals(&std::fs::read_to_string("/proc/self/status").expect("read the status"));
        assert!(!contains_signal(own_mask, SIGTERM));
    }
}
