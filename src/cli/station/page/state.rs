//! What the page needs for its answers.
use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use maud::Markup;
use tokio::sync::Semaphore;

use super::access::PageAccess;
use super::daemon_answer::{DaemonAnswer, no_answer_text};
use super::day_answer::{DayAnswer, answer_of_day};
use super::drafts::Drafts;
use super::frame::{Screen, message, screen};
use super::network::network_address;
use super::pending_urgent::PendingUrgent;
use super::tls::PageCertificate;
use super::waiting_order::WaitingOrder;
use crate::airlog::files::LOG;
use crate::base::hash::sha256_hex;
use crate::base::platform::unix_time_s;
use crate::cli::station::recorded_change::station_now;
use crate::cli::today::station_today;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::schedule::{Schedule, read};
use crate::station::{self, read_settings_only};
use crate::text::Lang;
use crate::text::page::PageText;

/// The state that all requests share.
pub(super) struct PageState {
    /// The station's folder.
    pub(super) station: PathBuf,
    /// The language of the page.
    pub(super) lang: Lang,
    /// Who may look.
    pub(super) access: PageAccess,
    /// The address at which the page is served.
    pub(super) address: SocketAddr,
    /// True if `station.toml` opens the page to telephones.
    pub(super) is_open: bool,
    /// The certificate for telephones; `None` if their connections are not encrypted.
    pub(super) certificate: Option<PageCertificate>,
    /// The screens, for orders that are done after somebody has allowed them.
    pub(super) screens: OnceLock<Router>,
    /// Orders of telephones that wait for an answer.
    pub(super) waiting_orders: Mutex<Vec<WaitingOrder>>,
    /// Recordings that are not in the schedule yet.
    pub(super) drafts: Drafts,
    /// The drafts that are being examined.
    pub(super) examined: Mutex<HashSet<String>>,
    /// One sound file is examined at a time.
    pub(super) examiner: Semaphore,
    /// What the log said about today, and when.
    pub(super) last_day: Mutex<Option<(DayStamp, Arc<DayAnswer>)>>,
    /// The urgent message that is counted down.
    pub(super) pending_urgent: Mutex<Option<PendingUrgent>>,
}

/// What must be the same for the answer about today to be the same: the date, the size of the log in bytes, the minute.
pub(super) type DayStamp = (NaiveDate, u64, u64);

/// The state, as handlers get it.
pub(super) type SharedState = State<Arc<PageState>>;

impl PageState {
    /// Returns the station's name; its folder's name without one.
    pub(super) fn name(&self) -> String {
        let folder_name = || self.station.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = read_settings_only(&self.station).map(|settings| settings.name).filter(|name| !name.is_empty());
        name.or_else(folder_name).unwrap_or_default()
    }

    /// Returns true if telephones in the network reach the page.
    pub(super) fn is_in_network(&self) -> bool {
        self.is_open && !self.address.ip().is_loopback()
    }

    /// Returns the address and the port at which telephones reach the page; `None` without a network.
    pub(super) fn network_host(&self) -> Option<String> {
        let own = Some(self.address.ip()).filter(|address| !address.is_unspecified());
        let address = own.or_else(network_address)?;
        Some(SocketAddr::new(address, self.address.port()).to_string())
    }

    /// Returns the address of a screen as telephones reach it; `None` without a network.
    pub(super) fn network_link(&self, path: &str) -> Option<String> {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        self.network_host().map(|host| format!("{scheme}://{host}{path}"))
    }

    /// Returns the present time at the station, by this computer's clock.
    pub(super) fn now(&self) -> DateTime<FixedOffset> {
        station_now(&read_settings_only(&self.station).unwrap_or_default())
    }

    /// Returns the schedule, as far as it can be read.
    pub(super) fn schedule(&self) -> Schedule {
        read(&station::read_sources(&self.station).unwrap_or_default()).schedule
    }

    /// Returns a hash of the station's files, so that nobody saves what was shown for another schedule.
    pub(super) fn schedule_hash(&self) -> String {
        let files = station::read_sources(&self.station).unwrap_or_default();
        let texts: Vec<_> = files.iter().map(|file| [file.name.as_bytes(), b"\0", &file.bytes()].concat()).collect();
        sha256_hex(&texts.concat())
    }

    /// Answers with a screen.
    pub(super) fn screen(&self, which: Screen, content: &Markup) -> Response {
        html(screen(&self.name(), which, content, self.lang)).into_response()
    }

    /// Answers with a message in place of a screen.
    pub(super) fn message(&self, status: StatusCode, text: &PageText) -> Response {
        (status, html(message(&self.name(), text, self.lang))).into_response()
    }

    /// Returns what the log says about today. It is read again when it has grown, and once a minute: reading it verifies
    /// all of it, which must not keep the computer busy while it plays.
    pub(super) fn day_so_far(&self) -> Arc<DayAnswer> {
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

    /// Asks the daemon for its state.
    pub(super) fn ask_daemon(&self) -> DaemonAnswer {
        match request(&self.station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => Ok(status),
            Ok(_) => Err(PageText::NoContact {}),
            Err(error) => Err(no_answer_text(&error)),
        }
    }
}

/// Runs work that reads the disk, asks the daemon or waits for a command, so that other browsers do not wait for it.
pub(super) async fn on_reader(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Returns HTML as the body of an answer.
pub(super) fn html(text: String) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text)
}

/// Returns the header of an answer in JSON.
pub(super) fn json_header() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// Sends the browser to another screen after a form.
pub(super) fn go_to(path: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}
