//! The tables that answer the questions of a boss.
use super::Report;
use super::cross_table::cross_tables;
use super::figures::format_count;
use super::group_by::GroupBy;
use super::growth_table::{growth_csv, growth_table};
use super::hand_ins_table::{hand_ins_csv, hand_ins_table};
use super::misses_table::{misses_csv, misses_table};
use super::question::Question;
use super::recordings_table::{recordings_csv, recordings_table};
use super::titled_table::TitledTable;
use super::topic_language_table::{topic_language_csv, topic_language_table};
use crate::text::question::QuestionText;
use crate::text::{Lang, Localize};

/// The maximum number of rows of a table on paper and on the terminal.
const MAX_SHOWN_ROWS: usize = 100;

/// Returns the tables that answer a question, without those that have no rows.
fn answering_tables(question: Question, report: &Report, lang: Lang) -> Vec<TitledTable> {
    let mut tables = match question {
        Question::Cross(by) => cross_tables(report, by, lang),
        Question::TopicLanguage => vec![topic_language_table(report, lang)],
        Question::Growth => vec![growth_table(report, lang)],
        Question::Recordings => vec![recordings_table(report, lang)],
        Question::Misses => vec![misses_table(&report.misses, lang)],
        Question::HandIns => vec![hand_ins_table(report, lang)],
    };
    tables.retain(|titled| !titled.table.rows.is_empty());
    tables
}

/// Renders the answer to a question as CSV.
#[must_use]
pub fn question_csv(report: &Report, question: Question) -> String {
    match question {
        Question::Cross(by) => report.table(by).map(super::csv::render_csv).unwrap_or_default(),
        Question::TopicLanguage => topic_language_csv(report),
        Question::Growth => growth_csv(report),
        Question::Recordings => recordings_csv(report),
        Question::Misses => misses_csv(&report.misses),
        Question::HandIns => hand_ins_csv(report),
    }
}

/// Returns the tables that answer one question, at most their first rows.
pub(super) fn asked_tables(report: &Report, question: Question, lang: Lang) -> Vec<TitledTable> {
    limited(question, answering_tables(question, report, lang), lang)
}

/// Returns the tables that every document has, and those that answer the question on which the report was made. A table
/// without rows is left out.
pub(super) fn question_tables(report: &Report, lang: Lang) -> Vec<TitledTable> {
    let mut questions = vec![Question::Cross(GroupBy::CommuneTopic), Question::TopicLanguage];
    questions.extend(report.earlier_range.map(|_| Question::Growth));
    questions.extend([Question::Recordings, Question::HandIns]);
    questions.extend(report.question.filter(|asked| !questions.contains(asked)));
    questions.into_iter().flat_map(|question| asked_tables(report, question, lang)).collect()
}

/// Cuts off long tables, and says how to see all rows.
fn limited(question: Question, mut tables: Vec<TitledTable>, lang: Lang) -> Vec<TitledTable> {
    // A table of communes has as many rows as there are communes, and its last row is the total.
    if matches!(question, Question::Cross(GroupBy::CommuneTopic) | Question::Growth) {
        return tables;
    }
    for titled in tables.iter_mut().filter(|titled| titled.table.rows.len() > MAX_SHOWN_ROWS) {
        let rows = &mut titled.table.rows;
        let total = if titled.has_total_row { rows.pop() } else { None };
        let hidden = rows.len().saturating_sub(MAX_SHOWN_ROWS);
        rows.truncate(MAX_SHOWN_ROWS);
        rows.extend(total);
        if hidden > 0 {
            let text =
                QuestionText::MoreRows { rows: format_count(hidden as u64, lang), by: question.name().to_owned() };
            titled.remarks.insert(0, text.to_plain(lang));
        }
    }
    tables
}
