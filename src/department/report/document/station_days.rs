//! The days of each station behind its row in the table by station: on the screen only.
use crate::department::report::day_list::{DayFigures, StationDays};
use crate::department::report::figures::{format_count, format_date, format_minutes};
use crate::department::report::labels::station_label;
use crate::department::report::{GroupBy, Report, ReportTable};
use crate::paper::document::{DocumentTable, RowDetails};
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns the days of all stations; nothing if the report does not list days.
pub(super) fn row_details(report: &Report, lang: Lang) -> Vec<RowDetails> {
    report.station_days.iter().map(|station| station_details(station, lang)).collect()
}

/// Returns the anchors of the rows of a table: those of the days of each station, if the rows are stations.
pub(super) fn row_anchors(table: &ReportTable, report: &Report) -> Vec<Option<String>> {
    if table.by != GroupBy::Station || report.station_days.is_empty() {
        return Vec::new();
    }
    let has_days = |id: &str| report.station_days.iter().any(|station| station.station == id);
    let anchor_of_row = |key: &Vec<String>| key.first().filter(|id| has_days(id)).map(|id| anchor(id));
    table.rows.iter().map(|row| anchor_of_row(&row.key)).collect()
}

/// Returns the anchor of a station's days. An id of the registry has only letters, digits and hyphens.
fn anchor(station: &str) -> String {
    let safe: String = station.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("dai-{safe}")
}

fn station_details(station: &StationDays, lang: Lang) -> RowDetails {
    let label = strip_unprintable(&station_label(&station.station, &station.name));
    let headings = [
        ReportText::Day {},
        ReportText::Planned {},
        ReportText::Aired {},
        ReportText::Partial {},
        ReportText::Missed {},
        ReportText::Unknown {},
        ReportText::PlannedMinutes {},
        ReportText::PlayedMinutes {},
    ];
    let headings: Vec<String> = headings.map(|text| text.localized(lang).to_string()).to_vec();
    DocumentTable {
        widths: vec![1; headings.len()],
        right_aligned: (0..headings.len()).map(|column| column > 0).collect(),
        rows: station.days.iter().map(|(day, figures)| day_cells(format_date(*day), figures.as_ref(), lang)).collect(),
        headings,
        ..DocumentTable::default()
    }
    .into_details(anchor(&station.station), DocumentText::DetailsTitle { station: label }.to_plain(lang))
}

/// Returns the cells of a day. Those of a day about which nothing is known are empty.
fn day_cells(day: String, figures: Option<&DayFigures>, lang: Lang) -> Vec<String> {
    let Some(figures) = figures else {
        return std::iter::once(day).chain((0..7).map(|_| String::new())).collect();
    };
    let counts = [figures.planned, figures.aired, figures.partial, figures.missed, figures.unknown];
    let counts = counts.map(|count| format_count(count.into(), lang));
    let minutes = [figures.expected_ms, figures.played_ms].map(|ms| format_minutes(ms, lang));
    std::iter::once(day).chain(counts).chain(minutes).collect()
}
