//! Renders a report as a spreadsheet: the summary, the incidents, a sheet for each table, the airings that were not
//! complete, all airings if asked for, the evidence, and sheets about targets and stated rows if there are any.
mod airing_sheet;
mod cells;
mod evidence_sheet;
mod incident_sheet;
mod print_setup;
mod summary_sheet;
mod target_sheets;
mod totals_table;

use rust_xlsxwriter::{Chart, ChartType, Format, Workbook, Worksheet, XlsxError};

use self::airing_sheet::{AIRING_COLUMN_COUNT, PRINTED_AIRING_COLUMNS, write_airing_row, write_headings};
use self::cells::finish_sheet;
use self::evidence_sheet::write_evidence;
use self::incident_sheet::write_incidents;
use self::print_setup::{print_columns, print_on_landscape_pages};
use self::summary_sheet::write_summary;
use self::target_sheets::write_target_sheets;
use self::totals_table::{PLANNED_MINUTES_COLUMN, PLAYED_MINUTES_COLUMN, write_table_sheet};
use super::fact::FactState;
use super::labels::heading;
use super::selected_tables::SelectedTables;
use super::{GroupBy, Report, ReportTable};
use crate::text::journal::IncidentSectionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

pub use self::airing_sheet::SheetAiring;

/// The maximum number of airings in a sheet. The format allows 1,048,576 rows.
const MAX_SHEET_AIRINGS: u32 = 1_000_000;
/// The level of compression. Higher levels make a list of all airings a quarter smaller, and take three times as long.
const COMPRESSION_LEVEL: u8 = 1;
/// The maximum length of a sheet's name, in characters.
const MAX_SHEET_NAME_LENGTH: usize = 31;

/// The airings that a workbook lists one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedAirings {
    /// None.
    None,
    /// Those that were not on the line completely, or whose outcome is not known.
    Incomplete,
    /// All of them, and the incomplete ones on a sheet of their own.
    All,
}

/// A spreadsheet that is being written. Airings are written one by one and are not kept in memory.
pub struct ReportWorkbook {
    workbook: Workbook,
    lang: Lang,
    /// The sheet of incomplete airings, if they are listed.
    incomplete: Option<AiringSheet>,
    /// The sheet for the next airing, if all are listed. Full ones precede it.
    all: Option<AiringSheet>,
    /// The format of dates.
    date_format: Format,
}

/// A sheet of airings that is being written.
#[derive(Debug, Clone, Copy)]
struct AiringSheet {
    /// The index of the sheet in the workbook.
    index: usize,
    /// The row of the next airing.
    next_row: u32,
}

