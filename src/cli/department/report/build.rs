//! Builds a report from the airings in the index.
use std::collections::HashMap;
use std::io;

use super::airing_lists::AiringLists;
use super::airing_rows::{AiringRows, RowTexts};
use super::explanations::Explainer;
use crate::base::id::Id;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::registry_review::difference_text;
use crate::cli::department::target::documents::StoredTargets;
use crate::department::collect::unsettled_evidence;
use crate::department::index::IndexError;
use crate::department::index::query::IndexedAiring;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::day_list::DayTally;
use crate::department::report::period::DateRange;
use crate::department::report::taken_out::taken_out;
use crate::department::report::tally::{ReportContext, ReportQuery, Tally};
use crate::department::report::xlsx::ReportWorkbook;
use crate::department::report::{IncidentList, LogEvidence, Report};
use crate::department::stated::totals::StatedSection;
use crate::department::target::Target;
use crate::department::target::campaign::DefinedCampaign;
use crate::department::target::result::TargetComparison;
use crate::department::target::tally::TargetTally;
use crate::paper::docx::DocxError;
use crate::paper::pdf::PdfError;
use crate::proof::origin::station_in_origin;
use crate::text::proof::FaultText;

/// The reason why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli::department) enum ReportError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("{0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("{0}")]
    Pdf(#[from] PdfError),
    #[error("{0}")]
    Docx(#[from] DocxError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Makes the report. Each airing is read only once, for the totals and for the workbook if there is one.
pub(in crate::cli::department) fn build_report(
    store: &IndexedStore,
    query: &ReportQuery,
    workbook: &mut Option<ReportWorkbook>,
) -> Result<Report, ReportError> {
    let ranges: Vec<DateRange> = std::iter::once(query.range).chain(query.earlier_range).collect();
    let mut context = store.index.query_context(&ranges, &store.registry, store.now())?;
    // The tally borrows the report context while the index borrows `context` mutably, so the two are separated.
    let mut report_context = std::mem::take(&mut context.report_context);
    let UsedTargets { comparison, mut targets, campaigns } = read_targets(store)?;
    report_context.define_topics(&campaigns);
    let origins = std::mem::take(&mut context.origins);
    add_store_evidence(&mut report_context.evidence, store);
    let totals = Tally::new(query.clone(), &report_context, &store.registry);
    let estimate_ranges = totals.estimate_ranges();
    store.index.extend_context(&mut context, &estimate_ranges, &store.registry)?;
    let campaign = query.campaign.as_ref().map(|campaign| campaign.id.as_str());
    targets.retain(|target| campaign.is_none() || target.selection.campaign.as_ref().map(Id::as_str) == campaign);
    let comparison = comparison.or(targets.is_empty().then_some(TargetComparison::NoTargets));
    let targets = TargetTally::new(targets, query.range, query.made_on, &report_context, &store.registry);
    let mut tallies = Tallies { totals, targets, days: DayTally::new(query, &store.registry) };
    let names = report_context.evidence.iter().map(|log| (log.station.as_str(), log.name.as_str()));
    let station_names: HashMap<&str, &str> = names.collect();
    let texts = RowTexts { symbols: &report_context.symbols, station_names: &station_names, origins: &origins };
    let mut lists = AiringLists::new(query, Explainer::of(store)?, texts);
    let mut read_range = |range: DateRange, mut rows: Option<&mut AiringRows<'_>>| {
        let counted_repeats = context.report_context.repeated_outcomes;
        store.index.for_each_airing::<ReportError>(&mut context, range, |airing| {
            // The ranges can overlap. An airing in both ranges is counted once.
            if range != query.range && query.range.contains(airing.fact.date) {
                return Ok(());
            }
            tallies.add(airing);
            lists.visit(airing, range == query.range, rows.as_deref_mut());
            Ok(())
        })?;
        // Repeats on the days from which other days are only estimated are not repeats of this report.
        if range != query.range && Some(range) != query.earlier_range {
            context.report_context.repeated_outcomes = counted_repeats;
        }
        Ok::<(), ReportError>(())
    };
    std::thread::scope(|scope| {
        let mut rows = workbook.as_mut().map(|workbook| AiringRows::begin(scope, workbook, texts));
        let read = read_range(query.range, rows.as_mut());
        rows.map_or(Ok(()), |rows| rows.finish().map_err(ReportError::from)).and(read)
    })?;
    for range in query.earlier_range.into_iter().chain(estimate_ranges) {
        read_range(range, None)?;
    }
    let mut report = tallies.into_report(comparison, &report_context, &store.registry);
    (report.explanations, report.misses) = lists.finish();
    add_sections(&mut report, store, query)?;
    complete_report(report, store, context.report_context.repeated_outcomes)
}

/// The tallies to which each airing of a report is added: its tables, the targets, and the days of each station.
struct Tallies<'a> {
    totals: Tally<'a>,
    targets: TargetTally<'a>,
    days: Option<DayTally>,
}

