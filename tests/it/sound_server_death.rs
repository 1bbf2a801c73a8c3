//! The sound server is killed several times during an airing. Each time the airing resumes automatically, and the log
//! agrees with the recording of the server's monitor.
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

/// The number of frames with the same level: one millisecond.
const LEVEL_FRAMES: usize = RATE as usize / 1000;
/// The number of different levels. After the last level, the levels repeat.
const LEVEL_COUNT: usize = 20_000;
/// The lowest level, which is louder than silence.
const MIN_LEVEL: f32 = 0.05;
/// The tolerance between log and recording in milliseconds, for the buffers of the server and the recorder.
const TOLERANCE_MS: i64 = 50;
/// The maximum time in milliseconds from the restart of the server to the first sound, even on a busy machine. The
/// test prints the real times.
const MAX_RETURN_MS: i64 = 20_000;

/// A sound of this length. Its levels encode the position in the file.
fn coded_sound(ms: usize) -> Vec<f32> {
    let level = |n: usize| MIN_LEVEL + 0.75 * ((n / LEVEL_FRAMES) % LEVEL_COUNT) as f32 / LEVEL_COUNT as f32;
    (0..ms * LEVEL_FRAMES).map(level).collect()
}

/// The millisecond of the file to which a sample belongs, modulo [`LEVEL_COUNT`].
fn millisecond_of(sample: f32) -> i64 {
    ((sample - MIN_LEVEL) / 0.75 * LEVEL_COUNT as f32).round() as i64
}

/// The recorded sound of one run of the server.
#[derive(Debug, Clone, Copy, Default)]
struct RecordedSound {
    /// The position in the file at which the sound begins.
    first_ms: i64,
    /// The position in the file at which the sound ends.
    last_ms: i64,
    sounded_ms: i64,
    /// The time from the start of the recording to the first sound.
    delay_ms: i64,
}

fn analyse(recorded: &[f32]) -> RecordedSound {
    let left_channel: Vec<f32> = recorded.iter().step_by(2).copied().collect();
    let is_sound = |s: &&f32| **s > MIN_LEVEL / 2.0;
    let Some(begin) = left_channel.iter().position(|s| is_sound(&s)) else { return RecordedSound::default() };
    let frames = left_channel.iter().filter(is_sound).count();
    let end = left_channel.iter().rposition(|s| is_sound(&s)).unwrap_or(begin);
    // The first and last milliseconds are faded, so their levels differ from those of the file.
    let first_ms = millisecond_of(left_channel[(begin + 20 * LEVEL_FRAMES).min(end)]) - 20;
    let last_ms = millisecond_of(left_channel[end.saturating_sub(20 * LEVEL_FRAMES).max(begin)]) + 20;
    let ms = |frames: usize| (frames / LEVEL_FRAMES) as i64;
    RecordedSound { first_ms, last_ms, sounded_ms: ms(frames), delay_ms: ms(begin) }
}

/// The distance between two milliseconds of the file, modulo [`LEVEL_COUNT`].
fn distance_ms(a: i64, b: i64) -> i64 {
    let cycle = LEVEL_COUNT as i64;
    let forward = (a - b).rem_euclid(cycle);
    forward.min(cycle - forward)
}

