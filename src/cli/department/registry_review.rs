//! Compares the registry with what people on this machine have accepted. Logs that differ are disputed until accepted.
use std::io;

use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::record::key::lock_witness;
use crate::cli::table::strip_unprintable;
use crate::department::registry::Registry;
use crate::department::registry::accepted::{RegistryDifference, UnlistedLogs};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::origin::station_in_origin;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// A registry, with the changes that nobody on this machine has accepted.
pub struct ExaminedRegistry {
    /// The registry as it is in the store.
    pub registry: Registry,
    /// The differences from the accepted registry.
    pub differences: Vec<RegistryDifference>,
    /// Logs that the witness remembers from an unknown store.
    pub strays: Vec<String>,
}

impl ExaminedRegistry {
    /// Returns the registry without the disputed logs.
    #[must_use]
    pub fn undisputed(&self) -> Registry {
        let disputed: Vec<&str> = self.differences.iter().filter_map(RegistryDifference::disputed_log).collect();
        self.registry.without_logs(&disputed)
    }

    /// Returns the difference that makes a log disputed, if it is.
    #[must_use]
    pub fn dispute(&self, origin: &str) -> Option<&RegistryDifference> {
        self.differences.iter().find(|one| one.disputed_log() == Some(origin))
    }
}

/// Returns the name under which a store's registry is remembered: its location.
#[must_use]
pub fn store_name(store: &StorageLocation) -> String {
    let name = match store.folder() {
        Some(folder) => folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string(),
        None => store.to_string(),
    };
    strip_unprintable(name.trim_end_matches('/'))
}

/// Compares a store's registry with the remembered one, and prints the differences. A registry seen for the first time
/// is accepted, unless the witness knows otherwise. `holding`: the caller holds the witness's lock.
///
/// # Errors
/// When the witness's memory fails.
pub fn examine_registry(
    registry: Registry,
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    holding: bool,
    lang: Lang,
) -> io::Result<ExaminedRegistry> {
    let name = store_name(store);
    let mut accepted = witness.accepted_registries()?;
    if !accepted.has_store(&name) {
        let known = accepted.trust_on_first_use(&name, &registry, &witness.countersigned(&registry)?);
        let held = if holding { None } else { lock_witness()? };
        // While another collection runs, the next command remembers it.
        if holding || held.is_some() {
            witness.record_accepted(&accepted)?;
        }
        if registry.stations.keys().next().is_some() {
            let said = known.map_or(DepartmentText::RegistryFirst {}, |known| DepartmentText::RegistryMoved { known });
            print_stderr!("{}", said.to_plain(lang));
        }
    }
    let lies_here = |origin: &str| store.child_storage(origin).has(CHECKPOINT);
    let UnlistedLogs { in_this_store: gone, strays } =
        accepted.unlisted_logs(&name, witness.unenrolled_logs(&registry)?, lies_here);
    let differences = accepted.differences(&name, &registry, &gone);
    for one in &differences {
        print_stderr!("{}", difference_text(one).to_plain(lang));
    }
    if !differences.is_empty() {
        print_stderr!("{}", DepartmentText::RegistryHint { store: store.to_string() }.to_plain(lang));
    }
    if let Some(origin) = strays.first().cloned() {
        let said = DepartmentText::RegistryStrays { count: strays.len(), origin, store: store.to_string() };
        print_stderr!("{}", said.to_plain(lang));
    }
    Ok(ExaminedRegistry { registry, differences, strays })
}

/// Remembers a change that this machine made.
///
/// # Errors
/// When the witness's memory fails.
pub fn remember_own_changes(
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    before: &Registry,
    after: &Registry,
) -> io::Result<()> {
    let mut accepted = witness.accepted_registries()?;
    accepted.record_own_change(&store_name(store), before, after);
    witness.record_accepted(&accepted)
}

/// Returns the sentence for a difference.
#[must_use]
pub fn difference_text(one: &RegistryDifference) -> DepartmentText {
    let station = |origin: &str| station_in_origin(origin).unwrap_or_default().to_owned();
    match one {
        RegistryDifference::LogDiffers { origin } => {
            DepartmentText::RegistryLog { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::LogMissing { origin } => {
            DepartmentText::RegistryGone { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::ExposureDiffers { origin } => {
            DepartmentText::RegistryExposed { station: station(origin), origin: origin.clone() }
        }
        RegistryDifference::StationDiffers { id } => DepartmentText::RegistryStation { station: id.clone() },
        RegistryDifference::DepartmentDiffers => DepartmentText::RegistryOffice {},
    }
}
