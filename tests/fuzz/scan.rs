//! Bytes -> the scanner of audio files: whatever they are, it comes back with a verdict, and a good verdict holds.
//!
//! Decoders of others may panic: the scanner catches that and calls the file damaged. Each place where one does is
//! told once and the search goes on. A panic of loa's own, or a verdict that cannot be, ends it.
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
use loa::library::decode::{Decoder, MAX_CHANNELS, MAX_SAMPLE, MAX_SECONDS, RATES};
use loa::library::file::{self, Hashing};
use loa::library::meter::{Measure, between};
use loa::library::scan::{ScanError, scan};
use loa::library::{Scan, loudness};
use loa::text::library::Flaw;
use sha2::{Digest, Sha256};

/// Longer files find nothing that these do not.
const MAX_BYTES: usize = 1 << 20;
/// What all of it may ask of memory.
const MAX_MEMORY: usize = 1 << 30;
/// Eight channels at [`MAX_SAMPLE`], six of them beside or behind, in high tones: 18.06 + 9.03 + 1.49 + 4.0 - 0.69 dB.
const MAX_LOUDNESS: i32 = 3_400;
/// What is quieter has no loudness.
const MIN_LOUDNESS: i32 = -7_000;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, MAX_MEMORY);

/// The one file of this process, in memory, and a name that it can be opened by.
static INPUT: LazyLock<(Mutex<File>, PathBuf)> = LazyLock::new(|| {
    let memory = rustix::fs::memfd_create("input", rustix::fs::MemfdFlags::CLOEXEC).expect("a file in memory");
    let name = format!("/proc/self/fd/{}", memory.as_raw_fd());
    (Mutex::new(memory.into()), name.into())
});

/// The largest true peak, in hundredths of dB: between samples at [`MAX_SAMPLE`] that alternate in the worst way lies
/// the sum of the filter's coefficients times as much.
static MAX_PEAK: LazyLock<i32> = LazyLock::new(|| {
    let gain: f32 = between::<24>(0.5).iter().map(|c| c.abs()).sum();
    (2_000.0 * (MAX_SAMPLE * gain).log10()).ceil() as i32
});

/// Places of others where a panic began.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fuzz_target!(init: watch_panics(), |bytes: &[u8]| -> Corpus {
    if bytes.len() > MAX_BYTES {
        return Corpus::Reject;
    }
    let path = give(bytes);
    match scan(path) {
        Ok(scan) => {
            right(&scan, bytes);
            again(&scan, path);
        }
        Err(ScanError::Damaged { detail, .. }) => assert!(!detail.is_empty()),
        Err(ScanError::Missing) => panic!("the file is there"),
    }
    Corpus::Keep
});

fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let size = fuzzer_mutate(bytes, size, max_size);
    if seed % 4 != 0 {
        checksums::mend(&mut bytes[..size]);
    }
    size
});

/// Writes the bytes into the file.
fn give(bytes: &[u8]) -> &'static Path {
    let (file, path) = &*INPUT;
    let mut file = file.lock().expect("one thread");
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(bytes)).expect("memory");
    path
}

/// Panics of dependencies are told once for each place, all others end the process before anyone catches them.
fn watch_panics() {
    let tell = panic::take_hook();
    // The fuzzer's own hook ends the process; this one is asked first.
    panic::set_hook(Box::new(move |what| {
        let Some(place) = what.location().filter(|place| is_dependency(place)) else {
            return tell(what);
        };
        let place = place.to_string();
        let mut known = PANICS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !known.contains(&place) {
            eprintln!("PANIC {} in a dependency: {what}", known.len() + 1);
            known.push(place);
        }
    }));
}

/// Whether a place is neither in loa nor here nor, where nobody can tell whose it is, in Rust's own library.
fn is_dependency(place: &Location<'_>) -> bool {
    let (file, here) = (Path::new(place.file()), Path::new(env!("CARGO_MANIFEST_DIR")));
    let root = here.ancestors().nth(2).unwrap_or(here);
    let own = file.is_relative() || file.starts_with(root.join("src")) || file.starts_with(root.join("tests"));
    !own && !file.starts_with("/rustc")
}

