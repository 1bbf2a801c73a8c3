//! The columns of the tables of totals, for the terminal and for documents.
use super::figures::{format_count, format_coverage, format_growth, format_lateness, format_minutes, format_shares};
use super::table::TableRow;
use super::{Report, ReportTable};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// A column of a table of totals, after the label of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueColumn {
    Coverage,
    Planned,
    Aired,
    Partial,
    Missed,
    Unknown,
    Level0,
    Implausible,
    PlannedMinutes,
    PlayedMinutes,
    SharesOfPlan,
    SharesOfKnown,
    Lateness,
    Unplanned,
    EarlierMinutes,
    Growth,
}

/// Returns the columns of a table. Those for unknown, level 0 and implausible airings appear only if the report has such
/// airings, and those of the comparison only if the table is compared.
pub(super) fn value_columns(table: &ReportTable, report: &Report) -> Vec<ValueColumn> {
    use ValueColumn as C;
    let is_compared = is_compared(table);
    let total = &report.total;
    let columns = [
        (C::Coverage, table.by.has_station_days()),
        (C::Planned, true),
        (C::Aired, true),
        (C::Partial, true),
        (C::Missed, true),
        (C::Unknown, total.unknown > 0),
        (C::Level0, total.level0 > 0),
        (C::Implausible, total.implausible > 0),
        (C::PlannedMinutes, true),
        (C::PlayedMinutes, true),
        (C::SharesOfPlan, true),
        (C::SharesOfKnown, true),
        (C::Lateness, true),
        (C::Unplanned, true),
        (C::EarlierMinutes, is_compared),
        (C::Growth, is_compared),
    ];
    columns.into_iter().filter(|(_, is_shown)| *is_shown).map(|(column, _)| column).collect()
}

/// The columns that a narrow screen leaves out, in the order in which it does so. The share of the plan and the counts
/// stay.
const OPTIONAL_COLUMNS: [ValueColumn; 10] = [
    ValueColumn::Unplanned,
    ValueColumn::Lateness,
    ValueColumn::SharesOfKnown,
    ValueColumn::PlannedMinutes,
    ValueColumn::Implausible,
    ValueColumn::Level0,
    ValueColumn::EarlierMinutes,
    ValueColumn::Coverage,
    ValueColumn::Partial,
    ValueColumn::Unknown,
];

/// Returns the indexes of the columns of a table that a narrow screen leaves out, in that order. The first column of the
/// table, with the labels of the rows, has the index 0.
pub(super) fn optional_columns(columns: &[ValueColumn]) -> Vec<usize> {
    let index_of = |optional: &ValueColumn| Some(columns.iter().position(|column| column == optional)? + 1);
    OPTIONAL_COLUMNS.iter().filter_map(index_of).collect()
}

/// Returns whether a table has the figures of an earlier range.
pub(super) fn is_compared(table: &ReportTable) -> bool {
    table.rows.iter().any(|row| row.earlier_totals.is_some())
}

impl ValueColumn {
    /// Returns the heading.
    pub(super) fn heading(self, is_compared: bool, lang: Lang) -> String {
        let text = match self {
            Self::Coverage if is_compared => ReportText::DaysWithLogBoth {},
            Self::Coverage => ReportText::DaysWithLog {},
            Self::Planned => ReportText::Planned {},
            Self::Aired => ReportText::Aired {},
            Self::Partial => ReportText::Partial {},
            Self::Missed => ReportText::Missed {},
            Self::Unknown => ReportText::Unknown {},
            Self::Level0 => ReportText::Level0 {},
            Self::Implausible => ReportText::Implausible {},
            Self::PlannedMinutes => ReportText::PlannedMinutes {},
            Self::PlayedMinutes => ReportText::PlayedMinutes {},
            Self::SharesOfPlan => ReportText::SharesOfPlan {},
            Self::SharesOfKnown => ReportText::SharesOfKnown {},
            Self::Lateness => ReportText::Late {},
            Self::Unplanned => ReportText::Unplanned {},
            Self::EarlierMinutes => ReportText::BeforeMinutes {},
            Self::Growth => ReportText::Growth {},
        };
        text.localized(lang).to_string()
    }

    /// Returns the cell of a row. If nothing is known about the row, every cell but the coverage is empty.
    pub(super) fn cell(self, row: &TableRow, lang: Lang) -> String {
        let totals = &row.totals;
        let coverages = || [row.coverage, row.earlier_coverage].into_iter().flatten();
        match self {
            Self::Coverage => coverages().map(|days| format_coverage(days, lang)).collect::<Vec<_>>().join("; "),
            Self::EarlierMinutes if row.was_silent() => String::new(),
            Self::EarlierMinutes => {
                row.earlier_totals.as_ref().map_or_else(String::new, |earlier| format_minutes(earlier.played_ms, lang))
            }
            Self::Growth => row.growth.map_or_else(String::new, |growth| format_growth(growth, lang)),
            _ if row.is_silent() => String::new(),
            Self::Planned => format_count(totals.planned, lang),
            Self::Aired => format_count(totals.aired, lang),
            Self::Partial => format_count(totals.partial, lang),
            Self::Missed => format_count(totals.missed, lang),
            Self::Unknown => format_count(totals.unknown, lang),
            Self::Level0 => format_count(totals.level0, lang),
            Self::Implausible => format_count(totals.implausible, lang),
            Self::PlannedMinutes => format_minutes(totals.expected_ms, lang),
            Self::PlayedMinutes => format_minutes(totals.played_ms, lang),
            Self::SharesOfPlan => format_shares(totals.shares_of_plan(), lang),
            Self::SharesOfKnown => format_shares(totals.shares_of_known(), lang),
            Self::Lateness => format_lateness(&totals.lateness, lang),
            Self::Unplanned => format_count(totals.unplanned, lang),
        }
    }

    /// Returns the relative width in a document.
    pub(super) fn width(self) -> u16 {
        match self {
            Self::Coverage => 16,
            Self::SharesOfPlan | Self::SharesOfKnown | Self::Growth => 13,
            Self::PlannedMinutes | Self::PlayedMinutes | Self::EarlierMinutes => 12,
            _ => 11,
        }
    }
}
