//! Formats and writes the cells and rows that all sheets share.
use rust_xlsxwriter::{Color, Format, FormatAlign, Worksheet, XlsxError};

/// Converts an integer to a floating-point number, because spreadsheets have no other numbers.
#[allow(clippy::cast_precision_loss)]
pub(super) fn to_f64(value: i64) -> f64 {
    value as f64
}

/// Converts milliseconds to seconds.
pub(super) fn ms_to_seconds(ms: i64) -> f64 {
    to_f64(ms) / 1000.0
}

fn heading_format() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00DD_E6F0)).set_text_wrap().set_align(FormatAlign::Top)
}

pub(super) fn write_heading_row(sheet: &mut Worksheet, row: u32, names: &[String]) -> Result<(), XlsxError> {
    let format = heading_format();
    names.iter().zip(0..).try_for_each(|(name, column)| sheet.write_with_format(row, column, name, &format).map(|_| ()))
}

/// Freezes the heading row of a sheet, and adds a filter to each column. `row_count` includes the heading row.
pub(super) fn finish_sheet(sheet: &mut Worksheet, row_count: u32, column_count: usize) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    let last_column = u16::try_from(column_count).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, row_count.saturating_sub(1), last_column).map(|_| ())
}

/// Converts milliseconds to minutes.
pub(super) fn ms_to_minutes(ms: i64) -> f64 {
    to_f64(ms) / 60_000.0
}
