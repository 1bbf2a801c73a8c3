//! Observes the wall clock: logs its steps and the changes of trust in it, and acts on both.
use super::Engine;
use super::clock_trust::ClockReading;
use super::notice::Notice;
use crate::airlog::entry::{Body, ClockStepEntry, ClockTrustEntry, Reason};
use crate::base::instant::to_local;
use crate::playout::clock::ClockSnapshot;

/// If the wall clock moves by at least this much, in microseconds, cues that have not started get a new start time.
const MIN_RECUE_MOVE_US: i64 = 20_000;

impl Engine {
    /// Observes the clock. Logs a step and a change of trust.
    pub(super) fn observe_clock(&mut self, now: ClockSnapshot) -> ClockReading {
        let reading = self.clock_trust.observe(now);
        if reading.trust_changed {
            // The change of trust is logged first. Otherwise the step's entry would count as made under a trusted
            // clock, and the wrong time would become the time of the last trusted entry.
            self.log_clock_trust();
        }
        if let Some(step_us) = reading.step_us {
            self.log_clock_step(now, step_us);
        }
        reading
    }

    /// Acts on a reading of the clock.
    pub(super) fn apply_clock_reading(&mut self, now: ClockSnapshot, reading: ClockReading) {
        // This must happen before any cue is timed by the new wall clock.
        if reading.moved_us.abs() >= MIN_RECUE_MOVE_US {
            self.recue(reading.step_us.is_some());
        }
        if reading.trust_changed {
            self.on_trust_changed(now);
        } else {
            self.absences.record_heartbeat(now.wall, now.boot);
        }
    }

    pub(super) fn log_clock_trust(&mut self) {
        let entry = ClockTrustEntry { trusted: self.clock_trust.is_trusted, trust: self.clock_trust.reason };
        self.actions.log.push(Body::ClockTrust(entry));
    }

    pub(super) fn log_clock_step(&mut self, now: ClockSnapshot, step_us: i64) {
        let from = to_local(now.wall.plus(-step_us), self.zone());
        self.actions.log.push(Body::ClockStep(ClockStepEntry { from, by_us: step_us }));
    }

    /// Reports a change of trust, and acts on it.
    pub(super) fn on_trust_changed(&mut self, now: ClockSnapshot) {
        let reason = self.clock_trust.reason;
        if self.clock_trust.is_trusted {
            self.actions.notify(Notice::ClockTrusted(reason));
            self.absences.trust_clock(now.wall, now.boot);
            if let Some(revision) = self.pending_revision.take() {
                // Airings that have fallen due belong to the previous schedule, so they are settled first.
                self.advance(now);
                self.adopt(now, revision);
            }
        } else {
            self.actions.notify(Notice::ClockUntrusted(reason));
            self.absences.distrust_clock(now.boot);
            self.silence_all(now, Reason::ClockUntrusted);
        }
    }
}
