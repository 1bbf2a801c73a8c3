//! A report as the document that an office works with, whatever it is printed by: the form of Vietnamese administrative
//! reports (decree 30/2020), with number and signature left blank.
use chrono::Datelike;

use super::chart::{Drawing, growth_chart, weekly_chart};
use super::figures::{count, dates, growth, hours, percent, whole};
use super::labels::{first_column, heading, key_label};
use super::text::{reason_rows, remarks};
use super::totals::Totals;
use super::{GroupBy, Report, ReportTable};
use crate::text::report::ReportText as Word;
use crate::text::{Lang, Localize};

/// A table on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTable {
    /// The heads of its columns.
    pub headings: Vec<String>,
    /// How wide they are beside each other.
    pub widths: Vec<u16>,
    /// Columns that are set to the right.
    pub right_aligned: Vec<bool>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is a sum.
    pub has_total_row: bool,
}

/// A piece of the document, from top to bottom.
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

/// The document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The body above the agency, may be empty; and the agency.
    pub agency: (String, String),
    /// The two lines of the national motto.
    pub motto: (String, String),
    /// "Số: …".
    pub number: String,
    /// Place and date.
    pub place_date: String,
    /// Its title.
    pub title: String,
    /// What it covers.
    pub subtitles: Vec<String>,
    /// That it is a draft.
    pub draft: String,
    /// Its content.
    pub blocks: Vec<DocumentBlock>,
    /// "Nơi nhận:" and who.
    pub recipients: (String, Vec<String>),
    /// Above and below the place for a signature.
    pub signature: (String, String),
}

/// Sets a report out as a document.
#[must_use]
pub fn build_document(report: &Report, lang: Lang) -> Document {
    let say = |word: Word| word.localized(lang).to_string();
    let or = |text: &str, blank: Word| if text.is_empty() { say(blank) } else { text.to_owned() };
    let agency = &report.agency;
    let mut under_title = vec![say(Word::RangeLine { dates: dates(report.range) })];
    under_title.extend(report.compared_range.map(|range| say(Word::ComparedLine { dates: dates(range) })));
    let made = report.made_on;
    Document {
        agency: (agency.parent.clone(), or(&agency.name, Word::AgencyBlank {})),
        motto: (say(Word::Motto1 {}), say(Word::Motto2 {})),
        number: say(Word::Number {}),
        place_date: say(Word::PlaceDate {
            place: or(&agency.place, Word::PlaceBlank {}),
            day: made.format("%d").to_string(),
            // By the decree only January and February have a zero before them.
            month: if made.month() < 3 { made.format("%m") } else { made.format("%-m") }.to_string(),
            year: made.format("%Y").to_string(),
        }),
        title: say(Word::Title {}),
        subtitles: under_title,
        draft: say(Word::Draft {}),
        blocks: build_blocks(report, lang),
        recipients: (say(Word::Recipients {}), agency.recipients.clone()),
        signature: (say(Word::SignedBy {}), say(Word::Signature {})),
    }
}

