//! The history of absences: the periods in which the station could not have played, each with its reason, over all runs
//! of the daemon (pure).
//!
//! The entries for starts, stops and changes of clock trust record the times of both clocks. While the wall clock is
//! untrusted, its times do not show when an absence began or ended. Once the wall clock is trusted again in the same
//! machine boot, these times are computed from the boot clock. The engine updates the same history while it runs, so
//! the reason for a missed airing depends only on the log and the clocks, not on how often the daemon restarted before
//! it wrote the outcome. A heartbeat is an entry or a progress mark: either proves that the daemon was running.
use super::entry::{Body, Reason, TrustReason};
use super::record::Record;
use crate::base::instant::{BootTime, SECOND_US, WallTime};

/// How long after the program starts the network can still correct an unsynchronised clock, in microseconds. Until
/// then, airings that seem missed because the station was off get no outcome. Without this wait, a computer whose
/// battery clock shows the time of another zone would log upcoming sessions as missed.
/// `docs/operator.md` and `docs/airlog-format.md` give the number.
pub const CLOCK_GRACE_US: i64 = 300 * SECOND_US;

/// Maximum number of absences in the history. If there are more, the oldest are merged into one.
const MAX_ABSENCES: usize = 1024;

/// A period in which the station could not have played, according to the trusted wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// First instant of the absence.
    pub from: WallTime,
    /// First instant after the absence.
    pub until: WallTime,
    /// `power-off`, `shutdown` or `clock-untrusted`.
    pub reason: Reason,
}

/// An absence whose wall-clock times are not known yet, because the clock is untrusted. It begins when the previous
/// absence ended, or at the last heartbeat under a trusted clock.
#[derive(Debug, Clone, Copy, PartialEq)]
struct UndatedAbsence {
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
    /// Wall clock at the last heartbeat under a trusted clock.
    last_heartbeat: Option<WallTime>,
    /// Boot clock at that heartbeat, if it was in this machine boot.
    last_heartbeat_boot: Option<BootTime>,
    /// While the clock is untrusted: absences in earlier machine boots. Their times were computed from the last trusted
    /// time of their machine boot.
    earlier_absences: Vec<Absence>,
    /// While the clock is untrusted: the reason why the station was off after the `earlier_absences`.
    off_reason: Option<Reason>,
    /// While the clock is untrusted: absences in this machine boot.
    undated_absences: Vec<UndatedAbsence>,
    /// Wall clock minus boot clock, in microseconds. It is measured at the start of the first run in this machine boot,
    /// and again whenever the clock is confirmed or synchronised.
    clock_base_us: Option<i64>,
}

