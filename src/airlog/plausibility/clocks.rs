//! Checks the wall clock against the boot clock.
use super::PlausibilityFold;
use super::clock_history::{EntryBatch, LEAP_WINDOW_US, MAX_SETTLING_US};
use super::entry_view::EntryView;
use super::finding::{Implausibility, PlausibilityRemark};
use crate::base::instant::SECOND_US;

/// Maximum drift of the wall clock relative to the boot clock without a log entry, per mille of the elapsed time. It
/// covers slewing (500 ppm) and corrections of less than half a second, which are not logged. A step of
/// [`MAX_UNLOGGED_STEP_US`] is allowed in addition.
const MAX_SLEW_PER_MILLE: i64 = 1;
/// Maximum step of the wall clock without a log entry, in microseconds.
const MAX_UNLOGGED_STEP_US: i64 = SECOND_US;
/// Maximum backward step of a trusted clock between two machine boots that still counts as a correction, in
/// microseconds.
const MAX_BACKWARD_STEP_US: i64 = 5 * SECOND_US;
/// Maximum number of leaps that are remembered.
const MAX_LEAPS: usize = 32;
/// Maximum number of days with entries that are remembered. Later readers of the log compare these days with their own
/// clocks.
const MAX_RECENT_DAYS: usize = 400;

impl PlausibilityFold {
    /// Remembers a leap. After a leap, later dates may be planned while airings of earlier dates still sound.
    fn remember_leap(&mut self, boottime_us: i64) {
        let leaps = &mut self.clocks.leaps;
        leaps.retain(|(leap_us, _)| boottime_us.saturating_sub(*leap_us) <= LEAP_WINDOW_US);
        if leaps.len() >= MAX_LEAPS {
            leaps.remove(0);
        }
        leaps.push((boottime_us, self.planned_dates.latest_date()));
    }

    /// Checks the times of an entry, and updates the state of the clocks.
    pub(super) fn check_clocks(&mut self, seq: u64, entry: &EntryView<'_>) {
        let Some(wall) = entry.at else { return };
        self.first_entry_at.get_or_insert(wall);
        if let (Some(boot_id), Some(boottime_us)) = (entry.boot_id, entry.boottime_us)
            // These entries have the time at which they were written. The engine may not have noticed a clock step by
            // then.
            && !matches!(entry.kind, "epoch" | "gap")
        {
            self.check_time_step(seq, wall.0, boot_id, boottime_us, entry);
        }
        if entry.kind == "clock-step" && !self.clocks.batch.begins_with_start {
            let step_us = entry.number("by_us").unwrap_or(0);
            let unexplained_us = &mut self.clocks.batch.unexplained_us;
            *unexplained_us = unexplained_us.saturating_sub(step_us);
            if let Some(boottime_us) = entry.boottime_us.filter(|_| step_us.saturating_abs() > MAX_SETTLING_US) {
                self.remember_leap(boottime_us);
            }
        }
        if let Some((trusted, confirmed)) = entry.trust() {
            (self.clocks.is_trusted, self.clocks.is_confirmed) = (trusted, confirmed);
        }
        if self.clocks.is_trusted {
            self.clocks.trusted_wall_us = Some(wall.0);
            let day = wall.0.div_euclid(86_400 * SECOND_US);
            self.recent_days.entry(day).or_insert((seq, wall.0));
            if self.recent_days.len() > MAX_RECENT_DAYS {
                self.recent_days.pop_first();
            }
        }
    }

    /// Begins a new batch if the times of this entry differ from those of the last entry, and checks how far each clock
    /// has moved since the last entry.
    fn check_time_step(&mut self, seq: u64, wall_us: i64, boot_id: &str, boottime_us: i64, entry: &EntryView<'_>) {
        let is_start = entry.kind == "boot";
        let is_same_boot = self.clocks.boot_id == boot_id;
        let elapsed_us = boottime_us - self.clocks.boottime_us;
        let step_us = wall_us - self.clocks.wall_us - elapsed_us;
        if is_same_boot && elapsed_us == 0 && step_us == 0 && !is_start {
            return;
        }
        self.close_batch();
        if is_same_boot && !is_start {
            if self.clocks.is_trusted {
                self.clocks.trusted_runtime_us = self.clocks.trusted_runtime_us.saturating_add(elapsed_us.max(0));
            }
            if elapsed_us > LEAP_WINDOW_US {
                self.remember_leap(boottime_us);
            }
        }
        let mut batch = EntryBatch {
            first_seq: seq,
            max_unexplained_us: MAX_UNLOGGED_STEP_US,
            begins_with_start: is_start || !is_same_boot,
            ..EntryBatch::default()
        };
        if is_same_boot && elapsed_us < 0 {
            self.add_finding(seq, None, Implausibility::BootClockBack { by_us: -elapsed_us });
        } else if is_same_boot && is_start {
            let max_step_us = MAX_UNLOGGED_STEP_US + elapsed_us / 1000 * MAX_SLEW_PER_MILLE;
            if step_us.abs() > max_step_us {
                self.remarks.push(PlausibilityRemark::MovedWhileOff { seq, by_us: step_us });
            }
        } else if is_same_boot {
            batch.unexplained_us = step_us;
            batch.max_unexplained_us = MAX_UNLOGGED_STEP_US + elapsed_us / 1000 * MAX_SLEW_PER_MILLE;
        } else if is_start
            && entry.trust().is_some_and(|(trusted, _)| trusted)
            && entry.is_synchronised == Some(false)
            && let Some(backward_us) = self
                .clocks
                .trusted_wall_us
                .map(|trusted_us| trusted_us - wall_us)
                .filter(|us| *us > MAX_BACKWARD_STEP_US)
        {
            self.add_finding(seq, None, Implausibility::WentBack { by_us: backward_us });
        }
        if is_start {
            self.line.begin_run();
            (self.clocks.run_start_us, self.clocks.unexplained_step_us) = (boottime_us, None);
            self.clocks.leaps.clear();
        }
        if !is_same_boot {
            boot_id.clone_into(&mut self.clocks.boot_id);
        }
        (self.clocks.wall_us, self.clocks.boottime_us, self.clocks.batch) = (wall_us, boottime_us, batch);
    }

    /// Checks a complete batch: its `clock-step` entries must explain how far the wall clock has moved.
    pub(super) fn close_batch(&mut self) {
        self.report_missing_outcomes();
        let EntryBatch { first_seq, unexplained_us, max_unexplained_us, outcomes, .. } =
            std::mem::take(&mut self.clocks.batch);
        if unexplained_us.saturating_abs() <= max_unexplained_us.max(MAX_UNLOGGED_STEP_US) {
            return;
        }
        self.add_finding(first_seq, None, Implausibility::ClockMoved { by_us: unexplained_us });
        for (seq, id) in outcomes {
            self.add_finding(seq, Some(&id), Implausibility::ClockMoved { by_us: unexplained_us });
        }
        self.clocks.unexplained_step_us = Some(unexplained_us);
    }
}
