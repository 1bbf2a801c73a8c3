//! Tables: headings on every page, no row cut in half.
use super::fonts::{FontStyle, Fonts};
use super::layout::{LEFT, Layout, PageMark, RIGHT};
use crate::department::report::document::DocumentTable;

const SIZE: f32 = 9.5;
const LINE: f32 = SIZE * 1.2;
const PAD: f32 = 3.0;
const BORDER: (u8, u8, u8) = (0x8d, 0x94, 0x9e);
const HEAD: (u8, u8, u8) = (0xe8, 0xed, 0xf3);
/// Lines of a cell. A row must fit on a page.
const MAX_LINES: usize = 50;

/// The cells of a row, each broken into lines.
type WrappedRow = Vec<Vec<String>>;

fn widths(sheet: &DocumentTable) -> Vec<f32> {
    let sum: u32 = sheet.widths.iter().map(|width| u32::from(*width)).sum();
    #[allow(clippy::cast_precision_loss)]
    let each = (RIGHT - LEFT) / sum.max(1) as f32;
    sheet.widths.iter().map(|width| f32::from(*width) * each).collect()
}

fn wrap_cells(layout: &Layout<'_>, cells: &[String], widths: &[f32], style: FontStyle) -> WrappedRow {
    let cell = |(cell, width): (&String, &f32)| {
        let mut lines = layout.lines(cell, style, SIZE, width - 2.0 * PAD);
        if lines.len() > MAX_LINES {
            lines.truncate(MAX_LINES);
            lines[MAX_LINES - 1].push('…');
        }
        lines
    };
    cells.iter().zip(widths).map(cell).collect()
}

fn height(row: &WrappedRow) -> f32 {
    let lines = row.iter().map(Vec::len).max().unwrap_or(1);
    #[allow(clippy::cast_precision_loss)]
    let height = lines as f32 * LINE + 2.0 * PAD;
    height
}

/// Returns the height of a table's headings and first rows, which stay with the heading above.
#[must_use]
pub fn head_height(sheet: &DocumentTable, fonts: &Fonts) -> f32 {
    let layout = Layout::new(fonts);
    let widths = widths(sheet);
    let rows = sheet.rows.iter().take(2).map(|row| height(&wrap_cells(&layout, row, &widths, FontStyle::Regular)));
    rows.sum::<f32>() + height(&wrap_cells(&layout, &sheet.headings, &widths, FontStyle::Bold))
}

/// Draws a table.
pub fn draw_table(layout: &mut Layout<'_>, sheet: &DocumentTable) {
    let widths = widths(sheet);
    let heads = wrap_cells(layout, &sheet.headings, &widths, FontStyle::Bold);
    let draw_heads =
        |layout: &mut Layout<'_>| draw_row(layout, &heads, &widths, &sheet.right_aligned, FontStyle::Bold, true);
    layout.ensure_room(head_height(sheet, layout.fonts));
    draw_heads(layout);
    let last = sheet.rows.len().saturating_sub(1);
    for (number, cells) in sheet.rows.iter().enumerate() {
        let sum = sheet.has_total_row && number == last;
        let style = if sum { FontStyle::Bold } else { FontStyle::Regular };
        let lines = wrap_cells(layout, cells, &widths, style);
        if !layout.fits(height(&lines)) {
            layout.new_page();
            draw_heads(layout);
        }
        draw_row(layout, &lines, &widths, &sheet.right_aligned, style, sum);
    }
    layout.y += 4.0;
}

fn draw_row(
    layout: &mut Layout<'_>,
    cells: &WrappedRow,
    widths: &[f32],
    right: &[bool],
    style: FontStyle,
    shaded: bool,
) {
    let (top, height) = (layout.y, height(cells));
    if shaded {
        layout.push(PageMark::Rect { x: LEFT, y: top, width: RIGHT - LEFT, height, fill: HEAD });
    }
    let mut x = LEFT;
    for ((lines, width), right) in cells.iter().zip(widths).zip(right) {
        for (line, y) in lines.iter().zip(1_u8..) {
            let y = top + PAD + LINE * f32::from(y) - SIZE * 0.28;
            let wide = layout.fonts.width(style, SIZE, line);
            let at = if *right { x + width - PAD - wide } else { x + PAD };
            layout.push(PageMark::text(at, y, style, SIZE, line.clone()));
        }
        layout.push(PageMark::Rect { x, y: top, width: 0.5, height, fill: BORDER });
        x += width;
    }
    layout.push(PageMark::Rect { x, y: top, width: 0.5, height: height + 0.5, fill: BORDER });
    layout.push(PageMark::Rect { x: LEFT, y: top, width: RIGHT - LEFT, height: 0.5, fill: BORDER });
    layout.push(PageMark::Rect { x: LEFT, y: top + height, width: RIGHT - LEFT, height: 0.5, fill: BORDER });
    layout.y = top + height;
}
