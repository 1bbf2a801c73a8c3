//! Remarks about airings: "mưa to, loa thôn 3 không nghe rõ". They go into the log, as those of `loa note` do.
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Form, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;
use serde::Deserialize;

use super::access::PageDevice;
use super::daemon_answer::no_answer_text;
use super::frame::{Screen, screen};
use super::orders::{OrderAnswer, said_screen};
use super::state::{PageState, SharedState, html as html_body, on_reader};
use crate::base::limits::MAX_NOTE_CHARS;
use crate::cli::station::note::{NoteAnswer, give_note};
use crate::text::page::PageText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The path of the screen.
const NOTE_PATH: &str = "/ghi-chu";

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route(NOTE_PATH, get(ask).post(save))
}

/// Asks for a remark about an airing.
async fn ask(State(state): SharedState, Query(form): Query<NoteForm>) -> Response {
    on_reader(move || html_body(note_screen(&state.name(), &form, state.lang)).into_response()).await
}

/// Writes a remark into the log.
async fn save(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Form(form): Form<NoteForm>,
) -> Response {
    on_reader(move || {
        let said = write_note(&state.station, &device, &form, state.lang);
        html_body(said_screen(&state.name(), &said, state.lang)).into_response()
    })
    .await
}

/// The airing and the text of a remark.
#[derive(Debug, Deserialize)]
pub(super) struct NoteForm {
    /// The airing's id.
    pub(super) muc: String,
    /// The title of its segment, as the person saw it.
    #[serde(default)]
    pub(super) ten: String,
    /// The remark.
    #[serde(default, rename = "noi-dung")]
    pub(super) text: String,
}

/// Returns the address at which a remark about an airing is written.
pub(super) fn note_link(id: &str, title: &str) -> String {
    let query = [("muc", id), ("ten", title)].map(|(name, value)| format!("{name}={}", query_value(value)));
    format!("{NOTE_PATH}?{}", query.join("&"))
}

/// Encodes a value for the query of an address (RFC 3986, section 2.1).
fn query_value(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let encode = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

/// Renders the screen on which a remark is written.
fn note_screen(name: &str, form: &NoteForm, lang: Lang) -> String {
    let text = |text: PageText| text.to_plain(lang);
    let title = strip_unprintable(if form.ten.is_empty() { &form.muc } else { &form.ten });
    let content = html! {
        form method="post" action=(NOTE_PATH) {
            input type="hidden" name="muc" value=(form.muc);
            input type="hidden" name="ten" value=(form.ten);
            label for="noi-dung" { (text(PageText::NoteAbout { title })) }
            p { (text(PageText::NoteExample {})) }
            div.row { input #noi-dung type="text" name="noi-dung" maxlength=(MAX_NOTE_CHARS) size="40" required; }
            div.row {
                button type="submit" { (text(PageText::WriteNote {})) }
                a.action href="/nhat-ky" { (text(PageText::No {})) }
            }
        }
    };
    screen(name, Screen::Order, &content, lang)
}

/// Writes a remark, and returns what the station says to it.
fn write_note(station: &Path, device: &PageDevice, form: &NoteForm, lang: Lang) -> OrderAnswer {
    match give_note(station, &form.muc, &form.text, Some(device.log_code()), lang) {
        NoteAnswer::Written(sentence) => OrderAnswer { is_done: true, sentence },
        NoteAnswer::Refused(sentence) => OrderAnswer { is_done: false, sentence },
        NoteAnswer::NotReached(error) => {
            OrderAnswer { is_done: false, sentence: no_answer_text(&error).to_plain(lang) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_a_title_survive_the_address() {
        let link = note_link("sang@2023-01-02T05:15:00#3", "Mưa & gió");
        assert_eq!(link, "/ghi-chu?muc=sang%402023-01-02T05%3A15%3A00%233&ten=M%C6%B0a%20%26%20gi%C3%B3");
    }
}
