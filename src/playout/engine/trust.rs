//! Whether the wall clock is believed.
//!
//! Untrusted: earlier than the last sign of life, earlier than the build, stepped forward by more than 5 minutes
//! while unsynchronised, or implausibly far ahead at the start of the machine. Trusted again: when the system
//! says it is synchronised, or the operator vouches for it.
use crate::airlog::entry::TrustReason;
use crate::airlog::replay::Replay;
use crate::instant::{SECOND, Wall};
use crate::playout::clock::Now;

/// A forward step that an unsynchronised clock may make and still be believed.
const MAX_FORWARD_US: i64 = 300 * SECOND;
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
    /// The last instant at which it was believed.
    pub last_believed: Wall,
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
    /// At the start of the daemon. `last_seen`: the last sign of life under a believed clock.
    #[must_use]
    pub fn begin(now: Now, boot_id: &str, replay: &Replay, last_seen: Option<Wall>, build: Wall) -> Self {
        let offset = now.wall.since(Wall(now.boot.0));
        let mut base = offset;
        let same_boot = replay.last.as_ref().filter(|(_, _, id)| id == boot_id);
        let verdict = if now.sync.synchronised {
            (true, TrustReason::Synchronised)
        } else if let Some((wall, boot, _)) = same_boot {
            // The boot clock ran on: nothing about the wall clock has to be guessed.
            base = wall.since(Wall(boot.0));
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
        Self {
            believed: verdict.0,
            why: verdict.1,
            build,
            floor: last_seen,
            last_believed: if verdict.0 { now.wall } else { last_seen.unwrap_or(now.wall) },
            offset,
            base,
        }
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
        if self.believed {
            self.last_believed = now.wall;
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
        self.last_believed = now.wall;
        Ok(())
    }
}

/// What speaks against an unsynchronised clock that has moved forward by `ahead` since it was good.
fn doubt(wall: Wall, last: Option<Wall>, build: Wall, ahead: i64) -> Option<TrustReason> {
    if wall < build {
        Some(TrustReason::BeforeBuild)
    } else if last.is_some_and(|last| wall.plus(BACK_TOLERANCE_US) < last) {
        Some(TrustReason::BeforeLastEntry)
    } else if ahead > MAX_FORWARD_US {
        Some(TrustReason::ForwardStep)
    } else {
        None
    }
}
