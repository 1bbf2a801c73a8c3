//! The screens "Thêm tin": a recording comes in, is listened to, gets a name and a place, and is written into the
//! schedule. Each step is kept, so that the person can leave and go on later.
//!
//! The page itself decides nothing about files and playlists: `loa scan` and `loa add` do, as processes of their own.
mod check;
mod choices;
mod name;
mod preview;
mod saved;
mod source;
mod starts;
mod when;

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use super::child::run_loa;
use super::drafts::Draft;
use super::frame::{Screen, screen};
use super::sound::sound_part;
use super::state::{PageState, SharedState, go_to, html as html_body, on_reader};
use crate::library::file;
use crate::text::Localize;
use crate::text::page_add::AddPageText;
use crate::text::page_phone::PhonePageText;

/// The record of what `loa scan` said about a draft.
const SCANNED: &str = "kiem-tra.json";
/// The record of what the person has chosen so far.
const CHOSEN: &str = "chon.json";
/// The record of what was written into the schedule.
const SAVED: &str = "da-luu.json";

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new()
        .route("/them-tin", get(source::show))
        .route("/them-tin/{key}", get(check::show))
        .route("/them-tin/{key}/am-thanh", get(sound))
        .route("/them-tin/{key}/ten", get(name::show).post(name::keep))
        .route("/them-tin/{key}/khi-nao", get(when::show).post(when::keep))
        .route("/them-tin/{key}/cho", post(preview::keep_place))
        .route("/them-tin/{key}/van-dung", post(preview::use_anyway))
        .route("/them-tin/{key}/xem-truoc", get(preview::show))
        .route("/them-tin/{key}/luu", post(saved::save))
        .route("/them-tin/{key}/xong", get(saved::show))
        .route("/them-tin/{key}/bo", post(discard))
}

/// Returns the address of a draft's first screen.
pub(super) fn draft_path(key: &str) -> String {
    format!("/them-tin/{key}")
}

/// Examines a complete draft in the background, unless that is under way or done.
pub(super) fn examine(state: &Arc<PageState>, key: &str) {
    let is_done = state.drafts.read::<serde_json::Value>(key, SCANNED).is_some();
    if is_done || !state.examined.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned()) {
        return;
    }
    let (state, key) = (state.clone(), key.to_owned());
    tokio::spawn(async move {
        let Ok(_turn) = state.examiner.acquire().await else { return };
        let (worker, scanned_key) = (state.clone(), key.clone());
        let _ = tokio::task::spawn_blocking(move || scan(&worker, &scanned_key)).await;
        state.examined.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    });
}

/// Lets `loa scan` examine a draft, and keeps what it says.
fn scan(state: &PageState, key: &str) {
    let Some(draft) = state.drafts.draft(key) else { return };
    let sound = state.drafts.sound(key, &draft);
    let arguments = ["scan".as_ref(), sound.as_os_str(), "--format".as_ref(), "json".as_ref(), "--envelope".as_ref()];
    let answer = run_loa(&arguments, state.lang);
    let rows = answer.ok().and_then(|answer| serde_json::from_slice::<Vec<serde_json::Value>>(&answer.stdout).ok());
    let failed = || serde_json::json!({ "problems": [], "failed": true });
    let row = rows.and_then(|rows| rows.into_iter().next()).unwrap_or_else(failed);
    // Without a record the draft is examined again when somebody looks.
    let _ = state.drafts.write(key, SCANNED, &row);
}

/// Returns a complete draft; `None` for a key without one.
fn complete_draft(state: &PageState, key: &str) -> Option<Draft> {
    state.drafts.draft(key).filter(|draft| draft.is_complete && state.drafts.sound(key, draft).is_file())
}

/// Returns what saving a draft does, for whoever must allow it; `None` for another address.
pub(super) fn wish_of(state: &PageState, path: &str) -> Option<PhonePageText> {
    let key = path.strip_prefix("/them-tin/")?.strip_suffix("/luu")?;
    let choices = choices::Choices::of(state, key);
    let title = choices.title.unwrap_or_default();
    Some(match choices.when {
        Some(choices::When::Now) => PhonePageText::WantsSaveAndPlay { title },
        _ => PhonePageText::WantsSave { title },
    })
}

/// Answers a request about a draft that is not there, or not complete.
fn no_draft(state: &PageState) -> Response {
    (StatusCode::NOT_FOUND, refused_screen(state, &AddPageText::NoDraft {})).into_response()
}

/// Renders a step of the way: where the person is, and what is asked.
fn step(state: &PageState, number: u64, heading: &AddPageText, content: &Markup) -> Response {
    let text = |text: &AddPageText| text.to_plain(state.lang);
    let content = html! {
        p.step { (text(&AddPageText::Step { number })) }
        h2 { (text(heading)) }
        (content)
    };
    state.screen(Screen::Add, &content)
}

/// Renders why something was not done. It stays until the person goes on.
pub(super) fn refused_screen(state: &PageState, text: &AddPageText) -> Response {
    let content = html! {
        p.banner.critical role="alert" data-loi { (text.to_plain(state.lang)) }
        p { a.action href="/them-tin" { (AddPageText::AddAnother {}.to_plain(state.lang)) } }
    };
    html_body(screen(&state.name(), Screen::Add, &content, state.lang)).into_response()
}

/// Plays a draft in the browser.
async fn sound(State(state): SharedState, Path(key): Path<String>, headers: HeaderMap) -> Response {
    on_reader(move || match complete_draft(&state, &key) {
        Some(draft) => {
            let path = state.drafts.sound(&key, &draft);
            sound_part(file::open(&path).ok(), &path, &headers)
        }
        None => no_draft(&state),
    })
    .await
}

/// Removes a draft.
async fn discard(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || {
        state.drafts.remove(&key);
        go_to("/them-tin".to_owned())
    })
    .await
}
