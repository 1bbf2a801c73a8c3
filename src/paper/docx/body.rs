//! The content of a DOCX document: its blocks, its annexes, and the sections with their page sizes.
use super::ends::{add_annex_head, add_foot, add_head};
use super::paragraph::{Paragraph, RunStyle, add_field, add_paragraph, add_run, twips};
use super::parts::{BOOK_FOOT, NAMESPACES, PAGE_NUMBERS};
use super::table::add_table;
use super::xml::Xml;
use crate::paper::document::numbering::{SectionNumbers, annex_label};
use crate::paper::document::{Document, DocumentBlock, DocumentForm, SectionLevel};
use crate::paper::drawing::Drawing;
use crate::paper::pdf::fonts::Fonts;
use crate::paper::pdf::layout::PageFrame;
use crate::paper::table_fit::needs_landscape;
use crate::text::paper::PaperText;
use crate::text::{Lang, Localize};

/// The number of English Metric Units in a point.
const EMUS_PER_POINT: f32 = 12_700.0;

/// Returns the main part, and the charts in the order of their numbers.
pub(super) fn main_part(document: &Document, fonts: &Fonts, lang: Lang) -> (String, Vec<Drawing>) {
    let mut writer = BodyWriter { document, fonts, lang, charts: Vec::new() };
    let mut xml = Xml::document();
    xml.element("w:document", &NAMESPACES, |xml| {
        xml.element("w:body", &[], |xml| {
            let frame = PageFrame::UPRIGHT;
            add_head(xml, document, fonts, frame.text_width());
            writer.add_blocks(xml, &document.blocks, 1, frame);
            add_foot(xml, document, frame.text_width());
            let mut section = (frame, document.is_administrative());
            for (index, annex) in document.annexes.iter().enumerate() {
                add_section_end(xml, document, section);
                let is_landscape = needs_landscape(annex, fonts, PageFrame::UPRIGHT.text_width());
                section = (if is_landscape { PageFrame::LANDSCAPE } else { PageFrame::UPRIGHT }, false);
                add_annex_head(xml, document, annex, &annex_label(index, document.annexes.len(), lang));
                writer.add_blocks(xml, &annex.blocks, index + 2, section.0);
            }
            add_section_properties(xml, document, section);
        });
    });
    (xml.into_text(), writer.charts)
}

struct BodyWriter<'d> {
    document: &'d Document,
    fonts: &'d Fonts,
    lang: Lang,
    charts: Vec<Drawing>,
}

impl BodyWriter<'_> {
    /// Adds blocks whose headings are numbered in this list.
    fn add_blocks(&mut self, xml: &mut Xml, blocks: &[DocumentBlock], list: usize, frame: PageFrame) {
        let mut numbers = SectionNumbers::default();
        for (index, block) in blocks.iter().enumerate() {
            match block {
                DocumentBlock::Section(level, text) => {
                    let label = numbers.next_label(*level, self.lang);
                    add_numbered_heading(xml, *level, list, &label, text);
                }
                DocumentBlock::Heading(text) => add_heading(xml, &heading_style("Heading2"), text),
                DocumentBlock::Text(text) => {
                    // The last paragraphs stay with the signature: a page with nothing but a signature could be put
                    // under any document.
                    let is_last = index + 1 == blocks.len() && list == 1;
                    let style = if self.document.is_administrative() { "BodyText" } else { "" };
                    let paragraph = Paragraph { style, keeps_with_next: is_last, ..Paragraph::default() };
                    add_paragraph(xml, &paragraph, &RunStyle::default(), text);
                }
                DocumentBlock::FillIn { lines } => {
                    (1..=*lines).for_each(|line| add_dotted_line(xml, frame.text_width(), line < *lines));
                }
                DocumentBlock::Table(table) => {
                    add_table(xml, table, self.fonts, frame.text_width());
                    // Two tables without a paragraph between them would become one.
                    add_paragraph(xml, &Paragraph::default(), &RunStyle { size: Some(4.0), ..RunStyle::default() }, "");
                }
                DocumentBlock::Chart(drawing) => {
                    self.charts.push(drawing.clone());
                    add_chart(xml, drawing, self.charts.len());
                }
            }
        }
    }
}

fn heading_style(style: &str) -> Paragraph<'_> {
    Paragraph { style, is_indented: true, ..Paragraph::default() }
}

fn add_heading(xml: &mut Xml, paragraph: &Paragraph<'_>, text: &str) {
    add_paragraph(xml, paragraph, &RunStyle::default(), text);
}

fn add_numbered_heading(xml: &mut Xml, level: SectionLevel, list: usize, label: &str, text: &str) {
    match level {
        SectionLevel::Section => {
            add_heading(xml, &Paragraph { number: Some((list, 0)), ..heading_style("Heading1") }, text);
        }
        SectionLevel::Part => {
            add_heading(xml, &Paragraph { number: Some((list, 1)), ..heading_style("Heading2") }, text);
        }
        SectionLevel::Point => add_heading(xml, &heading_style("Heading3"), &format!("{label} {text}")),
    }
}

/// Adds a dotted line to write on: a tab with a leader of dots.
fn add_dotted_line(xml: &mut Xml, width: f32, keeps_with_next: bool) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            if keeps_with_next {
                xml.empty("w:keepNext", &[]);
            }
            xml.element("w:tabs", &[], |xml| {
                xml.empty("w:tab", &[("w:val", "right"), ("w:leader", "dot"), ("w:pos", &twips(width))]);
            });
            xml.empty("w:spacing", &[("w:before", "60"), ("w:after", "60")]);
        });
        add_run(xml, &RunStyle::default(), |xml| xml.empty("w:tab", &[]));
    });
}

