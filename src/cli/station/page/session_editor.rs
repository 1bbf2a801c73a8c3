//! The screens that change a session: its title, times, weekdays and items, or a day on which it does not air. What
//! follows is shown before it is saved. `loa session` does the work.
use std::ffi::OsString;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{NaiveDate, Timelike, Weekday};
use maud::{Markup, html};
use serde::Deserialize;

use super::child::run_loa;
use super::frame::Screen;
use super::said::said;
use super::state::{PageState, SharedState, on_reader};
use super::undo::UNDO_PATH;
use crate::base::limits::MAX_TITLE_CHARS;
use crate::cli::station::messages::MessageKind;
use crate::cli::station::session::SessionReport;
use crate::cli::station::week_table::weekday_name;
use crate::cli::table::{format_date, strip_unprintable};
use crate::schedule::calendar::Calendar;
use crate::schedule::{Id, ItemContent, Schedule, Session};
use crate::text::Localize;
use crate::text::page_week::WeekPageText;

/// The words of `loa session --days`, Monday first.
const DAY_WORDS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The session, and for a day off its date.
#[derive(Debug, Deserialize)]
struct AskedSession {
    buoi: String,
    ngay: Option<NaiveDate>,
}

/// The fields of a form, in their order.
type Fields = Vec<(String, String)>;

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new()
        .route("/lich-phat/sua", get(edit).post(preview_edit))
        .route("/lich-phat/nghi", get(preview_day_off))
        .route("/lich-phat/luu", post(save))
}

fn session_of<'a>(schedule: &'a Schedule, id: &str) -> Option<&'a Session> {
    schedule.sessions.iter().find(|session| session.id.as_str() == id)
}

fn no_such_session(state: &PageState) -> Response {
    let content = html! {
        p.banner.warning { (WeekPageText::NoSuchStart {}.to_plain(state.lang)) }
        p { a.action href="/lich-phat" { (WeekPageText::Back {}.to_plain(state.lang)) } }
    };
    (StatusCode::NOT_FOUND, state.screen(Screen::Week, &content)).into_response()
}

/// Shows the session's fields.
async fn edit(State(state): SharedState, Query(asked): Query<AskedSession>) -> Response {
    on_reader(move || {
        let schedule = state.schedule();
        match session_of(&schedule, &asked.buoi) {
            Some(session) => state.screen(Screen::Week, &editor(&state, &schedule, session)),
            None => no_such_session(&state),
        }
    })
    .await
}

fn editor(state: &PageState, schedule: &Schedule, session: &Session) -> Markup {
    let text = |text: WeekPageText| text.to_plain(state.lang);
    let starts = session.start_times.iter().map(Some).chain(std::iter::repeat(None));
    let shown = session.start_times.len() + 1;
    html! {
        h2 { (text(WeekPageText::EditHeading { session: strip_unprintable(&session.title) })) }
        form method="post" action="/lich-phat/sua" {
            input type="hidden" name="buoi" value=(session.id);
            // The numbers of the items count for this schedule only.
            input type="hidden" name="lich" value=(state.schedule_hash());
            label for="ten" { (text(WeekPageText::Title {})) }
            input #ten type="text" name="ten" value=(session.title) maxlength=(MAX_TITLE_CHARS) required;
            @for (number, start) in starts.take(shown).enumerate() {
                fieldset.time-of-day {
                    legend { (text(WeekPageText::StartNumber { number: number as u64 + 1 })) }
                    label { (text(WeekPageText::Hour {})) " "
                        select name="gio" { (options(0..24, start.map(Timelike::hour), start.is_none())) } }
                    label { (text(WeekPageText::Minute {})) " "
                        select name="phut" { (options(0..60, start.map(Timelike::minute), start.is_none())) } }
                }
            }
            fieldset {
                legend { (text(WeekPageText::OnWhichDays {})) }
                div.days {
                    @for (word, day) in DAY_WORDS.iter().zip(week()) {
                        label.radio {
                            input type="checkbox" name="thu" value=(word) checked[airs_on(schedule, session, day)];
                            " " (weekday_name(day, state.lang))
                        }
                    }
                }
            }
            fieldset {
                legend { (text(WeekPageText::ItemsInOrder {})) }
                @for (index, item) in session.play.iter().enumerate() {
                    label.item {
                        select name="muc" {
                            @for place in 1..=session.play.len() {
                                option value=(place) selected[place == index + 1] { (place) }
                            }
                            option value="" { (text(WeekPageText::TakeOut {})) }
                        }
                        " " (title_of_item(schedule, &item.content, state))
                    }
                }
            }
            div.row {
                button.main type="submit" { (text(WeekPageText::Preview {})) }
                a.action href="/lich-phat" { (text(WeekPageText::Back {})) }
            }
        }
    }
}

