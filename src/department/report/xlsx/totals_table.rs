//! Writes tables of totals.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{ms_to_minutes, ms_to_seconds, to_f64, write_heading_row};
use crate::department::report::growth::Growth;
use crate::department::report::labels::{first_column_heading, key_label};
use crate::department::report::table::{ReportTable, TableRow};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The number of cells in a row after its label.
pub(super) const VALUE_COLUMN_COUNT: usize = 27;
/// The index of the column with the planned minutes.
pub(super) const PLANNED_MINUTES_COLUMN: u16 = 7;
/// The index of the column with the aired minutes.
pub(super) const PLAYED_MINUTES_COLUMN: u16 = 8;

/// The number formats of a table.
struct TableFormats {
    count: Format,
    tenths: Format,
    share: Format,
}

impl TableFormats {
    fn new() -> Self {
        let format = |pattern| Format::new().set_num_format(pattern);
        Self { count: format("#,##0"), tenths: format("#,##0.0"), share: format("0.0%") }
    }
}

/// A cell after the label of a row.
enum SheetCell {
    /// No cell: nothing is known.
    Empty,
    Count(i64),
    /// A length in milliseconds, shown in minutes.
    Minutes(i64),
    /// A time in milliseconds, shown in seconds.
    Seconds(i64),
    /// A share in thousandths, shown in per cent.
    Share(i64),
    /// No percentage, because logs are missing.
    LogsMissing,
}

impl SheetCell {
    fn share(permille: Option<i64>) -> Self {
        permille.map_or(Self::Empty, Self::Share)
    }

    fn seconds(ms: Option<i64>) -> Self {
        ms.map_or(Self::Empty, Self::Seconds)
    }

    fn days(days: Option<i64>) -> Self {
        days.map_or(Self::Empty, Self::Count)
    }
}

/// A column: its heading, and the cell of a row.
type SheetColumn = (fn() -> ReportText, fn(&TableRow) -> SheetCell);

/// Returns a count as a cell; an empty cell if nothing is known about the row.
fn known_count(row: &TableRow, count: u64) -> SheetCell {
    if row.is_silent() { SheetCell::Empty } else { SheetCell::Count(count.cast_signed()) }
}

/// Returns a length in milliseconds as a cell; an empty cell if nothing is known about the row.
fn known_minutes(row: &TableRow, ms: i64) -> SheetCell {
    if row.is_silent() { SheetCell::Empty } else { SheetCell::Minutes(ms) }
}

/// Returns a share as a cell; an empty cell if nothing is known about the row.
fn known_share(row: &TableRow, permille: Option<i64>) -> SheetCell {
    if row.is_silent() { SheetCell::Empty } else { SheetCell::share(permille) }
}

