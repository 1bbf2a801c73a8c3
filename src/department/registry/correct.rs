//! Corrects a station in the text of the registry: its name, its places and its contact. Everything else that people
//! wrote in the file stays.
use std::ops::Range;

use chrono::NaiveDate;

use super::Registry;
use super::file::{REGISTRY_FILE, RegistryError};
use super::read::{ParsedPlace, ParsedStation, read};
use super::station::{AdminArea, FormerName, RegisteredStation, StationDetails, toml_string};
use crate::base::id::Id;
use crate::schedule::SourceFile;

impl Registry {
    /// Writes these details of a station. With `from`, the former name and place end on the day before, and stay in the
    /// file; without it, they are replaced as if they had never been. Returns false if nothing changes.
    ///
    /// # Errors
    /// [`RegistryError::UnknownStation`]; [`RegistryError::FromTooEarly`] if the present place begins on `from` or later;
    /// [`RegistryError::EditByHand`] if the station is written in a form that only a person can change.
    pub fn correct(
        &mut self,
        id: &Id,
        details: &StationDetails,
        from: Option<NaiveDate>,
    ) -> Result<bool, RegistryError> {
        let current = self.stations.get(id).ok_or(RegistryError::UnknownStation)?.clone();
        let expected = corrected(&current, details, from)?;
        if expected == current {
            return Ok(false);
        }
        let source = SourceFile::new(REGISTRY_FILE, self.text.as_bytes());
        let (parsed, text) = read(source).map_err(RegistryError::Malformed)?;
        let new_text = match parsed.stations.iter().find(|station| station.station.id == *id) {
            Some(station) => TextEdit::new(text, station).apply(&current, &expected),
            // The file has logs of the station, but no table for it.
            None => format!("{text}{}", details.to_toml(id)),
        };
        let mut registry = Self::parse(&new_text).map_err(|_| RegistryError::EditByHand)?;
        // Whatever form the file has: only this station may have changed, and only as was asked.
        let changed = registry.stations.insert(id.clone(), current);
        if changed.as_ref() != Some(&expected) || registry.stations != self.stations || registry.logs != self.logs {
            return Err(RegistryError::EditByHand);
        }
        registry.stations.insert(id.clone(), expected);
        *self = registry;
        Ok(true)
    }
}

/// Returns the station with these details.
fn corrected(
    current: &RegisteredStation,
    details: &StationDetails,
    from: Option<NaiveDate>,
) -> Result<RegisteredStation, RegistryError> {
    let mut station = current.clone();
    let last_day = from.and_then(|from| from.pred_opt());
    if let Some(name) = details.name.as_ref().filter(|name| **name != current.name) {
        if let (Some(until), false) = (last_day, current.name.is_empty()) {
            station.former_names.push(FormerName { name: current.name.clone(), until: Some(until) });
        }
        station.name.clone_from(name);
    }
    if let Some(contact) = &details.contact {
        station.contact = contact.clone();
    }
    let units_differ = details.areas.len() != current.areas.len()
        || !details.areas.iter().zip(&current.areas).all(|(new, old)| new == old);
    if details.areas.is_empty() || !units_differ {
        return Ok(station);
    }
    match (from, station.areas.last_mut()) {
        (Some(from), Some(last)) => {
            if last.from.is_some_and(|begin| begin >= from) {
                return Err(RegistryError::FromTooEarly);
            }
            let new_areas = details.areas.iter().filter(|area| area.until.is_none_or(|until| until >= from));
            let mut new_areas: Vec<AdminArea> = new_areas.cloned().collect();
            if let Some(first) = new_areas.first_mut().filter(|first| !first.has_same_units(last)) {
                first.from = Some(from);
                last.until = last_day;
                station.areas.extend(new_areas);
            }
        }
        (_, Some(last)) if details.areas.len() == 1 => {
            // A correction of the present place keeps its dates.
            let (from, until) = (details.areas[0].from.or(last.from), details.areas[0].until.or(last.until));
            *last = AdminArea { from, until, ..details.areas[0].clone() };
        }
        (from, None) if from.is_some() => {
            station.areas.clone_from(&details.areas);
            station.areas.iter_mut().take(1).for_each(|first| first.from = first.from.or(from));
        }
        _ => station.areas.clone_from(&details.areas),
    }
    Ok(station)
}