fn options(numbers: std::ops::Range<u32>, chosen: Option<u32>, may_be_empty: bool) -> Markup {
    html! {
        // An empty hour takes a start out, or adds none.
        option value="" selected[may_be_empty] { "–" }
        @for number in numbers {
            option value=(number) selected[chosen == Some(number)] { (format!("{number:02}")) }
        }
    }
}

fn week() -> impl Iterator<Item = Weekday> {
    (0..7).map(|number| (0..number).fold(Weekday::Mon, |day, _| day.succ()))
}

/// Returns true if the session airs on this weekday within the coming weeks.
fn airs_on(schedule: &Schedule, session: &Session, weekday: Weekday) -> bool {
    use chrono::Datelike;
    let calendar = Calendar::new(&schedule.holidays);
    let today = crate::cli::today::today_in(schedule.station.timezone);
    let mut days = today.iter_days().take(28).filter(|day| day.weekday() == weekday);
    days.any(|day| session.recurrence.matches(&calendar.day(day)))
}

fn title_of_item(schedule: &Schedule, content: &ItemContent, state: &PageState) -> String {
    let title = match content {
        ItemContent::Segment(id) => {
            schedule.segment(id).map_or_else(|| id.to_string(), |segment| segment.title.clone())
        }
        ItemContent::Draw(draw) => WeekPageText::Drawn { pool: draw.pool.to_string() }.to_plain(state.lang),
        ItemContent::Relay(slot) => slot.title.clone(),
    };
    strip_unprintable(&title)
}

/// Returns the arguments of `loa session` for the fields of the editor; `None` if something is missing.
fn edit_arguments(fields: &Fields, schedule: &Schedule, session: &Session) -> Option<Vec<String>> {
    let all =
        |name: &str| fields.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    let title = all("ten").first().map(|title| title.trim().to_owned()).filter(|title| !title.is_empty())?;
    let mut arguments = Vec::new();
    if title != session.title {
        arguments.push(format!("--title={title}"));
    }
    let starts = all("gio").into_iter().zip(all("phut"));
    let times: Vec<String> = starts
        .filter(|(hour, _)| !hour.is_empty())
        .map(|(hour, minute)| Some(format!("{:02}:{:02}", hour.parse::<u8>().ok()?, minute.parse::<u8>().unwrap_or(0))))
        .collect::<Option<_>>()?;
    let old_times: Vec<String> = session.start_times.iter().map(|time| time.format("%H:%M").to_string()).collect();
    (!times.is_empty()).then_some(())?;
    if times != old_times {
        arguments.push(format!("--at={}", times.join(",")));
    }
    let days = all("thu");
    let is_known = |day: &&str| DAY_WORDS.contains(day);
    (!days.is_empty() && days.iter().all(is_known)).then_some(())?;
    // Days that were not touched stay as they are written, with every other rule.
    let shown: Vec<&str> = DAY_WORDS
        .into_iter()
        .zip(week())
        .filter(|(_, day)| airs_on(schedule, session, *day))
        .map(|(word, _)| word)
        .collect();
    if days != shown {
        arguments.push(format!("--days={}", days.join(",")));
    }
    let places = all("muc");
    (places.len() == session.play.len()).then_some(())?;
    let mut kept = Vec::new();
    for (index, place) in places.iter().enumerate().filter(|(_, place)| !place.is_empty()) {
        let (place, number): (usize, usize) = (place.parse().ok()?, index + 1);
        // An item that was moved up goes before the one whose place it gets, one that was moved down behind it.
        kept.push((place, place.cmp(&number), number));
    }
    kept.sort_unstable();
    let order: Vec<String> = kept.iter().map(|(.., number)| number.to_string()).collect();
    let is_same = order.iter().enumerate().all(|(index, number)| *number == (index + 1).to_string());
    if !(is_same && order.len() == session.play.len()) {
        (!order.is_empty()).then_some(())?;
        arguments.push(format!("--items={}", order.join(",")));
    }
    // Nothing was touched: the title as it is changes nothing, and says so.
    if arguments.is_empty() {
        arguments.push(format!("--title={title}"));
    }
    Some(arguments)
}

/// Returns the arguments of `loa session` for a form; `None` if something is missing, or no session is named.
fn arguments_of(state: &PageState, fields: &Fields) -> Option<Vec<OsString>> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let id = Id::new(field("buoi")?)?;
    let schedule = state.schedule();
    let session = session_of(&schedule, id.as_str())?;
    let changes = match field("nghi") {
        Some(date) => vec![format!("--skip={}", date.parse::<NaiveDate>().ok()?)],
        None => edit_arguments(fields, &schedule, session)?,
    };
    let mut arguments: Vec<OsString> = vec!["session".into(), id.as_str().into()];
    arguments.extend(changes.into_iter().map(OsString::from));
    arguments.extend(["--station".into(), state.station.clone().into(), "--format".into(), "json".into()]);
    Some(arguments)
}

