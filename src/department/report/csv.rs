//! Renders a table as CSV: RFC 4180, UTF-8 with a byte order mark. The headers are the same in every language.
use crate::airlog::outcome::Reason;

use super::totals::{REASON_COUNT, Totals};
use super::{Coverage, Growth, ReportTable, TableRow};

/// The columns about what is known, the shares, and the airings at low volume.
const SHARE_COLUMNS: [&str; 13] = [
    "station_days",
    "days_with_log",
    "known",
    "known_ms",
    "expected_ms",
    "earlier_length",
    "no_length",
    "share_plan_permille",
    "share_known_permille",
    "aired_plan_permille",
    "aired_known_permille",
    "low_volume",
    "low_volume_ms",
];
/// The columns of the earlier range, without their prefix.
const EARLIER_COLUMNS: [&str; 13] = [
    "planned",
    "aired",
    "partial",
    "missed",
    "planned_ms",
    "played_ms",
    "unknown",
    "known_ms",
    "expected_ms",
    "lost_planned",
    "lost_planned_ms",
    "station_days",
    "days_with_log",
];

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
    columns.extend(SHARE_COLUMNS.map(str::to_owned));
    if is_compared {
        columns.extend(EARLIER_COLUMNS.map(|name| format!("before_{name}")));
        columns.push("growth_permille".to_owned());
    }
    columns
}

/// Returns the cells of a row after its key, in the order of [`value_columns`].
#[must_use]
pub fn value_cells(row: &TableRow) -> Vec<String> {
    let totals = &row.totals;
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
    if row.is_silent() {
        cells.iter_mut().for_each(String::clear);
    }
    cells.push(number_or_empty(row.coverage.map(|coverage| coverage.unlogged())));
    cells.extend([totals.lost_planned.to_string(), totals.lost_planned_ms.to_string()]);
    cells.extend(coverage_cells(row.coverage));
    cells.extend(share_cells(row));
    if let Some(earlier) = &row.earlier_totals {
        cells.extend(earlier_cells(row, earlier));
    }
    cells
}

fn number_or_empty(value: Option<i64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn coverage_cells(coverage: Option<Coverage>) -> [String; 2] {
    [coverage.map(|coverage| coverage.days), coverage.map(|coverage| coverage.logged)].map(number_or_empty)
}

/// Returns the cells of [`SHARE_COLUMNS`] after the station-days; empty cells if nothing is known.
fn share_cells(row: &TableRow) -> Vec<String> {
    let totals = &row.totals;
    let mut cells = vec![
        totals.known().to_string(),
        totals.known_ms.to_string(),
        totals.expected_ms.to_string(),
        totals.earlier_length.to_string(),
        totals.no_length.to_string(),
    ];
    let (of_plan, of_known) = (totals.shares_of_plan(), totals.shares_of_known());
    cells.extend([of_plan.by_time, of_known.by_time, of_plan.by_count, of_known.by_count].map(number_or_empty));
    cells.extend([totals.low_volume.to_string(), totals.low_volume_ms.to_string()]);
    if row.is_silent() {
        cells.iter_mut().for_each(String::clear);
    }
    cells
}

/// Returns the cells of the earlier range, and of the growth.
fn earlier_cells(row: &TableRow, earlier: &Totals) -> Vec<String> {
    let counts = [earlier.planned, earlier.aired, earlier.partial, earlier.missed].map(|count| count.to_string());
    let lengths = [earlier.planned_ms, earlier.played_ms].map(|ms| ms.to_string());
    let known = [earlier.unknown.to_string(), earlier.known_ms.to_string(), earlier.expected_ms.to_string()];
    let mut cells: Vec<String> = counts.into_iter().chain(lengths).chain(known).collect();
    if row.was_silent() {
        cells.iter_mut().for_each(String::clear);
    }
    cells.extend([earlier.lost_planned.to_string(), earlier.lost_planned_ms.to_string()]);
    cells.extend(coverage_cells(row.earlier_coverage));
    cells.push(match row.growth {
        Some(Growth::Permille(permille)) => permille.to_string(),
        Some(Growth::NothingBefore | Growth::NotComparable) | None => String::new(),
    });
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
