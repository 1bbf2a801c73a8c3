//! Finds the closing of a report's range, and compares its numbers with the report.
use std::io;

use super::inputs::{table_file, table_name};
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::report::args::RowsBy;
use crate::department::closing::addendum::closed_line;
use crate::department::closing::compare::{TableComparison, compare_tables};
use crate::department::closing::kept::{ClosingFiles, read_kept_files};
use crate::department::closing::manifest::{ClosingManifest, MANIFEST_FILE};
use crate::department::closing::recorded_closings;
use crate::department::report::closing_note::{ClosedNumbers, ClosingNote};
use crate::department::report::{GroupBy, Report, csv};
use crate::text::Lang;

/// Returns what the report says; `None` if its range is not closed.
///
/// # Errors
/// If the store cannot be reached.
pub fn closing_note(store: &IndexedStore, report: &Report, lang: Lang) -> io::Result<Option<ClosingNote>> {
    let closings = recorded_closings(&store.journal.journal);
    let Some(closing) = closings.iter().find(|closing| closing.range == report.range) else { return Ok(None) };
    let kept = read_kept_files(&store.store.storage(), closing)?;
    let is_comparable = report.campaign.is_none() && report.earlier_range.is_none();
    let numbers = match differing_rows(report, &kept) {
        _ if !kept.faults.is_empty() => ClosedNumbers::Faulty,
        _ if !is_comparable => ClosedNumbers::NotComparable,
        None => ClosedNumbers::Faulty,
        Some(0) => ClosedNumbers::Same,
        Some(rows) => ClosedNumbers::Differ(rows),
    };
    Ok(Some(ClosingNote::Closed { line: closed_line(closing, lang), numbers }))
}

/// Returns the number of rows of the report's tables that differ from the closed ones; `None` if a closed table cannot be
/// read. The table by period is split as the reader likes, so it is not compared; neither is a table that the closing does
/// not have, because an earlier version of the program has made it.
fn differing_rows(report: &Report, kept: &ClosingFiles) -> Option<usize> {
    let manifest = ClosingManifest::parse(kept.files.get(MANIFEST_FILE)?)?;
    let mut count = 0;
    for table in report.tables.iter().filter(|table| table.by != GroupBy::Period) {
        let name = table_name(RowsBy::Group(table.by));
        if !manifest.tables.contains(&name) {
            continue;
        }
        let closed = kept.files.get(&table_file(&name))?;
        count += match compare_tables(&name, closed, csv::render_csv(table).as_bytes()) {
            TableComparison::Same | TableComparison::AddedColumns | TableComparison::Arranged => 0,
            TableComparison::Differs(rows) => rows.len(),
            TableComparison::Unreadable => return None,
        };
    }
    Some(count)
}
