//! Decides whether the wall clock is trusted.
//!
//! The clock is distrusted when it is earlier than the program's build or than the last time at which the station ran
//! under a trusted clock, when it was stepped by more than 5 minutes while unsynchronised, or when it is implausibly
//! far ahead after a machine boot. Within one machine boot the boot clock shows every step, even while the daemon is
//! off. The clock is trusted again when the system reports it as synchronised, or when the operator confirms it.
use crate::airlog::entry::TrustReason;
use crate::airlog::replay::Replay;
use crate::base::instant::{SECOND_US, WallTime};
use crate::playout::clock::ClockSnapshot;

/// An unsynchronised clock is trusted as long as the sum of its steps does not exceed this, in microseconds.
const MAX_STEP_SUM_US: i64 = 300 * SECOND_US;
/// A clock that is behind the last entry by no more than this, in microseconds, is still trusted.
const BACK_TOLERANCE_US: i64 = 5 * SECOND_US;
/// The smallest move in microseconds that counts as a step. Smaller moves are slewing.
const MIN_STEP_US: i64 = SECOND_US / 2;
/// The longest time, in microseconds, for which a station is plausibly off, for example over a holiday. At startup, an
/// unsynchronised clock that is further ahead of the last trusted time is distrusted.
const MAX_CLOCK_AHEAD_US: i64 = 31 * 86_400 * SECOND_US;
/// The greatest plausible age, in microseconds, of the program on a machine that was never connected to a network.
const MAX_BUILD_AGE_US: i64 = 20 * 366 * 86_400 * SECOND_US;

/// The trust in the clock, and the readings on which it is based.
#[derive(Debug, Clone)]
pub struct ClockTrust {
    /// True when the clock is trusted.
    pub is_trusted: bool,
    /// The reason for trust or distrust.
    pub reason: TrustReason,
    /// The build time. A clock that shows an earlier time is distrusted.
    built_at: WallTime,
    /// The time of this run's last entry under a trusted clock or, before there is one, the last time at which the
    /// station is known to have run under a trusted clock. A clock that shows an earlier time is distrusted.
    last_trusted_entry_at: Option<WallTime>,
    /// Wall clock minus boot clock at the last observation, in microseconds.
    offset_us: i64,
    /// Wall clock minus boot clock, in microseconds, when the wall clock was last synchronised or confirmed or, if it
    /// never was, at the start.
    reference_offset_us: i64,
}

/// The result of an observation of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockReading {
    /// The step of the wall clock relative to the boot clock, in microseconds; `None` when it only slewed.
    pub step_us: Option<i64>,
    /// The move of the wall clock relative to the boot clock, in microseconds, slewing included.
    pub moved_us: i64,
    /// True when trust was lost or regained.
    pub trust_changed: bool,
}

/// The last time at which the station is known to have run under a trusted clock.
#[derive(Debug, Clone, Copy)]
pub struct LastSeen {
    /// The time; `None` for a new station.
    pub at: Option<WallTime>,
    /// True if the machine has not restarted since.
    pub is_in_this_boot: bool,
}

