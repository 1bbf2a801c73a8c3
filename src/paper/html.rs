//! Renders a document as HTML, for the screen and for printing. The file is self-contained and loads nothing. Its one
//! script sorts tables and opens the details of a row; without it, the page shows the same.
mod style;
mod table;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html as page};
use sha2::{Digest as _, Sha256};

use self::style::{BOOK_STYLE, STYLE};
use self::table::render_table;
use super::document::numbering::{SectionNumbers, annex_label};
use super::document::{Document, DocumentBlock, RowDetails, SectionLevel};
use crate::text::Lang;

/// The script of the page.
const SCRIPT: &str = include_str!("html/page.js");

/// Renders a document as an HTML page.
#[must_use]
pub fn document_html(document: &Document, lang: Lang) -> String {
    let language_code = match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    let has_script = document.is_administrative();
    page! {
        (DOCTYPE)
        html lang=(language_code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(content_policy(has_script));
                title { (clean(&document.full_title())) }
                style { (PreEscaped(STYLE)) @if !document.is_administrative() { (PreEscaped(BOOK_STYLE)) } }
            }
            body {
                (render_head(document))
                main { (render_title(document)) (render_blocks(&document.blocks, lang)) }
                (render_foot(document))
                @for (index, annex) in document.annexes.iter().enumerate() {
                    section.annex {
                        p.under { strong { (annex_label(index, document.annexes.len(), lang)) } }
                        h2.name { (clean(&annex.title)) }
                        @if !document.annex_note.is_empty() { p.under.place { (clean(&document.annex_note)) } }
                        (render_blocks(&annex.blocks, lang))
                    }
                }
                @if !document.details.is_empty() {
                    section.details { @for details in &document.details { (render_details(details)) } }
                }
                @if has_script { script { (PreEscaped(SCRIPT)) } }
            }
        }
    }
    .into_string()
}

/// Returns the content security policy: nothing is loaded, and only the page's own script runs, which its hash names. A
/// script in a title would not run, even if it were not escaped.
fn content_policy(has_script: bool) -> String {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    if !has_script {
        return policy.to_owned();
    }
    format!("{policy}; script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT)))
}

fn render_head(document: &Document) -> Markup {
    page! {
        header {
            div {
                @if !document.agency.0.is_empty() { p { (clean(&document.agency.0)) } }
                p { strong.rule { (clean(&document.agency.1)) } }
                @if !document.number.is_empty() { p { (clean(&document.number)) } }
            }
            div {
                p { strong { (document.motto.0) } }
                p { strong.rule { (document.motto.1) } }
                p.place { (clean(&document.place_date)) }
            }
        }
    }
}

fn render_title(document: &Document) -> Markup {
    page! {
        h1 { (document.title) }
        @if document.is_administrative() {
            div.subject { @for line in &document.subject { p.under { strong { (clean(line)) } } } }
        } @else {
            @for line in &document.subject { p.under { (clean(line)) } }
        }
        @if !document.draft.is_empty() { p.draft { (clean(&document.draft)) } }
    }
}

fn render_blocks(blocks: &[DocumentBlock], lang: Lang) -> Markup {
    let mut numbers = SectionNumbers::default();
    page! { @for block in blocks { (render_block(block, &mut numbers, lang)) } }
}

fn render_block(block: &DocumentBlock, numbers: &mut SectionNumbers, lang: Lang) -> Markup {
    match block {
        DocumentBlock::Section(level, text) => {
            let heading = format!("{} {}", numbers.next_label(*level, lang), clean(text));
            match level {
                SectionLevel::Section => page! { h2.section { (heading) } },
                SectionLevel::Part => page! { h3 { (heading) } },
                SectionLevel::Point => page! { h4 { (heading) } },
            }
        }
        DocumentBlock::Heading(text) => page! { h2 { (clean(text)) } },
        DocumentBlock::Text(text) => page! { p { (clean(text)) } },
        DocumentBlock::FillIn { lines } => page! { @for _ in 0..*lines { p.fill {} } },
        DocumentBlock::Table(table) => render_table(table),
        DocumentBlock::Chart(drawing) => page! { figure { (PreEscaped(drawing.to_svg())) } },
    }
}

fn render_details(details: &RowDetails) -> Markup {
    page! {
        details id=(details.anchor) {
            summary { (clean(&details.title)) }
            (render_table(&details.table))
        }
    }
}

fn render_foot(document: &Document) -> Markup {
    page! {
        footer {
            @if !document.recipients.0.is_empty() {
                div.to {
                    strong { em { (document.recipients.0) } }
                    ul { @for recipient in &document.recipients.1 { li { "- " (clean(recipient)) } } }
                }
            }
            @for (office, instructions) in &document.signatures {
                div.sign {
                    strong { (clean(office)) }
                    br;
                    em { (instructions) }
                }
            }
            @if !document.running_foot().is_empty() { p.foot { (clean(document.running_foot())) } }
        }
    }
}

/// Removes characters that are invisible or change the writing direction.
fn clean(text: &str) -> String {
    crate::text::strip_unprintable(text)
}
