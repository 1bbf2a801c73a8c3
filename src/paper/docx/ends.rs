//! The head of a DOCX document, and its foot with recipients and signatures: tables without borders.
use super::paragraph::{Paragraph, RunStyle, add_paragraph, add_rule, twips};
use super::xml::Xml;
use crate::paper::document::{Annex, Document};
use crate::paper::pdf::fonts::{FontStyle, Fonts};

/// The font size of the names in the head, in points.
const HEAD_FONT_SIZE: f32 = 12.0;
/// The height for the signature and the seal, in points.
const SIGNATURE_HEIGHT: f32 = 130.0;
/// The part of the width that the left column of the head has.
const LEFT_PART: f32 = 0.43;

const CENTRED: Paragraph<'static> = Paragraph {
    style: "",
    alignment: "center",
    keeps_with_next: false,
    number: None,
    space_above: None,
    is_indented: false,
};

fn style(is_bold: bool, is_italic: bool, size: Option<f32>) -> RunStyle {
    RunStyle { is_bold, is_italic, size }
}

/// Adds a row of cells without borders, in a table of its own. The contents of the cells are added by functions.
fn add_bare_table(xml: &mut Xml, widths: &[f32], min_height: Option<f32>, cell: &dyn Fn(&mut Xml, usize)) {
    xml.element("w:tbl", &[], |xml| {
        xml.element("w:tblPr", &[], |xml| {
            xml.empty("w:tblW", &[("w:w", &twips(widths.iter().sum())), ("w:type", "dxa")]);
            xml.empty("w:tblLayout", &[("w:type", "fixed")]);
            xml.raw(concat!(
                r#"<w:tblCellMar><w:left w:w="0" w:type="dxa"/>"#,
                r#"<w:right w:w="0" w:type="dxa"/></w:tblCellMar>"#
            ));
        });
        xml.element("w:tblGrid", &[], |xml| {
            widths.iter().for_each(|width| xml.empty("w:gridCol", &[("w:w", &twips(*width))]));
        });
        xml.element("w:tr", &[], |xml| {
            xml.element("w:trPr", &[], |xml| {
                xml.empty("w:cantSplit", &[]);
                if let Some(height) = min_height {
                    xml.empty("w:trHeight", &[("w:val", &twips(height)), ("w:hRule", "atLeast")]);
                }
            });
            for (column, width) in widths.iter().enumerate() {
                xml.element("w:tc", &[], |xml| {
                    xml.element("w:tcPr", &[], |xml| {
                        xml.empty("w:tcW", &[("w:w", &twips(*width)), ("w:type", "dxa")]);
                    });
                    cell(xml, column);
                });
            }
        });
    });
}

/// Adds the head: the agency on the left, motto, place and date on the right, and the title below.
pub(super) fn add_head(xml: &mut Xml, document: &Document, fonts: &Fonts, width: f32) {
    let widths = [width * LEFT_PART, width * (1.0 - LEFT_PART)];
    add_bare_table(xml, &widths, None, &|xml, column| {
        if column == 0 {
            let (parent, agency) = &document.agency;
            if !parent.is_empty() {
                add_paragraph(xml, &CENTRED, &style(false, false, Some(HEAD_FONT_SIZE)), parent);
            }
            add_paragraph(xml, &CENTRED, &style(true, false, Some(HEAD_FONT_SIZE)), agency);
            let length = fonts.width(FontStyle::Bold, HEAD_FONT_SIZE, agency).min(widths[0]) * 0.45;
            add_rule(xml, widths[0], length.max(40.0));
            add_paragraph(xml, &CENTRED, &style(false, false, None), &document.number);
        } else {
            add_paragraph(xml, &CENTRED, &style(true, false, Some(HEAD_FONT_SIZE)), &document.motto.0);
            add_paragraph(xml, &CENTRED, &style(true, false, None), &document.motto.1);
            let length = fonts.width(FontStyle::Bold, 13.0, &document.motto.1).min(widths[1]);
            add_rule(xml, widths[1], length);
            add_paragraph(xml, &CENTRED, &style(false, true, None), &document.place_date);
        }
    });
    let title = Paragraph { style: "Title", ..Paragraph::default() };
    add_paragraph(xml, &title, &RunStyle::default(), &document.title);
    let mut longest = 0.0_f32;
    for line in &document.subject {
        add_paragraph(xml, &Paragraph { style: "Subtitle", ..title }, &RunStyle::default(), line);
        longest = longest.max(fonts.width(FontStyle::Bold, 13.0, line).min(width));
    }
    if document.is_administrative() && longest > 0.0 {
        add_rule(xml, width, longest * 0.4);
    }
    if !document.draft.is_empty() {
        let paragraph = Paragraph { space_above: Some(4.0), ..CENTRED };
        add_paragraph(xml, &paragraph, &style(false, true, Some(11.0)), &document.draft);
    }
    add_paragraph(xml, &CENTRED, &style(false, false, Some(6.0)), "");
}

/// Adds the foot: the recipients on the left, and one or two signature blocks.
pub(super) fn add_foot(xml: &mut Xml, document: &Document, width: f32) {
    let (heading, recipients) = &document.recipients;
    let has_recipients = !heading.is_empty();
    let column_count = document.signatures.len() + usize::from(has_recipients);
    if column_count == 0 {
        return;
    }
    add_paragraph(xml, &Paragraph { keeps_with_next: true, ..CENTRED }, &style(false, false, Some(8.0)), "");
    #[allow(clippy::cast_precision_loss)]
    let widths = vec![width / column_count as f32; column_count];
    add_bare_table(xml, &widths, Some(SIGNATURE_HEIGHT), &|xml, column| {
        if has_recipients && column == 0 {
            add_paragraph(xml, &Paragraph::default(), &style(true, true, Some(12.0)), heading);
            for recipient in recipients {
                let line = format!("- {recipient}");
                add_paragraph(xml, &Paragraph::default(), &style(false, false, Some(11.0)), &line);
            }
        } else if let Some((office, instructions)) = document.signatures.get(column - usize::from(has_recipients)) {
            add_paragraph(xml, &CENTRED, &style(true, false, None), office);
            add_paragraph(xml, &CENTRED, &style(false, true, Some(12.0)), instructions);
        }
    });
}

/// Adds the head of an annex.
pub(super) fn add_annex_head(xml: &mut Xml, document: &Document, annex: &Annex, label: &str) {
    let centred = Paragraph { keeps_with_next: true, ..CENTRED };
    add_paragraph(xml, &centred, &style(true, false, Some(14.0)), label);
    add_paragraph(xml, &centred, &style(true, false, None), &annex.title.to_uppercase());
    if !document.annex_note.is_empty() {
        add_paragraph(xml, &centred, &style(false, true, None), &document.annex_note);
    }
    add_paragraph(xml, &centred, &style(false, false, Some(8.0)), "");
}
