//! What reaches the loudspeaker line: at one loudness, never over the ceiling, and only bytes that were hashed.
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
use crate::output::{Bench, now, soon};
use crate::sink::{RATE, Sink};
use crate::sound::{CHILD, child};

/// Loudness of the files, LUFS.
const LEVELS: [f64; 5] = [-35.0, -28.0, -20.0, -12.0, -6.0];
/// Seconds of each.
const SECONDS: usize = 8;

/// Speech-like sound of this loudness on one channel, with hard consonants that stand 18 dB above the rest: clipped
/// where a recorder would have clipped.
fn voice(dir: &Path, lufs: f64) -> PathBuf {
    let path = dir.join(format!("{lufs}.wav"));
    let mut plain: Vec<f32> = media::signal(SECONDS * RATE as usize, RATE, 1);
    for burst in plain.chunks_mut(RATE as usize / 2) {
        burst[..24].iter_mut().for_each(|s| *s *= 8.0);
    }
    let mut gain = 0.02;
    for _ in 0..12 {
        let loud: Vec<f32> = plain.iter().map(|s| (s * gain).clamp(-1.0, 1.0)).collect();
        media::write_wav(&path, &loud, RATE, 1);
        let found = f64::from(scan(&path).unwrap().measure.integrated.expect("it is loud enough")) / 100.0;
        gain *= 10_f32.powf(((lufs - found) / 20.0) as f32);
    }
    path
}

/// Integrated loudness and true peak, by another program.
fn judged(samples: &[f32], dir: &Path) -> (f64, f64) {
    let path = dir.join("judged.wav");
    media::write_wav(&path, samples, RATE, 2);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostats", "-nostdin", "-i"]).arg(&path).args(["-af", "ebur128=peak=true", "-f", "null", "-"]);
    let said = String::from_utf8_lossy(&ffmpeg.output().expect("ffmpeg is needed to judge").stderr).into_owned();
    let summary = said.rsplit("Summary:").next().expect("a summary");
    let value = |key: &str| {
        let rest = summary.split(key).nth(1).expect("a value");
        rest.split_whitespace().next().expect("a number").parse::<f64>().expect("a number")
    };
    (value("I:"), value("Peak:"))
}

fn cue(key: u64, path: &Path, start: CueStart) -> Cue {
    let known = scan(path).unwrap();
    Cue {
        key: CueKey(key),
        path: path.to_owned(),
        start,
        skip_us: 0,
        joins_in_progress: false,
        length: Some(known.length),
        sha256: Some(known.sha256.clone()),
        volume: None,
        loudness: Some(Loudness::of(&known)),
    }
}

fn at_usual_loudness() -> OutputSettings {
    OutputSettings { volume: 100, ..OutputSettings::default() }
}

#[test]
fn all_come_out_equally_loud() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = PathBuf::from(dir);
        let mut bench = Bench::with(at_usual_loudness(), &dir);
        bench.output.open();
        bench.opened();
        let start = soon();
        for (key, lufs) in (0..).zip(LEVELS) {
            let start = if key == 0 { CueStart::At(start) } else { CueStart::Follow { not_before: start } };
            bench.output.cue(cue(key, &dir.join(format!("{lufs}.wav")), start));
        }
        for key in 0..LEVELS.len() as u64 {
            assert_eq!(bench.ended(key).ending, Ending::Whole);
        }
        bench.output.close();
        return;
    }
    let sink = Sink::start();
    for lufs in LEVELS {
        voice(sink.folder(), lufs);
    }
    let recording = sink.record();
    let mut child = child(&sink, "wire::all_come_out_equally_loud");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();
    let first = recorded.iter().position(|s| s.abs() > 0.003).expect("nothing was recorded") / 2 * 2;
    for (n, lufs) in LEVELS.into_iter().enumerate() {
        let from = first + n * SECONDS * RATE as usize * 2;
        let part = &recorded[from..(from + SECONDS * RATE as usize * 2).min(recorded.len())];
        let (loudness, peak) = judged(part, sink.folder());
        eprintln!("{lufs} LUFS comes out at {loudness} LUFS, {peak} dBTP");
        assert!((loudness + 16.0).abs() <= 0.5, "{lufs} comes out at {loudness}");
        assert!(peak <= -1.0, "{lufs} comes out with a peak of {peak}");
        assert!(part.iter().all(|s| s.abs() <= 0.891_3), "{lufs}: a sample is over -1 dBFS");
    }
}

