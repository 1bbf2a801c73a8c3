//! Follows the wall clock: logs its steps and changes of trust, and acts on them.
use super::Engine;
use super::clock_trust::ClockReading;
use super::notice::Notice;
use crate::airlog::entry::{Body, ClockStepEntry, ClockTrustEntry, Reason};
use crate::base::instant::to_local;
use crate::playout::clock::ClockSnapshot;

/// A cue that has not started is timed again when the wall clock has moved by this much.
const RECUE_US: i64 = 20_000;

impl Engine {
    /// Reads the clock, and logs its step and change of trust.
    pub(super) fn observe_clock(&mut self, now: ClockSnapshot) -> ClockReading {
        let reading = self.clock_trust.observe(now);
        if reading.trust_changed {
            // Before the step itself, so that an untrusted clock never sets the time of the last trusted entry.
            self.log_clock_trust();
        }
        if let Some(by_us) = reading.step_us {
            self.log_clock_step(now, by_us);
        }
        reading
    }

    /// Acts on a reading of the clock.
    pub(super) fn apply_clock_reading(&mut self, now: ClockSnapshot, reading: ClockReading) {
        // Before anything is cued by the clock as it is now.
        if reading.moved_us.abs() >= RECUE_US {
            self.recue(reading.step_us.is_some());
        }
        if reading.trust_changed {
            self.on_trust_changed(now);
        } else {
            self.runs.saw_alive(now.wall, now.boot);
        }
    }

    pub(super) fn log_clock_trust(&mut self) {
        let (trusted, trust) = (self.clock_trust.trusted, self.clock_trust.reason);
        self.actions.log.push(Body::ClockTrust(ClockTrustEntry { trusted, trust }));
    }

    pub(super) fn log_clock_step(&mut self, now: ClockSnapshot, by_us: i64) {
        let from = to_local(now.wall.plus(-by_us), self.zone());
        self.actions.log.push(Body::ClockStep(ClockStepEntry { from, by_us }));
    }

    /// Notifies people of a change of trust, and acts on it.
    pub(super) fn on_trust_changed(&mut self, now: ClockSnapshot) {
        let trust = self.clock_trust.reason;
        if self.clock_trust.trusted {
            self.actions.notify(Notice::ClockTrusted(trust));
            self.runs.trust_clock(now.wall, now.boot);
            if let Some(revision) = self.pending_revision.take() {
                // What fell due meanwhile was planned by the schedule before it.
                self.advance(now);
                self.adopt(now, revision);
            }
        } else {
            self.actions.notify(Notice::ClockUntrusted(trust));
            self.runs.distrust_clock(now.boot);
            self.silence_all(now, Reason::ClockUntrusted);
        }
    }
}
