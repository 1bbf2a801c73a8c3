//! The screen "Nộp Sở": copies the log to a stick that is plugged in.
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;

use super::child::run_loa;
use super::frame::Screen;
use super::said::said;
use super::state::{PageState, SharedState, on_reader};
use crate::base::medium::{Mount, removable_media};
use crate::cli::station::messages::{Message, MessageKind};
use crate::cli::station::status::hand_in_sentences;
use crate::cli::table::strip_unprintable;
use crate::station::read_settings_only;
use crate::text::Localize;
use crate::text::page_library::HandInPageText;

/// The stick that was chosen.
#[derive(Debug, Deserialize)]
pub(super) struct StickForm {
    /// The folder where it is mounted.
    usb: String,
}

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/nop-so", get(show).post(copy))
}

/// Returns the name of a stick: the last part of its folder, which a desktop takes from its label.
fn name_of(mount: &Mount) -> String {
    let name = mount.point.file_name().map_or_else(|| mount.point.to_string_lossy(), |name| name.to_string_lossy());
    strip_unprintable(&name)
}

/// Shows the sticks that are plugged in.
async fn show(State(state): SharedState) -> Response {
    on_reader(move || {
        let text = |text: HandInPageText| text.to_plain(state.lang);
        let sticks = removable_media(Path::new("/"), &state.station);
        let hand_in = state.ask_daemon().ok().and_then(|status| status.hand_in);
        let last: Vec<_> = hand_in.iter().flat_map(|hand_in| hand_in_sentences(hand_in, state.lang)).collect();
        let content = html! {
            h2 { (text(HandInPageText::Heading {})) }
            @for sentence in &last { p { (sentence.to_plain(state.lang)) } }
            @if sticks.is_empty() {
                p.banner.warning { (text(HandInPageText::NoStick {})) }
            }
            @for stick in &sticks {
                form.row method="post" action="/nop-so" {
                    input type="hidden" name="usb" value=(stick.point.to_string_lossy());
                    p { (text(HandInPageText::SeesStick { name: name_of(stick) })) }
                    button.main type="submit" { (text(HandInPageText::CopyTo { name: name_of(stick) })) }
                }
            }
            div.row { a.action href="/nop-so" { (text(HandInPageText::LookAgain {})) } }
        };
        state.screen(Screen::HandIn, &content)
    })
    .await
}

/// Copies the log to the chosen stick.
async fn copy(State(state): SharedState, Form(form): Form<StickForm>) -> Response {
    on_reader(move || {
        // Only a stick that is there now: nobody writes to another folder through this form.
        let sticks = removable_media(Path::new("/"), &state.station);
        let content = match sticks.iter().find(|stick| stick.point == Path::new(&form.usb)) {
            Some(stick) => copied(&state, stick),
            None => html! { p.banner.warning role="alert" { (HandInPageText::StickGone {}.to_plain(state.lang)) } },
        };
        let content = html! {
            (content)
            div.row {
                a.action.main href="/" { (HandInPageText::ToToday {}.to_plain(state.lang)) }
                a.action href="/nop-so" { (HandInPageText::Again {}.to_plain(state.lang)) }
            }
        };
        state.screen(Screen::HandIn, &content)
    })
    .await
}

fn copied(state: &PageState, stick: &Mount) -> Markup {
    let text = |text: HandInPageText| text.to_plain(state.lang);
    let settings = read_settings_only(&state.station).unwrap_or_default();
    let folder = stick.point.join(settings.id.as_str());
    let arguments = ["export".as_ref(), state.station.as_os_str(), "--to".as_ref(), folder.as_os_str()];
    let format = ["--format".as_ref(), "json".as_ref()];
    let Ok(answer) = run_loa(&[arguments.as_slice(), format.as_slice()].concat(), state.lang) else {
        return html! { p.banner.critical role="alert" { (text(HandInPageText::NotCopied {})) } };
    };
    let said_by_command = serde_json::from_slice::<Vec<Message>>(&answer.stdout);
    let messages: Vec<Message> = match said_by_command {
        Ok(messages) => messages.into_iter().chain(answer.errors(state.lang)).collect(),
        Err(_) => answer.messages(state.lang),
    };
    if answer.is_done {
        // The copy is on the stick already; this only tells the desktop that it may be taken out.
        let mut unmount = Command::new("udisksctl");
        unmount.args(["unmount", "--no-user-interaction", "-b"]).arg(&stick.source);
        let _ = unmount.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    let (done, others): (Vec<Message>, Vec<Message>) = messages.into_iter().partition(|m| m.kind == MessageKind::Done);
    html! {
        @if answer.is_done { p.banner role="status" { (text(HandInPageText::TakeItOut { name: name_of(stick) })) } }
        @else { p.banner.critical role="alert" { (text(HandInPageText::NotCopied {})) } }
        (said(&others))
        @for message in &done { p { (message.text) } }
    }
}
