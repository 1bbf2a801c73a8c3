//! The frames of a buffer that come from tracks.
use super::MAX_TRACKS;

/// Ranges of a buffer's frames that come from tracks: the rest is silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TrackRanges {
    ranges: [(usize, usize); MAX_TRACKS],
    count: usize,
}

impl TrackRanges {
    /// Returns the ranges, ascending, with gaps between them.
    pub fn iter(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.ranges[..self.count].iter().map(|(from, to)| *from..*to)
    }

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
