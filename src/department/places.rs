//! The shipped list of administrative units, from which a place is chosen and completed.
//!
//! Vietnam had three levels until 30 June 2025, and has two since: communes and provinces. `units.tsv` names its sources
//! and what it lacks.
use chrono::NaiveDate;

use super::registry::{AdminArea, AdminUnit, parse_area};
use crate::base::fold::fold;

/// The text of the list.
const UNITS: &str = include_str!("places/units.tsv");
/// The kinds of units at the level of communes.
const COMMUNE_KINDS: [&str; 4] = ["xã", "phường", "thị trấn", "đặc khu"];
/// The maximum number of candidates that are shown.
const MAX_CANDIDATES: usize = 8;

/// A unit of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUnit {
    /// Its code.
    pub code: String,
    /// Its kind, such as "xã".
    pub kind: String,
    /// Its name without the kind.
    pub name: String,
    /// The code of the unit above it; empty for a province.
    pub parent: String,
    /// The first day on which it exists; `None` if the list knows no limit.
    pub from: Option<NaiveDate>,
    /// The last day on which it exists; `None` if the list knows no limit.
    pub until: Option<NaiveDate>,
    /// The code of the unit that took its place; empty if unknown or none.
    pub successor: String,
}

/// The reason why a typed place stands for no area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceFault {
    /// The text is neither in the list nor complete.
    Unknown,
    /// Several units have this name.
    Ambiguous(Vec<AdminArea>),
}

/// The list of units.
#[derive(Debug, Clone, Default)]
pub struct UnitList(Vec<ListedUnit>);

impl UnitList {
    /// Returns the list that loa brings with it.
    #[must_use]
    pub fn shipped() -> Self {
        let lines = UNITS.lines().filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(parse_unit).collect())
    }

    /// Returns all units.
    #[must_use]
    pub fn units(&self) -> &[ListedUnit] {
        &self.0
    }

    /// Returns the areas for which a typed place stands: all codes and names, or a name from the list. A name stands for
    /// the unit that exists on this date, or else for the only unit that ever had it. If that unit has ended and its
    /// successor is known, the successor's area follows.
    ///
    /// # Errors
    /// [`PlaceFault`].
    pub fn resolve(&self, text: &str, date: NaiveDate) -> Result<Vec<AdminArea>, PlaceFault> {
        if let Some(area) = parse_area(text) {
            return Ok(vec![area]);
        }
        let candidates = self.candidates(text);
        let current: Vec<&ListedUnit> = candidates.iter().filter(|unit| unit.exists_on(date)).copied().collect();
        let chosen = if current.is_empty() { candidates } else { current };
        match chosen[..] {
            [] => Err(PlaceFault::Unknown),
            [unit] => Ok(self.with_successors(unit)),
            _ => Err(PlaceFault::Ambiguous(
                chosen.into_iter().take(MAX_CANDIDATES).map(|unit| self.area_of(unit)).collect(),
            )),
        }
    }

    /// Returns the units of the level of communes that a text such as `Thuận An / Đắk Mil` can mean.
    fn candidates(&self, text: &str) -> Vec<&ListedUnit> {
        let parts: Vec<String> = text.split('/').map(fold).collect();
        let Some((first, above)) = parts.split_first() else { return Vec::new() };
        let is_meant = |unit: &&ListedUnit| {
            if !COMMUNE_KINDS.contains(&unit.kind.as_str()) || !unit.is_named(first) {
                return false;
            }
            let ancestors = self.ancestors(unit);
            // The parts may skip the district, but not change the order.
            let mut rest = ancestors.iter();
            above.iter().all(|part| rest.any(|ancestor| ancestor.is_named(part)))
        };
        self.0.iter().filter(is_meant).collect()
    }

    /// Returns the units above this one, the nearest first.
    fn ancestors(&self, unit: &ListedUnit) -> Vec<&ListedUnit> {
        let mut ancestors = Vec::new();
        let mut code = unit.parent.as_str();
        while let Some(parent) = self.0.iter().find(|other| other.code == code && other.overlaps(unit)) {
            // The shipped list has two levels above a commune; a loop in it must not hang.
            if ancestors.len() >= 3 {
                break;
            }
            ancestors.push(parent);
            code = &parent.parent;
        }
        ancestors
    }

    fn area_of(&self, unit: &ListedUnit) -> AdminArea {
        let to_unit = |unit: &ListedUnit| AdminUnit { code: unit.code.clone(), name: unit.name.clone() };
        let ancestors = self.ancestors(unit);
        let (district, province) = match ancestors[..] {
            [district, province, ..] => (to_unit(district), to_unit(province)),
            [province] => (AdminUnit::default(), to_unit(province)),
            [] => (AdminUnit::default(), AdminUnit::default()),
        };
        AdminArea { commune: to_unit(unit), district, province, from: unit.from, until: unit.until }
    }

    /// Returns the area of a unit, and those of the units that took its place.
    fn with_successors(&self, unit: &ListedUnit) -> Vec<AdminArea> {
        let mut areas = vec![self.area_of(unit)];
        let next_day = unit.until.and_then(|until| until.succ_opt());
        let is_successor = |other: &&ListedUnit| other.code == unit.successor && other.from == next_day;
        if let Some(successor) = self.0.iter().find(is_successor).filter(|_| next_day.is_some()) {
            areas.push(self.area_of(successor));
        }
        areas
    }
}

impl ListedUnit {
    fn exists_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let starts_before_end = |a: &Self, b: &Self| a.from.zip(b.until).is_none_or(|(from, until)| from <= until);
        starts_before_end(self, other) && starts_before_end(other, self)
    }

    /// Returns whether a folded text is the unit's name, with or without its kind.
    fn is_named(&self, folded: &str) -> bool {
        let name = fold(&self.name);
        folded == name || folded.strip_prefix(&fold(&self.kind)).is_some_and(|rest| rest.trim_start() == name)
    }
}

fn parse_unit(line: &str) -> Option<ListedUnit> {
    let [code, kind, name, parent, from, until, successor] =
        <[&str; 7]>::try_from(line.split('\t').collect::<Vec<_>>()).ok()?;
    let date = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(ListedUnit {
        code: code.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        parent: parent.to_owned(),
        from: date(from)?,
        until: date(until)?,
        successor: successor.to_owned(),
    })
}

#[cfg(test)]
mod tests;
