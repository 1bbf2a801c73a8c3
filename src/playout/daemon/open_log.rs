//! Opening a log for the daemon: sweep, locks on the keys, recovery.
use std::fs::File;
use std::io;
use std::path::Path;

use crate::airlog::keys::key_folder;
use crate::airlog::record::LogReader;
use crate::airlog::recover::Recovered;
use crate::airlog::storage::FolderStorage;
use crate::base::durable::{self, OWNER_ONLY};
use crate::playout::assembly::{RestoredStation, StationSetup, recover_log};
use crate::playout::error::{DaemonError, SystemPart};
use crate::playout::key_location::{KeyLocation, signed_origin};
use crate::playout::lock::lock_file;
use crate::playout::notice::{PlayoutNotice, SharedNotifier, notify};
use crate::proof::origin::REHEARSAL_PREFIX;

/// A station's log, with its keys locked.
pub(super) struct LockedLog {
    storage: FolderStorage,
    keys: FolderStorage,
    /// Lock on the keys of the log whose head lies in the folder, and that log's origin.
    key_lock: Option<(String, File)>,
}

/// Locks on the keys of a log. Closing them releases the keys.
pub(super) struct KeyLocks {
    _found: Option<(String, File)>,
    _new: Option<File>,
}

impl LockedLog {
    /// Removes temporary files of the last run, and opens the log and its keys. The caller holds the station's lock.
    ///
    /// # Errors
    /// [`DaemonError::RehearsalLog`]; [`DaemonError::AlreadyRunning`] when a copy of this folder runs; otherwise
    /// [`DaemonError::System`].
    pub(super) fn open(station: &Path, key_location: KeyLocation<'_>) -> Result<Self, DaemonError> {
        let airlog = station.join("airlog");
        for folder in [airlog.clone(), airlog.join("kept"), airlog.join("torn")] {
            durable::remove_temp_files(&folder).map_err(DaemonError::system(SystemPart::Airlog))?;
        }
        let mut storage = FolderStorage::for_airlog(airlog);
        storage.pin_folder().map_err(DaemonError::system(SystemPart::Airlog))?;
        let origin = origin_in_genesis(&storage).map_err(DaemonError::system(SystemPart::Airlog))?;
        if origin.is_some_and(|origin| origin.starts_with(REHEARSAL_PREFIX)) {
            return Err(DaemonError::RehearsalLog);
        }
        let keys = key_location.open_storage(&storage).map_err(DaemonError::system(SystemPart::Keys))?;
        // Two copies of a station's folder share one set of keys: signing in both would fork the log. Recovery itself
        // writes beside the keys, so they are locked before it.
        let key_lock = lock_keys_of_head(&storage, &keys)?;
        Ok(Self { storage, keys, key_lock })
    }

    /// Recovers the log, and reports what recovery set aside.
    ///
    /// # Errors
    /// [`DaemonError::System`] when the storage fails.
    pub(super) fn recover(&mut self, notifier: &SharedNotifier) -> Result<Recovered, DaemonError> {
        let recovered = recover_log(&mut self.storage, &mut self.keys);
        let recovered = recovered.map_err(DaemonError::system(SystemPart::Airlog))?;
        if let Some(damage) = &recovered.damaged {
            notify(notifier, PlayoutNotice::LogDamaged(damage));
        }
        if recovered.torn > 0 {
            notify(notifier, PlayoutNotice::LogTailTorn(recovered.torn));
        }
        Ok(recovered)
    }

    /// Opens the recovered log, or a new one whose keys it locks.
    ///
    /// # Errors
    /// [`DaemonError::System`] when keys cannot be made or locked.
    pub(super) fn restore(
        self,
        recovered: Recovered,
        setup: StationSetup,
    ) -> Result<(RestoredStation<FolderStorage>, KeyLocks), DaemonError> {
        let Self { storage, keys, key_lock } = self;
        let key_root = keys.folder().to_owned();
        let restored = RestoredStation::open(storage, keys, recovered, setup);
        let restored = restored.map_err(DaemonError::system(SystemPart::Keys))?;
        let origin = restored.log.identity().origin;
        let new = match &key_lock {
            Some((locked, _)) if *locked == origin => None,
            _ => Some(lock_file(&key_root.join(key_folder(&origin)).join("lock"), SystemPart::Keys, OWNER_ONLY)?),
        };
        Ok((restored, KeyLocks { _found: key_lock, _new: new }))
    }
}

/// Locks the keys of the log whose head lies in `airlog`, if they are on this machine; returns its origin, too.
fn lock_keys_of_head(airlog: &FolderStorage, keys: &FolderStorage) -> Result<Option<(String, File)>, DaemonError> {
    let Some(origin) = signed_origin(airlog) else {
        return Ok(None);
    };
    let folder = keys.folder().join(key_folder(&origin));
    if !folder.is_dir() {
        return Ok(None);
    }
    let lock = lock_file(&folder.join("lock"), SystemPart::Keys, OWNER_ONLY)?;
    Ok(Some((origin, lock)))
}

/// Returns the origin in a log's first entry.
fn origin_in_genesis(storage: &FolderStorage) -> io::Result<Option<String>> {
    let first = LogReader::new(storage)?.next_record();
    Ok(first.ok().flatten().and_then(|record| record.genesis().map(|genesis| genesis.origin.clone())))
}
