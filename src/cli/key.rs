//! `loa key show`: the verifier key that a department enrols.
use std::io::{self, Write};
use std::path::Path;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use super::{CONFIG, OK, help_language};
use crate::airlog::keys::system_chance;
use crate::airlog::storage::FolderStorage;
use crate::archive::source;
use crate::archive::witness::Witness;
use crate::durable;
use crate::proof::entry::GenesisKeys;
use crate::proof::note::VerifierKey;
use crate::registry::fingerprint;
use crate::state;
use crate::text::department::Desk;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// `loa key show`.
///
/// # Errors
/// When standard output cannot be written, or a folder cannot be read.
pub fn show(station: &Path, lang: Option<Lang>, qr: bool, witness: bool) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let key = if witness { Some(open_witness()?.public()) } else { key_of(station)? };
    let Some(key) = key else {
        complain!("{}", Proof::NoLogYet {}.say(lang));
        return Ok(CONFIG);
    };
    let mut out = io::stdout().lock();
    if qr {
        let code = QrCode::new(key.as_bytes()).map_err(|e| io::Error::other(e.to_string()))?;
        // Light on dark, as terminals mostly are.
        let image = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
        writeln!(out, "{image}")?;
    }
    writeln!(out, "{key}")?;
    if let Some(key) = VerifierKey::parse(&key) {
        complain!("{}", Desk::FingerprintOf { code: fingerprint(&key) }.say(lang));
    }
    Ok(OK)
}

/// The department's key and memory on this machine.
///
/// # Errors
/// When they cannot be read or made.
pub fn open_witness() -> io::Result<Witness<FolderStorage>> {
    let folder = state::folder("witness", Some("key"))?;
    Witness::open(FolderStorage::private(folder), system_chance)
}

/// What keeps other collections on this machine from signing meanwhile, as long as it lives; none when one runs.
///
/// # Errors
/// When the folder cannot be used.
pub fn hold_witness() -> io::Result<Option<std::fs::File>> {
    let folder = state::folder("witness", Some("key"))?;
    let file = durable::open_lock(&folder.join("lock"), durable::SECRET)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

fn key_of(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open(station) else {
        return Ok(None);
    };
    let first = source.first_line(&source.heads()?.head)?;
    let genesis = first.and_then(|line| serde_json::from_slice::<GenesisKeys>(&line).ok());
    Ok(genesis.map(|genesis| genesis.key))
}
