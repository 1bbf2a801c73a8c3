//! `loa enrol`: a person's act.
use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;

use super::registry_review::{ExaminedRegistry, examine_registry, remember_own_changes, store_name};
use super::store::{DEFAULT_RETRY_TIME, StoreLock, lock_store, parse_location as store_at, report_store_failure};
use crate::airlog::storage::{AnyStorage, FolderStorage};
use crate::base::platform::unix_time_s;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::record::key::{lock_witness, open_witness};
use crate::cli::table::strip_unprintable;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::registry::{Registry, RegistryError, StationDetails, fingerprint, parse_area, station_of_key};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::note::VerifierKey;
use crate::text::cli::CliText;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// The registry of a store; else the exit code, and it has been said.
///
/// # Errors
/// Never; the result is the exit code.
pub fn read_registry(store: &AnyStorage, lang: Lang) -> Result<Registry, u8> {
    Registry::read(store).map_err(|error| {
        let failed = CliText::Failed { what: "registry.toml".to_owned(), detail: error.to_string() };
        print_stderr!("{}", strip_unprintable(&failed.localized(lang).to_string()));
        EXIT_CONFIG
    })
}

/// Now, as it is written in a registry.
#[must_use]
pub fn utc_now_text() -> String {
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}

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

/// `loa enrol`.
///
/// # Errors
/// When the store cannot be written.
pub fn run(args: &EnrolArgs, lang: Lang) -> io::Result<u8> {
    if args.accept_registry {
        return accept(&args.store, args.yes, lang);
    }
    let vkey = args.vkey.as_deref().unwrap_or_default().trim();
    let key = VerifierKey::parse(vkey).and_then(|key| Some((station_of_key(&key)?, key)));
    let Some((station, key)) = key else {
        print_stderr!("{}", ProofText::BadKey { text: strip_unprintable(vkey) }.localized(lang));
        return Ok(EXIT_USAGE);
    };
    let place = args.place.as_deref().map(|text| parse_area(text).ok_or(text)).transpose();
    let place = match place {
        Ok(place) => place,
        Err(text) => {
            print_stderr!("{}", DepartmentText::BadPlace { text: strip_unprintable(text) }.localized(lang));
            return Ok(EXIT_USAGE);
        }
    };
    let mut locked = match LockedRegistry::new(&args.store, lang)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    if args.exposed {
        return mark_exposed(&mut locked, &key, station.as_str(), lang);
    }
    print_stderr!(
        "{}",
        DepartmentText::Fingerprint { station: station.to_string(), code: fingerprint(&key) }.localized(lang)
    );
    if !args.yes && !confirm_at_terminal(&DepartmentText::EnrolAsk {}, lang)? {
        print_stderr!("{}", DepartmentText::NotEnrolled {}.localized(lang));
        return Ok(EXIT_PROBLEMS);
    }
    let mut registry = locked.registry.clone();
    match registry.enrol(key, utc_now_text(), &StationDetails { name: args.name.clone(), area: place }) {
        Ok(true) => {
            locked.write(&registry)?;
            let count = registry.logs_of_station(&station).count();
            writeln!(io::stdout(), "{}", ProofText::Enrolled { station: station.to_string(), count }.localized(lang))?;
            Ok(EXIT_OK)
        }
        Ok(false) => {
            writeln!(io::stdout(), "{}", ProofText::EnrolledBefore { station: station.to_string() }.localized(lang))?;
            Ok(EXIT_OK)
        }
        Err(error) => report_registry_error(error, vkey, lang),
    }
}

/// A store whose registry is written: nobody else writes it, or the witness's memory, meanwhile.
struct LockedRegistry {
    place: StorageLocation,
    registry: Registry,
    differences: Vec<RegistryDifference>,
    strays: Vec<String>,
    witness: Witness<FolderStorage>,
    _store: StoreLock,
    _witness: File,
}

