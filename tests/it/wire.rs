//! The sound on the loudspeaker line has uniform loudness, never exceeds the ceiling, and comes only from bytes whose
//! hash was checked.
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use loa::base::instant::SECOND_US;
use loa::library::loudness::Loudness;
use loa::library::meter::Downmix;
use loa::library::scan::scan;
use loa::playout::output::{Cue, CueKey, CueStart, Ending, Output, OutputEvent, Refusal};
use loa::schedule::settings::{Device, OutputSettings};

use crate::media;
use crate::output::{OutputBench, in_one_second, now};
use crate::sink::{RATE, Sink};
use crate::sound::{CHILD_FOLDER_VAR, start_child};

/// The loudness of the files in LUFS.
const FILE_LUFS: [f64; 5] = [-35.0, -28.0, -20.0, -12.0, -6.0];
/// The length of each file in seconds.
const FILE_SECONDS: usize = 8;

/// Writes speech-like sound of this loudness in one channel. Its consonants are 18 dB louder than the rest, and it is
/// clipped like a bad recording.
fn write_voice(dir: &Path, lufs: f64) -> PathBuf {
    let path = dir.join(format!("{lufs}.wav"));
    let mut samples: Vec<f32> = media::signal(FILE_SECONDS * RATE as usize, RATE, 1);
    for half_second in samples.chunks_mut(RATE as usize / 2) {
        half_second[..24].iter_mut().for_each(|s| *s *= 8.0);
    }
    let mut gain = 0.02;
    for _ in 0..12 {
        let amplified: Vec<f32> = samples.iter().map(|s| (s * gain).clamp(-1.0, 1.0)).collect();
        media::write_wav(&path, &amplified, RATE, 1);
        let measured = f64::from(scan(&path).unwrap().measure.integrated.expect("the voice is loud enough")) / 100.0;
        gain *= 10_f32.powf(((lufs - measured) / 20.0) as f32);
    }
    path
}

/// Returns the integrated loudness in LUFS and the true peak in dBTP, measured by ffmpeg.
fn measure_with_ffmpeg(samples: &[f32], dir: &Path) -> (f64, f64) {
    let path = dir.join("measured.wav");
    media::write_wav(&path, samples, RATE, 2);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostats", "-nostdin", "-i"]).arg(&path).args(["-af", "ebur128=peak=true", "-f", "null", "-"]);
    let stderr =
        String::from_utf8_lossy(&ffmpeg.output().expect("ffmpeg is needed to measure loudness").stderr).into_owned();
    let summary = stderr.rsplit("Summary:").next().expect("find a summary");
    let value = |key: &str| {
        let remainder = summary.split(key).nth(1).expect("find a value");
        remainder.split_whitespace().next().expect("find a number").parse::<f64>().expect("parse the number")
    };
    (value("I:"), value("Peak:"))
}

fn cue(key: u64, path: &Path, start: CueStart) -> Cue {
    let scan_result = scan(path).unwrap();
    Cue {
        key: CueKey(key),
        path: path.to_owned(),
        start,
        skip_us: 0,
        joins_in_progress: false,
        planned_length: Some(scan_result.length),
        required_sha256: Some(scan_result.sha256.clone()),
        volume: None,
        loudness: Some(Loudness::of(&scan_result)),
    }
}

fn settings_at_full_volume() -> OutputSettings {
    OutputSettings { volume: 100, ..OutputSettings::default() }
}

#[test]
fn files_of_different_loudness_play_equally_loud() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let dir = PathBuf::from(dir);
        let mut bench = OutputBench::with(settings_at_full_volume(), &dir);
        bench.output.open();
        bench.wait_opened();
        let start = in_one_second();
        for (key, lufs) in (0..).zip(FILE_LUFS) {
            let start =
                if key == 0 { CueStart::AtInstant(start) } else { CueStart::AfterPrevious { not_before: start } };
            bench.output.cue(cue(key, &dir.join(format!("{lufs}.wav")), start));
        }
        for key in 0..FILE_LUFS.len() as u64 {
            assert_eq!(bench.wait_ended(key).ending, Ending::Whole);
        }
        bench.output.close();
        return;
    }
    let sink = Sink::start();
    for lufs in FILE_LUFS {
        write_voice(sink.folder(), lufs);
    }
    let recording = sink.record();
    let mut child = start_child(&sink, "wire::files_of_different_loudness_play_equally_loud");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();
    let first = recorded.iter().position(|s| s.abs() > 0.003).expect("find the recorded sound") / 2 * 2;
    for (n, lufs) in FILE_LUFS.into_iter().enumerate() {
        let from = first + n * FILE_SECONDS * RATE as usize * 2;
        let section = &recorded[from..(from + FILE_SECONDS * RATE as usize * 2).min(recorded.len())];
        let (loudness, peak) = measure_with_ffmpeg(section, sink.folder());
        eprintln!("a file of {lufs} LUFS plays at {loudness} LUFS, {peak} dBTP");
        assert!((loudness + 16.0).abs() <= 0.5, "a file of {lufs} LUFS plays at {loudness}");
        assert!(peak <= -1.0, "a file of {lufs} LUFS plays with a peak of {peak}");
        assert!(section.iter().all(|s| s.abs() <= 0.891_3), "{lufs}: a sample is above -1 dBFS");
    }
}

