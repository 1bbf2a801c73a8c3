//! The sound server is killed in the middle of an airing, again and again: each time loa comes back by itself, and its log
//! is what the server's own monitor has recorded.
//!
//! Every millisecond of the file has a level of its own, so that a recording tells which part of the file is in it.
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

/// Frames of one level, and levels before they begin anew.
const STEP: usize = RATE as usize / 1000;
const STEPS: usize = 20_000;
/// The quietest level; silence is quieter.
const FLOOR: f32 = 0.05;
/// Milliseconds by which log and recording may be apart: the server's own buffers and the recorder's.
const APART_MS: i64 = 50;
/// Milliseconds from the server's return to sound. A busy machine needs longer; the campaign tells what it was.
const PATIENCE_MS: i64 = 20_000;

fn sound(ms: usize) -> Vec<f32> {
    let level = |n: usize| FLOOR + 0.75 * ((n / STEP) % STEPS) as f32 / STEPS as f32;
    (0..ms * STEP).map(level).collect()
}

/// Which millisecond of the file a sample is, within a lap of [`STEPS`].
fn place(sample: f32) -> i64 {
    ((sample - FLOOR) / 0.75 * STEPS as f32).round() as i64
}

/// What one life of the server has recorded: the milliseconds of the file at its first and last sound, how long it sounded,
/// and when it began, counted from the recording's beginning.
#[derive(Debug, Clone, Copy, Default)]
struct Life {
    first: i64,
    last: i64,
    sounded_ms: i64,
    after_ms: i64,
}

fn life(recorded: &[f32]) -> Life {
    let left: Vec<f32> = recorded.iter().step_by(2).copied().collect();
    let sounds = |s: &&f32| **s > FLOOR / 2.0;
    let Some(begin) = left.iter().position(|s| sounds(&s)) else { return Life::default() };
    let frames = left.iter().filter(sounds).count();
    let end = left.iter().rposition(|s| sounds(&s)).unwrap_or(begin);
    // What comes in, or dies away, over some milliseconds is not at its own level.
    let first = place(left[(begin + 20 * STEP).min(end)]) - 20;
    let last = place(left[end.saturating_sub(20 * STEP).max(begin)]) + 20;
    let ms = |frames: usize| (frames / STEP) as i64;
    Life { first, last, sounded_ms: ms(frames), after_ms: ms(begin) }
}

/// By how much two milliseconds of the file are apart, whatever the lap.
fn apart(a: i64, b: i64) -> i64 {
    let lap = STEPS as i64;
    let ahead = (a - b).rem_euclid(lap);
    ahead.min(lap - ahead)
}

fn records(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

/// One piece of the airing by the log: where in the file it begins, and how long it sounded; milliseconds.
fn pieces(log: &[Record]) -> Vec<(i64, i64)> {
    let (mut found, mut from, mut before) = (Vec::new(), 0, 0);
    for record in log {
        match record.kind.as_str() {
            "resume" => from = record.body.from_ms,
            "interrupt" | "outcome" => {
                found.push((from, record.body.played_ms - before));
                before = record.body.played_ms;
            }
            _ => {}
        }
    }
    found
}

/// CPU time in ticks of 10 ms, and resident memory in kB, of a process.
fn effort(pid: u32) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    let number = |at: usize| fields[at].parse::<u64>().expect("a number");
    (number(11) + number(12), number(21) * 4)
}

/// Random, but the same each time.
struct Dice(u64);

impl Dice {
    fn ms(&mut self, from: u64, until: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_millis(from + (self.0 >> 33) % (until - from))
    }
}

fn pause(long: Duration) {
    let until = Instant::now() + long;
    while Instant::now() < until {
        std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
    }
}

/// A station that plays one long file in some seconds.
fn station(sink: &Sink, seconds: usize) -> (std::path::PathBuf, DateTime<Utc>) {
    let station = sink.folder().join("dai");
    for folder in ["playlists", "audio"] {
        fs::create_dir_all(station.join(folder)).expect("a folder");
    }
    media::write_wav(&station.join("audio/dai.wav"), &sound(seconds * 1000), RATE, 1);
    let begins = DateTime::from_timestamp(Utc::now().timestamp() + 12, 0).expect("near now");
    let at = |instant: DateTime<Utc>| instant.with_timezone(&program::daytime()).format("%H:%M:%S");
    let text = format!(
        "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"dai.wav\"\n\
        [[session]]\nid = \"sang\"\nat = \"{}\"\nplay = [\"dai\"]\n",
        at(begins)
    );
    fs::write(station.join("playlists/thu.toml"), text).expect("a playlist");
    let noon = at(begins + TimeDelta::hours(12));
    let quiet = format!("[quiet-hours]\nfrom = \"{noon}\"\nuntil = \"{noon}\"\n");
    let settings = format!(
        "[station]\nid = \"thu\"\ntimezone = \"{}\"\n[output]\nvolume = 100\nloudness = \"off\"\n{quiet}",
        program::daytime()
    );
    fs::write(station.join("station.toml"), settings).expect("station.toml");
    (station, begins)
}