fn build_blocks(report: &Report, lang: Lang) -> Vec<DocumentBlock> {
    let say = |word: Word| word.localized(lang).to_string();
    let total = &report.total;
    let mut blocks = vec![
        DocumentBlock::Heading(say(Word::Summary {})),
        DocumentBlock::Text(say(Word::SummaryLine {
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
        let (rows, _) = reason_rows(report, lang);
        blocks.push(DocumentBlock::Heading(say(Word::ReasonsHeading {})));
        blocks.push(DocumentBlock::Table(table_from_rows(rows, vec![60, 20, 20], &[1, 2])));
    }
    if !report.shared_recordings.is_empty() {
        let (rows, right) = super::text::shared_rows(report, lang);
        blocks.push(DocumentBlock::Heading(say(Word::SharedHeading {})));
        blocks.push(DocumentBlock::Table(table_from_rows(rows, vec![41, 11, 48], &right)));
    }
    if !report.silent_stations.is_empty() {
        let (rows, right) = super::text::silent_rows(report, lang);
        blocks.push(DocumentBlock::Heading(say(Word::SilentHeading {})));
        blocks.push(DocumentBlock::Table(table_from_rows(rows, vec![34, 10, 12, 12, 32], &right)));
    }
    blocks.push(DocumentBlock::Heading(say(Word::EvidenceHeading {})));
    blocks.push(DocumentBlock::Table(evidence_table(report, lang)));
    blocks.extend(remarks(report, lang).into_iter().map(DocumentBlock::Text));
    blocks
}

/// A table whose first row is its heads.
fn table_from_rows(mut rows: Vec<Vec<String>>, widths: Vec<u16>, right: &[usize]) -> DocumentTable {
    let heads = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
    let right = (0..heads.len()).map(|column| right.contains(&column)).collect();
    DocumentTable { headings: heads, widths, right_aligned: right, rows, has_total_row: false }
}

/// How a figure of totals is written.
type TotalsFormatter = fn(&Totals, Lang) -> String;

fn summary_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let (total, before) = (&report.total, report.compared_total.as_ref());
    let ms = |ms: Option<i64>| ms.map_or_else(|| "–".to_owned(), |ms| whole(ms, lang));
    let late =
        |t: &Totals| [t.lateness.percentile(50), t.lateness.percentile(95), t.lateness.max()].map(ms).join(" / ");
    let rows: [(Word, TotalsFormatter); 13] = [
        (Word::Planned {}, |t, lang| count(t.planned, lang)),
        (Word::Aired {}, |t, lang| count(t.aired, lang)),
        (Word::Partial {}, |t, lang| count(t.partial, lang)),
        (Word::Missed {}, |t, lang| count(t.missed, lang)),
        (Word::Level0 {}, |t, lang| count(t.level0, lang)),
        (Word::Unknown {}, |t, lang| count(t.unknown, lang)),
        (Word::Implausible {}, |t, lang| count(t.implausible, lang)),
        (Word::PlannedHours {}, |t, lang| hours(t.planned_ms, lang)),
        (Word::PlayedHours {}, |t, lang| hours(t.played_ms, lang)),
        (Word::Share {}, |t, lang| percent(t.share_permille(), lang)),
        (Word::UnplannedHours {}, |t, lang| hours(t.unplanned_ms, lang)),
        (Word::UnvouchedHours {}, |t, lang| hours(t.unvouched.ms, lang)),
        (Word::Recordings {}, |t, lang| count(t.recordings.len() as u64, lang)),
    ];
    let mut sheet = DocumentTable {
        headings: vec![String::new(), say(Word::Now {})],
        widths: vec![50, 25],
        right_aligned: vec![false, true],
        rows: Vec::new(),
        has_total_row: false,
    };
    if before.is_some() {
        sheet.headings.push(say(Word::Before {}));
        sheet.widths.push(25);
        sheet.right_aligned.push(true);
    }
    for (word, value) in rows {
        let cells = [Some(total), before].into_iter().flatten().map(|totals| value(totals, lang));
        sheet.rows.push(std::iter::once(say(word)).chain(cells).collect());
    }
    let cells = [Some(total), before].into_iter().flatten().map(late);
    sheet.rows.push(std::iter::once(say(Word::Late {})).chain(cells).collect());
    sheet
}

fn totals_table(table: &ReportTable, report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let compared = table.rows.iter().any(|line| line.compared.is_some());
    let total = &report.total;
    let (unknown, level0, implausible) = (total.unknown > 0, total.level0 > 0, total.implausible > 0);
    let mut heads = vec![say(first_column(table.by))];
    heads.extend([Word::Planned {}, Word::Aired {}, Word::Partial {}, Word::Missed {}].map(say));
    heads.extend(unknown.then(|| say(Word::Unknown {})));
    heads.extend(level0.then(|| say(Word::Level0 {})));
    heads.extend(implausible.then(|| say(Word::Implausible {})));
    heads.extend([Word::PlannedHours {}, Word::PlayedHours {}, Word::Share {}].map(say));
    if compared {
        heads.extend([Word::BeforeHours {}, Word::Growth {}].map(say));
    }
    let row = |name: String, totals: &Totals, before: Option<&Totals>| {
        let mut cells = vec![name];
        cells.extend([totals.planned, totals.aired, totals.partial, totals.missed].map(|n| count(n, lang)));
        cells.extend(unknown.then(|| count(totals.unknown, lang)));
        cells.extend(level0.then(|| count(totals.level0, lang)));
        cells.extend(implausible.then(|| count(totals.implausible, lang)));
        cells.extend([hours(totals.planned_ms, lang), hours(totals.played_ms, lang)]);
        cells.push(percent(totals.share_permille(), lang));
        if let Some(before) = before {
            cells.extend([hours(before.played_ms, lang), growth(before.played_ms, totals.played_ms, lang)]);
        }
        cells
    };
    let mut rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|line| row(key_label(table.by, &line.key, lang), &line.totals, line.compared.as_ref()))
        .collect();
    rows.push(row(say(Word::Total {}), total, report.compared_total.as_ref().filter(|_| compared)));
    let columns = heads.len();
    let mut widths = vec![if compared { 32 } else { 34 }];
    widths.resize(columns, 11);
    if compared {
        // A sign, a thousand per cent, a decimal.
        widths[columns - 1] = 14;
    }
    let right = (0..columns).map(|column| column > 0).collect();
    DocumentTable { headings: heads, widths, right_aligned: right, rows, has_total_row: true }
}

fn evidence_table(report: &Report, lang: Lang) -> DocumentTable {
    let say = |word: Word| word.localized(lang).to_string();
    let heads = [Word::Station {}, Word::Entries {}, Word::Root {}, Word::Cosigned {}].map(say).to_vec();
    let mut rows = vec![heads];
    for one in &report.evidence {
        let mut signed = one.cosigned_at.clone().unwrap_or_else(|| say(Word::NotCosigned {})).replace(['T', 'Z'], " ");
        if let Some(fault) = &one.fault {
            signed = say(Word::NotCounted { fault: fault.clone() });
        }
        if let Some(since) = &one.exposed_since {
            signed = format!("{}; {} {since}", signed.trim(), say(Word::Exposed {}));
        }
        if one.finding_count > 0 {
            signed = format!("{}; {}", signed.trim(), say(Word::FoundCell { count: count(one.finding_count, lang) }));
        }
        let name = key_label(GroupBy::Station, &[one.station.clone(), one.name.clone()], lang);
        rows.push(vec![name, count(one.entries, lang), one.root.clone(), signed.trim().to_owned()]);
    }
    table_from_rows(rows, vec![30, 11, 41, 18], &[1])
}
