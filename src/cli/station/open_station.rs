//! Reads a station's folder for commands that change nothing in it.
use std::path::{Path, PathBuf};

use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::no_station::{is_station, report_no_station};
use crate::cli::shell_words::quoted_path;
use crate::cli::table::strip_unprintable;
use crate::library::Library;
use crate::schedule::problem::{self, Severity};
use crate::schedule::{Schedule, SourceFile, read};
use crate::station::{self, FolderError};
use crate::text::cli::CliText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// The contents of a station's folder.
pub struct LoadedStation {
    /// The schedule, as far as it could be parsed.
    pub schedule: Schedule,
    /// The scans of the audio files.
    pub library: Library,
    /// `station.toml` and the playlists.
    pub files: Vec<SourceFile>,
    /// True if a running station refuses these files.
    pub has_structural_errors: bool,
}

/// Reads a station for a command that changes nothing. Errors in its files are printed on standard error and lead to
/// [`EXIT_PROBLEMS`]; the parts that could be parsed are still returned.
///
/// # Errors
/// Prints the reason and returns the exit code if the folder cannot be used.
pub fn open_station(station: &Path, lang: Lang) -> Result<(LoadedStation, u8), u8> {
    let files = station::read_sources(station).map_err(|e| report_unusable_folder(&e, station, lang))?;
    let parsed_schedule = read(&files);
    let errors: Vec<_> = parsed_schedule.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
    let code = if errors.is_empty() { EXIT_OK } else { EXIT_PROBLEMS };
    if !errors.is_empty() {
        print_stderr!("{}", problem::render_some(&errors, &files, lang, false).trim_end());
    }
    let library = station::load_library(station, &parsed_schedule.schedule, &Library::default());
    let has_structural_errors = parsed_schedule.problems.iter().any(|p| p.is_structural);
    Ok((LoadedStation { schedule: parsed_schedule.schedule, library, files, has_structural_errors }, code))
}

/// Checks that the folder holds a station. A folder with nothing but a log counts, because the station in it may still
/// be running.
///
/// # Errors
/// Prints the reason and returns the exit code if it holds none.
pub(super) fn require_station(station: &Path, lang: Lang) -> Result<(), u8> {
    match station::read_sources(station) {
        Err(error) if station.is_file() => Err(report_unusable_folder(&error, station, lang)),
        Err(error @ FolderError::NotAStation { .. }) if !station.join("airlog").exists() => {
            Err(report_unusable_folder(&error, station, lang))
        }
        _ => Ok(()),
    }
}

/// Prints why a folder cannot be used, and returns the exit code.
pub(super) fn report_unusable_folder(error: &FolderError, station: &Path, lang: Lang) -> u8 {
    if station.is_file() {
        return report_file(station, lang);
    }
    match error {
        FolderError::NotAStation { .. } => return report_no_station(station, lang),
        FolderError::Io { path: failed_path, error } => {
            let detail = SystemText::from(error);
            print_stderr!("{}", CliText::Failed { what: failed_path.display().to_string(), detail }.localized(lang));
        }
    }
    EXIT_CONFIG
}

/// Prints that a file was named in place of the station's folder, and returns the exit code.
fn report_file(file: &Path, lang: Lang) -> u8 {
    let parents = file.ancestors().skip(1).take(2);
    let folder = parents.into_iter().find(|folder| is_station(&folder_or_current(folder))).map(folder_or_current);
    let path = strip_unprintable(&file.display().to_string());
    let text = match folder {
        Some(folder) => CliText::FileNotFolder { path, folder: quoted_path(&folder) },
        None => CliText::FileNotStation { path },
    };
    print_stderr!("{}", CliText::Error { text: text.localized(lang).to_string() }.localized(lang));
    EXIT_CONFIG
}

/// Returns `.` for the empty path, which is the parent of a plain file name.
fn folder_or_current(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}
