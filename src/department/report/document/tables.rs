//! The tables of a report's document.
use crate::department::report::figures::{
    format_count, format_growth, format_hours, format_percent, format_whole_number,
};
use crate::department::report::labels::{first_column_heading, key_label, station_label};
use crate::department::report::row_lists::TextTable;
use crate::department::report::totals::Totals;
use crate::department::report::{Report, ReportTable};
use crate::paper::document::DocumentTable;
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Formats one figure of the totals.
type TotalsFormatter = fn(&Totals, Lang) -> String;

/// Returns the table of the report's totals. It has a column for the range, and one for the earlier range if there is
/// one.
pub(super) fn summary_table(report: &Report, lang: Lang) -> DocumentTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let (total, earlier) = (&report.total, report.earlier_total.as_ref());
    let format_ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| format_whole_number(ms, lang));
    let lateness_cell = |totals: &Totals| {
        let lateness = &totals.lateness;
        [lateness.percentile_ms(50), lateness.percentile_ms(95), lateness.max_ms()].map(format_ms).join(" / ")
    };
    let rows: [(ReportText, TotalsFormatter); 13] = [
        (ReportText::Planned {}, |totals, lang| format_count(totals.planned, lang)),
        (ReportText::Aired {}, |totals, lang| format_count(totals.aired, lang)),
        (ReportText::Partial {}, |totals, lang| format_count(totals.partial, lang)),
        (ReportText::Missed {}, |totals, lang| format_count(totals.missed, lang)),
        (ReportText::Level0 {}, |totals, lang| format_count(totals.level0, lang)),
        (ReportText::Unknown {}, |totals, lang| format_count(totals.unknown, lang)),
        (ReportText::Implausible {}, |totals, lang| format_count(totals.implausible, lang)),
        (ReportText::PlannedHours {}, |totals, lang| format_hours(totals.planned_ms, lang)),
        (ReportText::PlayedHours {}, |totals, lang| format_hours(totals.played_ms, lang)),
        (ReportText::Share {}, |totals, lang| format_percent(totals.share_permille(), lang)),
        (ReportText::UnplannedHours {}, |totals, lang| format_hours(totals.unplanned_ms, lang)),
        (ReportText::UnvouchedHours {}, |totals, lang| format_hours(totals.unconfirmed_clock.played_ms, lang)),
        (ReportText::Recordings {}, |totals, lang| format_count(totals.recordings.len() as u64, lang)),
    ];
    let mut table = DocumentTable {
        headings: vec![String::new(), localize(ReportText::Now {})],
        widths: vec![50, 25],
        right_aligned: vec![false, true],
        rows: Vec::new(),
        has_total_row: false,
        heading_rows: Vec::new(),
    };
    if earlier.is_some() {
        table.headings.push(localize(ReportText::Before {}));
        table.widths.push(25);
        table.right_aligned.push(true);
    }
    for (label, format) in rows {
        let cells = [Some(total), earlier].into_iter().flatten().map(|totals| format(totals, lang));
        table.rows.push(std::iter::once(localize(label)).chain(cells).collect());
    }
    let cells = [Some(total), earlier].into_iter().flatten().map(lateness_cell);
    table.rows.push(std::iter::once(localize(ReportText::Late {})).chain(cells).collect());
    table
}

/// Returns a table of totals with a total row. Columns for unknown, level 0 and implausible airings appear only if the
/// report has such airings.
pub(super) fn totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let is_compared = table.rows.iter().any(|row| row.earlier_totals.is_some());
    let total = &report.total;
    let (has_unknown, has_level0, has_implausible) = (total.unknown > 0, total.level0 > 0, total.implausible > 0);
    let mut headings = vec![localize(first_column_heading(table.by))];
    headings.extend(
        [ReportText::Planned {}, ReportText::Aired {}, ReportText::Partial {}, ReportText::Missed {}].map(localize),
    );
    headings.extend(has_unknown.then(|| localize(ReportText::Unknown {})));
    headings.extend(has_level0.then(|| localize(ReportText::Level0 {})));
    headings.extend(has_implausible.then(|| localize(ReportText::Implausible {})));
    headings.extend([ReportText::PlannedHours {}, ReportText::PlayedHours {}, ReportText::Share {}].map(localize));
    if is_compared {
        headings.extend([ReportText::BeforeHours {}, ReportText::Growth {}].map(localize));
    }
    let totals_row = |label: String, totals: &Totals, earlier: Option<&Totals>| {
        let mut cells = vec![label];
        cells.extend(
            [totals.planned, totals.aired, totals.partial, totals.missed].map(|number| format_count(number, lang)),
        );
        cells.extend(has_unknown.then(|| format_count(totals.unknown, lang)));
        cells.extend(has_level0.then(|| format_count(totals.level0, lang)));
        cells.extend(has_implausible.then(|| format_count(totals.implausible, lang)));
        cells.extend([format_hours(totals.planned_ms, lang), format_hours(totals.played_ms, lang)]);
        cells.push(format_percent(totals.share_permille(), lang));
        if let Some(earlier) = earlier {
            cells.extend([
                format_hours(earlier.played_ms, lang),
                format_growth(earlier.played_ms, totals.played_ms, lang),
            ]);
        }
        cells
    };
    let mut rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| totals_row(key_label(table.by, &row.key, lang), &row.totals, row.earlier_totals.as_ref()))
        .collect();
    let earlier_total = report.earlier_total.as_ref().filter(|_| is_compared);
    rows.push(totals_row(localize(ReportText::Total {}), total, earlier_total));
    let column_count = headings.len();
    let mut widths = vec![if is_compared { 32 } else { 34 }];
    widths.resize(column_count, 11);
    if is_compared {
        // The growth column is wide enough for a sign, thousands of per cent, and one decimal place.
        widths[column_count - 1] = 14;
    }
    let right_aligned = (0..column_count).map(|column| column > 0).collect();
    DocumentTable { headings, widths, right_aligned, rows, has_total_row: true, heading_rows: Vec::new() }
}

/// Returns the table of evidence, with one row for each log.
pub(super) fn evidence_table(report: &Report, lang: Lang) -> DocumentTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = [ReportText::Station {}, ReportText::Entries {}, ReportText::Root {}, ReportText::Cosigned {}]
        .map(localize)
        .to_vec();
    let mut text_table = TextTable::new(headings, vec![1]);
    for log in &report.evidence {
        let mut status =
            log.cosigned_at.clone().unwrap_or_else(|| localize(ReportText::NotCosigned {})).replace(['T', 'Z'], " ");
        if let Some(fault) = &log.fault {
            status = localize(ReportText::NotCounted { fault: fault.clone() });
        }
        if let Some(exposed_since) = &log.exposed_since {
            status = format!("{}; {} {exposed_since}", status.trim(), localize(ReportText::Exposed {}));
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
        has_total_row: false,
        heading_rows: Vec::new(),
    }
}
