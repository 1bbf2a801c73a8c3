//! `loa key show`: the verifier key that a department enrols.
use std::io::{self, Write};
use std::path::Path;

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::airlog::keys::os_seed;
use crate::airlog::storage::FolderStorage;
use crate::base::durable;
use crate::base::state_dirs;
use crate::cli::{EXIT_CONFIG, EXIT_OK, help_language};
use crate::department::registry::fingerprint;
use crate::department::witness::Witness;
use crate::logstore::source;
use crate::proof::note::VerifierKey;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// `loa key show`.
///
/// # Errors
/// When standard output cannot be written, or a folder cannot be read.
pub fn show(station: &Path, lang: Option<Lang>, qr: bool, witness: bool) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let key = if witness { Some(open_witness()?.verifier_key()) } else { station_key(station)? };
    let Some(key) = key else {
        print_stderr!("{}", ProofText::NoLogYet {}.localized(lang));
        return Ok(EXIT_CONFIG);
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
        print_stderr!("{}", DepartmentText::FingerprintOf { code: fingerprint(&key) }.localized(lang));
    }
    Ok(EXIT_OK)
}

/// The department's key and memory on this machine.
///
/// # Errors
/// When they cannot be read or made.
pub fn open_witness() -> io::Result<Witness<FolderStorage>> {
    let folder = state_dirs::find_or_create("witness", Some("key"))?;
    Witness::open(FolderStorage::for_secrets(folder), os_seed)
}

/// What keeps other collections on this machine from signing meanwhile, as long as it lives; none when one runs.
///
/// # Errors
/// When the folder cannot be used.
pub fn lock_witness() -> io::Result<Option<std::fs::File>> {
    let folder = state_dirs::find_or_create("witness", Some("key"))?;
    let file = durable::open_lock(&folder.join("lock"), durable::OWNER_ONLY)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

fn station_key(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open_log(station) else {
        return Ok(None);
    };
    let genesis = source.genesis_keys(&source.heads()?.head)?;
    Ok(genesis.map(|genesis| genesis.key))
}
