//! Renders a document as PDF: A4 with the margins of decree 30/2020, embedded fonts, selectable text.
//!
//! [`layout`] breaks text into lines and pages, [`table`] draws tables, [`ends`] draws the head and the foot of the
//! document, and [`fonts`] measures text. The same document always gives the same bytes.
mod ends;
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

use self::ends::{draw_annex_head, draw_foot, draw_head, foot_height};
use self::fonts::{FontStyle, Fonts};
use self::layout::{LEADING, LaidOutPage, Layout, PageFrame, PageMark, ParagraphStyle};
use super::document::numbering::{SectionNumbers, annex_label};
use super::document::{Document, DocumentBlock, DocumentForm, SectionLevel};
use super::drawing::Colour;
use super::table_fit::needs_landscape;
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
/// The height of a dotted line for people to write on, in points.
const DOTTED_LINE_HEIGHT: f32 = 20.0;
/// The indent of the first line of a paragraph, in points: 10 mm.
const FIRST_INDENT: f32 = 28.35;
/// The maximum height of the paragraphs that stay together with the signatures, in points.
const MAX_HEIGHT_WITH_FOOT: f32 = 200.0;

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
    let pages = lay_out(document, &fonts, lang);
    let mut pdf = Pdf::new();
    let page_count = pages.len();
    for (index, laid_out) in pages.into_iter().enumerate() {
        let frame = laid_out.frame;
        let settings = PageSettings::from_wh(frame.width, frame.height).ok_or(PdfError::Fonts)?;
        let mut page = pdf.start_page_with(settings);
        let mut surface = page.surface();
        let page_marks = page_number_marks(document, &fonts, frame, (index + 1, page_count), lang);
        laid_out.marks.iter().chain(&page_marks).for_each(|mark| draw_mark(&mut surface, mark, &fonts));
        surface.finish();
        page.finish();
    }
    let made_on = document.made_on;
    let date = u16::try_from(made_on.year()).map(DateTime::new).map_err(|e| PdfError::Library(e.to_string()))?;
    let date = date.month(u8::try_from(made_on.month()).unwrap_or(1)).day(u8::try_from(made_on.day()).unwrap_or(1));
    let metadata = Metadata::new()
        .title(document.full_title())
        .language(if lang == Lang::Vi { "vi" } else { "en" }.to_owned())
        .authors(vec![document.agency.1.clone()])
        .creator("loa".to_owned())
        .creation_date(date);
    pdf.set_metadata(metadata);
    let bytes = pdf.finish().map_err(|e| PdfError::Library(format!("{e:?}")))?;
    Ok(PdfFile { bytes, pages: page_count })
}

/// Returns the number of a page. A document that an office signs has it in the middle of the upper margin, except on the
/// first page; a book has it at the foot, above its line.
fn page_number_marks(
    document: &Document,
    fonts: &Fonts,
    frame: PageFrame,
    (page, page_count): (usize, usize),
    lang: Lang,
) -> Vec<PageMark> {
    let centred = |text: String, y: f32, size: f32| {
        let x = frame.middle() - fonts.width(FontStyle::Regular, size, &text) / 2.0;
        PageMark::text(x, y, FontStyle::Regular, size, text)
    };
    match &document.form {
        DocumentForm::Administrative if page == 1 => Vec::new(),
        DocumentForm::Administrative => vec![centred(page.to_string(), frame.top - 18.0, BODY_FONT_SIZE)],
        DocumentForm::Book { foot } => {
            let number = PaperText::Page { page: page.to_string(), pages: page_count.to_string() };
            let foot = Some(fonts.to_printable(foot)).filter(|foot| !foot.is_empty());
            let number = centred(number.localized(lang).to_string(), frame.height - 30.0, 10.0);
            std::iter::once(number).chain(foot.map(|foot| centred(foot, frame.height - 18.0, 9.0))).collect()
        }
    }
}

/// Lays out a document, and returns its pages.
fn lay_out(document: &Document, fonts: &Fonts, lang: Lang) -> Vec<LaidOutPage> {
    let mut layout = Layout::new(fonts);
    draw_head(&mut layout, document);
    let last_paragraphs = paragraphs_with_foot(&layout, document);
    let mut writer = BlockWriter { document, numbers: SectionNumbers::default(), lang };
    for (index, block) in document.blocks.iter().enumerate() {
        if let Some((_, height)) = last_paragraphs.filter(|(first, _)| *first == index) {
            layout.ensure_room(height);
        }
        writer.draw(&mut layout, block, &document.blocks[index..]);
    }
    layout.add_space(SPACE_ABOVE_FOOT);
    draw_foot(&mut layout, document);
    for (index, annex) in document.annexes.iter().enumerate() {
        let is_landscape = needs_landscape(annex, fonts, PageFrame::UPRIGHT.text_width());
        layout.start_page_with(if is_landscape { PageFrame::LANDSCAPE } else { PageFrame::UPRIGHT });
        draw_annex_head(&mut layout, document, annex, &annex_label(index, document.annexes.len(), lang));
        writer.numbers = SectionNumbers::default();
        for (index, block) in annex.blocks.iter().enumerate() {
            writer.draw(&mut layout, block, &annex.blocks[index..]);
        }
    }
    layout.into_pages()
}

