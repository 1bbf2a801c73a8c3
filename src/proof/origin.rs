//! Origins: the names of logs, from which the names of their keys derive.
use sha2::{Digest, Sha256};

use super::note::{SignatureType, VerifierKey};
use crate::base::hash::hex;

/// Prefix of the origins of rehearsals.
pub const REHEARSAL_PREFIX: &str = "rehearsal/";

/// Returns the origin of a log with these first keys: `<kind>/<station>/<hash of the keys>`.
#[must_use]
pub fn derive_origin(kind: &str, station: &str, log: &[u8; 32], epoch: &[u8; 32]) -> String {
    let hash = Sha256::new().chain_update(log).chain_update(epoch).finalize();
    format!("{kind}/{station}/{}", hex(&hash[..16]))
}

/// Returns the name of an epoch's key.
#[must_use]
pub fn epoch_key_name(origin: &str, epoch: u64) -> String {
    format!("{origin}/epoch/{epoch}")
}

/// Returns the station id in an origin; `None` when the text is not an origin.
#[must_use]
pub fn station_in_origin(origin: &str) -> Option<&str> {
    let mut parts = origin.split('/');
    let (_, station, hash) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && hash.len() == 32 && !station.is_empty()).then_some(station)
}

/// Returns whether an origin contains the hash of these keys.
#[must_use]
pub fn origin_matches_keys(origin: &str, log: &VerifierKey, epoch: &VerifierKey) -> bool {
    let mut parts = origin.splitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(kind), Some(station)) => derive_origin(kind, station, log.bytes(), epoch.bytes()) == origin,
        _ => false,
    }
}

/// Parses the key of an epoch; `None` when its name or signature type is another.
#[must_use]
pub fn parse_epoch_key(text: &str, origin: &str, epoch: u64) -> Option<VerifierKey> {
    VerifierKey::parse(text)
        .filter(|key| key.signature_type == SignatureType::Plain && key.name == epoch_key_name(origin, epoch))
}
