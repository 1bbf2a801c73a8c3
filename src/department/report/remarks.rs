//! The remarks in a report: the airings that are not counted, and the limits of the proof.
use super::coverage::RangeCoverage;
use super::evidence::{LogEvidence, UnloggedStation};
use super::figures::{format_count, format_minutes, format_percent};
use super::group_by::GroupBy;
use super::labels::{key_label, station_label};
use super::second_log_lists::overlap_remarks;
use super::totals::{ClockBounds, Totals};
use super::{Growth, IndexState, Report};
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::text::count::{DayCount, Grouped};
use crate::text::proof::FaultText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns all remarks, in the order in which they are printed.
#[must_use]
pub fn remarks(report: &Report, lang: Lang) -> Vec<String> {
    let mut remarks = overlap_remarks(report);
    remarks.extend(total_remarks(report, lang));
    remarks.extend(clock_remarks(&report.total, lang));
    remarks.extend(log_remarks(report, lang));
    remarks.extend(fault_remarks(report));
    if report.repeated_outcomes > 0 {
        remarks.push(ReportText::RepeatsLine { count: format_count(report.repeated_outcomes, lang) });
    }
    if report.second_logs.contradiction_count > 0 {
        let count = format_count(report.second_logs.contradiction_count, lang);
        remarks.push(ReportText::ContradictionsLine { count, listed: report.second_logs.contradictions.len() });
    }
    remarks.extend(unlogged_days_remarks(report, lang));
    if report.unestimated.days > 0 {
        let (stations, days) = (report.unestimated.stations.into(), report.unestimated.days.into());
        remarks.push(ReportText::NoEstimateLine { stations: Grouped(stations), days: Grouped(days) });
    }
    remarks.extend(comparison_remark(report, lang));
    remarks.push(index_remark(report));
    remarks.push(ReportText::Limits {});
    let differences = report.registry_differences.iter().map(|text| text.localized(lang).to_string());
    differences.chain(remarks.iter().map(|text| text.localized(lang).to_string())).collect()
}

/// Returns the remarks about unknown and implausible airings, and about unplanned plays.
fn total_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    let mut remarks = Vec::new();
    let total = &report.total;
    if total.unknown > 0 {
        remarks.push(ReportText::UnknownLine { count: Grouped(total.unknown.into()) });
    }
    if total.earlier_length > 0 {
        remarks.push(ReportText::EarlierLengthLine { count: Grouped(total.earlier_length.into()) });
    }
    if total.no_length > 0 {
        remarks.push(ReportText::NoLengthLine { count: Grouped(total.no_length.into()) });
    }
    if total.implausible > 0 {
        let rows = report.table(GroupBy::Station).map(|table| table.rows.as_slice()).unwrap_or_default();
        let stations = rows.iter().filter(|row| row.totals.implausible > 0).map(|row| {
            let name = strip_unprintable(&key_label(GroupBy::Station, &row.key, lang));
            format!("{name}: {}", format_count(row.totals.implausible, lang))
        });
        let which = stations.collect::<Vec<_>>().join("; ");
        remarks.push(ReportText::ImplausibleLine { count: Grouped(total.implausible.into()), which });
    }
    if total.unplanned > 0 {
        let minutes = format_minutes(total.unplanned_ms, lang);
        remarks.push(ReportText::UnplannedLine { count: Grouped(total.unplanned.into()), minutes });
    }
    remarks
}

/// Returns the remarks about the times of airings: the bounds that the department's clock sets, and the airings that
/// were timed by unconfirmed clocks.
fn clock_remarks(total: &Totals, lang: Lang) -> Vec<ReportText> {
    let mut remarks = Vec::new();
    let max_delay = |bounds: &ClockBounds| Grouped(DayCount::from(bounds.max_delay_days.unwrap_or(0)));
    let all_aired = &total.all_aired;
    if all_aired.max_delay_days.is_some() {
        remarks.push(ReportText::SeenLine { days: max_delay(all_aired) });
    }
    if all_aired.unbounded_airings > 0 {
        remarks.push(ReportText::UncosignedLine { count: Grouped(all_aired.unbounded_airings.into()) });
    }
    let before_enrolment = &total.before_enrolment;
    if before_enrolment.airings > 0 {
        let (count, minutes) =
            (Grouped(before_enrolment.airings.into()), format_minutes(before_enrolment.played_ms, lang));
        remarks.push(ReportText::EarlyLine { count, minutes, days: max_delay(before_enrolment) });
    }
    let unconfirmed_clock = &total.unconfirmed_clock;
    if unconfirmed_clock.airings > 0 {
        let (count, minutes) =
            (Grouped(unconfirmed_clock.airings.into()), format_minutes(unconfirmed_clock.played_ms, lang));
        remarks.push(if unconfirmed_clock.unbounded_airings < unconfirmed_clock.airings {
            ReportText::UnvouchedLine { count, minutes, days: max_delay(unconfirmed_clock) }
        } else {
            ReportText::UnvouchedUncosignedLine { count, minutes }
        });
    }
    remarks
}

