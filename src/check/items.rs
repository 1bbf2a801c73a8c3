//! Findings about items of sessions that have dates of their own.
use chrono::NaiveDate;

use super::checker::ScheduleChecker;
use crate::schedule::calendar::{CalendarDay, DateSpan};
use crate::schedule::finding::Finding;
use crate::schedule::{ItemDates, Session};
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    /// Reports items whose dates are over, items that never air, and items with a date on which their session does not
    /// air. `days_ahead` are the days that are planned one by one. The session airs on at least one of them.
    pub(super) fn check_item_dates(&mut self, session: &Session, days_ahead: &[CalendarDay<'_>]) {
        if session.play.iter().all(|item| item.dates.is_none()) {
            return;
        }
        let session_days: Vec<NaiveDate> =
            days_ahead.iter().filter(|day| session.recurrence.matches(day)).map(|day| day.date).collect();
        let Some(last_planned_day) = days_ahead.last().map(|day| day.date) else { return };
        for (index, item) in session.play.iter().enumerate() {
            let Some(dates) = &item.dates else { continue };
            if let Some((finding, hint)) = self.find_date_fault(session, dates, &session_days, last_planned_day) {
                self.warn(self.parsed.spans.item_span(&session.id, index), finding, hint);
            }
        }
    }

    /// Returns the finding about the dates of an item. `session_days` are the days of its session up to
    /// `last_planned_day`, in order.
    fn find_date_fault(
        &self,
        session: &Session,
        dates: &ItemDates,
        session_days: &[NaiveDate],
        last_planned_day: NaiveDate,
    ) -> Option<(Finding, Hint)> {
        let title = session.title.clone();
        let last_day = dates.last().into_iter().chain(session.recurrence.last_day()).min();
        let is_in_order = dates.first().zip(dates.last()).is_none_or(|(first, last)| first <= last);
        if is_in_order && let Some(date) = dates.last().filter(|last| *last < self.today) {
            return Some((Finding::ItemOver { title, date }, Hint::RemoveItem));
        }
        // This finding names the date, so it comes before “never airs”.
        let is_idle = |span: &&DateSpan| {
            let next_day = session_days.get(session_days.partition_point(|day| *day < span.first));
            next_day.is_none_or(|day| *day > span.last)
        };
        let upcoming_spans = dates.spans.iter().filter(|span| span.last >= self.today && span.last <= last_planned_day);
        if let Some(first_day) = upcoming_spans.filter(is_idle).map(|span| span.first).min() {
            return Some((Finding::ItemIdle { title, date: first_day.max(self.today) }, Hint::CheckItemDates));
        }
        let never_airs = last_day.is_some_and(|last| last <= last_planned_day)
            && !session_days.iter().any(|day| dates.contain(*day));
        never_airs.then_some((Finding::ItemNeverAirs { title }, Hint::CheckItemDates))
    }
}
