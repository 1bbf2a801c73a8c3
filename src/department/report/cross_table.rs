//! The tables of communes and topics, with the topics as columns.
use std::collections::BTreeMap;

use super::Report;
use super::figures::format_minutes;
use super::group_by::GroupBy;
use super::labels::{heading, key_label, language_name};
use super::row_lists::TextTable;
use super::table::{ReportTable, TableRow};
use super::titled_table::TitledTable;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The maximum number of topics side by side. A table with more of them is split.
const MAX_TOPIC_COLUMNS: usize = 8;
/// The number of cells in the key of a commune.
const COMMUNE_CELLS: usize = 2;
/// The number of cells in the key of a commune and a topic.
const TOPIC_END: usize = 5;

/// The cells of a row's key that name the topic.
type TopicCells<'a> = &'a [String];
/// The key of a line of the table: the cells of the commune, and the language code in a table with languages.
type LineKey<'a> = (&'a [String], Option<&'a str>);

/// Returns the table of communes and topics with this grouping, in parts if there are many topics.
pub(super) fn cross_tables(report: &Report, by: GroupBy, lang: Lang) -> Vec<TitledTable> {
    let Some(table) = report.table(by) else { return Vec::new() };
    let matrix = Matrix::new(table);
    let parts: Vec<&[TopicCells<'_>]> = matrix.topics.chunks(MAX_TOPIC_COLUMNS).collect();
    let count = parts.len();
    let tables = parts.iter().enumerate().map(|(index, topics)| {
        let mut titled = matrix.part(by, topics, index + 1 == count, lang);
        if count > 1 {
            titled.heading.push_str(&format!(" ({}/{count})", index + 1));
            // The name of a sheet may not have a slash.
            titled.sheet_name.push_str(&format!(" {}", index + 1));
        }
        titled
    });
    tables.collect()
}

/// The rows of a table by their topic.
struct Matrix<'a> {
    topics: Vec<TopicCells<'a>>,
    lines: BTreeMap<LineKey<'a>, BTreeMap<TopicCells<'a>, &'a TableRow>>,
    has_languages: bool,
}

impl<'a> Matrix<'a> {
    fn new(table: &'a ReportTable) -> Self {
        let has_languages = table.by == GroupBy::CommuneTopicLanguage;
        let mut lines: BTreeMap<LineKey<'a>, BTreeMap<TopicCells<'a>, &'a TableRow>> = BTreeMap::new();
        let mut topics: Vec<TopicCells<'a>> = Vec::new();
        for row in &table.rows {
            let (Some(commune), Some(topic)) = (row.key.get(..COMMUNE_CELLS), row.key.get(COMMUNE_CELLS..TOPIC_END))
            else {
                continue;
            };
            topics.push(topic);
            let language = row.key.get(TOPIC_END).map(String::as_str);
            // Only a topic without airings has no language, so it has no line of its own.
            if language != Some("") {
                lines.entry((commune, language)).or_default().insert(topic, row);
            }
        }
        topics.sort_by_key(|cells| (&cells[0], cells[1].parse::<u16>().ok()));
        topics.dedup();
        Self { topics, lines, has_languages }
    }

