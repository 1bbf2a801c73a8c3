//! Receives recordings: part by part from the script, so that a broken connection goes on where it was cut; or in one
//! piece from a plain form.
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, Extension, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::add::{draft_path, examine};
use super::connection_end::ConnectionEnd;
use super::drafts::{DraftFault, MAX_SOUND_BYTES};
use super::state::{PageState, SharedState, go_to, json_header, on_reader};
use crate::text::page_add::AddPageText;

/// The maximum size of a part that the script sends, in bytes.
pub(super) const MAX_PART_BYTES: usize = 256 * 1024;
/// What a form may have beside the recording, in bytes.
const FORM_ROOM_BYTES: usize = 16 * 1024;

/// Returns the routes. They have limits of their own.
pub(super) fn routes() -> Router<Arc<PageState>> {
    let whole = post(receive_form).layer(DefaultBodyLimit::max(MAX_SOUND_BYTES as usize + FORM_ROOM_BYTES));
    let part = get(received).post(receive_part).layer(DefaultBodyLimit::max(MAX_PART_BYTES));
    Router::new()
        .route("/them-tin/gui", whole)
        .route("/tai-len", post(begin).layer(DefaultBodyLimit::max(0)))
        .route("/tai-len/{key}", part)
}

/// What the script says about a recording before it sends it.
#[derive(Debug, Deserialize)]
struct Announced {
    /// The name of the file.
    ten: String,
    /// Its size, in bytes.
    dai: u64,
}

/// Where a part belongs.
#[derive(Debug, Deserialize)]
struct PartOffset {
    /// The number of bytes before it.
    tu: u64,
}

/// Begins a recording, and says its key.
async fn begin(State(state): SharedState, Query(announced): Query<Announced>) -> Response {
    on_reader(move || match state.drafts.begin(&announced.ten, Some(announced.dai)) {
        Ok(key) => answer(StatusCode::CREATED, &key, 0),
        Err(fault) => refuse(&state, &fault),
    })
    .await
}

/// Says how much of a recording is there.
async fn received(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || match state.drafts.received(&key) {
        Some(bytes) => answer(StatusCode::OK, &key, bytes),
        None => refuse(&state, &DraftFault::Unknown),
    })
    .await
}

/// Receives a part. When it was the last one, the recording is examined.
async fn receive_part(
    State(state): SharedState,
    Path(key): Path<String>,
    Query(PartOffset { tu }): Query<PartOffset>,
    Extension(end): Extension<ConnectionEnd>,
    part: Bytes,
) -> Response {
    end.put_off();
    let (receiver, received_key) = (state.clone(), key.clone());
    let response = on_reader(move || match receiver.drafts.append(&received_key, tu, &part) {
        Ok(bytes) => answer(StatusCode::OK, &received_key, bytes),
        Err(DraftFault::Elsewhere(bytes)) => answer(StatusCode::CONFLICT, &received_key, bytes),
        Err(fault) => refuse(&receiver, &fault),
    })
    .await;
    if state.drafts.draft(&key).is_some_and(|draft| draft.is_complete) {
        examine(&state, &key);
    }
    response
}

/// Receives the whole recording from a plain form.
async fn receive_form(
    State(state): SharedState,
    Extension(end): Extension<ConnectionEnd>,
    mut form: Multipart,
) -> Response {
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some("tep") => {
                return match receive_file(&state, field, &end).await {
                    Ok(key) => {
                        examine(&state, &key);
                        go_to(draft_path(&key))
                    }
                    Err(fault) => refuse(&state, &fault),
                };
            }
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return refuse(&state, &DraftFault::Unknown),
        }
    }
}

/// Writes the file of a form to the disk as it comes.
async fn receive_file(state: &Arc<PageState>, mut field: Field<'_>, end: &ConnectionEnd) -> Result<String, DraftFault> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let key = state.drafts.begin(&name, None)?;
    let mut received = 0;
    loop {
        let part = match field.chunk().await {
            Ok(Some(part)) => part,
            Ok(None) if received > 0 => break,
            // Nothing was chosen, or the browser went away: nobody can go on with a form.
            Ok(None) | Err(_) => {
                state.drafts.remove(&key);
                return Err(DraftFault::Unknown);
            }
        };
        end.put_off();
        let (drafts, part_key) = (state.drafts.clone(), key.clone());
        let appended = tokio::task::spawn_blocking(move || drafts.append(&part_key, received, &part)).await;
        match appended {
            Ok(Ok(bytes)) => received = bytes,
            Ok(Err(fault)) => {
                state.drafts.remove(&key);
                return Err(fault);
            }
            Err(_) => return Err(DraftFault::Unknown),
        }
    }
    state.drafts.complete(&key)?;
    Ok(key)
}

/// Answers the script.
fn answer(status: StatusCode, key: &str, bytes: u64) -> Response {
    (status, json_header(), format!("{{\"tin\":\"{key}\",\"da-nhan\":{bytes}}}")).into_response()
}

/// Answers with a screen that says why nothing was received. The script shows its sentence.
fn refuse(state: &PageState, fault: &DraftFault) -> Response {
    let (status, text) = match fault {
        DraftFault::Unknown => (StatusCode::NOT_FOUND, AddPageText::NothingReceived {}),
        DraftFault::TooLarge => {
            (StatusCode::PAYLOAD_TOO_LARGE, AddPageText::TooLarge { megabytes: MAX_SOUND_BYTES >> 20 })
        }
        DraftFault::NoRoom => (StatusCode::INSUFFICIENT_STORAGE, AddPageText::NoRoom {}),
        DraftFault::Elsewhere(_) => (StatusCode::CONFLICT, AddPageText::NothingReceived {}),
        DraftFault::Disk(_) => (StatusCode::INSUFFICIENT_STORAGE, AddPageText::DiskFails {}),
    };
    (status, super::add::refused_screen(state, &text)).into_response()
}
