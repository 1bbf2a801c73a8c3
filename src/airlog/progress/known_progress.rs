//! How far a cut airing is known to have come.
use super::mark::{ProgressMark, length_ms};
use super::marks::ProgressMarks;
use crate::airlog::replay::OpenStart;
use crate::base::instant::{BootTime, ClockSnapshot, SECOND_US, WallTime};
use crate::library::Length;

/// Time that a device may be ahead of the boot clock, because of its buffers.
const SLACK_US: i64 = 2 * SECOND_US;
/// Longest time between a start and its entry: a hanging disk delays the loop.
const MAX_DELAY_US: i64 = 60 * SECOND_US;

/// Progress that a cut airing is known to have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownProgress {
    /// Frames taken in all.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Whether there are marks that claim more and are not believed.
    pub contradicted: bool,
}

impl ProgressMarks {
    /// Returns the known progress of an airing that was cut off: from the log before its last start, and from the marks
    /// after it, as far as the boot clock and the planned length allow.
    #[must_use]
    pub fn known_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let told = self.plausible_progress(open, now, boot_id);
        let since = &open.fields.since;
        // Old lines made with the key of an ended epoch claim no more than the last of them, which was written again.
        let more = |mark: &ProgressMark| {
            let before = mark.boot == since.boot_id && BootTime(mark.boottime_us) < since.boot;
            mark.id.as_ref() == Some(&open.labels.id) && !before && mark.length_ms() > length_ms(told.frames, told.rate)
        };
        KnownProgress { contradicted: told.contradicted || self.refused.iter().any(more), ..told }
    }

    fn plausible_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let (fields, id) = (&open.fields, &open.labels.id);
        let before = Length { frames: fields.frames, rate: fields.rate };
        let mark = self.airings.iter().find(|mark| mark.id.as_ref() == Some(id));
        let Some(mark) = mark.filter(|mark| mark.rate > 0) else {
            return KnownProgress { frames: before.frames, rate: before.rate, contradicted: false };
        };
        let before = before.frames_at(mark.rate);
        let since = &fields.since;
        // No airing survives a reboot, and no mark comes from the future.
        let possible = mark.boot == since.boot_id && (mark.boot != boot_id || mark.boottime_us <= now.boot.0);
        let sounded = BootTime(mark.boottime_us).since(since.boot);
        if !possible || sounded < 0 {
            return KnownProgress { frames: before, rate: mark.rate, contradicted: !possible };
        }
        let of = |us: i64| u64::try_from(i128::from(us) * i128::from(mark.rate) / i128::from(SECOND_US)).unwrap_or(0);
        let mut most = before.saturating_add(of(sounded + SLACK_US + entry_delay_us(open)));
        if open.labels.planned_ms > 0 {
            most = most.min(of(open.labels.planned_ms.saturating_mul(1000)).saturating_add(1));
        }
        KnownProgress { frames: mark.frames.min(most).max(before), rate: mark.rate, contradicted: mark.frames > most }
    }
}

/// Returns how long after the start its entry was made, in microseconds; 0 for an airing that was resumed.
fn entry_delay_us(open: &OpenStart) -> i64 {
    let fields = &open.fields;
    let started = open.labels.planned_at.zip(fields.late_us);
    let started = started.filter(|_| fields.frames == 0).map(|(planned, late)| planned.timestamp_micros() + late);
    started.map_or(0, |started| fields.since.wall.since(WallTime(started)).clamp(0, MAX_DELAY_US))
}
