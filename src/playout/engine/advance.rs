//! The steps that the passing of time requires, in their fixed order.
use super::Engine;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Takes all steps that are due at `now`.
    pub(super) fn advance(&mut self, now: ClockSnapshot) {
        self.log_device_change(now);
        self.replace_unusable_line(now);
        self.settle_unplanned(now);
        self.expire_waiting_urgent(now);
        self.close_stalled(now);
        self.cue_next_urgent(now);
        if !self.clock_trust.is_trusted {
            self.test_line(now);
            self.open_or_close_line(now);
            self.update_amplifier(now);
            return;
        }
        self.plan_due_dates(now);
        self.postpone_for_urgent(now);
        self.advance_relays(now);
        self.settle_overdue(now);
        self.prune_absences(now);
        // If `settle_overdue` has closed the airing before a relay slot, the slot can begin.
        self.advance_relays(now);
        self.plan_ahead(now);
        self.uncue_orphans();
        self.preempt_for_starting(now);
        if self.is_quiet_at(now.wall) {
            self.enforce_quiet_hours(now);
        }
        self.cue_upcoming(now);
        self.inspect_files(now);
        self.test_line(now);
        self.open_or_close_line(now);
        self.update_amplifier(now);
    }
}
