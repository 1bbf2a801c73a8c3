//! Writes tables of totals.
use rust_xlsxwriter::{Format, FormatBorder, Worksheet, XlsxError};

use super::cells::{
    bold_number_width, finish_sheet, line_count, ms_to_minutes, ms_to_seconds, number_width, set_line_count, to_f64,
    write_headings,
};
use super::print_setup::{print_columns, print_on_landscape_pages};
use crate::department::report::growth::Growth;
use crate::department::report::labels::{first_column_heading, key_label};
use crate::department::report::{GroupBy, Report, ReportTable, TableRow};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The index of the column with the planned minutes.
pub(super) const PLANNED_MINUTES_COLUMN: u16 = 7;
/// The index of the column with the aired minutes.
pub(super) const PLAYED_MINUTES_COLUMN: u16 = 8;

/// The width of the first column, in characters.
const LABEL_WIDTH: usize = 42;

/// The formats of a row.
struct TableFormats {
    label: Format,
    count: Format,
    tenths: Format,
    share: Format,
}

impl TableFormats {
    /// Adds the number formats to what all cells of the row have in common.
    fn new(common: &Format) -> Self {
        let format = |pattern| common.clone().set_num_format(pattern);
        Self {
            label: common.clone().set_text_wrap(),
            count: format("#,##0"),
            tenths: format("#,##0.0"),
            share: format("0.0%"),
        }
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

    /// Returns the width that the cell needs in bold, in characters.
    fn bold_width(&self) -> usize {
        match self {
            Self::Empty | Self::LogsMissing => 0,
            Self::Count(count) => bold_number_width(*count, 0),
            Self::Minutes(ms) => bold_number_width(ms / 60_000, 1),
            Self::Seconds(ms) => bold_number_width(ms / 1000, 1),
            Self::Share(permille) => bold_number_width(permille / 10, 2),
        }
    }

    fn days(days: Option<i64>) -> Self {
        days.map_or(Self::Empty, Self::Count)
    }
}

/// The tables that have a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Always,
    /// Only if the report is compared with an earlier range.
    Compared,
    /// Only if the rows have station-days of their own.
    WithStationDays,
}

/// A column: its heading, the cell of a row, and the tables that have it.
type SheetColumn = (fn() -> ReportText, fn(&TableRow) -> SheetCell, Shown);

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

/// The columns after the label, on the screen and on paper.
const PRINTED_COLUMNS: [SheetColumn; 16] = [
    (|| ReportText::Planned {}, |row| known_count(row, row.totals.planned), Shown::Always),
    (|| ReportText::Aired {}, |row| known_count(row, row.totals.aired), Shown::Always),
    (|| ReportText::Partial {}, |row| known_count(row, row.totals.partial), Shown::Always),
    (|| ReportText::Missed {}, |row| known_count(row, row.totals.missed), Shown::Always),
    (|| ReportText::Level0 {}, |row| known_count(row, row.totals.level0), Shown::Always),
    (|| ReportText::Unknown {}, |row| known_count(row, row.totals.unknown), Shown::Always),
    (|| ReportText::PlannedMinutes {}, |row| known_minutes(row, row.totals.expected_ms), Shown::Always),
    (|| ReportText::PlayedMinutes {}, |row| known_minutes(row, row.totals.played_ms), Shown::Always),
    (|| ReportText::SharePlanTime {}, |row| known_share(row, row.totals.shares_of_plan().by_time), Shown::Always),
    (|| ReportText::SharePlanCount {}, |row| known_share(row, row.totals.shares_of_plan().by_count), Shown::Always),
    (|| ReportText::ShareKnownTime {}, |row| known_share(row, row.totals.shares_of_known().by_time), Shown::Always),
    (|| ReportText::ShareKnownCount {}, |row| known_share(row, row.totals.shares_of_known().by_count), Shown::Always),
    (
        || ReportText::BeforeMinutes {},
        |row| match &row.earlier_totals {
            Some(earlier) if !row.was_silent() => SheetCell::Minutes(earlier.played_ms),
            _ => SheetCell::Empty,
        },
        Shown::Compared,
    ),
    (
        || ReportText::Growth {},
        |row| match row.growth {
            Some(Growth::Permille(permille)) => SheetCell::Share(permille),
            Some(Growth::NotComparable) => SheetCell::LogsMissing,
            Some(Growth::NothingBefore) | None => SheetCell::Empty,
        },
        Shown::Compared,
    ),
    (
        || ReportText::DaysWithLog {},
        |row| SheetCell::days(row.coverage.map(|coverage| coverage.logged)),
        Shown::WithStationDays,
    ),
    (
        || ReportText::StationDays {},
        |row| SheetCell::days(row.coverage.map(|coverage| coverage.days)),
        Shown::WithStationDays,
    ),
];

