//! When the station could not have played, and why: one account over all runs of the daemon (pure).
//!
//! A start, a stop, a doubt and its end are told by boot clock and wall clock. A wall clock that is not believed places
//! nothing; the boot clock does, once the wall clock of the same start of the machine is believed again. The engine keeps
//! the same account while it runs, so that the reason of a miss is one function of the log and the clocks, however often the
//! daemon was started between the miss and its outcome.
use super::entry::{Body, Reason, TrustReason};
use super::record::Record;
use crate::base::instant::{BootTime, WallTime};

/// Absences that are remembered; of more, the oldest are taken together.
const MAX_ABSENCES: usize = 1024;

/// A stretch of believed wall time in which the station could not have played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// Its first instant.
    pub from: WallTime,
    /// The instant after its last.
    pub until: WallTime,
    /// `power-off`, `shutdown` or `clock-untrusted`.
    pub why: Reason,
}

/// A stretch since the clock was last believed. It begins where the one before it ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SilentStretch {
    until: BootTime,
    why: Reason,
}

/// What the runs of the daemon have left without sound.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbsenceHistory {
    /// In the order of time.
    absences: Vec<Absence>,
    /// This start of the machine; empty before the first run.
    boot_id: String,
    believed: bool,
    /// The last sign of life under a believed clock.
    seen: Option<WallTime>,
    /// The boot clock at that instant, if it was in this start of the machine.
    seen_at: Option<BootTime>,
    /// While the clock is not believed: an earlier start of the machine, placed by its own last believed time,
    earlier: Vec<Absence>,
    /// why the station was off after it,
    off_between: Option<Reason>,
    /// and the stretches of this start of the machine.
    since: Vec<SilentStretch>,
    /// Wall minus boot clock when the clock of this start of the machine was last good.
    base: Option<i64>,
}

impl AbsenceHistory {
    /// Takes an entry of the log.
    pub fn apply(&mut self, record: &Record) {
        let (wall, boot) = (record.wall(), BootTime(record.boottime_us));
        match &record.body {
            Some(Body::Boot(note)) => {
                let seen = note.last_seen.map(|at| WallTime(at.timestamp_micros()));
                let before = PreviousRun { orderly: note.orderly, seen, alive: note.alive_us.map(BootTime) };
                self.begin_run(wall, boot, &record.boot, before, note.trusted);
            }
            _ if self.boot_id != record.boot => {}
            Some(Body::ClockTrust(note)) if note.trusted => {
                self.trust_clock(wall, boot);
                if note.trust == TrustReason::Confirmed {
                    self.set_clock_base(wall, boot);
                }
            }
            Some(Body::ClockTrust(_)) => self.distrust_clock(boot),
            _ => self.saw_alive(wall, boot),
        }
        if record.clock.synchronised && self.boot_id == record.boot {
            self.set_clock_base(wall, boot);
        }
    }

    /// A run begins.
    pub fn begin_run(&mut self, wall: WallTime, boot: BootTime, boot_id: &str, before: PreviousRun, trusted: bool) {
        let off = if before.orderly { Reason::Shutdown } else { Reason::PowerOff };
        if let (false, Some(open), Some(alive)) = (self.believed, self.since.last_mut(), before.alive) {
            // A mark is younger than the last entry.
            open.until = open.until.max(alive);
        }
        let first = self.boot_id.is_empty() && before.seen.is_none();
        if before.seen > self.seen {
            let younger_us = before.seen.zip(self.seen).map_or(0, |(mark, entry)| mark.since(entry));
            self.seen_at = self.seen_at.map(|at| at.plus(younger_us));
            self.seen = before.seen;
        }
        if self.boot_id == boot_id && !boot_id.is_empty() {
            self.since.push(SilentStretch { until: boot, why: off });
        } else {
            self.end_machine_boot(off);
            boot_id.clone_into(&mut self.boot_id);
            self.off_between = self.off_between.filter(|_| !first);
            self.base = Some(wall.since(WallTime(boot.0)));
            if !first {
                // The machine was off, then came up: until this run began.
                self.since.push(SilentStretch { until: boot, why: self.off_between.unwrap_or(off) });
            }
        }
        self.believed = false;
        if trusted {
            self.trust_clock(wall, boot);
        } else {
            self.since.push(SilentStretch { until: boot, why: Reason::ClockUntrusted });
        }
    }

