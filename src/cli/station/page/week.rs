//! The screen "Lịch phát": the sessions of the coming days, and what each of them plays.
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use maud::{Markup, html};
use serde::Deserialize;

use super::child::run_loa;
use super::frame::Screen;
use super::state::{PageState, SharedState, on_reader};
use crate::cli::station::week_table::{lunar_text, short_date, weekday_name};
use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::schedule::Schedule;
use crate::schedule::calendar::Calendar;
use crate::text::Localize;
use crate::text::page_week::WeekPageText;

/// The number of days that the screen shows.
const SHOWN_DAYS: i64 = 7;

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/lich-phat", get(show)).route("/lich-phat/buoi", get(show_session))
}

/// A planned airing, as `loa plan --format json` prints it.
#[derive(Debug, Deserialize)]
struct PlannedAiring {
    id: String,
    date: NaiveDate,
    session: String,
    title: String,
    start: DateTime<FixedOffset>,
    duration_ms: i64,
}

impl PlannedAiring {
    /// Returns the time of the session's start, which is part of the id.
    fn session_time(&self) -> Option<NaiveTime> {
        let (key, _) = self.id.rsplit_once('#')?;
        NaiveTime::parse_from_str(key.rsplit_once('T')?.1, "%H:%M:%S").ok()
    }
}

/// The airings of the starts of a session, by date, time and session.
type Starts = BTreeMap<(NaiveDate, NaiveTime, String), Vec<PlannedAiring>>;

/// The first day of the screen.
#[derive(Debug, Deserialize)]
struct AskedWeek {
    tu: Option<NaiveDate>,
}

/// One start of a session.
#[derive(Debug, Deserialize)]
struct AskedStart {
    buoi: String,
    ngay: NaiveDate,
    gio: NaiveTime,
}

/// Lets `loa plan` plan some days.
fn plan(state: &PageState, first: NaiveDate, days: i64) -> Option<Starts> {
    let (first, days) = (format!("--date={first}"), format!("--days={days}"));
    let arguments = ["plan".as_ref(), state.station.as_os_str(), first.as_ref(), days.as_ref()];
    let format = ["--format".as_ref(), "json".as_ref()];
    let answer = run_loa(&[arguments.as_slice(), format.as_slice()].concat(), state.lang).ok()?;
    let airings: Vec<PlannedAiring> = serde_json::from_slice(&answer.stdout).ok()?;
    let mut starts = Starts::new();
    for airing in airings {
        let Some(time) = airing.session_time() else { continue };
        starts.entry((airing.date, time, airing.session.clone())).or_default().push(airing);
    }
    Some(starts)
}

fn title_of(schedule: &Schedule, session: &str) -> String {
    let known = schedule.sessions.iter().find(|known| known.id.as_str() == session);
    strip_unprintable(known.map_or(session, |known| &known.title))
}

/// Returns the length of a start in words: from its first item to the end of its last.
fn length_of(airings: &[PlannedAiring], state: &PageState) -> String {
    let end = airings.iter().map(|airing| airing.start + TimeDelta::milliseconds(airing.duration_ms)).max();
    let begin = airings.iter().map(|airing| airing.start).min();
    let seconds = end.zip(begin).map_or(0, |(end, begin)| ((end - begin).num_milliseconds() + 500) / 1000);
    format_in_words(seconds, state.lang)
}

/// Shows seven days, each with its sessions.
async fn show(State(state): SharedState, Query(asked): Query<AskedWeek>) -> Response {
    on_reader(move || {
        let today = state.now().date_naive();
        let first = asked.tu.unwrap_or(today);
        let schedule = state.schedule();
        let content = match plan(&state, first, SHOWN_DAYS) {
            Some(starts) => week_content(&state, &schedule, first, today, &starts),
            None => html! { p.banner.critical role="alert" { (WeekPageText::NoPlan {}.to_plain(state.lang)) } },
        };
        state.screen(Screen::Week, &content)
    })
    .await
}

