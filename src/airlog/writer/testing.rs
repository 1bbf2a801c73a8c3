//! Access to the state of a log, for tests.
use super::AirLog;
use crate::airlog::storage::Storage;

impl<S: Storage> AirLog<S> {
    /// Returns the number of entries in the open epoch.
    #[must_use]
    pub fn entries_in_open_epoch(&self) -> u64 {
        self.signer.entries_in_epoch
    }
}
