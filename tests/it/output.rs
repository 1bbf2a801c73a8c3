//! Tests of the contract of `Output`, on lines without a sound device.
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

/// An output and all its events so far.
pub struct OutputBench {
    pub output: DeckOutput,
    pub events: Vec<OutputEvent>,
    wake_flag: Arc<(Mutex<bool>, Condvar)>,
}

impl OutputBench {
    /// An output without loudness correction or mono mix.
    pub fn new(device: Device, dir: &Path, volume: u8) -> Self {
        Self::with(
            OutputSettings {
                device,
                volume,
                loudness_target_centi_lufs: None,
                is_mono: false,
                ..OutputSettings::default()
            },
            dir,
        )
    }

    pub fn with(settings: OutputSettings, dir: &Path) -> Self {
        program::raise_priority();
        let wake_flag = Arc::new((Mutex::new(false), Condvar::new()));
        let waker_flag = wake_flag.clone();
        let waker = Arc::new(move || {
            *waker_flag.0.lock().unwrap() = true;
            waker_flag.1.notify_all();
        });
        let output = DeckOutput::new(&settings, dir, waker);
        Self { output, events: Vec::new(), wake_flag }
    }

    /// Waits for an event for which `select` returns a value. Panics with `description` after 60 s.
    pub fn wait<T>(&mut self, description: &str, select: impl Fn(&OutputEvent) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            self.events.extend(self.output.take_events());
            if let Some(value) = self.events.iter().find_map(&select) {
                return value;
            }
            let remaining = deadline.saturating_duration_since(Instant::now());
            assert!(!remaining.is_zero(), "no {description} within 60 s; events: {:#?}", self.events);
            let mut is_woken = self.wake_flag.0.lock().unwrap();
            while !*is_woken && Instant::now() < deadline {
                is_woken = self.wake_flag.1.wait_timeout(is_woken, remaining).unwrap().0;
            }
            *is_woken = false;
        }
    }

    /// Waits until the line is open. Returns its rate in frames per second.
    pub fn wait_opened(&mut self) -> u32 {
        self.wait("opening of the line", |e| match e {
            OutputEvent::Opened { rate, .. } => Some(*rate),
            _ => None,
        })
    }

    /// Waits until a cue has started. Returns the instant of its first frame.
    pub fn wait_started(&mut self, key: u64) -> BootTime {
        self.wait("start", |e| match e {
            OutputEvent::Started { key: k, at, .. } if k.0 == key => Some(*at),
            _ => None,
        })
    }

    pub fn wait_ended(&mut self, key: u64) -> EndedCue {
        self.wait("end", |e| match e {
            OutputEvent::Ended { key: k, frames, expected, underrun_frames, ending, at, .. } if k.0 == key => {
                Some(EndedCue {
                    frames: *frames,
                    expected: *expected,
                    underrun_frames: *underrun_frames,
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
            planned_length: length,
            required_sha256: None,
            loudness: None,
            volume: None,
        });
    }
}

/// The fields of `OutputEvent::Ended` that the tests compare.
#[derive(Debug, PartialEq)]
pub struct EndedCue {
    pub frames: u64,
    /// The number of frames that were expected.
    pub expected: u64,
    pub underrun_frames: u64,
    pub ending: Ending,
    pub at: BootTime,
}

pub fn now() -> BootTime {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    BootTime(now.tv_sec * SECOND_US + now.tv_nsec / 1000)
}

/// One second from now, which is enough time to open a file on a busy machine.
pub fn in_one_second() -> BootTime {
    now().plus(SECOND_US)
}

/// The number of frames at 48 kHz between two instants.
fn frames_between(from: BootTime, to: BootTime) -> i64 {
    (to.since(from) * 48 + 500) / 1000
}

fn write_signal(dir: &Path, name: &str, frames: usize) -> std::path::PathBuf {
    let path = dir.join(name);
    media::write_wav(&path, &media::signal(frames, 48_000, 2), 48_000, 2);
    path
}

#[test]
fn a_cue_starts_on_its_exact_frame_and_the_next_cue_follows_without_a_gap() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (write_signal(dir.path(), "a.wav", 24_000), write_signal(dir.path(), "b.wav", 12_345));
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    assert_eq!(bench.output.proof_level(), 0);
    bench.output.open();
    assert_eq!(bench.wait_opened(), 48_000);
    let start = in_one_second();
    bench.cue(1, &a, CueStart::AtInstant(start));
    bench.cue(2, &b, CueStart::AfterPrevious { not_before: start.plus(SECOND_US / 2) });
    let hash = scan(&b).unwrap().sha256;
    let ready_hash = bench.wait("hash of the second cue", |e| match e {
        OutputEvent::Ready { key, sha256 } if key.0 == 2 => Some(sha256.clone()),
        _ => None,
    });
    assert_eq!(ready_hash, hash);
    let (first, second) = (bench.wait_ended(1), bench.wait_ended(2));
    assert!(bench.wait_started(1).since(start).abs() <= 11, "half a frame is 10.4 us");
    assert!(bench.wait_started(2).since(first.at).abs() <= 1, "the second cue follows without a gap");
    assert_eq!((first.frames, first.expected, &first.ending), (24_000, 24_000, &Ending::Whole));
    assert_eq!((second.frames, second.expected, second.underrun_frames), (12_345, 12_345, 0));
    assert!((frames_between(bench.wait_started(2), second.at) - 12_345).abs() <= 1);
}

#[test]
fn an_unplayable_file_is_refused_and_does_not_delay_the_next_cue() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("noise.mp3"), [7; 5000]).unwrap();
    let good_file = write_signal(dir.path(), "good.wav", 4800);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let start = in_one_second();
    bench.cue(1, &dir.path().join("nothing.mp3"), CueStart::AtInstant(start));
    bench.cue(2, &dir.path().join("noise.mp3"), CueStart::AfterPrevious { not_before: start });
    bench.cue(3, dir.path(), CueStart::AfterPrevious { not_before: start });
    let later_start = start.plus(SECOND_US / 5);
    bench.cue(4, &good_file, CueStart::AfterPrevious { not_before: later_start });
    assert_eq!(bench.wait_ended(4).ending, Ending::Whole);
    assert!(bench.wait_started(4).since(later_start).abs() <= 11);
    let refusals = bench.events.iter().filter_map(|e| match e {
        OutputEvent::Refused { key, refusal, .. } => Some((key.0, *refusal)),
        _ => None,
    });
    let damaged = Refusal::FileDamaged;
    assert_eq!(refusals.collect::<Vec<_>>(), [(1, Refusal::FileMissing), (2, damaged), (3, damaged)]);
}

