//! Finds the closing of a report's range, and compares its numbers with the report.
use std::io;

use super::inputs::{table_file, table_name};
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::report::args::RowsBy;
use crate::department::closing::addendum::closed_line;
use crate::department::closing::compare::{CsvTable, differences};
use crate::department::closing::kept::{ClosingFiles, read_kept_files};
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
    let numbers = match differing_rows(report, &kept).filter(|_| kept.faults.is_empty()) {
        None => ClosedNumbers::Faulty,
        Some(0) => ClosedNumbers::Same,
        Some(rows) => ClosedNumbers::Differ(rows),
    };
    Ok(Some(ClosingNote::Closed { line: closed_line(closing, lang), numbers }))
}

/// Returns the number of rows of the report's tables that differ from the closed ones; `None` if a closed table cannot be
/// read. The table by period is split as the reader likes, so it is not compared.
fn differing_rows(report: &Report, kept: &ClosingFiles) -> Option<usize> {
    let mut count = 0;
    for table in report.tables.iter().filter(|table| table.by != GroupBy::Period) {
        let name = table_name(RowsBy::Group(table.by));
        let closed = CsvTable::parse(kept.files.get(&table_file(&name))?)?;
        let now = CsvTable::parse(csv::render_csv(table).as_bytes())?;
        count += differences(&name, &closed, &now).len();
    }
    Some(count)
}
