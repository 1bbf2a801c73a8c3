//! Orders from telephones over plain HTTP wait for somebody at the station's computer.
//!
//! Others in the same network can read what goes over plain HTTP, and with it the cookie of a telephone. So what sounds at
//! once, changes the schedule or confirms the clock is kept until a person at the station's computer says yes. Then it is
//! done as it was sent, once.
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Form, Path, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use tokio::time::Instant;
use tower_service::Service;

use super::access::PageDevice;
use super::add::wish_of;
use super::frame::Screen;
use super::network::ConnectionEnds;
use super::state::{PageState, SharedState, go_to, on_reader};
use super::waiting_order::{OrderStage, WaitingOrder};
use crate::text::Localize;
use crate::text::page_phone::PhonePageText;

/// The maximum number of orders that wait.
const MAX_WAITING: usize = 8;
/// The time after which an order that nobody answered is dropped.
const WAITING_TIME: Duration = Duration::from_secs(300);
/// The maximum size of an order's form, in bytes.
const MAX_FORM_BYTES: usize = 8 * 1024;
/// The maximum size of the screen that answers an order, in bytes.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// The number of the next order. A number is never used again: an old form must not answer a new order.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Marks a request that somebody at the station's computer has allowed.
#[derive(Debug, Clone, Copy)]
struct Allowed;

/// The answer of the person at the station's computer.
#[derive(Debug, Deserialize)]
struct AnswerForm {
    so: u64,
    #[serde(default)]
    co: Option<String>,
}

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/xin-phep", get(show_all).post(answer)).route("/xin-phep/{id}", get(show_one))
}

/// Returns what an order would do; `None` for what a telephone may do at once.
fn consequence(path: &str) -> Option<PhonePageText> {
    match path {
        "/khan-cap/phat" => Some(PhonePageText::WantsUrgent {}),
        "/kho-tin/phat" => Some(PhonePageText::WantsPlay {}),
        "/kho-tin/bo" => Some(PhonePageText::WantsRemove {}),
        "/lich-phat/luu" => Some(PhonePageText::WantsSession {}),
        "/hoan-tac" => Some(PhonePageText::WantsUndo {}),
        "/dong-ho-dung" => Some(PhonePageText::WantsClock {}),
        path if path.starts_with("/them-tin/") && path.ends_with("/luu") => {
            Some(PhonePageText::WantsSave { title: String::new() })
        }
        _ => None,
    }
}

fn waiting(state: &PageState) -> MutexGuard<'_, Vec<WaitingOrder>> {
    let mut orders = state.waiting_orders.lock().unwrap_or_else(PoisonError::into_inner);
    orders.retain(|order| order.begun.elapsed() < WAITING_TIME);
    orders
}

/// Returns the sentences about orders that wait for an answer at the station's computer.
pub(super) fn waiting_sentences(state: &PageState) -> Vec<String> {
    let orders = waiting(state);
    let open = orders.iter().filter(|order| matches!(order.stage, OrderStage::Waiting));
    open.map(|order| sentence(order, state)).collect()
}

fn sentence(order: &WaitingOrder, state: &PageState) -> String {
    let name = match &order.device {
        PageDevice::Phone { name, code, .. } => format!("{name} ({code})"),
        PageDevice::Station => String::new(),
    };
    let wish = wish_of(state, &order.path).or_else(|| consequence(&order.path));
    let wish = wish.map_or_else(String::new, |text| text.to_plain(state.lang));
    PhonePageText::Wants { name, wish }.to_plain(state.lang)
}

