//! Enrolled logs, and their verifier keys.
use sha2::{Digest as _, Sha256};

use crate::base::id::Id;
use crate::proof::headcode::head_code;
use crate::proof::note::{SignatureType, VerifierKey};
use crate::proof::origin::station_in_origin;

/// A log that a person has enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledLog {
    /// The log's key. Its name is the log's origin.
    pub key: VerifierKey,
    /// When a person enrolled the log; RFC 3339.
    pub enrolled_at: String,
    /// The time from which others are known to have the log's keys; RFC 3339.
    pub exposed_since: Option<String>,
}

/// Returns the station of a log's verifier key; none when it is not a station's key.
#[must_use]
pub fn station_of_key(key: &VerifierKey) -> Option<Id> {
    let hash = key.name.rsplit('/').next()?;
    let hex = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let station = station_in_origin(&key.name).and_then(Id::new)?;
    (hex && key.signature_type == SignatureType::Plain && key.name.starts_with("loa/")).then_some(station)
}

/// Returns the fingerprint that two people compare over the telephone before a key is enrolled: 16 symbols of the hash
/// of the whole key.
#[must_use]
pub fn fingerprint(key: &VerifierKey) -> String {
    head_code(&Sha256::digest(key.to_string().as_bytes()).into())
}
