//! Reads the registry of a store, and formats times for it.
use std::io;

use chrono::{DateTime, SecondsFormat, Utc};

use super::registry_review::store_name;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::platform::unix_time_s;
use crate::base::state_dirs;
use crate::cli::exit::{EXIT_CONFIG, fail};
use crate::cli::record::key::open_witness;
use crate::department::registry::{FileFaults, REGISTRY_FILE, Registry, RegistryError};
use crate::logstore::location::StorageLocation;
use crate::text::cli::CliText;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// Reads the registry of a store.
///
/// # Errors
/// Prints the reason and returns the exit code if the registry cannot be read.
pub fn read_registry(store: &AnyStorage, lang: Lang) -> Result<Registry, u8> {
    Registry::read(store).map_err(|error| match error {
        RegistryError::Malformed(faults) => print_malformed(&faults, lang),
        error => {
            let message = CliText::Failed { what: REGISTRY_FILE.to_owned(), detail: error.to_string().into() };
            print_stderr!("{}", message.to_plain(lang));
            EXIT_CONFIG
        }
    })
}

/// Prints the faults of a registry, each with its line and a hint, and returns the exit code.
pub fn print_malformed(faults: &FileFaults, lang: Lang) -> u8 {
    print_stderr!("{}", faults.render(lang).trim_end());
    EXIT_CONFIG
}

/// Reads the registry of a store that exists. Creates nothing.
///
/// # Errors
/// Prints the reason and returns the exit code if there is no store, or its registry cannot be read.
pub fn read_store_registry(location: &StorageLocation, lang: Lang) -> Result<Registry, u8> {
    if location.folder().is_some_and(|folder| !folder.is_dir()) {
        return Err(report_no_store(location, lang));
    }
    let registry = read_registry(&location.storage(), lang)?;
    if location.storage().exists(REGISTRY_FILE) { Ok(registry) } else { Err(report_no_store(location, lang)) }
}

/// Reads the registry of a store that a command may change. If this machine has accepted a registry of the store, the
/// registry is empty when its file is missing: somebody has deleted it, which the command must report.
///
/// # Errors
/// If the witness's stored state cannot be read. The inner error is the exit code, after the reason was printed.
pub fn read_known_registry(location: &StorageLocation, lang: Lang) -> io::Result<Result<Registry, u8>> {
    if !location.storage().exists(REGISTRY_FILE) && is_known_store(location)? {
        return Ok(read_registry(&location.storage(), lang));
    }
    Ok(read_store_registry(location, lang))
}

/// Returns whether this machine has accepted a registry of this store. Creates no witness.
fn is_known_store(location: &StorageLocation) -> io::Result<bool> {
    let has_witness = state_dirs::candidates().iter().any(|folder| folder.join("witness/key").exists());
    Ok(has_witness && open_witness()?.accepted_registries()?.has_store(&store_name(location)))
}

/// Prints that a location is not a store, and returns the exit code.
fn report_no_store(location: &StorageLocation, lang: Lang) -> u8 {
    let path = location.to_string();
    let message = DepartmentText::NotAStore { path: path.clone() }.to_plain(lang);
    fail(format!("{message}\n{}", DepartmentText::NotAStoreHint { path }.to_plain(lang)), EXIT_CONFIG)
}

/// Returns the current time in the format of a registry: RFC 3339 in UTC, to the second.
#[must_use]
pub fn utc_now_text() -> String {
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}
