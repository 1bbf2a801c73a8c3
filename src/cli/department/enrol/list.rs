//! `loa enrol --list`: enrols the stations of a CSV file, all or none.
use std::io::{self, Read, Write};
use std::path::Path;

use chrono_tz::Tz;

use super::args::EnrolArgs;
use super::confirm::confirm_at_terminal;
use super::failure::report_registry_error;
use super::locked_registry::LockedRegistry;
use crate::cli::department::registry_file::utc_now_text;
use crate::cli::department::store::{DEFAULT_RETRY_TIME, parse_location};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::cli::today::today_in;
use crate::department::enrolment_list::{ListedStation, MAX_LIST_BYTES, read_list};
use crate::department::places::UnitList;
use crate::department::registry::{Registry, fingerprint};
use crate::schedule::SourceFile;
use crate::text::enrolment::EnrolmentText;
use crate::text::{Lang, Localize, print_stderr};

/// Enrols the stations of a list.
///
/// # Errors
/// If the store cannot be written, or standard output fails.
pub(super) fn enrol_list(args: &EnrolArgs, path: &Path, lang: Lang) -> io::Result<u8> {
    let name = path.display().to_string();
    let bytes = match read_bytes(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let message = EnrolmentText::ListTooLong { path: name, limit: MAX_LIST_BYTES };
            return Ok(fail(message.to_plain(lang), EXIT_USAGE));
        }
        Err(e) => {
            let message = EnrolmentText::ListUnreadable { path: name, detail: e.to_string() };
            return Ok(fail(message.to_plain(lang), EXIT_USAGE));
        }
    };
    let location = match parse_location(&args.store, DEFAULT_RETRY_TIME, lang) {
        Ok(location) => location,
        Err(code) => return Ok(code),
    };
    // A new store is created only after the answer.
    let existing = match LockedRegistry::if_exists(&location, lang)? {
        Ok(existing) => existing,
        Err(code) => return Ok(code),
    };
    let registry = existing.as_ref().map_or_else(Registry::default, |locked| locked.registry.clone());
    let (source, today) = (SourceFile::new(&name, &bytes), today_in(Tz::Asia__Ho_Chi_Minh));
    let stations = match read_list(source, &registry, &UnitList::shipped(), today) {
        Ok(stations) => stations,
        Err(faults) => {
            print_stderr!("{}", faults.render(lang).trim_end());
            return Ok(fail(EnrolmentText::ListRefused {}.localized(lang), EXIT_PROBLEMS));
        }
    };
    io::stdout().write_all(comparison_table(&stations, lang).as_bytes())?;
    let new: Vec<_> = stations
        .iter()
        .filter(|station| !station.is_enrolled)
        .map(|station| (&station.key, &station.details))
        .collect();
    if new.is_empty() {
        writeln!(io::stdout(), "{}", EnrolmentText::ListKnown {}.localized(lang))?;
        return Ok(EXIT_OK);
    }
    if !args.yes && !confirm_at_terminal(&EnrolmentText::ListQuestion { count: new.len().into() }, lang)? {
        return Ok(fail(EnrolmentText::ListNotEnrolled {}.localized(lang), EXIT_PROBLEMS));
    }
    let mut locked = match LockedRegistry::or_new(existing, location, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let mut registry = locked.registry.clone();
    if let Err(error) = registry.enrol_all(&new, &utc_now_text()) {
        return report_registry_error(error, &path.display().to_string(), lang);
    }
    locked.write(&registry)?;
    writeln!(io::stdout(), "{}", EnrolmentText::ListEnrolled { count: new.len().into() }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Reads a list; `None` if it is too long.
fn read_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    // Opening a pipe would wait for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_LIST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= MAX_LIST_BYTES))
}

/// Returns the table from which somebody compares the fingerprints with the stations.
fn comparison_table(stations: &[ListedStation], lang: Lang) -> String {
    let headings = [
        EnrolmentText::Id {},
        EnrolmentText::Name {},
        EnrolmentText::Place {},
        EnrolmentText::FingerprintColumn {},
        EnrolmentText::Note {},
    ];
    let mut rows = vec![headings.map(|heading| heading.localized(lang).to_string()).to_vec()];
    for station in stations {
        let note =
            if station.is_enrolled { EnrolmentText::KnownRow {}.localized(lang).to_string() } else { String::new() };
        let places: Vec<String> = station.details.areas.iter().map(|area| area.line()).collect();
        let cells = [
            station.id.to_string(),
            station.details.name.clone().unwrap_or_default(),
            places.join("; "),
            fingerprint(&station.key),
            note,
        ];
        rows.push(cells.iter().map(|cell| strip_unprintable(cell)).collect());
    }
    align_columns(&rows, &[])
}
