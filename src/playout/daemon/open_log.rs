//! Opens a log for the daemon: removes temporary files, locks the keys, and recovers the log.
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::airlog::keys::key_folder;
use crate::airlog::lost_log::{KEY_LOCK, record_station_path, recorded_station_path, signed_origin};
use crate::airlog::record::LogReader;
use crate::airlog::recover::Recovered;
use crate::airlog::storage::FolderStorage;
use crate::base::durable::{self, OWNER_ONLY};
use crate::playout::assembly::{RestoredStation, StationSetup, recover_log};
use crate::playout::error::{DaemonError, SystemPart};
use crate::playout::key_location::KeyLocation;
use crate::playout::lock::lock_file;
use crate::playout::notice::{PlayoutNotice, SharedNotifier, notify};
use crate::proof::origin::REHEARSAL_PREFIX;

/// A station's log, with its keys locked.
pub(super) struct LockedLog {
    /// The path of the station's folder.
    station: PathBuf,
    storage: FolderStorage,
    key_storage: FolderStorage,
    /// The origin of the log whose head is in the folder, and the lock on its keys. `None` for a new log.
    key_lock: Option<(String, File)>,
}

/// The locks on the keys of a log. Dropping this value releases them.
pub(super) struct KeyLocks {
    _head_lock: Option<(String, File)>,
    _new_log_lock: Option<File>,
}

impl LockedLog {
    /// Removes the temporary files of the last run, opens the log, and locks its keys. The caller must hold the
    /// station's lock.
    ///
    /// # Errors
    /// [`DaemonError::RehearsalLog`] if a rehearsal wrote the log; [`DaemonError::CopyIsRunning`] if a daemon is
    /// running on a copy of this folder; [`DaemonError::System`] if the system refuses access to a file or a lock.
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
        let key_storage = key_location.open_storage(&storage).map_err(DaemonError::system(SystemPart::Keys))?;
        // Copies of a station's folder share their keys, and signing in two copies would fork the log. The keys are
        // locked before recovery, because recovery writes beside them.
        let key_lock = lock_keys_of_head(station, &storage, &key_storage)?;
        Ok(Self { station: station.to_owned(), storage, key_storage, key_lock })
    }

    /// Recovers the log. Reports a damaged log, which recovery has moved aside, and a torn end of the log.
    ///
    /// # Errors
    /// [`DaemonError::System`] if the storage fails.
    pub(super) fn recover(&mut self, notifier: &SharedNotifier) -> Result<Recovered, DaemonError> {
        let recovered = recover_log(&mut self.storage, &mut self.key_storage);
        let recovered = recovered.map_err(DaemonError::system(SystemPart::Airlog))?;
        if let Some(damage) = &recovered.damaged {
            notify(notifier, PlayoutNotice::LogDamaged(damage));
        }
        if recovered.torn_bytes > 0 {
            notify(notifier, PlayoutNotice::LogTailTorn(recovered.torn_bytes));
        }
        Ok(recovered)
    }

    /// Opens the recovered log or a new one. The keys of a new log are locked, too.
    ///
    /// # Errors
    /// [`DaemonError::System`] if keys cannot be created or locked.
    pub(super) fn restore(
        self,
        recovered: Recovered,
        setup: StationSetup,
    ) -> Result<(RestoredStation<FolderStorage>, KeyLocks), DaemonError> {
        let Self { station, storage, key_storage, key_lock } = self;
        let key_root = key_storage.folder().to_owned();
        let restored = RestoredStation::open(storage, key_storage, recovered, setup);
        let restored = restored.map_err(DaemonError::system(SystemPart::Keys))?;
        let origin = restored.log.identity().origin;
        let new_log_lock = match &key_lock {
            Some((locked_origin, _)) if *locked_origin == origin => None,
            _ => {
                let path = key_root.join(key_folder(&origin)).join(KEY_LOCK);
                let lock = lock_file(&path, SystemPart::Keys, OWNER_ONLY)?;
                record_station_path(&lock, &station);
                Some(lock)
            }
        };
        Ok((restored, KeyLocks { _head_lock: key_lock, _new_log_lock: new_log_lock }))
    }
}

/// Locks the keys of the log whose head is in `airlog`. Returns the log's origin and the lock, or `None` if there is no
/// head or its keys are not on this machine.
fn lock_keys_of_head(
    station: &Path,
    airlog: &FolderStorage,
    key_storage: &FolderStorage,
) -> Result<Option<(String, File)>, DaemonError> {
    let Some(origin) = signed_origin(airlog) else {
        return Ok(None);
    };
    let folder = key_storage.folder().join(key_folder(&origin));
    if !folder.is_dir() {
        return Ok(None);
    }
    let lock = match lock_file(&folder.join(KEY_LOCK), SystemPart::Keys, OWNER_ONLY) {
        // This process has locked this folder, so the process that has locked the keys runs in a copy of it.
        Err(DaemonError::AlreadyRunning) => {
            return Err(match recorded_station_path(&folder).filter(|path| path != station) {
                Some(running_folder) => DaemonError::CopyIsRunning(running_folder),
                None => DaemonError::AlreadyRunning,
            });
        }
        lock => lock?,
    };
    record_station_path(&lock, station);
    Ok(Some((origin, lock)))
}

/// Returns the origin in a log's first entry; `None` if that entry is missing or damaged.
fn origin_in_genesis(storage: &FolderStorage) -> io::Result<Option<String>> {
    let first_record = LogReader::new(storage)?.next_record();
    Ok(first_record.ok().flatten().and_then(|record| record.genesis().map(|genesis| genesis.origin.clone())))
}
