//! The sound server is killed several times during an airing. Each time loa resumes automatically, and its log agrees
//! with the recording of the server's monitor.
//!
//! Every millisecond of the file has a different level, so that a recording shows which part of the file sounded.
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::record::{Reader, Record};
use chrono::{DateTime, TimeDelta, Utc};
use loa::airlog::storage::FolderStorage;
use rustix::process::{Pid, Signal, kill_process};

use crate::media;
use crate::program;
use crate::sink::{Process, RATE, Sink};

/// The frames of one level: one millisecond.
const STEP: usize = RATE as usize / 1000;
/// The number of levels, after which they repeat.
const STEPS: usize = 20_000;
/// The quietest level, which is louder than silence.
const FLOOR: f32 = 0.05;
/// The tolerance between log and recording in milliseconds, for the buffers of the server and the recorder.
const TOLERANCE_MS: i64 = 50;
/// The maximum milliseconds from the server's restart to sound, even on a busy machine. The campaign prints the real
/// times.
const MAX_RETURN_MS: i64 = 20_000;

fn coded_sound(ms: usize) -> Vec<f32> {
    let level = |n: usize| FLOOR + 0.75 * ((n / STEP) % STEPS) as f32 / STEPS as f32;
    (0..ms * STEP).map(level).collect()
}

/// The millisecond of the file to which a sample belongs, modulo [`STEPS`].
fn millisecond_of(sample: f32) -> i64 {
    ((sample - FLOOR) / 0.75 * STEPS as f32).round() as i64
}

/// The recording of one run of the server: the milliseconds of the file at the first and the last sound, the duration
/// of the sound, and its start after the start of the recording.
#[derive(Debug, Clone, Copy, Default)]
struct RecordedSound {
    first: i64,
    last: i64,
    sounded_ms: i64,
    after_ms: i64,
}

fn analyse(recorded: &[f32]) -> RecordedSound {
    let left_channel: Vec<f32> = recorded.iter().step_by(2).copied().collect();
    let is_sound = |s: &&f32| **s > FLOOR / 2.0;
    let Some(begin) = left_channel.iter().position(|s| is_sound(&s)) else { return RecordedSound::default() };
    let frames = left_channel.iter().filter(is_sound).count();
    let end = left_channel.iter().rposition(|s| is_sound(&s)).unwrap_or(begin);
    // The first and last milliseconds are faded, so their level is not that of the file.
    let first = millisecond_of(left_channel[(begin + 20 * STEP).min(end)]) - 20;
    let last = millisecond_of(left_channel[end.saturating_sub(20 * STEP).max(begin)]) + 20;
    let ms = |frames: usize| (frames / STEP) as i64;
    RecordedSound { first, last, sounded_ms: ms(frames), after_ms: ms(begin) }
}

/// The distance of two milliseconds of the file, modulo [`STEPS`].
fn distance(a: i64, b: i64) -> i64 {
    let cycle = STEPS as i64;
    let forward = (a - b).rem_euclid(cycle);
    forward.min(cycle - forward)
}

fn records(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

/// The parts of the airing by the log: start in the file and duration, in milliseconds.
fn logged_parts(log: &[Record]) -> Vec<(i64, i64)> {
    let (mut parts, mut from, mut played_before) = (Vec::new(), 0, 0);
    for record in log {
        match record.kind.as_str() {
            "resume" => from = record.body.from_ms,
            "interrupt" | "outcome" => {
                parts.push((from, record.body.played_ms - played_before));
                played_before = record.body.played_ms;
            }
            _ => {}
        }
    }
    parts
}

/// The CPU time of a process in ticks of 10 ms, and its resident memory in kB.
fn resource_usage(pid: u32) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    let number = |index: usize| fields[index].parse::<u64>().expect("a number");
    (number(11) + number(12), number(21) * 4)
}

/// A random generator with a fixed sequence.
struct Dice(u64);

impl Dice {
    fn ms(&mut self, from: u64, until: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(from + (self.0 >> 33) % (until - from))
    }
}

