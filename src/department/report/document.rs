//! The report as a document for HTML and PDF.
mod tables;

use chrono::Datelike;

use self::tables::{document_table, evidence_table, summary_table, totals_table};
use super::chart::{growth_chart, weekly_chart};
use super::explanation_list::explanations_table;
use super::figures::format_date_range;
use super::first_sentence::first_sentences;
use super::incident_list::incident_section;
use super::labels::heading;
use super::question_tables::question_tables;
use super::remarks::remarks;
use super::row_lists::{reasons_table, shared_recordings_table, unlogged_days_table};
use super::second_log_lists::contradictions_table;
use super::target_section::{TitledTable, front_lines, titled_tables};
use super::work_list::work_list_table;
use super::{GroupBy, Report, ReportTable};
use crate::paper::document::{Document, DocumentBlock, DocumentTable};
use crate::text::answer::AnswerText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Builds the document of a report.
#[must_use]
pub fn build_document(report: &Report, lang: Lang) -> Document {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let text_or_blank = |text: &str, blank: ReportText| if text.is_empty() { localize(blank) } else { text.to_owned() };
    let department = &report.department;
    let mut subtitles = vec![localize(ReportText::RangeLine { dates: format_date_range(report.range) })];
    subtitles.extend(
        report.earlier_range.map(|range| localize(ReportText::ComparedLine { dates: format_date_range(range) })),
    );
    let made_on = report.made_on;
    Document {
        agency: (department.parent.clone(), text_or_blank(&department.agency, ReportText::AgencyBlank {})),
        motto: (localize(ReportText::Motto1 {}), localize(ReportText::Motto2 {})),
        number: localize(ReportText::Number {}),
        place_date: localize(ReportText::PlaceDate {
            place: text_or_blank(&department.place, ReportText::PlaceBlank {}),
            day: made_on.format("%d").to_string(),
            // The decree requires a leading zero for January and February only.
            month: if made_on.month() < 3 { made_on.format("%m") } else { made_on.format("%-m") }.to_string(),
            year: made_on.format("%Y").to_string(),
        }),
        title: localize(ReportText::Title {}),
        subtitles,
        draft: localize(ReportText::Draft {}),
        blocks: build_blocks(report, lang),
        recipients: (localize(ReportText::Recipients {}), department.recipients.clone()),
        signatures: vec![(localize(ReportText::SignedBy {}), localize(ReportText::Signature {}))],
        running_foot: String::new(),
        made_on,
    }
}

fn build_blocks(report: &Report, lang: Lang) -> Vec<DocumentBlock> {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let total = &report.total;
    let mut blocks = vec![DocumentBlock::Heading(localize(ReportText::Summary {}))];
    blocks.extend(first_sentences(report, lang).into_iter().map(DocumentBlock::Text));
    blocks.extend(front_lines(report, lang).into_iter().map(DocumentBlock::Text));
    blocks.push(DocumentBlock::Table(summary_table(report, lang)));
    let incidents = incident_section(&report.incidents, lang);
    blocks.push(DocumentBlock::Heading(incidents.heading));
    blocks.extend(incidents.lines.into_iter().map(DocumentBlock::Text));
    let incident_widths = vec![7, 18, 26, 13, 17, 19];
    blocks.extend(incidents.table.map(|table| DocumentBlock::Table(document_table(table, incident_widths))));
    blocks.extend(work_list_table(report, lang).into_iter().flat_map(titled_blocks));
    blocks.extend(titled_tables(report, false, lang).into_iter().flat_map(titled_blocks));
    let mut add_table =
        |table: &ReportTable| {
            blocks.push(DocumentBlock::Heading(localize(heading(table.by))));
            blocks.push(DocumentBlock::Table(totals_table(table, report, lang)));
            if table.by == GroupBy::Topic {
                blocks.extend(growth_chart(report, lang).into_iter().chain(weekly_chart(report, lang)).flat_map(
                    |drawing| [DocumentBlock::Heading(drawing.title.clone()), DocumentBlock::Chart(drawing)],
                ));
            }
        };
    report.tables.iter().for_each(&mut add_table);
    blocks.extend(question_tables(report, lang).into_iter().flat_map(titled_blocks));
    if total.missed + total.partial > 0 {
        blocks.push(DocumentBlock::Heading(localize(ReportText::ReasonsHeading {})));
        blocks.push(DocumentBlock::Table(document_table(reasons_table(report, lang), vec![60, 20, 20])));
    }
    if let Some((table, remarks)) = explanations_table(&report.explanations, lang) {
        blocks.push(DocumentBlock::Heading(AnswerText::Heading {}.to_plain(lang)));
        blocks.push(DocumentBlock::Table(document_table(table, vec![17, 14, 17, 16, 17, 12, 7])));
        blocks.extend(remarks.into_iter().map(DocumentBlock::Text));
    }
    if !report.second_logs.contradictions.is_empty() {
        blocks.push(DocumentBlock::Heading(localize(ReportText::ContradictionsHeading {})));
        blocks.push(DocumentBlock::Table(document_table(contradictions_table(report, lang), vec![22, 22, 28, 28])));
    }
    if !report.shared_recordings.is_empty() {
        blocks.push(DocumentBlock::Heading(localize(ReportText::SharedHeading {})));
        blocks.push(DocumentBlock::Table(document_table(shared_recordings_table(report, lang), vec![41, 11, 48])));
    }
    if !report.unlogged_stations.is_empty() {
        blocks.push(DocumentBlock::Heading(localize(ReportText::UnloggedHeading {})));
        blocks.push(DocumentBlock::Table(document_table(unlogged_days_table(report, lang), vec![34, 10, 12, 12, 32])));
    }
    blocks.push(DocumentBlock::Heading(localize(ReportText::EvidenceHeading {})));
    blocks.push(DocumentBlock::Table(evidence_table(report, lang)));
    blocks.extend(remarks(report, lang).into_iter().map(DocumentBlock::Text));
    blocks
}

/// Returns a table with its heading above it and its sentences below it.
fn titled_blocks(titled: TitledTable) -> Vec<DocumentBlock> {
    let mut blocks = vec![DocumentBlock::Heading(titled.heading)];
    if !titled.table.rows.is_empty() {
        let table = document_table(titled.table, titled.widths);
        blocks.push(DocumentBlock::Table(DocumentTable { has_total_row: titled.has_total_row, ..table }));
    }
    blocks.extend(titled.remarks.into_iter().map(DocumentBlock::Text));
    blocks
}
