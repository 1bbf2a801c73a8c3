//! Scans audio files: decodes, measures and hashes each file completely.
use std::fs::File;
use std::io;
use std::path::{Component, Path};
use std::sync::Mutex;
use std::thread;

use super::decode::{DecodeError, Decoder};
use super::envelope::EnvelopeMeter;
use super::file::{self, OpenError};
use super::meter::{AudioMeasurements, Meter};
use super::panic_guard::catch_panic;
use super::{FileStatus, Length, Library, Scan, find_flaws};
use crate::base::work_queue::WorkQueue;
use crate::library::flaw::UnplayableFormat;

/// Maximum share of lost packets, in per cent. A file with a larger share counts as damaged.
const MAX_LOST_PACKETS_PER_CENT: u64 = 2;

/// Reason why a file has no scan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// No file has this name.
    #[error("there is no such file")]
    Missing,
    /// The file exists, but cannot be read.
    #[error("{detail}")]
    Unreadable {
        /// The error from the system, in English.
        detail: String,
    },
    /// The file cannot be played.
    #[error("{detail}")]
    Damaged {
        /// The fault, in English.
        detail: String,
        /// The format, if it is a known format that cannot be played.
        foreign: Option<UnplayableFormat>,
    },
}

impl ScanError {
    fn damaged(error: &impl ToString) -> Self {
        Self::Damaged { detail: error.to_string(), foreign: None }
    }
}

impl From<OpenError> for ScanError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Missing => Self::Missing,
            OpenError::Denied(_) => Self::Unreadable { detail: error.to_string() },
            other => Self::damaged(&other),
        }
    }
}

impl From<DecodeError> for ScanError {
    fn from(error: DecodeError) -> Self {
        let detail = error.to_string();
        match error {
            DecodeError::Foreign(foreign) => Self::Damaged { detail, foreign: Some(foreign) },
            DecodeError::Read(error) if is_refused_by_system(&error) => Self::Unreadable { detail },
            _ => Self::Damaged { detail, foreign: None },
        }
    }
}

/// Returns true when the system refused to read; false when a demuxer asked for something impossible because of the
/// file's content, such as a position before the file's beginning.
fn is_refused_by_system(error: &io::Error) -> bool {
    error.raw_os_error().is_some() && error.kind() != io::ErrorKind::InvalidInput
}

/// Decodes, measures and hashes a complete file.
///
/// # Errors
/// [`ScanError::Missing`] if the file does not exist, [`ScanError::Unreadable`] if it cannot be read, and
/// [`ScanError::Damaged`] in all other cases, including a panic in a decoder.
pub fn scan(path: &Path) -> Result<Scan, ScanError> {
    scan_with_progress(path, &|_| ())
}

/// Scans a file. Calls `on_progress` with the number of bytes decoded since the last call.
///
/// # Errors
/// [`ScanError::Missing`] if the file does not exist, [`ScanError::Unreadable`] if it cannot be read, and
/// [`ScanError::Damaged`] in all other cases, including a panic in a decoder.
pub fn scan_with_progress(path: &Path, on_progress: &(dyn Fn(u64) + Sync)) -> Result<Scan, ScanError> {
    let scan = || decode_all(file::open(path)?, path, on_progress, None);
    catch_panic(scan).unwrap_or_else(|| Err(ScanError::damaged(&"the decoder gave up on it")))
}

/// Scans a file, and returns its outline too: the peaks of equal parts, 255 for full scale.
///
/// # Errors
/// Same as [`scan`].
pub fn scan_with_envelope(path: &Path) -> Result<(Scan, Vec<u8>), ScanError> {
    let scan = || {
        let mut envelope = None;
        let scan = decode_all(file::open(path)?, path, &|_| (), Some(&mut envelope))?;
        Ok((scan, envelope.map(EnvelopeMeter::finish).unwrap_or_default()))
    };
    catch_panic(scan).unwrap_or_else(|| Err(ScanError::damaged(&"the decoder gave up on it")))
}

/// Opens a file and decodes its beginning, to learn quickly whether it is a sound file at all.
///
/// # Errors
/// Same as [`scan`].
pub fn probe(path: &Path) -> Result<(), ScanError> {
    probe_file(|| file::open(path))
}

/// Probes a file of a station's audio folder.
///
/// # Errors
/// Same as [`scan`].
pub fn probe_in(audio: &Path, name: &Path) -> Result<(), ScanError> {
    probe_file(|| file::open_in(audio, name))
}

fn probe_file(open: impl Fn() -> Result<File, OpenError>) -> Result<(), ScanError> {
    let probe = || Ok(Decoder::open(open()?).map(drop)?);
    catch_panic(probe).unwrap_or_else(|| Err(ScanError::damaged(&"the decoder gave up on it")))
}

/// Scans a file of a station's audio folder.
fn scan_in(audio: &Path, name: &Path) -> Result<Scan, ScanError> {
    let scan = || decode_all(file::open_in(audio, name)?, name, &|_| (), None);
    catch_panic(scan).unwrap_or_else(|| Err(ScanError::damaged(&"the decoder gave up on it")))
}