/// The columns after the label.
const SHEET_COLUMNS: [SheetColumn; VALUE_COLUMN_COUNT] = [
    (|| ReportText::Planned {}, |row| known_count(row, row.totals.planned)),
    (|| ReportText::Aired {}, |row| known_count(row, row.totals.aired)),
    (|| ReportText::Partial {}, |row| known_count(row, row.totals.partial)),
    (|| ReportText::Missed {}, |row| known_count(row, row.totals.missed)),
    (|| ReportText::Level0 {}, |row| known_count(row, row.totals.level0)),
    (|| ReportText::Unknown {}, |row| known_count(row, row.totals.unknown)),
    (|| ReportText::PlannedMinutes {}, |row| known_minutes(row, row.totals.expected_ms)),
    (|| ReportText::PlayedMinutes {}, |row| known_minutes(row, row.totals.played_ms)),
    (|| ReportText::SharePlanTime {}, |row| known_share(row, row.totals.shares_of_plan().by_time)),
    (|| ReportText::SharePlanCount {}, |row| known_share(row, row.totals.shares_of_plan().by_count)),
    (|| ReportText::ShareKnownTime {}, |row| known_share(row, row.totals.shares_of_known().by_time)),
    (|| ReportText::ShareKnownCount {}, |row| known_share(row, row.totals.shares_of_known().by_count)),
    (|| ReportText::LateHalf {}, |row| SheetCell::seconds(row.totals.lateness.percentile_ms(50))),
    (|| ReportText::LateMost {}, |row| SheetCell::seconds(row.totals.lateness.percentile_ms(95))),
    (|| ReportText::LateMax {}, |row| SheetCell::seconds(row.totals.lateness.max_ms())),
    (|| ReportText::Unplanned {}, |row| known_count(row, row.totals.unplanned)),
    (|| ReportText::UnvouchedMinutes {}, |row| known_minutes(row, row.totals.unconfirmed_clock.played_ms)),
    (|| ReportText::Recordings {}, |row| known_count(row, row.totals.recordings.len() as u64)),
    (|| ReportText::DaysWithLog {}, |row| SheetCell::days(row.coverage.map(|coverage| coverage.logged))),
    (|| ReportText::StationDays {}, |row| SheetCell::days(row.coverage.map(|coverage| coverage.days))),
    (|| ReportText::UnloggedAirings {}, |row| SheetCell::Count(row.totals.lost_planned.cast_signed())),
    (|| ReportText::UnloggedMinutes {}, |row| SheetCell::Minutes(row.totals.lost_planned_ms)),
    (|| ReportText::Implausible {}, |row| known_count(row, row.totals.implausible)),
    (
        || ReportText::BeforeMinutes {},
        |row| match &row.earlier_totals {
            Some(earlier) if !row.was_silent() => SheetCell::Minutes(earlier.played_ms),
            _ => SheetCell::Empty,
        },
    ),
    (
        || ReportText::Growth {},
        |row| match row.growth {
            Some(Growth::Permille(permille)) => SheetCell::Share(permille),
            Some(Growth::NotComparable) => SheetCell::LogsMissing,
            Some(Growth::NothingBefore) | None => SheetCell::Empty,
        },
    ),
    (|| ReportText::DaysWithLogBefore {}, |row| SheetCell::days(row.earlier_coverage.map(|coverage| coverage.logged))),
    (|| ReportText::StationDaysBefore {}, |row| SheetCell::days(row.earlier_coverage.map(|coverage| coverage.days))),
];

/// Writes a table with its headings. `top_row` is the row of the headings.
pub(super) fn write_table(
    sheet: &mut Worksheet,
    top_row: u32,
    table: &ReportTable,
    lang: Lang,
) -> Result<(), XlsxError> {
    let headings = std::iter::once(first_column_heading(table.by))
        .chain(SHEET_COLUMNS.into_iter().map(|(heading, _)| heading()))
        .map(|text| text.localized(lang).to_string())
        .collect::<Vec<_>>();
    write_heading_row(sheet, top_row, &headings)?;
    sheet.set_column_width(0, 48.0)?;
    let formats = TableFormats::new();
    for (table_row, row) in table.rows.iter().zip(top_row + 1..) {
        sheet.write_string(row, 0, key_label(table.by, &table_row.key, lang))?;
        for ((_, cell), column) in SHEET_COLUMNS.into_iter().zip(1..) {
            write_cell(sheet, (row, column), cell(table_row), &formats, lang)?;
        }
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: SheetCell,
    formats: &TableFormats,
    lang: Lang,
) -> Result<(), XlsxError> {
    let (value, format) = match cell {
        SheetCell::Empty => return Ok(()),
        SheetCell::LogsMissing => {
            return sheet.write_string(row, column, ReportText::LogsMissing {}.localized(lang).to_string()).map(|_| ());
        }
        SheetCell::Count(count) => (to_f64(count), &formats.count),
        SheetCell::Minutes(ms) => (ms_to_minutes(ms), &formats.tenths),
        SheetCell::Seconds(ms) => (ms_to_seconds(ms), &formats.tenths),
        SheetCell::Share(permille) => (to_f64(permille) / 1000.0, &formats.share),
    };
    sheet.write_with_format(row, column, value, format).map(|_| ())
}
