//! Whether the wall clock is believed.
//!
//! Untrusted: earlier than the last sign of life, earlier than the build, stepped by more than 5 minutes in either
//! direction while unsynchronised, or implausibly far ahead at the start of the machine. Within one start of the machine
//! the boot clock shows every step, whether the daemon ran or not. Trusted again: when the system says it is
//! synchronised, or the operator vouches for it.
use crate::airlog::entry::TrustReason;
use crate::airlog::replay::Replay;
use crate::instant::{SECOND, Wall};
use crate::playout::clock::Now;

/// How far an unsynchronised clock may step, all steps together, and still be believed.
const MAX_STEP_US: i64 = 300 * SECOND;
/// A small step back is a clock being put right, not a clock gone wrong.
const BACK_TOLERANCE_US: i64 = 5 * SECOND;
/// Moves smaller than this are slewing, not steps.
const STEP_US: i64 = SECOND / 2;
/// A station can be off for a holiday; an unsynchronised clock that says more has lost itself.
const MAX_OFF_US: i64 = 31 * 86_400 * SECOND;
/// No program runs this long after it was built on a machine that never saw the network.
const MAX_AGE_US: i64 = 20 * 366 * 86_400 * SECOND;

/// What is believed of the clock, and since when.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Whether it is believed.
    pub believed: bool,
    /// Why.
    pub why: TrustReason,
    /// The earliest plausible time.
    build: Wall,
    /// The last entry made while it was believed: no believed clock is earlier.
    floor: Option<Wall>,
    /// Wall minus boot at the last look.
    offset: i64,
    /// Wall minus boot when it was last synchronised, confirmed or begun with.
    base: i64,
}

/// What a look at the clock showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// How far the wall clock moved against the boot clock, if that was a step.
    pub step: Option<i64>,
    /// Any move, slewing included.
    pub moved: i64,
    /// Whether belief changed.
    pub changed: bool,
}

impl Trust {
    /// At the start of the daemon; with the step that the clock made while it was off, if the machine ran on.
    /// `last_seen`: the last sign of life under a believed clock.
    #[must_use]
    pub fn begin(
        now: Now,
        boot_id: &str,
        replay: &Replay,
        last_seen: Option<Wall>,
        build: Wall,
    ) -> (Self, Option<i64>) {
        let offset = now.wall.since(Wall(now.boot.0));
        let mut base = offset;
        let same_boot = replay.last.as_ref().filter(|(_, boot, id)| id == boot_id && *boot <= now.boot);
        let before = same_boot.map(|(wall, boot, _)| wall.since(Wall(boot.0)));
        let verdict = if now.sync.synchronised {
            (true, TrustReason::Synchronised)
        } else if let Some(before) = before {
            // The boot clock ran on: nothing about the wall clock has to be guessed. Small steps add up, also over starts.
            base = replay.runs.base(boot_id).unwrap_or(before);
            match replay.trust {
                Some((false, why)) => (false, why),
                other => {
                    let why = other.map_or(TrustReason::NoDoubt, |(_, why)| why);
                    doubt(now.wall, last_seen, build, offset - base).map_or((true, why), |why| (false, why))
                }
            }
        } else {
            let far = match last_seen {
                Some(seen) => now.wall.since(seen) > MAX_OFF_US,
                None => now.wall.since(build) > MAX_AGE_US,
            };
            match doubt(now.wall, last_seen, build, 0) {
                Some(why) => (false, why),
                None if far => (false, TrustReason::FarAhead),
                None => (true, TrustReason::NoDoubt),
            }
        };
        let trust = Self { believed: verdict.0, why: verdict.1, build, floor: last_seen, offset, base };
        (trust, before.map(|before| offset - before).filter(|step| step.abs() >= STEP_US))
    }

    /// A reading with the wall clock as it ran at the last look: what came before a step is judged by it.
    #[must_use]
    pub fn unstepped(&self, now: Now) -> Now {
        Now { wall: Wall(now.boot.0).plus(self.offset), ..now }
    }

    /// Reads the clock's behaviour since the last look.
    pub fn look(&mut self, now: Now) -> Look {
        let offset = now.wall.since(Wall(now.boot.0));
        let moved = offset - self.offset;
        self.offset = offset;
        let before = (self.believed, self.why);
        if now.sync.synchronised {
            (self.believed, self.why) = (true, TrustReason::Synchronised);
            self.base = offset;
        } else if self.believed
            && let Some(why) = doubt(now.wall, self.floor, self.build, offset - self.base)
        {
            (self.believed, self.why) = (false, why);
        }
        Look { step: (moved.abs() >= STEP_US).then_some(moved), moved, changed: before.0 != self.believed }
    }

    /// An entry was logged.
    pub fn logged(&mut self, now: Now) {
        if self.believed {
            self.floor = Some(now.wall);
        }
    }

    /// The operator vouches for the clock.
    ///
    /// # Errors
    /// [`TrustReason::BeforeBuild`] when it cannot be right: it must be set first.
    pub fn confirm(&mut self, now: Now) -> Result<(), TrustReason> {
        if now.wall < self.build {
            return Err(TrustReason::BeforeBuild);
        }
        self.believed = true;
        self.why = TrustReason::Confirmed;
        self.base = now.wall.since(Wall(now.boot.0));
        Ok(())
    }
}

/// What speaks against an unsynchronised clock that has moved by `moved` since it was good.
fn doubt(wall: Wall, last: Option<Wall>, build: Wall, moved: i64) -> Option<TrustReason> {
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
