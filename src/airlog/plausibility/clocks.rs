//! Checks the wall clock against the boot clock.
use super::PlausibilityFold;
use super::clock_history::{EntryBatch, LEAP_WINDOW_US, SETTLING_US};
use super::entry_view::EntryView;
use super::finding::{Implausibility, PlausibilityRemark};
use crate::base::instant::SECOND_US;

/// Unlogged movement of the wall clock against the boot clock that is allowed: [`MAX_STEP_US`] at once, and this share
/// of the passed time for slewing (500 ppm) and for corrections below the half second that is logged.
const SLEW_PER_MILLE: i64 = 1;
/// See [`SLEW_PER_MILLE`].
const MAX_STEP_US: i64 = SECOND_US;
/// Step back of a trusted clock from one machine boot to the next that counts as a correction.
const MAX_BACKWARD_US: i64 = 5 * SECOND_US;
/// Number of leaps that are remembered.
const MAX_LEAPS: usize = 32;
/// Number of the latest days that are remembered, for comparison with the clock of a later reader.
const DAYS_AHEAD: usize = 400;

impl PlausibilityFold {
    /// Remembers a leap: the next dates may be planned at once, while earlier airings continue.
    fn remember_leap(&mut self, boottime: i64) {
        let leaps = &mut self.time.leaps;
        leaps.retain(|(then, _)| boottime.saturating_sub(*then) <= LEAP_WINDOW_US);
        if leaps.len() >= MAX_LEAPS {
            leaps.remove(0);
        }
        leaps.push((boottime, self.days.latest()));
    }

    pub(super) fn check_clocks(&mut self, seq: u64, glance: &EntryView<'_>) {
        let Some(wall) = glance.at else { return };
        self.begins.get_or_insert(wall);
        if let (Some(boot), Some(boottime)) = (glance.boot, glance.boottime)
            // These take the time of the write, maybe before the loop has noticed a clock step.
            && !matches!(glance.kind, "epoch" | "gap")
        {
            self.check_time_step(seq, wall.0, boot, boottime, glance);
        }
        if glance.kind == "clock-step" && !self.time.batch.begins {
            let told = glance.number("by_us").unwrap_or(0);
            self.time.batch.moved = self.time.batch.moved.saturating_sub(told);
            if let Some(boottime) = glance.boottime.filter(|_| told.saturating_abs() > SETTLING_US) {
                self.remember_leap(boottime);
            }
        }
        if let Some((trusted, confirmed)) = glance.trust() {
            (self.time.trusted, self.time.confirmed) = (trusted, confirmed);
        }
        if self.time.trusted {
            self.time.believed = Some(wall.0);
            let day = wall.0.div_euclid(86_400 * SECOND_US);
            self.ahead.entry(day).or_insert((seq, wall.0));
            if self.ahead.len() > DAYS_AHEAD {
                self.ahead.pop_first();
            }
        }
    }

    fn check_time_step(&mut self, seq: u64, wall: i64, boot: &str, boottime: i64, glance: &EntryView<'_>) {
        let starts = glance.kind == "boot";
        let same_boot = self.time.boot == boot;
        let (passed, moved) = (boottime - self.time.boottime, wall - self.time.wall - (boottime - self.time.boottime));
        if same_boot && passed == 0 && moved == 0 && !starts {
            return;
        }
        self.close_batch();
        if same_boot && !starts {
            if self.time.trusted {
                self.time.ran = self.time.ran.saturating_add(passed.max(0));
            }
            if passed > LEAP_WINDOW_US {
                self.remember_leap(boottime);
            }
        }
        let mut batch =
            EntryBatch { first: seq, allowed: MAX_STEP_US, begins: starts || !same_boot, ..EntryBatch::default() };
        if same_boot && passed < 0 {
            self.add_finding(seq, None, Implausibility::BootClockBack { by_us: -passed });
        } else if same_boot && starts {
            let allowed = MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE;
            if moved.abs() > allowed {
                self.remarks.push(PlausibilityRemark::MovedWhileOff { seq, by_us: moved });
            }
        } else if same_boot {
            (batch.moved, batch.allowed) = (moved, MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE);
        } else if starts
            && glance.trust().is_some_and(|(trusted, _)| trusted)
            && glance.synchronised == Some(false)
            && let Some(back) =
                self.time.believed.map(|believed| believed - wall).filter(|back| *back > MAX_BACKWARD_US)
        {
            self.add_finding(seq, None, Implausibility::WentBack { by_us: back });
        }
        if starts {
            self.line.begin();
            (self.time.began, self.time.lost) = (boottime, None);
            self.time.leaps.clear();
        }
        if !same_boot {
            boot.clone_into(&mut self.time.boot);
        }
        (self.time.wall, self.time.boottime, self.time.batch) = (wall, boottime, batch);
    }

    /// Judges a complete batch: whether the wall clock moved only as far as its entries say.
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
