//! Searches the sources for logs, and for secret keys that should not be there.
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

/// Returns the logs and secret keys in the sources. The `bool` is false if a source could not be read, has no log, or
/// has too many folders to search.
pub(super) fn find_logs(locations: &[StorageLocation], lang: Lang) -> (LocationScan, bool) {
    let mut combined_scan = LocationScan::default();
    let mut all_sources_ok = true;
    for location in locations {
        match location.scan() {
            Ok(scan) => {
                if scan.logs.is_empty() {
                    all_sources_ok = false;
                    print_stderr!("{}", ProofText::NothingFound { path: location.to_string() }.to_plain(lang));
                }
                if scan.truncated {
                    all_sources_ok = false;
                    print_stderr!("{}", DepartmentText::TooMany { place: location.to_string() }.to_plain(lang));
                }
                combined_scan.logs.extend(scan.logs);
                combined_scan.exposed_keys.extend(scan.exposed_keys);
            }
            // The other sources are still collected.
            Err(e) if e.kind() == io::ErrorKind::NotFound && location.folder().is_some() => {
                all_sources_ok = false;
                print_stderr!("{}", DepartmentText::SourceMissing { place: location.to_string() }.to_plain(lang));
            }
            Err(e) => {
                all_sources_ok = false;
                let _ = report_store_failure(&location.to_string(), &e, lang);
            }
        }
    }
    (combined_scan, all_sources_ok)
}

/// Marks keys as exposed in the registry, because their secret parts were found in a source. Returns `true` if one of
/// them is enrolled.
pub(super) fn mark_exposed_keys(
    registry: &mut Registry,
    keys: &[VerifierKey],
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> io::Result<bool> {
    let mut found_enrolled_key = false;
    for key in keys {
        // Anybody can make a key with this name, so only the enrolled key is marked.
        if registry.log(&key.name).is_none_or(|log| log.key != *key) {
            continue;
        }
        let old_registry = registry.clone();
        if registry.mark_exposed(key, &utc_now_text()).unwrap_or(false) {
            registry.write(&mut store.storage())?;
            remember_own_changes(store, witness, &old_registry, registry)?;
        }
        found_enrolled_key = true;
        let station = station_in_origin(&key.name).unwrap_or_default().to_owned();
        print_stderr!("{}", DepartmentText::SecretKeyFound { station }.localized(lang));
    }
    Ok(found_enrolled_key)
}