impl ReportWorkbook {
    /// Creates a workbook with the first sheet of each kind of airings that it lists.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn new(listed_airings: ListedAirings, lang: Lang) -> Result<Self, XlsxError> {
        let date_format = Format::new().set_num_format("dd/mm/yyyy");
        let mut workbook = Workbook::new();
        workbook.set_zip_compression_level(COMPRESSION_LEVEL);
        let mut workbook = Self { workbook, lang, incomplete: None, all: None, date_format };
        if listed_airings != ListedAirings::None {
            workbook.incomplete = Some(workbook.begin_airing_sheet(&ReportText::MissedSheet {}.to_plain(lang))?);
        }
        if listed_airings == ListedAirings::All {
            workbook.all = Some(workbook.begin_airing_sheet(&ReportText::Airings {}.to_plain(lang))?);
        }
        Ok(workbook)
    }

    fn begin_airing_sheet(&mut self, name: &str) -> Result<AiringSheet, XlsxError> {
        let index = self.workbook.worksheets().len();
        // The sheets of a year are too large for the memory, and repeat the same texts: those are stored once.
        let sheet = self.workbook.add_worksheet_with_low_memory()?;
        sheet.set_name(name)?;
        write_headings(sheet, self.lang)?;
        Ok(AiringSheet { index, next_row: 1 })
    }

    /// Writes an airing to the sheets that list it. A full sheet of all airings is continued on a new sheet; a full
    /// sheet of incomplete airings ends with a remark.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn write_airing(&mut self, airing: &SheetAiring<'_>) -> Result<(), XlsxError> {
        if let Some(sheet) = self.all {
            let sheet = if sheet.next_row > MAX_SHEET_AIRINGS { self.continue_airings(sheet)? } else { sheet };
            self.all = Some(self.write_row(sheet, airing)?);
        }
        let is_complete = matches!(airing.fact.state, FactState::Aired | FactState::Unplanned);
        if let Some(sheet) = self.incomplete.filter(|sheet| !is_complete && sheet.next_row <= MAX_SHEET_AIRINGS) {
            let sheet = self.write_row(sheet, airing)?;
            self.incomplete = Some(sheet);
            if sheet.next_row > MAX_SHEET_AIRINGS {
                let remark = ReportText::SheetFull {}.to_plain(self.lang);
                self.workbook.worksheet_from_index(sheet.index)?.write_string(sheet.next_row, 0, remark)?;
            }
        }
        Ok(())
    }

    /// Finishes a full sheet of all airings, and begins the next one.
    fn continue_airings(&mut self, full: AiringSheet) -> Result<AiringSheet, XlsxError> {
        self.finish_airing_sheet(full)?;
        let first_index = usize::from(self.incomplete.is_some());
        let number = self.workbook.worksheets().len() - first_index + 1;
        self.begin_airing_sheet(&format!("{} {number}", ReportText::Airings {}.localized(self.lang)))
    }

    /// Writes the row of an airing, and returns the sheet with the row after it.
    fn write_row(&mut self, sheet: AiringSheet, airing: &SheetAiring<'_>) -> Result<AiringSheet, XlsxError> {
        let worksheet = self.workbook.worksheet_from_index(sheet.index)?;
        write_airing_row(worksheet, sheet.next_row, airing, &self.date_format, self.lang)?;
        Ok(AiringSheet { next_row: sheet.next_row + 1, ..sheet })
    }

    fn finish_airing_sheet(&mut self, sheet: AiringSheet) -> Result<(), XlsxError> {
        let worksheet = self.workbook.worksheet_from_index(sheet.index)?;
        finish_sheet(worksheet, sheet.next_row, AIRING_COLUMN_COUNT)?;
        print_on_landscape_pages(worksheet, Some(0), self.lang)?;
        print_columns(worksheet, sheet.next_row, PRINTED_AIRING_COLUMNS)
    }

    /// Writes the remaining sheets for the selected tables, and returns the bytes of the file.
    ///
    /// # Errors
    /// If the spreadsheet library fails.
    pub fn finish(mut self, report: &Report, selected: SelectedTables) -> Result<Vec<u8>, XlsxError> {
        let lang = self.lang;
        for sheet in self.incomplete.into_iter().chain(self.all) {
            self.finish_airing_sheet(sheet)?;
        }
        let airing_sheet_count = self.workbook.worksheets().len();
        write_summary(self.add_sheet(&ReportText::Summary {}.to_plain(lang))?, report, selected, lang)?;
        write_incidents(self.add_sheet(&IncidentSectionText::Sheet {}.to_plain(lang))?, report, lang)?;
        for table in report.tables.iter().filter(|table| selected.contains(table.by)) {
            let name = sheet_name(&heading(table.by).to_plain(lang));
            write_table_sheet(self.add_sheet(&name)?, table, report, lang)?;
            if table.by == GroupBy::Topic && !table.rows.is_empty() {
                self.insert_topic_chart(table, &name)?;
            }
        }
        // The airings were written first, because they are not kept in memory. They follow the tables.
        self.workbook.worksheets_mut().rotate_left(airing_sheet_count);
        if selected == SelectedTables::All {
            write_evidence(self.add_sheet(&ReportText::EvidenceHeading {}.to_plain(lang))?, report, lang)?;
        }
        write_target_sheets(&mut self.workbook, report, selected, lang)?;
        self.set_properties(report);
        self.workbook.save_to_buffer()
    }

    fn add_sheet(&mut self, name: &str) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.add_worksheet().set_name(name)
    }

    /// Inserts the chart of planned and aired minutes by topic below the table by topic, which is the last sheet.
    fn insert_topic_chart(&mut self, topics: &ReportTable, sheet_name: &str) -> Result<(), XlsxError> {
        let last_row = u32::try_from(topics.rows.len()).unwrap_or(1);
        let mut chart = Chart::new(ChartType::Bar);
        for (column, name) in [
            (PLANNED_MINUTES_COLUMN, ReportText::PlannedMinutes {}),
            (PLAYED_MINUTES_COLUMN, ReportText::PlayedMinutes {}),
        ] {
            chart
                .add_series()
                .set_name(name.localized(self.lang).to_string().as_str())
                .set_categories((sheet_name, 1, 0, last_row, 0))
                .set_values((sheet_name, 1, column, last_row, column));
        }
        chart.title().set_name(sheet_name);
        chart.set_width(900).set_height(420);
        let index = self.workbook.worksheets().len() - 1;
        self.workbook.worksheet_from_index(index)?.insert_chart(last_row + 4, 0, &chart).map(|_| ())
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

/// Makes the name of a sheet from the heading of its table. A name is short, and some characters are not allowed in it.
fn sheet_name(heading: &str) -> String {
    let short = heading.split(" (").next().unwrap_or(heading);
    short.chars().map(|c| if "[]:*?/\\".contains(c) { '-' } else { c }).take(MAX_SHEET_NAME_LENGTH).collect()
}
