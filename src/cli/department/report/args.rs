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
    /// Returns the format that `--format` names, else that of the output file's extension, else text.
    #[must_use]
    pub fn report_format(&self) -> ReportFormat {
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
        let from_extension = || ReportFormat::from_str(extension?, true).ok();
        self.format.or_else(from_extension).unwrap_or(ReportFormat::Text)
    }
}
