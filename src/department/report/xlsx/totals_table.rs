//! Writes tables of totals.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{ms_to_hours, to_f64, write_heading_row};
use crate::department::report::labels::{first_column_heading, key_label};
use crate::department::report::table::{ReportTable, TableRow};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The number of cells in a row after its label.
pub(super) const VALUE_COLUMN_COUNT: usize = 19;
/// The index of the column with the planned hours.
pub(super) const PLANNED_HOURS_COLUMN: u16 = 7;
/// The index of the column with the aired hours.
pub(super) const PLAYED_HOURS_COLUMN: u16 = 8;

/// The number formats of a table.
struct TableFormats {
    count: Format,
    hours: Format,
    share: Format,
}

impl TableFormats {
    fn new() -> Self {
        let format = |pattern| Format::new().set_num_format(pattern);
        Self { count: format("#,##0"), hours: format("#,##0.0"), share: format("0.0%") }
    }
}

/// Writes a table with its headings. `top_row` is the row of the headings.
pub(super) fn write_table(
    sheet: &mut Worksheet,
    top_row: u32,
    table: &ReportTable,
    lang: Lang,
) -> Result<(), XlsxError> {
    write_heading_row(sheet, top_row, &headings(table, lang))?;
    sheet.set_column_width(0, 48.0)?;
    let formats = TableFormats::new();
    for (table_row, row) in table.rows.iter().zip(top_row + 1..) {
        sheet.write_string(row, 0, key_label(table.by, &table_row.key, lang))?;
        write_values(sheet, row, table_row, &formats)?;
    }
    Ok(())
}

fn headings(table: &ReportTable, lang: Lang) -> Vec<String> {
    let localize = |text: ReportText| text.localized(lang).to_string();
    vec![
        localize(first_column_heading(table.by)),
        localize(ReportText::Planned {}),
        localize(ReportText::Aired {}),
        localize(ReportText::Partial {}),
        localize(ReportText::Missed {}),
        localize(ReportText::Level0 {}),
        localize(ReportText::Unknown {}),
        localize(ReportText::PlannedHours {}),
        localize(ReportText::PlayedHours {}),
        localize(ReportText::Share {}),
        format!("{} p50", localize(ReportText::LateMs {})),
        format!("{} p95", localize(ReportText::LateMs {})),
        format!("{} max", localize(ReportText::LateMs {})),
        localize(ReportText::Unplanned {}),
        localize(ReportText::UnvouchedHours {}),
        localize(ReportText::Recordings {}),
        localize(ReportText::UnloggedDayCount {}),
        localize(ReportText::UnloggedHours {}),
        localize(ReportText::Implausible {}),
        localize(ReportText::BeforeHours {}),
    ]
}

/// Writes the cells of a row after its label.
fn write_values(
    sheet: &mut Worksheet,
    row: u32,
    table_row: &TableRow,
    formats: &TableFormats,
) -> Result<(), XlsxError> {
    let totals = &table_row.totals;
    let counts = [totals.planned, totals.aired, totals.partial, totals.missed, totals.level0, totals.unknown];
    for (value, column) in counts.into_iter().zip(1..) {
        sheet.write_with_format(row, column, to_f64(value.cast_signed()), &formats.count)?;
    }
    sheet.write_with_format(row, PLANNED_HOURS_COLUMN, ms_to_hours(totals.planned_ms), &formats.hours)?;
    sheet.write_with_format(row, PLAYED_HOURS_COLUMN, ms_to_hours(totals.played_ms), &formats.hours)?;
    if totals.planned_ms > 0 {
        let share = to_f64(totals.played_ms) / to_f64(totals.planned_ms);
        sheet.write_with_format(row, 9, share, &formats.share)?;
    }
    let lateness = [totals.lateness.percentile_ms(50), totals.lateness.percentile_ms(95), totals.lateness.max_ms()];
    for (value, column) in lateness.into_iter().zip(10..) {
        if let Some(ms) = value {
            sheet.write_with_format(row, column, to_f64(ms), &formats.count)?;
        }
    }
    sheet.write_with_format(row, 13, to_f64(totals.unplanned.cast_signed()), &formats.count)?;
    sheet.write_with_format(row, 14, ms_to_hours(totals.unconfirmed_clock.played_ms), &formats.hours)?;
    let recordings = i64::try_from(totals.recordings.len()).unwrap_or(0);
    sheet.write_with_format(row, 15, to_f64(recordings), &formats.count)?;
    if let Some(unlogged) = &table_row.unlogged {
        sheet.write_with_format(row, 16, to_f64(unlogged.days), &formats.count)?;
        sheet.write_with_format(row, 17, ms_to_hours(unlogged.planned_ms), &formats.hours)?;
    }
    sheet.write_with_format(row, 18, to_f64(totals.implausible.cast_signed()), &formats.count)?;
    if let Some(earlier) = &table_row.earlier_totals {
        sheet.write_with_format(row, 19, ms_to_hours(earlier.played_ms), &formats.hours)?;
    }
    Ok(())
}
