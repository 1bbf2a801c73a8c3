//! Writes the airing log as CSV (RFC 4180).
use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::text::spreadsheet_cell;

/// The first columns, in this order. Columns for the other keys of the entries follow them.
const CSV_HEADERS: [&str; 34] = [
    "seq",
    "id",
    "session",
    "segment",
    "title",
    "planned_at",
    "result",
    "reason",
    "planned_ms",
    "played_ms",
    "frames",
    "rate",
    "late_us",
    "campaign",
    "topic",
    "language",
    "source",
    "sha256",
    "device",
    "level",
    "type",
    "at",
    "boot",
    "boottime_us",
    "clock_synchronised",
    "clock_max_error_us",
    "clock_last_sync_s",
    "priority",
    "file",
    "drift_us",
    "underrun_ms",
    "underruns",
    "volume",
    "detail",
];

/// Flattens an entry. The keys of an inner object get the object's key as a prefix. Arrays stay JSON.
fn flatten(row: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (key, value) in row {
        match value {
            Value::Object(inner) => {
                flat.extend(inner.iter().map(|(name, value)| (format!("{key}_{name}"), value.clone())));
            }
            value => drop(flat.insert(key.clone(), value.clone())),
        }
    }
    flat
}

/// Writes the entries as CSV, with a header line.
pub(super) fn write_csv(rows: &[Map<String, Value>], out: impl Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let rows: Vec<Map<String, Value>> = rows.iter().map(flatten).collect();
    // `v`, the version of the format, has no column.
    let needs_column = |key: &&str| *key != "v" && !CSV_HEADERS.contains(key);
    let other_keys: BTreeSet<&str> = rows.iter().flat_map(Map::keys).map(String::as_str).filter(needs_column).collect();
    let headers: Vec<&str> = CSV_HEADERS.into_iter().chain(other_keys).collect();
    csv.write_record(headers.iter().map(|header| spreadsheet_cell(header)))?;
    for row in &rows {
        csv.write_record(headers.iter().map(|key| match row.get(*key) {
            Some(Value::String(text)) => spreadsheet_cell(text),
            Some(Value::Null) | None => String::new(),
            Some(value) => value.to_string(),
        }))?;
    }
    csv.flush()
}
