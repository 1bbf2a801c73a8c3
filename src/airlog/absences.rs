//! The history of absences: the times in which the station could not have played, each with its reason, over all runs
//! of the daemon (pure).
//!
//! The entries for starts, stops and changes of clock trust carry the times of both clocks. An untrusted wall clock
//! does not tell when they happened. The boot clock does, as soon as the wall clock is trusted again in the same
//! machine boot. The engine updates the same history while it runs. So the reason of a missed airing depends only on
//! the log and the clocks, not on how often the daemon restarted before it wrote the outcome.
use super::entry::{Body, Reason, TrustReason};
use super::record::Record;
use crate::base::instant::{BootTime, WallTime};

/// Maximum number of absences in the history. Beyond it, the oldest are merged into one.
const MAX_ABSENCES: usize = 1024;

/// A stretch of trusted wall time in which the station could not have played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// First instant.
    pub from: WallTime,
    /// Instant after the last.
    pub until: WallTime,
    /// `power-off`, `shutdown` or `clock-untrusted`.
    pub reason: Reason,
}

/// An absence after the clock was last trusted, by the boot clock. It begins at the end of the previous stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
struct SilentStretch {
    until: BootTime,
    reason: Reason,
}

/// The absences of the station, over all runs of the daemon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbsenceHistory {
    /// Absences in chronological order.
    absences: Vec<Absence>,
    /// Boot id of the machine; empty before the first run.
    boot_id: String,
    /// True while the wall clock is trusted.
    is_trusted: bool,
    /// Last sign of life under a trusted clock.
    last_alive: Option<WallTime>,
    /// Boot clock at `last_alive`, if that was in this machine boot.
    last_alive_boot: Option<BootTime>,
    /// While the clock is untrusted: absences in earlier machine boots, dated from the last trusted time of each.
    earlier_absences: Vec<Absence>,
    /// While the clock is untrusted: the reason why the station was off after `earlier_absences`.
    off_reason: Option<Reason>,
    /// While the clock is untrusted: absences in this machine boot.
    stretches: Vec<SilentStretch>,
    /// Wall clock minus boot clock, in microseconds, when the clock of this machine boot was last confirmed or
    /// synchronised, or at the start of its first run.
    clock_base_us: Option<i64>,
}

impl AbsenceHistory {
    /// Applies an entry of the log.
    pub fn apply(&mut self, record: &Record) {
        let (wall, boot) = (record.wall(), BootTime(record.boottime_us));
        match &record.body {
            Some(Body::Boot(entry)) => {
                let previous = PreviousRun {
                    ended_orderly: entry.orderly,
                    last_seen: entry.last_seen.map(|at| WallTime(at.timestamp_micros())),
                    last_alive: entry.alive_us.map(BootTime),
                };
                self.begin_run(wall, boot, &record.boot, previous, entry.trusted);
            }
            _ if self.boot_id != record.boot => {}
            Some(Body::ClockTrust(entry)) if entry.trusted => {
                self.trust_clock(wall, boot);
                if entry.trust == TrustReason::Confirmed {
                    self.set_clock_base(wall, boot);
                }
            }
            Some(Body::ClockTrust(_)) => self.distrust_clock(boot),
            _ => self.record_life_sign(wall, boot),
        }
        if record.clock.is_synchronised && self.boot_id == record.boot {
            self.set_clock_base(wall, boot);
        }
    }

    /// Begins a run of the daemon at this time. `trusted` is true when the daemon trusts the wall clock at its start.
    pub fn begin_run(&mut self, wall: WallTime, boot: BootTime, boot_id: &str, previous: PreviousRun, trusted: bool) {
        let reason = if previous.ended_orderly { Reason::Shutdown } else { Reason::PowerOff };
        if let (false, Some(stretch), Some(alive)) = (self.is_trusted, self.stretches.last_mut(), previous.last_alive) {
            // `previous` also counts progress marks, which can be newer than the last entry.
            stretch.until = stretch.until.max(alive);
        }
        let is_first_run = self.boot_id.is_empty() && previous.last_seen.is_none();
        if previous.last_seen > self.last_alive {
            let advance_us = previous.last_seen.zip(self.last_alive).map_or(0, |(mark, entry)| mark.since(entry));
            self.last_alive_boot = self.last_alive_boot.map(|at| at.plus(advance_us));
            self.last_alive = previous.last_seen;
        }
        if self.boot_id == boot_id && !boot_id.is_empty() {
            self.stretches.push(SilentStretch { until: boot, reason });
        } else {
            self.end_machine_boot(reason);
            boot_id.clone_into(&mut self.boot_id);
            self.off_reason = self.off_reason.filter(|_| !is_first_run);
            self.clock_base_us = Some(wall.since(WallTime(boot.0)));
            if !is_first_run {
                // This stretch lasts from the start of the machine to the start of this run.
                let reason = self.off_reason.unwrap_or(reason);
                self.stretches.push(SilentStretch { until: boot, reason });
            }
        }
        self.is_trusted = false;
        if trusted {
            self.trust_clock(wall, boot);
        } else {
            self.stretches.push(SilentStretch { until: boot, reason: Reason::ClockUntrusted });
        }
    }

