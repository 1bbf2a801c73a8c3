//! Stores and sources as people name them, and the messages when they cannot be used.
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::base::durable;
use crate::cli::exit::{EXIT_PROBLEMS, EXIT_USAGE};
use crate::logstore::location::{LocationError, StorageLocation};
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// How long a request to an object store is retried.
pub const DEFAULT_RETRY_TIME: Duration = Duration::from_secs(180);
/// File in a store that records the result of the first contact.
#[cfg(feature = "s3")]
const CREATE_ONLY_MARKER: &str = "create-only";

/// Parses the name of a store or a source.
///
/// # Errors
/// The exit code, when the name cannot be used; the reason has been printed.
pub fn parse_location(name: &Path, patience: Duration, lang: Lang) -> Result<StorageLocation, u8> {
    StorageLocation::parse(name, patience).map_err(|error| {
        let said = match error {
            LocationError::S3NotBuilt => DepartmentText::NoClient {},
            #[cfg(feature = "s3")]
            LocationError::S3(error) => location_error_text(error, name.display().to_string()),
        };
        print_stderr!("{}", said.to_plain(lang));
        EXIT_USAGE
    })
}

#[cfg(feature = "s3")]
fn location_error_text(error: crate::logstore::s3::S3Error, text: String) -> DepartmentText {
    use crate::logstore::s3::S3Error;
    match error {
        S3Error::BadAddress => DepartmentText::BadAddress { text },
        S3Error::MissingKeys => DepartmentText::KeysMissing {},
        S3Error::Client(detail) => DepartmentText::StoreFails { place: text, detail },
    }
}

/// Prints that a place failed, with a hint, and returns the exit code.
#[must_use]
pub fn report_store_failure(place: &str, error: &io::Error, lang: Lang) -> u8 {
    let said = DepartmentText::StoreFails { place: place.to_owned(), detail: error.to_string() };
    print_stderr!("{}", said.to_plain(lang));
    let hint = match error.kind() {
        io::ErrorKind::NotConnected if place.starts_with("s3://") => Some(DepartmentText::ReachHint {}),
        io::ErrorKind::PermissionDenied => Some(DepartmentText::RightsHint {}),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(DepartmentText::SpaceHint {}),
        _ => None,
    };
    if let Some(hint) = hint {
        print_stderr!("{}", hint.localized(lang));
    }
    EXIT_PROBLEMS
}

/// The lock that keeps other collections out of a store in a folder. Object stores need none: nothing in them is
/// overwritten.
pub struct StoreLock {
    _file: Option<File>,
}

/// Locks the store; returns none when another collection holds it.
///
/// # Errors
/// When the folder cannot be created or opened.
pub fn lock_store(store: &StorageLocation) -> io::Result<Option<StoreLock>> {
    let Some(folder) = store.folder() else { return Ok(Some(StoreLock { _file: None })) };
    let file = durable::open_lock(&folder.join("lock"), durable::GROUP_WRITABLE)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(StoreLock { _file: Some(file) })),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

/// Tests at first contact whether an object store refuses to overwrite an object, and prints a warning if it does not.
/// A folder needs no test: nobody else writes while it is locked.
///
/// # Errors
/// When the store fails.
#[cfg(feature = "s3")]
pub fn first_contact(store: &StorageLocation, lang: Lang) -> io::Result<()> {
    use crate::airlog::storage::Storage;
    let StorageLocation::S3 { address, storage: objects } = store else {
        return Ok(());
    };
    let mut objects = objects.clone();
    if objects.read_all(CREATE_ONLY_MARKER, 64)?.is_some_and(|said| said == b"yes\n") {
        return Ok(());
    }
    let chance = crate::airlog::keys::os_seed()?;
    let kept = objects.supports_conditional_put(&crate::base::hash::hex(&chance[..16]))?;
    if !kept {
        print_stderr!("{}", DepartmentText::NotCreateOnly { place: address.clone() }.localized(lang));
    }
    objects.replace(CREATE_ONLY_MARKER, if kept { b"yes\n" } else { b"no\n" })
}

/// Does nothing: a folder needs no test, because nobody else writes while it is locked.
///
/// # Errors
/// Never.
#[cfg(not(feature = "s3"))]
pub fn first_contact(_: &StorageLocation, _: Lang) -> io::Result<()> {
    Ok(())
}
