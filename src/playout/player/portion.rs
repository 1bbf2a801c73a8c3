//! The portion of a file that a cue plays, in frames of the file and of the line.
use crate::library::Length;
use crate::playout::output::frames::nearest_frames_in_us;

/// Portion of a file, in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Portion {
    /// Frames left out at the beginning, at the file's rate.
    pub skip: u64,
    /// Frame of the file at which it stops, counted from the beginning; `None`: at its end.
    pub until: Option<u64>,
}

impl Portion {
    /// Returns the portion that a cue asks for, of a file at `rate` frames per second.
    pub(super) fn new(skip_us: i64, planned: Option<Length>, rate: u32) -> Self {
        Self {
            skip: nearest_frames_in_us(skip_us, rate),
            // A file that was replaced by one of another rate still stops at the planned time.
            until: planned.map(|length| length.frames_at(rate)),
        }
    }

    /// Returns the expected frames at the line's rate, of a file of the planned length; `None`: as many as it has.
    pub(super) fn expected(planned: Option<Length>, skip_us: i64, line_rate: u32) -> Option<u64> {
        planned.map(|length| {
            let skipped = nearest_frames_in_us(skip_us, length.rate);
            let frames = length.frames.saturating_sub(skipped);
            Length { frames, ..length }.frames_at(line_rate)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_is_exact_at_either_rate() {
        let planned = Some(Length { frames: 441_000, rate: 44_100 });
        assert_eq!(Portion::expected(planned, 0, 48_000), Some(480_000));
        assert_eq!(Portion::expected(planned, 2_500_000, 48_000), Some(360_000));
        assert_eq!(Portion::expected(planned, 99_000_000, 48_000), Some(0));
        assert_eq!(Portion::expected(None, 0, 48_000), None);
        let portion = Portion::new(2_500_000, planned, 22_050);
        assert_eq!(portion, Portion { skip: 55_125, until: Some(220_500) });
    }
}
