//! Renders a table as CSV: RFC 4180, UTF-8 with a byte order mark. The headers are the same in every language.
use crate::airlog::outcome::Reason;

use super::totals::REASON_COUNT;
use super::{ReportTable, TableRow};

/// Returns the names of the columns that follow the key columns. If `is_compared` is true, the columns of the earlier
/// range come last.
#[must_use]
pub fn value_columns(is_compared: bool) -> Vec<String> {
    let fixed_columns = [
        "planned",
        "aired",
        "partial",
        "missed",
        "planned_ms",
        "played_ms",
        "share_permille",
        "level0",
        "unknown",
        "late_p50_ms",
        "late_p95_ms",
        "late_max_ms",
        "unplanned",
        "unplanned_ms",
    ];
    let mut columns: Vec<String> = fixed_columns.map(str::to_owned).to_vec();
    for result in ["missed", "partial"] {
        columns.extend(Reason::ALL.iter().map(|reason| format!("{result}_{}", reason.code().replace('-', "_"))));
        columns.push(format!("{result}_other"));
    }
    let evidence_columns = ["implausible", "unvouched", "unvouched_ms", "recordings", "recordings_shared"];
    columns.extend(evidence_columns.map(str::to_owned));
    columns.extend(["days_without_log", "lost_planned", "lost_planned_ms"].map(str::to_owned));
    if is_compared {
        let earlier_columns = ["planned", "aired", "partial", "missed", "planned_ms", "played_ms"];
        columns.extend(earlier_columns.map(|name| format!("before_{name}")));
    }
    columns
}

/// Returns the cells of a row after its key, in the order of [`value_columns`].
#[must_use]
pub fn value_cells(row: &TableRow) -> Vec<String> {
    let totals = &row.totals;
    let number_or_empty = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut cells = vec![
        totals.planned.to_string(),
        totals.aired.to_string(),
        totals.partial.to_string(),
        totals.missed.to_string(),
        totals.planned_ms.to_string(),
        totals.played_ms.to_string(),
        number_or_empty(totals.share_permille()),
        totals.level0.to_string(),
        totals.unknown.to_string(),
        number_or_empty(totals.lateness.percentile_ms(50)),
        number_or_empty(totals.lateness.percentile_ms(95)),
        number_or_empty(totals.lateness.max_ms()),
        totals.unplanned.to_string(),
        totals.unplanned_ms.to_string(),
    ];
    let counts_by_reason: [&[u64; REASON_COUNT]; 2] = [&totals.missed_by_reason, &totals.partial_by_reason];
    cells.extend(counts_by_reason.into_iter().flatten().map(ToString::to_string));
    cells.push(totals.implausible.to_string());
    cells.extend([totals.unconfirmed_clock.airings.to_string(), totals.unconfirmed_clock.played_ms.to_string()]);
    cells.extend([totals.recordings.len().to_string(), row.shared_recordings.to_string()]);
    let unlogged_cells = row
        .unlogged
        .map(|unlogged| [unlogged.days.to_string(), unlogged.planned.to_string(), unlogged.planned_ms.to_string()]);
    cells.extend(unlogged_cells.unwrap_or_default());
    if let Some(earlier) = &row.earlier_totals {
        let counts = [earlier.planned, earlier.aired, earlier.partial, earlier.missed];
        cells.extend(counts.map(|count| count.to_string()));
        cells.extend([earlier.planned_ms, earlier.played_ms].map(|ms| ms.to_string()));
    }
    cells
}

/// Renders a table as the text of a CSV file.
#[must_use]
pub fn render_csv(table: &ReportTable) -> String {
    let is_compared = table.rows.iter().any(|row| row.earlier_totals.is_some());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header = table.by.columns().iter().map(|name| (*name).to_owned()).chain(value_columns(is_compared));
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for row in &table.rows {
        let key_cells = row.key.iter().map(|cell| crate::text::spreadsheet_cell(cell));
        let _ = writer.write_record(key_cells.chain(value_cells(row)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}
