//! What comes out is what was put in, judged by another program's decoder: through a wave file to the
//! frame, through a sound device by correlation.
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use loa::base::instant::SECOND_US;
use loa::library::scan::scan;
use loa::playout::output::{CueStart, Ending, Output, OutputEvent};
use loa::schedule::settings::Device;

use crate::media;
use crate::output::{Bench, now, soon};
use crate::sink::{Process, RATE, Sink};

/// Where a child finds its media; and by which it knows that it is one.
pub const CHILD: &str = "LOA_TEST_SOUND";
/// At least so alike, over the whole file.
const ALIKE: f64 = 0.99;
/// Frames by which the distance of two starts may differ: 10 ms, of which most is PulseAudio's own estimate.
const START_TOLERANCE: i64 = 480;
/// Frames of one buffer of the device.
const BUFFER: usize = 2048;

/// Name, frames, rate, ffmpeg's arguments: every encoding that stations have.
const FILES: [(&str, usize, u32, &[&str]); 5] = [
    ("a.wav", 120_000, 48_000, &["-c:a", "pcm_s16le"]),
    ("b.mp3", 110_250, 44_100, &["-c:a", "libmp3lame", "-b:a", "128k"]),
    ("c.flac", 99_999, 44_100, &["-c:a", "flac"]),
    ("d.ogg", 101_010, 44_100, &["-c:a", "libvorbis", "-q:a", "5"]),
    ("e.m4a", 98_765, 44_100, &["-c:a", "aac", "-b:a", "160k"]),
];

/// A file, and its sound as another decoder has it, at the line's rate.
struct Item {
    name: &'static str,
    expected: Vec<f32>,
}

fn make(dir: &Path) -> Vec<Item> {
    let items = FILES.iter().map(|(name, frames, rate, args)| {
        let path = media::make(dir, name, *frames, *rate, 2, args);
        let length = scan(&path).unwrap().length;
        assert_eq!((length.frames, length.rate), (*frames as u64, *rate), "{name}");
        let mut expected = media::oracle(&path, RATE, 2);
        // Other programs leave the padding in, or round otherwise; never by more than a block.
        let samples = length.frames_at(RATE) as usize * 2;
        assert!(expected.len().abs_diff(samples) <= 2 * 2400, "{name}");
        expected.resize(samples, 0.0);
        Item { name, expected }
    });
    items.collect()
}

/// Lines up every file, the first to start at an instant and the others behind it; waits for all.
fn play_all(bench: &mut Bench, dir: &Path) {
    let start = soon();
    for (key, (name, ..)) in (0..).zip(FILES) {
        let start = match key {
            0 => CueStart::At(start),
            // Never reached: each follows the one before it.
            _ => CueStart::Follow { not_before: start.plus(3600 * SECOND_US) },
        };
        bench.cue(key, &dir.join(name), start);
    }
    for (key, (name, ..)) in (0..).zip(FILES) {
        let ended = bench.ended(key);
        assert_eq!(ended.ending, Ending::Whole, "{name}: {ended:?}");
        assert_eq!(ended.frames, ended.expected, "{name}");
    }
}

/// Normalised correlation of two stretches of the same length.
fn alike(a: &[f32], b: &[f32]) -> f64 {
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a), f64::from(*b));
        both += a * b;
        first += a * a;
        second += b * b;
    }
    both / (first * second).sqrt().max(f64::MIN_POSITIVE)
}

#[test]
fn through_a_wave_file_every_codec_comes_out_to_the_frame() {
    let dir = tempfile::tempdir().unwrap();
    let items = make(dir.path());
    let mut bench = Bench::new(Device::Wav("out.wav".to_owned()), dir.path(), 100);
    bench.output.open();
    assert_eq!(bench.opened(), RATE);
    play_all(&mut bench, dir.path());
    let length = scan(&dir.path().join("out.wav")).unwrap().length;
    let expected: usize = items.iter().map(|item| item.expected.len()).sum();
    assert_eq!((length.frames as usize * 2, length.rate), (expected, RATE));
    let out = media::oracle(&dir.path().join("out.wav"), RATE, 2);
    let mut from = 0;
    for item in &items {
        let to = from + item.expected.len();
        let found = alike(&out[from..to], &item.expected);
        eprintln!("wav: {}: {found:.6}", item.name);
        assert!(found >= ALIKE, "{}: {found}", item.name);
        from = to;
    }
}

