//! Maps errors from the object store's client to `io::Error`.
use std::io;

use object_store::Error;

/// Converts an error from the store. The message contains only the root cause.
pub(super) fn to_io_error(error: Error) -> io::Error {
    let kind = match &error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::NotConnected,
    };
    io::Error::new(kind, root_cause(&error))
}

/// Returns the first line of the innermost error, at most 300 characters.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let text = innermost.to_string();
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}
