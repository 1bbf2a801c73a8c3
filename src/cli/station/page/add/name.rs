//! The third step: the title, the topic, the language, and who has approved the recording.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::drafts::Draft;
use super::super::state::{PageState, SharedState, on_reader};
use super::choices::{Choices, keep_and_go};
use super::{complete_draft, draft_path, no_draft, step};
use crate::base::limits::MAX_TITLE_CHARS;
use crate::library::title::read_title_tag;
use crate::schedule::{ParsedSchedule, read};
use crate::station;
use crate::text::Localize;
use crate::text::languages::BROADCAST_LANGUAGES;
use crate::text::page_add::AddPageText;

/// The fields of the step.
#[derive(Debug, Deserialize)]
pub(super) struct NameForm {
    ten: String,
    #[serde(default, rename = "chu-de")]
    topic: String,
    #[serde(default, rename = "ngon-ngu")]
    language: String,
    #[serde(default, rename = "nguoi-duyet")]
    approved_by: String,
}

/// Shows the step.
pub(super) async fn show(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || match complete_draft(&state, &key) {
        Some(draft) => step(&state, 3, &AddPageText::WhatName {}, &content(&state, &key, &draft)),
        None => no_draft(&state),
    })
    .await
}

/// Keeps the fields, and goes on.
pub(super) async fn keep(State(state): SharedState, Path(key): Path<String>, Form(form): Form<NameForm>) -> Response {
    on_reader(move || {
        if complete_draft(&state, &key).is_none() {
            return no_draft(&state);
        }
        let title: String = form.ten.trim().chars().take(MAX_TITLE_CHARS).collect();
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let choices = Choices {
            title: filled(&title),
            topic: filled(&form.topic),
            language: filled(&form.language),
            approved_by: filled(&form.approved_by),
            ..Choices::of(&state, &key)
        };
        keep_and_go(&state, &key, &choices, format!("{}/khi-nao", draft_path(&key)))
    })
    .await
}

fn content(state: &PageState, key: &str, draft: &Draft) -> Markup {
    let lang = state.lang;
    let text = |text: AddPageText| text.to_plain(lang);
    let choices = Choices::of(state, key);
    let parsed = read(&station::read_sources(&state.station).unwrap_or_default());
    let topics = topics_of(state, &parsed);
    let stem = || draft.name.rsplit_once('.').map_or(draft.name.as_str(), |(stem, _)| stem).replace(['_', '-'], " ");
    let title = choices.title.clone().or_else(|| read_title_tag(&state.drafts.sound(key, draft))).unwrap_or_else(stem);
    let language = choices.language.as_deref().unwrap_or("vi");
    let needs_approval = parsed.schedule.station.requires_approval;
    html! {
        form method="post" action=(format!("{}/ten", draft_path(key))) {
            label for="ten" { (text(AddPageText::Title {})) }
            input #ten type="text" name="ten" value=(title) maxlength=(MAX_TITLE_CHARS) required;
            @if !topics.is_empty() {
                label for="chu-de" { (text(AddPageText::Topic {})) }
                select #chu-de name="chu-de" {
                    option value="" { (text(AddPageText::NoTopic {})) }
                    @for (value, label) in &topics {
                        option value=(value) selected[choices.topic.as_ref() == Some(value)] { (label) }
                    }
                }
            }
            label for="ngon-ngu" { (text(AddPageText::Language {})) }
            select #ngon-ngu name="ngon-ngu" {
                @for known in &BROADCAST_LANGUAGES {
                    option value=(known.code) selected[known.code == language] { (known.name(lang)) }
                }
            }
            label for="nguoi-duyet" {
                (text(if needs_approval { AddPageText::WhoApprovesRequired {} } else { AddPageText::WhoApproves {} }))
            }
            input #nguoi-duyet type="text" name="nguoi-duyet" maxlength="100" value=[choices.approved_by.as_deref()]
                aria-describedby="duyet-giai-thich";
            p #duyet-giai-thich { (text(AddPageText::ApprovalHelp {})) }
            div.row {
                button.main type="submit" { (text(AddPageText::Next {})) }
                a.action href=(draft_path(key)) { (text(AddPageText::Back {})) }
            }
        }
    }
}

/// Returns the topics of all campaigns: the value of a form field, and the label.
fn topics_of(state: &PageState, parsed: &ParsedSchedule) -> Vec<(String, String)> {
    let files = station::read_sources(&state.station).unwrap_or_default();
    let mut topics = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let Some(campaign) = parsed.campaign_of_file(index) else { continue };
        let playlist = file.name.trim_start_matches("playlists/").trim_end_matches(".toml");
        for (number, title) in &campaign.topics {
            topics.push((Choices::topic_value(playlist, *number), format!("{}: {number}. {title}", campaign.title)));
        }
    }
    topics
}
