//! `registry.toml` of a store: the department's stations, and which logs a person has enrolled for them.
//!
//! People edit it as well, so loa only ever appends to it.
pub mod accepted;
mod file;
mod log_key;
mod station;

use std::collections::BTreeMap;
use std::io;

use self::file::{AreaEntry, ExposedEntry, LogEntry, MAX_REGISTRY, RegistryFile, StationEntry, malformed};
use self::station::toml_string;
use crate::airlog::storage::Storage;
use crate::base::id::Id;
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;

pub use self::file::{DepartmentProfile, REGISTRY, RegistryError};
pub use self::log_key::{EnrolledLog, fingerprint, station_of_key};
pub use self::station::{AdminArea, AdminUnit, RegisteredStation, StationDetails, parse_area};

/// The stations and enrolled logs of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    /// The department itself.
    pub department: DepartmentProfile,
    /// The stations, by id.
    pub stations: BTreeMap<Id, RegisteredStation>,
    logs: BTreeMap<String, EnrolledLog>,
    /// The text of the file, comments included.
    text: String,
}

impl Registry {
    /// Reads the registry of a store; a store without one has an empty registry.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`], and [`RegistryError::Io`] when the store cannot be read.
    pub fn read<S: Storage>(store: &S) -> Result<Self, RegistryError> {
        let bytes = store.read_all(REGISTRY, MAX_REGISTRY)?.unwrap_or_default();
        Self::parse(String::from_utf8(bytes).map_err(malformed)?)
    }

    /// Parses the text of a registry.
    ///
    /// # Errors
    /// [`RegistryError::Malformed`] for malformed TOML, a station or log that comes twice, a key that is not the key of
    /// a log of its station, or an `[[exposed]]` key without its `[[log]]`.
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
    fn add_log(&mut self, entry: LogEntry) -> Result<(), RegistryError> {
        let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
        let station = station_of_key(&key).filter(|s| s.as_str() == entry.station);
        let station = station.ok_or_else(|| malformed(&entry.key))?;
        let unnamed =
            || RegisteredStation { id: station.clone(), name: String::new(), language: None, areas: Vec::new() };
        self.stations.entry(station.clone()).or_insert_with(unnamed);
        let log = EnrolledLog { enrolled_at: entry.enrolled_at, exposed_since: None, key };
        match self.logs.insert(log.key.name.clone(), log) {
            Some(_) => Err(malformed(entry.key)),
            None => Ok(()),
        }
    }

    fn add_exposure(&mut self, entry: ExposedEntry) -> Result<(), RegistryError> {
        let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
        let log = self.logs.get_mut(&key.name).filter(|log| log.key == key).ok_or_else(|| malformed(entry.key))?;
        log.exposed_since = Some(entry.at);
        Ok(())
    }

    /// Returns the enrolled log of an origin.
    #[must_use]
    pub fn log(&self, origin: &str) -> Option<&EnrolledLog> {
        self.logs.get(origin)
    }

    /// Returns the station's name in the registry, if it has one.
    #[must_use]
    pub fn station_name(&self, station: &str) -> Option<&str> {
        let station = Id::new(station).and_then(|id| self.stations.get(&id))?;
        Some(station.name.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns all enrolled logs, ordered by origin.
    pub fn logs(&self) -> impl Iterator<Item = &EnrolledLog> {
        self.logs.values()
    }

    /// Returns a copy without these logs; the stations stay.
    #[must_use]
    pub fn without_logs(&self, origins: &[&str]) -> Self {
        let mut registry = self.clone();
        registry.logs.retain(|origin, _| !origins.contains(&origin.as_str()));
        registry
    }

    /// Returns the enrolled logs of a station, the first enrolled first. A station has several after its disk was
    /// replaced.
    pub fn logs_of_station<'a>(&'a self, station: &'a Id) -> impl Iterator<Item = &'a EnrolledLog> {
        let mut logs: Vec<_> =
            self.logs.values().filter(|log| station_in_origin(&log.key.name) == Some(station.as_str())).collect();
        logs.sort_by(|a, b| (&a.enrolled_at, &a.key.name).cmp(&(&b.enrolled_at, &b.key.name)));
        logs.into_iter()
    }

    /// Enrols a log, and its station with these details if the station is new. Returns false when the log is already
    /// enrolled with this key.
    ///
    /// # Errors
    /// [`RegistryError::NotALogKey`], also when the origin is already enrolled with another key.
    pub fn enrol(&mut self, key: VerifierKey, since: String, details: &StationDetails) -> Result<bool, RegistryError> {
        let station = station_of_key(&key).ok_or(RegistryError::NotALogKey)?;
        match self.logs.get(&key.name) {
            Some(there) if there.key == key => return Ok(false),
            Some(_) => return Err(RegistryError::NotALogKey),
            None => {}
        }
        let mut more = String::new();
        if !self.stations.contains_key(&station) {
            more.push_str(&details.to_toml(&station));
        }
        more.push_str(&format!(
            "\n[[log]]\nstation = \"{station}\"\nkey = \"{key}\"\nenrolled-at = {}\n",
            toml_string(&since)
        ));
        self.append(&more)?;
        Ok(true)
    }

    /// Marks a log's keys as known to others. Returns false when they were marked before.
    ///
    /// # Errors
    /// [`RegistryError::NotEnrolled`] when no log is enrolled with this key.
    pub fn mark_exposed(&mut self, key: &VerifierKey, at: &str) -> Result<bool, RegistryError> {
        let log = self.logs.get(&key.name).filter(|log| log.key == *key).ok_or(RegistryError::NotEnrolled)?;
        if log.exposed_since.is_some() {
            return Ok(false);
        }
        self.append(&format!("\n[[exposed]]\nkey = \"{key}\"\nat = {}\n", toml_string(at)))?;
        Ok(true)
    }

    fn append(&mut self, more: &str) -> Result<(), RegistryError> {
        let mut text = self.text.clone();
        if text.is_empty() {
            text.push_str("# The department's stations and their logs. One [[log]] for each disk of a station.\n");
        } else if !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(more);
        *self = Self::parse(text)?;
        Ok(())
    }

    /// Writes the registry to its store.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn write<S: Storage>(&self, store: &mut S) -> io::Result<()> {
        store.replace(REGISTRY, self.text.as_bytes())
    }
}
