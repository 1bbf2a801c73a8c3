//! Airings of segments after their last day.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::checker::{ScheduleChecker, WINDOW_DAYS};
use crate::schedule::Id;
use crate::schedule::problem::SourceSpan;

/// The first airing of a segment after its last day.
pub(super) struct ExpiredAiring {
    pub(super) on: NaiveDate,
    pub(super) session: Id,
    pub(super) item: SourceSpan,
}

impl ScheduleChecker<'_> {
    /// Returns the first airing after its last day, by segment, within the next two weeks.
    pub(super) fn find_expired_airings(&self) -> HashMap<Id, ExpiredAiring> {
        let schedule = &self.reading.schedule;
        let last_days: HashMap<&Id, NaiveDate> =
            schedule.segments.iter().filter_map(|s| Some((&s.id, s.valid_until?))).collect();
        let window: Vec<_> =
            self.today.iter_days().take(WINDOW_DAYS as usize).map(|date| self.calendar.day(date)).collect();
        let mut found: HashMap<Id, ExpiredAiring> = HashMap::new();
        for session in &schedule.sessions {
            let days: Vec<NaiveDate> =
                window.iter().filter(|day| session.recurrence.matches(day)).map(|day| day.date).collect();
            for (id, item) in self.reading.spans.named_segments(session) {
                let until = last_days.get(id);
                let Some(on) = until.and_then(|until| days.iter().find(|day| *day > until)) else {
                    continue;
                };
                if found.get(id).is_none_or(|known| *on < known.on) {
                    found
                        .insert(id.clone(), ExpiredAiring { on: *on, session: session.id.clone(), item: item.clone() });
                }
            }
        }
        found
    }
}
