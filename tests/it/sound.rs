//! The played sound equals the sound that ffmpeg decodes from the files. Output to a wave file must be exact to the
//! frame; output to a sound device is compared by correlation.
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use loa::base::instant::SECOND_US;
use loa::library::scan::scan;
use loa::playout::output::{CueStart, Ending, Output, OutputEvent};
use loa::schedule::settings::Device;

use crate::media;
use crate::output::{OutputBench, in_one_second, now};
use crate::sink::{Process, RATE, Sink};

/// The environment variable with the media folder of a child process. It is set only for child processes.
pub const CHILD_FOLDER_VAR: &str = "LOA_TEST_SOUND";
/// The minimum correlation over a whole file.
const MIN_CORRELATION: f64 = 0.99;
/// The tolerance for the distance between two starts in frames: 10 ms, because PulseAudio only estimates its latency.
const START_TOLERANCE_FRAMES: i64 = 480;
/// The number of frames in one buffer of the device.
const BUFFER_FRAMES: usize = 2048;

/// The encodings that stations use: name, frames, rate and arguments of ffmpeg.
const FILES: [(&str, usize, u32, &[&str]); 5] = [
    ("a.wav", 120_000, 48_000, &["-c:a", "pcm_s16le"]),
    ("b.mp3", 110_250, 44_100, &["-c:a", "libmp3lame", "-b:a", "128k"]),
    ("c.flac", 99_999, 44_100, &["-c:a", "flac"]),
    ("d.ogg", 101_010, 44_100, &["-c:a", "libvorbis", "-q:a", "5"]),
    ("e.m4a", 98_765, 44_100, &["-c:a", "aac", "-b:a", "160k"]),
];

/// A file, and the samples that ffmpeg decodes from it at the rate of the line.
struct ReferenceFile {
    name: &'static str,
    expected: Vec<f32>,
}

fn make_files(dir: &Path) -> Vec<ReferenceFile> {
    let references = FILES.iter().map(|(name, frames, rate, args)| {
        let path = media::encode_signal(dir, name, *frames, *rate, 2, args);
        let length = scan(&path).unwrap().length;
        assert_eq!((length.frames, length.rate), (*frames as u64, *rate), "{name}");
        let mut expected = media::decode_with_ffmpeg(&path, RATE, 2);
        // ffmpeg may keep the padding or round differently, but by at most one block.
        let samples = length.frames_at(RATE) as usize * 2;
        assert!(expected.len().abs_diff(samples) <= 2 * 2400, "{name}");
        expected.resize(samples, 0.0);
        ReferenceFile { name, expected }
    });
    references.collect()
}

/// Cues every file, the first at an instant and the others after it, and waits for their ends.
fn play_all(bench: &mut OutputBench, dir: &Path) {
    let start = in_one_second();
    for (key, (name, ..)) in (0..).zip(FILES) {
        let start = match key {
            0 => CueStart::AtInstant(start),
            // This time is never reached, because each cue directly follows the previous cue.
            _ => CueStart::AfterPrevious { not_before: start.plus(3600 * SECOND_US) },
        };
        bench.cue(key, &dir.join(name), start);
    }
    for (key, (name, ..)) in (0..).zip(FILES) {
        let ended = bench.wait_ended(key);
        assert_eq!(ended.ending, Ending::Whole, "{name}: {ended:?}");
        assert_eq!(ended.frames, ended.expected, "{name}");
    }
}

/// The normalised correlation of two sounds of the same length.
fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let (mut product, mut first_power, mut second_power) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a), f64::from(*b));
        product += a * b;
        first_power += a * a;
        second_power += b * b;
    }
    product / (first_power * second_power).sqrt().max(f64::MIN_POSITIVE)
}

#[test]
fn every_codec_plays_into_a_wave_file_exactly_to_the_frame() {
    let dir = tempfile::tempdir().unwrap();
    let references = make_files(dir.path());
    let mut bench = OutputBench::new(Device::Wav("out.wav".to_owned()), dir.path(), 100);
    bench.output.open();
    assert_eq!(bench.wait_opened(), RATE);
    play_all(&mut bench, dir.path());
    let length = scan(&dir.path().join("out.wav")).unwrap().length;
    let expected: usize = references.iter().map(|reference| reference.expected.len()).sum();
    assert_eq!((length.frames as usize * 2, length.rate), (expected, RATE));
    let recorded = media::decode_with_ffmpeg(&dir.path().join("out.wav"), RATE, 2);
    let mut from = 0;
    for reference in &references {
        let to = from + reference.expected.len();
        let similarity = correlation(&recorded[from..to], &reference.expected);
        eprintln!("wav: {}: {similarity:.6}", reference.name);
        assert!(similarity >= MIN_CORRELATION, "{}: {similarity}", reference.name);
        from = to;
    }
}