impl Tallies<'_> {
    fn add(&mut self, airing: &IndexedAiring<'_>) {
        self.totals.add(&airing.fact);
        self.targets.add(&airing.fact, airing.planned_at);
        if let Some(days) = &mut self.days {
            days.add(&airing.fact);
        }
    }

    /// Makes the report. `comparison` is `None` if there are targets that were accepted.
    fn into_report(self, comparison: Option<TargetComparison>, context: &ReportContext, registry: &Registry) -> Report {
        let mut report = self.totals.into_report();
        report.station_days = self.days.map(|days| days.into_station_days(context, registry)).unwrap_or_default();
        let compared = || TargetComparison::Compared(Box::new(self.targets.into_results()));
        report.targets = comparison.unwrap_or_else(compared);
        report
    }
}

/// Adds to a report what does not follow from its airings.
fn complete_report(mut report: Report, store: &IndexedStore, repeated_outcomes: u64) -> Result<Report, ReportError> {
    report.repeated_outcomes = repeated_outcomes;
    if report.total.planned + report.total.unplanned + report.left_out.airings == 0 {
        report.collected_range = store.index.planned_dates(None)?;
    }
    report.second_logs.drop_settled(&store.registry, &store.journal.journal);
    report.incidents = IncidentList::select(&store.journal, report.range, &store.registry);
    report.index_state = store.index_state;
    report.registry_differences = store.differences.iter().map(difference_text).collect();
    Ok(report)
}

/// The targets and campaigns of a store that count.
#[derive(Default)]
struct UsedTargets {
    /// The reason why nothing is compared with targets; `None` if they were accepted.
    comparison: Option<TargetComparison>,
    targets: Vec<Target>,
    campaigns: Vec<DefinedCampaign>,
}

fn read_targets(store: &IndexedStore) -> io::Result<UsedTargets> {
    let unused = |comparison| UsedTargets { comparison: Some(comparison), ..UsedTargets::default() };
    Ok(match store.targets()? {
        StoredTargets::Absent => unused(TargetComparison::NoTargets),
        StoredTargets::NotAccepted => unused(TargetComparison::NotAccepted),
        StoredTargets::Removed => unused(TargetComparison::Removed),
        StoredTargets::Accepted { targets, campaigns } => UsedTargets { comparison: None, targets, campaigns },
    })
}

/// Adds what the stations took out of their plans, and the rows of other bodies.
fn add_sections(report: &mut Report, store: &IndexedStore, query: &ReportQuery) -> Result<(), ReportError> {
    let is_counted = |id: &str| query.campaign.as_ref().is_none_or(|campaign| campaign.id == id);
    report.taken_out = taken_out(&store.index.plan_edits(query.range)?);
    report.taken_out.retain(|row| is_counted(&row.campaign));
    let (stated_rows, disputed_files) = store.stated_rows(query.made_on)?;
    report.stated = StatedSection::new(&stated_rows, query.range, disputed_files);
    report.stated.totals.retain(|totals| is_counted(&totals.campaign));
    report.store = store.store.to_string();
    Ok(())
}

/// Adds the evidence that the index does not hold: unsettled evidence in the store, and the logs that are not counted.
pub(in crate::cli::department) fn add_store_evidence(evidence: &mut Vec<LogEvidence>, store: &IndexedStore) {
    for log in evidence.iter_mut() {
        log.unsettled_evidence = unsettled_evidence(&store.store.child_storage(&log.origin));
    }
    evidence
        .extend(store.altered_logs.iter().map(|(origin, fault)| faulty_log_evidence(origin, fault, &store.registry)));
    evidence.extend(store.differences.iter().filter_map(|difference| {
        let fault = if matches!(difference, RegistryDifference::LogMissing { .. }) {
            FaultText::RemovedFromRegistry {}
        } else {
            FaultText::NotAccepted {}
        };
        Some(faulty_log_evidence(difference.disputed_log()?, &fault, &store.registry))
    }));
}

/// Returns the evidence for a faulty log: it was altered after it was collected, or its registration is disputed.
fn faulty_log_evidence(origin: &str, fault: &FaultText, registry: &Registry) -> LogEvidence {
    let station = station_in_origin(origin).unwrap_or_default().to_owned();
    let name = Id::new(&station).and_then(|id| registry.stations.get(&id)).map(|station| station.name.clone());
    LogEvidence {
        station,
        name: name.unwrap_or_default(),
        origin: origin.to_owned(),
        fault: Some(fault.clone()),
        ..LogEvidence::default()
    }
}
