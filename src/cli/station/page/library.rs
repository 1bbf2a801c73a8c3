//! The screens "Kho tin": the segments of the station, where each is used, and taking one out.
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Form, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, FixedOffset};
use maud::{Markup, html};
use serde::Deserialize;

use super::access::PageDevice;
use super::child::run_loa;
use super::frame::Screen;
use super::orders::{play_segment, said_screen};
use super::said::said;
use super::sound::sound_part;
use super::state::{PageState, SharedState, html as html_body, on_reader};
use super::undo::UNDO_PATH;
use crate::cli::station::messages::Message;
use crate::cli::station::when::format_when;
use crate::cli::table::{format_date, format_hms, strip_unprintable};
use crate::library::file;
use crate::schedule::{Id, ItemContent, Schedule, Segment};
use crate::text::Localize;
use crate::text::page_library::LibraryPageText;

/// The segment that a request is about.
#[derive(Debug, Deserialize)]
pub(super) struct AskedSegment {
    muc: String,
}

/// What `loa list` says about a segment.
#[derive(Debug, Deserialize)]
struct ListedSegment {
    segment: String,
    duration_ms: Option<i64>,
    playable: bool,
    last_aired: Option<DateTime<FixedOffset>>,
    next_airing: Option<DateTime<FixedOffset>>,
}

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new()
        .route("/kho-tin", get(list))
        .route("/kho-tin/muc", get(show))
        .route("/kho-tin/am-thanh", get(sound))
        .route("/kho-tin/phat", post(play))
        .route("/kho-tin/bo", get(ask_before_removal).post(remove))
}

fn path_of(segment: &Segment) -> String {
    format!("/kho-tin/muc?muc={}", segment.id)
}

/// Lists the segments.
async fn list(State(state): SharedState) -> Response {
    on_reader(move || {
        let schedule = state.schedule();
        let content = html! {
            h2 { (LibraryPageText::Heading { count: schedule.segments.len().into() }.to_plain(state.lang)) }
            ul.sessions {
                @for segment in &schedule.segments {
                    li { a href=(path_of(segment)) { (strip_unprintable(&segment.title)) } }
                }
            }
            div.row { a.action.main href="/them-tin" { (LibraryPageText::AddOne {}.to_plain(state.lang)) } }
        };
        state.screen(Screen::Library, &content)
    })
    .await
}

/// Answers with the segment of a request, or says that there is none.
fn with_segment(
    state: &PageState,
    asked: &AskedSegment,
    answer: impl FnOnce(&Schedule, &Segment) -> Response,
) -> Response {
    let schedule = state.schedule();
    match Id::new(&asked.muc).and_then(|id| schedule.segment(&id)) {
        Some(segment) => answer(&schedule, segment),
        None => {
            let content = html! {
                p.banner.warning { (LibraryPageText::NoSuchSegment {}.to_plain(state.lang)) }
                p { a.action href="/kho-tin" { (LibraryPageText::Back {}.to_plain(state.lang)) } }
            };
            (StatusCode::NOT_FOUND, state.screen(Screen::Library, &content)).into_response()
        }
    }
}

/// Shows one segment.
async fn show(State(state): SharedState, Query(asked): Query<AskedSegment>) -> Response {
    on_reader(move || {
        with_segment(&state, &asked, |schedule, segment| {
            state.screen(Screen::Library, &segment_content(&state, schedule, segment))
        })
    })
    .await
}

fn segment_content(state: &PageState, schedule: &Schedule, segment: &Segment) -> Markup {
    let lang = state.lang;
    let text = |text: LibraryPageText| text.to_plain(lang);
    let listed = listed_segment(state, &segment.id);
    let now = state.now().to_rfc3339();
    let when = |at: &DateTime<FixedOffset>| format_when(&at.to_rfc3339(), &now, lang);
    let sessions = sessions_playing(schedule, &segment.id);
    html! {
        h2 { (strip_unprintable(&segment.title)) }
        @match &listed {
            Some(listed) => {
                @if !listed.playable { p.banner.critical { (text(LibraryPageText::NotPlayable {})) } }
                @if let Some(ms) = listed.duration_ms { p { (text(LibraryPageText::Length { length: format_hms(ms) })) } }
                p { (text(match &listed.last_aired {
                    Some(at) => LibraryPageText::LastAired { when: when(at) },
                    None => LibraryPageText::NeverAired {},
                })) }
                p { (text(match &listed.next_airing {
                    Some(at) => LibraryPageText::NextAiring { when: when(at) },
                    None => LibraryPageText::NoNextAiring {},
                })) }
            }
            None => p.banner.warning { (text(LibraryPageText::NothingKnown {})) }
        }
        @if let Some(date) = segment.valid_until { p { (text(LibraryPageText::ValidUntil { date: format_date(date, lang) })) } }
        @if !sessions.is_empty() {
            p { (text(LibraryPageText::UsedIn {})) }
            ul { @for session in &sessions { li { (session) } } }
        }
        audio controls preload="none" src=(format!("/kho-tin/am-thanh?muc={}", segment.id)) {}
        form.row method="post" action="/kho-tin/phat" {
            input type="hidden" name="muc" value=(segment.id);
            button type="submit" { (text(LibraryPageText::PlayNow {})) }
            a.action href=(format!("/kho-tin/bo?muc={}", segment.id)) { (text(LibraryPageText::Remove {})) }
            a.action href="/kho-tin" { (text(LibraryPageText::Back {})) }
        }
    }
}

