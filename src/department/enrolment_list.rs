//! Reads a list of stations to enrol: a CSV file as Excel or LibreOffice saves it. Every row is checked before any is
//! enrolled.
mod cells;
mod check;
mod columns;
mod listed;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use self::cells::{Cell, split_rows};
use self::check::RowRules;
use self::columns::{Column, read_columns};
use super::places::UnitList;
use super::registry::{FileFaults, Registry};
use crate::proof::origin::station_in_origin;
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::{Hint, ProblemText};

pub use self::listed::ListedStation;

/// The maximum size of a list, in bytes.
pub const MAX_LIST_BYTES: u64 = 4 * 1024 * 1024;
/// The maximum number of rows.
const MAX_ROWS: usize = 20_000;

/// Reads a list. The places are completed from `units`, as they are on `today`.
///
/// # Errors
/// All faults of the list. Then nothing in it may be enrolled.
pub fn read_list(
    source: SourceFile,
    registry: &Registry,
    units: &UnitList,
    today: NaiveDate,
) -> Result<Vec<ListedStation>, Box<FileFaults>> {
    if let Some(problem) = encoding_fault(&source) {
        return Err(FileFaults::new(source, vec![problem]));
    }
    let (mut rows, mut problems) = split_rows(&source.text);
    let columns = if rows.is_empty() { Vec::new() } else { read_columns(&rows.remove(0), &mut problems) };
    if !columns.contains(&Some(Column::Key)) {
        let start = Cell { text: String::new(), span: 0..source.text.lines().next().unwrap_or_default().len() };
        let hint = Hint::AddColumn { columns: Column::ALL_NAMES.to_owned() };
        problems.push(start.fault(Finding::MissingColumn { column: "key".to_owned() }, hint));
    }
    if rows.len() > MAX_ROWS {
        let finding = Finding::TooMany { what: ProblemText::Rows, limit: MAX_ROWS };
        problems.push(rows[MAX_ROWS].fault(finding, Hint::SplitFile));
    }
    if !problems.is_empty() {
        return Err(FileFaults::new(source, problems));
    }
    let stations_with_logs = registry.logs().filter_map(|log| station_in_origin(&log.key.name)).collect();
    let rules = RowRules { columns: &columns, registry, stations_with_logs, units, today };
    let (mut stations, mut first_rows) = (Vec::new(), BTreeMap::new());
    for row in &rows {
        match rules.check_row(row) {
            Ok(station) => match first_rows.insert(station.id.clone(), row.span()) {
                None => stations.push(station),
                Some(first) => {
                    let fault = row.fault(Finding::DuplicateId { id: station.id.to_string() }, Hint::RemoveOne);
                    problems.push(fault.with_related(Some(SourceSpan { file_index: 0, range: first })));
                }
            },
            Err(faults) => problems.extend(faults),
        }
    }
    if problems.is_empty() { Ok(stations) } else { Err(FileFaults::new(source, problems)) }
}

/// Returns the fault of a file that is not UTF-8. Excel saves such a file unless "CSV UTF-8" is chosen.
fn encoding_fault(source: &SourceFile) -> Option<Problem> {
    let at = |start: usize, finding| {
        let cell = Cell { text: String::new(), span: start..start + 1 };
        Some(cell.fault(finding, Hint::SaveCsvUtf8))
    };
    if source.looks_like_utf16() {
        return at(0, Finding::Utf16);
    }
    if let Some(index) = source.first_invalid_byte {
        return at(index, Finding::NotUtf8);
    }
    source.text.find('\0').and_then(|index| at(index, Finding::NulBytes))
}
