//! Finds the next session of a station's schedule, for a page without airings.
use std::path::Path;

use super::page::NextSession;
use crate::base::instant::{WallTime, to_local};
use crate::library::Library;
use crate::plan::Planner;
use crate::schedule::read;
use crate::station;

/// The number of days, from today on, that are searched.
const SEARCHED_DAYS: usize = 62;

/// Returns the next session after `now` with at least one airing or relay slot that may go out. Returns `None` if there
/// is none, or if a running station would refuse the folder: its files have structural problems, or its id is not
/// `log_station_id`, the id of the log's station.
pub fn next_session(station: &Path, log_station_id: Option<&str>, now: WallTime) -> Option<NextSession> {
    let parsed = read(&station::read_sources(station).ok()?);
    let schedule = parsed.schedule;
    let has_other_id = log_station_id.is_some_and(|id| id != schedule.station.id.as_str());
    if has_other_id || parsed.problems.iter().any(|problem| problem.is_structural) {
        return None;
    }
    let zone = schedule.station.timezone;
    // In an empty library, airings have no length, but sessions still have their start times. No airing is then dropped
    // for lack of time. The result is wrong only for a session that is too short even for its first airing.
    let library = Library::default();
    let planner = Planner::new(&schedule, &library);
    let mut days = to_local(now, zone).date_naive().iter_days().take(SEARCHED_DAYS);
    let first_session_on = |date| {
        let airings = planner.plan_for(date).airings.into_iter();
        let upcoming = airings.filter(|airing| airing.session_starts_at() > now);
        upcoming.filter(|airing| airing.ineligible_reason().is_none()).min_by_key(|airing| airing.session_starts_at())
    };
    days.find_map(first_session_on).map(|airing| NextSession {
        title: schedule.session_title(&airing.session).unwrap_or(airing.session.as_str()).to_owned(),
        starts_at: to_local(airing.session_starts_at(), zone),
    })
}
