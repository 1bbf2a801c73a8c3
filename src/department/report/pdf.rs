//! A report as PDF: A4 with the margins of decree 30/2020, embedded fonts, selectable text.
//!
//! [`layout`] puts words and lines on pages, [`table`] draws tables, [`fonts`] measures text. The same report gives the
//! same bytes.
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
use self::layout::{HEIGHT, LEFT, Layout, PageMark, RIGHT, WIDTH};
use super::Report;
use super::document::{Document, DocumentBlock, build_document};
use super::drawing::Colour;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Failures of making a PDF.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The embedded fonts cannot be read.
    #[error("the built-in fonts cannot be read")]
    Fonts,
    /// The PDF library failed.
    #[error("{0}")]
    Library(String),
}

/// Font size of running text and headings, points.
const BODY: f32 = 13.0;

/// Renders a report.
///
/// # Errors
/// [`PdfError::Fonts`] and [`PdfError::Library`].
pub fn render_pdf(report: &Report, lang: Lang) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load().ok_or(PdfError::Fonts)?;
    let document = build_document(report, lang);
    let pages = lay_out(&document, &fonts);
    let mut pdf = Pdf::new();
    let count = pages.len();
    for (number, marks) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(PdfError::Fonts)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        marks.iter().for_each(|mark| draw(&mut surface, mark, &fonts));
        let foot =
            ReportText::Page { page: (number + 1).to_string(), pages: count.to_string() }.localized(lang).to_string();
        let x = (LEFT + RIGHT - fonts.width(FontStyle::Regular, 10.0, &foot)) / 2.0;
        draw(&mut surface, &PageMark::text(x, HEIGHT - 30.0, FontStyle::Regular, 10.0, foot), &fonts);
        surface.finish();
        page.finish();
    }
    let made = report.made_on;
    let date = u16::try_from(made.year()).map(DateTime::new).map_err(|e| PdfError::Library(e.to_string()))?;
    let date = date.month(u8::try_from(made.month()).unwrap_or(1)).day(u8::try_from(made.day()).unwrap_or(1));
    let metadata = Metadata::new()
        .title(document.title.clone())
        .language(if lang == Lang::Vi { "vi" } else { "en" }.to_owned())
        .authors(vec![document.agency.1.clone()])
        .creator("loa".to_owned())
        .creation_date(date);
    pdf.set_metadata(metadata);
    pdf.finish().map_err(|e| PdfError::Library(format!("{e:?}")))
}

fn lay_out(document: &Document, fonts: &Fonts) -> Vec<Vec<PageMark>> {
    let mut layout = Layout::new(fonts);
    top(&mut layout, document);
    for (number, block) in document.blocks.iter().enumerate() {
        match block {
            DocumentBlock::Heading(text) => {
                // A heading stays on the page where its block begins.
                let more = match document.blocks.get(number + 1) {
                    Some(DocumentBlock::Chart(drawing)) => drawing.height,
                    Some(DocumentBlock::Table(sheet)) => table::head_height(sheet, fonts),
                    _ => 40.0,
                };
                layout.add_space(12.0);
                layout.ensure_room(24.0 + more);
                layout.paragraph(text, FontStyle::Bold, BODY, 0.0);
                layout.add_space(4.0);
            }
            DocumentBlock::Text(text) => {
                layout.paragraph(text, FontStyle::Regular, BODY, 0.0);
                layout.add_space(5.0);
            }
            DocumentBlock::Table(sheet) => table::draw_table(&mut layout, sheet),
            DocumentBlock::Chart(drawing) => layout.place_drawing(drawing),
        }
    }
    bottom(&mut layout, document);
    layout.into_pages()
}

/// Draws the head: agency and motto next to each other, place and date, the title.
fn top(layout: &mut Layout<'_>, document: &Document) {
    let middle = [LEFT + (RIGHT - LEFT) * 0.225, LEFT + (RIGHT - LEFT) * 0.73];
    let (narrow, wide) = ((RIGHT - LEFT) * 0.45, (RIGHT - LEFT) * 0.55);
    let begin = layout.y;
    let mut left = begin;
    if !document.agency.0.is_empty() {
        left = layout.centred(&document.agency.0, middle[0], left, narrow, FontStyle::Regular, 12.0);
    }
    left = layout.centred(&document.agency.1, middle[0], left, narrow, FontStyle::Bold, 12.0);
    layout.rule(middle[0], left - 9.0, 56.0);
    left = layout.centred(&document.number, middle[0], left + 6.0, narrow, FontStyle::Regular, BODY);
    let mut right = layout.centred(&document.motto.0, middle[1], begin, wide, FontStyle::Bold, 12.0);
    right = layout.centred(&document.motto.1, middle[1], right, wide, FontStyle::Bold, BODY);
    layout.rule(middle[1], right - 9.0, 150.0);
    right = layout.centred(&document.place_date, middle[1], right + 6.0, wide, FontStyle::Italic, BODY);
    layout.y = left.max(right) + 16.0;
    let across = (LEFT + RIGHT) / 2.0;
    let mut y = layout.centred(&document.title, across, layout.y, RIGHT - LEFT, FontStyle::Bold, 14.0);
    for line in &document.subtitles {
        y = layout.centred(line, across, y, RIGHT - LEFT, FontStyle::Bold, BODY);
    }
    y = layout.centred(&document.draft, across, y + 4.0, RIGHT - LEFT, FontStyle::Italic, 11.0);
    layout.y = y + 2.0;
}

fn bottom(layout: &mut Layout<'_>, document: &Document) {
    #[allow(clippy::cast_precision_loss)]
    let height = 130.0_f32.max(30.0 + 14.0 * document.recipients.1.len().min(20) as f32);
    layout.add_space(20.0);
    layout.ensure_room(height);
    let begin = layout.y;
    let right = LEFT + (RIGHT - LEFT) * 0.74;
    let y = layout.centred(&document.signature.0, right, begin, 200.0, FontStyle::Bold, BODY);
    layout.centred(&document.signature.1, right, y, 200.0, FontStyle::Italic, 12.0);
    layout.y = begin;
    layout.paragraph(&document.recipients.0, FontStyle::BoldItalic, 12.0, 0.0);
    for one in document.recipients.1.iter().take(20) {
        layout.paragraph(&format!("- {one}"), FontStyle::Regular, 11.0, (RIGHT - LEFT) * 0.5);
    }
}

fn solid_fill((r, g, b): Colour) -> Fill {
    Fill { paint: rgb::Color::new(r, g, b).into(), ..Fill::default() }
}

fn draw(surface: &mut Surface<'_>, mark: &PageMark, fonts: &Fonts) {
    match mark {
        PageMark::Text { x, y, style, size, text } => {
            surface.set_fill(Some(solid_fill((0x1a, 0x1a, 0x1a))));
            let (font, slanted) = fonts.font(*style);
            debug_assert!(!slanted || *style == FontStyle::BoldItalic);
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
