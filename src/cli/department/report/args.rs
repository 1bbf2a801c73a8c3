//! The arguments of `loa report`.
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::args::DateArg;
use crate::department::report::GroupBy;
use crate::department::report::period::Period;

/// The file format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum ReportFormat {
    Text,
    Csv,
    Xlsx,
    Pdf,
    Html,
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
    #[arg(long, value_enum)]
    pub by: Option<GroupBy>,
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

impl ReportArgs {
    /// Returns the format: the one that is given, else the one that the ending of the output file means, else text.
    #[must_use]
    pub fn report_format(&self) -> ReportFormat {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        let from_ending = || ReportFormat::from_str(ending?, true).ok();
        self.format.or_else(from_ending).unwrap_or(ReportFormat::Text)
    }
}
