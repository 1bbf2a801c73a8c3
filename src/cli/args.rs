//! Arguments that several commands share, and their parsers.
//!
//! `text/help.rs` finds the help text of an argument by its id: the field's name, unless `#[arg(id = …)]` sets another.
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

#[cfg(feature = "playout")]
use crate::schedule::Id;

/// The station's folder, as a positional argument.
#[derive(Debug, Args)]
pub struct StationArg {
    /// The folder.
    #[arg(id = "station", default_value = ".", value_name = "STATION")]
    pub dir: PathBuf,
}

/// The station's folder as an option, for commands whose first positional argument is another one.
#[cfg(feature = "playout")]
#[derive(Debug, Args)]
pub struct StationOption {
    /// The folder.
    #[arg(id = "station", long = "station", short = 's', default_value = ".", value_name = "STATION")]
    pub dir: PathBuf,
}

/// Output for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum CliFormat {
    Text,
    Json,
}

/// Parses the id of a segment.
///
/// # Errors
/// If the text is not an id. The error holds the text.
#[cfg(feature = "playout")]
pub fn parse_segment_id(text: &str) -> Result<Id, String> {
    Id::new(text).ok_or_else(|| text.to_owned())
}

/// Parses a date such as `2023-03-20`. Only four-digit years are allowed, so that arithmetic on the date cannot
/// overflow.
///
/// # Errors
/// If the text is not a date with a four-digit year. The error holds the text.
pub fn parse_date(text: &str) -> Result<NaiveDate, String> {
    text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| text.to_owned())
}

/// Parses a month such as `2023-03`, and returns its first day.
///
/// # Errors
/// If the text is not a month. The error holds the text with `-01` appended.
pub fn parse_month(text: &str) -> Result<NaiveDate, String> {
    parse_date(&format!("{text}-01"))
}
