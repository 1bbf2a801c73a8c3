//! Where a log's secret keys are: outside the station's folder, which travels on sticks and gets copied.
use std::io;

use zeroize::Zeroizing;

use super::storage::Storage;
use crate::proof::note::{NoteSigner, SignatureType, VerifierKey};
use crate::proof::origin::{derive_origin, epoch_key_name, station_in_origin};

/// Gives 32 random bytes.
pub type SeedSource = fn() -> io::Result<Zeroizing<[u8; 32]>>;

/// No key file is longer.
const MAX_KEY: u64 = 1024;

/// Random bytes of the system.
///
/// # Errors
/// When the system has none.
pub fn os_seed() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut seed[..]).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(seed)
}

/// The folder of a log's keys: `<station>-<hash of its origin>`.
#[must_use]
pub fn key_folder(origin: &str) -> String {
    let station = station_in_origin(origin).unwrap_or("unknown");
    let hash = origin.rsplit('/').next().unwrap_or_default();
    format!("{station}-{hash}")
}

fn log_name(origin: &str) -> String {
    format!("{}/log", key_folder(origin))
}

fn epoch_file(origin: &str, epoch: u64) -> String {
    format!("{}/epoch-{epoch}", key_folder(origin))
}

/// A new log's keys.
pub struct NewLogKeys {
    /// Its name.
    pub origin: String,
    /// Its key.
    pub log: NoteSigner,
    /// The key of epoch 0.
    pub epoch: NoteSigner,
}

fn signer_from_seed(name: &str, seed: &[u8; 32]) -> io::Result<NoteSigner> {
    NoteSigner::new(name, SignatureType::Plain, seed).ok_or_else(|| io::Error::other("a key that cannot be used"))
}

/// Makes and keeps the keys of a new log, before anything is signed by them.
///
/// # Errors
/// When the storage or the system's chance fails.
pub fn create_log_keys<S: Storage>(
    keys: &mut S,
    kind: &str,
    station: &str,
    seed_source: SeedSource,
) -> io::Result<NewLogKeys> {
    let (log_seed, epoch_seed) = (seed_source()?, seed_source()?);
    let (log, epoch) = (signer_from_seed("x", &log_seed)?, signer_from_seed("x", &epoch_seed)?);
    let origin = derive_origin(kind, station, log.public().bytes(), epoch.public().bytes());
    let made = NewLogKeys {
        log: signer_from_seed(&origin, &log_seed)?,
        epoch: signer_from_seed(&epoch_key_name(&origin, 0), &epoch_seed)?,
        origin,
    };
    keys.replace(&epoch_file(&made.origin, 0), made.epoch.secret_text().as_bytes())?;
    keys.replace(&log_name(&made.origin), made.log.secret_text().as_bytes())?;
    Ok(made)
}

/// Makes and keeps the key of an epoch that is to begin.
///
/// # Errors
/// When the storage or the system's chance fails.
pub fn create_epoch_key<S: Storage>(
    keys: &mut S,
    origin: &str,
    epoch: u64,
    seed_source: SeedSource,
) -> io::Result<NoteSigner> {
    let key = signer_from_seed(&epoch_key_name(origin, epoch), &*seed_source()?)?;
    keys.replace(&epoch_file(origin, epoch), key.secret_text().as_bytes())?;
    Ok(key)
}

/// The key of a log, if it is on this machine.
///
/// # Errors
/// When the storage fails.
pub fn load_log_key<S: Storage>(keys: &S, public: &VerifierKey) -> io::Result<Option<NoteSigner>> {
    load(keys, &log_name(&public.name), public)
}

/// The key of an epoch, if it is on this machine.
///
/// # Errors
/// When the storage fails.
pub fn load_epoch_key<S: Storage>(
    keys: &S,
    origin: &str,
    epoch: u64,
    public: &VerifierKey,
) -> io::Result<Option<NoteSigner>> {
    load(keys, &epoch_file(origin, epoch), public)
}

fn load<S: Storage>(keys: &S, file: &str, public: &VerifierKey) -> io::Result<Option<NoteSigner>> {
    let Some(bytes) = keys.read_all(file, MAX_KEY)?.map(Zeroizing::new) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(&bytes).ok().and_then(NoteSigner::from_secret_text);
    Ok(key.filter(|key| key.public() == public))
}

/// Wipes and removes the key of an epoch. Nothing happens when it is not there.
///
/// # Errors
/// When the storage fails.
pub fn erase_epoch_key<S: Storage>(keys: &mut S, origin: &str, epoch: u64) -> io::Result<()> {
    keys.erase(&epoch_file(origin, epoch))
}
