//! A report as a spreadsheet: Summary, By topic, By station, Airings, Missed, Evidence.
mod airing_sheet;
mod cells;
mod evidence_sheet;
mod summary_sheet;
mod totals_table;

use rust_xlsxwriter::{Chart, ChartType, Format, Workbook, XlsxError};

use self::airing_sheet::{COLUMNS, write_airing_row, write_headings};
use self::cells::finish_sheet;
use self::evidence_sheet::write_evidence;
use self::summary_sheet::write_summary;
use self::totals_table::{PLANNED_HOURS, PLAYED_HOURS, VALUE_COLUMNS, write_table};
use super::fact::FactState;
use super::{GroupBy, Report, ReportTable};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

pub use self::airing_sheet::SheetAiring;

/// Rows in a sheet of airings. The format's limit is 1,048,576.
const MAX_ROWS: u32 = 1_000_000;
/// Places of the sheets. Further sheets of airings follow the last of them.
const SUMMARY: usize = 0;
const TOPICS: usize = 1;
const STATIONS: usize = 2;
const AIRINGS: usize = 3;
const MISSED: usize = 4;
const EVIDENCE: usize = 5;

/// A spreadsheet in the making. Airings are written one by one, and are not kept in memory.
pub struct ReportWorkbook {
    workbook: Workbook,
    lang: Lang,
    /// The sheet for the next airing, and its next row.
    airings: (usize, u32),
    missed: u32,
    date: Format,
}

impl ReportWorkbook {
    /// Creates the sheets.
    ///
    /// # Errors
    /// Errors of the library.
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
        let mut workbook = Self { workbook, lang, airings: (AIRINGS, 1), missed: 1, date };
        for at in [AIRINGS, MISSED] {
            write_headings(workbook.workbook.worksheet_from_index(at)?, lang)?;
        }
        Ok(workbook)
    }

    /// Writes an airing.
    ///
    /// # Errors
    /// Errors of the library.
    pub fn write_airing(&mut self, shown: &SheetAiring<'_>) -> Result<(), XlsxError> {
        let (mut at, mut row) = self.airings;
        if row > MAX_ROWS {
            self.finish_airings(at, row)?;
            at = self.workbook.worksheets().len();
            let name = format!("{} {}", ReportText::Airings {}.localized(self.lang), at - EVIDENCE + 1);
            self.workbook.add_worksheet_with_constant_memory()?.set_name(name)?;
            write_headings(self.workbook.worksheet_from_index(at)?, self.lang)?;
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
        write_airing_row(self.workbook.worksheet_from_index(at)?, row, shown, &self.date, self.lang)
    }

    fn finish_airings(&mut self, at: usize, rows: u32) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(at)?;
        finish_sheet(sheet, rows, COLUMNS)
    }

    /// Writes the other sheets, and returns the file.
    ///
    /// # Errors
    /// Errors of the library.
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
        self.set_properties(report);
        self.workbook.save_to_buffer()
    }

    /// Inserts the chart of planned and aired hours by topic.
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

    /// Sets title and creation time. The time is noon of the report's day, so that the same report gives the same file.
    fn set_properties(&mut self, report: &Report) {
        let mut properties =
            rust_xlsxwriter::DocProperties::new().set_title(ReportText::Title {}.localized(self.lang).to_string());
        if let Some(noon) = report.made_on.and_hms_opt(12, 0, 0) {
            let made = noon.and_utc();
            properties = properties.set_creation_datetime(&made);
        }
        self.workbook.set_properties(&properties);
    }
}
