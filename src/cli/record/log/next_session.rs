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

/// Returns the next session after `now`; `None` if the folder holds no station, or no session is planned.
pub fn next_session(station: &Path, now: WallTime) -> Option<NextSession> {
    let schedule = read(&station::read_sources(station).ok()?).schedule;
    let zone = schedule.station.timezone;
    // Without audio files, airings have no length, but sessions still have their start.
    let library = Library::default();
    let planner = Planner::new(&schedule, &library);
    let mut days = to_local(now, zone).date_naive().iter_days().take(SEARCHED_DAYS);
    let first_session_on = |date| {
        let airings = planner.plan_for(date).airings.into_iter();
        airings.filter(|airing| airing.session_starts_at() > now).min_by_key(|airing| airing.session_starts_at())
    };
    days.find_map(first_session_on).map(|airing| NextSession {
        title: schedule.session_title(&airing.session).unwrap_or(airing.session.as_str()).to_owned(),
        starts_at: to_local(airing.session_starts_at(), zone),
    })
}
