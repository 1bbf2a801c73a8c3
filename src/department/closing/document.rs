//! The document of an addendum, in the form of the report that it amends.
use super::addendum::AddendumPage;
use crate::department::report::Report;
use crate::department::report::document::build_document;
use crate::department::report::row_lists::TextTable;
use crate::paper::document::{Document, DocumentBlock, DocumentTable};
use crate::text::Lang;

/// The relative widths of the columns.
const WIDTHS: [u16; 6] = [24, 20, 10, 10, 10, 26];

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
    Document { title: page.title.clone(), subtitles: vec![page.dates.clone()], blocks, ..build_document(report, lang) }
}

fn document_table(table: &TextTable) -> DocumentTable {
    DocumentTable {
        headings: table.headings.clone(),
        widths: WIDTHS.to_vec(),
        right_aligned: (0..table.headings.len()).map(|column| table.right_aligned.contains(&column)).collect(),
        rows: table.rows.clone(),
        has_total_row: false,
        heading_rows: Vec::new(),
    }
}
