//! Where a log's secret keys are: outside the station's folder, which travels on sticks and gets copied.
use std::io;

use zeroize::Zeroizing;

use super::storage::Storage;
use crate::proof::entry::{epoch_name, origin_of, station_of};
use crate::proof::note::{Kind, SigningName, VerifierKey};

/// Gives 32 random bytes.
pub type Chance = fn() -> io::Result<Zeroizing<[u8; 32]>>;

/// No key file is longer.
const MAX_KEY: u64 = 1024;

/// Random bytes of the system.
///
/// # Errors
/// When the system has none.
pub fn system_chance() -> io::Result<Zeroizing<[u8; 32]>> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut seed[..]).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(seed)
}

/// The folder of a log's keys: `<station>-<hash of its origin>`.
#[must_use]
pub fn folder_of(origin: &str) -> String {
    let station = station_of(origin).unwrap_or("unknown");
    let hash = origin.rsplit('/').next().unwrap_or_default();
    format!("{station}-{hash}")
}

fn log_name(origin: &str) -> String {
    format!("{}/log", folder_of(origin))
}

fn epoch_file(origin: &str, epoch: u64) -> String {
    format!("{}/epoch-{epoch}", folder_of(origin))
}

/// A new log's keys.
pub struct NewKeys {
    /// Its name.
    pub origin: String,
    /// Its key.
    pub log: SigningName,
    /// The key of epoch 0.
    pub epoch: SigningName,
}

fn named(name: &str, seed: &[u8; 32]) -> io::Result<SigningName> {
    SigningName::new(name, Kind::Plain, seed).ok_or_else(|| io::Error::other("a key that cannot be used"))
}

/// Makes and keeps the keys of a new log, before anything is signed by them.
///
/// # Errors
/// When the storage or the system's chance fails.
pub fn make<S: Storage>(keys: &mut S, kind: &str, station: &str, chance: Chance) -> io::Result<NewKeys> {
    let (log_seed, epoch_seed) = (chance()?, chance()?);
    let (log, epoch) = (named("x", &log_seed)?, named("x", &epoch_seed)?);
    let origin = origin_of(kind, station, log.public().bytes(), epoch.public().bytes());
    let made = NewKeys { log: named(&origin, &log_seed)?, epoch: named(&epoch_name(&origin, 0), &epoch_seed)?, origin };
    keys.replace(&epoch_file(&made.origin, 0), made.epoch.secret_text().as_bytes())?;
    keys.replace(&log_name(&made.origin), made.log.secret_text().as_bytes())?;
    Ok(made)
}

/// Makes and keeps the key of an epoch that is to begin.
///
/// # Errors
/// When the storage or the system's chance fails.
pub fn make_epoch<S: Storage>(keys: &mut S, origin: &str, epoch: u64, chance: Chance) -> io::Result<SigningName> {
    let key = named(&epoch_name(origin, epoch), &*chance()?)?;
    keys.replace(&epoch_file(origin, epoch), key.secret_text().as_bytes())?;
    Ok(key)
}

/// The key of a log, if it is on this machine.
///
/// # Errors
/// When the storage fails.
pub fn load_log<S: Storage>(keys: &S, public: &VerifierKey) -> io::Result<Option<SigningName>> {
    load(keys, &log_name(&public.name), public)
}

/// The key of an epoch, if it is on this machine.
///
/// # Errors
/// When the storage fails.
pub fn load_epoch<S: Storage>(
    keys: &S,
    origin: &str,
    epoch: u64,
    public: &VerifierKey,
) -> io::Result<Option<SigningName>> {
    load(keys, &epoch_file(origin, epoch), public)
}

fn load<S: Storage>(keys: &S, file: &str, public: &VerifierKey) -> io::Result<Option<SigningName>> {
    let Some(bytes) = keys.read_all(file, MAX_KEY)?.map(Zeroizing::new) else {
        return Ok(None);
    };
    let key = std::str::from_utf8(&bytes).ok().and_then(SigningName::from_secret);
    Ok(key.filter(|key| key.public() == public))
}

/// Wipes and removes the key of an epoch. Nothing happens when it is not there.
///
/// # Errors
/// When the storage fails.
pub fn erase_epoch<S: Storage>(keys: &mut S, origin: &str, epoch: u64) -> io::Result<()> {
    keys.erase(&epoch_file(origin, epoch))
}