/// The columns that follow on the screen.
const SCREEN_COLUMNS: [SheetColumn; 11] = [
    (
        || ReportText::DaysWithLogBefore {},
        |row| SheetCell::days(row.earlier_coverage.map(|coverage| coverage.logged)),
        Shown::Compared,
    ),
    (
        || ReportText::StationDaysBefore {},
        |row| SheetCell::days(row.earlier_coverage.map(|coverage| coverage.days)),
        Shown::Compared,
    ),
    (|| ReportText::LateHalf {}, |row| SheetCell::seconds(row.totals.lateness.percentile_ms(50)), Shown::Always),
    (|| ReportText::LateMost {}, |row| SheetCell::seconds(row.totals.lateness.percentile_ms(95)), Shown::Always),
    (|| ReportText::LateMax {}, |row| SheetCell::seconds(row.totals.lateness.max_ms()), Shown::Always),
    (|| ReportText::Unplanned {}, |row| known_count(row, row.totals.unplanned), Shown::Always),
    (
        || ReportText::UnvouchedMinutes {},
        |row| known_minutes(row, row.totals.unconfirmed_clock.played_ms),
        Shown::Always,
    ),
    (|| ReportText::Recordings {}, |row| known_count(row, row.totals.recordings.len() as u64), Shown::Always),
    (|| ReportText::UnloggedAirings {}, |row| SheetCell::Count(row.totals.lost_planned.cast_signed()), Shown::Always),
    (|| ReportText::UnloggedMinutes {}, |row| SheetCell::Minutes(row.totals.lost_planned_ms), Shown::Always),
    (|| ReportText::Implausible {}, |row| known_count(row, row.totals.implausible), Shown::Always),
];

/// Returns the columns of a table, first those that are also on paper, and how many these are.
fn shown_columns(by: GroupBy, report: &Report) -> (Vec<SheetColumn>, usize) {
    let is_shown = |column: &SheetColumn| match column.2 {
        Shown::Always => true,
        Shown::Compared => report.earlier_range.is_some() && !by.is_by_time(),
        Shown::WithStationDays => by.has_station_days(),
    };
    let mut columns: Vec<SheetColumn> = PRINTED_COLUMNS.into_iter().filter(is_shown).collect();
    let printed_count = columns.len();
    columns.extend(SCREEN_COLUMNS.into_iter().filter(is_shown));
    (columns, printed_count)
}

/// Writes a sheet with one table: its headings, its rows, and the report's totals.
pub(super) fn write_table_sheet(
    sheet: &mut Worksheet,
    table: &ReportTable,
    report: &Report,
    lang: Lang,
) -> Result<(), XlsxError> {
    let (columns, printed_count) = shown_columns(table.by, report);
    let rows = table.rows.iter().map(|row| (key_label(table.by, &row.key, lang), row));
    let headings: Vec<String> = std::iter::once(first_column_heading(table.by))
        .chain(columns.iter().map(|(heading, _, _)| heading()))
        .map(|text| text.to_plain(lang))
        .collect();
    let total_row = report.total_row();
    // The totals are the largest numbers, and in bold.
    let column_width =
        |(heading, (_, cell, _)): (&String, &SheetColumn)| number_width(heading).max(cell(&total_row).bold_width());
    let widths = headings.iter().skip(1).zip(&columns).map(column_width);
    let widths: Vec<usize> = std::iter::once(LABEL_WIDTH).chain(widths).collect();
    write_headings(sheet, 0, &headings, &widths)?;
    let formats = TableFormats::new(&Format::new());
    let mut row_count = 1;
    for (label, row) in rows {
        write_row(sheet, row_count, (&label, row), (&columns, &formats), lang)?;
        row_count += 1;
    }
    // The filter ends above the totals, so that they stay in their place.
    finish_sheet(sheet, row_count, 1 + columns.len())?;
    let total_formats = TableFormats::new(&Format::new().set_bold().set_border_top(FormatBorder::Thin));
    let label = ReportText::Total {}.to_plain(lang);
    write_row(sheet, row_count, (&label, &total_row), (&columns, &total_formats), lang)?;
    print_on_landscape_pages(sheet, Some(0), lang)?;
    print_columns(sheet, row_count + 1, 1 + printed_count)
}

/// Writes the report's totals on the summary sheet, one below the other. Returns the row after them.
pub(super) fn write_totals(sheet: &mut Worksheet, top_row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    let total_row = report.total_row();
    let columns = PRINTED_COLUMNS.into_iter().chain(SCREEN_COLUMNS);
    let columns = columns.filter(|column| column.2 != Shown::Compared || report.earlier_range.is_some());
    let formats = TableFormats::new(&Format::new());
    let mut row = top_row;
    for (heading, cell, _) in columns {
        sheet.write_with_format(row, 0, heading().to_plain(lang), &formats.label)?;
        write_cell(sheet, (row, 1), cell(&total_row), &formats, lang)?;
        row += 1;
    }
    Ok(row + 1)
}

/// Writes a row: its label, and the cells of the columns in these formats.
fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    (label, values): (&str, &TableRow),
    (columns, formats): (&[SheetColumn], &TableFormats),
    lang: Lang,
) -> Result<(), XlsxError> {
    let label = strip_unprintable(label);
    sheet.write_with_format(row, 0, &label, &formats.label)?;
    set_line_count(sheet, row, line_count(&label, LABEL_WIDTH))?;
    for ((_, cell, _), column) in columns.iter().zip(1..) {
        write_cell(sheet, (row, column), cell(values), formats, lang)?;
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
        SheetCell::Empty => return sheet.write_blank(row, column, &formats.label).map(|_| ()),
        SheetCell::LogsMissing => {
            let text = ReportText::LogsMissing {}.to_plain(lang);
            return sheet.write_with_format(row, column, text, &formats.label).map(|_| ());
        }
        SheetCell::Count(count) => (to_f64(count), &formats.count),
        SheetCell::Minutes(ms) => (ms_to_minutes(ms), &formats.tenths),
        SheetCell::Seconds(ms) => (ms_to_seconds(ms), &formats.tenths),
        SheetCell::Share(permille) => (to_f64(permille) / 1000.0, &formats.share),
    };
    sheet.write_with_format(row, column, value, format).map(|_| ())
}
