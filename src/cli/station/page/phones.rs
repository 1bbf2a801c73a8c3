//! The screens "Điện thoại": pairs a telephone by a QR code, shows the paired ones, and ends their rights.
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use qrcode::{Color, QrCode};
use serde::Deserialize;

use super::access::{MAX_NAME_CHARS, PageDevice};
use super::frame::Screen;
use super::guard::set_cookie;
use super::network::ConnectionEnds;
use super::state::{PageState, SharedState, go_to, on_reader};
use crate::text::Localize;
use crate::text::page_phone::PhonePageText;

/// The empty border of a QR code that a reader needs, in modules (ISO/IEC 18004).
const QR_BORDER: usize = 4;

/// The telephone whose rights end.
#[derive(Debug, Deserialize)]
struct RevokeForm {
    may: String,
}

/// What a person calls a telephone.
#[derive(Debug, Deserialize)]
struct NameForm {
    ten: String,
}

/// Returns the routes for browsers that may look.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new()
        .route("/dien-thoai", get(show))
        .route("/dien-thoai/ghep", post(begin))
        .route("/dien-thoai/bo", post(revoke))
}

/// Returns the routes for a telephone that is not paired yet.
pub(super) fn open_routes() -> Router<Arc<PageState>> {
    Router::new().route("/ghep/{secret}", get(ask_name).post(pair))
}

/// Draws a text as a QR code; `None` if it is too long for one.
fn qr_code(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let (width, colours) = (code.width(), code.to_colors());
    let side = width + 2 * QR_BORDER;
    let modules = colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark);
    let path: String = modules
        .map(|(index, _)| format!("M{} {}h1v1h-1z", index % width + QR_BORDER, index / width + QR_BORDER))
        .collect();
    Some(html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

/// Shows the paired telephones.
async fn show(State(state): SharedState, Extension(device): Extension<PageDevice>) -> Response {
    on_reader(move || match device {
        PageDevice::Station => state.screen(Screen::Phones, &overview(&state, None)),
        PageDevice::Phone { name, code, .. } => {
            let content = html! { p.banner { (PhonePageText::ThisPhone { name, code }.to_plain(state.lang)) } };
            state.screen(Screen::Phones, &content)
        }
    })
    .await
}

fn overview(state: &PageState, link: Option<&str>) -> Markup {
    let text = |text: PhonePageText| text.to_plain(state.lang);
    let phones = state.access.phones();
    html! {
        h2 { (text(PhonePageText::Heading {})) }
        @if !state.is_in_network() {
            p.banner.warning { (text(PhonePageText::NotInNetwork {})) }
        } @else if let Some(link) = link {
            p { (text(PhonePageText::ScanThis {})) }
            @if let Some(code) = qr_code(link, &text(PhonePageText::QrLabel {})) { (code) }
            p.address { (link) }
            @if let Some(certificate) = &state.certificate {
                p { (text(PhonePageText::WarningComes {})) }
                p.address { (certificate.fingerprint) }
            }
        } @else {
            form.row method="post" action="/dien-thoai/ghep" {
                button.main type="submit" { (text(PhonePageText::PairOne {})) }
            }
            p { (text(if state.certificate.is_some() { PhonePageText::WhatSecretPhonesMay {} } else { PhonePageText::WhatPhonesMay {} })) }
        }
        @if phones.is_empty() { p { (text(PhonePageText::NoPhones {})) } }
        @for (code, name, key) in &phones {
            form.row method="post" action="/dien-thoai/bo" {
                p { strong { (name) } " · " (code) }
                input type="hidden" name="may" value=(key);
                button type="submit" aria-label=(text(PhonePageText::RevokeNamed { name: name.clone() })) { (text(PhonePageText::Revoke {})) }
            }
        }
    }
}

/// Begins the pairing of a telephone, and shows its QR code.
async fn begin(State(state): SharedState, Extension(device): Extension<PageDevice>) -> Response {
    on_reader(move || {
        if device != PageDevice::Station || !state.is_in_network() {
            return go_to("/dien-thoai".to_owned());
        }
        let link = state.access.new_pairing().ok().and_then(|secret| state.network_link(&format!("/ghep/{secret}")));
        state.screen(Screen::Phones, &overview(&state, link.as_deref()))
    })
    .await
}

/// Ends the rights of a telephone.
async fn revoke(
    State(state): SharedState,
    Extension(device): Extension<PageDevice>,
    Form(form): Form<RevokeForm>,
) -> Response {
    on_reader(move || {
        if device == PageDevice::Station {
            state.access.revoke(&form.may);
        }
        go_to("/dien-thoai".to_owned())
    })
    .await
}

/// Asks on the telephone what it is called. Only the form uses the pairing up: programs that look at addresses do not.
async fn ask_name(State(state): SharedState, Path(secret): Path<String>) -> Response {
    on_reader(move || {
        let text = |text: PhonePageText| text.to_plain(state.lang);
        if !state.access.is_pairing(&secret) {
            return too_late(&state);
        }
        let content = html! {
            h2 { (text(PhonePageText::PairThis {})) }
            form method="post" action=(format!("/ghep/{secret}")) {
                label for="ten" { (text(PhonePageText::WhoseIsIt {})) }
                input #ten type="text" name="ten" maxlength=(MAX_NAME_CHARS) required autocomplete="off";
                div.row { button.main type="submit" { (text(PhonePageText::PairIt {})) } }
            }
        };
        state.screen(Screen::Message, &content)
    })
    .await
}

fn too_late(state: &PageState) -> Response {
    let content = html! { p.banner.warning { (PhonePageText::PairingOver {}.to_plain(state.lang)) } };
    (StatusCode::UNAUTHORIZED, state.screen(Screen::Message, &content)).into_response()
}

/// Pairs the telephone that sends the form.
async fn pair(
    State(state): SharedState,
    Extension(ends): Extension<ConnectionEnds>,
    Path(secret): Path<String>,
    Form(form): Form<NameForm>,
) -> Response {
    on_reader(move || match state.access.pair(&secret, &form.ten, ends.is_encrypted) {
        Ok(Some(cookie)) => (
            StatusCode::SEE_OTHER,
            [(header::SET_COOKIE, set_cookie(&cookie, ends.is_encrypted)), (header::LOCATION, "/".to_owned())],
        )
            .into_response(),
        Ok(None) | Err(_) => too_late(&state),
    })
    .await
}
