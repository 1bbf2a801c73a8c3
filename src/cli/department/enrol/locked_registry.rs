//! A registry, with the locks that are held while it is changed.
use std::fs::File;
use std::io;
use std::path::Path;

use crate::airlog::storage::FolderStorage;
use crate::cli::department::registry_file::read_registry;
use crate::cli::department::registry_review::{ExaminedRegistry, examine_registry, remember_own_changes};
use crate::cli::department::store::{
    DEFAULT_RETRY_TIME, StoreLock, lock_store, parse_location as store_at, report_store_failure,
};
use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// A registry that only this process may write, with the witness's memory, while this lives.
pub(super) struct LockedRegistry {
    pub(super) place: StorageLocation,
    pub(super) registry: Registry,
    pub(super) differences: Vec<RegistryDifference>,
    pub(super) strays: Vec<String>,
    pub(super) witness: Witness<FolderStorage>,
    pub(super) _store: StoreLock,
    pub(super) _witness: File,
}

impl LockedRegistry {
    /// Takes the locks and reads the registry; returns the exit code, after printing the reason, when that fails.
    pub(super) fn new(store: &Path, lang: Lang) -> io::Result<Result<Self, u8>> {
        let place = match store_at(store, DEFAULT_RETRY_TIME, lang) {
            Ok(place) => place,
            Err(code) => return Ok(Err(code)),
        };
        let store = match lock_store(&place) {
            Ok(Some(held)) => held,
            Ok(None) => {
                return Ok(Err(fail(
                    DepartmentText::StoreBusy { path: place.to_string() }.localized(lang),
                    EXIT_PROBLEMS,
                )));
            }
            Err(e) => return Ok(Err(report_store_failure(&place.to_string(), &e, lang))),
        };
        let registry = match read_registry(&place.storage(), lang) {
            Ok(registry) => registry,
            Err(code) => return Ok(Err(code)),
        };
        let Some(signing) = lock_witness()? else {
            return Ok(Err(fail(DepartmentText::WitnessBusy {}.localized(lang), EXIT_PROBLEMS)));
        };
        let mut witness = open_witness()?;
        let ExaminedRegistry { registry, differences, strays } =
            examine_registry(registry, &place, &mut witness, true, lang)?;
        Ok(Ok(Self { place, registry, differences, strays, witness, _store: store, _witness: signing }))
    }

    /// Writes the registry, and remembers that this machine made the change.
    pub(super) fn write(&mut self, registry: &Registry) -> io::Result<()> {
        registry.write(&mut self.place.storage())?;
        remember_own_changes(&self.place, &mut self.witness, &self.registry, registry)
    }
}