#[test]
fn a_cue_at_an_instant_cuts_the_running_cue_and_drops_the_waiting_ones() {
    let dir = tempfile::tempdir().unwrap();
    let path = write_signal(dir.path(), "long.wav", 150_000);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let start = in_one_second();
    bench.cue(1, &path, CueStart::AtInstant(start));
    // There are more cues than the output prepares in advance.
    for key in 2..8 {
        bench.cue(key, &path, CueStart::AfterPrevious { not_before: start.plus(SECOND_US) });
    }
    let cut_at = start.plus(SECOND_US / 2);
    bench.cue(8, &path, CueStart::AtInstant(cut_at));
    assert!(bench.wait_started(8).since(cut_at).abs() <= 11);
    let first = bench.wait_ended(1);
    assert_eq!(first.ending, Ending::Cut);
    assert!(first.frames.abs_diff(24_000) <= 1 && first.expected == 150_000, "{first:?}");
    for key in 2..8 {
        let dropped = bench.wait_ended(key);
        assert_eq!((dropped.frames, dropped.ending), (0, Ending::Cut));
    }
    // An urgent cue starts immediately.
    bench.cue(9, &path, CueStart::AtInstant(now()));
    bench.wait_started(9);
    assert_eq!(bench.wait_ended(8).ending, Ending::Cut);
    let progress = bench.output.progress().unwrap();
    assert_eq!((progress.key, progress.rate), (CueKey(9), 48_000));
    bench.output.cut(CueKey(9));
    assert_eq!(bench.wait_ended(9).ending, Ending::Cut);
}

