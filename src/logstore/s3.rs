//! An S3 object store as a [`Storage`]: what a department keeps its logs in when one machine is not enough.
//!
//! Address and keys come from the environment, as for other S3 tools: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`. Requests that fail on the way are tried again, later and later.
use std::io::{self, BufRead, Cursor};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig,
};
use tokio::runtime::Runtime;

use super::location::LOG_SUBFOLDERS;
use crate::airlog::storage::{NewFile, Storage};

/// Requests that go on beside each other for one log.
const MAX_REQUESTS: usize = 16;
/// Uploads that share a line, which may be a slow one.
const MAX_UPLOADS: usize = 4;
/// No object of ours is larger: a kept file.
const MAX_OBJECT: u64 = 64 * 1024 * 1024;

/// A place in an object store.
#[derive(Clone)]
pub struct S3Storage {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    runtime: Arc<Runtime>,
}

/// Why there is no object store.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// Not of the form `s3://bucket/prefix`.
    #[error("not of the form s3://bucket/prefix")]
    BadAddress,
    /// The environment has no keys.
    #[error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")]
    MissingKeys,
    /// What else the client says.
    #[error("{0}")]
    Client(String),
}

impl S3Storage {
    /// The place that `s3://bucket/prefix` names. A request that fails on the way is tried again for `patience`.
    ///
    /// # Errors
    /// See [`ObjectsError`].
    pub fn open(address: &str, retry_for: Duration) -> Result<Self, S3Error> {
        let rest = address.strip_prefix("s3://").ok_or(S3Error::BadAddress)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(S3Error::BadAddress);
        }
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let others = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_SKIP_SIGNATURE"];
        let keys = set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY");
        if !keys && !others.into_iter().any(set) {
            return Err(S3Error::MissingKeys);
        }
        // Once for the process; a second time changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = std::env::var("AWS_ENDPOINT_URL").or_else(|_| std::env::var("AWS_ENDPOINT")).unwrap_or_default();
        let mut options = ClientOptions::new().with_timeout(Duration::from_secs(900));
        options = options.with_connect_timeout(Duration::from_secs(10));
        // In clear only where the network is this machine, or somebody says so (AWS_ALLOW_HTTP).
        let loopback = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
        if loopback.iter().any(|home| endpoint.starts_with(home)) || set("AWS_ALLOW_HTTP") {
            options = options.with_allow_http(true);
        }
        let backoff = BackoffConfig::default();
        let retry = RetryConfig { backoff, max_retries: 20, retry_timeout: retry_for };
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_client_options(options);
        let store = builder.with_retry(retry).build().map_err(|e| S3Error::Client(root_cause(&e)))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|e| S3Error::Client(e.to_string()))?;
        let prefix = Path::from(prefix);
        Ok(Self { store: Arc::new(store), prefix, runtime: Arc::new(runtime) })
    }

    /// A place below this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        Self { prefix: self.path(name), ..self.clone() }
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    /// The places below this one that hold an object of this name, at most `depth` deep, and whether there are more than
    /// `limit`. A log has thousands of objects: only folders are listed, and not those that are a log's own.
    ///
    /// # Errors
    /// What the store says.
    pub fn prefixes_holding(&self, name: &str, depth: usize, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let found = self.runtime.block_on(async {
            let (mut found, mut level, mut more) = (Vec::new(), vec![self.prefix.clone()], false);
            for _ in 0..=depth {
                let lists = level.iter().map(|prefix| async move {
                    let listed = self.store.list_with_delimiter(Some(prefix)).await?;
                    Ok::<_, Error>((prefix.clone(), listed))
                });
                let listed: Vec<Result<_, Error>> = stream::iter(lists).buffer_unordered(MAX_REQUESTS).collect().await;
                let mut below = Vec::new();
                for one in listed {
                    let (prefix, listed) = one?;
                    if listed.objects.iter().any(|object| object.location.filename() == Some(name)) {
                        found.push(prefix);
                    }
                    let own = |path: &Path| path.filename().is_some_and(|name| LOG_SUBFOLDERS.contains(&name));
                    below.extend(listed.common_prefixes.into_iter().filter(|path| !own(path)));
                }
                more |= below.len() > limit;
                below.truncate(limit);
                level = below;
            }
            Ok((found, more))
        });
        let relative = |path: &Path| {
            let parts = path.prefix_match(&self.prefix)?;
            Some(parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"))
        };
        let (found, more) = found.map_err(to_io_error)?;
        let mut names: Vec<String> = found.iter().filter_map(relative).collect();
        names.sort();
        Ok((names, more))
    }

    /// Whether the store keeps the first of two objects that are created under one name, as this needs, or takes the
    /// second without a word, as some gateways do. What was tried is taken away again.
    ///
    /// # Errors
    /// What the store says.
    pub fn supports_conditional_put(&mut self, probe: &str) -> io::Result<bool> {
        let name = format!("probe/{probe}");
        let first = self.create(vec![(name.clone(), b"first".to_vec())])?;
        let second = self.create(vec![(name.clone(), b"second".to_vec())]);
        let there = self.read_all(&name, 16);
        self.remove(&name)?;
        Ok(first.is_empty() && second?.len() == 1 && there?.as_deref() == Some(b"first"))
    }

    fn get(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let path = self.path(name);
        let read = self.runtime.block_on(async {
            let found = self.store.get(&path).await?;
            if found.meta.size > limit {
                return Ok(None);
            }
            // The size is what the store says; what comes is counted.
            let mut bytes = Vec::new();
            let mut stream = found.into_stream();
            while let Some(piece) = stream.next().await {
                bytes.extend_from_slice(&piece?);
                if bytes.len() as u64 > limit {
                    return Ok(None);
                }
            }
            Ok(Some(bytes))
        });
        match read {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(io::ErrorKind::FileTooLarge.into()),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(to_io_error(e)),
        }
    }
}

impl Storage for S3Storage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        Ok(self.get(name, MAX_OBJECT)?.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn BufRead>))
    }

    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        self.get(name, limit)
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
        let put = self.store.put(&path, Bytes::copy_from_slice(bytes).into());
        self.runtime.block_on(put).map(|_| ()).map_err(to_io_error)
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

    fn has(&self, name: &str) -> bool {
        self.runtime.block_on(self.store.head(&self.path(name))).is_ok()
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let puts = files.into_iter().map(|(name, bytes)| {
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
            let mut taken = Vec::new();
            let mut done = stream::iter(puts).buffer_unordered(MAX_UPLOADS);
            // The first that fails ends the others: a line that is gone is gone for all.
            while let Some(one) = done.next().await {
                taken.extend(one.map_err(to_io_error)?);
            }
            Ok(taken)
        })
    }
}

/// What the store says, without the path of errors that led there.
fn to_io_error(error: Error) -> io::Error {
    let kind = match &error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::NotConnected,
    };
    io::Error::new(kind, root_cause(&error))
}

/// The last of the errors that led to this one: what happened, without who passed it on.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}
