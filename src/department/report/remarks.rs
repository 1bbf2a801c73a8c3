//! Sentences that belong to a report in every form: what its figures leave out, and what they cannot prove.
use super::evidence::{LogEvidence, SilentStation};
use super::figures::{count, hours, percent, whole};
use super::group_by::GroupBy;
use super::labels::{key_label, station_label};
use super::totals::{ClockBounds, Totals};
use super::{IndexOrigin, Report};
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::text::proof::FaultText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns all remarks, in the order in which they are printed.
#[must_use]
pub fn remarks(report: &Report, lang: Lang) -> Vec<String> {
    let mut said = total_remarks(report, lang);
    said.extend(clock_remarks(&report.total, lang));
    said.extend(log_remarks(report, lang));
    said.extend(fault_remarks(report, lang));
    if report.repeated_outcomes > 0 {
        said.push(ReportText::RepeatsLine { count: count(report.repeated_outcomes, lang) });
    }
    said.extend(silence_remarks(report, lang));
    said.push(index_remark(report, lang));
    said.push(ReportText::Limits {});
    let differences = report.registry_differences.iter().map(|text| text.localized(lang).to_string());
    differences.chain(said.iter().map(|text| text.localized(lang).to_string())).collect()
}

/// Returns remarks about airings that are not counted as aired, or that nobody planned.
fn total_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    let mut said = Vec::new();
    let total = &report.total;
    if total.unknown > 0 {
        said.push(ReportText::UnknownLine { count: count(total.unknown, lang) });
    }
    if total.implausible > 0 {
        let lines = report.table(GroupBy::Station).map(|table| table.rows.as_slice()).unwrap_or_default();
        let named = lines.iter().filter(|line| line.totals.implausible > 0).map(|line| {
            let name = strip_unprintable(&key_label(GroupBy::Station, &line.key, lang));
            format!("{name}: {}", count(line.totals.implausible, lang))
        });
        let which = named.collect::<Vec<_>>().join("; ");
        said.push(ReportText::ImplausibleLine { count: count(total.implausible, lang), which });
    }
    if total.unplanned > 0 {
        let hours = hours(total.unplanned_ms, lang);
        said.push(ReportText::UnplannedLine { count: count(total.unplanned, lang), hours });
    }
    said
}

/// Returns remarks about the times of airings: by when the department had seen them, and clocks nobody vouched for.
fn clock_remarks(total: &Totals, lang: Lang) -> Vec<ReportText> {
    let mut said = Vec::new();
    let days = |bounded: &ClockBounds| whole(bounded.max_days.unwrap_or(0), lang);
    let seen = &total.seen;
    if seen.max_days.is_some() {
        said.push(ReportText::SeenLine { days: days(seen) });
    }
    if seen.unseen > 0 {
        said.push(ReportText::UnseenLine { count: count(seen.unseen, lang) });
    }
    let early = &total.before_enrolment;
    if early.airings > 0 {
        let (airings, hours) = (count(early.airings, lang), hours(early.ms, lang));
        said.push(ReportText::EarlyLine { count: airings, hours, days: days(early) });
    }
    let unvouched = &total.unvouched;
    if unvouched.airings > 0 {
        let (airings, hours) = (count(unvouched.airings, lang), hours(unvouched.ms, lang));
        said.push(match unvouched.unseen < unvouched.airings {
            true => ReportText::UnvouchedLine { count: airings, hours, days: days(unvouched) },
            false => ReportText::UnvouchedUnseenLine { count: airings, hours },
        });
    }
    said
}

/// Returns remarks about single logs: what they follow, their missing plans, their findings.
fn log_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    let station = |one: &LogEvidence| strip_unprintable(&station_label(&one.station, &one.name));
    let follows = report.evidence.iter().filter_map(|one| {
        let (entries, collected) = one.preceding_entries?;
        let (entries, collected) = (count(entries, lang), count(collected, lang));
        Some(ReportText::FollowsLine { station: station(one), entries, collected })
    });
    let missing_plans = report
        .evidence
        .iter()
        .filter(|one| one.missing_plans > 0)
        .map(|one| ReportText::PlansMissingLine { station: station(one), count: count(one.missing_plans, lang) });
    let findings = report.evidence.iter().filter_map(|one| {
        let first = one.findings.first()?;
        Some(ReportText::FoundLine {
            station: station(one),
            count: count(one.finding_count, lang),
            entry: count(first.seq, lang),
            doubt: implausible_text(&first.why),
        })
    });
    follows.chain(missing_plans).chain(findings).collect()
}

/// Returns remarks about logs that are not counted: those in dispute, then those with a fault.
fn fault_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    let mut said = Vec::new();
    let disputed = |fault: &FaultText| matches!(fault, FaultText::TakenOut {} | FaultText::NotAccepted {});
    let (disputes, faulty): (Vec<_>, Vec<_>) =
        report.evidence.iter().filter_map(|one| one.fault.as_ref()).partition(|fault| disputed(fault));
    if !disputes.is_empty() {
        said.push(ReportText::DisputedLine { logs: count(disputes.len() as u64, lang) });
    }
    if !faulty.is_empty() {
        said.push(ReportText::FaultyLine { logs: count(faulty.len() as u64, lang) });
    }
    said
}

/// Returns remarks about days without a log.
fn silence_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    if report.silent_stations.is_empty() {
        return Vec::new();
    }
    let days: i64 = report.silent_stations.iter().map(SilentStation::days).sum();
    let stations = count(report.silent_stations.len() as u64, lang);
    let line = ReportText::SilentLine { stations, days: whole(days, lang) };
    std::iter::once(line).chain(unlogged_remark(report, lang)).collect()
}

/// Returns the airings that the days without a log make likely, and the share of airtime if none of them was aired.
fn unlogged_remark(report: &Report, lang: Lang) -> Option<ReportText> {
    let (airings, ms) = report.silent_stations.iter().fold((0_u64, 0_i64), |(airings, ms), one| {
        (airings.saturating_add(one.unlogged.planned), ms.saturating_add(one.unlogged.planned_ms))
    });
    let total = &report.total;
    let whole =
        Totals { planned_ms: total.planned_ms.saturating_add(ms), played_ms: total.played_ms, ..Totals::default() };
    let share = percent(whole.share_permille(), lang);
    (airings > 0).then(|| ReportText::LostLine { count: count(airings, lang), hours: hours(ms, lang), share })
}

/// Returns the remark about the index that the report was made from.
fn index_remark(report: &Report, lang: Lang) -> ReportText {
    let whole = report.evidence.iter().filter(|one| one.fault.is_none());
    let (logs, entries) = whole.fold((0, 0), |(logs, entries), one| (logs + 1, entries + one.entries));
    let (logs, entries) = (count(logs, lang), count(entries, lang));
    match report.index_origin {
        IndexOrigin::Kept => ReportText::MadeKept { logs, entries },
        IndexOrigin::Rebuilt => ReportText::MadeAnew { logs, entries },
    }
}
