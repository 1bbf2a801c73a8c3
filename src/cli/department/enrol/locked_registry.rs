//! The registry of a store, and the locks that a command needs before it changes the registry.
use std::fs::File;
use std::io;
use std::path::Path;

use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::department::registry_file::{read_known_registry, read_registry};
use crate::cli::department::registry_review::{ExaminedRegistry, examine_registry, remember_own_changes};
use crate::cli::department::store::{DEFAULT_RETRY_TIME, StoreLock, lock_store, parse_location, report_store_failure};
use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::department::registry::accepted::RegistryDifference;
use crate::department::registry::{REGISTRY_FILE, Registry};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// A store's registry and the witness's stored state. The locks in this value keep other processes from writing either.
pub(in crate::cli::department) struct LockedRegistry {
    pub(in crate::cli::department) location: StorageLocation,
    pub(in crate::cli::department) registry: Registry,
    pub(in crate::cli::department) differences: Vec<RegistryDifference>,
    /// The origins of logs that the witness has recorded, but that neither the registry nor the store contains.
    pub(in crate::cli::department) unlisted_origins: Vec<String>,
    pub(in crate::cli::department) witness: Witness<FolderStorage>,
    pub(in crate::cli::department) _store_lock: StoreLock,
    pub(in crate::cli::department) _witness_lock: File,
}

impl LockedRegistry {
    /// Takes the locks of an existing store, and reads the registry. If that fails, prints the reason and returns the
    /// exit code.
    pub(in crate::cli::department) fn of_existing_store(store: &Path, lang: Lang) -> io::Result<Result<Self, u8>> {
        let location = match parse_location(store, DEFAULT_RETRY_TIME, lang) {
            Ok(location) => location,
            Err(code) => return Ok(Err(code)),
        };
        match read_known_registry(&location, lang)? {
            Ok(_) => Self::new(location, lang),
            Err(code) => Ok(Err(code)),
        }
    }

    /// Takes the locks of a store and reads its registry. If there is no store yet, returns `None`, creates nothing, and
    /// says that a store will be created. If it fails, prints the reason and returns the exit code.
    pub(super) fn if_exists(location: &StorageLocation, lang: Lang) -> io::Result<Result<Option<Self>, u8>> {
        if location.storage().exists(REGISTRY_FILE) {
            return Ok(Self::new(location.clone(), lang)?.map(Some));
        }
        print_stderr!("{}", DepartmentText::NewStore { path: location.to_string() }.to_plain(lang));
        Ok(Ok(None))
    }

    /// Returns the locked registry, or that of a store that begins now.
    pub(super) fn or_new(
        existing: Option<Self>,
        location: StorageLocation,
        lang: Lang,
    ) -> io::Result<Result<Self, u8>> {
        existing.map_or_else(|| Self::new(location, lang), |locked| Ok(Ok(locked)))
    }

    /// Takes the locks and reads the registry. A store that does not exist begins here. If that fails, prints the reason
    /// and returns the exit code.
    pub(super) fn new(location: StorageLocation, lang: Lang) -> io::Result<Result<Self, u8>> {
        let store_lock = match lock_store(&location) {
            Ok(Some(lock)) => lock,
            Ok(None) => {
                return Ok(Err(fail(
                    DepartmentText::StoreBusy { path: location.to_string() }.localized(lang),
                    EXIT_PROBLEMS,
                )));
            }
            Err(e) => return Ok(Err(report_store_failure(&location.to_string(), &e, lang))),
        };
        let registry = match read_registry(&location.storage(), lang) {
            Ok(registry) => registry,
            Err(code) => return Ok(Err(code)),
        };
        let Some(witness_lock) = lock_witness()? else {
            return Ok(Err(fail(DepartmentText::WitnessBusy {}.localized(lang), EXIT_PROBLEMS)));
        };
        let mut witness = open_witness()?;
        let ExaminedRegistry { registry, differences, unlisted_origins } =
            examine_registry(registry, &location, &mut witness, true, lang)?;
        Ok(Ok(Self {
            location,
            registry,
            differences,
            unlisted_origins,
            witness,
            _store_lock: store_lock,
            _witness_lock: witness_lock,
        }))
    }

    /// Writes the registry, and records that this machine made the change.
    pub(in crate::cli::department) fn write(&mut self, registry: &Registry) -> io::Result<()> {
        registry.write(&mut self.location.storage())?;
        remember_own_changes(&self.location, &mut self.witness, &self.registry, registry)
    }
}
