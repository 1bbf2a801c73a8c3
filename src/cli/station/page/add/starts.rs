//! The coming starts of the station's sessions, from which the person chooses one.
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

use crate::cli::station::week_table::{short_date, weekday_name};
use crate::schedule::Schedule;
use crate::schedule::calendar::Calendar;
use crate::text::page_add::AddPageText;
use crate::text::{Lang, Localize};

/// The number of days that are offered, from today on.
const OFFERED_DAYS: u64 = 14;
/// The maximum number of starts that are offered.
const MAX_STARTS: usize = 200;

/// The coming starts of a session on one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SessionOnDate {
    /// The id of the session.
    pub(super) session: String,
    /// The date.
    pub(super) date: NaiveDate,
    /// The title of the session.
    pub(super) title: String,
    /// The starts that are still to come.
    pub(super) times: Vec<NaiveTime>,
}

impl SessionOnDate {
    /// Returns the value of a form's field.
    pub(super) fn value(&self) -> String {
        format!("{}|{}", self.session, self.date)
    }

    /// Returns the session and the date of a form's field.
    pub(super) fn parse(value: &str) -> Option<(String, NaiveDate)> {
        let (session, date) = value.rsplit_once('|')?;
        Some((session.to_owned(), date.parse().ok()?))
    }

    /// Returns what the person reads: "05:15 ngày mai (T2 30/11), Buổi sáng".
    pub(super) fn label(&self, today: NaiveDate, lang: Lang) -> String {
        let day = format!("{} {}", weekday_name(self.date.weekday(), lang), short_date(self.date, lang));
        let (times, session) = (times_text(&self.times), self.title.clone());
        let text = match (self.date - today).num_days() {
            0 => AddPageText::StartToday { day, times, session },
            1 => AddPageText::StartTomorrow { day, times, session },
            _ => AddPageText::StartOn { day, times, session },
        };
        text.to_plain(lang)
    }
}

/// Returns a day as the person reads it: "Ngày mai, T2 30/11".
pub(super) fn day_label(date: NaiveDate, today: NaiveDate, lang: Lang) -> String {
    let day = format!("{} {}", weekday_name(date.weekday(), lang), short_date(date, lang));
    match (date - today).num_days() {
        0 => AddPageText::DayToday { day }.to_plain(lang),
        1 => AddPageText::DayTomorrow { day }.to_plain(lang),
        _ => day,
    }
}

/// Writes times of day: "05:15, 11:00".
pub(super) fn times_text(times: &[NaiveTime]) -> String {
    times.iter().map(|time| time.format("%H:%M").to_string()).collect::<Vec<_>>().join(", ")
}

/// Returns the sessions that start after `now` within the offered days, sorted by their first start.
pub(super) fn coming_starts(schedule: &Schedule, now: NaiveDateTime) -> Vec<SessionOnDate> {
    let calendar = Calendar::new(&schedule.holidays);
    let mut starts = Vec::new();
    for date in (0..OFFERED_DAYS).filter_map(|days| now.date().checked_add_days(Days::new(days))) {
        let day = calendar.day(date);
        for session in schedule.sessions.iter().filter(|session| session.recurrence.matches(&day)) {
            let times =
                session.start_times.iter().copied().filter(|time| date.and_time(*time) > now).collect::<Vec<_>>();
            if !times.is_empty() && starts.len() < MAX_STARTS {
                starts.push(SessionOnDate {
                    session: session.id.to_string(),
                    date,
                    title: session.title.clone(),
                    times,
                });
            }
        }
    }
    starts.sort_by_key(|start| (start.date, start.times.first().copied(), start.session.clone()));
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{SourceFile, read};

    #[test]
    fn only_starts_that_are_still_to_come_are_offered() {
        let playlist = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n\
            [[session]]\nid = 'chieu'\ntitle = 'Chiều'\nat = ['17:00']\nplay = ['a']\n\
            [[session]]\nid = 'sang'\ntitle = 'Sáng'\nat = ['05:15', '11:00']\ndays = ['mon..fri']\nplay = ['a']\n";
        let files = [SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", playlist.as_bytes())];
        let schedule = read(&files).schedule;
        // A Friday.
        let now = "2026-12-04T06:00:00".parse().expect("the time is valid");
        let starts = coming_starts(&schedule, now);
        let labels: Vec<_> = starts.iter().take(4).map(|start| start.label(now.date(), Lang::Vi)).collect();
        assert_eq!(
            labels,
            [
                "11:00 hôm nay (T6 4/12), Sáng",
                "17:00 hôm nay (T6 4/12), Chiều",
                "17:00 ngày mai (T7 5/12), Chiều",
                "17:00 CN 6/12, Chiều"
            ]
        );
        assert_eq!(starts.len(), 14 + 10);
        let first = &starts[0];
        assert_eq!(SessionOnDate::parse(&first.value()), Some(("sang".to_owned(), first.date)));
        for bad in ["", "sang", "sang|", "sang|x", "|2026-13-01"] {
            assert_eq!(SessionOnDate::parse(bad), None, "{bad}");
        }
    }
}
