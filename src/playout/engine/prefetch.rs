//! Announces files to the output ahead of time: hashing a large one takes a while.
use std::path::PathBuf;

use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use super::timing::PREFETCH_LEAD_US;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Asks the output to hash the files that will be cued soon.
    pub(super) fn prefetch(&mut self, now: ClockSnapshot) {
        let soon = move |s: &LiveAiring| {
            let starts = s.starts_at().map(|at| at.since(now.wall));
            s.is_waiting()
                && !s.prefetched
                && !s.is_relay()
                && s.may_air()
                && starts.is_some_and(|us| us <= PREFETCH_LEAD_US)
        };
        if !self.airings.planned().iter().any(soon) {
            return;
        }
        // Before the first session there is no output yet.
        self.apply_output_settings();
        let mut files: Vec<PathBuf> = Vec::new();
        for slot in self.airings.planned_mut().iter_mut().filter(|s| soon(s)) {
            slot.prefetched = true;
            let file = self.context.audio_dir.join(&slot.labels.file);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        self.actions.output.push(Action::Prefetch(files));
    }
}
