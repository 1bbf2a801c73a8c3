//! The last step before the recording is written into the schedule: how the session will be, and what changes.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::child::run_loa;
use super::super::said::said;
use super::super::state::{PageState, SharedState, on_reader};
use super::choices::{Choices, When, keep_and_go};
use super::{complete_draft, draft_path, no_draft, refused_screen, step};
use crate::base::hash::sha256_hex;
use crate::cli::station::add::{AddReport, AddedSegment};
use crate::cli::station::messages::MessageKind;
use crate::cli::table::{format_date, format_in_words};
use crate::text::Localize;
use crate::text::page_add::AddPageText;

/// The new place of a recording in its session.
#[derive(Debug, Deserialize)]
pub(super) struct PlaceForm {
    #[serde(default)]
    truoc: String,
}

/// Shows the step.
pub(super) async fn show(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || {
        let Some(draft) = complete_draft(&state, &key) else { return no_draft(&state) };
        let choices = Choices::of(&state, &key);
        let schedule_hash = seen_hash(&state, &choices);
        let Some(mut arguments) = choices.arguments(&state, &key, &draft) else {
            return refused_screen(&state, &AddPageText::WhenLacks {});
        };
        arguments.push("--dry-run".into());
        let Ok(answer) = run_loa(&arguments, state.lang) else {
            return refused_screen(&state, &AddPageText::CommandFails {});
        };
        let report = serde_json::from_slice(&answer.stdout)
            .unwrap_or_else(|_| AddReport { messages: answer.messages(state.lang), ..AddReport::default() });
        let content = match report.added.first() {
            Some(added) => preview(&state, &key, &choices, added, &report, &schedule_hash),
            None => refusal(&state, &key, &choices, &report),
        };
        step(&state, 5, &AddPageText::IsItRight {}, &content)
    })
    .await
}

/// Moves the recording in its session.
pub(super) async fn keep_place(
    State(state): SharedState,
    Path(key): Path<String>,
    Form(form): Form<PlaceForm>,
) -> Response {
    on_reader(move || change(&state, &key, |choices| choices.before = Some(form.truoc).filter(|id| !id.is_empty())))
        .await
}

/// Accepts the recording's flaws.
pub(super) async fn use_anyway(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || change(&state, &key, |choices| choices.anyway = true)).await
}

fn change(state: &PageState, key: &str, edit: impl FnOnce(&mut Choices)) -> Response {
    if complete_draft(state, key).is_none() {
        return no_draft(state);
    }
    let mut choices = Choices::of(state, key);
    edit(&mut choices);
    keep_and_go(state, key, &choices, format!("{}/xem-truoc", draft_path(key)))
}

/// Returns a hash of what was shown: the schedule, and what was chosen for the recording.
pub(super) fn seen_hash(state: &PageState, choices: &Choices) -> String {
    let chosen = serde_json::to_vec(choices).unwrap_or_default();
    sha256_hex(&[state.schedule_hash().as_bytes(), &chosen].concat())
}

fn preview(
    state: &PageState,
    key: &str,
    choices: &Choices,
    added: &AddedSegment,
    report: &AddReport,
    schedule_hash: &str,
) -> Markup {
    let lang = state.lang;
    let text = |text: AddPageText| text.to_plain(lang);
    let warnings: Vec<_> = report.messages.iter().filter(|m| m.kind == MessageKind::Warning).cloned().collect();
    let plays_now = choices.when == Some(When::Now);
    html! {
        p { strong { (added.title) } " · " (format_in_words((added.duration_ms + 500) / 1000, lang)) }
        (said(&warnings))
        @if plays_now { p.banner.warning { (text(AddPageText::WillPlayAtOnce {})) } }
        @if added.session.is_none() && !plays_now { p.banner { (text(AddPageText::WillBeKept {})) } }
        @if let (Some(session), Some(date)) = (&added.session_title, added.first_date) {
            h3 { (text(AddPageText::SessionWillBe { session: session.clone(), date: format_date(date, lang) })) }
            ol.items {
                @for item in &added.items {
                    li.new[item.is_new] {
                        span.time { (item.start.format("%H:%M:%S")) } " "
                        @if item.is_new { strong { (item.title) " ← " (text(AddPageText::NewItem {})) } } @else { (item.title) }
                    }
                }
            }
            @if let Some(end) = added.items.last() {
                @let ends = end.start + chrono::TimeDelta::milliseconds(end.duration_ms);
                p { (text(AddPageText::EndsAt { time: ends.format("%H:%M:%S").to_string() })) }
            }
            (place_form(state, key, choices, added))
        }
        @if !added.changes.is_empty() {
            h3 { (text(AddPageText::Changes {})) }
            // The marks of `loa plan --diff` are for a terminal.
            ul { @for sentence in &added.changes { li { (sentence.trim_start_matches(['+', '-', '~', ' '])) } } }
        }
        form.row method="post" action=(format!("{}/luu", draft_path(key))) {
            input type="hidden" name="lich" value=(schedule_hash);
            button.main type="submit" { (text(if plays_now { AddPageText::SaveAndPlay {} } else { AddPageText::Save {} })) }
            a.action href=(format!("{}/khi-nao", draft_path(key))) { (text(AddPageText::Back {})) }
        }
    }
}

/// Renders the choice of the item before which the new one is placed.
fn place_form(state: &PageState, key: &str, choices: &Choices, added: &AddedSegment) -> Markup {
    let text = |text: AddPageText| text.to_plain(state.lang);
    let others: Vec<_> = added.items.iter().filter(|item| !item.is_new).collect();
    html! {
        @if !others.is_empty() {
            form.row method="post" action=(format!("{}/cho", draft_path(key))) {
                div {
                    label for="truoc" { (text(AddPageText::Place {})) }
                    select #truoc name="truoc" {
                        option value="" { (text(AddPageText::AtEnd {})) }
                        @for item in others {
                            option value=(item.segment) selected[choices.before.as_deref() == Some(item.segment.as_str())] {
                                (text(AddPageText::Before { title: item.title.clone() }))
                            }
                        }
                    }
                }
                button type="submit" { (text(AddPageText::Move {})) }
            }
        }
    }
}

/// Renders why `loa add` refuses the recording.
fn refusal(state: &PageState, key: &str, choices: &Choices, report: &AddReport) -> Markup {
    let text = |text: AddPageText| text.to_plain(state.lang);
    html! {
        (said(&report.messages))
        @if !choices.anyway && report.anyway_helps {
            form.row method="post" action=(format!("{}/van-dung", draft_path(key))) {
                button type="submit" { (text(AddPageText::UseAnyway {})) }
            }
        }
        div.row {
            a.action href=(format!("{}/khi-nao", draft_path(key))) { (text(AddPageText::Back {})) }
            a.action href="/them-tin" { (text(AddPageText::AddAnother {})) }
        }
    }
}
