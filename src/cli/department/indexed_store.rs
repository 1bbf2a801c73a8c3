//! Opens a store and brings its index up to date.
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

use chrono::NaiveDate;

use crate::airlog::storage::FolderStorage;
use crate::base::instant::WallTime;
use crate::cli::department::opened_journal::{print_faults, read_journal};
use crate::cli::department::registry_file::read_store_registry;
use crate::cli::department::registry_review::examine_registry;
use crate::cli::department::stated::kept::kept_rows;
use crate::cli::department::store::{DEFAULT_RETRY_TIME, parse_location, report_store_failure};
use crate::cli::department::target::documents::{StoredTargets, stored_targets};
use crate::cli::record::key::open_witness;
use crate::cli::synchronised_clock::synchronised_now;
use crate::department::index::closed_logs::ClosedLog;
use crate::department::index::kept_topics::LoggedCampaign;
use crate::department::index::{AiringIndex, IndexError, LEGACY_FILE_NAME};
use crate::department::journal::comparison::JournalComparison;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::IndexState;
use crate::department::stated::StatedRow;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::note::VerifierKey;
use crate::text::department::DepartmentText;
use crate::text::proof::FaultText;
use crate::text::{Lang, Localize, print_stderr};

/// Inputs of a report that replace those of the store: targets, stated rows, the clock, and titles.
pub struct FrozenInputs {
    /// The targets.
    pub targets: StoredTargets,
    /// The stated rows.
    pub stated_rows: Vec<StatedRow>,
    /// The time of this machine's clock; `None` if the clock was not synchronised.
    pub now: Option<WallTime>,
    /// The titles of campaigns and topics; `None` for those of the index.
    pub campaigns: Option<Vec<LoggedCampaign>>,
}

/// A store with an up-to-date index. While this value exists, no other process on this machine uses the index.
pub struct IndexedStore {
    /// The store.
    pub store: StorageLocation,
    /// The registry, without disputed logs.
    pub registry: Registry,
    /// The changes to the registry that nobody on this machine has accepted.
    pub differences: Vec<RegistryDifference>,
    /// The index.
    pub index: AiringIndex,
    /// The origins of logs that were altered after they were collected, with their faults.
    pub altered_logs: Vec<(String, FaultText)>,
    /// The state of the index before the update.
    pub index_state: IndexState,
    /// The department's journal.
    pub journal: JournalComparison,
    /// The inputs that replace those of the store; `None` unless a period is closed or recounted.
    pub frozen: Option<FrozenInputs>,
    /// The lock of the index.
    _index_lock: File,
}

impl IndexedStore {
    /// Returns `true` if no log was altered after it was collected, all changes to the registry are accepted, and the
    /// journal is as this machine has written it.
    #[must_use]
    pub fn has_no_findings(&self) -> bool {
        self.altered_logs.is_empty() && self.differences.is_empty() && self.journal.faults.is_empty()
    }

    /// Returns the targets.
    ///
    /// # Errors
    /// If the store, or the witness's stored state, cannot be read.
    pub fn targets(&self) -> io::Result<StoredTargets> {
        self.frozen.as_ref().map_or_else(|| stored_targets(&self.store), |frozen| Ok(frozen.targets.clone()))
    }

    /// Returns the stated rows, and the names of the files that are not used.
    ///
    /// # Errors
    /// If the store, or the witness's stored state, cannot be read.
    pub fn stated_rows(&self, today: NaiveDate) -> io::Result<(Vec<StatedRow>, Vec<String>)> {
        match &self.frozen {
            Some(frozen) => Ok((frozen.stated_rows.clone(), Vec::new())),
            None => kept_rows(&self.store, today),
        }
    }

    /// Returns the time of this machine's clock; `None` unless the clock is synchronised.
    #[must_use]
    pub fn now(&self) -> Option<WallTime> {
        self.frozen.as_ref().map_or_else(synchronised_now, |frozen| frozen.now)
    }
}

/// Makes an index of logs up to their closed heads, beside the store's own index, and calls `count` with it. Returns
/// `Err` inside with the faults of the logs that the store no longer holds as they were closed.
///
/// # Errors
/// If the store, the index or `count` fails.
pub fn with_closed_index<T, E: From<IndexError>>(
    (location, journal, witness_key): (&StorageLocation, JournalComparison, &VerifierKey),
    registry: Registry,
    closed_logs: &BTreeMap<String, ClosedLog>,
    frozen: FrozenInputs,
    count: impl FnOnce(&IndexedStore) -> Result<T, E>,
) -> Result<Result<T, Vec<(String, FaultText)>>, E> {
    let path = AiringIndex::path_for(location).map_err(IndexError::from)?.with_extension("closed.sqlite");
    let index_lock = lock_index(&path).map_err(IndexError::from)?;
    AiringIndex::discard(&path)?;
    let mut index = AiringIndex::open(&path)?;
    let faults = index.read_closed_logs(location, &registry, witness_key, closed_logs, frozen.campaigns.as_deref())?;
    if !faults.is_empty() {
        drop(index);
        AiringIndex::discard(&path)?;
        return Ok(Err(faults));
    }
    let store = IndexedStore {
        store: location.clone(),
        registry,
        differences: Vec::new(),
        index,
        altered_logs: Vec::new(),
        index_state: IndexState::Unchanged,
        journal,
        frozen: Some(frozen),
        _index_lock: index_lock,
    };
    let result = count(&store);
    drop(store);
    AiringIndex::discard(&path)?;
    result.map(Ok)
}