/// Starts the test with this name in a child process that has the sink as its sound card.
pub fn start_child(sink: &Sink, test_name: &str) -> Process {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test_name, "--nocapture"]).env(CHILD_FOLDER_VAR, sink.folder());
    sink.set_environment(&mut child);
    child.stdin(Stdio::piped()).stdout(Stdio::piped());
    Process(child.spawn().unwrap())
}

/// The frame at which the expected sound starts, found by the correlation of its first half second.
fn start_frame(recorded: &[f32], expected: &[f32]) -> usize {
    let first = recorded.iter().position(|s| s.abs() > 0.01).expect("find the recorded sound") / 2;
    let window = &expected[..expected.len().min(RATE as usize)];
    let candidates = first.saturating_sub(200)..first + 200;
    let fit = |frame: &usize| correlation(&recorded[frame * 2..frame * 2 + window.len()], window);
    candidates.max_by(|a, b| fit(a).total_cmp(&fit(b))).unwrap()
}

#[test]
fn every_codec_plays_through_a_device_without_gaps() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let dir = PathBuf::from(dir);
        let mut bench = OutputBench::new(Device::Default, &dir, 100);
        assert_eq!(bench.output.proof_level(), 1);
        bench.output.open();
        assert_eq!(bench.wait_opened(), RATE);
        play_all(&mut bench, &dir);
        bench.output.close();
        return;
    }
    let sink = Sink::start();
    let references = make_files(sink.folder());
    let recording = sink.record();
    let mut child = start_child(&sink, "sound::every_codec_plays_through_a_device_without_gaps");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();

    let first_sample = start_frame(&recorded, &references[0].expected) * 2;
    let mut from = first_sample;
    for reference in &references {
        let to = from + reference.expected.len();
        let similarity = correlation(&recorded[from..to], &reference.expected);
        eprintln!("device: {}: {similarity:.6}", reference.name);
        assert!(similarity >= MIN_CORRELATION, "{}: {similarity}", reference.name);
        from = to;
    }
    let last_sample = recorded.iter().rposition(|s| s.abs() > 0.001).unwrap();
    let (length, expected) = ((last_sample - first_sample) / 2, (from - first_sample) / 2);
    eprintln!("device: {length} frames sound, of {expected}");
    assert!(length.abs_diff(expected) <= BUFFER_FRAMES);
}

#[test]
fn cues_on_a_device_start_at_their_instants() {
    const DISTANCE_FRAMES: usize = RATE as usize * 3 / 2;
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let dir = PathBuf::from(dir);
        let mut bench = OutputBench::new(Device::Default, &dir, 100);
        bench.output.open();
        bench.wait_opened();
        let first = in_one_second().plus(SECOND_US);
        for key in 0..4 {
            let instant = first.plus(key as i64 * 3 * SECOND_US / 2);
            bench.cue(key, &dir.join("short.wav"), CueStart::AtInstant(instant));
        }
        for key in 0..4 {
            assert_eq!(bench.wait_ended(key).ending, Ending::Whole);
            let instant = first.plus(key as i64 * 3 * SECOND_US / 2);
            assert!(bench.wait_started(key).since(instant).abs() <= 11);
        }
        return;
    }
    let sink = Sink::start();
    let short = media::signal(12_000, RATE, 2);
    media::write_wav(&sink.folder().join("short.wav"), &short, RATE, 2);
    let recording = sink.record();
    let mut child = start_child(&sink, "sound::cues_on_a_device_start_at_their_instants");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();
    let first = start_frame(&recorded, &short[..9600]);
    for n in 1..4 {
        let from = first + n * DISTANCE_FRAMES - 4800;
        let actual = from + start_frame(&recorded[from * 2..], &short[..9600]);
        let difference = actual as i64 - (first + n * DISTANCE_FRAMES) as i64;
        eprintln!("device: start {n} is off by {difference} frames");
        assert!(difference.abs() <= START_TOLERANCE_FRAMES, "start {n} is off by {difference} frames");
    }
}

