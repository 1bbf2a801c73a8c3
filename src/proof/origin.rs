//! Origins: the names of logs. The names of a log's keys are derived from its origin.
use sha2::{Digest, Sha256};

use super::note::{SignatureType, VerifierKey};
use crate::base::hash::hex;

/// Prefix of the origins of rehearsals.
pub const REHEARSAL_PREFIX: &str = "rehearsal/";

/// Returns the origin of a log from its log key and its key of epoch 0: `<kind>/<station>/<hash of the keys>`.
#[must_use]
pub fn derive_origin(kind: &str, station: &str, log_key: &[u8; 32], epoch_key: &[u8; 32]) -> String {
    let hash = Sha256::new().chain_update(log_key).chain_update(epoch_key).finalize();
    format!("{kind}/{station}/{}", hex(&hash[..16]))
}

/// Returns the name of the key of an epoch.
#[must_use]
pub fn epoch_key_name(origin: &str, epoch: u64) -> String {
    format!("{origin}/epoch/{epoch}")
}

/// Returns the station id in an origin; `None` when the text is not an origin.
#[must_use]
pub fn station_in_origin(origin: &str) -> Option<&str> {
    let mut fields = origin.split('/');
    let (_, station, hash) = (fields.next()?, fields.next()?, fields.next()?);
    (fields.next().is_none() && hash.len() == 32 && !station.is_empty()).then_some(station)
}

/// Returns true when an origin contains the hash of this log key and this key of epoch 0.
#[must_use]
pub fn origin_matches_keys(origin: &str, log_key: &VerifierKey, epoch_key: &VerifierKey) -> bool {
    let mut fields = origin.splitn(3, '/');
    match (fields.next(), fields.next()) {
        (Some(kind), Some(station)) => derive_origin(kind, station, log_key.bytes(), epoch_key.bytes()) == origin,
        _ => false,
    }
}

/// Parses the public key of an epoch; `None` when its name or signature type does not match the epoch.
#[must_use]
pub fn parse_epoch_key(text: &str, origin: &str, epoch: u64) -> Option<VerifierKey> {
    VerifierKey::parse(text)
        .filter(|key| key.signature_type == SignatureType::Plain && key.name == epoch_key_name(origin, epoch))
}
