//! Registries as people on this machine have accepted them.
//!
//! The registry decides whose logs are countersigned, but it lies in the store, where others may write. So the machine
//! keeps digests of the accepted facts next to the witness's key, and compares each registry with them.
mod countersigned;
mod difference;
mod digests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use self::difference::station_of_missing_log;
use self::digests::{DISMISSED, EXPOSED, LOG, RegistryDigests, STATION, difference_of, digests_of};
use super::Registry;

pub use self::countersigned::{CountersignedLogs, UnlistedLogs};
pub use self::difference::RegistryDifference;

const FIRST_LINE: &str = "loa/registries/v1";

/// The accepted facts, by store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedRegistries {
    stores: BTreeMap<String, RegistryDigests>,
}

impl AcceptedRegistries {
    /// Returns whether facts of this store were accepted.
    #[must_use]
    pub fn has_store(&self, store: &str) -> bool {
        self.stores.contains_key(store)
    }

    /// Returns the differences between a registry and its accepted facts. `gone` are logs of this store that the
    /// witness has countersigned and the registry does not list.
    #[must_use]
    pub fn differences(&self, store: &str, registry: &Registry, gone: &[String]) -> Vec<RegistryDifference> {
        let now = digests_of(registry);
        let empty = RegistryDigests::new();
        let before = self.stores.get(store).unwrap_or(&empty);
        let names: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let differs = names.into_iter().filter(|name| now.get(*name) != before.get(*name));
        let mut found: BTreeSet<RegistryDifference> =
            differs.filter_map(|name| difference_of(name, now.contains_key(name))).collect();
        // The missing logs of a removed station already tell of it.
        let told: BTreeSet<String> = found.iter().filter_map(station_of_missing_log).collect();
        found.retain(|one| !matches!(one, RegistryDifference::StationDiffers { id } if told.contains(id) && !now.contains_key(&format!("{STATION}{id}"))));
        found.extend(gone.iter().map(|origin| RegistryDifference::LogMissing { origin: origin.clone() }));
        found.into_iter().collect()
    }

    /// Returns the logs that the witness remembers and this registry does not list, except those that another registry
    /// lists and those that a person has dismissed. `is_in_store` says whether a log lies in this store.
    #[must_use]
    pub fn unlisted_logs(
        &self,
        store: &str,
        remembered: Vec<String>,
        is_in_store: impl Fn(&str) -> bool,
    ) -> UnlistedLogs {
        let (empty, mut beside) = (RegistryDigests::new(), UnlistedLogs::default());
        let here = self.stores.get(store).unwrap_or(&empty);
        for origin in remembered {
            let (log, left) = (format!("{LOG}{origin}"), format!("{DISMISSED}{origin}"));
            let anywhere = |name: &str| self.stores.values().any(|facts| facts.contains_key(name));
            if here.contains_key(&left) || anywhere(&log) {
                continue;
            }
            if is_in_store(&origin) {
                beside.in_this_store.push(origin);
            } else if !anywhere(&left) {
                beside.strays.push(origin);
            }
        }
        beside
    }

    /// Records that a person has accepted the registry as it is and has dismissed these logs.
    pub fn accept(&mut self, store: &str, registry: &Registry, dismissed: &[String]) {
        let mut now = digests_of(registry);
        let before = self.stores.get(store).cloned().unwrap_or_default();
        now.extend(before.into_iter().filter(|(name, _)| name.starts_with(DISMISSED)));
        now.extend(dismissed.iter().map(|origin| (format!("{DISMISSED}{origin}"), String::from("-"))));
        self.stores.insert(store.to_owned(), now);
    }

    /// Accepts a registry that this machine sees for the first time, and returns the name of the store it was compared
    /// with. A store may only have moved: if another store's accepted registry has the same stations, its facts are
    /// what is accepted. If no store has any, the registry is accepted as it is, except logs that contradict what the
    /// witness has countersigned.
    pub fn trust_on_first_use(
        &mut self,
        store: &str,
        registry: &Registry,
        witnessed: &CountersignedLogs,
    ) -> Option<String> {
        let now = digests_of(registry);
        let nearest = self.closest_store(registry);
        let mut known = match &nearest {
            Some(other) => self.stores.get(other).cloned().unwrap_or_default(),
            None => now.clone(),
        };
        for log in registry.logs() {
            let origin = &log.key.name;
            let names = [format!("{LOG}{origin}"), format!("{EXPOSED}{origin}")];
            if nearest.is_none() && witnessed.contradicts(origin) {
                names.iter().for_each(|name| drop(known.remove(name)));
            } else if witnessed.logs.contains(origin) && !known.contains_key(&names[0]) {
                known.extend(names.into_iter().filter_map(|name| now.get(&name).map(|value| (name, value.clone()))));
            }
        }
        // Facts that were accepted for any other store are not new either.
        known.extend(now.into_iter().filter(|(name, value)| self.stores.values().any(|f| f.get(name) == Some(value))));
        self.stores.insert(store.to_owned(), known);
        nearest
    }

    /// Returns the store whose accepted registry has the most stations of this one, if any has one.
    fn closest_store(&self, registry: &Registry) -> Option<String> {
        let stations: Vec<String> = registry.stations.keys().map(|id| format!("{STATION}{id}")).collect();
        let common = |facts: &RegistryDigests| stations.iter().filter(|name| facts.contains_key(*name)).count();
        let stores = self.stores.iter().map(|(name, facts)| (common(facts), name)).filter(|(common, _)| *common > 0);
        stores.max().map(|(_, name)| name.clone())
    }

    /// Records a change that this machine itself made, and no other difference.
    pub fn record_own_change(&mut self, store: &str, before: &Registry, after: &Registry) {
        let (before, after) = (digests_of(before), digests_of(after));
        let there = self.stores.entry(store.to_owned()).or_default();
        for (name, value) in &after {
            if before.get(name) != Some(value) {
                there.insert(name.clone(), value.clone());
            }
        }
    }

    /// Parses accepted registries; none when the text is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut accepted = Self::default();
        let mut store: Option<&mut RegistryDigests> = None;
        for line in lines {
            match line.split_once('\t')? {
                ("store", name) => store = Some(accepted.stores.entry(name.to_owned()).or_default()),
                (name, value) => {
                    store.as_deref_mut()?.insert(name.to_owned(), value.to_owned());
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
