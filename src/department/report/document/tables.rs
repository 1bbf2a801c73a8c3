//! The tables of a report's document.
use super::station_days::row_anchors;
use crate::department::journal::sentence::format_minute;
use crate::department::report::columns::{ValueColumn, is_compared, value_columns};
use crate::department::report::coverage::RangeCoverage;
use crate::department::report::figures::{
    format_count, format_coverage, format_lateness, format_minutes, format_shares,
};
use crate::department::report::labels::{first_column_heading, key_label, station_label};
use crate::department::report::row_lists::TextTable;
use crate::department::report::totals::Totals;
use crate::department::report::{Report, ReportTable};
use crate::paper::document::DocumentTable;
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// Returns the table of the report's totals. It has a column for the range, and one for the earlier range if there is
/// one.
pub(super) fn summary_table(report: &Report, lang: Lang) -> DocumentTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let columns: Vec<Vec<(ReportText, String)>> =
        [Some((&report.total, &report.coverage)), report.earlier_total.as_ref().zip(report.earlier_coverage.as_ref())]
            .into_iter()
            .flatten()
            .map(|(totals, coverage)| summary_figures(totals, coverage, lang))
            .collect();
    let headings = [ReportText::Now {}, ReportText::Before {}].map(localize).into_iter().take(columns.len());
    let row_count = columns.first().map_or(0, Vec::len);
    let rows = (0..row_count).map(|index| {
        let label = columns[0][index].0.localized(lang).to_string();
        std::iter::once(label).chain(columns.iter().map(|column| column[index].1.clone())).collect()
    });
    DocumentTable {
        headings: std::iter::once(String::new()).chain(headings).collect(),
        widths: std::iter::once(50).chain(columns.iter().map(|_| 25)).collect(),
        right_aligned: std::iter::once(false).chain(columns.iter().map(|_| true)).collect(),
        rows: rows.collect(),
        ..DocumentTable::default()
    }
}

/// Returns the labels and the figures of one range.
fn summary_figures(totals: &Totals, coverage: &RangeCoverage, lang: Lang) -> Vec<(ReportText, String)> {
    vec![
        (ReportText::DaysWithLog {}, format_coverage(coverage.station_days, lang)),
        (ReportText::Planned {}, format_count(totals.planned, lang)),
        (ReportText::Aired {}, format_count(totals.aired, lang)),
        (ReportText::Partial {}, format_count(totals.partial, lang)),
        (ReportText::Missed {}, format_count(totals.missed, lang)),
        (ReportText::Level0 {}, format_count(totals.level0, lang)),
        (ReportText::Unknown {}, format_count(totals.unknown, lang)),
        (ReportText::Implausible {}, format_count(totals.implausible, lang)),
        (ReportText::UnloggedAirings {}, format_count(totals.lost_planned, lang)),
        (ReportText::UnloggedMinutes {}, format_minutes(totals.lost_planned_ms, lang)),
        (ReportText::PlannedMinutes {}, format_minutes(totals.expected_ms, lang)),
        (ReportText::PlayedMinutes {}, format_minutes(totals.played_ms, lang)),
        (ReportText::SharesOfPlan {}, format_shares(totals.shares_of_plan(), lang)),
        (ReportText::SharesOfKnown {}, format_shares(totals.shares_of_known(), lang)),
        (ReportText::UnplannedMinutes {}, format_minutes(totals.unplanned_ms, lang)),
        (ReportText::UnvouchedMinutes {}, format_minutes(totals.unconfirmed_clock.played_ms, lang)),
        (ReportText::Recordings {}, format_count(totals.recordings.len() as u64, lang)),
        (ReportText::LowVolumeMinutes {}, format_minutes(totals.low_volume_ms, lang)),
        (ReportText::Late {}, format_lateness(&totals.lateness, lang)),
    ]
}

/// Returns a table of totals for an annex, with a total row.
pub(super) fn full_totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    let mut columns = value_columns(table, report);
    // No page has room for the punctuality and the unplanned plays of each row.
    columns.retain(|column| !matches!(column, ValueColumn::Lateness | ValueColumn::Unplanned));
    totals_table(table, &columns, report, lang)
}

/// Returns a table of totals with the few columns that fit on an upright page, and a total row. The annexes have all of
/// them.
pub(super) fn body_totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    use ValueColumn as C;
    let mut columns = value_columns(table, report);
    columns.retain(|column| {
        let counts = matches!(column, C::Planned | C::Aired | C::Partial | C::Missed | C::Unknown);
        counts || matches!(column, C::PlayedMinutes | C::SharesOfPlan | C::EarlierMinutes | C::Growth)
    });
    totals_table(table, &columns, report, lang)
}

fn totals_table(table: &ReportTable, columns: &[ValueColumn], report: &Report, lang: Lang) -> DocumentTable {
    let heading = |column: &ValueColumn| column.heading(is_compared(table), lang);
    let headings = std::iter::once(first_column_heading(table.by).localized(lang).to_string());
    let total_row = report.total_row();
    let rows = table.rows.iter().map(|row| (key_label(table.by, &row.key, lang), row));
    let rows = rows.chain([(ReportText::Total {}.localized(lang).to_string(), &total_row)]);
    DocumentTable {
        headings: headings.chain(columns.iter().map(heading)).collect(),
        widths: std::iter::once(25).chain(columns.iter().map(|column| column.width())).collect(),
        right_aligned: std::iter::once(false).chain(columns.iter().map(|_| true)).collect(),
        rows: rows
            .map(|(label, row)| {
                std::iter::once(label).chain(columns.iter().map(|column| column.cell(row, lang))).collect()
            })
            .collect(),
        has_total_row: true,
        row_anchors: row_anchors(table, report),
        ..DocumentTable::default()
    }
}

/// Returns the table of evidence, with one row for each log.
pub(super) fn evidence_table(report: &Report, lang: Lang) -> DocumentTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let mut headings = [ReportText::Station {}, ReportText::Entries {}, ReportText::Root {}].map(localize).to_vec();
    headings.push(DocumentText::CosignedAt {}.to_plain(lang));
    let mut text_table = TextTable::new(headings, vec![1]);
    for log in &report.evidence {
        let cosigned_at = log.cosigned_at.as_deref().map(format_minute);
        let mut status = cosigned_at.unwrap_or_else(|| localize(ReportText::NotCosigned {}));
        if let Some(fault) = &log.fault {
            status = localize(ReportText::NotCounted { fault: fault.clone() });
        }
        if let Some(exposed_since) = &log.exposed_since {
            status = format!(
                "{}; {} {exposed_since}",
                status.trim(),
                localize(ReportText::Exposed {}),
                exposed_since = format_minute(exposed_since)
            );
        }
        if log.finding_count > 0 {
            let findings = localize(ReportText::FindingsCell { count: Grouped(log.finding_count.into()) });
            status = format!("{}; {findings}", status.trim());
        }
        let station = station_label(&log.station, &log.name);
        text_table.rows.push(vec![
            station,
            format_count(log.entries, lang),
            log.root.clone(),
            status.trim().to_owned(),
        ]);
    }
    document_table(text_table, vec![30, 11, 41, 18])
}

/// Converts a text table to a document's table with columns of these relative widths.
pub(super) fn document_table(text_table: TextTable, widths: Vec<u16>) -> DocumentTable {
    let right_aligned =
        (0..text_table.headings.len()).map(|column| text_table.right_aligned.contains(&column)).collect();
    DocumentTable {
        headings: text_table.headings,
        widths,
        right_aligned,
        rows: text_table.rows,
        ..DocumentTable::default()
    }
}
