//! Waits for events on file descriptors, with a time limit.
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Result;

use crate::base::instant::SECOND_US;

/// Waits until `fd` reports one of `events`, for at most `timeout_us` microseconds. Returns whether it did.
///
/// # Errors
/// `Errno::INTR` if a signal interrupts the wait; a different error if the system refuses to poll.
pub(super) fn wait_for(fd: impl AsFd, events: PollFlags, timeout_us: i64) -> Result<bool> {
    wait_for_any(&mut [PollFd::new(&fd, events)], timeout_us)
}

/// Waits until one of `fds` reports an event, for at most `timeout_us` microseconds. Returns whether one did.
///
/// # Errors
/// The same as those of [`wait_for`].
pub(super) fn wait_for_any(fds: &mut [PollFd<'_>], timeout_us: i64) -> Result<bool> {
    let timeout_us = timeout_us.max(0);
    let timeout = Timespec { tv_sec: timeout_us / SECOND_US, tv_nsec: timeout_us % SECOND_US * 1000 };
    poll(fds, Some(&timeout)).map(|ready| ready > 0)
}
