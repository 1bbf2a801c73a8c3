//! Prints errors, warnings and hints on standard error.
use std::fmt::Display;
use std::io;
use std::path::Path;

use crate::text::cli::CliText;
use crate::text::problem::ProblemText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// Prints an error.
pub(super) fn print_error(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Error.localized(lang));
}

/// Prints that the station's folder cannot be written. `has_changed_files` is true if the command has already
/// changed some of its files.
pub(super) fn print_not_written(station: &Path, error: &io::Error, has_changed_files: bool, lang: Lang) {
    let (path, detail) = (station.display().to_string(), SystemText::from(error));
    let text = match has_changed_files {
        false => CliText::NotWritten { path, detail },
        true => CliText::StoppedWriting { path, detail },
    };
    print_error(text.localized(lang), lang);
}

/// Prints a warning.
pub(super) fn print_warning(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Warning.localized(lang));
}

/// Prints a hint, which belongs to the message printed before it.
pub(super) fn print_hint(text: impl Display, lang: Lang) {
    print_stderr!("  {}: {text}", ProblemText::HintWord.localized(lang));
}