fn pause(duration: Duration) {
    let deadline = Instant::now() + duration;
    while Instant::now() < deadline {
        std::thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

/// Makes a station that plays one long file after 12 seconds; returns its folder and the start.
fn station_with_long_file(sink: &Sink, seconds: usize) -> (std::path::PathBuf, DateTime<Utc>) {
    let station = sink.folder().join("dai");
    for folder in ["playlists", "audio"] {
        fs::create_dir_all(station.join(folder)).expect("a folder");
    }
    media::write_wav(&station.join("audio/dai.wav"), &coded_sound(seconds * 1000), RATE, 1);
    let start = DateTime::from_timestamp(Utc::now().timestamp() + 12, 0).expect("near now");
    let at = |instant: DateTime<Utc>| instant.with_timezone(&program::daytime()).format("%H:%M:%S");
    let text = format!(
        "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"dai.wav\"\n\
        [[session]]\nid = \"sang\"\nat = \"{}\"\nplay = [\"dai\"]\n",
        at(start)
    );
    fs::write(station.join("playlists/thu.toml"), text).expect("a playlist");
    let noon = at(start + TimeDelta::hours(12));
    let quiet = format!("[quiet-hours]\nfrom = \"{noon}\"\nuntil = \"{noon}\"\n");
    let settings = format!(
        "[station]\nid = \"thu\"\ntimezone = \"{}\"\n[output]\nvolume = 100\nloudness = \"off\"\n{quiet}",
        program::daytime()
    );
    fs::write(station.join("station.toml"), settings).expect("station.toml");
    (station, start)
}

fn restart_count() -> usize {
    std::env::var("LOA_REVIVALS").ok().and_then(|n| n.parse().ok()).unwrap_or(2)
}

#[test]
fn loa_survives_every_death_of_the_sound_server_and_logs_it_truly() {
    let (times, mut dice) = (restart_count(), Dice(7));
    let mut sink = Sink::start();
    let (station, start) = station_with_long_file(&sink, 30 + times * 12);
    let mut command = program::loa(sink.folder());
    sink.environment(&mut command);
    let daemon = command.arg("run").arg(&station).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Process(daemon.expect("loa starts"));
    let mut recording = sink.record();
    pause((start - Utc::now()).to_std().unwrap_or_default() + Duration::from_secs(4));
    let (measuring_start, (ticks, memory)) = (Instant::now(), resource_usage(daemon.0.id()));
    let (mut sounds, mut waits_ms, mut peak_memory) = (Vec::new(), Vec::new(), memory);
    let mut recording_delay = None;
    for _ in 0..times {
        pause(dice.ms(1000, 5000));
        sink.stop();
        let sound = analyse(&recording.into_samples());
        waits_ms.extend(recording_delay.map(|ms: i64| ms + sound.after_ms));
        sounds.push(sound);
        pause(dice.ms(0, 3000));
        sink.restart();
        let restart = Instant::now();
        recording = sink.record();
        recording_delay = Some(i64::try_from(restart.elapsed().as_millis()).expect("a while"));
        while !recording.sounds() && restart.elapsed() < Duration::from_millis(MAX_RETURN_MS as u64) {
            pause(Duration::from_millis(20));
        }
        peak_memory = peak_memory.max(resource_usage(daemon.0.id()).1);
    }
    pause(Duration::from_secs(2));
    let (ticks_after, memory_after) = resource_usage(daemon.0.id());
    let cpu = (ticks_after - ticks) as f64 / measuring_start.elapsed().as_secs_f64();
    kill_process(Pid::from_child(&daemon.0), Signal::TERM).expect("it runs");
    assert!(daemon.0.wait().expect("it ends").success());
    let sound = analyse(&recording.finish());
    waits_ms.extend(recording_delay.map(|ms| ms + sound.after_ms));
    sounds.push(sound);
    let log = records(&station);
    let parts = logged_parts(&log);
    let mut errors: Vec<i64> = sounds.iter().zip(&parts).map(|(sound, (_, ms))| ms - sound.sounded_ms).collect();
    for (n, (sound, (from, ms))) in sounds.iter().zip(&parts).enumerate() {
        eprintln!("{n}: log from {from} for {ms} ms; recorded {sound:?}");
    }
    waits_ms.sort_unstable();
    errors.sort_unstable();
    let summary = |v: &[i64]| (v.first().copied(), v.get(v.len() / 2).copied(), v.last().copied());
    eprintln!("{} returns; ms until sound (least, median, most): {:?}", waits_ms.len(), summary(&waits_ms));
    eprintln!(
        "logged - recorded, ms: {:?}; CPU {cpu:.2} %; RSS {memory}, {memory_after}, at most {peak_memory} kB",
        summary(&errors)
    );
    assert_eq!(parts.len(), times + 1, "{parts:?}");
    for (sound, (from, ms)) in sounds.iter().zip(&parts) {
        assert!((ms - sound.sounded_ms).abs() <= TOLERANCE_MS, "{ms} ms in the log, recorded {sound:?}");
        assert!(distance(*from, sound.first) <= TOLERANCE_MS, "from {from} ms by the log, recorded {sound:?}");
        assert!(distance(from + ms, sound.last) <= TOLERANCE_MS, "to {} ms by the log, recorded {sound:?}", from + ms);
    }
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("one");
    assert!(crate::station::outcome_line(outcome).ends_with(" partial shutdown"), "the station is stopped in the end");
    assert!(peak_memory < memory + 8192, "{memory} kB grew to {peak_memory} kB");
    assert!(waits_ms.iter().all(|ms| *ms < MAX_RETURN_MS), "{waits_ms:?}");
}