fn records(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("open the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

/// The parts of the airing according to the log. Each part has a start position in the file and a duration, both in
/// milliseconds.
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
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("read the process's statistics");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    let number = |index: usize| fields[index].parse::<u64>().expect("parse the number");
    (number(11) + number(12), number(21) * 4)
}

/// A random number generator with a fixed sequence.
struct Dice(u64);

impl Dice {
    fn duration(&mut self, from_ms: u64, until_ms: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(from_ms + (self.0 >> 33) % (until_ms - from_ms))
    }
}

fn pause(duration: Duration) {
    let deadline = Instant::now() + duration;
    while Instant::now() < deadline {
        std::thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

/// Makes a station that starts one long file 12 seconds from now; returns its folder and the start of the airing.
fn station_with_long_file(sink: &Sink, seconds: usize) -> (std::path::PathBuf, DateTime<Utc>) {
    let station = sink.folder().join("dai");
    for folder in ["playlists", "audio"] {
        fs::create_dir_all(station.join(folder)).expect("make the folder");
    }
    media::write_wav(&station.join("audio/dai.wav"), &coded_sound(seconds * 1000), RATE, 1);
    let start = DateTime::from_timestamp(Utc::now().timestamp() + 12, 0).expect("the time is valid");
    let at = |instant: DateTime<Utc>| instant.with_timezone(&program::daytime_zone()).format("%H:%M:%S");
    let text = format!(
        "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"dai.wav\"\n\
        [[session]]\nid = \"sang\"\nat = \"{}\"\nplay = [\"dai\"]\n",
        at(start)
    );
    fs::write(station.join("playlists/thu.toml"), text).expect("write the file");
    // Quiet hours that begin and end at the same time are empty.
    let in_twelve_hours = at(start + TimeDelta::hours(12));
    let quiet = format!("[quiet-hours]\nfrom = \"{in_twelve_hours}\"\nuntil = \"{in_twelve_hours}\"\n");
    let settings = format!(
        "[station]\nid = \"thu\"\ntimezone = \"{}\"\n[output]\nvolume = 100\nloudness = \"off\"\n{quiet}",
        program::daytime_zone()
    );
    fs::write(station.join("station.toml"), settings).expect("write the file");
    (station, start)
}

fn death_count() -> usize {
    std::env::var("LOA_REVIVALS").ok().and_then(|n| n.parse().ok()).unwrap_or(2)
}

#[test]
fn an_airing_resumes_after_each_death_of_the_sound_server_and_is_logged_correctly() {
    let (death_count, mut dice) = (death_count(), Dice(7));
    let mut sink = Sink::start();
    let (station, start) = station_with_long_file(&sink, 30 + death_count * 12);
    let mut command = program::loa(sink.folder());
    sink.set_environment(&mut command);
    let daemon = command.arg("run").arg(&station).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Process(daemon.expect("loa starts"));
    let mut recording = sink.record();
    pause((start - Utc::now()).to_std().unwrap_or_default() + Duration::from_secs(4));
    let (measuring_start, (ticks_before, memory_before_kb)) = (Instant::now(), resource_usage(daemon.0.id()));
    let (mut sounds, mut waits_ms, mut peak_memory_kb) = (Vec::new(), Vec::new(), memory_before_kb);
    // The time from the restart of the server to the start of the recording, in milliseconds.
    let mut recording_delay_ms = None;
    for _ in 0..death_count {
        pause(dice.duration(1000, 5000));
        sink.stop();
        let sound = analyse(&recording.into_samples());
        waits_ms.extend(recording_delay_ms.map(|ms: i64| ms + sound.delay_ms));
        sounds.push(sound);
        pause(dice.duration(0, 3000));
        sink.restart();
        let restart = Instant::now();
        recording = sink.record();
        recording_delay_ms = Some(i64::try_from(restart.elapsed().as_millis()).expect("the time fits"));
        while !recording.is_sounding() && restart.elapsed() < Duration::from_millis(MAX_RETURN_MS as u64) {
            pause(Duration::from_millis(20));
        }
        peak_memory_kb = peak_memory_kb.max(resource_usage(daemon.0.id()).1);
    }
    pause(Duration::from_secs(2));
    let (ticks_after, memory_after_kb) = resource_usage(daemon.0.id());
    let cpu_percent = (ticks_after - ticks_before) as f64 / measuring_start.elapsed().as_secs_f64();
    kill_process(Pid::from_child(&daemon.0), Signal::TERM).expect("signal the process");
    assert!(daemon.0.wait().expect("wait for the process").success());
    let sound = analyse(&recording.finish());
    waits_ms.extend(recording_delay_ms.map(|ms| ms + sound.delay_ms));
    sounds.push(sound);
    let log = records(&station);
    let parts = logged_parts(&log);
    let mut errors_ms: Vec<i64> = sounds.iter().zip(&parts).map(|(sound, (_, ms))| ms - sound.sounded_ms).collect();
    for (n, (sound, (from, ms))) in sounds.iter().zip(&parts).enumerate() {
        eprintln!("{n}: log from {from} for {ms} ms; recorded {sound:?}");
    }
    waits_ms.sort_unstable();
    errors_ms.sort_unstable();
    let summary =
        |sorted: &[i64]| (sorted.first().copied(), sorted.get(sorted.len() / 2).copied(), sorted.last().copied());
    eprintln!("{} returns; ms until sound (min, median, max): {:?}", waits_ms.len(), summary(&waits_ms));
    eprintln!(
        "logged - recorded, ms: {:?}; CPU {cpu_percent:.2} %; RSS {memory_before_kb}, {memory_after_kb}, at most {peak_memory_kb} kB",
        summary(&errors_ms)
    );
    assert_eq!(parts.len(), death_count + 1, "{parts:?}");
    for (sound, (from, ms)) in sounds.iter().zip(&parts) {
        assert!((ms - sound.sounded_ms).abs() <= TOLERANCE_MS, "{ms} ms in the log, recorded {sound:?}");
        assert!(
            distance_ms(*from, sound.first_ms) <= TOLERANCE_MS,
            "from {from} ms according to the log, recorded {sound:?}"
        );
        assert!(
            distance_ms(from + ms, sound.last_ms) <= TOLERANCE_MS,
            "to {} ms according to the log, recorded {sound:?}",
            from + ms
        );
    }
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("the log has an outcome");
    assert!(crate::station::outcome_line(outcome).ends_with(" partial shutdown"), "the daemon was stopped at the end");
    assert!(peak_memory_kb < memory_before_kb + 8192, "{memory_before_kb} kB grew to {peak_memory_kb} kB");
    assert!(waits_ms.iter().all(|ms| *ms < MAX_RETURN_MS), "{waits_ms:?}");
}
