//! Checks the use of the single line: only one airing sounds at a time, and it cannot sound longer than the time that
//! has elapsed.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry_view::EntryView;
use super::finding::Implausibility;
use crate::base::instant::SECOND_US;

/// Tolerance for a fast clock of the device, per mille of the elapsed time. [`BUFFER_TOLERANCE_US`] is allowed in
/// addition.
const FAST_DEVICE_TOLERANCE_PER_MILLE: i64 = 5;
/// Tolerance for frames in the device's buffers, in microseconds.
const BUFFER_TOLERANCE_US: i64 = 2 * SECOND_US;
/// Maximum delay between the start of an airing and its entry, in microseconds. A hanging disk can cause such a delay.
const MAX_ENTRY_DELAY_US: i64 = 60 * SECOND_US;
/// Tolerance for rounding frames to milliseconds, in milliseconds.
const ROUNDING_TOLERANCE_MS: i64 = 20;
/// Maximum number of airings that have started and not ended. An honest log has fewer.
const MAX_OPEN_AIRINGS: usize = 1000;

/// The airing that sounds, and all airings that have started and not ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineOccupancy {
    /// Id of the airing that sounds now.
    #[serde(rename = "sounding")]
    sounding_id: Option<String>,
    /// Airings that have started and not ended, by their ids.
    #[serde(rename = "open")]
    open_airings: BTreeMap<String, Box<StartedAiring>>,
    /// True when entries of this run were lost. A `start` entry may be among them.
    #[serde(rename = "lost")]
    pub has_lost_entries: bool,
}

/// An airing that has started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StartedAiring {
    /// Boot id of the machine.
    #[serde(rename = "boot")]
    boot_id: String,
    /// Boot clock at the start, in microseconds.
    #[serde(rename = "began")]
    start_us: i64,
    /// Uncertainty of `start_us`, in microseconds.
    #[serde(rename = "slack")]
    start_error_us: i64,
    /// Boot clock at the start of the part that sounds now, in microseconds. An airing that was interrupted has several
    /// parts.
    #[serde(rename = "piece")]
    part_start_us: i64,
    /// Uncertainty of `part_start_us`, in microseconds.
    #[serde(rename = "piece_slack")]
    part_start_error_us: i64,
    /// Length that sounded before the current part, in milliseconds.
    #[serde(rename = "before_ms")]
    earlier_parts_ms: i64,
    /// Maximum length that had sounded when an interruption began, in milliseconds. The outcome may claim this length
    /// even if the airing was restarted and did not get as far again.
    #[serde(rename = "heard_ms", default)]
    interrupted_length_ms: i64,
    /// Id of a different airing that was sounding when this one started or resumed.
    #[serde(rename = "beside")]
    overlapping_id: Option<String>,
}

impl LineOccupancy {
    /// Applies a program start: no airing sounds.
    pub fn begin_run(&mut self) {
        self.sounding_id = None;
        self.has_lost_entries = false;
    }

    /// Applies the start of an airing. Returns true if too many airings were open, so that one of them was forgotten.
    pub fn apply_start(&mut self, entry: &EntryView<'_>) -> bool {
        let (Some(id), Some(boot_id), Some(boottime_us)) = (entry.id(), entry.boot_id, entry.boottime_us) else {
            return false;
        };
        // The entry may be written late, but it contains the time of the start. If the daemon hung, that time is the
        // daemon's and not the device's, so an airing that was logged as late may have started on time.
        let start = entry.start_time_and_delay();
        let entry_delay_us = start.zip(entry.at).map(|((started_at, _), at)| at.since(started_at).max(0));
        let start_error_us = start.map_or(MAX_ENTRY_DELAY_US, |(_, late_us)| late_us.clamp(0, MAX_ENTRY_DELAY_US));
        let start_us = boottime_us - entry_delay_us.unwrap_or(0);
        let overlapping_id = self.sounding_id.replace(id.to_owned()).filter(|other| other != id);
        let airing = StartedAiring {
            boot_id: boot_id.to_owned(),
            start_us,
            start_error_us,
            part_start_us: start_us,
            part_start_error_us: start_error_us,
            earlier_parts_ms: 0,
            interrupted_length_ms: 0,
            overlapping_id,
        };
        let is_full = self.open_airings.len() >= MAX_OPEN_AIRINGS && !self.open_airings.contains_key(id);
        if is_full {
            self.open_airings.pop_first();
        }
        self.open_airings.insert(id.to_owned(), Box::new(airing));
        is_full
    }

