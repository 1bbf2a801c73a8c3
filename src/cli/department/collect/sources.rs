//! Finds the logs in the sources, and keys that lie open there.
use std::io;

use crate::airlog::storage::FolderStorage;
use crate::cli::department::registry_file::utc_now_text;
use crate::cli::department::registry_review::remember_own_changes;
use crate::cli::department::store::report_store_failure;
use crate::department::registry::Registry;
use crate::department::witness::Witness;
use crate::logstore::location::{LocationScan, StorageLocation};
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Returns the logs and keys in the sources; false when a source could not be read, or is empty.
pub(super) fn find_logs(places: &[StorageLocation], lang: Lang) -> (LocationScan, bool) {
    let mut all = LocationScan::default();
    let mut good = true;
    for place in places {
        match place.scan() {
            Ok(finds) => {
                if finds.logs.is_empty() {
                    good = false;
                    print_stderr!("{}", ProofText::NothingFound { path: place.to_string() }.to_plain(lang));
                }
                if finds.truncated {
                    good = false;
                    print_stderr!("{}", DepartmentText::TooMany { place: place.to_string() }.to_plain(lang));
                }
                all.logs.extend(finds.logs);
                all.exposed_keys.extend(finds.exposed_keys);
            }
            // A source that cannot be read does not hold up the others.
            Err(e) => {
                good = false;
                let _ = report_store_failure(&place.to_string(), &e, lang);
            }
        }
    }
    (all, good)
}

/// Marks secret keys found in a source as exposed in the registry; returns whether the registry knows any of them.
pub(super) fn mark_exposed(
    registry: &mut Registry,
    keys: &[VerifierKey],
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> io::Result<bool> {
    let mut marked = false;
    for key in keys {
        // Anybody can make a key with this name: it must be the enrolled one.
        if registry.log(&key.name).is_none_or(|log| log.key != *key) {
            continue;
        }
        let before = registry.clone();
        if registry.mark_exposed(key, &utc_now_text()).unwrap_or(false) {
            registry.write(&mut store.storage())?;
            remember_own_changes(store, witness, &before, registry)?;
        }
        marked = true;
        let station = station_in_origin(&key.name).unwrap_or_default().to_owned();
        print_stderr!("{}", DepartmentText::KeysLieOpen { station }.localized(lang));
    }
    Ok(marked)
}
