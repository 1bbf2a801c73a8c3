//! After the last step: the recording is in the schedule, and can be taken back.
use std::sync::{Arc, Mutex, PoisonError};

use axum::Form;
use axum::extract::{Extension, Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::super::access::PageDevice;
use super::super::child::run_loa;
use super::super::drafts::Draft;
use super::super::orders::{OrderAnswer, play_segment};
use super::super::said::said;
use super::super::state::{PageState, SharedState, go_to, on_reader};
use super::super::undo::UNDO_PATH;
use super::choices::{Choices, When};
use super::preview::seen_hash;
use super::starts::times_text;
use super::{SAVED, complete_draft, draft_path, no_draft, refused_screen, step};
use crate::cli::station::add::{AddReport, AddedSegment};
use crate::cli::station::messages::{Message, MessageKind};
use crate::cli::table::format_date;
use crate::text::Localize;
use crate::text::page_add::AddPageText;

/// Recordings are saved one after the other.
static SAVING: Mutex<()> = Mutex::new(());

/// What was written into the schedule for a draft.
#[derive(Debug, Serialize, Deserialize)]
struct SavedDraft {
    /// What `loa add` said.
    report: AddReport,
    /// What the daemon said to the order to play it at once; `None` without that order.
    played: Option<OrderAnswer>,
}

/// What the person has seen.
#[derive(Debug, Deserialize)]
pub(super) struct SaveForm {
    /// The hash of the schedule for which the preview was shown.
    lich: String,
}

/// Writes the recording into the schedule.
pub(super) async fn save(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Path(key): Path<String>,
    Form(form): Form<SaveForm>,
) -> Response {
    let worker = state.clone();
    on_reader(move || {
        // One after the other: a second tap finds the recording saved.
        let _turn = SAVING.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.drafts.read::<SavedDraft>(&key, SAVED).is_some() {
            return go_to(format!("{}/xong", draft_path(&key)));
        }
        let Some(draft) = complete_draft(&worker, &key) else { return no_draft(&worker) };
        if form.lich != seen_hash(&worker, &Choices::of(&worker, &key)) {
            let content = html! {
                p.banner.warning role="alert" { (AddPageText::ScheduleChanged {}.to_plain(worker.lang)) }
                p { a.action href=(format!("{}/xem-truoc", draft_path(&key))) { (AddPageText::Preview {}.to_plain(worker.lang)) } }
            };
            return step(&worker, 5, &AddPageText::IsItRight {}, &content);
        }
        add(&worker, &device, &key, &draft)
    })
    .await
}

fn add(state: &Arc<PageState>, device: &PageDevice, key: &str, draft: &Draft) -> Response {
    let choices = Choices::of(state, key);
    let Some(arguments) = choices.arguments(state, key, draft) else {
        return refused_screen(state, &AddPageText::WhenLacks {});
    };
    let Ok(answer) = run_loa(&arguments, state.lang) else {
        return refused_screen(state, &AddPageText::CommandFails {});
    };
    let report = serde_json::from_slice(&answer.stdout)
        .unwrap_or_else(|_| AddReport { messages: answer.messages(state.lang), ..AddReport::default() });
    let Some(added) = report.added.first() else {
        let content = html! {
            (said(&report.messages))
            (said(&answer.errors(state.lang)))
            p { a.action href=(draft_path(key)) { (AddPageText::Back {}.to_plain(state.lang)) } }
        };
        return step(state, 5, &AddPageText::IsItRight {}, &content);
    };
    let played = (choices.when == Some(When::Now)).then(|| play_segment(state, device, &added.segment));
    if state.drafts.write(key, SAVED, &SavedDraft { report, played }).is_ok() {
        state.drafts.drop_sound(key);
    }
    go_to(format!("{}/xong", draft_path(key)))
}

/// Shows what was saved. The screen stays as it is until the person leaves it.
pub(super) async fn show(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || {
        let saved: Option<SavedDraft> = state.drafts.read(&key, SAVED);
        match saved {
            Some(saved) => step(&state, 6, &AddPageText::Saved {}, &content(&state, &saved)),
            None => no_draft(&state),
        }
    })
    .await
}

fn content(state: &PageState, saved: &SavedDraft) -> Markup {
    let report = &saved.report;
    let text = |text: AddPageText| text.to_plain(state.lang);
    let told = |message: &&Message| matches!(message.kind, MessageKind::Warning | MessageKind::Error);
    html! {
        div.banner role="status" {
            @for added in &report.added { p { (text(saved_sentence(state, added))) } }
            @if report.added.is_empty() {
                @for message in report.messages.iter().filter(|m| m.kind == MessageKind::Done) { p { (message.text) } }
            }
        }
        @if let Some(played) = &saved.played { p.banner.warning[!played.is_done] { (played.sentence) } }
        @for message in report.messages.iter().filter(told) { p.banner.warning { (message.text) } }
        div.row {
            a.action href=(UNDO_PATH) { (text(AddPageText::Undo {})) }
            a.action.main href="/them-tin" { (text(AddPageText::AddAnother {})) }
            a.action href="/" { (text(AddPageText::ToToday {})) }
        }
    }
}

fn saved_sentence(state: &PageState, added: &AddedSegment) -> AddPageText {
    let title = added.title.clone();
    match (&added.session_title, added.first_date) {
        (Some(session), Some(date)) => AddPageText::SavedIn {
            title,
            session: session.clone(),
            times: times_text(&added.first_times),
            date: format_date(date, state.lang),
        },
        _ => AddPageText::SavedOnly { title },
    }
}
