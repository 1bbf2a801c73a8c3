//! The screens "Khẩn cấp": choose a message, say how often, and then three seconds in which it can be called off.
//!
//! The countdown runs in the page's process. If that ends, or the browser goes away after the order, nothing changes: the
//! order is given when the time is over, once, or not at all.
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Form, Query, State};
use axum::http::HeaderValue;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use tokio::time::Instant;

use super::access::PageDevice;
use super::add::draft_path;
use super::child::run_loa_through;
use super::frame::Screen;
use super::pending_urgent::{PendingUrgent, UrgentChoice, UrgentStage};
use super::said::said;
use super::state::{PageState, SharedState, go_to, on_reader};
use crate::cli::station::control::is_line_lost;
use crate::cli::station::messages::{Message, MessageKind};
use crate::cli::table::strip_unprintable;
use crate::schedule::{Id, Segment};
use crate::text::Localize;
use crate::text::page_urgent::UrgentPageText;

/// The time in which an order can be called off.
const COUNTDOWN: Duration = Duration::from_secs(3);
/// The pool whose segments are offered first.
const PREPARED_POOL: &str = "khan-cap";
/// How often a message can be played.
const REPEATS: [u16; 3] = [1, 3, 5];

/// The fields of the order.
#[derive(Debug, Deserialize)]
pub(super) struct UrgentForm {
    #[serde(default)]
    muc: String,
    #[serde(default)]
    tin: String,
    lan: u16,
}

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new()
        .route("/khan-cap", get(choose))
        .route("/khan-cap/tin", get(ask))
        .route("/khan-cap/phat", post(begin))
        .route("/khan-cap/dem", get(count))
        .route("/khan-cap/huy", post(call_off))
}

fn pending(state: &PageState) -> MutexGuard<'_, Option<PendingUrgent>> {
    state.pending_urgent.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows the messages.
async fn choose(State(state): SharedState) -> Response {
    on_reader(move || {
        let text = |text: UrgentPageText| text.to_plain(state.lang);
        let schedule = state.schedule();
        let is_prepared = |segment: &&Segment| segment.pools.iter().any(|pool| pool.as_str() == PREPARED_POOL);
        let (prepared, others): (Vec<_>, Vec<_>) = schedule.segments.iter().partition(is_prepared);
        let list = |segments: &[&Segment]| {
            html! {
                ul.sessions {
                    @for segment in segments {
                        li { a href=(format!("/khan-cap/tin?muc={}", segment.id)) { (strip_unprintable(&segment.title)) } }
                    }
                }
            }
        };
        let content = html! {
            h2 { (text(UrgentPageText::WhichMessage {})) }
            @if prepared.is_empty() { p { (text(UrgentPageText::NonePrepared {})) } } @else { (list(&prepared)) }
            div.row { a.action href="/them-tin?khan-cap" { (text(UrgentPageText::RecordOne {})) } }
            @if !others.is_empty() {
                details { summary { (text(UrgentPageText::OtherMessages {})) } (list(&others)) }
            }
        };
        state.screen(Screen::Urgent, &content)
    })
    .await
}

/// Returns the title of what was chosen, and the address of its sound; `None` if it is not there.
fn title_and_sound(state: &PageState, choice: &UrgentChoice) -> Option<(String, String)> {
    if let Some(id) = Id::new(&choice.muc) {
        let title = state.schedule().segment(&id).map(|segment| strip_unprintable(&segment.title))?;
        return Some((title, format!("/kho-tin/am-thanh?muc={id}")));
    }
    let draft = state.drafts.draft(&choice.tin).filter(|draft| draft.is_complete)?;
    Some((draft.name, format!("{}/am-thanh", draft_path(&choice.tin))))
}

/// Asks how often the message is played. The button on this screen starts the countdown.
async fn ask(State(state): SharedState, Query(choice): Query<UrgentChoice>) -> Response {
    on_reader(move || {
        let text = |text: UrgentPageText| text.to_plain(state.lang);
        let Some((title, sound)) = title_and_sound(&state, &choice) else {
            return nothing_chosen(&state);
        };
        let status = state.ask_daemon();
        let is_quiet = status.as_ref().is_ok_and(|status| status.quiet);
        let content = html! {
            h2 { "“" (title) "”" }
            @if let Err(sentence) = &status { p.banner.critical role="alert" { (sentence.to_plain(state.lang)) } }
            audio controls preload="none" src=(sound) {}
            @if is_quiet { p.banner.warning { (text(UrgentPageText::QuietNow {})) } }
            p { (text(UrgentPageText::Consequence {})) }
            form method="post" action="/khan-cap/phat" {
                input type="hidden" name="muc" value=(choice.muc);
                input type="hidden" name="tin" value=(choice.tin);
                fieldset {
                    legend { (text(UrgentPageText::HowOften {})) }
                    @for (number, times) in REPEATS.into_iter().enumerate() {
                        label.radio {
                            input type="radio" name="lan" value=(times) checked[number == 0] required;
                            " " (text(UrgentPageText::Times { times }))
                        }
                    }
                }
                div.row {
                    button.order type="submit" { (text(UrgentPageText::PlayNow {})) }
                    a.action href="/khan-cap" { (text(UrgentPageText::Back {})) }
                }
            }
        };
        state.screen(Screen::Urgent, &content)
    })
    .await
}

fn nothing_chosen(state: &PageState) -> Response {
    let content = html! {
        p.banner.warning { (UrgentPageText::NoSuchMessage {}.to_plain(state.lang)) }
        p { a.action href="/khan-cap" { (UrgentPageText::Back {}.to_plain(state.lang)) } }
    };
    state.screen(Screen::Urgent, &content)
}

