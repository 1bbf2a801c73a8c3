//! One line, on which one thing sounds at a time, for no longer than time passes.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::entry_view::EntryView;
use super::finding::Implausibility;
use crate::base::instant::SECOND_US;

/// Frames that a device has taken ahead of their sound, and its clock against the system's: an airing may be longer than
/// the time that passed by [`AHEAD_US`], and by this share of it.
const FAST_PER_MILLE: i64 = 5;
/// See [`FAST_PER_MILLE`].
const AHEAD_US: i64 = 2 * SECOND_US;
/// An entry without a time of its own for its sound may have been written so long after that: a disk that hangs.
const WRITTEN_LATE_US: i64 = 60 * SECOND_US;
/// Milliseconds are rounded from frames.
const ROUNDING_MS: i64 = 20;
/// No honest log has more airings that have started and have not ended.
const MAX_OPEN: usize = 1000;

/// What sounds, and what has begun.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LineOccupancy {
    sounding: Option<String>,
    open: BTreeMap<String, Box<StartedAiring>>,
    /// Entries of this run of the program are lost, and a start may be among them.
    pub lost: bool,
}

/// An airing that has started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StartedAiring {
    boot: String,
    /// When it began on the boot clock, and how far off that may be.
    began: i64,
    slack: i64,
    /// The same of what sounds of it now, and what was taken before, milliseconds.
    piece: i64,
    piece_slack: i64,
    before_ms: i64,
    /// What was taken of it until it was interrupted: it counts when what begins anew does not come as far.
    #[serde(default)]
    heard_ms: i64,
    /// What sounded when it began or went on.
    beside: Option<String>,
}

impl LineOccupancy {
    /// The program was started: nothing sounds.
    pub fn begin(&mut self) {
        self.sounding = None;
        self.lost = false;
    }

    /// An airing starts. Gives whether another had to be forgotten for it.
    pub fn start(&mut self, glance: &EntryView<'_>) -> bool {
        let (Some(id), Some(boot), Some(boottime)) = (glance.id(), glance.boot, glance.boottime) else {
            return false;
        };
        // The entry may have come late: when the sound began stands in it. A daemon that hung did not believe the device,
        // and took its own time for it; what it called late may then have been on time.
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
                // What came before it cannot be measured by this boot clock.
                boot.clone_into(&mut open.boot);
                (open.began, open.slack) = (boottime, WRITTEN_LATE_US + open.before_ms * 1000);
            }
        }
    }

    /// What is wrong with an outcome; `planned_ms` is none for what was not planned.
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
    /// The longest that can have sounded of it by this boot clock, milliseconds.
    fn most_ms(&self, now: i64) -> i64 {
        let whole = passed_ms(now - self.began, self.slack);
        let pieces = self.before_ms + passed_ms(now - self.piece, self.piece_slack);
        whole.min(pieces).max(self.heard_ms)
    }
}

/// The longest that can have sounded in this time, milliseconds.
fn passed_ms(us: i64, slack: i64) -> i64 {
    (us + us.max(0) / 1000 * FAST_PER_MILLE + AHEAD_US + slack) / 1000
}

fn ms(frames: Option<i64>, rate: Option<i64>) -> i64 {
    let frames = frames.unwrap_or(0).clamp(0, 1 << 40);
    (frames * 1000).checked_div(rate.unwrap_or(0)).unwrap_or(0)
}
