//! How far a cut airing is known to have come.
use super::mark::{ProgressMark, length_ms};
use super::marks::ProgressMarks;
use crate::airlog::replay::OpenStart;
use crate::base::instant::{BootTime, ClockSnapshot, SECOND_US, WallTime};
use crate::library::Length;

/// A device may have taken so much more than the boot clock makes of the time since the entry: what lies in its buffers.
const SLACK_US: i64 = 2 * SECOND_US;
/// And an entry may tell of a start so long ago: a disk that hangs keeps the loop from looking.
const MAX_DELAY_US: i64 = 60 * SECOND_US;

/// How far a cut airing is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownProgress {
    /// Frames of it taken in all.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// There are marks that say otherwise, and are not believed.
    pub contradicted: bool,
}

impl ProgressMarks {
    /// What is known to have sounded of an airing that was cut off: by the log before its last start, and by the marks
    /// since, of which none may say more than the boot clock and the planned length allow.
    #[must_use]
    pub fn known_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let told = self.plausible_progress(open, now, boot_id);
        let since = &open.fields.since;
        // Marks by the key of an epoch that is over say no more than the last of them, which was written anew.
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
        // No airing outlasts a start of the machine; and no mark is from a time that is still to come.
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

/// How long after an airing's start its entry was made; nothing of an airing that goes on.
fn entry_delay_us(open: &OpenStart) -> i64 {
    let fields = &open.fields;
    let started = open.labels.planned_at.zip(fields.late_us);
    let started = started.filter(|_| fields.frames == 0).map(|(planned, late)| planned.timestamp_micros() + late);
    started.map_or(0, |started| fields.since.wall.since(WallTime(started)).clamp(0, MAX_DELAY_US))
}
