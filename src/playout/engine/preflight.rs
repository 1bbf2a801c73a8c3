//! Checks the files and the device before a session needs them: the files are opened and hashed, and the device is
//! opened for a moment. A fault becomes a concern at that time, not only when the session starts.
mod missing_device;
pub(super) mod state;

use std::collections::BTreeSet;
use std::path::Path;

use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::LiveAiring;
use super::timing::MIN_INSPECTION_LEAD_US;
use crate::base::instant::{BootTime, SECOND_US};
use crate::concern::{InspectedFile, LineFacts};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{FileInspection, Refusal};
use crate::schedule::settings::DEFAULT_PREFLIGHT_US;
use missing_device::next_look_at;
use state::PreflightState;

/// The time in microseconds after which a file that cannot be played is checked again.
const RECHECK_AFTER_US: i64 = 60 * SECOND_US;
/// The line is not tested when an airing is due within this time, in microseconds: that airing opens it anyway. This is
/// longer than the sum of a test, a warm-up of a minute, and the time for which a line stays open for the next airing,
/// so no airing begins on a line that a test has opened.
const MIN_TEST_LEAD_US: i64 = 120 * SECOND_US;
/// The maximum time in microseconds that a device may take to open in a test.
const MAX_TEST_US: i64 = 30 * SECOND_US;

impl Engine {
    /// The time in microseconds before a session at which everything that it needs is checked.
    fn preflight_us(&self) -> i64 {
        self.revision_in_force_or_pending()
            .map_or(DEFAULT_PREFLIGHT_US, |revision| revision.schedule.station.preflight_us)
    }

    /// The time in microseconds before an airing's start at which its file is opened and hashed.
    pub(super) fn inspection_lead_us(&self) -> i64 {
        self.preflight_us().max(MIN_INSPECTION_LEAD_US)
    }

    /// Asks the output to open and hash the files that will be cued soon. A file that could not be played is checked
    /// again.
    pub(super) fn inspect_files(&mut self, now: ClockSnapshot) {
        let lead_us = self.inspection_lead_us();
        let is_soon = move |live_airing: &LiveAiring| {
            let starts_in_us = live_airing.starts_at().map(|at| at.since(now.wall));
            live_airing.is_waiting()
                && !live_airing.is_relay()
                && live_airing.may_air()
                && starts_in_us.is_some_and(|starts_in_us| starts_in_us <= lead_us)
        };
        self.forget_past_inspections(is_soon);
        let inspections = &self.preflight.inspections;
        let must_inspect = |live_airing: &&LiveAiring| {
            is_soon(live_airing)
                && (!live_airing.is_inspection_requested
                    || inspections.get(&live_airing.labels.file).is_some_and(|(at, found)| {
                        now.boot.since(*at) >= RECHECK_AFTER_US && !found.is_playable(live_airing.source.sha256())
                    }))
        };
        let mut files: Vec<String> = Vec::new();
        for live_airing in self.airings.planned().iter().filter(must_inspect) {
            if !files.contains(&live_airing.labels.file) {
                files.push(live_airing.labels.file.clone());
            }
        }
        if files.is_empty() {
            return;
        }
        // Before the first session there is no output yet, so it is configured first.
        self.apply_output_settings();
        self.airings.planned_mut().iter_mut().filter(|live_airing| is_soon(live_airing)).for_each(|live_airing| {
            live_airing.is_inspection_requested = true;
        });
        for file in &files {
            self.preflight.inspections.entry(file.clone()).and_modify(|(at, _)| *at = now.boot);
        }
        let paths = files.iter().map(|file| self.context.audio_dir.join(file)).collect();
        self.actions.output.push(Action::Inspect(paths));
    }

    /// Forgets the inspections of files that no upcoming airing needs.
    fn forget_past_inspections(&mut self, is_soon: impl Fn(&LiveAiring) -> bool) {
        if self.preflight.inspections.is_empty() {
            return;
        }
        let needed_files: BTreeSet<&str> = self
            .airings
            .planned()
            .iter()
            .filter(|live_airing| is_soon(live_airing) || live_airing.is_cued() || live_airing.is_sounding())
            .map(|live_airing| live_airing.labels.file.as_str())
            .collect();
        let count_before = self.preflight.inspections.len();
        self.preflight.inspections.retain(|file, _| needed_files.contains(file.as_str()));
        if self.preflight.inspections.len() < count_before {
            self.concerns.forget_plan_facts();
        }
    }

    /// Handles the output's report about a file.
    pub(super) fn on_inspected(&mut self, now: ClockSnapshot, path: &Path, found: FileInspection) {
        // Only files of the audio folder are inspected.
        let Some(file) = path.strip_prefix(&self.context.audio_dir).ok().and_then(Path::to_str) else { return };
        let found = match found {
            FileInspection::Readable { sha256 } => InspectedFile::Readable { sha256 },
            FileInspection::Refused(Refusal::FileMissing) => InspectedFile::Missing,
            FileInspection::Refused(Refusal::FileDamaged | Refusal::HashMismatch) => InspectedFile::Unreadable,
        };
        let cannot_play = |live_airing: &LiveAiring| {
            live_airing.labels.file == file && !found.is_playable(live_airing.source.sha256())
        };
        let affects_airing = self.airings.planned().iter().any(cannot_play);
        let earlier_inspection = self.preflight.inspections.insert(file.to_owned(), (now.boot, found.clone()));
        // Many files are inspected and found unchanged. The facts about the sessions are computed again only if the
        // result is new.
        if earlier_inspection.map_or(affects_airing, |(_, earlier_result)| earlier_result != found) {
            self.concerns.forget_plan_facts();
        }
    }

