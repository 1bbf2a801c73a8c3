//! Tables of a DOCX file. The headings are repeated on every page, and no row is split across pages.
use super::paragraph::{Paragraph, RunStyle, add_paragraph, twips};
use super::xml::Xml;
use crate::paper::document::DocumentTable;
use crate::paper::pdf::fonts::Fonts;
use crate::paper::table_fit::{CELL_PADDING, fit_table};

/// The background of headings and totals, as in the PDF.
const SHADE: &str = "E8EDF3";

/// How a row looks, and what it stays together with.
#[derive(Clone, Copy)]
struct RowStyle {
    is_heading: bool,
    is_bold: bool,
    /// True if the row stays on one page with the next one.
    keeps_with_next: bool,
}

/// Adds a table that fills a width, in points.
pub(super) fn add_table(xml: &mut Xml, table: &DocumentTable, fonts: &Fonts, width: f32) {
    let fitted = fit_table(table, fonts, width);
    let widths: Vec<String> = fitted.widths.iter().map(|width| twips(*width)).collect();
    xml.element("w:tbl", &[], |xml| {
        xml.element("w:tblPr", &[], |xml| {
            xml.empty("w:tblW", &[("w:w", &twips(width)), ("w:type", "dxa")]);
            add_borders(xml);
            // Without this, a word processor would choose the widths of the columns itself.
            xml.empty("w:tblLayout", &[("w:type", "fixed")]);
            xml.element("w:tblCellMar", &[], |xml| {
                let vertical = CELL_PADDING / 2.0;
                let sides =
                    [("w:top", vertical), ("w:left", CELL_PADDING), ("w:bottom", vertical), ("w:right", CELL_PADDING)];
                for (side, width) in sides {
                    xml.empty(side, &[("w:w", &twips(width)), ("w:type", "dxa")]);
                }
            });
        });
        xml.element("w:tblGrid", &[], |xml| widths.iter().for_each(|width| xml.empty("w:gridCol", &[("w:w", width)])));
        let heading = RowStyle { is_heading: true, is_bold: true, keeps_with_next: true };
        add_row(xml, table, &table.headings, &widths, fitted.font_size, heading);
        let last = table.rows.len().saturating_sub(1);
        for (index, row) in table.rows.iter().enumerate() {
            let is_total = table.has_total_row && index == last;
            let is_over_all_columns = table.heading_rows.binary_search(&index).is_ok();
            let style = RowStyle {
                is_heading: false,
                is_bold: is_total || is_over_all_columns,
                // A total says nothing alone on a page, and a single row looks lost there.
                keeps_with_next: is_over_all_columns || index < last && (index == 0 || index + 1 == last),
            };
            if is_over_all_columns {
                add_spanning_row(xml, row, &widths, (width, fitted.font_size), style);
            } else {
                add_row(xml, table, row, &widths, fitted.font_size, style);
            }
        }
    });
}

fn add_borders(xml: &mut Xml) {
    xml.element("w:tblBorders", &[], |xml| {
        for side in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
            xml.empty(side, &[("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "8D949E")]);
        }
    });
}

fn add_row_properties(xml: &mut Xml, style: RowStyle) {
    xml.element("w:trPr", &[], |xml| {
        xml.empty("w:cantSplit", &[]);
        if style.is_heading {
            xml.empty("w:tblHeader", &[]);
        }
    });
}

fn add_row(xml: &mut Xml, table: &DocumentTable, cells: &[String], widths: &[String], font_size: f32, style: RowStyle) {
    xml.element("w:tr", &[], |xml| {
        add_row_properties(xml, style);
        for (column, width) in widths.iter().enumerate() {
            let is_right_aligned = table.right_aligned.get(column).copied().unwrap_or(false);
            let alignment = match (style.is_heading, is_right_aligned) {
                (true, _) => "center",
                (false, true) => "right",
                (false, false) => "left",
            };
            let text = cells.get(column).map_or("", String::as_str);
            add_cell(xml, text, (width, None), alignment, font_size, style);
        }
    });
}

/// Adds a row with one cell over all columns.
fn add_spanning_row(
    xml: &mut Xml,
    cells: &[String],
    widths: &[String],
    (width, font_size): (f32, f32),
    style: RowStyle,
) {
    xml.element("w:tr", &[], |xml| {
        add_row_properties(xml, style);
        let text = cells.first().map_or("", String::as_str);
        add_cell(xml, text, (&twips(width), Some(widths.len())), "left", font_size, style);
    });
}

fn add_cell(
    xml: &mut Xml,
    text: &str,
    (width, span): (&str, Option<usize>),
    alignment: &str,
    font_size: f32,
    style: RowStyle,
) {
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", width), ("w:type", "dxa")]);
            if let Some(span) = span {
                xml.value("w:gridSpan", &span.to_string());
            }
            if style.is_bold {
                xml.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", SHADE)]);
            }
            if style.is_heading {
                xml.value("w:vAlign", "center");
            }
        });
        let paragraph = Paragraph { alignment, keeps_with_next: style.keeps_with_next, ..Paragraph::default() };
        let run = RunStyle { is_bold: style.is_bold, size: Some(font_size), ..RunStyle::default() };
        add_paragraph(xml, &paragraph, &run, text);
    });
}
