//! Renders a document as PDF: A4 with the margins of decree 30/2020, embedded fonts, selectable text.
//!
//! [`layout`] breaks text into lines and pages, [`table`] draws tables, and [`fonts`] measures text. The same document
//! always gives the same bytes.
pub mod fonts;
pub mod layout;
pub mod table;

use krilla::Document as Pdf;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::TextDirection;

use chrono::Datelike;

use self::fonts::{FontStyle, Fonts};
use self::layout::{LEADING, LEFT, Layout, PAGE_HEIGHT, PAGE_WIDTH, PageMark, RIGHT};
use super::document::{Document, DocumentBlock};
use super::drawing::Colour;
use crate::text::paper::PaperText;
use crate::text::{Lang, Localize};

/// A failure to render a PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The embedded fonts cannot be read.
    #[error("the built-in fonts cannot be read")]
    Fonts,
    /// The PDF library failed.
    #[error("{0}")]
    Library(String),
}

/// The font size of paragraphs and headings, in points.
const BODY_FONT_SIZE: f32 = 13.0;
/// The space above a heading, in points.
const SPACE_ABOVE_HEADING: f32 = 12.0;
/// The space below a heading, in points.
const SPACE_BELOW_HEADING: f32 = 4.0;
/// The space above the signatures, in points.
const SPACE_ABOVE_FOOT: f32 = 20.0;
/// The space below a paragraph, in points.
const SPACE_BELOW_PARAGRAPH: f32 = 5.0;
/// The maximum height of the paragraphs that stay together with the signatures, in points.
const MAX_HEIGHT_WITH_FOOT: f32 = 200.0;
/// The maximum number of recipients that are printed.
const MAX_RECIPIENTS: usize = 20;

/// A document as a PDF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdfFile {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The number of its pages.
    pub pages: usize,
}

/// Renders a document as a PDF file.
///
/// # Errors
/// [`PdfError::Fonts`] and [`PdfError::Library`].
pub fn document_pdf(document: &Document, lang: Lang) -> Result<PdfFile, PdfError> {
    let fonts = Fonts::load().ok_or(PdfError::Fonts)?;
    let pages = lay_out(document, &fonts);
    let mut pdf = Pdf::new();
    let page_count = pages.len();
    for (index, marks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or(PdfError::Fonts)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        marks.iter().for_each(|mark| draw_mark(&mut surface, mark, &fonts));
        let page_number = PaperText::Page { page: (index + 1).to_string(), pages: page_count.to_string() }
            .localized(lang)
            .to_string();
        let x = (LEFT + RIGHT - fonts.width(FontStyle::Regular, 10.0, &page_number)) / 2.0;
        draw_mark(&mut surface, &PageMark::text(x, PAGE_HEIGHT - 30.0, FontStyle::Regular, 10.0, page_number), &fonts);
        let foot = fonts.to_printable(&document.running_foot);
        if !foot.is_empty() {
            let x = (LEFT + RIGHT - fonts.width(FontStyle::Regular, 9.0, &foot)) / 2.0;
            draw_mark(&mut surface, &PageMark::text(x, PAGE_HEIGHT - 18.0, FontStyle::Regular, 9.0, foot), &fonts);
        }
        surface.finish();
        page.finish();
    }
    let made_on = document.made_on;
    let date = u16::try_from(made_on.year()).map(DateTime::new).map_err(|e| PdfError::Library(e.to_string()))?;
    let date = date.month(u8::try_from(made_on.month()).unwrap_or(1)).day(u8::try_from(made_on.day()).unwrap_or(1));
    let metadata = Metadata::new()
        .title(document.title.clone())
        .language(if lang == Lang::Vi { "vi" } else { "en" }.to_owned())
        .authors(vec![document.agency.1.clone()])
        .creator("loa".to_owned())
        .creation_date(date);
    pdf.set_metadata(metadata);
    let bytes = pdf.finish().map_err(|e| PdfError::Library(format!("{e:?}")))?;
    Ok(PdfFile { bytes, pages: page_count })
}