impl ClockTrust {
    /// Judges the clock at the start of the daemon. If the machine kept running while the daemon was off, also returns
    /// the step in microseconds that the clock made in the meantime.
    #[must_use]
    pub fn at_start(
        now: ClockSnapshot,
        boot_id: &str,
        replay: &Replay,
        last_seen: LastSeen,
        built_at: WallTime,
    ) -> (Self, Option<i64>) {
        let last_seen_at = last_seen.at;
        let offset_us = now.wall.since(WallTime(now.boot.0));
        let mut reference_offset_us = offset_us;
        let entry_of_this_boot = replay.last_entry.as_ref().filter(|(_, boot, id)| id == boot_id && *boot <= now.boot);
        let logged_offset_us = entry_of_this_boot.map(|(wall, boot, _)| wall.since(WallTime(boot.0)));
        let verdict = if now.sync.is_synchronised {
            (true, TrustReason::Synchronised)
        } else if let Some(logged_offset_us) = logged_offset_us {
            // The boot clock kept running, so the steps of the wall clock are known exactly. Small steps add up across
            // starts of the daemon.
            reference_offset_us = replay.absences.clock_base_us(boot_id).unwrap_or(logged_offset_us);
            match replay.trust {
                Some((false, logged_reason)) => {
                    let moved_us = offset_us - reference_offset_us;
                    let new_reason = distrust_reason(now.wall, last_seen_at, built_at, moved_us);
                    (false, new_reason.unwrap_or(logged_reason))
                }
                last_trust => {
                    let logged_reason = last_trust.map_or(TrustReason::NoDoubt, |(_, reason)| reason);
                    let new_reason = distrust_reason(now.wall, last_seen_at, built_at, offset_us - reference_offset_us);
                    new_reason.map_or((true, logged_reason), |reason| (false, reason))
                }
            }
        } else {
            let is_far_ahead = match last_seen_at {
                Some(last_seen_at) => now.wall.since(last_seen_at) > MAX_CLOCK_AHEAD_US,
                None => now.wall.since(built_at) > MAX_BUILD_AGE_US,
            };
            // The machine was off after the station was last seen, so a right clock showed a later time when the machine
            // started. A system service that restores the time of the last shutdown fails this test.
            // The program may have been built since then, so the day of its build is compared with the clock of now.
            let started_at = if last_seen.is_in_this_boot { now.wall } else { now.wall.plus(-now.boot.0) };
            let reason = distrust_reason(now.wall, None, built_at, 0);
            match reason.or_else(|| distrust_reason(started_at, last_seen_at, WallTime(i64::MIN), 0)) {
                Some(reason) => (false, reason),
                None if is_far_ahead => (false, TrustReason::FarAhead),
                None => (true, TrustReason::NoDoubt),
            }
        };
        let (is_trusted, reason) = verdict;
        let trust =
            Self { is_trusted, reason, built_at, last_trusted_entry_at: last_seen_at, offset_us, reference_offset_us };
        let moved_us = logged_offset_us.map(|logged_offset_us| offset_us - logged_offset_us);
        (trust, moved_us.filter(|moved_us| moved_us.abs() >= MIN_STEP_US))
    }

    /// Returns the snapshot with the wall time that the clock would show if it had not moved since the last
    /// observation. Events before a step are judged according to that time.
    #[must_use]
    pub fn without_step(&self, now: ClockSnapshot) -> ClockSnapshot {
        ClockSnapshot { wall: WallTime(now.boot.0).plus(self.offset_us), ..now }
    }

    /// Judges the clock, based on its move since the last observation.
    pub fn observe(&mut self, now: ClockSnapshot) -> ClockReading {
        let offset_us = now.wall.since(WallTime(now.boot.0));
        let moved_us = offset_us - self.offset_us;
        self.offset_us = offset_us;
        let was_trusted = self.is_trusted;
        if now.sync.is_synchronised {
            (self.is_trusted, self.reason) = (true, TrustReason::Synchronised);
            self.reference_offset_us = offset_us;
        } else if let Some(reason) =
            distrust_reason(now.wall, self.last_trusted_entry_at, self.built_at, offset_us - self.reference_offset_us)
        {
            // A distrusted clock can be set, and then the earlier reason is no longer true. Without a new reason, the
            // earlier one stays, because only synchronisation and the operator bring trust back.
            (self.is_trusted, self.reason) = (false, reason);
        }
        ClockReading {
            step_us: (moved_us.abs() >= MIN_STEP_US).then_some(moved_us),
            moved_us,
            trust_changed: was_trusted != self.is_trusted,
        }
    }

    /// Records the time of a logged entry.
    pub fn record_logged(&mut self, now: ClockSnapshot) {
        if self.is_trusted {
            self.last_trusted_entry_at = Some(now.wall);
        }
    }

