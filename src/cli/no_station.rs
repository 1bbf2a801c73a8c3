//! The error for a folder that holds no station.
use std::path::Path;

use super::args::DateArg;
use super::exit::EXIT_CONFIG;
use super::shell_words::is_current_folder;
use crate::text::cli::{CliText, with_hint};
use crate::text::{Lang, print_stderr};

/// Prints that the folder holds no station, with a hint about the user's likely mistake, and returns the exit code.
pub fn report_no_station(station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &hint(station), lang));
    EXIT_CONFIG
}

fn hint(station: &Path) -> CliText {
    let argument = station.display().to_string();
    if is_current_folder(station) {
        CliText::GoToStation {}
    } else if station.exists() {
        CliText::CheckFolder {}
    } else if argument.parse::<DateArg>().is_ok() {
        CliText::AskForDay { date: argument }
    } else if is_station(Path::new(".")) {
        // The word was meant as something else, such as a session or a month.
        CliText::OmitFolder { argument }
    } else {
        CliText::CheckFolder {}
    }
}

/// Returns `true` if the folder holds any part of a station: its settings, its playlists or its log.
pub fn is_station(folder: &Path) -> bool {
    ["station.toml", "playlists", "airlog"].iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}
