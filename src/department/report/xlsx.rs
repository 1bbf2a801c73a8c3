//! Renders a report as a spreadsheet with the sheets Summary, Incidents, By topic, By station, Airings, Missed and
//! Evidence, and sheets about targets and stated rows if there are any.
mod airing_sheet;
mod cells;
mod evidence_sheet;
mod incident_sheet;
mod summary_sheet;
mod target_sheets;
mod totals_table;

use rust_xlsxwriter::{Chart, ChartType, Format, Workbook, XlsxError};

use self::airing_sheet::{AIRING_COLUMN_COUNT, write_airing_row, write_headings};
use self::cells::finish_sheet;
use self::evidence_sheet::write_evidence;
use self::incident_sheet::write_incidents;
use self::summary_sheet::write_summary;
use self::target_sheets::write_target_sheets;
use self::totals_table::{PLANNED_MINUTES_COLUMN, PLAYED_MINUTES_COLUMN, VALUE_COLUMN_COUNT, write_table};
use super::fact::FactState;
use super::{GroupBy, Report, ReportTable};
use crate::text::journal::IncidentSectionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

pub use self::airing_sheet::SheetAiring;

/// The maximum number of airings in a sheet. The format allows 1,048,576 rows.
const MAX_SHEET_AIRINGS: u32 = 1_000_000;
// The indexes of the sheets. More sheets of airings are added after the last one if needed.
const SUMMARY_SHEET: usize = 0;
const INCIDENTS_SHEET: usize = 1;
const TOPICS_SHEET: usize = 2;
const STATIONS_SHEET: usize = 3;
const AIRINGS_SHEET: usize = 4;
const MISSED_SHEET: usize = 5;
const EVIDENCE_SHEET: usize = 6;

/// A spreadsheet that is being written. Airings are written one by one and are not kept in memory.
pub struct ReportWorkbook {
    workbook: Workbook,
    lang: Lang,
    /// The index of the sheet for the next airing, and the row of the airing in that sheet.
    next_airing_position: (usize, u32),
    /// The next row of the sheet of missed airings.
    next_missed_row: u32,
    /// The format of dates.
    date_format: Format,
}

