//! Checks the use of the single line: only one airing sounds at a time, and it cannot sound longer than the passed
//! time.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry_view::EntryView;
use super::finding::Implausibility;
use crate::base::instant::SECOND_US;

/// Tolerance for a fast clock of the device, per mille of the passed time. [`AHEAD_US`] is allowed in addition.
const FAST_PER_MILLE: i64 = 5;
/// Tolerance for frames in the device's buffers, in microseconds.
const AHEAD_US: i64 = 2 * SECOND_US;
/// Maximum delay between a sound and its entry, in microseconds. A hanging disk can cause such a delay.
const WRITTEN_LATE_US: i64 = 60 * SECOND_US;
/// Tolerance for rounding frames to milliseconds, in milliseconds.
const ROUNDING_MS: i64 = 20;
/// Maximum number of airings that have started and not ended. An honest log has fewer.
const MAX_OPEN: usize = 1000;

/// The airing that sounds, and all airings that have started and not ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineOccupancy {
    /// Id of the airing that sounds now.
    sounding: Option<String>,
    /// Airings that have started and not ended, by their ids.
    open: BTreeMap<String, Box<StartedAiring>>,
    /// True when entries of this run were lost. A `start` entry may be among them.
    pub lost: bool,
}

/// An airing that has started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StartedAiring {
    /// Boot id of the machine.
    boot: String,
    /// Boot clock at the start, in microseconds.
    began: i64,
    /// Uncertainty of `began`, in microseconds.
    slack: i64,
    /// Boot clock at the start of the part that sounds now, in microseconds. An airing that was interrupted has several
    /// parts.
    piece: i64,
    /// Uncertainty of `piece`, in microseconds.
    piece_slack: i64,
    /// Length that sounded before the current part, in milliseconds.
    before_ms: i64,
    /// Length that sounded before an interruption, in milliseconds. The outcome may claim this length even if the
    /// airing was restarted and did not get as far.
    #[serde(default)]
    heard_ms: i64,
    /// Id of another airing that sounded when this one started or resumed.
    beside: Option<String>,
}

impl LineOccupancy {
    /// Applies a start of the program: no airing sounds.
    pub fn begin(&mut self) {
        self.sounding = None;
        self.lost = false;
    }

    /// Applies the start of an airing. Returns true if there were too many airings, so that another one was forgotten.
    pub fn start(&mut self, entry: &EntryView<'_>) -> bool {
        let (Some(id), Some(boot), Some(boottime)) = (entry.id(), entry.boot, entry.boottime) else {
            return false;
        };
        // The entry may be written late, but it contains the time of the start. A daemon that hung used its own time
        // instead of the device's time, so an airing that it logged as late may have started on time.
        let start = entry.started();
        let lag = start.zip(entry.at).map(|((began, _), at)| at.since(began).max(0));
        let slack = start.map_or(WRITTEN_LATE_US, |(_, late_us)| late_us.clamp(0, WRITTEN_LATE_US));
        let began = boottime - lag.unwrap_or(0);
        let beside = self.sounding.replace(id.to_owned()).filter(|other| other != id);
        let boot = boot.to_owned();
        let airing =
            StartedAiring { boot, began, slack, piece: began, piece_slack: slack, before_ms: 0, heard_ms: 0, beside };
        let is_full = self.open.len() >= MAX_OPEN && !self.open.contains_key(id);
        if is_full {
            self.open.pop_first();
        }
        self.open.insert(id.to_owned(), Box::new(airing));
        is_full
    }

    /// Applies an interruption of an airing.
    pub fn interrupt(&mut self, entry: &EntryView<'_>) {
        if self.sounding.as_deref() == entry.id() {
            self.sounding = None;
        }
        let claimed_ms = length_ms(entry.number("frames"), entry.number("rate"));
        let airing = entry.id().and_then(|id| self.open.get_mut(id));
        if let (Some(airing), Some(boot), Some(now)) = (airing, entry.boot, entry.boottime)
            && boot == airing.boot
        {
            airing.heard_ms = airing.heard_ms.max(claimed_ms.min(airing.max_ms(now)));
        }
    }

    /// Applies the continuation of an interrupted airing.
    pub fn resume(&mut self, entry: &EntryView<'_>) {
        let Some(id) = entry.id() else { return };
        let beside = self.sounding.replace(id.to_owned()).filter(|other| other != id);
        if let (Some(airing), Some(boot), Some(boottime)) = (self.open.get_mut(id), entry.boot, entry.boottime) {
            (airing.piece, airing.piece_slack) = (boottime, WRITTEN_LATE_US);
            airing.before_ms = length_ms(entry.number("frames"), entry.number("rate"));
            airing.beside = airing.beside.take().or(beside);
            if airing.boot != boot {
                // The boot clock restarted, so it cannot measure the time before the reboot.
                boot.clone_into(&mut airing.boot);
                (airing.began, airing.slack) = (boottime, WRITTEN_LATE_US + airing.before_ms * 1000);
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
        if self.sounding.as_deref() == Some(id) {
            self.sounding = None;
        }
        let airing = self.open.remove(id);
        let mut findings = Vec::new();
        if let Some(planned_ms) = planned_ms.filter(|ms| *ms > 0)
            && played_ms > planned_ms + ROUNDING_MS
        {
            findings.push(Implausibility::OverPlan { played_ms, planned_ms });
        }
        if played_ms <= 0 {
            return findings;
        }
        let Some(airing) = airing else {
            findings.extend((!self.lost).then_some(Implausibility::NeverStarted));
            return findings;
        };
        if let (Some(boot), Some(now)) = (entry.boot, entry.boottime)
            && boot == airing.boot
            && played_ms > airing.max_ms(now)
        {
            let passed_us = (now - airing.began).min(now - airing.piece + airing.before_ms * 1000);
            findings.push(Implausibility::TooLong { played_ms, passed_ms: passed_us / 1000 });
        }
        findings.extend(airing.beside.map(|other| Implausibility::Overlaps { other }));
        findings
    }
}

impl StartedAiring {
    /// Returns the maximum length that can have sounded up to this boot clock, in milliseconds.
    fn max_ms(&self, now: i64) -> i64 {
        let since_start = max_sounded_ms(now - self.began, self.slack);
        let by_parts = self.before_ms + max_sounded_ms(now - self.piece, self.piece_slack);
        since_start.min(by_parts).max(self.heard_ms)
    }
}

/// Returns the maximum length that can sound in this time, in milliseconds. `slack_us` is the uncertainty of the time.
fn max_sounded_ms(passed_us: i64, slack_us: i64) -> i64 {
    (passed_us + passed_us.max(0) / 1000 * FAST_PER_MILLE + AHEAD_US + slack_us) / 1000
}

/// Returns a length in milliseconds; 0 if the rate is unknown.
fn length_ms(frames: Option<i64>, rate: Option<i64>) -> i64 {
    let frames = frames.unwrap_or(0).clamp(0, 1 << 40);
    (frames * 1000).checked_div(rate.unwrap_or(0)).unwrap_or(0)
}
