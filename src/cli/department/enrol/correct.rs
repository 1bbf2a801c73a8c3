//! `loa enrol --station`: corrects the name, the place or the contact of a station, and keeps what was before.
use std::io::{self, Write};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::args::EnrolArgs;
use super::confirm::confirm_at_terminal;
use super::details::typed_details;
use super::failure::report_registry_error;
use super::locked_registry::LockedRegistry;
use crate::base::id::Id;
use crate::cli::args::YearChoice;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::registry::{AdminArea, RegisteredStation, StationDetails};
use crate::text::department::DepartmentText;
use crate::text::enrolment::EnrolmentText;
use crate::text::{Lang, Localize, TextArg};

/// Corrects a station.
///
/// # Errors
/// If the store cannot be written.
pub(super) fn correct_station(args: &EnrolArgs, station: &str, lang: Lang) -> io::Result<u8> {
    let from = args.from.map(|date| date.resolve(today_in(Tz::Asia__Ho_Chi_Minh), YearChoice::Past));
    let details = match typed_details(args, from, lang) {
        Ok(details) => details,
        Err(code) => return Ok(code),
    };
    if details == StationDetails::default() {
        return Ok(fail(EnrolmentText::NothingToCorrect {}.localized(lang), EXIT_USAGE));
    }
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let Some(id) = Id::new(station).filter(|id| locked.registry.stations.contains_key(id)) else {
        let message = DepartmentText::NoSuchStation { station: strip_unprintable(station) };
        return Ok(fail(message.localized(lang), EXIT_PROBLEMS));
    };
    // To write the station would accept what others changed in it.
    let is_disputed = |difference: &RegistryDifference| matches!(difference, RegistryDifference::StationDiffers { id: changed } if changed == id.as_str());
    if locked.differences.iter().any(is_disputed) {
        return Ok(fail(EnrolmentText::AcceptFirst { station: id.to_string() }.localized(lang), EXIT_PROBLEMS));
    }
    let mut registry = locked.registry.clone();
    match registry.correct(&id, &details, from) {
        Ok(true) => {}
        Ok(false) => {
            writeln!(io::stdout(), "{}", EnrolmentText::NothingChanges { station: id.to_string() }.localized(lang))?;
            return Ok(EXIT_OK);
        }
        Err(error) => return report_registry_error(error, station, lang),
    }
    let mut out = io::stdout().lock();
    for (heading, stations) in
        [(EnrolmentText::Before {}, &locked.registry.stations), (EnrolmentText::After {}, &registry.stations)]
    {
        writeln!(out, "{}", heading.localized(lang))?;
        if let Some(station) = stations.get(&id) {
            out.write_all(described(station, lang).as_bytes())?;
        }
    }
    drop(out);
    if !args.yes && !confirm_at_terminal(&EnrolmentText::CorrectQuestion {}, lang)? {
        return Ok(fail(EnrolmentText::NotCorrected {}.localized(lang), EXIT_PROBLEMS));
    }
    locked.write(&registry)?;
    writeln!(io::stdout(), "{}", EnrolmentText::Corrected { station: id.to_string() }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Returns the lines about a station: its names, places and contact.
fn described(station: &RegisteredStation, lang: Lang) -> String {
    let date = |date: Option<NaiveDate>| date.map_or_else(|| "…".to_owned(), |date| date.in_language(lang));
    let mut lines = vec![EnrolmentText::NameLine { name: station.name.clone() }];
    lines.extend(
        station
            .former_names
            .iter()
            .map(|former| EnrolmentText::FormerNameLine { name: former.name.clone(), until: date(former.until) }),
    );
    lines.extend(station.areas.iter().map(|area: &AdminArea| match (area.from, area.until) {
        (None, None) => EnrolmentText::PlaceLine { place: area.line() },
        (from, until) => EnrolmentText::DatedPlaceLine { place: area.line(), from: date(from), until: date(until) },
    }));
    let contact = station.contact.line();
    lines.extend((!contact.is_empty()).then_some(EnrolmentText::ContactLine { contact }));
    lines.iter().map(|line| format!("  {}\n", line.to_plain(lang))).collect()
}
