//! Lays out the tables of a report for a screen.
//!
//! On a terminal, no table is wider than the screen: texts are wrapped in their columns, then less important columns are
//! left out, and a table that is still too wide has a line for each cell. A pipe and a file get every table as it is.
use std::io::{self, IsTerminal as _};

use crate::cli::table::{align_columns, display_width, strip_unprintable, wrap_headings};
use crate::department::report::row_lists::TextTable;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// The width at which headings are wrapped.
const HEADING_WIDTH: usize = 12;
/// The same on a terminal, where there is less room.
const SCREEN_HEADING_WIDTH: usize = 9;
/// The width between columns.
const GAP: usize = 2;
/// The width to which a column of text is narrowed, unless one of its words is longer.
const MIN_TEXT_WIDTH: usize = 16;
/// The narrowest screen for which tables are made to fit.
const MIN_SCREEN_WIDTH: usize = 60;

/// Returns the width of the screen; `None` if standard output is not a terminal.
pub(super) fn screen_width() -> Option<usize> {
    let stdout = io::stdout();
    let size = rustix::termios::tcgetwinsize(&stdout).ok().filter(|_| stdout.is_terminal())?;
    Some(usize::from(size.ws_col)).filter(|width| *width > 0).map(|width| width.max(MIN_SCREEN_WIDTH))
}

/// Lays out a table for a screen of this width; as it is if there is no width.
pub(super) fn lay_out(table: &TextTable, width: Option<usize>, lang: Lang) -> String {
    let mut table = printable(table);
    let Some(width) = width else { return aligned(&table, None) };
    let mut left_out = 0;
    loop {
        if let Some(widths) = fitting_widths(&table, width) {
            let mut text = aligned(&table, Some(&widths));
            if left_out > 0 {
                let note = DocumentText::ColumnsLeftOut { count: left_out.into() }.to_plain(lang);
                text = format!("{text}\n{}", wrap(&note, width).join("\n"));
            }
            return text;
        }
        let Some(column) = table.optional.first().copied() else { return stacked(&table, width) };
        table = without_column(&table, column);
        left_out += 1_u64;
    }
}

fn printable(table: &TextTable) -> TextTable {
    let clean = |row: &Vec<String>| -> Vec<String> { row.iter().map(|cell| strip_unprintable(cell)).collect() };
    TextTable { headings: clean(&table.headings), rows: table.rows.iter().map(clean).collect(), ..table.clone() }
}

fn without_column(table: &TextTable, column: usize) -> TextTable {
    let keep = |row: &Vec<String>| -> Vec<String> {
        row.iter().enumerate().filter(|(index, _)| *index != column).map(|(_, cell)| cell.clone()).collect()
    };
    let shift = |indexes: &[usize]| -> Vec<usize> {
        indexes.iter().filter(|index| **index != column).map(|index| index - usize::from(*index > column)).collect()
    };
    TextTable {
        headings: keep(&table.headings),
        rows: table.rows.iter().map(keep).collect(),
        right_aligned: shift(&table.right_aligned),
        optional: shift(&table.optional),
    }
}

/// Returns the widths of the columns with which the table fits; `None` if it cannot fit. Columns of text are narrowed, the
/// widest first.
fn fitting_widths(table: &TextTable, width: usize) -> Option<Vec<usize>> {
    let heading_lines = wrap_headings(&table.headings, SCREEN_HEADING_WIDTH);
    let column_width = |column: usize| {
        let cells = heading_lines.iter().chain(&table.rows).filter_map(|row| row.get(column));
        cells.map(|cell| display_width(cell)).max().unwrap_or(0)
    };
    let longest_word = |column: usize| {
        let cells = heading_lines.iter().chain(&table.rows).filter_map(|row| row.get(column));
        cells.flat_map(|cell| cell.split(' ')).map(display_width).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..table.headings.len()).map(column_width).collect();
    let mins: Vec<usize> = (0..widths.len())
        .map(|column| match table.right_aligned.contains(&column) {
            true => widths[column],
            false => longest_word(column).max(MIN_TEXT_WIDTH).min(widths[column]),
        })
        .collect();
    let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let widest =
            (0..widths.len()).filter(|column| widths[*column] > mins[*column]).max_by_key(|column| widths[*column])?;
        widths[widest] -= 1;
    }
    Some(widths)
}

