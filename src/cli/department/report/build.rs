//! Builds a report from the airings in the index.
use std::collections::HashMap;
use std::io;

use super::airing_rows::{AiringRows, RowTexts};
use super::explanations::Explainer;
use crate::base::id::Id;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::registry_review::difference_text;
use crate::cli::department::target::documents::StoredTargets;
use crate::department::collect::unsettled_evidence;
use crate::department::index::IndexError;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::period::DateRange;
use crate::department::report::taken_out::taken_out;
use crate::department::report::tally::{ReportQuery, Tally};
use crate::department::report::xlsx::ReportWorkbook;
use crate::department::report::{IncidentList, LogEvidence, Report};
use crate::department::stated::totals::StatedSection;
use crate::department::target::Target;
use crate::department::target::result::TargetComparison;
use crate::department::target::tally::TargetTally;
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
    let origins = std::mem::take(&mut context.origins);
    add_store_evidence(&mut report_context.evidence, store);
    let names_by_station: HashMap<&str, &str> =
        report_context.evidence.iter().map(|evidence| (evidence.station.as_str(), evidence.name.as_str())).collect();
    let station_name =
        |symbol: u32| names_by_station.get(report_context.symbols.text(symbol)).copied().unwrap_or_default();
    let mut tally = Tally::new(query.clone(), &report_context, &store.registry);
    let estimate_ranges = tally.estimate_ranges();
    store.index.extend_context(&mut context, &estimate_ranges, &store.registry)?;
    let (comparison, targets) = read_targets(store)?;
    let mut target_tally = TargetTally::new(targets, query.range, query.made_on, &report_context, &store.registry);
    let explainer = Explainer::of(store)?;
    let mut explanations = Vec::new();
    let symbol_text = |symbol: u32| report_context.symbols.text(symbol);
    let mut read_range = |range: DateRange, mut rows: Option<&mut AiringRows<'_>>| {
        let counted_repeats = context.report_context.repeated_outcomes;
        store.index.for_each_airing::<ReportError>(&mut context, range, |airing| {
            // The ranges can overlap. An airing in both ranges is counted once.
            if range != query.range && query.range.contains(airing.fact.date) {
                return Ok(());
            }
            tally.add(&airing.fact);
            target_tally.add(&airing.fact, airing.planned_at);
            let entry = airing.entry.and_then(|(log, seq)| Some((origins.get(&log)?.as_str(), seq)));
            let station = (symbol_text(airing.fact.station), station_name(airing.fact.station));
            let explanation = entry
                .filter(|_| range == query.range)
                .and_then(|entry| explainer.explanation(airing, entry, station, symbol_text(airing.fact.title)));
            if let Some(rows) = &mut rows {
                rows.push(airing, explanation.as_ref());
            }
            explanations.extend(explanation);
            Ok(())
        })?;
        // Repeats on the days from which other days are only estimated are not repeats of this report.
        if range != query.range && Some(range) != query.earlier_range {
            context.report_context.repeated_outcomes = counted_repeats;
        }
        Ok::<(), ReportError>(())
    };
    let texts = RowTexts { symbols: &report_context.symbols, station_names: &names_by_station, origins: &origins };
    std::thread::scope(|scope| {
        let mut rows = workbook.as_mut().map(|workbook| AiringRows::begin(scope, workbook, texts));
        let read = read_range(query.range, rows.as_mut());
        rows.map_or(Ok(()), AiringRows::finish).and(read)
    })?;
    for range in query.earlier_range.into_iter().chain(estimate_ranges) {
        read_range(range, None)?;
    }
    let mut report = tally.into_report();
    report.explanations = explanations;
    report.targets = comparison.unwrap_or_else(|| TargetComparison::Compared(Box::new(target_tally.into_results())));
    add_sections(&mut report, store, query)?;
    complete_report(report, store, context.report_context.repeated_outcomes)
}

/// Adds to a report what does not follow from its airings.
fn complete_report(mut report: Report, store: &IndexedStore, repeated_outcomes: u64) -> Result<Report, ReportError> {
    report.repeated_outcomes = repeated_outcomes;
    if report.total.planned + report.total.unplanned == 0 {
        report.collected_range = store.index.planned_dates(None)?;
    }
    report.second_logs.drop_settled(&store.registry, &store.journal.journal);
    report.incidents = IncidentList::select(&store.journal, report.range, &store.registry);
    report.index_state = store.index_state;
    report.registry_differences = store.differences.iter().map(difference_text).collect();
    Ok(report)
}

/// Reads the targets. The first value is `None` if there are targets that were accepted, else the reason why nothing is
/// compared with them.
fn read_targets(store: &IndexedStore) -> io::Result<(Option<TargetComparison>, Vec<Target>)> {
    Ok(match store.targets()? {
        StoredTargets::Absent => (Some(TargetComparison::NoTargets), Vec::new()),
        StoredTargets::NotAccepted => (Some(TargetComparison::NotAccepted), Vec::new()),
        StoredTargets::Removed => (Some(TargetComparison::Removed), Vec::new()),
        StoredTargets::Accepted { targets, .. } => (None, targets),
    })
}

/// Adds what the stations took out of their plans, and the rows of other bodies.
fn add_sections(report: &mut Report, store: &IndexedStore, query: &ReportQuery) -> Result<(), ReportError> {
    report.taken_out = taken_out(&store.index.plan_edits(query.range)?);
    let (stated_rows, disputed_files) = store.stated_rows(query.made_on)?;
    report.stated = StatedSection::new(&stated_rows, query.range, disputed_files);
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
