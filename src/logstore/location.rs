//! Where logs are collected from and kept: folders, and object stores (`s3://bucket/prefix`).
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::source::{LogForm, LogSource};
use crate::airlog::storage::{AnyStorage, FolderStorage};
use crate::proof::note::{NoteSigner, VerifierKey};

/// No folder with exports is deeper than this below the one that is named, and none has more folders in it.
const MAX_DEPTH: usize = 6;
const MAX_FOLDERS: usize = 20_000;
/// Folders that belong to a log: nothing else is looked for in them.
pub(super) const LOG_SUBFOLDERS: [&str; 5] = ["tile", "kept", "heads", "evidence", "torn"];

/// A folder or an object store.
#[derive(Clone)]
pub enum StorageLocation {
    /// A folder.
    Folder(PathBuf),
    /// A place in an object store.
    #[cfg(feature = "s3")]
    S3 {
        /// As it was named.
        address: String,
        /// What it is.
        storage: super::s3::S3Storage,
    },
}

/// Why a place cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// This program was built without object stores.
    #[error("this program was built without the S3 client")]
    S3NotBuilt,
    /// The object store cannot be used.
    #[cfg(feature = "s3")]
    #[error(transparent)]
    S3(#[from] super::s3::S3Error),
}

/// An export or a station's log that was found.
pub struct FoundLog {
    /// Where, for people.
    pub location: String,
    /// The log.
    pub source: LogSource<AnyStorage>,
    /// What the department's answer is written to.
    pub reply_to: AnyStorage,
}

/// What lies in a place.
#[derive(Default)]
pub struct LocationScan {
    /// The logs.
    pub logs: Vec<FoundLog>,
    /// Of secret keys that lie about openly, the public ones.
    pub exposed_keys: Vec<VerifierKey>,
    /// There are too many folders to look into all of them.
    pub truncated: bool,
}

impl fmt::Display for StorageLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            #[cfg(feature = "s3")]
            Self::S3 { address, .. } => write!(f, "{address}"),
        }
    }
}

impl StorageLocation {
    /// The folder, when it is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            #[cfg(feature = "s3")]
            Self::S3 { .. } => None,
        }
    }

    /// The place that a person names.
    ///
    /// # Errors
    /// See [`PlaceError`].
    #[cfg_attr(not(feature = "s3"), allow(unused_variables))]
    pub fn parse(name: &Path, patience: std::time::Duration) -> Result<Self, LocationError> {
        match name.to_str().filter(|name| name.starts_with("s3://")) {
            None => Ok(Self::Folder(name.to_owned())),
            #[cfg(feature = "s3")]
            Some(address) => {
                let objects = super::s3::S3Storage::open(address, patience)?;
                Ok(Self::S3 { address: address.to_owned(), storage: objects })
            }
            #[cfg(not(feature = "s3"))]
            Some(_) => Err(LocationError::S3NotBuilt),
        }
    }

    /// Its storage.
    #[must_use]
    pub fn storage(&self) -> AnyStorage {
        match self {
            Self::Folder(folder) => Box::new(FolderStorage::new(folder.clone())),
            #[cfg(feature = "s3")]
            Self::S3 { storage: objects, .. } => Box::new(objects.clone()),
        }
    }

    /// The storage of what lies below it.
    #[must_use]
    pub fn child_storage(&self, name: &str) -> AnyStorage {
        match self {
            Self::Folder(folder) => Box::new(FolderStorage::new(folder.join(name))),
            #[cfg(feature = "s3")]
            Self::S3 { storage: objects, .. } => Box::new(objects.child(name)),
        }
    }

    /// All logs in it and below it.
    ///
    /// # Errors
    /// When the place itself cannot be read.
    pub fn scan(&self) -> io::Result<LocationScan> {
        let mut finds = LocationScan::default();
        match self {
            Self::Folder(folder) => {
                std::fs::read_dir(folder)?;
                scan_folder(folder, MAX_DEPTH, &mut finds, &mut 0);
            }
            #[cfg(feature = "s3")]
            Self::S3 { storage: objects, .. } => {
                let (names, more) =
                    objects.prefixes_holding(crate::airlog::files::CHECKPOINT, MAX_DEPTH, MAX_FOLDERS)?;
                finds.truncated = more;
                for name in names {
                    let log = if name.is_empty() { objects.clone() } else { objects.child(&name) };
                    let source = LogSource { storage: Box::new(log.clone()) as AnyStorage, form: LogForm::Export };
                    finds.logs.push(FoundLog { location: format!("{self}/{name}"), source, reply_to: Box::new(log) });
                }
            }
        }
        Ok(finds)
    }
}

/// What lies in a folder of someone else's. Links are not followed: a stick must not lead elsewhere.
fn scan_folder(folder: &Path, depth: usize, finds: &mut LocationScan, seen: &mut usize) {
    *seen += 1;
    if *seen > MAX_FOLDERS {
        finds.truncated = true;
        return;
    }
    if let Some(form) = log_form(folder) {
        let storage = || Box::new(FolderStorage::new(folder.to_owned())) as AnyStorage;
        let source = LogSource { storage: storage(), form };
        finds.logs.push(FoundLog { location: folder.display().to_string(), source, reply_to: storage() });
    }
    // Where this machine itself keeps keys, they are at home.
    if crate::base::state_dirs::candidates().iter().any(|home| folder.starts_with(home) || folder == home) {
        return;
    }
    finds.exposed_keys.extend(exposed_key(folder));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let folders = entries.take(MAX_FOLDERS).filter_map(|entry| {
        let entry = entry.ok()?;
        let own = entry.file_name().to_str().is_some_and(|name| LOG_SUBFOLDERS.contains(&name));
        (entry.file_type().ok()?.is_dir() && !own).then(|| entry.path())
    });
    let mut below: Vec<PathBuf> = folders.collect();
    below.sort();
    if depth > 0 {
        below.iter().for_each(|folder| scan_folder(folder, depth - 1, finds, seen));
    }
}

/// Whether a folder itself holds a log, and how.
fn log_form(folder: &Path) -> Option<LogForm> {
    let is = |name: &str, dir: bool| {
        let there = folder.join(name).symlink_metadata();
        there.is_ok_and(|there| if dir { there.is_dir() } else { there.is_file() })
    };
    match (is(crate::airlog::files::CHECKPOINT, false), is("tile", true), is(crate::airlog::files::LOG, false)) {
        (true, true, _) => Some(LogForm::Export),
        (_, _, true) | (true, false, _) => Some(LogForm::Airlog),
        _ => None,
    }
}

/// The key of the log whose secret key lies in this folder, if it is such a folder.
fn exposed_key(folder: &Path) -> Option<VerifierKey> {
    let (_, hash) = folder.file_name()?.to_str()?.rsplit_once('-')?;
    if hash.len() != 32 {
        return None;
    }
    let storage = FolderStorage::new(folder.to_owned());
    let bytes = crate::airlog::storage::Storage::read_all(&storage, "log", 1024).ok()??;
    let key = NoteSigner::from_secret_text(std::str::from_utf8(&zeroize::Zeroizing::new(bytes)).ok()?)?;
    Some(key.public().clone())
}
