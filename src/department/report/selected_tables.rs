//! Which tables a report shows, in every format. The first sentences and the incidents are in each.
use super::question::Question;
use super::question_tables::asked_tables;
use super::target_section::titled_tables;
use super::titled_table::TitledTable;
use super::{GroupBy, Report, ReportTable};
use crate::text::Lang;

/// The tables that a report shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedTables {
    /// All tables.
    All,
    /// The table with this grouping.
    By(GroupBy),
    /// The sections about targets, plans and stated rows.
    Sections,
    /// The tables that answer this question.
    Question(Question),
}

impl SelectedTables {
    /// Returns true if the table with this grouping is shown.
    #[must_use]
    pub fn contains(self, by: GroupBy) -> bool {
        matches!(self, Self::All) || self == Self::By(by)
    }

    /// Returns the one table by groups that was asked for.
    pub(super) fn only_group(self, report: &Report) -> Option<&ReportTable> {
        match self {
            Self::By(by) => report.table(by),
            Self::All | Self::Sections | Self::Question(_) => None,
        }
    }

    /// Returns the tables of the section or the question that was asked for.
    pub(super) fn only_titled(self, report: &Report, is_spreadsheet: bool, lang: Lang) -> Vec<TitledTable> {
        match self {
            Self::All | Self::By(_) => Vec::new(),
            Self::Sections => titled_tables(report, is_spreadsheet, lang),
            Self::Question(question) => asked_tables(report, question, lang),
        }
    }
}