/// Lays out a document, and returns the marks of each page.
fn lay_out(document: &Document, fonts: &Fonts) -> Vec<Vec<PageMark>> {
    let mut layout = Layout::new(fonts);
    draw_head(&mut layout, document);
    let last_paragraphs = paragraphs_with_foot(&layout, document);
    for (index, block) in document.blocks.iter().enumerate() {
        if let Some((_, height)) = last_paragraphs.filter(|(first, _)| *first == index) {
            layout.ensure_room(height);
        }
        match block {
            DocumentBlock::Heading(text) => {
                // A new page has no space above its first heading.
                layout.add_space(SPACE_ABOVE_HEADING);
                layout.ensure_room(unsplit_height(&layout, &document.blocks[index..]));
                layout.draw_paragraph(text, FontStyle::Bold, BODY_FONT_SIZE, 0.0);
                layout.add_space(SPACE_BELOW_HEADING);
            }
            DocumentBlock::Text(text) => {
                layout.draw_paragraph(text, FontStyle::Regular, BODY_FONT_SIZE, 0.0);
                layout.add_space(SPACE_BELOW_PARAGRAPH);
            }
            DocumentBlock::Table(table) => table::draw_table(&mut layout, table),
            DocumentBlock::Chart(drawing) => layout.place_drawing(drawing),
        }
    }
    draw_foot(&mut layout, document);
    layout.into_pages()
}

/// Returns the index of the first block that must stay on one page with the signatures, and the height from that block
/// to the end of the signatures. A page that held nothing but signatures could be put under any document.
fn paragraphs_with_foot(layout: &Layout<'_>, document: &Document) -> Option<(usize, f32)> {
    let mut first = None;
    let (mut height, height_of_foot) = (0.0, SPACE_ABOVE_FOOT + foot_height(document));
    for (index, block) in document.blocks.iter().enumerate().rev() {
        let DocumentBlock::Text(text) = block else { break };
        height += layout.paragraph_height(text, FontStyle::Regular, BODY_FONT_SIZE) + SPACE_BELOW_PARAGRAPH;
        if height > MAX_HEIGHT_WITH_FOOT {
            break;
        }
        first = Some((index, height + height_of_foot));
    }
    let (index, height) = first?;
    // The heading of these paragraphs goes with them.
    Some(match index.checked_sub(1).map(|heading| (heading, &document.blocks[heading])) {
        Some((heading, DocumentBlock::Heading(text))) => {
            let heading_height = layout.paragraph_height(text, FontStyle::Bold, BODY_FONT_SIZE);
            (heading, height + SPACE_ABOVE_HEADING + heading_height + SPACE_BELOW_HEADING)
        }
        _ => (index, height),
    })
}

/// Returns the height that must stay together on one page, beginning with the first block. A heading stays together
/// with the first rows or lines below it, and with a heading that directly follows it.
fn unsplit_height(layout: &Layout<'_>, blocks: &[DocumentBlock]) -> f32 {
    match blocks.split_first() {
        None => 0.0,
        Some((DocumentBlock::Heading(text), rest)) => {
            let height = layout.paragraph_height(text, FontStyle::Bold, BODY_FONT_SIZE) + SPACE_BELOW_HEADING;
            let is_heading_next = matches!(rest.first(), Some(DocumentBlock::Heading(_)));
            height + if is_heading_next { SPACE_ABOVE_HEADING } else { 0.0 } + unsplit_height(layout, rest)
        }
        Some((DocumentBlock::Text(text), _)) => {
            let two_lines = BODY_FONT_SIZE * LEADING * 2.0;
            layout.paragraph_height(text, FontStyle::Regular, BODY_FONT_SIZE).min(two_lines)
        }
        Some((DocumentBlock::Table(table), _)) => table::head_height(table, layout.fonts),
        Some((DocumentBlock::Chart(drawing), _)) => drawing.height,
    }
}

