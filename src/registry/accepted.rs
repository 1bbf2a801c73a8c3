//! Registries as this machine's people have accepted them. Whose log is countersigned hangs on `registry.toml`, which lies
//! in the store for others to write: what it says is compared with what is remembered beside the witness's key.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest as _, Sha256};

use super::Registry;
use crate::proof::entry::station_of;
use crate::proof::note::hex;

const FIRST_LINE: &str = "loa/registries/v1";

/// What a registry says: each fact by its name, as a digest.
pub type Facts = BTreeMap<String, String>;

/// The accepted registries, by their stores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    stores: BTreeMap<String, Facts>,
}

/// A difference between a registry and what was accepted of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// A log has been enrolled that nobody here has enrolled, or under another key, or with another date.
    Log {
        /// Its name.
        origin: String,
    },
    /// A log is there no more.
    Gone {
        /// Its name.
        origin: String,
    },
    /// The mark that its keys are in other hands has come, has gone, or says another time.
    Exposed {
        /// Its name.
        origin: String,
    },
    /// A station's name, language or place.
    Station {
        /// Its id.
        id: String,
    },
    /// The office itself.
    Department,
}

impl Difference {
    /// The log that may not be signed or counted because of it.
    #[must_use]
    pub fn disputed(&self) -> Option<&str> {
        match self {
            Self::Log { origin } | Self::Gone { origin } | Self::Exposed { origin } => Some(origin),
            Self::Station { .. } | Self::Department => None,
        }
    }
}

/// What the witness has countersigned of a registry's stations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Logs whose remembered heads are signed by the keys that the registry gives them.
    pub logs: BTreeSet<String>,
    /// The stations of all logs that it remembers.
    pub stations: BTreeSet<String>,
}

impl Witnessed {
    /// Whether a station's logs were countersigned, and this is none of them.
    fn contradict(&self, origin: &str) -> bool {
        !self.logs.contains(origin) && station_of(origin).is_some_and(|station| self.stations.contains(station))
    }
}

/// Logs that the witness remembers and a registry lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// They lie in the registry's own store.
    pub gone: Vec<String>,
    /// Nobody knows into which store they were collected.
    pub strays: Vec<String>,
}

