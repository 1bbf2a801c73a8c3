//! The parts of a report about targets, about what was taken out of plans, and about stated rows.
use super::Report;
use super::figures::{
    format_count, format_date, format_date_range, format_minutes, format_percent, format_whole_number,
};
use super::group_by::GroupBy;
use super::labels::{key_label, language_name, station_label};
use super::row_lists::TextTable;
use super::taken_out::TakenOut;
use super::titled_table::{TitledTable, shortened_list};
use super::work_list::work_list_lines;
use crate::department::target::result::{TargetComparison, TargetResults, TargetRow};
use crate::department::target::wording::{amount_cell, amount_text};
use crate::text::count::{Grouped, WeekCount};
use crate::text::report::ReportText;
use crate::text::stated::StatedText;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of rows of a table on paper and on the terminal.
const MAX_SHOWN_ROWS: usize = 100;

fn target_text(text: &TargetText, lang: Lang) -> String {
    text.localized(lang).to_string()
}

/// Returns the sentences for the front of a report: whether its range is closed, who is below a target, what was taken out of plans, and why targets
/// or stated rows are not used.
pub(super) fn front_lines(report: &Report, lang: Lang) -> Vec<String> {
    let store = report.store.clone();
    let mut lines = report.closing_lines(lang);
    lines.extend(match &report.targets {
        TargetComparison::NoTargets => Vec::new(),
        TargetComparison::NotAccepted => vec![target_text(&TargetText::NotAcceptedLine { store }, lang)],
        TargetComparison::Removed => vec![target_text(&TargetText::RemovedLine { store }, lang)],
        TargetComparison::Compared(results) => compared_lines(results, lang),
    });
    lines.extend(taken_out_line(report, lang));
    let disputed_files = &report.stated.disputed_files;
    if !disputed_files.is_empty() {
        let (files, names) = (Grouped(disputed_files.len().into()), shortened_list(disputed_files));
        lines.push(StatedText::DisputedLine { files, names }.to_plain(lang));
    }
    lines.extend(work_list_lines(report, lang));
    lines
}

fn compared_lines(results: &TargetResults, lang: Lang) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for row in results.rows.iter().filter(|row| row.below > 0) {
        let name = strip_unprintable(&station_label(&row.station, &row.name));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let is_judged = results.rows.iter().any(|row| row.met + row.below > 0);
    let front = match () {
        () if !is_judged => TargetText::NothingJudgedLine {},
        () if names.is_empty() => TargetText::NobodyBelowLine {},
        () => TargetText::BelowLine { stations: Grouped(names.len().into()), names: shortened_list(&names) },
    };
    let mut lines = vec![target_text(&front, lang)];
    let unjudged_weeks: u64 = results.rows.iter().map(|row| row.undecided + row.unlogged).sum();
    if unjudged_weeks > 0 {
        lines.push(target_text(&TargetText::UnjudgedLine { weeks: Grouped(WeekCount(unjudged_weeks)) }, lang));
    }
    lines
}

/// Returns the sentence about the topics that were taken out of plans; `None` if there are none.
fn taken_out_line(report: &Report, lang: Lang) -> Option<String> {
    let rows: Vec<&TakenOut> = report.taken_out.iter().filter(|row| row.topic.is_some()).collect();
    let mut names: Vec<String> = Vec::new();
    for row in &rows {
        let name = strip_unprintable(&station_label(&row.station, station_name(report, &row.station)));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (airings, planned_ms) = rows.iter().fold((0_i64, 0_i64), |(airings, ms), row| {
        (airings.saturating_add(row.airings), ms.saturating_add(row.planned_ms))
    });
    (!rows.is_empty()).then(|| {
        let text = TargetText::TakenOutLine {
            airings: format_whole_number(airings, lang),
            minutes: format_minutes(planned_ms, lang),
            names: shortened_list(&names),
        };
        target_text(&text, lang)
    })
}

/// Returns the name of a station; empty if the report does not have it.
pub(super) fn station_name<'a>(report: &'a Report, station: &str) -> &'a str {
    report.evidence.iter().find(|log| log.station == station).map_or("", |log| log.name.as_str())
}

/// Returns the tables of a report about targets, what was taken out of plans, and stated rows. A table without rows is
/// left out. If `is_complete` is false, only the first rows are shown.
pub(super) fn titled_tables(report: &Report, is_complete: bool, lang: Lang) -> Vec<TitledTable> {
    let mut tables: Vec<TitledTable> =
        report.targets.results().map(|results| results_table(results, lang)).into_iter().collect();
    tables.push(taken_out_table(report, lang));
    tables.push(stated_table(report, lang));
    tables.retain(|titled| !titled.table.rows.is_empty());
    for titled in tables.iter_mut().filter(|titled| !is_complete && titled.table.rows.len() > MAX_SHOWN_ROWS) {
        let hidden = titled.table.rows.len() - MAX_SHOWN_ROWS;
        titled.table.rows.truncate(MAX_SHOWN_ROWS);
        let rows = format_count(hidden as u64, lang);
        titled.remarks.insert(0, target_text(&TargetText::MoreRowsLine { rows }, lang));
    }
    tables
}

