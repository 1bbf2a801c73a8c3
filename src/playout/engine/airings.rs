//! All airings without an outcome: planned ones, then those that the operator ordered.
use std::ops::{Deref, DerefMut, Range};

use super::live_airing::LiveAiring;
use crate::playout::output::CueKey;

/// The airings in play. Planned ones come first, in the order of their sessions' starts; then those that the
/// operator ordered outside the plan: at most one ordinary airing, and urgent messages in the order given.
///
/// Indices stay valid for one decision: airings with an outcome are removed at its end.
#[derive(Debug, Default)]
pub(super) struct Airings {
    all: Vec<LiveAiring>,
}

impl Airings {
    /// How many are planned.
    fn planned_count(&self) -> usize {
        self.all.partition_point(|airing| airing.planned.is_some())
    }

    /// The planned ones.
    pub fn planned(&self) -> &[LiveAiring] {
        &self.all[..self.planned_count()]
    }

    /// The planned ones, mutably.
    pub fn planned_mut(&mut self) -> &mut [LiveAiring] {
        let count = self.planned_count();
        &mut self.all[..count]
    }

    /// Indices of the planned ones.
    pub fn planned_indices(&self) -> Range<usize> {
        0..self.planned_count()
    }

    /// The unplanned airings without an outcome.
    pub fn unplanned(&self) -> impl Iterator<Item = &LiveAiring> {
        self.all[self.planned_count()..].iter().filter(|airing| !airing.is_done())
    }

    /// Indices of the unplanned airings.
    pub fn unplanned_indices(&self) -> Range<usize> {
        self.planned_count()..self.all.len()
    }

    /// Adds planned airings after the other planned ones.
    pub fn extend_planned(&mut self, airings: impl IntoIterator<Item = LiveAiring>) {
        let at = self.planned_count();
        self.all.splice(at..at, airings);
    }

    /// Replaces the planned airings; sessions are ordered by their starts, and the items of a session keep their order.
    pub fn set_planned(&mut self, mut airings: Vec<LiveAiring>) {
        airings.sort_by_key(LiveAiring::session_starts_at);
        self.all.splice(self.planned_indices(), airings);
    }

    /// Takes the planned airings out.
    pub fn take_planned(&mut self) -> Vec<LiveAiring> {
        self.all.drain(self.planned_indices()).collect()
    }

    /// Adds an airing that the operator ordered.
    pub fn push_unplanned(&mut self, airing: LiveAiring) {
        self.all.push(airing);
    }

    /// Removes the airings that have their outcome.
    pub fn remove_done(&mut self) {
        self.all.retain(|airing| !airing.is_done());
    }

    /// The airing of a cue; none when the cue was taken back.
    pub fn index_of_cue(&self, key: CueKey) -> Option<usize> {
        self.all.iter().position(|airing| airing.cue_key() == Some(key))
    }

    /// The airing of a cue, to be changed.
    pub fn by_cue_mut(&mut self, key: CueKey) -> Option<&mut LiveAiring> {
        let index = self.index_of_cue(key)?;
        Some(&mut self.all[index])
    }
}

impl Deref for Airings {
    type Target = [LiveAiring];

    fn deref(&self) -> &[LiveAiring] {
        &self.all
    }
}

impl DerefMut for Airings {
    fn deref_mut(&mut self) -> &mut [LiveAiring] {
        &mut self.all
    }
}
