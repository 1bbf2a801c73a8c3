//! When the station could not have played, and why, over all runs of the daemon (pure).
//!
//! Starts, stops and changes of clock trust carry both clocks. An untrusted wall clock cannot place them in time; the
//! boot clock can, once the wall clock is trusted again in the same machine boot. The engine updates the same history
//! while it runs. So the reason of a missed airing depends only on the log and the clocks, however often the daemon was
//! restarted before the outcome was written.
use super::entry::{Body, Reason, TrustReason};
use super::record::Record;
use crate::base::instant::{BootTime, WallTime};

/// Number of absences that are kept; beyond it the oldest are merged.
const MAX_ABSENCES: usize = 1024;

/// A stretch of trusted wall time in which the station could not have played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// First instant.
    pub from: WallTime,
    /// Instant after the last.
    pub until: WallTime,
    /// `power-off`, `shutdown` or `clock-untrusted`.
    pub why: Reason,
}

/// A stretch since the clock was last trusted. It begins where the previous one ends.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SilentStretch {
    until: BootTime,
    why: Reason,
}

/// Times without sound, over all runs of the daemon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbsenceHistory {
    /// In chronological order.
    absences: Vec<Absence>,
    /// Boot id of the machine; empty before the first run.
    boot_id: String,
    believed: bool,
    /// Last sign of life under a trusted clock.
    seen: Option<WallTime>,
    /// Boot clock at that instant, if it was in this machine boot.
    seen_at: Option<BootTime>,
    /// While the clock is untrusted: stretches of earlier machine boots, placed by their own last trusted time.
    earlier: Vec<Absence>,
    /// While the clock is untrusted: why the station was off after those.
    off_between: Option<Reason>,
    /// While the clock is untrusted: stretches of this machine boot.
    since: Vec<SilentStretch>,
    /// Wall minus boot clock, in microseconds, when the clock of this machine boot was last good.
    base: Option<i64>,
}

impl AbsenceHistory {
    /// Applies an entry of the log.
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

    /// Begins a run.
    pub fn begin_run(&mut self, wall: WallTime, boot: BootTime, boot_id: &str, before: PreviousRun, trusted: bool) {
        let off = if before.orderly { Reason::Shutdown } else { Reason::PowerOff };
        if let (false, Some(open), Some(alive)) = (self.believed, self.since.last_mut(), before.alive) {
            // A progress mark is newer than the last entry.
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
                // The machine was off, then booted, until this run began.
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

    /// Ends a machine boot. The boot clock restarts, so earlier stretches are placed now, from the last trusted time of
    /// that boot.
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
        // Several causes cannot be told apart afterwards: keep the first, which stopped the station first.
        self.off_between.get_or_insert(off);
    }

    /// Notes a sign of life. After the clock was set back, times come again that counted as absence: these are dropped.
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

    /// Notes that the clock is untrusted from now on.
    pub fn distrust_clock(&mut self, boot: BootTime) {
        if self.believed {
            self.believed = false;
            self.since.push(SilentStretch { until: boot, why: Reason::ClockUntrusted });
        }
    }

    /// Notes that the clock is trusted from now on, and places all stretches since it was last trusted.
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

    /// Notes a wall clock that is synchronised, or confirmed by the operator.
    fn set_clock_base(&mut self, wall: WallTime, boot: BootTime) {
        self.base = Some(wall.since(WallTime(boot.0)));
    }

    /// Returns wall minus boot clock, in microseconds, when the clock of this machine boot was last good, or first
    /// seen.
    #[must_use]
    pub fn clock_base_us(&self, boot_id: &str) -> Option<i64> {
        self.base.filter(|_| self.boot_id == boot_id && !boot_id.is_empty())
    }

    /// Returns why the station could not have played at some instant of this range; the earliest absence counts.
    #[must_use]
    pub fn absence_reason(&self, from: WallTime, until: WallTime) -> Option<Reason> {
        self.absences.iter().find(|absence| absence.from < until && from < absence.until).map(|absence| absence.why)
    }

    /// Forgets absences that ended before this time.
    pub fn forget_before(&mut self, oldest: WallTime) {
        self.absences.retain(|absence| absence.until > oldest);
    }
}

/// How the previous run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousRun {
    /// Whether it shut down cleanly.
    pub orderly: bool,
    /// Last sign of life under a trusted clock.
    pub seen: Option<WallTime>,
    /// Last sign of life by its boot clock.
    pub alive: Option<BootTime>,
}
