//! Tables of totals.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{hours, number, write_heading_row};
use crate::department::report::labels::{first_column, key_label};
use crate::department::report::table::{ReportTable, TableRow};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Cells after a row's label.
pub(super) const VALUE_COLUMNS: usize = 19;
/// Column of the planned hours.
pub(super) const PLANNED_HOURS: u16 = 7;
/// Column of the hours on the line.
pub(super) const PLAYED_HOURS: u16 = 8;

/// Number formats of a table.
struct TableFormats {
    count: Format,
    hours: Format,
    share: Format,
}

impl TableFormats {
    fn new() -> Self {
        let format = |text| Format::new().set_num_format(text);
        Self { count: format("#,##0"), hours: format("#,##0.0"), share: format("0.0%") }
    }
}

/// Writes a table with its headings, from this row of the sheet on.
pub(super) fn write_table(sheet: &mut Worksheet, from: u32, table: &ReportTable, lang: Lang) -> Result<(), XlsxError> {
    write_heading_row(sheet, from, &headings(table, lang))?;
    sheet.set_column_width(0, 48.0)?;
    let formats = TableFormats::new();
    for (line, row) in table.rows.iter().zip(from + 1..) {
        sheet.write_string(row, 0, key_label(table.by, &line.key, lang))?;
        write_values(sheet, row, line, &formats)?;
    }
    Ok(())
}

fn headings(table: &ReportTable, lang: Lang) -> Vec<String> {
    let say = |word: ReportText| word.localized(lang).to_string();
    vec![
        say(first_column(table.by)),
        say(ReportText::Planned {}),
        say(ReportText::Aired {}),
        say(ReportText::Partial {}),
        say(ReportText::Missed {}),
        say(ReportText::Level0 {}),
        say(ReportText::Unknown {}),
        say(ReportText::PlannedHours {}),
        say(ReportText::PlayedHours {}),
        say(ReportText::Share {}),
        format!("{} p50", say(ReportText::LateMs {})),
        format!("{} p95", say(ReportText::LateMs {})),
        format!("{} max", say(ReportText::LateMs {})),
        say(ReportText::Unplanned {}),
        say(ReportText::UnvouchedHours {}),
        say(ReportText::Recordings {}),
        say(ReportText::LostDays {}),
        say(ReportText::LostHours {}),
        say(ReportText::Implausible {}),
        say(ReportText::BeforeHours {}),
    ]
}

/// Writes the cells after a row's label.
fn write_values(sheet: &mut Worksheet, row: u32, line: &TableRow, formats: &TableFormats) -> Result<(), XlsxError> {
    let totals = &line.totals;
    let counts = [totals.planned, totals.aired, totals.partial, totals.missed, totals.level0, totals.unknown];
    for (value, column) in counts.into_iter().zip(1..) {
        sheet.write_with_format(row, column, number(value.cast_signed()), &formats.count)?;
    }
    sheet.write_with_format(row, PLANNED_HOURS, hours(totals.planned_ms), &formats.hours)?;
    sheet.write_with_format(row, PLAYED_HOURS, hours(totals.played_ms), &formats.hours)?;
    if totals.planned_ms > 0 {
        let share = number(totals.played_ms) / number(totals.planned_ms);
        sheet.write_with_format(row, 9, share, &formats.share)?;
    }
    let late = [totals.lateness.percentile(50), totals.lateness.percentile(95), totals.lateness.max()];
    for (value, column) in late.into_iter().zip(10..) {
        if let Some(ms) = value {
            sheet.write_with_format(row, column, number(ms), &formats.count)?;
        }
    }
    sheet.write_with_format(row, 13, number(totals.unplanned.cast_signed()), &formats.count)?;
    sheet.write_with_format(row, 14, hours(totals.unvouched.ms), &formats.hours)?;
    let recordings = i64::try_from(totals.recordings.len()).unwrap_or(0);
    sheet.write_with_format(row, 15, number(recordings), &formats.count)?;
    if let Some(lost) = &line.unlogged {
        sheet.write_with_format(row, 16, number(lost.days), &formats.count)?;
        sheet.write_with_format(row, 17, hours(lost.planned_ms), &formats.hours)?;
    }
    sheet.write_with_format(row, 18, number(totals.implausible.cast_signed()), &formats.count)?;
    if let Some(before) = &line.compared {
        sheet.write_with_format(row, 19, hours(before.played_ms), &formats.hours)?;
    }
    Ok(())
}
