//! The explanations of stations in a report, with the answers of the department.
use super::fact::FactState;
use super::figures::format_count;
use super::labels::{result_and_reason, station_label};
use super::text_table::TextTable;
use crate::department::journal::answer_list::JournalAnswer;
use crate::department::journal::verdict_text::verdict_text;
use crate::text::answer::AnswerText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of explanations in the table of a text or a document.
const MAX_SHOWN_EXPLANATIONS: usize = 200;

/// What a station said about an airing that was not aired completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The id of the station.
    pub station: String,
    /// The name of the station.
    pub name: String,
    /// The planned start, RFC 3339; the date if the plan is not known.
    pub planned_at: String,
    /// The segment's title.
    pub title: String,
    /// The outcome of the airing.
    pub state: FactState,
    /// The number of the outcome in its log.
    pub outcome: u64,
    /// The station's words.
    pub note: String,
    /// The answer; `None` if the department has not answered yet.
    pub answer: Option<JournalAnswer>,
}

/// Returns the words for the answer to an explanation.
#[must_use]
pub fn answer_cell(answer: Option<&JournalAnswer>, lang: Lang) -> String {
    answer.map_or_else(|| AnswerText::Waiting {}.to_plain(lang), |answer| verdict_text(&answer.record, lang))
}

/// Formats a planned start, such as `2023-01-05T04:30:00+07:00`, as day and time of the station.
pub(super) fn planned_cell(planned_at: &str) -> String {
    let part = |range| planned_at.get(range).unwrap_or_default();
    let day = format!("{}/{}/{}", part(8..10), part(5..7), part(0..4));
    format!("{day} {}", part(11..16)).trim_end().to_owned()
}

/// Returns the table and the number of explanations that it leaves out; `None` if there are none. Those that wait for an
/// answer come first.
pub(super) fn explanations_table(explanations: &[Explanation], lang: Lang) -> Option<(TextTable, Vec<String>)> {
    let headings = [
        AnswerText::Station {},
        AnswerText::PlannedAt {},
        AnswerText::Segment {},
        AnswerText::Result {},
        AnswerText::Explanation {},
        AnswerText::Answer {},
        AnswerText::Number {},
    ];
    let mut table = TextTable::new(headings.map(|text| text.to_plain(lang)).to_vec(), vec![6]);
    let (waiting, answered): (Vec<_>, Vec<_>) =
        explanations.iter().partition(|explanation| explanation.answer.is_none());
    for explanation in waiting.into_iter().chain(answered).take(MAX_SHOWN_EXPLANATIONS) {
        let (result, reason) = result_and_reason(explanation.state, lang);
        let result = [result, reason].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
        table.rows.push(vec![
            strip_unprintable(&station_label(&explanation.station, &explanation.name)),
            planned_cell(&explanation.planned_at),
            strip_unprintable(&explanation.title),
            result,
            strip_unprintable(&explanation.note),
            answer_cell(explanation.answer.as_ref(), lang),
            explanation.outcome.to_string(),
        ]);
    }
    let omitted = explanations.len().saturating_sub(MAX_SHOWN_EXPLANATIONS) as u64;
    let remark = (omitted > 0).then(|| AnswerText::MoreRows { rows: format_count(omitted, lang) }.to_plain(lang));
    (!explanations.is_empty()).then(|| (table, remark.into_iter().collect()))
}