    /// Applies an interruption of an airing.
    pub fn apply_interrupt(&mut self, entry: &EntryView<'_>) {
        if self.sounding_id.as_deref() == entry.id() {
            self.sounding_id = None;
        }
        let claimed_ms = length_ms(entry.number("frames"), entry.number("rate"));
        let airing = entry.id().and_then(|id| self.open_airings.get_mut(id));
        if let (Some(airing), Some(boot_id), Some(now_us)) = (airing, entry.boot_id, entry.boottime_us)
            && boot_id == airing.boot_id
        {
            airing.interrupted_length_ms =
                airing.interrupted_length_ms.max(claimed_ms.min(airing.max_length_ms(now_us)));
        }
    }

    /// Applies the continuation of an interrupted airing.
    pub fn apply_resume(&mut self, entry: &EntryView<'_>) {
        let Some(id) = entry.id() else { return };
        let overlapping_id = self.sounding_id.replace(id.to_owned()).filter(|other| other != id);
        if let (Some(airing), Some(boot_id), Some(boottime_us)) =
            (self.open_airings.get_mut(id), entry.boot_id, entry.boottime_us)
        {
            (airing.part_start_us, airing.part_start_error_us) = (boottime_us, MAX_ENTRY_DELAY_US);
            airing.earlier_parts_ms = length_ms(entry.number("frames"), entry.number("rate"));
            airing.overlapping_id = airing.overlapping_id.take().or(overlapping_id);
            if airing.boot_id != boot_id {
                // The boot clock restarted, so it cannot measure the time before the reboot.
                boot_id.clone_into(&mut airing.boot_id);
                (airing.start_us, airing.start_error_us) =
                    (boottime_us, MAX_ENTRY_DELAY_US + airing.earlier_parts_ms * 1000);
            }
        }
    }

    /// Applies an outcome. Returns the reasons why it cannot be true, if any. `planned_ms` is `None` for an unplanned
    /// play.
    pub fn apply_outcome(
        &mut self,
        entry: &EntryView<'_>,
        id: &str,
        planned_ms: Option<i64>,
        played_ms: i64,
    ) -> Vec<Implausibility> {
        if self.sounding_id.as_deref() == Some(id) {
            self.sounding_id = None;
        }
        let airing = self.open_airings.remove(id);
        let mut findings = Vec::new();
        if let Some(planned_ms) = planned_ms.filter(|ms| *ms > 0)
            && played_ms > planned_ms + ROUNDING_TOLERANCE_MS
        {
            findings.push(Implausibility::OverPlan { played_ms, planned_ms });
        }
        if played_ms <= 0 {
            return findings;
        }
        let Some(airing) = airing else {
            findings.extend((!self.has_lost_entries).then_some(Implausibility::NeverStarted));
            return findings;
        };
        if let (Some(boot_id), Some(now_us)) = (entry.boot_id, entry.boottime_us)
            && boot_id == airing.boot_id
            && played_ms > airing.max_length_ms(now_us)
        {
            let elapsed_us =
                (now_us - airing.start_us).min(now_us - airing.part_start_us + airing.earlier_parts_ms * 1000);
            findings.push(Implausibility::TooLong { played_ms, passed_ms: elapsed_us / 1000 });
        }
        findings.extend(airing.overlapping_id.map(|other| Implausibility::Overlaps { other }));
        findings
    }
}

impl StartedAiring {
    /// Returns the maximum length that can have sounded up to this time of the boot clock, in milliseconds.
    fn max_length_ms(&self, now_us: i64) -> i64 {
        let from_start_ms = max_sounded_ms(now_us - self.start_us, self.start_error_us);
        let from_parts_ms =
            self.earlier_parts_ms + max_sounded_ms(now_us - self.part_start_us, self.part_start_error_us);
        from_start_ms.min(from_parts_ms).max(self.interrupted_length_ms)
    }
}

/// Returns the maximum length that can sound in `elapsed_us`, in milliseconds. `error_us` is the uncertainty of that
/// time.
fn max_sounded_ms(elapsed_us: i64, error_us: i64) -> i64 {
    (elapsed_us + elapsed_us.max(0) / 1000 * FAST_DEVICE_TOLERANCE_PER_MILLE + BUFFER_TOLERANCE_US + error_us) / 1000
}

/// Returns the length of these frames in milliseconds; 0 if the rate is unknown.
fn length_ms(frames: Option<i64>, rate: Option<i64>) -> i64 {
    let frames = frames.unwrap_or(0).clamp(0, 1 << 40);
    (frames * 1000).checked_div(rate.unwrap_or(0)).unwrap_or(0)
}
