//! The fuzz target for the scanner of audio files. For any bytes the scanner must return a verdict, and what it reports
//! about a good file must be true.
//!
//! The decoders of dependencies are allowed to panic, because the scanner catches the panic and reports the file as
//! damaged. Each location of such a panic is printed once, and the search continues. A panic in loa's own code or an
//! impossible verdict ends the search.
#![no_main]
mod checksums;

use std::alloc::System;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{Seek, Write};
use std::os::fd::AsRawFd;
use std::panic::{self, Location};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use cap::Cap;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target, fuzzer_mutate};
use loa::library::decode::{Decoder, MAX_CHANNELS, MAX_SAMPLE, MAX_SECONDS, SAMPLE_RATES};
use loa::library::file::{self, FileHasher};
use loa::library::flaw::AudioFlaw;
use loa::library::meter::{AudioMeasurements, interpolation_taps};
use loa::library::scan::{ScanError, scan};
use loa::library::{Scan, loudness};
use sha2::{Digest, Sha256};

/// The maximum length of an input. Longer files find no further faults.
const MAX_INPUT_BYTES: usize = 1 << 20;
/// The maximum memory of the process.
const MAX_MEMORY_BYTES: usize = 1 << 30;
/// The maximum loudness, in hundredths of LUFS: eight channels of high tones at [`MAX_SAMPLE`], six of them side or
/// rear channels: 18.06 + 9.03 + 1.49 + 4.0 - 0.69 dB.
const MAX_LOUDNESS_CENTI_LUFS: i32 = 3_400;
/// The minimum loudness in hundredths of LUFS. A quieter sound has no loudness.
const MIN_LOUDNESS_CENTI_LUFS: i32 = -7_000;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, MAX_MEMORY_BYTES);

/// The input file, in memory, and a path by which it can be opened.
static INPUT: LazyLock<(Mutex<File>, PathBuf)> = LazyLock::new(|| {
    let memory_file =
        rustix::fs::memfd_create("input", rustix::fs::MemfdFlags::CLOEXEC).expect("make a file in memory");
    let path = format!("/proc/self/fd/{}", memory_file.as_raw_fd());
    (Mutex::new(memory_file.into()), path.into())
});

/// The maximum true peak, in hundredths of dB. Samples at [`MAX_SAMPLE`] whose signs alternate in the worst way give
/// [`MAX_SAMPLE`] times the sum of the absolute filter coefficients between them.
static MAX_PEAK_CENTI_DB: LazyLock<i32> = LazyLock::new(|| {
    let gain: f32 = interpolation_taps::<24>(0.5).iter().map(|c| c.abs()).sum();
    (2_000.0 * (MAX_SAMPLE * gain).log10()).ceil() as i32
});

/// The locations in dependencies where a panic began.
static PANIC_LOCATIONS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fuzz_target!(init: install_panic_hook(), |bytes: &[u8]| -> Corpus {
    if bytes.len() > MAX_INPUT_BYTES {
        return Corpus::Reject;
    }
    let path = write_input(bytes);
    match scan(path) {
        Ok(scan) => {
            assert_scan_is_true(&scan, bytes);
            assert_decodes_as_scanned(&scan, path);
        }
        Err(ScanError::Damaged { detail, .. }) => assert!(!detail.is_empty()),
        Err(ScanError::Unreadable { detail }) => panic!("the input file cannot be read: {detail}"),
        Err(ScanError::Missing) => panic!("the scanner does not find the input file"),
    }
    Corpus::Keep
});

fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(bytes, size, max_size);
    if seed % 4 != 0 {
        checksums::correct_checksums(&mut bytes[..size]);
    }
    size
});

/// Replaces the contents of the input file, and returns its path.
fn write_input(bytes: &[u8]) -> &'static Path {
    let (file, path) = &*INPUT;
    let mut file = file.lock().expect("no thread panicked");
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(bytes))
        .expect("write to the file in memory");
    path
}

/// Installs a panic hook that prints each panic location in a dependency once. All other panics end the process before
/// the scanner can catch them.
fn install_panic_hook() {
    // The fuzzer's hook ends the process. It is called only for panics outside dependencies.
    let fuzzer_hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let Some(location) = panic.location().filter(|location| is_dependency(location)) else {
            return fuzzer_hook(panic);
        };
        let location = location.to_string();
        let mut known_locations = PANIC_LOCATIONS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !known_locations.contains(&location) {
            eprintln!("PANIC {} in a dependency: {panic}", known_locations.len() + 1);
            known_locations.push(location);
        }
    }));
}