/// Shows what follows from the fields of the editor.
async fn preview_edit(State(state): SharedState, Form(fields): Form<Fields>) -> Response {
    on_reader(move || preview(&state, &fields)).await
}

/// Shows what follows from a day off.
async fn preview_day_off(State(state): SharedState, Query(asked): Query<AskedSession>) -> Response {
    on_reader(move || {
        let Some(date) = asked.ngay else { return no_such_session(&state) };
        preview(&state, &vec![("buoi".to_owned(), asked.buoi), ("nghi".to_owned(), date.to_string())])
    })
    .await
}

fn report_of(state: &PageState, arguments: &[OsString]) -> SessionReport {
    match run_loa(arguments, state.lang) {
        Ok(answer) => serde_json::from_slice(&answer.stdout)
            .unwrap_or_else(|_| SessionReport { messages: answer.messages(state.lang), ..SessionReport::default() }),
        Err(_) => SessionReport::default(),
    }
}

fn preview(state: &PageState, fields: &Fields) -> Response {
    let text = |text: WeekPageText| text.to_plain(state.lang);
    let Some(mut arguments) = arguments_of(state, fields) else {
        let content = html! {
            p.banner.critical role="alert" { (text(WeekPageText::LacksSomething {})) }
            p { a.action href="/lich-phat" { (text(WeekPageText::Back {})) } }
        };
        return state.screen(Screen::Week, &content);
    };
    let schedule_hash = state.schedule_hash();
    if fields.iter().any(|(key, seen)| key == "lich" && *seen != schedule_hash) {
        let content = html! {
            p.banner.warning role="alert" { (text(WeekPageText::ScheduleChanged {})) }
            p { a.action href="/lich-phat" { (text(WeekPageText::Back {})) } }
        };
        return state.screen(Screen::Week, &content);
    }
    arguments.push("--dry-run".into());
    let report = report_of(state, &arguments);
    let errors: Vec<_> = report.messages.iter().filter(|m| m.kind == MessageKind::Error).cloned().collect();
    let day_off = fields.iter().find(|(key, _)| key == "nghi").and_then(|(_, date)| date.parse::<NaiveDate>().ok());
    let content = html! {
        h2 { (text(WeekPageText::IsItRight {})) }
        @if let Some(date) = day_off { p { (text(WeekPageText::DayOff { date: format_date(date, state.lang) })) } }
        (said(&errors))
        @if report.is_accepted {
            @if report.changes.is_empty() { p.banner { (text(WeekPageText::NothingChanges {})) } }
            // The marks of `loa plan --diff` are for a terminal.
            ul { @for sentence in &report.changes { li { (sentence.trim_start_matches(['+', '-', '~', ' '])) } } }
            form.row method="post" action="/lich-phat/luu" {
                input type="hidden" name="lich" value=(schedule_hash);
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                button.main type="submit" { (text(WeekPageText::Save {})) }
                a.action href="/lich-phat" { (text(WeekPageText::No {})) }
            }
        } @else {
            p { a.action href="/lich-phat" { (text(WeekPageText::Back {})) } }
        }
    };
    state.screen(Screen::Week, &content)
}

/// Saves what was previewed.
async fn save(State(state): SharedState, Form(fields): Form<Fields>) -> Response {
    on_reader(move || {
        let text = |text: WeekPageText| text.to_plain(state.lang);
        let seen = fields.iter().find(|(key, _)| key == "lich").map(|(_, value)| value.as_str());
        let content = match arguments_of(&state, &fields) {
            _ if seen != Some(state.schedule_hash().as_str()) => {
                html! { p.banner.warning role="alert" { (text(WeekPageText::ScheduleChanged {})) } }
            }
            None => html! { p.banner.critical role="alert" { (text(WeekPageText::LacksSomething {})) } },
            Some(arguments) => {
                let report = report_of(&state, &arguments);
                html! {
                    @if report.is_accepted { p.banner role="status" { (text(WeekPageText::Saved {})) } }
                    @else { p.banner.critical role="alert" { (text(WeekPageText::NotSaved {})) } (said(&report.messages)) }
                    ul { @for sentence in &report.changes { li { (sentence.trim_start_matches(['+', '-', '~', ' '])) } } }
                    @if report.is_accepted { p { a.action href=(UNDO_PATH) { (text(WeekPageText::Undo {})) } } }
                }
            }
        };
        let content = html! {
            (content)
            p { a.action.main href="/lich-phat" { (text(WeekPageText::Back {})) } }
        };
        state.screen(Screen::Week, &content)
    })
    .await
}
