//! The first step: where the recording comes from.
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};

use super::super::drafts::MAX_SOUND_BYTES;
use super::super::state::{PageState, SharedState, on_reader};
use super::{SAVED, draft_path, step};
use crate::text::Localize;
use crate::text::page_add::AddPageText;

/// The sound files that a browser offers. Some telephones do not know the kinds of their own recordings.
const ACCEPTED: &str = "audio/*,.mp3,.m4a,.aac,.wav,.ogg,.opus,.flac,.mp4";

/// Shows the step.
pub(super) async fn show(State(state): SharedState) -> Response {
    on_reader(move || step(&state, 1, &AddPageText::WhereFrom {}, &content(&state))).await
}

fn content(state: &PageState) -> Markup {
    let text = |text: AddPageText| text.to_plain(state.lang);
    let drafts = state.drafts.list();
    let open = drafts.iter().filter(|(key, _)| state.drafts.read::<serde_json::Value>(key, SAVED).is_none());
    let open: Vec<_> = open.collect();
    let form = |id: &str, label: AddPageText, records: bool| {
        html! {
            form.choice method="post" action="/them-tin/gui" enctype="multipart/form-data" data-gui {
                label for=(id) { (text(label)) }
                input id=(id) type="file" name="tep" accept=(ACCEPTED) capture[records] required;
                div.row { button type="submit" { (text(AddPageText::Send {})) } }
            }
        }
    };
    html! {
        p { (text(AddPageText::Limits { megabytes: MAX_SOUND_BYTES >> 20 })) }
        (form("tep", AddPageText::FromFile {}, false))
        (form("ghi-am", AddPageText::RecordNow {}, true))
        // Shown by the script where the browser lets a page use the microphone.
        div #ghi-o-day .choice hidden {
            p { strong { (text(AddPageText::RecordHere {})) } }
            div.row {
                button #ghi-bat-dau .main type="button" { (text(AddPageText::BeginRecording {})) }
                button #ghi-dung .order type="button" hidden { (text(AddPageText::EndRecording {})) }
            }
            p #ghi-dang role="status" hidden { (text(AddPageText::Recording {})) " " span #ghi-dong-ho { "0:00" } }
            p #ghi-loi .banner.warning role="alert" hidden { (text(AddPageText::NoMicrophone {})) }
        }
        div #dang-gui hidden {
            p role="status" { span #gui-cau { (text(AddPageText::Sending {})) } " " span #gui-phan { "0" } " %" }
            progress #gui-thanh max="100" value="0" aria-label=(text(AddPageText::Sending {})) {}
            p #gui-cat .banner.warning hidden { (text(AddPageText::SendingCut {})) }
            p #gui-loi .banner.critical role="alert" hidden {}
        }
        @if !open.is_empty() {
            h2 { (text(AddPageText::Unfinished {})) }
            ul.sessions {
                @for (key, draft) in open { li { a href=(draft_path(key)) { (draft.name) } } }
            }
        }
    }
}
