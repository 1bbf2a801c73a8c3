//! Reads the registry of a store, and formats times for it.
use chrono::{DateTime, SecondsFormat, Utc};

use crate::airlog::storage::AnyStorage;
use crate::base::platform::unix_time_s;
use crate::cli::exit::EXIT_CONFIG;
use crate::department::registry::{FileFaults, REGISTRY_FILE, Registry, RegistryError};
use crate::text::cli::CliText;
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

/// Returns the current time in the format of a registry: RFC 3339 in UTC, to the second.
#[must_use]
pub fn utc_now_text() -> String {
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}
