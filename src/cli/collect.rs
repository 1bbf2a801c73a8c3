//! `loa enrol` and `loa collect`: the department's side.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};

use super::key::open_witness;
use super::table::plain;
use super::words::fault;
use super::{CONFIG, OK, PROBLEMS, USAGE, help_language};
use crate::airlog::keys::system_chance;
use crate::airlog::storage::FolderStorage;
use crate::archive::collect::{Collected, collect};
use crate::archive::judge::processors;
use crate::archive::source::{self, Form};
use crate::proof::entry::station_of;
use crate::proof::note::VerifierKey;
use crate::registry::{Registry, RegistryError, station_of_key};
use crate::sys::wall_now;
use crate::text::cli::Usage;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// No folder with exports is deeper than this, and none has more folders in it.
const MAX_DEPTH: usize = 3;
const MAX_FOLDERS: usize = 20_000;

fn registry_of(store: &FolderStorage, lang: Lang) -> Result<Registry, u8> {
    Registry::read(store).map_err(|error| {
        let failed = Usage::Failed { what: "registry.toml".to_owned(), detail: error.to_string() };
        complain!("{}", plain(&failed.say(lang).to_string()));
        CONFIG
    })
}

/// `loa enrol`: a person's act.
///
/// # Errors
/// When the store cannot be written.
pub fn enrol(vkey: &str, store: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let mut storage = FolderStorage::new(store.to_owned());
    let key = VerifierKey::parse(vkey).and_then(|key| Some((station_of_key(&key)?, key)));
    let Some((station, key)) = key else {
        complain!("{}", Proof::BadKey { text: plain(vkey) }.say(lang));
        return Ok(USAGE);
    };
    let mut registry = match registry_of(&storage, lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(code),
    };
    let now = DateTime::<Utc>::from_timestamp(i64::try_from(wall_now()).unwrap_or(0), 0).unwrap_or_default();
    match registry.enrol(key, now.to_rfc3339_opts(SecondsFormat::Secs, true), &crate::registry::About::default()) {
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
        Err(RegistryError::Io(e)) => Err(e),
        Err(_) => {
            complain!("{}", Proof::BadKey { text: plain(vkey) }.say(lang));
            Ok(USAGE)
        }
    }
}

/// `loa collect`.
///
/// # Errors
/// When the store or the witness's memory fails.
pub fn run(sources: &[PathBuf], into: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let store = FolderStorage::new(into.to_owned());
    let registry = match registry_of(&store, lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(code),
    };
    let mut witness = open_witness()?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", Proof::WitnessKey { key: witness.public() }.say(lang))?;
    let mut code = OK;
    for path in sources {
        let mut found = Vec::new();
        exports(path, MAX_DEPTH, &mut found);
        if found.is_empty() {
            code = PROBLEMS;
            writeln!(
                out,
                "{}",
                plain(&Proof::NothingFound { path: path.display().to_string() }.say(lang).to_string())
            )?;
        }
        for folder in found {
            let Some(log) = source::open(&folder) else {
                continue;
            };
            let mut outlet = FolderStorage::new(source::find(&folder).map_or(folder.clone(), |(folder, _)| folder));
            let collected = collect(
                &log,
                &mut outlet,
                &registry,
                &mut witness,
                |origin| FolderStorage::new(into.join(origin)),
                wall_now(),
                system_chance,
                processors(),
            );
            match collected {
                Ok(collected) => {
                    let (lines, good) = told(&collected, into, lang);
                    for line in lines {
                        writeln!(out, "{}", plain(&line))?;
                    }
                    if !good {
                        code = PROBLEMS;
                    }
                }
                // One stick that cannot be read does not hold up the others.
                Err(e) => {
                    let failed = Usage::Failed { what: folder.display().to_string(), detail: e.to_string() };
                    writeln!(out, "{}", plain(&failed.say(lang).to_string()))?;
                    code = PROBLEMS;
                }
            }
        }
    }
    Ok(code)
}

fn told(collected: &Collected, into: &Path, lang: Lang) -> (Vec<String>, bool) {
    match collected {
        Collected::Taken { exported, not_returned } => {
            let station = station_of(&exported.found.origin).unwrap_or_default().to_owned();
            let (entries, before) = (exported.found.entries, exported.before);
            let new = entries.saturating_sub(before);
            let mut lines = vec![Proof::Taken { station, entries, new }.say(lang).to_string()];
            let lacking = exported.lacking.iter().filter(|w| !matches!(w, crate::proof::verify::Wrong::Torn { .. }));
            lines.extend(lacking.map(|w| Proof::TakenLacking { fault: fault(w) }.say(lang).to_string()));
            let returned = not_returned.as_ref().map(|e| Proof::NotReturned { detail: e.to_string() });
            lines.extend(returned.map(|words| words.say(lang).to_string()));
            let good = lines.len() == 1;
            (lines, good)
        }
        Collected::Unknown { origin } => (vec![Proof::Unknown { origin: origin.clone() }.say(lang).to_string()], false),
        Collected::Refused { origin, wrong, evidence } => {
            let refused = Proof::Refused { origin: origin.clone(), fault: fault(wrong) };
            let mut lines = vec![refused.say(lang).to_string()];
            let kept = evidence.as_ref().map(|folder| into.join(origin).join(folder).display().to_string());
            lines.extend(kept.map(|path| Proof::Evidence { path }.say(lang).to_string()));
            (lines, false)
        }
    }
}

/// The exports in a folder: it itself, or those below it.
fn exports(path: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let own =
        source::find(path).is_some_and(|(folder, form)| form == Form::Export || folder != path || depth == MAX_DEPTH);
    if own {
        found.push(path.to_owned());
        return;
    }
    if depth == 0 || found.len() >= MAX_FOLDERS {
        return;
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return;
    };
    let mut below: Vec<PathBuf> = entries
        .take(MAX_FOLDERS)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            // No links: a stick must not lead elsewhere.
            entry.file_type().ok()?.is_dir().then(|| entry.path())
        })
        .collect();
    below.sort();
    below.iter().for_each(|folder| exports(folder, depth - 1, found));
}
