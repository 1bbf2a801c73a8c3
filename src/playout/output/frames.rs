//! Conversions between frames and microseconds, and limits that the parts of an output share.
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::Length;

/// Length of the fade when playback starts or stops in the middle of a file, microseconds. A hard edge would click.
pub(in crate::playout) const FADE_US: i64 = 8_000;

/// Maximum length of the buffer of a device or a sound server, microseconds.
pub(in crate::playout) const MAX_BUFFER_US: i64 = 4 * SECOND_US;

/// Returns the number of complete frames in `duration_us` microseconds; 0 for a negative duration.
pub(in crate::playout) fn frames_in_us(duration_us: i64, rate: u32) -> u64 {
    u64::try_from(duration_us).unwrap_or(0).saturating_mul(u64::from(rate)) / SECOND_US as u64
}

/// Returns the number of frames whose length is nearest to `duration_us` microseconds; 0 for a negative duration.
pub(in crate::playout) fn nearest_frames_in_us(duration_us: i64, rate: u32) -> u64 {
    Length { frames: u64::try_from(duration_us).unwrap_or(0), rate: SECOND_US as u32 }.frames_at(rate)
}

/// Returns the duration of this many frames, microseconds.
pub(in crate::playout) fn frames_to_us(frames: usize, rate: u32) -> i64 {
    (frames as i64).saturating_mul(SECOND_US) / i64::from(rate.max(1))
}

/// Returns the index of the frame nearest to `instant` in a buffer that begins at `at`; 0 if `instant` is earlier.
pub(super) fn nearest_frame(rate: u32, at: BootTime, instant: BootTime) -> usize {
    let offset_us = u64::try_from(instant.since(at)).unwrap_or(0);
    let frames = (u128::from(offset_us) * u128::from(rate) + SECOND_US as u128 / 2) / SECOND_US as u128;
    usize::try_from(frames).unwrap_or(usize::MAX)
}
