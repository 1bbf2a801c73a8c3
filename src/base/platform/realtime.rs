//! Real-time priority for the threads that move sound.
#![allow(unsafe_code)]

/// Keeps this thread at real-time priority (`SCHED_RR`) until it is dropped. Threads that this thread starts in the
/// meantime inherit the priority and keep it. Needs root, `CAP_SYS_NICE` or a limit for real-time priority
/// (`RLIMIT_RTPRIO`).
pub struct RealTimeGuard(());

/// The usual priority of sound servers. It is above that of ordinary threads and below that of the kernel's threads.
#[cfg(target_os = "linux")]
const RR_PRIORITY: i32 = 10;

impl RealTimeGuard {
    /// Raises this thread's priority; `None` when this is not permitted or the priority is already raised.
    #[must_use]
    pub fn acquire() -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: the call takes no pointer; 0 means the calling thread.
            let is_ordinary = unsafe { libc::sched_getscheduler(0) } == libc::SCHED_OTHER;
            // Return a guard only after a change, because dropping it lowers the priority.
            (is_ordinary && set_scheduler(libc::SCHED_RR, RR_PRIORITY)).then(|| Self(()))
        }
        #[cfg(not(target_os = "linux"))]
        None
    }
}

impl Drop for RealTimeGuard {
    fn drop(&mut self) {
        drop_real_time_priority();
    }
}

/// Gives this thread an ordinary priority, so that it cannot block the machine if it runs in an endless loop.
pub fn drop_real_time_priority() {
    #[cfg(target_os = "linux")]
    set_scheduler(libc::SCHED_OTHER, 0);
}

#[cfg(target_os = "linux")]
fn set_scheduler(policy: i32, priority: i32) -> bool {
    let param = libc::sched_param { sched_priority: priority };
    // SAFETY: 0 means the calling thread, and the parameter outlives the call.
    unsafe { libc::sched_setscheduler(0, policy, &raw const param) == 0 }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn dropping_the_guard_restores_the_policy() {
        let policy = || unsafe { libc::sched_getscheduler(0) };
        let policy_before = policy();
        if let Some(guard) = RealTimeGuard::acquire() {
            assert_eq!(policy(), libc::SCHED_RR);
            assert_eq!(
                std::thread::spawn(policy).join().expect("join the thread"),
                libc::SCHED_RR,
                "new threads inherit it"
            );
            assert!(RealTimeGuard::acquire().is_none(), "the priority is already raised");
            assert_eq!(policy(), libc::SCHED_RR, "the priority stays raised");
            drop(guard);
        }
        assert_eq!(policy(), policy_before);
    }
}
