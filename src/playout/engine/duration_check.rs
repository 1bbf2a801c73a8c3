//! Compares the time that an airing took with the length of its frames. Sound that was really heard takes exactly as
//! long as its frames last.
use super::live_airing::Playback;
use crate::base::instant::SECOND_US;
use crate::library::Length;

/// The fixed tolerance for the time that an airing takes, in microseconds. It covers the error of the timestamps of the
/// start and the end.
const TOLERANCE_US: i64 = 50_000;
/// The additional tolerance, in parts per million of the length, because the device's clock differs from the
/// computer's.
const TOLERANCE_PPM: i64 = 200;

/// Corrects a playback according to the time that it took. Extra time counts as silence between the frames. If time is
/// missing, some frames were not heard and do not count. `elapsed_us` is the time in microseconds from the first frame
/// to the end of the last one; `None` when unknown.
pub(super) fn apply_elapsed_time(mut playback: Playback, elapsed_us: Option<i64>) -> Playback {
    let length_of = |frames| Length { frames, rate: playback.rate };
    let length_us = length_of(playback.frames).us();
    let tolerance_us = TOLERANCE_US + length_us / SECOND_US * TOLERANCE_PPM;
    let extra_us = elapsed_us.map_or(0, |elapsed_us| elapsed_us.saturating_sub(length_us));
    if extra_us < -tolerance_us {
        let heard_length = Length { frames: elapsed_us.unwrap_or(0).max(0).cast_unsigned(), rate: SECOND_US as u32 };
        // The start of the airing was reported, so at least one frame counts.
        playback.frames = heard_length.frames_at(playback.rate).clamp(playback.frames.min(1), playback.frames);
        playback.is_impaired = true;
        playback.detail.get_or_insert(format!(
            "frames of {} ms were taken in {} ms",
            length_us / 1000,
            heard_length.us() / 1000
        ));
    } else if extra_us.max(length_of(playback.underrun_frames).us()) > tolerance_us {
        let extra_frames =
            Length { frames: extra_us.max(0).cast_unsigned(), rate: SECOND_US as u32 }.frames_at(playback.rate);
        playback.underrun_frames = playback.underrun_frames.max(extra_frames);
        playback.underruns = playback.underruns.max(1);
        playback.is_impaired = true;
    }
    playback
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The corrected playback of ten minutes at 48 kHz that took `extra_us` longer, with `underrun_ms` of silence
    /// inserted.
    fn corrected_ten_minutes(extra_us: i64, underrun_ms: u64) -> Playback {
        let (frames, underruns) = (600 * 48_000, u64::from(underrun_ms > 0));
        let playback =
            Playback { frames, rate: 48_000, underrun_frames: underrun_ms * 48, underruns, ..Playback::default() };
        apply_elapsed_time(playback, Some(600 * SECOND_US + extra_us))
    }

    #[test]
    fn an_airing_can_take_slightly_more_or_less_time_than_its_length() {
        for extra_us in [-170_000, -100_000, 0, 100_000, 170_000] {
            let playback = corrected_ten_minutes(extra_us, 0);
            assert!(
                !playback.is_impaired && playback.frames == 600 * 48_000 && playback.underruns == 0,
                "{extra_us}: {playback:?}"
            );
        }
        assert!(!corrected_ten_minutes(5_000, 5).is_impaired);
    }

    #[test]
    fn extra_time_counts_as_inserted_silence() {
        let playback = corrected_ten_minutes(171_000, 0);
        assert!(playback.is_impaired && playback.frames == 600 * 48_000);
        assert_eq!((playback.underrun_frames, playback.underruns), (171 * 48, 1));
        // Silence that the output has reported is not counted again.
        let playback = corrected_ten_minutes(12_067_000, 12_067);
        assert_eq!((playback.underrun_frames, playback.underruns, playback.is_impaired), (12_067 * 48, 1, true));
        // Reported silence counts even if the timestamps do not show it.
        assert!(corrected_ten_minutes(0, 200).is_impaired);
    }

    #[test]
    fn frames_taken_in_less_time_than_they_last_do_not_count() {
        let playback = corrected_ten_minutes(-10 * SECOND_US, 0);
        assert!(playback.is_impaired && playback.underruns == 0);
        assert_eq!(playback.frames, 590 * 48_000);
        assert_eq!(playback.detail.as_deref(), Some("frames of 600000 ms were taken in 590000 ms"));
        let playback = apply_elapsed_time(Playback { frames: 48_000, rate: 48_000, ..Playback::default() }, Some(-5));
        assert_eq!(playback.frames, 1);
        assert_eq!(apply_elapsed_time(Playback::default(), None), Playback::default());
    }
}
