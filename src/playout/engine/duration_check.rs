//! Checks by its duration that what the device took can have been heard: sound takes its time, no less and no more.
use super::live_airing::Playback;
use crate::base::instant::SECOND_US;
use crate::library::Length;

/// How much more or less time than its frames last an airing may take, microseconds: the error of the timestamps of its
/// start and its end.
const TOLERANCE_US: i64 = 50_000;
/// The same in parts per million of its length: the device has its own clock.
const TOLERANCE_PPM: i64 = 200;

/// Corrects a playback by the time that it took. Time beyond the length of the frames is silence that came in between
/// them; where time is missing, frames were not heard, and do not count. `took_us` is the time from the first frame to
/// the end of the last one; none where that is not known.
pub(super) fn check_duration(mut taken: Playback, took_us: Option<i64>) -> Playback {
    let length = |frames| Length { frames, rate: taken.rate };
    let lasts_us = length(taken.frames).us();
    let tolerance_us = TOLERANCE_US + lasts_us / SECOND_US * TOLERANCE_PPM;
    let more_us = took_us.map_or(0, |took| took.saturating_sub(lasts_us));
    if more_us < -tolerance_us {
        let took = Length { frames: took_us.unwrap_or(0).max(0).cast_unsigned(), rate: SECOND_US as u32 };
        // The first frame was reported.
        taken.frames = took.frames_at(taken.rate).clamp(taken.frames.min(1), taken.frames);
        taken.impaired = true;
        taken.detail.get_or_insert(format!("frames of {} ms were taken in {} ms", lasts_us / 1000, took.us() / 1000));
    } else if more_us.max(length(taken.underrun_frames).us()) > tolerance_us {
        let more = Length { frames: more_us.max(0).cast_unsigned(), rate: SECOND_US as u32 }.frames_at(taken.rate);
        taken.underrun_frames = taken.underrun_frames.max(more);
        taken.underruns = taken.underruns.max(1);
        taken.impaired = true;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten minutes at 48 kHz that took `more_us` more, with `underrun_ms` of silence inserted.
    fn ten_minutes(more_us: i64, underrun_ms: u64) -> Playback {
        let (frames, underruns) = (600 * 48_000, u64::from(underrun_ms > 0));
        let taken =
            Playback { frames, rate: 48_000, underrun_frames: underrun_ms * 48, underruns, ..Playback::default() };
        check_duration(taken, Some(600 * SECOND_US + more_us))
    }

    #[test]
    fn an_airing_may_take_a_little_more_and_less_than_its_length() {
        for more_us in [-170_000, -100_000, 0, 100_000, 170_000] {
            let taken = ten_minutes(more_us, 0);
            assert!(!taken.impaired && taken.frames == 600 * 48_000 && taken.underruns == 0, "{more_us}: {taken:?}");
        }
        assert!(!ten_minutes(5_000, 5).impaired);
    }

    #[test]
    fn what_took_longer_was_torn_by_silence() {
        let taken = ten_minutes(171_000, 0);
        assert!(taken.impaired && taken.frames == 600 * 48_000);
        assert_eq!((taken.underrun_frames, taken.underruns), (171 * 48, 1));
        // Silence that the output counted is counted once.
        let taken = ten_minutes(12_067_000, 12_067);
        assert_eq!((taken.underrun_frames, taken.underruns, taken.impaired), (12_067 * 48, 1, true));
        // It counts although the timestamps do not show it.
        assert!(ten_minutes(0, 200).impaired);
    }

    #[test]
    fn what_was_taken_faster_than_it_sounds_was_not_heard() {
        let taken = ten_minutes(-10 * SECOND_US, 0);
        assert!(taken.impaired && taken.underruns == 0);
        assert_eq!(taken.frames, 590 * 48_000);
        assert_eq!(taken.detail.as_deref(), Some("frames of 600000 ms were taken in 590000 ms"));
        let taken = check_duration(Playback { frames: 48_000, rate: 48_000, ..Playback::default() }, Some(-5));
        assert_eq!(taken.frames, 1);
        assert_eq!(check_duration(Playback::default(), None), Playback::default());
    }
}
