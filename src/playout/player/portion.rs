//! The portion of a file that a cue plays, counted in frames.
use crate::library::Length;
use crate::playout::output::frames::nearest_frames_in_us;

/// The portion of a file that a cue plays, in frames at the file's rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Portion {
    /// Number of frames that are skipped at the beginning.
    pub skip_frames: u64,
    /// Index of the first frame that is not played (exclusive end); `None`: playback stops at the end of the file.
    pub end_frame: Option<u64>,
}

impl Portion {
    /// Returns the portion of a file that a cue plays, without the first `skip_us` microseconds of the file. `rate` is
    /// the file's rate in frames per second.
    pub(super) fn new(skip_us: i64, planned_length: Option<Length>, rate: u32) -> Self {
        Self {
            skip_frames: nearest_frames_in_us(skip_us, rate),
            // The planned length is counted at the rate of the planned file. If the file was replaced by a file with a
            // different rate, playback stops after the same duration.
            end_frame: planned_length.map(|length| length.frames_at(rate)),
        }
    }

    /// Returns the expected number of frames at the line's rate; `None` without a planned length.
    pub(super) fn expected_frames(planned_length: Option<Length>, skip_us: i64, line_rate: u32) -> Option<u64> {
        planned_length.map(|length| {
            let skipped_frames = nearest_frames_in_us(skip_us, length.rate);
            let frames = length.frames.saturating_sub(skipped_frames);
            Length { frames, ..length }.frames_at(line_rate)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_is_exact_at_the_rates_of_the_file_and_of_the_line() {
        let planned = Some(Length { frames: 441_000, rate: 44_100 });
        assert_eq!(Portion::expected_frames(planned, 0, 48_000), Some(480_000));
        assert_eq!(Portion::expected_frames(planned, 2_500_000, 48_000), Some(360_000));
        assert_eq!(Portion::expected_frames(planned, 99_000_000, 48_000), Some(0));
        assert_eq!(Portion::expected_frames(None, 0, 48_000), None);
        let portion = Portion::new(2_500_000, planned, 22_050);
        assert_eq!(portion, Portion { skip_frames: 55_125, end_frame: Some(220_500) });
    }
}
