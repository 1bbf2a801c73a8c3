//! The first sentences of a report: how much of the period is known, and what was aired of the plan.
use super::Report;
use super::coverage::RangeCoverage;
use super::figures::{format_count, format_date, format_minutes, format_percent, format_whole_number};
use super::labels::station_label;
use super::punctuality::punctuality_sentence;
use crate::text::count::{Grouped, StationCount};
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns the sentences above the first table. The first one says how many stations and station-days have logs, because
/// every figure below is about these days only.
#[must_use]
pub fn first_sentences(report: &Report, lang: Lang) -> Vec<String> {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let mut sentences = campaign_sentences(report, lang);
    sentences.push(localize(coverage_sentence(&report.coverage, lang)));
    sentences.extend(report.earlier_coverage.map(|coverage| localize(earlier_coverage_sentence(&coverage, lang))));
    sentences.extend(report.collected_range.map(|range| {
        let (from, until) = (format_date(range.from), format_date(range.until));
        localize(ReportText::EmptyPeriodLine { from, until })
    }));
    sentences.push(localize(summary_sentence(report, lang)));
    sentences.extend(punctuality_sentence(report, lang));
    sentences
}

/// Returns the sentences about the campaign on which the report is made: its title, the document that orders it, and how
/// much the report leaves out because of it.
#[must_use]
pub fn campaign_sentences(report: &Report, lang: Lang) -> Vec<String> {
    let Some(campaign) = &report.campaign else { return Vec::new() };
    let title = strip_unprintable(&station_label(&campaign.id, &campaign.title));
    let mut sentences = vec![QuestionText::CampaignLine { title }.to_plain(lang)];
    if !campaign.reference.is_empty() {
        let reference = strip_unprintable(&campaign.reference);
        sentences.push(QuestionText::ReferenceLine { reference }.to_plain(lang));
    }
    let left_out = report.left_out;
    let text = match left_out.airings {
        0 => QuestionText::OnlyCampaignLine {},
        airings => QuestionText::LeftOutLine {
            airings: format_count(airings, lang),
            minutes: format_minutes(left_out.played_ms, lang),
        },
    };
    sentences.push(text.to_plain(lang));
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
    let planned = Grouped(total.planned.into());
    if total.known() == 0 {
        return match (total.planned + total.lost_planned, report.coverage.station_days.logged) {
            (0, 0) => ReportText::NothingKnownLine {},
            (0, _) => ReportText::NothingPlannedLine {},
            _ => ReportText::NoOutcomeLine { planned, estimated: format_count(total.lost_planned, lang) },
        };
    }
    if total.known_ms == 0 {
        let (plan_count, known_count) =
            (format_percent(of_plan.by_count, lang), format_percent(of_known.by_count, lang));
        return ReportText::SummaryCountLine {
            planned,
            aired: format_count(total.aired, lang),
            plan_count,
            known_count,
        };
    }
    ReportText::SummaryLine {
        planned,
        aired: format_count(total.aired, lang),
        plan_time: format_percent(of_plan.by_time, lang),
        plan_count: format_percent(of_plan.by_count, lang),
        known_time: format_percent(of_known.by_time, lang),
        known_count: format_percent(of_known.by_count, lang),
    }
}
