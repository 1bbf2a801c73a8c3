//! The tables of text in a report: reasons, shared recordings and days without a log.
use super::Report;
use super::figures::{format_count, format_date_range, format_minutes, format_whole_number};
use super::group_by::GroupBy;
use super::labels::{key_label, station_label};
use super::totals::Totals;
use crate::airlog::outcome::Reason;
use crate::airlog::outcome_text::reason_text;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

pub use super::text_table::TextTable;

/// Lists the reasons for missed and partial airings, with the number of airings for each. The reasons for missed
/// airings come first.
pub(super) fn reasons_table(report: &Report, lang: Lang) -> TextTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = [ReportText::Reason {}, ReportText::Missed {}, ReportText::Partial {}].map(localize).to_vec();
    let mut table = TextTable::new(headings, vec![1, 2]);
    let (missed, partial) = (
        Totals::ranked_reasons(&report.total.missed_by_reason),
        Totals::ranked_reasons(&report.total.partial_by_reason),
    );
    let mut reasons: Vec<_> = missed.iter().map(|(reason, _)| *reason).collect();
    let is_missed_reason = |reason: &Option<Reason>| missed.iter().any(|(missed_reason, _)| missed_reason == reason);
    reasons.extend(partial.iter().map(|(reason, _)| *reason).filter(|reason| !is_missed_reason(reason)));
    let count_of = |counts: &[(Option<Reason>, u64)], reason| {
        counts.iter().find(|(counted_reason, _)| *counted_reason == reason).map_or(0, |(_, count)| *count)
    };
    for reason in reasons {
        let reason_cell = reason.map_or_else(
            || localize(ReportText::OtherReason {}),
            |reason| reason_text(reason).localized(lang).to_string(),
        );
        table.rows.push(vec![
            reason_cell,
            format_count(count_of(&missed, reason), lang),
            format_count(count_of(&partial, reason), lang),
        ]);
    }
    table
}

/// Lists the recordings that were aired under more than one topic.
pub(super) fn shared_recordings_table(report: &Report, lang: Lang) -> TextTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = [ReportText::Recording {}, ReportText::Airings {}, ReportText::Topic {}].map(localize).to_vec();
    let mut table = TextTable::new(headings, vec![1]);
    for recording in &report.shared_recordings {
        let topics: Vec<String> = recording
            .topics
            .iter()
            .map(|(key, airings)| format!("{}: {}", key_label(GroupBy::Topic, key, lang), format_count(*airings, lang)))
            .collect();
        table.rows.push(vec![
            recording.sha256.clone(),
            format_count(recording.airing_count(), lang),
            topics.join("; "),
        ]);
    }
    table
}

/// Lists the stations whose logs do not cover some days of the range, and estimates what was planned on these days.
pub(super) fn unlogged_days_table(report: &Report, lang: Lang) -> TextTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = [
        ReportText::Station {},
        ReportText::Days {},
        ReportText::UnloggedAirings {},
        ReportText::UnloggedMinutes {},
        ReportText::UnloggedDates {},
    ];
    let mut table = TextTable::new(headings.map(localize).to_vec(), vec![1, 2, 3]);
    for station in &report.unlogged_stations {
        let spans: Vec<String> = station.spans.iter().map(|span| format_date_range(*span)).collect();
        table.rows.push(vec![
            station_label(&station.station, &station.name),
            format_whole_number(station.days(), lang),
            format_count(station.unlogged.planned, lang),
            format_minutes(station.unlogged.planned_ms, lang),
            spans.join(", "),
        ]);
    }
    table
}
