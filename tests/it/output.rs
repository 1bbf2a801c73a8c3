//! The output's contract, on lines that need no device.
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use loa::base::instant::{BootTime, SECOND_US};
use loa::library::Length;
use loa::library::scan::scan;
use loa::playout::output::{Cue, CueKey, CueStart, Ending, Output, OutputEvent, Refusal};
use loa::playout::player::deck_output::DeckOutput;
use loa::schedule::settings::{Device, OutputSettings};

use crate::media;
use crate::program;

/// An output, and everything that it told.
pub struct Bench {
    pub output: DeckOutput,
    pub told: Vec<OutputEvent>,
    woken: Arc<(Mutex<bool>, Condvar)>,
}

impl Bench {
    /// A line that leaves the sound as it is.
    pub fn new(device: Device, dir: &Path, volume: u8) -> Self {
        Self::with(
            OutputSettings { device, volume, loudness_target: None, is_mono: false, ..OutputSettings::default() },
            dir,
        )
    }

    pub fn with(settings: OutputSettings, dir: &Path) -> Self {
        program::in_real_time();
        let woken = Arc::new((Mutex::new(false), Condvar::new()));
        let theirs = woken.clone();
        let waker = Arc::new(move || {
            *theirs.0.lock().unwrap() = true;
            theirs.1.notify_all();
        });
        let output = DeckOutput::new(&settings, dir, waker);
        Self { output, told: Vec::new(), woken }
    }

    /// Waits until something was told that `wanted` knows.
    pub fn wait<T>(&mut self, what: &str, wanted: impl Fn(&OutputEvent) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            self.told.extend(self.output.take_events());
            if let Some(found) = self.told.iter().find_map(&wanted) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited in vain for {what}; told: {:#?}", self.told);
            let mut woken = self.woken.0.lock().unwrap();
            while !*woken && Instant::now() < deadline {
                woken = self.woken.1.wait_timeout(woken, left).unwrap().0;
            }
            *woken = false;
        }
    }

    pub fn opened(&mut self) -> u32 {
        self.wait("an open line", |e| match e {
            OutputEvent::Opened { rate, .. } => Some(*rate),
            _ => None,
        })
    }

    pub fn started(&mut self, key: u64) -> BootTime {
        self.wait("a start", |e| match e {
            OutputEvent::Started { key: k, at, .. } if k.0 == key => Some(*at),
            _ => None,
        })
    }

    pub fn ended(&mut self, key: u64) -> Ended {
        self.wait("an end", |e| match e {
            OutputEvent::Ended { key: k, frames, expected, underrun_frames, ending, at, .. } if k.0 == key => {
                Some(Ended {
                    frames: *frames,
                    expected: *expected,
                    underrun: *underrun_frames,
                    ending: ending.clone(),
                    at: *at,
                })
            }
            _ => None,
        })
    }

    pub fn cue(&mut self, key: u64, path: &Path, start: CueStart) {
        let length = scan(path).ok().map(|scan| scan.length);
        self.cue_part(key, path, start, 0, length);
    }

    pub fn cue_part(&mut self, key: u64, path: &Path, start: CueStart, skip_us: i64, length: Option<Length>) {
        let (key, path) = (CueKey(key), path.to_owned());
        self.output.cue(Cue {
            key,
            path,
            start,
            skip_us,
            joins_in_progress: false,
            length,
            sha256: None,
            loudness: None,
            volume: None,
        });
    }
}

/// The fields of an end that matter here.
#[derive(Debug, PartialEq)]
pub struct Ended {
    pub frames: u64,
    pub expected: u64,
    pub underrun: u64,
    pub ending: Ending,
    pub at: BootTime,
}

pub fn now() -> BootTime {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    BootTime(now.tv_sec * SECOND_US + now.tv_nsec / 1000)
}

/// Shortly: enough for a file to be opened on a busy machine.
pub fn soon() -> BootTime {
    now().plus(SECOND_US)
}

