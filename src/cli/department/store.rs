//! Parses the names of stores and sources, locks stores, and prints messages about stores that fail.
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::base::durable;
use crate::cli::exit::{EXIT_PROBLEMS, EXIT_USAGE};
use crate::logstore::location::{LocationError, StorageLocation};
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// The time for which a failing request to an object store is retried.
pub const DEFAULT_RETRY_TIME: Duration = Duration::from_secs(180);
/// The name of the object in a store that records whether the store refuses to overwrite objects.
#[cfg(feature = "s3")]
const CREATE_ONLY_MARKER: &str = "create-only";

/// Parses the name of a store or a source. A failing request is retried for `retry_time`.
///
/// # Errors
/// Prints the reason and returns the exit code if the name cannot be used.
pub fn parse_location(name: &Path, retry_time: Duration, lang: Lang) -> Result<StorageLocation, u8> {
    StorageLocation::parse(name, retry_time).map_err(|error| {
        let message = match error {
            LocationError::S3NotBuilt => DepartmentText::NoClient {},
            #[cfg(feature = "s3")]
            LocationError::S3(error) => location_error_text(error, name.display().to_string()),
        };
        print_stderr!("{}", message.to_plain(lang));
        EXIT_USAGE
    })
}

#[cfg(feature = "s3")]
fn location_error_text(error: crate::logstore::s3::S3Error, address: String) -> DepartmentText {
    use crate::logstore::s3::S3Error;
    match error {
        S3Error::BadAddress => DepartmentText::BadAddress { text: address },
        S3Error::MissingKeys => DepartmentText::KeysMissing {},
        S3Error::Client(detail) => DepartmentText::StoreUnusable { place: address, detail },
    }
}

/// Prints that a store or a source failed, with a hint if there is one, and returns the exit code.
#[must_use]
pub fn report_store_failure(place: &str, error: &io::Error, lang: Lang) -> u8 {
    let message = DepartmentText::StoreUnusable { place: place.to_owned(), detail: error.to_string() };
    print_stderr!("{}", message.to_plain(lang));
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

/// The lock that keeps other collections out of a store in a folder. Object stores need no lock, because nothing in
/// them is overwritten.
pub struct StoreLock {
    _file: Option<File>,
}

/// Locks the store; returns `None` if another collection holds the lock.
///
/// # Errors
/// If the folder cannot be created or opened.
pub fn lock_store(store: &StorageLocation) -> io::Result<Option<StoreLock>> {
    let Some(folder) = store.folder() else { return Ok(Some(StoreLock { _file: None })) };
    let file = durable::open_lock(&folder.join("lock"), durable::GROUP_WRITABLE)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(StoreLock { _file: Some(file) })),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

/// When an object store is first used, tests whether it refuses to overwrite objects, and prints a warning if it does
/// not. A folder needs no test, because nobody else writes while it is locked.
///
/// # Errors
/// If the store fails.
#[cfg(feature = "s3")]
pub fn check_create_only(store: &StorageLocation, lang: Lang) -> io::Result<()> {
    use crate::airlog::storage::Storage;
    let StorageLocation::S3 { address, storage: objects } = store else {
        return Ok(());
    };
    let mut objects = objects.clone();
    if objects.read_all(CREATE_ONLY_MARKER, 64)?.is_some_and(|content| content == b"yes\n") {
        return Ok(());
    }
    let seed = crate::airlog::keys::os_seed()?;
    let refuses_overwrite = objects.supports_conditional_put(&crate::base::hash::hex(&seed[..16]))?;
    if !refuses_overwrite {
        print_stderr!("{}", DepartmentText::NotCreateOnly { place: address.clone() }.localized(lang));
    }
    objects.replace(CREATE_ONLY_MARKER, if refuses_overwrite { b"yes\n" } else { b"no\n" })
}

/// Does nothing. A folder needs no test, because nobody else writes while it is locked.
///
/// # Errors
/// Never.
#[cfg(not(feature = "s3"))]
pub fn check_create_only(_: &StorageLocation, _: Lang) -> io::Result<()> {
    Ok(())
}
