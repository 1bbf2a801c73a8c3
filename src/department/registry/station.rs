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
    /// Returns `true` if every given detail is that of the registered station. The area is compared with the station's
    /// area on this date.
    #[must_use]
    pub fn agree_with(&self, station: &RegisteredStation, date: NaiveDate) -> bool {
        let units = |area: &AdminArea| (area.commune.clone(), area.district.clone(), area.province.clone());
        self.name.as_ref().is_none_or(|name| *name == station.name)
            && self.area.as_ref().is_none_or(|area| station.area_on(date).map(units) == Some(units(area)))
    }

    pub(super) fn to_toml(&self, station: &Id) -> String {
        let mut text = format!("\n[[station]]\nid = \"{station}\"\n");
        if let Some(name) = &self.name {
            text.push_str(&format!("name = {}\n", toml_string(name)));
        }
        if let Some(area) = &self.area {
            text.push_str("[[station.place]]\n");
            let units = [("commune", &area.commune), ("district", &area.district), ("province", &area.province)];
            for (kind, unit) in units.into_iter().filter(|(_, unit)| **unit != AdminUnit::default()) {
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

/// Parses `CODE NAME / CODE NAME / CODE NAME` (commune, district, province), or two such parts (commune, province) for
/// an area without districts. `None` if the text has a different format, or a code contains anything but digits.
#[must_use]
pub fn parse_area(text: &str) -> Option<AdminArea> {
    let units: Vec<AdminUnit> = text.split('/').map(parse_unit).collect::<Option<_>>()?;
    let (commune, district, province) = match <[AdminUnit; 3]>::try_from(units) {
        Ok([commune, district, province]) => (commune, district, province),
        Err(units) => {
            let [commune, province] = <[AdminUnit; 2]>::try_from(units).ok()?;
            (commune, AdminUnit::default(), province)
        }
    };
    Some(AdminArea { commune, district, province, from: None, until: None })
}

fn parse_unit(text: &str) -> Option<AdminUnit> {
    let (code, name) = text.trim().split_once(char::is_whitespace)?;
    let unit = AdminUnit { code: code.to_owned(), name: name.trim().to_owned() };
    code.bytes().all(|byte| byte.is_ascii_digit()).then_some(unit)
}

/// Quotes and escapes text as a TOML basic string.
pub(super) fn toml_string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_has_two_or_three_parts_and_codes_of_digits() {
        let unit = |code: &str, name: &str| AdminUnit { code: code.to_owned(), name: name.to_owned() };
        let area = |commune, district, province| AdminArea { commune, district, province, from: None, until: None };
        assert_eq!(
            parse_area("24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông"),
            Some(area(unit("24718", "Đắk N'Drung"), unit("665", "Đắk Song"), unit("67", "Đắk Nông")))
        );
        assert_eq!(
            parse_area("24718 Đắk N’Drung / 68 Lâm Đồng"),
            Some(area(unit("24718", "Đắk N’Drung"), AdminUnit::default(), unit("68", "Lâm Đồng")))
        );
        for text in ["Quảng Tâm / Tuy Đức / Đắk Nông", "24718 A", "1 A / 2 B / 3 C / 4 D", "24718 / 68 Lâm Đồng", ""]
        {
            assert_eq!(parse_area(text), None, "{text}");
        }
    }
}
