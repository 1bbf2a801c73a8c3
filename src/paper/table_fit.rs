//! Chooses the widths of a table's columns and its font size, so that no word is broken: for PDF and DOCX, which have
//! pages of a fixed width.
use super::document::{Annex, DocumentBlock, DocumentTable};
use super::pdf::fonts::{FontStyle, Fonts};

/// The distance between a cell's border and its text, in points.
pub const CELL_PADDING: f32 = 3.0;
/// The font sizes of tables, in points. The largest at which no word is broken is taken.
const FONT_SIZES: [f32; 9] = [11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0];
/// The largest font size of a table with many rows, in points.
const MAX_SIZE_OF_LONG_TABLE: f32 = 9.5;
/// A table with more rows than this is long.
const MAX_ROWS_OF_SHORT_TABLE: usize = 20;
/// An annex with a table of more columns than this is in landscape: on an upright page its texts would be in narrow
/// columns of many lines.
const MAX_UPRIGHT_COLUMNS: usize = 9;
/// An annex with a table that needs a smaller font than this on an upright page is in landscape, in points.
const MIN_UPRIGHT_FONT_SIZE: f32 = 9.5;
/// The number of lines into which a heading is broken if there is room.
const HEADING_LINES: f32 = 3.0;
/// A cell is given at most this part of the width of its table in order to have fewer lines.
const MAX_PREFERRED_PART: f32 = 0.35;
/// A word of a cell that is wider than this may be broken: a hash, an id. In multiples of the font size.
const MAX_UNBROKEN_WIDTH: f32 = 8.0;

/// The font size and the column widths of a table, in points.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTable {
    /// The font size.
    pub font_size: f32,
    /// The widths of the columns.
    pub widths: Vec<f32>,
}

/// Fits a table into a width, in points.
#[must_use]
pub fn fit_table(table: &DocumentTable, fonts: &Fonts, width: f32) -> FittedTable {
    let texts = text_widths(table, fonts);
    let with_padding = |text: f32, size: f32| text * size + 2.0 * CELL_PADDING + 0.5;
    let column_mins = |size: f32| texts.iter().map(move |text| with_padding(text.longest_word, size));
    let is_long = table.rows.len() > MAX_ROWS_OF_SHORT_TABLE;
    let sizes = FONT_SIZES.into_iter().filter(|size| !is_long || *size <= MAX_SIZE_OF_LONG_TABLE);
    let fitting_size = sizes.into_iter().find(|size| column_mins(*size).sum::<f32>() <= width);
    let font_size = fitting_size.unwrap_or(FONT_SIZES[FONT_SIZES.len() - 1]);
    let mins: Vec<f32> = column_mins(font_size).collect();
    if table.keeps_widths {
        return FittedTable { font_size, widths: share_width(&mins, &weights(table), width) };
    }
    let preferred: Vec<f32> = texts
        .iter()
        .zip(&mins)
        .map(|(text, min)| with_padding(text.preferred, font_size).min(width * MAX_PREFERRED_PART).max(*min))
        .collect();
    let wanted: f32 = preferred.iter().zip(&mins).map(|(preferred, min)| preferred - min).sum();
    let room = width - mins.iter().sum::<f32>();
    let widths = if room < wanted {
        // Each column gets the same part of what it would like to have.
        preferred.iter().zip(&mins).map(|(preferred, min)| min + (preferred - min) * (room / wanted).max(0.0)).collect()
    } else {
        share_width(&preferred, &weights(table), width)
    };
    // If not even the longest words fit, each column gets its part of the width.
    let sum: f32 = widths.iter().sum();
    FittedTable { font_size, widths: widths.iter().map(|column| column * width / sum.max(1.0)).collect() }
}

/// Returns whether the tables of an annex need a page in landscape, if an upright one has this width for text, in points.
#[must_use]
pub fn needs_landscape(annex: &Annex, fonts: &Fonts, upright_width: f32) -> bool {
    annex.blocks.iter().any(|block| match block {
        DocumentBlock::Table(table) => {
            table.headings.len() > MAX_UPRIGHT_COLUMNS
                || fit_table(table, fonts, upright_width).font_size < MIN_UPRIGHT_FONT_SIZE
        }
        _ => false,
    })
}

/// The widths of a column's text, at a font size of 1 point.
#[derive(Debug, Clone, Copy, Default)]
struct TextWidths {
    /// The longest word, which is not broken.
    longest_word: f32,
    /// The width at which each cell is a single line, and the heading a few.
    preferred: f32,
}