#[test]
fn channels_that_cancel_are_heard_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let one = media::signal(4 * RATE as usize, RATE, 1);
    let both: Vec<f32> = one.iter().flat_map(|s| [*s * 0.2, -*s * 0.2]).collect();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &both, RATE, 2);
    assert_eq!(scan(&path).unwrap().measure.downmix, Downmix::First);
    let settings = OutputSettings { device: Device::Wav("out.wav".to_owned()), ..at_usual_loudness() };
    let mut bench = Bench::with(settings, dir.path());
    bench.output.open();
    bench.opened();
    bench.output.cue(cue(1, &path, CueStart::At(soon())));
    assert_eq!(bench.ended(1).ending, Ending::Whole);
    let (loudness, peak) = judged(&media::oracle(&dir.path().join("out.wav"), RATE, 2), dir.path());
    assert!((loudness + 16.0).abs() <= 0.5 && peak <= -1.0, "{loudness} LUFS, {peak} dBTP");
}

#[test]
fn broken_samples_never_reach_the_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = media::make(dir.path(), "a.wav", RATE as usize, RATE, 1, &["-c:a", "pcm_f32le"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 8 * 4;
    for (i, sample) in [f32::NAN, 1e30, -1e30, f32::NEG_INFINITY, 7.5].into_iter().enumerate() {
        bytes[middle + 4 * i..middle + 4 * i + 4].copy_from_slice(&sample.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    for loudness in [None, Some(-1_600), Some(-800)] {
        let device = Device::Wav("out.wav".to_owned());
        let mut bench =
            Bench::with(OutputSettings { device, loudness_target: loudness, ..at_usual_loudness() }, dir.path());
        bench.output.open();
        bench.opened();
        bench.output.cue(cue(1, &path, CueStart::At(soon())));
        assert_eq!(bench.ended(1).ending, Ending::Whole);
        let out = media::oracle(&dir.path().join("out.wav"), RATE, 2);
        assert!(out.iter().all(|s| s.abs() <= 0.891_3), "{loudness:?}");
        std::fs::remove_file(dir.path().join("out.wav")).unwrap();
    }
}

#[test]
fn bytes_that_change_while_they_play_are_not_played() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &media::signal(20 * RATE as usize, RATE, 1), RATE, 1);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    bench.opened();
    bench.output.cue(cue(1, &path, CueStart::At(now())));
    bench.started(1);
    // In place, far behind what has been read: the last second.
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let end = file.metadata().unwrap().len();
    file.write_all_at(&[0x55; RATE as usize], end - u64::from(RATE)).unwrap();
    let ended = bench.ended(1);
    assert_eq!(ended.ending, Ending::Altered, "{ended:?}");
    assert!(ended.frames > 15 * u64::from(RATE) && ended.frames <= 20 * u64::from(RATE), "{ended:?}");
}

#[test]
fn another_file_than_the_approved_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.wav");
    media::write_wav(&path, &media::signal(RATE as usize, RATE, 1), RATE, 1);
    let approved = cue(1, &path, CueStart::At(now().plus(SECOND_US)));
    media::write_wav(&path, &media::signal(RATE as usize + 1, RATE, 1), RATE, 1);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.prefetch(vec![path.clone()]);
    bench.output.open();
    bench.output.cue(approved);
    let why = bench.wait("a refusal", |e| match e {
        OutputEvent::Refused { why, detail, .. } => Some((*why, detail.clone())),
        _ => None,
    });
    assert_eq!(why.0, Refusal::HashMismatch);
    assert!(why.1.contains(&scan(&path).unwrap().sha256), "{}", why.1);
}