#[test]
fn channels_that_cancel_each_other_out_are_audible() {
    let dir = tempfile::tempdir().unwrap();
    let mono = media::signal(4 * RATE as usize, RATE, 1);
    let opposed: Vec<f32> = mono.iter().flat_map(|s| [*s * 0.2, -*s * 0.2]).collect();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &opposed, RATE, 2);
    assert_eq!(scan(&path).unwrap().measure.downmix, Downmix::First);
    let settings = OutputSettings { device: Device::Wav("out.wav".to_owned()), ..settings_at_full_volume() };
    let mut bench = OutputBench::with(settings, dir.path());
    bench.output.open();
    bench.wait_opened();
    bench.output.cue(cue(1, &path, CueStart::AtInstant(in_one_second())));
    assert_eq!(bench.wait_ended(1).ending, Ending::Whole);
    let (loudness, peak) =
        measure_with_ffmpeg(&media::decode_with_ffmpeg(&dir.path().join("out.wav"), RATE, 2), dir.path());
    assert!((loudness + 16.0).abs() <= 0.5 && peak <= -1.0, "{loudness} LUFS, {peak} dBTP");
}

#[test]
fn invalid_samples_never_reach_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::encode_signal(dir.path(), "a.wav", RATE as usize, RATE, 1, &["-c:a", "pcm_f32le"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 8 * 4;
    for (i, sample) in [f32::NAN, 1e30, -1e30, f32::NEG_INFINITY, 7.5].into_iter().enumerate() {
        bytes[middle + 4 * i..middle + 4 * i + 4].copy_from_slice(&sample.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    for loudness_target_centi_lufs in [None, Some(-1_600), Some(-800)] {
        let device = Device::Wav("out.wav".to_owned());
        let mut bench = OutputBench::with(
            OutputSettings { device, loudness_target_centi_lufs, ..settings_at_full_volume() },
            dir.path(),
        );
        bench.output.open();
        bench.wait_opened();
        bench.output.cue(cue(1, &path, CueStart::AtInstant(in_one_second())));
        assert_eq!(bench.wait_ended(1).ending, Ending::Whole);
        let recorded = media::decode_with_ffmpeg(&dir.path().join("out.wav"), RATE, 2);
        assert!(recorded.iter().all(|s| s.abs() <= 0.891_3), "{loudness_target_centi_lufs:?}");
        std::fs::remove_file(dir.path().join("out.wav")).unwrap();
    }
}

#[test]
fn bytes_that_change_during_the_airing_do_not_play() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &media::signal(20 * RATE as usize, RATE, 1), RATE, 1);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    bench.wait_opened();
    bench.output.cue(cue(1, &path, CueStart::AtInstant(now())));
    bench.wait_started(1);
    // The last half second of the file changes in place, well beyond the part that has been read.
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let end = file.metadata().unwrap().len();
    file.write_all_at(&[0x55; RATE as usize], end - u64::from(RATE)).unwrap();
    let ended = bench.wait_ended(1);
    assert_eq!(ended.ending, Ending::Altered, "{ended:?}");
    assert!(ended.frames > 15 * u64::from(RATE) && ended.frames <= 20 * u64::from(RATE), "{ended:?}");
}

#[test]
fn a_file_other_than_the_approved_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &media::signal(RATE as usize, RATE, 1), RATE, 1);
    let approved = cue(1, &path, CueStart::AtInstant(now().plus(SECOND_US)));
    media::write_wav(&path, &media::signal(RATE as usize + 1, RATE, 1), RATE, 1);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.inspect(vec![path.clone()]);
    bench.output.open();
    bench.output.cue(approved);
    let (refusal, detail) = bench.wait("refusal", |e| match e {
        OutputEvent::Refused { refusal, detail, .. } => Some((*refusal, detail.clone())),
        _ => None,
    });
    assert_eq!(refusal, Refusal::HashMismatch);
    assert!(detail.contains(&scan(&path).unwrap().sha256), "{detail}");
}
