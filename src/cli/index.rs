//! `loa index`: the department's index of all airings.
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::accepted::examine;
use super::enrol::registry_of;
use super::key::open_witness;
use super::store::{PATIENCE, failed, place_of};
use super::table::plain;
use super::{OK, PROBLEMS, help_language};
use crate::airlog::storage::FolderStorage;
use crate::archive::place::Place;
use crate::archive::witness::Witness;
use crate::index::{FORMER, Index, IndexError};
use crate::instant::Wall;
use crate::registry::Registry;
use crate::registry::accepted::Difference;
use crate::report::Made;
use crate::sys::{timex, wall_now};
use crate::text::department::Desk;
use crate::text::proof::Fault;
use crate::text::{Lang, Say, complain};

/// A store with its index, brought up to date.
pub struct Desktop {
    /// The store.
    pub store: Place,
    /// Its registry, without logs that are in dispute.
    pub registry: Registry,
    /// What in it nobody on this machine has accepted.
    pub differences: Vec<Difference>,
    /// Its index.
    pub index: Index,
    /// Logs in the store that are not what was collected, and what is wrong with them.
    pub changed: Vec<(String, Fault)>,
    /// What the index was before.
    pub made: Made,
    /// Nobody else on this machine writes the index, or finds it half written, as long as it is read.
    _held: File,
}

impl Desktop {
    /// Whether nothing is to be looked at: all logs are what was collected, and the registry what was accepted.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.changed.is_empty() && self.differences.is_empty()
    }
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
    let mut witness = open_witness()?;
    let examined = examine(registry, &place, &mut witness, false, lang)?;
    let registry = examined.undisputed();
    let filled = Index::path_for(&place).map_err(IndexError::from).and_then(|path| {
        let held = hold_index(&path)?;
        say_former(&place, &path, lang);
        Ok((filled(&path, &place, &registry, &mut witness, rebuild)?, held))
    });
    let (Filled { index, changed, made }, held) = match filled {
        Ok(filled) => filled,
        Err(IndexError::Store(e)) => return Ok(Err(failed(&place.to_string(), &e, lang))),
        Err(e) => return Ok(Err(failed(&place.to_string(), &io::Error::other(e.to_string()), lang))),
    };
    for (origin, fault) in &changed {
        let said = Desk::StoreChanged { origin: origin.clone(), fault: fault.clone() };
        complain!("{}", plain(&said.say(lang).to_string()));
    }
    if made == Made::Anew {
        complain!("{}", plain(&Desk::IndexDoubted { path: index.path.display().to_string() }.say(lang).to_string()));
    }
    Ok(Ok(Desktop { store: place, registry, differences: examined.differences, index, changed, made, _held: held }))
}

/// An index that is up to date.
struct Filled {
    index: Index,
    changed: Vec<(String, Fault)>,
    made: Made,
}

/// Brings an index up to date that is as this machine has written it; any other one is made anew from the store.
fn filled(
    path: &Path,
    place: &Place,
    registry: &Registry,
    witness: &mut Witness<FolderStorage>,
    rebuild: bool,
) -> Result<Filled, IndexError> {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
    let remembered = witness.index_digest(&name)?;
    let there = Index::digest(path)?;
    let kept = remembered.is_some() && there == remembered;
    let made = if remembered.is_some() && path.exists() && !kept { Made::Anew } else { Made::Kept };
    if rebuild || !kept {
        Index::discard(path)?;
    }
    let fill = |witness: &Witness<FolderStorage>, known: Option<String>| {
        let mut index = Index::open(path)?;
        let changed = index.fill(place, registry, witness)?;
        // Nothing was written: the digest is what it was, and what others have done since shows at the next look.
        let digest = known.filter(|_| !index.is_written());
        let digest = if digest.is_some() { digest } else { index.settle()? };
        Ok((index, changed, digest))
    };
    let (index, changed, digest) = match fill(witness, there.filter(|_| kept && !rebuild)) {
        // A damaged index is made anew: nothing is lost.
        Err(e) if IndexError::is_damage(&e) => {
            Index::discard(path)?;
            fill(witness, None)?
        }
        filled => filled?,
    };
    if remembered != digest {
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
        witness.remember_index(&name, digest.as_deref().unwrap_or("-"))?;
    }
    Ok(Filled { index, changed, made })
}

/// Waits until nobody else on this machine uses this index.
fn hold_index(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// An index that a former version has left in the store is nobody's any more; when the new one is made, it is said.
fn say_former(store: &Place, path: &Path, lang: Lang) {
    let former = store.folder().map(|folder| folder.join(FORMER)).filter(|former| former.exists());
    if let Some(former) = former.filter(|_| !path.exists()) {
        let said = Desk::IndexFormer { path: path.display().to_string(), former: former.display().to_string() };
        complain!("{}", plain(&said.say(lang).to_string()));
    }
}

/// This machine's clock, when something keeps it: only then can it say of an airing that it has not happened yet.
#[must_use]
pub fn kept_now() -> Option<Wall> {
    let now = i64::try_from(wall_now()).ok()?;
    timex().is_some_and(|kept| kept.synchronised).then(|| Wall(now.saturating_mul(1_000_000)))
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
    Ok(if desk.is_good() { OK } else { PROBLEMS })
}
