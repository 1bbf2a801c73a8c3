//! Opens a station's folder for commands that only read it.
use std::path::Path;

use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::library::Library;
use crate::schedule::problem::{self, Severity};
use crate::schedule::{Schedule, SourceFile, read};
use crate::station::{self, FolderError};
use crate::text::cli::{CliText, with_hint};
use crate::text::{Lang, Localize, print_stderr};

/// A station's folder, read.
pub struct LoadedStation {
    /// What the operator wrote, as far as it could be understood.
    pub schedule: Schedule,
    /// Its audio files.
    pub library: Library,
    /// Its files.
    pub files: Vec<SourceFile>,
}

/// Reads a station for a command that only looks at it. Errors in its files are told, on standard error, and make
/// the exit code [`PROBLEMS`]; what could be understood is used all the same.
///
/// # Errors
/// The exit code, when the folder cannot be used; the reason has been told.
pub fn open_station(station: &Path, lang: Lang) -> Result<(LoadedStation, u8), u8> {
    let files = station::read_sources(station).map_err(|e| report_unusable_folder(&e, station, lang))?;
    let reading = read(&files);
    let errors: Vec<_> = reading.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
    let code = if errors.is_empty() { EXIT_OK } else { EXIT_PROBLEMS };
    if !errors.is_empty() {
        print_stderr!("{}", problem::render(&errors, &files, lang, false).trim_end());
    }
    let library = station::load_library(station, &reading.schedule, &Library::default());
    Ok((LoadedStation { schedule: reading.schedule, library, files }, code))
}

/// Tells why a folder cannot be used.
pub(super) fn report_unusable_folder(error: &FolderError, station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    match error {
        FolderError::NotAStation { .. } => {
            print_stderr!("{}", with_hint(&CliText::NotAStation { path }, &CliText::MakeOne {}, lang));
        }
        error => print_stderr!("{}", CliText::Failed { what: path, detail: error.to_string() }.localized(lang)),
    }
    EXIT_CONFIG
}
