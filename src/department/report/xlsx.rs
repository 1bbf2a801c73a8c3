//! A report as a spreadsheet: Summary, By topic, By station, Airings, Missed, Evidence.
use rust_xlsxwriter::{Chart, ChartType, Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::airlog::outcome::Reason;

use super::figures::{count, dates};
use super::labels::{first_column, heading, key_label, language_name, state_words};
use super::{GroupBy, LogEvidence, Report, ReportTable};
use crate::airlog::plausibility::finding_text::finding_text;
use crate::department::report::fact::{Fact, FactState};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Rows of one sheet of airings: below the form's limit of 1,048,576.
const MAX_ROWS: u32 = 1_000_000;
/// The sheets, in their order; further sheets of airings come behind them.
const SUMMARY: usize = 0;
const TOPICS: usize = 1;
const STATIONS: usize = 2;
const AIRINGS: usize = 3;
const MISSED: usize = 4;
const EVIDENCE: usize = 5;
/// So many findings of a log are in its row.
const MAX_FINDINGS_SHOWN: usize = 20;

/// An airing as the sheets show it.
pub struct SheetAiring<'a> {
    /// What became of it.
    pub fact: &'a Fact,
    /// Its id.
    pub id: &'a str,
    /// When it was to start, RFC 3339.
    pub planned_at: Option<&'a str>,
    /// Station id and name.
    pub station: (&'a str, &'a str),
    /// Its title.
    pub title: &'a str,
    /// Its campaign.
    pub campaign: &'a str,
    /// Its language code.
    pub language: &'a str,
    /// Its log and entry.
    pub entry: Option<(&'a str, u64)>,
}

/// A spreadsheet that is being written; airings come one by one, and are not kept.
pub struct ReportWorkbook {
    workbook: Workbook,
    lang: Lang,
    /// The sheet that airings go to, and the next row of it; the same for missed ones.
    airings: (usize, u32),
    missed: u32,
    date: Format,
}

/// Columns of the sheets of airings.
const COLUMNS: usize = 14;

impl ReportWorkbook {
    /// Begins.
    ///
    /// # Errors
    /// When a sheet cannot be made.
    pub fn new(lang: Lang) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let names = [
            ReportText::Summary {},
            ReportText::ByTopic {},
            ReportText::ByStation {},
            ReportText::Airings {},
            ReportText::MissedSheet {},
            ReportText::EvidenceHeading {},
        ];
        for (at, name) in names.iter().enumerate() {
            let sheet = if matches!(at, AIRINGS | MISSED) {
                workbook.add_worksheet_with_constant_memory()?
            } else {
                workbook.add_worksheet()
            };
            sheet.set_name(name.localized(lang).to_string())?;
        }
        let date = Format::new().set_num_format("dd/mm/yyyy");
        let mut book = Self { workbook, lang, airings: (AIRINGS, 1), missed: 1, date };
        for at in [AIRINGS, MISSED] {
            book.write_headings(at)?;
        }
        Ok(book)
    }

    fn write_headings(&mut self, at: usize) -> Result<(), XlsxError> {
        let say = |word: ReportText| word.localized(self.lang).to_string();
        let names = [
            say(ReportText::Day {}),
            say(ReportText::PlannedAt {}),
            say(ReportText::StationId {}),
            say(ReportText::Station {}),
            say(ReportText::Segment {}),
            say(ReportText::Topic {}),
            say(ReportText::Language {}),
            say(ReportText::Result {}),
            say(ReportText::Reason {}),
            format!("{} (s)", say(ReportText::Planned {})),
            format!("{} (s)", say(ReportText::Aired {})),
            say(ReportText::LateMs {}),
            say(ReportText::Entry {}),
            say(ReportText::Log {}),
        ];
        let widths = [11.0, 10.0, 16.0, 34.0, 40.0, 22.0, 18.0, 18.0, 20.0, 12.0, 12.0, 10.0, 10.0, 52.0];
        let sheet = self.workbook.worksheet_from_index(at)?;
        widths.iter().zip(0..).try_for_each(|(width, column)| sheet.set_column_width(column, *width).map(|_| ()))?;
        write_heading_row(sheet, 0, &names)
    }

    /// Takes an airing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_airing(&mut self, shown: &SheetAiring<'_>) -> Result<(), XlsxError> {
        let (mut at, mut row) = self.airings;
        if row > MAX_ROWS {
            self.finish_airings(at, row)?;
            at = self.workbook.worksheets().len();
            let name = format!("{} {}", ReportText::Airings {}.localized(self.lang), at - EVIDENCE + 1);
            self.workbook.add_worksheet_with_constant_memory()?.set_name(name)?;
            self.write_headings(at)?;
            row = 1;
        }
        self.write_row(at, row, shown)?;
        self.airings = (at, row + 1);
        let whole = matches!(shown.fact.state, FactState::Aired | FactState::Unplanned);
        if !whole && self.missed <= MAX_ROWS {
            self.write_row(MISSED, self.missed, shown)?;
            self.missed += 1;
            if self.missed > MAX_ROWS {
                let more = ReportText::SheetFull {}.localized(self.lang).to_string();
                self.workbook.worksheet_from_index(MISSED)?.write_string(self.missed, 0, more)?;
            }
        }
        Ok(())
    }

    fn write_row(&mut self, at: usize, row: u32, shown: &SheetAiring<'_>) -> Result<(), XlsxError> {
        let fact = shown.fact;
        let (result, reason) = state_words(fact.state, self.lang);
        let date = self.date.clone();
        let sheet = self.workbook.worksheet_from_index(at)?;
        sheet.write_with_format(row, 0, &fact.date, &date)?;
        let time = shown.planned_at.and_then(|at| at.get(11..19)).unwrap_or_default();
        sheet.write_string(row, 1, time)?;
        sheet.write_string(row, 2, shown.station.0)?;
        sheet.write_string(row, 3, shown.station.1)?;
        sheet.write_string(row, 4, shown.title)?;
        let topic = fact.topic.map_or_else(String::new, |topic| format!("{} {topic}", shown.campaign));
        sheet.write_string(row, 5, topic)?;
        sheet.write_string(row, 6, language_name(shown.language, self.lang))?;
        sheet.write_string(row, 7, result)?;
        sheet.write_string(row, 8, reason)?;
        sheet.write_number(row, 9, seconds(fact.planned_ms))?;
        sheet.write_number(row, 10, seconds(fact.counted_ms()))?;
        if let Some(late) = fact.late_us {
            sheet.write_number(row, 11, number(late.div_euclid(1000)))?;
        }
        if let Some((log, entry)) = shown.entry {
            sheet.write_number(row, 12, number(entry.cast_signed()))?;
            sheet.write_string(row, 13, log)?;
        }
        Ok(())
    }

    fn finish_airings(&mut self, at: usize, rows: u32) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(at)?;
        finish_sheet(sheet, rows, COLUMNS)
    }

    /// Writes the other sheets, and gives the file.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn finish(mut self, report: &Report) -> Result<Vec<u8>, XlsxError> {
        let lang = self.lang;
        let (at, rows) = self.airings;
        self.finish_airings(at, rows)?;
        self.finish_airings(MISSED, self.missed)?;
        write_summary(self.workbook.worksheet_from_index(SUMMARY)?, report, lang)?;
        for (at, by) in [(TOPICS, GroupBy::Topic), (STATIONS, GroupBy::Station)] {
            if let Some(one) = report.table(by) {
                let sheet = self.workbook.worksheet_from_index(at)?;
                write_table(sheet, 0, one, lang)?;
                finish_sheet(sheet, 1 + u32::try_from(one.rows.len()).unwrap_or(0), 1 + VALUE_COLUMNS)?;
            }
        }
        if let Some(topics) = report.table(GroupBy::Topic).filter(|topics| !topics.rows.is_empty()) {
            self.insert_topic_chart(topics)?;
        }
        write_evidence(self.workbook.worksheet_from_index(EVIDENCE)?, report, lang)?;
        let mut properties =
            rust_xlsxwriter::DocProperties::new().set_title(ReportText::Title {}.localized(lang).to_string());
        // The same report gives the same file.
        if let Some(noon) = report.made_on.and_hms_opt(12, 0, 0) {
            let made = noon.and_utc();
            properties = properties.set_creation_datetime(&made);
        }
        self.workbook.set_properties(&properties);
        self.workbook.save_to_buffer()
    }

    /// Hours planned and aired by topic.
    fn insert_topic_chart(&mut self, topics: &ReportTable) -> Result<(), XlsxError> {
        let sheet_name = ReportText::ByTopic {}.localized(self.lang).to_string();
        let last = u32::try_from(topics.rows.len()).unwrap_or(1);
        let mut chart = Chart::new(ChartType::Bar);
        for (column, name) in [(PLANNED_HOURS, ReportText::PlannedHours {}), (PLAYED_HOURS, ReportText::PlayedHours {})]
        {
            chart
                .add_series()
                .set_name(name.localized(self.lang).to_string().as_str())
                .set_categories((sheet_name.as_str(), 1, 0, last, 0))
                .set_values((sheet_name.as_str(), 1, column, last, column));
        }
        chart.title().set_name(sheet_name.as_str());
        chart.set_width(900).set_height(420);
        let sheet = self.workbook.worksheet_from_index(TOPICS)?;
        sheet.insert_chart(last + 3, 0, &chart).map(|_| ())
    }
}

