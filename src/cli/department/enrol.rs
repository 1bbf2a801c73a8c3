//! `loa enrol`: enrols stations' logs in the department's registry, and corrects stations there.
mod accept;
mod args;
pub(super) mod confirm;
mod correct;
mod details;
mod failure;
mod given_key;
mod list;
pub(super) mod locked_registry;
mod second_log;

use std::io::{self, Write};

use super::registry_file::utc_now_text;
use super::store::{DEFAULT_RETRY_TIME, parse_location};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::department::registry::fingerprint;
use crate::proof::note::VerifierKey;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use accept::accept;
use confirm::confirm_at_terminal;
use correct::correct_station;
use details::typed_details;
use failure::report_registry_error;
use given_key::{GivenKey, read_given_key};
use list::enrol_list;
use locked_registry::LockedRegistry;
use second_log::check_second_log;

pub use args::EnrolArgs;

/// Runs `loa enrol`.
///
/// # Errors
/// If the store cannot be written.
pub fn run(args: &EnrolArgs, lang: Lang) -> io::Result<u8> {
    if args.accept_registry {
        return accept(&args.store, args.yes, lang);
    }
    if let Some(path) = &args.list {
        return enrol_list(args, path, lang);
    }
    if let Some(station) = &args.station_id {
        return correct_station(args, station, lang);
    }
    let vkey = args.vkey.as_deref().unwrap_or_default();
    match read_given_key(vkey, lang)? {
        Ok(given) => enrol_key(args, given, vkey, lang),
        Err(code) => Ok(code),
    }
}

/// Enrols one log.
fn enrol_key(args: &EnrolArgs, given: GivenKey, vkey: &str, lang: Lang) -> io::Result<u8> {
    let details = match typed_details(args, None, lang) {
        Ok(details) => details,
        Err(code) => return Ok(code),
    };
    let GivenKey { station, key, .. } = &given;
    if args.exposed {
        return match LockedRegistry::of_existing_store(&args.store, lang)? {
            Ok(mut locked_registry) => mark_exposed(&mut locked_registry, key, station.as_str(), lang),
            Err(code) => Ok(code),
        };
    }
    let location = match parse_location(&args.store, DEFAULT_RETRY_TIME, lang) {
        Ok(location) => location,
        Err(code) => return Ok(code),
    };
    let existing = match LockedRegistry::if_exists(&location, lang)? {
        Ok(existing) => existing,
        Err(code) => return Ok(code),
    };
    let is_new_store = existing.is_none();
    let fingerprint_line = DepartmentText::Fingerprint { station: station.to_string(), code: fingerprint(key) };
    print_stderr!("{}", fingerprint_line.localized(lang));
    let is_confirmed =
        || Ok::<bool, io::Error>(args.yes || confirm_at_terminal(&DepartmentText::EnrolQuestion {}, lang)?);
    let refusal = || fail(DepartmentText::NotEnrolled {}.localized(lang), EXIT_PROBLEMS);
    // A new store is created only after the answer.
    if is_new_store && !is_confirmed()? {
        return Ok(refusal());
    }
    let mut locked_registry = match LockedRegistry::or_new(existing, location, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    if let Some(code) = check_second_log(&locked_registry, &given, &details, args.second_log, lang)? {
        return Ok(code);
    }
    if !is_new_store && !is_confirmed()? {
        return Ok(refusal());
    }
    let mut registry = locked_registry.registry.clone();
    let details_differ = registry.stations.get(station).is_some_and(|registered| !details.agree_with(registered));
    let report_kept_details = || {
        let message = DepartmentText::DetailsKept { station: station.to_string() };
        if details_differ { fail(message.to_plain(lang), EXIT_PROBLEMS) } else { EXIT_OK }
    };
    match registry.enrol(key.clone(), utc_now_text(), &details) {
        Ok(true) => {
            locked_registry.write(&registry)?;
            let count = registry.logs_of_station(station).count();
            writeln!(io::stdout(), "{}", ProofText::Enrolled { station: station.to_string(), count }.localized(lang))?;
            Ok(report_kept_details())
        }
        Ok(false) => {
            writeln!(io::stdout(), "{}", ProofText::EnrolledBefore { station: station.to_string() }.localized(lang))?;
            Ok(report_kept_details())
        }
        Err(error) => report_registry_error(error, vkey, lang),
    }
}

fn mark_exposed(locked_registry: &mut LockedRegistry, key: &VerifierKey, station: &str, lang: Lang) -> io::Result<u8> {
    let mut registry = locked_registry.registry.clone();
    match registry.mark_exposed(key, &utc_now_text()) {
        Ok(_) => {
            locked_registry.write(&registry)?;
            writeln!(
                io::stdout(),
                "{}",
                DepartmentText::MarkedExposed { station: station.to_owned() }.localized(lang)
            )?;
            Ok(EXIT_OK)
        }
        Err(error) => report_registry_error(error, &key.to_string(), lang),
    }
}