/// Changes to the text of one station, applied from its end to its beginning so that the ranges stay right.
struct TextEdit<'a> {
    text: String,
    station: &'a ParsedStation,
    replacements: Vec<(Range<usize>, String)>,
}

impl<'a> TextEdit<'a> {
    fn new(text: String, station: &'a ParsedStation) -> Self {
        Self { text, station, replacements: Vec::new() }
    }

    /// Returns the text in which the station is as expected.
    fn apply(mut self, current: &RegisteredStation, expected: &RegisteredStation) -> String {
        if current.name != expected.name {
            let name = toml_string(&expected.name);
            match self.station.name_span.clone() {
                Some(span) => self.replace(span, name),
                None => self.insert_line_after(self.station.id_span.end, &format!("name = {name}\n")),
            }
        }
        if current.contact != expected.contact {
            let contact = expected.contact.to_toml();
            match self.station.contact_span.clone().filter(|span| self.text[span.clone()].starts_with('{')) {
                Some(span) => self.replace(span, contact.trim_start_matches("contact = ").to_owned()),
                None => {
                    let after = self.station.name_span.as_ref().unwrap_or(&self.station.id_span).end;
                    self.insert_line_after(after, &format!("{contact}\n"));
                }
            }
        }
        let kept_count = current.areas.len().min(expected.areas.len());
        for index in 0..kept_count {
            if current.areas[index] != expected.areas[index]
                && let Some(place) = self.station.places.get(index).cloned()
            {
                self.change_place(&place, &current.areas[index], &expected.areas[index]);
            }
        }
        let mut addition = String::new();
        for former in &expected.former_names[current.former_names.len()..] {
            addition.push_str(&format!("[[station.former-name]]\nname = {}\n", toml_string(&former.name)));
            addition.push_str(&former.until.map(|until| format!("until = {until}\n")).unwrap_or_default());
        }
        expected.areas[kept_count..].iter().for_each(|area| addition.push_str(&area.to_toml()));
        if !addition.is_empty() {
            self.insert_line_after(self.station.end, &addition);
        }
        self.finish()
    }

    /// Changes the values of a place that differ, and adds those that it does not have.
    fn change_place(&mut self, place: &ParsedPlace, current: &AdminArea, expected: &AdminArea) {
        let mut added = String::new();
        for ((key, new), (_, old)) in place_values(expected).into_iter().zip(place_values(current)) {
            if new == old {
                continue;
            }
            match place.values.iter().find(|(name, _)| *name == key) {
                Some((_, span)) => {
                    let value = if new.is_empty() { "\"\"".to_owned() } else { new };
                    self.replace(span.clone(), value);
                }
                None => added.push_str(&format!("{key} = {new}\n")),
            }
        }
        if !added.is_empty() {
            self.insert_line_after(place.end, &added);
        }
    }

    fn replace(&mut self, span: Range<usize>, text: String) {
        self.replacements.push((span, text));
    }

    /// Inserts lines after the line that contains this position.
    fn insert_line_after(&mut self, position: usize, lines: &str) {
        let line_end = self.text[position..].find('\n').map(|offset| position + offset + 1);
        let (at, text) = match line_end {
            Some(at) => (at, lines.to_owned()),
            None => (self.text.len(), format!("\n{lines}")),
        };
        self.replacements.push((at..at, text));
    }

    fn finish(mut self) -> String {
        // Of several insertions at one position, the first stays first.
        self.replacements.sort_by_key(|(span, _)| span.start);
        for (span, text) in self.replacements.iter().rev() {
            self.text.replace_range(span.clone(), text);
        }
        self.text
    }
}

/// Returns the keys and the TOML values of a place; the value is empty for a key that the place does not need.
fn place_values(area: &AdminArea) -> [(&'static str, String); 8] {
    let text = |text: &str| if text.is_empty() { String::new() } else { toml_string(text) };
    let date = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
    [
        ("commune", text(&area.commune.name)),
        ("commune-code", text(&area.commune.code)),
        ("district", text(&area.district.name)),
        ("district-code", text(&area.district.code)),
        ("province", text(&area.province.name)),
        ("province-code", text(&area.province.code)),
        ("from", date(area.from)),
        ("until", date(area.until)),
    ]
}
