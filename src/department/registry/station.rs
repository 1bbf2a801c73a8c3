//! Stations of a registry, and the administrative areas to which they belong.
use chrono::NaiveDate;

use crate::base::id::Id;

/// The administrative area of a station for a period. Communes merge, and their codes and names change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminArea {
    /// The commune.
    pub commune: AdminUnit,
    /// The district; empty in areas without districts.
    pub district: AdminUnit,
    /// The province.
    pub province: AdminUnit,
    /// The first day on which the station belongs to the area; `None` for no limit.
    pub from: Option<NaiveDate>,
    /// The last day on which the station belongs to the area; `None` for no limit.
    pub until: Option<NaiveDate>,
}

/// An administrative unit: a commune, a district or a province.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminUnit {
    /// The code from the list of the General Statistics Office, or one that the department assigns.
    pub code: String,
    /// The name.
    pub name: String,
}

/// A station of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredStation {
    /// The station's id.
    pub id: Id,
    /// The name; empty if the registry does not give one.
    pub name: String,
    /// The main language of the station's programmes.
    pub language: Option<String>,
    /// The areas to which the station has belonged, each with its dates.
    pub areas: Vec<AdminArea>,
}

impl RegisteredStation {
    /// Returns the station's area on a date: the first area in the file whose range of dates contains the date.
    #[must_use]
    pub fn area_on(&self, date: NaiveDate) -> Option<&AdminArea> {
        self.areas
            .iter()
            .find(|area| area.from.is_none_or(|from| from <= date) && area.until.is_none_or(|until| date <= until))
    }
}

/// The details of a new station, as given when its first log is enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StationDetails {
    /// The name.
    pub name: Option<String>,
    /// The area.
    pub area: Option<AdminArea>,
}

impl StationDetails {
    pub(super) fn to_toml(&self, station: &Id) -> String {
        let mut text = format!("\n[[station]]\nid = \"{station}\"\n");
        if let Some(name) = &self.name {
            text.push_str(&format!("name = {}\n", toml_string(name)));
        }
        if let Some(area) = &self.area {
            text.push_str("[[station.place]]\n");
            for (kind, unit) in [("commune", &area.commune), ("district", &area.district), ("province", &area.province)]
            {
                text.push_str(&format!(
                    "{kind} = {}\n{kind}-code = {}\n",
                    toml_string(&unit.name),
                    toml_string(&unit.code)
                ));
            }
        }
        text
    }
}

/// Parses `CODE NAME / CODE NAME / CODE NAME` (commune, district, province); `None` if the text has a different format.
#[must_use]
pub fn parse_area(text: &str) -> Option<AdminArea> {
    let mut units = text.split('/').map(|unit| {
        let (code, name) = unit.trim().split_once(' ')?;
        Some(AdminUnit { code: code.to_owned(), name: name.trim().to_owned() })
    });
    let mut next_unit = || units.next().flatten();
    let area =
        AdminArea { commune: next_unit()?, district: next_unit()?, province: next_unit()?, from: None, until: None };
    units.next().is_none().then_some(area)
}

/// Quotes and escapes text as a TOML basic string.
pub(super) fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
