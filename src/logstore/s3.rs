//! An S3 object store as a [`Storage`], for departments whose logs do not fit on one machine.
//!
//! The endpoint and the keys come from the same environment variables as for other S3 tools: `AWS_ENDPOINT_URL`,
//! `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_REGION`. Failed requests are retried at increasing intervals.
mod connect;
mod error;
mod prefixes;

use std::io::{self, BufRead, Cursor};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use tokio::runtime::Runtime;

use crate::airlog::limits::MAX_KEPT_BYTES;
use crate::airlog::storage::{NewFile, Storage};
use error::to_io_error;

pub use connect::S3Error;

/// Maximum number of parallel uploads. It is small because the uploads share a connection that may be slow.
const MAX_PARALLEL_UPLOADS: usize = 4;
/// Maximum number of listed objects. A log of ten years has some thousands of countersigned heads.
const MAX_LISTED_OBJECTS: usize = 100_000;

/// A prefix in an object store.
#[derive(Clone)]
pub struct S3Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    runtime: Arc<Runtime>,
}

impl S3Storage {
    /// Returns the storage of a prefix below this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self { prefix: self.path(name), ..self.clone() }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// Reads an object of at most `max_bytes`; `None` if it is missing.
    fn get(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(name);
        let result = self.runtime.block_on(async {
            let response = self.store.get(&path).await?;
            if response.meta.size > max_bytes {
                return Ok(None);
            }
            // The store may report a wrong size, so the received bytes are counted as well.
            let mut bytes = Vec::new();
            let mut stream = response.into_stream();
            while let Some(chunk) = stream.next().await {
                bytes.extend_from_slice(&chunk?);
                if bytes.len() as u64 > max_bytes {
                    return Ok(None);
                }
            }
            Ok(Some(bytes))
        });
        match result {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(io::ErrorKind::FileTooLarge.into()),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(to_io_error(e)),
        }
    }
}

impl Storage for S3Storage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        Ok(self.get(name, MAX_KEPT_BYTES)?.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn BufRead>))
    }

    fn read_all(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        self.get(name, max_bytes)
    }

    fn append(&mut self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, _: &str, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        let upload = self.store.put(&path, Bytes::copy_from_slice(bytes).into());
        self.runtime.block_on(upload).map(|_| ()).map_err(to_io_error)
    }

    fn rename(&mut self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        match self.runtime.block_on(self.store.delete(&self.path(name))) {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(to_io_error(e)),
        }
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.remove(name)
    }

    fn is_remote(&self) -> bool {
        true
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = self.path(folder);
        let objects = self.store.list(Some(&prefix)).take(MAX_LISTED_OBJECTS);
        let objects: Vec<Result<ObjectMeta, Error>> = self.runtime.block_on(objects.collect());
        let mut names = Vec::with_capacity(objects.len());
        for object in objects {
            let location = object.map_err(to_io_error)?.location;
            let parts = location.prefix_match(&prefix).map(|parts| parts.map(|part| part.as_ref().to_owned()));
            names.extend(parts.map(|parts| parts.collect::<Vec<_>>().join("/")).filter(|name| !name.is_empty()));
        }
        Ok(names)
    }

    fn exists(&self, name: &str) -> bool {
        self.runtime.block_on(self.store.head(&self.path(name))).is_ok()
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let uploads = files.into_iter().map(|(name, bytes)| {
            let (store, path) = (self.store.clone(), self.path(&name));
            async move {
                let bytes = Bytes::from(bytes);
                let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
                match store.put_opts(&path, bytes.clone().into(), options).await {
                    Ok(_) => Ok(None),
                    Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Some((name, bytes.to_vec()))),
                    Err(e) => Err(e),
                }
            }
        });
        self.runtime.block_on(async {
            let mut existing = Vec::new();
            let mut results = stream::iter(uploads).buffer_unordered(MAX_PARALLEL_UPLOADS);
            // The first error cancels the other uploads: because they would fail anyway if the connection is lost.
            while let Some(result) = results.next().await {
                existing.extend(result.map_err(to_io_error)?);
            }
            Ok(existing)
        })
    }
}