/// Returns the style of paragraphs.
fn paragraph_style(document: &Document) -> ParagraphStyle {
    let plain = ParagraphStyle::plain(FontStyle::Regular, BODY_FONT_SIZE);
    match document.form {
        DocumentForm::Administrative => ParagraphStyle { first_indent: FIRST_INDENT, is_justified: true, ..plain },
        DocumentForm::Book { .. } => plain,
    }
}

fn heading_style(document: &Document) -> ParagraphStyle {
    let first_indent = if document.is_administrative() { FIRST_INDENT } else { 0.0 };
    ParagraphStyle { first_indent, ..ParagraphStyle::plain(FontStyle::Bold, BODY_FONT_SIZE) }
}

/// Draws the blocks of a document, and numbers its headings.
struct BlockWriter<'d> {
    document: &'d Document,
    numbers: SectionNumbers,
    lang: Lang,
}

impl BlockWriter<'_> {
    /// Draws a block. `blocks` are this block and those below it.
    fn draw(&mut self, layout: &mut Layout<'_>, block: &DocumentBlock, blocks: &[DocumentBlock]) {
        match block {
            DocumentBlock::Section(level, text) => {
                let label = self.numbers.next_label(*level, self.lang);
                self.draw_heading(layout, &format!("{label} {}", shown_heading(*level, text)), blocks);
            }
            DocumentBlock::Heading(text) => self.draw_heading(layout, text, blocks),
            DocumentBlock::Text(text) => {
                layout.draw_paragraph(text, &paragraph_style(self.document));
                layout.add_space(SPACE_BELOW_PARAGRAPH);
            }
            DocumentBlock::FillIn { lines } => {
                (0..*lines).for_each(|_| layout.draw_dotted_line(DOTTED_LINE_HEIGHT));
                layout.add_space(SPACE_BELOW_PARAGRAPH);
            }
            DocumentBlock::Table(table) => table::draw_table(layout, table),
            DocumentBlock::Chart(drawing) => layout.place_drawing(drawing),
        }
    }

    fn draw_heading(&self, layout: &mut Layout<'_>, text: &str, blocks: &[DocumentBlock]) {
        // A new page has no space above its first heading.
        layout.add_space(SPACE_ABOVE_HEADING);
        layout.ensure_room(unsplit_height(layout, self.document, blocks));
        layout.draw_paragraph(text, &heading_style(self.document));
        layout.add_space(SPACE_BELOW_HEADING);
    }
}

/// Returns the text of a numbered heading as it is printed: sections are in capital letters.
fn shown_heading(level: SectionLevel, text: &str) -> String {
    if level == SectionLevel::Section { text.to_uppercase() } else { text.to_owned() }
}

/// Returns the index of the first block that must stay on one page with the signatures, and the height from that block
/// to the end of the signatures. A page that held nothing but signatures could be put under any document.
fn paragraphs_with_foot(layout: &Layout<'_>, document: &Document) -> Option<(usize, f32)> {
    let mut first = None;
    let (mut height, height_of_foot) = (0.0, SPACE_ABOVE_FOOT + foot_height(layout, document));
    for (index, block) in document.blocks.iter().enumerate().rev() {
        let DocumentBlock::Text(text) = block else { break };
        height += layout.paragraph_height(text, &paragraph_style(document)) + SPACE_BELOW_PARAGRAPH;
        if height > MAX_HEIGHT_WITH_FOOT {
            break;
        }
        first = Some((index, height + height_of_foot));
    }
    let (index, height) = first?;
    // The heading of these paragraphs goes with them.
    Some(match index.checked_sub(1).map(|heading| (heading, &document.blocks[heading])) {
        Some((heading, DocumentBlock::Heading(text))) => {
            let heading_height = layout.paragraph_height(text, &heading_style(document));
            (heading, height + SPACE_ABOVE_HEADING + heading_height + SPACE_BELOW_HEADING)
        }
        _ => (index, height),
    })
}

/// Returns the height that must stay together on one page, beginning with the first block. A heading stays together
/// with the first rows or lines below it, and with a heading that directly follows it.
fn unsplit_height(layout: &Layout<'_>, document: &Document, blocks: &[DocumentBlock]) -> f32 {
    let is_heading = |block: &DocumentBlock| matches!(block, DocumentBlock::Heading(_) | DocumentBlock::Section(..));
    match blocks.split_first() {
        None => 0.0,
        Some((DocumentBlock::Section(_, text) | DocumentBlock::Heading(text), rest)) => {
            // The number is in this height as well as a few letters are.
            let numbered = format!("VIII. {}", text.to_uppercase());
            let height = layout.paragraph_height(&numbered, &heading_style(document)) + SPACE_BELOW_HEADING;
            let space = if rest.first().is_some_and(is_heading) { SPACE_ABOVE_HEADING } else { 0.0 };
            height + space + unsplit_height(layout, document, rest)
        }
        Some((DocumentBlock::Text(text), _)) => {
            let two_lines = BODY_FONT_SIZE * LEADING * 2.0;
            layout.paragraph_height(text, &paragraph_style(document)).min(two_lines)
        }
        Some((DocumentBlock::FillIn { lines }, _)) => f32::from(*lines) * DOTTED_LINE_HEIGHT,
        Some((DocumentBlock::Table(table), _)) => table::head_height(table, layout),
        Some((DocumentBlock::Chart(drawing), _)) => drawing.height,
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
