//! Says what an addition would change: for the station's page, and for `loa add --dry-run`.
use std::collections::BTreeSet;
use std::io;

use chrono::NaiveDate;

use super::added::{AddedSegment, PreviewItem};
use super::import::SegmentImport;
use super::placement::Placement;
use crate::cli::station::plan_changes::change_sentences;
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::library::{FileStatus, Scan};
use crate::plan::diff::diff;
use crate::plan::{Airing, Plan, Planner};
use crate::schedule::{Id, ParsedSchedule, Segment};
use crate::station;
use crate::text::Localize;
use crate::text::library::ScanText;
use crate::text::plan::PlanText;

/// The number of days, from today on, for which a preview compares the plans.
const COMPARED_DAYS: usize = 7;

impl SegmentImport<'_> {
    /// Describes a segment before it is added.
    pub(super) fn describe(&self, segment: &Segment, scan: &Scan) -> AddedSegment {
        let placement = self.placement.as_ref();
        let first = placement.and_then(|placement| placement.first_starts.clone());
        AddedSegment {
            segment: segment.id.clone(),
            title: segment.title.clone(),
            file: segment.file.clone(),
            playlist: self.files[self.playlist_index].name.clone(),
            duration_ms: scan.length.ms(),
            session: placement.map(|placement| placement.session.clone()),
            session_title: placement.map(|placement| strip_unprintable(&placement.session_title)),
            first_date: first.as_ref().map(|(date, _)| *date),
            first_times: first.map(|(_, times)| times).unwrap_or_default(),
            changes: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Says what the addition of a segment would change, and completes its description. `new` is the schedule with the
    /// segment.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(super) fn say_preview(&self, added: &mut AddedSegment, scan: &Scan, new: &ParsedSchedule) -> io::Result<()> {
        let (old, new) = (&self.parsed_schedule.schedule, &new.schedule);
        let old_library = station::load_library(self.station, old, &Default::default());
        let mut new_library = old_library.clone();
        new_library.files.insert(added.file.clone(), FileStatus::Good(scan.clone()));
        let (old_planner, new_planner) = (Planner::new(old, &old_library), Planner::new(new, &new_library));
        let dates = compared_dates(today_in(new.station.timezone), self.placement.as_ref());
        let plans = |planner: &Planner<'_>| -> Vec<Plan> { dates.iter().map(|date| planner.plan_for(*date)).collect() };
        let changes = diff(&plans(&old_planner), &plans(&new_planner));
        let title = |id: &Id| strip_unprintable(new.session_title(id).unwrap_or(id.as_str()));
        added.changes = change_sentences(&changes, &title, self.lang);
        added.items = items_of_first_start(added, &new_planner);
        self.sink.done(ScanText::WouldAdd { title: added.title.clone() }.localized(self.lang))?;
        if added.changes.is_empty() {
            return self.sink.done(PlanText::NothingChanges { days: dates.len().into() }.localized(self.lang));
        }
        added.changes.iter().try_for_each(|sentence| self.sink.done(sentence))
    }
}

/// Returns the coming days, and the days on which the new item first airs.
fn compared_dates(today: NaiveDate, placement: Option<&Placement>) -> BTreeSet<NaiveDate> {
    let first_date = placement.and_then(|placement| placement.first_starts.as_ref()).map(|(date, _)| *date);
    let own_dates = placement.into_iter().flat_map(|placement| &placement.dates).map(|span| span.first.max(today));
    today.iter_days().take(COMPARED_DAYS).chain(first_date).chain(own_dates.take(COMPARED_DAYS)).collect()
}

/// Returns the items of the start at which the segment first airs.
fn items_of_first_start(added: &AddedSegment, planner: &Planner<'_>) -> Vec<PreviewItem> {
    let (Some(session), Some(date), Some(time)) = (&added.session, added.first_date, added.first_times.first()) else {
        return Vec::new();
    };
    let plan = planner.plan_for(date);
    let airings = plan
        .airings
        .iter()
        .filter(|airing| airing.session == *session && airing.session_start.time() == *time && !airing.is_dropped());
    let item = |airing: &Airing| PreviewItem {
        segment: airing.segment.clone(),
        start: airing.start.time(),
        title: strip_unprintable(&airing.title),
        duration_ms: airing.duration_ms,
        is_new: airing.segment == added.segment,
    };
    airings.map(item).collect()
}
