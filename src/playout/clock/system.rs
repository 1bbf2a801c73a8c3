//! The real clock: the wall clock and the boot clock of the machine.
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

/// Maximum time between the two readings of the boot clock that enclose a reading of the wall clock, in
/// microseconds.
const MAX_READ_SPREAD_US: i64 = 200;
/// If the kernel's error bound drops by more than this, in microseconds, the clock has been synchronised again. Between
/// two synchronisations the bound only grows, by up to 500 ppm.
const RESYNC_DROP_US: i64 = 1000;

/// The machine's clock.
pub struct SystemClock {
    /// An eventfd that ends a wait.
    wake_event: Arc<OwnedFd>,
    /// A timer set to the far future. The kernel cancels it when somebody sets the wall clock.
    step_timer: Option<OwnedFd>,
    /// The kernel's error bound at the last reading, in microseconds.
    last_max_error_us: i64,
    last_sync_at: Option<BootTime>,
    boot_id: String,
}

/// Wakes the thread that waits on the clock. Any thread may hold a clone.
#[derive(Clone)]
pub struct ClockWaker(Arc<OwnedFd>);

impl ClockWaker {
    /// Ends the current wait or, if there is none, the next one.
    pub fn wake(&self) {
        // The write fails only if the counter is full, and then a wake-up is already pending.
        let _ = rustix::io::write(&*self.0, &1u64.to_ne_bytes());
    }
}

impl SystemClock {
    /// Opens the clock.
    ///
    /// # Errors
    /// If the system has no file descriptors left.
    pub fn new() -> std::io::Result<Self> {
        let wake_event = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let step_timer = timerfd_create(TimerfdClockId::Realtime, flags).ok();
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let mut clock = Self {
            wake_event,
            step_timer,
            last_max_error_us: i64::MAX,
            last_sync_at: None,
            boot_id: boot_id.trim().to_owned(),
        };
        clock.arm_step_timer();
        Ok(clock)
    }

    /// Returns a handle with which other threads can end a wait.
    #[must_use]
    pub fn waker(&self) -> ClockWaker {
        ClockWaker(self.wake_event.clone())
    }

    fn arm_step_timer(&mut self) {
        if let Some(fd) = &self.step_timer {
            let far_future = Timespec { tv_sec: 1 << 40, tv_nsec: 0 };
            let timer_spec = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: far_future };
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            // If the clock steps while the timer is not armed, the step is noticed at the next comparison of the wall
            // clock with the boot clock.
            let _ = timerfd_settime(fd, flags, &timer_spec);
        }
    }

    fn read_sync(&mut self, boot: BootTime) -> ClockSync {
        let Some(status) = platform::kernel_clock_status() else {
            return ClockSync::default();
        };
        if status.is_synchronised && self.last_max_error_us.saturating_sub(status.max_error_us) > RESYNC_DROP_US {
            self.last_sync_at = Some(boot);
        }
        self.last_max_error_us = status.max_error_us;
        ClockSync {
            is_synchronised: status.is_synchronised,
            max_error_us: status.is_synchronised.then_some(status.max_error_us),
            last_sync_s: self.last_sync_at.map(|at| boot.since(at) / SECOND_US),
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
        // A pause of this thread between the two readings would look like a step of the wall clock.
        for _ in 0..16 {
            let boot_after = boot_now();
            if boot_after.since(boot) <= MAX_READ_SPREAD_US {
                break;
            }
            boot = boot_now();
            wall = WallTime(read_us(ClockId::Realtime));
        }
        ClockSnapshot { wall, boot, sync: self.read_sync(boot) }
    }

    fn wait(&mut self, deadline: BootTime) {
        let remaining_us = deadline.since(boot_now());
        if remaining_us <= 0 {
            return;
        }
        let mut fds = vec![PollFd::new(&*self.wake_event, PollFlags::IN)];
        if let Some(fd) = &self.step_timer {
            fds.push(PollFd::new(fd, PollFlags::IN));
        }
        // The wait ends early after EINTR, which `Clock::wait` allows.
        let _ = wait_for_any(&mut fds, remaining_us);
        let mut counter = [0u8; 8];
        let _ = rustix::io::read(&*self.wake_event, &mut counter);
        let timer_result = self.step_timer.as_ref().map(|fd| rustix::io::read(fd, &mut counter));
        if timer_result == Some(Err(Errno::CANCELED)) {
            self.arm_step_timer();
        }
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
