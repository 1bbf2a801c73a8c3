//! `registry.toml` of a store: the department's stations, and which logs a person has enrolled for them.
//!
//! People edit it, too, so loa only ever adds to its end.
pub mod accepted;

use std::collections::BTreeMap;
use std::io;

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::value::Datetime;

use crate::airlog::storage::Storage;
use crate::base::id::Id;
use crate::proof::headcode::head_code;
use crate::proof::note::{SignatureType, VerifierKey};
use crate::proof::origin::station_in_origin;

/// Its name in the store.
pub const REGISTRY: &str = "registry.toml";
const MAX_REGISTRY: u64 = 16 * 1024 * 1024;

/// An enrolled log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledLog {
    /// Its key; the name is its origin.
    pub key: VerifierKey,
    /// When a person enrolled it, RFC 3339.
    pub enrolled_at: String,
    /// Since when its keys are known to be in other hands, RFC 3339; none when they are not.
    pub exposed_since: Option<String>,
}

/// Where a station belongs, for a time. Communes merge; codes and names change with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminArea {
    /// Commune: name and code.
    pub commune: AdminUnit,
    /// District, as long as there were any.
    pub district: AdminUnit,
    /// Province.
    pub province: AdminUnit,
    /// The first day; none when it has always been.
    pub from: Option<NaiveDate>,
    /// The last day; none when it still is.
    pub until: Option<NaiveDate>,
}

/// A unit of administration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminUnit {
    /// Its code in the General Statistics Office's list, or the department's own.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredStation {
    /// Its id.
    pub id: Id,
    /// Its name; empty when nobody has given one.
    pub name: String,
    /// The language it mostly speaks.
    pub language: Option<String>,
    /// Where it belongs.
    pub areas: Vec<AdminArea>,
}

impl RegisteredStation {
    /// Where it belongs on a date: the first place in the file that is valid then.
    #[must_use]
    pub fn area_on(&self, date: NaiveDate) -> Option<&AdminArea> {
        self.areas.iter().find(|p| p.from.is_none_or(|d| d <= date) && p.until.is_none_or(|d| date <= d))
    }
}