    /// The machine was started anew: its boot clock begins again, and places what was before only from the last believed
    /// time of the same start.
    fn end_machine_boot(&mut self, off: Reason) {
        let stretches = std::mem::take(&mut self.since);
        if let (Some(seen), Some(seen_at)) = (self.seen, self.seen_at.take()) {
            let mut from = seen;
            for stretch in stretches {
                let until = seen.plus(stretch.until.since(seen_at));
                self.earlier.push(Absence { from, until, why: stretch.why });
                from = until.max(from);
            }
        }
        // Of several that nobody can tell apart any more the first: it is what kept the station from playing first.
        self.off_between.get_or_insert(off);
    }

    /// A sign of life. A clock that was set back brings times again that were counted as absence.
    pub fn saw_alive(&mut self, wall: WallTime, boot: BootTime) {
        if !self.believed {
            if let Some(open) = self.since.last_mut() {
                open.until = boot;
            }
            return;
        }
        if self.seen.is_some_and(|seen| wall < seen) {
            self.absences.retain(|absence| absence.from < wall);
            for absence in &mut self.absences {
                absence.until = absence.until.min(wall);
            }
        }
        (self.seen, self.seen_at) = (Some(wall), Some(boot));
    }

    /// The clock is not believed any more.
    pub fn distrust_clock(&mut self, boot: BootTime) {
        if self.believed {
            self.believed = false;
            self.since.push(SilentStretch { until: boot, why: Reason::ClockUntrusted });
        }
    }

    /// The clock is believed: what was without sound since it was believed last has its place now.
    pub fn trust_clock(&mut self, wall: WallTime, boot: BootTime) {
        if !self.believed {
            if let Some(open) = self.since.last_mut().filter(|open| open.why == Reason::ClockUntrusted) {
                open.until = boot;
            }
            let mut from = self.seen.unwrap_or(WallTime(i64::MIN));
            let earlier = std::mem::take(&mut self.earlier).into_iter();
            let here = std::mem::take(&mut self.since).into_iter();
            let here = here.map(|stretch| (wall.plus(stretch.until.since(boot)), stretch.why));
            for (until, why) in earlier.map(|absence| (absence.until, absence.why)).chain(here) {
                let until = until.min(wall);
                if from < until {
                    self.absences.push(Absence { from, until, why });
                    from = until;
                }
            }
            self.off_between = None;
            self.believed = true;
            self.merge_oldest();
        }
        self.saw_alive(wall, boot);
    }

    fn merge_oldest(&mut self) {
        let more = self.absences.len().saturating_sub(MAX_ABSENCES);
        if let Some(first) = self.absences.first().copied()
            && more > 0
        {
            self.absences.drain(..more);
            self.absences[0] = Absence { from: first.from, why: first.why, ..self.absences[0] };
        }
    }

    /// The wall clock is as good as it gets: synchronised, or vouched for.
    fn set_clock_base(&mut self, wall: WallTime, boot: BootTime) {
        self.base = Some(wall.since(WallTime(boot.0)));
    }

    /// Wall minus boot clock when the clock of this start of the machine was last good, or was met first.
    #[must_use]
    pub fn clock_base_us(&self, boot_id: &str) -> Option<i64> {
        self.base.filter(|_| self.boot_id == boot_id && !boot_id.is_empty())
    }

    /// Why the station could not have played at some instant of these, the first one first.
    #[must_use]
    pub fn absence_reason(&self, from: WallTime, until: WallTime) -> Option<Reason> {
        self.absences.iter().find(|absence| absence.from < until && from < absence.until).map(|absence| absence.why)
    }

    /// Forgets what nothing falls into any more.
    pub fn forget_before(&mut self, oldest: WallTime) {
        self.absences.retain(|absence| absence.until > oldest);
    }
}

/// How the run before one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousRun {
    /// Whether it ended in order.
    pub orderly: bool,
    /// The last sign of life under a believed clock.
    pub seen: Option<WallTime>,
    /// The last sign of life by its boot clock.
    pub alive: Option<BootTime>,
}
