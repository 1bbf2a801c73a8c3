//! Stations of a registry, and the administrative areas they belong to.
use chrono::NaiveDate;

use crate::base::id::Id;

/// The administrative area of a station for a period. Communes merge, and their codes and names change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminArea {
    /// The commune.
    pub commune: AdminUnit,
    /// The district; empty where there is none.
    pub district: AdminUnit,
    /// The province.
    pub province: AdminUnit,
    /// The first day; none for an open beginning.
    pub from: Option<NaiveDate>,
    /// The last day; none for an open end.
    pub until: Option<NaiveDate>,
}

/// An administrative unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminUnit {
    /// The code in the list of the General Statistics Office, or the department's own.
    pub code: String,
    /// The name.
    pub name: String,
}

/// A station of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredStation {
    /// The station's id.
    pub id: Id,
    /// The name; empty when the registry does not give one.
    pub name: String,
    /// The language the station mostly speaks.
    pub language: Option<String>,
    /// The areas it belongs to, each with its dates.
    pub areas: Vec<AdminArea>,
}

impl RegisteredStation {
    /// Returns the area on a date: the first one in the file that is valid then.
    #[must_use]
    pub fn area_on(&self, date: NaiveDate) -> Option<&AdminArea> {
        self.areas.iter().find(|p| p.from.is_none_or(|d| d <= date) && p.until.is_none_or(|d| date <= d))
    }
}

/// Details of a station that is being enrolled.
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

/// Parses `CODE NAME / CODE NAME / CODE NAME`: commune, district, province, as a person types them.
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

/// Returns a text as a TOML basic string.
pub(super) fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
