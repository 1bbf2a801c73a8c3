//! `loa enrol`: a person's act.
use std::fs::File;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use super::accepted::{Examined, changed, examine, store_name};
use super::key::{hold_witness, open_witness};
use super::store::{Hold, PATIENCE, failed, hold, place_of as store_at};
use super::table::plain;
use super::{CONFIG, OK, PROBLEMS, USAGE, help_language};
use crate::airlog::storage::{AnyStorage, FolderStorage};
use crate::archive::place::Place;
use crate::archive::witness::Witness;
use crate::proof::note::VerifierKey;
use crate::registry::accepted::Difference;
use crate::registry::{About, Registry, RegistryError, fingerprint, place_of, station_of_key};
use crate::sys::wall_now;
use crate::text::cli::Usage;
use crate::text::department::Desk;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// What is asked of `loa enrol`.
pub struct Asked<'a> {
    /// The key.
    pub vkey: &'a str,
    /// The store.
    pub store: &'a Path,
    /// Do not ask.
    pub yes: bool,
    /// The station's name.
    pub name: Option<String>,
    /// Where it belongs.
    pub place: Option<String>,
    /// Mark the key as known to others.
    pub exposed: bool,
}

/// The registry of a store; else the exit code, and it has been said.
///
/// # Errors
/// Never; the result is the exit code.
pub fn registry_of(store: &AnyStorage, lang: Lang) -> Result<Registry, u8> {
    Registry::read(store).map_err(|error| {
        let failed = Usage::Failed { what: "registry.toml".to_owned(), detail: error.to_string() };
        complain!("{}", plain(&failed.say(lang).to_string()));
        CONFIG
    })
}

/// Now, as it is written in a registry.
#[must_use]
pub fn now_text() -> String {
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(wall_now()).unwrap_or(0), 0).unwrap_or_default();
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// `loa enrol`.
///
/// # Errors
/// When the store cannot be written.
pub fn run(asked: &Asked<'_>, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let vkey = asked.vkey.trim();
    let key = VerifierKey::parse(vkey).and_then(|key| Some((station_of_key(&key)?, key)));
    let Some((station, key)) = key else {
        complain!("{}", Proof::BadKey { text: plain(vkey) }.say(lang));
        return Ok(USAGE);
    };
    let place = asked.place.as_deref().map(|text| place_of(text).ok_or(text)).transpose();
    let place = match place {
        Ok(place) => place,
        Err(text) => {
            complain!("{}", Desk::BadPlace { text: plain(text) }.say(lang));
            return Ok(USAGE);
        }
    };
    let mut held = match Held::new(asked.store, lang)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    if asked.exposed {
        return exposed(&mut held, &key, station.as_str(), lang);
    }
    complain!("{}", Desk::Fingerprint { station: station.to_string(), code: fingerprint(&key) }.say(lang));
    if !asked.yes && !agreed(&Desk::EnrolAsk {}, lang)? {
        complain!("{}", Desk::NotEnrolled {}.say(lang));
        return Ok(PROBLEMS);
    }
    let mut registry = held.registry.clone();
    match registry.enrol(key, now_text(), &About { name: asked.name.clone(), place }) {
        Ok(true) => {
            held.write(&registry)?;
            let count = registry.of_station(&station).count();
            writeln!(io::stdout(), "{}", Proof::Enrolled { station: station.to_string(), count }.say(lang))?;
            Ok(OK)
        }
        Ok(false) => {
            writeln!(io::stdout(), "{}", Proof::EnrolledBefore { station: station.to_string() }.say(lang))?;
            Ok(OK)
        }
        Err(error) => refused(error, vkey, lang),
    }
}

/// A store whose registry is written: nobody else writes it, or the witness's memory, meanwhile.
struct Held {
    place: Place,
    registry: Registry,
    differences: Vec<Difference>,
    strays: Vec<String>,
    witness: Witness<FolderStorage>,
    _store: Hold,
    _witness: File,
}

