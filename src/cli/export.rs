//! `loa export`: the log onto a stick, and the department's answer back from it.
use std::io::{self, Write};
use std::path::Path;

use super::table::plain;
use super::words::fault;
use super::words::station_language;
use super::{CONFIG, OK, PROBLEMS};
use crate::airlog::seal::COSIGNED;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::archive::collect::ANCHOR;
use crate::archive::export::{Exported, export};
use crate::archive::judge::processors;
use crate::archive::source::{self, Form, Source};
use crate::durable;
use crate::folder;
use crate::playout::offline::{Rolled, roll};
use crate::proof::anchor::{MAX_ANCHOR, anchored_at, claimed_time, looks_like_one};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosigned_at, looks_cosigned};
use crate::proof::entry::GenesisKeys;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE, Note, Signed, VerifierKey};
use crate::proof::verify::{Policy, Wrong};
use crate::schedule::read_station;
use crate::sys;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// An anchor is taken when it is so many seconds later than the last,
const APART: u64 = 600;
/// and not more than a day ahead of this machine's clock.
const DAY: u64 = 86_400;

/// `loa export`.
///
/// # Errors
/// When standard output, the station's folder or the stick fails.
pub fn run(station: &Path, to: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let mut stick = FolderStorage::new(to.to_owned());
    let exported = match send(station, &mut stick, lang)? {
        Ok(exported) => exported,
        Err(code) => return Ok(code),
    };
    let mut out = io::stdout().lock();
    let (entries, before, files) = (exported.found.entries, exported.before, exported.files);
    let done = Proof::Exported { entries, before, files, path: to.display().to_string() };
    writeln!(out, "{}", plain(&done.say(lang).to_string()))?;
    writeln!(out, "{}", Proof::ExportCode { code: head_code(&exported.found.root) }.say(lang))?;
    Ok(OK)
}

/// Takes the department's answer over, ends the epoch, and exports the log; else gives the exit code, and it has been
/// said.
///
/// # Errors
/// When the station's folder or the place fails.
pub fn send<T: Storage>(station: &Path, to: &mut T, lang: Lang) -> io::Result<Result<Exported, u8>> {
    let Some(log) = source::open(station) else {
        complain!("{}", Proof::NoLogYet {}.say(lang));
        return Ok(Err(CONFIG));
    };
    if log.form == Form::Airlog {
        let mut log = Source { storage: FolderStorage::airlog(station.join("airlog")), form: Form::Airlog };
        let department = department(station);
        let notes = returned(&mut log, to, department.as_ref(), lang)?;
        if let Some(why) = not_rolled(roll(station, notes)?) {
            let why = why.say(lang).to_string();
            complain!("{}", Proof::NotRolled { why }.say(lang));
        }
    }
    // What is exported is what a power cut would leave.
    if let Some((folder, _)) = source::find(station) {
        durable::sync_folder_of(&folder.join(COSIGNED))?;
    }
    match export(&log, to, Policy::default(), processors())? {
        Ok(exported) => {
            for wrong in exported.lacking.iter().filter(|wrong| !matches!(wrong, Wrong::Torn { .. })) {
                complain!("{}", plain(&Proof::TakenLacking { fault: fault(wrong) }.say(lang).to_string()));
            }
            Ok(Ok(exported))
        }
        Err(wrong) => {
            let said = Proof::NotExported { fault: fault(&wrong) }.say(lang).to_string();
            complain!("{}", plain(&said));
            if matches!(wrong, Wrong::OtherLog { .. } | Wrong::RolledBack { .. } | Wrong::Fork { .. }) {
                complain!("{}", Proof::OtherFolder {}.say(lang));
            }
            Ok(Err(PROBLEMS))
        }
    }
}

/// Why the open epoch has not ended, if it has not.
fn not_rolled(rolled: Rolled) -> Option<Proof> {
    match rolled {
        Rolled::Done => None,
        Rolled::NoKeys => Some(Proof::KeysElsewhere {}),
        Rolled::Unreachable => Some(Proof::StationUnreachable {}),
        Rolled::Refused => Some(Proof::DiskRefuses {}),
    }
}

