//! Searches an object store for logs, and probes its features.
use std::io;

use futures_util::{StreamExt, stream};
use object_store::path::Path;
use object_store::{Error, ObjectStore};

use super::S3Storage;
use super::error::to_io_error;
use crate::airlog::storage::Storage;
use crate::logstore::source::LOG_SUBFOLDERS;

/// Maximum number of parallel list requests.
const MAX_REQUESTS: usize = 16;

impl S3Storage {
    /// Finds the prefixes at and below this one, at most `depth` levels deep, that hold an object of this name; returns
    /// them, and whether a level had more than `limit` prefixes and was cut.
    ///
    /// A log has thousands of objects, so only prefixes are listed, and the subfolders of a log are skipped.
    ///
    /// # Errors
    /// Errors of the store.
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

    /// Probes whether the store refuses to create an object under a taken name, as loa needs; some gateways silently
    /// overwrite the first object. The probe is removed afterwards.
    ///
    /// # Errors
    /// Errors of the store.
    pub fn supports_conditional_put(&mut self, probe: &str) -> io::Result<bool> {
        let name = format!("probe/{probe}");
        let first = self.create(vec![(name.clone(), b"first".to_vec())])?;
        let second = self.create(vec![(name.clone(), b"second".to_vec())]);
        let there = self.read_all(&name, 16);
        self.remove(&name)?;
        Ok(first.is_empty() && second?.len() == 1 && there?.as_deref() == Some(b"first"))
    }
}
