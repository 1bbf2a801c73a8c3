//! Lists that a report shows in every form.
use super::Report;
use super::figures::{count, dates, hours, whole};
use super::group_by::GroupBy;
use super::labels::{key_label, station_label};
use super::totals::Totals;
use crate::airlog::outcome::Reason;
use crate::airlog::outcome_text::reason_text;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// A list as people read it: every cell is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowList {
    /// The heading of each column.
    pub headings: Vec<String>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// The columns that are set to the right.
    pub right_aligned: Vec<usize>,
}

impl RowList {
    /// Creates an empty list.
    pub(super) fn new(headings: Vec<String>, right_aligned: Vec<usize>) -> Self {
        Self { headings, rows: Vec::new(), right_aligned }
    }
}

/// Lists the reasons of missed and partial airings, those of missed ones first.
pub(super) fn reason_rows(report: &Report, lang: Lang) -> RowList {
    let say = |word: ReportText| word.localized(lang).to_string();
    let headings = [ReportText::Reason {}, ReportText::Missed {}, ReportText::Partial {}].map(say).to_vec();
    let mut list = RowList::new(headings, vec![1, 2]);
    let (missed, partial) = (
        Totals::ranked_reasons(&report.total.missed_by_reason),
        Totals::ranked_reasons(&report.total.partial_by_reason),
    );
    let mut all: Vec<_> = missed.iter().map(|(reason, _)| *reason).collect();
    all.extend(partial.iter().map(|(reason, _)| *reason).filter(|reason| !missed.iter().any(|(r, _)| r == reason)));
    let of = |counts: &[(Option<Reason>, u64)], reason| {
        counts.iter().find(|(one, _)| *one == reason).map_or(0, |(_, count)| *count)
    };
    for reason in all {
        let word = reason
            .map_or_else(|| say(ReportText::OtherReason {}), |reason| reason_text(reason).localized(lang).to_string());
        list.rows.push(vec![word, count(of(&missed, reason), lang), count(of(&partial, reason), lang)]);
    }
    list
}

/// Lists the recordings that were aired under more than one topic.
pub(super) fn shared_rows(report: &Report, lang: Lang) -> RowList {
    let say = |word: ReportText| word.localized(lang).to_string();
    let headings = [ReportText::Recording {}, ReportText::Airings {}, ReportText::Topic {}].map(say).to_vec();
    let mut list = RowList::new(headings, vec![1]);
    for one in &report.shared_recordings {
        let topics: Vec<String> = one
            .topics
            .iter()
            .map(|(key, n)| format!("{}: {}", key_label(GroupBy::Topic, key, lang), count(*n, lang)))
            .collect();
        list.rows.push(vec![one.sha256.clone(), count(one.airings(), lang), topics.join("; ")]);
    }
    list
}

/// Lists the stations that sent no log for some days, with the airings that their last known plans make likely.
pub(super) fn silent_rows(report: &Report, lang: Lang) -> RowList {
    let say = |word: ReportText| word.localized(lang).to_string();
    let headings = [
        ReportText::Station {},
        ReportText::Days {},
        ReportText::LostPlanned {},
        ReportText::LostHours {},
        ReportText::Which {},
    ];
    let mut list = RowList::new(headings.map(say).to_vec(), vec![1, 2, 3]);
    for one in &report.silent_stations {
        let spans: Vec<String> = one.spans.iter().map(|span| dates(*span)).collect();
        list.rows.push(vec![
            station_label(&one.station, &one.name),
            whole(one.days(), lang),
            count(one.unlogged.planned, lang),
            hours(one.unlogged.planned_ms, lang),
            spans.join(", "),
        ]);
    }
    list
}
