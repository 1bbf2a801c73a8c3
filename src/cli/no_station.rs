//! What a command says when the folder that it was given is no station's.
use std::path::Path;

use super::args::DateArg;
use super::exit::EXIT_CONFIG;
use crate::text::cli::{CliText, with_hint};
use crate::text::{Lang, print_stderr};

/// Says that a folder is no station's, and returns the exit code. A person who wrote a date there is told how to ask
/// for that day.
pub fn report_no_station(station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    let is_date = !station.exists() && path.parse::<DateArg>().is_ok();
    let hint = if is_date { CliText::AskForDay { date: path.clone() } } else { CliText::MakeOne {} };
    print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &hint, lang));
    EXIT_CONFIG
}
