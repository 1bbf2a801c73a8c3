//! The clocks of the machine.
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd};
use rustix::io::Errno;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, clock_gettime, timerfd_create,
    timerfd_settime,
};

use super::{Clock, ClockSnapshot, ClockSync};
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::base::platform::{self, boot_now};
use crate::playout::fd_wait::wait_for_any;

/// Longest time between two readings of the boot clock around one of the wall clock, microseconds.
const MAX_READ_SPREAD_US: i64 = 200;
/// The kernel adds up to 500 ppm to its error bound each second; a fall by this much, in microseconds, means that the
/// clock was synchronised again.
const RESYNC_DROP_US: i64 = 1000;

/// The real clock.
pub struct SystemClock {
    wake: Arc<OwnedFd>,
    /// Armed for the far future; the kernel cancels it when the wall clock is set.
    step_timer: Option<OwnedFd>,
    last_error_us: i64,
    last_synced: Option<BootTime>,
    boot_id: String,
}

/// Ends a wait, from any thread.
#[derive(Clone)]
pub struct ClockWaker(Arc<OwnedFd>);

impl ClockWaker {
    /// Ends the present wait, or the next one.
    pub fn wake(&self) {
        // A full counter means that a call is pending already.
        let _ = rustix::io::write(&*self.0, &1u64.to_ne_bytes());
    }
}

impl SystemClock {
    /// Opens the clocks.
    ///
    /// # Errors
    /// An I/O error when the system has no file descriptors left.
    pub fn new() -> std::io::Result<Self> {
        let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let set = timerfd_create(TimerfdClockId::Realtime, flags).ok();
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let mut clock = Self {
            wake,
            step_timer: set,
            last_error_us: i64::MAX,
            last_synced: None,
            boot_id: boot_id.trim().to_owned(),
        };
        clock.arm_step_timer();
        Ok(clock)
    }

    /// Returns a handle with which other threads end a wait.
    #[must_use]
    pub fn waker(&self) -> ClockWaker {
        ClockWaker(self.wake.clone())
    }

    fn arm_step_timer(&mut self) {
        if let Some(fd) = &self.step_timer {
            let far = Timespec { tv_sec: 1 << 40, tv_nsec: 0 };
            let never = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: far };
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            // A step between two arms is still seen: every reading compares the wall clock with the boot clock.
            let _ = timerfd_settime(fd, flags, &never);
        }
    }

    fn read_sync(&mut self, boot: BootTime) -> ClockSync {
        let Some(timex) = platform::kernel_clock_status() else {
            return ClockSync::default();
        };
        if timex.synchronised && self.last_error_us.saturating_sub(timex.max_error_us) > RESYNC_DROP_US {
            self.last_synced = Some(boot);
        }
        self.last_error_us = timex.max_error_us;
        ClockSync {
            synchronised: timex.synchronised,
            max_error_us: timex.synchronised.then_some(timex.max_error_us),
            last_sync_s: self.last_synced.map(|at| boot.since(at) / SECOND_US),
        }
    }
}

fn read_us(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * SECOND_US + time.tv_nsec / 1000
}

impl Clock for SystemClock {
    fn now(&mut self) -> ClockSnapshot {
        let mut boot = boot_now();
        let mut wall = WallTime(read_us(ClockId::Realtime));
        // A pause between the two readings would look like a step of the clock.
        for _ in 0..16 {
            let after = boot_now();
            if after.since(boot) <= MAX_READ_SPREAD_US {
                break;
            }
            boot = boot_now();
            wall = WallTime(read_us(ClockId::Realtime));
        }
        ClockSnapshot { wall, boot, sync: self.read_sync(boot) }
    }

    fn wait(&mut self, until: BootTime) {
        let left_us = until.since(boot_now());
        if left_us <= 0 {
            return;
        }
        let mut fds = vec![PollFd::new(&*self.wake, PollFlags::IN)];
        if let Some(fd) = &self.step_timer {
            fds.push(PollFd::new(fd, PollFlags::IN));
        }
        // EINTR is an early return, which is allowed.
        let _ = wait_for_any(&mut fds, left_us);
        let mut counter = [0u8; 8];
        let _ = rustix::io::read(&*self.wake, &mut counter);
        let was_set = self.step_timer.as_ref().map(|fd| rustix::io::read(fd, &mut counter));
        if was_set == Some(Err(Errno::CANCELED)) {
            self.arm_step_timer();
        }
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
