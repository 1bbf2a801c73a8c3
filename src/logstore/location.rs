//! The locations of logs: folders and object stores (`s3://bucket/prefix`).
mod scan;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(feature = "s3")]
use super::source::{LogForm, LogSource};
use crate::airlog::storage::{AnyStorage, FolderStorage};
#[cfg(feature = "s3")]
use scan::MAX_FOLDERS;
use scan::{MAX_DEPTH, scan_folder};

pub use scan::{FoundLog, LocationScan};

/// A folder or an object store.
#[derive(Clone)]
pub enum StorageLocation {
    /// A folder.
    Folder(PathBuf),
    /// A prefix in an object store.
    #[cfg(feature = "s3")]
    S3 {
        /// The address as the user typed it.
        address: String,
        /// The client for this prefix.
        storage: super::s3::S3Storage,
    },
}

/// The error for a location that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// This program was built without the S3 client.
    #[error("this program was built without the S3 client")]
    S3NotBuilt,
    /// The object store cannot be used.
    #[cfg(feature = "s3")]
    #[error(transparent)]
    S3(#[from] super::s3::S3Error),
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
    /// Returns the path if the location is a folder.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            #[cfg(feature = "s3")]
            Self::S3 { .. } => None,
        }
    }

    /// Parses a location. Failed requests to an object store are retried for the duration `retry_for`.
    ///
    /// # Errors
    /// [`LocationError::S3NotBuilt`], or an error from the client of the object store.
    #[cfg_attr(not(feature = "s3"), allow(unused_variables))]
    pub fn parse(name: &Path, retry_for: std::time::Duration) -> Result<Self, LocationError> {
        match name.to_str().filter(|name| name.starts_with("s3://")) {
            None => Ok(Self::Folder(name.to_owned())),
            #[cfg(feature = "s3")]
            Some(address) => {
                let storage = super::s3::S3Storage::open(address, retry_for)?;
                Ok(Self::S3 { address: address.to_owned(), storage })
            }
            #[cfg(not(feature = "s3"))]
            Some(_) => Err(LocationError::S3NotBuilt),
        }
    }

    /// Returns the storage at the location.
    #[must_use]
    pub fn storage(&self) -> AnyStorage {
        match self {
            Self::Folder(folder) => Box::new(FolderStorage::new(folder.clone())),
            #[cfg(feature = "s3")]
            Self::S3 { storage, .. } => Box::new(storage.clone()),
        }
    }

    /// Returns the storage of a folder or prefix below the location.
    #[must_use]
    pub fn child_storage(&self, name: &str) -> AnyStorage {
        match self {
            Self::Folder(folder) => Box::new(FolderStorage::new(folder.join(name))),
            #[cfg(feature = "s3")]
            Self::S3 { storage, .. } => Box::new(storage.child(name)),
        }
    }

    /// Finds all logs at and below the location.
    ///
    /// # Errors
    /// If the location itself cannot be read. Unreadable folders below it are skipped.
    pub fn scan(&self) -> io::Result<LocationScan> {
        let mut scan = LocationScan::default();
        match self {
            Self::Folder(folder) => {
                std::fs::read_dir(folder)?;
                scan_folder(folder, MAX_DEPTH, &mut scan, &mut 0);
            }
            #[cfg(feature = "s3")]
            Self::S3 { storage, .. } => {
                let (names, is_truncated) =
                    storage.prefixes_holding(crate::airlog::files::CHECKPOINT, MAX_DEPTH, MAX_FOLDERS)?;
                scan.truncated = is_truncated;
                for name in names {
                    let log_storage = if name.is_empty() { storage.clone() } else { storage.child(&name) };
                    let source =
                        LogSource { storage: Box::new(log_storage.clone()) as AnyStorage, form: LogForm::Export };
                    scan.logs.push(FoundLog {
                        location: format!("{self}/{name}"),
                        source,
                        reply_to: Box::new(log_storage),
                    });
                }
            }
        }
        Ok(scan)
    }
}
