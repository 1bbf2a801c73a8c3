//! The rules of the schedule in real sound: a daemon plays tones to a sound server without hardware, and the test
//! analyses the recording.
use std::fs;
use std::ops::Range;
use std::path::Path;

use crate::record::{Reader, Record};
use chrono::{DateTime, TimeDelta, Utc};
use loa::airlog::storage::FolderStorage;

use crate::daemon::Daemon;
use crate::media;
use crate::program;
use crate::sink::{RATE, Sink};
use crate::station::outcome_line;

/// The tone of each segment in hertz.
const TONES_HZ: [usize; 9] = [400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000];
/// The number of frames in one window of the recording: 25 ms, in which each tone has a whole number of waves.
const WINDOW_FRAMES: usize = RATE as usize / 40;

/// Settings without quiet hours.
const NEVER_QUIET: &str = "[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n";

/// The maximum number of silent windows inside a tone, which a busy machine may cause.
const MAX_GAP_WINDOWS: usize = 20;
/// The tolerance in tenths of a second for a busy machine. The benchmarks measure the exact starts.
const TOLERANCE_DS: usize = 6;

fn write_tone(dir: &Path, hertz: usize, seconds: usize) {
    let wave = |n: usize| ((n * hertz) as f64 / f64::from(RATE) * std::f64::consts::TAU).sin() as f32 * 0.3;
    let samples: Vec<f32> = (0..seconds * RATE as usize).map(wave).collect();
    media::write_wav(&dir.join(format!("t-{hertz}.wav")), &samples, RATE, 1);
}

/// Returns the frequency, in hertz, of the tone in a window of one channel; `None` if the window is silent.
fn tone_of_window(window: &[f32]) -> Option<usize> {
    let strength = |hertz: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in window.iter().enumerate() {
            let angle = (n * hertz) as f64 / f64::from(RATE) * std::f64::consts::TAU;
            re += f64::from(*sample) * angle.cos();
            im += f64::from(*sample) * angle.sin();
        }
        re.hypot(im) / window.len() as f64
    };
    let best = TONES_HZ.into_iter().map(|hertz| (strength(hertz), hertz)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(strength, _)| *strength > 0.01).map(|(_, hertz)| hertz)
}

/// A tone in the recording. Its start and length are in tenths of a second. The first tone starts at 0.
#[derive(Debug, Clone, Copy)]
struct RecordedTone {
    hertz: usize,
    start_ds: usize,
    length_ds: usize,
}

/// Returns the tones of a recording in order.
fn recorded_tones(recording: &[f32]) -> Vec<RecordedTone> {
    let left_channel: Vec<f32> = recording.iter().step_by(2).copied().collect();
    let window_tones: Vec<Option<usize>> = left_channel.chunks_exact(WINDOW_FRAMES).map(tone_of_window).collect();
    let first = window_tones.iter().position(Option::is_some).unwrap_or(0);
    // The frequency and the windows of each tone.
    let mut tones: Vec<(usize, Range<usize>)> = Vec::new();
    for (index, tone) in window_tones.iter().enumerate().skip(first) {
        let window = index - first;
        match (tone, tones.last_mut()) {
            (Some(tone), Some((last_tone, range))) if *last_tone == *tone && window - range.end <= MAX_GAP_WINDOWS => {
                range.end = window + 1
            }
            (Some(tone), _) => tones.push((*tone, window..window + 1)),
            _ => {}
        }
    }
    // Short entries are windows in which one tone fades into the next. They belong to neither tone.
    tones.retain(|(_, range)| range.len() > 4);
    let to_ds = |window_count: usize| (window_count + 2) / 4;
    let to_recorded_tone = |(hertz, range): (usize, Range<usize>)| RecordedTone {
        hertz,
        start_ds: to_ds(range.start),
        length_ds: to_ds(range.len()),
    };
    tones.into_iter().map(to_recorded_tone).collect()
}

/// True if an airing has sounded to its end. A busy machine may cause underruns.
fn has_sounded(ending: &str) -> bool {
    ending.ends_with("aired") || ending.ends_with("partial underrun")
}

