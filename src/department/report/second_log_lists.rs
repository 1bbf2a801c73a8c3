//! The sentences and the table about stations with several logs.
use super::Report;
use super::figures::{format_date, format_late_ms};
use super::labels::{result_and_reason, station_label};
use super::row_lists::TextTable;
use super::second_logs::{Claim, Contradiction, LogOverlap};
use crate::department::journal::sentence::format_minute;
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns a sentence for each pair of logs that ran at the same time.
#[must_use]
pub fn overlap_remarks(report: &Report) -> Vec<ReportText> {
    let remark = |overlap: &LogOverlap| ReportText::OverlapLine {
        station: strip_unprintable(&label(report, &overlap.station)),
        number: overlap.numbers.0,
        other: overlap.numbers.1,
        from: format_date(overlap.from),
        until: format_date(overlap.until),
        days: Grouped(overlap.days.into()),
        outcomes: Grouped(overlap.outcomes.0.into()),
        other_outcomes: Grouped(overlap.outcomes.1.into()),
    };
    report.second_logs.overlaps.iter().map(remark).collect()
}

/// Lists the contradictions, each with both claims.
pub(super) fn contradictions_table(report: &Report, lang: Lang) -> TextTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings =
        [ReportText::Station {}, ReportText::Airing {}, ReportText::CountedClaim {}, ReportText::OtherClaim {}];
    let mut table = TextTable::new(headings.map(localize).to_vec(), Vec::new());
    for contradiction in &report.second_logs.contradictions {
        table.rows.push(vec![
            label(report, &contradiction.station),
            airing_cell(contradiction),
            claim_cell(&contradiction.counted, lang),
            claim_cell(&contradiction.other, lang),
        ]);
    }
    table
}

/// Returns the title and the planned time; the id of an airing outside the plan.
fn airing_cell(contradiction: &Contradiction) -> String {
    let at = contradiction.planned_at.as_deref().map_or_else(|| contradiction.airing.clone(), format_minute);
    strip_unprintable(&if contradiction.title.is_empty() { at } else { format!("{}, {at}", contradiction.title) })
}

fn claim_cell(claim: &Claim, lang: Lang) -> String {
    let (result, reason) = result_and_reason(claim.state, lang);
    let result = if reason.is_empty() { result } else { format!("{result} ({reason})") };
    // The beginning of a hash tells two recordings apart.
    let recording = claim.recording.as_deref().and_then(|sha256| sha256.get(..8)).unwrap_or("–").to_owned();
    let text = ReportText::ClaimCell {
        number: claim.number,
        result,
        seconds: format_late_ms(claim.played_ms.max(0), lang),
        recording,
    };
    text.localized(lang).to_string()
}

fn label(report: &Report, station: &str) -> String {
    let name = report.evidence.iter().find(|log| log.station == station).map(|log| log.name.as_str());
    station_label(station, name.unwrap_or_default())
}
