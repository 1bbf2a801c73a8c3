//! The screen "Hoàn tác": takes back the newest change of the schedule, one after the other.
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use super::child::run_loa;
use super::frame::Screen;
use super::said::said;
use super::state::{PageState, SharedState, on_reader};
use crate::cli::station::messages::Message;
use crate::cli::station::recorded_change::titles_of;
use crate::cli::station::when::format_when;
use crate::station::undo::{RecordedCommand, UndoHistory, UndoStep};
use crate::text::Localize;
use crate::text::page_add::AddPageText;
use crate::text::page_library::UndoPageText;

/// The change that the person has seen.
#[derive(Debug, Deserialize)]
struct UndoForm {
    so: u64,
}

/// The path of the screen.
pub(super) const UNDO_PATH: &str = "/hoan-tac";

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route(UNDO_PATH, get(ask).post(undo))
}

/// Shows the newest change, and asks.
async fn ask(State(state): SharedState) -> Response {
    on_reader(move || state.screen(Screen::More, &question(&state))).await
}

fn question(state: &PageState) -> Markup {
    let text = |text: UndoPageText| text.to_plain(state.lang);
    let newest = UndoHistory::open(&state.station).ok().and_then(|history| history.newest().ok().flatten());
    html! {
        h2 { (text(UndoPageText::Heading {})) }
        @match newest.and_then(|(number, step)| Some((number, step?))) {
            Some((number, step)) => {
                p.banner.warning { (text(sentence_about(state, &step))) }
                form.row method="post" action=(UNDO_PATH) {
                    input type="hidden" name="so" value=(number);
                    button.order type="submit" { (text(UndoPageText::Undo {})) }
                    a.action href="/" { (text(UndoPageText::No {})) }
                }
            }
            None => p.banner { (text(UndoPageText::Nothing {})) },
        }
    }
}

fn sentence_about(state: &PageState, step: &UndoStep) -> UndoPageText {
    let (titles, when) = (titles_of(step), format_when(&step.at.to_rfc3339(), &state.now().to_rfc3339(), state.lang));
    match step.command {
        RecordedCommand::Add => UndoPageText::UndoAdd { titles, when },
        RecordedCommand::Remove => UndoPageText::UndoRemove { titles, when },
        RecordedCommand::Session => UndoPageText::UndoSession { titles, when },
    }
}

/// Takes the newest change back.
async fn undo(State(state): SharedState, Form(form): Form<UndoForm>) -> Response {
    on_reader(move || {
        // A second tap must not take back the change before.
        let newest = UndoHistory::open(&state.station).ok().and_then(|history| history.newest().ok().flatten());
        if newest.map(|(number, _)| number) != Some(form.so) {
            return state.screen(Screen::More, &question(&state));
        }
        let arguments = ["undo".as_ref(), state.station.as_os_str(), "--format".as_ref(), "json".as_ref()];
        let messages: Vec<Message> = match run_loa(&arguments, state.lang) {
            Ok(answer) => answer.list_and_errors(state.lang),
            Err(_) => Vec::new(),
        };
        let content = html! {
            div role="status" {
                (said(&messages))
                @if messages.is_empty() { p.banner.critical { (AddPageText::CommandFails {}.to_plain(state.lang)) } }
            }
            (question(&state))
        };
        state.screen(Screen::More, &content)
    })
    .await
}
