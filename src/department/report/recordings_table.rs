//! How many different recordings each station aired, and how much at low volume.
use std::cmp::Reverse;

use super::Report;
use super::fact::LOW_VOLUME;
use super::figures::{format_count, format_minutes};
use super::group_by::GroupBy;
use super::labels::key_label;
use super::row_lists::TextTable;
use super::section_csv::to_csv;
use super::table::TableRow;
use super::titled_table::TitledTable;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

fn station_rows(report: &Report) -> &[TableRow] {
    report.table(GroupBy::Station).map(|table| table.rows.as_slice()).unwrap_or_default()
}

/// Renders the recordings of each station as CSV.
pub(super) fn recordings_csv(report: &Report) -> String {
    let rows = station_rows(report).iter().map(|row| {
        let totals = &row.totals;
        let mut cells = vec![
            (totals.aired + totals.partial).to_string(),
            totals.recordings.len().to_string(),
            row.shared_recordings.to_string(),
            totals.played_ms.to_string(),
            totals.low_volume.to_string(),
            totals.low_volume_ms.to_string(),
        ];
        if row.is_silent() {
            cells.iter_mut().for_each(String::clear);
        }
        row.key.iter().cloned().chain(cells).collect()
    });
    to_csv("station,name,airings,recordings,recordings_shared,played_ms,low_volume,low_volume_ms", rows)
}

/// Returns the table of recordings: the stations with the most airtime at low volume first, then those with the fewest
/// recordings.
pub(super) fn recordings_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = vec![
        localize(ReportText::Station {}),
        QuestionText::OnTheLine {}.to_plain(lang),
        localize(ReportText::Recordings {}),
        localize(ReportText::PlayedMinutes {}),
        QuestionText::LowVolumeAirings {}.to_plain(lang),
        QuestionText::LowVolumeMinutes {}.to_plain(lang),
    ];
    let mut table = TextTable::new(headings, vec![1, 2, 3, 4, 5]);
    let mut rows: Vec<&TableRow> = station_rows(report).iter().collect();
    rows.sort_by_key(|row| {
        (row.is_silent(), Reverse(row.totals.low_volume_ms), row.totals.recordings.len(), row.key.clone())
    });
    let label = |row: &TableRow| strip_unprintable(&key_label(GroupBy::Station, &row.key, lang));
    table.rows = rows.iter().map(|row| row_cells(label(row), row, lang)).collect();
    let has_total_row = !rows.is_empty();
    if has_total_row {
        table.rows.push(row_cells(localize(ReportText::Total {}), &report.total_row(), lang));
    }
    TitledTable {
        heading: QuestionText::RecordingsHeading {}.to_plain(lang),
        sheet_name: QuestionText::RecordingsSheet {}.to_plain(lang),
        table,
        widths: vec![34, 12, 13, 13, 13, 15],
        remarks: vec![QuestionText::LowVolumeRule { percent: LOW_VOLUME.to_string() }.to_plain(lang)],
        has_total_row,
    }
}

fn row_cells(label: String, row: &TableRow, lang: Lang) -> Vec<String> {
    let totals = &row.totals;
    let mut cells = vec![
        format_count(totals.aired + totals.partial, lang),
        format_count(totals.recordings.len() as u64, lang),
        format_minutes(totals.played_ms, lang),
        format_count(totals.low_volume, lang),
        format_minutes(totals.low_volume_ms, lang),
    ];
    if row.is_silent() {
        cells.iter_mut().for_each(String::clear);
    }
    cells.insert(0, label);
    cells
}
