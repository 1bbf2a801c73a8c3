//! Stations of a registry, and the administrative areas they belong to.
use chrono::NaiveDate;

use crate::base::id::Id;

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

/// What is known of a station that is enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StationDetails {
    /// Its name.
    pub name: Option<String>,
    /// Where it belongs.
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
pub(super) fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
