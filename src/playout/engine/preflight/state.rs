//! The results of the engine's inspections and line tests.
use std::collections::BTreeMap;

use crate::base::instant::BootTime;
use crate::concern::InspectedFile;

/// The latest inspections of files, and the latest test of the line, before sessions.
#[derive(Debug, Default)]
pub(crate) struct PreflightState {
    /// The files of upcoming airings by their names in the audio folder, each with the time and the result of its inspection.
    pub inspections: BTreeMap<String, (BootTime, InspectedFile)>,
    /// The time of the last report that the line is open, or that it cannot be opened.
    pub line_checked_at: Option<BootTime>,
    /// The time since which no device can be opened, or the later time at which the sound cards changed; `None` unless
    /// a device is missing.
    pub device_missing_since: Option<BootTime>,
    /// True when the sound cards have changed since that report.
    pub have_cards_changed: bool,
    /// The deadline of the running test of the line; `None` when no test is running.
    pub line_test_until: Option<BootTime>,
}
