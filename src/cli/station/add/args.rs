//! The arguments of `loa add`.
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{CliFormat, DateArg, DateSpanArg, StationOption, parse_segment_id};
use crate::schedule::Id;

/// Arguments of `loa add`: the files, and the labels of the new segments.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct AddArgs {
    #[arg(value_name = "FILE", required = true)]
    pub sound: Vec<PathBuf>,
    #[command(flatten)]
    pub station: StationOption,
    #[arg(long, value_name = "NAME")]
    pub playlist: Option<String>,
    #[arg(long, value_name = "SESSION")]
    pub session: Option<String>,
    #[arg(long, value_name = "DATE")]
    pub on: Vec<DateSpanArg>,
    #[arg(long, value_name = "SEGMENT")]
    pub before: Option<String>,
    #[arg(long, value_name = "N")]
    pub topic: Option<u16>,
    #[arg(long)]
    pub title: Option<String>,
    #[arg(long = "id", value_name = "ID", value_parser = parse_segment_id)]
    pub own_id: Option<Id>,
    #[arg(long)]
    pub language: Option<String>,
    #[arg(long)]
    pub source: Option<String>,
    #[arg(long, value_name = "NAME", requires = "approved_on")]
    pub approved_by: Option<String>,
    #[arg(long, value_name = "DATE", requires = "approved_by")]
    pub approved_on: Option<DateArg>,
    #[arg(long, value_name = "DATE")]
    pub valid_until: Option<DateArg>,
    #[arg(long)]
    pub anyway: bool,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}
