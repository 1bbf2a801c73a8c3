//! Opens the line before it is needed, and closes it when no airing is due.
use std::collections::BTreeMap;

use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::LiveAiring;
use super::timing::ON_TIME_TOLERANCE_US;
use crate::base::instant::SECOND_US;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::OutputSettings;

/// The lowest rate of a line, in frames per second. A lower one would cut off the treble of music.
const MIN_LINE_RATE: u32 = 44_100;
/// An unneeded line stays open if an airing is due within this time, in microseconds.
const KEEP_OPEN_US: i64 = 10 * SECOND_US;

impl Engine {
    /// While the line is closed, applies the output settings in force. `Configure` becomes the first action, because
    /// the others are for the new output.
    pub(super) fn apply_output_settings(&mut self) {
        let settings = self.revision_in_force_or_pending().map(|revision| revision.schedule.station.output.clone());
        if self.line == LineState::Closed && settings != self.output_settings {
            let devices = |output: &OutputSettings| (output.device.clone(), output.fallback_devices.clone());
            if self.output_settings.as_ref().map(devices) != settings.as_ref().map(devices) {
                // The old output reports nothing more, so the next loss is that of the new device.
                self.device_log.is_loss_of_old_device = self.device_log.is_loss_logged;
            }
            self.output_settings.clone_from(&settings);
            // The new output has not inspected any file.
            self.forget_inspections();
            if let Some(settings) = settings {
                self.actions.output.insert(0, Action::Configure(settings));
            }
        }
    }

    /// Gives up a device that is not usable, or not yet, once the settings in force name other devices, so that the line
    /// is opened with those. The cues that the old output has are released, because it will not play them.
    pub(super) fn replace_unusable_line(&mut self, now: ClockSnapshot) {
        let is_unusable = self.line != LineState::Closed && !self.line.is_usable();
        let settings = self.revision_in_force_or_pending().map(|revision| &revision.schedule.station.output);
        let devices = |output: &OutputSettings| (output.device.clone(), output.fallback_devices.clone());
        if !is_unusable || settings.map(devices) == self.output_settings.as_ref().map(devices) {
            return;
        }
        self.line = LineState::Closed;
        self.abandon_line_test();
        self.forget_line_facts();
        for index in self.airings.planned_indices().chain(self.airings.unplanned_indices()) {
            if self.airings[index].is_cued() {
                self.airings[index].release_cue();
                // Nothing else cues again what the operator plays: it was to play at once.
                if self.airings[index].planned.is_none() && !self.airings[index].is_urgent() {
                    self.cue_unplanned(now, index);
                }
            }
        }
    }

    /// True when an airing needs the line or waits for a device.
    pub(super) fn is_line_needed(&self) -> bool {
        self.airings.iter().any(LiveAiring::holds_line) || self.airings.unplanned().any(LiveAiring::is_waiting)
    }

    /// Opens the line for an airing or a test. Closes it when no airing is due.
    pub(super) fn open_or_close_line(&mut self, now: ClockSnapshot) {
        let is_needed = self.is_line_needed() || self.is_line_test_running();
        if self.line == LineState::Closed {
            if is_needed {
                self.apply_output_settings();
                // `OpenLine` precedes the cues of this decision.
                let position = usize::from(matches!(self.actions.output.first(), Some(Action::Configure(_))));
                let rate = self.preferred_rate();
                self.actions.output.insert(position, Action::OpenLine { rate });
                self.line = LineState::Opening { missing_since: None };
            }
        } else if !is_needed && !self.is_due_within(now, KEEP_OPEN_US) {
            self.actions.output.push(Action::CloseLine);
            self.line = LineState::Closed;
        }
    }

    /// The rate of most of the cued session's audio, in frames per second, because audio at the line's rate needs no
    /// resampling. `None` when that rate is below [`MIN_LINE_RATE`].
    fn preferred_rate(&self) -> Option<u32> {
        let first_line_holder = self.airings.iter().find(|live_airing| live_airing.holds_line())?;
        let is_of_session = |live_airing: &&LiveAiring| match first_line_holder.session_key() {
            Some(key) => !live_airing.is_done() && live_airing.session_key() == Some(key),
            None => std::ptr::eq(*live_airing, first_line_holder),
        };
        let mut length_us_by_rate: BTreeMap<u32, i64> = BTreeMap::new();
        for live_airing in self.airings.iter().filter(is_of_session).filter(|live_airing| !live_airing.is_relay()) {
            *length_us_by_rate.entry(live_airing.length.rate).or_default() += live_airing.length.us();
        }
        // A session with mostly low-rate recordings must not set the line's rate: its other audio would lose its
        // treble.
        let (rate, _) = length_us_by_rate.into_iter().max_by_key(|(_, length_us)| *length_us)?;
        (rate >= MIN_LINE_RATE).then_some(rate)
    }

    /// True when a waiting airing starts within the next `horizon_us` microseconds.
    pub(super) fn is_due_within(&self, now: ClockSnapshot, horizon_us: i64) -> bool {
        let is_due = |live_airing: &LiveAiring| {
            let starts_in_us = live_airing.starts_at().map(|at| at.since(now.wall));
            // An overdue airing does not count, because it waits for something other than the line.
            let is_near =
                starts_in_us.is_some_and(|starts_in_us| (-ON_TIME_TOLERANCE_US..=horizon_us).contains(&starts_in_us));
            live_airing.is_waiting() && !live_airing.is_withdrawn() && is_near
        };
        self.clock_trust.is_trusted && self.airings.planned().iter().any(is_due)
    }
}
