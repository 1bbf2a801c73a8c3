//! Real-time priority for the threads that move sound.
#![allow(unsafe_code)]

/// Real-time priority (`SCHED_RR`) of this thread, given back on drop. Threads that it starts meanwhile inherit the
/// priority and keep it. Needs root, `CAP_SYS_NICE` or a limit for real-time priority.
pub struct RealTimeGuard(());

/// Priority of sound servers: above ordinary threads, below the kernel's own.
#[cfg(target_os = "linux")]
const RR_PRIORITY: i32 = 10;

impl RealTimeGuard {
    /// Raises this thread's priority. Returns none when it is not permitted, or when the priority is raised already.
    #[must_use]
    pub fn acquire() -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: 0 is the calling thread.
            let ordinary = unsafe { libc::sched_getscheduler(0) } == libc::SCHED_OTHER;
            // A guard exists only after a change, because its drop lowers the priority.
            (ordinary && set_scheduler(libc::SCHED_RR, RR_PRIORITY)).then(|| Self(()))
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

/// Gives this thread an ordinary priority, so that a thread in an endless loop cannot stop the machine.
pub fn drop_real_time_priority() {
    #[cfg(target_os = "linux")]
    set_scheduler(libc::SCHED_OTHER, 0);
}

#[cfg(target_os = "linux")]
fn set_scheduler(policy: i32, priority: i32) -> bool {
    let wanted = libc::sched_param { sched_priority: priority };
    // SAFETY: 0 is the calling thread, and the parameter outlives the call.
    unsafe { libc::sched_setscheduler(0, policy, &raw const wanted) == 0 }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_steps_back_is_an_ordinary_one() {
        let policy = || unsafe { libc::sched_getscheduler(0) };
        let before = policy();
        if let Some(real_time) = RealTimeGuard::acquire() {
            assert_eq!(policy(), libc::SCHED_RR);
            assert_eq!(std::thread::spawn(policy).join().expect("it ends"), libc::SCHED_RR, "as who started it");
            assert!(RealTimeGuard::acquire().is_none(), "it is so already");
            assert_eq!(policy(), libc::SCHED_RR, "and stays so");
            drop(real_time);
        }
        assert_eq!(policy(), before);
    }
}