impl LockedRegistry {
    /// Holds it; else the exit code, and it has been said.
    fn new(store: &Path, lang: Lang) -> io::Result<Result<Self, u8>> {
        let place = match store_at(store, DEFAULT_RETRY_TIME, lang) {
            Ok(place) => place,
            Err(code) => return Ok(Err(code)),
        };
        let store = match lock_store(&place) {
            Ok(Some(held)) => held,
            Ok(None) => {
                print_stderr!("{}", DepartmentText::StoreBusy { path: place.to_string() }.localized(lang));
                return Ok(Err(EXIT_PROBLEMS));
            }
            Err(e) => return Ok(Err(report_store_failure(&place.to_string(), &e, lang))),
        };
        let registry = match read_registry(&place.storage(), lang) {
            Ok(registry) => registry,
            Err(code) => return Ok(Err(code)),
        };
        let Some(signing) = lock_witness()? else {
            print_stderr!("{}", DepartmentText::WitnessBusy {}.localized(lang));
            return Ok(Err(EXIT_PROBLEMS));
        };
        let mut witness = open_witness()?;
        let ExaminedRegistry { registry, differences, strays } =
            examine_registry(registry, &place, &mut witness, true, lang)?;
        Ok(Ok(Self { place, registry, differences, strays, witness, _store: store, _witness: signing }))
    }

    /// Writes the registry as this machine has changed it, and remembers that it was this machine.
    fn write(&mut self, registry: &Registry) -> io::Result<()> {
        registry.write(&mut self.place.storage())?;
        remember_own_changes(&self.place, &mut self.witness, &self.registry, registry)
    }
}

/// `loa enrol --accept`: a person has looked at what others changed in the registry.
///
/// # Errors
/// When the witness's memory fails.
fn accept(store: &Path, yes: bool, lang: Lang) -> io::Result<u8> {
    let mut held = match LockedRegistry::new(store, lang)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    if held.differences.is_empty() && held.strays.is_empty() {
        writeln!(io::stdout(), "{}", DepartmentText::RegistrySame {}.localized(lang))?;
        return Ok(EXIT_OK);
    }
    if !yes && !confirm_at_terminal(&DepartmentText::RegistryAsk {}, lang)? {
        print_stderr!("{}", DepartmentText::RegistryNotAccepted {}.localized(lang));
        return Ok(EXIT_PROBLEMS);
    }
    let count = held.differences.len() + held.strays.len();
    let gone = held.differences.into_iter().filter_map(|one| match one {
        RegistryDifference::LogMissing { origin } => Some(origin),
        _ => None,
    });
    let let_go: Vec<String> = gone.chain(held.strays).collect();
    let mut accepted = held.witness.accepted_registries()?;
    accepted.accept(&store_name(&held.place), &held.registry, &let_go);
    held.witness.record_accepted(&accepted)?;
    writeln!(io::stdout(), "{}", DepartmentText::RegistryAccepted { count }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Asks at the terminal; without one nobody agrees.
fn confirm_at_terminal(question: &DepartmentText, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", question.localized(lang))?;
    err.flush()?;
    let mut answer = String::new();
    io::Read::take(io::stdin().lock(), 64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn mark_exposed(held: &mut LockedRegistry, key: &VerifierKey, station: &str, lang: Lang) -> io::Result<u8> {
    let mut registry = held.registry.clone();
    match registry.mark_exposed(key, &utc_now_text()) {
        Ok(_) => {
            held.write(&registry)?;
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
        RegistryError::NotEnrolled => {
            print_stderr!("{}", DepartmentText::NotKnown {}.localized(lang));
            Ok(EXIT_PROBLEMS)
        }
        RegistryError::NotALogKey => {
            print_stderr!("{}", ProofText::BadKey { text: strip_unprintable(vkey) }.localized(lang));
            Ok(EXIT_USAGE)
        }
        RegistryError::Malformed(detail) => {
            let failed = CliText::Failed { what: crate::department::registry::REGISTRY.to_owned(), detail };
            print_stderr!("{}", strip_unprintable(&failed.localized(lang).to_string()));
            Ok(EXIT_CONFIG)
        }
    }
}
