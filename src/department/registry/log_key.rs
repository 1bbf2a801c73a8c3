//! Enrolled logs, and the verifier keys that name them.
use sha2::{Digest as _, Sha256};

use crate::base::id::Id;
use crate::proof::entry::station_in_origin;
use crate::proof::headcode::head_code;
use crate::proof::note::{SignatureType, VerifierKey};

/// An enrolled log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledLog {
    /// Its key; the name is its origin.
    pub key: VerifierKey,
    /// When a person enrolled it, RFC 3339.
    pub enrolled_at: String,
    /// Since when its keys are known to be in other hands, RFC 3339; none when they are not.
    pub exposed_since: Option<String>,
}

/// The station of a log's verifier key; none when it is no station's key.
#[must_use]
pub fn station_of_key(key: &VerifierKey) -> Option<Id> {
    let hash = key.name.rsplit('/').next()?;
    let hex = hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let station = station_in_origin(&key.name).and_then(Id::new)?;
    (hex && key.signature_type == SignatureType::Plain && key.name.starts_with("loa/")).then_some(station)
}

/// What two people compare over the telephone before a key is enrolled: 16 symbols of the hash of the whole key.
#[must_use]
pub fn fingerprint(key: &VerifierKey) -> String {
    head_code(&Sha256::digest(key.to_string().as_bytes()).into())
}