impl AbsenceHistory {
    /// Applies an entry of the log.
    pub fn apply(&mut self, record: &Record) {
        let (wall, boot) = (record.wall(), BootTime(record.boottime_us));
        match &record.body {
            Some(Body::Boot(entry)) => {
                let previous = PreviousRun {
                    ended_cleanly: entry.orderly,
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
            _ => self.record_heartbeat(wall, boot),
        }
        if record.clock.is_synchronised && self.boot_id == record.boot {
            self.set_clock_base(wall, boot);
        }
    }

    /// Begins a run of the daemon at this time. `trusted` is true when the daemon trusts the wall clock at its start.
    pub fn begin_run(&mut self, wall: WallTime, boot: BootTime, boot_id: &str, previous: PreviousRun, trusted: bool) {
        let reason = if previous.ended_cleanly { Reason::Shutdown } else { Reason::PowerOff };
        if let (false, Some(undated), Some(last_alive)) =
            (self.is_trusted, self.undated_absences.last_mut(), previous.last_alive)
        {
            // `previous` takes progress marks into account, which can be newer than the last entry.
            undated.until = undated.until.max(last_alive);
        }
        let is_first_run = self.boot_id.is_empty() && previous.last_seen.is_none();
        if previous.last_seen > self.last_heartbeat {
            let advance_us = previous.last_seen.zip(self.last_heartbeat).map_or(0, |(newer, older)| newer.since(older));
            self.last_heartbeat_boot = self.last_heartbeat_boot.map(|at| at.plus(advance_us));
            self.last_heartbeat = previous.last_seen;
        }
        if self.boot_id == boot_id && !boot_id.is_empty() {
            self.undated_absences.push(UndatedAbsence { until: boot, reason });
        } else {
            self.end_machine_boot(reason);
            boot_id.clone_into(&mut self.boot_id);
            self.off_reason = self.off_reason.filter(|_| !is_first_run);
            self.clock_base_us = Some(wall.since(WallTime(boot.0)));
            if !is_first_run {
                // The station was off until the start of this run.
                let reason = self.off_reason.unwrap_or(reason);
                self.undated_absences.push(UndatedAbsence { until: boot, reason });
            }
        }
        self.is_trusted = false;
        if trusted {
            self.trust_clock(wall, boot);
        } else {
            self.undated_absences.push(UndatedAbsence { until: boot, reason: Reason::ClockUntrusted });
        }
    }

    /// Ends a machine boot. The boot clock restarts, so the times of this boot's absences are computed now, from its
    /// last trusted time. `reason` says why the station was off afterwards.
    fn end_machine_boot(&mut self, reason: Reason) {
        let undated_absences = std::mem::take(&mut self.undated_absences);
        if let (Some(last_heartbeat), Some(last_heartbeat_boot)) =
            (self.last_heartbeat, self.last_heartbeat_boot.take())
        {
            let mut from = last_heartbeat;
            for undated in undated_absences {
                let until = last_heartbeat.plus(undated.until.since(last_heartbeat_boot));
                self.earlier_absences.push(Absence { from, until, reason: undated.reason });
                from = until.max(from);
            }
        }
        // If the clock is untrusted during several machine boots, the log does not show when each reason applied. The
        // first one is used for all of them, because it is the reason why the station stopped.
        self.off_reason.get_or_insert(reason);
    }

    /// Records a heartbeat. If the trusted clock was set back, `wall` may be earlier than the end of recorded absences.
    /// Such an absence is removed, or shortened so that it ends at `wall`.
    pub fn record_heartbeat(&mut self, wall: WallTime, boot: BootTime) {
        if !self.is_trusted {
            if let Some(undated) = self.undated_absences.last_mut() {
                undated.until = boot;
            }
            return;
        }
        if self.last_heartbeat.is_some_and(|last_heartbeat| wall < last_heartbeat) {
            self.absences.retain(|absence| absence.from < wall);
            for absence in &mut self.absences {
                absence.until = absence.until.min(wall);
            }
        }
        (self.last_heartbeat, self.last_heartbeat_boot) = (Some(wall), Some(boot));
    }

    /// Begins a period with an untrusted clock.
    pub fn distrust_clock(&mut self, boot: BootTime) {
        if self.is_trusted {
            self.is_trusted = false;
            self.undated_absences.push(UndatedAbsence { until: boot, reason: Reason::ClockUntrusted });
        }
    }

    /// Begins a period with a trusted clock, and computes the times of all absences since the clock was last trusted.
    pub fn trust_clock(&mut self, wall: WallTime, boot: BootTime) {
        if !self.is_trusted {
            let last = self.undated_absences.last_mut();
            if let Some(undated) = last.filter(|undated| undated.reason == Reason::ClockUntrusted) {
                undated.until = boot;
            }
            let mut from = self.last_heartbeat.unwrap_or(WallTime(i64::MIN));
            let earlier = std::mem::take(&mut self.earlier_absences).into_iter();
            let undated_absences = std::mem::take(&mut self.undated_absences).into_iter();
            let dated = undated_absences.map(|undated| (wall.plus(undated.until.since(boot)), undated.reason));
            for (until, reason) in earlier.map(|absence| (absence.until, absence.reason)).chain(dated) {
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
        self.record_heartbeat(wall, boot);
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

    /// Sets the clock base from these times. The wall clock must be synchronised, or just confirmed by the operator.
    fn set_clock_base(&mut self, wall: WallTime, boot: BootTime) {
        self.clock_base_us = Some(wall.since(WallTime(boot.0)));
    }

    /// Returns the wall clock minus the boot clock, in microseconds. It was measured when the clock of this machine
    /// boot was last confirmed or synchronised, or at the start of its first run. `None` if the history has no run in
    /// this machine boot.
    #[must_use]
    pub fn clock_base_us(&self, boot_id: &str) -> Option<i64> {
        self.clock_base_us.filter(|_| self.boot_id == boot_id && !boot_id.is_empty())
    }

    /// Returns the reason for the earliest absence that overlaps this range; `None` if there is none.
    #[must_use]
    pub fn absence_reason(&self, from: WallTime, until: WallTime) -> Option<Reason> {
        self.absences.iter().find(|absence| absence.from < until && from < absence.until).map(|absence| absence.reason)
    }

    /// Forgets absences that ended before this time.
    pub fn forget_before(&mut self, cutoff: WallTime) {
        self.absences.retain(|absence| absence.until > cutoff);
    }
}

/// The end of the previous run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviousRun {
    /// True when that run shut down cleanly.
    pub ended_cleanly: bool,
    /// Wall clock at the last heartbeat of that run under a trusted clock, if any.
    pub last_seen: Option<WallTime>,
    /// Boot clock at the last heartbeat of that run, if known.
    pub last_alive: Option<BootTime>,
}
