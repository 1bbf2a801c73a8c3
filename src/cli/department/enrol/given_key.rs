//! The key to enrol: typed, copied, read from a QR code, or found in a log.
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::base::id::Id;
use crate::cli::exit::{EXIT_USAGE, fail};
use crate::cli::key_error::key_error_text;
use crate::department::registry::parse_key_text;
use crate::logstore::source;
use crate::proof::note::VerifierKey;
use crate::text::enrolment::EnrolmentText;
use crate::text::{Lang, Localize};

/// A key to enrol.
pub(super) struct GivenKey {
    /// The station to which it belongs.
    pub(super) station: Id,
    pub(super) key: VerifierKey,
    /// The station's name in the first entry of the log; `None` if only a key was given. Nothing proves it yet.
    pub(super) logged_name: Option<String>,
}

/// The part of a log's first entry that says whose log it is.
#[derive(Deserialize)]
pub(super) struct FirstEntry {
    key: String,
    /// The station's name.
    pub(super) name: String,
}

/// Reads the key that was given as the key itself, or as the folder of a log or of its export. If it is neither, prints
/// the reason and returns the exit code.
///
/// # Errors
/// If the log cannot be read.
pub(super) fn read_given_key(text: &str, lang: Lang) -> io::Result<Result<GivenKey, u8>> {
    if let Some((station, key)) = parse_key_text(text) {
        return Ok(Ok(GivenKey { station, key, logged_name: None }));
    }
    let path = Path::new(text);
    if !path.is_dir() {
        return Ok(Err(fail(key_error_text(text).localized(lang), EXIT_USAGE)));
    }
    let first_entry = match source::open_log(path) {
        Some(log) => log.first_line(&log.heads()?.head)?.and_then(|line| serde_json::from_slice(&line).ok()),
        None => None,
    };
    let given = first_entry.and_then(|entry: FirstEntry| {
        let (station, key) = parse_key_text(&entry.key)?;
        Some(GivenKey { station, key, logged_name: Some(entry.name) })
    });
    Ok(given.ok_or_else(|| fail(EnrolmentText::NoLogHere { path: text.to_owned() }.to_plain(lang), EXIT_USAGE)))
}