/// This test again, in a process that has the sink for its sound card.
pub fn child(sink: &Sink, test: &str) -> Process {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(CHILD, sink.folder());
    sink.environment(&mut child);
    child.stdin(Stdio::piped()).stdout(Stdio::piped());
    Process(child.spawn().unwrap())
}

/// The frame at which the sound begins, by comparing its first half second.
fn find(recorded: &[f32], expected: &[f32]) -> usize {
    let first = recorded.iter().position(|s| s.abs() > 0.01).expect("nothing was recorded") / 2;
    let window = &expected[..expected.len().min(RATE as usize)];
    let near = first.saturating_sub(200)..first + 200;
    let fit = |frame: &usize| alike(&recorded[frame * 2..frame * 2 + window.len()], window);
    near.max_by(|a, b| fit(a).total_cmp(&fit(b))).unwrap()
}

#[test]
fn through_a_device_every_codec_comes_out_gapless() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = PathBuf::from(dir);
        let mut bench = Bench::new(Device::Default, &dir, 100);
        assert_eq!(bench.output.proof_level(), 1);
        bench.output.open();
        assert_eq!(bench.opened(), RATE);
        play_all(&mut bench, &dir);
        bench.output.close();
        return;
    }
    let sink = Sink::start();
    let items = make(sink.folder());
    let recording = sink.record();
    let mut child = child(&sink, "sound::through_a_device_every_codec_comes_out_gapless");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();

    let begin = find(&recorded, &items[0].expected) * 2;
    let mut from = begin;
    for item in &items {
        let to = from + item.expected.len();
        let found = alike(&recorded[from..to], &item.expected);
        eprintln!("device: {}: {found:.6}", item.name);
        assert!(found >= ALIKE, "{}: {found}", item.name);
        from = to;
    }
    let last = recorded.iter().rposition(|s| s.abs() > 0.001).unwrap();
    let (length, expected) = ((last - begin) / 2, (from - begin) / 2);
    eprintln!("device: {length} frames sound, of {expected}");
    assert!(length.abs_diff(expected) <= BUFFER);
}

#[test]
fn on_a_device_instants_are_kept() {
    const APART: usize = RATE as usize * 3 / 2;
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = PathBuf::from(dir);
        let mut bench = Bench::new(Device::Default, &dir, 100);
        bench.output.open();
        bench.opened();
        let first = soon().plus(SECOND_US);
        for key in 0..4 {
            let instant = first.plus(key as i64 * 3 * SECOND_US / 2);
            bench.cue(key, &dir.join("short.wav"), CueStart::At(instant));
        }
        for key in 0..4 {
            assert_eq!(bench.ended(key).ending, Ending::Whole);
            let instant = first.plus(key as i64 * 3 * SECOND_US / 2);
            assert!(bench.started(key).since(instant).abs() <= 11);
        }
        return;
    }
    let sink = Sink::start();
    let short = media::signal(12_000, RATE, 2);
    media::write_wav(&sink.folder().join("short.wav"), &short, RATE, 2);
    let recording = sink.record();
    let mut child = child(&sink, "sound::on_a_device_instants_are_kept");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
    let recorded = recording.finish();
    let first = find(&recorded, &short[..9600]);
    for n in 1..4 {
        let from = first + n * APART - 4800;
        let found = from + find(&recorded[from * 2..], &short[..9600]);
        let off = found as i64 - (first + n * APART) as i64;
        eprintln!("device: start {n} is off by {off} frames");
        assert!(off.abs() <= START_TOLERANCE, "start {n} is off by {off} frames");
    }
}