    /// Returns true if the clock can be right, so that the operator may confirm it.
    #[must_use]
    pub fn can_be_confirmed(&self, now: ClockSnapshot) -> bool {
        now.wall >= self.built_at
    }

    /// Trusts the clock because the operator has confirmed it.
    ///
    /// # Errors
    /// [`TrustReason::BeforeBuild`] if the clock is earlier than the build. The clock must then be set first.
    pub fn confirm(&mut self, now: ClockSnapshot) -> Result<(), TrustReason> {
        if !self.can_be_confirmed(now) {
            return Err(TrustReason::BeforeBuild);
        }
        self.is_trusted = true;
        self.reason = TrustReason::Confirmed;
        self.reference_offset_us = now.wall.since(WallTime(now.boot.0));
        Ok(())
    }
}

/// The reason to distrust an unsynchronised clock that has moved by `moved_us` since it was last synchronised or
/// confirmed. `None` when the clock is trusted.
fn distrust_reason(
    wall: WallTime,
    last_seen_at: Option<WallTime>,
    built_at: WallTime,
    moved_us: i64,
) -> Option<TrustReason> {
    if wall < built_at {
        Some(TrustReason::BeforeBuild)
    } else if last_seen_at.is_some_and(|last_seen_at| wall.plus(BACK_TOLERANCE_US) < last_seen_at) {
        Some(TrustReason::BeforeLastEntry)
    } else if moved_us > MAX_STEP_SUM_US {
        Some(TrustReason::ForwardStep)
    } else if moved_us < -MAX_STEP_SUM_US {
        Some(TrustReason::BackwardStep)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::instant::BootTime;
    use crate::base::instant::ClockSync;

    /// The verdict on an unsynchronised clock at a start, after a boot of the machine that took 24 s, if the station was
    /// last seen at 100,000 s and the clock shows `wall_s`.
    fn verdict(wall_s: i64, is_in_this_boot: bool) -> (bool, TrustReason) {
        let sync = ClockSync { is_synchronised: false, ..ClockSync::default() };
        let now = ClockSnapshot { wall: WallTime(wall_s * SECOND_US), boot: BootTime(24 * SECOND_US), sync };
        let last_seen = LastSeen { at: Some(WallTime(100_000 * SECOND_US)), is_in_this_boot };
        let (trust, _) = ClockTrust::at_start(now, "boot-2", &Replay::default(), last_seen, WallTime(0));
        (trust.is_trusted, trust.reason)
    }

    #[test]
    fn a_clock_that_shows_less_than_the_time_since_the_machine_started_is_distrusted() {
        // The time of the last shutdown was restored: the machine would have started before it was switched off.
        assert_eq!(verdict(100_002, false), (false, TrustReason::BeforeLastEntry));
        assert_eq!(verdict(100_000 + 24, false), (true, TrustReason::NoDoubt));
        // The machine did not restart since the station was last seen.
        assert_eq!(verdict(100_002, true), (true, TrustReason::NoDoubt));
        assert_eq!(verdict(100_000 + 3600, false), (true, TrustReason::NoDoubt));
    }

    #[test]
    fn a_program_that_was_built_after_the_machine_started_trusts_the_clock() {
        let sync = ClockSync { is_synchronised: false, ..ClockSync::default() };
        let verdict = |built_s: i64| {
            let now = ClockSnapshot { wall: WallTime(100_000 * SECOND_US), boot: BootTime(3600 * SECOND_US), sync };
            let last_seen = LastSeen { at: None, is_in_this_boot: false };
            let built_at = WallTime(built_s * SECOND_US);
            let (trust, _) = ClockTrust::at_start(now, "boot-1", &Replay::default(), last_seen, built_at);
            (trust.is_trusted, trust.reason)
        };
        assert_eq!(verdict(99_000), (true, TrustReason::NoDoubt));
        assert_eq!(verdict(100_001), (false, TrustReason::BeforeBuild));
    }
}
