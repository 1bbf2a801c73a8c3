//! What the person has chosen so far for a recording, and the command that follows from it.
use std::ffi::OsString;

use axum::response::Response;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::super::drafts::Draft;
use super::super::state::{PageState, go_to};
use super::{CHOSEN, refused_screen};
use crate::schedule::calendar::Calendar;
use crate::schedule::{Schedule, read};
use crate::station;
use crate::text::page_add::AddPageText;

/// The maximum number of dates that chosen weekdays may give.
const MAX_DATES: usize = 62;

/// What was chosen for a recording.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Choices {
    /// The title; `None` before it was asked.
    pub(super) title: Option<String>,
    /// The playlist and the number of the topic, as [`Choices::topic_value`] writes them.
    pub(super) topic: Option<String>,
    /// The language's code.
    pub(super) language: Option<String>,
    /// Who has approved it, today.
    pub(super) approved_by: Option<String>,
    /// When it airs; `None` before it was asked.
    pub(super) when: Option<When>,
    /// The segment before which it is placed; `None`: at the end of the session.
    pub(super) before: Option<String>,
    /// True if its flaws were accepted.
    #[serde(default)]
    pub(super) anyway: bool,
}

/// When a recording airs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum When {
    /// In a session on one date.
    Once { session: String, date: NaiveDate },
    /// In a session, from today up to a date, on these weekdays: Monday first.
    Until { session: String, until: NaiveDate, weekdays: [bool; 7] },
    /// At once.
    Now,
    /// Not yet.
    Keep,
}

impl Choices {
    /// Returns the value of a form's field for a topic.
    pub(super) fn topic_value(playlist: &str, number: u16) -> String {
        format!("{playlist}#{number}")
    }

    /// Reads what was chosen for a draft.
    pub(super) fn of(state: &PageState, key: &str) -> Self {
        state.drafts.read(key, CHOSEN).unwrap_or_default()
    }

    /// Returns the arguments of `loa add` for the draft; `None` if no day is left on which it could air.
    pub(super) fn arguments(&self, state: &PageState, key: &str, draft: &Draft) -> Option<Vec<OsString>> {
        let now = state.now().naive_local();
        let today = now.date();
        let mut arguments: Vec<OsString> = vec!["add".into(), state.drafts.sound(key, draft).into()];
        // A value that begins with a dash must not be taken for an option.
        let mut option = |name: &str, value: &str| arguments.push(format!("--{name}={value}").into());
        if let Some(title) = &self.title {
            option("title", title);
        }
        if let Some(language) = &self.language {
            option("language", language);
        }
        if let Some(name) = &self.approved_by {
            option("approved-by", name);
            option("approved-on", &today.to_string());
        }
        match self.topic.as_deref().and_then(|topic| topic.rsplit_once('#')) {
            Some((playlist, number)) => {
                option("playlist", playlist);
                option("topic", number);
            }
            None => {
                if let Some(playlist) = self.own_playlist(state) {
                    option("playlist", &playlist);
                }
            }
        }
        if let Some((session, dates)) = self.session_and_dates(&state.schedule(), now) {
            // Without a date, it would air on every day for good.
            if dates.is_empty() {
                return None;
            }
            option("session", &session);
            for date in dates {
                option("on", &date);
            }
            if let Some(before) = &self.before {
                option("before", before);
            }
        }
        if self.anyway {
            arguments.push("--anyway".into());
        }
        // The language goes with every command, after the folder's own options.
        arguments.extend(["--station".into(), state.station.clone().into()]);
        arguments.extend(["--format".into(), "json".into()]);
        Some(arguments)
    }

    /// Returns the session, and the dates as `loa add --on` takes them; `None` if it is not put into a session. Of several
    /// days, only those count on which the session still starts.
    fn session_and_dates(&self, schedule: &Schedule, now: NaiveDateTime) -> Option<(String, Vec<String>)> {
        match self.when.as_ref()? {
            When::Once { session, date } => Some((session.clone(), vec![date.to_string()])),
            When::Until { session, until, weekdays } => {
                let known = schedule.sessions.iter().find(|known| known.id.as_str() == session);
                let calendar = Calendar::new(&schedule.holidays);
                let starts = |date: &NaiveDate| {
                    weekdays[date.weekday().num_days_from_monday() as usize]
                        && known.is_some_and(|known| {
                            let is_left = known.start_times.iter().any(|time| date.and_time(*time) > now);
                            is_left && known.recurrence.matches(&calendar.day(*date))
                        })
                };
                let days = now.date().iter_days().take_while(|date| date <= until).filter(starts).take(MAX_DATES);
                Some((session.clone(), days.map(|date| date.to_string()).collect()))
            }
            When::Now | When::Keep => None,
        }
    }

    /// Returns the playlist for a recording without a topic and without a session: the station's own one. `None` if
    /// `loa add` knows it by itself.
    fn own_playlist(&self, state: &PageState) -> Option<String> {
        let is_in_session = matches!(self.when, Some(When::Once { .. } | When::Until { .. }));
        let files = station::read_sources(&state.station).ok()?;
        let parsed = read(&files);
        let playlists: Vec<usize> = (0..files.len()).filter(|i| files[*i].name.starts_with("playlists/")).collect();
        if is_in_session || parsed.schedule.station.inbox.is_some() || playlists.len() < 2 {
            return None;
        }
        let own = playlists.iter().find(|index| parsed.campaign_of_file(**index).is_none()).or(playlists.first())?;
        Some(files[*own].name.trim_start_matches("playlists/").trim_end_matches(".toml").to_owned())
    }
}

/// Keeps the choices, and sends the browser on.
pub(super) fn keep_and_go(state: &PageState, key: &str, choices: &Choices, path: String) -> Response {
    match state.drafts.write(key, CHOSEN, choices) {
        Ok(()) => go_to(path),
        Err(_) => refused_screen(state, &AddPageText::DiskFails {}),
    }
}

/// Returns the last date that a form offers.
pub(super) fn last_offered_date(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(Days::new(MAX_DATES as u64)).unwrap_or(today)
}
