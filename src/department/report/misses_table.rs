//! The table of the airings that were not aired completely.
use super::explanation_list::{answer_cell, planned_cell};
use super::fact::FactState;
use super::labels::{result_and_reason, station_label};
use super::miss_list::Miss;
use super::section_csv::to_csv;
use super::text_table::TextTable;
use super::titled_table::TitledTable;
use crate::airlog::outcome::Reason;
use crate::department::journal::answer::Decision;
use crate::department::journal::answer_list::JournalAnswer;
use crate::text::answer::AnswerText;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns the names of the result and the reason in CSV; an empty reason if the result has none.
fn result_codes(state: FactState) -> (&'static str, String) {
    let code = |reason: Option<Reason>| reason.map_or_else(|| "other".to_owned(), Reason::code);
    match state {
        FactState::Partial(reason) => ("partial", code(reason)),
        FactState::Missed(reason) => ("missed", code(reason)),
        FactState::Level0 => ("level0", String::new()),
        FactState::Implausible => ("implausible", String::new()),
        FactState::Aired | FactState::Unknown | FactState::Unplanned | FactState::UnplannedNotCounted => {
            ("", String::new())
        }
    }
}

/// Returns the name of a verdict in CSV; empty without an answer.
fn verdict_code(answer: Option<&JournalAnswer>) -> &'static str {
    match answer.map(|answer| answer.record.verdict) {
        None => "",
        Some(Decision::Accepted) => "accepted",
        Some(Decision::Refused) => "refused",
        Some(Decision::Settled | Decision::Upheld | Decision::Other) => "other",
    }
}

/// Renders all misses as CSV.
pub(super) fn misses_csv(misses: &[Miss]) -> String {
    let rows = misses.iter().map(|miss| {
        let (result, reason) = result_codes(miss.state);
        let answer = miss.answer.as_ref();
        vec![
            miss.station.clone(),
            miss.name.clone(),
            miss.origin.clone(),
            miss.outcome.to_string(),
            miss.airing.clone(),
            miss.date.to_string(),
            miss.planned_at.clone(),
            miss.segment.clone(),
            miss.title.clone(),
            miss.campaign.clone(),
            miss.topic.map(|topic| topic.to_string()).unwrap_or_default(),
            miss.language.clone(),
            result.to_owned(),
            reason,
            miss.planned_ms.to_string(),
            miss.played_ms.to_string(),
            miss.note.clone().unwrap_or_default(),
            verdict_code(answer).to_owned(),
            answer.map(|answer| answer.record.text.clone()).unwrap_or_default(),
            answer.map(|answer| answer.record.by.clone()).unwrap_or_default(),
        ]
    });
    to_csv(
        "station,name,log,entry,airing,date,planned_at,segment,title,campaign,topic,language,result,reason,planned_ms,\
         played_ms,note,verdict,answer,answered_by",
        rows,
    )
}

/// Returns the table of misses.
pub(super) fn misses_table(misses: &[Miss], lang: Lang) -> TitledTable {
    let headings = vec![
        AnswerText::Station {}.to_plain(lang),
        AnswerText::PlannedAt {}.to_plain(lang),
        AnswerText::Segment {}.to_plain(lang),
        AnswerText::Result {}.to_plain(lang),
        ReportText::Reason {}.to_plain(lang),
        AnswerText::Explanation {}.to_plain(lang),
        AnswerText::Answer {}.to_plain(lang),
        AnswerText::Number {}.to_plain(lang),
    ];
    let mut table = TextTable::new(headings, vec![7]);
    table.rows = misses.iter().map(|miss| text_row(miss, lang)).collect();
    TitledTable {
        heading: QuestionText::MissesHeading {}.to_plain(lang),
        sheet_name: QuestionText::MissesSheet {}.to_plain(lang),
        table,
        widths: vec![17, 13, 16, 12, 12, 15, 12, 8],
        remarks: vec![QuestionText::MissesRule {}.to_plain(lang)],
        has_total_row: false,
    }
}

fn text_row(miss: &Miss, lang: Lang) -> Vec<String> {
    let (result, reason) = result_and_reason(miss.state, lang);
    let note = miss.note.as_deref().map(strip_unprintable);
    vec![
        strip_unprintable(&station_label(&miss.station, &miss.name)),
        planned_cell(&miss.planned_at),
        strip_unprintable(&miss.title),
        result,
        reason,
        note.clone().unwrap_or_else(|| "–".to_owned()),
        note.map_or_else(|| "–".to_owned(), |_| answer_cell(miss.answer.as_ref(), lang)),
        miss.outcome.to_string(),
    ]
}
