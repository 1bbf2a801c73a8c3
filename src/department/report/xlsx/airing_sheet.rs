//! Writes sheets of airings, with one row per airing.
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::cells::{self, ms_to_seconds, to_f64};
use crate::department::report::explanation_list::{Explanation, answer_cell};
use crate::department::report::fact::Fact;
use crate::department::report::labels::{language_name, result_and_reason};
use crate::text::answer::AnswerText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The number of columns in a sheet of airings.
pub(super) const AIRING_COLUMN_COUNT: usize = 16;
/// The number of columns on paper: all up to the lateness. The log and its entry are for checking on the screen.
pub(super) const PRINTED_AIRING_COLUMNS: usize = 12;

/// The data of an airing's row.
pub struct SheetAiring<'a> {
    /// The airing, as a fact.
    pub fact: &'a Fact,
    /// The planned start, RFC 3339; `None` for an unplanned play.
    pub planned_at: Option<&'a str>,
    /// The id and the name of the station.
    pub station: (&'a str, &'a str),
    /// The segment's title.
    pub title: &'a str,
    /// The campaign's id; empty for none.
    pub campaign: &'a str,
    /// The language code.
    pub language: &'a str,
    /// The origin of its log and the sequence number of its entry; `None` if it has no outcome.
    pub entry: Option<(&'a str, u64)>,
    /// What the station said about an airing that was not aired completely.
    pub explanation: Option<&'a Explanation>,
}

/// Writes the heading row, and sets the widths of the columns.
pub(super) fn write_headings(sheet: &mut Worksheet, lang: Lang) -> Result<(), XlsxError> {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let names = [
        localize(ReportText::Day {}),
        localize(ReportText::PlannedAt {}),
        localize(ReportText::StationId {}),
        localize(ReportText::Station {}),
        localize(ReportText::Segment {}),
        localize(ReportText::Topic {}),
        localize(ReportText::Language {}),
        localize(ReportText::Result {}),
        localize(ReportText::Reason {}),
        format!("{} (s)", localize(ReportText::PlannedLength {})),
        format!("{} (s)", localize(ReportText::PlayedLength {})),
        localize(ReportText::LateSeconds {}),
        localize(ReportText::Entry {}),
        localize(ReportText::Log {}),
        AnswerText::Explanation {}.to_plain(lang),
        AnswerText::Answer {}.to_plain(lang),
    ];
    let widths = [11, 10, 12, 40, 40, 20, 17, 14, 16, 12, 12, 10, 10, 52, 50, 40];
    cells::write_headings(sheet, 0, &names, &widths)
}

/// Writes the row of an airing.
pub(super) fn write_airing_row(
    sheet: &mut Worksheet,
    row: u32,
    airing: &SheetAiring<'_>,
    date_format: &Format,
    lang: Lang,
) -> Result<(), XlsxError> {
    let fact = airing.fact;
    let (result, reason) = result_and_reason(fact.state, lang);
    sheet.write_with_format(row, 0, &fact.date, date_format)?;
    let time = airing.planned_at.and_then(|at| at.get(11..19)).unwrap_or_default();
    sheet.write_string(row, 1, time)?;
    sheet.write_string(row, 2, airing.station.0)?;
    sheet.write_string(row, 3, airing.station.1)?;
    sheet.write_string(row, 4, airing.title)?;
    let topic = fact.topic.map_or_else(String::new, |topic| format!("{} {topic}", airing.campaign));
    sheet.write_string(row, 5, topic)?;
    sheet.write_string(row, 6, language_name(airing.language, lang))?;
    sheet.write_string(row, 7, result)?;
    sheet.write_string(row, 8, reason)?;
    sheet.write_number(row, 9, ms_to_seconds(fact.planned_ms))?;
    sheet.write_number(row, 10, ms_to_seconds(fact.counted_ms()))?;
    if let Some(late_us) = fact.late_us {
        sheet.write_number(row, 11, ms_to_seconds(late_us.div_euclid(1000)))?;
    }
    if let Some((log, entry)) = airing.entry {
        sheet.write_number(row, 12, to_f64(entry.cast_signed()))?;
        sheet.write_string(row, 13, log)?;
    }
    if let Some(explanation) = airing.explanation {
        sheet.write_string(row, 14, strip_unprintable(&explanation.note))?;
        sheet.write_string(row, 15, answer_cell(explanation.answer.as_ref(), lang))?;
    }
    Ok(())
}
