//! Stations of a registry, and the administrative areas to which they belong.
use chrono::NaiveDate;

use crate::base::fold::fold;
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
    /// The names that the station had before.
    pub former_names: Vec<FormerName>,
    /// The main language of the station's programmes.
    pub language: Option<String>,
    /// The areas to which the station has belonged, each with its dates.
    pub areas: Vec<AdminArea>,
    /// Whom the department calls about the station.
    pub contact: Contact,
}

/// A name that a station no longer has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// The name.
    pub name: String,
    /// The last day on which the station had it; `None` if unknown.
    pub until: Option<NaiveDate>,
}

/// Whom the department calls about a station: a post, not a person. Each part may be empty. It is in no report, and
/// nothing that leaves the department contains it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// The post or office, such as "Văn phòng – Thống kê".
    pub post: String,
    /// The telephone number.
    pub phone: String,
    /// The mail address.
    pub mail: String,
}

impl Contact {
    /// Returns the parts that are given, separated by commas.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [&self.post, &self.phone, &self.mail].into_iter().filter(|part| !part.is_empty());
        parts.map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Returns the key and value of the contact in the registry.
    pub(super) fn to_toml(&self) -> String {
        let parts = [("post", &self.post), ("phone", &self.phone), ("mail", &self.mail)];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| format!("{key} = {}", toml_string(value)))
            .collect();
        format!("contact = {{ {} }}", parts.join(", "))
    }
}

impl AdminArea {
    /// Returns the area with its codes and names, as `loa enrol --place` takes it.
    #[must_use]
    pub fn line(&self) -> String {
        let units = [&self.commune, &self.district, &self.province];
        let units = units.into_iter().filter(|unit| **unit != AdminUnit::default());
        units.map(|unit| format!("{} {}", unit.code, unit.name).trim().to_owned()).collect::<Vec<_>>().join(" / ")
    }

    /// Returns whether both areas consist of the same units, whatever their dates.
    #[must_use]
    pub fn has_same_units(&self, other: &Self) -> bool {
        (&self.commune, &self.district, &self.province) == (&other.commune, &other.district, &other.province)
    }

    /// Returns the `[[station.place]]` table of the area.
    pub(super) fn to_toml(&self) -> String {
        let mut text = "[[station.place]]\n".to_owned();
        let units = [("commune", &self.commune), ("district", &self.district), ("province", &self.province)];
        for (kind, unit) in units.into_iter().filter(|(_, unit)| **unit != AdminUnit::default()) {
            text.push_str(&format!(
                "{kind} = {}\n{kind}-code = {}\n",
                toml_string(&unit.name),
                toml_string(&unit.code)
            ));
        }
        for (key, date) in [("from", self.from), ("until", self.until)] {
            text.push_str(&date.map(|date| format!("{key} = {date}\n")).unwrap_or_default());
        }
        text
    }
}

impl RegisteredStation {
    /// Returns a station of which only the id is known.
    pub(super) fn unnamed(id: Id) -> Self {
        let (name, former_names, language) = (String::new(), Vec::new(), None);
        Self { id, name, former_names, language, areas: Vec::new(), contact: Contact::default() }
    }

    /// Returns the station's area on a date: the first area in the file whose range of dates contains the date.
    #[must_use]
    pub fn area_on(&self, date: NaiveDate) -> Option<&AdminArea> {
        self.areas
            .iter()
            .find(|area| area.from.is_none_or(|from| from <= date) && area.until.is_none_or(|until| date <= until))
    }
}

/// The details of a station as somebody types them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StationDetails {
    /// The name.
    pub name: Option<String>,
    /// The areas, with the dates of a merger that lies between them.
    pub areas: Vec<AdminArea>,
    /// Whom the department calls.
    pub contact: Option<Contact>,
}

impl StationDetails {
    /// Returns `true` if the given name is the station's, without regard to its other details.
    #[must_use]
    pub fn names_agree(&self, station: &RegisteredStation) -> bool {
        self.name.as_ref().is_none_or(|name| is_same_name(name, &station.name))
    }

    /// Returns `true` if each given area is one of the station's, without regard to dates.
    #[must_use]
    pub fn areas_agree(&self, station: &RegisteredStation) -> bool {
        self.areas.iter().all(|area| station.areas.iter().any(|known| known.has_same_units(area)))
    }

    /// Returns `true` if every given detail is that of the registered station.
    #[must_use]
    pub fn agree_with(&self, station: &RegisteredStation) -> bool {
        let same_contact = self.contact.as_ref().is_none_or(|contact| *contact == station.contact);
        self.names_agree(station) && self.areas_agree(station) && same_contact
    }

    pub(super) fn to_toml(&self, station: &Id) -> String {
        let mut text = format!("\n[[station]]\nid = \"{station}\"\n");
        if let Some(name) = &self.name {
            text.push_str(&format!("name = {}\n", toml_string(name)));
        }
        if let Some(contact) = self.contact.as_ref().filter(|contact| **contact != Contact::default()) {
            text.push_str(&format!("{}\n", contact.to_toml()));
        }
        self.areas.iter().for_each(|area| text.push_str(&area.to_toml()));
        text
    }
}

/// Returns whether two names are the same for people: case, marks and blanks make no difference.
#[must_use]
pub fn is_same_name(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
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
