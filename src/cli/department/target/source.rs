//! Reads a file of targets from a store, or by its path.
use std::io;
use std::path::Path;

use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::department::store::{DEFAULT_RETRY_TIME, parse_location, report_store_failure};
use crate::cli::exit::{EXIT_CONFIG, fail};
use crate::cli::table::strip_unprintable;
use crate::department::target::TARGETS_FILE;
use crate::logstore::location::StorageLocation;
use crate::schedule::SourceFile;
use crate::schedule::read::MAX_BYTES;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize};

/// A file of targets that was read.
pub(super) struct TargetsSource {
    pub(super) file: SourceFile,
    /// The bytes, which `loa target accept` accepts.
    pub(super) bytes: Vec<u8>,
    /// The store that has the file; `None` for a file that was named by its path.
    pub(super) store: Option<StorageLocation>,
}

/// Reads `targets.toml` of a store; `None` if the store has none. If the store cannot be read, prints the reason and
/// returns the exit code.
pub(super) fn read_from_store(store: &Path, lang: Lang) -> Result<Option<TargetsSource>, u8> {
    let location = parse_location(store, DEFAULT_RETRY_TIME, lang)?;
    let read = read_source(&location.storage(), TARGETS_FILE);
    let Some((file, bytes)) = read.map_err(|e| report_store_failure(&location.to_string(), &e, lang))? else {
        return Ok(None);
    };
    Ok(Some(TargetsSource { file, bytes, store: Some(location) }))
}

/// Reads a file of targets: a file with this path, or `targets.toml` of a store.
pub(super) fn read_targets_source(path: &Path, lang: Lang) -> Result<TargetsSource, u8> {
    let name = strip_unprintable(&path.display().to_string());
    let is_remote = name.starts_with("s3://");
    if !is_remote && !path.exists() {
        return Err(fail(TargetText::NoSuchFile { path: name }.localized(lang), EXIT_CONFIG));
    }
    if is_remote || path.is_dir() {
        let missing = || fail(TargetText::NoTargetsFile { store: name.clone() }.localized(lang), EXIT_CONFIG);
        return read_from_store(path, lang)?.ok_or_else(missing);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match read_source(&FolderStorage::new(folder.to_owned()), &file_name) {
        Ok(Some((file, bytes))) => Ok(TargetsSource { file: SourceFile { name, ..file }, bytes, store: None }),
        Ok(None) => Err(fail(TargetText::NoSuchFile { path: name }.localized(lang), EXIT_CONFIG)),
        Err(e) => Err(report_store_failure(&name, &e, lang)),
    }
}

/// Reads a file. A file that is too long is returned with one byte more than the limit, so that the reader reports it.
fn read_source<S: Storage>(storage: &S, name: &str) -> io::Result<Option<(SourceFile, Vec<u8>)>> {
    let bytes = match storage.read_all(name, MAX_BYTES) {
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            vec![b'#'; usize::try_from(MAX_BYTES + 1).unwrap_or(usize::MAX)]
        }
        Ok(None) => return Ok(None),
        bytes => bytes?.unwrap_or_default(),
    };
    Ok(Some((SourceFile::new(name, &bytes), bytes)))
}