/// Frames at 48 kHz between two instants.
fn frames_between(from: BootTime, to: BootTime) -> i64 {
    (to.since(from) * 48 + 500) / 1000
}

fn wave(dir: &Path, name: &str, frames: usize) -> std::path::PathBuf {
    let path = dir.join(name);
    media::write_wav(&path, &media::signal(frames, 48_000, 2), 48_000, 2);
    path
}

#[test]
fn a_cue_starts_on_its_frame_and_what_follows_on_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (wave(dir.path(), "a.wav", 24_000), wave(dir.path(), "b.wav", 12_345));
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    assert_eq!(bench.output.proof_level(), 0);
    bench.output.open();
    assert_eq!(bench.opened(), 48_000);
    let start = soon();
    bench.cue(1, &a, CueStart::At(start));
    bench.cue(2, &b, CueStart::Follow { not_before: start.plus(SECOND_US / 2) });
    let hash = scan(&b).unwrap().sha256;
    let told = bench.wait("the second cue's hash", |e| match e {
        OutputEvent::Ready { key, sha256 } if key.0 == 2 => Some(sha256.clone()),
        _ => None,
    });
    assert_eq!(told, hash);
    let (first, second) = (bench.ended(1), bench.ended(2));
    assert!(bench.started(1).since(start).abs() <= 11, "half a frame is 10.4 us");
    assert!(bench.started(2).since(first.at).abs() <= 1, "not gapless");
    assert_eq!((first.frames, first.expected, &first.ending), (24_000, 24_000, &Ending::Whole));
    assert_eq!((second.frames, second.expected, second.underrun), (12_345, 12_345, 0));
    assert!((frames_between(bench.started(2), second.at) - 12_345).abs() <= 1);
}

#[test]
fn what_cannot_be_played_is_refused_and_does_not_hold_up_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("noise.mp3"), [7; 5000]).unwrap();
    let good = wave(dir.path(), "good.wav", 4800);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let start = soon();
    bench.cue(1, &dir.path().join("nothing.mp3"), CueStart::At(start));
    bench.cue(2, &dir.path().join("noise.mp3"), CueStart::Follow { not_before: start });
    bench.cue(3, dir.path(), CueStart::Follow { not_before: start });
    let after = start.plus(SECOND_US / 5);
    bench.cue(4, &good, CueStart::Follow { not_before: after });
    assert_eq!(bench.ended(4).ending, Ending::Whole);
    assert!(bench.started(4).since(after).abs() <= 11);
    let refusals = bench.told.iter().filter_map(|e| match e {
        OutputEvent::Refused { key, why, .. } => Some((key.0, *why)),
        _ => None,
    });
    let damaged = Refusal::FileDamaged;
    assert_eq!(refusals.collect::<Vec<_>>(), [(1, Refusal::FileMissing), (2, damaged), (3, damaged)]);
}

#[test]
fn a_later_instant_cuts_and_drops_what_stands_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let long = wave(dir.path(), "long.wav", 150_000);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let start = soon();
    bench.cue(1, &long, CueStart::At(start));
    // More than are prepared ahead.
    for key in 2..8 {
        bench.cue(key, &long, CueStart::Follow { not_before: start.plus(SECOND_US) });
    }
    let hard = start.plus(SECOND_US / 2);
    bench.cue(8, &long, CueStart::At(hard));
    assert!(bench.started(8).since(hard).abs() <= 11);
    let first = bench.ended(1);
    assert_eq!(first.ending, Ending::Cut);
    assert!(first.frames.abs_diff(24_000) <= 1 && first.expected == 150_000, "{first:?}");
    for key in 2..8 {
        let dropped = bench.ended(key);
        assert_eq!((dropped.frames, dropped.ending), (0, Ending::Cut));
    }
    // Urgent: given now, for now.
    bench.cue(9, &long, CueStart::At(now()));
    bench.started(9);
    assert_eq!(bench.ended(8).ending, Ending::Cut);
    let progress = bench.output.progress().unwrap();
    assert_eq!((progress.key, progress.rate), (CueKey(9), 48_000));
    bench.output.cut(CueKey(9));
    assert_eq!(bench.ended(9).ending, Ending::Cut);
}

