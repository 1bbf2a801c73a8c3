//! What a command said, on a screen.
use maud::{Markup, html};

use crate::cli::station::messages::{Message, MessageKind};

/// Renders what a command said. Its hints are for a terminal.
pub(super) fn said(messages: &[Message]) -> Markup {
    html! {
        @for message in messages {
            @match message.kind {
                MessageKind::Done => p { (message.text) },
                MessageKind::Error => p.banner.critical role="alert" { (message.text) },
                MessageKind::Warning => p.banner.warning { (message.text) },
                MessageKind::Hint => {}
            }
        }
    }
}