/// What the department has put on the stick: its countersignature is kept beside the log, and both it and a new anchor
/// are to be logged.
fn returned<T: Storage>(
    log: &mut Source<FolderStorage>,
    stick: &T,
    department: Option<&VerifierKey>,
    lang: Lang,
) -> io::Result<Vec<String>> {
    let mut notes = Vec::new();
    if let Some(bytes) = lenient(stick, COSIGNED, MAX_NOTE)?
        && lenient(&log.storage, COSIGNED, MAX_NOTE)?.as_ref() != Some(&bytes)
    {
        match ours(log, &bytes)? {
            Some((note, _)) if !is_cosigned(&note, department) => {
                complain!("{}", Proof::CosignedBare {}.say(lang));
            }
            Some((note, size)) => {
                log.storage.replace(COSIGNED, note.as_bytes())?;
                notes.push(note);
                let (known, entries) = (department.is_some(), size);
                let kept = if known { Proof::CosignedKept { entries } } else { Proof::CosignedUnchecked { entries } };
                complain!("{}", kept.say(lang));
            }
            None => complain!("{}", Proof::CosignedOther {}.say(lang)),
        }
    }
    if let Some(bytes) = lenient(stick, ANCHOR, MAX_ANCHOR)?
        && lenient(&log.storage, ANCHOR, MAX_ANCHOR)?.as_ref() != Some(&bytes)
        && let Some(note) = looks_like_one(&bytes)
        && match department {
            Some(key) => anchored_at(&note, key).is_some(),
            None => is_newer(&note, &log.storage)?,
        }
    {
        log.storage.replace(ANCHOR, &bytes)?;
        notes.push(note.to_string());
    }
    Ok(notes)
}

/// The department's key, if `station.toml` has it.
fn department(station: &Path) -> Option<VerifierKey> {
    let files = folder::read_sources(station).ok()?;
    VerifierKey::parse(&read_station(&files).department_key?)
}

/// Whether a note bears the department's countersignature; where its key is not known, any.
fn is_cosigned(note: &str, department: Option<&VerifierKey>) -> bool {
    let Some(note) = Note::parse(note.as_bytes()) else { return false };
    department.map_or_else(|| looks_cosigned(&note), |key| cosigned_at(&note, key).is_ok())
}

/// Whether an anchor says a time that is later than that of the last one, and that can be. Who does not know
/// the department's key cannot know who made it; made-up ones must not fill the log.
fn is_newer<S: Storage>(anchor: &Note, airlog: &S) -> io::Result<bool> {
    let last = lenient(airlog, ANCHOR, MAX_ANCHOR)?.and_then(|bytes| claimed_time(&looks_like_one(&bytes)?));
    let now = sys::wall_now();
    let time = claimed_time(anchor).unwrap_or(0);
    Ok(time <= now.saturating_add(DAY)
        && last.is_none_or(|last| last > now.saturating_add(DAY) || time >= last + APART))
}

fn lenient<S: Storage>(storage: &S, name: &str, limit: usize) -> io::Result<Option<Vec<u8>>> {
    match storage.read_all(name, limit as u64) {
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        other => other,
    }
}

/// A countersigned head of this log that is newer than the one we have: its text and size.
fn ours(log: &Source<FolderStorage>, bytes: &[u8]) -> io::Result<Option<(String, u64)>> {
    let heads = log.heads()?;
    let parse = |bytes: &[u8]| {
        let note = Note::parse(bytes)?;
        Some((Checkpoint::parse(&note.text)?, note))
    };
    let genesis = log.first_line(&heads.head)?.and_then(|line| serde_json::from_slice::<GenesisKeys>(&line).ok());
    let key = genesis.and_then(|genesis| VerifierKey::parse(&genesis.key));
    let (Some((head, _)), Some((there, note)), Some(key)) = (parse(&heads.head), parse(bytes), key) else {
        return Ok(None);
    };
    let newest = heads.cosigned.as_deref().and_then(parse).map_or(0, |(c, _)| c.size);
    let good = there.origin == head.origin
        && newest <= there.size
        && there.size <= head.size
        && note.signed_by(&key) == Signed::Yes;
    if !good {
        return Ok(None);
    }
    // Its root must be that of our own entries, or the log would never verify again.
    let policy = Policy { seen: vec![there.clone()], ..Policy::default() };
    let verdict = crate::archive::judge::walk(log, &heads, policy, processors(), &mut |_, _| Ok(Ok(())))?;
    let whole = verdict.wrong.iter().all(Wrong::beside_the_log);
    Ok(whole.then(|| (note.to_string(), there.size)))
}
