//! Digests of the facts of a registry.
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::difference::RegistryDifference;
use crate::base::hash::hex;
use crate::department::registry::{Contact, Registry};

/// SHA-256 digests of a registry's facts, in hex, by the names of the facts.
pub type RegistryDigests = BTreeMap<String, String>;

/// The name of an enrolled log is this prefix followed by its origin.
pub(super) const LOG_PREFIX: &str = "log ";
/// The name of an exposure is this prefix followed by the log's origin.
pub(super) const EXPOSURE_PREFIX: &str = "exposed ";
/// The name of a station's fact is this prefix followed by the station's id.
pub(super) const STATION_PREFIX: &str = "station ";
/// The name of the fact with the department's details.
pub(super) const DEPARTMENT_FACT: &str = "department";
/// The name of a dismissed log is this prefix followed by its origin. A dismissed log is missing from the registry, and
/// someone has accepted that.
pub(super) const DISMISSAL_PREFIX: &str = "left ";

/// Hashes a list of strings. The length of each string is hashed too, so that different lists have different digests.
fn digest(strings: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for string in strings {
        hasher.update((string.len() as u64).to_be_bytes());
        hasher.update(string.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Computes the digests of a registry's facts.
#[must_use]
pub fn digests_of(registry: &Registry) -> RegistryDigests {
    let mut facts = RegistryDigests::new();
    let department = &registry.department;
    let mut texts = vec![department.parent.as_str(), &department.agency, &department.place];
    texts.extend(department.recipients.iter().map(String::as_str));
    // They are hashed only if they are there, so that registries without them keep their accepted digests.
    for (key, text) in [("symbol", &department.symbol), ("signer", &department.signer)] {
        texts.extend(if text.is_empty() { Vec::new() } else { vec![key, text.as_str()] });
    }
    facts.insert(DEPARTMENT_FACT.to_owned(), digest(&texts));
    for station in registry.stations.values() {
        let mut texts = vec![station.name.clone(), station.language.clone().unwrap_or_default()];
        for area in &station.areas {
            let units = [&area.commune, &area.district, &area.province];
            texts.extend(units.into_iter().flat_map(|unit| [unit.code.clone(), unit.name.clone()]));
            texts.extend([area.from, area.until].map(|date| date.map(|d| d.to_string()).unwrap_or_default()));
        }
        // They are hashed only if there are any, so that registries without them keep their accepted digests.
        for former in &station.former_names {
            let until = former.until.map(|date| date.to_string()).unwrap_or_default();
            texts.extend(["former-name".to_owned(), former.name.clone(), until]);
        }
        if station.contact != Contact::default() {
            let Contact { post, phone, mail } = station.contact.clone();
            texts.extend(["contact".to_owned(), post, phone, mail]);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        facts.insert(format!("{STATION_PREFIX}{}", station.id), digest(&texts));
    }
    for log in registry.logs() {
        let origin = &log.key.name;
        facts.insert(format!("{LOG_PREFIX}{origin}"), digest(&[&log.key.to_string(), &log.enrolled_at]));
        if let Some(at) = &log.exposed_since {
            facts.insert(format!("{EXPOSURE_PREFIX}{origin}"), digest(&[at]));
        }
    }
    facts
}

/// Returns the difference to report for the fact with this name, which differs between the registry and the accepted
/// facts; `None` for a dismissed log. `is_in_registry` is false if only the accepted facts contain it.
pub(super) fn difference_of(name: &str, is_in_registry: bool) -> Option<RegistryDifference> {
    if let Some(origin) = name.strip_prefix(LOG_PREFIX).map(str::to_owned) {
        return Some(if is_in_registry {
            RegistryDifference::LogDiffers { origin }
        } else {
            RegistryDifference::LogMissing { origin }
        });
    }
    if let Some(origin) = name.strip_prefix(EXPOSURE_PREFIX) {
        return Some(RegistryDifference::ExposureDiffers { origin: origin.to_owned() });
    }
    if let Some(id) = name.strip_prefix(STATION_PREFIX) {
        return Some(RegistryDifference::StationDiffers { id: id.to_owned() });
    }
    (name == DEPARTMENT_FACT).then_some(RegistryDifference::DepartmentDiffers)
}
