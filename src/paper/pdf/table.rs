//! Draws tables. The headings are repeated on every page, and no row is split across pages.
use super::fonts::{FontStyle, Fonts};
use super::layout::{LEFT, Layout, PageMark, RIGHT};
use crate::paper::document::DocumentTable;

/// The font size, in points.
const FONT_SIZE: f32 = 9.5;
/// The distance between baselines, in points.
const LINE_HEIGHT: f32 = FONT_SIZE * 1.2;
/// The distance between a cell's border and its text, in points.
const PADDING: f32 = 3.0;
const BORDER_COLOUR: (u8, u8, u8) = (0x8d, 0x94, 0x9e);
/// The background of heading rows and total rows.
const SHADE_COLOUR: (u8, u8, u8) = (0xe8, 0xed, 0xf3);
/// The maximum number of lines in a cell, so that a row fits on a page.
const MAX_CELL_LINES: usize = 50;

/// The cells of a row, each broken into lines.
type WrappedRow = Vec<Vec<String>>;

/// Returns the widths of the columns, in points.
fn column_widths(table: &DocumentTable) -> Vec<f32> {
    let total_width: u32 = table.widths.iter().map(|width| u32::from(*width)).sum();
    #[allow(clippy::cast_precision_loss)]
    let points_per_unit = (RIGHT - LEFT) / total_width.max(1) as f32;
    table.widths.iter().map(|width| f32::from(*width) * points_per_unit).collect()
}

fn wrap_cells(layout: &Layout<'_>, cells: &[String], widths: &[f32], style: FontStyle) -> WrappedRow {
    let wrap_cell = |(cell, width): (&String, &f32)| {
        let mut lines = layout.break_lines(cell, style, FONT_SIZE, width - 2.0 * PADDING);
        if lines.len() > MAX_CELL_LINES {
            lines.truncate(MAX_CELL_LINES);
            lines[MAX_CELL_LINES - 1].push('…');
        }
        lines
    };
    cells.iter().zip(widths).map(wrap_cell).collect()
}

/// Returns the height of a row, in points.
fn row_height(row: &WrappedRow) -> f32 {
    let line_count = row.iter().map(Vec::len).max().unwrap_or(1);
    #[allow(clippy::cast_precision_loss)]
    let height = line_count as f32 * LINE_HEIGHT + 2.0 * PADDING;
    height
}

/// Returns the height of the part of a table that stays on one page with the heading above it, in points: the heading
/// row and the first row. While a row is a heading over all columns, the next row belongs to this part too.
#[must_use]
pub fn head_height(table: &DocumentTable, fonts: &Fonts) -> f32 {
    let layout = Layout::new(fonts);
    let widths = column_widths(table);
    let last_kept_index = (0..table.rows.len()).find(|index| !table.heading_rows.contains(index)).unwrap_or(0).max(1);
    let heights = table.rows.iter().enumerate().take(last_kept_index + 1).map(|(index, row)| {
        match table.heading_rows.binary_search(&index) {
            Ok(_) => row_height(&wrap_heading_cell(&layout, row)),
            Err(_) => row_height(&wrap_cells(&layout, row, &widths, FontStyle::Regular)),
        }
    });
    heights.sum::<f32>() + row_height(&wrap_cells(&layout, &table.headings, &widths, FontStyle::Bold))
}

/// Draws a table.
pub fn draw_table(layout: &mut Layout<'_>, table: &DocumentTable) {
    let widths = column_widths(table);
    let headings = wrap_cells(layout, &table.headings, &widths, FontStyle::Bold);
    let draw_headings =
        |layout: &mut Layout<'_>| draw_row(layout, &headings, &widths, &table.right_aligned, FontStyle::Bold, true);
    layout.ensure_room(head_height(table, layout.fonts));
    draw_headings(layout);
    let last_row = table.rows.len().saturating_sub(1);
    for (index, cells) in table.rows.iter().enumerate() {
        if table.heading_rows.binary_search(&index).is_ok() {
            let next_row = table.rows.get(index + 1).map(|row| wrap_cells(layout, row, &widths, FontStyle::Regular));
            draw_heading_row(layout, cells, next_row.as_ref().map_or(0.0, row_height), &draw_headings);
            continue;
        }
        let is_total = table.has_total_row && index == last_row;
        let style = if is_total { FontStyle::Bold } else { FontStyle::Regular };
        let wrapped_row = wrap_cells(layout, cells, &widths, style);
        if !layout.fits(row_height(&wrapped_row)) {
            layout.start_page();
            draw_headings(layout);
        }
        draw_row(layout, &wrapped_row, &widths, &table.right_aligned, style, is_total);
    }
    layout.y += 4.0;
}

fn wrap_heading_cell(layout: &Layout<'_>, cells: &[String]) -> WrappedRow {
    wrap_cells(layout, cells.get(..1).unwrap_or_default(), &[RIGHT - LEFT], FontStyle::Bold)
}

/// Draws a row with one cell over all columns. It stays on one page with the row below it, whose height is
/// `next_height`.
fn draw_heading_row(
    layout: &mut Layout<'_>,
    cells: &[String],
    next_height: f32,
    draw_headings: &dyn Fn(&mut Layout<'_>),
) {
    let row = wrap_heading_cell(layout, cells);
    if !layout.fits(row_height(&row) + next_height) {
        layout.start_page();
        draw_headings(layout);
    }
    draw_row(layout, &row, &[RIGHT - LEFT], &[false], FontStyle::Bold, true);
}

fn draw_row(
    layout: &mut Layout<'_>,
    row: &WrappedRow,
    widths: &[f32],
    right_aligned: &[bool],
    style: FontStyle,
    is_shaded: bool,
) {
    let (top, height) = (layout.y, row_height(row));
    if is_shaded {
        layout.push(PageMark::Rect { x: LEFT, y: top, width: RIGHT - LEFT, height, fill: SHADE_COLOUR });
    }
    let mut x = LEFT;
    for ((lines, width), is_right_aligned) in row.iter().zip(widths).zip(right_aligned) {
        for (line, line_number) in lines.iter().zip(1_u8..) {
            let y = top + PADDING + LINE_HEIGHT * f32::from(line_number) - FONT_SIZE * 0.28;
            let text_width = layout.fonts.width(style, FONT_SIZE, line);
            let text_x = if *is_right_aligned { x + width - PADDING - text_width } else { x + PADDING };
            layout.push(PageMark::text(text_x, y, style, FONT_SIZE, line.clone()));
        }
        layout.push(PageMark::Rect { x, y: top, width: 0.5, height, fill: BORDER_COLOUR });
        x += width;
    }
    layout.push(PageMark::Rect { x, y: top, width: 0.5, height: height + 0.5, fill: BORDER_COLOUR });
    layout.push(PageMark::Rect { x: LEFT, y: top, width: RIGHT - LEFT, height: 0.5, fill: BORDER_COLOUR });
    layout.push(PageMark::Rect { x: LEFT, y: top + height, width: RIGHT - LEFT, height: 0.5, fill: BORDER_COLOUR });
    layout.y = top + height;
}
