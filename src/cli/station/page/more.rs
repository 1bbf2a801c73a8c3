//! The screen "Thêm nữa": the way to the screens that are not needed every day.
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::html;

use super::frame::Screen;
use super::state::{PageState, SharedState, on_reader};
use super::undo::UNDO_PATH;
use crate::text::Localize;
use crate::text::page::PageText;

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/them-nua", get(show))
}

async fn show(State(state): SharedState) -> Response {
    on_reader(move || {
        let links = [
            ("/lich-phat", PageText::Week {}),
            ("/kho-tin", PageText::Library {}),
            ("/nop-so", PageText::HandIn {}),
            ("/dien-thoai", PageText::Phones {}),
            (UNDO_PATH, PageText::Undo {}),
        ];
        let content = html! {
            ul.sessions { @for (path, label) in &links { li { a href=(path) { (label.to_plain(state.lang)) } } } }
        };
        state.screen(Screen::More, &content)
    })
    .await
}
