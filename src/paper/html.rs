//! Renders a document as HTML, for the screen and for printing. The file is self-contained: it has no scripts and loads
//! nothing.
use maud::{DOCTYPE, Markup, PreEscaped, html as page};

use super::document::{Document, DocumentBlock, DocumentTable};
use crate::text::Lang;

/// The style sheet: A4 with the margins of decree 30/2020. On small screens, wide tables scroll in their own box.
const STYLE: &str = "
@page { size: A4; margin: 20mm 15mm 20mm 30mm; }
* { box-sizing: border-box; }
body { font-family: 'Times New Roman', Tinos, 'Liberation Serif', serif; font-size: 17px; line-height: 1.4; color: #1a1a1a;
  background: #fff; margin: 0 auto; padding: 16px; max-width: 920px; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; justify-content: space-between; text-align: center; }
header > div { flex: 1 1 260px; }
header p { margin: 0; }
header .rule { border-bottom: 1px solid #1a1a1a; display: inline-block; padding-bottom: 3px; }
h1 { font-size: 1.25em; text-align: center; margin: 28px 0 4px; text-wrap: balance; }
h2 { font-size: 1.05em; margin: 26px 0 8px; break-after: avoid; }
.under, .draft { text-align: center; margin: 2px 0; }
.draft { border: 1px solid #a23e2a; color: #8a2f1d; padding: 4px 8px; margin: 12px 0; }
.place { font-style: italic; }
.box { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.86em; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid #8d949e; padding: 3px 6px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #e8edf3; font-weight: bold; vertical-align: middle; overflow-wrap: normal; }
td:first-child { min-width: 9em; }
.right { text-align: right; white-space: nowrap; }
th.right { white-space: normal; }
.hash { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.82em; min-width: 17em; }
tr.sum td { font-weight: bold; background: #f4f6f9; }
thead { display: table-header-group; }
tr, figure { break-inside: avoid; }
figure { margin: 8px 0; overflow-x: auto; }
figure svg { width: 100%; min-width: 540px; height: auto; font-family: inherit; }
footer { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 24px; margin-top: 36px; break-inside: avoid; }
footer .sign { text-align: center; min-width: 240px; padding-bottom: 90px; }
footer .to { font-size: 0.85em; }
footer ul { margin: 0; padding-left: 0; list-style: none; }
@media print { body { max-width: none; padding: 0; font-size: 13pt; } table { font-size: 9.5pt; } .box, figure { overflow: visible; }
  figure svg { min-width: 0; } }
";

/// Additional styles for a document with a running foot: page numbers, and rows that are headings over all columns.
const PAGE_NUMBERS: &str = "
@page { @bottom-center { content: counter(page) '/' counter(pages); font-size: 9pt; } }
tr.head { break-after: avoid; }
tr.head td { font-weight: bold; background: #f4f6f9; }
.foot { font-size: 0.85em; margin-top: 24px; }
";

/// Renders a document as an HTML page.
#[must_use]
pub fn document_html(document: &Document, lang: Lang) -> String {
    let language_code = match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    page! {
        (DOCTYPE)
        html lang=(language_code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                title { (document.title) }
                style { (PreEscaped(STYLE)) @if !document.running_foot.is_empty() { (PreEscaped(PAGE_NUMBERS)) } }
            }
            body {
                (render_head(document))
                main { @for block in &document.blocks { (self::render_block(block)) } }
                (render_foot(document))
            }
        }
    }
    .into_string()
}

fn render_head(document: &Document) -> Markup {
    page! {
        header {
            div {
                @if !document.agency.0.is_empty() { p { (clean(&document.agency.0)) } }
                p { strong.rule { (clean(&document.agency.1)) } }
                @if !document.number.is_empty() { p { (document.number) } }
            }
            div {
                p { strong { (document.motto.0) } }
                p { strong.rule { (document.motto.1) } }
                p.place { (clean(&document.place_date)) }
            }
        }
        h1 { (document.title) }
        @for subtitle in &document.subtitles { p.under { (subtitle) } }
        @if !document.draft.is_empty() { p.draft { (clean(&document.draft)) } }
    }
}

fn render_block(block: &DocumentBlock) -> Markup {
    match block {
        DocumentBlock::Heading(text) => page! { h2 { (clean(text)) } },
        DocumentBlock::Text(text) => page! { p { (clean(text)) } },
        DocumentBlock::Table(table) => render_table(table),
        DocumentBlock::Chart(drawing) => page! { figure { (PreEscaped(drawing.to_svg())) } },
    }
}

fn render_table(document_table: &DocumentTable) -> Markup {
    let last_row = document_table.rows.len().saturating_sub(1);
    let is_right_aligned = |column: usize| document_table.right_aligned.get(column).copied().unwrap_or(false);
    let is_hash = |cell: &str| cell.len() == 64 && cell.bytes().all(|b| b.is_ascii_hexdigit());
    let cell_class = |column: usize, cell: &str| {
        if is_hash(cell) { Some("hash") } else { is_right_aligned(column).then_some("right") }
    };
    page! {
        div.box {
            table {
                thead { tr {
                    @for (column, heading) in document_table.headings.iter().enumerate() {
                        th scope="col" class=[is_right_aligned(column).then_some("right")] { (heading) }
                    }
                } }
                tbody {
                    @for (index, row) in document_table.rows.iter().enumerate() {
                        @if document_table.heading_rows.binary_search(&index).is_ok() {
                            tr.head { td colspan=(document_table.headings.len()) {
                                (clean(row.first().map_or("", String::as_str)))
                            } }
                        } @else {
                            tr class=[(document_table.has_total_row && index == last_row).then_some("sum")] {
                                @for (column, cell) in row.iter().enumerate() {
                                    td class=[cell_class(column, cell)] { (clean(cell)) }
                                }
                            }
                        }
                    }
                }
            }
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
                    strong { (office) }
                    br;
                    em { (instructions) }
                }
            }
        }
        @if !document.running_foot.is_empty() { p.foot { (clean(&document.running_foot)) } }
    }
}

/// Removes characters that are invisible or change the writing direction.
fn clean(text: &str) -> String {
    crate::text::strip_unprintable(text)
}