/// Lays out a table in columns. Cells are wrapped to these widths, if there are any.
fn aligned(table: &TextTable, widths: Option<&[usize]>) -> String {
    let heading_width = if widths.is_some() { SCREEN_HEADING_WIDTH } else { HEADING_WIDTH };
    let mut rows = wrap_headings(&table.headings, heading_width);
    for row in &table.rows {
        let Some(widths) = widths else {
            rows.push(row.clone());
            continue;
        };
        let columns: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
        let line_count = columns.iter().map(Vec::len).max().unwrap_or(1);
        rows.extend(
            (0..line_count)
                .map(|line| columns.iter().map(|lines| lines.get(line).cloned().unwrap_or_default()).collect()),
        );
    }
    align_columns(&rows, &table.right_aligned).trim_end().to_owned()
}

/// Breaks text at blanks into lines of at most this width, or one word.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if display_width(line) + 1 + display_width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Lays out a table with its first cell on a line, and below it each other cell with its heading.
fn stacked(table: &TextTable, width: usize) -> String {
    let mut lines = Vec::new();
    for row in &table.rows {
        let mut cells = table.headings.iter().zip(row);
        lines.extend(cells.next().map(|(heading, cell)| format!("{heading}: {cell}")));
        for (heading, cell) in cells.filter(|(_, cell)| !cell.is_empty()) {
            let wrapped = wrap(&format!("{heading}: {cell}"), width.saturating_sub(4));
            lines.extend(
                wrapped
                    .iter()
                    .enumerate()
                    .map(|(index, line)| format!("{}{line}", if index == 0 { "  " } else { "    " })),
            );
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TextTable {
        let headings = ["Đài", "Số lượt theo kế hoạch", "Trễ (giây)", "Sự việc"].map(str::to_owned).to_vec();
        let cells = [
            "Đài Truyền thanh xã Đắk R'Măng (hư cấu)",
            "1.234",
            "0,1 / 0,2 / 0,2",
            "Phát hiện dữ liệu bị thay đổi, từ dòng số 12",
        ];
        TextTable {
            headings,
            rows: vec![cells.map(str::to_owned).to_vec()],
            right_aligned: vec![1, 2],
            optional: vec![2],
        }
    }

    fn widest_line(text: &str) -> usize {
        text.lines().map(display_width).max().unwrap_or(0)
    }

    #[test]
    fn a_table_is_not_wider_than_the_screen() {
        let whole = lay_out(&table(), None, Lang::Vi);
        assert_eq!(whole.lines().count(), 3, "two lines of headings and the row: {whole}");
        for width in [100, 80, 60] {
            let text = lay_out(&table(), Some(width), Lang::Vi);
            assert!(widest_line(&text) <= width, "{width}: {text}");
            let words =
                |text: &str| text.split_whitespace().filter(|word| *word == "1.234" || *word == "R'Măng").count();
            assert_eq!(words(&text), 2, "{text}");
        }
        assert!(lay_out(&table(), Some(80), Lang::Vi).contains("0,1 / 0,2"), "there is room for all columns");
        let narrow = lay_out(&table(), Some(50), Lang::Vi);
        assert!(!narrow.contains("0,1 / 0,2") && narrow.contains("1 cột"), "{narrow}");
    }

    #[test]
    fn a_table_with_too_many_columns_has_a_line_for_each_cell() {
        let mut wide = table();
        wide.optional.clear();
        let text = lay_out(&wide, Some(40), Lang::Vi);
        assert!(widest_line(&text) <= 45 && text.contains("\n  Số lượt theo kế hoạch: 1.234\n"), "{text}");
    }
}