/// Cells behind a row's label, and where the hours are among all cells.
const VALUE_COLUMNS: usize = 19;
const PLANNED_HOURS: u16 = 7;
const PLAYED_HOURS: u16 = 8;

#[allow(clippy::cast_precision_loss)] // spreadsheets have no other numbers
fn number(value: i64) -> f64 {
    value as f64
}

fn seconds(ms: i64) -> f64 {
    number(ms) / 1000.0
}

fn head_format() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00DD_E6F0)).set_text_wrap().set_align(FormatAlign::Top)
}

fn write_heading_row(sheet: &mut Worksheet, row: u32, names: &[String]) -> Result<(), XlsxError> {
    let bold = head_format();
    names.iter().zip(0..).try_for_each(|(name, column)| sheet.write_with_format(row, column, name, &bold).map(|_| ()))
}

fn finish_sheet(sheet: &mut Worksheet, rows: u32, columns: usize) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    let last = u16::try_from(columns).unwrap_or(1).saturating_sub(1);
    sheet.autofilter(0, 0, rows.saturating_sub(1), last).map(|_| ())
}

fn write_table(sheet: &mut Worksheet, from: u32, table: &ReportTable, lang: Lang) -> Result<(), XlsxError> {
    let say = |word: ReportText| word.localized(lang).to_string();
    let mut heads = vec![say(first_column(table.by))];
    heads.extend([
        say(ReportText::Planned {}),
        say(ReportText::Aired {}),
        say(ReportText::Partial {}),
        say(ReportText::Missed {}),
        say(ReportText::Level0 {}),
        say(ReportText::Unknown {}),
        say(ReportText::PlannedHours {}),
        say(ReportText::PlayedHours {}),
        say(ReportText::Share {}),
        format!("{} p50", say(ReportText::LateMs {})),
        format!("{} p95", say(ReportText::LateMs {})),
        format!("{} max", say(ReportText::LateMs {})),
        say(ReportText::Unplanned {}),
        say(ReportText::UnvouchedHours {}),
        say(ReportText::Recordings {}),
        say(ReportText::LostDays {}),
        say(ReportText::LostHours {}),
        say(ReportText::Implausible {}),
        say(ReportText::BeforeHours {}),
    ]);
    write_heading_row(sheet, from, &heads)?;
    sheet.set_column_width(0, 48.0)?;
    let (count, hours) = (Format::new().set_num_format("#,##0"), Format::new().set_num_format("#,##0.0"));
    let share = Format::new().set_num_format("0.0%");
    for (line, row) in table.rows.iter().zip(from + 1..) {
        let totals = &line.totals;
        sheet.write_string(row, 0, key_label(table.by, &line.key, lang))?;
        let counts = [totals.planned, totals.aired, totals.partial, totals.missed, totals.level0, totals.unknown];
        for (value, column) in counts.into_iter().zip(1..) {
            sheet.write_with_format(row, column, number(value.cast_signed()), &count)?;
        }
        sheet.write_with_format(row, PLANNED_HOURS, number(totals.planned_ms) / 3_600_000.0, &hours)?;
        sheet.write_with_format(row, PLAYED_HOURS, number(totals.played_ms) / 3_600_000.0, &hours)?;
        if totals.planned_ms > 0 {
            sheet.write_with_format(row, 9, number(totals.played_ms) / number(totals.planned_ms), &share)?;
        }
        let late = [totals.lateness.percentile(50), totals.lateness.percentile(95), totals.lateness.max()];
        for (value, column) in late.into_iter().zip(10..) {
            if let Some(ms) = value {
                sheet.write_with_format(row, column, number(ms), &count)?;
            }
        }
        sheet.write_with_format(row, 13, number(totals.unplanned.cast_signed()), &count)?;
        sheet.write_with_format(row, 14, number(totals.unvouched.ms) / 3_600_000.0, &hours)?;
        sheet.write_with_format(row, 15, number(i64::try_from(totals.recordings.len()).unwrap_or(0)), &count)?;
        if let Some(lost) = &line.unlogged {
            sheet.write_with_format(row, 16, number(lost.days), &count)?;
            sheet.write_with_format(row, 17, number(lost.planned_ms) / 3_600_000.0, &hours)?;
        }
        sheet.write_with_format(row, 18, number(totals.implausible.cast_signed()), &count)?;
        if let Some(before) = &line.compared {
            sheet.write_with_format(row, 19, number(before.played_ms) / 3_600_000.0, &hours)?;
        }
    }
    Ok(())
}

