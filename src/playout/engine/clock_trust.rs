//! Decides whether the wall clock is trusted.
//!
//! Untrusted: earlier than the last sign of life, earlier than the build, stepped by more than 5 minutes in either
//! direction while unsynchronised, or implausibly far ahead at the start of the machine. Within one start of the
//! machine the boot clock shows every step, whether the daemon ran or not. Trusted again: when the system says that it
//! is synchronised, or the operator vouches for it.
use crate::airlog::entry::TrustReason;
use crate::airlog::replay::Replay;
use crate::base::instant::{SECOND_US, WallTime};
use crate::playout::clock::ClockSnapshot;

/// How far an unsynchronised clock may step, all steps together, and still be trusted.
const MAX_STEP_US: i64 = 300 * SECOND_US;
/// A smaller step back corrects a clock.
const BACK_TOLERANCE_US: i64 = 5 * SECOND_US;
/// Moves smaller than this are slewing, not steps.
const STEP_US: i64 = SECOND_US / 2;
/// The longest time that a station is off, for a holiday: an unsynchronised clock that shows more is wrong.
const MAX_POWER_OFF_US: i64 = 31 * 86_400 * SECOND_US;
/// The longest time that a program runs after its build, on a machine that never saw the network.
const MAX_BUILD_AGE_US: i64 = 20 * 366 * 86_400 * SECOND_US;

/// The trust in the clock, and the readings it rests on.
#[derive(Debug, Clone)]
pub struct ClockTrust {
    /// Whether it is trusted.
    pub trusted: bool,
    /// Why.
    pub reason: TrustReason,
    /// The earliest plausible time.
    build: WallTime,
    /// The last entry made while it was trusted: an earlier clock is not trusted.
    latest_trusted: Option<WallTime>,
    /// Wall minus boot at the last look.
    offset_us: i64,
    /// Wall minus boot when it was last synchronised or confirmed, or at the start.
    reference_offset_us: i64,
}

/// The result of a look at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockReading {
    /// How far the wall clock moved against the boot clock, if that was a step.
    pub step_us: Option<i64>,
    /// Any move, slewing included.
    pub moved_us: i64,
    /// Whether trust changed.
    pub trust_changed: bool,
}

impl ClockTrust {
    /// Judges the clock at the start of the daemon. Returns also the step that the clock made while the daemon was off,
    /// if the machine ran on. `last_seen` is the last sign of life under a trusted clock.
    #[must_use]
    pub fn at_start(
        now: ClockSnapshot,
        boot_id: &str,
        replay: &Replay,
        last_seen: Option<WallTime>,
        build: WallTime,
    ) -> (Self, Option<i64>) {
        let offset = now.wall.since(WallTime(now.boot.0));
        let mut base = offset;
        let same_boot = replay.last_entry.as_ref().filter(|(_, boot, id)| id == boot_id && *boot <= now.boot);
        let before = same_boot.map(|(wall, boot, _)| wall.since(WallTime(boot.0)));
        let verdict = if now.sync.synchronised {
            (true, TrustReason::Synchronised)
        } else if let Some(before) = before {
            // The boot clock ran on: nothing about the wall clock has to be guessed. Small steps add up, also over
            // starts of the daemon.
            base = replay.absences.clock_base_us(boot_id).unwrap_or(before);
            match replay.trust {
                Some((false, why)) => (false, why),
                other => {
                    let why = other.map_or(TrustReason::NoDoubt, |(_, why)| why);
                    distrust_reason(now.wall, last_seen, build, offset - base).map_or((true, why), |why| (false, why))
                }
            }
        } else {
            let far = match last_seen {
                Some(seen) => now.wall.since(seen) > MAX_POWER_OFF_US,
                None => now.wall.since(build) > MAX_BUILD_AGE_US,
            };
            match distrust_reason(now.wall, last_seen, build, 0) {
                Some(why) => (false, why),
                None if far => (false, TrustReason::FarAhead),
                None => (true, TrustReason::NoDoubt),
            }
        };
        let trust = Self {
            trusted: verdict.0,
            reason: verdict.1,
            build,
            latest_trusted: last_seen,
            offset_us: offset,
            reference_offset_us: base,
        };
        (trust, before.map(|before| offset - before).filter(|step| step.abs() >= STEP_US))
    }

    /// Returns a reading with the wall clock as it ran at the last look: events before a step are judged by it.
    #[must_use]
    pub fn unstepped(&self, now: ClockSnapshot) -> ClockSnapshot {
        ClockSnapshot { wall: WallTime(now.boot.0).plus(self.offset_us), ..now }
    }

    /// Judges the clock's behaviour since the last look.
    pub fn observe(&mut self, now: ClockSnapshot) -> ClockReading {
        let offset = now.wall.since(WallTime(now.boot.0));
        let moved = offset - self.offset_us;
        self.offset_us = offset;
        let before = (self.trusted, self.reason);
        if now.sync.synchronised {
            (self.trusted, self.reason) = (true, TrustReason::Synchronised);
            self.reference_offset_us = offset;
        } else if self.trusted
            && let Some(why) =
                distrust_reason(now.wall, self.latest_trusted, self.build, offset - self.reference_offset_us)
        {
            (self.trusted, self.reason) = (false, why);
        }
        ClockReading {
            step_us: (moved.abs() >= STEP_US).then_some(moved),
            moved_us: moved,
            trust_changed: before.0 != self.trusted,
        }
    }

    /// Records that an entry was logged.
    pub fn note_logged(&mut self, now: ClockSnapshot) {
        if self.trusted {
            self.latest_trusted = Some(now.wall);
        }
    }

    /// Trusts the clock because the operator vouches for it.
    ///
    /// # Errors
    /// [`TrustReason::BeforeBuild`] when it cannot be right: it must be set first.
    pub fn confirm(&mut self, now: ClockSnapshot) -> Result<(), TrustReason> {
        if now.wall < self.build {
            return Err(TrustReason::BeforeBuild);
        }
        self.trusted = true;
        self.reason = TrustReason::Confirmed;
        self.reference_offset_us = now.wall.since(WallTime(now.boot.0));
        Ok(())
    }
}

/// Why an unsynchronised clock is not trusted that has moved by `moved` microseconds since it was good.
fn distrust_reason(wall: WallTime, last: Option<WallTime>, build: WallTime, moved: i64) -> Option<TrustReason> {
    if wall < build {
        Some(TrustReason::BeforeBuild)
    } else if last.is_some_and(|last| wall.plus(BACK_TOLERANCE_US) < last) {
        Some(TrustReason::BeforeLastEntry)
    } else if moved > MAX_STEP_US {
        Some(TrustReason::ForwardStep)
    } else if moved < -MAX_STEP_US {
        Some(TrustReason::BackwardStep)
    } else {
        None
    }
}
