//! The error for a folder that holds no station.
use std::path::Path;

use super::args::DateArg;
use super::exit::EXIT_CONFIG;
use crate::text::cli::{CliText, with_hint};
use crate::text::{Lang, print_stderr};

/// Prints that the folder holds no station, for a command that takes it with `--station`, and returns the exit code.
#[cfg(feature = "playout")]
pub fn report_no_station_option(station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &CliText::AddStationOption {}, lang));
    EXIT_CONFIG
}

/// Prints that the folder holds no station, and returns the exit code. If the argument is a date, a hint shows how to
/// ask for that day.
pub fn report_no_station(station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    let is_date = !station.exists() && path.parse::<DateArg>().is_ok();
    let hint = if is_date { CliText::AskForDay { date: path.clone() } } else { CliText::MakeStation {} };
    print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &hint, lang));
    EXIT_CONFIG
}

/// Returns whether the folder has something of a station: its settings, its playlists or its log.
pub fn is_station(folder: &Path) -> bool {
    ["station.toml", "playlists", "airlog"].iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}
