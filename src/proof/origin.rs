//! Origins: the names of logs and of their keys.

use sha2::{Digest, Sha256};

use super::note::{SignatureType, VerifierKey};
use crate::base::hash::hex;

/// Origins of rehearsals begin with this.
pub const REHEARSAL_PREFIX: &str = "rehearsal/";

/// The origin of a log that begins with these keys: `<kind>/<station>/<hash of the keys>`.
#[must_use]
pub fn derive_origin(kind: &str, station: &str, log: &[u8; 32], epoch: &[u8; 32]) -> String {
    let hash = Sha256::new().chain_update(log).chain_update(epoch).finalize();
    format!("{kind}/{station}/{}", hex(&hash[..16]))
}

/// The name of an epoch's key.
#[must_use]
pub fn epoch_key_name(origin: &str, epoch: u64) -> String {
    format!("{origin}/epoch/{epoch}")
}

/// The station in an origin.
#[must_use]
pub fn station_in_origin(origin: &str) -> Option<&str> {
    let mut parts = origin.split('/');
    let (_, station, hash) = (parts.next()?, parts.next()?, parts.next()?);
    (parts.next().is_none() && hash.len() == 32 && !station.is_empty()).then_some(station)
}

/// Whether the hash in an origin is that of these keys.
#[must_use]
pub fn origin_matches_keys(origin: &str, log: &VerifierKey, epoch: &VerifierKey) -> bool {
    let mut parts = origin.splitn(3, '/');
    match (parts.next(), parts.next()) {
        (Some(kind), Some(station)) => derive_origin(kind, station, log.bytes(), epoch.bytes()) == origin,
        _ => false,
    }
}

/// The key of an epoch, if the text is one by this name.
#[must_use]
pub fn parse_epoch_key(text: &str, origin: &str, epoch: u64) -> Option<VerifierKey> {
    VerifierKey::parse(text)
        .filter(|key| key.signature_type == SignatureType::Plain && key.name == epoch_key_name(origin, epoch))
}
