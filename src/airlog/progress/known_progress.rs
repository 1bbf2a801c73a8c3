//! The proven progress of an airing that was cut off.
use super::mark::{ProgressMark, length_ms};
use super::marks::ProgressMarks;
use crate::airlog::replay::OpenStart;
use crate::base::instant::{BootTime, ClockSnapshot, SECOND_US, WallTime};
use crate::library::Length;

/// Maximum time that a device can be ahead of the boot clock because of its buffers, in microseconds.
const MAX_BUFFERED_US: i64 = 2 * SECOND_US;
/// Maximum time between a start and its entry, in microseconds. A hanging disk can delay the loop.
const MAX_ENTRY_DELAY_US: i64 = 60 * SECOND_US;

/// The proven progress of an airing that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownProgress {
    /// Number of frames that the device took, before and after interruptions.
    pub frames: u64,
    /// Frames per second.
    pub rate: u32,
    /// True when some marks claim more progress than this. These marks are not used.
    pub is_contradicted: bool,
}

impl ProgressMarks {
    /// Returns the proven progress of an airing that was cut off. The log proves the frames up to its last `start`,
    /// `interrupt` or `resume` entry. The marks prove later frames, as far as the boot clock and the planned length
    /// allow.
    #[must_use]
    pub fn known_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let progress = self.plausible_progress(open, now, boot_id);
        let since = &open.fields.since;
        // A mark made with the erased key of an ended epoch cannot be verified. The last such mark was written again
        // with the new key, and the earlier ones claim no more than it does.
        let claims_more = |mark: &ProgressMark| {
            let is_before_start = mark.boot == since.boot_id && BootTime(mark.boottime_us) < since.boot;
            let is_same_airing = mark.id.as_ref() == Some(&open.labels.id);
            is_same_airing && !is_before_start && mark.length_ms() > length_ms(progress.frames, progress.rate)
        };
        KnownProgress {
            is_contradicted: progress.is_contradicted || self.refused_marks.iter().any(claims_more),
            ..progress
        }
    }

    /// Returns the progress that the log and the authentic marks prove.
    fn plausible_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let (fields, id) = (&open.fields, &open.labels.id);
        let logged_length = Length { frames: fields.frames, rate: fields.rate };
        let mark = self.airing_marks.iter().find(|mark| mark.id.as_ref() == Some(id));
        let Some(mark) = mark.filter(|mark| mark.rate > 0) else {
            return KnownProgress { frames: logged_length.frames, rate: logged_length.rate, is_contradicted: false };
        };
        let logged_frames = logged_length.frames_at(mark.rate);
        let since = &fields.since;
        // No airing continues after a reboot, and no mark lies in the future.
        let is_possible = mark.boot == since.boot_id && (mark.boot != boot_id || mark.boottime_us <= now.boot.0);
        let sounded_us = BootTime(mark.boottime_us).since(since.boot);
        if !is_possible || sounded_us < 0 {
            return KnownProgress { frames: logged_frames, rate: mark.rate, is_contradicted: !is_possible };
        }
        let frames_in = |duration_us: i64| {
            u64::try_from(i128::from(duration_us) * i128::from(mark.rate) / i128::from(SECOND_US)).unwrap_or(0)
        };
        let mut max_frames =
            logged_frames.saturating_add(frames_in(sounded_us + MAX_BUFFERED_US + entry_delay_us(open)));
        if open.labels.planned_ms > 0 {
            max_frames = max_frames.min(frames_in(open.labels.planned_ms.saturating_mul(1000)).saturating_add(1));
        }
        KnownProgress {
            frames: mark.frames.min(max_frames).max(logged_frames),
            rate: mark.rate,
            is_contradicted: mark.frames > max_frames,
        }
    }
}

/// Returns the time from the start of an airing to its `start` entry, in microseconds; 0 for an airing that was
/// resumed.
fn entry_delay_us(open: &OpenStart) -> i64 {
    let fields = &open.fields;
    let start = open.labels.planned_at.zip(fields.late_us).filter(|_| fields.frames == 0);
    let start_us = start.map(|(planned, late_us)| planned.timestamp_micros() + late_us);
    start_us.map_or(0, |us| fields.since.wall.since(WallTime(us)).clamp(0, MAX_ENTRY_DELAY_US))
}
