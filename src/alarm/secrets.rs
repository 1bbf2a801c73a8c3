//! Secrets of the alarm: the password of the mail account and the token of the webhook.
//!
//! They have their own file, because `station.toml` is kept with the log and exported. Only the sender reads that file.
//! Its mode must be 0600 or stricter.
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::base::durable::open_nofollow;

/// The maximum size of the file, in bytes.
const MAX_FILE_BYTES: u64 = 16 * 1024;

/// The secrets. Each may be missing.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AlarmSecrets {
    /// The account on the mail server.
    pub smtp_user: Option<String>,
    /// Its password.
    pub smtp_password: Option<String>,
    /// The token that is sent to the webhook as `Authorization: Bearer …`.
    pub webhook_token: Option<String>,
}

/// The reason why the secrets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error from the system.
        error: io::Error,
    },
    /// Other users can read the file.
    #[error("{path} can be read by other users (mode {mode:o}): chmod 600")]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// The permission bits.
        mode: u32,
    },
    /// The file is not valid. The message does not quote the file, because it contains secrets.
    #[error("{path} is not valid: expected smtp-user, smtp-password and webhook-token, each a string")]
    Invalid {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the secrets. If the file is missing, all secrets are missing.
///
/// # Errors
/// Every [`SecretsError`].
pub fn read_secrets(path: &Path) -> Result<AlarmSecrets, SecretsError> {
    let unreadable = |error| SecretsError::Unreadable { path: path.to_owned(), error };
    // A pipe in its place must not block the sender.
    let file = match open_nofollow(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(AlarmSecrets::default()),
        file => file.map_err(unreadable)?,
    };
    let mode = file.metadata().map_err(unreadable)?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(SecretsError::ReadableByOthers { path: path.to_owned(), mode });
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    toml::from_str(&text).map_err(|_| SecretsError::Invalid { path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_about_an_invalid_file_names_every_key() {
        // The parser's error for an unknown key lists all known keys.
        let error = toml::from_str::<AlarmSecrets>("unknown = 1").err().expect("the key is unknown").to_string();
        let known_keys = error.split('`').skip(1).step_by(2).filter(|key| !key.contains("unknown"));
        let message = SecretsError::Invalid { path: PathBuf::from("secrets") }.to_string();
        let missing: Vec<&str> = known_keys.filter(|key| !message.contains(key)).collect();
        assert!(missing.is_empty() && error.contains("webhook-token"), "{missing:?}: {error}");
    }
}
