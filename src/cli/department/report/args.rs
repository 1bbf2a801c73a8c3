//! The arguments of `loa report`.
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::args::DateArg;
use crate::department::report::GroupBy;
use crate::department::report::period::Period;
use crate::department::report::question::Question;

/// The file format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum ReportFormat {
    Text,
    Csv,
    Xlsx,
    Pdf,
    Html,
    Docx,
}

/// Arguments of `loa report`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReportArgs {
    pub store: PathBuf,
    #[arg(long)]
    pub from: Option<DateArg>,
    #[arg(long)]
    pub until: Option<DateArg>,
    #[arg(long, value_enum)]
    pub period: Option<Period>,
    #[arg(long, value_name = "EARLIER")]
    pub compare: Option<String>,
    #[arg(long, value_name = "ID")]
    pub campaign: Option<String>,
    #[arg(long, value_enum)]
    pub by: Option<RowsBy>,
    #[arg(long = "details")]
    pub all_airings: bool,
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The rows of a report's table: groups of airings, or the rows of a section of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsBy {
    /// Groups of airings.
    Group(GroupBy),
    /// The weeks of each target and station.
    Target,
    /// The airings that stations took out of their plans.
    TakenOut,
    /// The rows of other bodies.
    Stated,
    /// The table that answers a question.
    Question(Question),
}

impl ValueEnum for RowsBy {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Group(GroupBy::Station),
            Self::Group(GroupBy::Topic),
            Self::Group(GroupBy::Language),
            Self::Group(GroupBy::District),
            Self::Group(GroupBy::Commune),
            Self::Group(GroupBy::Segment),
            Self::Group(GroupBy::Day),
            Self::Group(GroupBy::Period),
            Self::Group(GroupBy::CommuneTopic),
            Self::Group(GroupBy::CommuneTopicLanguage),
            Self::Question(Question::TopicLanguage),
            Self::Question(Question::Growth),
            Self::Question(Question::Recordings),
            Self::Question(Question::Misses),
            Self::Question(Question::HandIns),
            Self::Target,
            Self::TakenOut,
            Self::Stated,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Group(group) => group.to_possible_value(),
            Self::Target => Some(PossibleValue::new("target")),
            Self::TakenOut => Some(PossibleValue::new("taken-out")),
            Self::Stated => Some(PossibleValue::new("stated")),
            Self::Question(question) => Some(PossibleValue::new(question.name())),
        }
    }
}

impl ReportArgs {
    /// Returns the grouping that `--by` names; `None` if it names none.
    #[must_use]
    pub fn group_by(&self) -> Option<GroupBy> {
        match self.by {
            Some(RowsBy::Group(group)) => Some(group),
            None | Some(RowsBy::Target | RowsBy::TakenOut | RowsBy::Stated | RowsBy::Question(_)) => None,
        }
    }

    /// Returns the question that `--by` names, if it names one. Communes combined with topics are a grouping too, but
    /// people read them with the topics as columns.
    #[must_use]
    pub fn question(&self) -> Option<Question> {
        match self.by {
            Some(RowsBy::Question(question)) => Some(question),
            Some(RowsBy::Group(group)) if group.is_cross() => Some(Question::Cross(group)),
            _ => None,
        }
    }

    /// Returns the format that `--format` names, else that of the output file's extension, else text.
    #[must_use]
    pub fn report_format(&self) -> ReportFormat {
        format_of(self.format, self.output.as_deref())
    }
}

/// Returns the given format, else that of the output file's extension, else text.
#[must_use]
pub fn format_of(format: Option<ReportFormat>, output: Option<&Path>) -> ReportFormat {
    let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
    let from_extension = || ReportFormat::from_str(extension?, true).ok();
    format.or_else(from_extension).unwrap_or(ReportFormat::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grouping_can_be_named() {
        let groups: Vec<GroupBy> = RowsBy::value_variants()
            .iter()
            .filter_map(|rows| if let RowsBy::Group(group) = rows { Some(*group) } else { None })
            .collect();
        assert_eq!(groups, GroupBy::value_variants());
    }
}
