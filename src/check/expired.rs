//! Finds airings of segments after the last day of the segment.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::checker::{ScheduleChecker, WINDOW_DAYS};
use crate::schedule::Id;
use crate::schedule::problem::SourceSpan;

/// The first airing of a segment after the last day of the segment.
pub(super) struct ExpiredAiring {
    pub(super) date: NaiveDate,
    pub(super) session: Id,
    pub(super) item_span: SourceSpan,
}

impl ScheduleChecker<'_> {
    /// Returns, by segment id, the first airing of each segment that is after the last day of the segment. Only airings
    /// of the next two weeks are considered.
    pub(super) fn find_expired_airings(&self) -> HashMap<Id, ExpiredAiring> {
        let schedule = &self.parsed.schedule;
        let last_days: HashMap<&Id, NaiveDate> =
            schedule.segments.iter().filter_map(|s| Some((&s.id, s.valid_until?))).collect();
        let window: Vec<_> =
            self.today.iter_days().take(WINDOW_DAYS as usize).map(|date| self.calendar.day(date)).collect();
        let mut expired_airings: HashMap<Id, ExpiredAiring> = HashMap::new();
        for session in &schedule.sessions {
            let session_days: Vec<NaiveDate> =
                window.iter().filter(|day| session.recurrence.matches(day)).map(|day| day.date).collect();
            for (id, item_span) in self.parsed.spans.named_segments(session) {
                let last_day = last_days.get(id);
                let Some(date) = last_day.and_then(|last_day| session_days.iter().find(|day| *day > last_day)) else {
                    continue;
                };
                if expired_airings.get(id).is_none_or(|earliest| *date < earliest.date) {
                    expired_airings.insert(
                        id.clone(),
                        ExpiredAiring { date: *date, session: session.id.clone(), item_span: item_span.clone() },
                    );
                }
            }
        }
        expired_airings
    }
}
