//! `registry.toml` of a store: the department's stations, and their enrolled logs.
//!
//! People edit the file too, so loa only appends to it.
pub mod accepted;
mod file;
mod log_key;
mod station;

use std::collections::BTreeMap;
use std::io;

use self::file::{AreaEntry, ExposedKey, MAX_REGISTRY_BYTES, RegisteredLog, RegistryFile, StationEntry, malformed};
use self::station::toml_string;
use crate::airlog::storage::Storage;
use crate::base::id::Id;
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;

pub use self::file::{DepartmentProfile, REGISTRY_FILE, RegistryError};
pub use self::log_key::{EnrolledLog, fingerprint, station_of_key};
pub use self::station::{AdminArea, AdminUnit, RegisteredStation, StationDetails, parse_area};

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
    /// [`RegistryError::Malformed`] as in [`Registry::parse`], or if the file is not UTF-8; [`RegistryError::Io`] if
    /// the store cannot be read.
    pub fn read<S: Storage>(store: &S) -> Result<Self, RegistryError> {
        let bytes = store.read_all(REGISTRY_FILE, MAX_REGISTRY_BYTES)?.unwrap_or_default();
        Self::parse(String::from_utf8(bytes).map_err(malformed)?)
    }

    /// Parses the text of a registry.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`] for invalid TOML, a duplicate station or log, a key that does not belong to a log
    /// of its station, or an `[[exposed]]` key without its `[[log]]`.
    pub fn parse(text: String) -> Result<Self, RegistryError> {
        let file: RegistryFile = toml::from_str(&text).map_err(malformed)?;
        let mut registry = Self { department: file.department, text, ..Self::default() };
        file.station.into_iter().try_for_each(|entry| registry.add_station(entry))?;
        file.log.into_iter().try_for_each(|entry| registry.add_log(entry))?;
        file.exposed.into_iter().try_for_each(|entry| registry.add_exposure(entry))?;
        Ok(registry)
    }

    fn add_station(&mut self, entry: StationEntry) -> Result<(), RegistryError> {
        let StationEntry { id, name, language, place } = entry;
        let areas = place.into_iter().map(AreaEntry::into_area).collect::<Result<_, _>>()?;
        let station = RegisteredStation { id: id.clone(), name, language, areas };
        match self.stations.insert(id.clone(), station) {
            Some(_) => Err(malformed(id)),
            None => Ok(()),
        }
    }

    /// Adds a log. If the file does not list its station, adds that station without a name.
    fn add_log(&mut self, entry: RegisteredLog) -> Result<(), RegistryError> {
        let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
        let station = station_of_key(&key).filter(|id| id.as_str() == entry.station);
        let station = station.ok_or_else(|| malformed(&entry.key))?;
        let unnamed_station =
            || RegisteredStation { id: station.clone(), name: String::new(), language: None, areas: Vec::new() };
        self.stations.entry(station.clone()).or_insert_with(unnamed_station);
        let log = EnrolledLog { enrolled_at: entry.enrolled_at, exposed_since: None, key };
        match self.logs.insert(log.key.name.clone(), log) {
            Some(_) => Err(malformed(entry.key)),
            None => Ok(()),
        }
    }

    /// Adds the time from which others are known to have the keys of an enrolled log.
    fn add_exposure(&mut self, entry: ExposedKey) -> Result<(), RegistryError> {
        let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
        let log = self.logs.get_mut(&key.name).filter(|log| log.key == key).ok_or_else(|| malformed(entry.key))?;
        log.exposed_since = Some(entry.at);
        Ok(())
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
        let station = station_of_key(&key).ok_or(RegistryError::NotALogKey)?;
        match self.logs.get(&key.name) {
            Some(log) if log.key == key => return Ok(false),
            Some(_) => return Err(RegistryError::NotALogKey),
            None => {}
        }
        let mut addition = String::new();
        if !self.stations.contains_key(&station) {
            addition.push_str(&details.to_toml(&station));
        }
        addition.push_str(&format!(
            "\n[[log]]\nstation = \"{station}\"\nkey = \"{key}\"\nenrolled-at = {}\n",
            toml_string(&enrolled_at)
        ));
        self.append(&addition)?;
        Ok(true)
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
            text.push_str("# The department's stations and their logs. One [[log]] for each disk of a station.\n");
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(addition);
        *self = Self::parse(text)?;
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
