//! When a connection is closed, whatever it does.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The time after which a connection is closed, whatever it does. Browsers connect again. Only the sending of a
/// recording gets more time, as long as it goes on.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(60);

/// The time for a request of a browser that may look: commands may work for minutes.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(360);

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

    /// Puts the end off for as long as a command may take.
    pub(super) fn put_off_for_command(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + COMMAND_TIMEOUT;
    }

    /// Returns the instant of the end.
    pub(super) fn at(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
