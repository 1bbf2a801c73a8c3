//! Announces files to the output before they are cued, because hashing a large file takes time.
use std::path::PathBuf;

use super::Engine;
use super::action::Action;
use super::live_airing::LiveAiring;
use super::timing::PREFETCH_LEAD_US;
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Asks the output to hash the files that will be cued soon.
    pub(super) fn prefetch(&mut self, now: ClockSnapshot) {
        let needs_hash_request = move |live_airing: &LiveAiring| {
            let starts_in_us = live_airing.starts_at().map(|at| at.since(now.wall));
            live_airing.is_waiting()
                && !live_airing.is_hash_requested
                && !live_airing.is_relay()
                && live_airing.may_air()
                && starts_in_us.is_some_and(|starts_in_us| starts_in_us <= PREFETCH_LEAD_US)
        };
        if !self.airings.planned().iter().any(needs_hash_request) {
            return;
        }
        // Before the first session there is no output yet, so it is configured first.
        self.apply_output_settings();
        let mut files: Vec<PathBuf> = Vec::new();
        for live_airing in self.airings.planned_mut().iter_mut().filter(|live_airing| needs_hash_request(live_airing)) {
            live_airing.is_hash_requested = true;
            let file = self.context.audio_dir.join(&live_airing.labels.file);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        self.actions.output.push(Action::Prefetch(files));
    }
}