#[test]
fn a_file_that_is_not_as_planned_is_cut_or_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = wave(dir.path(), "a.wav", 9600);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let planned = |frames| Some(Length { frames, rate: 48_000 });
    bench.cue_part(1, &path, CueStart::At(now()), 0, planned(4800));
    let longer = bench.ended(1);
    assert_eq!((longer.frames, longer.expected, longer.ending), (4800, 4800, Ending::Whole));
    bench.cue_part(2, &path, CueStart::At(now()), 0, planned(14_400));
    let shorter = bench.ended(2);
    assert_eq!((shorter.frames, shorter.expected), (9600, 14_400));
    let detail = "the file ends after 9600 of 14400 frames".to_owned();
    assert_eq!(shorter.ending, Ending::Short { detail });
    bench.cue_part(3, &path, CueStart::At(now()), 100_000, planned(9600));
    let joined = bench.ended(3);
    assert_eq!((joined.frames, joined.expected, joined.ending), (4800, 4800, Ending::Whole));
    bench.cue_part(4, &path, CueStart::At(now()), SECOND_US, planned(9600));
    let nothing = bench.ended(4);
    assert_eq!((nothing.frames, nothing.expected), (0, 0));
    bench.cue_part(5, &path, CueStart::At(now()), 0, None);
    let unplanned = bench.ended(5);
    assert_eq!((unplanned.frames, unplanned.expected, unplanned.ending), (9600, 9600, Ending::Whole));
}

#[test]
fn closing_cuts_what_sounds_and_what_waits_and_a_closed_line_keeps_new_cues() {
    let dir = tempfile::tempdir().unwrap();
    let path = wave(dir.path(), "a.wav", 150_000);
    let mut bench = Bench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    bench.cue(1, &path, CueStart::At(now()));
    bench.cue(2, &path, CueStart::Follow { not_before: soon() });
    bench.started(1);
    bench.output.close();
    let first = bench.ended(1);
    assert!(first.ending == Ending::Cut && first.frames > 0, "{first:?}");
    assert_eq!((bench.ended(2).frames, bench.ended(2).ending), (0, Ending::Cut));
    bench.cue(3, &path, CueStart::At(now()));
    bench.wait("the third cue's hash", |e| matches!(e, OutputEvent::Ready { key: CueKey(3), .. }).then_some(()));
    assert_eq!(bench.output.progress(), None);
    bench.output.open();
    bench.started(3);
    let opened = bench.told.iter().filter(|e| matches!(e, OutputEvent::Opened { .. }));
    assert_eq!(opened.count(), 2);
}

#[test]
fn a_line_that_cannot_be_opened_is_told_once_and_opened_when_it_can() {
    let dir = tempfile::tempdir().unwrap();
    let path = wave(dir.path(), "a.wav", 4800);
    let mut bench = Bench::new(Device::Wav("out.wav".to_owned()), &dir.path().join("later"), 100);
    bench.output.open();
    bench.cue(1, &path, CueStart::At(now()));
    bench.cue(2, &path, CueStart::At(now().plus(3600 * SECOND_US)));
    let lost = |e: &OutputEvent| match e {
        OutputEvent::Lost { detail } => Some(detail.clone()),
        _ => None,
    };
    assert!(bench.wait("the loss", lost).contains("out.wav"));
    // It waits for the line for five seconds, and no longer.
    let late = bench.ended(1);
    assert_eq!((late.frames, late.ending), (0, Ending::Lost));
    std::fs::create_dir(dir.path().join("later")).unwrap();
    assert_eq!(bench.opened(), 48_000);
    assert_eq!(bench.told.iter().filter_map(lost).count(), 1);
    bench.cue(3, &path, CueStart::At(now()));
    assert_eq!(bench.ended(3).ending, Ending::Whole);
    assert_eq!(scan(&dir.path().join("later/out.wav")).unwrap().length.frames, 4800);
}
