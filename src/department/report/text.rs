//! Renders a report for a terminal.
use super::figures::{format_count, format_date_range, format_growth, format_hours, format_percent};
use super::incident_list::{IncidentSection, incident_section};
use super::labels::{first_column_heading, heading, key_label};
use super::remarks::remarks;
use super::row_lists::{TextTable, reasons_table, shared_recordings_table, unlogged_days_table};
use super::second_log_lists::contradictions_table;
use super::totals::Totals;
use super::{GroupBy, Report, ReportTable};
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// A report as lines and tables. The caller lays them out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReport {
    /// The title, the dates, and the summary.
    pub head: Vec<String>,
    /// The section about refused and contradictory logs, which follows the head.
    pub incidents: IncidentSection,
    /// The tables, each with its heading.
    pub tables: Vec<(String, TextTable)>,
    /// The remarks.
    pub foot: Vec<String>,
}

/// Returns the cells of a row after its label. `earlier` are the totals of the earlier range, if the table has them.
fn totals_cells(totals: &Totals, earlier: Option<&Totals>, lang: Lang) -> Vec<String> {
    let format_ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| ms.to_string());
    let lateness = &totals.lateness;
    let mut cells = vec![
        format_count(totals.planned, lang),
        format_count(totals.aired, lang),
        format_count(totals.partial, lang),
        format_count(totals.missed, lang),
        format_count(totals.unknown + totals.level0 + totals.implausible, lang),
        format_hours(totals.planned_ms, lang),
        format_hours(totals.played_ms, lang),
        format_percent(totals.share_permille(), lang),
        [lateness.percentile_ms(50), lateness.percentile_ms(95), lateness.max_ms()].map(format_ms).join(" / "),
        format_count(totals.unplanned, lang),
    ];
    if let Some(earlier) = earlier {
        cells.extend([format_hours(earlier.played_ms, lang), format_growth(earlier.played_ms, totals.played_ms, lang)]);
    }
    cells
}

fn text_table(table: &ReportTable, report: &Report, lang: Lang) -> TextTable {
    let is_compared = table.rows.iter().any(|row| row.earlier_totals.is_some());
    let localize = |text: ReportText| text.localized(lang).to_string();
    let mut headings = vec![localize(first_column_heading(table.by))];
    let mut uncounted_heading = format!("{} / {}", localize(ReportText::Unknown {}), localize(ReportText::Level0 {}));
    if report.total.implausible > 0 {
        uncounted_heading.push_str(&format!(" / {}", localize(ReportText::Implausible {})));
    }
    headings.extend(
        [ReportText::Planned {}, ReportText::Aired {}, ReportText::Partial {}, ReportText::Missed {}].map(localize),
    );
    headings.push(uncounted_heading);
    headings.extend(
        [
            ReportText::PlannedHours {},
            ReportText::PlayedHours {},
            ReportText::Share {},
            ReportText::Late {},
            ReportText::Unplanned {},
        ]
        .map(localize),
    );
    if is_compared {
        headings.extend([ReportText::BeforeHours {}, ReportText::Growth {}].map(localize));
    }
    let right_aligned = (1..headings.len()).collect();
    let mut text_table = TextTable::new(headings, right_aligned);
    for row in &table.rows {
        let mut cells = vec![key_label(table.by, &row.key, lang)];
        cells.extend(totals_cells(&row.totals, row.earlier_totals.as_ref(), lang));
        text_table.rows.push(cells);
    }
    let mut total_row = vec![localize(ReportText::Total {})];
    total_row.extend(totals_cells(&report.total, report.earlier_total.as_ref().filter(|_| is_compared), lang));
    text_table.rows.push(total_row);
    text_table
}

/// Renders a report. If `by` is given, omits the tables with other groupings.
#[must_use]
pub fn render_text(report: &Report, by: Option<GroupBy>, lang: Lang) -> TextReport {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let total = &report.total;
    let mut head = vec![
        localize(ReportText::Title {}),
        localize(ReportText::RangeLine { dates: format_date_range(report.range) }),
    ];
    head.extend(
        report.earlier_range.map(|range| localize(ReportText::ComparedLine { dates: format_date_range(range) })),
    );
    head.push(localize(ReportText::SummaryLine {
        planned: Grouped(total.planned.into()),
        aired: format_count(total.aired, lang),
        share: format_percent(total.share_permille(), lang),
    }));
    let selected_tables = report.tables.iter().filter(|table| by.is_none_or(|by| table.by == by));
    let mut tables: Vec<(String, TextTable)> =
        selected_tables.map(|table| (localize(heading(table.by)), text_table(table, report, lang))).collect();
    if total.missed + total.partial > 0 {
        tables.push((localize(ReportText::ReasonsHeading {}), reasons_table(report, lang)));
    }
    if !report.second_logs.contradictions.is_empty() {
        tables.push((localize(ReportText::ContradictionsHeading {}), contradictions_table(report, lang)));
    }
    if !report.shared_recordings.is_empty() {
        tables.push((localize(ReportText::SharedHeading {}), shared_recordings_table(report, lang)));
    }
    if !report.unlogged_stations.is_empty() {
        tables.push((localize(ReportText::UnloggedHeading {}), unlogged_days_table(report, lang)));
    }
    let incidents = incident_section(&report.incidents, lang);
    TextReport { head, incidents, tables, foot: remarks(report, lang) }
}