/// Keeps the orders of telephones that need an answer; lets everything else pass.
pub(super) async fn keep_orders(State(state): SharedState, request: Request, next: Next) -> Response {
    let device = request.extensions().get::<PageDevice>().cloned();
    let is_allowed = request.extensions().get::<Allowed>().is_some();
    let path = request.uri().path().to_owned();
    let needs_answer = *request.method() == Method::POST && consequence(&path).is_some();
    // Nobody can have read the cookie of a telephone that was paired over TLS and comes over TLS.
    let is_encrypted = request.extensions().get::<ConnectionEnds>().is_some_and(|ends| ends.is_encrypted);
    let must_ask = |device: &PageDevice| match device {
        PageDevice::Station => false,
        PageDevice::Phone { is_secret, .. } => needs_answer && !is_allowed && !(*is_secret && is_encrypted),
    };
    let phone = device.filter(must_ask);
    let Some(phone) = phone else { return next.run(request).await };
    let Ok(form) = to_bytes(request.into_body(), MAX_FORM_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut orders = waiting(&state);
    // A second tap is the same order.
    let is_same = |order: &&WaitingOrder| {
        matches!(order.stage, OrderStage::Waiting) && order.device == phone && order.path == path && order.form == form
    };
    if let Some(known) = orders.iter().find(is_same) {
        return go_to(format!("/xin-phep/{}", known.id));
    }
    if orders.iter().filter(|order| matches!(order.stage, OrderStage::Waiting)).count() >= MAX_WAITING {
        drop(orders);
        return (StatusCode::TOO_MANY_REQUESTS, note(&state, &PhonePageText::TooManyWait {})).into_response();
    }
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
    orders.push(WaitingOrder { id, device: phone, path, form, begun: Instant::now(), stage: OrderStage::Waiting });
    go_to(format!("/xin-phep/{id}"))
}

fn note(state: &PageState, text: &PhonePageText) -> Response {
    let content = html! {
        p.banner.warning role="status" { (text.to_plain(state.lang)) }
        p { a.action href="/" { (PhonePageText::ToToday {}.to_plain(state.lang)) } }
    };
    state.screen(Screen::Order, &content)
}

/// Shows the telephone how its order stands. The browser looks again every second.
async fn show_one(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Path(id): Path<u64>,
) -> Response {
    let order = waiting(&state).iter().find(|order| order.id == id && order.device == device).cloned();
    let Some(order) = order else { return note(&state, &PhonePageText::NobodyAnswered {}) };
    match order.stage {
        OrderStage::Waiting | OrderStage::BeingDone => {
            let mut response = note(&state, &PhonePageText::WaitsForYes {});
            response.headers_mut().insert("refresh", HeaderValue::from_static("1"));
            response
        }
        OrderStage::Refused => note(&state, &PhonePageText::SaidNo {}),
        OrderStage::Done { location: Some(location), .. } => {
            (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
        }
        OrderStage::Done { screen, .. } => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], screen).into_response()
        }
    }
}

/// Shows the person at the station's computer what waits.
async fn show_all(State(state): SharedState, Extension(device): Extension<PageDevice>) -> Response {
    on_reader(move || match device {
        PageDevice::Station => state.screen(Screen::Order, &list(&state)),
        PageDevice::Phone { .. } => note(&state, &PhonePageText::OnlyAtStation {}),
    })
    .await
}

fn list(state: &PageState) -> Markup {
    let text = |text: PhonePageText| text.to_plain(state.lang);
    let orders = waiting(state);
    let open: Vec<_> = orders.iter().filter(|order| matches!(order.stage, OrderStage::Waiting)).collect();
    html! {
        @if open.is_empty() { p.banner { (text(PhonePageText::NothingWaits {})) } }
        @for order in open {
            form method="post" action="/xin-phep" {
                p.banner.warning { (sentence(order, state)) }
                input type="hidden" name="so" value=(order.id);
                div.row {
                    button.order type="submit" name="co" value="1" { (text(PhonePageText::Yes {})) }
                    button type="submit" { (text(PhonePageText::No {})) }
                }
            }
        }
        p { a.action href="/" { (text(PhonePageText::ToToday {})) } }
    }
}

/// Does what a telephone has asked for, or refuses it.
async fn answer(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Form(form): Form<AnswerForm>,
) -> Response {
    if device != PageDevice::Station {
        return note(&state, &PhonePageText::OnlyAtStation {});
    }
    let order = {
        let mut orders = waiting(&state);
        let open = orders.iter_mut().find(|order| order.id == form.so && matches!(order.stage, OrderStage::Waiting));
        // Until the order is done, nobody else can answer it.
        open.map(|order| {
            // The telephone has time to see what became of it.
            order.begun = Instant::now();
            order.stage = if form.co.is_some() { OrderStage::BeingDone } else { OrderStage::Refused };
            order.clone()
        })
    };
    if let Some(order) = order.filter(|_| form.co.is_some()) {
        let stage = perform(&state, &order).await;
        if let Some(kept) = waiting(&state).iter_mut().find(|kept| kept.id == order.id) {
            (kept.stage, kept.begun) = (stage, Instant::now());
        }
    }
    go_to("/xin-phep".to_owned())
}

/// Does an order as the telephone has sent it.
async fn perform(state: &Arc<PageState>, order: &WaitingOrder) -> OrderStage {
    let request = Request::post(&order.path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(order.device.clone())
        .extension(Allowed)
        .body(Body::from(order.form.clone()));
    let (Ok(request), Some(router)) = (request, state.screens.get()) else { return OrderStage::Refused };
    let Ok(response) = router.clone().call(request).await;
    let location = response.headers().get(header::LOCATION).cloned();
    let screen = to_bytes(response.into_body(), MAX_ANSWER_BYTES).await.unwrap_or_default();
    OrderStage::Done { location, screen }
}
