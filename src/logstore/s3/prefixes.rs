//! Searches an object store for logs, and tests a feature that loa needs.
use std::io;

use futures_util::{StreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore};

use super::S3Storage;
use super::error::to_io_error;
use crate::airlog::storage::Storage;
use crate::logstore::source::LOG_SUBFOLDERS;

/// Maximum number of parallel list requests.
const MAX_PARALLEL_REQUESTS: usize = 16;

impl S3Storage {
    /// Finds the prefixes that hold an object of this name, at and below this prefix, at most `depth` levels deep. The
    /// second value is true if a level had more than `limit` prefixes, so that some were skipped.
    ///
    /// A log has thousands of objects. Therefore each level is listed without the objects below it, and the subfolders
    /// of a log are skipped.
    ///
    /// # Errors
    /// If the object store fails.
    pub fn prefixes_holding(&self, name: &str, depth: usize, limit: usize) -> io::Result<(Vec<String>, bool)> {
        let result = self.runtime.block_on(async {
            let (mut matching, mut level, mut is_truncated) = (Vec::new(), vec![self.prefix.clone()], false);
            for _ in 0..=depth {
                let requests = level.iter().map(|prefix| async move {
                    let listing = self.store.list_with_delimiter(Some(prefix)).await?;
                    Ok::<_, Error>((prefix.clone(), listing))
                });
                let listings: Vec<Result<_, Error>> =
                    stream::iter(requests).buffer_unordered(MAX_PARALLEL_REQUESTS).collect().await;
                let mut next_level = Vec::new();
                for listing in listings {
                    let (prefix, listing) = listing?;
                    if listing.objects.iter().any(|object| object.location.filename() == Some(name)) {
                        matching.push(prefix);
                    }
                    let belongs_to_log =
                        |path: &Path| path.filename().is_some_and(|name| LOG_SUBFOLDERS.contains(&name));
                    next_level.extend(listing.common_prefixes.into_iter().filter(|path| !belongs_to_log(path)));
                }
                is_truncated |= next_level.len() > limit;
                next_level.truncate(limit);
                level = next_level;
            }
            Ok((matching, is_truncated))
        });
        let relative_name = |path: &Path| {
            let parts = path.prefix_match(&self.prefix)?;
            Some(parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join("/"))
        };
        let (matching, is_truncated) = result.map_err(to_io_error)?;
        let mut names: Vec<String> = matching.iter().filter_map(relative_name).collect();
        names.sort();
        Ok((names, is_truncated))
    }

    /// Tests whether the store refuses to create an object whose name already exists, which loa relies on. Some
    /// gateways silently overwrite the existing object. The test object `probe/<probe_name>` is removed afterwards.
    ///
    /// # Errors
    /// If the object store fails.
    pub fn supports_conditional_put(&mut self, probe_name: &str) -> io::Result<bool> {
        let name = format!("probe/{probe_name}");
        let first_existing = self.create(vec![(name.clone(), b"first".to_vec())])?;
        let second_existing = self.create(vec![(name.clone(), b"second".to_vec())]);
        let stored = self.read_all(&name, 16);
        self.remove(&name)?;
        Ok(first_existing.is_empty() && second_existing?.len() == 1 && stored?.as_deref() == Some(b"first"))
    }
}
