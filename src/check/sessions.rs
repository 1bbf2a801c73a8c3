//! Findings about the days of sessions.
use super::checker::{AHEAD_DAYS, ScheduleChecker};
use crate::schedule::Session;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    pub(super) fn check_sessions(&mut self) {
        let schedule = &self.parsed.schedule;
        let days_ahead: Vec<_> =
            self.today.iter_days().take(AHEAD_DAYS as usize).map(|d| self.calendar.day(d)).collect();
        for session in &schedule.sessions {
            let title = session.title.clone();
            let past_last_day = session.recurrence.until.filter(|until| *until < self.today);
            if let Some(until) = past_last_day
                && !self.has_past_campaign(session)
            {
                let finding = Finding::SessionOver { title: title.clone(), date: until };
                self.warn(self.session_span(&session.id, "until"), finding, Hint::ExtendOrRemove);
            }
            let later_first_day = self.later_first_day(session);
            let never_airs =
                match (past_last_day.or(later_first_day), session.recurrence.from.zip(session.recurrence.until)) {
                    (Some(_), Some((from, until))) => {
                        let mut days = from.iter_days().take_while(|day| *day <= until).take(AHEAD_DAYS as usize);
                        days.all(|day| !session.recurrence.matches(&self.calendar.day(day)))
                    }
                    (Some(_), None) => false,
                    (None, _) => !days_ahead.iter().any(|day| session.recurrence.matches(day)),
                };
            if never_airs {
                self.warn(self.session_span(&session.id, "days"), Finding::NeverAirs { title }, Hint::CheckDays);
            } else if past_last_day.is_none() && later_first_day.is_none() {
                self.check_item_dates(session, &days_ahead);
            }
        }
    }

    fn has_past_campaign(&self, session: &Session) -> bool {
        let campaigns = &self.parsed.schedule.campaigns;
        let campaign = campaigns.iter().find(|c| Some(&c.id) == session.campaign.as_ref());
        campaign.and_then(|c| c.until).is_some_and(|until| until < self.today)
    }
}
