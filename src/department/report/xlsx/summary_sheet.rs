//! Writes the summary sheet: totals, the tables of text, and remarks.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{
    LAST_COLUMN, line_count, ms_to_minutes, set_line_count, to_f64, write_heading_row, write_paragraphs,
};
use super::incident_sheet::write_section;
use super::print_setup::print_on_landscape_pages;
use super::totals_table::write_totals;
use crate::airlog::outcome::Reason;
use crate::department::report::Report;
use crate::department::report::fact::FactState;
use crate::department::report::figures::format_date_range;
use crate::department::report::first_sentence::first_sentences;
use crate::department::report::labels::result_and_reason;
use crate::department::report::remarks::remarks;
use crate::department::report::row_lists::{reasons_table, shared_recordings_table, unlogged_days_table};
use crate::department::report::second_log_lists::contradictions_table;
use crate::department::report::selected_tables::SelectedTables;
use crate::department::report::target_section::front_lines;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The widths of the first column and of the others, in characters.
const LABEL_WIDTH: f64 = 52.0;
const VALUE_WIDTH: f64 = 15.0;
/// The number of characters in a line of a value's heading.
const VALUE_CHARS: usize = 14;

/// Writes the summary sheet. With selected tables, it has only what the other formats put around them.
pub(super) fn write_summary(
    sheet: &mut Worksheet,
    report: &Report,
    selected: SelectedTables,
    lang: Lang,
) -> Result<(), XlsxError> {
    write_title(sheet, report, lang)?;
    sheet.set_column_width(0, LABEL_WIDTH)?.set_column_range_width(1, LAST_COLUMN, VALUE_WIDTH)?;
    let sentences = first_sentences(report, lang).into_iter().chain(front_lines(report, lang));
    let mut row = write_paragraphs(sheet, 4, sentences)? + 1;
    row = write_section(sheet, row, report, lang)?;
    row = write_totals(sheet, row, report, lang)?;
    if selected == SelectedTables::All {
        row = write_reasons(sheet, row, report, lang)?;
        row = write_contradictions(sheet, row, report, lang)?;
        row = write_shared_recordings(sheet, row, report, lang)?;
        row = write_unlogged_stations(sheet, row, report, lang)?;
    }
    write_paragraphs(sheet, row, remarks(report, lang).into_iter())?;
    print_on_landscape_pages(sheet, None, lang)
}

fn write_title(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let title_format = Format::new().set_bold().set_font_size(14);
    sheet.write_with_format(0, 0, ReportText::Title {}.localized(lang).to_string(), &title_format)?;
    sheet.write(1, 0, ReportText::RangeLine { dates: format_date_range(report.range) }.localized(lang).to_string())?;
    if let Some(range) = report.earlier_range {
        sheet.write(2, 0, ReportText::ComparedLine { dates: format_date_range(range) }.localized(lang).to_string())?;
    }
    sheet.write(3, 0, ReportText::Draft {}.localized(lang).to_string())?;
    Ok(())
}

/// Writes the headings of a table, and makes their row as high as they need it.
fn write_table_headings(sheet: &mut Worksheet, row: u32, headings: &[String]) -> Result<(), XlsxError> {
    write_heading_row(sheet, row, headings)?;
    let lines = headings.iter().skip(1).map(|heading| line_count(heading, VALUE_CHARS)).max();
    set_line_count(sheet, row, lines.unwrap_or(1))
}

/// Writes the heading above a table.
fn write_heading(sheet: &mut Worksheet, row: u32, text: ReportText, lang: Lang) -> Result<(), XlsxError> {
    let bold_format = Format::new().set_bold();
    sheet.write_with_format(row, 0, text.localized(lang).to_string(), &bold_format)?;
    Ok(())
}

/// Writes the reasons for missed and partial airings, with the number of airings for each. Returns the next row.
fn write_reasons(sheet: &mut Worksheet, mut row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    let table = reasons_table(report, lang);
    if table.rows.is_empty() {
        return Ok(row);
    }
    write_heading(sheet, row, ReportText::ReasonsHeading {}, lang)?;
    write_table_headings(sheet, row + 1, &table.headings)?;
    row += 2;
    let (missed, partial) = (&report.total.missed_by_reason, &report.total.partial_by_reason);
    for (reason, index) in Reason::ALL.iter().copied().map(Some).chain([None]).zip(0..) {
        if missed[index] + partial[index] > 0 {
            let (_, reason_cell) = result_and_reason(FactState::Missed(reason), lang);
            sheet.write(row, 0, reason_cell)?;
            sheet.write(row, 1, to_f64(missed[index].cast_signed()))?;
            sheet.write(row, 2, to_f64(partial[index].cast_signed()))?;
            row += 1;
        }
    }
    Ok(row + 1)
}

/// Writes the airings about which two logs of a station disagree. Returns the next row.
fn write_contradictions(sheet: &mut Worksheet, mut row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    let table = contradictions_table(report, lang);
    if table.rows.is_empty() {
        return Ok(row);
    }
    write_heading(sheet, row, ReportText::ContradictionsHeading {}, lang)?;
    write_table_headings(sheet, row + 1, &table.headings)?;
    row += 2;
    for cells in &table.rows {
        for (cell, column) in cells.iter().zip(0..) {
            sheet.write_string(row, column, cell)?;
        }
        row += 1;
    }
    Ok(row + 1)
}

/// Writes the recordings that were aired under more than one topic. Returns the next row.
fn write_shared_recordings(sheet: &mut Worksheet, mut row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    if report.shared_recordings.is_empty() {
        return Ok(row);
    }
    let table = shared_recordings_table(report, lang);
    write_heading(sheet, row, ReportText::SharedHeading {}, lang)?;
    write_table_headings(sheet, row + 1, &table.headings)?;
    row += 2;
    for (cells, recording) in table.rows.iter().zip(&report.shared_recordings) {
        sheet.write(row, 0, &recording.sha256)?;
        sheet.write(row, 1, to_f64(recording.airing_count().cast_signed()))?;
        sheet.write(row, 2, cells[2].as_str())?;
        row += 1;
    }
    Ok(row + 1)
}

/// Writes the stations whose logs do not cover some days of the range. Returns the next row.
fn write_unlogged_stations(sheet: &mut Worksheet, mut row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    if report.unlogged_stations.is_empty() {
        return Ok(row);
    }
    let table = unlogged_days_table(report, lang);
    write_heading(sheet, row, ReportText::UnloggedHeading {}, lang)?;
    write_table_headings(sheet, row + 1, &table.headings)?;
    row += 2;
    for (cells, unlogged_station) in table.rows.iter().zip(&report.unlogged_stations) {
        sheet.write(row, 0, cells[0].as_str())?;
        sheet.write(row, 1, to_f64(unlogged_station.days()))?;
        sheet.write(row, 2, to_f64(unlogged_station.unlogged.planned.cast_signed()))?;
        sheet.write(row, 3, ms_to_minutes(unlogged_station.unlogged.planned_ms))?;
        sheet.write(row, 4, cells[4].as_str())?;
        row += 1;
    }
    Ok(row + 1)
}