/// Sends a word to the parent or child process.
pub fn send_word(to: &mut impl Write, word: &str) {
    writeln!(to, "loa-test: {word}").unwrap();
    to.flush().unwrap();
}

/// Waits for a word from the parent or child process.
pub fn wait_for_word(from: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    while !line.trim_end().ends_with(&format!("loa-test: {word}")) {
        line.clear();
        assert!(from.read_line(&mut line).unwrap() > 0, "the other process ended before `{word}`");
    }
}

#[test]
fn a_lost_device_is_reported_and_opened_again() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let dir = PathBuf::from(dir);
        lose_device_in_child(&dir.join("long.wav"), &dir);
        return;
    }
    let mut sink = Sink::start();
    let frames = 20 * RATE as usize;
    media::write_wav(&sink.folder().join("long.wav"), &media::signal(frames, RATE, 1), RATE, 1);
    let mut child = start_child(&sink, "sound::a_lost_device_is_reported_and_opened_again");
    let mut output = BufReader::new(child.0.stdout.take().unwrap());
    let mut input: ChildStdin = child.0.stdin.take().unwrap();
    wait_for_word(&mut output, "sounding");
    sink.stop();
    wait_for_word(&mut output, "lost");
    sink.restart();
    send_word(&mut input, "back");
    wait_for_word(&mut output, "done");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
}

/// Runs in the child process, whose device is lost while one cue sounds and another waits.
fn lose_device_in_child(path: &Path, dir: &Path) {
    let mut bench = OutputBench::new(Device::Default, dir, 100);
    bench.output.open();
    bench.wait_opened();
    bench.cue(1, path, CueStart::AtInstant(now()));
    bench.cue(2, path, CueStart::AfterPrevious { not_before: now().plus(3600 * SECOND_US) });
    let start = bench.wait_started(1);
    // The start event comes when the device has taken the first frames, but frames that a device has not played before
    // its loss do not count. No event reports that they were played, so the test waits in real time for the progress.
    let has_sounded = |bench: &OutputBench| bench.output.progress().is_some_and(|progress| progress.frames > 0);
    while now() < start.plus(SECOND_US / 2) || !has_sounded(&bench) {
        assert!(now() < start.plus(60 * SECOND_US), "no frame has sounded; events: {:#?}", bench.events);
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut stdout = std::io::stdout();
    send_word(&mut stdout, "sounding");
    let ended = bench.wait_ended(1);
    assert_eq!(ended.ending, Ending::Lost);
    assert!(ended.frames > 0 && ended.frames < ended.expected, "{ended:?}");
    let losses = |bench: &OutputBench| bench.events.iter().filter(|e| matches!(e, OutputEvent::Lost { .. })).count();
    let detail = bench.wait("loss of the device", |e| match e {
        OutputEvent::Lost { detail } => Some(detail.clone()),
        _ => None,
    });
    eprintln!("lost: {detail}");
    send_word(&mut stdout, "lost");
    wait_for_word(&mut std::io::stdin().lock(), "back");
    bench.cue(3, path, CueStart::AtInstant(now()));
    bench.wait_started(3);
    assert_eq!(losses(&bench), 1, "{:#?}", bench.events);
    assert_eq!(bench.events.iter().filter(|e| matches!(e, OutputEvent::Opened { .. })).count(), 2);
    // The waiting cue was cut by the third cue, not lost.
    assert_eq!(bench.wait_ended(2).ending, Ending::Cut);
    send_word(&mut stdout, "done");
}

#[test]
fn a_missing_device_is_reported_with_the_available_devices() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let mut bench = OutputBench::new(Device::Named("Sân đình".to_owned()), Path::new(&dir), 100);
        bench.output.open();
        let detail = bench.wait("loss of the device", |e| match e {
            OutputEvent::Lost { detail } => Some(detail.clone()),
            _ => None,
        });
        eprintln!("{detail}");
        assert!(detail.contains("Sân đình") && detail.contains("default"), "{detail}");
        return;
    }
    let sink = Sink::start();
    let mut child = start_child(&sink, "sound::a_missing_device_is_reported_with_the_available_devices");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
}