/// Returns the remarks about single logs: unsettled evidence, preceding logs, missing plans and findings.
fn log_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    let station = |log: &LogEvidence| strip_unprintable(&station_label(&log.station, &log.name));
    let preceding_logs = report.evidence.iter().filter_map(|log| {
        let (entries, collected) = log.preceding_entries?;
        let (entries, collected) = (Grouped(entries.into()), format_count(collected, lang));
        Some(ReportText::FollowsLine { station: station(log), entries, collected })
    });
    let missing_plans = report
        .evidence
        .iter()
        .filter(|log| log.missing_plans > 0)
        .map(|log| ReportText::PlansMissingLine { station: station(log), count: Grouped(log.missing_plans.into()) });
    let findings = report.evidence.iter().filter_map(|log| {
        let finding = log.findings.first()?;
        Some(ReportText::FindingsLine {
            station: station(log),
            count: Grouped(log.finding_count.into()),
            entry: format_count(finding.seq, lang),
            doubt: implausible_text(&finding.cause),
        })
    });
    let unsettled = report
        .evidence
        .iter()
        .filter(|log| !log.unsettled_evidence.is_empty())
        .map(|log| ReportText::UnsettledLine { station: station(log), folders: log.unsettled_evidence.join(", ") });
    unsettled.chain(preceding_logs).chain(missing_plans).chain(findings).collect()
}

/// Returns the remarks about logs that are not counted, because the registry was changed or because they have a fault.
fn fault_remarks(report: &Report) -> Vec<ReportText> {
    let mut remarks = Vec::new();
    let is_disputed =
        |fault: &FaultText| matches!(fault, FaultText::RemovedFromRegistry {} | FaultText::NotAccepted {});
    let (disputes, faults): (Vec<_>, Vec<_>) =
        report.evidence.iter().filter_map(|log| log.fault.as_ref()).partition(|fault| is_disputed(fault));
    if !disputes.is_empty() {
        remarks.push(ReportText::DisputedLine { logs: Grouped(disputes.len().into()) });
    }
    if !faults.is_empty() {
        remarks.push(ReportText::FaultyLine { logs: Grouped(faults.len().into()) });
    }
    remarks
}

/// Returns the remarks about days without a log.
fn unlogged_days_remarks(report: &Report, lang: Lang) -> Vec<ReportText> {
    if report.unlogged_stations.is_empty() {
        return Vec::new();
    }
    let days: i64 = report.unlogged_stations.iter().map(UnloggedStation::days).sum();
    let stations = Grouped(report.unlogged_stations.len().into());
    let days_remark = ReportText::UnloggedLine { stations, days: Grouped(days.into()) };
    std::iter::once(days_remark).chain(unlogged_airings_remark(report, lang)).collect()
}

/// Returns the remark about the airings that were probably planned on days without a log; `None` if there are no such
/// airings.
fn unlogged_airings_remark(report: &Report, lang: Lang) -> Option<ReportText> {
    let total = &report.total;
    (total.lost_planned > 0).then(|| ReportText::UnloggedAiringsLine {
        count: Grouped(total.lost_planned.into()),
        minutes: format_minutes(total.lost_planned_ms, lang),
    })
}

/// Returns the remark about the rows that are not compared in per cent; `None` if all are.
fn comparison_remark(report: &Report, lang: Lang) -> Option<ReportText> {
    let growths = report.tables.iter().flat_map(|table| &table.rows).filter_map(|row| row.growth).chain(report.growth);
    growths.into_iter().any(|growth| growth == Growth::NotComparable).then(|| {
        let share = |coverage: Option<&RangeCoverage>| {
            format_percent(coverage.and_then(|coverage| coverage.station_days.permille()), lang)
        };
        let (share, earlier_share) = (share(Some(&report.coverage)), share(report.earlier_coverage.as_ref()));
        ReportText::NotComparableLine { share, earlier_share }
    })
}

/// Returns the remark about the index from which the report was made.
fn index_remark(report: &Report) -> ReportText {
    let counted_logs = report.evidence.iter().filter(|log| log.fault.is_none());
    let (logs, entries) = counted_logs.fold((0_u64, 0_u64), |(logs, entries), log| (logs + 1, entries + log.entries));
    let (logs, entries) = (Grouped(logs.into()), Grouped(entries.into()));
    match report.index_state {
        IndexState::Unchanged => ReportText::CompiledFromKeptIndex { logs, entries },
        IndexState::Rebuilt => ReportText::CompiledFromRebuiltIndex { logs, entries },
    }
}