fn text_widths(table: &DocumentTable, fonts: &Fonts) -> Vec<TextWidths> {
    let widths_of = |text: &str, style: FontStyle| {
        let text = fonts.to_printable(text);
        let longest_word = text.split(' ').map(|word| fonts.width(style, 1.0, word)).fold(0.0_f32, f32::max);
        TextWidths { longest_word, preferred: fonts.width(style, 1.0, &text) }
    };
    let last_row = table.rows.len().saturating_sub(1);
    let mut columns: Vec<TextWidths> = table.headings.iter().map(|text| widths_of(text, FontStyle::Bold)).collect();
    columns.iter_mut().for_each(|column| column.preferred /= HEADING_LINES);
    for (index, row) in table.rows.iter().enumerate() {
        if table.heading_rows.binary_search(&index).is_ok() {
            continue;
        }
        let style = if table.has_total_row && index == last_row { FontStyle::Bold } else { FontStyle::Regular };
        for (column, cell) in columns.iter_mut().zip(row) {
            let cell = widths_of(cell, style);
            column.longest_word = column.longest_word.max(cell.longest_word.min(MAX_UNBROKEN_WIDTH));
            column.preferred = column.preferred.max(cell.preferred);
        }
    }
    columns
}

/// Returns the relative widths of the columns, which are above 0.
fn weights(table: &DocumentTable) -> Vec<f32> {
    let weight = |column: usize| f32::from(table.widths.get(column).copied().unwrap_or(1).max(1));
    (0..table.headings.len()).map(weight).collect()
}

/// Divides a width by weights, but gives each column at least its minimum. If there is not enough for the minimums, each
/// gets its part of the width.
fn share_width(mins: &[f32], weights: &[f32], width: f32) -> Vec<f32> {
    let sum_of_mins: f32 = mins.iter().sum();
    if sum_of_mins >= width {
        return mins.iter().map(|min| min * width / sum_of_mins.max(1.0)).collect();
    }
    let mut takes_min = vec![false; mins.len()];
    loop {
        let fixed: f32 = mins.iter().zip(&takes_min).filter(|(_, fixed)| **fixed).map(|(min, _)| min).sum();
        let free: f32 = weights.iter().zip(&takes_min).filter(|(_, fixed)| !**fixed).map(|(weight, _)| weight).sum();
        let share = |column: usize| (width - fixed) * weights[column] / free;
        let too_narrow: Vec<usize> =
            (0..mins.len()).filter(|column| !takes_min[*column] && share(*column) < mins[*column]).collect();
        if too_narrow.is_empty() {
            return (0..mins.len())
                .map(|column| if takes_min[column] { mins[column] } else { share(column) })
                .collect();
        }
        too_narrow.into_iter().for_each(|column| takes_min[column] = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(headings: &[&str], cell: &str) -> DocumentTable {
        DocumentTable {
            headings: headings.iter().map(|heading| (*heading).to_owned()).collect(),
            widths: vec![1; headings.len()],
            right_aligned: vec![false; headings.len()],
            rows: vec![vec![cell.to_owned(); headings.len()]],
            ..DocumentTable::default()
        }
    }

    #[test]
    fn a_column_is_as_wide_as_its_longest_word() {
        let fonts = Fonts::load().expect("the fonts are embedded");
        let headings = ["Thời lượng thực phát (phút)", "Nghiêng", "Số", "x"];
        for width in [200.0, 300.0, 467.0] {
            let fitted = fit_table(&table(&headings, "1.234.567"), &fonts, width);
            assert!((fitted.widths.iter().sum::<f32>() - width).abs() < 0.1, "{fitted:?}");
            for (heading, column) in headings.iter().zip(&fitted.widths) {
                for word in heading.split(' ').chain(["1.234.567"]) {
                    let word_width = fonts.width(FontStyle::Bold, fitted.font_size, word);
                    assert!(word == "1.234.567" || word_width + 2.0 * CELL_PADDING <= *column, "{word}: {fitted:?}");
                }
            }
        }
        assert!(fit_table(&table(&headings, "1"), &fonts, 467.0).font_size > 10.9);
    }

    #[test]
    fn a_long_hash_does_not_take_the_width_of_the_other_columns() {
        let fonts = Fonts::load().expect("the fonts are embedded");
        let fitted = fit_table(&table(&["Đài", "Băm"], &"ab".repeat(32)), &fonts, 467.0);
        assert!(fitted.font_size > 10.9 && fitted.widths.iter().all(|width| *width > 200.0), "{fitted:?}");
        // Room that no column needs is divided by the relative widths.
        let weighted = DocumentTable { widths: vec![1, 3], ..table(&["Đài", "Băm"], "1") };
        let fitted = fit_table(&weighted, &fonts, 467.0);
        assert!(fitted.widths[1] > fitted.widths[0], "{fitted:?}");
    }

    #[test]
    fn an_annex_with_too_many_columns_is_in_landscape() {
        let fonts = Fonts::load().expect("the fonts are embedded");
        let annex = |columns: usize| Annex {
            title: String::new(),
            blocks: vec![DocumentBlock::Table(table(&vec!["lượng/kế"; columns], "1.234"))],
        };
        assert!(!needs_landscape(&annex(6), &fonts, 467.0) && needs_landscape(&annex(14), &fonts, 467.0));
    }
}
