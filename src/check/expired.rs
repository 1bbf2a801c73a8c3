//! Finds the airings of a segment that come after its last day.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::checker::{ScheduleChecker, WINDOW_DAYS};
use crate::schedule::Id;
use crate::schedule::calendar::CalendarDay;
use crate::schedule::problem::SourceSpan;

/// The first airing of a segment after its last day.
pub(super) struct ExpiredAiring {
    pub(super) date: NaiveDate,
    pub(super) session: Id,
    pub(super) item_span: SourceSpan,
}

impl ScheduleChecker<'_> {
    /// Returns the first airing of each segment after its last day, by segment id. Looks only at the next two weeks.
    pub(super) fn find_expired_airings(&self) -> HashMap<Id, ExpiredAiring> {
        let schedule = &self.parsed.schedule;
        let last_days: HashMap<&Id, NaiveDate> =
            schedule.segments.iter().filter_map(|s| Some((&s.id, s.valid_until?))).collect();
        let window: Vec<_> =
            self.today.iter_days().take(WINDOW_DAYS as usize).map(|date| self.calendar.day(date)).collect();
        let mut expired_airings: HashMap<Id, ExpiredAiring> = HashMap::new();
        for session in &schedule.sessions {
            let airs = |day: &&CalendarDay<'_>| session.recurrence.matches(day) && session.has_item_on(day.date);
            let session_days: Vec<NaiveDate> = window.iter().filter(airs).map(|day| day.date).collect();
            for (id, item_span, item) in self.parsed.spans.named_segments(session) {
                let Some(last_day) = last_days.get(id) else { continue };
                let is_expired_airing =
                    |day: &&NaiveDate| *day > last_day && item.is_none_or(|item| item.airs_on(**day));
                let Some(date) = session_days.iter().find(is_expired_airing) else { continue };
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
