//! Enrolled logs, and their verifier keys.
use sha2::{Digest as _, Sha256};

use crate::base::id::Id;
use crate::proof::headcode::head_code;
use crate::proof::note::{SignatureType, VerifierKey};
use crate::proof::origin::station_in_origin;
use crate::text::is_invisible_or_bidi;

/// An enrolled log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledLog {
    /// The log's verifier key. Its name is the log's origin.
    pub key: VerifierKey,
    /// The time at which the log was enrolled; RFC 3339.
    pub enrolled_at: String,
    /// The time from which others are known to have the log's keys, RFC 3339; `None` if the keys are not known to be
    /// exposed.
    pub exposed_since: Option<String>,
}

/// Returns the station of a log's verifier key; `None` if the key is not that of a station's log.
#[must_use]
pub fn station_of_key(key: &VerifierKey) -> Option<Id> {
    let key_hash = key.name.rsplit('/').next()?;
    let is_hex = key_hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let station = station_in_origin(&key.name).and_then(Id::new)?;
    (is_hex && key.signature_type == SignatureType::Plain && key.name.starts_with("loa/")).then_some(station)
}

/// Returns the fingerprint of a key: the head code of its SHA-256. The station and the department compare it by
/// telephone before the key is enrolled.
#[must_use]
pub fn fingerprint(key: &VerifierKey) -> String {
    head_code(&Sha256::digest(key.to_string().as_bytes()).into())
}

/// Parses the text of a log's verifier key, as somebody typed it, copied it, or read it from a QR code: blanks, line
/// breaks and quotes around or inside it do not matter. `None` if it is not the key of a station's log.
#[must_use]
pub fn parse_key_text(text: &str) -> Option<(Id, VerifierKey)> {
    // A key is shorter than 300 bytes; a text much longer is something else.
    let is_plain = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible_or_bidi(*c);
    let plain: String = text.chars().take(2_000).filter(is_plain).collect();
    let key = VerifierKey::parse(plain.trim_matches(['"', '\'', '“', '”', '`']))?;
    Some((station_of_key(&key)?, key))
}
