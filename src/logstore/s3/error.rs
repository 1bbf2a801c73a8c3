//! Errors of the client, as errors of a storage.
use std::io;

use object_store::Error;

/// What the store says, without the path of errors that led there.
pub(super) fn to_io_error(error: Error) -> io::Error {
    let kind = match &error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::NotConnected,
    };
    io::Error::new(kind, root_cause(&error))
}

/// The last of the errors that led to this one: what happened, without who passed it on.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}
