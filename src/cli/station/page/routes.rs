//! The addresses of the page, and what every request and every answer must have.
use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension, Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::access::PageDevice;
use super::connection_end::ConnectionEnd;
use super::consent::{self, keep_orders};
use super::daemon_answer::worst_severity;
use super::frame::{RECORDER, SCRIPT, STYLE};
use super::guard::{ANSWER_HEADERS, cookie_in, is_from_elsewhere, is_own_form, is_own_host, set_cookie};
use super::network::ConnectionEnds;
use super::state::{PageState, SharedState, json_header, on_reader};
use super::{
    add, day_log, hand_in, library, month, more, note, orders, phones, session_editor, today, undo, upload, urgent,
    week,
};
use crate::text::page::PageText;

/// Stands in the answer of `/healthz`, so that another `loa page` knows what listens there.
pub(super) const HEALTH_MARK: &str = "\"program\":\"loa page\"";
/// The maximum size of a form, in bytes.
const MAX_FORM_BYTES: usize = 8 * 1024;

/// Returns the routes of the page.
pub(super) fn router(state: Arc<PageState>) -> Router {
    let screens = Router::new()
        .merge(today::routes())
        .merge(day_log::routes())
        .merge(month::routes())
        .merge(note::routes())
        .merge(orders::routes())
        .merge(add::routes())
        .merge(urgent::routes())
        .merge(library::routes())
        .merge(hand_in::routes())
        .merge(more::routes())
        .merge(undo::routes())
        .merge(week::routes())
        .merge(session_editor::routes())
        .merge(phones::routes())
        .merge(consent::routes())
        .route("/api/v1/status", get(status_json))
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
    // These have limits of their own.
    let screens = screens.merge(upload::routes());
    // Nothing sets it twice.
    let _ = state.screens.set(screens.clone().with_state(state.clone()));
    let screens = screens
        .layer(from_fn_with_state(state.clone(), keep_orders))
        .layer(from_fn_with_state(state.clone(), require_browser));
    Router::new()
        .merge(phones::open_routes())
        .merge(screens)
        .route("/mo/{secret}", get(open_link))
        .route("/style.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/trang.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
        .route("/ghi-am.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], RECORDER)))
        // Browsers ask for it unasked.
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(health))
        .fallback(async |State(state): SharedState| state.message(StatusCode::NOT_FOUND, &PageText::NotFound {}))
        .layer(from_fn(guard_request))
        .with_state(state)
}

/// Refuses requests that no browser on this machine sends for this page, and sets the headers of every answer.
async fn guard_request(request: Request, next: Next) -> Result<Response, Infallible> {
    let ends = request.extensions().get::<ConnectionEnds>().copied();
    let mut response = match ends.map_or(Some(StatusCode::MISDIRECTED_REQUEST), |ends| refusal(&request, ends)) {
        Some(status) => status.into_response(),
        None => next.run(request).await,
    };
    for (name, value) in ANSWER_HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    Ok(response)
}

/// Returns the status with which a request is refused; `None` if it is answered.
fn refusal(request: &Request, ends: ConnectionEnds) -> Option<StatusCode> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match () {
        () if !is_own_host(header("host"), ends.local) => Some(StatusCode::MISDIRECTED_REQUEST),
        () if is_from_elsewhere(header("sec-fetch-site"), header("sec-fetch-mode")) => Some(StatusCode::FORBIDDEN),
        () if *request.method() == Method::POST
            && !is_own_form(header("origin"), header("host"), ends.is_encrypted) =>
        {
            Some(StatusCode::FORBIDDEN)
        }
        () if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) => {
            Some(StatusCode::METHOD_NOT_ALLOWED)
        }
        () => None,
    }
}

/// Lets only browsers in that were opened with a link on the station's computer, and paired telephones.
async fn require_browser(State(state): SharedState, mut request: Request, next: Next) -> Result<Response, Infallible> {
    let cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let ends = request.extensions().get::<ConnectionEnds>().copied();
    let is_here = ends.is_some_and(|ends| ends.is_here());
    // A browser of the station's computer has more rights, so its cookie counts nowhere else.
    let counts = |device: &PageDevice| is_here || *device != PageDevice::Station;
    let device = cookies.filter_map(cookie_in).filter_map(|cookie| state.access.device(cookie)).find(counts);
    Ok(match device {
        Some(device) => {
            if let Some(end) = request.extensions().get::<ConnectionEnd>() {
                end.put_off_for_command();
            }
            request.extensions_mut().insert(device);
            next.run(request).await
        }
        None => state.message(StatusCode::UNAUTHORIZED, &PageText::NoLink {}),
    })
}

async fn status_json(State(state): SharedState) -> Response {
    on_reader(move || {
        let (status, body) = match state.ask_daemon() {
            Ok(status) => (StatusCode::OK, serde_json::to_vec(&status).unwrap_or_default()),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, b"{\"error\":\"no answer\"}".to_vec()),
        };
        (status, json_header(), body).into_response()
    })
    .await
}

/// Says in one word whether somebody must act, for monitoring: no cookie is needed, and nothing else is told.
async fn health(State(state): SharedState) -> Response {
    on_reader(move || {
        let is_well = worst_severity(&state.ask_daemon()).is_none();
        let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, json_header(), format!("{{{HEALTH_MARK},\"ok\":{is_well}}}")).into_response()
    })
    .await
}

async fn open_link(
    State(state): SharedState,
    Extension(ends): Extension<ConnectionEnds>,
    Path(secret): Path<String>,
) -> Response {
    if !ends.is_here() {
        return state.message(StatusCode::UNAUTHORIZED, &PageText::NoLink {});
    }
    on_reader(move || match state.access.open_link(&secret) {
        Ok(Some(cookie)) => (
            StatusCode::SEE_OTHER,
            [(header::SET_COOKIE, set_cookie(&cookie, false)), (header::LOCATION, "/".to_owned())],
        )
            .into_response(),
        Ok(None) => state.message(StatusCode::UNAUTHORIZED, &PageText::UsedLink {}),
        Err(_) => state.message(StatusCode::SERVICE_UNAVAILABLE, &PageText::UsedLink {}),
    })
    .await
}
