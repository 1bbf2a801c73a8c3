//! Prints the table of `loa collect`.
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use chrono::DateTime;

use super::row::{CollectRow, CollectState, json_row};
use crate::cli::args::CliFormat;
use crate::cli::table::{align_columns, format_seconds, strip_unprintable};
use crate::text::count::EntryCount;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Formats `2023-03-20T05:15:05.000000+07:00` as `20/03/2023 05:15`; any other text is returned unchanged.
pub(super) fn format_to_minute(at: &str) -> String {
    DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| at.format("%d/%m/%Y %H:%M").to_string())
}

/// Returns the number of entries in the store, or a dash for a station whose log was never collected.
fn entries_cell(row: &CollectRow) -> String {
    match row.entries {
        0 if row.state == CollectState::NoSourceHasLog => "–".to_owned(),
        entries => entries.to_string(),
    }
}

/// Returns the cells of a row, without characters that could control a terminal.
fn row_cells(row: &CollectRow, lang: Lang) -> Vec<String> {
    let span = row
        .new_entries_span
        .as_ref()
        .map(|(from, until)| format!("{} – {}", format_to_minute(from), format_to_minute(until)));
    let remarks: Vec<String> = row.remarks.iter().map(|text| text.localized(lang).to_string()).collect();
    let name = if row.name.is_empty() { row.station.clone() } else { format!("{} ({})", row.name, row.station) };
    let source = row.location.clone().unwrap_or_else(|| "–".to_owned());
    let new_entries = row.new_entries.to_string();
    let cells = [name, new_entries, entries_cell(row), span.unwrap_or_default(), source, remarks.join("; ")];
    cells.iter().map(|cell| strip_unprintable(cell)).collect()
}

/// Prints the rows, the paths of evidence, hints and a summary. `duration` is that of the whole collection.
pub(super) fn print_collection(
    format: CliFormat,
    rows: &[CollectRow],
    duration: Duration,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CliFormat::Json {
        return writeln!(out, "{}", serde_json::Value::from(rows.iter().map(json_row).collect::<Vec<_>>()));
    }
    let headings = [
        DepartmentText::Station {},
        DepartmentText::New {},
        DepartmentText::Entries {},
        DepartmentText::Span {},
        DepartmentText::Source {},
        DepartmentText::State {},
    ];
    let mut table = vec![headings.iter().map(|heading| heading.localized(lang).to_string()).collect::<Vec<_>>()];
    table.extend(rows.iter().map(|row| row_cells(row, lang)));
    write!(out, "{}", align_columns(&table, &[1, 2]))?;
    for row in rows {
        if let Some(path) = &row.evidence_path {
            let path = format!("{}/{path}", row.origin);
            writeln!(out, "{}", DepartmentText::Evidence { station: row.station.clone(), path }.to_plain(lang))?;
        }
    }
    if rows.iter().any(|row| row.evidence_path.is_some()) {
        writeln!(out, "{}", DepartmentText::KeepStick {}.localized(lang))?;
    }
    if rows.iter().any(|row| row.state == CollectState::NoSpace) {
        writeln!(out, "{}", DepartmentText::SpaceHint {}.localized(lang))?;
    }
    let unknown_key_locations =
        rows.iter().filter(|row| row.state == CollectState::UnknownKey).filter_map(|row| row.location.clone());
    for place in unknown_key_locations.take(3) {
        writeln!(out, "{}", DepartmentText::EnrolHint { place }.to_plain(lang))?;
    }
    let mut new_entries_by_log: BTreeMap<&str, u64> = BTreeMap::new();
    rows.iter()
        .filter(|row| row.state.counts_as_collected())
        .for_each(|row| *new_entries_by_log.entry(&row.origin).or_default() += row.new_entries);
    let bad_count = rows.iter().filter(|row| !row.is_good).count();
    let seconds = format_seconds(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX), lang);
    let seconds = seconds.trim_end_matches(" s").to_owned();
    let (logs, entries) = (new_entries_by_log.len(), new_entries_by_log.values().sum());
    let summary =
        DepartmentText::Summary { logs: logs.into(), entries: EntryCount(entries), seconds, bad: bad_count.into() };
    writeln!(out, "{}", summary.localized(lang))
}
