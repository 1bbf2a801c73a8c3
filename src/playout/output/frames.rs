//! Frames and microseconds: the conversions that every part of an output shares, and their common limits.
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::Length;

/// Fade of sound that begins or ends in the middle, microseconds: without it, it would click.
pub(in crate::playout) const FADE_US: i64 = 8_000;

/// Longest buffer that a device or a sound server may have, microseconds.
pub(in crate::playout) const MAX_BUFFER_US: i64 = 4 * SECOND_US;

/// Returns the number of whole frames in `us` microseconds; 0 for a negative time.
pub(in crate::playout) fn frames_in_us(us: i64, rate: u32) -> u64 {
    u64::try_from(us).unwrap_or(0).saturating_mul(u64::from(rate)) / SECOND_US as u64
}

/// Returns the number of frames nearest to `us` microseconds; 0 for a negative time.
pub(in crate::playout) fn nearest_frames_in_us(us: i64, rate: u32) -> u64 {
    Length { frames: u64::try_from(us).unwrap_or(0), rate: SECOND_US as u32 }.frames_at(rate)
}

/// Returns how long so many frames last, in microseconds.
pub(in crate::playout) fn us_of_frames(frames: usize, rate: u32) -> i64 {
    (frames as i64).saturating_mul(SECOND_US) / i64::from(rate.max(1))
}

/// Returns the frame of a buffer that begins at `at` whose instant is nearest to `instant`; 0 if that is past.
pub(super) fn nearest_frame(rate: u32, at: BootTime, instant: BootTime) -> usize {
    let ahead = u64::try_from(instant.since(at)).unwrap_or(0);
    let frames = (u128::from(ahead) * u128::from(rate) + SECOND_US as u128 / 2) / SECOND_US as u128;
    usize::try_from(frames).unwrap_or(usize::MAX)
}
