//! An addendum: the differences from a closed period in words, with their causes.
use std::collections::BTreeSet;

use clap::ValueEnum;

use super::RecordedClosing;
use super::cause::Cause;
use super::compare::{CellDifference, RowDifference};
use crate::department::registry::Registry;
use crate::department::report::GroupBy;
use crate::department::report::figures::{format_date_range, format_minutes, format_whole_number};
use crate::department::report::labels::{first_column_heading, heading, key_label};
use crate::department::report::period::DateRange;
use crate::department::report::row_lists::TextTable;
use crate::text::closing::{CauseText, ClosingText};
use crate::text::count::Grouped;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, spreadsheet_cell, strip_unprintable};

/// The tables that people read. The others have the same numbers, grouped in another way.
const SHOWN_TABLES: [GroupBy; 5] =
    [GroupBy::Station, GroupBy::Commune, GroupBy::District, GroupBy::Topic, GroupBy::Language];
/// The maximum number of rows of a table on paper and on the terminal.
const MAX_SHOWN_ROWS: usize = 300;
/// The maximum number of causes in a cell.
const MAX_SHOWN_CAUSES: usize = 3;

/// A row that differs, with the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedDifference {
    /// The row.
    pub row: RowDifference,
    /// The positions of the reasons in [`PeriodAddendum::causes`].
    pub causes: Vec<usize>,
}

/// The differences from a closed period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodAddendum {
    /// The dates.
    pub range: DateRange,
    /// The sentence that says when the period was closed, and by whom.
    pub closed_line: String,
    /// The number of the addendum; `None` if it is not recorded.
    pub number: Option<u64>,
    /// The causes since the closing.
    pub causes: Vec<Cause>,
    /// The rows that differ, in the order of the tables and keys.
    pub differences: Vec<ExplainedDifference>,
    /// Events since the closing that change no number.
    pub since: Vec<String>,
}

/// Finds the causes of each row. A row of a place has those of the stations that belong to the place; a row that mixes
/// all stations has those of the stations whose own rows differ.
#[must_use]
pub fn explain(
    rows: Vec<RowDifference>,
    causes: &[Cause],
    registries: [&Registry; 2],
    range: DateRange,
) -> Vec<ExplainedDifference> {
    let differing: BTreeSet<String> =
        rows.iter().filter(|row| row.table == "station").map(|row| row.key_cell("station").to_owned()).collect();
    let explained = |row: RowDifference| {
        let station = row.key_cell("station");
        let concerns = |cause: &Cause| {
            if cause.station.is_empty() {
                return true;
            }
            match row.table.as_str() {
                _ if !station.is_empty() => cause.station == station,
                "commune" | "district" => registries.iter().any(|registry| is_in_place(registry, cause, &row, range)),
                _ => differing.contains(&cause.station),
            }
        };
        let causes = causes.iter().enumerate().filter(|(_, cause)| concerns(cause)).map(|(index, _)| index);
        ExplainedDifference { causes: causes.collect(), row }
    };
    rows.into_iter().map(explained).collect()
}

/// Returns true if the station of a cause belongs to the place of a row on some day of the range.
fn is_in_place(registry: &Registry, cause: &Cause, row: &RowDifference, range: DateRange) -> bool {
    let station = registry.stations.values().find(|station| station.id.as_str() == cause.station);
    let Some(station) = station else { return false };
    let is_there = |code: &str| code == row.key_cell("commune_code") || code == row.key_cell("district_code");
    let mut areas = station.areas.iter().filter(|area| {
        area.from.is_none_or(|from| from <= range.until) && area.until.is_none_or(|until| range.from <= until)
    });
    match row.table.as_str() {
        "commune" => areas.any(|area| is_there(&area.commune.code)),
        _ => areas.any(|area| is_there(&area.district.code)),
    }
}

