//! Findings about the days of sessions.
use super::checker::{AHEAD_DAYS, ScheduleChecker};
use crate::schedule::Session;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    pub(super) fn check_sessions(&mut self) {
        let schedule = &self.reading.schedule;
        let ahead: Vec<_> = self.today.iter_days().take(AHEAD_DAYS as usize).map(|d| self.calendar.day(d)).collect();
        for session in &schedule.sessions {
            let id = session.id.to_string();
            let over = session.recurrence.until.filter(|until| *until < self.today);
            if let Some(until) = over
                && !self.campaign_is_over(session)
            {
                let finding = Finding::SessionOver { id: id.clone(), date: until };
                self.warn(self.session_span(&session.id, "until"), finding, Hint::ExtendOrRemove);
            }
            let later = session.recurrence.from.filter(|from| (*from - self.today).num_days() >= AHEAD_DAYS);
            let never = match (over.or(later), session.recurrence.from.zip(session.recurrence.until)) {
                (Some(_), Some((from, until))) => {
                    let mut days = from.iter_days().take_while(|day| *day <= until).take(AHEAD_DAYS as usize);
                    days.all(|day| !session.recurrence.matches(&self.calendar.day(day)))
                }
                (Some(_), None) => false,
                (None, _) => !ahead.iter().any(|day| session.recurrence.matches(day)),
            };
            if never {
                self.warn(self.session_span(&session.id, "days"), Finding::NeverAirs { id }, Hint::CheckDays);
            }
        }
    }

    fn campaign_is_over(&self, session: &Session) -> bool {
        let campaigns = &self.reading.schedule.campaigns;
        let own = campaigns.iter().find(|c| Some(&c.id) == session.campaign.as_ref());
        own.and_then(|c| c.until).is_some_and(|until| until < self.today)
    }
}
