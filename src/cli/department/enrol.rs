//! `loa enrol`: enrols a station's log in the department's registry.
mod accept;
mod confirm;
mod locked_registry;

use std::io::{self, Write};
use std::path::PathBuf;

use chrono_tz::Tz;
use clap::Args;

use super::registry_file::utc_now_text;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::key_error::key_error_text;
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::department::registry::{RegistryError, StationDetails, fingerprint, parse_area, station_of_key};
use crate::proof::note::VerifierKey;
use crate::text::cli::CliText;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};
use accept::accept;
use confirm::confirm_at_terminal;
use locked_registry::LockedRegistry;

/// Arguments of `loa enrol`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct EnrolArgs {
    #[arg(required_unless_present = "accept_registry")]
    pub vkey: Option<String>,
    #[arg(long, value_name = "STORE")]
    pub store: PathBuf,
    #[arg(long)]
    pub yes: bool,
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    #[arg(long)]
    pub exposed: bool,
    #[arg(long = "accept", conflicts_with_all = ["vkey", "name", "place", "exposed"])]
    pub accept_registry: bool,
}

/// Runs `loa enrol`.
///
/// # Errors
/// If the store cannot be written.
pub fn run(args: &EnrolArgs, lang: Lang) -> io::Result<u8> {
    if args.accept_registry {
        return accept(&args.store, args.yes, lang);
    }
    let vkey = args.vkey.as_deref().unwrap_or_default().trim();
    let key = VerifierKey::parse(vkey).and_then(|key| Some((station_of_key(&key)?, key)));
    let Some((station, key)) = key else {
        return Ok(fail(key_error_text(vkey).localized(lang), EXIT_USAGE));
    };
    let place = args.place.as_deref().map(|text| parse_area(text).ok_or(text)).transpose();
    let place = match place {
        Ok(place) => place,
        Err(text) => {
            return Ok(fail(DepartmentText::BadPlace { text: strip_unprintable(text) }.localized(lang), EXIT_USAGE));
        }
    };
    let mut locked_registry = match LockedRegistry::new(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    if args.exposed {
        return mark_exposed(&mut locked_registry, &key, station.as_str(), lang);
    }
    print_stderr!(
        "{}",
        DepartmentText::Fingerprint { station: station.to_string(), code: fingerprint(&key) }.localized(lang)
    );
    if !args.yes && !confirm_at_terminal(&DepartmentText::EnrolQuestion {}, lang)? {
        return Ok(fail(DepartmentText::NotEnrolled {}.localized(lang), EXIT_PROBLEMS));
    }
    let mut registry = locked_registry.registry.clone();
    let details = StationDetails { name: args.name.clone(), area: place };
    let details_differ = registry
        .stations
        .get(&station)
        .is_some_and(|registered| !details.agree_with(registered, today_in(Tz::Asia__Ho_Chi_Minh)));
    let report_kept_details = || {
        let message = DepartmentText::DetailsKept { station: station.to_string() };
        if details_differ { fail(message.to_plain(lang), EXIT_PROBLEMS) } else { EXIT_OK }
    };
    match registry.enrol(key, utc_now_text(), &details) {
        Ok(true) => {
            locked_registry.write(&registry)?;
            let count = registry.logs_of_station(&station).count();
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

fn report_registry_error(error: RegistryError, vkey: &str, lang: Lang) -> io::Result<u8> {
    match error {
        RegistryError::Io(e) => Err(e),
        RegistryError::NotEnrolled => Ok(fail(DepartmentText::NotKnown {}.localized(lang), EXIT_PROBLEMS)),
        RegistryError::NotALogKey => {
            Ok(fail(ProofText::BadKey { text: strip_unprintable(vkey) }.localized(lang), EXIT_USAGE))
        }
        RegistryError::Malformed(detail) => {
            let message =
                CliText::Failed { what: crate::department::registry::REGISTRY_FILE.to_owned(), detail: detail.into() };
            Ok(fail(message.to_plain(lang), EXIT_CONFIG))
        }
    }
}
