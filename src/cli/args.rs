//! Arguments that several commands share, and their parsers.
//!
//! `text/help.rs` finds the help text of an argument by its id: the field's name, unless `#[arg(id = …)]` sets another.
mod absent_day;
mod calendar_error;
mod calendar_words;
mod date_arg;
#[cfg(feature = "playout")]
mod date_span_arg;
mod day_arg;
mod month_arg;
mod plan_dates_arg;
mod several_days;
mod time_arg;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[cfg(feature = "playout")]
use crate::schedule::Id;

pub use calendar_error::CalendarArgError;
pub use calendar_words::{insert_date_options, join_calendar_words};
pub use date_arg::{DateArg, YearChoice};
#[cfg(feature = "playout")]
pub use date_span_arg::DateSpanArg;
pub use day_arg::{DayArg, DayPart};
pub use month_arg::{MonthArg, MonthChoice};
pub use plan_dates_arg::PlanDatesArg;
pub use time_arg::TimeArg;

/// The station's folder, as a positional argument.
#[derive(Debug, Args)]
pub struct StationArg {
    /// The folder.
    #[arg(id = "station", default_value = ".", value_name = "STATION")]
    pub dir: PathBuf,
}

/// The station's folder as an option, for commands whose first positional argument is something else.
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