    /// Forgets all inspections, because the schedule or the files have changed.
    pub(super) fn forget_inspections(&mut self) {
        self.preflight.inspections.clear();
        self.airings.planned_mut().iter_mut().for_each(|live_airing| live_airing.is_inspection_requested = false);
    }

    /// Returns what the last inspection found about a file of an upcoming airing.
    pub(super) fn inspected_file(&self, file: &str) -> Option<&InspectedFile> {
        self.preflight.inspections.get(file).map(|(_, found)| found)
    }

    /// Begins a test of the line if one is due, and ends one that takes too long.
    pub(super) fn test_line(&mut self, now: ClockSnapshot) {
        if self.preflight.line_test_until.is_some_and(|until| until <= now.boot) {
            let detail = format!("the device did not open within {} s", MAX_TEST_US / SECOND_US);
            self.on_line_lost(now, detail);
        }
        if self.is_line_test_due(now) {
            self.preflight.line_test_until = Some(now.boot.plus(MAX_TEST_US));
        }
    }

    /// Records that the sound cards of the computer have changed.
    pub(super) fn record_sound_card_change(&mut self, now: BootTime) {
        self.preflight.have_cards_changed = true;
        // The new card may need a few seconds until it can be opened.
        self.preflight.device_missing_since = self.preflight.device_missing_since.map(|_| now);
    }

    /// Returns when the list of sound cards must be read again because a device is missing; `None` if none is missing.
    /// `read_at` is the time of the last reading.
    #[must_use]
    pub fn next_sound_card_check_at(&self, read_at: BootTime) -> Option<BootTime> {
        self.preflight.device_missing_since.map(|missing_since| next_look_at(missing_since, read_at))
    }

    /// Returns when the line is tested again because its device is missing; `None` if none is missing.
    fn next_line_test_at(&self) -> Option<BootTime> {
        let PreflightState { device_missing_since, line_checked_at, .. } = &self.preflight;
        device_missing_since.zip(*line_checked_at).map(|(since, checked_at)| next_look_at(since, checked_at))
    }

    /// True when the line must be opened for a moment: before a session, after the daemon has started, when a sound
    /// card was pulled out or plugged in, and again and again while the device is missing. During a relay slot, no test
    /// is due, because a receiver has the line.
    fn is_line_test_due(&self, now: ClockSnapshot) -> bool {
        let since_checked_us = self.preflight.line_checked_at.map_or(i64::MAX, |at| now.boot.since(at));
        let lead_us = self.preflight_us();
        let is_wanted = match &self.concerns.line {
            LineFacts::Unknown => true,
            LineFacts::Lost { .. } => {
                self.preflight.have_cards_changed || self.next_line_test_at().is_none_or(|at| at <= now.boot)
            }
            LineFacts::Works { .. } => {
                self.preflight.have_cards_changed || (since_checked_us > lead_us && self.is_due_within(now, lead_us))
            }
        };
        is_wanted
            && self.line == LineState::Closed
            && self.preflight.line_test_until.is_none()
            && self.revision_in_force_or_pending().is_some()
            && self.has_real_device()
            && !self.airings.iter().any(LiveAiring::is_relaying)
            && !self.is_due_within(now, MIN_TEST_LEAD_US)
    }

    /// Forgets the facts about the device, because the output settings have changed.
    pub(super) fn forget_line_facts(&mut self) {
        self.concerns.line = LineFacts::Unknown;
        (self.preflight.line_checked_at, self.preflight.device_missing_since) = (None, None);
    }

    /// Gives up the running test of the line, because another output replaces the one that is tested.
    pub(super) fn abandon_line_test(&mut self) {
        self.preflight.line_test_until = None;
    }

    /// True while a test of the line is running, whether or not an airing needs the line too.
    pub(super) fn is_line_test_running(&self) -> bool {
        self.preflight.line_test_until.is_some()
    }

    /// True while a test of the line is running and no airing needs the line.
    pub(super) fn is_line_open_only_for_test(&self) -> bool {
        self.is_line_test_running() && !self.is_line_needed()
    }

    /// Records that the line has opened, or has failed to open. Returns true if that ends a test.
    pub(super) fn record_line_check(&mut self, now: BootTime, is_open: bool) -> bool {
        self.preflight.line_checked_at = Some(now);
        self.preflight.device_missing_since =
            if is_open { None } else { self.preflight.device_missing_since.or(Some(now)) };
        self.preflight.have_cards_changed = false;
        self.preflight.line_test_until.take().is_some()
    }

    /// Passes to `wake_at` the end of the running test, or the time of the next test for a missing device.
    pub(super) fn preflight_wakeups(&self, wake_at: &mut impl FnMut(BootTime)) {
        self.preflight.line_test_until.into_iter().for_each(&mut *wake_at);
        if self.line == LineState::Closed {
            self.next_line_test_at().into_iter().for_each(wake_at);
        }
    }
}
