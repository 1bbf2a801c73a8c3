//! Renders a report for a terminal.
use super::columns::{is_compared, optional_columns, value_columns};
use super::explanation_list::explanations_table;
use super::figures::format_date_range;
use super::first_sentence::first_sentences;
use super::incident_list::{IncidentSection, incident_section};
use super::labels::{first_column_heading, heading, key_label};
use super::question::Question;
use super::question_tables::asked_tables;
use super::remarks::remarks;
use super::row_lists::{TextTable, reasons_table, shared_recordings_table, unlogged_days_table};
use super::second_log_lists::contradictions_table;
use super::selected_tables::SelectedTables;
use super::target_section::{front_lines, titled_tables};
use super::work_list::work_list_table;
use super::{Report, ReportTable};
use crate::text::answer::AnswerText;
use crate::text::question::QuestionText;
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

fn text_table(table: &ReportTable, report: &Report, lang: Lang) -> TextTable {
    let columns = value_columns(table, report);
    let mut headings = vec![first_column_heading(table.by).localized(lang).to_string()];
    headings.extend(columns.iter().map(|column| column.heading(is_compared(table), lang)));
    let right_aligned = (1..headings.len()).collect();
    let mut text_table = TextTable::new(headings, right_aligned);
    text_table.optional = optional_columns(&columns);
    let total_row = report.total_row();
    let rows = table.rows.iter().map(|row| (key_label(table.by, &row.key, lang), row));
    for (label, row) in rows.chain([(ReportText::Total {}.localized(lang).to_string(), &total_row)]) {
        let cells = columns.iter().map(|column| column.cell(row, lang));
        text_table.rows.push(std::iter::once(label).chain(cells).collect());
    }
    text_table
}

/// Renders a report with the selected tables.
#[must_use]
pub fn render_text(report: &Report, selected: SelectedTables, lang: Lang) -> TextReport {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let total = &report.total;
    let mut head = vec![
        localize(ReportText::Title {}),
        localize(ReportText::RangeLine { dates: format_date_range(report.range) }),
    ];
    head.extend(
        report.earlier_range.map(|range| localize(ReportText::ComparedLine { dates: format_date_range(range) })),
    );
    head.extend(first_sentences(report, lang));
    head.extend(front_lines(report, lang));
    let incidents = incident_section(&report.incidents, lang);
    if let SelectedTables::Question(question) = selected {
        let (tables, foot) = question_part(report, question, lang);
        return TextReport { head, incidents, tables, foot };
    }
    let is_complete = selected == SelectedTables::All;
    let titled_tables = match selected {
        SelectedTables::All => {
            work_list_table(report, lang).into_iter().chain(titled_tables(report, false, lang)).collect()
        }
        _ => selected.only_titled(report, false, lang),
    };
    let mut foot = remarks(report, lang);
    let mut tables: Vec<(String, TextTable)> = Vec::new();
    for titled in titled_tables {
        tables.push((titled.heading, titled.table));
        foot.extend(titled.remarks);
    }
    let group_tables = report.tables.iter().filter(|table| selected.contains(table.by));
    tables.extend(group_tables.map(|table| (localize(heading(table.by)), text_table(table, report, lang))));
    if !is_complete {
        return TextReport { head, incidents, tables, foot };
    }
    if total.missed + total.partial > 0 {
        tables.push((localize(ReportText::ReasonsHeading {}), reasons_table(report, lang)));
    }
    if let Some((table, remarks)) = explanations_table(&report.explanations, lang) {
        tables.push((AnswerText::Heading {}.to_plain(lang), table));
        foot.extend(remarks);
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
    TextReport { head, incidents, tables, foot }
}

/// Returns the tables that answer a question, and the sentences below them.
fn question_part(report: &Report, question: Question, lang: Lang) -> (Vec<(String, TextTable)>, Vec<String>) {
    let titled = asked_tables(report, question, lang);
    let mut foot: Vec<String> = titled.iter().flat_map(|titled| titled.remarks.clone()).collect();
    if titled.is_empty() {
        foot.push(QuestionText::NoRows {}.to_plain(lang));
    }
    foot.extend(remarks(report, lang));
    (titled.into_iter().map(|titled| (titled.heading, titled.table)).collect(), foot)
}