/// What a good scan promises.
fn right(scan: &Scan, bytes: &[u8]) {
    let (length, channels) = (scan.length, scan.channels);
    assert!((1..=MAX_CHANNELS).contains(&channels), "{channels} channels");
    assert!(RATES.contains(&length.rate) && length.frames > 0, "{length:?}");
    assert!(length.frames <= (MAX_SECONDS + 1) * u64::from(length.rate), "{length:?}");
    assert!(!scan.codec.is_empty());
    assert_eq!(scan.bytes, bytes.len() as u64);
    let sha256: String = Sha256::digest(bytes).into_iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(scan.sha256, sha256);
    let sound = &scan.measure;
    measured(sound, length.ms());
    let gain = loudness::Loudness::of(scan).gain(-1_600, true, channels, 1);
    assert!((-6_000..=loudness::MOST_GAIN).contains(&gain), "{gain}");
    for flaw in &scan.flaws {
        told(flaw);
    }
}

fn measured(sound: &Measure, ms: i64) {
    assert!(sound.true_peak.is_none_or(|peak| peak <= *MAX_PEAK), "{sound:?}");
    for loud in [sound.integrated, sound.downmixed].into_iter().flatten() {
        assert!((MIN_LOUDNESS..=MAX_LOUDNESS).contains(&loud), "{sound:?}");
    }
    assert!((0..=MAX_LOUDNESS - MIN_LOUDNESS).contains(&sound.range), "{sound:?}");
    assert!((0..=MAX_SAMPLE as i32 * 10_000).contains(&sound.offset), "{sound:?}");
    for silence in [sound.lead_silence_ms, sound.tail_silence_ms, sound.longest_silence_ms] {
        assert!((0..=ms).contains(&silence), "{sound:?}, {ms} ms");
    }
}

/// Numbers in what people are told: none is less than nothing.
fn told(flaw: &Flaw) {
    let sane = match flaw {
        Flaw::CutOff { missing_ms } => missing_ms.0 >= 0,
        Flaw::HeaderLies { said_ms } => said_ms.0 >= 0,
        Flaw::Gaps { lost, of } => *lost > 0 && lost <= of,
        Flaw::DcOffset { per_mille } => (0..=8_000).contains(per_mille),
        Flaw::LongSilence { seconds } => *seconds >= 0,
        _ => true,
    };
    assert!(sane, "{flaw:?}");
}

/// Whoever decodes it later gets what was scanned, also through the seal that the station plays through.
fn again(scan: &Scan, path: &Path) {
    let open = || file::open(path).expect("it was opened before");
    let mut hashing = Hashing::with_parts();
    let mut file = open();
    let seal = std::iter::repeat_with(|| hashing.step(&mut file).expect("memory")).flatten().next();
    let plain = decoded(Decoder::open(open()).expect("it was decoded before"));
    let sealed = decoded(Decoder::open_sealed(open(), seal.map(Arc::new)).expect("it was decoded before"));
    assert_eq!(plain.0, scan.length.frames);
    assert_eq!(plain, sealed);
}

/// Frames, and what tells one sound from another.
fn decoded(mut decoder: Decoder) -> (u64, u64) {
    let channels = usize::from(decoder.format().channels);
    let (mut samples, mut hasher) = (0, DefaultHasher::new());
    while let Some(block) = decoder.next_block() {
        assert!(!block.is_empty() && block.len() % channels == 0, "{} samples", block.len());
        for sample in block {
            assert!(sample.is_finite() && sample.abs() <= MAX_SAMPLE, "{sample}");
            hasher.write_u32(sample.to_bits());
        }
        samples += block.len();
    }
    ((samples / channels) as u64, hasher.finish())
}
