//! A report for a terminal.
use super::figures::{count, dates, growth, hours, percent};
use super::labels::{first_column, heading, key_label};
use super::remarks::remarks;
use super::row_lists::{RowList, reason_rows, shared_rows, silent_rows};
use super::totals::Totals;
use super::{GroupBy, Report, ReportTable};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The report as lines and lists, which the caller lays out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReport {
    /// Title, dates, and the summary.
    pub head: Vec<String>,
    /// Each table with its heading.
    pub tables: Vec<(String, RowList)>,
    /// Remarks.
    pub foot: Vec<String>,
}

/// Returns the cells of totals: planned, aired, partial, missed, other, hours, share, lateness, unplanned.
fn totals_cells(totals: &Totals, before: Option<&Totals>, lang: Lang) -> Vec<String> {
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| ms.to_string());
    let late = &totals.lateness;
    let mut cells = vec![
        count(totals.planned, lang),
        count(totals.aired, lang),
        count(totals.partial, lang),
        count(totals.missed, lang),
        count(totals.unknown + totals.level0 + totals.implausible, lang),
        hours(totals.planned_ms, lang),
        hours(totals.played_ms, lang),
        percent(totals.share_permille(), lang),
        format!("{} / {} / {}", ms(late.percentile(50)), ms(late.percentile(95)), ms(late.max())),
        count(totals.unplanned, lang),
    ];
    if let Some(before) = before {
        cells.extend([hours(before.played_ms, lang), growth(before.played_ms, totals.played_ms, lang)]);
    }
    cells
}

fn table_rows(table: &ReportTable, report: &Report, lang: Lang) -> RowList {
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let say = |word: ReportText| word.localized(lang).to_string();
    let mut head = vec![say(first_column(table.by))];
    let mut others = format!("{} / {}", say(ReportText::Unknown {}), say(ReportText::Level0 {}));
    if report.total.implausible > 0 {
        others.push_str(&format!(" / {}", say(ReportText::Implausible {})));
    }
    head.extend([ReportText::Planned {}, ReportText::Aired {}, ReportText::Partial {}, ReportText::Missed {}].map(say));
    head.push(others);
    head.extend(
        [
            ReportText::PlannedHours {},
            ReportText::PlayedHours {},
            ReportText::Share {},
            ReportText::Late {},
            ReportText::Unplanned {},
        ]
        .map(say),
    );
    if compared {
        head.extend([ReportText::BeforeHours {}, ReportText::Growth {}].map(say));
    }
    let right_aligned = (1..head.len()).collect();
    let mut list = RowList::new(head, right_aligned);
    for line in &table.rows {
        let mut row = vec![key_label(table.by, &line.key, lang)];
        row.extend(totals_cells(&line.totals, line.compared.as_ref(), lang));
        list.rows.push(row);
    }
    let mut total = vec![say(ReportText::Total {})];
    total.extend(totals_cells(&report.total, report.compared_total.as_ref().filter(|_| compared), lang));
    list.rows.push(total);
    list
}

/// Renders a report. With `by`, only that table is shown.
#[must_use]
pub fn render_text(report: &Report, by: Option<GroupBy>, lang: Lang) -> TextReport {
    let say = |word: ReportText| word.localized(lang).to_string();
    let total = &report.total;
    let mut head = vec![say(ReportText::Title {}), say(ReportText::RangeLine { dates: dates(report.range) })];
    head.extend(report.compared_range.map(|range| say(ReportText::ComparedLine { dates: dates(range) })));
    head.push(say(ReportText::SummaryLine {
        planned: count(total.planned, lang),
        aired: count(total.aired, lang),
        share: percent(total.share_permille(), lang),
    }));
    let shown = report.tables.iter().filter(|one| by.is_none_or(|by| one.by == by));
    let mut tables: Vec<(String, RowList)> =
        shown.map(|one| (say(heading(one.by)), table_rows(one, report, lang))).collect();
    if total.missed + total.partial > 0 {
        tables.push((say(ReportText::ReasonsHeading {}), reason_rows(report, lang)));
    }
    if !report.shared_recordings.is_empty() {
        tables.push((say(ReportText::SharedHeading {}), shared_rows(report, lang)));
    }
    if !report.silent_stations.is_empty() {
        tables.push((say(ReportText::SilentHeading {}), silent_rows(report, lang)));
    }
    TextReport { head, tables, foot: remarks(report, lang) }
}
