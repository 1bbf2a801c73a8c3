//! The document of an addendum, in the form of the report that it amends.
use super::addendum::AddendumPage;
use crate::department::report::Report;
use crate::department::report::document::build_document;
use crate::department::report::row_lists::TextTable;
use crate::department::report::selected_tables::SelectedTables;
use crate::paper::document::{Document, DocumentBlock, DocumentTable};
use crate::text::Lang;

/// The relative widths of the columns: a figure, its closed value, its value now, and the difference.
const WIDTHS: [u16; 4] = [40, 20, 20, 20];

/// Builds the document of an addendum. Agency, place, recipients and signatures are those of the report.
#[must_use]
pub fn addendum_document(page: &AddendumPage, report: &Report, lang: Lang) -> Document {
    let mut blocks: Vec<DocumentBlock> = page.lines.iter().cloned().map(DocumentBlock::Text).collect();
    for (heading, table) in &page.tables {
        blocks.push(DocumentBlock::Heading(heading.clone()));
        blocks.push(DocumentBlock::Table(document_table(table)));
    }
    for (heading, lines) in &page.lists {
        blocks.push(DocumentBlock::Heading(heading.clone()));
        blocks.extend(lines.iter().map(|line| DocumentBlock::Text(format!("– {line}"))));
    }
    Document {
        title: page.title.clone(),
        subject: vec![page.dates.clone()],
        blocks,
        annexes: Vec::new(),
        details: Vec::new(),
        ..build_document(report, SelectedTables::All, lang)
    }
}

/// Converts a table of differences, whose first cell names the row of the report and whose last cell says why it differs.
/// On paper both stand once, above the figures of the row.
fn document_table(table: &TextTable) -> DocumentTable {
    let figures = |cells: &[String]| cells.get(1..5).unwrap_or_default().to_vec();
    let (mut rows, mut heading_rows, mut last_label) = (Vec::new(), Vec::new(), None);
    for row in &table.rows {
        let (label, causes) = (row.first(), row.last().filter(|causes| !causes.is_empty()));
        if label != last_label {
            let title = label.into_iter().chain(causes).cloned().collect::<Vec<_>>().join(" – ");
            heading_rows.push(rows.len());
            rows.push(std::iter::once(title).chain(WIDTHS[1..].iter().map(|_| String::new())).collect());
            last_label = label;
        }
        if row.get(1).is_some_and(|figure| !figure.is_empty()) {
            rows.push(figures(row));
        }
    }
    DocumentTable {
        headings: figures(&table.headings),
        widths: WIDTHS.to_vec(),
        right_aligned: vec![false, true, true, true],
        rows,
        heading_rows,
        ..DocumentTable::default()
    }
}
