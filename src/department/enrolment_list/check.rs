//! Checks one row of the list against the registry and the list of places.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::cells::{Cell, Row};
use super::columns::Column;
use super::listed::ListedStation;
use crate::base::limits::MAX_TITLE_CHARS;
use crate::department::places::{PlaceFault, UnitList};
use crate::department::registry::{AdminArea, Contact, Registry, StationDetails, parse_key_text};
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::text::problem::Hint;

/// What a row is checked against.
pub(super) struct RowRules<'a> {
    /// The column of each cell.
    pub(super) columns: &'a [Option<Column>],
    pub(super) registry: &'a Registry,
    /// The ids of the stations with an enrolled log.
    pub(super) stations_with_logs: BTreeSet<&'a str>,
    pub(super) units: &'a UnitList,
    /// The day on which a place is looked up.
    pub(super) today: NaiveDate,
}

impl RowRules<'_> {
    /// Checks a row.
    ///
    /// # Errors
    /// All faults of the row.
    pub(super) fn check_row(&self, row: &Row) -> Result<ListedStation, Vec<Problem>> {
        let columns = self.columns;
        let has_extra_cell = row.0.iter().skip(columns.len()).any(|cell| !cell.text.is_empty());
        if has_extra_cell || row.0.len() < columns.len() {
            let finding = Finding::CellCount { cells: row.0.len(), columns: columns.len() };
            return Err(vec![row.fault(finding, Hint::CheckCells)]);
        }
        let cell = |column: Column| columns.iter().position(|c| *c == Some(column)).map(|index| &row.0[index]);
        let mut faults = Vec::new();
        let name = cell(Column::Name).and_then(|cell| read_text(cell, "name", &mut faults));
        let mut contact_part =
            |column, key| cell(column).and_then(|cell| read_text(cell, key, &mut faults)).unwrap_or_default();
        let contact = Contact {
            post: contact_part(Column::Post, "post"),
            phone: contact_part(Column::Phone, "phone"),
            mail: contact_part(Column::Mail, "mail"),
        };
        let place = cell(Column::Place).filter(|cell| !cell.text.is_empty());
        let areas = place.map(|cell| read_place(cell, self.units, self.today, &mut faults)).unwrap_or_default();
        let contact = Some(contact).filter(|contact| *contact != Contact::default());
        let details = StationDetails { name, areas, contact };
        let station = cell(Column::Key).and_then(|cell| self.check_key(cell, row, details, &mut faults));
        match station {
            Some(station) if faults.is_empty() => Ok(station),
            _ => Err(faults),
        }
    }

    /// Checks the key, and what the registry says about its station.
    fn check_key(
        &self,
        cell: &Cell,
        row: &Row,
        details: StationDetails,
        faults: &mut Vec<Problem>,
    ) -> Option<ListedStation> {
        let Some((id, key)) = parse_key_text(&cell.text) else {
            faults.push(cell.fault(Finding::NotALogKey, Hint::CopyKeyAgain));
            return None;
        };
        let is_enrolled = self.registry.log(&key.name).is_some_and(|log| log.key == key);
        let station = id.to_string();
        if !is_enrolled && self.stations_with_logs.contains(id.as_str()) {
            faults.push(cell.fault(Finding::SecondLogInList { station }, Hint::EnrolAlone));
        } else if self.registry.stations.get(&id).is_some_and(|station| !details.agree_with(station)) {
            let hint = Hint::CorrectFirst { station: station.clone() };
            faults.push(row.fault(Finding::DetailsDiffer { station }, hint));
        }
        Some(ListedStation { id, key, details, is_enrolled })
    }
}

/// Reads a name or a part of the contact; `None` for an empty cell.
fn read_text(cell: &Cell, key: &str, faults: &mut Vec<Problem>) -> Option<String> {
    let text: String = cell.text.nfc().collect();
    let key = key.to_owned();
    if text.chars().count() > MAX_TITLE_CHARS {
        faults.push(cell.fault(Finding::LongText { key, limit: MAX_TITLE_CHARS }, Hint::Shorten));
    } else if text.chars().any(char::is_control) {
        faults.push(cell.fault(Finding::ControlInText { key }, Hint::Retype));
    }
    Some(text).filter(|text| !text.is_empty())
}

fn read_place(cell: &Cell, units: &UnitList, today: NaiveDate, faults: &mut Vec<Problem>) -> Vec<AdminArea> {
    let text = cell.text.clone();
    match units.resolve(&text, today) {
        Ok(areas) => return areas,
        Err(PlaceFault::Unknown) => faults.push(cell.fault(Finding::BadPlace { text }, Hint::WritePlace)),
        Err(PlaceFault::Ambiguous(areas)) => {
            let values = areas.iter().map(|area| format!("“{}”", area.line())).collect::<Vec<_>>().join(", ");
            faults.push(cell.fault(Finding::AmbiguousPlace { text }, Hint::OneOf { values }));
        }
    }
    Vec::new()
}
