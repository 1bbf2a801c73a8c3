//! `loa enrol`: a person's act.
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};

use super::store::{PATIENCE, failed, hold, place_of as store_at};
use super::table::plain;
use super::{CONFIG, OK, PROBLEMS, USAGE, help_language};
use crate::airlog::storage::AnyStorage;
use crate::proof::note::VerifierKey;
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
    let store = match store_at(asked.store, PATIENCE, lang) {
        Ok(place) => place,
        Err(code) => return Ok(code),
    };
    // A collection may write the registry, too.
    let _held = match hold(&store) {
        Ok(Some(held)) => held,
        Ok(None) => {
            complain!("{}", Desk::StoreBusy { path: store.to_string() }.say(lang));
            return Ok(PROBLEMS);
        }
        Err(e) => return Ok(failed(&store.to_string(), &e, lang)),
    };
    let mut storage = store.storage();
    let mut registry = match registry_of(&storage, lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(code),
    };
    if asked.exposed {
        return exposed(&mut registry, &mut storage, &key, station.as_str(), lang);
    }
    complain!("{}", Desk::Fingerprint { station: station.to_string(), code: fingerprint(&key) }.say(lang));
    if !asked.yes && !agreed(lang)? {
        complain!("{}", Desk::NotEnrolled {}.say(lang));
        return Ok(PROBLEMS);
    }
    match registry.enrol(key, now_text(), &About { name: asked.name.clone(), place }) {
        Ok(true) => {
            registry.write(&mut storage)?;
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

/// Asks at the terminal; without one nobody agrees.
fn agreed(lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", Desk::EnrolAsk {}.say(lang))?;
    err.flush()?;
    let mut answer = String::new();
    io::Read::take(io::stdin().lock(), 64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

fn exposed(
    registry: &mut Registry,
    storage: &mut AnyStorage,
    key: &VerifierKey,
    station: &str,
    lang: Lang,
) -> io::Result<u8> {
    match registry.expose(key, &now_text()) {
        Ok(_) => {
            registry.write(storage)?;
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
