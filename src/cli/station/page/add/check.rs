//! The second step: is the recording good? It is listened to, and its outline and its flaws are shown.
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;

use super::super::state::{PageState, SharedState, on_reader};
use super::{SCANNED, draft_path, examine, no_draft, step};
use crate::cli::table::format_in_words;
use crate::text::Localize;
use crate::text::page_add::AddPageText;

/// Below this loudness, in LUFS, a recording is called quiet.
const QUIET_BELOW_LUFS: f64 = -30.0;

/// Shows the step. While the recording is examined, the browser looks again every second.
pub(super) async fn show(State(state): SharedState, Path(key): Path<String>) -> Response {
    let Some(draft) = state.drafts.draft(&key) else {
        return no_draft(&state);
    };
    if draft.is_complete {
        examine(&state, &key);
    }
    on_reader(move || {
        let scanned: Option<Value> = state.drafts.read(&key, SCANNED);
        let content = match &scanned {
            Some(row) => verdict(&state, &key, row),
            None if draft.is_complete => waiting(&state, &AddPageText::Examining {}),
            None => {
                let received = state.drafts.received(&key).unwrap_or(0);
                let per_cent = received.saturating_mul(100) / draft.bytes.unwrap_or(0).max(1);
                html! {
                    p.banner.warning { (AddPageText::ReceivedPart { per_cent }.to_plain(state.lang)) }
                    p { a.action href="/them-tin" { (AddPageText::SendAgain {}.to_plain(state.lang)) } }
                    (discard_form(&state, &key))
                }
            }
        };
        let mut response = step(&state, 2, &AddPageText::IsItGood {}, &content);
        if scanned.is_none() && draft.is_complete {
            response.headers_mut().insert("refresh", HeaderValue::from_static("1"));
        }
        response
    })
    .await
}

fn waiting(state: &PageState, text: &AddPageText) -> Markup {
    html! { p.banner role="status" { (text.to_plain(state.lang)) } }
}

/// Renders what the examination found.
fn verdict(state: &PageState, key: &str, row: &Value) -> Markup {
    let lang = state.lang;
    let text = |text: AddPageText| text.to_plain(lang);
    let problems: Vec<&str> =
        row["problems"].as_array().into_iter().flatten().filter_map(|p| p["message"].as_str()).collect();
    let Some(duration_ms) = row["duration_ms"].as_i64() else {
        return html! {
            p.banner.critical role="alert" { (text(AddPageText::Unplayable {})) }
            @for problem in &problems { p { (problem) } }
            p { (text(AddPageText::UnplayableHelp {})) }
            (discard_form(state, key))
        };
    };
    let length = format_in_words((duration_ms + 500) / 1000, lang);
    let is_quiet = row["integrated_lufs"].as_f64().is_some_and(|lufs| lufs < QUIET_BELOW_LUFS);
    let good = match is_quiet {
        true => AddPageText::GoodButQuiet { length },
        false => AddPageText::Good { length },
    };
    html! {
        @if problems.is_empty() {
            p.banner { (text(good)) }
        } @else {
            div.banner.warning {
                p { (text(AddPageText::HasFlaws { length: format_in_words((duration_ms + 500) / 1000, lang) })) }
                ul { @for problem in &problems { li { (problem) } } }
            }
        }
        (outline(row))
        audio controls preload="metadata" src=(format!("{}/am-thanh", draft_path(key))) {}
        div.row {
            a.action.main href=(format!("{}/ten", draft_path(key))) { (text(AddPageText::Next {})) }
            a.action href=(format!("/khan-cap/tin?tin={key}")) { (text(AddPageText::PlayUrgently {})) }
        }
        (discard_form(state, key))
    }
}

/// Draws the outline of the sound: a picture for the eye, which the words above say in other ways.
fn outline(row: &Value) -> Markup {
    let peaks: Vec<u64> = row["envelope"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let path: String = peaks
        .iter()
        .enumerate()
        .map(|(x, peak)| {
            let half = (*peak).min(255) * 60 / 255;
            format!("M{x} {}V{}", 60 - half, 61 + half)
        })
        .collect();
    html! {
        @if !peaks.is_empty() {
            svg.outline viewBox=(format!("0 0 {} 121", peaks.len())) preserveAspectRatio="none" aria-hidden="true" {
                path d=(path) {}
            }
        }
    }
}

fn discard_form(state: &PageState, key: &str) -> Markup {
    html! {
        form.row method="post" action=(format!("{}/bo", draft_path(key))) {
            button type="submit" { (AddPageText::Discard {}.to_plain(state.lang)) }
        }
    }
}
