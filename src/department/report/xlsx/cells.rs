//! Formats and writes the cells and rows that all sheets share.
use rust_xlsxwriter::{Color, Format, FormatAlign, Worksheet, XlsxError};

use crate::department::report::row_lists::TextTable;
use crate::text::strip_unprintable;

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

/// The height of a line of text, in points.
const LINE_HEIGHT: f64 = 15.0;
/// The maximum number of lines in a row: spreadsheets allow 409 points.
const MAX_LINES: usize = 27;
/// The width that a column needs at least, in characters.
const MIN_WIDTH: usize = 9;
/// The last column of the summary, up to which sentences run.
pub(super) const LAST_COLUMN: u16 = 5;
/// The width of a sentence, in characters, with some space for wide letters.
const PARAGRAPH_WIDTH: usize = 115;
/// The maximum width of a column of text, in characters.
const MAX_WIDTH: usize = 48;

/// Writes headings, and makes the row as high as those that wrap need it, at these widths in characters.
pub(super) fn write_headings(
    sheet: &mut Worksheet,
    row: u32,
    names: &[String],
    widths: &[usize],
) -> Result<(), XlsxError> {
    write_heading_row(sheet, row, names)?;
    for (width, column) in widths.iter().zip(0..) {
        sheet.set_column_width(column, to_f64(i64::try_from(*width).unwrap_or(i64::MAX)))?;
    }
    let lines = names.iter().zip(widths).map(|(name, width)| line_count(name, *width)).max();
    set_line_count(sheet, row, lines.unwrap_or(1))
}

pub(super) fn write_heading_row(sheet: &mut Worksheet, row: u32, names: &[String]) -> Result<(), XlsxError> {
    let format = heading_format();
    names.iter().zip(0..).try_for_each(|(name, column)| sheet.write_with_format(row, column, name, &format).map(|_| ()))
}

/// Returns the width of a column of numbers, in characters: its heading wraps between words, not in one.
pub(super) fn number_width(heading: &str) -> usize {
    heading.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0).max(MIN_WIDTH - 2) + 2
}

/// Makes a row as high as this number of lines. Spreadsheets do not do that by themselves when they open a file.
pub(super) fn set_line_count(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), XlsxError> {
    let lines = i64::try_from(lines.clamp(1, MAX_LINES)).unwrap_or(1);
    sheet.set_row_height(row, LINE_HEIGHT * to_f64(lines)).map(|_| ())
}

/// Returns the width that a number needs in bold, in characters: its digits, the points between thousands, and decimals.
pub(super) fn bold_number_width(whole: i64, decimals: usize) -> usize {
    let digits = whole.unsigned_abs().checked_ilog10().map_or(1, |digits| digits as usize + 1);
    let fraction = if decimals > 0 { decimals + 1 } else { 0 };
    digits + (digits - 1) / 3 + fraction + usize::from(whole < 0) + 2
}

/// Returns the number of lines of a text that is wrapped between words at this width in characters.
pub(super) fn line_count(text: &str, width: usize) -> usize {
    let (mut lines, mut used) = (1, 0);
    for word in text.split_whitespace().map(|word| word.chars().count()) {
        if used > 0 && used + 1 + word > width {
            (lines, used) = (lines + 1, 0);
        }
        // A word that is longer than a line breaks.
        lines += word.saturating_sub(1) / width.max(1);
        used += word + usize::from(used > 0);
    }
    lines
}

/// Writes sentences from this row on, each over all columns. Returns the next row.
pub(super) fn write_paragraphs(
    sheet: &mut Worksheet,
    mut row: u32,
    sentences: impl Iterator<Item = String>,
) -> Result<u32, XlsxError> {
    let wrap_format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for sentence in sentences {
        let sentence = strip_unprintable(&sentence);
        sheet.merge_range(row, 0, row, LAST_COLUMN, &sentence, &wrap_format)?;
        set_line_count(sheet, row, line_count(&sentence, PARAGRAPH_WIDTH))?;
        row += 1;
    }
    Ok(row)
}

/// Writes a table of text from this row on, its columns as wide as their texts up to a limit, and below it sentences over
/// all columns. Returns the row after the table.
pub(super) fn write_text_table(
    sheet: &mut Worksheet,
    top_row: u32,
    table: &TextTable,
    remarks: &[String],
) -> Result<u32, XlsxError> {
    let column_width = |column: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count() + 1);
        cells.max().unwrap_or(0).min(MAX_WIDTH).max(number_width(&table.headings[column]))
    };
    let widths: Vec<usize> = (0..table.headings.len()).map(column_width).collect();
    let end = write_rows_of_text(sheet, top_row, table, &widths)?;
    let last_column = u16::try_from(widths.len()).unwrap_or(1).saturating_sub(1);
    let wrap_format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (remark, row) in remarks.iter().zip(end + 1..) {
        let remark = strip_unprintable(remark);
        if last_column == 0 {
            sheet.write_string_with_format(row, 0, &remark, &wrap_format)?;
        } else {
            sheet.merge_range(row, 0, row, last_column, &remark, &wrap_format)?;
        }
        set_line_count(sheet, row, line_count(&remark, widths.iter().sum()))?;
    }
    Ok(end)
}

fn write_rows_of_text(
    sheet: &mut Worksheet,
    top_row: u32,
    table: &TextTable,
    widths: &[usize],
) -> Result<u32, XlsxError> {
    write_headings(sheet, top_row, &table.headings, widths)?;
    let wrap_format = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut row = top_row + 1;
    for cells in &table.rows {
        let mut lines = 1;
        for ((cell, width), column) in cells.iter().zip(widths).zip(0..) {
            let text = strip_unprintable(cell);
            lines = lines.max(line_count(&text, *width));
            sheet.write_string_with_format(row, column, text, &wrap_format)?;
        }
        set_line_count(sheet, row, lines)?;
        row += 1;
    }
    Ok(row)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_between_words() {
        assert_eq!((line_count("", 10), line_count("một hai", 7), line_count("một hai", 6)), (1, 1, 2));
        assert_eq!(line_count("một hai ba bốn năm", 7), 3);
        assert_eq!(line_count(&"x".repeat(21), 10), 3, "a long word breaks");
        assert_eq!(number_width("Số lượt không phát"), 9);
        assert_eq!((bold_number_width(0, 0), bold_number_width(168_144, 1), bold_number_width(-1234, 0)), (3, 11, 8));
        assert_eq!(number_width("chưa/xxxxxxxxxx phút"), 17);
    }
}
