//! The registry against what this machine's people have accepted: what differs is said, and is nobody's log until then.
use std::io;

use crate::airlog::signer::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::record::key::lock_witness;
use crate::cli::table::strip_unprintable;
use crate::department::registry::Registry;
use crate::department::registry::accepted::{RegistryDifference, UnlistedLogs};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::entry::station_in_origin;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize, print_stderr};

/// A registry, and what of it nobody on this machine has accepted.
pub struct ExaminedRegistry {
    /// As it stands in the store.
    pub registry: Registry,
    /// What is different.
    pub differences: Vec<RegistryDifference>,
    /// Logs that the witness remembers, of a store that nobody knows.
    pub strays: Vec<String>,
}

impl ExaminedRegistry {
    /// The registry without the logs that are in dispute.
    #[must_use]
    pub fn undisputed(&self) -> Registry {
        let disputed: Vec<&str> = self.differences.iter().filter_map(RegistryDifference::disputed_log).collect();
        self.registry.without_logs(&disputed)
    }

    /// How a log is in dispute, if it is.
    #[must_use]
    pub fn dispute(&self, origin: &str) -> Option<&RegistryDifference> {
        self.differences.iter().find(|one| one.disputed_log() == Some(origin))
    }
}

/// The name under which a store's registry is remembered: where it is.
#[must_use]
pub fn store_name(store: &StorageLocation) -> String {
    let name = match store.folder() {
        Some(folder) => folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string(),
        None => store.to_string(),
    };
    strip_unprintable(name.trim_end_matches('/'))
}

/// Compares a store's registry with what is remembered, and says what differs. One that is seen for the first time is
/// taken as it is, as far as nothing here knows better; `holding` says whether the witness is held for it already.
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
        // While another collects, it will be remembered another time.
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

/// Remembers what this machine itself has changed.
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

/// A difference in words.
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
