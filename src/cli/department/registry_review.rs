//! Compares the registry of a store with the one that was accepted on this machine. A log that differs is disputed
//! until someone accepts the difference.
use std::io;

use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::record::key::lock_witness;
use crate::cli::table::strip_unprintable;
use crate::department::journal::store::remember_moved_store;
use crate::department::registry::Registry;
use crate::department::registry::accepted::{RegistryDifference, UnlistedLogs};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::origin::station_in_origin;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// A registry, with the changes that nobody on this machine has accepted.
pub struct ExaminedRegistry {
    /// The registry in the store.
    pub registry: Registry,
    /// The differences from the accepted registry.
    pub differences: Vec<RegistryDifference>,
    /// The origins of logs that the witness has recorded, but that neither the registry nor the store contains.
    pub unlisted_origins: Vec<String>,
}

impl ExaminedRegistry {
    /// Returns the registry without the disputed logs.
    #[must_use]
    pub fn undisputed_registry(&self) -> Registry {
        let disputed: Vec<&str> = self.differences.iter().filter_map(RegistryDifference::disputed_log).collect();
        self.registry.without_logs(&disputed)
    }

    /// Returns the difference that makes a log disputed; `None` if the log is not disputed.
    #[must_use]
    pub fn dispute(&self, origin: &str) -> Option<&RegistryDifference> {
        self.differences.iter().find(|difference| difference.disputed_log() == Some(origin))
    }
}

/// Returns the name under which this machine records a store's registry: the store's location.
#[must_use]
pub fn store_name(store: &StorageLocation) -> String {
    let name = match store.folder() {
        Some(folder) => folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string(),
        None => store.to_string(),
    };
    strip_unprintable(name.trim_end_matches('/'))
}

/// Compares a store's registry with the accepted one, and prints the differences. A registry that this machine reads
/// for the first time is accepted, except for logs that contradict the witness's stored state. `is_locked` is true if
/// the caller holds the witness's lock.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub fn examine_registry(
    registry: Registry,
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    is_locked: bool,
    lang: Lang,
) -> io::Result<ExaminedRegistry> {
    let name = store_name(store);
    let mut accepted_registries = witness.accepted_registries()?;
    if !accepted_registries.has_store(&name) {
        let known_store =
            accepted_registries.trust_on_first_use(&name, &registry, &witness.countersigned_logs(&registry)?);
        if let Some(former_name) = &known_store {
            remember_moved_store(witness, &name, former_name)?;
        }
        let witness_lock = if is_locked { None } else { lock_witness()? };
        // If another collection holds the lock, the acceptance is not recorded now; the next command records it.
        if is_locked || witness_lock.is_some() {
            witness.record_accepted(&accepted_registries)?;
        }
        if registry.stations.keys().next().is_some() {
            let message =
                known_store.map_or(DepartmentText::RegistryFirst {}, |known| DepartmentText::RegistryMoved { known });
            print_stderr!("{}", message.to_plain(lang));
        }
    }
    let is_in_store = |origin: &str| store.child_storage(origin).exists(CHECKPOINT);
    let UnlistedLogs { in_this_store, in_unknown_store } =
        accepted_registries.unlisted_logs(&name, witness.unenrolled_logs(&registry)?, is_in_store);
    let differences = accepted_registries.differences(&name, &registry, &in_this_store);
    for difference in &differences {
        print_stderr!("{}", difference_text(difference).to_plain(lang));
    }
    if !differences.is_empty() {
        print_stderr!("{}", DepartmentText::RegistryHint { store: store.to_string() }.to_plain(lang));
    }
    if let Some(origin) = in_unknown_store.first().cloned() {
        let message = DepartmentText::RegistryUnknownLogs {
            count: in_unknown_store.len().into(),
            origin,
            store: store.to_string(),
        };
        print_stderr!("{}", message.to_plain(lang));
    }
    Ok(ExaminedRegistry { registry, differences, unlisted_origins: in_unknown_store })
}

/// Records that this machine changed the registry, so that the change is not disputed.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub fn remember_own_changes(
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    old_registry: &Registry,
    new_registry: &Registry,
) -> io::Result<()> {
    let mut accepted_registries = witness.accepted_registries()?;
    accepted_registries.record_own_change(&store_name(store), old_registry, new_registry);
    witness.record_accepted(&accepted_registries)
}

/// Returns the message about a difference.
#[must_use]
pub fn difference_text(difference: &RegistryDifference) -> DepartmentText {
    let station = |origin: &str| station_in_origin(origin).unwrap_or_default().to_owned();
    match difference {
        RegistryDifference::LogDiffers { origin } => {
            DepartmentText::RegistryLog { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::LogMissing { origin } => {
            DepartmentText::RegistryLogRemoved { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::ExposureDiffers { origin } => {
            DepartmentText::RegistryExposed { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::StationDiffers { id } => DepartmentText::RegistryStation { station: id.clone() },
        RegistryDifference::DepartmentDiffers => DepartmentText::RegistryOffice {},
    }
}
