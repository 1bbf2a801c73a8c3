//! `loa key show`: prints the verifier key of a station's log, or that of the witness.
use std::io::{self, Write};
use std::path::Path;

use clap::{Args, Subcommand};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::airlog::keys::os_seed;
use crate::airlog::storage::FolderStorage;
use crate::base::durable;
use crate::base::state_dirs;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, fail};
use crate::cli::genesis_keys::read_genesis_keys;
use crate::cli::no_station::{is_station, report_no_station};
use crate::cli::shell_words::folder_argument;
use crate::department::registry::fingerprint;
use crate::department::witness::Witness;
use crate::logstore::source;
use crate::proof::note::VerifierKey;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Subcommands of `loa key`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum KeyCommand {
    Show(KeyShowArgs),
}

/// Arguments of `loa key show`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct KeyShowArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub qr: bool,
    #[arg(long)]
    pub witness: bool,
}

/// Runs `loa key show`.
///
/// # Errors
/// If standard output cannot be written, or a folder cannot be read.
pub fn show(args: &KeyShowArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let key = if args.witness { Some(open_witness()?.verifier_key()) } else { log_key(station)? };
    let Some(key) = key else {
        if !args.witness && !is_station(station) {
            return Ok(report_no_station(station, lang));
        }
        return Ok(fail(ProofText::NoLogYet { folder: folder_argument(station) }.localized(lang), EXIT_CONFIG));
    };
    let mut out = io::stdout().lock();
    if args.qr {
        // Most terminals show light text on a dark background, so the colours are inverted.
        writeln!(out, "{}", qr_image(&key, true)?)?;
    }
    writeln!(out, "{key}")?;
    if let Some(verifier_key) = VerifierKey::parse(&key) {
        print_stderr!("{}", DepartmentText::FingerprintOf { code: fingerprint(&verifier_key) }.localized(lang));
    }
    Ok(EXIT_OK)
}

/// Returns a key as a QR code of block characters. `is_inverted` is for light text on a dark background; paper needs no
/// inversion.
///
/// # Errors
/// If the key is too long for a QR code.
pub(in crate::cli) fn qr_image(key: &str, is_inverted: bool) -> io::Result<String> {
    let code = QrCode::new(key.as_bytes()).map_err(|e| io::Error::other(e.to_string()))?;
    let (dark, light) = if is_inverted { (Dense1x2::Light, Dense1x2::Dark) } else { (Dense1x2::Dark, Dense1x2::Light) };
    Ok(code.render::<Dense1x2>().dark_color(dark).light_color(light).build())
}

/// Opens the witness, which is the department's key and stored state on this machine.
///
/// # Errors
/// If the key or the stored state cannot be read or created.
pub fn open_witness() -> io::Result<Witness<FolderStorage>> {
    let folder = state_dirs::find_or_create("witness", Some("key"))?;
    Witness::open(FolderStorage::for_secrets(folder), os_seed)
}

/// Locks the witness, so that no other process on this machine signs while the returned file is open. Returns `None` if
/// another process holds the lock.
///
/// # Errors
/// If the folder cannot be used.
pub fn lock_witness() -> io::Result<Option<std::fs::File>> {
    let folder = state_dirs::find_or_create("witness", Some("key"))?;
    let file = durable::open_lock(&folder.join("lock"), durable::OWNER_ONLY)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(e)) => Err(e),
    }
}

/// Locks the witness like [`lock_witness`], but waits while another process holds the lock.
///
/// # Errors
/// If the folder cannot be used.
pub fn wait_for_witness() -> io::Result<std::fs::File> {
    let folder = state_dirs::find_or_create("witness", Some("key"))?;
    let file = durable::open_lock(&folder.join("lock"), durable::OWNER_ONLY)?;
    file.lock()?;
    Ok(file)
}

/// Returns the verifier key of the station's log; `None` if there is no log, or its first entry cannot be read.
pub(in crate::cli) fn log_key(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open_log(station) else {
        return Ok(None);
    };
    let genesis = read_genesis_keys(&source, &source.heads()?.head)?;
    Ok(genesis.map(|genesis| genesis.key))
}
