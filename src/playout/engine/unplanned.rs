//! Sound outside the plan: segments that the operator plays, and urgent messages that wait for their turn or for a
//! device.
use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{MAX_DEVICE_WAIT_US, ON_TIME_TOLERANCE_US};
use crate::airlog::entry::Reason;
use crate::concern::LineFacts;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Cues the operator's next urgent message once no other one has a cue.
    pub(super) fn cue_next_urgent(&mut self, now: ClockSnapshot) {
        let urgent_has_cue =
            self.airings.unplanned().any(|live_airing| live_airing.is_urgent() && live_airing.has_cue());
        if self.line.missing_since().is_some() || urgent_has_cue {
            return;
        }
        let is_waiting_urgent = |index: &usize| self.airings[*index].is_urgent() && self.airings[*index].is_waiting();
        let Some(index) = self.airings.unplanned_indices().find(is_waiting_urgent) else { return };
        for planned_index in self.airings.planned_indices() {
            match self.airings[planned_index].state {
                _ if self.airings[planned_index].is_urgent() => {}
                AiringState::Sounding { .. } => self.cut(planned_index, Reason::Urgent),
                AiringState::Cued { .. } => self.uncue(planned_index),
                _ => {}
            }
        }
        self.cut_unplanned(Reason::Urgent);
        self.cue_unplanned(now, index);
    }

    /// Closes unplanned airings that could not start in time. If no device is open, an urgent message waits for one
    /// instead.
    pub(super) fn settle_unplanned(&mut self, now: ClockSnapshot) {
        for index in self.airings.unplanned_indices() {
            let live_airing = &self.airings[index];
            let AiringState::Cued { cue, due_at, .. } = &live_airing.state else { continue };
            if now.boot.since(*due_at) <= ON_TIME_TOLERANCE_US {
                continue;
            }
            if live_airing.is_urgent() && cue.cut_reason.is_none() && !self.line.is_open() {
                self.actions.output.push(Action::Cut(cue.key));
                self.await_device(index, now);
            } else {
                let reason = cue.cut_reason.unwrap_or_else(|| self.silence_reason(now.wall));
                self.close_missed(index, reason, None);
            }
        }
    }

    /// Returns the title of the first urgent message that cannot sound because no device is open.
    pub(super) fn urgent_waiting_title(&self) -> Option<String> {
        let is_stuck = |airing: &&LiveAiring| airing.is_urgent() && !airing.is_sounding();
        let stuck_airing = self.airings.unplanned().find(is_stuck)?;
        self.is_device_missing().then(|| stuck_airing.labels.title.clone())
    }

    /// True while no device is open and the last attempt to open one failed.
    pub(super) fn is_device_missing(&self) -> bool {
        let has_failed = matches!(self.concerns.line, LineFacts::Lost { .. });
        !self.line.is_open() && (has_failed || self.line.missing_since().is_some())
    }

    /// Makes an urgent message wait for a device.
    pub(super) fn await_device(&mut self, index: usize, now: ClockSnapshot) {
        let live_airing = &mut self.airings[index];
        live_airing.release_cue();
        live_airing.awaiting_device_since.get_or_insert(now.boot);
        self.line.await_device(now.boot);
    }

    /// Closes urgent messages that have waited too long for a device, because listeners would no longer understand
    /// them.
    pub(super) fn expire_waiting_urgent(&mut self, now: ClockSnapshot) {
        if self.line.missing_since().is_none() {
            return;
        }
        for index in self.airings.unplanned_indices() {
            if self.airings[index].is_waiting() {
                let waiting_since = *self.airings[index].awaiting_device_since.get_or_insert(now.boot);
                if now.boot.since(waiting_since) >= MAX_DEVICE_WAIT_US {
                    self.close_missed(index, Reason::DeviceLost, None);
                }
            }
        }
    }

    /// If the device is lost, closes the unplanned airings that have not sounded. Their reason is the lost device even
    /// at shutdown, because they would not have sounded anyway.
    pub(super) fn close_unplanned_without_device(&mut self) {
        if !matches!(self.line, LineState::Lost { .. }) {
            return;
        }
        for index in self.airings.unplanned_indices() {
            if self.airings[index].is_waiting() || self.airings[index].is_cued() {
                self.close_missed(index, Reason::DeviceLost, None);
            }
        }
    }

    /// Closes the waiting unplanned airings, each for the reason that [`Engine::waiting_reason`] returns.
    pub(super) fn close_waiting_unplanned(&mut self, reason: Reason) {
        for index in self.airings.unplanned_indices() {
            if self.airings[index].is_waiting() {
                self.close_missed(index, self.waiting_reason(index, reason), None);
            }
        }
    }

    /// Returns the reason for closing a waiting unplanned airing: [`Reason::DeviceLost`] if the airing waited for a
    /// device, because it could not have sounded anyway; otherwise `reason`.
    pub(super) fn waiting_reason(&self, index: usize, reason: Reason) -> Reason {
        let waited_for_device = self.airings[index].awaiting_device_since.is_some() && !self.line.is_open();
        if waited_for_device { Reason::DeviceLost } else { reason }
    }
}
