//! Reads a store's registry for a command.
use chrono::{DateTime, SecondsFormat, Utc};

use crate::airlog::storage::AnyStorage;
use crate::base::platform::unix_time_s;
use crate::cli::exit::EXIT_CONFIG;
use crate::department::registry::Registry;
use crate::text::cli::CliText;
use crate::text::{Lang, Localize, print_stderr};

/// Reads the registry of a store.
///
/// # Errors
/// The exit code, when the registry cannot be read; the reason has been printed.
pub fn read_registry(store: &AnyStorage, lang: Lang) -> Result<Registry, u8> {
    Registry::read(store).map_err(|error| {
        let failed = CliText::Failed { what: "registry.toml".to_owned(), detail: error.to_string().into() };
        print_stderr!("{}", failed.to_plain(lang));
        EXIT_CONFIG
    })
}

/// Returns the present time as a registry has it.
#[must_use]
pub fn utc_now_text() -> String {
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}
