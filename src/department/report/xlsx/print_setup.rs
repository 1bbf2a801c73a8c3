//! How sheets look on paper: A4 across, all columns on one page, and the headings on each page.
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::text::paper::PaperText;
use crate::text::{Lang, Localize};

/// The number by which spreadsheets know the paper size A4.
const A4: u8 = 9;

/// Prints a sheet on A4 pages in landscape, as wide as one page, with this row repeated at the top of each page.
pub(super) fn print_on_landscape_pages(
    sheet: &mut Worksheet,
    repeated_row: Option<u32>,
    lang: Lang,
) -> Result<(), XlsxError> {
    // Left and right 15 mm, top and bottom 15 and 18 mm, in inches; header and footer 8 mm from the edge.
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_margins(0.59, 0.59, 0.59, 0.71, 0.31, 0.31);
    let page = PaperText::Page { page: "&P".to_owned(), pages: "&N".to_owned() };
    sheet.set_footer(format!("&L&A&R{}", page.localized(lang)));
    if let Some(row) = repeated_row {
        sheet.set_repeat_rows(row, row)?;
    }
    Ok(())
}

/// Prints only the first columns of a sheet. The others are for the screen.
pub(super) fn print_columns(sheet: &mut Worksheet, row_count: u32, column_count: usize) -> Result<(), XlsxError> {
    let last_column = u16::try_from(column_count).unwrap_or(u16::MAX).saturating_sub(1);
    sheet.set_print_area(0, 0, row_count.saturating_sub(1), last_column).map(|_| ())
}