/// Lets `loa list` say what it knows about a segment.
fn listed_segment(state: &PageState, id: &Id) -> Option<ListedSegment> {
    let arguments = ["list".as_ref(), state.station.as_os_str(), "--format".as_ref(), "json".as_ref()];
    let answer = run_loa(&arguments, state.lang).ok()?;
    let rows: Vec<ListedSegment> = serde_json::from_slice(&answer.stdout).ok()?;
    rows.into_iter().find(|row| row.segment == id.as_str())
}

/// Returns the titles of the sessions that name a segment.
fn sessions_playing(schedule: &Schedule, id: &Id) -> Vec<String> {
    let names = |content: &ItemContent| matches!(content, ItemContent::Segment(segment) if segment == id);
    let plays = |session: &&crate::schedule::Session| {
        let is_frame = session.opening.as_ref() == Some(id) || session.closing.as_ref() == Some(id);
        is_frame || session.play.iter().any(|item| names(&item.content))
    };
    schedule.sessions.iter().filter(plays).map(|session| strip_unprintable(&session.title)).collect()
}

/// Plays a segment in the browser.
async fn sound(State(state): SharedState, Query(asked): Query<AskedSegment>, headers: HeaderMap) -> Response {
    on_reader(move || {
        with_segment(&state, &asked, |_, segment| {
            let name = std::path::Path::new(&segment.file);
            sound_part(file::open_in(&state.station.join("audio"), name).ok(), name, &headers)
        })
    })
    .await
}

/// Plays a segment on the line, at once.
async fn play(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Form(asked): Form<AskedSegment>,
) -> Response {
    on_reader(move || {
        with_segment(&state, &asked, |_, segment| {
            let said = play_segment(&state, &device, &segment.id);
            html_body(said_screen(&state.name(), &said, state.lang)).into_response()
        })
    })
    .await
}

/// Asks before a segment is taken out, and says where it is used.
async fn ask_before_removal(State(state): SharedState, Query(asked): Query<AskedSegment>) -> Response {
    on_reader(move || {
        with_segment(&state, &asked, |schedule, segment| {
            let text = |text: LibraryPageText| text.to_plain(state.lang);
            let sessions = sessions_playing(schedule, &segment.id);
            let title = strip_unprintable(&segment.title);
            let question = match sessions.len() {
                0 => LibraryPageText::RemoveUnused { title },
                count => LibraryPageText::RemoveUsed { title, count: count as u64 },
            };
            let content = html! {
                p.banner.warning { (text(question)) }
                ul { @for session in &sessions { li { (session) } } }
                p { (text(LibraryPageText::FileStays {})) }
                form.row method="post" action="/kho-tin/bo" {
                    input type="hidden" name="muc" value=(segment.id);
                    button.order type="submit" { (text(LibraryPageText::RemoveIt {})) }
                    a.action href=(path_of(segment)) { (text(LibraryPageText::No {})) }
                }
            };
            state.screen(Screen::Library, &content)
        })
    })
    .await
}

/// Takes a segment out of the schedule.
async fn remove(State(state): SharedState, Form(asked): Form<AskedSegment>) -> Response {
    on_reader(move || {
        with_segment(&state, &asked, |_, segment| {
            let arguments = ["remove", segment.id.as_str(), "--yes", "--format", "json", "--station"];
            let arguments = arguments.iter().map(std::ffi::OsString::from).chain([state.station.clone().into()]);
            let messages: Vec<Message> = match run_loa(&arguments.collect::<Vec<_>>(), state.lang) {
                Ok(answer) => answer.list_and_errors(state.lang),
                Err(_) => Vec::new(),
            };
            let content = html! {
                div role="status" { (said(&messages)) }
                div.row {
                    a.action href=(UNDO_PATH) { (LibraryPageText::Undo {}.to_plain(state.lang)) }
                    a.action href="/kho-tin" { (LibraryPageText::Back {}.to_plain(state.lang)) }
                }
            };
            state.screen(Screen::Library, &content)
        })
    })
    .await
}
