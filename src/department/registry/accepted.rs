//! Registries as this machine's people have accepted them. Whose log is countersigned hangs on `registry.toml`, which lies
//! in the store for others to write: what it says is compared with what is remembered beside the witness's key.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest as _, Sha256};

use super::Registry;
use crate::base::hash::hex;
use crate::proof::origin::station_in_origin;

const FIRST_LINE: &str = "loa/registries/v1";

/// What a registry says: each fact by its name, as a digest.
pub type RegistryDigests = BTreeMap<String, String>;

/// The accepted registries, by their stores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedRegistries {
    stores: BTreeMap<String, RegistryDigests>,
}

/// A difference between a registry and what was accepted of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryDifference {
    /// A log has been enrolled that nobody here has enrolled, or under another key, or with another date.
    LogDiffers {
        /// Its name.
        origin: String,
    },
    /// A log is there no more.
    LogMissing {
        /// Its name.
        origin: String,
    },
    /// The mark that its keys are in other hands has come, has gone, or says another time.
    ExposureDiffers {
        /// Its name.
        origin: String,
    },
    /// A station's name, language or place.
    StationDiffers {
        /// Its id.
        id: String,
    },
    /// The office itself.
    DepartmentDiffers,
}

impl RegistryDifference {
    /// The log that may not be signed or counted because of it.
    #[must_use]
    pub fn disputed_log(&self) -> Option<&str> {
        match self {
            Self::LogDiffers { origin } | Self::LogMissing { origin } | Self::ExposureDiffers { origin } => {
                Some(origin)
            }
            Self::StationDiffers { .. } | Self::DepartmentDiffers => None,
        }
    }
}

/// What the witness has countersigned of a registry's stations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersignedLogs {
    /// Logs whose remembered heads are signed by the keys that the registry gives them.
    pub logs: BTreeSet<String>,
    /// The stations of all logs that it remembers.
    pub stations: BTreeSet<String>,
}

impl CountersignedLogs {
    /// Whether a station's logs were countersigned, and this is none of them.
    fn contradicts(&self, origin: &str) -> bool {
        !self.logs.contains(origin) && station_in_origin(origin).is_some_and(|station| self.stations.contains(station))
    }
}

/// Logs that the witness remembers and a registry lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnlistedLogs {
    /// They lie in the registry's own store.
    pub in_this_store: Vec<String>,
    /// Nobody knows into which store they were collected.
    pub strays: Vec<String>,
}

/// The names of facts.
const LOG: &str = "log ";
const EXPOSED: &str = "exposed ";
const STATION: &str = "station ";
const DEPARTMENT: &str = "department";
/// A log that the witness remembers and a person has let go.
const DISMISSED: &str = "left ";

fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

/// What a registry says.
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

