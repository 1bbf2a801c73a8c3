//! The airings that have no outcome yet: the planned ones, then those that the operator requested.
use std::ops::{Deref, DerefMut, Range};

use super::live_airing::LiveAiring;
use crate::playout::output::CueKey;

/// The open airings. The planned ones come first, in the order of their sessions' starts. Those that the operator
/// requested outside the plan follow: at most one ordinary airing, and urgent messages in the order of the commands.
///
/// Indices stay valid during one decision, because airings with an outcome are removed only at its end.
#[derive(Debug, Default)]
pub(super) struct Airings {
    airings: Vec<LiveAiring>,
}

impl Airings {
    /// The number of planned airings.
    fn planned_count(&self) -> usize {
        self.airings.partition_point(|airing| airing.planned.is_some())
    }

    /// The planned airings.
    pub fn planned(&self) -> &[LiveAiring] {
        &self.airings[..self.planned_count()]
    }

    /// The planned airings, as a mutable slice.
    pub fn planned_mut(&mut self) -> &mut [LiveAiring] {
        let count = self.planned_count();
        &mut self.airings[..count]
    }

    /// The indices of the planned airings.
    pub fn planned_indices(&self) -> Range<usize> {
        0..self.planned_count()
    }

    /// The unplanned airings without an outcome.
    pub fn unplanned(&self) -> impl Iterator<Item = &LiveAiring> {
        self.airings[self.planned_count()..].iter().filter(|airing| !airing.is_done())
    }

    /// The indices of the unplanned airings, with or without an outcome.
    pub fn unplanned_indices(&self) -> Range<usize> {
        self.planned_count()..self.airings.len()
    }

    /// Adds planned airings after the other planned ones.
    pub fn extend_planned(&mut self, airings: impl IntoIterator<Item = LiveAiring>) {
        let end = self.planned_count();
        self.airings.splice(end..end, airings);
    }

    /// Replaces the planned airings and sorts them by the starts of their sessions. The items of a session keep their
    /// order.
    pub fn set_planned(&mut self, mut airings: Vec<LiveAiring>) {
        airings.sort_by_key(LiveAiring::session_starts_at);
        self.airings.splice(self.planned_indices(), airings);
    }

    /// Removes and returns the planned airings.
    pub fn take_planned(&mut self) -> Vec<LiveAiring> {
        self.airings.drain(self.planned_indices()).collect()
    }

    /// Adds an airing that the operator requested.
    pub fn push_unplanned(&mut self, airing: LiveAiring) {
        self.airings.push(airing);
    }

    /// Removes the airings that have an outcome.
    pub fn remove_done(&mut self) {
        self.airings.retain(|airing| !airing.is_done());
    }

    /// The index of a cue's airing. `None` when the cue was taken back.
    pub fn index_of_cue(&self, key: CueKey) -> Option<usize> {
        self.airings.iter().position(|airing| airing.cue_key() == Some(key))
    }

    /// A mutable reference to the airing of a cue. `None` when the cue was taken back.
    pub fn airing_of_cue_mut(&mut self, key: CueKey) -> Option<&mut LiveAiring> {
        let index = self.index_of_cue(key)?;
        Some(&mut self.airings[index])
    }
}

impl Deref for Airings {
    type Target = [LiveAiring];

    fn deref(&self) -> &[LiveAiring] {
        &self.airings
    }
}

impl DerefMut for Airings {
    fn deref_mut(&mut self) -> &mut [LiveAiring] {
        &mut self.airings
    }
}