fn write_summary(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrap = Format::new().set_text_wrap();
    sheet.write_with_format(
        0,
        0,
        ReportText::Title {}.localized(lang).to_string(),
        &Format::new().set_bold().set_font_size(14),
    )?;
    sheet.write(1, 0, ReportText::RangeLine { dates: dates(report.range) }.localized(lang).to_string())?;
    if let Some(before) = report.compared_range {
        sheet.write(2, 0, ReportText::ComparedLine { dates: dates(before) }.localized(lang).to_string())?;
    }
    sheet.write(3, 0, ReportText::Draft {}.localized(lang).to_string())?;
    let mut row = 5;
    let whole = ReportTable {
        by: GroupBy::Period,
        rows: vec![super::TableRow {
            key: vec![report.range.from.to_string(), report.range.until.to_string()],
            totals: report.total.clone(),
            compared: report.compared_total.clone(),
            shared_recordings: report.shared_recordings.len() as u64,
            unlogged: None,
        }],
    };
    write_table(sheet, row, &whole, lang)?;
    row += 3;
    let others = report.tables.iter().filter(|one| !matches!(one.by, GroupBy::Topic | GroupBy::Station));
    for one in others {
        sheet.write_with_format(row, 0, heading(one.by).localized(lang).to_string(), &bold)?;
        write_table(sheet, row + 1, one, lang)?;
        row += 3 + u32::try_from(one.rows.len()).unwrap_or(0);
    }
    let (reasons, _) = super::text::reason_rows(report, lang);
    if reasons.len() > 1 {
        sheet.write_with_format(row, 0, ReportText::ReasonsHeading {}.localized(lang).to_string(), &bold)?;
        write_heading_row(sheet, row + 1, &reasons[0])?;
        row += 2;
        let (missed, partial) = (&report.total.missed_by_reason, &report.total.partial_by_reason);
        for (reason, at) in Reason::ALL.iter().copied().map(Some).chain([None]).zip(0..) {
            if missed[at] + partial[at] > 0 {
                let word = state_words(FactState::Missed(reason), lang).1;
                sheet.write(row, 0, word)?;
                sheet.write(row, 1, number(missed[at].cast_signed()))?;
                sheet.write(row, 2, number(partial[at].cast_signed()))?;
                row += 1;
            }
        }
        row += 1;
    }
    row = write_lists(sheet, row, report, lang)?;
    for remark in super::text::remarks(report, lang) {
        sheet.write_with_format(row, 0, remark, &wrap)?;
        row += 1;
    }
    sheet.set_column_width(0, 60.0)?;
    Ok(())
}