fn difference_of(name: &str, here: bool) -> Option<RegistryDifference> {
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

impl AcceptedRegistries {
    /// Whether something was accepted of this store.
    #[must_use]
    pub fn has_store(&self, store: &str) -> bool {
        self.stores.contains_key(store)
    }

    /// What is different. `gone` are logs of this store that the witness has countersigned and this registry lacks.
    #[must_use]
    pub fn differences(&self, store: &str, registry: &Registry, gone: &[String]) -> Vec<RegistryDifference> {
        let now = digests_of(registry);
        let empty = RegistryDigests::new();
        let before = self.stores.get(store).unwrap_or(&empty);
        let names: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let differs = names.into_iter().filter(|name| now.get(*name) != before.get(*name));
        let mut found: BTreeSet<RegistryDifference> =
            differs.filter_map(|name| difference_of(name, now.contains_key(name))).collect();
        // A station that is gone with its logs has been told by them.
        let told: BTreeSet<String> = found.iter().filter_map(station_of_missing_log).collect();
        found.retain(|one| !matches!(one, RegistryDifference::StationDiffers { id } if told.contains(id) && !now.contains_key(&format!("{STATION}{id}"))));
        found.extend(gone.iter().map(|origin| RegistryDifference::LogMissing { origin: origin.clone() }));
        found.into_iter().collect()
    }

    /// What the witness remembers and this registry lacks, as far as no registry tells where it belongs and nobody has let
    /// it go. `lies_here` says whether a log lies in this store.
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

    /// A person has accepted the registry as it is, and lets these logs go.
    pub fn accept(&mut self, store: &str, registry: &Registry, dismissed: &[String]) {
        let mut now = digests_of(registry);
        let before = self.stores.get(store).cloned().unwrap_or_default();
        now.extend(before.into_iter().filter(|(name, _)| name.starts_with(DISMISSED)));
        now.extend(dismissed.iter().map(|origin| (format!("{DISMISSED}{origin}"), String::from("-"))));
        self.stores.insert(store.to_owned(), now);
    }

    /// What this machine finds when it sees a registry for the first time. Where a store lies is only a name: a registry
    /// of stations that another store's registry has too is known as far as that one was accepted, and gives that store's
    /// name. Else it is taken as it is, but for logs that contradict what the witness has countersigned.
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
        // What any other store was accepted to say is no news, either.
        known.extend(now.into_iter().filter(|(name, value)| self.stores.values().any(|f| f.get(name) == Some(value))));
        self.stores.insert(store.to_owned(), known);
        nearest
    }

    /// The store whose accepted registry has the most of this one's stations, if any has one.
    fn closest_store(&self, registry: &Registry) -> Option<String> {
        let stations: Vec<String> = registry.stations.keys().map(|id| format!("{STATION}{id}")).collect();
        let common = |facts: &RegistryDigests| stations.iter().filter(|name| facts.contains_key(*name)).count();
        let stores = self.stores.iter().map(|(name, facts)| (common(facts), name)).filter(|(common, _)| *common > 0);
        stores.max().map(|(_, name)| name.clone())
    }

    /// This machine itself has changed the registry: so much is known, and nothing else.
    pub fn record_own_change(&mut self, store: &str, before: &Registry, after: &Registry) {
        let (before, after) = (digests_of(before), digests_of(after));
        let there = self.stores.entry(store.to_owned()).or_default();
        for (name, value) in &after {
            if before.get(name) != Some(value) {
                there.insert(name.clone(), value.clone());
            }
        }
    }

    /// Reads it back; none when it is not in its form.
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

fn station_of_missing_log(one: &RegistryDifference) -> Option<String> {
    match one {
        RegistryDifference::LogMissing { origin } => station_in_origin(origin).map(str::to_owned),
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(text: &str) -> Registry {
        Registry::parse(text.to_owned()).expect("a test's own registry")
    }

    #[test]
    fn each_difference_is_found_and_what_this_machine_did_is_none() {
        let one = registry("[[station]]\nid = \"xa-1\"\nname = \"A\"\n");
        let two = registry("[[station]]\nid = \"xa-1\"\nname = \"B\"\n[department]\nagency = \"C\"\n");
        let mut accepted = AcceptedRegistries::default();
        assert!(!accepted.has_store("store"));
        assert_eq!(accepted.trust_on_first_use("store", &one, &CountersignedLogs::default()), None);
        assert!(accepted.has_store("store") && accepted.differences("store", &one, &[]).is_empty());
        let station = RegistryDifference::StationDiffers { id: "xa-1".to_owned() };
        assert_eq!(accepted.differences("store", &two, &[]), [station.clone(), RegistryDifference::DepartmentDiffers]);
        let gone = vec!["loa/xa-9/0".to_owned()];
        let here = accepted.unlisted_logs("store", gone.clone(), |_| true);
        assert_eq!((&here.in_this_store, here.strays.len()), (&gone, 0));
        assert_eq!(accepted.unlisted_logs("store", gone.clone(), |_| false).strays, gone);
        assert_eq!(
            accepted.differences("store", &one, &gone),
            [RegistryDifference::LogMissing { origin: gone[0].clone() }]
        );
        accepted.accept("store", &one, &gone);
        for store in ["store", "another"] {
            assert_eq!(
                accepted.unlisted_logs(store, gone.clone(), |_| false),
                UnlistedLogs::default(),
                "{store}: it was let go"
            );
        }
        assert_eq!(
            accepted.unlisted_logs("another", gone.clone(), |_| true).in_this_store,
            gone,
            "there nobody has let it go"
        );
        let read = AcceptedRegistries::parse(&accepted.to_string()).expect("its own form");
        assert_eq!(read, accepted);
        accepted.record_own_change("store", &one, &two);
        assert!(accepted.differences("store", &two, &[]).is_empty());
        assert_eq!(accepted.differences("store", &one, &[]).first(), Some(&station));
    }
}
