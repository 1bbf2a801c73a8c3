//! The facts of a registry as digests.
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::difference::RegistryDifference;
use crate::base::hash::hex;
use crate::department::registry::Registry;

/// Digests of a registry's facts, by the names of the facts.
pub type RegistryDigests = BTreeMap<String, String>;

/// Prefixes of the names of facts.
pub(super) const LOG: &str = "log ";
pub(super) const EXPOSED: &str = "exposed ";
pub(super) const STATION: &str = "station ";
pub(super) const DEPARTMENT: &str = "department";
/// Prefix for a log that the witness remembers and a person has dismissed.
pub(super) const DISMISSED: &str = "left ";

fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// Computes the digests of a registry's facts.
#[must_use]
pub fn digests_of(registry: &Registry) -> RegistryDigests {
    let mut facts = RegistryDigests::new();
    let office = &registry.department;
    let mut parts = vec![office.parent.as_str(), &office.agency, &office.place];
    parts.extend(office.recipients.iter().map(String::as_str));
    facts.insert(DEPARTMENT.to_owned(), digest(&parts));
    for station in registry.stations.values() {
        let mut parts = vec![station.name.clone(), station.language.clone().unwrap_or_default()];
        for place in &station.areas {
            let units = [&place.commune, &place.district, &place.province];
            parts.extend(units.into_iter().flat_map(|unit| [unit.code.clone(), unit.name.clone()]));
            parts.extend([place.from, place.until].map(|date| date.map(|d| d.to_string()).unwrap_or_default()));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        facts.insert(format!("{STATION}{}", station.id), digest(&parts));
    }
    for log in registry.logs() {
        let origin = &log.key.name;
        facts.insert(format!("{LOG}{origin}"), digest(&[&log.key.to_string(), &log.enrolled_at]));
        if let Some(at) = &log.exposed_since {
            facts.insert(format!("{EXPOSED}{origin}"), digest(&[at]));
        }
    }
    facts
}

pub(super) fn difference_of(name: &str, here: bool) -> Option<RegistryDifference> {
    if let Some(origin) = name.strip_prefix(LOG).map(str::to_owned) {
        return Some(if here {
            RegistryDifference::LogDiffers { origin }
        } else {
            RegistryDifference::LogMissing { origin }
        });
    }
    if let Some(origin) = name.strip_prefix(EXPOSED) {
        return Some(RegistryDifference::ExposureDiffers { origin: origin.to_owned() });
    }
    if let Some(id) = name.strip_prefix(STATION) {
        return Some(RegistryDifference::StationDiffers { id: id.to_owned() });
    }
    (name == DEPARTMENT).then_some(RegistryDifference::DepartmentDiffers)
}