    /// Returns a part of the table with these topics. The last part has the sums over all topics.
    fn part(&self, by: GroupBy, topics: &[TopicCells<'_>], is_last: bool, lang: Lang) -> TitledTable {
        let localize = |text: ReportText| text.localized(lang).to_string();
        let mut headings = vec![localize(ReportText::Commune {})];
        if self.has_languages {
            headings.push(localize(ReportText::Language {}));
        }
        let label_count = headings.len();
        headings.extend(topics.iter().map(|topic| self.topic_heading(topic, lang)));
        if is_last {
            headings.push(localize(ReportText::Total {}));
        }
        let mut widths = vec![if self.has_languages { 20 } else { 28 }; label_count];
        widths.resize(headings.len(), 11);
        let mut table = TextTable::new(headings, (label_count..widths.len()).collect());
        table.rows = self.lines.keys().map(|line| self.line_cells(*line, topics, is_last, lang)).collect();
        let sheet_name =
            if self.has_languages { QuestionText::CrossLanguageSheet {} } else { QuestionText::CrossSheet {} };
        let has_total_row = !table.rows.is_empty();
        if has_total_row {
            table.rows.push(self.total_cells(topics, is_last, lang));
        }
        TitledTable {
            heading: localize(heading(by)),
            sheet_name: sheet_name.to_plain(lang),
            table,
            widths,
            remarks: self.remarks(topics, lang),
            has_total_row,
        }
    }

    fn line_cells(&self, line: LineKey<'_>, topics: &[TopicCells<'_>], is_last: bool, lang: Lang) -> Vec<String> {
        let mut cells = vec![key_label(GroupBy::Commune, line.0, lang)];
        cells.extend(line.1.map(|code| language_name(code, lang)));
        let rows = self.lines.get(&line);
        let is_silent = rows.is_some_and(|rows| rows.values().all(|row| row.is_silent()));
        let played_ms =
            |topic: &TopicCells<'_>| rows.and_then(|rows| rows.get(topic)).map_or(0, |row| row.totals.played_ms);
        let minutes = |ms: i64| if is_silent { String::new() } else { format_minutes(ms, lang) };
        cells.extend(topics.iter().map(|topic| minutes(played_ms(topic))));
        if is_last {
            let sum = self.topics.iter().fold(0_i64, |sum, topic| sum.saturating_add(played_ms(topic)));
            cells.push(minutes(sum));
        }
        cells
    }

    fn total_cells(&self, topics: &[TopicCells<'_>], is_last: bool, lang: Lang) -> Vec<String> {
        let sum_of = |topic: &TopicCells<'_>| {
            let rows = self.lines.values().filter_map(|rows| rows.get(topic));
            rows.fold(0_i64, |sum, row| sum.saturating_add(row.totals.played_ms))
        };
        let mut cells = vec![ReportText::Total {}.localized(lang).to_string()];
        if self.has_languages {
            cells.push(String::new());
        }
        cells.extend(topics.iter().map(|topic| format_minutes(sum_of(topic), lang)));
        if is_last {
            let sum = self.topics.iter().fold(0_i64, |sum, topic| sum.saturating_add(sum_of(topic)));
            cells.push(format_minutes(sum, lang));
        }
        cells
    }

    fn has_one_campaign(&self) -> bool {
        let mut campaigns: Vec<&String> =
            self.topics.iter().map(|topic| &topic[0]).filter(|id| !id.is_empty()).collect();
        campaigns.dedup();
        campaigns.len() < 2
    }

    /// Returns the heading of a topic's column: its number, because titles are long.
    fn topic_heading(&self, topic: &[String], lang: Lang) -> String {
        let [campaign, number, _] = topic else { return String::new() };
        if number.is_empty() {
            return key_label(GroupBy::Topic, topic, lang);
        }
        let text = if self.has_one_campaign() {
            QuestionText::TopicColumn { number: number.clone() }
        } else {
            QuestionText::CampaignTopicColumn { number: number.clone(), campaign: campaign.clone() }
        };
        text.to_plain(lang)
    }

    /// Returns the titles of the topics, which the headings leave out, and what the cells mean.
    fn remarks(&self, topics: &[TopicCells<'_>], lang: Lang) -> Vec<String> {
        let titled = topics.iter().filter(|topic| topic.get(2).is_some_and(|title| !title.is_empty()));
        let titles = titled.map(|topic| {
            let title = crate::text::strip_unprintable(&topic[2]);
            QuestionText::TopicTitle { heading: self.topic_heading(topic, lang), title }.to_plain(lang)
        });
        let titles = titles.collect::<Vec<_>>().join("; ");
        let mut remarks = vec![QuestionText::CrossRule {}.to_plain(lang)];
        if !titles.is_empty() {
            remarks.insert(0, format!("{titles}."));
        }
        remarks
    }
}