/// Begins the countdown. While one runs, a second tap changes nothing.
async fn begin(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Form(form): Form<UrgentForm>,
) -> Response {
    let starter = state.clone();
    let response = on_reader(move || {
        let choice = UrgentChoice { muc: form.muc, tin: form.tin };
        let Some((title, _)) = title_and_sound(&starter, &choice) else { return nothing_chosen(&starter) };
        let repeat = if REPEATS.contains(&form.lan) { form.lan } else { 1 };
        let mut pending = pending(&starter);
        let is_busy = pending
            .as_ref()
            .is_some_and(|urgent| matches!(urgent.stage, UrgentStage::Counting(_) | UrgentStage::Ordering));
        if !is_busy {
            let stage = UrgentStage::Counting(Instant::now() + COUNTDOWN);
            *pending = Some(PendingUrgent { title, source: choice, repeat, device, stage });
        }
        go_to("/khan-cap/dem".to_owned())
    })
    .await;
    tokio::spawn(async move {
        // Longer than the countdown, so that its end is not missed.
        tokio::time::sleep(COUNTDOWN + Duration::from_millis(20)).await;
        give_order(&state).await;
    });
    response
}

/// Gives the order whose countdown is over; nothing if it was called off or given already.
async fn give_order(state: &Arc<PageState>) {
    let due = {
        let mut pending = pending(state);
        match pending.as_mut() {
            Some(urgent) if matches!(urgent.stage, UrgentStage::Counting(due) if due <= Instant::now()) => {
                urgent.stage = UrgentStage::Ordering;
                Some((urgent.source.clone(), urgent.repeat, urgent.device.clone()))
            }
            _ => None,
        }
    };
    let Some((source, repeat, device)) = due else { return };
    let worker = state.clone();
    let messages =
        tokio::task::spawn_blocking(move || order(&worker, &device, &source, repeat)).await.unwrap_or_default();
    if let Some(urgent) = pending(state).as_mut() {
        urgent.stage = UrgentStage::Answered(messages);
    }
}

/// Lets `loa urgent` give the order, and returns what it said.
fn order(state: &PageState, device: &PageDevice, source: &UrgentChoice, repeat: u16) -> Vec<Message> {
    let name = match state.drafts.draft(&source.tin) {
        Some(draft) if source.muc.is_empty() => state.drafts.sound(&source.tin, &draft).into_os_string(),
        _ => source.muc.clone().into(),
    };
    let arguments = ["urgent".into(), name, "--yes".into(), format!("--repeat={repeat}").into()];
    let station = ["--station".into(), state.station.clone().into_os_string()];
    let Ok(answer) = run_loa_through(Some(device), &[arguments.as_slice(), station.as_slice()].concat(), state.lang)
    else {
        return Vec::new();
    };
    if !answer.is_done {
        return answer.messages(state.lang);
    }
    // The command names another command for stopping it; the page has a button.
    let said = |kind: MessageKind, text: UrgentPageText| Message { kind, text: text.to_plain(state.lang) };
    let mut messages = vec![said(MessageKind::Done, UrgentPageText::Ordered {})];
    if state.ask_daemon().is_ok_and(|status| is_line_lost(&status)) {
        messages.push(said(MessageKind::Error, UrgentPageText::NoDevice {}));
    }
    messages
}

/// Shows the countdown, and then what the daemon said. The browser looks again every second.
async fn count(State(state): SharedState) -> Response {
    on_reader(move || {
        let text = |text: UrgentPageText| text.to_plain(state.lang);
        let Some(urgent) = pending(&state).clone() else { return nothing_chosen(&state) };
        let (content, is_open) = match &urgent.stage {
            UrgentStage::Counting(due) => {
                let seconds = due.saturating_duration_since(Instant::now()).as_secs() + 1;
                (counting(&state, &urgent.title, seconds), true)
            }
            UrgentStage::Ordering => (html! { p.banner.critical { (text(UrgentPageText::Ordering {})) } }, true),
            UrgentStage::Answered(messages) if messages.is_empty() => (
                html! { p.banner.critical role="alert" { (text(UrgentPageText::NotGiven {})) } (ways_on(&state)) },
                false,
            ),
            UrgentStage::Answered(messages) => {
                (html! { div role="status" { (said(messages)) } (ways_on(&state)) }, false)
            }
            UrgentStage::CalledOff => {
                (html! { p.banner role="status" { (text(UrgentPageText::CalledOff {})) } (ways_on(&state)) }, false)
            }
        };
        let mut response = state.screen(Screen::Urgent, &content);
        if is_open {
            response.headers_mut().insert("refresh", HeaderValue::from_static("1"));
        }
        response
    })
    .await
}

fn counting(state: &PageState, title: &str, seconds: u64) -> Markup {
    let text = |text: UrgentPageText| text.to_plain(state.lang);
    html! {
        p.banner.critical role="alert" { (text(UrgentPageText::WillPlay { title: title.to_owned(), seconds })) }
        form.row method="post" action="/khan-cap/huy" {
            button type="submit" autofocus { (text(UrgentPageText::CallOff {})) }
        }
    }
}

fn ways_on(state: &PageState) -> Markup {
    html! {
        div.row {
            a.action.main href="/" { (UrgentPageText::ToToday {}.to_plain(state.lang)) }
            a.action href="/khan-cap" { (UrgentPageText::AnotherMessage {}.to_plain(state.lang)) }
        }
    }
}

/// Calls the message off. Too late, the screen says that it sounds, and how to stop it.
async fn call_off(State(state): SharedState) -> Response {
    on_reader(move || {
        if let Some(urgent) = pending(&state).as_mut()
            && matches!(urgent.stage, UrgentStage::Counting(_))
        {
            urgent.stage = UrgentStage::CalledOff;
        }
        go_to("/khan-cap/dem".to_owned())
    })
    .await
}
