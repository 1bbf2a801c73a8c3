//! Serves the page: one thread, few connections, and a limit on everything that a browser sends.
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use chrono::NaiveDate;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::access::PageAccess;
use super::daemon_answer::{DaemonAnswer, no_answer_text, worst_severity};
use super::day_log::{DayAnswer, answer_of_day, day_log_screen, printed_day};
use super::frame::{SCRIPT, STYLE, message};
use super::guard::{ANSWER_HEADERS, BOOK_POLICY, cookie_in, is_from_elsewhere, is_own_form, is_own_host, set_cookie};
use super::note::{NOTE_PATH, NoteForm, note_screen, write_note};
use super::orders::{OrderForm, PageOrder, give_order, order_screen, said_screen};
use super::today::{today_parts, today_screen};
use crate::airlog::files::LOG;
use crate::base::platform::unix_time_s;
use crate::cli::today::station_today;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::station::read_settings_only;
use crate::text::Lang;
use crate::text::page::PageText;

/// Stands in the answer of `/healthz`, so that another `loa page` knows what listens there.
pub(super) const HEALTH_MARK: &str = "\"program\":\"loa page\"";
/// The maximum number of connections. Further ones wait until one ends.
const MAX_CONNECTIONS: usize = 32;
/// The maximum number of threads that ask the daemon or read the log.
const MAX_READERS: usize = 4;
/// The time in which a browser must send the head of its request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// The time after which a connection is closed, whatever it does. Browsers connect again.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(60);
/// The maximum size of the head of a request, in bytes. hyper allows no less than 8 KiB.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// The maximum size of a form, in bytes.
const MAX_FORM_BYTES: usize = 4 * 1024;

/// What the page needs for its answers.
pub(super) struct PageState {
    /// The station's folder.
    pub(super) station: PathBuf,
    /// The language of the page.
    pub(super) lang: Lang,
    /// Who may look.
    pub(super) access: PageAccess,
    /// The address at which the page is served.
    pub(super) address: SocketAddr,
    /// What the log said about today, and when: the date, the size of the log in bytes, the minute.
    pub(super) last_day: Mutex<Option<(DayStamp, Arc<DayAnswer>)>>,
}

/// What must be the same for the answer about today to be the same.
type DayStamp = (NaiveDate, u64, u64);

impl PageState {
    /// Returns the station's name; its folder's name without one.
    fn name(&self) -> String {
        let folder_name = || self.station.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = read_settings_only(&self.station).map(|settings| settings.name).filter(|name| !name.is_empty());
        name.or_else(folder_name).unwrap_or_default()
    }

    fn message(&self, status: StatusCode, text: &PageText) -> Response {
        (status, html(message(&self.name(), text, self.lang))).into_response()
    }

    /// Returns what the log says about today. It is read again when it has grown, and once a minute: reading it verifies
    /// all of it, which must not keep the computer busy while it plays.
    fn day_so_far(&self) -> Arc<DayAnswer> {
        let date = station_today(&self.station);
        let log_bytes = std::fs::metadata(self.station.join("airlog").join(LOG)).map_or(0, |log| log.len());
        let stamp = (date, log_bytes, unix_time_s() / 60);
        let mut last = self.last_day.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((last_stamp, day)) if *last_stamp == stamp => day.clone(),
            _ => {
                let day = Arc::new(answer_of_day(&self.station, date, self.lang));
                *last = Some((stamp, day.clone()));
                day
            }
        }
    }

    fn ask_daemon(&self) -> DaemonAnswer {
        match request(&self.station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => Ok(status),
            Ok(_) => Err(PageText::NoContact {}),
            Err(error) => Err(no_answer_text(&error)),
        }
    }
}

type SharedState = State<Arc<PageState>>;

/// Serves the page until the process ends.
///
/// # Errors
/// If the system gives no more connections.
pub(super) fn serve(listener: std::net::TcpListener, state: PageState) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .max_blocking_threads(MAX_READERS)
        .build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (router, slots) = (router(Arc::new(state)), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
        loop {
            let Ok(slot) = slots.clone().acquire_owned().await else { return Ok(()) };
            // A connection that is gone already, or a lack of file descriptors, ends no page.
            let Ok((stream, _)) = listener.accept().await else { continue };
            let router = router.clone();
            tokio::spawn(async move {
                let _ = tokio::time::timeout(CONNECTION_TIMEOUT, answer_connection(stream, router)).await;
                drop(slot);
            });
        }
    })
}

async fn answer_connection(stream: TcpStream, router: Router) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(MAX_HEAD_BYTES);
    // A browser that hangs up is no error of the page.
    let _ = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}

fn router(state: Arc<PageState>) -> Router {
    let screens = Router::new()
        .route("/", get(today))
        .route("/hom-nay", get(parts_of_today))
        .route("/nhat-ky", get(day_log))
        .route("/nhat-ky/in", get(day_to_print))
        .route(NOTE_PATH, get(ask_for_note).post(save_note))
        .route("/api/v1/status", get(status_json));
    let screens = PageOrder::ALL.into_iter().fold(screens, |screens, order| {
        let ask = async move |State(state): SharedState| ask_before(state, order).await;
        let obey = async move |State(state): SharedState, Form(form): Form<OrderForm>| obey(state, order, form).await;
        screens.route(order.path(), get(ask).post(obey))
    });
    let screens =
        screens.layer(DefaultBodyLimit::max(MAX_FORM_BYTES)).layer(from_fn_with_state(state.clone(), require_browser));
    Router::new()
        .merge(screens)
        .route("/mo/{secret}", get(open_link))
        .route("/style.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/trang.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
        // Browsers ask for it unasked.
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(health))
        .fallback(async |State(state): SharedState| state.message(StatusCode::NOT_FOUND, &PageText::NotFound {}))
        .layer(from_fn_with_state(state.clone(), guard_request))
        .with_state(state)
}

