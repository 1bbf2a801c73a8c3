//! Cells and rows that all sheets share.
use rust_xlsxwriter::{Color, Format, FormatAlign, Worksheet, XlsxError};

#[allow(clippy::cast_precision_loss)] // spreadsheets have no other numbers
pub(super) fn number(value: i64) -> f64 {
    value as f64
}

pub(super) fn seconds(ms: i64) -> f64 {
    number(ms) / 1000.0
}

fn head_format() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00DD_E6F0)).set_text_wrap().set_align(FormatAlign::Top)
}

pub(super) fn write_heading_row(sheet: &mut Worksheet, row: u32, names: &[String]) -> Result<(), XlsxError> {
    let bold = head_format();
    names.iter().zip(0..).try_for_each(|(name, column)| sheet.write_with_format(row, column, name, &bold).map(|_| ()))
}

pub(super) fn finish_sheet(sheet: &mut Worksheet, rows: u32, columns: usize) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    let last = u16::try_from(columns).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, rows.saturating_sub(1), last).map(|_| ())
}

/// Returns milliseconds as hours.
pub(super) fn hours(ms: i64) -> f64 {
    number(ms) / 3_600_000.0
}
