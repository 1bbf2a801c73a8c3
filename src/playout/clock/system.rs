//! The machine's own clocks.
use std::os::fd::OwnedFd;
use std::sync::Arc;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;
use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, clock_gettime, timerfd_create,
    timerfd_settime,
};

use super::{Clock, Now, Sync};
use crate::instant::{Boot, SECOND, Wall};
use crate::sys;

/// Two readings of the boot clock around one of the wall clock may be this far apart.
const READ_US: i64 = 200;
/// The kernel adds up to 500 ppm to its error bound each second; a fall means that it was synchronised anew.
const FALL_US: i64 = 1000;

/// The real clock.
pub struct SystemClock {
    wake: Arc<OwnedFd>,
    /// Armed far in the future and cancelled by the kernel when the wall clock is set.
    set: Option<OwnedFd>,
    last_error_us: i64,
    renewed: Option<Boot>,
    boot_id: String,
}

/// Ends a wait from any thread.
#[derive(Clone)]
pub struct Caller(Arc<OwnedFd>);

impl Caller {
    /// Ends the present wait, or the next one.
    pub fn call(&self) {
        // A full counter means that a call is pending already.
        let _ = rustix::io::write(&*self.0, &1u64.to_ne_bytes());
    }
}

impl SystemClock {
    /// The machine's clocks.
    ///
    /// # Errors
    /// When the system has no file descriptors left.
    pub fn new() -> std::io::Result<Self> {
        let wake = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        let set = timerfd_create(TimerfdClockId::Realtime, flags).ok();
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let mut clock = Self { wake, set, last_error_us: i64::MAX, renewed: None, boot_id: boot_id.trim().to_owned() };
        clock.arm();
        Ok(clock)
    }

    /// What ends a wait from other threads.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller(self.wake.clone())
    }

    fn arm(&mut self) {
        if let Some(fd) = &self.set {
            let far = Timespec { tv_sec: 1 << 40, tv_nsec: 0 };
            let never = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: far };
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            // A clock that was set between two arms is still seen: every reading compares wall with boot time.
            let _ = timerfd_settime(fd, flags, &never);
        }
    }

    fn sync(&mut self, boot: Boot) -> Sync {
        let Some(timex) = sys::timex() else {
            return Sync::default();
        };
        if timex.synchronised && self.last_error_us.saturating_sub(timex.max_error_us) > FALL_US {
            self.renewed = Some(boot);
        }
        self.last_error_us = timex.max_error_us;
        Sync {
            synchronised: timex.synchronised,
            max_error_us: timex.synchronised.then_some(timex.max_error_us),
            last_sync_s: self.renewed.map(|at| boot.since(at) / SECOND),
        }
    }
}

fn micros(clock: ClockId) -> i64 {
    let time = clock_gettime(clock);
    time.tv_sec * SECOND + time.tv_nsec / 1000
}

/// The boot clock alone.
#[must_use]
pub fn boot_now() -> Boot {
    Boot(micros(ClockId::Boottime))
}

impl Clock for SystemClock {
    fn now(&mut self) -> Now {
        let mut boot = boot_now();
        let mut wall = Wall(micros(ClockId::Realtime));
        // A pause between the two readings would look like a step of the clock.
        for _ in 0..16 {
            let after = boot_now();
            if after.since(boot) <= READ_US {
                break;
            }
            boot = boot_now();
            wall = Wall(micros(ClockId::Realtime));
        }
        Now { wall, boot, sync: self.sync(boot) }
    }

    fn wait(&mut self, until: Boot) {
        let left_us = until.since(boot_now());
        if left_us <= 0 {
            return;
        }
        let timeout = Timespec { tv_sec: left_us / SECOND, tv_nsec: left_us % SECOND * 1000 };
        let mut fds = vec![PollFd::new(&*self.wake, PollFlags::IN)];
        if let Some(fd) = &self.set {
            fds.push(PollFd::new(fd, PollFlags::IN));
        }
        // EINTR is an early return, which is allowed.
        let _ = poll(&mut fds, Some(&timeout));
        let mut counter = [0u8; 8];
        let _ = rustix::io::read(&*self.wake, &mut counter);
        let was_set = self.set.as_ref().map(|fd| rustix::io::read(fd, &mut counter));
        if was_set == Some(Err(Errno::CANCELED)) {
            self.arm();
        }
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
