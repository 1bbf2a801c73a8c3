//! A second log under the id of a known station: either its disk was replaced, or two communes use one id. loa cannot
//! know which, so somebody must say it.
use std::io;

use super::confirm::confirm_at_terminal;
use super::given_key::{FirstEntry, GivenKey};
use super::locked_registry::LockedRegistry;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::Storage;
use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::department::registry::{RegisteredStation, StationDetails, is_same_name};
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::note::MAX_NOTE_BYTES;
use crate::text::enrolment::EnrolmentText;
use crate::text::{Lang, Localize, print_stderr};

/// If the key would give a station a second log, shows what is known about both, and asks whether it is the same
/// station. Returns the exit code if the log must not be enrolled.
///
/// # Errors
/// If the terminal or the store fails.
pub(super) fn check_second_log(
    locked: &LockedRegistry,
    given: &GivenKey,
    details: &StationDetails,
    is_declared: bool,
    lang: Lang,
) -> io::Result<Option<u8>> {
    let registry = &locked.registry;
    let Some(station) = registry.stations.get(&given.station) else { return Ok(None) };
    let log_count = registry.logs_of_station(&given.station).count();
    if log_count == 0 || registry.log(&given.key.name).is_some() {
        return Ok(None);
    }
    let id = given.station.to_string();
    print_stderr!("{}", EnrolmentText::SecondLog { station: id.clone(), number: log_count + 1 }.localized(lang));
    print_stderr!("{}", comparison(station, given, details, lang).trim_end());
    let is_known_name = |name: &String| {
        let mut names = logged_names(locked, given);
        names.push(station.name.clone());
        names.extend(station.former_names.iter().map(|former| former.name.clone()));
        names.iter().all(String::is_empty) || names.iter().any(|known| is_same_name(known, name))
    };
    let agrees = details.names_agree(station)
        && details.areas_agree(station)
        && given.logged_name.as_ref().is_none_or(is_known_name);
    if !agrees {
        let message = EnrolmentText::SecondLogDiffers { station: id }.localized(lang).to_string();
        return Ok(Some(fail(message, EXIT_PROBLEMS)));
    }
    if is_declared || confirm_at_terminal(&EnrolmentText::SecondLogQuestion {}, lang)? {
        return Ok(None);
    }
    Ok(Some(fail(EnrolmentText::SecondLogRefused {}.localized(lang), EXIT_PROBLEMS)))
}

/// Returns the table with the name and the place in the registry, in the new log, and as they were typed.
fn comparison(station: &RegisteredStation, given: &GivenKey, details: &StationDetails, lang: Lang) -> String {
    let localize = |text: EnrolmentText| text.localized(lang).to_string();
    let none = || localize(EnrolmentText::NotGiven {});
    let or_none = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(none);
    let registered_places: Vec<String> = station.areas.iter().map(|area| area.line()).collect();
    let typed_places: Vec<String> = details.areas.iter().map(|area| area.line()).collect();
    let rows = [
        [
            String::new(),
            localize(EnrolmentText::InRegistry {}),
            localize(EnrolmentText::InNewLog {}),
            localize(EnrolmentText::Typed {}),
        ],
        [
            localize(EnrolmentText::Name {}),
            or_none(Some(station.name.clone())),
            or_none(given.logged_name.clone()),
            or_none(details.name.clone()),
        ],
        [
            localize(EnrolmentText::Place {}),
            or_none(Some(registered_places.join("; "))),
            none(),
            or_none(Some(typed_places.join("; "))),
        ],
    ];
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| strip_unprintable(cell)).collect()).collect();
    align_columns(&rows, &[])
}

/// Returns the names that the station's collected logs give in their first entries. A log that cannot be read gives
/// none.
fn logged_names(locked: &LockedRegistry, given: &GivenKey) -> Vec<String> {
    let logs = locked.registry.logs_of_station(&given.station);
    let names = logs.filter_map(|log| {
        let storage = locked.location.child_storage(&log.key.name);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok()??;
        let line = LogSource { storage, form: LogForm::Export }.first_line(&head).ok()??;
        Some(serde_json::from_slice::<FirstEntry>(&line).ok()?.name)
    });
    names.collect()
}
