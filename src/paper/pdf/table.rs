//! Draws tables. The headings are repeated on every page, and no row is split across pages.
use super::fonts::FontStyle;
use super::layout::{Layout, PageFrame, PageMark};
use crate::paper::document::DocumentTable;
use crate::paper::table_fit::{CELL_PADDING as PADDING, FittedTable, fit_table};

/// The distance between baselines, as a multiple of the font size.
const LINE_HEIGHT: f32 = 1.2;
const BORDER_COLOUR: (u8, u8, u8) = (0x8d, 0x94, 0x9e);
/// The background of heading rows and total rows.
const SHADE_COLOUR: (u8, u8, u8) = (0xe8, 0xed, 0xf3);
/// The part of a page that no cell fills, so that a row fits below the headings of its table, in points.
const HEIGHT_BESIDE_CELL: f32 = 120.0;

/// The position of text in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellAlign {
    Left,
    Middle,
    Right,
}

/// The cells of a row, each broken into lines.
type WrappedRow = Vec<Vec<String>>;

/// A table that is fitted into the text area of a page.
struct TableLayout<'t> {
    table: &'t DocumentTable,
    fitted: FittedTable,
    frame: PageFrame,
}

impl<'t> TableLayout<'t> {
    fn new(layout: &Layout<'_>, table: &'t DocumentTable) -> Self {
        let frame = layout.frame;
        Self { table, fitted: fit_table(table, layout.fonts, frame.text_width()), frame }
    }

    fn wrap_cells(&self, layout: &Layout<'_>, cells: &[String], widths: &[f32], style: FontStyle) -> WrappedRow {
        let size = self.fitted.font_size;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let max_lines =
            ((self.frame.bottom - self.frame.top - HEIGHT_BESIDE_CELL) / (size * LINE_HEIGHT)).max(1.0) as usize;
        let wrap_cell = |(cell, width): (&String, &f32)| {
            let mut lines = layout.break_lines(cell, style, size, width - 2.0 * PADDING);
            if lines.len() > max_lines {
                lines.truncate(max_lines);
                lines[max_lines - 1].push('…');
            }
            lines
        };
        cells.iter().zip(widths).map(wrap_cell).collect()
    }

    fn headings(&self, layout: &Layout<'_>) -> WrappedRow {
        self.wrap_cells(layout, &self.table.headings, &self.fitted.widths, FontStyle::Bold)
    }

    /// Returns the cells of the row with this index; a row that is a heading over all columns has one cell.
    fn row(&self, layout: &Layout<'_>, index: usize) -> WrappedRow {
        let cells = &self.table.rows[index];
        if self.is_heading(index) {
            let width = [self.frame.text_width()];
            return self.wrap_cells(layout, cells.get(..1).unwrap_or_default(), &width, FontStyle::Bold);
        }
        let style = if self.is_total(index) { FontStyle::Bold } else { FontStyle::Regular };
        self.wrap_cells(layout, cells, &self.fitted.widths, style)
    }

    fn is_heading(&self, index: usize) -> bool {
        self.table.heading_rows.binary_search(&index).is_ok()
    }

    fn is_total(&self, index: usize) -> bool {
        self.table.has_total_row && index + 1 == self.table.rows.len()
    }

    /// Returns whether a row stays on one page with the next one: a heading over all columns, the first row, and the row
    /// above the last one. A total says nothing alone on a page, and a single row looks lost there.
    fn keeps_with_next(&self, index: usize) -> bool {
        let has_next = index + 1 < self.table.rows.len();
        self.is_heading(index) || has_next && (index == 0 || index + 2 == self.table.rows.len())
    }

    /// Returns the height of a row, in points.
    fn height(&self, row: &WrappedRow) -> f32 {
        let line_count = row.iter().map(Vec::len).max().unwrap_or(1);
        #[allow(clippy::cast_precision_loss)]
        let height = line_count as f32 * self.fitted.font_size * LINE_HEIGHT + 2.0 * PADDING;
        height
    }