fn records(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("open the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

#[test]
fn hard_soft_relay_drawn_and_urgent_sessions_sound_as_planned() {
    let sink = Sink::start();
    let station = sink.folder().join("dai");
    for folder in ["playlists", "audio"] {
        fs::create_dir_all(station.join(folder)).expect("make the folder");
    }
    let lengths_s = [8, 3, 3, 3, 6, 2, 2, 6, 2];
    let mut text = String::new();
    for (hertz, seconds) in TONES_HZ.into_iter().zip(lengths_s) {
        write_tone(&station.join("audio"), hertz, seconds);
        let pool = if [1400, 1600].contains(&hertz) { "pool = \"vui\"\n" } else { "" };
        text.push_str(&format!(
            "[[segment]]\nid = \"t-{hertz}\"\ntitle = \"{hertz} Hz\"\nfile = \"t-{hertz}.wav\"\n{pool}\n"
        ));
    }
    let playlist = station.join("playlists/thu.toml");
    fs::write(&playlist, &text).expect("write the file");
    let zone = format!("timezone = \"{}\"\n", program::daytime_zone());
    let settings = "[output]\nvolume = 100\nloudness = \"off\"\n";
    let settings = format!("[station]\nid = \"thu\"\nlanguage = \"en\"\n{zone}{settings}");
    fs::write(station.join("station.toml"), format!("{settings}{NEVER_QUIET}")).expect("write the file");
    let loa = |arguments: &[&str]| {
        let mut command = program::loa(sink.folder());
        sink.set_environment(&mut command);
        command.args(arguments);
        command
    };
    let folder = station.to_string_lossy().into_owned();
    let daemon = Daemon::start(&mut loa(&["run", &folder]));
    // The daemon has scanned all files now, so no later step waits for a scan, even on a slow machine.
    daemon.wait_for("Schedule adopted");
    let recording = sink.record();
    let in_five_seconds = Utc::now() + TimeDelta::seconds(5);
    let first_start = DateTime::from_timestamp(in_five_seconds.timestamp(), 0).expect("the time is valid");
    let at = |seconds: i64| {
        let at = first_start + TimeDelta::seconds(seconds);
        at.with_timezone(&program::daytime_zone()).format("%H:%M:%S").to_string()
    };
    let sessions = [
        ("dau", 0, "play = [\"t-400\"]".to_owned()),
        ("cung", 4, "play = [\"t-600\"]".to_owned()),
        ("mem", 5, "start = \"soft\"\nwindow = \"10s\"\nplay = [\"t-800\"]".to_owned()),
        (
            "tiep",
            12,
            format!(
                "end-by = \"{}\"\nplay = [{{ relay = \"Tiếp sóng\", for = \"3s\" }}, \"t-1000\", \"t-1200\"]",
                at(19)
            ),
        ),
        ("xoay", 20, "play = [{ pool = \"vui\" }]".to_owned()),
        ("xoay-2", 23, "play = [{ pool = \"vui\" }]".to_owned()),
        ("ngat", 26, "play = [\"t-1800\"]".to_owned()),
    ];
    for (id, seconds, rules) in sessions {
        text.push_str(&format!("[[session]]\nid = \"{id}\"\nat = \"{}\"\n{rules}\n\n", at(seconds)));
    }
    let quiet = format!("[quiet-hours]\nfrom = \"{}\"\nuntil = \"{}\"\n", at(37), at(600));
    fs::write(station.join("station.toml"), format!("{settings}{quiet}")).expect("write the file");
    fs::write(&playlist, text).expect("write the file");
    let send_urgent = || {
        let output = loa(&["urgent", "t-2000", "--yes", "--station", &folder]).output().expect("loa starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let wait_until = |seconds: i64| {
        let instant = first_start + TimeDelta::seconds(seconds);
        while Utc::now() < instant {
            std::thread::park_timeout(std::time::Duration::from_millis(20));
        }
    };
    wait_until(28);
    send_urgent();
    wait_until(39);
    send_urgent();
    wait_until(44);
    assert_eq!(daemon.end(), Some(0));
    let tone_sequence = recorded_tones(&recording.finish());
    eprintln!("{tone_sequence:?}");
    let tones: Vec<usize> = tone_sequence.iter().map(|tone| tone.hertz).collect();
    let (first_drawn, second_drawn) = (tones[4], tones[5]);
    assert!(
        first_drawn != second_drawn && [first_drawn, second_drawn].iter().all(|t| [1400, 1600].contains(t)),
        "the draws alternate: {tone_sequence:?}"
    );
    assert_eq!(tones, [400, 600, 800, 1000, first_drawn, second_drawn, 1800, 2000, 1800, 2000]);
    // The start and length of each tone in tenths of a second. A value of 0 is not compared, because the time of a
    // command varies.
    let planned = [(0, 40), (40, 30), (70, 30), (150, 30), (200, 20), (230, 20), (260, 0), (0, 20), (0, 0), (0, 20)];
    for (tone, (start_ds, length_ds)) in tone_sequence.iter().zip(planned) {
        assert!(start_ds == 0 || tone.start_ds.abs_diff(start_ds) <= TOLERANCE_DS, "{tone:?} of {tone_sequence:?}");
        assert!(length_ds == 0 || tone.length_ds.abs_diff(length_ds) <= TOLERANCE_DS, "{tone:?} of {tone_sequence:?}");
    }
    assert!(
        (tone_sequence[6].length_ds + tone_sequence[8].length_ds).abs_diff(60) <= TOLERANCE_DS,
        "the interrupted tone is complete: {tone_sequence:?}"
    );
    let log = records(&station);
    let outcomes: Vec<String> = log.iter().filter(|r| r.kind == "outcome").map(outcome_line).collect();
    let ending = |session: &str, position: usize| {
        let line =
            outcomes.iter().find(|l| l.starts_with(&format!("{session}@")) && l.contains(&format!("#{position} ")));
        line.map(|line| line.split_once(' ').expect("find an ending").1.to_owned()).unwrap_or_default()
    };
    assert_eq!(ending("dau", 1), "partial cut-by", "{outcomes:?}");
    for (session, position) in [("cung", 1), ("mem", 1), ("tiep", 2), ("xoay", 1), ("xoay-2", 1), ("ngat", 1)] {
        assert!(has_sounded(&ending(session, position)), "{session}: {outcomes:?}");
    }
    assert_eq!(ending("tiep", 3), "missed end-by", "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|l| l.starts_with("urgent@") && has_sounded(l)).count(), 2, "{outcomes:?}");
    let relay = log.iter().find(|r| r.kind == "relay").expect("the log has a relay entry");
    assert!((2_900..=3_000).contains(&relay.body.held_ms), "{}", relay.body.held_ms);
}
