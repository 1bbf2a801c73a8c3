//! A store with an up-to-date index.
use std::fs::File;
use std::io;
use std::path::Path;

use crate::airlog::storage::FolderStorage;
use crate::cli::department::registry_file::read_registry;
use crate::cli::department::registry_review::examine_registry;
use crate::cli::department::store::{DEFAULT_RETRY_TIME, parse_location, report_store_failure};
use crate::cli::record::key::open_witness;
use crate::department::index::{AiringIndex, IndexError, LEGACY_FILE_NAME};
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::IndexOrigin;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::department::DepartmentText;
use crate::text::proof::FaultText;
use crate::text::{Lang, Localize, print_stderr};

/// A store with an up-to-date index.
pub struct IndexedStore {
    /// The store.
    pub store: StorageLocation,
    /// The registry, without disputed logs.
    pub registry: Registry,
    /// Changes of the registry that nobody on this machine has accepted.
    pub differences: Vec<RegistryDifference>,
    /// The index.
    pub index: AiringIndex,
    /// Origins of logs that are not as they were collected, with their faults.
    pub altered_logs: Vec<(String, FaultText)>,
    /// The state in which the index was found.
    pub index_origin: IndexOrigin,
    /// Keeps others on this machine from writing the index, or from reading it half written.
    _held: File,
}

impl IndexedStore {
    /// Returns whether all logs are as they were collected, and the registry as it was accepted.
    #[must_use]
    pub fn has_no_findings(&self) -> bool {
        self.altered_logs.is_empty() && self.differences.is_empty()
    }
}

/// Opens a store and updates its index; returns the exit code, after printing the reason, when that fails.
///
/// # Errors
/// When the witness's memory fails.
pub fn open_indexed_store(store: &Path, rebuild: bool, lang: Lang) -> io::Result<Result<IndexedStore, u8>> {
    let place = match parse_location(store, DEFAULT_RETRY_TIME, lang) {
        Ok(place) => place,
        Err(code) => return Ok(Err(code)),
    };
    let registry = match read_registry(&place.storage(), lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(Err(code)),
    };
    let mut witness = open_witness()?;
    let examined = examine_registry(registry, &place, &mut witness, false, lang)?;
    let registry = examined.undisputed();
    let filled = AiringIndex::path_for(&place).map_err(IndexError::from).and_then(|path| {
        let held = lock_index(&path)?;
        report_former_index(&place, &path, lang);
        Ok((update_index(&path, &place, &registry, &mut witness, rebuild)?, held))
    });
    let (UpdatedIndex { index, changed, made }, held) = match filled {
        Ok(filled) => filled,
        Err(IndexError::Store(e)) => return Ok(Err(report_store_failure(&place.to_string(), &e, lang))),
        Err(e) => return Ok(Err(report_store_failure(&place.to_string(), &io::Error::other(e.to_string()), lang))),
    };
    for (origin, fault) in &changed {
        let said = DepartmentText::StoreChanged { origin: origin.clone(), fault: fault.clone() };
        print_stderr!("{}", said.to_plain(lang));
    }
    if made == IndexOrigin::Rebuilt {
        print_stderr!("{}", DepartmentText::IndexDoubted { path: index.path.display().to_string() }.to_plain(lang));
    }
    Ok(Ok(IndexedStore {
        store: place,
        registry,
        differences: examined.differences,
        index,
        altered_logs: changed,
        index_origin: made,
        _held: held,
    }))
}

/// An up-to-date index.
struct UpdatedIndex {
    index: AiringIndex,
    changed: Vec<(String, FaultText)>,
    made: IndexOrigin,
}

/// Updates an index that is as this machine left it; any other one is rebuilt from the store.
fn update_index(
    path: &Path,
    place: &StorageLocation,
    registry: &Registry,
    witness: &mut Witness<FolderStorage>,
    rebuild: bool,
) -> Result<UpdatedIndex, IndexError> {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
    let remembered = witness.index_digest(&name)?;
    let there = AiringIndex::digest(path)?;
    let kept = remembered.is_some() && there == remembered;
    let made = if remembered.is_some() && path.exists() && !kept { IndexOrigin::Rebuilt } else { IndexOrigin::Kept };
    if rebuild || !kept {
        AiringIndex::discard(path)?;
    }
    let fill = |witness: &Witness<FolderStorage>, known: Option<String>| {
        let mut index = AiringIndex::open(path)?;
        let changed = index.update(place, registry, witness)?;
        // Nothing was written: keep the known digest, so that changes by others still show at the next opening.
        let digest = known.filter(|_| !index.is_modified());
        let digest = if digest.is_some() { digest } else { index.flush_to_file()? };
        Ok((index, changed, digest))
    };
    let (index, changed, digest) = match fill(witness, there.filter(|_| kept && !rebuild)) {
        // A damaged index is rebuilt; nothing is lost.
        Err(e) if IndexError::is_damage(&e) => {
            AiringIndex::discard(path)?;
            fill(witness, None)?
        }
        filled => filled?,
    };
    if remembered != digest {
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
        witness.record_index_digest(&name, digest.as_deref().unwrap_or("-"))?;
    }
    Ok(UpdatedIndex { index, changed, made })
}

/// Waits until nobody else on this machine uses this index.
fn lock_index(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// Prints that an index left in the store by a former version is not used, when the new one is made.
fn report_former_index(store: &StorageLocation, path: &Path, lang: Lang) {
    let former = store.folder().map(|folder| folder.join(LEGACY_FILE_NAME)).filter(|former| former.exists());
    if let Some(former) = former.filter(|_| !path.exists()) {
        let said =
            DepartmentText::IndexFormer { path: path.display().to_string(), former: former.display().to_string() };
        print_stderr!("{}", said.to_plain(lang));
    }
}
