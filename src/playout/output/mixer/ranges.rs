//! The ranges of a buffer's frames that come from tracks.
use super::MAX_TRACKS;

/// The ranges of a buffer's frames that come from tracks. The other frames are silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrackRanges {
    ranges: [(usize, usize); MAX_TRACKS],
    count: usize,
}

impl TrackRanges {
    /// Returns the ranges in ascending order. They do not touch.
    pub fn iter(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.ranges[..self.count].iter().map(|(from, to)| *from..*to)
    }

    /// Adds a range after the last one, or extends the last one. A range that would exceed the maximum number is
    /// dropped.
    pub(super) fn add(&mut self, from: usize, to: usize) {
        match self.ranges[..self.count].last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ if self.count < MAX_TRACKS => {
                self.ranges[self.count] = (from, to);
                self.count += 1;
            }
            _ => (),
        }
    }
}