fn week_content(state: &PageState, schedule: &Schedule, first: NaiveDate, today: NaiveDate, starts: &Starts) -> Markup {
    let lang = state.lang;
    let text = |text: WeekPageText| text.to_plain(lang);
    let calendar = Calendar::new(&schedule.holidays);
    let days = (0..SHOWN_DAYS).filter_map(|days| first.checked_add_signed(TimeDelta::days(days)));
    let shifted = |days: i64| first.checked_add_signed(TimeDelta::days(days)).map(|day| format!("/lich-phat?tu={day}"));
    html! {
        @for date in days {
            @let day = calendar.day(date);
            @let is_today = date == today;
            h2 {
                @if is_today { (text(WeekPageText::Today {})) ", " }
                (weekday_name(date.weekday(), lang)) " " (short_date(date, lang))
                span.lunar { " · " (lunar_text(&day, lang)) }
                @for holiday in &day.holidays { span.lunar { " · " (strip_unprintable(&holiday.title)) } }
            }
            @let sessions: Vec<_> = starts.iter().filter(|((start_date, ..), _)| *start_date == date).collect();
            @if sessions.is_empty() { p { (text(WeekPageText::NothingOnDay {})) } }
            ul.sessions {
                @for ((_, time, session), airings) in sessions {
                    li { a href=(format!("/lich-phat/buoi?buoi={session}&ngay={date}&gio={}", time.format("%H:%M:%S"))) {
                        span.time { (time.format("%H:%M")) } " " (title_of(schedule, session)) " · "
                        (text(WeekPageText::Items { count: (airings.len() as u64).into() })) " · " (length_of(airings, state))
                    } }
                }
            }
        }
        div.row {
            @if let Some(path) = shifted(-SHOWN_DAYS) { a.action href=(path) { (text(WeekPageText::WeekBefore {})) } }
            @if let Some(path) = shifted(SHOWN_DAYS) { a.action href=(path) { (text(WeekPageText::WeekAfter {})) } }
        }
    }
}

/// Shows what one start of a session plays.
async fn show_session(State(state): SharedState, Query(asked): Query<AskedStart>) -> Response {
    on_reader(move || {
        let text = |text: WeekPageText| text.to_plain(state.lang);
        let schedule = state.schedule();
        let starts = plan(&state, asked.ngay, 1).unwrap_or_default();
        let Some(airings) = starts.get(&(asked.ngay, asked.gio, asked.buoi.clone())) else {
            let content = html! {
                p.banner.warning { (text(WeekPageText::NoSuchStart {})) }
                p { a.action href="/lich-phat" { (text(WeekPageText::Back {})) } }
            };
            return (StatusCode::NOT_FOUND, state.screen(Screen::Week, &content)).into_response();
        };
        let content = html! {
            h2 { (title_of(&schedule, &asked.buoi)) ", " (asked.gio.format("%H:%M")) }
            p { (weekday_name(asked.ngay.weekday(), state.lang)) " " (format_date(asked.ngay, state.lang)) " · " (length_of(airings, &state)) }
            ol.items {
                @for airing in airings {
                    li {
                        span.time { (airing.start.format("%H:%M:%S")) } " " (strip_unprintable(&airing.title)) " · "
                        (format_in_words((airing.duration_ms + 500) / 1000, state.lang))
                    }
                }
            }
            div.row {
                a.action.main href="/them-tin" { (text(WeekPageText::AddOne {})) }
                a.action href=(format!("/lich-phat/sua?buoi={}", asked.buoi)) { (text(WeekPageText::Edit {})) }
                // A start that is over cannot be taken out.
                @if asked.ngay.and_time(asked.gio) > state.now().naive_local() {
                    a.action href=(format!("/lich-phat/nghi?buoi={}&ngay={}", asked.buoi, asked.ngay)) { (text(WeekPageText::TakeDayOff {})) }
                }
                a.action href=(format!("/lich-phat?tu={}", asked.ngay)) { (text(WeekPageText::Back {})) }
            }
        };
        state.screen(Screen::Week, &content)
    })
    .await
}
