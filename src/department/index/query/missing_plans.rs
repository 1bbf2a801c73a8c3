//! The plans whose kept files are missing from the store.
use std::collections::{BTreeMap, BTreeSet};

use crate::department::index::{AiringIndex, IndexError};

impl AiringIndex {
    /// Returns the hashes of the missing plans, by the origin of their log.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn missing_plans(&self) -> Result<BTreeMap<String, BTreeSet<String>>, IndexError> {
        let mut query = self
            .db
            .prepare("SELECT log.origin, plan.sha256 FROM plan JOIN log ON log.id = plan.log WHERE plan.lacks")?;
        let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            hashes.entry(row.get(0)?).or_default().insert(row.get(1)?);
        }
        Ok(hashes)
    }
}
