//! `loa stated add`: adds a file of stated rows to a store.
use std::io::{self, Write};
use std::path::Path;

use chrono_tz::Tz;

use super::StatedAddArgs;
use super::kept::{MAX_STATED_FILES, STATED_FOLDER};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::args::CliFormat;
use crate::cli::department::enrol::locked_registry::LockedRegistry;
use crate::cli::department::opened_journal::add_to_journal;
use crate::cli::department::registry_review::store_name;
use crate::cli::department::store::report_store_failure;
use crate::cli::department::target::documents::accepted_documents;
use crate::cli::department::target::print_problems;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::department::accepted_documents::document_digest;
use crate::department::journal::entry::{AddedFile, JournalBody};
use crate::department::stated::read::{MAX_STATED_BYTES, read_stated_rows};
use crate::schedule::SourceFile;
use crate::text::stated::StatedText;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize};

/// Runs `loa stated add`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub(super) fn run(args: &StatedAddArgs, lang: Lang) -> io::Result<u8> {
    let path = strip_unprintable(&args.rows.display().to_string());
    let bytes = match read_rows_file(&args.rows) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(fail(TargetText::NoSuchFile { path }.localized(lang), EXIT_CONFIG)),
        Err(e) => return Ok(report_store_failure(&path, &e, lang)),
    };
    let source = SourceFile { name: path, ..SourceFile::new("", &bytes) };
    let parsed = read_stated_rows(&source, today_in(Tz::Asia__Ho_Chi_Minh));
    if !parsed.problems.is_empty() {
        print_problems(&parsed.problems, &source, CliFormat::Text, &StatedText::Refused {}, lang)?;
        return Ok(fail(StatedText::Refused {}.localized(lang), EXIT_PROBLEMS));
    }
    add_file(args, bytes, parsed.rows.len(), lang)
}

/// Adds the bytes to the store, and records their digest on this machine.
fn add_file(args: &StatedAddArgs, bytes: Vec<u8>, row_count: usize, lang: Lang) -> io::Result<u8> {
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let (store_name, digest) = (store_name(&locked.location), document_digest(&bytes));
    let accepted = accepted_documents(&locked.witness, &locked.location)?;
    let prefix = format!("{STATED_FOLDER}/");
    let name = format!("{prefix}{digest}.csv");
    let mut storage = locked.location.storage();
    let is_kept =
        storage.read_bounded(&name, MAX_STATED_BYTES).is_ok_and(|kept| kept.is_some_and(|kept| kept == bytes));
    if is_kept && accepted.digest(&store_name, &name).is_some() {
        return Ok(fail(StatedText::AddedBefore { name }.localized(lang), EXIT_PROBLEMS));
    }
    if accepted.names(&store_name, &prefix).count() >= MAX_STATED_FILES {
        return Ok(fail(StatedText::TooManyFiles { limit: MAX_STATED_FILES }.localized(lang), EXIT_PROBLEMS));
    }
    // The name is the digest, so other bytes under this name are never those of a file that was added.
    if !is_kept && let Err(e) = storage.replace(&name, &bytes) {
        return Ok(report_store_failure(&locked.location.to_string(), &e, lang));
    }
    let entry = JournalBody::Stated(AddedFile { name: name.clone(), sha256: digest });
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    writeln!(io::stdout(), "{}", StatedText::Added { rows: row_count.into(), name }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Reads the file; one byte more than the limit of a file that is longer. `None` if it is missing.
fn read_rows_file(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match FolderStorage::new(folder.to_owned()).read_all(&name, MAX_STATED_BYTES) {
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            Ok(Some(vec![b' '; usize::try_from(MAX_STATED_BYTES + 1).unwrap_or(usize::MAX)]))
        }
        bytes => bytes,
    }
}
