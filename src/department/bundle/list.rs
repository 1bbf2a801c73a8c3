//! The list of the airings as CSV.
use chrono::{DateTime, SecondsFormat};

use super::content::Claims;
use super::csv_table::BYTE_ORDER_MARK;
use super::proved::ProvedAiring;
use super::receipt_path;
use crate::text::spreadsheet_cell;

/// The columns of the list.
pub const COLUMNS: [&str; 28] = [
    "number",
    "station",
    "name",
    "place",
    "date",
    "planned_at",
    "written_at",
    "title",
    "segment",
    "campaign",
    "topic",
    "language",
    "result",
    "reason",
    "planned_ms",
    "played_ms",
    "late_us",
    "level",
    "volume",
    "clock",
    "countersigned_at",
    "doubt",
    "sha256",
    "airing",
    "log",
    "entry",
    "head_code",
    "receipt",
];

/// The clock of the station when it wrote an entry.
const SYNCHRONISED: &str = "synchronised";
/// See [`Claims::is_clock_confirmed`].
const CONFIRMED: &str = "confirmed";
/// Nothing vouches for the clock.
const UNVOUCHED: &str = "unvouched";

/// Returns the row of an airing. `number` counts from 1.
#[must_use]
pub fn list_row(number: usize, airing: &ProvedAiring, claims: &Claims) -> Vec<String> {
    let record = airing.record();
    let Some(outcome) = airing.outcome() else { return Vec::new() };
    let labels = &outcome.labels;
    let number_text = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let clock = match (record.clock.is_synchronised, claims.is_clock_confirmed) {
        (true, _) => SYNCHRONISED,
        (false, true) => CONFIRMED,
        (false, false) => UNVOUCHED,
    };
    let cells = [
        number.to_string(),
        airing.station().to_owned(),
        claims.name.clone(),
        claims.place.clone(),
        airing.date().to_string(),
        code_text(labels.planned_at),
        record.at.to_rfc3339_opts(SecondsFormat::Micros, false),
        labels.title.clone(),
        labels.segment.to_string(),
        labels.campaign.as_ref().map_or_else(String::new, ToString::to_string),
        number_text(labels.topic.map(i64::from)),
        labels.language.clone(),
        code_text(outcome.result),
        code_text(outcome.reason),
        labels.planned_ms.to_string(),
        outcome.played_ms.to_string(),
        number_text(outcome.late_us),
        outcome.level.to_string(),
        number_text(outcome.volume.map(i64::from)),
        clock.to_owned(),
        airing.countersigned_s.map_or_else(String::new, utc_text),
        claims.doubt.clone().unwrap_or_default(),
        outcome.sha256.clone().unwrap_or_default(),
        labels.id.clone(),
        airing.head.origin.clone(),
        record.seq.to_string(),
        airing.head_code(),
        receipt_path(number),
    ];
    cells
        .iter()
        .zip(COLUMNS)
        .map(|(cell, column)| if is_number(column) { cell.clone() } else { spreadsheet_cell(cell) })
        .collect()
}

/// Returns a value as the entry has it; empty for null.
fn code_text(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap_or_default().as_str().unwrap_or_default().to_owned()
}

/// A number can be negative, and then begins like a formula.
fn is_number(column: &str) -> bool {
    matches!(column, "planned_ms" | "played_ms" | "late_us")
}

/// Formats seconds since 1970 as RFC 3339 in UTC.
fn utc_text(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    at.map_or_else(|| seconds.to_string(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// A row of a list that somebody hands in, by columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRow(Vec<String>);

impl ReadRow {
    /// Returns the cell in a column.
    #[must_use]
    pub fn cell(&self, column: &str) -> &str {
        let index = COLUMNS.iter().position(|name| *name == column);
        index.and_then(|index| self.0.get(index)).map_or("", String::as_str)
    }

    /// Returns what the row states beside what its receipt proves.
    #[must_use]
    pub fn claims(&self) -> Claims {
        Claims {
            name: self.cell("name").to_owned(),
            place: self.cell("place").to_owned(),
            is_clock_confirmed: self.cell("clock") == CONFIRMED,
            doubt: Some(self.cell("doubt").to_owned()).filter(|code| !code.is_empty()),
        }
    }

    /// Returns the first column in which the row differs from the one that its receipt proves.
    #[must_use]
    pub fn differing_column(&self, number: usize, airing: &ProvedAiring) -> Option<&'static str> {
        let row = list_row(number, airing, &self.claims());
        // The claims are cells already. A cell that was made safe once stays the same.
        COLUMNS
            .iter()
            .zip(row.iter().zip(&self.0))
            .find(|(_, (proved, read))| proved != read)
            .map(|(column, _)| *column)
    }
}

/// Reads a list; `None` if its columns are not those of a list, or it has more rows than a bundle can have.
#[must_use]
pub fn read_list(bytes: &[u8]) -> Option<Vec<ReadRow>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.strip_prefix(&BYTE_ORDER_MARK)?);
    if !reader.headers().ok()?.iter().eq(COLUMNS) {
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(ReadRow(record.ok()?.iter().map(str::to_owned).collect()));
        if rows.len() > super::MAX_AIRINGS {
            return None;
        }
    }
    Some(rows)
}
