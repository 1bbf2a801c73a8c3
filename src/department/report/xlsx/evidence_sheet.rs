//! The sheet of evidence, with a row for each log.
use rust_xlsxwriter::{Worksheet, XlsxError};

use super::cells::{finish_sheet, number, write_heading_row};
use crate::airlog::plausibility::finding_text::finding_text;
use crate::department::report::Report;
use crate::department::report::evidence::LogEvidence;
use crate::department::report::figures::count;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Findings of a log that its row shows.
const MAX_FINDINGS_SHOWN: usize = 20;

/// Returns the findings of a log, as many as a cell has room for.
fn findings_cell(one: &LogEvidence, lang: Lang) -> String {
    if one.finding_count == 0 {
        return String::new();
    }
    let told = one
        .findings
        .iter()
        .take(MAX_FINDINGS_SHOWN)
        .map(|one| finding_text(one).localized(lang).to_string().trim().to_owned());
    let told = told.collect::<Vec<_>>().join("; ");
    strip_unprintable(&format!(
        "{}: {told}",
        ReportText::FoundCell { count: count(one.finding_count, lang) }.localized(lang)
    ))
}

pub(super) fn write_evidence(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let heads = [
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
    .map(|word| word.localized(lang).to_string());
    write_heading_row(sheet, 0, &heads)?;
    for (width, column) in [16.0, 34.0, 52.0, 10.0, 32.0, 66.0, 22.0, 22.0, 40.0, 60.0, 60.0].into_iter().zip(0..) {
        sheet.set_column_width(column, width)?;
    }
    for (one, row) in report.evidence.iter().zip(1..) {
        let not_yet = ReportText::NotCosigned {}.localized(lang).to_string();
        sheet.write_string(row, 0, &one.station)?;
        sheet.write_string(row, 1, &one.name)?;
        sheet.write_string(row, 2, &one.origin)?;
        sheet.write_number(row, 3, number(one.entries.cast_signed()))?;
        sheet.write_string(row, 4, one.newest_at.as_deref().unwrap_or_default())?;
        sheet.write_string(row, 5, &one.root)?;
        sheet.write_string(row, 6, one.cosigned_at.as_deref().unwrap_or(&not_yet))?;
        sheet.write_string(row, 7, one.exposed_since.as_deref().unwrap_or_default())?;
        let fault = one.fault.as_ref().map(|fault| fault.localized(lang).to_string());
        sheet.write_string(row, 8, fault.unwrap_or_default())?;
        sheet.write_string(row, 9, &one.head)?;
        sheet.write_string(row, 10, findings_cell(one, lang))?;
    }
    finish_sheet(sheet, 1 + u32::try_from(report.evidence.len()).unwrap_or(0), heads.len())
}