/// Opens a store and updates its index. If that fails, prints the reason and returns the exit code.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub fn open_indexed_store(store: &Path, force_rebuild: bool, lang: Lang) -> io::Result<Result<IndexedStore, u8>> {
    let location = match parse_location(store, DEFAULT_RETRY_TIME, lang) {
        Ok(location) => location,
        Err(code) => return Ok(Err(code)),
    };
    let registry = match read_store_registry(&location, lang) {
        Ok(registry) => registry,
        Err(code) => return Ok(Err(code)),
    };
    let mut witness = open_witness()?;
    let examined_registry = examine_registry(registry, &location, &mut witness, false, lang)?;
    let journal = match read_journal(&location, &witness) {
        Ok(comparison) => comparison,
        Err(e) => return Ok(Err(report_store_failure(&location.to_string(), &e, lang))),
    };
    print_faults(&journal.faults, &location, lang);
    let registry = examined_registry.undisputed_registry();
    let update_result = AiringIndex::path_for(&location).map_err(IndexError::from).and_then(|path| {
        let index_lock = lock_index(&path)?;
        report_former_index(&location, &path, lang);
        Ok((update_index(&path, &location, &registry, &mut witness, force_rebuild)?, index_lock))
    });
    let (UpdatedIndex { index, altered_logs, index_state }, index_lock) = match update_result {
        Ok(update) => update,
        Err(IndexError::Store(e)) => return Ok(Err(report_store_failure(&location.to_string(), &e, lang))),
        Err(e) => return Ok(Err(report_store_failure(&location.to_string(), &io::Error::other(e.to_string()), lang))),
    };
    for (origin, fault) in &altered_logs {
        let message = DepartmentText::StoreChanged { origin: origin.clone(), fault: fault.clone() };
        print_stderr!("{}", message.to_plain(lang));
    }
    if index_state == IndexState::Rebuilt {
        print_stderr!("{}", DepartmentText::IndexAltered { path: index.path.display().to_string() }.to_plain(lang));
    }
    Ok(Ok(IndexedStore {
        store: location,
        registry,
        differences: examined_registry.differences,
        index,
        altered_logs,
        index_state,
        journal,
        frozen: None,
        _index_lock: index_lock,
    }))
}

/// An index that was brought up to date.
struct UpdatedIndex {
    index: AiringIndex,
    altered_logs: Vec<(String, FaultText)>,
    index_state: IndexState,
}

/// Updates the index. If it has changed since this machine last wrote it, rebuilds it from the store.
fn update_index(
    path: &Path,
    location: &StorageLocation,
    registry: &Registry,
    witness: &mut Witness<FolderStorage>,
    force_rebuild: bool,
) -> Result<UpdatedIndex, IndexError> {
    let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
    let recorded_digest = witness.index_digest(&name)?;
    let found_digest = AiringIndex::digest(path)?;
    let is_unchanged = recorded_digest.is_some() && found_digest == recorded_digest;
    let index_state = if recorded_digest.is_some() && path.exists() && !is_unchanged {
        IndexState::Rebuilt
    } else {
        IndexState::Unchanged
    };
    if force_rebuild || !is_unchanged {
        AiringIndex::discard(path)?;
    }
    let open_and_update = |witness: &Witness<FolderStorage>, unchanged_digest: Option<String>| {
        let mut index = AiringIndex::open(path)?;
        let altered_logs = index.update(location, registry, witness)?;
        // If nothing was written, the old digest is kept, so that the next opening detects changes that others made in
        // the meantime.
        let digest = unchanged_digest.filter(|_| !index.is_modified());
        let digest = if digest.is_some() { digest } else { index.flush_to_file()? };
        Ok((index, altered_logs, digest))
    };
    let (index, altered_logs, digest) =
        match open_and_update(witness, found_digest.filter(|_| is_unchanged && !force_rebuild)) {
            // The store holds everything that the index holds, so a damaged index is rebuilt.
            Err(e) if IndexError::is_damage(&e) => {
                AiringIndex::discard(path)?;
                open_and_update(witness, None)?
            }
            result => result?,
        };
    if recorded_digest != digest {
        let name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).display().to_string();
        witness.record_index_digest(&name, digest.as_deref().unwrap_or("-"))?;
    }
    Ok(UpdatedIndex { index, altered_logs, index_state })
}

/// Waits until no other process on this machine uses the index, and locks it.
fn lock_index(path: &Path) -> io::Result<File> {
    let file = File::options().create(true).append(true).open(path.with_extension("lock"))?;
    file.lock()?;
    Ok(file)
}

/// If there is no index yet, but an earlier version left one in the store, prints that the old one is not used.
fn report_former_index(store: &StorageLocation, path: &Path, lang: Lang) {
    let former_path = store.folder().map(|folder| folder.join(LEGACY_FILE_NAME)).filter(|path| path.exists());
    if let Some(former) = former_path.filter(|_| !path.exists()) {
        let message =
            DepartmentText::FormerIndexFound { path: path.display().to_string(), former: former.display().to_string() };
        print_stderr!("{}", message.to_plain(lang));
    }
}
