//! Registries that were accepted on this machine.
//!
//! The registry decides which logs are countersigned, but it is in the store, where others can write. The machine
//! therefore keeps digests of the accepted facts next to the witness's key, and compares each registry with them. A
//! fact is one enrolled log, one exposure, one station, or the department itself.
mod countersigned;
mod difference;
mod digests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use self::difference::station_of_missing_log;
use self::digests::{
    DISMISSAL_PREFIX, EXPOSURE_PREFIX, LOG_PREFIX, RegistryDigests, STATION_PREFIX, difference_of, digests_of,
};
use super::Registry;

pub use self::countersigned::{CountersignedLogs, UnlistedLogs};
pub use self::difference::RegistryDifference;

/// The first line of the file, which names its format.
const FIRST_LINE: &str = "loa/registries/v1";

/// The accepted facts of each store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedRegistries {
    /// Digests of the accepted facts, by the name of the store.
    stores: BTreeMap<String, RegistryDigests>,
}

impl AcceptedRegistries {
    /// Returns whether a registry of this store was accepted before.
    #[must_use]
    pub fn has_store(&self, store: &str) -> bool {
        self.stores.contains_key(store)
    }

    /// Returns the differences between a registry and its accepted facts. `missing_logs` are the logs of this store
    /// that the witness has countersigned and the registry does not list.
    #[must_use]
    pub fn differences(&self, store: &str, registry: &Registry, missing_logs: &[String]) -> Vec<RegistryDifference> {
        let current_facts = digests_of(registry);
        let empty = RegistryDigests::new();
        let accepted_facts = self.stores.get(store).unwrap_or(&empty);
        let names: BTreeSet<&String> = current_facts.keys().chain(accepted_facts.keys()).collect();
        let differing_names = names.into_iter().filter(|name| current_facts.get(*name) != accepted_facts.get(*name));
        let mut differences: BTreeSet<RegistryDifference> =
            differing_names.filter_map(|name| difference_of(name, current_facts.contains_key(name))).collect();
        // For a removed station with logs, only the missing logs are reported.
        let stations_of_missing_logs: BTreeSet<String> =
            differences.iter().filter_map(station_of_missing_log).collect();
        let is_redundant = |difference: &RegistryDifference| {
            matches!(difference, RegistryDifference::StationDiffers { id }
                if stations_of_missing_logs.contains(id)
                    && !current_facts.contains_key(&format!("{STATION_PREFIX}{id}")))
        };
        differences.retain(|difference| !is_redundant(difference));
        differences.extend(missing_logs.iter().map(|origin| RegistryDifference::LogMissing { origin: origin.clone() }));
        differences.into_iter().collect()
    }

    /// Returns the logs of `recorded_logs` that no accepted registry lists and nobody has dismissed. `recorded_logs`
    /// are the logs that the witness has recorded and this store's registry does not list. `is_in_store` returns true
    /// for a log in this store.
    #[must_use]
    pub fn unlisted_logs(
        &self,
        store: &str,
        recorded_logs: Vec<String>,
        is_in_store: impl Fn(&str) -> bool,
    ) -> UnlistedLogs {
        let (empty, mut unlisted) = (RegistryDigests::new(), UnlistedLogs::default());
        let facts_of_store = self.stores.get(store).unwrap_or(&empty);
        for origin in recorded_logs {
            let (log_name, dismissal_name) = (format!("{LOG_PREFIX}{origin}"), format!("{DISMISSAL_PREFIX}{origin}"));
            let is_fact_of_any_store = |name: &str| self.stores.values().any(|facts| facts.contains_key(name));
            if facts_of_store.contains_key(&dismissal_name) || is_fact_of_any_store(&log_name) {
                continue;
            }
            if is_in_store(&origin) {
                unlisted.in_this_store.push(origin);
            } else if !is_fact_of_any_store(&dismissal_name) {
                unlisted.in_unknown_store.push(origin);
            }
        }
        unlisted
    }