/// Tells the other process something, and hears from it.
pub fn say(to: &mut impl Write, word: &str) {
    writeln!(to, "loa-test: {word}").unwrap();
    to.flush().unwrap();
}

pub fn hear(from: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    while !line.trim_end().ends_with(&format!("loa-test: {word}")) {
        line.clear();
        assert!(from.read_line(&mut line).unwrap() > 0, "the other process ended before `{word}`");
    }
}

#[test]
fn a_device_that_is_lost_is_told_and_opened_again() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = PathBuf::from(dir);
        lose_a_device(&dir.join("long.wav"), &dir);
        return;
    }
    let mut sink = Sink::start();
    let frames = 20 * RATE as usize;
    media::write_wav(&sink.folder().join("long.wav"), &media::signal(frames, RATE, 1), RATE, 1);
    let mut child = child(&sink, "sound::a_device_that_is_lost_is_told_and_opened_again");
    let mut output = BufReader::new(child.0.stdout.take().unwrap());
    let mut input: ChildStdin = child.0.stdin.take().unwrap();
    hear(&mut output, "sounding");
    sink.stop();
    hear(&mut output, "lost");
    sink.restart();
    say(&mut input, "back");
    hear(&mut output, "done");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
}

/// The playing process: its device goes away while one cue sounds and two wait.
fn lose_a_device(path: &Path, dir: &Path) {
    let mut bench = Bench::new(Device::Default, dir, 100);
    bench.output.open();
    bench.opened();
    bench.cue(1, path, CueStart::At(now()));
    bench.cue(2, path, CueStart::Follow { not_before: now().plus(3600 * SECOND_US) });
    let begins = bench.started(1);
    // The start is told once the device has taken the first frames. Frames that have not left it when it is lost were not
    // heard, and no event tells when they leave: this waits for the device's own time, in real time.
    let heard = |bench: &Bench| bench.output.progress().is_some_and(|progress| progress.frames > 0);
    while now() < begins.plus(SECOND_US / 2) || !heard(&bench) {
        assert!(now() < begins.plus(60 * SECOND_US), "nothing was heard; told: {:#?}", bench.told);
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut out = std::io::stdout();
    say(&mut out, "sounding");
    let ended = bench.ended(1);
    assert_eq!(ended.ending, Ending::Lost);
    assert!(ended.frames > 0 && ended.frames < ended.expected, "{ended:?}");
    let losses = |bench: &Bench| bench.told.iter().filter(|e| matches!(e, OutputEvent::Lost { .. })).count();
    let detail = bench.wait("the loss", |e| match e {
        OutputEvent::Lost { detail } => Some(detail.clone()),
        _ => None,
    });
    eprintln!("lost: {detail}");
    say(&mut out, "lost");
    hear(&mut std::io::stdin().lock(), "back");
    bench.cue(3, path, CueStart::At(now()));
    bench.started(3);
    assert_eq!(losses(&bench), 1, "{:#?}", bench.told);
    assert_eq!(bench.told.iter().filter(|e| matches!(e, OutputEvent::Opened { .. })).count(), 2);
    // The one that waited was pushed out by the third, not lost.
    assert_eq!(bench.ended(2).ending, Ending::Cut);
    say(&mut out, "done");
}

#[test]
fn a_device_that_is_not_there_is_told_with_those_that_are() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let mut bench = Bench::new(Device::Named("Sân đình".to_owned()), Path::new(&dir), 100);
        bench.output.open();
        let detail = bench.wait("the loss", |e| match e {
            OutputEvent::Lost { detail } => Some(detail.clone()),
            _ => None,
        });
        eprintln!("{detail}");
        assert!(detail.contains("Sân đình") && detail.contains("default"), "{detail}");
        return;
    }
    let sink = Sink::start();
    let mut child = child(&sink, "sound::a_device_that_is_not_there_is_told_with_those_that_are");
    assert!(child.0.wait().unwrap().success(), "the playing process failed");
}