impl ReportWorkbook {
    /// Creates a workbook with all sheets.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn new(lang: Lang) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let names = [
            ReportText::Summary {}.localized(lang).to_string(),
            IncidentSectionText::Sheet {}.localized(lang).to_string(),
            ReportText::ByTopic {}.localized(lang).to_string(),
            ReportText::ByStation {}.localized(lang).to_string(),
            ReportText::Airings {}.localized(lang).to_string(),
            ReportText::MissedSheet {}.localized(lang).to_string(),
            ReportText::EvidenceHeading {}.localized(lang).to_string(),
        ];
        for (index, name) in names.into_iter().enumerate() {
            let sheet = if matches!(index, AIRINGS_SHEET | MISSED_SHEET) {
                workbook.add_worksheet_with_constant_memory()?
            } else {
                workbook.add_worksheet()
            };
            sheet.set_name(name)?;
        }
        let date_format = Format::new().set_num_format("dd/mm/yyyy");
        let mut workbook =
            Self { workbook, lang, next_airing_position: (AIRINGS_SHEET, 1), next_missed_row: 1, date_format };
        for index in [AIRINGS_SHEET, MISSED_SHEET] {
            write_headings(workbook.workbook.worksheet_from_index(index)?, lang)?;
        }
        Ok(workbook)
    }

    /// Writes an airing to the sheet of airings. If it was not aired completely, writes it to the sheet of missed
    /// airings too. A full sheet of airings is continued on a new sheet; a full sheet of missed airings ends with a
    /// remark.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn write_airing(&mut self, airing: &SheetAiring<'_>) -> Result<(), XlsxError> {
        let (mut index, mut row) = self.next_airing_position;
        if row > MAX_SHEET_AIRINGS {
            self.finish_airings(index, row)?;
            index = self.workbook.worksheets().len();
            let name = format!("{} {}", ReportText::Airings {}.localized(self.lang), index - EVIDENCE_SHEET + 1);
            self.workbook.add_worksheet_with_constant_memory()?.set_name(name)?;
            write_headings(self.workbook.worksheet_from_index(index)?, self.lang)?;
            row = 1;
        }
        self.write_row(index, row, airing)?;
        self.next_airing_position = (index, row + 1);
        let is_complete = matches!(airing.fact.state, FactState::Aired | FactState::Unplanned);
        if !is_complete && self.next_missed_row <= MAX_SHEET_AIRINGS {
            self.write_row(MISSED_SHEET, self.next_missed_row, airing)?;
            self.next_missed_row += 1;
            if self.next_missed_row > MAX_SHEET_AIRINGS {
                let remark = ReportText::SheetFull {}.localized(self.lang).to_string();
                self.workbook.worksheet_from_index(MISSED_SHEET)?.write_string(self.next_missed_row, 0, remark)?;
            }
        }
        Ok(())
    }

    fn write_row(&mut self, index: usize, row: u32, airing: &SheetAiring<'_>) -> Result<(), XlsxError> {
        write_airing_row(self.workbook.worksheet_from_index(index)?, row, airing, &self.date_format, self.lang)
    }

    /// Finishes the sheet of airings at this index. `row_count` includes the heading row.
    fn finish_airings(&mut self, index: usize, row_count: u32) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(index)?;
        finish_sheet(sheet, row_count, AIRING_COLUMN_COUNT)
    }

    /// Writes the remaining sheets, and returns the bytes of the file.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn finish(mut self, report: &Report) -> Result<Vec<u8>, XlsxError> {
        let lang = self.lang;
        let (index, row_count) = self.next_airing_position;
        self.finish_airings(index, row_count)?;
        self.finish_airings(MISSED_SHEET, self.next_missed_row)?;
        write_summary(self.workbook.worksheet_from_index(SUMMARY_SHEET)?, report, lang)?;
        write_incidents(self.workbook.worksheet_from_index(INCIDENTS_SHEET)?, report, lang)?;
        for (index, by) in [(TOPICS_SHEET, GroupBy::Topic), (STATIONS_SHEET, GroupBy::Station)] {
            if let Some(table) = report.table(by) {
                let sheet = self.workbook.worksheet_from_index(index)?;
                write_table(sheet, 0, table, lang)?;
                finish_sheet(sheet, 1 + u32::try_from(table.rows.len()).unwrap_or(0), 1 + VALUE_COLUMN_COUNT)?;
            }
        }
        if let Some(topics) = report.table(GroupBy::Topic).filter(|topics| !topics.rows.is_empty()) {
            self.insert_topic_chart(topics)?;
        }
        write_evidence(self.workbook.worksheet_from_index(EVIDENCE_SHEET)?, report, lang)?;
        write_target_sheets(&mut self.workbook, report, lang)?;
        self.set_properties(report);
        self.workbook.save_to_buffer()
    }

    /// Inserts the chart of planned and aired minutes by topic below the table by topic.
    fn insert_topic_chart(&mut self, topics: &ReportTable) -> Result<(), XlsxError> {
        let sheet_name = ReportText::ByTopic {}.localized(self.lang).to_string();
        let last_row = u32::try_from(topics.rows.len()).unwrap_or(1);
        let mut chart = Chart::new(ChartType::Bar);
        for (column, name) in [
            (PLANNED_MINUTES_COLUMN, ReportText::PlannedMinutes {}),
            (PLAYED_MINUTES_COLUMN, ReportText::PlayedMinutes {}),
        ] {
            chart
                .add_series()
                .set_name(name.localized(self.lang).to_string().as_str())
                .set_categories((sheet_name.as_str(), 1, 0, last_row, 0))
                .set_values((sheet_name.as_str(), 1, column, last_row, column));
        }
        chart.title().set_name(sheet_name.as_str());
        chart.set_width(900).set_height(420);
        let sheet = self.workbook.worksheet_from_index(TOPICS_SHEET)?;
        sheet.insert_chart(last_row + 3, 0, &chart).map(|_| ())
    }

    /// Sets the title and the creation time. The time is noon on the report's date, so that the same report always
    /// gives the same file.
    fn set_properties(&mut self, report: &Report) {
        let mut properties =
            rust_xlsxwriter::DocProperties::new().set_title(ReportText::Title {}.localized(self.lang).to_string());
        if let Some(noon) = report.made_on.and_hms_opt(12, 0, 0) {
            properties = properties.set_creation_datetime(&noon.and_utc());
        }
        self.workbook.set_properties(&properties);
    }
}
