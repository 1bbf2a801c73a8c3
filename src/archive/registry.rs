//! `registry.toml` of a store: which logs a person has enrolled, for which station.
use std::collections::BTreeMap;
use std::io;

use serde::Deserialize;

use crate::airlog::storage::Storage;
use crate::id::Id;
use crate::proof::entry::station_of;
use crate::proof::note::{Kind, VerifierKey};

/// Its name in the store.
pub const REGISTRY: &str = "registry.toml";
const MAX_REGISTRY: u64 = 16 * 1024 * 1024;

/// An enrolled log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Its key; the name is its origin.
    pub key: VerifierKey,
    /// When a person enrolled it, RFC 3339.
    pub since: String,
}

/// All enrolled logs, by their origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    logs: BTreeMap<String, Enrolled>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    log: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    station: String,
    key: String,
    #[serde(rename = "enrolled-at")]
    enrolled_at: String,
}

/// Why a registry or a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The file is not what it should be.
    #[error("{REGISTRY}: {0}")]
    Broken(String),
    /// Not a log's verifier key.
    #[error("this is not the verifier key of a station's log")]
    NotAKey,
    /// The storage failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The station of a log's verifier key; none when it is no station's key.
#[must_use]
pub fn station_of_key(key: &VerifierKey) -> Option<Id> {
    let hash = key.name.rsplit('/').next()?;
    let hex = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let station = station_of(&key.name).and_then(Id::new)?;
    (hex && key.kind == Kind::Plain && key.name.starts_with("loa/")).then_some(station)
}

impl Registry {
    /// Reads it; an empty one when there is none yet.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn read<S: Storage>(store: &S) -> Result<Self, RegistryError> {
        let bytes = store.read_all(REGISTRY, MAX_REGISTRY)?.unwrap_or_default();
        let text = String::from_utf8(bytes).map_err(|e| RegistryError::Broken(e.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|e| RegistryError::Broken(e.to_string()))?;
        let mut registry = Self::default();
        for entry in file.log {
            let key = VerifierKey::parse(&entry.key).ok_or_else(|| RegistryError::Broken(entry.key.clone()))?;
            let station = station_of_key(&key).ok_or_else(|| RegistryError::Broken(entry.key.clone()))?;
            if station.as_str() != entry.station {
                return Err(RegistryError::Broken(entry.station));
            }
            registry.logs.insert(key.name.clone(), Enrolled { key, since: entry.enrolled_at });
        }
        Ok(registry)
    }

    /// The enrolled log of this origin.
    #[must_use]
    pub fn get(&self, origin: &str) -> Option<&Enrolled> {
        self.logs.get(origin)
    }

    /// The enrolled logs of a station: more than one when its disk was replaced.
    pub fn of_station<'a>(&'a self, station: &'a Id) -> impl Iterator<Item = &'a Enrolled> {
        self.logs.values().filter(move |log| station_of(&log.key.name) == Some(station.as_str()))
    }

    /// Enrols a log. False when it was enrolled before, with this key.
    ///
    /// # Errors
    /// [`RegistryError::NotAKey`]; also for another key of an origin that is enrolled.
    pub fn enrol(&mut self, key: VerifierKey, since: String) -> Result<bool, RegistryError> {
        station_of_key(&key).ok_or(RegistryError::NotAKey)?;
        match self.logs.get(&key.name) {
            Some(there) if there.key == key => Ok(false),
            Some(_) => Err(RegistryError::NotAKey),
            None => {
                self.logs.insert(key.name.clone(), Enrolled { key, since });
                Ok(true)
            }
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn write<S: Storage>(&self, store: &mut S) -> io::Result<()> {
        let mut text = String::from("# The logs that this department knows. One [[log]] for each disk of a station.\n");
        for log in self.logs.values() {
            let station = station_of(&log.key.name).unwrap_or_default();
            let Enrolled { key, since } = log;
            text.push_str(&format!("\n[[log]]\nstation = \"{station}\"\nkey = \"{key}\"\nenrolled-at = \"{since}\"\n"));
        }
        store.replace(REGISTRY, text.as_bytes())
    }
}