/// Recordings under several topics, and days without a log.
fn write_lists(sheet: &mut Worksheet, mut row: u32, report: &Report, lang: Lang) -> Result<u32, XlsxError> {
    let bold = Format::new().set_bold();
    if !report.shared_recordings.is_empty() {
        let (rows, _) = super::text::shared_rows(report, lang);
        sheet.write_with_format(row, 0, ReportText::SharedHeading {}.localized(lang).to_string(), &bold)?;
        write_heading_row(sheet, row + 1, &rows[0])?;
        row += 2;
        for (cells, one) in rows.iter().skip(1).zip(&report.shared_recordings) {
            let airings: u64 = one.topics.iter().map(|(_, count)| count).sum();
            sheet.write(row, 0, &one.sha256)?;
            sheet.write(row, 1, number(airings.cast_signed()))?;
            sheet.write(row, 2, cells[2].as_str())?;
            row += 1;
        }
        row += 1;
    }
    if !report.silent_stations.is_empty() {
        let (rows, _) = super::text::silent_rows(report, lang);
        sheet.write_with_format(row, 0, ReportText::SilentHeading {}.localized(lang).to_string(), &bold)?;
        write_heading_row(sheet, row + 1, &rows[0])?;
        row += 2;
        for (cells, silent) in rows.iter().skip(1).zip(&report.silent_stations) {
            sheet.write(row, 0, cells[0].as_str())?;
            sheet.write(row, 1, number(silent.days()))?;
            sheet.write(row, 2, number(silent.unlogged.planned.cast_signed()))?;
            sheet.write(row, 3, number(silent.unlogged.planned_ms) / 3_600_000.0)?;
            sheet.write(row, 4, cells[4].as_str())?;
            row += 1;
        }
        row += 1;
    }
    Ok(row)
}

/// What of a log cannot have been so and is no single airing's affair, as far as a cell has room for it.
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

fn write_evidence(sheet: &mut Worksheet, report: &Report, lang: Lang) -> Result<(), XlsxError> {
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