#[test]
fn a_file_that_is_longer_or_shorter_than_planned_is_cut_or_ends_short() {
    let dir = tempfile::tempdir().unwrap();
    let path = write_signal(dir.path(), "a.wav", 9600);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    let planned_length = |frames| Some(Length { frames, rate: 48_000 });
    bench.cue_part(1, &path, CueStart::AtInstant(now()), 0, planned_length(4800));
    let longer_cue = bench.wait_ended(1);
    assert_eq!((longer_cue.frames, longer_cue.expected, longer_cue.ending), (4800, 4800, Ending::Whole));
    bench.cue_part(2, &path, CueStart::AtInstant(now()), 0, planned_length(14_400));
    let shorter_cue = bench.wait_ended(2);
    assert_eq!((shorter_cue.frames, shorter_cue.expected), (9600, 14_400));
    let detail = "the file ends after 9600 of 14400 frames".to_owned();
    assert_eq!(shorter_cue.ending, Ending::Short { detail });
    bench.cue_part(3, &path, CueStart::AtInstant(now()), 100_000, planned_length(9600));
    let joined_cue = bench.wait_ended(3);
    assert_eq!((joined_cue.frames, joined_cue.expected, joined_cue.ending), (4800, 4800, Ending::Whole));
    bench.cue_part(4, &path, CueStart::AtInstant(now()), SECOND_US, planned_length(9600));
    let skipped_cue = bench.wait_ended(4);
    assert_eq!((skipped_cue.frames, skipped_cue.expected), (0, 0));
    bench.cue_part(5, &path, CueStart::AtInstant(now()), 0, None);
    let unplanned_cue = bench.wait_ended(5);
    assert_eq!((unplanned_cue.frames, unplanned_cue.expected, unplanned_cue.ending), (9600, 9600, Ending::Whole));
}

#[test]
fn closing_the_line_cuts_all_cues_and_new_cues_wait_until_it_opens() {
    let dir = tempfile::tempdir().unwrap();
    let path = write_signal(dir.path(), "a.wav", 150_000);
    let mut bench = OutputBench::new(Device::Null, dir.path(), 100);
    bench.output.open();
    bench.cue(1, &path, CueStart::AtInstant(now()));
    bench.cue(2, &path, CueStart::AfterPrevious { not_before: in_one_second() });
    bench.wait_started(1);
    bench.output.close();
    let first = bench.wait_ended(1);
    assert!(first.ending == Ending::Cut && first.frames > 0, "{first:?}");
    assert_eq!((bench.wait_ended(2).frames, bench.wait_ended(2).ending), (0, Ending::Cut));
    bench.cue(3, &path, CueStart::AtInstant(now()));
    bench.wait("hash of the third cue", |e| matches!(e, OutputEvent::Ready { key: CueKey(3), .. }).then_some(()));
    assert_eq!(bench.output.progress(), None);
    bench.output.open();
    bench.wait_started(3);
    let openings = bench.events.iter().filter(|e| matches!(e, OutputEvent::Opened { .. }));
    assert_eq!(openings.count(), 2);
}

#[test]
fn a_line_that_cannot_be_opened_is_reported_once_and_opened_later() {
    let dir = tempfile::tempdir().unwrap();
    let path = write_signal(dir.path(), "a.wav", 4800);
    let mut bench = OutputBench::new(Device::Wav("out.wav".to_owned()), &dir.path().join("later"), 100);
    bench.output.open();
    bench.cue(1, &path, CueStart::AtInstant(now()));
    bench.cue(2, &path, CueStart::AtInstant(now().plus(3600 * SECOND_US)));
    let loss_detail = |e: &OutputEvent| match e {
        OutputEvent::Lost { detail } => Some(detail.clone()),
        _ => None,
    };
    assert!(bench.wait("loss of the device", loss_detail).contains("out.wav"));
    // A cue waits at most five seconds for the line.
    let first = bench.wait_ended(1);
    assert_eq!((first.frames, first.ending), (0, Ending::Lost));
    std::fs::create_dir(dir.path().join("later")).unwrap();
    assert_eq!(bench.wait_opened(), 48_000);
    assert_eq!(bench.events.iter().filter_map(loss_detail).count(), 1);
    bench.cue(3, &path, CueStart::AtInstant(now()));
    assert_eq!(bench.wait_ended(3).ending, Ending::Whole);
    assert_eq!(scan(&dir.path().join("later/out.wav")).unwrap().length.frames, 4800);
}
