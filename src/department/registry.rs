//! `registry.toml` of a store: the department's stations, and their enrolled logs.
//!
//! People edit the file too, so loa appends to it, and a correction changes only the values that it must.
pub mod accepted;
mod correct;
mod faults;
mod file;
mod log_key;
mod read;
mod station;

use std::collections::BTreeMap;
use std::io;

use self::file::MAX_REGISTRY_BYTES;
use self::station::toml_string;
use crate::airlog::storage::Storage;
use crate::base::id::Id;
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;
use crate::schedule::SourceFile;

pub use self::faults::FileFaults;
pub use self::file::{DepartmentProfile, REGISTRY_FILE, RegistryError};
pub use self::log_key::{EnrolledLog, fingerprint, parse_key_text, station_of_key};
pub use self::station::{
    AdminArea, AdminUnit, Contact, FormerName, RegisteredStation, StationDetails, is_same_name, parse_area,
};

/// The stations and enrolled logs of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    /// The department, as named in its reports.
    pub department: DepartmentProfile,
    /// The stations, by id.
    pub stations: BTreeMap<Id, RegisteredStation>,
    /// The enrolled logs, by origin.
    logs: BTreeMap<String, EnrolledLog>,
    /// The text of the file, comments included.
    text: String,
}

impl Registry {
    /// Reads the registry of a store. The registry is empty if the file is missing.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`] as in [`Registry::parse`]; [`RegistryError::Io`] if the store cannot be read.
    pub fn read<S: Storage>(store: &S) -> Result<Self, RegistryError> {
        let bytes = store.read_all(REGISTRY_FILE, MAX_REGISTRY_BYTES)?.unwrap_or_default();
        Self::from_source(SourceFile::new(REGISTRY_FILE, &bytes))
    }

    /// Parses the text of a registry.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`] for invalid TOML, an unknown key, a duplicate station or log, a key that does not
    /// belong to a log of its station, or an `[[exposed]]` key without its `[[log]]`.
    pub fn parse(text: &str) -> Result<Self, RegistryError> {
        Self::from_source(SourceFile::new(REGISTRY_FILE, text.as_bytes()))
    }

    fn from_source(source: SourceFile) -> Result<Self, RegistryError> {
        let (parsed, text) = read::read(source).map_err(RegistryError::Malformed)?;
        let mut registry = Self { department: parsed.department, text, ..Self::default() };
        let stations = parsed.stations.into_iter().map(|parsed| (parsed.station.id.clone(), parsed.station));
        registry.stations.extend(stations);
        for log in parsed.logs.into_values() {
            // A log can stand in the file without its station, which then has no name.
            if let Some(id) = station_of_key(&log.key) {
                registry.stations.entry(id.clone()).or_insert_with(|| RegisteredStation::unnamed(id));
            }
            registry.logs.insert(log.key.name.clone(), log);
        }
        Ok(registry)
    }

    /// Returns the text of the file, comments included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the enrolled log with this origin.
    #[must_use]
    pub fn log(&self, origin: &str) -> Option<&EnrolledLog> {
        self.logs.get(origin)
    }

    /// Returns the station's name in the registry; `None` if the station is not listed or has no name.
    #[must_use]
    pub fn station_name(&self, station: &str) -> Option<&str> {
        let station = Id::new(station).and_then(|id| self.stations.get(&id))?;
        Some(station.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns all enrolled logs, ordered by origin.
    pub fn logs(&self) -> impl Iterator<Item = &EnrolledLog> {
        self.logs.values()
    }

    /// Returns a copy of the registry without these logs, but with all stations.
    #[must_use]
    pub fn without_logs(&self, origins: &[&str]) -> Self {
        let mut registry = self.clone();
        registry.logs.retain(|origin, _| !origins.contains(&origin.as_str()));
        registry
    }

    /// Returns the enrolled logs of a station, ordered by time of enrolment. A station has several logs after its disk
    /// was replaced.
    pub fn logs_of_station<'a>(&'a self, station: &'a Id) -> impl Iterator<Item = &'a EnrolledLog> {
        let mut logs: Vec<_> =
            self.logs.values().filter(|log| station_in_origin(&log.key.name) == Some(station.as_str())).collect();
        logs.sort_by(|a, b| (&a.enrolled_at, &a.key.name).cmp(&(&b.enrolled_at, &b.key.name)));
        logs.into_iter()
    }

    /// Enrols a log at this time (RFC 3339), and adds its station with these details if the station is new. Returns
    /// false if the log is already enrolled with this key.
    ///
    /// # Errors
    /// [`RegistryError::NotALogKey`] if the key is not that of a station's log, or the origin is already enrolled with
    /// another key.
    pub fn enrol(
        &mut self,
        key: VerifierKey,
        enrolled_at: String,
        details: &StationDetails,
    ) -> Result<bool, RegistryError> {
        if self.logs.get(&key.name).is_some_and(|log| log.key == key) {
            return Ok(false);
        }
        self.enrol_all(&[(&key, details)], &enrolled_at)?;
        Ok(true)
    }

    /// Enrols several logs at this time (RFC 3339): all, or none. None of them may be enrolled before.
    ///
    /// # Errors
    /// As [`Registry::enrol`].
    pub fn enrol_all(
        &mut self,
        logs: &[(&VerifierKey, &StationDetails)],
        enrolled_at: &str,
    ) -> Result<(), RegistryError> {
        let mut addition = String::new();
        for (key, details) in logs {
            let station = station_of_key(key).filter(|_| !self.logs.contains_key(&key.name));
            let station = station.ok_or(RegistryError::NotALogKey)?;
            if !self.stations.contains_key(&station) {
                addition.push_str(&details.to_toml(&station));
            }
            addition.push_str(&format!(
                "\n[[log]]\nstation = \"{station}\"\nkey = \"{key}\"\nenrolled-at = {}\n",
                toml_string(enrolled_at)
            ));
        }
        self.append(&addition)
    }

    /// Records that others are known to have had a log's keys since `at` (RFC 3339). Returns false if this was recorded
    /// before.
    ///
    /// # Errors
    /// [`RegistryError::NotEnrolled`] if no log is enrolled with this key.
    pub fn mark_exposed(&mut self, key: &VerifierKey, at: &str) -> Result<bool, RegistryError> {
        let log = self.logs.get(&key.name).filter(|log| log.key == *key).ok_or(RegistryError::NotEnrolled)?;
        if log.exposed_since.is_some() {
            return Ok(false);
        }
        self.append(&format!("\n[[exposed]]\nkey = \"{key}\"\nat = {}\n", toml_string(at)))?;
        Ok(true)
    }

    /// Appends TOML to the text, and parses the result.
    fn append(&mut self, addition: &str) -> Result<(), RegistryError> {
        let mut text = self.text.clone();
        if text.is_empty() {
            text.push_str("# The department's stations and their logs. A station can have several logs.\n");
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(addition);
        *self = Self::parse(&text)?;
        Ok(())
    }

    /// Writes the registry to its store.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn write<S: Storage>(&self, store: &mut S) -> io::Result<()> {
        store.replace(REGISTRY_FILE, self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests;