impl Held {
    /// Holds it; else the exit code, and it has been said.
    fn new(store: &Path, lang: Lang) -> io::Result<Result<Self, u8>> {
        let place = match store_at(store, PATIENCE, lang) {
            Ok(place) => place,
            Err(code) => return Ok(Err(code)),
        };
        let store = match hold(&place) {
            Ok(Some(held)) => held,
            Ok(None) => {
                complain!("{}", Desk::StoreBusy { path: place.to_string() }.say(lang));
                return Ok(Err(PROBLEMS));
            }
            Err(e) => return Ok(Err(failed(&place.to_string(), &e, lang))),
        };
        let registry = match registry_of(&place.storage(), lang) {
            Ok(registry) => registry,
            Err(code) => return Ok(Err(code)),
        };
        let Some(signing) = hold_witness()? else {
            complain!("{}", Desk::WitnessBusy {}.say(lang));
            return Ok(Err(PROBLEMS));
        };
        let mut witness = open_witness()?;
        let Examined { registry, differences, strays } = examine(registry, &place, &mut witness, true, lang)?;
        Ok(Ok(Self { place, registry, differences, strays, witness, _store: store, _witness: signing }))
    }

    /// Writes the registry as this machine has changed it, and remembers that it was this machine.
    fn write(&mut self, registry: &Registry) -> io::Result<()> {
        registry.write(&mut self.place.storage())?;
        changed(&self.place, &mut self.witness, &self.registry, registry)
    }
}

/// `loa enrol --accept`: a person has looked at what others changed in the registry.
///
/// # Errors
/// When the witness's memory fails.
pub fn accept(store: &Path, yes: bool, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let mut held = match Held::new(store, lang)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    if held.differences.is_empty() && held.strays.is_empty() {
        writeln!(io::stdout(), "{}", Desk::RegistrySame {}.say(lang))?;
        return Ok(OK);
    }
    if !yes && !agreed(&Desk::RegistryAsk {}, lang)? {
        complain!("{}", Desk::RegistryNotAccepted {}.say(lang));
        return Ok(PROBLEMS);
    }
    let count = held.differences.len() + held.strays.len();
    let gone = held.differences.into_iter().filter_map(|one| match one {
        Difference::Gone { origin } => Some(origin),
        _ => None,
    });
    let let_go: Vec<String> = gone.chain(held.strays).collect();
    let mut accepted = held.witness.accepted()?;
    accepted.accept(&store_name(&held.place), &held.registry, &let_go);
    held.witness.accept(&accepted)?;
    writeln!(io::stdout(), "{}", Desk::RegistryAccepted { count }.say(lang))?;
    Ok(OK)
}

/// Asks at the terminal; without one nobody agrees.
fn agreed(question: &Desk, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", question.say(lang))?;
    err.flush()?;
    let mut answer = String::new();
    io::Read::take(io::stdin().lock(), 64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn exposed(held: &mut Held, key: &VerifierKey, station: &str, lang: Lang) -> io::Result<u8> {
    let mut registry = held.registry.clone();
    match registry.expose(key, &now_text()) {
        Ok(_) => {
            held.write(&registry)?;
            writeln!(io::stdout(), "{}", Desk::MarkedExposed { station: station.to_owned() }.say(lang))?;
            Ok(OK)
        }
        Err(error) => refused(error, &key.to_string(), lang),
    }
}

fn refused(error: RegistryError, vkey: &str, lang: Lang) -> io::Result<u8> {
    match error {
        RegistryError::Io(e) => Err(e),
        RegistryError::NotEnrolled => {
            complain!("{}", Desk::NotKnown {}.say(lang));
            Ok(PROBLEMS)
        }
        RegistryError::NotAKey => {
            complain!("{}", Proof::BadKey { text: plain(vkey) }.say(lang));
            Ok(USAGE)
        }
        RegistryError::Broken(detail) => {
            let failed = Usage::Failed { what: crate::registry::REGISTRY.to_owned(), detail };
            complain!("{}", plain(&failed.say(lang).to_string()));
            Ok(CONFIG)
        }
    }
}
