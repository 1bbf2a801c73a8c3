//! The measurements of `loa scan`, compared with the synthesised sound and with ffmpeg.
mod lengths;
mod loudness;

use std::collections::BTreeSet;
use std::f64::consts::TAU;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::media;
use crate::program;
use loudness::{encoder, one_side, opposed, speech, synthesise};

/// The maximum rounding error of ffmpeg's loudness and peak: half of the last printed digit.
const MAX_ROUNDING_ERROR_DB: f64 = 0.05;

/// The keys of the JSON object of each file.
const KEYS: [&str; 14] = [
    "file",
    "sha256",
    "codec",
    "sample_rate",
    "channels",
    "frames",
    "duration_ms",
    "integrated_lufs",
    "true_peak_dbtp",
    "lra_lu",
    "lead_silence_ms",
    "tail_silence_ms",
    "longest_silence_ms",
    "problems",
];

/// Runs `loa scan` on all these files at once. Returns whether every file can be played, and the JSON object of each.
fn scan(dir: &Path, names: &[String]) -> (bool, Vec<Value>) {
    let mut loa = program::loa(dir);
    let output = loa.arg("scan").args(names).args(["--format", "json"]).current_dir(dir).output().expect("loa starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let objects: Vec<Value> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("no JSON: {e}: {stderr}"));
    assert_eq!(objects.len(), names.len(), "one object for each file");
    for (object, name) in objects.iter().zip(names) {
        assert_eq!(object["file"], **name, "the objects are in the order of the arguments");
        // An unknown value is null, not absent.
        let absent: Vec<_> = KEYS.iter().filter(|key| object.get(**key).is_none()).collect();
        assert!(absent.is_empty(), "{name} has no {absent:?}");
    }
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{code:?}: {stderr}");
    (code == Some(0), objects)
}

/// Returns a number from an object; NaN for null, so that every comparison fails.
fn number(object: &Value, key: &str) -> f64 {
    match &object[key] {
        Value::Null => f64::NAN,
        value => value.as_f64().unwrap_or_else(|| panic!("{key} is {value}")),
    }
}

/// Returns the codes of an object's problems. Asserts that each problem has a message.
fn codes(object: &Value) -> BTreeSet<&str> {
    let problems = object["problems"].as_array().expect("problems is an array");
    let mut codes = BTreeSet::new();
    for problem in problems {
        assert!(problem["message"].as_str().is_some_and(|message| !message.is_empty()), "{problem}");
        codes.insert(problem["code"].as_str().expect("the value is a string"));
    }
    codes
}

/// The sample format of a wave file.
#[derive(Clone, Copy)]
enum Format {
    S16,
    S24,
    F32,
}

/// Returns the bytes of a wave file. If `mask` names the loudspeakers, the file is in the extensible format.
fn wave(samples: &[f64], rate: u32, channels: u16, format: Format, mask: Option<u32>) -> Vec<u8> {
    let mut data = Vec::with_capacity(samples.len() * 4);
    let (tag, bits) = match format {
        Format::S16 => (1_u16, 16_u16),
        Format::S24 => (1, 24),
        Format::F32 => (3, 32),
    };
    for sample in samples {
        match format {
            Format::S16 => data.extend(((sample * 32768.0).round() as i16).to_le_bytes()),
            Format::S24 => data.extend(&((sample * 8_388_608.0).round().min(8_388_607.0) as i32).to_le_bytes()[..3]),
            Format::F32 => data.extend((*sample as f32).to_le_bytes()),
        }
    }
    let align = channels * bits / 8;
    let mut header = if mask.is_some() { 0xfffe_u16 } else { tag }.to_le_bytes().to_vec();
    header.extend(channels.to_le_bytes());
    header.extend(rate.to_le_bytes());
    header.extend((rate * u32::from(align)).to_le_bytes());
    header.extend(align.to_le_bytes());
    header.extend(bits.to_le_bytes());
    if let Some(mask) = mask {
        header.extend(22_u16.to_le_bytes());
        header.extend(bits.to_le_bytes());
        header.extend(mask.to_le_bytes());
        header.extend(tag.to_le_bytes());
        header.extend(b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
    }
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((20 + header.len() as u32 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend(header);
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

/// Encodes one file into many, each with its own arguments, in one run of ffmpeg.
fn encode(dir: &Path, source: &str, outputs: &[(String, &[&str])]) {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.current_dir(dir).args(["-v", "error", "-nostdin", "-y", "-i", source]);
    for (name, args) in outputs {
        ffmpeg.args(["-map_metadata", "-1"]).args(*args).arg(name);
    }
    let output = ffmpeg.output().expect("ffmpeg is needed to make test media");
    assert!(output.status.success(), "{source}: {}", String::from_utf8_lossy(&output.stderr));
}

/// ffmpeg's measurements, each with one decimal place.
#[derive(Debug)]
struct FfmpegMeasurements {
    /// The minimum and maximum of two readings: with filters for the file's own rate, and after resampling to 48 kHz.
    integrated_lufs: [f64; 2],
    range_lu: f64,
    peak_dbtp: f64,
}

fn measure_with_ffmpeg(path: &Path, rate: u32) -> FfmpegMeasurements {
    // One run for each filter chain: I, LRA and peak, as ffmpeg's summary prints them.
    let run_chain = |chain: &str| {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-nostats", "-i"]).arg(path).args(["-af", chain, "-f", "null", "-"]);
        let output = ffmpeg.output().expect("ffmpeg is needed to measure loudness");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let (_, summary) = stderr.rsplit_once("Summary:").unwrap_or_else(|| panic!("{}: {stderr}", path.display()));
        ["I:", "LRA:", "Peak:"].map(|key| {
            let value = summary.lines().find_map(|line| line.trim().strip_prefix(key));
            value.map_or(f64::NAN, |value| value.split_whitespace().next().unwrap().parse().unwrap())
        })
    };
    let [at_own_rate, range_lu, peak_dbtp] = run_chain("ebur128=peak=true:framelog=verbose");
    // At 24 kHz and above, the two readings agree within 0.05 LU.
    let resampled = if rate < 24_000 { run_chain("aresample=48000,ebur128=framelog=verbose")[0] } else { at_own_rate };
    let integrated_lufs = [at_own_rate.min(resampled), at_own_rate.max(resampled)];
    FfmpegMeasurements { integrated_lufs, range_lu, peak_dbtp }
}

/// A duration in milliseconds, and the levels of the first and second channel.
type Section = (f64, f64, f64);

/// A level just below the threshold of silence.
const SILENT: f64 = 0.0009;
/// A level just above the threshold of silence.
const FAINT: f64 = 0.0012;
/// An ordinary level.
const LOUD: f64 = 0.25;

/// Returns square waves, so that each frame is clearly above or below the threshold. A mono wave uses the first level.
fn squares(sections: &[Section], rate: u32, channels: u16) -> Vec<f64> {
    let mut samples = Vec::new();
    for (ms, first, second) in sections {
        for frame in 0..(ms * f64::from(rate) / 1000.0).round() as usize {
            let sign = if frame / 20 % 2 == 0 { 1.0 } else { -1.0 };
            samples.extend([first * sign, second * sign].into_iter().take(usize::from(channels)));
        }
    }
    samples
}

#[test]
fn silences_are_measured_to_the_millisecond() {
    let click = 1000.0 / 48_000.0;
    // Rate, channels, format, sections; lead, tail and longest silence.
    type Case<'a> = (u32, u16, Format, &'a [Section], [f64; 3]);
    #[rustfmt::skip]
    let cases: [Case; 7] = [
        (48_000, 2, Format::S16, &[(700.0, 0.0, 0.0), (1000.0, LOUD, LOUD), (1500.0, 0.0, 0.0), (800.0, LOUD, LOUD),
            (400.0, 0.0, 0.0)], [700.0, 400.0, 1500.0]),
        // Sound below -60 dBFS is silence.
        (44_100, 1, Format::F32, &[(123.4, SILENT, 0.0), (500.0, LOUD, 0.0), (2000.3, SILENT, 0.0), (500.0, LOUD, 0.0)],
            [123.4, 0.0, 2000.3]),
        // Sound above -60 dBFS is not silence.
        (8000, 1, Format::S16, &[(500.0, FAINT, 0.0), (900.0, 0.0, 0.0), (300.0, FAINT, 0.0), (250.5, 0.0, 0.0)],
            [0.0, 250.5, 900.0]),
        // Only silence in both channels counts.
        (44_100, 2, Format::S24, &[(200.0, 0.0, 0.0), (600.0, 0.0, LOUD), (700.0, 0.0, 0.0), (600.0, LOUD, 0.0),
            (333.0, 0.0, 0.0)], [200.0, 333.0, 700.0]),
        // A single frame ends one silence; the next frame begins another.
        (48_000, 1, Format::F32, &[(300.0, 0.0, 0.0), (click, LOUD, 0.0), (800.0, 0.0, 0.0), (400.0, LOUD, 0.0),
            (777.0, 0.0, 0.0), (click, LOUD, 0.0), (100.0, 0.0, 0.0)], [300.0, 100.0, 800.0]),
        (22_050, 2, Format::S16, &[(2000.0, LOUD, LOUD)], [0.0, 0.0, 0.0]),
        // Silences longer than any buffer.
        (16_000, 1, Format::S16, &[(45_000.0, 0.0, 0.0), (200.0, LOUD, 0.0), (70_000.0, 0.0, 0.0), (200.0, LOUD, 0.0),
            (30_000.0, 0.0, 0.0)], [45_000.0, 30_000.0, 70_000.0]),
    ];
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..cases.len()).map(|n| format!("{n}.wav")).collect();
    for (name, (rate, channels, format, sections, _)) in names.iter().zip(cases) {
        let bytes = wave(&squares(sections, rate, channels), rate, channels, format, None);
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let (all_playable, objects) = scan(dir.path(), &names);
    assert!(all_playable, "every file can be played");
    for ((name, object), (.., expected)) in names.iter().zip(&objects).zip(cases) {
        for (key, expected) in ["lead_silence_ms", "tail_silence_ms", "longest_silence_ms"].into_iter().zip(expected) {
            let measured = number(object, key);
            assert!((measured - expected).abs() <= 1.0, "{name}: {key} is {measured}, not {expected}");
        }
    }
}

/// A file and its allowed codes. A scan must report at least one of them, and no code of another file in the list.
type FlawedFile = (&'static str, &'static [&'static str]);

const FLAWED_FILES: [FlawedFile; 8] = [
    ("one-side.wav", &["silent-channel"]),
    ("opposed.wav", &["out-of-phase"]),
    ("offset.wav", &["dc-offset"]),
    ("loud.wav", &["clipped"]),
    ("nan.wav", &["not-a-number"]),
    ("no-index.mp3", &["no-index"]),
    ("short.wav", &["header-lies", "cut-off", "cut-short"]),
    ("silent.wav", &["silent"]),
];

/// Writes every file of `FLAWED_FILES`.
fn write_flawed_files(dir: &Path) {
    let write = |name: &str, samples: &[f64], channels: u16, format: Format| {
        let bytes = wave(samples, 44_100, channels, format, None);
        // The header of `short.wav` promises more than the file holds.
        let length = if name == "short.wav" { bytes.len() * 3 / 5 } else { bytes.len() };
        std::fs::write(dir.join(name), &bytes[..length]).unwrap();
    };
    let frames = 6 * 44_100;
    let sounds = |shape, channels, gain| synthesise(shape, 44_100, channels, frames, gain);
    write("one-side.wav", &sounds(one_side, 2, 0.4), 2, Format::S16);
    write("opposed.wav", &sounds(opposed, 2, 0.4), 2, Format::S16);
    let offset: Vec<f64> = sounds(speech, 1, 0.4).iter().map(|sample| sample + 0.1).collect();
    write("offset.wav", &offset, 1, Format::S16);
    let loud: Vec<f64> = sounds(speech, 2, 6.0).iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
    write("loud.wav", &loud, 2, Format::S16);
    let mut nan = sounds(speech, 1, 0.4);
    nan[100_000..100_003].fill(f64::NAN);
    write("nan.wav", &nan, 1, Format::F32);
    write("short.wav", &sounds(speech, 2, 0.4), 2, Format::S16);
    write("silent.wav", &vec![0.0; 3 * 44_100], 1, Format::S16);
    std::fs::write(dir.join("source"), wave(&sounds(speech, 1, 0.4), 44_100, 1, Format::S16, None)).unwrap();
    encode(dir, "source", &[("no-index.mp3".to_owned(), &["-c:a", "libmp3lame", "-q:a", "5", "-write_xing", "0"])]);
}

/// Writes speech without flaws in every container format; returns the file names.
fn write_clean_files(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for channels in [1, 2] {
        let speech = synthesise(speech, 44_100, channels, 8 * 44_100, 0.4);
        std::fs::write(dir.join("source"), wave(&speech, 44_100, channels, Format::S24, None)).unwrap();
        let name = |kind: &str| format!("clean-{channels}.{kind}");
        let mut outputs: Vec<(String, &[&str])> = vec![(name("wav"), &["-c:a", "pcm_s16le"])];
        outputs.extend(["flac", "mp3", "ogg", "m4a"].map(|kind| (name(kind), encoder(kind))));
        encode(dir, "source", &outputs);
        names.extend(outputs.into_iter().map(|(name, _)| name));
    }
    names
}

#[test]
fn flaws_are_reported_and_clean_files_have_no_problems() {
    let dir = tempfile::tempdir().unwrap();
    write_flawed_files(dir.path());
    let clean_names = write_clean_files(dir.path());
    let names: Vec<String> = FLAWED_FILES.iter().map(|(name, _)| (*name).to_owned()).chain(clean_names).collect();
    let (all_playable, objects) = scan(dir.path(), &names);
    assert!(all_playable, "flawed files can be played too");
    for ((name, expected_codes), object) in FLAWED_FILES.iter().zip(&objects) {
        let actual_codes = codes(object);
        assert!(expected_codes.iter().any(|code| actual_codes.contains(code)), "{name}: {actual_codes:?}");
        let codes_of_other_files =
            FLAWED_FILES.iter().flat_map(|(_, codes)| *codes).filter(|code| !expected_codes.contains(code));
        let wrong_codes: Vec<_> = codes_of_other_files.filter(|code| actual_codes.contains(*code)).collect();
        assert!(wrong_codes.is_empty(), "{name}: {wrong_codes:?}");
    }
    for (name, object) in names.iter().zip(&objects).skip(FLAWED_FILES.len()) {
        assert_eq!(object["problems"], Value::Array(Vec::new()), "{name}");
    }
    let silent = &objects[names.iter().position(|name| name == "silent.wav").unwrap()];
    assert_eq!((&silent["integrated_lufs"], &silent["true_peak_dbtp"]), (&Value::Null, &Value::Null));
    assert_eq!(silent["frames"], 3 * 44_100);
    // Three frames of NaN do not change the loudness of the other frames.
    let nan = &objects[names.iter().position(|name| name == "nan.wav").unwrap()];
    assert!((-24.0..-16.0).contains(&number(nan, "integrated_lufs")), "{nan}");
}

#[test]
fn unplayable_files_are_reported_among_playable_ones() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("text.wav"), "loa ".repeat(5000)).unwrap();
    std::fs::write(dir.path().join("empty.mp3"), "").unwrap();
    let samples = synthesise(speech, 48_000, 1, 48_000, 0.4);
    std::fs::write(dir.path().join("good.wav"), wave(&samples, 48_000, 1, Format::S16, None)).unwrap();
    let names = ["text.wav", "./good.wav", "missing.flac", "empty.mp3"].map(str::to_owned);
    let (all_playable, objects) = scan(dir.path(), &names);
    assert!(!all_playable, "the exit code reports the unplayable files");
    for (name, object) in names.iter().zip(&objects).filter(|(name, _)| *name != "./good.wav") {
        assert!(!codes(object).is_empty(), "{name}");
        for key in ["codec", "frames", "duration_ms", "integrated_lufs", "true_peak_dbtp", "lra_lu"] {
            assert_eq!(object[key], Value::Null, "{name}: {key}");
        }
    }
    assert_eq!(objects[1]["frames"], 48_000);
}
