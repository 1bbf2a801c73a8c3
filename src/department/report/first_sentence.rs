//! The first sentences of a report: how much of the period is known, and what was aired of the plan.
use super::Report;
use super::coverage::RangeCoverage;
use super::figures::{format_count, format_date, format_percent, format_whole_number};
use crate::text::count::{Grouped, StationCount};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Returns the sentences above the first table. The first one says how many stations and station-days have logs, because
/// every figure below is about these days only.
#[must_use]
pub fn first_sentences(report: &Report, lang: Lang) -> Vec<String> {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let mut sentences = vec![localize(coverage_sentence(&report.coverage, lang))];
    sentences.extend(report.earlier_coverage.map(|coverage| localize(earlier_coverage_sentence(&coverage, lang))));
    sentences.extend(report.collected_range.map(|range| {
        let (from, until) = (format_date(range.from), format_date(range.until));
        localize(ReportText::EmptyPeriodLine { from, until })
    }));
    sentences.push(localize(summary_sentence(report, lang)));
    sentences
}

struct CoverageFigures {
    logged: String,
    stations: Grouped<StationCount>,
    days_with_log: String,
    station_days: String,
    share: String,
}

impl CoverageFigures {
    fn new(coverage: &RangeCoverage, lang: Lang) -> Self {
        let days = &coverage.station_days;
        Self {
            logged: format_count(coverage.logged_stations, lang),
            stations: Grouped(coverage.stations.into()),
            days_with_log: format_whole_number(days.logged, lang),
            station_days: format_whole_number(days.days, lang),
            share: format_percent(days.permille(), lang),
        }
    }
}

fn coverage_sentence(coverage: &RangeCoverage, lang: Lang) -> ReportText {
    let CoverageFigures { logged, stations, days_with_log, station_days, share } = CoverageFigures::new(coverage, lang);
    ReportText::CoverageLine { logged, stations, days_with_log, station_days, share }
}

fn earlier_coverage_sentence(coverage: &RangeCoverage, lang: Lang) -> ReportText {
    let CoverageFigures { logged, stations, days_with_log, station_days, share } = CoverageFigures::new(coverage, lang);
    ReportText::EarlierCoverageLine { logged, stations, days_with_log, station_days, share }
}

/// Returns the sentence with the shares.
fn summary_sentence(report: &Report, lang: Lang) -> ReportText {
    let total = &report.total;
    let (of_plan, of_known) = (total.shares_of_plan(), total.shares_of_known());
    ReportText::SummaryLine {
        planned: Grouped(total.planned.into()),
        aired: format_count(total.aired, lang),
        plan_time: format_percent(of_plan.by_time, lang),
        plan_count: format_percent(of_plan.by_count, lang),
        known_time: format_percent(of_known.by_time, lang),
        known_count: format_percent(of_known.by_count, lang),
    }
}