/// Returns the table that compares what was aired with the targets and the stations' plans, worst first.
fn results_table(results: &TargetResults, lang: Lang) -> TitledTable {
    let localize = |text: TargetText| target_text(&text, lang);
    let headings = [
        ReportText::Station {}.localized(lang).to_string(),
        localize(TargetText::Target {}),
        localize(TargetText::Amount {}),
        localize(TargetText::WeeksBelow {}),
        localize(TargetText::WeeksMet {}),
        localize(TargetText::WeeksUndecided {}),
        localize(TargetText::WeeksUnlogged {}),
        localize(TargetText::Asked {}),
        localize(TargetText::StationPlanned {}),
        localize(TargetText::Counted {}),
        localize(TargetText::ShareOfTarget {}),
    ];
    let mut table = TextTable::new(headings.to_vec(), (3..11).collect());
    table.rows = results.rows.iter().filter_map(|row| result_cells(row, results, lang)).collect();
    TitledTable {
        heading: localize(TargetText::Heading {}),
        sheet_name: localize(TargetText::Heading {}),
        table,
        widths: vec![17, 17, 14, 8, 7, 9, 9, 11, 11, 11, 10],
        remarks: vec![localize(TargetText::CutLine {})],
        has_total_row: false,
    }
}

fn result_cells(row: &TargetRow, results: &TargetResults, lang: Lang) -> Option<Vec<String>> {
    let target = results.targets.get(row.target)?;
    let mut cells =
        vec![station_label(&row.station, &row.name), target.title.clone(), amount_text(target.amount, lang)];
    cells.extend([row.below, row.met, row.undecided, row.unlogged].map(|count| format_count(count, lang)));
    if row.met + row.below > 0 {
        cells.extend([row.asked, row.planned, row.counted].map(|number| amount_cell(number, target.amount, lang)));
    } else {
        cells.extend(["–", "–", "–"].map(str::to_owned));
    }
    cells.push(format_percent(row.share_permille(), lang));
    Some(cells)
}

/// Returns the label of a topic as in the table by topic.
fn topic_label(report: &Report, campaign: &str, topic: Option<u16>, lang: Lang) -> String {
    let number = topic.map(|topic| topic.to_string()).unwrap_or_default();
    let rows = report.table(GroupBy::Topic).map(|table| table.rows.as_slice()).unwrap_or_default();
    let is_topic = |key: &[String]| key.first().is_some_and(|id| id == campaign) && key.get(1) == Some(&number);
    let title = rows.iter().find(|row| is_topic(&row.key)).and_then(|row| row.key.get(2)).cloned();
    key_label(GroupBy::Topic, &[campaign.to_owned(), number, title.unwrap_or_default()], lang)
}

fn taken_out_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: TargetText| target_text(&text, lang);
    let headings = [
        ReportText::Station {}.localized(lang).to_string(),
        localize(TargetText::EditedOn {}),
        ReportText::Topic {}.localized(lang).to_string(),
        ReportText::Language {}.localized(lang).to_string(),
        localize(TargetText::OnDates {}),
        localize(TargetText::TakenOutAirings {}),
        localize(TargetText::TakenOutMinutes {}),
    ];
    let mut table = TextTable::new(headings.to_vec(), vec![5, 6]);
    let cells = |row: &TakenOut| {
        vec![
            station_label(&row.station, station_name(report, &row.station)),
            format_date(row.edited_on),
            topic_label(report, &row.campaign, row.topic, lang),
            language_name(&row.language, lang),
            format_date_range(row.dates),
            format_whole_number(row.airings, lang),
            format_minutes(row.planned_ms, lang),
        ]
    };
    table.rows = report.taken_out.iter().map(cells).collect();
    TitledTable {
        heading: localize(TargetText::TakenOutHeading {}),
        sheet_name: localize(TargetText::TakenOutSheet {}),
        table,
        widths: vec![22, 13, 28, 14, 22, 9, 9],
        remarks: vec![localize(TargetText::TakenOutLimit {})],
        has_total_row: false,
    }
}

fn stated_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: StatedText| text.localized(lang).to_string();
    let headings = [
        localize(StatedText::Addressee {}),
        ReportText::Topic {}.localized(lang).to_string(),
        ReportText::Language {}.localized(lang).to_string(),
        localize(StatedText::Dates {}),
        localize(StatedText::Rows {}),
        localize(StatedText::Minutes {}),
        localize(StatedText::Airings {}),
    ];
    let mut table = TextTable::new(headings.to_vec(), vec![4, 5, 6]);
    for totals in &report.stated.totals {
        table.rows.push(vec![
            totals.addressee.clone(),
            topic_label(report, &totals.campaign, totals.topic, lang),
            language_name(&totals.language, lang),
            format_date_range(totals.dates),
            format_count(totals.rows, lang),
            format_minutes(totals.stated_ms, lang),
            format_count(totals.airings, lang),
        ]);
    }
    TitledTable {
        heading: localize(StatedText::Heading {}),
        sheet_name: localize(StatedText::Sheet {}),
        table,
        widths: vec![22, 28, 14, 22, 9, 9, 12],
        remarks: vec![localize(StatedText::Rule {})],
        has_total_row: false,
    }
}