/// Draws the head of the document: the agency on the left, motto, place and date on the right, and the title below.
fn draw_head(layout: &mut Layout<'_>, document: &Document) {
    let [left_middle, right_middle] = [LEFT + (RIGHT - LEFT) * 0.225, LEFT + (RIGHT - LEFT) * 0.73];
    let [left_width, right_width] = [(RIGHT - LEFT) * 0.45, (RIGHT - LEFT) * 0.55];
    let top = layout.y;
    let mut left_y = top;
    if !document.agency.0.is_empty() {
        left_y = layout.draw_centred(&document.agency.0, left_middle, left_y, left_width, FontStyle::Regular, 12.0);
    }
    left_y = layout.draw_centred(&document.agency.1, left_middle, left_y, left_width, FontStyle::Bold, 12.0);
    layout.draw_rule(left_middle, left_y - 9.0, 56.0);
    left_y += 6.0;
    if !document.number.is_empty() {
        left_y =
            layout.draw_centred(&document.number, left_middle, left_y, left_width, FontStyle::Regular, BODY_FONT_SIZE);
    }
    let mut right_y = layout.draw_centred(&document.motto.0, right_middle, top, right_width, FontStyle::Bold, 12.0);
    right_y =
        layout.draw_centred(&document.motto.1, right_middle, right_y, right_width, FontStyle::Bold, BODY_FONT_SIZE);
    layout.draw_rule(right_middle, right_y - 9.0, 150.0);
    right_y = layout.draw_centred(
        &document.place_date,
        right_middle,
        right_y + 6.0,
        right_width,
        FontStyle::Italic,
        BODY_FONT_SIZE,
    );
    layout.y = left_y.max(right_y) + 16.0;
    let page_middle = (LEFT + RIGHT) / 2.0;
    let mut y = layout.draw_centred(&document.title, page_middle, layout.y, RIGHT - LEFT, FontStyle::Bold, 14.0);
    for subtitle in &document.subtitles {
        y = layout.draw_centred(subtitle, page_middle, y, RIGHT - LEFT, FontStyle::Bold, BODY_FONT_SIZE);
    }
    if !document.draft.is_empty() {
        y = layout.draw_centred(&document.draft, page_middle, y + 4.0, RIGHT - LEFT, FontStyle::Italic, 11.0);
    }
    layout.y = y + 2.0;
}

#[allow(clippy::cast_precision_loss)]
fn foot_height(document: &Document) -> f32 {
    // A page for reading has nobody who signs, and must not get a second page for that.
    if document.signatures.is_empty() && document.recipients.1.is_empty() {
        return 0.0;
    }
    130.0_f32.max(30.0 + 14.0 * document.recipients.1.len().min(MAX_RECIPIENTS) as f32)
}

/// Draws the foot of the document: the recipients on the left, and one or two signature blocks.
fn draw_foot(layout: &mut Layout<'_>, document: &Document) {
    layout.add_space(SPACE_ABOVE_FOOT);
    layout.ensure_room(foot_height(document));
    let top = layout.y;
    // A single signature block is on the right, opposite the recipients. Of two blocks, the first is on the left.
    let relative_middles: &[f32] = if document.signatures.len() < 2 { &[0.74] } else { &[0.26, 0.74] };
    for ((office, instructions), relative_middle) in document.signatures.iter().zip(relative_middles) {
        let middle = LEFT + (RIGHT - LEFT) * relative_middle;
        let y = layout.draw_centred(office, middle, top, 200.0, FontStyle::Bold, BODY_FONT_SIZE);
        layout.draw_centred(instructions, middle, y, 200.0, FontStyle::Italic, 12.0);
    }
    layout.y = top;
    if document.recipients.0.is_empty() {
        return;
    }
    layout.draw_paragraph(&document.recipients.0, FontStyle::BoldItalic, 12.0, 0.0);
    for recipient in document.recipients.1.iter().take(MAX_RECIPIENTS) {
        layout.draw_paragraph(&format!("- {recipient}"), FontStyle::Regular, 11.0, (RIGHT - LEFT) * 0.5);
    }
}

fn solid_fill((r, g, b): Colour) -> Fill {
    Fill { paint: rgb::Color::new(r, g, b).into(), ..Fill::default() }
}

/// Draws a mark on a page of the PDF.
fn draw_mark(surface: &mut Surface<'_>, mark: &PageMark, fonts: &Fonts) {
    match mark {
        PageMark::Text { x, y, style, size, text } => {
            surface.set_fill(Some(solid_fill((0x1a, 0x1a, 0x1a))));
            let (font, is_approximate) = fonts.font(*style);
            debug_assert!(!is_approximate || *style == FontStyle::BoldItalic);
            surface.draw_text(Point::from_xy(*x, *y), font, *size, text, false, TextDirection::LeftToRight);
        }
        PageMark::Rect { x, y, width, height, fill: colour } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(*x, *y, width.max(0.01), height.max(0.01)) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(Some(solid_fill(*colour)));
                surface.draw_path(&path);
            }
        }
    }
}