/// Adds the chart with this number.
fn add_chart(xml: &mut Xml, drawing: &Drawing, number: usize) {
    #[allow(clippy::cast_possible_truncation)]
    let [width, height] =
        [drawing.width, drawing.height].map(|points| ((points * EMUS_PER_POINT).round() as i64).to_string());
    let (id, relation) = (number.to_string(), format!("rIdChart{number}"));
    let size = [("cx", width.as_str()), ("cy", height.as_str())];
    xml.element("w:p", &[], |xml| {
        xml.raw(r#"<w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:drawing>"#);
        xml.element("wp:inline", &[("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")], |xml| {
            xml.empty("wp:extent", &size);
            // The description is read aloud to people who do not see the chart.
            xml.empty("wp:docPr", &[("id", &id), ("name", &relation), ("descr", &drawing.title)]);
            xml.element("a:graphic", &[], |xml| {
                let uri = "http://schemas.openxmlformats.org/drawingml/2006/picture";
                xml.element("a:graphicData", &[("uri", uri)], |xml| {
                    xml.element("pic:pic", &[], |xml| {
                        xml.element("pic:nvPicPr", &[], |xml| {
                            xml.empty("pic:cNvPr", &[("id", &id), ("name", &relation)]);
                            xml.empty("pic:cNvPicPr", &[]);
                        });
                        xml.element("pic:blipFill", &[], |xml| {
                            xml.empty("a:blip", &[("r:embed", &relation)]);
                            xml.raw("<a:stretch><a:fillRect/></a:stretch>");
                        });
                        xml.element("pic:spPr", &[], |xml| {
                            xml.element("a:xfrm", &[], |xml| {
                                xml.raw(r#"<a:off x="0" y="0"/>"#);
                                xml.empty("a:ext", &size);
                            });
                            xml.raw(r#"<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>"#);
                        });
                    });
                });
            });
        });
        xml.raw("</w:drawing></w:r>");
    });
}

/// Ends a section: its last paragraph, as small as possible, holds the properties of its pages.
fn add_section_end(xml: &mut Xml, document: &Document, section: (PageFrame, bool)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.raw(r#"<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>"#);
            add_section_properties(xml, document, section);
        });
    });
}

/// Adds the properties of a section: its page, and whether its first page is without a number.
fn add_section_properties(xml: &mut Xml, document: &Document, (frame, has_bare_first_page): (PageFrame, bool)) {
    xml.element("w:sectPr", &[], |xml| {
        match document.form {
            DocumentForm::Administrative => {
                xml.empty("w:headerReference", &[("w:type", "default"), ("r:id", PAGE_NUMBERS.1)]);
            }
            DocumentForm::Book { .. } => {
                xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", BOOK_FOOT.1)]);
            }
        }
        let (width, height) = (twips(frame.width), twips(frame.height));
        let mut size = vec![("w:w", width.as_str()), ("w:h", height.as_str())];
        size.extend((frame.width > frame.height).then_some(("w:orient", "landscape")));
        xml.empty("w:pgSz", &size);
        let vertical = twips(frame.top);
        let (left, right) = (twips(frame.left), twips(frame.width - frame.right));
        xml.empty(
            "w:pgMar",
            &[
                ("w:top", &vertical),
                ("w:right", &right),
                ("w:bottom", &vertical),
                ("w:left", &left),
                ("w:header", "510"),
                ("w:footer", "400"),
                ("w:gutter", "0"),
            ],
        );
        if has_bare_first_page {
            xml.empty("w:titlePg", &[]);
        }
    });
}

/// Returns the header with the number of the page.
pub(super) fn page_number_part() -> String {
    let mut xml = Xml::document();
    xml.element("w:hdr", &NAMESPACES, |xml| {
        xml.element("w:p", &[], |xml| {
            xml.raw(r#"<w:pPr><w:jc w:val="center"/></w:pPr>"#);
            add_field(xml, &RunStyle::default(), "PAGE");
        });
    });
    xml.into_text()
}

/// Returns the footer of a book: the number of the page, the number of pages, and the line below them.
pub(super) fn book_foot_part(document: &Document, lang: Lang) -> String {
    let style = RunStyle { size: Some(10.0), ..RunStyle::default() };
    // The sentence is split where the fields go.
    let sentence = PaperText::Page { page: "\n".to_owned(), pages: "\n".to_owned() }.localized(lang).to_string();
    let mut parts = sentence.split('\n');
    let mut add_text = |xml: &mut Xml| {
        let text = parts.next().unwrap_or_default();
        add_run(xml, &style, |xml| xml.text_element("w:t", &[("xml:space", "preserve")], text));
    };
    let mut xml = Xml::document();
    xml.element("w:ftr", &NAMESPACES, |xml| {
        xml.element("w:p", &[], |xml| {
            xml.raw(r#"<w:pPr><w:jc w:val="center"/></w:pPr>"#);
            for field in ["PAGE", "NUMPAGES"] {
                add_text(xml);
                add_field(xml, &style, field);
            }
            add_text(xml);
        });
        let centred = Paragraph { alignment: "center", ..Paragraph::default() };
        add_paragraph(xml, &centred, &RunStyle { size: Some(9.0), ..style }, document.running_foot());
    });
    xml.into_text()
}
