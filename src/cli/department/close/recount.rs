//! `loa close --recount`: counts a closed period again, from the entries under the closed heads.
use std::io::{self, Write};

use super::CloseArgs;
use super::inputs::{ClosedInputs, table_file, table_name};
use super::kept::{OpenedClosings, open_closings, read_and_print};
use super::period::{closing_named, today};
use crate::cli::department::indexed_store::with_closed_index;
use crate::cli::department::report::args::RowsBy;
use crate::cli::department::report::build::{ReportError, build_report};
use crate::cli::department::report::render::render_csv;
use crate::cli::department::store::{lock_store, report_store_failure};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::department::closing::compare::{CellDifference, RowDifference, TableComparison, compare_tables};
use crate::department::closing::kept::ClosingFiles;
use crate::department::report::figures::format_count;
use crate::text::closing::ClosingText;
use crate::text::count::Grouped;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of cells of a table that are printed.
const MAX_PRINTED_CELLS: usize = 5;

/// Runs `loa close --recount`.
pub(super) fn run(args: &CloseArgs, period: &str, lang: Lang) -> io::Result<u8> {
    let opened = match open_closings(&args.store, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let closing = match closing_named(&opened.closings, period, today()) {
        Ok(closing) => closing,
        Err(text) => return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS)),
    };
    let failed = |e: &dyn std::fmt::Display| {
        report_store_failure(&opened.location.to_string(), &io::Error::other(e.to_string()), lang)
    };
    let kept = match read_and_print(&opened.location, closing, lang) {
        Ok(kept) => kept,
        Err(e) => return Ok(report_store_failure(&opened.location.to_string(), &e, lang)),
    };
    let Some(inputs) = ClosedInputs::parse(closing, &kept.files) else {
        return Ok(fail(ClosingText::RecountImpossible {}.to_plain(lang), EXIT_PROBLEMS));
    };
    // A collection that runs at the same time replaces the tiles at the ends of the logs.
    let _store_lock = match lock_store(&opened.location) {
        Ok(Some(lock)) => lock,
        Ok(None) => {
            let text = DepartmentText::StoreBusy { path: opened.location.to_string() };
            return Ok(fail(text.localized(lang), EXIT_PROBLEMS));
        }
        Err(e) => return Ok(report_store_failure(&opened.location.to_string(), &e, lang)),
    };
    let lines = match recount(&opened, inputs, &kept, lang) {
        Ok(lines) => lines,
        Err(e) => return Ok(failed(&e)),
    };
    let is_equal = lines.is_ok();
    let mut out = io::stdout().lock();
    for line in lines.unwrap_or_else(|lines| lines) {
        writeln!(out, "{line}")?;
    }
    let is_whole = is_equal && kept.faults.is_empty() && opened.journal.faults.is_empty();
    Ok(if is_whole { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Counts again. Returns the sentences about the result; as an error if it is not equal to the closed numbers.
fn recount(
    opened: &OpenedClosings,
    inputs: ClosedInputs,
    kept: &ClosingFiles,
    lang: Lang,
) -> Result<Result<Vec<String>, Vec<String>>, ReportError> {
    let Some((query, tables)) = inputs.query() else {
        return Ok(Err(vec![ClosingText::RecountImpossible {}.to_plain(lang)]));
    };
    let (closed_logs, frozen) = (inputs.manifest.closed_logs(), inputs.frozen());
    let store = (&opened.location, opened.journal.clone(), opened.witness.key().public());
    let counted = with_closed_index(store, inputs.registry, &closed_logs, frozen, |store| {
        let report = build_report(store, &query, &mut None)?;
        Ok::<_, ReportError>(tables.iter().map(|by| (*by, render_csv(&report, Some(*by)))).collect::<Vec<_>>())
    })?;
    let counted = match counted {
        Ok(counted) => counted,
        Err(faults) => {
            let text = |(origin, fault)| ClosingText::RecountLogFault { origin, fault }.to_plain(lang);
            return Ok(Err(faults.into_iter().map(text).collect()));
        }
    };
    let (mut remarks, mut differing) = (Vec::new(), Vec::new());
    for (by, csv) in &counted {
        match judge(*by, csv, kept, lang) {
            Ok(remark) => remarks.extend(remark),
            Err(lines) => differing.extend(lines),
        }
    }
    if !differing.is_empty() {
        return Ok(Err(remarks.into_iter().chain(differing).collect()));
    }
    if remarks.is_empty() {
        let tables = format_count(counted.len() as u64, lang);
        remarks.push(ClosingText::RecountEqual { tables }.to_plain(lang));
    }
    Ok(Ok(remarks))
}

/// Compares a table with the closed one. Returns a remark if only columns were added, and an error with sentences if
/// they are not equal.
fn judge(by: RowsBy, csv: &str, kept: &ClosingFiles, lang: Lang) -> Result<Option<String>, Vec<String>> {
    let table = table_name(by);
    let name = table_file(&table);
    let Some(closed_bytes) = kept.files.get(&name) else {
        return Err(vec![ClosingText::NotShown { name }.to_plain(lang)]);
    };
    let text = match compare_tables(&table, closed_bytes, csv.as_bytes()) {
        TableComparison::Same => return Ok(None),
        TableComparison::AddedColumns => return Ok(Some(ClosingText::RecountColumns { name }.to_plain(lang))),
        TableComparison::Unreadable => ClosingText::RecountUnreadable { name },
        TableComparison::Arranged => ClosingText::RecountArranged { name },
        TableComparison::Differs(rows) => {
            let mut lines = vec![ClosingText::RecountDiffers { name, rows: Grouped(rows.len().into()) }.to_plain(lang)];
            lines.extend(rows.iter().flat_map(|row| cell_lines(row, lang)).take(MAX_PRINTED_CELLS));
            return Err(lines);
        }
    };
    Err(vec![text.to_plain(lang)])
}

fn cell_lines(row: &RowDifference, lang: Lang) -> Vec<String> {
    let key = row.key.iter().map(|(column, cell)| format!("{column}={cell}")).collect::<Vec<_>>().join(" ");
    let line = |cell: &CellDifference| {
        let (closed, now) = (strip_unprintable(&cell.closed), strip_unprintable(&cell.now));
        ClosingText::RecountRow { key: strip_unprintable(&key), column: cell.column.clone(), closed, now }
    };
    row.cells.iter().map(|cell| line(cell).localized(lang).to_string()).collect()
}