/// Returns true if a location is in a dependency: neither in loa, nor in this target, nor in Rust's standard library. A
/// panic in the standard library may have been caused by any of them, so it counts as loa's.
fn is_dependency(location: &Location<'_>) -> bool {
    let (file, fuzz_dir) = (Path::new(location.file()), Path::new(env!("CARGO_MANIFEST_DIR")));
    let root = fuzz_dir.ancestors().nth(2).unwrap_or(fuzz_dir);
    let is_own = file.is_relative() || file.starts_with(root.join("src")) || file.starts_with(root.join("tests"));
    !is_own && !file.starts_with("/rustc")
}

/// Checks the scan of a good file against the bytes of the file and against the limits.
fn assert_scan_is_true(scan: &Scan, bytes: &[u8]) {
    let (length, channels) = (scan.length, scan.channels);
    assert!((1..=MAX_CHANNELS).contains(&channels), "{channels} channels");
    assert!(SAMPLE_RATES.contains(&length.rate) && length.frames > 0, "{length:?}");
    assert!(length.frames <= (MAX_SECONDS + 1) * u64::from(length.rate), "{length:?}");
    assert!(!scan.codec.is_empty());
    assert_eq!(scan.bytes, bytes.len() as u64);
    let sha256: String = Sha256::digest(bytes).into_iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(scan.sha256, sha256);
    assert_measurements_in_range(&scan.measure, length.ms());
    let gain = loudness::Loudness::of(scan).gain(-1_600, true, channels, 1);
    assert!((-6_000..=loudness::MAX_GAIN_CENTI_DB).contains(&gain), "{gain}");
    for flaw in &scan.flaws {
        assert_flaw_is_possible(flaw);
    }
}

/// Checks that each measurement is possible for a sound of this length in milliseconds.
fn assert_measurements_in_range(sound: &AudioMeasurements, length_ms: i64) {
    assert!(sound.true_peak.is_none_or(|peak| peak <= *MAX_PEAK_CENTI_DB), "{sound:?}");
    for loudness in [sound.integrated, sound.downmixed].into_iter().flatten() {
        assert!((MIN_LOUDNESS_CENTI_LUFS..=MAX_LOUDNESS_CENTI_LUFS).contains(&loudness), "{sound:?}");
    }
    assert!((0..=MAX_LOUDNESS_CENTI_LUFS - MIN_LOUDNESS_CENTI_LUFS).contains(&sound.range), "{sound:?}");
    assert!((0..=MAX_SAMPLE as i32 * 10_000).contains(&sound.offset), "{sound:?}");
    for silence in [sound.lead_silence_ms, sound.tail_silence_ms, sound.longest_silence_ms] {
        assert!((0..=length_ms).contains(&silence), "{sound:?}, {length_ms} ms");
    }
}

/// Checks the numbers of a flaw. None is allowed to be negative, or greater than its total.
fn assert_flaw_is_possible(flaw: &AudioFlaw) {
    let is_possible = match flaw {
        AudioFlaw::CutOff { missing_ms } => missing_ms.0 >= 0,
        AudioFlaw::WrongDeclaredLength { said_ms } => said_ms.0 >= 0,
        AudioFlaw::Gaps { lost, of } => *lost > 0 && lost <= of,
        AudioFlaw::DcOffset { per_mille } => (0..=8_000).contains(per_mille),
        AudioFlaw::LongSilence { seconds } => *seconds >= 0,
        _ => true,
    };
    assert!(is_possible, "{flaw:?}");
}

/// Checks that decoding the file again gives the scanned length, and the same sound with and without the verification
/// of parts that the station uses while it plays.
fn assert_decodes_as_scanned(scan: &Scan, path: &Path) {
    let open = || file::open(path).expect("the scanner has opened it");
    let mut hasher = FileHasher::with_parts();
    let mut file = open();
    let digest = std::iter::repeat_with(|| hasher.step(&mut file).expect("read the file in memory")).flatten().next();
    let unverified = frames_and_hash(Decoder::open(open()).expect("the scanner has decoded it"));
    let decoder = Decoder::open_verified(open(), digest.map(Arc::new)).expect("the scanner has decoded it");
    assert_eq!(unverified.0, scan.length.frames);
    assert_eq!(unverified, frames_and_hash(decoder));
}

/// Decodes the complete file; returns the number of frames and a hash of the samples.
fn frames_and_hash(mut decoder: Decoder) -> (u64, u64) {
    let channels = usize::from(decoder.format().channels);
    let (mut sample_count, mut hasher) = (0, DefaultHasher::new());
    while let Some(block) = decoder.next_block() {
        assert!(!block.is_empty() && block.len() % channels == 0, "{} samples", block.len());
        for sample in block {
            assert!(sample.is_finite() && sample.abs() <= MAX_SAMPLE, "{sample}");
            hasher.write_u32(sample.to_bits());
        }
        sample_count += block.len();
    }
    ((sample_count / channels) as u64, hasher.finish())
}