/// The names of facts.
const LOG: &str = "log ";
const EXPOSED: &str = "exposed ";
const STATION: &str = "station ";
const DEPARTMENT: &str = "department";
/// A log that the witness remembers and a person has let go.
const LEFT: &str = "left ";

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
pub fn facts(registry: &Registry) -> Facts {
    let mut facts = Facts::new();
    let office = &registry.department;
    let mut parts = vec![office.parent.as_str(), &office.agency, &office.place];
    parts.extend(office.recipients.iter().map(String::as_str));
    facts.insert(DEPARTMENT.to_owned(), digest(&parts));
    for station in registry.stations.values() {
        let mut parts = vec![station.name.clone(), station.language.clone().unwrap_or_default()];
        for place in &station.places {
            let units = [&place.commune, &place.district, &place.province];
            parts.extend(units.into_iter().flat_map(|unit| [unit.code.clone(), unit.name.clone()]));
            parts.extend([place.from, place.until].map(|date| date.map(|d| d.to_string()).unwrap_or_default()));
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        facts.insert(format!("{STATION}{}", station.id), digest(&parts));
    }
    for log in registry.logs() {
        let origin = &log.key.name;
        facts.insert(format!("{LOG}{origin}"), digest(&[&log.key.to_string(), &log.since]));
        if let Some(at) = &log.exposed {
            facts.insert(format!("{EXPOSED}{origin}"), digest(&[at]));
        }
    }
    facts
}

fn difference(name: &str, here: bool) -> Option<Difference> {
    if let Some(origin) = name.strip_prefix(LOG).map(str::to_owned) {
        return Some(if here { Difference::Log { origin } } else { Difference::Gone { origin } });
    }
    if let Some(origin) = name.strip_prefix(EXPOSED) {
        return Some(Difference::Exposed { origin: origin.to_owned() });
    }
    if let Some(id) = name.strip_prefix(STATION) {
        return Some(Difference::Station { id: id.to_owned() });
    }
    (name == DEPARTMENT).then_some(Difference::Department)
}

impl Accepted {
    /// Whether something was accepted of this store.
    #[must_use]
    pub fn knows(&self, store: &str) -> bool {
        self.stores.contains_key(store)
    }

    /// What is different. `gone` are logs of this store that the witness has countersigned and this registry lacks.
    #[must_use]
    pub fn differences(&self, store: &str, registry: &Registry, gone: &[String]) -> Vec<Difference> {
        let now = facts(registry);
        let empty = Facts::new();
        let before = self.stores.get(store).unwrap_or(&empty);
        let names: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let differs = names.into_iter().filter(|name| now.get(*name) != before.get(*name));
        let mut found: BTreeSet<Difference> =
            differs.filter_map(|name| difference(name, now.contains_key(name))).collect();
        // A station that is gone with its logs has been told by them.
        let told: BTreeSet<String> = found.iter().filter_map(gone_station).collect();
        found.retain(|one| !matches!(one, Difference::Station { id } if told.contains(id) && !now.contains_key(&format!("{STATION}{id}"))));
        found.extend(gone.iter().map(|origin| Difference::Gone { origin: origin.clone() }));
        found.into_iter().collect()
    }

    /// What the witness remembers and this registry lacks, as far as no registry tells where it belongs and nobody has let
    /// it go. `lies_here` says whether a log lies in this store.
    #[must_use]
    pub fn beside(&self, store: &str, remembered: Vec<String>, lies_here: impl Fn(&str) -> bool) -> Beside {
        let (empty, mut beside) = (Facts::new(), Beside::default());
        let here = self.stores.get(store).unwrap_or(&empty);
        for origin in remembered {
            let (log, left) = (format!("{LOG}{origin}"), format!("{LEFT}{origin}"));
            let anywhere = |name: &str| self.stores.values().any(|facts| facts.contains_key(name));
            if here.contains_key(&left) || anywhere(&log) {
                continue;
            }
            if lies_here(&origin) {
                beside.gone.push(origin);
            } else if !anywhere(&left) {
                beside.strays.push(origin);
            }
        }
        beside
    }

    /// A person has accepted the registry as it is, and lets these logs go.
    pub fn accept(&mut self, store: &str, registry: &Registry, let_go: &[String]) {
        let mut now = facts(registry);
        let before = self.stores.get(store).cloned().unwrap_or_default();
        now.extend(before.into_iter().filter(|(name, _)| name.starts_with(LEFT)));
        now.extend(let_go.iter().map(|origin| (format!("{LEFT}{origin}"), String::from("-"))));
        self.stores.insert(store.to_owned(), now);
    }

    /// What this machine finds when it sees a registry for the first time. Where a store lies is only a name: a registry
    /// of stations that another store's registry has too is known as far as that one was accepted, and gives that store's
    /// name. Else it is taken as it is, but for logs that contradict what the witness has countersigned.
    pub fn first(&mut self, store: &str, registry: &Registry, witnessed: &Witnessed) -> Option<String> {
        let now = facts(registry);
        let nearest = self.nearest(registry);
        let mut known = match &nearest {
            Some(other) => self.stores.get(other).cloned().unwrap_or_default(),
            None => now.clone(),
        };
        for log in registry.logs() {
            let origin = &log.key.name;
            let names = [format!("{LOG}{origin}"), format!("{EXPOSED}{origin}")];
            if nearest.is_none() && witnessed.contradict(origin) {
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
    fn nearest(&self, registry: &Registry) -> Option<String> {
        let stations: Vec<String> = registry.stations.keys().map(|id| format!("{STATION}{id}")).collect();
        let common = |facts: &Facts| stations.iter().filter(|name| facts.contains_key(*name)).count();
        let stores = self.stores.iter().map(|(name, facts)| (common(facts), name)).filter(|(common, _)| *common > 0);
        stores.max().map(|(_, name)| name.clone())
    }

    /// This machine itself has changed the registry: so much is known, and nothing else.
    pub fn changed(&mut self, store: &str, before: &Registry, after: &Registry) {
        let (before, after) = (facts(before), facts(after));
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
        let mut store: Option<&mut Facts> = None;
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

fn gone_station(one: &Difference) -> Option<String> {
    match one {
        Difference::Gone { origin } => station_of(origin).map(str::to_owned),
        _ => None,
    }
}

impl fmt::Display for Accepted {
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
        let mut accepted = Accepted::default();
        assert!(!accepted.knows("store"));
        assert_eq!(accepted.first("store", &one, &Witnessed::default()), None);
        assert!(accepted.knows("store") && accepted.differences("store", &one, &[]).is_empty());
        let station = Difference::Station { id: "xa-1".to_owned() };
        assert_eq!(accepted.differences("store", &two, &[]), [station.clone(), Difference::Department]);
        let gone = vec!["loa/xa-9/0".to_owned()];
        let here = accepted.beside("store", gone.clone(), |_| true);
        assert_eq!((&here.gone, here.strays.len()), (&gone, 0));
        assert_eq!(accepted.beside("store", gone.clone(), |_| false).strays, gone);
        assert_eq!(accepted.differences("store", &one, &gone), [Difference::Gone { origin: gone[0].clone() }]);
        accepted.accept("store", &one, &gone);
        for store in ["store", "another"] {
            assert_eq!(accepted.beside(store, gone.clone(), |_| false), Beside::default(), "{store}: it was let go");
        }
        assert_eq!(accepted.beside("another", gone.clone(), |_| true).gone, gone, "there nobody has let it go");
        let read = Accepted::parse(&accepted.to_string()).expect("its own form");
        assert_eq!(read, accepted);
        accepted.changed("store", &one, &two);
        assert!(accepted.differences("store", &two, &[]).is_empty());
        assert_eq!(accepted.differences("store", &one, &[]).first(), Some(&station));
    }
}