    /// Records that the operator has accepted the registry as it is, and has dismissed these unlisted logs. Earlier
    /// dismissals are kept.
    pub fn accept(&mut self, store: &str, registry: &Registry, dismissed_logs: &[String]) {
        let mut facts = digests_of(registry);
        let prior_facts = self.stores.get(store).cloned().unwrap_or_default();
        facts.extend(prior_facts.into_iter().filter(|(name, _)| name.starts_with(DISMISSAL_PREFIX)));
        facts.extend(dismissed_logs.iter().map(|origin| (format!("{DISMISSAL_PREFIX}{origin}"), String::from("-"))));
        self.stores.insert(store.to_owned(), facts);
    }

    /// Accepts a registry that this machine sees for the first time. If an accepted registry of another store shares
    /// stations with it, the store was probably only moved. Then the facts of that accepted registry apply here too,
    /// and the name of its store is returned. Otherwise this registry is accepted as it is, except for logs that
    /// contradict the witness's countersignatures. Logs that the witness has countersigned are always accepted.
    pub fn trust_on_first_use(
        &mut self,
        store: &str,
        registry: &Registry,
        countersigned_logs: &CountersignedLogs,
    ) -> Option<String> {
        let current_facts = digests_of(registry);
        let closest_store = self.closest_store(registry);
        let mut accepted_facts = match &closest_store {
            Some(name) => self.stores.get(name).cloned().unwrap_or_default(),
            None => current_facts.clone(),
        };
        for log in registry.logs() {
            let origin = &log.key.name;
            let names = [format!("{LOG_PREFIX}{origin}"), format!("{EXPOSURE_PREFIX}{origin}")];
            if closest_store.is_none() && countersigned_logs.contradicts(origin) {
                names.iter().for_each(|name| drop(accepted_facts.remove(name)));
            } else if countersigned_logs.logs.contains(origin) && !accepted_facts.contains_key(&names[0]) {
                let facts =
                    names.into_iter().filter_map(|name| current_facts.get(&name).map(|value| (name, value.clone())));
                accepted_facts.extend(facts);
            }
        }
        // A fact that was accepted for any other store is accepted here too.
        let is_accepted_elsewhere =
            |name: &String, value: &String| self.stores.values().any(|facts| facts.get(name) == Some(value));
        accepted_facts.extend(current_facts.into_iter().filter(|(name, value)| is_accepted_elsewhere(name, value)));
        self.stores.insert(store.to_owned(), accepted_facts);
        closest_store
    }

    /// Returns the store whose accepted registry shares the most stations with this one; `None` if no store shares any.
    fn closest_store(&self, registry: &Registry) -> Option<String> {
        let station_names: Vec<String> = registry.stations.keys().map(|id| format!("{STATION_PREFIX}{id}")).collect();
        let shared_count =
            |facts: &RegistryDigests| station_names.iter().filter(|name| facts.contains_key(*name)).count();
        let stores =
            self.stores.iter().map(|(name, facts)| (shared_count(facts), name)).filter(|(count, _)| *count > 0);
        stores.max().map(|(_, name)| name.clone())
    }

    /// Accepts the facts that this machine added or changed between `before` and `after`, and no others.
    pub fn record_own_change(&mut self, store: &str, before: &Registry, after: &Registry) {
        let (facts_before, facts_after) = (digests_of(before), digests_of(after));
        let accepted_facts = self.stores.entry(store.to_owned()).or_default();
        for (name, value) in &facts_after {
            if facts_before.get(name) != Some(value) {
                accepted_facts.insert(name.clone(), value.clone());
            }
        }
    }

    /// Parses the file of accepted registries; `None` if the text is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut accepted = Self::default();
        let mut facts: Option<&mut RegistryDigests> = None;
        for line in lines {
            match line.split_once('\t')? {
                ("store", name) => facts = Some(accepted.stores.entry(name.to_owned()).or_default()),
                (name, value) => {
                    facts.as_deref_mut()?.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        Some(accepted)
    }
}

impl fmt::Display for AcceptedRegistries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        for (store, facts) in &self.stores {
            writeln!(f, "store\t{store}")?;
            facts.iter().try_for_each(|(name, value)| writeln!(f, "{name}\t{value}"))?;
        }
        Ok(())
    }
}