    /// Returns the height of the rows from `index` on that stay on one page, in points.
    fn kept_height(&self, layout: &Layout<'_>, index: usize) -> f32 {
        let last = (index..self.table.rows.len()).find(|row| !self.keeps_with_next(*row)).unwrap_or(index);
        (index..=last).map(|row| self.height(&self.row(layout, row))).sum()
    }

    fn draw_row(
        &self,
        layout: &mut Layout<'_>,
        row: &WrappedRow,
        columns: &[(f32, CellAlign)],
        style: FontStyle,
        is_shaded: bool,
    ) {
        let PageFrame { left, .. } = self.frame;
        let (top, height, width) = (layout.y, self.height(row), self.frame.text_width());
        let size = self.fitted.font_size;
        if is_shaded {
            layout.push(PageMark::Rect { x: left, y: top, width, height, fill: SHADE_COLOUR });
        }
        let mut x = left;
        for (lines, (column_width, align)) in row.iter().zip(columns) {
            for (line, line_number) in lines.iter().zip(1_u8..) {
                let y = top + PADDING + size * LINE_HEIGHT * f32::from(line_number) - size * 0.28;
                let text_width = layout.fonts.width(style, size, line);
                let text_x = match align {
                    CellAlign::Left => x + PADDING,
                    CellAlign::Middle => x + (column_width - text_width) / 2.0,
                    CellAlign::Right => x + column_width - PADDING - text_width,
                };
                layout.push(PageMark::text(text_x, y, style, size, line.clone()));
            }
            layout.push(PageMark::Rect { x, y: top, width: 0.5, height, fill: BORDER_COLOUR });
            x += column_width;
        }
        layout.push(PageMark::Rect { x, y: top, width: 0.5, height: height + 0.5, fill: BORDER_COLOUR });
        layout.push(PageMark::Rect { x: left, y: top, width, height: 0.5, fill: BORDER_COLOUR });
        layout.push(PageMark::Rect { x: left, y: top + height, width, height: 0.5, fill: BORDER_COLOUR });
        layout.y = top + height;
    }
}

/// Returns the height of the part of a table that stays on one page with the heading above it, in points: the heading
/// row and the first row, with those that stay with it.
#[must_use]
pub fn head_height(table: &DocumentTable, layout: &Layout<'_>) -> f32 {
    let fitted = TableLayout::new(layout, table);
    let first_rows = if table.rows.is_empty() { 0.0 } else { fitted.kept_height(layout, 0) };
    fitted.height(&fitted.headings(layout)) + first_rows
}

/// Draws a table.
pub fn draw_table(layout: &mut Layout<'_>, table: &DocumentTable) {
    let fitted = TableLayout::new(layout, table);
    let aligned = |align: &dyn Fn(usize) -> CellAlign| -> Vec<(f32, CellAlign)> {
        fitted.fitted.widths.iter().enumerate().map(|(column, width)| (*width, align(column))).collect()
    };
    let is_right_aligned = |column: usize| table.right_aligned.get(column).copied().unwrap_or(false);
    let columns = aligned(&|column| if is_right_aligned(column) { CellAlign::Right } else { CellAlign::Left });
    let heading_columns = aligned(&|_| CellAlign::Middle);
    let headings = fitted.headings(layout);
    let draw_headings =
        |layout: &mut Layout<'_>| fitted.draw_row(layout, &headings, &heading_columns, FontStyle::Bold, true);
    layout.ensure_room(head_height(table, layout));
    draw_headings(layout);
    let mut stays_with_previous = true;
    for index in 0..table.rows.len() {
        let row = fitted.row(layout, index);
        if !stays_with_previous && !layout.fits(fitted.kept_height(layout, index)) || !layout.fits(fitted.height(&row))
        {
            layout.start_page();
            draw_headings(layout);
        }
        stays_with_previous = fitted.keeps_with_next(index);
        if fitted.is_heading(index) {
            fitted.draw_row(layout, &row, &[(fitted.frame.text_width(), CellAlign::Left)], FontStyle::Bold, true);
        } else {
            let is_total = fitted.is_total(index);
            let style = if is_total { FontStyle::Bold } else { FontStyle::Regular };
            fitted.draw_row(layout, &row, &columns, style, is_total);
        }
    }
    layout.y += 4.0;
}
