//! Checks the wall clock against the boot clock.
use super::PlausibilityFold;
use super::clock_history::{EntryBatch, LEAP_WINDOW_US, SETTLING_US};
use super::entry_view::EntryView;
use super::finding::{Implausibility, PlausibilityRemark};
use crate::base::instant::SECOND_US;

/// Allowed movement of the wall clock against the boot clock without a log entry, per mille of the passed time. It
/// covers slewing (500 ppm) and corrections of less than half a second, which are not logged. [`MAX_STEP_US`] is
/// allowed in addition.
const SLEW_PER_MILLE: i64 = 1;
/// Allowed step of the wall clock without a log entry, in microseconds.
const MAX_STEP_US: i64 = SECOND_US;
/// Maximum backward step of a trusted clock between two machine boots that counts as a correction, in microseconds.
const MAX_BACKWARD_US: i64 = 5 * SECOND_US;
/// Maximum number of leaps that are remembered.
const MAX_LEAPS: usize = 32;
/// Maximum number of days with entries that are remembered. A later reader compares them with its own clock.
const MAX_DAYS: usize = 400;

impl PlausibilityFold {
    /// Remembers a leap. After a leap, the next dates may be planned while airings of earlier dates still sound.
    fn remember_leap(&mut self, boottime: i64) {
        let leaps = &mut self.time.leaps;
        leaps.retain(|(leap_time, _)| boottime.saturating_sub(*leap_time) <= LEAP_WINDOW_US);
        if leaps.len() >= MAX_LEAPS {
            leaps.remove(0);
        }
        leaps.push((boottime, self.days.latest()));
    }

    /// Checks the times of an entry, and updates the state of the clocks.
    pub(super) fn check_clocks(&mut self, seq: u64, entry: &EntryView<'_>) {
        let Some(wall) = entry.at else { return };
        self.begins.get_or_insert(wall);
        if let (Some(boot), Some(boottime)) = (entry.boot, entry.boottime)
            // These entries carry the time of the write, and the loop may not have noticed a clock step at that time.
            && !matches!(entry.kind, "epoch" | "gap")
        {
            self.check_time_step(seq, wall.0, boot, boottime, entry);
        }
        if entry.kind == "clock-step" && !self.time.batch.begins {
            let step_us = entry.number("by_us").unwrap_or(0);
            self.time.batch.moved = self.time.batch.moved.saturating_sub(step_us);
            if let Some(boottime) = entry.boottime.filter(|_| step_us.saturating_abs() > SETTLING_US) {
                self.remember_leap(boottime);
            }
        }
        if let Some((trusted, confirmed)) = entry.trust() {
            (self.time.trusted, self.time.confirmed) = (trusted, confirmed);
        }
        if self.time.trusted {
            self.time.believed = Some(wall.0);
            let day = wall.0.div_euclid(86_400 * SECOND_US);
            self.ahead.entry(day).or_insert((seq, wall.0));
            if self.ahead.len() > MAX_DAYS {
                self.ahead.pop_first();
            }
        }
    }

    /// Begins a new batch if the entry has another time than the last one, and checks the clocks between the two.
    fn check_time_step(&mut self, seq: u64, wall: i64, boot: &str, boottime: i64, entry: &EntryView<'_>) {
        let is_start = entry.kind == "boot";
        let is_same_boot = self.time.boot == boot;
        let passed = boottime - self.time.boottime;
        let moved = wall - self.time.wall - passed;
        if is_same_boot && passed == 0 && moved == 0 && !is_start {
            return;
        }
        self.close_batch();
        if is_same_boot && !is_start {
            if self.time.trusted {
                self.time.ran = self.time.ran.saturating_add(passed.max(0));
            }
            if passed > LEAP_WINDOW_US {
                self.remember_leap(boottime);
            }
        }
        let mut batch =
            EntryBatch { first: seq, allowed: MAX_STEP_US, begins: is_start || !is_same_boot, ..EntryBatch::default() };
        if is_same_boot && passed < 0 {
            self.add_finding(seq, None, Implausibility::BootClockBack { by_us: -passed });
        } else if is_same_boot && is_start {
            let allowed = MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE;
            if moved.abs() > allowed {
                self.remarks.push(PlausibilityRemark::MovedWhileOff { seq, by_us: moved });
            }
        } else if is_same_boot {
            (batch.moved, batch.allowed) = (moved, MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE);
        } else if is_start
            && entry.trust().is_some_and(|(trusted, _)| trusted)
            && entry.synchronised == Some(false)
            && let Some(backward_us) =
                self.time.believed.map(|trusted_wall| trusted_wall - wall).filter(|us| *us > MAX_BACKWARD_US)
        {
            self.add_finding(seq, None, Implausibility::WentBack { by_us: backward_us });
        }
        if is_start {
            self.line.begin();
            (self.time.began, self.time.lost) = (boottime, None);
            self.time.leaps.clear();
        }
        if !is_same_boot {
            boot.clone_into(&mut self.time.boot);
        }
        (self.time.wall, self.time.boottime, self.time.batch) = (wall, boottime, batch);
    }

    /// Checks a complete batch: the wall clock must not have moved further than its `clock-step` entries explain.
    pub(super) fn close_batch(&mut self) {
        self.report_missing_outcomes();
        let EntryBatch { first, moved, allowed, outcomes, .. } = std::mem::take(&mut self.time.batch);
        if moved.saturating_abs() <= allowed.max(MAX_STEP_US) {
            return;
        }
        self.add_finding(first, None, Implausibility::ClockMoved { by_us: moved });
        for (seq, id) in outcomes {
            self.add_finding(seq, Some(&id), Implausibility::ClockMoved { by_us: moved });
        }
        self.time.lost = Some(moved);
    }
}
