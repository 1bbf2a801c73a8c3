//! Writes the sheet of incidents, and their section on the summary sheet.
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::cells::{finish_sheet, line_count, set_line_count, to_f64, write_headings, write_paragraphs};
use super::print_setup::{print_columns, print_on_landscape_pages};
use crate::department::journal::sentence::format_minute;
use crate::department::report::Report;
use crate::department::report::incident_list::{incident_section, section_lines, station_cell, what_cell};
use crate::text::journal::IncidentSectionText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The widths of the columns, in characters.
const WIDTHS: [usize; 12] = [8, 30, 46, 18, 26, 34, 14, 12, 18, 18, 66, 66];
/// The number of columns on paper: all up to the evidence. The hashes are for checking on the screen.
const PRINTED_COLUMNS: usize = 6;

/// Writes the section on the summary sheet: the sentences about the journal, and what happened to whom. Returns the
/// next row.
pub(super) fn write_section(
    sheet: &mut Worksheet,
    mut row: u32,
    report: &Report,
    lang: Lang,
) -> Result<u32, XlsxError> {
    let section = incident_section(&report.incidents, lang);
    sheet.write_with_format(row, 0, section.heading, &Format::new().set_bold())?;
    row = write_paragraphs(sheet, row + 1, section.lines.into_iter())?;
    // The sheet of incidents has the columns. Here each is a sentence, so that nothing is cut off on paper.
    let rows = section.table.map(|table| table.rows).unwrap_or_default();
    let sentences = rows.iter().map(|cells| {
        format!("{}. {}: {} ({}; {})", cells[0], cells[1], cells[2].trim_end_matches('.'), cells[3], cells[4])
    });
    row = write_paragraphs(sheet, row, sentences)?;
    Ok(row + 1)
}

/// Writes the sheet with all facts.
pub(super) fn write_incidents(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let headings = [
        IncidentSectionText::Seq {},
        IncidentSectionText::Station {},
        IncidentSectionText::What {},
        IncidentSectionText::CollectedAt {},
        IncidentSectionText::Source {},
        IncidentSectionText::EvidenceColumn {},
        IncidentSectionText::Code {},
        IncidentSectionText::Again {},
        IncidentSectionText::LastSeen {},
        IncidentSectionText::Since {},
        IncidentSectionText::HeadHash {},
        IncidentSectionText::LogHash {},
    ]
    .map(|text| text.localized(lang).to_string());
    write_headings(sheet, 0, &headings, &WIDTHS)?;
    let wrap_format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let number_format = Format::new().set_align(FormatAlign::Top);
    let list = &report.incidents;
    for (listed, row) in list.incidents.iter().zip(1..) {
        let (history, incident) = (&listed.history, &listed.history.incident);
        let refused = incident.refused.clone().unwrap_or_default();
        sheet.write_number_with_format(row, 0, to_f64(history.seq.cast_signed()), &number_format)?;
        sheet.write_number_with_format(row, 7, to_f64(history.seen_again.cast_signed()), &number_format)?;
        let time = |at: &Option<String>| at.as_deref().map(format_minute).unwrap_or_default();
        let cells = [
            (1, station_cell(listed, lang)),
            (2, what_cell(history, lang)),
            (3, format_minute(&history.at)),
            (4, strip_unprintable(&incident.source)),
            (5, strip_unprintable(incident.evidence.as_deref().unwrap_or_default())),
            (6, incident.code.name().to_owned()),
            (8, time(&history.last_seen_at)),
            (9, time(&history.whole_since)),
            (10, refused.head_sha256),
            (11, refused.log_sha256),
        ];
        let mut lines = 1;
        for (column, cell) in cells {
            lines = lines.max(line_count(&cell, WIDTHS[usize::from(column)]));
            sheet.write_string_with_format(row, column, cell, &wrap_format)?;
        }
        set_line_count(sheet, row, lines)?;
    }
    let row_count = 1 + u32::try_from(list.incidents.len()).unwrap_or(0);
    let lines = section_lines(list, usize::MAX, lang);
    let mut last_row = row_count;
    for (line, row) in lines.into_iter().zip(row_count + 1..) {
        sheet.write_string(row, 1, line)?;
        last_row = row + 1;
    }
    print_on_landscape_pages(sheet, Some(0), lang)?;
    print_columns(sheet, last_row, PRINTED_COLUMNS)?;
    finish_sheet(sheet, row_count, headings.len())
}
