//! Renders tables as HTML. A wide table scrolls in its own box, with its first column fixed.
use maud::{Markup, html as page};

use crate::paper::document::DocumentTable;
use crate::text::strip_unprintable as clean;

/// The number of characters from which a cell needs a wide column, also on a small screen.
const MIN_LONG_CHARS: usize = 60;

/// Renders a table. Rows that are headings over all columns have an order of their own, so such a table cannot be sorted.
pub(super) fn render_table(table: &DocumentTable) -> Markup {
    let total_row = table.rows.len().checked_sub(1).filter(|_| table.has_total_row);
    let body_rows = total_row.unwrap_or(table.rows.len());
    let can_be_sorted =
        table.heading_rows.is_empty() && body_rows > 1 && table.headings.iter().all(|heading| !heading.is_empty());
    page! {
        // The box can be reached and scrolled with the keyboard.
        div.box tabindex="0" {
            table data-sort[can_be_sorted] {
                thead { tr {
                    @for (column, heading) in table.headings.iter().enumerate() {
                        th scope="col" class=[is_right_aligned(table, column).then_some("right")] { (clean(heading)) }
                    }
                } }
                tbody {
                    @for (index, row) in table.rows.iter().enumerate().take(body_rows) {
                        @if table.heading_rows.binary_search(&index).is_ok() {
                            tr.head { td colspan=(table.headings.len()) {
                                (clean(row.first().map_or("", String::as_str)))
                            } }
                        } @else {
                            tr { (render_cells(table, row, table.row_anchors.get(index).and_then(Option::as_deref))) }
                        }
                    }
                }
                @if let Some(row) = total_row.and_then(|index| table.rows.get(index)) {
                    tfoot { tr.sum { (render_cells(table, row, None)) } }
                }
            }
        }
    }
}

fn is_right_aligned(table: &DocumentTable, column: usize) -> bool {
    table.right_aligned.get(column).copied().unwrap_or(false)
}

/// Renders the cells of a row. The first one links to the details of the row.
fn render_cells(table: &DocumentTable, row: &[String], anchor: Option<&str>) -> Markup {
    let class = |column: usize, cell: &str| {
        let is_hash = cell.len() == 64 && cell.bytes().all(|b| b.is_ascii_hexdigit());
        match is_right_aligned(table, column) {
            _ if is_hash => Some("hash"),
            true => Some("right"),
            false => (cell.chars().count() > MIN_LONG_CHARS).then_some("long"),
        }
    };
    page! {
        @for (column, cell) in row.iter().enumerate() {
            td class=[class(column, cell)] {
                @match anchor.filter(|_| column == 0) {
                    Some(anchor) => a href={ "#" (anchor) } { (clean(cell)) },
                    None => (clean(cell)),
                }
            }
        }
    }
}
