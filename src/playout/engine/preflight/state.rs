//! What the engine remembers about its looks ahead.
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::instant::BootTime;
use crate::concern::InspectedFile;

/// What was looked at ahead of the sessions.
#[derive(Debug, Default)]
pub(crate) struct PreflightState {
    /// The files of the coming airings by path, each with the time of the look and what it found.
    pub files: BTreeMap<PathBuf, (BootTime, InspectedFile)>,
    /// The time when the line last opened, or last failed to.
    pub line_seen_at: Option<BootTime>,
    /// Whether the sound cards have changed since then.
    pub have_cards_changed: bool,
    /// The end of the running test of the line; `None` when none runs.
    pub line_test_until: Option<BootTime>,
}