fn revivals() -> usize {
    std::env::var("LOA_REVIVALS").ok().and_then(|n| n.parse().ok()).unwrap_or(2)
}

#[test]
fn every_death_of_the_sound_server_is_survived_and_told_as_it_was() {
    let (times, mut dice) = (revivals(), Dice(7));
    let mut sink = Sink::start();
    let (station, begins) = station(&sink, 30 + times * 12);
    let mut command = program::loa(sink.folder());
    sink.environment(&mut command);
    let daemon = command.arg("run").arg(&station).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut daemon = Process(daemon.expect("loa starts"));
    let mut recording = sink.record();
    pause((begins - Utc::now()).to_std().unwrap_or_default() + Duration::from_secs(4));
    let (began, (ticks, memory)) = (Instant::now(), effort(daemon.0.id()));
    let (mut lives, mut waits, mut most) = (Vec::new(), Vec::new(), memory);
    let mut until_recorded = None;
    for _ in 0..times {
        pause(dice.ms(1000, 5000));
        sink.stop();
        let recorded = life(&recording.broken_off());
        waits.extend(until_recorded.map(|ms: i64| ms + recorded.after_ms));
        lives.push(recorded);
        pause(dice.ms(0, 3000));
        sink.restart();
        let returned = Instant::now();
        recording = sink.record();
        until_recorded = Some(i64::try_from(returned.elapsed().as_millis()).expect("a while"));
        while !recording.sounds() && returned.elapsed() < Duration::from_millis(PATIENCE_MS as u64) {
            pause(Duration::from_millis(20));
        }
        most = most.max(effort(daemon.0.id()).1);
    }
    pause(Duration::from_secs(2));
    let (after, memory_after) = effort(daemon.0.id());
    let cpu = (after - ticks) as f64 / began.elapsed().as_secs_f64();
    kill_process(Pid::from_child(&daemon.0), Signal::TERM).expect("it runs");
    assert!(daemon.0.wait().expect("it ends").success());
    let recorded = life(&recording.finish());
    waits.extend(until_recorded.map(|ms| ms + recorded.after_ms));
    lives.push(recorded);
    let log = records(&station);
    let pieces = pieces(&log);
    let mut errors: Vec<i64> = lives.iter().zip(&pieces).map(|(life, (_, ms))| ms - life.sounded_ms).collect();
    for (n, (life, (from, ms))) in lives.iter().zip(&pieces).enumerate() {
        eprintln!("{n}: log from {from} for {ms} ms; recorded {life:?}");
    }
    waits.sort_unstable();
    errors.sort_unstable();
    let of = |v: &[i64]| (v.first().copied(), v.get(v.len() / 2).copied(), v.last().copied());
    eprintln!("{} returns; ms until sound (least, median, most): {:?}", waits.len(), of(&waits));
    eprintln!(
        "logged - recorded, ms: {:?}; CPU {cpu:.2} %; RSS {memory}, {memory_after}, at most {most} kB",
        of(&errors)
    );
    assert_eq!(pieces.len(), times + 1, "{pieces:?}");
    for (life, (from, ms)) in lives.iter().zip(&pieces) {
        assert!((ms - life.sounded_ms).abs() <= APART_MS, "{ms} ms in the log, recorded {life:?}");
        assert!(apart(*from, life.first) <= APART_MS, "from {from} ms by the log, recorded {life:?}");
        assert!(apart(from + ms, life.last) <= APART_MS, "to {} ms by the log, recorded {life:?}", from + ms);
    }
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("one");
    assert!(crate::station::outcome_line(outcome).ends_with(" partial shutdown"), "it was stopped in the end");
    assert!(most < memory + 8192, "{memory} kB grew to {most} kB");
    assert!(waits.iter().all(|ms| *ms < PATIENCE_MS), "{waits:?}");
}
