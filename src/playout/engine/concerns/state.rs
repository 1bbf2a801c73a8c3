//! The concerns of the station, and the facts about the station that other parts of the program have reported.
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::concern::{
    AbsenceFacts, AlarmFacts, CheckedArea, ConcernBook, ConcernKey, HostFacts, LineFacts, LogFacts, PlanFacts,
    RefusedSchedule,
};
use crate::logstore::hand_in::HandInState;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::concerns::later_days::LaterDays;
use crate::playout::engine::schedule_revision::ScheduleRevision;

/// Facts that only other parts of the program know. Each report replaces the earlier one of its kind.
#[derive(Debug, Clone, PartialEq)]
pub enum ExternalFacts {
    /// The state of the log, from the run loop.
    Log(LogFacts),
    /// The computer, from the host watch.
    Host(HostFacts),
    /// The station's folder, from the loader.
    Folder(FolderFacts),
    /// The hand-ins of the log, from its folder.
    HandIn(HandInState),
    /// The delivery of alarms, from the station's folder.
    Alarm(AlarmFacts),
}

/// The station's folder as the loader last found it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FolderFacts {
    /// The folder's schedule, if its errors keep it from coming into force.
    pub refused: Option<RefusedSchedule>,
    /// True when the folder cannot be read.
    pub is_unreadable: bool,
    /// The number of files that the schedule needs from `audio/`, if that folder is missing.
    pub files_of_missing_audio: Option<u64>,
}

/// Facts about the upcoming sessions, and how long they hold.
#[derive(Debug)]
pub(crate) struct CachedPlanFacts {
    /// The schedule that they belong to.
    pub revision: Arc<ScheduleRevision>,
    /// When they were computed.
    pub at: ClockSnapshot,
    /// The wall time until which they stay the same if nothing else changes.
    pub changes_at: WallTime,
    /// The facts.
    pub facts: Arc<PlanFacts>,
}

/// The concerns, and the facts that are known about the station besides the engine's own state.
#[derive(Debug, Default)]
pub(crate) struct ConcernState {
    pub book: ConcernBook,
    pub line: LineFacts,
    pub log: Option<LogFacts>,
    pub host: Option<HostFacts>,
    pub hand_in: Option<HandInState>,
    pub alarm: Option<AlarmFacts>,
    pub folder: FolderFacts,
    /// Whether the loader has read the folder in this run.
    pub is_folder_read: bool,
    /// The id in the log and the id in `station.toml`, if they differ.
    pub differing_station_ids: Option<(String, String)>,
    /// The station's last absence, with the number of airings missed in it, and the local date on which it ended.
    pub absence: Option<(AbsenceFacts, NaiveDate)>,
    /// The facts about the upcoming sessions.
    pub plan_facts: Option<CachedPlanFacts>,
    /// The days after today, as the facts about the upcoming sessions need them.
    pub later_days: Option<LaterDays>,
    /// The areas that have not been checked yet.
    pub unchecked: Vec<CheckedArea>,
    /// The time of the last assessment; `None` when a report requires a new one.
    pub assessed_at: Option<BootTime>,
}

impl ConcernState {
    /// Returns the state of a station whose log has these concerns open.
    pub fn resume(open: impl IntoIterator<Item = (ConcernKey, WallTime)>, now: BootTime) -> Self {
        Self { book: ConcernBook::resume(open, now), ..Self::default() }
    }

    /// Returns the station's last absence if it ended today and airings were missed in it.
    pub fn absence_on(&self, today: NaiveDate) -> Option<AbsenceFacts> {
        let absence_with_misses = self.absence.filter(|(absence, date)| *date == today && absence.airings > 0);
        absence_with_misses.map(|(absence, _)| absence)
    }

    /// Returns the areas that have not been checked yet.
    pub fn unchecked(&self) -> &[CheckedArea] {
        &self.unchecked
    }

    /// Adds the areas of open concerns whose source is not observed now, because these concerns may be over.
    pub fn add_unobserved_areas(&mut self) {
        for area in self.book.unobserved_areas() {
            if !self.unchecked.contains(&area) {
                self.unchecked.push(area);
            }
        }
    }

    /// Records that the station was off for `off_us` microseconds, until this local date.
    pub fn record_time_off(&mut self, off_us: i64, date: NaiveDate) {
        let minutes = (off_us / (60 * SECOND_US)).max(1);
        self.absence = Some((AbsenceFacts { minutes, airings: 0 }, date));
    }

    /// Records that an airing was missed because the station was off.
    pub fn record_missed_while_off(&mut self) {
        if let Some((absence, _)) = &mut self.absence {
            absence.airings += 1;
        }
    }

    /// Forgets the facts about the upcoming sessions, because something about them has changed.
    pub fn forget_plan_facts(&mut self) {
        (self.plan_facts, self.assessed_at) = (None, None);
    }

    /// Records a report from another part of the program.
    pub fn record(&mut self, facts: ExternalFacts) {
        match facts {
            ExternalFacts::Log(log) => self.log = Some(log),
            ExternalFacts::Host(host) => self.host = Some(host),
            ExternalFacts::Folder(folder) => (self.folder, self.is_folder_read) = (folder, true),
            ExternalFacts::HandIn(hand_in) => self.hand_in = Some(hand_in),
            ExternalFacts::Alarm(alarm) => self.alarm = Some(alarm),
        }
        self.assessed_at = None;
    }
}
