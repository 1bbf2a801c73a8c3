//! Writes the sheet of evidence, with one row per log.
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::cells::{finish_sheet, to_f64, write_headings};
use super::print_setup::{print_columns, print_on_landscape_pages};
use crate::airlog::plausibility::finding_text::finding_text;
use crate::department::report::Report;
use crate::department::report::evidence::LogEvidence;
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of findings in the row of a log, so that they fit in a cell.
const MAX_FINDINGS_SHOWN: usize = 20;

/// The widths of the columns, in characters.
const WIDTHS: [usize; 11] = [10, 40, 46, 10, 28, 66, 28, 22, 40, 60, 60];
/// The number of columns on paper: all up to the time of the countersignature.
const PRINTED_COLUMNS: usize = 7;

/// Returns the cell with the number of findings of a log and the first findings; empty if there are none.
fn findings_cell(log: &LogEvidence, lang: Lang) -> String {
    if log.finding_count == 0 {
        return String::new();
    }
    let findings = log
        .findings
        .iter()
        .take(MAX_FINDINGS_SHOWN)
        .map(|finding| finding_text(finding).localized(lang).to_string().trim().to_owned());
    let findings = findings.collect::<Vec<_>>().join("; ");
    strip_unprintable(&format!(
        "{}: {findings}",
        ReportText::FindingsCell { count: Grouped(log.finding_count.into()) }.localized(lang)
    ))
}

pub(super) fn write_evidence(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let headings = [
        ReportText::StationId {},
        ReportText::Station {},
        ReportText::Log {},
        ReportText::Entries {},
        ReportText::Newest {},
        ReportText::Root {},
        ReportText::Cosigned {},
        ReportText::Exposed {},
        ReportText::Fault {},
        ReportText::Checkpoint {},
        ReportText::Implausible {},
    ]
    .map(|text| text.localized(lang).to_string());
    write_headings(sheet, 0, &headings, &WIDTHS)?;
    for (log, row) in report.evidence.iter().zip(1..) {
        let not_cosigned = ReportText::NotCosigned {}.localized(lang).to_string();
        sheet.write_string(row, 0, &log.station)?;
        sheet.write_string(row, 1, &log.name)?;
        sheet.write_string(row, 2, &log.origin)?;
        sheet.write_number(row, 3, to_f64(log.entries.cast_signed()))?;
        sheet.write_string(row, 4, log.newest_at.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 5, &log.root)?;
        sheet.write_string(row, 6, log.cosigned_at.as_deref().unwrap_or(&not_cosigned))?;
        sheet.write_string(row, 7, log.exposed_since.as_deref().unwrap_or_default())?;
        let fault = log.fault.as_ref().map(|fault| fault.localized(lang).to_string());
        sheet.write_string(row, 8, fault.unwrap_or_default())?;
        sheet.write_string(row, 9, &log.head)?;
        sheet.write_string(row, 10, findings_cell(log, lang))?;
    }
    print_on_landscape_pages(sheet, Some(0), lang)?;
    print_columns(sheet, 1 + u32::try_from(report.evidence.len()).unwrap_or(0), PRINTED_COLUMNS)?;
    finish_sheet(sheet, 1 + u32::try_from(report.evidence.len()).unwrap_or(0), headings.len())
}
