//! The report as a document, for HTML and PDF: the form of Vietnamese administrative reports (decree 30/2020), with
//! number and signature left blank.
mod tables;

use chrono::Datelike;

use self::tables::{evidence_table, summary_table, table_from_list, totals_table};
use super::chart::{growth_chart, weekly_chart};
use super::drawing::Drawing;
use super::figures::{count, dates, percent};
use super::labels::heading;
use super::remarks::remarks;
use super::row_lists::{reason_rows, shared_rows, silent_rows};
use super::{GroupBy, Report, ReportTable};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

pub use self::tables::DocumentTable;

/// A block of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum DocumentBlock {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A table.
    Table(DocumentTable),
    /// A chart.
    Chart(Drawing),
}

/// The document, from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The body above the agency, which may be empty, and the agency.
    pub agency: (String, String),
    /// The two lines of the national motto.
    pub motto: (String, String),
    /// The line for the document's number: "Số: …".
    pub number: String,
    /// Place and date.
    pub place_date: String,
    /// The title.
    pub title: String,
    /// The lines below the title: the dates.
    pub subtitles: Vec<String>,
    /// The line that says that it is a draft.
    pub draft: String,
    /// The content.
    pub blocks: Vec<DocumentBlock>,
    /// The heading "Nơi nhận:" and the recipients.
    pub recipients: (String, Vec<String>),
    /// The lines above and below the place for a signature.
    pub signature: (String, String),
}

/// Builds the document of a report.
#[must_use]
pub fn build_document(report: &Report, lang: Lang) -> Document {
    let say = |word: ReportText| word.localized(lang).to_string();
    let or = |text: &str, blank: ReportText| if text.is_empty() { say(blank) } else { text.to_owned() };
    let agency = &report.agency;
    let mut under_title = vec![say(ReportText::RangeLine { dates: dates(report.range) })];
    under_title.extend(report.compared_range.map(|range| say(ReportText::ComparedLine { dates: dates(range) })));
    let made = report.made_on;
    Document {
        agency: (agency.parent.clone(), or(&agency.agency, ReportText::AgencyBlank {})),
        motto: (say(ReportText::Motto1 {}), say(ReportText::Motto2 {})),
        number: say(ReportText::Number {}),
        place_date: say(ReportText::PlaceDate {
            place: or(&agency.place, ReportText::PlaceBlank {}),
            day: made.format("%d").to_string(),
            // The decree writes a leading zero for January and February only.
            month: if made.month() < 3 { made.format("%m") } else { made.format("%-m") }.to_string(),
            year: made.format("%Y").to_string(),
        }),
        title: say(ReportText::Title {}),
        subtitles: under_title,
        draft: say(ReportText::Draft {}),
        blocks: build_blocks(report, lang),
        recipients: (say(ReportText::Recipients {}), agency.recipients.clone()),
        signature: (say(ReportText::SignedBy {}), say(ReportText::Signature {})),
    }
}

fn build_blocks(report: &Report, lang: Lang) -> Vec<DocumentBlock> {
    let say = |word: ReportText| word.localized(lang).to_string();
    let total = &report.total;
    let mut blocks = vec![
        DocumentBlock::Heading(say(ReportText::Summary {})),
        DocumentBlock::Text(say(ReportText::SummaryLine {
            planned: count(total.planned, lang),
            aired: count(total.aired, lang),
            share: percent(total.share_permille(), lang),
        })),
        DocumentBlock::Table(summary_table(report, lang)),
    ];
    let mut add =
        |table: &ReportTable| {
            blocks.push(DocumentBlock::Heading(say(heading(table.by))));
            blocks.push(DocumentBlock::Table(totals_table(table, report, lang)));
            if table.by == GroupBy::Topic {
                blocks.extend(growth_chart(report, lang).into_iter().chain(weekly_chart(report, lang)).flat_map(
                    |drawing| [DocumentBlock::Heading(drawing.title.clone()), DocumentBlock::Chart(drawing)],
                ));
            }
        };
    report.tables.iter().for_each(&mut add);
    if total.missed + total.partial > 0 {
        blocks.push(DocumentBlock::Heading(say(ReportText::ReasonsHeading {})));
        blocks.push(DocumentBlock::Table(table_from_list(reason_rows(report, lang), vec![60, 20, 20])));
    }
    if !report.shared_recordings.is_empty() {
        blocks.push(DocumentBlock::Heading(say(ReportText::SharedHeading {})));
        blocks.push(DocumentBlock::Table(table_from_list(shared_rows(report, lang), vec![41, 11, 48])));
    }
    if !report.silent_stations.is_empty() {
        blocks.push(DocumentBlock::Heading(say(ReportText::SilentHeading {})));
        blocks.push(DocumentBlock::Table(table_from_list(silent_rows(report, lang), vec![34, 10, 12, 12, 32])));
    }
    blocks.push(DocumentBlock::Heading(say(ReportText::EvidenceHeading {})));
    blocks.push(DocumentBlock::Table(evidence_table(report, lang)));
    blocks.extend(remarks(report, lang).into_iter().map(DocumentBlock::Text));
    blocks
}
