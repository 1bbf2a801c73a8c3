//! Reads the airings of a report from the index.
use std::collections::HashMap;
use std::io;

use crate::base::id::Id;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::registry_review::difference_text;
use crate::cli::synchronised_clock::synchronised_now;
use crate::department::index::IndexError;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::period::DateRange;
use crate::department::report::tally::{ReportQuery, Tally};
use crate::department::report::xlsx::{ReportWorkbook, SheetAiring};
use crate::department::report::{LogEvidence, Report, pdf};
use crate::proof::origin::station_in_origin;
use crate::text::proof::FaultText;

/// The error of a report that could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReportError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("{0}")]
    Book(#[from] rust_xlsxwriter::XlsxError),
    #[error("{0}")]
    Paper(#[from] pdf::PdfError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads the airings once, for the totals and for the spreadsheet.
pub(super) fn build_report(
    desk: &IndexedStore,
    question: &ReportQuery,
    book: &mut Option<ReportWorkbook>,
) -> Result<Report, ReportError> {
    let ranges: Vec<DateRange> = std::iter::once(question.range).chain(question.compared).collect();
    let mut asked = desk.index.query_context(&ranges, &desk.registry, synchronised_now())?;
    // The tally borrows the context, while repeats are counted in `asked` as the airings are read.
    let mut known = std::mem::take(&mut asked.report_context);
    let origins = std::mem::take(&mut asked.origins);
    known
        .evidence
        .extend(desk.altered_logs.iter().map(|(origin, fault)| altered_log_evidence(origin, fault, &desk.registry)));
    known.evidence.extend(desk.differences.iter().filter_map(|one| {
        let fault = if matches!(one, RegistryDifference::LogMissing { .. }) {
            FaultText::TakenOut {}
        } else {
            FaultText::NotAccepted {}
        };
        Some(altered_log_evidence(one.disputed_log()?, &fault, &desk.registry))
    }));
    let named: HashMap<&str, &str> =
        known.evidence.iter().map(|one| (one.station.as_str(), one.name.as_str())).collect();
    let name = |word: u32| named.get(known.symbols.text(word)).copied().unwrap_or_default();
    let mut tally = Tally::new(question.clone(), &known, &desk.registry);
    let word = |at: u32| known.symbols.text(at);
    let mut read = |range: DateRange, mut into: Option<&mut ReportWorkbook>| {
        desk.index.for_each_airing::<ReportError>(&mut asked, range, |airing| {
            // Ranges may overlap: each airing counts once.
            if range != question.range && question.range.contains(airing.fact.date) {
                return Ok(());
            }
            tally.add(&airing.fact);
            if let Some(book) = &mut into {
                let entry = airing.entry.and_then(|(log, seq)| Some((origins.get(&log)?.as_str(), seq)));
                book.write_airing(&SheetAiring {
                    fact: &airing.fact,
                    id: airing.id,
                    planned_at: airing.planned_at,
                    station: (word(airing.fact.station), name(airing.fact.station)),
                    title: word(airing.fact.title),
                    campaign: word(airing.fact.campaign),
                    language: word(airing.fact.language),
                    entry,
                })?;
            }
            Ok(())
        })
    };
    read(question.range, book.as_mut())?;
    if let Some(before) = question.compared {
        read(before, None)?;
    }
    let mut report = tally.into_report();
    report.repeated_outcomes = asked.report_context.repeated_outcomes;
    report.index_origin = desk.index_origin;
    report.registry_differences = desk.differences.iter().map(difference_text).collect();
    Ok(report)
}

/// Returns the evidence for a log that was altered after it was collected.
fn altered_log_evidence(origin: &str, fault: &FaultText, registry: &Registry) -> LogEvidence {
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
