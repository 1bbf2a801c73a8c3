//! The format of `registry.toml`.
use std::io;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::value::Datetime;

use super::station::{AdminArea, AdminUnit};
use crate::base::id::Id;

/// The name of the registry file in a store.
pub const REGISTRY_FILE: &str = "registry.toml";

/// The maximum size of the file, in bytes.
pub(super) const MAX_REGISTRY_BYTES: u64 = 16 * 1024 * 1024;

/// A failure to read or change a registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The file is malformed. The text is the TOML parser's message, or the offending value.
    #[error("{REGISTRY_FILE}: {0}")]
    Malformed(String),
    /// The key is not the verifier key of a station's log, or the log is already enrolled with another key.
    #[error("this is not the verifier key of a station's log")]
    NotALogKey,
    /// No log is enrolled with this key.
    #[error("this log is not enrolled")]
    NotEnrolled,
    /// The store failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The department, as named in its reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DepartmentProfile {
    /// The superior body, printed above the department's name; may be empty.
    pub parent: String,
    /// The name of the department; empty if the registry does not give one.
    pub agency: String,
    /// The place, printed before the date of a report; may be empty.
    pub place: String,
    /// The recipients of its reports.
    pub recipients: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegistryFile {
    #[serde(default)]
    pub(super) department: DepartmentProfile,
    #[serde(default)]
    pub(super) station: Vec<StationEntry>,
    #[serde(default)]
    pub(super) log: Vec<RegisteredLog>,
    #[serde(default)]
    pub(super) exposed: Vec<ExposedKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StationEntry {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) name: String,
    pub(super) language: Option<String>,
    #[serde(default)]
    pub(super) place: Vec<AreaEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisteredLog {
    pub(super) station: String,
    pub(super) key: String,
    #[serde(rename = "enrolled-at")]
    pub(super) enrolled_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExposedKey {
    pub(super) key: String,
    pub(super) at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
pub(super) struct AreaEntry {
    commune: String,
    commune_code: String,
    district: String,
    district_code: String,
    province: String,
    province_code: String,
    from: Option<Datetime>,
    until: Option<Datetime>,
}

impl AreaEntry {
    pub(super) fn into_area(self) -> Result<AdminArea, RegistryError> {
        Ok(AdminArea {
            commune: AdminUnit { code: self.commune_code, name: self.commune },
            district: AdminUnit { code: self.district_code, name: self.district },
            province: AdminUnit { code: self.province_code, name: self.province },
            from: parse_date(self.from)?,
            until: parse_date(self.until)?,
        })
    }
}

fn parse_date(date: Option<Datetime>) -> Result<Option<NaiveDate>, RegistryError> {
    let Some(datetime) = date else {
        return Ok(None);
    };
    let date =
        datetime.date.and_then(|d| NaiveDate::from_ymd_opt(i32::from(d.year), u32::from(d.month), u32::from(d.day)));
    date.map(Some).ok_or_else(|| malformed(datetime))
}

pub(super) fn malformed(detail: impl ToString) -> RegistryError {
    RegistryError::Malformed(detail.to_string())
}