/// The office whose registry it is, as it stands on its reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DepartmentProfile {
    /// The body above it.
    pub parent: String,
    /// Its name.
    pub agency: String,
    /// Where it is.
    pub place: String,
    /// Who gets its reports.
    pub recipients: Vec<String>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registry {
    /// The office.
    pub department: DepartmentProfile,
    /// The stations, by their ids.
    pub stations: BTreeMap<Id, RegisteredStation>,
    logs: BTreeMap<String, EnrolledLog>,
    /// The file as it is.
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistryFile {
    #[serde(default)]
    department: DepartmentProfile,
    #[serde(default)]
    station: Vec<StationEntry>,
    #[serde(default)]
    log: Vec<LogEntry>,
    #[serde(default)]
    exposed: Vec<ExposedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StationEntry {
    id: Id,
    #[serde(default)]
    name: String,
    language: Option<String>,
    #[serde(default)]
    place: Vec<AreaEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct AreaEntry {
    commune: String,
    commune_code: String,
    district: String,
    district_code: String,
    province: String,
    province_code: String,
    from: Option<Datetime>,
    until: Option<Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogEntry {
    station: String,
    key: String,
    #[serde(rename = "enrolled-at")]
    enrolled_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExposedEntry {
    key: String,
    at: String,
}

/// Why a registry or a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The file is not what it should be.
    #[error("{REGISTRY}: {0}")]
    Malformed(String),
    /// Not a log's verifier key.
    #[error("this is not the verifier key of a station's log")]
    NotALogKey,
    /// The log is not enrolled.
    #[error("this log is not enrolled")]
    NotEnrolled,
    /// The storage failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The station of a log's verifier key; none when it is no station's key.
#[must_use]
pub fn station_of_key(key: &VerifierKey) -> Option<Id> {
    let hash = key.name.rsplit('/').next()?;
    let hex = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let station = station_in_origin(&key.name).and_then(Id::new)?;
    (hex && key.signature_type == SignatureType::Plain && key.name.starts_with("loa/")).then_some(station)
}

/// What two people compare over the telephone before a key is enrolled: 16 symbols of the hash of the whole key.
#[must_use]
pub fn fingerprint(key: &VerifierKey) -> String {
    head_code(&Sha256::digest(key.to_string().as_bytes()).into())
}

fn malformed(what: impl ToString) -> RegistryError {
    RegistryError::Malformed(what.to_string())
}

fn parse_date(date: Option<Datetime>) -> Result<Option<NaiveDate>, RegistryError> {
    let Some(date) = date else {
        return Ok(None);
    };
    let day = date.date.and_then(|d| NaiveDate::from_ymd_opt(i32::from(d.year), u32::from(d.month), u32::from(d.day)));
    day.map(Some).ok_or_else(|| malformed(date))
}

impl AreaEntry {
    fn into_area(self) -> Result<AdminArea, RegistryError> {
        Ok(AdminArea {
            commune: AdminUnit { code: self.commune_code, name: self.commune },
            district: AdminUnit { code: self.district_code, name: self.district },
            province: AdminUnit { code: self.province_code, name: self.province },
            from: parse_date(self.from)?,
            until: parse_date(self.until)?,
        })
    }
}

impl Registry {
    /// Reads it; an empty one when there is none yet.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn read<S: Storage>(store: &S) -> Result<Self, RegistryError> {
        let bytes = store.read_all(REGISTRY, MAX_REGISTRY)?.unwrap_or_default();
        Self::parse(String::from_utf8(bytes).map_err(malformed)?)
    }

    /// Understands its text.
    ///
    /// # Errors
    /// [`RegistryError::Broken`].
    pub fn parse(text: String) -> Result<Self, RegistryError> {
        let file: RegistryFile = toml::from_str(&text).map_err(malformed)?;
        let mut registry = Self { department: file.department, text, ..Self::default() };
        for StationEntry { id, name, language, place } in file.station {
            let places = place.into_iter().map(AreaEntry::into_area).collect::<Result<_, _>>()?;
            let station = RegisteredStation { id: id.clone(), name, language, areas: places };
            if registry.stations.insert(id.clone(), station).is_some() {
                return Err(malformed(id));
            }
        }
        for entry in file.log {
            let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
            let station = station_of_key(&key).filter(|s| s.as_str() == entry.station);
            let station = station.ok_or_else(|| malformed(&entry.key))?;
            let unnamed =
                || RegisteredStation { id: station.clone(), name: String::new(), language: None, areas: Vec::new() };
            registry.stations.entry(station.clone()).or_insert_with(unnamed);
            let log = EnrolledLog { enrolled_at: entry.enrolled_at, exposed_since: None, key };
            if registry.logs.insert(log.key.name.clone(), log).is_some() {
                return Err(malformed(entry.key));
            }
        }
        for entry in file.exposed {
            let key = VerifierKey::parse(&entry.key).ok_or_else(|| malformed(&entry.key))?;
            let log =
                registry.logs.get_mut(&key.name).filter(|log| log.key == key).ok_or_else(|| malformed(entry.key))?;
            log.exposed_since = Some(entry.at);
        }
        Ok(registry)
    }

    /// The enrolled log of this origin.
    #[must_use]
    pub fn log(&self, origin: &str) -> Option<&EnrolledLog> {
        self.logs.get(origin)
    }

    /// All enrolled logs, in the order of their origins.
    pub fn logs(&self) -> impl Iterator<Item = &EnrolledLog> {
        self.logs.values()
    }

    /// The registry without these logs; its stations stay.
    #[must_use]
    pub fn without_logs(&self, origins: &[&str]) -> Self {
        let mut registry = self.clone();
        registry.logs.retain(|origin, _| !origins.contains(&origin.as_str()));
        registry
    }

    /// The enrolled logs of a station: more than one when its disk was replaced. The first enrolled comes first.
    pub fn logs_of_station<'a>(&'a self, station: &'a Id) -> impl Iterator<Item = &'a EnrolledLog> {
        let mut logs: Vec<_> =
            self.logs.values().filter(|log| station_in_origin(&log.key.name) == Some(station.as_str())).collect();
        logs.sort_by(|a, b| (&a.enrolled_at, &a.key.name).cmp(&(&b.enrolled_at, &b.key.name)));
        logs.into_iter()
    }

    /// Enrols a log, and its station if that is new; `about` is what is known of the station. False when the log was
    /// enrolled before, with this key.
    ///
    /// # Errors
    /// [`RegistryError::NotAKey`]; also for another key of an origin that is enrolled.
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

    /// Marks a log's keys as known to others. False when that was known.
    ///
    /// # Errors
    /// [`RegistryError::NotEnrolled`].
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

    /// Writes it.
    ///
    /// # Errors
    /// When the storage fails.
    pub fn write<S: Storage>(&self, store: &mut S) -> io::Result<()> {
        store.replace(REGISTRY, self.text.as_bytes())
    }
}

/// What is known of a station that is enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StationDetails {
    /// Its name.
    pub name: Option<String>,
    /// Where it belongs.
    pub area: Option<AdminArea>,
}

impl StationDetails {
    fn to_toml(&self, station: &Id) -> String {
        let mut text = format!("\n[[station]]\nid = \"{station}\"\n");
        if let Some(name) = &self.name {
            text.push_str(&format!("name = {}\n", toml_string(name)));
        }
        if let Some(place) = &self.area {
            text.push_str("[[station.place]]\n");
            for (what, unit) in
                [("commune", &place.commune), ("district", &place.district), ("province", &place.province)]
            {
                text.push_str(&format!(
                    "{what} = {}\n{what}-code = {}\n",
                    toml_string(&unit.name),
                    toml_string(&unit.code)
                ));
            }
        }
        text
    }
}

/// `CODE NAME / CODE NAME / CODE NAME`: commune, district, province, as a person types them.
#[must_use]
pub fn parse_area(text: &str) -> Option<AdminArea> {
    let mut units = text.split('/').map(|unit| {
        let (code, name) = unit.trim().split_once(' ')?;
        Some(AdminUnit { code: code.to_owned(), name: name.trim().to_owned() })
    });
    let mut next = || units.next().flatten();
    let place = AdminArea { commune: next()?, district: next()?, province: next()?, from: None, until: None };
    units.next().is_none().then_some(place)
}

/// A TOML basic string.
fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
