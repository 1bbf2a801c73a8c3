//! Shuts the station down: silences the line, switches the amplifier off, and writes the last entry.
use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use super::phase::Phase;
use super::timing::{MAX_AMPLIFIER_SHUTDOWN_US, MAX_OUTPUT_SHUTDOWN_US};
use crate::airlog::entry::{Body, Reason, ShutdownEntry};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Silences everything, and gives the output time to report the ends of its cues.
    pub(super) fn begin_shutdown(&mut self, now: ClockSnapshot, cause: String) {
        if self.phase == Phase::Running {
            let reason = Reason::Shutdown;
            self.advance(now);
            self.phase = Phase::Ending { deadline: now.boot.plus(MAX_OUTPUT_SHUTDOWN_US), cause, reason };
            self.close_unplanned_without_device();
            self.silence_all(now, reason);
            self.close_waiting_unplanned(reason);
        }
    }

    /// Writes the last entry once the output has reported everything and the amplifier is off, or their deadlines have
    /// passed.
    pub(super) fn finish_shutdown(&mut self, now: ClockSnapshot) {
        let Phase::Ending { deadline, cause, reason } = self.phase.clone() else {
            return;
        };
        if self.airings.iter().any(LiveAiring::has_cue) {
            if now.boot < deadline {
                return;
            }
            self.close_without_end_report(reason);
        }
        if self.shut_down_amplifier(now) && now.boot < deadline.plus(MAX_AMPLIFIER_SHUTDOWN_US) {
            return;
        }
        self.actions.output.push(Action::CloseLine);
        self.actions.log.push(Body::Shutdown(ShutdownEntry { cause: cause.into() }));
        self.actions.post_log_actions.push(Action::Exit);
        self.phase = Phase::Ended;
    }
}
