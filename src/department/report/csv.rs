//! A table as CSV: RFC 4180, UTF-8 with a byte order mark, the same headers in every language.
use crate::airlog::outcome::Reason;

use super::totals::REASON_COUNT;
use super::{ReportTable, TableRow};

/// Returns the columns after the keys.
#[must_use]
pub fn value_columns(compared: bool) -> Vec<String> {
    let fixed = [
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
    let mut columns: Vec<String> = fixed.map(str::to_owned).to_vec();
    for what in ["missed", "partial"] {
        columns.extend(Reason::ALL.iter().map(|reason| format!("{what}_{}", reason.code().replace('-', "_"))));
        columns.push(format!("{what}_other"));
    }
    let later = ["implausible", "unvouched", "unvouched_ms", "recordings", "recordings_shared"];
    columns.extend(later.map(str::to_owned));
    columns.extend(["days_without_log", "lost_planned", "lost_planned_ms"].map(str::to_owned));
    if compared {
        let before = ["planned", "aired", "partial", "missed", "planned_ms", "played_ms"];
        columns.extend(before.map(|name| format!("before_{name}")));
    }
    columns
}

/// Returns the cells after the keys.
#[must_use]
pub fn value_cells(line: &TableRow) -> Vec<String> {
    let (totals, before) = (&line.totals, line.compared.as_ref());
    let optional = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let mut cells = vec![
        totals.planned.to_string(),
        totals.aired.to_string(),
        totals.partial.to_string(),
        totals.missed.to_string(),
        totals.planned_ms.to_string(),
        totals.played_ms.to_string(),
        optional(totals.share_permille()),
        totals.level0.to_string(),
        totals.unknown.to_string(),
        optional(totals.lateness.percentile(50)),
        optional(totals.lateness.percentile(95)),
        optional(totals.lateness.max()),
        totals.unplanned.to_string(),
        totals.unplanned_ms.to_string(),
    ];
    let reasons: [&[u64; REASON_COUNT]; 2] = [&totals.missed_by_reason, &totals.partial_by_reason];
    cells.extend(reasons.into_iter().flatten().map(ToString::to_string));
    cells.push(totals.implausible.to_string());
    cells.extend([totals.unvouched.airings.to_string(), totals.unvouched.ms.to_string()]);
    cells.extend([totals.recordings.len().to_string(), line.shared_recordings.to_string()]);
    let lost = line.unlogged.map(|lost| [lost.days.to_string(), lost.planned.to_string(), lost.planned_ms.to_string()]);
    cells.extend(lost.unwrap_or_default());
    if let Some(before) = before {
        let counts = [before.planned, before.aired, before.partial, before.missed];
        cells.extend(counts.map(|count| count.to_string()));
        cells.extend([before.planned_ms, before.played_ms].map(|ms| ms.to_string()));
    }
    cells
}

/// Renders a table.
#[must_use]
pub fn render_csv(table: &ReportTable) -> String {
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let header = table.by.columns().iter().map(|name| (*name).to_owned()).chain(value_columns(compared));
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for line in &table.rows {
        let key = line.key.iter().map(|cell| crate::text::spreadsheet_cell(cell));
        let _ = writer.write_record(key.chain(value_cells(line)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}