    /// Ends a machine boot. The boot clock restarts, so this dates the stretches of the ended boot now, from its last
    /// trusted time. `reason` tells why the station was off afterwards.
    fn end_machine_boot(&mut self, reason: Reason) {
        let stretches = std::mem::take(&mut self.stretches);
        if let (Some(last_alive), Some(last_alive_boot)) = (self.last_alive, self.last_alive_boot.take()) {
            let mut from = last_alive;
            for stretch in stretches {
                let until = last_alive.plus(stretch.until.since(last_alive_boot));
                self.earlier_absences.push(Absence { from, until, reason: stretch.reason });
                from = until.max(from);
            }
        }
        // Over several boots with an untrusted clock, the log does not tell when each reason applied. The first reason
        // counts, because it stopped the station.
        self.off_reason.get_or_insert(reason);
    }

    /// Records a sign of life. If the trusted clock was set back, `wall` may lie before or within recorded absences.
    /// These are then removed, or cut at `wall`.
    pub fn record_life_sign(&mut self, wall: WallTime, boot: BootTime) {
        if !self.is_trusted {
            if let Some(stretch) = self.stretches.last_mut() {
                stretch.until = boot;
            }
            return;
        }
        if self.last_alive.is_some_and(|last_alive| wall < last_alive) {
            self.absences.retain(|absence| absence.from < wall);
            for absence in &mut self.absences {
                absence.until = absence.until.min(wall);
            }
        }
        (self.last_alive, self.last_alive_boot) = (Some(wall), Some(boot));
    }

    /// Begins a time with an untrusted clock.
    pub fn distrust_clock(&mut self, boot: BootTime) {
        if self.is_trusted {
            self.is_trusted = false;
            self.stretches.push(SilentStretch { until: boot, reason: Reason::ClockUntrusted });
        }
    }

    /// Begins a time with a trusted clock, and dates all stretches since the clock was last trusted.
    pub fn trust_clock(&mut self, wall: WallTime, boot: BootTime) {
        if !self.is_trusted {
            let last = self.stretches.last_mut();
            if let Some(stretch) = last.filter(|stretch| stretch.reason == Reason::ClockUntrusted) {
                stretch.until = boot;
            }
            let mut from = self.last_alive.unwrap_or(WallTime(i64::MIN));
            let earlier = std::mem::take(&mut self.earlier_absences).into_iter();
            let stretches = std::mem::take(&mut self.stretches).into_iter();
            let stretches = stretches.map(|stretch| (wall.plus(stretch.until.since(boot)), stretch.reason));
            for (until, reason) in earlier.map(|absence| (absence.until, absence.reason)).chain(stretches) {
                let until = until.min(wall);
                if from < until {
                    self.absences.push(Absence { from, until, reason });
                    from = until;
                }
            }
            self.off_reason = None;
            self.is_trusted = true;
            self.merge_oldest();
        }
        self.record_life_sign(wall, boot);
    }

    /// Merges the oldest absences into one if there are more than [`MAX_ABSENCES`].
    fn merge_oldest(&mut self) {
        let excess = self.absences.len().saturating_sub(MAX_ABSENCES);
        if let Some(first) = self.absences.first().copied()
            && excess > 0
        {
            self.absences.drain(..excess);
            self.absences[0] = Absence { from: first.from, reason: first.reason, ..self.absences[0] };
        }
    }

    /// Takes this time of the wall clock as the base: the clock is synchronised, or confirmed by the operator.
    fn set_clock_base(&mut self, wall: WallTime, boot: BootTime) {
        self.clock_base_us = Some(wall.since(WallTime(boot.0)));
    }

    /// Returns the wall clock minus the boot clock, in microseconds, when the clock of this machine boot was last
    /// confirmed or synchronised, or at the start of its first run. `None` if the history has no run in this machine
    /// boot.
    #[must_use]
    pub fn clock_base_us(&self, boot_id: &str) -> Option<i64> {
        self.clock_base_us.filter(|_| self.boot_id == boot_id && !boot_id.is_empty())
    }

    /// Returns the reason of the earliest absence that overlaps this range; `None` if there is none.
    #[must_use]
    pub fn absence_reason(&self, from: WallTime, until: WallTime) -> Option<Reason> {
        self.absences.iter().find(|absence| absence.from < until && from < absence.until).map(|absence| absence.reason)
    }

    /// Forgets absences that ended before this time.
    pub fn forget_before(&mut self, oldest: WallTime) {
        self.absences.retain(|absence| absence.until > oldest);
    }
}

/// The end of the previous run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousRun {
    /// True when that run shut down cleanly.
    pub ended_orderly: bool,
    /// Last sign of life of that run under a trusted clock, if any.
    pub last_seen: Option<WallTime>,
    /// Last sign of life of that run by its boot clock, if known.
    pub last_alive: Option<BootTime>,
}