/// Refuses requests that no browser on this machine sends for this page, and sets the headers of every answer.
async fn guard_request(State(state): SharedState, request: Request, next: Next) -> Result<Response, Infallible> {
    let mut response = match refusal(&request, state.address) {
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
fn refusal(request: &Request, address: SocketAddr) -> Option<StatusCode> {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match () {
        () if !is_own_host(header("host"), address) => Some(StatusCode::MISDIRECTED_REQUEST),
        () if is_from_elsewhere(header("sec-fetch-site"), header("sec-fetch-mode")) => Some(StatusCode::FORBIDDEN),
        () if *request.method() == Method::POST && !is_own_form(header("origin"), header("host")) => {
            Some(StatusCode::FORBIDDEN)
        }
        () if !matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) => {
            Some(StatusCode::METHOD_NOT_ALLOWED)
        }
        () => None,
    }
}

/// Lets only browsers in that were opened with a link.
async fn require_browser(State(state): SharedState, request: Request, next: Next) -> Result<Response, Infallible> {
    let cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let is_known = cookies.filter_map(cookie_in).any(|cookie| state.access.is_known_browser(cookie));
    Ok(match is_known {
        true => next.run(request).await,
        false => state.message(StatusCode::UNAUTHORIZED, &PageText::NoLink {}),
    })
}

/// Runs what reads the disk or asks the daemon, so that other browsers do not wait for it.
async fn on_reader(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn html(text: String) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text)
}

async fn today(State(state): SharedState) -> Response {
    on_reader(move || {
        html(today_screen(&state.name(), &state.ask_daemon(), &state.day_so_far(), state.lang)).into_response()
    })
    .await
}

/// Answers the script, which puts the parts into the screen.
async fn parts_of_today(State(state): SharedState) -> Response {
    on_reader(move || {
        html(today_parts(&state.ask_daemon(), &state.day_so_far(), state.lang).into_string()).into_response()
    })
    .await
}

/// Asks before an order.
async fn ask_before(state: Arc<PageState>, order: PageOrder) -> Response {
    on_reader(move || html(order_screen(&state.name(), order, &state.ask_daemon(), state.lang)).into_response()).await
}

/// Gives an order to the daemon.
async fn obey(state: Arc<PageState>, order: PageOrder, form: OrderForm) -> Response {
    on_reader(move || {
        let said = give_order(&state.station, order, &form, &state.ask_daemon(), state.lang);
        html(said_screen(&state.name(), &said, state.lang)).into_response()
    })
    .await
}

/// Asks for a remark about an airing.
async fn ask_for_note(State(state): SharedState, Query(form): Query<NoteForm>) -> Response {
    on_reader(move || html(note_screen(&state.name(), &form, state.lang)).into_response()).await
}

/// Writes a remark into the log.
async fn save_note(State(state): SharedState, Form(form): Form<NoteForm>) -> Response {
    on_reader(move || {
        let said = write_note(&state.station, &form, state.lang);
        html(said_screen(&state.name(), &said, state.lang)).into_response()
    })
    .await
}

/// The day in the address of a screen, as a date field sends it.
#[derive(Debug, Deserialize)]
struct AskedDay {
    ngay: Option<String>,
}

impl AskedDay {
    /// Returns the date; today without one, and `None` for a text that is no date.
    fn date(&self, state: &PageState) -> Option<NaiveDate> {
        match self.ngay.as_deref() {
            None | Some("") => Some(station_today(&state.station)),
            Some(text) => text.parse().ok(),
        }
    }
}

async fn day_log(State(state): SharedState, Query(asked): Query<AskedDay>) -> Response {
    on_reader(move || {
        let date = asked.date(&state);
        let status = if date.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        (status, html(day_log_screen(&state.name(), &state.station, date, state.lang))).into_response()
    })
    .await
}

async fn day_to_print(State(state): SharedState, Query(asked): Query<AskedDay>) -> Response {
    on_reader(move || {
        let Some(date) = asked.date(&state) else {
            return state.message(StatusCode::BAD_REQUEST, &PageText::BadDay {});
        };
        match printed_day(&state.station, date, state.lang) {
            Some(page) => ([(header::CONTENT_SECURITY_POLICY, BOOK_POLICY)], html(page)).into_response(),
            None => state.message(StatusCode::SERVICE_UNAVAILABLE, &PageText::LogUnreadable {}),
        }
    })
    .await
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

fn json_header() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

async fn open_link(State(state): SharedState, Path(secret): Path<String>) -> Response {
    on_reader(move || match state.access.open_link(&secret) {
        Ok(Some(cookie)) => {
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, set_cookie(&cookie)), (header::LOCATION, "/".to_owned())])
                .into_response()
        }
        Ok(None) => state.message(StatusCode::UNAUTHORIZED, &PageText::UsedLink {}),
        Err(_) => state.message(StatusCode::SERVICE_UNAVAILABLE, &PageText::UsedLink {}),
    })
    .await
}
