//! The secret keys of a log. They are stored outside the station's folder, because that folder is copied and carried on
//! USB sticks.
use std::io;

use zeroize::Zeroizing;

use super::storage::Storage;
use crate::proof::note::{NoteSigner, SignatureType, VerifierKey};
use crate::proof::origin::{derive_origin, epoch_key_name, station_in_origin};

/// Function that returns 32 random bytes.
pub type SeedSource = fn() -> io::Result<Zeroizing<[u8; 32]>>;

/// Maximum size of a key file, in bytes.
const MAX_KEY_FILE_BYTES: u64 = 1024;

/// Returns random bytes from the operating system.
///
/// # Errors
/// [`io::ErrorKind::Other`] when the operating system cannot provide them.
pub fn os_seed() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut seed[..]).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(seed)
}

/// Returns the folder of a log's keys: `<station>-<hash of its origin>`.
#[must_use]
pub fn key_folder(origin: &str) -> String {
    let station = station_in_origin(origin).unwrap_or("unknown");
    let hash = origin.rsplit('/').next().unwrap_or_default();
    format!("{station}-{hash}")
}

fn log_key_file(origin: &str) -> String {
    format!("{}/log", key_folder(origin))
}

fn epoch_key_file(origin: &str, epoch: u64) -> String {
    format!("{}/epoch-{epoch}", key_folder(origin))
}

/// The keys of a new log.
pub struct NewLogKeys {
    /// Origin, which is the name of the log.
    pub origin: String,
    /// Key of the log.
    pub log: NoteSigner,
    /// Key of epoch 0.
    pub epoch: NoteSigner,
}

fn signer_from_seed(name: &str, seed: &[u8; 32]) -> io::Result<NoteSigner> {
    NoteSigner::new(name, SignatureType::Plain, seed).ok_or_else(|| io::Error::other("a key that cannot be used"))
}

/// Creates the keys of a new log and stores them before they sign anything. `kind` is the first part of the origin.
///
/// # Errors
/// If [`Storage::replace`] or `seed_source` fails.
pub fn create_log_keys<S: Storage>(
    key_storage: &mut S,
    kind: &str,
    station: &str,
    seed_source: SeedSource,
) -> io::Result<NewLogKeys> {
    let (log_seed, epoch_seed) = (seed_source()?, seed_source()?);
    // The origin is derived from the public keys, so these first signers have a placeholder name.
    let (log, epoch) = (signer_from_seed("x", &log_seed)?, signer_from_seed("x", &epoch_seed)?);
    let origin = derive_origin(kind, station, log.public().bytes(), epoch.public().bytes());
    let new_keys = NewLogKeys {
        log: signer_from_seed(&origin, &log_seed)?,
        epoch: signer_from_seed(&epoch_key_name(&origin, 0), &epoch_seed)?,
        origin,
    };
    key_storage.replace(&epoch_key_file(&new_keys.origin, 0), new_keys.epoch.secret_text().as_bytes())?;
    key_storage.replace(&log_key_file(&new_keys.origin), new_keys.log.secret_text().as_bytes())?;
    Ok(new_keys)
}

/// Creates and stores the key of a new epoch.
///
/// # Errors
/// If [`Storage::replace`] or `seed_source` fails.
pub fn create_epoch_key<S: Storage>(
    key_storage: &mut S,
    origin: &str,
    epoch: u64,
    seed_source: SeedSource,
) -> io::Result<NoteSigner> {
    let key = signer_from_seed(&epoch_key_name(origin, epoch), &*seed_source()?)?;
    key_storage.replace(&epoch_key_file(origin, epoch), key.secret_text().as_bytes())?;
    Ok(key)
}

/// Loads the secret key of a log; `None` if it is not on this machine.
///
/// # Errors
/// If [`Storage::read_all`] fails.
pub fn load_log_key<S: Storage>(key_storage: &S, public: &VerifierKey) -> io::Result<Option<NoteSigner>> {
    load_key(key_storage, &log_key_file(&public.name), public)
}

/// Loads the secret key of an epoch; `None` if it is not on this machine.
///
/// # Errors
/// If [`Storage::read_all`] fails.
pub fn load_epoch_key<S: Storage>(
    key_storage: &S,
    origin: &str,
    epoch: u64,
    public: &VerifierKey,
) -> io::Result<Option<NoteSigner>> {
    load_key(key_storage, &epoch_key_file(origin, epoch), public)
}

fn load_key<S: Storage>(key_storage: &S, file: &str, public: &VerifierKey) -> io::Result<Option<NoteSigner>> {
    let Some(bytes) = key_storage.read_all(file, MAX_KEY_FILE_BYTES)?.map(Zeroizing::new) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(&bytes).ok().and_then(NoteSigner::from_secret_text);
    Ok(key.filter(|key| key.public() == public))
}

/// Overwrites and removes the secret key of an epoch. Does nothing when the key is missing.
///
/// # Errors
/// If [`Storage::erase`] fails.
pub fn erase_epoch_key<S: Storage>(key_storage: &mut S, origin: &str, epoch: u64) -> io::Result<()> {
    key_storage.erase(&epoch_key_file(origin, epoch))
}