/// Renders the differences as CSV: a line for each cell.
#[must_use]
pub fn render_addendum_csv(addendum: &PeriodAddendum) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(["table", "key", "column", "closed", "now", "difference", "causes"]);
    for difference in &addendum.differences {
        let row = &difference.row;
        let key = row.key.iter().map(|(column, cell)| format!("{column}={cell}")).collect::<Vec<_>>().join(";");
        let causes = difference.causes.iter().filter_map(|index| addendum.causes.get(*index));
        let causes = causes.map(Cause::code).collect::<Vec<_>>().join(";");
        for cell in &row.cells {
            let change = cell.change().map(|change| change.to_string()).unwrap_or_default();
            let cells = [&row.table, &key, &cell.column, &cell.closed, &cell.now, &change, &causes];
            let _ = writer.write_record(cells.map(|cell| safe_cell(cell)));
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

/// Returns a cell that no spreadsheet takes for a formula. A negative number is none.
fn safe_cell(cell: &str) -> String {
    if cell.parse::<i64>().is_ok() { cell.to_owned() } else { spreadsheet_cell(cell) }
}

/// An addendum for people: sentences and tables, which the caller lays out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddendumPage {
    /// The title.
    pub title: String,
    /// The dates.
    pub dates: String,
    /// The sentences above the tables.
    pub lines: Vec<String>,
    /// The tables with their headings.
    pub tables: Vec<(String, TextTable)>,
    /// The headings of lists below the tables, with their sentences.
    pub lists: Vec<(String, Vec<String>)>,
}

impl AddendumPage {
    /// Puts an addendum into words.
    #[must_use]
    pub fn new(addendum: &PeriodAddendum, lang: Lang) -> Self {
        let title = match addendum.number {
            Some(number) => ClosingText::AddendumTitle { number },
            None => ClosingText::UnrecordedTitle {},
        };
        let count = |column_count: u64| Grouped(column_count.into());
        let rows = addendum.differences.len() as u64;
        let cells: u64 = addendum.differences.iter().map(|difference| difference.row.cells.len() as u64).sum();
        let summary = if rows == 0 {
            ClosingText::NothingDiffers {}
        } else {
            ClosingText::SoMuchDiffers { rows: count(rows), cells: format_whole_number(cells.cast_signed(), lang) }
        };
        let mut lists = Vec::new();
        if !addendum.causes.is_empty() {
            let causes = addendum.causes.iter().map(|cause| cause.text(lang)).collect();
            lists.push((ClosingText::CausesHeading {}.to_plain(lang), causes));
        }
        if !addendum.since.is_empty() {
            lists.push((ClosingText::SinceHeading {}.to_plain(lang), addendum.since.clone()));
        }
        let tables = SHOWN_TABLES.iter().filter_map(|by| table_of(addendum, *by, lang));
        Self {
            title: title.to_plain(lang),
            dates: ReportText::RangeLine { dates: format_date_range(addendum.range) }.to_plain(lang),
            lines: vec![addendum.closed_line.clone(), summary.to_plain(lang)],
            tables: tables.collect(),
            lists,
        }
    }
}

/// Returns the position, the name and the kind of a figure that people read; the last is true for a time in milliseconds.
fn figure(column: &str) -> Option<(u8, ReportText, bool)> {
    Some(match column {
        "days_with_log" => (1, ReportText::DaysWithLog {}, false),
        "planned" => (2, ReportText::Planned {}, false),
        "aired" => (3, ReportText::Aired {}, false),
        "partial" => (4, ReportText::Partial {}, false),
        "missed" => (5, ReportText::Missed {}, false),
        "level0" => (6, ReportText::Level0 {}, false),
        "unknown" => (7, ReportText::Unknown {}, false),
        "implausible" => (8, ReportText::Implausible {}, false),
        "expected_ms" => (9, ReportText::PlannedMinutes {}, true),
        "played_ms" => (10, ReportText::PlayedMinutes {}, true),
        _ => return None,
    })
}

/// Returns the figure, the closed value, the value now and the change; `None` for a column that only programs read.
fn figure_cells(cell: &CellDifference, lang: Lang) -> Option<[String; 4]> {
    if matches!(cell.column.as_str(), "name" | "title" | "commune" | "district") {
        let name = ClosingText::NameColumn {}.to_plain(lang);
        return Some([name, strip_unprintable(&cell.closed), strip_unprintable(&cell.now), String::new()]);
    }
    let (_, name, is_time) = figure(&cell.column)?;
    let format = |number: i64| if is_time { format_minutes(number, lang) } else { format_whole_number(number, lang) };
    let shown = |text: &str| text.parse().map_or_else(|_| "–".to_owned(), format);
    let change = cell
        .change()
        .map_or_else(|| "–".to_owned(), |change| format!("{}{}", if change > 0 { "+" } else { "" }, format(change)));
    Some([name.to_plain(lang), shown(&cell.closed), shown(&cell.now), change])
}

/// Returns the differences of a table; `None` if there are none.
fn table_of(addendum: &PeriodAddendum, by: GroupBy, lang: Lang) -> Option<(String, TextTable)> {
    let headings = vec![
        first_column_heading(by).to_plain(lang),
        ClosingText::FigureColumn {}.to_plain(lang),
        ClosingText::ClosedColumn {}.to_plain(lang),
        ClosingText::NowColumn {}.to_plain(lang),
        ClosingText::ChangeColumn {}.to_plain(lang),
        ClosingText::CausesHeading {}.to_plain(lang),
    ];
    let mut table = TextTable { headings, rows: Vec::new(), right_aligned: vec![2, 3, 4], optional: Vec::new() };
    let name = by.to_possible_value().map(|value| value.get_name().to_owned())?;
    for difference in addendum.differences.iter().filter(|difference| difference.row.table == name) {
        let row = &difference.row;
        let key: Vec<String> =
            by.columns().iter().map(|column| row.labels.get(*column).cloned().unwrap_or_default()).collect();
        let label = strip_unprintable(&key_label(by, &key, lang));
        let mut causes = cause_cell(addendum, &difference.causes, lang);
        if by == GroupBy::Station {
            // The row already names the station.
            causes = causes.replace(&format!("{label}: "), "");
        }
        let mut cells: Vec<&CellDifference> = row.cells.iter().collect();
        cells.sort_by_key(|cell| figure(&cell.column).map_or(0, |(position, ..)| position));
        for [figure, closed, now, change] in cells.into_iter().filter_map(|cell| figure_cells(cell, lang)) {
            table.rows.push(vec![label.clone(), figure, closed, now, change, std::mem::take(&mut causes)]);
        }
    }
    let hidden = table.rows.len().saturating_sub(MAX_SHOWN_ROWS) as u64;
    if hidden > 0 {
        table.rows.truncate(MAX_SHOWN_ROWS);
        let mut last = vec![String::new(); 6];
        last[0] = ClosingText::MoreLines { count: hidden }.to_plain(lang);
        table.rows.push(last);
    }
    (!table.rows.is_empty()).then(|| (heading(by).to_plain(lang), table))
}

fn cause_cell(addendum: &PeriodAddendum, causes: &[usize], lang: Lang) -> String {
    let known: Vec<&Cause> = causes.iter().filter_map(|index| addendum.causes.get(*index)).collect();
    let mut parts: Vec<String> = known.iter().take(MAX_SHOWN_CAUSES).map(|cause| cause.text(lang)).collect();
    let more = known.len().saturating_sub(MAX_SHOWN_CAUSES) as u64;
    parts.extend((more > 0).then(|| ClosingText::MoreLines { count: more }.to_plain(lang)));
    if parts.is_empty() { CauseText::Unknown {}.to_plain(lang) } else { parts.join("; ") }
}

/// Returns the sentence that says when a period was closed, and by whom.
#[must_use]
pub fn closed_line(closing: &RecordedClosing, lang: Lang) -> String {
    let at = crate::department::journal::sentence::format_minute(&closing.at);
    let (made_by, checked_by) = (&closing.closing.made_by, &closing.closing.checked_by);
    let (made_by, checked_by) = (strip_unprintable(made_by), strip_unprintable(checked_by));
    ClosingText::ClosedLine { at, made_by, checked_by }.to_plain(lang)
}
