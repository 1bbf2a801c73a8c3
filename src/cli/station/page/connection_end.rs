//! When a connection is closed, whatever it does.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The time after which a connection is closed, whatever it does. Browsers connect again. Only the sending of a
/// recording gets more time, as long as it goes on.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(60);

/// The end of a connection, which a handler can put off.
#[derive(Debug, Clone)]
pub(super) struct ConnectionEnd(Arc<Mutex<Instant>>);

impl ConnectionEnd {
    /// Begins a connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now() + CONNECTION_TIMEOUT)))
    }

    /// Puts the end off, because the connection does what it should.
    pub(super) fn put_off(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + CONNECTION_TIMEOUT;
    }

    /// Returns the instant of the end.
    pub(super) fn at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
