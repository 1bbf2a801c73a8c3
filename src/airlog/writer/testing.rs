//! Access that only tests need.
use super::AirLog;
use crate::airlog::storage::Storage;

impl<S: Storage> AirLog<S> {
    /// Returns the number of entries after the last closing.
    #[must_use]
    pub fn in_open_epoch(&self) -> u64 {
        self.signer.in_epoch
    }
}