/// Scans an open file. `path` is used only for its extension. If `envelope` is given, its outline is put there.
fn decode_all(
    mut file: File,
    path: &Path,
    on_progress: &dyn Fn(u64),
    mut envelope: Option<&mut Option<EnvelopeMeter>>,
) -> Result<Scan, ScanError> {
    let (sha256, bytes) = file::sha256(&mut file).map_err(|e| ScanError::from(DecodeError::Read(e)))?;
    let mut decoder = Decoder::open(file)?;
    let format = decoder.format();
    let mut meter = Meter::new(format.rate, format.channels, decoder.channel_positions());
    if let Some(envelope) = &mut envelope {
        **envelope = Some(EnvelopeMeter::new(format.channels));
    }
    let (mut samples, mut reported_bytes) = (0, 0);
    while let Some(block) = decoder.next_block() {
        samples += block.len() as u64;
        meter.add_frames(block);
        if let Some(Some(envelope)) = &mut envelope {
            envelope.add_frames(block);
        }
        let decoded_bytes = decoder.packet_bytes();
        on_progress(decoded_bytes - reported_bytes);
        reported_bytes = decoded_bytes;
    }
    on_progress(bytes.saturating_sub(reported_bytes));
    let faults = decoder.faults();
    let has_lost_too_many_packets =
        faults.lost_packets.saturating_mul(100) > faults.packets.saturating_mul(MAX_LOST_PACKETS_PER_CENT);
    if let Some(detail) = faults.detail().filter(|_| has_lost_too_many_packets || faults.fatal_error.is_some()) {
        return Err(ScanError::Damaged { detail, foreign: None });
    }
    if samples == 0 {
        return Err(DecodeError::NoSound(faults.detail()).into());
    }
    let length = Length { frames: samples / u64::from(format.channels), rate: format.rate };
    let measurements = meter.finish();
    let mut flaws = find_flaws::decoding_flaws(faults, length);
    flaws.extend(find_flaws::sound_flaws(&measurements, length));
    flaws.extend(find_flaws::extension_flaw(path, decoder.container(), format.codec));
    Ok(Scan {
        length,
        channels: format.channels,
        codec: format.codec.to_owned(),
        sha256,
        bytes,
        measure: measurements,
        flaws,
    })
}

/// Scans files of the audio folder on several threads. `previous` holds the earlier scans.
#[must_use]
pub fn scan_library<'a>(audio_dir: &Path, files: impl Iterator<Item = &'a str>, previous: &Library) -> Library {
    let mut names: Vec<&str> = files.collect();
    names.sort_unstable();
    names.dedup();
    let worker_count = thread::available_parallelism().map_or(1, usize::from).min(names.len());
    let queue = WorkQueue::new(&names);
    let library = Mutex::new(Library::default());
    let work = || {
        // The library is locked only to insert a result, not while a file is scanned.
        while let Some((_, &name)) = queue.take() {
            let last_scan = previous.files.get(name).and_then(FileStatus::last_good_scan).cloned();
            let status = scan_or_reuse(audio_dir, name, last_scan);
            if let Ok(mut library) = library.lock() {
                library.files.insert(name.to_owned(), status);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..worker_count {
            // If a thread cannot start, the other threads do its work.
            let _ = thread::Builder::new().name("scan".to_owned()).spawn_scoped(scope, work);
        }
        work();
    });
    library.into_inner().unwrap_or_default()
}

/// Scans one file, or reuses its last scan if its bytes have not changed.
fn scan_or_reuse(audio_dir: &Path, name: &str, last_scan: Option<Scan>) -> FileStatus {
    let is_inside = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
    if name.is_empty() || !is_inside {
        let detail = "its name leads out of the audio folder".to_owned();
        return FileStatus::Damaged { detail, foreign: None, last: last_scan };
    }
    let path = Path::new(name);
    // The same bytes give the same scan, and hashing is much cheaper than decoding.
    let has_measurements = |scan: &&Scan| scan.measure != AudioMeasurements::default();
    if let Some(scan) = last_scan.as_ref().filter(has_measurements).filter(|scan| is_unchanged(audio_dir, path, scan)) {
        return FileStatus::Good(scan.clone());
    }
    match scan_in(audio_dir, path) {
        Ok(scan) => FileStatus::Good(scan),
        Err(ScanError::Missing) => FileStatus::Missing { last: last_scan },
        Err(ScanError::Unreadable { detail }) => FileStatus::Unreadable { detail, last: last_scan },
        Err(ScanError::Damaged { detail, foreign }) => FileStatus::Damaged { detail, foreign, last: last_scan },
    }
}

/// Returns true when the bytes of a file are still those that were scanned.
fn is_unchanged(audio: &Path, name: &Path, scan: &Scan) -> bool {
    let hash_and_size = file::open_in(audio, name).ok().and_then(|mut file| file::sha256(&mut file).ok());
    hash_and_size.is_some_and(|(sha256, bytes)| bytes == scan.bytes && sha256 == scan.sha256)
}
