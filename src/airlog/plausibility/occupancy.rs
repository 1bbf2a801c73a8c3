//! The single line: one airing sounds at a time, and no longer than time passes.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry_view::EntryView;
use super::finding::Implausibility;
use crate::base::instant::SECOND_US;

/// An airing may be longer than the passed time by [`AHEAD_US`], for frames in the device's buffers, and by this share
/// of it, for the device's clock.
const FAST_PER_MILLE: i64 = 5;
/// See [`FAST_PER_MILLE`].
const AHEAD_US: i64 = 2 * SECOND_US;
/// Delay with which an entry may be written after the sound that it tells of, because a disk hangs.
const WRITTEN_LATE_US: i64 = 60 * SECOND_US;
/// Tolerance for milliseconds that were rounded from frames.
const ROUNDING_MS: i64 = 20;
/// Airings that have started and not ended; an honest log has fewer.
const MAX_OPEN: usize = 1000;

/// The airing that sounds, and all that have started.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineOccupancy {
    sounding: Option<String>,
    open: BTreeMap<String, Box<StartedAiring>>,
    /// Whether entries of this run were lost; a `start` may be among them.
    pub lost: bool,
}

/// An airing that has started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StartedAiring {
    boot: String,
    /// Boot clock at its start, and the uncertainty of that, in microseconds.
    began: i64,
    slack: i64,
    /// The same for the piece that sounds now, and the length taken before it, in milliseconds.
    piece: i64,
    piece_slack: i64,
    before_ms: i64,
    /// Length taken before an interruption, in milliseconds. It counts when a restart does not get as far.
    #[serde(default)]
    heard_ms: i64,
    /// Airing that sounded when this one started or resumed.
    beside: Option<String>,
}

impl LineOccupancy {
    /// Notes a start of the program: nothing sounds.
    pub fn begin(&mut self) {
        self.sounding = None;
        self.lost = false;
    }

    /// Notes the start of an airing. Returns whether another had to be forgotten for it.
    pub fn start(&mut self, glance: &EntryView<'_>) -> bool {
        let (Some(id), Some(boot), Some(boottime)) = (glance.id(), glance.boot, glance.boottime) else {
            return false;
        };
        // The entry may be late, but it tells when the sound began. A daemon that hung distrusted the device's time and
        // used its own; an airing that it called late may have been on time.
        let started = glance.started();
        let lag = started.zip(glance.at).map(|((began, _), at)| at.since(began).max(0));
        let late = started.map_or(WRITTEN_LATE_US, |(_, late_us)| late_us.clamp(0, WRITTEN_LATE_US));
        let (began, slack) = (boottime - lag.unwrap_or(0), late);
        let beside = self.sounding.replace(id.to_owned()).filter(|other| other != id);
        let boot = boot.to_owned();
        let open =
            StartedAiring { boot, began, slack, piece: began, piece_slack: slack, before_ms: 0, heard_ms: 0, beside };
        let full = self.open.len() >= MAX_OPEN && !self.open.contains_key(id);
        if full {
            self.open.pop_first();
        }
        self.open.insert(id.to_owned(), Box::new(open));
        full
    }

    pub fn interrupt(&mut self, glance: &EntryView<'_>) {
        if self.sounding.as_deref() == glance.id() {
            self.sounding = None;
        }
        let told = ms(glance.number("frames"), glance.number("rate"));
        let open = glance.id().and_then(|id| self.open.get_mut(id));
        if let (Some(open), Some(boot), Some(now)) = (open, glance.boot, glance.boottime)
            && boot == open.boot
        {
            open.heard_ms = open.heard_ms.max(told.min(open.most_ms(now)));
        }
    }

    pub fn resume(&mut self, glance: &EntryView<'_>) {
        let Some(id) = glance.id() else { return };
        let beside = self.sounding.replace(id.to_owned()).filter(|other| other != id);
        if let (Some(open), Some(boot), Some(boottime)) = (self.open.get_mut(id), glance.boot, glance.boottime) {
            (open.piece, open.piece_slack) = (boottime, WRITTEN_LATE_US);
            open.before_ms = ms(glance.number("frames"), glance.number("rate"));
            open.beside = open.beside.take().or(beside);
            if open.boot != boot {
                // This boot clock cannot measure the time before the reboot.
                boot.clone_into(&mut open.boot);
                (open.began, open.slack) = (boottime, WRITTEN_LATE_US + open.before_ms * 1000);
            }
        }
    }

    /// Returns why an outcome cannot be true; `planned_ms` is none for an unplanned play.
    pub fn outcome(
        &mut self,
        glance: &EntryView<'_>,
        id: &str,
        planned_ms: Option<i64>,
        played_ms: i64,
    ) -> Vec<Implausibility> {
        if self.sounding.as_deref() == Some(id) {
            self.sounding = None;
        }
        let open = self.open.remove(id);
        let mut wrong = Vec::new();
        if let Some(planned_ms) = planned_ms.filter(|ms| *ms > 0)
            && played_ms > planned_ms + ROUNDING_MS
        {
            wrong.push(Implausibility::OverPlan { played_ms, planned_ms });
        }
        if played_ms <= 0 {
            return wrong;
        }
        let Some(open) = open else {
            wrong.extend((!self.lost).then_some(Implausibility::NeverStarted));
            return wrong;
        };
        if let (Some(boot), Some(now)) = (glance.boot, glance.boottime)
            && boot == open.boot
            && played_ms > open.most_ms(now)
        {
            let passed = (now - open.began).min(now - open.piece + open.before_ms * 1000);
            wrong.push(Implausibility::TooLong { played_ms, passed_ms: passed / 1000 });
        }
        wrong.extend(open.beside.map(|other| Implausibility::Overlaps { other }));
        wrong
    }
}

impl StartedAiring {
    /// Returns the longest that it can have sounded by this boot clock, in milliseconds.
    fn most_ms(&self, now: i64) -> i64 {
        let whole = passed_ms(now - self.began, self.slack);
        let pieces = self.before_ms + passed_ms(now - self.piece, self.piece_slack);
        whole.min(pieces).max(self.heard_ms)
    }
}

/// Returns the longest that can have sounded in this time, in milliseconds.
fn passed_ms(us: i64, slack: i64) -> i64 {
    (us + us.max(0) / 1000 * FAST_PER_MILLE + AHEAD_US + slack) / 1000
}

fn ms(frames: Option<i64>, rate: Option<i64>) -> i64 {
    let frames = frames.unwrap_or(0).clamp(0, 1 << 40);
    (frames * 1000).checked_div(rate.unwrap_or(0)).unwrap_or(0)
}
