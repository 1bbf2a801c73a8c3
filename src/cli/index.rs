//! `loa index`: the department's index of all airings.
use std::io::{self, Write};
use std::path::Path;

use super::enrol::registry_of;
use super::key::open_witness;
use super::store::{PATIENCE, failed, place_of};
use super::table::plain;
use super::{OK, PROBLEMS, help_language};
use crate::archive::place::Place;
use crate::index::{Index, IndexError};
use crate::registry::Registry;
use crate::text::department::Desk;
use crate::text::proof::Fault;
use crate::text::{Lang, Say, complain};

/// A store with its index, brought up to date.
pub struct Desktop {
    /// The store.
    pub store: Place,
    /// Its registry.
    pub registry: Registry,
    /// Its index.
    pub index: Index,
    /// Logs in the store that are not what was collected, and what is wrong with them.
    pub changed: Vec<(String, Fault)>,
}

/// Opens a store and brings its index up to date; else gives the exit code, and it has been said.
///
/// # Errors
/// When the witness's memory fails.
pub fn desktop(store: &Path, rebuild: bool, lang: Lang) -> io::Result<Result<Desktop, u8>> {
    let place = match place_of(store, PATIENCE, lang) {
        Ok(place) => place,
        Err(code) => return Ok(Err(code)),
    };
    let registry = match registry_of(&place.storage(), lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(Err(code)),
    };
    let witness = open_witness()?;
    let filled = Index::path_for(&place).map_err(IndexError::from).and_then(|path| {
        if rebuild {
            Index::discard(&path)?;
        }
        let fill = || {
            let mut index = Index::open(&path)?;
            let wrong = index.fill(&place, &registry, &witness)?;
            Ok((index, wrong))
        };
        match fill() {
            // A damaged index is made anew: nothing is lost.
            Err(e) if IndexError::is_damage(&e) => Index::discard(&path).and_then(|()| fill()),
            filled => filled,
        }
    });
    let (index, changed) = match filled {
        Ok(filled) => filled,
        Err(IndexError::Store(e)) => return Ok(Err(failed(&place.to_string(), &e, lang))),
        Err(e) => return Ok(Err(failed(&place.to_string(), &io::Error::other(e.to_string()), lang))),
    };
    for (origin, fault) in &changed {
        let said = Desk::StoreChanged { origin: origin.clone(), fault: fault.clone() };
        complain!("{}", plain(&said.say(lang).to_string()));
    }
    Ok(Ok(Desktop { store: place, registry, index, changed }))
}

/// `loa index`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(store: &Path, rebuild: bool, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let desk = match desktop(store, rebuild, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    let (logs, airings) = match desk.index.airings() {
        Ok(counted) => counted,
        Err(e) => return Ok(failed(&desk.store.to_string(), &io::Error::other(e.to_string()), lang)),
    };
    let path = desk.index.path.display().to_string();
    writeln!(io::stdout(), "{}", plain(&Desk::Indexed { logs, airings, path }.say(lang).to_string()))?;
    Ok(if desk.changed.is_empty() { OK } else { PROBLEMS })
}
