//! Sheets of airings, with a row for each airing.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{number, seconds, write_heading_row};
use crate::department::report::fact::Fact;
use crate::department::report::labels::{language_name, state_words};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Columns of a sheet of airings.
pub(super) const COLUMNS: usize = 14;

/// An airing as a row shows it.
pub struct SheetAiring<'a> {
    /// The airing as a fact.
    pub fact: &'a Fact,
    /// Its id.
    pub id: &'a str,
    /// When it was to start, RFC 3339.
    pub planned_at: Option<&'a str>,
    /// Its station's id and name.
    pub station: (&'a str, &'a str),
    /// Its title.
    pub title: &'a str,
    /// Its campaign.
    pub campaign: &'a str,
    /// Its language code.
    pub language: &'a str,
    /// The origin of its log and the number of its entry.
    pub entry: Option<(&'a str, u64)>,
}

/// Writes the heading row, and sets the widths of columns.
pub(super) fn write_headings(sheet: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
    let say = |word: ReportText| word.localized(lang).to_string();
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
    widths.iter().zip(0..).try_for_each(|(width, column)| sheet.set_column_width(column, *width).map(|_| ()))?;
    write_heading_row(sheet, 0, &names)
}

/// Writes a row. `date` is the format of dates.
pub(super) fn write_airing_row(
    sheet: &mut Worksheet,
    row: u32,
    shown: &SheetAiring<'_>,
    date: &Format,
    lang: Lang,
) -> Result<(), XlsxError> {
    let fact = shown.fact;
    let (result, reason) = state_words(fact.state, lang);
    sheet.write_with_format(row, 0, &fact.date, date)?;
    let time = shown.planned_at.and_then(|at| at.get(11..19)).unwrap_or_default();
    sheet.write_string(row, 1, time)?;
    sheet.write_string(row, 2, shown.station.0)?;
    sheet.write_string(row, 3, shown.station.1)?;
    sheet.write_string(row, 4, shown.title)?;
    let topic = fact.topic.map_or_else(String::new, |topic| format!("{} {topic}", shown.campaign));
    sheet.write_string(row, 5, topic)?;
    sheet.write_string(row, 6, language_name(shown.language, lang))?;
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
