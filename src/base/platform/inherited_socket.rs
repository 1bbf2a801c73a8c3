//! A listening socket that the service manager has opened for this process (sd_listen_fds(3)).
#![allow(unsafe_code)]

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};

/// The number of the first descriptor that the service manager passes (`SD_LISTEN_FDS_START`).
const FIRST_DESCRIPTOR: i32 = 3;

/// Returns the listening socket that the service manager has opened for this process; `None` without one, and at every
/// call after the first.
#[must_use]
pub fn inherited_listener() -> Option<TcpListener> {
    static IS_TAKEN: AtomicBool = AtomicBool::new(false);
    let number = |name: &str| std::env::var(name).ok()?.parse::<u32>().ok();
    // The variables of a parent process are not meant for this one.
    let is_meant = number("LISTEN_PID") == Some(std::process::id()) && number("LISTEN_FDS").is_some_and(|n| n >= 1);
    if !is_meant || IS_TAKEN.swap(true, Ordering::SeqCst) {
        return None;
    }
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::FromRawFd;
        let mut domain: libc::c_int = 0;
        let mut length = libc::socklen_t::try_from(size_of::<libc::c_int>()).ok()?;
        // SAFETY: the call writes at most `length` bytes into `domain`, and fails for what is no socket.
        let is_listening = unsafe {
            libc::getsockopt(
                FIRST_DESCRIPTOR,
                libc::SOL_SOCKET,
                libc::SO_ACCEPTCONN,
                (&raw mut domain).cast(),
                &raw mut length,
            )
        } == 0
            && domain == 1;
        // SAFETY: the descriptor is an open listening socket; the service manager passes it to this process alone, and
        // the flag above makes this its only owner. It was opened with FD_CLOEXEC cleared, so it is set again.
        is_listening.then(|| unsafe {
            libc::fcntl(FIRST_DESCRIPTOR, libc::F_SETFD, libc::FD_CLOEXEC);
            TcpListener::from_raw_fd(FIRST_DESCRIPTOR)
        })
    }
    #[cfg(not(target_os = "linux"))]
    None
}
